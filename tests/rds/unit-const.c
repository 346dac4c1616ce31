/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The constants are the header's, all of them. */
#include "harness.h"

START_TEST(all_of_the_header)
{
	ck_header_consts("linux/rds.h", "RDS", NULL);
	ck_header_consts("linux/rds.h", "SO_RDS_", NULL);
	ck_header_consts("linux/rds.h", "SIOCRDS", NULL);
	ck_const("SOL_RDS", 276);
	ck_const("RDS_TRANS_NONE", -1);
	ck_const("RDS_MSG_RX_DGRAM_TRACE_MAX", 3);
}
END_TEST

int main(void)
{
	const struct test_case cases[] = {
		{all_of_the_header, "all_of_the_header"},
		{},
	};

	return run_cases("rds/const", cases);
}
