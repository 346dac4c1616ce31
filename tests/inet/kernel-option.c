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
		"congestion",   "defer-accept", "delack-max-us", "fastopen",
		"maxseg",       "quickack",     "rto-min-us",    "thin-dupack",
		"window-clamp", "rto-max-ms",   "ip-options",    "addr-preferences",
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (strcmp(names[i], name) == 0)
			return true;
	/* TCP and SCTP keep the two lowest bits, ECN, to themselves. */
	return strcmp(name, "tos") == 0 &&
	       (kin_sock_type(sock) == SOCK_STREAM || kin_sock_type(sock) == SOCK_SEQPACKET);
}

/* A kernel that is older than the option, or than Multipath TCP's part in it. */
static bool is_too_old(const struct kin_sock *sock, const struct kin_opt *opt, int r)
{
	bool mptcp = kin_sock_protocol(sock) == IPPROTO_MPTCP;

	return (r == -ENOPROTOOPT && (opt->since || mptcp)) || (r == -EOPNOTSUPP && mptcp);
}

static void try_value(struct kin_sock *sock, const struct kin_opt *opt, const char *value)
{
	const char *scheme = kin_sock_proto(sock)->scheme;
	char text[256];
	int r = kin_opt_set(sock, opt->name, value);

	if (is_too_old(sock, opt, r))
		return;
	ck_assert_msg(r == 0, "%s: %s=%s: %s", scheme, opt->name, value, kin_error_text());
	if (opt->flags & KIN_OPT_WRITE_ONLY)
		return;
	r = (int)kin_opt_get(sock, opt->name, text, sizeof(text));
	if (is_too_old(sock, opt, r))
		return;
	ck_ok(r);
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

/* Options whose values are not to be guessed. */
static const struct {
	const char *name, *v4, *v6;
} samples[] = {
	{"join", "239.1.2.3@lo+239.1.2.4@lo", "ff02::1:2@lo+ff02::1:3@lo"},
	{"leave", "239.1.2.3@lo+239.1.2.4@lo", "ff02::1:2@lo+ff02::1:3@lo"},
	{"block", "239.1.2.5@lo/192.0.2.1", "ff02::1:4@lo/::1"},
	{"unblock", "239.1.2.5@lo/192.0.2.1", "ff02::1:4@lo/::1"},
	{"multicast-if", "lo", "lo"},
	{"unicast-if", "lo", "lo"},
	{"congestion", "reno", "reno"},
	{"fastopen-key", "00112233445566778899AABBCCDDEEFF", "00112233445566778899AABBCCDDEEFF"},
	{"rto-min-us", "100000", "100000"},
	{"delack-max-us", "100000", "100000"},
	{"local-port-range", "40000-50000", "0-0"},
	{"initmsg", "7:8:3:900", "7:8:3:900"},
	{"ip-options", "01010100", "01010100"}, /* three times "no operation" */
	{"icmp6-filter", NULL, "FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFE"},
};

static const char *sample(const char *name, bool v6)
{
	for (size_t i = 0; i < sizeof(samples) / sizeof(*samples); i++)
		if (strcmp(samples[i].name, name) == 0)
			return v6 ? samples[i].v6 : samples[i].v4;
	return NULL;
}

static void try_option(struct kin_sock *sock, const struct kin_opt *opt)
{
	bool v6 = kin_sock_domain(sock) == AF_INET6;
	const char *value = sample(opt->name, v6);

	/* Of a group that is joined. */
	if (strcmp(opt->name, "block") == 0)
		ck_ok(kin_opt_set(sock, "join", v6 ? "ff02::1:4@lo" : "239.1.2.5@lo"));
	if (value) {
		try_value(sock, opt, value);
	} else if (opt->names && opt->type == KIN_OPT_NAMED) {
		for (const struct kin_name *row = opt->names; row->name; row++)
			try_value(sock, opt, row->name);
	} else if (opt->names) {
		try_value(sock, opt, opt->names->name);
	} else if (opt->type == KIN_OPT_BOOL || (opt->min == 0 && opt->max == 1)) {
		try_value(sock, opt, "on");
		try_value(sock, opt, "off");
	} else if (opt->check) {
		try_value(sock, opt, "8");
	} else {
		ck_assert_msg(opt->max > opt->min, "%s: how is it tried?", opt->name);
		try_numbers(sock, opt);
	}
}

/* Options of IPv4 alone on an IPv6 socket, and the other way round; those tried elsewhere. */
static bool passes(const struct kin_opt *opt, const char *scheme, int version)
{
	if (!kin_scheme_in(opt->schemes, scheme))
		return true;
	if (opt->flags & (KIN_OPT_READ_ONLY | KIN_OPT_CONNECTED))
		return true;
	if (opt->level == IPPROTO_IPV6 || opt->level == IPPROTO_ICMPV6)
		return version == 4 || strcmp(opt->name, "checksum-offset") == 0;
	if (strcmp(opt->name, "mappedv4") == 0)
		return version == 4;
	return version == 6 &&
	       (opt->level == SOL_RAW || (opt->level == IPPROTO_IP && !opt->set &&
					  strcmp(opt->name, "bind-address-no-port") != 0));
}

static void open_for(const struct kin_proto *proto, int version, struct kin_sock **ret_sock)
{
	const char *host = version == 4 ? "127.0.0.1" : "[::1]";
	char text[64];

	if (proto->type == SOCK_RAW)
		snprintf(text, sizeof(text), "%s:%s:%s", proto->scheme, host,
			 version == 4 ? "icmp" : "icmpv6");
	else
		snprintf(text, sizeof(text), "%s:%s:0", proto->scheme, host);
	ck_ok(kin_open(text, KIN_NONE, ret_sock));
}

START_TEST(every_option_reads_back_what_was_set)
{
	const struct kin_family *family = kin_family_by_name("inet");

	shell("echo 0 0 >/proc/sys/net/ipv4/ping_group_range");
	for (const struct kin_proto *proto = family->protos; proto->scheme; proto++) {
		struct kin_probe probe = {.struct_size = sizeof(probe)};

		ck_ok(kin_probe(family, proto, &probe));
		if (probe.status == KIN_MISSING && !getenv("KIN_VM"))
			continue;
		for (int version = 4; version <= 6; version += 2) {
			struct kin_sock *sock;

			if (proto->domain && proto->domain != (version == 4 ? AF_INET : AF_INET6))
				continue;
			open_for(proto, version, &sock);
			for (const struct kin_opt *opt = family->opts; opt->name; opt++)
				if (!passes(opt, proto->scheme, version))
					try_option(sock, opt);
			ck_ok(kin_close(sock));
		}
	}
}
END_TEST

START_TEST(numbers_with_gaps_are_refused)
{
	static const char *const rows[][2] = {
		{"udplite::0,send-coverage=7", "send-coverage 7 is not in 8-65535, nor 0 for all"},
		{"udplite::0,recv-coverage=65536", "recv-coverage 65536 is not in 0-65535"},
		{"raw6::253,checksum-offset=3", "checksum-offset 3 is odd"},
		{"tcp::0,local-port-range=5", "local-port-range=5: not LOW-HIGH"},
		{"tcp::0,local-port-range=9-5",
		 "local-port-range=9-5: the first port is above the last"},
		{"tcp::0,local-port-range=1-65536", "local-port-range 65536 is not in 0-65535"},
		{"sctp::0,initmsg=1", "initmsg=1: not OUT:IN[:ATTEMPTS[:MS]]"},
		{"sctp::0,initmsg=1:2:3:4:5", "initmsg=1:2:3:4:5: not OUT:IN[:ATTEMPTS[:MS]]"},
	};
	struct kin_endpoint *e;
	struct kin_sock *sock;
	char text[16];

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		ck_fails(kin_endpoint_parse(rows[i][0], &e), EINVAL, rows[i][1]);
	ck_ok(kin_open("raw6::253,checksum-offset=2", KIN_NONE, &sock));
	ck_ok(kin_opt_get(sock, "checksum-offset", text, sizeof(text)));
	ck_assert_str_eq(text, "2");
	ck_ok(kin_close(sock));
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
		 .needs = "root tcp6", .net = true, .seconds = 120},
		{both_versions_of_ip_are_set_on_one_socket,
		 "both_versions_of_ip_are_set_on_one_socket", .needs = "udp6", .net = true},
		{the_mtu_is_known_once_connected, "the_mtu_is_known_once_connected",
		 .needs = "udp6", .net = true},
		{numbers_with_gaps_are_refused, "numbers_with_gaps_are_refused",
		 .needs = "root raw6"},
		{what_can_not_be_set_is_explained, "what_can_not_be_set_is_explained", .net = true},
		{},
	};

	return run_cases("inet/option", cases);
}
