/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "internal.h"

#include <errno.h>

int kin_packet_set_promiscuous(struct kin_sock *sock, bool on)
{
	struct packet_mreq mreq = {.mr_type = PACKET_MR_PROMISC};
	struct kin_addr addr;
	int r = sock ? kin_local_addr(sock, &addr) : kin_fail(EINVAL, "no socket was given");

	if (r < 0)
		return r;
	mreq.mr_ifindex = packet_ifindex(&addr);
	if (mreq.mr_ifindex == 0)
		return kin_fail(EINVAL, "promiscuous: bind to one interface first");
	return kin_setsockopt(sock, SOL_PACKET, on ? PACKET_ADD_MEMBERSHIP : PACKET_DROP_MEMBERSHIP,
			      &mreq, sizeof(mreq));
}

static int check_promiscuous(const struct kin_opt *opt, const char *text, struct kin_buf *canonical)
{
	bool on;
	int r = kin_parse_bool(text, opt->name, &on);

	if (r == 0)
		kin_buf_puts(canonical, on ? "on" : "off");
	return r;
}

/* Off is what a socket begins with: nothing was added that could be dropped. */
static int set_promiscuous(struct kin_sock *sock, const struct kin_opt *opt, const char *text)
{
	bool on;
	int r = kin_parse_bool(text, opt->name, &on);

	if (r < 0)
		return r;
	r = kin_packet_set_promiscuous(sock, on);
	return !on && r == -EADDRNOTAVAIL ? 0 : r;
}

const struct kin_opt packet_opts[] = {
	{.name = "promiscuous",
	 .level = SOL_PACKET,
	 .optname = PACKET_ADD_MEMBERSHIP,
	 .type = KIN_OPT_CUSTOM,
	 .flags = KIN_OPT_WRITE_ONLY | KIN_OPT_AFTER_BIND,
	 .value = "on|off",
	 .check = check_promiscuous,
	 .set = set_promiscuous,
	 .since = "2.2",
	 .doc = "receive what the interface sees for other machines as well"},
	{.name = "auxdata",
	 .level = SOL_PACKET,
	 .optname = PACKET_AUXDATA,
	 .type = KIN_OPT_BOOL,
	 .since = "2.6.21",
	 .doc = "tell the length and the VLAN tag of each frame as ancillary data"},
	{.name = "origdev",
	 .level = SOL_PACKET,
	 .optname = PACKET_ORIGDEV,
	 .type = KIN_OPT_BOOL,
	 .since = "2.6.21",
	 .doc = "name the interface that a frame came in on, not the bond above it"},
	{.name = "ignore-outgoing",
	 .level = SOL_PACKET,
	 .optname = PACKET_IGNORE_OUTGOING,
	 .type = KIN_OPT_BOOL,
	 .since = "4.20",
	 .doc = "do not receive what this machine sends"},
	{.name = "qdisc-bypass",
	 .level = SOL_PACKET,
	 .optname = PACKET_QDISC_BYPASS,
	 .type = KIN_OPT_BOOL,
	 .since = "3.14",
	 .doc = "send past the interface's queues; what does not fit is dropped"},
	{.name = "vnet-hdr",
	 .level = SOL_PACKET,
	 .optname = PACKET_VNET_HDR,
	 .type = KIN_OPT_BOOL,
	 .schemes = "packet",
	 .since = "2.6.27",
	 .doc = "a struct virtio_net_hdr stands before each frame, both ways"},
	{},
};
