/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Ancillary data of packet(7). */
#include "internal.h"

#include <string.h>

static void put_auxdata(const struct kin_cmsg *cmsg, struct kin_buf *out)
{
	struct tpacket_auxdata aux = {};

	if (cmsg->len < sizeof(aux)) {
		kin_buf_puts(out, "null");
		return;
	}
	memcpy(&aux, cmsg->data, sizeof(aux));
	kin_buf_printf(out, "{\"status\":%u,\"len\":%u,\"snaplen\":%u,\"mac\":%u,\"net\":%u",
		       aux.tp_status, aux.tp_len, aux.tp_snaplen, aux.tp_mac, aux.tp_net);
	/* The kernel takes the tag out of the frame before a packet socket sees it. */
	if (aux.tp_status & TP_STATUS_VLAN_VALID)
		kin_buf_printf(out, ",\"vlan\":{\"id\":%u,\"priority\":%u,\"tpid\":%u}",
			       aux.tp_vlan_tci & 0xFFF, aux.tp_vlan_tci >> 13,
			       aux.tp_status & TP_STATUS_VLAN_TPID_VALID ? aux.tp_vlan_tpid
									 : ETH_P_8021Q);
	kin_buf_puts(out, "}");
}

const struct kin_cmsg_type packet_cmsgs[] = {
	{.level = SOL_PACKET, .type = PACKET_AUXDATA, .name = "auxdata", .json = put_auxdata},
	{},
};
