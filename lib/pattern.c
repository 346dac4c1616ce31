/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Which messages are meant: the family's notation, or hex: and text: for every family. */
#include "core.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static int hex_digit(char c)
{
	static const char digits[] = "0123456789abcdef";
	const char *at = c ? strchr(digits, c | ('a' ^ 'A')) : NULL;

	if (c >= '0' && c <= '9')
		return c - '0';
	return at && c > '9' ? (int)(at - digits) : -1;
}

ssize_t kin_parse_masked(const char *text, const char *what, unsigned char *value,
			 unsigned char *mask, size_t size)
{
	size_t digits, len;

	KIN_NEED(text);
	KIN_NEED(what);
	KIN_NEED_ROOM(value, size);
	KIN_NEED_ROOM(mask, size);
	digits = strlen(text);
	len = (digits + 1) / 2;
	if (digits % 2)
		return kin_fail(EINVAL, "%s: " SHOWN " has an odd number of digits", what,
				SHOW(text));
	for (size_t i = 0; i < digits; i++)
		if (hex_digit(text[i]) < 0 && text[i] != 'x')
			return kin_fail(EINVAL,
					"%s: " SHOWN " is not hex digits and x, at position %zu",
					what, SHOW(text), i + 1);
	if (len > size)
		return kin_fail(EMSGSIZE, "%s: %zu bytes are more than %zu", what, len, size);
	if (len == 0)
		return 0;
	memset(value, 0, len);
	memset(mask, 0, len);
	for (size_t i = 0; i < digits; i++) {
		int digit = hex_digit(text[i]), shift = i % 2 ? 0 : 4;

		if (digit < 0)
			continue;
		value[i / 2] = (unsigned char)(value[i / 2] | digit << shift);
		mask[i / 2] = (unsigned char)(mask[i / 2] | 0xF << shift);
	}
	return (ssize_t)len;
}

static int parse_hex(const char *text, struct kin_pattern *pattern)
{
	ssize_t n = kin_parse_masked(text, "pattern", pattern->value, pattern->mask,
				     sizeof(pattern->value));

	if (n < 0)
		return (int)n;
	pattern->kind = KIN_PATTERN_HEX;
	pattern->len = (size_t)n;
	return 0;
}

static int parse_text(const char *text, struct kin_pattern *pattern)
{
	size_t len = strlen(text);

	if (len == 0)
		return kin_fail(EINVAL, "no text to look for");
	if (len > sizeof(pattern->value))
		return kin_fail(EMSGSIZE, "pattern: %zu bytes are more than %zu", len,
				sizeof(pattern->value));
	memcpy(pattern->value, text, len);
	pattern->kind = KIN_PATTERN_TEXT;
	pattern->len = len;
	return 0;
}

static int parse(const char *text, struct kin_pattern *pattern)
{
	if (strncmp(text, "hex:", 4) == 0)
		return parse_hex(text + 4, pattern);
	if (strncmp(text, "text:", 5) == 0)
		return parse_text(text + 5, pattern);
	if (!pattern->family || !pattern->family->pattern_parse || !pattern->family->pattern_match)
		return kin_fail(EINVAL,
				"\"" SHOWN "\": patterns for %s messages are written hex:00xx or "
				"text:words",
				SHOW(text), pattern->family ? pattern->family->name : "such");
	pattern->kind = KIN_PATTERN_FAMILY;
	return pattern->family->pattern_parse(pattern->proto, text, pattern);
}

int kin_pattern_new(const struct kin_family *family, const struct kin_proto *proto,
		    const char *text, struct kin_pattern **ret_pattern)
{
	struct kin_pattern *pattern;
	int r;

	KIN_NEED(text);
	KIN_NEED(ret_pattern);
	if (family)
		KIN_NEED(proto);
	pattern = calloc(1, sizeof(*pattern));
	if (!pattern)
		return fail_oom();
	pattern->family = family;
	pattern->proto = proto;
	r = parse(text, pattern);
	if (r < 0) {
		free(pattern);
		return r;
	}
	*ret_pattern = pattern;
	return 0;
}

bool kin_pattern_begins(const struct kin_pattern *pattern, const void *data, size_t len)
{
	const unsigned char *bytes = data;

	KIN_NEED_OR(pattern, false);
	if (len < pattern->len || (!data && len))
		return false;
	for (size_t i = 0; i < pattern->len; i++)
		if ((bytes[i] ^ pattern->value[i]) & pattern->mask[i])
			return false;
	return true;
}

bool kin_pattern_match(const struct kin_pattern *pattern, const struct kin_msg *msg)
{
	KIN_NEED_OR(pattern, false);
	KIN_NEED_OR(msg, false);
	if (unlikely(!msg->data))
		return false;
	if (pattern->kind == KIN_PATTERN_FAMILY)
		return pattern->family->pattern_match(pattern, msg);
	if (pattern->kind == KIN_PATTERN_TEXT)
		return memmem(msg->data, msg->len, pattern->value, pattern->len) != NULL;
	return kin_pattern_begins(pattern, msg->data, msg->len);
}

void kin_pattern_free(struct kin_pattern *pattern)
{
	free(pattern);
}
