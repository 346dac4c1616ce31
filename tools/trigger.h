/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * When a capture writes what it receives: from a message that starts it to one that stops it, and
 * some more. Knows neither messages nor files.
 */
#ifndef KIN_TOOLS_TRIGGER_H
#define KIN_TOOLS_TRIGGER_H

#include <stdbool.h>
#include <stdint.h>

/* So long, or so many messages; zeros: nothing. */
struct span {
	int64_t ns;
	uint64_t count;
};

enum trigger_state {
	WAITING, /* for what starts it */
	WRITING,
	ENDING, /* what comes after the stop is still written */
	OVER,
};

struct trigger {
	bool starts, stops, rearms; /* what was asked for */
	struct span after;
	enum trigger_state state;
	unsigned episodes; /* begun so far */
	uint64_t left;     /* messages, while ENDING */
	int64_t end_ns;    /* on the clock of the messages; below zero: left counts */
};

/* Needs starts, stops, rearms and after. */
void trigger_begin(struct trigger *trigger);

/*
 * A message came: does it match what starts, what stops? In WRITING and ENDING it belongs to the
 * episode, which it begins when trigger->episodes has grown.
 */
enum trigger_state trigger_see(struct trigger *trigger, bool start, bool stop, int64_t time_ns);

/* The message was written: the episode may end behind it. */
void trigger_wrote(struct trigger *trigger);

/* No message before that time will come. */
void trigger_passed(struct trigger *trigger, int64_t time_ns);

#endif
