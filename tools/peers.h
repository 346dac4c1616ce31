/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Many senders at one socket without connections: each gets answers of its own.
 */
#ifndef KIN_TOOLS_PEERS_H
#define KIN_TOOLS_PEERS_H

#include "command.h"
#include "connect.h"

/* One message and where it came from. */
struct message;

/* The next one; -EAGAIN: there is none. 0 or -errno */
int message_receive(struct kin_sock *sock, struct message **ret_message, struct kin_addr *ret_addr);

/*
 * Run a command with the message as its standard input, and send what it writes to where that
 * came from. A STATUS_
 */
int message_answer(const struct message *message, struct kin_sock *sock, const char *command,
		   const char *peer);

void message_free(struct message *message);

/* Senders joined to another address, each by a socket of its own. */
struct peers {
	struct kin_sock *sock;
	const char *address, *to;
	struct connect connect;
	int stop;        /* a stop_fd() */
	int64_t idle_ns; /* after which a sender is forgotten; below zero: never */
	int64_t max;     /* how many are remembered */
	bool verbose;
};

/* Until stopped. A STATUS_ */
int peers_run(struct peers *peers);

#endif
