/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Makes one chosen call of those that the library and the command make to libc fail: linked with
 * --wrap for each name in meson.build, so that nobody else's calls are counted.
 */
#ifndef KIN_TESTS_INJECT_H
#define KIN_TESTS_INJECT_H

#include <stdbool.h>

extern unsigned fault_at;      /* the call to fail, from 1; 0: none */
extern unsigned fault_calls;   /* made so far */
extern bool fault_paused;      /* what is called is the test's own */
extern bool fault_eintr;       /* fail only what a signal can interrupt, with EINTR */
extern const char *fault_name; /* what failed, NULL: nothing yet */
extern int fault_errno;        /* with what */

#endif
