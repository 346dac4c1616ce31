/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "controller.h"

/* Whole seconds of --timeout, 0 when it was not given. 0 or STATUS_USAGE */
static int read_seconds(const struct invocation *inv, bool on, long *ret_seconds)
{
	int64_t ns = 0;
	int status = inv_duration(inv, "timeout", &ns);

	if (status)
		return status;
	if (inv_has(inv, "timeout") && !on)
		return misuse(inv->command, "--timeout goes with on");
	*ret_seconds = (long)(ns / 1000000000);
	if (inv_has(inv, "timeout") && (*ret_seconds < 1 || *ret_seconds > UINT16_MAX))
		return misuse(inv->command, "--timeout: not from 1 to 65535 seconds");
	if (inv_has(inv, "limited") && (!on || *ret_seconds == 0))
		return misuse(inv->command, "--limited goes with on and --timeout");
	return STATUS_DONE;
}

static int run(const struct invocation *inv)
{
	struct chosen chosen = {0};
	long seconds = 0;
	bool on;
	int err, status = read_switch(inv, &on);

	if (status == STATUS_DONE)
		status = read_seconds(inv, on, &seconds);
	if (status)
		return status;
	status = chosen_open(&chosen, inv->n_args > 1 ? inv->args[0] : NULL);
	if (status == STATUS_DONE) {
		err = kin_mgmt_set_discoverable(chosen.mgmt, chosen.index,
						inv_has(inv, "limited") ? 2 : on, seconds, NULL);
		if (err < 0)
			status = complain_of_controller(&chosen, err);
	}
	chosen_close(&chosen);
	return status;
}

const struct command command_bt_discoverable = {
	.group = "bt",
	.name = "discoverable",
	.args = "[CONTROLLER] on|off",
	.summary = "let scans of other devices find a Bluetooth controller, or not",
	.text = "It must be connectable first, and for a time limit it must be up.",
	.options =
		(const struct command_option[]){
			{"timeout", 't', "TIME", "switch it off after so long: 1s-65535s"},
			{"limited", 0, NULL,
			 "limited discoverable: found by scans for that as well"},
			{},
		},
	.examples =
		(const struct command_example[]){
			{"kin bt discoverable hci0 on", "until it is switched off"},
			{"kin bt discoverable hci0 on --timeout 3m", "for three minutes"},
			{},
		},
	.min_args = 1,
	.max_args = 2,
	.run = run,
};
