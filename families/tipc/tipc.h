/* SPDX-License-Identifier: LGPL-2.1-or-later */
/**
 * @file tipc.h
 * Transparent inter-process communication, Documentation/networking/tipc.rst of the kernel,
 * without text: sockets found by the service that they offer, wherever in a cluster they are.
 *
 * In text, with numbers of 32 bits:
 *
 *     tipc:service:TYPE:INSTANCE   one of those that offer this instance of a service
 *     tipc:range:TYPE:LOW:HIGH     all that offer one of these instances; what is bound to
 *     tipc:id:NODE:REF             one socket
 *
 * tipc: is reliable datagrams (SOCK_RDM), tipc-dgram: is datagrams, tipc-stream: and
 * tipc-seqpacket: are connections, which are made when the other end accepts them. The option
 * scope=node keeps a service that is bound to from the other nodes of the cluster; domain=NODE
 * looks for a service on that node only.
 */
#ifndef KIN_TIPC_H
#define KIN_TIPC_H

#include <kin/kin.h>

#ifdef __cplusplus
extern "C" {
#endif

/** The kind of an address (TIPC_SERVICE_RANGE, TIPC_SERVICE_ADDR, TIPC_SOCKET_ADDR). */
enum kin_tipc_kind {
	KIN_TIPC_RANGE = 1,
	KIN_TIPC_SERVICE = 2,
	KIN_TIPC_ID = 3,
};

/** Where what is bound can be seen (TIPC_ZONE_SCOPE, TIPC_CLUSTER_SCOPE, TIPC_NODE_SCOPE). */
enum kin_tipc_scope {
	KIN_TIPC_ZONE = 1, /* taken for the cluster since Linux 4.16 */
	KIN_TIPC_CLUSTER = 2,
	KIN_TIPC_NODE = 3,
};

/**
 * An address, of three numbers of 32 bits.
 * @param kind   an enum kin_tipc_kind
 * @param v1, v2, v3  of a range: type, lowest and highest instance; of a service: type, instance,
 *               the node to look on (0: any); of an id: node, reference, 0
 * @param scope  an enum kin_tipc_scope, or any other number of 8 bits that the kernel knows; an id
 *               needs none (0)
 * @return 0; -EINVAL: a number is out of range, or v2 is above v3 in a range
 */
KIN_API int kin_tipc_addr(int kind, int64_t v1, int64_t v2, int64_t v3, int scope,
			  struct kin_addr *ret_addr);

/**
 * What an address is made of: each result may be NULL. v3 of an id is 0.
 * @return 0; -EAFNOSUPPORT: not an address of this family
 */
KIN_API int kin_tipc_addr_read(const struct kin_addr *addr, int *ret_kind, uint32_t *ret_v1,
			       uint32_t *ret_v2, uint32_t *ret_v3, int *ret_scope);

#ifdef __cplusplus
}
#endif

#endif
