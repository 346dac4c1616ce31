/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Buffered bytes and lines over a socket, which closes with its last user. */
#include "core.h"
#include "base/utf8.h"

#include <errno.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DEFAULT_SIZE 32768

/* Bytes of the longest character. */
#define CHARACTER 4

enum line_end {
	LINE_LF,
	LINE_CR,
	LINE_CRLF,
	LINE_ANY,
};

struct kin_stream {
	struct kin_sock *sock;
	bool reads, writes, is_text;
	bool is_unbuffered; /* nothing is received that was not asked for, nothing waits to be sent
			     */
	bool flushes_lines;
	bool is_universal; /* "\r" and "\r\n" end a line as "\n" does ... */
	bool translates;   /* ... and read as "\n" */
	enum line_end line_end;
	char newline[3]; /* what "\n" is written as; empty: itself */
	bool timed_out;

	/* in[begin..ready) can be read; in[ready..end) is the beginning of a character or line end.
	 */
	char *in;
	size_t in_size, begin, ready, end;
	size_t searched; /* from begin on, without a line end */
	bool is_cut;     /* a NUL stands at in[begin], for the caller, in the place of ... */
	char cut;
	size_t size;      /* that in begins with */
	uint64_t decoded; /* bytes of text received before in[ready] */
	bool is_bad;      /* there the text ends: this is no character's byte */
	unsigned char bad;

	char *out;
	size_t out_size, out_len;
};

/* ---- Making one --------------------------------------------------------------------------- */

static int read_mode(struct kin_stream *s, const char *mode)
{
	s->is_text = true;
	for (const char *c = mode; *c; c++) {
		switch (*c) {
		case 'r':
			s->reads = true;
			break;
		case 'w':
			s->writes = true;
			break;
		case 'b':
			s->is_text = false;
			break;
		default:
			return kin_fail(EINVAL,
					"mode \"" SHOWN "\": only r, w and b have a meaning",
					SHOW(mode));
		}
	}
	if (!s->writes)
		s->reads = true;
	return 0;
}

static int read_buffering(struct kin_stream *s, int buffering)
{
	if (buffering < -1)
		return kin_fail(EINVAL, "buffering %d is not in -1-%d", buffering, INT_MAX);
	if (buffering == 0 && s->is_text)
		return kin_fail(EINVAL, "buffering 0 is for binary streams: the mode needs a b");
	s->is_unbuffered = buffering == 0;
	s->flushes_lines = buffering == 1 && s->is_text;
	s->size = buffering > 1 ? (size_t)buffering : DEFAULT_SIZE;
	return 0;
}

static int read_newline(struct kin_stream *s, const char *newline)
{
	char quoted[32];
	struct kin_buf buf = {quoted, sizeof(quoted), 0};

	if (newline && !s->is_text)
		return kin_fail(EINVAL, "a binary stream has no newline to be chosen");
	if (!newline || !*newline) {
		s->is_universal = s->is_text;
		s->translates = s->is_text && !newline;
		s->line_end = newline ? LINE_ANY : LINE_LF;
		return 0;
	}
	if (strcmp(newline, "\n") == 0)
		return 0;
	if (strcmp(newline, "\r") != 0 && strcmp(newline, "\r\n") != 0) {
		kin_buf_put_json(&buf, newline, strlen(newline));
		return kin_fail(EINVAL,
				"newline %s is none of NULL, \"\", \"\\n\", \"\\r\" and \"\\r\\n\"",
				kin_buf_end(&buf));
	}
	s->line_end = newline[1] ? LINE_CRLF : LINE_CR;
	memcpy(s->newline, newline, strlen(newline) + 1);
	return 0;
}

int kin_stream_new(struct kin_sock *sock, const char *mode, int buffering, const char *newline,
		   struct kin_stream **ret_stream)
{
	struct kin_stream *s;
	int r;

	KIN_NEED(sock);
	KIN_NEED(mode);
	KIN_NEED(ret_stream);
	if (sock->timeout_ns == 0)
		return kin_fail(EINVAL,
				"a stream is over a socket that may wait: give it a timeout");
	s = calloc(1, sizeof(*s));
	if (!s)
		return fail_oom();
	s->sock = sock;
	r = read_mode(s, mode);
	if (r == 0)
		r = read_buffering(s, buffering);
	if (r == 0)
		r = read_newline(s, newline);
	if (r == 0 && s->writes && !s->is_unbuffered) {
		s->out_size = s->size;
		s->out = malloc(s->out_size);
		if (!s->out)
			r = fail_oom();
	}
	if (r < 0) {
		free(s);
		return r;
	}
	sock_hold(sock);
	*ret_stream = s;
	return 0;
}

static int check_open(const struct kin_stream *s)
{
	return s->sock->fd < 0 ? kin_fail(EBADF, "the stream's socket was detached") : 0;
}

/* ---- Reading: what is there --------------------------------------------------------------- */

static size_t have(const struct kin_stream *s)
{
	return s->ready - s->begin;
}

/* The most of what is there, up to size bytes and without cutting a character. */
static size_t whole(const struct kin_stream *s, size_t size)
{
	size_t len = have(s);

	if (len <= size)
		return len;
	len = size;
	while (s->is_text && ((unsigned char)s->in[s->begin + len] & 0xC0) == 0x80)
		len--;
	return len;
}

static void consume(struct kin_stream *s, size_t len)
{
	s->begin += len;
	s->searched = 0;
}

static size_t take(struct kin_stream *s, void *data, size_t size)
{
	size_t len = whole(s, size);

	if (len)
		memcpy(data, s->in + s->begin, len);
	consume(s, len);
	return len;
}

/* The first "\n" or "\r". In steps: a text with one kind only is not searched to its end. */
static const char *find_either(const char *text, size_t len)
{
	enum { STEP = 256 };

	while (len > 0) {
		size_t n = len < STEP ? len : STEP;
		const char *lf = memchr(text, '\n', n);
		const char *cr = memchr(text, '\r', lf ? (size_t)(lf - text) : n);

		if (cr || lf)
			return cr ? cr : lf;
		text += n;
		len -= n;
	}
	return NULL;
}

/* The length of the line that is there, with its end; 0: it goes on. */
static size_t find_line(struct kin_stream *s)
{
	size_t left = have(s) - s->searched;
	size_t end = 1;
	const char *text, *from, *found = NULL;

	if (left == 0)
		return 0;
	text = s->in + s->begin;
	from = text + s->searched;
	switch (s->line_end) {
	case LINE_LF:
		found = memchr(from, '\n', left);
		break;
	case LINE_CR:
		found = memchr(from, '\r', left);
		break;
	case LINE_CRLF:
		found = memmem(from, left, "\r\n", 2);
		end = 2;
		break;
	case LINE_ANY: /* decode() keeps back a "\r" until what follows it is known. */
		found = find_either(from, left);
		if (found && *found == '\r' && found + 1 < from + left && found[1] == '\n')
			end = 2;
		break;
	}
	if (found)
		return (size_t)(found - text) + end;
	s->searched += left;
	if (s->line_end == LINE_CRLF && from[left - 1] == '\r')
		s->searched--;
	return 0;
}

/* ---- Reading: getting more ---------------------------------------------------------------- */

static int begin_read(struct kin_stream *s)
{
	if (s->is_cut)
		s->in[s->begin] = s->cut;
	s->is_cut = false;
	if (!s->reads)
		return kin_fail(EBADF, "the stream is not for reading: its mode has no r");
	if (s->timed_out)
		return kin_fail(
			EIO, "a read timed out in the middle: the stream can't be read any more");
	return check_open(s);
}

static ssize_t receive(struct kin_stream *s, struct wait *wait, void *data, size_t size, int flags)
{
	ssize_t n = recv_waiting(s->sock, wait, data, size, flags, NULL);

	if (n == -ETIMEDOUT && kin_error_domain() == KIN_ERR_DEADLINE)
		s->timed_out = true;
	return n;
}

/* Turn "\r\n" and "\r" into "\n". @return the length that is left */
static size_t translate(char *text, size_t len)
{
	const char *end = text + len;
	const char *from = len ? memchr(text, '\r', len) : NULL;
	char *to = text + (from ? from - text : 0);

	if (!from)
		return len;
	while (from < end) {
		const char *next;

		*to++ = '\n';
		from += from + 1 < end && from[1] == '\n' ? 2 : 1;
		next = memchr(from, '\r', (size_t)(end - from));
		if (!next)
			next = end;
		memmove(to, from, (size_t)(next - from));
		to += next - from;
		from = next;
	}
	return (size_t)(to - text);
}

/* Make readable what was received of a text. @param last  nothing follows */
static void decode(struct kin_stream *s, bool last)
{
	char *text = s->in + s->ready;
	size_t left = s->end - s->ready;
	size_t n = utf8_span(text, left), kept;

	if (n < left && (last || utf8_len((unsigned char *)text + n, left - n) == 0)) {
		s->is_bad = true;
		s->bad = (unsigned char)text[n];
	}
	if (s->is_universal && !last && n > 0 && n == left && text[n - 1] == '\r')
		n--;
	kept = s->translates ? translate(text, n) : n;
	memmove(text + kept, text + n, left - n);
	s->decoded += n;
	s->ready += kept;
	s->end -= n - kept;
}

/* Room for more in the buffer, behind what is there. */
static int make_room(struct kin_stream *s)
{
	size_t left = s->end - s->begin;
	size_t size = s->in ? s->in_size : s->size;
	char *in = s->in;

	if (s->begin > 0 && s->in_size - s->end < s->in_size / 2 + 1) {
		memmove(in, in + s->begin, left);
		s->begin = 0;
		s->ready -= s->end - left;
		s->end = left;
	}
	if (in && s->end < s->in_size)
		return 0;
	if (in && __builtin_mul_overflow(size, 2, &size))
		return fail_oom();
	/* One more, for the NUL behind a line. */
	in = size < SIZE_MAX ? realloc(in, size + 1) : NULL;
	if (!in)
		return fail_oom();
	s->in = in;
	s->in_size = size;
	return 0;
}

static int fail_bad(const struct kin_stream *s)
{
	return kin_fail(EILSEQ, "byte 0x%02X at offset %llu of the stream is not UTF-8", s->bad,
			(unsigned long long)s->decoded);
}

/* What was received into the buffer can be read. @return 1; 0: it was the end; else negative */
static int received(struct kin_stream *s, size_t n)
{
	s->end += n;
	if (s->is_text)
		decode(s, n == 0);
	else
		s->ready = s->end;
	if (n == 0 && s->is_bad)
		return fail_bad(s);
	return n > 0;
}

/* Receive more. @return 1; 0: the end; else negative */
static int fill(struct kin_stream *s, struct wait *wait)
{
	ssize_t n;
	int r;

	if (s->is_bad)
		return fail_bad(s);
	r = make_room(s);
	if (r < 0)
		return r;
	n = receive(s, wait, s->in + s->end, s->in_size - s->end, 0);
	return n < 0 ? (int)n : received(s, (size_t)n);
}

/* The same without a buffer: up to the end of the line, and what follows stays in the socket. */
static int fill_line(struct kin_stream *s, struct wait *wait, size_t most)
{
	const char *found;
	size_t room;
	ssize_t n;
	int r = make_room(s);

	if (r < 0)
		return r;
	room = s->in_size - s->end;
	n = receive(s, wait, s->in + s->end, room < most ? room : most, MSG_PEEK);
	if (n >= 0) {
		found = memchr(s->in + s->end, '\n', (size_t)n);
		if (found)
			n = found + 1 - (s->in + s->end);
		n = receive(s, wait, s->in + s->end, (size_t)n, 0);
	}
	return n < 0 ? (int)n : received(s, (size_t)n);
}

/* ---- Reading: the calls ------------------------------------------------------------------- */

/* Past the buffer, which is emptied first. */
static ssize_t read_directly(struct kin_stream *s, struct wait *wait, char *data, size_t size)
{
	size_t got = take(s, data, size);

	while (got < size) {
		ssize_t n = receive(s, wait, data + got, size - got, 0);

		if (n == -EAGAIN && got > 0)
			break;
		if (n < 0)
			return n;
		if (n == 0)
			break;
		got += (size_t)n;
	}
	return (ssize_t)got;
}

static int check_size(const struct kin_stream *s, size_t size)
{
	if (s->is_text && size < CHARACTER)
		return kin_fail(EINVAL, "%zu bytes are no room for text: a character may have %d",
				size, CHARACTER);
	if (size > SSIZE_MAX)
		return kin_fail(EINVAL, "a size of %zu is above %zd", size, SSIZE_MAX);
	return 0;
}

ssize_t kin_stream_read_some(struct kin_stream *stream, void *data, size_t size)
{
	struct wait wait;
	int r;

	KIN_NEED(stream);
	KIN_NEED_ROOM(data, size);
	r = begin_read(stream);
	if (r < 0 || size == 0)
		return r;
	r = check_size(stream, size);
	if (r < 0)
		return r;
	wait = (struct wait){.sock = stream->sock};
	while (have(stream) == 0) {
		if (stream->is_unbuffered || (!stream->is_text && size >= stream->size))
			return receive(stream, &wait, data, size, 0);
		r = fill(stream, &wait);
		if (r <= 0)
			break;
	}
	/* The end of a text may have given something to read. */
	return r < 0 ? r : (ssize_t)take(stream, data, size);
}

ssize_t kin_stream_read(struct kin_stream *stream, void *data, size_t size)
{
	struct wait wait;
	int r;

	KIN_NEED(stream);
	KIN_NEED_ROOM(data, size);
	if (stream->is_unbuffered)
		return kin_stream_read_some(stream, data, size);
	r = begin_read(stream);
	if (r < 0 || size == 0)
		return r;
	r = check_size(stream, size);
	if (r < 0)
		return r;
	wait = (struct wait){.sock = stream->sock};
	if (!stream->is_text && size >= stream->size)
		return read_directly(stream, &wait, data, size);
	while (have(stream) < size) {
		r = fill(stream, &wait);
		if (r == 0 || ((r == -EAGAIN || r == -EILSEQ) && have(stream) > 0))
			break;
		if (r < 0)
			return r;
	}
	return (ssize_t)take(stream, data, size);
}

ssize_t kin_stream_read_line(struct kin_stream *stream, size_t max, const char **ret_line)
{
	struct kin_stream *s = stream;
	struct wait wait;
	size_t len;
	int r;

	KIN_NEED(stream);
	KIN_NEED(ret_line);
	if (max == 0)
		max = KIN_STREAM_LINE_MAX;
	r = begin_read(s);
	if (r == 0)
		r = check_size(s, max);
	if (r < 0)
		return r;
	wait = (struct wait){.sock = s->sock};
	while ((len = find_line(s)) == 0 && have(s) < max) {
		r = s->is_unbuffered ? fill_line(s, &wait, max - have(s)) : fill(s, &wait);
		if (r < 0)
			return r;
		if (r == 0)
			break;
	}
	if (len == 0 || len > max)
		len = whole(s, max);
	*ret_line = s->in + s->begin;
	consume(s, len);
	s->cut = s->in[s->begin];
	s->in[s->begin] = '\0';
	s->is_cut = true;
	return (ssize_t)len;
}

ssize_t kin_stream_read_all(struct kin_stream *stream, size_t max, char **ret_data)
{
	struct kin_stream *s = stream;
	struct wait wait;
	size_t len;
	char *data;
	int r;

	KIN_NEED(stream);
	KIN_NEED(ret_data);
	r = begin_read(s);
	if (r < 0)
		return r;
	wait = (struct wait){.sock = s->sock};
	if (max == 0)
		max = SSIZE_MAX;
	for (r = 1; r > 0 || have(s) > max;) {
		if (have(s) > max)
			return kin_fail(EMSGSIZE, "there are more than %zu bytes to be read", max);
		r = fill(s, &wait);
		if (r < 0)
			return r;
	}
	/* The buffer itself goes to the caller; the next read would make another. */
	len = have(s);
	memmove(s->in, s->in + s->begin, len);
	s->in[len] = '\0';
	data = realloc(s->in, len + 1);
	*ret_data = data ? data : s->in;
	s->in = NULL;
	s->in_size = s->begin = s->ready = s->end = s->searched = 0;
	return (ssize_t)len;
}

/* ---- Writing ------------------------------------------------------------------------------ */

static int begin_write(const struct kin_stream *s)
{
	if (!s->writes)
		return kin_fail(EBADF, "the stream is not for writing: its mode has no w");
	return check_open(s);
}

/* What could not be sent stays. */
static int flush(struct kin_stream *s, struct wait *wait)
{
	size_t sent;
	int r;

	if (s->out_len == 0)
		return 0;
	r = send_all_waiting(s->sock, wait, s->out, s->out_len, 0, &sent);
	s->out_len -= sent;
	memmove(s->out, s->out + sent, s->out_len);
	return r;
}

/* Take all of it, or say in *taken how far that went. */
static int put(struct kin_stream *s, struct wait *wait, const char *data, size_t len, size_t *taken)
{
	while (len > 0) {
		size_t n;
		int r = s->out_len == s->out_size ? flush(s, wait) : 0;

		if (r < 0)
			return r;
		if (s->out_len == 0 && len >= s->out_size) {
			r = send_all_waiting(s->sock, wait, data, len, 0, &n);
			*taken += n;
			return r;
		}
		n = s->out_size - s->out_len;
		if (n > len)
			n = len;
		memcpy(s->out + s->out_len, data, n);
		s->out_len += n;
		data += n;
		len -= n;
		*taken += n;
	}
	return 0;
}

/* "\n" as the stream writes it, whole or not at all. */
static int put_newline(struct kin_stream *s, struct wait *wait, size_t *taken)
{
	size_t len = strlen(s->newline);
	int r = s->out_size - s->out_len < len ? flush(s, wait) : 0;

	if (r < 0)
		return r;
	memcpy(s->out + s->out_len, s->newline, len);
	s->out_len += len;
	++*taken;
	return 0;
}

static int put_lines(struct kin_stream *s, struct wait *wait, const char *text, size_t len,
		     size_t *taken)
{
	int r = 0;

	while (r == 0 && *taken < len) {
		const char *from = text + *taken;
		const char *found = memchr(from, '\n', len - *taken);

		if (found == from)
			r = put_newline(s, wait, taken);
		else
			r = put(s, wait, from, found ? (size_t)(found - from) : len - *taken,
				taken);
	}
	return r;
}

int kin_stream_write(struct kin_stream *stream, const void *data, size_t len, size_t *ret_taken)
{
	struct wait wait;
	size_t taken = 0;
	int r;

	if (ret_taken)
		*ret_taken = 0;
	KIN_NEED(stream);
	KIN_NEED_ROOM(data, len);
	r = begin_write(stream);
	if (r == 0 && stream->is_text) {
		size_t n = utf8_span(data, len);

		if (n < len)
			r = kin_fail(EILSEQ, "byte 0x%02X at offset %zu is not UTF-8",
				     ((const unsigned char *)data)[n], n);
	}
	if (r == 0) {
		wait = (struct wait){.sock = stream->sock};
		r = stream->newline[0] ? put_lines(stream, &wait, data, len, &taken)
				       : put(stream, &wait, data, len, &taken);
		if (r == 0 && stream->flushes_lines && find_either(data, len))
			r = flush(stream, &wait);
	}
	if (ret_taken)
		*ret_taken = taken;
	return r;
}

int kin_stream_printf(struct kin_stream *stream, const char *format, ...)
{
	va_list args;
	char *text;
	int len, r;

	KIN_NEED(stream);
	KIN_NEED(format);
	va_start(args, format);
	len = vasprintf(&text, format, args);
	va_end(args);
	if (len < 0)
		return fail_errno(errno, "vasprintf");
	r = kin_stream_write(stream, text, (size_t)len, NULL);
	free(text);
	return r;
}

int kin_stream_flush(struct kin_stream *stream)
{
	struct wait wait;
	int r;

	KIN_NEED(stream);
	wait = (struct wait){.sock = stream->sock};
	r = begin_write(stream);
	return r < 0 ? r : flush(stream, &wait);
}

int kin_stream_close(struct kin_stream *stream)
{
	struct failure kept;
	int r = 0, r_close;

	if (!stream)
		return 0;
	if (stream->out_len > 0)
		r = kin_stream_flush(stream);
	failure_keep(&kept);
	r_close = sock_let_go(stream->sock);
	if (r < 0)
		failure_restore(&kept);
	free(stream->in);
	free(stream->out);
	free(stream);
	return r < 0 ? r : r_close;
}
