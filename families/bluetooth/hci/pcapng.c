/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * pcapng, the format of Wireshark and tcpdump: draft-ietf-opsawg-pcapng. Written with times in
 * nanoseconds; read in either order of bytes, with any resolution.
 */
#include <endian.h>
#include <string.h>

#include "capture.h"
#include "packet.h"

enum {
	LINK_H4 = 187,           /* a packet with its type; the way it went may be in its flags */
	LINK_H4_WITH_PHDR = 201, /* the way it went before it */
	LINK_MONITOR = 254,      /* controller and number of the monitor before it */
	PSEUDO_HEADER = 4,       /* of the latter two */

	BLOCK_SECTION = 0x0A0D0D0A,
	BLOCK_INTERFACE = 1,
	BLOCK_SIMPLE = 3,
	BLOCK_ENHANCED = 6,
	MAGIC = 0x1A2B3C4D,
	BLOCK_FRAME = 12, /* type and length before, length behind */
	ENHANCED_HEADER = 20,

	OPTION_END = 0,
	OPTION_TIME_RESOLUTION = 9, /* of an interface */
	OPTION_TIME_OFFSET = 14,
	OPTION_FLAGS = 2, /* of a packet; the lowest two bits: 1 received, 2 sent */
	OPTION_DROPS = 4,

	INTERFACES = 32,
};

/* ---- Writing ---- */

static void put16(struct kin_buf *out, uint16_t value)
{
	kin_buf_put(out, &value, sizeof(value));
}

static void put32(struct kin_buf *out, uint32_t value)
{
	kin_buf_put(out, &value, sizeof(value));
}

static void put64(struct kin_buf *out, uint64_t value)
{
	kin_buf_put(out, &value, sizeof(value));
}

static bool is_classic(const struct kin_format *format)
{
	return format->details & (HCI_DETAIL_H4 | HCI_DETAIL_H1);
}

void hci_pcapng_begin(struct kin_format *format, struct kin_buf *out)
{
	enum { SECTION = 28, INTERFACE = 32 };
	static const uint8_t nanoseconds[4] = {9};

	put32(out, BLOCK_SECTION);
	put32(out, SECTION);
	put32(out, MAGIC);
	put16(out, 1);
	put16(out, 0);
	/* How long the section is, is not known. */
	put64(out, UINT64_MAX);
	put32(out, SECTION);

	put32(out, BLOCK_INTERFACE);
	put32(out, INTERFACE);
	put16(out, is_classic(format) ? LINK_H4_WITH_PHDR : LINK_MONITOR);
	put16(out, 0);
	put32(out, 0);
	put16(out, OPTION_TIME_RESOLUTION);
	put16(out, 1);
	kin_buf_put(out, nanoseconds, sizeof(nanoseconds));
	put32(out, OPTION_END);
	put32(out, INTERFACE);
}

/* What stands before the packet. @return its length; 0: the packet has no place here */
static size_t pseudo_header(struct kin_format *format, const struct kin_hci_packet *packet,
			    uint8_t header[PSEUDO_HEADER + 1])
{
	bool received = kin_hci_kind_direction(packet->kind) == KIN_DIRECTION_RECEIVED;
	int type;

	memset(header, 0, PSEUDO_HEADER + 1);
	if (!is_classic(format)) {
		header[0] = (uint8_t)(packet->controller >> 8);
		header[1] = (uint8_t)packet->controller;
		header[2] = (uint8_t)(packet->kind >> 8);
		header[3] = (uint8_t)packet->kind;
		return packet->kind > UINT16_MAX || packet->kind == KIN_HCI_MGMT ? 0
										 : PSEUDO_HEADER;
	}
	type = capture_classic(format, packet);
	header[3] = received;
	header[PSEUDO_HEADER] = (uint8_t)type;
	return type < 0 ? 0 : PSEUDO_HEADER + 1;
}

void hci_pcapng_put(struct kin_format *format, struct kin_sock *sock, const struct kin_msg *msg,
		    struct kin_buf *out)
{
	static const char padding[3];
	uint8_t header[PSEUDO_HEADER + 1];
	struct kin_hci_packet packet;
	struct kin_msg stamped;
	size_t before, options = msg->drops ? 16 : 0, len, padded;
	uint32_t block;

	if (!capture_read(format, sock, msg, &packet, &stamped))
		return;
	before = pseudo_header(format, &packet, header);
	if (before == 0)
		return;
	len = before + packet.len;
	padded = (len + 3) & ~(size_t)3;
	block = (uint32_t)(BLOCK_FRAME + ENHANCED_HEADER + padded + options);
	put32(out, BLOCK_ENHANCED);
	put32(out, block);
	put32(out, 0);
	put32(out, (uint32_t)((uint64_t)stamped.time_ns >> 32));
	put32(out, (uint32_t)stamped.time_ns);
	put32(out, (uint32_t)len);
	put32(out, (uint32_t)(before + packet.full_len));
	kin_buf_put(out, header, before);
	kin_buf_put(out, packet.data, packet.len);
	kin_buf_put(out, padding, padded - len);
	if (options) {
		put16(out, OPTION_DROPS);
		put16(out, 8);
		put64(out, msg->drops);
		put32(out, OPTION_END);
	}
	put32(out, block);
}

/* ---- Reading ---- */

struct interface {
	int64_t offset_s;
	uint16_t link;
	uint8_t resolution;
};

/* Of a file, kept by the reader. */
struct section {
	struct interface interfaces[INTERFACES];
	unsigned n;
	bool begun, swapped;
};

_Static_assert(sizeof(struct section) <= KIN_READER_KEPT, "a reader has room for it");

static uint16_t get16(const struct section *s, const uint8_t *at)
{
	uint16_t value;

	memcpy(&value, at, sizeof(value));
	return s->swapped ? __builtin_bswap16(value) : value;
}

static uint32_t get32(const struct section *s, const uint8_t *at)
{
	uint32_t value;

	memcpy(&value, at, sizeof(value));
	return s->swapped ? __builtin_bswap32(value) : value;
}

static uint64_t get64(const struct section *s, const uint8_t *at)
{
	uint64_t value;

	memcpy(&value, at, sizeof(value));
	return s->swapped ? __builtin_bswap64(value) : value;
}

/* The value of an option, or NULL: it is not there, or shorter than size. */
static const uint8_t *find_option(const struct section *s, const uint8_t *at, size_t len,
				  uint16_t code, size_t size)
{
	while (len >= 4) {
		uint16_t found = get16(s, at);
		size_t n = get16(s, at + 2), padded = (n + 3) & ~(size_t)3;

		if (found == OPTION_END || n > len - 4)
			break;
		if (found == code)
			return n >= size ? at + 4 : NULL;
		if (padded > len - 4)
			break;
		at += 4 + padded;
		len -= 4 + padded;
	}
	return NULL;
}

static int read_section(struct section *s, const uint8_t *body, size_t len)
{
	if (len < 16)
		return kin_fail(EBADMSG, "a section header of %zu bytes", len);
	if (get16(s, body + 4) != 1)
		return kin_fail(EBADMSG, "version %u of pcapng, not 1", get16(s, body + 4));
	s->begun = true;
	s->n = 0;
	return 0;
}

static int read_interface(struct section *s, const uint8_t *body, size_t len)
{
	struct interface *i = &s->interfaces[s->n];
	const uint8_t *resolution, *offset;

	if (len < 8)
		return kin_fail(EBADMSG, "an interface description of %zu bytes", len);
	if (s->n == INTERFACES)
		return kin_fail(EBADMSG, "more than %d interfaces in a section", INTERFACES);
	resolution = find_option(s, body + 8, len - 8, OPTION_TIME_RESOLUTION, 1);
	offset = find_option(s, body + 8, len - 8, OPTION_TIME_OFFSET, 8);
	i->link = get16(s, body);
	i->resolution = resolution ? *resolution : 6;
	i->offset_s = offset ? (int64_t)get64(s, offset) : 0;
	s->n++;
	return 0;
}

/* Ticks of 10^-n or 2^-n seconds. What is beyond int64_t is no time. */
static void set_time(struct kin_msg *msg, const struct interface *i, uint64_t ticks)
{
	unsigned __int128 ns = ticks;
	unsigned exponent = i->resolution & 0x7F;
	__int128 sum;

	if (i->resolution & 0x80)
		ns = exponent < 64 ? ns * 1000000000 >> exponent : 0;
	for (unsigned n = exponent; !(i->resolution & 0x80) && n < 9; n++)
		ns *= 10;
	for (unsigned n = 9; !(i->resolution & 0x80) && n < exponent; n++)
		ns /= 10;
	if (ns > INT64_MAX)
		return;
	sum = (__int128)ns + (__int128)i->offset_s * 1000000000;
	if (sum < 0 || sum > INT64_MAX)
		return;
	msg->time_ns = (int64_t)sum;
	msg->clock = KIN_CLOCK_SOFTWARE;
}

static int set_packet(struct kin_record *record, uint16_t link, enum kin_direction direction,
		      const uint8_t *data, size_t len, size_t full_len)
{
	size_t before = link == LINK_H4 ? 1 : link == LINK_H4_WITH_PHDR ? 5 : PSEUDO_HEADER;

	if (link != LINK_H4 && link != LINK_H4_WITH_PHDR && link != LINK_MONITOR)
		return kin_fail(EBADMSG, "link type %u is not HCI's: %d, %d or %d", link, LINK_H4,
				LINK_H4_WITH_PHDR, LINK_MONITOR);
	if (len < before || full_len < len)
		return kin_fail(EBADMSG, "%zu bytes of a packet of %zu are none of link type %u",
				len, full_len, link);
	if (link == LINK_MONITOR) {
		struct kin_hci_packet packet = {
			.kind = (unsigned)(data[2] << 8 | data[3]),
			.controller = (uint16_t)(data[0] << 8 | data[1]),
			.data = data + PSEUDO_HEADER,
			.len = len - PSEUDO_HEADER,
			.full_len = full_len - PSEUDO_HEADER,
		};

		return capture_set_monitor(record, &packet);
	}
	if (link == LINK_H4_WITH_PHDR)
		direction = data[3] & 1 ? KIN_DIRECTION_RECEIVED : KIN_DIRECTION_SENT;
	return capture_set_raw(record, data[before - 1], direction, data + before, len - before,
			       full_len - before);
}

static int read_packet(const struct section *s, const uint8_t *body, size_t len,
		       struct kin_record *record)
{
	enum kin_direction direction = KIN_DIRECTION_UNKNOWN;
	size_t there, padded;
	const uint8_t *flags;
	uint32_t number;

	if (len < ENHANCED_HEADER)
		return kin_fail(EBADMSG, "a packet block of %zu bytes", len);
	number = get32(s, body);
	there = get32(s, body + 12);
	if (number >= s->n)
		return kin_fail(EBADMSG, "a packet of interface %u, where there are %u", number,
				s->n);
	if (there > len - ENHANCED_HEADER)
		return kin_fail(EBADMSG, "a packet of %zu bytes in a block of %zu", there, len);
	padded = (there + 3) & ~(size_t)3;
	flags = padded > len - ENHANCED_HEADER
			? NULL
			: find_option(s, body + ENHANCED_HEADER + padded,
				      len - ENHANCED_HEADER - padded, OPTION_FLAGS, 4);
	if (flags && (get32(s, flags) & 3) == 1)
		direction = KIN_DIRECTION_RECEIVED;
	if (flags && (get32(s, flags) & 3) == 2)
		direction = KIN_DIRECTION_SENT;
	set_time(record->msg, &s->interfaces[number],
		 (uint64_t)get32(s, body + 4) << 32 | get32(s, body + 8));
	return set_packet(record, s->interfaces[number].link, direction, body + ENHANCED_HEADER,
			  there, get32(s, body + 16));
}

/* Of the first interface, without a time. */
static int read_simple(const struct section *s, const uint8_t *body, size_t len,
		       struct kin_record *record)
{
	size_t full_len;

	if (len < 4 || s->n == 0)
		return kin_fail(EBADMSG, "a simple packet block of %zu bytes, with %u interfaces",
				len, s->n);
	full_len = get32(s, body);
	return set_packet(record, s->interfaces[0].link, KIN_DIRECTION_UNKNOWN, body + 4,
			  len - 4 < full_len ? len - 4 : full_len, full_len);
}

/* Is it the start of a section, and in which order are its bytes? 1; 0: not known yet; -EBADMSG */
static int find_order(struct section *s, const uint8_t *data, size_t len, bool last)
{
	static const uint8_t type[4] = {0x0A, 0x0D, 0x0D, 0x0A};
	uint32_t order;

	if (memcmp(data, type, len < 4 ? len : 4) != 0) {
		if (!s->begun)
			return kin_fail(EBADMSG, "no file of pcapng: it does not begin as one");
		return 1;
	}
	if (len < BLOCK_FRAME)
		return last ? kin_fail(EBADMSG, "a block without its end") : 0;
	memcpy(&order, data + 8, sizeof(order));
	if (order != MAGIC && __builtin_bswap32(order) != MAGIC)
		return kin_fail(EBADMSG, "a section whose order of bytes is %08X", order);
	s->swapped = order != MAGIC;
	return 1;
}

static int read_block(struct kin_reader *reader, char *bytes, size_t len, bool last, size_t *taken,
		      struct kin_record *record)
{
	struct section *s = kin_reader_kept(reader);
	const uint8_t *data = (const uint8_t *)bytes;
	uint32_t block;
	int r = find_order(s, data, len, last);

	if (r <= 0 || len < BLOCK_FRAME)
		return r < 0 ? r : 0;
	block = get32(s, data + 4);
	if (block < BLOCK_FRAME || block % 4)
		return kin_fail(EBADMSG, "a block of %u bytes", block);
	if (len < block)
		return 0;
	*taken = block;
	if (get32(s, data + block - 4) != block)
		return kin_fail(EBADMSG, "a block of %u bytes that ends as one of %u", block,
				get32(s, data + block - 4));
	switch (get32(s, data)) {
	case BLOCK_SECTION:
		return read_section(s, data + 8, block - BLOCK_FRAME);
	case BLOCK_INTERFACE:
		return read_interface(s, data + 8, block - BLOCK_FRAME);
	case BLOCK_ENHANCED:
		return read_packet(s, data + 8, block - BLOCK_FRAME, record);
	case BLOCK_SIMPLE:
		return read_simple(s, data + 8, block - BLOCK_FRAME, record);
	default:
		return 0;
	}
}

const struct kin_reading hci_pcapng_reading = {.read = read_block};
