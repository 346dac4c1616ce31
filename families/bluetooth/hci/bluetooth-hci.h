/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * @file bluetooth-hci.h
 * What goes between a host and its Bluetooth controllers: packets of HCI, decoded, and the data
 * that devices advertise.
 *
 * kin_open("hci:none,channel=monitor", KIN_RECEIVE, ...) receives what goes over all controllers.
 * Recordings of it (btsnoop, pcapng) are written by kin_format_msg() and read by kin_reader_next(),
 * as those of every family.
 */
#ifndef KIN_BLUETOOTH_HCI_H
#define KIN_BLUETOOTH_HCI_H

#include <kin/bluetooth.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- UUIDs -------------------------------------------------------------------------------- */

/**
 * A UUID, its first byte first, as it is written. One of 16 or 32 bits is short for one of 128, so
 * that two are the same when memcmp(3) says so.
 */
struct kin_bt_uuid {
	uint8_t b[16];
};

/** Room for the text of a UUID, NUL included. */
#define KIN_BT_UUID_TEXT 37

/**
 * Read "180F", "0001180F" (0x may stand before both) or "0000180f-0000-1000-8000-00805f9b34fb".
 * @return 0; -EINVAL
 */
KIN_API int kin_bt_uuid_parse(const char *text, struct kin_bt_uuid *ret_uuid);

/** The shortest that says it. @return the length of the text, which was cut when that is size or
 * more */
KIN_API ssize_t kin_bt_uuid_format(const struct kin_bt_uuid *uuid, char *buf, size_t size);

/** From 2, 4 or 16 bytes as they are sent, the last one first. @return 0; -EINVAL: another len */
KIN_API int kin_bt_uuid_read(const void *data, size_t len, struct kin_bt_uuid *ret_uuid);

/** The other way, in the shortest form. @return 2, 4 or 16; -EMSGSIZE: no room */
KIN_API ssize_t kin_bt_uuid_write(const struct kin_bt_uuid *uuid, void *data, size_t size);

/** What the assigned numbers call it: "Battery". NULL: not one of those that are met often */
KIN_API const char *kin_bt_uuid_name(const struct kin_bt_uuid *uuid);

/* ---- Advertising data --------------------------------------------------------------------- */

/** A structure of advertising data, or of what answers an inquiry (EIR); data points into it. */
struct kin_bt_ad {
	uint8_t type; /* 0x09: the device's name */
	const uint8_t *data;
	size_t len;
};

/**
 * The next structure: begin with *offset 0.
 * @return 1; 0: that was all; -EBADMSG: it is longer than what is left (the next call gives 0)
 */
KIN_API int kin_bt_ad_next(const void *data, size_t len, size_t *offset, struct kin_bt_ad *ret_ad);

/** The first one of a type. @return 1; 0: there is none; -EBADMSG: malformed before it */
KIN_API int kin_bt_ad_find(const void *data, size_t len, uint8_t type, struct kin_bt_ad *ret_ad);

/** "Name", "16-bit UUIDs", ...; NULL: no such type */
KIN_API const char *kin_bt_ad_name(uint8_t type);

/**
 * For people: "Name: \"abc\"", "Manufacturer Data: company Apple, Inc., data 0215". Text of the
 * device is in quotes and safe for a terminal.
 * @return the length of the text, which was cut when that is size or more
 */
KIN_API ssize_t kin_bt_ad_format(const struct kin_bt_ad *ad, char *buf, size_t size);

/** A JSON object: {"type":"Name","code":9,"name":"abc"}. @return as kin_bt_ad_format() */
KIN_API ssize_t kin_bt_ad_format_json(const struct kin_bt_ad *ad, char *buf, size_t size);

/* ---- Packets ------------------------------------------------------------------------------ */

/** What a packet is. The numbers but the last are those of the monitor channel. */
enum kin_hci_kind {
	KIN_HCI_NEW_INDEX,
	KIN_HCI_DEL_INDEX,
	KIN_HCI_COMMAND,
	KIN_HCI_EVENT,
	KIN_HCI_ACL_TX,
	KIN_HCI_ACL_RX,
	KIN_HCI_SCO_TX,
	KIN_HCI_SCO_RX,
	KIN_HCI_OPEN_INDEX,
	KIN_HCI_CLOSE_INDEX,
	KIN_HCI_INDEX_INFO,
	KIN_HCI_VENDOR_DIAG,
	KIN_HCI_SYSTEM_NOTE,
	KIN_HCI_USER_LOGGING,
	KIN_HCI_CTRL_OPEN, /* of sockets of the management interface and of raw ones */
	KIN_HCI_CTRL_CLOSE,
	KIN_HCI_CTRL_COMMAND,
	KIN_HCI_CTRL_EVENT,
	KIN_HCI_ISO_TX,
	KIN_HCI_ISO_RX,
	KIN_HCI_MGMT = 256, /* what the control channel itself gives */
};

/** A packet; data points into the message that it was read from. */
struct kin_hci_packet {
	unsigned kind;       /* an enum kin_hci_kind, or another that a newer kernel has */
	uint16_t controller; /* 0 is hci0; KIN_HCI_DEV_NONE: none's */
	const uint8_t *data; /* without what tells its kind: of a command the opcode comes first */
	size_t len;          /* of data that is there */
	size_t full_len;     /* of the packet, above len where it was cut */
};

/**
 * A message of a socket of HCI as a packet.
 * @param channel     an enum kin_hci_channel: the socket's
 * @param controller  the socket's; of those that name none the message tells
 * @param direction   of data on the raw channel, which does not tell it
 * @return 0; -EBADMSG: no packet of HCI, or none of this kind of channel
 */
KIN_API int kin_hci_packet_read(int channel, uint16_t controller, enum kin_direction direction,
				const void *data, size_t len, struct kin_hci_packet *ret_packet);

/**
 * The other way: a packet as a message of the monitor, in data.
 * @return its length; -EMSGSIZE: size is less; -EINVAL: the monitor has no such kind or length
 */
KIN_API ssize_t kin_hci_packet_write(const struct kin_hci_packet *packet, void *data, size_t size);

/** "command", "event", "acl", "sco", "iso", "new-index", ...: one word for both directions */
KIN_API const char *kin_hci_kind_name(unsigned kind);

/** From this host, to it, or neither (KIN_DIRECTION_UNKNOWN). */
KIN_API enum kin_direction kin_hci_kind_direction(unsigned kind);

/** "Create Connection"; NULL: not in the specification */
KIN_API const char *kin_hci_command_name(uint16_t opcode);

/** "Connection Complete"; NULL: not in the specification */
KIN_API const char *kin_hci_event_name(uint8_t event);

/** Of LE Meta events: "LE Advertising Report"; NULL: not in the specification */
KIN_API const char *kin_hci_le_event_name(uint8_t subevent);

/** A status or reason in words: "Page Timeout"; never NULL */
KIN_API const char *kin_hci_status_text(uint8_t status);

/** Of a command or event of the management interface: "Set Powered"; NULL: not known */
KIN_API const char *kin_mgmt_command_name(uint16_t opcode);
KIN_API const char *kin_mgmt_event_name(uint16_t event);

/**
 * What decodes packets, one after another in the order in which they went: it keeps what L2CAP's
 * fragments and channels need, of up to 64 links and 256 channels, in 300 KB.
 */
struct kin_hci_decoder;
KIN_API int kin_hci_decoder_new(struct kin_hci_decoder **ret_decoder);
KIN_API void kin_hci_decoder_free(struct kin_hci_decoder *decoder);

/**
 * One line, without its end: the direction ('<' from this host, '>' to it, '=' and '@' neither),
 * controller, kind, and what is in it. Text from outside is in quotes and safe for a terminal.
 * @return the length of the text, which was cut when that is size or more
 */
KIN_API ssize_t kin_hci_decode(struct kin_hci_decoder *decoder, const struct kin_hci_packet *packet,
			       char *buf, size_t size);

/** A JSON object of the same. @return as kin_hci_decode() */
KIN_API ssize_t kin_hci_decode_json(struct kin_hci_decoder *decoder,
				    const struct kin_hci_packet *packet, char *buf, size_t size);

static inline void kin_hci_decoder_free_cleanup(struct kin_hci_decoder **decoder)
{
	kin_hci_decoder_free(*decoder);
}

#ifdef __cplusplus
}
#endif

#endif
