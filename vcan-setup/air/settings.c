/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the host writes and reads back, and what the controller says of itself. */
#include "air.h"

#include <stdio.h>
#include <string.h>
#include <sys/random.h>

enum {
	VERSION = 0x0B,        /* 5.2 */
	MANUFACTURER = 0x05F1, /* The Linux Foundation */
};

/*
 * Volume 2 part C 3.3: packets of several slots, encryption, role switch, SCO and eSCO of all
 * kinds, transparent data, EDR of 2 and 3 Mbit/s, inquiry with RSSI, LE, pause of encryption,
 * extended inquiry, simple pairing, erroneous data reporting, packets not to be flushed,
 * supervision timeout, TX power of inquiries, extended features. Not: modes that save power, secure
 * connections.
 */
static const uint8_t features[8] = {0x27, 0xFA, 0x0F, 0xFE, 0xCB, 0xE5, 0x7B, 0x83};

/* Volume 6 part B 4.6: encryption, peripherals that ask for features, data length, 2 Mbit/s,
 * extended advertising. */
const uint8_t le_features[8] = {0x29, 0x11};

void settings_reset(struct controller *controller)
{
	static const uint8_t general[3] = {0x33, 0x8B, 0x9E};
	struct settings *settings = &controller->settings;

	/* The timers in there first. */
	advertise_reset(controller);
	memset(settings, 0, sizeof(*settings));
	memset(settings->event_mask, 0xFF, 5);
	settings->event_mask[5] = 0x1F;
	settings->le_event_mask[0] = 0x1F;
	snprintf((char *)settings->name, sizeof(settings->name), "%s-%u", controller->air->name,
		 controller->number);
	memcpy(settings->page_timeout, (uint8_t[]){0x00, 0x20}, 2);
	memcpy(settings->accept_timeout, (uint8_t[]){0xA0, 0x1F}, 2);
	memcpy(settings->voice, (uint8_t[]){0x60, 0x00}, 2);
	memcpy(settings->page_scan, (uint8_t[]){0x00, 0x08, 0x12, 0x00}, 4);
	memcpy(settings->inquiry_scan, (uint8_t[]){0x00, 0x10, 0x12, 0x00}, 4);
	memcpy(settings->data_length, (uint8_t[]){LE_SIZE_MIN, 0, 0x48, 0x01}, 4);
	memcpy(settings->iac[0], general, sizeof(general));
	memcpy(settings->iac[1], general, sizeof(general));
	advertise_reset(controller);
}

/* Page 1 is what the host has switched on. */
const uint8_t *settings_features(const struct controller *controller, unsigned page)
{
	static uint8_t host[8];
	const struct settings *settings = &controller->settings;

	if (page == 0)
		return features;
	memset(host, 0, sizeof(host));
	if (page == 1)
		host[0] =
			(uint8_t)((settings->simple_pairing ? 1 : 0) |
				  (settings->le_host[0] ? 2 : 0) | (settings->le_host[1] ? 4 : 0));
	return host;
}

static uint8_t reset(const struct call *call)
{
	controller_reset(call->controller);
	return SUCCESS;
}

static uint8_t read_version(const struct call *call)
{
	struct bytes bytes = {0};

	put8(&bytes, VERSION);
	put16(&bytes, 0);
	put8(&bytes, VERSION);
	put16(&bytes, MANUFACTURER);
	put16(&bytes, 0);
	memcpy(call->ret, bytes.data, bytes.len);
	return SUCCESS;
}

static uint8_t read_commands(const struct call *call)
{
	command_supported(call->ret);
	return SUCCESS;
}

static uint8_t read_features(const struct call *call)
{
	memcpy(call->ret, settings_features(call->controller, 0), 8);
	return SUCCESS;
}

static uint8_t read_extended_features(const struct call *call)
{
	call->ret[1] = 1; /* the highest page */
	memcpy(call->ret + 2, settings_features(call->controller, call->p[0]), 8);
	return call->p[0] > call->ret[1] ? INVALID_PARAMETERS : SUCCESS;
}

static uint8_t read_buffers(const struct call *call)
{
	struct bytes bytes = {0};

	put16(&bytes, ACL_SIZE);
	put8(&bytes, SCO_SIZE);
	put16(&bytes, ACL_PACKETS);
	put16(&bytes, SCO_PACKETS);
	memcpy(call->ret, bytes.data, bytes.len);
	return SUCCESS;
}

static uint8_t read_address(const struct call *call)
{
	memcpy(call->ret, &call->controller->address, 6);
	return SUCCESS;
}

static uint8_t read_iac_count(const struct call *call)
{
	call->ret[0] =
		sizeof(call->controller->settings.iac) / sizeof(*call->controller->settings.iac);
	return SUCCESS;
}

static uint8_t read_iac(const struct call *call)
{
	read_iac_count(call);
	memcpy(call->ret + 1, call->controller->settings.iac,
	       sizeof(call->controller->settings.iac));
	return SUCCESS;
}

static uint8_t write_iac(const struct call *call)
{
	struct settings *settings = &call->controller->settings;

	if (call->p[0] < 1 || call->len != 1U + 3U * call->p[0])
		return INVALID_PARAMETERS;
	/* One alone stands for both; of more than there is room for, the first. */
	memcpy(settings->iac[0], call->p + 1, 3);
	memcpy(settings->iac[1], call->p + (call->p[0] > 1 ? 4 : 1), 3);
	return SUCCESS;
}

static uint8_t read_le_buffers(const struct call *call)
{
	call->ret[0] = LE_SIZE;
	call->ret[2] = LE_PACKETS;
	return SUCCESS;
}

static uint8_t read_le_features(const struct call *call)
{
	memcpy(call->ret, le_features, sizeof(le_features));
	return SUCCESS;
}

static uint8_t le_random(const struct call *call)
{
	return getrandom(call->ret, 8, 0) == 8 ? SUCCESS : MEMORY_EXCEEDED;
}

/* All that there is before isochronous channels */
static uint8_t read_le_states(const struct call *call)
{
	memset(call->ret, 0xFF, 5);
	call->ret[5] = 0x03;
	return SUCCESS;
}

/* Octets and microseconds, sending and receiving */
static uint8_t read_data_length_limit(const struct call *call)
{
	static const uint8_t limit[4] = {LE_SIZE, 0, 0x48, 0x08};

	memcpy(call->ret, limit, 4);
	memcpy(call->ret + 4, limit, 4);
	return SUCCESS;
}

#define AT(member) .at = offsetof(struct settings, member)

const struct command settings_commands[] = {
	{0x0C01, 46, 8, AT(event_mask)},
	{0x0C03, 47, 0, .run = reset},
	{0x0C05, 48, 1, .more = true, .run = command_accept}, /* event filter */
	{0x0C13, 56, 248, AT(name)},
	{0x0C14, 57, 0, .answer = 248, AT(name)},
	{0x0C15, 58, 0, .answer = 2, AT(accept_timeout)},
	{0x0C16, 59, 2, AT(accept_timeout)},
	{0x0C17, 60, 0, .answer = 2, AT(page_timeout)},
	{0x0C18, 61, 2, AT(page_timeout)},
	{0x0C19, 62, 0, .answer = 1, AT(scan_enable)},
	{0x0C1A, 63, 1, AT(scan_enable)},
	{0x0C1B, 64, 0, .answer = 4, AT(page_scan)},
	{0x0C1C, 65, 4, AT(page_scan)},
	{0x0C1D, 66, 0, .answer = 4, AT(inquiry_scan)},
	{0x0C1E, 67, 4, AT(inquiry_scan)},
	{0x0C1F, 68, 0, .answer = 1, AT(authentication)},
	{0x0C20, 69, 1, AT(authentication)},
	{0x0C23, 72, 0, .answer = 3, AT(class)},
	{0x0C24, 73, 3, AT(class)},
	{0x0C25, 74, 0, .answer = 2, AT(voice)},
	{0x0C26, 75, 2, AT(voice)},
	{0x0C38, 90, 0, .answer = 1, .run = read_iac_count},
	{0x0C39, 91, 0, .answer = 7, .run = read_iac},
	{0x0C3A, 92, 4, .more = true, .run = write_iac},
	{0x0C42, 100, 0, .answer = 1, AT(inquiry_scan_type)},
	{0x0C43, 101, 1, AT(inquiry_scan_type)},
	{0x0C44, 102, 0, .answer = 1, AT(inquiry_mode)},
	{0x0C45, 103, 1, AT(inquiry_mode)},
	{0x0C46, 104, 0, .answer = 1, AT(page_scan_type)},
	{0x0C47, 105, 1, AT(page_scan_type)},
	{0x0C51, 136, 0, .answer = 241, AT(eir)},
	{0x0C52, 137, 241, AT(eir)},
	{0x0C55, 141, 0, .answer = 1, AT(simple_pairing)},
	{0x0C56, 142, 1, AT(simple_pairing)},
	{0x0C58, 144, 0, .answer = 1, .run = command_accept}, /* TX power of inquiries: 0 dBm */
	{0x0C5A, 146, 0, .answer = 1, AT(erroneous_data)},
	{0x0C5B, 147, 1, AT(erroneous_data)},
	{0x0C63, 178, 8, AT(event_mask2)},
	{0x0C6C, 197, 0, .answer = 2, AT(le_host)},
	{0x0C6D, 198, 2, AT(le_host)},
	{0x080E, 43, 0, .answer = 2, AT(link_policy)},
	{0x080F, 44, 2, AT(link_policy)},
	{0x1001, 115, 0, .answer = 8, .run = read_version},
	{0x1002, 116, 0, .answer = 64, .run = read_commands},
	{0x1003, 117, 0, .answer = 8, .run = read_features},
	{0x1004, 118, 1, .answer = 10, .echo = 1, .run = read_extended_features},
	{0x1005, 119, 0, .answer = 7, .run = read_buffers},
	{0x1009, 121, 0, .answer = 6, .run = read_address},
	{0x2001, 200, 8, AT(le_event_mask)},
	{0x2002, 201, 0, .answer = 3, .run = read_le_buffers},
	{0x2003, 202, 0, .answer = 8, .run = read_le_features},
	{0x2005, 204, 6, AT(random)},
	{0x2014, 219, 5, .run = command_accept}, /* channels to be used */
	{0x2018, 223, 0, .answer = 8, .run = le_random},
	{0x201C, 227, 0, .answer = 8, .run = read_le_states},
	{0x2023, 271, 0, .answer = 4, AT(data_length)},
	{0x2024, 272, 4, AT(data_length)},
	{0x202F, 283, 0, .answer = 8, .run = read_data_length_limit},
	{0x2031, 285, 3, AT(phys)},
	{},
};
