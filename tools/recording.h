/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What becomes of the messages that kin dump receives: which are written, in what form, into
 * which file.
 */
#ifndef KIN_TOOLS_RECORDING_H
#define KIN_TOOLS_RECORDING_H

#include "backlog.h"
#include "command.h"
#include "files.h"
#include "record.h"
#include "source.h"
#include "trigger.h"

struct recording {
	const struct invocation *inv;
	struct source *sources;
	unsigned n_sources;
	struct kin_format **formats; /* one for each family */
	unsigned n_formats;
	struct files *files;
	struct record_options options;
	struct record *record;
	struct backlog *backlog; /* NULL: nothing from before a trigger is wanted */
	struct trigger trigger;
	bool triggered; /* trigger says what is written */
	bool chosen;    /* source.only says which messages may be */
	bool live;      /* somebody may wait for each line */
	bool colour;    /* lines of different sources look different */
	uint64_t left;  /* messages to be written until the end */
	int64_t now_ns; /* CLOCK_MONOTONIC and CLOCK_REALTIME of recording_wake() */
	int64_t time_ns;

	/* Of the file that is open. */
	bool begun;       /* what stands before the first message was written */
	bool next_wanted; /* an episode begins */
	uint64_t bytes;
	int64_t end_ns;             /* CLOCK_MONOTONIC */
	int64_t file_size, file_ns; /* limits; 0: none */
};

/* Read the options. The formats of the sources are there. A STATUS_, 0: go on */
int recording_prepare(struct recording *rec);

/* Open the first file, unless that waits for a trigger, and start the writer. A STATUS_ */
int recording_begin(struct recording *rec);

/* Messages are about to be taken: look at the clocks. */
void recording_wake(struct recording *rec);

void recording_take(struct recording *rec, struct source *src, const struct kin_msg *msg);

/* Let the writer know; all that came before recording_wake() was taken if so. */
void recording_flush(struct recording *rec, bool all_taken);

/* When to come back though no message comes, CLOCK_MONOTONIC; below zero: no need to. */
int64_t recording_timeout(const struct recording *rec);

/* Were all messages written that were asked for? */
static inline bool recording_is_done(const struct recording *rec)
{
	return rec->left == 0 || (rec->triggered && rec->trigger.state == OVER);
}

/* What was lost last, and what a format has at its end. */
void recording_end(struct recording *rec);

void recording_free(struct recording *rec, bool with_record);

#endif
