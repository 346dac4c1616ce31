/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The CAN family's record. */
#include "internal.h"
#include "j1939/internal.h"
#include "bcm/operation.h"
#include "isotp/internal.h"

static const struct kin_proto protos[] = {
	{
		.scheme = "can",
		.type = SOCK_RAW,
		.protocol = CAN_RAW,
		.flags = KIN_PROTO_BUS | KIN_PROTO_ALL_WANTED,
		.msg_max = CANXL_MTU,
		.body = "INTERFACE",
		.example = "can:can0,filter=123:7FF",
		.summary = "CAN frames: classic, FD and XL",
	},
	{
		.scheme = "isotp",
		.type = SOCK_DGRAM,
		.protocol = CAN_ISOTP,
		.flags = KIN_PROTO_BUS,
		.recv_flags = MSG_TRUNC,
		.msg_max = 1025 * 1024, /* net/can/isotp.c: MAX_PDU_SIZE, Linux 6.4 */
		.answer_ms = 6000,      /* ISO 14229-2: 5 s (P2*) from "response pending", and the way */
		.body = "INTERFACE",
		.example = "isotp:can0,tx=7E0,rx=7E8",
		.summary = "ISO-TP: messages of any length between two identifiers",
	},
	{
		.scheme = "bcm",
		.type = SOCK_DGRAM,
		.protocol = CAN_BCM,
		.flags = KIN_PROTO_BUS,
		.msg_max = KIN_BCM_MSG_MAX,
		.body = "INTERFACE",
		.example = "bcm:can0,watch=123#FF",
		.summary = "Broadcast manager: frames sent cyclically, changes of content",
	},
	{
		.scheme = "j1939",
		.type = SOCK_DGRAM,
		.protocol = CAN_J1939,
		.flags = KIN_PROTO_BUS,
		.msg_max = KIN_J1939_MESSAGE_MAX,
		.body = "INTERFACE",
		.example = "j1939:can0,addr=0x20,to=0x30,to-pgn=0xEF00",
		.summary = "SAE J1939: parameter groups, in sessions where they are long",
	},
	{},
};

static const struct kin_need needs[] = {
	{.module = "can", .kconfig = "CONFIG_CAN", .since = "2.6.25"},
	{.schemes = "can", .module = "can_raw", .kconfig = "CONFIG_CAN_RAW", .since = "2.6.25"},
	{.schemes = "bcm", .module = "can_bcm", .kconfig = "CONFIG_CAN_BCM", .since = "2.6.25"},
	{.schemes = "j1939", .module = "can_j1939", .kconfig = "CONFIG_CAN_J1939", .since = "5.4"},
	{.schemes = "isotp", .module = "can_isotp", .kconfig = "CONFIG_CAN_ISOTP", .since = "5.10"},
	{},
};

static const struct kin_addr_opt addr_opts[] = {
	{.name = "addr", .schemes = "j1939", .value = "ADDRESS",
	 .doc = "this end's address, 0-253; 254: it has none yet. With neither addr= nor name=, all "
		"that is on the bus is received, or with pgn= or broadcast=on what is sent to all"},
	{.name = "name", .schemes = "j1939", .value = "NAME",
	 .doc = "this end's NAME, which stands for the address that was claimed for it"},
	{.name = "pgn", .schemes = "j1939", .value = "PGN",
	 .doc = "receive this parameter group only: a number, or an acronym such as DM1"},
	{.name = "to", .schemes = "j1939", .value = "ADDRESS",
	 .doc = "the peer's address; 255: all, which takes broadcast=on. Only from there is "
		"received"},
	{.name = "to-name", .schemes = "j1939", .value = "NAME", .doc = "the peer's NAME"},
	{.name = "to-pgn", .schemes = "j1939", .value = "PGN",
	 .doc = "the parameter group to send"},
	{.name = "tx", .schemes = "isotp", .value = "HEX-ID",
	 .doc = "the identifier to send with: eight digits are an extended one"},
	{.name = "rx", .schemes = "isotp", .value = "HEX-ID",
	 .doc = "the identifier to receive; not needed with to-all="},
	{},
};

static const struct kin_cmsg_type cmsgs[] = {
	{SOL_CAN_RAW, SCM_CAN_RAW_ERRQUEUE, "can-error-queue", NULL},
	{SOL_CAN_J1939, SCM_J1939_DEST_ADDR, "j1939-dest-addr", j1939_put_json_addr},
	{SOL_CAN_J1939, SCM_J1939_DEST_NAME, "j1939-dest-name", j1939_put_json_cmsg_name},
	{SOL_CAN_J1939, SCM_J1939_PRIO, "j1939-prio", j1939_put_json_addr},
	{SOL_CAN_J1939, SCM_J1939_ERRQUEUE, "j1939-error-queue", NULL},
	{},
};

static const struct kin_style styles[] = {
	{"text", "candump's lines", .put = can_put_text, .add = can_format_add, .remarks = true,
	 .schemes = "can", .reading = &can_text_reading},
	{"candump", "candump's log format (candump -L)", .put = can_put_candump,
	 .add = can_format_add, .remarks = true, .schemes = "can", .reading = &can_log_reading},
	{"json", "one JSON object a line", .put = can_put_json, .schemes = "can",
	 .reading = &can_json_reading},
	{"text", "candump's lines of frames, and what happened", .put = bcm_put_text,
	 .schemes = "bcm", .remarks = true},
	{"candump", "candump's log of the frames", .put = bcm_put_candump, .schemes = "bcm",
	 .remarks = true},
	{"json", "one JSON object a line", .put = bcm_put_json, .schemes = "bcm"},
	{"text", "j1939spy's lines", .put = j1939_put_text, .schemes = "j1939"},
	{"json", "one JSON object a line", .put = j1939_put_json, .schemes = "j1939"},
	{"text", "one PDU a line, in the manner of candump", .put = isotp_put_text,
	 .schemes = "isotp", .remarks = true},
	{"json", "one JSON object a line", .put = isotp_put_json, .schemes = "isotp"},
	{},
};

static const struct kin_detail details[] = {
	{"direction", CAN_DETAIL_DIRECTION,
	 "sent on this host (TX, T) or not (RX, R); flags of FD, XL"},
	{"ascii", CAN_DETAIL_ASCII, "the data as ASCII too"},
	{"errors", CAN_DETAIL_ERRORS, "error frames in words on lines of their own"},
	{"dlc", CAN_DETAIL_DLC, "the DLC of classic frames in braces instead of the length"},
	{"swap", CAN_DETAIL_SWAP, "the data's last byte first"},
	{"binary", CAN_DETAIL_BINARY, "the data in binary"},
	{"words", CAN_DETAIL_WORDS, "of J1939: what parameter group and nodes are called"},
	{"uds", CAN_DETAIL_UDS, "of ISO-TP: what it is in UDS or OBD-II"},
	{},
};

const struct kin_family kin_family_can = {
	.abi = KIN_FAMILY_ABI,
	.struct_size = sizeof(struct kin_family),
	.name = "can",
	.domain = AF_CAN,
	.summary = "Controller Area Network",
	.protos = protos,
	.addr_opts = addr_opts,
	.opts = can_opts,
	.cmsgs = cmsgs,
	.consts = can_consts,
	.needs = needs,
	.styles = styles,
	.details = details,
	.parse = can_parse,
	.format = can_format,
	.ifindex = can_addr_ifindex,
	.equal = can_equal,
	.open = can_open,
	.explain = can_explain,
	.msg_parse = can_msg_parse,
	.msg_generate = can_msg_generate,
	.gen_fields = can_gen_fields,
	.msg_needs = can_msg_needs,
	.pattern_parse = can_pattern_parse,
	.pattern_match = can_pattern_match,
	.msg_max = can_msg_max,
};
