/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Controllers of this machine, as far as sockets need them. */
#include "internal.h"

#include <errno.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include <kin/bluetooth-mgmt.h>

static int open_hci(struct kin_sock **ret_sock)
{
	return kin_socket(AF_BLUETOOTH, SOCK_RAW, BTPROTO_HCI, ret_sock);
}

static int read_info(long device, struct hci_dev_info *info)
{
	struct kin_sock *sock;
	int r;

	if (device < 0 || device > UINT16_MAX)
		return kin_fail(EINVAL, "controller %ld is not in 0-65535", device);
	r = open_hci(&sock);
	if (r < 0)
		return r;
	memset(info, 0, sizeof(*info));
	info->dev_id = (uint16_t)device;
	r = kin_ioctl(sock, HCIGETDEVINFO, info);
	close(kin_detach(sock));
	if (r == -ENODEV)
		return kin_fail(ENODEV,
				"no controller hci%ld here; those that there are: ls "
				"/sys/class/bluetooth",
				device);
	return r;
}

int kin_hci_bdaddr(long device, struct kin_bdaddr *ret_bdaddr)
{
	struct hci_dev_info info;
	int r;

	if (!ret_bdaddr)
		return kin_fail(EINVAL, "no place for the address was given");
	r = read_info(device, &info);
	if (r >= 0)
		memcpy(ret_bdaddr, &info.bdaddr, sizeof(*ret_bdaddr));
	return r;
}

int bluetooth_is_up(long device)
{
	struct hci_dev_info info;
	int r = read_info(device, &info);

	return r < 0 ? r : !!(info.flags & 1U << HCI_UP);
}

/* ---- Why nothing can be reached ------------------------------------------------------------ */

static void put_down(unsigned device, struct kin_buf *out)
{
	bool soft = false, hard = false;

	kin_hci_rfkill(device, &soft, &hard);
	kin_buf_printf(out, "%shci%u is ", out->len ? "; " : "", device);
	if (hard)
		kin_buf_puts(out, "blocked by a switch of this machine; behind that");
	else
		kin_buf_puts(out, soft ? "blocked: rfkill unblock bluetooth" : "down");
	kin_buf_printf(out, "%s kin bt power hci%u on", soft && !hard ? ";" : ":", device);
}

void bluetooth_put_unready(bool le, struct kin_buf *out)
{
	/* The head, whose rows are aligned, and the rows. */
	uint32_t room[1 + HCI_MAX_DEV * sizeof(struct hci_dev_req) / sizeof(uint32_t)] = {0};
	struct hci_dev_list_req *list = (struct hci_dev_list_req *)room;
	struct kin_sock *sock;
	int r;

	list->dev_num = HCI_MAX_DEV;
	if (open_hci(&sock) < 0)
		return;
	r = kin_ioctl(sock, HCIGETDEVLIST, list);
	close(kin_detach(sock));
	if (r < 0)
		return;
	if (list->dev_num == 0)
		kin_buf_puts(out, "this machine has no Bluetooth controller");
	for (unsigned i = 0; i < list->dev_num && i < HCI_MAX_DEV; i++)
		if (!(list->dev_req[i].dev_opt & 1U << HCI_UP))
			put_down(list->dev_req[i].dev_id, out);
	if (out->len == 0)
		kin_buf_printf(out,
			       "no controller of this machine that is up has %s, or the address "
			       "that local= names",
			       le ? "LE" : "BR/EDR");
}
