/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * @file bluetooth.h
 * Bluetooth without text: L2CAP, RFCOMM, SCO, ISO and HCI. BlueZ's headers are not needed.
 *
 * In text, where BDADDR is a device's address, "00:AA:01:01:00:01", or any or local:
 *
 *     l2cap:BDADDR,psm=25             connections that keep message boundaries (SOCK_SEQPACKET)
 *     l2cap-stream:BDADDR,psm=25      connections that do not (SOCK_STREAM)
 *     l2cap-dgram:BDADDR,psm=25       without connection (SOCK_DGRAM)
 *     l2cap:BDADDR,psm=0x80,type=le-public   LE: type is bredr, le-public or le-random
 *     l2cap:BDADDR,cid=4,type=le-public      a fixed channel of LE: attributes
 *     rfcomm:BDADDR,channel=1         a serial line
 *     sco:BDADDR                      voice
 *     iso:BDADDR                      streams of LE Audio (Linux 6.0, where it is switched on)
 *     hci:0,channel=user              a controller; channel is raw, user, monitor, control or
 *                                     logging; hci:none for those that name no controller
 *
 * All but hci: take local=hci0 or local=BDADDR: the controller of this machine to use. It is looked
 * for when the address is opened. Opening an address of LE binds to LE first, in the mode that it
 * needs, which is what makes the kernel use LE's kind of channel; kin_bluetooth_bind_for() does so
 * for a socket of one's own.
 *
 * A connection ends both ways at once: kin_shutdown() of one is the end of both, and receiving
 * gives 0 when the peer has ended it.
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
 * @param psm     0: none, to bind to: the kernel chooses one. What is served there: of BR/EDR
 * 1-65279 whose lowest bit is set and whose bit 8 is not, from 4097 on for everybody; of LE 1-255,
 * from 128 on for everybody
 * @param cid     0-65535: a fixed channel instead of a psm, such as 4 (attributes); else 0
 * @param type    an enum kin_bdaddr_type
 * @return 0; -EINVAL: a number is out of range, or no psm
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

/**
 * The address of ISO.
 * @param bdaddr  the device; NULL: any, which is to broadcast to
 * @param type    KIN_BDADDR_LE_PUBLIC or KIN_BDADDR_LE_RANDOM
 * @return 0; -EINVAL
 */
KIN_API int kin_iso_addr(const struct kin_bdaddr *bdaddr, int type, struct kin_addr *ret_addr);

/** Each result may be NULL. @return 0; -EAFNOSUPPORT: not an address of ISO (or of RFCOMM) */
KIN_API int kin_iso_addr_read(const struct kin_addr *addr, struct kin_bdaddr *ret_bdaddr,
			      int *ret_type);

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

/* ---- Connecting, and accepting ------------------------------------------------------------- */

/**
 * Bind a socket as connecting to peer needs it: to a controller, and for LE to an address of LE in
 * the mode that goes with it. What opening an address does before it connects.
 * @param device  0-65535: 0 is hci0; below zero: whichever controller reaches the peer
 * @return 0; -EINVAL: peer can't be connected to, the words say why; -ENODEV: no such controller
 */
KIN_API int kin_bluetooth_bind_for(struct kin_sock *sock, const struct kin_addr *peer, long device);

/**
 * Leave the decision about who connects to the program (BT_DEFER_SETUP, Linux 2.6.30): what it
 * accepts it confirms by kin_confirm(), or refuses by kin_close(). Option "defer-setup".
 * @param sock  a bound or listening one of L2CAP, RFCOMM, SCO or ISO
 * @return 0; -EINVAL: it is neither
 */
KIN_API int kin_bluetooth_set_defer(struct kin_sock *sock, bool on);

/* ---- L2CAP --------------------------------------------------------------------------------- */

/** How a channel carries its messages (BT_MODE_*). */
enum kin_l2cap_mode {
	KIN_L2CAP_BASIC,     /* BR/EDR: as they are */
	KIN_L2CAP_ERTM,      /* BR/EDR: numbered, and sent again when they were lost */
	KIN_L2CAP_STREAMING, /* BR/EDR: numbered, and dropped when they are late */
	KIN_L2CAP_CREDIT,    /* LE: as many as the peer has given credits for */
	KIN_L2CAP_ENHANCED,  /* LE: the same, several channels at once (Linux 5.7) */
};

/**
 * Choose the mode, before connecting or listening. Option "mode". LE's are set on a socket that is
 * bound to LE, which has the mode KIN_L2CAP_CREDIT then.
 * @param mode  an enum kin_l2cap_mode
 * @return 0; -EINVAL: the mode is of the other kind of link, or the socket is connected;
 *         -EOPNOTSUPP: the enhanced one is switched off (the module parameter enable_ecred)
 */
KIN_API int kin_l2cap_set_mode(struct kin_sock *sock, int mode);

/** @return an enum kin_l2cap_mode; what getsockopt(2) said */
KIN_API int kin_l2cap_mode(const struct kin_sock *sock);

/** What else the modes of BR/EDR have (L2CAP_OPTIONS); the kernel's own, which does not grow. */
struct kin_l2cap_options {
	uint16_t flush_timeout_ms; /* 1-65535: what was not sent by then is dropped; 65535: never */
	uint16_t tx_window;        /* 1-16383: packets before ERTM waits to hear of them */
	uint8_t max_tx;            /* how often ERTM sends a packet; 0: for ever */
	bool fcs;                  /* a checksum behind each packet */
};

/** Options "flush-timeout", "tx-window", "max-tx", "fcs". @return 0; -EINVAL: LE, or out of range
 */
KIN_API int kin_l2cap_options(const struct kin_sock *sock, struct kin_l2cap_options *ret_options);
KIN_API int kin_l2cap_set_options(struct kin_sock *sock, const struct kin_l2cap_options *options);

/**
 * Bytes of the longest message to send: of L2CAP what the peer takes, of SCO what the controller
 * does (Linux 5.9). Option "sndmtu". @return 0-65535; -ENOTCONN; what getsockopt(2) said
 */
KIN_API int kin_bluetooth_sndmtu(const struct kin_sock *sock);

/** Bytes of the longest message to receive. Option "rcvmtu". @return as kin_bluetooth_sndmtu() */
KIN_API int kin_bluetooth_rcvmtu(const struct kin_sock *sock);

/**
 * Of L2CAP, before connecting or listening; in the mode KIN_L2CAP_ENHANCED also later.
 * @param mtu  48-65535; of LE 23-65535
 * @return 0; -EINVAL: out of range; -EISCONN
 */
KIN_API int kin_bluetooth_set_rcvmtu(struct kin_sock *sock, long mtu);

/* ---- Links --------------------------------------------------------------------------------- */

/** What a link must have (BT_SECURITY_*). */
enum kin_security {
	KIN_SECURITY_SDP,    /* nothing; RFCOMM's only */
	KIN_SECURITY_LOW,    /* nothing, or encryption where both devices are new enough */
	KIN_SECURITY_MEDIUM, /* pairing and encryption */
	KIN_SECURITY_HIGH,   /* and a proof of who is there */
	KIN_SECURITY_FIPS,   /* and keys of 128 bits; L2CAP's only */
};

/** Of L2CAP and RFCOMM (Linux 2.6.30). Option "security". @return 0; -EINVAL */
KIN_API int kin_bluetooth_set_security(struct kin_sock *sock, int level);

/**
 * @param ret_key_size  bytes of the key of a connection that is encrypted, of L2CAP (Linux 3.1);
 *                      else 0; may be NULL. Option "key-size"
 * @return an enum kin_security; what getsockopt(2) said
 */
KIN_API int kin_bluetooth_security(const struct kin_sock *sock, unsigned *ret_key_size);

/**
 * The link that a connection of L2CAP, RFCOMM or SCO goes over. Options "handle", "class".
 * @param ret_handle  its number in the controller; may be NULL
 * @param ret_class   what kind of device is at the other end, 24 bits; may be NULL
 * @return 0; -ENOTCONN; -EOPNOTSUPP: another socket
 */
KIN_API int kin_bluetooth_link(const struct kin_sock *sock, uint16_t *ret_handle,
			       uint32_t *ret_class);

/** What goes over SCO (BT_VOICE_*). */
enum kin_sco_voice {
	KIN_SCO_CVSD = 0x60,       /* samples of 16 bits, which the controller codes */
	KIN_SCO_TRANSPARENT = 0x3, /* as it is, for a codec of the program's */
};

/**
 * Before connecting, or listening (Linux 3.12). Option "voice".
 * @param setting  an enum kin_sco_voice, or another that the kernel knows
 * @return 0; -EINVAL; -EBADFD: no controller is up
 */
KIN_API int kin_sco_set_voice(struct kin_sock *sock, unsigned setting);

/** @return the setting, 0-65535; what getsockopt(2) said */
KIN_API int kin_sco_voice(const struct kin_sock *sock);

/* ---- HCI ----------------------------------------------------------------------------------- */

/**
 * Which packets the raw channel gives; at first none. Option "filter".
 * @param type_mask   bit N: packets whose first byte is N (1 command, 2 data, 3 voice, 4 event,
 *                    5 ISO), bit 0: 255
 * @param event_mask  bit N: event N, bit 63: 255
 * @param opcode      of command complete and status, those of this command only; 0: all
 */
KIN_API int kin_hci_set_filter(struct kin_sock *sock, uint32_t type_mask, uint64_t event_mask,
			       uint16_t opcode);

/** Each result may be NULL. */
KIN_API int kin_hci_filter(const struct kin_sock *sock, uint32_t *ret_type_mask,
			   uint64_t *ret_event_mask, uint16_t *ret_opcode);

#ifdef __cplusplus
}
#endif

#endif
