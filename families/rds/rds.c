/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* AF_RDS: reliable datagrams between machines, many over one connection of the kernel's. */
#include "internal.h"

#include <errno.h>
#include <string.h>

static const struct kin_proto protos[] = {
	{
		.scheme = "rds",
		.domain = AF_RDS, /* the addresses are IP's */
		.type = SOCK_SEQPACKET,
		.flags = KIN_PROTO_NO_SIGPIPE,
		.body = "ADDRESS:PORT",
		.example = "rds:127.0.0.1:18000,local=127.0.0.1:18001",
		.summary = "reliable datagrams over TCP or InfiniBand",
	},
	{},
};

static const struct kin_addr_opt addr_opts[] = {
	{"local", NULL, "ADDRESS:PORT", "this machine's end, without which nothing can be sent"},
	{},
};

static const struct kin_name transports[] = {
	{"ib", RDS_TRANS_IB},
	{"tcp", RDS_TRANS_TCP},
	{"none", (int)RDS_TRANS_NONE},
	{},
};

static const struct kin_opt opts[] = {
	{.name = "transport",
	 .level = SOL_RDS,
	 .optname = SO_RDS_TRANSPORT,
	 .type = KIN_OPT_NAMED,
	 .names = transports,
	 .since = "4.1",
	 .doc = "what carries the datagrams; without it the address that is bound to decides"},
	{.name = "recverr",
	 .level = SOL_RDS,
	 .optname = RDS_RECVERR,
	 .type = KIN_OPT_BOOL,
	 .since = "2.6.30",
	 .doc = "tell of transfers that failed"},
	{.name = "cong-monitor",
	 .level = SOL_RDS,
	 .optname = RDS_CONG_MONITOR,
	 .type = KIN_OPT_U64,
	 .flags = KIN_OPT_WRITE_ONLY,
	 .since = "2.6.30",
	 .doc = "groups of ports (1 << PORT % 64) of whose end of congestion to tell"},
	{},
};

static void put_ports(const struct kin_cmsg *cmsg, struct kin_buf *out)
{
	uint64_t mask = 0;

	if (cmsg->len >= sizeof(mask))
		memcpy(&mask, cmsg->data, sizeof(mask));
	kin_buf_printf(out, "\"0x%llX\"", (unsigned long long)mask);
}

static const struct kin_cmsg_type cmsgs[] = {
	{SOL_RDS, RDS_CMSG_CONG_UPDATE, "congestion-ended", put_ports},
	{SOL_RDS, RDS_CMSG_RDMA_DEST, "rdma-dest", NULL},
	{SOL_RDS, RDS_CMSG_RDMA_STATUS, "rdma-status", NULL},
	{SOL_RDS, RDS_CMSG_RXPATH_LATENCY, "receive-latency", NULL},
	{},
};

static const struct kin_need needs[] = {
	{.module = "rds", .kconfig = "CONFIG_RDS", .since = "2.6.30"},
	{},
};

/* It has messages of a connection's kind but no connections: who receives binds, and that is all.
 */
static int rds_open(struct kin_sock *sock, const struct kin_target *target, enum kin_role role,
		    int64_t deadline_ns)
{
	struct kin_target own = {.local = target->addr};

	if (role != KIN_RECEIVE && role != KIN_LISTEN)
		return kin_open_target(sock, target, role, deadline_ns);
	return kin_open_target(sock, &own, KIN_CONNECT, deadline_ns);
}

/*
 * sendmmsg(2) marks all but the last message (MSG_BATCH), and the kernel refuses marks here. One
 * message goes the core's way.
 */
static int rds_send_batch(struct kin_sock *sock, struct kin_batch *batch, unsigned first,
			  unsigned count, int flags)
{
	if (count == 1)
		return -ENOSYS;
	for (unsigned i = 0; i < count; i++) {
		struct kin_msg *msg = kin_batch_msg(batch, first + i);
		struct iovec data = {msg->data, msg->len};
		struct msghdr header = {
			.msg_name = msg->addr.len ? &msg->addr.ss : NULL,
			.msg_namelen = msg->addr.len,
			.msg_iov = &data,
			.msg_iovlen = 1,
			.msg_control = msg->control_len ? msg->control : NULL,
			.msg_controllen = msg->control_len,
		};
		ssize_t n = sendmsg(kin_fd(sock), &header, flags);

		if (n < 0)
			return i > 0 ? (int)i : -errno;
		msg->full_len = (size_t)n;
	}
	return (int)count;
}

static void rds_explain(const struct kin_proto *proto, const char *call, int err,
			const struct kin_target *target, struct kin_buf *out)
{
	(void)proto;
	(void)target;
	if (strcmp(call, "bind") == 0 && err == EADDRNOTAVAIL)
		kin_buf_puts(out,
			     "the address is not this machine's, or nothing carries datagrams of "
			     "it; `sudo modprobe rds_tcp`");
	else if (strcmp(call, "bind") == 0 && err == EADDRINUSE)
		kin_buf_puts(out, "another socket has this port");
	else if (strcmp(call, "send") == 0 && err == ENOTCONN)
		kin_buf_puts(out,
			     "only a bound socket can send (local=ADDRESS:PORT), and it must know "
			     "where to");
}

const struct kin_family kin_family_rds = {
	.abi = KIN_FAMILY_ABI,
	.struct_size = sizeof(struct kin_family),
	.name = "rds",
	.domain = AF_RDS,
	.summary = "reliable datagrams",
	.protos = protos,
	.addr_opts = addr_opts,
	.opts = opts,
	.cmsgs = cmsgs,
	.consts = rds_consts,
	.needs = needs,
	.parse = rds_parse,
	.format = rds_format,
	.open = rds_open,
	.send_batch = rds_send_batch,
	.explain = rds_explain,
};
