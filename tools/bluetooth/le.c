/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "controller.h"

static int run(const struct invocation *inv)
{
	return run_switch(inv, KIN_MGMT_LE);
}

const struct command command_bt_le = {
	.group = "bt",
	.name = "le",
	.args = "[CONTROLLER] on|off",
	.summary = "switch Low Energy of a Bluetooth controller on or off",
	.text = "Off, the controller removes what it advertises. It can't be switched off of a "
		"controller that has nothing else.",
	.options = (const struct command_option[]){{}},
	.examples =
		(const struct command_example[]){
			{"kin bt le hci0 on", "scan, advertise and connect over LE as well"},
			{},
		},
	.min_args = 1,
	.max_args = 2,
	.run = run,
};
