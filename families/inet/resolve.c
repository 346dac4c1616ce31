/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Names of hosts and services, by getaddrinfo(3). */
#include "internal.h"

#include <errno.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int fail_resolver(int code, int system_error, const char *host, const char *service)
{
	char words[128];

	switch (code) {
	case EAI_SYSTEM:
		return kin_fail(system_error, "looking up %s: %s", host ? host : service,
				strerror_r(system_error, words, sizeof(words)));
	case EAI_MEMORY:
		return kin_fail(ENOMEM, "out of memory");
	case EAI_SERVICE:
		return kin_fail_in(KIN_ERR_RESOLVER, code, EREMOTEIO,
				   "no service \"%s\" for this protocol", service);
	}
	return kin_fail_in(KIN_ERR_RESOLVER, code, EREMOTEIO, "looking up \"%s\": %s",
			   host ? host : service, gai_strerror(code));
}

static int copy_list(const struct addrinfo *list, struct kin_addr **ret_addrs)
{
	struct kin_addr *addrs;
	int n = 0;

	for (const struct addrinfo *row = list; row; row = row->ai_next)
		n++;
	addrs = calloc((size_t)n, sizeof(*addrs));
	if (!addrs)
		return kin_fail(ENOMEM, "out of memory");
	n = 0;
	for (const struct addrinfo *row = list; row; row = row->ai_next, n++) {
		memcpy(&addrs[n].ss, row->ai_addr, row->ai_addrlen);
		addrs[n].len = row->ai_addrlen;
	}
	*ret_addrs = addrs;
	return n;
}

int kin_inet_resolve(const char *host, const char *service, int domain, int type, int flags,
		     struct kin_addr **ret_addrs)
{
	struct addrinfo hints = {.ai_family = domain, .ai_socktype = type, .ai_flags = flags};
	struct addrinfo *list;
	int r = kin_audit_lookup(host, service);

	if (r < 0)
		return r;
	/* It wants one of both; a port of 0 is as good as none. */
	if (!host && !service)
		service = "0";
	r = getaddrinfo(host, service, &hints, &list);
	if (r)
		return fail_resolver(r, errno, host, service);
	r = copy_list(list, ret_addrs);
	freeaddrinfo(list);
	return r;
}

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
	struct kin_addr any;
	struct host_port hp;
	char decimal[8];
	int64_t port;
	int n, r;

	/* getaddrinfo(3) takes the time that it takes. */
	(void)deadline_ns;
	r = inet_split(kin_endpoint_body(endpoint), &hp);
	if (r < 0)
		return r;
	/* It may stand there in hex, which getaddrinfo(3) does not read. */
	service = hp.port;
	if (inet_is_number(hp.port)) {
		r = kin_parse_int(hp.port, "port", 0, UINT16_MAX, &port);
		if (r < 0)
			return r;
		snprintf(decimal, sizeof(decimal), "%d", (int)port);
		service = decimal;
	}
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
	n = kin_inet_resolve(host, service, domain ? domain : AF_UNSPEC, proto->type, flags,
			     ret_addrs);
	if (n < 0)
		return n;
	r = apply_options(endpoint, *ret_addrs, n);
	if (r < 0)
		free(*ret_addrs);
	return r;
}
