/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * ACL and SCO data. The air is as fast as the hosts are, unless it was made slow: then what a host
 * sends waits in its end of the link, and is told to be sent when it has arrived.
 */
#include "air.h"

#include <stdlib.h>
#include <string.h>

/* Packet boundary flags of ACL data */
enum { FIRST_NOT_FLUSHABLE, CONTINUING, FIRST, COMPLETE };

static void deliver_acl(struct end *to, uint8_t boundary, const uint8_t *data, size_t len,
			size_t limit)
{
	do {
		size_t part = len < limit ? len : limit;
		uint16_t handle = (uint16_t)(to->handle | boundary << 12);
		uint8_t head[] = {ACL_PACKET, (uint8_t)handle, (uint8_t)(handle >> 8),
				  (uint8_t)part, (uint8_t)(part >> 8)};

		controller_send(to->controller, head, sizeof(head), data, part);
		boundary = CONTINUING;
		data += part;
		len -= part;
	} while (len > 0);
}

static void deliver(struct end *from, uint8_t flags, const uint8_t *data, size_t len)
{
	struct end *to = end_other(from);

	if (from->link->kind == ACL_LINK || from->link->kind == LE_LINK) {
		/* What is first for the sender, flushable or not, is first for the receiver. An LE
		 * controller has its own, smaller packets on the air. */
		deliver_acl(to, flags == CONTINUING ? CONTINUING : FIRST, data, len,
			    from->link->kind == LE_LINK ? from->tx_octets : ACL_SIZE);
	} else {
		uint8_t head[] = {SCO_PACKET, (uint8_t)to->handle, (uint8_t)(to->handle >> 8),
				  (uint8_t)len};

		controller_send(to->controller, head, sizeof(head), data, len);
	}
	from->completed++;
}

void data_from_peer(struct end *to, const uint8_t *data, size_t len)
{
	deliver_acl(to, FIRST, data, len, ACL_SIZE);
}

/* ---- slow air ---- */

void data_free(struct end *end)
{
	while (end->first) {
		struct packet *packet = end->first;

		end->first = packet->next;
		free(packet);
	}
	end->waiting = 0;
	timer_clear(end->link->air, &end->delivery);
}

static void arrive(void *object)
{
	struct end *end = object;
	struct air *air = end->link->air;
	uint64_t now = air_now();

	/* Out of range all waits, until the link is lost. */
	while (end->first && end->first->due <= now &&
	       air_hears(end->controller, end_other(end)->controller)) {
		struct packet *packet = end->first;

		end->first = packet->next;
		if (!end->first)
			end->last = &end->first;
		end->waiting--;
		deliver(end, packet->flags, packet->data, packet->len);
		free(packet);
	}
	controller_credit(end->controller);
	if (end->first)
		timer_set(air, &end->delivery,
			  end->first->due > now ? (unsigned)(end->first->due - now) : 10, arrive,
			  end);
}

static unsigned buffers(enum kind kind)
{
	return kind == ACL_LINK ? ACL_PACKETS : kind == LE_LINK ? LE_PACKETS : SCO_PACKETS;
}

static void wait(struct end *end, uint8_t flags, const uint8_t *data, size_t len)
{
	const struct air *air = end->link->air;
	uint64_t now = air_now(), start = end->busy_until > now ? end->busy_until : now;
	struct packet *packet = NULL;

	/* The host has sent more than it was told that there is room for. */
	if (end->waiting >= buffers(end->link->kind) || !(packet = malloc(sizeof(*packet) + len))) {
		struct bytes bytes = {0};

		put8(&bytes, end->link->kind == SCO_LINK || end->link->kind == ESCO_LINK ? 0 : 1);
		controller_event(end->controller, BUFFER_OVERFLOW, &bytes);
		return;
	}
	end->busy_until = start + (air->rate ? (len * 1000 + air->rate - 1) / air->rate : 0);
	packet->next = NULL;
	packet->due = end->busy_until + air->delay;
	packet->flags = flags;
	packet->len = len;
	memcpy(packet->data, data, len);
	if (!end->first)
		end->last = &end->first;
	*end->last = packet;
	end->last = &packet->next;
	end->waiting++;
	if (end->first == packet)
		timer_set(end->link->air, &end->delivery, (unsigned)(packet->due - now), arrive,
			  end);
}

static void transmit(struct end *end, uint8_t flags, const uint8_t *data, size_t len)
{
	const struct air *air = end->link->air;

	if (end->first || air->delay || air->rate ||
	    !air_hears(end->controller, end_other(end)->controller))
		wait(end, flags, data, len);
	else
		deliver(end, flags, data, len);
}

/* ---- from the host: anything ---- */

void data_acl(struct controller *controller, const uint8_t *packet, size_t len)
{
	struct end *end;
	uint8_t boundary;

	if (len < 4 || get16(packet + 2) != len - 4)
		return;
	end = end_of_handle(controller, get16(packet) & 0xFFF);
	boundary = packet[1] >> 4 & 3;
	if (!end || packet[1] >> 6 != 0 || boundary == COMPLETE)
		return;
	if ((end->link->kind == ACL_LINK && len - 4 <= ACL_SIZE) ||
	    (end->link->kind == LE_LINK && len - 4 <= LE_SIZE))
		transmit(end, boundary, packet + 4, len - 4);
}

void data_sync(struct controller *controller, const uint8_t *packet, size_t len)
{
	struct end *end;

	if (len < 3 || packet[2] != len - 3 || len - 3 > SCO_SIZE)
		return;
	end = end_of_handle(controller, get16(packet) & 0xFFF);
	if (end && (end->link->kind == SCO_LINK || end->link->kind == ESCO_LINK))
		transmit(end, 0, packet + 3, len - 3);
}
