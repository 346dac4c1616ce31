/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A signal every millisecond, whose handler restarts nothing, over every call that waits: timeouts
 * are kept, nothing is lost or doubled, and -EINTR is for those who asked for it.
 */
#include "storm.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

static const int64_t long_enough_ns = 15000000000;

struct scene {
	struct kin_sock *sock, *peer;      /* the one that waits, and the other end */
	struct kin_sock *other, *more[16]; /* a listener or what was accepted, and connections */
	struct kin_batch *batch;
	struct kin_addr addr;
	struct kin_stream *stream;
	struct kin_share *share;
	size_t filled; /* bytes, or messages, that wait to be received before the call */
	size_t sent;   /* by the call */
	int file;
	pid_t child; /* which waits for a text from the file */
};

static struct scene *new_scene(void)
{
	struct scene *s = calloc(1, sizeof(*s));

	ck_assert_ptr_nonnull(s);
	s->file = -1;
	return s;
}

static void tear_down(void *scene)
{
	struct scene *s = scene;

	if (s->child > 0) {
		kill(s->child, SIGKILL);
		waitpid(s->child, NULL, 0);
	}
	kin_share_free(s->share);
	/* First the peer, so that nothing waits for it to read. */
	kin_close(s->peer);
	kin_stream_close(s->stream);
	kin_close(s->sock);
	kin_close(s->other);
	for (size_t i = 0; i < sizeof(s->more) / sizeof(*s->more); i++)
		kin_close(s->more[i]);
	kin_batch_free(s->batch);
	if (s->file >= 0)
		close(s->file);
	free(s);
}

static void *pair_of(int type)
{
	struct scene *s = new_scene();
	struct kin_sock *pair[2];

	ck_ok(kin_pair(AF_UNIX, type, 0, pair));
	s->sock = pair[0];
	s->peer = pair[1];
	return s;
}

/* ---- Receiving ----------------------------------------------------------------------------- */

static void *empty_pair(void)
{
	struct scene *s = pair_of(SOCK_DGRAM);

	ck_ok(kin_batch_new(4, 16, 0, &s->batch));
	return s;
}

static void send_word(void *scene)
{
	struct scene *s = scene;

	ck_assert_int_eq(ck_ok(kin_send(s->peer, "word", 4, 0)), 4);
}

static long is_word(long r, const char *data)
{
	if (r >= 0) {
		ck_assert_int_eq(r, 4);
		ck_assert_mem_eq(data, "word", 4);
	}
	return r;
}

static long call_recv(void *scene)
{
	char data[16];

	return is_word(kin_recv(((struct scene *)scene)->sock, data, sizeof(data), 0), data);
}

static long call_recv_from(void *scene)
{
	struct scene *s = scene;
	char data[16];

	return is_word(kin_recv_from(s->sock, data, sizeof(data), 0, &s->addr), data);
}

static long call_recv_into(void *scene)
{
	struct scene *s = scene;
	char data[16];

	return is_word(kin_recv_into(s->sock, data, sizeof(data), 8, 0, NULL), data);
}

static long call_recv_msg(void *scene)
{
	struct scene *s = scene;
	char data[4];
	const struct iovec iov[] = {{data, 1}, {data + 1, 3}};

	return is_word(kin_recv_msg(s->sock, iov, 2, s->batch, 0), data);
}

static long call_recv_batch(void *scene)
{
	struct scene *s = scene;
	int n = kin_recv_batch(s->sock, s->batch, 0);

	if (n < 0)
		return n;
	ck_assert_int_eq(n, 1);
	return is_word((long)kin_batch_msg(s->batch, 0)->len,
		       (char *)kin_batch_msg(s->batch, 0)->data);
}

static long call_wait(void *scene)
{
	int r = kin_wait(((struct scene *)scene)->sock, POLLIN);

	ck_assert(r < 0 || r == POLLIN);
	return r;
}

/* ---- Connections --------------------------------------------------------------------------- */

static void *listener(void)
{
	struct scene *s = new_scene();

	ck_ok(kin_open("unix:@kin-storm", KIN_LISTEN, &s->sock));
	return s;
}

static void connect_to_it(void *scene)
{
	struct scene *s = scene;

	ck_ok(kin_open("unix:@kin-storm", KIN_CONNECT, &s->peer));
}

static long call_accept(void *scene)
{
	struct scene *s = scene;

	return kin_accept(s->sock, &s->other, &s->addr);
}

/* Nobody accepts, and the queue is full. Over TCP connecting then waits as at a host that is
 * silent. */
static void *full_listener(const char *text, int domain)
{
	struct scene *s = new_scene();
	int r = 0;

	ck_ok(kin_open(text, KIN_LISTEN, &s->other));
	ck_ok(kin_listen(s->other, 0));
	ck_ok(kin_local_addr(s->other, &s->addr));
	for (size_t i = 0; r == 0; i++) {
		ck_assert_uint_lt(i, sizeof(s->more) / sizeof(*s->more));
		ck_ok(kin_socket(domain, SOCK_STREAM, 0, &s->more[i]));
		ck_ok(kin_set_timeout(s->more[i], domain == AF_UNIX ? 0 : 100000000));
		r = kin_connect(s->more[i], &s->addr);
	}
	ck_assert_int_eq(r, domain == AF_UNIX ? -EAGAIN : -ETIMEDOUT);
	ck_ok(kin_socket(domain, SOCK_STREAM, 0, &s->sock));
	return s;
}

static void *full_unix_listener(void)
{
	return full_listener("unix:@kin-storm", AF_UNIX);
}

static void *full_tcp_listener(void)
{
	return full_listener("tcp:127.0.0.1:5000", AF_INET);
}

/* The kernel asks again after a second: more room than one connection, or another takes it. */
static void make_room(void *scene)
{
	struct scene *s = scene;

	ck_ok(kin_listen(s->other, 16));
	ck_ok(kin_accept(s->other, &s->peer, NULL));
}

static long call_connect(void *scene)
{
	struct scene *s = scene;

	return kin_connect(s->sock, &s->addr);
}

static long call_open_unix(void *scene)
{
	struct kin_sock **sock = &((struct scene *)scene)->sock;

	kin_close(*sock);
	*sock = NULL;
	return kin_open("unix:@kin-storm", KIN_CONNECT, sock);
}

static long call_open_tcp(void *scene)
{
	struct kin_sock **sock = &((struct scene *)scene)->sock;

	kin_close(*sock);
	*sock = NULL;
	return kin_open("tcp:127.0.0.1:5000", KIN_CONNECT, sock);
}

static void is_connected(void *scene)
{
	struct kin_addr addr;

	ck_ok(kin_peer_addr(((struct scene *)scene)->sock, &addr));
}

/* ---- Sending bytes: each has its value from its place -------------------------------------- */

enum { MEGABYTES = 2 << 20 };

static unsigned char pattern[MEGABYTES + (4 << 20)];

static void make_pattern(void)
{
	for (size_t i = 0; i < sizeof(pattern); i++)
		pattern[i] = (unsigned char)(i * 7 + i / 251);
}

static void fill(struct scene *s)
{
	ssize_t n;

	while ((n = kin_send(s->sock, pattern + s->filled, 4096, MSG_DONTWAIT)) > 0)
		s->filled += (size_t)n;
	ck_assert_int_eq(n, -EAGAIN);
	ck_assert_uint_lt(s->filled, sizeof(pattern) - MEGABYTES);
}

static void *full_stream(void)
{
	struct scene *s = pair_of(SOCK_STREAM);

	make_pattern();
	fill(s);
	return s;
}

static void *full_tcp_stream(void)
{
	struct scene *s = new_scene();

	make_pattern();
	ck_ok(kin_open("tcp:127.0.0.1:0,rcvbuf=10000", KIN_LISTEN, &s->other));
	ck_ok(kin_local_addr(s->other, &s->addr));
	ck_ok(kin_socket(AF_INET, SOCK_STREAM, 0, &s->sock));
	ck_ok(kin_opt_set(s->sock, "sndbuf", "10000"));
	ck_ok(kin_connect(s->sock, &s->addr));
	ck_ok(kin_accept(s->other, &s->peer, NULL));
	/* What is on its way may make room again. */
	for (int i = 0; i < 5; i++) {
		fill(s);
		usleep(10000);
	}
	return s;
}

static void *full_stream_and_file(void)
{
	struct scene *s = full_stream();

	s->file = memfd_create("storm", MFD_CLOEXEC);
	ck_assert_int_ge(s->file, 0);
	ck_assert_int_eq(write(s->file, pattern + s->filled, MEGABYTES), MEGABYTES);
	return s;
}

/* Slowly at first, to the end. */
static void read_all(void *scene)
{
	struct scene *s = scene;
	static unsigned char data[65536];
	size_t at = 0;
	ssize_t n;

	while ((n = kin_recv(s->peer, data, sizeof(data), 0)) > 0) {
		ck_assert_msg(at + (size_t)n <= sizeof(pattern) &&
				      memcmp(data, pattern + at, (size_t)n) == 0,
			      "bytes at %zu are others than were sent", at);
		at += (size_t)n;
		if (at < MEGABYTES / 4)
			usleep(1000);
	}
	ck_assert_int_eq(n, 0);
	ck_assert_uint_eq(at, s->filled + s->sent);
}

static void end_stream(void *scene)
{
	ck_ok(kin_shutdown(((struct scene *)scene)->sock, SHUT_WR));
}

static long call_send(void *scene)
{
	struct scene *s = scene;
	ssize_t n = kin_send(s->sock, pattern + s->filled, 4096, 0);

	if (n > 0)
		s->sent += (size_t)n;
	return n;
}

static long call_send_all(void *scene)
{
	struct scene *s = scene;
	size_t sent = 0;
	int r = kin_send_all(s->sock, pattern + s->filled + s->sent, MEGABYTES - s->sent, 0, &sent);

	s->sent += sent;
	ck_assert(r < 0 || s->sent == MEGABYTES);
	return r;
}

static long call_send_file(void *scene)
{
	struct scene *s = scene;
	uint64_t sent = 0;
	int r = kin_send_file(s->sock, s->file, (int64_t)s->sent, -1, &sent);

	s->sent += sent;
	ck_assert(r < 0 || s->sent == MEGABYTES);
	return r;
}

/* ---- Sending messages: each is its number -------------------------------------------------- */

enum { MESSAGES = 6 };

static void *full_queue(void)
{
	struct scene *s = pair_of(SOCK_DGRAM);
	uint32_t number = 0;

	while (kin_send(s->sock, &number, sizeof(number), MSG_DONTWAIT) > 0)
		number++;
	s->filled = number;
	ck_ok(kin_batch_new(MESSAGES, 16, 0, &s->batch));
	return s;
}

static void *full_queue_with_address(void)
{
	struct scene *s = new_scene();
	uint32_t number = 0;

	ck_ok(kin_open("unix-dgram:@kin-storm", KIN_RECEIVE, &s->peer));
	ck_ok(kin_local_addr(s->peer, &s->addr));
	ck_ok(kin_socket(AF_UNIX, SOCK_DGRAM, 0, &s->sock));
	while (kin_send_to(s->sock, &number, sizeof(number), MSG_DONTWAIT, &s->addr) > 0)
		number++;
	s->filled = number;
	return s;
}

static void read_messages(void *scene)
{
	struct scene *s = scene;

	for (uint32_t expected = 0; expected < s->filled + MESSAGES; expected++) {
		uint32_t number;

		ck_assert_int_eq(ck_ok(kin_recv(s->peer, &number, sizeof(number), 0)),
				 sizeof(number));
		ck_assert_uint_eq(number, expected);
		if (expected % 16 == 0)
			usleep(2000);
	}
}

static void no_more_messages(void *scene)
{
	uint32_t number;

	later_join();
	ck_fails(kin_recv(((struct scene *)scene)->peer, &number, sizeof(number), MSG_DONTWAIT),
		 EAGAIN, NULL);
}

static long send_each(struct scene *s, ssize_t (*send)(struct scene *, const uint32_t *))
{
	while (s->sent < MESSAGES) {
		uint32_t number = (uint32_t)(s->filled + s->sent);
		ssize_t n = send(s, &number);

		if (n < 0)
			return n;
		ck_assert_int_eq(n, sizeof(number));
		s->sent++;
	}
	return 0;
}

static ssize_t send_number(struct scene *s, const uint32_t *number)
{
	return kin_send(s->sock, number, sizeof(*number), 0);
}

static ssize_t send_number_to(struct scene *s, const uint32_t *number)
{
	return kin_send_to(s->sock, number, sizeof(*number), 0, &s->addr);
}

static ssize_t send_number_in_pieces(struct scene *s, const uint32_t *number)
{
	char copy[4];
	const struct iovec iov[] = {{copy, 3}, {copy + 3, 1}};

	memcpy(copy, number, sizeof(copy));
	return kin_send_msg(s->sock, iov, 2, NULL, 0);
}

static long call_send_number(void *scene)
{
	return send_each(scene, send_number);
}

static long call_send_to(void *scene)
{
	return send_each(scene, send_number_to);
}

static long call_send_msg(void *scene)
{
	return send_each(scene, send_number_in_pieces);
}

static long call_send_batch(void *scene)
{
	struct scene *s = scene;

	for (uint32_t i = 0; i < MESSAGES; i++) {
		const uint32_t number = (uint32_t)s->filled + i;

		memcpy(kin_batch_msg(s->batch, i)->data, &number, sizeof(number));
		kin_batch_msg(s->batch, i)->len = sizeof(number);
	}
	while (s->sent < MESSAGES) {
		unsigned first = (unsigned)s->sent;
		int n = kin_send_batch(s->sock, s->batch, first, MESSAGES - first, 0);

		if (n < 0)
			return n;
		s->sent += (size_t)n;
	}
	return 0;
}

/* ---- Streams ------------------------------------------------------------------------------- */

static void *empty_stream(void)
{
	struct scene *s = pair_of(SOCK_STREAM);

	ck_ok(kin_stream_new(s->sock, "r", -1, NULL, &s->stream));
	return s;
}

static void *full_stream_to_write(void)
{
	struct scene *s = full_stream();

	ck_ok(kin_stream_new(s->sock, "wb", -1, NULL, &s->stream));
	return s;
}

static void send_line(void *scene)
{
	struct scene *s = scene;

	ck_ok(kin_send_all(s->peer, "a li", 4, 0, NULL));
	usleep(10000);
	ck_ok(kin_send_all(s->peer, "ne\n", 3, 0, NULL));
	ck_ok(kin_shutdown(s->peer, SHUT_WR));
}

static long is_line(long r, const char *data)
{
	if (r >= 0) {
		ck_assert_int_eq(r, 7);
		ck_assert_mem_eq(data, "a line\n", 7);
	}
	return r;
}

static long call_read(void *scene)
{
	char data[7];

	return is_line(kin_stream_read(((struct scene *)scene)->stream, data, sizeof(data)), data);
}

static long call_read_line(void *scene)
{
	const char *line = NULL;
	ssize_t n = kin_stream_read_line(((struct scene *)scene)->stream, 0, &line);

	return is_line(n, line);
}

static long call_read_all(void *scene)
{
	char *data = NULL;
	ssize_t n = kin_stream_read_all(((struct scene *)scene)->stream, 0, &data);
	long r = is_line(n, data);

	free(data);
	return r;
}

static long call_write(void *scene)
{
	struct scene *s = scene;
	size_t taken = 0;
	int r = kin_stream_write(s->stream, pattern + s->filled + s->sent, MEGABYTES - s->sent,
				 &taken);

	s->sent += taken;
	return r < 0 ? r : kin_stream_flush(s->stream);
}

/* ---- Sharing ------------------------------------------------------------------------------- */

static void take_shared(int text_from)
{
	struct kin_sock *sock = NULL;
	char text[64] = "";

	kin_set_default_interrupt(NULL, NULL);
	kin_set_default_timeout(long_enough_ns);
	if (read(text_from, text, sizeof(text) - 1) <= 0 || kin_from_share(text, &sock) < 0)
		_exit(1);
	_exit(kin_sock_type(sock) == SOCK_DGRAM ? 0 : 2);
}

static void *share_with_child(void)
{
	struct scene *s = pair_of(SOCK_DGRAM);
	int text[2];

	ck_assert_int_eq(pipe(text), 0);
	s->child = fork();
	if (s->child == 0) {
		close(text[1]);
		take_shared(text[0]);
	}
	ck_assert_int_gt(s->child, 0);
	close(text[0]);
	s->file = text[1];
	ck_ok(kin_share_new(s->sock, s->child, &s->share));
	return s;
}

static void tell_child(void *scene)
{
	const struct scene *s = scene;
	const char *text = kin_share_text(s->share);

	ck_assert_int_eq(write(s->file, text, strlen(text)), (ssize_t)strlen(text));
}

static long call_serve(void *scene)
{
	return kin_share_serve(((struct scene *)scene)->share, kin_default_timeout());
}

static void child_has_it(void *scene)
{
	struct scene *s = scene;
	int status = -1;

	ck_assert_int_eq(waitpid(s->child, &status, 0), s->child);
	s->child = 0;
	ck_assert_int_eq(status, 0);
}

/* ---- All of them --------------------------------------------------------------------------- */

/* clang-format off */
static const struct stormed rows[] = {
	{"recv", empty_pair, call_recv, send_word, NULL, tear_down, false},
	{"recv_from", empty_pair, call_recv_from, send_word, NULL, tear_down, false},
	{"recv_into", empty_pair, call_recv_into, send_word, NULL, tear_down, false},
	{"recv_msg", empty_pair, call_recv_msg, send_word, NULL, tear_down, false},
	{"recv_batch", empty_pair, call_recv_batch, send_word, NULL, tear_down, false},
	{"wait", empty_pair, call_wait, send_word, NULL, tear_down, false},
	{"accept", listener, call_accept, connect_to_it, NULL, tear_down, false},
	{"connect", full_unix_listener, call_connect, make_room, is_connected, tear_down, false},
	{"open", full_unix_listener, call_open_unix, make_room, is_connected, tear_down, false},
	{"send, stream", full_stream, call_send, read_all, end_stream, tear_down, false},
	{"send_file", full_stream_and_file, call_send_file, read_all, end_stream, tear_down, false},
	{"stream_read", empty_stream, call_read, send_line, NULL, tear_down, false},
	{"stream_read_line", empty_stream, call_read_line, send_line, NULL, tear_down, false},
	{"stream_read_all", empty_stream, call_read_all, send_line, NULL, tear_down, false},
	{"stream_write", full_stream_to_write, call_write, read_all, end_stream, tear_down, false},
	{"share_serve", share_with_child, call_serve, tell_child, child_has_it, tear_down, false},
	{"send", full_queue, call_send_number, read_messages, no_more_messages, tear_down, false},
	{"send_to", full_queue_with_address, call_send_to, read_messages, no_more_messages, tear_down, false},
	{"send_msg", full_queue, call_send_msg, read_messages, no_more_messages, tear_down, false},
	{"send_batch", full_queue, call_send_batch, read_messages, no_more_messages, tear_down, false},
	{}
};

static const struct stormed all_rows[] = {
	{"send_all", full_stream, call_send_all, read_all, end_stream, tear_down, false},
	{"send_all, TCP", full_tcp_stream, call_send_all, read_all, end_stream, tear_down, false},
	{}
};

static const struct stormed connect_rows[] = {
	{"connect, TCP", full_tcp_listener, call_connect, make_room, is_connected, tear_down, true},
	{"open, TCP", full_tcp_listener, call_open_tcp, make_room, is_connected, tear_down, true},
	{}
};
/* clang-format on */

START_TEST(semantic_01_sending_all_has_one_budget_across_signals)
{
	storm_timeouts(all_rows);
	storm_success(all_rows, long_enough_ns);
	storm_not_stopped(all_rows);
	storm_stopped(all_rows, -1);
	storm_stopped(all_rows, long_enough_ns);
}
END_TEST

START_TEST(semantic_02_signals_restart_no_timeout)
{
	storm_timeouts(rows);
}
END_TEST

START_TEST(semantic_02_signals_end_no_call)
{
	storm_success(rows, -1);
	storm_success(rows, long_enough_ns);
}
END_TEST

START_TEST(semantic_02_a_hook_can_end_a_call)
{
	storm_stopped(rows, -1);
	storm_stopped(rows, long_enough_ns);
}
END_TEST

START_TEST(semantic_02_a_hook_is_asked_and_may_go_on)
{
	storm_not_stopped(rows);
}
END_TEST

/* Each success takes the second after which the kernel asks again. */
START_TEST(semantic_03_an_interrupted_connect_is_waited_for)
{
	storm_timeouts(connect_rows);
	storm_success(connect_rows, long_enough_ns);
	storm_not_stopped(connect_rows);
	storm_stopped(connect_rows, -1);
	storm_stopped(connect_rows, long_enough_ns);
}
END_TEST

/* Each message once and in order, however it is received, while signals hit between and in calls.
 */
enum { NUMBERS = 300 };

static void send_numbers(void *sock)
{
	for (uint32_t i = 0; i < NUMBERS; i++) {
		ck_assert_int_eq(ck_ok(kin_send(sock, &i, sizeof(i), 0)), sizeof(i));
		usleep(500);
	}
}

static void receive_numbers(struct scene *s)
{
	uint32_t expected = 0;

	while (expected < NUMBERS) {
		uint32_t number = 0;
		const struct iovec iov = {&number, sizeof(number)};
		int how = expected % 4;

		if (how == 0)
			ck_ok(kin_recv(s->sock, &number, sizeof(number), 0));
		else if (how == 1)
			ck_ok(kin_recv_msg(s->sock, &iov, 1, NULL, 0));
		else if (how == 2)
			ck_ok(kin_recv_from(s->sock, &number, sizeof(number), 0, &s->addr));
		if (how < 3) {
			ck_assert_uint_eq(number, expected++);
			continue;
		}
		for (int i = 0, n = (int)ck_ok(kin_recv_batch(s->sock, s->batch, 0)); i < n; i++) {
			memcpy(&number, kin_batch_msg(s->batch, (unsigned)i)->data, sizeof(number));
			ck_assert_uint_eq(number, expected++);
		}
	}
}

START_TEST(messages_arrive_once_and_in_order)
{
	const int64_t timeouts[] = {-1, long_enough_ns};

	for (int i = 0; i < 2; i++) {
		struct scene *s;

		kin_set_default_timeout(timeouts[i]);
		s = empty_pair();
		storm_begin();
		later(0, send_numbers, s->peer);
		receive_numbers(s);
		ck_assert_uint_gt(storm_end(), 0);
		later_join();
		tear_down(s);
	}
}
END_TEST

int main(void)
{
	const struct test_case cases[] = {
		{semantic_01_sending_all_has_one_budget_across_signals,
		 "semantic_01_sending_all_has_one_budget_across_signals", .needs = "unix tcp",
		 .net = true, .seconds = 120},
		{semantic_02_signals_restart_no_timeout, "semantic_02_signals_restart_no_timeout",
		 .needs = "unix", .net = true, .seconds = 60},
		{semantic_02_signals_end_no_call, "semantic_02_signals_end_no_call",
		 .needs = "unix", .net = true, .seconds = 60},
		{semantic_02_a_hook_can_end_a_call, "semantic_02_a_hook_can_end_a_call",
		 .needs = "unix", .net = true, .seconds = 60},
		{semantic_02_a_hook_is_asked_and_may_go_on,
		 "semantic_02_a_hook_is_asked_and_may_go_on", .needs = "unix", .net = true,
		 .seconds = 60},
		{semantic_03_an_interrupted_connect_is_waited_for,
		 "semantic_03_an_interrupted_connect_is_waited_for", .needs = "tcp", .net = true,
		 .seconds = 120},
		{messages_arrive_once_and_in_order, "messages_arrive_once_and_in_order",
		 .needs = "unix", .net = true, .seconds = 60},
		{},
	};

	return run_cases("core/storm", cases);
}
