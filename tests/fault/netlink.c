/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "fault.h"

#include <linux/rtnetlink.h>
#include <kin/netlink.h>

static int groups(void)
{
	struct kin_sock *sock KIN_CLEANUP(kin_close) = NULL;
	struct kin_addr addr;

	MAKE(sock, kin_open("netlink:route,groups=link", KIN_RECEIVE, &sock));
	FILL(addr, kin_local_addr(sock, &addr));
	TRY(kin_netlink_join(sock, RTNLGRP_IPV4_ROUTE));
	TRY(kin_netlink_leave(sock, RTNLGRP_IPV4_ROUTE));
	return 0;
}

static int without_calls(void)
{
	struct kin_addr addr;
	uint32_t pid;

	TRY(kin_netlink_addr(1, 0, &addr));
	TRY(kin_netlink_read(&addr, &pid, NULL));
	EXPECT(pid == 1);
	return 0;
}

const struct scenario scenarios[] = {
	{"netlink-groups", groups, .waits = true},
	{"netlink-without-calls", without_calls, .pure = true},
	{},
};
