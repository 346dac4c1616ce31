/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The last lines before something happened, against a list that forgets nothing by itself. */
#include <stdlib.h>
#include <string.h>

#include "../../tools/backlog.h"
#include "harness.h"

enum { SIZE = 4096, LONGEST = 600, ROUNDS = 20000 };

/* Entry number n: its length and its bytes. */
static size_t make(unsigned n, char *text)
{
	size_t len = (n * 2654435761U >> 8) % LONGEST;

	memset(text, 'a' + (int)(n % 26), len);
	return len;
}

static void add(struct backlog *b, unsigned n)
{
	char *room = backlog_room(b, LONGEST);

	ck_assert_ptr_nonnull(room);
	backlog_add(b, make(n, room), n, n);
}

/* Take all: the newest entries up to n, one behind the other, and whole. @return how many */
static unsigned take_all(struct backlog *b, unsigned n)
{
	const struct backlog_entry *entry;
	char text[LONGEST];
	unsigned count = 0, next = 0;

	while ((entry = backlog_take(b))) {
		if (count++)
			ck_assert_uint_eq(entry->who, next);
		next = entry->who + 1;
		ck_assert_uint_eq(entry->len, make(entry->who, text));
		ck_assert_int_eq(memcmp(entry->text, text, entry->len), 0);
		ck_assert_int_eq(entry->time_ns, entry->who);
	}
	if (count)
		ck_assert_uint_eq(next, n + 1);
	return count;
}

START_TEST(keeps_what_there_is_memory_for)
{
	struct backlog *b = backlog_new(SIZE, 0, -1);

	for (unsigned n = 0; n < ROUNDS; n++) {
		add(b, n);
		/* Now and then, from wherever the ring is. */
		if (n % 97 == 96)
			ck_assert_uint_ge(take_all(b, n), (SIZE - 2 * LONGEST) / (LONGEST + 24));
	}
	ck_assert(backlog_was_full(b));
	backlog_free(b);
}
END_TEST

START_TEST(keeps_so_many_or_so_long)
{
	struct backlog *b = backlog_new(64 * 1024, 5, -1);

	for (unsigned n = 0; n < 100; n++) {
		add(b, n);
		if (n % 10 == 9)
			ck_assert_uint_eq(take_all(b, n), 5);
	}
	ck_assert(!backlog_was_full(b));
	backlog_free(b);

	b = backlog_new(64 * 1024, 0, 7);
	for (unsigned n = 0; n < 100; n++)
		add(b, n);
	backlog_expire(b, 101);
	ck_assert_uint_eq(take_all(b, 99), 6);
	ck_assert_ptr_null(backlog_take(b));
	backlog_free(b);
	backlog_free(NULL);
}
END_TEST

int main(void)
{
	const struct test_case cases[] = {
		{keeps_what_there_is_memory_for, "keeps_what_there_is_memory_for"},
		{keeps_so_many_or_so_long, "keeps_so_many_or_so_long"},
		{},
	};

	return run_cases("tools/backlog", cases);
}
