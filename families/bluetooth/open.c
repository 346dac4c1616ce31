/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which controller, and for LE which kind of channel: both are said by binding. */
#include "internal.h"

#include <errno.h>
#include <string.h>

/* What local= named: a controller by number is looked for now. */
static int local_bdaddr(const struct kin_addr *local, struct kin_bdaddr *ret_bdaddr)
{
	uint16_t device;

	if (kin_hci_addr_read(local, &device, NULL) == 0)
		return kin_hci_bdaddr(device, ret_bdaddr);
	return kin_sco_addr_read(local, ret_bdaddr);
}

/* This machine's end of what is connected to addr. */
static int local_for(int protocol, const struct kin_addr *addr, const struct kin_bdaddr *bdaddr,
		     struct kin_addr *ret_local)
{
	uint16_t cid;
	int type, r;

	if (protocol == BTPROTO_RFCOMM)
		return kin_rfcomm_addr(bdaddr, 0, ret_local);
	if (protocol == BTPROTO_SCO)
		return kin_sco_addr(bdaddr, ret_local);
	r = kin_l2cap_addr_read(addr, NULL, NULL, &cid, &type);
	if (r < 0)
		return r;
	if (type != KIN_BDADDR_BREDR)
		type = KIN_BDADDR_LE_PUBLIC;
	return kin_l2cap_addr(bdaddr, 0, cid, type, ret_local);
}

/* The same place of one controller instead of all. */
static int narrow(int protocol, const struct kin_bdaddr *bdaddr, struct kin_addr *addr)
{
	static const struct kin_bdaddr any = {{0}};
	struct kin_bdaddr *own;

	if (protocol == BTPROTO_RFCOMM)
		own = &((struct rfcomm_sockaddr *)&addr->ss)->bdaddr;
	else if (protocol == BTPROTO_SCO)
		own = &((struct sco_sockaddr *)&addr->ss)->bdaddr;
	else
		own = &((struct l2cap_sockaddr *)&addr->ss)->bdaddr;
	if (memcmp(own, &any, sizeof(any)) != 0 && memcmp(own, bdaddr, sizeof(any)) != 0)
		return kin_fail(EINVAL,
				"what is listened on is this machine's: leave out local=, or "
				"write any before it");
	*own = *bdaddr;
	return 0;
}

/* Fixed channels and LE are what the socket is bound to, whatever it connects to. */
static bool needs_local(const struct kin_target *target)
{
	uint16_t cid;
	int type;

	return kin_l2cap_addr_read(&target->addr, NULL, NULL, &cid, &type) == 0 &&
	       (cid || type != KIN_BDADDR_BREDR);
}

int bluetooth_open(struct kin_sock *sock, const struct kin_target *target, enum kin_role role,
		   int64_t deadline_ns)
{
	bool listens =
		role == KIN_LISTEN || (role == KIN_RECEIVE && kin_sock_type(sock) == SOCK_DGRAM);
	int protocol = kin_sock_protocol(sock);
	struct kin_target own = *target;
	struct kin_bdaddr bdaddr = {{0}};
	int r = 0;

	if (protocol == BTPROTO_HCI)
		return kin_open_target(sock, target, role, deadline_ns);
	if (target->local.len) {
		r = local_bdaddr(&target->local, &bdaddr);
		if (r == 0 && listens)
			r = narrow(protocol, &bdaddr, &own.addr);
	}
	if (r == 0 && (target->local.len || needs_local(target)))
		r = local_for(protocol, &target->addr, &bdaddr, &own.local);
	return r < 0 ? r : kin_open_target(sock, &own, role, deadline_ns);
}
