/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Streams: lines, text and sizes, wherever the borders between two receives are. */
#include "harness.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "pieces.h"

struct opened {
	struct pieces pieces;
	struct kin_sock *sock;
	struct kin_stream *stream;
};

static void open_over(struct opened *o, const char *data, size_t len, size_t piece,
		      const char *mode, int buffering, const char *newline)
{
	o->pieces = (struct pieces){.data = data, .len = len, .piece = piece};
	o->sock = pieces_open(&o->pieces);
	ck_assert_ptr_nonnull(o->sock);
	ck_ok(kin_stream_new(o->sock, mode, buffering, newline, &o->stream));
}

static void close_it(struct opened *o)
{
	ck_ok(kin_stream_close(o->stream));
	ck_ok(kin_close(o->sock));
}

/* What is read as lines, each followed by a "|", is what is expected. */
static void expect_lines(const char *data, size_t piece, int buffering, const char *newline,
			 size_t max, const char *expected)
{
	struct opened o;
	char all[512] = "";
	const char *line;
	ssize_t n;

	open_over(&o, data, strlen(data), piece, "r", buffering, newline);
	while ((n = ck_ok(kin_stream_read_line(o.stream, max, &line))) > 0) {
		ck_assert_uint_eq(strlen(line), n);
		strcat(strcat(all, line), "|");
	}
	ck_assert_str_eq(line, "");
	ck_assert_msg(strcmp(all, expected) == 0,
		      "newline %s, pieces of %zu, buffer %d: %s, not %s",
		      newline ? newline : "NULL", piece, buffering, all, expected);
	close_it(&o);
}

/* The lines were read by python3's makefile() from the same bytes. */
START_TEST(lines_end_as_asked_for_wherever_the_borders_are)
{
	static const struct {
		const char *newline, *lines;
	} cases[] = {
		{NULL, "a\n|b\n|c\n|d\n|\n|\n|\n|e\n|"},  {"", "a\n|b\r|c\r\n|d\r|\r\n|\n|\r|e\r|"},
		{"\n", "a\n|b\rc\r\n|d\r\r\n|\n|\re\r|"}, {"\r", "a\nb\r|c\r|\nd\r|\r|\n\n\r|e\r|"},
		{"\r\n", "a\nb\rc\r\n|d\r\r\n|\n\re\r|"},
	};
	static const int buffers[] = {-1, 2, 3, 7};

	for (unsigned i = 0; i < N_ELEMENTS(cases); i++)
		for (size_t piece = 1; piece < 20; piece++)
			for (unsigned b = 0; b < N_ELEMENTS(buffers); b++)
				expect_lines("a\nb\rc\r\nd\r\r\n\n\re\r", piece, buffers[b],
					     cases[i].newline, 0, cases[i].lines);
}
END_TEST

START_TEST(a_line_longer_than_the_most_comes_in_pieces_of_whole_characters)
{
	for (size_t piece = 1; piece < 20; piece++) {
		expect_lines("abcdefghij\nk", piece, -1, NULL, 4, "abcd|efgh|ij\n|k|");
		expect_lines("abc\nefg", piece, 2, NULL, 4, "abc\n|efg|");
		expect_lines("\xC3\xA4\xE2\x82\xAC\xF0\x9F\x98\x80z\n", piece, 2, NULL, 4,
			     "\xC3\xA4|\xE2\x82\xAC|\xF0\x9F\x98\x80|z\n|");
	}
}
END_TEST

static void expect_bad(const char *data, size_t len, const char *text, const char *words)
{
	for (size_t piece = 1; piece <= len; piece++) {
		struct opened o;
		char got[64] = "";
		const char *line;
		ssize_t n = 0;

		open_over(&o, data, len, piece, "r", 2, NULL);
		do {
			n = kin_stream_read(o.stream, got + strlen(got), 8);
		} while (n > 0);
		ck_fails(n, EILSEQ, words);
		ck_assert_str_eq(got, text);
		ck_fails(kin_stream_read_line(o.stream, 0, &line), EILSEQ, words);
		close_it(&o);

		/* A line that ends in it is no line. */
		open_over(&o, data, len, piece, "r", -1, NULL);
		ck_fails(kin_stream_read_line(o.stream, 0, &line), EILSEQ, words);
		close_it(&o);
	}
}

START_TEST(text_is_strict_utf8_and_the_byte_is_named)
{
	expect_bad("ab\xC3(", 4, "ab", "byte 0xC3 at offset 2 of the stream is not UTF-8");
	expect_bad("\t\t\xFF", 3, "\t\t", NULL);
	expect_bad("\xE2\x82\xAC\xE2\x82", 5, "\xE2\x82\xAC",
		   "byte 0xE2 at offset 3 of the stream is not UTF-8");
	expect_bad("x\xC0\x80", 3, "x", "byte 0xC0 at offset 1 of the stream is not UTF-8");
	expect_bad("x\xED\xA0\x80", 4, "x", "byte 0xED at offset 1 of the stream is not UTF-8");
	expect_bad("x\xF4\x90\x80\x80", 5, "x", "byte 0xF4 at offset 1 of the stream is not UTF-8");
	expect_bad("x\xE0\x9F\x80", 4, "x", "byte 0xE0 at offset 1 of the stream is not UTF-8");
	expect_bad("x\x80", 2, "x", "byte 0x80 at offset 1 of the stream is not UTF-8");
}
END_TEST

/* "\r\n" counts as two bytes received and as one that is read. */
START_TEST(offsets_are_those_of_what_was_received)
{
	const char data[] = "a\r\nb\r\nc\xFFz";
	struct opened o;
	const char *line;

	open_over(&o, data, sizeof(data) - 1, 3, "r", -1, NULL);
	ck_assert_int_eq(ck_ok(kin_stream_read_line(o.stream, 0, &line)), 2);
	ck_assert_int_eq(ck_ok(kin_stream_read_line(o.stream, 0, &line)), 2);
	ck_fails(kin_stream_read_line(o.stream, 0, &line), EILSEQ,
		 "byte 0xFF at offset 7 of the stream is not UTF-8");
	close_it(&o);
}
END_TEST

START_TEST(bytes_are_read_in_any_sizes)
{
	static char data[3000], got[3001];

	for (size_t i = 0; i < sizeof(data); i++)
		data[i] = (char)test_random();
	for (size_t size = 1; size < 200; size += 7) {
		for (int buffering = 2; buffering < 300; buffering += 13) {
			struct opened o;
			size_t len = 0;
			ssize_t n;

			open_over(&o, data, sizeof(data), 1 + test_random() % 50, "rb", buffering,
				  NULL);
			while (len < sizeof(data) &&
			       (n = ck_ok(kin_stream_read(o.stream, got + len, size))) > 0) {
				ck_assert(n == (ssize_t)size || len + (size_t)n == sizeof(data));
				len += (size_t)n;
			}
			ck_assert_uint_eq(len, sizeof(data));
			ck_assert_mem_eq(got, data, sizeof(data));
			ck_assert_int_eq(ck_ok(kin_stream_read(o.stream, got, size)), 0);
			close_it(&o);
		}
	}
}
END_TEST

START_TEST(what_is_there_is_read_at_once)
{
	struct opened o;
	char got[8];

	open_over(&o, "abcdef", 6, 4, "rb", -1, NULL);
	ck_assert_int_eq(ck_ok(kin_stream_read_some(o.stream, got, 3)), 3);
	ck_assert_int_eq(ck_ok(kin_stream_read_some(o.stream, got, 3)), 1);
	ck_assert_int_eq(got[0], 'd');
	ck_assert_int_eq(ck_ok(kin_stream_read_some(o.stream, got, 0)), 0);
	ck_assert_int_eq(ck_ok(kin_stream_read_some(o.stream, got, 8)), 2);
	ck_assert_int_eq(ck_ok(kin_stream_read_some(o.stream, got, 8)), 0);
	close_it(&o);

	/* Half a character is nothing yet, and at the end a "\r" is a line's end. */
	open_over(&o, "\xE2\x82\xAC\r", 4, 1, "r", -1, NULL);
	ck_assert_int_eq(ck_ok(kin_stream_read_some(o.stream, got, 8)), 3);
	ck_assert_int_eq(ck_ok(kin_stream_read_some(o.stream, got, 8)), 1);
	ck_assert_int_eq(got[0], '\n');
	ck_assert_int_eq(ck_ok(kin_stream_read_some(o.stream, got, 8)), 0);
	close_it(&o);
}
END_TEST

START_TEST(all_is_read_up_to_a_limit)
{
	static char data[100000];
	struct opened o;
	char *all;

	memset(data, 'x', sizeof(data));
	open_over(&o, data, sizeof(data), 1000, "rb", -1, NULL);
	ck_fails(kin_stream_read_all(o.stream, sizeof(data) - 1, &all), EMSGSIZE,
		 "there are more than 99999 bytes to be read");
	ck_assert_int_eq(ck_ok(kin_stream_read_all(o.stream, sizeof(data), &all)), sizeof(data));
	ck_assert_mem_eq(all, data, sizeof(data));
	ck_assert_int_eq(all[sizeof(data)], '\0');
	free(all);
	ck_assert_int_eq(ck_ok(kin_stream_read_all(o.stream, 0, &all)), 0);
	ck_assert_str_eq(all, "");
	free(all);
	close_it(&o);
}
END_TEST

START_TEST(a_line_then_the_rest)
{
	struct opened o;
	const char *line;
	char got[3], *rest;

	open_over(&o, "head\nbody of it", 15, 100, "r", -1, NULL);
	ck_assert_int_eq(ck_ok(kin_stream_read_line(o.stream, 0, &line)), 5);
	ck_assert_str_eq(line, "head\n");
	ck_fails(kin_stream_read(o.stream, got, sizeof(got)), EINVAL,
		 "3 bytes are no room for text: a character may have 4");
	ck_assert_int_eq(ck_ok(kin_stream_read_all(o.stream, 0, &rest)), 10);
	ck_assert_str_eq(rest, "body of it");
	free(rest);
	close_it(&o);
}
END_TEST

START_TEST(nothing_is_received_that_was_not_asked_for)
{
	struct opened o;
	const char *line;
	char got[16];

	open_over(&o, "one\ntwo\nthree", 13, 5, "rb", 0, NULL);
	ck_assert_int_eq(ck_ok(kin_stream_read_line(o.stream, 0, &line)), 4);
	ck_assert_str_eq(line, "one\n");
	ck_assert_uint_eq(o.pieces.done, 4);
	ck_assert_int_eq(ck_ok(kin_stream_read(o.stream, got, 2)), 2);
	ck_assert_uint_eq(o.pieces.done, 6);
	ck_assert_int_eq(ck_ok(kin_stream_read_line(o.stream, 0, &line)), 2);
	ck_assert_str_eq(line, "o\n");
	ck_assert_int_eq(ck_ok(kin_stream_read_line(o.stream, 3, &line)), 3);
	ck_assert_uint_eq(o.pieces.done, 11);
	/* One receive is all that a read is then. */
	ck_assert_int_eq(ck_ok(kin_stream_read(o.stream, got, sizeof(got))), 2);
	ck_assert_int_eq(ck_ok(kin_stream_read_line(o.stream, 0, &line)), 0);
	close_it(&o);
}
END_TEST

START_TEST(bad_arguments_are_refused)
{
	struct opened o;
	struct kin_stream *none = NULL;
	struct kin_sock *sock;
	const char *line;
	char got[8], *all;

	open_over(&o, "", 0, 1, "rb", -1, NULL);
	sock = o.sock;
	ck_fails(kin_stream_new(sock, "rx", -1, NULL, &none), EINVAL,
		 "mode \"rx\": only r, w and b have a meaning");
	ck_fails(kin_stream_new(sock, "r", 0, NULL, &none), EINVAL,
		 "buffering 0 is for binary streams: the mode needs a b");
	ck_fails(kin_stream_new(sock, "r", -2, NULL, &none), EINVAL,
		 "buffering -2 is not in -1-2147483647");
	ck_fails(kin_stream_new(sock, "rb", -1, "\n", &none), EINVAL,
		 "a binary stream has no newline to be chosen");
	ck_fails(kin_stream_new(sock, "r", -1, "\n\r", &none), EINVAL,
		 "newline \"\\u000a\\u000d\" is none of NULL, \"\", \"\\n\", \"\\r\" and "
		 "\"\\r\\n\"");
	ck_fails(kin_stream_new(NULL, "r", -1, NULL, &none), EINVAL, "sock is NULL");
	ck_fails(kin_stream_new(sock, NULL, -1, NULL, &none), EINVAL, "mode is NULL");
	ck_fails(kin_stream_new(sock, "r", -1, NULL, NULL), EINVAL, "ret_stream is NULL");
	ck_assert_ptr_null(none);
	ck_fails(kin_stream_read(NULL, got, 8), EINVAL, "stream is NULL");
	ck_fails(kin_stream_read(o.stream, NULL, 8), EINVAL, "data is NULL");
	ck_fails(kin_stream_read_some(NULL, got, 8), EINVAL, "stream is NULL");
	ck_fails(kin_stream_read_line(NULL, 0, &line), EINVAL, "stream is NULL");
	ck_fails(kin_stream_read_line(o.stream, 0, NULL), EINVAL, "ret_line is NULL");
	ck_fails(kin_stream_read_all(NULL, 0, &all), EINVAL, "stream is NULL");
	ck_fails(kin_stream_read_all(o.stream, 0, NULL), EINVAL, "ret_data is NULL");
	ck_fails(kin_stream_write(NULL, "", 0, NULL), EINVAL, "stream is NULL");
	ck_fails(kin_stream_printf(NULL, "x"), EINVAL, "stream is NULL");
	ck_fails(kin_stream_flush(NULL), EINVAL, "stream is NULL");
	ck_ok(kin_stream_close(NULL));
	ck_fails(kin_stream_write(o.stream, "x", 1, NULL), EBADF,
		 "the stream is not for writing: its mode has no w");
	ck_fails(kin_stream_flush(o.stream), EBADF, NULL);
	close_it(&o);
	open_over(&o, "", 0, 1, "w", -1, NULL);
	ck_fails(kin_stream_read(o.stream, got, 8), EBADF,
		 "the stream is not for reading: its mode has no r");
	close_it(&o);
}
END_TEST

int main(void)
{
	const struct test_case cases[] = {
		{lines_end_as_asked_for_wherever_the_borders_are,
		 "lines_end_as_asked_for_wherever_the_borders_are"},
		{a_line_longer_than_the_most_comes_in_pieces_of_whole_characters,
		 "a_line_longer_than_the_most_comes_in_pieces_of_whole_characters"},
		{text_is_strict_utf8_and_the_byte_is_named,
		 "text_is_strict_utf8_and_the_byte_is_named"},
		{offsets_are_those_of_what_was_received, "offsets_are_those_of_what_was_received"},
		{bytes_are_read_in_any_sizes, "bytes_are_read_in_any_sizes"},
		{what_is_there_is_read_at_once, "what_is_there_is_read_at_once"},
		{all_is_read_up_to_a_limit, "all_is_read_up_to_a_limit"},
		{a_line_then_the_rest, "a_line_then_the_rest"},
		{nothing_is_received_that_was_not_asked_for,
		 "nothing_is_received_that_was_not_asked_for"},
		{bad_arguments_are_refused, "bad_arguments_are_refused"},
		{},
	};

	return run_cases("core/stream", cases);
}
