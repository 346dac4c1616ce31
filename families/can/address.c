/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* CAN addresses: an interface, by name or by index. */
#include <errno.h>
#include <string.h>

#include <net/if_arp.h>

#include "internal.h"

static const char *type_name(int type)
{
	switch (type) {
	case ARPHRD_ETHER:
		return "ethernet";
	case ARPHRD_LOOPBACK:
		return "the loopback";
	case ARPHRD_NONE:
	case ARPHRD_TUNNEL:
	case ARPHRD_TUNNEL6:
	case ARPHRD_SIT:
	case ARPHRD_IPGRE:
		return "a tunnel";
	case ARPHRD_IEEE80211:
		return "wireless";
	default:
		return "of another type";
	}
}

static int refuse_interface(const char *name, int type)
{
	char list[160];
	struct kin_buf out = {list, sizeof(list), 0};

	can_interface_put_list(&out);
	kin_buf_end(&out);
	if (strncmp(name, "can:", 4) == 0)
		return kin_fail(ENODEV, "no such interface, whose name is without can:; %s: %s",
				"CAN interfaces here", list);
	if (type < 0)
		return kin_fail(ENODEV, "no such interface; CAN interfaces here: %s", list);
	return kin_fail(ENODEV, "%s is not a CAN interface (it is %s); CAN interfaces here: %s",
			name, type_name(type), list);
}

int kin_can_addr_index(int ifindex, struct kin_addr *ret_addr)
{
	struct sockaddr_can can = {.can_family = AF_CAN, .can_ifindex = ifindex};

	KIN_NEED(ret_addr);
	if (ifindex < 0)
		return kin_fail(EINVAL, "interface index %d is below 0", ifindex);
	memset(ret_addr, 0, sizeof(*ret_addr));
	/* All of it: before Linux 5.4, bind(2) refused less. */
	ret_addr->len = sizeof(can);
	memcpy(&ret_addr->ss, &can, sizeof(can));
	return 0;
}

int kin_can_addr(const char *ifname, struct kin_addr *ret_addr)
{
	int index, type;
	int r = kin_parse_interface(ifname ? ifname : "", &index);

	if (r == -ENODEV)
		return refuse_interface(ifname, r);
	if (r < 0 || index == 0)
		return r < 0 ? r : kin_can_addr_index(0, ret_addr);
	/* "if7" is no interface's name. */
	type = can_interface_type(ifname);
	if (type != ARPHRD_CAN && type != -ENODEV)
		return refuse_interface(ifname, type);
	return kin_can_addr_index(index, ret_addr);
}

struct sockaddr_can can_whole_addr(const struct kin_addr *addr)
{
	struct sockaddr_can can = {0};

	memcpy(&can, &addr->ss, addr->len < sizeof(can) ? addr->len : sizeof(can));
	return can;
}

void can_put_interface(struct kin_buf *out, const struct kin_addr *addr)
{
	char name[IF_NAMESIZE];
	const char *text = can_interface_name(can_addr_ifindex(addr), name);

	if (can_whole_addr(addr).can_family == AF_CAN)
		kin_buf_put_body(out, text, strlen(text));
}

bool can_equal(const struct kin_addr *a, const struct kin_addr *b)
{
	struct sockaddr_can one = can_whole_addr(a), other = can_whole_addr(b);

	return one.can_family == other.can_family && one.can_ifindex == other.can_ifindex &&
	       memcmp(&one.can_addr, &other.can_addr, sizeof(one.can_addr)) == 0;
}
