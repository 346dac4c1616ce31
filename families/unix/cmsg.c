/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Ancillary data of unix(7). */
#include "internal.h"

#include <string.h>

/* The numbers that the descriptors have in this process, as long as they are open. */
static void put_rights(const struct kin_cmsg *cmsg, struct kin_buf *out)
{
	const char *fds = cmsg->data;
	int fd;

	kin_buf_puts(out, "[");
	for (size_t i = 0; i < cmsg->len / sizeof(fd); i++) {
		memcpy(&fd, fds + i * sizeof(fd), sizeof(fd));
		kin_buf_printf(out, "%s%d", i ? "," : "", fd);
	}
	kin_buf_puts(out, "]");
}

static void put_credentials(const struct kin_cmsg *cmsg, struct kin_buf *out)
{
	struct ucred cred;

	if (cmsg->len < sizeof(cred)) {
		kin_buf_puts(out, "null");
		return;
	}
	memcpy(&cred, cmsg->data, sizeof(cred));
	kin_buf_printf(out, "{\"pid\":%d,\"uid\":%u,\"gid\":%u}", cred.pid, cred.uid, cred.gid);
}

static void put_security(const struct kin_cmsg *cmsg, struct kin_buf *out)
{
	kin_buf_put_json(out, cmsg->data, strnlen(cmsg->data, cmsg->len));
}

static void put_pidfd(const struct kin_cmsg *cmsg, struct kin_buf *out)
{
	int fd;

	if (cmsg->len < sizeof(fd)) {
		kin_buf_puts(out, "null");
		return;
	}
	memcpy(&fd, cmsg->data, sizeof(fd));
	kin_buf_printf(out, "%d", fd);
}

const struct kin_cmsg_type unix_cmsgs[] = {
	{SOL_SOCKET, SCM_RIGHTS, "rights", put_rights},
	{SOL_SOCKET, SCM_CREDENTIALS, "credentials", put_credentials},
	{SOL_SOCKET, SCM_SECURITY, "security", put_security},
	{SOL_SOCKET, SCM_PIDFD, "pidfd", put_pidfd},
	{},
};
