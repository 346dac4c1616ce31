/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Recordings read back: candump's log, its lines, JSON; and what is none. */
#include "harness.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <kin/can.h>
#include <kin/family.h>

/* Read a recording that is this text; the first record that is no remark, or what next() said. */
static struct kin_reader *reader;
static const struct kin_record *record;

static int read_first(const char *style, const char *text)
{
	int r;

	kin_reader_free(reader);
	ck_ok(kin_reader_new(NULL, style, &reader));
	ck_assert_int_eq(kin_reader_feed(reader, text, strlen(text)), (ssize_t)strlen(text));
	ck_ok(kin_reader_feed(reader, NULL, 0));
	do
		r = kin_reader_next(reader, &record);
	while (r > 0 && record->kind == KIN_RECORD_REMARK);
	return r;
}

/* "NS SOURCE FRAME[ R|T][ event]" of the record */
static const char *told(void)
{
	static char text[2 * KIN_CAN_FRAME_TEXT];
	static const char *const directions[] = {"", " R", " T"};
	char frame[KIN_CAN_FRAME_TEXT];

	ck_ok(kin_can_frame_format(record->msg->data, record->msg->len, frame, sizeof(frame)));
	ck_assert_str_eq(record->proto->scheme, "can");
	ck_assert_uint_eq(record->msg->full_len, record->msg->len);
	snprintf(text, sizeof(text), "%lld %s %s%s%s", (long long)record->msg->time_ns,
		 record->source, frame, directions[record->direction],
		 record->kind == KIN_RECORD_EVENT ? " event" : "");
	return text;
}

static void nothing_more(void)
{
	int r;

	while ((r = kin_reader_next(reader, &record)) > 0)
		ck_assert_int_eq(record->kind, KIN_RECORD_REMARK);
	ck_assert_int_eq(r, 0);
}

#define READS(style, line, expected)                                                               \
	do {                                                                                       \
		ck_assert_int_eq(ck_ok(read_first(style, line)), 1);                               \
		ck_assert_str_eq(told(), expected);                                                \
		nothing_more();                                                                    \
	} while (0)

/* The words are a part of what is said. */
#define REFUSES(style, line, words)                                                                \
	do {                                                                                       \
		ck_fails(read_first(style, line), EBADMSG, NULL);                                  \
		ck_assert_msg(strstr(kin_error_text(), words), "%s", kin_error_text());            \
	} while (0)

START_TEST(reads_logs)
{
	READS("candump", "(1700000000.123456) can0 123#DEADBEEF\n",
	      "1700000000123456000 can:can0 123#DEADBEEF");
	READS("candump", "(1700000000.123456789)   a.b 00000123#R5 T\n",
	      "1700000000123456789 can:a.b 00000123#R5 T");
	READS("candump", "(0000000000.000000) any 123##3AABB R", "0 can:any 123##3AABB R");
	READS("candump", "(1.000001) vcan0 123#1122334455667788_F\r\n",
	      "1000001000 can:vcan0 123#1122334455667788_F");
	READS("candump", "(1.000000) vcan0 45123#81:00:12345678#11223344\n",
	      "1000000000 can:vcan0 45123#81:00:12345678#11223344");
	/* What other readers take for a data frame. */
	READS("candump", "(1.000000) vcan0 20000004#0008000000000000 R\n",
	      "1000000000 can:vcan0 20000004#0008000000000000 R event");
	READS("candump",
	      "DROPCOUNT: dropped 3 CAN frames on 'vcan0' socket (total drops 3)\n# words\n\n"
	      "(1.000000) vcan0 123#R8_9\n",
	      "1000000000 can:vcan0 123#R8_9");
	ck_assert_uint_eq(record->place, 4);
}
END_TEST

START_TEST(refuses_malformed_logs)
{
	REFUSES("candump", "hello\n", "line 1: no '(' of a time");
	REFUSES("candump", "\n\n(1.0) can0 123#\n", "line 3: a time has 6 or 9 decimals");
	REFUSES("candump", "(9223372036.000000) can0 123#\n", "of seconds up to 9223372035");
	REFUSES("candump", "(.000000) can0 123#\n", "a time is (SECONDS.MICROSECONDS)");
	REFUSES("candump", "(-1.000000) can0 123#\n", "a time is (SECONDS.MICROSECONDS)");
	REFUSES("candump", "(1.0000000) can0 123#\n", "6 or 9 decimals");
	REFUSES("candump", "(1.000000)can0 123#\n", "no space behind the time");
	REFUSES("candump", "(1.000000) \n", "interface name \"\" has not 1 to 15 bytes");
	REFUSES("candump", "(1.000000) a-name-of-16-byt 123#\n", "interface name");
	REFUSES("candump", "(1.000000) can0\n", "no frame, at position");
	REFUSES("candump", "(1.000000) can0 FFF#00\n", "identifier FFF is above 7FF");
	REFUSES("candump", "(1.000000) can0 123#112233445566778899\n", "8 bytes");
	REFUSES("candump", "(1.000000) can0 123# X\n", "\"X\" behind the frame is neither R nor T");
	REFUSES("candump", "(1.000000) can0 123# R R\n", "more than a frame in a line");
	REFUSES("candump", "(1.000000) can0 malformed frame of 3 bytes: 00\n", "line 1: ");
}
END_TEST

START_TEST(reads_on_behind_what_is_malformed)
{
	REFUSES("candump", "(1.000000) can0 12#\n(2.000000) can0 123#01\n", "line 1: ");
	ck_assert_int_eq(ck_ok(kin_reader_next(reader, &record)), 1);
	ck_assert_str_eq(told(), "2000000000 can:can0 123#01");
	ck_assert_uint_eq(record->place, 2);
}
END_TEST

START_TEST(reads_candumps_lines)
{
	READS("text", " (1700000000.123456)  can0  123   [3]  11 22 33\n",
	      "1700000000123456000 can:can0 123#112233");
	READS("text", "  can0  123   [0] \n", "0 can:can0 123#");
	ck_assert_int_eq(record->msg->clock, KIN_CLOCK_NONE);
	READS("text", " (1.000000)  can0  RX - -  12345678   [2]  11 22   '.\"'\n",
	      "1000000000 can:can0 12345678#1122 R");
	READS("text", " (1.000000)  can0  TX B E  123  [12]  00 01 02 03 04 05 06 07 08 09 0A 0B\n",
	      "1000000000 can:can0 123##7000102030405060708090A0B T");
	READS("text", " (1.000000)  can0  123   {E}  11 22 33 44 55 66 77 88\n",
	      "1000000000 can:can0 123#1122334455667788_E");
	READS("text", " (1.000000)  can0  123   [5]  remote request\n",
	      "1000000000 can:can0 123#R5");
	READS("text",
	      " (1.000000)  can0  20000088   [8]  00 00 90 00 00 00 00 00   "
	      "ERRORFRAME\n\tbus-error\n",
	      "1000000000 can:can0 20000088#0000900000000000 event");
	READS("text", " (1.000000)  can0  TX S -  123 [0002] (45|81:00:12345678) 11 22\n",
	      "1000000000 can:can0 45123#81:00:12345678#1122 T");
}
END_TEST

START_TEST(refuses_what_lines_do_not_say)
{
	REFUSES("text", "(1.000000) can0 123#\n", "no space before the rest");
	REFUSES("text", "  can0  123   [3]  11 22\n", "\"\" is not byte 3 of 3");
	REFUSES("text", "  can0  123   [1]  11 22\n", "more data than the length says");
	REFUSES("text", "  can0  123   [9]  11\n", "no length in brackets");
	REFUSES("text", "  can0  123   [003]  11\n", "no length in brackets");
	REFUSES("text", "  can0  123   (1)  11\n", "no length in brackets");
	REFUSES("text", "  can0  123   [2]  22`11\n", "is not byte 1 of 2");
	REFUSES("text", "  can0  123   [1]  00010001\n", "is not byte 1 of 1");
	REFUSES("text", "  can0  1234   [1]  00\n", "no identifier");
	REFUSES("text", "  can0  123  [09]  00 00 00 00 00 00 00 00 00\n",
		"no FD frame has 9 bytes");
	REFUSES("text", "  can0  001 [2048] (00|81:45:12345678) 00 ...\n",
		"only 64 of the 2048 bytes of this frame stand here");
	REFUSES("text", "  can0  001 [0001] (00|01:45:12345678) 00\n", "no XL frame");
	REFUSES("text", "  can0  001 [0001] (00|01:45:1234567) 00\n", "no header of an XL frame");
}
END_TEST

#define JSON(members)                                                                              \
	"{\"scheme\":\"can\",\"time\":1.000000002,\"interface\":\"can0\"," members "}\n"

START_TEST(reads_json)
{
	READS("json", JSON("\"id\":\"123\",\"len\":2,\"data\":\"1122\""),
	      "1000000002 can:can0 123#1122 R");
	READS("json", JSON("\"tx\":true,\"id\":\"123\",\"rtr\":true,\"len\":5,\"data\":\"\""),
	      "1000000002 can:can0 123#R5 T");
	READS("json",
	      JSON("\"id\":\"00000001\",\"extended\":true,\"fd\":true,\"brs\":true,"
		   "\"len\":0,\"dlc\":0,\"data\":\"\""),
	      "1000000002 can:can0 00000001##5 R");
	READS("json", JSON("\"id\":\"123\",\"len\":8,\"dlc\":14,\"data\":\"0011223344556677\""),
	      "1000000002 can:can0 123#0011223344556677_E R");
	READS("json",
	      JSON("\"id\":\"20000004\",\"error\":true,\"len\":8,\"dlc\":8,"
		   "\"data\":\"0011223344556677\",\"errors\":\"a,b\",\"cmsg\":{\"a\":[1]}"),
	      "1000000002 can:can0 20000004#0011223344556677 R event");
	READS("json",
	      JSON("\"id\":\"123\",\"xl\":true,\"sec\":true,\"vcid\":\"45\",\"sdt\":\"01\","
		   "\"af\":\"12345678\",\"len\":1,\"data\":\"AA\""),
	      "1000000002 can:can0 45123#81:01:12345678#AA R");
	REFUSES("json", "{\"scheme\":\"can\",\"id\":\"123\",\"len\":0,\"data\":\"\"}\n",
		"line 1: no \"interface\"");
	REFUSES("json", JSON("\"len\":0"), "no \"id\"");
	REFUSES("json", JSON("\"id\":\"800\",\"len\":0,\"data\":\"\""), "too large for its kind");
	REFUSES("json", JSON("\"id\":\"123\",\"len\":1,\"data\":\"\""), "len is not the number");
	REFUSES("json", JSON("\"id\":\"123\",\"len\":9,\"data\":\"000000000000000000\""),
		"no classic frame has this length");
	REFUSES("json",
		JSON("\"id\":\"123\",\"fd\":true,\"len\":9,\"data\":\"000000000000000000\""),
		"no FD frame");
	REFUSES("json", JSON("\"id\":\"123\",\"xl\":true,\"len\":0,\"data\":\"\""), "no XL frame");
	REFUSES("json", JSON("\"malformed\":true,\"data\":\"00\""), "a message that is no frame");
	REFUSES("json", JSON("\"id\":\"1\",\"rtr\":3"), "rtr: \"3\" is neither true nor false");
	REFUSES("json", JSON("\"id\":\"1\",\"len\":01"), "not JSON");
	REFUSES("json", "{\"scheme\":\"can\"} {}\n", "more than one object");
	REFUSES("json", "{\"scheme\":\"xyz\"}\n", "no family has the scheme \"xyz\"");
	REFUSES("json", "[]\n", "it does not begin with {\"scheme\":");
}
END_TEST

/* What is written in each style is read as what it was. */
START_TEST(reads_what_it_writes)
{
	static const char *const frames[] = {
		"123#",
		"7FF#DE",
		"00000123#DEADBEEF",
		"123#R",
		"123#R5",
		"123##4",
		"123##5AA",
		"12345678##70011223344556677DEADBEEF",
		"20000004#0008000000006070",
		"123#1122334455667788_F",
		"123#R8_9",
		"45123#81:00:12345678#11223344",
	};
	static const char *const styles[] = {"candump", "candump,direction", "json",
					     "text,direction,dlc",
					     "text,direction,dlc,ascii,errors"};
	const struct kin_family *can = kin_family_by_name("can");
	struct kin_sock *any, *sock;
	struct kin_batch *batch;

	/* Any will do here, for a kernel without CAN. */
	ck_ok(kin_socket(AF_UNIX, SOCK_DGRAM, 0, &any));
	ck_ok(kin_adopt_as(kin_detach(any), AF_CAN, SOCK_RAW, CAN_RAW, &sock));
	ck_ok(kin_batch_new(1, CANXL_MTU, 0, &batch));
	for (size_t s = 0; s < sizeof(styles) / sizeof(*styles); s++) {
		struct kin_format *format;
		char name[16] = "";

		sscanf(styles[s], "%15[a-z]", name);
		ck_ok(kin_format_new(can, styles[s], &format));
		kin_format_set_time(format, KIN_TIME_ABSOLUTE, true);
		for (size_t i = 0; i < sizeof(frames) / sizeof(*frames); i++) {
			struct kin_msg *msg = kin_batch_msg(batch, 0);
			char line[16384];
			bool event = strncmp(frames[i], "20000004", 8) == 0;

			ck_ok(kin_msg_parse(can, can->protos, frames[i], msg));
			ck_ok(kin_can_addr_index(70000 + (int)i, &msg->addr));
			msg->time_ns = 1700000000123456789;
			msg->clock = KIN_CLOCK_SOFTWARE;
			ck_ok(kin_format_msg(format, sock, msg, line, sizeof(line)));
			ck_assert_int_eq(ck_ok(read_first(i % 2 ? name : NULL, line)), 1);
			ck_assert_str_eq(kin_reader_style(reader), name);
			ck_assert_int_eq(record->kind == KIN_RECORD_EVENT, event);
			ck_assert_int_eq(record->msg->time_ns, msg->time_ns);
			ck_assert_uint_eq(record->msg->len, msg->len);
			ck_assert_mem_eq(record->msg->data, msg->data, msg->len);
		}
		kin_format_free(format);
	}
	kin_batch_free(batch);
	ck_ok(kin_close(sock));
}
END_TEST

START_TEST(finds_the_style)
{
	static const char log[] = "DROPCOUNT: dropped 1 CAN frame on 'a' socket (total drops 1)\n"
				  "(1.000000) can0 123#01\n";

	ck_assert_int_eq(ck_ok(read_first(NULL, log)), 1);
	ck_assert_str_eq(kin_reader_style(reader), "candump");
	/* Fed byte by byte, it is the same. */
	kin_reader_free(reader);
	ck_ok(kin_reader_new(NULL, NULL, &reader));
	ck_assert_ptr_null(kin_reader_style(reader));
	for (size_t i = 0; i < strlen(log) - 1; i++) {
		ck_assert_int_eq(kin_reader_feed(reader, log + i, 1), 1);
		ck_assert_int_le(ck_ok(kin_reader_next(reader, &record)), 0);
	}
	ck_ok(kin_reader_feed(reader, NULL, 0));
	ck_assert_int_eq(ck_ok(kin_reader_next(reader, &record)), 1);
	ck_assert_int_eq(record->kind, KIN_RECORD_REMARK);
	ck_assert_int_eq(ck_ok(kin_reader_next(reader, &record)), 1);
	ck_assert_str_eq(told(), "1000000000 can:can0 123#01");
	ck_fails(kin_reader_feed(reader, "x", 1), EINVAL, "the recording has ended already");

	/* Other families' formats may stand behind. */
	ck_assert_int_eq(read_first(NULL, "hello\n"), -EINVAL);
	ck_assert_ptr_eq(strstr(kin_error_text(),
				"not a recording of a format that can be read: json (line 1: it does "
				"not begin with {\"scheme\":), text (line 1: no space before the "
				"rest, at position 1), candump (line 1: no '(' of a time, at "
				"position 1)"),
			 kin_error_text());
	ck_assert_int_eq(ck_ok(read_first(NULL, "")), 0);
	ck_assert_int_eq(ck_ok(read_first(NULL, "# nothing\n")), 0);
	ck_fails(kin_reader_new(kin_family_by_name("can"), "hex", &reader), EINVAL,
		 "format \"hex\" of can can't be read back; those that can: json text candump");
	kin_reader_free(reader);
	reader = NULL;
}
END_TEST

int main(void)
{
	const struct test_case cases[] = {
		{reads_logs, "reads logs"},
		{refuses_malformed_logs, "refuses malformed logs"},
		{reads_on_behind_what_is_malformed, "reads on behind what is malformed"},
		{reads_candumps_lines, "reads candump's lines"},
		{refuses_what_lines_do_not_say, "refuses what lines do not say"},
		{reads_json, "reads JSON"},
		{reads_what_it_writes, "reads what it writes"},
		{finds_the_style, "finds the style"},
		{},
	};

	return run_cases("can/read", cases);
}
