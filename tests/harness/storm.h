/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Calls that are interrupted all the time: a signal every millisecond, and another thread, which
 * gets none of them, to play the other end.
 *
 *     storm_begin();
 *     later(50, other_end_sends, &scene);
 *     n = kin_recv(...);
 *     later_join();
 *     ck_assert_uint_gt(storm_end(), 0);
 */
#ifndef KIN_TESTS_STORM_H
#define KIN_TESTS_STORM_H

#include "harness.h"

/* Signals to the calling thread, by a handler that lets no system call be restarted. */
void storm_begin(void);

/* @return how many there were */
unsigned storm_end(void);

/* Run act in a thread of its own after so many milliseconds; one at a time, to be joined once or
 * more. */
void later(int ms, void (*act)(void *data), void *data);
void later_join(void);

/*
 * A call that waits, in a scene that every test of it makes anew. New sockets have the timeout and
 * the interrupt hook of the test by then.
 */
struct stormed {
	const char *name;
	void *(*set_up)(void);        /* the scene, in which the call would wait */
	long (*call)(void *scene);    /* what it returned, on success whatever can be checked */
	void (*release)(void *scene); /* the other end does what ends the wait */
	void (*check)(void *scene);   /* after success, before later_join(); NULL: nothing to see */
	void (*tear_down)(void *scene);
	bool once; /* can't be called again after it was interrupted */
};

/*
 * What must hold for each row, to the end of the table ({}): the timeout is kept to, neither early
 * nor begun anew by signals; without one, and with one that is long enough, the call succeeds and
 * never gives -EINTR; a hook that says so ends it with -EINTR, after which it can be called again
 * and nothing is lost; a hook that does not, does not.
 */
void storm_timeouts(const struct stormed *rows);
void storm_success(const struct stormed *rows, int64_t timeout_ns);
void storm_stopped(const struct stormed *rows, int64_t timeout_ns);
void storm_not_stopped(const struct stormed *rows);

#endif
