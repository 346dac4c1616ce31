/* SPDX-License-Identifier: LGPL-2.1-or-later */
/**
 * @file names.h
 * Names of hosts, services and protocols, and addresses in network order: what <netdb.h> and
 * <arpa/inet.h> have, thread-safe, with ranges that are checked and failures that say why.
 *
 * A host's name may be in any script: it is UTF-8, and goes through IDNA before it is looked up
 * (kin_inet_idna()). The audit hook is asked before each look-up. None has a deadline, because
 * the C library's resolver has none.
 */
#ifndef KIN_NAMES_H
#define KIN_NAMES_H

#include <kin/kin.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- Hosts -------------------------------------------------------------------------------- */

/** One answer of getaddrinfo(3). */
struct kin_inet_row {
	int domain;            /* AF_INET, AF_INET6 */
	int type;              /* SOCK_STREAM, SOCK_DGRAM, ... */
	int protocol;          /* IPPROTO_TCP, ... */
	const char *canonical; /* with AI_CANONNAME, of the first row; else NULL */
	struct kin_addr addr;  /* a link-local scope is a number: kin_inet_scope() */
};

/**
 * getaddrinfo(3) with all that it takes and gives.
 * @param host      a name or an address; NULL: this machine, or any with AI_PASSIVE
 * @param service   a name, or a number in 0-65535; NULL: port 0
 * @param domain    AF_INET, AF_INET6, or AF_UNSPEC for both
 * @param type      SOCK_STREAM, SOCK_DGRAM, ...; 0: all
 * @param protocol  IPPROTO_TCP, ...; 0: any
 * @param flags     AI_*
 * @param ret_rows  in the order to be tried; one allocation, for free(3)
 * @return how many, at least 1; -EREMOTEIO: the resolver failed, with its EAI_* code in
 *         KIN_ERR_RESOLVER; for EAI_SYSTEM what errno said; -ENOMEM; -EINVAL: the port is out of
 *         range, or the name is none by IDNA; -EOPNOTSUPP: it needs IDNA, which this libkin was
 *         built without; else what the audit hook said (KIN_AUDIT_LOOKUP)
 */
KIN_API int kin_inet_lookup(const char *host, const char *service, int domain, int type,
			    int protocol, int flags, struct kin_inet_row **ret_rows);

/**
 * The names of an address, by getnameinfo(3).
 * @param host, service  room for either, with its size; NULL: not wanted
 * @param flags          NI_*; NI_NUMERICHOST and NI_NUMERICSERV look nothing up
 * @return 0; -EREMOTEIO: the resolver failed, with its EAI_* code in KIN_ERR_RESOLVER
 *         (EAI_OVERFLOW: no room); else what the audit hook said (KIN_AUDIT_NAME_INFO)
 */
KIN_API int kin_inet_name_info(const struct kin_addr *addr, char *host, size_t host_size,
			       char *service, size_t service_size, int flags);

/** What gethostbyname(3) tells of a host; one allocation, for free(3). */
struct kin_inet_names {
	const char *name;             /* the official one */
	const char *const *aliases;   /* ended by NULL */
	const struct kin_addr *addrs; /* their port is 0 */
	unsigned n_addrs;
};

/**
 * The first IPv4 address of a host. "" is any address, "<broadcast>" 255.255.255.255.
 * @return 0; -EREMOTEIO: not found, with the h_errno value in KIN_ERR_HOST; -EINVAL,
 *         -EOPNOTSUPP: as kin_inet_lookup(); else what the audit hook said
 *         (KIN_AUDIT_HOST_BY_NAME)
 */
KIN_API int kin_inet_host_by_name(const char *name, struct kin_addr *ret_addr);

/** All IPv4 addresses and names of a host, by gethostbyname(3). @return as above */
KIN_API int kin_inet_host_by_name_ex(const char *name, struct kin_inet_names **ret_names);

/**
 * The names of an address, IPv4 or IPv6, by gethostbyaddr(3).
 * @return 0; -EREMOTEIO: not found, with the h_errno value in KIN_ERR_HOST; -EAFNOSUPPORT;
 *         else what the audit hook said (KIN_AUDIT_HOST_BY_ADDR)
 */
KIN_API int kin_inet_host_by_addr(const struct kin_addr *addr, struct kin_inet_names **ret_names);

/**
 * A host's name with its domain: of the names that its address has, the first with a dot; the
 * official one when none has; name itself when nothing is known of it.
 * @param name  a name or an address; NULL, "", "0.0.0.0" or "::": this machine
 * @return the length of the text, which was cut when that is size or more; what the audit hook
 *         said (KIN_AUDIT_HOST_BY_ADDR)
 */
KIN_API ssize_t kin_inet_fqdn(const char *name, char *buf, size_t size);

/**
 * The ASCII form of a host's name by IDNA2008, its upper case, full width and the like mapped
 * as UTS #46 has it (non-transitional, as browsers do): "bücher.example" becomes
 * "xn--bcher-kva.example", "straße.de" becomes "xn--strae-oqa.de". Text that is all ASCII stays
 * as it is.
 * @return the length of the text, which was cut when that is size or more; -EINVAL: not UTF-8,
 *         or no name by IDNA; -EOPNOTSUPP: built without libidn2
 */
KIN_API ssize_t kin_inet_idna(const char *name, char *buf, size_t size);

/* ---- Services and protocols ----------------------------------------------------------------- */

/**
 * The port of a service, by getservbyname(3).
 * @param protocol  "tcp", "udp", ...; NULL: any
 * @return 0-65535; -ENOENT: not known; else what the audit hook said
 *         (KIN_AUDIT_SERVICE_BY_NAME)
 */
KIN_API int kin_inet_service_port(const char *service, const char *protocol);

/**
 * The service of a port, by getservbyport(3).
 * @param port      0-65535, as people write it
 * @param protocol  "tcp", "udp", ...; NULL: any
 * @return the length of the text, which was cut when that is size or more; -EINVAL: port out of
 *         range; -ENOENT: not known; else what the audit hook said (KIN_AUDIT_SERVICE_BY_PORT)
 */
KIN_API ssize_t kin_inet_service_name(long port, const char *protocol, char *buf, size_t size);

/** The number of a protocol, by getprotobyname(3). @return 0-255; -ENOENT: not known */
KIN_API int kin_inet_protocol_number(const char *name);

/* ---- Addresses in network order ---------------------------------------------------------------
 */

/**
 * An IPv4 address as inet_aton(3) reads it: also fewer than four numbers, octal and hex.
 * @return 0; -EINVAL
 */
KIN_API int kin_inet_aton(const char *text, unsigned char ret_packed[4]);

/** Its text: "192.0.2.1". @param len  must be 4. @return its length; -EINVAL; -ENOSPC: no room */
KIN_API ssize_t kin_inet_ntoa(const void *packed, size_t len, char *buf, size_t size);

/**
 * An address as inet_pton(3) reads it.
 * @param domain  AF_INET, AF_INET6
 * @return bytes written, 4 or 16; -EINVAL: not an address; -EAFNOSUPPORT; -ENOSPC: no room
 */
KIN_API ssize_t kin_inet_pton(int domain, const char *text, void *packed, size_t size);

/** Its text. @param len  4 or 16, as domain has it. @return its length; -EINVAL; -ENOSPC */
KIN_API ssize_t kin_inet_ntop(int domain, const void *packed, size_t len, char *buf, size_t size);

#ifdef __cplusplus
}
#endif

#endif
