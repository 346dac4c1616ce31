/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Passing file descriptors: they arrive, are close-on-exec, and none is ever left open. */
#include "harness.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <kin/unix.h>

#include "core.h"

static void open_pair(int type, struct kin_sock *pair[2])
{
	ck_ok(kin_pair(AF_UNIX, type, 0, pair));
	ck_ok(kin_set_timeout(pair[0], 1000000000));
	ck_ok(kin_set_timeout(pair[1], 1000000000));
}

static void close_pair(struct kin_sock *pair[2])
{
	ck_ok(kin_close(pair[0]));
	ck_ok(kin_close(pair[1]));
}

static bool same_file(int a, int b)
{
	struct stat sa, sb;

	return fstat(a, &sa) == 0 && fstat(b, &sb) == 0 && sa.st_dev == sb.st_dev &&
	       sa.st_ino == sb.st_ino;
}

static void pass_pipe(int type)
{
	struct kin_sock *pair[2];
	int pipe_fds[2], got[2] = {-1, -1}, flags = -1;
	unsigned n = 2;
	char buf[32] = "";

	open_pair(type, pair);
	ck_assert_int_eq(pipe2(pipe_fds, O_CLOEXEC), 0);
	ck_assert_int_eq(kin_unix_send_fds(pair[0], "two files", 9, pipe_fds, 2, 0), 9);
	ck_assert_int_eq(ck_ok(kin_unix_recv_fds(pair[1], buf, sizeof(buf), got, &n, 0, &flags)),
			 9);
	ck_assert_str_eq(buf, "two files");
	ck_assert_uint_eq(n, 2);
	ck_assert_int_eq(flags & (MSG_CTRUNC | MSG_TRUNC), 0);
	for (int i = 0; i < 2; i++) {
		ck_assert(same_file(got[i], pipe_fds[i]));
		ck_assert_int_ne(got[i], pipe_fds[i]);
		ck_assert_int_eq(fcntl(got[i], F_GETFD), FD_CLOEXEC);
		close(got[i]);
		close(pipe_fds[i]);
	}
	close_pair(pair);
}

START_TEST(arrives_over_a_stream)
{
	pass_pipe(SOCK_STREAM);
}
END_TEST
START_TEST(arrives_over_datagrams)
{
	pass_pipe(SOCK_DGRAM);
}
END_TEST
START_TEST(arrives_over_seqpackets)
{
	pass_pipe(SOCK_SEQPACKET);
}
END_TEST

/* Odd and even, because control messages are padded to a multiple of two descriptors. */
START_TEST(those_beyond_the_room_are_closed)
{
	for (unsigned sent = 1; sent <= 9; sent++) {
		for (unsigned room = 0; room <= 9; room++) {
			struct kin_sock *pair[2];
			unsigned before = open_fds(), n = room;
			int fds[9], got[9], flags;
			char buf[1];

			open_pair(SOCK_STREAM, pair);
			for (unsigned i = 0; i < sent; i++)
				fds[i] = kin_fd(pair[0]);
			ck_ok(kin_unix_send_fds(pair[0], "x", 1, fds, sent, 0));
			ck_ok(kin_unix_recv_fds(pair[1], buf, 1, got, &n, 0, &flags));
			ck_assert_uint_eq(n, sent < room ? sent : room);
			ck_assert_int_eq(flags & MSG_CTRUNC, sent > room ? MSG_CTRUNC : 0);
			for (unsigned i = 0; i < n; i++)
				close(got[i]);
			ck_assert_uint_eq(open_fds(), before + 2);
			close_pair(pair);
		}
	}
}
END_TEST

/* Ancillary data that options ask for comes before the descriptors, or is one itself. */
START_TEST(other_items_take_no_room_away)
{
	static const char *const options[] = {"passcred", "timestamps", "passpidfd"};
	static const char *const values[] = {"on", "software", "on"};

	for (size_t i = 0; i < 3; i++) {
		struct kin_sock *pair[2];
		unsigned before = open_fds(), n;
		int got[4] = {-1, -1, -1, -1}, flags;
		char buf[1];

		open_pair(SOCK_DGRAM, pair);
		if (kin_opt_set(pair[1], options[i], values[i]) == 0) {
			ck_ok(kin_unix_send_fds(pair[0], "x", 1, &(int){0}, 1, 0));
			n = 1;
			ck_ok(kin_unix_recv_fds(pair[1], buf, 1, got, &n, 0, &flags));
			ck_assert_uint_eq(n, 1);
			ck_assert_int_eq(flags & MSG_CTRUNC, 0);
			ck_assert(same_file(got[0], 0));
			close(got[0]);
			ck_ok(kin_unix_send_fds(pair[0], "x", 1, NULL, 0, 0));
			n = 4;
			ck_ok(kin_unix_recv_fds(pair[1], buf, 1, got, &n, 0, &flags));
			ck_assert_uint_eq(n, 0);
		}
		close_pair(pair);
		ck_assert_uint_eq(open_fds(), before);
	}
}
END_TEST

START_TEST(a_plain_receive_leaves_none_open)
{
	struct kin_sock *pair[2];
	struct kin_batch *batch;
	unsigned before;
	char buf[8];

	open_pair(SOCK_SEQPACKET, pair);
	before = open_fds();
	for (int i = 0; i < 3; i++)
		ck_ok(kin_unix_send_fds(pair[0], "x", 1, &(int){0}, 1, 0));
	ck_assert_int_eq(kin_recv(pair[1], buf, sizeof(buf), 0), 1);
	ck_assert_uint_eq(open_fds(), before);
	ck_ok(kin_batch_new(2, 8, 0, &batch));
	ck_assert_int_eq(kin_recv_batch(pair[1], batch, 0), 2);
	ck_assert_uint_eq(open_fds(), before + 2);
	kin_batch_free(batch);
	ck_assert_uint_eq(open_fds(), before);
	close_pair(pair);
}
END_TEST

START_TEST(a_stream_keeps_what_was_not_asked_for)
{
	struct kin_sock *pair[2];
	unsigned n = 1;
	char buf[8] = "";
	int fd;

	open_pair(SOCK_STREAM, pair);
	ck_ok(kin_send(pair[0], "abcdefgh", 8, 0));
	ck_assert_int_eq(kin_unix_recv_fds(pair[1], buf, 3, &fd, &n, 0, NULL), 3);
	ck_assert_uint_eq(n, 0);
	ck_assert_int_eq(kin_recv(pair[1], buf, sizeof(buf), 0), 5);
	ck_assert_mem_eq(buf, "defgh", 5);
	close_pair(pair);
}
END_TEST

START_TEST(a_stream_may_cut_long_data)
{
	struct kin_sock *pair[2];
	static char data[100000], buf[100000];
	unsigned n = 1;
	int fd;
	ssize_t sent;

	open_pair(SOCK_STREAM, pair);
	sent = ck_ok(kin_unix_send_fds(pair[0], data, sizeof(data), &(int){0}, 1, 0));
	ck_assert_int_ge(sent, 2048);
	ck_assert_int_eq(kin_unix_recv_fds(pair[1], buf, sizeof(buf), &fd, &n, 0, NULL), sent);
	ck_assert_uint_eq(n, 1);
	close(fd);
	close_pair(pair);
}
END_TEST

START_TEST(an_empty_message_carries_descriptors)
{
	struct kin_sock *pair[2];
	unsigned n = 1;
	char buf[1];
	int fd;

	open_pair(SOCK_SEQPACKET, pair);
	ck_assert_int_eq(kin_unix_send_fds(pair[0], NULL, 0, &(int){0}, 1, 0), 0);
	ck_assert_int_eq(kin_unix_recv_fds(pair[1], buf, 1, &fd, &n, 0, NULL), 0);
	ck_assert_uint_eq(n, 1);
	close(fd);
	close_pair(pair);
}
END_TEST

START_TEST(the_end_of_a_stream_carries_none)
{
	struct kin_sock *pair[2];
	unsigned n = 4;
	char buf[1];
	int fds[4];

	open_pair(SOCK_STREAM, pair);
	ck_ok(kin_shutdown(pair[0], SHUT_WR));
	ck_assert_int_eq(kin_unix_recv_fds(pair[1], buf, 1, fds, &n, 0, NULL), 0);
	ck_assert_uint_eq(n, 0);
	close_pair(pair);
}
END_TEST

START_TEST(bad_arguments_are_refused)
{
	struct kin_sock *pair[2];
	int fds[KIN_UNIX_FDS_MAX + 1] = {};
	unsigned n = 1;
	char buf[4];

	open_pair(SOCK_STREAM, pair);
	ck_fails(kin_unix_send_fds(pair[0], "x", 1, fds, KIN_UNIX_FDS_MAX + 1, 0), EINVAL,
		 "254 file descriptors: a message carries at most 253");
	ck_fails(kin_unix_send_fds(pair[0], "", 0, fds, 1, 0), EINVAL,
		 "on a stream, file descriptors need a byte to travel with");
	ck_fails(kin_unix_send_fds(pair[0], "x", 1, &(int){-1}, 1, 0), EBADF, NULL);
	ck_fails(kin_unix_recv_fds(pair[1], buf, 0, fds, &n, 0, NULL), EINVAL,
		 "there is no room for data to receive");
	ck_assert_int_eq(kin_unix_send_fds(pair[0], "x", 1, fds, KIN_UNIX_FDS_MAX, 0), 1);
	close_pair(pair);
}
END_TEST

START_TEST(a_timeout_ends_the_wait)
{
	struct kin_sock *pair[2];
	unsigned n = 1;
	char buf[4];
	int fd;

	open_pair(SOCK_DGRAM, pair);
	ck_ok(kin_set_timeout(pair[1], 20000000));
	ck_fails(kin_unix_recv_fds(pair[1], buf, 4, &fd, &n, 0, NULL), ETIMEDOUT, NULL);
	ck_assert_int_eq(kin_error_domain(), KIN_ERR_DEADLINE);
	ck_assert_uint_eq(n, 1);
	close_pair(pair);
}
END_TEST

/* As Python's send_fds(sock, buffers, fds, flags, address) and recv_fds() do. */
START_TEST(semantic_19_pieces_go_to_an_address_and_come_from_one)
{
	const struct kin_addr any = {.len = sizeof(sa_family_t), .sa = {.sa_family = AF_UNIX}};
	char one[] = "one ", two[] = "and two";
	const struct iovec out[] = {{one, 4}, {NULL, 0}, {two, 7}};
	struct kin_sock *from, *to;
	struct kin_addr from_addr, to_addr, peer = {};
	char first[3], second[20] = "";
	const struct iovec in[] = {{first, sizeof(first)}, {second, sizeof(second)}};
	int pipe_fds[2], got[4], flags = -1;
	unsigned n = 4;

	ck_assert_int_eq(pipe2(pipe_fds, O_CLOEXEC), 0);
	ck_ok(kin_socket(AF_UNIX, SOCK_DGRAM, 0, &from));
	ck_ok(kin_socket(AF_UNIX, SOCK_DGRAM, 0, &to));
	ck_ok(kin_bind(from, &any));
	ck_ok(kin_bind(to, &any));
	ck_ok(kin_local_addr(from, &from_addr));
	ck_ok(kin_local_addr(to, &to_addr));
	ck_fails(kin_unix_send_fds_to(from, out, 3, pipe_fds, 2, 0, NULL), ENOTCONN, NULL);
	ck_assert_int_eq(ck_ok(kin_unix_send_fds_to(from, out, 3, pipe_fds, 2, 0, &to_addr)), 11);
	ck_assert_int_eq(ck_ok(kin_unix_recv_fds_from(to, in, 2, got, &n, 0, &flags, &peer)), 11);
	ck_assert_mem_eq(first, "one", 3);
	ck_assert_str_eq(second, " and two");
	ck_assert(kin_addr_equal(&peer, &from_addr));
	ck_assert_int_eq(flags & (MSG_TRUNC | MSG_CTRUNC), 0);
	ck_assert_uint_eq(n, 2);
	for (int i = 0; i < 2; i++) {
		ck_assert(same_file(got[i], pipe_fds[i]));
		ck_assert_int_eq(fcntl(got[i], F_GETFD), FD_CLOEXEC);
		close(got[i]);
		close(pipe_fds[i]);
	}
	ck_ok(kin_close(from));
	ck_ok(kin_close(to));
}
END_TEST

/* No kernel of today's cuts a descriptor in half, but a batch may come from elsewhere. */
START_TEST(semantic_19_half_a_descriptor_at_the_end_is_ignored)
{
	struct kin_batch *batch;
	struct kin_msg *msg;
	char cut[sizeof(int) + 2] = {};
	int fd = dup(0), got[4];

	ck_assert_int_ge(fd, 0);
	memcpy(cut, &fd, sizeof(fd));
	ck_ok(kin_batch_new(1, 1, 64, &batch));
	msg = kin_batch_msg(batch, 0);
	ck_ok(kin_add_cmsg(msg, SOL_SOCKET, SCM_RIGHTS, cut, sizeof(cut)));
	msg->fds_len = msg->control_len;
	batch->has_fds = true;
	ck_assert_uint_eq(kin_take_fds(batch, msg, got, 4), 1);
	ck_assert_int_eq(got[0], fd);
	kin_batch_free(batch);
	close(fd);
}
END_TEST

START_TEST(what_is_missing_is_refused)
{
	struct kin_sock *pair[2];
	char buf[4] = "x";
	struct iovec piece = {buf, 1}, nothing = {NULL, 1};
	unsigned n = 1;
	int fd;

	open_pair(SOCK_STREAM, pair);
	ck_fails(kin_unix_send_fds_to(NULL, &piece, 1, &(int){0}, 1, 0, NULL), EINVAL,
		 "sock is NULL");
	ck_fails(kin_unix_send_fds_to(pair[0], &piece, 1, NULL, 1, 0, NULL), EINVAL, "fds is NULL");
	ck_fails(kin_unix_send_fds_to(pair[0], NULL, 1, &(int){0}, 1, 0, NULL), EINVAL, NULL);
	ck_fails(kin_unix_send_fds_to(pair[0], &nothing, 1, &(int){0}, 1, 0, NULL), EINVAL, NULL);
	ck_fails(kin_unix_recv_fds(NULL, buf, 4, &fd, &n, 0, NULL), EINVAL, "sock is NULL");
	ck_fails(kin_unix_recv_fds(pair[0], NULL, 4, &fd, &n, 0, NULL), EINVAL, NULL);
	ck_fails(kin_unix_recv_fds(pair[0], buf, 4, NULL, &n, 0, NULL), EINVAL, "fds is NULL");
	ck_fails(kin_unix_recv_fds(pair[0], buf, 4, &fd, NULL, 0, NULL), EINVAL, "n_fds is NULL");
	close_pair(pair);
}
END_TEST

int main(void)
{
	const struct test_case cases[] = {
		{arrives_over_a_stream, "arrives_over_a_stream"},
		{arrives_over_datagrams, "arrives_over_datagrams"},
		{arrives_over_seqpackets, "arrives_over_seqpackets"},
		{those_beyond_the_room_are_closed, "those_beyond_the_room_are_closed"},
		{other_items_take_no_room_away, "other_items_take_no_room_away"},
		{a_plain_receive_leaves_none_open, "a_plain_receive_leaves_none_open"},
		{a_stream_keeps_what_was_not_asked_for, "a_stream_keeps_what_was_not_asked_for"},
		{a_stream_may_cut_long_data, "a_stream_may_cut_long_data"},
		{an_empty_message_carries_descriptors, "an_empty_message_carries_descriptors"},
		{the_end_of_a_stream_carries_none, "the_end_of_a_stream_carries_none"},
		{bad_arguments_are_refused, "bad_arguments_are_refused"},
		{a_timeout_ends_the_wait, "a_timeout_ends_the_wait"},
		{semantic_19_pieces_go_to_an_address_and_come_from_one,
		 "semantic_19_pieces_go_to_an_address_and_come_from_one"},
		{semantic_19_half_a_descriptor_at_the_end_is_ignored,
		 "semantic_19_half_a_descriptor_at_the_end_is_ignored"},
		{what_is_missing_is_refused, "what_is_missing_is_refused"},
		{},
	};

	return run_cases("unix/fds", cases);
}
