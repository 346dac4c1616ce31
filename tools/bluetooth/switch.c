/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The verbs that switch one setting on or off. */
#include <string.h>

#include "controller.h"

int read_switch(const struct invocation *inv, bool *ret_on)
{
	const char *word = inv->args[inv->n_args - 1];

	*ret_on = strcmp(word, "on") == 0;
	if (!*ret_on && strcmp(word, "off") != 0)
		return misuse(inv->command, "%s is neither on nor off", word);
	return STATUS_DONE;
}

int run_switch(const struct invocation *inv, uint32_t setting)
{
	struct chosen chosen = {0};
	bool on;
	int err, status = read_switch(inv, &on);

	if (status)
		return status;
	status = chosen_open(&chosen, inv->n_args > 1 ? inv->args[0] : NULL);
	if (status == STATUS_DONE) {
		err = kin_mgmt_set(chosen.mgmt, chosen.index, setting, on, NULL);
		if (err < 0)
			status = complain_of_controller(&chosen, err);
	}
	chosen_close(&chosen);
	return status;
}
