/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* CAN frames: telling them apart, their lengths, and writing them in the compact notation. */
#include <errno.h>
#include <stdio.h>

#include "digits.h"
#include "internal.h"

/* clang-format off */
#define HEX_ROW(h) \
	h "0" h "1" h "2" h "3" h "4" h "5" h "6" h "7" h "8" h "9" h "A" h "B" h "C" h "D" h "E" h "F"
#define DECIMAL_ROW(d) d "0" d "1" d "2" d "3" d "4" d "5" d "6" d "7" d "8" d "9"

const char can_hex_pairs[] =
	HEX_ROW("0") HEX_ROW("1") HEX_ROW("2") HEX_ROW("3") HEX_ROW("4") HEX_ROW("5") HEX_ROW("6")
	HEX_ROW("7") HEX_ROW("8") HEX_ROW("9") HEX_ROW("A") HEX_ROW("B") HEX_ROW("C") HEX_ROW("D")
	HEX_ROW("E") HEX_ROW("F");

const char can_decimal_pairs[] =
	DECIMAL_ROW("0") DECIMAL_ROW("1") DECIMAL_ROW("2") DECIMAL_ROW("3") DECIMAL_ROW("4")
	DECIMAL_ROW("5") DECIMAL_ROW("6") DECIMAL_ROW("7") DECIMAL_ROW("8") DECIMAL_ROW("9");
/* clang-format on */

static const uint8_t fd_lengths[] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 12, 16, 20, 24, 32, 48, 64};

unsigned kin_can_fd_dlc_to_len(unsigned dlc)
{
	return fd_lengths[dlc < CANFD_MAX_DLC ? dlc : CANFD_MAX_DLC];
}

unsigned kin_can_fd_len_to_dlc(unsigned len)
{
	unsigned dlc = 0;

	while (dlc < CANFD_MAX_DLC && fd_lengths[dlc] < len)
		dlc++;
	return dlc;
}

int kin_can_frame_kind(const void *frame, size_t size)
{
	return frame ? can_frame_kind(frame, size) : -EINVAL;
}

unsigned can_frame_dlc(const union kin_can_frame *frame, enum kin_can_kind kind)
{
	const struct can_frame *classic = &frame->classic;

	if (kind == KIN_CAN_XL)
		return frame->xl.len - 1U;
	if (kind == KIN_CAN_FD)
		return kin_can_fd_len_to_dlc(frame->fd.len);
	if (classic->len == CAN_MAX_DLEN && classic->len8_dlc > CAN_MAX_DLC &&
	    classic->len8_dlc <= CAN_MAX_RAW_DLC)
		return classic->len8_dlc;
	return classic->len;
}

/* Long data. Its own function, so that classic frames do not pay for the registers of its loop. */
static __attribute__((noinline)) char *put_data(char *p, const uint8_t *data, unsigned len)
{
	for (unsigned i = 0; i < len; i++)
		p = put_hex2(p, data[i]);
	return p;
}

static char *put_xl_frame(char *p, const struct canxl_frame *xl)
{
	p = put_hex2(p, (uint8_t)(xl->prio >> CANXL_VCID_OFFSET));
	p = put_hex3(p, xl->prio & CANXL_PRIO_MASK);
	*p++ = '#';
	p = put_hex2(p, xl->flags);
	*p++ = ':';
	p = put_hex2(p, xl->sdt);
	*p++ = ':';
	p = put_hex8(p, xl->af);
	*p++ = '#';
	return put_data(p, xl->data, xl->len);
}

char *can_put_frame(char *p, const union kin_can_frame *frame, enum kin_can_kind kind)
{
	unsigned dlc;

	if (kind == KIN_CAN_XL)
		return put_xl_frame(p, &frame->xl);

	if (frame->id & CAN_ERR_FLAG)
		p = put_hex8(p, frame->id & (CAN_ERR_MASK | CAN_ERR_FLAG));
	else if (frame->id & CAN_EFF_FLAG)
		p = put_hex8(p, frame->id & CAN_EFF_MASK);
	else
		p = put_hex3(p, frame->id & CAN_SFF_MASK);
	*p++ = '#';

	if (kind == KIN_CAN_FD) {
		*p++ = '#';
		*p++ = can_hex_pairs[2 * (frame->fd.flags & 0xF) + 1];
		return put_data(p, frame->fd.data, frame->fd.len);
	}

	if (frame->id & CAN_RTR_FLAG) {
		*p++ = 'R';
		if (frame->classic.len > 0)
			*p++ = (char)('0' + frame->classic.len);
	} else {
		p = put_hex_of_8(p, frame->classic.data, frame->classic.len);
	}
	dlc = can_frame_dlc(frame, kind);
	if (dlc > CAN_MAX_DLC) {
		*p++ = '_';
		*p++ = can_hex_pairs[2 * dlc + 1];
	}
	return p;
}

ssize_t kin_can_frame_format(const void *frame, size_t size, char *buf, size_t buf_size)
{
	int kind = kin_can_frame_kind(frame, size);
	char text[KIN_CAN_FRAME_TEXT];
	struct kin_buf out = {buf, buf_size, 0};

	KIN_NEED(frame);
	KIN_NEED_ROOM(buf, buf_size);
	if (kind < 0)
		return kin_fail(EBADMSG, "not a CAN frame: %zu bytes", size);
	kin_buf_put(&out, text,
		    (size_t)(can_put_frame(text, frame, (enum kin_can_kind)kind) - text));
	if (buf_size > 0)
		kin_buf_end(&out);
	return (ssize_t)out.len;
}
