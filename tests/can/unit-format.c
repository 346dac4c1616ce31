/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* CAN messages as text: candump's lines and log, byte for byte, and JSON. */
#include "harness.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <kin/can.h>
#include <kin/family.h>

/* Indexes without an interface, so that their names are the same everywhere. */
enum { IF_SHORT = 70001, IF_LONG = 7000001 };

/* A message as the kernel gives it. */
static struct kin_msg make_msg(const char *text, union kin_can_frame *frame, int ifindex)
{
	struct kin_msg msg = {
		.data = (unsigned char *)frame,
		.size = sizeof(*frame),
		.time_ns = 1700000000123456789,
		.clock = KIN_CLOCK_SOFTWARE,
	};
	size_t size;

	ck_ok(kin_can_frame_parse(text, frame, &size));
	msg.len = msg.full_len = size;
	ck_ok(kin_can_addr_index(ifindex, &msg.addr));
	return msg;
}

static struct kin_format *make_format(const char *style)
{
	struct kin_format *format;

	ck_ok(kin_format_new(kin_family_by_name("can"), style, &format));
	return format;
}

/* A message comes from a socket: any will do here, for a kernel without CAN. */
static ssize_t format_msg(struct kin_format *format, const struct kin_msg *msg, char *buf,
			  size_t size)
{
	struct kin_sock *sock;
	ssize_t len;

	ck_ok(kin_socket(AF_UNIX, SOCK_DGRAM, 0, &sock));
	len = kin_format_msg(format, sock, msg, buf, size);
	ck_ok(kin_close(sock));
	return len;
}

/* The line of one message. */
static const char *line(struct kin_format *format, const char *text, int ifindex, unsigned flags)
{
	static char buf[16384];
	union kin_can_frame frame;
	struct kin_msg msg = make_msg(text, &frame, ifindex);
	ssize_t len, again;
	char little[40];

	msg.flags = flags;
	len = format_msg(format, &msg, buf, sizeof(buf));
	ck_assert_int_gt(len, 0);
	ck_assert_int_lt(len, (ssize_t)sizeof(buf));
	buf[len] = '\0';
	/* Little room makes the same line, cut. */
	again = format_msg(format, &msg, little, sizeof(little));
	ck_assert_int_eq(again, len);
	ck_assert_mem_eq(little, buf,
			 (size_t)len < sizeof(little) ? (size_t)len : sizeof(little) - 1);
	return buf;
}

/* ---- candump's line ------------------------------------------------------------------------ */

static const struct {
	const char *style, *frame, *line;
} lines[] = {
	{"text", "123#112233", "  if70001  123   [3]  11 22 33\n"},
	{"text", "123#", "  if70001  123   [0] \n"},
	{"text", "12345678#1122334455667788",
	 "  if70001  12345678   [8]  11 22 33 44 55 66 77 88\n"},
	{"text", "123#R", "  if70001  123   [0]  remote request\n"},
	{"text", "123#R5", "  if70001  123   [5]  remote request\n"},
	{"text", "123##1112233", "  if70001  123  [03]  11 22 33\n"},
	{"text", "123##0112233445566778899AABBCC",
	 "  if70001  123  [12]  11 22 33 44 55 66 77 88 99 AA BB CC\n"},
	{"text", "20000088#0000900000000000",
	 "  if70001  20000088   [8]  00 00 90 00 00 00 00 00   ERRORFRAME\n"},
	{"text", "20000088#0000",
	 "  if70001  20000088   [2]  00 00                     ERRORFRAME\n"},
	{"text", "45123#81:00:12345678#11223344556677",
	 "  if70001  123 [0007] (45|81:00:12345678) 11 22 33 44 55 66 77\n"},
	{"text,ascii", "123#414200", "  if70001  123   [3]  41 42 00                  'AB.'\n"},
	{"text,ascii", "123#", "  if70001  123   [0]                            ''\n"},
	{"text,ascii", "123##0414243444546474849505152",
	 "  if70001  123  [12]  41 42 43 44 45 46 47 48 49 50 51 52\n"},
	{"text,swap", "123#112233", "  if70001  123   [3]  33`22`11\n"},
	{"text,swap,ascii", "123#414200",
	 "  if70001  123   [3]  00`42`41                  `.BA`\n"},
	{"text,binary", "123#11F0", "  if70001  123   [2]  00010001 11110000\n"},
	{"text,binary,swap", "123#11F0", "  if70001  123   [2]  11110000`00010001\n"},
	{"text,dlc", "123#1122334455667788_E", "  if70001  123   {E}  11 22 33 44 55 66 77 88\n"},
	{"text,dlc", "123#1122", "  if70001  123   {2}  11 22\n"},
	{"text,dlc", "123#R8_9", "  if70001  123   {9}  remote request\n"},
	{"text", "123#1122334455667788_E", "  if70001  123   [8]  11 22 33 44 55 66 77 88\n"},
	{"text,errors", "20000088#0000900000000000",
	 "  if70001  20000088   [8]  00 00 90 00 00 00 00 00   ERRORFRAME\n"
	 "\tprotocol-violation{{tx-recessive-bit-error,error-on-tx}{}}\n"
	 "\tbus-error\n"},
	{"text,errors", "123#11", "  if70001  123   [1]  11\n"},
	{"text,direction", "123#11", "  if70001  RX - -  123   [1]  11\n"},
	{"text,direction", "123##311", "  if70001  RX B E  123  [01]  11\n"},
	{"text,direction", "45123#83:00:12345678#11",
	 "  if70001  RX S R  123 [0001] (45|83:00:12345678) 11\n"},
	{"candump", "123#112233", "(1700000000.123456) if70001 123#112233\n"},
	{"candump,direction", "123#R5", "(1700000000.123456) if70001 123#R5 R\n"},
};

START_TEST(writes_candumps_lines)
{
	for (size_t i = 0; i < sizeof(lines) / sizeof(*lines); i++) {
		struct kin_format *format = make_format(lines[i].style);

		ck_assert_str_eq(line(format, lines[i].frame, IF_SHORT, 0), lines[i].line);
		kin_format_free(format);
	}
}
END_TEST

START_TEST(cuts_long_xl_frames)
{
	struct kin_format *format = make_format("text");
	char frame[2 * 65 + 32] = "45123#81:00:12345678#";
	const char *text;

	for (int i = 0; i < 65; i++)
		strcat(frame, "AB");
	text = line(format, frame, IF_SHORT, 0);
	ck_assert(strstr(text, "[0065]"));
	ck_assert_str_eq(text + strlen(text) - 11, " AB AB ...\n");
	kin_format_free(format);
}
END_TEST

START_TEST(indents_behind_extended_ones)
{
	struct kin_format *format = make_format("text");

	ck_assert_str_eq(line(format, "123#11", IF_SHORT, 0), "  if70001  123   [1]  11\n");
	ck_assert_str_eq(line(format, "00000123#11", IF_SHORT, 0),
			 "  if70001  00000123   [1]  11\n");
	ck_assert_str_eq(line(format, "123#11", IF_SHORT, 0), "  if70001       123   [1]  11\n");
	ck_assert_str_eq(line(format, "123##011", IF_SHORT, 0), "  if70001       123  [01]  11\n");
	ck_assert_str_eq(line(format, "00123#80:00:00000000#11", IF_SHORT, 0),
			 "  if70001       123 [0001] (00|80:00:00000000) 11\n");
	kin_format_free(format);
}
END_TEST

START_TEST(aligns_names)
{
	struct kin_format *format = make_format("text"), *log = make_format("candump");

	ck_assert_str_eq(line(format, "123#11", IF_SHORT, 0), "  if70001  123   [1]  11\n");
	ck_assert_str_eq(line(format, "123#11", IF_LONG, 0), "  if7000001  123   [1]  11\n");
	ck_assert_str_eq(line(format, "123#11", IF_SHORT, 0), "    if70001  123   [1]  11\n");
	ck_assert_str_eq(line(format, "123#11", 0, 0), "        any  123   [1]  11\n");
	line(log, "123#11", IF_LONG, 0);
	ck_assert_str_eq(line(log, "123#11", IF_SHORT, 0),
			 "(1700000000.123456)   if70001 123#11\n");
	kin_format_free(format);
	kin_format_free(log);
}
END_TEST

START_TEST(tells_the_direction)
{
	struct kin_format *format = make_format("text,direction");
	struct kin_format *log = make_format("candump,direction");

	ck_assert_str_eq(line(format, "123#11", IF_SHORT, MSG_DONTROUTE),
			 "  if70001  TX - -  123   [1]  11\n");
	ck_assert_str_eq(line(log, "123#11", IF_SHORT, MSG_DONTROUTE),
			 "(1700000000.123456) if70001 123#11 T\n");
	ck_assert_str_eq(line(log, "123#11", IF_SHORT, 0),
			 "(1700000000.123456) if70001 123#11 R\n");
	kin_format_free(format);
	kin_format_free(log);
}
END_TEST

START_TEST(writes_times)
{
	static const struct {
		const char *style;
		enum kin_time_style time;
		bool nanoseconds;
		const char *line;
	} times[] = {
		{"text", KIN_TIME_ABSOLUTE, false,
		 " (1700000000.123456)  if70001  123   [1]  11\n"},
		{"text", KIN_TIME_ABSOLUTE, true,
		 " (1700000000.123456789)  if70001  123   [1]  11\n"},
		{"text", KIN_TIME_DATE, false,
		 " (2023-11-14 22:13:20.123456)  if70001  123   [1]  11\n"},
		{"text", KIN_TIME_DELTA, false, " (000.000000)  if70001  123   [1]  11\n"},
		{"text", KIN_TIME_ZERO, false, " (000.000000)  if70001  123   [1]  11\n"},
		/* A log has absolute times, or relative ones to its start. */
		{"candump", KIN_TIME_NONE, true, "(1700000000.123456789) if70001 123#11\n"},
		{"candump", KIN_TIME_DATE, false, "(1700000000.123456) if70001 123#11\n"},
		{"candump", KIN_TIME_ZERO, false, "(000.000000) if70001 123#11\n"},
	};

	setenv("TZ", "UTC", 1);
	for (size_t i = 0; i < sizeof(times) / sizeof(*times); i++) {
		struct kin_format *format = make_format(times[i].style);

		kin_format_set_time(format, times[i].time, times[i].nanoseconds);
		ck_assert_str_eq(line(format, "123#11", IF_SHORT, 0), times[i].line);
		kin_format_free(format);
	}
}
END_TEST

/* ---- JSON ---------------------------------------------------------------------------------- */

static const struct {
	const char *frame, *json;
} objects[] = {
	{"123#112233",
	 ",\"interface\":\"if70001\",\"tx\":false,\"own\":false,\"id\":\"123\",\"extended\":false,"
	 "\"rtr\":false,\"error\":false,\"fd\":false,\"brs\":false,\"esi\":false,\"xl\":false,"
	 "\"len\":3,\"dlc\":3,\"data\":\"112233\"}\n"},
	{"12345678#R8_F",
	 ",\"interface\":\"if70001\",\"tx\":false,\"own\":false,\"id\":\"12345678\","
	 "\"extended\":true,\"rtr\":true,\"error\":false,\"fd\":false,\"brs\":false,\"esi\":false,"
	 "\"xl\":false,\"len\":8,\"dlc\":15,\"data\":\"\"}\n"},
	{"123##1112233445566778899AABBCC",
	 ",\"interface\":\"if70001\",\"tx\":false,\"own\":false,\"id\":\"123\",\"extended\":false,"
	 "\"rtr\":false,\"error\":false,\"fd\":true,\"brs\":true,\"esi\":false,\"xl\":false,"
	 "\"len\":12,\"dlc\":9,\"data\":\"112233445566778899AABBCC\"}\n"},
	{"20000040#0000000000000000",
	 ",\"interface\":\"if70001\",\"tx\":false,\"own\":false,\"id\":\"20000040\","
	 "\"extended\":false,\"rtr\":false,\"error\":true,\"fd\":false,\"brs\":false,\"esi\":false,"
	 "\"xl\":false,\"len\":8,\"dlc\":8,\"data\":\"0000000000000000\",\"errors\":\"bus-off\"}"
	 "\n"},
	{"45123#81:07:12345678#11",
	 ",\"interface\":\"if70001\",\"tx\":false,\"own\":false,\"id\":\"123\",\"extended\":false,"
	 "\"rtr\":false,\"error\":false,\"fd\":false,\"brs\":false,\"esi\":false,\"xl\":true,"
	 "\"sec\":true,\"rrs\":false,\"vcid\":\"45\",\"sdt\":\"07\",\"af\":\"12345678\","
	 "\"len\":1,\"dlc\":0,\"data\":\"11\"}\n"},
};

/* Of the second before only its fraction changes; clocks may step back, and begin at zero. */
START_TEST(keeps_seconds_apart)
{
	static const struct {
		int64_t time_ns;
		const char *line;
	} times[] = {
		{0, "(0000000000.000000) if70001 123#\n"},
		{999999999, "(0000000000.999999) if70001 123#\n"},
		{1000000000, "(0000000001.000000) if70001 123#\n"},
		{1700000000999999999, "(1700000000.999999) if70001 123#\n"},
		{1700000000000000999, "(1700000000.000000) if70001 123#\n"},
		{1700000001012345678, "(1700000001.012345) if70001 123#\n"},
		{1699999999500000000, "(1699999999.500000) if70001 123#\n"},
		{5000000000000000000, "(5000000000.000000) if70001 123#\n"},
		{-1, "(0000000000.000000) if70001 123#\n"},
	};
	struct kin_format *format = make_format("candump");

	for (unsigned i = 0; i < sizeof(times) / sizeof(*times); i++) {
		union kin_can_frame frame;
		struct kin_msg msg = make_msg("123#", &frame, IF_SHORT);
		char buf[64];

		msg.time_ns = times[i].time_ns;
		ck_assert_int_gt(format_msg(format, &msg, buf, sizeof(buf)), 0);
		ck_assert_str_eq(buf, times[i].line);
	}
	kin_format_free(format);
}
END_TEST

/* Each byte's two digits, in every place of a classic frame. */
START_TEST(writes_all_digits)
{
	struct kin_format *format = make_format("candump");

	for (unsigned byte = 0; byte < 256; byte++) {
		for (unsigned len = 1; len <= CAN_MAX_DLEN; len++) {
			char text[32] = "1ABCDEF0#";

			for (unsigned i = 0; i < len; i++)
				sprintf(text + 9 + 2 * i, "%02X", (byte + 37 * i) & 0xFF);
			ck_assert_str_eq(
				strchr(strchr(line(format, text, IF_SHORT, 0), ' ') + 1, ' ') + 1,
				strcat(strcpy((char[40]){}, text), "\n"));
		}
	}
	kin_format_free(format);
}
END_TEST

START_TEST(writes_json)
{
	struct kin_sock *pair[2];
	struct kin_format *format = make_format("json");

	ck_ok(kin_pair(AF_UNIX, SOCK_DGRAM, 0, pair));
	for (size_t i = 0; i < sizeof(objects) / sizeof(*objects); i++) {
		char buf[1024];
		union kin_can_frame frame;
		struct kin_msg msg = make_msg(objects[i].frame, &frame, IF_SHORT);
		ssize_t len = kin_format_msg(format, pair[0], &msg, buf, sizeof(buf));

		ck_assert_int_lt(len, (ssize_t)sizeof(buf));
		buf[len] = '\0';
		ck_assert_ptr_nonnull(strstr(buf, ",\"interface\""));
		ck_assert_str_eq(strstr(buf, ",\"interface\""), objects[i].json);
	}
	kin_format_free(format);
	kin_close(pair[0]);
	kin_close(pair[1]);
}
END_TEST

/* ---- What is no frame ---------------------------------------------------------------------- */

START_TEST(survives_what_is_no_frame)
{
	static const char *const styles[] = {"text", "text,direction,errors,ascii,binary",
					     "candump", "json"};
	struct kin_sock *pair[2];

	ck_ok(kin_pair(AF_UNIX, SOCK_DGRAM, 0, pair));
	for (size_t s = 0; s < sizeof(styles) / sizeof(*styles); s++) {
		struct kin_format *format = make_format(styles[s]);

		for (size_t len = 0; len <= 128; len++) {
			/* As long as the message, so that a byte too far is seen. */
			unsigned char *data = malloc(len ? len : 1);
			struct kin_msg msg = {.data = data, .len = len, .full_len = len};
			char buf[2048];

			ck_assert_ptr_nonnull(data);
			memset(data, 0xFF, len);
			ck_assert_int_gt(kin_format_msg(format, pair[0], &msg, buf, sizeof(buf)),
					 0);
			free(data);
		}
		kin_format_free(format);
	}
	kin_close(pair[0]);
	kin_close(pair[1]);
}
END_TEST

START_TEST(shows_what_is_no_frame)
{
	unsigned char data[] = {1, 2, 0xFF};
	struct kin_msg msg = {.data = data, .len = 3, .full_len = 3};
	struct kin_format *format = make_format("text");
	char buf[128];
	ssize_t len = format_msg(format, &msg, buf, sizeof(buf));

	buf[len] = '\0';
	ck_assert_str_eq(buf, "  any  malformed frame of 3 bytes: 01 02 FF\n");
	kin_format_free(format);
}
END_TEST

int main(void)
{
	const struct test_case cases[] = {
		{writes_candumps_lines, "writes_candumps_lines"},
		{cuts_long_xl_frames, "cuts_long_xl_frames"},
		{indents_behind_extended_ones, "indents_behind_extended_ones"},
		{aligns_names, "aligns_names"},
		{tells_the_direction, "tells_the_direction"},
		{writes_times, "writes_times"},
		{keeps_seconds_apart, "keeps_seconds_apart"},
		{writes_all_digits, "writes_all_digits"},
		{writes_json, "writes_json"},
		{survives_what_is_no_frame, "survives_what_is_no_frame"},
		{shows_what_is_no_frame, "shows_what_is_no_frame"},
		{},
	};

	return run_cases("can/format", cases);
}
