/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What became of the messages of a recording that was played, in words or as JSON. */
#ifndef KIN_TOOLS_PLAYED_H
#define KIN_TOOLS_PLAYED_H

#include "transmit.h"

/* What was not sent, and why. */
struct left_out {
	uint64_t malformed, events, filtered, other_direction, other_time, nowhere, cut;
};

struct played {
	const char *name, *style; /* of the recording */
	uint64_t loops;           /* how often it was read to its end */
	uint64_t remarks;         /* its records that are no messages */
	uint64_t missed;          /* messages that the kernel did not send because they were late */
	struct left_out left;
};

/* @param out  what sent the messages. STATUS_LOST when some were lost, else STATUS_DONE */
int played_tell(const struct played *played, const struct transmit *out, double seconds, bool json);

#endif
