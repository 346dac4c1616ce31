/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A ring of entries, each in one piece: one that does not fit before the end goes to the start,
 * and `lap` says where the entries before it end.
 */
#include <stdlib.h>
#include <string.h>
#include "backlog.h"

struct backlog {
	char *memory;
	size_t size;
	size_t head, tail, lap; /* the oldest entry is at tail, the next one goes to head */
	uint64_t used, count;
	int64_t age_ns;
	bool was_full;
};

struct backlog *backlog_new(size_t size, uint64_t count, int64_t age_ns)
{
	struct backlog *b = calloc(1, sizeof(*b));

	if (!b)
		return NULL;
	b->memory = malloc(size);
	if (!b->memory) {
		free(b);
		return NULL;
	}
	b->size = size;
	b->count = count;
	b->age_ns = age_ns;
	return b;
}

/* Entries are aligned, so that their fields may be read. */
static size_t space(size_t len)
{
	return (sizeof(struct backlog_entry) + len + 7) & ~(size_t)7;
}

static struct backlog_entry *entry_at(const struct backlog *b, size_t at)
{
	return (struct backlog_entry *)(void *)(b->memory + at);
}

const struct backlog_entry *backlog_take(struct backlog *b)
{
	const struct backlog_entry *entry;

	if (b->used == 0)
		return NULL;
	if (b->tail == b->lap && b->head <= b->tail)
		b->tail = 0;
	entry = entry_at(b, b->tail);
	b->tail += space(entry->len);
	if (--b->used == 0)
		b->head = b->tail = b->lap = 0;
	return entry;
}

/* The oldest entry, NULL: there is none. */
static const struct backlog_entry *oldest(const struct backlog *b)
{
	bool wraps = b->tail == b->lap && b->head <= b->tail;

	return b->used ? entry_at(b, wraps ? 0 : b->tail) : NULL;
}

/* Where an entry of that many bytes has room now; b->size: nowhere. */
static size_t find_room(const struct backlog *b, size_t bytes)
{
	if (b->used == 0)
		return 0;
	if (b->head <= b->tail)
		return b->tail - b->head > bytes ? b->head : b->size;
	if (b->size - b->head >= bytes)
		return b->head;
	return b->tail > bytes ? 0 : b->size;
}

char *backlog_room(struct backlog *b, size_t len)
{
	size_t at;

	while ((at = find_room(b, space(len))) == b->size) {
		backlog_take(b);
		b->was_full = true;
	}
	if (at != b->head) {
		b->lap = b->head;
		b->head = at;
	}
	return entry_at(b, at)->text;
}

void backlog_add(struct backlog *b, size_t len, int64_t time_ns, unsigned who)
{
	struct backlog_entry *entry = entry_at(b, b->head);

	entry->time_ns = time_ns;
	entry->who = who;
	entry->len = (unsigned)len;
	b->head += space(len);
	b->used++;
	if (b->count && b->used > b->count)
		backlog_take(b);
	backlog_expire(b, time_ns);
}

void backlog_expire(struct backlog *b, int64_t now_ns)
{
	const struct backlog_entry *entry;

	while (b->age_ns >= 0 && (entry = oldest(b)) && now_ns - entry->time_ns > b->age_ns)
		backlog_take(b);
}

bool backlog_was_full(const struct backlog *b)
{
	return b->was_full;
}

void backlog_free(struct backlog *b)
{
	if (!b)
		return;
	free(b->memory);
	free(b);
}
