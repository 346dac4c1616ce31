/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <limits.h>
#include <string.h>

#include "gw.h"

static int run(const struct invocation *inv)
{
	int err;

	if (inv->n_args != 1 || strcmp(inv->args[0], "all") != 0)
		return gw_for_each(inv, kin_can_gw_delete);
	err = kin_can_gw_flush();
	return err < 0 ? gw_complain("can gw del all", err) : STATUS_DONE;
}

const struct command command_can_gw_del = {
	.group = "can gw",
	.name = "del",
	.args = "SOURCE DESTINATION [fd] [WORD...] | @FILE | - | all",
	.summary = "delete rules of the kernel's CAN gateway",
	.text = "A rule is named by the words that it was added with, in any order; of equal ones "
		"the "
		"youngest goes. Of a rule with an uid it is enough that uid, interfaces, filter, "
		"flags "
		"and hops are right, and that some change is there. With @FILE, or - for standard "
		"input, there is a rule on each line. The word all deletes every rule.\n"
		"\n"
		"kin help can gw add tells what a rule is made of.",
	.examples =
		(const struct command_example[]){
			{"kin can gw del can0 can1 match 123:7FF set id 456 echo", "one rule"},
			{"kin can gw del all", "every rule"},
			{},
		},
	.min_args = 1,
	.max_args = UINT_MAX,
	.run = run,
};
