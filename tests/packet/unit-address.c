/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Addresses of packet sockets: text both ways, what is refused, the typed calls, the constants. */
#include "harness.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <kin/packet.h>

#define N(array) (sizeof(array) / sizeof((array)[0]))

/* ---- What is read, and how it is written --------------------------------------------------- */

static const struct {
	const char *text, *canonical; /* NULL: the same */
	int ifindex, protocol, pkttype, hatype;
	const char *hwaddr;
	size_t hwaddr_len;
} valid[] = {
	{"packet:lo", NULL, -1, ETH_P_ALL, 0, 0, "", 0},
	{"packet:any", NULL, 0, ETH_P_ALL, 0, 0, "", 0},
	{"packet:", "packet:any", 0, ETH_P_ALL, 0, 0, "", 0},
	{"packet:if99999", NULL, 99999, ETH_P_ALL, 0, 0, "", 0},
	{"packet:lo,proto=ip", NULL, -1, ETH_P_IP, 0, 0, "", 0},
	{"packet:lo,proto=0x800", "packet:lo,proto=ip", -1, ETH_P_IP, 0, 0, "", 0},
	{"packet:lo,proto=all", "packet:lo", -1, ETH_P_ALL, 0, 0, "", 0},
	{"packet:lo,proto=0", "packet:lo,proto=0x0000", -1, 0, 0, 0, "", 0},
	{"packet:lo,proto=8021q", NULL, -1, ETH_P_8021Q, 0, 0, "", 0},
	{"packet:lo,proto=ppp-disc", NULL, -1, ETH_P_PPP_DISC, 0, 0, "", 0},
	/* A number, although there is an ETH_P_1588. */
	{"packet:lo,proto=1588", "packet:lo,proto=0x0634", -1, 1588, 0, 0, "", 0},
	{"packet:lo,proto=0x88f7", NULL, -1, ETH_P_1588, 0, 0, "", 0},
	{"packet:lo,proto=0x0600", NULL, -1, ETH_P_802_3_MIN, 0, 0, "", 0},
	{"packet:lo,proto=65535", "packet:lo,proto=0xffff", -1, 65535, 0, 0, "", 0},
	{"packet:lo,pkttype=host", "packet:lo", -1, ETH_P_ALL, 0, 0, "", 0},
	{"packet:lo,pkttype=outgoing", NULL, -1, ETH_P_ALL, 4, 0, "", 0},
	{"packet:lo,pkttype=6", "packet:lo,pkttype=user", -1, ETH_P_ALL, 6, 0, "", 0},
	{"packet:lo,pkttype=255", NULL, -1, ETH_P_ALL, 255, 0, "", 0},
	{"packet:lo,hatype=loopback", NULL, -1, ETH_P_ALL, 0, ARPHRD_LOOPBACK, "", 0},
	{"packet:lo,hatype=1", "packet:lo,hatype=ether", -1, ETH_P_ALL, 0, 1, "", 0},
	{"packet:lo,hatype=12345", NULL, -1, ETH_P_ALL, 0, 12345, "", 0},
	{"packet:lo,hwaddr=0011223344ff", "packet:lo,hwaddr=00:11:22:33:44:FF", -1, ETH_P_ALL, 0, 0,
	 "\x00\x11\x22\x33\x44\xFF", 6},
	{"packet:lo,hwaddr=", "packet:lo", -1, ETH_P_ALL, 0, 0, "", 0},
	{"packet:lo,hwaddr=01:02:03:04:05:06:07:08,proto=arp,hatype=ether,pkttype=multicast",
	 "packet:lo,proto=arp,pkttype=multicast,hatype=ether,hwaddr=01:02:03:04:05:06:07:08", -1,
	 ETH_P_ARP, 2, 1, "\1\2\3\4\5\6\7\10", 8},
};

START_TEST(reads_what_is_valid)
{
	for (size_t i = 0; i < N(valid); i++) {
		const char *canonical = valid[i].canonical ? valid[i].canonical : valid[i].text;
		int ifindex = valid[i].ifindex < 0 ? (int)if_nametoindex("lo") : valid[i].ifindex;
		char text[KIN_ADDR_TEXT];
		struct kin_packet_info info;
		struct kin_addr addr;

		ck_ok(kin_addr_parse(valid[i].text, &addr));
		ck_ok(kin_packet_read(&addr, &info));
		ck_assert_int_eq(info.ifindex, ifindex);
		ck_assert_int_eq(kin_addr_ifindex(&addr), ifindex);
		ck_assert_msg(info.protocol == valid[i].protocol, "%s: %d", valid[i].text,
			      info.protocol);
		ck_assert_int_eq(info.pkttype, valid[i].pkttype);
		ck_assert_int_eq(info.hatype, valid[i].hatype);
		ck_assert_uint_eq(info.hwaddr_len, valid[i].hwaddr_len);
		ck_assert_mem_eq(info.hwaddr, valid[i].hwaddr, info.hwaddr_len);
		ck_ok(kin_addr_format(&addr, SOCK_RAW, 0, text, sizeof(text)));
		ck_assert_str_eq(text, canonical);
	}
}
END_TEST

static const struct {
	const char *text;
	int err;
	const char *words;
} invalid[] = {
	{"packet:nosuchif0", ENODEV, NULL},
	{"packet:an-interface-name", EINVAL,
	 "interface name an-interface-name is longer than 15 bytes"},
	{"packet:lo,proto=65536", EINVAL, "proto 65536 is not in 0-65535"},
	{"packet:lo,proto=-1", EINVAL, "proto -1 is not in 0-65535"},
	{"packet:lo,proto=IP", EINVAL, "proto \"IP\" is neither a number in 0-65535 nor a name"},
	{"packet:lo,proto=ipv7", EINVAL,
	 "proto \"ipv7\" is neither a number in 0-65535 nor a name; nearest: ip, ipx, ipv6"},
	{"packet:lo,proto=802-3-min", EINVAL, "proto \"802-3-min\" is not a whole number"},
	{"packet:lo,pkttype=256", EINVAL, "pkttype 256 is not in 0-255"},
	{"packet:lo,pkttype=statistics", EINVAL, NULL},
	{"packet:lo,hatype=65536", EINVAL, "hatype 65536 is not in 0-65535"},
	{"packet:lo,hwaddr=01:02:03:04:05:06:07:08:09", EMSGSIZE, "hwaddr: more than 8 bytes"},
	{"packet:lo,hwaddr=0x", EINVAL, "hwaddr: the hex digit at position 1 has no second one"},
};

START_TEST(refuses_what_is_not)
{
	for (size_t i = 0; i < N(invalid); i++) {
		struct kin_addr addr = {.len = 99};

		ck_fails(kin_addr_parse(invalid[i].text, &addr), invalid[i].err, invalid[i].words);
		ck_assert_uint_eq(addr.len, 99);
	}
}
END_TEST

START_TEST(a_missing_interface_is_told_with_those_there_are)
{
	struct kin_addr addr;

	ck_fails(kin_addr_parse("packet:nosuchif0", &addr), ENODEV, NULL);
	ck_assert_ptr_nonnull(strstr(kin_error_text(), "no interface nosuchif0; there are: "));
	ck_assert_ptr_nonnull(strstr(kin_error_text(), "lo"));
}
END_TEST

/* ---- Properties ---------------------------------------------------------------------------- */

START_TEST(any_address_survives_the_text)
{
	for (int round = 0; round < 20000; round++) {
		unsigned char hwaddr[KIN_PACKET_HWADDR_MAX];
		size_t len = test_random() % (sizeof(hwaddr) + 1);
		char text[KIN_ADDR_TEXT], ifname[16];
		struct kin_addr addr, again;

		for (size_t i = 0; i < len; i++)
			hwaddr[i] = (unsigned char)test_random();
		snprintf(ifname, sizeof(ifname), "if%u", 1000 + (unsigned)(test_random() % 99999));
		ck_ok(kin_packet_addr(round % 3 ? ifname : NULL, (int)(test_random() % 65536),
				      (int)(test_random() % 256), (int)(test_random() % 65536),
				      hwaddr, len, &addr));
		ck_assert_int_lt(ck_ok(kin_addr_format(&addr, SOCK_DGRAM, 0, text, sizeof(text))),
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
	struct kin_packet_info info;
	struct kin_addr addr;

	ck_fails(kin_packet_addr("lo", 65536, 0, 0, NULL, 0, &addr), EINVAL,
		 "proto 65536 is not in 0-65535");
	ck_fails(kin_packet_addr("lo", -1, 0, 0, NULL, 0, &addr), EINVAL,
		 "proto -1 is not in 0-65535");
	ck_fails(kin_packet_addr("lo", 0, 256, 0, NULL, 0, &addr), EINVAL,
		 "pkttype 256 is not in 0-255");
	ck_fails(kin_packet_addr("lo", 0, 0, 65536, NULL, 0, &addr), EINVAL,
		 "hatype 65536 is not in 0-65535");
	ck_fails(kin_packet_addr("lo", 0, 0, 0, "123456789", 9, &addr), EINVAL,
		 "the hardware address has 9 bytes, one may have 8");
	ck_fails(kin_packet_addr("lo", 0, 0, 0, NULL, 1, &addr), EINVAL,
		 "no hardware address was given");
	ck_fails(kin_packet_addr("lo", 0, 0, 0, NULL, 0, NULL), EINVAL, NULL);
	ck_fails(kin_packet_read(NULL, &info), EINVAL, NULL);
	ck_fails(kin_packet_set_promiscuous(NULL, true), EINVAL, NULL);
	addr = (struct kin_addr){.len = sizeof(struct sockaddr_ll)};
	ck_fails(kin_packet_read(&addr, &info), EAFNOSUPPORT, "not a packet socket's address");
}
END_TEST

START_TEST(an_interface_that_is_gone_has_no_name)
{
	struct kin_packet_info info;
	struct kin_addr addr;

	ck_ok(kin_packet_addr("if99999", ETH_P_IP, PACKET_OUTGOING, ARPHRD_ETHER, "\1\2\3", 3,
			      &addr));
	ck_ok(kin_packet_read(&addr, &info));
	ck_assert_str_eq(info.ifname, "");
	ck_assert_int_eq(info.ifindex, 99999);
	ck_assert_int_eq(info.protocol, ETH_P_IP);
	ck_assert_int_eq(info.pkttype, PACKET_OUTGOING);
	ck_assert_int_eq(info.hatype, ARPHRD_ETHER);
	ck_assert_uint_eq(info.hwaddr_len, 3);
	ck_ok(kin_packet_addr("lo", ETH_P_IP, 0, 0, NULL, 0, &addr));
	ck_ok(kin_packet_read(&addr, &info));
	ck_assert_str_eq(info.ifname, "lo");
}
END_TEST

START_TEST(how_a_frame_came_does_not_count)
{
	struct kin_addr a, b;

	ck_ok(kin_packet_addr("lo", ETH_P_IP, 0, 0, "\1\2\3\4\5\6", 6, &a));
	ck_ok(kin_packet_addr("lo", ETH_P_IP, PACKET_OUTGOING, 1, "\1\2\3\4\5\6", 6, &b));
	ck_assert(kin_addr_equal(&a, &b));
	ck_ok(kin_packet_addr("lo", ETH_P_IP, 0, 0, "\1\2\3\4\5\7", 6, &b));
	ck_assert(!kin_addr_equal(&a, &b));
	ck_ok(kin_packet_addr("lo", ETH_P_IP, 0, 0, NULL, 0, &b));
	ck_assert(!kin_addr_equal(&a, &b));
	/* As getsockname(2) gives it: without the room behind the hardware address. */
	b.len = offsetof(struct sockaddr_ll, sll_addr);
	ck_ok(kin_packet_addr("lo", ETH_P_IP, 0, 0, NULL, 0, &a));
	ck_assert(kin_addr_equal(&a, &b));
}
END_TEST

START_TEST(the_type_chooses_the_scheme)
{
	struct kin_addr addr;
	char text[KIN_ADDR_TEXT];

	ck_ok(kin_packet_addr("lo", ETH_P_IP, 0, 0, NULL, 0, &addr));
	ck_ok(kin_addr_format(&addr, SOCK_DGRAM, htons(ETH_P_IP), text, sizeof(text)));
	ck_assert_str_eq(text, "packet-dgram:lo,proto=ip");
	ck_ok(kin_addr_format(&addr, SOCK_RAW, htons(ETH_P_IP), text, sizeof(text)));
	ck_assert_str_eq(text, "packet:lo,proto=ip");
}
END_TEST

/* ---- Constants ----------------------------------------------------------------------------- */

START_TEST(constants_are_the_headers_ones)
{
	static const struct kin_const some[] = {
		{"PACKET_HOST", PACKET_HOST, "linux/if_packet.h"},
		{"PACKET_FASTROUTE", PACKET_FASTROUTE, "linux/if_packet.h"},
		{"PACKET_IGNORE_OUTGOING", 23, "linux/if_packet.h"},
		{"PACKET_VNET_HDR_SZ", 24, "linux/if_packet.h"},
		{"PACKET_FANOUT_FLAG_IGNORE_OUTGOING", 0x4000, "linux/if_packet.h"},
		{"TPACKET_V3", TPACKET_V3, "linux/if_packet.h"},
		{"TP_STATUS_TS_RAW_HARDWARE", 0x80000000, "linux/if_packet.h"},
		{"ETH_P_ALL", ETH_P_ALL, "linux/if_ether.h"},
		{"ETHERTYPE_IPV6", ETHERTYPE_IPV6, "net/ethernet.h"},
		{"ETHERTYPE_VLAN", ETHERTYPE_VLAN, "net/ethernet.h"},
		{"ARPHRD_CAN", 280, "linux/if_arp.h"},
	};

	for (size_t i = 0; i < N(some); i++) {
		const struct kin_const *found = kin_const_find(some[i].name);

		ck_assert_msg(found != NULL, "%s is missing", some[i].name);
		ck_assert_int_eq(found->value, some[i].value);
		ck_assert_str_eq(found->header, some[i].header);
	}
}
END_TEST

int main(void)
{
	const struct test_case cases[] = {
		{reads_what_is_valid, "reads_what_is_valid"},
		{refuses_what_is_not, "refuses_what_is_not"},
		{a_missing_interface_is_told_with_those_there_are,
		 "a_missing_interface_is_told_with_those_there_are"},
		{any_address_survives_the_text, "any_address_survives_the_text"},
		{constructors_check_their_arguments, "constructors_check_their_arguments"},
		{an_interface_that_is_gone_has_no_name, "an_interface_that_is_gone_has_no_name"},
		{how_a_frame_came_does_not_count, "how_a_frame_came_does_not_count"},
		{the_type_chooses_the_scheme, "the_type_chooses_the_scheme"},
		{constants_are_the_headers_ones, "constants_are_the_headers_ones"},
		{},
	};

	return run_cases("packet/address", cases);
}
