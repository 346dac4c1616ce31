/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Files over sockets: what arrives, and where the file's position is left. */
#include "harness.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <kin/family.h>

#define MS   INT64_C(1000000)
#define SIZE (3 << 20)

static char content[SIZE];

/* A regular file of SIZE random bytes, its position somewhere. */
static int make_file(void)
{
	int fd = memfd_create("content", MFD_CLOEXEC);

	ck_assert_int_ge(fd, 0);
	for (size_t i = 0; i < SIZE; i++)
		content[i] = (char)test_random();
	ck_assert_int_eq(write(fd, content, SIZE), SIZE);
	ck_assert_int_eq(lseek(fd, 77, SEEK_SET), 77);
	return fd;
}

/* Takes all that arrives, on a thread. */
struct reader {
	struct kin_sock *sock;
	char *data;
	size_t len;
	pthread_t thread;
};

static void *read_all(void *data)
{
	struct reader *r = data;
	ssize_t n;

	while ((n = kin_recv(r->sock, r->data + r->len, 2 * SIZE - r->len, 0)) > 0)
		r->len += (size_t)n;
	return NULL;
}

static void start(struct reader *r, struct kin_sock **ret_sock, int64_t timeout_ns)
{
	struct kin_sock *pair[2];

	ck_ok(kin_pair(AF_UNIX, SOCK_STREAM, 0, pair));
	ck_ok(kin_set_timeout(pair[0], timeout_ns));
	*r = (struct reader){.sock = pair[1], .data = malloc(2 * SIZE)};
	ck_assert_ptr_nonnull(r->data);
	ck_assert_int_eq(pthread_create(&r->thread, NULL, read_all, r), 0);
	*ret_sock = pair[0];
}

static void expect_arrived(struct reader *r, struct kin_sock *sock, const char *data, size_t len)
{
	ck_ok(kin_close(sock));
	ck_assert_int_eq(pthread_join(r->thread, NULL), 0);
	ck_assert_uint_eq(r->len, len);
	ck_assert_mem_eq(r->data, data, len);
	ck_ok(kin_close(r->sock));
	free(r->data);
}

START_TEST(semantic_17_offset_and_count_are_honoured_and_the_position_is_left_behind)
{
	static const struct {
		int64_t offset, count;
		uint64_t sent;
	} cases[] = {
		{0, -1, SIZE},
		{0, 1, 1},
		{1000, 5000, 5000},
		{12345, -1, SIZE - 12345},
		{0, INT64_MAX, SIZE},
		{SIZE - 1, 10, 1},
		{INT64_MAX, 10, 0},
		{SIZE, -1, 0},
		{(1 << 20) - 1, 1 << 20, 1 << 20},
	};
	int fd = make_file();

	for (unsigned i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		for (int timed = 0; timed < 2; timed++) {
			struct kin_sock *sock;
			struct reader reader;
			uint64_t sent = 99;

			ck_assert_int_eq(lseek(fd, 77, SEEK_SET), 77);
			start(&reader, &sock, timed ? 5000 * MS : -1);
			ck_ok(kin_send_file(sock, fd, cases[i].offset, cases[i].count, &sent));
			ck_assert_uint_eq(sent, cases[i].sent);
			ck_assert_int_eq(lseek(fd, 0, SEEK_CUR),
					 sent ? cases[i].offset + (int64_t)sent : 77);
			expect_arrived(&reader, sock, sent ? content + cases[i].offset : content,
				       sent);
		}
	}
	close(fd);
}
END_TEST

/* Nobody reads: what the socket took is told, and the position is behind just that. */
static void fail_in_the_middle(int fd, int64_t offset)
{
	struct kin_sock *pair[2];
	static char got[SIZE];
	uint64_t sent = 0;
	size_t len = 0;
	ssize_t n;

	ck_ok(kin_pair(AF_UNIX, SOCK_STREAM, 0, pair));
	ck_ok(kin_set_timeout(pair[0], 30 * MS));
	ck_fails(kin_send_file(pair[0], fd, offset, -1, &sent), ETIMEDOUT, "timed out");
	ck_assert_int_eq(kin_error_domain(), KIN_ERR_DEADLINE);
	ck_assert_uint_gt(sent, 0);
	ck_assert_uint_lt(sent, SIZE - (size_t)offset);
	if (lseek(fd, 0, SEEK_CUR) >= 0)
		ck_assert_int_eq(lseek(fd, 0, SEEK_CUR), offset + (int64_t)sent);
	ck_ok(kin_close(pair[0]));
	while ((n = ck_ok(kin_recv(pair[1], got + len, sizeof(got) - len, 0))) > 0)
		len += (size_t)n;
	ck_assert_uint_eq(len, sent);
	ck_assert_mem_eq(got, content + offset, len);
	ck_ok(kin_close(pair[1]));
}

START_TEST(semantic_17_the_position_is_left_after_what_was_sent_on_error_too)
{
	int fd = make_file();

	fail_in_the_middle(fd, 0);
	fail_in_the_middle(fd, 4321);
	close(fd);
}
END_TEST

START_TEST(semantic_17_anything_else_goes_by_a_send_loop)
{
	char zeros[100000] = {}, words[256];
	struct kin_sock *sock;
	struct reader reader;
	uint64_t sent;
	int fd;

	/* No end, no length. */
	fd = open("/dev/zero", O_RDONLY | O_CLOEXEC);
	start(&reader, &sock, 5000 * MS);
	ck_ok(kin_send_file(sock, fd, 0, sizeof(zeros), &sent));
	ck_assert_uint_eq(sent, sizeof(zeros));
	expect_arrived(&reader, sock, zeros, sizeof(zeros));
	close(fd);

	/* A regular file, it says, of no bytes. */
	fd = open("/proc/self/status", O_RDONLY | O_CLOEXEC);
	start(&reader, &sock, -1);
	ck_ok(kin_send_file(sock, fd, 5, 3, &sent));
	ck_assert_uint_eq(sent, 3);
	ck_assert_int_eq(pread(fd, words, 3, 5), 3);
	ck_assert_int_eq(lseek(fd, 0, SEEK_CUR), 8);
	expect_arrived(&reader, sock, words, 3);
	close(fd);
}
END_TEST

static void *fill_pipe(void *data)
{
	int fd = *(int *)data;

	for (size_t done = 0; done < SIZE;) {
		ssize_t n = write(fd, content + done, SIZE - done);

		if (n <= 0)
			break;
		done += (size_t)n;
	}
	close(fd);
	return NULL;
}

START_TEST(pipes_keep_what_was_not_sent)
{
	struct kin_sock *sock, *pair[2];
	struct reader reader;
	static char rest[SIZE];
	pthread_t thread;
	uint64_t sent, more;
	int fds[2], fd = make_file();
	size_t len = 0;
	ssize_t n;

	ck_assert(signal(SIGPIPE, SIG_IGN) != SIG_ERR);
	ck_assert_int_eq(pipe2(fds, O_CLOEXEC), 0);
	ck_assert_int_eq(pthread_create(&thread, NULL, fill_pipe, &fds[1]), 0);
	ck_ok(kin_pair(AF_UNIX, SOCK_STREAM, 0, pair));
	ck_fails(kin_send_file(pair[0], fds[0], 1, -1, &sent), ESPIPE, NULL);
	ck_assert_uint_eq(sent, 0);
	ck_ok(kin_set_timeout(pair[0], 30 * MS));
	ck_fails(kin_send_file(pair[0], fds[0], 0, -1, &sent), ETIMEDOUT, "timed out");
	ck_assert_uint_gt(sent, 0);
	start(&reader, &sock, -1);
	ck_ok(kin_send_file(sock, fds[0], 0, 100000, &more));
	ck_assert_uint_eq(more, 100000);
	expect_arrived(&reader, sock, content + sent, more);
	while ((n = read(fds[0], rest + len, sizeof(rest) - len)) > 0)
		len += (size_t)n;
	ck_assert_uint_eq(sent + more + len, SIZE);
	ck_assert_mem_eq(rest, content + sent + more, len);
	ck_assert_int_eq(pthread_join(thread, NULL), 0);
	ck_ok(kin_close(pair[0]));
	ck_ok(kin_close(pair[1]));
	close(fds[0]);
	close(fd);
}
END_TEST

/* A socket as the file: it can be read once only. */
START_TEST(what_is_lost_is_told)
{
	struct kin_sock *pair[2], *file[2];
	uint64_t sent;
	int sndbuf = 4096, fd = make_file();
	char words[160];

	ck_ok(kin_pair(AF_UNIX, SOCK_STREAM, 0, pair));
	ck_ok(kin_pair(AF_UNIX, SOCK_STREAM, 0, file));
	ck_ok(kin_setsockopt(pair[0], SOL_SOCKET, SO_SNDBUF, &sndbuf, sizeof(sndbuf)));
	ck_ok(kin_send_all(file[0], content, 65536, 0, NULL));
	ck_ok(kin_set_timeout(pair[0], 30 * MS));
	ck_assert_int_eq(kin_send_file(pair[0], kin_fd(file[1]), 0, -1, &sent), -ETIMEDOUT);
	ck_assert_int_eq(kin_error_domain(), KIN_ERR_DEADLINE);
	snprintf(words, sizeof(words),
		 "timed out; %llu bytes that were read from file descriptor %d are lost",
		 65536 - (unsigned long long)sent, kin_fd(file[1]));
	ck_assert_str_eq(kin_error_text(), words);
	for (int i = 0; i < 2; i++) {
		ck_ok(kin_close(pair[i]));
		ck_ok(kin_close(file[i]));
	}
	close(fd);
}
END_TEST

START_TEST(waiting_for_the_file_is_part_of_the_timeout)
{
	struct kin_sock *pair[2];
	int64_t begun = kin_now();
	uint64_t sent;
	int fds[2];

	ck_ok(kin_pair(AF_UNIX, SOCK_STREAM, 0, pair));
	ck_ok(kin_set_timeout(pair[0], 50 * MS));
	for (int flags = 0; flags <= O_NONBLOCK; flags += O_NONBLOCK) {
		ck_assert_int_eq(pipe2(fds, O_CLOEXEC | flags), 0);
		ck_assert_int_eq(write(fds[1], "abc", 3), 3);
		ck_fails(kin_send_file(pair[0], fds[0], 0, -1, &sent), ETIMEDOUT, "timed out");
		ck_assert_uint_eq(sent, 3);
		close(fds[0]);
		close(fds[1]);
	}
	ck_assert_int_ge(kin_now() - begun, 100 * MS);
	ck_assert_int_lt(kin_now() - begun, 1000 * MS);
	ck_ok(kin_close(pair[0]));
	ck_ok(kin_close(pair[1]));
}
END_TEST

START_TEST(a_peer_that_is_gone_raises_no_signal)
{
	struct kin_sock *pair[2];
	sigset_t pending, mask;
	uint64_t sent;
	int fd = make_file();

	ck_assert(signal(SIGPIPE, SIG_DFL) != SIG_ERR);
	for (int64_t timeout = -1; timeout < 2; timeout += 2) {
		ck_ok(kin_pair(AF_UNIX, SOCK_STREAM, 0, pair));
		ck_ok(kin_set_timeout(pair[0], timeout * 100 * MS));
		ck_ok(kin_close(pair[1]));
		ck_fails(kin_send_file(pair[0], fd, 0, -1, &sent), EPIPE, NULL);
		ck_assert_uint_eq(sent, 0);
		ck_assert_int_eq(lseek(fd, 0, SEEK_CUR), 77);
		ck_assert_int_eq(sigpending(&pending), 0);
		ck_assert_int_eq(sigismember(&pending, SIGPIPE), 0);
		ck_assert_int_eq(pthread_sigmask(SIG_BLOCK, NULL, &mask), 0);
		ck_assert_int_eq(sigismember(&mask, SIGPIPE), 0);
		ck_ok(kin_close(pair[0]));
	}
	close(fd);
}
END_TEST

START_TEST(semantic_17_refused_on_other_sockets_and_values)
{
	struct kin_sock *stream[2], *dgram[2];
	int fd = make_file(), write_only = open("/dev/null", O_WRONLY | O_CLOEXEC);
	int folder = open("/", O_RDONLY | O_CLOEXEC), ends[2];
	char words[64];
	uint64_t sent = 99;

	ck_ok(kin_pair(AF_UNIX, SOCK_STREAM, 0, stream));
	ck_ok(kin_pair(AF_UNIX, SOCK_DGRAM, 0, dgram));
	ck_fails(kin_send_file(NULL, fd, 0, -1, &sent), EINVAL, "sock is NULL");
	ck_fails(kin_send_file(dgram[0], fd, 0, -1, &sent), EINVAL,
		 "a file is sent over SOCK_STREAM, not a socket of type 2");
	ck_fails(kin_send_file(stream[0], fd, 0, 0, &sent), EINVAL,
		 "a count of 0 is neither above 0 nor -1 (to the end)");
	ck_fails(kin_send_file(stream[0], fd, 0, -2, &sent), EINVAL,
		 "a count of -2 is neither above 0 nor -1 (to the end)");
	ck_fails(kin_send_file(stream[0], fd, -1, -1, &sent), EINVAL, "offset -1 is negative");
	ck_fails(kin_send_file(stream[0], -1, 0, -1, &sent), EINVAL,
		 "file descriptor -1 is negative");
	ck_fails(kin_send_file(stream[0], write_only, 0, -1, NULL), EBADF, NULL);
	/* Waiting for it to be readable would never end. */
	ck_assert_int_eq(pipe2(ends, O_CLOEXEC), 0);
	snprintf(words, sizeof(words), "file descriptor %d is not open for reading", ends[1]);
	ck_fails(kin_send_file(stream[0], ends[1], 0, -1, &sent), EBADF, words);
	close(ends[0]);
	close(ends[1]);
	ck_fails(kin_send_file(stream[0], folder, 0, -1, NULL), EISDIR, NULL);
	ck_fails(kin_send_file(stream[0], 1000000, 0, -1, NULL), EBADF,
		 "file descriptor 1000000 is not open");
	ck_ok(kin_set_timeout(stream[0], 0));
	ck_fails(kin_send_file(stream[0], fd, 0, -1, &sent), EINVAL,
		 "a file is not sent over a non-blocking socket: give it a timeout");
	ck_assert_uint_eq(sent, 0);
	ck_assert_int_eq(lseek(fd, 0, SEEK_CUR), 77);
	for (int i = 0; i < 2; i++) {
		ck_ok(kin_close(stream[i]));
		ck_ok(kin_close(dgram[i]));
	}
	close(folder);
	close(write_only);
	close(fd);
}
END_TEST

int main(void)
{
	const struct test_case cases[] = {
		{semantic_17_offset_and_count_are_honoured_and_the_position_is_left_behind,
		 "semantic_17_offset_and_count_are_honoured_and_the_position_is_left_behind"},
		{semantic_17_the_position_is_left_after_what_was_sent_on_error_too,
		 "semantic_17_the_position_is_left_after_what_was_sent_on_error_too"},
		{semantic_17_anything_else_goes_by_a_send_loop,
		 "semantic_17_anything_else_goes_by_a_send_loop"},
		{pipes_keep_what_was_not_sent, "pipes_keep_what_was_not_sent"},
		{what_is_lost_is_told, "what_is_lost_is_told"},
		{waiting_for_the_file_is_part_of_the_timeout,
		 "waiting_for_the_file_is_part_of_the_timeout"},
		{a_peer_that_is_gone_raises_no_signal, "a_peer_that_is_gone_raises_no_signal"},
		{semantic_17_refused_on_other_sockets_and_values,
		 "semantic_17_refused_on_other_sockets_and_values"},
		{},
	};

	return run_cases("core/send-file", cases);
}
