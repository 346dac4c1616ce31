/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * SO_TXTIME: messages are handed over early, and the interface's queueing discipline sends each at
 * the time that is in it.
 */
#ifndef KIN_TOOLS_TXTIME_H
#define KIN_TOOLS_TXTIME_H

#include <time.h>

#include <kin/kin.h>

/* How early: that is time enough for the disciplines' own settings. */
#define TXTIME_LEAD_NS INT64_C(20000000)

/* Ancillary data of one message. */
enum { TXTIME_CONTROL = 64 };

struct txtime {
	bool on;
	clockid_t clock;   /* the discipline's */
	int64_t offset_ns; /* of that clock to kin_now() */
};

/* 0, or -errno: the words say what the socket's interface lacks */
int txtime_begin(struct txtime *txtime, struct kin_sock *sock);

/* The time of a message, as of kin_now(). 0 or -errno */
int txtime_set(const struct txtime *txtime, struct kin_msg *msg, int64_t due_ns);

/* How many messages came too late for their time, and were not sent. */
uint64_t txtime_missed(struct kin_sock *sock);

#endif
