/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Names of hosts and services to addresses and back, by getaddrinfo(3) and getnameinfo(3). */
#include "internal.h"

#include <errno.h>
#include <kin/names.h>
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
		if (service)
			return kin_fail_in(KIN_ERR_RESOLVER, code, EREMOTEIO,
					   "no service \"%s\" for this protocol", service);
		break;
	}
	return kin_fail_in(KIN_ERR_RESOLVER, code, EREMOTEIO, "looking up \"%s\": %s",
			   host ? host : service, gai_strerror(code));
}

/* Names of services may begin with a digit. */
static bool is_number(const char *service)
{
	char *end, *end_decimal;

	strtoll(service, &end, 0);
	strtoll(service, &end_decimal, 10);
	return !*end || !*end_decimal;
}

/*
 * A number in any notation, in the decimal one that getaddrinfo(3) reads, and in range: what that
 * takes for a number as well, such as " 70000" and "080000", it would cut to 16 bits.
 */
static int plain_service(const char **service, char decimal[8])
{
	int64_t port;
	int r;

	if (!*service || !is_number(*service))
		return 0;
	r = kin_parse_int(*service, "port", 0, UINT16_MAX, &port);
	if (r < 0)
		return r;
	snprintf(decimal, 8, "%d", (int)port);
	*service = decimal;
	return 0;
}

/* getaddrinfo(3), with its traps and the audit hook before it. *ret_list is for freeaddrinfo(3). */
static int ask(const char *host, const char *service, const struct addrinfo *hints,
	       struct addrinfo **ret_list)
{
	char ascii[INET_HOST_MAX], decimal[8];
	int r = inet_ascii_host(&host, ascii, sizeof(ascii));

	if (r == 0)
		r = plain_service(&service, decimal);
	if (r == 0)
		r = kin_audit_lookup(host, service);
	if (r < 0)
		return r;
	/* It wants one of both; a port of 0 is as good as none. */
	if (!host && !service)
		service = "0";
	r = getaddrinfo(host, service, hints, ret_list);
	return r ? fail_resolver(r, errno, host, service) : 0;
}

static int copy_rows(const struct addrinfo *list, struct kin_inet_row **ret_rows)
{
	size_t n = 0, names = 0, at = 0;
	struct kin_inet_row *rows;
	char *text;

	for (const struct addrinfo *from = list; from; from = from->ai_next, n++)
		names += from->ai_canonname ? strlen(from->ai_canonname) + 1 : 0;
	rows = calloc(1, n * sizeof(*rows) + names);
	if (!rows)
		return kin_fail(ENOMEM, "out of memory");
	text = (char *)(rows + n);
	for (const struct addrinfo *from = list; from; from = from->ai_next, at++) {
		struct kin_inet_row *row = &rows[at];

		row->domain = from->ai_family;
		row->type = from->ai_socktype;
		row->protocol = from->ai_protocol;
		row->addr.len = from->ai_addrlen;
		memcpy(&row->addr.ss, from->ai_addr, from->ai_addrlen);
		if (from->ai_canonname) {
			row->canonical = text;
			text = stpcpy(text, from->ai_canonname) + 1;
		}
	}
	*ret_rows = rows;
	return (int)n;
}

int kin_inet_lookup(const char *host, const char *service, int domain, int type, int protocol,
		    int flags, struct kin_inet_row **ret_rows)
{
	struct addrinfo hints = {.ai_family = domain,
				 .ai_socktype = type,
				 .ai_protocol = protocol,
				 .ai_flags = flags};
	struct addrinfo *list;
	int r;

	KIN_NEED(ret_rows);
	r = ask(host, service, &hints, &list);
	if (r < 0)
		return r;
	r = copy_rows(list, ret_rows);
	freeaddrinfo(list);
	return r;
}

int kin_inet_resolve(const char *host, const char *service, int domain, int type, int flags,
		     struct kin_addr **ret_addrs)
{
	struct kin_inet_row *rows;
	struct kin_addr *addrs;
	int n;

	KIN_NEED(ret_addrs);
	n = kin_inet_lookup(host, service, domain, type, 0, flags, &rows);
	if (n < 0)
		return n;
	addrs = calloc((size_t)n, sizeof(*addrs));
	for (int i = 0; addrs && i < n; i++)
		addrs[i] = rows[i].addr;
	free(rows);
	if (!addrs)
		return kin_fail(ENOMEM, "out of memory");
	*ret_addrs = addrs;
	return n;
}

int kin_inet_name_info(const struct kin_addr *addr, char *host, size_t host_size, char *service,
		       size_t service_size, int flags)
{
	struct kin_audit what = {.event = KIN_AUDIT_NAME_INFO, .addr = addr};
	char text[INET6_ADDRSTRLEN + 16], names[2][NI_MAXHOST];
	ssize_t len;
	int r;

	KIN_NEED(addr);
	len = kin_inet_host(addr, text, sizeof(text));
	if (len < 0)
		return (int)len;
	r = kin_audit_ask(&what);
	if (r < 0)
		return r;
	r = getnameinfo(&addr->sa, addr->len, host ? names[0] : NULL, host ? NI_MAXHOST : 0,
			service ? names[1] : NULL, service ? NI_MAXSERV : 0, flags);
	if (r == 0 && ((host && strlen(names[0]) >= host_size) ||
		       (service && strlen(names[1]) >= service_size)))
		r = EAI_OVERFLOW;
	if (r == EAI_OVERFLOW)
		return kin_fail_in(KIN_ERR_RESOLVER, r, EREMOTEIO, "%s: no room for its names",
				   text);
	if (r)
		return fail_resolver(r, errno, text, NULL);
	if (host)
		strcpy(host, names[0]);
	if (service)
		strcpy(service, names[1]);
	return 0;
}
