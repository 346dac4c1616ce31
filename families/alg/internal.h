/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the files of this family share. */
#ifndef KIN_ALG_INTERNAL_H
#define KIN_ALG_INTERNAL_H

#include <linux/if_alg.h>

#include <kin/alg.h>
#include <kin/family.h>

extern const struct kin_const alg_consts[];
extern const struct kin_opt alg_opts[];
extern const struct kin_family kin_family_alg;

int alg_parse(const struct kin_proto *proto, const char *body, const struct kin_setting *settings,
	      size_t n, struct kin_target *ret);
void alg_format(const struct kin_proto *proto, const struct kin_target *target,
		struct kin_buf *out);
bool alg_equal(const struct kin_addr *a, const struct kin_addr *b);
void alg_explain(const struct kin_proto *proto, const char *call, int err,
		 const struct kin_target *target, struct kin_buf *out);

#endif
