/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the files of ISO-TP share. */
#ifndef KIN_CAN_ISOTP_INTERNAL_H
#define KIN_CAN_ISOTP_INTERNAL_H

#include "../internal.h"

#include "isotp.h"

/* linux/can/isotp.h, Linux 6.9 */
#ifndef CAN_ISOTP_DYN_FC_PARMS
#define CAN_ISOTP_DYN_FC_PARMS 0x2000
#endif

/* ---- Identifiers: address.c ---------------------------------------------------------------- */

/* Eight hex digits are an extended identifier, fewer a standard one. */
int isotp_parse_id(const char *text, const char *what, canid_t *ret_id);
void isotp_put_id(struct kin_buf *out, canid_t id);

int isotp_parse(const struct kin_proto *proto, const char *body, const struct kin_setting *settings,
		size_t n, struct kin_target *ret);
void isotp_format(const struct kin_proto *proto, const struct kin_target *target,
		  struct kin_buf *out);

/* Is it one that the kernel binds? */
bool isotp_id_valid(canid_t id);

/* ---- Frames: frame.c ----------------------------------------------------------------------- */

/* The length of the FD or classic frame that len bytes are padded to: 8, 12, ... 64. */
unsigned isotp_padded_len(unsigned len);

/* ---- Messages: text.c ---------------------------------------------------------------------- */

void isotp_put_text(struct kin_format *format, struct kin_sock *sock, const struct kin_msg *msg,
		    struct kin_buf *out);
void isotp_put_json(struct kin_format *format, struct kin_sock *sock, const struct kin_msg *msg,
		    struct kin_buf *out);

#endif
