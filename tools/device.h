/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a network interface has lost, asked by rtnetlink(7): /sys may show another namespace. */
#ifndef KIN_TOOLS_DEVICE_H
#define KIN_TOOLS_DEVICE_H

#include <stdint.h>

/* Messages that an interface received and no socket saw, so far; 0 when that is unknown. */
uint64_t device_lost(const char *name);

#endif
