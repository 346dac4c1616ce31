/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <inttypes.h>
#include <string.h>

#include <kin/family.h>
#include "gw.h"

/* ---- JSON ---------------------------------------------------------------------------------- */

static void put_interface(const char *key, int index)
{
	char name[32];

	if (kin_if_name((unsigned)index, name, sizeof(name)) < 0)
		snprintf(name, sizeof(name), "if%d", index);
	printf("\"%s\":", key);
	put_json(stdout, name);
}

static void put_hex(const char *key, const void *data, size_t len)
{
	char text[2 * 256 + 1];
	struct kin_buf buf = {text, sizeof(text), 0};

	kin_buf_put_hex(&buf, data, len, 0);
	printf(",\"%s\":\"%s\"", key, kin_buf_end(&buf));
}

static void put_filter(const struct can_filter *filter)
{
	bool errors = filter->can_mask & CAN_ERR_FLAG;

	if (!filter->can_id && !filter->can_mask) {
		printf(",\"match\":null");
		return;
	}
	printf(",\"match\":{\"id\":%u,\"mask\":%u,\"inverted\":%s,\"errors\":%s}",
	       filter->can_id & ~CAN_INV_FILTER, filter->can_mask & ~CAN_ERR_FLAG,
	       filter->can_id & CAN_INV_FILTER && !errors ? "true" : "false",
	       errors ? "true" : "false");
}

/* A field that is not changed is null. */
static void put_number(bool changed, uint32_t value)
{
	if (changed)
		printf("%" PRIu32, value);
	else
		printf("null");
}

static void put_mod(const struct kin_can_gw_rule *rule, unsigned op)
{
	static const char *const names[] = {"and", "or", "xor", "set"};
	const struct kin_can_gw_mod *mod = &rule->mods[op];
	bool fd = rule->flags & KIN_CAN_GW_FD;

	if (!mod->fields)
		return;
	printf(",\"%s\":{\"id\":", names[op]);
	put_number(mod->fields & KIN_CAN_GW_ID, mod->id);
	printf(",\"%s\":", fd ? "len" : "dlc");
	put_number(mod->fields & KIN_CAN_GW_LEN, mod->len);
	if (fd) {
		printf(",\"flags\":");
		put_number(mod->fields & KIN_CAN_GW_FLAGS, mod->flags);
	}
	if (mod->fields & KIN_CAN_GW_DATA)
		put_hex("data", mod->data, fd ? CANFD_MAX_DLEN : CAN_MAX_DLEN);
	else
		printf(",\"data\":null");
	printf("}");
}

static void put_checksums(const struct kin_can_gw_rule *rule)
{
	const struct kin_can_gw_crc8 *crc8 = &rule->crc8;
	const struct kin_can_gw_xor *xor8 = &rule->xor8;

	if (crc8->on) {
		printf(",\"crc8\":{\"from\":%d,\"to\":%d,\"at\":%d,\"init\":%u,\"final\":%u,"
		       "\"profile\":%u",
		       crc8->from, crc8->to, crc8->result, crc8->init, crc8->final, crc8->profile);
		put_hex("profile_data", crc8->profile_data, sizeof(crc8->profile_data));
		put_hex("table", crc8->table, sizeof(crc8->table));
		printf("}");
	}
	if (xor8->on)
		printf(",\"xor_checksum\":{\"from\":%d,\"to\":%d,\"at\":%d,\"init\":%u}",
		       xor8->from, xor8->to, xor8->result, xor8->init);
}

static const char *yes(const struct kin_can_gw_rule *rule, unsigned flag)
{
	return rule->flags & flag ? "true" : "false";
}

static void put_object(const struct kin_can_gw_rule *rule, const char *text)
{
	printf("{");
	put_interface("source", rule->source);
	printf(",");
	put_interface("destination", rule->destination);
	printf(",\"fd\":%s", yes(rule, KIN_CAN_GW_FD));
	put_filter(&rule->filter);
	for (unsigned op = 0; op < KIN_CAN_GW_OPS; op++)
		put_mod(rule, op);
	put_checksums(rule);
	printf(",\"hops\":%u,\"uid\":%" PRIu32 ",\"echo\":%s,\"timestamp\":%s,\"back\":%s",
	       rule->hops, rule->uid, yes(rule, KIN_CAN_GW_ECHO), yes(rule, KIN_CAN_GW_TIMESTAMP),
	       yes(rule, KIN_CAN_GW_BACK));
	printf(",\"handled\":%" PRIu32 ",\"dropped\":%" PRIu32 ",\"deleted\":%" PRIu32 ",\"rule\":",
	       rule->handled, rule->dropped, rule->deleted);
	put_json(stdout, text);
	printf("}\n");
}

/* ---- Lines --------------------------------------------------------------------------------- */

static int run(const struct invocation *inv)
{
	struct kin_can_gw_list *list KIN_CLEANUP(kin_can_gw_list_free) = NULL;
	struct kin_can_gw_rule rule = {.struct_size = sizeof(rule)};
	char text[KIN_CAN_GW_TEXT];
	ssize_t len;
	int err = kin_can_gw_list(&list);

	if (err < 0)
		return gw_complain("can gw list", err);
	for (size_t i = 0; i < kin_can_gw_list_count(list); i++) {
		kin_can_gw_list_get(list, i, &rule);
		len = kin_can_gw_format(&rule, text, sizeof(text));
		if (len < 0)
			return gw_complain("can gw list", (int)len);
		if (inv_has(inv, "json"))
			put_object(&rule, text);
		else
			printf("%s # handled %" PRIu32 " dropped %" PRIu32 " deleted %" PRIu32 "\n",
			       text, rule.handled, rule.dropped, rule.deleted);
	}
	return STATUS_DONE;
}

const struct command command_can_gw_list = {
	.group = "can gw",
	.name = "list",
	.args = "",
	.summary = "list the rules of the kernel's CAN gateway",
	.text = "One rule a line, in the words of kin can gw add and in the order in which they "
		"were "
		"added, so that the list can be kept in a file and given to kin can gw add or kin "
		"can gw "
		"del. A comment behind each counts its frames: those that were sent on (handled), "
		"those "
		"that the destination did not take, because it was down or its queue full "
		"(dropped), and "
		"those that had passed too many rules or became impossible by a change (deleted).",
	.options =
		(const struct command_option[]){
			{"json", 'j', NULL, "write one JSON object a line"},
			{},
		},
	.examples =
		(const struct command_example[]){
			{"kin can gw list", "the rules and what they did"},
			{"kin can gw list >rules; kin can gw del all; kin can gw add @rules",
			 "the same rules anew, with statistics from 0"},
			{},
		},
	.run = run,
};
