/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Messages out at their times: absolute ones on the monotonic clock, so that nothing drifts. Waits
 * for an interface whose queue is full, and keeps how late each message was.
 */
#ifndef KIN_TOOLS_TRANSMIT_H
#define KIN_TOOLS_TRANSMIT_H

#include <kin/family.h>
#include "command.h"

/* Of how late messages were: 32 steps for each power of two of nanoseconds. */
enum { LATE_STEPS = 32, LATE_SLOTS = 40 * LATE_STEPS };

struct transmit {
	int stop_fd;         /* stop_fd(), or -1 */
	int64_t spin_ns;     /* the last part of a wait is spent looking at the clock */
	bool drop_when_full; /* instead of waiting for room */
	bool stopped;
	uint64_t sent, dropped;
	uint64_t full_waits; /* for a queue that was full */
	int64_t late_max_ns;
	/* The rest is transmit.c's own. */
	uint64_t timed;
	uint32_t late[LATE_SLOTS];
	int64_t pause_ns, looked_ns;
};

/* Times and spans in nanoseconds; what lies beyond the last time there is, is the last: never. */
static inline int64_t time_add(int64_t time_ns, int64_t span_ns)
{
	int64_t sum;

	if (__builtin_add_overflow(time_ns, span_ns, &sum))
		return span_ns < 0 ? INT64_MIN : INT64_MAX;
	return sum;
}

static inline int64_t time_since(int64_t time_ns, int64_t begin_ns)
{
	int64_t span;

	if (__builtin_sub_overflow(time_ns, begin_ns, &span))
		return begin_ns < 0 ? INT64_MAX : INT64_MIN;
	return span;
}

static inline int64_t time_of(double ns)
{
	/* (double)INT64_MAX is one above it. */
	return ns < (double)INT64_MAX ? (int64_t)ns : INT64_MAX;
}

/* Timers as exact as this process may have them. */
void transmit_begin(struct transmit *t);

/* Wait until then, or until it is stopped. @return the time now, on the same clock as kin_now() */
int64_t transmit_wait(struct transmit *t, int64_t due_ns);

/* Has somebody asked to stop? Looked at now and then only. */
bool transmit_stopped(struct transmit *t);

/*
 * Send messages first .. first + n - 1, all of them unless it is stopped: t->sent and t->dropped
 * say how many. 0 or -errno
 */
int transmit(struct transmit *t, struct kin_sock *sock, struct kin_batch *batch, unsigned first,
	     unsigned n);

/* One message was that late. */
void transmit_note(struct transmit *t, int64_t late_ns);

/* How late the message was at most that a share of all messages are at most as late as. */
int64_t transmit_late(const struct transmit *t, double share);

/* "; late p50 3 us, ...": nothing of messages that had no time. @return text */
const char *transmit_words(const struct transmit *t, char *text, size_t size);

/* The same as members of a JSON object, in microseconds; a comma before each. */
void transmit_put_json(const struct transmit *t, FILE *out);

/* Switch on the option. @param have  the one that was switched on last. 0 or -errno */
int transmit_switch_on(struct kin_sock *sock, const char *option, const char **have);

/*
 * Switch on what the socket needs to send this message. @param have  the option that it has, at
 * first NULL. 0 or -errno
 */
static inline int transmit_allow(struct kin_sock *sock, const struct kin_msg *msg,
				 const char **have)
{
	const struct kin_family *family = kin_sock_family(sock);
	const char *need =
		family && family->msg_needs ? family->msg_needs(kin_sock_proto(sock), msg) : NULL;

	return need ? transmit_switch_on(sock, need, have) : 0;
}

/* ---- Printing ---- */

/* Write the message as kin dump does. @param format  of the socket's family. 0 or -errno */
int transmit_print(struct kin_format *format, struct kin_sock *sock, struct kin_msg *msg);

#endif
