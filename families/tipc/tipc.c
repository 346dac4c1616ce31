/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* AF_TIPC: sockets found by the service that they offer. */
#include "internal.h"

#include <errno.h>
#include <string.h>

#define BODY        "service:TYPE:INSTANCE, range:TYPE:LOW:HIGH or id:NODE:REF"
#define CONNECTIONS "tipc-stream tipc-seqpacket"

/*
 * A type each, as the kernel has them. The scheme without more is SOCK_RDM: what is sent to a
 * service without a connection arrives, or comes back with the reason.
 */
static const struct kin_proto protos[] = {
	{
		.scheme = "tipc",
		.type = SOCK_RDM,
		.msg_max = TIPC_MAX_USER_MSG_SIZE,
		.body = BODY,
		.example = "tipc:service:1000:7",
		.summary = "reliable datagrams to services of a cluster",
	},
	{
		.scheme = "tipc-dgram",
		.type = SOCK_DGRAM,
		.msg_max = TIPC_MAX_USER_MSG_SIZE,
		.body = BODY,
		.example = "tipc-dgram:range:1000:0:10",
		.summary = "datagrams to services of a cluster, dropped under load",
	},
	{
		.scheme = "tipc-stream",
		.type = SOCK_STREAM,
		.body = BODY,
		.example = "tipc-stream:service:1000:7",
		.summary = "streams to services of a cluster",
	},
	{
		.scheme = "tipc-seqpacket",
		.type = SOCK_SEQPACKET,
		.msg_max = TIPC_MAX_USER_MSG_SIZE,
		.body = BODY,
		.example = "tipc-seqpacket:service:1000:7,scope=node",
		.summary = "connections to services of a cluster that keep message boundaries",
	},
	{},
};

static const struct kin_addr_opt addr_opts[] = {
	{"scope", NULL, "zone|cluster|node", "who sees what is bound there; cluster at first"},
	{"domain", NULL, "NODE", "look for a service on this node only; 0: on all"},
	{},
};

static const struct kin_name importances[] = {
	{"low", TIPC_LOW_IMPORTANCE},
	{"medium", TIPC_MEDIUM_IMPORTANCE},
	{"high", TIPC_HIGH_IMPORTANCE},
	{"critical", TIPC_CRITICAL_IMPORTANCE},
	{},
};

static const struct kin_opt opts[] = {
	{.name = "importance",
	 .level = SOL_TIPC,
	 .optname = TIPC_IMPORTANCE,
	 .type = KIN_OPT_NAMED,
	 .names = importances,
	 .since = "2.6.16",
	 .doc = "what is sent under load and kept in full queues rather than others"},
	{.name = "src-droppable",
	 .level = SOL_TIPC,
	 .optname = TIPC_SRC_DROPPABLE,
	 .type = KIN_OPT_BOOL,
	 .since = "2.6.16",
	 .doc = "drop messages where links are busy, instead of waiting"},
	{.name = "dest-droppable",
	 .level = SOL_TIPC,
	 .optname = TIPC_DEST_DROPPABLE,
	 .type = KIN_OPT_BOOL,
	 .since = "2.6.16",
	 .doc = "drop messages that can't be delivered, instead of sending them back"},
	{.name = "conn-timeout",
	 .schemes = CONNECTIONS,
	 .level = SOL_TIPC,
	 .optname = TIPC_CONN_TIMEOUT,
	 .type = KIN_OPT_U32,
	 .max = UINT32_MAX,
	 .since = "2.6.16",
	 .doc = "milliseconds that the kernel tries to connect for; 8000 at first"},
	{.name = "sock-recvq-used",
	 .level = SOL_TIPC,
	 .optname = TIPC_SOCK_RECVQ_USED,
	 .type = KIN_OPT_U32,
	 .flags = KIN_OPT_READ_ONLY,
	 .since = "4.17",
	 .doc = "bytes of memory that messages waiting to be received take"},
	{.name = "sock-recvq-depth",
	 .level = SOL_TIPC,
	 .optname = TIPC_SOCK_RECVQ_DEPTH,
	 .type = KIN_OPT_U32,
	 .flags = KIN_OPT_READ_ONLY,
	 .since = "2.6.30",
	 .doc = "messages waiting to be received"},
	{},
};

/* Up to three numbers of 32 bits, those that came. */
static void read_words(const struct kin_cmsg *cmsg, uint32_t words[3])
{
	memset(words, 0, 3 * sizeof(words[0]));
	memcpy(words, cmsg->data, cmsg->len < 12 ? cmsg->len : 12);
}

static void put_error(const struct kin_cmsg *cmsg, struct kin_buf *out)
{
	static const char *const reasons[] = {"ok",      "no-name",  "no-port",
					      "no-node", "overload", "shutdown"};
	uint32_t words[3];

	read_words(cmsg, words);
	if (words[0] < sizeof(reasons) / sizeof(*reasons))
		kin_buf_printf(out, "{\"reason\":\"%s\",\"length\":%u}", reasons[words[0]],
			       words[1]);
	else
		kin_buf_printf(out, "{\"reason\":%u,\"length\":%u}", words[0], words[1]);
}

static void put_name(const struct kin_cmsg *cmsg, struct kin_buf *out)
{
	uint32_t words[3];

	read_words(cmsg, words);
	kin_buf_printf(out, "{\"type\":%u,\"low\":%u,\"high\":%u}", words[0], words[1], words[2]);
}

static const struct kin_cmsg_type cmsgs[] = {
	{SOL_TIPC, TIPC_ERRINFO, "rejected", put_error},
	{SOL_TIPC, TIPC_RETDATA, "returned-data", NULL},
	{SOL_TIPC, TIPC_DESTNAME, "destination", put_name},
	{},
};

static const struct kin_need needs[] = {
	{.module = "tipc", .kconfig = "CONFIG_TIPC", .since = "2.6.16"},
	{},
};

static void tipc_explain(const struct kin_proto *proto, const char *call, int err,
			 const struct kin_target *target, struct kin_buf *out)
{
	bool binds = strcmp(call, "bind") == 0;
	int kind;

	(void)proto;
	if (!target || kin_tipc_addr_read(&target->addr, &kind, NULL, NULL, NULL, NULL) < 0)
		kind = 0;
	if (binds && err == EACCES)
		kin_buf_puts(out, "types below 64 are the kernel's own");
	else if (binds && kind == KIN_TIPC_ID && err == EAFNOSUPPORT)
		kin_buf_puts(out, "an id is the kernel's to give: bind to a service or a range");
	else if (binds && kind == KIN_TIPC_SERVICE)
		kin_buf_puts(out,
			     "a service that is bound to has no domain, and a scope that exists");
	else if (err == EHOSTUNREACH && !binds)
		kin_buf_puts(out, "nobody offers this service, or no such socket is there");
	else if (err == ETIMEDOUT && strcmp(call, "connect") == 0)
		kin_buf_puts(out, "who offers this service did not accept in time (option "
				  "conn-timeout)");
	else if (err == ECONNREFUSED && strcmp(call, "connect") == 0)
		kin_buf_puts(out,
			     "who offers this service takes no connections, or of another type");
}

const struct kin_family kin_family_tipc = {
	.abi = KIN_FAMILY_ABI,
	.struct_size = sizeof(struct kin_family),
	.name = "tipc",
	.domain = AF_TIPC,
	.summary = "services of a cluster",
	.protos = protos,
	.addr_opts = addr_opts,
	.opts = opts,
	.cmsgs = cmsgs,
	.consts = tipc_consts,
	.needs = needs,
	.parse = tipc_parse,
	.format = tipc_format,
	.equal = tipc_equal,
	.explain = tipc_explain,
};
