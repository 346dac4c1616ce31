/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../command.h"

const struct group group_bt = {
	.name = "bt",
	.path = "bt",
	.summary = "Bluetooth: controllers, scanning, advertising, devices around, packets",
};
