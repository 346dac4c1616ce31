/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a UNIX socket passes besides bytes: open files and who the peer is. */
#include "internal.h"

#include <errno.h>

/* Room for what may come before the descriptors, as options ask for: the sender, time stamps. */
#define OTHER_ITEMS 256

/* A first piece that the kernel takes whole or not at all, however small the send buffer is. */
#define STREAM_PIECE 2048

int kin_unix_peer_cred(const struct kin_sock *sock, pid_t *ret_pid, uid_t *ret_uid, gid_t *ret_gid)
{
	struct ucred cred;
	socklen_t len = sizeof(cred);
	int r;

	r = kin_getsockopt(sock, SOL_SOCKET, SO_PEERCRED, &cred, &len);
	if (r < 0)
		return r;
	/* Without a peer the kernel tells of no process instead of failing. */
	if (cred.pid == 0 && cred.uid == (uid_t)-1)
		return kin_fail(ENOTCONN, "the socket has no peer");
	if (ret_pid)
		*ret_pid = cred.pid;
	if (ret_uid)
		*ret_uid = cred.uid;
	if (ret_gid)
		*ret_gid = cred.gid;
	return 0;
}

static bool is_empty(const struct iovec *iov, size_t n)
{
	for (size_t i = 0; iov && i < n; i++)
		if (iov[i].iov_len)
			return false;
	return true;
}

ssize_t kin_unix_send_fds_to(struct kin_sock *sock, const struct iovec *iov, size_t n,
			     const int fds[], unsigned n_fds, int flags,
			     const struct kin_addr *addr)
{
	_Alignas(struct cmsghdr) char control[CMSG_SPACE(KIN_UNIX_FDS_MAX * sizeof(fds[0]))];
	struct kin_msg msg = {.control = control, .control_size = sizeof(control)};
	int r = 0;

	KIN_NEED_ROOM(fds, n_fds);
	if (n_fds > KIN_UNIX_FDS_MAX)
		return kin_fail(EINVAL, "%u file descriptors: a message carries at most %d", n_fds,
				KIN_UNIX_FDS_MAX);
	if (kin_sock_type(sock) == SOCK_STREAM && is_empty(iov, n))
		return kin_fail(EINVAL, "on a stream, file descriptors need a byte to travel with");
	if (addr)
		msg.addr = *addr;
	if (n_fds)
		r = kin_add_cmsg(&msg, SOL_SOCKET, SCM_RIGHTS, fds, n_fds * sizeof(fds[0]));
	return r < 0 ? r : kin_send_msg(sock, iov, n, &msg, flags);
}

ssize_t kin_unix_send_fds(struct kin_sock *sock, const void *data, size_t len, const int fds[],
			  unsigned n_fds, int flags)
{
	bool is_cut = len > STREAM_PIECE && kin_sock_type(sock) == SOCK_STREAM;
	const struct iovec piece = {(void *)(uintptr_t)data, is_cut ? STREAM_PIECE : len};

	return kin_unix_send_fds_to(sock, &piece, 1, fds, n_fds, flags, NULL);
}

/* Those that the sender has passed; a pidfd of it, which comes behind them, is none. */
static unsigned count_passed(const struct kin_msg *msg)
{
	struct kin_cmsg cmsg = {};
	unsigned n = 0;

	while (kin_next_cmsg(msg, &cmsg))
		if (cmsg.level == SOL_SOCKET && cmsg.type == SCM_RIGHTS)
			n += (unsigned)(cmsg.len / sizeof(int));
	return n;
}

ssize_t kin_unix_recv_fds_from(struct kin_sock *sock, const struct iovec *iov, size_t n, int fds[],
			       unsigned *n_fds, int flags, int *ret_flags,
			       struct kin_addr *ret_addr)
{
	struct kin_batch *batch KIN_CLEANUP(kin_batch_free) = NULL;
	struct kin_msg *msg;
	unsigned room, came;
	ssize_t len;
	int r;

	KIN_NEED(n_fds);
	KIN_NEED_ROOM(fds, *n_fds);
	if (is_empty(iov, n))
		return kin_fail(EINVAL, "there is no room for data to receive");
	room = *n_fds < KIN_UNIX_FDS_MAX ? *n_fds : KIN_UNIX_FDS_MAX;
	r = kin_batch_new(1, 1, OTHER_ITEMS + CMSG_SPACE(room * sizeof(fds[0])), &batch);
	if (r < 0)
		return r;
	/* 0 is the end of a stream, or an empty message of a seqpacket: that may carry some. */
	len = kin_recv_msg(sock, iov, n, batch, flags | MSG_CMSG_CLOEXEC);
	if (len < 0)
		return len;
	msg = kin_batch_msg(batch, 0);
	came = count_passed(msg);
	if (came > room)
		msg->flags |= MSG_CTRUNC; /* the kernel had room for them; the batch closes them */
	*n_fds = kin_take_fds(batch, msg, fds, came < room ? came : room);
	if (ret_flags)
		*ret_flags = (int)msg->flags;
	if (ret_addr)
		*ret_addr = msg->addr;
	return len;
}

ssize_t kin_unix_recv_fds(struct kin_sock *sock, void *data, size_t len, int fds[], unsigned *n_fds,
			  int flags, int *ret_flags)
{
	return kin_unix_recv_fds_from(sock, &(struct iovec){data, len}, 1, fds, n_fds, flags,
				      ret_flags, NULL);
}
