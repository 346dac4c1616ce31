/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Waiting for a socket with one deadline for the whole of a call. */
#include "core.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <time.h>

int64_t kin_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

int64_t kin_deadline(int64_t timeout_ns)
{
	int64_t deadline;

	if (timeout_ns < 0)
		return -1;
	if (__builtin_add_overflow(kin_now(), timeout_ns, &deadline))
		return INT64_MAX;
	return deadline;
}

static void wait_begin(struct wait *wait)
{
	int64_t timeout_ns = wait->sock->timeout_ns;

	if (wait->begun)
		return;
	wait->deadline_ns = timeout_ns > 0 ? kin_deadline(timeout_ns) : timeout_ns;
	wait->begun = true;
}

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static bool (*default_stop)(void *data);
static void *default_stop_data;

void kin_set_default_interrupt(bool (*stop)(void *data), void *data)
{
	pthread_mutex_lock(&lock);
	default_stop = stop;
	default_stop_data = data;
	pthread_mutex_unlock(&lock);
}

void give_default_interrupt(struct kin_sock *sock)
{
	pthread_mutex_lock(&lock);
	sock->stop = default_stop;
	sock->stop_data = default_stop_data;
	pthread_mutex_unlock(&lock);
}

void kin_set_interrupt(struct kin_sock *sock, bool (*stop)(void *data), void *data)
{
	KIN_NEED_OR(sock, );
	sock->stop = stop;
	sock->stop_data = data;
}

int kin_interrupted(const struct kin_sock *sock)
{
	KIN_NEED(sock);
	if (sock->stop && sock->stop(sock->stop_data))
		return kin_fail(EINTR, "interrupted by a signal");
	return 0;
}

/* What is left until the deadline: below zero for ever. */
static int time_left(int64_t deadline_ns, struct timespec *left)
{
	int64_t ns = deadline_ns - kin_now();

	if (ns <= 0)
		return kin_fail_in(KIN_ERR_DEADLINE, ETIMEDOUT, ETIMEDOUT, "timed out");
	left->tv_sec = ns / 1000000000;
	left->tv_nsec = ns % 1000000000;
	return 0;
}

int wait_ready(struct wait *wait, short events)
{
	struct pollfd fd = {.fd = wait->sock->fd, .events = events};

	wait_begin(wait);
	for (;;) {
		struct timespec left = {};
		int r;

		if (wait->deadline_ns > 0) {
			r = time_left(wait->deadline_ns, &left);
			if (r < 0)
				return r;
		}
		r = ppoll(&fd, 1, wait->deadline_ns < 0 ? NULL : &left, NULL);
		if (r > 0)
			return fd.revents;
		if (r == 0 && wait->deadline_ns == 0)
			return kin_fail(EAGAIN, "would block");
		if (r < 0 && errno != EINTR)
			return fail_errno(errno, "poll");
		if (r < 0) {
			r = kin_interrupted(wait->sock);
			if (r < 0)
				return r;
		}
	}
}

/* For what no event tells of: a moment, which the deadline may shorten. */
int wait_pause(struct wait *wait)
{
	const int64_t moment = 5000000;
	struct timespec left = {.tv_nsec = moment};
	struct timespec time;
	int r;

	wait_begin(wait);
	if (wait->deadline_ns > 0) {
		r = time_left(wait->deadline_ns, &time);
		if (r < 0)
			return r;
		if (time.tv_sec == 0 && time.tv_nsec < moment)
			left = time;
	}
	return ppoll(NULL, 0, &left, NULL) < 0 && errno == EINTR ? kin_interrupted(wait->sock) : 0;
}

/*
 * A call said err: wait until it is worth another try. 1 when err is the caller's to report.
 */
int wait_retry(struct wait *wait, int err, short events, int flags)
{
	int r;

	if (err == EINTR)
		return kin_interrupted(wait->sock);
	if (err != EAGAIN && err != EWOULDBLOCK)
		return 1;
	/* Without a timeout of the object's the descriptor blocks: one of the kernel's ran out. */
	if (wait->sock->timeout_ns <= 0 || (flags & MSG_DONTWAIT))
		return kin_fail(EAGAIN, "would block");
	/*
	 * Ready, and yet it would block: another thread was faster or, of a datagram to an address,
	 * poll(2) knows nothing of the queue there. Going on like that would be a busy loop.
	 */
	r = ++wait->in_vain % 4 == 0 ? wait_pause(wait) : wait_ready(wait, events);
	return r < 0 ? r : 0;
}

/*
 * Where a connection ends as a whole, its end is told before the last messages are given: L2CAP,
 * once, by 0 or by ECONNRESET. RFCOMM tells it behind them, and just once. So one more try is made,
 * and what follows does not wait.
 */
bool recv_false_end(struct kin_sock *sock)
{
	struct pollfd fd = {.fd = sock->fd};

	if (sock->ended || sock->type != SOCK_SEQPACKET || !sock->proto ||
	    !(sock->proto->flags & KIN_PROTO_ENDS_WHOLE))
		return false;
	/* Else it was an empty message. */
	sock->ended = poll(&fd, 1, 0) > 0 && fd.revents & POLLHUP;
	return sock->ended;
}

int recv_retry(struct wait *wait, int err, int flags)
{
	bool ended = wait->sock->ended;

	if (ended && (err == EAGAIN || err == ECONNRESET || err == ENOTCONN))
		return RECV_ENDED;
	if (!ended && sock_ends(wait->sock, err))
		return 0;
	return wait_retry(wait, err, flags & MSG_ERRQUEUE ? 0 : POLLIN, flags);
}

int kin_wait(struct kin_sock *sock, short events)
{
	struct wait wait = {.sock = sock};

	KIN_NEED(sock);
	return wait_ready(&wait, events);
}
