/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * kin play: send a recording again, at its own times.
 *
 * What is read waits in a ring until its time, which is an absolute one on the monotonic clock:
 * nothing drifts. Reading goes on while there is time for it, so that the file holds up no message.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <poll.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <kin/family.h>
#include "command.h"
#include "played.h"
#include "progress.h"
#include "routes.h"

enum {
	RING = 1024,          /* messages that wait for their time */
	RING_BYTES = 4 << 20, /* fewer of them when they are long */
	SHORT = 128,          /* bytes of a message, until one is longer */
	BLOCK = 65536,        /* what is read from the file at once */
	AHEAD = 16,           /* records that are read in a pause, before looking at the clock */
};

/* A pause that is long enough to read on in. */
static const int64_t PAUSE_NS = 1000000;

static const int64_t SECOND_NS = 1000000000;

/* Which messages are meant: a pattern, for each protocol that has come. */
struct choice {
	const char *text;
	const struct kin_proto *proto;
	struct kin_pattern *pattern;
};

/* A message that waits. */
struct slot {
	struct route *route;
	int64_t due_ns;
};

struct ring {
	struct kin_batch *batch;
	struct slot *slots; /* one for each message of the batch */
	unsigned room, head, used;
};

struct play {
	const struct invocation *inv;
	const char *name;
	int file;
	struct kin_reader *reader;
	char block[BLOCK];
	size_t block_begin, block_end;
	bool file_ended, ended;
	uint64_t bytes;

	struct routes routes;
	struct choice *only, *not ;
	unsigned n_only, n_not;
	bool events, skip_bad, step;
	unsigned direction; /* enum kin_direction; 0: any */

	double speed;                                      /* 0: as fast as it goes */
	int64_t from_ns, to_ns, skip_gaps_ns, loop_gap_ns; /* below zero: none */
	bool from_absolute, to_absolute;
	uint64_t count, loops;
	bool has_first;
	int64_t first_ns, last_ns; /* of the recording's clock */
	int64_t played_ns;         /* of the recording's time, without what is left out */
	uint64_t loaded, loaded_before, untimed;
	char failure[1024]; /* why reading ended before the recording did; told behind it */
	bool malformed;     /* that was why */

	struct ring ring;

	struct transmit out;
	int64_t start_ns;
	struct played played;
	struct progress progress;
};

/* ---- Choosing messages --------------------------------------------------------------------- */

/* Is a message one of those that are meant? negative: a pattern that is none */
static int is_chosen(struct choice *choices, unsigned n, const struct kin_record *record)
{
	for (unsigned i = 0; i < n; i++) {
		struct choice *c = &choices[i];

		if (c->proto != record->proto) {
			int r;

			kin_pattern_free(c->pattern);
			c->pattern = NULL;
			r = kin_pattern_new(record->family, record->proto, c->text, &c->pattern);
			if (r < 0)
				return r;
			c->proto = record->proto;
		}
		if (kin_pattern_match(c->pattern, record->msg))
			return 1;
	}
	return 0;
}

/* Within --from and --to? */
static bool is_in_time(const struct play *p, int64_t time_ns)
{
	int64_t since = time_since(time_ns, p->first_ns);

	return (p->from_ns < 0 || (p->from_absolute ? time_ns : since) >= p->from_ns) &&
	       (p->to_ns < 0 || (p->to_absolute ? time_ns : since) <= p->to_ns);
}

/* 1: the message is to be sent; 0: it is not, which was counted; negative: a pattern is none */
static int is_wanted(struct play *p, const struct kin_record *record)
{
	int r;

	if (record->kind == KIN_RECORD_EVENT && !p->events)
		return p->played.left.events++, 0;
	if (p->direction && record->direction != p->direction)
		return p->played.left.other_direction++, 0;
	if (!is_in_time(p, record->msg->time_ns))
		return p->played.left.other_time++, 0;
	if (record->msg->len < record->msg->full_len)
		return p->played.left.cut++, 0;
	r = p->n_only ? is_chosen(p->only, p->n_only, record) : 1;
	if (r > 0 && p->n_not)
		r = is_chosen(p->not, p->n_not, record) ? 0 : r;
	if (r == 0)
		p->played.left.filtered++;
	return r;
}

/* ---- The ring ------------------------------------------------------------------------------ */

static void free_ring(struct ring *ring)
{
	kin_batch_free(ring->batch);
	free(ring->slots);
}

/* A ring for messages of that size, with those that wait in the one before. */
static int make_ring(struct play *p, size_t size)
{
	struct ring old = p->ring, ring = {.used = old.used};
	int r;

	ring.room = size < RING_BYTES / RING ? RING : RING_BYTES / size;
	if (ring.room < old.used + AHEAD)
		ring.room = old.used + AHEAD;
	ring.slots = calloc(ring.room, sizeof(*ring.slots));
	r = ring.slots ? kin_batch_new(ring.room, size, p->routes.txtime ? TXTIME_CONTROL : 16,
				       &ring.batch)
		       : -ENOMEM;
	if (r < 0) {
		free(ring.slots);
		return r;
	}
	for (unsigned i = 0; i < old.used; i++) {
		unsigned from = (old.head + i) % old.room;
		struct kin_msg *msg = kin_batch_msg(ring.batch, i);

		ring.slots[i] = old.slots[from];
		msg->len = kin_batch_msg(old.batch, from)->len;
		memcpy(msg->data, kin_batch_msg(old.batch, from)->data, msg->len);
		msg->addr.len = 0;
	}
	free_ring(&old);
	p->ring = ring;
	return 0;
}

/* When what has this time in the recording is due. */
static int64_t due_at(struct play *p, const struct kin_msg *msg)
{
	int64_t gap = p->last_ns < msg->time_ns ? time_since(msg->time_ns, p->last_ns) : 0;

	/* Several sources do not always come in order: who is behind is due at once. */
	if (gap > 0)
		p->last_ns = msg->time_ns;
	if (p->skip_gaps_ns < 0 || gap <= p->skip_gaps_ns)
		p->played_ns = time_add(p->played_ns, gap);
	if (p->speed == 0)
		return 0;
	return p->speed == 1 ? p->played_ns : time_of((double)p->played_ns / p->speed);
}

static int put(struct play *p, struct route *route, const struct kin_record *record)
{
	unsigned i = (p->ring.head + p->ring.used) % p->ring.room;
	struct kin_msg *msg = kin_batch_msg(p->ring.batch, i);
	const void *data = record->msg->data;
	size_t len = record->msg->len;

	if (route->kind == TO_STDOUT) {
		data = record->text;
		len = strlen(record->text) + 1;
	}
	if (len > msg->size) {
		int r = make_ring(p, len * 2);

		if (r < 0)
			return complain_of("memory", r);
		i = p->ring.used;
		msg = kin_batch_msg(p->ring.batch, i);
	}
	memcpy(msg->data, data, len);
	if (route->kind == TO_STDOUT)
		msg->data[len - 1] = '\n';
	msg->len = len;
	msg->addr.len = 0;
	msg->control_len = 0;
	p->ring.slots[i] = (struct slot){route, due_at(p, record->msg)};
	p->ring.used++;
	p->loaded++;
	return 0;
}

/* ---- Reading ------------------------------------------------------------------------------- */

/* What was read so far is still played, and this told then. 0, for reading to go on until then */
__attribute__((format(printf, 2, 3))) static int end_reading(struct play *p, const char *format,
							     ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(p->failure, sizeof(p->failure), format, args);
	va_end(args);
	p->ended = true;
	return 0;
}

static int tell_failure(const struct play *p)
{
	complain("%s: %s", p->name, p->failure);
	if (p->malformed)
		remark("--skip-bad leaves out what is malformed");
	return STATUS_FAILED;
}

static int new_reader(struct play *p)
{
	kin_reader_free(p->reader);
	p->reader = NULL;
	p->block_begin = p->block_end = 0;
	p->file_ended = false;
	return kin_reader_new(NULL, inv_value(p->inv, "format"), &p->reader);
}

/* More bytes for the reader. 0 or STATUS_; a pipe may keep one waiting, until it is stopped. */
static int feed(struct play *p)
{
	struct pollfd fds[] = {{.fd = p->file, .events = POLLIN},
			       {.fd = p->out.stop_fd, .events = POLLIN}};
	ssize_t n;

	if (p->block_begin == p->block_end && !p->file_ended) {
		poll(fds, 2, -1);
		if (fds[1].revents) {
			p->out.stopped = true;
			return 0;
		}
		n = read(p->file, p->block, sizeof(p->block));
		if (n < 0)
			return end_reading(p, "%s", strerror(errno));
		p->block_begin = 0;
		p->block_end = (size_t)n;
		p->bytes += (size_t)n;
		if (n == 0) {
			p->file_ended = true;
			kin_reader_feed(p->reader, NULL, 0);
			return 0;
		}
	}
	n = kin_reader_feed(p->reader, p->block + p->block_begin, p->block_end - p->block_begin);
	p->block_begin += n > 0 ? (size_t)n : 0;
	return 0;
}

/* From the beginning once more, or the end of all. */
static int begin_again(struct play *p)
{
	p->played.loops++;
	if (p->played.loops >= p->loops || p->loaded == p->loaded_before) {
		p->ended = true;
		return 0;
	}
	if (lseek(p->file, 0, SEEK_SET) < 0)
		return end_reading(p, "--loop needs a file that can be read again: %s",
				   strerror(errno));
	p->loaded_before = p->loaded;
	p->has_first = false;
	p->played_ns = time_add(p->played_ns, p->loop_gap_ns);
	return new_reader(p) < 0 ? complain_of("memory", -ENOMEM) : 0;
}

static int refuse_record(struct play *p, int r)
{
	if (r == -EBADMSG && p->skip_bad) {
		p->played.left.malformed++;
		return 0;
	}
	p->malformed = r == -EBADMSG;
	return end_reading(p, "%s", kin_error_text());
}

/* A record of the file: into the ring, or left out. */
static int take(struct play *p, const struct kin_record *record)
{
	const struct kin_msg *msg = record->msg;
	struct route *route;
	int status = 0, r;

	if (record->kind == KIN_RECORD_REMARK)
		return p->played.remarks++, 0;
	if (msg->clock == KIN_CLOCK_NONE && p->speed > 0)
		return end_reading(p, "line %" PRIu64 " has no time; --speed max needs none",
				   record->place);
	if (!p->has_first)
		p->first_ns = p->last_ns = msg->time_ns;
	p->has_first = true;
	r = is_wanted(p, record);
	if (r < 0)
		return misuse(p->inv->command, "%s", kin_error_text());
	if (r == 0)
		return 0;
	/* What comes before the window is no pause. */
	if (p->loaded == p->loaded_before && p->from_ns >= 0)
		p->last_ns = msg->time_ns;
	route = routes_find(&p->routes, record->source, &status);
	if (!route)
		return status;
	if (route->kind == TO_NOTHING)
		return p->played.left.nowhere++, 0;
	return put(p, route, record);
}

/* Read one record. 0 or STATUS_; p->ended: there are no more */
static int load_one(struct play *p)
{
	const struct kin_record *record;
	int r = kin_reader_next(p->reader, &record);
	int status;

	if (r < 0)
		return refuse_record(p, r);
	if (r == 0)
		return p->file_ended ? begin_again(p) : feed(p);
	status = take(p, record);
	if (p->loaded >= p->count)
		p->ended = true;
	return status;
}

static bool can_load(const struct play *p)
{
	return !p->ended && !p->out.stopped && p->ring.used < p->ring.room;
}

/* ---- Playing ------------------------------------------------------------------------------- */

/* Wait for ENTER before each message. */
static void wait_for_key(struct play *p)
{
	struct pollfd fds[] = {{.fd = STDIN_FILENO, .events = POLLIN},
			       {.fd = p->out.stop_fd, .events = POLLIN}};
	char key = '\0';

	poll(fds, 2, -1);
	if (fds[1].revents)
		p->out.stopped = true;
	while (!p->out.stopped && read(STDIN_FILENO, &key, 1) > 0 && key != '\n')
		;
	p->out.stopped |= key != '\n';
}

/* When a message of the ring is due. */
static int64_t due_of(const struct play *p, unsigned slot)
{
	return time_add(p->start_ns, p->ring.slots[slot].due_ns);
}

/* How many from the head on are due now, and go the same way. */
static unsigned due_together(const struct play *p, int64_t now)
{
	const struct slot *first = &p->ring.slots[p->ring.head];
	unsigned n = 1, most = p->ring.room - p->ring.head;

	if (most > p->ring.used)
		most = p->ring.used;
	if (p->step)
		return 1;
	while (n < most && first[n].route == first->route && due_of(p, p->ring.head + n) <= now)
		n++;
	return n;
}

static int write_lines(struct play *p, unsigned n)
{
	int r = 0;

	for (unsigned i = 0; i < n && r == 0; i++) {
		const struct kin_msg *msg = kin_batch_msg(p->ring.batch, p->ring.head + i);

		r = write_all(STDOUT_FILENO, msg->data, msg->len);
		p->out.sent += r == 0;
	}
	return r;
}

static int send_slots(struct play *p, struct route *route, unsigned n)
{
	int r = 0;

	for (unsigned i = p->ring.head; i < p->ring.head + n && r == 0; i++) {
		struct kin_msg *msg = kin_batch_msg(p->ring.batch, i);

		r = transmit_allow(route->sock, msg, &route->allowed);
		if (r == 0 && p->routes.txtime)
			r = txtime_set(&route->txtime, msg, due_of(p, i));
	}
	if (r == 0)
		r = transmit(&p->out, route->sock, p->ring.batch, p->ring.head, n);
	for (unsigned i = p->ring.head; i < p->ring.head + n && r == 0 && route->format; i++)
		r = transmit_print(route->format, route->sock, kin_batch_msg(p->ring.batch, i));
	return r;
}

/* What is due now. 0 or STATUS_ */
static int send_due(struct play *p, int64_t now)
{
	unsigned n = due_together(p, now);
	struct route *route = p->ring.slots[p->ring.head].route;
	uint64_t before = p->out.sent;
	int r;

	if (p->speed > 0 && !p->step && !p->routes.txtime) {
		now = kin_now();
		for (unsigned i = 0; i < n; i++)
			transmit_note(&p->out, time_since(now, due_of(p, p->ring.head + i)));
	}
	r = route->kind == TO_STDOUT ? write_lines(p, n) : send_slots(p, route, n);
	route->sent += p->out.sent - before;
	p->ring.head = (p->ring.head + n) % p->ring.room;
	p->ring.used -= n;
	if (r == -EPIPE && route->kind == TO_STDOUT)
		p->out.stopped = true;
	else if (r < 0)
		return complain_of(route->kind == TO_STDOUT ? "standard output" : route->to, r);
	return 0;
}

/* When the next message is handed over. */
static int64_t next_due(const struct play *p)
{
	return due_of(p, p->ring.head) - (p->routes.txtime ? TXTIME_LEAD_NS : 0);
}

/* Send the first of the ring, and all that are due with it, at their time. */
static int play_next(struct play *p)
{
	int64_t now = 0;

	if (p->step)
		wait_for_key(p);
	else if (p->speed > 0)
		now = transmit_wait(&p->out, next_due(p)) + (p->routes.txtime ? TXTIME_LEAD_NS : 0);
	else
		now = INT64_MAX;
	if (transmit_stopped(&p->out))
		return 0;
	return send_due(p, now);
}

/* Fill the ring as far as there is time. */
static int load(struct play *p)
{
	int status = 0;

	while (status == 0 && can_load(p)) {
		for (unsigned i = 0; i < AHEAD && status == 0 && can_load(p); i++)
			status = load_one(p);
		if (p->ring.used > 0 && p->speed > 0 && next_due(p) - kin_now() < PAUSE_NS)
			break;
		/* What comes by a pipe may be wanted now. */
		if (p->ring.used > 0 && p->block_begin == p->block_end && p->speed > 0)
			break;
	}
	return status;
}

static int play(struct play *p)
{
	int status = 0;

	/* Addresses are opened, and the ring is filled, before the clock starts. */
	while (status == 0 && can_load(p) && (p->ring.used == 0 || p->block_begin < p->block_end))
		status = load_one(p);
	if (status)
		return status;
	transmit_begin(&p->out);
	progress_begin(&p->progress, p->name, &p->bytes, NULL);
	p->start_ns = kin_now() + (p->routes.txtime ? TXTIME_LEAD_NS : 0);
	while (status == 0 && !p->out.stopped && (p->ring.used > 0 || !p->ended)) {
		if (p->ring.used == 0 ||
		    (p->ring.used < p->ring.room && next_due(p) - kin_now() > PAUSE_NS) ||
		    (p->speed == 0 && p->ring.used < p->ring.room))
			status = load(p);
		if (status == 0 && p->ring.used > 0 && !p->out.stopped)
			status = play_next(p);
		progress_tick(&p->progress);
	}
	if (p->routes.txtime && status == 0)
		transmit_wait(&p->out, kin_now() + 2 * TXTIME_LEAD_NS);
	progress_end(&p->progress);
	if (status == 0 && !p->out.stopped && *p->failure)
		status = tell_failure(p);
	return status;
}

/* ---- The verb ------------------------------------------------------------------------------ */

/* "10s" since the first message, or "@1700000000.5" since 1970. */
static int parse_time(struct play *p, const char *option, int64_t *value_ns, bool *absolute)
{
	const char *text = inv_value(p->inv, option);
	long long seconds = 0;
	char decimals[10] = "", filled[10] = "000000000";
	int end = 0;

	*value_ns = -1;
	*absolute = text && *text == '@';
	if (!*absolute)
		return inv_duration(p->inv, option, value_ns);
	if (sscanf(text, "@%10lld%n.%9[0-9]%n", &seconds, &end, decimals, &end) < 1 || text[end] ||
	    strspn(text + 1, "0123456789.") != strlen(text + 1) || seconds >= INT64_MAX / SECOND_NS)
		return misuse(p->inv->command, "--%s: %s is no number of seconds since 1970",
			      option, text);
	memcpy(filled, decimals, strlen(decimals));
	*value_ns = seconds * SECOND_NS + atol(filled);
	return 0;
}

static int parse_speed(struct play *p)
{
	const char *text = inv_value(p->inv, "speed");
	char *end;

	p->speed = 1;
	if (!text)
		return 0;
	if (strcmp(text, "max") == 0) {
		p->speed = 0;
		return 0;
	}
	p->speed = strtod(text, &end);
	if (end == text || *end || strspn(text, "0123456789.") != strlen(text) || p->speed < 1e-6 ||
	    p->speed > 1e6)
		return misuse(p->inv->command,
			      "--speed: %s is neither a factor of 0.000001 to 1000000 nor max",
			      text);
	return 0;
}

static int parse_loop(struct play *p)
{
	const char *text = inv_value(p->inv, "loop");
	int64_t loops = 1;
	int status = text && strcmp(text, "forever") == 0
			     ? 0
			     : inv_int(p->inv, "loop", 1, INT64_MAX, &loops);

	p->loops = text && strcmp(text, "forever") == 0 ? UINT64_MAX : (uint64_t)loops;
	return status ? status : inv_duration(p->inv, "gap", &p->loop_gap_ns);
}

/* The values of an option that may be given again. */
static struct choice *parse_choices(const struct play *p, const char *option, unsigned *ret_n)
{
	struct choice *choices;
	unsigned n = 0;

	while (inv_value_at(p->inv, option, n))
		n++;
	choices = calloc(n + 1, sizeof(*choices));
	for (unsigned i = 0; choices && i < n; i++)
		choices[i].text = inv_value_at(p->inv, option, i);
	*ret_n = n;
	return choices;
}

static int parse_messages(struct play *p)
{
	static const char *const directions[] = {"any", "received", "sent", NULL};
	int64_t count = INT64_MAX;
	int status = inv_choice(p->inv, "direction", directions, &p->direction);

	if (!status)
		status = inv_int(p->inv, "count", 1, INT64_MAX, &count);
	p->count = (uint64_t)count;
	if (!status)
		status = routes_check(&p->routes);
	p->only = parse_choices(p, "only", &p->n_only);
	p->not = parse_choices(p, "not", &p->n_not);
	if (!status && (!p->only || !p->not ))
		status = complain_of("memory", -ENOMEM);
	p->events = inv_has(p->inv, "errors");
	p->skip_bad = inv_has(p->inv, "skip-bad");
	p->routes.print = inv_has(p->inv, "print");
	return status;
}

static int parse_options(struct play *p)
{
	int status = parse_speed(p);

	if (!status)
		status = parse_loop(p);
	if (!status)
		status = parse_time(p, "from", &p->from_ns, &p->from_absolute);
	if (!status)
		status = parse_time(p, "to", &p->to_ns, &p->to_absolute);
	if (!status && p->to_ns >= 0 && p->from_absolute == p->to_absolute && p->to_ns < p->from_ns)
		status = misuse(p->inv->command, "--to %s is before --from %s",
				inv_value(p->inv, "to"), inv_value(p->inv, "from"));
	p->skip_gaps_ns = -1;
	if (!status)
		status = inv_duration(p->inv, "skip-gaps", &p->skip_gaps_ns);
	if (!status)
		status = inv_duration(p->inv, "spin", &p->out.spin_ns);
	if (!status)
		status = parse_messages(p);
	if (!status)
		status = progress_options(p->inv, &p->progress);
	p->step = inv_has(p->inv, "step");
	p->routes.txtime = inv_has(p->inv, "txtime");
	if (!status && p->routes.txtime && (p->speed == 0 || p->step))
		status = misuse(p->inv->command,
				"--txtime needs times: not --speed max, not --step");
	return status;
}

static int open_file(struct play *p)
{
	bool standard_input = strcmp(p->name, "-") == 0;
	int r;

	if (standard_input && p->step)
		return misuse(p->inv->command, "--step reads from standard input: give a FILE");
	p->file = standard_input ? fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3)
				 : open(p->name, O_RDONLY | O_CLOEXEC);
	if (p->file < 0) {
		complain("%s: %s", p->name, strerror(errno));
		return STATUS_FAILED;
	}
	r = new_reader(p);
	if (r == -EINVAL)
		return misuse(p->inv->command, "--format: %s", kin_error_text());
	if (r == 0)
		r = make_ring(p, SHORT);
	return r < 0 ? complain_of("memory", r) : 0;
}

static void free_choices(struct choice *choices, unsigned n)
{
	for (unsigned i = 0; choices && i < n; i++)
		kin_pattern_free(choices[i].pattern);
	free(choices);
}

static int tell(struct play *p)
{
	double seconds = (double)(kin_now() - p->start_ns) / 1e9;

	p->played.name = p->name;
	p->played.style = kin_reader_style(p->reader);
	p->played.missed = routes_missed(&p->routes);
	return played_tell(&p->played, &p->out, seconds, inv_has(p->inv, "json"));
}

static int run(const struct invocation *inv)
{
	struct play *p = calloc(1, sizeof(*p));
	int status;

	if (!p)
		return complain_of("memory", -ENOMEM);
	p->inv = p->routes.inv = inv;
	p->name = inv->args[0];
	p->file = p->out.stop_fd = -1;
	status = parse_options(p);
	if (!status)
		status = open_file(p);
	if (!status) {
		p->out.stop_fd = stop_fd();
		status = play(p);
	}
	/* What was refused was not begun. */
	if (p->start_ns) {
		int told = tell(p);

		status = status ? status : told;
	}
	routes_free(&p->routes);
	free_choices(p->only, p->n_only);
	free_choices(p->not, p->n_not);
	free_ring(&p->ring);
	kin_reader_free(p->reader);
	close(p->file);
	close(p->out.stop_fd);
	free(p);
	return status;
}

static const struct command_option options[] = {
	{"format", 'f', "FORMAT",
	 "of the recording: candump, text, json; without it the one it is"},
	{"map", 'm', "SOURCE=ADDRESS", "where messages of a source go instead; may be given again"},
	{"speed", 's', "FACTOR|max", "as many times as fast, such as 0.5 or 10; max: no pauses"},
	{"loop", 'l', "N|forever", "that many times"},
	{"gap", 'g', "TIME", "from the end of the recording to its next beginning"},
	{"skip-gaps", 0, "TIME", "leave out pauses that are longer"},
	{"from", 0, "TIME", "begin that long after the first message, or @SECONDS since 1970"},
	{"to", 0, "TIME", "end that long after the first message, or @SECONDS since 1970"},
	{"count", 'n', "COUNT", "end after COUNT messages"},
	{"only", 0, "PATTERN", "only what matches; may be given again"},
	{"not", 0, "PATTERN", "not what matches; may be given again"},
	{"direction", 0, "any|sent|received", "only what the recording host sent, or received"},
	{"errors", 'e', NULL, "send recorded events of the bus too: error frames"},
	{"skip-bad", 0, NULL, "leave out and count what is malformed"},
	{"step", 'i', NULL, "wait for the enter key before each message"},
	{"spin", 0, "TIME", "look at the clock for the last part of each wait: 50us"},
	{"txtime", 't', NULL,
	 "let the interface's queueing discipline, fq or etf, keep the times (Linux 5.19)"},
	{"print", 'v', NULL, "write what is sent as kin dump does"},
	{"json", 'j', NULL, "the summary as a JSON object on standard output"},
	PROGRESS_OPTION,
	{},
};

static const struct command_example examples[] = {
	{"kin play drive.log --map can0=can:can1 --speed 2",
	 "what came from can0, in half the time"},
	{"kin play drive.log --map '*=can:can0' --only 123:7FF --from 1s --to 2s --loop 3",
	 "a part of it, three times"},
	{"kin play talk.json --map '*=udp:127.0.0.1:5000'", "what kin dump -f json wrote"},
	{},
};

const struct command command_play = {
	.name = "play",
	.args = "FILE",
	.summary = "send a recording again, with its timing",
	.text = "Reads what kin dump wrote with --format candump or json, or with text and times, "
		"and what "
		"other programs write in these formats, from FILE or from standard input (-), and "
		"sends each message at its time, as absolute times on the monotonic clock.\n\n"
		"A message goes to the address that it came from, unless --map says another: "
		"SOURCE is that "
		"address or what follows its scheme (can0), or * for every other one; ADDRESS is "
		"an address, "
		"or what follows the source's scheme, or stdout, which writes the recorded line; "
		"with nothing "
		"there, the messages are left out. Options that longer messages need, such as fd, "
		"are switched "
		"on by themselves.\n\n"
		"When the interface's queue is full, kin waits until it has room. What is "
		"malformed ends "
		"it, with the line, when all before it was sent. Error frames were sent by nobody "
		"and are left out. A PATTERN "
		"is "
		"written as for kin dump --start-on.\n\n"
		"At the end it tells how many messages it were, and how late they were: half of "
		"them at "
		"most p50, 99 of 100 at most p99.",
	.options = options,
	.examples = examples,
	.min_args = 1,
	.max_args = 1,
	.run = run,
};
