/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What trying addresses one by one and racing them share. */
#ifndef KIN_INET_CONNECT_H
#define KIN_INET_CONNECT_H

#include "internal.h"

/* One call of kin_inet_connect(). */
struct tries {
	struct kin_inet_connect_options *options;
	const struct kin_inet_row **rows; /* in the order to be tried */
	int n_rows;
	struct kin_buf words;      /* of all failures so far */
	enum kin_errdomain domain; /* of the last one */
	int code, result;
};

/* A socket for a row, bound to the source address; flags are SOCK_NONBLOCK or 0. */
int tries_socket(const struct tries *tries, const struct kin_inet_row *row, int flags,
		 struct kin_sock **ret_sock);

/* An attempt is over: with result 0 or one without words, or failed just now, with words. */
void tries_note(struct tries *tries, const struct kin_addr *addr, int result);
void tries_note_failure(struct tries *tries, const struct kin_addr *addr, int result);

/* race.c */
int inet_race(struct tries *tries, struct kin_sock **ret_sock);

#endif
