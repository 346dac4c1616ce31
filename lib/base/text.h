/* SPDX-License-Identifier: LGPL-2.1-or-later */
/**
 * @file text.h
 * Bounded text, for families and for the core: what formatters write into.
 */
#ifndef KIN_TEXT_H
#define KIN_TEXT_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

#ifndef KIN_API
#define KIN_API __attribute__((visibility("default")))
#endif
#define KIN_PRINTF(text, first) __attribute__((__format__(__printf__, text, first)))

/**
 * Text in a buffer of the caller's. len counts what was put even beyond size, so that the
 * writer learns how much room it would have needed; what is beyond size is lost, not written.
 * To no buffer nothing is put, and of NULL nothing.
 */
struct kin_buf {
	char *data;
	size_t size;
	size_t len;
};

KIN_API void kin_buf_put(struct kin_buf *buf, const void *data, size_t len);
KIN_API void kin_buf_puts(struct kin_buf *buf, const char *text);
KIN_API void kin_buf_printf(struct kin_buf *buf, const char *format, ...) KIN_PRINTF(2, 3);

/** Upper-case hex digits, with sep between the bytes unless it is 0. */
KIN_API void kin_buf_put_hex(struct kin_buf *buf, const void *data, size_t len, char sep);

/** The body of an address: commas and backslashes get a backslash before them. */
KIN_API void kin_buf_put_body(struct kin_buf *buf, const char *text, size_t len);

/** A JSON string with its quotes; bytes that are not UTF-8 become U+FFFD. What would move a terminal is
 * escaped. */
KIN_API void kin_buf_put_json(struct kin_buf *buf, const char *text, size_t len);

/** The names, ended by NULL, that the speller of word may have meant, with commas between them. */
KIN_API void kin_buf_put_nearest(struct kin_buf *buf, const char *word, const char *const *names);

/** End the text with a NUL, cutting it where it does not fit. @return data */
KIN_API char *kin_buf_end(struct kin_buf *buf);

/** Room for n bytes at the end, or NULL; the writer adds what it used to len. For hot paths. */
static inline char *kin_buf_room(struct kin_buf *buf, size_t n)
{
	return buf && buf->len <= buf->size && buf->size - buf->len >= n ? buf->data + buf->len
									 : NULL;
}

#ifdef __cplusplus
}
#endif

#endif
