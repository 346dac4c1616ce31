/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "fault.h"

#include <kin/vsock.h>

static int stream(void)
{
	struct kin_sock *listener KIN_CLEANUP(kin_close) = NULL;
	struct kin_sock *client KIN_CLEANUP(kin_close) = NULL;
	struct kin_sock *server KIN_CLEANUP(kin_close) = NULL;
	char data[8];

	MAKE(listener, kin_open("vsock:any:4720,timeout=5", KIN_LISTEN, &listener));
	MAKE(client, kin_open("vsock:local:4720,timeout=5", KIN_CONNECT, &client));
	MAKE(server, kin_accept(listener, &server, NULL));
	TRY(kin_send_all(client, "hello", 5, 0, NULL));
	TRY(kin_recv(server, data, sizeof(data), 0));
	EXPECT(memcmp(data, "hello", 5) == 0);
	return 0;
}

static int local_cid(void)
{
	uint32_t cid;

	FILL(cid, kin_vsock_local_cid(&cid));
	return 0;
}

static int without_calls(void)
{
	struct kin_addr addr;
	uint32_t port;

	TRY(kin_vsock_addr(2, 1234, 0, &addr));
	TRY(kin_vsock_read(&addr, NULL, &port, NULL));
	EXPECT(port == 1234);
	return 0;
}

const struct scenario scenarios[] = {
	{"vsock-stream", stream, .needs = "vsock vsock-loopback", .waits = true},
	{"vsock-local-cid", local_cid, .needs = "vsock vsock-loopback"},
	{"vsock-without-calls", without_calls, .pure = true},
	{},
};
