/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* AF_NETLINK: messages between the kernel and processes. */
#include "internal.h"

static const struct kin_proto protos[] = {
	{
		.scheme = "netlink",
		.type = SOCK_RAW, /* the kernel tells it from SOCK_DGRAM nowhere */
		.recv_flags = MSG_TRUNC,
		.body = "PROTOCOL",
		.example = "netlink:route,groups=link",
		.summary = "messages to and from the kernel: route, generic, uevent, ...",
	},
	{},
};

static const struct kin_addr_opt addr_opts[] = {
	{.name = "pid",
	 .value = "NUMBER",
	 .doc = "port ID: one's own when receiving, the peer's when sending; 0: any, the kernel"},
	{.name = "groups",
	 .value = "NAME+NAME|BITS",
	 .doc = "multicast groups 1-32; those above by join="},
	{.name = "local", .value = "NUMBER", .doc = "bind to this port ID before connecting"},
	{},
};

static const struct kin_need needs[] = {
	{.kconfig = "CONFIG_NET", .since = "2.2"},
	{},
};

const struct kin_family kin_family_netlink = {
	.abi = KIN_FAMILY_ABI,
	.struct_size = sizeof(struct kin_family),
	.name = "netlink",
	.domain = AF_NETLINK,
	.summary = "messages between the kernel and processes",
	.protos = protos,
	.addr_opts = addr_opts,
	.opts = netlink_opts,
	.cmsgs = netlink_cmsgs,
	.consts = netlink_consts,
	.needs = needs,
	.parse = netlink_parse,
	.format = netlink_format,
	.equal = netlink_equal,
	.explain = netlink_explain,
};
