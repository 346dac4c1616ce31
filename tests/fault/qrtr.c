/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "fault.h"

#include <kin/qrtr.h>

static int messages(void)
{
	struct kin_sock *in KIN_CLEANUP(kin_close) = NULL;
	struct kin_sock *out KIN_CLEANUP(kin_close) = NULL;
	char data[8];

	MAKE(in, kin_open("qrtr:1:20010,timeout=5", KIN_RECEIVE, &in));
	MAKE(out, kin_open("qrtr:1:20010", KIN_SEND, &out));
	TRY(kin_send(out, "hello", 5, 0));
	TRY(kin_recv(in, data, sizeof(data), 0));
	return 0;
}

static int without_calls(void)
{
	struct kin_addr addr;
	uint32_t port;

	TRY(kin_qrtr_addr(1, 16384, &addr));
	TRY(kin_qrtr_read(&addr, NULL, &port));
	EXPECT(port == 16384);
	return 0;
}

const struct scenario scenarios[] = {
	{"qrtr-messages", messages, .needs = "qrtr", .waits = true, .initial_net = true},
	{"qrtr-without-calls", without_calls, .pure = true},
	{},
};
