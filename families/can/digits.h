/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Digits for the hot paths: each put_ writes at p and returns the end of what it wrote. */
#ifndef KIN_CAN_DIGITS_H
#define KIN_CAN_DIGITS_H

#include <stdint.h>
#include <string.h>

/* The two hex digits of each byte, and the two decimal ones of 0 to 99: frame.c. */
extern const char can_hex_pairs[2 * 256 + 1];
extern const char can_decimal_pairs[2 * 100 + 1];

static inline char *put_text(char *p, const char *text, size_t len)
{
	memcpy(p, text, len);
	return p + len;
}

#define PUT_LITERAL(p, literal) put_text((p), "" literal, sizeof(literal) - 1)

static inline char *put_spaces(char *p, size_t n)
{
	memset(p, ' ', n);
	return p + n;
}

static inline char *put_hex2(char *p, uint8_t value)
{
	return put_text(p, can_hex_pairs + 2 * value, 2);
}

static inline char *put_hex3(char *p, uint32_t value)
{
	*p++ = can_hex_pairs[2 * (value >> 8 & 0xF) + 1];
	return put_hex2(p, (uint8_t)value);
}

static inline char *put_hex8(char *p, uint32_t value)
{
	for (int shift = 24; shift >= 0; shift -= 8)
		p = put_hex2(p, (uint8_t)(value >> shift));
	return p;
}

/* The last digits of value, with leading zeros. */
static inline char *put_decimal(char *p, uint64_t value, unsigned digits)
{
	unsigned left = digits;

	for (; left >= 2; left -= 2, value /= 100)
		memcpy(p + left - 2, can_decimal_pairs + 2 * (value % 100), 2);
	if (left)
		*p = (char)('0' + value % 10);
	return p + digits;
}

#endif
