/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The broadcast manager without a kernel: what is refused, operations as text, messages. */
#include "harness.h"

#include <errno.h>
#include <limits.h>
#include <string.h>
#include <kin/bcm.h>
#include <kin/family.h>

#define MS INT64_C(1000000)

static const struct kin_proto *bcm_proto(void)
{
	const struct kin_proto *proto = kin_family_by_name("can")->protos;

	while (strcmp(proto->scheme, "bcm") != 0)
		proto++;
	return proto;
}

static void add_frame(struct kin_bcm_tx *tx, const char *text)
{
	union kin_can_frame frame;
	size_t size;

	ck_ok(kin_can_frame_parse(text, &frame, &size));
	ck_ok(kin_bcm_tx_add_frame(tx, &frame, size));
}

/* An operation as the kernel takes it. */
static int parse(const char *text, struct kin_msg *msg)
{
	static _Alignas(8) unsigned char data[KIN_BCM_MSG_MAX];

	*msg = (struct kin_msg){.data = data, .size = sizeof(data)};
	return kin_msg_parse(kin_family_by_name("can"), bcm_proto(), text, msg);
}

static struct kin_bcm_msg view(const struct kin_msg *msg)
{
	struct kin_bcm_msg bcm = {.struct_size = sizeof(bcm)};

	ck_ok(kin_bcm_msg_read(msg, &bcm));
	return bcm;
}

START_TEST(refuses_what_the_kernel_has_not)
{
	struct kin_bcm_tx *tx KIN_CLEANUP(kin_bcm_tx_free) = NULL;
	struct kin_bcm_rx *rx KIN_CLEANUP(kin_bcm_rx_free) = NULL;
	union kin_can_frame frame = {0};
	struct can_frame remote = {.can_id = 0x123 | CAN_RTR_FLAG};
	unsigned char data[65] = {0};
	size_t size;

	ck_ok(kin_bcm_tx_new(&tx));
	ck_refused(kin_bcm_tx_set_timers(tx, 0, 0, 1500), EINVAL, "whole number of microseconds");
	ck_refused(kin_bcm_tx_set_timers(tx, 0, 0, -1000), EINVAL, "0-400 days");
	ck_refused(kin_bcm_tx_set_timers(tx, 0, 0, INT64_C(400) * 86400 * 1000 * MS + 1000), EINVAL,
		   "0-400 days");
	ck_ok(kin_bcm_tx_set_timers(tx, 0, 0, INT64_C(400) * 86400 * 1000 * MS));
	ck_refused(kin_bcm_tx_set_timers(tx, 5, 0, MS), EINVAL, "5 frames need an interval");
	ck_ok(kin_can_frame_parse("00123#81:07:12345678#11", &frame, &size));
	ck_refused(kin_bcm_tx_add_frame(tx, &frame, size), EBADMSG, "no XL");
	ck_refused(kin_bcm_tx_add_frame(tx, &frame, 5), EBADMSG, "5 bytes");
	for (int i = 0; i < KIN_BCM_FRAMES_MAX; i++)
		add_frame(tx, "123#11");
	ck_ok(kin_can_frame_parse("123#11", &frame, &size));
	ck_refused(kin_bcm_tx_add_frame(tx, &frame, size), E2BIG, "at most 256");
	kin_bcm_tx_clear_frames(tx);
	add_frame(tx, "123##111");
	ck_refused(kin_bcm_tx_add_frame(tx, &frame, size), EINVAL, "not both");
	ck_refused(kin_bcm_tx_set_interface(tx, -1), EINVAL, "below 0");

	ck_refused(kin_bcm_rx_new(0x800, &rx), EINVAL, "up to 7FF");
	ck_refused(kin_bcm_rx_new(CAN_ERR_FLAG, &rx), EINVAL, "up to 7FF");
	ck_ok(kin_bcm_rx_new(0x123, &rx));
	ck_refused(kin_bcm_rx_set_mask(rx, data, 9), EMSGSIZE, "9 bytes");
	ck_refused(kin_bcm_rx_add_value(rx, data, 8), EINVAL, "selector before it");
	ck_ok(kin_bcm_rx_set_mask(rx, data, 8));
	ck_refused(kin_bcm_rx_add_value(rx, data, 8), EINVAL, "selector before it");
	ck_refused(kin_bcm_rx_set_selector(rx, data, 9), EMSGSIZE, "1-8");
	ck_ok(kin_bcm_rx_set_selector(rx, data, 8));
	for (int i = 0; i < KIN_BCM_FRAMES_MAX; i++)
		ck_ok(kin_bcm_rx_add_value(rx, data, 8));
	ck_refused(kin_bcm_rx_add_value(rx, data, 8), E2BIG, "at most 256");
	ck_refused(kin_bcm_rx_set_flags(rx, RX_RTR_FRAME), EINVAL, "are not of");
	ck_refused(kin_bcm_rx_set_answer(rx, &remote, sizeof(remote)), EINVAL,
		   "classic data frame");
	kin_bcm_rx_set_fd(rx, true);
	ck_ok(kin_bcm_rx_set_mask(rx, data, 64));
	ck_refused(kin_bcm_rx_set_mask(rx, data, 65), EMSGSIZE, "FD frame's 64");
	ck_refused(kin_bcm_rx_set_answer(rx, &frame, size), EINVAL, "no remote requests");
}
END_TEST

START_TEST(keys_are_the_callers_or_none)
{
	struct kin_bcm_tx *tx KIN_CLEANUP(kin_bcm_tx_free) = NULL;

	ck_ok(kin_bcm_tx_new(&tx));
	ck_assert_uint_eq(kin_bcm_tx_key(tx), 0);
	kin_bcm_tx_set_key(tx, 7);
	ck_assert_uint_eq(kin_bcm_tx_key(tx), 7);
}
END_TEST

START_TEST(reads_operations)
{
	struct kin_msg msg;
	struct kin_bcm_msg bcm;

	ck_ok(parse("123#1122", &msg));
	bcm = view(&msg);
	ck_assert_uint_eq(bcm.opcode, TX_SEND);
	ck_assert_uint_eq(msg.len, sizeof(struct bcm_msg_head) + CAN_MTU);
	ck_assert_uint_eq(kin_bcm_msg_frame(&bcm, 0)->id, 0x123);

	ck_ok(parse("tx-setup 12345678#11 12345678#22 count=20 ival1=10ms ival2=1.5s start notify",
		    &msg));
	bcm = view(&msg);
	ck_assert_uint_eq(bcm.opcode, TX_SETUP);
	ck_assert_uint_eq(bcm.flags, SETTIMER | STARTTIMER | TX_COUNTEVT);
	ck_assert_uint_eq(bcm.key, 0x12345678 | CAN_EFF_FLAG);
	ck_assert_uint_eq(bcm.count, 20);
	ck_assert_int_eq(bcm.ival1_ns, 10 * MS);
	ck_assert_int_eq(bcm.ival2_ns, 1500 * MS);
	ck_assert_uint_eq(bcm.n_frames, 2);
	ck_assert_uint_eq(kin_bcm_msg_frame(&bcm, 1)->classic.data[0], 0x22);
	ck_assert_ptr_null(kin_bcm_msg_frame(&bcm, 2));

	ck_ok(parse("tx-setup 123##122 key=0x20000001 announce first", &msg));
	bcm = view(&msg);
	ck_assert_uint_eq(bcm.flags, TX_ANNOUNCE | TX_RESET_MULTI_IDX | CAN_FD_FRAME);
	ck_assert_uint_eq(bcm.key, 0x20000001);
	ck_assert_uint_eq(bcm.frame_size, CANFD_MTU);

	ck_ok(parse("rx-setup 123#FF#01FF#02F0 timeout=100ms throttle=50ms check-dlc resume",
		    &msg));
	bcm = view(&msg);
	ck_assert_uint_eq(bcm.flags, SETTIMER | RX_CHECK_DLC | RX_ANNOUNCE_RESUME);
	ck_assert_uint_eq(bcm.n_frames, 3);
	ck_assert_uint_eq(kin_bcm_msg_frame(&bcm, 2)->classic.data[1], 0xF0);

	ck_ok(parse("rx-setup 123 answer=123#55", &msg));
	bcm = view(&msg);
	ck_assert_uint_eq(bcm.flags, RX_RTR_FRAME);
	ck_assert_uint_eq(bcm.key, 0x123 | CAN_RTR_FLAG);

	ck_ok(parse("rx-delete 123##", &msg));
	bcm = view(&msg);
	ck_assert_uint_eq(bcm.opcode, RX_DELETE);
	ck_assert_uint_eq(bcm.flags, CAN_FD_FRAME);
	ck_assert_uint_eq(msg.len, sizeof(struct bcm_msg_head));
}
END_TEST

START_TEST(refuses_operations)
{
	static const struct {
		const char *text;
		int err;
		const char *words;
	} cases[] = {
		{"", EINVAL, "neither a frame"},
		{"tx-setup", EINVAL, "needs a frame"},
		{"tx-setup 123#1", EINVAL, "odd number"},
		{"tx-setup 123#11 ival2=10", 0, NULL}, /* seconds, not started */
		{"tx-setup 123#11 ival2=1.5us", EINVAL, "microseconds"},
		{"tx-setup 123#11 ival2=0 start", EINVAL, "interval of 0"},
		{"tx-setup 123#11 count=2 start", EINVAL, "2 frames need an interval"},
		{"tx-setup 123#11 count=-1", EINVAL, "count"},
		{"tx-setup 123#11 ival2=x", EINVAL, "x is no duration"},
		{"tx-setup 123#11 ival2=1.0000000001ns", EINVAL, "finer than a nanosecond"},
		{"tx-setup 123#11 ival2=99999999999999999h", EINVAL, "above 292 years"},
		{"tx-setup 123#11 silence", EINVAL, "silence"},
		{"tx-setup 123#11 124##011", EINVAL, "not both"},
		{"123#11 124#22", EINVAL, "one frame"},
		{"rx-setup", EINVAL, "identifier is missing"},
		{"rx-setup 1234", EINVAL, "3 hex digits"},
		{"rx-setup 800", EINVAL, "identifier"},
		{"rx-setup 123#112233445566778899", EMSGSIZE, "longer than a classic"},
		{"rx-setup 123#1", EINVAL, "no second one"},
		{"rx-setup 123 key=1", EINVAL, "key=1"},
		{"rx-delete 123#11", EINVAL, "ends with ##"},
		{"tx-read", EINVAL, "missing"},
		{"rx-read 123 timeout=1", EINVAL, "if=INTERFACE"},
		{"rx-setup 123 if=nowhere0", ENODEV, "no such interface"},
	};
	struct kin_msg msg;

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		if (cases[i].words)
			ck_refused(parse(cases[i].text, &msg), cases[i].err, cases[i].words);
		else
			ck_ok(parse(cases[i].text, &msg));
}
END_TEST

START_TEST(writes_receptions_canonically)
{
	static const char *const pairs[][2] = {
		{"bcm:any,watch=123", "bcm:any,watch=123"},
		{"bcm:any,watch=123#ff00", "bcm:any,watch=123#FF"},
		{"bcm:any,watch=123#00+12345678##01", "bcm:any,watch=123#00+12345678##01"},
		{"bcm:any,watch=123#F0#10.FF timeout=0.1s  resume start",
		 "bcm:any,watch=123#F0#10FF timeout=100ms start resume"},
		{"bcm:any,watch=123##,watch=456 throttle=1500us",
		 "bcm:any,watch=123##+456 throttle=1500us"},
	};
	char text[KIN_ADDR_TEXT];

	for (size_t i = 0; i < sizeof(pairs) / sizeof(*pairs); i++) {
		struct kin_endpoint *endpoint KIN_CLEANUP(kin_endpoint_free) = NULL;

		ck_ok(kin_endpoint_parse(pairs[i][0], &endpoint));
		ck_ok(kin_endpoint_format(endpoint, text, sizeof(text)));
		ck_assert_str_eq(text, pairs[i][1]);
	}
}
END_TEST

START_TEST(reads_receptions)
{
	struct kin_bcm_rx *rx KIN_CLEANUP(kin_bcm_rx_free) = NULL;
	unsigned flags = 99;

	ck_refused(kin_bcm_rx_parse("", &rx, &flags), EINVAL, "missing");
	ck_refused(kin_bcm_rx_parse("123 timeout=1us start x", &rx, &flags), EINVAL, "\"x\"");
	ck_assert_ptr_null(rx);
	ck_assert_uint_eq(flags, 99);
	ck_ok(kin_bcm_rx_parse("12345678##FF timeout=1us start", &rx, &flags));
	ck_assert_uint_eq(kin_bcm_rx_id(rx), 0x12345678 | CAN_EFF_FLAG);
	ck_assert(kin_bcm_rx_is_fd(rx));
	ck_assert_uint_eq(flags, SETTIMER | STARTTIMER);
}
END_TEST

/* A socket of another kind, said to be a BCM one, shows what the kernel would get. */
START_TEST(sends_a_frame_as_text_does)
{
	struct kin_sock *pair[2], *sock;
	unsigned char got[KIN_BCM_MSG_MAX];
	static const char *const texts[] = {"123#1122", "12345678##1CAFE"};

	ck_ok(kin_pair(AF_UNIX, SOCK_DGRAM, 0, pair));
	ck_ok(kin_adopt_as(kin_detach(pair[0]), AF_CAN, SOCK_DGRAM, CAN_BCM, &sock));
	for (int i = 0; i < 2; i++) {
		union kin_can_frame frame;
		struct kin_msg msg;
		size_t size;

		ck_ok(parse(texts[i], &msg));
		ck_ok(kin_can_frame_parse(texts[i], &frame, &size));
		ck_ok(kin_bcm_send(sock, 0, &frame, size));
		ck_assert_int_eq(kin_recv(pair[1], got, sizeof(got), 0), (ssize_t)msg.len);
		ck_assert_mem_eq(got, msg.data, msg.len);
	}
	kin_close(sock);
	kin_close(pair[1]);
}
END_TEST

START_TEST(refuses_messages_that_are_cut)
{
	struct bcm_msg_head *head;
	struct kin_bcm_msg bcm = {.struct_size = sizeof(bcm)};
	struct kin_msg msg;

	ck_ok(parse("123#11", &msg));
	msg.len--;
	ck_refused(kin_bcm_msg_read(&msg, &bcm), EBADMSG, "no room for 1 frames");
	msg.len = sizeof(*head) - 1;
	ck_refused(kin_bcm_msg_read(&msg, &bcm), EBADMSG, "shorter than its head");
	ck_ok(parse("123#11", &msg));
	head = (struct bcm_msg_head *)(void *)msg.data;
	head->nframes = UINT32_MAX;
	ck_refused(kin_bcm_msg_read(&msg, &bcm), EBADMSG, "no room for 4294967295");
	head->opcode = 13;
	ck_refused(kin_bcm_msg_read(&msg, &bcm), EBADMSG, "13 is no opcode");
	bcm.struct_size = 0;
	ck_refused(kin_bcm_msg_read(&msg, &bcm), EINVAL, "struct_size");
}
END_TEST

/* What would not fit into nanoseconds, or is no number of microseconds. */
START_TEST(refuses_times_that_are_none)
{
	static const struct bcm_timeval wrong[] = {
		{LONG_MAX, 0}, {LONG_MIN, 0}, {9223372036, 0}, {-1, 0},
		{0, 1000000},  {0, -1},       {0, LONG_MAX},   {0, LONG_MIN},
	};
	struct kin_bcm_msg bcm = {.struct_size = sizeof(bcm)};
	struct bcm_msg_head *head;
	struct kin_msg msg;

	ck_ok(parse("123#11", &msg));
	head = (struct bcm_msg_head *)(void *)msg.data;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) {
		head->ival1 = wrong[i];
		ck_refused(kin_bcm_msg_read(&msg, &bcm), EBADMSG, "is no time");
		head->ival1 = (struct bcm_timeval){0, 0};
		head->ival2 = wrong[i];
		ck_refused(kin_bcm_msg_read(&msg, &bcm), EBADMSG, "is no time");
		head->ival2 = (struct bcm_timeval){0, 0};
	}
	head->ival1 = (struct bcm_timeval){9223372035, 999999};
	ck_ok(kin_bcm_msg_read(&msg, &bcm));
	ck_assert_int_eq(bcm.ival1_ns, 9223372035999999000);
}
END_TEST

int main(void)
{
	const struct test_case cases[] = {
		{refuses_what_the_kernel_has_not, "refuses what the kernel has not"},
		{keys_are_the_callers_or_none, "keys are the caller's or none"},
		{reads_operations, "reads operations"},
		{refuses_operations, "refuses operations"},
		{writes_receptions_canonically, "writes receptions canonically"},
		{sends_a_frame_as_text_does, "sends a frame as text does"},
		{reads_receptions, "reads receptions"},
		{refuses_messages_that_are_cut, "refuses messages that are cut"},
		{refuses_times_that_are_none, "refuses times that are none"},
		{},
	};

	return run_cases("can/bcm", cases);
}
