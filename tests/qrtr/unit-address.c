/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Addresses of the IPC router: text both ways, what is refused, the typed calls, the constants. */
#include "harness.h"

#include <errno.h>
#include <sys/socket.h>
#include <linux/qrtr.h>
#include <kin/qrtr.h>

#define N(array) (sizeof(array) / sizeof((array)[0]))

static const struct {
	const char *text, *canonical; /* NULL: the same */
	uint32_t node, port;
} valid[] = {
	{"qrtr:1:16384", NULL, 1, 16384},
	{"qrtr:0x1:0x4000", "qrtr:1:16384", 1, 16384},
	{"qrtr:0:0", NULL, 0, 0},
	{"qrtr:broadcast:control", NULL, QRTR_NODE_BCAST, QRTR_PORT_CTRL},
	{"qrtr:4294967295:4294967294", "qrtr:broadcast:control", QRTR_NODE_BCAST, QRTR_PORT_CTRL},
	{"qrtr:4294967294:4294967295", NULL, UINT32_MAX - 1, UINT32_MAX},
};

START_TEST(reads_what_is_valid)
{
	for (size_t i = 0; i < N(valid); i++) {
		const char *canonical = valid[i].canonical ? valid[i].canonical : valid[i].text;
		char text[KIN_ADDR_TEXT];
		struct kin_addr addr;
		uint32_t node, port;

		ck_ok(kin_addr_parse(valid[i].text, &addr));
		ck_ok(kin_qrtr_read(&addr, &node, &port));
		ck_assert_uint_eq(node, valid[i].node);
		ck_assert_uint_eq(port, valid[i].port);
		ck_ok(kin_addr_format(&addr, SOCK_DGRAM, 0, text, sizeof(text)));
		ck_assert_str_eq(text, canonical);
	}
}
END_TEST

static const struct {
	const char *text;
	const char *words;
} invalid[] = {
	{"qrtr:", "\"\" is not NODE:PORT, such as 1:16384"},
	{"qrtr:1", "\"1\" is not NODE:PORT, such as 1:16384"},
	{"qrtr::1", "node \"\" is not a whole number"},
	{"qrtr:1:", "port \"\" is not a whole number"},
	{"qrtr:control:1", "node \"control\" is not a whole number"},
	{"qrtr:4294967296:1", "node 4294967296 is not in 0-4294967295"},
	{"qrtr:1:4294967296", "port 4294967296 is not in 0-4294967295"},
	{"qrtr:1:-1", "port -1 is not in 0-4294967295"},
	{"qrtr:0000000000000000000000000000000001:1",
	 "\"0000000000000000000000000000000001\" is no node"},
	{"qrtr:1:1,local=1", "\"1\" is not NODE:PORT, such as 1:16384"},
};

START_TEST(refuses_what_is_not)
{
	for (size_t i = 0; i < N(invalid); i++) {
		struct kin_endpoint *e;

		ck_fails(kin_endpoint_parse(invalid[i].text, &e), EINVAL, invalid[i].words);
	}
}
END_TEST

START_TEST(any_address_survives_the_text)
{
	for (int round = 0; round < 20000; round++) {
		char text[KIN_ADDR_TEXT];
		struct kin_addr addr, again;

		ck_ok(kin_qrtr_addr((uint32_t)test_random(), (uint32_t)test_random(), &addr));
		ck_ok(kin_addr_format(&addr, SOCK_DGRAM, 0, text, sizeof(text)));
		ck_ok(kin_addr_parse(text, &again));
		ck_assert_uint_eq(again.len, addr.len);
		ck_assert_mem_eq(&again.ss, &addr.ss, addr.len);
		ck_assert(kin_addr_equal(&addr, &again));
	}
}
END_TEST

START_TEST(constructors_check_their_arguments)
{
	struct kin_addr addr = {.len = sizeof(struct sockaddr_qrtr)};
	uint32_t port;

	ck_fails(kin_qrtr_read(&addr, NULL, &port), EAFNOSUPPORT, "not a qrtr address");
	ck_fails(kin_qrtr_read(NULL, NULL, &port), EINVAL, NULL);
	ck_fails(kin_qrtr_addr(-1, 0, &addr), EINVAL, "node -1 is not in 0-4294967295");
	ck_fails(kin_qrtr_addr(0, INT64_C(1) << 32, &addr), EINVAL,
		 "port 4294967296 is not in 0-4294967295");
	ck_fails(kin_qrtr_addr(0, 0, NULL), EINVAL, NULL);
	ck_ok(kin_qrtr_addr(1, UINT32_MAX, &addr));
	ck_ok(kin_qrtr_read(&addr, NULL, &port));
	ck_assert_uint_eq(port, UINT32_MAX);
}
END_TEST

START_TEST(constants_are_the_header_s_ones)
{
	ck_assert_int_eq(kin_const_find("QRTR_NODE_BCAST")->value, QRTR_NODE_BCAST);
	ck_assert_int_eq(kin_const_find("QRTR_PORT_CTRL")->value, 0xFFFFFFFE);
	ck_assert_int_eq(kin_const_find("QRTR_TYPE_NEW_SERVER")->value, QRTR_TYPE_NEW_SERVER);
	ck_assert_int_eq(kin_const_find("QRTR_TYPE_DEL_LOOKUP")->value, 11);
	ck_assert_str_eq(kin_const_find("QRTR_TYPE_DATA")->header, "linux/qrtr.h");
}
END_TEST

int main(void)
{
	const struct test_case cases[] = {
		{reads_what_is_valid, "reads_what_is_valid"},
		{refuses_what_is_not, "refuses_what_is_not"},
		{any_address_survives_the_text, "any_address_survives_the_text"},
		{constructors_check_their_arguments, "constructors_check_their_arguments"},
		{constants_are_the_header_s_ones, "constants_are_the_header_s_ones"},
		{},
	};

	return run_cases("qrtr/address", cases);
}
