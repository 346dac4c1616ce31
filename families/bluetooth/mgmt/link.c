/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The link to a device, for who wants no channel on it. */
#include <errno.h>

#include <bluetooth/bluetooth.h>

#include "mgmt.h"

/* What connect(2) says of a raw socket. */
static int fail_link(long device, int type, int err)
{
	switch (-err) {
	case EHOSTDOWN:
	case ETIMEDOUT:
		if (type != KIN_BDADDR_BREDR)
			return kin_fail(EHOSTDOWN,
					"the device did not answer: it is off, out of reach, or "
					"does not advertise that it can be connected to");
		return kin_fail(EHOSTDOWN,
				"the device did not answer (page timeout): it is off, out of "
				"reach, or not connectable");
	case EHOSTUNREACH:
	case ENETDOWN:
		return kin_fail(ENETDOWN, "hci%ld is down; `sudo kin bt power hci%ld on`", device,
				device);
	default:
		return err;
	}
}

static int connect_link(struct kin_sock *sock, long device, const struct kin_bdaddr *address,
			int type, int64_t timeout_ns)
{
	struct kin_bdaddr own;
	struct kin_addr from, to;
	int r;

	/* One that is bound to an address of BR/EDR never connects to one of LE. */
	int own_type = type == KIN_BDADDR_BREDR ? KIN_BDADDR_BREDR : KIN_BDADDR_LE_PUBLIC;

	if ((r = kin_hci_bdaddr(device, &own)) < 0 ||
	    (r = kin_l2cap_addr(&own, 0, 0, own_type, &from)) < 0 ||
	    (r = kin_l2cap_addr(address, 0, 0, type, &to)) < 0 || (r = kin_bind(sock, &from)) < 0 ||
	    (r = kin_set_timeout(sock, timeout_ns)) < 0)
		return r;
	r = kin_connect(sock, &to);
	if (r == -ETIMEDOUT && kin_error_domain() == KIN_ERR_DEADLINE)
		return r;
	return r < 0 ? fail_link(device, type, r) : 0;
}

int kin_link_open(long device, const struct kin_bdaddr *address, int type, int64_t timeout_ns,
		  struct kin_sock **ret_sock)
{
	struct kin_sock *sock;
	int r;

	KIN_NEED(address);
	KIN_NEED(ret_sock);
	if ((r = mgmt_check_index(device)) < 0 || (r = mgmt_check_type(type)) < 0)
		return r;
	r = kin_socket(AF_BLUETOOTH, SOCK_RAW, BTPROTO_L2CAP, &sock);
	if (r == -EPERM)
		return kin_fail(EPERM, "CAP_NET_RAW is missing; run it as root");
	if (r < 0)
		return r;
	r = connect_link(sock, device, address, type, timeout_ns);
	if (r < 0) {
		kin_close(sock);
		return r;
	}
	*ret_sock = sock;
	return 0;
}
