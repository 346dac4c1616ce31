/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the files of this family share. */
#ifndef KIN_TIPC_INTERNAL_H
#define KIN_TIPC_INTERNAL_H

#include <linux/tipc.h>

#include <kin/family.h>
#include <kin/tipc.h>

extern const struct kin_const tipc_consts[];
extern const struct kin_family kin_family_tipc;

int tipc_parse(const struct kin_proto *proto, const char *body, const struct kin_setting *settings,
	       size_t n, struct kin_target *ret);
void tipc_format(const struct kin_proto *proto, const struct kin_target *target,
		 struct kin_buf *out);
bool tipc_equal(const struct kin_addr *a, const struct kin_addr *b);

#endif
