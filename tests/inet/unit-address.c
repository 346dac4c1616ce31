/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Internet addresses: text both ways, what is refused, the typed constructors. */
#include "harness.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <kin/inet.h>

/* ---- What is read, and how it is written --------------------------------------------------- */

static const struct {
	const char *text, *canonical; /* NULL: the same */
	int type;
} valid[] = {
	{"tcp:127.0.0.1:80", NULL, SOCK_STREAM},
	{"tcp:127.0.0.1:0x50", "tcp:127.0.0.1:80", SOCK_STREAM},
	{"tcp:127.0.0.1:0", NULL, SOCK_STREAM},
	{"tcp4:0.0.0.0:65535", "tcp:0.0.0.0:65535", SOCK_STREAM},
	{"tcp4::80", "tcp:0.0.0.0:80", SOCK_STREAM},
	{"tcp6::80", "tcp:[::]:80", SOCK_STREAM},
	{"udp4:<broadcast>:9", "udp:255.255.255.255:9", SOCK_DGRAM},
	{"udp:<broadcast>:9", "udp:255.255.255.255:9", SOCK_DGRAM},
	{"tcp:[::1]:80", NULL, SOCK_STREAM},
	{"tcp6:[2001:DB8:0:0::1]:80", "tcp:[2001:db8::1]:80", SOCK_STREAM},
	{"tcp:[::ffff:1.2.3.4]:80", NULL, SOCK_STREAM},
	{"tcp:[fe80::1%7]:80", NULL, SOCK_STREAM},
	{"tcp:[fe80::1%lo]:80", "tcp:[fe80::1%1]:80", SOCK_STREAM},
	{"tcp:[fe80::1%4294967295]:80", NULL, SOCK_STREAM},
	{"tcp:[fe80::1%0]:80", "tcp:[fe80::1]:80", SOCK_STREAM},
	{"tcp:[fe80::1]:80,scope=lo", "tcp:[fe80::1%1]:80", SOCK_STREAM},
	{"tcp:[fe80::1%7]:80,scope=8", "tcp:[fe80::1%8]:80", SOCK_STREAM},
	{"tcp:[::1]:80,flowinfo=1048575", NULL, SOCK_STREAM},
	{"tcp:[::1]:80,flowinfo=0xABCDE", "tcp:[::1]:80,flowinfo=703710", SOCK_STREAM},
	{"tcp:[::1]:80,flowinfo=0", "tcp:[::1]:80", SOCK_STREAM},
	{"sctp-seqpacket:[::1]:36412", NULL, SOCK_SEQPACKET},
};

START_TEST(reads_what_is_valid)
{
	for (size_t i = 0; i < sizeof(valid) / sizeof(*valid); i++) {
		const char *canonical = valid[i].canonical ? valid[i].canonical : valid[i].text;
		struct kin_addr addr, again;
		char text[KIN_ADDR_TEXT];

		ck_ok(kin_addr_parse(valid[i].text, &addr));
		ck_assert_int_eq(kin_addr_format(&addr, valid[i].type, 0, text, sizeof(text)),
				 (long)strlen(canonical));
		ck_assert_str_eq(text, canonical);
		ck_ok(kin_addr_parse(text, &again));
		ck_assert_uint_eq(again.len, addr.len);
		ck_assert_mem_eq(&again.ss, &addr.ss, addr.len);
	}
}
END_TEST

static const struct {
	const char *text;
	int err;
	const char *words;
} invalid[] = {
	{"tcp:127.0.0.1", EINVAL, "\"127.0.0.1\": the port is missing: HOST:PORT"},
	{"tcp:127.0.0.1:", EINVAL, "\"127.0.0.1:\": the port is missing: HOST:PORT"},
	{"tcp:", EINVAL, "\"\": the port is missing: HOST:PORT"},
	{"tcp:[::1]", EINVAL, "\"[::1]\": the port is missing: HOST:PORT"},
	{"tcp:[::1]80", EINVAL, "\"[::1]80\": a colon is missing behind the bracket"},
	{"tcp:[::1:80", EINVAL, "\"[::1:80\": the bracket is not closed"},
	{"tcp:[]:80", EINVAL, "\"[]:80\": no address stands in the brackets"},
	{"tcp:::1:80", EINVAL, "\"::1:80\": an IPv6 address stands in brackets: [ADDRESS]:PORT"},
	{"tcp:127.0.0.1:70000", EINVAL, "port 70000 is not in 0-65535"},
	{"tcp:localhost:65536", EINVAL, "port 65536 is not in 0-65535"},
	{"tcp:127.0.0.1:-1", EINVAL, "port -1 is not in 0-65535"},
	{"tcp:127.0.0.1:80x", EINVAL, "port \"80x\" is not a whole number"},
	{"tcp:[127.0.0.1]:80", EINVAL, "\"127.0.0.1\" is not an IPv6 address"},
	{"tcp:[::g]:80", EINVAL, "\"::g\" is not an IPv6 address"},
	{"tcp:[localhost]:80", EINVAL, "\"localhost\" is not an IPv6 address"},
	{"tcp:[1111:1111:1111:1111:1111:1111:1111:1111:1111:1111]:80", EINVAL,
	 "\"1111:1111:1111:1111:1111:1111:1111:1111:1111:1111\" is not an IPv6 address"},
	{"tcp6:127.0.0.1:80", EINVAL, "127.0.0.1 is IPv4's, where IPv6 is asked for"},
	{"tcp4:[::1]:80", EINVAL, "::1 is IPv6's, where IPv4 is asked for"},
	{"udp6:<broadcast>:9", EINVAL, "<broadcast> is IPv4's, where IPv6 is asked for"},
	{"tcp:[fe80::1%4294967296]:80", EINVAL, "interface 4294967296 is not in 0-4294967295"},
	{"tcp:[fe80::1%none0]:80", ENODEV, NULL},
	{"tcp:[::1]:80,scope=none0", ENODEV, NULL},
	{"tcp:[fe80::1%]:80", ENODEV, "\"\" names no interface"},
	{"tcp:[fe80::1%any]:80", ENODEV, "\"any\" names no interface"},
	{"tcp:127.0.0.1:80,scope=lo", EINVAL, "scope=lo: an IPv4 address has none"},
	{"tcp:127.0.0.1:80,flowinfo=1", EINVAL, "flowinfo=1: an IPv4 address has none"},
	{"tcp:[::1]:80,flowinfo=1048576", EINVAL, "flowinfo 1048576 is not in 0-1048575"},
	{"tcp:localhost:80,flowinfo=1048576", EINVAL, "flowinfo 1048576 is not in 0-1048575"},
	{"tcp:127.0.0.1:80,local=[::1]:0", EINVAL, "::1 is IPv6's, where IPv4 is asked for"},
	{"tcp:127.0.0.1:80,local=localhost:0", EINVAL,
	 "local=localhost:0: the host is not an address"},
	{"tcp:127.0.0.1:80,local=127.0.0.1", EINVAL,
	 "\"127.0.0.1\": the port is missing: HOST:PORT"},
	{"tcp:127.0.0.1:80,local=:http", EINVAL, "port \"http\" is not a whole number"},
	{"raw:127.0.0.1", EINVAL, "\"127.0.0.1\": the protocol is missing: HOST:PROTOCOL"},
	{"raw:127.0.0.1:", EINVAL, "\"127.0.0.1:\": the protocol is missing: HOST:PROTOCOL"},
	{"raw:127.0.0.1:256", EINVAL, "protocol 256 is not in 1-255"},
	{"raw:127.0.0.1:0", EINVAL, "protocol 0 is not in 1-255"},
	{"raw:127.0.0.1:xtp-9", EINVAL, "no protocol \"xtp-9\"; its number in 1-255 will do"},
	{"raw6:127.0.0.1:icmp", EINVAL, "127.0.0.1 is IPv4's, where IPv6 is asked for"},
	{"raw:127.0.0.1:icmp,local=127.0.0.1:5", EINVAL,
	 "local=127.0.0.1:5: raw sockets have no ports"},
	{"icmp:[::1]", EINVAL, "::1 is IPv6's, where IPv4 is asked for"},
	{"icmp6:127.0.0.1", EINVAL, "127.0.0.1 is IPv4's, where IPv6 is asked for"},
	{"icmp6:::1", EINVAL, "\"::1\": an IPv6 address stands in brackets: [ADDRESS]:PORT"},
	{"icmp:127.0.0.1:65536", EINVAL, "identifier 65536 is not in 0-65535"},
	{"icmp:127.0.0.1:echo", EINVAL, "identifier \"echo\" is not a whole number"},
	{"tcp:127.0.0.1:80,fallback=off", EINVAL, NULL},
	{"mptcp:127.0.0.1:80,fallback=maybe", EINVAL, NULL},
	{"tcp:localhost:80", EDESTADDRREQ, "\"localhost:80\" needs a name look-up"},
	{"tcp:127.0.0.1:http", EDESTADDRREQ, "\"127.0.0.1:http\" needs a name look-up"},
};

START_TEST(refuses_what_is_not)
{
	for (size_t i = 0; i < sizeof(invalid) / sizeof(*invalid); i++) {
		struct kin_addr addr = {.len = 99};

		ck_fails(kin_addr_parse(invalid[i].text, &addr), invalid[i].err, invalid[i].words);
		ck_assert_uint_eq(addr.len, 99);
	}
}
END_TEST

START_TEST(interfaces_are_listed)
{
	struct kin_addr addr;

	ck_fails(kin_addr_parse("tcp:[fe80::1%none0]:80", &addr), ENODEV, NULL);
	ck_assert_ptr_nonnull(strstr(kin_error_text(), "no interface none0; there are: lo"));
}
END_TEST

START_TEST(a_host_has_a_limit)
{
	char text[1200] = "tcp:";
	struct kin_endpoint *e;

	memset(text + strlen(text), 'x', 1025);
	strcat(text, ":80");
	ck_fails(kin_endpoint_parse(text, &e), EINVAL, "a host of 1025 bytes: at most 1024");
	strcpy(text + strlen(text) - 4, ":80");
	ck_ok(kin_endpoint_parse(text, &e));
	kin_endpoint_free(e);
}
END_TEST

/* Endpoints keep what is looked up later as it is written. */
static const struct {
	const char *text, *canonical;
} endpoints[] = {
	{"tcp:localhost:80", "tcp:localhost:80"},
	{"mptcp:127.0.0.1:80", "mptcp:127.0.0.1:80"},
	{"mptcp:127.0.0.1:80,fallback=on", "mptcp:127.0.0.1:80"},
	{"mptcp6:[::1]:80,fallback=no", "mptcp6:[::1]:80,fallback=off"},
	{"mptcp:localhost:80,fallback=off", "mptcp:localhost:80,fallback=off"},
	{"udplite:[::1]:5004,send-coverage=20", "udplite:[::1]:5004,send-coverage=20"},
	{"sctp4:127.0.0.1:36412,local=:9", "sctp4:127.0.0.1:36412,local=0.0.0.0:9"},
	{"raw:127.0.0.1:1", "raw:127.0.0.1:icmp"},
	{"raw:127.0.0.1:0x59", "raw:127.0.0.1:ospf"},
	{"raw:[fe80::1%7]:58", "raw:[fe80::1%7]:icmpv6"},
	{"raw::icmp", "raw:0.0.0.0:icmp"},
	{"raw::icmpv6", "raw:[::]:icmpv6"},
	{"raw6::253", "raw6:[::]:253"},
	{"raw4:localhost:udp", "raw4:localhost:udp"},
	{"raw:127.0.0.1:gre,local=127.0.0.2", "raw:127.0.0.1:gre,local=127.0.0.2"},
	{"icmp:127.0.0.1", "icmp:127.0.0.1"},
	{"icmp:127.0.0.1:0", "icmp:127.0.0.1"},
	{"icmp:127.0.0.1:0x77", "icmp:127.0.0.1:119"},
	{"icmp:", "icmp:0.0.0.0"},
	{"icmp:localhost", "icmp:localhost"},
	{"icmp6:[ff02::1%1],local=[::]:77", "icmp6:[ff02::1%1],local=[::]:77"},
	{"udp::5,join=239.1.1.1@lo/192.0.2.1", "udp:[::]:5,join=239.1.1.1@lo/192.0.2.1"},
	{"udp4::5,join=239.1.1.1,block=239.1.1.1/192.0.2.1",
	 "udp4:0.0.0.0:5,join=239.1.1.1,block=239.1.1.1/192.0.2.1"},
	{"tcp6:localhost:http,scope=1,nodelay=yes", "tcp6:localhost:http,scope=1,nodelay=on"},
	{"tcp4:127.0.0.1:80,local=:0x50", "tcp4:127.0.0.1:80,local=0.0.0.0:80"},
	{"tcp:[::1]:80,local=:81,flowinfo=1", "tcp:[::1]:80,flowinfo=1,local=[::]:81"},
	{"tcp:127.0.0.1:80,local=127.0.0.2:0", "tcp:127.0.0.1:80,local=127.0.0.2:0"},
	{"udp4:239.1.1.1:5,join=239.1.1.1@lo,join=239.2.2.2",
	 "udp4:239.1.1.1:5,join=239.1.1.1@lo+239.2.2.2"},
	{"udp6:[ff02::1]:5,join=FF02::1", "udp6:[ff02::1]:5,join=ff02::1"},
	{"udp::5,mtu-discover=do,ttl=0x10", "udp:[::]:5,mtu-discover=do,ttl=16"},
};

START_TEST(endpoints_have_a_canonical_text)
{
	for (size_t i = 0; i < sizeof(endpoints) / sizeof(*endpoints); i++) {
		struct kin_endpoint *e;
		char text[KIN_ADDR_TEXT];

		ck_ok(kin_endpoint_parse(endpoints[i].text, &e));
		ck_ok(kin_endpoint_format(e, text, sizeof(text)));
		ck_assert_str_eq(text, endpoints[i].canonical);
		kin_endpoint_free(e);
	}
}
END_TEST

static const struct {
	const char *text, *words;
} invalid_options[] = {
	{"udp::5,join=1.2.3.4", "join=1.2.3.4: not a multicast address"},
	{"udp::5,join=::1", "join=::1: not a multicast address"},
	{"udp::5,join=239.1.1.1@", "join=239.1.1.1@: not GROUP[@INTERFACE][/SOURCE]"},
	{"udp::5,join=239.1.1.1+", "join=: not GROUP[@INTERFACE][/SOURCE]"},
	{"udp::5,join=group", "\"group\" is not an IPv4 address"},
	{"udp::5,block=239.1.1.1@lo", "block=239.1.1.1@lo: not GROUP[@INTERFACE]/SOURCE"},
	{"udp::5,unblock=239.1.1.1/", "unblock=239.1.1.1/: not GROUP[@INTERFACE]/SOURCE"},
	{"udp::5,join=239.1.1.1/::1", "the source is of another version of IP than the group"},
	{"udp::5,join=239.1.1.1/239.1.1.2", "the source is a group itself"},
	{"udp::5,leave=ff02::1%1", "leave=ff02::1%1: not GROUP[@INTERFACE][/SOURCE]"},
	{"udp::5,ttl=0", "ttl 0 is not in 1-255"},
	{"udp::5,ttl=256", "ttl 256 is not in 1-255"},
	{"udp::5,recvttl=2", "recvttl \"2\" is neither on nor off"},
	{"udp::5,mtu-discover=x", "mtu-discover \"x\" is neither a number nor one of: dont, want, "
				  "do, probe, interface, omit"},
	{"udp::5,multicast-if=", "multicast-if= names no interface"},
	{"tcp::5,keepcnt=128", "keepcnt 128 is not in 1-127"},
	{"tcp::5,congestion=0123456789abcdef",
	 "congestion \"0123456789abcdef\" has 16 bytes; at most 15 fit"},
	{"tcp::5,mtu=1500", "mtu can be read, not set"},
};

START_TEST(options_are_checked_without_a_socket)
{
	for (size_t i = 0; i < sizeof(invalid_options) / sizeof(*invalid_options); i++) {
		struct kin_endpoint *e;

		ck_fails(kin_endpoint_parse(invalid_options[i].text, &e), EINVAL,
			 invalid_options[i].words);
	}
}
END_TEST

START_TEST(options_belong_to_their_schemes)
{
	static const char *const texts[] = {
		"udp::5,nodelay=on",    "tcp::5,join=239.1.1.1", "tcp4::5,v6only=on",
		"tcp4::5,flowinfo=1",   "udp4::5,scope=lo",      "tcp::5,gro=on",
		"tcp:localhost:5,no=1",
	};

	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		struct kin_endpoint *e;

		ck_fails(kin_endpoint_parse(texts[i], &e), EINVAL, NULL);
	}
}
END_TEST

/* ---- Properties ---------------------------------------------------------------------------- */

START_TEST(any_address_survives_the_text)
{
	for (int round = 0; round < 20000; round++) {
		struct kin_addr addr = {}, again;
		struct sockaddr_in *in = (void *)&addr.ss;
		struct sockaddr_in6 *in6 = (void *)&addr.ss;
		char text[KIN_ADDR_TEXT];

		if (round % 2) {
			addr.len = sizeof(*in);
			in->sin_family = AF_INET;
			in->sin_port = (in_port_t)test_random();
			in->sin_addr.s_addr = (in_addr_t)test_random();
		} else {
			addr.len = sizeof(*in6);
			in6->sin6_family = AF_INET6;
			in6->sin6_port = (in_port_t)test_random();
			/* Zeros are what the text makes short. */
			for (int i = 0; i < 16; i++)
				in6->sin6_addr.s6_addr[i] =
					(uint8_t)(test_random() % 2 ? test_random() : 0);
			in6->sin6_flowinfo = test_random() % 2 ? htonl(test_random() & 0xFFFFF) : 0;
			in6->sin6_scope_id = (uint32_t)(test_random() % 2 ? test_random() : 0);
		}
		ck_assert_int_lt(ck_ok(kin_addr_format(&addr, SOCK_DGRAM, 0, text, sizeof(text))),
				 (long)sizeof(text));
		ck_ok(kin_addr_parse(text, &again));
		ck_assert_uint_eq(again.len, addr.len);
		ck_assert_mem_eq(&again.ss, &addr.ss, addr.len);
		ck_assert(kin_addr_equal(&addr, &again));
	}
}
END_TEST

/* ---- Without text -------------------------------------------------------------------------- */

START_TEST(constructors_and_accessors_agree)
{
	struct kin_addr addr;
	char host[64];

	ck_ok(kin_inet_addr("192.0.2.1", 80, &addr));
	ck_assert_int_eq(kin_inet_port(&addr), 80);
	ck_assert_int_eq(kin_inet_host(&addr, host, sizeof(host)), 9);
	ck_assert_str_eq(host, "192.0.2.1");
	ck_assert_uint_eq(kin_inet_flowinfo(&addr), 0);
	ck_ok(kin_inet_set_port(&addr, 81));
	ck_assert_int_eq(kin_inet_port(&addr), 81);

	ck_ok(kin_inet6_addr("fe80::1%1", 80, 0xABCDE, 0, &addr));
	ck_assert_int_eq(kin_inet_port(&addr), 80);
	ck_assert_uint_eq(kin_inet_flowinfo(&addr), 0xABCDE);
	ck_assert_uint_eq(kin_inet_scope(&addr), 1);
	ck_assert_int_eq(kin_inet_host(&addr, host, sizeof(host)), 9);
	ck_assert_str_eq(host, "fe80::1%1");
	ck_ok(kin_inet_set_port(&addr, 65535));
	ck_assert_int_eq(kin_inet_port(&addr), 65535);
	ck_ok(kin_inet6_addr("fe80::1%1", 80, 0, 5, &addr));
	ck_assert_uint_eq(kin_inet_scope(&addr), 5);

	ck_assert_int_eq(kin_inet_host(&addr, host, 3), 9);
	ck_assert_str_eq(host, "fe");
	ck_ok(kin_inet_addr(NULL, 0, &addr));
	ck_ok(kin_inet_host(&addr, host, sizeof(host)));
	ck_assert_str_eq(host, "0.0.0.0");
	ck_ok(kin_inet6_addr("", 0, 0, 0, &addr));
	ck_ok(kin_inet_host(&addr, host, sizeof(host)));
	ck_assert_str_eq(host, "::");
	ck_ok(kin_inet_addr("<broadcast>", 0, &addr));
	ck_ok(kin_inet_host(&addr, host, sizeof(host)));
	ck_assert_str_eq(host, "255.255.255.255");
}
END_TEST

START_TEST(constructors_check_their_arguments)
{
	struct kin_addr addr = {};
	char host[64];

	ck_fails(kin_inet_addr("1.2.3", 80, &addr), EINVAL, "\"1.2.3\" is not an IPv4 address");
	ck_fails(kin_inet_addr("::1", 80, &addr), EINVAL, "\"::1\" is not an IPv4 address");
	ck_fails(kin_inet_addr("1.2.3.4", 65536, &addr), EINVAL, "port 65536 is not in 0-65535");
	ck_fails(kin_inet_addr("1.2.3.4", -1, &addr), EINVAL, "port -1 is not in 0-65535");
	ck_fails(kin_inet6_addr("::1", 65536, 0, 0, &addr), EINVAL, "port 65536 is not in 0-65535");
	ck_fails(kin_inet6_addr("::1", 80, 1048576, 0, &addr), EINVAL,
		 "flowinfo 1048576 is not in 0-1048575");
	ck_fails(kin_inet6_addr("<broadcast>", 80, 0, 0, &addr), EINVAL,
		 "\"<broadcast>\" is not an IPv6 address");
	ck_assert_uint_eq(addr.len, 0);
	ck_fails(kin_inet_port(&addr), EAFNOSUPPORT, "neither an IPv4 nor an IPv6 address");
	ck_fails(kin_inet_set_port(&addr, 1), EAFNOSUPPORT, "neither an IPv4 nor an IPv6 address");
	ck_fails(kin_inet_host(&addr, host, sizeof(host)), EAFNOSUPPORT,
		 "neither an IPv4 nor an IPv6 address");
	addr.sa.sa_family = AF_INET6;
	addr.len = sizeof(struct sockaddr_in6) - 1;
	ck_fails(kin_inet_port(&addr), EAFNOSUPPORT, "neither an IPv4 nor an IPv6 address");
}
END_TEST

START_TEST(padding_and_flow_labels_do_not_count)
{
	struct kin_addr a, b;

	ck_ok(kin_inet_addr("1.2.3.4", 5, &a));
	b = a;
	memset(((struct sockaddr_in *)(void *)&b.ss)->sin_zero, 1, 8);
	ck_assert(kin_addr_equal(&a, &b));
	ck_ok(kin_inet_set_port(&b, 6));
	ck_assert(!kin_addr_equal(&a, &b));
	ck_ok(kin_inet6_addr("::ffff:1.2.3.4", 5, 0, 0, &b));
	ck_assert(!kin_addr_equal(&a, &b));
	ck_ok(kin_inet6_addr("fe80::1", 5, 7, 1, &a));
	ck_ok(kin_inet6_addr("fe80::1", 5, 8, 1, &b));
	ck_assert(kin_addr_equal(&a, &b));
	ck_ok(kin_inet6_addr("fe80::1", 5, 7, 2, &b));
	ck_assert(!kin_addr_equal(&a, &b));
}
END_TEST

int main(void)
{
	const struct test_case cases[] = {
		{reads_what_is_valid, "reads_what_is_valid", .needs = "tcp6"},
		{refuses_what_is_not, "refuses_what_is_not", .needs = "tcp6", .net = true},
		{interfaces_are_listed, "interfaces_are_listed", .net = true},
		{a_host_has_a_limit, "a_host_has_a_limit"},
		{endpoints_have_a_canonical_text, "endpoints_have_a_canonical_text",
		 .needs = "tcp6"},
		{options_are_checked_without_a_socket, "options_are_checked_without_a_socket"},
		{options_belong_to_their_schemes, "options_belong_to_their_schemes"},
		{any_address_survives_the_text, "any_address_survives_the_text"},
		{constructors_and_accessors_agree, "constructors_and_accessors_agree"},
		{constructors_check_their_arguments, "constructors_check_their_arguments"},
		{padding_and_flow_labels_do_not_count, "padding_and_flow_labels_do_not_count"},
		{},
	};

	return run_cases("inet/address", cases);
}
