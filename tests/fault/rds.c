/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "fault.h"

#include <kin/rds.h>

static int messages(void)
{
	struct kin_sock *in KIN_CLEANUP(kin_close) = NULL;
	struct kin_sock *out KIN_CLEANUP(kin_close) = NULL;

	MAKE(in, kin_open("rds:127.0.0.1:18010,timeout=5", KIN_RECEIVE, &in));
	MAKE(out, kin_open("rds:127.0.0.1:18010,local=127.0.0.1:18011", KIN_SEND, &out));
	TRY(kin_send(out, "hello", 5, 0));
	return 0;
}

static int without_calls(void)
{
	char host[KIN_RDS_HOST];
	struct kin_addr addr;

	TRY(kin_rds_addr("127.0.0.1", 18000, &addr));
	TRY(kin_rds_addr_read(&addr, host, NULL));
	EXPECT(strcmp(host, "127.0.0.1") == 0);
	return 0;
}

const struct scenario scenarios[] = {
	{"rds-messages", messages, .needs = "rds", .waits = true},
	{"rds-without-calls", without_calls, .pure = true},
	{},
};
