/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Bounded text, strict numbers, and the record of failures. */
#include "harness.h"

#include <errno.h>
#include <string.h>
#include <kin/family.h>

START_TEST(text_is_bounded)
{
	char room[8];
	struct kin_buf buf = {room, sizeof(room), 0};

	memset(room, 'x', sizeof(room));
	kin_buf_puts(&buf, "abcd");
	kin_buf_printf(&buf, "%d", 123456);
	ck_assert_uint_eq(buf.len, 10);
	ck_assert_int_eq(memcmp(room, "abcd1234", 8), 0);
	ck_assert_str_eq(kin_buf_end(&buf), "abcd123");
	ck_assert_ptr_null(kin_buf_room(&buf, 1));
}
END_TEST

START_TEST(body_and_json_are_escaped)
{
	char room[128];
	struct kin_buf buf = {room, sizeof(room), 0};

	kin_buf_put_body(&buf, "a,b\\c", 5);
	ck_assert_str_eq(kin_buf_end(&buf), "a\\,b\\\\c");
	buf.len = 0;
	kin_buf_put_json(&buf, "\"\n\xC3\xA4\xFF\xED\xA0\x80", 8);
	ck_assert_str_eq(kin_buf_end(&buf), "\"\\\"\\u000a\xC3\xA4\\ufffd\\ufffd\\ufffd\\ufffd\"");
	/* What terminals act on: escape, delete, and CSI as one character. */
	buf.len = 0;
	kin_buf_put_json(&buf, "\x1B\x7F\xC2\x9B\xC2\xA0", 6);
	ck_assert_str_eq(kin_buf_end(&buf), "\"\\u001b\\u007f\\u009b\xC2\xA0\"");
}
END_TEST

START_TEST(numbers_are_strict)
{
	int64_t value = 7;
	uint64_t hex = 7;
	bool on = true;

	ck_ok(kin_parse_int("0x1F", "port", 0, 65535, &value));
	ck_assert_int_eq(value, 31);
	ck_ok(kin_parse_int("-5", "level", -10, 10, &value));
	ck_assert_int_eq(value, -5);
	ck_fails(kin_parse_int("70000", "port", 0, 65535, &value), EINVAL,
	         "port 70000 is not in 0-65535");
	ck_fails(kin_parse_int("12x", "port", 0, 65535, &value), EINVAL,
	         "port \"12x\" is not a whole number");
	ck_fails(kin_parse_int(" 1", "port", 0, 65535, &value), EINVAL, NULL);
	ck_fails(kin_parse_int("+1", "port", 0, 65535, &value), EINVAL, NULL);
	ck_fails(kin_parse_int("", "port", 0, 65535, &value), EINVAL, NULL);
	ck_fails(kin_parse_int("99999999999999999999", "port", 0, 65535, &value), EINVAL, NULL);
	ck_assert_int_eq(value, -5);
	ck_ok(kin_parse_hex("7fF", "id", 0x7FF, &hex));
	ck_assert_uint_eq(hex, 0x7FF);
	ck_fails(kin_parse_hex("800", "id", 0x7FF, &hex), EINVAL, "id 800 is above 7FF (hex)");
	ck_fails(kin_parse_hex("10000000000000000", "id", UINT64_MAX, &hex), EINVAL, NULL);
	ck_fails(kin_parse_bool("2", "fd", &on), EINVAL, "fd \"2\" is neither on nor off");
	ck_assert(on);
}
END_TEST

START_TEST(bytes_are_strict)
{
	unsigned char data[4];

	ck_assert_int_eq(kin_parse_bytes("00:1f.FF", "key", data, sizeof(data)), 3);
	ck_assert_int_eq(memcmp(data, "\x00\x1F\xFF", 3), 0);
	ck_assert_int_eq(kin_parse_bytes("", "key", data, sizeof(data)), 0);
	ck_fails(kin_parse_bytes("001", "key", data, sizeof(data)), EINVAL,
	         "key: the hex digit at position 3 has no second one");
	ck_fails(kin_parse_bytes("0g", "key", data, sizeof(data)), EINVAL, NULL);
	ck_fails(kin_parse_bytes("00:", "key", data, sizeof(data)), EINVAL,
	         "key: ':' at position 3 is not a hex digit");
	ck_fails(kin_parse_bytes("0011223344", "key", data, sizeof(data)), EMSGSIZE,
	         "key: more than 4 bytes");
}
END_TEST

START_TEST(failures_keep_their_domain)
{
	ck_assert_int_eq(kin_fail_in(KIN_ERR_RESOLVER, -2, EREMOTEIO, "no %s", "host"), -EREMOTEIO);
	ck_assert_int_eq(kin_error_domain(), KIN_ERR_RESOLVER);
	ck_assert_int_eq(kin_error_code(), -2);
	/* The new words may quote the old ones. */
	kin_fail(EINVAL, "outer: %s", kin_error_text());
	ck_assert_str_eq(kin_error_text(), "outer: no host");
	ck_assert_int_eq(kin_error_code(), EINVAL);
	kin_error_clear();
	ck_assert_str_eq(kin_error_text(), "");
}
END_TEST

START_TEST(nearest_names_are_found)
{
	static const char *const names[] = {"filter", "fd", "xl", "loopback", NULL};
	char room[64];
	struct kin_buf buf = {room, sizeof(room), 0};

	kin_buf_put_nearest(&buf, "fliter", names);
	ck_assert_str_eq(kin_buf_end(&buf), "filter");
	buf.len = 0;
	kin_buf_put_nearest(&buf, "df", names);
	ck_assert_str_eq(kin_buf_end(&buf), "fd");
	buf.len = 0;
	kin_buf_put_nearest(&buf, "zzzzz", names);
	ck_assert_uint_eq(buf.len, 0);
	buf.len = 0;
	kin_buf_put_nearest(&buf, "loop", names);
	ck_assert_str_eq(kin_buf_end(&buf), "loopback");
}
END_TEST

int main(void)
{
	const struct test_case cases[] = {
		{text_is_bounded, "text_is_bounded"},
		{body_and_json_are_escaped, "body_and_json_are_escaped"},
		{numbers_are_strict, "numbers_are_strict"},
		{bytes_are_strict, "bytes_are_strict"},
		{failures_keep_their_domain, "failures_keep_their_domain"},
		{nearest_names_are_found, "nearest_names_are_found"},
		{},
	};

	return run_cases("core/text", cases);
}
