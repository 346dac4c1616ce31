/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* AF_QIPCRTR: the processors of a Qualcomm platform. */
#include "internal.h"

static const struct kin_proto protos[] = {
	{
		.scheme = "qrtr",
		.type = SOCK_DGRAM,
		.body = "NODE:PORT",
		.example = "qrtr:1:16384",
		.summary = "messages to services of other processors",
	},
	{},
};

static const struct kin_addr_opt addr_opts[] = {
	{.name = "local", .value = "NODE:PORT", .doc = "bind to this place before connecting"},
	{},
};

static const struct kin_need needs[] = {
	{.module = "qrtr", .kconfig = "CONFIG_QRTR", .since = "4.7"},
	{},
};

const struct kin_family kin_family_qrtr = {
	.abi = KIN_FAMILY_ABI,
	.struct_size = sizeof(struct kin_family),
	.name = "qrtr",
	.domain = AF_QIPCRTR,
	.summary = "the processors of a Qualcomm platform (IPC router)",
	.protos = protos,
	.addr_opts = addr_opts,
	.consts = qrtr_consts,
	.needs = needs,
	.parse = qrtr_parse,
	.format = qrtr_format,
	.equal = qrtr_equal,
	.explain = qrtr_explain,
};
