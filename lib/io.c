/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One message at a time. */
#include "core.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>

/* More than any object has: a negative number that became a size. */
static inline int check_len(size_t len)
{
	if (likely(len <= SSIZE_MAX))
		return 0;
	return kin_fail(EINVAL, "%zu bytes are more than %zd", len, SSIZE_MAX);
}

#define NEED_DATA(data, len)                                                                       \
	do {                                                                                       \
		NEED_ROOM(data, len);                                                              \
		if (check_len(len) < 0)                                                            \
			return -EINVAL;                                                            \
	} while (0)

static ssize_t send_waiting(struct kin_sock *sock, struct wait *wait, const void *data, size_t len,
			    int flags, const struct kin_addr *addr)
{
	wait->in_vain = 0;
	for (;;) {
		bool own = sends_itself(sock);
		ssize_t n = own ? send_one(sock, data, len, flags, addr) : -ENOSYS;
		int r;

		if (n == -ENOSYS) {
			own = false;
			n = sendto(sock->fd, data, len, send_flags(sock, flags),
				   addr ? &addr->sa : NULL, addr ? addr->len : 0);
			if (unlikely(n < 0))
				n = -errno;
		}
		if (likely(n >= 0))
			return n;
		r = wait_retry(wait, (int)-n, POLLOUT, flags);
		if (r < 0)
			return r;
		if (r > 0)
			return own ? n : fail_call(sock, "send", addr, (int)-n);
	}
}

ssize_t kin_send_to(struct kin_sock *sock, const void *data, size_t len, int flags,
		    const struct kin_addr *addr)
{
	struct wait wait = {.sock = sock};
	int r;

	NEED(sock);
	NEED_DATA(data, len);
	if (!addr || addr->len == 0)
		return send_waiting(sock, &wait, data, len, flags, NULL);
	r = addr_check(addr);
	if (r == 0 && audited())
		r = kin_audit_ask(&(struct kin_audit){
			.event = KIN_AUDIT_SEND_TO, .sock = sock, .addr = addr});
	return r < 0 ? r : send_waiting(sock, &wait, data, len, flags, addr);
}

ssize_t kin_send(struct kin_sock *sock, const void *data, size_t len, int flags)
{
	struct wait wait = {.sock = sock};

	NEED(sock);
	NEED_DATA(data, len);
	return send_waiting(sock, &wait, data, len, flags, NULL);
}

int send_all_waiting(struct kin_sock *sock, struct wait *wait, const void *data, size_t len,
		     int flags, size_t *ret_sent)
{
	const char *bytes = data;
	size_t sent = 0;
	ssize_t n = 0;

	/* An empty message is a message as well, so there is always one round. */
	do {
		n = send_waiting(sock, wait, len ? bytes + sent : bytes, len - sent, flags, NULL);
		if (n > 0)
			sent += (size_t)n;
	} while (n >= 0 && sent < len);
	if (ret_sent)
		*ret_sent = sent;
	return n < 0 ? (int)n : 0;
}

int kin_send_all(struct kin_sock *sock, const void *data, size_t len, int flags, size_t *ret_sent)
{
	struct wait wait = {.sock = sock};

	NEED(sock);
	NEED_DATA(data, len);
	return send_all_waiting(sock, &wait, data, len, flags, ret_sent);
}

/* Without a copy: a call that fails leaves the address as it is, but for the length's place. */
static ssize_t recv_core(struct kin_sock *sock, void *data, size_t len, int flags,
			 struct kin_addr *ret_addr)
{
	socklen_t before;
	ssize_t n;

	if (!ret_addr) {
		n = recvfrom(sock->fd, data, len, flags, NULL, NULL);
		return likely(n >= 0) ? n : -errno;
	}
	before = ret_addr->len;
	ret_addr->len = sizeof(ret_addr->ss);
	n = recvfrom(sock->fd, data, len, flags, &ret_addr->sa, &ret_addr->len);
	if (likely(n >= 0))
		return n;
	ret_addr->len = before;
	return -errno;
}

ssize_t recv_waiting(struct kin_sock *sock, struct wait *wait, void *data, size_t len, int flags,
		     struct kin_addr *ret_addr)
{
	wait->in_vain = 0;
	for (;;) {
		bool own = receives_itself(sock);
		ssize_t n = own ? recv_one(sock, data, len, flags, ret_addr) : -ENOSYS;
		int r;

		if (n == -ENOSYS) {
			own = false;
			n = recv_core(sock, data, len, flags, ret_addr);
		}
		if (likely(n >= 0))
			return n;
		r = wait_retry(wait, (int)-n, flags & MSG_ERRQUEUE ? 0 : POLLIN, flags);
		if (r < 0)
			return r;
		if (r > 0)
			return own ? n : fail_call(sock, "recv", NULL, (int)-n);
	}
}

ssize_t kin_recv_from(struct kin_sock *sock, void *data, size_t len, int flags,
		      struct kin_addr *ret_addr)
{
	struct wait wait = {.sock = sock};

	NEED(sock);
	NEED_DATA(data, len);
	return recv_waiting(sock, &wait, data, len, flags, ret_addr);
}

ssize_t kin_recv(struct kin_sock *sock, void *data, size_t len, int flags)
{
	return kin_recv_from(sock, data, len, flags, NULL);
}

ssize_t kin_recv_into(struct kin_sock *sock, void *buf, size_t size, size_t count, int flags,
		      struct kin_addr *ret_addr)
{
	NEED_ROOM(buf, size);
	if (count > size)
		return kin_fail(EINVAL, "a count of %zu is above the buffer's %zu bytes", count,
				size);
	return kin_recv_from(sock, buf, count ? count : size, flags, ret_addr);
}
