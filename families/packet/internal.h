/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the files of this family share, and what older kernel headers lack. */
#ifndef KIN_PACKET_INTERNAL_H
#define KIN_PACKET_INTERNAL_H

#include <net/if.h> /* before <linux/if_arp.h>, which then leaves its own out */

#include <linux/if_arp.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>

#include <kin/family.h>
#include <kin/packet.h>

/* include/uapi/linux/if_packet.h, between Linux 6.2 and 6.12 */
#ifndef PACKET_VNET_HDR_SZ
#define PACKET_VNET_HDR_SZ 24
#endif
#ifndef PACKET_FANOUT_FLAG_IGNORE_OUTGOING
#define PACKET_FANOUT_FLAG_IGNORE_OUTGOING 0x4000
#endif
#ifndef TP_STATUS_GSO_TCP
#define TP_STATUS_GSO_TCP (1 << 8)
#endif

/* include/uapi/linux/if_ether.h, after Linux 6.12 */
#ifndef ETH_P_MXLGSW
#define ETH_P_MXLGSW 0x88C3
#endif

extern const struct kin_const packet_consts[];
extern const struct kin_opt packet_opts[];
extern const struct kin_cmsg_type packet_cmsgs[];
extern const struct kin_family kin_family_packet;

/* 0 for every interface, and for no address at all */
int packet_ifindex(const struct kin_addr *addr);

int packet_parse(const struct kin_proto *proto, const char *body,
		 const struct kin_setting *settings, size_t n, struct kin_target *ret);
void packet_format(const struct kin_proto *proto, const struct kin_target *target,
		   struct kin_buf *out);
bool packet_equal(const struct kin_addr *a, const struct kin_addr *b);
void packet_explain(const struct kin_proto *proto, const char *call, int err,
		    const struct kin_target *target, struct kin_buf *out);

#endif
