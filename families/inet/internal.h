/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the files of this family share. */
#ifndef KIN_INET_INTERNAL_H
#define KIN_INET_INTERNAL_H

#include <errno.h>
#include <kin/family.h>
#include <kin/inet.h>
#include <netinet/in.h>

#define N_ELEMENTS(array) (sizeof(array) / sizeof((array)[0]))

#define FLOWINFO_MAX 0xFFFFF

#define TCP_SCHEMES     "tcp tcp4 tcp6"
#define UDP_SCHEMES     "udp udp4 udp6"
#define MPTCP_SCHEMES   "mptcp mptcp4 mptcp6"
#define UDPLITE_SCHEMES "udplite udplite4 udplite6"
#define SCTP_SCHEMES    "sctp sctp4 sctp6 sctp-seqpacket"
#define RAW_SCHEMES     "raw raw4 raw6"
#define DGRAM_SCHEMES   UDP_SCHEMES " " UDPLITE_SCHEMES " icmp icmp6 " RAW_SCHEMES
/* Those whose addresses may be of IPv6. */
#define V6_SCHEMES                                                                                 \
	"tcp tcp6 udp udp6 mptcp mptcp6 udplite udplite6 sctp sctp6 sctp-seqpacket icmp6 raw raw6"

/* Room for the name of a host: NI_MAXHOST. */
#define INET_HOST_MAX 1025

/* Views of an address, once its family is known. */
static inline struct sockaddr_in *as_in(const struct kin_addr *addr)
{
	return (struct sockaddr_in *)(uintptr_t)&addr->ss;
}

static inline struct sockaddr_in6 *as_in6(const struct kin_addr *addr)
{
	return (struct sockaddr_in6 *)(uintptr_t)&addr->ss;
}

/* address.c: AF_INET, AF_INET6, or 0 for anything else */
int inet_version(const struct kin_addr *addr);
const char *inet_version_name(int domain); /* "IPv4" */
int inet_check_port(long port);
bool inet_is_any(const struct kin_addr *addr);
bool inet_equal(const struct kin_addr *a, const struct kin_addr *b);
int inet_any(int domain, long port, struct kin_addr *ret_addr); /* domain 0: by what there is */
int inet_interface(const char *text, uint32_t *ret_index);      /* by name or number */

/* text.c: what stands behind the host in a body */
enum body {
	BODY_PORT,     /* HOST:PORT */
	BODY_PROTOCOL, /* HOST:PROTOCOL, of raw sockets */
	BODY_ID,       /* HOST or HOST:ID, of ping sockets, whose ports are identifiers */
};
enum body inet_body(const struct kin_proto *proto);
struct host_port {
	char host[INET_HOST_MAX];
	bool brackets;
	const char *port;
};
int inet_split(enum body body, const char *text, struct host_port *ret);
int inet_raw_domain(uintptr_t protocol); /* that the protocol belongs to, 0: both */
bool inet_is_number(const char *port);
int inet_parse(const struct kin_proto *proto, const char *body, const struct kin_setting *settings,
	       size_t n, struct kin_target *ret);
void inet_format(const struct kin_proto *proto, const struct kin_target *target,
		 struct kin_buf *out);
int inet_set_address_option(struct kin_addr *addr, const char *name, const char *value);

/* protocol.c: names of the protocols that raw sockets are opened for */
int inet_protocol(const char *text, uintptr_t *ret_protocol);
void inet_put_protocol(uintptr_t protocol, struct kin_buf *out);

/* idna.c: *name is made to point to its ASCII form, in buf, unless it is ASCII or NULL */
int inet_ascii_host(const char **name, char *buf, size_t size);

/* resolve.c */
int inet_resolve(const struct kin_endpoint *endpoint, enum kin_role role, int64_t deadline_ns,
		 struct kin_addr **ret_addrs);

/* peel-off.c: make a socket of its own of the one association of a one-to-many socket */
int inet_peel_off(struct kin_sock *sock);

/* message.c: false when the item was cut */
bool inet_read_pktinfo(const struct kin_cmsg *cmsg, struct kin_addr *to, struct kin_addr *local,
		       unsigned *ifindex);
bool inet_read_error(const struct kin_cmsg *cmsg, struct kin_inet_error *ret);

/* explain.c */
void inet_explain(const struct kin_proto *proto, const char *call, int err,
		  const struct kin_target *target, struct kin_buf *out);

/* twin.c: an option that IPv4 and IPv6 have under levels and names of their own */
int twin_set(struct kin_sock *sock, const struct kin_opt *opt, const char *text);
int twin_get(struct kin_sock *sock, const struct kin_opt *opt, struct kin_buf *text);

/* group.c: multicast groups and the interface they are sent on */
int group_check(const struct kin_opt *opt, const char *text, struct kin_buf *canonical);
int group_set(struct kin_sock *sock, const struct kin_opt *opt, const char *text);
int interface_check(const struct kin_opt *opt, const char *text, struct kin_buf *canonical);
int multicast_if_set(struct kin_sock *sock, const struct kin_opt *opt, const char *text);
int unicast_if_set(struct kin_sock *sock, const struct kin_opt *opt, const char *text);

/* value.c */
int coverage_check(const struct kin_opt *opt, const char *text, struct kin_buf *canonical);
int even_check(const struct kin_opt *opt, const char *text, struct kin_buf *canonical);
int port_range_check(const struct kin_opt *opt, const char *text, struct kin_buf *canonical);
int port_range_set(struct kin_sock *sock, const struct kin_opt *opt, const char *text);
int port_range_get(struct kin_sock *sock, const struct kin_opt *opt, struct kin_buf *text);
int initmsg_check(const struct kin_opt *opt, const char *text, struct kin_buf *canonical);
int initmsg_set(struct kin_sock *sock, const struct kin_opt *opt, const char *text);
int initmsg_get(struct kin_sock *sock, const struct kin_opt *opt, struct kin_buf *text);

/* The tables. */
extern const struct kin_cmsg_type inet_cmsgs[];
extern const struct kin_const inet_consts[];
extern const struct kin_opt inet_opts[];
extern const struct kin_family kin_family_inet;

#endif
