/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Frames for load generation. */
#include <errno.h>
#include <string.h>

#include "internal.h"

enum { ID, LEN, DATA, EXTENDED, RTR, DLC, FD, BRS, ESI, XL, SEC, RRS, VCID, SDT, AF };

/* clang-format off */
#define FLAG(text) .name = (text), .schemes = "can", .type = KIN_GEN_BOOL, .random = "off", .counting = "off"
#define XL_HEX(text, most) .name = (text), .schemes = "can", .type = KIN_GEN_HEX, .max = (most), \
	.random = "0", .counting = "0"

const struct kin_gen_field can_gen_fields[] = {
	[ID] = {.name = "id", .schemes = "can", .type = KIN_GEN_HEX, .max = CAN_EFF_MASK, .counting = "inc",
		.doc = "the identifier; of XL the priority"},
	[LEN] = {.name = "len", .schemes = "can", .type = KIN_GEN_NUMBER, .max = CANXL_MAX_DLEN, .counting = "8",
		 .doc = "bytes of data; without fd and xl, their number makes an FD or XL frame"},
	[DATA] = {.name = "data", .schemes = "can", .type = KIN_GEN_BYTES, .max = CANXL_MAX_DLEN, .counting = "inc",
		  .doc = "the data"},
	[EXTENDED] = {FLAG("extended"), .doc = "an identifier of 29 bits"},
	[RTR] = {FLAG("rtr"), .doc = "of classic frames: remote requests"},
	[DLC] = {FLAG("dlc"), .doc = "of classic frames: len is the DLC, of which 9 to 15 mean 8 bytes"},
	[FD] = {FLAG("fd"), .doc = "CAN FD"},
	[BRS] = {FLAG("brs"), .doc = "of FD: the bit rate is switched"},
	[ESI] = {FLAG("esi"), .doc = "of FD: the sender is error passive"},
	[XL] = {FLAG("xl"), .mixed = "off", .doc = "CAN XL"},
	[SEC] = {FLAG("sec"), .doc = "of XL: simple extended content"},
	[RRS] = {FLAG("rrs"), .doc = "of XL: remote request substitution"},
	[VCID] = {XL_HEX("vcid", 0xFF), .mixed = "0", .doc = "of XL: the virtual network; needs the option vcid=pass"},
	[SDT] = {XL_HEX("sdt", 0xFF), .doc = "of XL: the SDU type"},
	[AF] = {XL_HEX("af", UINT32_MAX), .doc = "of XL: the acceptance field"},
	{},
};
/* clang-format on */

/* What a frame is but for its identifier and its data: in most loads all have it in common. */
struct __attribute__((may_alias)) shape {
	bool kept;
	unsigned char
		head[CANXL_HDR_SIZE]; /* the bytes it begins with, as far as any kind's data */
	canid_t id_max;
	uint16_t size, at, len; /* of the frame; where its data is, and how much */
};

_Static_assert(sizeof(struct shape) <= KIN_GEN_KEPT, "a shape can be kept");

/* Data that was said is as long as it is. */
static unsigned draw_len(struct kin_generator *gen, unsigned min, unsigned max)
{
	size_t said = kin_gen_len(gen, DATA);

	return said && !kin_gen_is_set(gen, LEN) ? (unsigned)said
						 : (unsigned)kin_gen_number(gen, LEN, min, max);
}

/* Where no kind was said, the length says. */
static enum kin_can_kind draw_kind(struct kin_generator *gen)
{
	unsigned len;

	if (kin_gen_number(gen, XL, 0, 1))
		return KIN_CAN_XL;
	if (kin_gen_number(gen, FD, 0, 1))
		return KIN_CAN_FD;
	if ((!kin_gen_is_value(gen, LEN) && !kin_gen_len(gen, DATA)) || kin_gen_is_set(gen, FD) ||
	    kin_gen_is_set(gen, XL) || kin_gen_is_set(gen, DLC))
		return KIN_CAN_CLASSIC;
	len = draw_len(gen, 0, CANXL_MAX_DLEN);
	return len <= CAN_MAX_DLEN     ? KIN_CAN_CLASSIC
	       : len <= CANFD_MAX_DLEN ? KIN_CAN_FD
				       : KIN_CAN_XL;
}

static int check_len(const char *kind, unsigned len, unsigned max)
{
	return len <= max
		       ? 0
		       : kin_fail(EINVAL, "%s frame can't hold %u bytes, only %u", kind, len, max);
}

static int draw_classic(struct kin_generator *gen, struct shape *shape)
{
	unsigned max = kin_gen_number(gen, DLC, 0, 1) ? CAN_MAX_RAW_DLC : CAN_MAX_DLEN;
	unsigned len = draw_len(gen, 0, max);
	struct can_frame frame = {};
	int r = check_len("a classic", len, max);

	if (r < 0)
		return r;
	if (len > CAN_MAX_DLEN)
		frame.len8_dlc = (uint8_t)len;
	frame.len = (uint8_t)(len < CAN_MAX_DLEN ? len : CAN_MAX_DLEN);
	if (kin_gen_number(gen, RTR, 0, 1))
		frame.can_id = CAN_RTR_FLAG;
	else
		shape->len = frame.len;
	shape->at = offsetof(struct can_frame, data);
	shape->size = sizeof(frame);
	memcpy(shape->head, &frame, sizeof(shape->head));
	return 0;
}

/* The lengths there are come equally often. */
static int draw_fd_len(struct kin_generator *gen)
{
	unsigned len, rounded;
	int r;

	if (!kin_gen_is_value(gen, LEN) && !kin_gen_len(gen, DATA))
		return (int)kin_can_fd_dlc_to_len(draw_len(gen, 0, CANFD_MAX_DLC));
	len = draw_len(gen, 0, CANFD_MAX_DLEN);
	r = check_len("an FD", len, CANFD_MAX_DLEN);
	if (r < 0)
		return r;
	rounded = kin_can_fd_dlc_to_len(kin_can_fd_len_to_dlc(len));
	if (rounded != len)
		return kin_fail(EINVAL,
				"an FD frame can't hold %u bytes; it holds 12, 16, 20, 24, 32, 48 "
				"or 64",
				len);
	return (int)len;
}

static int draw_fd(struct kin_generator *gen, struct shape *shape)
{
	struct canfd_frame frame = {.flags = CANFD_FDF};
	int len = draw_fd_len(gen);

	if (len < 0)
		return len;
	frame.len = (uint8_t)len;
	if (kin_gen_number(gen, BRS, 0, 1))
		frame.flags |= CANFD_BRS;
	if (kin_gen_number(gen, ESI, 0, 1))
		frame.flags |= CANFD_ESI;
	shape->len = frame.len;
	shape->at = offsetof(struct canfd_frame, data);
	shape->size = sizeof(frame);
	memcpy(shape->head, &frame, sizeof(shape->head));
	return 0;
}

static int draw_xl(struct kin_generator *gen, struct shape *shape)
{
	unsigned len = draw_len(gen, CANXL_MIN_DLEN, CANXL_MAX_DLEN);
	struct canxl_frame frame;
	int r = check_len("an XL", len, CANXL_MAX_DLEN);

	if (r < 0)
		return r;
	frame.prio = (canid_t)kin_gen_number(gen, VCID, 0, 0xFF) << CANXL_VCID_OFFSET;
	frame.flags = CANXL_XLF;
	if (kin_gen_number(gen, SEC, 0, 1))
		frame.flags |= CANXL_SEC;
	if (kin_gen_number(gen, RRS, 0, 1))
		frame.flags |= CANXL_RRS;
	frame.sdt = (uint8_t)kin_gen_number(gen, SDT, 0, 0xFF);
	frame.af = (uint32_t)kin_gen_number(gen, AF, 0, UINT32_MAX);
	frame.len = (uint16_t)len;
	shape->len = frame.len;
	shape->at = CANXL_HDR_SIZE;
	shape->size = (uint16_t)(CANXL_HDR_SIZE + len);
	memcpy(shape->head, &frame, sizeof(shape->head));
	return 0;
}

/* Does nothing vary but identifiers and data? */
static bool have_one_shape(const struct kin_generator *gen)
{
	uint64_t varying = kin_gen_varying(gen) & ~(UINT64_C(1) << ID | UINT64_C(1) << DATA);

	/* Said data has a length. */
	if (kin_gen_len(gen, DATA) && !kin_gen_is_set(gen, LEN))
		varying &= ~(UINT64_C(1) << LEN);
	return varying == 0;
}

static int draw_shape(struct kin_generator *gen, struct shape *shape)
{
	enum kin_can_kind kind = draw_kind(gen);
	int r;

	*shape = (struct shape){.id_max = CAN_SFF_MASK};
	if (kind == KIN_CAN_XL)
		r = draw_xl(gen, shape);
	else if (kind == KIN_CAN_FD)
		r = draw_fd(gen, shape);
	else
		r = draw_classic(gen, shape);
	if (r == 0 && kind != KIN_CAN_XL && kin_gen_number(gen, EXTENDED, 0, 1)) {
		canid_t flags;

		memcpy(&flags, shape->head, sizeof(flags));
		flags |= CAN_EFF_FLAG;
		memcpy(shape->head, &flags, sizeof(flags));
		shape->id_max = CAN_EFF_MASK;
	}
	shape->kept = r == 0 && have_one_shape(gen);
	return r;
}

int can_msg_generate(const struct kin_proto *proto, struct kin_generator *gen, struct kin_msg *msg)
{
	union kin_can_frame *frame = (union kin_can_frame *)(void *)msg->data;
	struct shape *shape = kin_gen_kept(gen);
	int r = shape->kept ? 0 : draw_shape(gen, shape);
	unsigned end = shape->at + shape->len;

	(void)proto;
	if (r < 0)
		return r;
	if (shape->size > msg->size)
		return kin_fail(EMSGSIZE, "a frame of %u bytes is longer than the room of %zu",
				shape->size, msg->size);
	memcpy(frame, shape->head, sizeof(shape->head));
	kin_gen_bytes(gen, DATA, msg->data + shape->at, shape->len);
	if (end < shape->size)
		memset(msg->data + end, 0, shape->size - end);
	frame->id |= (canid_t)kin_gen_number(gen, ID, 0, shape->id_max);
	msg->len = shape->size;
	return 0;
}

const char *can_msg_needs(const struct kin_proto *proto, const struct kin_msg *msg)
{
	if (!proto || proto->protocol != CAN_RAW || !msg || !msg->data)
		return NULL;
	switch (can_frame_kind((const union kin_can_frame *)(const void *)msg->data, msg->len)) {
	case KIN_CAN_FD:
		return "fd";
	case KIN_CAN_XL:
		return "xl";
	default:
		return NULL;
	}
}
