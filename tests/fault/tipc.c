/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "fault.h"

#include <stdio.h>
#include <kin/tipc.h>

static int messages(void)
{
	struct kin_sock *in KIN_CLEANUP(kin_close) = NULL;
	struct kin_sock *out KIN_CLEANUP(kin_close) = NULL;
	char text[64], data[8];

	/* What the process before this one served may be seen for a moment. */
	snprintf(text, sizeof(text), "tipc:service:1000:%d,timeout=5", (int)getpid());
	MAKE(in, kin_open(text, KIN_RECEIVE, &in));
	MAKE(out, kin_open(text, KIN_SEND, &out));
	TRY(kin_send(out, "hello", 5, 0));
	TRY(kin_recv(in, data, sizeof(data), 0));
	EXPECT(memcmp(data, "hello", 5) == 0);
	return 0;
}

static int without_calls(void)
{
	struct kin_addr addr;
	uint32_t type;

	TRY(kin_tipc_addr(KIN_TIPC_SERVICE, 1000, 7, 0, KIN_TIPC_CLUSTER, &addr));
	TRY(kin_tipc_addr_read(&addr, NULL, &type, NULL, NULL, NULL));
	EXPECT(type == 1000);
	return 0;
}

const struct scenario scenarios[] = {
	{"tipc-messages", messages, .needs = "tipc", .waits = true},
	{"tipc-without-calls", without_calls, .pure = true},
	{},
};
