/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Gateway rules in the kernel: what is added is listed, acts, counts and can be deleted. */
#include "harness.h"

#include <errno.h>
#include <linux/capability.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <kin/can-gateway.h>
#include <kin/can.h>

static void two_buses(void)
{
	make_vcan("vcan0", 72);
	make_vcan("vcan1", 72);
}

static struct kin_can_gw_rule parsed(const char *text)
{
	struct kin_can_gw_rule rule = {.struct_size = sizeof(rule)};

	ck_ok(kin_can_gw_parse(text, &rule));
	return rule;
}

static void add(const char *text)
{
	struct kin_can_gw_rule rule = parsed(text);

	ck_ok(kin_can_gw_add(&rule));
}

static void delete (const char *text)
{
	struct kin_can_gw_rule rule = parsed(text);

	ck_ok(kin_can_gw_delete(&rule));
}

/* All rules, "; " between them; *ret_last: the last of them. */
static const char *listed(struct kin_can_gw_rule *ret_last)
{
	static char text[8 * KIN_CAN_GW_TEXT];
	struct kin_can_gw_list *list KIN_CLEANUP(kin_can_gw_list_free) = NULL;
	struct kin_can_gw_rule rule = {.struct_size = sizeof(rule)};
	size_t len = 0;

	ck_ok(kin_can_gw_list(&list));
	text[0] = '\0';
	for (size_t i = 0; i < kin_can_gw_list_count(list); i++) {
		ck_ok(kin_can_gw_list_get(list, i, &rule));
		if (i > 0)
			len = (size_t)(stpcpy(text + len, "; ") - text);
		len += (size_t)ck_ok(kin_can_gw_format(&rule, text + len, sizeof(text) - len));
	}
	ck_fails(kin_can_gw_list_get(list, kin_can_gw_list_count(list), &rule), ERANGE, NULL);
	if (ret_last)
		*ret_last = rule;
	return text;
}

/* Send on vcan0, and tell what arrives on vcan1. */
static const char *through(const char *frame)
{
	static char text[KIN_CAN_FRAME_TEXT];
	struct kin_sock *in KIN_CLEANUP(kin_close) = NULL;
	struct kin_sock *out KIN_CLEANUP(kin_close) = NULL;
	union kin_can_frame message;
	size_t size;
	ssize_t len;

	ck_ok(kin_open("can:vcan1,fd=on,errors=all,timeout=0.2", KIN_RECEIVE, &in));
	ck_ok(kin_open("can:vcan0,fd=on", KIN_SEND, &out));
	ck_ok(kin_can_frame_parse(frame, &message, &size));
	ck_ok(kin_send(out, &message, size, 0));
	len = kin_recv(in, &message, sizeof(message), 0);
	if (len == -ETIMEDOUT)
		return "nothing";
	ck_ok(kin_can_frame_format(&message, (size_t)ck_ok(len), text, sizeof(text)));
	return text;
}

static void every_part_of_a_rule_is_kept(void)
{
	static const char *const texts[] = {
		"vcan0 vcan1",
		"vcan0 vcan1 match 12345678~1FFFFFFF or id 000 hops 1 echo timestamp back",
		"vcan0 vcan1 match errors bus-off",
		"vcan0 vcan1 match raw 00000123:20000004",
		"vcan0 vcan1 and id 7FF or id 80000000 xor dlc 3 set id 12345678 unused dlc 5"
		" data 1122334455667788",
		"vcan0 vcan1 set dlc 8 checksum crc8 from 0 to 6 at 7 init 0xFF final 0xFF poly "
		"0x1D profile 16u8 000102030405060708090A0B0C0D0E0F checksum xor from end-8 to "
		"end-2 at end-1 init 0xAA",
		"vcan0 vcan1 fd and data FF rest FF or flags brs xor len 1 set id 123 flags esi"
		" len 64 data 11 rest 22 checksum xor from 0 to 62 at 63",
		"vcan0 vcan1 set data 1122334455667788 uid 4294967295",
	};

	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		struct kin_can_gw_rule rule = parsed(texts[i]);

		ck_assert_str_eq(listed(NULL), "");
		ck_ok(kin_can_gw_add(&rule));
		ck_assert_str_eq(listed(NULL), texts[i]);
		ck_ok(kin_can_gw_delete(&rule));
		ck_fails(kin_can_gw_delete(&rule), ENOENT, "there is no such rule");
	}
	add(texts[0]);
	add(texts[2]);
	ck_assert_str_eq(listed(NULL), "vcan0 vcan1; vcan0 vcan1 match errors bus-off");
	ck_ok(kin_can_gw_flush());
	ck_assert_str_eq(listed(NULL), "");
	ck_ok(kin_can_gw_flush());
}

static void frames_are_changed_as_the_rule_says(void)
{
	static const struct {
		const char *rule, *frame, *arrives;
	} rows[] = {
		{"", "123#1122", "123#1122"},
		{"", "123##1AA", "nothing"},
		{"fd", "123#1122", "nothing"},
		{"match 123:7FF", "124#11", "nothing"},
		{"match 123~7FF", "124#11", "124#11"},
		{"match 00000123:9FFFFFFF", "123#11", "nothing"},
		{"match 00000123:9FFFFFFF", "00000123#11", "00000123#11"},
		{"set id 456", "123#11", "456#11"},
		{"set id 12345678", "123#11", "12345678#11"},
		{"set id 456", "12345678#11", "456#11"},
		{"or id 80000000", "123#11", "00000123#11"},
		{"and id 7F0", "123#11", "120#11"},
		{"and id 9FFFFFF0", "12345678#11", "12345670#11"},
		{"xor id 001", "123#11", "122#11"},
		{"set dlc 2", "123#112233", "123#1122"},
		{"set dlc 15", "123#1122334455667788", "123#1122334455667788_F"},
		{"and dlc 3", "123#112233445566", "123#1122"},
		{"and data 00 rest FF", "123#112233", "123#002233"},
		{"or data 80 rest 00", "123#112233", "123#912233"},
		{"xor data FFFF rest 00", "123#112233", "123#EEDD33"},
		{"set data 0102030405060708", "123#112233", "123#010203"},
		{"set id raw 40000123", "456#", "123#R"},
		{"and data 00 rest FF or data 5A rest 00 xor data 0F rest 00", "123#112233",
		 "123#552233"},
		{"or id 0 checksum xor from 0 to 6 at 7 init 0xFF", "123#0102030405060700",
		 "123#01020304050607FF"},
		{"or id 0 checksum xor from 0 to end-2 at end-1", "123#01020400", "123#01020407"},
		{"or id 0 checksum xor from 2 to 0 at 3", "123#01020400", "123#01020407"},
		{"fd set id 456 flags brs+fdf len 12 data 11 rest 22", "123##4AABB",
		 "456##5112222222222222222222222"},
		{"fd or flags esi", "123##411", "123##611"},
		{"fd and data 00 rest FF", "123##4112233", "123##4002233"},
		{"fd or len 4", "123##4112233", "123##411223300000000"},
		{"fd or id 0 checksum xor from 0 to end-2 at end-1",
		 "123##4010204080000000000000000", "123##401020408000000000000000F"},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		char text[256];
		const char *got;

		/* Who listens on a vcan sees no more than what is echoed. */
		snprintf(text, sizeof(text), "vcan0 vcan1 %s echo", rows[i].rule);
		add(text);
		got = through(rows[i].frame);
		ck_assert_msg(strcmp(got, rows[i].arrives) == 0, "%s: %s became %s, not %s", text,
			      rows[i].frame, got, rows[i].arrives);
		delete (text);
	}
	ck_ok(kin_can_gw_flush());
}

static void crc8_of_a_frame(void)
{
	uint8_t table[256], crc = 0xFF;
	char wanted[64];

	add("vcan0 vcan1 echo or id 0 checksum crc8 from 0 to 6 at 7 init 0xFF final 0xFF poly "
	    "0x1D");
	ck_ok(kin_can_gw_crc8_table(0x1D, false, table));
	for (const char *p = "1234567"; *p; p++)
		crc = table[crc ^ (uint8_t)*p];
	snprintf(wanted, sizeof(wanted), "123#31323334353637%02X", crc ^ 0xFF);
	ck_assert_str_eq(through("123#3132333435363700"), wanted);
	ck_ok(kin_can_gw_flush());

	/* One byte more goes into it. */
	add("vcan0 vcan1 echo or id 0 checksum crc8 from 0 to 6 at 7 init 0xFF final 0xFF poly "
	    "0x1D "
	    "profile 1u8 5A");
	snprintf(wanted, sizeof(wanted), "123#31323334353637%02X", table[crc ^ 0x5A] ^ 0xFF);
	ck_assert_str_eq(through("123#3132333435363700"), wanted);
	ck_ok(kin_can_gw_flush());
}

static void frames_are_counted(void)
{
	struct kin_can_gw_rule rule;

	add("vcan0 vcan1 echo");
	for (int i = 0; i < 3; i++)
		ck_assert_str_eq(through("123#11"), "123#11");
	listed(&rule);
	ck_assert_uint_eq(rule.handled, 3);
	ck_assert_uint_eq(rule.dropped, 0);
	shell("ip link set vcan1 down");
	{
		struct kin_sock *out KIN_CLEANUP(kin_close) = NULL;
		struct can_frame frame = {.can_id = 0x123};

		ck_ok(kin_open("can:vcan0", KIN_SEND, &out));
		ck_ok(kin_send(out, &frame, sizeof(frame), 0));
	}
	/* The stack of the network takes it when it has time. */
	for (int i = 0; i < 100 && (listed(&rule), rule.dropped == 0); i++)
		usleep(20000);
	ck_assert_uint_eq(rule.handled, 3);
	ck_assert_uint_eq(rule.dropped, 1);
	ck_ok(kin_can_gw_flush());
}

/* The module lets a frame pass one rule: a second one deletes it. */
static void hops(void)
{
	struct kin_can_gw_rule rule = {.struct_size = sizeof(rule)};

	make_vcan("vcan2", 72);
	add("vcan0 vcan2 hops 1 echo");
	add("vcan2 vcan1 echo");
	ck_assert_str_eq(through("123#11"), "nothing");
	listed(&rule);
	ck_assert_uint_eq(rule.handled, 0);
	ck_assert_uint_eq(rule.deleted, 1);
	rule = parsed("vcan0 vcan1 hops 6");
	ck_fails(kin_can_gw_add(&rule), EINVAL,
		 "hops 6 is more than the module can-gw was loaded for, which is 1: reload it by "
		 "modprobe can-gw max_hops=6");
	ck_ok(kin_can_gw_flush());
}

static void an_uid_changes_a_rule(void)
{
	struct kin_can_gw_rule rule;

	add("vcan0 vcan1 match 123:7FF set id 456 uid 7 echo");
	add("vcan0 vcan1 match 123:7FF set id 457 uid 7 echo");
	ck_assert_str_eq(listed(NULL), "vcan0 vcan1 match 123:7FF set id 457 uid 7 echo");
	ck_assert_str_eq(through("123#11"), "457#11");
	rule = parsed("vcan0 vcan1 match 124:7FF set id 457 uid 7 echo");
	ck_fails(kin_can_gw_add(&rule), EEXIST,
		 "uid 7 is that of another rule, of which only modifications can be changed: "
		 "vcan0 vcan1 match 123:7FF set id 457 uid 7 echo");
	rule = parsed("vcan0 vcan1 match 123:7FF set id 457 uid 7");
	ck_fails(kin_can_gw_add(&rule), EEXIST, NULL);
	delete ("vcan0 vcan1 match 123:7FF set id 001 uid 7 echo");
	ck_assert_str_eq(listed(NULL), "");
	ck_ok(kin_can_gw_flush());
}

static void no_can_interface(void)
{
	struct kin_can_gw_rule rule;

	rule = parsed("vcan0 lo");
	ck_fails(kin_can_gw_add(&rule), ENODEV, "lo is no CAN interface; those here: vcan0, vcan1");
	rule = parsed("if999 vcan0");
	ck_fails(kin_can_gw_add(&rule), ENODEV,
		 "no interface with index 999; CAN interfaces here: vcan0, vcan1");
	rule = parsed("if999 vcan0");
	ck_fails(kin_can_gw_delete(&rule), ENOENT, "there is no such rule");
	ck_ok(kin_can_gw_flush());
}

START_TEST(without_privilege)
{
	struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct data[2] = {};
	struct kin_can_gw_rule rule;

	two_buses();
	rule = parsed("vcan0 vcan1");
	ck_ok(kin_can_gw_add(&rule));
	ck_assert_int_eq((int)syscall(SYS_capset, &header, data), 0);
	ck_fails(kin_can_gw_add(&rule), EPERM,
		 "changing rules of the CAN gateway needs CAP_NET_ADMIN");
	ck_fails(kin_can_gw_delete(&rule), EPERM, NULL);
	ck_fails(kin_can_gw_flush(), EPERM, NULL);
	ck_assert_str_eq(listed(NULL), "vcan0 vcan1");
}
END_TEST

/* More than one answer's worth: the kernel begins with the youngest, the list with the oldest. */
static void many_rules(void)
{
	/* Each costs a while when it is deleted: the kernel waits for all who may be using it. */
	enum { RULES = 40 };
	struct kin_can_gw_list *list KIN_CLEANUP(kin_can_gw_list_free) = NULL;
	struct kin_can_gw_rule rule;

	rule = parsed("vcan0 vcan1 fd set data 11 rest 22 checksum crc8 from 0 to 1 at 2 poly 7");
	for (unsigned i = 0; i < RULES; i++) {
		rule.mods[KIN_CAN_GW_SET].id = i;
		ck_ok(kin_can_gw_add(&rule));
	}
	ck_ok(kin_can_gw_list(&list));
	ck_assert_uint_eq(kin_can_gw_list_count(list), RULES);
	for (unsigned i = 0; i < RULES; i++) {
		ck_ok(kin_can_gw_list_get(list, i, &rule));
		ck_assert_uint_eq(rule.mods[KIN_CAN_GW_SET].id, i);
	}
	ck_ok(kin_can_gw_flush());
}

/* A network namespace takes a while, under emulation: the parts of a test share one. */
START_TEST(rules_are_kept_as_they_are)
{
	two_buses();
	every_part_of_a_rule_is_kept();
	an_uid_changes_a_rule();
	no_can_interface();
	many_rules();
}
END_TEST

START_TEST(rules_act)
{
	two_buses();
	frames_are_changed_as_the_rule_says();
	crc8_of_a_frame();
	hops();
	frames_are_counted();
}
END_TEST

int main(void)
{
	const struct test_case cases[] = {
		{rules_are_kept_as_they_are, "rules_are_kept_as_they_are", "vcan can-gw", true, 60},
		{rules_act, "rules_act", "vcan can-gw", true, 60},
		{without_privilege, "without_privilege", "vcan can-gw", true, 0},
		{},
	};

	return run_cases("can/gateway", cases);
}
