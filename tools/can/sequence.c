/* SPDX-License-Identifier: GPL-2.0-or-later */
/* kin can sequence: do numbered frames come without loss, and in order? */
#include <inttypes.h>

#include <kin/can.h>
#include "buses.h"

enum {
	NUMBER = 8,
	TOLERANCE = 64,
	/* More frames than a bus carries in an hour: not lost, but of another sender. */
	JUMP = 1 << 27,
	/* Of so many frames, half or more that do not follow one another are no numbered ones. */
	SOME = 10,
};

struct sequence {
	struct buses buses;
	const struct invocation *inv;
	canid_t id;
	bool one_id, json, begun;
	int64_t left, irregular_left, idle_ns, last_ns;
	uint64_t expected, frames, errors, missing, gaps, late, anew;
};

/* ---- Numbers ------------------------------------------------------------------------------- */

/* The last bytes of a data frame's data. How many, 0: it has no number */
static unsigned number_of(const union kin_can_frame *frame, int kind, uint64_t *number)
{
	unsigned len = kind == KIN_CAN_XL ? frame->xl.len : frame->fd.len;
	const uint8_t *data = kind == KIN_CAN_XL ? frame->xl.data : frame->fd.data;
	unsigned first = len > NUMBER ? len - NUMBER : 0;

	if (kind != KIN_CAN_XL && frame->id & CAN_RTR_FLAG)
		return 0;
	*number = 0;
	for (unsigned i = first; i < len; i++)
		*number = *number << 8 | data[i];
	return len - first;
}

/* The end comes with the frame that is being taken. */
static void end(struct sequence *s)
{
	s->buses.left = 1;
}

static void tell(struct sequence *s, const char *event, uint64_t number, uint64_t missing)
{
	const char *name = s->inv->args[0];

	if (s->json) {
		printf("{\"event\":\"%s\",\"interface\":", event);
		put_json(stdout, name);
		printf(",\"number\":%" PRIu64 ",\"expected\":%" PRIu64 ",\"missing\":%" PRIu64
		       "}\n",
		       number, s->expected, missing);
	} else if (missing > 0) {
		printf("  %s  %" PRIu64 " instead of %" PRIu64 ": %" PRIu64 " missing\n", name,
		       number, s->expected, missing);
	} else {
		printf("  %s  %" PRIu64 " instead of %" PRIu64 ": %s\n", name, number, s->expected,
		       event);
	}
	if (s->irregular_left != INT64_MAX && --s->irregular_left == 0)
		end(s);
	/* The reader went away. */
	if (flush_output() < 0)
		end(s);
}

/* One that is a few numbers back was late, or came twice; from elsewhere its sender began anew. */
static void check(struct sequence *s, uint64_t number, unsigned bytes)
{
	uint64_t mask = UINT64_MAX >> (64 - 8 * bytes), half = mask / 2 + 1;
	uint64_t ahead, behind;

	s->expected &= mask;
	ahead = (number - s->expected) & mask;
	behind = (s->expected - number) & mask;
	s->frames++;
	if (!s->begun || ahead == 0) {
		s->begun = true;
	} else if (number != 0 && behind <= TOLERANCE && behind < half) {
		s->late++;
		tell(s, "late or again", number, 0);
		return;
	} else if (ahead < half && ahead <= JUMP) {
		s->gaps++;
		if (__builtin_add_overflow(s->missing, ahead, &s->missing))
			s->missing = UINT64_MAX;
		tell(s, "missing", number, ahead);
	} else {
		s->anew++;
		tell(s, "begins anew", number, 0);
	}
	s->expected = number + 1;
}

static void take(void *data, int ifindex, const struct kin_msg *msg)
{
	const union kin_can_frame *frame = (const union kin_can_frame *)(const void *)msg->data;
	struct sequence *s = data;
	int kind = kin_can_frame_kind(frame, msg->len);
	uint64_t number;
	unsigned bytes;

	(void)ifindex;
	s->last_ns = kin_now();
	if (kind != KIN_CAN_XL && frame->id & CAN_ERR_FLAG) {
		s->errors++;
		return;
	}
	if (kind <= 0 || (s->one_id && frame->id != s->id))
		return;
	bytes = number_of(frame, kind, &number);
	if (bytes == 0)
		return;
	check(s, number, bytes);
	if (s->left != INT64_MAX && --s->left == 0)
		end(s);
}

/* ---- The verb ------------------------------------------------------------------------------ */

static int parse(struct sequence *s, int64_t *duration)
{
	const struct invocation *inv = s->inv;
	const char *id = inv_value(inv, "id");
	union kin_can_frame frame;
	char text[32];
	size_t size;

	if (inv_int(inv, "count", 1, INT64_MAX, &s->left) ||
	    inv_int(inv, "quit", 1, INT64_MAX, &s->irregular_left) ||
	    inv_duration(inv, "idle", &s->idle_ns) || inv_duration(inv, "duration", duration))
		return STATUS_USAGE;
	if (!id)
		return 0;
	snprintf(text, sizeof(text), "%.30s#", id);
	if (kin_can_frame_parse(text, &frame, &size) < 0)
		return misuse(inv->command, "--id: %s", kin_error_text());
	s->one_id = true;
	s->id = frame.id;
	return 0;
}

/* Until the time, a signal, enough frames, or silence. */
static void receive(struct sequence *s, int64_t end_ns)
{
	s->last_ns = kin_now();
	for (;;) {
		int64_t until = end_ns;

		if (s->idle_ns >= 0 && s->last_ns + s->idle_ns < until)
			until = s->last_ns + s->idle_ns;
		if (kin_now() >= until || buses_wait(&s->buses, until) == BUSES_END)
			break;
	}
}

static int sum_up(struct sequence *s)
{
	uint64_t lost = buses_lost(&s->buses);

	remark("%s: %" PRIu64 " frames; %" PRIu64 " missing, %" PRIu64
	       " late or again, begun anew %" PRIu64 " times; %" PRIu64
	       " error frames, lost %" PRIu64 " on the socket",
	       s->inv->args[0], s->frames, s->missing, s->late, s->anew, s->errors, lost);
	if (s->frames >= SOME && s->gaps + s->late + s->anew >= s->frames / 2)
		remark("%s: are these numbered frames? Most do not follow the one before; --id "
		       "says which are",
		       s->inv->args[0]);
	if (s->buses.failed)
		return STATUS_FAILED;
	return s->missing || s->late || s->anew || lost ? STATUS_LOST : STATUS_DONE;
}

static int run(const struct invocation *inv)
{
	struct sequence s = {.inv = inv,
			     .json = inv_has(inv, "json"),
			     .left = INT64_MAX,
			     .irregular_left = INT64_MAX,
			     .idle_ns = -1};
	int64_t duration = -1;
	int status = parse(&s, &duration);

	if (status)
		return status;
	s.buses = (struct buses){.inv = inv, .left = INT64_MAX, .take = take, .data = &s};
	status = buses_open(&s.buses, (char *const *)inv->args, 1);
	if (!status) {
		receive(&s, duration < 0 ? INT64_MAX : kin_deadline(duration));
		status = sum_up(&s);
	}
	buses_close(&s.buses);
	return status;
}

static const struct command_option options[] = {
	{"id", 'i', "ID", "only frames with this identifier: 3 hex digits, or 8 (extended)"},
	{"count", 'n', "COUNT", "end after COUNT frames"},
	{"quit", 'q', "COUNT", "end when COUNT times another number came than the next"},
	{"idle", 0, "TIME", "end when nothing came for TIME"},
	{"duration", 0, "TIME", "end after TIME: 10 (seconds), 500ms, 2m"},
	{"json", 'j', NULL, "one JSON object a line"},
	{},
};

static const struct command_example examples[] = {
	{"kin can sequence can1 --count 1000",
	 "of kin gen can:can0 --content counting --rate 1000 at the other end"},
	{},
};

const struct command command_can_sequence = {
	.group = "can",
	.name = "sequence",
	.args = "INTERFACE",
	.summary = "check that numbered frames come without loss and in order",
	.text = "The number is in the last bytes of the data, up to eight, the most significant "
		"first: what kin gen --content counting sends, and can-utils' cansequence. Each "
		"frame must have the next number; behind the largest comes 0. What comes instead "
		"is told: how many are missing, a frame that is late or came again, a sender that "
		"begins anew, which a jump by more than 134217728 is, too. Remote requests and "
		"frames without data are not looked at; on a bus "
		"with other traffic, --id says which are.\n\n"
		"The sum is told at the end. The exit status is 3 when anything came otherwise, or "
		"was lost because the socket's buffer was full, which is no fault of the bus.",
	.options = options,
	.examples = examples,
	.min_args = 1,
	.max_args = 1,
	.run = run,
};
