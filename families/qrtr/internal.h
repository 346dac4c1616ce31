/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the files of this family share. */
#ifndef KIN_QRTR_INTERNAL_H
#define KIN_QRTR_INTERNAL_H

#include <sys/socket.h> /* before <linux/qrtr.h>, which needs it */

#include <linux/qrtr.h>

#include <kin/family.h>
#include <kin/qrtr.h>

extern const struct kin_const qrtr_consts[];
extern const struct kin_family kin_family_qrtr;

int qrtr_parse(const struct kin_proto *proto, const char *body, const struct kin_setting *settings,
	       size_t n, struct kin_target *ret);
void qrtr_format(const struct kin_proto *proto, const struct kin_target *target,
		 struct kin_buf *out);
bool qrtr_equal(const struct kin_addr *a, const struct kin_addr *b);
void qrtr_explain(const struct kin_proto *proto, const char *call, int err,
		  const struct kin_target *target, struct kin_buf *out);

#endif
