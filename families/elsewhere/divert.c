/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* FreeBSD's divert(4): an IPv4 address, which it does not look at, and a port. */
#include "internal.h"

#include <arpa/inet.h>
#include <errno.h>
#include <string.h>

struct place {
	sa_family_t family;
	uint16_t port;
	struct in_addr host;
};

int kin_divert_addr(const char *host, int port, struct kin_addr *ret_addr)
{
	struct place place = {.family = KIN_AF_DIVERT, .port = (uint16_t)port};

	if (port < 0 || port > UINT16_MAX)
		return kin_fail(EINVAL, "port %d is not in 0-65535", port);
	if (host && *host && inet_pton(AF_INET, host, &place.host) != 1)
		return kin_fail(EINVAL, "host \"%s\" is not an IPv4 address", host);
	return elsewhere_give(&place, sizeof(place), ret_addr);
}

int kin_divert_read(const struct kin_addr *addr, char *host, int *ret_port)
{
	struct place place;

	if (!elsewhere_read(addr, KIN_AF_DIVERT, &place, sizeof(place)))
		return kin_fail(EAFNOSUPPORT, "not a divert address");
	if (host)
		inet_ntop(AF_INET, &place.host, host, INET_ADDRSTRLEN);
	if (ret_port)
		*ret_port = place.port;
	return 0;
}

int divert_parse(const char *body, struct kin_addr *ret_addr)
{
	const char *colon = strchr(body, ':');
	char host[64] = "";
	int64_t port;
	int r;

	if (!colon || (size_t)(colon - body) >= sizeof(host))
		return kin_fail(EINVAL, "\"%s\" is not HOST:PORT, such as 0.0.0.0:8668", body);
	memcpy(host, body, (size_t)(colon - body));
	r = kin_parse_int(colon + 1, "port", 0, UINT16_MAX, &port);
	return r < 0 ? r : kin_divert_addr(host, (int)port, ret_addr);
}

void divert_format(const struct kin_addr *addr, struct kin_buf *out)
{
	char host[INET_ADDRSTRLEN];
	int port;

	if (kin_divert_read(addr, host, &port) == 0)
		kin_buf_printf(out, "%s:%d", host, port);
}
