/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Multipath TCP, UDP-Lite, SCTP, raw and ping sockets, and keepalive. */
#include "harness.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/ip.h>
#include <netinet/ip_icmp.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <kin/family.h>
#include <kin/inet.h>

static const int64_t second = 1000000000;

static void say(struct kin_sock *from, struct kin_sock *to, const char *words)
{
	char buf[64] = "";

	ck_ok(kin_set_timeout(to, 5 * second));
	ck_ok(kin_send_all(from, words, strlen(words), 0, NULL));
	ck_assert_int_eq(ck_ok(kin_recv(to, buf, sizeof(buf), 0)), (long)strlen(words));
	ck_assert_str_eq(buf, words);
}

/* A connection; the server's side goes to *ret_server. */
static struct kin_sock *join(const char *server, const char *client, struct kin_sock **ret_server)
{
	struct kin_sock *listener, *sock;

	ck_ok(kin_open(server, KIN_LISTEN, &listener));
	ck_ok(kin_open(client, KIN_CONNECT, &sock));
	ck_ok(kin_set_timeout(listener, 5 * second));
	ck_ok(kin_accept(listener, ret_server, NULL));
	ck_ok(kin_close(listener));
	return sock;
}

/* ---- Multipath TCP --------------------------------------------------------------------------- */

static int is_mptcp(struct kin_sock *sock)
{
	int r = kin_inet_is_mptcp(sock);

	ck_assert_msg(r >= 0, "%s", kin_error_text());
	return r;
}

START_TEST(mptcp_is_told_from_tcp)
{
	static const struct {
		const char *server, *client;
		int mptcp;
	} rows[] = {
		{"mptcp:127.0.0.1:5000", "mptcp:127.0.0.1:5000", 1},
		{"mptcp6:[::1]:5001", "mptcp6:[::1]:5001,fallback=off,nodelay=on", 1},
		{"mptcp::5002", "mptcp4:127.0.0.1:5002", 1},
		/* A peer without it. */
		{"tcp:127.0.0.1:5003", "mptcp:127.0.0.1:5003", 0},
		{"mptcp:127.0.0.1:5004", "tcp:127.0.0.1:5004", 0},
		{"tcp:127.0.0.1:5005", "tcp:127.0.0.1:5005", 0},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct kin_sock *server, *client = join(rows[i].server, rows[i].client, &server);

		say(client, server, "there");
		say(server, client, "and back");
		ck_assert_msg(is_mptcp(client) == rows[i].mptcp, "%s", rows[i].client);
		ck_assert_msg(is_mptcp(server) == rows[i].mptcp, "%s", rows[i].server);
		ck_ok(kin_close(client));
		ck_ok(kin_close(server));
	}
}
END_TEST

START_TEST(without_mptcp_it_is_tcp_unless_refused)
{
	struct kin_sock *server, *client;

	shell("echo 0 >/proc/sys/net/mptcp/enabled");
	client = join("mptcp:127.0.0.1:5000", "mptcp:127.0.0.1:5000", &server);
	ck_assert_int_eq(kin_sock_protocol(client), IPPROTO_TCP);
	ck_assert_str_eq(kin_sock_proto(client)->scheme, "mptcp");
	say(client, server, "as ever");
	ck_assert_int_eq(is_mptcp(client), 0);
	ck_ok(kin_close(client));
	ck_ok(kin_close(server));
	ck_fails(kin_open("mptcp:127.0.0.1:5000,fallback=off", KIN_LISTEN, &client), ENOPROTOOPT,
		 "Multipath TCP is switched off: sudo sysctl net.mptcp.enabled=1");
}
END_TEST

/* ---- UDP-Lite -------------------------------------------------------------------------------- */

START_TEST(udplite_covers_what_is_asked_for)
{
	static const char *const rows[][2] = {
		{"udplite4:127.0.0.1:5000,recv-coverage=20",
		 "udplite:127.0.0.1:5000,send-coverage=20"},
		{"udplite6:[::1]:5001,recv-coverage=8", "udplite:[::1]:5001,send-coverage=8"},
		{"udplite::5002", "udplite4:127.0.0.1:5002"},
	};
	struct kin_sock *server, *client;
	char buf[32];

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		ck_ok(kin_open(rows[i][0], KIN_RECEIVE, &server));
		ck_ok(kin_open(rows[i][1], KIN_SEND, &client));
		say(client, server, "0123456789abcdefghij");
		ck_ok(kin_close(client));
		ck_ok(kin_close(server));
	}
	/* Less than the receiver wants is dropped. */
	ck_ok(kin_open("udplite:127.0.0.1:5003,recv-coverage=20", KIN_RECEIVE, &server));
	ck_ok(kin_open("udplite:127.0.0.1:5003,send-coverage=12", KIN_SEND, &client));
	ck_ok(kin_send(client, "0123456789abcdefghij", 20, 0));
	ck_ok(kin_set_timeout(server, second / 10));
	ck_fails(kin_recv(server, buf, sizeof(buf), 0), ETIMEDOUT, NULL);
	ck_ok(kin_opt_set(client, "send-coverage", "0"));
	say(client, server, "covered all over");
	ck_ok(kin_close(client));
	ck_ok(kin_close(server));
}
END_TEST

/* ---- SCTP ------------------------------------------------------------------------------------ */

START_TEST(sctp_one_peer_a_socket)
{
	static const char *const rows[][2] = {
		{"sctp:127.0.0.1:5000", "sctp:127.0.0.1:5000,nodelay=on"},
		{"sctp6:[::1]:5001,initmsg=5:6", "sctp:[::1]:5001"},
		{"sctp4:localhost:5002", "sctp4:localhost:5002"},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct kin_sock *server, *client = join(rows[i][0], rows[i][1], &server);

		say(client, server, "there");
		say(server, client, "and back");
		ck_ok(kin_close(client));
		ck_ok(kin_close(server));
	}
}
END_TEST

START_TEST(sctp_many_peers_a_socket)
{
	struct kin_sock *server, *clients[2], *none = NULL;
	struct kin_addr from;
	char buf[16];

	ck_ok(kin_open("sctp-seqpacket:127.0.0.1:5000", KIN_RECEIVE, &server));
	ck_ok(kin_set_timeout(server, 5 * second));
	for (int i = 0; i < 2; i++) {
		ck_ok(kin_open("sctp-seqpacket:127.0.0.1:5000", KIN_CONNECT, &clients[i]));
		ck_ok(kin_send(clients[i], i ? "two" : "one", 3, 0));
		ck_assert_int_eq(ck_ok(kin_recv_from(server, buf, sizeof(buf), 0, &from)), 3);
		ck_assert_mem_eq(buf, i ? "two" : "one", 3);
		ck_ok(kin_send_to(server, "back", 4, 0, &from));
		ck_ok(kin_set_timeout(clients[i], 5 * second));
		ck_assert_int_eq(ck_ok(kin_recv(clients[i], buf, sizeof(buf), 0)), 4);
	}
	ck_fails(kin_accept(server, &none, NULL), EOPNOTSUPP,
		 "a one-to-many socket receives from all of its peers itself: nothing is accepted "
		 "(sctp: does)");
	for (int i = 0; i < 2; i++)
		ck_ok(kin_close(clients[i]));
	ck_ok(kin_close(server));
}
END_TEST

/* ---- Raw and ping sockets ----------------------------------------------------------------------
 */

START_TEST(raw_sockets_carry_one_protocol)
{
	static const char *const rows[][3] = {
		{"raw:127.0.0.1:253", "raw4:127.0.0.1:0xFD", "raw:127.0.0.1:253"},
		{"raw6:[::1]:253", "raw:[::1]:253,local=[::1]", "raw:[::1]:253"},
		{"raw:localhost:gre", "raw4:localhost:gre", NULL},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct kin_sock *server, *client;
		struct kin_addr from;
		unsigned char buf[128];
		char text[KIN_ADDR_TEXT];
		size_t head;
		int n;

		ck_ok(kin_open(rows[i][1], KIN_SEND, &client));
		/* To a name the version of IP is the resolver's choice; the client has IPv4. */
		ck_ok(kin_open(i == 2 ? "raw4::gre" : rows[i][0], KIN_RECEIVE, &server));
		ck_ok(kin_set_timeout(server, 5 * second));
		ck_ok(kin_send(client, "payload", 7, 0));
		n = (int)ck_ok(kin_recv_from(server, buf, sizeof(buf), 0, &from));
		head = kin_sock_domain(server) == AF_INET ? sizeof(struct iphdr) : 0;
		ck_assert_int_eq(n, (int)head + 7);
		ck_assert_mem_eq(buf + head, "payload", 7);
		ck_ok(kin_addr_format(&from, SOCK_RAW, kin_sock_protocol(server), text,
				      sizeof(text)));
		if (rows[i][2])
			ck_assert_str_eq(text, rows[i][2]);
		ck_ok(kin_close(client));
		ck_ok(kin_close(server));
	}
}
END_TEST

START_TEST(raw_sockets_see_pings)
{
	struct kin_sock *raw, *adopted;
	unsigned char echo[8] = {ICMP_ECHO, 0, 0xF7, 0xFF}, buf[64];
	char text[64];

	/* What the filter lets pass: requests only, not the answer to them. */
	ck_ok(kin_open("raw:127.0.0.1:icmp,icmp-filter=echo-reply", KIN_CONNECT, &raw));
	ck_ok(kin_opt_get(raw, "icmp-filter", text, sizeof(text)));
	ck_assert_str_eq(text, "echo-reply");
	ck_ok(kin_set_timeout(raw, 5 * second));
	ck_ok(kin_send(raw, echo, sizeof(echo), 0));
	ck_assert_int_eq(ck_ok(kin_recv(raw, buf, sizeof(buf), 0)), 28);
	ck_assert_uint_eq(buf[20], ICMP_ECHO);
	ck_ok(kin_set_timeout(raw, second / 20));
	ck_fails(kin_recv(raw, buf, sizeof(buf), 0), ETIMEDOUT, NULL);
	ck_ok(kin_adopt(kin_detach(raw), &adopted));
	ck_assert_str_eq(kin_sock_proto(adopted)->scheme, "raw");
	ck_ok(kin_close(adopted));
}
END_TEST

static void ping(const char *address, unsigned char request, unsigned char reply)
{
	unsigned char echo[12] = {request, 0, 0, 0, 0, 0, 0, 1, 'k', 'i', 'n', '!'}, buf[64];
	struct kin_sock *sock;

	ck_ok(kin_open(address, KIN_CONNECT, &sock));
	ck_ok(kin_set_timeout(sock, 5 * second));
	ck_ok(kin_send(sock, echo, sizeof(echo), 0));
	ck_assert_int_eq(ck_ok(kin_recv(sock, buf, sizeof(buf), 0)), sizeof(echo));
	ck_assert_uint_eq(buf[0], reply);
	ck_assert_mem_eq(buf + 6, echo + 6, 6);
	/* The identifier is the port that it is bound to. */
	if (strstr(address, ":4660"))
		ck_assert_uint_eq(buf[4] << 8 | buf[5], 4660);
	ck_ok(kin_close(sock));
}

START_TEST(ping_sockets_ping)
{
	struct kin_sock *sock;

	ck_fails(kin_open("icmp:127.0.0.1", KIN_CONNECT, &sock), EACCES,
		 "ping sockets are for members of the groups in the sysctl "
		 "net.ipv4.ping_group_range, which is \"1 0\": nobody, not even root; sudo sysctl "
		 "net.ipv4.ping_group_range=\"0 2147483647\"");
	shell("echo 0 0 >/proc/sys/net/ipv4/ping_group_range");
	ping("icmp:127.0.0.1", 8, 0);
	ping("icmp:localhost", 8, 0);
	ping("icmp:127.0.0.1,local=127.0.0.1:4660", 8, 0);
	ping("icmp6:[::1]", 128, 129);
}
END_TEST

/* ---- What is missing ---------------------------------------------------------------------------
 */

START_TEST(what_the_kernel_lacks_is_told)
{
	const struct kin_family *family = kin_family_by_name("inet");
	static const char *const texts[] = {"sctp:127.0.0.1:5000", "udplite:127.0.0.1:5000"};

	for (size_t i = 0; i < 2; i++) {
		struct kin_probe probe = {.struct_size = sizeof(probe)};
		const struct kin_proto *proto;
		struct kin_endpoint *e;
		struct kin_sock *sock;

		ck_ok(kin_endpoint_parse(texts[i], &e));
		proto = kin_endpoint_proto(e);
		kin_endpoint_free(e);
		ck_ok(kin_probe(family, proto, &probe));
		if (probe.status == KIN_WORKS)
			continue;
		ck_assert_int_lt(kin_open(texts[i], KIN_LISTEN, &sock), 0);
		ck_assert_msg(strncmp(kin_error_text(), probe.reason, strlen(probe.reason)) == 0,
			      "%s", kin_error_text());
	}
}
END_TEST

/* ---- Keepalive ---------------------------------------------------------------------------------
 */

static void expect_option(struct kin_sock *sock, const char *name, const char *value)
{
	char text[32];

	ck_ok(kin_opt_get(sock, name, text, sizeof(text)));
	ck_assert_str_eq(text, value);
}

START_TEST(keepalive_in_one_call)
{
	struct kin_sock *sock;

	ck_ok(kin_open("tcp:127.0.0.1:0", KIN_NONE, &sock));
	ck_ok(kin_inet_set_keepalive(sock, true, 40 * second, 5 * second, 3));
	expect_option(sock, "keepalive", "on");
	expect_option(sock, "keepidle", "40");
	expect_option(sock, "keepintvl", "5");
	expect_option(sock, "keepcnt", "3");
	ck_ok(kin_inet_set_keepalive(sock, false, 0, 0, 0));
	expect_option(sock, "keepalive", "off");
	expect_option(sock, "keepidle", "40");
	/* Nothing is set when anything is refused. */
	ck_fails(kin_inet_set_keepalive(sock, true, 1500000000, second, 1), EINVAL,
		 "idle 1500000000 ns are no whole seconds, which Linux counts in");
	ck_fails(kin_inet_set_keepalive(sock, true, second, 32768 * second, 1), EINVAL,
		 "interval 32768 s is not in 1-32767, nor 0 to leave it");
	ck_fails(kin_inet_set_keepalive(sock, true, second, -second, 1), EINVAL,
		 "interval -1 s is not in 1-32767, nor 0 to leave it");
	ck_fails(kin_inet_set_keepalive(sock, true, second, second, 128), EINVAL,
		 "count 128 is not in 1-127, nor 0 to leave it");
	expect_option(sock, "keepalive", "off");
	expect_option(sock, "keepidle", "40");
	ck_fails(kin_inet_set_keepalive(NULL, true, 0, 0, 0), EINVAL, "sock is NULL");
	ck_fails(kin_inet_is_mptcp(NULL), EINVAL, "sock is NULL");
	ck_ok(kin_close(sock));
	ck_ok(kin_open("udp4::0", KIN_NONE, &sock));
	ck_fails(kin_inet_set_keepalive(sock, true, second, second, 1), EOPNOTSUPP, NULL);
	ck_fails(kin_inet_set_keepalive(sock, true, 0, 0, 0), EOPNOTSUPP,
		 "keepalive is for TCP, which this socket is not");
	expect_option(sock, "keepalive", "off");
	ck_ok(kin_close(sock));
}
END_TEST

#define CASE(name, ...)                                                                            \
	{                                                                                          \
		name, #name, ##__VA_ARGS__                                                         \
	}

int main(void)
{
	const struct test_case cases[] = {
		CASE(mptcp_is_told_from_tcp, .needs = "mptcp mptcp6", .net = true),
		CASE(without_mptcp_it_is_tcp_unless_refused, .needs = "mptcp root", .net = true),
		CASE(udplite_covers_what_is_asked_for, .needs = "udplite udplite6", .net = true),
		CASE(sctp_one_peer_a_socket, .needs = "sctp sctp6", .net = true),
		CASE(sctp_many_peers_a_socket, .needs = "sctp-seqpacket", .net = true),
		CASE(raw_sockets_carry_one_protocol, .needs = "raw raw6", .net = true),
		CASE(raw_sockets_see_pings, .needs = "raw", .net = true),
		CASE(ping_sockets_ping, .needs = "root tcp6", .net = true),
		CASE(what_the_kernel_lacks_is_told),
		CASE(keepalive_in_one_call, .net = true),
		{},
	};

	return run_cases("inet/scheme", cases);
}
