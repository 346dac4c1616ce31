/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "fault.h"

#include <linux/if_ether.h>
#include <kin/packet.h>

static int frames(void)
{
	struct kin_sock *in KIN_CLEANUP(kin_close) = NULL;
	struct kin_sock *out KIN_CLEANUP(kin_close) = NULL;
	struct kin_packet_info info;
	struct kin_addr to, from;
	char data[64];

	FILL(to, kin_packet_addr("lo", 0x88B5, 0, 0, "\0\0\0\0\0\0", 6, &to));
	MAKE(in, kin_open("packet-dgram:lo,proto=0x88B5,timeout=5", KIN_RECEIVE, &in));
	TRY(kin_packet_set_promiscuous(in, true));
	MAKE(out, kin_socket(AF_PACKET, SOCK_DGRAM, 0, &out));
	TRY(kin_send_to(out, "hello", 5, 0, &to));
	FILL(from, kin_recv_from(in, data, sizeof(data), 0, &from));
	FILL(info, kin_packet_read(&from, &info));
	EXPECT(info.protocol == 0x88B5 && memcmp(data, "hello", 5) == 0);
	return 0;
}

const struct scenario scenarios[] = {
	{"packet-frames", frames, .waits = true},
	{},
};
