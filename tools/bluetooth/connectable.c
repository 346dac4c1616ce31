/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "controller.h"

static int run(const struct invocation *inv)
{
	return run_switch(inv, KIN_MGMT_CONNECTABLE);
}

const struct command command_bt_connectable = {
	.group = "bt",
	.name = "connectable",
	.args = "[CONTROLLER] on|off",
	.summary = "let other devices connect to a Bluetooth controller, or not",
	.text = "Off, it is not discoverable either. On, it also makes what the controller "
		"advertises by itself something that can be connected to.",
	.options = (const struct command_option[]){{}},
	.examples =
		(const struct command_example[]){
			{"kin bt connectable hci0 on", "other devices may connect"},
			{},
		},
	.min_args = 1,
	.max_args = 2,
	.run = run,
};
