/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * kin gen: send as load asks for it, at a rate or as fast as it goes.
 *
 * Message i is due at start + i * interval on the monotonic clock, whenever the ones before it
 * went out: nothing drifts, and what is overdue is sent in one system call.
 */
#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>
#include <kin/family.h>
#include "command.h"

enum {
	BATCH = 256,           /* messages in a system call */
	BATCH_BYTES = 1 << 20, /* fewer of them when they are long */
	STREAM_MS = 100,       /* how long a stream may block before stopping is thought of */
};

/*
 * A full queue of a network interface (ENOBUFS) wakes nobody when it has room again. The sleep
 * until the next attempt is shorter than two frames at 500 kbit/s at first, and doubles.
 */
static const int64_t PAUSE_MIN_NS = 250000, PAUSE_MAX_NS = 8000000;

/* At a low rate one waits several times, so that no number of years is too many. */
static const int64_t WAIT_MAX_NS = 3600 * INT64_C(1000000000);

enum content { RANDOM, COUNTING, FIXED };

struct gen {
	const struct invocation *inv;
	const char *text; /* the address as typed */
	struct kin_sock *sock;
	const struct kin_family *family;
	const struct kin_proto *proto;
	struct kin_batch *batch;
	unsigned room; /* messages in it */
	int stop_fd;
	bool stopped;
	enum content content;
	uint64_t seed;
	int length;            /* below zero: any */
	uint64_t count, sent;
	double interval_ns;    /* 0: as fast as it goes */
	int64_t start_ns, pause_ns;
};

/* ---- Content ------------------------------------------------------------------------------ */

/* splitmix64: message number alone decides, so that a run can be repeated from its seed. */
static uint64_t mix(uint64_t seed, uint64_t number)
{
	uint64_t z = seed + number * 0x9E3779B97F4A7C15;

	z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9;
	z = (z ^ z >> 27) * 0x94D049BB133111EB;
	return z ^ z >> 31;
}

/* For families without messages of a form of their own. */
static void fill_bytes(const struct gen *g, uint64_t number, struct kin_msg *msg)
{
	uint64_t random = mix(g->seed, number);

	msg->len = g->length;
	for (size_t i = 0; i < msg->len; i++) {
		size_t behind = msg->len - 1 - i;

		if (g->content == COUNTING) {
			/* A big-endian number as long as the message. */
			msg->data[i] = behind < 8 ? number >> 8 * behind : 0;
		} else {
			if (i > 0 && i % 8 == 0)
				random = mix(random, i);
			msg->data[i] = random >> 8 * (i % 8);
		}
	}
}

/* The next n messages of the run into the batch. */
static int fill(struct gen *g, unsigned n)
{
	for (unsigned i = 0; i < n && g->content != FIXED; i++) {
		struct kin_msg *msg = kin_batch_msg(g->batch, i);
		uint64_t number = g->sent + i;
		uint64_t random = g->content == RANDOM ? mix(g->seed, number) : 0;
		int r = 0;

		if (g->family->msg_generate)
			r = g->family->msg_generate(g->proto, number, g->length, random, msg);
		else
			fill_bytes(g, number, msg);
		if (r < 0)
			return r;
	}
	return 0;
}

/* ---- Sending ------------------------------------------------------------------------------ */

/* Wait for events on the socket (0: none) that long (below zero: for ever), or to be stopped. */
static void wait_for(struct gen *g, short events, int64_t ns)
{
	struct timespec timeout = {ns / 1000000000, ns % 1000000000};
	struct pollfd fds[] = {
		{.fd = g->stop_fd, .events = POLLIN},
		{.fd = events ? kin_fd(g->sock) : -1, .events = events},
	};

	ppoll(fds, 2, ns < 0 ? NULL : &timeout, NULL);
	g->stopped = fds[0].revents != 0;
}

/* A stream takes the bytes of a message in parts, and all of them have to arrive. */
static int send_stream(struct gen *g, unsigned n)
{
	for (unsigned i = 0; i < n && !g->stopped; i++) {
		const struct kin_msg *msg = kin_batch_msg(g->batch, i);
		size_t done = 0;

		while (done < msg->len && !g->stopped) {
			size_t part = 0;
			int r = kin_send_all(g->sock, msg->data + done, msg->len - done, 0, &part);

			done += r < 0 ? part : msg->len - done;
			if (r < 0 && r != -ETIMEDOUT)
				return r;
			if (r < 0)
				wait_for(g, 0, 0);
		}
		g->sent += done == msg->len;
	}
	return 0;
}

static int send_messages(struct gen *g, unsigned n)
{
	unsigned done = 0;

	while (done < n && !g->stopped) {
		int r = kin_send_batch(g->sock, g->batch, done, n - done, MSG_DONTWAIT);

		if (r > 0) {
			done += r;
			g->sent += r;
			g->pause_ns = PAUSE_MIN_NS;
		} else if (r == -EAGAIN) {
			wait_for(g, POLLOUT, -1);
		} else if (r == -ENOBUFS) {
			wait_for(g, 0, g->pause_ns);
			if (g->pause_ns < PAUSE_MAX_NS)
				g->pause_ns *= 2;
		} else {
			return r;
		}
	}
	return 0;
}

/* How many messages are due; when none is, wait for the next one. */
static unsigned due(struct gen *g)
{
	uint64_t n = g->count - g->sent;

	if (g->interval_ns > 0) {
		int64_t passed = kin_now() - g->start_ns;
		uint64_t by_now = (uint64_t)((double)passed / g->interval_ns) + 1;

		if (by_now <= g->sent) {
			double left = (double)g->sent * g->interval_ns - (double)passed;

			wait_for(g, 0, left < (double)WAIT_MAX_NS ? (int64_t)left + 1 : WAIT_MAX_NS);
			return 0;
		}
		if (by_now - g->sent < n)
			n = by_now - g->sent;
	}
	return n < g->room ? n : g->room;
}

static int generate(struct gen *g)
{
	bool stream = kin_sock_type(g->sock) == SOCK_STREAM;

	/* Timers may be late by 50 us by default, for other processes' good. */
	prctl(PR_SET_TIMERSLACK, 1UL);
	g->pause_ns = PAUSE_MIN_NS;
	g->start_ns = kin_now();
	while (g->sent < g->count && !g->stopped) {
		unsigned n = due(g);
		int r;

		if (n == 0)
			continue;
		r = fill(g, n);
		if (r >= 0)
			r = stream ? send_stream(g, n) : send_messages(g, n);
		if (r < 0)
			return r;
		if (!g->stopped)
			wait_for(g, 0, 0);
		/*
		 * What is sent over a virtual interface may wait for the kernel's own thread on
		 * this processor to receive it, in a queue that drops what is too much.
		 */
		sched_yield();
	}
	return 0;
}

/* ---- The verb ----------------------------------------------------------------------------- */

static int parse_rate(struct gen *g)
{
	const char *text = inv_value(g->inv, "rate");
	int64_t gap = 0;
	double rate;
	char *end;
	int status = inv_duration(g->inv, "gap", &gap);

	g->interval_ns = gap;
	if (status || !text)
		return status;
	if (inv_has(g->inv, "gap"))
		return misuse(g->inv->command, "--rate and --gap say the same thing: give one");
	rate = strtod(text, &end);
	if (end == text || *end || strspn(text, "0123456789.") != strlen(text) || rate <= 0)
		return misuse(g->inv->command, "--rate: %s is no number of messages per second", text);
	/* Clocks know no time between the messages of higher rates. */
	g->interval_ns = rate < 1e9 ? 1e9 / rate : 0;
	return 0;
}

static int parse_content(struct gen *g)
{
	static const char *const names[] = {"random", "counting", NULL};
	const char *text = inv_value(g->inv, "content");
	const char *seed = inv_value(g->inv, "seed");
	int64_t value = 0;

	if (getrandom(&g->seed, sizeof(g->seed), 0) < 0)
		g->seed = kin_now();
	if (seed) {
		int status = inv_int(g->inv, "seed", 0, INT64_MAX, &value);

		if (status)
			return status;
		g->seed = value;
	}
	if (g->inv->n_args > 1) {
		g->content = FIXED;
		if (text || inv_has(g->inv, "length"))
			return misuse(g->inv->command, "a MESSAGE has its own content and length");
	} else if (text && strcmp(text, "counting") == 0) {
		g->content = COUNTING;
	} else if (text && strcmp(text, "random") != 0) {
		return misspelt("--content", text, names);
	}
	return 0;
}

static int parse_options(struct gen *g)
{
	int64_t count = INT64_MAX, length = -1;
	int status = inv_int(g->inv, "count", 1, INT64_MAX, &count);

	if (!status)
		status = inv_int(g->inv, "length", 0, INT_MAX, &length);
	if (!status)
		status = parse_rate(g);
	if (!status)
		status = parse_content(g);
	g->count = count;
	g->length = length;
	return status;
}

/* A batch with room for the messages that were asked for. */
static int make_batch(struct gen *g)
{
	size_t size = g->proto->msg_max;
	bool free_form = g->content != FIXED && !g->family->msg_generate;
	int r;

	if (size == 0)
		size = 65536;
	if (g->length < 0 && free_form)
		g->length = size < 64 ? size : 64;
	if (free_form && (size_t)g->length > size)
		return misuse(g->inv->command, "--length: %d is more than %s's %zu bytes", g->length,
		              g->proto->scheme, size);
	if (free_form)
		size = g->length ? g->length : 1;
	g->room = size < BATCH_BYTES / BATCH ? BATCH : BATCH_BYTES / size + 1;
	r = kin_batch_new(g->room, size, 16, &g->batch);
	if (r < 0)
		return complain_of("memory", r);
	for (unsigned i = 0; g->content == FIXED && i < g->room; i++) {
		const char *text = g->inv->args[1];

		r = kin_msg_parse(g->family, g->proto, text, kin_batch_msg(g->batch, i));
		if (r < 0)
			return complain_of(text, r);
	}
	/* Whether there are messages of that length is for the family to say. */
	if (fill(g, 1) < 0)
		return misuse(g->inv->command, "--length: %s", kin_error_text());
	return 0;
}

static int prepare(struct gen *g)
{
	int status = parse_options(g);
	int r;

	if (status)
		return status;
	r = kin_open(g->text, KIN_SEND, &g->sock);
	if (r < 0)
		return complain_of(g->text, r);
	g->family = kin_sock_family(g->sock);
	g->proto = kin_sock_proto(g->sock);
	if (kin_sock_type(g->sock) == SOCK_STREAM)
		kin_set_timeout(g->sock, STREAM_MS * INT64_C(1000000));
	return make_batch(g);
}

static int run(const struct invocation *inv)
{
	struct gen g = {.inv = inv, .text = inv->args[0], .stop_fd = -1};
	int status = prepare(&g);

	if (status == 0) {
		double seconds;
		int r;

		/* Only now: what opens an address waits without looking at signals. */
		g.stop_fd = stop_fd();
		r = generate(&g);
		seconds = (double)(kin_now() - g.start_ns) / 1e9;

		if (r < 0)
			status = complain_of(g.text, r);
		remark("%s: %llu messages in %.3f s, %.0f per second", g.text,
		       (unsigned long long)g.sent, seconds,
		       seconds > 0 ? (double)g.sent / seconds : 0.0);
	}
	kin_batch_free(g.batch);
	kin_close(g.sock);
	close(g.stop_fd);
	return status;
}

static const struct command_option options[] = {
	{"rate", 'r', "N", "messages per second; without it as many as go"},
	{"gap", 'g', "TIME", "from one message to the next instead of a rate: 10ms"},
	{"count", 'n', "COUNT", "end after COUNT messages"},
	{"length", 'l', "BYTES", "length of the messages' data; without it any, or 64"},
	{"content", 0, "random|counting", "random bytes (the default), or the message's number"},
	{"seed", 0, "NUMBER", "the random content of the run with the same NUMBER before"},
	{},
};

static const struct command_example examples[] = {
	{"kin gen can:can0 --rate 1000 --count 5000", "five seconds of random frames"},
	{"kin gen can:can0 123#DEADBEEF --gap 10ms -n 100", "the same frame every ten milliseconds"},
	{"kin gen unix-dgram:/run/x.sock -n 100000 -l 100", "as fast as it goes"},
	{},
};

const struct command command_gen = {
	.name = "gen",
	.args = "ADDRESS [MESSAGE]",
	.summary = "send generated messages, at a rate or as fast as it goes",
	.text = "Sends messages in the form of the address's family, with random content or with "
		"their number in it, or the same MESSAGE every time, written as for kin send."
		"\n\n"
		"With a rate or a gap, each message has its own time on the monotonic clock, so that "
		"nothing drifts; messages that are late are sent together. When the interface's queue "
		"is full, kin waits until it has room.\n\n"
		"Ends after COUNT messages or on SIGINT or SIGTERM, and tells how many messages it "
		"were and how fast.",
	.options = options,
	.examples = examples,
	.min_args = 1,
	.max_args = 2,
	.run = run,
};
