/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How a connection begins and ends.
 */
#ifndef KIN_TOOLS_CONNECT_H
#define KIN_TOOLS_CONNECT_H

#include "command.h"

/* clang-format off */
#define CONNECT_OPTIONS                                                                            \
	{"retry", 'R', "COUNT", "connect again so many times, or forever, when it fails"},         \
	{"retry-interval", 0, "DURATION", "time between two attempts [1s]"}
/* clang-format on */

struct connect {
	int64_t retries, interval_ns;
	bool verbose;
};

/* What the options say. Complains and returns STATUS_USAGE, or 0. */
int connect_options(const struct invocation *inv, struct connect *connect);

/* Open an address, again as long as that may help. @return 0, or a STATUS_ after a complaint */
int connect_open(const struct connect *connect, const char *address, enum kin_role role,
		 struct kin_sock **ret_sock);

/*
 * End a connection over which all was sent, so that all of it arrives: closing a socket while the
 * peer still sends resets it, and what is on its way is thrown away. Reads up to the peer's end,
 * but not for long when it neither takes nor sends anything. @param stop  a stop_fd(), or below
 * zero
 */
void hang_up(struct kin_sock *sock, int stop);

/* Is the end of one way the end of the connection, as Bluetooth has it? */
bool ends_whole(const struct kin_sock *sock);

/* Bytes that the kernel still has to send for the socket; 0 when that is unknown. */
int unsent(const struct kin_sock *sock);

/* "tcp:127.0.0.1:5000": an end of sock. Puts "somebody" when it has no text. @return buf */
char *address_text_of(const struct kin_sock *sock, const struct kin_addr *addr, char *buf,
		      size_t size);

/* Take the place of standard input and output, and become a command of the shell's. A STATUS_ */
int exec_shell(const char *command, const char *peer, const char *local, int in, int out);

/* The same with a connection as both, which is then closed here. */
int exec_over(const char *command, struct kin_sock *sock, const char *peer);

#endif
