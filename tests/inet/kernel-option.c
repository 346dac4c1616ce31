/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Every option of the table, on every scheme that has it. */
#include "harness.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <kin/family.h>
#include <kin/inet.h>

/* ---- What is set is read back -------------------------------------------------------------- */

/* Options that the kernel rounds, or answers from the connection instead. */
static bool kernel_alters(const struct kin_sock *sock, const char *name)
{
	static const char *const names[] = {
		"congestion", "defer-accept", "fastopen", "maxseg", "quickack", "window-clamp",
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (strcmp(names[i], name) == 0)
			return true;
	/* TCP keeps the two lowest bits, ECN, to itself. */
	return strcmp(name, "tos") == 0 && kin_sock_type(sock) == SOCK_STREAM;
}

static void try_value(struct kin_sock *sock, const struct kin_opt *opt, const char *value)
{
	const char *scheme = kin_sock_proto(sock)->scheme;
	char text[256];
	int r = kin_opt_set(sock, opt->name, value);

	if (r == -ENOPROTOOPT && opt->since)
		return; /* a kernel that is older than the option */
	ck_assert_msg(r == 0, "%s: %s=%s: %s", scheme, opt->name, value, kin_error_text());
	if (opt->flags & KIN_OPT_WRITE_ONLY)
		return;
	ck_ok(kin_opt_get(sock, opt->name, text, sizeof(text)));
	if (!kernel_alters(sock, opt->name))
		ck_assert_msg(strcmp(text, value) == 0, "%s: %s=%s reads back as %s", scheme,
			      opt->name, value, text);
}

static void try_numbers(struct kin_sock *sock, const struct kin_opt *opt)
{
	/* Kernels refuse some of a range's far end where a sysctl has the last word. */
	int64_t max = opt->max < INT16_MAX ? opt->max : INT16_MAX;
	char value[32];

	for (int i = 0; i < 5; i++) {
		int64_t n = i == 0   ? opt->min
			    : i == 1 ? max
				     : opt->min + (int64_t)(test_random() %
							    (uint64_t)(max - opt->min + 1));

		snprintf(value, sizeof(value), "%jd", (intmax_t)n);
		try_value(sock, opt, value);
	}
}

static void try_option(struct kin_sock *sock, const struct kin_opt *opt)
{
	bool v6 = kin_sock_domain(sock) == AF_INET6;

	if (opt->names) {
		for (const struct kin_name *row = opt->names; row->name; row++)
			try_value(sock, opt, row->name);
	} else if (opt->type == KIN_OPT_BOOL || (opt->min == 0 && opt->max == 1)) {
		try_value(sock, opt, "on");
		try_value(sock, opt, "off");
	} else if (strcmp(opt->name, "join") == 0 || strcmp(opt->name, "leave") == 0) {
		try_value(sock, opt,
			  v6 ? "ff02::1:2@lo+ff02::1:3@lo" : "239.1.2.3@lo+239.1.2.4@lo");
	} else if (strcmp(opt->name, "multicast-if") == 0) {
		try_value(sock, opt, "lo");
	} else if (strcmp(opt->name, "congestion") == 0) {
		try_value(sock, opt, "reno");
	} else {
		ck_assert_msg(opt->max > opt->min, "%s: how is it tried?", opt->name);
		try_numbers(sock, opt);
	}
}

START_TEST(every_option_reads_back_what_was_set)
{
	const struct kin_family *family = kin_family_by_name("inet");

	for (const struct kin_proto *proto = family->protos; proto->scheme; proto++) {
		for (int version = 4; version <= 6; version += 2) {
			struct kin_sock *sock;
			char text[64];

			if (proto->domain && proto->domain != (version == 4 ? AF_INET : AF_INET6))
				continue;
			snprintf(text, sizeof(text), "%s:%s:0", proto->scheme,
				 version == 4 ? "127.0.0.1" : "[::1]");
			ck_ok(kin_open(text, KIN_NONE, &sock));
			for (const struct kin_opt *opt = family->opts; opt->name; opt++) {
				if (!kin_scheme_in(opt->schemes, proto->scheme) ||
				    (opt->flags & KIN_OPT_READ_ONLY))
					continue;
				if (strcmp(opt->name, "v6only") == 0 && version == 4)
					continue;
				try_option(sock, opt);
			}
			ck_ok(kin_close(sock));
		}
	}
}
END_TEST

START_TEST(both_versions_of_ip_are_set_on_one_socket)
{
	struct kin_sock *sock;
	int value = 0;
	socklen_t len = sizeof(value);

	ck_ok(kin_open("udp::0,ttl=9,tos=0x20,mtu-discover=probe", KIN_NONE, &sock));
	ck_assert_int_eq(kin_sock_domain(sock), AF_INET6);
	ck_ok(kin_getsockopt(sock, IPPROTO_IPV6, IPV6_UNICAST_HOPS, &value, &len));
	ck_assert_int_eq(value, 9);
	ck_ok(kin_getsockopt(sock, IPPROTO_IP, IP_TTL, &value, &len));
	ck_assert_int_eq(value, 9);
	ck_ok(kin_getsockopt(sock, IPPROTO_IPV6, IPV6_TCLASS, &value, &len));
	ck_assert_int_eq(value, 0x20);
	ck_ok(kin_getsockopt(sock, IPPROTO_IP, IP_MTU_DISCOVER, &value, &len));
	ck_assert_int_eq(value, IP_PMTUDISC_PROBE);
	ck_ok(kin_close(sock));
}
END_TEST

START_TEST(the_mtu_is_known_once_connected)
{
	struct kin_sock *sock;
	char text[16];

	shell("ip link set lo mtu 1500");
	ck_ok(kin_open("udp:127.0.0.1:9", KIN_CONNECT, &sock));
	ck_ok(kin_opt_get(sock, "mtu", text, sizeof(text)));
	ck_assert_str_eq(text, "1500");
	ck_ok(kin_close(sock));
	ck_ok(kin_open("udp:[::1]:9", KIN_CONNECT, &sock));
	ck_ok(kin_opt_get(sock, "mtu", text, sizeof(text)));
	ck_assert_str_eq(text, "1500");
	ck_ok(kin_close(sock));
}
END_TEST

START_TEST(what_can_not_be_set_is_explained)
{
	struct kin_sock *sock;

	ck_fails(kin_open("udp4::0,join=239.1.1.1@none0", KIN_NONE, &sock), ENODEV, NULL);
	ck_fails(kin_open("udp4::0,multicast-if=none0", KIN_NONE, &sock), ENODEV, NULL);
	ck_fails(kin_open("udp4::0,leave=239.1.1.1@lo", KIN_NONE, &sock), EADDRNOTAVAIL,
		 "leave=239.1.1.1@lo: Cannot assign requested address");
	ck_fails(kin_open("tcp4::0,congestion=none", KIN_NONE, &sock), ENOENT, NULL);
	ck_ok(kin_open("udp4::0", KIN_NONE, &sock));
	ck_fails(kin_opt_set(sock, "ttl", "256"), EINVAL, "ttl 256 is not in 1-255");
	ck_ok(kin_close(sock));
}
END_TEST

int main(void)
{
	const struct test_case cases[] = {
		{every_option_reads_back_what_was_set, "every_option_reads_back_what_was_set",
		 .needs = "root tcp6", .net = true},
		{both_versions_of_ip_are_set_on_one_socket,
		 "both_versions_of_ip_are_set_on_one_socket", .needs = "udp6", .net = true},
		{the_mtu_is_known_once_connected, "the_mtu_is_known_once_connected",
		 .needs = "udp6", .net = true},
		{what_can_not_be_set_is_explained, "what_can_not_be_set_is_explained", .net = true},
		{},
	};

	return run_cases("inet/option", cases);
}
