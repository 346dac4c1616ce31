/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Lines to a file without ever waiting for it: a ring of fixed size, and a thread that writes
 * what is in it. One thread puts lines, which never blocks; when the file is slower than the
 * lines and the ring is full, there is no room, and what to do about it is the caller's.
 */
#ifndef KIN_TOOLS_RECORD_H
#define KIN_TOOLS_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "files.h"

struct record;

struct record_options {
	struct files *files; /* the thread's while the record lives; must outlive it */
	size_t size;         /* of the ring */
	int64_t within_ns;   /* lines are written after so long; below zero: in blocks */
	bool lines;          /* each by a write(2) of its own */
	bool binary;         /* what is added are records, in which newlines have no meaning */
	int64_t sync_ns; /* what was written is on the disk after so long; below zero: some time */
};

/* A ring, and its thread. 0 or -errno. */
int record_new(const struct record_options *options, struct record **ret_record);

/* Room for size bytes in one piece, or NULL when the ring is full. */
char *record_room(struct record *record, size_t size);

/* Keep the first len bytes of the room, whole lines or records. */
void record_add(struct record *record, size_t len);

/*
 * The next file begins behind so many bytes that are added from now on. False: it does not,
 * because so many begin already.
 */
bool record_next_file(struct record *record, size_t behind, int64_t time_ns);

/* Let the thread know that lines were added; once for many of them. */
void record_flush(struct record *record);

/* Becomes readable when the thread ends: after a failure, or when all was written. */
int record_fd(const struct record *record);

/*
 * Have the rest written, and wait for that: until stop_fd becomes readable, or until the file has
 * taken nothing for patience_ms (negative: never). A regular file that could not be written to
 * its end is cut after its last whole line, one of records after those that went there together.
 * 0, what write(2) failed with, or -EINTR: the rest is still in the ring.
 */
int record_finish(struct record *record, int stop_fd, int patience_ms);

/* What went into the file; bytes in the ring at the fullest; bytes that are in it. */
uint64_t record_written(const struct record *record);
size_t record_peak(const struct record *record);
size_t record_waiting(const struct record *record);

/* Not after record_finish() gave -EINTR: the thread then lives as long as the process. */
void record_free(struct record *record);

#endif
