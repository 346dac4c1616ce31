/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "utf8.h"

#include <stdint.h>
#include <string.h>

/* The least and the greatest second byte behind a first one. */
static void second_byte(unsigned char first, unsigned char *least, unsigned char *greatest)
{
	*least = first == 0xE0 ? 0xA0 : first == 0xF0 ? 0x90 : 0x80;
	*greatest = first == 0xED ? 0x9F : first == 0xF4 ? 0x8F : 0xBF;
}

int utf8_len(const unsigned char *s, size_t left)
{
	unsigned char least, greatest;
	size_t len;

	if (left == 0)
		return -1;
	if (s[0] < 0x80)
		return 1;
	if (s[0] < 0xC2 || s[0] > 0xF4)
		return 0;
	len = s[0] < 0xE0 ? 2 : s[0] < 0xF0 ? 3 : 4;
	second_byte(s[0], &least, &greatest);
	for (size_t i = 1; i < len; i++) {
		if (i == left)
			return -1;
		if (s[i] < least || s[i] > greatest)
			return 0;
		least = 0x80;
		greatest = 0xBF;
	}
	return (int)len;
}

/* How many bytes from s on are ASCII: eight at a time, then the rest of them. */
static size_t ascii_span(const unsigned char *s, size_t len)
{
	size_t i = 0;
	uint64_t eight;

	for (; len - i >= sizeof(eight); i += sizeof(eight)) {
		memcpy(&eight, s + i, sizeof(eight));
		if (eight & UINT64_C(0x8080808080808080))
			break;
	}
	while (i < len && s[i] < 0x80)
		i++;
	return i;
}

size_t utf8_span(const void *text, size_t len)
{
	const unsigned char *s = text;
	size_t i = 0;

	while (i < len) {
		int n;

		i += ascii_span(s + i, len - i);
		n = utf8_len(s + i, len - i);
		if (n <= 0)
			break;
		i += (size_t)n;
	}
	return i;
}
