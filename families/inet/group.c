/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Multicast: joining and leaving groups, and the interface that is sent on. */
#include "internal.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

struct group {
	struct kin_addr addr;
	struct kin_addr source; /* len 0: any */
	char interface[64];
};

static int fail_form(const struct kin_opt *opt, const char *text)
{
	return kin_fail(EINVAL, "%s=%s: not %s", opt->name, text, opt->value);
}

static int read_address(const char *host, struct kin_addr *ret_addr)
{
	return strchr(host, ':') ? kin_inet6_addr(host, 0, 0, 0, ret_addr)
				 : kin_inet_addr(host, 0, ret_addr);
}

static bool is_multicast(const struct kin_addr *addr)
{
	if (inet_version(addr) == AF_INET6)
		return IN6_IS_ADDR_MULTICAST(&as_in6(addr)->sin6_addr);
	return inet_version(addr) == AF_INET && IN_MULTICAST(ntohl(as_in(addr)->sin_addr.s_addr));
}

static int check_source(const struct kin_addr *group, const struct kin_addr *source)
{
	if (inet_version(source) != inet_version(group))
		return kin_fail(EINVAL, "the source is of another version of IP than the group");
	if (is_multicast(source))
		return kin_fail(EINVAL, "the source is a group itself");
	return 0;
}

static bool needs_source(const struct kin_opt *opt)
{
	return opt->optname == MCAST_BLOCK_SOURCE || opt->optname == MCAST_UNBLOCK_SOURCE;
}

/* GROUP[@INTERFACE][/SOURCE] in text[0..len) */
static int read_group(const struct kin_opt *opt, const char *text, size_t len, struct group *ret)
{
	char words[2 * INET6_ADDRSTRLEN + sizeof(ret->interface) + 2];
	char *host = words, *source, *interface;
	int r;

	*ret = (struct group){};
	if (len >= sizeof(words))
		return kin_fail(EINVAL, "%s=%.*s: not %s", opt->name, (int)len, text, opt->value);
	memcpy(words, text, len);
	words[len] = '\0';
	source = strchr(words, '/');
	if (source ? !source[1] : needs_source(opt))
		return fail_form(opt, words);
	if (source)
		*source++ = '\0';
	interface = strchr(words, '@');
	if (interface)
		*interface++ = '\0';
	if (strchr(host, '%') || !*host ||
	    (interface && (!*interface || strlen(interface) >= sizeof(ret->interface))))
		return kin_fail(EINVAL, "%s=%.*s: not %s", opt->name, (int)len, text, opt->value);
	if (interface)
		strcpy(ret->interface, interface);
	r = read_address(host, &ret->addr);
	if (r == 0 && !is_multicast(&ret->addr))
		return kin_fail(EINVAL, "%s=%s: not a multicast address", opt->name, host);
	if (r == 0 && source)
		r = read_address(source, &ret->source);
	return r == 0 && source ? check_source(&ret->addr, &ret->source) : r;
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
	if (group->source.len) {
		kin_inet_host(&group->source, host, sizeof(host));
		kin_buf_printf(out, "/%s", host);
	}
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

/* With a source it is another option, of the same kind. */
static int with_source(int optname)
{
	switch (optname) {
	case MCAST_JOIN_GROUP:
		return MCAST_JOIN_SOURCE_GROUP;
	case MCAST_LEAVE_GROUP:
		return MCAST_LEAVE_SOURCE_GROUP;
	}
	return optname;
}

/* The group decides the level: an IPv6 socket may join IPv4 groups too. */
static int store(struct kin_sock *sock, const struct kin_opt *opt, const char *text,
		 const struct kin_addr *group, unsigned ifindex, const struct kin_addr *source)
{
	int level = inet_version(group) == AF_INET ? IPPROTO_IP : IPPROTO_IPV6;

	if (level == IPPROTO_IPV6 && kin_sock_domain(sock) == AF_INET)
		return kin_fail(EINVAL, "%s=%s: an IPv4 socket has no IPv6 groups", opt->name,
				text);
	if (level == IPPROTO_IP && kin_sock_domain(sock) == AF_INET6 &&
	    kin_sock_type(sock) == SOCK_RAW)
		return kin_fail(EINVAL, "%s=%s: a raw IPv6 socket has no IPv4 groups", opt->name,
				text);
	if (source) {
		struct group_source_req request = {
			.gsr_interface = ifindex, .gsr_group = group->ss, .gsr_source = source->ss};

		return kin_opt_store(sock, opt, text, level, with_source(opt->optname), &request,
				     sizeof(request));
	}
	return kin_opt_store(sock, opt, text, level, opt->optname,
			     &(struct group_req){.gr_interface = ifindex, .gr_group = group->ss},
			     sizeof(struct group_req));
}

static int change_membership(const struct kin_opt *opt, const struct group *group, void *data)
{
	char text[2 * INET6_ADDRSTRLEN + 128];
	struct kin_buf buf = {.data = text, .size = sizeof(text)};
	uint32_t ifindex = 0;
	int r;

	if (group->interface[0]) {
		r = inet_interface(group->interface, &ifindex);
		if (r < 0)
			return r;
	}
	put_group(group, &buf);
	return store(data, opt, kin_buf_end(&buf), &group->addr, ifindex,
		     group->source.len ? &group->source : NULL);
}

int group_set(struct kin_sock *sock, const struct kin_opt *opt, const char *text)
{
	return each_group(opt, text, change_membership, sock);
}

int interface_check(const struct kin_opt *opt, const char *text, struct kin_buf *canonical)
{
	if (!*text)
		return kin_fail(EINVAL, "%s= names no interface", opt->name);
	kin_buf_puts(canonical, text);
	return 0;
}

int multicast_if_set(struct kin_sock *sock, const struct kin_opt *opt, const char *text)
{
	bool v6 = kin_sock_domain(sock) == AF_INET6;
	struct ip_mreqn request = {};
	uint32_t index;
	int value;
	int r = inet_interface(text, &index);

	if (r < 0)
		return r;
	value = (int)index;
	if (v6)
		r = kin_opt_store(sock, opt, text, IPPROTO_IPV6, IPV6_MULTICAST_IF, &value,
				  sizeof(value));
	if (r < 0)
		return r;
	request.imr_ifindex = value;
	r = kin_opt_store(sock, opt, text, IPPROTO_IP, opt->optname, &request, sizeof(request));
	/* Raw IPv6 sockets have no IPv4 side. */
	return v6 && r == -ENOPROTOOPT ? 0 : r;
}

/* Unlike the multicast one it has the index in network order, in both versions of IP. */
int unicast_if_set(struct kin_sock *sock, const struct kin_opt *opt, const char *text)
{
	uint32_t index, value;
	int r = inet_interface(text, &index);

	if (r < 0)
		return r;
	value = htonl(index);
	if (kin_sock_domain(sock) == AF_INET6)
		return kin_opt_store(sock, opt, text, IPPROTO_IPV6, IPV6_UNICAST_IF, &value,
				     sizeof(value));
	return kin_opt_store(sock, opt, text, IPPROTO_IP, opt->optname, &value, sizeof(value));
}

/* ---- Without text -------------------------------------------------------------------------- */

static int change(struct kin_sock *sock, int optname, const struct kin_addr *group,
		  unsigned ifindex, const struct kin_addr *source)
{
	const struct kin_opt *opt = inet_opts;
	char text[2 * INET6_ADDRSTRLEN + 128];
	struct kin_buf buf = {.data = text, .size = sizeof(text)};
	struct group words = {};
	int r = 0;

	KIN_NEED(sock);
	KIN_NEED(group);
	if (!is_multicast(group))
		return kin_fail(EINVAL, "the group is not a multicast address");
	if (source)
		r = check_source(group, source);
	if (r < 0)
		return r;
	if (!ifindex)
		ifindex = kin_inet_scope(group);
	while (opt->optname != optname || !opt->check)
		opt++;
	words.addr = *group;
	if (inet_version(group) == AF_INET6)
		as_in6(&words.addr)->sin6_scope_id = 0; /* told as the interface */
	if (source)
		words.source = *source;
	if (ifindex)
		snprintf(words.interface, sizeof(words.interface), "%u", ifindex);
	put_group(&words, &buf);
	return store(sock, opt, kin_buf_end(&buf), group, ifindex, source);
}

int kin_inet_join(struct kin_sock *sock, const struct kin_addr *group, unsigned ifindex,
		  const struct kin_addr *source)
{
	return change(sock, MCAST_JOIN_GROUP, group, ifindex, source);
}

int kin_inet_leave(struct kin_sock *sock, const struct kin_addr *group, unsigned ifindex,
		   const struct kin_addr *source)
{
	return change(sock, MCAST_LEAVE_GROUP, group, ifindex, source);
}

int kin_inet_block(struct kin_sock *sock, const struct kin_addr *group, unsigned ifindex,
		   const struct kin_addr *source)
{
	KIN_NEED(source);
	return change(sock, MCAST_BLOCK_SOURCE, group, ifindex, source);
}

int kin_inet_unblock(struct kin_sock *sock, const struct kin_addr *group, unsigned ifindex,
		     const struct kin_addr *source)
{
	KIN_NEED(source);
	return change(sock, MCAST_UNBLOCK_SOURCE, group, ifindex, source);
}
