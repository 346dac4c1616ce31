/* SPDX-License-Identifier: GPL-2.0-or-later */
/* AF_BLUETOOTH: devices around, by L2CAP, RFCOMM and SCO, and this machine's controllers, by HCI.
 */
#include "internal.h"

#define L2CAP_SCHEMES "l2cap l2cap-stream l2cap-dgram"

static const struct kin_proto protos[] = {
	{
		.scheme = "l2cap",
		.type = SOCK_SEQPACKET,
		.protocol = BTPROTO_L2CAP,
		.recv_flags = MSG_TRUNC,
		.body = "BDADDR",
		.example = "l2cap:00:AA:01:01:00:01,psm=25",
		.summary = "Bluetooth connections that keep message boundaries",
	},
	{
		.scheme = "l2cap-stream",
		.type = SOCK_STREAM,
		.protocol = BTPROTO_L2CAP,
		.body = "BDADDR",
		.example = "l2cap-stream:00:AA:01:01:00:01,psm=4113",
		.summary = "Bluetooth connections without message boundaries",
	},
	{
		.scheme = "l2cap-dgram",
		.type = SOCK_DGRAM,
		.protocol = BTPROTO_L2CAP,
		.recv_flags = MSG_TRUNC,
		.body = "BDADDR",
		.example = "l2cap-dgram:00:AA:01:01:00:01,psm=4113",
		.summary = "Bluetooth messages without a connection",
	},
	{
		.scheme = "rfcomm",
		.type = SOCK_STREAM,
		.protocol = BTPROTO_RFCOMM,
		.body = "BDADDR",
		.example = "rfcomm:00:AA:01:01:00:01,channel=1",
		.summary = "Bluetooth serial lines",
	},
	{
		.scheme = "sco",
		.type = SOCK_SEQPACKET,
		.protocol = BTPROTO_SCO,
		.recv_flags = MSG_TRUNC,
		.body = "BDADDR",
		.example = "sco:00:AA:01:01:00:01",
		.summary = "Bluetooth voice",
	},
	{
		.scheme = "hci",
		.type = SOCK_RAW,
		.protocol = BTPROTO_HCI,
		.flags = KIN_PROTO_BUS,
		.recv_flags = MSG_TRUNC,
		.body = "CONTROLLER",
		.example = "hci:0,channel=user",
		.summary = "Bluetooth controllers of this machine",
	},
	{},
};

static const struct kin_addr_opt addr_opts[] = {
	{"psm", L2CAP_SCHEMES, "0-65535", "what is served there; from 4097 on for everybody"},
	{"cid", L2CAP_SCHEMES, "0-65535", "a fixed channel instead of a psm; 4: LE attributes"},
	{"type", L2CAP_SCHEMES, "bredr|le-public|le-random", "the kind of address; bredr at first"},
	{"channel", "rfcomm", "1-30", "which line of the device; 0, to listen: the kernel chooses"},
	{"channel", "hci", "raw|user|monitor|control|logging",
	 "what of the controller; raw at first"},
	{"local", L2CAP_SCHEMES " rfcomm sco", "hciN|BDADDR",
	 "the controller of this machine to use"},
	{},
};

static const struct kin_need needs[] = {
	{.module = "bluetooth", .kconfig = "CONFIG_BT"},
	{.schemes = "rfcomm", .module = "rfcomm", .kconfig = "CONFIG_BT_RFCOMM"},
	{.schemes = "sco", .kconfig = "CONFIG_BT_BREDR"},
	{},
};

const struct kin_family kin_family_bluetooth = {
	.abi = KIN_FAMILY_ABI,
	.struct_size = sizeof(struct kin_family),
	.name = "bluetooth",
	.domain = AF_BLUETOOTH,
	.summary = "Bluetooth: L2CAP, RFCOMM, SCO, HCI",
	.license = "GPL-2.0-or-later",
	.protos = protos,
	.addr_opts = addr_opts,
	.opts = bluetooth_opts,
	.cmsgs = bluetooth_cmsgs,
	.consts = bluetooth_consts,
	.needs = needs,
	.styles = hci_styles,
	.details = hci_details,
	.parse = bluetooth_parse,
	.format = bluetooth_format,
	.equal = bluetooth_equal,
	.open = bluetooth_open,
	.explain = bluetooth_explain,
	.pattern_parse = hci_pattern_parse,
	.pattern_match = hci_pattern_match,
};
