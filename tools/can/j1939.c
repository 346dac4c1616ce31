/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <kin/family.h>
#include "j1939.h"

int j1939_node(const struct invocation *inv, const char *what, const char *text,
	       struct j1939_node *node)
{
	static const char rule[] = "an address is 0-253, a NAME a number of 16 digits, such as "
				   "0x8000000000000001, or its fields";
	bool digit = isdigit((unsigned char)*text);
	unsigned long long number;
	uint64_t name;
	char *end;

	if (strcmp(text, "all") == 0) {
		*node = (struct j1939_node){.addr = J1939_NO_ADDR};
		return 0;
	}
	errno = 0;
	number = digit ? strtoull(text, &end, 0) : 0;
	if (!*text || (digit && (*end || errno)))
		return misuse(inv->command, "%s: \"%s\" is no node: %s", what, text, rule);
	/* A NAME is written with all of its digits, or is too large to be a mistyped address. */
	if (!digit || number > UINT32_MAX || strlen(text) == strlen("0x0000000000000001")) {
		if (kin_j1939_name_parse(text, &name) < 0)
			return misuse(inv->command, "%s: %s", what, kin_error_text());
		*node = (struct j1939_node){.name = name, .addr = J1939_NO_ADDR};
		return 0;
	}
	if (number > J1939_NO_ADDR)
		return misuse(inv->command, "%s: %s is no node: %s", what, text, rule);
	*node = (struct j1939_node){.addr = (unsigned)number};
	return 0;
}

int j1939_node_option(const struct invocation *inv, const char *option, struct j1939_node *node)
{
	char what[32];

	if (!inv_has(inv, option))
		return 0;
	snprintf(what, sizeof(what), "--%s", option);
	return j1939_node(inv, what, inv_value(inv, option), node);
}

int j1939_pgn(const struct invocation *inv, const char *text, uint32_t *pgn)
{
	return kin_j1939_pgn_parse(text, pgn) < 0 ? misuse(inv->command, "%s", kin_error_text())
						  : 0;
}

int j1939_open(const char *interface, const struct j1939_node *from, struct kin_sock **ret_sock)
{
	struct kin_endpoint *endpoint KIN_CLEANUP(kin_endpoint_free) = NULL;
	struct kin_addr addr;
	int r = kin_j1939_addr(interface, from->name, J1939_NO_PGN, from->addr, &addr);

	if (r == 0)
		r = kin_endpoint_new("j1939", &addr, &endpoint);
	if (r == 0)
		r = kin_endpoint_set(endpoint, "broadcast", "on");
	if (r == 0)
		r = kin_endpoint_set(endpoint, "timestamps", "software");
	if (r == 0)
		r = kin_open_endpoint(endpoint, KIN_CONNECT, ret_sock);
	return r < 0 ? complain_of(interface, r) : 0;
}
