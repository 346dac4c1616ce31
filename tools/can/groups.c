/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../command.h"

const struct group group_can = {
	.name = "can",
	.path = "can",
	.summary = "CAN: controllers, cyclic messages, statistics, ISO-TP, J1939, the gateway",
};

const struct group group_can_isotp = {
	.parent = "can",
	.name = "isotp",
	.path = "can isotp",
	.summary = "ISO-TP: messages of diagnostics",
};

const struct group group_can_j1939 = {
	.parent = "can",
	.name = "j1939",
	.path = "can j1939",
	.summary = "J1939: addresses and messages of vehicles and machines",
};

const struct group group_can_gw = {
	.parent = "can",
	.name = "gw",
	.path = "can gw",
	.summary = "the kernel's gateway: rules that send frames on, changed or not",
};
