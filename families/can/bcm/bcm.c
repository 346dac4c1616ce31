/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* CAN_BCM: what sets it apart from the other protocols of the family. */
#include <errno.h>
#include <string.h>

#include "operation.h"

/* The broadcast manager is connected, whatever the role, and has no bind(2). */
static int bcm_open(struct kin_sock *sock, const struct kin_target *target, enum kin_role role,
		    int64_t deadline_ns)
{
	struct kin_target connected = {.peer = target->addr};

	return kin_open_target(sock, &connected, role, deadline_ns);
}

static void bcm_explain(const char *call, int err, const struct can_subject *subject,
			struct kin_buf *out)
{
	(void)subject;
	if (strcmp(call, "bind") == 0 && err == EOPNOTSUPP)
		kin_buf_puts(out, "the broadcast manager is connected to an interface, not bound");
	if (strcmp(call, "send") != 0)
		return;
	switch (err) {
	case EINVAL:
		kin_buf_puts(out, "the broadcast manager refuses the operation: there is none such "
				  "to delete or read, it has too many frames, a frame is too long, "
				  "or a time is not in 0-400 days");
		break;
	case E2BIG:
		kin_buf_puts(out,
			     "there are more frames than when it was set up: delete it before");
		break;
	case ENODEV:
		kin_buf_puts(out, "there is no such interface, or none was named: bcm:any needs "
				  "if=INTERFACE with what it sends");
		break;
	case ENOTCONN:
		kin_buf_puts(out, "the socket is connected to no interface, or that is gone");
		break;
	case EMSGSIZE:
		kin_buf_puts(out, "the interface takes no FD frames: its MTU is too small");
		break;
	}
}

const struct can_protocol can_bcm = {
	.protocol = CAN_BCM,
	.open = bcm_open,
	.explain = bcm_explain,
	.msg_parse = bcm_msg_parse,
};
