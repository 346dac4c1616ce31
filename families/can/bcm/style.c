/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Messages of the broadcast manager for people, as a log of frames, and as JSON. */
#include <inttypes.h>
#include <string.h>

#include "operation.h"

/* ---- Lines for people ---------------------------------------------------------------------- */

/* A view of the frame in an RX_CHANGED as CAN RAW would have received it. */
static bool changed_frame(const struct kin_msg *msg, const struct kin_bcm_msg *bcm,
			  struct kin_msg *ret_frame)
{
	if (bcm->opcode != RX_CHANGED || bcm->n_frames != 1)
		return false;
	*ret_frame = *msg;
	ret_frame->data += (const unsigned char *)bcm->frames - msg->data;
	ret_frame->len = ret_frame->full_len = bcm->frame_size;
	return kin_can_frame_kind(ret_frame->data, ret_frame->len) > 0;
}

static void put_event(struct kin_buf *out, const struct kin_msg *msg, const struct kin_bcm_msg *bcm)
{
	const struct bcm_msg_head *head = (const struct bcm_msg_head *)(void *)msg->data;

	switch (bcm->opcode) {
	case RX_TIMEOUT:
		bcm_put_id(out, bcm->key);
		kin_buf_puts(out, "  silent for ");
		can_put_duration(out, bcm->ival1_ns);
		break;
	case TX_EXPIRED:
		bcm_put_id(out, bcm->key);
		kin_buf_puts(out, "  count done");
		break;
	case TX_STATUS:
		kin_buf_puts(out, "tx-status ");
		bcm_put_tx(out, head);
		break;
	case RX_STATUS:
		kin_buf_puts(out, "rx-status ");
		bcm_put_rx(out, head);
		break;
	default:
		kin_buf_printf(out, "opcode %u ", bcm->opcode);
		bcm_put_id(out, bcm->key);
	}
}

void bcm_put_text(struct kin_format *format, struct kin_sock *sock, const struct kin_msg *msg,
		  struct kin_buf *out)
{
	struct kin_bcm_msg bcm = {.struct_size = sizeof(bcm)};
	struct kin_msg frame;
	char start[128];

	if (kin_bcm_msg_read(msg, &bcm) == 0 && changed_frame(msg, &bcm, &frame)) {
		can_put_text(format, sock, &frame, out);
		return;
	}
	kin_buf_put(out, start, (size_t)(can_put_line_start(start, format, msg) - start));
	kin_buf_puts(out, "  ");
	if (bcm.opcode) {
		put_event(out, msg, &bcm);
	} else {
		kin_buf_printf(out, "malformed message of %zu bytes: ", msg->full_len);
		kin_buf_put_hex(out, msg->data, msg->len < 64 ? msg->len : 64, ' ');
	}
	kin_buf_puts(out, "\n");
}

/* A log has frames alone. */
void bcm_put_candump(struct kin_format *format, struct kin_sock *sock, const struct kin_msg *msg,
		     struct kin_buf *out)
{
	struct kin_bcm_msg bcm = {.struct_size = sizeof(bcm)};
	struct kin_msg frame;

	if (kin_bcm_msg_read(msg, &bcm) == 0 && changed_frame(msg, &bcm, &frame))
		can_put_candump(format, sock, &frame, out);
}

/* ---- JSON ---------------------------------------------------------------------------------- */

static const char *event_name(uint32_t opcode)
{
	static const char *const names[] = {
		[TX_STATUS] = "tx-status",   [TX_EXPIRED] = "tx-expired", [RX_STATUS] = "rx-status",
		[RX_TIMEOUT] = "rx-timeout", [RX_CHANGED] = "rx-changed",
	};

	return opcode < sizeof(names) / sizeof(*names) && names[opcode] ? names[opcode] : "other";
}

static void put_frames(struct kin_buf *out, const struct kin_bcm_msg *bcm)
{
	char text[KIN_CAN_FRAME_TEXT];

	kin_buf_puts(out, ",\"frames\":[");
	for (unsigned i = 0; i < bcm->n_frames; i++) {
		const union kin_can_frame *frame = kin_bcm_msg_frame(bcm, i);

		if (kin_can_frame_format(frame, bcm->frame_size, text, sizeof(text)) < 0)
			*text = '\0';
		kin_buf_printf(out, "%s\"%s\"", i > 0 ? "," : "", text);
	}
	kin_buf_puts(out, "]");
}

static void put_operation(struct kin_buf *out, const struct kin_bcm_msg *bcm)
{
	kin_buf_puts(out, ",\"id\":\"");
	bcm_put_id(out, bcm->key);
	kin_buf_printf(out,
		       "\",\"fd\":%s,\"flags\":%" PRIu32 ",\"count\":%" PRIu32
		       ",\"ival1_ns\":%" PRId64 ",\"ival2_ns\":%" PRId64,
		       bcm->flags & CAN_FD_FRAME ? "true" : "false", bcm->flags, bcm->count,
		       bcm->ival1_ns, bcm->ival2_ns);
	put_frames(out, bcm);
}

void bcm_put_json(struct kin_format *format, struct kin_sock *sock, const struct kin_msg *msg,
		  struct kin_buf *out)
{
	struct kin_bcm_msg bcm = {.struct_size = sizeof(bcm)};
	struct kin_msg frame;

	kin_format_put_json_head(format, sock, msg, out);
	can_put_json_interface(format, msg, out);
	if (kin_bcm_msg_read(msg, &bcm) < 0) {
		kin_buf_puts(out, ",\"malformed\":true,\"data\":\"");
		kin_buf_put_hex(out, msg->data, msg->len, 0);
		kin_buf_puts(out, "\"");
	} else {
		kin_buf_printf(out, ",\"event\":\"%s\"", event_name(bcm.opcode));
		if (changed_frame(msg, &bcm, &frame))
			can_put_json_frame(
				out, (const union kin_can_frame *)(void *)frame.data,
				(enum kin_can_kind)kin_can_frame_kind(frame.data, frame.len));
		else
			put_operation(out, &bcm);
	}
	kin_format_put_json_tail(format, sock, msg, out);
}
