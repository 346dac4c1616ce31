/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One message, followed until the peer has all of it. */
#include <limits.h>
#include <poll.h>
#include <string.h>

#include <linux/net_tstamp.h>

#include "internal.h"

/* What the message is made of, and how far it is. */
struct session {
	struct kin_sock *sock;
	const struct kin_addr *addr;
	const char *data;
	size_t len;
	size_t queued; /* handed to the kernel */
	bool begun;    /* even when there is nothing to hand over */
	struct kin_batch *batch;
	int64_t deadline_ns;
	kin_j1939_progress_fn progress;
	void *progress_data;
};

/* Beside what the socket has already: stamps of what is received. */
static int switch_on_reports(struct kin_sock *sock)
{
	int flags = 0;
	int r = kin_getsockopt_int(sock, SOL_SOCKET, SO_TIMESTAMPING, &flags);

	flags |= SOF_TIMESTAMPING_SOFTWARE | SOF_TIMESTAMPING_OPT_CMSG | SOF_TIMESTAMPING_OPT_ID |
		 SOF_TIMESTAMPING_OPT_STATS | SOF_TIMESTAMPING_OPT_TSONLY |
		 SOF_TIMESTAMPING_TX_ACK | SOF_TIMESTAMPING_TX_SCHED;
	if (r == 0)
		r = kin_setsockopt_int(sock, SOL_SOCKET, SO_TIMESTAMPING, flags);
	return r < 0 ? r : kin_j1939_set_reports(sock, true);
}

/* The next report. @return 1; 0: there is none; or what failed */
static int next_report(struct session *s, struct kin_j1939_report *report)
{
	int r;

	report->struct_size = sizeof(*report);
	do {
		r = kin_recv_batch(s->sock, s->batch, MSG_ERRQUEUE | MSG_DONTWAIT);
		if (r < 0)
			return r == -EAGAIN ? 0 : r;
		r = kin_j1939_report(kin_batch_msg(s->batch, 0), report);
	} while (r == -ENOENT);
	return r < 0 ? r : 1;
}

/* Reports of messages before this one. */
static int forget_reports(struct session *s)
{
	struct kin_j1939_report report;
	int r;

	while ((r = next_report(s, &report)) > 0)
		;
	return r;
}

static void tell(const struct session *s, size_t taken)
{
	if (s->progress)
		s->progress(taken, s->len, s->progress_data);
}

/* @return 1: all was taken; 0: not yet; or why it won't be */
static int read_reports(struct session *s)
{
	struct kin_j1939_report report;
	int r;

	while ((r = next_report(s, &report)) > 0) {
		switch (report.kind) {
		case KIN_J1939_TX_PROGRESS:
			if (report.bytes > 0)
				tell(s, report.bytes);
			break;
		case KIN_J1939_TX_DONE:
			tell(s, s->len);
			return 1;
		case KIN_J1939_TX_ABORTED:
			return kin_fail(report.error, "aborted when %u of %zu bytes were taken: %s",
					report.bytes, s->len, kin_j1939_abort_text(report.error));
		default:
			break;
		}
	}
	return r;
}

/* Hand over what the kernel has room for. */
static int queue(struct session *s)
{
	ssize_t n;

	if (s->begun && s->queued == s->len)
		return 0;
	n = kin_send_to(s->sock, s->data + s->queued, s->len - s->queued, MSG_DONTWAIT, s->addr);
	if (n < 0)
		return n == -EAGAIN ? 0 : (int)n;
	s->begun = true;
	s->queued += (size_t)n;
	return 0;
}

/* What the socket itself has to say, when the queue of reports has nothing. */
static int pending_error(const struct session *s)
{
	int err = 0;
	int r = kin_getsockopt_int(s->sock, SOL_SOCKET, SO_ERROR, &err);

	if (r == 0 && err)
		r = kin_fail(err, "%s", kin_j1939_abort_text(err));
	return r;
}

/* Until the kernel has room, or a report. */
static int wait_for_more(struct session *s)
{
	struct pollfd fd = {.fd = kin_fd(s->sock)};
	int64_t left_ms = -1;

	if (!s->begun || s->queued < s->len)
		fd.events = POLLOUT;
	if (s->deadline_ns >= 0) {
		left_ms = (s->deadline_ns - kin_now() + 999999) / 1000000;
		if (left_ms <= 0)
			return kin_fail_in(KIN_ERR_DEADLINE, ETIMEDOUT, ETIMEDOUT,
					   "timed out when %zu of %zu bytes were handed over",
					   s->queued, s->len);
		if (left_ms > INT_MAX)
			left_ms = INT_MAX;
	}
	if (poll(&fd, 1, (int)left_ms) < 0)
		return errno == EINTR ? kin_interrupted(s->sock)
				      : kin_fail(errno, "poll: %s", strerror(errno));
	return 0;
}

static int run(struct session *s)
{
	int r = switch_on_reports(s->sock);

	if (r == 0)
		r = forget_reports(s);
	if (r == 0)
		r = queue(s);
	/* Reports come first: of a session that was aborted the rest would be a new message. */
	while (r == 0) {
		r = wait_for_more(s);
		if (r == 0)
			r = read_reports(s);
		if (r == 0)
			r = pending_error(s);
		if (r == 0)
			r = queue(s);
	}
	return r < 0 ? r : 0;
}

int kin_j1939_send(struct kin_sock *sock, const void *data, size_t len, const struct kin_addr *addr,
		   kin_j1939_progress_fn progress, void *progress_data)
{
	struct kin_batch *batch KIN_CLEANUP(kin_batch_free) = NULL;
	struct session s = {.sock = sock,
			    .addr = addr,
			    .data = data,
			    .len = len,
			    .progress = progress,
			    .progress_data = progress_data};
	int r;

	KIN_NEED(sock);
	if (len > 0)
		KIN_NEED(data);
	if (len > KIN_J1939_MESSAGE_MAX)
		return kin_fail(EMSGSIZE, "%zu bytes are more than a message may have, which is %d",
				len, KIN_J1939_MESSAGE_MAX);
	if (kin_timeout(sock) == 0)
		return kin_fail(EINVAL, "the socket's timeout is zero, and this waits");
	s.deadline_ns = kin_deadline(kin_timeout(sock));
	r = kin_batch_new(1, 64, 0, &batch);
	if (r < 0)
		return r;
	s.batch = batch;
	return run(&s);
}
