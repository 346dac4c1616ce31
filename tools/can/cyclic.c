/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * kin can cyclic: frames that the kernel sends by its own timers.
 */
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "bcm.h"

enum {
	LINE = 65536, /* of updates: more than 256 FD frames */
	SETTLE_MS =
		100, /* for the last frame, which may be on its way when the kernel tells of it */
};

/* One cyclic message. */
struct message {
	struct kin_bcm_tx *tx;
	const char *name; /* its first frame as typed, and how long that is */
	int name_len;
	canid_t id;
	bool fd;
	unsigned n_frames;
	int64_t interval_ns;
	bool done; /* its count */
};

struct cyclic {
	struct bcm_bus bus;
	struct message *messages;
	unsigned n, n_running; /* those without an end, and those that are not done */
	int64_t count, then_ns;
	bool json, updates, failed, lost;
	char *line; /* updates that were read so far */
	size_t line_len;
};

/* ---- What was typed ------------------------------------------------------------------------ */

/* Add a frame to a message. 0 or -errno */
static int add_frame(struct message *m, const char *text, size_t len)
{
	char *copy = strndup(text, len);
	union kin_can_frame frame;
	size_t size;
	int r = copy ? kin_can_frame_parse(copy, &frame, &size) : -ENOMEM;

	free(copy);
	if (r == 0 && !m->tx) {
		r = kin_bcm_tx_new(&m->tx);
		m->name = text;
		m->name_len = (int)len;
		m->id = frame.id;
		m->fd = size == CANFD_MTU;
	}
	if (r == 0)
		r = kin_bcm_tx_add_frame(m->tx, &frame, size);
	m->n_frames += r == 0;
	return r;
}

/* "FRAME" or "FRAME@INTERVAL", which ends a message. */
static int add_argument(struct cyclic *c, const char *text)
{
	const struct command *command = c->bus.inv->command;
	struct message *m = &c->messages[c->n];
	const char *at = strchr(text, '@');

	if (add_frame(m, text, at ? (size_t)(at - text) : strlen(text)) < 0)
		return misuse(command, "%s", kin_error_text());
	if (!at)
		return 0;
	if (!read_duration(at + 1, &m->interval_ns))
		return misuse(command, "%s: %s is no duration, such as 10ms, 1.5s or 2m", text,
			      at + 1);
	c->n++;
	return 0;
}

/* All frames, and the rest of what was typed. */
static int read_messages(struct cyclic *c)
{
	const struct invocation *inv = c->bus.inv;
	int64_t interval_ns = 0;
	int status = inv_duration(inv, "interval", &interval_ns);

	if (!status)
		status = inv_int(inv, "count", 1, UINT32_MAX, &c->count);
	if (!status)
		status = inv_duration(inv, "then", &c->then_ns);
	if (!status && inv_has(inv, "then") && (!c->count || !c->then_ns))
		return misuse(inv->command, "--then needs a --count before it, and is above 0");
	for (unsigned i = 1; !status && i < inv->n_args; i++)
		status = add_argument(c, inv->args[i]);
	if (!status && c->messages[c->n].tx)
		c->messages[c->n++].interval_ns = interval_ns;
	for (unsigned i = 0; !status && i < c->n; i++)
		if (c->messages[i].interval_ns == 0)
			return misuse(inv->command,
				      "%.*s: how often? --interval 10ms, or %.*s@10ms; 0 is never",
				      c->messages[i].name_len, c->messages[i].name,
				      c->messages[i].name_len, c->messages[i].name);
	return status;
}

/* The identifier of --copy-id into every frame. */
static int copy_id(struct cyclic *c)
{
	const struct invocation *inv = c->bus.inv;
	const char *text = inv_value(inv, "copy-id");
	union kin_can_frame frame;
	char remote[32];
	size_t size;

	if (!text)
		return 0;
	if (c->n > 1)
		return misuse(inv->command, "--copy-id: of one message only, not of %u", c->n);
	snprintf(remote, sizeof(remote), "%.16s#", text);
	if (kin_can_frame_parse(remote, &frame, &size) < 0)
		return misuse(inv->command, "--copy-id: %s", kin_error_text());
	kin_bcm_tx_set_key(c->messages[0].tx, frame.id);
	kin_bcm_tx_set_copy_id(c->messages[0].tx, true);
	return 0;
}

/* ---- Sending ------------------------------------------------------------------------------- */

static int start_message(struct cyclic *c, struct message *m)
{
	int r;

	if (c->count)
		r = kin_bcm_tx_set_timers(m->tx, (uint32_t)c->count, m->interval_ns, c->then_ns);
	else
		r = kin_bcm_tx_set_timers(m->tx, 0, 0, m->interval_ns);
	if (r < 0)
		return misuse(c->bus.inv->command, "%s", kin_error_text());
	kin_bcm_tx_set_notify(m->tx, c->count > 0);
	r = kin_bcm_tx_setup(c->bus.sock, m->tx, SETTIMER | STARTTIMER);
	if (r < 0)
		return complain_of(c->bus.address, r);
	/* The first frame is sent at once, and the kernel does not tell that it was the last. */
	m->done = c->count == 1 && !c->then_ns;
	c->n_running += !m->done;
	return 0;
}

/* @param sent  below zero: nobody knows */
static void put_sent(const struct cyclic *c, const struct message *m, const char *event,
		     int64_t sent)
{
	char number[32];

	snprintf(number, sizeof(number), "%" PRId64, sent);
	if (c->json) {
		printf("{\"interface\":");
		put_json(stdout, c->bus.interface);
		printf(",\"event\":\"%s\",\"message\":%u,\"frame\":\"%.*s\",\"sent\":%s}\n", event,
		       (unsigned)(m - c->messages) + 1, m->name_len, m->name,
		       sent < 0 ? "null" : number);
		flush_output();
	} else {
		remark("%s: %.*s%s: %s frames sent%s", c->bus.interface, m->name_len, m->name,
		       m->n_frames > 1 ? "..." : "", sent < 0 ? "an unknown number of" : number,
		       strcmp(event, "count") == 0 ? ", now at the second interval" : "");
	}
}

/* A count is done: the end of the message, unless another interval follows. */
static void expired(struct cyclic *c, uint32_t key)
{
	for (unsigned i = 0; i < c->n; i++) {
		struct message *m = &c->messages[i];

		if (kin_bcm_tx_key(m->tx) != key || m->done)
			continue;
		if (c->then_ns) {
			put_sent(c, m, "count", c->count);
		} else {
			m->done = true;
			c->n_running--;
		}
	}
}

/* How many were sent, once the last one of a count had its time. */
static void sum_up(struct cyclic *c, const struct message *m)
{
	uint64_t sent = 0;
	int r;

	/* No more of them, so that the number is the last one. */
	if (!c->bus.gone && !m->done && kin_bcm_tx_set_timers(m->tx, 0, 0, 0) == 0)
		kin_bcm_tx_setup(c->bus.sock, m->tx, SETTIMER);
	for (int ms = 0; (r = kin_bcm_tx_sent(c->bus.sock, m->tx, &sent)) == 0; ms++) {
		if (!m->done || sent >= (uint64_t)c->count || ms == SETTLE_MS || c->bus.gone)
			break;
		clock_nanosleep(CLOCK_MONOTONIC, 0, &(struct timespec){.tv_nsec = 1000000}, NULL);
	}
	/* The kernel's count may have gone with the interface. */
	if (r < 0 && !c->bus.gone)
		complain_of(c->bus.address, r);
	c->lost |= r == 0 && m->done && sent < (uint64_t)c->count;
	put_sent(c, m, "end", r < 0 ? -1 : (int64_t)sent);
}

/* ---- Updates ------------------------------------------------------------------------------- */

/* The message that is meant: by its number above 0, else by the identifier. NULL: told why not */
static const struct message *find_message(const struct cyclic *c, unsigned long number,
					  const struct message *update)
{
	const struct message *found = NULL;
	unsigned matches = 0;

	for (unsigned i = 0; i < c->n; i++)
		if (number ? number == i + 1 : c->messages[i].id == update->id) {
			found = &c->messages[i];
			matches++;
		}
	if (number && !found)
		complain("there is no message %lu: 1 to %u", number, c->n);
	else if (!found)
		complain("%.*s: no message has this identifier", update->name_len, update->name);
	else if (matches > 1)
		complain("%.*s: %u messages have this identifier; write 1: before it for the first "
			 "message",
			 update->name_len, update->name, matches);
	return matches == 1 ? found : NULL;
}

/* New content, with timers that go on. False: told why not */
static bool send_update(struct cyclic *c, const struct message *update, const struct message *m)
{
	bool announce = inv_has(c->bus.inv, "announce");
	int r;

	if (update->n_frames != m->n_frames || update->fd != m->fd) {
		complain("%.*s: message %u has %u %s frames, not %u %s", update->name_len,
			 update->name, (unsigned)(m - c->messages) + 1, m->n_frames,
			 m->fd ? "FD" : "classic", update->n_frames, update->fd ? "FD" : "classic");
		return false;
	}
	kin_bcm_tx_set_key(update->tx, kin_bcm_tx_key(m->tx));
	kin_bcm_tx_set_notify(update->tx, c->count > 0);
	kin_bcm_tx_set_copy_id(update->tx, inv_has(c->bus.inv, "copy-id"));
	r = kin_bcm_tx_setup(c->bus.sock, update->tx, announce ? TX_ANNOUNCE : 0);
	if (r < 0)
		complain_of(c->bus.address, r);
	return r == 0;
}

/* "FRAME..." or "NUMBER: FRAME..." */
static void update(struct cyclic *c, char *line)
{
	struct message update = {0};
	const struct message *m;
	char *end, *rest, *word;
	unsigned long number = strtoul(line, &end, 10);
	bool numbered = end > line && *end == ':';
	int r = 0;

	word = strtok_r(numbered ? end + 1 : line, " \t\r", &rest);
	if (!word)
		return;
	for (; r == 0 && word; word = strtok_r(NULL, " \t\r", &rest))
		r = add_frame(&update, word, strlen(word));
	if (r < 0)
		complain("%s", kin_error_text());
	m = r == 0 ? find_message(c, numbered ? number : 0, &update) : NULL;
	if (!m || !send_update(c, &update, m))
		c->failed = true;
	kin_bcm_tx_free(update.tx);
}

/* What standard input has. False: it has ended */
static bool read_updates(struct cyclic *c)
{
	ssize_t n = read(STDIN_FILENO, c->line + c->line_len, LINE - c->line_len);
	char *line = c->line, *newline;

	if (n < 0)
		return errno == EAGAIN || errno == EINTR;
	c->line_len += (size_t)n;
	/* The last line may have no end. */
	if (n == 0 && c->line_len > 0)
		c->line[c->line_len++] = '\n';
	while ((newline = memchr(line, '\n', c->line_len - (size_t)(line - c->line)))) {
		*newline = '\0';
		update(c, line);
		line = newline + 1;
	}
	c->line_len -= (size_t)(line - c->line);
	memmove(c->line, line, c->line_len);
	if (c->line_len == LINE) {
		complain("a line of updates is longer than %d bytes", LINE);
		c->failed = true;
		c->line_len = 0;
	}
	return n > 0;
}

/* ---- The verb ------------------------------------------------------------------------------ */

static void take(struct cyclic *c, int n)
{
	struct kin_bcm_msg msg = {.struct_size = sizeof(msg)};

	for (int i = 0; i < n; i++)
		if (kin_bcm_msg_read(kin_batch_msg(c->bus.batch, (unsigned)i), &msg) == 0 &&
		    msg.opcode == TX_EXPIRED)
			expired(c, msg.key);
}

static int run_messages(struct cyclic *c)
{
	bool any_fd = false, input;
	int status = 0, n = 0;

	for (unsigned i = 0; i < c->n; i++)
		any_fd |= c->messages[i].fd;
	status = bcm_bus_check(&c->bus, any_fd);
	for (unsigned i = 0; !status && i < c->n; i++)
		status = start_message(c, &c->messages[i]);
	if (status)
		return status;
	while (c->n_running > 0 && n >= 0) {
		n = bcm_bus_wait(&c->bus, c->updates ? STDIN_FILENO : -1, &input);
		take(c, n);
		if (n >= 0 && input)
			c->updates = read_updates(c);
	}
	for (unsigned i = 0; i < c->n; i++)
		sum_up(c, &c->messages[i]);
	if (c->failed || c->bus.gone)
		return STATUS_FAILED;
	return c->lost || c->bus.was_down ? STATUS_LOST : STATUS_DONE;
}

static int run(const struct invocation *inv)
{
	struct cyclic c = {.bus.inv = inv, .bus.stop_fd = -1};
	int status;

	c.json = inv_has(inv, "json");
	c.updates = inv_has(inv, "updates");
	c.messages = calloc(inv->n_args, sizeof(*c.messages));
	c.line = malloc(LINE + 1);
	if (!c.messages || !c.line)
		status = complain_of("memory", -ENOMEM);
	else if (strcmp(inv->args[0], "any") == 0)
		status = misuse(inv->command, "name the interface to send on");
	else
		status = read_messages(&c);
	if (!status)
		status = copy_id(&c);
	if (!status)
		status = bcm_bus_open(&c.bus, inv);
	if (!status)
		status = run_messages(&c);
	bcm_bus_close(&c.bus);
	for (unsigned i = 0; c.messages && i < inv->n_args; i++)
		kin_bcm_tx_free(c.messages[i].tx);
	free(c.messages);
	free(c.line);
	return status;
}

static const struct command_option options[] = {
	{"interval", 'i', "TIME",
	 "how often: 10ms, 0.5 (seconds), 250us; FRAME@TIME for one message"},
	{"count", 'n', "COUNT", "end after COUNT frames of each message"},
	{"then", 0, "TIME", "after the count go on at this interval, instead of ending"},
	{"copy-id", 0, "ID", "send every frame with this identifier: 123, or 00000123 (extended)"},
	{"updates", 'u', NULL, "read new content from standard input while it runs"},
	{"announce", 0, NULL, "send an update at once, and not only when it is time"},
	{"duration", 0, "TIME", "end after TIME: 10 (seconds), 500ms, 2m"},
	{"json", 'j', NULL, "tell what was sent as one JSON object a line"},
	{},
};

static const struct command_example examples[] = {
	{"kin can cyclic can0 123#1122 --interval 10ms --count 20", "a frame, twenty times"},
	{"kin can cyclic can0 123#11@10ms 124#22@25ms 124#01 124#02@1s --duration 3",
	 "three messages, the last one a sequence of two frames"},
	{"kin can cyclic can0 123#CAFE -i 5ms -n 10 --then 100ms --duration 1",
	 "ten frames quickly, then slowly"},
	{},
};

const struct command command_can_cyclic = {
	.group = "can",
	.name = "cyclic",
	.args = "INTERFACE FRAME[@TIME]...",
	.summary = "send frames cyclically, by the kernel's own timers",
	.text = "The kernel's broadcast manager sends the frames, which are written as for kin "
		"send can: 123#1122, 12345678#11, 123##1CAFE. Nothing has to wake up for each of "
		"them, so that intervals are kept while the machine is busy. It goes on until the "
		"count is done, or until SIGINT or SIGTERM. How many frames were sent is told at "
		"the end, unless the kernel's count went with the interface.\n\n"
		"FRAMEs make up a sequence, of which each time sends the next one. A time behind a "
		"FRAME ends a message: the frames before it, up to the one that ended the message "
		"before, are sent at that interval, beside the others. Any number of messages may "
		"have the same identifier. The first frame of each is sent at once; the count is "
		"one of frames, not of rounds of a sequence.\n\n"
		"With --updates each line of standard input is new content, as many frames as the "
		"message has, with spaces between them:\n\n"
		"  123#3344       the message whose first frame has this identifier\n"
		"  2: 123#55      the second message\n\n"
		"The timers go on as they are, and so does the count. The end of standard input "
		"ends the updates, not the sending.\n\n"
		"The exit status is 3 when frames could not be sent, because the interface went "
		"down or its queue was full (which is counted since Linux 6.15).",
	.options = options,
	.examples = examples,
	.min_args = 2,
	.max_args = UINT_MAX,
	.run = run,
};
