/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Addresses of reliable datagrams: text both ways, what is refused, the typed calls. */
#include "harness.h"

#include <arpa/inet.h>
#include <errno.h>
#include <string.h>
#include <kin/rds.h>

static const struct {
	const char *text, *canonical; /* NULL: the same */
	const char *host;
	uint16_t port;
} valid[] = {
	{"rds:127.0.0.1:18000", NULL, "127.0.0.1", 18000},
	{"rds:192.0.2.1:0", NULL, "192.0.2.1", 0},
	{"rds:[fd00:0::1]:65535", "rds:[fd00::1]:65535", "fd00::1", 65535},
	{"rds:127.0.0.1:0x4650,local=127.0.0.1:18001", "rds:127.0.0.1:18000,local=127.0.0.1:18001",
	 "127.0.0.1", 18000},
	{"rds:[::1]:1,local=[::1]:2", NULL, "::1", 1},
	{"rds:127.0.0.1:18000,transport=tcp,recverr=yes",
	 "rds:127.0.0.1:18000,transport=tcp,recverr=on", "127.0.0.1", 18000},
};

START_TEST(reads_what_is_valid)
{
	for (size_t i = 0; i < sizeof(valid) / sizeof(*valid); i++) {
		const char *canonical = valid[i].canonical ? valid[i].canonical : valid[i].text;
		char text[KIN_ADDR_TEXT], host[KIN_RDS_HOST];
		struct kin_endpoint *e;
		uint16_t port;

		ck_ok(kin_endpoint_parse(valid[i].text, &e));
		ck_ok(kin_rds_addr_read(kin_endpoint_addr(e), host, &port));
		ck_assert_str_eq(host, valid[i].host);
		ck_assert_uint_eq(port, valid[i].port);
		ck_ok(kin_endpoint_format(e, text, sizeof(text)));
		ck_assert_str_eq(text, canonical);
		kin_endpoint_free(e);
	}
}
END_TEST

static const struct {
	const char *text;
	const char *words;
} invalid[] = {
	{"rds:", "\"\" is not ADDRESS:PORT, such as 127.0.0.1:18000 or [fd00::1]:18000"},
	{"rds:127.0.0.1",
	 "\"127.0.0.1\" is not ADDRESS:PORT, such as 127.0.0.1:18000 or [fd00::1]:18000"},
	{"rds::18000", NULL},
	{"rds:::1:18000", NULL},
	{"rds:[]:1", NULL},
	{"rds:]:1", NULL},
	{"rds:[:1", NULL},
	{"rds:[127.0.0.1]:1", NULL},
	{"rds:localhost:18000", "\"localhost\" is not an IP address"},
	{"rds:127.0.0.1:65536", "port 65536 is not in 0-65535"},
	{"rds:127.0.0.1:-1", "port -1 is not in 0-65535"},
	{"rds:127.0.0.1:", NULL},
	{"rds:127.0.0.1:1,local=127.0.0.1:65536", "port 65536 is not in 0-65535"},
	{"rds:127.0.0.1:1,transport=pigeon", NULL},
};

START_TEST(refuses_what_is_not)
{
	for (size_t i = 0; i < sizeof(invalid) / sizeof(*invalid); i++) {
		struct kin_endpoint *e = NULL;

		ck_fails(kin_endpoint_parse(invalid[i].text, &e), EINVAL, invalid[i].words);
		ck_assert_ptr_null(e);
	}
}
END_TEST

START_TEST(any_address_survives_the_text)
{
	for (int round = 0; round < 20000; round++) {
		uint64_t bits[2] = {test_random(), test_random()};
		char host[KIN_RDS_HOST], text[KIN_ADDR_TEXT];
		struct kin_endpoint *e, *again;
		struct kin_addr addr;

		inet_ntop(round % 2 ? AF_INET : AF_INET6, bits, host, sizeof(host));
		ck_ok(kin_rds_addr(host, (long)(test_random() % 65536), &addr));
		ck_ok(kin_endpoint_new("rds", &addr, &e));
		ck_ok(kin_endpoint_format(e, text, sizeof(text)));
		ck_ok(kin_endpoint_parse(text, &again));
		ck_assert_uint_eq(kin_endpoint_addr(again)->len, addr.len);
		ck_assert_mem_eq(&kin_endpoint_addr(again)->ss, &addr.ss, addr.len);
		kin_endpoint_free(e);
		kin_endpoint_free(again);
	}
}
END_TEST

START_TEST(constructors_check_their_arguments)
{
	struct kin_addr addr = {.len = 99};

	ck_fails(kin_rds_addr(NULL, 1, &addr), EINVAL, NULL);
	ck_fails(kin_rds_addr("127.0.0.1", 1, NULL), EINVAL, NULL);
	ck_fails(kin_rds_addr("127.0.0.1", 65536, &addr), EINVAL, "port 65536 is not in 0-65535");
	ck_fails(kin_rds_addr("127.0.0.1", -1, &addr), EINVAL, "port -1 is not in 0-65535");
	ck_fails(kin_rds_addr("[::1]", 1, &addr), EINVAL, "\"[::1]\" is not an IP address");
	ck_assert_uint_eq(addr.len, 99);
	ck_fails(kin_rds_addr_read(NULL, NULL, NULL), EAFNOSUPPORT, NULL);
	ck_ok(kin_rds_addr("::1", 1, &addr));
	ck_ok(kin_rds_addr_read(&addr, NULL, NULL));
	addr.len = sizeof(struct sockaddr_in);
	ck_fails(kin_rds_addr_read(&addr, NULL, NULL), EAFNOSUPPORT,
		 "not an address of reliable datagrams");
	addr.sa.sa_family = AF_UNIX;
	ck_fails(kin_rds_addr_read(&addr, NULL, NULL), EAFNOSUPPORT, NULL);
}
END_TEST

int main(void)
{
	const struct test_case cases[] = {
		{reads_what_is_valid, "reads_what_is_valid"},
		{refuses_what_is_not, "refuses_what_is_not"},
		{any_address_survives_the_text, "any_address_survives_the_text"},
		{constructors_check_their_arguments, "constructors_check_their_arguments"},
		{},
	};

	return run_cases("rds/address", cases);
}
