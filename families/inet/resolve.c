/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* An endpoint that names a host or a service, to its addresses. */
#include "internal.h"

#include <errno.h>
#include <netdb.h>
#include <stdlib.h>
#include <string.h>

/* Options of the address, on those of its addresses that can have them. */
static int apply_options(const struct kin_endpoint *endpoint, struct kin_addr *addrs, int n)
{
	static const char *const names[] = {"scope", "flowinfo"};

	for (size_t i = 0; i < N_ELEMENTS(names); i++) {
		const char *value = kin_endpoint_option(endpoint, names[i]);

		for (int j = 0; value && j < n; j++) {
			int r = inet_version(&addrs[j]) == AF_INET6
					? inet_set_address_option(&addrs[j], names[i], value)
					: 0;

			if (r < 0)
				return r;
		}
	}
	return n;
}

int inet_resolve(const struct kin_endpoint *endpoint, enum kin_role role, int64_t deadline_ns,
		 struct kin_addr **ret_addrs)
{
	const struct kin_proto *proto = kin_endpoint_proto(endpoint);
	int flags = role == KIN_LISTEN || role == KIN_RECEIVE ? AI_PASSIVE : 0;
	int domain = proto->domain;
	const char *host, *service;
	uintptr_t protocol;
	struct kin_addr any;
	struct host_port hp;
	int type = proto->type == SOCK_SEQPACKET ? SOCK_STREAM : proto->type;
	int n, r;

	/* getaddrinfo(3) takes the time that it takes. */
	(void)deadline_ns;
	r = inet_split(inet_body(proto), kin_endpoint_body(endpoint), &hp);
	if (r < 0)
		return r;
	service = hp.port;
	host = strcmp(hp.host, "<broadcast>") == 0 ? "255.255.255.255" : hp.host;
	if (!*host) {
		/* Any address, as inet_parse() has it: with its own order of the versions,
		 * getaddrinfo(3) would serve IPv4 alone. */
		host = NULL;
		flags = AI_PASSIVE;
		r = inet_any(domain, 0, &any);
		if (r < 0)
			return r;
		domain = inet_version(&any);
	}
	/* The resolver knows neither services of raw sockets nor one-to-many sockets. */
	if (proto->type == SOCK_RAW) {
		r = inet_protocol(hp.port, &protocol);
		if (r < 0)
			return r;
		service = NULL;
		domain = domain ? domain : inet_raw_domain(protocol);
	}
	n = kin_inet_resolve(host, service, domain ? domain : AF_UNSPEC, type, flags, ret_addrs);
	if (n < 0)
		return n;
	r = apply_options(endpoint, *ret_addrs, n);
	if (r < 0)
		free(*ret_addrs);
	return r;
}
