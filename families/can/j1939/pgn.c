/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Parameter group numbers, and what of a message is in the 29 bits of an identifier. */
#include <string.h>
#include <strings.h>

#include "internal.h"

/* PDU format, the byte above the low one: below this it is of PDU1. */
#define PDU2_FORMAT 0xF0

enum { PRIORITY_MAX = 7, PRIORITY_SHIFT = 26, PGN_SHIFT = 8 };

bool kin_j1939_pgn_is_pdu1(uint32_t pgn)
{
	return pgn <= J1939_PGN_MAX && (pgn >> 8 & 0xFF) < PDU2_FORMAT;
}

int kin_j1939_pgn_check(uint32_t pgn)
{
	if (pgn > J1939_PGN_MAX)
		return kin_fail(EINVAL, "PGN %#x is not in 0-%#x", pgn, J1939_PGN_MAX);
	if (kin_j1939_pgn_is_pdu1(pgn) && (pgn & 0xFF))
		return kin_fail(EINVAL,
				"PGN %#x is of PDU1, whose low byte is 0 (on the bus, the "
				"destination is there): %#x",
				pgn, pgn & ~0xFFU);
	return 0;
}

int kin_j1939_pgn_parse(const char *text, uint32_t *ret_pgn)
{
	int64_t value = 0;
	int r = 0;

	KIN_NEED(text);
	KIN_NEED(ret_pgn);
	if (*text >= '0' && *text <= '9') {
		r = kin_parse_int(text, "PGN", 0, J1939_PGN_MAX, &value);
		r = r < 0 ? r : kin_j1939_pgn_check((uint32_t)value);
		if (r == 0)
			*ret_pgn = (uint32_t)value;
		return r;
	}
	for (unsigned i = 0; kin_j1939_pgn_at(i); i++) {
		if (strcasecmp(kin_j1939_pgn_at(i)->acronym, text) == 0) {
			*ret_pgn = kin_j1939_pgn_at(i)->pgn;
			return 0;
		}
	}
	return kin_fail(EINVAL, "PGN \"%.40s\" is neither a number nor an acronym that is known",
			text);
}

int kin_j1939_id_pack(const struct kin_j1939_id *id, canid_t *ret_id)
{
	bool pdu1;
	int r;

	KIN_NEED(id);
	KIN_NEED(ret_id);
	if (id->priority > PRIORITY_MAX)
		return kin_fail(EINVAL, "priority %d is not in 0-%d", id->priority, PRIORITY_MAX);
	r = kin_j1939_pgn_check(id->pgn);
	if (r < 0)
		return r;
	pdu1 = kin_j1939_pgn_is_pdu1(id->pgn);
	if (!pdu1 && id->destination != J1939_NO_ADDR)
		return kin_fail(EINVAL,
				"PGN %#x is of PDU2, which goes to all: destination %d is not 255",
				id->pgn, id->destination);
	*ret_id = CAN_EFF_FLAG | (canid_t)id->priority << PRIORITY_SHIFT | id->pgn << PGN_SHIFT |
		  id->source;
	if (pdu1)
		*ret_id |= (canid_t)id->destination << PGN_SHIFT;
	return 0;
}

int kin_j1939_id_unpack(canid_t id, struct kin_j1939_id *ret_id)
{
	uint32_t pgn = id >> PGN_SHIFT & J1939_PGN_MAX;
	bool pdu1 = kin_j1939_pgn_is_pdu1(pgn);

	KIN_NEED(ret_id);
	if (id & (CAN_RTR_FLAG | CAN_ERR_FLAG))
		return kin_fail(EINVAL, "identifier %08X is that of no data frame", id);
	*ret_id = (struct kin_j1939_id){
		.priority = (uint8_t)((id & CAN_EFF_MASK) >> PRIORITY_SHIFT),
		.pgn = pdu1 ? pgn & J1939_PGN_PDU1_MAX : pgn,
		.source = (uint8_t)id,
		.destination = pdu1 ? (uint8_t)pgn : J1939_NO_ADDR,
	};
	return 0;
}
