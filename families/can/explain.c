/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the kernel's errors mean on CAN, and the way out. */
#include <errno.h>
#include <string.h>

#include "internal.h"

static void explain_down(const struct can_subject *subject, struct kin_buf *out)
{
	if (subject->name && subject->ifindex > 0)
		kin_buf_printf(out, "%s is down; `sudo kin can up %s`", subject->name,
			       subject->name);
	else
		kin_buf_puts(out, "the CAN interface is down");
}

static void explain_gone(const struct can_subject *subject, struct kin_buf *out)
{
	if (subject->name && subject->ifindex > 0)
		kin_buf_printf(out, "%s is gone or not a CAN interface", subject->name);
	else
		kin_buf_puts(out, "the CAN interface is gone");
	kin_buf_puts(out, "; CAN interfaces here: ");
	can_interface_put_list(out);
}

static void explain_full(const struct can_subject *subject, struct kin_buf *out)
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

void can_explain(const struct kin_proto *proto, const char *call, int err,
		 const struct kin_target *target, struct kin_buf *out)
{
	const struct can_protocol *p = can_protocol_of(proto);
	char buf[IF_NAMESIZE];
	struct can_subject subject = {.target = target};
	bool sending = strcmp(call, "send") == 0;
	size_t before = out->len;

	if (target && target->addr.len > 0) {
		subject.ifindex = can_addr_ifindex(&target->addr);
		subject.name = can_interface_name(subject.ifindex, buf);
	}
	if (p && p->explain)
		p->explain(call, err, &subject, out);
	if (out->len > before)
		return;
	if (err == ENETDOWN)
		explain_down(&subject, out);
	else if (err == ENODEV || (err == ENXIO && sending))
		explain_gone(&subject, out);
	else if (err == ENOBUFS && sending)
		explain_full(&subject, out);
}
