/* SPDX-License-Identifier: LGPL-2.1-or-later */
/**
 * @file qrtr.h
 * Messages to the processors of a Qualcomm platform (IPC router, AF_QIPCRTR, Linux 4.7), without
 * text.
 *
 * In text: qrtr:NODE:PORT, numbers; or the node "broadcast" (QRTR_NODE_BCAST) and the port
 * "control" (QRTR_PORT_CTRL). To receive, NODE is this machine's own, mostly 1, and PORT 0 lets the
 * kernel choose one. Ports below 0x4000 need CAP_NET_ADMIN.
 */
#ifndef KIN_QRTR_H
#define KIN_QRTR_H

#include <kin/kin.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * A port of a node.
 * @param node  0-4294967295; QRTR_NODE_BCAST of <linux/qrtr.h>: all
 * @param port  0-4294967295; QRTR_PORT_CTRL: the name service; 0, to bind: any that is free
 * @return 0; -EINVAL: out of range
 */
KIN_API int kin_qrtr_addr(int64_t node, int64_t port, struct kin_addr *ret_addr);

/**
 * What an address of this family says. Each result may be NULL.
 * @return 0; -EAFNOSUPPORT: not an address of this family
 */
KIN_API int kin_qrtr_read(const struct kin_addr *addr, uint32_t *ret_node, uint32_t *ret_port);

#ifdef __cplusplus
}
#endif

#endif
