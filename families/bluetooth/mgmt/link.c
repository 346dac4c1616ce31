/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The link to a device, for who wants no channel on it. */
#include <errno.h>

#include <bluetooth/bluetooth.h>

#include "../internal.h"
#include "mgmt.h"

/* What every device serves: its psm of BR/EDR, its channel of LE. */
enum { SDP = 1, ATTRIBUTES = 4 };

static int fail_down(long device)
{
	return kin_fail(ENETDOWN, "hci%ld is down; `sudo kin bt power hci%ld on`", device, device);
}

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
		return fail_down(device);
	default:
		return err;
	}
}

/* The controller's address, and the device's, of a channel that is either's. */
static int make_addrs(long device, const struct kin_bdaddr *address, int type, long psm, long cid,
		      struct kin_addr *ret_from, struct kin_addr *ret_to)
{
	/* One that is bound to an address of BR/EDR never connects to one of LE. */
	int own_type = type == KIN_BDADDR_BREDR ? KIN_BDADDR_BREDR : KIN_BDADDR_LE_PUBLIC;
	struct kin_bdaddr own;
	int r = kin_hci_bdaddr(device, &own);

	if (r == 0)
		r = kin_l2cap_addr(&own, 0, cid, own_type, ret_from);
	return r < 0 ? r : kin_l2cap_addr(address, psm, cid, type, ret_to);
}

static int connect_within(struct kin_sock *sock, const struct kin_addr *from,
			  const struct kin_addr *to, int64_t deadline_ns)
{
	int64_t left = deadline_ns < 0 ? -1 : deadline_ns - kin_now();
	int r = kin_bind(sock, from);

	if (r == 0)
		r = kin_set_timeout(sock, deadline_ns >= 0 && left < 1 ? 1 : left);
	return r < 0 ? r : kin_connect(sock, to);
}

/*
 * Make the link, by a channel that every device knows, whatever it says to it: service discovery,
 * and LE's attributes. Linux 6.1.192 ends the process that closes an L2CAP socket, raw or not,
 * whose link could not be made.
 * @param ret_sock  keeps the link; NULL when that is left to the kernel, for two seconds
 */
static int page(long device, const struct kin_bdaddr *address, int type, int64_t deadline_ns,
		struct kin_sock **ret_sock)
{
	bool le = type != KIN_BDADDR_BREDR;
	struct kin_addr from, to;
	struct kin_sock *sock;
	int r = make_addrs(device, address, type, le ? 0 : SDP, le ? ATTRIBUTES : 0, &from, &to);

	if (r == 0)
		r = kin_socket(AF_BLUETOOTH, SOCK_SEQPACKET, BTPROTO_L2CAP, &sock);
	if (r < 0)
		return r;
	r = connect_within(sock, &from, &to, deadline_ns);
	if (r == 0) {
		*ret_sock = sock;
		return 0;
	}
	kin_close(sock);
	*ret_sock = NULL;
	/* It answered: with no, or somebody has the channel. */
	if (r == -ECONNREFUSED || r == -EACCES || r == -EBUSY || r == -EADDRINUSE)
		return 0;
	if (r == -ETIMEDOUT && kin_error_domain() == KIN_ERR_DEADLINE)
		return r;
	return fail_link(device, type, r);
}

/* A raw socket on a link that is there. */
static int join(long device, const struct kin_bdaddr *address, int type, int64_t deadline_ns,
		struct kin_sock **ret_sock)
{
	struct kin_addr from, to;
	struct kin_sock *sock;
	int r = make_addrs(device, address, type, 0, 0, &from, &to);

	if (r < 0)
		return r;
	r = kin_socket(AF_BLUETOOTH, SOCK_RAW, BTPROTO_L2CAP, &sock);
	if (r == -EPERM)
		return kin_fail(EPERM, "CAP_NET_RAW is missing; run it as root");
	if (r < 0)
		return r;
	r = connect_within(sock, &from, &to, deadline_ns);
	if (r == 0) {
		*ret_sock = sock;
		return 0;
	}
	kin_close(sock);
	return r == -ETIMEDOUT && kin_error_domain() == KIN_ERR_DEADLINE
		       ? r
		       : fail_link(device, type, r);
}

int kin_link_open(long device, const struct kin_bdaddr *address, int type, int64_t timeout_ns,
		  struct kin_sock **ret_sock)
{
	int64_t deadline_ns = kin_deadline(timeout_ns);
	struct kin_sock *first;
	int r;

	KIN_NEED(address);
	KIN_NEED(ret_sock);
	if ((r = mgmt_check_index(device)) < 0 || (r = mgmt_check_type(type)) < 0 ||
	    (r = bluetooth_is_up(device)) < 0)
		return r;
	/* Kernels say a page timeout, or run into page()'s fault. */
	if (r == 0)
		return fail_down(device);
	r = page(device, address, type, deadline_ns, &first);
	if (r < 0)
		return r;
	r = join(device, address, type, deadline_ns, ret_sock);
	if (first)
		kin_close(first);
	return r;
}
