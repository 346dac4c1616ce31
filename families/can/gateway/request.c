/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Gateway rules in the kernel: RTM_NEWROUTE, RTM_DELROUTE and RTM_GETROUTE of AF_CAN. */
#include "gateway.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/can/gw.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <net/if_arp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../rtnetlink.h"

static const char what[] = "CAN gateway";

/* ---- To the kernel ------------------------------------------------------------------------- */

static void begin(struct can_rtnl_request *request, uint16_t type, uint16_t flags,
		  unsigned rule_flags)
{
	const struct rtcanmsg header = {
		.can_family = AF_CAN,
		.gwtype = CGW_TYPE_CAN_CAN,
		.flags = (uint16_t)rule_flags,
	};

	can_rtnl_begin(request, type, flags, &header, sizeof(header), NULL);
}

/* CGW_MOD_AND to CGW_MOD_SET follow each other, as do CGW_FDMOD_AND to CGW_FDMOD_SET. */
static void put_mod(struct can_rtnl_request *request, unsigned op, const struct kin_can_gw_mod *mod,
		    bool fd)
{
	struct cgw_frame_mod classic = {
		.cf = {.can_id = mod->id, .len = mod->len},
		.modtype = (uint8_t)mod->fields,
	};
	struct cgw_fdframe_mod long_one = {
		.cf = {.can_id = mod->id, .len = mod->len, .flags = mod->flags},
		.modtype = (uint8_t)mod->fields,
	};

	if (fd) {
		memcpy(long_one.cf.data, mod->data, sizeof(long_one.cf.data));
		can_rtnl_put(request, (uint16_t)(CGW_FDMOD_AND + op), &long_one, sizeof(long_one));
	} else {
		memcpy(classic.cf.data, mod->data, sizeof(classic.cf.data));
		can_rtnl_put(request, (uint16_t)(CGW_MOD_AND + op), &classic, sizeof(classic));
	}
}

static void put_crc8(struct can_rtnl_request *request, const struct kin_can_gw_crc8 *crc8)
{
	struct cgw_csum_crc8 sum = {
		.from_idx = (int8_t)crc8->from,
		.to_idx = (int8_t)crc8->to,
		.result_idx = (int8_t)crc8->result,
		.init_crc_val = crc8->init,
		.final_xor_val = crc8->final,
		.profile = crc8->profile,
	};

	memcpy(sum.crctab, crc8->table, sizeof(sum.crctab));
	memcpy(sum.profile_data, crc8->profile_data, sizeof(sum.profile_data));
	can_rtnl_put(request, CGW_CS_CRC8, &sum, sizeof(sum));
}

static void put_xor(struct can_rtnl_request *request, const struct kin_can_gw_xor *xor8)
{
	const struct cgw_csum_xor sum = {
		.from_idx = (int8_t)xor8->from,
		.to_idx = (int8_t)xor8->to,
		.result_idx = (int8_t)xor8->result,
		.init_xor_val = xor8->init,
	};

	can_rtnl_put(request, CGW_CS_XOR, &sum, sizeof(sum));
}

static void encode(struct can_rtnl_request *request, uint16_t type,
		   const struct kin_can_gw_rule *rule)
{
	begin(request, type, 0, rule->flags);
	for (unsigned op = 0; op < KIN_CAN_GW_OPS; op++)
		if (rule->mods[op].fields)
			put_mod(request, op, &rule->mods[op], rule->flags & KIN_CAN_GW_FD);
	if (rule->crc8.on)
		put_crc8(request, &rule->crc8);
	if (rule->xor8.on)
		put_xor(request, &rule->xor8);
	if (rule->hops)
		can_rtnl_put_u8(request, CGW_LIM_HOPS, (uint8_t)rule->hops);
	if (rule->uid)
		can_rtnl_put_u32(request, CGW_MOD_UID, rule->uid);
	if (rule->filter.can_id || rule->filter.can_mask)
		can_rtnl_put(request, CGW_FILTER, &rule->filter, sizeof(rule->filter));
	can_rtnl_put_u32(request, CGW_SRC_IF, (uint32_t)rule->source);
	can_rtnl_put_u32(request, CGW_DST_IF, (uint32_t)rule->destination);
}

/* ---- From the kernel ----------------------------------------------------------------------- */

/* Bits of other fields the kernel keeps, and does nothing of. */
static void get_mod(const struct can_rtnl_attr *attrs, unsigned op, struct kin_can_gw_rule *rule)
{
	struct kin_can_gw_mod *mod = &rule->mods[op];
	bool fd = rule->flags & KIN_CAN_GW_FD;
	struct cgw_frame_mod classic;
	struct cgw_fdframe_mod long_one;

	if (fd && can_rtnl_get(&attrs[CGW_FDMOD_AND + op], &long_one, sizeof(long_one))) {
		mod->fields = long_one.modtype & gateway_fields(rule);
		mod->id = long_one.cf.can_id;
		mod->len = long_one.cf.len;
		mod->flags = long_one.cf.flags;
		memcpy(mod->data, long_one.cf.data, sizeof(long_one.cf.data));
	} else if (!fd && can_rtnl_get(&attrs[CGW_MOD_AND + op], &classic, sizeof(classic))) {
		mod->fields = classic.modtype & gateway_fields(rule);
		mod->id = classic.cf.can_id;
		mod->len = classic.cf.len;
		memcpy(mod->data, classic.cf.data, sizeof(classic.cf.data));
	}
}

static void get_checksums(const struct can_rtnl_attr *attrs, struct kin_can_gw_rule *rule)
{
	struct cgw_csum_crc8 crc8;
	struct cgw_csum_xor xor8;

	if (can_rtnl_get(&attrs[CGW_CS_CRC8], &crc8, sizeof(crc8))) {
		rule->crc8 = (struct kin_can_gw_crc8){
			.on = true,
			.from = crc8.from_idx,
			.to = crc8.to_idx,
			.result = crc8.result_idx,
			.init = crc8.init_crc_val,
			.final = crc8.final_xor_val,
			.profile = crc8.profile,
		};
		memcpy(rule->crc8.profile_data, crc8.profile_data, sizeof(crc8.profile_data));
		memcpy(rule->crc8.table, crc8.crctab, sizeof(crc8.crctab));
	}
	if (can_rtnl_get(&attrs[CGW_CS_XOR], &xor8, sizeof(xor8)))
		rule->xor8 = (struct kin_can_gw_xor){
			.on = true,
			.from = xor8.from_idx,
			.to = xor8.to_idx,
			.result = xor8.result_idx,
			.init = xor8.init_xor_val,
		};
}

bool gateway_decode(const struct can_rtnl_message *message, struct kin_can_gw_rule *ret_rule)
{
	struct kin_can_gw_rule rule = {.struct_size = sizeof(rule)};
	struct can_rtnl_attr attrs[CGW_MAX + 1];
	struct rtcanmsg header;
	uint8_t hops;

	if (message->type != RTM_NEWROUTE ||
	    !can_rtnl_message_attrs(message, sizeof(header), attrs, CGW_MAX))
		return false;
	memcpy(&header, message->data, sizeof(header));
	if (header.can_family != AF_CAN || header.gwtype != CGW_TYPE_CAN_CAN ||
	    !can_rtnl_get(&attrs[CGW_SRC_IF], &rule.source, sizeof(rule.source)) ||
	    !can_rtnl_get(&attrs[CGW_DST_IF], &rule.destination, sizeof(rule.destination)))
		return false;
	rule.flags = header.flags;
	can_rtnl_get(&attrs[CGW_FILTER], &rule.filter, sizeof(rule.filter));
	if (can_rtnl_get(&attrs[CGW_LIM_HOPS], &hops, sizeof(hops)))
		rule.hops = hops;
	can_rtnl_get(&attrs[CGW_MOD_UID], &rule.uid, sizeof(rule.uid));
	for (unsigned op = 0; op < KIN_CAN_GW_OPS; op++)
		get_mod(attrs, op, &rule);
	get_checksums(attrs, &rule);
	can_rtnl_get(&attrs[CGW_HANDLED], &rule.handled, sizeof(rule.handled));
	can_rtnl_get(&attrs[CGW_DROPPED], &rule.dropped, sizeof(rule.dropped));
	can_rtnl_get(&attrs[CGW_DELETED], &rule.deleted, sizeof(rule.deleted));
	*ret_rule = rule;
	return true;
}

/* ---- Failures ------------------------------------------------------------------------------ */

static const char module_folder[] = "/sys/module/can_gw";

static int fail_missing(void)
{
	return kin_fail(EOPNOTSUPP,
			"this kernel has no CAN gateway: load its module by modprobe can-gw "
			"(CONFIG_CAN_GW)");
}

/* The module's parameter, or 0 when it can't be read. */
static unsigned module_max_hops(void)
{
	char path[sizeof(module_folder) + 32], text[16] = "";
	ssize_t n = -1;
	int fd;

	snprintf(path, sizeof(path), "%s/parameters/max_hops", module_folder);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd >= 0) {
		n = read(fd, text, sizeof(text) - 1);
		close(fd);
	}
	return n > 0 ? (unsigned)strtoul(text, NULL, 10) : 0;
}

static int fail_device(const struct kin_can_gw_rule *rule)
{
	char name[IF_NAMESIZE], text[256];
	struct kin_buf list = {text, sizeof(text), 0};
	int index = rule->source;

	if (if_indextoname((unsigned)index, name) && can_interface_type(name) == ARPHRD_CAN)
		index = rule->destination;
	can_interface_put_list(&list);
	kin_buf_end(&list);
	if (if_indextoname((unsigned)index, name))
		return kin_fail(ENODEV, "%s is no CAN interface; those here: %s", name, text);
	return kin_fail(ENODEV, "no interface with index %d; CAN interfaces here: %s", index, text);
}

/* In better words where they are known: the kernel gives a number alone. */
static int explain(int err, const struct kin_can_gw_rule *rule)
{
	unsigned max_hops;

	switch (-err) {
	case EOPNOTSUPP:
		return fail_missing();
	case EPERM:
		return kin_fail(EPERM, "changing rules of the CAN gateway needs CAP_NET_ADMIN");
	case ENODEV:
		return rule ? fail_device(rule) : err;
	case EINVAL:
		max_hops = rule && rule->hops ? module_max_hops() : 0;
		if (max_hops && rule->hops > max_hops)
			return kin_fail(EINVAL,
					"hops %u is more than the module can-gw was loaded for, "
					"which is %u: reload it by modprobe can-gw max_hops=%u",
					rule->hops, max_hops, rule->hops);
		return err;
	}
	return err;
}

/* ---- Calls --------------------------------------------------------------------------------- */

static int call(struct can_rtnl_request *request, const struct kin_can_gw_rule *rule)
{
	int err = can_rtnl_call(request, what, NULL);

	return err < 0 ? explain(err, rule) : 0;
}

/* The kernel would keep the flags and hops of the rule that is there, and say that all is well. */
static int check_uid(const struct kin_can_gw_rule *rule)
{
	struct kin_can_gw_list *list KIN_CLEANUP(kin_can_gw_list_free) = NULL;
	struct kin_can_gw_rule other = {.struct_size = sizeof(other)};
	int err = kin_can_gw_list(&list);

	if (err < 0)
		return err;
	for (size_t i = 0; kin_can_gw_list_count(list) > i; i++) {
		char text[KIN_CAN_GW_TEXT];

		kin_can_gw_list_get(list, i, &other);
		if (other.uid != rule->uid)
			continue;
		if (other.source == rule->source && other.destination == rule->destination &&
		    memcmp(&other.filter, &rule->filter, sizeof(rule->filter)) == 0 &&
		    other.flags == rule->flags && other.hops == rule->hops)
			return 0;
		kin_can_gw_format(&other, text, sizeof(text));
		return kin_fail(EEXIST,
				"uid %u is that of another rule, of which only modifications can "
				"be changed: %s",
				rule->uid, text);
	}
	return 0;
}

int kin_can_gw_add(const struct kin_can_gw_rule *rule)
{
	struct can_rtnl_request request;
	struct kin_can_gw_rule own;
	int err;

	if ((err = gateway_take(rule, &own)) < 0 || (err = kin_can_gw_check(&own)) < 0)
		return err;
	if (own.uid && (err = check_uid(&own)) < 0)
		return err;
	encode(&request, RTM_NEWROUTE, &own);
	return call(&request, &own);
}

int kin_can_gw_delete(const struct kin_can_gw_rule *rule)
{
	struct can_rtnl_request request;
	struct kin_can_gw_rule own;
	int err;

	if ((err = gateway_take(rule, &own)) < 0 || (err = gateway_check_form(&own)) < 0)
		return err;
	encode(&request, RTM_DELROUTE, &own);
	err = call(&request, NULL);
	/* What else could be invalid was checked, but for hops that no rule has either. */
	return err == -EINVAL ? kin_fail(ENOENT, "there is no such rule") : err;
}

int kin_can_gw_flush(void)
{
	struct can_rtnl_request request;

	begin(&request, RTM_DELROUTE, 0, 0);
	can_rtnl_put_u32(&request, CGW_SRC_IF, 0);
	can_rtnl_put_u32(&request, CGW_DST_IF, 0);
	return call(&request, NULL);
}

/* ---- Lists --------------------------------------------------------------------------------- */

struct kin_can_gw_list {
	size_t n;
	struct kin_can_gw_rule rules[];
};

/* The kernel begins with the rule that was added last. */
static int read_list(const struct can_rtnl_answers *answers, struct kin_can_gw_list **ret_list)
{
	struct kin_can_gw_list *list = NULL;
	struct can_rtnl_message message;
	struct kin_can_gw_rule rule;
	size_t n = 0, pos = 0;

	while (can_rtnl_next(answers, &pos, &message))
		n += gateway_decode(&message, &rule);
	list = malloc(sizeof(*list) + n * sizeof(list->rules[0]));
	if (!list)
		return kin_fail(ENOMEM, "no memory for %zu rules", n);
	list->n = n;
	for (pos = 0; can_rtnl_next(answers, &pos, &message);)
		if (gateway_decode(&message, &rule))
			list->rules[--n] = rule;
	*ret_list = list;
	return 0;
}

int kin_can_gw_list(struct kin_can_gw_list **ret_list)
{
	struct can_rtnl_request request;
	struct can_rtnl_answers answers = {};
	struct kin_can_gw_list *list = NULL;
	struct stat info;
	int err;

	KIN_NEED(ret_list);
	begin(&request, RTM_GETROUTE, NLM_F_DUMP, 0);
	err = can_rtnl_call(&request, what, &answers);
	if (err == 0)
		err = read_list(&answers, &list);
	can_rtnl_free(&answers);
	/* Without the module the request goes to all families that have routes, who may answer. */
	if ((err == -EINVAL || err == -EOPNOTSUPP || (err == 0 && list->n == 0)) &&
	    stat(module_folder, &info) < 0 && errno == ENOENT) {
		if (err == 0)
			kin_can_gw_list_free(list);
		return fail_missing();
	}
	if (err < 0)
		return err;
	*ret_list = list;
	return 0;
}

void kin_can_gw_list_free(struct kin_can_gw_list *list)
{
	free(list);
}

size_t kin_can_gw_list_count(const struct kin_can_gw_list *list)
{
	KIN_NEED_OR(list, 0);
	return list->n;
}

int kin_can_gw_list_get(const struct kin_can_gw_list *list, size_t i,
			struct kin_can_gw_rule *ret_rule)
{
	KIN_NEED(list);
	if (i >= list->n)
		return kin_fail(ERANGE, "there is no rule %zu: there are %zu", i, list->n);
	return gateway_give(&list->rules[i], ret_rule);
}
