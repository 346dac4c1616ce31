/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Families that only other systems have: their addresses, and what serves here instead. */
#include "internal.h"

#include <errno.h>
#include <string.h>

/* What a row's scheme stands for. */
static const struct {
	int domain;
	int (*parse)(const char *body, struct kin_addr *ret_addr);
	void (*format)(const struct kin_addr *addr, struct kin_buf *out);
} kinds[] = {
	{KIN_AF_SYSTEM, system_parse, system_format},
	{KIN_AF_DIVERT, divert_parse, divert_format},
	{KIN_AF_HYPERV, hyperv_parse, hyperv_format},
};

enum { N_KINDS = sizeof(kinds) / sizeof(kinds[0]) };

static const struct kin_proto protos[] = {
	{
		.scheme = "system",
		.domain = KIN_AF_SYSTEM,
		.type = SOCK_DGRAM,
		.protocol = 2, /* SYSPROTO_CONTROL */
		.body = "NAME or ID:UNIT",
		.example = "system:com.apple.net.utun_control",
		.summary = "kernel controls, on macOS",
	},
	{
		.scheme = "divert",
		.domain = KIN_AF_DIVERT,
		.type = SOCK_RAW,
		.body = "HOST:PORT",
		.example = "divert:0.0.0.0:8668",
		.summary = "packets that the firewall hands to a process, on FreeBSD",
	},
	{
		.scheme = "hyperv",
		.domain = KIN_AF_HYPERV,
		.type = SOCK_STREAM,
		.protocol = 1, /* HV_PROTOCOL_RAW */
		.body = "VMID:SERVICEID",
		.example = "hyperv:HV_GUID_PARENT:000004d2-facb-11e6-bd58-64006a7986d3",
		.summary = "virtual machines and their host, on Windows",
	},
	{},
};

bool elsewhere_read(const struct kin_addr *addr, int family, void *place, size_t size)
{
	if (!addr || addr->len < size || addr->ss.ss_family != family)
		return false;
	memcpy(place, &addr->ss, size);
	return true;
}

int elsewhere_give(const void *place, size_t size, struct kin_addr *ret_addr)
{
	if (!ret_addr)
		return kin_fail(EINVAL, "no room for the address");
	*ret_addr = (struct kin_addr){.len = (socklen_t)size};
	memcpy(&ret_addr->ss, place, size);
	return 0;
}

static int parse(const struct kin_proto *proto, const char *body,
		 const struct kin_setting *settings, size_t n, struct kin_target *ret)
{
	(void)settings;
	(void)n;
	for (int i = 0; i < N_KINDS; i++)
		if (kinds[i].domain == proto->domain)
			return kinds[i].parse(body, &ret->addr);
	return kin_fail(EAFNOSUPPORT, "no such family");
}

static void format(const struct kin_proto *proto, const struct kin_target *target,
		   struct kin_buf *out)
{
	(void)proto;
	for (int i = 0; i < N_KINDS; i++)
		if (target->addr.len >= sizeof(sa_family_t) &&
		    kinds[i].domain == target->addr.ss.ss_family)
			kinds[i].format(&target->addr, out);
}

/* The same sentence with and without an address, which only adds to its end. */
static void explain(const struct kin_proto *proto, const char *call, int err,
		    const struct kin_target *target, struct kin_buf *out)
{
	if (!proto || strcmp(call, "socket") != 0 || err != EAFNOSUPPORT)
		return;
	switch (proto->domain) {
	case KIN_AF_SYSTEM:
		kin_buf_puts(out, "kernel controls exist on macOS only; on Linux, parts of the "
				  "kernel are spoken to by netlink: netlink:generic, and utun's "
				  "job is /dev/net/tun's");
		break;
	case KIN_AF_DIVERT:
		kin_buf_puts(out, "divert sockets exist on FreeBSD only; on Linux, nfqueue hands "
				  "packets to a process: netlink:netfilter");
		break;
	case KIN_AF_HYPERV:
		hyperv_explain(target ? &target->addr : NULL, out);
		break;
	}
}

const struct kin_family kin_family_elsewhere = {
	.abi = KIN_FAMILY_ABI,
	.struct_size = sizeof(struct kin_family),
	.name = "elsewhere",
	.domain = KIN_AF_SYSTEM,
	.summary = "what only other systems have, and what serves here instead",
	.protos = protos,
	.parse = parse,
	.format = format,
	.explain = explain,
	.elsewhere = elsewhere_names,
};
