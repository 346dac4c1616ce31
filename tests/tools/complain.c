/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Of the command: what complains in a test has failed. */
#include "../../tools/command.h"
#include "harness.h"

void complain(const char *format, ...)
{
	ck_abort_msg("a complaint: %s", format);
}
