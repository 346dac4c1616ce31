/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Why a call on an Internet socket failed, and the way out. */
#include "internal.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

static bool lacks_scope(const struct kin_addr *addr)
{
	return inet_version(addr) == AF_INET6 && kin_inet_scope(addr) == 0 &&
	       IN6_IS_ADDR_LINKLOCAL(&as_in6(addr)->sin6_addr);
}

/* The first port that anybody may bind. */
static int first_free_port(void)
{
	FILE *file = fopen("/proc/sys/net/ipv4/ip_unprivileged_port_start", "re");
	int port = 1024;

	if (file) {
		if (fscanf(file, "%d", &port) != 1)
			port = 1024;
		fclose(file);
	}
	return port;
}

static void explain_bind(int err, const struct kin_proto *proto, const struct kin_addr *addr,
			 struct kin_buf *out)
{
	int port = kin_inet_port(addr);

	switch (err) {
	case EADDRINUSE:
		kin_buf_printf(out, "port %d is taken: ss -anp 'sport = :%d' tells by whom", port,
			       port);
		if (proto && proto->type == SOCK_STREAM)
			kin_buf_puts(out, "; without reuseaddr=on it stays so for a "
					  "minute after it was closed");
		break;
	case EADDRNOTAVAIL:
		kin_buf_puts(out,
			     "no interface has this address (freebind=on binds it all the same)");
		break;
	case EACCES:
		if (port < first_free_port())
			kin_buf_printf(
				out,
				"ports below %d need CAP_NET_BIND_SERVICE, or a lower sysctl "
				"net.ipv4.ip_unprivileged_port_start",
				first_free_port());
		break;
	}
}

static void explain_reach(int err, const struct kin_proto *proto, const struct kin_addr *addr,
			  struct kin_buf *out)
{
	bool datagrams = proto && proto->type == SOCK_DGRAM;

	switch (err) {
	case ECONNREFUSED:
		kin_buf_printf(out, "nothing there listens on port %d", kin_inet_port(addr));
		break;
	case ENETUNREACH:
		kin_buf_puts(out, "there is no route to that network (ip route get tells)");
		break;
	case EHOSTUNREACH:
		kin_buf_puts(out,
			     "the host can't be reached: it does not answer on its network, or a "
			     "router refuses");
		break;
	case ETIMEDOUT:
		kin_buf_puts(out, "the host did not answer");
		break;
	case EADDRNOTAVAIL:
		if (kin_inet_port(addr) == 0)
			kin_buf_puts(out, "port 0 can be bound but not connected to");
		else
			kin_buf_puts(out, "no local address or port is free for it");
		break;
	case EACCES:
		if (datagrams && inet_version(addr) == AF_INET)
			kin_buf_puts(out, "a broadcast address needs broadcast=on");
		break;
	case EPERM:
		kin_buf_puts(out, "a packet filter of this machine forbids it");
		break;
	}
}

/* Ping sockets are for those whose group is in a range, which by default is empty. */
static void explain_ping_range(struct kin_buf *out)
{
	FILE *file = fopen("/proc/sys/net/ipv4/ping_group_range", "re");
	unsigned low = 1, high = 0;

	if (file) {
		if (fscanf(file, "%u %u", &low, &high) != 2)
			low = 1;
		fclose(file);
	}
	kin_buf_puts(out, "ping sockets are for members of the groups in the sysctl "
			  "net.ipv4.ping_group_range, ");
	if (low > high)
		kin_buf_printf(out, "which is \"%u %u\": nobody, not even root", low, high);
	else
		kin_buf_printf(out, "which is \"%u %u\"", low, high);
	kin_buf_puts(out, "; sudo sysctl net.ipv4.ping_group_range=\"0 2147483647\"");
}

/* The kernel lacks it: what kin_probe() finds out about that. */
static void explain_missing(const struct kin_proto *proto, struct kin_buf *out)
{
	struct kin_probe probe = {.struct_size = sizeof(probe)};

	if (kin_probe(&kin_family_inet, proto, &probe) < 0 || probe.status == KIN_WORKS)
		return;
	kin_buf_puts(out, probe.reason);
	if (probe.mend[0])
		kin_buf_printf(out, "; %s", probe.mend);
}

static void explain_socket(int err, const struct kin_proto *proto, struct kin_buf *out)
{
	if (!proto)
		return;
	switch (err) {
	case EACCES:
		if (inet_body(proto) == BODY_ID)
			explain_ping_range(out);
		break;
	case EPERM:
		if (proto->type == SOCK_RAW)
			kin_buf_puts(out, "raw sockets need CAP_NET_RAW; for echo requests alone "
					  "icmp: and icmp6: may do without");
		break;
	case ENOPROTOOPT:
		if (proto->protocol == IPPROTO_MPTCP)
			kin_buf_puts(out, "Multipath TCP is switched off: sudo sysctl "
					  "net.mptcp.enabled=1");
		break;
	case EAFNOSUPPORT:
	case EPROTONOSUPPORT:
	case ESOCKTNOSUPPORT:
		explain_missing(proto, out);
		break;
	}
}

/* Without an address: a connected socket. */
static void explain_connected(int err, const struct kin_proto *proto, struct kin_buf *out)
{
	bool datagrams = proto && proto->type == SOCK_DGRAM;

	switch (err) {
	case ECONNREFUSED:
		if (datagrams)
			kin_buf_puts(out, "the peer's port is closed: nothing there receives");
		break;
	case EMSGSIZE:
		if (datagrams)
			kin_buf_puts(out, "the message is longer than a datagram may be: 65507 "
					  "bytes in IPv4, "
					  "the path MTU with mtu-discover=do");
		break;
	case EDESTADDRREQ:
		kin_buf_puts(out,
			     "the socket is not connected and the message names no destination");
		break;
	}
}

void inet_explain(const struct kin_proto *proto, const char *call, int err,
		  const struct kin_target *target, struct kin_buf *out)
{
	bool sends = strcmp(call, "send") == 0;

	if (strcmp(call, "socket") == 0)
		explain_socket(err, proto, out);
	else if (strcmp(call, "accept") == 0 && err == EOPNOTSUPP && proto &&
		 proto->type == SOCK_SEQPACKET)
		kin_buf_puts(out, "a one-to-many socket receives from all of its peers itself: "
				  "nothing is accepted (sctp: does)");
	else if (sends && err == EMSGSIZE)
		explain_connected(err, proto, out);
	else if (!target || inet_version(&target->addr) == 0)
		explain_connected(err, proto, out);
	else if (err == EINVAL && lacks_scope(&target->addr))
		kin_buf_puts(out, "a link-local address needs its interface: [fe80::1%eth0]");
	else if (strcmp(call, "bind") == 0)
		explain_bind(err, proto, &target->addr, out);
	else if (sends || strcmp(call, "connect") == 0)
		explain_reach(err, proto, &target->addr, out);
}
