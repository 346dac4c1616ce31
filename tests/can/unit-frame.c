/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* CAN frames: the compact notation both ways, what is refused, lengths, kinds, error words. */
#include "harness.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <kin/can.h>

/* ---- What is read, and how it is written --------------------------------------------------- */

static const struct {
	const char *text, *canonical; /* NULL: the same */
	size_t size;
	canid_t id;
	unsigned len;
} valid[] = {
	{"123#DEADBEEF", NULL, 16, 0x123, 4},
	{"123#deadbeef", "123#DEADBEEF", 16, 0x123, 4},
	{"7FF#", NULL, 16, 0x7FF, 0},
	{"000#00", NULL, 16, 0, 1},
	{"123#11.22.33.44.55.66.77.88", "123#1122334455667788", 16, 0x123, 8},
	{"123#1122.3344", "123#11223344", 16, 0x123, 4},
	{"00000123#01", NULL, 16, 0x123 | CAN_EFF_FLAG, 1},
	{"1FFFFFFF#01", NULL, 16, 0x1FFFFFFF | CAN_EFF_FLAG, 1},
	{"123#R", NULL, 16, 0x123 | CAN_RTR_FLAG, 0},
	{"123#r", "123#R", 16, 0x123 | CAN_RTR_FLAG, 0},
	{"123#R0", "123#R", 16, 0x123 | CAN_RTR_FLAG, 0},
	{"123#R5", NULL, 16, 0x123 | CAN_RTR_FLAG, 5},
	{"12345678#R8", NULL, 16, 0x12345678 | CAN_EFF_FLAG | CAN_RTR_FLAG, 8},
	{"333#R8_E", NULL, 16, 0x333 | CAN_RTR_FLAG, 8},
	{"123#1122334455667788_9", NULL, 16, 0x123, 8},
	{"123#1122334455667788_f", "123#1122334455667788_F", 16, 0x123, 8},
	{"20000088#0000900000000000", NULL, 16, 0x88 | CAN_ERR_FLAG, 8},
	{"3FFFFFFF#", NULL, 16, 0x1FFFFFFF | CAN_ERR_FLAG, 0},
	{"123##0", NULL, 72, 0x123, 0},
	{"123##1112233", NULL, 72, 0x123, 3},
	{"123##5.11.22.33", "123##5112233", 72, 0x123, 3},
	{"12345678##F112233445566778899AABBCC", NULL, 72, 0x12345678 | CAN_EFF_FLAG, 12},
	{"45123#81:00:12345678#11223344", NULL, 16, 0x450123, 4},
	{"007FF#80:ff:abcdef01#aa", "007FF#80:FF:ABCDEF01#AA", 13, 0x7FF, 1},
	{"FF000#80:00:00000000#11.22", "FF000#80:00:00000000#1122", 14, 0xFF0000, 2},
};

START_TEST(reads_what_is_valid)
{
	for (size_t i = 0; i < sizeof(valid) / sizeof(*valid); i++) {
		const char *canonical = valid[i].canonical ? valid[i].canonical : valid[i].text;
		union kin_can_frame frame;
		char text[KIN_CAN_FRAME_TEXT];
		size_t size;

		memset(&frame, 0xAA, sizeof(frame));
		ck_ok(kin_can_frame_parse(valid[i].text, &frame, &size));
		ck_assert_uint_eq(size, valid[i].size);
		ck_assert_msg(frame.id == valid[i].id, "%s: id %08X", valid[i].text, frame.id);
		if (kin_can_frame_kind(&frame, size) == KIN_CAN_XL)
			ck_assert_uint_eq(frame.xl.len, valid[i].len);
		else
			ck_assert_uint_eq(frame.fd.len, valid[i].len);
		ck_assert_int_eq(ck_ok(kin_can_frame_format(&frame, size, text, sizeof(text))),
				 strlen(canonical));
		ck_assert_str_eq(text, canonical);
	}
}
END_TEST

START_TEST(reads_into_the_kernels_structures)
{
	union kin_can_frame frame;
	size_t size;

	ck_ok(kin_can_frame_parse("123#1122334455667788_F", &frame, &size));
	ck_assert_uint_eq(frame.classic.len8_dlc, 15);
	ck_assert_mem_eq(frame.classic.data, "\x11\x22\x33\x44\x55\x66\x77\x88", 8);

	ck_ok(kin_can_frame_parse("123##51122", &frame, &size));
	ck_assert_uint_eq(frame.fd.flags, CANFD_BRS | CANFD_FDF);
	ck_assert_mem_eq(frame.fd.data, "\x11\x22\x00\x00", 4);

	ck_ok(kin_can_frame_parse("45123#81:07:12345678#1122", &frame, &size));
	ck_assert_uint_eq(frame.xl.flags, CANXL_XLF | CANXL_SEC);
	ck_assert_uint_eq(frame.xl.sdt, 7);
	ck_assert_uint_eq(frame.xl.af, 0x12345678);
	ck_assert_mem_eq(frame.xl.data, "\x11\x22", 2);
}
END_TEST

/* ---- What is refused ----------------------------------------------------------------------- */

static const struct {
	const char *text, *words;
} invalid[] = {
	{"", "\"\": an identifier has 3 hex digits, or 8 when it is extended (XL: 5), at position 1"},
	{"123", "123: no '#' after the identifier, at position 4"},
	{"1234",
	 "1234: an identifier has 3 hex digits, or 8 when it is extended (XL: 5), at position 1"},
	{"#11", "#11: an identifier has 3 hex digits, or 8 when it is extended (XL: 5), at position 1"},
	{"12#11",
	 "12#11: an identifier has 3 hex digits, or 8 when it is extended (XL: 5), at position 1"},
	{"123456789#11", "123456789#11: an identifier has 3 hex digits, or 8 when it is extended "
			 "(XL: 5), at position 1"},
	{"12G#11", "12G#11: 'G' is not a hex digit, at position 3"},
	{"1\t3#11", "1\t3#11: byte 09 is not a hex digit, at position 2"},
	{" 123#11", " 123#11: ' ' is not a hex digit, at position 1"},
	{"FFF#00", "FFF#00: identifier FFF is above 7FF; write 00000FFF for an extended identifier, "
		   "at position 1"},
	{"40000000#", "40000000#: identifier 40000000 is above 1FFFFFFF, and above 3FFFFFFF of error "
		      "frames, at position 1"},
	{"123#1", "123#1: odd number of hex digits, at position 5"},
	{"123#11.2", "123#11.2: odd number of hex digits, at position 8"},
	{"123#1.22", "123#1.22: odd number of hex digits, at position 5"},
	{"123#1G", "123#1G: 'G' is not a hex digit, at position 6"},
	{"123#11 ", "123#11 : ' ' is not a hex digit, at position 7"},
	{"123#.11", "123#.11: '.' is not a hex digit, at position 5"},
	{"123#11.", "123#11.: no byte after the '.', at position 7"},
	{"123#11..22", "123#11..22: no byte after the '.', at position 7"},
	{"123#112233445566778899", "123#112233445566778899: a classic frame holds 8 bytes, not 9; CAN "
				   "FD has a second '#' and flags before its data (##0), at position 5"},
	{"123#R9", "123#R9: a remote request has a length of 0 to 8; DLC 9 is written R8_9, at "
		   "position 6"},
	{"123#R55", "123#R55: '5' follows the end of the frame, at position 7"},
	{"123#R5_9", "123#R5_9: a DLC needs a classic frame of 8 bytes before it, at position 7"},
	{"123#RX", "123#RX: 'X' is not a hex digit, at position 6"},
	{"123#R8_8", "123#R8_8: a DLC of 9 to F must follow the '_', at position 8"},
	{"123#11_9", "123#11_9: a DLC needs a classic frame of 8 bytes before it, at position 7"},
	{"123#1122334455667788_", "123#1122334455667788_: a DLC of 9 to F must follow the '_', at "
				  "position 22"},
	{"123#1122334455667788_8", "123#1122334455667788_8: a DLC of 9 to F must follow the '_', at "
				   "position 22"},
	{"123#1122334455667788_9A", "123#1122334455667788_9A: 'A' follows the end of the frame, at "
				    "position 23"},
	{"20000001#R", "20000001#R: an error frame can't be a remote request, at position 10"},
	{"123##", "123##: it ends too early, at position 6"},
	{"123##G", "123##G: 'G' is not a hex digit, at position 6"},
	{"123##0R", "123##0R: CAN FD has no remote requests, at position 7"},
	{"123##0112233445566778899",
	 "123##0112233445566778899: an FD frame can't hold 9 bytes: 8 or 12, at position 7"},
	{"123##01", "123##01: odd number of hex digits, at position 7"},
	{"123##0112233445566778899AABBCC_9", "123##0112233445566778899AABBCC_9: a DLC needs a classic "
					     "frame of 8 bytes before it, at position 31"},
	{"45123#11", "45123#11: an XL header is FLAGS:TYPE:ACCEPTANCE#, with 2, 2 and 8 hex digits, "
		     "at position 9"},
	{"45923#81:00:12345678#11", "45923#81:00:12345678#11: priority 923 is above 7FF, at position 3"},
	{"45123#01:00:12345678#11", "45123#01:00:12345678#11: XL flags 01 lack 80: write 81, at "
				    "position 7"},
	{"45123#81:00:12345678#", "45123#81:00:12345678#: an XL frame holds 1 to 2048 bytes, not 0, "
				  "at position 22"},
	{"45123#81:00:1234567#11", "45123#81:00:1234567#11: '#' is not a hex digit, at position 20"},
};

START_TEST(refuses_what_is_not)
{
	for (size_t i = 0; i < sizeof(invalid) / sizeof(*invalid); i++) {
		union kin_can_frame frame;
		size_t size = 4711;

		memset(&frame, 0xAA, sizeof(frame));
		ck_fails(kin_can_frame_parse(invalid[i].text, &frame, &size), EINVAL, invalid[i].words);
		ck_assert_uint_eq(size, 4711);
		ck_assert_uint_eq(frame.id, 0xAAAAAAAA);
	}
}
END_TEST

START_TEST(refuses_too_much_data)
{
	union kin_can_frame frame;
	char text[2 * 2049 + 32];
	size_t size;
	int n = sprintf(text, "123##0");

	memset(text + n, 'A', 2 * 65);
	text[n + 2 * 65] = '\0';
	ck_fails(kin_can_frame_parse(text, &frame, &size), EINVAL,
		 "123##0AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA...: an FD frame holds 64 bytes, not "
		 "65, at position 7");
	n = sprintf(text, "45123#80:00:00000000#");
	memset(text + n, 'A', 2 * 2049);
	text[n + 2 * 2049] = '\0';
	ck_fails(kin_can_frame_parse(text, &frame, &size), EINVAL,
		 "45123#80:00:00000000#AAAAAAAAAAAAAAAAAAAAAAAAAAA...: an XL frame holds 1 to 2048 "
		 "bytes, not 2049, at position 22");
	text[n + 2 * 2048] = '\0';
	ck_ok(kin_can_frame_parse(text, &frame, &size));
	ck_assert_uint_eq(size, CANXL_MTU);
}
END_TEST

/* ---- There and back ------------------------------------------------------------------------ */

/* A frame that the notation has a place for all of. */
static size_t random_frame(union kin_can_frame *frame)
{
	unsigned kind = test_random() % 3, len;
	uint8_t *data;

	memset(frame, 0, sizeof(*frame));
	if (kind == 2) {
		frame->xl.prio = (canid_t)((test_random() & 0xFF) << 16 | (test_random() & 0x7FF));
		frame->xl.flags = (uint8_t)(test_random() | CANXL_XLF);
		frame->xl.sdt = (uint8_t)test_random();
		frame->xl.af = (uint32_t)test_random();
		frame->xl.len = (uint16_t)(test_random() % CANXL_MAX_DLEN + 1);
		len = frame->xl.len;
		data = frame->xl.data;
	} else {
		canid_t ids[] = {(canid_t)test_random() & CAN_SFF_MASK,
				 ((canid_t)test_random() & CAN_EFF_MASK) | CAN_EFF_FLAG,
				 ((canid_t)test_random() & CAN_ERR_MASK) | CAN_ERR_FLAG};

		frame->id = ids[test_random() % 3];
		len = kind == 1 ? kin_can_fd_dlc_to_len(test_random() % 16) : test_random() % 9;
		frame->fd.len = (uint8_t)len;
		if (kind == 1)
			frame->fd.flags = test_random() & 0xF;
		else if (!(frame->id & CAN_ERR_FLAG) && test_random() % 4 == 0)
			frame->id |= CAN_RTR_FLAG;
		if (kind == 0 && len == 8 && test_random() % 2)
			frame->classic.len8_dlc = (uint8_t)(9 + test_random() % 7);
		data = frame->fd.data;
	}
	for (unsigned i = 0; i < len && !(kind == 0 && (frame->id & CAN_RTR_FLAG)); i++)
		data[i] = (uint8_t)test_random();
	return kind == 0 ? CAN_MTU : kind == 1 ? CANFD_MTU : CANXL_HDR_SIZE + len;
}

START_TEST(formatted_and_parsed_is_the_same)
{
	for (int i = 0; i < 20000; i++) {
		union kin_can_frame frame, again;
		char text[KIN_CAN_FRAME_TEXT], text_again[KIN_CAN_FRAME_TEXT];
		size_t size = random_frame(&frame), size_again;

		ck_ok(kin_can_frame_format(&frame, size, text, sizeof(text)));
		ck_ok(kin_can_frame_parse(text, &again, &size_again));
		ck_assert_uint_eq(size_again, size);
		ck_assert_msg(memcmp(&frame, &again, size) == 0, "%s", text);
		ck_ok(kin_can_frame_format(&again, size_again, text_again, sizeof(text_again)));
		ck_assert_str_eq(text_again, text);
	}
}
END_TEST

START_TEST(formats_into_little_room)
{
	union kin_can_frame frame;
	char text[8] = "xxxxxxx";
	size_t size;

	ck_ok(kin_can_frame_parse("123#11223344", &frame, &size));
	ck_assert_int_eq(kin_can_frame_format(&frame, size, NULL, 0), 12);
	ck_assert_int_eq(kin_can_frame_format(&frame, size, text, sizeof(text)), 12);
	ck_assert_str_eq(text, "123#112");
	ck_fails(kin_can_frame_format(&frame, 15, text, sizeof(text)), EBADMSG,
		 "not a CAN frame: 15 bytes");
}
END_TEST

/* ---- Kinds and lengths --------------------------------------------------------------------- */

START_TEST(tells_kinds_apart)
{
	union kin_can_frame frame = {.id = 0x123};

	ck_assert_int_eq(kin_can_frame_kind(&frame, 0), -EBADMSG);
	ck_assert_int_eq(kin_can_frame_kind(&frame, 8), -EBADMSG);
	ck_assert_int_eq(kin_can_frame_kind(&frame, 16), KIN_CAN_CLASSIC);
	ck_assert_int_eq(kin_can_frame_kind(&frame, 72), KIN_CAN_FD);
	ck_assert_int_eq(kin_can_frame_kind(&frame, 17), -EBADMSG);
	frame.fd.len = 9;
	ck_assert_int_eq(kin_can_frame_kind(&frame, 16), -EBADMSG);
	frame.fd.len = 65;
	ck_assert_int_eq(kin_can_frame_kind(&frame, 72), -EBADMSG);
	/* As long as the others, but XL. */
	frame.xl.flags = CANXL_XLF;
	frame.xl.len = 4;
	ck_assert_int_eq(kin_can_frame_kind(&frame, 16), KIN_CAN_XL);
	ck_assert_int_eq(kin_can_frame_kind(&frame, 72), -EBADMSG);
	frame.xl.len = 60;
	ck_assert_int_eq(kin_can_frame_kind(&frame, 72), KIN_CAN_XL);
	frame.xl.len = 2048;
	ck_assert_int_eq(kin_can_frame_kind(&frame, 2060), KIN_CAN_XL);
	ck_assert_int_eq(kin_can_frame_kind(&frame, 2061), -EBADMSG);
	frame.xl.len = 0;
	ck_assert_int_eq(kin_can_frame_kind(&frame, 12), -EBADMSG);
}
END_TEST

START_TEST(maps_lengths_to_codes)
{
	static const unsigned lengths[16] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 12, 16, 20, 24, 32, 48, 64};

	for (unsigned dlc = 0; dlc < 16; dlc++) {
		ck_assert_uint_eq(kin_can_fd_dlc_to_len(dlc), lengths[dlc]);
		ck_assert_uint_eq(kin_can_fd_len_to_dlc(lengths[dlc]), dlc);
	}
	ck_assert_uint_eq(kin_can_fd_dlc_to_len(16), 64);
	ck_assert_uint_eq(kin_can_fd_len_to_dlc(9), 9);
	ck_assert_uint_eq(kin_can_fd_len_to_dlc(49), 15);
	ck_assert_uint_eq(kin_can_fd_len_to_dlc(65), 15);
}
END_TEST

/* ---- Error frames -------------------------------------------------------------------------- */

static const struct {
	const char *frame, *words;
} errors[] = {
	{"20000001#0000000000000000", "tx-timeout"},
	{"20000002#0C00000000000000", "lost-arbitration{at bit 12}"},
	{"20000004#0004000000000000", "controller-problem{rx-error-warning}"},
	{"20000004#007F000000000000",
	 "controller-problem{rx-overflow,tx-overflow,rx-error-warning,tx-error-warning,"
	 "rx-error-passive,tx-error-passive,back-to-error-active}"},
	{"20000008#0000040B00000000", "protocol-violation{{bit-stuffing-error}{data-length-code}}"},
	{"20000008#0000C02000000000", "protocol-violation{{active-error,error-on-tx}{}}"},
	{"20000008#0000000100000000", "protocol-violation{{}{unspecified}}"},
	{"200000F0#0000000000000000",
	 "transceiver-status,no-acknowledgement-on-tx,bus-off,bus-error"},
	{"20000100#0000000000000000", "restarted-after-bus-off"},
	{"20000200#0000000000006080", "error-counter-tx-rx{{96}{128}}"},
	{"20000040#000000000000FF00", "bus-off,error-counter-tx-rx{{255}{0}}"},
	{"20001000#0000000000000000", "unknown-class-1000"},
	{"20000000#0000000000000000", ""},
};

START_TEST(tells_errors_in_words)
{
	union kin_can_frame frame;
	char words[256];
	size_t size;

	for (size_t i = 0; i < sizeof(errors) / sizeof(*errors); i++) {
		ck_ok(kin_can_frame_parse(errors[i].frame, &frame, &size));
		ck_ok(kin_can_error_format(&frame.classic, NULL, words, sizeof(words)));
		ck_assert_str_eq(words, errors[i].words);
	}
	ck_ok(kin_can_frame_parse("20000081#0000000000000000", &frame, &size));
	ck_ok(kin_can_error_format(&frame.classic, "; ", words, sizeof(words)));
	ck_assert_str_eq(words, "tx-timeout; bus-error");
	ck_assert_int_eq(kin_can_error_format(&frame.classic, NULL, words, 4), 20);
	ck_assert_str_eq(words, "tx-");
	frame.id = 0x123;
	ck_fails(kin_can_error_format(&frame.classic, NULL, words, sizeof(words)), EINVAL,
		 "a frame with id 00000123 is not an error frame");
}
END_TEST

START_TEST(reads_errors_in_words)
{
	static const char *const wrong[] = {
		"error:",
		"error:bus-of",
		"error:bus-off,",
		"error:bus-off;bus-error",
		"error:bus-off{}",
		"error:unknown-class-1000",
		"error:lost-arbitration{at bit 256}",
		"error:lost-arbitration{at bit }",
		"error:controller-problem{rx-overflow",
		"error:controller-problem{rx-overflow,}",
		"error:protocol-violation{{}{unspecified}}",
		"error:protocol-violation{{}{bit-srtr}",
		"error:error-counter-tx-rx{{1}{}}",
	};
	union kin_can_frame frame, again;
	char text[300], words[256];
	size_t size;
	unsigned same = 0;

	for (size_t i = 0; i < sizeof(errors) / sizeof(*errors); i++) {
		snprintf(text, sizeof(text), "error:%s", errors[i].words);
		if (kin_can_frame_parse(text, &frame, &size) < 0)
			continue;
		ck_assert_uint_eq(size, CAN_MTU);
		ck_ok(kin_can_error_format(&frame.classic, NULL, words, sizeof(words)));
		ck_assert_str_eq(words, errors[i].words);
		ck_ok(kin_can_frame_parse(errors[i].frame, &again, &size));
		same += memcmp(&frame, &again, CAN_MTU) == 0;
	}
	/* No word have an unknown class, two locations, and nothing; counters need no class. */
	ck_assert_uint_eq(same, sizeof(errors) / sizeof(*errors) - 5);
	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++)
		ck_refused(kin_can_frame_parse(wrong[i], &frame, &size), EINVAL,
			   "no error frame has such words, at position");
}
END_TEST

int main(void)
{
	const struct test_case cases[] = {
		{reads_what_is_valid, "reads_what_is_valid"},
		{reads_into_the_kernels_structures, "reads_into_the_kernels_structures"},
		{refuses_what_is_not, "refuses_what_is_not"},
		{refuses_too_much_data, "refuses_too_much_data"},
		{formatted_and_parsed_is_the_same, "formatted_and_parsed_is_the_same"},
		{formats_into_little_room, "formats_into_little_room"},
		{tells_kinds_apart, "tells_kinds_apart"},
		{maps_lengths_to_codes, "maps_lengths_to_codes"},
		{tells_errors_in_words, "tells_errors_in_words"},
		{reads_errors_in_words, "reads_errors_in_words"},
		{},
	};

	return run_cases("can/frame", cases);
}
