/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the kernel answers: messages, refusals, attributes, and the gateway rules in them. */

#include <linux/netlink.h>
#include <linux/rtnetlink.h>

#include "../../families/can/gateway/gateway.h"
#include "../../families/can/rtnetlink.h"
#include "../harness/fuzz.h"

static void use_rules(const struct can_rtnl_answers *answers)
{
	struct can_rtnl_message message;
	struct kin_can_gw_rule rule;
	char text[KIN_CAN_GW_TEXT];
	size_t pos = 0;

	while (can_rtnl_next(answers, &pos, &message)) {
		ssize_t len;

		if (!gateway_decode(&message, &rule))
			continue;
		len = kin_can_gw_format(&rule, text, sizeof(text));
		if (len >= (ssize_t)sizeof(text))
			abort();
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct ifinfomsg header = {.ifi_family = AF_UNSPEC};
	struct can_rtnl_answers answers = {};
	struct can_rtnl_request request;
	struct can_rtnl_reply reply = {.request = &request, .answers = &answers, .what = "can0"};
	size_t nest;
	void *copy;

	can_rtnl_begin(&request, RTM_NEWLINK, 0, &header, sizeof(header), NULL);
	nest = can_rtnl_nest(&request, IFLA_LINKINFO);
	can_rtnl_put(&request, IFLA_INFO_KIND, "can", 3);
	can_rtnl_nest_end(&request, nest);

	/* Of just this size, so that a byte too many is seen. */
	copy = fuzz_bytes(data, size);
	can_rtnl_take(&reply, copy, size);
	free(copy);
	if (strnlen(request.said, sizeof(request.said)) == sizeof(request.said))
		abort();
	use_rules(&answers);
	can_rtnl_free(&answers);
	return 0;
}
