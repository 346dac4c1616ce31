/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Streams over real sockets: who closes, what waits, and what is left when something fails. */
#include "harness.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <kin/family.h>

#define MS INT64_C(1000000)

/* The first end is the stream's; the second one waits for a second at most. */
static void open_pair(struct kin_sock *pair[2])
{
	ck_ok(kin_pair(AF_UNIX, SOCK_STREAM, 0, pair));
	ck_ok(kin_set_timeout(pair[1], 1000 * MS));
}

static void expect_arrived(struct kin_sock *sock, const char *expected)
{
	char buf[64] = "";

	ck_assert_int_eq(ck_ok(kin_recv(sock, buf, sizeof(buf) - 1, 0)), strlen(expected));
	ck_assert_str_eq(buf, expected);
}

static void expect_nothing(struct kin_sock *sock)
{
	char c;

	ck_fails(kin_recv(sock, &c, 1, MSG_DONTWAIT), EAGAIN, NULL);
}

static void expect_end(struct kin_sock *sock)
{
	char c;

	ck_assert_int_eq(ck_ok(kin_recv(sock, &c, 1, 0)), 0);
}

START_TEST(semantic_18_the_socket_closes_with_its_last_user)
{
	/* In which order socket (s) and streams (a, b) are closed. */
	static const char *const orders[] = {"sab", "asb", "abs", "bas", "bsa", "sba"};

	for (unsigned i = 0; i < sizeof(orders) / sizeof(orders[0]); i++) {
		unsigned before = open_fds();
		struct kin_sock *pair[2];
		struct kin_stream *a, *b;

		open_pair(pair);
		ck_ok(kin_stream_new(pair[0], "w", -1, NULL, &a));
		ck_ok(kin_stream_new(pair[0], "rwb", -1, NULL, &b));
		for (const char *c = orders[i]; *c; c++) {
			expect_nothing(pair[1]);
			ck_ok(*c == 's' ? kin_close(pair[0]) : kin_stream_close(*c == 'a' ? a : b));
			/* Those that are left go on working. */
			if (*c == 's' && c[1]) {
				struct kin_stream *left = c[1] == 'a' ? a : b;

				ck_ok(kin_stream_printf(left, "%s %d", "still", 1));
				ck_ok(kin_stream_flush(left));
				expect_arrived(pair[1], "still 1");
			}
		}
		expect_end(pair[1]);
		ck_ok(kin_close(pair[1]));
		ck_assert_uint_eq(open_fds(), before);
	}
}
END_TEST

START_TEST(semantic_18_a_timeout_in_the_middle_leaves_it_unusable_and_says_so)
{
	static const char words[] =
		"a read timed out in the middle: the stream can't be read any more";
	struct kin_sock *pair[2];
	struct kin_stream *stream;
	const char *line;
	char data[8], *all;

	open_pair(pair);
	ck_ok(kin_set_timeout(pair[0], 30 * MS));
	ck_ok(kin_stream_new(pair[0], "rw", -1, NULL, &stream));
	ck_ok(kin_send(pair[1], "one\ntw", 6, 0));
	ck_assert_int_eq(ck_ok(kin_stream_read_line(stream, 0, &line)), 4);
	ck_fails(kin_stream_read_line(stream, 0, &line), ETIMEDOUT, NULL);
	ck_assert_int_eq(kin_error_domain(), KIN_ERR_DEADLINE);
	/* Even when what was waited for has come. */
	ck_ok(kin_send(pair[1], "o\n", 2, 0));
	ck_fails(kin_stream_read_line(stream, 0, &line), EIO, words);
	ck_fails(kin_stream_read(stream, data, 8), EIO, words);
	ck_fails(kin_stream_read_some(stream, data, 8), EIO, words);
	ck_fails(kin_stream_read_all(stream, 0, &all), EIO, words);
	/* Writing has lost nothing. */
	ck_ok(kin_stream_printf(stream, "answer"));
	ck_ok(kin_stream_close(stream));
	expect_arrived(pair[1], "answer");
	ck_ok(kin_close(pair[0]));
	ck_ok(kin_close(pair[1]));
}
END_TEST

START_TEST(a_socket_that_does_not_wait_is_refused)
{
	struct kin_sock *pair[2];
	struct kin_stream *stream = NULL;

	open_pair(pair);
	ck_ok(kin_set_timeout(pair[0], 0));
	ck_fails(kin_stream_new(pair[0], "r", -1, NULL, &stream), EINVAL,
		 "a stream is over a socket that may wait: give it a timeout");
	ck_assert_ptr_null(stream);
	ck_ok(kin_close(pair[0]));
	ck_ok(kin_close(pair[1]));
}
END_TEST

START_TEST(one_that_stopped_waiting_gives_what_is_there)
{
	struct kin_sock *pair[2];
	struct kin_stream *stream;
	const char *line;
	char data[16], *all;

	open_pair(pair);
	ck_ok(kin_stream_new(pair[0], "rb", -1, NULL, &stream));
	ck_ok(kin_set_timeout(pair[0], 0));
	ck_fails(kin_stream_read(stream, data, 4), EAGAIN, NULL);
	ck_fails(kin_stream_read_some(stream, data, 4), EAGAIN, NULL);
	ck_ok(kin_send(pair[1], "abc", 3, 0));
	/* A line is there as a whole or not yet. */
	ck_fails(kin_stream_read_line(stream, 0, &line), EAGAIN, NULL);
	ck_fails(kin_stream_read_all(stream, 0, &all), EAGAIN, NULL);
	ck_ok(kin_send(pair[1], "d\nef", 4, 0));
	ck_assert_int_eq(ck_ok(kin_stream_read_line(stream, 0, &line)), 5);
	ck_assert_str_eq(line, "abcd\n");
	ck_assert_int_eq(ck_ok(kin_stream_read(stream, data, 16)), 2);
	ck_fails(kin_stream_read(stream, data, 16), EAGAIN, NULL);
	ck_ok(kin_stream_close(stream));
	ck_ok(kin_close(pair[0]));
	ck_ok(kin_close(pair[1]));
}
END_TEST

START_TEST(streams_of_a_detached_socket_fail)
{
	struct kin_sock *pair[2];
	struct kin_stream *reads, *writes;
	const char *line;
	int fd;

	open_pair(pair);
	ck_ok(kin_stream_new(pair[0], "r", -1, NULL, &reads));
	ck_ok(kin_stream_new(pair[0], "w", -1, NULL, &writes));
	ck_ok(kin_stream_printf(writes, "never sent"));
	ck_ok(kin_send(pair[1], "x\n", 2, 0));
	fd = ck_ok(kin_detach(pair[0]));
	ck_fails(kin_stream_read_line(reads, 0, &line), EBADF, "the stream's socket was detached");
	ck_fails(kin_stream_printf(writes, "x"), EBADF, "the stream's socket was detached");
	ck_fails(kin_stream_close(writes), EBADF, "the stream's socket was detached");
	ck_ok(kin_stream_close(reads));
	/* The descriptor is the caller's, as it was. */
	ck_assert_int_eq(write(fd, "y", 1), 1);
	expect_arrived(pair[1], "y");
	close(fd);
	ck_ok(kin_close(pair[1]));
}
END_TEST

START_TEST(what_is_written_goes_when_it_should)
{
	struct kin_sock *pair[2];
	struct kin_stream *stream;

	open_pair(pair);
	ck_ok(kin_stream_new(pair[0], "w", 1, NULL, &stream));
	ck_ok(kin_stream_printf(stream, "half"));
	expect_nothing(pair[1]);
	ck_ok(kin_stream_printf(stream, " a line\nand"));
	expect_arrived(pair[1], "half a line\nand");
	ck_ok(kin_stream_printf(stream, "\r"));
	expect_arrived(pair[1], "\r");
	ck_ok(kin_stream_close(stream));

	ck_ok(kin_stream_new(pair[0], "wb", 4, NULL, &stream));
	ck_ok(kin_stream_write(stream, "\n23", 3, NULL));
	expect_nothing(pair[1]);
	ck_ok(kin_stream_write(stream, "4", 1, NULL));
	expect_nothing(pair[1]);
	ck_ok(kin_stream_write(stream, "5", 1, NULL));
	expect_arrived(pair[1], "\n234");
	ck_ok(kin_stream_write(stream, "6789abcdef", 10, NULL));
	expect_arrived(pair[1], "56789abcdef");
	ck_ok(kin_stream_close(stream));
	expect_nothing(pair[1]);

	ck_ok(kin_stream_new(pair[0], "wb", 0, NULL, &stream));
	ck_ok(kin_stream_write(stream, "now", 3, NULL));
	expect_arrived(pair[1], "now");
	ck_ok(kin_stream_close(stream));

	/* A line end that fills the buffer is not sent past it, where it might be cut. */
	ck_ok(kin_stream_new(pair[0], "w", 2, "\r\n", &stream));
	ck_ok(kin_stream_write(stream, "\n", 1, NULL));
	expect_nothing(pair[1]);
	ck_ok(kin_stream_close(stream));
	expect_arrived(pair[1], "\r\n");
	ck_ok(kin_close(pair[0]));
	ck_ok(kin_close(pair[1]));
}
END_TEST

/* As python3's makefile() writes them. */
START_TEST(line_ends_are_written_as_asked_for)
{
	static const struct {
		const char *newline, *written;
	} cases[] = {
		{NULL, "x\ny\r\nz\n"}, {"", "x\ny\r\nz\n"},           {"\n", "x\ny\r\nz\n"},
		{"\r", "x\ry\r\rz\r"}, {"\r\n", "x\r\ny\r\r\nz\r\n"},
	};

	for (unsigned i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		for (int buffering = 1; buffering < 12; buffering++) {
			struct kin_sock *pair[2];
			struct kin_stream *stream, *back;
			size_t taken;
			char *all;

			open_pair(pair);
			ck_ok(kin_stream_new(pair[0], "w", buffering, cases[i].newline, &stream));
			ck_ok(kin_stream_write(stream, "x\ny\r\nz\n", 7, &taken));
			ck_assert_uint_eq(taken, 7);
			ck_ok(kin_close(pair[0]));
			ck_ok(kin_stream_close(stream));
			ck_ok(kin_stream_new(pair[1], "rb", -1, NULL, &back));
			ck_ok(kin_stream_read_all(back, 0, &all));
			ck_assert_str_eq(all, cases[i].written);
			free(all);
			ck_ok(kin_stream_close(back));
			ck_ok(kin_close(pair[1]));
		}
	}
}
END_TEST

START_TEST(text_that_is_none_is_not_written)
{
	struct kin_sock *pair[2];
	struct kin_stream *stream;
	size_t taken = 9;

	open_pair(pair);
	ck_ok(kin_stream_new(pair[0], "w", -1, NULL, &stream));
	ck_fails(kin_stream_write(stream, "ab\xE2\x82", 4, &taken), EILSEQ,
		 "byte 0xE2 at offset 2 is not UTF-8");
	ck_assert_uint_eq(taken, 0);
	ck_ok(kin_stream_write(stream, "\xE2\x82\xAC", 3, &taken));
	ck_assert_uint_eq(taken, 3);
	ck_ok(kin_stream_close(stream));
	expect_arrived(pair[1], "\xE2\x82\xAC");
	ck_ok(kin_close(pair[0]));
	ck_ok(kin_close(pair[1]));
}
END_TEST

START_TEST(a_write_that_times_out_says_how_far_it_came)
{
	static char data[4 << 20], got[4 << 20];
	struct kin_sock *pair[2];
	struct kin_stream *stream;
	size_t taken, all = 0;
	int r;

	for (size_t i = 0; i < sizeof(data); i++)
		data[i] = (char)test_random();
	open_pair(pair);
	ck_ok(kin_set_timeout(pair[0], 20 * MS));
	ck_ok(kin_stream_new(pair[0], "wb", 5000, NULL, &stream));
	for (size_t from = 0; from < sizeof(data); from += taken) {
		size_t len = sizeof(data) - from < 3333 ? sizeof(data) - from : 3333;

		r = kin_stream_write(stream, data + from, from ? len : 300000, &taken);
		ck_assert(r == 0 || r == -ETIMEDOUT);
		if (r < 0)
			all += (size_t)ck_ok(kin_recv(pair[1], got + all, sizeof(got) - all, 0));
	}
	while ((r = kin_stream_flush(stream)) < 0) {
		ck_assert_int_eq(r, -ETIMEDOUT);
		all += (size_t)ck_ok(kin_recv(pair[1], got + all, sizeof(got) - all, 0));
	}
	ck_ok(kin_stream_close(stream));
	ck_ok(kin_close(pair[0]));
	while (all < sizeof(got))
		all += (size_t)ck_ok(kin_recv(pair[1], got + all, sizeof(got) - all, 0));
	expect_end(pair[1]);
	ck_assert_mem_eq(got, data, sizeof(data));
	ck_ok(kin_close(pair[1]));
}
END_TEST

START_TEST(what_closing_could_not_send_is_told)
{
	unsigned before = open_fds();
	struct kin_sock *pair[2];
	struct kin_stream *stream;

	open_pair(pair);
	ck_assert(signal(SIGPIPE, SIG_DFL) != SIG_ERR);
	ck_ok(kin_stream_new(pair[0], "w", -1, NULL, &stream));
	ck_ok(kin_stream_printf(stream, "too late"));
	ck_ok(kin_close(pair[1]));
	ck_ok(kin_close(pair[0]));
	ck_fails(kin_stream_close(stream), EPIPE, NULL);
	ck_assert_uint_eq(open_fds(), before);
}
END_TEST

static void *trickle(void *data)
{
	const struct timespec moment = {.tv_nsec = 20 * MS};

	for (int i = 0; i < 30 && kin_send(data, "x", 1, MSG_DONTWAIT) == 1; i++)
		nanosleep(&moment, NULL);
	return NULL;
}

START_TEST(one_timeout_is_for_all_that_a_read_receives)
{
	struct kin_sock *pair[2];
	struct kin_stream *stream;
	const char *line;
	pthread_t thread;
	int64_t begun;

	open_pair(pair);
	ck_ok(kin_set_timeout(pair[0], 100 * MS));
	ck_ok(kin_stream_new(pair[0], "r", -1, NULL, &stream));
	ck_assert_int_eq(pthread_create(&thread, NULL, trickle, pair[1]), 0);
	begun = kin_now();
	ck_fails(kin_stream_read_line(stream, 0, &line), ETIMEDOUT, NULL);
	ck_assert_int_lt(kin_now() - begun, 400 * MS);
	ck_assert_int_ge(kin_now() - begun, 100 * MS);
	ck_ok(kin_stream_close(stream));
	ck_ok(kin_close(pair[0]));
	ck_assert_int_eq(pthread_join(thread, NULL), 0);
	ck_ok(kin_close(pair[1]));
}
END_TEST

START_TEST(nothing_is_read_ahead_without_a_buffer)
{
	struct kin_sock *pair[2];
	struct kin_stream *stream;
	const char *line;

	open_pair(pair);
	ck_ok(kin_stream_new(pair[0], "rb", 0, NULL, &stream));
	ck_ok(kin_send(pair[1], "head\nbody", 9, 0));
	ck_assert_int_eq(ck_ok(kin_stream_read_line(stream, 0, &line)), 5);
	expect_arrived(pair[0], "body");
	ck_ok(kin_close(pair[1]));
	ck_assert_int_eq(ck_ok(kin_stream_read_line(stream, 0, &line)), 0);
	ck_ok(kin_stream_close(stream));
	ck_ok(kin_close(pair[0]));
}
END_TEST

int main(void)
{
	const struct test_case cases[] = {
		{semantic_18_the_socket_closes_with_its_last_user,
		 "semantic_18_the_socket_closes_with_its_last_user"},
		{semantic_18_a_timeout_in_the_middle_leaves_it_unusable_and_says_so,
		 "semantic_18_a_timeout_in_the_middle_leaves_it_unusable_and_says_so"},
		{a_socket_that_does_not_wait_is_refused, "a_socket_that_does_not_wait_is_refused"},
		{one_that_stopped_waiting_gives_what_is_there,
		 "one_that_stopped_waiting_gives_what_is_there"},
		{streams_of_a_detached_socket_fail, "streams_of_a_detached_socket_fail"},
		{what_is_written_goes_when_it_should, "what_is_written_goes_when_it_should"},
		{line_ends_are_written_as_asked_for, "line_ends_are_written_as_asked_for"},
		{text_that_is_none_is_not_written, "text_that_is_none_is_not_written"},
		{a_write_that_times_out_says_how_far_it_came,
		 "a_write_that_times_out_says_how_far_it_came", .seconds = 60},
		{what_closing_could_not_send_is_told, "what_closing_could_not_send_is_told"},
		{one_timeout_is_for_all_that_a_read_receives,
		 "one_timeout_is_for_all_that_a_read_receives"},
		{nothing_is_read_ahead_without_a_buffer, "nothing_is_read_ahead_without_a_buffer"},
		{},
	};

	return run_cases("core/stream", cases);
}
