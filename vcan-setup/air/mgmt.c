/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The kernel's management of controllers: it says when one is registered, which is after it has
 * asked the controller for everything, and switches them on. Numbers are those of BlueZ's
 * doc/mgmt-api.txt.
 */
#include "air.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { COMMAND_DONE = 0x0001, COMMAND_STARTED = 0x0002, INDEX_ADDED = 0x0004 };
enum { HCI_PROTOCOL = 1, CONTROL_CHANNEL = 3, NO_INDEX = 0xFFFF };
enum { SET_LOCAL_NAME = 0x000F, NAME_SIZE = 249, SHORT_NAME_SIZE = 11 };

/* Ready for use: LE, pairing, found and answering. In this order, power before what needs it. */
static const struct step {
	uint16_t opcode;
	uint8_t len;
	uint8_t parameters[3];
} steps[] = {
	{0x000D, 1, {1}},                           /* LE */
	{0x000B, 1, {1}},                           /* simple pairing */
	{0x0009, 1, {1}},                           /* bondable */
	{0x0007, 1, {1}},                           /* connectable */
	{SET_LOCAL_NAME, 0, {0}}, {0x0005, 1, {1}}, /* power */
	{0x0006, 3, {1}},                           /* discoverable, for ever */
};

enum { STEPS = sizeof(steps) / sizeof(*steps), REGISTERED = 1, DONE = REGISTERED + STEPS };

int mgmt_open(void)
{
	struct {
		sa_family_t family;
		uint16_t index, channel;
	} addr = {AF_BLUETOOTH, NO_INDEX, CONTROL_CHANNEL};
	int fd = socket(AF_BLUETOOTH, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC, HCI_PROTOCOL);

	if (fd < 0)
		return -errno;
	if (bind(fd, (struct sockaddr *)&addr, sizeof(addr)) < 0) {
		int err = errno;

		close(fd);
		return -err;
	}
	return fd;
}

static void send_step(struct air *air, struct controller *controller)
{
	const struct step *step = &steps[controller->mgmt_step - REGISTERED];
	uint8_t packet[6 + NAME_SIZE + SHORT_NAME_SIZE] = {0};
	size_t len = step->len;

	memcpy(packet + 6, step->parameters, len);
	if (step->opcode == SET_LOCAL_NAME) {
		len = NAME_SIZE + SHORT_NAME_SIZE;
		snprintf((char *)packet + 6, NAME_SIZE, "%s-%u", air->name, controller->number);
	}
	packet[0] = (uint8_t)step->opcode;
	packet[1] = (uint8_t)(step->opcode >> 8);
	packet[2] = (uint8_t)controller->index;
	packet[3] = (uint8_t)(controller->index >> 8);
	packet[4] = (uint8_t)len;
	packet[5] = (uint8_t)(len >> 8);
	if (send(air->mgmt, packet, 6 + len, 0) < 0) {
		fprintf(stderr, "kin-air: hci%d: can't be switched on: %s\n", controller->index,
			strerror(errno));
		air->ended = true;
	}
}

/* It has done all that is behind it. */
static void advance(struct air *air, struct controller *controller)
{
	bool all = true;

	controller->mgmt_step =
		controller->mgmt_step == 0 && !air->up ? DONE : controller->mgmt_step + 1;
	if (controller->mgmt_step < DONE) {
		send_step(air, controller);
		return;
	}
	for (controller = air->controllers; controller; controller = controller->next)
		all &= controller->mgmt_step == DONE;
	air->ready = all;
}

static void answered(struct air *air, struct controller *controller, const uint8_t *p)
{
	if (controller->mgmt_step < REGISTERED || controller->mgmt_step == DONE ||
	    get16(p) != steps[controller->mgmt_step - REGISTERED].opcode)
		return;
	if (p[2] != 0) {
		fprintf(stderr,
			"kin-air: hci%d: can't be switched on: the kernel answers command 0x%04X "
			"of "
			"its management with status 0x%02X%s\n",
			controller->index, get16(p), p[2],
			p[2] == 0x12 ? " (blocked: rfkill unblock bluetooth)" : "");
		air->ended = true;
		return;
	}
	advance(air, controller);
}

void mgmt_read(struct air *air)
{
	uint8_t packet[1024];
	ssize_t len;

	while ((len = recv(air->mgmt, packet, sizeof(packet), 0)) >= 6) {
		unsigned event = get16(packet);
		struct controller *controller = air->controllers;

		while (controller && controller->index != get16(packet + 2))
			controller = controller->next;
		if (!controller)
			continue;
		if (event == INDEX_ADDED && controller->mgmt_step == 0)
			advance(air, controller);
		else if ((event == COMMAND_DONE || event == COMMAND_STARTED) && len >= 9)
			answered(air, controller, packet + 6);
	}
}
