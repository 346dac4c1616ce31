/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "routes.h"

int routes_check(const struct routes *routes)
{
	const char *map;

	for (unsigned i = 0; (map = inv_value_at(routes->inv, "map", i)); i++)
		if (!strchr(map, '=') || *map == '=')
			return misuse(routes->inv->command, "--map: %s is not SOURCE=ADDRESS", map);
	return 0;
}

/* "can0" means "can:can0" as well. */
static bool is_source(const char *source, const char *name)
{
	const char *colon = strchr(source, ':');

	return strcmp(name, "*") == 0 || strcmp(source, name) == 0 ||
	       (colon && strcmp(colon + 1, name) == 0);
}

/* What --map says about a source; NULL: nothing. The last one that says it counts. */
static const char *find_map(const struct routes *routes, const char *source)
{
	const char *map, *found = NULL;

	for (unsigned i = 0; (map = inv_value_at(routes->inv, "map", i)); i++) {
		char name[KIN_ADDR_TEXT];
		size_t len = strcspn(map, "=");

		snprintf(name, sizeof(name), "%.*s", (int)(len < sizeof(name) ? len : 0), map);
		if (is_source(source, name))
			found = map + len + 1;
	}
	return found;
}

/* An address text, or the body of one with the source's scheme. */
static char *full_address(const char *to, const char *source)
{
	size_t scheme = strcspn(source, ":") + 1;
	char *text;

	if (strchr(to, ':'))
		return strdup(to);
	return asprintf(&text, "%.*s%s", (int)scheme, source, to) < 0 ? NULL : text;
}

/* The options that an address of --map may leave out. */
static int open_route(const struct routes *routes, struct route *route)
{
	int r = kin_open(route->to, KIN_SEND, &route->sock);

	if (r < 0)
		return r;
	if (routes->txtime)
		r = txtime_begin(&route->txtime, route->sock);
	if (r == 0 && routes->print)
		r = kin_format_new(kin_sock_family(route->sock), "text", &route->format);
	return r;
}

static struct route *new_route(struct routes *routes, const char *source, const char *to)
{
	struct route *route = calloc(1, sizeof(*route));

	if (!route)
		return NULL;
	route->next = routes->first;
	routes->first = route;
	route->from = strdup(source);
	route->kind = !*to ? TO_NOTHING : strcmp(to, "stdout") == 0 ? TO_STDOUT : TO_SOCKET;
	route->to = full_address(to, source);
	return route->from && route->to ? route : NULL;
}

struct route *routes_find(struct routes *routes, const char *source, int *status)
{
	struct route *route;
	const char *to;
	int r;

	for (route = routes->first; route; route = route->next)
		if (strcmp(route->from, source) == 0)
			return route;
	to = find_map(routes, source);
	if (!to && !*source) {
		complain("%s: its messages have no source: --map *=ADDRESS says where they go",
			 routes->inv->args[0]);
		*status = STATUS_FAILED;
		return NULL;
	}
	route = new_route(routes, source, to ? to : source);
	r = !route ? -ENOMEM : route->kind == TO_SOCKET ? open_route(routes, route) : 0;
	if (r == 0)
		return route;
	*status = complain_of(route && route->to ? route->to : source, r);
	if (!to)
		remark("--map %s=ADDRESS sends what came from there to another address", source);
	return NULL;
}

void routes_free(struct routes *routes)
{
	struct route *route = routes->first;

	while (route) {
		struct route *next = route->next;

		kin_format_free(route->format);
		kin_close(route->sock);
		free(route->from);
		free(route->to);
		free(route);
		route = next;
	}
}

uint64_t routes_missed(const struct routes *routes)
{
	uint64_t sum = 0;

	for (const struct route *route = routes->first; route; route = route->next)
		if (route->sock && routes->txtime)
			sum += txtime_missed(route->sock);
	return sum;
}
