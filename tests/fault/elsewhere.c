/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "fault.h"

#include <kin/elsewhere.h>

static int without_calls(void)
{
	char text[64];
	struct kin_addr addr;
	uint32_t id;
	int port;

	TRY(kin_system_id_addr(3, 0, &addr));
	TRY(kin_system_read(&addr, NULL, &id, NULL));
	TRY(kin_system_addr("com.apple.net.utun_control", &addr));
	TRY(kin_divert_addr("", 8668, &addr));
	TRY(kin_divert_read(&addr, NULL, &port));
	EXPECT(id == 3 && port == 8668);
	TRY(kin_hyperv_addr("HV_GUID_PARENT", "00001234-facb-11e6-bd58-64006a7986d3", &addr));
	TRY(kin_hyperv_read(&addr, NULL, NULL));
	TRY(kin_hyperv_vsock(&addr, text, sizeof(text)));
	return 0;
}

const struct scenario scenarios[] = {
	{"elsewhere-without-calls", without_calls, .pure = true},
	{},
};
