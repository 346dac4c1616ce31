/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The bits of frames on the wire, against values worked out by hand, and against a slow reference
 * that builds each frame bit by bit.
 */
#include "harness.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <kin/can-load.h>

#ifndef CANXL_RRS
#define CANXL_RRS 0x02
#endif

/* ---- The reference ------------------------------------------------------------------------- */

/* A frame on the wire: each bit, and which of them are stuff bits or of the data phase. */
struct wire {
	bool bit[32768];
	unsigned n, stuff, data;
	unsigned run;   /* equal bits at the end */
	bool in_data;   /* phase */
	bool dynamic;   /* stuffing is on */
	unsigned crc15; /* of what was put without stuff bits */
};

static void put_raw(struct wire *w, bool bit)
{
	w->run = w->n > 0 && w->bit[w->n - 1] == bit ? w->run + 1 : 1;
	w->bit[w->n++] = bit;
	w->data += w->in_data;
}

static void put_stuff(struct wire *w)
{
	w->stuff++;
	put_raw(w, !w->bit[w->n - 1]);
}

/* A stuff bit is put when the next bit comes, so that what ends the stuffing decides. */
static void put(struct wire *w, bool bit)
{
	bool next = bit ^ (w->crc15 >> 14 & 1);

	if (w->dynamic && w->run == 5)
		put_stuff(w);
	put_raw(w, bit);
	w->crc15 = (w->crc15 << 1 & 0x7FFF) ^ (next ? 0x4599 : 0);
}

static void put_number(struct wire *w, uint64_t value, unsigned n)
{
	while (n--)
		put(w, value >> n & 1);
}

static void put_bytes(struct wire *w, const uint8_t *data, size_t len)
{
	for (size_t i = 0; i < len; i++)
		put_number(w, data[i], 8);
}

/* ACK and its delimiter, EOF, and three bits of interframe space. */
static void put_tail(struct wire *w)
{
	w->dynamic = false;
	put_number(w, 0xFF, 9);
	put_number(w, 7, 3);
}

static void build_classic(struct wire *w, const struct can_frame *f)
{
	bool extended = f->can_id & CAN_EFF_FLAG, remote = f->can_id & CAN_RTR_FLAG;
	unsigned dlc = f->len8_dlc > 8 && f->len == 8 ? f->len8_dlc : f->len;

	w->dynamic = true;
	put(w, 0);
	if (extended) {
		put_number(w, f->can_id >> 18 & 0x7FF, 11);
		put_number(w, 3, 2);
		put_number(w, f->can_id & 0x3FFFF, 18);
		put(w, remote);
		put_number(w, 0, 2);
	} else {
		put_number(w, f->can_id & 0x7FF, 11);
		put(w, remote);
		put_number(w, 0, 2);
	}
	put_number(w, dlc, 4);
	put_bytes(w, f->data, remote ? 0 : f->len);
	put_number(w, w->crc15, 15);
	if (w->run == 5)
		put_stuff(w);
	w->dynamic = false;
	put(w, 1);
	put_tail(w);
}

static void put_fd_crc(struct wire *w, size_t len, bool iso)
{
	/* Which values the bits have changes nothing of their number. */
	unsigned n = (len > 16 ? 21 : 17) + (iso ? 4 : 0);

	w->dynamic = false;
	for (unsigned i = 0; i < n; i++) {
		if (i % 4 == 0)
			put_stuff(w);
		put(w, i % 3 == 0);
	}
	put(w, 1);
}

static void build_fd(struct wire *w, const struct canfd_frame *f, bool iso)
{
	size_t len = kin_can_fd_dlc_to_len(kin_can_fd_len_to_dlc(f->len));

	w->dynamic = true;
	put(w, 0);
	if (f->can_id & CAN_EFF_FLAG) {
		put_number(w, f->can_id >> 18 & 0x7FF, 11);
		put_number(w, 3, 2);
		put_number(w, f->can_id & 0x3FFFF, 18);
		put(w, 0);
	} else {
		put_number(w, f->can_id & 0x7FF, 11);
		put_number(w, 0, 2);
	}
	put_number(w, 2, 2);
	put(w, f->flags & CANFD_BRS);
	w->in_data = f->flags & CANFD_BRS;
	put(w, f->flags & CANFD_ESI);
	put_number(w, kin_can_fd_len_to_dlc(f->len), 4);
	put_bytes(w, f->data, len);
	put_fd_crc(w, len, iso);
	w->in_data = false;
	put_tail(w);
}

/* In the data phase of XL: a fixed stuff bit behind every ten. */
static void put_xl(struct wire *w, unsigned *fixed, uint64_t value, unsigned n)
{
	while (n--) {
		put(w, value >> n & 1);
		if (++*fixed % 10 == 0)
			put_stuff(w);
	}
}

static void build_xl(struct wire *w, const struct canxl_frame *f)
{
	unsigned fixed = 0;

	w->dynamic = true;
	put(w, 0);
	put_number(w, f->prio & 0x7FF, 11);
	put(w, f->flags & CANXL_RRS);
	put_number(w, 0x6, 4); /* IDE, FDF, XLF, resXL */
	put(w, 1);             /* ADH */
	w->dynamic = false;
	w->in_data = true;
	put_number(w, 3, 2);
	put_xl(w, &fixed, 0, 1);
	put_xl(w, &fixed, f->sdt, 8);
	put_xl(w, &fixed, f->flags & CANXL_SEC, 1);
	put_xl(w, &fixed, f->len - 1U, 11);
	put_xl(w, &fixed, 0, 3);
	put_xl(w, &fixed, 0x1555, 13);
	put_xl(w, &fixed, f->prio >> 16, 8);
	put_xl(w, &fixed, f->af, 32);
	for (unsigned i = 0; i < f->len; i++)
		put_xl(w, &fixed, f->data[i], 8);
	put_xl(w, &fixed, 0x12345678, 32);
	put_number(w, 0xC, 4);
	w->in_data = false;
	put_number(w, 0xD, 4);
	put_tail(w);
}

static void compare(const union kin_can_frame *frame, size_t size, unsigned flags)
{
	static struct wire w;
	int kind = kin_can_frame_kind(frame, size);
	struct kin_can_bits bits;
	char text[KIN_CAN_FRAME_TEXT];

	memset(&w, 0, sizeof(w));
	if (kind == KIN_CAN_CLASSIC)
		build_classic(&w, &frame->classic);
	else if (kind == KIN_CAN_FD)
		build_fd(&w, &frame->fd, !(flags & KIN_CAN_BITS_NON_ISO));
	else
		build_xl(&w, &frame->xl);
	ck_ok(kin_can_frame_bits(frame, size, flags, &bits));
	kin_can_frame_format(frame, size, text, sizeof(text));
	ck_assert_msg(bits.arbitration + bits.data == w.n && bits.data == w.data &&
			      bits.stuff == w.stuff,
		      "%s: %u+%u bits, %u stuff; the reference has %u+%u, %u", text,
		      bits.arbitration, bits.data, bits.stuff, w.n - w.data, w.data, w.stuff);
}

/* Long runs are what stuffing is about. */
static void fill(uint8_t *data, size_t len)
{
	uint64_t style = test_random();

	for (size_t i = 0; i < len; i++) {
		uint8_t random = (uint8_t)test_random();

		data[i] = style % 4 == 0   ? random
			  : style % 4 == 1 ? (uint8_t)(random & 1 ? 0xFF : 0)
			  : style % 4 == 2 ? (uint8_t)(0xF0 << random % 8)
					   : (uint8_t)(style >> 8);
	}
}

static canid_t random_id(void)
{
	static const uint32_t some[] = {0,          0x7FF,      0x1FFFFFFF, 0x7C0,
					0x1F07C1F0, 0x00F83E0F, 0x1F,       0x1FFC0000};
	uint64_t random = test_random();
	canid_t id = random & 1 ? some[random >> 8 & 7] : (uint32_t)(random >> 16);

	return random & 2 ? (id & CAN_EFF_MASK) | CAN_EFF_FLAG : id & CAN_SFF_MASK;
}

START_TEST(classic_as_the_reference)
{
	union kin_can_frame frame;

	for (int i = 0; i < 20000; i++) {
		memset(&frame, 0, sizeof(frame));
		frame.id = random_id() | (test_random() % 8 ? 0 : CAN_RTR_FLAG);
		frame.classic.len = (uint8_t)(test_random() % 9);
		if (test_random() % 4 == 0)
			frame.classic.len8_dlc = (uint8_t)(test_random() % 16);
		fill(frame.classic.data, frame.classic.len);
		compare(&frame, CAN_MTU, 0);
	}
}
END_TEST

START_TEST(fd_as_the_reference)
{
	union kin_can_frame frame;

	for (int i = 0; i < 20000; i++) {
		memset(&frame, 0, sizeof(frame));
		frame.id = random_id();
		frame.fd.len = (uint8_t)(test_random() % 65);
		frame.fd.flags = (uint8_t)(test_random() % 8);
		fill(frame.fd.data, frame.fd.len);
		compare(&frame, CANFD_MTU, test_random() & 1 ? KIN_CAN_BITS_NON_ISO : 0);
	}
}
END_TEST

START_TEST(xl_as_the_reference)
{
	union kin_can_frame frame;

	for (int i = 0; i < 3000; i++) {
		unsigned len = i < 2048 ? (unsigned)i + 1 : (unsigned)(test_random() % 2048) + 1;

		memset(&frame, 0, sizeof(frame));
		frame.xl.prio = (random_id() & CANXL_PRIO_MASK) | (canid_t)(i % 256) << 16;
		frame.xl.flags = CANXL_XLF | (i % 3 ? CANXL_SEC : 0) | (i % 5 ? 0 : CANXL_RRS);
		frame.xl.len = (uint16_t)len;
		fill(frame.xl.data, len);
		compare(&frame, CANXL_HDR_SIZE + len, 0);
	}
}
END_TEST

/* ---- Values worked out by hand ------------------------------------------------------------- */

static const struct {
	const char *frame;
	unsigned flags;
	uint32_t arbitration, data, payload, stuff;
} known[] = {
	/*
	 * 000#: 19 zeros in the header and a CRC of 15: 34 zeros, a 1 behind the first five and
	 * behind every five more: 6. Then 1 + 9 and 3.
	 */
	{"000#", 0, 34 + 6 + 13, 0, 0, 6},
	{"000#", KIN_CAN_BITS_NO_SPACE, 34 + 6 + 10, 0, 0, 6},
	{"000#", KIN_CAN_BITS_UNSTUFFED, 47, 0, 0, 0},
	/* Davis et al.: 8n + 44 + (34 + 8n - 1) / 4 with 3 of space, 8n + 64 + (54 + 8n - 1) / 4 */
	{"000#", KIN_CAN_BITS_WORST, 55, 0, 0, 8},
	{"123#1122334455667788", KIN_CAN_BITS_WORST, 135, 0, 64, 24},
	{"12345678#1122334455667788", KIN_CAN_BITS_WORST, 160, 0, 64, 29},
	{"12345678#1122334455667788", KIN_CAN_BITS_UNSTUFFED, 67 + 64, 0, 64, 0},
	/* A remote request has no data, whatever its DLC: canframelen counts some. */
	{"123#R8", KIN_CAN_BITS_UNSTUFFED, 47, 0, 0, 0},
	{"123#R8", KIN_CAN_BITS_WORST, 55, 0, 0, 8},
	/*
	 * 555#, DLC 0: SOF 0, 10101010101, RTR IDE r0 000, DLC 0000: seven zeros, a 1 behind
	 * five. What comes then is the CRC, whose first bits decide.
	 */
	{"555#", KIN_CAN_BITS_UNSTUFFED, 47, 0, 0, 0},
	/*
	 * FD, 0 bytes, no rate switch. 17 bits: SOF 0, 10101010101, RRS IDE 00, FDF 1, res 0,
	 * BRS 0. ESI 0 and DLC 0000: behind res 0, BRS 0 they make seven zeros: one stuff bit.
	 * CRC field: 4 + 17 and 6 fixed. Delimiter 1, then 9 and 3.
	 */
	{"555##0", 0, 17 + 1 + 5 + 27 + 1 + 9 + 3, 0, 0, 1 + 6},
	{"555##0", KIN_CAN_BITS_NON_ISO, 17 + 1 + 5 + 22 + 1 + 9 + 3, 0, 0, 1 + 5},
	/*
	 * With BRS: 1, ESI 0, DLC 0001, data 55 = 01010101: no five in a row. To BRS at the bit
	 * rate and 9 + 3; ESI and DLC 5, data 8, 27, delimiter at the data bit rate.
	 */
	{"555##155", 0, 17 + 9 + 3, 5 + 8 + 27 + 1, 8, 6},
	/*
	 * The last five bits of the data are equal: the fixed stuff bit of the CRC field stands
	 * where a dynamic one would be due. 9F = 10011111, and DLC 0001.
	 */
	{"555##19F", 0, 17 + 9 + 3, 5 + 8 + 27 + 1, 8, 6},
	/* 1F = 00011111 behind DLC 0001: still only the fixed one. */
	{"555##11F", 0, 17 + 9 + 3, 5 + 8 + 27 + 1, 8, 6},
	/* 3E = 00111110: five ones with a bit behind them. */
	{"555##13E", 0, 17 + 9 + 3, 5 + 8 + 1 + 27 + 1, 8, 7},
	/* 20 bytes of 55: CRC-21 and 7 fixed; DLC 1011. */
	{"555##15555555555555555555555555555555555555555", 0, 17 + 9 + 3, 5 + 160 + 32 + 1, 160, 7},
	/* Its kernel header: 46 + 4 + 6 + 17 ... with 3 of space, without dynamic ones. */
	{"000##0", KIN_CAN_BITS_UNSTUFFED, 22 + 4 + 17 + 6 + 10 + 3, 0, 0, 6},
	{"00000000##0", KIN_CAN_BITS_UNSTUFFED, 41 + 4 + 17 + 6 + 10 + 3, 0, 0, 6},
	/* A run to IDE: (14 - 1) / 4 = 3; from BRS 1, 5 + 8 bits: 1 + 2. */
	{"000##100", KIN_CAN_BITS_WORST, 17 + 3 + 9 + 3, 5 + 8 + 3 + 27 + 1, 8, 3 + 3 + 6},
	/*
	 * XL, 1 byte, priority 555: SOF to ADH 18, no five in a row. DH1, DH2; 109 + 8 bits from
	 * DL1 on, 11 fixed stuff bits; FCP 4. DAS 4, ACK 2, EOF 7, and 3.
	 */
	{"00555#80:00:00000000#00", 0, 18 + 4 + 9 + 3, 2 + 117 + 11 + 4, 8, 11},
	/* Priority 000: SOF, 11, RRS, IDE are 14 zeros: two stuff bits. */
	{"00000#80:00:00000000#00", 0, 18 + 2 + 4 + 9 + 3, 2 + 117 + 11 + 4, 8, 13},
	{"00000#80:00:00000000#00", KIN_CAN_BITS_UNSTUFFED, 18 + 4 + 9 + 3, 2 + 117 + 11 + 4, 8,
	 11},
	{"00000#80:00:00000000#00", KIN_CAN_BITS_WORST, 18 + 3 + 4 + 9 + 3, 2 + 117 + 11 + 4, 8,
	 14},
	/* An error flag, its delimiter and 3; the classes that tell of the controller: nothing. */
	{"20000088#0000000000000000", 0, 6 + 8 + 3, 0, 0, 0},
	{"20000020#0000000000000000", 0, 6 + 8 + 3, 0, 0, 0},
	{"20000020#0000000000000000", KIN_CAN_BITS_WORST, 12 + 8 + 3, 0, 0, 0},
	{"20000020#0000000000000000", KIN_CAN_BITS_NO_SPACE, 6 + 8, 0, 0, 0},
	{"20000004#0008000000000000", 0, 0, 0, 0, 0},
	{"20000040#0000000000000000", 0, 0, 0, 0, 0},
};

START_TEST(counts_what_is_known)
{
	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++) {
		union kin_can_frame frame;
		struct kin_can_bits bits;
		size_t size;

		ck_ok(kin_can_frame_parse(known[i].frame, &frame, &size));
		ck_ok(kin_can_frame_bits(&frame, size, known[i].flags, &bits));
		ck_assert_msg(
			bits.arbitration == known[i].arbitration && bits.data == known[i].data &&
				bits.payload == known[i].payload && bits.stuff == known[i].stuff,
			"%s, flags %u: %u+%u bits, %u payload, %u stuff, not %u+%u, %u, %u",
			known[i].frame, known[i].flags, bits.arbitration, bits.data, bits.payload,
			bits.stuff, known[i].arbitration, known[i].data, known[i].payload,
			known[i].stuff);
	}
}
END_TEST

/* canframelen counts an error frame in a structure of FD as 0 bits. */
START_TEST(error_frames_of_fd_have_bits)
{
	union kin_can_frame frame = {.fd = {.can_id = CAN_ERR_FLAG | CAN_ERR_PROT, .len = 8}};
	struct kin_can_bits bits;

	ck_ok(kin_can_frame_bits(&frame, CANFD_MTU, 0, &bits));
	ck_assert_uint_eq(bits.arbitration, 17);
}
END_TEST

START_TEST(exact_is_never_above_worst)
{
	union kin_can_frame frame;

	for (int i = 0; i < 20000; i++) {
		size_t size = i & 1 ? CAN_MTU : CANFD_MTU;
		struct kin_can_bits exact, worst, least;

		memset(&frame, 0, sizeof(frame));
		frame.id = random_id();
		frame.fd.len = (uint8_t)(test_random() % (i & 1 ? 9 : 65));
		if (size == CANFD_MTU)
			frame.fd.flags = (uint8_t)(test_random() % 8);
		fill(frame.fd.data, frame.fd.len);
		ck_ok(kin_can_frame_bits(&frame, size, 0, &exact));
		ck_ok(kin_can_frame_bits(&frame, size, KIN_CAN_BITS_WORST, &worst));
		ck_ok(kin_can_frame_bits(&frame, size, KIN_CAN_BITS_UNSTUFFED, &least));
		ck_assert_uint_le(exact.arbitration, worst.arbitration);
		ck_assert_uint_le(exact.data, worst.data);
		ck_assert_uint_ge(exact.arbitration, least.arbitration);
		ck_assert_uint_ge(exact.data, least.data);
	}
}
END_TEST

START_TEST(time_on_the_wire)
{
	struct kin_can_bits bits = {.arbitration = 111, .data = 40};

	ck_assert_int_eq(kin_can_bits_time(&bits, 500000, 2000000), 222000 + 20000);
	ck_assert_int_eq(kin_can_bits_time(&bits, 500000, 0), 302000);
	ck_assert_int_eq(kin_can_bits_time(&bits, 500000, 500000), 302000);
	/* 151 / 33333 s = 4530045.3 ns, 1 / 3 s */
	ck_assert_int_eq(kin_can_bits_time(&bits, 33333, 0), 4530045);
	bits = (struct kin_can_bits){.arbitration = 1};
	ck_assert_int_eq(kin_can_bits_time(&bits, 3, 0), 333333333);
	ck_assert_int_eq(kin_can_bits_time(&bits, UINT32_MAX, 1), 0);
	bits.arbitration = bits.data = UINT32_MAX;
	ck_assert_int_gt(kin_can_bits_time(&bits, 2, 0), 0);
	ck_fails(kin_can_bits_time(&bits, 0, 1), EINVAL, "bit rate 0 is not above 0");
}
END_TEST

START_TEST(refuses_what_is_no_frame)
{
	union kin_can_frame frame = {.classic = {.len = 9}};
	struct kin_can_bits bits = {.arbitration = 7};

	ck_fails(kin_can_frame_bits(&frame, CAN_MTU, 0, &bits), EBADMSG, NULL);
	ck_fails(kin_can_frame_bits(&frame, 15, 0, &bits), EBADMSG, "15 bytes are no CAN frame");
	ck_fails(kin_can_frame_bits(NULL, CAN_MTU, 0, &bits), EINVAL, NULL);
	frame.classic.len = 8;
	ck_fails(kin_can_frame_bits(&frame, CAN_MTU, 0, NULL), EINVAL, NULL);
	ck_fails(kin_can_frame_bits(&frame, CAN_MTU, 16, &bits), EINVAL,
		 "flags 0x10 are no way to count bits");
	ck_fails(kin_can_frame_bits(&frame, CAN_MTU, KIN_CAN_BITS_WORST | KIN_CAN_BITS_UNSTUFFED,
				    &bits),
		 EINVAL, NULL);
	ck_assert_uint_eq(bits.arbitration, 7);
}
END_TEST

int main(void)
{
	const struct test_case cases[] = {
		{classic_as_the_reference, "classic-as-the-reference"},
		{fd_as_the_reference, "fd-as-the-reference"},
		{xl_as_the_reference, "xl-as-the-reference"},
		{counts_what_is_known, "counts-what-is-known"},
		{error_frames_of_fd_have_bits, "error-frames-of-fd-have-bits"},
		{exact_is_never_above_worst, "exact-is-never-above-worst"},
		{time_on_the_wire, "time-on-the-wire"},
		{refuses_what_is_no_frame, "refuses-what-is-no-frame"},
		{},
	};

	return run_cases("can/load", cases);
}
