/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* AF_UNIX: sockets between processes of one machine. */
#include "internal.h"

#define BODY "PATH or @ABSTRACT-NAME"

/*
 * With the send buffer that net.core.wmem_default gives on every architecture of 4 KiB pages, of
 * which 32 bytes are the kernel's own. A larger buffer (sndbuf) lets the kernel take longer ones.
 */
#define UNIX_MESSAGE_MAX (212992 - 32)

const struct kin_proto unix_protos[] = {
	{
		.scheme = "unix",
		.type = SOCK_STREAM,
		.recv_flags = MSG_CMSG_CLOEXEC,
		.body = BODY,
		.example = "unix:/run/x.sock",
		.summary = "streams between processes",
	},
	{
		.scheme = "unix-dgram",
		.type = SOCK_DGRAM,
		.recv_flags = MSG_CMSG_CLOEXEC | MSG_TRUNC,
		.msg_max = UNIX_MESSAGE_MAX,
		.body = BODY,
		.example = "unix-dgram:/dev/log",
		.summary = "reliable datagrams between processes",
	},
	{
		.scheme = "unix-seqpacket",
		.type = SOCK_SEQPACKET,
		.recv_flags = MSG_CMSG_CLOEXEC | MSG_TRUNC,
		.msg_max = UNIX_MESSAGE_MAX,
		.body = BODY,
		.example = "unix-seqpacket:@name",
		.summary = "connections that keep message boundaries",
	},
	{},
};

static const struct kin_addr_opt addr_opts[] = {
	{"local", NULL, BODY, "bind to this name before connecting; empty: the kernel chooses one"},
	{},
};

static const struct kin_need needs[] = {
	{.module = "unix", .kconfig = "CONFIG_UNIX"},
	{},
};

const struct kin_family kin_family_unix = {
	.abi = KIN_FAMILY_ABI,
	.struct_size = sizeof(struct kin_family),
	.name = "unix",
	.domain = AF_UNIX,
	.summary = "sockets between processes of one machine",
	.protos = unix_protos,
	.addr_opts = addr_opts,
	.opts = unix_opts,
	.cmsgs = unix_cmsgs,
	.consts = unix_consts,
	.needs = needs,
	.parse = unix_parse,
	.format = unix_format,
	.equal = unix_equal,
	.open = unix_open,
	.close = unix_close,
	.explain = unix_explain,
};
