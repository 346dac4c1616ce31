/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The constants are the header's, all of them, and Python's. */
#include "harness.h"

#include <linux/if_alg.h>

START_TEST(all_of_the_header)
{
	ck_header_consts("linux/if_alg.h", "ALG_", NULL);
}
END_TEST

START_TEST(values_that_this_machine_may_lack)
{
	ck_const("ALG_SET_KEY_BY_KEY_SERIAL", 7);
	ck_const("ALG_SET_PUBKEY", 6);
	ck_const("ALG_OP_SIGN", 2);
	ck_const("ALG_OP_VERIFY", 3);
	ck_const("ALG_OP_ENCRYPT", ALG_OP_ENCRYPT);
#ifdef ALG_SET_KEY_BY_KEY_SERIAL
	ck_const("ALG_SET_KEY_BY_KEY_SERIAL", ALG_SET_KEY_BY_KEY_SERIAL);
#endif
}
END_TEST

int main(void)
{
	const struct test_case cases[] = {
		{all_of_the_header, "all_of_the_header"},
		{values_that_this_machine_may_lack, "values_that_this_machine_may_lack"},
		{},
	};

	return run_cases("alg/const", cases);
}
