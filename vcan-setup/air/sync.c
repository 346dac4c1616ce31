/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SCO and eSCO: links over an ACL link, which carry voice. */
#include "air.h"

#include <string.h>

enum {
	/* Packet types that may be used, and that must not */
	HV1_HV2_HV3 = 0x0007,
	EV3_EV4_EV5 = 0x0038,
	PACKET_BYTES = 60,
	TRANSMISSION_INTERVAL = 12, /* slots */
};

static bool wants_esco(const struct link *link)
{
	return link->packet_types & EV3_EV4_EV5 || !(link->packet_types & HV1_HV2_HV3);
}

static void sync_complete(struct end *end, uint8_t status)
{
	struct link *link = end->link;
	bool esco = link->kind == ESCO_LINK, ok = status == SUCCESS;
	struct bytes bytes = {0};

	put8(&bytes, status);
	put16(&bytes, ok ? end->handle : 0);
	put(&bytes, &end_other(end)->address, 6);
	put8(&bytes, link->kind);
	put8(&bytes, ok && esco ? TRANSMISSION_INTERVAL : 0);
	put8(&bytes, ok && esco ? 4 : 0); /* retransmission window, slots */
	put16(&bytes, ok && esco ? PACKET_BYTES : 0);
	put16(&bytes, ok && esco ? PACKET_BYTES : 0);
	put8(&bytes, link->voice & 3); /* coding on the air */
	controller_event(end->controller, SYNC_CONNECTION_COMPLETE, &bytes);
}

void sync_close(struct link *link, const struct controller *first, uint8_t reason,
		uint8_t others_reason)
{
	struct end *end = link_end(link, first);

	if (link->open) {
		link_close(link, end, reason, others_reason);
		return;
	}
	if (reason != SUCCESS)
		sync_complete(end, reason);
	if (others_reason != SUCCESS)
		sync_complete(end_other(end), others_reason);
	link_free(link);
}

static void fail(struct link *link, uint8_t status)
{
	sync_complete(&link->ends[0], status);
	sync_complete(&link->ends[1], status);
	link_free(link);
}

static void not_accepted(void *object)
{
	fail(object, ACCEPT_TIMEOUT);
}

static uint8_t setup(const struct call *call)
{
	struct end *end = call->end;
	struct controller *to;
	struct bytes bytes = {0};
	struct link *link;

	to = end_other(end)->controller;
	link = link_new(call->controller->air, SCO_LINK, call->controller, to);
	if (!link)
		return CONNECTION_LIMIT;
	link->acl = end->link;
	link->voice = get16(call->p + 12);
	link->packet_types = get16(call->p + 15);
	link->kind = wants_esco(link) ? ESCO_LINK : SCO_LINK;
	if (to->refuses_sync) {
		sync_complete(&link->ends[0], to->refuses_sync);
		link_free(link);
		return SUCCESS;
	}
	put(&bytes, &call->controller->address, 6);
	put(&bytes, call->controller->settings.class, 3);
	put8(&bytes, link->kind);
	timer_set(link->air, &link->timer, get16(to->settings.accept_timeout) * 5U / 8,
		  not_accepted, link);
	controller_event(to, CONNECTION_REQUEST, &bytes);
	return SUCCESS;
}

static struct link *find_asked(const struct controller *controller, const uint8_t *address)
{
	for (struct link *link = controller->air->links; link; link = link->next)
		if (link->acl && !link->open && link->ends[1].controller == controller &&
		    memcmp(&link->ends[0].address, address, 6) == 0)
			return link;
	return NULL;
}

static uint8_t accept(const struct call *call)
{
	struct link *link = find_asked(call->controller, call->p);

	if (!link)
		return UNKNOWN_CONNECTION;
	timer_clear(link->air, &link->timer);
	link->open = true;
	sync_complete(&link->ends[0], SUCCESS);
	sync_complete(&link->ends[1], SUCCESS);
	return SUCCESS;
}

static uint8_t reject(const struct call *call)
{
	struct link *link = find_asked(call->controller, call->p);

	if (!link)
		return UNKNOWN_CONNECTION;
	fail(link, call->p[6]);
	return SUCCESS;
}

const struct command sync_commands[] = {
	{0x0428, 131, 17, .answer = STATUS, .links = ON_ACL, .run = setup},
	{0x0429, 132, 21, .answer = STATUS, .run = accept},
	{0x042A, 133, 7, .answer = STATUS, .run = reject},
	{},
};
