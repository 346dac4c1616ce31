/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Gateway rules in words: each word, what is refused, and that nothing is lost on the way. */
#include "harness.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <kin/can-gateway.h>

/* Interfaces that are not there: by index. */
#define PAIR "if1000 if1001"

static struct kin_can_gw_rule parsed(const char *text)
{
	struct kin_can_gw_rule rule = {.struct_size = sizeof(rule)};

	ck_ok(kin_can_gw_parse(text, &rule));
	return rule;
}

static const char *formatted(const struct kin_can_gw_rule *rule)
{
	static char text[KIN_CAN_GW_TEXT];

	ck_assert_int_lt(ck_ok(kin_can_gw_format(rule, text, sizeof(text))), sizeof(text));
	return text;
}

static const char *again(const char *text)
{
	struct kin_can_gw_rule rule = parsed(text);

	return formatted(&rule);
}

static void refused(const char *text, const char *words)
{
	struct kin_can_gw_rule rule = {.struct_size = sizeof(rule), .source = 7};

	ck_fails(kin_can_gw_parse(text, &rule), EINVAL, words);
	ck_assert_int_eq(rule.source, 7);
}

START_TEST(canonical_text_stays)
{
	static const char *const texts[] = {
		PAIR,
		PAIR " match 123:7FF",
		PAIR " match 123~7FF",
		PAIR " match 00000123:9FFFFFFF",
		PAIR " match errors bus-off+bus-error",
		PAIR " match errors all",
		PAIR " match raw 00000123:20000004",
		PAIR " set id 456",
		PAIR " set id 12345678",
		PAIR " set id raw 40000123",
		PAIR " and id 000007F0 dlc 7 data FF00FFFFFFFFFFFF",
		PAIR " and id 7F0 or id 80000000 xor dlc 1 set data 0000000000000000",
		PAIR " set id 333 dlc 4 unused data 1122334455667788",
		PAIR " or id 000",
		PAIR " or unused id 001 dlc 0",
		PAIR " fd set id 456 flags brs+esi len 64 data 1122 rest FF",
		PAIR " fd and flags none or flags fdf+0x10",
		PAIR " set dlc 15 checksum crc8 from 0 to 6 at 7 init 0xFF final 0xFF poly 0x1D",
		PAIR " set dlc 8 checksum crc8 from 6 to 0 at 7 poly 0x31 reflected profile 1u8 5A",
		PAIR " set dlc 8 checksum crc8 from 1 to end-1 at 0 poly 0x2F"
		     " profile 16u8 000102030405060708090A0B0C0D0E0F",
		PAIR " set dlc 8 checksum crc8 from 1 to 2 at 0 poly 0x2F profile sffid-xor",
		PAIR " set dlc 8 checksum crc8 from 1 to 2 at 0 poly 0x2F profile 9 0102",
		PAIR " set dlc 8 checksum xor from 0 to end-2 at end-1 init 0xAA",
		PAIR " set dlc 8 checksum crc8 from 0 to 5 at 6 poly 0x07"
		     " checksum xor from 0 to 6 at 7",
		PAIR " set dlc 1 hops 2 uid 4294967295 echo timestamp back",
		PAIR " other-flags 0x10",
	};

	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		const char *text = again(texts[i]);

		/* What fits into three digits is written so. */
		if (strstr(texts[i], "000007F0"))
			ck_assert_str_eq(text, PAIR " and id 7F0 dlc 7 data FF00FFFFFFFFFFFF");
		else
			ck_assert_str_eq(text, texts[i]);
	}
}
END_TEST

START_TEST(any_order_and_notation)
{
	ck_assert_str_eq(again("  if1000\tif1001 back echo hops 0x2 set data 01 rest 0 id 7"
			       " match 12345678:1fffffff # handled 5"),
			 PAIR " match 12345678:1FFFFFFF set id 007 data 0100000000000000 hops 2"
			      " echo back");
	ck_assert_str_eq(again(PAIR " set id 1 xor dlc 1 set dlc 3 #"),
			 PAIR " xor dlc 1 set id 001 dlc 3");
	ck_assert_str_eq(again(PAIR " fd set data ff rest FF"), PAIR " fd set data FF rest FF");
	ck_assert_str_eq(again(PAIR " set dlc 1 checksum xor from -8 to -0x2 at end-1"),
			 PAIR " set dlc 1 checksum xor from end-8 to end-2 at end-1");
	ck_assert_str_eq(again(PAIR " set data 11.22.33.44 rest 5A"),
			 PAIR " set data 112233445A5A5A5A");
}
END_TEST

START_TEST(values)
{
	struct kin_can_gw_rule rule =
		parsed(PAIR " fd match 123~7FF set id 12345678 flags brs len 12"
			    " data 11 rest 22 and id 7FF hops 3 uid 9 echo"
			    " checksum crc8 from 0 to -2 at -1 init 1 final 2"
			    " poly 0x1D profile 1u8 5A"
			    " checksum xor from 3 to 2 at 63 init 255");
	const struct kin_can_gw_mod *set = &rule.mods[KIN_CAN_GW_SET];

	ck_assert_int_eq(rule.source, 1000);
	ck_assert_int_eq(rule.destination, 1001);
	ck_assert_uint_eq(rule.flags, KIN_CAN_GW_FD | KIN_CAN_GW_ECHO);
	ck_assert_uint_eq(rule.filter.can_id, 0x123 | CAN_INV_FILTER);
	ck_assert_uint_eq(rule.filter.can_mask, 0x7FF);
	ck_assert_uint_eq(set->fields, 15);
	ck_assert_uint_eq(set->id, 0x12345678 | CAN_EFF_FLAG);
	ck_assert_uint_eq(set->flags, CANFD_BRS);
	ck_assert_uint_eq(set->len, 12);
	ck_assert_uint_eq(set->data[0], 0x11);
	ck_assert_uint_eq(set->data[63], 0x22);
	ck_assert_uint_eq(rule.mods[KIN_CAN_GW_AND].fields, KIN_CAN_GW_ID);
	ck_assert_uint_eq(rule.mods[KIN_CAN_GW_AND].id, 0x7FF);
	ck_assert_uint_eq(rule.hops, 3);
	ck_assert_uint_eq(rule.uid, 9);
	ck_assert(rule.crc8.on && rule.crc8.from == 0 && rule.crc8.to == -2);
	ck_assert(rule.crc8.result == -1 && rule.crc8.init == 1 && rule.crc8.final == 2);
	ck_assert_uint_eq(rule.crc8.profile, KIN_CAN_GW_PROFILE_1U8);
	ck_assert_uint_eq(rule.crc8.profile_data[0], 0x5A);
	ck_assert_uint_eq(rule.crc8.table[1], 0x1D);
	ck_assert(rule.xor8.on && rule.xor8.from == 3 && rule.xor8.to == 2);
	ck_assert(rule.xor8.result == 63 && rule.xor8.init == 255);
	ck_ok(kin_can_gw_check(&rule));
}
END_TEST

START_TEST(what_is_refused)
{
	refused("", "the rule ends where source should stand");
	refused("if1000", "the rule ends where destination should stand");
	refused("any if1", "\"any\" is no interface of a rule: a rule has one source");
	refused(PAIR " sett id 1", "\"sett\" is not what a rule has there: match, and, or, xor, "
				   "set, checksum, hops, uid, echo, timestamp, back, other-flags");
	refused(PAIR " echo fd", "fd stands once, right behind the interfaces");
	refused(PAIR " echo echo", "echo is given twice");
	refused(PAIR " match 123", "match: 123 is not ID:MASK, such as 123:7FF");
	refused(PAIR " match 123:20000000",
		"match: mask 20000000 has bit 20000000: write match errors CLASSES");
	refused(PAIR " match raw 1~7FF", "match raw: 1~7FF: what ~ stands for is bit 20000000");
	refused(PAIR " match errors nonsense", NULL);
	refused(PAIR " match", "the rule ends where ID:MASK should stand");
	refused(PAIR " set", "the rule ends where a field of a classic frame for set should stand");
	refused(PAIR " set len 3",
		"\"len\" is not a field of a classic frame for set: id, dlc, data, unused");
	refused(PAIR " fd set dlc 3",
		"\"dlc\" is not a field of an FD frame for set: id, flags, len, data, unused");
	refused(PAIR " set flags brs", NULL);
	refused(PAIR " set id 800", "set id 800 is neither 0-7FF nor eight digits up to 1FFFFFFF; "
				    "raw 800 sets all 32 bits");
	refused(PAIR " set id 20000000", NULL);
	refused(PAIR " set id 123456789", NULL);
	refused(PAIR " and id 100000000", NULL);
	refused(PAIR " set id 1 id 2", "set: id is given twice");
	refused(PAIR " set id 1 set id 2", "set: id is given twice");
	refused(PAIR " set dlc 256", "dlc 256 is not in 0-255");
	refused(PAIR " set data 1122", "data has 2 of 8 bytes; rest 00 behind them fills them up");
	refused(PAIR " set data 112233445566778899", NULL);
	refused(PAIR " set data 11 rest 100", NULL);
	refused(PAIR " set unused id 1 echo", NULL);
	refused(PAIR " set dlc 1 checksum sum", "\"sum\" is not a checksum: crc8, xor");
	refused(PAIR " set dlc 1 checksum xor 0 6 7", "checksum: \"0\" stands where from should");
	refused(PAIR " set dlc 1 checksum xor from 0 to 8 at 7",
		"checksum: to 8 is not in -8 to 7, where a classic frame has data");
	refused(PAIR " fd set len 1 checksum xor from 0 to 64 at 7", NULL);
	refused(PAIR " set dlc 1 checksum xor from 0 to end-0 at 7", "to 0 is not in 1-64");
	refused(PAIR " set dlc 1 checksum xor from 0 to end-9 at 7",
		"checksum: to -9 is not in -8 to 7, where a classic frame has data");
	refused(PAIR " set dlc 1 checksum crc8 from 0 to 1 at 2",
		"checksum crc8 needs poly BYTE or table HEX");
	refused(PAIR " set dlc 1 checksum crc8 from 0 to 1 at 2 table 00",
		"table: 1 bytes are not 256");
	refused(PAIR " set dlc 1 checksum crc8 from 0 to 1 at 2 poly 7 profile 1u8",
		"profile: 0 bytes of data are less than the 1 that it takes");
	refused(PAIR " set dlc 1 checksum crc8 from 0 to 1 at 2 poly 7 profile x",
		"profile \"x\" is none of 1u8, 16u8, sffid-xor");
	refused(PAIR " set dlc 1 checksum xor from 0 to 1 at 2 checksum xor from 0 to 1 at 2",
		"checksum xor is given twice");
	refused(PAIR " checksum xor from 0 to 6 at 7",
		"the kernel ignores a checksum of a rule without a modification; one that changes "
		"nothing is: or id 0");
	refused(PAIR " uid 3", NULL);
	refused(PAIR " hops 0", "hops 0 is not in 1-255");
	refused(PAIR " uid 0 set dlc 1", "uid 0 is not in 1-4294967295");
	refused(PAIR " other-flags 9", "other-flags 9: bits of 0xf have words of their own");
}
END_TEST

START_TEST(no_such_interface)
{
	struct kin_can_gw_rule rule = {.struct_size = sizeof(rule)};

	ck_fails(kin_can_gw_parse("none0 none1", &rule), ENODEV, NULL);
}
END_TEST

/* What the kernel would take and do nothing of, or nothing good. */
START_TEST(what_makes_no_sense)
{
	static const char *const texts[][2] = {
		{"if1000 if1000",
		 "from if1000 to itself the kernel forwards nothing, unless frames "
		 "may go back where they came from (back)"},
		{PAIR " hops 7", "hops 7 is not in 1-6"},
		{PAIR " set dlc 16", "set: DLC 16 is not in 0-15"},
		{PAIR " fd set len 13", "set: 13 bytes are not the length of an FD frame: 0-8, 12, "
					"16, 20, 24, 32, 48, 64"},
		{PAIR " fd set len 65", NULL},
		{PAIR " set dlc 8 checksum crc8 from 0 to 6 at 7 poly 0",
		 "checksum crc8: the table is all zero; kin_can_gw_crc8_table() makes one of a "
		 "polynomial"},
		{PAIR " set dlc 8 checksum crc8 from 0 to 6 at 7 poly 7 profile 4",
		 "checksum crc8: profile 4 is not in 0-3"},
	};
	struct kin_can_gw_rule rule;

	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		rule = parsed(texts[i][0]);
		ck_fails(kin_can_gw_check(&rule), EINVAL, texts[i][1]);
		ck_fails(kin_can_gw_add(&rule), EINVAL, texts[i][1]);
	}
	rule = parsed("if1000 if1000 back");
	ck_ok(kin_can_gw_check(&rule));
	rule = parsed(PAIR);
	rule.source = -1;
	ck_fails(kin_can_gw_check(&rule), EINVAL, "interface index -1 is not above 0");
	rule = parsed(PAIR);
	rule.flags = 0x10000;
	ck_fails(kin_can_gw_check(&rule), EINVAL, "flags 0x10000 are not in 0-0xffff");
	rule = parsed(PAIR " set dlc 1");
	rule.hops = 256;
	ck_fails(kin_can_gw_delete(&rule), EINVAL, "hops 256 is not in 0-255");
	rule = parsed(PAIR " set dlc 1");
	rule.mods[KIN_CAN_GW_OR].fields = KIN_CAN_GW_FLAGS;
	ck_fails(kin_can_gw_check(&rule), EINVAL,
		 "or: fields 0x8 are not in 0-0x7 of a classic frame");
	rule.mods[KIN_CAN_GW_OR].fields = 16;
	ck_fails(kin_can_gw_check(&rule), EINVAL,
		 "or: fields 0x10 are not in 0-0x7 of a classic frame");
}
END_TEST

/* Catalogue values of the CRCs over "123456789". */
START_TEST(crc8_tables)
{
	static const struct {
		uint8_t polynomial, init, final, check;
		bool reflected;
	} rows[] = {
		{0x07, 0x00, 0x00, 0xF4, false}, /* CRC-8/SMBUS */
		{0x1D, 0xFF, 0xFF, 0x4B, false}, /* CRC-8/SAE-J1850 */
		{0x2F, 0xFF, 0xFF, 0xDF, false}, /* CRC-8/AUTOSAR */
		{0x31, 0x00, 0x00, 0xA1, true},  /* CRC-8/MAXIM-DOW */
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		uint8_t table[256], crc = rows[i].init;

		ck_ok(kin_can_gw_crc8_table(rows[i].polynomial, rows[i].reflected, table));
		for (const char *p = "123456789"; *p; p++)
			crc = table[crc ^ (uint8_t)*p];
		ck_assert_uint_eq(crc ^ rows[i].final, rows[i].check);
	}
	ck_fails(kin_can_gw_crc8_table(7, false, NULL), EINVAL, "ret_table is NULL");
}
END_TEST

static void random_bytes(void *to, size_t len)
{
	for (uint8_t *byte = to; len-- > 0; byte++)
		*byte = test_random() % 3 ? (uint8_t)test_random() : 0;
}

static int random_index(const struct kin_can_gw_rule *rule)
{
	int len = rule->flags & KIN_CAN_GW_FD ? 64 : 8;

	return (int)(test_random() % (2 * (unsigned)len)) - len;
}

static void random_mods(struct kin_can_gw_rule *rule)
{
	bool fd = rule->flags & KIN_CAN_GW_FD;

	for (unsigned op = 0; op < KIN_CAN_GW_OPS; op++) {
		struct kin_can_gw_mod *mod = &rule->mods[op];

		mod->fields = test_random() % (fd ? 16 : 8);
		if (!mod->fields)
			continue;
		random_bytes(&mod->id, sizeof(mod->id));
		random_bytes(&mod->len, sizeof(mod->len));
		if (fd)
			random_bytes(&mod->flags, sizeof(mod->flags));
		random_bytes(mod->data, test_random() % (fd ? 65 : 9));
	}
	if (!rule->mods[0].fields)
		rule->mods[0] = (struct kin_can_gw_mod){.fields = KIN_CAN_GW_ID};
}

static struct kin_can_gw_rule random_rule(void)
{
	struct kin_can_gw_rule rule = {
		.struct_size = sizeof(rule),
		.source = 1000 + (int)(test_random() % 1000000),
		.destination = 1000 + (int)(test_random() % 1000000),
		.flags = test_random() % 8 ? test_random() % 16 : (uint16_t)test_random(),
		.hops = test_random() % 256,
	};

	random_bytes(&rule.filter, sizeof(rule.filter));
	random_bytes(&rule.uid, sizeof(rule.uid));
	random_mods(&rule);
	if (test_random() % 2) {
		rule.crc8.on = true;
		rule.crc8.from = random_index(&rule);
		rule.crc8.to = random_index(&rule);
		rule.crc8.result = random_index(&rule);
		random_bytes(&rule.crc8.init, 1);
		random_bytes(&rule.crc8.final, 1);
		rule.crc8.profile = test_random() % 5;
		random_bytes(rule.crc8.profile_data, sizeof(rule.crc8.profile_data));
		if (test_random() % 2)
			random_bytes(rule.crc8.table, sizeof(rule.crc8.table));
		else
			kin_can_gw_crc8_table((uint8_t)test_random(), test_random() % 2,
					      rule.crc8.table);
	}
	if (test_random() % 2)
		rule.xor8 = (struct kin_can_gw_xor){
			true,
			random_index(&rule),
			random_index(&rule),
			random_index(&rule),
			(uint8_t)test_random(),
		};
	return rule;
}

static void same(const struct kin_can_gw_rule *a, const struct kin_can_gw_rule *b)
{
	ck_assert_int_eq(a->source, b->source);
	ck_assert_int_eq(a->destination, b->destination);
	ck_assert_mem_eq(&a->filter, &b->filter, sizeof(a->filter));
	ck_assert_uint_eq(a->flags, b->flags);
	ck_assert_uint_eq(a->hops, b->hops);
	ck_assert_uint_eq(a->uid, b->uid);
	for (unsigned op = 0; op < KIN_CAN_GW_OPS; op++) {
		ck_assert_uint_eq(a->mods[op].fields, b->mods[op].fields);
		ck_assert_uint_eq(a->mods[op].id, b->mods[op].id);
		ck_assert_uint_eq(a->mods[op].len, b->mods[op].len);
		ck_assert_uint_eq(a->mods[op].flags, b->mods[op].flags);
		ck_assert_mem_eq(a->mods[op].data, b->mods[op].data, 64);
	}
	ck_assert(a->crc8.on == b->crc8.on && a->crc8.from == b->crc8.from);
	ck_assert(a->crc8.to == b->crc8.to && a->crc8.result == b->crc8.result);
	ck_assert(a->crc8.init == b->crc8.init && a->crc8.final == b->crc8.final);
	ck_assert_uint_eq(a->crc8.profile, b->crc8.profile);
	ck_assert_mem_eq(a->crc8.profile_data, b->crc8.profile_data, 20);
	ck_assert_mem_eq(a->crc8.table, b->crc8.table, 256);
	ck_assert(a->xor8.on == b->xor8.on && a->xor8.from == b->xor8.from);
	ck_assert(a->xor8.to == b->xor8.to && a->xor8.result == b->xor8.result);
	ck_assert_uint_eq(a->xor8.init, b->xor8.init);
}

START_TEST(every_rule_survives_its_text)
{
	for (int i = 0; i < 2000; i++) {
		struct kin_can_gw_rule rule = random_rule();
		struct kin_can_gw_rule back = parsed(formatted(&rule));
		char first[KIN_CAN_GW_TEXT];

		strcpy(first, formatted(&rule));
		same(&rule, &back);
		ck_assert_str_eq(formatted(&back), first);
	}
}
END_TEST

START_TEST(sizes_and_null)
{
	struct kin_can_gw_rule rule = parsed(PAIR), small = {.struct_size = 8};
	char text[8];

	ck_assert_int_eq(kin_can_gw_format(&rule, text, sizeof(text)), (int)strlen(PAIR));
	ck_assert_str_eq(text, "if1000 ");
	ck_assert_int_eq(kin_can_gw_format(&rule, NULL, 0), (int)strlen(PAIR));
	ck_fails(kin_can_gw_format(&rule, NULL, 1), EINVAL, "buf is NULL");
	ck_fails(kin_can_gw_format(NULL, text, 8), EINVAL, "rule is NULL");
	ck_fails(kin_can_gw_parse(NULL, &rule), EINVAL, "text is NULL");
	ck_fails(kin_can_gw_parse(PAIR, NULL), EINVAL, "ret_rule is NULL");
	ck_fails(kin_can_gw_parse(PAIR, &small), EINVAL, NULL);
	ck_fails(kin_can_gw_check(&small), EINVAL, NULL);
	ck_fails(kin_can_gw_add(NULL), EINVAL, "rule is NULL");
	ck_fails(kin_can_gw_delete(NULL), EINVAL, "rule is NULL");
	ck_fails(kin_can_gw_list(NULL), EINVAL, "ret_list is NULL");
	ck_fails(kin_can_gw_list_get(NULL, 0, &rule), EINVAL, "list is NULL");
	ck_assert_uint_eq(kin_can_gw_list_count(NULL), 0);
	kin_can_gw_list_free(NULL);
}
END_TEST

int main(void)
{
	const struct test_case cases[] = {
		{canonical_text_stays, "canonical_text_stays"},
		{any_order_and_notation, "any_order_and_notation"},
		{values, "values"},
		{what_is_refused, "what_is_refused"},
		{no_such_interface, "no_such_interface"},
		{what_makes_no_sense, "what_makes_no_sense"},
		{crc8_tables, "crc8_tables"},
		{every_rule_survives_its_text, "every_rule_survives_its_text"},
		{sizes_and_null, "sizes_and_null"},
		{},
	};

	return run_cases("can/gateway", cases);
}
