/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "internal.h"

static int get_peer_cred(struct kin_sock *sock, const struct kin_opt *opt, struct kin_buf *text)
{
	pid_t pid;
	uid_t uid;
	gid_t gid;
	int r;

	(void)opt;
	r = kin_unix_peer_cred(sock, &pid, &uid, &gid);
	if (r == 0)
		kin_buf_printf(text, "%d:%u:%u", pid, uid, gid);
	return r;
}

const struct kin_opt unix_opts[] = {
	{.name = "unlink",
	 .type = KIN_OPT_BOOL,
	 .set = unix_set_unlink,
	 .get = unix_get_unlink,
	 .doc = "a socket file that nobody has any more is removed before binding to its path, and "
		"the socket's own when it is closed"},
	{.name = "passcred",
	 .level = SOL_SOCKET,
	 .optname = SO_PASSCRED,
	 .type = KIN_OPT_BOOL,
	 .since = "2.2",
	 .doc = "receive the sender's pid, uid and gid with each message"},
	{.name = "passsec",
	 .level = SOL_SOCKET,
	 .optname = SO_PASSSEC,
	 .type = KIN_OPT_BOOL,
	 .since = "2.6.18",
	 .doc = "receive the sender's security label with each message"},
	{.name = "passpidfd",
	 .level = SOL_SOCKET,
	 .optname = SO_PASSPIDFD,
	 .type = KIN_OPT_BOOL,
	 .since = "6.5",
	 .doc = "receive a pidfd of the sender with each message"},
	{.name = "peek-off",
	 .level = SOL_SOCKET,
	 .optname = SO_PEEK_OFF,
	 .type = KIN_OPT_INT,
	 .min = -1,
	 .max = INT32_MAX,
	 .since = "3.4",
	 .doc = "where MSG_PEEK reads next, in bytes; -1: always at the start"},
	{.name = "peercred",
	 .level = SOL_SOCKET,
	 .optname = SO_PEERCRED,
	 .type = KIN_OPT_CUSTOM,
	 .flags = KIN_OPT_READ_ONLY,
	 .value = "PID:UID:GID",
	 .get = get_peer_cred,
	 .since = "2.2",
	 .doc = "the process at the other end when it connected"},
	{.name = "peersec",
	 .level = SOL_SOCKET,
	 .optname = SO_PEERSEC,
	 .type = KIN_OPT_STRING,
	 .flags = KIN_OPT_READ_ONLY,
	 .max = 255,
	 .since = "2.6.2",
	 .doc = "the security label of the process at the other end"},
	{},
};
