/* SPDX-License-Identifier: LGPL-2.1-or-later */
/**
 * @file elsewhere.h
 * Addresses of families that only other systems have. They can be read, written and compared;
 * opening one fails with -EAFNOSUPPORT and the words for what serves on Linux instead.
 *
 *     system:NAME, system:ID:UNIT   kernel controls of macOS (PF_SYSTEM, SYSPROTO_CONTROL)
 *     divert:HOST:PORT              packets diverted to a process, FreeBSD's divert(4)
 *     hyperv:VMID:SERVICEID         Hyper-V sockets of Windows, two UUIDs; for VMID also
 *                                   HV_GUID_WILDCARD, _ZERO, _BROADCAST, _CHILDREN, _LOOPBACK,
 * _PARENT
 */
#ifndef KIN_ELSEWHERE_H
#define KIN_ELSEWHERE_H

#include <kin/kin.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * What stands in for AF_SYSTEM, AF_HYPERV and AF_DIVERT, whose own numbers (32, 34 and 44) are
 * other families' on Linux: 0xFF00 more than those, which no family of a Linux kernel has.
 */
#define KIN_AF_SYSTEM 0xFF20
#define KIN_AF_HYPERV 0xFF22
#define KIN_AF_DIVERT 0xFF2C

/** Room for the name of a kernel control, NUL included. */
#define KIN_SYSTEM_NAME 96

/** Room for the text of a UUID, NUL included. */
#define KIN_UUID_TEXT 37

/**
 * A kernel control of macOS by name ("com.apple.net.utun_control").
 * @return 0; -EINVAL: empty, or it has a ':'; -ENAMETOOLONG
 */
KIN_API int kin_system_addr(const char *name, struct kin_addr *ret_addr);

/** The same by number. @param id, unit  0-4294967295 @return 0; -EINVAL: out of range */
KIN_API int kin_system_id_addr(int64_t id, int64_t unit, struct kin_addr *ret_addr);

/**
 * @param name     KIN_SYSTEM_NAME bytes, made empty for an address by number; may be NULL
 * @param ret_id, ret_unit  0, 0 for an address by name; may be NULL
 * @return 0; -EAFNOSUPPORT: not such an address
 */
KIN_API int kin_system_read(const struct kin_addr *addr, char *name, uint32_t *ret_id,
			    uint32_t *ret_unit);

/**
 * A place of FreeBSD's divert(4).
 * @param host  an IPv4 address in dots; NULL or "": any
 * @param port  0-65535
 * @return 0; -EINVAL
 */
KIN_API int kin_divert_addr(const char *host, int port, struct kin_addr *ret_addr);

/** @param host  16 bytes, or NULL @return 0; -EAFNOSUPPORT: not such an address */
KIN_API int kin_divert_read(const struct kin_addr *addr, char *host, int *ret_port);

/**
 * A place of Hyper-V, two UUIDs as text in any case; vm_id may be the name of a HV_GUID_* as well.
 * @return 0; -EINVAL
 */
KIN_API int kin_hyperv_addr(const char *vm_id, const char *service_id, struct kin_addr *ret_addr);

/**
 * Both in lower case.
 * @param vm_id, service_id  KIN_UUID_TEXT bytes, or NULL
 * @return 0; -EAFNOSUPPORT: not such an address
 */
KIN_API int kin_hyperv_read(const struct kin_addr *addr, char *vm_id, char *service_id);

/**
 * The vsock address that leads a Linux guest of Hyper-V to the same place: "vsock:host:1234". The
 * port is the service's, whose UUID then is PORT-facb-11e6-bd58-64006a7986d3, in 8 hex digits.
 * @return the length of the text, which was cut when that is size or more; -EAFNOSUPPORT: not such
 * an address; -ENOENT: none, since the service is of another kind, or the machine has no context ID
 * that follows from its UUID
 */
KIN_API ssize_t kin_hyperv_vsock(const struct kin_addr *addr, char *buf, size_t size);

#ifdef __cplusplus
}
#endif

#endif
