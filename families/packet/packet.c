/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* AF_PACKET: the frames of network interfaces. */
#include "internal.h"

#include <arpa/inet.h>

static const struct kin_proto protos[] = {
	{
		.scheme = "packet",
		.type = SOCK_RAW,
		.flags = KIN_PROTO_BUS,
		.recv_flags = MSG_TRUNC,
		.body = "INTERFACE",
		.example = "packet:eth0,proto=ip",
		.summary = "frames with their link-layer header",
	},
	{
		.scheme = "packet-dgram",
		.type = SOCK_DGRAM,
		.flags = KIN_PROTO_BUS,
		.recv_flags = MSG_TRUNC,
		.body = "INTERFACE",
		.example = "packet-dgram:eth0,proto=arp",
		.summary = "what frames carry; the kernel has the header",
	},
	{},
};

static const struct kin_addr_opt addr_opts[] = {
	{.name = "proto",
	 .value = "ip|ipv6|arp|...|NUMBER",
	 .doc = "receive this protocol alone, or what is sent is of it; without it, all"},
	{.name = "pkttype",
	 .value = "host|broadcast|multicast|otherhost|outgoing|NUMBER",
	 .doc = "how a received frame came; means nothing when binding"},
	{.name = "hatype",
	 .value = "ether|loopback|...|NUMBER",
	 .doc = "hardware of a received frame; means nothing when binding"},
	{.name = "hwaddr",
	 .value = "HEX",
	 .doc = "who sent a frame or, with kin_send_to(), gets it; means nothing when binding"},
	{},
};

static const struct kin_need needs[] = {
	{.module = "af_packet",
	 .kconfig = "CONFIG_PACKET",
	 .capability = "CAP_NET_RAW",
	 .since = "2.2"},
	{},
};

/* A socket that only sends need not queue everything that the interface sees. */
static int packet_open(struct kin_sock *sock, const struct kin_target *target, enum kin_role role,
		       int64_t deadline_ns)
{
	struct kin_target quiet = *target;
	struct sockaddr_ll *ll = (struct sockaddr_ll *)&quiet.addr.ss;

	if (role == KIN_SEND && kin_sock_type(sock) == SOCK_RAW &&
	    ll->sll_protocol == htons(ETH_P_ALL))
		ll->sll_protocol = 0;
	return kin_open_target(sock, &quiet, role, deadline_ns);
}

const struct kin_family kin_family_packet = {
	.abi = KIN_FAMILY_ABI,
	.struct_size = sizeof(struct kin_family),
	.name = "packet",
	.domain = AF_PACKET,
	.summary = "frames of network interfaces",
	.protos = protos,
	.addr_opts = addr_opts,
	.opts = packet_opts,
	.cmsgs = packet_cmsgs,
	.consts = packet_consts,
	.needs = needs,
	.parse = packet_parse,
	.format = packet_format,
	.equal = packet_equal,
	.ifindex = packet_ifindex,
	.open = packet_open,
	.explain = packet_explain,
};
