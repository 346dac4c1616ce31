/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a UNIX socket passes besides bytes: open files and who the peer is. */
#include "internal.h"

#include <errno.h>
#include <string.h>

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

ssize_t kin_unix_send_fds(struct kin_sock *sock, const void *data, size_t len, const int fds[],
			  unsigned n_fds, int flags)
{
	struct kin_batch *batch KIN_CLEANUP(kin_batch_free) = NULL;
	bool stream = kin_sock_type(sock) == SOCK_STREAM;
	struct kin_msg *msg;
	int r;

	if (n_fds > KIN_UNIX_FDS_MAX)
		return kin_fail(EINVAL, "%u file descriptors: a message carries at most %d", n_fds,
				KIN_UNIX_FDS_MAX);
	if (stream && len == 0)
		return kin_fail(EINVAL, "on a stream, file descriptors need a byte to travel with");
	if (stream && len > STREAM_PIECE)
		len = STREAM_PIECE;
	r = kin_batch_new(1, len ? len : 1, CMSG_SPACE(n_fds * sizeof(fds[0])), &batch);
	if (r < 0)
		return r;
	msg = kin_batch_msg(batch, 0);
	if (len)
		memcpy(msg->data, data, len);
	msg->len = len;
	if (n_fds)
		r = kin_add_cmsg(msg, SOL_SOCKET, SCM_RIGHTS, fds, n_fds * sizeof(fds[0]));
	if (r == 0)
		r = kin_send_batch(sock, batch, 0, 1, flags);
	return r < 0 ? r : (ssize_t)len;
}

ssize_t kin_unix_recv_fds(struct kin_sock *sock, void *data, size_t len, int fds[], unsigned *n_fds,
			  int flags, int *ret_flags)
{
	struct kin_batch *batch KIN_CLEANUP(kin_batch_free) = NULL;
	size_t room = CMSG_SPACE(*n_fds * sizeof(fds[0]));
	struct kin_msg *msg;
	int r;

	if (len == 0)
		return kin_fail(EINVAL, "there is no room for data to receive");
	if (*n_fds > KIN_UNIX_FDS_MAX)
		room = CMSG_SPACE(KIN_UNIX_FDS_MAX * sizeof(fds[0]));
	r = kin_batch_new(1, len, room, &batch);
	if (r < 0)
		return r;
	r = kin_recv_batch(sock, batch, flags | MSG_CMSG_CLOEXEC);
	if (r < 0)
		return r;
	/* No message is the end of a stream, or an empty one of a seqpacket: that may carry some.
	 */
	msg = kin_batch_msg(batch, 0);
	*n_fds = kin_take_fds(batch, msg, fds, *n_fds);
	if (ret_flags)
		*ret_flags = (int)msg->flags;
	if (msg->len)
		memcpy(data, msg->data, msg->len);
	return (ssize_t)msg->len;
}
