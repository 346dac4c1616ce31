/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Keepalive in one call, as SIO_KEEPALIVE_VALS is elsewhere. */
#include "internal.h"

#include <errno.h>
#include <linux/tcp.h>

static const int64_t second = 1000000000;

/* Whole seconds in 1-32767, or 0. */
static int read_seconds(const char *what, int64_t ns, int *ret_seconds)
{
	const int most = 32767; /* MAX_TCP_KEEPIDLE, MAX_TCP_KEEPINTVL */

	if (ns % second)
		return kin_fail(EINVAL, "%s %jd ns are no whole seconds, which Linux counts in",
				what, (intmax_t)ns);
	if (ns < 0 || ns > most * second)
		return kin_fail(EINVAL, "%s %jd s is not in 1-%d, nor 0 to leave it", what,
				(intmax_t)(ns / second), most);
	*ret_seconds = (int)(ns / second);
	return 0;
}

static int set(struct kin_sock *sock, int level, int name, int value)
{
	return kin_setsockopt(sock, level, name, &value, sizeof(value));
}

int kin_inet_set_keepalive(struct kin_sock *sock, bool on, int64_t idle_ns, int64_t interval_ns,
			   int count)
{
	int idle = 0, interval = 0, domain, r;

	KIN_NEED(sock);
	domain = kin_sock_domain(sock);
	/* SO_KEEPALIVE alone the kernel takes of any socket. */
	if (kin_sock_type(sock) != SOCK_STREAM || (domain != AF_INET && domain != AF_INET6))
		return kin_fail(EOPNOTSUPP, "keepalive is for TCP, which this socket is not");
	r = read_seconds("idle", idle_ns, &idle);
	if (r == 0)
		r = read_seconds("interval", interval_ns, &interval);
	if (r < 0)
		return r;
	if (count < 0 || count > 127)
		return kin_fail(EINVAL, "count %d is not in 1-127, nor 0 to leave it", count);
	if (idle)
		r = set(sock, IPPROTO_TCP, TCP_KEEPIDLE, idle);
	if (r == 0 && interval)
		r = set(sock, IPPROTO_TCP, TCP_KEEPINTVL, interval);
	if (r == 0 && count)
		r = set(sock, IPPROTO_TCP, TCP_KEEPCNT, count);
	/* Last, so that what is refused has switched nothing on. */
	return r < 0 ? r : set(sock, SOL_SOCKET, SO_KEEPALIVE, on);
}
