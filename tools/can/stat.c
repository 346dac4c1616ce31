/* SPDX-License-Identifier: GPL-2.0-or-later */
/* kin can stat: how much of each bus is used, and by which identifiers. */
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <kin/can-controller.h>
#include <kin/family.h>

#include "buses.h"
#include "loads.h"

enum style { TEXT, JSON, CANBUSLOAD, SCREEN };

/* Bit rates that were given with an interface. */
struct rates {
	char *name;
	uint32_t bitrate, data_bitrate; /* 0: not given */
};

struct run {
	const struct invocation *inv;
	struct buses buses;
	struct rates *rates; /* of each argument */
	struct kin_can_stats *stats;
	struct loads loads;
	enum style style;
	bool redraw;
	int64_t interval_ns, started_ns,
		begun_ns; /* of the window, and of the run: CLOCK_MONOTONIC */
	int status;
};

/* ---- Interfaces and their bit rates -------------------------------------------------------- */

/* "can0", "can0@500k", "can0@500k/2M", or with canbusload's comma. */
static int parse_interface(struct run *run, unsigned i)
{
	struct can_bittiming timing[KIN_CAN_PHASES];
	struct rates *rates = &run->rates[i];
	char *at, *comma;
	int n;

	rates->name = strdup(run->inv->args[i]);
	if (!rates->name)
		return complain_of("memory", -ENOMEM);
	at = strchr(rates->name, '@');
	if (!at)
		return STATUS_DONE;
	*at++ = '\0';
	comma = strchr(at, ',');
	if (comma)
		*comma = '/';
	n = kin_can_bitrates_parse(at, timing);
	if (n < 0)
		return misuse(run->inv->command, "%s: %s", run->inv->args[i], kin_error_text());
	if (n > 2)
		return misuse(run->inv->command, "%s: two bit rates at most", run->inv->args[i]);
	rates->bitrate = timing[KIN_CAN_NOMINAL].bitrate;
	rates->data_bitrate = n > 1 ? timing[KIN_CAN_DATA].bitrate : 0;
	return STATUS_DONE;
}

/* What was given for an interface, by name or with "any". */
static const struct rates *given_rates(const struct run *run, const char *name)
{
	for (unsigned i = 0; i < run->inv->n_args; i++)
		if (strcmp(run->rates[i].name, name) == 0 || strcmp(run->rates[i].name, "any") == 0)
			if (run->rates[i].bitrate)
				return &run->rates[i];
	return NULL;
}

/* enum can_state of <linux/can/netlink.h> */
static const char *const controller_states[] = {"active",  "warning", "passive",
						"bus-off", "stopped", "sleeping"};

/* What the controller says of itself, if there is one. */
static void ask_controller(struct run *run, struct bus_view *view)
{
	struct kin_can_controller *c KIN_CLEANUP(kin_can_controller_free) = NULL;
	const struct kin_can_phase_info *phases;

	if (view->is_virtual || kin_can_controller_read(view->name, &c) < 0)
		return;
	view->is_virtual = strcmp(c->kind, "can") != 0;
	if (view->is_virtual)
		return;
	phases = c->phases;
	view->state = c->state < sizeof(controller_states) / sizeof(*controller_states)
			      ? controller_states[c->state]
			      : NULL;
	view->counters_known = c->tx_errors != KIN_CAN_UNKNOWN && c->rx_errors != KIN_CAN_UNKNOWN;
	view->tx_errors = c->tx_errors;
	view->rx_errors = c->rx_errors;
	if (!view->rate_given && phases[KIN_CAN_NOMINAL].timing.bitrate)
		kin_can_stats_set_bitrate(
			run->stats, view->ifindex, phases[KIN_CAN_NOMINAL].timing.bitrate,
			phases[KIN_CAN_DATA].timing.bitrate,
			c->modes & CAN_CTRLMODE_FD_NON_ISO ? KIN_CAN_BITS_NON_ISO : 0);
}

static int add_view(struct run *run, int ifindex)
{
	struct loads *loads = &run->loads;
	struct bus_view *views = reallocarray(loads->buses, loads->n_buses + 1, sizeof(*views));
	const struct rates *given;
	struct bus_view *view;

	if (!views)
		return -ENOMEM;
	loads->buses = views;
	view = &views[loads->n_buses++];
	*view = (struct bus_view){.ifindex = ifindex, .least = UINT32_MAX};
	memcpy(view->name, interface_name(ifindex), sizeof(view->name));
	given = given_rates(run, view->name);
	view->rate_given = given;
	return given ? kin_can_stats_set_bitrate(run->stats, ifindex, given->bitrate,
						 given->data_bitrate, 0)
		     : 0;
}

/* An interface that nothing can come from says so instead of its state. */
static void look_at_sources(struct run *run)
{
	for (unsigned i = 0; i < run->buses.n; i++) {
		const struct source *src = &run->buses.sources[i];

		for (size_t k = 0; k < run->loads.n_buses; k++) {
			struct bus_view *view = &run->loads.buses[k];

			if (strcmp(view->name, src->name) != 0)
				continue;
			view->unheard = src->state == DOWN   ? "down"
					: src->state == GONE ? "gone"
							     : NULL;
		}
	}
}

/* Views of buses that came since the last time: "any" does not know them before. */
static int update_views(struct run *run)
{
	const struct kin_can_bus *bus;
	int r = 0;

	while (r == 0 && (bus = kin_can_stats_bus_at(run->stats, run->loads.n_buses)))
		r = add_view(run, bus->ifindex);
	for (size_t i = 0; i < run->loads.n_buses; i++)
		ask_controller(run, &run->loads.buses[i]);
	look_at_sources(run);
	return r;
}

/* The interfaces that were named are told of from the start. */
static int list_named(struct run *run)
{
	for (unsigned i = 0; i < run->buses.n; i++) {
		struct kin_addr addr;
		int ifindex, r;

		if (kin_local_addr(run->buses.sources[i].sock, &addr) < 0)
			continue;
		ifindex = kin_addr_ifindex(&addr);
		r = ifindex ? kin_can_stats_set_bitrate(run->stats, ifindex, 0, 0, 0) : 0;
		if (r < 0)
			return r;
	}
	return update_views(run);
}

/* ---- Intervals ----------------------------------------------------------------------------- */

static int64_t real_time(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return now.tv_sec * INT64_C(1000000000) + now.tv_nsec;
}

static void take(void *data, int ifindex, const struct kin_msg *msg)
{
	struct run *run = data;

	if (kin_can_stats_add(run->stats, ifindex, msg->data, msg->len, msg->time_ns,
			      (int)msg->flags) == -ENOMEM)
		run->status = STATUS_FAILED;
}

static void update_ids(struct run *run)
{
	if (run->loads.show_ids &&
	    id_list_update(&run->loads.ids, run->stats, run->loads.order, NULL, NULL) < 0)
		run->status = complain_of("memory", -ENOMEM);
}

/* Nobody reads on: end. */
static void write_out(struct run *run)
{
	if (flush_output() < 0)
		run->buses.left = 0;
}

static void tell(struct run *run)
{
	update_ids(run);
	switch (run->style) {
	case SCREEN:
		loads_draw(&run->loads);
		return;
	case TEXT:
		loads_print_text(&run->loads, stdout);
		break;
	case JSON:
		loads_print_json(&run->loads, stdout);
		break;
	case CANBUSLOAD:
		if (run->redraw)
			fputs("\033[H", stdout);
		loads_print_canbusload(&run->loads, stdout);
		break;
	}
	write_out(run);
}

static void end_interval(struct run *run, int64_t now)
{
	if (update_views(run) < 0)
		run->status = complain_of("memory", -ENOMEM);
	if (kin_can_stats_end_window(run->stats, now) < 0)
		return;
	run->loads.seconds = (double)(now - run->started_ns) / 1e9;
	run->started_ns = now;
	run->loads.time_ns = real_time();
	run->loads.lost = buses_lost(&run->buses);
	loads_reckon(&run->loads);
	tell(run);
}

static void handle_key(struct run *run, int key)
{
	struct loads *loads = &run->loads;

	if (key == 'q')
		run->buses.left = 0;
	else if (key == 'i')
		loads->show_ids = !loads->show_ids;
	else if (key == 'o')
		loads->order = (loads->order + 1) % (BY_CHANGE + 1);
	else if (key == 'v')
		loads->history = !loads->history;
	else if (key == 's')
		loads->statistics = !loads->statistics;
	else if (key == 'r')
		loads_reset(loads);
	else
		screen_scroll(&loads->scroll, key, (int)loads->ids.n, loads_rows(loads));
}

static void handle_keys(struct run *run)
{
	int key;

	while ((key = screen_next_key()) != SCREEN_NO_KEY)
		handle_key(run, key);
	tell(run);
}

static void watch(struct run *run, int64_t end_ns)
{
	int64_t next = run->started_ns + run->interval_ns;

	while (run->buses.left > 0 && run->started_ns < end_ns) {
		int64_t until = next < end_ns ? next : end_ns;
		enum buses_event event = buses_wait(&run->buses, until);
		int64_t now = kin_now();

		if (event == BUSES_KEY) {
			handle_keys(run);
			continue;
		}
		if (event == BUSES_END)
			break;
		end_interval(run, now);
		/* By the clock, not by what telling took; whole intervals may be left out. */
		while (next <= now)
			next += run->interval_ns;
		if (run->status)
			break;
	}
	/* What came since the last one is told as well, when that was not the end by the clock. */
	if (run->started_ns < end_ns && run->style != SCREEN && run->buses.left >= 0)
		end_interval(run, kin_now());
}

/* ---- The end ------------------------------------------------------------------------------- */

static void sum_up(struct run *run)
{
	double seconds = (double)(kin_now() - run->begun_ns) / 1e9;

	for (size_t i = 0; i < run->loads.n_buses; i++) {
		const struct bus_view *view = &run->loads.buses[i];
		const struct kin_can_bus *bus = kin_can_stats_bus(run->stats, view->ifindex);
		uint64_t missing = 0;
		size_t ids = 0;

		for (size_t k = 0; k < kin_can_stats_ids(run->stats); k++) {
			const struct kin_can_id *id = kin_can_stats_id_at(run->stats, k);

			if (id->ifindex != view->ifindex)
				continue;
			ids++;
			missing += kin_can_id_missing(id, run->loads.time_ns);
		}
		remark("%s: %llu frames of %zu ids in %.1f s, %llu bits, load %.1f%% to %.1f%%; "
		       "%llu missing cycles, %llu error frames",
		       view->name, (unsigned long long)bus->all.frames, ids, seconds,
		       (unsigned long long)bus->all.bits, 100 * bus->load_min, 100 * bus->load_max,
		       (unsigned long long)missing, (unsigned long long)bus->all.errors);
	}
	if (run->loads.lost)
		remark("%llu frames were lost on the sockets", (unsigned long long)run->loads.lost);
}

/* ---- The verb ------------------------------------------------------------------------------ */

static int parse_style(struct run *run)
{
	static const char *const names[] = {"text", "json", "canbusload", NULL};
	unsigned style = TEXT;
	int status = inv_choice(run->inv, "format", names, &style);

	if (status)
		return status;
	if (inv_has(run->inv, "json") && inv_has(run->inv, "format") && style != JSON)
		return misuse(run->inv->command, "--json and --format %s exclude each other",
			      names[style]);
	run->style = inv_has(run->inv, "json") ? JSON : (enum style)style;
	run->redraw = inv_has(run->inv, "redraw");
	if (run->redraw && run->style == JSON)
		return misuse(run->inv->command, "--redraw is for terminals, --json is not");
	if (!inv_has(run->inv, "format") && !inv_has(run->inv, "json") && screen_possible())
		run->style = SCREEN;
	return STATUS_DONE;
}

static int parse_bits(struct run *run)
{
	static const char *const names[] = {"exact", "worst", "unstuffed", NULL};
	static const unsigned flags[] = {0, KIN_CAN_BITS_WORST, KIN_CAN_BITS_UNSTUFFED};
	unsigned bits = BITS_EXACT;
	int status = inv_choice(run->inv, "bits", names, &bits);

	if (status)
		return status;
	run->loads.bits = (enum load_bits)bits;
	return kin_can_stats_new(flags[bits], &run->stats) < 0 ? complain_of("memory", -ENOMEM)
							       : STATUS_DONE;
}

static int parse(struct run *run, int64_t *duration)
{
	static const char *const orders[] = {"id", "rate", "jitter", "missing", "change", NULL};
	const struct invocation *inv = run->inv;
	unsigned order = BY_ID;
	int status = parse_style(run);

	run->interval_ns = INT64_C(1000000000);
	if (!status)
		status = inv_duration(inv, "interval", &run->interval_ns);
	if (!status && run->interval_ns < INT64_C(10000000))
		status = misuse(inv->command, "--interval: less than 10ms");
	if (!status)
		status = inv_duration(inv, "duration", duration);
	if (!status)
		status = inv_choice(inv, "order", orders, &order);
	if (!status)
		status = parse_bits(run);
	run->buses.left = INT64_MAX;
	run->loads.order = (enum id_order)order;
	run->loads.show_ids = inv_has(inv, "ids");
	run->loads.time = inv_has(inv, "time");
	run->loads.colour = inv_has(inv, "colour");
	run->loads.bars = inv_has(inv, "bars");
	run->loads.statistics = inv_has(inv, "stats");
	run->loads.history = inv_has(inv, "history");
	run->loads.stats = run->stats;
	for (unsigned i = 0; !status && i < inv->n_args; i++)
		status = parse_interface(run, i);
	return status;
}

static int open_all(struct run *run)
{
	unsigned n = run->inv->n_args;
	char **names = calloc(n, sizeof(*names));
	int status;

	for (unsigned i = 0; names && i < n; i++)
		names[i] = run->rates[i].name;
	run->buses.take = take;
	run->buses.data = run;
	status = names ? buses_open(&run->buses, names, n) : complain_of("memory", -ENOMEM);
	free(names);
	if (status)
		return status;
	if (list_named(run) < 0)
		return complain_of("memory", -ENOMEM);
	if (run->style == SCREEN && screen_begin() < 0)
		run->style = TEXT;
	run->buses.keys = run->buses.quiet = run->style == SCREEN;
	return STATUS_DONE;
}

static int run_stat(struct run *run)
{
	int64_t duration = -1, end_ns;
	int status = parse(run, &duration);

	if (!status)
		status = open_all(run);
	if (status)
		return status;
	run->started_ns = run->begun_ns = kin_now();
	end_ns = duration < 0 ? INT64_MAX : run->started_ns + duration;
	loads_reset(&run->loads);
	run->loads.seconds = (double)run->interval_ns / 1e9;
	run->loads.time_ns = real_time();
	kin_can_stats_end_window(run->stats, run->started_ns);
	if (run->style == CANBUSLOAD && run->redraw)
		fputs("\033[2J", stdout);
	if (run->style == SCREEN)
		tell(run);
	watch(run, end_ns);
	screen_end();
	run->loads.lost = buses_lost(&run->buses);
	sum_up(run);
	if (run->status || run->buses.failed)
		return run->status ? run->status : STATUS_FAILED;
	return run->loads.lost ? STATUS_LOST : STATUS_DONE;
}

static int run(const struct invocation *inv)
{
	struct run r = {.inv = inv, .buses = {.inv = inv, .stop_fd = -1}};
	int status;

	r.rates = calloc(inv->n_args, sizeof(*r.rates));
	status = r.rates ? run_stat(&r) : complain_of("memory", -ENOMEM);
	for (unsigned i = 0; r.rates && i < inv->n_args; i++)
		free(r.rates[i].name);
	free(r.rates);
	free(r.loads.buses);
	id_list_free(&r.loads.ids);
	kin_can_stats_free(r.stats);
	buses_close(&r.buses);
	return status;
}

static const struct command_option options[] = {
	{"interval", 0, "TIME", "how long a window is: 1s; at least 10ms"},
	{"duration", 0, "TIME", "end after TIME: 10 (seconds), 500ms, 2m"},
	{"ids", 0, NULL, "tell of each identifier as well"},
	{"order", 0, "ORDER", "of identifiers: id, rate, jitter, missing or change"},
	{"json", 0, NULL, "an object for each interval"},
	{"format", 'f', "FORMAT",
	 "lines: text, json or canbusload; without it, a terminal is drawn "
	 "over in place"},
	{"bits", 0, "HOW",
	 "exact (the default), worst (the most stuff bits that there may be) or "
	 "unstuffed"},
	{"time", 't', NULL, "begin each interval with the time"},
	{"bars", 'b', NULL, "show loads as bars: of R received, T sent, X both"},
	{"stats", 's', NULL,
	 "show the smallest and the greatest load, and in canbusload's lines the "
	 "averages of 1, 5 and 15 minutes"},
	{"history", 'v', NULL, "show the loads of 90 intervals"},
	{"colour", 'c', NULL, "colour canbusload's lines"},
	{"redraw", 'r', NULL, "write canbusload's lines to the same place of the terminal"},
	{},
};

static const struct command_example examples[] = {
	{"kin can stat can0", "how much of the bus is used, second by second"},
	{"kin can stat --ids --json --duration 2 vcan0@500k/2M",
	 "two objects, with the rate, jitter and missing cycles of each identifier"},
	{"kin can stat --format canbusload --bars --duration 2 any@500k",
	 "every interface that something comes from"},
	{},
};

const struct command command_can_stat = {
	.group = "can",
	.name = "stat",
	.args = "INTERFACE[@BITRATE[/DATA-BITRATE]]...",
	.summary = "load of buses, and rate, jitter and missing cycles of identifiers",
	.text = "The load is the part of the time in which bits were on the wire. They are counted "
		"exactly, frame by frame: CRC and stuff bits as the controllers compute them, both "
		"bit rates of CAN FD and CAN XL, three bits between frames, and of error frames "
		"flag "
		"and delimiter.\n\n"
		"Bit rates are read from the controllers, again and again; virtual interfaces have "
		"none, and without one that is given there is no load. \"any\" is every CAN "
		"interface that something comes from.\n\n"
		"The cycle of an identifier is learned from eight regular gaps between its frames. "
		"Then gaps of more than one and a half cycles count as missing ones, as does "
		"silence "
		"at the end. An identifier without a regular cycle has none: its mean gap is shown "
		"in parentheses, and nothing is missing. Jitter is the standard deviation of the "
		"gaps.\n\n"
		"On a terminal, keys choose what is seen: q ends, i shows identifiers, o orders "
		"them, v and s show history and statistics of the loads, r begins these anew; "
		"arrows and page keys scroll. There is no limit to the number of identifiers; each "
		"takes about 240 bytes.\n\n"
		"What was lost on the way from the kernel is told at the end, and the exit status "
		"is 3 then.",
	.options = options,
	.examples = examples,
	.min_args = 1,
	.max_args = UINT_MAX,
	.run = run,
};
