/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <net/if.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include "device.h"

/* Room for all that there is to say about one interface. */
enum { ANSWER = 32768 };

struct request {
	struct nlmsghdr header;
	struct ifinfomsg link;
};

static uint64_t sum_up(const struct rtattr *attr)
{
	struct rtnl_link_stats64 stats = {};
	size_t len = RTA_PAYLOAD(attr);

	memcpy(&stats, RTA_DATA(attr), len < sizeof(stats) ? len : sizeof(stats));
	return stats.rx_dropped + stats.rx_over_errors + stats.rx_missed_errors +
	       stats.rx_fifo_errors;
}

static uint64_t read_answer(struct nlmsghdr *header, size_t len)
{
	struct rtattr *attr;
	unsigned left;

	if (!NLMSG_OK(header, len) || header->nlmsg_type != RTM_NEWLINK ||
	    header->nlmsg_len < NLMSG_LENGTH(sizeof(struct ifinfomsg)))
		return 0;
	attr = IFLA_RTA(NLMSG_DATA(header));
	left = (unsigned)IFLA_PAYLOAD(header);
	for (; RTA_OK(attr, left); attr = RTA_NEXT(attr, left))
		if (attr->rta_type == IFLA_STATS64)
			return sum_up(attr);
	return 0;
}

uint64_t device_lost(const char *name)
{
	struct request request = {
		.header = {sizeof(request), RTM_GETLINK, NLM_F_REQUEST, 1, 0},
		.link = {.ifi_family = AF_UNSPEC, .ifi_index = (int)if_nametoindex(name)},
	};
	_Alignas(struct nlmsghdr) char answer[ANSWER];
	ssize_t len = -1;
	int fd;

	if (request.link.ifi_index == 0)
		return 0;
	fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
	/* The kernel answers within the call, so that nothing is waited for. */
	if (fd >= 0 && send(fd, &request, sizeof(request), 0) == (ssize_t)sizeof(request))
		len = recv(fd, answer, sizeof(answer), MSG_DONTWAIT);
	if (fd >= 0)
		close(fd);
	return len > 0 ? read_answer((struct nlmsghdr *)answer, (size_t)len) : 0;
}
