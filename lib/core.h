/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the files of the core share; nothing here is exported. */
#ifndef KIN_CORE_H
#define KIN_CORE_H

#include <errno.h>
#include <stdatomic.h>
#include <string.h>
#include <kin/family.h>

#define N_ELEMENTS(array) (sizeof(array) / sizeof((array)[0]))

#define likely(condition)   __builtin_expect(!!(condition), 1)
#define unlikely(condition) __builtin_expect(!!(condition), 0)

struct kin_sock {
	int fd;
	int domain, type, protocol;
	const struct kin_family *family; /* or NULL: a socket that no family knows */
	const struct kin_proto *proto;
	int send_flags; /* what goes with every flags: no SIGPIPE */
	int64_t timeout_ns;
	bool (*stop)(void *data);
	void *stop_data;
	const struct kin_endpoint *endpoint; /* while it is being opened */
	void *state;                         /* the family's */
	struct kin_addr bound;               /* by kin_bind(); of length 0: not */
	unsigned streams;                    /* those that keep the descriptor open */
	bool left;                           /* by its owner: the last stream frees it */
	bool ended;                          /* the peer has, of a KIN_PROTO_ENDS_WHOLE */
	size_t most;                         /* that a stream takes at once, once it has refused
					      * more; 0: any */
};

/* An option of an endpoint: the address's own (opt is NULL), or a socket option. */
struct setting {
	const struct kin_opt *opt;
	char *name;
	char *value; /* a socket option's canonical text */
};

struct kin_endpoint {
	const struct kin_family *family;
	const struct kin_proto *proto;
	char *body; /* unescaped */
	struct kin_target target;
	struct setting *settings;
	size_t n_settings;
};

/* A batch of messages: one of no data of its own (recv_one()) has neither headers nor vectors. */
struct kin_batch {
	unsigned capacity;
	size_t size, control_size;
	size_t stride; /* from one message's data to the next: size, aligned */
	unsigned char *data;
	unsigned char *control;
	struct mmsghdr *headers;
	struct iovec *vectors;
	struct kin_msg *msgs;
	unsigned used; /* headers that the last call may have changed */
	bool has_fds;
};

/* A value in words: its first 64 bytes, so that they stay words. For "..." SHOWN "...", SHOW(text)
 */
#define SHOWN      "%.64s%s"
#define SHOW(text) (text), strlen(text) > 64 ? "..." : ""

/* error.c */
struct failure {
	enum kin_errdomain domain;
	int code;
	char text[1024];
};
void failure_keep(struct failure *kept); /* around what may fail without anybody being told */
void failure_restore(const struct failure *kept);
int fail_errno(int err, const char *what); /* "WHAT: strerror"; returns -err */
int fail_oom(void);

static inline bool has_connections(int type)
{
	return type == SOCK_STREAM || type == SOCK_SEQPACKET;
}

static inline int recv_flags(const struct kin_sock *sock, int flags)
{
	return sock->proto ? flags | sock->proto->recv_flags : flags;
}

/* Are there means of the family's own, which may still give -ENOSYS for this socket? */
static inline bool sends_itself(const struct kin_sock *sock)
{
	return sock->family && sock->family->send_batch;
}

static inline bool receives_itself(const struct kin_sock *sock)
{
	return sock->family && sock->family->recv_batch;
}

/* deadline.c: waiting, and what is left of the time */
struct wait {
	struct kin_sock *sock;
	bool begun;          /* the clock is read when the first wait begins, not before */
	int64_t deadline_ns; /* CLOCK_MONOTONIC; below zero: none; 0: do not wait */
	unsigned in_vain;    /* tries since something was done */
};
int wait_ready(struct wait *wait, short events);                     /* events, or negative */
int wait_pause(struct wait *wait);                                   /* 0: a moment has passed */
int wait_retry(struct wait *wait, int err, short events, int flags); /* 0: again; 1: fail */
/* The same of a receive; RECV_ENDED: there is nothing more. */
#define RECV_ENDED 2
int recv_retry(struct wait *wait, int err, int flags);
void give_default_interrupt(struct kin_sock *sock);

/* sock.c */
int sock_new(int fd, int domain, int type, int protocol, struct kin_sock **ret_sock);
int sock_new_timed(int fd, int domain, int type, int protocol, int64_t timeout_ns,
		   struct kin_sock **ret_sock);
int sock_open(int domain, int type, int protocol, const struct kin_target *target,
	      struct kin_sock **ret_sock); /* target: for words, or NULL */
void sock_set_family(struct kin_sock *sock, const struct kin_family *family,
		     const struct kin_proto *proto);
int ask_int(int fd, int optname, int *ret_value); /* of SOL_SOCKET; fails without words */
int connect_until(struct kin_sock *sock, const struct kin_addr *addr, int64_t deadline_ns);
int fail_call(const struct kin_sock *sock, const char *call, const struct kin_addr *addr, int err);
int fail_send(struct kin_sock *sock, const struct kin_addr *addr, size_t len, int err);
bool sock_takes_less(struct kin_sock *sock, int err); /* a stream: most is how much */
bool sock_ends(struct kin_sock *sock, int err); /* does it tell the end of the connection? */
void sock_drop(struct kin_sock *sock);  /* close it after a failure, whose words stay */
void sock_hold(struct kin_sock *sock);  /* for a stream */
int sock_let_go(struct kin_sock *sock); /* as kin_close() when it was the last user */

bool recv_false_end(struct kin_sock *sock); /* of a receive that gave 0: once more */

/* Behind the end nothing is waited for. */
static inline int end_flags(const struct kin_sock *sock, int flags)
{
	return unlikely(sock->ended) ? flags | MSG_DONTWAIT : flags;
}

/* io.c: within a time that further calls share */
ssize_t recv_waiting(struct kin_sock *sock, struct wait *wait, void *data, size_t len, int flags,
		     struct kin_addr *ret_addr);
int send_all_waiting(struct kin_sock *sock, struct wait *wait, const void *data, size_t len,
		     int flags, size_t *ret_sent);

/* registry.c */
extern const struct kin_family *const kin_builtin_families[];
const struct kin_family *family_of_scheme(const char *scheme, size_t len,
					  const struct kin_proto **ret_proto);
const struct kin_family *family_of_domain(int domain); /* or NULL, which is no failure */
const struct kin_proto *proto_of(const struct kin_family *family, int domain, int type,
				 int protocol);
const struct kin_family *family_of_socket(int domain, int type, int protocol,
					  const struct kin_proto **ret_proto);
void put_schemes(struct kin_buf *out, const char *word); /* "; nearest: ..." or all of them */

/* addr.c */
int addr_refused(const struct kin_addr *addr) __attribute__((cold));

/* An address of the caller's: is it there, and is its length one? */
static inline int addr_check(const struct kin_addr *addr)
{
	if (likely(addr && addr->len >= sizeof(sa_family_t) && addr->len <= sizeof(addr->ss)))
		return 0;
	return addr_refused(addr);
}

/* option.c */
extern const struct kin_opt core_opts[];
int timeout_read(const char *text, int64_t *ret_ns);
const struct kin_opt *opt_find(const struct kin_family *family, const struct kin_proto *proto,
			       const char *name);
int opt_check(const struct kin_opt *opt, const char *text, struct kin_buf *canonical);
int opt_apply(struct kin_sock *sock, const struct kin_opt *opt, const char *text);
int opt_unknown(const struct kin_family *family, const struct kin_proto *proto, const char *name);

/* endpoint.c */
int endpoint_apply(struct kin_sock *sock, unsigned when); /* 0, KIN_OPT_AFTER_BIND or _CONNECTED */

/* audit.c: so that nobody pays for a hook that is not there */
extern atomic_bool audit_hooked;

static inline bool audited(void)
{
	return atomic_load_explicit(&audit_hooked, memory_order_relaxed);
}

/* batch.c */
void batch_begin_recv(struct kin_batch *batch); /* forget the round before */
void batch_take(struct kin_batch *batch, unsigned i);
/* Of a family that does it itself; -ENOSYS: not on this socket. */
int recv_one(struct kin_sock *sock, void *data, size_t len, int flags, struct kin_addr *ret_addr);
int send_one(struct kin_sock *sock, const void *data, size_t len, int flags,
	     const struct kin_addr *addr);

/* cmsg.c */
bool cmsg_read_core(struct kin_msg *msg);  /* are there descriptors in it? */
int cmsg_check(const struct kin_msg *msg); /* is what shall be sent well formed? */
bool cmsg_has_fds(const struct kin_cmsg *cmsg);
void cmsg_close_fds(struct kin_msg *msg);
const struct kin_cmsg_type *cmsg_type(const struct kin_family *family, int level, int type);

/* const-table.c */
extern const struct kin_const core_consts[];

#endif
