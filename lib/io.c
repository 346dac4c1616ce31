/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One message at a time. */
#include "core.h"

#include <errno.h>
#include <poll.h>

static ssize_t send_waiting(struct kin_sock *sock, struct wait *wait, const void *data, size_t len,
			    int flags, const struct kin_addr *addr)
{
	for (;;) {
		ssize_t n = send_one(sock, data, len, flags, addr);
		int r;

		if (n == -ENOSYS) {
			n = sendto(sock->fd, data, len, send_flags(sock, flags),
				   addr ? &addr->sa : NULL, addr ? addr->len : 0);
			if (n < 0)
				n = -errno;
		}
		if (n >= 0)
			return n;
		r = wait_retry(wait, (int)-n, POLLOUT, flags);
		if (r < 0)
			return r;
		if (r > 0)
			return fail_call(sock, "send", addr, (int)-n);
	}
}

ssize_t kin_send_to(struct kin_sock *sock, const void *data, size_t len, int flags,
		    const struct kin_addr *addr)
{
	struct wait wait = {.sock = sock};

	if (addr && audited()) {
		int r = kin_audit_ask(&(struct kin_audit){
			.event = KIN_AUDIT_SEND_TO, .sock = sock, .addr = addr});

		if (r < 0)
			return r;
	}
	return send_waiting(sock, &wait, data, len, flags, addr);
}

ssize_t kin_send(struct kin_sock *sock, const void *data, size_t len, int flags)
{
	return kin_send_to(sock, data, len, flags, NULL);
}

int kin_send_all(struct kin_sock *sock, const void *data, size_t len, int flags, size_t *ret_sent)
{
	struct wait wait = {.sock = sock};
	const char *bytes = data;
	size_t sent = 0;
	ssize_t n = 0;

	/* An empty message is a message as well, so there is always one round. */
	do {
		n = send_waiting(sock, &wait, bytes + sent, len - sent, flags, NULL);
		if (n > 0)
			sent += (size_t)n;
	} while (n >= 0 && sent < len);
	if (ret_sent)
		*ret_sent = sent;
	return n < 0 ? (int)n : 0;
}

ssize_t kin_recv_from(struct kin_sock *sock, void *data, size_t len, int flags,
		      struct kin_addr *ret_addr)
{
	struct wait wait = {.sock = sock};
	struct kin_addr addr;

	for (;;) {
		ssize_t n;
		int r;

		addr.len = sizeof(addr.ss);
		n = recv_one(sock, data, len, flags, &addr);
		if (n == -ENOSYS) {
			n = recvfrom(sock->fd, data, len, flags, ret_addr ? &addr.sa : NULL,
				     ret_addr ? &addr.len : NULL);
			if (n < 0)
				n = -errno;
		}
		if (n >= 0) {
			if (ret_addr)
				*ret_addr = addr;
			return n;
		}
		r = wait_retry(&wait, (int)-n, flags & MSG_ERRQUEUE ? 0 : POLLIN, flags);
		if (r < 0)
			return r;
		if (r > 0)
			return fail_call(sock, "recv", NULL, (int)-n);
	}
}

ssize_t kin_recv(struct kin_sock *sock, void *data, size_t len, int flags)
{
	return kin_recv_from(sock, data, len, flags, NULL);
}

ssize_t kin_recv_into(struct kin_sock *sock, void *buf, size_t size, size_t count, int flags,
		      struct kin_addr *ret_addr)
{
	if (count > size)
		return kin_fail(EINVAL, "a count of %zu is above the buffer's %zu bytes", count,
				size);
	return kin_recv_from(sock, buf, count ? count : size, flags, ret_addr);
}
