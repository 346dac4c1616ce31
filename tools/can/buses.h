/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The CAN interfaces that a verb listens to, for as long as it runs: frames of every kind and error
 * frames, through interfaces that go down and come back.
 */
#ifndef KIN_TOOLS_CAN_BUSES_H
#define KIN_TOOLS_CAN_BUSES_H

#include "../source.h"

struct buses {
	const struct invocation *inv;
	struct source *sources;
	char **texts; /* the addresses of the sources */
	unsigned n;
	struct kin_batch *batch;
	struct pollfd *poll;
	int stop_fd;
	bool keys;    /* wait for those on standard input as well */
	bool quiet;   /* say nothing of interfaces that go and come */
	bool stopped; /* by a signal */
	bool failed;
	int64_t left; /* frames until the end */
	/* A frame came from the interface with that index. */
	void (*take)(void *data, int ifindex, const struct kin_msg *msg);
	void *data;
};

/* Why waiting ended. */
enum buses_event { BUSES_TIME, BUSES_KEY, BUSES_END };

/*
 * Open them. The rest of the structure has been filled in, and is to be given to buses_close(),
 * whatever is returned. A STATUS_.
 * @param names  n names of interfaces, or "any"
 */
int buses_open(struct buses *buses, char *const *names, unsigned n);

/* Take what comes until this time (CLOCK_MONOTONIC), a key, a signal, or the last frame. */
enum buses_event buses_wait(struct buses *buses, int64_t until_ns);

/* Frames that came, but were lost on the way to here. */
uint64_t buses_lost(struct buses *buses);

void buses_close(struct buses *buses);

#endif
