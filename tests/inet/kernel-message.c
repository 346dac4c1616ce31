/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What comes with messages: their destination, errors, time stamps, copies; and groups. */
#include "harness.h"

#include <errno.h>
#include <linux/errqueue.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <kin/inet.h>

static const int64_t second = 1000000000;

static struct kin_batch *receive(struct kin_sock *sock, int flags)
{
	struct kin_batch *batch;

	ck_ok(kin_set_timeout(sock, 5 * second));
	ck_ok(kin_batch_new(1, 256, 512, &batch));
	ck_assert_int_eq(ck_ok(kin_recv_batch(sock, batch, flags)), 1);
	return batch;
}

static void json(struct kin_sock *sock, const struct kin_msg *msg, const char *part)
{
	struct kin_format *format;
	char line[1024];

	ck_ok(kin_format_new(kin_sock_family(sock), "json", &format));
	ck_ok(kin_format_msg(format, sock, msg, line, sizeof(line)));
	kin_format_free(format);
	ck_assert_msg(strstr(line, part) != NULL, "%s is not in %s", part, line);
}

static const char *host_of(const struct kin_addr *addr)
{
	static char text[64];

	ck_ok(kin_inet_host(addr, text, sizeof(text)));
	return text;
}

/* ---- Where it was sent to ----------------------------------------------------------------------
 */

START_TEST(packet_information_is_typed)
{
	struct kin_sock *server, *client;
	struct kin_addr to, local;
	struct kin_batch *batch;
	unsigned ifindex = 0;

	ck_ok(kin_open("udp4::5000,pktinfo=on", KIN_RECEIVE, &server));
	ck_ok(kin_open("udp4:127.0.0.9:5000", KIN_SEND, &client));
	ck_ok(kin_send(client, "x", 1, 0));
	batch = receive(server, 0);
	ck_ok(kin_inet_pktinfo(kin_batch_msg(batch, 0), &to, &local, &ifindex));
	ck_assert_str_eq(host_of(&to), "127.0.0.9");
	ck_assert_str_eq(host_of(&local), "127.0.0.9");
	ck_assert_uint_eq(ifindex, 1);
	ck_ok(kin_inet_pktinfo(kin_batch_msg(batch, 0), NULL, NULL, NULL));
	kin_batch_free(batch);
	ck_ok(kin_opt_set(server, "pktinfo", "off"));
	ck_ok(kin_send(client, "x", 1, 0));
	batch = receive(server, 0);
	ck_fails(kin_inet_pktinfo(kin_batch_msg(batch, 0), &to, NULL, NULL), ENOENT,
		 "the message came without packet information: set pktinfo=on");
	kin_batch_free(batch);
	ck_fails(kin_inet_pktinfo(NULL, &to, NULL, NULL), EINVAL, "msg is NULL");
	ck_ok(kin_close(client));
	ck_ok(kin_close(server));

	ck_ok(kin_open("udp6::5001,pktinfo=on", KIN_RECEIVE, &server));
	ck_ok(kin_open("udp6:[::1]:5001", KIN_SEND, &client));
	ck_ok(kin_send(client, "x", 1, 0));
	batch = receive(server, 0);
	ck_ok(kin_inet_pktinfo(kin_batch_msg(batch, 0), &to, &local, &ifindex));
	ck_assert_str_eq(host_of(&to), "::1");
	ck_assert_uint_eq(local.len, 0);
	ck_assert_uint_eq(ifindex, 1);
	kin_batch_free(batch);
	ck_ok(kin_close(client));
	ck_ok(kin_close(server));
}
END_TEST

/* ---- The error queue ---------------------------------------------------------------------------
 */

START_TEST(errors_are_typed)
{
	struct kin_inet_error error = {.struct_size = sizeof(error)};
	struct kin_sock *sock;
	struct kin_batch *batch;

	ck_ok(kin_open("udp4:127.0.0.1:5000,recverr=on", KIN_SEND, &sock));
	ck_ok(kin_send(sock, "lost", 4, 0));
	batch = receive(sock, MSG_ERRQUEUE);
	ck_ok(kin_inet_error(kin_batch_msg(batch, 0), &error));
	ck_assert_int_eq(error.error, ECONNREFUSED);
	ck_assert_uint_eq(error.origin, SO_EE_ORIGIN_ICMP);
	ck_assert_uint_eq(error.type, 3);
	ck_assert_uint_eq(error.code, 3);
	ck_assert_str_eq(host_of(&error.from), "127.0.0.1");
	ck_assert_str_eq(kin_inet_error_what(&error), "port unreachable");
	/* The message that failed comes back, with where it had gone to. */
	ck_assert_mem_eq(kin_batch_msg(batch, 0)->data, "lost", 4);
	ck_assert_int_eq(kin_inet_port(&kin_batch_msg(batch, 0)->addr), 5000);
	json(sock, kin_batch_msg(batch, 0), "\"what\":\"port unreachable\"}");
	kin_batch_free(batch);
	error.struct_size = 8;
	ck_ok(kin_batch_new(1, 8, 0, &batch));
	ck_fails(kin_inet_error(kin_batch_msg(batch, 0), &error), EINVAL,
		 "kin_inet_error.struct_size 8 is too small");
	error.struct_size = sizeof(error);
	ck_fails(kin_inet_error(kin_batch_msg(batch, 0), &error), ENOENT,
		 "the message tells of no error: receive it with MSG_ERRQUEUE");
	kin_batch_free(batch);
	ck_fails(kin_inet_error(NULL, &error), EINVAL, "msg is NULL");
	ck_assert_ptr_null(kin_inet_error_what(NULL));
	ck_ok(kin_close(sock));
}
END_TEST

START_TEST(what_is_too_long_is_told_by_this_machine)
{
	struct kin_inet_error error = {.struct_size = sizeof(error)};
	static char big[2000];
	struct kin_sock *sock;
	struct kin_batch *batch;

	shell("ip link set lo mtu 1500");
	ck_ok(kin_open("udp4:127.0.0.1:5000,recverr=on,mtu-discover=do", KIN_SEND, &sock));
	ck_fails(kin_send(sock, big, sizeof(big), 0), EMSGSIZE, NULL);
	batch = receive(sock, MSG_ERRQUEUE);
	ck_ok(kin_inet_error(kin_batch_msg(batch, 0), &error));
	ck_assert_int_eq(error.error, EMSGSIZE);
	ck_assert_uint_eq(error.origin, SO_EE_ORIGIN_LOCAL);
	ck_assert_uint_eq(error.info, 1500);
	ck_assert_uint_eq(error.from.len, 0);
	ck_assert_str_eq(kin_inet_error_what(&error), "longer than the path MTU");
	kin_batch_free(batch);
	ck_ok(kin_close(sock));
}
END_TEST

START_TEST(zero_copies_are_counted)
{
	struct kin_inet_error error = {.struct_size = sizeof(error)};
	static char data[4096];
	struct kin_sock *server, *client;
	struct kin_batch *batch;
	int on = 1;

	ck_ok(kin_open("udp4:127.0.0.1:5000", KIN_RECEIVE, &server));
	ck_ok(kin_open("udp4:127.0.0.1:5000", KIN_SEND, &client));
	if (kin_setsockopt(client, SOL_SOCKET, SO_ZEROCOPY, &on, sizeof(on)) == 0) { /* 5.0 */
		ck_ok(kin_send(client, data, sizeof(data), MSG_ZEROCOPY));
		ck_ok(kin_recv(server, data, sizeof(data), 0));
		batch = receive(client, MSG_ERRQUEUE);
		ck_ok(kin_inet_error(kin_batch_msg(batch, 0), &error));
		ck_assert_int_eq(error.error, 0);
		ck_assert_uint_eq(error.origin, SO_EE_ORIGIN_ZEROCOPY);
		ck_assert_uint_eq(error.info, 0);
		ck_assert_uint_eq(error.data, 0);
		ck_assert_int_eq(strncmp(kin_inet_error_what(&error), "sent", 4), 0);
		json(client, kin_batch_msg(batch, 0), "\"origin\":\"zerocopy\"");
		kin_batch_free(batch);
	}
	ck_ok(kin_close(client));
	ck_ok(kin_close(server));
}
END_TEST

START_TEST(time_stamps_of_what_was_sent)
{
	struct kin_inet_error error = {.struct_size = sizeof(error)};
	struct kin_sock *sock;
	struct kin_batch *batch;
	int flags = 1 << 1 | 1 << 4 | 1 << 7; /* SOF_TIMESTAMPING_TX_SOFTWARE, _SOFTWARE, _OPT_ID */

	ck_ok(kin_open("udp4:127.0.0.1:5000,recverr=on", KIN_SEND, &sock));
	ck_ok(kin_setsockopt(sock, SOL_SOCKET, SO_TIMESTAMPING, &flags, sizeof(flags)));
	ck_ok(kin_send(sock, "x", 1, 0));
	batch = receive(sock, MSG_ERRQUEUE);
	ck_ok(kin_inet_error(kin_batch_msg(batch, 0), &error));
	ck_assert_int_eq(error.error, ENOMSG);
	ck_assert_uint_eq(error.origin, SO_EE_ORIGIN_TIMESTAMPING);
	ck_assert_str_eq(kin_inet_error_what(&error), "sent");
	ck_assert_int_eq(kin_batch_msg(batch, 0)->clock, KIN_CLOCK_SOFTWARE);
	json(sock, kin_batch_msg(batch, 0), "\"origin\":\"timestamping\"");
	kin_batch_free(batch);
	ck_ok(kin_close(sock));
}
END_TEST

/* ---- Groups ------------------------------------------------------------------------------------
 */

static void loopback_groups(void)
{
	shell("ip link set lo multicast on && ip addr add 192.0.2.1/32 dev lo && "
	      "ip addr add 192.0.2.2/32 dev lo && ip route add 232.0.0.0/8 dev lo");
}

/* Is a message to the group, sent from there, heard? */
static bool hears(struct kin_sock *server, const char *source)
{
	struct kin_sock *client;
	char text[128], buf[8];
	int r;

	snprintf(text, sizeof(text), "udp4:232.1.1.1:5000,multicast-if=lo,local=%s:0", source);
	ck_ok(kin_open(text, KIN_SEND, &client));
	ck_ok(kin_send(client, "x", 1, 0));
	ck_ok(kin_close(client));
	ck_ok(kin_set_timeout(server, second / 10));
	r = (int)kin_recv(server, buf, sizeof(buf), 0);
	ck_assert(r == 1 || r == -ETIMEDOUT);
	return r == 1;
}

START_TEST(one_source_of_a_group_is_heard)
{
	struct kin_sock *server;
	struct kin_addr group, one, two;

	loopback_groups();
	ck_ok(kin_inet_addr("232.1.1.1", 0, &group));
	ck_ok(kin_inet_addr("192.0.2.1", 0, &one));
	ck_ok(kin_inet_addr("192.0.2.2", 0, &two));
	ck_ok(kin_open("udp4::5000,multicast-all=off", KIN_RECEIVE, &server));
	ck_assert(!hears(server, "192.0.2.1"));
	ck_ok(kin_inet_join(server, &group, 1, &one));
	ck_assert(hears(server, "192.0.2.1"));
	ck_assert(!hears(server, "192.0.2.2"));
	ck_ok(kin_inet_join(server, &group, 1, &two));
	ck_assert(hears(server, "192.0.2.2"));
	ck_ok(kin_inet_leave(server, &group, 1, &one));
	ck_assert(!hears(server, "192.0.2.1"));
	ck_ok(kin_close(server));
	/* The same in text. */
	ck_ok(kin_open("udp4::5000,multicast-all=off,join=232.1.1.1@lo/192.0.2.2", KIN_RECEIVE,
		       &server));
	ck_assert(hears(server, "192.0.2.2"));
	ck_assert(!hears(server, "192.0.2.1"));
	ck_ok(kin_opt_set(server, "leave", "232.1.1.1@lo/192.0.2.2"));
	ck_assert(!hears(server, "192.0.2.2"));
	ck_ok(kin_close(server));
}
END_TEST

START_TEST(one_source_of_a_group_is_blocked)
{
	struct kin_sock *server;
	struct kin_addr group, one;

	loopback_groups();
	ck_ok(kin_inet_addr("232.1.1.1", 0, &group));
	ck_ok(kin_inet_addr("192.0.2.1", 0, &one));
	ck_ok(kin_open("udp4::5000,multicast-all=off", KIN_RECEIVE, &server));
	ck_ok(kin_inet_join(server, &group, 1, NULL));
	ck_assert(hears(server, "192.0.2.1"));
	ck_ok(kin_inet_block(server, &group, 1, &one));
	ck_assert(!hears(server, "192.0.2.1"));
	ck_assert(hears(server, "192.0.2.2"));
	ck_ok(kin_inet_unblock(server, &group, 1, &one));
	ck_assert(hears(server, "192.0.2.1"));
	ck_ok(kin_opt_set(server, "block", "232.1.1.1@lo/192.0.2.1"));
	ck_assert(!hears(server, "192.0.2.1"));
	ck_ok(kin_inet_leave(server, &group, 1, NULL));
	ck_assert(!hears(server, "192.0.2.2"));
	ck_ok(kin_close(server));
}
END_TEST

START_TEST(groups_are_checked)
{
	struct kin_sock *server;
	struct kin_addr group, one, six;

	ck_ok(kin_inet_addr("232.1.1.1", 0, &group));
	ck_ok(kin_inet_addr("192.0.2.1", 0, &one));
	ck_ok(kin_inet6_addr("2001:db8::1", 0, 0, 0, &six));
	ck_ok(kin_open("udp4::5000", KIN_RECEIVE, &server));
	ck_fails(kin_inet_join(server, &one, 0, NULL), EINVAL,
		 "the group is not a multicast address");
	ck_fails(kin_inet_join(server, &group, 1, &six), EINVAL,
		 "the source is of another version of IP than the group");
	ck_fails(kin_inet_join(server, &group, 1, &group), EINVAL, "the source is a group itself");
	ck_fails(kin_inet_join(server, &group, 4242, NULL), ENODEV,
		 "join=232.1.1.1@4242: No such device");
	ck_fails(kin_inet_leave(server, &group, 1, NULL), EADDRNOTAVAIL,
		 "leave=232.1.1.1@1: Cannot assign requested address");
	ck_fails(kin_inet_block(server, &group, 1, NULL), EINVAL, "source is NULL");
	ck_fails(kin_inet_unblock(server, &group, 1, NULL), EINVAL, "source is NULL");
	ck_fails(kin_inet_join(NULL, &group, 1, NULL), EINVAL, "sock is NULL");
	ck_fails(kin_inet_leave(server, NULL, 1, NULL), EINVAL, "group is NULL");
	ck_ok(kin_inet6_addr("ff02::1234", 0, 0, 0, &six));
	ck_fails(kin_inet_join(server, &six, 1, NULL), EINVAL,
		 "join=ff02::1234@1: an IPv4 socket has no IPv6 groups");
	ck_ok(kin_close(server));
}
END_TEST

START_TEST(a_raw_ipv6_socket_has_no_ipv4_groups)
{
	struct kin_sock *raw;
	struct kin_addr group;

	ck_ok(kin_socket(AF_INET6, SOCK_RAW, 200, &raw));
	ck_ok(kin_inet_addr("232.1.1.1", 0, &group));
	ck_fails(kin_inet_join(raw, &group, 1, NULL), EINVAL,
		 "join=232.1.1.1@1: a raw IPv6 socket has no IPv4 groups");
	ck_fails(kin_opt_set(raw, "join", "232.1.1.1@lo"), EINVAL, NULL);
	ck_ok(kin_inet6_addr("ff02::1234", 0, 0, 0, &group));
	ck_ok(kin_inet_join(raw, &group, 1, NULL));
	ck_ok(kin_close(raw));
}
END_TEST

/* Without another interface it is the scope's, whatever the routes say. */
START_TEST(the_scope_of_a_group_is_its_interface)
{
	struct kin_sock *server;
	struct kin_addr group;

	shell("ip link add side0 type veth peer name side1 && ip link set side0 up");
	ck_ok(kin_open("udp6::5000", KIN_RECEIVE, &server));
	for (int i = 0; i < 2; i++) {
		const char *interface = i ? "lo" : "side0";
		char host[32];

		snprintf(host, sizeof(host), "ff02::1234%%%s", interface);
		ck_ok(kin_inet6_addr(host, 0, 0, 0, &group));
		ck_ok(kin_inet_join(server, &group, 0, NULL));
		shell("grep -q '%s .*ff020000000000000000000000001234' /proc/net/igmp6", interface);
		ck_ok(kin_inet_leave(server, &group, 0, NULL));
	}
	ck_ok(kin_close(server));
}
END_TEST

#define CASE(name, ...)                                                                            \
	{                                                                                          \
		name, #name, ##__VA_ARGS__                                                         \
	}

int main(void)
{
	const struct test_case cases[] = {
		CASE(packet_information_is_typed, .needs = "udp6", .net = true),
		CASE(errors_are_typed, .net = true),
		CASE(a_raw_ipv6_socket_has_no_ipv4_groups, .needs = "root udp6", .net = true),
		CASE(what_is_too_long_is_told_by_this_machine, .needs = "root", .net = true),
		CASE(zero_copies_are_counted, .net = true),
		CASE(time_stamps_of_what_was_sent, .net = true),
		CASE(one_source_of_a_group_is_heard, .needs = "root", .net = true),
		CASE(one_source_of_a_group_is_blocked, .needs = "root", .net = true),
		CASE(groups_are_checked, .net = true),
		CASE(the_scope_of_a_group_is_its_interface, .needs = "root udp6", .net = true),
		{},
	};

	return run_cases("inet/message", cases);
}
