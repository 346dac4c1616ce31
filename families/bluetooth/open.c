/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which controller, and for LE which kind of channel: both are said by binding. */
#include "internal.h"

#include <errno.h>
#include <poll.h>
#include <string.h>

/* How long what is closing may take: it needs an answer of the peer's. */
#define BUSY_NS  INT64_C(2000000000)
#define PAUSE_NS INT64_C(50000000)

#define MAX_REFUSALS 2

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
	if (protocol == BTPROTO_ISO)
		return kin_iso_addr(bdaddr, KIN_BDADDR_LE_PUBLIC, ret_local);
	r = kin_l2cap_addr_read(addr, NULL, NULL, &cid, &type);
	if (r < 0)
		return r;
	if (type != KIN_BDADDR_BREDR)
		type = KIN_BDADDR_LE_PUBLIC;
	return kin_l2cap_addr(bdaddr, 0, cid, type, ret_local);
}

/* Where an address of each protocol has the device's. */
static bdaddr_t *bdaddr_of(int protocol, struct kin_addr *addr)
{
	if (protocol == BTPROTO_RFCOMM)
		return &((struct sockaddr_rc *)&addr->ss)->rc_bdaddr;
	if (protocol == BTPROTO_SCO)
		return &((struct sockaddr_sco *)&addr->ss)->sco_bdaddr;
	if (protocol == BTPROTO_ISO)
		return &((struct sockaddr_iso *)&addr->ss)->iso_bdaddr;
	return &((struct sockaddr_l2 *)&addr->ss)->l2_bdaddr;
}

static bool is_any(int protocol, const struct kin_addr *addr)
{
	struct kin_addr copy = *addr;

	return memcmp(bdaddr_of(protocol, &copy), &bluetooth_any, sizeof(bluetooth_any)) == 0;
}

/* The same place of one controller instead of all. */
static int narrow(int protocol, const struct kin_bdaddr *bdaddr, struct kin_addr *addr)
{
	bdaddr_t *own = bdaddr_of(protocol, addr);

	if (!is_any(protocol, addr) && memcmp(own, bdaddr, sizeof(*own)) != 0)
		return kin_fail(EINVAL,
				"what is listened on is this machine's: leave out local=, or "
				"write any before it");
	memcpy(own, bdaddr, sizeof(*own));
	return 0;
}

static bool is_le(const struct kin_addr *addr)
{
	int type;

	return kin_l2cap_addr_read(addr, NULL, NULL, NULL, &type) == 0 && type != KIN_BDADDR_BREDR;
}

/* Fixed channels and LE are what the socket is bound to, whatever it connects to. */
static bool needs_local(const struct kin_addr *addr)
{
	uint16_t cid;

	return is_le(addr) || (kin_l2cap_addr_read(addr, NULL, NULL, &cid, NULL) == 0 && cid);
}

/* ---- What the kernel refuses without a word ------------------------------------------------ */

static int check_l2cap(const struct kin_sock *sock, const struct kin_addr *addr, bool listens)
{
	uint16_t psm, cid;
	int type;
	int r = kin_l2cap_addr_read(addr, NULL, &psm, &cid, &type);

	if (r < 0)
		return r;
	if (psm && cid)
		return kin_fail(EINVAL, "psm %u and cid %u: it is one or the other", psm, cid);
	if (cid && type != KIN_BDADDR_BREDR && cid != LE_ATTRIBUTES)
		return kin_fail(EINVAL, "cid %u: of LE's fixed channels programs may have 4 only",
				cid);
	if (cid > FIXED_CHANNEL_MAX)
		return kin_fail(EINVAL, "cid %u is not in 1-%d, where the fixed channels are", cid,
				FIXED_CHANNEL_MAX);
	if (type != KIN_BDADDR_BREDR && kin_sock_type(sock) == SOCK_DGRAM)
		return kin_fail(EINVAL, "LE has no messages without a connection: l2cap:, not "
					"l2cap-dgram:");
	if (!listens && !psm && !cid)
		return kin_fail(EINVAL, "what is connected to there? psm= or cid= says it");
	return 0;
}

static int check_target(const struct kin_sock *sock, const struct kin_addr *addr, bool listens)
{
	int protocol = kin_sock_protocol(sock), r = 0;
	uint8_t channel = 1;

	if (protocol == BTPROTO_L2CAP)
		r = check_l2cap(sock, addr, listens);
	if (protocol == BTPROTO_RFCOMM)
		r = kin_rfcomm_addr_read(addr, NULL, &channel);
	if (r < 0 || listens)
		return r;
	if (channel == 0)
		return kin_fail(EINVAL, "which line is connected to there? channel=1 to 30");
	/* To any device ISO broadcasts. */
	if (protocol != BTPROTO_ISO && is_any(protocol, addr))
		return kin_fail(EINVAL, "any is to be listened at: a device has an address such as "
					"00:AA:01:01:00:01");
	return 0;
}

/* ---- Opening ------------------------------------------------------------------------------- */

/* From there binding leads to the mode of LE on every kernel: see mode.c. */
static int begin_le(struct kin_sock *sock)
{
	struct l2cap_options options;
	int r = bluetooth_l2cap_options(sock, &options);

	if (r < 0 || options.mode == 0)
		return r;
	options.mode = 0;
	return kin_setsockopt(sock, SOL_L2CAP, L2CAP_OPTIONS, &options, sizeof(options));
}

int kin_bluetooth_bind_for(struct kin_sock *sock, const struct kin_addr *peer, long device)
{
	struct kin_bdaddr bdaddr = bluetooth_any;
	struct kin_addr local;
	int r = 0;

	KIN_NEED(sock);
	KIN_NEED(peer);
	if (kin_sock_domain(sock) != AF_BLUETOOTH || kin_sock_protocol(sock) == BTPROTO_HCI)
		return kin_fail(EOPNOTSUPP, "not a socket that connects over Bluetooth");
	r = check_target(sock, peer, false);
	if (r == 0 && device >= 0)
		r = kin_hci_bdaddr(device, &bdaddr);
	if (r == 0)
		r = local_for(kin_sock_protocol(sock), peer, &bdaddr, &local);
	if (r == 0 && is_le(peer))
		r = begin_le(sock);
	return r < 0 ? r : kin_bind(sock, &local);
}

/* A socket of HCI's raw channel that nobody gave a filter is given nothing at all. */
static int open_hci(struct kin_sock *sock, const struct kin_target *target, enum kin_role role,
		    int64_t deadline_ns)
{
	uint16_t channel, opcode;
	uint32_t types;
	uint64_t events;
	int r = kin_hci_addr_read(&target->addr, NULL, &channel);

	if (r == 0 && role == KIN_RECEIVE && channel == KIN_HCI_RAW) {
		r = kin_hci_filter(sock, &types, &events, &opcode);
		if (r == 0 && types == 0)
			r = kin_hci_set_filter(sock, UINT32_MAX, UINT64_MAX, 0);
	}
	return r < 0 ? r : kin_open_target(sock, target, role, deadline_ns);
}

static int pause_until(const struct kin_sock *sock, int64_t deadline_ns)
{
	int64_t left = deadline_ns < 0 ? PAUSE_NS : deadline_ns - kin_now();
	struct timespec time = {.tv_nsec = left < PAUSE_NS ? left : PAUSE_NS};

	if (left > 0 && ppoll(NULL, 0, &time, NULL) < 0)
		return kin_interrupted(sock);
	return 0;
}

static int open_once(struct kin_sock *sock, const struct kin_target *target, enum kin_role role,
		     int64_t deadline_ns)
{
	int r = is_le(&target->addr) ? begin_le(sock) : 0;

	return r < 0 ? r : kin_open_target(sock, target, role, deadline_ns);
}

/*
 * Is it what a connection before this one leaves behind? A link that goes takes with it what is
 * begun over it. A channel of RFCOMM is busy until the peer has said that it is closed as well,
 * which may come late and refuse the new one: then the next tries show.
 */
static bool is_closing(const struct kin_sock *sock, int r, unsigned *refusals)
{
	if (r == -ECONNRESET)
		return true;
	return kin_sock_protocol(sock) == BTPROTO_RFCOMM &&
	       (r == -EBUSY || (r == -ECONNREFUSED && (*refusals)++ < MAX_REFUSALS));
}

/* What connect(2) has refused is of no further use: each try takes a new socket. */
static int open_patiently(struct kin_sock *sock, const struct kin_target *target,
			  enum kin_role role, int64_t deadline_ns)
{
	int64_t end = kin_deadline(BUSY_NS);
	unsigned refusals = 0;
	int r;

	if (deadline_ns >= 0 && deadline_ns < end)
		end = deadline_ns;
	for (;;) {
		r = open_once(sock, target, role, deadline_ns);
		if (!is_closing(sock, r, &refusals) || kin_now() >= end)
			return r;
		r = pause_until(sock, end);
		if (r == 0)
			r = kin_sock_renew(sock);
		if (r < 0)
			return r;
	}
}

int bluetooth_open(struct kin_sock *sock, const struct kin_target *target, enum kin_role role,
		   int64_t deadline_ns)
{
	bool listens =
		role == KIN_LISTEN || (role == KIN_RECEIVE && kin_sock_type(sock) == SOCK_DGRAM);
	int protocol = kin_sock_protocol(sock);
	struct kin_bdaddr bdaddr = bluetooth_any;
	struct kin_target own = *target;
	int r;

	if (protocol == BTPROTO_HCI)
		return open_hci(sock, target, role, deadline_ns);
	r = check_target(sock, &target->addr, listens);
	if (r == 0 && target->local.len) {
		r = local_bdaddr(&target->local, &bdaddr);
		if (r == 0 && listens)
			r = narrow(protocol, &bdaddr, &own.addr);
	}
	if (r == 0 && (target->local.len || needs_local(&target->addr)))
		r = local_for(protocol, &target->addr, &bdaddr, &own.local);
	if (r < 0)
		return r;
	if (!listens && (protocol == BTPROTO_RFCOMM || protocol == BTPROTO_L2CAP))
		return open_patiently(sock, &own, role, deadline_ns);
	return open_once(sock, &own, role, deadline_ns);
}

/* ---- Connections that wait to be confirmed ------------------------------------------------- */

/*
 * The kernel takes the first receive for it, which gives nothing. Of a connection that is made the
 * send side is ready, and that there is nothing to confirm.
 */
int bluetooth_confirm(struct kin_sock *sock)
{
	struct pollfd fd = {.fd = kin_fd(sock), .events = POLLOUT};
	char byte;
	int err = 0, r;

	if (poll(&fd, 1, 0) != 0)
		return 0;
	r = (int)kin_recv(sock, &byte, 0, MSG_PEEK | MSG_DONTWAIT);
	if (r < 0 && r != -EAGAIN)
		return r;
	r = kin_wait(sock, POLLOUT);
	if (r >= 0)
		r = kin_getsockopt_int(sock, SOL_SOCKET, SO_ERROR, &err);
	/* It was let in, has spoken, and is gone again: what it said is here. */
	if (r == 0 && err == ECONNRESET && kin_recv(sock, &byte, 1, MSG_PEEK | MSG_DONTWAIT) > 0)
		return 0;
	if (r == 0 && err)
		return kin_fail(err, "the device did not wait for its connection to be confirmed");
	return r;
}
