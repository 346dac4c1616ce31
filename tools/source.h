/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One address that is received from: its socket, its interface, and what was lost on the way.
 */
#ifndef KIN_TOOLS_SOURCE_H
#define KIN_TOOLS_SOURCE_H

#include <net/if.h>
#include <kin/family.h>
#include "command.h"

enum source_state {
	RUNNING,
	DOWN,  /* its interface is: the socket stays, and works when that comes up again */
	GONE,  /* its interface is: opened anew when there is one of that name */
	ENDED, /* a stream at its end, or a socket that only fails */
};

/* An interface of a source, and what was lost there in the run; told between the lines. */
struct source_device {
	int ifindex; /* by which its messages are known */
	char name[IF_NAMESIZE];
	uint64_t before, lost, told;
};

/* What messages are looked for. */
struct source_patterns {
	struct kin_pattern **list;
	unsigned n;
};

/* One address of the run. */
struct source {
	const char *text; /* as typed */
	const struct kin_family *family;
	const struct kin_proto *proto;
	char *name; /* of its interface, else text */
	bool has_interface;
	bool connects;
	bool all_wanted; /* what its interface lost would have been received */
	enum source_state state;
	struct kin_sock *sock;     /* NULL while GONE or ENDED */
	struct kin_format *format; /* of its family, shared; the caller's; NULL: none */
	size_t longest;            /* message */
	unsigned failures;         /* since the last message */
	uint64_t messages, bytes;
	uint32_t socket_drops;          /* by the kernel, on this socket so far */
	uint64_t dropped, dropped_told; /* by the kernel, on all so far; told between the lines */
	uint64_t lost, lost_told;       /* because the ring was full */
	uint64_t cut;                   /* longer than there was room for */
	struct source_device *devices;  /* one, or as many as messages came from */
	unsigned n_devices, last_device;
	bool untold;                        /* something was lost since source_put_losses() */
	struct source_patterns start, stop; /* of triggers */
	struct source_patterns only;        /* what may be written; none: all */
};

/*
 * Fill in what never changes while the run lasts, however often the socket is opened anew.
 * 0 or -errno
 */
int source_describe(struct source *src, const char *text);

/* @param stamps  the time stamps that the address does not ask for itself. 0 or -errno */
int source_open(struct source *src, const char *stamps);

/* Give a socket room for as much as this process may have. */
void source_enlarge_buffer(struct kin_sock *sock);

void source_close(struct source *src, enum source_state state);
void source_free(struct source *src);

/* Is the interface up? -ENODEV: there is none of that name. */
int source_is_up(const struct source *src);

/* Count what the kernel dropped on the socket, of which drops may be the newest sum. */
void source_count_more_drops(struct source *src, uint32_t drops);

static inline void source_count_drops(struct source *src, uint32_t drops)
{
	if (drops != src->socket_drops)
		source_count_more_drops(src, drops);
}

/*
 * What messages do not bring: drops on the socket since the last one, and at the interface. Asks
 * the kernel.
 */
void source_count_last_drops(struct source *src);

/* A source of every interface: it has this message's now. */
void source_see_device(struct source *src, const struct kin_msg *msg);

/* Add the patterns of text, commas between them. 0, or what failed for one of them. */
int source_add_patterns(struct source *src, struct source_patterns *patterns, const char *text);

bool source_matches(const struct source_patterns *patterns, const struct kin_msg *msg);

/* Lost at its interfaces; was_wanted: and it would have been received. */
uint64_t source_device_lost(const struct source *src, bool *ret_was_wanted);

/* One that the output has no room for. */
static inline void source_lose(struct source *src)
{
	src->lost++;
	src->untold = true;
}

/* In between the lines, tell what was lost since the last time. */
void source_put_losses(struct source *src, struct kin_buf *out);

/* On standard error, tell what came and what was lost. */
void source_tell(const struct source *src);

#endif
