/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "internal.h"

#include <errno.h>
#include <linux/icmp.h>
#include <linux/icmpv6.h>
#include <linux/in.h>
#include <linux/in6.h>
#include <linux/sctp.h>
#include <linux/tcp.h>
#include <linux/udp.h>
#include <string.h>

#include "newer.h"

static const struct kin_name mtu_discover_names[] = {
	{"dont", IP_PMTUDISC_DONT},
	{"want", IP_PMTUDISC_WANT},
	{"do", IP_PMTUDISC_DO},
	{"probe", IP_PMTUDISC_PROBE},
	{"interface", IP_PMTUDISC_INTERFACE},
	{"omit", IP_PMTUDISC_OMIT},
	{},
};

static const struct kin_name encap_names[] = {
	{"none", 0},
	{"espinudp-non-ike", UDP_ENCAP_ESPINUDP_NON_IKE},
	{"espinudp", UDP_ENCAP_ESPINUDP},
	{"l2tpinudp", UDP_ENCAP_L2TPINUDP},
	{},
};

static const struct kin_name source_names[] = {
	{"tmp", IPV6_PREFER_SRC_TMP},
	{"public", IPV6_PREFER_SRC_PUBLIC},
	{"pubtmp-default", IPV6_PREFER_SRC_PUBTMP_DEFAULT},
	{"coa", IPV6_PREFER_SRC_COA},
	{"home", IPV6_PREFER_SRC_HOME},
	{"cga", IPV6_PREFER_SRC_CGA},
	{"noncga", IPV6_PREFER_SRC_NONCGA},
	{},
};

static const struct kin_name icmp_names[] = {
	{"echo-reply", 1 << ICMP_ECHOREPLY},
	{"unreachable", 1 << ICMP_DEST_UNREACH},
	{"source-quench", 1 << ICMP_SOURCE_QUENCH},
	{"redirect", 1 << ICMP_REDIRECT},
	{"echo", 1 << ICMP_ECHO},
	{"time-exceeded", 1 << ICMP_TIME_EXCEEDED},
	{"parameter-problem", 1 << ICMP_PARAMETERPROB},
	{"timestamp", 1 << ICMP_TIMESTAMP},
	{"timestamp-reply", 1 << ICMP_TIMESTAMPREPLY},
	{},
};

/*
 * Schemes. Multipath TCP has just the options that its own code hands on, some of them since
 * later versions of Linux than TCP; where it lacks one, setting that gives EOPNOTSUPP.
 */
#define TCP_AND_MPTCP TCP_SCHEMES " " MPTCP_SCHEMES
#define IP_SCHEMES    TCP_SCHEMES " " SCTP_SCHEMES " " DGRAM_SCHEMES
#define PORT_SCHEMES                                                                               \
	TCP_SCHEMES " " MPTCP_SCHEMES " " SCTP_SCHEMES " " UDP_SCHEMES " " UDPLITE_SCHEMES
#define UDP_AND_LITE UDP_SCHEMES " " UDPLITE_SCHEMES
#define V4_DGRAM     "udp udp4 udplite udplite4 icmp raw raw4"
#define V6_DGRAM     "udp udp6 udplite udplite6 icmp6 raw raw6"
#define V6_ONLY      "tcp tcp6 udp udp6 mptcp mptcp6 udplite udplite6 sctp sctp6 sctp-seqpacket"
#define V6_BUT_MPTCP "tcp tcp6 sctp sctp6 sctp-seqpacket " V6_DGRAM

/* Rows of one line. A range of 0, 0 is any. */
/* clang-format off */
#define ROW(LEVEL, SCHEMES, NAME, OPTNAME, TYPE, MIN, MAX, SINCE, DOC) \
	.name = NAME, .level = LEVEL, .optname = OPTNAME, .type = KIN_OPT_##TYPE, \
	.schemes = SCHEMES, .min = MIN, .max = MAX, .since = SINCE, .doc = DOC
#define TCP(...) {ROW(IPPROTO_TCP, TCP_SCHEMES, __VA_ARGS__)}
#define MPTCP(...) {ROW(IPPROTO_TCP, TCP_AND_MPTCP, __VA_ARGS__)}
#define UDP(SCHEMES, ...) {ROW(IPPROTO_UDP, SCHEMES, __VA_ARGS__)}
#define SCTP(SCHEMES, ...) {ROW(IPPROTO_SCTP, SCHEMES, __VA_ARGS__)}
#define COVERAGE(NAME, OPTNAME, DOC) \
	{ROW(IPPROTO_UDPLITE, UDPLITE_SCHEMES, NAME, OPTNAME, INT, 0, UINT16_MAX, "2.6.20", DOC), \
	 .value = "8-65535 or 0", .check = coverage_check}
#define TWIN(NAME, OPTNAME, SCHEMES, TYPE, MIN, MAX, SINCE, DOC) \
	{ROW(IPPROTO_IP, SCHEMES, NAME, OPTNAME, TYPE, MIN, MAX, SINCE, DOC), \
	 .set = twin_set, .get = twin_get}
#define GROUP(NAME, OPTNAME, VALUE, DOC) \
	{ROW(IPPROTO_IP, DGRAM_SCHEMES, NAME, OPTNAME, CUSTOM, 0, 0, "2.6", DOC), \
	 .flags = KIN_OPT_WRITE_ONLY | KIN_OPT_LIST, .value = VALUE, \
	 .check = group_check, .set = group_set}
#define SWITCH(NAME, OPTNAME, SCHEMES, SINCE, DOC) \
	TWIN(NAME, OPTNAME, SCHEMES, BOOL, 0, 0, SINCE, DOC)
/* Of one version of IP alone. */
#define V4(NAME, OPTNAME, SCHEMES, TYPE, MIN, MAX, SINCE, DOC) \
	{ROW(IPPROTO_IP, SCHEMES, NAME, OPTNAME, TYPE, MIN, MAX, SINCE, DOC)}
#define V6(NAME, OPTNAME, SCHEMES, TYPE, MIN, MAX, SINCE, DOC) \
	{ROW(IPPROTO_IPV6, SCHEMES, NAME, OPTNAME, TYPE, MIN, MAX, SINCE, DOC)}

const struct kin_opt inet_opts[] = {
	MPTCP("nodelay", TCP_NODELAY, BOOL, 0, 0, NULL, "send what there is at once, however little"),
	MPTCP("cork", TCP_CORK, BOOL, 0, 0, "2.2", "send full segments only, until it is off again"),
	MPTCP("keepidle", TCP_KEEPIDLE, INT, 1, 32767, "2.4",
	    "seconds of silence before keepalive=on probes"),
	MPTCP("keepintvl", TCP_KEEPINTVL, INT, 1, 32767, "2.4", "seconds between probes"),
	MPTCP("keepcnt", TCP_KEEPCNT, INT, 1, 127, "2.4",
	    "unanswered probes that end the connection"),
	TCP("user-timeout", TCP_USER_TIMEOUT, INT, 0, INT32_MAX, "2.6.37",
	    "milliseconds that sent data may stay unacknowledged; 0: the system's"),
	MPTCP("maxseg", TCP_MAXSEG, INT, 88, 32767, NULL, "bytes of the largest segment"),
	TCP("syncnt", TCP_SYNCNT, INT, 1, 127, "2.4", "how often to ask for a connection"),
	TCP("linger2", TCP_LINGER2, INT, -1, 60, "2.4",
	    "seconds to stay in FIN-WAIT-2; 0: the system's, -1: none"),
	TCP("window-clamp", TCP_WINDOW_CLAMP, INT, 0, INT32_MAX, "2.4",
	    "bytes of the largest window to advertise"),
	MPTCP("notsent-lowat", TCP_NOTSENT_LOWAT, U32, 0, UINT32_MAX, "3.12",
	    "unsent bytes below which the socket is writable"),
	MPTCP("defer-accept", TCP_DEFER_ACCEPT, INT, 0, INT32_MAX, "2.4",
	    "a listener wakes when data has come, at most after so many seconds"),
	MPTCP("fastopen", TCP_FASTOPEN, INT, 0, INT32_MAX, "3.7",
	    "a listener takes data with so many pending first packets"),
	MPTCP("fastopen-connect", TCP_FASTOPEN_CONNECT, BOOL, 0, 0, "4.11",
	    "connecting sends the first data along"),
	MPTCP("fastopen-no-cookie", TCP_FASTOPEN_NO_COOKIE, BOOL, 0, 0, "4.15",
	    "first data is sent and taken without the peer's cookie"),
	MPTCP("fastopen-key", TCP_FASTOPEN_KEY, BYTES, 0, 32, "4.15",
	    "what a listener makes its cookies with: 16 bytes, or 32 with the key before"),
	MPTCP("congestion", TCP_CONGESTION, STRING, 0, 15, "2.6.13",
	    "the congestion control: cubic, reno, bbr, ..."),
	{ROW(IPPROTO_TCP, TCP_SCHEMES, "quickack", TCP_QUICKACK, BOOL, 0, 0, "2.4.4",
	    "acknowledge at once, until the kernel decides anew"),
	 .flags = KIN_OPT_CONNECTED},
	{ROW(IPPROTO_TCP, TCP_SCHEMES, "ulp", TCP_ULP, STRING, 0, 15, "4.13",
	    "what is put between socket and TCP: tls"),
	 .flags = KIN_OPT_CONNECTED},
	MPTCP("inq", TCP_INQ, BOOL, 0, 0, "4.18",
	    "receive with what is read how much is left to be read"),
	TCP("save-syn", TCP_SAVE_SYN, INT, 0, 2, "4.2",
	    "a listener keeps the first packets of its connections; 2: with their link headers"),
	TCP("thin-linear-timeouts", TCP_THIN_LINEAR_TIMEOUTS, BOOL, 0, 0, "2.6.34",
	    "a stream with little on its way repeats without backing off"),
	TCP("thin-dupack", TCP_THIN_DUPACK, BOOL, 0, 0, "2.6.34",
	    "a stream with little on its way repeats at the first duplicate; no effect since 4.11"),
	{ROW(IPPROTO_TCP, TCP_SCHEMES, "tx-delay", TCP_TX_DELAY, INT, 0, INT32_MAX, "5.3",
	    "microseconds that each packet is held back, for tests"),
	 .capability = "CAP_NET_ADMIN, for long ones"},
	TCP("rto-max-ms", TCP_RTO_MAX_MS, INT, 1000, 120000, "6.15",
	    "milliseconds that repeating backs off to at most"),
	TCP("rto-min-us", TCP_RTO_MIN_US, INT, 1, 200000, "6.15",
	    "microseconds before anything is repeated, at least"),
	TCP("delack-max-us", TCP_DELACK_MAX_US, INT, 1, 200000, "6.15",
	    "microseconds that an acknowledgement waits, at most"),
	{ROW(IPPROTO_TCP, TCP_AND_MPTCP, "is-mptcp", TCP_IS_MPTCP, BOOL, 0, 0, "6.8",
	    "is the connection Multipath TCP?"),
	 .flags = KIN_OPT_READ_ONLY},

	UDP(UDP_SCHEMES, "segment", UDP_SEGMENT, INT, 0, UINT16_MAX, "4.18",
	    "cut what is sent into datagrams of so many bytes; 0: do not"),
	UDP(UDP_SCHEMES, "gro", UDP_GRO, BOOL, 0, 0, "5.0",
	    "receive datagrams of one sender joined, with their size"),
	UDP(UDP_AND_LITE, "cork", UDP_CORK, BOOL, 0, 0, "2.5.44",
	    "join what is sent to one datagram, until it is off again"),
	{ROW(IPPROTO_UDP, UDP_SCHEMES, "encap", UDP_ENCAP, NAMED, 0, 0, "2.5.67",
	    "which protocol the kernel takes out of the datagrams"),
	 .names = encap_names},
	UDP("udp udp6", "no-check6-tx", UDP_NO_CHECK6_TX, BOOL, 0, 0, "3.16",
	    "send IPv6 datagrams without a checksum"),
	UDP("udp udp6", "no-check6-rx", UDP_NO_CHECK6_RX, BOOL, 0, 0, "3.16",
	    "take IPv6 datagrams without a checksum"),
	COVERAGE("send-coverage", UDPLITE_SEND_CSCOV,
	    "bytes that the checksum of what is sent covers, the header's 8 included; 0: all"),
	COVERAGE("recv-coverage", UDPLITE_RECV_CSCOV,
	    "bytes that a checksum must cover, else the message is dropped; 0: all of it"),

	SCTP(SCTP_SCHEMES, "nodelay", SCTP_NODELAY, BOOL, 0, 0, NULL,
	    "send what there is at once, however little"),
	{ROW(IPPROTO_SCTP, SCTP_SCHEMES, "initmsg", SCTP_INITMSG, CUSTOM, 0, 0, NULL,
	    "streams to ask for, streams to allow, attempts, milliseconds of the longest pause; "
	    "0: the system's"),
	 .value = "OUT:IN[:ATTEMPTS[:MS]]",
	 .check = initmsg_check, .set = initmsg_set, .get = initmsg_get},
	SCTP("sctp-seqpacket", "autoclose", SCTP_AUTOCLOSE, INT, 0, INT32_MAX, NULL,
	    "seconds of silence that end an association; 0: none do"),
	SCTP(SCTP_SCHEMES, "disable-fragments", SCTP_DISABLE_FRAGMENTS, BOOL, 0, 0, NULL,
	    "refuse messages that do not fit into one packet"),
	SCTP(SCTP_SCHEMES, "fragment-interleave", SCTP_FRAGMENT_INTERLEAVE, BOOL, 0, 0, NULL,
	    "may messages be received in pieces, between those of others?"),
	SCTP("sctp sctp6 sctp-seqpacket", "mappedv4", SCTP_I_WANT_MAPPED_V4_ADDR, BOOL, 0, 0, NULL,
	    "an IPv6 socket writes IPv4 peers as mapped addresses"),
	SCTP(SCTP_SCHEMES, "recvrcvinfo", SCTP_RECVRCVINFO, BOOL, 0, 0, "3.17",
	    "receive stream and number with each message"),

	TWIN("ttl", IP_TTL, IP_SCHEMES, INT, 1, 255, NULL,
	    "hops that a packet may make (IP_TTL, IPV6_UNICAST_HOPS)"),
	TWIN("tos", IP_TOS, IP_SCHEMES, INT, 0, 255, NULL,
	    "type of service or traffic class (IP_TOS, IPV6_TCLASS)"),
	TWIN("minttl", IP_MINTTL, IP_SCHEMES, INT, 0, 255, "2.6.34",
	    "drop packets with less hops left"),
	SWITCH("recvttl", IP_RECVTTL, DGRAM_SCHEMES, "2.2",
	    "receive the hops left with each message"),
	SWITCH("recvtos", IP_RECVTOS, IP_SCHEMES, "2.2",
	    "receive the type of service with each message"),
	SWITCH("pktinfo", IP_PKTINFO, DGRAM_SCHEMES, "2.2",
	    "receive interface and destination with each message"),
	SWITCH("recvorigdstaddr", IP_RECVORIGDSTADDR, DGRAM_SCHEMES, "2.6.29",
	    "receive the original destination with each message"),
	SWITCH("recvfragsize", IP_RECVFRAGSIZE, DGRAM_SCHEMES, "4.13",
	    "receive the size of the largest fragment with each message"),
	V4("recvchecksum", IP_CHECKSUM, "udp udp4", BOOL, 0, 0, "4.0",
	    "receive the checksum of the bytes with each message"),
	V4("recvopts", IP_RECVOPTS, V4_DGRAM, BOOL, 0, 0, "2.2",
	    "receive the IP options with each message"),
	V4("recvretopts", IP_RETOPTS, V4_DGRAM, BOOL, 0, 0, "2.2",
	    "receive the IP options with each message, as an answer needs them"),
	V4("passsec", IP_PASSSEC, V4_DGRAM, BOOL, 0, 0, "2.6.17",
	    "receive the security context of the sender with each message"),
	V4("ip-options", IP_OPTIONS, "tcp tcp4 " V4_DGRAM, BYTES, 0, 40, NULL,
	    "IP options of the packets that are sent"),
	SWITCH("recverr", IP_RECVERR, IP_SCHEMES, "2.2",
	    "keep errors with their sender for MSG_ERRQUEUE"),
	SWITCH("recverr-rfc4884", IP_RECVERR_RFC4884, DGRAM_SCHEMES, "5.9",
	    "keep with an error what its ICMP message says beyond the packet"),
	{ROW(IPPROTO_IP, IP_SCHEMES, "mtu-discover", IP_MTU_DISCOVER, NAMED, 0, 0, "2.2",
	    "what to do about the path MTU"),
	 .names = mtu_discover_names, .set = twin_set, .get = twin_get},
	{ROW(IPPROTO_IP, IP_SCHEMES, "mtu", IP_MTU, INT, 0, 0, "2.2",
	    "the path MTU in bytes, once connected"),
	 .flags = KIN_OPT_READ_ONLY, .get = twin_get},
	SWITCH("freebind", IP_FREEBIND, NULL, "2.4",
	    "bind to addresses that the machine does not have (yet)"),
	{ROW(IPPROTO_IP, NULL, "transparent", IP_TRANSPARENT, BOOL, 0, 0, "2.6.24",
	    "bind to any address, as a proxy does"),
	 .capability = "CAP_NET_ADMIN or CAP_NET_RAW", .set = twin_set, .get = twin_get},
	V4("bind-address-no-port", IP_BIND_ADDRESS_NO_PORT, PORT_SCHEMES, BOOL, 0, 0, "4.2",
	    "binding to port 0 leaves the choice to connect"),
	{ROW(IPPROTO_IP, PORT_SCHEMES, "local-port-range", IP_LOCAL_PORT_RANGE, CUSTOM, 0, 0, "6.3",
	    "where the kernel chooses ports from; 0-0: the system's"),
	 .value = "LOW-HIGH",
	 .check = port_range_check, .set = port_range_set, .get = port_range_get},
	{ROW(IPPROTO_IPV6, V6_ONLY, "v6only", IPV6_V6ONLY, BOOL, 0, 0, "2.4.21",
	    "an IPv6 socket does not serve IPv4")},

	V6("dontfrag", IPV6_DONTFRAG, V6_DGRAM, BOOL, 0, 0, "2.6.35",
	    "refuse IPv6 packets that are longer than the path MTU"),
	V6("recvpathmtu", IPV6_RECVPATHMTU, V6_DGRAM, BOOL, 0, 0, "2.6.35",
	    "receive the path MTU when a packet was too long for it"),
	V6("recvflowinfo", IPV6_FLOWINFO, V6_DGRAM, BOOL, 0, 0, "2.2",
	    "receive the IPv6 flow label and traffic class with each message"),
	V6("recvhopopts", IPV6_RECVHOPOPTS, V6_DGRAM, BOOL, 0, 0, "2.6.14",
	    "receive the hop-by-hop options with each message"),
	V6("recvdstopts", IPV6_RECVDSTOPTS, V6_DGRAM, BOOL, 0, 0, "2.6.14",
	    "receive the destination options with each message"),
	V6("recvrthdr", IPV6_RECVRTHDR, V6_DGRAM, BOOL, 0, 0, "2.6.14",
	    "receive the routing header with each message"),
	V6("flowinfo-send", IPV6_FLOWINFO_SEND, V6_BUT_MPTCP, BOOL, 0, 0, "2.2",
	    "send the flow label of the address that is connected to"),
	V6("autoflowlabel", IPV6_AUTOFLOWLABEL, V6_BUT_MPTCP, BOOL, 0, 0, "3.17",
	    "the kernel makes a flow label for each connection"),
	{ROW(IPPROTO_IPV6, V6_BUT_MPTCP, "frag-size", IPV6_MTU, INT, 1280, 65575, "2.4",
	    "bytes of the largest IPv6 packet to send"),
	 .flags = KIN_OPT_WRITE_ONLY},
	{ROW(IPPROTO_IPV6, V6_BUT_MPTCP, "addr-preferences", IPV6_ADDR_PREFERENCES, FLAGS, 0, 0,
	    "2.6.26", "which of its own IPv6 addresses the machine sends from"),
	 .names = source_names},
	V6("router-alert-isolate", IPV6_ROUTER_ALERT_ISOLATE, "raw raw6", BOOL, 0, 0, "5.1",
	    "get router alerts of this network namespace alone"),

	TWIN("hdrincl", IP_HDRINCL, RAW_SCHEMES, BOOL, 0, 0, "2.0",
	    "what is sent begins with the IP header"),
	V4("nodefrag", IP_NODEFRAG, "raw raw4", BOOL, 0, 0, "2.6.36",
	    "receive fragments as they come"),
	{ROW(IPPROTO_IPV6, "raw raw6", "checksum-offset", IPV6_CHECKSUM, INT, -1, 65534, "2.2",
	    "where the kernel writes the checksum: an even offset, or -1: nowhere"),
	 .check = even_check},
	{ROW(SOL_RAW, "raw raw4", "icmp-filter", ICMP_FILTER, FLAGS, 0, 0, "2.2",
	    "types of ICMP messages that are not received, for protocol icmp"),
	 .names = icmp_names},
	{ROW(IPPROTO_ICMPV6, "raw raw6", "icmp6-filter", ICMPV6_FILTER, BYTES, 0, 32, "2.2",
	    "32 bytes: a bit for each type of ICMPv6 message that is not received")},

	TWIN("multicast-ttl", IP_MULTICAST_TTL, DGRAM_SCHEMES, INT, 0, 255, NULL,
	    "hops that a packet to a group may make"),
	SWITCH("multicast-loop", IP_MULTICAST_LOOP, DGRAM_SCHEMES, NULL,
	    "what is sent to a group is received on this machine"),
	SWITCH("multicast-all", IP_MULTICAST_ALL, DGRAM_SCHEMES, "2.6.31",
	    "receive for groups that other sockets have joined"),
	{ROW(IPPROTO_IP, DGRAM_SCHEMES, "multicast-if", IP_MULTICAST_IF, CUSTOM, 0, 0, NULL,
	    "the interface on which to send to groups"),
	 .flags = KIN_OPT_WRITE_ONLY, .value = "INTERFACE",
	 .check = interface_check, .set = multicast_if_set},
	{ROW(IPPROTO_IP, DGRAM_SCHEMES, "unicast-if", IP_UNICAST_IF, CUSTOM, 0, 0, "3.4",
	    "the interface on which to send, without being bound to it"),
	 .flags = KIN_OPT_WRITE_ONLY, .value = "INTERFACE",
	 .check = interface_check, .set = unicast_if_set},
	GROUP("join", MCAST_JOIN_GROUP, "GROUP[@INTERFACE][/SOURCE]",
	    "become a member of a multicast group; with a source, hear that one only"),
	GROUP("leave", MCAST_LEAVE_GROUP, "GROUP[@INTERFACE][/SOURCE]",
	    "end the membership of a multicast group, or of one source of it"),
	GROUP("block", MCAST_BLOCK_SOURCE, "GROUP[@INTERFACE]/SOURCE",
	    "hear one source of a joined group no more"),
	GROUP("unblock", MCAST_UNBLOCK_SOURCE, "GROUP[@INTERFACE]/SOURCE",
	    "hear a blocked source again"),
	{},
};
/* clang-format on */
