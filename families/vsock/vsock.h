/* SPDX-License-Identifier: LGPL-2.1-or-later */
/**
 * @file vsock.h
 * Virtual machines and their host, vsock(7), without text.
 *
 * In text: vsock:CID:PORT (stream), vsock-seqpacket:CID:PORT, vsock-dgram:CID:PORT. CID is a number
 * or one of
 *
 *     any         every context of this machine, to receive and to listen
 *     host        the host, as its guests see it (2)
 *     local       this machine itself (1), by the module vsock_loopback
 *     hypervisor  (0)
 *
 * and PORT a number or "any", which lets the kernel choose. Options of the address: to-host=on, by
 * way of the host, to another of its guests (VMADDR_FLAG_TO_HOST, Linux 5.11); local=CID:PORT binds
 * before connecting.
 */
#ifndef KIN_VSOCK_H
#define KIN_VSOCK_H

#include <kin/kin.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * A place in a virtual machine, on its host, or here.
 * @param cid    context ID, 0-4294967295; VMADDR_CID_ANY, VMADDR_CID_LOCAL, ... of
 *               <linux/vm_sockets.h>
 * @param port   0-4294967295; VMADDR_PORT_ANY: the kernel chooses
 * @param flags  VMADDR_FLAG_TO_HOST (Linux 5.11) or 0; 0-255
 * @return 0; -EINVAL: out of range
 */
KIN_API int kin_vsock_addr(int64_t cid, int64_t port, int flags, struct kin_addr *ret_addr);

/**
 * What an address of this family says. Each result may be NULL.
 * @return 0; -EAFNOSUPPORT: not an address of this family
 */
KIN_API int kin_vsock_read(const struct kin_addr *addr, uint32_t *ret_cid, uint32_t *ret_port,
			   int *ret_flags);

/**
 * The context ID of this machine, as its host and its guests know it
 * (IOCTL_VM_SOCKETS_GET_LOCAL_CID of /dev/vsock): a guest's own, VMADDR_CID_HOST on a host.
 * @return 0; -ENODEV: it has none, since it is neither, or has no vsock; -EACCES
 */
KIN_API int kin_vsock_local_cid(uint32_t *ret_cid);

#ifdef __cplusplus
}
#endif

#endif
