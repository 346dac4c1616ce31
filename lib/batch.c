/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Many messages in one system call, in memory that is allocated once. */
#include "core.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>

/* Where the parts of the one allocation begin. */
struct layout {
	size_t headers, vectors, msgs, control, data, end;
};

static bool part(size_t *end, size_t count, size_t size, size_t *ret_begin)
{
	size_t bytes;

	*ret_begin = *end;
	return !__builtin_mul_overflow(count, size, &bytes) &&
	       !__builtin_add_overflow(bytes, 63, &bytes) &&
	       !__builtin_add_overflow(*end, bytes & ~(size_t)63, end);
}

static bool lay_out(unsigned count, size_t stride, size_t control_size, struct layout *l)
{
	size_t end = (sizeof(struct kin_batch) + 63) & ~(size_t)63;
	bool fits = part(&end, count, sizeof(struct mmsghdr), &l->headers) &&
		    part(&end, count, sizeof(struct iovec), &l->vectors) &&
		    part(&end, count, sizeof(struct kin_msg), &l->msgs) &&
		    part(&end, count, control_size, &l->control) &&
		    part(&end, count, stride, &l->data);

	l->end = end;
	return fits;
}

/* Point message i at its own slot again: a ring or a shorter message may have moved it. */
static void reset(struct kin_batch *b, unsigned i)
{
	struct kin_msg *msg = &b->msgs[i];

	msg->data = b->data + i * b->stride;
	msg->size = b->size;
	msg->control = b->control + i * b->control_size;
	msg->control_size = b->control_size;
	msg->control_len = 0;
	msg->addr.len = 0;
	b->vectors[i].iov_base = msg->data;
	b->vectors[i].iov_len = b->size;
	b->headers[i].msg_hdr = (struct msghdr){
		.msg_name = &msg->addr.ss,
		.msg_namelen = sizeof(msg->addr.ss),
		.msg_iov = &b->vectors[i],
		.msg_iovlen = 1,
		.msg_control = msg->control,
		.msg_controllen = b->control_size,
	};
}

int kin_batch_new(unsigned count, size_t size, size_t control_size, struct kin_batch **ret_batch)
{
	size_t stride = (size + 7) & ~(size_t)7;
	struct kin_batch *b;
	struct layout l;
	char *memory;

	KIN_NEED(ret_batch);
	if (count == 0 || size == 0)
		return kin_fail(EINVAL, "a batch of %u messages of %zu bytes holds nothing", count,
				size);
	if (control_size == 0)
		control_size = 256;
	if (__builtin_add_overflow(control_size, 7, &control_size))
		return fail_oom();
	control_size &= ~(size_t)7;
	if (stride < size || !lay_out(count, stride, control_size, &l))
		return fail_oom();
	memory = calloc(1, l.end);
	if (!memory)
		return fail_oom();
	b = (struct kin_batch *)(void *)memory;
	*b = (struct kin_batch){
		.capacity = count,
		.size = size,
		.stride = stride,
		.control_size = control_size,
		.data = (unsigned char *)memory + l.data,
		.control = (unsigned char *)memory + l.control,
		.headers = (struct mmsghdr *)(void *)(memory + l.headers),
		.vectors = (struct iovec *)(void *)(memory + l.vectors),
		.msgs = (struct kin_msg *)(void *)(memory + l.msgs),
	};
	for (unsigned i = 0; i < count; i++)
		reset(b, i);
	*ret_batch = b;
	return 0;
}

/* One message of the caller's own, for a family that moves messages by itself. */
int recv_one(struct kin_sock *sock, void *data, size_t len, int flags, struct kin_addr *ret_addr)
{
	struct kin_msg msg = {.data = data, .size = len};
	struct kin_batch one = {.capacity = 1, .msgs = &msg};
	int n;

	n = sock->family->recv_batch(sock, &one, flags);
	if (n <= 0)
		return n;
	if (msg.len > len)
		msg.len = len;
	if (msg.data != data)
		memcpy(data, msg.data, msg.len);
	if (ret_addr)
		*ret_addr = msg.addr;
	return (int)msg.len;
}

int send_one(struct kin_sock *sock, const void *data, size_t len, int flags,
	     const struct kin_addr *addr)
{
	struct kin_msg msg = {.data = (unsigned char *)(uintptr_t)data, .size = len, .len = len};
	struct kin_batch one = {.capacity = 1, .msgs = &msg};
	int n;

	if (addr)
		msg.addr = *addr;
	n = sock->family->send_batch(sock, &one, 0, 1, flags);
	return n <= 0 ? n : (int)msg.len;
}

static void close_fds(struct kin_batch *b)
{
	for (unsigned i = 0; b->has_fds && i < b->used; i++)
		cmsg_close_fds(&b->msgs[i]);
	b->has_fds = false;
}

void kin_batch_free(struct kin_batch *batch)
{
	if (!batch)
		return;
	close_fds(batch);
	free(batch);
}

void batch_begin_recv(struct kin_batch *b)
{
	close_fds(b);
	for (unsigned i = 0; i < b->used; i++)
		reset(b, i);
}

unsigned kin_batch_capacity(const struct kin_batch *batch)
{
	KIN_NEED_OR(batch, 0);
	return batch->capacity;
}

struct kin_msg *kin_batch_msg(struct kin_batch *batch, unsigned i)
{
	KIN_NEED_OR(batch, NULL);
	if (unlikely(i >= batch->capacity)) {
		kin_fail(EINVAL, "message %u is not in a batch of %u", i, batch->capacity);
		return NULL;
	}
	return &batch->msgs[i];
}

/* What the kernel wrote into header i, as a message. */
void batch_take(struct kin_batch *b, unsigned i)
{
	const struct msghdr *header = &b->headers[i].msg_hdr;
	struct kin_msg *msg = &b->msgs[i];

	msg->full_len = b->headers[i].msg_len;
	msg->len = msg->full_len < msg->size ? msg->full_len : msg->size;
	msg->addr.len = header->msg_namelen;
	msg->flags = (unsigned)header->msg_flags;
	msg->control_len = header->msg_controllen;
	msg->time_ns = 0;
	msg->clock = KIN_CLOCK_NONE;
	msg->drops = 0;
	msg->fds_len = 0;
	if (msg->control_len > 0 && cmsg_read_core(msg)) {
		msg->fds_len = msg->control_len;
		b->has_fds = true;
	}
}

/*
 * How many messages come before the end, which is one of no bytes. At the end of a SOCK_SEQPACKET
 * the kernel fills the batch with those; a few are empty messages.
 */
static unsigned before_end(const struct kin_sock *sock, const struct kin_batch *b, unsigned n)
{
	unsigned most = b->capacity < UIO_MAXIOV ? b->capacity : UIO_MAXIOV;
	unsigned before = 0;

	if (!has_connections(sock->type) || (sock->type == SOCK_SEQPACKET && n < most))
		return n;
	for (unsigned i = 0; i < n; i++)
		if (b->headers[i].msg_len > 0)
			before = i + 1;
	return before;
}

/* What the kernel has put into the batch; 0: the first was no message, and there is no other. */
static unsigned take_all(const struct kin_sock *sock, struct kin_batch *batch, unsigned n,
			 bool false_end)
{
	struct kin_msg first;

	for (unsigned i = 0; i < n; i++)
		batch_take(batch, i);
	if (!false_end)
		return before_end(sock, batch, n);
	first = batch->msgs[0];
	memmove(&batch->msgs[0], &batch->msgs[1], (n - 1) * sizeof(first));
	batch->msgs[n - 1] = first;
	return n - 1;
}

int kin_recv_batch(struct kin_sock *sock, struct kin_batch *batch, int flags)
{
	struct wait wait = {.sock = sock};
	bool own;
	int all_flags;

	KIN_NEED(sock);
	KIN_NEED(batch);
	own = receives_itself(sock);
	all_flags = recv_flags(sock, flags) | MSG_WAITFORONE;
	batch_begin_recv(batch);
	for (;;) {
		int n = own ? sock->family->recv_batch(sock, batch, flags) : -ENOSYS;
		int r;

		if (n != -ENOSYS) {
			if (n >= 0)
				batch->used = (unsigned)n;
		} else {
			own = false;
			n = recvmmsg(sock->fd, batch->headers, batch->capacity,
				     end_flags(sock, all_flags), NULL);
			if (n >= 0) {
				bool false_end = n > 0 && batch->headers[0].msg_len == 0 &&
						 recv_false_end(sock);

				batch->used = (unsigned)n;
				n = (int)take_all(sock, batch, (unsigned)n, false_end);
				if (n == 0 && false_end)
					continue;
				return n;
			}
			n = -errno;
		}
		if (n >= 0)
			return n;
		r = recv_retry(&wait, -n, flags);
		if (r == RECV_ENDED)
			return 0;
		if (r < 0)
			return r;
		if (r > 0)
			return own ? n : fail_call(sock, "recv", NULL, -n);
	}
}

/* What the caller wrote into a message, and may have got wrong. */
static int check_message(const struct kin_msg *msg)
{
	if (unlikely(!msg->data && msg->len))
		return kin_fail(EINVAL, "msg->data is NULL");
	if (msg->addr.len) {
		int r = addr_check(&msg->addr);

		if (r < 0)
			return r;
	}
	return msg->control_len ? cmsg_check(msg) : 0;
}

static int prepare_to_send(struct kin_batch *b, unsigned i)
{
	struct kin_msg *msg = &b->msgs[i];
	int r = check_message(msg);

	if (r < 0)
		return r;
	b->vectors[i].iov_base = msg->data;
	b->vectors[i].iov_len = msg->len;
	b->headers[i].msg_hdr = (struct msghdr){
		.msg_name = msg->addr.len ? &msg->addr.ss : NULL,
		.msg_namelen = msg->addr.len,
		.msg_iov = &b->vectors[i],
		.msg_iovlen = 1,
		.msg_control = msg->control_len ? msg->control : NULL,
		.msg_controllen = msg->control_len,
	};
	return 0;
}

static int audit_batch(struct kin_sock *sock, const struct kin_batch *b, unsigned first,
		       unsigned count)
{
	for (unsigned i = first; audited() && i < first + count; i++) {
		const struct kin_addr *addr = &b->msgs[i].addr;
		struct kin_audit what = {.event = KIN_AUDIT_SEND_TO, .sock = sock, .addr = addr};
		int r = addr->len ? kin_audit_ask(&what) : 0;

		if (r < 0)
			return r;
	}
	return 0;
}

/* Of a message that is too long for a stream to take at once. */
static int send_part(struct kin_sock *sock, struct kin_msg *msg, int flags)
{
	ssize_t n = kin_send(sock, msg->data, msg->len, flags);

	if (n < 0)
		return (int)n;
	msg->full_len = (size_t)n;
	return 1;
}

int kin_send_batch(struct kin_sock *sock, struct kin_batch *batch, unsigned first, unsigned count,
		   int flags)
{
	struct wait wait = {.sock = sock};
	bool own;
	int all_flags;
	int r;

	KIN_NEED(sock);
	KIN_NEED(batch);
	own = sends_itself(sock);
	all_flags = flags | sock->send_flags;
	if (count == 0)
		return kin_fail(EINVAL, "no messages to send");
	if (first >= batch->capacity || count > batch->capacity - first)
		return kin_fail(EINVAL, "messages %u to %u are not in a batch of %u", first,
				first + count - 1, batch->capacity);
	if (batch->used < first + count)
		batch->used = first + count;
	for (unsigned i = first; i < first + count; i++) {
		r = prepare_to_send(batch, i);
		if (r < 0)
			return r;
	}
	r = audit_batch(sock, batch, first, count);
	if (r < 0)
		return r;
	for (;;) {
		int n = own ? sock->family->send_batch(sock, batch, first, count, flags) : -ENOSYS;

		if (n == -ENOSYS) {
			own = false;
			n = sendmmsg(sock->fd, batch->headers + first, count, all_flags);
			if (n < 0)
				n = -errno;
			for (int i = 0; i < n; i++)
				batch->msgs[first + (unsigned)i].full_len =
					batch->headers[first + (unsigned)i].msg_len;
		}
		if (n == -EMSGSIZE && sock->type == SOCK_STREAM)
			return send_part(sock, &batch->msgs[first], flags);
		if (n >= 0)
			return n;
		r = wait_retry(&wait, -n, POLLOUT, flags);
		if (r < 0)
			return r;
		if (r > 0)
			return own ? n : fail_send(sock, NULL, batch->msgs[first].len, -n);
	}
}

unsigned kin_take_fds(struct kin_batch *batch, struct kin_msg *msg, int fds[], unsigned max)
{
	struct kin_msg received = {};
	struct kin_cmsg cmsg = {};
	unsigned n = 0;

	KIN_NEED_OR(batch, 0);
	KIN_NEED_OR(msg, 0);
	if (!fds || !batch->has_fds)
		return 0;
	received.control = msg->control;
	received.control_len = msg->fds_len;
	while (kin_next_cmsg(&received, &cmsg)) {
		int *theirs = (int *)(uintptr_t)cmsg.data;

		if (!cmsg_has_fds(&cmsg))
			continue;
		for (size_t i = 0; i < cmsg.len / sizeof(int) && n < max; i++) {
			if (theirs[i] < 0)
				continue;
			fds[n++] = theirs[i];
			theirs[i] = -1;
		}
	}
	return n;
}
