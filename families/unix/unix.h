/* SPDX-License-Identifier: LGPL-2.1-or-later */
/**
 * @file unix.h
 * Sockets between processes of one machine, unix(7), without text.
 *
 * In text: unix:NAME (stream), unix-dgram:NAME, unix-seqpacket:NAME, where NAME is
 *
 *     /run/x.sock   a path of at most 107 bytes; "./@x" when its first character is an "@"
 *     @name         an abstract name of at most 107 bytes, any bytes, not in the file system
 *     (nothing)     no name: binding to it lets the kernel choose an abstract one
 *
 * A byte may be written %XX, in hex; the canonical text does that with control characters,
 * bytes above 7E, "%" itself and an "@" that begins a path. The option local=NAME binds before
 * connecting, so that datagrams can be answered; its NAME may be empty as above.
 *
 * A socket's file stays when the socket is closed, and nobody can bind to its path then. The option
 * unlink=on removes, before binding to a path, a socket file that no socket has any more, and the
 * socket's own file when kin_close() is called in the process that bound it; kin_detach() leaves it
 * to whoever closes the descriptor. Nothing but a socket file is ever removed, nor one that another
 * socket was bound to meanwhile.
 */
#ifndef KIN_UNIX_H
#define KIN_UNIX_H

#include <kin/kin.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Bytes of the longest path, without its NUL, and of the longest abstract name. */
#define KIN_UNIX_NAME_MAX 107

/** File descriptors that one message can carry (SCM_MAX_FD of the kernel). */
#define KIN_UNIX_FDS_MAX 253

/**
 * The address of a path, as it is: no escapes, "@" means nothing.
 * @param path  empty: no name; binding to it makes the kernel choose an abstract one
 * @return 0; -EINVAL: NULL; -ENAMETOOLONG
 */
KIN_API int kin_unix_addr(const char *path, struct kin_addr *ret_addr);

/**
 * The address of an abstract name: Linux only, gone with the last socket that has it.
 * @param name  any bytes, NUL included, without the NUL that the kernel wants before them
 * @return 0; -EINVAL: NULL with a length; -ENAMETOOLONG
 */
KIN_API int kin_unix_abstract_addr(const void *name, size_t len, struct kin_addr *ret_addr);

enum kin_unix_kind {
	KIN_UNIX_UNNAMED,
	KIN_UNIX_PATH,
	KIN_UNIX_ABSTRACT,
};

/**
 * What an address names.
 * @param ret_name  its bytes, which live in *addr and need not end with a NUL
 * @return an enum kin_unix_kind; -EAFNOSUPPORT: not an address of this family
 */
KIN_API int kin_unix_name(const struct kin_addr *addr, const char **ret_name, size_t *ret_len);

/**
 * Who is at the other end: the process as it was when it called connect(2), listen(2) or
 * socketpair(2) (SO_PEERCRED). Each result may be NULL.
 * @return 0; -ENOTCONN: this socket is not connected
 */
KIN_API int kin_unix_peer_cred(const struct kin_sock *sock, pid_t *ret_pid, uid_t *ret_uid,
			       gid_t *ret_gid);

/**
 * Send one message together with copies of open file descriptors (SCM_RIGHTS).
 * @param len  on a stream at least 1: descriptors travel with a byte there
 * @return bytes taken, which a stream may cut (never below 2048): send the rest without the
 *         descriptors; -EINVAL: no data, or more than KIN_UNIX_FDS_MAX descriptors; -EBADF: one
 *         of them is not open; else what sendmsg(2) said
 */
KIN_API ssize_t kin_unix_send_fds(struct kin_sock *sock, const void *data, size_t len,
				  const int fds[], unsigned n_fds, int flags);

/**
 * The same from up to 1024 pieces, and to an address.
 * @param addr  NULL: where the socket is connected to
 * @return bytes taken, which a stream may cut: send the rest without the descriptors; else as
 *         kin_unix_send_fds()
 */
KIN_API ssize_t kin_unix_send_fds_to(struct kin_sock *sock, const struct iovec *iov, size_t n,
				     const int fds[], unsigned n_fds, int flags,
				     const struct kin_addr *addr);

/**
 * Receive one message, or what a stream has, and the descriptors that were sent with it. They are
 * close-on-exec and the caller's. Those beyond the room are closed, and MSG_CTRUNC tells. A pidfd
 * of the sender, which passpidfd=on asks for, is none of them and is closed.
 * @param n_fds      in: the room in fds; out: how many came
 * @param ret_flags  MSG_TRUNC, MSG_CTRUNC, ... of recvmsg(2), or NULL
 * @return bytes received, 0 at the end of a stream
 */
KIN_API ssize_t kin_unix_recv_fds(struct kin_sock *sock, void *data, size_t len, int fds[],
				  unsigned *n_fds, int flags, int *ret_flags);

/** The same into up to 1024 pieces. @param ret_addr  who sent it (len 0: has no name), or NULL */
KIN_API ssize_t kin_unix_recv_fds_from(struct kin_sock *sock, const struct iovec *iov, size_t n,
				       int fds[], unsigned *n_fds, int flags, int *ret_flags,
				       struct kin_addr *ret_addr);

#ifdef __cplusplus
}
#endif

#endif
