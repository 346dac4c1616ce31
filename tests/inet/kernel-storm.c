/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Signals every millisecond while a host is connected to that does not answer at first. */
#include "storm.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <kin/inet.h>

enum { QUEUED_MAX = 8 };

struct scene {
	struct kin_sock *listener, *queued[QUEUED_MAX], *accepted, *sock;
	char port[8];
	bool race;
};

/* Nobody accepts, and the queue is full: what comes now waits as at a host that is silent. */
static void *full_listener(void)
{
	const struct kin_inet_listen_options one = {.struct_size = sizeof(one), .backlog = 1};
	struct scene *s = calloc(1, sizeof(*s));
	struct kin_addr addr;
	int r = 0;

	ck_assert_ptr_nonnull(s);
	ck_ok(kin_inet_listen("127.0.0.1", 0, &one, &s->listener));
	ck_ok(kin_local_addr(s->listener, &addr));
	snprintf(s->port, sizeof(s->port), "%d", kin_inet_port(&addr));
	for (int i = 0; r == 0; i++) {
		ck_assert_int_lt(i, QUEUED_MAX);
		ck_ok(kin_socket(AF_INET, SOCK_STREAM, 0, &s->queued[i]));
		ck_ok(kin_set_timeout(s->queued[i], 100000000));
		r = kin_connect(s->queued[i], &addr);
	}
	return s;
}

static void *full_listener_and_race(void)
{
	struct scene *s = full_listener();

	s->race = true;
	return s;
}

static long call_connect(void *scene)
{
	struct scene *s = scene;
	struct kin_inet_connect_options how = {.struct_size = sizeof(how), .race = s->race};

	return kin_inet_connect("127.0.0.1", s->port, &how, &s->sock);
}

static void make_room(void *scene)
{
	struct scene *s = scene;

	ck_ok(kin_listen(s->listener, 16));
	ck_ok(kin_accept(s->listener, &s->accepted, NULL));
}

static void is_connected(void *scene)
{
	struct kin_addr addr;

	ck_ok(kin_peer_addr(((struct scene *)scene)->sock, &addr));
}

static void tear_down(void *scene)
{
	struct scene *s = scene;

	for (int i = 0; i < QUEUED_MAX; i++)
		kin_close(s->queued[i]);
	kin_close(s->sock);
	kin_close(s->accepted);
	kin_close(s->listener);
	free(s);
}

static const struct stormed rows[] = {
	{"connect", full_listener, call_connect, make_room, is_connected, tear_down, false},
	{"race", full_listener_and_race, call_connect, make_room, is_connected, tear_down, false},
	{},
};

START_TEST(signals_restart_no_timeout)
{
	storm_timeouts(rows);
}
END_TEST

START_TEST(signals_end_no_connection)
{
	storm_success(rows, 15000000000);
	storm_not_stopped(rows);
}
END_TEST

START_TEST(a_hook_can_end_connecting)
{
	storm_stopped(rows, -1);
	storm_stopped(rows, 15000000000);
}
END_TEST

int main(void)
{
	const struct test_case cases[] = {
		{signals_restart_no_timeout, "signals_restart_no_timeout", .net = true,
		 .seconds = 60},
		{signals_end_no_connection, "signals_end_no_connection", .net = true,
		 .seconds = 60},
		{a_hook_can_end_connecting, "a_hook_can_end_connecting", .net = true,
		 .seconds = 60},
		{},
	};

	return run_cases("inet/storm", cases);
}
