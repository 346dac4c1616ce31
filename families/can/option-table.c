/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The socket options of every CAN protocol: a row each. */
#include "bcm/operation.h"
#include "internal.h"
#include "j1939/internal.h"
#include "isotp/option.h"

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
		.flags = KIN_OPT_RECORD,
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
	{
		.name = "watch",
		.schemes = "bcm",
		.level = SOL_CAN_BASE + CAN_BCM,
		.type = KIN_OPT_CUSTOM,
		.flags = KIN_OPT_LIST | KIN_OPT_CONNECTED | KIN_OPT_WRITE_ONLY,
		.since = "2.6.25",
		.value = "ID[#MASK] [timeout=TIME] ...",
		.doc = "receive what has this identifier, or changes in bits of the mask; what "
		       "rx-setup takes",
		.check = bcm_check_watch,
		.set = bcm_set_watch,
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
/* ---- ISO-TP: isotp/option-text.c ---- */
/* clang-format off */
#define ISOTP(number, form) .schemes = "isotp", .level = SOL_CAN_ISOTP, .optname = (number),       \
	.type = KIN_OPT_CUSTOM, .value = (form), .check = isotp_check_option,                      \
	.set = isotp_set_option, .get = isotp_get_option
	{.name = "ext", ISOTP(CAN_ISOTP_OPTS, "HEX|off"), .since = "5.10",
	 .doc = "extended or mixed addressing: the first byte of each frame, both ways"},
	{.name = "rx-ext", ISOTP(CAN_ISOTP_OPTS, "HEX|off"), .since = "5.10",
	 .doc = "another first byte than ext= in the frames received"},
	{.name = "pad", ISOTP(CAN_ISOTP_OPTS, "HEX|off"), .since = "5.10",
	 .doc = "fill the frames sent up with this byte"},
	{.name = "rx-pad", ISOTP(CAN_ISOTP_OPTS, "HEX|off"), .since = "5.10",
	 .doc = "the frames received are filled up with this byte; for check-pad="},
	{.name = "check-pad", ISOTP(CAN_ISOTP_OPTS, "length+data|none"), .since = "5.10",
	 .doc = "refuse frames that are not filled up to the right length, or not with rx-pad="},
	{.name = "listen", ISOTP(CAN_ISOTP_OPTS, "BOOL"), .since = "5.10",
	 .doc = "receive what others exchange, without answering with flow control"},
	{.name = "half-duplex", ISOTP(CAN_ISOTP_OPTS, "BOOL"), .since = "5.10",
	 .doc = "never send and receive at once"},
	{.name = "tx-done", ISOTP(CAN_ISOTP_OPTS, "BOOL"), .since = "5.10",
	 .doc = "each send waits until the PDU is on the bus, and tells how that ended (on where "
		"is only sent)"},
	{.name = "to-all", ISOTP(CAN_ISOTP_OPTS, "sf|cf|none"), .since = "5.11 (cf: 5.19)",
	 .doc = "send to all and receive nothing: single frames, or of any length without flow "
		"control"},
	{.name = "dynamic-fc", ISOTP(CAN_ISOTP_OPTS, "BOOL"), .since = "6.9",
	 .doc = "let every flow control change block size and separation time, not the first alone"},
	{.name = "frame-time", ISOTP(CAN_ISOTP_OPTS, "TIME"), .since = "5.10 (0: 5.18)",
	 .doc = "time of a frame on the bus, which is added to the separation time: 50us, 0 for none"},
	{.name = "force-tx-stmin", ISOTP(CAN_ISOTP_TX_STMIN, "TIME|off"), .since = "5.10",
	 .doc = "send with this time between frames, whatever the receiver asks for"},
	{.name = "force-rx-stmin", ISOTP(CAN_ISOTP_RX_STMIN, "TIME|off"), .since = "5.10",
	 .doc = "ignore frames that come sooner than this behind the one before"},
	{.name = "bs", ISOTP(CAN_ISOTP_RECV_FC, "0-255"), .since = "5.10",
	 .doc = "block size to ask for: frames until the next flow control; 0: no more of it"},
	{.name = "stmin", ISOTP(CAN_ISOTP_RECV_FC, "MS|TIME|code:HEX"), .since = "5.10",
	 .doc = "separation time to ask for: 0-127 (ms), or 100us, 200us, ... 900us"},
	{.name = "wait-frames", ISOTP(CAN_ISOTP_RECV_FC, "0-255"), .since = "5.10",
	 .doc = "how often to ask for patience; the kernel never does"},
	{.name = "fd", ISOTP(CAN_ISOTP_LL_OPTS, "BOOL"), .since = "5.10",
	 .doc = "CAN FD frames of up to 64 bytes, and no others"},
	{.name = "tx-dl", ISOTP(CAN_ISOTP_LL_OPTS, "8|12|16|20|24|32|48|64"), .since = "5.10",
	 .doc = "bytes of the longest frame to send, above 8 with fd=on"},
	{.name = "brs", ISOTP(CAN_ISOTP_LL_OPTS, "BOOL"), .since = "5.10",
	 .doc = "FD frames with the higher bit rate for the data"},
	{.name = "esi", ISOTP(CAN_ISOTP_LL_OPTS, "BOOL"), .since = "5.10",
	 .doc = "FD frames with the error state indicator"},
#undef ISOTP
	/* clang-format on */
	{},
};
