/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the verbs of the CAN gateway share. */
#ifndef KIN_TOOLS_CAN_GW_H
#define KIN_TOOLS_CAN_GW_H

#include <kin/can-gateway.h>
#include "../command.h"

/*
 * Read the rules that were typed: one in words, or those of a file (@FILE, "-" for standard input),
 * one a line; then do this with each. Nothing is done when one of them is malformed.
 * @return a STATUS_, after a complaint that names the line
 */
int gw_for_each(const struct invocation *inv, int (*act)(const struct kin_can_gw_rule *rule));

/* "kin: WHERE: <the library's words> (ENAME)". @return a STATUS_ */
int gw_complain(const char *where, int err);

#endif
