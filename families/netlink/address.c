/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A protocol, which is the socket's; and in the address a port ID and groups. */
#include "internal.h"

#include <errno.h>
#include <string.h>

static int check(const char *what, int64_t value)
{
	if (value < 0 || value > UINT32_MAX)
		return kin_fail(EINVAL, "%s %lld is not in 0-%u", what, (long long)value,
				UINT32_MAX);
	return 0;
}

int kin_netlink_addr(int64_t pid, int64_t groups, struct kin_addr *ret_addr)
{
	struct sockaddr_nl nl = {.nl_family = AF_NETLINK};
	int r = ret_addr ? check("pid", pid) : kin_fail(EINVAL, "no room for the address");

	if (r == 0)
		r = check("groups", groups);
	if (r < 0)
		return r;
	nl.nl_pid = (uint32_t)pid;
	nl.nl_groups = (uint32_t)groups;
	*ret_addr = (struct kin_addr){.len = sizeof(nl)};
	memcpy(&ret_addr->ss, &nl, sizeof(nl));
	return 0;
}

static bool read_nl(const struct kin_addr *addr, struct sockaddr_nl *nl)
{
	if (addr->len < sizeof(*nl))
		return false;
	memcpy(nl, &addr->ss, sizeof(*nl));
	return nl->nl_family == AF_NETLINK;
}

int kin_netlink_read(const struct kin_addr *addr, uint32_t *ret_pid, uint32_t *ret_groups)
{
	struct sockaddr_nl nl;

	if (!addr)
		return kin_fail(EINVAL, "no address was given");
	if (!read_nl(addr, &nl))
		return kin_fail(EAFNOSUPPORT, "not a netlink address");
	if (ret_pid)
		*ret_pid = nl.nl_pid;
	if (ret_groups)
		*ret_groups = nl.nl_groups;
	return 0;
}

int netlink_parse(const struct kin_proto *proto, const char *body,
		  const struct kin_setting *settings, size_t n, struct kin_target *ret)
{
	int protocol = netlink_parse_protocol(body), r = 0;
	int64_t pid = 0, local = -1;
	uint32_t groups = 0;

	(void)proto;
	if (protocol < 0)
		return protocol;
	for (size_t i = 0; r == 0 && i < n; i++) {
		const struct kin_setting *s = &settings[i];

		if (strcmp(s->name, "pid") == 0)
			r = kin_parse_int(s->value, s->name, 0, UINT32_MAX, &pid);
		else if (strcmp(s->name, "groups") == 0)
			r = netlink_parse_groups(protocol, s->value, &groups);
		else if (strcmp(s->name, "local") == 0)
			r = kin_parse_int(s->value, s->name, 0, UINT32_MAX, &local);
	}
	if (r < 0)
		return r;
	ret->protocol = (uintptr_t)protocol;
	if (local >= 0)
		kin_netlink_addr(local, 0, &ret->local);
	return kin_netlink_addr(pid, groups, &ret->addr);
}

void netlink_format(const struct kin_proto *proto, const struct kin_target *target,
		    struct kin_buf *out)
{
	int number = (int)target->protocol;
	const struct netlink_protocol *protocol = netlink_protocol(number);
	struct sockaddr_nl nl;

	(void)proto;
	if (!read_nl(&target->addr, &nl))
		return;
	if (protocol)
		kin_buf_puts(out, protocol->name);
	else
		kin_buf_printf(out, "%d", number);
	if (nl.nl_pid)
		kin_buf_printf(out, ",pid=%u", nl.nl_pid);
	if (nl.nl_groups) {
		kin_buf_puts(out, ",groups=");
		netlink_put_groups(number, nl.nl_groups, out);
	}
	if (read_nl(&target->local, &nl))
		kin_buf_printf(out, ",local=%u", nl.nl_pid);
}

bool netlink_equal(const struct kin_addr *a, const struct kin_addr *b)
{
	struct sockaddr_nl one, other;

	return read_nl(a, &one) && read_nl(b, &other) && one.nl_pid == other.nl_pid &&
	       one.nl_groups == other.nl_groups;
}
