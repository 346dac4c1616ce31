/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A socket whose bytes arrive in the pieces that a test chooses. */
#ifndef KIN_TESTS_PIECES_H
#define KIN_TESTS_PIECES_H

#include <string.h>

#include "core.h"

struct pieces {
	const char *data;
	size_t len;
	size_t piece; /* at most so many bytes at once */
	size_t done;
	struct kin_family family;
};

static int pieces_recv(struct kin_sock *sock, struct kin_batch *batch, int flags)
{
	struct pieces *p = sock->state;
	struct kin_msg *msg = &batch->msgs[0];
	size_t n = p->len - p->done;

	if (n > p->piece)
		n = p->piece;
	if (n > msg->size)
		n = msg->size;
	if (n)
		memcpy(msg->data, p->data + p->done, n);
	msg->len = n;
	if (!(flags & MSG_PEEK))
		p->done += n;
	return 1;
}

/* A socket over them, which has no more of the kernel's than kin_close() needs. */
static struct kin_sock *pieces_open(struct pieces *p)
{
	struct kin_sock *sock;

	if (kin_socket(AF_UNIX, SOCK_STREAM, 0, &sock) < 0)
		return NULL;
	p->family = (struct kin_family){.recv_batch = pieces_recv};
	sock->family = &p->family;
	sock->proto = NULL;
	sock->state = p;
	return sock;
}

#endif
