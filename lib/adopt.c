/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Descriptors that come from elsewhere, and second ones for the same open file. */
#include "core.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct kind {
	int domain, type, protocol;
};

static int fail_fd(int err, int fd, const char *call)
{
	if (err == EBADF)
		return kin_fail(EBADF, "file descriptor %d is not open", fd);
	if (err == ENOTSOCK)
		return kin_fail(ENOTSOCK, "file descriptor %d is not a socket", fd);
	return fail_errno(err, call);
}

static int check_kind(int fd, const struct kind *kind)
{
	if (fd < 0)
		return kin_fail(EINVAL, "file descriptor %d is negative", fd);
	if (kind->domain < -1 || kind->type < -1 || kind->protocol < -1)
		return kin_fail(EINVAL, "domain %d, type %d, protocol %d: below -1", kind->domain,
				kind->type, kind->protocol);
	return 0;
}

/* All are asked for, to see that fd is a socket; those given are kept. */
static int find_kind(int fd, struct kind *kind)
{
	struct kind found;
	int r = ask_int(fd, SO_DOMAIN, &found.domain);

	if (r == 0)
		r = ask_int(fd, SO_TYPE, &found.type);
	if (r == 0)
		r = ask_int(fd, SO_PROTOCOL, &found.protocol);
	if (r < 0)
		return fail_fd(-r, fd, "getsockopt");
	if (kind->domain < 0)
		kind->domain = found.domain;
	if (kind->type < 0)
		kind->type = found.type;
	if (kind->protocol < 0)
		kind->protocol = found.protocol;
	return 0;
}

int kin_adopt_as(int fd, int domain, int type, int protocol, struct kin_sock **ret_sock)
{
	const int mode = SOCK_NONBLOCK | SOCK_CLOEXEC;
	struct kind kind = {domain, type < 0 ? type : type & ~mode, protocol};
	int64_t timeout_ns = kin_default_timeout();
	int flags, r;

	KIN_NEED(ret_sock);
	r = check_kind(fd, &kind);
	if (r == 0)
		r = find_kind(fd, &kind);
	if (r < 0)
		return r;
	flags = fcntl(fd, F_GETFL);
	if (flags < 0)
		return fail_fd(errno, fd, "fcntl");
	/* Without a default its mode stays as it is. */
	if ((type >= 0 && (type & SOCK_NONBLOCK)) || (timeout_ns < 0 && (flags & O_NONBLOCK)))
		timeout_ns = 0;
	return sock_new_timed(fd, kind.domain, kind.type, kind.protocol, timeout_ns, ret_sock);
}

int kin_adopt(int fd, struct kin_sock **ret_sock)
{
	return kin_adopt_as(fd, -1, -1, -1, ret_sock);
}

/* Close-on-exec. */
static int copy_fd(int fd)
{
	int copy = fcntl(fd, F_DUPFD_CLOEXEC, 0);

	return copy < 0 ? fail_fd(errno, fd, "fcntl") : copy;
}

int kin_adopt_copy(int fd, int domain, int type, int protocol, struct kin_sock **ret_sock)
{
	int copy, r;

	if (fd < 0)
		return kin_fail(EINVAL, "file descriptor %d is negative", fd);
	copy = copy_fd(fd);
	if (copy < 0)
		return copy;
	r = kin_adopt_as(copy, domain, type, protocol, ret_sock);
	if (r < 0)
		close(copy);
	return r;
}

int kin_dup(const struct kin_sock *sock, struct kin_sock **ret_sock)
{
	struct kin_sock *copy = NULL;
	int fd;
	int r;

	KIN_NEED(sock);
	KIN_NEED(ret_sock);
	fd = copy_fd(sock->fd);
	if (fd < 0)
		return fd;
	r = sock_new(fd, sock->domain, sock->type, sock->protocol, &copy);
	if (r < 0) {
		close(fd);
		return r;
	}
	sock_set_family(copy, sock->family, sock->proto);
	copy->timeout_ns = sock->timeout_ns;
	copy->stop = sock->stop;
	copy->stop_data = sock->stop_data;
	*ret_sock = copy;
	return 0;
}

int kin_inheritable(const struct kin_sock *sock)
{
	int flags;

	KIN_NEED(sock);
	flags = fcntl(sock->fd, F_GETFD);
	return flags < 0 ? fail_fd(errno, sock->fd, "fcntl") : !(flags & FD_CLOEXEC);
}

int kin_set_inheritable(struct kin_sock *sock, bool inheritable)
{
	KIN_NEED(sock);
	if (fcntl(sock->fd, F_SETFD, inheritable ? 0 : FD_CLOEXEC) < 0)
		return fail_fd(errno, sock->fd, "fcntl");
	return 0;
}
