/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the verbs of J1939 share: nodes and addresses as they are typed.
 */
#ifndef KIN_TOOLS_CAN_J1939_H
#define KIN_TOOLS_CAN_J1939_H

#include <kin/j1939.h>
#include "../command.h"

/* A node by its address, or by its NAME; address 255 and no NAME: all. */
struct j1939_node {
	uint64_t name;
	unsigned addr;
};

/* "0x80", "all", or a NAME. Complains and returns STATUS_USAGE, or 0. */
int j1939_node(const struct invocation *inv, const char *what, const char *text,
	       struct j1939_node *node);

/* The same of an option, which is left alone when it was not given. */
int j1939_node_option(const struct invocation *inv, const char *option, struct j1939_node *node);

/* A parameter group. Complains and returns STATUS_USAGE, or 0. */
int j1939_pgn(const struct invocation *inv, const char *text, uint32_t *pgn);

/*
 * A socket on that interface with that source, which may send to all.
 * @return 0, or a STATUS_ after a complaint
 */
int j1939_open(const char *interface, const struct j1939_node *from, struct kin_sock **ret_sock);

#endif
