/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Birth, modes and death of sockets, and how they connect. */
#include "harness.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/udp.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <unistd.h>
#include <kin/family.h>

#define MS 1000000ll

/* ---- close(2), so that it can be made to fail: the library is linked to this one ---- */

static int close_error;
static unsigned closed;

int close(int fd)
{
	closed++;
	if (syscall(SYS_close, fd) < 0)
		return -1;
	errno = close_error;
	return close_error ? -1 : 0;
}

/* ---- helpers ---- */

static void on_alarm(int sig)
{
	(void)sig;
}

static void alarms(long every_us)
{
	const struct sigaction action = {.sa_handler = on_alarm};
	const struct itimerval timer = {{0, every_us}, {0, every_us}};

	ck_assert_int_eq(sigaction(SIGALRM, &action, NULL), 0);
	ck_assert_int_eq(setitimer(ITIMER_REAL, &timer, NULL), 0);
}

static bool fd_blocks(const struct kin_sock *s)
{
	return !(fcntl(kin_fd(s), F_GETFL) & O_NONBLOCK);
}

static bool fd_closes_on_exec(const struct kin_sock *s)
{
	return fcntl(kin_fd(s), F_GETFD) & FD_CLOEXEC;
}

/* 127.0.0.1, a port of the kernel's choice. */
static struct kin_addr loopback(void)
{
	struct kin_addr addr = {.len = sizeof(struct sockaddr_in)};
	struct sockaddr_in *in = (struct sockaddr_in *)&addr.ss;

	in->sin_family = AF_INET;
	in->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	return addr;
}

static struct kin_sock *listener(int backlog, struct kin_addr *ret_addr)
{
	struct kin_addr addr = loopback();
	struct kin_sock *s;

	ck_ok(kin_socket(AF_INET, SOCK_STREAM, 0, &s));
	ck_ok(kin_bind(s, &addr));
	ck_ok(kin_listen(s, backlog));
	ck_ok(kin_local_addr(s, ret_addr));
	return s;
}

static struct kin_sock *client(const struct kin_addr *addr)
{
	struct kin_sock *s;

	ck_ok(kin_socket(AF_INET, SOCK_STREAM, 0, &s));
	ck_ok(kin_connect(s, addr));
	return s;
}

/* A listener that takes no more connections: whoever tries has to wait. */
static struct kin_sock *full_listener(struct kin_addr *ret_addr, struct kin_sock **ret_inside)
{
	struct kin_sock *s = listener(0, ret_addr);

	*ret_inside = client(ret_addr);
	return s;
}

/* In another thread, after a while, one that is waiting is let in. */
static void *accept_later(void *data)
{
	struct kin_sock *accepted;
	sigset_t all;

	sigfillset(&all);
	pthread_sigmask(SIG_BLOCK, &all, NULL);
	usleep(150000);
	if (kin_accept(data, &accepted, NULL) == 0)
		kin_close(accepted);
	return NULL;
}

/* ---- connect ---- */

START_TEST(semantic_03_a_signal_does_not_end_connecting)
{
	struct kin_sock *server, *inside, *s;
	struct kin_addr addr, peer;
	pthread_t thread;
	int error = -1;

	server = full_listener(&addr, &inside);
	ck_ok(kin_socket(AF_INET, SOCK_STREAM, 0, &s));
	ck_assert_int_eq(pthread_create(&thread, NULL, accept_later, server), 0);
	alarms(10000);
	/* Until the first packet is sent again, after a second: a hundred signals come before. */
	ck_ok(kin_connect(s, &addr));
	alarms(0);
	ck_ok(kin_getsockopt_int(s, SOL_SOCKET, SO_ERROR, &error));
	ck_assert_int_eq(error, 0);
	ck_ok(kin_peer_addr(s, &peer));
	ck_assert(kin_addr_equal(&peer, &addr));
	pthread_join(thread, NULL);
	ck_ok(kin_close(s));
	ck_ok(kin_close(inside));
	ck_ok(kin_close(server));
}
END_TEST

START_TEST(semantic_03_without_waiting_it_is_in_progress)
{
	struct kin_addr addr, peer;
	struct kin_sock *server = listener(4, &addr), *s;
	int error = -1;

	ck_ok(kin_socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0, &s));
	ck_fails(kin_connect(s, &addr), EINPROGRESS, NULL);
	ck_ok(kin_set_timeout(s, 1000 * MS));
	ck_assert_int_eq(kin_wait(s, POLLOUT), POLLOUT);
	ck_ok(kin_getsockopt_int(s, SOL_SOCKET, SO_ERROR, &error));
	ck_assert_int_eq(error, 0);
	ck_ok(kin_peer_addr(s, &peer));
	ck_ok(kin_close(s));
	ck_ok(kin_close(server));
	/* With a timeout the end is waited for: it is the peer's refusal, not "in progress". */
	ck_ok(kin_socket(AF_INET, SOCK_STREAM, 0, &s));
	ck_ok(kin_set_timeout(s, 1000 * MS));
	ck_fails(kin_connect(s, &addr), ECONNREFUSED, NULL);
	ck_ok(kin_close(s));
}
END_TEST

START_TEST(semantic_04_connecting_times_out)
{
	struct kin_sock *server, *inside, *s;
	struct kin_addr addr;
	int64_t begin, took;

	server = full_listener(&addr, &inside);
	ck_ok(kin_socket(AF_INET, SOCK_STREAM, 0, &s));
	ck_ok(kin_set_timeout(s, 100 * MS));
	begin = kin_now();
	ck_fails(kin_connect(s, &addr), ETIMEDOUT, "timed out");
	took = kin_now() - begin;
	ck_assert_int_eq(kin_error_domain(), KIN_ERR_DEADLINE);
	ck_assert_int_ge(took, 100 * MS);
	ck_assert_int_lt(took, 900 * MS);
	ck_ok(kin_close(s));
	ck_ok(kin_close(inside));
	ck_ok(kin_close(server));
}
END_TEST

static bool stop_third(void *data)
{
	return ++*(unsigned *)data >= 3;
}

START_TEST(semantic_02_a_default_hook_ends_opening)
{
	struct kin_sock *server, *inside, *s = NULL;
	struct kin_addr addr;
	unsigned asked = 0;
	char text[KIN_ADDR_TEXT];

	server = full_listener(&addr, &inside);
	ck_ok(kin_addr_format(&addr, SOCK_STREAM, 0, text, sizeof(text)));
	kin_set_default_interrupt(stop_third, &asked);
	alarms(10000);
	ck_fails(kin_open(text, KIN_CONNECT, &s), EINTR, "interrupted by a signal");
	ck_assert_ptr_null(s);
	ck_assert_uint_eq(asked, 3);
	/* Sockets that were there before do not have it, new and accepted ones do. */
	asked = 2;
	ck_ok(kin_set_timeout(inside, 30 * MS));
	ck_fails(kin_recv(inside, text, 1, 0), ETIMEDOUT, NULL);
	ck_ok(kin_accept(server, &s, NULL));
	ck_fails(kin_recv(s, text, 1, 0), EINTR, NULL);
	alarms(0);
	kin_set_default_interrupt(NULL, NULL);
	ck_ok(kin_close(s));
	ck_ok(kin_close(inside));
	ck_ok(kin_close(server));
}
END_TEST

/* ---- a name with several addresses ---- */

static struct kin_addr places[2];

static int places_parse(const struct kin_proto *proto, const char *body,
			const struct kin_setting *settings, size_t n, struct kin_target *ret)
{
	(void)proto;
	(void)body;
	(void)settings;
	(void)n;
	(void)ret;
	return 0;
}

static void places_format(const struct kin_proto *proto, const struct kin_target *target,
			  struct kin_buf *out)
{
	(void)proto;
	kin_buf_puts(out, kin_addr_equal(&target->addr, &places[0]) ? "first" : "second");
}

static int places_resolve(const struct kin_endpoint *e, enum kin_role role, int64_t deadline_ns,
			  struct kin_addr **ret_addrs)
{
	(void)e;
	(void)role;
	(void)deadline_ns;
	*ret_addrs = malloc(sizeof(places));
	memcpy(*ret_addrs, places, sizeof(places));
	return 2;
}

static const struct kin_proto places_protos[] = {{.scheme = "places", .type = SOCK_STREAM}, {}};

static const struct kin_family places_family = {
	.abi = KIN_FAMILY_ABI,
	.struct_size = sizeof(places_family),
	.name = "places",
	.domain = 250,
	.protos = places_protos,
	.parse = places_parse,
	.format = places_format,
	.resolve = places_resolve,
};

START_TEST(every_address_that_failed_is_told)
{
	struct kin_sock *server, *inside, *s = NULL;
	char text[KIN_ADDR_TEXT];

	ck_ok(kin_family_register(&places_family));
	/* The first refuses, the second can't be connected to. */
	ck_ok(kin_close(listener(1, &places[0])));
	places[1] = loopback();
	((struct sockaddr_in *)&places[1].ss)->sin_addr.s_addr = htonl(INADDR_BROADCAST);
	ck_fails(kin_open("places:x", KIN_CONNECT, &s), ENETUNREACH, NULL);
	ck_assert_int_eq(kin_error_code(), ENETUNREACH);
	ck_ok(kin_addr_format(&places[0], SOCK_STREAM, 0, text, sizeof(text)));
	ck_assert_msg(strstr(kin_error_text(), text) == kin_error_text(), "%s", kin_error_text());
	ck_assert_ptr_nonnull(strstr(kin_error_text(), ": connect: Connection refused; "));
	ck_assert_ptr_nonnull(strstr(kin_error_text(), "connect: Network is unreachable"));
	/* The time is one for all: what comes behind a deadline is not tried. */
	server = full_listener(&places[0], &inside);
	kin_set_default_timeout(50 * MS);
	ck_fails(kin_open("places:x", KIN_CONNECT, &s), ETIMEDOUT, NULL);
	kin_set_default_timeout(-1);
	ck_assert_int_eq(kin_error_domain(), KIN_ERR_DEADLINE);
	ck_assert_ptr_nonnull(strstr(kin_error_text(), "timed out; 1 more not tried"));
	ck_assert_ptr_null(s);
	ck_ok(kin_close(inside));
	ck_ok(kin_close(server));
}
END_TEST

/* ---- the three modes ---- */

START_TEST(semantic_04_three_modes)
{
	struct kin_sock *pair[2];
	char byte;

	ck_ok(kin_pair(AF_UNIX, SOCK_STREAM, 0, pair));
	ck_assert_int_eq(kin_timeout(pair[0]), -1);
	ck_assert(kin_blocking(pair[0]) && fd_blocks(pair[0]));
	/* A socket with a timeout counts as blocking, its descriptor is not. */
	ck_ok(kin_set_timeout(pair[0], 10 * MS));
	ck_assert(kin_blocking(pair[0]) && !fd_blocks(pair[0]));
	ck_fails(kin_recv(pair[0], &byte, 1, 0), ETIMEDOUT, "timed out");
	ck_assert_int_eq(kin_error_domain(), KIN_ERR_DEADLINE);
	/* Zero never times out: it would block. */
	ck_ok(kin_set_timeout(pair[0], 0));
	ck_assert(!kin_blocking(pair[0]) && !fd_blocks(pair[0]));
	ck_fails(kin_recv(pair[0], &byte, 1, 0), EAGAIN, NULL);
	ck_assert_int_eq(kin_error_domain(), KIN_ERR_ERRNO);
	ck_ok(kin_set_blocking(pair[0], true));
	ck_assert_int_eq(kin_timeout(pair[0]), -1);
	ck_assert(fd_blocks(pair[0]));
	ck_ok(kin_set_blocking(pair[0], false));
	ck_assert_int_eq(kin_timeout(pair[0]), 0);
	/* MSG_DONTWAIT is zero for one call. */
	ck_ok(kin_set_timeout(pair[0], 10000 * MS));
	ck_fails(kin_recv(pair[0], &byte, 1, MSG_DONTWAIT), EAGAIN, NULL);
	ck_ok(kin_close(pair[0]));
	ck_ok(kin_close(pair[1]));
}
END_TEST

START_TEST(semantic_04_a_wait_is_never_too_short)
{
	/* Milliseconds of poll(2) that were rounded down would end these early. */
	static const int64_t timeouts[] = {1, 400000, 1500000, 10 * MS + 999999};
	struct kin_sock *pair[2];
	char byte;

	ck_ok(kin_pair(AF_UNIX, SOCK_DGRAM, 0, pair));
	for (unsigned i = 0; i < sizeof(timeouts) / sizeof(*timeouts); i++) {
		int64_t begin = kin_now();

		ck_ok(kin_set_timeout(pair[0], timeouts[i]));
		ck_fails(kin_recv(pair[0], &byte, 1, 0), ETIMEDOUT, NULL);
		ck_assert_int_ge(kin_now() - begin, timeouts[i]);
	}
	ck_ok(kin_close(pair[0]));
	ck_ok(kin_close(pair[1]));
}
END_TEST

static void *send_later(void *data)
{
	usleep(30000);
	kin_send(data, "x", 1, 0);
	return NULL;
}

/* Above INT_MAX milliseconds, up to what no clock reaches. */
START_TEST(semantic_04_a_timeout_may_be_of_any_length)
{
	static const int64_t timeouts[] = {3000000000ll * MS, INT64_MAX};
	struct kin_sock *pair[2];
	char byte;

	ck_ok(kin_pair(AF_UNIX, SOCK_DGRAM, 0, pair));
	for (unsigned i = 0; i < 2; i++) {
		pthread_t thread;

		ck_ok(kin_set_timeout(pair[0], timeouts[i]));
		ck_assert_int_eq(kin_timeout(pair[0]), timeouts[i]);
		ck_assert_int_eq(pthread_create(&thread, NULL, send_later, pair[1]), 0);
		ck_assert_int_eq(kin_recv(pair[0], &byte, 1, 0), 1);
		pthread_join(thread, NULL);
	}
	ck_ok(kin_close(pair[0]));
	ck_ok(kin_close(pair[1]));
}
END_TEST

/* Datagrams whose checksum is wrong: poll(2) calls them readable, recv(2) throws them away. */
static void *send_broken(void *data)
{
	struct sockaddr_in to = *(const struct sockaddr_in *)data;
	/* Long enough that the checksum is left to recv(2). */
	struct {
		struct udphdr head;
		char data[200];
	} udp = {{.source = to.sin_port,
		  .dest = to.sin_port,
		  .len = htons(sizeof(udp)),
		  .check = 1}};
	int fd = socket(AF_INET, SOCK_RAW | SOCK_CLOEXEC, IPPROTO_UDP);

	for (unsigned i = 0; i < 3; i++) {
		usleep(30000);
		sendto(fd, &udp, sizeof(udp), 0, data, sizeof(to));
	}
	kin_close_fd(fd);
	return NULL;
}

START_TEST(semantic_04_ready_in_vain_goes_back_to_waiting)
{
	struct kin_addr addr = loopback();
	pthread_t thread;
	struct kin_sock *s;
	int64_t begin;
	char byte;

	ck_ok(kin_socket(AF_INET, SOCK_DGRAM, 0, &s));
	ck_ok(kin_bind(s, &addr));
	ck_ok(kin_local_addr(s, &addr));
	ck_ok(kin_set_timeout(s, 200 * MS));
	ck_assert_int_eq(pthread_create(&thread, NULL, send_broken, &addr.ss), 0);
	begin = kin_now();
	ck_fails(kin_recv(s, &byte, 1, 0), ETIMEDOUT, "timed out");
	ck_assert_int_ge(kin_now() - begin, 200 * MS);
	pthread_join(thread, NULL);
	ck_ok(kin_close(s));
}
END_TEST

/* ---- accept ---- */

START_TEST(semantic_05_accepted_sockets_have_the_default_mode)
{
	struct kin_addr addr, peer, local;
	struct kin_sock *server = listener(-1, &addr), *s, *accepted;
	const int64_t modes[] = {-1, 0, 5000 * MS};

	for (unsigned listening = 0; listening < 3; listening++) {
		for (unsigned i = 0; i < 3; i++) {
			s = client(&addr);
			ck_ok(kin_set_timeout(server, modes[listening]));
			ck_assert_int_ge(poll(&(struct pollfd){kin_fd(server), POLLIN, 0}, 1, 1000),
					 1);
			kin_set_default_timeout(modes[i]);
			ck_assert_int_eq(kin_default_timeout(), modes[i]);
			ck_ok(kin_accept(server, &accepted, &peer));
			kin_set_default_timeout(-1);
			ck_assert_int_eq(kin_timeout(accepted), modes[i]);
			ck_assert_int_eq(fd_blocks(accepted), modes[i] < 0);
			ck_assert(fd_closes_on_exec(accepted));
			ck_assert_int_eq(kin_inheritable(accepted), 0);
			ck_ok(kin_local_addr(s, &local));
			ck_assert(kin_addr_equal(&local, &peer));
			ck_ok(kin_close(accepted));
			ck_ok(kin_close(s));
		}
	}
	ck_ok(kin_set_timeout(server, 20 * MS));
	accepted = NULL;
	ck_fails(kin_accept(server, &accepted, NULL), ETIMEDOUT, NULL);
	ck_assert_ptr_null(accepted);
	ck_ok(kin_close(server));
}
END_TEST

START_TEST(backlogs_below_zero_are_the_kernels_limit)
{
	struct kin_sock *server, *s[8];
	struct kin_addr addr;

	server = listener(-1, &addr);
	for (unsigned i = 0; i < 8; i++)
		s[i] = client(&addr);
	for (unsigned i = 0; i < 8; i++)
		ck_ok(kin_close(s[i]));
	ck_ok(kin_listen(server, INT32_MAX));
	ck_ok(kin_close(server));
}
END_TEST

/* ---- birth ---- */

START_TEST(semantic_06_flags_of_the_type_are_honoured_and_not_told)
{
	struct kin_sock *s, *pair[2];

	ck_ok(kin_socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, &s));
	ck_assert_int_eq(kin_sock_type(s), SOCK_DGRAM);
	ck_assert_int_eq(kin_timeout(s), 0);
	ck_assert(!fd_blocks(s) && fd_closes_on_exec(s));
	ck_ok(kin_close(s));
	/* Without SOCK_CLOEXEC as well. */
	ck_ok(kin_socket(AF_INET, SOCK_DGRAM, 0, &s));
	ck_assert(fd_blocks(s) && fd_closes_on_exec(s));
	ck_ok(kin_close(s));
	ck_ok(kin_pair(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK, 0, pair));
	for (unsigned i = 0; i < 2; i++) {
		ck_assert_int_eq(kin_sock_type(pair[i]), SOCK_SEQPACKET);
		ck_assert(!fd_blocks(pair[i]) && fd_closes_on_exec(pair[i]));
		ck_ok(kin_close(pair[i]));
	}
	ck_fails(kin_socket(-1, SOCK_STREAM, 0, &s), EINVAL, "domain -1 is not in 0-65535");
	ck_fails(kin_socket(AF_INET, 16, 0, &s), EINVAL, "type 16 is not in 0-15, flags aside");
	ck_fails(kin_socket(AF_INET, SOCK_STREAM, -2, &s), EINVAL, "protocol -2 is negative");
	ck_fails(kin_pair(70000, SOCK_STREAM, 0, pair), EINVAL, "domain 70000 is not in 0-65535");
}
END_TEST

START_TEST(semantic_07_adopting_detects_what_is_not_given)
{
	static const int kinds[][3] = {
		{AF_INET, SOCK_DGRAM, IPPROTO_UDP},
		{AF_INET, SOCK_STREAM, IPPROTO_TCP},
		{AF_INET6, SOCK_STREAM, IPPROTO_TCP},
		{AF_UNIX, SOCK_SEQPACKET, 0},
	};
	struct kin_sock *s;

	for (unsigned i = 0; i < sizeof(kinds) / sizeof(*kinds); i++) {
		int fd = socket(kinds[i][0], kinds[i][1] | SOCK_CLOEXEC, kinds[i][2]);

		ck_ok(kin_adopt(fd, &s));
		ck_assert_int_eq(kin_fd(s), fd);
		ck_assert_int_eq(kin_sock_domain(s), kinds[i][0]);
		ck_assert_int_eq(kin_sock_type(s), kinds[i][1]);
		ck_assert_int_eq(kin_sock_protocol(s), kinds[i][2]);
		ck_assert_int_eq(kin_timeout(s), -1);
		ck_assert_int_eq(kin_detach(s), fd);
		/* What is given wins, one by one. */
		ck_ok(kin_adopt_as(fd, 45, -1, -1, &s));
		ck_assert_int_eq(kin_sock_domain(s), 45);
		ck_assert_int_eq(kin_sock_type(s), kinds[i][1]);
		ck_assert_int_eq(kin_sock_protocol(s), kinds[i][2]);
		ck_assert_int_eq(kin_detach(s), fd);
		ck_ok(kin_adopt_as(fd, -1, SOCK_RAW | SOCK_NONBLOCK, 99, &s));
		ck_assert_int_eq(kin_sock_domain(s), kinds[i][0]);
		ck_assert_int_eq(kin_sock_type(s), SOCK_RAW);
		ck_assert_int_eq(kin_sock_protocol(s), 99);
		ck_assert_int_eq(kin_timeout(s), 0);
		ck_ok(kin_close(s));
	}
}
END_TEST

START_TEST(semantic_07_what_can_not_be_adopted)
{
	struct kin_sock *s = NULL;
	int fds[2];

	ck_fails(kin_adopt_as(-1, AF_INET, SOCK_STREAM, 0, &s), EINVAL,
		 "file descriptor -1 is negative");
	ck_assert_int_eq(pipe2(fds, O_CLOEXEC), 0);
	ck_fails(kin_adopt_as(fds[0], AF_INET, SOCK_STREAM, 0, &s), ENOTSOCK, NULL);
	ck_fails(kin_adopt_copy(fds[0], AF_INET, SOCK_STREAM, 0, &s), ENOTSOCK, NULL);
	ck_fails(kin_adopt_as(fds[0], -2, -1, -1, &s), EINVAL, NULL);
	/* It stays the caller's. */
	ck_assert_int_ge(fcntl(fds[0], F_GETFD), 0);
	ck_ok(kin_close_fd(fds[0]));
	ck_ok(kin_close_fd(fds[1]));
	ck_fails(kin_adopt_as(fds[0], AF_INET, SOCK_STREAM, 0, &s), EBADF, NULL);
	ck_fails(kin_adopt_copy(fds[0], AF_INET, SOCK_STREAM, 0, &s), EBADF, NULL);
	ck_fails(kin_adopt_copy(-7, -1, -1, -1, &s), EINVAL, "file descriptor -7 is negative");
	ck_assert_ptr_null(s);
}
END_TEST

START_TEST(semantic_07_an_adopted_socket_has_the_default_timeout)
{
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	struct kin_sock *s;

	/* Without a default its mode stays. */
	ck_ok(kin_adopt(fd, &s));
	ck_assert_int_eq(kin_timeout(s), 0);
	ck_assert_int_eq(kin_detach(s), fd);
	kin_set_default_timeout(70 * MS);
	ck_ok(kin_adopt(fd, &s));
	kin_set_default_timeout(-1);
	ck_assert_int_eq(kin_timeout(s), 70 * MS);
	ck_ok(kin_close(s));
}
END_TEST

START_TEST(copies_are_their_own)
{
	struct kin_sock *s, *copy;
	int fd = socket(AF_INET, SOCK_DGRAM, 0);

	ck_ok(kin_adopt_copy(fd, -1, -1, -1, &s));
	ck_assert_int_ne(kin_fd(s), fd);
	ck_assert(fd_closes_on_exec(s));
	ck_assert_int_eq(fcntl(fd, F_GETFD), 0);
	ck_assert_int_eq(kin_sock_type(s), SOCK_DGRAM);
	ck_ok(kin_set_timeout(s, 55 * MS));
	ck_ok(kin_set_inheritable(s, true));
	ck_assert_int_eq(kin_inheritable(s), 1);
	ck_ok(kin_dup(s, &copy));
	ck_assert_int_eq(kin_inheritable(copy), 0);
	ck_assert_int_eq(kin_timeout(copy), 55 * MS);
	ck_assert_int_eq(kin_sock_domain(copy), AF_INET);
	ck_assert_int_eq(kin_sock_protocol(copy), kin_sock_protocol(s));
	ck_assert_ptr_eq(kin_sock_proto(copy), kin_sock_proto(s));
	ck_ok(kin_set_inheritable(s, false));
	ck_assert(fd_closes_on_exec(s));
	ck_ok(kin_close(s));
	ck_assert_int_ge(fcntl(kin_fd(copy), F_GETFD), 0);
	ck_ok(kin_close(copy));
	ck_assert_int_ge(fcntl(fd, F_GETFD), 0);
	ck_ok(kin_close_fd(fd));
}
END_TEST

/* ---- death ---- */

START_TEST(semantic_08_closing)
{
	struct kin_sock *s;
	int fd;

	/* Somebody else closed it. */
	ck_ok(kin_socket(AF_UNIX, SOCK_STREAM, 0, &s));
	syscall(SYS_close, kin_fd(s));
	ck_fails(kin_close(s), EBADF, NULL);
	/* After a signal the descriptor is gone: a second try could hit that of another thread. */
	ck_ok(kin_socket(AF_UNIX, SOCK_STREAM, 0, &s));
	fd = kin_fd(s);
	closed = 0;
	close_error = EINTR;
	ck_assert_int_eq(kin_close(s), 0);
	ck_assert_uint_eq(closed, 1);
	ck_assert_int_eq(fcntl(fd, F_GETFD), -1);
	/* The peer's reset is no failure of closing, others are. */
	ck_ok(kin_socket(AF_UNIX, SOCK_STREAM, 0, &s));
	close_error = ECONNRESET;
	ck_assert_int_eq(kin_close(s), 0);
	ck_ok(kin_socket(AF_UNIX, SOCK_STREAM, 0, &s));
	close_error = EIO;
	ck_fails(kin_close(s), EIO, NULL);
	close_error = 0;
	ck_assert_int_eq(kin_close(NULL), 0);
	ck_fails(kin_close_fd(fd), EBADF, NULL);
	ck_fails(kin_close_fd(-1), EBADF, NULL);
}
END_TEST

START_TEST(semantic_08_detaching_hands_the_descriptor_out)
{
	struct kin_sock *s;
	int fd, error;

	ck_ok(kin_socket(AF_UNIX, SOCK_STREAM, 0, &s));
	fd = kin_fd(s);
	closed = 0;
	ck_assert_int_eq(kin_detach(s), fd);
	ck_assert_uint_eq(closed, 0);
	ck_ok(kin_adopt(fd, &s));
	ck_ok(kin_getsockopt_int(s, SOL_SOCKET, SO_TYPE, &error));
	ck_ok(kin_close(s));
}
END_TEST

START_TEST(shutting_down_and_controlling)
{
	struct kin_sock *pair[2];
	int waiting = -1;
	char byte;

	ck_ok(kin_pair(AF_UNIX, SOCK_STREAM, 0, pair));
	ck_assert_int_eq(kin_send(pair[1], "abc", 3, 0), 3);
	ck_ok(kin_ioctl(pair[0], FIONREAD, &waiting));
	ck_assert_int_eq(waiting, 3);
	ck_fails(kin_ioctl(pair[0], TIOCGWINSZ, &waiting), ENOTTY, NULL);
	ck_fails(kin_ioctl(pair[0], FIONREAD, NULL), EFAULT, NULL);
	ck_fails(kin_shutdown(pair[1], 3), EINVAL, "how 3 is not in 0-2 (SHUT_RD to SHUT_RDWR)");
	ck_fails(kin_shutdown(pair[1], -1), EINVAL, NULL);
	ck_ok(kin_shutdown(pair[1], SHUT_WR));
	ck_assert_int_eq(kin_recv(pair[0], &byte, 1, 0), 1);
	ck_ok(kin_close(pair[0]));
	ck_ok(kin_close(pair[1]));
}
END_TEST

START_TEST(addresses_of_impossible_length)
{
	struct kin_addr addr = loopback();
	struct kin_sock *s;

	ck_ok(kin_socket(AF_INET, SOCK_DGRAM, 0, &s));
	addr.len = sizeof(addr.ss) + 1;
	ck_fails(kin_bind(s, &addr), EINVAL, "the length 129 of an address is not in 2-128");
	ck_fails(kin_connect(s, &addr), EINVAL, NULL);
	ck_fails(kin_send_to(s, "x", 1, 0, &addr), EINVAL, NULL);
	addr.len = 1;
	ck_fails(kin_bind(s, &addr), EINVAL, "the length 1 of an address is not in 2-128");
	ck_fails(kin_send_to(s, "x", 1, 0, &addr), EINVAL, NULL);
	ck_ok(kin_close(s));
}
END_TEST

int main(void)
{
	const struct test_case cases[] = {
		{semantic_03_a_signal_does_not_end_connecting,
		 "semantic_03_a_signal_does_not_end_connecting", .net = true},
		{semantic_03_without_waiting_it_is_in_progress,
		 "semantic_03_without_waiting_it_is_in_progress", .net = true},
		{semantic_04_connecting_times_out, "semantic_04_connecting_times_out", .net = true},
		{semantic_02_a_default_hook_ends_opening, "semantic_02_a_default_hook_ends_opening",
		 "tcp", .net = true},
		{every_address_that_failed_is_told, "every_address_that_failed_is_told",
		 .net = true},
		{semantic_04_three_modes, "semantic_04_three_modes"},
		{semantic_04_a_wait_is_never_too_short, "semantic_04_a_wait_is_never_too_short"},
		{semantic_04_a_timeout_may_be_of_any_length,
		 "semantic_04_a_timeout_may_be_of_any_length"},
		{semantic_04_ready_in_vain_goes_back_to_waiting,
		 "semantic_04_ready_in_vain_goes_back_to_waiting", .net = true},
		{semantic_05_accepted_sockets_have_the_default_mode,
		 "semantic_05_accepted_sockets_have_the_default_mode", .net = true},
		{backlogs_below_zero_are_the_kernels_limit, "backlogs", .net = true},
		{semantic_06_flags_of_the_type_are_honoured_and_not_told,
		 "semantic_06_flags_of_the_type_are_honoured_and_not_told"},
		{semantic_07_adopting_detects_what_is_not_given,
		 "semantic_07_adopting_detects_what_is_not_given"},
		{semantic_07_what_can_not_be_adopted, "semantic_07_what_can_not_be_adopted"},
		{semantic_07_an_adopted_socket_has_the_default_timeout,
		 "semantic_07_an_adopted_socket_has_the_default_timeout"},
		{copies_are_their_own, "copies_are_their_own"},
		{semantic_08_closing, "semantic_08_closing"},
		{semantic_08_detaching_hands_the_descriptor_out,
		 "semantic_08_detaching_hands_the_descriptor_out"},
		{shutting_down_and_controlling, "shutting_down_and_controlling"},
		{addresses_of_impossible_length, "addresses_of_impossible_length"},
		{},
	};

	return run_cases("core/socket", cases);
}
