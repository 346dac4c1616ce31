/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* AF_INET and AF_INET6: what is carried by both versions of IP. */
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
	{
		.scheme = "mptcp",
		.type = SOCK_STREAM,
		.protocol = IPPROTO_MPTCP,
		.fallback = IPPROTO_TCP,
		.body = "HOST:PORT",
		.example = "mptcp:localhost:80",
		.summary = "Multipath TCP over IPv6 and IPv4, or TCP where there is none",
	},
	{
		.scheme = "mptcp4",
		.domain = AF_INET,
		.type = SOCK_STREAM,
		.protocol = IPPROTO_MPTCP,
		.fallback = IPPROTO_TCP,
		.body = "HOST:PORT",
		.example = "mptcp4:127.0.0.1:80",
		.summary = "Multipath TCP over IPv4",
	},
	{
		.scheme = "mptcp6",
		.domain = AF_INET6,
		.type = SOCK_STREAM,
		.protocol = IPPROTO_MPTCP,
		.fallback = IPPROTO_TCP,
		.body = "HOST:PORT",
		.example = "mptcp6:[::1]:80,fallback=off",
		.summary = "Multipath TCP over IPv6",
	},
	{
		.scheme = "udplite",
		.type = SOCK_DGRAM,
		.protocol = IPPROTO_UDPLITE,
		.recv_flags = MSG_TRUNC,
		.msg_max = 65527,
		.body = "HOST:PORT",
		.example = "udplite:localhost:5004,send-coverage=20",
		.summary = "UDP-Lite over IPv6 and IPv4",
	},
	{
		.scheme = "udplite4",
		.domain = AF_INET,
		.type = SOCK_DGRAM,
		.protocol = IPPROTO_UDPLITE,
		.recv_flags = MSG_TRUNC,
		.msg_max = 65507,
		.body = "HOST:PORT",
		.example = "udplite4:127.0.0.1:5004",
		.summary = "UDP-Lite over IPv4",
	},
	{
		.scheme = "udplite6",
		.domain = AF_INET6,
		.type = SOCK_DGRAM,
		.protocol = IPPROTO_UDPLITE,
		.recv_flags = MSG_TRUNC,
		.msg_max = 65527,
		.body = "HOST:PORT",
		.example = "udplite6:[::1]:5004",
		.summary = "UDP-Lite over IPv6",
	},
	{
		.scheme = "sctp",
		.type = SOCK_STREAM,
		.protocol = IPPROTO_SCTP,
		.body = "HOST:PORT",
		.example = "sctp:localhost:36412",
		.summary = "SCTP over IPv6 and IPv4, one peer a socket",
	},
	{
		.scheme = "sctp4",
		.domain = AF_INET,
		.type = SOCK_STREAM,
		.protocol = IPPROTO_SCTP,
		.body = "HOST:PORT",
		.example = "sctp4:127.0.0.1:36412",
		.summary = "SCTP over IPv4",
	},
	{
		.scheme = "sctp6",
		.domain = AF_INET6,
		.type = SOCK_STREAM,
		.protocol = IPPROTO_SCTP,
		.body = "HOST:PORT",
		.example = "sctp6:[::1]:36412",
		.summary = "SCTP over IPv6",
	},
	{
		.scheme = "sctp-seqpacket",
		.type = SOCK_SEQPACKET,
		.protocol = IPPROTO_SCTP,
		.body = "HOST:PORT",
		.example = "sctp-seqpacket:localhost:36412",
		.summary = "SCTP over IPv6 and IPv4, many peers a socket",
	},
	{
		.scheme = "icmp",
		.domain = AF_INET,
		.type = SOCK_DGRAM,
		.protocol = IPPROTO_ICMP,
		.recv_flags = MSG_TRUNC,
		.msg_max = 65507,
		.body = "HOST[:ID]",
		.example = "icmp:127.0.0.1",
		.summary = "ICMP echo (ping) over IPv4",
	},
	{
		.scheme = "icmp6",
		.domain = AF_INET6,
		.type = SOCK_DGRAM,
		.protocol = IPPROTO_ICMPV6,
		.recv_flags = MSG_TRUNC,
		.msg_max = 65527,
		.body = "HOST[:ID]",
		.example = "icmp6:[::1]",
		.summary = "ICMP echo (ping) over IPv6",
	},
	{
		.scheme = "raw",
		.type = SOCK_RAW,
		.recv_flags = MSG_TRUNC,
		.msg_max = 65535,
		.probe_protocol = IPPROTO_RAW,
		.body = "HOST:PROTOCOL",
		.example = "raw:127.0.0.1:icmp",
		.summary = "packets of one protocol above IPv6 or IPv4",
	},
	{
		.scheme = "raw4",
		.domain = AF_INET,
		.type = SOCK_RAW,
		.recv_flags = MSG_TRUNC,
		.msg_max = 65535,
		.probe_protocol = IPPROTO_RAW,
		.body = "HOST:PROTOCOL",
		.example = "raw4:192.0.2.1:89",
		.summary = "packets of one protocol above IPv4",
	},
	{
		.scheme = "raw6",
		.domain = AF_INET6,
		.type = SOCK_RAW,
		.recv_flags = MSG_TRUNC,
		.msg_max = 65535,
		.probe_protocol = IPPROTO_RAW,
		.body = "HOST:PROTOCOL",
		.example = "raw6:[::1]:icmpv6",
		.summary = "packets of one protocol above IPv6",
	},
	{},
};

static const struct kin_addr_opt addr_opts[] = {
	{"local", NULL, "HOST:PORT",
	 "bind to this address before connecting; HOST may be empty, raw sockets have no PORT"},
	{"scope", V6_SCHEMES, "INTERFACE", "the interface of a link-local address"},
	{"flowinfo", V6_SCHEMES, "0-1048575", "the IPv6 flow label"},
	{"fallback", MPTCP_SCHEMES, "on|off",
	 "off: fail where the kernel has no Multipath TCP, or it is switched off there"},
	{},
};

static const struct kin_need needs[] = {
	{.schemes = TCP_SCHEMES " " UDP_SCHEMES, .kconfig = "CONFIG_INET"},
	{.schemes = "tcp6 udp6 udplite6 raw6",
	 .module = "ipv6",
	 .kconfig = "CONFIG_IPV6"},
	{.schemes = MPTCP_SCHEMES, .kconfig = "CONFIG_MPTCP", .since = "5.6"},
	{.schemes = "mptcp6", .kconfig = "CONFIG_MPTCP_IPV6", .since = "5.6"},
	{.schemes = UDPLITE_SCHEMES, .kconfig = "CONFIG_INET", .since = "2.6.20", .removed = "7.1"},
	{.schemes = SCTP_SCHEMES, .module = "sctp", .kconfig = "CONFIG_IP_SCTP"},
	{.schemes = "icmp", .kconfig = "CONFIG_INET", .since = "3.0"},
	{.schemes = "icmp6", .kconfig = "CONFIG_IPV6", .since = "3.11"},
	{.schemes = RAW_SCHEMES, .kconfig = "CONFIG_INET", .capability = "CAP_NET_RAW"},
	{},
};

/* To receive there it listens: it hears all of its peers itself, and none is accepted. */
static int open_seqpacket(struct kin_sock *sock, const struct kin_target *target,
			  enum kin_role role, int64_t deadline_ns)
{
	int r = kin_open_target(sock, target, role == KIN_RECEIVE ? KIN_LISTEN : role, deadline_ns);

	return r < 0 || role == KIN_RECEIVE || role == KIN_LISTEN ? r : inet_peel_off(sock);
}

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
	if (kin_sock_type(sock) == SOCK_SEQPACKET)
		return open_seqpacket(sock, &own, role, deadline_ns);
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
