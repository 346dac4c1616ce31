/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Strict numbers: all of the text, no sign or space that does not belong, no wrapping. */
#ifndef KIN_BASE_NUMBER_H
#define KIN_BASE_NUMBER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* C notation: 0x.., 0.., decimal, with an optional minus. False: not a number of 64 bits. */
bool number_read(const char *text, int64_t *ret_value);

/* The same without a minus, up to 2^64 - 1. */
bool number_read_unsigned(const char *text, uint64_t *ret_value);

/* Hex digits only, no prefix. */
bool number_read_hex(const char *text, uint64_t *ret_value);

/* Seconds with an optional fraction, to nanoseconds; what is finer is none. */
bool number_read_seconds(const char *text, int64_t *ret_ns);

/* The value of a hex digit, or -1. */
int number_digit(char c);

#endif
