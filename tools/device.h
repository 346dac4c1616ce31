/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a network interface has lost, from /proc/net/dev: /sys may show another namespace. */
#ifndef KIN_TOOLS_DEVICE_H
#define KIN_TOOLS_DEVICE_H

#include <stdint.h>

/*
 * Messages that an interface received and no socket saw, so far; 0 when that is unknown. Those
 * that came damaged are among them: the kernel tells them together with what overran the device.
 */
uint64_t device_lost(const char *name);

#endif
