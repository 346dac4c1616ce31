/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <net/if.h>
#include <string.h>
#include <linux/errqueue.h>
#include <linux/net_tstamp.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <sys/socket.h>

#include <kin/family.h>
#include "transmit.h"
#include "txtime.h"

/* ---- The queueing discipline --------------------------------------------------------------- */

/* What sends at a message's time, and by which clock. */
static const struct discipline {
	const char *name;
	clockid_t clock;
} disciplines[] = {{"etf", CLOCK_TAI}, {"fq", CLOCK_MONOTONIC}};

/* The kind of a queueing discipline of the interface; NULL: the message is none. */
static const char *kind_of(const struct nlmsghdr *header, int ifindex)
{
	const struct tcmsg *tc = NLMSG_DATA(header);
	const char *attrs = (const char *)(tc + 1);
	size_t at = 0, len = header->nlmsg_len;

	if (header->nlmsg_type != RTM_NEWQDISC || len < NLMSG_LENGTH(sizeof(*tc)) ||
	    tc->tcm_ifindex != ifindex)
		return NULL;
	len -= NLMSG_LENGTH(sizeof(*tc));
	while (len >= sizeof(struct rtattr) && at <= len - sizeof(struct rtattr)) {
		const struct rtattr *attr = (const void *)(attrs + at);

		if (attr->rta_len < sizeof(*attr) || attr->rta_len > len - at)
			return NULL;
		if (attr->rta_type == TCA_KIND && RTA_PAYLOAD(attr) > 0 &&
		    attrs[at + attr->rta_len - 1] == '\0')
			return RTA_DATA(attr);
		at += RTA_ALIGN(attr->rta_len);
	}
	return NULL;
}

static const struct discipline *find_discipline(const char *kind)
{
	for (unsigned i = 0; i < sizeof(disciplines) / sizeof(*disciplines); i++)
		if (strcmp(disciplines[i].name, kind) == 0)
			return &disciplines[i];
	return NULL;
}

/* One that keeps times, else the name of another in others. 1: that was all */
static int look_through(const char *data, size_t len, int ifindex, const struct discipline **found,
			char others[32])
{
	size_t at = 0;

	while (len >= sizeof(struct nlmsghdr) && at <= len - sizeof(struct nlmsghdr)) {
		const struct nlmsghdr *header = (const void *)(data + at);
		const char *kind;

		if (header->nlmsg_len < sizeof(*header) || header->nlmsg_len > len - at ||
		    header->nlmsg_type == NLMSG_DONE || header->nlmsg_type == NLMSG_ERROR)
			return 1;
		kind = kind_of(header, ifindex);
		if (kind && !*found)
			*found = find_discipline(kind);
		if (kind && !*others)
			strncpy(others, kind, 31);
		at += NLMSG_ALIGN(header->nlmsg_len);
	}
	return 0;
}

static int ask_discipline(int ifindex, const struct discipline **ret_found, char others[32])
{
	struct kin_sock *sock KIN_CLEANUP(kin_close) = NULL;
	struct {
		struct nlmsghdr header;
		struct tcmsg tc;
	} request = {
		.header = {.nlmsg_len = sizeof(request),
			   .nlmsg_type = RTM_GETQDISC,
			   .nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP},
		.tc = {.tcm_family = AF_UNSPEC, .tcm_ifindex = ifindex},
	};
	char data[16384] __attribute__((aligned(8)));
	ssize_t n;
	int r = kin_socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE, &sock);

	if (r < 0)
		return r;
	n = kin_send(sock, &request, sizeof(request), 0);
	while (n > 0) {
		n = kin_recv(sock, data, sizeof(data), 0);
		if (n > 0 && look_through(data, (size_t)n, ifindex, ret_found, others))
			return 0;
	}
	return (int)n;
}

static int find_clock(struct txtime *txtime, struct kin_sock *sock)
{
	const struct discipline *found = NULL;
	struct kin_addr addr;
	char others[32] = "", name[IFNAMSIZ] = "";
	int ifindex, r;

	r = kin_local_addr(sock, &addr);
	ifindex = r < 0 ? 0 : kin_addr_ifindex(&addr);
	if (ifindex == 0)
		return kin_fail(EINVAL, "an address without an interface has no send times");
	kin_if_name((unsigned)ifindex, name, sizeof(name));
	r = ask_discipline(ifindex, &found, others);
	if (r < 0)
		return r;
	if (!found)
		return kin_fail(
			EOPNOTSUPP,
			"the queueing discipline of %s (%s) keeps no send times; those that do "
			"are fq and etf: tc qdisc replace dev %s root fq",
			name, *others ? others : "none", name);
	txtime->clock = found->clock;
	return 0;
}

/* ---- Messages ------------------------------------------------------------------------------ */

static int64_t read_clock(clockid_t clock)
{
	struct timespec now;

	clock_gettime(clock, &now);
	return now.tv_sec * INT64_C(1000000000) + now.tv_nsec;
}

int txtime_begin(struct txtime *txtime, struct kin_sock *sock)
{
	struct sock_txtime option = {.flags = SOF_TXTIME_REPORT_ERRORS};
	int r = find_clock(txtime, sock);

	if (r < 0)
		return r;
	option.clockid = txtime->clock;
	r = kin_setsockopt(sock, SOL_SOCKET, SO_TXTIME, &option, sizeof(option));
	if (r < 0)
		return r;
	txtime->offset_ns = read_clock(txtime->clock) - kin_now();
	txtime->on = true;
	return 0;
}

int txtime_set(const struct txtime *txtime, struct kin_msg *msg, int64_t due_ns)
{
	uint64_t time = (uint64_t)time_add(due_ns, txtime->offset_ns);

	msg->control_len = 0;
	return kin_add_cmsg(msg, SOL_SOCKET, SCM_TXTIME, &time, sizeof(time));
}

uint64_t txtime_missed(struct kin_sock *sock)
{
	struct kin_batch *batch KIN_CLEANUP(kin_batch_free) = NULL;
	uint64_t missed = 0;
	int n = kin_batch_new(64, 16, 0, &batch);

	while (n >= 0 && (n = kin_recv_batch(sock, batch, MSG_ERRQUEUE | MSG_DONTWAIT)) > 0)
		for (unsigned i = 0; i < (unsigned)n; i++) {
			struct kin_cmsg cmsg = {};

			while (kin_next_cmsg(kin_batch_msg(batch, i), &cmsg)) {
				struct sock_extended_err err;

				if (cmsg.len < sizeof(err))
					continue;
				memcpy(&err, cmsg.data, sizeof(err));
				missed += err.ee_origin == SO_EE_ORIGIN_TXTIME;
			}
		}
	return missed;
}
