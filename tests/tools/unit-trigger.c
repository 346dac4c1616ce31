/* SPDX-License-Identifier: GPL-2.0-or-later */
/* When a capture writes: messages one by one, and what of them is written. */
#include "../../tools/trigger.h"
#include "harness.h"

/*
 * Run messages through a trigger, one a nanosecond: '(' starts, ')' stops, '*' does both, '.' is
 * any other. What is written comes back, '-' for each that is not.
 */
static const char *seen(struct trigger t, const char *messages)
{
	static char written[64];
	size_t i = 0;

	trigger_begin(&t);
	for (; messages[i]; i++) {
		bool start = messages[i] == '(' || messages[i] == '*';
		bool stop = messages[i] == ')' || messages[i] == '*';
		enum trigger_state state = trigger_see(&t, start, stop, (int64_t)i);

		written[i] = state == WRITING || state == ENDING ? messages[i] : '-';
		trigger_wrote(&t);
	}
	written[i] = '\0';
	return written;
}

START_TEST(starts_and_stops)
{
	struct trigger t = {.starts = true, .stops = true};

	ck_assert_str_eq(seen(t, "..)..(...)..(.)"), "-----(...)-----");
	ck_assert_str_eq(seen(t, "..*..(.)"), "--*-----");
	t.rearms = true;
	ck_assert_str_eq(seen(t, "..(.).(.)..*."), "--(.)-(.)--*-");
	t.starts = false;
	t.rearms = false;
	ck_assert_str_eq(seen(t, "..(.).(.)"), "..(.)----");
	t = (struct trigger){.starts = true};
	ck_assert_str_eq(seen(t, "..(.).(.)"), "--(.).(.)");
}
END_TEST

START_TEST(goes_on_behind_the_stop)
{
	struct trigger t = {.starts = true, .stops = true, .rearms = true, .after = {.count = 2}};

	ck_assert_str_eq(seen(t, ".(.)....(.)...."), "-(.)..--(.)..--");
	/* A start puts the end off, a stop does not. */
	ck_assert_str_eq(seen(t, ".(.).(..)....)."), "-(.).(..)..----");
	ck_assert_str_eq(seen(t, ".(.))))))."), "-(.)))----");
	t.stops = false;
	ck_assert_str_eq(seen(t, ".(......(.(...."), "-(..----(.(..--");
}
END_TEST

START_TEST(goes_on_for_a_time)
{
	struct trigger t = {.starts = true, .stops = true, .rearms = true, .after = {.ns = 2}};

	ck_assert_str_eq(seen(t, ".(.)....(.)...."), "-(.)..--(.)..--");
	t.rearms = false;
	ck_assert_str_eq(seen(t, ".(.)....(.)...."), "-(.)..---------");
	t.stops = false;
	trigger_begin(&t);
	ck_assert_int_eq(trigger_see(&t, true, false, 10), ENDING);
	trigger_passed(&t, 12);
	ck_assert_int_eq(t.state, ENDING);
	trigger_passed(&t, 13);
	ck_assert_int_eq(t.state, OVER);
	ck_assert_int_eq(trigger_see(&t, true, false, 14), OVER);
}
END_TEST

int main(void)
{
	const struct test_case cases[] = {
		{starts_and_stops, "starts_and_stops"},
		{goes_on_behind_the_stop, "goes_on_behind_the_stop"},
		{goes_on_for_a_time, "goes_on_for_a_time"},
		{},
	};

	return run_cases("tools/trigger", cases);
}
