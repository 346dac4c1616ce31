/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "number.h"

#include <errno.h>
#include <stdlib.h>

int number_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

bool number_read(const char *text, int64_t *ret_value)
{
	const char *digits = *text == '-' ? text + 1 : text;
	char *end;
	long long value;

	/* strtoll() would skip spaces and take a second sign. */
	if (*digits < '0' || *digits > '9')
		return false;
	errno = 0;
	value = strtoll(text, &end, 0);
	if (errno || *end)
		return false;
	*ret_value = value;
	return true;
}

bool number_read_unsigned(const char *text, uint64_t *ret_value)
{
	unsigned long long value;
	char *end;

	if (*text < '0' || *text > '9')
		return false;
	errno = 0;
	value = strtoull(text, &end, 0);
	if (errno || *end)
		return false;
	*ret_value = value;
	return true;
}

bool number_read_hex(const char *text, uint64_t *ret_value)
{
	uint64_t value = 0;

	if (!*text)
		return false;
	for (; *text; text++) {
		int digit = number_digit(*text);

		if (digit < 0 || value >> 60)
			return false;
		value = value << 4 | (unsigned)digit;
	}
	*ret_value = value;
	return true;
}

bool number_read_seconds(const char *text, int64_t *ret_ns)
{
	const int64_t second = 1000000000;
	int64_t ns = 0;
	int64_t unit = second;

	if (*text < '0' || *text > '9')
		return false;
	for (; *text >= '0' && *text <= '9'; text++) {
		if (__builtin_mul_overflow(ns, 10, &ns) ||
		    __builtin_add_overflow(ns, (*text - '0') * second, &ns))
			return false;
	}
	if (*text == '.') {
		for (text++; *text >= '0' && *text <= '9'; text++) {
			unit /= 10;
			if (unit == 0 && *text != '0')
				return false;
			if (__builtin_add_overflow(ns, (*text - '0') * unit, &ns))
				return false;
		}
	}
	if (*text)
		return false;
	*ret_ns = ns;
	return true;
}
