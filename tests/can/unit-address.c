/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* CAN addresses and options as text, generated frames and constants: nothing here needs CAN. */
#include "harness.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <kin/can.h>
#include <kin/family.h>

static const struct {
	const char *text, *canonical; /* NULL: the same */
} valid[] = {
	{"can:any", NULL},
	{"can:if70001", NULL},
	/* The loopback: an index is not checked, and its name would be refused. */
	{"can:if1", NULL},
	{"can:any,filter=123:7FF", NULL},
	{"can:any,filter=123:7ff", "can:any,filter=123:7FF"},
	{"can:any,filter=1:2", "can:any,filter=001:002"},
	{"can:any,filter=123:7FF+400~700", NULL},
	{"can:any,filter=123:7FF,filter=400~700", "can:any,filter=123:7FF+400~700"},
	/* Eight digits are extended, in the identifier alone. */
	{"can:any,filter=12345678:DFFFFFFF", NULL},
	{"can:any,filter=92345678:DFFFFFFF", "can:any,filter=12345678:DFFFFFFF"},
	{"can:any,filter=00000123:1FFFFFFF", NULL},
	{"can:any,filter=012345678:1FFFFFFF", NULL},
	{"can:any,filter=040000123:C00007FF", NULL},
	/* A mask never asks for error frames. */
	{"can:any,filter=123:FFFFFFFF", "can:any,filter=123:DFFFFFFF"},
	{"can:any,filter=0~0", "can:any,filter=000~000"},
	{"can:any,filter=none", NULL},
	{"can:any,join=yes", "can:any,join=on"},
	{"can:any,errors=all", NULL},
	{"can:any,errors=0x1FFFFFFF", "can:any,errors=all"},
	{"can:any,errors=tx-timeout+bus-off", NULL},
	{"can:any,errors=0x81", "can:any,errors=tx-timeout+bus-error"},
	{"can:any,errors=none", NULL},
	{"can:any,fd=on,xl=off,loopback=off,own=on", NULL},
	{"can:any,vcid=tx:1f", "can:any,vcid=tx:1F"},
	{"can:any,vcid=pass+rx:10:F0", NULL},
	{"can:any,vcid=rx:10", "can:any,vcid=rx:10:FF"},
	{"can:any,vcid=none", NULL},
};

START_TEST(reads_what_is_valid)
{
	for (size_t i = 0; i < sizeof(valid) / sizeof(*valid); i++) {
		const char *canonical = valid[i].canonical ? valid[i].canonical : valid[i].text;
		struct kin_endpoint *endpoint, *again;
		char text[512], text_again[512];

		ck_ok(kin_endpoint_parse(valid[i].text, &endpoint));
		ck_ok(kin_endpoint_format(endpoint, text, sizeof(text)));
		ck_assert_str_eq(text, canonical);
		ck_ok(kin_endpoint_parse(text, &again));
		ck_ok(kin_endpoint_format(again, text_again, sizeof(text_again)));
		ck_assert_str_eq(text_again, text);
		ck_assert_mem_eq(kin_endpoint_addr(again), kin_endpoint_addr(endpoint),
				 sizeof(struct kin_addr));
		kin_endpoint_free(endpoint);
		kin_endpoint_free(again);
	}
}
END_TEST

static const struct {
	const char *text;
	int err;
	const char *words;
} invalid[] = {
	{"can:", EINVAL, "no interface is named; \"any\" is every CAN interface"},
	{"can:,fd=on", EINVAL, "no interface is named; \"any\" is every CAN interface"},
	{"bcm:", EINVAL, "no interface is named; \"any\" is every CAN interface"},
	{"can:sixteenletters16", EINVAL,
	 "interface name sixteenletters16 is longer than 15 bytes"},
	{"can:nosuch0", ENODEV, "no such interface; CAN interfaces here: none"},
	{"can:can:can0", ENODEV,
	 "no such interface, whose name is without can:; CAN interfaces here: none"},
	{"can:if0", ENODEV, "no such interface; CAN interfaces here: none"},
	{"can:if07", ENODEV, "no such interface; CAN interfaces here: none"},
	{"can:if99999999999", ENODEV,
	 "no such interface; CAN interfaces here: none"},
	{"can:lo", ENODEV,
	 "lo is not a CAN interface (it is the loopback); CAN interfaces here: none"},
	{"can:any,filter=123", EINVAL, "filter: 123 is not ID:MASK or ID~MASK, such as 123:7FF"},
	{"can:any,filter=123:", EINVAL, NULL},
	{"can:any,filter=12G:7FF", EINVAL, NULL},
	{"can:any,filter=123:7FF+", EINVAL, NULL},
	{"can:any,filter=123:123456789", EINVAL, NULL},
	{"can:any,filter=20000123:7FF", EINVAL,
	 "filter: 20000123:7FF has bit 20000000: write ID~MASK to invert, errors= for error frames"},
	{"can:any,filter=00000000000000000000000000000000000000000000:7FF", EINVAL, NULL},
	{"can:any,errors=sometimes", EINVAL, NULL},
	{"can:any,fd=perhaps", EINVAL, NULL},
	{"can:any,vcid=1", EINVAL,
	 "vcid: 1 is not one of pass, tx:HEX, rx:HEX and rx:HEX:MASK, with two hex digits each"},
	{"can:any,vcid=tx:123", EINVAL, NULL},
	{"can:any,vcid=tx:1+pass", EINVAL, "vcid: tx: and pass exclude each other"},
	{"can:any,speed=500000", EINVAL, NULL},
};

START_TEST(refuses_what_is_not)
{
	for (size_t i = 0; i < sizeof(invalid) / sizeof(*invalid); i++) {
		struct kin_endpoint *endpoint = NULL;

		ck_fails(kin_endpoint_parse(invalid[i].text, &endpoint), invalid[i].err,
			 invalid[i].words);
		ck_assert_ptr_null(endpoint);
	}
}
END_TEST

START_TEST(takes_512_filters)
{
	char text[513 * 8 + 32] = "can:any,filter=";
	struct kin_endpoint *endpoint;

	for (int i = 0; i < 512; i++)
		strcat(text, i ? "+123:7FF" : "123:7FF");
	ck_ok(kin_endpoint_parse(text, &endpoint));
	kin_endpoint_free(endpoint);
	strcat(text, "+123:7FF");
	ck_fails(kin_endpoint_parse(text, &endpoint), EINVAL, "filter: more than 512 filters");
}
END_TEST

START_TEST(builds_addresses)
{
	struct kin_addr any, seven, text;
	struct sockaddr_can can;
	char buf[64];

	ck_ok(kin_can_addr(NULL, &any));
	ck_ok(kin_can_addr("", &text));
	ck_fails(kin_addr_parse("can:", &seven), EINVAL,
		 "no interface is named; \"any\" is every CAN interface");
	ck_assert(kin_addr_equal(&any, &text));
	ck_ok(kin_can_addr_index(70001, &seven));
	ck_ok(kin_addr_parse("can:if70001", &text));
	ck_assert(kin_addr_equal(&seven, &text));
	ck_assert(!kin_addr_equal(&seven, &any));
	ck_assert_int_eq(seven.len, sizeof(can));
	memcpy(&can, &seven.ss, sizeof(can));
	ck_assert_int_eq(can.can_family, AF_CAN);
	ck_assert_int_eq(can.can_ifindex, 70001);

	/* What the kernel gives back is shorter. */
	seven.len = 8;
	ck_assert(kin_addr_equal(&seven, &text));
	ck_ok(kin_addr_format(&seven, SOCK_RAW, CAN_RAW, buf, sizeof(buf)));
	ck_assert_str_eq(buf, "can:if70001");
	ck_fails(kin_can_addr_index(-1, &any), EINVAL, "interface index -1 is below 0");
}
END_TEST

/* ---- Messages ------------------------------------------------------------------------------ */

START_TEST(parses_messages)
{
	const struct kin_family *family = kin_family_by_name("can");
	unsigned char data[16];
	struct kin_msg msg = {.data = data, .size = sizeof(data)};

	ck_ok(kin_msg_parse(family, family->protos, "123#11", &msg));
	ck_assert_uint_eq(msg.len, 16);
	ck_fails(kin_msg_parse(family, family->protos, "123##011", &msg), EMSGSIZE,
		 "123##011: a frame of 72 bytes is longer than the room of 16");
	ck_fails(kin_msg_parse(family, family->protos, "123#1", &msg), EINVAL,
		 "123#1: odd number of hex digits, at position 5");
}
END_TEST

START_TEST(names_constants)
{
	static const struct {
		const char *name;
		int64_t value;
		const char *header;
	} some[] = {
		{"CAN_RAW", 1, "linux/can.h"},
		{"CAN_EFF_FLAG", 0x80000000, "linux/can.h"},
		{"CANXL_MTU", 2060, "linux/can.h"},
		{"CAN_RAW_XL_VCID_OPTS", 8, "linux/can/raw.h"},
		{"SOL_CAN_RAW", 101, "linux/can/raw.h"},
		{"CAN_ERR_BUSOFF", 0x40, "linux/can/error.h"},
	};

	for (size_t i = 0; i < sizeof(some) / sizeof(*some); i++) {
		const struct kin_const *row = kin_const_find(some[i].name);

		ck_assert_ptr_nonnull(row);
		ck_assert_int_eq(row->value, some[i].value);
		ck_assert_str_eq(row->header, some[i].header);
	}
}
END_TEST

int main(void)
{
	const struct test_case cases[] = {
		{reads_what_is_valid, "reads_what_is_valid"},
		{refuses_what_is_not, "refuses_what_is_not", .net = true},
		{takes_512_filters, "takes_512_filters"},
		{builds_addresses, "builds_addresses"},
		{parses_messages, "parses_messages"},
		{names_constants, "names_constants"},
		{},
	};

	return run_cases("can/address", cases);
}
