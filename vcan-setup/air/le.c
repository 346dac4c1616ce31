/* SPDX-License-Identifier: GPL-2.0-or-later */
/* LE connections */
#include "air.h"

#include <string.h>

enum { PHY_1M = 1, PHY_2M = 2, NOT_ESTABLISHED = 0x3E };

/* ---- being connected ---- */

struct connected {
	uint8_t status;
	uint16_t handle;
	bool peripheral;
	struct listed peer;
	uint16_t interval, latency, supervision;
};

/* The longer of two events where the host wants it. */
static void connection_complete(struct controller *controller, const struct connected *connected)
{
	static const struct address none;
	bool enhanced = controller_wants_le_event(controller, LE_ENHANCED_CONNECTION_COMPLETE);
	struct bytes bytes = {0};

	put8(&bytes, connected->status);
	put16(&bytes, connected->handle);
	put8(&bytes, connected->peripheral);
	put8(&bytes, connected->peer.type);
	put(&bytes, &connected->peer.address, 6);
	if (enhanced) {
		/* No private addresses were resolved. */
		put(&bytes, &none, 6);
		put(&bytes, &none, 6);
	}
	put16(&bytes, connected->interval);
	put16(&bytes, connected->latency);
	put16(&bytes, connected->supervision);
	put8(&bytes, 0); /* clock accuracy */
	controller_le_event(controller,
			    enhanced ? LE_ENHANCED_CONNECTION_COMPLETE : LE_CONNECTION_COMPLETE,
			    &bytes);
}

void le_not_connected(struct controller *controller, uint8_t status, bool peripheral,
		      const struct listed *peer)
{
	struct connected connected = {.status = status, .peripheral = peripheral, .peer = *peer};

	connection_complete(controller, &connected);
}

static void data_length_changed(struct end *end)
{
	struct bytes bytes = {0};
	uint16_t octets[2] = {end->tx_octets, end_other(end)->tx_octets};

	put16(&bytes, end->handle);
	for (unsigned i = 0; i < 2; i++) {
		put16(&bytes, octets[i]);
		/* Preamble, access address, header, MIC and CRC: 14 bytes of 8 microseconds */
		put16(&bytes, (octets[i] + 14U) * 8);
	}
	controller_le_event(end->controller, LE_DATA_LENGTH_CHANGE, &bytes);
}

static void set_octets(struct end *end, unsigned wanted)
{
	unsigned octets = wanted < LE_SIZE_MIN ? LE_SIZE_MIN : wanted > LE_SIZE ? LE_SIZE : wanted;

	if (end->tx_octets == octets)
		return;
	end->tx_octets = (uint16_t)octets;
	data_length_changed(end);
	data_length_changed(end_other(end));
}

static void set_parameters(struct link *link, unsigned interval, unsigned latency,
			   unsigned supervision)
{
	link->interval = (uint16_t)interval;
	link->latency = (uint16_t)latency;
	link->supervision = supervision * 10;
}

void le_connect(struct controller *initiator, struct set *set, const struct listed *advertiser)
{
	struct link *link = link_new(initiator->air, LE_LINK, initiator, set->controller);
	struct settings *settings = &initiator->settings;
	struct connected connected = {0};
	struct listed own;

	if (!link)
		return;
	own_address(initiator, settings->initiating.own_type, settings->random, &own);
	settings->initiating.active = false;
	link->open = true;
	link->phy = set->phy == PHY_2M ? PHY_2M : PHY_1M;
	set_parameters(link, settings->initiating.interval, settings->initiating.latency,
		       settings->initiating.supervision);
	link->ends[0].address = own.address;
	link->ends[0].address_type = own.type;
	link->ends[1].address = advertiser->address;
	link->ends[1].address_type = advertiser->type;
	for (unsigned i = 0; i < 2; i++) {
		const struct end *other = &link->ends[!i];

		link->ends[i].tx_octets = LE_SIZE_MIN;
		connected = (struct connected){
			.handle = link->ends[i].handle,
			.peripheral = i == 1,
			.peer = {other->address_type, other->address},
			.interval = link->interval,
			.latency = link->latency,
			.supervision = (uint16_t)(link->supervision / 10),
		};
		connection_complete(link->ends[i].controller, &connected);
	}
	advertise_connected(set, link->ends[1].handle);
	if (set->controller->refuses) {
		link_close(link, &link->ends[0], NOT_ESTABLISHED, NOT_ESTABLISHED);
		return;
	}
	for (unsigned i = 0; i < 2; i++)
		set_octets(&link->ends[i], get16(link->ends[i].controller->settings.data_length));
}

static uint8_t initiate(struct controller *controller, uint8_t policy, uint8_t own_type,
			const uint8_t *peer, const uint8_t *connection)
{
	struct settings *settings = &controller->settings;

	if (settings->initiating.active)
		return COMMAND_DISALLOWED;
	settings->initiating.active = true;
	settings->initiating.use_list = policy & 1;
	settings->initiating.own_type = own_type;
	settings->initiating.peer.type = peer[0] & 1;
	memcpy(&settings->initiating.peer.address, peer + 1, 6);
	/* The longest interval that it would have */
	settings->initiating.interval = get16(connection + 2);
	settings->initiating.latency = get16(connection + 4);
	settings->initiating.supervision = get16(connection + 6);
	advertise_now(controller->air);
	return SUCCESS;
}

static uint8_t create(const struct call *call)
{
	return initiate(call->controller, call->p[4], call->p[12], call->p + 5, call->p + 13);
}

static uint8_t create_extended(const struct call *call)
{
	/* Parameters for each PHY of the mask; they are alike in what is looked at here. */
	if (call->p[9] == 0 || call->len != 10 + 16U * (unsigned)__builtin_popcount(call->p[9]))
		return INVALID_PARAMETERS;
	return initiate(call->controller, call->p[0], call->p[1], call->p + 2, call->p + 14);
}

static uint8_t cancel(const struct call *call)
{
	struct settings *settings = &call->controller->settings;

	if (!settings->initiating.active)
		return COMMAND_DISALLOWED;
	settings->initiating.active = false;
	le_not_connected(call->controller, UNKNOWN_CONNECTION, false, &settings->initiating.peer);
	return SUCCESS;
}

/* ---- what is asked of a link ---- */

static void updated(struct end *end, uint8_t status)
{
	struct bytes bytes = {0};

	put8(&bytes, status);
	put16(&bytes, end->handle);
	put16(&bytes, end->link->interval);
	put16(&bytes, end->link->latency);
	put16(&bytes, end->link->supervision / 10);
	controller_le_event(end->controller, LE_CONNECTION_UPDATED, &bytes);
}

static uint8_t update(const struct call *call)
{
	struct end *end = call->end;

	if (get16(call->p + 2) > get16(call->p + 4) || get16(call->p + 4) < 6 ||
	    get16(call->p + 4) > 3200 || get16(call->p + 8) < 10 || get16(call->p + 8) > 3200)
		return INVALID_PARAMETERS;
	/* A peripheral's host asks by L2CAP: without the procedure of the link layer it can't here.
	 */
	if (end != end->link->central)
		return UNSUPPORTED_REMOTE_FEATURE;
	set_parameters(end->link, get16(call->p + 4), get16(call->p + 6), get16(call->p + 8));
	updated(end, SUCCESS);
	updated(end_other(end), SUCCESS);
	return SUCCESS;
}

static uint8_t read_channels(const struct call *call)
{
	memcpy(call->ret + 2, (uint8_t[]){0xFF, 0xFF, 0xFF, 0xFF, 0x1F}, 5);
	return SUCCESS;
}

static uint8_t remote_features(const struct call *call)
{
	struct end *end = call->end;
	struct bytes bytes = {0};

	put8(&bytes, SUCCESS);
	put16(&bytes, end->handle);
	put(&bytes, le_features, sizeof(le_features));
	controller_le_event(call->controller, LE_REMOTE_FEATURES, &bytes);
	return SUCCESS;
}

static uint8_t set_data_length(const struct call *call)
{
	struct end *end = call->end;

	set_octets(end, get16(call->p + 2));
	return SUCCESS;
}

static uint8_t read_phy(const struct call *call)
{
	struct end *end = call->end;

	call->ret[2] = call->ret[3] = end->link->phy;
	return SUCCESS;
}

static void phy_updated(struct end *end)
{
	struct bytes bytes = {0};

	put8(&bytes, SUCCESS);
	put16(&bytes, end->handle);
	put8(&bytes, end->link->phy);
	put8(&bytes, end->link->phy);
	controller_le_event(end->controller, LE_PHY_UPDATED, &bytes);
}

static uint8_t set_phy(const struct call *call)
{
	struct end *end = call->end;
	bool any = call->p[2] & 1, fast = call->p[3] & 2 || any;
	uint8_t before;

	before = end->link->phy;
	end->link->phy = fast ? PHY_2M : PHY_1M;
	phy_updated(end);
	if (end->link->phy != before)
		phy_updated(end_other(end));
	return SUCCESS;
}

const struct command le_commands[] = {
	{0x200D, 212, 25, .answer = STATUS, .run = create},
	{0x200E, 213, 0, .run = cancel},
	{0x2013, 218, 14, .answer = STATUS, .links = ON_LE, .run = update},
	{0x2015, 220, 2, .answer = 7, .echo = 2, .links = ON_LE, .run = read_channels},
	{0x2016, 221, 2, .answer = STATUS, .links = ON_LE, .run = remote_features},
	{0x2022, 270, 6, .answer = 2, .echo = 2, .links = ON_LE, .run = set_data_length},
	{0x2030, 284, 2, .answer = 4, .echo = 2, .links = ON_LE, .run = read_phy},
	{0x2032, 286, 7, .answer = STATUS, .links = ON_LE, .run = set_phy},
	{0x2043, 303, 10, .more = true, .answer = STATUS, .run = create_extended},
	{},
};
