/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Controllers on one virtual air for a test: those of vcan-setup's kin-air, found beside the test's
 * program. They go when the test ends, however it does.
 *
 *     struct air *air = air_begin(2, true);
 *     ... air_index(air, 0), air_address(air, 1) ...
 *     air_order(air, "lose hci%u hci%u", air_index(air, 0), air_index(air, 1));
 *     air_end(air);
 *
 * Linux has Bluetooth in the initial network namespace only: no test_case.net.
 */
#ifndef KIN_TESTS_AIR_H
#define KIN_TESTS_AIR_H

#include <stdbool.h>

struct air;

/* up: on, with LE and pairing, connectable and discoverable; else as the kernel has them, off. */
struct air *air_begin(unsigned count, bool up);

/* Of the first, second, ... controller: N of hciN, and its address as text */
unsigned air_index(const struct air *air, unsigned which);
const char *air_address(const struct air *air, unsigned which);

/* What vcan-setup/bluetooth takes, such as "apart hci0 hci1"; it must succeed. What it says, until
 * the next order. */
const char *air_order(struct air *air, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* NULL is fine. */
void air_end(struct air *air);

#endif
