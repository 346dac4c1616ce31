/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a socket of the broadcast manager receives. */
#include <errno.h>
#include <string.h>

#include "operation.h"

int kin_bcm_msg_read(const struct kin_msg *msg, struct kin_bcm_msg *ret)
{
	struct bcm_msg_head head;
	size_t frame_size;

	KIN_NEED(msg);
	KIN_NEED(ret);
	if (ret->struct_size < sizeof(*ret))
		return kin_fail(EINVAL, "struct_size %zu is not set", ret->struct_size);
	if (msg->len < sizeof(head))
		return kin_fail(EBADMSG, "a message of %zu bytes is shorter than its head of %zu",
				msg->len, sizeof(head));
	memcpy(&head, msg->data, sizeof(head));
	if (head.opcode < TX_SETUP || head.opcode > RX_CHANGED)
		return kin_fail(EBADMSG, "%u is no opcode of the broadcast manager", head.opcode);
	frame_size = bcm_frame_size(&head);
	if ((msg->len - sizeof(head)) / frame_size < head.nframes)
		return kin_fail(EBADMSG, "a message of %zu bytes has no room for %u frames",
				msg->len, head.nframes);
	if (bcm_time_ns(&head.ival1) < 0 || bcm_time_ns(&head.ival2) < 0)
		return kin_fail(EBADMSG,
				"ival1 of %ld s and %ld us, or ival2 of %ld s and %ld us, is no "
				"time",
				head.ival1.tv_sec, head.ival1.tv_usec, head.ival2.tv_sec,
				head.ival2.tv_usec);
	*ret = (struct kin_bcm_msg){
		.struct_size = ret->struct_size,
		.opcode = head.opcode,
		.flags = head.flags,
		.count = head.count,
		.key = head.can_id,
		.ival1_ns = bcm_time_ns(&head.ival1),
		.ival2_ns = bcm_time_ns(&head.ival2),
		.ifindex = can_addr_ifindex(&msg->addr),
		.own = msg->flags & MSG_CONFIRM,
		.local = msg->flags & MSG_DONTROUTE,
		.n_frames = head.nframes,
		.frame_size = frame_size,
		.frames = msg->data + sizeof(head),
	};
	return 0;
}

const union kin_can_frame *kin_bcm_msg_frame(const struct kin_bcm_msg *msg, unsigned i)
{
	KIN_NEED_OR(msg, NULL);
	if (i >= msg->n_frames) {
		kin_fail(EINVAL, "there is no frame %u", i);
		return NULL;
	}
	return (const void *)((const unsigned char *)msg->frames + i * msg->frame_size);
}
