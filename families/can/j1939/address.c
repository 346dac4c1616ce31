/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Addresses: interface, NAME, parameter group and address, of this end and of the peer. */
#include <stddef.h>
#include <string.h>

#include "internal.h"

int kin_j1939_addr(const char *ifname, uint64_t name, uint32_t pgn, unsigned addr,
		   struct kin_addr *ret_addr)
{
	struct sockaddr_can can;
	struct kin_addr made;
	int r;

	KIN_NEED(ret_addr);
	if (addr > J1939_NO_ADDR)
		return kin_fail(EINVAL, "address %u is not in 0-%d", addr, J1939_NO_ADDR);
	r = pgn == J1939_NO_PGN ? 0 : kin_j1939_pgn_check(pgn);
	if (r == 0)
		r = kin_can_addr(ifname, &made);
	if (r < 0)
		return r;
	can = can_whole_addr(&made);
	can.can_addr.j1939.name = name;
	can.can_addr.j1939.pgn = pgn;
	can.can_addr.j1939.addr = (uint8_t)addr;
	memcpy(&made.ss, &can, sizeof(can));
	*ret_addr = made;
	return 0;
}

int kin_j1939_addr_read(const struct kin_addr *addr, uint64_t *ret_name, uint32_t *ret_pgn,
			unsigned *ret_addr)
{
	struct sockaddr_can can;

	KIN_NEED(addr);
	can = can_whole_addr(addr);
	if (can.can_family != AF_CAN ||
	    addr->len < offsetof(struct sockaddr_can, can_addr.j1939.addr) + 1)
		return kin_fail(EINVAL, "not an address of J1939");
	if (ret_name)
		*ret_name = can.can_addr.j1939.name;
	if (ret_pgn)
		*ret_pgn = can.can_addr.j1939.pgn;
	if (ret_addr)
		*ret_addr = can.can_addr.j1939.addr;
	return 0;
}

/* ---- Text ---------------------------------------------------------------------------------- */

/* What the options of one end say. */
struct end {
	uint64_t name;
	uint32_t pgn;
	int64_t addr;
	bool given;
};

/* @param field  the option without "to-": "addr", "name" or "pgn" */
static int parse_setting(struct end *end, const char *field, const char *value)
{
	end->given = true;
	if (strcmp(field, "name") == 0)
		return kin_j1939_name_parse(value, &end->name);
	if (strcmp(field, "pgn") == 0)
		return kin_j1939_pgn_parse(value, &end->pgn);
	return kin_parse_int(value, "address", 0, J1939_NO_ADDR, &end->addr);
}

int j1939_parse(const struct kin_proto *proto, const char *body, const struct kin_setting *settings,
		size_t n, struct kin_target *ret)
{
	struct end here = {.pgn = J1939_NO_PGN, .addr = J1939_NO_ADDR}, there = here;
	int r = 0;

	(void)proto;
	for (size_t i = 0; i < n && r == 0; i++) {
		const char *name = settings[i].name;

		if (strncmp(name, "to-", 3) == 0)
			r = parse_setting(&there, name + 3, settings[i].value);
		else
			r = parse_setting(strcmp(name, "to") == 0 ? &there : &here, name,
					  settings[i].value);
	}
	if (r == 0)
		r = kin_j1939_addr(body, here.name, here.pgn, (unsigned)here.addr, &ret->addr);
	if (r < 0)
		return r;
	if (can_addr_ifindex(&ret->addr) == 0)
		return kin_fail(EINVAL, "J1939 is bound to one interface: name it");
	if (there.given)
		r = kin_j1939_addr(body, there.name, there.pgn, (unsigned)there.addr, &ret->peer);
	return r;
}

/* @param to  "to-" for the peer, whose address is "to" */
static void put_end(struct kin_buf *out, const struct kin_addr *addr, bool peer)
{
	const char *to = peer ? "to-" : "";
	struct sockaddr_can can = can_whole_addr(addr);

	if (can.can_family != AF_CAN)
		return;
	if (can.can_addr.j1939.addr != J1939_NO_ADDR)
		kin_buf_printf(out, ",%s=0x%02X", peer ? "to" : "addr", can.can_addr.j1939.addr);
	if (can.can_addr.j1939.name != J1939_NO_NAME)
		kin_buf_printf(out, ",%sname=0x%016llX", to,
			       (unsigned long long)can.can_addr.j1939.name);
	if (can.can_addr.j1939.pgn <= J1939_PGN_MAX)
		kin_buf_printf(out, ",%spgn=0x%04X", to, can.can_addr.j1939.pgn);
	else if (peer && can.can_addr.j1939.addr == J1939_NO_ADDR &&
		 can.can_addr.j1939.name == J1939_NO_NAME)
		kin_buf_puts(out, ",to=0xFF");
}

void j1939_format(const struct kin_proto *proto, const struct kin_target *target,
		  struct kin_buf *out)
{
	(void)proto;
	can_put_interface(out, &target->addr);
	if (target->addr.len > 0)
		put_end(out, &target->addr, false);
	if (target->peer.len > 0)
		put_end(out, &target->peer, true);
}
