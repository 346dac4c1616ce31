/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <kin/family.h>
#include "relay.h"

/* Enough for the longest message, and for streams to need few system calls. */
#define BUFFER_SIZE 131072
/* How often one way moves before the other has its turn. */
#define TURN 16
/* How soon a message is sent again that found an interface's queue full. */
#define RETRY_NS 1000000

/* One way through the relay. What was read is held until all of it is written. */
struct flow {
	struct relay *relay;
	struct relay_side *from, *to;
	char *data;
	size_t chunk;      /* how much to read at once */
	size_t start, len; /* what is held */
	bool held;         /* an empty message is held as well */
	bool messages;     /* from has message boundaries */
	bool endless;      /* from can't tell its end */
	bool done;
	bool unwanted;    /* the reader of our output went away */
	int64_t retry_ns; /* not before this time; 0: when poll(2) says so */
	int64_t moved_ns; /* when something last came */
	uint64_t *bytes;
	int status;
};

static bool keeps_messages(const struct relay_side *side)
{
	return side->sock && kin_sock_type(side->sock) != SOCK_STREAM;
}

static bool has_connections(const struct relay_side *side)
{
	int type = side->sock ? kin_sock_type(side->sock) : SOCK_STREAM;

	return type == SOCK_STREAM || type == SOCK_SEQPACKET;
}

static size_t longest_message(const struct relay_side *side)
{
	const struct kin_proto *proto = side->sock ? kin_sock_proto(side->sock) : NULL;

	return keeps_messages(side) && proto && proto->msg_max ? proto->msg_max : BUFFER_SIZE;
}

static int flow_begin(struct flow *flow)
{
	bool to_messages = keeps_messages(flow->to);

	flow->messages = keeps_messages(flow->from);
	flow->endless = !has_connections(flow->from) ||
	                (!flow->from->sock && isatty(flow->from->in));
	flow->chunk = BUFFER_SIZE;
	/* A stream is cut into messages that fit; a message that does not fit is told. */
	if (!flow->messages && to_messages && longest_message(flow->to) < BUFFER_SIZE)
		flow->chunk = longest_message(flow->to);
	flow->moved_ns = kin_now();
	flow->done = flow->from->sock ? false : flow->from->in < 0;
	flow->data = malloc(BUFFER_SIZE);
	return flow->data ? 0 : -ENOMEM;
}

/* This way has failed: the other one may go on, for what the peer said before it went. */
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
	flow->done = true;
	if (flow->to->sock) {
		if (has_connections(flow->to))
			kin_shutdown(flow->to->sock, SHUT_WR);
	} else if (flow->to->out >= 0) {
		close(flow->to->out);
		flow->to->out = -1;
	}
}

/*
 * A message of no bytes and the end look the same. Behind the end there is nothing but more of it.
 */
static bool at_end(const struct flow *flow)
{
	ssize_t next;
	char byte;

	if (!flow->messages)
		return true;
	if (!has_connections(flow->from))
		return false;
	next = kin_recv(flow->from->sock, &byte, 1, MSG_PEEK | MSG_DONTWAIT);
	return next <= 0 && next != -EAGAIN;
}

/* Read once. @return 1: something is held; 0: it has ended; -EAGAIN: nothing is there */
static int take(struct flow *flow)
{
	const struct kin_proto *proto = flow->from->sock ? kin_sock_proto(flow->from->sock) : NULL;
	/* With MSG_TRUNC the kernel tells the whole length of a message; a stream it throws away. */
	int flags = flow->messages && proto ? proto->recv_flags & MSG_TRUNC : 0;
	ssize_t n;

	if (flow->from->sock) {
		n = kin_recv(flow->from->sock, flow->data, flow->chunk,
		             flags | MSG_DONTWAIT);
	} else {
		n = read(flow->from->in, flow->data, flow->chunk);
		n = n < 0 ? -errno : n;
	}
	if (n < 0)
		return n == -EINTR ? -EAGAIN : (int)n;
	if ((size_t)n > flow->chunk) {
		complain("%s: a message of %zd bytes was cut to %zu", flow->from->name, n, flow->chunk);
		flow->status = STATUS_LOST;
		n = flow->chunk;
	}
	flow->start = 0;
	flow->len = n;
	flow->held = n > 0 || !at_end(flow);
	flow->moved_ns = kin_now();
	return flow->held;
}

/* Write what is held. @return 0: all of it; -EAGAIN: some is left */
static int put(struct flow *flow)
{
	const char *data = flow->data + flow->start;
	ssize_t n;

	if (flow->to->sock) {
		n = kin_send(flow->to->sock, data, flow->len, MSG_DONTWAIT);
	} else {
		n = write(flow->to->out, data, flow->len);
		n = n < 0 ? -errno : n;
	}
	flow->retry_ns = n == -ENOBUFS ? kin_now() + RETRY_NS : 0;
	if (n < 0)
		return n == -EINTR || n == -ENOBUFS ? -EAGAIN : (int)n;
	*flow->bytes += n;
	flow->start += n;
	flow->len -= n;
	flow->held = flow->len > 0;
	return flow->held ? -EAGAIN : 0;
}

/* Move what can be moved without waiting. */
static void flow_move(struct flow *flow)
{
	for (int i = 0; i < TURN && !flow->done; i++) {
		int r = 1;

		/* A descriptor of somebody else's may block: one read for each poll(2). */
		if (!flow->held && i > 0 && !flow->from->sock)
			return;
		if (!flow->held)
			r = take(flow);
		if (r == -EAGAIN)
			return;
		if (r < 0)
			flow_fail(flow, flow->from, r);
		if (r == 0)
			flow_end(flow);
		if (r <= 0)
			return;
		r = put(flow);
		if (r == -EAGAIN)
			return;
		if (r < 0)
			flow_fail(flow, flow->to, r);
	}
}

/* What this way waits for. */
static struct pollfd flow_poll(const struct flow *flow)
{
	const struct relay_side *side = flow->held ? flow->to : flow->from;
	struct pollfd fd = {.fd = -1, .events = flow->held ? POLLOUT : POLLIN};

	if (!flow->done && flow->retry_ns == 0)
		fd.fd = side->sock ? kin_fd(side->sock) : flow->held ? side->out : side->in;
	return fd;
}

/* When something is to be done although nothing came: below zero never. */
static int64_t next_deadline(const struct relay *relay, const struct flow flows[2])
{
	int64_t deadline = INT64_MAX, moved;

	moved = flows[0].moved_ns > flows[1].moved_ns ? flows[0].moved_ns : flows[1].moved_ns;
	for (int i = 0; i < 2; i++) {
		if (!flows[i].done && flows[i].retry_ns > 0 && flows[i].retry_ns < deadline)
			deadline = flows[i].retry_ns;
		if (!relay->one_way && !flows[i].done && flows[!i].done && flows[i].endless &&
		    relay->wait_ns >= 0 && moved + relay->wait_ns < deadline)
			deadline = moved + relay->wait_ns;
	}
	if (relay->idle_ns >= 0 && moved + relay->idle_ns < deadline)
		deadline = moved + relay->idle_ns;
	return deadline == INT64_MAX ? -1 : deadline;
}

/* Is it a message's turn to be sent again, or the end? */
static bool time_is_up(const struct flow flows[2], int64_t deadline)
{
	for (int i = 0; i < 2; i++)
		if (!flows[i].done && flows[i].retry_ns == deadline)
			return false;
	return deadline >= 0 && kin_now() >= deadline;
}

static void relay_loop(struct relay *relay, struct flow flows[2])
{
	while (!flows[0].done || !flows[1].done) {
		int64_t deadline = next_deadline(relay, flows), left = deadline - kin_now();
		struct timespec timeout = {0};
		struct pollfd fds[3] = {flow_poll(&flows[0]), flow_poll(&flows[1]),
		                        {.fd = relay->stop, .events = POLLIN}};
		int r;

		if (left > 0)
			timeout = (struct timespec){left / 1000000000, left % 1000000000};
		r = ppoll(fds, 3, deadline < 0 ? NULL : &timeout, NULL);
		if (fds[2].revents || (r <= 0 && time_is_up(flows, deadline)))
			return;
		for (int i = 0; i < 2; i++)
			if (fds[i].revents || flows[i].retry_ns > 0)
				flow_move(&flows[i]);
		if (flows[0].unwanted || flows[1].unwanted)
			return;
	}
}

/*
 * A write to a full pipe would hold up the other way as well. The pipe itself is made not to
 * wait only through a descriptor of our own: other processes share the one that we were given.
 */
static void open_pipe_anew(struct relay_side *side)
{
	char path[32];
	struct stat st;
	int fd;

	if (side->sock || side->out < 0 || fstat(side->out, &st) < 0 || !S_ISFIFO(st.st_mode))
		return;
	snprintf(path, sizeof(path), "/proc/self/fd/%d", side->out);
	fd = open(path, O_WRONLY | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0)
		return;
	close(side->out);
	side->out = fd;
}

struct relay_side relay_stdio(void)
{
	return (struct relay_side){"standard input and output", NULL, STDIN_FILENO, STDOUT_FILENO};
}

int relay_run(struct relay *relay)
{
	struct flow flows[2] = {
		{.from = &relay->a, .to = &relay->b, .bytes = &relay->a_to_b},
		{.from = &relay->b, .to = &relay->a, .bytes = &relay->b_to_a},
	};
	int r = 0, status = STATUS_DONE;

	open_pipe_anew(&relay->a);
	open_pipe_anew(&relay->b);
	for (int i = 0; i < 2 && r == 0; i++)
		r = flow_begin(&flows[i]);
	if (relay->one_way)
		flows[1].done = true;
	if (r == 0)
		relay_loop(relay, flows);
	else
		complain("%s", strerror(-r));
	for (int i = 0; i < 2; i++) {
		free(flows[i].data);
		if (flows[i].status != STATUS_DONE && status != STATUS_FAILED)
			status = flows[i].status;
	}
	return r < 0 ? STATUS_FAILED : status;
}
