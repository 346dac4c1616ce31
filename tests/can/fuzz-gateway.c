/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Gateway rules as text: what is read is written in one way only, and that is read as the same. */
#include <kin/can-gateway.h>
#include "../harness/fuzz.h"

static void check_text(const char *text)
{
	struct kin_can_gw_rule rule = {.struct_size = sizeof(rule)}, again = rule;
	char first[KIN_CAN_GW_TEXT], second[KIN_CAN_GW_TEXT];
	ssize_t len;

	if (kin_can_gw_parse(text, &rule) < 0)
		return;
	kin_can_gw_check(&rule);
	len = kin_can_gw_format(&rule, first, sizeof(first));
	if (len < 0 || (size_t)len >= sizeof(first) || kin_can_gw_parse(first, &again) < 0 ||
	    kin_can_gw_format(&again, second, sizeof(second)) != len || strcmp(first, second) != 0)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = fuzz_text(data, size);

	check_text(text);
	free(text);
	return 0;
}
