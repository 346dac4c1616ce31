/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the files of the CAN gateway share. */
#ifndef KIN_CAN_GATEWAY_INTERNAL_H
#define KIN_CAN_GATEWAY_INTERNAL_H

#include "../internal.h"
#include "can-gateway.h"

/* Those that have words. */
#define GATEWAY_FLAGS                                                                              \
	(0U | KIN_CAN_GW_ECHO | KIN_CAN_GW_TIMESTAMP | KIN_CAN_GW_BACK | KIN_CAN_GW_FD)

/* What the frames that it takes have. */
static inline unsigned gateway_fields(const struct kin_can_gw_rule *rule)
{
	unsigned classic = KIN_CAN_GW_ID | KIN_CAN_GW_LEN | KIN_CAN_GW_DATA;

	return rule->flags & KIN_CAN_GW_FD ? classic | KIN_CAN_GW_FLAGS : classic;
}

/* The bytes of their data, which the indices of a checksum count. */
static inline int gateway_data_len(const struct kin_can_gw_rule *rule)
{
	return rule->flags & KIN_CAN_GW_FD ? CANFD_MAX_DLEN : CAN_MAX_DLEN;
}

/* A rule of the caller's, of any size. 0, or -EINVAL: NULL, or without its size. */
int gateway_take(const struct kin_can_gw_rule *rule, struct kin_can_gw_rule *ret_own);
int gateway_give(const struct kin_can_gw_rule *own, struct kin_can_gw_rule *ret_rule);

/* Can the kernel be told so, and would it listen? Enough to delete it. */
int gateway_check_form(const struct kin_can_gw_rule *rule);

/* One answer of the kernel's, to a rule. false: it is none */
struct can_rtnl_message;
bool gateway_decode(const struct can_rtnl_message *message, struct kin_can_gw_rule *ret_rule);

/* Words of the text form, in the order of enum kin_can_gw_op and of the bits of flags. */
extern const char *const gateway_ops[KIN_CAN_GW_OPS];
extern const struct kin_name gateway_profiles[]; /* ended by {} */
extern const struct kin_opt gateway_errors, gateway_fd_flags;

#endif
