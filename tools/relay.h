/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Two sides joined: what one sends, the other gets.
 */
#ifndef KIN_TOOLS_RELAY_H
#define KIN_TOOLS_RELAY_H

#include "command.h"
#include "progress.h"

struct relay_side {
	const char *name;      /* for complaints */
	struct kin_sock *sock; /* NULL: the descriptors */
	int in, out;           /* below zero: closed from the start */
	bool out_is_socket;    /* which we were given, and which may make who writes wait */
	bool failed;           /* and it was told */
	bool broken;           /* a connection that nothing goes over any more, either way */
};

/* What becomes of the end of one side. */
enum relay_end {
	END_HALF, /* it is passed on, and the other side may still answer */
	END_BOTH, /* it is the end of both */
	END_KEEP, /* it is not passed on; the other side's own end is waited for */
};

struct relay {
	struct relay_side a, b;
	bool one_way; /* from a to b only */
	enum relay_end end;
	int stop;        /* a stop_fd() */
	int64_t idle_ns; /* end when nothing came for so long; below zero: never */
	int64_t wait_ns; /* once one way has ended: how long to wait for more from a side that can't
			  * tell its end, which is a terminal or a socket without connections; below
			  * zero: what is usual there */
	int64_t count;   /* the end of a side is that it has said so many messages; 0: is not */
	int64_t rate;    /* bytes a second at most, each way; 0: any */
	struct progress progress;
	uint64_t a_to_b, b_to_a; /* bytes that went over */
};

/* The rows of options that fill a relay, for the records of verbs. */
/* clang-format off */
#define RELAY_OPTIONS                                                                              \
	{"idle", 'i', "DURATION", "end when nothing came for so long, from either side"},          \
	{"wait", 'w', "DURATION", "how long a side that can't tell its end is waited for [1s, "    \
	 "of ISO-TP 6s]"},                                                                         \
	{"end", 0, "MODE", "what the end of one side does: half (the default) passes it on and "   \
	 "waits for the other, both ends both at once, keep does not pass it on"},                 \
	{"rate", 'r', "SIZE", "bytes a second at most, each way, with K, M or G behind it"},       \
	PROGRESS_OPTION
/* clang-format on */

/* A relay as the options say. Complains and returns STATUS_USAGE, or 0. */
int relay_options(const struct invocation *inv, struct relay *relay);

/* Standard input and output as a side. */
struct relay_side relay_stdio(void);

/* Does what goes over come from a terminal, or show on one? */
bool relay_uses_terminal(const struct relay *relay);

/* Until both ways have ended. Complains of what fails. @return a STATUS_ */
int relay_run(struct relay *relay);

#endif
