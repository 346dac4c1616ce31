/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What kin can stat has to tell after each interval, and the ways to tell it. */
#ifndef KIN_TOOLS_CAN_LOADS_H
#define KIN_TOOLS_CAN_LOADS_H

#include <net/if.h>
#include <kin/can-load.h>

#include "../screen.h"
#include "ids.h"

enum { LOAD_HISTORY = 90, LOAD_AVERAGES = 3 };

/* A bus, beside what the statistics know of it. */
struct bus_view {
	int ifindex;
	char name[IF_NAMESIZE];
	bool rate_given;
	bool is_virtual;     /* no controller behind it */
	const char *state;   /* of the controller; NULL: not known */
	const char *unheard; /* "down" or "gone", else NULL */
	unsigned tx_errors, rx_errors;
	bool counters_known;
	/* Percent, as canbusload reckons. */
	unsigned percent, least, most;
	unsigned averages[LOAD_AVERAGES]; /* of 1, 5, 15 minutes; fixed point */
	unsigned char history[LOAD_HISTORY];
	unsigned at; /* the oldest of it */
};

enum load_bits { BITS_EXACT, BITS_WORST, BITS_UNSTUFFED };

struct loads {
	const struct kin_can_stats *stats;
	struct bus_view *buses;
	size_t n_buses;
	struct id_list ids;
	bool show_ids;
	enum id_order order;
	struct screen_scroll scroll;
	enum load_bits bits;
	bool time, colour, bars, statistics, history;
	double seconds;  /* of the interval */
	int64_t time_ns; /* at its end, CLOCK_REALTIME, which the frames are stamped by */
	uint64_t lost;   /* frames, so far */
};

/* After each interval: the averages, smallest and greatest loads. */
void loads_reckon(struct loads *loads);

/* Forget these. */
void loads_reset(struct loads *loads);

/* The state of a bus in words, "" when it is not known, and its error counters if they are. */
const char *loads_state(const struct bus_view *view, const struct kin_can_bus *bus);
bool loads_counters(const struct bus_view *view, const struct kin_can_bus *bus, unsigned *tx,
		    unsigned *rx);

/* "can0@500k/2M" */
void loads_put_name(struct kin_buf *out, const struct bus_view *view,
		    const struct kin_can_bus *bus);

/* "XXXX......": size characters and a NUL */
void loads_put_bar(char *bar, unsigned size, unsigned percent, const struct kin_can_bus *bus);

/* The columns of an identifier's line, without its interface. */
void loads_put_id(const struct loads *loads, const struct kin_can_id *id, struct kin_buf *out);
extern const char loads_id_columns[];

void loads_print_text(const struct loads *loads, FILE *out);
void loads_print_json(const struct loads *loads, FILE *out);
void loads_print_canbusload(const struct loads *loads, FILE *out);
void loads_draw(struct loads *loads);

/* Lines for identifiers that there are on the page. */
int loads_rows(const struct loads *loads);

#endif
