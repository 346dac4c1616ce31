/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Ancillary data of netlink(7). */
#include "internal.h"

#include <string.h>

/* The group that a message was sent to; 0: to this socket. */
static void put_pktinfo(const struct kin_cmsg *cmsg, struct kin_buf *out)
{
	struct nl_pktinfo info = {};

	if (cmsg->len < sizeof(info)) {
		kin_buf_puts(out, "null");
		return;
	}
	memcpy(&info, cmsg->data, sizeof(info));
	kin_buf_printf(out, "{\"group\":%u}", info.group);
}

/* The network namespace that it came from, by this one's number for it. */
static void put_nsid(const struct kin_cmsg *cmsg, struct kin_buf *out)
{
	int nsid;

	if (cmsg->len < sizeof(nsid)) {
		kin_buf_puts(out, "null");
		return;
	}
	memcpy(&nsid, cmsg->data, sizeof(nsid));
	kin_buf_printf(out, "%d", nsid);
}

const struct kin_cmsg_type netlink_cmsgs[] = {
	{.level = SOL_NETLINK, .type = NETLINK_PKTINFO, .name = "pktinfo", .json = put_pktinfo},
	{.level = SOL_NETLINK, .type = NETLINK_LISTEN_ALL_NSID, .name = "nsid", .json = put_nsid},
	{},
};
