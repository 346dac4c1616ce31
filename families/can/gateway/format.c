/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A gateway rule to words. */
#include "gateway.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

/* ---- Words --------------------------------------------------------------------------------- */

const char *const gateway_ops[] = {"and", "or", "xor", "set"};

const struct kin_name gateway_profiles[] = {
	{"1u8", KIN_CAN_GW_PROFILE_1U8},
	{"16u8", KIN_CAN_GW_PROFILE_16U8},
	{"sffid-xor", KIN_CAN_GW_PROFILE_SFFID},
	{},
};

const struct kin_opt gateway_errors = {
	.name = "errors",
	.type = KIN_OPT_FLAGS,
	.names = can_error_names,
	.max = CAN_ERR_MASK,
};

static const struct kin_name fd_flags[] = {
	{"brs", CANFD_BRS},
	{"esi", CANFD_ESI},
	{"fdf", CANFD_FDF},
	{},
};

const struct kin_opt gateway_fd_flags = {
	.name = "flags",
	.type = KIN_OPT_FLAGS,
	.names = fd_flags,
	.max = UINT8_MAX,
};

static void put_bits(struct kin_buf *out, const struct kin_opt *opt, uint32_t bits)
{
	kin_opt_put(opt, &bits, sizeof(bits), out);
}

/* A name that would be read as a comment is none. */
static void put_interface(struct kin_buf *out, int index)
{
	char name[IF_NAMESIZE];
	const char *text = can_interface_name(index, name);

	if (*text == '#')
		kin_buf_printf(out, "if%d", index);
	else
		kin_buf_puts(out, text);
}

static void put_match(struct kin_buf *out, const struct can_filter *filter)
{
	if (filter->can_id == 0 && filter->can_mask == 0)
		return;
	kin_buf_puts(out, " match ");
	if (!(filter->can_mask & CAN_ERR_FLAG)) {
		can_put_filter(out, filter);
	} else if (filter->can_id == 0 && (filter->can_mask & ~CAN_ERR_MASK) == CAN_ERR_FLAG) {
		kin_buf_puts(out, "errors ");
		put_bits(out, &gateway_errors, filter->can_mask & CAN_ERR_MASK);
	} else {
		kin_buf_printf(out, "raw %08X:%08X", filter->can_id, filter->can_mask);
	}
}

/* ---- Modifications ------------------------------------------------------------------------- */

static void put_id(struct kin_buf *out, unsigned op, canid_t id)
{
	kin_buf_puts(out, " id ");
	if (id <= CAN_SFF_MASK)
		kin_buf_printf(out, "%03X", id);
	else if (op != KIN_CAN_GW_SET)
		kin_buf_printf(out, "%08X", id);
	else if ((id & ~CAN_EFF_MASK) == CAN_EFF_FLAG)
		kin_buf_printf(out, "%08X", id & CAN_EFF_MASK);
	else
		kin_buf_printf(out, "raw %08X", id);
}

/* What is the same to the end stands once, where that saves some. */
static void put_data(struct kin_buf *out, const uint8_t *data, size_t len)
{
	size_t used = len;

	while (used > 1 && data[used - 1] == data[len - 1])
		used--;
	kin_buf_puts(out, " data ");
	if (len - used < CAN_MAX_DLEN) {
		kin_buf_put_hex(out, data, len, 0);
	} else {
		kin_buf_put_hex(out, data, used, 0);
		kin_buf_printf(out, " rest %02X", data[len - 1]);
	}
}

static void put_field(struct kin_buf *out, const struct kin_can_gw_rule *rule, unsigned op,
		      unsigned field)
{
	const struct kin_can_gw_mod *mod = &rule->mods[op];

	switch (field) {
	case KIN_CAN_GW_ID:
		put_id(out, op, mod->id);
		break;
	case KIN_CAN_GW_LEN:
		kin_buf_printf(out, " %s %u", rule->flags & KIN_CAN_GW_FD ? "len" : "dlc",
			       mod->len);
		break;
	case KIN_CAN_GW_DATA:
		put_data(out, mod->data, (size_t)gateway_data_len(rule));
		break;
	case KIN_CAN_GW_FLAGS:
		kin_buf_puts(out, " flags ");
		put_bits(out, &gateway_fd_flags, mod->flags);
		break;
	}
}

/* Fields that have a value although it is not used. */
static unsigned unused_fields(const struct kin_can_gw_rule *rule, const struct kin_can_gw_mod *mod)
{
	static const uint8_t empty[sizeof(mod->data)];
	unsigned fields = 0;

	if (mod->id)
		fields |= KIN_CAN_GW_ID;
	if (mod->len)
		fields |= KIN_CAN_GW_LEN;
	if (memcmp(mod->data, empty, (size_t)gateway_data_len(rule)) != 0)
		fields |= KIN_CAN_GW_DATA;
	if (mod->flags && rule->flags & KIN_CAN_GW_FD)
		fields |= KIN_CAN_GW_FLAGS;
	return fields & ~mod->fields;
}

static void put_mod(struct kin_buf *out, const struct kin_can_gw_rule *rule, unsigned op)
{
	static const unsigned order[] = {
		KIN_CAN_GW_ID,
		KIN_CAN_GW_FLAGS,
		KIN_CAN_GW_LEN,
		KIN_CAN_GW_DATA,
	};
	const struct kin_can_gw_mod *mod = &rule->mods[op];
	unsigned unused = unused_fields(rule, mod);

	if (!mod->fields)
		return;
	kin_buf_printf(out, " %s", gateway_ops[op]);
	for (size_t i = 0; i < sizeof(order) / sizeof(*order); i++) {
		if (unused & order[i])
			kin_buf_puts(out, " unused");
		if ((mod->fields | unused) & order[i])
			put_field(out, rule, op, order[i]);
	}
}

/* ---- Checksums ----------------------------------------------------------------------------- */

static void put_index(struct kin_buf *out, const char *word, int index)
{
	kin_buf_printf(out, " %s %s%d", word, index < 0 ? "end" : "", index);
}

static void put_checksum(struct kin_buf *out, const char *kind, int from, int to, int result,
			 uint8_t init)
{
	kin_buf_printf(out, " checksum %s", kind);
	put_index(out, "from", from);
	put_index(out, "to", to);
	put_index(out, "at", result);
	if (init)
		kin_buf_printf(out, " init 0x%02X", init);
}

/* A table is that of a polynomial when it is made from its entry for a single bit. */
static void put_table(struct kin_buf *out, const uint8_t table[256])
{
	uint8_t made[256], polynomial = table[1], reflected = 0;

	kin_can_gw_crc8_table(polynomial, false, made);
	if (memcmp(made, table, sizeof(made)) == 0) {
		kin_buf_printf(out, " poly 0x%02X", polynomial);
		return;
	}
	for (int bit = 0; bit < 8; bit++)
		reflected |= (uint8_t)((table[0x80] >> bit & 1) << (7 - bit));
	kin_can_gw_crc8_table(reflected, true, made);
	if (memcmp(made, table, sizeof(made)) == 0) {
		kin_buf_printf(out, " poly 0x%02X reflected", reflected);
		return;
	}
	kin_buf_puts(out, " table ");
	kin_buf_put_hex(out, table, sizeof(made), 0);
}

static void put_profile(struct kin_buf *out, const struct kin_can_gw_crc8 *crc8)
{
	const struct kin_name *name = gateway_profiles;
	size_t len = sizeof(crc8->profile_data), least = 0;

	while (name->name && name->value != crc8->profile)
		name++;
	if (crc8->profile == KIN_CAN_GW_PROFILE_1U8)
		least = 1;
	else if (crc8->profile == KIN_CAN_GW_PROFILE_16U8)
		least = 16;
	while (len > least && crc8->profile_data[len - 1] == 0)
		len--;
	if (!crc8->profile && !len)
		return;
	if (name->name)
		kin_buf_printf(out, " profile %s", name->name);
	else
		kin_buf_printf(out, " profile %u", crc8->profile);
	if (len) {
		kin_buf_puts(out, " ");
		kin_buf_put_hex(out, crc8->profile_data, len, 0);
	}
}

static void put_checksums(struct kin_buf *out, const struct kin_can_gw_rule *rule)
{
	const struct kin_can_gw_crc8 *crc8 = &rule->crc8;
	const struct kin_can_gw_xor *xor8 = &rule->xor8;

	if (crc8->on) {
		put_checksum(out, "crc8", crc8->from, crc8->to, crc8->result, crc8->init);
		if (crc8->final)
			kin_buf_printf(out, " final 0x%02X", crc8->final);
		put_table(out, crc8->table);
		put_profile(out, crc8);
	}
	if (xor8->on)
		put_checksum(out, "xor", xor8->from, xor8->to, xor8->result, xor8->init);
}

/* ---- Rules --------------------------------------------------------------------------------- */

ssize_t kin_can_gw_format(const struct kin_can_gw_rule *rule, char *buf, size_t size)
{
	struct kin_buf out = {buf, size, 0};
	struct kin_can_gw_rule own;
	int err;

	KIN_NEED_ROOM(buf, size);
	if ((err = gateway_take(rule, &own)) < 0 || (err = gateway_check_form(&own)) < 0)
		return err;
	put_interface(&out, own.source);
	kin_buf_puts(&out, " ");
	put_interface(&out, own.destination);
	kin_buf_puts(&out, own.flags & KIN_CAN_GW_FD ? " fd" : "");
	put_match(&out, &own.filter);
	for (unsigned op = 0; op < KIN_CAN_GW_OPS; op++)
		put_mod(&out, &own, op);
	put_checksums(&out, &own);
	if (own.hops)
		kin_buf_printf(&out, " hops %u", own.hops);
	if (own.uid)
		kin_buf_printf(&out, " uid %" PRIu32, own.uid);
	kin_buf_puts(&out, own.flags & KIN_CAN_GW_ECHO ? " echo" : "");
	kin_buf_puts(&out, own.flags & KIN_CAN_GW_TIMESTAMP ? " timestamp" : "");
	kin_buf_puts(&out, own.flags & KIN_CAN_GW_BACK ? " back" : "");
	if (own.flags & ~GATEWAY_FLAGS)
		kin_buf_printf(&out, " other-flags 0x%x", own.flags & ~GATEWAY_FLAGS);
	kin_buf_end(&out);
	return (ssize_t)out.len;
}
