/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the kernel's errors mean on netlink sockets, and the way out. */
#include "internal.h"

#include <errno.h>
#include <string.h>

static void explain_socket(int err, const struct kin_target *target, struct kin_buf *out)
{
	const struct netlink_protocol *protocol =
		netlink_protocol(target ? (int)target->protocol : 0);

	if (err != EPROTONOSUPPORT || !protocol)
		return;
	kin_buf_printf(out, "this kernel has no netlink protocol %s", protocol->name);
	if (protocol->needs)
		kin_buf_printf(out, " (%s)", protocol->needs);
}

static void explain_bind(int err, uint32_t pid, uint32_t groups, struct kin_buf *out)
{
	switch (err) {
	case EADDRINUSE:
		kin_buf_printf(out, "another socket has the port ID %u", pid);
		break;
	case EPERM:
		if (groups)
			kin_buf_puts(out, "these groups need CAP_NET_ADMIN (of audit: "
					  "CAP_AUDIT_READ)");
		break;
	}
}

static void explain_send(int err, const struct kin_target *target, struct kin_buf *out)
{
	uint32_t pid = 0;

	if (target && target->addr.len)
		kin_netlink_read(&target->addr, &pid, NULL);
	switch (err) {
	case ECONNREFUSED:
		if (pid)
			kin_buf_printf(out, "no socket has the port ID %u", pid);
		else
			kin_buf_puts(out, "nobody there receives: no socket has this port ID, or "
					  "the kernel does not answer this protocol");
		break;
	case EPERM:
		kin_buf_puts(out, "sending to groups and to other processes needs CAP_NET_ADMIN; "
				  "netlink:usersock is for everybody");
		break;
	case EMSGSIZE:
		kin_buf_puts(out, "the message is longer than the send buffer (option sndbuf)");
		break;
	}
}

void netlink_explain(const struct kin_proto *proto, const char *call, int err,
		     const struct kin_target *target, struct kin_buf *out)
{
	uint32_t pid = 0, groups = 0;

	(void)proto;
	if (strcmp(call, "socket") == 0) {
		explain_socket(err, target, out);
	} else if (strcmp(call, "bind") == 0) {
		if (target && target->addr.len)
			kin_netlink_read(&target->addr, &pid, &groups);
		explain_bind(err, pid, groups, out);
	} else if (strcmp(call, "send") == 0 || strcmp(call, "connect") == 0) {
		explain_send(err, target, out);
	} else if (strcmp(call, "recv") == 0 && err == ENOBUFS) {
		kin_buf_puts(out,
			     "messages were lost: the receive buffer was full (option rcvbuf); "
			     "ask for the whole state again");
	}
}
