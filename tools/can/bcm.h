/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A socket of the broadcast manager, for as long as a verb runs.
 */
#ifndef KIN_TOOLS_CAN_BCM_H
#define KIN_TOOLS_CAN_BCM_H

#include <kin/bcm.h>
#include <kin/family.h>
#include "../command.h"

struct bcm_bus {
	const struct invocation *inv;
	const char *interface;
	char address[128];
	struct kin_sock *sock;
	struct kin_batch *batch;
	int stop_fd;
	int64_t end_ns; /* CLOCK_MONOTONIC; below zero: never */
	uint32_t drops;
	bool was_down, gone;
};

/* Of the first argument; --duration says when it ends. To be closed whatever is returned. */
int bcm_bus_open(struct bcm_bus *bus, const struct invocation *inv);
void bcm_bus_close(struct bcm_bus *bus);

/* What the kernel would not say: 0, or a STATUS_ after a complaint when nothing could be sent. */
int bcm_bus_check(const struct bcm_bus *bus, bool fd);

/*
 * Wait for messages, which are then in the batch, or for input on another file descriptor.
 * @param fd  -1: none
 * @param ret_input  whether there is any
 * @return how many messages; below zero: it is time to end
 */
int bcm_bus_wait(struct bcm_bus *bus, int fd, bool *ret_input);

#endif
