/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What came with a message: where it was sent to, or which error it tells of. */
#include "internal.h"

#include <errno.h>
#include <linux/errqueue.h>
#include <linux/icmp.h>
#include <linux/icmpv6.h>
#include <linux/in6.h>
#include <string.h>

/* The next item of one kind, which both versions of IP have; NULL at the end. */
static bool next_of(const struct kin_msg *msg, struct kin_cmsg *cmsg, int v4, int v6)
{
	while (kin_next_cmsg(msg, cmsg))
		if ((cmsg->level == IPPROTO_IP && cmsg->type == v4) ||
		    (cmsg->level == IPPROTO_IPV6 && cmsg->type == v6))
			return true;
	return false;
}

int kin_inet_pktinfo(const struct kin_msg *msg, struct kin_addr *ret_to, struct kin_addr *ret_local,
		     unsigned *ret_ifindex)
{
	struct kin_addr to = {}, local = {};
	struct kin_cmsg cmsg = {};
	unsigned ifindex = 0;

	KIN_NEED(msg);
	if (!next_of(msg, &cmsg, IP_PKTINFO, IPV6_PKTINFO) ||
	    !inet_read_pktinfo(&cmsg, &to, &local, &ifindex))
		return kin_fail(ENOENT,
				"the message came without packet information: set pktinfo=on");
	if (ret_to)
		*ret_to = to;
	if (ret_local)
		*ret_local = local;
	if (ret_ifindex)
		*ret_ifindex = ifindex;
	return 0;
}

bool inet_read_pktinfo(const struct kin_cmsg *cmsg, struct kin_addr *to, struct kin_addr *local,
		       unsigned *ifindex)
{
	*to = *local = (struct kin_addr){};
	if (cmsg->level == IPPROTO_IPV6) {
		struct in6_pktinfo info;

		if (cmsg->len < sizeof(info))
			return false;
		memcpy(&info, cmsg->data, sizeof(info));
		to->len = sizeof(struct sockaddr_in6);
		to->sa.sa_family = AF_INET6;
		as_in6(to)->sin6_addr = info.ipi6_addr;
		if (IN6_IS_ADDR_LINKLOCAL(&info.ipi6_addr) ||
		    IN6_IS_ADDR_MC_LINKLOCAL(&info.ipi6_addr))
			as_in6(to)->sin6_scope_id = info.ipi6_ifindex;
		*ifindex = info.ipi6_ifindex;
	} else {
		struct in_pktinfo info;

		if (cmsg->len < sizeof(info))
			return false;
		memcpy(&info, cmsg->data, sizeof(info));
		to->len = local->len = sizeof(struct sockaddr_in);
		to->sa.sa_family = local->sa.sa_family = AF_INET;
		as_in(to)->sin_addr = info.ipi_addr;
		as_in(local)->sin_addr = info.ipi_spec_dst;
		*ifindex = (unsigned)info.ipi_ifindex;
	}
	return true;
}

bool inet_read_error(const struct kin_cmsg *cmsg, struct kin_inet_error *ret)
{
	struct sock_extended_err error;
	size_t len = cmsg->len - sizeof(error);

	if (cmsg->len < sizeof(error))
		return false;
	memcpy(&error, cmsg->data, sizeof(error));
	ret->error = (int)error.ee_errno;
	ret->origin = error.ee_origin;
	ret->type = error.ee_type;
	ret->code = error.ee_code;
	ret->info = error.ee_info;
	ret->data = error.ee_data;
	ret->from = (struct kin_addr){};
	if (len > sizeof(ret->from.ss))
		len = sizeof(ret->from.ss);
	memcpy(&ret->from.ss, (const char *)cmsg->data + sizeof(error), len);
	ret->from.len = (socklen_t)len;
	/* AF_UNSPEC: nobody is known to have sent it. */
	if (inet_version(&ret->from) == 0)
		ret->from = (struct kin_addr){};
	return true;
}

static const char *unreachable(unsigned code)
{
	static const char *const words[] = {
		"network unreachable",
		"host unreachable",
		"protocol unreachable",
		"port unreachable",
		"fragmentation needed",
		"source route failed",
		"network unknown",
		"host unknown",
		"host isolated",
		"network prohibited",
		"host prohibited",
		"network unreachable for this type of service",
		"host unreachable for this type of service",
		"administratively prohibited",
		"precedence violated",
		"precedence cut off",
	};

	return code < N_ELEMENTS(words) ? words[code] : NULL;
}

static const char *unreachable6(unsigned code)
{
	static const char *const words[] = {
		"no route",
		"administratively prohibited",
		"beyond the scope of the source address",
		"address unreachable",
		"port unreachable",
		"source address refused",
		"route rejected",
	};

	return code < N_ELEMENTS(words) ? words[code] : NULL;
}

static const char *icmp_words(unsigned type, unsigned code)
{
	switch (type) {
	case ICMP_DEST_UNREACH:
		return unreachable(code);
	case ICMP_SOURCE_QUENCH:
		return "too fast";
	case ICMP_TIME_EXCEEDED:
		return code ? "reassembly took too long" : "no hops left";
	case ICMP_PARAMETERPROB:
		return "malformed";
	}
	return NULL;
}

static const char *icmp6_words(unsigned type, unsigned code)
{
	switch (type) {
	case ICMPV6_DEST_UNREACH:
		return unreachable6(code);
	case ICMPV6_PKT_TOOBIG:
		return "longer than the path MTU";
	case ICMPV6_TIME_EXCEED:
		return code ? "reassembly took too long" : "no hops left";
	case ICMPV6_PARAMPROB:
		return "malformed";
	}
	return NULL;
}

static const char *stamp_words(unsigned stamp)
{
	switch (stamp) {
	case SCM_TSTAMP_SND:
		return "sent";
	case SCM_TSTAMP_SCHED:
		return "scheduled";
	case SCM_TSTAMP_ACK:
		return "acknowledged";
	}
	return NULL;
}

const char *kin_inet_error_what(const struct kin_inet_error *error)
{
	if (!error)
		return NULL;
	switch (error->origin) {
	case SO_EE_ORIGIN_LOCAL:
		return error->error == EMSGSIZE ? "longer than the path MTU" : NULL;
	case SO_EE_ORIGIN_ICMP:
		return icmp_words(error->type, error->code);
	case SO_EE_ORIGIN_ICMP6:
		return icmp6_words(error->type, error->code);
	case SO_EE_ORIGIN_TIMESTAMPING:
		return stamp_words(error->info);
	case SO_EE_ORIGIN_ZEROCOPY:
		return error->code & SO_EE_CODE_ZEROCOPY_COPIED ? "sent, but copied"
								: "sent without a copy";
	case SO_EE_ORIGIN_TXTIME:
		return error->code == SO_EE_CODE_TXTIME_MISSED ? "its time was missed"
							       : "its time is invalid";
	}
	return NULL;
}

int kin_inet_error(const struct kin_msg *msg, struct kin_inet_error *ret_error)
{
	struct kin_cmsg cmsg = {};

	KIN_NEED(msg);
	KIN_NEED(ret_error);
	if (ret_error->struct_size < sizeof(*ret_error))
		return kin_fail(EINVAL, "kin_inet_error.struct_size %zu is too small",
				ret_error->struct_size);
	if (!next_of(msg, &cmsg, IP_RECVERR, IPV6_RECVERR) || !inet_read_error(&cmsg, ret_error))
		return kin_fail(ENOENT,
				"the message tells of no error: receive it with MSG_ERRQUEUE");
	return 0;
}
