/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Digits for the hot paths: each put_ writes at p and returns the end of what it wrote. */
#ifndef KIN_CAN_DIGITS_H
#define KIN_CAN_DIGITS_H

#include <endian.h>
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

/*
 * The eight digits of four bytes at once, the first one lowest: each half byte gets a byte of a
 * word, and those above 9 reach the letters by a carry into the half above.
 */
static inline char *put_hex_word(char *p, uint32_t bytes)
{
	uint64_t n = bytes, letters;

	n = (n | n << 16) & 0x0000FFFF0000FFFF;
	n = (n | n << 8) & 0x00FF00FF00FF00FF;
	n = (n >> 4 & 0x000F000F000F000F) | (n & 0x000F000F000F000F) << 8;
	letters = (n + 0x0606060606060606) >> 4 & 0x0101010101010101;
	n = htole64(n + 0x3030303030303030 + letters * ('A' - '0' - 10));
	memcpy(p, &n, sizeof(n));
	return p + sizeof(n);
}

static inline char *put_hex8(char *p, uint32_t value)
{
	return put_hex_word(p, __builtin_bswap32(value));
}

/* The first len of eight bytes: all sixteen digits are written, which costs less than to count. */
static inline char *put_hex_of_8(char *p, const uint8_t data[8], unsigned len)
{
	uint32_t words[2];

	memcpy(words, data, sizeof(words));
	put_hex_word(put_hex_word(p, le32toh(words[0])), le32toh(words[1]));
	return p + 2 * len;
}

/* The last digits of value, with leading zeros. */
static inline char *put_decimal(char *p, uint32_t value, unsigned digits)
{
	unsigned left = digits;

	for (; left >= 2; left -= 2, value /= 100)
		memcpy(p + left - 2, can_decimal_pairs + 2 * (value % 100), 2);
	if (left)
		*p = (char)('0' + value % 10);
	return p + digits;
}

#endif
