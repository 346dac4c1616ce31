/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where the messages of a recording go: to the address that each came from, or where --map says.
 */
#ifndef KIN_TOOLS_ROUTES_H
#define KIN_TOOLS_ROUTES_H

#include <kin/kin.h>
#include "command.h"
#include "txtime.h"

enum route_kind { TO_SOCKET, TO_STDOUT, TO_NOTHING };

/* Where the messages of one source go. */
struct route {
	char *from; /* the source as recorded: "can:can0" */
	enum route_kind kind;
	char *to; /* the address */
	struct kin_sock *sock;
	struct kin_format *format;
	const char *allowed; /* the option that was switched on for longer messages */
	struct txtime txtime;
	uint64_t sent;
	struct route *next;
};

/* Begin with the first fields filled in, and the rest zeroed. */
struct routes {
	const struct invocation *inv; /* its --map options, and the name of the recording */
	bool txtime;                  /* the sockets keep times */
	bool print;                   /* what is sent is printed, too */
	struct route *first;
};

/* Are the --map options well formed? 0 or STATUS_USAGE */
int routes_check(const struct routes *routes);

/*
 * The one of a source, whose address is opened when it is asked for first. NULL, and status: it
 * can't be sent there, which was complained of.
 */
struct route *routes_find(struct routes *routes, const char *source, int *status);

/* Messages that the kernel did not send because their time was over. */
uint64_t routes_missed(const struct routes *routes);

void routes_free(struct routes *routes);

#endif
