/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One way through a relay: what is read from one side and written to the other.
 */
#ifndef KIN_TOOLS_FLOW_H
#define KIN_TOOLS_FLOW_H

#include "relay.h"

/* What was read is held until all of it is written: in memory, or in a pipe of our own. */
struct flow {
	struct relay_side *from, *to;
	enum relay_end end;
	char *data;
	size_t size;         /* room there */
	size_t chunk;        /* how much to read at once */
	size_t start, len;   /* what is held there */
	bool held;           /* an empty message is held as well */
	int pipe[2];         /* below zero: none */
	size_t piped;        /* what is held in it */
	bool splices;        /* now: what comes goes into the pipe */
	bool splice_refused; /* one of the two sides can't, or there was no pipe */
	bool messages;       /* from has message boundaries */
	size_t part;         /* the most that is written at once */
	bool endless;        /* from can't tell its end */
	int64_t wait_ns;     /* how long it is waited for; below zero at first: as is usual there */
	int64_t left;        /* messages until its end, where it has messages; 0: any */
	bool done;
	bool ended;       /* done, and nothing more can come */
	bool unwanted;    /* the reader of our output went away */
	int64_t rate;     /* bytes a second at most; 0: any */
	int64_t due_ns;   /* when the rate allows the next read */
	int64_t retry_ns; /* not before this time; 0: when poll(2) says so */
	int64_t moved_ns; /* when something last came or went */
	uint64_t *bytes;  /* that went over */
	int status;
};

/* Make ready what has from, to, bytes, rate, end, wait_ns and left. 0 or -errno. */
int flow_begin(struct flow *flow);

/* Move what can be moved without waiting. */
void flow_move(struct flow *flow);

/* What this way waits for. */
struct pollfd flow_poll(const struct flow *flow);

void flow_free(struct flow *flow);

/* Is a message still being sent, so that the socket takes no other? */
bool flow_sends_still(const struct flow *flow);

/* Is it a stream or a seqpacket, or a descriptor that is no socket? */
bool has_connections(const struct relay_side *side);

#endif
