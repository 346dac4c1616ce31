/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Messages of HCI's sockets, and packets of its recordings: three ways to say what a packet is. */
#include "packet.h"

#include <string.h>

/* The header of the monitor's messages and of the management interface's: three numbers. */
static int read_header(const uint8_t *data, size_t len, const char *what,
		       struct kin_hci_packet *ret_packet)
{
	if (len < HCI_HEADER)
		return kin_fail(EBADMSG, "%zu bytes are not the header of a message of the %s", len,
				what);
	ret_packet->kind = (unsigned)(data[0] | data[1] << 8);
	ret_packet->controller = (uint16_t)(data[2] | data[3] << 8);
	ret_packet->data = data + HCI_HEADER;
	ret_packet->len = len - HCI_HEADER;
	ret_packet->full_len = (unsigned)(data[4] | data[5] << 8);
	/* Behind the packet nothing is its own. */
	if (ret_packet->len > ret_packet->full_len)
		ret_packet->len = ret_packet->full_len;
	return 0;
}

ssize_t kin_hci_packet_write(const struct kin_hci_packet *packet, void *data, size_t size)
{
	uint8_t *at = data;

	KIN_NEED(packet);
	KIN_NEED_ROOM(packet->data, packet->len);
	KIN_NEED_ROOM(data, size);
	if (packet->kind > UINT8_MAX)
		return kin_fail(EINVAL, "kind %u is none that the monitor has", packet->kind);
	if (packet->full_len > UINT16_MAX || packet->len > packet->full_len)
		return kin_fail(EINVAL, "%zu bytes of a packet of %zu, where the most is 65535",
				packet->len, packet->full_len);
	if (size < HCI_HEADER + packet->len)
		return kin_fail(EMSGSIZE, "a message of %zu bytes has no room in %zu",
				HCI_HEADER + packet->len, size);
	for (unsigned i = 0; i < 2; i++) {
		at[i] = (uint8_t)(packet->kind >> 8 * i);
		at[2 + i] = (uint8_t)(packet->controller >> 8 * i);
		at[4 + i] = (uint8_t)(packet->full_len >> 8 * i);
	}
	if (packet->len)
		memcpy(at + HCI_HEADER, packet->data, packet->len);
	return (ssize_t)(HCI_HEADER + packet->len);
}

int hci_h4_kind(uint8_t type, enum kin_direction direction)
{
	bool sent = direction == KIN_DIRECTION_SENT;

	switch (type) {
	case HCI_H4_COMMAND:
		return KIN_HCI_COMMAND;
	case HCI_H4_EVENT:
		return KIN_HCI_EVENT;
	case HCI_H4_ACL:
		return sent ? KIN_HCI_ACL_TX : KIN_HCI_ACL_RX;
	case HCI_H4_SCO:
		return sent ? KIN_HCI_SCO_TX : KIN_HCI_SCO_RX;
	case HCI_H4_ISO:
		return sent ? KIN_HCI_ISO_TX : KIN_HCI_ISO_RX;
	case HCI_H4_DIAG:
	case HCI_H4_VENDOR:
		return KIN_HCI_VENDOR_DIAG;
	default:
		return -1;
	}
}

int hci_kind_h4(unsigned kind)
{
	switch (kind) {
	case KIN_HCI_COMMAND:
		return HCI_H4_COMMAND;
	case KIN_HCI_EVENT:
		return HCI_H4_EVENT;
	case KIN_HCI_ACL_TX:
	case KIN_HCI_ACL_RX:
		return HCI_H4_ACL;
	case KIN_HCI_SCO_TX:
	case KIN_HCI_SCO_RX:
		return HCI_H4_SCO;
	case KIN_HCI_ISO_TX:
	case KIN_HCI_ISO_RX:
		return HCI_H4_ISO;
	case KIN_HCI_VENDOR_DIAG:
		return HCI_H4_DIAG;
	default:
		return -1;
	}
}

static int read_h4(uint16_t controller, enum kin_direction direction, const uint8_t *data,
		   size_t len, struct kin_hci_packet *ret_packet)
{
	int kind = len ? hci_h4_kind(data[0], direction) : -1;

	if (len == 0)
		return kin_fail(EBADMSG, "an empty message is no packet of HCI");
	if (kind < 0)
		return kin_fail(EBADMSG, "type %u is none of HCI's packets (1-5)", data[0]);
	*ret_packet = (struct kin_hci_packet){
		.kind = (unsigned)kind,
		.controller = controller,
		.data = data + 1,
		.len = len - 1,
		.full_len = len - 1,
	};
	return 0;
}

int kin_hci_packet_read(int channel, uint16_t controller, enum kin_direction direction,
			const void *data, size_t len, struct kin_hci_packet *ret_packet)
{
	struct kin_hci_packet packet;
	int r;

	KIN_NEED_ROOM(data, len);
	KIN_NEED(ret_packet);
	if (channel == KIN_HCI_RAW || channel == KIN_HCI_USER)
		return read_h4(controller, direction, data, len, ret_packet);
	if (channel == KIN_HCI_MONITOR) {
		r = read_header(data, len, "monitor", &packet);
	} else if (channel == KIN_HCI_CONTROL) {
		r = read_header(data, len, "management interface", &packet);
		if (r < 0)
			return r;
		/* The number of the event is in the header: it is a part of what is decoded. */
		packet.kind = KIN_HCI_MGMT;
		packet.data = data;
		packet.len += HCI_HEADER;
		packet.full_len += HCI_HEADER;
	} else {
		r = kin_fail(EBADMSG, "channel %d has no packets", channel);
	}
	if (r == 0)
		*ret_packet = packet;
	return r;
}
