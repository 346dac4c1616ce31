/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One message in several pieces, with its address and ancillary data: sendmsg(2), recvmsg(2). */
#include "core.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>

/* The bytes of all pieces, or what is wrong with them. */
static __attribute__((noinline)) ssize_t total_of_many(const struct iovec *iov, size_t n)
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

static inline ssize_t total(const struct iovec *iov, size_t n)
{
	if (likely(n == 1 && iov && iov->iov_base && iov->iov_len <= SSIZE_MAX))
		return (ssize_t)iov->iov_len;
	return total_of_many(iov, n);
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

static __attribute__((noinline)) ssize_t send_own(struct kin_sock *sock, const struct iovec *iov,
						  size_t n, const struct kin_msg *msg, int flags)
{
	struct kin_msg own = msg ? *msg : (struct kin_msg){};
	struct kin_batch one = {.capacity = 1, .msgs = &own};
	void *copy = NULL;
	int r;

	own.size = own.len = (size_t)total(iov, n);
	own.data = whole(iov, n, own.size, &copy);
	if (copy)
		gather(copy, iov, n);
	else if (n != 1)
		return fail_oom();
	r = sock->family->send_batch(sock, &one, 0, 1, flags);
	free(copy);
	return r <= 0 ? r : (ssize_t)own.len;
}

/* As many of the pieces as a stream takes at once, or a part of the first: *ret_part. */
static size_t cut(const struct iovec *iov, size_t n, size_t most, struct iovec *ret_part)
{
	size_t sum = 0, whole_ones = 0;

	while (whole_ones < n && iov[whole_ones].iov_len <= most - sum)
		sum += iov[whole_ones++].iov_len;
	if (whole_ones == 0)
		*ret_part = (struct iovec){iov[0].iov_base, most};
	return whole_ones;
}

/* One try: bytes, or a negative errno value. *ret_own: the family has given words with it. */
static inline ssize_t send_once(struct kin_sock *sock, const struct iovec *iov, size_t n,
				const struct kin_msg *msg, int flags, bool *ret_own)
{
	struct msghdr header = {.msg_iov = (struct iovec *)(uintptr_t)iov, .msg_iovlen = n};
	struct iovec part;
	ssize_t sent;

	*ret_own = sends_itself(sock);
	if (unlikely(*ret_own)) {
		sent = send_own(sock, iov, n, msg, flags);
		if (sent != -ENOSYS)
			return sent;
		*ret_own = false;
	}
	if (unlikely(sock->most > 0 && n > 0)) {
		header.msg_iovlen = cut(iov, n, sock->most, &part);
		if (header.msg_iovlen == 0)
			header = (struct msghdr){.msg_iov = &part, .msg_iovlen = 1};
	}
	if (msg && msg->addr.len) {
		header.msg_name = (void *)(uintptr_t)&msg->addr.ss;
		header.msg_namelen = msg->addr.len;
	}
	if (msg && msg->control_len) {
		header.msg_control = msg->control;
		header.msg_controllen = msg->control_len;
	}
	sent = sendmsg(sock->fd, &header, flags | sock->send_flags);
	return likely(sent >= 0) ? sent : -errno;
}

/* After a try that gave sent. On its own, so that nobody pays for it who need not wait. */
static __attribute__((noinline)) ssize_t send_again(struct kin_sock *sock, const struct iovec *iov,
						    size_t n, const struct kin_msg *msg, int flags,
						    ssize_t sent, bool own)
{
	const struct kin_addr *addr = msg && msg->addr.len ? &msg->addr : NULL;
	struct wait wait = {.sock = sock};

	while (sent < 0) {
		int r = sock_takes_less(sock, (int)-sent)
				? 0
				: wait_retry(&wait, (int)-sent, POLLOUT, flags);

		if (r < 0)
			return r;
		if (r > 0)
			return own ? sent
				   : fail_send(sock, addr, (size_t)total(iov, n), (int)-sent);
		sent = send_once(sock, iov, n, msg, flags, &own);
	}
	return sent;
}

/* Of a message's address and ancillary data. */
static int check_msg(const struct kin_msg *msg)
{
	int r = msg->addr.len ? addr_check(&msg->addr) : 0;

	return r < 0 || msg->control_len == 0 ? r : cmsg_check(msg);
}

ssize_t kin_send_msg(struct kin_sock *sock, const struct iovec *iov, size_t n,
		     const struct kin_msg *msg, int flags)
{
	ssize_t sent = total(iov, n);
	int r;
	bool own;

	KIN_NEED(sock);
	if (sent < 0)
		return sent;
	r = msg ? check_msg(msg) : 0;
	if (r == 0 && unlikely(audited()))
		r = kin_audit_ask(
			&(struct kin_audit){.event = KIN_AUDIT_SEND_MSG,
					    .sock = sock,
					    .addr = msg && msg->addr.len ? &msg->addr : NULL});
	if (r < 0)
		return r;
	sent = send_once(sock, iov, n, msg, flags, &own);
	return likely(sent >= 0) ? sent : send_again(sock, iov, n, msg, flags, sent, own);
}

static __attribute__((noinline)) ssize_t recv_own(struct kin_sock *sock, const struct iovec *iov,
						  size_t n, struct kin_batch *batch, int flags)
{
	struct kin_msg own = batch ? batch->msgs[0] : (struct kin_msg){};
	struct kin_batch one = {.capacity = 1, .msgs = &own};
	size_t size = (size_t)total(iov, n);
	void *copy = NULL;
	ssize_t received;

	own.data = whole(iov, n, size, &copy);
	own.size = size;
	if (n != 1 && !copy)
		return fail_oom();
	received = sock->family->recv_batch(sock, &one, flags);
	if (received > 0) {
		size_t len = own.len < size ? own.len : size;

		scatter(iov, n, own.data, len);
		received = (ssize_t)len;
		if (batch) {
			own.data = batch->msgs[0].data;
			own.size = batch->msgs[0].size;
			own.len = 0;
			batch->msgs[0] = own;
		}
	}
	free(copy);
	return received;
}

/* By the header of message 0, whose data is the caller's pieces meanwhile. */
static ssize_t recv_with(struct kin_sock *sock, const struct iovec *iov, size_t n,
			 struct kin_batch *batch, int flags)
{
	struct msghdr *header = &batch->headers[0].msg_hdr;
	ssize_t received;

	header->msg_iov = (struct iovec *)(uintptr_t)iov;
	header->msg_iovlen = n;
	received = recvmsg(sock->fd, header, end_flags(sock, recv_flags(sock, flags)));
	header->msg_iov = &batch->vectors[0];
	header->msg_iovlen = 1;
	if (unlikely(received < 0))
		return -errno;
	batch->headers[0].msg_len = (unsigned)received;
	batch->used = 1;
	batch_take(batch, 0);
	batch->msgs[0].len = 0;
	return received;
}

/* As send_once() and send_again(). */
static inline ssize_t recv_once(struct kin_sock *sock, const struct iovec *iov, size_t n,
				struct kin_batch *batch, int flags, bool *ret_own)
{
	struct msghdr header = {.msg_iov = (struct iovec *)(uintptr_t)iov, .msg_iovlen = n};
	ssize_t received;

	*ret_own = receives_itself(sock);
	if (unlikely(*ret_own)) {
		received = recv_own(sock, iov, n, batch, flags);
		if (received != -ENOSYS)
			return received;
		*ret_own = false;
	}
	if (batch)
		return recv_with(sock, iov, n, batch, flags);
	received = recvmsg(sock->fd, &header, end_flags(sock, recv_flags(sock, flags)));
	return likely(received >= 0) ? received : -errno;
}

static __attribute__((noinline)) ssize_t recv_again(struct kin_sock *sock, const struct iovec *iov,
						    size_t n, struct kin_batch *batch, int flags,
						    ssize_t received, bool own)
{
	struct wait wait = {.sock = sock};

	if (received == 0 && total(iov, n) > 0 && recv_false_end(sock))
		received = recv_once(sock, iov, n, batch, flags, &own);
	while (received < 0) {
		int r = recv_retry(&wait, (int)-received, flags);

		if (r == RECV_ENDED)
			return 0;
		if (r < 0)
			return r;
		if (r > 0)
			return own ? received : fail_call(sock, "recv", NULL, (int)-received);
		received = recv_once(sock, iov, n, batch, flags, &own);
	}
	return received;
}

ssize_t kin_recv_msg(struct kin_sock *sock, const struct iovec *iov, size_t n,
		     struct kin_batch *batch, int flags)
{
	ssize_t size = total(iov, n), received;
	bool own;

	KIN_NEED(sock);
	if (size < 0)
		return size;
	if (batch)
		batch_begin_recv(batch);
	received = recv_once(sock, iov, n, batch, flags, &own);
	if (unlikely(received <= 0))
		received = recv_again(sock, iov, n, batch, flags, received, own);
	/* A family's MSG_TRUNC tells the whole length, which was not asked for. */
	return received > size && !(flags & MSG_TRUNC) ? size : received;
}
