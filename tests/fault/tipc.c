/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "fault.h"

#include <kin/tipc.h>

static int connection(void)
{
	struct kin_sock *listener KIN_CLEANUP(kin_close) = NULL;
	struct kin_sock *client KIN_CLEANUP(kin_close) = NULL;
	struct kin_sock *server KIN_CLEANUP(kin_close) = NULL;
	char data[8];

	MAKE(listener, kin_open("tipc-stream:service:1000:7,timeout=5", KIN_LISTEN, &listener));
	MAKE(client, kin_open("tipc-stream:service:1000:7,timeout=5", KIN_CONNECT, &client));
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
