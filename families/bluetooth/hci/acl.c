/* SPDX-License-Identifier: GPL-2.0-or-later */
/* ACL data: fragments put together again, so that each is told with the channel that it is of. */
#include "decoder.h"

#include <string.h>

enum { ACL_HEADER = 4, CONTINUES = 1 };

static struct link *find_link(struct kin_hci_decoder *decoder, uint16_t controller, uint16_t handle)
{
	struct link *oldest = decoder->links;

	for (unsigned i = 0; i < LINKS; i++) {
		struct link *link = &decoder->links[i];

		if (link->used && link->controller == controller && link->handle == handle)
			return link;
		if (!link->used || (oldest->used && link->seen < oldest->seen))
			oldest = link;
	}
	memset(oldest, 0, sizeof(*oldest));
	*oldest = (struct link){.used = true, .controller = controller, .handle = handle};
	return oldest;
}

struct channel *channel_find(struct kin_hci_decoder *decoder, const struct link *link, bool sent,
			     uint16_t cid)
{
	for (unsigned i = 0; i < CHANNELS; i++) {
		struct channel *c = &decoder->channels[i];

		if (c->used && c->controller == link->controller && c->handle == link->handle &&
		    c->sent == sent && c->cid == cid)
			return c;
	}
	return NULL;
}

struct channel *channel_add(struct kin_hci_decoder *decoder, const struct link *link, bool sent,
			    uint16_t cid, uint16_t psm)
{
	struct channel *c = channel_find(decoder, link, sent, cid);

	if (!c) {
		c = &decoder->channels[decoder->next_channel];
		decoder->next_channel = (decoder->next_channel + 1) % CHANNELS;
	}
	*c = (struct channel){
		.controller = link->controller,
		.handle = link->handle,
		.cid = cid,
		.psm = psm,
		.sent = sent,
		.used = true,
	};
	return c;
}

void channel_remove(struct kin_hci_decoder *decoder, const struct link *link, bool sent,
		    uint16_t cid)
{
	struct channel *c = channel_find(decoder, link, sent, cid);

	if (c)
		c->used = false;
}

void acl_forget(struct kin_hci_decoder *decoder, uint16_t controller, uint16_t handle)
{
	for (unsigned i = 0; i < LINKS; i++) {
		struct link *link = &decoder->links[i];

		if (link->controller == controller && link->handle == handle)
			link->used = false;
	}
	for (unsigned i = 0; i < CHANNELS; i++) {
		struct channel *c = &decoder->channels[i];

		if (c->controller == controller && c->handle == handle)
			c->used = false;
	}
}

/* Take a fragment. The length of the PDU is known when four bytes of it are there. */
static void add_fragment(struct pdu *pdu, const uint8_t *data, size_t len)
{
	if (pdu->have < PDU_KEPT)
		memcpy(pdu->data + pdu->have, data,
		       len < PDU_KEPT - pdu->have ? len : PDU_KEPT - pdu->have);
	pdu->have += len;
	if (pdu->have >= L2CAP_HEADER)
		pdu->len = L2CAP_HEADER + (size_t)(pdu->data[0] | pdu->data[1] << 8);
}

static void put_part(struct emit *e, const struct pdu *pdu, size_t len)
{
	if (pdu->have < L2CAP_HEADER) {
		emit_section(e, "l2cap", "", "Header Incomplete");
		emit_section_end(e);
		return;
	}
	emit_section(e, "l2cap", "L2CAP", "Fragment");
	emit_unsigned(e, "cid", pdu->data[2] | (unsigned)pdu->data[3] << 8);
	emit_unsigned(e, "bytes", len);
	emit_unsigned(e, "so_far", pdu->have - L2CAP_HEADER);
	emit_unsigned(e, "of", pdu->len - L2CAP_HEADER);
	emit_section_end(e);
}

static void put_problem(struct emit *e, const char *what)
{
	emit_section(e, "l2cap", "L2CAP", what);
	emit_section_end(e);
}

static void put_data(struct kin_hci_decoder *decoder, struct emit *e, struct link *link, bool sent,
		     bool continues, const uint8_t *data, size_t len)
{
	struct pdu *pdu = &link->pdus[sent];

	if (continues && pdu->len == 0) {
		put_problem(e, "Fragment Without Start");
		return;
	}
	if (!continues) {
		pdu->have = 0;
		/* Until its header is complete. */
		pdu->len = L2CAP_HEADER;
	}
	add_fragment(pdu, data, len);
	if (pdu->have < L2CAP_HEADER || pdu->have < pdu->len) {
		put_part(e, pdu, len);
		return;
	}
	if (pdu->have > pdu->len)
		emit_unsigned(e, "too_long_by", pdu->have - pdu->len);
	l2cap_put(decoder, e, link, sent, pdu->data, pdu->len < PDU_KEPT ? pdu->len : PDU_KEPT);
	pdu->len = 0;
}

void acl_put(struct kin_hci_decoder *decoder, struct emit *e, const struct kin_hci_packet *packet,
	     bool sent)
{
	static const char *const boundaries[] = {"start", "continuation", "start-flushable",
						 "complete"};
	static const char *const broadcasts[] = {NULL, "active", "parked", "reserved"};
	const uint8_t *data = packet->data;
	unsigned flags, length;
	struct link *link;
	uint16_t handle;

	if (packet->len < ACL_HEADER) {
		emit_bytes(e, "data", data, packet->len);
		emit_bool(e, "truncated", true);
		return;
	}
	handle = (uint16_t)((data[0] | data[1] << 8) & 0x0FFF);
	flags = data[1] >> 4;
	length = (unsigned)(data[2] | data[3] << 8);
	emit_unsigned(e, "handle", handle);
	/* Most are whole. */
	if (e->json || (flags & 3) == CONTINUES)
		emit_word(e, "boundary", boundaries[flags & 3]);
	if (broadcasts[flags >> 2])
		emit_word(e, "broadcast", broadcasts[flags >> 2]);
	emit_unsigned(e, "length", length);
	if (packet->len - ACL_HEADER < length) {
		emit_bool(e, "truncated", true);
		length = (unsigned)(packet->len - ACL_HEADER);
	}
	link = find_link(decoder, packet->controller, handle);
	link->seen = decoder->packets;
	put_data(decoder, e, link, sent, (flags & 3) == CONTINUES, data + ACL_HEADER, length);
}
