/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "capture.h"

#include <bluetooth/bluetooth.h>
#include <bluetooth/hci.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include "packet.h"

static void free_capture(void *kept)
{
	struct capture *c = kept;

	kin_hci_decoder_free(c->decoder);
	free(c);
}

struct capture *capture_of(struct kin_format *format)
{
	struct capture *c = format->kept;

	if (c)
		return c;
	c = calloc(1, sizeof(*c));
	if (!c)
		return NULL;
	c->controller = -1;
	format->kept = c;
	format->free_kept = free_capture;
	return c;
}

/* What the socket is bound to. @return its number in socks */
static unsigned ask(struct capture *c, struct kin_sock *sock)
{
	uint16_t controller = KIN_HCI_DEV_NONE, channel = KIN_HCI_MONITOR;
	struct kin_addr addr;
	unsigned i = 0;

	while (i < CAPTURE_SOCKS && c->socks[i].sock != sock)
		i++;
	if (i == CAPTURE_SOCKS)
		i = c->next_sock++ % CAPTURE_SOCKS;
	/* Nothing is told of the monitor's sockets that were bound elsewhere. */
	if (kin_local_addr(sock, &addr) == 0)
		kin_hci_addr_read(&addr, &controller, &channel);
	c->socks[i].sock = sock;
	c->socks[i].controller = controller;
	c->socks[i].channel = channel;
	return i;
}

void capture_add(struct kin_format *format, struct kin_sock *sock)
{
	struct capture *c = capture_of(format);

	if (c)
		ask(c, sock);
}

/* What the raw channel tells beside the packet. */
static void read_cmsgs(struct kin_msg *msg, enum kin_direction *direction)
{
	struct kin_cmsg cmsg = {};
	struct timeval time;
	int incoming;

	while (kin_next_cmsg(msg, &cmsg)) {
		if (cmsg.level != SOL_HCI)
			continue;
		if (cmsg.type == HCI_CMSG_DIR && cmsg.len >= sizeof(incoming)) {
			memcpy(&incoming, cmsg.data, sizeof(incoming));
			*direction = incoming ? KIN_DIRECTION_RECEIVED : KIN_DIRECTION_SENT;
		}
		if (cmsg.type == HCI_CMSG_TSTAMP && cmsg.len >= sizeof(time)) {
			memcpy(&time, cmsg.data, sizeof(time));
			msg->time_ns = time.tv_sec * INT64_C(1000000000) + time.tv_usec * 1000;
			msg->clock = KIN_CLOCK_SOFTWARE;
		}
	}
}

bool capture_read(struct kin_format *format, struct kin_sock *sock, const struct kin_msg *msg,
		  struct kin_hci_packet *ret_packet, struct kin_msg *ret_stamped)
{
	enum kin_direction direction = KIN_DIRECTION_UNKNOWN;
	struct capture *c = capture_of(format);
	unsigned i = 0;

	if (!c)
		return false;
	while (i < CAPTURE_SOCKS && c->socks[i].sock != sock)
		i++;
	if (i == CAPTURE_SOCKS)
		i = ask(c, sock);
	*ret_stamped = *msg;
	if (c->socks[i].channel == KIN_HCI_RAW)
		read_cmsgs(ret_stamped, &direction);
	if (kin_hci_packet_read(c->socks[i].channel, c->socks[i].controller, direction, msg->data,
				msg->len, ret_packet) < 0)
		return false;
	if (c->socks[i].channel != KIN_HCI_MONITOR && msg->full_len > msg->len)
		ret_packet->full_len += msg->full_len - msg->len;
	return true;
}

int capture_classic(struct kin_format *format, const struct kin_hci_packet *packet)
{
	struct capture *c = capture_of(format);
	int type = hci_kind_h4(packet->kind);

	if (!c || type < 0)
		return -1;
	if (c->controller < 0)
		c->controller = packet->controller;
	return c->controller == packet->controller ? type : -1;
}

/* ---- Recordings ---- */

bool capture_is_message(unsigned kind)
{
	return hci_kind_h4(kind) >= 0 || kind == KIN_HCI_CTRL_COMMAND || kind == KIN_HCI_CTRL_EVENT;
}

int capture_set_monitor(struct kin_record *record, const struct kin_hci_packet *packet)
{
	struct kin_msg *msg = record->msg;
	ssize_t n = kin_hci_packet_write(packet, msg->data, msg->size);

	if (n < 0)
		return (int)n;
	msg->len = (size_t)n;
	msg->full_len = HCI_HEADER + packet->full_len;
	record->kind = capture_is_message(packet->kind) ? KIN_RECORD_MESSAGE : KIN_RECORD_EVENT;
	record->direction = kin_hci_kind_direction(packet->kind);
	strcpy(record->source, "hci:none,channel=monitor");
	return 1;
}

int capture_set_raw(struct kin_record *record, uint8_t type, enum kin_direction direction,
		    const uint8_t *data, size_t len, size_t full_len)
{
	struct kin_msg *msg = record->msg;

	if (hci_h4_kind(type, direction) < 0)
		return kin_fail(EBADMSG, "type %u is none of HCI's packets (1-5)", type);
	if (len + 1 > msg->size || len > full_len)
		return kin_fail(EBADMSG, "%zu bytes of a packet of %zu", len, full_len);
	msg->data[0] = type;
	memcpy(msg->data + 1, data, len);
	msg->len = 1 + len;
	msg->full_len = 1 + full_len;
	record->kind = KIN_RECORD_MESSAGE;
	record->direction = direction;
	strcpy(record->source, "hci:0");
	return 1;
}
