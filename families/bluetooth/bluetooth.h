/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * @file bluetooth.h
 * Bluetooth without text: L2CAP, RFCOMM, SCO and HCI. The structures of the kernel's addresses
 * are BlueZ's; neither its headers nor its library are needed.
 *
 * In text, where BDADDR is a device's address, "00:AA:01:01:00:01", or any or local:
 *
 *     l2cap:BDADDR,psm=25             connections that keep message boundaries (SOCK_SEQPACKET)
 *     l2cap-stream:BDADDR,psm=25      connections that do not (SOCK_STREAM)
 *     l2cap-dgram:BDADDR,psm=25       without connection (SOCK_DGRAM)
 *     l2cap:BDADDR,cid=4,type=le-public   LE: type is bredr, le-public or le-random
 *     rfcomm:BDADDR,channel=1         a serial line
 *     sco:BDADDR                      voice
 *     hci:0,channel=user              a controller; channel is raw, user, monitor, control or
 *                                     logging; hci:none for those that name no controller
 *
 * All but hci: take local=hci0 or local=BDADDR: the controller of this machine to use. It is looked
 * for when the address is opened. Connecting to an LE device binds to an LE address first, which is
 * what makes the kernel use LE's kind of channel.
 *
 * The sockets of each protocol have an address format of their own, so kin_addr_format() needs the
 * socket's type and protocol. Bluetooth works in the first network namespace only.
 */
#ifndef KIN_BLUETOOTH_H
#define KIN_BLUETOOTH_H

#include <kin/kin.h>

#ifdef __cplusplus
extern "C" {
#endif

/** A device's address, as the kernel has it: the last byte of the text first. */
struct kin_bdaddr {
	uint8_t b[6];
};

/** Room for the text of a device's address, NUL included. */
#define KIN_BDADDR_TEXT 18

/** What kind of address it is (BDADDR_BREDR, BDADDR_LE_PUBLIC, BDADDR_LE_RANDOM). */
enum kin_bdaddr_type {
	KIN_BDADDR_BREDR,
	KIN_BDADDR_LE_PUBLIC,
	KIN_BDADDR_LE_RANDOM,
};

/**
 * Read "00:AA:01:01:00:01": six bytes in hex with colons between them, and nothing else; "any" is
 * 00:00:00:00:00:00 (BDADDR_ANY), "local" 00:00:00:FF:FF:FF (BDADDR_LOCAL).
 * @return 0; -EINVAL
 */
KIN_API int kin_bdaddr_parse(const char *text, struct kin_bdaddr *ret_bdaddr);

/** @return 17, the length of the text, which was cut when that is size or more; -EINVAL: NULL */
KIN_API ssize_t kin_bdaddr_format(const struct kin_bdaddr *bdaddr, char *buf, size_t size);

/**
 * The address of L2CAP.
 * @param bdaddr  the device; NULL: any
 * @param psm     0-65535: what is served there; odd, from 4097 on for everybody
 * @param cid     0-65535: a fixed channel instead of a psm, such as 4 (attributes); else 0
 * @param type    an enum kin_bdaddr_type
 * @return 0; -EINVAL: a number is out of range
 */
KIN_API int kin_l2cap_addr(const struct kin_bdaddr *bdaddr, long psm, long cid, int type,
			   struct kin_addr *ret_addr);

/** Each result may be NULL. @return 0; -EAFNOSUPPORT: not an address of L2CAP */
KIN_API int kin_l2cap_addr_read(const struct kin_addr *addr, struct kin_bdaddr *ret_bdaddr,
				uint16_t *ret_psm, uint16_t *ret_cid, int *ret_type);

/**
 * The address of RFCOMM.
 * @param bdaddr   the device; NULL: any
 * @param channel  1-30; 0, to bind to: the kernel chooses one when it listens
 * @return 0; -EINVAL: out of range
 */
KIN_API int kin_rfcomm_addr(const struct kin_bdaddr *bdaddr, long channel,
			    struct kin_addr *ret_addr);

/** Each result may be NULL. @return 0; -EAFNOSUPPORT: not an address of RFCOMM */
KIN_API int kin_rfcomm_addr_read(const struct kin_addr *addr, struct kin_bdaddr *ret_bdaddr,
				 uint8_t *ret_channel);

/** The address of SCO. @param bdaddr  the device; NULL: any @return 0; -EINVAL */
KIN_API int kin_sco_addr(const struct kin_bdaddr *bdaddr, struct kin_addr *ret_addr);

/** ret_bdaddr may be NULL. @return 0; -EAFNOSUPPORT: not an address of SCO */
KIN_API int kin_sco_addr_read(const struct kin_addr *addr, struct kin_bdaddr *ret_bdaddr);

/** The device of HCI's channels that are not one controller's (HCI_DEV_NONE). */
#define KIN_HCI_DEV_NONE 65535

enum kin_hci_channel {
	KIN_HCI_RAW,
	KIN_HCI_USER,    /* the controller for this process alone; it must be down; CAP_NET_ADMIN */
	KIN_HCI_MONITOR, /* what goes over all controllers; CAP_NET_RAW */
	KIN_HCI_CONTROL, /* the management interface */
	KIN_HCI_LOGGING, /* lines for who monitors */
};

/**
 * The address of a controller of this machine.
 * @param device   0-65535: 0 is hci0; KIN_HCI_DEV_NONE
 * @param channel  0-65535: an enum kin_hci_channel
 * @return 0; -EINVAL: out of range
 */
KIN_API int kin_hci_addr(long device, long channel, struct kin_addr *ret_addr);

/** Each result may be NULL. @return 0; -EAFNOSUPPORT: not an address of HCI */
KIN_API int kin_hci_addr_read(const struct kin_addr *addr, uint16_t *ret_device,
			      uint16_t *ret_channel);

/**
 * The address that a controller of this machine has (HCIGETDEVINFO).
 * @param device  0-65535: 0 is hci0
 * @return 0; -EINVAL: out of range; -ENODEV: there is none; else what socket(2) said
 */
KIN_API int kin_hci_bdaddr(long device, struct kin_bdaddr *ret_bdaddr);

#ifdef __cplusplus
}
#endif

#endif
