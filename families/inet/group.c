/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Multicast: joining and leaving groups, and the interface that is sent on. */
#include "internal.h"

#include <arpa/inet.h>
#include <errno.h>
#include <string.h>

struct group {
	struct kin_addr addr;
	char interface[64];
};

/* GROUP or GROUP@INTERFACE in text[0..len) */
static int read_group(const struct kin_opt *opt, const char *text, size_t len, struct group *ret)
{
	char host[INET6_ADDRSTRLEN + 1];
	const char *at = memchr(text, '@', len);
	size_t host_len = at ? (size_t)(at - text) : len;
	size_t if_len = at ? len - host_len - 1 : 0;
	bool multicast;

	if (host_len >= sizeof(host) || if_len >= sizeof(ret->interface) || (at && if_len == 0))
		return kin_fail(EINVAL, "%s=%.*s: not ADDRESS or ADDRESS@INTERFACE", opt->name,
				(int)len, text);
	memcpy(host, text, host_len);
	host[host_len] = '\0';
	if (at)
		memcpy(ret->interface, at + 1, if_len);
	ret->interface[if_len] = '\0';
	if (strchr(host, '%') || !*host)
		return kin_fail(EINVAL, "%s=%.*s: not ADDRESS or ADDRESS@INTERFACE", opt->name,
				(int)len, text);
	if (strchr(host, ':')) {
		int r = kin_inet6_addr(host, 0, 0, 0, &ret->addr);

		if (r < 0)
			return r;
		multicast = IN6_IS_ADDR_MULTICAST(&as_in6(&ret->addr)->sin6_addr);
	} else {
		int r = kin_inet_addr(host, 0, &ret->addr);

		if (r < 0)
			return r;
		multicast = IN_MULTICAST(ntohl(as_in(&ret->addr)->sin_addr.s_addr));
	}
	if (!multicast)
		return kin_fail(EINVAL, "%s=%s: not a multicast address", opt->name, host);
	return 0;
}

/* For each group of a list with '+' between them. */
static int each_group(const struct kin_opt *opt, const char *text,
		      int (*take)(const struct kin_opt *opt, const struct group *group, void *data),
		      void *data)
{
	for (;;) {
		size_t len = strcspn(text, "+");
		struct group group;
		int r = read_group(opt, text, len, &group);

		if (r == 0)
			r = take(opt, &group, data);
		if (r < 0 || !text[len])
			return r;
		text += len + 1;
	}
}

static void put_group(const struct group *group, struct kin_buf *out)
{
	char host[INET6_ADDRSTRLEN + 16];

	kin_inet_host(&group->addr, host, sizeof(host));
	kin_buf_printf(out, "%s%s%s", host, group->interface[0] ? "@" : "", group->interface);
}

static int append_group(const struct kin_opt *opt, const struct group *group, void *data)
{
	struct kin_buf *out = data;

	(void)opt;
	if (out->len)
		kin_buf_puts(out, "+");
	put_group(group, out);
	return 0;
}

int group_check(const struct kin_opt *opt, const char *text, struct kin_buf *canonical)
{
	return each_group(opt, text, append_group, canonical);
}

/* The group decides the level: an IPv6 socket may join IPv4 groups too. */
static int change_membership(const struct kin_opt *opt, const struct group *group, void *data)
{
	struct group_req request = {.gr_group = group->addr.ss};
	int level = inet_version(&group->addr) == AF_INET ? IPPROTO_IP : IPPROTO_IPV6;
	char text[128];
	struct kin_buf buf = {.data = text, .size = sizeof(text)};

	if (group->interface[0]) {
		int r = inet_interface(group->interface, &request.gr_interface);

		if (r < 0)
			return r;
	}
	put_group(group, &buf);
	return kin_opt_store(data, opt, kin_buf_end(&buf), level, opt->optname, &request,
	                     sizeof(request));
}

int group_set(struct kin_sock *sock, const struct kin_opt *opt, const char *text)
{
	return each_group(opt, text, change_membership, sock);
}

int multicast_if_check(const struct kin_opt *opt, const char *text, struct kin_buf *canonical)
{
	(void)opt;
	if (!*text)
		return kin_fail(EINVAL, "multicast-if= names no interface");
	kin_buf_puts(canonical, text);
	return 0;
}

int multicast_if_set(struct kin_sock *sock, const struct kin_opt *opt, const char *text)
{
	struct ip_mreqn request = {};
	uint32_t index;
	int value;
	int r;

	r = inet_interface(text, &index);
	if (r < 0)
		return r;
	value = (int)index;
	if (kin_sock_domain(sock) == AF_INET6) {
		r = kin_opt_store(sock, opt, text, IPPROTO_IPV6, IPV6_MULTICAST_IF, &value,
			       sizeof(value));
		if (r < 0)
			return r;
	}
	request.imr_ifindex = value;
	return kin_opt_store(sock, opt, text, IPPROTO_IP, opt->optname, &request, sizeof(request));
}
