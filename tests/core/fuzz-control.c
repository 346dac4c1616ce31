/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Ancillary data of a hostile peer: any bytes where the kernel's would be. Items stay inside and
 * go forward, whole descriptors alone are taken, each once, and what would be sent on is either
 * refused or the same items.
 */
#include "core.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_items(const struct kin_msg *msg)
{
	const char *begin = msg->control, *last = begin;
	struct kin_cmsg cmsg = {};

	while (kin_next_cmsg(msg, &cmsg)) {
		const char *item = cmsg.data;

		if (item < last + CMSG_LEN(0) || cmsg.len > msg->control_len ||
		    item + cmsg.len > begin + msg->control_len)
			abort();
		last = item + cmsg.len;
	}
}

/* How many whole numbers from 0 on its items have where descriptors would be. */
static unsigned count_fds(const struct kin_msg *msg)
{
	struct kin_cmsg cmsg = {};
	unsigned n = 0;

	while (kin_next_cmsg(msg, &cmsg)) {
		for (size_t i = 0; cmsg_has_fds(&cmsg) && i < cmsg.len / sizeof(int); i++) {
			int fd;

			memcpy(&fd, (const char *)cmsg.data + i * sizeof(fd), sizeof(fd));
			n += fd >= 0;
		}
	}
	return n;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static int fds[65536 / sizeof(int)];
	struct kin_batch *batch;
	struct kin_msg *msg;
	unsigned n;

	if (size < 1 || size > 65536 || kin_batch_new(1, 1, size, &batch) < 0)
		return 0;
	/* As if recvmsg(2) had left it: MSG_CMSG_CLOEXEC, so that nobody touches the numbers. */
	msg = kin_batch_msg(batch, 0);
	memcpy(msg->control, data, size);
	batch->used = 1;
	batch->headers[0].msg_hdr.msg_controllen = size;
	batch->headers[0].msg_hdr.msg_namelen = 0;
	batch->headers[0].msg_hdr.msg_flags = MSG_CMSG_CLOEXEC;
	batch_take(batch, 0);
	check_items(msg);
	n = count_fds(msg);
	if (cmsg_check(msg) == 0 && kin_add_cmsg(msg, 1, 2, "x", 1) == 0)
		abort(); /* there is no room behind it */
	if (kin_take_fds(batch, msg, fds, n / 2) != n / 2 ||
	    kin_take_fds(batch, msg, fds, n) != n - n / 2 || kin_take_fds(batch, msg, fds, 1) != 0)
		abort();
	/* All are taken, so nothing is closed with it. */
	kin_batch_free(batch);
	return 0;
}
