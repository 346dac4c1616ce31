/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What fuzzers share: copies of what they are given, of just that size, so that a byte too many is
 * seen. To be given to free(3).
 */
#ifndef KIN_TESTS_FUZZ_H
#define KIN_TESTS_FUZZ_H

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static inline void *fuzz_bytes(const uint8_t *data, size_t size)
{
	void *copy = malloc(size ? size : 1);

	if (!copy)
		exit(EXIT_FAILURE);
	if (size)
		memcpy(copy, data, size);
	return copy;
}

/* With a NUL behind it. */
static inline char *fuzz_text(const uint8_t *data, size_t size)
{
	char *text = malloc(size + 1);

	if (!text)
		exit(EXIT_FAILURE);
	if (size)
		memcpy(text, data, size);
	text[size] = '\0';
	return text;
}

#endif
