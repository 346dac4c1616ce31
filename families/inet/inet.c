/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* AF_INET and AF_INET6: TCP and UDP over both versions of IP. */
#include "internal.h"

#include <errno.h>

static const struct kin_proto protos[] = {
	{
		.scheme = "tcp",
		.type = SOCK_STREAM,
		.protocol = IPPROTO_TCP,
		.body = "HOST:PORT",
		.example = "tcp:localhost:80",
		.summary = "TCP over IPv6 and IPv4",
	},
	{
		.scheme = "tcp4",
		.domain = AF_INET,
		.type = SOCK_STREAM,
		.protocol = IPPROTO_TCP,
		.body = "HOST:PORT",
		.example = "tcp4:127.0.0.1:80",
		.summary = "TCP over IPv4",
	},
	{
		.scheme = "tcp6",
		.domain = AF_INET6,
		.type = SOCK_STREAM,
		.protocol = IPPROTO_TCP,
		.body = "HOST:PORT",
		.example = "tcp6:[fe80::1%eth0]:80",
		.summary = "TCP over IPv6",
	},
	{
		.scheme = "udp",
		.type = SOCK_DGRAM,
		.protocol = IPPROTO_UDP,
		.recv_flags = MSG_TRUNC,
		.msg_max = 65527,
		.body = "HOST:PORT",
		.example = "udp:localhost:514",
		.summary = "UDP over IPv6 and IPv4",
	},
	{
		.scheme = "udp4",
		.domain = AF_INET,
		.type = SOCK_DGRAM,
		.protocol = IPPROTO_UDP,
		.recv_flags = MSG_TRUNC,
		.msg_max = 65507,
		.body = "HOST:PORT",
		.example = "udp4:<broadcast>:9,broadcast=on",
		.summary = "UDP over IPv4",
	},
	{
		.scheme = "udp6",
		.domain = AF_INET6,
		.type = SOCK_DGRAM,
		.protocol = IPPROTO_UDP,
		.recv_flags = MSG_TRUNC,
		.msg_max = 65527,
		.body = "HOST:PORT",
		.example = "udp6:[ff02::1%eth0]:5353",
		.summary = "UDP over IPv6",
	},
	{},
};

static const struct kin_addr_opt addr_opts[] = {
	{"local", NULL, "HOST:PORT", "bind to this address before connecting; HOST may be empty"},
	{"scope", "tcp tcp6 udp udp6", "INTERFACE", "the interface of a link-local address"},
	{"flowinfo", "tcp tcp6 udp udp6", "0-1048575", "the IPv6 flow label"},
	{},
};

static const struct kin_need needs[] = {
	{.kconfig = "CONFIG_INET"},
	{.schemes = "tcp6 udp6", .module = "ipv6", .kconfig = "CONFIG_IPV6"},
	{},
};

/* A local= without an address follows the version of IP that the look-up has found. */
static int open_inet(struct kin_sock *sock, const struct kin_target *target, enum kin_role role,
		     int64_t deadline_ns)
{
	struct kin_target own = *target;
	int version = inet_version(&target->addr);

	if (own.local.len && version && inet_version(&own.local) != version) {
		if (!inet_is_any(&own.local))
			return kin_fail(EAFNOSUPPORT,
					"local= is an address of the other version of IP");
		inet_any(version, kin_inet_port(&own.local), &own.local);
	}
	return kin_open_target(sock, &own, role, deadline_ns);
}

const struct kin_family kin_family_inet = {
	.abi = KIN_FAMILY_ABI,
	.struct_size = sizeof(struct kin_family),
	.name = "inet",
	.domain = AF_INET,
	.summary = "the Internet protocols",
	.protos = protos,
	.addr_opts = addr_opts,
	.opts = inet_opts,
	.cmsgs = inet_cmsgs,
	.consts = inet_consts,
	.needs = needs,
	.parse = inet_parse,
	.format = inet_format,
	.equal = inet_equal,
	.resolve = inet_resolve,
	.open = open_inet,
	.explain = inet_explain,
};
