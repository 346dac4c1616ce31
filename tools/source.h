/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One address that is received from: its socket, its interface, and what was lost on the way.
 */
#ifndef KIN_TOOLS_SOURCE_H
#define KIN_TOOLS_SOURCE_H

#include <kin/family.h>
#include "command.h"

enum source_state {
	RUNNING,
	DOWN,  /* its interface is: the socket stays, and works when that comes up again */
	GONE,  /* its interface is: opened anew when there is one of that name */
	ENDED, /* a stream at its end, or a socket that only fails */
};

/* One address of the run. */
struct source {
	const char *text; /* as typed */
	const struct kin_family *family;
	char *name; /* of its interface, else text */
	bool has_interface;
	bool connects;
	enum source_state state;
	struct kin_sock *sock;     /* NULL while GONE or ENDED */
	struct kin_format *format; /* of its family, shared; the caller's */
	size_t longest;            /* message */
	unsigned failures;         /* since the last message */
	uint64_t messages, bytes;
	uint32_t socket_drops;          /* by the kernel, on this socket so far */
	uint64_t dropped, dropped_told; /* by the kernel, on all so far; told between the lines */
	uint64_t lost, lost_told;       /* because the ring was full */
	uint64_t cut;                   /* longer than there was room for */
	uint64_t device_drops, device_before; /* by the interface: in the run, before it */
};

/*
 * Fill in what never changes while the run lasts, however often the socket is opened anew.
 * 0 or -errno
 */
int source_describe(struct source *src, const char *text);

/* @param stamps  the time stamps that the address does not ask for itself. 0 or -errno */
int source_open(struct source *src, const char *stamps);

void source_close(struct source *src, enum source_state state);
void source_free(struct source *src);

/* Is the interface up? -ENODEV: there is none of that name. */
int source_is_up(const struct source *src);

/* Count what the kernel dropped on the socket, of which drops may be the newest sum. */
void source_count_drops(struct source *src, uint32_t drops);

/* Messages bring the sum of the drops before them; those after the last one stand in here. */
void source_count_last_drops(struct source *src);

/* In between the lines, tell what was lost since the last time. */
void source_put_losses(struct source *src, struct kin_buf *out);

/* On standard error, tell what came and what was lost. */
void source_tell(const struct source *src);

#endif
