/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "controller.h"

static void put_object(const struct kin_mgmt_controller *c)
{
	put_controller_json(c);
	put_settings_json("settings", c->current);
	puts("}");
}

static void put_line(const struct kin_mgmt_controller *c)
{
	printf("%-5s %s  %-4s  ", c->device, bdaddr_text(&c->address), controller_state(c));
	put_json(stdout, c->name);
	fputs("  ", stdout);
	put_settings(c->current, KIN_MGMT_POWERED);
	putchar('\n');
}

static int run(const struct invocation *inv)
{
	struct kin_mgmt_controller **list KIN_CLEANUP(kin_mgmt_controllers_free) = NULL;
	struct kin_mgmt *mgmt KIN_CLEANUP(kin_mgmt_close) = NULL;
	int n = kin_mgmt_open(&mgmt);

	if (n == 0)
		n = kin_mgmt_controllers(mgmt, &list);
	if (n < 0)
		return complain_of("Bluetooth", n);
	for (int i = 0; i < n; i++)
		if (inv_has(inv, "json"))
			put_object(list[i]);
		else
			put_line(list[i]);
	if (n == 0 && !inv_has(inv, "json"))
		remark("no Bluetooth controllers here; vcan-setup/bluetooth makes virtual ones");
	return STATUS_DONE;
}

const struct command command_bt_list = {
	.group = "bt",
	.name = "list",
	.args = "",
	.summary = "list the Bluetooth controllers of this machine",
	.text = "A line each: address, state, name in quotes, and the settings that are on. A "
		"controller that was never up may have no address yet, and one that is blocked "
		"can't be set up before rfkill lets it: soft is a program's doing, hard a switch "
		"of the machine. Needs no capability.",
	.options =
		(const struct command_option[]){
			{"json", 'j', NULL, "an object a line"},
			{},
		},
	.examples =
		(const struct command_example[]){
			{"kin bt list", "every controller"},
			{"kin bt list --json", "for a program"},
			{},
		},
	.run = run,
};
