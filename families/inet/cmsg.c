/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Ancillary data of ip(7), ipv6(7) and udp(7). */
#include "internal.h"

#include <arpa/inet.h>
#include <linux/errqueue.h>
#include <linux/in6.h>
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

static void put_pktinfo(const struct kin_cmsg *cmsg, struct kin_buf *out)
{
	struct in_pktinfo info;
	char local[INET_ADDRSTRLEN], to[INET_ADDRSTRLEN];

	if (cmsg->len < sizeof(info)) {
		kin_buf_puts(out, "null");
		return;
	}
	memcpy(&info, cmsg->data, sizeof(info));
	kin_buf_printf(out, "{\"ifindex\":%d,\"local\":\"%s\",\"to\":\"%s\"}", info.ipi_ifindex,
		       inet_ntop(AF_INET, &info.ipi_spec_dst, local, sizeof(local)),
		       inet_ntop(AF_INET, &info.ipi_addr, to, sizeof(to)));
}

static void put_pktinfo6(const struct kin_cmsg *cmsg, struct kin_buf *out)
{
	struct in6_pktinfo info;
	char to[INET6_ADDRSTRLEN];

	if (cmsg->len < sizeof(info)) {
		kin_buf_puts(out, "null");
		return;
	}
	memcpy(&info, cmsg->data, sizeof(info));
	kin_buf_printf(out, "{\"ifindex\":%u,\"to\":\"%s\"}", info.ipi6_ifindex,
		       inet_ntop(AF_INET6, &info.ipi6_addr, to, sizeof(to)));
}

/* The address in data[0..len), or null. */
static void put_addr(const void *data, size_t len, struct kin_buf *out)
{
	struct kin_addr addr = {};
	char host[INET6_ADDRSTRLEN + 16];

	addr.len = (socklen_t)(len < sizeof(addr.ss) ? len : sizeof(addr.ss));
	memcpy(&addr.ss, data, addr.len);
	if (kin_inet_host(&addr, host, sizeof(host)) < 0)
		kin_buf_puts(out, "null");
	else
		kin_buf_printf(out, "{\"host\":\"%s\",\"port\":%d}", host, kin_inet_port(&addr));
}

static void put_destination(const struct kin_cmsg *cmsg, struct kin_buf *out)
{
	put_addr(cmsg->data, cmsg->len, out);
}

/* What went wrong, as who saw it tells: this machine, or a router by ICMP. */
static void put_error(const struct kin_cmsg *cmsg, struct kin_buf *out)
{
	static const char *const origins[] = {
		[SO_EE_ORIGIN_NONE] = "none",         [SO_EE_ORIGIN_LOCAL] = "local",
		[SO_EE_ORIGIN_ICMP] = "icmp",         [SO_EE_ORIGIN_ICMP6] = "icmp6",
		[SO_EE_ORIGIN_TXSTATUS] = "txstatus", [SO_EE_ORIGIN_ZEROCOPY] = "zerocopy",
		[SO_EE_ORIGIN_TXTIME] = "txtime",
	};
	struct sock_extended_err error;
	char buf[128];
	const char *text;

	if (cmsg->len < sizeof(error)) {
		kin_buf_puts(out, "null");
		return;
	}
	memcpy(&error, cmsg->data, sizeof(error));
	kin_buf_printf(out, "{\"errno\":%u,\"text\":", error.ee_errno);
	text = strerror_r((int)error.ee_errno, buf, sizeof(buf));
	kin_buf_put_json(out, text, strlen(text));
	if (error.ee_origin < N_ELEMENTS(origins))
		kin_buf_printf(out, ",\"origin\":\"%s\"", origins[error.ee_origin]);
	else
		kin_buf_printf(out, ",\"origin\":%u", error.ee_origin);
	kin_buf_printf(out,
		       ",\"type\":%u,\"code\":%u,\"info\":%u,\"data\":%u,\"from\":", error.ee_type,
		       error.ee_code, error.ee_info, error.ee_data);
	put_addr((const char *)cmsg->data + sizeof(error), cmsg->len - sizeof(error), out);
	kin_buf_puts(out, "}");
}

/* One name for both versions of IP: the message itself tells which one it is. */
const struct kin_cmsg_type inet_cmsgs[] = {
	{IPPROTO_IP, IP_TTL, "ttl", put_int},
	{IPPROTO_IPV6, IPV6_HOPLIMIT, "ttl", put_int},
	{IPPROTO_IP, IP_TOS, "tos", put_byte},
	{IPPROTO_IPV6, IPV6_TCLASS, "tos", put_int},
	{IPPROTO_IP, IP_PKTINFO, "pktinfo", put_pktinfo},
	{IPPROTO_IPV6, IPV6_PKTINFO, "pktinfo", put_pktinfo6},
	{IPPROTO_IP, IP_RECVERR, "recverr", put_error},
	{IPPROTO_IPV6, IPV6_RECVERR, "recverr", put_error},
	{IPPROTO_IP, IP_ORIGDSTADDR, "origdstaddr", put_destination},
	{IPPROTO_IPV6, IPV6_ORIGDSTADDR, "origdstaddr", put_destination},
	{IPPROTO_UDP, UDP_GRO, "gro", put_int},
	{},
};
