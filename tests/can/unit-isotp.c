/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* ISO-TP without the kernel: addresses, frames, and the decoder that follows transfers. */
#include "harness.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <kin/can.h>
#include <kin/family.h>
#include <kin/isotp.h>

#define MS INT64_C(1000000)

/* ---- Addresses ----------------------------------------------------------------------------- */

START_TEST(addresses_are_an_interface_and_two_identifiers)
{
	struct kin_addr addr;
	canid_t tx, rx;
	char text[KIN_ADDR_TEXT];

	ck_ok(kin_isotp_addr_index(7, 0x7E0, 0x12345678 | CAN_EFF_FLAG, &addr));
	ck_ok(kin_isotp_addr_ids(&addr, &tx, &rx));
	ck_assert_uint_eq(tx, 0x7E0);
	ck_assert_uint_eq(rx, 0x12345678 | CAN_EFF_FLAG);
	ck_ok(kin_addr_format(&addr, SOCK_DGRAM, CAN_ISOTP, text, sizeof(text)));
	ck_assert_str_eq(text, "isotp:if7,tx=7E0,rx=12345678");
	ck_ok(kin_isotp_addr_index(7, 0, KIN_ISOTP_NO_ID, &addr));
	ck_ok(kin_addr_format(&addr, SOCK_DGRAM, CAN_ISOTP, text, sizeof(text)));
	ck_assert_str_eq(text, "isotp:if7,tx=000");
	ck_refused(kin_isotp_addr_index(7, 0x800, 1, &addr), EINVAL, "0x800");
	ck_refused(kin_isotp_addr_index(7, 1, 0x20000001 | CAN_EFF_FLAG, &addr), EINVAL,
		   "0xa0000001");
	ck_refused(kin_isotp_addr_index(7, 5, 5, &addr), EINVAL, "both");
	ck_refused(kin_isotp_addr("any", 5, 6, &addr), EINVAL, "any");
}
END_TEST

START_TEST(texts_are_canonical)
{
	static const struct {
		const char *text, *canonical, *words;
	} cases[] = {
		{"isotp:if7,tx=7e0,rx=7E8", "isotp:if7,tx=7E0,rx=7E8", NULL},
		{"isotp:if7,rx=1,tx=0", "isotp:if7,tx=000,rx=001", NULL},
		{"isotp:if7,tx=18DA10F1,rx=18DAF110", "isotp:if7,tx=18DA10F1,rx=18DAF110", NULL},
		{"isotp:if7,tx=1,rx=2,stmin=1ms,bs=0x10,pad=aa,ext=5",
		 "isotp:if7,tx=001,rx=002,stmin=1,bs=16,pad=AA,ext=05", NULL},
		{"isotp:if7,tx=1,rx=2,stmin=0.3ms", "isotp:if7,tx=001,rx=002,stmin=300us", NULL},
		{"isotp:if7,tx=1,rx=2,stmin=code:80", "isotp:if7,tx=001,rx=002,stmin=code:80",
		 NULL},
		{"isotp:if7,tx=1,rx=2,check-pad=data+length,rx-pad=0",
		 "isotp:if7,tx=001,rx=002,check-pad=length+data,rx-pad=00", NULL},
		{"isotp:if7,tx=1,to-all=cf,force-tx-stmin=1000us,frame-time=0",
		 "isotp:if7,tx=001,to-all=cf,force-tx-stmin=1ms,frame-time=0ns", NULL},
		{"isotp:if7,tx=1,rx=2,fd,tx-dl=16,brs=off",
		 "isotp:if7,tx=001,rx=002,fd=on,tx-dl=16,brs=off", NULL},
		{"isotp:if7,tx=1,rx=2,pad=off,force-rx-stmin=off",
		 "isotp:if7,tx=001,rx=002,pad=off,force-rx-stmin=off", NULL},
		{"isotp:if7", NULL, "tx= is missing"},
		{"isotp:if7,tx=800,rx=1", NULL, "tx 800 is not in 0-7FF"},
		{"isotp:if7,tx=1234,rx=1", NULL, "tx 1234 has 4 digits"},
		{"isotp:if7,tx=20000000,rx=1", NULL, "1FFFFFFF"},
		{"isotp:if7,tx=1,rx=1", NULL, "both 1"},
		{"isotp:any,tx=1,rx=2", NULL, "any"},
		{"isotp:if7,tx=1,rx=2,stmin=128", NULL, "128 is not in 0-127"},
		{"isotp:if7,tx=1,rx=2,stmin=150us", NULL, "150000 ns"},
		{"isotp:if7,tx=1,rx=2,bs=256", NULL, "256 is not in 0-255"},
		{"isotp:if7,tx=1,rx=2,tx-dl=13", NULL, "tx-dl 13 is none of 8, 12"},
		{"isotp:if7,tx=1,rx=2,ext=100", NULL, "100"},
		{"isotp:if7,tx=1,rx=2,to-all=sf+cf", NULL, "exclude"},
		{"isotp:if7,tx=1,rx=2,check-pad=7", NULL, "other bits"},
		{"isotp:if7,tx=1,rx=2,force-tx-stmin=5", NULL, "above 4294967295 ns"},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct kin_endpoint *endpoint KIN_CLEANUP(kin_endpoint_free) = NULL;
		char text[KIN_ADDR_TEXT];

		if (cases[i].words) {
			ck_refused(kin_endpoint_parse(cases[i].text, &endpoint), EINVAL,
				   cases[i].words);
			continue;
		}
		ck_ok(kin_endpoint_parse(cases[i].text, &endpoint));
		ck_ok(kin_endpoint_format(endpoint, text, sizeof(text)));
		ck_assert_str_eq(text, cases[i].canonical);
	}
}
END_TEST

START_TEST(separation_times_have_codes)
{
	ck_assert_int_eq(kin_isotp_stmin_code(0), 0);
	ck_assert_int_eq(kin_isotp_stmin_code(127 * MS), 0x7F);
	ck_assert_int_eq(kin_isotp_stmin_code(MS / 10), 0xF1);
	ck_assert_int_eq(kin_isotp_stmin_code(MS / 10 * 9), 0xF9);
	ck_refused(kin_isotp_stmin_code(128 * MS), EINVAL, "128000000");
	ck_fails(kin_isotp_stmin_code(MS / 10 + 1), EINVAL, NULL);
	ck_fails(kin_isotp_stmin_code(-1), EINVAL, NULL);
	for (int code = 0; code < 256; code++) {
		int64_t ns = kin_isotp_stmin_ns((uint8_t)code);
		bool reserved = (code > 0x7F && code < 0xF1) || code > 0xF9;

		ck_assert_int_eq(kin_isotp_stmin_code(ns), reserved ? 0x7F : code);
	}
}
END_TEST

/* ---- The decoder --------------------------------------------------------------------------- */

/* What it tells, a line each: "7E0>7E8 [10] 22F190...: complete". */
struct log {
	struct kin_isotp_decoder *decoder;
	int64_t now;
	char text[16384];
};

static void drain(struct log *log)
{
	struct kin_buf out = {log->text, sizeof(log->text), strlen(log->text)};
	const struct kin_isotp_pdu *pdu;
	char words[128];

	while ((pdu = kin_isotp_decoder_next(log->decoder))) {
		ck_ok(kin_isotp_end_format(pdu, words, sizeof(words)));
		kin_buf_printf(&out, "%X", pdu->id & CAN_EFF_MASK);
		if (pdu->ext >= 0)
			kin_buf_printf(&out, "/%02X", (unsigned)pdu->ext);
		if (pdu->peer != KIN_ISOTP_NO_ID)
			kin_buf_printf(&out, ">%X", pdu->peer & CAN_EFF_MASK);
		kin_buf_printf(&out, " [%zu] ", pdu->full_len);
		kin_buf_put_hex(&out, pdu->data, pdu->len < 20 ? pdu->len : 20, 0);
		kin_buf_printf(&out, ": %s\n", words);
	}
	kin_buf_end(&out);
}

static void feed_at(struct log *log, const char *text)
{
	union kin_can_frame frame;
	size_t size;

	ck_ok(kin_can_frame_parse(text, &frame, &size));
	ck_ok(kin_isotp_decoder_feed(log->decoder, 1, &frame, size, log->now));
	drain(log);
}

/* Frames with spaces between them, a millisecond apart. "+500" lets 500 ms go by. */
static void feed(struct log *log, const char *frames)
{
	char copy[8192], *rest = copy, *word;

	ck_assert(strlen(frames) < sizeof(copy));
	strcpy(copy, frames);
	while ((word = strsep(&rest, " "))) {
		if (*word == '+') {
			log->now += atoi(word + 1) * MS;
			ck_ok(kin_isotp_decoder_advance(log->decoder, log->now));
			drain(log);
			continue;
		}
		feed_at(log, word);
		log->now += MS;
	}
}

static void log_begin(struct log *log, size_t max_pdu, size_t max_memory)
{
	*log = (struct log){.now = 1000 * MS};
	ck_ok(kin_isotp_decoder_new(max_pdu, max_memory, &log->decoder));
}

static void expect(struct log *log, const char *frames, const char *expected)
{
	log->text[0] = '\0';
	feed(log, frames);
	ck_assert_str_eq(log->text, expected);
}

START_TEST(finds_who_answers_whom)
{
	struct log log;

	log_begin(&log, 0, 0);
	expect(&log, "123#100A22F190112233 456#300000 123#2144556677",
	       "123>456 [10] 22F19011223344556677: complete\n");
	/* Now both are known, and single frames are told. */
	expect(&log, "456#0362F190 123#023E00AAAAAAAAAA 321#0362F190",
	       "456>123 [3] 62F190: complete\n123>456 [2] 3E00: complete\n");
	/* Two at once, each answered by its own. */
	expect(&log,
	       "123#100A000000000000 700#100A111111111111 456#300000 701#300000 700#2111111111 "
	       "123#2100000000",
	       "700>701 [10] 11111111111111111111: complete\n"
	       "123>456 [10] 00000000000000000000: complete\n");
	/* The identifiers of ISO 15765-4 are known from the start. */
	expect(&log, "7DF#023E00 7E8#027E00 18DB33F1#023E00",
	       "7DF [2] 3E00: complete\n7E8 [2] 7E00: complete\n18DB33F1 [2] 3E00: complete\n");
	expect(&log,
	       "18DA10F1#100A000000000000 18DA11F1#100A111111111111 18DAF110#300000 "
	       "18DAF111#300000 18DA10F1#2100000000 18DA11F1#2111111111",
	       "18DA10F1>18DAF110 [10] 00000000000000000000: complete\n"
	       "18DA11F1>18DAF111 [10] 11111111111111111111: complete\n");
	kin_isotp_decoder_free(log.decoder);
}
END_TEST

START_TEST(other_traffic_is_not_taken_for_it)
{
	struct log log;

	log_begin(&log, 0, 0);
	expect(&log,
	       "100#0011223344556677 101#1FFFFFFFFFFFFFFF 101#1FFFFFFFFFFFFFFF 102#2122334455 "
	       "103#3000000102030405 104#R 105#0211220000000000 +2000 106#1122 107# 108#FF",
	       "");
	ck_ok(kin_isotp_decoder_set_all(log.decoder, true));
	expect(&log, "105#0211220000000000 109#0211220000000001", "105 [2] 1122: complete\n");
	kin_isotp_decoder_free(log.decoder);
}
END_TEST

START_TEST(tells_what_went_wrong)
{
	struct log log;

	log_begin(&log, 0, 0);
	expect(&log, "7E0#1014000102030405 7E8#300000 7E0#21060708090A0B0C 7E0#230D0E0F10111213",
	       "7E0>7E8 [20] 000102030405060708090A0B0C: frame 3 came instead of 2, after 13 of 20 "
	       "bytes\n");
	expect(&log, "7E0#1014000102030405 +900 +99", "");
	expect(&log, "+2",
	       "7E0>7E8 [20] 000102030405: no flow control came, after 6 of 20 bytes\n");
	expect(&log, "7E0#1014000102030405 7E8#300000 +1100",
	       "7E0>7E8 [20] 000102030405: frame 1 did not come, after 6 of 20 bytes\n");
	/* A block of one frame, then patience. */
	expect(&log, "7E0#1014000102030405 7E8#300100 7E0#21060708090A0B0C +1100",
	       "7E0>7E8 [20] 000102030405060708090A0B0C: no flow control came, after 13 of 20 "
	       "bytes\n");
	expect(&log,
	       "7E0#1014000102030405 7E8#310000 +900 7E8#310000 +900 7E8#300000 "
	       "7E0#21060708090A0B0C 7E0#220D0E0F10111213",
	       "7E0>7E8 [20] 000102030405060708090A0B0C0D0E0F10111213: complete\n");
	expect(&log, "7E0#1014000102030405 7E8#310000 +1100",
	       "7E0>7E8 [20] 000102030405: no flow control came, after 6 of 20 bytes\n");
	expect(&log, "7E0#1014000102030405 7E8#320000",
	       "7E0>7E8 [20] 000102030405: too long for the receiver, after 6 of 20 bytes\n");
	expect(&log, "7E0#1014000102030405 7E8#370000",
	       "7E0>7E8 [20] 000102030405: flow control with the reserved status 7, after 6 of 20 "
	       "bytes\n");
	expect(&log, "7E0#1014000102030405 7E8#300000 7E0#023E00",
	       "7E0>7E8 [20] 000102030405: aborted: the sender began another, after 6 of 20 bytes\n"
	       "7E0>7E8 [2] 3E00: complete\n");
	/* A frame cut in the middle is not taken, as the kernel does it. */
	expect(&log, "7E0#1014000102030405 7E8#300000 7E0#2106 7E0#220D0E0F10111213",
	       "7E0>7E8 [20] 000102030405: frame 2 came instead of 1, after 6 of 20 bytes\n");
	/* By the clock of the frames alone. */
	expect(&log, "7E0#1014000102030405", "");
	ck_assert_int_eq(kin_isotp_decoder_deadline(log.decoder), log.now - MS + 1000 * MS);
	log.now += 5000 * MS;
	expect(&log, "123#00",
	       "7E0>7E8 [20] 000102030405: no flow control came, after 6 of 20 bytes\n");
	ck_assert_int_eq(kin_isotp_decoder_deadline(log.decoder), INT64_MAX);
	kin_isotp_decoder_free(log.decoder);
}
END_TEST

START_TEST(follows_without_flow_control)
{
	struct log log;

	log_begin(&log, 0, 0);
	expect(&log, "200#1010000102030405 200#21060708090A0B0C 200#220D0E0F",
	       "200 [16] 000102030405060708090A0B0C0D0E0F: complete\n");
	kin_isotp_decoder_free(log.decoder);
}
END_TEST

START_TEST(reads_fd_and_long_lengths)
{
	struct kin_isotp_frame frame = {.struct_size = sizeof(frame)};
	union kin_can_frame can;
	struct log log;
	size_t size;

	log_begin(&log, 0, 0);
	/* A single frame of more than 8 bytes has its length in the second. */
	expect(&log, "7E0##5000901020304050607080900", "7E0 [9] 010203040506070809: complete\n");
	expect(&log, "7E0##50701020304050607", "7E0 [7] 01020304050607: complete\n");
	expect(&log, "7E0##5070102030405060708090000", "");
	/* 4096 bytes: 32 bits of length. */
	ck_ok(kin_can_frame_parse("7E0#1000000010000102", &can, &size));
	ck_ok(kin_isotp_frame_parse(&can, size, false, &frame));
	ck_assert_int_eq(frame.kind, KIN_ISOTP_FIRST);
	ck_assert_uint_eq(frame.pdu, 4096);
	ck_assert_uint_eq(frame.len, 2);
	/* What 12 bits hold has no place there; nor has a first frame that is not full. */
	ck_ok(kin_can_frame_parse("7E0#100000000FFF0102", &can, &size));
	ck_assert_int_eq(kin_isotp_frame_parse(&can, size, false, &frame), -EBADMSG);
	ck_ok(kin_can_frame_parse("7E0#10140102030405", &can, &size));
	ck_assert_int_eq(kin_isotp_frame_parse(&can, size, false, &frame), -EBADMSG);
	kin_isotp_decoder_free(log.decoder);
}
END_TEST

START_TEST(reads_addresses_in_the_first_byte)
{
	struct log log;

	log_begin(&log, 0, 0);
	ck_ok(kin_isotp_decoder_set_ext(log.decoder, true));
	/* Extended: one identifier, two receivers. */
	expect(&log,
	       "600#AA10080001020304 601#F1300000 600#BB10081011121314 600#AA21050607 "
	       "600#BB21151617",
	       "600/AA>601 [8] 0001020304050607: complete\n"
	       "600/BB [8] 1011121314151617: complete\n");
	/* Mixed: the answer has the same one. */
	expect(&log,
	       "500#01100A0001020304 500#02100A1011121314 501#01300000 501#02300000 "
	       "500#01210506070809 500#02211516171819",
	       "500/01>501 [10] 00010203040506070809: complete\n"
	       "500/02>501 [10] 10111213141516171819: complete\n");
	kin_isotp_decoder_free(log.decoder);
}
END_TEST

START_TEST(follows_named_pairs_alone)
{
	struct log log;

	log_begin(&log, 0, 0);
	ck_ok(kin_isotp_decoder_add_pair(log.decoder, 0x123, -1, 0x321, -1));
	expect(&log, "123#023E00 321#027E00 7E0#023E00",
	       "123>321 [2] 3E00: complete\n321>123 [2] 7E00: complete\n");
	ck_refused(kin_isotp_decoder_add_pair(log.decoder, 0x800, -1, 1, -1), EINVAL, "0x800");
	ck_refused(kin_isotp_decoder_add_pair(log.decoder, 1, 256, 2, -1), EINVAL, "256");
	ck_refused(kin_isotp_decoder_add_pair(log.decoder, 0x7E0, -1, 0x7E0, 1), EINVAL, "0x7e0");
	ck_refused(kin_isotp_decoder_add_pair(log.decoder, 0x7E0, 1, 0x7E0, 1), EINVAL, "0x7e0");
	for (int i = 0; i < 63; i++)
		ck_ok(kin_isotp_decoder_add_pair(log.decoder, 1, -1, 2, -1));
	ck_refused(kin_isotp_decoder_add_pair(log.decoder, 1, -1, 2, -1), ENOSPC, "64");
	kin_isotp_decoder_free(log.decoder);
}
END_TEST

/* A PDU of len counting bytes from id, answered once. */
static void feed_pdu(struct log *log, canid_t id, unsigned len)
{
	struct can_frame frame = {.can_id = id, .len = 8, .data = {0x10}};
	unsigned at = 2, n = 0;

	frame.data[2] = (uint8_t)(len >> 24);
	frame.data[3] = (uint8_t)(len >> 16);
	frame.data[4] = (uint8_t)(len >> 8);
	frame.data[5] = (uint8_t)len;
	for (unsigned i = 6; i < 8; i++)
		frame.data[i] = (uint8_t)n++;
	ck_ok(kin_isotp_decoder_feed(log->decoder, 1, &frame, sizeof(frame), log->now));
	for (unsigned number = 1; at < len; number++) {
		frame.data[0] = (uint8_t)(0x20 | (number & 15));
		for (unsigned i = 1; i < 8; i++)
			frame.data[i] = (uint8_t)n++;
		at += 7;
		ck_ok(kin_isotp_decoder_feed(log->decoder, 1, &frame, sizeof(frame), log->now));
	}
}

START_TEST(keeps_what_it_may)
{
	const struct kin_isotp_pdu *pdu;
	struct log log;

	log_begin(&log, 0, 0);
	feed_pdu(&log, 0x7E0, 1000000);
	pdu = kin_isotp_decoder_next(log.decoder);
	ck_assert_ptr_nonnull(pdu);
	ck_assert_int_eq(pdu->end, KIN_ISOTP_COMPLETE);
	ck_assert_uint_eq(pdu->len, 1000000);
	for (size_t i = 0; i < pdu->len; i++)
		ck_assert_uint_eq(pdu->data[i], i & 0xFF);
	kin_isotp_decoder_free(log.decoder);

	log_begin(&log, 5000, 0);
	feed_pdu(&log, 0x7E0, 10000);
	pdu = kin_isotp_decoder_next(log.decoder);
	ck_assert_int_eq(pdu->end, KIN_ISOTP_TOO_LONG);
	ck_assert_uint_eq(pdu->len, 5000);
	ck_assert_uint_eq(pdu->full_len, 10000);
	kin_isotp_decoder_free(log.decoder);

	/* Who was silent the longest makes room; alone, nobody does. */
	log_begin(&log, 0, 2000);
	expect(&log, "7E0#1FFF000102030405 7E8#300000 7E0#21060708090A0B0C", "");
	feed_pdu(&log, 0x7E1, 5000);
	drain(&log);
	ck_assert_ptr_nonnull(strstr(log.text, "longer than is kept"));
	kin_isotp_decoder_free(log.decoder);
}
END_TEST

START_TEST(is_bounded_for_any_number_of_identifiers)
{
	struct log log;

	log_begin(&log, 0, 0);
	ck_ok(kin_isotp_decoder_set_all(log.decoder, true));
	for (canid_t id = 0; id < 20000; id++) {
		struct can_frame frame = {
			.can_id = id | CAN_EFF_FLAG, .len = 8, .data = {0x10, 20}};

		ck_ok(kin_isotp_decoder_feed(log.decoder, 1, &frame, sizeof(frame), log.now));
		frame.data[0] = 0x21;
		ck_ok(kin_isotp_decoder_feed(log.decoder, 1, &frame, sizeof(frame), log.now));
	}
	kin_isotp_decoder_free(log.decoder);
}
END_TEST

int main(void)
{
	const struct test_case cases[] = {
		{addresses_are_an_interface_and_two_identifiers,
		 "addresses are an interface and two identifiers"},
		{texts_are_canonical, "texts are canonical"},
		{separation_times_have_codes, "separation times have codes"},
		{finds_who_answers_whom, "finds who answers whom"},
		{other_traffic_is_not_taken_for_it, "other traffic is not taken for it"},
		{tells_what_went_wrong, "tells what went wrong"},
		{follows_without_flow_control, "follows without flow control"},
		{reads_fd_and_long_lengths, "reads FD and long lengths"},
		{reads_addresses_in_the_first_byte, "reads addresses in the first byte"},
		{follows_named_pairs_alone, "follows named pairs alone"},
		{keeps_what_it_may, "keeps what it may"},
		{is_bounded_for_any_number_of_identifiers,
		 "is bounded for any number of identifiers"},
		{},
	};

	return run_cases("can/isotp", cases);
}
