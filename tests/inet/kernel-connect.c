/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Connections to whichever address of a host answers, and servers in one call. */
#include "harness.h"

#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/time.h>
#include <unistd.h>
#include <kin/family.h>
#include <kin/inet.h>

static const int64_t second = 1000000000, ms = 1000000;

#define CONNECT(...)                                                                               \
	{                                                                                          \
		.struct_size = sizeof(struct kin_inet_connect_options), ##__VA_ARGS__              \
	}
#define LISTEN(...)                                                                                \
	{                                                                                          \
		.struct_size = sizeof(struct kin_inet_listen_options), ##__VA_ARGS__               \
	}

static int port_of(struct kin_sock *sock)
{
	struct kin_addr addr;

	ck_ok(kin_local_addr(sock, &addr));
	return kin_inet_port(&addr);
}

static const char *peer_of(struct kin_sock *sock)
{
	static char text[KIN_ADDR_TEXT];
	struct kin_addr addr;

	ck_ok(kin_peer_addr(sock, &addr));
	ck_ok(kin_addr_format(&addr, SOCK_STREAM, IPPROTO_TCP, text, sizeof(text)));
	return text;
}

/* What the resolver says of a host, in this test's own view of the file system. */
static void hosts(const char *lines)
{
	FILE *file = fopen("/run/kin-test-hosts", "we");

	ck_assert_ptr_nonnull(file);
	fputs(lines, file);
	fclose(file);
	ck_assert_int_eq(unshare(CLONE_NEWNS), 0);
	ck_assert_int_eq(mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL), 0);
	ck_assert_int_eq(mount("/run/kin-test-hosts", "/etc/hosts", NULL, MS_BIND, NULL), 0);
	ck_assert_int_eq(unlink("/run/kin-test-hosts"), 0);
}

/* ---- One by one ------------------------------------------------------------------------------ */

START_TEST(semantic_15_every_address_is_tried_in_order)
{
	struct kin_inet_attempt attempts[4];
	struct kin_inet_connect_options options = CONNECT(.attempts = attempts, .max_attempts = 4);
	struct kin_sock *listener, *client;
	char port[8], text[KIN_ADDR_TEXT];

	/* The resolver has the own source address first. */
	hosts("127.0.0.1 two.test\n127.0.0.2 two.test\n");
	ck_ok(kin_inet_listen("127.0.0.2", 0, NULL, &listener));
	snprintf(port, sizeof(port), "%d", port_of(listener));
	ck_ok(kin_inet_connect("two.test", port, &options, &client));
	snprintf(text, sizeof(text), "tcp:127.0.0.2:%s", port);
	ck_assert_str_eq(peer_of(client), text);
	ck_assert_uint_eq(options.n_attempts, 2);
	ck_assert_int_eq(attempts[0].error, -ECONNREFUSED);
	ck_assert_int_eq(attempts[1].error, 0);
	ck_ok(kin_addr_format(&attempts[0].addr, SOCK_STREAM, 0, text, sizeof(text)));
	ck_assert_ptr_nonnull(strstr(text, "tcp:127.0.0.1:"));
	ck_ok(kin_close(client));
	ck_ok(kin_close(listener));
}
END_TEST

START_TEST(semantic_15_the_last_error_or_all_of_them)
{
	struct kin_inet_attempt attempts[1] = {};
	struct kin_inet_connect_options options = CONNECT(.attempts = attempts, .max_attempts = 1);
	struct kin_sock *client = NULL;

	hosts("127.0.0.2 two.test\n192.0.2.1 two.test\n");
	ck_fails(kin_inet_connect("two.test", "9", NULL, &client), ENETUNREACH,
		 "tcp:192.0.2.1:9: there is no route to that network (ip route get tells)");
	ck_fails(kin_inet_connect("two.test", "9", &options, &client), ENETUNREACH,
		 "tcp:127.0.0.2:9: nothing there listens on port 9; "
		 "tcp:192.0.2.1:9: there is no route to that network (ip route get tells)");
	ck_assert_int_eq(kin_error_code(), ENETUNREACH);
	ck_assert_uint_eq(options.n_attempts, 2);
	ck_assert_int_eq(attempts[0].error, -ECONNREFUSED);
	ck_assert_ptr_null(client);
}
END_TEST

START_TEST(semantic_15_the_source_address_is_bound)
{
	struct kin_inet_connect_options options = CONNECT(.domain = AF_INET);
	struct kin_sock *listener, *client, *server;
	struct kin_addr peer;
	char port[8], host[64];

	ck_ok(kin_inet_listen("127.0.0.1", 0, NULL, &listener));
	snprintf(port, sizeof(port), "%d", port_of(listener));
	ck_ok(kin_inet_addr("127.0.0.3", 0, &options.source));
	ck_ok(kin_inet_connect("127.0.0.1", port, &options, &client));
	ck_ok(kin_accept(listener, &server, &peer));
	ck_ok(kin_inet_host(&peer, host, sizeof(host)));
	ck_assert_str_eq(host, "127.0.0.3");
	ck_ok(kin_close(client));
	ck_ok(kin_close(server));
	/* Any address with a port follows the version; a real one can't. */
	ck_ok(kin_inet6_addr(NULL, 6123, 0, 0, &options.source));
	ck_ok(kin_inet_connect("127.0.0.1", port, &options, &client));
	ck_assert_int_eq(port_of(client), 6123);
	ck_ok(kin_close(client));
	ck_ok(kin_inet6_addr("::1", 0, 0, 0, &options.source));
	ck_fails(kin_inet_connect("127.0.0.1", port, &options, &client), EAFNOSUPPORT, NULL);
	ck_assert_ptr_nonnull(strstr(kin_error_text(), "the source address is one of IPv6"));
	ck_ok(kin_close(listener));
}
END_TEST

/* A network in which nothing answers: packets go to an interface with nobody behind it. */
static void black_hole(void)
{
	shell("ip link add hole0 type veth peer name hole1 && ip link set hole0 up && "
	      "ip link set hole1 up && ip addr add 198.51.100.1/24 dev hole0 && "
	      "ip addr add 2001:db8::1/64 dev hole0 nodad && "
	      "ip neigh add 198.51.100.2 lladdr 02:00:00:00:00:02 dev hole0 nud permanent && "
	      "ip neigh add 2001:db8::2 lladdr 02:00:00:00:00:02 dev hole0 nud permanent");
}

START_TEST(semantic_15_the_timeout_holds_while_connecting)
{
	struct kin_inet_connect_options options = CONNECT(.timeout_ns = 150 * ms);
	struct kin_sock *listener, *client;
	int64_t begun = kin_now();
	char port[8];

	black_hole();
	hosts("2001:db8::2 hole.test two.test\n127.0.0.1 two.test\n");
	begun = kin_now();
	ck_fails(kin_inet_connect("hole.test", "9", &options, &client), ETIMEDOUT,
		 "tcp:[2001:db8::2]:9: timed out");
	ck_assert_int_eq(kin_error_domain(), KIN_ERR_DEADLINE);
	ck_assert_int_lt(kin_now() - begun, second);
	/* The next address has a chance of its own, and the socket keeps the timeout. */
	ck_ok(kin_inet_listen("127.0.0.1", 0, NULL, &listener));
	snprintf(port, sizeof(port), "%d", port_of(listener));
	ck_ok(kin_inet_connect("two.test", port, &options, &client));
	ck_assert_int_eq(kin_timeout(client), 150 * ms);
	ck_assert_uint_eq(options.n_attempts, 2);
	ck_ok(kin_close(client));
	ck_ok(kin_close(listener));
	/* By default, the default. */
	kin_set_default_timeout(77 * ms);
	options.timeout_ns = 0;
	begun = kin_now();
	ck_fails(kin_inet_connect("hole.test", "9", &options, &client), ETIMEDOUT, NULL);
	ck_assert_int_lt(kin_now() - begun, second);
	kin_set_default_timeout(-1);
}
END_TEST

/* ---- Racing ---------------------------------------------------------------------------------- */

START_TEST(a_race_is_won_by_the_one_that_answers)
{
	struct kin_inet_attempt attempts[4] = {};
	struct kin_inet_connect_options options =
		CONNECT(.timeout_ns = 5 * second, .race = true, .race_delay_ns = 50 * ms,
			.attempts = attempts, .max_attempts = 4);
	struct kin_sock *listener, *client;
	unsigned fds;
	int64_t begun;
	char port[8];

	black_hole();
	hosts("2001:db8::2 race.test\n127.0.0.1 race.test\n");
	ck_ok(kin_inet_listen("127.0.0.1", 0, NULL, &listener));
	snprintf(port, sizeof(port), "%d", port_of(listener));
	fds = open_fds();
	begun = kin_now();
	ck_ok(kin_inet_connect("race.test", port, &options, &client));
	/* Not before its turn, and long before the first one's timeout. */
	ck_assert_int_ge(kin_now() - begun, 50 * ms);
	ck_assert_int_lt(kin_now() - begun, 2 * second);
	ck_assert_uint_eq(open_fds(), fds + 1);
	ck_assert_uint_eq(options.n_attempts, 2);
	ck_assert_int_eq(attempts[0].error, 0);
	ck_assert_int_eq(attempts[1].error, -ECANCELED);
	ck_assert_int_eq(kin_timeout(client), 5 * second);
	ck_ok(kin_close(client));
	/* The standard's delay when none is given. */
	options.race_delay_ns = 0;
	begun = kin_now();
	ck_ok(kin_inet_connect("race.test", port, &options, &client));
	ck_assert_int_ge(kin_now() - begun, 250 * ms);
	ck_ok(kin_close(client));
	ck_ok(kin_close(listener));
}
END_TEST

START_TEST(a_refusal_starts_the_next_at_once)
{
	struct kin_inet_connect_options options =
		CONNECT(.timeout_ns = 5 * second, .race = true, .race_delay_ns = 4 * second);
	struct kin_sock *listener, *client;
	int64_t begun;
	char port[8];

	hosts("127.0.0.1 race.test\n127.0.0.2 race.test\n127.0.0.3 race.test\n");
	ck_ok(kin_inet_listen("127.0.0.3", 0, NULL, &listener));
	snprintf(port, sizeof(port), "%d", port_of(listener));
	begun = kin_now();
	ck_ok(kin_inet_connect("race.test", port, &options, &client));
	ck_assert_int_lt(kin_now() - begun, 2 * second);
	ck_assert_uint_eq(options.n_attempts, 3);
	ck_ok(kin_close(client));
	ck_ok(kin_close(listener));
}
END_TEST

static int count_connects(const struct kin_audit *what, void *data)
{
	char *seen = data;

	if (what->event == KIN_AUDIT_CONNECT)
		strcat(seen, what->addr->sa.sa_family == AF_INET ? "4" : "6");
	return 0;
}

START_TEST(versions_take_turns_within_one_deadline)
{
	struct kin_inet_attempt attempts[6] = {};
	struct kin_inet_connect_options options =
		CONNECT(.timeout_ns = 300 * ms, .race = true, .race_delay_ns = 20 * ms,
			.attempts = attempts, .max_attempts = 6);
	struct kin_sock *client = NULL;
	unsigned fds;
	char seen[16] = "";
	int64_t begun;

	black_hole();
	shell("ip neigh add 198.51.100.3 lladdr 02:00:00:00:00:02 dev hole0 nud permanent && "
	      "ip neigh add 2001:db8::3 lladdr 02:00:00:00:00:02 dev hole0 nud permanent");
	hosts("198.51.100.2 race.test\n198.51.100.3 race.test\n2001:db8::2 race.test\n"
	      "2001:db8::3 race.test\n");
	fds = open_fds();
	kin_set_audit_hook(count_connects, seen);
	begun = kin_now();
	ck_fails(kin_inet_connect("race.test", "9", &options, &client), ETIMEDOUT, NULL);
	kin_set_audit_hook(NULL, NULL);
	ck_assert_int_eq(kin_error_domain(), KIN_ERR_DEADLINE);
	ck_assert_int_ge(kin_now() - begun, 300 * ms);
	ck_assert_int_lt(kin_now() - begun, second);
	ck_assert_msg(strcmp(seen, "6464") == 0 || strcmp(seen, "4646") == 0, "%s", seen);
	ck_assert_uint_eq(options.n_attempts, 4);
	for (int i = 0; i < 4; i++)
		ck_assert_int_eq(attempts[i].error, -ETIMEDOUT);
	ck_assert_uint_eq(open_fds(), fds);
}
END_TEST

/* No race is won that nobody ran. */
START_TEST(too_little_time_is_no_success)
{
	struct kin_inet_connect_options options = CONNECT(.timeout_ns = 1, .race = true);
	struct kin_sock *client = NULL;
	unsigned fds = open_fds();

	black_hole();
	hosts("2001:db8::2 hole.test\n198.51.100.2 hole.test\n");
	ck_fails(kin_inet_connect("hole.test", "9", &options, &client), ETIMEDOUT, NULL);
	ck_assert_int_eq(kin_error_domain(), KIN_ERR_DEADLINE);
	ck_assert_uint_ge(options.n_attempts, 1);
	kin_set_default_timeout(0);
	options.timeout_ns = 0;
	ck_fails(kin_inet_connect("hole.test", "9", &options, &client), EINPROGRESS, NULL);
	kin_set_default_timeout(-1);
	ck_assert_uint_eq(options.n_attempts, 2);
	ck_fails(kin_inet_connect("hole.test", "70000", &options, &client), EINVAL, NULL);
	ck_assert_uint_eq(options.n_attempts, 0);
	ck_assert_ptr_null(client);
	ck_assert_uint_eq(open_fds(), fds);
}
END_TEST

static bool stop(void *data)
{
	(void)data;
	return true;
}

static bool stop_at_first(void *data)
{
	return ++*(int *)data == 1;
}

static void nothing(int number)
{
	(void)number;
}

START_TEST(a_signal_ends_it_when_the_hook_says_so)
{
	/* Again and again, for a machine so slow that the first comes before the wait. */
	struct itimerval soon = {.it_value = {.tv_usec = 50000}, .it_interval = {.tv_usec = 50000}};
	struct itimerval never = {};
	struct kin_inet_connect_options options = CONNECT(.timeout_ns = 10 * second);
	struct sigaction action = {.sa_handler = nothing};
	struct kin_sock *client = NULL;
	unsigned fds = open_fds();
	int64_t begun;
	int asked = 0;

	black_hole();
	hosts("2001:db8::2 hole.test\n198.51.100.2 hole.test\n");
	ck_assert_int_eq(sigaction(SIGALRM, &action, NULL), 0);
	for (int i = 0; i < 2; i++) {
		options.race = i;
		kin_set_default_interrupt(stop, NULL);
		begun = kin_now();
		ck_assert_int_eq(setitimer(ITIMER_REAL, &soon, NULL), 0);
		ck_fails(kin_inet_connect("hole.test", "9", &options, &client), EINTR, NULL);
		ck_assert_int_lt(kin_now() - begun, 5 * second);
		/* Without a hook it goes on, with what is left of the time. */
		kin_set_default_interrupt(NULL, NULL);
		options.timeout_ns = 300 * ms;
		begun = kin_now();
		ck_assert_int_eq(setitimer(ITIMER_REAL, &soon, NULL), 0);
		ck_fails(kin_inet_connect("198.51.100.2", "9", &options, &client), ETIMEDOUT, NULL);
		ck_assert_int_ge(kin_now() - begun, 300 * ms);
		ck_assert_int_lt(kin_now() - begun, 5 * second);
		ck_assert_int_eq(setitimer(ITIMER_REAL, &never, NULL), 0);
		options.timeout_ns = 10 * second;
	}
	/* Of several that run it is asked once for a signal. */
	kin_set_default_interrupt(stop_at_first, &asked);
	options.race_delay_ns = 1;
	ck_assert_int_eq(setitimer(ITIMER_REAL, &soon, NULL), 0);
	ck_fails(kin_inet_connect("hole.test", "9", &options, &client), EINTR, NULL);
	ck_assert_int_eq(setitimer(ITIMER_REAL, &never, NULL), 0);
	kin_set_default_interrupt(NULL, NULL);
	ck_assert_int_eq(asked, 1);
	ck_assert_uint_eq(options.n_attempts, 2);
	ck_assert_uint_eq(open_fds(), fds);
}
END_TEST

/* ---- Servers --------------------------------------------------------------------------------- */

static int option_of(struct kin_sock *sock, int level, int name)
{
	int value = -1;
	socklen_t len = sizeof(value);

	ck_ok(kin_getsockopt(sock, level, name, &value, &len));
	return value;
}

START_TEST(semantic_16_a_server_in_one_call)
{
	struct kin_inet_listen_options options = LISTEN();
	struct kin_sock *sock, *other;
	char words[160];

	ck_ok(kin_inet_listen(NULL, 0, NULL, &sock));
	ck_assert_int_eq(kin_sock_domain(sock), AF_INET);
	ck_assert_int_eq(option_of(sock, SOL_SOCKET, SO_REUSEADDR), 1);
	ck_assert_int_eq(option_of(sock, SOL_SOCKET, SO_REUSEPORT), 0);
	ck_assert_int_eq(option_of(sock, SOL_SOCKET, SO_ACCEPTCONN), 1);
	snprintf(words, sizeof(words),
		 "tcp:127.0.0.1:%d: port %d is taken: ss -anp 'sport = :%d' tells by whom; "
		 "without reuseaddr=on it stays so for a minute after it was closed",
		 port_of(sock), port_of(sock), port_of(sock));
	ck_fails(kin_inet_listen("127.0.0.1", port_of(sock), NULL, &other), EADDRINUSE, words);
	ck_ok(kin_close(sock));
	ck_fails(kin_inet_listen("192.0.2.1", 5000, NULL, &other), EADDRNOTAVAIL,
		 "tcp:192.0.2.1:5000: no interface has this address (freebind=on binds it all the "
		 "same)");

	options.reuse_port = true;
	ck_ok(kin_inet_listen("127.0.0.1", 5001, &options, &sock));
	ck_ok(kin_inet_listen("127.0.0.1", 5001, &options, &other));
	ck_ok(kin_close(sock));
	ck_ok(kin_close(other));
}
END_TEST

/* A backlog of one: the third connection waits for the queue. */
START_TEST(semantic_16_the_backlog_is_as_given_or_large)
{
	struct kin_inet_listen_options options = LISTEN(.backlog = 1);
	struct kin_inet_connect_options impatient = CONNECT(.timeout_ns = 100 * ms);
	struct kin_sock *listener, *clients[8] = {};
	int n = 0;

	ck_ok(kin_inet_listen("127.0.0.1", 5000, &options, &listener));
	while (n < 8 && kin_inet_connect("127.0.0.1", "5000", &impatient, &clients[n]) == 0)
		n++;
	ck_assert_int_eq(n, 2);
	for (int i = 0; i < n; i++)
		ck_ok(kin_close(clients[i]));
	ck_ok(kin_close(listener));
	for (options.backlog = -1; options.backlog <= 0; options.backlog++) {
		ck_ok(kin_inet_listen("127.0.0.1", 5001 + options.backlog, &options, &listener));
		for (n = 0; n < 8; n++) {
			char port[8];

			snprintf(port, sizeof(port), "%d", 5001 + options.backlog);
			ck_ok(kin_inet_connect("127.0.0.1", port, &impatient, &clients[n]));
		}
		while (n)
			ck_ok(kin_close(clients[--n]));
		ck_ok(kin_close(listener));
	}
}
END_TEST

START_TEST(semantic_16_dual_stack_on_request)
{
	struct kin_inet_listen_options options = LISTEN(.dualstack = true);
	struct kin_inet_connect_options four = CONNECT(.domain = AF_INET);
	struct kin_sock *sock, *client;
	char port[8];

	ck_assert(kin_inet_has_ipv6());
	ck_assert(kin_inet_has_dualstack());
	ck_ok(kin_inet_listen("", 0, &options, &sock));
	ck_assert_int_eq(kin_sock_domain(sock), AF_INET6);
	ck_assert_int_eq(option_of(sock, IPPROTO_IPV6, IPV6_V6ONLY), 0);
	snprintf(port, sizeof(port), "%d", port_of(sock));
	ck_ok(kin_inet_connect("127.0.0.1", port, &four, &client));
	ck_ok(kin_close(client));
	ck_ok(kin_close(sock));

	options.domain = AF_INET;
	ck_fails(kin_inet_listen(NULL, 0, &options, &sock), EINVAL,
		 "a dual-stack socket is one of AF_INET6, not of AF_INET");
	options.domain = 0;
	ck_fails(kin_inet_listen("127.0.0.1", 0, &options, &sock), EINVAL,
		 "a dual-stack socket has an IPv6 address, not 127.0.0.1");
	options.dualstack = false;
	options.domain = AF_INET6;
	ck_ok(kin_inet_listen(NULL, 0, &options, &sock));
	ck_assert_int_eq(option_of(sock, IPPROTO_IPV6, IPV6_V6ONLY), 1);
	ck_ok(kin_close(sock));
	options.domain = 0;
	ck_ok(kin_inet_listen("::1", 0, &options, &sock));
	ck_assert_int_eq(option_of(sock, IPPROTO_IPV6, IPV6_V6ONLY), 1);
	ck_ok(kin_close(sock));
	options.domain = AF_UNIX;
	ck_fails(kin_inet_listen(NULL, 0, &options, &sock), EINVAL,
		 "domain 1 is neither AF_INET, AF_INET6 nor 0");
	options.struct_size = 3;
	ck_fails(kin_inet_listen(NULL, 0, &options, &sock), EINVAL,
		 "kin_inet_listen_options.struct_size 3 is too small");
}
END_TEST

#define CASE(name, ...)                                                                            \
	{                                                                                          \
		name, #name, ##__VA_ARGS__                                                         \
	}

int main(void)
{
	const struct test_case cases[] = {
		CASE(semantic_15_every_address_is_tried_in_order, .needs = "root", .net = true),
		CASE(semantic_15_the_last_error_or_all_of_them, .needs = "root", .net = true),
		CASE(semantic_15_the_source_address_is_bound, .net = true),
		CASE(semantic_15_the_timeout_holds_while_connecting, .needs = "root tcp6",
		     .net = true),
		CASE(a_race_is_won_by_the_one_that_answers, .needs = "root tcp6", .net = true),
		CASE(a_refusal_starts_the_next_at_once, .needs = "root", .net = true),
		CASE(versions_take_turns_within_one_deadline, .needs = "root tcp6", .net = true),
		CASE(too_little_time_is_no_success, .needs = "root tcp6", .net = true),
		CASE(a_signal_ends_it_when_the_hook_says_so, .needs = "root tcp6", .net = true),
		CASE(semantic_16_a_server_in_one_call, .net = true),
		CASE(semantic_16_the_backlog_is_as_given_or_large, .net = true),
		CASE(semantic_16_dual_stack_on_request, .needs = "tcp6", .net = true),
		{},
	};

	return run_cases("inet/connect", cases);
}
