/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Addresses of TIPC: text both ways, what is refused, the typed calls. */
#include "harness.h"

#include <errno.h>
#include <string.h>
#include <linux/tipc.h>
#include <kin/tipc.h>

static const struct {
	const char *text, *canonical; /* NULL: the same */
	int kind;
	uint32_t v1, v2, v3;
	int scope;
} valid[] = {
	{"tipc:service:1000:7", NULL, 2, 1000, 7, 0, 2},
	{"tipc:service:0x3E8:007,scope=cluster", "tipc:service:1000:7", 2, 1000, 7, 0, 2},
	{"tipc:service:1000:7,scope=node,domain=16", "tipc:service:1000:7,domain=16,scope=node", 2,
	 1000, 7, 16, 3},
	{"tipc:service:1000:7,scope=zone", NULL, 2, 1000, 7, 0, 1},
	{"tipc:service:1000:7,scope=0", NULL, 2, 1000, 7, 0, 0},
	{"tipc:service:1000:7,scope=-2", NULL, 2, 1000, 7, 0, -2},
	{"tipc:range:1000:0:10", NULL, 1, 1000, 0, 10, 2},
	{"tipc:range:4294967295:5:5,scope=3", "tipc:range:4294967295:5:5,scope=node", 1, UINT32_MAX,
	 5, 5, 3},
	{"tipc:id:1:4294967295", NULL, 3, 1, UINT32_MAX, 0, 0},
	{"tipc:id:1:2,scope=cluster", NULL, 3, 1, 2, 0, 2},
};

START_TEST(reads_what_is_valid)
{
	for (size_t i = 0; i < sizeof(valid) / sizeof(*valid); i++) {
		const char *canonical = valid[i].canonical ? valid[i].canonical : valid[i].text;
		char text[KIN_ADDR_TEXT];
		struct kin_addr addr;
		uint32_t v1, v2, v3;
		int kind, scope;

		ck_ok(kin_addr_parse(valid[i].text, &addr));
		ck_assert_uint_eq(addr.len, sizeof(struct sockaddr_tipc));
		ck_ok(kin_tipc_addr_read(&addr, &kind, &v1, &v2, &v3, &scope));
		ck_assert_int_eq(kind, valid[i].kind);
		ck_assert_uint_eq(v1, valid[i].v1);
		ck_assert_uint_eq(v2, valid[i].v2);
		ck_assert_uint_eq(v3, valid[i].v3);
		ck_assert_int_eq(scope, valid[i].scope);
		ck_ok(kin_addr_format(&addr, SOCK_RDM, 0, text, sizeof(text)));
		ck_assert_str_eq(text, canonical);
	}
}
END_TEST

/* The numbers are where the kernel looks for them. */
START_TEST(each_number_has_its_place)
{
	struct kin_addr addr;
	struct sockaddr_tipc *tipc = (struct sockaddr_tipc *)&addr.ss;

	ck_ok(kin_tipc_addr(KIN_TIPC_SERVICE, 1, 2, 3, KIN_TIPC_NODE, &addr));
	ck_assert_int_eq(tipc->addrtype, TIPC_SERVICE_ADDR);
	ck_assert_int_eq(tipc->scope, TIPC_NODE_SCOPE);
	ck_assert_uint_eq(tipc->addr.name.name.type, 1);
	ck_assert_uint_eq(tipc->addr.name.name.instance, 2);
	ck_assert_uint_eq(tipc->addr.name.domain, 3);
	ck_ok(kin_tipc_addr(KIN_TIPC_RANGE, 1, 2, 3, KIN_TIPC_ZONE, &addr));
	ck_assert_int_eq(tipc->addrtype, TIPC_SERVICE_RANGE);
	ck_assert_uint_eq(tipc->addr.nameseq.type, 1);
	ck_assert_uint_eq(tipc->addr.nameseq.lower, 2);
	ck_assert_uint_eq(tipc->addr.nameseq.upper, 3);
	ck_ok(kin_tipc_addr(KIN_TIPC_ID, 1, 2, 0, 0, &addr));
	ck_assert_int_eq(tipc->addrtype, TIPC_SOCKET_ADDR);
	ck_assert_uint_eq(tipc->addr.id.node, 1);
	ck_assert_uint_eq(tipc->addr.id.ref, 2);
}
END_TEST

static const struct {
	const char *text;
	const char *words;
} invalid[] = {
	{"tipc:", "\"\" is not service:TYPE:INSTANCE, range:TYPE:LOW:HIGH or id:NODE:REF"},
	{"tipc:1000:7",
	 "\"1000:7\" is not service:TYPE:INSTANCE, range:TYPE:LOW:HIGH or id:NODE:REF"},
	{"tipc:service", NULL},
	{"tipc:service:", NULL},
	{"tipc:service:1", "\"1\": an address of this kind is service:TYPE:INSTANCE"},
	{"tipc:service:1:2:3", "\"2:3\": an address of this kind is service:TYPE:INSTANCE"},
	{"tipc:range:1:2", "\"2\": an address of this kind is range:TYPE:LOW:HIGH"},
	{"tipc:id:1", NULL},
	{"tipc:service:4294967296:0", "type 4294967296 is not in 0-4294967295"},
	{"tipc:service:0:-1", "instance -1 is not in 0-4294967295"},
	{"tipc:range:1:10:0", "the range 10:0 is empty"},
	{"tipc:service:1:2,scope=world", "scope world is not zone, cluster, node or a number"},
	{"tipc:service:1:2,scope=128", "scope 128 is not in -128-127"},
	{"tipc:service:1:2,domain=4294967296", "domain 4294967296 is not in 0-4294967295"},
	{"tipc:id:1:2,domain=1", "domain= is of service:TYPE:INSTANCE only"},
	{"tipc:service:x:2", NULL},
};

START_TEST(refuses_what_is_not)
{
	for (size_t i = 0; i < sizeof(invalid) / sizeof(*invalid); i++) {
		struct kin_addr addr = {.len = 99};

		ck_fails(kin_addr_parse(invalid[i].text, &addr), EINVAL, invalid[i].words);
		ck_assert_uint_eq(addr.len, 99);
	}
}
END_TEST

START_TEST(any_address_survives_the_text)
{
	for (int round = 0; round < 20000; round++) {
		int kind = 1 + round % 3;
		uint32_t v2 = (uint32_t)test_random(), v3 = (uint32_t)test_random();
		struct kin_addr addr, again;
		char text[KIN_ADDR_TEXT];

		if (kind == KIN_TIPC_RANGE && v2 > v3)
			v3 = v2;
		ck_ok(kin_tipc_addr(kind, (uint32_t)test_random(), v2, kind == KIN_TIPC_ID ? 0 : v3,
				    (int)(test_random() % 256) - 128, &addr));
		ck_ok(kin_addr_format(&addr, SOCK_RDM, 0, text, sizeof(text)));
		ck_ok(kin_addr_parse(text, &again));
		ck_assert_uint_eq(again.len, addr.len);
		ck_assert_mem_eq(&again.ss, &addr.ss, addr.len);
		ck_assert(kin_addr_equal(&addr, &again));
	}
}
END_TEST

START_TEST(constructors_check_their_arguments)
{
	struct kin_addr addr = {.len = 99}, other;

	ck_fails(kin_tipc_addr(0, 1, 2, 3, 2, &addr), EINVAL,
		 "kind 0 is none of enum kin_tipc_kind");
	ck_fails(kin_tipc_addr(2, -1, 2, 3, 2, &addr), EINVAL, "type -1 is not in 0-4294967295");
	ck_fails(kin_tipc_addr(3, 1, 2, 3, 2, &addr), EINVAL,
		 "third number of an id 3 is not in 0-0");
	ck_fails(kin_tipc_addr(1, 1, 3, 2, 2, &addr), EINVAL, "the range 3:2 is empty");
	ck_fails(kin_tipc_addr(2, 1, 2, 3, 128, &addr), EINVAL, "scope 128 is not in -128-127");
	ck_fails(kin_tipc_addr(2, 1, 2, 3, 2, NULL), EINVAL, NULL);
	ck_assert_uint_eq(addr.len, 99);
	ck_fails(kin_tipc_addr_read(NULL, NULL, NULL, NULL, NULL, NULL), EAFNOSUPPORT, NULL);
	/* An id is the same with any scope, a service is not. */
	ck_ok(kin_tipc_addr(3, 1, 2, 0, 2, &addr));
	ck_ok(kin_tipc_addr(3, 1, 2, 0, 0, &other));
	ck_assert(kin_addr_equal(&addr, &other));
	ck_ok(kin_tipc_addr(2, 1, 2, 0, 2, &addr));
	ck_assert(!kin_addr_equal(&addr, &other));
	ck_ok(kin_tipc_addr(2, 1, 2, 0, 3, &other));
	ck_assert(!kin_addr_equal(&addr, &other));
}
END_TEST

int main(void)
{
	const struct test_case cases[] = {
		{reads_what_is_valid, "reads_what_is_valid"},
		{each_number_has_its_place, "each_number_has_its_place"},
		{refuses_what_is_not, "refuses_what_is_not"},
		{any_address_survives_the_text, "any_address_survives_the_text"},
		{constructors_check_their_arguments, "constructors_check_their_arguments"},
		{},
	};

	return run_cases("tipc/address", cases);
}
