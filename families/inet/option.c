/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "internal.h"

#include <errno.h>
#include <linux/in.h>
#include <linux/in6.h>
#include <linux/tcp.h>
#include <linux/udp.h>
#include <string.h>

#define TCP_SCHEMES "tcp tcp4 tcp6"
#define UDP_SCHEMES "udp udp4 udp6"
#define V6_SCHEMES  "tcp tcp6 udp udp6"

static const struct kin_name mtu_discover_names[] = {
	{"dont", IP_PMTUDISC_DONT},
	{"want", IP_PMTUDISC_WANT},
	{"do", IP_PMTUDISC_DO},
	{"probe", IP_PMTUDISC_PROBE},
	{"interface", IP_PMTUDISC_INTERFACE},
	{"omit", IP_PMTUDISC_OMIT},
	{},
};

/* Rows of one line. A range of 0, 0 is any. */
/* clang-format off */
#define ROW(LEVEL, SCHEMES, NAME, OPTNAME, TYPE, MIN, MAX, SINCE, DOC) \
	.name = NAME, .level = LEVEL, .optname = OPTNAME, .type = KIN_OPT_##TYPE, \
	.schemes = SCHEMES, .min = MIN, .max = MAX, .since = SINCE, .doc = DOC
#define TCP(...) {ROW(IPPROTO_TCP, TCP_SCHEMES, __VA_ARGS__)}
#define UDP(...) {ROW(IPPROTO_UDP, UDP_SCHEMES, __VA_ARGS__)}
#define TWIN(NAME, OPTNAME, SCHEMES, TYPE, MIN, MAX, SINCE, DOC) \
	{ROW(IPPROTO_IP, SCHEMES, NAME, OPTNAME, TYPE, MIN, MAX, SINCE, DOC), \
	 .set = twin_set, .get = twin_get}
#define SWITCH(NAME, OPTNAME, SCHEMES, SINCE, DOC) \
	TWIN(NAME, OPTNAME, SCHEMES, BOOL, 0, 0, SINCE, DOC)

const struct kin_opt inet_opts[] = {
	TCP("nodelay", TCP_NODELAY, BOOL, 0, 0, NULL, "send what there is at once, however little"),
	TCP("cork", TCP_CORK, BOOL, 0, 0, "2.2", "send full segments only, until it is off again"),
	TCP("keepidle", TCP_KEEPIDLE, INT, 1, 32767, "2.4",
	    "seconds of silence before keepalive=on probes"),
	TCP("keepintvl", TCP_KEEPINTVL, INT, 1, 32767, "2.4", "seconds between probes"),
	TCP("keepcnt", TCP_KEEPCNT, INT, 1, 127, "2.4",
	    "unanswered probes that end the connection"),
	TCP("user-timeout", TCP_USER_TIMEOUT, INT, 0, INT32_MAX, "2.6.37",
	    "milliseconds that sent data may stay unacknowledged; 0: the system's"),
	TCP("maxseg", TCP_MAXSEG, INT, 88, 32767, NULL, "bytes of the largest segment"),
	TCP("syncnt", TCP_SYNCNT, INT, 1, 127, "2.4", "how often to ask for a connection"),
	TCP("linger2", TCP_LINGER2, INT, -1, 60, "2.4",
	    "seconds to stay in FIN-WAIT-2; 0: the system's, -1: none"),
	TCP("window-clamp", TCP_WINDOW_CLAMP, INT, 0, INT32_MAX, "2.4",
	    "bytes of the largest window to advertise"),
	TCP("notsent-lowat", TCP_NOTSENT_LOWAT, U32, 0, UINT32_MAX, "3.12",
	    "unsent bytes below which the socket is writable"),
	TCP("defer-accept", TCP_DEFER_ACCEPT, INT, 0, INT32_MAX, "2.4",
	    "a listener wakes when data has come, at most after so many seconds"),
	TCP("fastopen", TCP_FASTOPEN, INT, 0, INT32_MAX, "3.7",
	    "a listener takes data with so many pending first packets"),
	TCP("fastopen-connect", TCP_FASTOPEN_CONNECT, BOOL, 0, 0, "4.11",
	    "connecting sends the first data along"),
	TCP("congestion", TCP_CONGESTION, STRING, 0, 15, "2.6.13",
	    "the congestion control: cubic, reno, bbr, ..."),
	{ROW(IPPROTO_TCP, TCP_SCHEMES, "quickack", TCP_QUICKACK, BOOL, 0, 0, "2.4.4",
	    "acknowledge at once, until the kernel decides anew"),
	 .flags = KIN_OPT_CONNECTED},

	UDP("segment", UDP_SEGMENT, INT, 0, UINT16_MAX, "4.18",
	    "cut what is sent into datagrams of so many bytes; 0: do not"),
	UDP("gro", UDP_GRO, BOOL, 0, 0, "5.0",
	    "receive datagrams of one sender joined, with their size"),

	TWIN("ttl", IP_TTL, NULL, INT, 1, 255, NULL,
	    "hops that a packet may make (IP_TTL, IPV6_UNICAST_HOPS)"),
	TWIN("tos", IP_TOS, NULL, INT, 0, 255, NULL,
	    "type of service or traffic class (IP_TOS, IPV6_TCLASS)"),
	TWIN("minttl", IP_MINTTL, NULL, INT, 0, 255, "2.6.34",
	    "drop packets with less hops left"),
	SWITCH("recvttl", IP_RECVTTL, UDP_SCHEMES, "2.2",
	    "receive the hops left with each message"),
	SWITCH("recvtos", IP_RECVTOS, NULL, "2.2", "receive the type of service with each message"),
	SWITCH("pktinfo", IP_PKTINFO, UDP_SCHEMES, "2.2",
	    "receive interface and destination with each message"),
	SWITCH("recvorigdstaddr", IP_RECVORIGDSTADDR, UDP_SCHEMES, "2.6.29",
	    "receive the original destination with each message"),
	SWITCH("recverr", IP_RECVERR, NULL, "2.2",
	    "keep errors with their sender for MSG_ERRQUEUE"),
	{ROW(IPPROTO_IP, NULL, "mtu-discover", IP_MTU_DISCOVER, NAMED, 0, 0, "2.2",
	    "what to do about the path MTU"),
	 .names = mtu_discover_names, .set = twin_set, .get = twin_get},
	{ROW(IPPROTO_IP, NULL, "mtu", IP_MTU, INT, 0, 0, "2.2",
	    "the path MTU in bytes, once connected"),
	 .flags = KIN_OPT_READ_ONLY, .get = twin_get},
	SWITCH("freebind", IP_FREEBIND, NULL, "2.4",
	    "bind to addresses that the machine does not have (yet)"),
	{ROW(IPPROTO_IP, NULL, "transparent", IP_TRANSPARENT, BOOL, 0, 0, "2.6.24",
	    "bind to any address, as a proxy does"),
	 .capability = "CAP_NET_ADMIN or CAP_NET_RAW", .set = twin_set, .get = twin_get},
	{ROW(IPPROTO_IP, NULL, "bind-address-no-port", IP_BIND_ADDRESS_NO_PORT, BOOL, 0, 0, "4.2",
	    "binding to port 0 leaves the choice to connect")},
	{ROW(IPPROTO_IPV6, V6_SCHEMES, "v6only", IPV6_V6ONLY, BOOL, 0, 0, "2.4.21",
	    "an IPv6 socket does not serve IPv4")},

	TWIN("multicast-ttl", IP_MULTICAST_TTL, UDP_SCHEMES, INT, 0, 255, NULL,
	    "hops that a packet to a group may make"),
	SWITCH("multicast-loop", IP_MULTICAST_LOOP, UDP_SCHEMES, NULL,
	    "what is sent to a group is received on this machine"),
	SWITCH("multicast-all", IP_MULTICAST_ALL, UDP_SCHEMES, "2.6.31",
	    "receive for groups that other sockets have joined"),
	{ROW(IPPROTO_IP, UDP_SCHEMES, "multicast-if", IP_MULTICAST_IF, CUSTOM, 0, 0, NULL,
	    "the interface on which to send to groups"),
	 .flags = KIN_OPT_WRITE_ONLY, .value = "INTERFACE",
	 .check = multicast_if_check, .set = multicast_if_set},
	{ROW(IPPROTO_IP, UDP_SCHEMES, "join", MCAST_JOIN_GROUP, CUSTOM, 0, 0, "2.6",
	    "become a member of a multicast group"),
	 .flags = KIN_OPT_WRITE_ONLY | KIN_OPT_LIST, .value = "GROUP[@INTERFACE]",
	 .check = group_check, .set = group_set},
	{ROW(IPPROTO_IP, UDP_SCHEMES, "leave", MCAST_LEAVE_GROUP, CUSTOM, 0, 0, "2.6",
	    "end the membership of a multicast group"),
	 .flags = KIN_OPT_WRITE_ONLY | KIN_OPT_LIST, .value = "GROUP[@INTERFACE]",
	 .check = group_check, .set = group_set},
	{},
};
/* clang-format on */
