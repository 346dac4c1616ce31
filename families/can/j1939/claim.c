/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Address claiming, J1939-81. The kernel follows the claims on the bus and finds the address of a
 * NAME from them; claiming, defending and answering is done here.
 */
#include <limits.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>

#include "internal.h"

#define MS INT64_C(1000000)

/* J1939-81: how long answers to a request may take, and how long a claim may be contested. */
#define LOOK_NS    (1250 * MS)
#define CONTEST_NS (250 * MS)
/* "Cannot claim" is delayed by 0 to 255 times 0.6 ms, so that not all say it at once. */
#define DELAY_STEP_NS (600 * INT64_C(1000))
#define DELAY_STEPS   256
/* A full queue, and an interface that is down, are tried again after: */
#define RESEND_NS (50 * MS)
#define UP_NS     (200 * MS)

#define NEVER INT64_MAX

/* Addresses that can be held: 0-253. */
enum { N_ADDRS = J1939_MAX_UNICAST_ADDR + 1, N_PENDING = 4 };

struct kin_j1939_claim {
	struct kin_sock *sock;
	int ifindex;
	uint64_t name;
	uint8_t order[N_ADDRS]; /* those that may be claimed */
	size_t n_order;
	bool prefers; /* the first of them, even when it must be contested */
	bool at_once, ignore_commanded;
	enum kin_j1939_claim_state state;
	uint8_t addr;      /* claimed or held; 254: none */
	int64_t due_ns;    /* the end of the state; NEVER */
	int64_t resend_ns; /* what could not be sent; NEVER */
	uint64_t holders[N_ADDRS];
	struct kin_j1939_event pending[N_PENDING]; /* to be told */
	unsigned n_pending;
};

/* ---- What is told -------------------------------------------------------------------------- */

static void tell(struct kin_j1939_claim *c, enum kin_j1939_event_kind kind, uint8_t addr,
		 uint64_t name)
{
	if (c->n_pending < N_PENDING)
		c->pending[c->n_pending++] = (struct kin_j1939_event){
			.struct_size = sizeof(struct kin_j1939_event),
			.kind = kind,
			.addr = addr,
			.name = name,
		};
}

static void enter(struct kin_j1939_claim *c, enum kin_j1939_claim_state state, int64_t due_ns)
{
	bool changed = c->state != state || state == KIN_J1939_CLAIMING;

	c->state = state;
	c->due_ns = due_ns;
	if (changed)
		tell(c, KIN_J1939_STATE, c->addr, c->name);
}

static int take_event(struct kin_j1939_claim *c, struct kin_j1939_event *ret_event)
{
	*ret_event = c->pending[0];
	ret_event->state = c->state;
	c->n_pending--;
	memmove(c->pending, c->pending + 1, c->n_pending * sizeof(*c->pending));
	return 1;
}

/* ---- What is sent -------------------------------------------------------------------------- */

/* Of the interface: 1, 0, or -ENODEV. */
static int is_up(const struct kin_j1939_claim *c)
{
	struct ifreq request = {};

	if (!if_indextoname((unsigned)c->ifindex, request.ifr_name))
		return kin_fail(ENODEV, "the interface is gone");
	if (ioctl(kin_fd(c->sock), SIOCGIFFLAGS, &request) < 0)
		return kin_fail(errno, "%s: %s", request.ifr_name, strerror(errno));
	return (request.ifr_flags & IFF_UP) != 0;
}

static void go_down(struct kin_j1939_claim *c)
{
	memset(c->holders, 0, sizeof(c->holders));
	c->addr = J1939_IDLE_ADDR;
	c->resend_ns = NEVER;
	enter(c, KIN_J1939_DOWN, kin_now() + UP_NS);
}

/* From this address on; the socket stays bound to its interface. */
static int bind_addr(struct kin_j1939_claim *c, uint8_t addr)
{
	struct sockaddr_can can = {.can_family = AF_CAN, .can_ifindex = c->ifindex};
	struct kin_addr to = {.len = sizeof(can)};

	can.can_addr.j1939.name = c->name;
	can.can_addr.j1939.addr = addr;
	can.can_addr.j1939.pgn = J1939_NO_PGN;
	memcpy(&to.ss, &can, sizeof(can));
	c->addr = addr;
	return kin_bind(c->sock, &to);
}

/* Say which address is ours; 254: that we have none. */
static int send_claim(struct kin_j1939_claim *c)
{
	struct kin_addr to;
	uint8_t data[8];
	ssize_t n =
		kin_j1939_addr(NULL, J1939_NO_NAME, J1939_PGN_ADDRESS_CLAIMED, J1939_NO_ADDR, &to);

	j1939_write_name(data, c->name);
	if (n == 0)
		n = kin_send_to(c->sock, data, sizeof(data), 0, &to);
	c->resend_ns = n == -ENOBUFS || n == -EAGAIN ? kin_now() + RESEND_NS : NEVER;
	if (c->resend_ns != NEVER)
		return 0;
	return n < 0 ? (int)n : 0;
}

/* ---- States -------------------------------------------------------------------------------- */

/* Free, or held by a NAME that gives way to ours. */
static bool may_have(const struct kin_j1939_claim *c, uint8_t addr, bool contest)
{
	uint64_t holder = c->holders[addr];

	return holder == J1939_NO_NAME || holder == c->name || (contest && c->name < holder);
}

static uint8_t choose(const struct kin_j1939_claim *c)
{
	if (c->prefers && may_have(c, c->order[0], true))
		return c->order[0];
	for (int contest = 0; contest < 2; contest++)
		for (size_t i = 0; i < c->n_order; i++)
			if (may_have(c, c->order[i], contest))
				return c->order[i];
	return J1939_IDLE_ADDR;
}

static int claim_addr(struct kin_j1939_claim *c, uint8_t addr)
{
	int r = bind_addr(c, addr);

	if (r == 0)
		r = send_claim(c);
	if (r == 0)
		enter(c, KIN_J1939_CLAIMING, kin_now() + CONTEST_NS);
	return r;
}

/* NAMEs differ, and so do the delays; no more is asked of them. */
static int64_t delay_ns(const struct kin_j1939_claim *c, int64_t now_ns)
{
	uint64_t mixed = (c->name ^ (uint64_t)now_ns) * UINT64_C(0x9E3779B97F4A7C15);

	return (int64_t)(mixed >> 32) % DELAY_STEPS * DELAY_STEP_NS;
}

static int claim_next(struct kin_j1939_claim *c)
{
	uint8_t addr = choose(c);
	int64_t now_ns = kin_now();
	int r;

	if (addr != J1939_IDLE_ADDR)
		return claim_addr(c, addr);
	r = bind_addr(c, J1939_IDLE_ADDR);
	if (r == 0)
		enter(c, KIN_J1939_CANNOT, now_ns + delay_ns(c, now_ns));
	return r;
}

static int begin(struct kin_j1939_claim *c)
{
	int r = bind_addr(c, J1939_IDLE_ADDR);

	if (r == 0 && c->at_once)
		return claim_next(c);
	if (r == 0)
		r = kin_j1939_request(c->sock, J1939_PGN_ADDRESS_CLAIMED, J1939_NO_ADDR);
	if (r == 0)
		enter(c, KIN_J1939_LOOKING, kin_now() + LOOK_NS);
	return r;
}

/* The state's time is over. */
static int end_state(struct kin_j1939_claim *c)
{
	int r;

	c->due_ns = NEVER;
	switch (c->state) {
	case KIN_J1939_LOOKING:
		return claim_next(c);
	case KIN_J1939_CLAIMING:
		enter(c, KIN_J1939_HOLDING, NEVER);
		return 0;
	case KIN_J1939_CANNOT:
		return send_claim(c);
	case KIN_J1939_DOWN:
		r = is_up(c);
		if (r == 0)
			c->due_ns = kin_now() + UP_NS;
		return r > 0 ? begin(c) : r;
	default:
		return 0;
	}
}

static int do_due(struct kin_j1939_claim *c)
{
	int64_t now_ns = kin_now();
	int r = 0;

	if (now_ns >= c->resend_ns)
		r = send_claim(c);
	if (r == 0 && now_ns >= c->due_ns)
		r = end_state(c);
	return r;
}

/* ---- What comes ---------------------------------------------------------------------------- */

static bool has_claimed(const struct kin_j1939_claim *c)
{
	return c->state == KIN_J1939_CLAIMING || c->state == KIN_J1939_HOLDING;
}

static int on_contest(struct kin_j1939_claim *c, uint64_t name)
{
	if (c->name < name) {
		tell(c, KIN_J1939_DEFENDED, c->addr, name);
		return send_claim(c);
	}
	c->holders[c->addr] = name;
	tell(c, KIN_J1939_LOST, c->addr, name);
	return claim_next(c);
}

static int on_claim(struct kin_j1939_claim *c, uint64_t name, uint8_t addr)
{
	if (name == J1939_NO_NAME)
		return 0;
	if (name == c->name) {
		tell(c, KIN_J1939_TWIN, addr, name);
		return 0;
	}
	for (size_t i = 0; i < N_ADDRS; i++)
		if (c->holders[i] == name && i != addr)
			c->holders[i] = J1939_NO_NAME;
	if (addr == c->addr && has_claimed(c))
		return on_contest(c, name);
	if (addr > J1939_IDLE_ADDR)
		return 0;
	if (addr == J1939_IDLE_ADDR || c->holders[addr] != name)
		tell(c, KIN_J1939_SEEN, addr, name);
	if (addr < J1939_IDLE_ADDR)
		c->holders[addr] = name;
	/* Perhaps one has become free. */
	if (c->state == KIN_J1939_CANNOT && choose(c) != J1939_IDLE_ADDR)
		return claim_next(c);
	return 0;
}

static int on_request(struct kin_j1939_claim *c, const uint8_t *data)
{
	int64_t now_ns = kin_now();

	if ((data[0] | data[1] << 8 | data[2] << 16) != J1939_PGN_ADDRESS_CLAIMED)
		return 0;
	if (has_claimed(c))
		return send_claim(c);
	if (c->state == KIN_J1939_CANNOT)
		c->due_ns = now_ns + delay_ns(c, now_ns);
	return 0;
}

static int on_command(struct kin_j1939_claim *c, const uint8_t *data)
{
	uint8_t addr = data[8];

	if (j1939_read_name(data) != c->name || addr > J1939_MAX_UNICAST_ADDR ||
	    c->ignore_commanded || c->state == KIN_J1939_DOWN)
		return 0;
	tell(c, KIN_J1939_COMMANDED, addr, c->name);
	return claim_addr(c, addr);
}

static int on_message(struct kin_j1939_claim *c, const struct kin_addr *from, const uint8_t *data,
		      size_t len)
{
	uint32_t pgn;
	unsigned addr;
	int r = kin_j1939_addr_read(from, NULL, &pgn, &addr);

	if (r < 0)
		return r;
	if (pgn == J1939_PGN_ADDRESS_CLAIMED && len == 8)
		return on_claim(c, j1939_read_name(data), (uint8_t)addr);
	if (pgn == J1939_PGN_REQUEST && len >= 3)
		return on_request(c, data);
	if (pgn == J1939_PGN_ADDRESS_COMMANDED && len == 9)
		return on_command(c, data);
	return 0;
}

/* @return 1: one message was read; 0: there is none */
static int receive(struct kin_j1939_claim *c)
{
	struct kin_addr from;
	uint8_t data[16];
	ssize_t n = kin_recv_from(c->sock, data, sizeof(data), 0, &from);
	int r;

	if (n < 0)
		return n == -EAGAIN ? 0 : (int)n;
	r = on_message(c, &from, data, (size_t)n);
	return r < 0 ? r : 1;
}

int kin_j1939_claim_step(struct kin_j1939_claim *claim, struct kin_j1939_event *ret_event)
{
	int r = 1;

	KIN_NEED(claim);
	KIN_NEED(ret_event);
	if (ret_event->struct_size < sizeof(*ret_event))
		return kin_fail(EINVAL, "kin_j1939_event.struct_size %zu is too small",
				ret_event->struct_size);
	while (claim->n_pending == 0 && r > 0) {
		r = do_due(claim);
		if (r == 0 && claim->n_pending == 0)
			r = receive(claim);
		if (r == -ENETDOWN) {
			go_down(claim);
			r = 1;
		}
	}
	return claim->n_pending > 0 && r >= 0 ? take_event(claim, ret_event) : r;
}

/* ---- Making one ---------------------------------------------------------------------------- */

/* The preferred address first, the others behind it, each once. */
static int set_order(struct kin_j1939_claim *c, const struct kin_j1939_claim_config *config)
{
	bool listed[256] = {};
	struct kin_j1939_name fields;

	kin_j1939_name_unpack(config->name, &fields);
	for (size_t i = 0; config->addrs && i < config->n_addrs; i++) {
		if (config->addrs[i] > J1939_MAX_UNICAST_ADDR)
			return kin_fail(EINVAL, "address %u is not in 0-%d", config->addrs[i],
					J1939_MAX_UNICAST_ADDR);
		listed[config->addrs[i]] = true;
	}
	if (config->has_preferred && config->preferred > J1939_MAX_UNICAST_ADDR)
		return kin_fail(EINVAL, "preferred address %u is not in 0-%d", config->preferred,
				J1939_MAX_UNICAST_ADDR);
	if (config->has_preferred && config->addrs && !listed[config->preferred])
		return kin_fail(EINVAL, "preferred address %u is not one of those to claim",
				config->preferred);
	if (config->has_preferred)
		c->order[c->n_order++] = config->preferred;
	c->prefers = config->has_preferred;
	for (size_t i = 0; config->addrs && i < config->n_addrs; i++) {
		uint8_t addr = config->addrs[i];

		if (listed[addr] && !(c->prefers && addr == c->order[0]))
			c->order[c->n_order++] = addr;
		listed[addr] = false;
	}
	for (unsigned addr = 128; !config->addrs && fields.arbitrary && addr <= 247; addr++)
		if (!(c->prefers && addr == c->order[0]))
			c->order[c->n_order++] = (uint8_t)addr;
	if (c->n_order == 0)
		return kin_fail(EINVAL, "the NAME is not arbitrary address capable: say which "
					"addresses it may claim");
	return 0;
}

static int open_sock(struct kin_j1939_claim *c)
{
	const struct j1939_filter filters[] = {
		{.pgn = J1939_PGN_ADDRESS_CLAIMED, .pgn_mask = J1939_PGN_PDU1_MAX},
		{.pgn = J1939_PGN_REQUEST, .pgn_mask = J1939_PGN_PDU1_MAX},
		{.pgn = J1939_PGN_ADDRESS_COMMANDED, .pgn_mask = J1939_PGN_MAX},
	};
	int r = kin_socket(AF_CAN, SOCK_DGRAM, CAN_J1939, &c->sock);

	if (r == 0)
		r = kin_set_timeout(c->sock, 0);
	if (r == 0)
		r = kin_j1939_set_filters(c->sock, filters, N_ELEMENTS(filters));
	if (r == 0)
		r = kin_setsockopt_int(c->sock, SOL_SOCKET, SO_BROADCAST, 1);
	return r;
}

static int check_config(const struct kin_j1939_claim_config *config)
{
	if (config->struct_size < sizeof(*config))
		return kin_fail(EINVAL, "kin_j1939_claim_config.struct_size %zu is too small",
				config->struct_size);
	if (config->name == J1939_NO_NAME)
		return kin_fail(EINVAL, "a NAME is not 0");
	if (config->n_addrs > N_ADDRS)
		return kin_fail(EINVAL, "%zu addresses are more than there are: %d",
				config->n_addrs, N_ADDRS);
	if (config->n_addrs > 0)
		KIN_NEED(config->addrs);
	return 0;
}

int kin_j1939_claim_new(const char *ifname, const struct kin_j1939_claim_config *config,
			struct kin_j1939_claim **ret_claim)
{
	struct kin_j1939_claim *c KIN_CLEANUP(kin_j1939_claim_free) = NULL;
	struct kin_addr addr;
	int r;

	KIN_NEED(ifname);
	KIN_NEED(config);
	KIN_NEED(ret_claim);
	r = check_config(config);
	if (r == 0)
		r = kin_can_addr(ifname, &addr);
	if (r < 0)
		return r;
	if (can_addr_ifindex(&addr) == 0)
		return kin_fail(EINVAL, "an address is claimed on one interface: name it");
	c = calloc(1, sizeof(*c));
	if (!c)
		return kin_fail(ENOMEM, "out of memory");
	c->name = config->name;
	c->ifindex = can_addr_ifindex(&addr);
	c->addr = J1939_IDLE_ADDR;
	c->due_ns = c->resend_ns = NEVER;
	c->at_once = config->at_once;
	c->ignore_commanded = config->ignore_commanded;
	r = set_order(c, config);
	if (r == 0)
		r = open_sock(c);
	if (r == 0)
		r = begin(c);
	if (r < 0)
		return r;
	*ret_claim = c;
	c = NULL;
	return 0;
}

void kin_j1939_claim_free(struct kin_j1939_claim *claim)
{
	if (claim)
		kin_close(claim->sock);
	free(claim);
}

/* ---- For the caller's loop ----------------------------------------------------------------- */

int kin_j1939_claim_fd(const struct kin_j1939_claim *claim)
{
	KIN_NEED(claim);
	return kin_fd(claim->sock);
}

int64_t kin_j1939_claim_timeout(const struct kin_j1939_claim *claim)
{
	int64_t due_ns, now_ns = kin_now();

	KIN_NEED(claim);
	due_ns = claim->due_ns < claim->resend_ns ? claim->due_ns : claim->resend_ns;
	if (claim->n_pending > 0 || due_ns <= now_ns)
		return 0;
	return due_ns == NEVER ? -1 : due_ns - now_ns;
}

int kin_j1939_claim_state(const struct kin_j1939_claim *claim)
{
	KIN_NEED(claim);
	return (int)claim->state;
}

int kin_j1939_claim_addr(const struct kin_j1939_claim *claim)
{
	KIN_NEED(claim);
	if (claim->state != KIN_J1939_HOLDING)
		return kin_fail(EADDRNOTAVAIL, "no address is held now");
	return claim->addr;
}

int kin_j1939_claim_holder(const struct kin_j1939_claim *claim, unsigned addr, uint64_t *ret_name)
{
	KIN_NEED(claim);
	KIN_NEED(ret_name);
	if (addr >= N_ADDRS)
		return kin_fail(EINVAL, "address %u is not in 0-%d", addr, N_ADDRS - 1);
	if (addr == claim->addr && claim->state == KIN_J1939_HOLDING) {
		*ret_name = claim->name;
		return 0;
	}
	if (claim->holders[addr] == J1939_NO_NAME)
		return kin_fail(ENOENT, "nobody was heard of who holds address %u", addr);
	*ret_name = claim->holders[addr];
	return 0;
}

/* The sooner of what the caller and what the claim waits for, in ms for poll(2). */
static int wait_ms(const struct kin_j1939_claim *claim, int64_t deadline_ns)
{
	int64_t wait_ns = kin_j1939_claim_timeout(claim);
	int64_t left_ns = deadline_ns < 0 ? -1 : deadline_ns - kin_now();

	if (deadline_ns >= 0 && (wait_ns < 0 || left_ns < wait_ns))
		wait_ns = left_ns > 0 ? left_ns : 0;
	if (wait_ns < 0)
		return -1;
	return wait_ns / MS >= INT_MAX ? INT_MAX : (int)((wait_ns + MS - 1) / MS);
}

int kin_j1939_claim_wait(struct kin_j1939_claim *claim, int64_t timeout_ns)
{
	struct kin_j1939_event event = {.struct_size = sizeof(event)};
	int64_t deadline_ns = kin_deadline(timeout_ns);

	KIN_NEED(claim);
	for (;;) {
		struct pollfd fd = {.fd = kin_fd(claim->sock), .events = POLLIN};
		int r;

		while ((r = kin_j1939_claim_step(claim, &event)) > 0)
			;
		if (r < 0 || claim->state == KIN_J1939_HOLDING)
			return r;
		if (claim->state == KIN_J1939_CANNOT)
			return kin_fail(EADDRNOTAVAIL, "every address that may be claimed is held "
						       "by a NAME that goes before this one");
		if (deadline_ns >= 0 && kin_now() >= deadline_ns)
			return kin_fail_in(KIN_ERR_DEADLINE, ETIMEDOUT, ETIMEDOUT,
					   "no address was claimed in time");
		if (poll(&fd, 1, wait_ms(claim, deadline_ns)) < 0) {
			r = errno == EINTR ? kin_interrupted(claim->sock)
					   : kin_fail(errno, "poll: %s", strerror(errno));
			if (r < 0)
				return r;
		}
	}
}

int kin_j1939_claim_release(struct kin_j1939_claim *claim)
{
	int r;

	KIN_NEED(claim);
	r = bind_addr(claim, J1939_IDLE_ADDR);
	if (r == 0)
		r = send_claim(claim);
	claim->state = KIN_J1939_CANNOT;
	claim->due_ns = claim->resend_ns = NEVER;
	return r;
}
