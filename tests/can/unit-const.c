/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The constants are the headers', all of them, and Python's. */
#include "harness.h"

#include <linux/can/bcm.h>

START_TEST(all_of_the_headers)
{
	static const char *const rows[][2] = {
		{"linux/can.h", "CAN"},           {"linux/can/raw.h", "CAN_RAW_"},
		{"linux/can/raw.h", "SCM_"},      {"linux/can/error.h", "CAN_ERR"},
		{"linux/can/error.h", "CAN_BUS"}, {"linux/can/bcm.h", "TX_"},
		{"linux/can/bcm.h", "RX_"},       {"linux/can/bcm.h", "CAN_FD_"},
		{"linux/can/isotp.h", "CAN_"},    {"linux/can/isotp.h", "SOL_"},
		{"linux/can/j1939.h", "J1939_"},  {"linux/can/j1939.h", "SO_"},
		{"linux/can/j1939.h", "SCM_"},    {"linux/can/gw.h", "CGW_"},
		{"linux/can/netlink.h", "CAN_"},  {"linux/can/netlink.h", "IFLA_"},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		ck_header_consts(rows[i][0], rows[i][1], NULL);
}
END_TEST

START_TEST(those_of_pythons_module)
{
	ck_const("CAN_BCM_TX_SETUP", TX_SETUP);
	ck_const("CAN_BCM_TX_SEND", TX_SEND);
	ck_const("CAN_BCM_RX_CHANGED", RX_CHANGED);
	ck_const("CAN_BCM_SETTIMER", SETTIMER);
	ck_const("CAN_BCM_RX_NO_AUTOTIMER", RX_NO_AUTOTIMER);
	ck_const("CAN_BCM_CAN_FD_FRAME", 2048);
	ck_const("CAN_ISOTP", 6);
	ck_const("SO_J1939_FILTER", 1);
	ck_const("SCM_J1939_ERRQUEUE", 4);
	ck_const("J1939_NO_PGN", 0x40000);
	ck_const("J1939_EE_INFO_TX_ABORT", 1);
	ck_const("J1939_NLA_BYTES_ACKED", 1);
	ck_const("J1939_FILTER_MAX", 512);
}
END_TEST

int main(void)
{
	const struct test_case cases[] = {
		{all_of_the_headers, "all_of_the_headers"},
		{those_of_pythons_module, "those_of_pythons_module"},
		{},
	};

	return run_cases("can/const", cases);
}
