/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the files of this family share, and what older kernel headers lack. */
#ifndef KIN_NETLINK_INTERNAL_H
#define KIN_NETLINK_INTERNAL_H

#include <linux/netlink.h>
#include <linux/rtnetlink.h>

#include <kin/family.h>
#include <kin/netlink.h>

/* include/uapi/linux/netlink.h, between Linux 6.2 and 6.12, where they belong to an enum */
#define NL_ATTR_TYPE_SINT 16
#define NL_ATTR_TYPE_UINT 17

/* include/uapi/linux/rtnetlink.h, Linux 6.14 */
#ifndef RTM_NEWMULTICAST
#define RTM_NEWMULTICAST 56
#define RTM_DELMULTICAST 57
#endif
#ifndef RTM_NEWANYCAST
#define RTM_NEWANYCAST 60
#define RTM_DELANYCAST 61
#endif
#ifndef RTNLGRP_IPV4_MCADDR
#define RTNLGRP_IPV4_MCADDR 37
#define RTNLGRP_IPV6_MCADDR 38
#endif
#ifndef RTNLGRP_IPV6_ACADDR
#define RTNLGRP_IPV6_ACADDR 39
#endif

extern const struct kin_cmsg_type netlink_cmsgs[];
extern const struct kin_const netlink_consts[];
extern const struct kin_opt netlink_opts[];
extern const struct kin_family kin_family_netlink;

/* ---- protocol.c ---- */

struct netlink_protocol {
	const char *name;   /* "route" */
	int number;         /* NETLINK_ROUTE */
	const char *groups; /* prefix of the constants that number its groups, or NULL */
	const char *needs;  /* of the kernel, when not every one has it */
};

/* NULL: none of those known. */
const struct netlink_protocol *netlink_protocol(int number);

/* By name or number. @return the number, or negative */
int netlink_parse_protocol(const char *text);

/* ---- group.c ---- */

/* Below zero: the names of every protocol are taken. */
#define NETLINK_ANY_PROTOCOL (-1)

/* The number of a group by its name, 0 when there is none; word need not end with a NUL. */
int netlink_group_number(int protocol, const char *word, size_t len);

/* Its name, or false. */
bool netlink_group_name(int protocol, int group, char word[KIN_CONST_WORD]);

/* "link+neigh" or "0x5", for the bits of an address */
int netlink_parse_groups(int protocol, const char *text, uint32_t *ret_groups);
void netlink_put_groups(int protocol, uint32_t groups, struct kin_buf *out);

/* ---- address.c, explain.c ---- */

int netlink_parse(const struct kin_proto *proto, const char *body,
		  const struct kin_setting *settings, size_t n, struct kin_target *ret);
void netlink_format(const struct kin_proto *proto, const struct kin_target *target,
		    struct kin_buf *out);
bool netlink_equal(const struct kin_addr *a, const struct kin_addr *b);
void netlink_explain(const struct kin_proto *proto, const char *call, int err,
		     const struct kin_target *target, struct kin_buf *out);

#endif
