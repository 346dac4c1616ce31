/* SPDX-License-Identifier: LGPL-2.1-or-later */
/**
 * @file netlink.h
 * Messages to and from the kernel, netlink(7), without text.
 *
 * In text: netlink:PROTOCOL, where PROTOCOL is a NETLINK_* of <linux/netlink.h> in lower case
 * (route, generic, uevent, netfilter, sock-diag, audit, ...) or its number. Options of the address:
 *
 *     pid=NUMBER      the port ID: 0 is the kernel as a peer, and lets it choose one for oneself
 *     groups=LIST     multicast groups: their names (for route: RTNLGRP_* in lower case), or a
 *                     number, one bit a group; '+' between them
 *     local=NUMBER    bind to this port ID before connecting
 *
 * Only groups 1-32 have a bit. The option join= takes those above, too, and numbers as they are.
 */
#ifndef KIN_NETLINK_H
#define KIN_NETLINK_H

#include <kin/kin.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * A place in netlink. The protocol is the socket's (the third argument of kin_socket()).
 * @param pid     port ID, 0-4294967295; 0: the kernel, or any that is free
 * @param groups  multicast groups, one bit each, 0-4294967295
 * @return 0; -EINVAL: out of range
 */
KIN_API int kin_netlink_addr(int64_t pid, int64_t groups, struct kin_addr *ret_addr);

/**
 * What an address of this family says. Each result may be NULL.
 * @return 0; -EAFNOSUPPORT: not an address of this family
 */
KIN_API int kin_netlink_read(const struct kin_addr *addr, uint32_t *ret_pid, uint32_t *ret_groups);

/**
 * Join or leave a multicast group (NETLINK_ADD_MEMBERSHIP, Linux 2.6.14).
 * @param group  its number, from 1: RTNLGRP_LINK
 * @return 0; -EINVAL: no such number, or this protocol has no such group; -EPERM
 */
KIN_API int kin_netlink_join(struct kin_sock *sock, int64_t group);
KIN_API int kin_netlink_leave(struct kin_sock *sock, int64_t group);

#ifdef __cplusplus
}
#endif

#endif
