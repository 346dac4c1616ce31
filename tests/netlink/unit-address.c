/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Netlink addresses: text both ways, what is refused, the typed calls, the constants. */
#include "harness.h"

#include <errno.h>
#include <linux/genetlink.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <stdio.h>
#include <string.h>
#include <kin/netlink.h>

#define N(array) (sizeof(array) / sizeof((array)[0]))

/* ---- What is read, and how it is written --------------------------------------------------- */

static const struct {
	const char *text, *canonical; /* NULL: the same */
	uint32_t pid, groups;
} valid[] = {
	{"netlink:route", NULL, 0, 0},
	{"netlink:0", "netlink:route", 0, 0},
	{"netlink:16", "netlink:generic", 0, 0},
	{"netlink:0x10", "netlink:generic", 0, 0},
	{"netlink:31", NULL, 0, 0},
	{"netlink:17,groups=3", "netlink:17,groups=0x3", 0, 3},
	{"netlink:sock-diag", NULL, 0, 0},
	{"netlink:inet-diag", "netlink:sock-diag", 0, 0},
	{"netlink:kobject-uevent,groups=kernel", "netlink:uevent,groups=kernel", 0, 1},
	{"netlink:uevent,groups=udev+kernel", "netlink:uevent,groups=kernel+udev", 0, 3},
	{"netlink:route,groups=link", NULL, 0, RTMGRP_LINK},
	{"netlink:route,groups=0x11", "netlink:route,groups=link+ipv4-ifaddr", 0, 0x11},
	{"netlink:route,groups=17", "netlink:route,groups=link+ipv4-ifaddr", 0, 0x11},
	{"netlink:route,groups=nexthop+1+link", "netlink:route,groups=link+nexthop", 0, 0x80000001},
	{"netlink:route,groups=0", "netlink:route", 0, 0},
	{"netlink:route,groups=decnet-ifaddr", NULL, 0, RTMGRP_DECnet_IFADDR},
	{"netlink:netfilter,groups=nftables+0x40000000",
	 "netlink:netfilter,groups=nftables+0x40000000", 0, 0x40000040},
	{"netlink:xfrm,groups=sa+policy", NULL, 0, 0xC},
	{"netlink:sock-diag,groups=inet-tcp-destroy", NULL, 0, 1},
	{"netlink:selinux,groups=avc", NULL, 0, 1},
	{"netlink:audit,groups=readlog", NULL, 0, 1},
	{"netlink:usersock,pid=4294967295", NULL, UINT32_MAX, 0},
	{"netlink:usersock,groups=0xffffffff,pid=1", "netlink:usersock,pid=1,groups=0xffffffff", 1,
	 UINT32_MAX},
};

START_TEST(reads_what_is_valid)
{
	for (size_t i = 0; i < N(valid); i++) {
		const char *canonical = valid[i].canonical ? valid[i].canonical : valid[i].text;
		struct kin_endpoint *e;
		char text[KIN_ADDR_TEXT];
		uint32_t pid, groups;

		ck_ok(kin_endpoint_parse(valid[i].text, &e));
		ck_ok(kin_netlink_read(kin_endpoint_addr(e), &pid, &groups));
		ck_assert_uint_eq(pid, valid[i].pid);
		ck_assert_msg(groups == valid[i].groups, "%s: %x", valid[i].text, groups);
		ck_ok(kin_endpoint_format(e, text, sizeof(text)));
		ck_assert_str_eq(text, canonical);
		kin_endpoint_free(e);
	}
}
END_TEST

static const struct {
	const char *text;
	const char *words;
} invalid[] = {
	{"netlink:rout", "no netlink protocol \"rout\"; did you mean route?"},
	{"netlink:", NULL},
	{"netlink:32", "netlink protocol 32 is not in 0-31"},
	{"netlink:-1", NULL},
	{"netlink:route,pid=4294967296", "pid 4294967296 is not in 0-4294967295"},
	{"netlink:route,pid=-1", "pid -1 is not in 0-4294967295"},
	{"netlink:route,local=4294967296", "local 4294967296 is not in 0-4294967295"},
	{"netlink:route,groups=4294967296", "groups 4294967296 is not in 0-4294967295"},
	{"netlink:route,groups=-1", "groups -1 is not in 0-4294967295"},
	{"netlink:route,groups=", NULL},
	{"netlink:route,groups=link+", NULL},
	{"netlink:route,groups=lnk", "netlink:route has no group \"lnk\"; nearest: link"},
	{"netlink:route,groups=none", NULL},
	{"netlink:route,groups=brvlan",
	 "group brvlan is number 33, an address holds 1-32: use join=brvlan"},
	{"netlink:usersock,groups=link",
	 "\"link\" is no number; groups of netlink:usersock have no names here"},
	{"netlink:route,join=nosuch", "join: this protocol has no group \"nosuch\""},
	{"netlink:route,join=0", "join 0 is not in 1-2147483647"},
};

START_TEST(refuses_what_is_not)
{
	for (size_t i = 0; i < N(invalid); i++) {
		struct kin_endpoint *e;

		ck_fails(kin_endpoint_parse(invalid[i].text, &e), EINVAL, invalid[i].words);
	}
}
END_TEST

START_TEST(an_endpoint_keeps_its_options)
{
	struct kin_endpoint *e;
	char text[KIN_ADDR_TEXT];

	ck_ok(kin_endpoint_parse(
		"netlink:route,join=0x21,ext-ack=1,local=0x10,join=link+tunnel,pid=7", &e));
	ck_ok(kin_endpoint_format(e, text, sizeof(text)));
	ck_assert_str_eq(text, "netlink:route,pid=7,local=16,join=33+link+tunnel,ext-ack=on");
	kin_endpoint_free(e);
}
END_TEST

/* ---- Properties ---------------------------------------------------------------------------- */

START_TEST(any_address_survives_the_text)
{
	for (int round = 0; round < 5000; round++) {
		int protocol = (int)(test_random() % 32);
		char text[KIN_ADDR_TEXT];
		struct kin_addr addr, again;

		ck_ok(kin_netlink_addr((uint32_t)test_random(), (uint32_t)test_random(), &addr));
		ck_assert_int_lt(
			ck_ok(kin_addr_format(&addr, SOCK_RAW, protocol, text, sizeof(text))),
			(long)sizeof(text));
		ck_ok(kin_addr_parse(text, &again));
		ck_assert_uint_eq(again.len, addr.len);
		ck_assert_mem_eq(&again.ss, &addr.ss, addr.len);
		ck_assert(kin_addr_equal(&addr, &again));
	}
}
END_TEST

/* ---- Without text -------------------------------------------------------------------------- */

START_TEST(constructors_check_their_arguments)
{
	struct kin_addr addr = {.len = sizeof(struct sockaddr_nl)};
	uint32_t pid;

	ck_fails(kin_netlink_read(&addr, &pid, NULL), EAFNOSUPPORT, "not a netlink address");
	ck_fails(kin_netlink_read(NULL, &pid, NULL), EINVAL, NULL);
	ck_fails(kin_netlink_addr(-1, 0, &addr), EINVAL, "pid -1 is not in 0-4294967295");
	ck_fails(kin_netlink_addr(INT64_C(1) << 32, 0, &addr), EINVAL,
		 "pid 4294967296 is not in 0-4294967295");
	ck_fails(kin_netlink_addr(0, INT64_C(1) << 32, &addr), EINVAL,
		 "groups 4294967296 is not in 0-4294967295");
	ck_fails(kin_netlink_addr(0, 0, NULL), EINVAL, NULL);
	ck_fails(kin_netlink_join(NULL, 1), EINVAL, NULL);
	ck_fails(kin_netlink_leave(NULL, 1), EINVAL, NULL);
	ck_ok(kin_netlink_addr(UINT32_MAX, 1, &addr));
	ck_ok(kin_netlink_read(&addr, &pid, NULL));
	ck_assert_uint_eq(pid, UINT32_MAX);
}
END_TEST

/* ---- Constants ----------------------------------------------------------------------------- */

START_TEST(constants_are_the_headers_ones)
{
	static const struct kin_const some[] = {
		{"NETLINK_ROUTE", NETLINK_ROUTE, "linux/netlink.h"},
		{"NETLINK_DNRTMSG", 14, "linux/netlink.h"},
		{"NETLINK_CRYPTO", 21, "linux/netlink.h"},
		{"NETLINK_GET_STRICT_CHK", NETLINK_GET_STRICT_CHK, "linux/netlink.h"},
		{"NLM_F_DUMP", 0x300, "linux/netlink.h"},
		{"NLMSGERR_ATTR_MISS_NEST", NLMSGERR_ATTR_MISS_NEST, "linux/netlink.h"},
		{"NL_ATTR_TYPE_BITFIELD32", NL_ATTR_TYPE_BITFIELD32, "linux/netlink.h"},
		{"NL_ATTR_TYPE_SINT", NL_ATTR_TYPE_BITFIELD32 + 1, "linux/netlink.h"},
		{"RTM_GETLINK", RTM_GETLINK, "linux/rtnetlink.h"},
		{"RTM_NEWMULTICAST", RTM_GETMULTICAST - 2, "linux/rtnetlink.h"},
		{"RTM_DELANYCAST", RTM_GETANYCAST - 1, "linux/rtnetlink.h"},
		{"RTNLGRP_STATS", 36, "linux/rtnetlink.h"},
		{"RTNLGRP_IPV6_ACADDR", 39, "linux/rtnetlink.h"},
		{"GENL_ID_CTRL", GENL_ID_CTRL, "linux/genetlink.h"},
		{"CTRL_CMD_GETPOLICY", CTRL_CMD_GETPOLICY, "linux/genetlink.h"},
	};

	for (size_t i = 0; i < N(some); i++) {
		const struct kin_const *found = kin_const_find(some[i].name);

		ck_assert_msg(found != NULL, "%s is missing", some[i].name);
		ck_assert_msg(found->value == some[i].value, "%s", some[i].name);
		ck_assert_str_eq(found->header, some[i].header);
	}
}
END_TEST

int main(void)
{
	const struct test_case cases[] = {
		{reads_what_is_valid, "reads_what_is_valid"},
		{refuses_what_is_not, "refuses_what_is_not"},
		{an_endpoint_keeps_its_options, "an_endpoint_keeps_its_options"},
		{any_address_survives_the_text, "any_address_survives_the_text"},
		{constructors_check_their_arguments, "constructors_check_their_arguments"},
		{constants_are_the_headers_ones, "constants_are_the_headers_ones"},
		{},
	};

	return run_cases("netlink/address", cases);
}
