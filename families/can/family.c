/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The CAN family's record. */
#include "internal.h"

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
	{},
};

static const struct kin_need needs[] = {
	{.module = "can", .kconfig = "CONFIG_CAN", .since = "2.6.25"},
	{.schemes = "can", .module = "can_raw", .kconfig = "CONFIG_CAN_RAW", .since = "2.6.25"},
	{},
};

static const struct kin_cmsg_type cmsgs[] = {
	{SOL_CAN_RAW, SCM_CAN_RAW_ERRQUEUE, "can-error-queue", NULL},
	{},
};

static const struct kin_style styles[] = {
	{"text", "candump's lines", .put = can_put_text, .add = can_format_add, .remarks = true,
	 .schemes = "can"},
	{"candump", "candump's log format (candump -L)", .put = can_put_candump,
	 .add = can_format_add, .remarks = true, .schemes = "can"},
	{"json", "one JSON object a line", .put = can_put_json, .schemes = "can"},
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
	{},
};

const struct kin_family kin_family_can = {
	.abi = KIN_FAMILY_ABI,
	.struct_size = sizeof(struct kin_family),
	.name = "can",
	.domain = AF_CAN,
	.summary = "Controller Area Network",
	.protos = protos,
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
	.pattern_parse = can_pattern_parse,
	.pattern_match = can_pattern_match,
};
