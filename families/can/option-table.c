/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The socket options of every CAN protocol: a row each. */
#include "internal.h"
#include "j1939/internal.h"

const struct kin_opt can_opts[] = {
	{
		.name = "filter",
		.schemes = "can",
		.level = SOL_CAN_RAW,
		.optname = CAN_RAW_FILTER,
		.type = KIN_OPT_CUSTOM,
		.flags = KIN_OPT_LIST,
		.since = "2.6.25",
		.value = "ID:MASK",
		.doc = "receive what matches one of these: id & MASK == ID & MASK, with ~ for : "
		       "the "
		       "contrary; hex, an ID of eight digits is extended; none: no data frames",
		.check = can_check_filter,
		.set = can_set_filter,
		.get = can_get_filter,
	},
	{
		.name = "join",
		.schemes = "can",
		.level = SOL_CAN_RAW,
		.optname = CAN_RAW_JOIN_FILTERS,
		.type = KIN_OPT_BOOL,
		.since = "4.1",
		.doc = "receive what matches all filters instead of one",
	},
	{
		.name = "errors",
		.schemes = "can",
		.level = SOL_CAN_RAW,
		.optname = CAN_RAW_ERR_FILTER,
		.type = KIN_OPT_FLAGS,
		.names = can_error_names,
		.max = CAN_ERR_MASK,
		.since = "2.6.25",
		.doc = "receive error frames of these classes",
	},
	{
		.name = "loopback",
		.schemes = "can",
		.level = SOL_CAN_RAW,
		.optname = CAN_RAW_LOOPBACK,
		.type = KIN_OPT_BOOL,
		.since = "2.6.25",
		.doc = "show what is sent to the other sockets of this host (on at first)",
	},
	{
		.name = "own",
		.schemes = "can",
		.level = SOL_CAN_RAW,
		.optname = CAN_RAW_RECV_OWN_MSGS,
		.type = KIN_OPT_BOOL,
		.since = "2.6.25",
		.doc = "receive what this socket sent, once it has been on the bus",
	},
	{
		.name = "fd",
		.schemes = "can",
		.level = SOL_CAN_RAW,
		.optname = CAN_RAW_FD_FRAMES,
		.type = KIN_OPT_BOOL,
		.since = "3.6",
		.doc = "send and receive CAN FD frames too",
	},
	{
		.name = "xl",
		.schemes = "can",
		.level = SOL_CAN_RAW,
		.optname = CAN_RAW_XL_FRAMES,
		.type = KIN_OPT_BOOL,
		.since = "6.1",
		.doc = "send and receive CAN XL frames too, and with them CAN FD",
	},
	{
		.name = "vcid",
		.schemes = "can",
		.level = SOL_CAN_RAW,
		.optname = CAN_RAW_XL_VCID_OPTS,
		.type = KIN_OPT_CUSTOM,
		.flags = KIN_OPT_LIST,
		.since = "6.9",
		.value = "tx:HEX, pass, rx:HEX:MASK",
		.doc = "virtual network of XL frames: set it in what is sent, or pass on the "
		       "frame's "
		       "own; receive those that match",
		.check = can_check_vcid,
		.set = can_set_vcid,
		.get = can_get_vcid,
	},
	/* ---- J1939: j1939/option.c ---- */
	/* clang-format off */
#define J1939(number) .schemes = "j1939", .level = SOL_CAN_J1939, .optname = (number), .since = "5.4"
	{.name = "filter", J1939(SO_J1939_FILTER), .type = KIN_OPT_CUSTOM, .flags = KIN_OPT_LIST,
	 .value = "pgn:N:MASK/addr:N:MASK/name:N:MASK",
	 .doc = "receive what matches one of these, in all that it says of the source; a MASK may be "
		"left out; all: everything",
	 .check = j1939_check_filter, .set = j1939_set_filter},
	{.name = "promisc", J1939(SO_J1939_PROMISC), .type = KIN_OPT_BOOL,
	 .doc = "receive what is for others, too"},
	{.name = "prio", J1939(SO_J1939_SEND_PRIO), .type = KIN_OPT_INT, .max = 7,
	 .capability = "CAP_NET_ADMIN",
	 .doc = "priority of what is sent: 0 (first) to 7; 6 at first, below 2 needs a privilege"},
	{.name = "reports", J1939(SO_J1939_ERRQUEUE), .type = KIN_OPT_BOOL,
	 .doc = "tell in the error queue how sessions fare, and nowhere else"},
#undef J1939
	/* clang-format on */
	{},
};
