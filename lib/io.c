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
		KIN_NEED_ROOM(data, len);                                                          \
		if (check_len(len) < 0)                                                            \
			return -EINVAL;                                                            \
	} while (0)

/* One try: bytes, or a negative errno value. *ret_own: the family has given words with it. */
static inline ssize_t send_once(struct kin_sock *sock, const void *data, size_t len, int flags,
				const struct kin_addr *addr, bool *ret_own)
{
	ssize_t n;

	if (unlikely(sock->most && len > sock->most))
		len = sock->most;
	*ret_own = sends_itself(sock);
	if (unlikely(*ret_own)) {
		n = send_one(sock, data, len, flags, addr);
		if (n != -ENOSYS)
			return n;
		*ret_own = false;
	}
	n = sendto(sock->fd, data, len, flags | sock->send_flags, addr ? &addr->sa : NULL,
		   addr ? addr->len : 0);
	return likely(n >= 0) ? n : -errno;
}

/*
 * After a try that gave n: wait and try again, as long as that is worth it. On its own, so that
 * nobody pays for it who need not wait.
 */
static __attribute__((noinline)) ssize_t send_again(struct kin_sock *sock, struct wait *wait,
						    const void *data, size_t len, int flags,
						    const struct kin_addr *addr, ssize_t n,
						    bool own)
{
	struct wait alone = {.sock = sock};

	if (!wait)
		wait = &alone;
	wait->in_vain = 0;
	while (n < 0) {
		int r = sock_takes_less(sock, (int)-n) ? 0
						       : wait_retry(wait, (int)-n, POLLOUT, flags);

		if (r < 0)
			return r;
		if (r > 0)
			return own ? n : fail_send(sock, addr, len, (int)-n);
		n = send_once(sock, data, len, flags, addr, &own);
	}
	return n;
}

/* wait: NULL when its time is not shared with further calls. */
static inline ssize_t send_waiting(struct kin_sock *sock, struct wait *wait, const void *data,
				   size_t len, int flags, const struct kin_addr *addr)
{
	bool own;
	ssize_t n = send_once(sock, data, len, flags, addr, &own);

	return likely(n >= 0) ? n : send_again(sock, wait, data, len, flags, addr, n, own);
}

ssize_t kin_send_to(struct kin_sock *sock, const void *data, size_t len, int flags,
		    const struct kin_addr *addr)
{
	int r;

	KIN_NEED(sock);
	NEED_DATA(data, len);
	if (!addr || addr->len == 0)
		return send_waiting(sock, NULL, data, len, flags, NULL);
	r = addr_check(addr);
	if (r == 0 && audited())
		r = kin_audit_ask(&(struct kin_audit){
			.event = KIN_AUDIT_SEND_TO, .sock = sock, .addr = addr});
	return r < 0 ? r : send_waiting(sock, NULL, data, len, flags, addr);
}

ssize_t kin_send(struct kin_sock *sock, const void *data, size_t len, int flags)
{
	KIN_NEED(sock);
	NEED_DATA(data, len);
	return send_waiting(sock, NULL, data, len, flags, NULL);
}

/* What a first try has left, which gave n. */
static __attribute__((noinline)) int send_rest(struct kin_sock *sock, struct wait *wait,
					       const void *data, size_t len, int flags,
					       size_t *ret_sent, ssize_t n, bool own)
{
	const char *bytes = data;
	size_t sent = 0;

	if (n < 0)
		n = send_again(sock, wait, data, len, flags, NULL, n, own);
	while (n >= 0 && (sent += (size_t)n) < len)
		n = send_waiting(sock, wait, bytes + sent, len - sent, flags, NULL);
	if (ret_sent)
		*ret_sent = sent;
	return n < 0 ? (int)n : 0;
}

int send_all_waiting(struct kin_sock *sock, struct wait *wait, const void *data, size_t len,
		     int flags, size_t *ret_sent)
{
	bool own;
	/* An empty message is a message as well. */
	ssize_t n = send_once(sock, data, len, flags, NULL, &own);

	if (unlikely(n != (ssize_t)len))
		return send_rest(sock, wait, data, len, flags, ret_sent, n, own);
	if (ret_sent)
		*ret_sent = len;
	return 0;
}

int kin_send_all(struct kin_sock *sock, const void *data, size_t len, int flags, size_t *ret_sent)
{
	struct wait wait = {.sock = sock};

	if (ret_sent)
		*ret_sent = 0;
	KIN_NEED(sock);
	NEED_DATA(data, len);
	return send_all_waiting(sock, &wait, data, len, flags, ret_sent);
}

/* Without a copy: a call that fails leaves the address as it is. */
static inline ssize_t recv_core(struct kin_sock *sock, void *data, size_t len, int flags,
				struct kin_addr *ret_addr)
{
	socklen_t addr_len = sizeof(ret_addr->ss);
	ssize_t n = recvfrom(sock->fd, data, len, end_flags(sock, flags),
			     ret_addr ? &ret_addr->sa : NULL, ret_addr ? &addr_len : NULL);

	if (unlikely(n < 0))
		return -errno;
	if (ret_addr)
		ret_addr->len = addr_len;
	return n;
}

/* As send_once() and send_again(). */
static inline ssize_t recv_once(struct kin_sock *sock, void *data, size_t len, int flags,
				struct kin_addr *ret_addr, bool *ret_own)
{
	*ret_own = receives_itself(sock);
	if (unlikely(*ret_own)) {
		ssize_t n = recv_one(sock, data, len, flags, ret_addr);

		if (n != -ENOSYS)
			return n;
		*ret_own = false;
	}
	return recv_core(sock, data, len, flags, ret_addr);
}

static __attribute__((noinline)) ssize_t recv_again(struct kin_sock *sock, struct wait *wait,
						    void *data, size_t len, int flags,
						    struct kin_addr *ret_addr, ssize_t n, bool own)
{
	struct wait alone = {.sock = sock};

	if (!wait)
		wait = &alone;
	wait->in_vain = 0;
	if (n == 0 && len > 0 && recv_false_end(sock))
		n = recv_once(sock, data, len, flags, ret_addr, &own);
	while (n < 0) {
		int r = recv_retry(wait, (int)-n, flags);

		if (r == RECV_ENDED)
			return 0;
		if (r < 0)
			return r;
		if (r > 0)
			return own ? n : fail_call(sock, "recv", NULL, (int)-n);
		n = recv_once(sock, data, len, flags, ret_addr, &own);
	}
	return n;
}

ssize_t recv_waiting(struct kin_sock *sock, struct wait *wait, void *data, size_t len, int flags,
		     struct kin_addr *ret_addr)
{
	bool own;
	ssize_t n = recv_once(sock, data, len, flags, ret_addr, &own);

	return likely(n > 0) ? n : recv_again(sock, wait, data, len, flags, ret_addr, n, own);
}

ssize_t kin_recv_from(struct kin_sock *sock, void *data, size_t len, int flags,
		      struct kin_addr *ret_addr)
{
	KIN_NEED(sock);
	NEED_DATA(data, len);
	return recv_waiting(sock, NULL, data, len, flags, ret_addr);
}

ssize_t kin_recv(struct kin_sock *sock, void *data, size_t len, int flags)
{
	KIN_NEED(sock);
	NEED_DATA(data, len);
	return recv_waiting(sock, NULL, data, len, flags, NULL);
}

ssize_t kin_recv_into(struct kin_sock *sock, void *buf, size_t size, size_t count, int flags,
		      struct kin_addr *ret_addr)
{
	KIN_NEED_ROOM(buf, size);
	if (count > size)
		return kin_fail(EINVAL, "a count of %zu is above the buffer's %zu bytes", count,
				size);
	return kin_recv_from(sock, buf, count ? count : size, flags, ret_addr);
}
