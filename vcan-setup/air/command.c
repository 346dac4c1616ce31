/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A command packet finds its row, is checked for its length, runs and is answered. */
#include "air.h"

#include <string.h>

static const struct command *const rooms[] = {
	settings_commands, inquiry_commands, link_commands,      sync_commands,
	security_commands, le_commands,      advertise_commands,
};

enum { ROOMS = sizeof(rooms) / sizeof(*rooms) };

static const struct command *find(uint16_t opcode)
{
	for (unsigned i = 0; i < ROOMS; i++)
		for (const struct command *row = rooms[i]; row->opcode; row++)
			if (row->opcode == opcode)
				return row;
	return NULL;
}

void command_supported(uint8_t bits[static 64])
{
	for (unsigned i = 0; i < ROOMS; i++)
		for (const struct command *row = rooms[i]; row->opcode; row++)
			bits[row->bit / 8] |= (uint8_t)(1 << row->bit % 8);
}

uint8_t command_accept(const struct call *call)
{
	(void)call;
	return SUCCESS;
}

static void answer(struct controller *controller, const struct command *row, uint16_t opcode,
		   uint8_t status, const uint8_t *rest)
{
	struct bytes bytes = {0};
	bool complete = row && row->answer != STATUS;

	if (!complete)
		put8(&bytes, status);
	put8(&bytes, 1); /* commands that the host may send */
	put16(&bytes, opcode);
	if (complete) {
		put8(&bytes, status);
		put(&bytes, rest, row->answer);
	}
	controller->running = false;
	controller_event(controller, complete ? COMMAND_COMPLETE : COMMAND_STATUS, &bytes);
}

static uint8_t keep_or_tell(const struct call *call, const struct command *row)
{
	uint8_t *setting = (uint8_t *)&call->controller->settings + row->at;

	memcpy(setting, call->p, row->parameters);
	memcpy(call->ret, setting, row->answer);
	return SUCCESS;
}

static uint8_t run(struct call *call, const struct command *row)
{
	if (call->len < row->parameters || (call->len > row->parameters && !row->more))
		return INVALID_PARAMETERS;
	if (row->answer != STATUS)
		memcpy(call->ret, call->p, row->echo);
	if (row->links) {
		call->end = end_of_handle(call->controller, get16(call->p));
		if (!call->end || !(row->links >> call->end->link->kind & 1))
			return UNKNOWN_CONNECTION;
	}
	return row->run ? row->run(call) : keep_or_tell(call, row);
}

void command_run(struct controller *controller, const uint8_t *packet, size_t len)
{
	uint8_t ret[255] = {0}, status = UNKNOWN_COMMAND;
	const struct command *row;
	uint16_t opcode;

	/* "No operation" has no answer. */
	if (len < 3 || get16(packet) == 0)
		return;
	opcode = get16(packet);
	row = find(opcode);
	if (row) {
		struct call call = {controller, NULL, packet + 3, len - 3, ret};

		status = packet[2] == call.len ? run(&call, row) : INVALID_PARAMETERS;
	}
	answer(controller, row, opcode, status, ret);
}
