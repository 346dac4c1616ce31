/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A one-to-many SCTP socket that is connected still wants to be told with each message where it
 * goes. One that an association was branched off to sends there by itself, as sockets of every
 * other protocol do once they are connected.
 */
#include "internal.h"

#include <errno.h>
#include <linux/sctp.h>
#include <string.h>

int inet_peel_off(struct kin_sock *sock)
{
	unsigned char ids[sizeof(struct sctp_assoc_ids) + sizeof(sctp_assoc_t)];
	sctp_peeloff_flags_arg_t peel = {.flags = SOCK_CLOEXEC};
	socklen_t len = sizeof(ids);
	int r = kin_getsockopt(sock, IPPROTO_SCTP, SCTP_GET_ASSOC_ID_LIST, ids, &len);

	if (r < 0)
		return r;
	if (len < sizeof(ids))
		return kin_fail(ENOTCONN, "the socket has no association");
	memcpy(&peel.p_arg.associd, ids + sizeof(struct sctp_assoc_ids), sizeof(sctp_assoc_t));
	len = sizeof(peel);
	r = kin_getsockopt(sock, IPPROTO_SCTP, SCTP_SOCKOPT_PEELOFF_FLAGS, &peel, &len);
	if (r < 0)
		return r;
	kin_sock_set_fd(sock, peel.p_arg.sd);
	/* Whether it waits is a matter of the descriptor that is gone. */
	return kin_set_timeout(sock, kin_timeout(sock));
}
