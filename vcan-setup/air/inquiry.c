/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Who is there, and by which name. */
#include "air.h"

#include <string.h>

enum {
	/* How often who answers is looked for, milliseconds. */
	INQUIRY_INTERVAL = 100,
	PAGE_INTERVAL = 50,
	/* The unit of an inquiry's length */
	INQUIRY_UNIT = 1280,
};

/* ---- inquiry ---- */

static void complete(struct controller *controller)
{
	struct bytes bytes = {0};

	controller->inquiry.active = false;
	put8(&bytes, SUCCESS);
	controller_event(controller, INQUIRY_COMPLETE, &bytes);
}

/* In the form that the host has asked for, of those that what was found can be told in. */
static void found(struct controller *controller, const struct controller *other)
{
	const struct settings *settings = &other->settings;
	unsigned mode = controller->settings.inquiry_mode;
	bool extended = mode == 2 && settings->eir[1] != 0;
	struct bytes bytes = {0};

	put8(&bytes, 1);
	put(&bytes, &other->address, 6);
	put8(&bytes, 1); /* page scan repetition mode R1 */
	put8(&bytes, 0);
	if (mode == 0)
		put8(&bytes, 0);
	put(&bytes, settings->class, 3);
	put16(&bytes, 0); /* clock offset */
	if (mode != 0)
		put8(&bytes, (uint8_t)other->rssi);
	if (extended)
		put(&bytes, settings->eir + 1, sizeof(settings->eir) - 1);
	controller_event(controller,
			 extended    ? EXTENDED_INQUIRY_RESULT
			 : mode != 0 ? INQUIRY_RESULT_RSSI
				     : INQUIRY_RESULT,
			 &bytes);
}

static bool answers(const struct controller *controller, const struct controller *other)
{
	const struct settings *settings = &other->settings;

	return other != controller && settings->scan_enable & 1 && air_hears(controller, other) &&
	       (memcmp(settings->iac[0], controller->inquiry.lap, 3) == 0 ||
		memcmp(settings->iac[1], controller->inquiry.lap, 3) == 0);
}

static void inquire(void *object)
{
	struct controller *controller = object;
	uint64_t now = air_now();

	for (struct controller *other = controller->air->controllers; other; other = other->next) {
		if (controller->inquiry.seen >> other->number & 1 || !answers(controller, other))
			continue;
		controller->inquiry.seen |= 1U << other->number;
		found(controller, other);
		if (++controller->inquiry.found == controller->inquiry.limit) {
			complete(controller);
			return;
		}
	}
	if (now >= controller->inquiry.deadline)
		complete(controller);
	else
		timer_set(controller->air, &controller->inquiry.timer, INQUIRY_INTERVAL, inquire,
			  controller);
}

static uint8_t start(const struct call *call)
{
	if (call->controller->inquiry.active)
		return COMMAND_DISALLOWED;
	if (call->p[3] < 1 || call->p[3] > 0x30)
		return INVALID_PARAMETERS;
	memcpy(call->controller->inquiry.lap, call->p, 3);
	call->controller->inquiry.active = true;
	call->controller->inquiry.deadline = air_now() + call->p[3] * INQUIRY_UNIT;
	call->controller->inquiry.limit = call->p[4]; /* 0: none */
	call->controller->inquiry.found = 0;
	call->controller->inquiry.seen = 0;
	/* Not at once: the host is not ready for it. */
	timer_set(call->controller->air, &call->controller->inquiry.timer, INQUIRY_INTERVAL,
		  inquire, call->controller);
	return SUCCESS;
}

static uint8_t cancel(const struct call *call)
{
	if (!call->controller->inquiry.active)
		return COMMAND_DISALLOWED;
	call->controller->inquiry.active = false;
	timer_clear(call->controller->air, &call->controller->inquiry.timer);
	return SUCCESS;
}

/* ---- names ---- */

void inquiry_name_event(struct controller *controller, uint8_t status,
			const struct address *address, const struct controller *named)
{
	static const uint8_t none[248];
	struct bytes bytes = {0};

	if (named) {
		put(&bytes, address, sizeof(*address));
		put(&bytes, settings_features(named, 1), 8);
		controller_event(controller, REMOTE_HOST_FEATURES, &bytes);
		bytes.len = 0;
	}
	put8(&bytes, status);
	put(&bytes, address, sizeof(*address));
	put(&bytes, named ? named->settings.name : none, sizeof(none));
	controller_event(controller, REMOTE_NAME, &bytes);
}

static void page(void *object)
{
	struct name_request *request = object;
	struct controller *controller = request->controller;
	struct end *end = end_of_address(controller, request->address.bytes);
	struct controller *named =
		end ? end_other(end)->controller : air_paged(controller, &request->address);

	if (!named && air_now() < request->deadline) {
		timer_set(controller->air, &request->timer, PAGE_INTERVAL, page, request);
		return;
	}
	request->active = false;
	inquiry_name_event(controller, named ? SUCCESS : PAGE_TIMEOUT, &request->address, named);
}

static struct name_request *find_request(struct controller *controller, const uint8_t *address)
{
	for (unsigned i = 0; i < sizeof(controller->names) / sizeof(*controller->names); i++) {
		struct name_request *request = &controller->names[i];

		if (address ? request->active && memcmp(&request->address, address, 6) == 0
			    : !request->active)
			return request;
	}
	return NULL;
}

static uint8_t ask_name(const struct call *call)
{
	struct name_request *request = find_request(call->controller, NULL);

	if (!request || find_request(call->controller, call->p))
		return COMMAND_DISALLOWED;
	request->controller = call->controller;
	request->active = true;
	memcpy(&request->address, call->p, 6);
	request->deadline = air_now() + get16(call->controller->settings.page_timeout) * 5U / 8;
	page(request);
	return SUCCESS;
}

static uint8_t cancel_name(const struct call *call)
{
	struct name_request *request = find_request(call->controller, call->p);

	if (!request)
		return UNKNOWN_CONNECTION;
	request->active = false;
	timer_clear(call->controller->air, &request->timer);
	inquiry_name_event(call->controller, UNKNOWN_CONNECTION, &request->address, NULL);
	return SUCCESS;
}

void inquiry_reset(struct controller *controller)
{
	timer_clear(controller->air, &controller->inquiry.timer);
	controller->inquiry.active = false;
	for (unsigned i = 0; i < sizeof(controller->names) / sizeof(*controller->names); i++) {
		timer_clear(controller->air, &controller->names[i].timer);
		controller->names[i].active = false;
	}
}

const struct command inquiry_commands[] = {
	{0x0401, 0, 5, .answer = STATUS, .run = start},
	{0x0402, 1, 0, .run = cancel},
	{0x0419, 19, 10, .answer = STATUS, .run = ask_name},
	{0x041A, 20, 6, .answer = 6, .echo = 6, .run = cancel_name},
	{},
};
