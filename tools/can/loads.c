/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <string.h>
#include <time.h>
#include <kin/can-controller.h>

#include "../command.h"
#include "loads.h"

/* ---- Reckoning ----------------------------------------------------------------------------- */

/*
 * Averages that forget, by the kernel's way for its own loads, and with its numbers: 12 bits
 * behind the point, and the part of the old average that a second leaves, exp(-1/60), exp(-1/300),
 * exp(-1/900). So they are the same that canbusload shows.
 */
enum { POINT = 12, ONE = 1 << POINT };

static const unsigned left_by_a_second[LOAD_AVERAGES] = {4028, 4082, 4091};

/* Whole percent of each rate, as canbusload has it. */
static unsigned whole_percent(const struct kin_can_bus *bus, double seconds)
{
	const struct kin_can_counts *w = &bus->window;

	if (!bus->bitrate || seconds <= 0)
		return 0;
	return (unsigned)((double)(w->bits - w->data_bits) * 100 / seconds / bus->bitrate) +
	       (unsigned)((double)w->data_bits * 100 / seconds / bus->data_bitrate);
}

void loads_reckon(struct loads *loads)
{
	for (size_t i = 0; i < loads->n_buses; i++) {
		struct bus_view *view = &loads->buses[i];
		const struct kin_can_bus *bus = kin_can_stats_bus(loads->stats, view->ifindex);
		unsigned percent = whole_percent(bus, loads->seconds);

		view->percent = percent;
		if (percent < view->least)
			view->least = percent;
		if (percent > view->most)
			view->most = percent;
		for (unsigned k = 0; k < LOAD_AVERAGES; k++)
			view->averages[k] = (view->averages[k] * left_by_a_second[k] +
					     (percent << POINT) * (ONE - left_by_a_second[k])) >>
					    POINT;
		view->history[view->at] = (unsigned char)(percent < 100 ? percent : 100);
		view->at = (view->at + 1) % LOAD_HISTORY;
	}
}

void loads_reset(struct loads *loads)
{
	for (size_t i = 0; i < loads->n_buses; i++) {
		struct bus_view *view = &loads->buses[i];

		view->least = UINT32_MAX;
		view->most = 0;
		memset(view->averages, 0, sizeof(view->averages));
	}
}

/* ---- Parts --------------------------------------------------------------------------------- */

const char *loads_state(const struct bus_view *view, const struct kin_can_bus *bus)
{
	static const char *const states[] = {
		[KIN_CAN_STATE_UNKNOWN] = "",        [KIN_CAN_STATE_ACTIVE] = "active",
		[KIN_CAN_STATE_WARNING] = "warning", [KIN_CAN_STATE_PASSIVE] = "passive",
		[KIN_CAN_STATE_OFF] = "bus-off",
	};

	return view->unheard ? view->unheard : view->state ? view->state : states[bus->state];
}

bool loads_counters(const struct bus_view *view, const struct kin_can_bus *bus, unsigned *tx,
		    unsigned *rx)
{
	*tx = view->counters_known ? view->tx_errors : bus->tx_errors;
	*rx = view->counters_known ? view->rx_errors : bus->rx_errors;
	return view->counters_known || bus->counters_known;
}

static void put_rate(struct kin_buf *out, uint32_t rate)
{
	char text[32];

	if (kin_can_bitrate_format(rate, text, sizeof(text)) > 0)
		kin_buf_puts(out, text);
}

void loads_put_name(struct kin_buf *out, const struct bus_view *view, const struct kin_can_bus *bus)
{
	kin_buf_puts(out, view->name);
	if (!bus->bitrate)
		return;
	kin_buf_puts(out, "@");
	put_rate(out, bus->bitrate);
	if (bus->data_bitrate != bus->bitrate) {
		kin_buf_puts(out, "/");
		put_rate(out, bus->data_bitrate);
	}
}

void loads_put_bar(char *bar, unsigned size, unsigned percent, const struct kin_can_bus *bus)
{
	const struct kin_can_counts *w = &bus->window;
	char mark = w->sent == 0 ? 'R' : w->sent == w->frames ? 'T' : 'X';

	for (unsigned i = 0; i < size; i++)
		bar[i] = i < (percent < 100 ? percent : 100) * size / 100 ? mark : '.';
	bar[size] = '\0';
}

/* ---- Identifiers --------------------------------------------------------------------------- */

const char loads_id_columns[] = "      ID    frames        /s   cycle ms  jitter ms   min ms    "
				"max ms  missing  data";

static void put_ms(struct kin_buf *out, int width, int64_t ns)
{
	if (ns > 0)
		kin_buf_printf(out, " %*.3f", width, (double)ns / 1e6);
	else
		kin_buf_printf(out, " %*s", width, "-");
}

void loads_put_id(const struct loads *loads, const struct kin_can_id *id, struct kin_buf *out)
{
	char name[16];
	struct kin_buf text = {.data = name, .size = sizeof(name)};

	put_id(&text, id);
	kin_buf_printf(out, "%9s %8llu %9.1f ", kin_buf_end(&text), (unsigned long long)id->frames,
		       loads->seconds > 0 ? id->window / loads->seconds : 0);
	/* In parentheses what is no cycle: the mean of gaps without a rule. */
	if (id->expected_ns)
		kin_buf_printf(out, "%10.3f", (double)id->expected_ns / 1e6);
	else if (id->frames > 1)
		kin_buf_printf(out, "(%8.3f)", id->period_mean_ns / 1e6);
	else
		kin_buf_printf(out, "%10s", "-");
	put_ms(out, 10, kin_can_id_jitter(id));
	put_ms(out, 8, id->period_min_ns);
	put_ms(out, 9, id->period_max_ns);
	kin_buf_printf(out, " %8llu  [%u] ",
		       (unsigned long long)kin_can_id_missing(id, loads->time_ns), id->len);
	kin_buf_put_hex(out, id->data, id->len, ' ');
}

/* ---- Plain lines --------------------------------------------------------------------------- */

static void print_bus(const struct loads *loads, const struct bus_view *view, FILE *out)
{
	const struct kin_can_bus *bus = kin_can_stats_bus(loads->stats, view->ifindex);
	double s = loads->seconds;
	char text[64], load[16] = "-", bar[20 + 1];
	struct kin_buf name = {.data = text, .size = sizeof(text)};
	unsigned tx, rx;

	loads_put_name(&name, view, bus);
	if (bus->bitrate)
		snprintf(load, sizeof(load), "%.1f%%", 100 * bus->load);
	fprintf(out, "%-16s %7s %9.1f frames/s %10.0f bit/s %9.0f payload", kin_buf_end(&name),
		load, bus->window.frames / s, bus->window.bits / s, bus->window.payload_bits / s);
	if (bus->all.data_bits)
		fprintf(out, " %9.0f data phase", bus->window.data_bits / s);
	fprintf(out, " %llu errors", (unsigned long long)bus->window.errors);
	if (*loads_state(view, bus))
		fprintf(out, " %s", loads_state(view, bus));
	if (loads_counters(view, bus, &tx, &rx))
		fprintf(out, " (%u tx, %u rx)", tx, rx);
	if (loads->statistics)
		fprintf(out, " min %u%% max %u%%", view->least, view->most);
	if (loads->bars) {
		loads_put_bar(bar, 20, view->percent, bus);
		fprintf(out, " |%s|", bar);
	}
	fputc('\n', out);
}

void loads_print_text(const struct loads *loads, FILE *out)
{
	char text[8192], date[32];
	time_t now = (time_t)(loads->time_ns / INT64_C(1000000000));
	struct tm tm;

	if (loads->time && localtime_r(&now, &tm) &&
	    strftime(date, sizeof(date), "%Y-%m-%d %H:%M:%S", &tm))
		fprintf(out, "%s\n", date);
	for (size_t i = 0; i < loads->n_buses; i++)
		print_bus(loads, &loads->buses[i], out);
	if (loads->show_ids && loads->ids.n > 0)
		fprintf(out, "%-8s %s\n", "", loads_id_columns);
	for (size_t i = 0; loads->show_ids && i < loads->ids.n; i++) {
		struct kin_buf line = {.data = text, .size = sizeof(text)};

		loads_put_id(loads, loads->ids.rows[i], &line);
		fprintf(out, "%-8s %s\n", interface_name(loads->ids.rows[i]->ifindex),
			kin_buf_end(&line));
	}
}

/* ---- canbusload's lines -------------------------------------------------------------------- */

static void print_history(const struct bus_view *view, FILE *out)
{
	for (unsigned level = 100; level > 0; level -= 5) {
		fprintf(out, "%3u%%|", level);
		for (unsigned i = 0; i < LOAD_HISTORY; i++)
			fputc(view->history[(view->at + i) % LOAD_HISTORY] >= level ? 'X' : '.',
			      out);
		fputc('\n', out);
	}
}

static void print_canbusload_bus(const struct loads *loads, size_t i, int name_width,
				 int rate_width, FILE *out)
{
	const struct bus_view *view = &loads->buses[i];
	const struct kin_can_bus *bus = kin_can_stats_bus(loads->stats, view->ifindex);
	const struct kin_can_counts *w = &bus->window;
	char text[64], bar[20 + 1];
	struct kin_buf name = {.data = text, .size = sizeof(text)};
	const char *rate;

	loads_put_name(&name, view, bus);
	rate = strchr(kin_buf_end(&name), '@');
	if (loads->colour)
		fputs(i % 2 ? "\033[31m" : "\033[34m", out);
	fprintf(out, " %*s@%-*s %5llu %7llu %7llu %7llu %3u%%", name_width, view->name, rate_width,
		rate ? rate + 1 : "0", (unsigned long long)w->frames, (unsigned long long)w->bits,
		(unsigned long long)w->payload_bits, (unsigned long long)w->data_bits,
		view->percent);
	if (loads->statistics)
		fprintf(out, " min:%3u%%, max:%3u%%, load:%3u%% %3u%% %3u%%", view->least,
			view->most, (view->averages[0] + ONE / 2) >> POINT,
			(view->averages[1] + ONE / 2) >> POINT,
			(view->averages[2] + ONE / 2) >> POINT);
	if (loads->bars) {
		loads_put_bar(bar, 20, view->percent, bus);
		fprintf(out, " |%s|", bar);
	}
	if (loads->history) {
		fputc('\n', out);
		print_history(view, out);
	}
	if (loads->colour)
		fputs("\033[0m", out);
	fputc('\n', out);
}

void loads_print_canbusload(const struct loads *loads, FILE *out)
{
	static const char *const ways[] = {
		[BITS_EXACT] = "exact bitstuffing",
		[BITS_WORST] = "worst case bitstuffing",
		[BITS_UNSTUFFED] = "ignore bitstuffing",
	};
	time_t now = (time_t)(loads->time_ns / INT64_C(1000000000));
	int name_width = 0, rate_width = 0;
	struct tm tm;
	char date[32];

	if (loads->time && localtime_r(&now, &tm) &&
	    strftime(date, sizeof(date), "%Y-%m-%d %H:%M:%S", &tm))
		fprintf(out, "canbusload %s (%s)\n", date, ways[loads->bits]);
	for (size_t i = 0; i < loads->n_buses; i++) {
		const struct bus_view *view = &loads->buses[i];
		struct kin_buf name = {};
		int width = (int)strlen(view->name);

		loads_put_name(&name, view, kin_can_stats_bus(loads->stats, view->ifindex));
		if (width > name_width)
			name_width = width;
		if ((int)name.len - width - 1 > rate_width)
			rate_width = (int)name.len - width - 1;
	}
	for (size_t i = 0; i < loads->n_buses; i++)
		print_canbusload_bus(loads, i, name_width, rate_width, out);
	fputc('\n', out);
}
