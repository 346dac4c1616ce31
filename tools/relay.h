/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Two sides joined: what one sends, the other gets.
 */
#ifndef KIN_TOOLS_RELAY_H
#define KIN_TOOLS_RELAY_H

#include "command.h"

struct relay_side {
	const char *name;      /* for complaints */
	struct kin_sock *sock; /* NULL: the descriptors */
	int in, out;           /* below zero: closed from the start */
	bool failed;           /* and it was told */
};

struct relay {
	struct relay_side a, b;
	bool one_way;    /* from a to b only */
	int stop;        /* a stop_fd() */
	int64_t idle_ns; /* end when nothing came for so long; below zero: never */
	int64_t wait_ns; /* once one way has ended: how long to wait for more from a side that can't
	                  * tell its end, which is a terminal or a socket without connections */
	uint64_t a_to_b, b_to_a; /* bytes that went over */
};

/* Standard input and output as a side. */
struct relay_side relay_stdio(void);

/* Until both ways have ended. Complains of what fails. @return a STATUS_ */
int relay_run(struct relay *relay);

#endif
