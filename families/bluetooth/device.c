/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Controllers of this machine. */
#include "internal.h"

#include <errno.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define HCIGETDEVINFO _IOR('H', 211, int)

/* struct hci_dev_info of the kernel's include/net/bluetooth/hci_sock.h */
struct device_info {
	uint16_t id;
	char name[8];
	struct kin_bdaddr bdaddr;
	uint32_t flags;
	uint8_t type;
	uint8_t features[8];
	uint32_t settings[3];
	uint16_t sizes[4];
	uint32_t counters[10];
};

int kin_hci_bdaddr(long device, struct kin_bdaddr *ret_bdaddr)
{
	struct device_info info = {.id = (uint16_t)device};
	struct kin_sock *sock;
	int r;

	if (!ret_bdaddr)
		return kin_fail(EINVAL, "no place for the address was given");
	if (device < 0 || device > UINT16_MAX)
		return kin_fail(EINVAL, "controller %ld is not in 0-65535", device);
	r = kin_socket(AF_BLUETOOTH, SOCK_RAW, BTPROTO_HCI, &sock);
	if (r < 0)
		return r;
	r = kin_ioctl(sock, HCIGETDEVINFO, &info);
	close(kin_detach(sock));
	if (r == -ENODEV)
		return kin_fail(ENODEV,
				"no controller hci%ld here; those that there are: ls "
				"/sys/class/bluetooth",
				device);
	if (r >= 0)
		*ret_bdaddr = info.bdaddr;
	return r;
}
