/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The constants are the headers', all of them, and Python's. */
#include "harness.h"

/* Words for messages, and a name: not numbers. */
#define NO_NUMBERS                                                                                 \
	"TIPC_CFG_TLV_ERROR TIPC_CFG_NOT_NET_ADMIN TIPC_CFG_NOT_ZONE_MSTR TIPC_CFG_NO_REMOTE "     \
	"TIPC_CFG_NOT_SUPPORTED TIPC_CFG_INVALID_VALUE TIPC_GENL_NAME TIPC_GENL_V2_NAME"

START_TEST(all_of_the_headers)
{
	ck_header_consts("linux/tipc.h", "TIPC_", NULL);
	ck_header_consts("linux/tipc.h", "SIOCGET", NULL);
	ck_header_consts("linux/tipc_config.h", "TIPC_", NO_NUMBERS);
	ck_header_consts("linux/tipc_netlink.h", "TIPC_", NO_NUMBERS);
}
END_TEST

START_TEST(those_of_pythons_module)
{
	ck_const("SOL_TIPC", 271);
	ck_const("TIPC_ADDR_NAMESEQ", 1);
	ck_const("TIPC_ADDR_NAME", 2);
	ck_const("TIPC_ADDR_ID", 3);
	ck_const("TIPC_ZONE_SCOPE", 1);
	ck_const("TIPC_CLUSTER_SCOPE", 2);
	ck_const("TIPC_NODE_SCOPE", 3);
	ck_const("TIPC_IMPORTANCE", 127);
	ck_const("TIPC_CONN_TIMEOUT", 130);
	ck_const("TIPC_CRITICAL_IMPORTANCE", 3);
	ck_const("TIPC_SUB_CANCEL", 4);
	ck_const("TIPC_WAIT_FOREVER", -1);
	ck_const("TIPC_WITHDRAWN", 2);
	ck_const("TIPC_CFG_SRV", 0);
	ck_const("TIPC_TOP_SRV", 1);
}
END_TEST

int main(void)
{
	const struct test_case cases[] = {
		{all_of_the_headers, "all_of_the_headers"},
		{those_of_pythons_module, "those_of_pythons_module"},
		{},
	};

	return run_cases("tipc/const", cases);
}
