/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <kin/family.h>
#include "connect.h"
#include "flow.h"

int relay_options(const struct invocation *inv, struct relay *relay)
{
	static const char *const ends[] = {"half", "both", "keep", NULL};
	unsigned end = END_HALF;

	relay->idle_ns = -1;
	relay->wait_ns = -1;
	relay->stop = -1;
	if (inv_choice(inv, "end", ends, &end) || inv_duration(inv, "idle", &relay->idle_ns) ||
	    inv_duration(inv, "wait", &relay->wait_ns) ||
	    inv_size(inv, "rate", 1, INT64_C(1) << 40, &relay->rate) ||
	    progress_options(inv, &relay->progress))
		return STATUS_USAGE;
	relay->end = end;
	relay->progress.total = inv_has(inv, "verbose");
	return 0;
}

/* Which may be never, INT64_MAX. */
static int64_t add_time(int64_t time, int64_t ns)
{
	return ns < INT64_MAX - time ? time + ns : INT64_MAX;
}

/* When something last came or went; what --rate held up could not. */
static int64_t last_moved(const struct flow flows[2])
{
	int64_t last = 0;

	for (int i = 0; i < 2; i++) {
		if (flows[i].moved_ns > last)
			last = flows[i].moved_ns;
		if (!flows[i].done && flows[i].due_ns > last)
			last = flows[i].due_ns;
	}
	return last;
}

/*
 * Can this side not tell its end, or not be told the other's? A connection that ends as a whole is
 * closed when nothing was heard of the peer for a while, unless nothing was ever sent there.
 */
static bool waits_for_silence(const struct relay *relay, const struct flow *from,
			      const struct flow *to)
{
	return from->endless || (relay->end == END_HALF && from->from->sock &&
				 ends_whole(from->from->sock) && *to->bytes > 0);
}

/* When all is to end although nothing has ended: INT64_MAX never. */
static int64_t end_time(const struct relay *relay, const struct flow flows[2])
{
	int64_t end = INT64_MAX, moved = last_moved(flows);

	for (int i = 0; i < 2; i++)
		if (!relay->one_way && !flows[i].done && flows[!i].done &&
		    waits_for_silence(relay, &flows[i], &flows[!i]) &&
		    add_time(moved, flows[i].wait_ns) < end)
			end = add_time(moved, flows[i].wait_ns);
	if (relay->idle_ns >= 0 && add_time(moved, relay->idle_ns) < end)
		end = add_time(moved, relay->idle_ns);
	return end;
}

/*
 * What was sent may take its time: ISO-TP sends a message frame by frame. Silence begins when that
 * is done, and the answer may come.
 */
static bool sends_still(const struct relay *relay, struct flow flows[2])
{
	for (int i = 0; i < 2; i++) {
		if (relay->idle_ns >= 0 || !flow_sends_still(&flows[i]))
			continue;
		flows[i].moved_ns = kin_now();
		return true;
	}
	return false;
}

/* Wait for the sockets, or for what is to be done although nothing came. */
static void wait_for(const struct relay *relay, const struct flow flows[2], int64_t end,
		     struct pollfd fds[3])
{
	int64_t next = relay->progress.next_ns < end ? relay->progress.next_ns : end, left;
	struct timespec timeout = {0};

	for (int i = 0; i < 2; i++) {
		if (!flows[i].done && flows[i].retry_ns > 0 && flows[i].retry_ns < next)
			next = flows[i].retry_ns;
		fds[i] = flow_poll(&flows[i]);
	}
	fds[2] = (struct pollfd){.fd = relay->stop, .events = POLLIN};
	left = next - kin_now();
	if (left > 0)
		timeout = (struct timespec){left / 1000000000, left % 1000000000};
	if (ppoll(fds, 3, next == INT64_MAX ? NULL : &timeout, NULL) <= 0)
		fds[0].revents = fds[1].revents = fds[2].revents = 0;
}

/* @return false: who started it wants no more */
static bool relay_loop(struct relay *relay, struct flow flows[2])
{
	while (!flows[0].done || !flows[1].done) {
		int64_t end = end_time(relay, flows);
		struct pollfd fds[3];

		wait_for(relay, flows, end, fds);
		if (fds[2].revents)
			return false;
		if (!fds[0].revents && !fds[1].revents && kin_now() >= end &&
		    !sends_still(relay, flows))
			return true;
		for (int i = 0; i < 2; i++)
			if (fds[i].revents || flows[i].retry_ns > 0)
				flow_move(&flows[i]);
		for (int i = 0; i < 2; i++)
			flows[i].done |= flows[i].to->broken;
		progress_tick(&relay->progress);
		if (flows[0].unwanted || flows[1].unwanted)
			return false;
		if (relay->end == END_BOTH && (flows[0].ended || flows[1].ended))
			return true;
	}
	return true;
}

/* A side that fell silent before it had said all that was asked for. */
static void complain_of_missing(const struct relay *relay, struct flow *flow)
{
	if (!flow->messages || flow->left == 0)
		return;
	complain("%s: %" PRId64 " messages came, not %" PRId64, flow->from->name,
		 relay->count - flow->left, relay->count);
	flow->status = STATUS_FAILED;
}

/*
 * A write to a full pipe, or to a terminal that was stopped, would hold up the other way as well.
 * They are made not to wait only through a descriptor of our own: other processes share the one
 * that we were given. A socket can't be opened anew, but be written to without waiting.
 */
static void open_output_anew(struct relay_side *side)
{
	char path[32];
	struct stat st;
	int fd;

	if (side->out < 0 || fstat(side->out, &st) < 0)
		return;
	side->out_is_socket = S_ISSOCK(st.st_mode);
	if (!S_ISFIFO(st.st_mode) && !isatty(side->out))
		return;
	snprintf(path, sizeof(path), "/proc/self/fd/%d", side->out);
	fd = open(path, O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	if (fd < 0)
		return;
	close(side->out);
	side->out = fd;
}

/* splice(2) waits unless the descriptor itself says not to. */
static void prepare_side(struct relay_side *side)
{
	if (side->sock)
		kin_set_timeout(side->sock, 0);
	else
		open_output_anew(side);
}

struct relay_side relay_stdio(void)
{
	return (struct relay_side){"standard input and output", NULL, STDIN_FILENO, STDOUT_FILENO};
}

bool relay_uses_terminal(const struct relay *relay)
{
	const struct relay_side *a = &relay->a, *b = &relay->b;
	bool back = !relay->one_way;

	return (!a->sock && (isatty(a->in) || (back && isatty(a->out)))) ||
	       (!b->sock && (isatty(b->out) || (back && isatty(b->in))));
}

int relay_run(struct relay *relay)
{
	struct flow flows[2] = {
		{.from = &relay->a, .to = &relay->b, .bytes = &relay->a_to_b},
		{.from = &relay->b, .to = &relay->a, .bytes = &relay->b_to_a},
	};
	int r = 0, status = STATUS_DONE;

	prepare_side(&relay->a);
	prepare_side(&relay->b);
	for (int i = 0; i < 2; i++) {
		int begun;

		flows[i].end = relay->end;
		flows[i].rate = relay->rate;
		flows[i].wait_ns = relay->wait_ns;
		flows[i].left = relay->count;
		begun = flow_begin(&flows[i]);
		r = r < 0 ? r : begun;
	}
	flows[1].done |= relay->one_way;
	if (r < 0)
		complain("%s", strerror(-r));
	else if (relay_loop(relay, flows))
		for (int i = 0; i < 2 - relay->one_way; i++)
			complain_of_missing(relay, &flows[i]);
	/* What was not waited for must not take with it what was sent. */
	for (int i = 0; i < 2; i++)
		if (flows[i].ended && flows[i].to->sock &&
		    (relay->one_way || relay->end == END_BOTH || flows[i].from->broken ||
		     ends_whole(flows[i].to->sock)))
			hang_up(flows[i].to->sock, relay->stop);
	for (int i = 0; i < 2; i++) {
		flow_free(&flows[i]);
		if (flows[i].status != STATUS_DONE && status != STATUS_FAILED)
			status = flows[i].status;
	}
	return r < 0 ? STATUS_FAILED : status;
}
