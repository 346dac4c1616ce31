/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the files of this family share. */
#ifndef KIN_UNIX_INTERNAL_H
#define KIN_UNIX_INTERNAL_H

#include <kin/family.h>
#include <kin/unix.h>

/* Newer than the headers of some systems that this is built on; include/uapi/linux. */
#ifndef SO_PASSPIDFD
#define SO_PASSPIDFD 76
#define SO_PEERPIDFD 77
#endif
#ifndef SCM_SECURITY
#define SCM_SECURITY 3
#endif
#ifndef SCM_PIDFD
#define SCM_PIDFD 4
#endif

extern const struct kin_cmsg_type unix_cmsgs[];
extern const struct kin_const unix_consts[];
extern const struct kin_opt unix_opts[];
extern const struct kin_proto unix_protos[];
extern const struct kin_family kin_family_unix;

int unix_parse(const struct kin_proto *proto, const char *body, const struct kin_setting *settings,
	       size_t n, struct kin_target *ret);
void unix_format(const struct kin_proto *proto, const struct kin_target *target,
		 struct kin_buf *out);
bool unix_equal(const struct kin_addr *a, const struct kin_addr *b);
int unix_open(struct kin_sock *sock, const struct kin_target *target, enum kin_role role,
	      int64_t deadline_ns);
void unix_close(struct kin_sock *sock);
bool unix_is_alive(const struct kin_addr *addr);
int unix_set_unlink(struct kin_sock *sock, const struct kin_opt *opt, const char *text);
int unix_get_unlink(struct kin_sock *sock, const struct kin_opt *opt, struct kin_buf *text);
void unix_explain(const struct kin_proto *proto, const char *call, int err,
		  const struct kin_target *target, struct kin_buf *out);

#endif
