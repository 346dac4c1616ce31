/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Patterns of frames: text up to the first newline, and the bytes of a message behind it. */
#include <stdlib.h>
#include <string.h>

#include <kin/family.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct kin_family *family = kin_family_by_name("can");
	const uint8_t *newline = memchr(data, '\n', size);
	size_t len = newline ? (size_t)(newline - data) : size;
	size_t rest = newline ? size - len - 1 : 0;
	struct kin_pattern *pattern;
	struct kin_msg msg = {.len = rest};
	char *text = malloc(len + 1);

	msg.data = malloc(rest + 1);
	if (!text || !msg.data)
		abort();
	memcpy(text, data, len);
	text[len] = '\0';
	if (rest)
		memcpy(msg.data, newline + 1, rest);
	if (kin_pattern_new(family, family->protos, text, &pattern) == 0) {
		kin_pattern_match(pattern, &msg);
		kin_pattern_free(pattern);
	}
	free(msg.data);
	free(text);
	return 0;
}
