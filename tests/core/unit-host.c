/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* This machine, numbers in another order, and words that stay words. */
#include "harness.h"

#include <arpa/inet.h>
#include <errno.h>
#include <net/if.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>
#include <kin/family.h>

START_TEST(the_name_of_this_machine)
{
	char name[65], cut[4] = "xxx", longer[66];
	struct utsname uts;

	uname(&uts);
	ck_assert_int_eq(kin_hostname(name, sizeof(name)), (long)strlen(uts.nodename));
	ck_assert_str_eq(name, uts.nodename);
	ck_assert_int_eq(kin_hostname(cut, 2), (long)strlen(uts.nodename));
	ck_assert_int_eq(strncmp(cut, uts.nodename, 1), 0);
	ck_assert_int_eq(cut[1], 0);
	memset(longer, 'a', 65);
	longer[65] = '\0';
	ck_fails(kin_set_hostname(longer), ENAMETOOLONG, NULL);
	ck_assert_ptr_nonnull(strstr(kin_error_text(), "aaaa...\" has 65 bytes; at most 64 fit"));
}
END_TEST

START_TEST(giving_this_machine_a_name)
{
	char name[65];

	ck_assert_int_eq(unshare(CLONE_NEWUTS), 0);
	ck_ok(kin_set_hostname("elsewhere"));
	ck_ok(kin_hostname(name, sizeof(name)));
	ck_assert_str_eq(name, "elsewhere");
}
END_TEST

START_TEST(network_interfaces)
{
	struct kin_if *list;
	char name[IF_NAMESIZE];
	int n = kin_if_list(&list), lo;

	ck_ok(n);
	ck_assert_int_ge(n, 1);
	for (int i = 0; i < n; i++) {
		ck_assert_int_eq(kin_if_index(list[i].name), (int)list[i].index);
		ck_assert_int_eq(kin_if_name(list[i].index, name, sizeof(name)),
				 (long)strlen(list[i].name));
		ck_assert_str_eq(name, list[i].name);
	}
	free(list);
	lo = kin_if_index("lo");
	ck_assert_int_gt(lo, 0);
	ck_assert_int_eq(kin_if_name((unsigned)lo, name, 2), 2);
	ck_assert_str_eq(name, "l");
	ck_fails(kin_if_index("nosuch0"), ENODEV, "interface \"nosuch0\": No such device");
	ck_fails(kin_if_index(""), ENODEV, NULL);
	ck_fails(kin_if_index("0123456789abcdef"), ENAMETOOLONG,
		 "interface name \"0123456789abcdef\" has 16 bytes; at most 15 fit");
	ck_fails(kin_if_name(0, name, sizeof(name)), ENODEV, "no interface has the index 0");
	ck_fails(kin_if_name(UINT32_MAX, name, sizeof(name)), ENODEV, NULL);
}
END_TEST

START_TEST(semantic_11_byte_order_of_what_fits)
{
	static const int64_t values[] = {0, 1, 0x1234, 0xFFFF};

	for (unsigned i = 0; i < 4; i++) {
		ck_assert_int_eq(kin_htons(values[i]), htons((uint16_t)values[i]));
		ck_assert_int_eq(kin_ntohs(kin_htons(values[i])), values[i]);
		ck_assert_int_eq(kin_htonl(values[i]), htonl((uint32_t)values[i]));
	}
	ck_assert_int_eq(kin_ntohl(kin_htonl(0xFEDCBA98)), 0xFEDCBA98);
	ck_assert_int_eq(kin_htonl(UINT32_MAX), UINT32_MAX);
	ck_fails(kin_htons(65536), EINVAL, "65536 is not in 0-65535");
	ck_fails(kin_ntohs(-1), EINVAL, "-1 is not in 0-65535");
	ck_fails(kin_htonl(4294967296), EINVAL, "4294967296 is not in 0-4294967295");
	ck_fails(kin_ntohl(INT64_MIN), EINVAL, NULL);
}
END_TEST

/* ---- addresses that their family has no words for ---- */

static void round_trip(const struct kin_addr *addr, const char *begin)
{
	char text[KIN_ADDR_TEXT];
	struct kin_addr again;

	kin_error_clear();
	ck_ok(kin_addr_format(addr, SOCK_STREAM, 0, text, sizeof(text)));
	/* Trying leaves no failure behind. */
	ck_assert_int_eq(kin_error_code(), 0);
	ck_assert_msg(strncmp(text, begin, strlen(begin)) == 0, "%s", text);
	ck_ok(kin_addr_parse(text, &again));
	ck_assert_uint_eq(again.len, addr->len);
	ck_assert_int_eq(memcmp(&again.ss, &addr->ss, addr->len), 0);
	ck_assert(kin_addr_equal(&again, addr));
}

START_TEST(short_and_foreign_addresses_round_trip)
{
	struct kin_addr addr = {.len = sizeof(sa_family_t)};
	char text[16];

	/* No family at all, and each that there is, of every length below its own. */
	for (unsigned domain = 0; domain < 50; domain++) {
		bool is_inet = domain == AF_INET || domain == AF_INET6;

		if (!is_inet && domain != 200 && domain != AF_UNSPEC && domain != 49)
			continue;
		addr.sa.sa_family = (sa_family_t)domain;
		memset((char *)&addr.ss + 2, 0xA5, sizeof(addr.ss) - 2);
		for (addr.len = 2; addr.len < 16; addr.len++)
			round_trip(&addr, "sockaddr:");
	}
	/* The empty body that does stand for an address. */
	addr = (struct kin_addr){.len = sizeof(sa_family_t)};
	addr.sa.sa_family = AF_UNIX;
	if (kin_family_by_domain(AF_UNIX))
		round_trip(&addr, "unix:");
	addr.len = sizeof(addr.ss) + 1;
	ck_fails(kin_addr_format(&addr, 0, 0, text, sizeof(text)), EINVAL,
		 "the length 129 of an address is not in 2-128");
	ck_assert(!kin_addr_equal(&addr, &addr));
	addr.len = 0;
	ck_assert_int_eq(kin_addr_format(&addr, 0, 0, text, sizeof(text)), 0);
}
END_TEST

/* ---- numbers of options ---- */

START_TEST(options_of_64_bits_and_of_seconds)
{
	const struct kin_opt wide = {.name = "rate", .type = KIN_OPT_U64, .doc = "some"};
	const struct kin_opt narrow = {
		.name = "rate", .type = KIN_OPT_U64, .min = 5, .max = 9, .doc = "some"};
	const struct kin_opt seconds = {.name = "wait", .type = KIN_OPT_SECONDS, .doc = "some"};
	char value[KIN_OPT_VALUE], text[64];
	struct kin_buf out = {text, sizeof(text), 0};
	socklen_t len;

	ck_ok(kin_opt_read(&wide, "18446744073709551615", value, &len));
	ck_assert_uint_eq(len, 8);
	kin_opt_put(&wide, value, len, &out);
	ck_assert_str_eq(kin_buf_end(&out), "18446744073709551615");
	ck_ok(kin_opt_read(&wide, "0xFFFFFFFFFFFFFFFF", value, &len));
	ck_fails(kin_opt_read(&wide, "18446744073709551616", value, &len), EINVAL,
		 "rate \"18446744073709551616\" is not a whole number in 0-18446744073709551615");
	ck_fails(kin_opt_read(&wide, "-1", value, &len), EINVAL, NULL);
	ck_fails(kin_opt_read(&narrow, "10", value, &len), EINVAL, "rate 10 is not in 5-9");
	ck_fails(kin_opt_read(&narrow, "4", value, &len), EINVAL, NULL);
	ck_ok(kin_opt_read(&seconds, "1.000001", value, &len));
	ck_fails(kin_opt_read(&seconds, "0.0000001", value, &len), EINVAL,
		 "wait 0.0000001 is finer than a microsecond");
	ck_fails(kin_opt_read(&seconds, "1.0000005", value, &len), EINVAL, NULL);
	ck_ok(kin_opt_read(&seconds, "1.0000010000000", value, &len));
	ck_fails(kin_opt_read(&seconds, "0.0000000001", value, &len), EINVAL, NULL);
}
END_TEST

/* ---- words ---- */

START_TEST(long_values_do_not_hide_the_reason)
{
	char *much = malloc(100000);
	struct kin_endpoint *e;
	int64_t number;

	ck_assert_ptr_nonnull(much);
	memset(much, 'a', 99999);
	much[99999] = '\0';
	ck_fails(kin_parse_int(much, "port", 0, 1, &number), EINVAL, NULL);
	ck_assert_str_eq(
		kin_error_text(),
		"port \"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa...\" "
		"is not a whole number");
	/* A family that quotes all of it loses the middle. */
	ck_fails(kin_fail(EINVAL, "the value %s is too long", much), EINVAL, NULL);
	ck_assert_uint_eq(strlen(kin_error_text()), 1023);
	ck_assert_int_eq(strncmp(kin_error_text(), "the value aaa", 13), 0);
	ck_assert_str_eq(kin_error_text() + 1023 - 12, " is too long");
	ck_assert_ptr_nonnull(strstr(kin_error_text(), "aa ... aa"));
	ck_fails(kin_endpoint_parse(much, &e), EINVAL, NULL);
	ck_assert_uint_lt(strlen(kin_error_text()), 1023);
	free(much);
}
END_TEST

int main(void)
{
	const struct test_case cases[] = {
		{the_name_of_this_machine, "the_name_of_this_machine"},
		{giving_this_machine_a_name, "giving_this_machine_a_name", "root"},
		{network_interfaces, "network_interfaces", .net = true},
		{semantic_11_byte_order_of_what_fits, "semantic_11_byte_order_of_what_fits"},
		{short_and_foreign_addresses_round_trip, "short_and_foreign_addresses_round_trip"},
		{options_of_64_bits_and_of_seconds, "options_of_64_bits_and_of_seconds"},
		{long_values_do_not_hide_the_reason, "long_values_do_not_hide_the_reason"},
		{},
	};

	return run_cases("core/host", cases);
}
