/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "fault.h"

#include <stdio.h>
#include <kin/tipc.h>

static int connection(void)
{
	struct kin_sock *listener KIN_CLEANUP(kin_close) = NULL;
	struct kin_sock *client KIN_CLEANUP(kin_close) = NULL;
	struct kin_sock *server KIN_CLEANUP(kin_close) = NULL;
	char text[64], data[8];

	/* What the process before this one served may be seen for a moment. */
	snprintf(text, sizeof(text), "tipc-stream:service:1000:%d,timeout=5", (int)getpid());
	MAKE(listener, kin_open(text, KIN_LISTEN, &listener));
	MAKE(client, kin_open(text, KIN_CONNECT, &client));
	MAKE(server, kin_accept(listener, &server, NULL));
	TRY(kin_send_all(client, "hello", 5, 0, NULL));
	TRY(kin_recv(server, data, sizeof(data), 0));
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
	{"tipc-connection", connection, .needs = "tipc-stream"},
	{"tipc-without-calls", without_calls, .pure = true},
	{},
};
