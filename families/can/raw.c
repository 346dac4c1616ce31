/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* CAN RAW: what sets it apart from the other protocols of the family. */
#include <errno.h>
#include <string.h>

#include "internal.h"

/*
 * Bound as any CAN socket is. One that only sends need not queue the traffic of the bus, unless
 * filters were asked for.
 */
static int raw_open(struct kin_sock *sock, const struct kin_target *target, enum kin_role role,
		    int64_t deadline_ns)
{
	struct can_filter filter;

	if (role == KIN_SEND && kin_can_filters(sock, &filter, 1) == 1 && filter.can_id == 0 &&
	    filter.can_mask == 0) {
		int err = kin_can_set_filters(sock, NULL, 0);

		if (err < 0)
			return err;
	}
	return kin_open_target(sock, target, role, deadline_ns);
}

/* Frames that were not asked for do not come, and room for XL frames is far apart. */
static size_t raw_msg_max(const struct kin_sock *sock)
{
	int fd = 0, xl = 0;

	/* What the kernel is too old for is off. */
	if (kin_getsockopt_int(sock, SOL_CAN_RAW, CAN_RAW_XL_FRAMES, &xl) == 0 && xl)
		return CANXL_MTU;
	if (kin_getsockopt_int(sock, SOL_CAN_RAW, CAN_RAW_FD_FRAMES, &fd) == 0 && fd)
		return CANFD_MTU;
	return CAN_MTU;
}

/* The kernel does not say why a frame is invalid; the interface's MTU narrows it down. */
static void explain_invalid(const struct can_subject *subject, struct kin_buf *out)
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

static void raw_explain(const char *call, int err, const struct can_subject *subject,
			struct kin_buf *out)
{
	if (strcmp(call, "send") != 0)
		return;
	if (err == ENXIO && subject->ifindex == 0)
		kin_buf_puts(out, "can:any only receives: name the interface to send on");
	else if (err == EINVAL)
		explain_invalid(subject, out);
	else if (err == EMSGSIZE)
		kin_buf_puts(out, "the frame is longer than the interface takes");
}

const struct can_protocol can_raw = {
	.protocol = CAN_RAW,
	.open = raw_open,
	.explain = raw_explain,
	.msg_parse = can_frame_msg_parse,
	.pattern_parse = can_frame_pattern_parse,
	.pattern_match = can_frame_pattern_match,
	.msg_max = raw_msg_max,
};
