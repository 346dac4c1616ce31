/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the air is told while it runs: a line of words in a packet of a UNIX socket, answered by
 * "ok" and what was asked for, or by "error: " and why not.
 */
#include "air.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { MAX_WORDS = 4, LINE = 4096, HEX_MAX = 1024 };
enum { CLIENTS = sizeof(((struct air *)0)->clients) / sizeof(struct client) };

struct order {
	struct air *air;
	char *word[MAX_WORDS];
	unsigned count;
	char answer[LINE];
};

/* ---- words ---- */

static bool refuse(struct order *order, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

static bool refuse(struct order *order, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(order->answer, sizeof(order->answer), format, args);
	va_end(args);
	return false;
}

/* hciN or an address */
static struct controller *who(struct order *order, unsigned i)
{
	const char *word = order->word[i];
	struct controller *controller;
	struct address address;
	char all[512], *end;
	long index = -1;

	if (strncmp(word, "hci", 3) == 0 && word[3]) {
		index = strtol(word + 3, &end, 10);
		if (*end)
			index = -1;
	}
	for (controller = order->air->controllers; controller; controller = controller->next)
		if (!controller->gone &&
		    (controller->index == index || (address_parse(word, &address) &&
						    address_equal(&address, &controller->address))))
			return controller;
	control_list(order->air, all, sizeof(all));
	for (char *c = all; *c; c++)
		if (*c == '\n')
			*c = c[1] ? ',' : '\0';
	refuse(order, "\"%.40s\" is no controller of this air; there are: %s", word, all);
	return NULL;
}

static bool number(struct order *order, unsigned i, unsigned long max, unsigned *ret)
{
	char *end;
	unsigned long value;

	errno = 0;
	value = strtoul(order->word[i], &end, 0);
	if (order->word[i][0] < '0' || order->word[i][0] > '9' || *end || errno || value > max)
		return refuse(order, "\"%.40s\" is not in 0-%lu", order->word[i], max);
	*ret = (unsigned)value;
	return true;
}

static bool on_or_off(struct order *order, unsigned i, bool *ret)
{
	if (strcmp(order->word[i], "on") != 0 && strcmp(order->word[i], "off") != 0)
		return refuse(order, "\"%.40s\" is neither on nor off", order->word[i]);
	*ret = strcmp(order->word[i], "on") == 0;
	return true;
}

static bool hex(struct order *order, unsigned i, uint8_t *data, size_t *ret_len)
{
	const char *text = order->word[i];
	size_t len = strlen(text) / 2;

	if (len < 1 || len > HEX_MAX || strlen(text) % 2 != 0)
		return refuse(order, "give 1 to %d bytes, each of two hex digits", HEX_MAX);
	for (size_t at = 0; at < len; at++) {
		char digits[3] = {text[2 * at], text[2 * at + 1], '\0'}, *end;

		data[at] = (uint8_t)strtoul(digits, &end, 16);
		if (digits[0] == '-' || digits[0] == '+' || digits[0] == ' ' || *end)
			return refuse(order, "\"%s\" is no byte: two hex digits", digits);
	}
	*ret_len = len;
	return true;
}

/* ---- orders ---- */

static bool list(struct order *order)
{
	control_list(order->air, order->answer, sizeof(order->answer));
	return true;
}

static bool links(struct order *order)
{
	static const char *const kinds[] = {"sco", "acl", "esco", "le"};
	size_t at = 0;

	for (struct link *link = order->air->links; link && at < sizeof(order->answer);
	     link = link->next)
		if (link->open)
			at += (size_t)snprintf(
				order->answer + at, sizeof(order->answer) - at,
				"%s hci%d 0x%04X hci%d 0x%04X%s\n", kinds[link->kind],
				link->ends[0].controller->index, link->ends[0].handle,
				link->ends[1].controller->index, link->ends[1].handle,
				link->encrypted ? " encrypted" : "");
	return true;
}

static bool deaf(struct order *order)
{
	struct controller *controller = who(order, 1);

	return controller && on_or_off(order, 2, &controller->deaf);
}

static bool refuses(struct order *order, uint8_t *code)
{
	unsigned value = 0;

	if (strcmp(order->word[2], "off") != 0 && !number(order, 2, 255, &value))
		return false;
	*code = (uint8_t)value;
	return true;
}

static bool refuse_connections(struct order *order)
{
	struct controller *controller = who(order, 1);

	return controller && refuses(order, &controller->refuses);
}

static bool refuse_sync(struct order *order)
{
	struct controller *controller = who(order, 1);

	return controller && refuses(order, &controller->refuses_sync);
}

static bool set_delay(struct order *order)
{
	return number(order, 1, 60000, &order->air->delay);
}

static bool set_rate(struct order *order)
{
	return number(order, 1, 100000000, &order->air->rate);
}

static bool rssi(struct order *order)
{
	struct controller *controller = who(order, 1);
	char *end;
	long value;

	if (!controller)
		return false;
	value = strtol(order->word[2], &end, 10);
	if (end == order->word[2] || *end || value < -127 || value > 20)
		return refuse(order, "\"%.40s\" is not in -127-20 dBm", order->word[2]);
	controller->rssi = (int8_t)value;
	return true;
}

static bool two(struct order *order, struct controller **ret_a, struct controller **ret_b)
{
	*ret_a = who(order, 1);
	*ret_b = *ret_a ? who(order, 2) : NULL;
	if (*ret_b && *ret_a == *ret_b)
		return refuse(order, "that is one controller twice");
	return *ret_b != NULL;
}

static bool set_range(struct order *order, bool apart)
{
	struct controller *a, *b;

	if (!two(order, &a, &b))
		return false;
	order->air->apart[a->number][b->number] = order->air->apart[b->number][a->number] = apart;
	for (struct link *link = order->air->links; link; link = link->next)
		if (link_end(link, a) && link_end(link, b))
			link_silence(link, apart);
	return true;
}

static bool apart(struct order *order)
{
	return set_range(order, true);
}

static bool together(struct order *order)
{
	return set_range(order, false);
}

static bool lose(struct order *order)
{
	struct controller *a, *b;
	bool any = false;

	if (!two(order, &a, &b))
		return false;
	for (struct link *link = order->air->links; link;) {
		struct link *next = link->next;

		if (link->open && !link->acl && link_end(link, a) && link_end(link, b)) {
			link_close(link, &link->ends[0], SUPERVISION_TIMEOUT, SUPERVISION_TIMEOUT);
			any = true;
			/* What was on it has gone as well. */
			next = order->air->links;
		}
		link = next;
	}
	return any || refuse(order, "there is no connection between them");
}

static bool vanish(struct order *order)
{
	struct controller *controller = who(order, 1);

	if (!controller)
		return false;
	controller->gone = true;
	return true;
}

static bool inject(struct order *order)
{
	struct controller *controller = who(order, 1);
	uint8_t data[HEX_MAX];
	size_t len;

	if (!controller || !hex(order, 2, data, &len))
		return false;
	controller_send(controller, data, len, NULL, 0);
	return true;
}

static bool send_data(struct order *order)
{
	uint8_t data[HEX_MAX];
	unsigned handle = 0;
	struct controller *controller = who(order, 1);
	struct end *end;
	size_t len;

	if (!controller || !number(order, 2, 0xFFF, &handle) || !hex(order, 3, data, &len))
		return false;
	end = end_of_handle(controller, handle);
	if (!end || (end->link->kind != ACL_LINK && end->link->kind != LE_LINK))
		return refuse(order,
			      "hci%d has no ACL or LE connection 0x%04X; those that it has: links",
			      controller->index, handle);
	data_from_peer(end, data, len);
	return true;
}

static bool stop(struct order *order)
{
	order->air->ended = true;
	return true;
}

static const struct {
	const char *name;
	unsigned words; /* behind the name */
	const char *usage, *does;
	bool (*run)(struct order *order);
} orders[] = {
	{"list", 0, "", "controllers: name, address", list},
	{"links", 0, "", "connections: kind, controllers and their handles", links},
	{"deaf", 2, " WHO on|off", "WHO answers no page: page timeouts (0x04)", deaf},
	{"refuse", 2, " WHO STATUS|off",
	 "WHO's controller refuses connections with that status, such as 0x0D", refuse_connections},
	{"refuse-sco", 2, " WHO STATUS|off", "the same for SCO and eSCO", refuse_sync},
	{"delay", 1, " MS", "each packet of data is that long on its way", set_delay},
	{"rate", 1, " BYTES", "of data a second in each direction of a connection; 0: no limit",
	 set_rate},
	{"rssi", 2, " WHO DBM", "how well WHO is heard", rssi},
	{"lose", 2, " WHO WHO", "their connections are lost: supervision timeouts (0x08)", lose},
	{"apart", 2, " WHO WHO", "out of range: pages and supervision run into their timeouts",
	 apart},
	{"together", 2, " WHO WHO", "in range again", together},
	{"vanish", 1, " WHO", "the controller is pulled out", vanish},
	{"data", 3, " WHO HANDLE HEX", "its host gets these bytes of ACL data from its peer",
	 send_data},
	{"inject", 2, " WHO HEX",
	 "its host gets this packet: its type (04 event, 02 ACL, 03 SCO) and bytes", inject},
	{"stop", 0, "", "all controllers go", stop},
};

enum { ORDERS = sizeof(orders) / sizeof(*orders) };

void control_usage(void)
{
	for (unsigned i = 0; i < ORDERS; i++) {
		int width = printf("  %s%s", orders[i].name, orders[i].usage);

		printf("%*s%s\n", width < 29 ? 29 - width : 1, "", orders[i].does);
	}
}

static bool obey(struct order *order, char *line)
{
	char *rest = line, *word;
	size_t at;

	while ((word = strsep(&rest, " \n")))
		if (*word) {
			if (order->count == MAX_WORDS)
				return refuse(order, "too many words");
			order->word[order->count++] = word;
		}
	for (unsigned i = 0; order->count > 0 && i < ORDERS; i++) {
		if (strcmp(orders[i].name, order->word[0]) != 0)
			continue;
		if (order->count - 1 != orders[i].words)
			return refuse(order, "write: %s%s", orders[i].name, orders[i].usage);
		return orders[i].run(order);
	}
	at = (size_t)snprintf(order->answer, sizeof(order->answer),
			      "\"%.40s\" is none of:", order->count > 0 ? order->word[0] : "");
	for (unsigned i = 0; i < ORDERS; i++)
		at += (size_t)snprintf(order->answer + at, sizeof(order->answer) - at, " %s",
				       orders[i].name);
	return false;
}

/* ---- the socket ---- */

void control_list(const struct air *air, char *text, size_t size)
{
	size_t at = 0;

	text[0] = '\0';
	for (const struct controller *controller = air->controllers; controller && at < size;
	     controller = controller->next) {
		char address[18];

		address_format(&controller->address, address);
		at += (size_t)snprintf(text + at, size - at, "hci%d %s\n", controller->index,
				       address);
	}
}

bool control_add(struct air *air, int fd, bool owner)
{
	for (unsigned i = 0; i < CLIENTS; i++)
		if (air->clients[i].fd < 0) {
			air->clients[i] = (struct client){fd, owner};
			return true;
		}
	return false;
}

void control_accept(struct air *air)
{
	int fd = accept4(air->listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);

	if (fd >= 0 && !control_add(air, fd, false))
		close(fd);
}

void control_read(struct air *air, struct client *client)
{
	struct order order = {.air = air};
	char line[LINE], answer[LINE + 16];
	ssize_t len = recv(client->fd, line, sizeof(line) - 1, 0);
	bool ok;

	if (len <= 0) {
		if (len < 0 && errno == EAGAIN)
			return;
		close(client->fd);
		client->fd = -1;
		air->ended |= client->owner;
		return;
	}
	line[len] = '\0';
	ok = obey(&order, line);
	len = snprintf(answer, sizeof(answer), "%s%s", ok ? "ok\n" : "error: ", order.answer);
	/* Who goes is gone when it is said. */
	if (air->ended)
		air_end(air);
	air_bury(air);
	/* Who does not wait for the answer does not get it. */
	(void)!send(client->fd, answer, (size_t)len, MSG_NOSIGNAL);
}
