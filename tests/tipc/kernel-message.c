/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Messages between two sockets of one node, by every type and kind of address. */
#include "harness.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <kin/family.h>
#include <kin/tipc.h>

static void say(struct kin_sock *from, struct kin_sock *to, const char *words)
{
	char buf[64] = "";

	ck_assert_int_eq(ck_ok(kin_send(from, words, strlen(words), 0)), (long)strlen(words));
	ck_assert_int_eq(ck_ok(kin_recv(to, buf, sizeof(buf), 0)), (long)strlen(words));
	ck_assert_str_eq(buf, words);
}

/* A connection is there when it was accepted, so that connecting must not wait for it here. */
static void converse(const char *text)
{
	struct kin_sock *listener, *client, *server;
	struct kin_endpoint *e;
	struct kin_addr peer;
	int kind;

	ck_ok(kin_open(text, KIN_LISTEN, &listener));
	ck_ok(kin_endpoint_parse(text, &e));
	ck_ok(kin_endpoint_set(e, "timeout", "0"));
	ck_ok(kin_open_endpoint(e, KIN_CONNECT, &client));
	kin_endpoint_free(e);
	ck_ok(kin_accept(listener, &server, &peer));
	ck_ok(kin_tipc_addr_read(&peer, &kind, NULL, NULL, NULL, NULL));
	ck_assert_int_eq(kind, KIN_TIPC_ID);
	ck_ok(kin_set_timeout(client, -1));
	ck_ok(kin_wait(client, POLLOUT));
	say(client, server, "question");
	say(server, client, "answer");
	ck_ok(kin_close(client));
	ck_ok(kin_close(server));
	ck_ok(kin_close(listener));
}

START_TEST(a_connection_nobody_accepts_times_out)
{
	struct kin_sock *listener, *client;

	ck_ok(kin_open("tipc-stream:service:1000:7", KIN_LISTEN, &listener));
	ck_fails(kin_open("tipc-stream:service:1000:7,conn-timeout=100", KIN_CONNECT, &client),
		 ETIMEDOUT, "who offers this service did not accept in time (option conn-timeout)");
	ck_ok(kin_close(listener));
}
END_TEST

START_TEST(connections_carry_both_ways)
{
	converse("tipc-stream:service:1000:7");
	converse("tipc-seqpacket:service:1000:7,scope=node");
}
END_TEST

/* To a service, and back to the socket that it came from. */
static void ask_and_answer(const char *receives, const char *sends)
{
	struct kin_sock *service, *client;
	struct kin_addr own, from;
	char buf[16];

	ck_ok(kin_open(receives, KIN_RECEIVE, &service));
	ck_ok(kin_open(sends, KIN_SEND, &client));
	ck_ok(kin_send(client, "ping", 4, 0));
	ck_assert_int_eq(ck_ok(kin_recv_from(service, buf, sizeof(buf), 0, &from)), 4);
	ck_ok(kin_local_addr(client, &own));
	ck_assert(kin_addr_equal(&own, &from));
	ck_ok(kin_send_to(service, "pong!", 5, 0, &from));
	ck_assert_int_eq(ck_ok(kin_recv(client, buf, sizeof(buf), 0)), 5);
	ck_ok(kin_close(client));
	ck_ok(kin_close(service));
}

START_TEST(datagrams_are_answered)
{
	ask_and_answer("tipc:service:1000:7", "tipc:service:1000:7");
	ask_and_answer("tipc:range:1000:5:9", "tipc:service:1000:7");
	ask_and_answer("tipc-dgram:service:1000:7", "tipc-dgram:service:1000:7");
}
END_TEST

START_TEST(a_range_reaches_all)
{
	struct kin_sock *services[2], *client;
	char buf[16];

	ck_ok(kin_open("tipc:service:1000:1", KIN_RECEIVE, &services[0]));
	ck_ok(kin_open("tipc:service:1000:2", KIN_RECEIVE, &services[1]));
	ck_ok(kin_open("tipc:range:1000:0:10", KIN_SEND, &client));
	ck_ok(kin_send(client, "all", 3, 0));
	for (int i = 0; i < 2; i++) {
		ck_assert_int_eq(ck_ok(kin_recv(services[i], buf, sizeof(buf), 0)), 3);
		ck_ok(kin_close(services[i]));
	}
	ck_ok(kin_close(client));
}
END_TEST

START_TEST(an_id_is_read_back)
{
	struct kin_sock *sock;
	struct kin_addr addr, again;
	char text[KIN_ADDR_TEXT];

	ck_ok(kin_open("tipc:service:1000:7", KIN_RECEIVE, &sock));
	ck_ok(kin_local_addr(sock, &addr));
	ck_ok(kin_addr_format(&addr, SOCK_RDM, 0, text, sizeof(text)));
	ck_assert(strncmp(text, "tipc:id:", 8) == 0);
	ck_ok(kin_addr_parse(text, &again));
	ck_assert(kin_addr_equal(&addr, &again));
	ck_ok(kin_close(sock));
}
END_TEST

START_TEST(options_are_set_and_read)
{
	static const struct {
		const char *address, *name, *value;
	} rows[] = {
		{"tipc:service:1000:7", "importance", "high"},
		{"tipc:service:1000:7", "src-droppable", "on"},
		{"tipc:service:1000:7", "dest-droppable", "on"},
		{"tipc-stream:service:1000:7", "conn-timeout", "500"},
	};
	struct kin_sock *sock;
	char value[64];

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		ck_ok(kin_open(rows[i].address, KIN_NONE, &sock));
		ck_ok(kin_opt_set(sock, rows[i].name, rows[i].value));
		ck_ok(kin_opt_get(sock, rows[i].name, value, sizeof(value)));
		ck_assert_str_eq(value, rows[i].value);
		ck_ok(kin_close(sock));
	}
	ck_ok(kin_open("tipc:service:1000:7", KIN_NONE, &sock));
	ck_ok(kin_opt_get(sock, "sock-recvq-used", value, sizeof(value)));
	ck_assert_str_eq(value, "0");
	ck_ok(kin_opt_get(sock, "sock-recvq-depth", value, sizeof(value)));
	ck_assert_str_eq(value, "0");
	ck_ok(kin_close(sock));
}
END_TEST

START_TEST(failures_say_what_is_missing)
{
	struct kin_sock *sock;

	ck_fails(kin_open("tipc:service:63:1", KIN_RECEIVE, &sock), EACCES,
		 "types below 64 are the kernel's own");
	ck_fails(kin_open("tipc:id:1:2", KIN_RECEIVE, &sock), EAFNOSUPPORT,
		 "an id is the kernel's to give: bind to a service or a range");
	ck_fails(kin_open("tipc-stream:service:1000:8", KIN_CONNECT, &sock), EHOSTUNREACH,
		 "nobody offers this service, or no such socket is there");
	ck_ok(kin_open("tipc:service:1000:8", KIN_SEND, &sock));
	ck_fails(kin_send(sock, "x", 1, 0), EHOSTUNREACH,
		 "nobody offers this service, or no such socket is there");
	ck_ok(kin_close(sock));
}
END_TEST

int main(void)
{
	const struct test_case cases[] = {
		{connections_carry_both_ways, "connections_carry_both_ways", .needs = "tipc",
		 .net = true},
		{a_connection_nobody_accepts_times_out, "a_connection_nobody_accepts_times_out",
		 .needs = "tipc", .net = true},
		{datagrams_are_answered, "datagrams_are_answered", .needs = "tipc", .net = true},
		{a_range_reaches_all, "a_range_reaches_all", .needs = "tipc", .net = true},
		{an_id_is_read_back, "an_id_is_read_back", .needs = "tipc", .net = true},
		{options_are_set_and_read, "options_are_set_and_read", .needs = "tipc",
		 .net = true},
		{failures_say_what_is_missing, "failures_say_what_is_missing", .needs = "tipc",
		 .net = true},
		{},
	};

	return run_cases("tipc/message", cases);
}
