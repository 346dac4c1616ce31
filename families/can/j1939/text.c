/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Messages as j1939spy's lines, in words, and as JSON. */
#include <string.h>
#include <time.h>

#include "internal.h"

/* What the formats say of a message. */
struct parts {
	const char *interface;
	uint64_t source_name, destination_name;
	uint32_t pgn;
	unsigned source;
	int destination, priority;
};

/* The kernel does not say it of messages that it put together; the socket is bound to one. */
static int interface_of(const struct kin_sock *sock, const struct kin_msg *msg)
{
	int ifindex = can_addr_ifindex(&msg->addr);
	struct kin_addr addr;

	if (ifindex == 0 && kin_local_addr(sock, &addr) == 0)
		ifindex = can_addr_ifindex(&addr);
	return ifindex;
}

static struct parts parts_of(struct kin_format *format, const struct kin_sock *sock,
			     const struct kin_msg *msg)
{
	struct parts parts = {
		.interface = kin_format_ifname(format, interface_of(sock, msg)),
		.pgn = J1939_NO_PGN,
		.source = J1939_NO_ADDR,
		.destination = kin_j1939_destination(msg),
		.priority = kin_j1939_priority(msg),
	};

	kin_j1939_addr_read(&msg->addr, &parts.source_name, &parts.pgn, &parts.source);
	kin_j1939_destination_name(msg, &parts.destination_name);
	return parts;
}

static uint32_t read_pgn(const uint8_t *data)
{
	return data[0] | (uint32_t)data[1] << 8 | (uint32_t)(data[2] & 0x3) << 16;
}

/* ---- j1939spy ------------------------------------------------------------------------------ */

/* Since when a time is told. */
static int64_t time_base(struct kin_format *format, int64_t time_ns)
{
	int64_t base = 0;

	if (!format->started)
		format->first_ns = format->last_ns = time_ns;
	format->started = true;
	if (format->time_style == KIN_TIME_ZERO)
		base = format->first_ns;
	else if (format->time_style == KIN_TIME_DELTA)
		base = format->last_ns;
	format->last_ns = time_ns;
	return base;
}

/* Four digits behind the point, as j1939spy has them, or nine. */
static void put_time(struct kin_format *format, int64_t time_ns, struct kin_buf *out)
{
	int64_t ns = time_ns - time_base(format, time_ns);
	int64_t left = ns < 0 ? -ns : ns;
	time_t seconds = (time_t)(left / 1000000000);
	char date[32];
	struct tm tm;

	if (format->time_style == KIN_TIME_NONE)
		return;
	if (format->time_style == KIN_TIME_DATE && localtime_r(&seconds, &tm)) {
		strftime(date, sizeof(date), "%Y%m%dT%H%M%S", &tm);
		kin_buf_printf(out, "(%s", date);
	} else {
		kin_buf_printf(out, "(%s%lld", ns < 0 ? "-" : "", (long long)seconds);
	}
	left %= 1000000000;
	if (format->nanoseconds)
		kin_buf_printf(out, ".%09lld)", (long long)left);
	else
		kin_buf_printf(out, ".%04lld)", (long long)left / 100000);
}

static void put_source(const struct parts *parts, struct kin_buf *out)
{
	kin_buf_printf(out, " %s:", parts->interface);
	if (parts->source_name != J1939_NO_NAME)
		kin_buf_printf(out, "%016llx", (unsigned long long)parts->source_name);
	else if (parts->source != J1939_NO_ADDR)
		kin_buf_printf(out, "%02x", parts->source);
	else
		kin_buf_puts(out, "-");
	if (parts->source_name != J1939_NO_NAME && parts->pgn == J1939_PGN_ADDRESS_CLAIMED)
		kin_buf_printf(out, ".%02x", parts->source);
	if (parts->pgn <= J1939_PGN_MAX)
		kin_buf_printf(out, ",%05x", parts->pgn);
}

static void put_destination(const struct parts *parts, struct kin_buf *out)
{
	if (parts->destination_name != J1939_NO_NAME)
		kin_buf_printf(out, " %016llx ", (unsigned long long)parts->destination_name);
	else if (parts->destination != J1939_NO_ADDR)
		kin_buf_printf(out, " %02x ", (unsigned)parts->destination);
	else
		kin_buf_puts(out, " - ");
}

static void put_data(const struct kin_msg *msg, struct kin_buf *out)
{
	static const char digits[] = "0123456789abcdef";

	for (size_t i = 0; i < msg->len; i++) {
		const char byte[] = {digits[msg->data[i] >> 4], digits[msg->data[i] & 0xF]};

		if (i % 4 == 0)
			kin_buf_puts(out, " ");
		kin_buf_put(out, byte, sizeof(byte));
	}
}

/* ---- Words --------------------------------------------------------------------------------- */

static void put_pgn(struct kin_buf *out, uint32_t pgn)
{
	const struct kin_j1939_pgn *row = kin_j1939_pgn_find(pgn);

	if (row)
		kin_buf_printf(out, "%s %s", row->acronym, row->name);
	else
		kin_buf_printf(out, "PGN %u", pgn);
}

static void put_node(struct kin_buf *out, const char *before, unsigned addr, uint64_t name)
{
	const char *text = kin_j1939_addr_text(addr);
	struct kin_j1939_name fields;

	kin_j1939_name_unpack(name, &fields);
	if (name != J1939_NO_NAME)
		text = kin_j1939_function_text(fields.function);
	if (text)
		kin_buf_printf(out, "%s%s", before, text);
}

/* What the network's own messages say. */
static void put_content(const struct parts *parts, const struct kin_msg *msg, struct kin_buf *out)
{
	char text[KIN_J1939_NAME_TEXT];
	struct kin_j1939_ack ack;

	if (parts->pgn == J1939_PGN_REQUEST && msg->len >= 3) {
		kin_buf_puts(out, ": ");
		put_pgn(out, read_pgn(msg->data));
	} else if (parts->pgn == J1939_PGN_ADDRESS_CLAIMED && msg->len == 8) {
		kin_j1939_name_format(j1939_read_name(msg->data), text, sizeof(text));
		kin_buf_printf(out, ": %s%s",
			       parts->source == J1939_IDLE_ADDR ? "can't claim, " : "", text);
	} else if (parts->pgn == PGN_ACKNOWLEDGEMENT &&
		   kin_j1939_ack_read(msg->data, msg->len, &ack) == 0) {
		kin_buf_printf(out, ": %s, ", kin_j1939_ack_text(ack.kind));
		put_pgn(out, ack.pgn);
	}
}

static void put_words(const struct parts *parts, const struct kin_msg *msg, struct kin_buf *out)
{
	kin_buf_puts(out, "  # ");
	put_pgn(out, parts->pgn);
	put_content(parts, msg, out);
	put_node(out, ", from ", parts->source, parts->source_name);
	put_node(out, ", to ", (unsigned)parts->destination, parts->destination_name);
}

void j1939_put_text(struct kin_format *format, struct kin_sock *sock, const struct kin_msg *msg,
		    struct kin_buf *out)
{
	struct parts parts = parts_of(format, sock, msg);

	put_time(format, msg->time_ns, out);
	put_source(&parts, out);
	put_destination(&parts, out);
	kin_buf_printf(out, "!%d [%zu%s]", parts.priority < 0 ? 0 : parts.priority, msg->len,
		       msg->flags & MSG_TRUNC ? "..." : "");
	put_data(msg, out);
	if (format->details & CAN_DETAIL_WORDS)
		put_words(&parts, msg, out);
	kin_buf_puts(out, "\n");
}

/* ---- JSON ---------------------------------------------------------------------------------- */

static void put_json_node(struct kin_buf *out, const char *what, unsigned addr, uint64_t name)
{
	const char *text = kin_j1939_addr_text(addr);

	kin_buf_printf(out, ",\"%s\":{\"addr\":%u", what, addr);
	if (text)
		kin_buf_printf(out, ",\"addr_text\":\"%s\"", text);
	if (name != J1939_NO_NAME) {
		kin_buf_puts(out, ",\"name\":");
		j1939_put_json_name(out, name);
	}
	kin_buf_puts(out, "}");
}

static void put_json_pgn(struct kin_buf *out, const char *before, uint32_t pgn)
{
	const struct kin_j1939_pgn *row = kin_j1939_pgn_find(pgn);

	kin_buf_printf(out, ",\"%spgn\":%u", before, pgn);
	if (row)
		kin_buf_printf(out, ",\"%spgn_acronym\":\"%s\",\"%spgn_text\":\"%s\"", before,
			       row->acronym, before, row->name);
}

static void put_json_content(const struct parts *parts, const struct kin_msg *msg,
			     struct kin_buf *out)
{
	struct kin_j1939_ack ack;

	if (parts->pgn == J1939_PGN_REQUEST && msg->len >= 3) {
		put_json_pgn(out, "requested_", read_pgn(msg->data));
	} else if (parts->pgn == J1939_PGN_ADDRESS_CLAIMED && msg->len == 8) {
		kin_buf_puts(out, ",\"claimed_by\":");
		j1939_put_json_name(out, j1939_read_name(msg->data));
	} else if (parts->pgn == PGN_ACKNOWLEDGEMENT &&
		   kin_j1939_ack_read(msg->data, msg->len, &ack) == 0) {
		kin_buf_printf(out, ",\"acknowledgement\":\"%s\"", kin_j1939_ack_text(ack.kind));
		put_json_pgn(out, "acknowledged_", ack.pgn);
	}
}

void j1939_put_json(struct kin_format *format, struct kin_sock *sock, const struct kin_msg *msg,
		    struct kin_buf *out)
{
	struct parts parts = parts_of(format, sock, msg);

	kin_format_put_json_head(format, sock, msg, out);
	kin_buf_puts(out, ",\"interface\":");
	kin_buf_put_json(out, parts.interface, strlen(parts.interface));
	if (parts.priority >= 0)
		kin_buf_printf(out, ",\"priority\":%d", parts.priority);
	put_json_pgn(out, "", parts.pgn);
	put_json_node(out, "source", parts.source, parts.source_name);
	put_json_node(out, "destination", (unsigned)parts.destination, parts.destination_name);
	kin_buf_printf(out, ",\"len\":%zu,\"data\":\"", msg->full_len);
	kin_buf_put_hex(out, msg->data, msg->len, 0);
	kin_buf_puts(out, "\"");
	if (msg->flags & MSG_TRUNC)
		kin_buf_puts(out, ",\"truncated\":true");
	put_json_content(&parts, msg, out);
	kin_format_put_json_tail(format, sock, msg, out);
}

/* One byte: an address, or the priority. */
void j1939_put_json_addr(const struct kin_cmsg *cmsg, struct kin_buf *out)
{
	if (cmsg->len >= 1)
		kin_buf_printf(out, "%u", *(const uint8_t *)cmsg->data);
	else
		kin_buf_puts(out, "null");
}

void j1939_put_json_cmsg_name(const struct kin_cmsg *cmsg, struct kin_buf *out)
{
	uint64_t name;

	if (cmsg->len < sizeof(name)) {
		kin_buf_puts(out, "null");
		return;
	}
	memcpy(&name, cmsg->data, sizeof(name));
	kin_buf_printf(out, "\"0x%016llX\"", (unsigned long long)name);
}
