/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "air.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

enum {
	/* What a host may send at once before the others have their turn. */
	BATCH = 64,
	/* Handles begin somewhere else on each controller: a mix-up would be seen. */
	HANDLES = 0x40,
};

struct controller *controller_new(struct air *air, unsigned number, const struct address *address)
{
	struct controller *controller = calloc(1, sizeof(*controller));

	if (!controller)
		return NULL;
	controller->air = air;
	controller->number = number;
	controller->index = -1;
	controller->address = *address;
	controller->rssi = (int8_t)(-40 - (int)number);
	controller->held_last = &controller->held;
	settings_reset(controller);
	/* One that the kernel is to make, with nothing special about it. */
	controller->fd = open("/dev/vhci", O_RDWR | O_NONBLOCK | O_CLOEXEC);
	if (controller->fd < 0 || write(controller->fd, (uint8_t[]){VENDOR_PACKET, 0}, 2) != 2) {
		int err = errno;

		controller_free(controller);
		errno = err;
		return NULL;
	}
	return controller;
}

void controller_free(struct controller *controller)
{
	if (controller->fd >= 0)
		close(controller->fd);
	while (controller->held) {
		struct held *held = controller->held;

		controller->held = held->next;
		free(held);
	}
	free(controller);
}

void controller_reset(struct controller *controller)
{
	inquiry_reset(controller);
	link_drop(controller, SUPERVISION_TIMEOUT);
	settings_reset(controller);
}

/* ---- to the host ---- */

static void hold(struct controller *controller, const struct iovec part[2])
{
	size_t len = part[0].iov_len + part[1].iov_len;
	struct held *held = malloc(sizeof(*held) + len);

	if (!held)
		return;
	held->next = NULL;
	held->len = len;
	memcpy(held->data, part[0].iov_base, part[0].iov_len);
	if (part[1].iov_len > 0)
		memcpy(held->data + part[0].iov_len, part[1].iov_base, part[1].iov_len);
	*controller->held_last = held;
	controller->held_last = &held->next;
}

void controller_send(struct controller *controller, const void *head, size_t head_len,
		     const void *body, size_t len)
{
	struct iovec part[2] = {{(void *)(uintptr_t)head, head_len},
				{(void *)(uintptr_t)body, len}};

	if (controller->running)
		hold(controller, part);
	else if (writev(controller->fd, part, len > 0 ? 2 : 1) < 0 && errno == EBADFD)
		controller->gone = true;
	/* Other failures: the host is down and does not listen. */
}

/* What waited for the answer. */
static void release(struct controller *controller)
{
	while (controller->held) {
		struct held *held = controller->held;

		controller->held = held->next;
		controller_send(controller, held->data, held->len, NULL, 0);
		free(held);
	}
	controller->held_last = &controller->held;
}

static bool masked(const uint8_t mask[8], unsigned bit)
{
	return bit < 64 && !(mask[bit / 8] >> bit % 8 & 1);
}

void controller_event(struct controller *controller, enum event event, const struct bytes *bytes)
{
	uint8_t head[] = {EVENT_PACKET, (uint8_t)event, (uint8_t)bytes->len};

	/* These have no bit. */
	if (event == COMMAND_COMPLETE || event == COMMAND_STATUS || event == COMPLETED_PACKETS ||
	    !masked(controller->settings.event_mask, event - 1))
		controller_send(controller, head, sizeof(head), bytes->data, bytes->len);
}

bool controller_wants_le_event(const struct controller *controller, enum le_event event)
{
	return !masked(controller->settings.le_event_mask, event - 1);
}

void controller_le_event(struct controller *controller, enum le_event event,
			 const struct bytes *bytes)
{
	struct bytes meta = {0};

	if (!controller_wants_le_event(controller, event))
		return;
	put8(&meta, event);
	put(&meta, bytes->data, bytes->len);
	controller_event(controller, LE_META, &meta);
}

void controller_credit(struct controller *controller)
{
	struct bytes bytes = {0};

	put8(&bytes, 0);
	for (unsigned i = 0; i < MAX_ENDS; i++) {
		struct end *end = controller->ends[i];

		if (!end || end->completed == 0)
			continue;
		put16(&bytes, end->handle);
		put16(&bytes, end->completed);
		end->completed = 0;
		bytes.data[0]++;
	}
	if (bytes.data[0] > 0)
		controller_event(controller, COMPLETED_PACKETS, &bytes);
}

/* ---- handles ---- */

bool controller_add(struct controller *controller, struct end *end)
{
	for (unsigned i = 0; i < MAX_ENDS; i++) {
		if (controller->ends[i])
			continue;
		controller->ends[i] = end;
		end->handle = (uint16_t)(controller->number * HANDLES + i);
		return true;
	}
	return false;
}

void controller_remove(struct end *end)
{
	if (end->handle)
		end->controller->ends[end->handle % HANDLES] = NULL;
	end->handle = 0;
}

struct end *end_of_handle(const struct controller *controller, unsigned handle)
{
	unsigned slot = handle % HANDLES;
	struct end *end = NULL;

	if (handle / HANDLES == controller->number && slot < MAX_ENDS)
		end = controller->ends[slot];
	return end && end->link->open ? end : NULL;
}

unsigned controller_count(const struct controller *controller, enum kind kind)
{
	unsigned count = 0;

	for (unsigned i = 0; i < MAX_ENDS; i++)
		count += controller->ends[i] && controller->ends[i]->link->kind == kind;
	return count;
}

/* ---- from the host ---- */

static void receive(struct controller *controller, const uint8_t *packet, size_t len)
{
	switch (packet[0]) {
	case COMMAND_PACKET:
		controller->running = true;
		command_run(controller, packet + 1, len - 1);
		controller->running = false;
		release(controller);
		break;
	case ACL_PACKET:
		data_acl(controller, packet + 1, len - 1);
		break;
	case SCO_PACKET:
		data_sync(controller, packet + 1, len - 1);
		break;
	case VENDOR_PACKET:
		/* The kernel's answer to controller_new() */
		if (len >= 4)
			controller->index = get16(packet + 2);
		break;
	default:
		break;
	}
}

void controller_read(struct controller *controller)
{
	uint8_t packet[2048];

	for (unsigned i = 0; i < BATCH && !controller->gone; i++) {
		ssize_t len = read(controller->fd, packet, sizeof(packet));

		if (len < 0 && errno != EAGAIN && errno != EINTR)
			controller->gone = true;
		if (len <= 0)
			break;
		receive(controller, packet, (size_t)len);
	}
	controller_credit(controller);
}
