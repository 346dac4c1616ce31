/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "controller.h"

static int run(const struct invocation *inv)
{
	int status = STATUS_DONE;

	for (unsigned i = 0; i < inv->n_args; i++) {
		int err = kin_can_restart(inv->args[i]);

		if (err < 0)
			status = complain_of_interface(inv->args[i], err);
	}
	return status;
}

const struct command command_can_restart = {
	.group = "can",
	.name = "restart",
	.args = "INTERFACE...",
	.summary = "bring CAN controllers back from bus-off",
	.text = "Only a controller that is bus-off, and that does not come back by itself "
		"(restart-ms is 0), can be restarted. kin can doctor tells what brought it there.",
	.options = (const struct command_option[]){{}},
	.examples =
		(const struct command_example[]){
			{"kin can restart can0 || kin can show can0",
			 "and if it can't be, why not"},
			{},
		},
	.min_args = 1,
	.max_args = UINT32_MAX,
	.run = run,
};
