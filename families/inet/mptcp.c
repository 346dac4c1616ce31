/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Is a connection that was asked for as Multipath TCP really one? */
#include "internal.h"

#include <errno.h>
#include <linux/mptcp.h>
#include <string.h>

#include "newer.h"

int kin_inet_is_mptcp(const struct kin_sock *sock)
{
	struct mptcp_info info;
	int protocol = 0, r;
	socklen_t len = sizeof(protocol);

	KIN_NEED(sock);
	/* What was accepted from a peer that has none is a plain TCP socket. */
	r = kin_getsockopt(sock, SOL_SOCKET, SO_PROTOCOL, &protocol, &len);
	if (r < 0)
		return r;
	if (protocol != IPPROTO_MPTCP)
		return 0;
	len = sizeof(info);
	r = kin_getsockopt(sock, SOL_MPTCP, MPTCP_INFO, &info, &len);
	if (r == -EOPNOTSUPP)
		return 0; /* fell back to TCP */
	if (r == -ENOPROTOOPT)
		return kin_fail(ENOPROTOOPT,
				"this kernel can't tell: MPTCP_INFO came with Linux 5.16");
	return r < 0 ? r : 1;
}
