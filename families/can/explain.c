/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the kernel's errors mean on CAN, and the way out. */
#include <errno.h>
#include <string.h>

#include "internal.h"

static void explain_invalid(const char *name, struct kin_buf *out)
{
	int mtu = can_interface_mtu(name);

	if (mtu == (int)CAN_MTU)
		kin_buf_printf(out, "%s takes classic frames only (its MTU is %d)", name, mtu);
	else if (mtu == (int)CANFD_MTU)
		kin_buf_printf(out,
			       "the socket of %s takes no such frame: FD frames need the option "
			       "fd=on, and XL frames an XL interface",
			       name);
	else
		kin_buf_printf(out,
			       "the socket of %s takes no such frame: FD frames need the option "
			       "fd=on, XL frames xl=on",
			       name);
}

static void explain_send(const char *name, int ifindex, int err, struct kin_buf *out)
{
	switch (err) {
	case ENXIO:
		if (ifindex == 0)
			kin_buf_puts(out, "can:any only receives: name the interface to send on");
		else
			kin_buf_printf(out, "%s is gone", name);
		break;
	case EINVAL:
		explain_invalid(name, out);
		break;
	case EMSGSIZE:
		kin_buf_printf(out, "the frame is longer than %s takes (its MTU is %d)", name,
			       can_interface_mtu(name));
		break;
	case ENOBUFS:
		kin_buf_printf(out,
			       "the queue of %s is full (%d frames): wait, or `sudo ip link set %s "
			       "txqueuelen 1000`",
			       name, can_interface_queue_len(name), name);
		break;
	}
}

void can_explain(const struct kin_proto *proto, const char *call, int err,
		 const struct kin_target *target, struct kin_buf *out)
{
	char buf[IF_NAMESIZE];
	const char *name;
	int ifindex;

	(void)proto;
	if (!target || target->addr.len == 0)
		return;
	ifindex = can_addr_ifindex(&target->addr);
	name = can_interface_name(ifindex, buf);

	if (err == ENETDOWN && ifindex == 0) {
		kin_buf_puts(out, "a CAN interface went down");
	} else if (err == ENETDOWN) {
		kin_buf_printf(out, "%s is down; `sudo ip link set %s up`", name, name);
	} else if (err == ENODEV && ifindex > 0) {
		kin_buf_printf(out,
			       "%s is gone or not a CAN interface; CAN interfaces here: ", name);
		can_interface_put_list(out);
	} else if (strcmp(call, "send") == 0) {
		explain_send(name, ifindex, err, out);
	}
}
