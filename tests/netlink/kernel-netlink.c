/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Questions to the kernel, its events, and messages between two sockets. */
#include "harness.h"

#include <errno.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <stdio.h>
#include <string.h>
#include <kin/family.h>
#include <kin/netlink.h>

/* The walking macros of <linux/netlink.h> and <linux/rtnetlink.h> cast from char *. */
#pragma GCC diagnostic ignored "-Wcast-align"

static struct kin_sock *opened(const char *text, enum kin_role role)
{
	struct kin_sock *sock;

	ck_ok(kin_open(text, role, &sock));
	ck_ok(kin_set_timeout(sock, 5000000000));
	return sock;
}

static bool names(const struct nlmsghdr *header, const char *ifname)
{
	int len = (int)IFLA_PAYLOAD(header);

	for (struct rtattr *a = IFLA_RTA(NLMSG_DATA(header)); RTA_OK(a, len); a = RTA_NEXT(a, len))
		if (a->rta_type == IFLA_IFNAME && strcmp(RTA_DATA(a), ifname) == 0)
			return true;
	return false;
}

/* Receive until a message of this type names the interface; false at the end of the answer. */
static bool comes(struct kin_sock *sock, int type, const char *ifname)
{
	static _Alignas(struct nlmsghdr) char data[32768];

	for (;;) {
		long len = ck_ok(kin_recv(sock, data, sizeof(data), 0));

		for (struct nlmsghdr *h = (struct nlmsghdr *)data; NLMSG_OK(h, len);
		     h = NLMSG_NEXT(h, len)) {
			if (h->nlmsg_type == NLMSG_DONE)
				return false;
			if (h->nlmsg_type == type && names(h, ifname))
				return true;
		}
	}
}

START_TEST(the_kernel_lists_its_links)
{
	struct {
		struct nlmsghdr header;
		struct ifinfomsg info;
	} request = {
		.header = {.nlmsg_len = sizeof(request),
			   .nlmsg_type = RTM_GETLINK,
			   .nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP},
	};
	struct kin_sock *sock = opened("netlink:route", KIN_CONNECT);
	struct kin_addr peer;
	uint32_t pid = 1;

	ck_assert_int_eq(kin_sock_protocol(sock), NETLINK_ROUTE);
	ck_ok(kin_peer_addr(sock, &peer));
	ck_ok(kin_netlink_read(&peer, &pid, NULL));
	ck_assert_uint_eq(pid, 0);
	ck_assert_int_eq(ck_ok(kin_send(sock, &request, sizeof(request), 0)), sizeof(request));
	ck_assert(comes(sock, RTM_NEWLINK, "lo"));
	kin_close(sock);
}
END_TEST

START_TEST(events_come_to_a_group)
{
	struct kin_sock *sock = opened("netlink:route,groups=link,pktinfo=on", KIN_RECEIVE);
	struct kin_addr addr;
	char text[KIN_ADDR_TEXT], name[64];
	uint32_t pid, groups;

	ck_ok(kin_local_addr(sock, &addr));
	ck_ok(kin_netlink_read(&addr, &pid, &groups));
	ck_assert_uint_ne(pid, 0);
	ck_assert_uint_eq(groups, RTMGRP_LINK);
	snprintf(name, sizeof(name), "netlink:route,pid=%u,groups=link", pid);
	ck_ok(kin_addr_format(&addr, SOCK_RAW, NETLINK_ROUTE, text, sizeof(text)));
	ck_assert_str_eq(text, name);
	shell("ip link set lo down");
	ck_assert(comes(sock, RTM_NEWLINK, "lo"));
	kin_close(sock);
}
END_TEST

START_TEST(groups_above_32_are_joined)
{
	struct kin_sock *sock = opened("netlink:route,groups=link,join=stats+tunnel", KIN_RECEIVE);
	char text[128];

	ck_ok(kin_opt_get(sock, "join", text, sizeof(text)));
	ck_assert_str_eq(text, "link+tunnel+stats");
	ck_ok(kin_netlink_leave(sock, RTNLGRP_TUNNEL));
	ck_ok(kin_netlink_join(sock, RTNLGRP_NEIGH));
	ck_ok(kin_opt_get(sock, "join", text, sizeof(text)));
	ck_assert_str_eq(text, "link+neigh+stats");
	ck_fails(kin_netlink_join(sock, 0), EINVAL, "group 0 is not in 1-2147483647");
	ck_fails(kin_netlink_join(sock, 100000), EINVAL, NULL);
	ck_fails(kin_opt_set(sock, "join", "nftables"), EINVAL,
		 "join: this protocol has no group \"nftables\"");
	kin_close(sock);
}
END_TEST

START_TEST(two_sockets_talk)
{
	struct kin_sock *one = opened("netlink:usersock,pid=0xfffffff0", KIN_RECEIVE);
	struct kin_sock *other =
		opened("netlink:usersock,pid=0xfffffff0,local=0x7fffffff", KIN_SEND);
	struct kin_addr from;
	uint32_t pid = 0;
	char data[16];

	ck_assert_int_eq(ck_ok(kin_send(other, "kin", 3, 0)), 3);
	ck_assert_int_eq(ck_ok(kin_recv_from(one, data, sizeof(data), 0, &from)), 3);
	ck_assert_mem_eq(data, "kin", 3);
	ck_ok(kin_netlink_read(&from, &pid, NULL));
	ck_assert_uint_eq(pid, 0x7fffffff);
	ck_ok(kin_send_to(one, "back", 4, 0, &from));
	ck_assert_int_eq(ck_ok(kin_recv(other, data, sizeof(data), 0)), 4);
	kin_close(one);
	kin_close(other);
}
END_TEST

START_TEST(options_are_set_and_read)
{
	static const char *const options[] = {"pktinfo", "broadcast-error", "no-enobufs",
					      "cap-ack", "ext-ack",         "get-strict"};
	struct kin_sock *sock = opened("netlink:route", KIN_NONE);
	char text[16];

	for (size_t i = 0; i < sizeof(options) / sizeof(options[0]); i++) {
		ck_ok(kin_opt_set(sock, options[i], "on"));
		ck_ok(kin_opt_get(sock, options[i], text, sizeof(text)));
		ck_assert_str_eq(text, "on");
	}
	/* Linux 6.1 can't tell it again. */
	ck_ok(kin_opt_set(sock, "listen-all-nsid", "on"));
	kin_close(sock);
}
END_TEST

START_TEST(failures_have_words)
{
	struct kin_sock *one = opened("netlink:usersock,pid=77", KIN_RECEIVE), *two;

	ck_fails(kin_open("netlink:usersock,pid=77", KIN_RECEIVE, &two), EADDRINUSE,
		 "another socket has the port ID 77");
	kin_close(one);
	ck_fails(kin_open("netlink:31", KIN_NONE, &two), EPROTONOSUPPORT, NULL);
	ck_fails(kin_open("netlink:firewall", KIN_NONE, &two), EPROTONOSUPPORT,
		 "this kernel has no netlink protocol firewall (removed in Linux 3.5)");
	one = opened("netlink:usersock,pid=78", KIN_SEND);
	ck_fails(kin_send(one, "x", 1, 0), ECONNREFUSED, NULL);
	kin_close(one);
}
END_TEST

START_TEST(lost_messages_are_told)
{
	struct kin_sock *one = opened("netlink:usersock,groups=1,rcvbuf=2304", KIN_RECEIVE);
	struct kin_sock *other = opened("netlink:usersock,pid=79", KIN_RECEIVE);
	struct kin_addr group;
	char data[1024] = "";
	int r;

	/* What goes to a group goes to a port ID as well: here, to the sender. */
	ck_ok(kin_netlink_addr(79, 1, &group));
	for (int i = 0; i < 10; i++)
		ck_ok(kin_send_to(other, data, sizeof(data), 0, &group));
	/* The overrun comes before what did fit. */
	r = (int)kin_recv(one, data, sizeof(data), 0);
	ck_fails(r, ENOBUFS,
		 "messages were lost: the receive buffer was full (option rcvbuf); ask for the "
		 "whole state again");
	ck_assert_int_eq(ck_ok(kin_recv(one, data, sizeof(data), 0)), sizeof(data));
	kin_close(one);
	kin_close(other);
}
END_TEST

int main(void)
{
	const struct test_case cases[] = {
		{the_kernel_lists_its_links, "the_kernel_lists_its_links", .needs = "netlink",
		 .net = true},
		{events_come_to_a_group, "events_come_to_a_group", .needs = "netlink", .net = true},
		{groups_above_32_are_joined, "groups_above_32_are_joined", .needs = "netlink",
		 .net = true},
		{two_sockets_talk, "two_sockets_talk", .needs = "netlink", .net = true},
		{options_are_set_and_read, "options_are_set_and_read", .needs = "netlink root",
		 .net = true},
		{failures_have_words, "failures_have_words", .needs = "netlink", .net = true},
		{lost_messages_are_told, "lost_messages_are_told", .needs = "netlink root",
		 .net = true},
		{},
	};

	return run_cases("netlink/netlink", cases);
}
