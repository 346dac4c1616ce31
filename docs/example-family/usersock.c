/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A socket family in one file: NETLINK_USERSOCK, netlink(7), datagrams between the processes of
 * one machine, which name each other by port numbers. docs/adding-a-family.md walks through it.
 */
#include <errno.h>
#include <linux/netlink.h>
#include <string.h>
#include <kin/family.h>

/* ---- Addresses: usersock:PORT[,local=PORT] ------------------------------------------------- */

static int parse_port(const char *text, struct kin_addr *ret_addr)
{
	struct sockaddr_nl *nl = (struct sockaddr_nl *)&ret_addr->ss;
	int64_t port;
	int r = kin_parse_int(text, "port", 0, UINT32_MAX, &port);

	if (r < 0)
		return r;
	*ret_addr = (struct kin_addr){.len = sizeof(*nl)};
	nl->nl_family = AF_NETLINK;
	nl->nl_pid = (uint32_t)port;
	return 0;
}

static int parse(const struct kin_proto *proto, const char *body,
		 const struct kin_setting *settings, size_t n, struct kin_target *ret)
{
	int r = parse_port(body, &ret->addr);

	(void)proto; /* there is just one */
	for (size_t i = 0; r == 0 && i < n; i++)
		if (strcmp(settings[i].name, "local") == 0)
			r = parse_port(settings[i].value, &ret->local);
	return r;
}

static void put_port(const struct kin_addr *addr, struct kin_buf *out)
{
	const struct sockaddr_nl *nl = (const struct sockaddr_nl *)&addr->ss;

	if (addr->len >= sizeof(*nl))
		kin_buf_printf(out, "%u", nl->nl_pid);
}

static void format(const struct kin_proto *proto, const struct kin_target *target,
		   struct kin_buf *out)
{
	(void)proto;
	put_port(&target->addr, out);
	if (target->local.len) {
		kin_buf_puts(out, ",local=");
		put_port(&target->local, out);
	}
}

/* ---- Better words than strerror(3) has ----------------------------------------------------- */

static void explain(const struct kin_proto *proto, const char *call, int err,
		    const struct kin_target *target, struct kin_buf *out)
{
	(void)proto;
	(void)target;
	if (strcmp(call, "bind") == 0 && err == EADDRINUSE)
		kin_buf_puts(out, "another socket has this port");
	else if (strcmp(call, "send") == 0 && err == ECONNREFUSED)
		kin_buf_puts(out, "no socket has this port");
}

/* ---- Ancillary data ------------------------------------------------------------------------ */

static void put_pktinfo(const struct kin_cmsg *cmsg, struct kin_buf *out)
{
	struct nl_pktinfo info = {};

	if (cmsg->len >= sizeof(info))
		memcpy(&info, cmsg->data, sizeof(info));
	kin_buf_printf(out, "{\"group\":%u}", info.group);
}

static const struct kin_cmsg_type cmsgs[] = {
	{.level = SOL_NETLINK, .type = NETLINK_PKTINFO, .name = "pktinfo", .json = put_pktinfo},
	{},
};

/* ---- Tables -------------------------------------------------------------------------------- */

static const struct kin_proto protos[] = {
	{.scheme = "usersock",
	 .type = SOCK_DGRAM,
	 .protocol = NETLINK_USERSOCK,
	 .recv_flags = MSG_TRUNC,
	 .body = "PORT",
	 .example = "usersock:4242",
	 .summary = "datagrams between processes, by port number"},
	{},
};

static const struct kin_addr_opt addr_opts[] = {
	{.name = "local", .value = "PORT",
	 .doc = "send from this port; without it the kernel chooses one"},
	{},
};

static const struct kin_opt opts[] = {
	{.name = "pktinfo",
	 .level = SOL_NETLINK,
	 .optname = NETLINK_PKTINFO,
	 .type = KIN_OPT_BOOL,
	 .since = "2.6.14",
	 .doc = "receive the multicast group with each message"},
	{.name = "no-enobufs",
	 .level = SOL_NETLINK,
	 .optname = NETLINK_NO_ENOBUFS,
	 .type = KIN_OPT_BOOL,
	 .since = "2.6.30",
	 .doc = "do not fail with ENOBUFS when messages were dropped"},
	{.name = "listen-all-nsid",
	 .level = SOL_NETLINK,
	 .optname = NETLINK_LISTEN_ALL_NSID,
	 .type = KIN_OPT_BOOL,
	 .since = "4.2",
	 .doc = "receive from the network namespaces known here, too (CAP_NET_BROADCAST)"},
	{},
};

#define NETLINK(name) {#name, name, "linux/netlink.h"}

static const struct kin_const consts[] = {
	NETLINK(NETLINK_USERSOCK),
	NETLINK(NETLINK_PKTINFO),
	NETLINK(NETLINK_NO_ENOBUFS),
	NETLINK(NETLINK_LISTEN_ALL_NSID),
	{},
};

static const struct kin_need needs[] = {
	{.kconfig = "CONFIG_NET"},
	{},
};

/* ---- The record ---------------------------------------------------------------------------- */

const struct kin_family kin_family_usersock = {
	.abi = KIN_FAMILY_ABI,
	.struct_size = sizeof(struct kin_family),
	.name = "usersock",
	.domain = AF_NETLINK,
	.summary = "netlink between user processes",
	.protos = protos,
	.addr_opts = addr_opts,
	.opts = opts,
	.cmsgs = cmsgs,
	.consts = consts,
	.needs = needs,
	.parse = parse,
	.format = format,
	.explain = explain,
};
