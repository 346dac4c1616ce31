/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "text.h"
#include "utf8.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

void kin_buf_put(struct kin_buf *buf, const void *data, size_t len)
{
	if (!buf || !data)
		return;
	if (buf->len < buf->size) {
		size_t room = buf->size - buf->len;

		memcpy(buf->data + buf->len, data, len < room ? len : room);
	}
	buf->len += len;
}

void kin_buf_puts(struct kin_buf *buf, const char *text)
{
	if (text)
		kin_buf_put(buf, text, strlen(text));
}

void kin_buf_printf(struct kin_buf *buf, const char *format, ...)
{
	char piece[512];
	va_list args;
	int len;

	if (!buf || !format)
		return;
	va_start(args, format);
	len = vsnprintf(piece, sizeof(piece), format, args);
	va_end(args);
	if (len < 0)
		return;
	if ((size_t)len < sizeof(piece)) {
		kin_buf_put(buf, piece, (size_t)len);
		return;
	}
	/* Longer than any piece should be: in place, where vsnprintf() needs room for a NUL. */
	if (buf->len < buf->size) {
		va_start(args, format);
		vsnprintf(buf->data + buf->len, buf->size - buf->len, format, args);
		va_end(args);
	}
	buf->len += (size_t)len;
}

void kin_buf_put_hex(struct kin_buf *buf, const void *data, size_t len, char sep)
{
	static const char digits[] = "0123456789ABCDEF";
	const unsigned char *bytes = data;

	for (size_t i = 0; bytes && i < len; i++) {
		char pair[3] = {sep, digits[bytes[i] >> 4], digits[bytes[i] & 15]};

		if (sep && i > 0)
			kin_buf_put(buf, pair, 3);
		else
			kin_buf_put(buf, pair + 1, 2);
	}
}

void kin_buf_put_body(struct kin_buf *buf, const char *text, size_t len)
{
	for (size_t i = 0; text && i < len; i++) {
		if (text[i] == ',' || text[i] == '\\')
			kin_buf_put(buf, "\\", 1);
		kin_buf_put(buf, text + i, 1);
	}
}

void kin_buf_put_json(struct kin_buf *buf, const char *text, size_t len)
{
	const unsigned char *s = (const unsigned char *)text;

	kin_buf_put(buf, "\"", 1);
	for (size_t i = 0; s && i < len;) {
		int n = utf8_len(s + i, len - i);

		if (n <= 0) {
			kin_buf_puts(buf, "\\ufffd");
			n = 1;
		} else if (s[i] == '"' || s[i] == '\\') {
			char pair[2] = {'\\', (char)s[i]};

			kin_buf_put(buf, pair, 2);
		} else if (s[i] < 0x20 || s[i] == 0x7F) {
			kin_buf_printf(buf, "\\u%04x", s[i]);
		} else if (s[i] == 0xC2 && s[i + 1] < 0xA0) {
			/* U+0080 to U+009F move terminals, too. */
			kin_buf_printf(buf, "\\u%04x", s[i + 1]);
		} else {
			kin_buf_put(buf, s + i, (size_t)n);
		}
		i += (size_t)n;
	}
	kin_buf_put(buf, "\"", 1);
}

static unsigned char least(unsigned a, unsigned b)
{
	return (unsigned char)(a < b ? a : b);
}

/*
 * How many letters are changed, missing, too many or swapped with their neighbour (Levenshtein,
 * Damerau), given up at 3: farther words are no misspellings.
 */
static unsigned distance(const char *a, const char *b)
{
	enum { MOST = 32 };
	unsigned char d[MOST + 1][MOST + 1];
	size_t la = strlen(a), lb = strlen(b);

	if (la > MOST || lb > MOST)
		return 3;
	for (size_t i = 0; i <= la; i++)
		d[i][0] = (unsigned char)i;
	for (size_t j = 0; j <= lb; j++)
		d[0][j] = (unsigned char)j;
	for (size_t i = 1; i <= la; i++) {
		for (size_t j = 1; j <= lb; j++) {
			d[i][j] = least(d[i - 1][j - 1] + (a[i - 1] != b[j - 1]),
					least(d[i - 1][j], d[i][j - 1]) + 1u);
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
				d[i][j] = least(d[i][j], d[i - 2][j - 2] + 1u);
		}
	}
	return least(d[la][lb], 3);
}

void kin_buf_put_nearest(struct kin_buf *buf, const char *word, const char *const *names)
{
	const char *sep = "";

	for (; word && names && *names; names++) {
		bool near = distance(word, *names) < (strlen(word) > 3 ? 3u : 2u);

		if (near || (*word && strncmp(*names, word, strlen(word)) == 0)) {
			kin_buf_puts(buf, sep);
			kin_buf_puts(buf, *names);
			sep = ", ";
		}
	}
}

char *kin_buf_end(struct kin_buf *buf)
{
	if (!buf)
		return NULL;
	if (buf->size)
		buf->data[buf->len < buf->size ? buf->len : buf->size - 1] = '\0';
	return buf->data;
}
