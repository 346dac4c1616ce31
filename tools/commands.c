/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "command.h"
#include "commands.h"

/* KIN_COMMANDS(X) and KIN_GROUPS(X) are made from the meson.build files. */
#define DECLARE_COMMAND(name) extern const struct command command_##name;
#define DECLARE_GROUP(name)   extern const struct group group_##name;
#define COMMAND(name)         &command_##name,
#define GROUP(name)           &group_##name,

KIN_COMMANDS(DECLARE_COMMAND)
KIN_GROUPS(DECLARE_GROUP)

/* In the order in which help lists them. */
const struct command *const commands[] = {KIN_COMMANDS(COMMAND) NULL};
const struct group *const groups[] = {KIN_GROUPS(GROUP) NULL};
