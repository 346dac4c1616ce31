/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../command.h"

const struct group group_can = {
	.name = "can",
	.path = "can",
	.summary = "CAN: controllers, cyclic messages, statistics, ISO-TP, J1939, the gateway",
};
