/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the files about CAN controllers share. */
#ifndef KIN_CAN_CONTROLLER_INTERNAL_H
#define KIN_CAN_CONTROLLER_INTERNAL_H

#include "can-controller.h"

/* Do the limits of a controller make sense? @return 0; -EINVAL */
int can_limits_check(const struct can_bittiming_const *limits);

#endif
