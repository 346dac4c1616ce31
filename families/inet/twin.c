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
	{IP_RECVFRAGSIZE, IPV6_RECVFRAGSIZE, true},
	{IP_RECVERR_RFC4884, IPV6_RECVERR_RFC4884, true},
	{IP_HDRINCL, IPV6_HDRINCL, false},
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

int twin_set(struct kin_sock *sock, const struct kin_opt *opt, const char *text)
{
	const struct twin *twin = twin_of(opt);
	bool v6 = kin_sock_domain(sock) == AF_INET6;
	char value[KIN_OPT_VALUE];
	socklen_t len;
	int r = kin_opt_read(opt, text, value, &len);

	if (r < 0)
		return r;
	if (v6) {
		r = kin_opt_store(sock, opt, text, IPPROTO_IPV6, twin->v6, value, len);
		if (r < 0 || !twin->both)
			return r;
	}
	r = kin_opt_store(sock, opt, text, IPPROTO_IP, twin->v4, value, len);
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
		kin_opt_put(opt, &value, len, text);
	return r;
}
