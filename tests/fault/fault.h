/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A scenario is a function that uses public calls, each checked by one of the macros below, and
 * returns 0, or what the call returned that failed. fault-library.c runs it once for each call
 * that the library makes to libc meanwhile, with that call failing.
 */
#ifndef KIN_TESTS_FAULT_H
#define KIN_TESTS_FAULT_H

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <kin/family.h>

#include "inject.h"

struct scenario {
	const char *name;
	int (*run)(void);
	const char
		*needs;   /* as struct test_case has it, and "vcan0"; NULL: what every kernel has */
	bool waits;       /* makes calls that a signal can interrupt: it must not notice */
	bool initial_net; /* the family is in no other network namespace */
	bool pure;        /* makes no call that could fail: that is what is checked */
};

/* Of the program's own family; ended by {}. */
extern const struct scenario scenarios[];

/* A failure of call: is it recorded, and are the outputs untouched? @return r */
int scenario_fails(long r, const char *call, bool untouched);

bool all_bytes(const void *data, size_t len, int value);

/* A call that gives nothing. */
#define TRY(call)                                                                                  \
	do {                                                                                       \
		long r_ = (call);                                                                  \
		if (r_ < 0)                                                                        \
			return scenario_fails(r_, #call, true);                                    \
	} while (0)

/* A call that this kernel may refuse even when nothing is made to fail. */
#define TRY_WHERE_POSSIBLE(call)                                                                   \
	do {                                                                                       \
		long r_ = (call);                                                                  \
		if (r_ < 0)                                                                        \
			scenario_fails(r_, #call, true);                                           \
		if (r_ < 0 && fault_name)                                                          \
			return (int)r_;                                                            \
	} while (0)

/* A call that gives an object or an allocation through ret, which is NULL before. */
#define MAKE(ret, call)                                                                            \
	do {                                                                                       \
		long r_ = (call);                                                                  \
		if (r_ < 0)                                                                        \
			return scenario_fails(r_, #call, (ret) == NULL);                           \
	} while (0)

/* A call that fills what. */
#define FILL(what, call)                                                                           \
	do {                                                                                       \
		long r_;                                                                           \
		memset(&(what), 0xA5, sizeof(what));                                               \
		r_ = (call);                                                                       \
		if (r_ < 0)                                                                        \
			return scenario_fails(r_, #call, all_bytes(&(what), sizeof(what), 0xA5));  \
	} while (0)

/* What must be when nothing has failed. */
#define EXPECT(condition)                                                                          \
	do {                                                                                       \
		if (!(condition))                                                                  \
			return kin_fail(EPROTO, "%s:%d: not so: %s", __FILE__, __LINE__,           \
					#condition);                                               \
	} while (0)

/* A call of the scenario's own to libc, which is spared. */
#define OWN(call)                                                                                  \
	({                                                                                         \
		__typeof__(call) own_;                                                             \
		fault_paused = true;                                                               \
		own_ = (call);                                                                     \
		fault_paused = false;                                                              \
		own_;                                                                              \
	})

#define FREE_LATER __attribute__((cleanup(free_pointer)))

static inline void free_pointer(void *pointer)
{
	void *memory;

	memcpy(&memory, pointer, sizeof(memory));
	free(memory);
}

static inline void close_fd(const int *fd)
{
	if (*fd >= 0)
		(void)OWN(close(*fd));
}

#define CLOSE_LATER __attribute__((cleanup(close_fd)))

#endif
