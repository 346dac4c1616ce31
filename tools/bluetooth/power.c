/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "controller.h"

static int run(const struct invocation *inv)
{
	return run_switch(inv, KIN_MGMT_POWERED);
}

const struct command command_bt_power = {
	.group = "bt",
	.name = "power",
	.args = "[CONTROLLER] on|off",
	.summary = "set a Bluetooth controller up or down",
	.text = "A controller is hci0, 0 or its address; it may be left out when there is only "
		"one. Its other settings stay when it is down. One that rfkill blocks is said to "
		"be, and whether a program did that or a switch of the machine.",
	.options = (const struct command_option[]){{}},
	.examples =
		(const struct command_example[]){
			{"kin bt power hci0 on", "set it up"},
			{"kin bt power 00:AA:01:01:00:02 off", "by its address, down"},
			{},
		},
	.min_args = 1,
	.max_args = 2,
	.run = run,
};
