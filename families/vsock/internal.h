/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the files of this family share. */
#ifndef KIN_VSOCK_INTERNAL_H
#define KIN_VSOCK_INTERNAL_H

#include <sys/socket.h> /* before <linux/vm_sockets.h>, which needs it */

#include <linux/vm_sockets.h>

#include <kin/family.h>
#include <kin/vsock.h>

extern const struct kin_const vsock_consts[];
extern const struct kin_opt vsock_opts[];
extern const struct kin_family kin_family_vsock;

/* "host", "any", or a number */
void vsock_put_cid(uint32_t cid, struct kin_buf *out);

int vsock_parse(const struct kin_proto *proto, const char *body, const struct kin_setting *settings,
		size_t n, struct kin_target *ret);
void vsock_format(const struct kin_proto *proto, const struct kin_target *target,
		  struct kin_buf *out);
bool vsock_equal(const struct kin_addr *a, const struct kin_addr *b);
void vsock_explain(const struct kin_proto *proto, const char *call, int err,
		   const struct kin_target *target, struct kin_buf *out);

#endif
