/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The options that every socket has: socket(7). */
#include "core.h"
#include "base/number.h"

#include <errno.h>
#include <inttypes.h>
#include <linux/net_tstamp.h>
#include <string.h>

/* ---- timeout: the object's own, not the kernel's ---- */

int timeout_read(const char *text, int64_t *ret_ns)
{
	if (strcmp(text, "none") == 0)
		*ret_ns = -1;
	else if (!number_read_seconds(text, ret_ns))
		return kin_fail(EINVAL,
				"timeout \"" SHOWN
				"\" is neither a number of seconds, to nine digits "
				"behind the point, nor none",
				SHOW(text));
	return 0;
}

static void timeout_put(int64_t ns, struct kin_buf *out)
{
	if (ns < 0)
		kin_buf_puts(out, "none");
	else if (ns % 1000000000 == 0)
		kin_buf_printf(out, "%" PRId64, ns / 1000000000);
	else
		kin_buf_printf(out, "%" PRId64 ".%09" PRId64, ns / 1000000000, ns % 1000000000);
}

static int timeout_check(const struct kin_opt *opt, const char *text, struct kin_buf *canonical)
{
	int64_t ns;
	int r = timeout_read(text, &ns);

	(void)opt;
	if (r == 0)
		timeout_put(ns, canonical);
	return r;
}

static int timeout_set(struct kin_sock *sock, const struct kin_opt *opt, const char *text)
{
	int64_t ns;
	int r = timeout_read(text, &ns);

	(void)opt;
	return r < 0 ? r : kin_set_timeout(sock, ns);
}

static int timeout_get(struct kin_sock *sock, const struct kin_opt *opt, struct kin_buf *text)
{
	(void)opt;
	timeout_put(sock->timeout_ns, text);
	return 0;
}

/* ---- timestamps ---- */

enum {
	STAMP_SOFTWARE = SOF_TIMESTAMPING_SOFTWARE | SOF_TIMESTAMPING_RX_SOFTWARE,
	STAMP_HARDWARE = SOF_TIMESTAMPING_RAW_HARDWARE | SOF_TIMESTAMPING_RX_HARDWARE,
};

static const char *const stamp_modes[] = {"off", "software", "hardware"};

static int stamp_mode(const char *text)
{
	for (unsigned i = 0; i < N_ELEMENTS(stamp_modes); i++)
		if (strcmp(text, stamp_modes[i]) == 0)
			return (int)i;
	return kin_fail(EINVAL, "timestamps \"" SHOWN "\" is none of: off, software, hardware",
			SHOW(text));
}

static int stamps_check(const struct kin_opt *opt, const char *text, struct kin_buf *canonical)
{
	int mode = stamp_mode(text);

	(void)opt;
	if (mode < 0)
		return mode;
	kin_buf_puts(canonical, text);
	return 0;
}

static int stamps_set(struct kin_sock *sock, const struct kin_opt *opt, const char *text)
{
	int mode = stamp_mode(text);
	/*
	 * Software stamps are SO_TIMESTAMPNS, 16 bytes a message instead of 48. It goes with the
	 * hardware's as well: it stamps the first messages, too, while SO_TIMESTAMPING alone leaves
	 * them without until the kernel has got round to it.
	 */
	int plain = mode != 0;
	int full = mode == 2 ? (int)STAMP_SOFTWARE | (int)STAMP_HARDWARE : 0;

	(void)opt;
	if (mode < 0)
		return mode;
	if (setsockopt(sock->fd, SOL_SOCKET, SO_TIMESTAMPNS, &plain, sizeof(plain)) < 0 ||
	    setsockopt(sock->fd, SOL_SOCKET, SO_TIMESTAMPING, &full, sizeof(full)) < 0)
		return fail_errno(errno, "timestamps");
	return 0;
}

static int stamps_get(struct kin_sock *sock, const struct kin_opt *opt, struct kin_buf *text)
{
	int plain = 0, full = 0;
	socklen_t len = sizeof(int);

	(void)opt;
	if (getsockopt(sock->fd, SOL_SOCKET, SO_TIMESTAMPNS, &plain, &len) < 0 ||
	    getsockopt(sock->fd, SOL_SOCKET, SO_TIMESTAMPING, &full, &len) < 0)
		return fail_errno(errno, "timestamps");
	kin_buf_puts(text, stamp_modes[full & SOF_TIMESTAMPING_RX_HARDWARE ? 2 : plain ? 1 : 0]);
	return 0;
}

/* ---- linger ---- */

static int linger_read(const char *text, struct linger *linger)
{
	int64_t seconds;
	int r;

	*linger = (struct linger){};
	if (strcmp(text, "off") == 0)
		return 0;
	r = kin_parse_int(text, "linger", 0, INT32_MAX, &seconds);
	*linger = (struct linger){.l_onoff = 1, .l_linger = r < 0 ? 0 : (int)seconds};
	return r;
}

static void linger_put(const struct linger *linger, struct kin_buf *out)
{
	if (linger->l_onoff)
		kin_buf_printf(out, "%d", linger->l_linger);
	else
		kin_buf_puts(out, "off");
}

static int linger_check(const struct kin_opt *opt, const char *text, struct kin_buf *canonical)
{
	struct linger linger;
	int r = linger_read(text, &linger);

	(void)opt;
	if (r == 0)
		linger_put(&linger, canonical);
	return r;
}

static int linger_set(struct kin_sock *sock, const struct kin_opt *opt, const char *text)
{
	struct linger linger;
	int r = linger_read(text, &linger);

	if (r < 0)
		return r;
	return kin_setsockopt(sock, opt->level, opt->optname, &linger, sizeof(linger));
}

static int linger_get(struct kin_sock *sock, const struct kin_opt *opt, struct kin_buf *text)
{
	struct linger linger = {};
	socklen_t len = sizeof(linger);
	int r = kin_getsockopt(sock, opt->level, opt->optname, &linger, &len);

	if (r == 0)
		linger_put(&linger, text);
	return r;
}

/* ---- the table ---- */

static const struct kin_name type_names[] = {
	{"stream", SOCK_STREAM}, {"dgram", SOCK_DGRAM},         {"raw", SOCK_RAW},
	{"rdm", SOCK_RDM},       {"seqpacket", SOCK_SEQPACKET}, {}};

/* clang-format off */
#define SO(text, NAME, kind) .name = (text), .level = SOL_SOCKET, .optname = (NAME), .type = (kind)
#define RO .flags = KIN_OPT_READ_ONLY

const struct kin_opt core_opts[] = {
	{.name = "timeout", .type = KIN_OPT_CUSTOM, .value = "SECONDS|none",
	 .check = timeout_check, .set = timeout_set, .get = timeout_get,
	 .doc = "how long each call may take in all; 0: not at all"},
	{.name = "timestamps", .type = KIN_OPT_CUSTOM, .value = "off|software|hardware",
	 .check = stamps_check, .set = stamps_set, .get = stamps_get, .since = "2.6.30",
	 .doc = "stamp received messages; hardware falls back to software where there is none"},
	{SO("drops", SO_RXQ_OVFL, KIN_OPT_BOOL), .since = "2.6.33",
	 .doc = "count the messages dropped for want of room, with each message"},
	{SO("rcvbuf", SO_RCVBUF, KIN_OPT_INT), .max = INT32_MAX,
	 .doc = "receive buffer in bytes; the kernel doubles it, up to net.core.rmem_max"},
	{SO("sndbuf", SO_SNDBUF, KIN_OPT_INT), .max = INT32_MAX,
	 .doc = "send buffer in bytes; the kernel doubles it, up to net.core.wmem_max"},
	{SO("rcvbuf-force", SO_RCVBUFFORCE, KIN_OPT_INT), .max = INT32_MAX,
	 .flags = KIN_OPT_WRITE_ONLY, .since = "2.6.14",
	 .capability = "CAP_NET_ADMIN", .doc = "receive buffer beyond the limit"},
	{SO("sndbuf-force", SO_SNDBUFFORCE, KIN_OPT_INT), .max = INT32_MAX,
	 .flags = KIN_OPT_WRITE_ONLY, .since = "2.6.14",
	 .capability = "CAP_NET_ADMIN", .doc = "send buffer beyond the limit"},
	{SO("rcvlowat", SO_RCVLOWAT, KIN_OPT_INT), .max = INT32_MAX,
	 .doc = "bytes that must be there before a stream is readable"},
	{SO("reuseaddr", SO_REUSEADDR, KIN_OPT_BOOL),
	 .doc = "bind to an address that is still in use by a closed connection"},
	{SO("reuseport", SO_REUSEPORT, KIN_OPT_BOOL), .since = "3.9",
	 .doc = "share an address among sockets that all say so"},
	{SO("broadcast", SO_BROADCAST, KIN_OPT_BOOL), .doc = "allow sending to a broadcast address"},
	{SO("keepalive", SO_KEEPALIVE, KIN_OPT_BOOL), .doc = "probe an idle connection"},
	{SO("linger", SO_LINGER, KIN_OPT_CUSTOM), .value = "SECONDS|off",
	 .check = linger_check, .set = linger_set, .get = linger_get,
	 .doc = "how long close waits for unsent data; 0: reset the connection"},
	{SO("oobinline", SO_OOBINLINE, KIN_OPT_BOOL), .doc = "leave urgent data in the stream"},
	{SO("dontroute", SO_DONTROUTE, KIN_OPT_BOOL), .doc = "send to directly connected hosts only"},
	{SO("priority", SO_PRIORITY, KIN_OPT_INT), .max = INT32_MAX,
	 .capability = "CAP_NET_ADMIN (above 6)", .doc = "queueing priority of what is sent"},
	{SO("mark", SO_MARK, KIN_OPT_U32), .since = "2.6.25",
	 .capability = "CAP_NET_ADMIN (since Linux 5.17 CAP_NET_RAW will do)",
	 .doc = "packet mark for routing and filters"},
	{SO("device", SO_BINDTODEVICE, KIN_OPT_STRING), .max = 15,
	 .capability = "CAP_NET_RAW",
	 .doc = "use this network interface only; empty: any"},
	{SO("busy-poll", SO_BUSY_POLL, KIN_OPT_INT), .max = INT32_MAX, .since = "3.11",
	 .capability = "CAP_NET_ADMIN",
	 .doc = "microseconds to poll the device for when there is nothing to receive"},
	{SO("incoming-cpu", SO_INCOMING_CPU, KIN_OPT_INT), .min = -1, .max = INT32_MAX, .since = "3.19",
	 .doc = "the processor that receives for this socket"},
	{SO("zerocopy", SO_ZEROCOPY, KIN_OPT_BOOL), .since = "4.14",
	 .doc = "let MSG_ZEROCOPY send without copying"},
	{SO("domain", SO_DOMAIN, KIN_OPT_INT), RO, .since = "2.6.32", .doc = "address family, AF_*"},
	{SO("type", SO_TYPE, KIN_OPT_NAMED), RO, .names = type_names, .doc = "socket type"},
	{SO("protocol", SO_PROTOCOL, KIN_OPT_INT), RO, .since = "2.6.32", .doc = "protocol number"},
	{SO("listening", SO_ACCEPTCONN, KIN_OPT_BOOL), RO, .doc = "does it accept connections?"},
	{SO("cookie", SO_COOKIE, KIN_OPT_U64), RO, .since = "4.12",
	 .doc = "the kernel's number of this socket, as ss(8) shows it"},
	{},
};
/* clang-format on */
