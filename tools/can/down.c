/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "controller.h"

static int run(const struct invocation *inv)
{
	struct kin_can_config *config KIN_CLEANUP(kin_can_config_free) = NULL;
	int err = kin_can_config_new(&config), status = STATUS_DONE;

	if (err == 0)
		err = kin_can_config_up(config, false);
	if (err < 0)
		return complain_of_interface(inv->args[0], err);
	for (unsigned i = 0; i < inv->n_args; i++) {
		err = kin_can_apply(inv->args[i], config, 0);
		if (err < 0)
			status = complain_of_interface(inv->args[i], err);
	}
	return status;
}

const struct command command_can_down = {
	.group = "can",
	.name = "down",
	.args = "INTERFACE...",
	.summary = "set CAN interfaces down",
	.text = "Bit rate and modes stay for the next time that the interface is set up. One that "
		"is down already is left alone.",
	.options = (const struct command_option[]){{}},
	.examples =
		(const struct command_example[]){
			{"kin can down can0 can1", "both of them"},
			{},
		},
	.min_args = 1,
	.max_args = UINT32_MAX,
	.run = run,
};
