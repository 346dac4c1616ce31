/* SPDX-License-Identifier: GPL-2.0-or-later */
/* LE advertising and scanning, by the legacy commands and the extended ones. */
#include "air.h"

#include <string.h>

/* Of a set, as the extended commands and reports have them */
enum property {
	CONNECTABLE = 0x01,
	SCANNABLE = 0x02,
	DIRECTED = 0x04,
	HIGH_DUTY = 0x08,
	SCAN_RESPONSE = 0x08, /* of a report */
	LEGACY = 0x10,
	ANONYMOUS = 0x20,
	MORE_TO_COME = 0x20, /* of a report */
};

enum {
	PHY_1M = 1,
	PHY_CODED = 3,
	INTERVAL_MIN = 20,      /* milliseconds */
	SOON = 50,              /* the same: a host is not ready for what comes at once */
	HIGH_DUTY_LIMIT = 1280, /* the same: nobody is called for longer */
	REPORT_DATA = 255 - 26, /* of an extended report */
	LEGACY_DATA = 31,
	NO_POWER = 0x7F,
};

/* ---- addresses ---- */

void own_address(const struct controller *controller, uint8_t own_type, const void *random,
		 struct listed *ret_own)
{
	ret_own->type = own_type & 1;
	memcpy(&ret_own->address, ret_own->type ? random : &controller->address, 6);
}

bool accept_list_has(const struct controller *controller, const struct listed *listed)
{
	const struct settings *settings = &controller->settings;

	for (unsigned i = 0; i < settings->accepted; i++)
		if (settings->accept_list[i].type == listed->type &&
		    address_equal(&settings->accept_list[i].address, &listed->address))
			return true;
	return false;
}

static bool is(const struct listed *a, const struct listed *b)
{
	return a->type == b->type && address_equal(&a->address, &b->address);
}

/* ---- reports ---- */

/* As of 32 bits of FNV-1a */
static uint32_t hash(uint32_t value, const void *data, size_t len)
{
	const uint8_t *p = data;

	for (size_t i = 0; i < len; i++)
		value = (value ^ p[i]) * 16777619U;
	return value;
}

static bool is_new(struct settings *settings, unsigned type, const struct listed *from,
		   const uint8_t *data, size_t len)
{
	enum { ROOM = sizeof(settings->scan.seen) / sizeof(*settings->scan.seen) };
	uint32_t value =
		hash(hash(hash(2166136261U, &type, sizeof(type)), from, sizeof(*from)), data, len);

	for (unsigned i = 0; i < settings->scan.seen_count && i < ROOM; i++)
		if (settings->scan.seen[i] == value)
			return false;
	settings->scan.seen[settings->scan.seen_count++ % ROOM] = value;
	return true;
}

static void report_legacy(struct controller *scanner, const struct set *set,
			  const struct listed *from, bool response)
{
	unsigned properties = set->properties;
	size_t len = response ? set->response_len : set->data_len;
	struct bytes bytes = {0};

	put8(&bytes, 1);
	put8(&bytes, response                   ? 4
		     : properties & DIRECTED    ? 1
		     : properties & CONNECTABLE ? 0
		     : properties & SCANNABLE   ? 2
						: 3);
	put8(&bytes, from->type);
	put(&bytes, &from->address, 6);
	put8(&bytes, (unsigned)len);
	put(&bytes, response ? set->response : set->data, len);
	put8(&bytes, (uint8_t)set->controller->rssi);
	controller_le_event(scanner, LE_ADVERTISING_REPORT, &bytes);
}

static void report_extended(struct controller *scanner, const struct set *set,
			    const struct listed *from, bool response)
{
	bool legacy = set->properties & LEGACY;
	const uint8_t *data = response ? set->response : set->data;
	size_t len = response ? set->response_len : set->data_len, part;
	unsigned type = (set->properties & (CONNECTABLE | SCANNABLE | DIRECTED | LEGACY)) |
			(response ? SCAN_RESPONSE : 0);

	do {
		struct bytes bytes = {0};

		part = len < REPORT_DATA ? len : REPORT_DATA;
		put8(&bytes, 1);
		put16(&bytes, type | (part < len ? MORE_TO_COME : 0));
		put8(&bytes, set->properties & ANONYMOUS ? 0xFF : from->type);
		put(&bytes, &from->address, 6);
		put8(&bytes, PHY_1M);
		put8(&bytes, legacy ? 0 : set->phy);
		put8(&bytes, legacy ? 0xFF : set->sid);
		put8(&bytes, NO_POWER);
		put8(&bytes, (uint8_t)set->controller->rssi);
		put16(&bytes, 0); /* no periodic advertising */
		put8(&bytes, set->properties & DIRECTED ? set->peer_type : 0);
		put(&bytes, &set->peer, 6);
		put8(&bytes, (unsigned)part);
		put(&bytes, data, part);
		controller_le_event(scanner, LE_EXTENDED_REPORT, &bytes);
		data += part;
		len -= part;
	} while (len > 0);
}

static void report(struct controller *scanner, const struct set *set, const struct listed *from,
		   bool response)
{
	struct settings *settings = &scanner->settings;
	unsigned type = set->properties | (response ? 0x100U : 0);

	if (settings->scan.filter_duplicates &&
	    !is_new(settings, type, from, response ? set->response : set->data,
		    response ? set->response_len : set->data_len))
		return;
	if (settings->scan.extended)
		report_extended(scanner, set, from, response);
	else
		report_legacy(scanner, set, from, response);
}

static void scanned(struct controller *scanner, const struct set *set, const struct listed *from)
{
	struct settings *settings = &scanner->settings;
	struct listed own, peer = {set->peer_type & 1, set->peer};

	own_address(scanner, settings->scan.own_type, settings->random, &own);
	if ((!settings->scan.extended && !(set->properties & LEGACY)) ||
	    (settings->scan.policy & 1 && !accept_list_has(scanner, from)) ||
	    (set->properties & DIRECTED && !is(&own, &peer)))
		return;
	report(scanner, set, from, false);
	if (settings->scan.active && set->properties & SCANNABLE &&
	    (!(set->policy & 1) || accept_list_has(set->controller, &own)))
		report(scanner, set, from, true);
}

/* ---- advertising ---- */

static bool connects(const struct controller *initiator, const struct set *set,
		     const struct listed *from)
{
	const struct settings *settings = &initiator->settings;
	struct listed own, peer = {set->peer_type & 1, set->peer};

	if (!settings->initiating.active || !(set->properties & CONNECTABLE) ||
	    set->controller->deaf)
		return false;
	own_address(initiator, settings->initiating.own_type, settings->random, &own);
	if (set->properties & DIRECTED ? !is(&own, &peer)
				       : set->policy & 2 && !accept_list_has(set->controller, &own))
		return false;
	return settings->initiating.use_list ? accept_list_has(initiator, from)
					     : is(&settings->initiating.peer, from);
}

static void terminated(struct set *set, uint8_t status, uint16_t connection)
{
	struct bytes bytes = {0};

	put8(&bytes, status);
	put8(&bytes, set->handle);
	put16(&bytes, connection);
	put8(&bytes, 0); /* events: as many as there may be */
	controller_le_event(set->controller, LE_ADVERTISING_TERMINATED, &bytes);
}

static void disable(struct set *set)
{
	set->enabled = false;
	timer_clear(set->controller->air, &set->timer);
}

void advertise_connected(struct set *set, uint16_t connection)
{
	disable(set);
	if (!set->legacy_commands)
		terminated(set, SUCCESS, connection);
}

static void expire(struct set *set)
{
	struct listed peer = {set->peer_type, set->peer};

	disable(set);
	if (!set->legacy_commands)
		terminated(set, ADVERTISING_TIMEOUT, 0);
	else
		le_not_connected(set->controller, ADVERTISING_TIMEOUT, true, &peer);
}

/* An advertising event: who scans hears it, who waits for it connects. */
static void advertise(void *object)
{
	struct set *set = object;
	struct controller *controller = set->controller;
	struct listed from;

	if (set->until != 0 && air_now() >= set->until) {
		expire(set);
		return;
	}
	own_address(controller, set->own_type,
		    set->legacy_commands ? controller->settings.random : set->random.bytes, &from);
	for (struct controller *other = controller->air->controllers; other; other = other->next) {
		if (other == controller || !air_hears(controller, other))
			continue;
		if (other->settings.scan.enabled)
			scanned(other, set, &from);
		if (connects(other, set, &from)) {
			le_connect(other, set, &from);
			if (!set->enabled)
				return;
		}
	}
	timer_set(controller->air, &set->timer,
		  set->properties & HIGH_DUTY || set->interval < INTERVAL_MIN ? INTERVAL_MIN
									      : set->interval,
		  advertise, set);
}

void advertise_now(struct air *air)
{
	for (struct controller *controller = air->controllers; controller;
	     controller = controller->next)
		for (unsigned i = 0; i <= ADVERTISING_SETS; i++)
			if (controller->settings.sets[i].enabled)
				timer_set(air, &controller->settings.sets[i].timer, SOON, advertise,
					  &controller->settings.sets[i]);
}

void advertise_reset(struct controller *controller)
{
	struct settings *settings = &controller->settings;

	timer_clear(controller->air, &settings->scan.timer);
	for (unsigned i = 0; i <= ADVERTISING_SETS; i++) {
		struct set *set = &settings->sets[i];

		timer_clear(controller->air, &set->timer);
		*set = (struct set){.controller = controller};
	}
	settings->sets[ADVERTISING_SETS] = (struct set){
		.controller = controller,
		.exists = true,
		.legacy_commands = true,
		.properties = CONNECTABLE | SCANNABLE | LEGACY,
		.interval = 0x800 * 5 / 8,
		.phy = PHY_1M,
	};
}

static void enable(struct set *set, unsigned duration)
{
	if (set->properties & HIGH_DUTY && (duration == 0 || duration > HIGH_DUTY_LIMIT))
		duration = HIGH_DUTY_LIMIT;
	set->until = duration ? air_now() + duration : 0;
	set->enabled = true;
	advertise(set);
}

/* ---- legacy commands ---- */

static struct set *legacy_set(struct controller *controller)
{
	return &controller->settings.sets[ADVERTISING_SETS];
}

static uint8_t set_parameters(const struct call *call)
{
	static const uint8_t properties[] = {
		CONNECTABLE | SCANNABLE | LEGACY,
		CONNECTABLE | DIRECTED | HIGH_DUTY | LEGACY,
		SCANNABLE | LEGACY,
		LEGACY,
		CONNECTABLE | DIRECTED | LEGACY,
	};
	struct set *set = legacy_set(call->controller);

	if (set->enabled)
		return COMMAND_DISALLOWED;
	if (call->p[4] >= sizeof(properties))
		return INVALID_PARAMETERS;
	set->interval = get16(call->p) * 5U / 8;
	set->properties = properties[call->p[4]];
	set->own_type = call->p[5];
	set->peer_type = call->p[6];
	memcpy(&set->peer, call->p + 7, 6);
	set->policy = call->p[14];
	return SUCCESS;
}

static uint8_t set_data(const struct call *call)
{
	struct set *set = legacy_set(call->controller);

	if (call->p[0] > LEGACY_DATA)
		return INVALID_PARAMETERS;
	set->data_len = call->p[0];
	memcpy(set->data, call->p + 1, LEGACY_DATA);
	return SUCCESS;
}

static uint8_t set_response(const struct call *call)
{
	struct set *set = legacy_set(call->controller);

	if (call->p[0] > LEGACY_DATA)
		return INVALID_PARAMETERS;
	set->response_len = call->p[0];
	memcpy(set->response, call->p + 1, LEGACY_DATA);
	return SUCCESS;
}

static uint8_t set_enable(const struct call *call)
{
	struct set *set = legacy_set(call->controller);

	if (!call->p[0])
		disable(set);
	else if (!set->enabled)
		enable(set, 0);
	return SUCCESS;
}

/* ---- extended commands ---- */

static struct set *find_set(struct controller *controller, uint8_t handle)
{
	for (unsigned i = 0; i < ADVERTISING_SETS; i++) {
		struct set *set = &controller->settings.sets[i];

		if (set->exists && set->handle == handle)
			return set;
	}
	return NULL;
}

static struct set *make_set(struct controller *controller, uint8_t handle)
{
	for (unsigned i = 0; i < ADVERTISING_SETS; i++) {
		struct set *set = &controller->settings.sets[i];

		if (set->exists)
			continue;
		*set = (struct set){.controller = controller, .exists = true, .handle = handle};
		return set;
	}
	return NULL;
}

static uint8_t set_random(const struct call *call)
{
	struct set *set = find_set(call->controller, call->p[0]);

	if (!set)
		return UNKNOWN_ADVERTISER;
	memcpy(&set->random, call->p + 1, 6);
	return SUCCESS;
}

static uint8_t set_extended_parameters(const struct call *call)
{
	struct set *set = find_set(call->controller, call->p[0]);

	if (!set)
		set = make_set(call->controller, call->p[0]);
	if (!set)
		return MEMORY_EXCEEDED;
	if (set->enabled)
		return COMMAND_DISALLOWED;
	if (call->p[20] < PHY_1M || call->p[20] > PHY_CODED || call->p[22] < PHY_1M ||
	    call->p[22] > PHY_CODED)
		return INVALID_PARAMETERS;
	set->properties = get16(call->p + 1);
	set->interval = get24(call->p + 3) * 5 / 8;
	set->own_type = call->p[10];
	set->peer_type = call->p[11];
	memcpy(&set->peer, call->p + 12, 6);
	set->policy = call->p[18];
	set->phy = call->p[22];
	set->sid = call->p[23];
	return SUCCESS; /* and 0 dBm */
}

/* In one piece, or as the first, a middle or the last one. */
static uint8_t add_data(const struct call *call, bool response)
{
	enum { MIDDLE, BEGINNING, END, WHOLE, SAME };
	struct set *set = find_set(call->controller, call->p[0]);
	size_t *set_len, len = call->p[3];
	uint8_t operation = call->p[1];

	if (!set)
		return UNKNOWN_ADVERTISER;
	if (operation == SAME)
		return SUCCESS;
	if (operation > SAME || len != call->len - 4 ||
	    (set->properties & LEGACY && len > LEGACY_DATA))
		return INVALID_PARAMETERS;
	set_len = response ? &set->response_len : &set->data_len;
	if (operation == BEGINNING || operation == WHOLE)
		*set_len = 0;
	if (*set_len + len > ADVERTISING_SIZE)
		return MEMORY_EXCEEDED;
	memcpy((response ? set->response : set->data) + *set_len, call->p + 4, len);
	*set_len += len;
	return SUCCESS;
}

static uint8_t set_extended_data(const struct call *call)
{
	return add_data(call, false);
}

static uint8_t set_extended_response(const struct call *call)
{
	return add_data(call, true);
}

static uint8_t enable_sets(const struct call *call)
{
	if (call->len != 2 + 4U * call->p[1])
		return INVALID_PARAMETERS;
	/* None, to be disabled: all of them */
	for (unsigned i = 0; call->p[1] == 0 && !call->p[0] && i < ADVERTISING_SETS; i++)
		disable(&call->controller->settings.sets[i]);
	for (unsigned i = 0; i < call->p[1]; i++)
		if (!find_set(call->controller, call->p[2 + 4 * i]))
			return UNKNOWN_ADVERTISER;
	for (unsigned i = 0; i < call->p[1]; i++) {
		struct set *set = find_set(call->controller, call->p[2 + 4 * i]);

		if (call->p[0])
			enable(set, get16(call->p + 3 + 4 * i) * 10U);
		else
			disable(set);
	}
	return SUCCESS;
}

static uint8_t read_data_limit(const struct call *call)
{
	call->ret[0] = ADVERTISING_SIZE;
	return SUCCESS;
}

static uint8_t read_sets(const struct call *call)
{
	call->ret[0] = ADVERTISING_SETS;
	return SUCCESS;
}

static uint8_t remove_set(const struct call *call)
{
	struct set *set = find_set(call->controller, call->p[0]);

	if (!set)
		return UNKNOWN_ADVERTISER;
	if (set->enabled)
		return COMMAND_DISALLOWED;
	set->exists = false;
	return SUCCESS;
}

static uint8_t clear_sets(const struct call *call)
{
	for (unsigned i = 0; i < ADVERTISING_SETS; i++)
		if (call->controller->settings.sets[i].enabled)
			return COMMAND_DISALLOWED;
	for (unsigned i = 0; i < ADVERTISING_SETS; i++)
		call->controller->settings.sets[i].exists = false;
	return SUCCESS;
}

/* ---- scanning ---- */

static void scan_over(void *object)
{
	struct controller *controller = object;
	struct bytes bytes = {0};

	controller->settings.scan.enabled = false;
	controller_le_event(controller, LE_SCAN_TIMEOUT, &bytes);
}

static uint8_t scan(struct controller *controller, const uint8_t *p, bool extended,
		    unsigned duration)
{
	struct settings *settings = &controller->settings;

	timer_clear(controller->air, &settings->scan.timer);
	settings->scan.enabled = p[0] != 0;
	settings->scan.extended = extended;
	settings->scan.filter_duplicates = p[1] != 0;
	settings->scan.seen_count = 0;
	if (settings->scan.enabled && duration > 0)
		timer_set(controller->air, &settings->scan.timer, duration, scan_over, controller);
	if (settings->scan.enabled)
		advertise_now(controller->air);
	return SUCCESS;
}

static uint8_t scan_parameters(struct controller *controller, uint8_t active, uint8_t own_type,
			       uint8_t policy)
{
	struct settings *settings = &controller->settings;

	if (settings->scan.enabled)
		return COMMAND_DISALLOWED;
	settings->scan.active = active & 1;
	settings->scan.own_type = own_type;
	settings->scan.policy = policy;
	return SUCCESS;
}

static uint8_t set_scan_parameters(const struct call *call)
{
	return scan_parameters(call->controller, call->p[0], call->p[5], call->p[6]);
}

static uint8_t set_extended_scan_parameters(const struct call *call)
{
	if (call->p[2] == 0 || call->len != 3 + 5U * (unsigned)__builtin_popcount(call->p[2]))
		return INVALID_PARAMETERS;
	return scan_parameters(call->controller, call->p[3], call->p[0], call->p[1]);
}

static uint8_t scan_enable(const struct call *call)
{
	return scan(call->controller, call->p, false, 0);
}

static uint8_t extended_scan_enable(const struct call *call)
{
	return scan(call->controller, call->p, true, get16(call->p + 2) * 10U);
}

/* ---- the accept list ---- */

static uint8_t read_list_size(const struct call *call)
{
	call->ret[0] = ACCEPT_LIST;
	return SUCCESS;
}

static uint8_t clear_list(const struct call *call)
{
	call->controller->settings.accepted = 0;
	return SUCCESS;
}

static uint8_t add_to_list(const struct call *call)
{
	struct settings *settings = &call->controller->settings;
	struct listed listed = {.type = call->p[0]};

	memcpy(&listed.address, call->p + 1, 6);
	if (accept_list_has(call->controller, &listed))
		return SUCCESS;
	if (settings->accepted == ACCEPT_LIST)
		return MEMORY_EXCEEDED;
	settings->accept_list[settings->accepted++] = listed;
	return SUCCESS;
}

static uint8_t remove_from_list(const struct call *call)
{
	struct settings *settings = &call->controller->settings;
	struct listed listed = {.type = call->p[0]};

	memcpy(&listed.address, call->p + 1, 6);
	for (unsigned i = 0; i < settings->accepted; i++)
		if (is(&settings->accept_list[i], &listed))
			settings->accept_list[i--] = settings->accept_list[--settings->accepted];
	return SUCCESS;
}

const struct command advertise_commands[] = {
	{0x2006, 205, 15, .run = set_parameters},
	{0x2007, 206, 0, .answer = 1, .run = command_accept}, /* 0 dBm */
	{0x2008, 207, 32, .run = set_data},
	{0x2009, 208, 32, .run = set_response},
	{0x200A, 209, 1, .run = set_enable},
	{0x200B, 210, 7, .run = set_scan_parameters},
	{0x200C, 211, 2, .run = scan_enable},
	{0x200F, 214, 0, .answer = 1, .run = read_list_size},
	{0x2010, 215, 0, .run = clear_list},
	{0x2011, 216, 7, .run = add_to_list},
	{0x2012, 217, 7, .run = remove_from_list},
	{0x2035, 289, 7, .run = set_random},
	{0x2036, 290, 25, .answer = 1, .run = set_extended_parameters},
	{0x2037, 291, 4, .more = true, .run = set_extended_data},
	{0x2038, 292, 4, .more = true, .run = set_extended_response},
	{0x2039, 293, 2, .more = true, .run = enable_sets},
	{0x203A, 294, 0, .answer = 2, .run = read_data_limit},
	{0x203B, 295, 0, .answer = 1, .run = read_sets},
	{0x203C, 296, 1, .run = remove_set},
	{0x203D, 297, 0, .run = clear_sets},
	{0x2041, 301, 3, .more = true, .run = set_extended_scan_parameters},
	{0x2042, 302, 6, .run = extended_scan_enable},
	{},
};
