/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The constants are those of BlueZ's headers and Python's. */
#include "harness.h"

/* Without numbers: an address as an expression, time in the kernel's units, half of a UUID. */
#define NO_NUMBERS                                                                                 \
	"BDADDR_ANY BDADDR_ALL BDADDR_LOCAL SCO_CONN_TIMEOUT SCO_DISCONN_TIMEOUT "                 \
	"SCO_CONN_IDLE_TIMEOUT BNEP_BASE_UUID"

START_TEST(all_of_the_headers_of_sockets)
{
	static const char *const rows[][2] = {
		{"bluetooth/bluetooth.h", "BT"},   {"bluetooth/bluetooth.h", "BDADDR_"},
		{"bluetooth/bluetooth.h", "SOL_"}, {"bluetooth/hci.h", "HCI_CHANNEL_"},
		{"bluetooth/hci.h", "HCIGET"},     {"bluetooth/hci.h", "HCISET"},
		{"bluetooth/hci.h", "HCIDEV"},     {"bluetooth/hci.h", "OGF_"},
		{"bluetooth/l2cap.h", "L2CAP_"},   {"bluetooth/rfcomm.h", "RFCOMM"},
		{"bluetooth/sco.h", "SCO_"},       {"bluetooth/bnep.h", "BNEP"},
		{"bluetooth/cmtp.h", "CMTP"},      {"bluetooth/hidp.h", "HIDP"},
		{"bluetooth/hci.h", "HCI_ACL"},    {"bluetooth/hci.h", "HCI_CMSG_"},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		ck_header_consts(rows[i][0], rows[i][1], NO_NUMBERS);
}
END_TEST

START_TEST(those_of_pythons_module)
{
	ck_const("BTPROTO_L2CAP", 0);
	ck_const("BTPROTO_HCI", 1);
	ck_const("BTPROTO_SCO", 2);
	ck_const("BTPROTO_RFCOMM", 3);
	ck_const("SOL_HCI", 0);
	ck_const("SOL_L2CAP", 6);
	ck_const("SOL_SCO", 17);
	ck_const("SOL_RFCOMM", 18);
	ck_const("SOL_BLUETOOTH", 274);
	ck_const("BDADDR_ANY", 0);
	ck_const("BDADDR_LOCAL", 0xFFFFFF);
	ck_const("BDADDR_BREDR", 0);
	ck_const("BDADDR_LE_PUBLIC", 1);
	ck_const("BDADDR_LE_RANDOM", 2);
	ck_const("HCI_DEV_NONE", 0xFFFF);
	ck_const("HCI_CHANNEL_RAW", 0);
	ck_const("HCI_CHANNEL_USER", 1);
	ck_const("HCI_CHANNEL_MONITOR", 2);
	ck_const("HCI_CHANNEL_CONTROL", 3);
	ck_const("HCI_CHANNEL_LOGGING", 4);
	ck_const("HCI_DATA_DIR", 1);
	ck_const("HCI_FILTER", 2);
	ck_const("HCI_TIME_STAMP", 3);
	ck_const("L2CAP_LM", 3);
	ck_const("L2CAP_LM_MASTER", 1);
	ck_const("L2CAP_LM_AUTH", 2);
	ck_const("L2CAP_LM_ENCRYPT", 4);
	ck_const("L2CAP_LM_TRUSTED", 8);
	ck_const("L2CAP_LM_RELIABLE", 16);
	ck_const("L2CAP_LM_SECURE", 32);
	ck_const("BT_VOICE_TRANSPARENT_16BIT", 0x63);
	ck_const("BT_CHANNEL_POLICY_BREDR_PREFERRED", 1);
	ck_const("BT_PHY_LE_CODED_RX", 0x4000);
	ck_const("BT_MODE_EXT_FLOWCTL", 4);
	ck_const("BT_PKT_STATUS", 16);
	ck_const("BT_ISO_QOS", 17);
	ck_const("BT_CODEC", 19);
}
END_TEST

int main(void)
{
	const struct test_case cases[] = {
		{all_of_the_headers_of_sockets, "all_of_the_headers_of_sockets"},
		{those_of_pythons_module, "those_of_pythons_module"},
		{},
	};

	return run_cases("bluetooth/const", cases);
}
