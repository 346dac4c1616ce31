/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the files of this family share. */
#ifndef KIN_RDS_INTERNAL_H
#define KIN_RDS_INTERNAL_H

#include <linux/rds.h>

#include <kin/family.h>
#include <kin/rds.h>

extern const struct kin_const rds_consts[];
extern const struct kin_family kin_family_rds;

int rds_parse(const struct kin_proto *proto, const char *body, const struct kin_setting *settings,
	      size_t n, struct kin_target *ret);
void rds_format(const struct kin_proto *proto, const struct kin_target *target,
		struct kin_buf *out);

#endif
