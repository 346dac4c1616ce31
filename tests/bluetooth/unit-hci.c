/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Packets of HCI as lines and JSON, from the specification and as controllers send them. */
#include "harness.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <kin/bluetooth-hci.h>
#include <kin/family.h>

static struct kin_hci_decoder *decoder;
static char text[1 << 17];

static struct kin_hci_packet make(unsigned kind, const char *hex)
{
	static uint8_t data[4096];
	struct kin_hci_packet packet = {.kind = kind, .data = data};

	packet.len = packet.full_len =
		(size_t)ck_ok(kin_parse_bytes(hex, "packet", data, sizeof(data)));
	return packet;
}

static const char *decoded(unsigned kind, const char *hex)
{
	struct kin_hci_packet packet = make(kind, hex);

	ck_ok(kin_hci_decode(decoder, &packet, text, sizeof(text)));
	return text;
}

static const char *decoded_json(unsigned kind, const char *hex)
{
	struct kin_hci_packet packet = make(kind, hex);

	ck_ok(kin_hci_decode_json(decoder, &packet, text, sizeof(text)));
	return text;
}

static void begin(void)
{
	ck_ok(kin_hci_decoder_new(&decoder));
}

static void end(void)
{
	kin_hci_decoder_free(decoder);
	decoder = NULL;
}

/* ---- Packets alone ------------------------------------------------------------------------- */

static const struct {
	unsigned kind;
	const char *hex, *line;
} packets[] = {
	{KIN_HCI_COMMAND, "030C00", "< hci0 command Reset"},
	{KIN_HCI_EVENT, "0E0401030C00",
	 "> hci0 event Command Complete: command Reset, allowed 1, status Success"},
	{KIN_HCI_EVENT, "0E0A01091000010000AA0001",
	 "> hci0 event Command Complete: command Read BD_ADDR, allowed 1, status Success, "
	 "address 01:00:AA:00:00:01"},
	{KIN_HCI_EVENT, "0F0412010504",
	 "> hci0 event Command Status: command Create Connection, allowed 1, "
	 "status Invalid HCI Command Parameters"},
	{KIN_HCI_COMMAND, "05040D010000AA000118CC0200000001",
	 "< hci0 command Create Connection: address 01:00:AA:00:00:01, packet type 0xCC18, page "
	 "scan "
	 "repetition R2, page scan mode 0, clock offset 0x0000, role switch allow"},
	{KIN_HCI_EVENT, "030B042A00010000AA00010100",
	 "> hci0 event Connection Complete: status Page Timeout, handle 42, address "
	 "01:00:AA:00:00:01, link type ACL, encryption off"},
	{KIN_HCI_EVENT, "0504002A0013",
	 "> hci0 event Disconnection Complete: status Success, handle 42, reason Remote User "
	 "Terminated Connection"},
	{KIN_HCI_EVENT, "1309022A0001002B000200",
	 "> hci0 event Number Of Completed Packets: completed (handle 42, packets 1) (handle 43, "
	 "packets 2)"},
	{KIN_HCI_EVENT, "3E1902010000010000AA00010D020106060954651B7374020AFCC4",
	 "> hci0 event LE Advertising Report: reports (type ADV IND, address type public, address "
	 "01:00:AA:00:00:01, data (Flags: LE General Discoverable+BR/EDR Not Supported) (Name: "
	 "\"Te\\u001bst\") (TX Power: -4 dBm), rssi -60 dBm)"},
	{KIN_HCI_EVENT, "3E13010040000000010000AA0001280000002A0000",
	 "> hci0 event LE Connection Complete: status Success, handle 64, role central, peer "
	 "address "
	 "type public, peer address 01:00:AA:00:00:01, interval 50 ms, latency 0, supervision "
	 "timeout "
	 "420 ms, clock accuracy 500 ppm"},
	{KIN_HCI_COMMAND, "0820200702010603030F18000000000000000000000000000000000000000000000000",
	 "< hci0 command LE Set Advertising Data: data (Flags: LE General Discoverable+BR/EDR Not "
	 "Supported) (16-bit UUIDs: 180F (Battery))"},
	{KIN_HCI_COMMAND, "0B200701A00030000000",
	 "< hci0 command LE Set Scan Parameters: type active, interval 100 ms, window 30 ms, own "
	 "address type public, filter policy 0"},
	{KIN_HCI_EVENT, "FF03010203", "> hci0 event Vendor: data 010203"},
	{KIN_HCI_COMMAND, "01FC03010203", "< hci0 command Vendor: number 0x0001, data 010203"},
	{KIN_HCI_EVENT, "E80101", "> hci0 event Unknown 0xE8: data 01"},
	{KIN_HCI_COMMAND, "030C", "< hci0 command data 030C, truncated yes"},
	{KIN_HCI_EVENT, "0504002A",
	 "> hci0 event Disconnection Complete: missing 2, status Success, truncated yes, extra 2A"},
	{KIN_HCI_SCO_TX, "0100050102030405",
	 "< hci0 sco handle 1, status correct, length 5, data 0102030405"},
	{KIN_HCI_SCO_RX, "0110020102",
	 "> hci0 sco handle 1, status possibly-invalid, length 2, data 0102"},
	{KIN_HCI_ISO_TX, "01200C00010008000102030405060708",
	 "< hci0 iso handle 1, boundary complete, length 12, sequence 1, sdu length 8, status 0, "
	 "data "
	 "0102030405060708"},
	{KIN_HCI_ISO_RX, "01600A0078563412010002000102",
	 "> hci0 iso handle 1, boundary complete, length 10, timestamp us 305419896, sequence 1, "
	 "sdu "
	 "length 2, status 0, data 0102"},
	{KIN_HCI_NEW_INDEX, "0000010000AA00016863693000000000",
	 "= hci0 new-index New Index: type primary, bus virtual, address 01:00:AA:00:00:01, name "
	 "\"hci0\""},
	{KIN_HCI_DEL_INDEX, "", "= hci0 del-index Delete Index"},
	{KIN_HCI_OPEN_INDEX, "", "= hci0 open-index Open Index"},
	{KIN_HCI_CLOSE_INDEX, "", "= hci0 close-index Close Index"},
	{KIN_HCI_INDEX_INFO, "010000AA00014C00",
	 "= hci0 index-info Index Information: address 01:00:AA:00:00:01, manufacturer Apple, "
	 "Inc."},
	{KIN_HCI_VENDOR_DIAG, "0102", "= hci0 vendor-diag Vendor Diagnostic: data 0102"},
	{KIN_HCI_SYSTEM_NOTE, "4C696E757800", "= hci0 system-note Note: text \"Linux\""},
	{KIN_HCI_USER_LOGGING, "06046B696E0068656C6C6F00",
	 "= hci0 user-logging Log: priority info, ident \"kin\", text \"hello\""},
	{KIN_HCI_CTRL_OPEN, "010000000200011500010000000662746D676D74",
	 "@ hci0 ctrl-open Open: cookie 0x00000001, format mgmt, version 1, revision 21, flags "
	 "trusted, ident \"btmgmt\""},
	{KIN_HCI_CTRL_CLOSE, "01000000", "@ hci0 ctrl-close Close: cookie 0x00000001"},
	{KIN_HCI_CTRL_COMMAND, "01000000050001",
	 "@ hci0 mgmt-command Set Powered: cookie 0x00000001, value on"},
	{KIN_HCI_CTRL_EVENT, "010000000100050000D10A0000",
	 "@ hci0 mgmt-event Command Complete: cookie 0x00000001, command Set Powered, status "
	 "Success, "
	 "settings powered+bondable+SSP+BR/EDR+LE+secure connections"},
	{KIN_HCI_CTRL_EVENT, "010000000100030011",
	 "@ hci0 mgmt-event Command Complete: cookie 0x00000001, command Read Index List, status "
	 "Invalid Index"},
	{KIN_HCI_MGMT, "06000000040001000000", "@ hci0 mgmt-event New Settings: settings powered"},
	{99, "0102", "= hci0 unknown number 99, data 0102"},
};

START_TEST(packets_as_lines)
{
	for (size_t i = 0; i < sizeof(packets) / sizeof(*packets); i++) {
		begin();
		ck_assert_str_eq(decoded(packets[i].kind, packets[i].hex), packets[i].line);
		end();
	}
}
END_TEST

START_TEST(packets_as_json)
{
	begin();
	ck_assert_str_eq(
		decoded_json(KIN_HCI_COMMAND, "0604032A0013"),
		"{\"controller\":\"hci0\",\"direction\":\"out\",\"kind\":\"command\","
		"\"name\":\"Disconnect\",\"opcode\":\"0x0406\",\"parameters\":{\"handle\":42,"
		"\"reason\":\"Remote User Terminated Connection\"}}");
	ck_assert_str_eq(
		decoded_json(KIN_HCI_EVENT, "070B04010000AA0001610062"),
		"{\"controller\":\"hci0\",\"direction\":\"in\",\"kind\":\"event\",\"name\":"
		"\"Remote Name Request Complete\",\"code\":\"0x07\",\"parameters\":{"
		"\"missing\":1,\"status\":\"Page Timeout\",\"address\":"
		"\"01:00:AA:00:00:01\",\"truncated\":true,\"extra\":\"610062\"}}");
	ck_assert_str_eq(
		decoded_json(KIN_HCI_EVENT, "3E1202010000010000AA000106020106020AFCC4"),
		"{\"controller\":\"hci0\",\"direction\":\"in\",\"kind\":\"event\",\"name\":"
		"\"LE Advertising Report\",\"code\":\"0x3E\",\"parameters\":{\"subevent\":"
		"\"0x02\",\"reports\":[{\"type\":\"ADV IND\",\"address_type\":\"public\","
		"\"address\":\"01:00:AA:00:00:01\",\"data\":[{\"type\":\"Flags\",\"code\":1,"
		"\"flags\":[\"LE General Discoverable\",\"BR/EDR Not Supported\"]},{\"type\":"
		"\"TX Power\",\"code\":10,\"tx_power\":-4}],\"rssi\":-60}]}}");
	end();
}
END_TEST

/* ---- L2CAP --------------------------------------------------------------------------------- */

START_TEST(channels_by_what_they_are_for)
{
	begin();
	ck_assert_str_eq(
		decoded(KIN_HCI_ACL_TX, "2A200C00080001000201040003004000"),
		"< hci0 acl handle 42, length 12, cid 1: L2CAP Connection Request: ident 1, "
		"psm RFCOMM, source cid 64");
	ck_assert_str_eq(
		decoded(KIN_HCI_ACL_RX, "2A2010000C000100030108004100400000000000"),
		"> hci0 acl handle 42, length 16, cid 1: L2CAP Connection Response: ident 1, "
		"destination cid 65, source cid 64, result success, status none");
	/* To the peer by the peer's number, from it by ours. */
	ck_assert_str_eq(decoded(KIN_HCI_ACL_TX, "2A20080004004100033F011C"),
			 "< hci0 acl handle 42, length 8, cid 65: RFCOMM SABM: dlci 0, poll yes, "
			 "length 0");
	ck_assert_str_eq(decoded(KIN_HCI_ACL_RX, "2A20080004004000037301D7"),
			 "> hci0 acl handle 42, length 8, cid 64: RFCOMM UA: dlci 0, poll yes, "
			 "length 0");
	ck_assert_str_eq(
		decoded(KIN_HCI_ACL_TX, "2A2012000E00410003EF15831102F00700F003000770"),
		"< hci0 acl handle 42, length 18, cid 65: RFCOMM UIH: dlci 0, poll no, length "
		"10: Parameter Negotiation: kind command, dlci 2, convergence 0xF0, priority "
		"7, timer 0, frame size 1008, retransmissions 0, credits 7");
	ck_assert_str_eq(
		decoded(KIN_HCI_ACL_TX, "2A200B00070041000BFF0505616299"),
		"< hci0 acl handle 42, length 11, cid 65: RFCOMM UIH: dlci 2, poll yes, length "
		"2, credits 5, data 6162");
	ck_assert_str_eq(decoded(KIN_HCI_ACL_RX, "2A20050001004100AB"),
			 "> hci0 acl handle 42, length 5, cid 65, data AB");
	/* The same handle of another link. */
	decoded(KIN_HCI_EVENT, "0504002A0013");
	ck_assert_str_eq(decoded(KIN_HCI_ACL_TX, "2A20080004004100033F011C"),
			 "< hci0 acl handle 42, length 8, cid 65, data 033F011C");
	end();
}
END_TEST

START_TEST(fixed_channels)
{
	begin();
	ck_assert_str_eq(decoded(KIN_HCI_ACL_RX, "40200B0007000400080100FFFF0328"),
			 "> hci0 acl handle 64, length 11, cid 4: ATT Read By Type Request: first "
			 "0x0001, last 0xFFFF, type 2803 (Characteristic)");
	ck_assert_str_eq(decoded(KIN_HCI_ACL_RX, "4020090005000400010A01000A"),
			 "> hci0 acl handle 64, length 9, cid 4: ATT Error Response: request 0x0A, "
			 "handle 0x0001, error Attribute Not Found");
	ck_assert_str_eq(
		decoded(KIN_HCI_ACL_TX, "40200B000700060001030005100101"),
		"< hci0 acl handle 64, length 11, cid 6: SMP Pairing Request: io capability "
		"NoInputNoOutput, oob data no, authentication bonding+MITM, max key size 16, "
		"initiator keys LTK, responder keys LTK");
	ck_assert_str_eq(
		decoded(KIN_HCI_ACL_TX, "402012000E00050014010A0080004000F700F7000A00"),
		"< hci0 acl handle 64, length 18, cid 5: L2CAP LE Connection Request: ident 1, "
		"psm 128, source cid 64, mtu 247, mps 247, credits 10");
	ck_assert_str_eq(
		decoded(KIN_HCI_ACL_RX, "402012000E00050015010A004100F700F7000A000000"),
		"> hci0 acl handle 64, length 18, cid 5: L2CAP LE Connection Response: ident "
		"1, destination cid 65, mtu 247, mps 247, credits 10, result success");
	ck_assert_str_eq(decoded(KIN_HCI_ACL_TX, "402008000400410002006162"),
			 "< hci0 acl handle 64, length 8, cid 65, psm 128, data 02006162");
	ck_assert_str_eq(
		decoded(KIN_HCI_ACL_TX, "2A2010000C0001000A01020002000B0202000100"),
		"< hci0 acl handle 42, length 16, cid 1: L2CAP Information Request: ident 1, "
		"type extended features: L2CAP Information Response: ident 2, type "
		"connectionless MTU, truncated yes");
	end();
}
END_TEST

START_TEST(modes_of_channels)
{
	begin();
	decoded(KIN_HCI_ACL_TX, "2A200C00080001000201040011104000");
	decoded(KIN_HCI_ACL_RX, "2A2010000C000100030108004100400000000000");
	ck_assert_str_eq(decoded(KIN_HCI_ACL_TX,
				 "2A201B00170001000402130041000000010240020409033F03D007E02EF103"),
			 "< hci0 acl handle 42, length 27, cid 1: L2CAP Configure Request: ident "
			 "2, destination "
			 "cid 65, flags none, options (MTU: 576) (Mode: enhanced retransmission, "
			 "tx window 63, "
			 "max transmit 3, retransmission timeout ms 2000, monitor timeout ms "
			 "12000, mps 1009)");
	ck_assert_str_eq(
		decoded(KIN_HCI_ACL_TX, "2A200A0006004100020061628899"),
		"< hci0 acl handle 42, length 10, cid 65, psm 4113: I-frame: tx sequence 1, "
		"segment unsegmented, request sequence 0, final no, data 61628899");
	ck_assert_str_eq(decoded(KIN_HCI_ACL_TX, "2A2008000400410001018899"),
			 "< hci0 acl handle 42, length 8, cid 65, psm 4113: RR: poll no, request "
			 "sequence 1, final no, data 8899");
	end();
}
END_TEST

START_TEST(fragments)
{
	begin();
	ck_assert_str_eq(decoded(KIN_HCI_ACL_TX, "400002000700"),
			 "< hci0 acl handle 64, length 2: Header Incomplete");
	ck_assert_str_eq(
		decoded(KIN_HCI_ACL_TX, "4010040004000801"),
		"< hci0 acl handle 64, boundary continuation, length 4: L2CAP Fragment: cid "
		"4, bytes 4, so far 2, of 7");
	/* What comes the other way, or over another link, is none of it. */
	ck_assert_str_eq(decoded(KIN_HCI_ACL_RX, "401002000102"),
			 "> hci0 acl handle 64, boundary continuation, length 2: L2CAP Fragment "
			 "Without Start");
	ck_assert_str_eq(decoded(KIN_HCI_ACL_TX, "4120070003000400024700"),
			 "< hci0 acl handle 65, length 7, cid 4: ATT Exchange MTU Request: mtu 71");
	ck_assert_str_eq(
		decoded(KIN_HCI_ACL_TX, "4010050000FFFF0328"),
		"< hci0 acl handle 64, boundary continuation, length 5, cid 4: ATT Read By "
		"Type Request: first 0x0001, last 0xFFFF, type 2803 (Characteristic)");
	end();
}
END_TEST

START_TEST(links_and_channels_beyond_the_room)
{
	char hex[64];

	begin();
	/* More than there is room for: the oldest are forgotten, and nothing else happens. */
	for (unsigned i = 0; i < 1000; i++) {
		snprintf(hex, sizeof(hex), "%02X2%X0C0008000100020%X0400031040%02X", i & 0xFF,
			 i >> 8, 1, i & 0xFF);
		decoded(i % 2 ? KIN_HCI_ACL_TX : KIN_HCI_ACL_RX, hex);
	}
	ck_assert_str_eq(decoded(KIN_HCI_ACL_TX, "4020070003000400024700"),
			 "< hci0 acl handle 64, length 7, cid 4: ATT Exchange MTU Request: mtu 71");
	end();
}
END_TEST

/* ---- Of any length and content -------------------------------------------------------------- */

static void check_both(struct kin_hci_packet packet)
{
	struct kin_json json = {.text = text};
	ssize_t n = kin_hci_decode(decoder, &packet, text, sizeof(text));
	int r;

	ck_assert_int_gt(n, 0);
	ck_assert_int_lt(n, sizeof(text));
	for (ssize_t i = 0; i < n; i++)
		ck_assert_int_ge((unsigned char)text[i], 0x20);
	n = kin_hci_decode_json(decoder, &packet, text, sizeof(text));
	ck_assert_int_gt(n, 0);
	ck_assert_int_lt(n, sizeof(text));
	while ((r = kin_json_next(&json)) > 0)
		;
	ck_assert_int_eq(r, 0);
}

START_TEST(cut_at_every_length)
{
	begin();
	for (size_t i = 0; i < sizeof(packets) / sizeof(*packets); i++) {
		struct kin_hci_packet packet = make(packets[i].kind, packets[i].hex);

		for (size_t len = 0; len <= packet.full_len; len++) {
			packet.len = len;
			check_both(packet);
		}
	}
	end();
}
END_TEST

START_TEST(every_command_and_event)
{
	uint8_t data[260];
	unsigned named = 0;

	begin();
	for (unsigned opcode = 0; opcode < 0x10000; opcode++) {
		struct kin_hci_packet packet = {KIN_HCI_COMMAND, 0, data, 258, 258};

		if (!kin_hci_command_name((uint16_t)opcode))
			continue;
		named++;
		for (unsigned fill = 0; fill < 256; fill += 51) {
			memset(data, (int)fill, sizeof(data));
			memcpy(data, (uint8_t[]){opcode & 0xFF, opcode >> 8, 255}, 3);
			check_both(packet);
			memcpy(data, (uint8_t[]){0x0E, 255, 1, opcode & 0xFF, opcode >> 8}, 5);
			packet.kind = KIN_HCI_EVENT;
			check_both(packet);
			packet.kind = KIN_HCI_COMMAND;
		}
	}
	/* The specification has some 400. */
	ck_assert_uint_ge(named, 350);
	for (unsigned event = 0; event < 512; event++) {
		struct kin_hci_packet packet = {KIN_HCI_EVENT, 0, data, 257, 257};

		memset(data, 0x81, sizeof(data));
		memcpy(data, (uint8_t[]){event < 256 ? event : 0x3E, 255, event & 0xFF}, 3);
		check_both(packet);
	}
	end();
}
END_TEST

/* ---- Names, and messages as packets --------------------------------------------------------- */

START_TEST(names)
{
	ck_assert_str_eq(kin_hci_command_name(0x0405), "Create Connection");
	ck_assert_ptr_null(kin_hci_command_name(0x0400));
	ck_assert_str_eq(kin_hci_event_name(0x03), "Connection Complete");
	ck_assert_ptr_null(kin_hci_event_name(0xE0));
	ck_assert_str_eq(kin_hci_le_event_name(0x02), "LE Advertising Report");
	ck_assert_ptr_null(kin_hci_le_event_name(0xE0));
	ck_assert_str_eq(kin_hci_status_text(0x04), "Page Timeout");
	ck_assert_str_eq(kin_hci_status_text(0x48), "Insufficient Channels");
	ck_assert_str_eq(kin_hci_status_text(0xFF), "Unknown Status");
	ck_assert_str_eq(kin_mgmt_command_name(0x0005), "Set Powered");
	ck_assert_ptr_null(kin_mgmt_command_name(0xFFFF));
	ck_assert_str_eq(kin_mgmt_event_name(0x0012), "Device Found");
	ck_assert_ptr_null(kin_mgmt_event_name(0x0112));
	ck_assert_str_eq(kin_hci_kind_name(KIN_HCI_ISO_RX), "iso");
	ck_assert_str_eq(kin_hci_kind_name(1000), "unknown");
	ck_assert_int_eq(kin_hci_kind_direction(KIN_HCI_COMMAND), KIN_DIRECTION_SENT);
	ck_assert_int_eq(kin_hci_kind_direction(KIN_HCI_SCO_RX), KIN_DIRECTION_RECEIVED);
	ck_assert_int_eq(kin_hci_kind_direction(1000), KIN_DIRECTION_UNKNOWN);
}
END_TEST

START_TEST(messages_as_packets)
{
	static const uint8_t monitor[] = {3, 0, 1, 0, 3, 0, 0x10, 1, 7, 0xEE};
	static const uint8_t h4[] = {4, 0x10, 1, 7};
	struct kin_hci_packet packet;
	uint8_t again[16];

	ck_ok(kin_hci_packet_read(KIN_HCI_MONITOR, KIN_HCI_DEV_NONE, KIN_DIRECTION_UNKNOWN, monitor,
				  sizeof(monitor), &packet));
	ck_assert_uint_eq(packet.kind, KIN_HCI_EVENT);
	ck_assert_uint_eq(packet.controller, 1);
	ck_assert_uint_eq(packet.len, 3);
	ck_assert_uint_eq(packet.full_len, 3);
	ck_assert_int_eq(kin_hci_packet_write(&packet, again, sizeof(again)), 9);
	ck_assert_mem_eq(again, monitor, 9);
	ck_refused(kin_hci_packet_write(&packet, again, 8), EMSGSIZE, "no room in 8");
	packet.kind = KIN_HCI_MGMT;
	ck_refused(kin_hci_packet_write(&packet, again, 16), EINVAL, "kind 256");
	packet.kind = KIN_HCI_EVENT;
	packet.full_len = 65536;
	ck_refused(kin_hci_packet_write(&packet, again, 16), EINVAL, "65535");

	ck_ok(kin_hci_packet_read(KIN_HCI_RAW, 2, KIN_DIRECTION_UNKNOWN, h4, sizeof(h4), &packet));
	ck_assert_uint_eq(packet.kind, KIN_HCI_EVENT);
	ck_assert_uint_eq(packet.controller, 2);
	ck_assert_uint_eq(packet.len, 3);
	ck_refused(
		kin_hci_packet_read(KIN_HCI_MONITOR, 0, KIN_DIRECTION_UNKNOWN, monitor, 5, &packet),
		EBADMSG, "5 bytes");
	ck_refused(kin_hci_packet_read(KIN_HCI_RAW, 0, KIN_DIRECTION_UNKNOWN, h4, 0, &packet),
		   EBADMSG, "empty");
	ck_refused(kin_hci_packet_read(KIN_HCI_USER, 0, KIN_DIRECTION_UNKNOWN, "\x09", 1, &packet),
		   EBADMSG, "type 9");
	ck_refused(kin_hci_packet_read(KIN_HCI_LOGGING, 0, KIN_DIRECTION_UNKNOWN, h4, 4, &packet),
		   EBADMSG, "channel 4");
}
END_TEST

START_TEST(null)
{
	struct kin_hci_packet packet = {.kind = KIN_HCI_COMMAND};
	char small[8];

	begin();
	ck_fails(kin_hci_decoder_new(NULL), EINVAL, "ret_decoder is NULL");
	ck_fails(kin_hci_decode(NULL, &packet, small, sizeof(small)), EINVAL, "decoder is NULL");
	ck_fails(kin_hci_decode(decoder, NULL, small, sizeof(small)), EINVAL, "packet is NULL");
	ck_fails(kin_hci_decode(decoder, &packet, NULL, 1), EINVAL, "buf is NULL");
	ck_fails(kin_hci_decode_json(decoder, NULL, small, sizeof(small)), EINVAL,
		 "packet is NULL");
	packet.len = 1;
	ck_fails(kin_hci_decode(decoder, &packet, small, sizeof(small)), EINVAL,
		 "packet->data is NULL");
	ck_fails(kin_hci_packet_read(0, 0, KIN_DIRECTION_UNKNOWN, NULL, 1, &packet), EINVAL,
		 "data is NULL");
	ck_fails(kin_hci_packet_read(0, 0, KIN_DIRECTION_UNKNOWN, small, 1, NULL), EINVAL,
		 "ret_packet is NULL");
	ck_fails(kin_hci_packet_write(NULL, small, 8), EINVAL, "packet is NULL");
	kin_hci_decoder_free(NULL);
	/* What does not fit is cut, and its length told. */
	packet = make(KIN_HCI_COMMAND, "030C00");
	ck_assert_int_eq(kin_hci_decode(decoder, &packet, small, sizeof(small)), 20);
	ck_assert_str_eq(small, "< hci0 ");
	ck_assert_int_eq(kin_hci_decode(decoder, &packet, NULL, 0), 20);
	end();
}
END_TEST

int main(void)
{
	const struct test_case cases[] = {
		{packets_as_lines, "packets_as_lines"},
		{packets_as_json, "packets_as_json"},
		{channels_by_what_they_are_for, "channels_by_what_they_are_for"},
		{fixed_channels, "fixed_channels"},
		{modes_of_channels, "modes_of_channels"},
		{fragments, "fragments"},
		{links_and_channels_beyond_the_room, "links_and_channels_beyond_the_room"},
		{cut_at_every_length, "cut_at_every_length"},
		{every_command_and_event, "every_command_and_event"},
		{names, "names"},
		{messages_as_packets, "messages_as_packets"},
		{null, "null"},
		{},
	};

	return run_cases("bluetooth/hci", cases);
}
