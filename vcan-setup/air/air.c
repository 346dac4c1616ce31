/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Who is there, who hears whom, and what happens when. */
#include "air.h"

#include <poll.h>
#include <stdio.h>
#include <time.h>

enum { START_LIMIT = 60000 }; /* milliseconds */
enum { CLIENTS = sizeof(((struct air *)0)->clients) / sizeof(struct client) };

uint64_t air_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

/* ---- timers, the first to fire in front ---- */

void timer_clear(struct air *air, struct timer *timer)
{
	struct timer **at = &air->timers;

	if (timer->at == 0)
		return;
	while (*at != timer)
		at = &(*at)->next;
	*at = timer->next;
	timer->at = 0;
}

void timer_set(struct air *air, struct timer *timer, unsigned ms, void (*fire)(void *object),
	       void *object)
{
	struct timer **at = &air->timers;

	timer_clear(air, timer);
	timer->at = air_now() + ms;
	timer->fire = fire;
	timer->object = object;
	while (*at && (*at)->at <= timer->at)
		at = &(*at)->next;
	timer->next = *at;
	*at = timer;
}

static void fire_timers(struct air *air)
{
	/* Those that are set meanwhile have to wait, or the rest would. */
	uint64_t now = air_now();

	while (air->timers && air->timers->at <= now) {
		struct timer *timer = air->timers;

		timer_clear(air, timer);
		timer->fire(timer->object);
	}
}

/* ---- who is there ---- */

struct controller *air_find(const struct air *air, const struct address *address)
{
	for (struct controller *controller = air->controllers; controller;
	     controller = controller->next)
		if (!controller->gone && address_equal(&controller->address, address))
			return controller;
	return NULL;
}

bool air_hears(const struct controller *a, const struct controller *b)
{
	return !a->gone && !b->gone && !a->air->apart[a->number][b->number];
}

struct controller *air_paged(struct controller *from, const struct address *address)
{
	struct controller *to = air_find(from->air, address);

	return to && to != from && to->settings.scan_enable & 2 && !to->deaf && air_hears(from, to)
		       ? to
		       : NULL;
}

void air_bury(struct air *air)
{
	struct controller **at = &air->controllers;

	while (*at) {
		struct controller *controller = *at;

		if (!controller->gone) {
			at = &controller->next;
			continue;
		}
		/* It may be heard no more while others are told. */
		controller_reset(controller);
		*at = controller->next;
		controller_free(controller);
	}
}

/* ---- what happens ---- */

static void wait_for_more(struct air *air, struct pollfd *polled, unsigned count)
{
	int wait = -1;

	if (air->timers) {
		uint64_t now = air_now();

		wait = air->timers->at > now ? (int)(air->timers->at - now) : 0;
	}
	/* An interruption is one more round. */
	if (poll(polled, count, wait) < 0)
		for (unsigned i = 0; i < count; i++)
			polled[i].revents = 0;
}

static void turn(struct air *air)
{
	struct pollfd polled[MAX_CONTROLLERS + 2 + CLIENTS];
	struct controller *controller;
	unsigned count = 0, i = 0;

	for (controller = air->controllers; controller; controller = controller->next)
		polled[count++] = (struct pollfd){controller->fd, POLLIN, 0};
	polled[count++] = (struct pollfd){air->mgmt, POLLIN, 0};
	/* Who asks is answered when all are there. */
	polled[count++] = (struct pollfd){air->ready ? air->listener : -1, POLLIN, 0};
	for (unsigned c = 0; c < CLIENTS; c++)
		polled[count++] = (struct pollfd){air->ready ? air->clients[c].fd : -1, POLLIN, 0};
	wait_for_more(air, polled, count);
	fire_timers(air);
	for (controller = air->controllers; controller; controller = controller->next)
		if (polled[i++].revents)
			controller_read(controller);
	if (polled[i++].revents)
		mgmt_read(air);
	if (polled[i++].revents)
		control_accept(air);
	for (unsigned c = 0; c < CLIENTS; c++)
		if (polled[i++].revents && air->clients[c].fd >= 0)
			control_read(air, &air->clients[c]);
	air_bury(air);
}

static void late(void *object)
{
	struct air *air = object;

	fprintf(stderr,
		"kin-air: the kernel has not taken the controllers within %u s; see dmesg\n",
		START_LIMIT / 1000);
	air->ended = true;
}

void air_start(struct air *air)
{
	struct timer limit = {0};

	timer_set(air, &limit, START_LIMIT, late, air);
	while (!air->ended && !air->ready)
		turn(air);
	timer_clear(air, &limit);
}

void air_run(struct air *air)
{
	while (!air->ended)
		turn(air);
}

void air_end(struct air *air)
{
	for (struct controller *controller = air->controllers; controller;
	     controller = controller->next)
		controller->gone = true;
	air_bury(air);
}
