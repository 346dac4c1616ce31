/* SPDX-License-Identifier: LGPL-2.1-or-later */
/**
 * @file packet.h
 * Frames of network interfaces, packet(7), without text.
 *
 * In text: packet:INTERFACE with the link-layer header (SOCK_RAW), packet-dgram:INTERFACE without
 * it (SOCK_DGRAM), where INTERFACE is a name, "any" or nothing for all of them, or "if7" for the
 * index. Options of the address:
 *
 *     proto=ip       an ETH_P_* of <linux/if_ether.h> in lower case, or a number; without it, all
 *     pkttype=host   host, broadcast, multicast, otherhost, outgoing, ..., or a number
 *     hatype=ether   an ARPHRD_* of <linux/if_arp.h> in lower case, or a number
 *     hwaddr=HEX     a hardware address of up to 8 bytes
 *
 * The last three come with received frames. In an address to bind to they mean nothing; to send on
 * a packet-dgram socket, pass an address with hwaddr to kin_send_to().
 */
#ifndef KIN_PACKET_H
#define KIN_PACKET_H

#include <kin/kin.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Bytes of the longest hardware address in an address. */
#define KIN_PACKET_HWADDR_MAX 8

/**
 * The address of an interface's frames.
 * @param ifname    "eth0"; NULL, "" or "any": all there are and will be; "if7": by index
 * @param protocol  ETH_P_*, 0-65535: what is received, or the type of what is sent; 0: to bind
 *                  without receiving
 * @param pkttype   PACKET_* of <linux/if_packet.h>, 0-255; PACKET_HOST (0) when in doubt
 * @param hatype    ARPHRD_*, 0-65535, or 0
 * @param hwaddr    hwaddr_len bytes, or NULL with a length of 0
 * @return 0; -EINVAL: a number out of range, an address of more than KIN_PACKET_HWADDR_MAX bytes, a
 *         name of more than 15; -ENODEV: no such interface
 */
KIN_API int kin_packet_addr(const char *ifname, int protocol, int pkttype, int hatype,
			    const void *hwaddr, size_t hwaddr_len, struct kin_addr *ret_addr);

/** What an address of this family says. */
struct kin_packet_info {
	char ifname[16]; /* empty: all interfaces, or one that is gone */
	int ifindex;     /* 0: all interfaces */
	int protocol;    /* ETH_P_*, in the byte order of this machine */
	int pkttype;     /* PACKET_* */
	int hatype;      /* ARPHRD_* */
	unsigned char hwaddr[KIN_PACKET_HWADDR_MAX];
	size_t hwaddr_len; /* bytes of it; a longer one (InfiniBand) is cut */
};

/** @return 0; -EAFNOSUPPORT: not an address of this family */
KIN_API int kin_packet_read(const struct kin_addr *addr, struct kin_packet_info *ret_info);

/**
 * Have the socket's interface receive what is for others, too, as long as the socket is open
 * (PACKET_MR_PROMISC). The calls of all sockets are counted: each "on" needs its "off".
 * @return 0; -EINVAL: the socket is bound to no single interface; else setsockopt(2)'s
 */
KIN_API int kin_packet_set_promiscuous(struct kin_sock *sock, bool on);

#ifdef __cplusplus
}
#endif

#endif
