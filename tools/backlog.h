/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The last lines before something happened, in memory of fixed size: the oldest make room for
 * new ones.
 */
#ifndef KIN_TOOLS_BACKLOG_H
#define KIN_TOOLS_BACKLOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct backlog;

/* The lines of one message. */
struct backlog_entry {
	int64_t time_ns;
	unsigned who; /* the caller's */
	unsigned len;
	char text[];
};

/*
 * @param size  bytes, at least twice what is put at once
 * @param count  entries at most; 0: any
 * @param age_ns  of entries at most, against the newest; below zero: any
 * @return NULL: no memory
 */
struct backlog *backlog_new(size_t size, uint64_t count, int64_t age_ns);

/* Room for len bytes, to be written before backlog_add(). */
char *backlog_room(struct backlog *backlog, size_t len);

/* Keep the first len bytes of the room. */
void backlog_add(struct backlog *backlog, size_t len, int64_t time_ns, unsigned who);

/* Take the oldest entry, which is there until the next call; NULL: there is none. */
const struct backlog_entry *backlog_take(struct backlog *backlog);

/* Forget those that are too old by then. */
void backlog_expire(struct backlog *backlog, int64_t now_ns);

/* Were entries given up because the memory was full? */
bool backlog_was_full(const struct backlog *backlog);

void backlog_free(struct backlog *backlog);

#endif
