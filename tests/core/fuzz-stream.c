/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Streams: what is read does not depend on where the borders between two receives are. The first
 * byte says how the stream is opened, the second one how long a line may be.
 */
#include <stdio.h>
#include <stdlib.h>

#include "pieces.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct result {
	char text[8192];
	size_t len;
	int end; /* 0, or how it failed */
};

static void append(struct result *result, const void *data, size_t len)
{
	if (sizeof(result->text) - result->len < len)
		abort();
	if (len)
		memcpy(result->text + result->len, data, len);
	result->len += len;
}

static void read_lines(struct kin_stream *stream, size_t max, struct result *result)
{
	const char *line;
	ssize_t n;

	while ((n = kin_stream_read_line(stream, max, &line)) > 0) {
		if ((size_t)n > max || line[n] != '\0')
			abort();
		append(result, &n, sizeof(n));
		append(result, line, (size_t)n);
	}
	result->end = (int)n;
}

static void read_bytes(struct kin_stream *stream, size_t size, struct result *result)
{
	char data[256];
	ssize_t n;

	while ((n = kin_stream_read(stream, data, size)) > 0) {
		if ((size_t)n > size)
			abort();
		append(result, data, (size_t)n);
	}
	result->end = (int)n;
}

static void read_stream(const uint8_t *data, size_t size, size_t piece, int buffering,
			struct result *result)
{
	static const char *const newlines[] = {NULL, "", "\n", "\r", "\r\n"};
	struct pieces p = {.data = (const char *)data + 2, .len = size - 2, .piece = piece};
	struct kin_sock *sock KIN_CLEANUP(kin_close) = pieces_open(&p);
	struct kin_stream *stream KIN_CLEANUP(kin_stream_close) = NULL;
	unsigned how = data[0] % 12;
	size_t max = 4 + data[1] % 64u;

	result->len = 0;
	if (!sock || kin_stream_new(sock, how < 10 ? "r" : "rb", buffering,
				    how < 10 ? newlines[how / 2] : NULL, &stream) < 0)
		abort();
	if (how % 2)
		read_bytes(stream, max, result);
	else
		read_lines(stream, max, result);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct result whole, pieces;

	if (size < 2 || size > 800)
		return 0;
	read_stream(data, size, size, -1, &whole);
	for (size_t piece = 1; piece < 6; piece++) {
		read_stream(data, size, piece, 1 + (int)piece, &pieces);
		if (whole.len != pieces.len || whole.end != pieces.end ||
		    memcmp(whole.text, pieces.text, whole.len) != 0) {
			fprintf(stderr, "in pieces of %zu: %zu bytes and %d, at once %zu and %d\n",
				piece, pieces.len, pieces.end, whole.len, whole.end);
			abort();
		}
	}
	return 0;
}
