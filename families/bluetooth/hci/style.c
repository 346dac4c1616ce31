/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Packets of HCI as lines for people and as JSON. */
#include <string.h>

#include "capture.h"
#include "decode.h"

static struct kin_hci_decoder *decoder_of(struct kin_format *format)
{
	struct capture *c = capture_of(format);

	if (c && !c->decoder)
		kin_hci_decoder_new(&c->decoder);
	return c ? c->decoder : NULL;
}

void hci_put_text(struct kin_format *format, struct kin_sock *sock, const struct kin_msg *msg,
		  struct kin_buf *out)
{
	struct kin_hci_decoder *decoder = decoder_of(format);
	struct emit e = {.out = out};
	struct kin_hci_packet packet;
	struct kin_msg stamped;
	bool is_packet = decoder && capture_read(format, sock, msg, &packet, &stamped);

	if (format->time_style != KIN_TIME_NONE) {
		kin_format_put_time(format, is_packet ? stamped.time_ns : msg->time_ns, out);
		kin_buf_puts(out, " ");
	}
	if (is_packet) {
		hci_put(decoder, &packet, &e);
	} else {
		kin_buf_puts(out, "? ");
		kin_buf_put_hex(out, msg->data, msg->len, 0);
	}
	kin_buf_puts(out, "\n");
}

/* The line can be read back: it has the message itself, and how that is to be understood. */
static void put_message(struct emit *e, const struct kin_msg *msg, const char *channel)
{
	emit_word(e, "channel", channel);
	emit_unsigned(e, "len", msg->full_len);
	emit_bytes(e, "message", msg->data, msg->len);
}

void hci_put_json(struct kin_format *format, struct kin_sock *sock, const struct kin_msg *msg,
		  struct kin_buf *out)
{
	struct kin_hci_decoder *decoder = decoder_of(format);
	struct emit e = {.out = out, .json = true, .more = true};
	struct kin_hci_packet packet;
	struct kin_msg stamped = *msg;
	bool is_packet = decoder && capture_read(format, sock, msg, &packet, &stamped);

	kin_format_put_json_head(format, sock, &stamped, out);
	if (is_packet)
		hci_put(decoder, &packet, &e);
	else
		emit_bool(&e, "malformed", true);
	if (is_packet && packet.data == msg->data)
		put_message(&e, msg, "control");
	else
		put_message(&e, msg, is_packet && packet.data == msg->data + 1 ? "raw" : "monitor");
	kin_format_put_json_tail(format, sock, msg, out);
}

/* ---- JSON, read back ---- */

struct members {
	const char *channel;
	enum kin_direction direction;
	int64_t controller, len;
	ssize_t n;
};

static int read_controller(const struct kin_json *json, int64_t *ret_controller)
{
	if (strcmp(json->value, "none") == 0) {
		*ret_controller = KIN_HCI_DEV_NONE;
		return 0;
	}
	if (strncmp(json->value, "hci", 3) != 0)
		return kin_fail(EBADMSG, "controller \"%.32s\" is not hciN", json->value);
	return kin_parse_int(json->value + 3, "controller", 0, UINT16_MAX, ret_controller);
}

static int read_member(const struct kin_json *json, struct members *m, struct kin_msg *msg)
{
	if (strcmp(json->name, "time") == 0) {
		msg->clock = KIN_CLOCK_SOFTWARE;
		return kin_json_time(json, &msg->time_ns);
	}
	if (strcmp(json->name, "channel") == 0)
		m->channel = strcmp(json->value, "monitor") == 0 ? "monitor"
			     : strcmp(json->value, "raw") == 0   ? "raw"
								 : NULL;
	if (strcmp(json->name, "direction") == 0)
		m->direction = strcmp(json->value, "out") == 0  ? KIN_DIRECTION_SENT
			       : strcmp(json->value, "in") == 0 ? KIN_DIRECTION_RECEIVED
								: KIN_DIRECTION_UNKNOWN;
	if (strcmp(json->name, "controller") == 0)
		return read_controller(json, &m->controller);
	if (strcmp(json->name, "len") == 0)
		return kin_json_int(json, 0, INT32_MAX, &m->len);
	if (strcmp(json->name, "message") == 0) {
		m->n = kin_parse_bytes(json->value, "message", msg->data, msg->size);
		return m->n < 0 ? (int)m->n : 0;
	}
	return 0;
}

static int set_message(const struct members *m, struct kin_record *record)
{
	struct kin_msg *msg = record->msg;
	struct kin_buf source = {record->source, sizeof(record->source), 0};
	bool monitor = m->channel && strcmp(m->channel, "monitor") == 0;
	struct kin_hci_packet packet;
	int r;

	if (!m->channel || m->n < 0 || m->len < m->n)
		return kin_fail(EBADMSG, "no \"%s\"",
				!m->channel ? "channel"
				: m->n < 0  ? "message"
					    : "len that holds the message");
	msg->len = (size_t)m->n;
	msg->full_len = (size_t)m->len;
	r = kin_hci_packet_read(monitor ? KIN_HCI_MONITOR : KIN_HCI_RAW, (uint16_t)m->controller,
				m->direction, msg->data, msg->len, &packet);
	if (r < 0)
		return r;
	if (monitor)
		kin_buf_puts(&source, "hci:none,channel=monitor");
	else
		kin_buf_printf(&source, "hci:%u", (unsigned)m->controller);
	kin_buf_end(&source);
	record->direction = m->direction;
	record->kind = capture_is_message(packet.kind) ? KIN_RECORD_MESSAGE : KIN_RECORD_EVENT;
	return 1;
}

static int read_json(struct kin_reader *reader, char *data, size_t len, bool last, size_t *taken,
		     struct kin_record *record)
{
	struct members m = {.n = -1, .controller = KIN_HCI_DEV_NONE};
	struct kin_json json = {.text = data};
	int r;

	(void)reader;
	(void)len;
	(void)last;
	(void)taken;
	while ((r = kin_json_next(&json)) > 0) {
		r = read_member(&json, &m, record->msg);
		if (r < 0)
			return r;
	}
	return r < 0 ? r : set_message(&m, record);
}

const struct kin_reading hci_json_reading = {.lines = true, .read = read_json};

const struct kin_style hci_styles[] = {
	{.name = "text",
	 .doc = "of hci: a line a packet, decoded",
	 .put = hci_put_text,
	 .add = capture_add,
	 .remarks = true,
	 .schemes = "hci"},
	{.name = "json",
	 .put = hci_put_json,
	 .add = capture_add,
	 .schemes = "hci",
	 .reading = &hci_json_reading},
	{.name = "btsnoop",
	 .doc = "of hci: the recordings of btmon and of Android",
	 .put = btsnoop_put,
	 .add = capture_add,
	 .begin = btsnoop_begin,
	 .schemes = "hci",
	 .reading = &btsnoop_reading},
	{.name = "pcapng",
	 .doc = "of hci: the recordings of Wireshark",
	 .put = hci_pcapng_put,
	 .add = capture_add,
	 .begin = hci_pcapng_begin,
	 .schemes = "hci",
	 .reading = &hci_pcapng_reading},
	{},
};

const struct kin_detail hci_details[] = {
	{"h4", HCI_DETAIL_H4,
	 "in btsnoop and pcapng, the packets of one controller, as a serial "
	 "line has them (data link types 1002, 201)"},
	{"h1", HCI_DETAIL_H1, "in btsnoop, the same without types (1001)"},
	{},
};
