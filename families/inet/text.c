/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Addresses of IPv4 and IPv6 as text. */
#include "internal.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum body inet_body(const struct kin_proto *proto)
{
	if (proto->type == SOCK_RAW)
		return BODY_PROTOCOL;
	if (proto->protocol == IPPROTO_ICMP || proto->protocol == IPPROTO_ICMPV6)
		return BODY_ID;
	return BODY_PORT;
}

/* Where the colon behind the host is, NULL when there is none; the host itself goes to *ret. */
static int find_host(const char *text, const char **ret_host, size_t *ret_len,
		     const char **ret_colon)
{
	const char *end;

	*ret_colon = strrchr(text, ':');
	*ret_host = text;
	*ret_len = *ret_colon ? (size_t)(*ret_colon - text) : strlen(text);
	if (text[0] != '[')
		return 0;
	end = strchr(text, ']');
	if (!end)
		return kin_fail(EINVAL, "\"%s\": the bracket is not closed", text);
	*ret_host = text + 1;
	*ret_len = (size_t)(end - text - 1);
	*ret_colon = end[1] ? end + 1 : NULL;
	if (end[1] && end[1] != ':')
		return kin_fail(EINVAL, "\"%s\": a colon is missing behind the bracket", text);
	return 0;
}

/* Host and port apart, which are not looked at any closer than that needs. */
int inet_split(enum body body, const char *text, struct host_port *ret)
{
	const char *what = body == BODY_PROTOCOL ? "protocol" : "port";
	const char *host, *colon;
	size_t len;
	int r = find_host(text, &host, &len, &colon);

	if (r < 0)
		return r;
	ret->brackets = text[0] == '[';
	if (body == BODY_ID && !colon)
		colon = ":0";
	if (!colon || !colon[1])
		return kin_fail(EINVAL, "\"%s\": the %s is missing: HOST:%s", text, what,
				body == BODY_PROTOCOL ? "PROTOCOL" : "PORT");
	if (!ret->brackets && memchr(host, ':', len))
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
static int parse_local(enum body body, int domain, const char *text, struct kin_addr *ret_addr)
{
	struct host_port hp;
	int64_t port;
	int r = inet_split(body == BODY_PORT ? BODY_PORT : BODY_ID, text, &hp);

	if (r == 0)
		r = kin_parse_int(hp.port, "port", 0, UINT16_MAX, &port);
	if (r == 0 && port && body == BODY_PROTOCOL)
		return kin_fail(EINVAL, "local=%s: raw sockets have no ports", text);
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

static int parse_option(const struct kin_proto *proto, const struct kin_setting *setting,
			struct kin_target *target)
{
	int domain = target->addr.len ? inet_version(&target->addr) : proto->domain;
	bool fallback;
	int r;

	if (strcmp(setting->name, "local") == 0)
		return parse_local(inet_body(proto), domain, setting->value, &target->local);
	if (strcmp(setting->name, "fallback") != 0)
		return inet_set_address_option(&target->addr, setting->name, setting->value);
	r = kin_parse_bool(setting->value, "fallback", &fallback);
	if (r == 0 && !fallback)
		target->protocol = (uintptr_t)proto->protocol;
	return r;
}

int inet_raw_domain(uintptr_t protocol)
{
	return protocol == IPPROTO_ICMPV6 ? AF_INET6 : protocol == IPPROTO_ICMP ? AF_INET : 0;
}

/* Raw sockets serve one version of IP: any address is the one that the protocol belongs to. */
static int domain_of(const struct kin_proto *proto, uintptr_t protocol, const char *host)
{
	if (proto->domain || *host || inet_body(proto) != BODY_PROTOCOL)
		return proto->domain;
	return inet_raw_domain(protocol) ? inet_raw_domain(protocol) : AF_INET;
}

int inet_parse(const struct kin_proto *proto, const char *body, const struct kin_setting *settings,
	       size_t n, struct kin_target *ret)
{
	enum body kind = inet_body(proto);
	struct host_port hp;
	int64_t port = 0;
	int r;

	r = inet_split(kind, body, &hp);
	if (r < 0)
		return r;
	if (kind == BODY_PROTOCOL)
		r = inet_protocol(hp.port, &ret->protocol);
	else if (kind == BODY_ID || inet_is_number(hp.port))
		r = kin_parse_int(hp.port, kind == BODY_ID ? "identifier" : "port", 0, UINT16_MAX,
				  &port);
	if (r == 0)
		r = parse_host(domain_of(proto, ret->protocol, hp.host), &hp, (long)port,
			       &ret->addr);
	for (size_t i = 0; r == 0 && i < n; i++)
		r = parse_option(proto, &settings[i], ret);
	/* The name of a service is looked up, together with whatever the host is. */
	if (kind == BODY_PORT && !inet_is_number(hp.port))
		ret->addr.len = 0;
	return r;
}

static void put_host(const struct kin_addr *addr, struct kin_buf *out)
{
	char host[INET6_ADDRSTRLEN + 16];

	if (kin_inet_host(addr, host, sizeof(host)) >= 0)
		kin_buf_printf(out, inet_version(addr) == AF_INET6 ? "[%s]" : "%s", host);
}

/* The port where there is one: of a ping socket 0 is none. */
static void put_host_port(enum body body, const struct kin_addr *addr, struct kin_buf *out)
{
	put_host(addr, out);
	if (inet_version(addr) && (body == BODY_PORT || (body == BODY_ID && kin_inet_port(addr))))
		kin_buf_printf(out, ":%d", kin_inet_port(addr));
}

void inet_format(const struct kin_proto *proto, const struct kin_target *target,
		 struct kin_buf *out)
{
	enum body body = inet_body(proto);

	put_host_port(body, &target->addr, out);
	if (body == BODY_PROTOCOL) {
		kin_buf_puts(out, ":");
		inet_put_protocol(target->protocol, out);
	}
	if (kin_inet_flowinfo(&target->addr))
		kin_buf_printf(out, ",flowinfo=%u", kin_inet_flowinfo(&target->addr));
	if (target->local.len) {
		kin_buf_puts(out, ",local=");
		put_host_port(body, &target->local, out);
	}
	if (proto->fallback && target->protocol)
		kin_buf_puts(out, ",fallback=off");
}
