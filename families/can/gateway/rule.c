/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A gateway rule as a value: its size, its ranges, its CRC table. */
#include "gateway.h"

#include <errno.h>
#include <string.h>

/* ---- Sizes --------------------------------------------------------------------------------- */

/* The struct as it was first, which every caller has. */
enum { FIRST_SIZE = sizeof(struct kin_can_gw_rule) };

static int check_size(const struct kin_can_gw_rule *rule, const char *what)
{
	if (!rule)
		return kin_fail(EINVAL, "%s is NULL", what);
	if (rule->struct_size < FIRST_SIZE)
		return kin_fail(EINVAL, "%s->struct_size is %zu, not that of the struct (%zu)",
				what, rule->struct_size, sizeof(*rule));
	return 0;
}

int gateway_take(const struct kin_can_gw_rule *rule, struct kin_can_gw_rule *ret_own)
{
	int err = check_size(rule, "rule");

	if (err == 0)
		*ret_own = *rule;
	return err;
}

int gateway_give(const struct kin_can_gw_rule *own, struct kin_can_gw_rule *ret_rule)
{
	int err = check_size(ret_rule, "ret_rule");

	if (err == 0) {
		size_t size = ret_rule->struct_size;

		*ret_rule = *own;
		ret_rule->struct_size = size;
	}
	return err;
}

/* ---- Ranges -------------------------------------------------------------------------------- */

static int check_index(const struct kin_can_gw_rule *rule, const char *what, int index)
{
	int len = gateway_data_len(rule);

	if (index >= -len && index < len)
		return 0;
	return kin_fail(EINVAL, "checksum: %s %d is not in %d to %d, where %s frame has data", what,
			index, -len, len - 1, rule->flags & KIN_CAN_GW_FD ? "an FD" : "a classic");
}

static int check_indices(const struct kin_can_gw_rule *rule, int from, int to, int result)
{
	int err;

	if ((err = check_index(rule, "from", from)) < 0 || (err = check_index(rule, "to", to)) < 0)
		return err;
	return check_index(rule, "at", result);
}

int gateway_check_form(const struct kin_can_gw_rule *rule)
{
	const unsigned fields = gateway_fields(rule);
	unsigned changed = 0;
	int err;

	if (rule->source <= 0 || rule->destination <= 0)
		return kin_fail(EINVAL, "interface index %d is not above 0",
				rule->source <= 0 ? rule->source : rule->destination);
	if (rule->flags > UINT16_MAX)
		return kin_fail(EINVAL, "flags %#x are not in 0-0xffff", rule->flags);
	if (rule->hops > UINT8_MAX)
		return kin_fail(EINVAL, "hops %u is not in 0-255", rule->hops);
	for (unsigned i = 0; i < KIN_CAN_GW_OPS; i++) {
		if (rule->mods[i].fields & ~fields)
			return kin_fail(EINVAL, "%s: fields %#x are not in 0-%#x of %s frame",
					gateway_ops[i], rule->mods[i].fields, fields,
					rule->flags & KIN_CAN_GW_FD ? "an FD" : "a classic");
		changed |= rule->mods[i].fields;
	}
	if (!changed && (rule->uid || rule->crc8.on || rule->xor8.on))
		return kin_fail(EINVAL,
				"the kernel ignores %s of a rule without a modification; one that "
				"changes nothing is: or id 0",
				rule->uid ? "the uid" : "a checksum");
	if (rule->crc8.on &&
	    (err = check_indices(rule, rule->crc8.from, rule->crc8.to, rule->crc8.result)) < 0)
		return err;
	if (rule->xor8.on)
		return check_indices(rule, rule->xor8.from, rule->xor8.to, rule->xor8.result);
	return 0;
}

/* A length that is set stays as it is written, so it must be one that a frame has. */
static int check_len(const struct kin_can_gw_rule *rule)
{
	const struct kin_can_gw_mod *set = &rule->mods[KIN_CAN_GW_SET];

	if (!(set->fields & KIN_CAN_GW_LEN))
		return 0;
	if (!(rule->flags & KIN_CAN_GW_FD))
		return set->len <= CAN_MAX_RAW_DLC
			       ? 0
			       : kin_fail(EINVAL, "set: DLC %u is not in 0-15", set->len);
	if (set->len <= CANFD_MAX_DLEN &&
	    kin_can_fd_dlc_to_len(kin_can_fd_len_to_dlc(set->len)) == set->len)
		return 0;
	return kin_fail(EINVAL,
			"set: %u bytes are not the length of an FD frame: 0-8, 12, 16, 20, 24, 32, "
			"48, 64",
			set->len);
}

static int check_crc8(const struct kin_can_gw_crc8 *crc8)
{
	static const uint8_t empty[sizeof(crc8->table)];

	if (crc8->profile > KIN_CAN_GW_PROFILE_SFFID)
		return kin_fail(EINVAL, "checksum crc8: profile %u is not in 0-%d", crc8->profile,
				KIN_CAN_GW_PROFILE_SFFID);
	if (memcmp(crc8->table, empty, sizeof(empty)) == 0)
		return kin_fail(EINVAL, "checksum crc8: the table is all zero; "
					"kin_can_gw_crc8_table() makes one of a polynomial");
	return 0;
}

static int check_sense(const struct kin_can_gw_rule *rule)
{
	const unsigned max_hops = 6; /* CGW_MAX_HOPS of net/can/gw.c */
	int err;

	if (rule->source == rule->destination && !(rule->flags & KIN_CAN_GW_BACK)) {
		char name[IF_NAMESIZE];

		return kin_fail(EINVAL,
				"from %s to itself the kernel forwards nothing, unless frames may "
				"go back where they came from (back)",
				can_interface_name(rule->source, name));
	}
	if (rule->hops > max_hops)
		return kin_fail(EINVAL, "hops %u is not in 1-%u", rule->hops, max_hops);
	if ((err = check_len(rule)) < 0)
		return err;
	return rule->crc8.on ? check_crc8(&rule->crc8) : 0;
}

int kin_can_gw_check(const struct kin_can_gw_rule *rule)
{
	struct kin_can_gw_rule own;
	int err;

	if ((err = gateway_take(rule, &own)) < 0 || (err = gateway_check_form(&own)) < 0)
		return err;
	return check_sense(&own);
}

/* ---- CRC-8 --------------------------------------------------------------------------------- */

static uint8_t reverse(uint8_t byte)
{
	uint8_t reversed = 0;

	for (int bit = 0; bit < 8; bit++)
		reversed |= (uint8_t)((byte >> bit & 1) << (7 - bit));
	return reversed;
}

int kin_can_gw_crc8_table(uint8_t polynomial, bool reflected, uint8_t ret_table[256])
{
	KIN_NEED(ret_table);
	for (unsigned i = 0; i < 256; i++) {
		uint8_t crc = reflected ? reverse((uint8_t)i) : (uint8_t)i;

		for (int bit = 0; bit < 8; bit++)
			crc = (uint8_t)(crc << 1 ^ (crc & 0x80 ? polynomial : 0));
		ret_table[i] = reflected ? reverse(crc) : crc;
	}
	return 0;
}
