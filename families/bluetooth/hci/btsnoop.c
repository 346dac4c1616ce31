/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * btsnoop: the file of Symbian's and Android's Bluetooth, like RFC 1761's snoop; numbers have their
 * first byte first. What a record's flags are, the data link type says: BlueZ's doc/btsnoop.txt.
 */
#include <string.h>

#include "capture.h"
#include "packet.h"

enum {
	LINK_H1 = 1001,      /* packets without a type: the flags tell it */
	LINK_H4 = 1002,      /* with the type that a serial line has */
	LINK_MONITOR = 2001, /* the monitor's: its number and the controller are in the flags */
	FILE_HEADER = 16,
	RECORD_HEADER = 24,
	FLAG_RECEIVED = 1,
	FLAG_COMMAND = 2, /* or event */
};

static const char magic[8] = "btsnoop";

/* Microseconds from midnight of January 1st of the year 0 to 1970. */
#define EPOCH_US INT64_C(0x00DCDDB30F2F8000)

static void put32(uint8_t *at, uint32_t value)
{
	for (unsigned i = 0; i < 4; i++)
		at[i] = (uint8_t)(value >> (24 - 8 * i));
}

static uint32_t get32(const uint8_t *at)
{
	return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

static uint32_t link_type(const struct kin_format *format)
{
	if (format->details & HCI_DETAIL_H1)
		return LINK_H1;
	return format->details & HCI_DETAIL_H4 ? LINK_H4 : LINK_MONITOR;
}

void btsnoop_begin(struct kin_format *format, struct kin_buf *out)
{
	uint8_t header[FILE_HEADER];

	memcpy(header, magic, sizeof(magic));
	put32(header + 8, 1);
	put32(header + 12, link_type(format));
	kin_buf_put(out, header, sizeof(header));
}

static bool packet_flags(struct kin_format *format, const struct kin_hci_packet *packet,
			 uint32_t link, int *type, uint32_t *ret_flags)
{
	bool received = kin_hci_kind_direction(packet->kind) == KIN_DIRECTION_RECEIVED;

	*type = -1;
	*ret_flags = (uint32_t)packet->controller << 16 | (packet->kind & UINT16_MAX);
	if (link == LINK_MONITOR)
		return packet->kind <= UINT16_MAX && packet->kind != KIN_HCI_MGMT;
	*type = capture_classic(format, packet);
	*ret_flags = (received ? FLAG_RECEIVED : 0) |
		     (*type == HCI_H4_COMMAND || *type == HCI_H4_EVENT ? FLAG_COMMAND : 0);
	/* That format has no way to say which other data it is. */
	return *type >= 0 && (link == LINK_H4 || *ret_flags & FLAG_COMMAND || *type == HCI_H4_ACL);
}

void btsnoop_put(struct kin_format *format, struct kin_sock *sock, const struct kin_msg *msg,
		 struct kin_buf *out)
{
	uint32_t flags, link = link_type(format);
	uint8_t header[RECORD_HEADER + 1];
	struct kin_hci_packet packet;
	struct kin_msg stamped;
	uint64_t time_us;
	int type;
	unsigned extra;

	if (!capture_read(format, sock, msg, &packet, &stamped) ||
	    !packet_flags(format, &packet, link, &type, &flags))
		return;
	extra = link == LINK_H4;
	time_us = (uint64_t)(stamped.time_ns / 1000 + EPOCH_US);
	put32(header, (uint32_t)packet.full_len + extra);
	put32(header + 4, (uint32_t)packet.len + extra);
	put32(header + 8, flags);
	put32(header + 12, msg->drops);
	put32(header + 16, (uint32_t)(time_us >> 32));
	put32(header + 20, (uint32_t)time_us);
	header[RECORD_HEADER] = (uint8_t)type;
	kin_buf_put(out, header, RECORD_HEADER + extra);
	kin_buf_put(out, packet.data, packet.len);
}

/* ---- Reading ---- */

/* Of a file, kept by the reader. */
struct snoop {
	uint32_t link; /* 0: its header was not read yet */
};

static int read_header(struct snoop *snoop, const uint8_t *data, size_t len, bool last,
		       size_t *taken)
{
	uint32_t link;

	if (memcmp(data, magic, len < sizeof(magic) ? len : sizeof(magic)) != 0 ||
	    (last && len < FILE_HEADER))
		return kin_fail(EBADMSG, "no file of btsnoop: it does not begin as one");
	if (len < FILE_HEADER)
		return 0;
	link = get32(data + 12);
	if (get32(data + 8) != 1)
		return kin_fail(EBADMSG, "version %u of btsnoop, not 1", get32(data + 8));
	if (link != LINK_H1 && link != LINK_H4 && link != LINK_MONITOR)
		return kin_fail(EBADMSG, "data link type %u is none of %d, %d and %d", link,
				LINK_H1, LINK_H4, LINK_MONITOR);
	snoop->link = link;
	*taken = FILE_HEADER;
	return 0;
}

static void set_time(struct kin_msg *msg, uint64_t time_us)
{
	/* Before 1970 no time was known; int64_t ends in 2262. */
	if (time_us < (uint64_t)EPOCH_US ||
	    time_us - (uint64_t)EPOCH_US > (uint64_t)INT64_MAX / 1000)
		return;
	msg->time_ns = (int64_t)(time_us - (uint64_t)EPOCH_US) * 1000;
	msg->clock = KIN_CLOCK_SOFTWARE;
}

static int set_packet(uint32_t link, uint32_t flags, const uint8_t *data, size_t len,
		      size_t full_len, struct kin_record *record)
{
	enum kin_direction direction =
		flags & FLAG_RECEIVED ? KIN_DIRECTION_RECEIVED : KIN_DIRECTION_SENT;
	struct kin_hci_packet packet = {
		.kind = flags & UINT16_MAX,
		.controller = (uint16_t)(flags >> 16),
		.data = data,
		.len = len,
		.full_len = full_len,
	};
	uint8_t type = HCI_H4_ACL;

	if (link == LINK_MONITOR)
		return capture_set_monitor(record, &packet);
	if (flags & FLAG_COMMAND)
		type = flags & FLAG_RECEIVED ? HCI_H4_EVENT : HCI_H4_COMMAND;
	if (link == LINK_H1)
		return capture_set_raw(record, type, direction, data, len, full_len);
	if (len == 0)
		return kin_fail(EBADMSG, "a packet without its type");
	return capture_set_raw(record, data[0], direction, data + 1, len - 1, full_len - 1);
}

static int read_record(struct kin_reader *reader, char *bytes, size_t len, bool last, size_t *taken,
		       struct kin_record *record)
{
	struct snoop *snoop = kin_reader_kept(reader);
	const uint8_t *data = (const uint8_t *)bytes;
	uint32_t full_len, there;

	if (snoop->link == 0)
		return read_header(snoop, data, len, last, taken);
	if (len < RECORD_HEADER)
		return 0;
	full_len = get32(data);
	there = get32(data + 4);
	/* Nothing behind this can be told apart. */
	if (there > full_len || full_len > UINT16_MAX)
		return kin_fail(EBADMSG, "%u bytes of a packet of %u; there are up to 65535", there,
				full_len);
	if (len < RECORD_HEADER + there)
		return 0;
	*taken = RECORD_HEADER + there;
	set_time(record->msg, (uint64_t)get32(data + 16) << 32 | get32(data + 20));
	return set_packet(snoop->link, get32(data + 8), data + RECORD_HEADER, there, full_len,
			  record);
}

const struct kin_reading btsnoop_reading = {.read = read_record};
