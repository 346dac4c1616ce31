/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "command.h"

extern const struct command command_cat, command_const, command_dump, command_gen, command_help,
	command_info, command_listen, command_opt, command_send;

/* In the order in which help lists them. */
const struct command *const commands[] = {
	&command_info,
	&command_dump,
	&command_send,
	&command_gen,
	&command_cat,
	&command_listen,
	&command_opt,
	&command_const,
	&command_help,
	NULL,
};
