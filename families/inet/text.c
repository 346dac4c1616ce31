/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Addresses of IPv4 and IPv6 as text. */
#include "internal.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* Host and port apart, which are not looked at any closer than that needs. */
int inet_split(const char *text, struct host_port *ret)
{
	const char *host = text;
	const char *colon = strrchr(text, ':');
	size_t len;

	ret->brackets = text[0] == '[';
	if (ret->brackets) {
		const char *end = strchr(text, ']');

		if (!end)
			return kin_fail(EINVAL, "\"%s\": the bracket is not closed", text);
		host++;
		len = (size_t)(end - host);
		colon = end[1] == ':' ? end + 1 : NULL;
	} else {
		len = colon ? (size_t)(colon - text) : 0;
	}
	if (!colon || !colon[1])
		return kin_fail(EINVAL, "\"%s\": the port is missing: HOST:PORT", text);
	if (!ret->brackets && memchr(text, ':', len))
		return kin_fail(EINVAL,
				"\"%s\": an IPv6 address stands in brackets: [ADDRESS]:PORT", text);
	if (ret->brackets && len == 0)
		return kin_fail(EINVAL, "\"%s\": no address stands in the brackets", text);
	if (len >= sizeof(ret->host))
		return kin_fail(EINVAL, "a host of %zu bytes: at most %zu", len,
				sizeof(ret->host) - 1);
	memcpy(ret->host, host, len);
	ret->host[len] = '\0';
	ret->port = colon + 1;
	return 0;
}

/* A port in numbers, right or wrong, as against the name of a service. */
bool inet_is_number(const char *text)
{
	return strchr("0123456789-+", *text) != NULL;
}

/* An address without any look-up; one whose len is 0 when the host is a name. */
static int parse_host(int domain, const struct host_port *hp, long port, struct kin_addr *ret_addr)
{
	struct in_addr in;
	int version;

	if (hp->brackets)
		version = AF_INET6;
	else if (strcmp(hp->host, "<broadcast>") == 0 || inet_pton(AF_INET, hp->host, &in) == 1)
		version = AF_INET;
	else if (hp->host[0])
		return 0;
	else
		return inet_any(domain, port, ret_addr);
	if (domain && domain != version)
		return kin_fail(EINVAL, "%s is %s's, where %s is asked for", hp->host,
				inet_version_name(version), inet_version_name(domain));
	if (version == AF_INET)
		return kin_inet_addr(hp->host, port, ret_addr);
	return kin_inet6_addr(hp->host, port, 0, 0, ret_addr);
}

/* local=: of the same version of IP as the address, as far as that is known. */
static int parse_local(int domain, const char *text, struct kin_addr *ret_addr)
{
	struct host_port hp;
	int64_t port;
	int r = inet_split(text, &hp);

	if (r == 0)
		r = kin_parse_int(hp.port, "port", 0, UINT16_MAX, &port);
	if (r == 0)
		r = parse_host(domain, &hp, (long)port, ret_addr);
	if (r == 0 && ret_addr->len == 0)
		return kin_fail(EINVAL, "local=%s: the host is not an address", text);
	return r;
}

/* scope= or flowinfo=, on an address or to be checked only (addr->len 0). */
int inet_set_address_option(struct kin_addr *addr, const char *name, const char *value)
{
	uint32_t scope;
	int64_t flowinfo;
	int r;

	if (inet_version(addr) == AF_INET)
		return kin_fail(EINVAL, "%s=%s: an IPv4 address has none", name, value);
	if (strcmp(name, "scope") == 0) {
		r = inet_interface(value, &scope);
		if (r == 0 && addr->len)
			as_in6(addr)->sin6_scope_id = scope;
		return r;
	}
	r = kin_parse_int(value, "flowinfo", 0, FLOWINFO_MAX, &flowinfo);
	if (r == 0 && addr->len)
		as_in6(addr)->sin6_flowinfo = htonl((uint32_t)flowinfo);
	return r;
}

int inet_parse(const struct kin_proto *proto, const char *body, const struct kin_setting *settings,
	       size_t n, struct kin_target *ret)
{
	struct host_port hp;
	int64_t port = 0;
	int r, domain;

	r = inet_split(body, &hp);
	if (r == 0 && inet_is_number(hp.port))
		r = kin_parse_int(hp.port, "port", 0, UINT16_MAX, &port);
	if (r == 0)
		r = parse_host(proto->domain, &hp, (long)port, &ret->addr);
	if (r < 0)
		return r;
	domain = ret->addr.len ? inet_version(&ret->addr) : proto->domain;
	for (size_t i = 0; r == 0 && i < n; i++) {
		if (strcmp(settings[i].name, "local") == 0)
			r = parse_local(domain, settings[i].value, &ret->local);
		else
			r = inet_set_address_option(&ret->addr, settings[i].name,
						    settings[i].value);
	}
	/* The name of a service is looked up, together with whatever the host is. */
	if (!inet_is_number(hp.port))
		ret->addr.len = 0;
	return r;
}

static void put_host_port(const struct kin_addr *addr, struct kin_buf *out)
{
	char host[INET6_ADDRSTRLEN + 16];

	if (kin_inet_host(addr, host, sizeof(host)) < 0)
		return;
	kin_buf_printf(out, inet_version(addr) == AF_INET6 ? "[%s]:%d" : "%s:%d", host,
		       kin_inet_port(addr));
}

void inet_format(const struct kin_proto *proto, const struct kin_target *target,
		 struct kin_buf *out)
{
	(void)proto;
	put_host_port(&target->addr, out);
	if (kin_inet_flowinfo(&target->addr))
		kin_buf_printf(out, ",flowinfo=%u", kin_inet_flowinfo(&target->addr));
	if (target->local.len) {
		kin_buf_puts(out, ",local=");
		put_host_port(&target->local, out);
	}
}
