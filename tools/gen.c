/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * kin gen: send as load asks for it, at a rate or as fast as it goes.
 *
 * Message i is due at start + i * interval on the monotonic clock, whenever the ones before it
 * went out: nothing drifts, and what is overdue is sent in one system call.
 */
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>
#include <kin/family.h>
#include "command.h"
#include "connect.h"
#include "transmit.h"
#include "txtime.h"

enum {
	BATCH = 256,           /* messages in a system call */
	BATCH_BYTES = 1 << 20, /* fewer of them when they are long */
	SHORT = 128,           /* bytes of a message, until one is longer */
};

static const int64_t SECOND_NS = 1000000000;

struct gen {
	const struct invocation *inv;
	const char *text; /* the address as typed */
	struct kin_sock *sock;
	const struct kin_family *family;
	const struct kin_proto *proto;
	struct kin_batch *batch;
	struct kin_generator *generator; /* NULL: the same MESSAGE every time */
	struct kin_format *format;       /* to print what is sent; NULL: not wanted */
	const char *allowed;             /* the option that was switched on for longer messages */
	unsigned room;                   /* messages in the batch */
	struct transmit out;
	struct txtime txtime;
	uint64_t count, made;
	uint64_t burst;
	double interval_ns; /* of bursts; 0: as fast as it goes */
	int64_t start_ns;
};

/* ---- Messages ----------------------------------------------------------------------------- */

/* The most that a message of the protocol may have. */
static size_t longest(const struct gen *g)
{
	return g->proto->msg_max ? g->proto->msg_max : 65536;
}

/* Room for messages of that size; a short one leaves the processor's caches alone. */
static int make_batch(struct gen *g, size_t size)
{
	int r;

	kin_batch_free(g->batch);
	g->batch = NULL;
	g->room = size < BATCH_BYTES / BATCH ? BATCH : BATCH_BYTES / size + 1;
	r = kin_batch_new(g->room, size, g->txtime.on ? TXTIME_CONTROL : 16, &g->batch);
	for (unsigned i = 0; r == 0 && !g->generator && i < g->room; i++)
		r = kin_msg_parse(g->family, g->proto, g->inv->args[1], kin_batch_msg(g->batch, i));
	return r;
}

/* When a message is due. */
static int64_t due_at(const struct gen *g, uint64_t number)
{
	return time_add(g->start_ns, time_of((double)(number / g->burst) * g->interval_ns));
}

static int fill_one(struct gen *g, unsigned i)
{
	struct kin_msg *msg = kin_batch_msg(g->batch, i);
	uint64_t number = g->made + i;
	int r = 0;

	if (g->generator)
		r = kin_generator_next(g->generator, number, msg);
	if (r == 0)
		r = transmit_allow(g->sock, msg, &g->allowed);
	if (r == 0 && g->txtime.on)
		r = txtime_set(&g->txtime, msg, due_at(g, number));
	return r;
}

/* The next n messages of the run into the batch, or fewer if they are longer than was thought. */
static int fill(struct gen *g, unsigned *n)
{
	for (unsigned i = 0; i < *n; i++) {
		int r = fill_one(g, i);

		if (r == -EMSGSIZE && kin_batch_msg(g->batch, 0)->size < longest(g)) {
			r = make_batch(g, longest(g));
			*n = *n < g->room ? *n : g->room;
			i = UINT_MAX;
		}
		if (r < 0)
			return r;
	}
	return 0;
}

/* ---- Sending ------------------------------------------------------------------------------ */

/* How many messages are due; when none is, wait for the next one. */
static unsigned due(struct gen *g, int64_t *ret_now)
{
	int64_t ahead = g->txtime.on ? TXTIME_LEAD_NS : 0;
	uint64_t n = g->count - g->made;

	if (g->interval_ns > 0) {
		int64_t now = transmit_wait(&g->out, due_at(g, g->made) - ahead);
		double passed = (double)(now + ahead - g->start_ns);
		uint64_t by_now;

		*ret_now = now;
		if (g->out.stopped || passed < 0)
			return 0;
		by_now = (uint64_t)(passed / g->interval_ns + 1) * g->burst;
		if (by_now <= g->made)
			return 0;
		if (by_now - g->made < n)
			n = by_now - g->made;
	}
	return n < g->room ? n : g->room;
}

/* What each message was late by; of a burst all are due together. */
static void note_late(struct gen *g, unsigned n, int64_t now)
{
	for (unsigned i = 0; i < n; i++)
		transmit_note(&g->out, time_since(now, due_at(g, g->made + i)));
}

static int print(struct gen *g, unsigned n)
{
	int r = 0;

	for (unsigned i = 0; i < n && r == 0; i++)
		r = transmit_print(g->format, g->sock, kin_batch_msg(g->batch, i));
	return r;
}

static int generate(struct gen *g)
{
	int64_t now = 0;

	while (g->made < g->count && !transmit_stopped(&g->out)) {
		unsigned n = due(g, &now);
		int r;

		if (n == 0)
			continue;
		r = fill(g, &n);
		if (g->interval_ns > 0 && !g->txtime.on)
			note_late(g, n, kin_now());
		if (r == 0)
			r = transmit(&g->out, g->sock, g->batch, 0, n);
		if (r == 0 && g->format)
			r = print(g, n);
		if (r < 0)
			return r;
		g->made += n;
		/*
		 * What is sent over a virtual interface may wait for the kernel's own thread on
		 * this processor to receive it, in a queue that drops what is too much.
		 */
		if (n > 1)
			sched_yield();
	}
	return 0;
}

/* ---- The verb ----------------------------------------------------------------------------- */

static int parse_rate(struct gen *g)
{
	const char *text = inv_value(g->inv, "rate");
	int64_t gap = 0, burst = 1;
	double rate;
	char *end;
	int status = inv_duration(g->inv, "gap", &gap);

	if (!status)
		status = inv_int(g->inv, "burst", 1, INT_MAX, &burst);
	g->interval_ns = gap;
	g->burst = burst;
	if (status || !text)
		return status;
	if (inv_has(g->inv, "gap"))
		return misuse(g->inv->command, "--rate and --gap say the same thing: give one");
	rate = strtod(text, &end);
	if (end == text || *end || strspn(text, "0123456789.") != strlen(text) || rate <= 0)
		return misuse(g->inv->command, "--rate: %s is no number of messages per second",
			      text);
	/* Clocks know no time between the messages of higher rates. */
	g->interval_ns = rate < 1e9 ? 1e9 / rate * burst : 0;
	return 0;
}

/* Seconds since 1970 with up to nine decimals, to the clock of kin_now(). */
static int parse_start(struct gen *g)
{
	const char *text = inv_value(g->inv, "start");
	long long seconds = 0;
	char decimals[10] = "", filled[10] = "000000000";
	struct timespec now;
	int end = 0;

	g->start_ns = 0;
	if (!text)
		return 0;
	if (sscanf(text, "%10lld%n.%9[0-9]%n", &seconds, &end, decimals, &end) < 1 || text[end] ||
	    strspn(text, "0123456789.") != strlen(text))
		return misuse(g->inv->command, "--start: %s is no number of seconds since 1970",
			      text);
	memcpy(filled, decimals, strlen(decimals));
	clock_gettime(CLOCK_REALTIME, &now);
	g->start_ns = (seconds - now.tv_sec) * SECOND_NS + atol(filled) - now.tv_nsec;
	if (g->start_ns <= 0)
		return misuse(g->inv->command, "--start: %s is over", text);
	g->start_ns += kin_now();
	return 0;
}

static int parse_options(struct gen *g)
{
	static const char *const full[] = {"wait", "drop", NULL};
	int64_t count = INT64_MAX;
	unsigned when_full = 0;
	int status = inv_int(g->inv, "count", 1, INT64_MAX, &count);

	if (!status)
		status = parse_rate(g);
	if (!status)
		status = parse_start(g);
	if (!status)
		status = inv_duration(g->inv, "spin", &g->out.spin_ns);
	if (!status)
		status = inv_choice(g->inv, "full", full, &when_full);
	if (!status && inv_has(g->inv, "txtime") && g->interval_ns <= 0)
		status = misuse(g->inv->command, "--txtime needs a --rate or a --gap");
	g->out.drop_when_full = when_full == 1;
	g->count = count;
	return status;
}

/* One --field NAME=VALUE */
static int parse_field(struct gen *g, const char *text)
{
	const char *equals = strchr(text, '=');
	char name[64];

	if (!equals || equals - text >= (ptrdiff_t)sizeof(name))
		return misuse(g->inv->command, "--field: %s is not NAME=VALUE", text);
	snprintf(name, sizeof(name), "%.*s", (int)(equals - text), text);
	if (kin_generator_set(g->generator, name, equals + 1) < 0)
		return misuse(g->inv->command, "--field: %s", kin_error_text());
	return 0;
}

static int make_generator(struct gen *g)
{
	const char *content = inv_value(g->inv, "content"), *length = inv_value(g->inv, "length");
	const char *field;
	int64_t seed = 0;
	int status = inv_int(g->inv, "seed", 0, INT64_MAX, &seed);

	if (status)
		return status;
	if (g->inv->n_args > 1)
		return content || length || inv_has(g->inv, "field")
			       ? misuse(g->inv->command, "a MESSAGE has its own content and length")
			       : 0;
	if (!inv_has(g->inv, "seed") && getrandom(&seed, sizeof(seed), 0) < 0)
		seed = kin_now();
	if (kin_generator_new(g->family, g->proto, (uint64_t)seed, &g->generator) < 0)
		return complain_of("memory", -ENOMEM);
	if (length && kin_generator_set(g->generator, "len", length) < 0)
		return misuse(g->inv->command, "--length: %s", kin_error_text());
	for (unsigned i = 0; (field = inv_value_at(g->inv, "field", i)); i++) {
		status = parse_field(g, field);
		if (status)
			return status;
	}
	if (content && kin_generator_set_content(g->generator, content) < 0)
		return misuse(g->inv->command, "--content: %s", kin_error_text());
	return 0;
}

static int prepare_socket(struct gen *g)
{
	int r = kin_open(g->text, KIN_SEND, &g->sock);

	if (r < 0)
		return complain_of(g->text, r);
	g->family = kin_sock_family(g->sock);
	g->proto = kin_sock_proto(g->sock);
	r = inv_has(g->inv, "txtime") ? txtime_begin(&g->txtime, g->sock) : 0;
	if (r < 0) {
		complain_of(g->text, r);
		return r == -EOPNOTSUPP || r == -ENOPROTOOPT ? STATUS_LACKS : STATUS_FAILED;
	}
	if (inv_has(g->inv, "print"))
		r = kin_format_new(g->family, "text", &g->format);
	return r < 0 ? complain_of(g->text, r) : 0;
}

static int prepare(struct gen *g)
{
	unsigned one = 1;
	int status = parse_options(g), r;

	if (!status)
		status = prepare_socket(g);
	if (!status)
		status = make_generator(g);
	if (status)
		return status;
	r = make_batch(g, g->generator && longest(g) > SHORT ? SHORT : longest(g));
	if (r < 0)
		return complain_of(g->generator ? "memory" : g->inv->args[1], r);
	/* Whether there are such messages is for the family to say. */
	r = fill(g, &one);
	if (r == -EINVAL || r == -EMSGSIZE)
		return misuse(g->inv->command, "%s", kin_error_text());
	return r < 0 ? complain_of(g->text, r) : 0;
}

static void tell_json(const struct gen *g, double seconds, uint64_t missed)
{
	fputs("{\"address\":", stdout);
	put_json(stdout, g->text);
	printf(",\"sent\":%" PRIu64 ",\"dropped\":%" PRIu64 ",\"missed\":%" PRIu64
	       ",\"seconds\":%.6f,\"full_waits\":%" PRIu64,
	       g->out.sent, g->out.dropped, missed, seconds, g->out.full_waits);
	transmit_put_json(&g->out, stdout);
	puts("}");
}

static int tell(const struct gen *g, double seconds)
{
	uint64_t missed = g->txtime.on ? txtime_missed(g->sock) : 0;
	char late[160];

	if (inv_has(g->inv, "json"))
		tell_json(g, seconds, missed);
	else
		remark("%s: %" PRIu64 " messages in %.3f s, %.0f per second%s", g->text,
		       g->out.sent, seconds, seconds > 0 ? (double)g->out.sent / seconds : 0.0,
		       transmit_words(&g->out, late, sizeof(late)));
	if (missed && !inv_has(g->inv, "json"))
		remark("%s: %" PRIu64 " messages came too late for their time and were not sent",
		       g->text, missed);
	return g->out.dropped || missed ? STATUS_LOST : STATUS_DONE;
}

static int run(const struct invocation *inv)
{
	struct gen g = {.inv = inv, .text = inv->args[0], .out.stop_fd = -1};
	int status = prepare(&g);

	if (status == 0) {
		int64_t begin;
		int r;

		/* Only now: what opens an address waits without looking at signals. */
		g.out.stop_fd = stop_fd();
		transmit_begin(&g.out);
		if (g.start_ns == 0)
			g.start_ns = kin_now() + (g.txtime.on ? TXTIME_LEAD_NS : 0);
		transmit_wait(&g.out, g.start_ns - (g.txtime.on ? TXTIME_LEAD_NS : 0));
		begin = kin_now();
		r = generate(&g);
		if (r < 0 && r != -EPIPE)
			status = complain_of(g.text, r);
		if (g.txtime.on)
			transmit_wait(&g.out, kin_now() + 2 * TXTIME_LEAD_NS);
		/* Closing such a connection throws away what the peer had no room for yet. */
		if (status == 0 && ends_whole(g.sock))
			hang_up(g.sock, g.out.stop_fd);
		r = tell(&g, (double)(kin_now() - begin) / 1e9);
		status = status ? status : r;
	}
	kin_generator_free(g.generator);
	kin_format_free(g.format);
	kin_batch_free(g.batch);
	kin_close(g.sock);
	close(g.out.stop_fd);
	return status;
}

static const struct command_option options[] = {
	{"rate", 'r', "N", "messages per second; without it as many as go"},
	{"gap", 'g', "TIME", "from one message to the next instead of a rate: 10ms"},
	{"burst", 'b', "N", "N messages together, as often as keeps the rate, or with each gap"},
	{"count", 'n', "COUNT", "end after COUNT messages"},
	{"length", 'l', "BYTES", "length of the messages' data; without it any, or 64"},
	{"content", 0, "random|counting|mixed",
	 "random bytes (the default), the message's number, or random kinds of messages too"},
	{"field", 'f', "NAME=VALUE", "a part of the messages; may be given again"},
	{"seed", 0, "NUMBER", "the random content of the run with the same NUMBER before"},
	{"start", 0, "TIME", "the first message at this time, in seconds since 1970"},
	{"spin", 0, "TIME", "look at the clock for the last part of each wait: 50us"},
	{"txtime", 't', NULL,
	 "let the interface's queueing discipline, fq or etf, keep the times (Linux 5.19)"},
	{"full", 0, "wait|drop",
	 "when the interface's queue is full: wait, or go on without the message"},
	{"print", 'v', NULL, "write what is sent as kin dump does"},
	{"json", 'j', NULL, "the summary as a JSON object on standard output"},
	{},
};

static const struct command_example examples[] = {
	{"kin gen can:can0 --rate 1000 --count 5000", "five seconds of random frames"},
	{"kin gen can:can0 123#DEADBEEF --gap 10ms -n 100",
	 "the same frame every ten milliseconds"},
	{"kin gen can:can0 -f id=1xx -f len=inc -f data=inc -n 1000",
	 "of each part what it shall be"},
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
		"A family's messages have fields, which kin help SCHEME lists (others have len "
		"and "
		"data). The VALUE of one is random; inc, which counts from one message to the "
		"next; "
		"even or odd, which is random with that last bit; or what it always is. In hex "
		"digits, an x is a "
		"random one: data=11xx. Options that longer messages need, such as fd, are "
		"switched on by "
		"themselves.\n\n"
		"With a rate or a gap, each message has its own time on the monotonic clock, so "
		"that "
		"nothing drifts; messages that are late are sent together. When the interface's "
		"queue "
		"is full, kin waits until it has room.\n\n"
		"Ends after COUNT messages or on SIGINT or SIGTERM, and tells how many messages it "
		"were and how fast, and with a rate how late they were: half of them at most p50, "
		"99 of "
		"100 at most p99.",
	.options = options,
	.examples = examples,
	.min_args = 1,
	.max_args = 2,
	.run = run,
};
