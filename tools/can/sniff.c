/* SPDX-License-Identifier: GPL-2.0-or-later */
/* kin can sniff: which bits of which identifiers change. */
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <kin/family.h>

#include "buses.h"
#include "sniff.h"

struct run {
	const struct invocation *inv;
	struct buses buses;
	struct sniff sniff;
	bool screen, json;
	int64_t interval_ns, learn_until_ns; /* CLOCK_MONOTONIC */
	bool learning;
	int64_t settled_ns;    /* changes before have been */
	unsigned char *silent; /* of each identifier: that it is was told */
	size_t n_silent;
	int status;
};

/* ---- A line for each change ---------------------------------------------------------------- */

static void print_json(const struct run *run, const struct kin_can_id *id, const char *event)
{
	char text[2 * CANXL_MAX_DLEN + 16];
	struct kin_buf buf = {.data = text, .size = sizeof(text)};

	printf("{\"time\":%lld.%06lld,\"event\":\"%s\",\"interface\":",
	       (long long)(id->last_ns / 1000000000), (long long)(id->last_ns % 1000000000 / 1000),
	       event);
	put_json(stdout, interface_name(id->ifindex));
	put_id(&buf, id);
	printf(",\"id\":\"%s\",\"frames\":%llu,\"gap_ms\":%.3f,\"dlc\":%u", kin_buf_end(&buf),
	       (unsigned long long)id->frames, (double)id->period_ns / 1e6, id->dlc);
	buf.len = 0;
	kin_buf_put_hex(&buf, id->data, id->len, 0);
	printf(",\"data\":\"%s\"", kin_buf_end(&buf));
	buf.len = 0;
	for (unsigned i = 0; i < id->len; i++)
		kin_buf_printf(&buf, "%02X", id->changed[i] & ~id->muted[i] & 0xFF);
	printf(",\"changed\":\"%s\",\"lost\":%llu}\n", kin_buf_end(&buf),
	       (unsigned long long)run->sniff.lost);
}

static void print_text(const struct kin_can_id *id, const char *event)
{
	char text[3 * CANXL_MAX_DLEN + 16];
	struct kin_buf buf = {.data = text, .size = sizeof(text)};

	put_id(&buf, id);
	printf("(%lld.%06lld) %s %s %s", (long long)(id->last_ns / 1000000000),
	       (long long)(id->last_ns % 1000000000 / 1000), interface_name(id->ifindex),
	       kin_buf_end(&buf), event);
	buf.len = 0;
	for (unsigned i = 0; i < id->len; i++)
		kin_buf_printf(&buf, id->changed[i] & ~id->muted[i] ? " *%02X" : " %02X",
			       id->data[i]);
	printf(" [%u]%s\n", id->len, kin_buf_end(&buf));
}

static void print_event(const struct run *run, const struct kin_can_id *id, const char *event)
{
	if (run->json)
		print_json(run, id, event);
	else
		print_text(id, event);
}

/* Is there a bit to be seen that changed with this frame? A change of length changes some. */
static bool has_changed(const struct kin_can_id *id)
{
	for (unsigned i = 0; i < id->len; i++)
		if (id->changed[i] & ~id->muted[i])
			return true;
	return false;
}

static void tell_frame(struct run *run, const struct kin_can_id *id, bool is_new,
		       const struct kin_can_id *before)
{
	if (run->learning || (!is_new && id->changes == before->changes))
		return;
	if (sniff_shows(&run->sniff, id) && (is_new || id->len != before->len || has_changed(id)))
		print_event(run, id, is_new ? "new" : "changed");
	kin_can_id_settle(run->sniff.stats, id, false);
}

static void take(void *data, int ifindex, const struct kin_msg *msg)
{
	struct run *run = data;
	const union kin_can_frame *frame = (const union kin_can_frame *)(const void *)msg->data;
	struct kin_can_stats *stats = run->sniff.stats;
	enum kin_can_kind kind = (enum kin_can_kind)kin_can_frame_kind(frame, msg->len);
	const struct kin_can_id *id = NULL;
	struct kin_can_id before = {};
	int r;

	/* Error frames have no identifier. */
	if ((int)kind < 0 || (kind != KIN_CAN_XL && frame->id & CAN_ERR_FLAG))
		return;
	if (!run->screen)
		id = kin_can_stats_id(stats, ifindex, frame->id, kind);
	if (id)
		before = *id;
	r = kin_can_stats_add(stats, ifindex, frame, msg->len, msg->time_ns, (int)msg->flags);
	if (r == 0 && run->screen)
		return;
	id = kin_can_stats_id(stats, ifindex, frame->id, kind);
	if (r < 0 || (r == 1 && sniff_new_id(&run->sniff, id) < 0))
		run->status = STATUS_FAILED;
	else if (!run->screen)
		tell_frame(run, id, r == 1, &before);
}

/* ---- Once in a while ----------------------------------------------------------------------- */

static int64_t real_time(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return now.tv_sec * INT64_C(1000000000) + now.tv_nsec;
}

/* What does not come any more is told, once. */
static void tell_silent(struct run *run)
{
	struct sniff *sniff = &run->sniff;
	size_t n = kin_can_stats_ids(sniff->stats);
	unsigned char *silent = run->silent;

	if (n > run->n_silent) {
		silent = realloc(silent, 2 * n);
		if (!silent)
			return;
		memset(silent + run->n_silent, 0, 2 * n - run->n_silent);
		run->silent = silent;
		run->n_silent = 2 * n;
	}
	for (size_t i = 0; i < n; i++) {
		const struct kin_can_id *id = kin_can_stats_id_at(sniff->stats, i);
		bool is = id->frames > 0 && sniff->now_ns - id->last_ns > sniff->timeout_ns;

		if (is && !silent[i] && sniff_shows(sniff, id))
			print_event(run, id, "silent");
		silent[i] = is;
	}
}

/* Marks of changes have been seen long enough. */
static void settle(struct run *run)
{
	struct sniff *sniff = &run->sniff;
	int64_t until_ns = sniff->now_ns - sniff->hold_ns;
	const struct kin_can_id *id;

	for (size_t i = 0; (id = kin_can_stats_id_at(sniff->stats, i)); i++)
		if (id->changed_ns >= run->settled_ns && id->changed_ns < until_ns)
			kin_can_id_settle(sniff->stats, id, false);
	run->settled_ns = until_ns;
}

static void look(struct run *run)
{
	struct sniff *sniff = &run->sniff;

	sniff->lost = buses_lost(&run->buses);
	if (run->learning && kin_now() >= run->learn_until_ns) {
		sniff_mute_changes(sniff);
		run->learning = false;
	}
	if (run->screen && sniff->frozen) {
		sniff_draw(sniff);
		return;
	}
	sniff->now_ns = real_time();
	if (run->screen) {
		if (!run->learning)
			settle(run);
		if (id_list_update(&sniff->ids, sniff->stats, sniff->order, sniff_is_on_page,
				   sniff) < 0)
			run->status = complain_of("memory", -ENOMEM);
		sniff_draw(sniff);
		return;
	}
	if (sniff->timeout_ns)
		tell_silent(run);
	if (flush_output() < 0)
		run->buses.left = 0;
}

static void handle_keys(struct run *run)
{
	int key;

	while ((key = screen_next_key()) != SCREEN_NO_KEY)
		if (!sniff_key(&run->sniff, key))
			run->buses.left = 0;
}

static void watch(struct run *run, int64_t end_ns)
{
	int64_t next = kin_now();
	enum buses_event event = BUSES_TIME;

	while (event != BUSES_END && !run->status && kin_now() < end_ns) {
		look(run);
		if (event != BUSES_KEY || kin_now() >= next)
			next = kin_now() + run->interval_ns;
		event = buses_wait(&run->buses, next < end_ns ? next : end_ns);
		if (event == BUSES_KEY)
			handle_keys(run);
	}
	if (!run->screen)
		look(run);
}

/* ---- The verb ------------------------------------------------------------------------------ */

/* "123,00000123:1FFFFFFF": these alone. */
static int parse_filter(struct run *run)
{
	const char *text = inv_value(run->inv, "filter");
	char *copy = text ? strdup(text) : NULL, *rest = copy, *word;
	int status = STATUS_DONE;

	if (text || inv_has(run->inv, "quiet"))
		sniff_add_rule(&run->sniff, "all", false);
	while (status == STATUS_DONE && (word = strsep(&rest, ",")))
		if (sniff_add_rule(&run->sniff, word, true) < 0)
			status = misuse(run->inv->command, "--filter: %s", kin_error_text());
	free(copy);
	return status;
}

static int parse_kinds(struct run *run)
{
	static const char *const names[] = {"all", "classic", "fd", "xl", NULL};
	unsigned kind = 0;
	int status = inv_choice(run->inv, "kind", names, &kind);

	/* enum kin_can_kind is in that order. */
	run->sniff.kinds = kind ? 1U << kind : ~0U;
	return status;
}

static int parse(struct run *run, int64_t *duration)
{
	static const char *const orders[] = {"id", "change", NULL};
	const struct invocation *inv = run->inv;
	struct sniff *sniff = &run->sniff;
	int64_t learn = 0;
	unsigned order = 0;
	int status = inv_duration(inv, "interval", &run->interval_ns);

	if (!status)
		status = inv_duration(inv, "duration", duration);
	if (!status)
		status = inv_duration(inv, "timeout", &sniff->timeout_ns);
	if (!status)
		status = inv_duration(inv, "hold", &sniff->hold_ns);
	if (!status)
		status = inv_duration(inv, "learn", &learn);
	if (!status)
		status = inv_choice(inv, "order", orders, &order);
	if (!status)
		status = parse_kinds(run);
	if (!status)
		status = parse_filter(run);
	if (!status && run->interval_ns < INT64_C(10000000))
		status = misuse(inv->command, "--interval: less than 10ms");
	sniff->order = order ? BY_CHANGE : BY_ID;
	sniff->binary = inv_has(inv, "binary");
	sniff->ascii = !inv_has(inv, "no-ascii");
	run->learning = learn > 0;
	run->learn_until_ns = kin_now() + learn;
	run->json = inv_has(inv, "json");
	run->screen = !run->json && !inv_has(inv, "lines") && screen_possible();
	return status;
}

static int run_sniff(struct run *run)
{
	const char *file = inv_value(run->inv, "muted");
	int64_t duration = -1;
	int status = parse(run, &duration);

	if (status)
		return status;
	if (kin_can_stats_new(KIN_CAN_BITS_UNSTUFFED | KIN_CAN_STATS_DIFFER, &run->sniff.stats) <
		    0 ||
	    kin_can_stats_new(KIN_CAN_BITS_UNSTUFFED, &run->sniff.masks) < 0)
		return complain_of("memory", -ENOMEM);
	if (file && sniff_read(&run->sniff, file) < 0) {
		complain("--muted: %s", kin_error_text());
		return STATUS_FAILED;
	}
	run->buses.take = take;
	run->buses.data = run;
	run->buses.left = INT64_MAX;
	status = buses_open(&run->buses, (char *const *)run->inv->args, run->inv->n_args);
	if (status)
		return status;
	if (run->screen && screen_begin() < 0)
		run->screen = false;
	run->buses.keys = run->buses.quiet = run->screen;
	watch(run, duration < 0 ? INT64_MAX : kin_now() + duration);
	screen_end();
	if (run->sniff.lost)
		remark("%llu frames were lost on the sockets", (unsigned long long)run->sniff.lost);
	if (run->status || run->buses.failed)
		return STATUS_FAILED;
	return run->sniff.lost ? STATUS_LOST : STATUS_DONE;
}

static int run(const struct invocation *inv)
{
	struct run r = {
		.inv = inv,
		.buses = {.inv = inv, .stop_fd = -1},
		.sniff = {.hold_ns = INT64_C(1000000000), .timeout_ns = INT64_C(5000000000)},
		.interval_ns = INT64_C(200000000),
	};
	int status = run_sniff(&r);

	buses_close(&r.buses);
	id_list_free(&r.sniff.ids);
	kin_can_stats_free(r.sniff.stats);
	kin_can_stats_free(r.sniff.masks);
	free(r.sniff.rules);
	free(r.silent);
	return status;
}

static const struct command_option options[] = {
	{"timeout", 't', "TIME",
	 "no longer show an identifier whose data have not changed for so "
	 "long: 5s; 0: show it for ever. In lines, tell of one that comes no "
	 "more"},
	{"hold", 'H', "TIME", "how long a change is marked: 1s"},
	{"interval", 'l', "TIME", "how often the terminal is drawn: 200ms; at least 10ms"},
	{"duration", 0, "TIME", "end after TIME: 10 (seconds), 500ms, 2m"},
	{"filter", 'f', "ID[:MASK],...",
	 "show these identifiers alone; 3 digits, or 8 of extended ones"},
	{"quiet", 'q', NULL, "show none, until keys say which"},
	{"kind", 'k', "KIND", "show frames that are classic, fd or xl; all is the default"},
	{"learn", 0, "TIME", "mute the bits that change in the first TIME"},
	{"muted", 'r', "FILE",
	 "mute the bits, and hide the identifiers, that FILE says: what key w wrote"},
	{"binary", 'b', NULL, "show bits"},
	{"no-ascii", 0, NULL, "show no characters"},
	{"order", 0, "ORDER", "of identifiers: id, or change: the last one first"},
	{"lines", 0, NULL, "a line for each change, also on a terminal"},
	{"json", 0, NULL, "an object for each change"},
	{},
};

static const struct command_example examples[] = {
	{"kin can sniff can0 can1", "see which bytes change"},
	{"kin can sniff --json --learn 1s --duration 2 vcan0",
	 "tell of every change that was none in the first second"},
	{"kin can sniff --filter 123,700:7F0 --duration 2 any", "some identifiers of every bus"},
	{},
};

const struct command command_can_sniff = {
	.group = "can",
	.name = "sniff",
	.args = "INTERFACE...",
	.summary = "watch which bits of which identifiers change",
	.text = "On a terminal there is a line for each identifier, with its last gap and data. "
		"What "
		"changed is marked for a while (--hold), what does not change is no longer shown "
		"after a while (--timeout). There is no limit to the number of identifiers. "
		"Bytes that the terminal has no room for are told by a > at its edge, marked when "
		"one of them changes. "
		"Elsewhere, each change is a line or an object (--json): new for the first frame "
		"of "
		"an identifier, changed, and silent when no frame came for --timeout.\n\n"
		"Keys: q ends. # mutes the bits that are marked now, again and again until only "
		"the "
		"interesting ones are left; * shows them all. + and - and an identifier, or one "
		"and "
		"a mask (7E0:7F0), show and hide; a and n show all and none of the short "
		"identifiers, A and N of the extended ones. b shows bits, @ characters, o orders "
		"by "
		"id or by the last change, f holds the page still. w and a name write what is "
		"muted "
		"and hidden to a file, r reads it. Arrows and page keys scroll.\n\n"
		"Such a file has a line for each identifier: a frame in the notation of kin send, "
		"whose data are the muted bits, with '-' before it when it is hidden.",
	.options = options,
	.examples = examples,
	.min_args = 1,
	.max_args = UINT_MAX,
	.run = run,
};
