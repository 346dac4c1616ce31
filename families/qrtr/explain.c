/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the kernel's errors mean on qrtr sockets, and the way out. */
#include "internal.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

/* This machine's node: what a new socket has. False when it can't be told. */
static bool own_node(uint32_t *ret_node)
{
	struct sockaddr_qrtr sq = {};
	socklen_t len = sizeof(sq);
	int fd = socket(AF_QIPCRTR, SOCK_DGRAM | SOCK_CLOEXEC, 0), r;

	if (fd < 0)
		return false;
	r = getsockname(fd, (struct sockaddr *)&sq, &len);
	close(fd);
	*ret_node = sq.sq_node;
	return r == 0;
}

static void explain_bind(int err, const struct kin_addr *addr, struct kin_buf *out)
{
	uint32_t node = 0, port = 0, own;

	kin_qrtr_read(addr, &node, &port);
	switch (err) {
	case EINVAL:
		if (own_node(&own) && own != node)
			kin_buf_printf(out, "this machine is node %u: use qrtr:%u:%u", own, own,
				       port);
		break;
	case EADDRINUSE:
		kin_buf_printf(out, "another socket has port %u", port);
		break;
	case EACCES:
		kin_buf_puts(out, "ports below 16384 need CAP_NET_ADMIN");
		break;
	}
}

void qrtr_explain(const struct kin_proto *proto, const char *call, int err,
		  const struct kin_target *target, struct kin_buf *out)
{
	(void)proto;
	if (target && target->addr.len && strcmp(call, "bind") == 0)
		explain_bind(err, &target->addr, out);
	else if (strcmp(call, "send") == 0 && (err == ENODEV || err == EHOSTUNREACH))
		kin_buf_puts(out, "no such port on this node, or no way to that one");
	else if (strcmp(call, "recv") == 0 && err == ENETRESET)
		kin_buf_puts(out, "the node that was spoken to is gone");
}
