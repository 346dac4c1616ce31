/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How far a long transfer is, and how fast it goes, on standard error.
 */
#ifndef KIN_TOOLS_PROGRESS_H
#define KIN_TOOLS_PROGRESS_H

#include "command.h"

/* clang-format off */
#define PROGRESS_OPTION                                                                            \
	{"progress", 'p', "WHEN", "bytes and rate on standard error, every second and at the "     \
	 "end: always, never or auto (the default: on a terminal that has not the data as well)"}
/* clang-format on */

enum progress_when { PROGRESS_AUTO, PROGRESS_ALWAYS, PROGRESS_NEVER };

/* progress_begin() does the rest. */
struct progress {
	enum progress_when when;
	bool total;      /* tell what it was at the end in any case */
	bool in_the_way; /* the terminal shows other things */
	const char *name;
	const uint64_t *received, *sent;
	bool shows, terminal, open_line;
	int64_t start_ns, next_ns; /* the next line; INT64_MAX: none */
	uint64_t before;           /* bytes at the line before */
};

/* What --progress says. Complains and returns STATUS_USAGE, or 0. */
int progress_options(const struct invocation *inv, struct progress *progress);

/* The counters are read when a line is due; they may be NULL. */
void progress_begin(struct progress *progress, const char *name, const uint64_t *received,
		    const uint64_t *sent);

/* Put a line if it is time for one. */
void progress_tick(struct progress *progress);

/* Put the total, if any line was put or one is wanted in any case. */
void progress_end(struct progress *progress);

#endif
