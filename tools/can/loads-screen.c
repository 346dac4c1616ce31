/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The page of kin can stat on a terminal. */
#include <string.h>
#include <time.h>

#include "../command.h"
#include "loads.h"

enum { HISTORY_ROWS = 10, BAR = 20 };

static const char *const orders[] = {
	[BY_ID] = "id",           [BY_RATE] = "rate",     [BY_JITTER] = "jitter",
	[BY_MISSING] = "missing", [BY_CHANGE] = "change",
};

static int bus_rows(const struct loads *loads)
{
	return (int)loads->n_buses * (1 + (loads->history ? HISTORY_ROWS : 0));
}

int loads_rows(const struct loads *loads)
{
	int rows = screen_rows() - 2 - bus_rows(loads) - 1;

	return loads->show_ids && rows > 0 ? rows : 0;
}

static void draw_history(const struct bus_view *view, int row)
{
	for (unsigned line = 0; line < HISTORY_ROWS; line++) {
		unsigned level = 100 - line * 100 / HISTORY_ROWS;
		char text[LOAD_HISTORY + 1];

		for (unsigned i = 0; i < LOAD_HISTORY; i++) {
			unsigned at = (view->at + i) % LOAD_HISTORY;

			text[i] = view->history[at] >= level ? 'X' : '.';
		}
		text[LOAD_HISTORY] = '\0';
		screen_printf(row + (int)line, 1, SCREEN_DIM, "%3u%%|%s", level, text);
	}
}

static unsigned load_look(unsigned percent)
{
	return percent >= 80 ? SCREEN_BAD : percent > 0 ? SCREEN_GOOD : SCREEN_PLAIN;
}

static void draw_bus(const struct loads *loads, const struct bus_view *view, int row)
{
	const struct kin_can_bus *bus = kin_can_stats_bus(loads->stats, view->ifindex);
	const struct kin_can_counts *w = &bus->window;
	double s = loads->seconds > 0 ? loads->seconds : 1;
	const char *state = loads_state(view, bus);
	bool bad = *state && strcmp(state, "active") != 0;
	char text[64], bar[BAR + 1];
	struct kin_buf name = {.data = text, .size = sizeof(text)};
	unsigned tx, rx;
	int column;

	loads_put_name(&name, view, bus);
	column = screen_printf(row, 0, SCREEN_BOLD, " %-16s", kin_buf_end(&name));
	if (bus->bitrate) {
		loads_put_bar(bar, BAR, view->percent, bus);
		column = screen_printf(row, column, load_look(view->percent), " %5.1f%% |%s|",
				       100 * bus->load, bar);
	} else {
		column = screen_printf(row, column, SCREEN_DIM, " %*s", 9 + BAR,
				       "bit rate not known");
	}
	column = screen_printf(row, column, SCREEN_PLAIN, " %8.0f frames/s %9.0f bit/s",
			       w->frames / s, w->bits / s);
	column = screen_printf(row, column, bus->all.errors ? SCREEN_BAD : SCREEN_PLAIN,
			       " %llu errors", (unsigned long long)bus->all.errors);
	column = screen_printf(row, column, bad ? SCREEN_BAD : SCREEN_GOOD, " %s", state);
	if (loads_counters(view, bus, &tx, &rx))
		column = screen_printf(row, column, SCREEN_PLAIN, " (%u tx, %u rx)", tx, rx);
	if (loads->statistics)
		screen_printf(row, column, SCREEN_DIM, " %u-%u%%", view->least, view->most);
}

static void draw_ids(struct loads *loads, int row)
{
	int rows = loads_rows(loads);
	char text[512];

	screen_scroll(&loads->scroll, SCREEN_NO_KEY, (int)loads->ids.n, rows);
	screen_printf(row++, 0, SCREEN_TITLE, " %-8s %-*s", "", screen_columns(), loads_id_columns);
	for (int i = 0; i < rows && (size_t)(loads->scroll.top + i) < loads->ids.n; i++) {
		const struct kin_can_id *id = loads->ids.rows[loads->scroll.top + i];
		struct kin_buf line = {.data = text, .size = sizeof(text)};
		bool silent = id->window == 0;

		loads_put_id(loads, id, &line);
		screen_printf(row + i, 0, silent ? SCREEN_DIM : SCREEN_PLAIN, " %-8s %s",
			      interface_name(id->ifindex), kin_buf_end(&line));
	}
}

void loads_draw(struct loads *loads)
{
	time_t now = (time_t)(loads->time_ns / INT64_C(1000000000));
	char date[32] = "";
	struct tm tm;
	int row = 1;

	if (localtime_r(&now, &tm))
		strftime(date, sizeof(date), "%H:%M:%S", &tm);
	screen_clear();
	screen_printf(0, 0, SCREEN_TITLE, " kin can stat  %s  every %.3g s  %zu ids by %s%-*s",
		      date, loads->seconds, kin_can_stats_ids(loads->stats), orders[loads->order],
		      screen_columns(), loads->lost ? "  FRAMES LOST" : "");
	for (size_t i = 0; i < loads->n_buses; i++) {
		draw_bus(loads, &loads->buses[i], row++);
		if (loads->history) {
			draw_history(&loads->buses[i], row);
			row += HISTORY_ROWS;
		}
	}
	if (loads->show_ids)
		draw_ids(loads, row);
	screen_put(screen_rows() - 1, 0, SCREEN_DIM,
		   " q quit  i ids  o order  v history  s statistics  r reset  arrows, page keys");
	screen_show();
}
