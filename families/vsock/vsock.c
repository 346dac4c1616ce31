/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* AF_VSOCK: virtual machines and their host. */
#include "internal.h"

#define BODY "CID:PORT"

static const struct kin_proto protos[] = {
	{
		.scheme = "vsock",
		.type = SOCK_STREAM,
		.body = BODY,
		.example = "vsock:host:1234",
		.summary = "streams between a virtual machine and its host",
	},
	{
		.scheme = "vsock-seqpacket",
		.type = SOCK_SEQPACKET,
		.recv_flags = MSG_TRUNC,
		.body = BODY,
		.example = "vsock-seqpacket:any:1234",
		.summary = "connections that keep message boundaries",
	},
	{
		.scheme = "vsock-dgram",
		.type = SOCK_DGRAM,
		.body = BODY,
		.example = "vsock-dgram:any:1234",
		.summary = "datagrams, of VMware's transport alone",
	},
	{},
};

static const struct kin_addr_opt addr_opts[] = {
	{.name = "to-host",
	 .value = "on|off",
	 .doc = "by way of the host, to another of its guests (Linux 5.11)"},
	{.name = "local", .value = BODY, .doc = "bind to this place before connecting"},
	{},
};

static const struct kin_need needs[] = {
	{.module = "vsock", .kconfig = "CONFIG_VSOCKETS", .since = "3.9"},
	{.schemes = "vsock-seqpacket", .kconfig = "CONFIG_VSOCKETS", .since = "5.14"},
	{},
};

const struct kin_family kin_family_vsock = {
	.abi = KIN_FAMILY_ABI,
	.struct_size = sizeof(struct kin_family),
	.name = "vsock",
	.domain = AF_VSOCK,
	.summary = "virtual machines and their host",
	.protos = protos,
	.addr_opts = addr_opts,
	.opts = vsock_opts,
	.consts = vsock_consts,
	.needs = needs,
	.parse = vsock_parse,
	.format = vsock_format,
	.equal = vsock_equal,
	.explain = vsock_explain,
};
