/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* TCP and UDP over both versions of IP, in a network namespace of the test's own. */
#include "harness.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <kin/family.h>
#include <kin/inet.h>

static const int64_t second = 1000000000;

static void say(struct kin_sock *from, struct kin_sock *to, const char *words)
{
	char buf[64] = "";

	ck_ok(kin_set_timeout(to, second));
	ck_ok(kin_send_all(from, words, strlen(words), 0, NULL));
	ck_assert_int_eq(ck_ok(kin_recv(to, buf, sizeof(buf), 0)), (long)strlen(words));
	ck_assert_str_eq(buf, words);
}

static const char *text_of(const struct kin_addr *addr, int type)
{
	static char text[KIN_ADDR_TEXT];

	ck_ok(kin_addr_format(addr, type, 0, text, sizeof(text)));
	return text;
}

/* ---- TCP ----------------------------------------------------------------------------------- */

/* The client's address as the server sees it goes to peer, without its port. */
static void converse(const char *listen_text, const char *connect_text, char peer[64])
{
	struct kin_sock *listener, *client, *server;
	struct kin_addr addr;

	ck_ok(kin_open(listen_text, KIN_LISTEN, &listener));
	ck_ok(kin_open(connect_text, KIN_CONNECT, &client));
	ck_ok(kin_accept(listener, &server, &addr));
	ck_ok(kin_inet_host(&addr, peer, 64));
	say(client, server, "question");
	say(server, client, "answer");
	ck_ok(kin_shutdown(client, SHUT_WR));
	ck_assert_int_eq(kin_recv(server, &addr, sizeof(addr), 0), 0);
	say(server, client, "after half-close");
	ck_ok(kin_close(client));
	ck_ok(kin_close(server));
	ck_ok(kin_close(listener));
}

START_TEST(tcp_over_both_versions)
{
	static const struct {
		const char *listen, *connect, *peer;
	} rows[] = {
		{"tcp:127.0.0.1:5000", "tcp:127.0.0.1:5000", "127.0.0.1"},
		{"tcp4::5001", "tcp4::5001", "127.0.0.1"},
		{"tcp:[::1]:5002", "tcp6:[::1]:5002", "::1"},
		{"tcp6::5003", "tcp6::5003", "::1"},
		{"tcp::5004", "tcp::5004", "::1"},
		{"tcp::5005", "tcp:127.0.0.1:5005", "::ffff:127.0.0.1"},
		{"tcp::5006,v6only=off", "tcp:[::1]:5006", "::1"},
		{"tcp:127.0.0.1:5007", "tcp:127.0.0.1:5007,local=127.0.0.2:0", "127.0.0.2"},
		{"tcp4::5008,nodelay=on,ttl=3", "tcp:127.0.0.1:5008,keepalive=on,keepidle=5",
		 "127.0.0.1"},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		char peer[64];

		converse(rows[i].listen, rows[i].connect, peer);
		ck_assert_msg(strcmp(peer, rows[i].peer) == 0, "%s: %s", rows[i].connect, peer);
	}
}
END_TEST

START_TEST(v6only_does_not_serve_ipv4)
{
	struct kin_sock *listener, *sock;

	ck_ok(kin_open("tcp::5000,v6only=on", KIN_LISTEN, &listener));
	ck_fails(kin_open("tcp:127.0.0.1:5000", KIN_CONNECT, &sock), ECONNREFUSED,
		 "nothing there listens on port 5000");
	ck_ok(kin_open("tcp:[::1]:5000", KIN_CONNECT, &sock));
	ck_ok(kin_close(sock));
	ck_ok(kin_close(listener));
}
END_TEST

START_TEST(port_0_is_chosen_by_the_kernel)
{
	struct kin_sock *listener;
	struct kin_addr addr;

	ck_ok(kin_open("tcp:127.0.0.1:0", KIN_LISTEN, &listener));
	ck_ok(kin_local_addr(listener, &addr));
	ck_assert_int_gt(kin_inet_port(&addr), 0);
	ck_ok(kin_close(listener));
}
END_TEST

/* ---- Names --------------------------------------------------------------------------------- */

START_TEST(names_are_tried_in_order)
{
	char peer[64];

	/* Whatever order the resolver has: one of both answers. */
	converse("tcp4:127.0.0.1:5000", "tcp:localhost:5000", peer);
	ck_assert_str_eq(peer, "127.0.0.1");
	converse("tcp4:localhost:5001", "tcp4:localhost:0x1389", peer);
	ck_assert_str_eq(peer, "127.0.0.1");
	converse("tcp4:127.0.0.1:5002", "tcp:localhost:5002,local=:6000", peer);
	ck_assert_str_eq(peer, "127.0.0.1");
}
END_TEST

START_TEST(services_have_names)
{
	struct kin_sock *listener;
	struct kin_addr addr;

	if (!getservbyname("http", "tcp"))
		return; /* a machine without /etc/services */
	ck_ok(kin_open("tcp::http", KIN_LISTEN, &listener));
	ck_ok(kin_local_addr(listener, &addr));
	ck_assert_str_eq(text_of(&addr, SOCK_STREAM), "tcp:[::]:80");
	ck_ok(kin_close(listener));
	ck_ok(kin_open("tcp4::http", KIN_LISTEN, &listener));
	ck_ok(kin_local_addr(listener, &addr));
	ck_assert_str_eq(text_of(&addr, SOCK_STREAM), "tcp:0.0.0.0:80");
	ck_ok(kin_close(listener));
}
END_TEST

START_TEST(resolving_needs_no_socket)
{
	struct kin_addr *addrs;

	ck_assert_int_eq(ck_ok(kin_inet_resolve("192.0.2.1", "80", 0, SOCK_STREAM, 0, &addrs)), 1);
	ck_assert_str_eq(text_of(addrs, SOCK_STREAM), "tcp:192.0.2.1:80");
	free(addrs);
	ck_assert_int_eq(ck_ok(kin_inet_resolve("fe80::1%lo", NULL, 0, SOCK_DGRAM, 0, &addrs)), 1);
	ck_assert_str_eq(text_of(addrs, SOCK_DGRAM), "udp:[fe80::1%1]:0");
	free(addrs);
	ck_assert_int_eq(
		ck_ok(kin_inet_resolve(NULL, NULL, AF_INET, SOCK_STREAM, AI_PASSIVE, &addrs)), 1);
	ck_assert_str_eq(text_of(addrs, SOCK_STREAM), "tcp:0.0.0.0:0");
	free(addrs);
	ck_assert_int_eq(ck_ok(kin_inet_resolve(NULL, "5", AF_INET6, SOCK_STREAM, 0, &addrs)), 1);
	ck_assert_str_eq(text_of(addrs, SOCK_STREAM), "tcp:[::1]:5");
	free(addrs);
}
END_TEST

START_TEST(resolver_errors_have_their_own_domain)
{
	struct kin_addr *addrs = NULL;
	struct kin_sock *sock;

	ck_fails(kin_inet_resolve("nohost", NULL, 0, SOCK_STREAM, AI_NUMERICHOST, &addrs),
		 EREMOTEIO, "looking up \"nohost\": Name or service not known");
	ck_assert_int_eq(kin_error_domain(), KIN_ERR_RESOLVER);
	ck_assert_int_eq(kin_error_code(), EAI_NONAME);
	ck_assert_ptr_null(addrs);
	ck_fails(kin_open("tcp:127.0.0.1:no-such-service", KIN_CONNECT, &sock), EREMOTEIO,
		 "no service \"no-such-service\" for this protocol");
	ck_assert_int_eq(kin_error_code(), EAI_SERVICE);
}
END_TEST

static int refuse_lookups(const struct kin_audit *what, void *data)
{
	if (what->event != KIN_AUDIT_LOOKUP)
		return 0;
	snprintf(data, 64, "%s %s", what->name ? what->name : "-", what->service);
	return -EPERM;
}

START_TEST(the_audit_hook_sees_look_ups)
{
	struct kin_sock *sock;
	char seen[64] = "";

	kin_set_audit_hook(refuse_lookups, seen);
	ck_fails(kin_open("tcp:localhost:80", KIN_CONNECT, &sock), EPERM, NULL);
	ck_assert_str_eq(seen, "localhost 80");
	ck_fails(kin_open("tcp::http", KIN_LISTEN, &sock), EPERM, NULL);
	ck_assert_str_eq(seen, "- http");
	seen[0] = '\0';
	ck_ok(kin_open("tcp:127.0.0.1:0", KIN_LISTEN, &sock));
	ck_assert_str_eq(seen, "");
	ck_ok(kin_close(sock));
	kin_set_audit_hook(NULL, NULL);
}
END_TEST

/* ---- UDP ----------------------------------------------------------------------------------- */

START_TEST(udp_both_ways)
{
	static const char *const rows[][3] = {
		{"udp:127.0.0.1:5000", "udp:127.0.0.1:5000,local=:6000", "udp:127.0.0.1:6000"},
		{"udp6::5001", "udp6:[::1]:5001,local=:6001", "udp:[::1]:6001"},
		{"udp::5002", "udp4:127.0.0.1:5002,local=:6002", "udp:[::ffff:127.0.0.1]:6002"},
		{"udp4::5003", "udp:localhost:5003,local=127.0.0.1:6003", "udp:127.0.0.1:6003"},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct kin_sock *server, *client;
		struct kin_addr peer;
		char buf[16];

		ck_ok(kin_open(rows[i][0], KIN_RECEIVE, &server));
		ck_ok(kin_open(rows[i][1], KIN_SEND, &client));
		ck_ok(kin_set_timeout(server, second));
		ck_ok(kin_set_timeout(client, second));
		ck_ok(kin_send(client, "ping", 4, 0));
		ck_assert_int_eq(ck_ok(kin_recv_from(server, buf, sizeof(buf), 0, &peer)), 4);
		ck_assert_str_eq(text_of(&peer, SOCK_DGRAM), rows[i][2]);
		ck_ok(kin_send_to(server, "pong!", 5, 0, &peer));
		ck_assert_int_eq(ck_ok(kin_recv(client, buf, sizeof(buf), 0)), 5);
		ck_ok(kin_close(client));
		ck_ok(kin_close(server));
	}
}
END_TEST

START_TEST(cut_datagrams_tell_their_length)
{
	struct kin_sock *server, *client;
	struct kin_batch *batch;

	ck_ok(kin_open("udp:127.0.0.1:5000", KIN_RECEIVE, &server));
	ck_ok(kin_open("udp:127.0.0.1:5000", KIN_SEND, &client));
	ck_ok(kin_send(client, "0123456789", 10, 0));
	ck_ok(kin_batch_new(1, 4, 0, &batch));
	ck_assert_int_eq(kin_recv_batch(server, batch, 0), 1);
	ck_assert_uint_eq(kin_batch_msg(batch, 0)->full_len, 10);
	kin_batch_free(batch);
	ck_ok(kin_close(client));
	ck_ok(kin_close(server));
}
END_TEST

START_TEST(broadcast_is_asked_for)
{
	struct kin_sock *server, *client;
	char buf[8];

	ck_fails(kin_open("udp4:127.255.255.255:5000", KIN_SEND, &client), EACCES,
		 "a broadcast address needs broadcast=on");
	ck_ok(kin_open("udp4::5000", KIN_RECEIVE, &server));
	ck_ok(kin_set_timeout(server, second));
	ck_ok(kin_open("udp4:127.255.255.255:5000,broadcast=on", KIN_SEND, &client));
	ck_ok(kin_send(client, "all", 3, 0));
	ck_assert_int_eq(ck_ok(kin_recv(server, buf, sizeof(buf), 0)), 3);
	ck_ok(kin_close(client));
	ck_ok(kin_close(server));
}
END_TEST

START_TEST(groups_are_joined_and_left)
{
	static const char *const rows[][4] = {
		{"udp4::5000,join=239.1.1.1@lo", "udp4:239.1.1.1:5000,multicast-if=lo",
		 "239.1.1.1@lo"},
		{"udp6::5001,join=ff02::1:1@kin0", "udp6:[ff02::1:1%kin0]:5001", "ff02::1:1@kin0"},
		{"udp::5002,join=239.1.1.2@lo", "udp4:239.1.1.2:5002,multicast-if=lo",
		 "239.1.1.2@lo"},
	};

	/* The loopback interface has no IPv6 multicast. */
	shell("ip link add kin0 type veth peer name kin1 && ip link set kin0 up && "
	      "ip link set kin1 up && ip addr add fe80::1/64 dev kin0 nodad");
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct kin_sock *server, *client;
		char buf[8];

		ck_ok(kin_open(rows[i][0], KIN_RECEIVE, &server));
		ck_ok(kin_open(rows[i][1], KIN_SEND, &client));
		ck_ok(kin_set_timeout(server, second));
		ck_ok(kin_send(client, "group", 5, 0));
		ck_assert_int_eq(ck_ok(kin_recv(server, buf, sizeof(buf), 0)), 5);
		ck_ok(kin_opt_set(server, "leave", rows[i][2]));
		ck_ok(kin_opt_set(server, "multicast-all", "off"));
		ck_ok(kin_set_timeout(server, second / 20));
		ck_ok(kin_send(client, "group", 5, 0));
		ck_fails(kin_recv(server, buf, sizeof(buf), 0), ETIMEDOUT, NULL);
		ck_ok(kin_close(client));
		ck_ok(kin_close(server));
	}
}
END_TEST

START_TEST(link_local_addresses_have_a_scope)
{
	static const char *const texts[] = {
		"tcp6:[fe80::1%lo]:5000",
		"tcp6:[fe80::1]:5001,scope=lo",
	};
	struct kin_sock *sock;

	shell("ip addr add fe80::1/64 dev lo nodad");
	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		char peer[64];

		converse(texts[i], texts[i], peer);
		ck_assert_msg(strncmp(peer, "fe80::1%", 8) == 0, "%s", peer);
	}
	ck_fails(kin_open("udp6:[fe80::1]:5000", KIN_CONNECT, &sock), EINVAL,
		 "a link-local address needs its interface: [fe80::1%eth0]");
	ck_fails(kin_open("udp6:[fe80::1]:5000", KIN_RECEIVE, &sock), EINVAL,
		 "a link-local address needs its interface: [fe80::1%eth0]");
}
END_TEST

/* ---- Ancillary data ------------------------------------------------------------------------ */

/* The JSON of the one message that comes next. */
static const char *next_line(struct kin_sock *sock, int flags)
{
	static char line[1024];
	struct kin_batch *batch;
	struct kin_format *format;

	ck_ok(kin_set_timeout(sock, second));
	ck_ok(kin_batch_new(1, 256, 512, &batch));
	ck_assert_int_eq(ck_ok(kin_recv_batch(sock, batch, flags)), 1);
	ck_ok(kin_format_new(kin_family_by_name("inet"), "json", &format));
	ck_ok(kin_format_msg(format, sock, kin_batch_msg(batch, 0), line, sizeof(line)));
	kin_format_free(format);
	kin_batch_free(batch);
	return line;
}

static void expect(const char *line, const char *part)
{
	ck_assert_msg(strstr(line, part) != NULL, "%s is not in %s", part, line);
}

START_TEST(ancillary_data_is_written_as_json)
{
	static const struct {
		const char *receive, *send;
		const char *parts[3];
	} rows[] = {
		{"udp4::5000,recvttl=on,recvtos=on,pktinfo=on",
		 "udp4:127.0.0.1:5000,ttl=7,tos=0x10",
		 {"\"ttl\":7", "\"tos\":16",
		  "\"pktinfo\":{\"ifindex\":1,\"local\":\"127.0.0.1\",\"to\":\"127.0.0.1\"}"}},
		{"udp6::5001,recvttl=on,recvtos=on,pktinfo=on",
		 "udp6:[::1]:5001,ttl=8,tos=0x20",
		 {"\"ttl\":8", "\"tos\":32", "\"pktinfo\":{\"ifindex\":1,\"to\":\"::1\"}"}},
		{"udp::5002,recvttl=on,recvtos=on,pktinfo=on",
		 "udp4:127.0.0.1:5002,ttl=9,tos=0x30",
		 {"\"ttl\":9", "\"tos\":48",
		  "\"pktinfo\":{\"ifindex\":1,\"to\":\"::ffff:127.0.0.1\"}"}},
		{"udp4::5003,recvorigdstaddr=on",
		 "udp4:127.0.0.1:5003",
		 {"\"origdstaddr\":{\"host\":\"127.0.0.1\",\"port\":5003}", "", ""}},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct kin_sock *server, *client;
		const char *line;

		ck_ok(kin_open(rows[i].receive, KIN_RECEIVE, &server));
		ck_ok(kin_open(rows[i].send, KIN_SEND, &client));
		ck_ok(kin_send(client, "x", 1, 0));
		line = next_line(server, 0);
		for (int j = 0; j < 3; j++)
			expect(line, rows[i].parts[j]);
		ck_ok(kin_close(client));
		ck_ok(kin_close(server));
	}
}
END_TEST

START_TEST(the_error_queue_tells_who_complained)
{
	static const char *const rows[][2] = {
		{"udp4:127.0.0.1:5000,recverr=on",
		 "\"origin\":\"icmp\",\"type\":3,\"code\":3,\"info\":0,"
		 "\"data\":0,\"from\":{\"host\":\"127.0.0.1\",\"port\":0}"},
		{"udp6:[::1]:5000,recverr=on",
		 "\"origin\":\"icmp6\",\"type\":1,\"code\":4,\"info\":0,"
		 "\"data\":0,\"from\":{\"host\":\"::1\",\"port\":0}"},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct kin_sock *sock;
		const char *line;

		ck_ok(kin_open(rows[i][0], KIN_SEND, &sock));
		ck_ok(kin_send(sock, "x", 1, 0));
		line = next_line(sock, MSG_ERRQUEUE);
		expect(line, "\"recverr\":{\"errno\":111,\"text\":\"Connection refused\",");
		expect(line, rows[i][1]);
		ck_ok(kin_close(sock));
	}
}
END_TEST

/* ---- Why it fails -------------------------------------------------------------------------- */

START_TEST(what_can_not_be_reached_is_explained)
{
	struct kin_sock *sock;
	static char big[65508];
	char buf[8];

	ck_fails(kin_open("tcp:127.0.0.1:5000", KIN_CONNECT, &sock), ECONNREFUSED,
		 "nothing there listens on port 5000");
	ck_fails(kin_open("tcp:192.0.2.1:5000", KIN_CONNECT, &sock), ENETUNREACH,
		 "there is no route to that network (ip route get tells)");
	ck_fails(kin_open("tcp6:[2001:db8::1]:5000", KIN_CONNECT, &sock), ENETUNREACH,
		 "there is no route to that network (ip route get tells)");
	ck_ok(kin_open("udp:127.0.0.1:5000", KIN_CONNECT, &sock));
	ck_ok(kin_set_timeout(sock, second));
	ck_ok(kin_send(sock, "x", 1, 0));
	ck_fails(kin_recv(sock, buf, sizeof(buf), 0), ECONNREFUSED,
		 "the peer's port is closed: nothing there receives");
	ck_fails(kin_send(sock, big, sizeof(big), 0), EMSGSIZE,
		 "the message is longer than a datagram may be: 65507 bytes in IPv4, the path MTU "
		 "with mtu-discover=do");
	ck_ok(kin_close(sock));
	ck_ok(kin_socket(AF_INET, SOCK_DGRAM, 0, &sock));
	ck_fails(kin_send(sock, "x", 1, 0), EDESTADDRREQ,
		 "the socket is not connected and the message names no destination");
	ck_ok(kin_close(sock));
}
END_TEST

START_TEST(what_can_not_be_bound_is_explained)
{
	struct kin_sock *sock, *other;

	ck_ok(kin_open("tcp:127.0.0.1:5000", KIN_LISTEN, &other));
	ck_fails(kin_open("tcp:127.0.0.1:5000", KIN_LISTEN, &sock), EADDRINUSE,
		 "port 5000 is taken: ss -anp 'sport = :5000' tells by whom; without reuseaddr=on "
		 "it "
		 "stays so for a minute after it was closed");
	ck_ok(kin_close(other));
	ck_ok(kin_open("udp:127.0.0.1:5000", KIN_RECEIVE, &other));
	ck_fails(kin_open("udp:127.0.0.1:5000", KIN_RECEIVE, &sock), EADDRINUSE,
		 "port 5000 is taken: ss -anp 'sport = :5000' tells by whom");
	ck_ok(kin_close(other));
	ck_fails(kin_open("tcp:192.0.2.1:5000", KIN_LISTEN, &sock), EADDRNOTAVAIL,
		 "no interface has this address (freebind=on binds it all the same)");
	ck_ok(kin_open("tcp:192.0.2.1:5000,freebind=on", KIN_LISTEN, &sock));
	ck_ok(kin_close(sock));
	ck_fails(kin_open("tcp:127.0.0.1:5000,local=[::1]:0", KIN_CONNECT, &sock), EINVAL, NULL);
	ck_fails(kin_open("tcp4:localhost:5000,local=[::1]:0", KIN_CONNECT, &sock), EINVAL,
		 "::1 is IPv6's, where IPv4 is asked for");
}
END_TEST

START_TEST(ports_of_the_system_need_a_capability)
{
	struct kin_sock *sock;

	ck_assert_int_eq(seteuid(65534), 0);
	ck_fails(kin_open("tcp:127.0.0.1:80", KIN_LISTEN, &sock), EACCES,
		 "ports below 1024 need CAP_NET_BIND_SERVICE, or a lower sysctl "
		 "net.ipv4.ip_unprivileged_port_start");
	ck_assert_int_eq(seteuid(0), 0);
	ck_ok(kin_open("tcp:127.0.0.1:80", KIN_LISTEN, &sock));
	ck_ok(kin_close(sock));
}
END_TEST

START_TEST(root_without_the_capability_is_told_so)
{
	const struct kin_family *inet = kin_family_by_name("inet");
	const struct kin_proto *raw = inet->protos;
	struct kin_probe probe = {.struct_size = sizeof(probe)};
	struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct sets[2];

	while (strcmp(raw->scheme, "raw") != 0)
		raw++;
	ck_assert_int_eq(syscall(SYS_capget, &header, sets), 0);
	sets[0].effective &= ~(1u << CAP_NET_RAW);
	ck_assert_int_eq(syscall(SYS_capset, &header, sets), 0);
	ck_ok(kin_probe(inet, raw, &probe));
	ck_assert_int_eq(probe.status, KIN_DENIED);
	ck_assert_str_eq(probe.reason, "needs CAP_NET_RAW, which root lacks here (a container?)");
	ck_assert_str_eq(probe.mend, "");
}
END_TEST

int main(void)
{
	const struct test_case cases[] = {
		{root_without_the_capability_is_told_so, "root_without_the_capability_is_told_so",
		 .needs = "root", .net = true},
		{tcp_over_both_versions, "tcp_over_both_versions", .needs = "tcp6", .net = true},
		{v6only_does_not_serve_ipv4, "v6only_does_not_serve_ipv4", .needs = "tcp6",
		 .net = true},
		{port_0_is_chosen_by_the_kernel, "port_0_is_chosen_by_the_kernel", .net = true},
		{names_are_tried_in_order, "names_are_tried_in_order", .net = true},
		{services_have_names, "services_have_names", .needs = "root tcp6", .net = true},
		{resolving_needs_no_socket, "resolving_needs_no_socket", .needs = "tcp6",
		 .net = true},
		{resolver_errors_have_their_own_domain, "resolver_errors_have_their_own_domain",
		 .net = true},
		{the_audit_hook_sees_look_ups, "the_audit_hook_sees_look_ups", .net = true},
		{udp_both_ways, "udp_both_ways", .needs = "udp6", .net = true},
		{cut_datagrams_tell_their_length, "cut_datagrams_tell_their_length", .net = true},
		{broadcast_is_asked_for, "broadcast_is_asked_for", .net = true},
		{groups_are_joined_and_left, "groups_are_joined_and_left", .needs = "root udp6",
		 .net = true},
		{link_local_addresses_have_a_scope, "link_local_addresses_have_a_scope",
		 .needs = "root udp6", .net = true},
		{ancillary_data_is_written_as_json, "ancillary_data_is_written_as_json",
		 .needs = "udp6", .net = true},
		{the_error_queue_tells_who_complained, "the_error_queue_tells_who_complained",
		 .needs = "udp6", .net = true},
		{what_can_not_be_reached_is_explained, "what_can_not_be_reached_is_explained",
		 .needs = "tcp6", .net = true},
		{what_can_not_be_bound_is_explained, "what_can_not_be_bound_is_explained",
		 .net = true},
		{ports_of_the_system_need_a_capability, "ports_of_the_system_need_a_capability",
		 .needs = "root", .net = true},
		{},
	};

	return run_cases("inet/socket", cases);
}
