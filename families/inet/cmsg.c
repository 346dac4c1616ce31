/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Ancillary data of ip(7), ipv6(7) and udp(7). */
#include "internal.h"

#include <arpa/inet.h>
#include <linux/errqueue.h>
#include <linux/in6.h>
#include <linux/tcp.h>
#include <linux/udp.h>
#include <string.h>

static void put_int(const struct kin_cmsg *cmsg, struct kin_buf *out)
{
	int value;

	if (cmsg->len < sizeof(value)) {
		kin_buf_puts(out, "null");
		return;
	}
	memcpy(&value, cmsg->data, sizeof(value));
	kin_buf_printf(out, "%d", value);
}

static void put_byte(const struct kin_cmsg *cmsg, struct kin_buf *out)
{
	const unsigned char *byte = cmsg->data;

	if (cmsg->len < 1)
		kin_buf_puts(out, "null");
	else
		kin_buf_printf(out, "%u", *byte);
}

/* In network order, as in the header. */
static void put_flowinfo(const struct kin_cmsg *cmsg, struct kin_buf *out)
{
	uint32_t info;

	if (cmsg->len < sizeof(info)) {
		kin_buf_puts(out, "null");
		return;
	}
	memcpy(&info, cmsg->data, sizeof(info));
	kin_buf_printf(out, "%u", ntohl(info));
}

static void put_path_mtu(const struct kin_cmsg *cmsg, struct kin_buf *out)
{
	struct ip6_mtuinfo info;

	if (cmsg->len < sizeof(info)) {
		kin_buf_puts(out, "null");
		return;
	}
	memcpy(&info, cmsg->data, sizeof(info));
	kin_buf_printf(out, "%u", info.ip6m_mtu);
}

/* {"ifindex":1,"local":"127.0.0.1","to":"127.0.0.1"} */
static void put_pktinfo(const struct kin_cmsg *cmsg, struct kin_buf *out)
{
	struct kin_addr to, local;
	char host[INET6_ADDRSTRLEN + 16];
	unsigned ifindex;

	if (!inet_read_pktinfo(cmsg, &to, &local, &ifindex)) {
		kin_buf_puts(out, "null");
		return;
	}
	kin_buf_printf(out, "{\"ifindex\":%u", ifindex);
	if (kin_inet_host(&local, host, sizeof(host)) >= 0)
		kin_buf_printf(out, ",\"local\":\"%s\"", host);
	kin_inet_host(&to, host, sizeof(host));
	kin_buf_printf(out, ",\"to\":\"%s\"}", host);
}

static void put_addr(const struct kin_addr *addr, struct kin_buf *out)
{
	char host[INET6_ADDRSTRLEN + 16];

	if (kin_inet_host(addr, host, sizeof(host)) < 0)
		kin_buf_puts(out, "null");
	else
		kin_buf_printf(out, "{\"host\":\"%s\",\"port\":%d}", host, kin_inet_port(addr));
}

static void put_destination(const struct kin_cmsg *cmsg, struct kin_buf *out)
{
	struct kin_addr addr = {};

	addr.len = (socklen_t)(cmsg->len < sizeof(addr.ss) ? cmsg->len : sizeof(addr.ss));
	memcpy(&addr.ss, cmsg->data, addr.len);
	put_addr(&addr, out);
}

/* What went wrong, as who saw it tells: this machine, or a router by ICMP. */
static void put_error(const struct kin_cmsg *cmsg, struct kin_buf *out)
{
	static const char *const origins[] = {
		[SO_EE_ORIGIN_NONE] = "none",
		[SO_EE_ORIGIN_LOCAL] = "local",
		[SO_EE_ORIGIN_ICMP] = "icmp",
		[SO_EE_ORIGIN_ICMP6] = "icmp6",
		[SO_EE_ORIGIN_TIMESTAMPING] = "timestamping",
		[SO_EE_ORIGIN_ZEROCOPY] = "zerocopy",
		[SO_EE_ORIGIN_TXTIME] = "txtime",
	};
	struct kin_inet_error error;
	const char *what;

	if (!inet_read_error(cmsg, &error)) {
		kin_buf_puts(out, "null");
		return;
	}
	kin_buf_printf(out, "{\"errno\":%d,\"text\":", error.error);
	what = strerrordesc_np(error.error);
	kin_buf_put_json(out, what ? what : "", what ? strlen(what) : 0);
	if (error.origin < N_ELEMENTS(origins))
		kin_buf_printf(out, ",\"origin\":\"%s\"", origins[error.origin]);
	else
		kin_buf_printf(out, ",\"origin\":%u", error.origin);
	kin_buf_printf(out,
		       ",\"type\":%u,\"code\":%u,\"info\":%u,\"data\":%u,\"from\":", error.type,
		       error.code, error.info, error.data);
	put_addr(&error.from, out);
	what = kin_inet_error_what(&error);
	if (what)
		kin_buf_printf(out, ",\"what\":\"%s\"", what);
	kin_buf_puts(out, "}");
}

/* One name for both versions of IP: the message itself tells which one it is. */
const struct kin_cmsg_type inet_cmsgs[] = {
	{IPPROTO_IP, IP_TTL, "ttl", put_int},
	{IPPROTO_IPV6, IPV6_HOPLIMIT, "ttl", put_int},
	{IPPROTO_IP, IP_TOS, "tos", put_byte},
	{IPPROTO_IPV6, IPV6_TCLASS, "tos", put_int},
	{IPPROTO_IP, IP_PKTINFO, "pktinfo", put_pktinfo},
	{IPPROTO_IPV6, IPV6_PKTINFO, "pktinfo", put_pktinfo},
	{IPPROTO_IP, IP_RECVERR, "recverr", put_error},
	{IPPROTO_IPV6, IPV6_RECVERR, "recverr", put_error},
	{IPPROTO_IP, IP_ORIGDSTADDR, "origdstaddr", put_destination},
	{IPPROTO_IPV6, IPV6_ORIGDSTADDR, "origdstaddr", put_destination},
	{IPPROTO_IP, IP_CHECKSUM, "checksum", put_int},
	{IPPROTO_IP, IP_RECVFRAGSIZE, "fragsize", put_int},
	{IPPROTO_IPV6, IPV6_RECVFRAGSIZE, "fragsize", put_int},
	{IPPROTO_IP, IP_RECVOPTS, "ip-options", NULL},
	{IPPROTO_IP, IP_RETOPTS, "ip-retopts", NULL},
	{IPPROTO_IPV6, IPV6_FLOWINFO, "flowinfo", put_flowinfo},
	{IPPROTO_IPV6, IPV6_PATHMTU, "pathmtu", put_path_mtu},
	{IPPROTO_IPV6, IPV6_HOPOPTS, "hopopts", NULL},
	{IPPROTO_IPV6, IPV6_DSTOPTS, "dstopts", NULL},
	{IPPROTO_IPV6, IPV6_RTHDR, "rthdr", NULL},
	{IPPROTO_UDP, UDP_GRO, "gro", put_int},
	{IPPROTO_TCP, TCP_CM_INQ, "inq", put_int},
	{},
};
