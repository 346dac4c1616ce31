/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "storm.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <time.h>
#include <unistd.h>
#include <kin/family.h>

enum {
	/* When the other end acts: long enough for the call to wait through many signals. */
	RELEASE_MS = 50,
	/* A machine that does other things as well, and emulates this one. */
	LATE_MS = 3000,
};

static volatile sig_atomic_t signals;
static timer_t timer;

static void count_signal(int number)
{
	(void)number;
	signals++;
}

void storm_begin(void)
{
	const struct sigaction action = {.sa_handler = count_signal};
	const struct itimerspec every = {.it_interval.tv_nsec = 1000000,
					 .it_value.tv_nsec = 1000000};
	struct sigevent event = {.sigev_notify = SIGEV_THREAD_ID, .sigev_signo = SIGUSR2};

	event._sigev_un._tid = gettid();
	signals = 0;
	ck_assert_int_eq(sigaction(SIGUSR2, &action, NULL), 0);
	ck_assert_int_eq(timer_create(CLOCK_MONOTONIC, &event, &timer), 0);
	ck_assert_int_eq(timer_settime(timer, 0, &every, NULL), 0);
}

unsigned storm_end(void)
{
	ck_assert_int_eq(timer_delete(timer), 0);
	return (unsigned)signals;
}

static struct {
	pthread_t thread;
	bool runs;
	int ms;
	void (*act)(void *data);
	void *data;
} task;

static void *run_later(void *unused)
{
	usleep((unsigned)task.ms * 1000);
	task.act(task.data);
	return unused;
}

void later(int ms, void (*act)(void *data), void *data)
{
	task.ms = ms;
	task.act = act;
	task.data = data;
	task.runs = true;
	ck_assert_int_eq(pthread_create(&task.thread, NULL, run_later, NULL), 0);
}

void later_join(void)
{
	if (task.runs)
		ck_assert_int_eq(pthread_join(task.thread, NULL), 0);
	task.runs = false;
}

/* ---- the rows ---- */

static unsigned asked, stop_at;

static bool stop_some_time(void *unused)
{
	(void)unused;
	return ++asked == stop_at;
}

static void *begin(const struct stormed *row, int64_t timeout_ns, unsigned stop, bool hook)
{
	kin_set_default_timeout(timeout_ns);
	kin_set_default_interrupt(hook ? stop_some_time : NULL, NULL);
	asked = 0;
	stop_at = stop;
	return row->set_up();
}

static void succeed(const struct stormed *row, void *scene)
{
	unsigned interrupted;
	long r;

	storm_begin();
	later(RELEASE_MS, row->release, scene);
	r = row->call(scene);
	interrupted = storm_end();
	ck_assert_msg(r >= 0, "%s: %ld: %s", row->name, r, kin_error_text());
	if (row->check)
		row->check(scene);
	later_join();
	ck_assert_msg(interrupted > 0, "%s: no signal came", row->name);
}

void storm_timeouts(const struct stormed *rows)
{
	enum { TIMEOUT_MS = 40 };

	for (const struct stormed *row = rows; row->name; row++) {
		void *scene = begin(row, TIMEOUT_MS * INT64_C(1000000), 0, false);
		int64_t before = kin_now(), took;
		long r;

		storm_begin();
		r = row->call(scene);
		took = (kin_now() - before) / 1000;
		ck_assert_uint_gt(storm_end(), 0);
		ck_assert_msg(r == -ETIMEDOUT, "%s: %ld: %s", row->name, r, kin_error_text());
		ck_assert_msg(kin_error_domain() == KIN_ERR_DEADLINE, "%s: not the deadline",
			      row->name);
		ck_assert_msg(took >= TIMEOUT_MS * 1000 && took < (TIMEOUT_MS + LATE_MS) * 1000,
			      "%s: timed out after %ld us, not %d ms", row->name, (long)took,
			      TIMEOUT_MS);
		row->tear_down(scene);
	}
}

void storm_success(const struct stormed *rows, int64_t timeout_ns)
{
	for (const struct stormed *row = rows; row->name; row++) {
		void *scene = begin(row, timeout_ns, 0, false);

		succeed(row, scene);
		row->tear_down(scene);
	}
}

void storm_stopped(const struct stormed *rows, int64_t timeout_ns)
{
	for (const struct stormed *row = rows; row->name; row++) {
		void *scene = begin(row, timeout_ns, 3, true);
		long r;

		storm_begin();
		r = row->call(scene);
		storm_end();
		ck_assert_msg(r == -EINTR, "%s: %ld: %s", row->name, r, kin_error_text());
		ck_assert_msg(asked == 3, "%s: asked %u times", row->name, asked);
		if (!row->once)
			succeed(row, scene);
		row->tear_down(scene);
	}
}

void storm_not_stopped(const struct stormed *rows)
{
	for (const struct stormed *row = rows; row->name; row++) {
		void *scene = begin(row, -1, 0, true);

		succeed(row, scene);
		ck_assert_msg(asked > 0, "%s: was not asked", row->name);
		row->tear_down(scene);
	}
}
