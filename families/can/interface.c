/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What is asked of network interfaces. By ioctl: /sys may show another network namespace. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <linux/ethtool.h>
#include <linux/sockios.h>
#include <net/if_arp.h>

#include "internal.h"

const char *can_interface_name(int ifindex, char name[IF_NAMESIZE])
{
	if (ifindex == 0)
		return "any";
	if (!if_indextoname((unsigned)ifindex, name) || strcmp(name, "any") == 0 ||
	    can_interface_type(name) != ARPHRD_CAN)
		snprintf(name, IF_NAMESIZE, "if%d", ifindex);
	return name;
}

/* @param answer  but for its name, as the request wants it */
static int interface_ask(const char *name, unsigned long request, struct ifreq *answer)
{
	int fd, err = 0;

	if (strlen(name) >= sizeof(answer->ifr_name))
		return -ENODEV;
	strcpy(answer->ifr_name, name);

	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -errno;
	if (ioctl(fd, request, answer) < 0)
		err = -errno;
	close(fd);
	return err;
}

int can_interface_type(const char *name)
{
	struct ifreq answer = {0};
	int err = interface_ask(name, SIOCGIFHWADDR, &answer);

	return err < 0 ? err : answer.ifr_hwaddr.sa_family;
}

int can_interface_mtu(const char *name)
{
	struct ifreq answer = {0};
	int err = interface_ask(name, SIOCGIFMTU, &answer);

	return err < 0 ? err : answer.ifr_mtu;
}

int can_interface_queue_len(const char *name)
{
	struct ifreq answer = {0};
	int err = interface_ask(name, SIOCGIFTXQLEN, &answer);

	return err < 0 ? err : answer.ifr_qlen;
}

void can_interface_driver(const char *name, char driver[32])
{
	struct ethtool_drvinfo info = {.cmd = ETHTOOL_GDRVINFO};
	struct ifreq answer = {.ifr_data = (void *)&info};

	memset(driver, 0, 32);
	if (interface_ask(name, SIOCETHTOOL, &answer) == 0)
		memcpy(driver, info.driver, strnlen(info.driver, 31));
}

void can_interface_put_list(struct kin_buf *out)
{
	struct if_nameindex *all = if_nameindex();
	size_t start = out->len;

	for (struct if_nameindex *i = all; i && i->if_name; i++) {
		if (can_interface_type(i->if_name) != ARPHRD_CAN)
			continue;
		if (out->len > start)
			kin_buf_puts(out, ", ");
		kin_buf_puts(out, i->if_name);
	}
	if (all)
		if_freenameindex(all);
	if (out->len == start)
		kin_buf_puts(out, "none");
}
