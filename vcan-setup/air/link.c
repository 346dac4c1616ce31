/* SPDX-License-Identifier: GPL-2.0-or-later */
/* BR/EDR connections, and what all links have in common. */
#include "air.h"

#include <stdlib.h>
#include <string.h>

enum {
	/* How often somebody who pages is looked for, milliseconds. */
	PAGE_INTERVAL = 50,
	SUPERVISION = 20000,
};

/* ---- links of all kinds ---- */

struct link *link_new(struct air *air, enum kind kind, struct controller *from,
		      struct controller *to)
{
	struct link *link = calloc(1, sizeof(*link));

	if (!link)
		return NULL;
	link->air = air;
	link->kind = kind;
	link->central = &link->ends[0];
	link->supervision = SUPERVISION;
	for (unsigned i = 0; i < 2; i++) {
		link->ends[i].link = link;
		link->ends[i].controller = i == 0 ? from : to;
		link->ends[i].last = &link->ends[i].first;
	}
	link->next = air->links;
	air->links = link;
	if (!controller_add(from, &link->ends[0]) || (to && !controller_add(to, &link->ends[1]))) {
		link_free(link);
		return NULL;
	}
	for (unsigned i = 0; i < 2; i++)
		if (link->ends[i].controller) {
			link->ends[i].address = link->ends[i].controller->address;
			memcpy(&link->ends[i].policy,
			       link->ends[i].controller->settings.link_policy, 2);
		}
	return link;
}

void link_free(struct link *link)
{
	struct link **at = &link->air->links;

	while (*at != link)
		at = &(*at)->next;
	*at = link->next;
	timer_clear(link->air, &link->timer);
	timer_clear(link->air, &link->silence);
	for (unsigned i = 0; i < 2; i++) {
		data_free(&link->ends[i]);
		if (link->ends[i].controller)
			controller_remove(&link->ends[i]);
	}
	free(link);
}

struct end *link_end(struct link *link, const struct controller *controller)
{
	for (unsigned i = 0; i < 2; i++)
		if (link->ends[i].controller == controller)
			return &link->ends[i];
	return NULL;
}

struct end *end_other(struct end *end)
{
	return &end->link->ends[end == &end->link->ends[0]];
}

struct link *link_between(const struct controller *a, const struct controller *b, enum kind kind)
{
	for (struct link *link = a->air->links; link; link = link->next)
		if (link->kind == kind && link_end(link, a) && link_end(link, b))
			return link;
	return NULL;
}

struct end *end_of_address(const struct controller *controller, const uint8_t *address)
{
	for (unsigned i = 0; i < MAX_ENDS; i++) {
		struct end *end = controller->ends[i];

		if (end && end->link->open && end->link->kind == ACL_LINK &&
		    memcmp(&end_other(end)->address, address, 6) == 0)
			return end;
	}
	return NULL;
}

static void disconnected(struct end *end, uint8_t reason)
{
	struct bytes bytes = {0};

	put8(&bytes, SUCCESS);
	put16(&bytes, end->handle);
	put8(&bytes, reason);
	if (reason != SUCCESS)
		controller_event(end->controller, DISCONNECTION_COMPLETE, &bytes);
}

void link_close(struct link *link, struct end *first, uint8_t reason, uint8_t others_reason)
{
	struct link *next;

	for (struct link *over = link->air->links; over; over = next) {
		next = over->next;
		if (over->acl == link)
			sync_close(over, first->controller, reason, others_reason);
	}
	disconnected(first, reason);
	disconnected(end_other(first), others_reason);
	link_free(link);
}

static void lose(void *object)
{
	struct link *link = object;

	link_close(link, &link->ends[0], SUPERVISION_TIMEOUT, SUPERVISION_TIMEOUT);
}

void link_silence(struct link *link, bool silent)
{
	/* A synchronous one goes with its ACL link. */
	if (link->acl || !link->open)
		return;
	timer_clear(link->air, &link->silence);
	if (silent)
		timer_set(link->air, &link->silence, link->supervision, lose, link);
}

/* ---- being connected ---- */

static void connection_complete(struct end *end, uint8_t status, const struct address *peer)
{
	struct bytes bytes = {0};

	put8(&bytes, status);
	put16(&bytes, status == SUCCESS ? end->handle : 0);
	put(&bytes, peer, sizeof(*peer));
	put8(&bytes, ACL_LINK);
	put8(&bytes, 0); /* not encrypted */
	controller_event(end->controller, CONNECTION_COMPLETE, &bytes);
}

/* It came to nothing: frees it. */
static void fail(struct link *link, uint8_t status)
{
	connection_complete(&link->ends[0], status, &link->wanted);
	if (link->ends[1].controller)
		connection_complete(&link->ends[1], status, &link->ends[0].address);
	link_free(link);
}

static void not_accepted(void *object)
{
	fail(object, ACCEPT_TIMEOUT);
}

/* Who is paged answers: its host is asked. */
static void ask(struct link *link, struct controller *to)
{
	struct controller *from = link->ends[0].controller;
	struct bytes bytes = {0};

	if (to->refuses || controller_count(to, ACL_LINK) >= MAX_ACL ||
	    !controller_add(to, &link->ends[1])) {
		fail(link, to->refuses ? to->refuses : CONNECTION_LIMIT);
		return;
	}
	link->ends[1].controller = to;
	link->ends[1].address = to->address;
	put(&bytes, &from->address, sizeof(from->address));
	put(&bytes, from->settings.class, sizeof(from->settings.class));
	put8(&bytes, ACL_LINK);
	timer_set(link->air, &link->timer, get16(to->settings.accept_timeout) * 5U / 8,
		  not_accepted, link);
	controller_event(to, CONNECTION_REQUEST, &bytes);
}

static void page(void *object)
{
	struct link *link = object;
	struct controller *from = link->ends[0].controller;
	struct controller *to = air_paged(from, &link->wanted);
	/* It may be paging us. */
	struct link *other = to ? link_between(from, to, ACL_LINK) : NULL;

	if (other && other->open)
		fail(link, CONNECTION_EXISTS);
	else if (to && !other)
		ask(link, to);
	else if (air_now() >= link->deadline)
		fail(link, PAGE_TIMEOUT);
	else
		timer_set(link->air, &link->timer, PAGE_INTERVAL, page, link);
}

static struct link *find_wanted(const struct controller *controller, const uint8_t *address)
{
	for (struct link *link = controller->air->links; link; link = link->next)
		if (link->kind == ACL_LINK && !link->open &&
		    link->ends[0].controller == controller &&
		    memcmp(&link->wanted, address, 6) == 0)
			return link;
	return NULL;
}

static uint8_t create(const struct call *call)
{
	struct link *link;

	if (end_of_address(call->controller, call->p) || find_wanted(call->controller, call->p))
		return CONNECTION_EXISTS;
	if (controller_count(call->controller, ACL_LINK) >= MAX_ACL)
		return CONNECTION_LIMIT;
	link = link_new(call->controller->air, ACL_LINK, call->controller, NULL);
	if (!link)
		return MEMORY_EXCEEDED;
	memcpy(&link->wanted, call->p, 6);
	link->deadline = air_now() + get16(call->controller->settings.page_timeout) * 5U / 8;
	page(link);
	return SUCCESS;
}

static uint8_t cancel(const struct call *call)
{
	struct link *link = find_wanted(call->controller, call->p);

	if (!link)
		return end_of_address(call->controller, call->p) ? CONNECTION_EXISTS
								 : UNKNOWN_CONNECTION;
	fail(link, UNKNOWN_CONNECTION);
	return SUCCESS;
}

/* The one that a host was asked for. */
static struct link *find_asked(const struct controller *controller, const uint8_t *address)
{
	for (struct link *link = controller->air->links; link; link = link->next)
		if (link->kind == ACL_LINK && !link->open &&
		    link->ends[1].controller == controller &&
		    memcmp(&link->ends[0].address, address, 6) == 0)
			return link;
	return NULL;
}

static void role_changed(struct end *end)
{
	struct bytes bytes = {0};

	put8(&bytes, SUCCESS);
	put(&bytes, &end_other(end)->address, 6);
	put8(&bytes, end != end->link->central);
	controller_event(end->controller, ROLE_CHANGE, &bytes);
}

static void become_central(struct end *end)
{
	end->link->central = end;
	role_changed(end);
	role_changed(end_other(end));
}

static uint8_t accept(const struct call *call)
{
	struct link *link = find_asked(call->controller, call->p);

	if (!link)
		return UNKNOWN_CONNECTION;
	timer_clear(link->air, &link->timer);
	link->open = true;
	if (call->p[6] == 0)
		become_central(&link->ends[1]);
	for (unsigned i = 0; i < 2; i++)
		connection_complete(&link->ends[i], SUCCESS, &link->ends[!i].address);
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

static uint8_t disconnect(const struct call *call)
{
	struct end *end = call->end;

	link_close(end->link, end, LOCAL_TERMINATED, call->p[2]);
	return SUCCESS;
}

void link_drop(struct controller *controller, uint8_t others_reason)
{
	struct link *next;

	for (struct link *link = controller->air->links; link; link = next) {
		struct end *end = link_end(link, controller);

		next = link->next;
		if (!end)
			continue;
		if (link->acl) {
			sync_close(link, controller, SUCCESS, others_reason);
		} else if (link->open) {
			link_close(link, end, SUCCESS, others_reason);
		} else {
			if (end_other(end)->controller)
				connection_complete(end_other(end), PAGE_TIMEOUT, &end->address);
			link_free(link);
		}
		/* Others may have gone with it. */
		next = controller->air->links;
	}
}

/* ---- what is asked of a link ---- */

static uint8_t remote_features(const struct call *call)
{
	struct end *end = call->end;
	struct bytes bytes = {0};

	put8(&bytes, SUCCESS);
	put16(&bytes, end->handle);
	put(&bytes, settings_features(end_other(end)->controller, 0), 8);
	controller_event(call->controller, REMOTE_FEATURES, &bytes);
	return SUCCESS;
}

static uint8_t remote_extended_features(const struct call *call)
{
	struct end *end = call->end;
	struct bytes bytes = {0};

	put8(&bytes, call->p[2] > 1 ? INVALID_PARAMETERS : SUCCESS);
	put16(&bytes, end->handle);
	put8(&bytes, call->p[2]);
	put8(&bytes, 1); /* the highest page */
	put(&bytes, settings_features(end_other(end)->controller, call->p[2]), 8);
	controller_event(call->controller, REMOTE_EXTENDED_FEATURES, &bytes);
	return SUCCESS;
}

static uint8_t remote_version(const struct call *call)
{
	static const uint8_t version[] = {0x0B, 0xF1, 0x05, 0x00, 0x00};
	struct end *end = call->end;
	struct bytes bytes = {0};

	put8(&bytes, SUCCESS);
	put16(&bytes, end->handle);
	put(&bytes, version, sizeof(version));
	controller_event(call->controller, REMOTE_VERSION, &bytes);
	return SUCCESS;
}

static uint8_t clock_offset(const struct call *call)
{
	struct end *end = call->end;
	struct bytes bytes = {0};

	put8(&bytes, SUCCESS);
	put16(&bytes, end->handle);
	put16(&bytes, 0);
	controller_event(call->controller, CLOCK_OFFSET, &bytes);
	return SUCCESS;
}

static uint8_t change_packet_type(const struct call *call)
{
	struct end *end = call->end;
	struct bytes bytes = {0};

	put8(&bytes, SUCCESS);
	put16(&bytes, end->handle);
	put(&bytes, call->p + 2, 2);
	controller_event(call->controller, PACKET_TYPE_CHANGED, &bytes);
	return SUCCESS;
}

static uint8_t role_discovery(const struct call *call)
{
	struct end *end = call->end;

	call->ret[2] = end != end->link->central;
	return SUCCESS;
}

static uint8_t switch_role(const struct call *call)
{
	struct end *end = end_of_address(call->controller, call->p);

	if (!end)
		return UNKNOWN_CONNECTION;
	become_central(call->p[6] == 0 ? end : end_other(end));
	return SUCCESS;
}

static uint8_t read_policy(const struct call *call)
{
	struct end *end = call->end;

	memcpy(call->ret + 2, &end->policy, 2);
	return SUCCESS;
}

static uint8_t write_policy(const struct call *call)
{
	struct end *end = call->end;

	memcpy(&end->policy, call->p + 2, 2);
	return SUCCESS;
}

static uint8_t read_supervision(const struct call *call)
{
	unsigned slots = call->end->link->supervision * 8 / 5;

	call->ret[2] = (uint8_t)slots;
	call->ret[3] = (uint8_t)(slots >> 8);
	return SUCCESS;
}

static uint8_t write_supervision(const struct call *call)
{
	struct end *end = call->end;
	struct bytes bytes = {0};

	if (end != end->link->central)
		return COMMAND_DISALLOWED;
	end->link->supervision = get16(call->p + 2) * 5U / 8;
	put16(&bytes, end_other(end)->handle);
	put(&bytes, call->p + 2, 2);
	controller_event(end_other(end)->controller, SUPERVISION_TIMEOUT_CHANGED, &bytes);
	return SUCCESS;
}

static uint8_t read_link_quality(const struct call *call)
{
	call->ret[2] = 255;
	return SUCCESS;
}

static uint8_t read_rssi(const struct call *call)
{
	struct end *end = call->end;

	call->ret[2] = (uint8_t)end_other(end)->controller->rssi;
	return SUCCESS;
}

static uint8_t read_clock(const struct call *call)
{
	/* Ticks of 312.5 microseconds, 28 bits of them */
	uint32_t clock = (uint32_t)(air_now() * 16 / 5) & 0xFFFFFFF;

	/* The controller's own needs no link. */
	if (call->p[2] != 0 && !end_of_handle(call->controller, get16(call->p)))
		return UNKNOWN_CONNECTION;
	for (unsigned i = 0; i < 4; i++)
		call->ret[2 + i] = (uint8_t)(clock >> 8 * i);
	return SUCCESS;
}

const struct command link_commands[] = {
	{0x0405, 4, 13, .answer = STATUS, .run = create},
	{0x0406, 5, 3, .answer = STATUS, .links = ON_ANY, .run = disconnect},
	{0x0408, 7, 6, .answer = 6, .echo = 6, .run = cancel},
	{0x0409, 8, 7, .answer = STATUS, .run = accept},
	{0x040A, 9, 7, .answer = STATUS, .run = reject},
	{0x040F, 14, 4, .answer = STATUS, .links = ON_ACL, .run = change_packet_type},
	{0x041B, 21, 2, .answer = STATUS, .links = ON_ACL, .run = remote_features},
	{0x041C, 22, 3, .answer = STATUS, .links = ON_ACL, .run = remote_extended_features},
	{0x041D, 23, 2, .answer = STATUS, .links = ON_ACL | ON_LE, .run = remote_version},
	{0x041F, 24, 2, .answer = STATUS, .links = ON_ACL, .run = clock_offset},
	{0x0809, 39, 2, .answer = 3, .echo = 2, .links = ON_ACL, .run = role_discovery},
	{0x080B, 40, 7, .answer = STATUS, .run = switch_role},
	{0x080C, 41, 2, .answer = 4, .echo = 2, .links = ON_ACL, .run = read_policy},
	{0x080D, 42, 4, .answer = 2, .echo = 2, .links = ON_ACL, .run = write_policy},
	{0x0C08, 49, 2, .answer = 2, .echo = 2, .links = ON_ACL, .run = command_accept},
	{0x0C2D, 82, 3, .answer = 3, .echo = 2, .links = ON_ACL | ON_LE,
	 .run = command_accept}, /* TX power: 0 dBm */
	{0x0C36, 88, 2, .answer = 4, .echo = 2, .links = ON_ACL, .run = read_supervision},
	{0x0C37, 89, 4, .answer = 2, .echo = 2, .links = ON_ACL, .run = write_supervision},
	{0x1403, 124, 2, .answer = 3, .echo = 2, .links = ON_ACL, .run = read_link_quality},
	{0x1405, 125, 2, .answer = 3, .echo = 2, .links = ON_ACL | ON_LE, .run = read_rssi},
	{0x1407, 127, 3, .answer = 8, .echo = 2, .run = read_clock},
	{},
};
