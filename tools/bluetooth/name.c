/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "controller.h"

static int show(const struct chosen *chosen)
{
	struct kin_mgmt_controller *c KIN_CLEANUP(kin_mgmt_controller_free) = NULL;
	int err = kin_mgmt_controller_read(chosen->mgmt, chosen->index, &c);

	if (err < 0)
		return complain_of_controller(chosen, err);
	put_json(stdout, c->name);
	putchar('\n');
	return STATUS_DONE;
}

static int set(const struct invocation *inv, const struct chosen *chosen)
{
	int err = kin_mgmt_set_name(chosen->mgmt, chosen->index, inv->args[1],
				    inv_value(inv, "short"));

	return err < 0 ? complain_of_controller(chosen, err) : STATUS_DONE;
}

static int run(const struct invocation *inv)
{
	struct chosen chosen = {0};
	int status;

	if (inv_has(inv, "short") && inv->n_args < 2)
		return misuse(inv->command, "--short goes with the name");
	status = chosen_open(&chosen, inv->n_args > 0 ? inv->args[0] : NULL);
	if (status == STATUS_DONE)
		status = inv->n_args > 1 ? set(inv, &chosen) : show(&chosen);
	chosen_close(&chosen);
	return status;
}

const struct command command_bt_name = {
	.group = "bt",
	.name = "name",
	.args = "[CONTROLLER [NAME]]",
	.summary = "show or set the name of a Bluetooth controller",
	.text = "What other devices are told. It is shown in quotes, as JSON has it; up to 248 "
		"bytes of UTF-8.",
	.options =
		(const struct command_option[]){
			{"short", 0, "NAME",
			 "for where there is less room: up to 10 bytes [as it is]"},
			{},
		},
	.examples =
		(const struct command_example[]){
			{"kin bt name hci0", "\"kin-air-1\""},
			{"kin bt name hci0 'Engine room' --short engine", "set it"},
			{},
		},
	.max_args = 2,
	.run = run,
};
