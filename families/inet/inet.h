/* SPDX-License-Identifier: LGPL-2.1-or-later */
/**
 * @file inet.h
 * The Internet protocols, ip(7) and ipv6(7), without text.
 *
 * In text: SCHEME:HOST:PORT, where the scheme is tcp or udp for either version of IP, and tcp4,
 * tcp6, udp4 or udp6 for one of them.
 *
 * HOST is one of
 *
 *     192.0.2.1       an IPv4 address
 *     [2001:db8::1]   an IPv6 address, always in brackets
 *     [fe80::1%eth0]  the same with its scope: an interface by name or number
 *     www.example.org a name, looked up when the endpoint is opened, each time anew
 *     <broadcast>     255.255.255.255; sending there needs the option broadcast=on
 *     (nothing)       any address, 0.0.0.0 or [::]; tcp: and udp: take [::] where the machine has
 *                     IPv6, and such a socket serves IPv4 as well unless v6only=on or the sysctl
 *                     net.ipv6.bindv6only says otherwise; connecting to it reaches this machine
 *
 * PORT is 0-65535, or the name of a service, looked up as well. Options of the address are
 * scope=INTERFACE and flowinfo=0-1048575 (IPv6), and local=HOST:PORT to bind before connecting;
 * its HOST is an address or empty, its PORT a number.
 *
 * Names go to getaddrinfo(3), which can't be interrupted: a look-up may outlast the timeout.
 */
#ifndef KIN_INET_H
#define KIN_INET_H

#include <kin/kin.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * An IPv4 address.
 * @param host  "192.0.2.1", "<broadcast>"; NULL or empty: any (0.0.0.0)
 * @param port  0-65535; 0: the kernel chooses one when it is bound
 * @return 0; -EINVAL: not an address, or the port is out of range
 */
KIN_API int kin_inet_addr(const char *host, long port, struct kin_addr *ret_addr);

/**
 * An IPv6 address.
 * @param host      "2001:db8::1", "fe80::1%eth0", without brackets; NULL or empty: any (::)
 * @param flowinfo  0-1048575: the flow label
 * @param scope     index of the interface that a link-local address belongs to; 0: the one in
 *                  host, or none
 * @return 0; -EINVAL: not an address, or a number is out of range; -ENODEV: no such interface
 */
KIN_API int kin_inet6_addr(const char *host, long port, uint32_t flowinfo, uint32_t scope,
			   struct kin_addr *ret_addr);

/** The port, 0-65535. @return -EAFNOSUPPORT: neither IPv4 nor IPv6 */
KIN_API int kin_inet_port(const struct kin_addr *addr);

/** @return 0; -EINVAL: not in 0-65535; -EAFNOSUPPORT: neither IPv4 nor IPv6 */
KIN_API int kin_inet_set_port(struct kin_addr *addr, long port);

/**
 * The host in numbers: "192.0.2.1", "fe80::1%2".
 * @return the length of the text, which was cut when that is size or more; -EAFNOSUPPORT
 */
KIN_API ssize_t kin_inet_host(const struct kin_addr *addr, char *buf, size_t size);

/** Flow label and scope of an IPv6 address; 0 of any other. */
KIN_API uint32_t kin_inet_flowinfo(const struct kin_addr *addr);
KIN_API uint32_t kin_inet_scope(const struct kin_addr *addr);

/**
 * Look up a host and a service with getaddrinfo(3), asking the audit hook first. There is no
 * deadline: getaddrinfo(3) has none.
 * @param host     a name or an address; NULL: this machine, or any with AI_PASSIVE
 * @param service  a name or a number; NULL: port 0
 * @param domain   AF_INET, AF_INET6, or AF_UNSPEC for both
 * @param type     SOCK_STREAM, SOCK_DGRAM, ...: which services of that name
 * @param flags    AI_*
 * @param ret_addrs  in the order to be tried; for free(3)
 * @return how many, at least 1; -EREMOTEIO: the resolver failed, with its EAI_* code in
 *         KIN_ERR_RESOLVER; -ENOMEM; for EAI_SYSTEM what errno said; else what the hook said
 */
KIN_API int kin_inet_resolve(const char *host, const char *service, int domain, int type, int flags,
			     struct kin_addr **ret_addrs);

#ifdef __cplusplus
}
#endif

#endif
