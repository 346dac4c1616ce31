/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One message in several pieces, with its address and ancillary data: sendmsg(2), recvmsg(2). */
#include "core.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>

/* The bytes of all pieces, or what is wrong with them. */
static ssize_t total(const struct iovec *iov, size_t n)
{
	size_t sum = 0;

	if (n > UIO_MAXIOV)
		return kin_fail(EMSGSIZE, "%zu pieces of a message are more than %d", n,
				UIO_MAXIOV);
	if (!iov && n)
		return kin_fail(EINVAL, "iov is NULL");
	for (size_t i = 0; i < n; i++) {
		if (!iov[i].iov_base && iov[i].iov_len)
			return kin_fail(EINVAL, "iov[%zu].iov_base is NULL", i);
		if (__builtin_add_overflow(sum, iov[i].iov_len, &sum) || sum > SSIZE_MAX)
			return kin_fail(EINVAL, "the pieces of a message have more than %zd bytes",
					SSIZE_MAX);
	}
	return (ssize_t)sum;
}

static void gather(void *data, const struct iovec *iov, size_t n)
{
	char *to = data;

	for (size_t i = 0; i < n; i++) {
		if (iov[i].iov_len)
			memcpy(to, iov[i].iov_base, iov[i].iov_len);
		to += iov[i].iov_len;
	}
}

static void scatter(const struct iovec *iov, size_t n, const void *data, size_t len)
{
	const char *from = data;

	for (size_t i = 0; i < n && len > 0; i++) {
		size_t part = iov[i].iov_len < len ? iov[i].iov_len : len;

		if (part && iov[i].iov_base != from)
			memcpy(iov[i].iov_base, from, part);
		from += part;
		len -= part;
	}
}

/*
 * A family that moves messages by itself takes them whole: the one piece there is, or a copy,
 * which the caller frees. NULL: no memory.
 */
static void *whole(const struct iovec *iov, size_t n, size_t size, void **ret_copy)
{
	if (n == 1)
		return iov->iov_base;
	return *ret_copy = malloc(size + 1);
}

static ssize_t send_own(struct kin_sock *sock, const struct iovec *iov, size_t n, size_t size,
			const struct kin_msg *msg, int flags)
{
	struct kin_msg own = msg ? *msg : (struct kin_msg){};
	struct kin_batch one = {.capacity = 1, .msgs = &own};
	void *copy = NULL;
	int r;

	own.data = whole(iov, n, size, &copy);
	own.size = own.len = size;
	if (copy)
		gather(copy, iov, n);
	else if (n != 1)
		return fail_oom();
	r = sock->family->send_batch(sock, &one, 0, 1, flags);
	free(copy);
	return r <= 0 ? r : (ssize_t)own.len;
}

ssize_t kin_send_msg(struct kin_sock *sock, const struct iovec *iov, size_t n,
		     const struct kin_msg *msg, int flags)
{
	struct msghdr header = {.msg_iov = (struct iovec *)(uintptr_t)iov, .msg_iovlen = n};
	struct wait wait = {.sock = sock};
	const struct kin_addr *addr = msg && msg->addr.len ? &msg->addr : NULL;
	ssize_t size = total(iov, n);
	int r;

	NEED(sock);
	if (size < 0)
		return size;
	r = addr ? addr_check(addr) : 0;
	if (r == 0 && msg && msg->control_len)
		r = cmsg_check(msg);
	if (r == 0 && audited())
		r = kin_audit_ask(&(struct kin_audit){
			.event = KIN_AUDIT_SEND_MSG, .sock = sock, .addr = addr});
	if (r < 0)
		return r;
	if (addr) {
		header.msg_name = (void *)(uintptr_t)&addr->ss;
		header.msg_namelen = addr->len;
	}
	if (msg && msg->control_len) {
		header.msg_control = msg->control;
		header.msg_controllen = msg->control_len;
	}
	for (;;) {
		bool own = sends_itself(sock);
		ssize_t sent = own ? send_own(sock, iov, n, (size_t)size, msg, flags) : -ENOSYS;

		if (sent == -ENOSYS) {
			own = false;
			sent = sendmsg(sock->fd, &header, send_flags(sock, flags));
			if (sent < 0)
				sent = -errno;
		}
		if (sent >= 0)
			return sent;
		r = wait_retry(&wait, (int)-sent, POLLOUT, flags);
		if (r < 0)
			return r;
		if (r > 0)
			return own ? sent : fail_call(sock, "send", addr, (int)-sent);
	}
}

static ssize_t recv_own(struct kin_sock *sock, const struct iovec *iov, size_t n, size_t size,
			struct kin_msg *msg, int flags)
{
	struct kin_msg own = *msg;
	struct kin_batch one = {.capacity = 1, .msgs = &own};
	void *copy = NULL;
	int r;

	own.data = whole(iov, n, size, &copy);
	own.size = size;
	if (n != 1 && !copy)
		return fail_oom();
	r = sock->family->recv_batch(sock, &one, flags);
	if (r > 0) {
		if (own.len > size)
			own.len = size;
		scatter(iov, n, own.data, own.len);
		r = (int)own.len;
		own.data = msg->data;
		own.size = msg->size;
		own.len = 0;
		*msg = own;
	}
	free(copy);
	return r;
}

/* recvmsg(2) by the header of message 0, whose data is lent the caller's pieces meanwhile. */
static ssize_t recv_core(struct kin_sock *sock, struct msghdr *header, struct kin_batch *batch,
			 int flags)
{
	ssize_t received = recvmsg(sock->fd, header, recv_flags(sock, flags));

	if (received < 0)
		return -errno;
	if (batch) {
		batch->headers[0].msg_hdr = *header;
		batch->headers[0].msg_len = (unsigned)received;
		batch->used = 1;
		batch_take(batch, 0);
		batch->msgs[0].len = 0;
	}
	return received;
}

ssize_t kin_recv_msg(struct kin_sock *sock, const struct iovec *iov, size_t n,
		     struct kin_batch *batch, int flags)
{
	struct msghdr header = {};
	struct kin_msg unwanted = {};
	struct kin_msg *msg = batch ? &batch->msgs[0] : &unwanted;
	struct wait wait = {.sock = sock};
	ssize_t size = total(iov, n);

	NEED(sock);
	if (size < 0)
		return size;
	if (batch) {
		batch_begin_recv(batch);
		header = batch->headers[0].msg_hdr;
	}
	header.msg_iov = (struct iovec *)(uintptr_t)iov;
	header.msg_iovlen = n;
	for (;;) {
		bool own = receives_itself(sock);
		ssize_t got = own ? recv_own(sock, iov, n, (size_t)size, msg, flags) : -ENOSYS;
		int r;

		if (got == -ENOSYS) {
			own = false;
			got = recv_core(sock, &header, batch, flags);
		}
		if (got >= 0)
			return got > size && !(flags & MSG_TRUNC) ? size : got;
		r = wait_retry(&wait, (int)-got, flags & MSG_ERRQUEUE ? 0 : POLLIN, flags);
		if (r < 0)
			return r;
		if (r > 0)
			return own ? got : fail_call(sock, "recv", NULL, (int)-got);
	}
}
