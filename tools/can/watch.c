/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * kin can watch: what changed, and what stopped coming, as the kernel sees it.
 */
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "bcm.h"

enum { LINE = 4096, TEXT = 1024 };

/* One identifier. */
struct subject {
	struct kin_bcm_rx *rx;
	const char *name; /* as typed, with its length */
	int name_len;
	bool answers, silent;
	uint64_t changes, silences;
};

struct watch {
	struct bcm_bus bus;
	struct subject *subjects;
	unsigned n;
	struct kin_format *format;
	bool json;
	uint64_t left; /* messages until the end */
};

/* ---- What was typed ------------------------------------------------------------------------ */

/* The words that the options of the command put behind every identifier. */
static void put_words(struct kin_buf *out, const struct invocation *inv)
{
	const char *timeout = inv_value(inv, "timeout"), *throttle = inv_value(inv, "throttle");

	if (timeout)
		kin_buf_printf(out, " timeout=%s", timeout);
	if (throttle)
		kin_buf_printf(out, " throttle=%s", throttle);
	if (inv_has(inv, "dlc"))
		kin_buf_puts(out, " check-dlc");
}

/*
 * Add one, and set it up when everything was read. What is typed behind an identifier wins over
 * the options.
 */
static int add_subject(struct watch *w, const char *text, unsigned *ret_flags)
{
	const struct invocation *inv = w->bus.inv;
	struct subject *s = &w->subjects[w->n];
	size_t id_len = strcspn(text, " ");
	struct kin_buf words = {.size = strlen(text) + TEXT};
	int r;

	if (id_len == 0)
		return misuse(inv->command, "\"%s\" begins with no identifier, such as 123", text);
	words.data = malloc(words.size);
	if (!words.data)
		return complain_of("memory", -ENOMEM);
	kin_buf_put(&words, text, id_len);
	put_words(&words, inv);
	kin_buf_puts(&words, text + id_len);
	/* Silence is told from now on, and so is its end. */
	kin_buf_puts(&words, " start resume");
	r = kin_bcm_rx_parse(kin_buf_end(&words), &s->rx, ret_flags);
	free(words.data);
	if (r < 0)
		return misuse(inv->command, "%.*s: %s", (int)id_len, text, kin_error_text());
	s->name = text;
	s->name_len = (int)strcspn(text, " #");
	s->answers = strstr(text, " answer=") != NULL;
	w->n++;
	return 0;
}

/* --rtr-answer FRAME: the remote requests of its identifier. */
static int add_answer(struct watch *w, char text[TEXT], unsigned *ret_flags)
{
	const char *frame = inv_value(w->bus.inv, "rtr-answer");

	if ((size_t)snprintf(text, TEXT, "%.*s answer=%s", (int)strcspn(frame, "#"), frame,
			     frame) >= TEXT)
		return misuse(w->bus.inv->command, "--rtr-answer: %.32s... is too long", frame);
	return add_subject(w, text, ret_flags);
}

/* ---- What came ----------------------------------------------------------------------------- */

static struct subject *find_subject(const struct watch *w, const struct kin_bcm_msg *msg)
{
	bool fd = msg->flags & CAN_FD_FRAME;

	for (unsigned i = 0; i < w->n; i++)
		if (kin_bcm_rx_id(w->subjects[i].rx) == msg->key && !w->subjects[i].answers &&
		    kin_bcm_rx_is_fd(w->subjects[i].rx) == fd)
			return &w->subjects[i];
	return NULL;
}

/* A frame after a silence. */
static void put_back(const struct watch *w, const struct subject *s, const struct kin_msg *msg,
		     int ifindex, struct kin_buf *out)
{
	const char *interface = kin_format_ifname(w->format, ifindex);

	if (w->json) {
		kin_buf_printf(out,
			       "{\"scheme\":\"bcm\",\"time\":%" PRId64 ".%09" PRId64
			       ",\"clock\":\"software\",\"interface\":",
			       msg->time_ns / 1000000000, msg->time_ns % 1000000000);
		kin_buf_put_json(out, interface, strlen(interface));
		kin_buf_printf(out, ",\"event\":\"back\",\"id\":\"%.*s\"}\n", s->name_len, s->name);
		return;
	}
	kin_buf_puts(out, " ");
	kin_format_put_time(w->format, msg->time_ns, out);
	kin_buf_printf(out, "%s%s  %.*s  back\n",
		       w->format->time_style == KIN_TIME_NONE ? " " : "  ", interface, s->name_len,
		       s->name);
}

static void take(struct watch *w, const struct kin_msg *msg, struct kin_buf *out)
{
	struct kin_bcm_msg bcm = {.struct_size = sizeof(bcm)};
	struct subject *s;
	ssize_t len;

	if (kin_bcm_msg_read(msg, &bcm) < 0)
		return;
	s = find_subject(w, &bcm);
	if (s && bcm.opcode == RX_TIMEOUT) {
		s->silent = true;
		s->silences++;
	} else if (s && bcm.opcode == RX_CHANGED) {
		s->changes++;
		if (s->silent && s->silences > 0)
			put_back(w, s, msg, bcm.ifindex, out);
		s->silent = false;
	}
	len = kin_format_msg(w->format, w->bus.sock, msg, out->data + out->len,
			     out->size - out->len);
	if (len > 0)
		out->len += (size_t)len;
}

/* Write what n messages say. False: nobody reads it any more */
static bool put_messages(struct watch *w, int n)
{
	static char text[64 * LINE];
	struct kin_buf out = {text, sizeof(text), 0};

	for (int i = 0; i < n && w->left > 0; i++, w->left--)
		take(w, kin_batch_msg(w->bus.batch, (unsigned)i), &out);
	fwrite(text, 1, out.len, stdout);
	return flush_output() == 0;
}

/* ---- The verb ------------------------------------------------------------------------------ */

static void sum_up(const struct watch *w, const struct subject *s)
{
	uint64_t received;
	char frames[32] = "an unknown number of";

	/* The kernel counts for as long as the interface is there. */
	if (kin_bcm_rx_received(w->bus.sock, s->rx, &received, NULL) == 0)
		snprintf(frames, sizeof(frames), "%" PRIu64, received);
	if (s->answers)
		remark("%s: %.*s: %s frames: remote requests and their answers", w->bus.interface,
		       s->name_len, s->name, frames);
	else
		remark("%s: %.*s: %s frames, %" PRIu64 " told of, %" PRIu64 " silences",
		       w->bus.interface, s->name_len, s->name, frames, s->changes, s->silences);
}

static int run_watch(struct watch *w, const unsigned *flags)
{
	bool input;
	int n = 0, r;

	for (unsigned i = 0; i < w->n; i++) {
		r = kin_bcm_rx_setup(w->bus.sock, w->subjects[i].rx, flags[i]);
		if (r < 0)
			return complain_of(w->bus.address, r);
	}
	while (n >= 0 && w->left > 0) {
		n = bcm_bus_wait(&w->bus, -1, &input);
		if (n > 0 && !put_messages(w, n))
			break;
	}
	for (unsigned i = 0; i < w->n; i++)
		sum_up(w, &w->subjects[i]);
	if (w->bus.drops)
		remark("%s: %u messages were lost: they came faster than they were read",
		       w->bus.interface, w->bus.drops);
	return w->bus.gone ? STATUS_FAILED : w->bus.drops ? STATUS_LOST : STATUS_DONE;
}

static int prepare(struct watch *w, unsigned *flags, char answer[TEXT])
{
	const struct invocation *inv = w->bus.inv;
	enum kin_time_style style = KIN_TIME_NONE;
	int64_t count = INT64_MAX;
	bool nanoseconds = false;
	int status = inv_int(inv, "count", 1, INT64_MAX, &count);

	if (!status)
		status = inv_times(inv, &style, &nanoseconds);
	for (unsigned i = 1; !status && i < inv->n_args; i++)
		status = add_subject(w, inv->args[i], &flags[w->n]);
	if (!status && inv_has(inv, "rtr-answer"))
		status = add_answer(w, answer, &flags[w->n]);
	if (!status && w->n == 0)
		status = misuse(inv->command, "watch what? ID, ID#MASK or --rtr-answer");
	w->left = (uint64_t)count;
	w->json = inv_has(inv, "json");
	if (!status &&
	    kin_format_new(kin_family_by_name("can"), w->json ? "json" : "text", &w->format) < 0)
		status = complain_of("memory", -ENOMEM);
	if (!status)
		kin_format_set_time(w->format, style, nanoseconds);
	return status;
}

static int run(const struct invocation *inv)
{
	struct watch w = {.bus.inv = inv, .bus.stop_fd = -1};
	unsigned *flags = calloc(inv->n_args + 1, sizeof(*flags));
	char answer[TEXT];
	int status;

	w.subjects = calloc(inv->n_args + 1, sizeof(*w.subjects));
	if (!flags || !w.subjects)
		status = complain_of("memory", -ENOMEM);
	else
		status = prepare(&w, flags, answer);
	if (!status)
		status = bcm_bus_open(&w.bus, inv);
	if (!status)
		status = run_watch(&w, flags);
	bcm_bus_close(&w.bus);
	for (unsigned i = 0; i < w.n; i++)
		kin_bcm_rx_free(w.subjects[i].rx);
	kin_format_free(w.format);
	free(w.subjects);
	free(flags);
	return status;
}

static const struct command_option options[] = {
	{"timeout", 'T', "TIME", "tell when no frame came for so long, and when one comes again"},
	{"throttle", 'r', "TIME", "tell of at most one frame in that time, the last one"},
	{"dlc", 'l', NULL, "a changed length is a change too"},
	{"rtr-answer", 'a', "FRAME", "let the kernel answer remote requests of its identifier"},
	{"count", 'n', "COUNT", "end after COUNT messages"},
	{"duration", 0, "TIME", "end after TIME: 10 (seconds), 500ms, 2m"},
	{"time", 't', "STYLE",
	 "begin lines with the time: n none (the default), a absolute, A with the date, d since "
	 "the message before, z since the first; N behind it for nanoseconds"},
	{"json", 'j', NULL, "one JSON object a line"},
	{},
};

static const struct command_example examples[] = {
	{"kin can watch can0 123#FFFF 456 -n 3", "changes in two bytes of 123, and every 456"},
	{"kin can watch can0 123 --timeout 100ms --throttle 1s -n 2",
	 "whether 123 comes every 100 ms, and once a second what it says"},
	{"kin can watch can0 '123#FF#11FFFF#00FF timeout=1s' --json -n 2",
	 "a multiplex: two values of the first byte, and what to compare of each"},
	{"kin can watch can0 --rtr-answer 123#CAFE --duration 2", "answer remote requests of 123"},
	{},
};

const struct command command_can_watch = {
	.group = "can",
	.name = "watch",
	.args = "INTERFACE ID[#MASK]...",
	.summary = "tell of frames that change, and of cyclic ones that stop coming",
	.text = "The kernel's broadcast manager compares the frames, and wakes kin for those alone "
		"that are to be told. An ID has 3 hex digits, or 8 when it is extended. INTERFACE "
		"may be any.\n\n"
		"  123            every frame with this identifier\n"
		"  123#FF00F0     the first frame, and those that differ in a bit of the mask from "
		"the one told of last\n"
		"  123#FF#01FFFF#02FF  a multiplex: the bits of the first mask select; the rest "
		"are "
		"values that they have, and behind them the bits that are compared\n"
		"  123##FF        the same of CAN FD frames\n\n"
		"Behind it, in the same argument, may stand what applies to this identifier alone: "
		"timeout=TIME, throttle=TIME, check-dlc, answer=FRAME, no-autotimer (a timeout is "
		"told once, from the start on).\n\n"
		"A line is candump's, or says that an identifier is silent or back. At the end "
		"standard error has what came of each identifier; it is 3 when more came than "
		"could "
		"be read.",
	.options = options,
	.examples = examples,
	.min_args = 1,
	.max_args = UINT_MAX,
	.run = run,
};
