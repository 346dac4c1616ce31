/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Advertising data and UUIDs: what devices say, and what is malformed. */
#include "harness.h"

#include <errno.h>
#include <string.h>
#include <kin/bluetooth-hci.h>
#include <kin/family.h>

static uint8_t bytes[256];

static size_t read_hex(const char *hex)
{
	return (size_t)ck_ok(kin_parse_bytes(hex, "data", bytes, sizeof(bytes)));
}

static const struct {
	const char *hex, *line, *json;
} structures[] = {
	{"020106", "Flags: LE General Discoverable+BR/EDR Not Supported",
	 "{\"type\":\"Flags\",\"code\":1,\"flags\":[\"LE General Discoverable\","
	 "\"BR/EDR Not Supported\"]}"},
	{"0201E0", "Flags: 0xE0", "{\"type\":\"Flags\",\"code\":1,\"flags\":[\"0xE0\"]}"},
	{"020100", "Flags: none", "{\"type\":\"Flags\",\"code\":1,\"flags\":[]}"},
	{"05030F180D18", "16-bit UUIDs: 180F (Battery)+180D (Heart Rate)",
	 "{\"type\":\"16-bit UUIDs\",\"code\":3,\"uuids\":[\"180F (Battery)\","
	 "\"180D (Heart Rate)\"]}"},
	{"1107FB349B5F80000080001000000F180000", "128-bit UUIDs: 180F (Battery)", NULL},
	{"1107000102030405060708090A0B0C0D0E0F",
	 "128-bit UUIDs: 0f0e0d0c-0b0a-0908-0706-050403020100", NULL},
	{"0409616263", "Name: \"abc\"", "{\"type\":\"Name\",\"code\":9,\"name\":\"abc\"}"},
	/* What a terminal would act on, and what is no UTF-8. */
	{"06091B5B324AFF", "Name: \"\\u001b[2J\\ufffd\"", NULL},
	{"04086100FF", "Shortened Name: \"a\"", NULL},
	{"020AFC", "TX Power: -4 dBm", "{\"type\":\"TX Power\",\"code\":10,\"tx_power\":-4}"},
	{"05FF4C000215", "Manufacturer Data: company Apple, Inc., data 0215",
	 "{\"type\":\"Manufacturer Data\",\"code\":255,\"company\":\"Apple, Inc.\","
	 "\"data\":\"0215\"}"},
	{"04160F1864", "16-bit Service Data: uuid 180F (Battery), data 64", NULL},
	{"03194003", "Appearance: 0x0340", NULL},
	{"051206004000", "Peripheral Connection Interval: min interval 7.5 ms, max interval 80 ms",
	 "{\"type\":\"Peripheral Connection Interval\",\"code\":18,\"min_interval_ms\":7.5,"
	 "\"max_interval_ms\":80}"},
	{"03770102", "0x77: 0102", "{\"type\":\"0x77\",\"code\":119,\"data\":\"0102\"}"},
	{"0101", "Flags: truncated yes", NULL},
	{"040300180F", "16-bit UUIDs: 1800 (GAP), truncated yes, extra 0F", NULL},
};

START_TEST(structures_in_words)
{
	char text[512];

	for (size_t i = 0; i < sizeof(structures) / sizeof(*structures); i++) {
		size_t len = read_hex(structures[i].hex), offset = 0;
		struct kin_bt_ad ad;

		ck_assert_int_eq(ck_ok(kin_bt_ad_next(bytes, len, &offset, &ad)), 1);
		ck_assert_uint_eq(offset, len);
		ck_ok(kin_bt_ad_format(&ad, text, sizeof(text)));
		ck_assert_str_eq(text, structures[i].line);
		ck_ok(kin_bt_ad_format_json(&ad, text, sizeof(text)));
		if (structures[i].json)
			ck_assert_str_eq(text, structures[i].json);
	}
}
END_TEST

START_TEST(lists_of_structures)
{
	size_t len = read_hex("02010605090000000000000000"), offset = 0;
	struct kin_bt_ad ad;

	ck_assert_int_eq(ck_ok(kin_bt_ad_next(bytes, len, &offset, &ad)), 1);
	ck_assert_uint_eq(ad.type, 1);
	ck_assert_uint_eq(ad.len, 1);
	ck_assert_int_eq(ck_ok(kin_bt_ad_next(bytes, len, &offset, &ad)), 1);
	ck_assert_uint_eq(ad.len, 4);
	/* Zeros behind. */
	ck_assert_int_eq(ck_ok(kin_bt_ad_next(bytes, len, &offset, &ad)), 0);

	ck_assert_int_eq(ck_ok(kin_bt_ad_find(bytes, len, 9, &ad)), 1);
	ck_assert_uint_eq(ad.type, 9);
	ck_assert_int_eq(ck_ok(kin_bt_ad_find(bytes, len, 10, &ad)), 0);

	/* Longer than what is left, and nothing behind it. */
	len = read_hex("0201060909616263");
	offset = 0;
	ck_assert_int_eq(ck_ok(kin_bt_ad_next(bytes, len, &offset, &ad)), 1);
	ck_fails(kin_bt_ad_next(bytes, len, &offset, &ad), EBADMSG,
		 "advertising data: a structure of 9 bytes at byte 3, where 4 are left");
	ck_assert_int_eq(ck_ok(kin_bt_ad_next(bytes, len, &offset, &ad)), 0);
	ck_refused(kin_bt_ad_find(bytes, len, 9, &ad), EBADMSG, "9 bytes");
	ck_assert_int_eq(ck_ok(kin_bt_ad_find(bytes, len, 1, &ad)), 1);

	offset = 0;
	ck_assert_int_eq(ck_ok(kin_bt_ad_next(NULL, 0, &offset, &ad)), 0);
	ck_assert_str_eq(kin_bt_ad_name(0xFF), "Manufacturer Data");
	ck_assert_ptr_null(kin_bt_ad_name(0xEE));
}
END_TEST

/* ---- UUIDs --------------------------------------------------------------------------------- */

static const struct {
	const char *text, *canonical, *name;
	ssize_t bytes;
} uuids[] = {
	{"180F", "180F", "Battery", 2},
	{"0x180f", "180F", "Battery", 2},
	{"0000180F", "180F", "Battery", 2},
	{"0x0001180F", "0001180F", NULL, 4},
	{"0000180f-0000-1000-8000-00805f9b34fb", "180F", "Battery", 2},
	{"0001180F-0000-1000-8000-00805F9B34FB", "0001180F", NULL, 4},
	{"0f0e0d0c-0b0a-0908-0706-050403020100", "0f0e0d0c-0b0a-0908-0706-050403020100", NULL, 16},
	{"0001", "0001", "SDP", 2},
	{"2B3A", "2B3A", "Server Supported Features", 2},
	{"FFFF", "FFFF", NULL, 2},
};

START_TEST(uuids_both_ways)
{
	for (size_t i = 0; i < sizeof(uuids) / sizeof(*uuids); i++) {
		struct kin_bt_uuid uuid, again;
		char text[KIN_BT_UUID_TEXT];

		ck_ok(kin_bt_uuid_parse(uuids[i].text, &uuid));
		ck_ok(kin_bt_uuid_format(&uuid, text, sizeof(text)));
		ck_assert_str_eq(text, uuids[i].canonical);
		ck_assert_int_eq(kin_bt_uuid_write(&uuid, bytes, 16), uuids[i].bytes);
		ck_ok(kin_bt_uuid_read(bytes, (size_t)uuids[i].bytes, &again));
		ck_assert_mem_eq(&uuid, &again, sizeof(uuid));
		if (uuids[i].name)
			ck_assert_str_eq(kin_bt_uuid_name(&uuid), uuids[i].name);
		else
			ck_assert_ptr_null(kin_bt_uuid_name(&uuid));
	}
}
END_TEST

START_TEST(malformed_uuids)
{
	static const char *const texts[] = {
		"",
		"0x",
		"18",
		"180",
		"180FF",
		"0x180FFFFFF",
		"18 F",
		"-80F",
		"180g",
		"0000180f-0000-1000-8000-00805f9b34f",
		"0000180f-0000-1000-8000-00805f9b34fbb",
		"0000180f00001000-8000-00805f9b34fb-0",
		"0000180f-0000-1000-8000-00805f9b34fg",
		"0000180f-0000-1000-8000+00805f9b34fb",
	};
	struct kin_bt_uuid uuid = {{1}};

	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++)
		ck_refused(kin_bt_uuid_parse(texts[i], &uuid), EINVAL, "UUID \"");
	ck_refused(kin_bt_uuid_parse("180", &uuid), EINVAL, "one has 4, 8 or 32 hex digits");
	ck_refused(kin_bt_uuid_parse("18 F", &uuid), EINVAL, "not a hex digit in it");
	ck_refused(kin_bt_uuid_parse("0000180f00001000-8000-00805f9b34fb-0", &uuid), EINVAL,
		   "its groups have 8, 4, 4, 4 and 12 digits");
	ck_fails(kin_bt_uuid_read(bytes, 3, &uuid), EINVAL, "a UUID has 2, 4 or 16 bytes, not 3");
	/* It was left alone. */
	ck_assert_uint_eq(uuid.b[0], 1);
	ck_fails(kin_bt_uuid_write(&uuid, bytes, 15), EMSGSIZE,
		 "a UUID of 16 bytes has no room in 15");
}
END_TEST

START_TEST(null)
{
	struct kin_bt_uuid uuid = {{0}};
	struct kin_bt_ad ad = {.len = 1};
	size_t offset = 0;
	char text[8];

	ck_fails(kin_bt_uuid_parse(NULL, &uuid), EINVAL, "text is NULL");
	ck_fails(kin_bt_uuid_parse("180F", NULL), EINVAL, "ret_uuid is NULL");
	ck_fails(kin_bt_uuid_format(NULL, text, 8), EINVAL, "uuid is NULL");
	ck_fails(kin_bt_uuid_format(&uuid, NULL, 8), EINVAL, "buf is NULL");
	ck_fails(kin_bt_uuid_read(NULL, 2, &uuid), EINVAL, "data is NULL");
	ck_fails(kin_bt_uuid_read(text, 2, NULL), EINVAL, "ret_uuid is NULL");
	ck_fails(kin_bt_uuid_write(NULL, text, 8), EINVAL, "uuid is NULL");
	ck_fails(kin_bt_uuid_write(&uuid, NULL, 8), EINVAL, "data is NULL");
	ck_assert_ptr_null(kin_bt_uuid_name(NULL));
	ck_fails(kin_bt_ad_next(NULL, 1, &offset, &ad), EINVAL, "data is NULL");
	ck_fails(kin_bt_ad_next(text, 1, NULL, &ad), EINVAL, "offset is NULL");
	ck_fails(kin_bt_ad_next(text, 1, &offset, NULL), EINVAL, "ret_ad is NULL");
	ck_fails(kin_bt_ad_find(NULL, 1, 1, &ad), EINVAL, "data is NULL");
	ck_fails(kin_bt_ad_find(text, 1, 1, NULL), EINVAL, "ret_ad is NULL");
	ck_fails(kin_bt_ad_format(NULL, text, 8), EINVAL, "ad is NULL");
	ck_fails(kin_bt_ad_format(&ad, text, 8), EINVAL, "ad->data is NULL");
	ck_fails(kin_bt_ad_format_json(NULL, text, 8), EINVAL, "ad is NULL");
}
END_TEST

int main(void)
{
	const struct test_case cases[] = {
		{structures_in_words, "structures_in_words"},
		{lists_of_structures, "lists_of_structures"},
		{uuids_both_ways, "uuids_both_ways"},
		{malformed_uuids, "malformed_uuids"},
		{null, "null"},
		{},
	};

	return run_cases("bluetooth/hci-ad", cases);
}
