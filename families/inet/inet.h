/* SPDX-License-Identifier: LGPL-2.1-or-later */
/**
 * @file inet.h
 * The Internet protocols, ip(7) and ipv6(7), without text; names are in <kin/names.h>.
 *
 * In text: SCHEME:HOST:PORT. A scheme is for either version of IP; with a 4 or 6 behind it, for
 * one of them.
 *
 *     tcp udp         tcp(7), udp(7)
 *     mptcp           Multipath TCP; opened as TCP where the kernel has none, unless the text says
 *                     fallback=off: kin_inet_is_mptcp() tells what a connection is
 *     udplite         UDP-Lite, udplite(7): the options send-coverage= and recv-coverage= say how
 *                     much of a message the checksum covers. Linux 7.1 has it no more
 *     sctp            SCTP, sctp(7), one peer a socket
 *     sctp-seqpacket  SCTP with many peers on one socket (no 4 or 6): to receive or listen there
 *                     it hears all of them, and none is accepted; connected it is peeled off, and
 *                     sends there (Linux 4.13)
 *     raw             HOST:PROTOCOL: packets of one protocol above IP, raw(7), by number or name.
 *                     Needs CAP_NET_RAW. Of IPv4 what is received begins with the IP header
 *     icmp icmp6      HOST or HOST:ID: echo requests (ping), icmp(7), of IPv4 and IPv6; for the
 *                     groups in the sysctl net.ipv4.ping_group_range. ID is what the kernel
 *                     writes into requests and expects in answers, chosen by it when left out
 *
 * HOST is one of
 *
 *     192.0.2.1       an IPv4 address
 *     [2001:db8::1]   an IPv6 address, always in brackets
 *     [fe80::1%eth0]  the same with its scope: an interface by name or number
 *     www.example.org a name, looked up when the endpoint is opened, each time anew; in any script
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
#include <kin/names.h>

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
 * The addresses of a host and a service: kin_inet_lookup() without the rest of its rows.
 * @param ret_addrs  in the order to be tried; for free(3)
 * @return how many, at least 1; as kin_inet_lookup()
 */
KIN_API int kin_inet_resolve(const char *host, const char *service, int domain, int type, int flags,
			     struct kin_addr **ret_addrs);

/** Has this machine IPv6 sockets? */
KIN_API bool kin_inet_has_ipv6(void);

/** Can one socket serve IPv6 and IPv4 here? */
KIN_API bool kin_inet_has_dualstack(void);

/* ---- Connections ---------------------------------------------------------------------------- */

/** One address that was tried. */
struct kin_inet_attempt {
	struct kin_addr addr;
	int error; /* 0: this one is connected; else negative; -ECANCELED: another one was faster */
};

/** How kin_inet_connect() goes about it. Zero all, then set struct_size and what is wanted. */
struct kin_inet_connect_options {
	size_t struct_size; /* sizeof(struct kin_inet_connect_options) */
	/** Of each attempt, of the race as a whole, and of the socket after that. 0: the default
	 * timeout; below zero: for ever. */
	int64_t timeout_ns;
	int domain;             /* AF_INET or AF_INET6; 0: both */
	struct kin_addr source; /* to bind before; any address with a port serves both versions of
				 * IP; len 0: none */
	bool race;              /* try them side by side, as RFC 8305 does */
	int64_t race_delay_ns;  /* before the next one starts; 0: 250 ms */
	struct kin_inet_attempt *attempts; /* room for max_attempts, to be filled; NULL: none. The
					    * words of a failure then name all of them */
	unsigned max_attempts;
	unsigned n_attempts; /* written: how many there were, even beyond max_attempts */
};

/**
 * A TCP connection to the first address of a host that answers: all are tried in the resolver's
 * order, each within the timeout; with race the versions of IP take turns, the next one starts
 * when one has failed or race_delay_ns has passed, and what is slower is closed again. The audit
 * hook is asked about each.
 * @param host, service  as kin_inet_lookup()
 * @param options  NULL: as if all were zero
 * @return 0; -EINVAL: options out of range; what kin_inet_lookup() says; else the failure of the
 *         last address: -ECONNREFUSED, -ETIMEDOUT in KIN_ERR_DEADLINE, -EAFNOSUPPORT: source is
 *         of the other version of IP, ...
 */
KIN_API int kin_inet_connect(const char *host, const char *service,
			     struct kin_inet_connect_options *options, struct kin_sock **ret_sock);

/** How kin_inet_listen() goes about it. Zero all, then set struct_size and what is wanted. */
struct kin_inet_listen_options {
	size_t struct_size; /* sizeof(struct kin_inet_listen_options) */
	int domain;         /* AF_INET, AF_INET6; 0: by host and dualstack, else AF_INET */
	int backlog;        /* connections that wait; 0 or below: the system's limit (SOMAXCONN) */
	bool reuse_port;    /* SO_REUSEPORT: several sockets share the port (Linux 3.9) */
	bool dualstack;     /* an IPv6 socket that serves IPv4 as well */
};

/**
 * A TCP server's socket, bound and listening, with SO_REUSEADDR. One of IPv6 serves IPv6 alone
 * unless dualstack is set.
 * @param host  a name or an address; NULL or "": any
 * @param port  0-65535; 0: the kernel chooses one
 * @param options  NULL: as if all were zero
 * @return 0; -EINVAL: dualstack with AF_INET or an IPv4 address, or out of range; -EOPNOTSUPP:
 *         the kernel has no dual-stack sockets, or no SO_REUSEPORT; what kin_inet_lookup() says;
 *         -EADDRINUSE, -EADDRNOTAVAIL, -EACCES: as bind(2), naming the address
 */
KIN_API int kin_inet_listen(const char *host, long port,
			    const struct kin_inet_listen_options *options,
			    struct kin_sock **ret_sock);

/**
 * Is a connection really Multipath TCP, and not TCP that it fell back to? (Linux 5.16)
 * @return 1; 0: TCP or anything else; -ENOPROTOOPT: this kernel has Multipath TCP but can't tell
 */
KIN_API int kin_inet_is_mptcp(const struct kin_sock *sock);

/**
 * Keepalive and its times in one call, what SIO_KEEPALIVE_VALS is elsewhere. Checked before
 * anything is set.
 * @param idle_ns      silence before the first probe: whole seconds, 1-32767; 0: as it is, which
 *                     at first is the system's
 * @param interval_ns  between probes: whole seconds, 1-32767; 0: as it is
 * @param count        unanswered probes that end the connection, 1-127; 0: as it is
 * @return 0; -EINVAL: out of range; -EOPNOTSUPP, -ENOPROTOOPT: no TCP socket, or a Multipath TCP
 *         one of a kernel that can't set them
 */
KIN_API int kin_inet_set_keepalive(struct kin_sock *sock, bool on, int64_t idle_ns,
				   int64_t interval_ns, int count);

/* ---- Groups --------------------------------------------------------------------------------- */

/**
 * Become a member of a multicast group, or end that. An IPv6 socket may join IPv4 groups too.
 * @param group    its port does not matter
 * @param ifindex  the interface; 0: the group's scope, or the one that the route to it takes
 * @param source   hear only what comes from there (may be called again, for more); NULL: from all
 * @return 0; -EINVAL: no group, or a source of another version of IP; -ENODEV: no such interface;
 *         -EADDRINUSE: is a member already; -EADDRNOTAVAIL, -EINVAL: is none
 */
KIN_API int kin_inet_join(struct kin_sock *sock, const struct kin_addr *group, unsigned ifindex,
			  const struct kin_addr *source);
KIN_API int kin_inet_leave(struct kin_sock *sock, const struct kin_addr *group, unsigned ifindex,
			   const struct kin_addr *source);

/** As a member of all of a group, stop to hear one source of it, and hear it again. */
KIN_API int kin_inet_block(struct kin_sock *sock, const struct kin_addr *group, unsigned ifindex,
			   const struct kin_addr *source);
KIN_API int kin_inet_unblock(struct kin_sock *sock, const struct kin_addr *group, unsigned ifindex,
			     const struct kin_addr *source);

/* ---- What came with a message ------------------------------------------------------------------
 */

/**
 * Where a message was sent to and on which interface it came in; needs the option pktinfo=on.
 * @param ret_to       destination, as the header has it
 * @param ret_local    IPv4: the own address that answers should come from; IPv6: len 0
 * @param ret_ifindex  the interface. Each of the three may be NULL
 * @return 0; -ENOENT: the message tells nothing of it
 */
KIN_API int kin_inet_pktinfo(const struct kin_msg *msg, struct kin_addr *ret_to,
			     struct kin_addr *ret_local, unsigned *ret_ifindex);

/** An item of the error queue, ip(7). Set struct_size before the call. */
struct kin_inet_error {
	size_t struct_size;   /* sizeof(struct kin_inet_error) */
	int error;            /* errno value, positive; 0: no error but news */
	unsigned origin;      /* SO_EE_ORIGIN_*: who noticed */
	unsigned type, code;  /* of the ICMP message; zerocopy: SO_EE_CODE_ZEROCOPY_COPIED */
	uint32_t info;        /* the path MTU; zerocopy: the first number; stamps: SCM_TSTAMP_* */
	uint32_t data;        /* zerocopy: the last number; time stamps: the message's number */
	struct kin_addr from; /* who sent the ICMP message; len 0: nobody */
};

/**
 * The error that a message tells of, received with MSG_ERRQUEUE; needs recverr=on, zero copies or
 * time stamps of what is sent. The message's address is where the failed message had gone to.
 * @return 0; -ENOENT: the message tells of none
 */
KIN_API int kin_inet_error(const struct kin_msg *msg, struct kin_inet_error *ret_error);

/** What it was in words: "port unreachable", "sent without a copy". NULL: nothing to add */
KIN_API const char *kin_inet_error_what(const struct kin_inet_error *error);

#ifdef __cplusplus
}
#endif

#endif
