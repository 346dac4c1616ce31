/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Hosts and ports: the addresses are those of IP. */
#include "internal.h"

#include <arpa/inet.h>
#include <errno.h>
#include <string.h>

int kin_rds_addr(const char *host, long port, struct kin_addr *ret_addr)
{
	struct kin_addr addr = {};
	struct sockaddr_in *in = (struct sockaddr_in *)&addr.ss;
	struct sockaddr_in6 *in6 = (struct sockaddr_in6 *)&addr.ss;

	if (!host || !ret_addr)
		return kin_fail(EINVAL, "no host, or no place for the address, was given");
	if (port < 0 || port > UINT16_MAX)
		return kin_fail(EINVAL, "port %ld is not in 0-65535", port);
	if (inet_pton(AF_INET, host, &in->sin_addr) == 1) {
		addr.len = sizeof(*in);
		in->sin_family = AF_INET;
		in->sin_port = htons((uint16_t)port);
	} else if (inet_pton(AF_INET6, host, &in6->sin6_addr) == 1) {
		addr.len = sizeof(*in6);
		in6->sin6_family = AF_INET6;
		in6->sin6_port = htons((uint16_t)port);
	} else {
		return kin_fail(EINVAL, "\"%.64s\" is not an IP address", host);
	}
	*ret_addr = addr;
	return 0;
}

int kin_rds_addr_read(const struct kin_addr *addr, char ret_host[KIN_RDS_HOST], uint16_t *ret_port)
{
	const struct sockaddr_in *in;
	const struct sockaddr_in6 *in6;
	const void *host;
	in_port_t port;

	if (!addr || addr->len < sizeof(*in))
		return kin_fail(EAFNOSUPPORT, "not an address of reliable datagrams");
	in = (const struct sockaddr_in *)&addr->ss;
	in6 = (const struct sockaddr_in6 *)&addr->ss;
	if (in->sin_family == AF_INET) {
		host = &in->sin_addr;
		port = in->sin_port;
	} else if (in->sin_family == AF_INET6 && addr->len >= sizeof(*in6)) {
		host = &in6->sin6_addr;
		port = in6->sin6_port;
	} else {
		return kin_fail(EAFNOSUPPORT, "not an address of reliable datagrams");
	}
	if (ret_host)
		inet_ntop(in->sin_family, host, ret_host, KIN_RDS_HOST);
	if (ret_port)
		*ret_port = ntohs(port);
	return 0;
}

/* "127.0.0.1:18000", "[fd00::1]:18000" */
static int parse_place(const char *text, struct kin_addr *ret_addr)
{
	const char *colon = strrchr(text, ':');
	bool brackets = text[0] == '[' && colon && colon > text && colon[-1] == ']';
	size_t len = colon ? (size_t)(colon - text) : 0;
	char host[KIN_RDS_HOST];
	int64_t port;
	int r;

	if (brackets) {
		text++;
		len -= 2;
	}
	if (!colon || len == 0 || len >= sizeof(host) || !memchr(text, ':', len) == brackets)
		return kin_fail(EINVAL,
				"\"%.64s\" is not ADDRESS:PORT, such as 127.0.0.1:18000 or "
				"[fd00::1]:18000",
				text - brackets);
	memcpy(host, text, len);
	host[len] = '\0';
	r = kin_parse_int(colon + 1, "port", 0, UINT16_MAX, &port);
	return r < 0 ? r : kin_rds_addr(host, (long)port, ret_addr);
}

int rds_parse(const struct kin_proto *proto, const char *body, const struct kin_setting *settings,
	      size_t n, struct kin_target *ret)
{
	int r = parse_place(body, &ret->addr);

	(void)proto;
	for (size_t i = 0; r == 0 && i < n; i++)
		if (strcmp(settings[i].name, "local") == 0)
			r = parse_place(settings[i].value, &ret->local);
	return r;
}

static void put_place(const struct kin_addr *addr, struct kin_buf *out)
{
	char host[KIN_RDS_HOST];
	uint16_t port;

	if (kin_rds_addr_read(addr, host, &port) == 0)
		kin_buf_printf(out, strchr(host, ':') ? "[%s]:%u" : "%s:%u", host, port);
}

void rds_format(const struct kin_proto *proto, const struct kin_target *target, struct kin_buf *out)
{
	(void)proto;
	put_place(&target->addr, out);
	if (target->local.len) {
		kin_buf_puts(out, ",local=");
		put_place(&target->local, out);
	}
}
