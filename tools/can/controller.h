/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the verbs about CAN controllers share. */
#ifndef KIN_TOOLS_CAN_CONTROLLER_H
#define KIN_TOOLS_CAN_CONTROLLER_H

#include <kin/can-controller.h>

#include "../command.h"

/* complain_of() an interface, which the words call "can:can0". @return a STATUS_ */
int complain_of_interface(const char *name, int err);

/* "500k", in a buffer that the next calls use again. */
const char *rate_text(uint32_t bitrate);

/* "bitrate":500000,... of a JSON object: a bit timing that is complete. */
void put_timing_json(FILE *out, const struct can_bittiming *timing);

/* A JSON object. */
void put_limits_json(FILE *out, const struct can_bittiming_const *limits);

/*
 * Read "tq=125,prop-seg=6,phase-seg1=7,phase-seg2=2,sjw=1,brp=1" of an option, left alone when it
 * was not given. @return 0; STATUS_USAGE
 */
int inv_timing(const struct invocation *inv, const char *option, struct can_bittiming *timing);

/* A sample point in percent with at most one decimal, to tenths. @return 0; STATUS_USAGE */
int inv_sample_point(const struct invocation *inv, const char *option, unsigned *point);

#endif
