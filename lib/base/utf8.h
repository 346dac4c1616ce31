/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Strict UTF-8, as RFC 3629 has it: shortest forms only, no surrogates, nothing above U+10FFFF. */
#ifndef KIN_BASE_UTF8_H
#define KIN_BASE_UTF8_H

#include <stddef.h>

/* The length of the character at s; 0: there is none; below zero: more than left bytes tell. */
int utf8_len(const unsigned char *s, size_t left);

/* How many bytes from text on are whole characters. */
size_t utf8_span(const void *text, size_t len);

#endif
