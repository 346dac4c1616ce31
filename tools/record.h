/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Lines to a file without ever waiting for it: a ring of fixed size, and a thread that writes
 * what is in it. One thread puts lines, which never blocks; when the file is slower than the
 * lines and the ring is full, there is no room, and what to do about it is the caller's.
 */
#ifndef KIN_TOOLS_RECORD_H
#define KIN_TOOLS_RECORD_H

#include <stddef.h>
#include <stdint.h>

struct record;

/* A ring of size bytes, and its thread. The file stays the caller's. 0 or -errno. */
int record_new(int file, size_t size, struct record **ret_record);

/* Room for size bytes in one piece, or NULL when the ring is full. */
char *record_room(struct record *record, size_t size);

/* Keep the first len bytes of the room, whole lines. */
void record_add(struct record *record, size_t len);

/* Let the thread know that lines were added; once for many of them. */
void record_flush(struct record *record);

/* Becomes readable when the thread ends: after a failure, or when all was written. */
int record_fd(const struct record *record);

/*
 * Have the rest written, and wait for that: until stop_fd becomes readable, or until the file has
 * taken nothing for patience_ms (negative: never). A regular file that could not be written to
 * its end is cut after its last whole line.
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
