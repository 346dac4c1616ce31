/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the kernel's errors mean on CAN, and the way out. */
#include <errno.h>
#include <string.h>

#include "internal.h"

/* Which interface it is about: none is known when name is NULL. */
struct subject {
	const char *name;
	int ifindex;
};

static void explain_down(const struct subject *subject, struct kin_buf *out)
{
	if (subject->name && subject->ifindex > 0)
		kin_buf_printf(out, "%s is down; `sudo ip link set %s up`", subject->name,
			       subject->name);
	else
		kin_buf_puts(out, "the CAN interface is down");
}

static void explain_gone(const struct subject *subject, struct kin_buf *out)
{
	if (subject->name && subject->ifindex > 0)
		kin_buf_printf(out, "%s is gone or not a CAN interface", subject->name);
	else
		kin_buf_puts(out, "the CAN interface is gone");
	kin_buf_puts(out, "; CAN interfaces here: ");
	can_interface_put_list(out);
}

/* The kernel does not say why a frame is invalid; the interface's MTU narrows it down. */
static void explain_invalid(const struct subject *subject, struct kin_buf *out)
{
	int mtu = subject->name ? can_interface_mtu(subject->name) : -1;

	if (mtu == (int)CAN_MTU)
		kin_buf_printf(out, "%s takes classic frames only (its MTU is %d)", subject->name,
			       mtu);
	else if (mtu == (int)CANFD_MTU)
		kin_buf_printf(
			out,
			"FD frames need the option fd=on; %s takes no XL frames (its MTU is %d)",
			subject->name, mtu);
	else
		kin_buf_puts(out, "FD frames need the option fd=on, XL frames xl=on, and an "
				  "interface that takes them");
}

static void explain_full(const struct subject *subject, struct kin_buf *out)
{
	if (subject->name)
		kin_buf_printf(out,
			       "the queue of %s is full (%d frames): wait, or "
			       "`sudo ip link set %s txqueuelen 1000`",
			       subject->name, can_interface_queue_len(subject->name),
			       subject->name);
	else
		kin_buf_puts(out, "the interface's queue is full: wait, or set its txqueuelen");
}

static void explain_send(const struct subject *subject, int err, struct kin_buf *out)
{
	switch (err) {
	case ENXIO:
		if (subject->ifindex == 0)
			kin_buf_puts(out, "can:any only receives: name the interface to send on");
		else
			explain_gone(subject, out);
		break;
	case EINVAL:
		explain_invalid(subject, out);
		break;
	case EMSGSIZE:
		kin_buf_puts(out, "the frame is longer than the interface takes");
		break;
	case ENOBUFS:
		explain_full(subject, out);
		break;
	}
}

void can_explain(const struct kin_proto *proto, const char *call, int err,
		 const struct kin_target *target, struct kin_buf *out)
{
	char buf[IF_NAMESIZE];
	struct subject subject = {0};

	(void)proto;
	if (target && target->addr.len > 0) {
		subject.ifindex = can_addr_ifindex(&target->addr);
		subject.name = can_interface_name(subject.ifindex, buf);
	}

	if (err == ENETDOWN)
		explain_down(&subject, out);
	else if (err == ENODEV)
		explain_gone(&subject, out);
	else if (strcmp(call, "send") == 0)
		explain_send(&subject, err, out);
}
