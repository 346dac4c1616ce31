/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Addresses of IPv4 and IPv6 as values. */
#include "internal.h"

#include <arpa/inet.h>
#include <errno.h>
#include <string.h>

int inet_version(const struct kin_addr *addr)
{
	if (!addr)
		return 0;
	if (addr->len >= sizeof(struct sockaddr_in) && addr->sa.sa_family == AF_INET)
		return AF_INET;
	if (addr->len >= sizeof(struct sockaddr_in6) && addr->sa.sa_family == AF_INET6)
		return AF_INET6;
	return 0;
}

const char *inet_version_name(int domain)
{
	return domain == AF_INET ? "IPv4" : "IPv6";
}

static int fail_family(const struct kin_addr *addr)
{
	KIN_NEED(addr);
	return kin_fail(EAFNOSUPPORT, "neither an IPv4 nor an IPv6 address");
}

int inet_check_port(long port)
{
	if (port < 0 || port > UINT16_MAX)
		return kin_fail(EINVAL, "port %ld is not in 0-65535", port);
	return 0;
}

int kin_inet_addr(const char *host, long port, struct kin_addr *ret_addr)
{
	struct kin_addr addr = {.len = sizeof(struct sockaddr_in)};
	struct sockaddr_in *in = as_in(&addr);
	int r = inet_check_port(port);

	if (r < 0)
		return r;
	KIN_NEED(ret_addr);
	in->sin_family = AF_INET;
	in->sin_port = htons((uint16_t)port);
	if (!host || !*host)
		in->sin_addr.s_addr = htonl(INADDR_ANY);
	else if (strcmp(host, "<broadcast>") == 0)
		in->sin_addr.s_addr = htonl(INADDR_BROADCAST);
	else if (inet_pton(AF_INET, host, &in->sin_addr) != 1)
		return kin_fail(EINVAL, "\"%s\" is not an IPv4 address", host);
	*ret_addr = addr;
	return 0;
}

int inet_interface(const char *text, uint32_t *ret_index)
{
	int64_t number;
	int index, r;

	if (*text >= '0' && *text <= '9') {
		r = kin_parse_int(text, "interface", 0, UINT32_MAX, &number);
		if (r == 0)
			*ret_index = (uint32_t)number;
		return r;
	}
	r = kin_parse_interface(text, &index);
	if (r == 0 && index == 0)
		return kin_fail(ENODEV, "\"%s\" names no interface", text);
	if (r == 0)
		*ret_index = (uint32_t)index;
	return r;
}

static int read_address6(const char *host, struct sockaddr_in6 *in6)
{
	char address[INET6_ADDRSTRLEN];
	size_t len = strcspn(host, "%");

	if (len >= sizeof(address))
		return kin_fail(EINVAL, "\"%s\" is not an IPv6 address", host);
	memcpy(address, host, len);
	address[len] = '\0';
	if (inet_pton(AF_INET6, address, &in6->sin6_addr) != 1)
		return kin_fail(EINVAL, "\"%s\" is not an IPv6 address", host);
	return host[len] ? inet_interface(host + len + 1, &in6->sin6_scope_id) : 0;
}

int kin_inet6_addr(const char *host, long port, uint32_t flowinfo, uint32_t scope,
		   struct kin_addr *ret_addr)
{
	struct kin_addr addr = {.len = sizeof(struct sockaddr_in6)};
	struct sockaddr_in6 *in6 = as_in6(&addr);
	int r = inet_check_port(port);

	if (r == 0 && flowinfo > FLOWINFO_MAX)
		r = kin_fail(EINVAL, "flowinfo %u is not in 0-%u", flowinfo, FLOWINFO_MAX);
	if (r == 0 && host && *host)
		r = read_address6(host, in6);
	if (r < 0)
		return r;
	KIN_NEED(ret_addr);
	in6->sin6_family = AF_INET6;
	in6->sin6_port = htons((uint16_t)port);
	in6->sin6_flowinfo = htonl(flowinfo);
	if (scope)
		in6->sin6_scope_id = scope;
	*ret_addr = addr;
	return 0;
}

int inet_any(int domain, long port, struct kin_addr *ret_addr)
{
	if (domain == AF_INET6 || (domain == 0 && kin_inet_has_ipv6()))
		return kin_inet6_addr(NULL, port, 0, 0, ret_addr);
	return kin_inet_addr(NULL, port, ret_addr);
}

int kin_inet_port(const struct kin_addr *addr)
{
	switch (inet_version(addr)) {
	case AF_INET:
		return ntohs(as_in(addr)->sin_port);
	case AF_INET6:
		return ntohs(as_in6(addr)->sin6_port);
	}
	return fail_family(addr);
}

int kin_inet_set_port(struct kin_addr *addr, long port)
{
	int r = inet_check_port(port);

	if (r < 0)
		return r;
	switch (inet_version(addr)) {
	case AF_INET:
		as_in(addr)->sin_port = htons((uint16_t)port);
		return 0;
	case AF_INET6:
		as_in6(addr)->sin6_port = htons((uint16_t)port);
		return 0;
	}
	return fail_family(addr);
}

ssize_t kin_inet_host(const struct kin_addr *addr, char *buf, size_t size)
{
	struct kin_buf out = {.data = buf, .size = size};
	char text[INET6_ADDRSTRLEN];

	KIN_NEED_ROOM(buf, size);
	switch (inet_version(addr)) {
	case AF_INET:
		kin_buf_puts(&out, inet_ntop(AF_INET, &as_in(addr)->sin_addr, text, sizeof(text)));
		break;
	case AF_INET6:
		kin_buf_puts(&out,
			     inet_ntop(AF_INET6, &as_in6(addr)->sin6_addr, text, sizeof(text)));
		if (kin_inet_scope(addr))
			kin_buf_printf(&out, "%%%u", kin_inet_scope(addr));
		break;
	default:
		return fail_family(addr);
	}
	kin_buf_end(&out);
	return (ssize_t)out.len;
}

uint32_t kin_inet_flowinfo(const struct kin_addr *addr)
{
	return inet_version(addr) == AF_INET6 ? ntohl(as_in6(addr)->sin6_flowinfo) : 0;
}

uint32_t kin_inet_scope(const struct kin_addr *addr)
{
	return inet_version(addr) == AF_INET6 ? as_in6(addr)->sin6_scope_id : 0;
}

bool inet_is_any(const struct kin_addr *addr)
{
	switch (inet_version(addr)) {
	case AF_INET:
		return as_in(addr)->sin_addr.s_addr == htonl(INADDR_ANY);
	case AF_INET6:
		return IN6_IS_ADDR_UNSPECIFIED(&as_in6(addr)->sin6_addr);
	}
	return false;
}

/* The flow label says how packets travel, not where to. */
bool inet_equal(const struct kin_addr *a, const struct kin_addr *b)
{
	int version = inet_version(a);

	if (version != inet_version(b))
		return false;
	if (version == AF_INET)
		return as_in(a)->sin_port == as_in(b)->sin_port &&
		       as_in(a)->sin_addr.s_addr == as_in(b)->sin_addr.s_addr;
	return version == AF_INET6 && as_in6(a)->sin6_port == as_in6(b)->sin6_port &&
	       IN6_ARE_ADDR_EQUAL(&as_in6(a)->sin6_addr, &as_in6(b)->sin6_addr) &&
	       as_in6(a)->sin6_scope_id == as_in6(b)->sin6_scope_id;
}
