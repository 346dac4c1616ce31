/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Packets of HCI: core specification, volume 4, part E, chapter 5.4; and the monitor's own. */
#include "decode.h"

#include <stdlib.h>
#include <string.h>
#include "decoder.h"
#include "fields.h"
#include "names.h"

enum {
	COMMAND_HEADER = 3,
	EVENT_HEADER = 2,
	SCO_HEADER = 3,
	ISO_HEADER = 4,
	COMMAND_COMPLETE = 0x0E,
	COMMAND_STATUS = 0x0F,
	CONNECTION_COMPLETE = 0x03,
	DISCONNECTION_COMPLETE = 0x05,
	LE_META = 0x3E,
	LE_CONNECTION_COMPLETE = 0x01,
	LE_ENHANCED_CONNECTION_COMPLETE = 0x0A,
	VENDOR_GROUP = 0x3F,
	MGMT_COMMAND_COMPLETE = 1,
	MGMT_COMMAND_STATUS = 2,
};

/* What the monitor tells beside packets. */
#define IDENT "cookie:x4"

static const struct hci_event notes[] = {
	{KIN_HCI_NEW_INDEX, "New Index",
	 "type:u1(primary|AMP) "
	 "bus:u1(virtual|USB|PCCARD|UART|RS232|PCI|SDIO|SPI|I2C|SMD|virtio|IPC) address:a name:n8"},
	{KIN_HCI_DEL_INDEX, "Delete Index", ""},
	{KIN_HCI_OPEN_INDEX, "Open Index", ""},
	{KIN_HCI_CLOSE_INDEX, "Close Index", ""},
	{KIN_HCI_INDEX_INFO, "Index Information", "address:a manufacturer:m"},
	{KIN_HCI_VENDOR_DIAG, "Vendor Diagnostic", NULL},
	{KIN_HCI_SYSTEM_NOTE, "Note", "text:n"},
	{KIN_HCI_USER_LOGGING, "Log",
	 "priority:u1(emergency|alert|critical|error|warning|notice|info|debug) ident:N text:n"},
	{KIN_HCI_CTRL_OPEN, "Open",
	 IDENT " format:u2(raw|user|mgmt) version:u1 revision:u2 flags:x4[trusted] ident:N"},
	{KIN_HCI_CTRL_CLOSE, "Close", IDENT},
};

static uint16_t u16(const uint8_t *data)
{
	return (uint16_t)(data[0] | data[1] << 8);
}

/* Name, number, and what else is known of a packet. */
static void put_head(struct emit *e, const char *name, const char *number_name, unsigned number,
		     unsigned digits)
{
	if (e->json) {
		emit_word(e, "name", name ? name : "Unknown");
		if (number_name)
			emit_hex(e, number_name, number, digits);
		emit_object(e, "parameters");
		return;
	}
	emit_word(e, NULL, name ? name : "Unknown");
	if (!name)
		kin_buf_printf(e->out, " 0x%0*X", (int)digits, number);
	e->more = false;
	e->lead = ": ";
}

static void put_tail(struct emit *e)
{
	if (e->json)
		emit_object_end(e);
}

/* So many bytes were said to follow; what is there of them. */
static size_t clip(struct emit *e, size_t said, size_t there)
{
	if (there > said)
		emit_unsigned(e, "too_long_by", there - said);
	if (there < said)
		emit_unsigned(e, "missing", said - there);
	return there < said ? there : said;
}

static void put_short(struct emit *e, const struct kin_hci_packet *packet)
{
	emit_bytes(e, "data", packet->data, packet->len);
	emit_bool(e, "truncated", true);
}

static const char *command_name(uint16_t opcode)
{
	const char *name = kin_hci_command_name(opcode);

	if (!name && opcode == 0)
		name = "NOP";
	if (!name && opcode >> 10 == VENDOR_GROUP)
		name = "Vendor";
	return name;
}

static void put_command(struct emit *e, const struct kin_hci_packet *packet)
{
	const struct hci_command *row;
	uint16_t opcode;
	size_t len;

	if (packet->len < COMMAND_HEADER) {
		put_short(e, packet);
		return;
	}
	opcode = u16(packet->data);
	row = hci_command(opcode);
	put_head(e, command_name(opcode), "opcode", opcode, 4);
	if (!row && opcode >> 10 == VENDOR_GROUP)
		emit_hex(e, "number", opcode & 0x3FF, 4);
	len = clip(e, packet->data[2], packet->len - COMMAND_HEADER);
	fields_put(e, row ? row->parameters : NULL, packet->data + COMMAND_HEADER, len);
	put_tail(e);
}

/* ---- Events ---- */

static void put_opcode(struct emit *e, uint16_t opcode)
{
	const char *name = command_name(opcode);

	if (name)
		emit_word(e, "command", name);
	if (e->json || !name)
		emit_hex(e, "opcode", opcode, 4);
}

static void put_complete(struct emit *e, const uint8_t *data, size_t len)
{
	const struct hci_command *row;

	if (len < 3) {
		fields_put(e, "allowed:u1 command:o", data, len);
		return;
	}
	row = hci_command(u16(data + 1));
	put_opcode(e, u16(data + 1));
	emit_unsigned(e, "allowed", data[0]);
	fields_put(e, row ? row->returned : NULL, data + 3, len - 3);
}

static void put_status(struct emit *e, const uint8_t *data, size_t len)
{
	if (len < 4) {
		fields_put(e, "status:s allowed:u1 command:o", data, len);
		return;
	}
	put_opcode(e, u16(data + 2));
	emit_unsigned(e, "allowed", data[1]);
	emit_word(e, "status", kin_hci_status_text(data[0]));
}

/* The handle of a link that begins or ends has a new meaning. */
static void forget(struct kin_hci_decoder *decoder, const struct kin_hci_packet *packet,
		   const uint8_t *data, size_t len)
{
	uint8_t event = packet->data[0];

	if (event == LE_META && len > 0 &&
	    (data[0] == LE_CONNECTION_COMPLETE || data[0] == LE_ENHANCED_CONNECTION_COMPLETE)) {
		data++;
		len--;
	} else if (event != CONNECTION_COMPLETE && event != DISCONNECTION_COMPLETE) {
		return;
	}
	if (len >= 3 && data[0] == 0)
		acl_forget(decoder, packet->controller, u16(data + 1) & 0x0FFF);
}

static void put_le_event(struct emit *e, const uint8_t *data, size_t len)
{
	const struct hci_event *row = len ? hci_le_event(data[0]) : NULL;

	if (len == 0) {
		put_head(e, "LE Meta Event", "code", LE_META, 2);
		emit_bool(e, "truncated", true);
		return;
	}
	put_head(e, row ? row->name : "LE Unknown", "code", LE_META, 2);
	if (e->json || !row)
		emit_hex(e, "subevent", data[0], 2);
	fields_put(e, row ? row->fields : NULL, data + 1, len - 1);
}

static void put_event(struct kin_hci_decoder *decoder, struct emit *e,
		      const struct kin_hci_packet *packet)
{
	const struct hci_event *row;
	const uint8_t *data;
	uint8_t event;
	size_t len;

	if (packet->len < EVENT_HEADER) {
		put_short(e, packet);
		return;
	}
	event = packet->data[0];
	data = packet->data + EVENT_HEADER;
	len = packet->len - EVENT_HEADER;
	if (len > packet->data[1])
		len = packet->data[1];
	row = hci_event(event);
	if (event == LE_META)
		put_le_event(e, data, len);
	else
		put_head(e, row ? row->name : NULL, "code", event, 2);
	clip(e, packet->data[1], packet->len - EVENT_HEADER);
	if (event == COMMAND_COMPLETE)
		put_complete(e, data, len);
	else if (event == COMMAND_STATUS)
		put_status(e, data, len);
	else if (event != LE_META)
		fields_put(e, row ? row->fields : NULL, data, len);
	put_tail(e);
	forget(decoder, packet, data, len);
}

/* ---- Synchronous and isochronous data ---- */

static void put_sco(struct emit *e, const struct kin_hci_packet *packet)
{
	static const char *const statuses[] = {"correct", "possibly-invalid", "none",
					       "partially-lost"};
	const uint8_t *data = packet->data;
	size_t len;

	if (packet->len < SCO_HEADER) {
		put_short(e, packet);
		return;
	}
	emit_unsigned(e, "handle", u16(data) & 0x0FFF);
	emit_word(e, "status", statuses[data[1] >> 4 & 3]);
	emit_unsigned(e, "length", data[2]);
	len = clip(e, data[2], packet->len - SCO_HEADER);
	emit_bytes(e, "data", data + SCO_HEADER, len);
}

static void put_iso(struct emit *e, const struct kin_hci_packet *packet)
{
	static const char *const boundaries[] = {"first", "continuation", "complete", "last"};
	const uint8_t *data = packet->data;
	unsigned flags, length;
	size_t len, taken = 0;

	if (packet->len < ISO_HEADER) {
		put_short(e, packet);
		return;
	}
	flags = data[1] >> 4;
	length = u16(data + 2) & 0x3FFF;
	emit_unsigned(e, "handle", u16(data) & 0x0FFF);
	emit_word(e, "boundary", boundaries[flags & 3]);
	emit_unsigned(e, "length", length);
	len = clip(e, length, packet->len - ISO_HEADER);
	data += ISO_HEADER;
	if (flags & 4)
		taken = fields_put_some(e, "timestamp_us:u4", data, len);
	if (!(flags & 1) && len - taken >= 4) {
		emit_unsigned(e, "sequence", u16(data + taken));
		emit_unsigned(e, "sdu_length", u16(data + taken + 2) & 0x0FFF);
		emit_unsigned(e, "status", u16(data + taken + 2) >> 14);
		taken += 4;
	}
	emit_bytes(e, "data", data + taken, len - taken);
}

/* ---- The management interface, and the monitor's own ---- */

static void put_mgmt_event(struct emit *e, const struct kin_hci_packet *packet, uint16_t event,
			   const uint8_t *data, size_t len)
{
	const struct hci_event *row = hci_mgmt_event(event);
	const struct hci_command *command;
	size_t taken;

	put_head(e, row ? row->name : NULL, "event", event, 4);
	if (packet->kind == KIN_HCI_CTRL_EVENT)
		emit_hex(e, "cookie", u16(packet->data) | (uint32_t)u16(packet->data + 2) << 16, 8);
	if (event != MGMT_COMMAND_COMPLETE && event != MGMT_COMMAND_STATUS) {
		fields_put(e, row ? row->fields : NULL, data, len);
	} else if (len < 2) {
		emit_bool(e, "truncated", true);
	} else {
		command = hci_mgmt_command(u16(data));
		if (command)
			emit_word(e, "command", command->name);
		if (e->json || !command)
			emit_hex(e, "opcode", u16(data), 4);
		taken = 2 + fields_put_some(e, row->fields, data + 2, len - 2);
		/* What failed returns nothing, or what it was asked. */
		fields_put(e, command && taken < len ? command->returned : "", data + taken,
			   len - taken);
	}
	put_tail(e);
}

static void put_mgmt_command(struct emit *e, const struct kin_hci_packet *packet)
{
	const struct hci_command *row;
	uint16_t opcode;

	if (packet->len < 6) {
		put_short(e, packet);
		return;
	}
	opcode = u16(packet->data + 4);
	row = hci_mgmt_command(opcode);
	put_head(e, row ? row->name : NULL, "opcode", opcode, 4);
	emit_hex(e, "cookie", u16(packet->data) | (uint32_t)u16(packet->data + 2) << 16, 8);
	fields_put(e, row ? row->parameters : NULL, packet->data + 6, packet->len - 6);
	put_tail(e);
}

static void put_note(struct emit *e, const struct kin_hci_packet *packet)
{
	for (unsigned i = 0; i < sizeof(notes) / sizeof(*notes); i++) {
		if (notes[i].code != packet->kind)
			continue;
		put_head(e, notes[i].name, NULL, 0, 0);
		fields_put(e, notes[i].fields, packet->data, packet->len);
		put_tail(e);
		return;
	}
	emit_unsigned(e, "number", packet->kind);
	emit_bytes(e, "data", packet->data, packet->len);
}

/* ---- All of them ---- */

static void put_body(struct kin_hci_decoder *decoder, struct emit *e,
		     const struct kin_hci_packet *packet)
{
	switch (packet->kind) {
	case KIN_HCI_COMMAND:
		put_command(e, packet);
		break;
	case KIN_HCI_EVENT:
		put_event(decoder, e, packet);
		break;
	case KIN_HCI_ACL_TX:
	case KIN_HCI_ACL_RX:
		acl_put(decoder, e, packet, packet->kind == KIN_HCI_ACL_TX);
		break;
	case KIN_HCI_SCO_TX:
	case KIN_HCI_SCO_RX:
		put_sco(e, packet);
		break;
	case KIN_HCI_ISO_TX:
	case KIN_HCI_ISO_RX:
		put_iso(e, packet);
		break;
	case KIN_HCI_CTRL_COMMAND:
		put_mgmt_command(e, packet);
		break;
	case KIN_HCI_CTRL_EVENT:
		if (packet->len < 6)
			put_short(e, packet);
		else
			put_mgmt_event(e, packet, u16(packet->data + 4), packet->data + 6,
				       packet->len - 6);
		break;
	case KIN_HCI_MGMT:
		if (packet->len < 6)
			put_short(e, packet);
		else
			put_mgmt_event(e, packet, u16(packet->data), packet->data + 6,
				       packet->len - 6);
		break;
	default:
		put_note(e, packet);
	}
}

static char mark(unsigned kind)
{
	switch (kin_hci_kind_direction(kind)) {
	case KIN_DIRECTION_SENT:
		return '<';
	case KIN_DIRECTION_RECEIVED:
		return '>';
	default:
		return (kind >= KIN_HCI_CTRL_OPEN && kind <= KIN_HCI_CTRL_EVENT) ||
				       kind == KIN_HCI_MGMT
			       ? '@'
			       : '=';
	}
}

static void put_origin(struct emit *e, const struct kin_hci_packet *packet)
{
	static const char *const directions[] = {
		[KIN_DIRECTION_UNKNOWN] = "none",
		[KIN_DIRECTION_RECEIVED] = "in",
		[KIN_DIRECTION_SENT] = "out",
	};
	char text[16] = "none";
	struct kin_buf controller = {text, sizeof(text), 0};

	if (packet->controller != KIN_HCI_DEV_NONE) {
		kin_buf_printf(&controller, "hci%u", packet->controller);
		kin_buf_end(&controller);
	}
	if (e->json) {
		emit_word(e, "controller", text);
		emit_word(e, "direction", directions[kin_hci_kind_direction(packet->kind)]);
		emit_word(e, "kind", kin_hci_kind_name(packet->kind));
		return;
	}
	kin_buf_printf(e->out, "%c %s %s", mark(packet->kind), text,
		       kin_hci_kind_name(packet->kind));
	e->more = false;
	e->lead = " ";
}

void hci_put(struct kin_hci_decoder *decoder, const struct kin_hci_packet *packet, struct emit *e)
{
	decoder->packets++;
	put_origin(e, packet);
	put_body(decoder, e, packet);
	if (packet->full_len > packet->len)
		emit_unsigned(e, "full_length", packet->full_len);
}

int kin_hci_decoder_new(struct kin_hci_decoder **ret_decoder)
{
	struct kin_hci_decoder *decoder;

	KIN_NEED(ret_decoder);
	decoder = calloc(1, sizeof(*decoder));
	if (!decoder)
		return kin_fail(ENOMEM, "no memory for a decoder of HCI");
	*ret_decoder = decoder;
	return 0;
}

void kin_hci_decoder_free(struct kin_hci_decoder *decoder)
{
	free(decoder);
}

static ssize_t decode(struct kin_hci_decoder *decoder, const struct kin_hci_packet *packet,
		      bool json, char *buf, size_t size)
{
	struct kin_buf out = {buf, size, 0};
	struct emit e = {.out = &out, .json = json};

	KIN_NEED(decoder);
	KIN_NEED(packet);
	KIN_NEED_ROOM(packet->data, packet->len);
	KIN_NEED_ROOM(buf, size);
	if (json)
		emit_object(&e, NULL);
	hci_put(decoder, packet, &e);
	if (json)
		emit_object_end(&e);
	kin_buf_end(&out);
	return (ssize_t)out.len;
}

ssize_t kin_hci_decode(struct kin_hci_decoder *decoder, const struct kin_hci_packet *packet,
		       char *buf, size_t size)
{
	return decode(decoder, packet, false, buf, size);
}

ssize_t kin_hci_decode_json(struct kin_hci_decoder *decoder, const struct kin_hci_packet *packet,
			    char *buf, size_t size)
{
	return decode(decoder, packet, true, buf, size);
}
