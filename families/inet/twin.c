/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Options that both versions of IP have, each under a level and a number of its own. A row of
 * the option table names the IPv4 one; here is its twin.
 *
 * An IPv6 socket also talks IPv4, to mapped addresses, and takes the IPv4 option for that. It is
 * set on both sides where one does not serve the other.
 */
#include "internal.h"

#include <errno.h>
#include <linux/in.h>
#include <linux/in6.h>
#include <string.h>

static const struct twin {
	int v4, v6;
	bool both;
} twins[] = {
	{IP_TTL, IPV6_UNICAST_HOPS, true},
	{IP_TOS, IPV6_TCLASS, true},
	{IP_RECVTTL, IPV6_RECVHOPLIMIT, true},
	{IP_RECVTOS, IPV6_RECVTCLASS, true},
	{IP_RECVORIGDSTADDR, IPV6_RECVORIGDSTADDR, true},
	{IP_RECVERR, IPV6_RECVERR, true},
	{IP_PKTINFO, IPV6_RECVPKTINFO, false}, /* tells of mapped addresses as well */
	{IP_MTU_DISCOVER, IPV6_MTU_DISCOVER, true},
	{IP_MTU, IPV6_MTU, false},
	{IP_MINTTL, IPV6_MINHOPCOUNT, true},
	{IP_FREEBIND, IPV6_FREEBIND, false}, /* one flag in the kernel */
	{IP_TRANSPARENT, IPV6_TRANSPARENT, false},
	{IP_MULTICAST_TTL, IPV6_MULTICAST_HOPS, true},
	{IP_MULTICAST_LOOP, IPV6_MULTICAST_LOOP, true},
	{IP_MULTICAST_ALL, IPV6_MULTICAST_ALL, true},
};

static const struct twin *twin_of(const struct kin_opt *opt)
{
	for (size_t i = 0; i < N_ELEMENTS(twins); i++)
		if (twins[i].v4 == opt->optname)
			return &twins[i];
	return NULL;
}

static bool is_bool(const struct kin_opt *opt)
{
	return opt->min == 0 && opt->max == 1;
}

static int read_named(const struct kin_opt *opt, const char *text, int64_t *ret_value)
{
	char known[256];
	struct kin_buf buf = {.data = known, .size = sizeof(known)};

	for (const struct kin_name *row = opt->names; row->name; row++) {
		if (strcmp(row->name, text) == 0) {
			*ret_value = row->value;
			return 0;
		}
		kin_buf_printf(&buf, "%s%s", row == opt->names ? "" : ", ", row->name);
	}
	return kin_fail(EINVAL, "%s=%s: not one of %s", opt->name, text, kin_buf_end(&buf));
}

static int read_value(const struct kin_opt *opt, const char *text, int64_t *ret_value)
{
	bool on;
	int r;

	if (opt->names)
		return read_named(opt, text, ret_value);
	if (!is_bool(opt))
		return kin_parse_int(text, opt->name, opt->min, opt->max, ret_value);
	r = kin_parse_bool(text, opt->name, &on);
	if (r == 0)
		*ret_value = on;
	return r;
}

static void put_value(const struct kin_opt *opt, int64_t value, struct kin_buf *out)
{
	if (is_bool(opt)) {
		kin_buf_puts(out, value ? "on" : "off");
		return;
	}
	for (const struct kin_name *row = opt->names; row && row->name; row++) {
		if (row->value == value) {
			kin_buf_puts(out, row->name);
			return;
		}
	}
	kin_buf_printf(out, "%d", (int)value);
}

int twin_check(const struct kin_opt *opt, const char *text, struct kin_buf *canonical)
{
	int64_t value;
	int r = read_value(opt, text, &value);

	if (r == 0)
		put_value(opt, value, canonical);
	return r;
}

int twin_set(struct kin_sock *sock, const struct kin_opt *opt, const char *text)
{
	const struct twin *twin = twin_of(opt);
	bool v6 = kin_sock_domain(sock) == AF_INET6;
	int64_t number;
	int value, r;

	r = read_value(opt, text, &number);
	if (r < 0)
		return r;
	value = (int)number;
	if (v6) {
		r = set_option(sock, opt, text, IPPROTO_IPV6, twin->v6, &value, sizeof(value));
		if (r < 0 || !twin->both)
			return r;
	}
	r = set_option(sock, opt, text, IPPROTO_IP, twin->v4, &value, sizeof(value));
	/* Raw IPv6 sockets have no IPv4 side. */
	return v6 && r == -ENOPROTOOPT ? 0 : r;
}

int twin_get(struct kin_sock *sock, const struct kin_opt *opt, struct kin_buf *text)
{
	bool v6 = kin_sock_domain(sock) == AF_INET6;
	int value = 0;
	socklen_t len = sizeof(value);
	int r;

	r = v6 ? kin_getsockopt(sock, IPPROTO_IPV6, twin_of(opt)->v6, &value, &len)
	       : kin_getsockopt(sock, IPPROTO_IP, opt->optname, &value, &len);
	if (r == 0)
		put_value(opt, value, text);
	return r;
}
