/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the kernel's errors mean on packet sockets, and the way out. */
#include "internal.h"

#include <errno.h>
#include <string.h>

static void explain_send(const struct kin_proto *proto, int err, const char *name,
			 struct kin_buf *out)
{
	bool dgram = proto && proto->type == SOCK_DGRAM;

	switch (err) {
	case ENXIO:
		kin_buf_puts(out, "a frame is sent on one interface: name it in the address");
		break;
	case EINVAL:
		if (dgram)
			kin_buf_puts(out, "the interface's header needs a hardware address: send "
					  "to an address with hwaddr");
		else
			kin_buf_puts(out,
				     "the frame is shorter than its link-layer header (14 bytes "
				     "on Ethernet)");
		break;
	case EMSGSIZE:
		kin_buf_printf(out, "the frame is longer than %s takes (its MTU and the header)",
			       name);
		break;
	case ENOBUFS:
		kin_buf_printf(out, "the queue of %s is full", name);
		break;
	}
}

void packet_explain(const struct kin_proto *proto, const char *call, int err,
		    const struct kin_target *target, struct kin_buf *out)
{
	char text[32] = "the interface";
	struct kin_buf name = {text, sizeof(text), 0};

	if (target && packet_ifindex(&target->addr) > 0) {
		kin_buf_put_interface(&name, packet_ifindex(&target->addr));
		kin_buf_end(&name);
	}
	if (err == ENETDOWN)
		kin_buf_printf(out, "%s is down; `sudo ip link set %s up`", text,
			       name.len ? text : "INTERFACE");
	else if (err == ENODEV)
		kin_buf_printf(out, "%s is gone", text);
	else if (strcmp(call, "connect") == 0 && err == EOPNOTSUPP)
		kin_buf_puts(out, "packet sockets don't connect: bind, and name who gets a frame "
				  "when it is sent");
	else if (strcmp(call, "send") == 0)
		explain_send(proto, err, text, out);
}
