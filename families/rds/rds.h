/* SPDX-License-Identifier: LGPL-2.1-or-later */
/**
 * @file rds.h
 * Reliable datagrams, Documentation/networking/rds.rst of the kernel, without text.
 *
 * In text: rds:HOST:PORT, where HOST is an IPv4 address, or an IPv6 address in brackets (Linux
 * 4.19), and PORT 0-65535. A socket sends only when it is bound to an address of this machine:
 * receiving and listening bind to HOST:PORT, connecting binds to local=HOST:PORT.
 *
 * The addresses are IP's, so kin_addr_format() writes them with a scheme of IP's.
 */
#ifndef KIN_RDS_H
#define KIN_RDS_H

#include <kin/kin.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Room for a host's text, NUL included. */
#define KIN_RDS_HOST 46

/**
 * An address.
 * @param host  "127.0.0.1", "fd00::1", without brackets and names
 * @param port  0-65535; 0: the kernel chooses one when it is bound
 * @return 0; -EINVAL: not an address, or the port is out of range
 */
KIN_API int kin_rds_addr(const char *host, long port, struct kin_addr *ret_addr);

/** Each result may be NULL. @return 0; -EAFNOSUPPORT: not an address of this family */
KIN_API int kin_rds_addr_read(const struct kin_addr *addr, char ret_host[KIN_RDS_HOST],
			      uint16_t *ret_port);

#ifdef __cplusplus
}
#endif

#endif
