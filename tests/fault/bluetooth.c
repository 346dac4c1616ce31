/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "fault.h"

#include <kin/bluetooth.h>

static int sockets(void)
{
	struct kin_sock *l2cap KIN_CLEANUP(kin_close) = NULL;
	struct kin_sock *hci KIN_CLEANUP(kin_close) = NULL;
	struct kin_bdaddr bdaddr;

	MAKE(l2cap, kin_open("l2cap:any,psm=4113", KIN_LISTEN, &l2cap));
	MAKE(hci, kin_open("hci:none,channel=control", KIN_RECEIVE, &hci));
	/* There need not be a controller. */
	TRY_WHERE_POSSIBLE(kin_hci_bdaddr(0, &bdaddr));
	return 0;
}

static int without_calls(void)
{
	struct kin_bdaddr bdaddr;
	struct kin_addr addr;
	char text[KIN_BDADDR_TEXT];
	uint16_t number;
	uint8_t channel;

	TRY(kin_bdaddr_parse("00:AA:01:01:00:01", &bdaddr));
	TRY(kin_bdaddr_format(&bdaddr, text, sizeof(text)));
	TRY(kin_l2cap_addr(&bdaddr, 4113, 0, KIN_BDADDR_BREDR, &addr));
	TRY(kin_l2cap_addr_read(&addr, NULL, &number, NULL, NULL));
	EXPECT(number == 4113);
	TRY(kin_rfcomm_addr(&bdaddr, 1, &addr));
	TRY(kin_rfcomm_addr_read(&addr, NULL, &channel));
	EXPECT(channel == 1);
	TRY(kin_sco_addr(&bdaddr, &addr));
	TRY(kin_sco_addr_read(&addr, &bdaddr));
	TRY(kin_hci_addr(0, KIN_HCI_RAW, &addr));
	TRY(kin_hci_addr_read(&addr, &number, NULL));
	return 0;
}

const struct scenario scenarios[] = {
	{"bluetooth-sockets", sockets, .needs = "l2cap hci", .initial_net = true},
	{"bluetooth-without-calls", without_calls, .pure = true},
	{},
};
