/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <sched.h>
#include <string.h>
#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>

#include "transmit.h"

/*
 * A full queue of a network interface (ENOBUFS) wakes nobody when it has room again. The sleep
 * until the next attempt is shorter than two frames at 500 kbit/s at first, and doubles.
 */
static const int64_t PAUSE_MIN_NS = 250000, PAUSE_MAX_NS = 8000000;

/* How long it may take until a signal is noticed. */
static const int64_t LOOK_NS = 20000000;

/* Longer waits look at signals as well: they cost a few microseconds more. */
static const int64_t LONG_NS = 2000000;

/* ---- Time --------------------------------------------------------------------------------- */

void transmit_begin(struct transmit *t)
{
	/* Timers may be late by 50 us by default, for other processes' good. */
	prctl(PR_SET_TIMERSLACK, 1UL);
	t->pause_ns = PAUSE_MIN_NS;
	t->looked_ns = kin_now();
}

/* Wait for events (0: none) that long (below zero: for ever), or to be stopped. */
static void wait_for(struct transmit *t, int fd, short events, int64_t ns)
{
	struct timespec timeout = {ns / 1000000000, ns % 1000000000};
	struct pollfd fds[] = {
		{.fd = t->stop_fd, .events = POLLIN},
		{.fd = events ? fd : -1, .events = events},
	};

	ppoll(fds, 2, ns < 0 ? NULL : &timeout, NULL);
	t->stopped |= fds[0].revents != 0;
}

bool transmit_stopped(struct transmit *t)
{
	int64_t now = kin_now();

	if (now - t->looked_ns > LOOK_NS) {
		t->looked_ns = now;
		wait_for(t, -1, 0, 0);
	}
	return t->stopped;
}

static void sleep_until(int64_t ns)
{
	clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME,
			&(struct timespec){ns / 1000000000, ns % 1000000000}, NULL);
}

int64_t transmit_wait(struct transmit *t, int64_t due_ns)
{
	int64_t now = kin_now();

	while (now < due_ns && !t->stopped) {
		int64_t left = due_ns - now;

		if (left > LONG_NS + t->spin_ns) {
			/* Where signals are seen at once; the rest is slept more exactly. */
			wait_for(t, -1, 0, left - LONG_NS / 2 - t->spin_ns);
			t->looked_ns = now;
		} else if (left > t->spin_ns) {
			sleep_until(due_ns - t->spin_ns);
		}
		now = kin_now();
	}
	return now;
}

/* ---- How late ------------------------------------------------------------------------------ */

/* Slots are exact below LATE_STEPS, and 1/32 wide above. */
static unsigned slot_of(uint64_t ns)
{
	unsigned power, slot;

	if (ns < LATE_STEPS)
		return (unsigned)ns;
	power = 63 - (unsigned)__builtin_clzll(ns);
	slot = (power - 4) * LATE_STEPS + (unsigned)(ns >> (power - 5)) % LATE_STEPS;
	return slot < LATE_SLOTS ? slot : LATE_SLOTS - 1;
}

/* The greatest value of a slot. */
static int64_t slot_end(unsigned slot)
{
	unsigned power = slot / LATE_STEPS + 4;

	if (slot < LATE_STEPS)
		return slot;
	return ((int64_t)(LATE_STEPS + slot % LATE_STEPS + 1) << (power - 5)) - 1;
}

void transmit_note(struct transmit *t, int64_t late_ns)
{
	if (late_ns < 0)
		late_ns = 0;
	t->late[slot_of((uint64_t)late_ns)]++;
	t->timed++;
	if (late_ns > t->late_max_ns)
		t->late_max_ns = late_ns;
}

int64_t transmit_late(const struct transmit *t, double share)
{
	uint64_t wanted = (uint64_t)(share * (double)t->timed), seen = 0;

	for (unsigned slot = 0; slot < LATE_SLOTS; slot++) {
		seen += t->late[slot];
		if (seen > wanted)
			return slot_end(slot) < t->late_max_ns ? slot_end(slot) : t->late_max_ns;
	}
	return t->late_max_ns;
}

static double late_us(const struct transmit *t, double share)
{
	return (double)transmit_late(t, share) / 1e3;
}

const char *transmit_words(const struct transmit *t, char *text, size_t size)
{
	struct kin_buf out = {text, size, 0};

	if (t->timed)
		kin_buf_printf(&out, "; late by p50 %.1f, p99 %.1f, at most %.1f us",
			       late_us(t, 0.5), late_us(t, 0.99), (double)t->late_max_ns / 1e3);
	if (t->full_waits)
		kin_buf_printf(&out, "; waited %" PRIu64 " times for a full queue", t->full_waits);
	if (t->dropped)
		kin_buf_printf(&out, "; dropped %" PRIu64 " at a full queue", t->dropped);
	return kin_buf_end(&out);
}

void transmit_put_json(const struct transmit *t, FILE *out)
{
	if (t->timed)
		fprintf(out, ",\"late_p50_us\":%.3f,\"late_p99_us\":%.3f,\"late_max_us\":%.3f",
			late_us(t, 0.5), late_us(t, 0.99), (double)t->late_max_ns / 1e3);
}

/* ---- Sending ------------------------------------------------------------------------------- */

static void wait_for_room(struct transmit *t)
{
	t->full_waits++;
	wait_for(t, -1, 0, t->pause_ns);
	if (t->pause_ns < PAUSE_MAX_NS)
		t->pause_ns *= 2;
}

/* A message in parts, of which the first so many bytes were taken: all of them have to arrive. */
static int send_rest(struct transmit *t, struct kin_sock *sock, const struct kin_msg *msg,
		     size_t done)
{
	while (done < msg->len && !t->stopped) {
		ssize_t n = kin_send(sock, msg->data + done, msg->len - done, MSG_DONTWAIT);

		if (n == -EAGAIN)
			wait_for(t, kin_fd(sock), POLLOUT, -1);
		else if (n == -ENOBUFS)
			wait_for_room(t);
		else if (n < 0)
			return (int)n;
		else
			done += (size_t)n;
	}
	t->sent += done == msg->len;
	return 0;
}

static int send_stream(struct transmit *t, struct kin_sock *sock, struct kin_batch *batch,
		       unsigned first, unsigned n)
{
	int r = 0;

	for (unsigned i = first; i < first + n && !t->stopped && r == 0; i++)
		r = send_rest(t, sock, kin_batch_msg(batch, i), 0);
	return r;
}

/* The first n of the messages were sent, of which the last one may have been taken in part. */
static int count_sent(struct transmit *t, struct kin_sock *sock, const struct kin_msg *last,
		      unsigned n)
{
	t->pause_ns = PAUSE_MIN_NS;
	t->sent += n;
	if (last->full_len >= last->len)
		return 0;
	t->sent--;
	return send_rest(t, sock, last, last->full_len);
}

int transmit(struct transmit *t, struct kin_sock *sock, struct kin_batch *batch, unsigned first,
	     unsigned n)
{
	unsigned done = 0;

	if (kin_sock_type(sock) == SOCK_STREAM)
		return send_stream(t, sock, batch, first, n);
	while (done < n && !t->stopped) {
		int r = kin_send_batch(sock, batch, first + done, n - done, MSG_DONTWAIT);

		if (r > 0) {
			done += (unsigned)r;
			r = count_sent(t, sock, kin_batch_msg(batch, first + done - 1),
				       (unsigned)r);
			if (r < 0)
				return r;
		} else if (r == -ENOBUFS && t->drop_when_full) {
			done++;
			t->dropped++;
		} else if (r == -ENOBUFS) {
			wait_for_room(t);
		} else if (r == -EAGAIN) {
			wait_for(t, kin_fd(sock), POLLOUT, -1);
		} else {
			return r;
		}
	}
	return 0;
}

int transmit_switch_on(struct kin_sock *sock, const char *option, const char **have)
{
	int r = *have && strcmp(option, *have) == 0 ? 0 : kin_opt_set(sock, option, "on");

	if (r == 0)
		*have = option;
	return r;
}

int transmit_print(struct kin_format *format, struct kin_sock *sock, struct kin_msg *msg)
{
	char line[16384];
	struct kin_addr to = msg->addr;
	ssize_t len;

	/* As if it had been received where it goes to. */
	kin_local_addr(sock, &msg->addr);
	len = kin_format_msg(format, sock, msg, line, sizeof(line));
	msg->addr = to;
	if (len < 0)
		return (int)len;
	return write_all(STDOUT_FILENO, line,
			 (size_t)len < sizeof(line) ? (size_t)len : sizeof(line) - 1);
}
