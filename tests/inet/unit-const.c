/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The constants of this family: those that Python's socket module has, each once, in order. */
#include "harness.h"

#include <netdb.h>
#include <netinet/in.h>
#include <string.h>
#include <kin/family.h>

static const char *const documented[] = {
	"AI_ADDRCONFIG",
	"AI_ALL",
	"AI_CANONNAME",
	"AI_NUMERICHOST",
	"AI_NUMERICSERV",
	"AI_PASSIVE",
	"AI_V4MAPPED",
	"EAI_ADDRFAMILY",
	"EAI_AGAIN",
	"EAI_BADFLAGS",
	"EAI_FAIL",
	"EAI_FAMILY",
	"EAI_MEMORY",
	"EAI_NODATA",
	"EAI_NONAME",
	"EAI_OVERFLOW",
	"EAI_SERVICE",
	"EAI_SOCKTYPE",
	"EAI_SYSTEM",
	"INADDR_ALLHOSTS_GROUP",
	"INADDR_ANY",
	"INADDR_BROADCAST",
	"INADDR_LOOPBACK",
	"INADDR_MAX_LOCAL_GROUP",
	"INADDR_NONE",
	"INADDR_UNSPEC_GROUP",
	"IPPORT_RESERVED",
	"IPPORT_USERRESERVED",
	"IPPROTO_AH",
	"IPPROTO_DSTOPTS",
	"IPPROTO_EGP",
	"IPPROTO_ESP",
	"IPPROTO_FRAGMENT",
	"IPPROTO_GRE",
	"IPPROTO_HOPOPTS",
	"IPPROTO_ICMP",
	"IPPROTO_ICMPV6",
	"IPPROTO_IDP",
	"IPPROTO_IGMP",
	"IPPROTO_IP",
	"IPPROTO_IPIP",
	"IPPROTO_IPV6",
	"IPPROTO_MPTCP",
	"IPPROTO_NONE",
	"IPPROTO_PIM",
	"IPPROTO_PUP",
	"IPPROTO_RAW",
	"IPPROTO_ROUTING",
	"IPPROTO_RSVP",
	"IPPROTO_SCTP",
	"IPPROTO_TCP",
	"IPPROTO_TP",
	"IPPROTO_UDP",
	"IPPROTO_UDPLITE",
	"IPV6_CHECKSUM",
	"IPV6_DONTFRAG",
	"IPV6_DSTOPTS",
	"IPV6_HOPLIMIT",
	"IPV6_HOPOPTS",
	"IPV6_JOIN_GROUP",
	"IPV6_LEAVE_GROUP",
	"IPV6_MULTICAST_HOPS",
	"IPV6_MULTICAST_IF",
	"IPV6_MULTICAST_LOOP",
	"IPV6_NEXTHOP",
	"IPV6_PATHMTU",
	"IPV6_PKTINFO",
	"IPV6_RECVDSTOPTS",
	"IPV6_RECVERR",
	"IPV6_RECVHOPLIMIT",
	"IPV6_RECVHOPOPTS",
	"IPV6_RECVPATHMTU",
	"IPV6_RECVPKTINFO",
	"IPV6_RECVRTHDR",
	"IPV6_RECVTCLASS",
	"IPV6_RTHDR",
	"IPV6_RTHDRDSTOPTS",
	"IPV6_RTHDR_TYPE_0",
	"IPV6_TCLASS",
	"IPV6_UNICAST_HOPS",
	"IPV6_V6ONLY",
	"IP_ADD_MEMBERSHIP",
	"IP_ADD_SOURCE_MEMBERSHIP",
	"IP_BIND_ADDRESS_NO_PORT",
	"IP_BLOCK_SOURCE",
	"IP_DEFAULT_MULTICAST_LOOP",
	"IP_DEFAULT_MULTICAST_TTL",
	"IP_DROP_MEMBERSHIP",
	"IP_DROP_SOURCE_MEMBERSHIP",
	"IP_HDRINCL",
	"IP_MAX_MEMBERSHIPS",
	"IP_MULTICAST_IF",
	"IP_MULTICAST_LOOP",
	"IP_MULTICAST_TTL",
	"IP_OPTIONS",
	"IP_PKTINFO",
	"IP_RECVERR",
	"IP_RECVOPTS",
	"IP_RECVORIGDSTADDR",
	"IP_RECVRETOPTS",
	"IP_RECVTOS",
	"IP_RECVTTL",
	"IP_RETOPTS",
	"IP_TOS",
	"IP_TRANSPARENT",
	"IP_TTL",
	"IP_UNBLOCK_SOURCE",
	"NI_DGRAM",
	"NI_MAXHOST",
	"NI_MAXSERV",
	"NI_NAMEREQD",
	"NI_NOFQDN",
	"NI_NUMERICHOST",
	"NI_NUMERICSERV",
	"SOL_IP",
	"SOL_TCP",
	"SOL_UDP",
	"TCP_CC_INFO",
	"TCP_CONGESTION",
	"TCP_CORK",
	"TCP_DEFER_ACCEPT",
	"TCP_FASTOPEN",
	"TCP_FASTOPEN_CONNECT",
	"TCP_FASTOPEN_KEY",
	"TCP_FASTOPEN_NO_COOKIE",
	"TCP_INFO",
	"TCP_INQ",
	"TCP_KEEPCNT",
	"TCP_KEEPIDLE",
	"TCP_KEEPINTVL",
	"TCP_LINGER2",
	"TCP_MAXSEG",
	"TCP_MD5SIG",
	"TCP_MD5SIG_EXT",
	"TCP_NODELAY",
	"TCP_NOTSENT_LOWAT",
	"TCP_QUEUE_SEQ",
	"TCP_QUICKACK",
	"TCP_REPAIR",
	"TCP_REPAIR_OPTIONS",
	"TCP_REPAIR_QUEUE",
	"TCP_REPAIR_WINDOW",
	"TCP_SAVED_SYN",
	"TCP_SAVE_SYN",
	"TCP_SYNCNT",
	"TCP_THIN_DUPACK",
	"TCP_THIN_LINEAR_TIMEOUTS",
	"TCP_TIMESTAMP",
	"TCP_TX_DELAY",
	"TCP_ULP",
	"TCP_USER_TIMEOUT",
	"TCP_WINDOW_CLAMP",
	"TCP_ZEROCOPY_RECEIVE",
	"UDPLITE_RECV_CSCOV",
	"UDPLITE_SEND_CSCOV",
};

START_TEST(python_s_names_are_there)
{
	for (size_t i = 0; i < sizeof(documented) / sizeof(*documented); i++)
		ck_assert_msg(kin_const_find(documented[i]) != NULL, "%s is missing",
			      documented[i]);
}
END_TEST

START_TEST(values_are_the_headers_ones)
{
	ck_assert_int_eq(kin_const_find("IPPROTO_TCP")->value, 6);
	ck_assert_int_eq(kin_const_find("INADDR_BROADCAST")->value, 0xFFFFFFFF);
	ck_assert_int_eq(kin_const_find("INADDR_LOOPBACK")->value, 0x7F000001);
	ck_assert_int_eq(kin_const_find("EAI_NONAME")->value, EAI_NONAME);
	ck_assert_int_eq(kin_const_find("IPV6_V6ONLY")->value, IPV6_V6ONLY);
	ck_assert_str_eq(kin_const_find("TCP_NODELAY")->header, "linux/tcp.h");
	ck_assert_int_eq(kin_const_find("TCP_LISTEN")->value, 10);
	ck_assert_int_eq(kin_const_find("SCTP_NODELAY")->value, 3);
	ck_assert_int_eq(kin_const_find("ICMPV6_ECHO_REQUEST")->value, 128);
	ck_assert_int_eq(kin_const_find("MPTCP_INFO")->value, 1);
	ck_assert_int_eq(kin_const_find("HOST_NOT_FOUND")->value, HOST_NOT_FOUND);
}
END_TEST

START_TEST(no_name_is_there_twice)
{
	const struct kin_const *table = kin_family_by_name("inet")->consts;

	for (const struct kin_const *a = table; a->name; a++)
		for (const struct kin_const *b = a + 1; b->name; b++)
			ck_assert_str_ne(a->name, b->name);
}
END_TEST

int main(void)
{
	const struct test_case cases[] = {
		{python_s_names_are_there, "python_s_names_are_there"},
		{values_are_the_headers_ones, "values_are_the_headers_ones"},
		{no_name_is_there_twice, "no_name_is_there_twice"},
		{},
	};

	return run_cases("inet/const", cases);
}
