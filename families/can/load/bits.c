/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * How many bits a frame takes on the wire. Sources: ISO 11898-1; Bosch, "CAN Specification 2.0"
 * and "CAN with Flexible Data-Rate 1.0"; include/linux/can/length.h of the kernel for the fields;
 * what is modelled of CAN XL is told in can-load.h.
 */
#include <errno.h>

#include <kin/family.h>

#include "../internal.h"
#include "can-load.h"

/* ---- Stuff bits ---------------------------------------------------------------------------- */

/*
 * Dynamic stuffing as a machine. Its state is the last bit on the wire and how often that came in
 * a row: 0-3 a 0 one to four times, 4-7 a 1. The fifth equal bit has the contrary one follow at
 * once: states 8 and 9 are such a stuff bit, 0 or 1.
 */
struct stuffing {
	unsigned state, count;
};

/* The recessive level before SOF. */
enum { IDLE = 4, STUFFED = 8 };

/* The next state for each bit and for each four bits, and times 16, how many stuff bits came. */
/* clang-format off */
static const uint8_t one_bit[10][2] = {
	{0x01, 0x04},
	{0x02, 0x04},
	{0x03, 0x04},
	{0x19, 0x04},
	{0x00, 0x05},
	{0x00, 0x06},
	{0x00, 0x07},
	{0x00, 0x18},
	{0x01, 0x04},
	{0x00, 0x05},
};

static const uint8_t four_bits[10][16] = {
	{0x19, 0x04, 0x00, 0x05, 0x01, 0x04, 0x00, 0x06, 0x02, 0x04, 0x00, 0x05, 0x01, 0x04, 0x00, 0x07},
	{0x10, 0x15, 0x00, 0x05, 0x01, 0x04, 0x00, 0x06, 0x02, 0x04, 0x00, 0x05, 0x01, 0x04, 0x00, 0x07},
	{0x11, 0x14, 0x10, 0x16, 0x01, 0x04, 0x00, 0x06, 0x02, 0x04, 0x00, 0x05, 0x01, 0x04, 0x00, 0x07},
	{0x12, 0x14, 0x10, 0x15, 0x11, 0x14, 0x10, 0x17, 0x02, 0x04, 0x00, 0x05, 0x01, 0x04, 0x00, 0x07},
	{0x03, 0x04, 0x00, 0x05, 0x01, 0x04, 0x00, 0x06, 0x02, 0x04, 0x00, 0x05, 0x01, 0x04, 0x00, 0x18},
	{0x03, 0x04, 0x00, 0x05, 0x01, 0x04, 0x00, 0x06, 0x02, 0x04, 0x00, 0x05, 0x01, 0x04, 0x11, 0x14},
	{0x03, 0x04, 0x00, 0x05, 0x01, 0x04, 0x00, 0x06, 0x02, 0x04, 0x00, 0x05, 0x12, 0x14, 0x10, 0x15},
	{0x03, 0x04, 0x00, 0x05, 0x01, 0x04, 0x00, 0x06, 0x13, 0x14, 0x10, 0x15, 0x11, 0x14, 0x10, 0x16},
	{0x19, 0x04, 0x00, 0x05, 0x01, 0x04, 0x00, 0x06, 0x02, 0x04, 0x00, 0x05, 0x01, 0x04, 0x00, 0x07},
	{0x03, 0x04, 0x00, 0x05, 0x01, 0x04, 0x00, 0x06, 0x02, 0x04, 0x00, 0x05, 0x01, 0x04, 0x00, 0x18},
};
/* clang-format on */

static void stuff_four(struct stuffing *s, unsigned bits)
{
	unsigned next = four_bits[s->state][bits];

	s->state = next & 15;
	s->count += next >> 4;
}

/* The last n bits, the highest first. */
static void stuff(struct stuffing *s, uint64_t bits, unsigned n)
{
	for (; n % 4; n--) {
		unsigned next = one_bit[s->state][bits >> (n - 1) & 1];

		s->state = next & 15;
		s->count += next >> 4;
	}
	for (; n; n -= 4)
		stuff_four(s, bits >> (n - 4) & 15);
}

static void stuff_bytes(struct stuffing *s, const uint8_t *data, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		stuff_four(s, data[i] >> 4);
		stuff_four(s, data[i] & 15);
	}
}

/* ---- Classic ------------------------------------------------------------------------------- */

enum {
	CRC_DELIMITER = 1,
	ACK = 2, /* slot and delimiter */
	END_OF_FRAME = 7,
	TAIL = ACK + END_OF_FRAME,
	INTERFRAME_SPACE = 3,
	CRC15 = 15,
};

/* The remainder of four bits for x^15+x^14+x^10+x^8+x^7+x^4+x^3+1. */
static const uint16_t crc15_of_four[16] = {
	0x0000, 0x4599, 0x4EAB, 0x0B32, 0x58CF, 0x1D56, 0x1664, 0x53FD,
	0x7407, 0x319E, 0x3AAC, 0x7F35, 0x2CC8, 0x6951, 0x6263, 0x27FA,
};

static unsigned crc15_four(unsigned crc, unsigned bits)
{
	return (crc << 4 & 0x7FFF) ^ crc15_of_four[crc >> 11 ^ bits];
}

/* Of the n bits of a header and the data behind it. Zeros before the first bit change nothing. */
static unsigned crc15(uint64_t header, unsigned n, const uint8_t *data, size_t len)
{
	unsigned crc = 0;

	for (int shift = (int)((n - 1) / 4 * 4); shift >= 0; shift -= 4)
		crc = crc15_four(crc, header >> shift & 15);
	for (size_t i = 0; i < len; i++)
		crc = crc15_four(crc15_four(crc, data[i] >> 4), data[i] & 15);
	return crc;
}

/* The identifier's bits of an extended frame, with SRR and IDE between its two parts. */
static uint64_t extended_id(canid_t id)
{
	uint64_t base = id >> 18 & CAN_SFF_MASK, extension = id & 0x3FFFF;

	return base << 20 | 3 << 18 | extension;
}

/* Davis et al.: of n bits that are subject to stuffing. */
static unsigned most_stuff_bits(unsigned n)
{
	return (n - 1) / 4;
}

static void count_classic(const struct can_frame *frame, unsigned flags, struct kin_can_bits *bits)
{
	bool extended = frame->can_id & CAN_EFF_FLAG, remote = frame->can_id & CAN_RTR_FLAG;
	unsigned dlc =
		can_frame_dlc((const union kin_can_frame *)(const void *)frame, KIN_CAN_CLASSIC);
	/* SOF, identifier, RTR, two reserved bits (IDE and one), DLC */
	unsigned n = extended ? 39 : 19;
	uint64_t header = extended ? extended_id(frame->can_id) << 7
				   : (uint64_t)(frame->can_id & CAN_SFF_MASK) << 7;
	size_t len = remote ? 0 : frame->len;
	struct stuffing s = {.state = IDLE};

	header |= (uint64_t)remote << 6 | dlc;
	if (flags & KIN_CAN_BITS_WORST) {
		s.count = most_stuff_bits(n + 8 * (unsigned)len + CRC15);
	} else if (!(flags & KIN_CAN_BITS_UNSTUFFED)) {
		stuff(&s, header, n);
		stuff_bytes(&s, frame->data, len);
		stuff(&s, crc15(header, n, frame->data, len), CRC15);
	}
	bits->payload = 8 * (uint32_t)len;
	bits->stuff = s.count;
	bits->arbitration = n + bits->payload + CRC15 + s.count + CRC_DELIMITER + TAIL;
}

/* ---- FD ------------------------------------------------------------------------------------ */

/* Stuff count where there is one, CRC, and the fixed stuff bits: one before each four bits. */
static unsigned fd_crc_bits(size_t len, unsigned flags, unsigned *ret_fixed)
{
	unsigned n = (len <= 16 ? 17 : 21) + (flags & KIN_CAN_BITS_NON_ISO ? 0 : 4);

	*ret_fixed = (n + 3) / 4;
	return n + *ret_fixed;
}

/* Up to BRS, and from there to the end of the data. */
static void fd_stuff_bits(const struct canfd_frame *frame, size_t len, unsigned flags,
			  unsigned ret_stuff[2])
{
	bool extended = frame->can_id & CAN_EFF_FLAG;
	/* RRS, IDE (an extended one's is before), FDF, res, BRS */
	uint64_t header = extended ? extended_id(frame->can_id) << 4
				   : (uint64_t)(frame->can_id & CAN_SFF_MASK) << 5;
	struct stuffing s = {.state = IDLE};

	ret_stuff[0] = ret_stuff[1] = 0;
	if (flags & KIN_CAN_BITS_WORST) {
		/* FDF ends the first run, and of the second res or BRS are a part. */
		ret_stuff[0] = most_stuff_bits(extended ? 33 : 14);
		ret_stuff[1] = 1 + 2 * (unsigned)len;
	} else if (!(flags & KIN_CAN_BITS_UNSTUFFED)) {
		header |= 1 << 2 | (frame->flags & CANFD_BRS ? 1 : 0);
		stuff(&s, header, extended ? 36 : 17);
		ret_stuff[0] = s.count;
		stuff(&s,
		      (frame->flags & CANFD_ESI ? 1U << 4 : 0) |
			      kin_can_fd_len_to_dlc((unsigned)len),
		      5);
		stuff_bytes(&s, frame->data, len);
		/* Where one would be due behind the last bit, the CRC field's first one is. */
		ret_stuff[1] = s.count - ret_stuff[0] - (s.state >= STUFFED);
	}
}

static void count_fd(const struct canfd_frame *frame, unsigned flags, struct kin_can_bits *bits)
{
	size_t len = kin_can_fd_dlc_to_len(kin_can_fd_len_to_dlc(frame->len));
	unsigned stuff_bits[2], fixed, crc = fd_crc_bits(len, flags, &fixed);
	unsigned data;

	fd_stuff_bits(frame, len, flags, stuff_bits);
	bits->payload = 8U * frame->len;
	bits->stuff = stuff_bits[0] + stuff_bits[1] + fixed;
	bits->arbitration = (frame->can_id & CAN_EFF_FLAG ? 36 : 17) + stuff_bits[0] + TAIL;
	/* ESI, DLC */
	data = 5 + 8 * (unsigned)len + stuff_bits[1] + crc + CRC_DELIMITER;
	if (frame->flags & CANFD_BRS)
		bits->data = data;
	else
		bits->arbitration += data;
}

/* ---- XL ------------------------------------------------------------------------------------ */

static void count_xl(const struct canxl_frame *frame, unsigned flags, struct kin_can_bits *bits)
{
	enum {
		TO_IDE = 1 + 11 + 1 + 1,
		TO_ADH = TO_IDE + 4, /* FDF, XLF, resXL, ADH */
		/* From DL1 to FCRC, without the data: what the fixed stuff bits stand in. */
		FIXED_STUFFING = 1 + 8 + 1 + 11 + 3 + 13 + 8 + 32 + 32,
		BEFORE_AND_BEHIND = 2 + 4, /* DH1, DH2; FCP */
		DATA_TO_ARBITRATION = 4,
	};
	unsigned stuffed = FIXED_STUFFING + 8U * frame->len, fixed = stuffed / 10;
	struct stuffing s = {.state = IDLE};

	if (flags & KIN_CAN_BITS_WORST)
		s.count = most_stuff_bits(TO_IDE);
	else if (!(flags & KIN_CAN_BITS_UNSTUFFED))
		/* FDF and XLF are 1, resXL is 0: they end any run. */
		stuff(&s,
		      (frame->prio & CANXL_PRIO_MASK) << 2 |
			      (frame->flags & CANXL_RRS ? 1U << 1 : 0),
		      TO_IDE);
	bits->payload = 8U * frame->len;
	bits->stuff = s.count + fixed;
	bits->arbitration = TO_ADH + s.count + DATA_TO_ARBITRATION + TAIL;
	bits->data = BEFORE_AND_BEHIND + stuffed + fixed;
}

/* ---- All ----------------------------------------------------------------------------------- */

/* What the classes tell of the bus itself. */
static void count_error(canid_t id, unsigned flags, struct kin_can_bits *bits)
{
	enum { FLAG = 6, FLAGS_SUPERIMPOSED = 12, DELIMITER = 8 };

	if (id & (CAN_ERR_PROT | CAN_ERR_ACK | CAN_ERR_BUSERROR))
		bits->arbitration =
			(flags & KIN_CAN_BITS_WORST ? FLAGS_SUPERIMPOSED : FLAG) + DELIMITER;
}

int kin_can_frame_bits(const void *frame, size_t size, unsigned flags,
		       struct kin_can_bits *ret_bits)
{
	const unsigned known = KIN_CAN_BITS_WORST | KIN_CAN_BITS_UNSTUFFED | KIN_CAN_BITS_NO_SPACE |
			       KIN_CAN_BITS_NON_ISO;
	const unsigned either = KIN_CAN_BITS_WORST | KIN_CAN_BITS_UNSTUFFED;
	const union kin_can_frame *f = frame;
	struct kin_can_bits bits = {};
	int kind = kin_can_frame_kind(frame, size);

	if (!ret_bits)
		return kin_fail(EINVAL, "no place for the bits");
	if (flags & ~known || (flags & either) == either)
		return kin_fail(EINVAL, "flags %#x are no way to count bits", flags);
	if (kind < 0)
		return kin_fail(-kind, frame ? "%zu bytes are no CAN frame" : "no frame", size);
	if (kind != KIN_CAN_XL && f->id & CAN_ERR_FLAG)
		count_error(f->id, flags, &bits);
	else if (kind == KIN_CAN_CLASSIC)
		count_classic(&f->classic, flags, &bits);
	else if (kind == KIN_CAN_FD)
		count_fd(&f->fd, flags, &bits);
	else
		count_xl(&f->xl, flags, &bits);
	if (bits.arbitration && !(flags & KIN_CAN_BITS_NO_SPACE))
		bits.arbitration += INTERFRAME_SPACE;
	*ret_bits = bits;
	return 0;
}

/* The nearest; a frame has fewer than 2^15 bits. */
static int64_t time_of(uint64_t n, uint32_t bitrate)
{
	return (int64_t)((n * UINT64_C(1000000000) + bitrate / 2) / bitrate);
}

int64_t kin_can_bits_time(const struct kin_can_bits *bits, uint32_t bitrate, uint32_t data_bitrate)
{
	if (!bits)
		return kin_fail(EINVAL, "no bits");
	if (bitrate == 0)
		return kin_fail(EINVAL, "bit rate 0 is not above 0");
	if (data_bitrate == 0 || data_bitrate == bitrate)
		return time_of((uint64_t)bits->arbitration + bits->data, bitrate);
	return time_of(bits->arbitration, bitrate) + time_of(bits->data, data_bitrate);
}
