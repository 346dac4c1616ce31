/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "internal.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>

static int change(struct kin_sock *sock, int optname, int64_t group)
{
	int value = (int)group;

	if (!sock)
		return kin_fail(EINVAL, "no socket was given");
	if (group < 1 || group > INT32_MAX)
		return kin_fail(EINVAL, "group %lld is not in 1-%d", (long long)group, INT32_MAX);
	return kin_setsockopt(sock, SOL_NETLINK, optname, &value, sizeof(value));
}

int kin_netlink_join(struct kin_sock *sock, int64_t group)
{
	return change(sock, NETLINK_ADD_MEMBERSHIP, group);
}

int kin_netlink_leave(struct kin_sock *sock, int64_t group)
{
	return change(sock, NETLINK_DROP_MEMBERSHIP, group);
}

/* ---- join=link+36 ---- */

/* The word before the next '+': a group's number. */
static int parse_group(const struct kin_opt *opt, int protocol, const char *text, size_t len)
{
	int group = netlink_group_number(protocol, text, len);
	char word[64] = "";
	int64_t number;
	int r;

	if (group > 0)
		return group;
	memcpy(word, text, len < sizeof(word) ? len : sizeof(word) - 1);
	if (!isdigit((unsigned char)*word))
		return kin_fail(EINVAL, "%s: this protocol has no group \"%s\"", opt->name, word);
	r = kin_parse_int(word, opt->name, 1, INT32_MAX, &number);
	return r < 0 ? r : (int)number;
}

/* Which protocol it will be is not known yet: any group's name will do. */
static int check_join(const struct kin_opt *opt, const char *text, struct kin_buf *canonical)
{
	for (const char *word = text;;) {
		size_t len = strcspn(word, "+");
		int group = parse_group(opt, NETLINK_ANY_PROTOCOL, word, len);

		if (group < 0)
			return group;
		if (isdigit((unsigned char)*word))
			kin_buf_printf(canonical, "%d", group);
		else
			kin_buf_put(canonical, word, len);
		if (!word[len])
			return 0;
		kin_buf_puts(canonical, "+");
		word += len + 1;
	}
}

static int set_join(struct kin_sock *sock, const struct kin_opt *opt, const char *text)
{
	for (const char *word = text;;) {
		size_t len = strcspn(word, "+");
		int group = parse_group(opt, kin_sock_protocol(sock), word, len);

		if (group > 0)
			group = kin_opt_store(sock, opt, text, opt->level, opt->optname, &group,
					      sizeof(group));
		if (group < 0)
			return group;
		if (!word[len])
			return 0;
		word += len + 1;
	}
}

static int get_join(struct kin_sock *sock, const struct kin_opt *opt, struct kin_buf *text)
{
	uint32_t bits[64] = {0};
	socklen_t len = sizeof(bits);
	const char *plus = "";
	char word[KIN_CONST_WORD];
	int r = kin_getsockopt(sock, opt->level, NETLINK_LIST_MEMBERSHIPS, bits, &len);

	if (r < 0)
		return r;
	/* What came back may be the length that there is, above the room that there was. */
	for (unsigned i = 0; i < 8 * len && i < 8 * sizeof(bits); i++) {
		if (!(bits[i / 32] >> i % 32 & 1))
			continue;
		if (netlink_group_name(kin_sock_protocol(sock), (int)i + 1, word))
			kin_buf_printf(text, "%s%s", plus, word);
		else
			kin_buf_printf(text, "%s%u", plus, i + 1);
		plus = "+";
	}
	return 0;
}

const struct kin_opt netlink_opts[] = {
	{.name = "join",
	 .level = SOL_NETLINK,
	 .optname = NETLINK_ADD_MEMBERSHIP,
	 .type = KIN_OPT_CUSTOM,
	 .flags = KIN_OPT_LIST | KIN_OPT_AFTER_BIND,
	 .value = "GROUP",
	 .check = check_join,
	 .set = set_join,
	 .get = get_join,
	 .since = "2.6.14",
	 .capability = "CAP_NET_ADMIN",
	 .doc = "join a multicast group, by name or number"},
	{.name = "pktinfo",
	 .level = SOL_NETLINK,
	 .optname = NETLINK_PKTINFO,
	 .type = KIN_OPT_BOOL,
	 .since = "2.6.14",
	 .doc = "receive the multicast group with each message"},
	{.name = "broadcast-error",
	 .level = SOL_NETLINK,
	 .optname = NETLINK_BROADCAST_ERROR,
	 .type = KIN_OPT_BOOL,
	 .since = "2.6.30",
	 .doc = "fail to send to a group when one of its sockets has no room"},
	{.name = "no-enobufs",
	 .level = SOL_NETLINK,
	 .optname = NETLINK_NO_ENOBUFS,
	 .type = KIN_OPT_BOOL,
	 .since = "2.6.30",
	 .doc = "do not fail with ENOBUFS when messages were dropped"},
	{.name = "listen-all-nsid",
	 .level = SOL_NETLINK,
	 .optname = NETLINK_LISTEN_ALL_NSID,
	 .type = KIN_OPT_BOOL,
	 .since = "4.2",
	 .capability = "CAP_NET_BROADCAST",
	 .doc = "receive from the network namespaces known here, too"},
	{.name = "cap-ack",
	 .level = SOL_NETLINK,
	 .optname = NETLINK_CAP_ACK,
	 .type = KIN_OPT_BOOL,
	 .since = "4.3",
	 .doc = "leave the request out of its acknowledgement"},
	{.name = "ext-ack",
	 .level = SOL_NETLINK,
	 .optname = NETLINK_EXT_ACK,
	 .type = KIN_OPT_BOOL,
	 .since = "4.12",
	 .doc = "let acknowledgements tell in words what was wrong, and with which attribute"},
	{.name = "get-strict",
	 .level = SOL_NETLINK,
	 .optname = NETLINK_GET_STRICT_CHK,
	 .type = KIN_OPT_BOOL,
	 .since = "4.20",
	 .doc = "refuse requests with fields that the kernel would ignore"},
	{},
};
