/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The protocols of netlink by name: NETLINK_* of <linux/netlink.h>. */
#include "internal.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>

static const struct netlink_protocol protocols[] = {
	{"route", NETLINK_ROUTE, "RTNLGRP_", NULL},
	{"unused", NETLINK_UNUSED, NULL, "nobody's"},
	{"usersock", NETLINK_USERSOCK, NULL, NULL},
	{"firewall", NETLINK_FIREWALL, NULL, "removed in Linux 3.5"},
	{"sock-diag", NETLINK_SOCK_DIAG, "SKNLGRP_", "CONFIG_INET_DIAG"},
	{"nflog", NETLINK_NFLOG, NULL, "removed in Linux 3.17"},
	{"xfrm", NETLINK_XFRM, "XFRMNLGRP_", "CONFIG_XFRM_USER, module xfrm_user"},
	{"selinux", NETLINK_SELINUX, "SELNLGRP_", "CONFIG_SECURITY_SELINUX"},
	{"iscsi", NETLINK_ISCSI, NULL, "CONFIG_SCSI_ISCSI_ATTRS, module scsi_transport_iscsi"},
	{"audit", NETLINK_AUDIT, "AUDIT_NLGRP_", "CONFIG_AUDIT"},
	{"fib-lookup", NETLINK_FIB_LOOKUP, NULL, "CONFIG_INET"},
	{"connector", NETLINK_CONNECTOR, NULL, "CONFIG_CONNECTOR, module cn"},
	{"netfilter", NETLINK_NETFILTER, "NFNLGRP_", "CONFIG_NETFILTER_NETLINK, module nfnetlink"},
	{"ip6-fw", NETLINK_IP6_FW, NULL, "removed in Linux 3.5"},
	{"dnrtmsg", NETLINK_DNRTMSG, NULL, "removed in Linux 6.1"},
	{"uevent", NETLINK_KOBJECT_UEVENT, NULL, NULL},
	{"generic", NETLINK_GENERIC, NULL, NULL},
	{"scsitransport", NETLINK_SCSITRANSPORT, NULL, "CONFIG_SCSI_NETLINK"},
	{"ecryptfs", NETLINK_ECRYPTFS, NULL, "removed long ago"},
	{"rdma", NETLINK_RDMA, NULL, "CONFIG_INFINIBAND, module ib_core"},
	{"crypto", NETLINK_CRYPTO, NULL, "CONFIG_CRYPTO_USER, module crypto_user"},
	{"smc", NETLINK_SMC, NULL, "no kernel has it"},
	/* Other names of the same. */
	{"inet-diag", NETLINK_INET_DIAG, NULL, NULL},
	{"kobject-uevent", NETLINK_KOBJECT_UEVENT, NULL, NULL},
};

enum { N_PROTOCOLS = sizeof(protocols) / sizeof(protocols[0]) };

const struct netlink_protocol *netlink_protocol(int number)
{
	for (unsigned i = 0; i < N_PROTOCOLS; i++)
		if (protocols[i].number == number)
			return &protocols[i];
	return NULL;
}

static int refuse(const char *text)
{
	const char *names[N_PROTOCOLS + 1];
	char list[256];
	struct kin_buf buf = {list, sizeof(list), 0};

	for (unsigned i = 0; i < N_PROTOCOLS; i++)
		names[i] = protocols[i].name;
	names[N_PROTOCOLS] = NULL;
	kin_buf_puts(&buf, "; did you mean ");
	kin_buf_put_nearest(&buf, text, names);
	if (buf.len > strlen("; did you mean ")) {
		kin_buf_puts(&buf, "?");
	} else {
		buf.len = 0;
		kin_buf_puts(&buf, "; there are");
		for (unsigned i = 0; i < N_PROTOCOLS; i++)
			kin_buf_printf(&buf, " %s", names[i]);
	}
	return kin_fail(EINVAL, "no netlink protocol \"%s\"%s", text, kin_buf_end(&buf));
}

int netlink_parse_protocol(const char *text)
{
	int64_t number;
	int r;

	for (unsigned i = 0; i < N_PROTOCOLS; i++)
		if (strcmp(protocols[i].name, text) == 0)
			return protocols[i].number;
	if (!isdigit((unsigned char)*text))
		return refuse(text);
	r = kin_parse_int(text, "netlink protocol", 0, MAX_LINKS - 1, &number);
	return r < 0 ? r : (int)number;
}
