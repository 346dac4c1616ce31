/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One CAN frame as ISO-TP (ISO 15765-2:2016, tables 9 to 16). */
#include <errno.h>
#include <string.h>

#include "internal.h"

/* Lengths above 12 bits have 32. */
enum { PCI_FIRST = 2, PCI_FIRST_LONG = 6, PCI_FLOW_CONTROL = 3, LEN_12 = 4095 };

unsigned isotp_padded_len(unsigned len)
{
	return len <= CAN_MAX_DLEN ? CAN_MAX_DLEN
				   : kin_can_fd_dlc_to_len(kin_can_fd_len_to_dlc(len));
}

/* The data behind head bytes of the frame. */
static int set_data(struct kin_isotp_frame *frame, const uint8_t *data, unsigned len, unsigned head)
{
	if (len < head)
		return -EBADMSG;
	frame->data = data + head;
	frame->len = len - head;
	return 0;
}

/* Above 8 bytes, the length is in the second byte. */
static int read_single(struct kin_isotp_frame *frame, const uint8_t *data, unsigned len)
{
	bool escaped = data[0] == 0;
	unsigned head = escaped ? 2 : 1;

	if (escaped && len + (frame->ext >= 0) <= CAN_MAX_DLEN)
		return -EBADMSG;
	if (!escaped && len + (frame->ext >= 0) > CAN_MAX_DLEN)
		return -EBADMSG;
	frame->kind = KIN_ISOTP_SINGLE;
	frame->pdu = escaped ? data[1] : data[0] & 0x0F;
	if (frame->pdu == 0 || frame->pdu > len - head)
		return -EBADMSG;
	return set_data(frame, data, len, head);
}

/* A first frame is full, and the PDU did not fit into a single one. */
static int read_first(struct kin_isotp_frame *frame, const uint8_t *data, unsigned len)
{
	unsigned whole = len + (frame->ext >= 0), head = PCI_FIRST;

	if (whole < CAN_MAX_DLEN || whole != isotp_padded_len(whole))
		return -EBADMSG;
	frame->kind = KIN_ISOTP_FIRST;
	frame->pdu = (data[0] & 0x0FU) << 8 | data[1];
	if (frame->pdu == 0) {
		head = PCI_FIRST_LONG;
		frame->pdu = (uint32_t)data[2] << 24 | (uint32_t)data[3] << 16 |
			     (uint32_t)data[4] << 8 | data[5];
		if (frame->pdu <= LEN_12)
			return -EBADMSG;
	}
	if (frame->pdu <= len - head)
		return -EBADMSG;
	return set_data(frame, data, len, head);
}

static int read_flow_control(struct kin_isotp_frame *frame, const uint8_t *data, unsigned len)
{
	frame->kind = KIN_ISOTP_FLOW_CONTROL;
	frame->number = data[0] & 0x0F;
	if (len < PCI_FLOW_CONTROL)
		return -EBADMSG;
	frame->bs = data[1];
	frame->stmin = data[2];
	return set_data(frame, data, len, PCI_FLOW_CONTROL);
}

static int read_frame(struct kin_isotp_frame *frame, const uint8_t *data, unsigned len, bool ext)
{
	frame->ext = -1;
	if (ext && len > 0) {
		frame->ext = *data++;
		len--;
	}
	if (len == 0)
		return -EBADMSG;
	switch (data[0] >> 4) {
	case 0:
		return read_single(frame, data, len);
	case 1:
		return read_first(frame, data, len);
	case 2:
		frame->kind = KIN_ISOTP_CONSECUTIVE;
		frame->number = data[0] & 0x0F;
		return len > 1 ? set_data(frame, data, len, 1) : -EBADMSG;
	case 3:
		return read_flow_control(frame, data, len);
	default:
		return -EBADMSG;
	}
}

int kin_isotp_frame_parse(const void *frame, size_t size, bool ext,
			  struct kin_isotp_frame *ret_frame)
{
	const union kin_can_frame *can = frame;
	struct kin_isotp_frame found = {.struct_size = sizeof(found)};
	int kind, err;

	if (!frame || !ret_frame)
		return -EINVAL;
	kind = kin_can_frame_kind(frame, size);
	if (kind != KIN_CAN_FD &&
	    (kind != KIN_CAN_CLASSIC || (can->id & (CAN_RTR_FLAG | CAN_ERR_FLAG))))
		return -EBADMSG;
	err = read_frame(&found, can->fd.data, can->fd.len, ext);
	if (err < 0)
		return err;
	if (ret_frame->struct_size < sizeof(found))
		return -EINVAL;
	*ret_frame = found;
	return 0;
}
