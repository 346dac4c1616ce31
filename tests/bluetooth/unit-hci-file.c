/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Recordings of HCI: written, read back, and refused: btsnoop, pcapng, JSON. */
#include "harness.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <kin/bluetooth-hci.h>
#include <kin/family.h>

enum { ROOM = 1 << 16, HCI = 1 /* BTPROTO_HCI */ };

static const struct kin_family *family;
static struct kin_sock *sock; /* stands for one of the monitor */
static struct kin_batch *batch;
static uint8_t file[ROOM];
static size_t file_len;

/* Messages of the monitor, and when they came. */
static const struct {
	const char *hex;
	int64_t time_ns;
} messages[] = {
	{"0000 0100 1000 0000010000AA00016863693000000000", 1700000000000001000},
	{"0200 0100 0300 030C00", 1700000000123456000},
	{"0300 0100 0600 0E0401030C00", 1700000000123457000},
	{"0400 0100 0B00 4020070003000400024700", 1700000001000000000},
	{"0500 0100 0B00 4020070003000400034700", 1700000001000001000},
	{"0600 0100 0500 0100020102", 1700000002000000000},
	{"1100 FFFF 0700 01000000040001", 1700000003000000000},
};

enum { MESSAGES = sizeof(messages) / sizeof(*messages) };

static void begin(void)
{
	struct kin_sock *pair[2];

	family = kin_family_by_name("bluetooth");
	ck_assert_ptr_nonnull(family);
	ck_ok(kin_pair(AF_UNIX, SOCK_DGRAM, 0, pair));
	kin_close(pair[1]);
	ck_ok(kin_adopt_as(kin_detach(pair[0]), AF_BLUETOOTH, SOCK_RAW, HCI, &sock));
	ck_ok(kin_batch_new(1, 4096, 0, &batch));
}

static void end(void)
{
	kin_close(sock);
	kin_batch_free(batch);
}

/* Hex with spaces anywhere. */
static size_t read_hex(const char *text, void *data, size_t size)
{
	char hex[1024];
	size_t n = 0;

	for (; *text; text++)
		if (*text != ' ')
			hex[n++] = *text;
	hex[n] = '\0';
	return (size_t)ck_ok(kin_parse_bytes(hex, "hex", data, size));
}

static struct kin_msg *message(unsigned i)
{
	struct kin_msg *msg = kin_batch_msg(batch, 0);

	msg->len = msg->full_len = read_hex(messages[i].hex, msg->data, msg->size);
	msg->time_ns = messages[i].time_ns;
	msg->clock = KIN_CLOCK_SOFTWARE;
	return msg;
}

static void add(ssize_t n)
{
	ck_assert_int_ge(n, 0);
	file_len += (size_t)n;
	ck_assert_uint_lt(file_len, ROOM);
}

static void write_file(const char *style)
{
	struct kin_format *format;

	file_len = 0;
	ck_ok(kin_format_new(family, style, &format));
	ck_ok(kin_format_add(format, sock));
	add(kin_format_begin(format, (char *)file, ROOM));
	for (unsigned i = 0; i < MESSAGES; i++)
		add(kin_format_msg(format, sock, message(i), (char *)file + file_len,
				   ROOM - file_len));
	add(kin_format_end(format, (char *)file + file_len, ROOM - file_len));
	kin_format_free(format);
}

static struct kin_reader *open_file(const char *style, size_t *at)
{
	struct kin_reader *reader;

	ck_ok(kin_reader_new(family, style, &reader));
	*at = 0;
	return reader;
}

/* The next record of the file, which is fed in pieces of that size. */
static int next(struct kin_reader *reader, size_t piece, size_t *at,
		const struct kin_record **ret_record)
{
	int r;

	while ((r = kin_reader_next(reader, ret_record)) == 0 && *at <= file_len) {
		size_t n = file_len - *at < piece ? file_len - *at : piece;

		*at += (size_t)ck_ok(kin_reader_feed(reader, file + *at, n)) + (n == 0);
	}
	return r;
}

/* What was written is read as the same, whichever way it comes. */
static void check_monitor(const char *style, const char *known)
{
	const size_t pieces[] = {1, 7, 100, ROOM};
	const struct kin_record *record;

	write_file(style);
	for (unsigned p = 0; p < 4; p++) {
		size_t at;
		struct kin_reader *reader = open_file(p % 2 ? known : NULL, &at);

		for (unsigned i = 0; i < MESSAGES; i++) {
			const struct kin_msg *msg;

			ck_assert_int_eq(ck_ok(next(reader, pieces[p], &at, &record)), 1);
			msg = message(i);
			ck_assert_str_eq(record->source, "hci:none,channel=monitor");
			ck_assert_str_eq(record->proto->scheme, "hci");
			ck_assert_uint_eq(record->msg->len, msg->len);
			ck_assert_uint_eq(record->msg->full_len, msg->full_len);
			ck_assert_mem_eq(record->msg->data, msg->data, msg->len);
			ck_assert_int_eq(record->msg->time_ns, msg->time_ns);
			ck_assert_int_eq(record->msg->clock, KIN_CLOCK_SOFTWARE);
			ck_assert_int_eq(record->kind,
					 i == 0 ? KIN_RECORD_EVENT : KIN_RECORD_MESSAGE);
			ck_assert_int_eq(record->direction, kin_hci_kind_direction(msg->data[0]));
		}
		ck_assert_int_eq(next(reader, pieces[p], &at, &record), 0);
		ck_assert_str_eq(kin_reader_style(reader), known);
		kin_reader_free(reader);
	}
}

START_TEST(monitor_recordings)
{
	begin();
	check_monitor("btsnoop", "btsnoop");
	check_monitor("pcapng", "pcapng");
	check_monitor("json", "json");
	end();
}
END_TEST

/* Those of one controller that are packets. */
static void check_classic(const char *style, const char *known, unsigned first, unsigned last)
{
	const struct kin_record *record;
	struct kin_reader *reader;
	size_t at;

	write_file(style);
	reader = open_file(known, &at);
	for (unsigned i = first; i <= last; i++) {
		static const uint8_t types[] = {0, 0, 1, 4, 2, 2, 3, 3};
		const struct kin_msg *msg;

		ck_assert_int_eq(ck_ok(next(reader, ROOM, &at, &record)), 1);
		msg = message(i);
		ck_assert_str_eq(record->source, "hci:0");
		ck_assert_uint_eq(record->msg->len, msg->len - 5);
		ck_assert_uint_eq(record->msg->data[0], types[msg->data[0]]);
		ck_assert_mem_eq(record->msg->data + 1, msg->data + 6, msg->len - 6);
		ck_assert_int_eq(record->direction, kin_hci_kind_direction(msg->data[0]));
		ck_assert_int_eq(record->msg->time_ns, msg->time_ns);
	}
	ck_assert_int_eq(next(reader, ROOM, &at, &record), 0);
	kin_reader_free(reader);
}

START_TEST(classic_recordings)
{
	begin();
	check_classic("btsnoop,h4", "btsnoop", 1, 5);
	check_classic("pcapng,h4", "pcapng", 1, 5);
	/* Without a type SCO has no place. */
	check_classic("btsnoop,h1", "btsnoop", 1, 4);
	end();
}
END_TEST

/* The first bytes, as BlueZ's doc/btsnoop.txt and the draft of pcapng have them. */
START_TEST(bytes_of_files)
{
	static const uint8_t snoop[] = {
		'b', 't', 's', 'n', 'o', 'o', 'p', 0,  0, 0, 0, 1, 0, 0, 0x07, 0xD1,
		0,   0,   0,   16,  0,   0,   0,   16, 0, 1, 0, 0, 0, 0, 0,    0,
	};
	static const uint8_t capture[] = {
		0x0A, 0x0D, 0x0D, 0x0A, 28,   0,    0,    0,    0x4D, 0x3C, 0x2B, 0x1A, 1, 0, 0,
		0,    0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 28,   0,    0,    0, 1, 0,
		0,    0,    32,   0,    0,    0,    254,  0,    0,    0,    0,    0,    0, 0, 9,
		0,    1,    0,    9,    0,    0,    0,    0,    0,    0,    0,    32,   0, 0, 0,
		6,    0,    0,    0,    52,   0,    0,    0,    0,    0,    0,    0,
	};
	/* Microseconds since the year 0. */
	const uint64_t time_us = 1700000000000001 + UINT64_C(0x00DCDDB30F2F8000);

	begin();
	write_file("btsnoop");
	ck_assert_mem_eq(file, snoop, sizeof(snoop));
	for (unsigned i = 0; i < 8; i++)
		ck_assert_uint_eq(file[32 + i], (uint8_t)(time_us >> (56 - 8 * i)));
	write_file("pcapng");
	ck_assert_mem_eq(file, capture, sizeof(capture));
	end();
}
END_TEST

/* ---- What others write ---------------------------------------------------------------------- */

static void put_hex(const char *hex)
{
	file_len += read_hex(hex, file + file_len, ROOM - file_len);
}

#define SECTION_BE "0A0D0D0A0000001C1A2B3C4D00010000FFFFFFFFFFFFFFFF0000001C"

START_TEST(other_orders_and_resolutions)
{
	static const struct {
		const char *interface, *packet;
		int64_t time_ns;
	} files[] = {
		/* Microseconds, unless it is said otherwise. */
		{"00000001 00000014 00C9 0000 00000000 00000014",
		 "00000006 0000002C 00000000 00060A24 181E4001 00000008 00000008 00000000 01030C00 "
		 "00000000 0000002C",
		 1700000000000001000},
		/* 2^-10 seconds, and one second later. */
		{"00000001 0000002C 00C9 0000 00000000 0009 0001 8A000000 000E 0008 "
		 "0000000000000001 "
		 "0000 0000 0000002C",
		 "00000006 00000028 00000000 00000000 00000600 00000008 00000008 00000000 01030C00 "
		 "00000028",
		 2500000000},
	};
	const struct kin_record *record;

	begin();
	for (unsigned i = 0; i < 2; i++) {
		struct kin_reader *reader;
		size_t at;

		file_len = 0;
		put_hex(SECTION_BE);
		put_hex(files[i].interface);
		put_hex(files[i].packet);
		reader = open_file(NULL, &at);
		ck_assert_int_eq(ck_ok(next(reader, ROOM, &at, &record)), 1);
		ck_assert_int_eq(record->direction, KIN_DIRECTION_SENT);
		ck_assert_uint_eq(record->msg->len, 4);
		ck_assert_mem_eq(record->msg->data, "\x01\x03\x0C\x00", 4);
		ck_assert_int_eq(record->msg->time_ns, files[i].time_ns);
		kin_reader_free(reader);
	}
	end();
}
END_TEST

static const struct {
	const char *hex, *style, *words;
} malformed[] = {
	{"627473 6E6F6F7000", "btsnoop", "it does not begin as one"},
	{"0102030405060708090A0B0C0D0E0F10", "btsnoop", "it does not begin as one"},
	{"6274736E6F6F700000000002000007D1", "btsnoop", "version 2"},
	{"6274736E6F6F700000000001000003EB", "btsnoop", "data link type 1003"},
	{"6274736E6F6F700000000001000007D1 "
	 "00000004000000050000000200000000000000000000000001020304",
	 "btsnoop", "5 bytes of a packet of 4"},
	{"6274736E6F6F700000000001000007D1 "
	 "00010000000000010000000200000000000000000000000001020304",
	 "btsnoop", "of a packet of 65536"},
	{"6274736E6F6F700000000001000003EA 000000010000000100000000000000000000000000000000 09",
	 "btsnoop", "type 9"},
	{"6274736E6F6F700000000001000007D1 0000000100000001", "btsnoop",
	 "a record without its end"},
	{"0102030405060708090A0B0C", "pcapng", "it does not begin as one"},
	{"0A0D0D0A0000001C1A2B3C4E00010000FFFFFFFFFFFFFFFF0000001C", "pcapng", "order of bytes"},
	{"0A0D0D0A0000001C1A2B3C4D00020000FFFFFFFFFFFFFFFF0000001C", "pcapng", "version 2"},
	{"0A0D0D0A0000001D1A2B3C4D00010000FFFFFFFFFFFFFFFF0000001C", "pcapng", "a block of 29"},
	{"0A0D0D0A0000001C1A2B3C4D00010000FFFFFFFFFFFFFFFF0000001D", "pcapng",
	 "that ends as one of 29"},
	{SECTION_BE "00000006 00000020 00000000 00000000 00000000 00000000 00000000 00000020",
	 "pcapng", "interface 0, where there are 0"},
	{SECTION_BE "00000001 00000014 0001 0000 00000000 00000014"
		    "000000060000002400000000000000000000000000000004000000040102030400000024",
	 "pcapng", "link type 1 is not HCI's"},
	{SECTION_BE "00000001 00000014 00FE 0000 00000000 00000014"
		    "000000060000002400000000000000000000000000000008000000080102030400000024",
	 "pcapng", "8 bytes in a block"},
};

START_TEST(malformed_recordings)
{
	const struct kin_record *record;

	begin();
	for (size_t i = 0; i < sizeof(malformed) / sizeof(*malformed); i++) {
		struct kin_reader *reader;
		size_t at;
		int r;

		file_len = 0;
		put_hex(malformed[i].hex);
		reader = open_file(malformed[i].style, &at);
		r = next(reader, ROOM, &at, &record);
		ck_refused(r, EBADMSG, malformed[i].words);
		kin_reader_free(reader);
	}
	end();
}
END_TEST

START_TEST(cut_at_every_byte)
{
	static const char *const styles[] = {"btsnoop", "btsnoop,h4", "pcapng", "pcapng,h4"};
	const struct kin_record *record;

	begin();
	for (unsigned s = 0; s < 4; s++) {
		size_t whole;

		write_file(styles[s]);
		whole = file_len;
		for (file_len = 0; file_len < whole; file_len++) {
			size_t at;
			char name[8];
			struct kin_reader *reader;

			snprintf(name, sizeof(name), "%.*s", (int)strcspn(styles[s], ","),
				 styles[s]);
			reader = open_file(name, &at);
			while (next(reader, ROOM, &at, &record) == 1)
				ck_assert_uint_le(record->msg->len, record->msg->full_len);
			kin_reader_free(reader);
		}
	}
	end();
}
END_TEST

/* ---- Patterns ------------------------------------------------------------------------------ */

static const struct {
	const char *text;
	unsigned matches; /* of messages, by their numbers */
} patterns[] = {
	{"hci1", 0x3F},        {"hci0", 0},        {"command", 0x02},    {"event", 0x04},
	{"acl", 0x18},         {"sco", 0x20},      {"iso", 0},           {"mgmt", 0x40},
	{"note", 0x01},        {"hci1:acl", 0x18}, {"hci0:acl", 0},      {"command:0x0C03", 2},
	{"command:0x0C04", 0}, {"event:0x0E", 4},  {"hci1:event:14", 4}, {"hex:02", 2},
};

START_TEST(patterns_of_messages)
{
	static const char *const refused[] = {
		"",          "hci",       "hci1:",         "hci70000",
		"hcix",      "frame",     "acl:1",         "command:",
		"command:x", "hci1:hci1", "command:70000", "commandcommandcommand"};
	struct kin_pattern *pattern;

	begin();
	for (size_t i = 0; i < sizeof(patterns) / sizeof(*patterns); i++) {
		ck_ok(kin_pattern_new(family, kin_sock_proto(sock), patterns[i].text, &pattern));
		for (unsigned n = 0; n < MESSAGES; n++)
			ck_assert_msg(kin_pattern_match(pattern, message(n)) ==
					      (patterns[i].matches >> n & 1),
				      "%s, message %u", patterns[i].text, n);
		kin_pattern_free(pattern);
	}
	for (size_t i = 0; i < sizeof(refused) / sizeof(*refused); i++)
		if (strcmp(refused[i], "command:") != 0)
			ck_refused(
				kin_pattern_new(family, kin_sock_proto(sock), refused[i], &pattern),
				EINVAL, "is not hci0, command");
	end();
}
END_TEST

/* ---- Lines --------------------------------------------------------------------------------- */

START_TEST(lines)
{
	struct kin_format *format;
	char text[512];

	begin();
	ck_ok(kin_format_new(family, "text", &format));
	kin_format_set_time(format, KIN_TIME_ABSOLUTE, false);
	ck_ok(kin_format_msg(format, sock, message(1), text, sizeof(text)));
	ck_assert_str_eq(text, "(1700000000.123456) < hci1 command Reset\n");
	kin_format_free(format);
	ck_ok(kin_format_new(family, "json", &format));
	ck_ok(kin_format_msg(format, sock, message(1), text, sizeof(text)));
	ck_assert_str_eq(text,
			 "{\"scheme\":\"hci\",\"time\":1700000000.123456000,\"clock\":\"software\","
			 "\"controller\":\"hci1\",\"direction\":\"out\",\"kind\":\"command\","
			 "\"name\":\"Reset\",\"opcode\":\"0x0C03\",\"parameters\":{},\"channel\":"
			 "\"monitor\",\"len\":9,\"message\":\"020001000300030C00\"}\n");
	/* What is no packet is told as it is. */
	kin_batch_msg(batch, 0)->len = 3;
	ck_ok(kin_format_msg(format, sock, kin_batch_msg(batch, 0), text, sizeof(text)));
	ck_assert_ptr_nonnull(strstr(text, "\"malformed\":true"));
	kin_format_free(format);
	end();
}
END_TEST

int main(void)
{
	const struct test_case cases[] = {
		{monitor_recordings, "monitor_recordings"},
		{classic_recordings, "classic_recordings"},
		{bytes_of_files, "bytes_of_files"},
		{other_orders_and_resolutions, "other_orders_and_resolutions"},
		{malformed_recordings, "malformed_recordings"},
		{cut_at_every_byte, "cut_at_every_byte"},
		{patterns_of_messages, "patterns_of_messages"},
		{lines, "lines"},
		{},
	};

	return run_cases("bluetooth/hci-file", cases);
}
