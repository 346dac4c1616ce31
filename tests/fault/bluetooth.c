/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "fault.h"

#include <kin/bluetooth-hci.h>
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

static int advertised(void)
{
	static const uint8_t data[] = {2, 1, 6, 3, 3, 0x0F, 0x18};
	struct kin_bt_uuid uuid;
	struct kin_bt_ad ad;
	size_t offset = 0;
	char text[256];
	uint8_t bytes[2];

	TRY(kin_bt_uuid_parse("180F", &uuid));
	TRY(kin_bt_uuid_format(&uuid, text, sizeof(text)));
	TRY(kin_bt_uuid_write(&uuid, bytes, sizeof(bytes)));
	TRY(kin_bt_uuid_read(bytes, sizeof(bytes), &uuid));
	EXPECT(kin_bt_uuid_name(&uuid) && kin_bt_ad_name(3));
	TRY(kin_bt_ad_next(data, sizeof(data), &offset, &ad));
	TRY(kin_bt_ad_find(data, sizeof(data), 3, &ad));
	TRY(kin_bt_ad_format(&ad, text, sizeof(text)));
	TRY(kin_bt_ad_format_json(&ad, text, sizeof(text)));
	return 0;
}

static int decoded(void)
{
	static const uint8_t message[] = {2, 0, 1, 0, 3, 0, 0x03, 0x0C, 0};
	struct kin_hci_decoder *decoder KIN_CLEANUP(kin_hci_decoder_free) = NULL;
	struct kin_hci_packet packet;
	uint8_t again[sizeof(message)];
	char text[256];

	MAKE(decoder, kin_hci_decoder_new(&decoder));
	TRY(kin_hci_packet_read(KIN_HCI_MONITOR, KIN_HCI_DEV_NONE, KIN_DIRECTION_UNKNOWN, message,
				sizeof(message), &packet));
	TRY(kin_hci_packet_write(&packet, again, sizeof(again)));
	TRY(kin_hci_decode(decoder, &packet, text, sizeof(text)));
	TRY(kin_hci_decode_json(decoder, &packet, text, sizeof(text)));
	EXPECT(kin_hci_command_name(0x0C03) && kin_hci_event_name(0x0E) &&
	       kin_hci_le_event_name(1) && kin_hci_status_text(0) && kin_hci_kind_name(2) &&
	       kin_hci_kind_direction(2) == KIN_DIRECTION_SENT && kin_mgmt_command_name(1) &&
	       kin_mgmt_event_name(1));
	return 0;
}

const struct scenario scenarios[] = {
	{"bluetooth-sockets", sockets, .needs = "l2cap hci", .initial_net = true},
	{"bluetooth-without-calls", without_calls, .pure = true},
	{"bluetooth-advertised", advertised, .pure = true},
	{"bluetooth-decoded", decoded},
	{},
};
