/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Names of hosts, services and protocols, IDNA, and addresses in network order. */
#include "harness.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <kin/inet.h>

static const char *host_of(const struct kin_addr *addr)
{
	static char text[64];

	ck_ok(kin_inet_host(addr, text, sizeof(text)));
	return text;
}

/* ---- Ranges -------------------------------------------------------------------------------- */

static int refuse_all(const struct kin_audit *what, void *data)
{
	(void)what;
	++*(int *)data;
	return -EPERM;
}

/* Neither a socket nor a look-up comes before the refusal: the hook would see it. */
START_TEST(semantic_09_out_of_range_is_refused_first)
{
	struct kin_inet_connect_options slow = {.struct_size = sizeof(slow), .race_delay_ns = -1};
	struct kin_inet_row *rows;
	struct kin_sock *sock;
	struct kin_addr addr;
	char text[16];
	int asked = 0;

	kin_set_audit_hook(refuse_all, &asked);
	ck_fails(kin_inet_addr("127.0.0.1", 65536, &addr), EINVAL, "port 65536 is not in 0-65535");
	ck_fails(kin_inet_addr("127.0.0.1", -1, &addr), EINVAL, "port -1 is not in 0-65535");
	ck_fails(kin_inet6_addr("::1", 1, 1048576, 0, &addr), EINVAL,
		 "flowinfo 1048576 is not in 0-1048575");
	ck_fails(kin_inet_lookup("127.0.0.1", "65536", 0, 0, 0, 0, &rows), EINVAL,
		 "port 65536 is not in 0-65535");
	ck_fails(kin_inet_lookup("127.0.0.1", "-1", 0, 0, 0, 0, &rows), EINVAL,
		 "port -1 is not in 0-65535");
	/* getaddrinfo(3) takes these, and cuts them to 16 bits. */
	ck_fails(kin_inet_lookup("127.0.0.1", " 70000", 0, 0, 0, 0, &rows), EINVAL,
		 "port \" 70000\" is not a whole number");
	ck_fails(kin_inet_lookup("127.0.0.1", "080000", 0, 0, 0, 0, &rows), EINVAL,
		 "port \"080000\" is not a whole number");
	ck_fails(kin_inet_connect("127.0.0.1", "70000", NULL, &sock), EINVAL,
		 "port 70000 is not in 0-65535");
	ck_fails(kin_inet_connect("127.0.0.1", "70", &slow, &sock), EINVAL,
		 "race_delay_ns -1 is below 0");
	ck_fails(kin_inet_listen(NULL, 65536, NULL, &sock), EINVAL, "port 65536 is not in 0-65535");
	ck_fails(kin_inet_service_name(65536, NULL, text, sizeof(text)), EINVAL,
		 "port 65536 is not in 0-65535");
	ck_fails(kin_inet_service_name(-1, "tcp", text, sizeof(text)), EINVAL,
		 "port -1 is not in 0-65535");
	ck_assert_int_eq(asked, 0);
	kin_set_audit_hook(NULL, NULL);
}
END_TEST

/* ---- Look-ups ------------------------------------------------------------------------------ */

START_TEST(semantic_10_getaddrinfo_in_full)
{
	struct kin_inet_row *rows;
	int n = (int)ck_ok(kin_inet_lookup("127.0.0.1", "80", 0, 0, 0, 0, &rows));
	unsigned types = 0;

	/* Without hints each type of socket has a row. */
	for (int i = 0; i < n; i++) {
		ck_assert_int_eq(rows[i].domain, AF_INET);
		ck_assert_int_eq(kin_inet_port(&rows[i].addr), 80);
		ck_assert_ptr_null(rows[i].canonical);
		types |= 1U << rows[i].type;
		if (rows[i].type == SOCK_STREAM)
			ck_assert_int_eq(rows[i].protocol, IPPROTO_TCP);
		if (rows[i].type == SOCK_DGRAM)
			ck_assert_int_eq(rows[i].protocol, IPPROTO_UDP);
	}
	ck_assert_uint_eq(types, 1U << SOCK_STREAM | 1U << SOCK_DGRAM | 1U << SOCK_RAW);
	free(rows);
	/* With them, just those that fit. */
	ck_assert_int_eq(ck_ok(kin_inet_lookup("127.0.0.1", NULL, AF_INET, 0, IPPROTO_UDP,
					       AI_CANONNAME, &rows)),
			 1);
	ck_assert_int_eq(rows->type, SOCK_DGRAM);
	ck_assert_int_eq(kin_inet_port(&rows->addr), 0);
	ck_assert_str_eq(rows->canonical, "127.0.0.1");
	free(rows);
	/* Flags as given. */
	ck_ok(kin_inet_lookup(NULL, "5", AF_INET, SOCK_STREAM, 0, AI_PASSIVE, &rows));
	ck_assert_str_eq(host_of(&rows->addr), "0.0.0.0");
	free(rows);
	ck_ok(kin_inet_lookup(NULL, "0x50", AF_INET6, SOCK_STREAM, 0, 0, &rows));
	ck_assert_str_eq(host_of(&rows->addr), "::1");
	ck_assert_int_eq(kin_inet_port(&rows->addr), 80);
	free(rows);
}
END_TEST

START_TEST(semantic_10_a_link_local_scope_is_a_number)
{
	struct kin_inet_row *rows;

	ck_ok(kin_inet_lookup("fe80::1%lo", "80", AF_INET6, SOCK_STREAM, 0, 0, &rows));
	ck_assert_uint_eq(kin_inet_scope(&rows->addr), 1);
	ck_assert_str_eq(host_of(&rows->addr), "fe80::1%1");
	free(rows);
}
END_TEST

START_TEST(semantic_10_resolver_errors_carry_their_code)
{
	const struct {
		const char *host, *service;
		int domain, type, flags, code;
		const char *words;
	} cases[] = {
		{"nohost", NULL, 0, SOCK_STREAM, AI_NUMERICHOST, EAI_NONAME,
		 "looking up \"nohost\": Name or service not known"},
		{"127.0.0.1", "no-such-service", 0, SOCK_STREAM, 0, EAI_SERVICE,
		 "no service \"no-such-service\" for this protocol"},
		{"127.0.0.1", "9no-such", 0, SOCK_STREAM, 0, EAI_SERVICE,
		 "no service \"9no-such\" for this protocol"},
		{"127.0.0.1", NULL, 77, SOCK_STREAM, 0, EAI_FAMILY,
		 "looking up \"127.0.0.1\": ai_family not supported"},
		{"127.0.0.1", NULL, AF_INET, 77, 0, EAI_SOCKTYPE,
		 "looking up \"127.0.0.1\": ai_socktype not supported"},
		{"127.0.0.1", NULL, AF_INET, SOCK_STREAM, 1 << 30, EAI_BADFLAGS,
		 "looking up \"127.0.0.1\": Bad value for ai_flags"},
		{"::1", NULL, AF_INET, SOCK_STREAM, AI_NUMERICHOST, EAI_ADDRFAMILY,
		 "looking up \"::1\": Address family for hostname not supported"},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct kin_inet_row *rows = NULL;

		ck_fails(kin_inet_lookup(cases[i].host, cases[i].service, cases[i].domain,
					 cases[i].type, 0, cases[i].flags, &rows),
			 EREMOTEIO, cases[i].words);
		ck_assert_int_eq(kin_error_domain(), KIN_ERR_RESOLVER);
		ck_assert_int_eq(kin_error_code(), cases[i].code);
		ck_assert_ptr_null(rows);
	}
}
END_TEST

START_TEST(semantic_10_names_of_an_address)
{
	char host[64] = "", service[32] = "", tiny[4] = "abc";
	struct kin_addr addr;

	ck_ok(kin_inet_addr("127.0.0.1", 65000, &addr));
	ck_ok(kin_inet_name_info(&addr, host, sizeof(host), service, sizeof(service),
				 NI_NUMERICHOST | NI_NUMERICSERV));
	ck_assert_str_eq(host, "127.0.0.1");
	ck_assert_str_eq(service, "65000");
	ck_ok(kin_inet_name_info(&addr, NULL, 0, service, sizeof(service), NI_NUMERICSERV));
	ck_fails(kin_inet_name_info(&addr, tiny, sizeof(tiny), NULL, 0, NI_NUMERICHOST), EREMOTEIO,
		 "127.0.0.1: no room for its names");
	ck_assert_int_eq(kin_error_code(), EAI_OVERFLOW);
	ck_assert_str_eq(tiny, "abc");
	addr.len = 3;
	ck_fails(kin_inet_name_info(&addr, host, sizeof(host), NULL, 0, 0), EAFNOSUPPORT,
		 "neither an IPv4 nor an IPv6 address");
}
END_TEST

/* ---- Addresses in network order -------------------------------------------------------------- */

START_TEST(semantic_11_lengths_of_addresses_are_checked)
{
	static const unsigned char v4[4] = {192, 0, 2, 1}, v6[16] = {[15] = 1};
	unsigned char packed[16] = {};
	char text[64];

	ck_assert_int_eq(ck_ok(kin_inet_ntoa(v4, 4, text, sizeof(text))), 9);
	ck_assert_str_eq(text, "192.0.2.1");
	ck_assert_int_eq(ck_ok(kin_inet_ntop(AF_INET6, v6, 16, text, sizeof(text))), 3);
	ck_assert_str_eq(text, "::1");
	ck_fails(kin_inet_ntoa(v6, 16, text, sizeof(text)), EINVAL,
		 "an IPv4 address has 4 bytes, not 16");
	ck_fails(kin_inet_ntop(AF_INET, v4, 3, text, sizeof(text)), EINVAL,
		 "an IPv4 address has 4 bytes, not 3");
	ck_fails(kin_inet_ntop(AF_INET6, v4, 4, text, sizeof(text)), EINVAL,
		 "an IPv6 address has 16 bytes, not 4");
	ck_fails(kin_inet_ntop(AF_UNIX, v4, 4, text, sizeof(text)), EAFNOSUPPORT,
		 "address family 1 is neither AF_INET nor AF_INET6");
	ck_fails(kin_inet_ntoa(v4, 4, text, 9), ENOSPC, "9 bytes are no room for \"192.0.2.1\"");

	ck_assert_int_eq(ck_ok(kin_inet_pton(AF_INET, "192.0.2.1", packed, 4)), 4);
	ck_assert_mem_eq(packed, v4, 4);
	ck_assert_int_eq(ck_ok(kin_inet_pton(AF_INET6, "::1", packed, 16)), 16);
	ck_assert_mem_eq(packed, v6, 16);
	ck_fails(kin_inet_pton(AF_INET6, "::1", packed, 15), ENOSPC,
		 "15 bytes are no room for an IPv6 address of 16");
	ck_fails(kin_inet_pton(AF_INET, "192.0.2", packed, 4), EINVAL,
		 "\"192.0.2\" is not an IPv4 address");
	ck_fails(kin_inet_pton(AF_INET6, "192.0.2.1", packed, 16), EINVAL,
		 "\"192.0.2.1\" is not an IPv6 address");
}
END_TEST

START_TEST(semantic_11_aton_takes_fewer_dots)
{
	static const struct {
		const char *text;
		unsigned char packed[4];
	} rows[] = {
		{"192.0.2.1", {192, 0, 2, 1}}, {"127.1", {127, 0, 0, 1}},
		{"10.1.258", {10, 1, 1, 2}},   {"0x7f000001", {127, 0, 0, 1}},
		{"010.0.0.1", {8, 0, 0, 1}},   {"255.255.255.255", {255, 255, 255, 255}},
	};
	static const char *const bad[] = {"",          "256.0.0.1", "1.2.3.4.5",
					  "1.2.3.4 x", "a",         "1.2.3.4\n"};
	unsigned char packed[4];

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		ck_ok(kin_inet_aton(rows[i].text, packed));
		ck_assert_mem_eq(packed, rows[i].packed, 4);
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		ck_fails(kin_inet_aton(bad[i], packed), EINVAL, NULL);
}
END_TEST

/* ---- Hosts, services, protocols -------------------------------------------------------------- */

static bool knows_localhost(void)
{
	return gethostbyname("localhost") != NULL;
}

START_TEST(semantic_21_hosts_by_name_and_address)
{
	struct kin_inet_names *names;
	struct kin_addr addr;

	ck_ok(kin_inet_host_by_name("192.0.2.1", &addr));
	ck_assert_str_eq(host_of(&addr), "192.0.2.1");
	ck_ok(kin_inet_host_by_name("", &addr));
	ck_assert_str_eq(host_of(&addr), "0.0.0.0");
	ck_ok(kin_inet_host_by_name("<broadcast>", &addr));
	ck_assert_str_eq(host_of(&addr), "255.255.255.255");
	ck_ok(kin_inet_host_by_name_ex("192.0.2.1", &names));
	ck_assert_str_eq(names->name, "192.0.2.1");
	ck_assert_uint_eq(names->n_addrs, 1);
	ck_assert_ptr_null(names->aliases[0]);
	free(names);
	ck_fails(kin_inet_host_by_name("no such host", &addr), EREMOTEIO, NULL);
	ck_assert_int_eq(kin_error_domain(), KIN_ERR_HOST);
	ck_assert_int_ne(kin_error_code(), 0);
	if (!knows_localhost())
		return;
	ck_ok(kin_inet_host_by_name("localhost", &addr));
	ck_assert_str_eq(host_of(&addr), "127.0.0.1");
	ck_ok(kin_inet_host_by_addr(&addr, &names));
	ck_assert_ptr_nonnull(strstr(names->name, "localhost"));
	ck_assert_str_eq(host_of(&names->addrs[0]), "127.0.0.1");
	free(names);
}
END_TEST

START_TEST(semantic_21_fqdn_is_the_first_name_with_a_dot)
{
	char own[256], text[256], cut[4];

	ck_ok(kin_hostname(own, sizeof(own)));
	/* Nothing is known of it: it stays as it is. */
	ck_ok(kin_inet_fqdn("no.such.host.invalid", text, sizeof(text)));
	ck_assert_str_eq(text, "no.such.host.invalid");
	ck_assert_int_eq(ck_ok(kin_inet_fqdn("no.such.host.invalid", cut, sizeof(cut))), 20);
	ck_assert_str_eq(cut, "no.");
	ck_assert_int_gt(ck_ok(kin_inet_fqdn(NULL, text, sizeof(text))), 0);
	ck_assert_int_gt(ck_ok(kin_inet_fqdn("0.0.0.0", own, sizeof(own))), 0);
	ck_assert_str_eq(text, own);
}
END_TEST

START_TEST(semantic_21_services_and_protocols)
{
	char name[32];

	if (!getservbyname("domain", "udp") || !getprotobyname("tcp"))
		return; /* a machine without /etc/services */
	ck_assert_int_eq(kin_inet_service_port("domain", "udp"), 53);
	ck_assert_int_eq(kin_inet_service_port("http", NULL), 80);
	ck_fails(kin_inet_service_port("http", "xtp"), ENOENT, "no service \"http\" for xtp");
	ck_fails(kin_inet_service_port("nothing", NULL), ENOENT,
		 "no service \"nothing\" for any protocol");
	ck_assert_int_eq(ck_ok(kin_inet_service_name(53, "udp", name, sizeof(name))), 6);
	ck_assert_str_eq(name, "domain");
	ck_fails(kin_inet_service_name(64999, "udp", name, sizeof(name)), ENOENT,
		 "no service has port 64999 of udp");
	ck_assert_int_eq(kin_inet_protocol_number("tcp"), IPPROTO_TCP);
	ck_assert_int_eq(kin_inet_protocol_number("ipv6-icmp"), IPPROTO_ICMPV6);
	ck_fails(kin_inet_protocol_number("xtp-9"), ENOENT, "no protocol \"xtp-9\"");
}
END_TEST

/* ---- Audit ----------------------------------------------------------------------------------- */

static int write_down(const struct kin_audit *what, void *data)
{
	char *seen = data;

	snprintf(seen + strlen(seen), 256 - strlen(seen), "[%s %s %s]",
		 kin_audit_event_name(what->event), what->name ? what->name : "-",
		 what->service ? what->service : "-");
	return -EACCES;
}

START_TEST(semantic_22_look_ups_are_announced_and_can_be_refused)
{
	struct kin_inet_names *names;
	struct kin_inet_row *rows;
	struct kin_addr addr;
	char seen[256], text[64];

	ck_ok(kin_inet_addr("127.0.0.1", 80, &addr));
	kin_set_audit_hook(write_down, seen);
#define REFUSED(call, words)                                                                       \
	do {                                                                                       \
		seen[0] = '\0';                                                                    \
		ck_fails(call, EACCES, NULL);                                                      \
		ck_assert_str_eq(seen, words);                                                     \
	} while (0)
	REFUSED(kin_inet_lookup("localhost", "80", 0, 0, 0, 0, &rows), "[look-up localhost 80]");
	REFUSED(kin_inet_name_info(&addr, text, sizeof(text), NULL, 0, 0), "[name-info - -]");
	REFUSED(kin_inet_host_by_name("localhost", &addr), "[host-by-name localhost -]");
	REFUSED(kin_inet_host_by_name_ex("localhost", &names), "[host-by-name localhost -]");
	REFUSED(kin_inet_host_by_addr(&addr, &names), "[host-by-addr 127.0.0.1 -]");
	REFUSED(kin_inet_fqdn("localhost", text, sizeof(text)), "[host-by-addr localhost -]");
	REFUSED(kin_inet_fqdn(NULL, text, sizeof(text)), "[hostname - -]");
	REFUSED(kin_inet_service_port("http", "tcp"), "[service-by-name tcp http]");
	REFUSED(kin_inet_service_name(80, NULL, text, sizeof(text)), "[service-by-port - 80]");
	kin_set_audit_hook(NULL, NULL);
}
END_TEST

/* ---- IDNA ------------------------------------------------------------------------------------ */

static bool have_idna(void)
{
	char text[64];

	return kin_inet_idna("b\u00fccher", text, sizeof(text)) != -EOPNOTSUPP;
}

START_TEST(names_in_any_script_become_ascii)
{
	static const char *const rows[][2] = {
		{"b\u00fccher.example", "xn--bcher-kva.example"},
		{"B\u00dcCHER.Example", "xn--bcher-kva.example"},
		{"stra\u00dfe.de", "xn--strae-oqa.de"},
		{"\u4f8b\u3048.\u30c6\u30b9\u30c8", "xn--r8jz45g.xn--zckzah"},
		{"bu\u0308cher.example", "xn--bcher-kva.example"}, /* decomposed */
		{"b\u00fccher.example.", "xn--bcher-kva.example."},
		{"Plain.Example", "Plain.Example"},
		{"", ""},
	};
	/* An empty label; a slash, in one character. */
	static const char *const bad[] = {"\xff.example",         "b\u00fc cher", "xn--\u00fc",
					  "b\u00fccher..example", ".b\u00fccher", "\u2100.example"};
	char text[64];

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		if (!have_idna() && strcmp(rows[i][0], rows[i][1]) != 0) {
			ck_fails(kin_inet_idna(rows[i][0], text, sizeof(text)), EOPNOTSUPP, NULL);
			continue;
		}
		ck_assert_int_eq(ck_ok(kin_inet_idna(rows[i][0], text, sizeof(text))),
				 (long)strlen(rows[i][1]));
		ck_assert_str_eq(text, rows[i][1]);
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		ck_fails(kin_inet_idna(bad[i], text, sizeof(text)),
			 have_idna() ? EINVAL : EOPNOTSUPP, NULL);
}
END_TEST

/* What the hook sees is what goes to the resolver. */
START_TEST(every_look_up_goes_through_idna)
{
	struct kin_inet_names *names;
	struct kin_inet_row *rows;
	struct kin_addr addr;
	struct kin_sock *sock;
	char seen[256];

	if (!have_idna()) {
		ck_fails(kin_open("tcp:b\u00fccher.example:80", KIN_CONNECT, &sock), EOPNOTSUPP,
			 NULL);
		return;
	}
	/* Full-width digits are digits: no look-up needed. */
	ck_ok(kin_inet_lookup("\uff11\uff12\uff17.0.0.1", "80", 0, SOCK_STREAM, 0, AI_NUMERICHOST,
			      &rows));
	ck_assert_str_eq(host_of(&rows->addr), "127.0.0.1");
	free(rows);
	kin_set_audit_hook(write_down, seen);
	REFUSED(kin_open("tcp:b\u00fccher.example:80", KIN_CONNECT, &sock),
		"[look-up xn--bcher-kva.example 80]");
	REFUSED(kin_inet_connect("b\u00fccher.example", "80", NULL, &sock),
		"[look-up xn--bcher-kva.example 80]");
	REFUSED(kin_inet_listen("b\u00fccher.example", 80, NULL, &sock),
		"[look-up xn--bcher-kva.example 80]");
	REFUSED(kin_inet_lookup("b\u00fccher.example", NULL, 0, 0, 0, 0, &rows),
		"[look-up xn--bcher-kva.example -]");
	REFUSED(kin_inet_host_by_name("b\u00fccher.example", &addr),
		"[host-by-name xn--bcher-kva.example -]");
	REFUSED(kin_inet_host_by_name_ex("b\u00fccher.example", &names),
		"[host-by-name xn--bcher-kva.example -]");
	kin_set_audit_hook(NULL, NULL);
}
END_TEST

/* ---- NULL ------------------------------------------------------------------------------------ */

START_TEST(null_is_refused)
{
	struct kin_inet_row *rows;
	struct kin_addr addr;
	char text[8];

	ck_ok(kin_inet_addr("127.0.0.1", 80, &addr));
	ck_fails(kin_inet_addr("127.0.0.1", 80, NULL), EINVAL, "ret_addr is NULL");
	ck_fails(kin_inet6_addr("::1", 80, 0, 0, NULL), EINVAL, "ret_addr is NULL");
	ck_fails(kin_inet_port(NULL), EINVAL, "addr is NULL");
	ck_fails(kin_inet_set_port(NULL, 1), EINVAL, "addr is NULL");
	ck_fails(kin_inet_host(NULL, text, sizeof(text)), EINVAL, "addr is NULL");
	ck_fails(kin_inet_host(&addr, NULL, 8), EINVAL, "buf is NULL");
	ck_assert_uint_eq(kin_inet_scope(NULL), 0);
	ck_assert_uint_eq(kin_inet_flowinfo(NULL), 0);
	ck_fails(kin_inet_lookup("a", NULL, 0, 0, 0, 0, NULL), EINVAL, "ret_rows is NULL");
	ck_fails(kin_inet_resolve("a", NULL, 0, 0, 0, NULL), EINVAL, "ret_addrs is NULL");
	ck_fails(kin_inet_name_info(NULL, text, 8, text, 8, 0), EINVAL, "addr is NULL");
	ck_fails(kin_inet_host_by_name(NULL, &addr), EINVAL, "name is NULL");
	ck_fails(kin_inet_host_by_name("a", NULL), EINVAL, "ret_addr is NULL");
	ck_fails(kin_inet_host_by_name_ex(NULL, NULL), EINVAL, "name is NULL");
	ck_fails(kin_inet_host_by_name_ex("a", NULL), EINVAL, "ret_names is NULL");
	ck_fails(kin_inet_host_by_addr(NULL, NULL), EINVAL, "addr is NULL");
	ck_fails(kin_inet_host_by_addr(&addr, NULL), EINVAL, "ret_names is NULL");
	ck_fails(kin_inet_fqdn("a", NULL, 8), EINVAL, "buf is NULL");
	ck_fails(kin_inet_idna(NULL, text, 8), EINVAL, "name is NULL");
	ck_fails(kin_inet_idna("a", NULL, 8), EINVAL, "buf is NULL");
	ck_fails(kin_inet_service_port(NULL, NULL), EINVAL, "service is NULL");
	ck_fails(kin_inet_service_name(80, NULL, NULL, 8), EINVAL, "buf is NULL");
	ck_fails(kin_inet_protocol_number(NULL), EINVAL, "name is NULL");
	ck_fails(kin_inet_aton(NULL, (unsigned char *)text), EINVAL, "text is NULL");
	ck_fails(kin_inet_aton("127.1", NULL), EINVAL, "ret_packed is NULL");
	ck_fails(kin_inet_ntoa(NULL, 4, text, 8), EINVAL, "packed is NULL");
	ck_fails(kin_inet_ntop(AF_INET, text, 4, NULL, 8), EINVAL, "buf is NULL");
	ck_fails(kin_inet_pton(AF_INET, NULL, text, 8), EINVAL, "text is NULL");
	ck_fails(kin_inet_pton(AF_INET, "127.0.0.1", NULL, 8), EINVAL, "packed is NULL");
	ck_fails(kin_inet_connect("127.0.0.1", "1", NULL, NULL), EINVAL, "ret_sock is NULL");
	ck_fails(kin_inet_listen(NULL, 0, NULL, NULL), EINVAL, "ret_sock is NULL");
	rows = NULL;
	ck_fails(kin_inet_lookup(NULL, "x y", 0, 0, 0, 0, &rows), EREMOTEIO, NULL);
	ck_assert_ptr_null(rows);
}
END_TEST

#define CASE(name, ...)                                                                            \
	{                                                                                          \
		name, #name, ##__VA_ARGS__                                                         \
	}

int main(void)
{
	const struct test_case cases[] = {
		CASE(semantic_09_out_of_range_is_refused_first),
		CASE(semantic_10_getaddrinfo_in_full, .net = true),
		CASE(semantic_10_a_link_local_scope_is_a_number, .net = true),
		CASE(semantic_10_resolver_errors_carry_their_code),
		CASE(semantic_10_names_of_an_address),
		CASE(semantic_11_lengths_of_addresses_are_checked),
		CASE(semantic_11_aton_takes_fewer_dots),
		CASE(semantic_21_hosts_by_name_and_address, .net = true),
		CASE(semantic_21_fqdn_is_the_first_name_with_a_dot, .net = true),
		CASE(semantic_21_services_and_protocols),
		CASE(semantic_22_look_ups_are_announced_and_can_be_refused),
		CASE(names_in_any_script_become_ascii),
		CASE(every_look_up_goes_through_idna),
		CASE(null_is_refused),
		{},
	};

	return run_cases("inet/names", cases);
}
