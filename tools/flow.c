/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Bytes of streams move by splice(2), through a pipe of our own and without being copied to and
 * from our memory; messages, and what splice(2) refuses (terminals, files opened to append), by
 * read and write. A stream begins by copying: most are short, and then the pipe is not worth it.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <kin/family.h>
#include "connect.h"
#include "flow.h"

/* For streams to need few system calls; longer messages get more. */
#define BUFFER_SIZE 131072
/* After so many bytes a stream is spliced. */
#define SPLICE_AFTER (4 * BUFFER_SIZE)
/* Of the pipe: all that an unprivileged process may have by default. */
#define PIPE_SIZE (1 << 20)
/* A user with many pipes gets small ones, and then copying is faster. */
#define PIPE_MIN 65536
/* How often one way moves before the other has its turn. */
#define TURN 16
/* How soon a message is sent again that found an interface's queue full. */
#define RETRY_NS 1000000
/* A limited rate is kept over times as short as this. */
#define RATE_PERIODS 20
#define SECOND_NS    INT64_C(1000000000)

static bool keeps_messages(const struct relay_side *side)
{
	return side->sock && kin_sock_type(side->sock) != SOCK_STREAM;
}

bool has_connections(const struct relay_side *side)
{
	int type = side->sock ? kin_sock_type(side->sock) : SOCK_STREAM;

	return type == SOCK_STREAM || type == SOCK_SEQPACKET;
}

static size_t longest_message(const struct relay_side *side)
{
	const struct kin_proto *proto = side->sock ? kin_sock_proto(side->sock) : NULL;

	return keeps_messages(side) && proto && proto->msg_max ? proto->msg_max : BUFFER_SIZE;
}

/* The most that goes over in one message, which a connection may limit. */
static size_t longest_to_send(const struct relay_side *side)
{
	size_t most = keeps_messages(side) ? kin_sock_send_max(side->sock) : 0;

	return most ? most : longest_message(side);
}

static int64_t usual_wait(const struct relay_side *side)
{
	const struct kin_proto *proto = side->sock ? kin_sock_proto(side->sock) : NULL;

	return proto && proto->answer_ms ? (int64_t)proto->answer_ms * 1000000 : SECOND_NS;
}

int flow_begin(struct flow *flow)
{
	bool to_messages = keeps_messages(flow->to);

	flow->messages = keeps_messages(flow->from);
	flow->endless =
		!has_connections(flow->from) || (!flow->from->sock && isatty(flow->from->in));
	if (flow->wait_ns < 0)
		flow->wait_ns = usual_wait(flow->from);
	flow->size = BUFFER_SIZE;
	if (longest_message(flow->from) > flow->size)
		flow->size = longest_message(flow->from);
	if (!flow->messages && longest_message(flow->to) > flow->size)
		flow->size = longest_message(flow->to);
	flow->chunk = flow->size;
	/* A stream is cut into messages that fit; a message that does not fit is told. */
	if (!flow->messages && to_messages && longest_to_send(flow->to) < flow->chunk)
		flow->chunk = longest_to_send(flow->to);
	flow->part = flow->size;
	if (!flow->messages && flow->rate && flow->rate / RATE_PERIODS < (int64_t)flow->chunk)
		flow->chunk = flow->rate / RATE_PERIODS + 1;
	flow->splice_refused = flow->messages || to_messages || flow->to->out_is_socket ||
			       (flow->to->sock && kin_sock_send_max(flow->to->sock) > 0);
	flow->pipe[0] = flow->pipe[1] = -1;
	flow->moved_ns = kin_now();
	flow->done = flow->from->sock ? false : flow->from->in < 0;
	flow->data = malloc(flow->size);
	return flow->data ? 0 : -ENOMEM;
}

void flow_free(struct flow *flow)
{
	free(flow->data);
	for (int i = 0; i < 2; i++)
		if (flow->pipe[i] >= 0)
			close(flow->pipe[i]);
}

/*
 * This way has failed. When it is the writing that failed, the other one may go on, for what the
 * peer said before it went.
 */
static void flow_fail(struct flow *flow, struct relay_side *side, int err)
{
	flow->done = true;
	flow->unwanted = err == -EPIPE && !side->sock;
	if (flow->unwanted)
		return;
	flow->status = STATUS_FAILED;
	if (!side->failed && side->sock)
		complain_of(side->name, err);
	else if (!side->failed)
		complain("%s: %s", side->name, strerror(-err));
	side->failed = true;
}

/* Pass the end on: the peer learns of it and can still answer. */
static void flow_end(struct flow *flow)
{
	flow->done = flow->ended = true;
	if (flow->end == END_KEEP)
		return;
	if (flow->to->sock) {
		if (has_connections(flow->to) && !ends_whole(flow->to->sock))
			kin_shutdown(flow->to->sock, SHUT_WR);
	} else if (flow->to->out >= 0) {
		close(flow->to->out);
		flow->to->out = -1;
	}
}

/* What can't be read has ended as well. */
static void flow_fail_reading(struct flow *flow, int err)
{
	flow_fail(flow, flow->from, err);
	flow->from->broken = flow->from->sock && has_connections(flow->from);
	flow_end(flow);
}

static int in_fd(const struct relay_side *side)
{
	return side->sock ? kin_fd(side->sock) : side->in;
}

static int out_fd(const struct relay_side *side)
{
	return side->sock ? kin_fd(side->sock) : side->out;
}

/*
 * A message of no bytes and the end look the same. Behind the end there is nothing but more of it;
 * behind the message there may be others of no bytes, but then the peer has not ended, or bytes
 * come after them.
 */
static bool at_end(const struct flow *flow)
{
	struct pollfd fd = {.fd = in_fd(flow->from), .events = POLLRDHUP};
	int bytes = 0;
	ssize_t next;
	char byte;

	if (!flow->messages)
		return true;
	if (!has_connections(flow->from))
		return false;
	next = kin_recv(flow->from->sock, &byte, 1, MSG_PEEK | MSG_DONTWAIT);
	if (next != 0)
		return next < 0 && next != -EAGAIN;
	return poll(&fd, 1, 0) != 0 && (ioctl(fd.fd, FIONREAD, &bytes) < 0 || bytes == 0);
}

/* Get the pipe that what comes from now on goes through. */
static void begin_to_splice(struct flow *flow)
{
	int size = -1;

	if (pipe2(flow->pipe, O_CLOEXEC) == 0)
		size = fcntl(flow->pipe[1], F_SETPIPE_SZ, PIPE_SIZE);
	if (size < 0 && flow->pipe[1] >= 0)
		size = fcntl(flow->pipe[1], F_GETPIPE_SZ);
	flow->splices = size >= PIPE_MIN;
	flow->splice_refused = !flow->splices;
}

/* Does it say that the kernel can't splice there? What is in the pipe is then written by us. */
static bool is_refusal(struct flow *flow, int err)
{
	if (err != EINVAL && err != EOPNOTSUPP && err != ENOSYS)
		return false;
	flow->splices = false;
	flow->splice_refused = true;
	return true;
}

/* Bytes held, in memory or in the pipe; 0: the end; or -errno. */
static ssize_t read_once(struct flow *flow)
{
	const struct kin_proto *proto = flow->from->sock ? kin_sock_proto(flow->from->sock) : NULL;
	/* With MSG_TRUNC the kernel tells the whole length of a message; a stream it throws away.
	 */
	int flags = flow->messages && proto ? proto->recv_flags & MSG_TRUNC : 0;
	ssize_t n = -1;

	if (flow->splices) {
		size_t most = flow->rate ? flow->chunk : PIPE_SIZE;

		n = splice(in_fd(flow->from), NULL, flow->pipe[1], NULL, most,
			   SPLICE_F_MOVE | SPLICE_F_NONBLOCK);
		if (n >= 0 || !is_refusal(flow, errno)) {
			flow->piped = n > 0 ? n : 0;
			return n < 0 ? -errno : n;
		}
	}
	if (flow->from->sock) {
		n = kin_recv(flow->from->sock, flow->data, flow->chunk, flags | MSG_DONTWAIT);
	} else {
		n = read(flow->from->in, flow->data, flow->chunk);
		n = n < 0 ? -errno : n;
	}
	flow->start = 0;
	flow->len = n > 0 ? n : 0;
	return n;
}

/* Read once. @return 1: something is held; 0: it has ended; -EAGAIN: nothing is there */
static int take(struct flow *flow)
{
	ssize_t n = read_once(flow);

	if (n < 0)
		return n == -EINTR ? -EAGAIN : (int)n;
	flow->moved_ns = kin_now();
	if (flow->rate) {
		int64_t late = flow->moved_ns - SECOND_NS / RATE_PERIODS;

		flow->due_ns = (flow->due_ns > late ? flow->due_ns : flow->moved_ns) +
			       (int64_t)((double)n * (double)SECOND_NS / (double)flow->rate);
	}
	if (flow->len > flow->chunk) {
		complain("%s: a message of %zd bytes was cut to %zu", flow->from->name, n,
			 flow->chunk);
		flow->status = STATUS_LOST;
		flow->len = flow->chunk;
	}
	flow->held = n > 0 || !at_end(flow);
	return flow->held;
}

/* Write what is held in the pipe, or get it from there into memory, when it has to be copied. */
static ssize_t write_piped(struct flow *flow)
{
	ssize_t n = splice(flow->pipe[0], NULL, out_fd(flow->to), NULL, flow->piped,
			   SPLICE_F_MOVE | SPLICE_F_NONBLOCK);

	if (n >= 0)
		flow->piped -= n;
	if (n >= 0 || !is_refusal(flow, errno))
		return n < 0 ? -errno : n;
	n = read(flow->pipe[0], flow->data, flow->size);
	if (n < 0)
		return -errno;
	flow->piped -= n;
	flow->start = 0;
	flow->len = n;
	return 0;
}

/* The peer may take less in one message than the protocol allows: a stream is cut smaller. */
static bool can_cut_smaller(struct flow *flow)
{
	size_t tried = flow->len < flow->part ? flow->len : flow->part;

	if (flow->messages || !keeps_messages(flow->to) || tried < 2)
		return false;
	flow->part = tried / 2;
	return true;
}

static ssize_t write_once(struct flow *flow)
{
	const char *data = flow->data + flow->start;
	size_t len = flow->len < flow->part ? flow->len : flow->part;
	ssize_t n;

	if (flow->piped > 0 && flow->len == 0)
		return write_piped(flow);
	if (flow->to->sock) {
		n = kin_send(flow->to->sock, data, len, MSG_DONTWAIT);
	} else {
		n = flow->to->out_is_socket ? send(flow->to->out, data, len, MSG_DONTWAIT)
					    : write(flow->to->out, data, len);
		n = n < 0 ? -errno : n;
	}
	if (n > 0) {
		flow->start += n;
		flow->len -= n;
	}
	return n;
}

/* Write what is held. @return 0: all of it; -EAGAIN: some is left */
static int put(struct flow *flow)
{
	ssize_t n = write_once(flow);

	flow->retry_ns = n == -ENOBUFS ? kin_now() + RETRY_NS : 0;
	if (n == -EINTR || n == -ENOBUFS || (n == -EMSGSIZE && can_cut_smaller(flow)))
		return -EAGAIN;
	if (n < 0)
		return n;
	if (n > 0)
		flow->moved_ns = kin_now();
	*flow->bytes += n;
	flow->held = flow->len > 0 || flow->piped > 0;
	if (!flow->splices && !flow->splice_refused && *flow->bytes >= SPLICE_AFTER && !flow->held)
		begin_to_splice(flow);
	return flow->held ? -EAGAIN : 0;
}

/* May the next read be now? Else retry_ns says when. */
static bool rate_allows(struct flow *flow)
{
	if (!flow->rate || kin_now() >= flow->due_ns)
		return true;
	flow->retry_ns = flow->due_ns;
	return false;
}

void flow_move(struct flow *flow)
{
	if (flow->retry_ns && kin_now() < flow->retry_ns)
		return;
	flow->retry_ns = 0;
	for (int i = 0; i < TURN && !flow->done; i++) {
		int r = 1;

		/* A descriptor of somebody else's may block: one read for each poll(2). */
		if (!flow->held && i > 0 && !flow->from->sock)
			return;
		if (!flow->held && !rate_allows(flow))
			return;
		if (!flow->held)
			r = take(flow);
		if (r == -EAGAIN)
			return;
		if (r < 0)
			flow_fail_reading(flow, r);
		if (r == 0) {
			flow->from->broken = flow->from->sock && ends_whole(flow->from->sock);
			flow_end(flow);
		}
		if (r <= 0)
			return;
		r = put(flow);
		if (r == -EAGAIN)
			return;
		if (r < 0)
			flow_fail(flow, flow->to, r);
		else if (flow->messages && flow->left > 0 && --flow->left == 0)
			flow_end(flow);
	}
}

bool flow_sends_still(const struct flow *flow)
{
	struct pollfd fd = {.fd = out_fd(flow->to), .events = POLLOUT};

	if (flow->to->sock && ends_whole(flow->to->sock))
		return unsent(flow->to->sock) > 0;
	return keeps_messages(flow->to) && poll(&fd, 1, 0) == 0;
}

struct pollfd flow_poll(const struct flow *flow)
{
	struct pollfd fd = {.fd = -1, .events = flow->held ? POLLOUT : POLLIN};

	if (!flow->done && flow->retry_ns == 0)
		fd.fd = flow->held ? out_fd(flow->to) : in_fd(flow->from);
	return fd;
}
