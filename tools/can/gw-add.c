/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <limits.h>

#include "gw.h"

static int run(const struct invocation *inv)
{
	return gw_for_each(inv, kin_can_gw_add);
}

const struct command command_can_gw_add = {
	.group = "can gw",
	.name = "add",
	.args = "SOURCE DESTINATION [fd] [WORD...] | @FILE | -",
	.summary = "add rules to the kernel's CAN gateway",
	.text = "From then on the kernel sends frames that arrive on SOURCE to DESTINATION, those "
		"that "
		"the rule matches, changed as it says; no program has to run. With @FILE, or - for "
		"standard input, there is a rule on each line, as kin can gw list writes them; all "
		"lines are checked before the first is added. This takes the module can-gw and "
		"CAP_NET_ADMIN. The module allows as many hops, from rule to rule, as its "
		"parameter "
		"max_hops, at first 1.\n"
		"\n"
		"A rule begins with the interface that frames arrive on and the one they are sent "
		"on; fd "
		"behind these makes it one for CAN FD frames, of which it takes nothing else, "
		"while any other "
		"rule takes classic frames only. In any order follow\n"
		"\n"
		"    match ID:MASK         frames whose identifier is ID where MASK has bits\n"
		"    match ID~MASK         all others; eight digits of ID are extended\n"
		"    match errors CLASSES  error frames: all, bus-off+ack, ...\n"
		"    match raw ID:MASK     all 32 bits of both as the kernel has them\n"
		"    and|or|xor|set FIELD...\n"
		"                          changes, done in this order\n"
		"    checksum crc8 from I to I at I [init N] [final N] poly N [reflected]\n"
		"        [profile P]\n"
		"    checksum xor from I to I at I [init N]\n"
		"    hops N                rules that a frame may pass, this one the first\n"
		"    uid N                 adding a rule with the same one changes this one\n"
		"    echo                  this host's programs on DESTINATION see it too\n"
		"    timestamp             the frame keeps its time of arrival\n"
		"    back                  a frame may go out where it came in\n"
		"\n"
		"and a FIELD is\n"
		"\n"
		"    id HEX                set: 3 digits standard, 8 digits extended; else bits\n"
		"                          of the kernel's identifier, 80000000 for extended\n"
		"    dlc N                 the DLC of classic frames, 0-15\n"
		"    len N                 the bytes of FD frames\n"
		"    flags brs+esi         of FD frames\n"
		"    data HEX [rest HEX]   all 8 bytes, of FD frames 64; rest fills them up\n"
		"    unused FIELD          a value that the kernel keeps and does not use\n"
		"\n"
		"Identifiers, masks and data are hexadecimal, other numbers in C notation. An "
		"index I of a "
		"checksum counts the bytes of data from 0, and from their end: end-1 is the last. "
		"Checksums "
		"come after all changes, CRC-8 before XOR; the kernel computes none for a rule "
		"without a "
		"change (one that changes nothing is: or id 0). A CRC-8 is told by its polynomial, "
		"0x1D of "
		"SAE J1850 or 0x2F of AUTOSAR, or as table HEX of 256 bytes; profile 1u8 XX, "
		"profile 16u8 "
		"and 16 bytes, and profile sffid-xor add to it what AUTOSAR does. Indices from the "
		"end of a "
		"CRC-8 need Linux 7.0 or a kernel with the same correction: others read and write "
		"other "
		"bytes.",
	.examples =
		(const struct command_example[]){
			{"kin can gw add can0 can1", "all classic frames, as they are"},
			{"kin can gw add can0 can1 match 123:7FF set id 456 echo",
			 "one identifier, under another"},
			{"kin can gw add can0 can1 match 200:7F0 and data 00 rest FF or data 5A "
			 "rest 00",
			 "the first byte of the data replaced"},
			{"kin can gw add can0 can1 match 321:7FF set dlc 8 checksum crc8 from 0 to "
			 "6 at 7 "
			 "init 0xFF final 0xFF poly 0x1D",
			 "with the CRC of SAE J1850 in the last byte"},
			{"kin can gw add can0 can1 fd or flags brs",
			 "FD frames, with the higher bit rate"},
			{},
		},
	.min_args = 1,
	.max_args = UINT_MAX,
	.run = run,
};
