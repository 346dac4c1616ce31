/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Messages, deadlines, ancillary data and descriptors, over socket pairs. */
#include "harness.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/time.h>
#include <unistd.h>
#include <kin/family.h>

static struct kin_sock *pair[2];
static struct kin_batch *batch;

static void make_pair(int type, size_t size)
{
	ck_ok(kin_pair(AF_UNIX, type, 0, pair));
	ck_ok(kin_batch_new(4, size, 0, &batch));
}

static void drop_pair(void)
{
	kin_batch_free(batch);
	ck_ok(kin_close(pair[0]));
	ck_ok(kin_close(pair[1]));
}

START_TEST(batches_carry_messages)
{
	make_pair(SOCK_DGRAM, 16);
	ck_ok(kin_opt_set(pair[1], "timestamps", "software"));
	for (unsigned i = 0; i < 4; i++) {
		struct kin_msg *msg = kin_batch_msg(batch, i);

		ck_assert_uint_eq((uintptr_t)msg->data % 8, 0);
		memset(msg->data, (int)i, i);
		msg->len = i;
	}
	ck_assert_int_eq(kin_send_batch(pair[0], batch, 1, 3, 0), 3);
	ck_assert_int_eq(kin_recv_batch(pair[1], batch, 0), 3);
	for (unsigned i = 0; i < 3; i++) {
		const struct kin_msg *msg = kin_batch_msg(batch, i);

		ck_assert_uint_eq(msg->len, i + 1);
		ck_assert_uint_eq(msg->full_len, i + 1);
		ck_assert_uint_eq(msg->data[i], i + 1);
		ck_assert_int_eq(msg->clock, KIN_CLOCK_SOFTWARE);
		ck_assert_int_gt(msg->time_ns, 1600000000ll * 1000000000);
	}
	ck_fails(kin_send_batch(pair[0], batch, 0, 0, 0), EINVAL, "no messages to send");
	ck_fails(kin_batch_new(1, 1, SIZE_MAX, &batch), ENOMEM, NULL);
	ck_fails(kin_send_batch(pair[0], batch, 4, 1, 0), EINVAL, "messages 4 to 4 are not in a batch of 4");
	drop_pair();
}
END_TEST

START_TEST(cut_messages_are_told)
{
	make_pair(SOCK_DGRAM, 8);
	ck_ok(kin_send(pair[0], "0123456789", 10, 0));
	ck_assert_int_eq(kin_recv_batch(pair[1], batch, MSG_TRUNC), 1);
	ck_assert_uint_eq(kin_batch_msg(batch, 0)->len, 8);
	ck_assert_uint_eq(kin_batch_msg(batch, 0)->full_len, 10);
	ck_assert(kin_batch_msg(batch, 0)->flags & MSG_TRUNC);
	drop_pair();
}
END_TEST

START_TEST(streams_end)
{
	make_pair(SOCK_STREAM, 16);
	ck_ok(kin_send_all(pair[0], "hello", 5, 0, NULL));
	ck_ok(kin_shutdown(pair[0], SHUT_WR));
	ck_assert_int_ge(kin_recv_batch(pair[1], batch, 0), 1);
	ck_assert_uint_eq(kin_batch_msg(batch, 0)->len, 5);
	ck_assert_int_eq(kin_recv_batch(pair[1], batch, 0), 0);
	/* Nobody reads any more: an error, no signal. */
	ck_ok(kin_close(pair[0]));
	ck_fails(kin_send(pair[1], "x", 1, 0), EPIPE, NULL);
	kin_batch_free(batch);
	ck_ok(kin_close(pair[1]));
}
END_TEST

START_TEST(empty_messages_are_no_end)
{
	static const char *const texts[] = {"a", "", "b"};

	make_pair(SOCK_SEQPACKET, 16);
	for (unsigned i = 0; i < 3; i++)
		ck_ok(kin_send(pair[0], texts[i], strlen(texts[i]), 0));
	ck_assert_int_eq(kin_recv_batch(pair[1], batch, 0), 3);
	ck_assert_uint_eq(kin_batch_msg(batch, 1)->len, 0);
	ck_assert_uint_eq(kin_batch_msg(batch, 2)->len, 1);
	ck_ok(kin_send(pair[0], "c", 1, 0));
	ck_ok(kin_shutdown(pair[0], SHUT_WR));
	ck_assert_int_eq(kin_recv_batch(pair[1], batch, 0), 1);
	ck_assert_int_eq(kin_recv_batch(pair[1], batch, 0), 0);
	/* Nor does a batch of more than one system call takes hide the end. */
	kin_batch_free(batch);
	ck_ok(kin_batch_new(2000, 16, 0, &batch));
	ck_assert_int_eq(kin_recv_batch(pair[1], batch, 0), 0);
	drop_pair();
}
END_TEST

START_TEST(zero_timeout_never_times_out)
{
	char byte;

	make_pair(SOCK_STREAM, 16);
	ck_ok(kin_set_timeout(pair[0], 0));
	ck_fails(kin_recv(pair[0], &byte, 1, 0), EAGAIN, "would block");
	ck_assert_int_eq(kin_error_domain(), KIN_ERR_ERRNO);
	ck_ok(kin_set_timeout(pair[0], 1000000));
	ck_fails(kin_recv(pair[0], &byte, 1, 0), ETIMEDOUT, "timed out");
	ck_assert_int_eq(kin_error_domain(), KIN_ERR_DEADLINE);
	ck_fails(kin_recv(pair[0], &byte, 1, MSG_DONTWAIT), EAGAIN, NULL);
	/* Still blocking for its user, non-blocking underneath. */
	ck_assert(fcntl(kin_fd(pair[0]), F_GETFL) & O_NONBLOCK);
	ck_ok(kin_set_timeout(pair[0], -1));
	ck_assert(!(fcntl(kin_fd(pair[0]), F_GETFL) & O_NONBLOCK));
	drop_pair();
}
END_TEST

static void on_alarm(int sig)
{
	(void)sig;
}

static void alarms_every_10_ms(void)
{
	const struct sigaction action = {.sa_handler = on_alarm};
	const struct itimerval every = {{0, 10000}, {0, 10000}};

	ck_assert_int_eq(sigaction(SIGALRM, &action, NULL), 0);
	ck_assert_int_eq(setitimer(ITIMER_REAL, &every, NULL), 0);
}

START_TEST(signals_do_not_stretch_the_deadline)
{
	static const struct itimerval off;
	int64_t begin, took;
	char byte;

	make_pair(SOCK_STREAM, 16);
	alarms_every_10_ms();
	ck_ok(kin_set_timeout(pair[0], 100000000));
	begin = kin_now();
	ck_fails(kin_recv(pair[0], &byte, 1, 0), ETIMEDOUT, NULL);
	took = kin_now() - begin;
	setitimer(ITIMER_REAL, &off, NULL);
	ck_assert_int_ge(took, 100000000);
	/* Restarted at each signal it would never have ended; the limit is the test's own. */
	drop_pair();
}
END_TEST

static bool stop(void *data)
{
	return ++*(unsigned *)data == 3;
}

START_TEST(a_hook_can_stop_a_wait)
{
	static const struct itimerval off;
	unsigned asked = 0;
	char byte;

	make_pair(SOCK_STREAM, 16);
	kin_set_interrupt(pair[0], stop, &asked);
	alarms_every_10_ms();
	ck_fails(kin_recv(pair[0], &byte, 1, 0), EINTR, "interrupted by a signal");
	setitimer(ITIMER_REAL, &off, NULL);
	ck_assert_uint_eq(asked, 3);
	drop_pair();
}
END_TEST

/* To a UNIX listener whose queue is full: there the attempt ends with the signal. */
START_TEST(a_signal_is_no_connection)
{
	static const struct itimerval off;
	struct kin_sock *listener, *first, *second;
	struct kin_addr addr;
	unsigned asked = 0;

	ck_ok(kin_addr_parse("unix:@kin-test-interrupted", &addr));
	ck_ok(kin_open("unix:@kin-test-interrupted", KIN_NONE, &listener));
	ck_ok(kin_bind(listener, &addr));
	ck_ok(kin_listen(listener, 0));
	ck_ok(kin_open("unix:@kin-test-interrupted", KIN_CONNECT, &first));
	ck_ok(kin_socket(AF_UNIX, SOCK_STREAM, 0, &second));
	kin_set_interrupt(second, stop, &asked);
	alarms_every_10_ms();
	ck_fails(kin_connect(second, &addr), EINTR, NULL);
	setitimer(ITIMER_REAL, &off, NULL);
	ck_assert_uint_eq(asked, 3);
	ck_ok(kin_close(second));
	ck_ok(kin_close(first));
	ck_ok(kin_close(listener));
}
END_TEST

START_TEST(send_all_has_one_deadline)
{
	static char much[1 << 20];
	size_t sent = 0;

	make_pair(SOCK_STREAM, 16);
	ck_ok(kin_set_timeout(pair[0], 50000000));
	ck_fails(kin_send_all(pair[0], much, sizeof(much), 0, &sent), ETIMEDOUT, "timed out");
	ck_assert_uint_gt(sent, 0);
	ck_assert_uint_lt(sent, sizeof(much));
	drop_pair();
}
END_TEST

static void send_fds(unsigned n)
{
	struct kin_msg *msg = kin_batch_msg(batch, 0);
	int fds[3] = {0, 1, 2};

	msg->len = 1;
	msg->data[0] = 'x';
	msg->control_len = 0;
	ck_ok(kin_add_cmsg(msg, SOL_SOCKET, SCM_RIGHTS, fds, n * sizeof(int)));
	ck_assert_int_eq(kin_send_batch(pair[0], batch, 0, 1, 0), 1);
}

START_TEST(descriptors_are_taken_or_closed)
{
	unsigned before;
	int fds[2];

	make_pair(SOCK_DGRAM, 16);
	before = open_fds();
	send_fds(3);
	ck_assert_int_eq(kin_recv_batch(pair[1], batch, 0), 1);
	ck_assert_uint_eq(kin_take_fds(batch, kin_batch_msg(batch, 0), fds, 2), 2);
	ck_assert(fcntl(fds[0], F_GETFD) & FD_CLOEXEC);
	ck_assert(fcntl(fds[1], F_GETFD) & FD_CLOEXEC);
	ck_assert_uint_eq(open_fds(), before + 3);
	/* The third goes with the next round, or with the batch. */
	send_fds(1);
	ck_assert_int_eq(kin_recv_batch(pair[1], batch, 0), 1);
	ck_assert_uint_eq(open_fds(), before + 3);
	close(fds[0]);
	close(fds[1]);
	kin_batch_free(batch);
	ck_assert_uint_eq(open_fds(), before);
	ck_ok(kin_batch_new(4, 16, CMSG_SPACE(sizeof(int)), &batch));
	drop_pair();
}
END_TEST

/* What is added to a message that was received is the caller's, and stays open. */
START_TEST(descriptors_that_are_sent_on)
{
	unsigned before;
	int own;

	make_pair(SOCK_DGRAM, 16);
	before = open_fds();
	own = open("/dev/null", O_RDONLY | O_CLOEXEC);
	send_fds(1);
	ck_assert_int_eq(kin_recv_batch(pair[1], batch, 0), 1);
	kin_batch_msg(batch, 0)->control_len = 0;
	ck_ok(kin_add_cmsg(kin_batch_msg(batch, 0), SOL_SOCKET, SCM_RIGHTS, &own, sizeof(own)));
	ck_assert_uint_eq(open_fds(), before + 1);
	ck_assert_int_eq(kin_send_batch(pair[1], batch, 0, 1, 0), 1);
	/* Left out, they are closed with the next round all the same. */
	ck_assert_int_eq(kin_recv_batch(pair[0], batch, 0), 1);
	ck_assert_uint_eq(open_fds(), before + 2);
	kin_batch_msg(batch, 0)->control_len = 0;
	ck_assert_int_eq(kin_send_batch(pair[0], batch, 0, 1, 0), 1);
	ck_assert_int_eq(kin_recv_batch(pair[1], batch, 0), 1);
	ck_assert_uint_eq(open_fds(), before + 1);
	ck_assert_int_ge(fcntl(own, F_GETFD), 0);
	close(own);
	drop_pair();
}
END_TEST

START_TEST(cut_descriptors_do_not_leak)
{
	unsigned before;
	int fd;

	make_pair(SOCK_DGRAM, 16);
	before = open_fds();
	send_fds(3);
	kin_batch_free(batch);
	ck_ok(kin_batch_new(4, 16, CMSG_LEN(sizeof(int)), &batch));
	ck_assert_int_eq(kin_recv_batch(pair[1], batch, 0), 1);
	ck_assert(kin_batch_msg(batch, 0)->flags & MSG_CTRUNC);
	ck_assert_uint_ge(kin_take_fds(batch, kin_batch_msg(batch, 0), &fd, 1), 1);
	close(fd);
	drop_pair();
	ck_assert_uint_eq(open_fds(), before - 2);
}
END_TEST

START_TEST(ancillary_data_of_any_shape)
{
	struct kin_msg msg = {.control_size = 64};
	char control[64];
	struct kin_cmsg cmsg = {};

	msg.control = control;
	ck_ok(kin_add_cmsg(&msg, 1, 2, "abc", 3));
	ck_ok(kin_add_cmsg(&msg, 3, 4, NULL, 0));
	ck_fails(kin_add_cmsg(&msg, 5, 6, control, 20), EMSGSIZE,
	         "20 bytes of ancillary data do not fit into the 24 left");
	ck_assert(kin_next_cmsg(&msg, &cmsg));
	ck_assert_int_eq(cmsg.level, 1);
	ck_assert_uint_eq(cmsg.len, 3);
	ck_assert_int_eq(memcmp(cmsg.data, "abc", 3), 0);
	ck_assert(kin_next_cmsg(&msg, &cmsg));
	ck_assert_int_eq(cmsg.type, 4);
	ck_assert_uint_eq(cmsg.len, 0);
	ck_assert(!kin_next_cmsg(&msg, &cmsg));
	/* A header that was cut gives no item, data that was cut a shorter one. */
	msg.control_len = 18;
	cmsg = (struct kin_cmsg){};
	ck_assert(kin_next_cmsg(&msg, &cmsg));
	ck_assert_uint_eq(cmsg.len, 2);
	ck_assert(!kin_next_cmsg(&msg, &cmsg));
	msg.control_len = 15;
	cmsg = (struct kin_cmsg){};
	ck_assert(!kin_next_cmsg(&msg, &cmsg));
}
END_TEST

START_TEST(adopting_asks_the_kernel)
{
	struct kin_sock *s;
	int fds[2];

	make_pair(SOCK_SEQPACKET, 16);
	ck_ok(kin_adopt(kin_fd(pair[0]), &s));
	ck_assert_int_eq(kin_sock_domain(s), AF_UNIX);
	ck_assert_int_eq(kin_sock_type(s), SOCK_SEQPACKET);
	ck_assert_int_eq(kin_detach(s), kin_fd(pair[0]));
	ck_fails(kin_adopt(-1, &s), EINVAL, "file descriptor -1 is negative");
	ck_assert_int_eq(pipe(fds), 0);
	ck_fails(kin_adopt(fds[0], &s), ENOTSOCK, NULL);
	close(fds[0]);
	close(fds[1]);
	ck_fails(kin_adopt(fds[0], &s), EBADF, NULL);
	drop_pair();
}
END_TEST

static int refuse(const struct kin_audit *what, void *data)
{
	*(const char **)data = kin_audit_event_name(what->event);
	return what->event == KIN_AUDIT_OPEN && what->type == SOCK_STREAM ? -EACCES : 0;
}

START_TEST(a_hook_can_refuse)
{
	const char *event = NULL;
	struct kin_sock *s;

	kin_set_audit_hook(refuse, &event);
	ck_fails(kin_socket(AF_UNIX, SOCK_STREAM, 0, &s), EACCES, "the audit hook refuses to open");
	ck_assert_str_eq(event, "open");
	ck_ok(kin_socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0, &s));
	ck_assert_int_eq(kin_sock_type(s), SOCK_DGRAM);
	ck_assert_int_eq(kin_timeout(s), 0);
	ck_assert(fcntl(kin_fd(s), F_GETFD) & FD_CLOEXEC);
	kin_set_audit_hook(NULL, NULL);
	ck_ok(kin_close(s));
}
END_TEST

START_TEST(options_by_name)
{
	char text[64];

	make_pair(SOCK_DGRAM, 16);
	ck_ok(kin_opt_set(pair[0], "broadcast", "yes"));
	ck_ok(kin_opt_get(pair[0], "broadcast", text, sizeof(text)));
	ck_assert_str_eq(text, "on");
	ck_ok(kin_opt_get(pair[0], "type", text, sizeof(text)));
	ck_assert_str_eq(text, "dgram");
	ck_ok(kin_opt_set(pair[0], "timeout", "0.25"));
	ck_assert_int_eq(kin_timeout(pair[0]), 250000000);
	ck_ok(kin_opt_set(pair[0], "linger", "5"));
	ck_ok(kin_opt_get(pair[0], "linger", text, sizeof(text)));
	ck_assert_str_eq(text, "5");
	ck_ok(kin_opt_set(pair[0], "timestamps", "hardware"));
	ck_ok(kin_opt_get(pair[0], "timestamps", text, sizeof(text)));
	ck_assert_str_eq(text, "hardware");
	ck_fails(kin_opt_set(pair[0], "rcvbfu", "1"), ENOENT, NULL);
	ck_fails(kin_opt_set(pair[0], "rcvbuf", "many"), EINVAL, "rcvbuf \"many\" is not a whole number");
	ck_fails(kin_opt_get(pair[0], "rcvbuf-force", text, sizeof(text)), EINVAL, NULL);
	drop_pair();
}
END_TEST

int main(void)
{
	const struct test_case cases[] = {
		{batches_carry_messages, "batches_carry_messages"},
		{cut_messages_are_told, "cut_messages_are_told"},
		{streams_end, "streams_end"},
		{empty_messages_are_no_end, "empty_messages_are_no_end"},
		{zero_timeout_never_times_out, "zero_timeout_never_times_out"},
		{signals_do_not_stretch_the_deadline, "signals_do_not_stretch_the_deadline"},
		{a_hook_can_stop_a_wait, "a_hook_can_stop_a_wait"},
		{a_signal_is_no_connection, "a_signal_is_no_connection"},
		{send_all_has_one_deadline, "send_all_has_one_deadline"},
		{descriptors_are_taken_or_closed, "descriptors_are_taken_or_closed"},
		{descriptors_that_are_sent_on, "descriptors_that_are_sent_on"},
		{cut_descriptors_do_not_leak, "cut_descriptors_do_not_leak"},
		{ancillary_data_of_any_shape, "ancillary_data_of_any_shape"},
		{adopting_asks_the_kernel, "adopting_asks_the_kernel"},
		{a_hook_can_refuse, "a_hook_can_refuse"},
		{options_by_name, "options_by_name"},
		{},
	};

	return run_cases("core/batch", cases);
}
