/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* CAN frames as JSON, one object a line. */
#include <string.h>

#include "digits.h"
#include "internal.h"

static void put_flag(struct kin_buf *out, const char *name, bool on)
{
	kin_buf_puts(out, ",\"");
	kin_buf_puts(out, name);
	kin_buf_puts(out, on ? "\":true" : "\":false");
}

static void put_id(struct kin_buf *out, canid_t id, bool extended)
{
	char digits[8], *end;

	if (id & CAN_ERR_FLAG)
		end = put_hex8(digits, id & (CAN_ERR_FLAG | CAN_ERR_MASK));
	else if (extended)
		end = put_hex8(digits, id & CAN_EFF_MASK);
	else
		end = put_hex3(digits, id & CAN_SFF_MASK);
	kin_buf_puts(out, ",\"id\":\"");
	kin_buf_put(out, digits, (size_t)(end - digits));
	kin_buf_puts(out, "\"");
}

static void put_xl_header(struct kin_buf *out, const struct canxl_frame *xl)
{
	put_flag(out, "sec", xl->flags & CANXL_SEC);
	put_flag(out, "rrs", xl->flags & CANXL_RRS);
	kin_buf_printf(out, ",\"vcid\":\"%02X\",\"sdt\":\"%02X\",\"af\":\"%08X\"",
		       (unsigned)(xl->prio >> CANXL_VCID_OFFSET & 0xFF), xl->sdt, xl->af);
}

void can_put_json_frame(struct kin_buf *out, const union kin_can_frame *frame,
			enum kin_can_kind kind)
{
	bool xl = kind == KIN_CAN_XL, fd = kind == KIN_CAN_FD;
	bool error = !xl && (frame->id & CAN_ERR_FLAG);
	bool extended = !xl && !error && (frame->id & CAN_EFF_FLAG);
	bool remote = kind == KIN_CAN_CLASSIC && (frame->id & CAN_RTR_FLAG);
	unsigned len = xl ? frame->xl.len : frame->fd.len;

	put_id(out, xl ? frame->id & CANXL_PRIO_MASK : frame->id, extended);
	put_flag(out, "extended", extended);
	put_flag(out, "rtr", remote);
	put_flag(out, "error", error);
	put_flag(out, "fd", fd);
	put_flag(out, "brs", fd && (frame->fd.flags & CANFD_BRS));
	put_flag(out, "esi", fd && (frame->fd.flags & CANFD_ESI));
	put_flag(out, "xl", xl);
	if (xl)
		put_xl_header(out, &frame->xl);
	kin_buf_printf(out, ",\"len\":%u,\"dlc\":%u,\"data\":\"", len, can_frame_dlc(frame, kind));
	if (!remote)
		kin_buf_put_hex(out, xl ? frame->xl.data : frame->fd.data, len, 0);
	kin_buf_puts(out, "\"");
	if (error && kind == KIN_CAN_CLASSIC) {
		kin_buf_puts(out, ",\"errors\":\"");
		can_put_error(out, &frame->classic, ",");
		kin_buf_puts(out, "\"");
	}
}

void can_put_json_interface(struct kin_format *format, const struct kin_msg *msg,
			    struct kin_buf *out)
{
	int ifindex = can_addr_ifindex(&msg->addr);
	const char *name = ifindex == 0 ? "any" : kin_format_ifname(format, ifindex);

	kin_buf_puts(out, ",\"interface\":");
	kin_buf_put_json(out, name, strlen(name));
}

void can_put_json(struct kin_format *format, struct kin_sock *sock, const struct kin_msg *msg,
		  struct kin_buf *out)
{
	const union kin_can_frame *frame = (const union kin_can_frame *)(void *)msg->data;
	int kind = kin_can_frame_kind(frame, msg->len);

	kin_format_put_json_head(format, sock, msg, out);
	can_put_json_interface(format, msg, out);
	put_flag(out, "tx", msg->flags & MSG_DONTROUTE);
	put_flag(out, "own", msg->flags & MSG_CONFIRM);
	if (kind > 0) {
		can_put_json_frame(out, frame, (enum kin_can_kind)kind);
	} else {
		kin_buf_puts(out, ",\"malformed\":true,\"data\":\"");
		kin_buf_put_hex(out, msg->data, msg->len, 0);
		kin_buf_puts(out, "\"");
	}
	kin_format_put_json_tail(format, sock, msg, out);
}
