/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A socket for another process. That takes it out of this one by itself (pidfd_getfd(2)) where it
 * may look into this one, else asks for it over a listening socket with an abstract name.
 */
#include "core.h"

#include "share.h"

#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

/* The kernel's numbers are the same everywhere; older headers lack them. */
#ifndef SYS_pidfd_open
#define SYS_pidfd_open 434
#endif
#ifndef SYS_pidfd_getfd
#define SYS_pidfd_getfd 438
#endif

/* What one end says to the other, in one byte. */
enum {
	HERE_IT_IS = '+',
	NOT_FOR_YOU = '-',
	GOT_IT = '.', /* the receiver has it already */
};

struct kin_share {
	pid_t pid;
	int fd;                    /* the socket's duplicate */
	struct kin_sock *listener; /* for whoever asks */
	int pidfd;                 /* of pid; -1: this kernel has none (before Linux 5.3) */
	int epoll;                 /* of both */
	char text[KIN_SHARE_TEXT];
};

/* ---- The token ---------------------------------------------------------------------------- */

void share_format(const struct share_token *token, char text[KIN_SHARE_TEXT])
{
	snprintf(text, KIN_SHARE_TEXT, "kin-share:%d:%d:%016" PRIx64 ":%s", (int)token->pid,
		 token->fd, token->cookie, token->name);
}

static bool is_name(const char *name)
{
	return strlen(name) == SHARE_NAME && strspn(name, "0123456789abcdef") == SHARE_NAME;
}

int share_parse(const char *text, struct share_token *ret_token)
{
	char copy[KIN_SHARE_TEXT], again[KIN_SHARE_TEXT];
	char *rest = copy, *words[5] = {};
	struct share_token token = {};
	int64_t pid = 0, fd = 0;
	bool fits = strlen(text) < sizeof(copy);

	if (fits) {
		strcpy(copy, text);
		for (unsigned i = 0; i < N_ELEMENTS(words); i++)
			words[i] = strsep(&rest, ":");
	}
	if (!fits || !words[4] || rest || strcmp(words[0], "kin-share") != 0 ||
	    !is_name(words[4]) || kin_parse_int(words[1], "process", 1, INT32_MAX, &pid) < 0 ||
	    kin_parse_int(words[2], "file descriptor", 0, INT32_MAX, &fd) < 0 ||
	    kin_parse_hex(words[3], "cookie", UINT64_MAX, &token.cookie) < 0)
		return kin_fail(EINVAL, "\"%.*s\" is not the text of a shared socket",
				KIN_SHARE_TEXT, text);
	token.pid = (pid_t)pid;
	token.fd = (int)fd;
	strcpy(token.name, words[4]);
	/* One text for one socket: no other way to write these numbers. */
	share_format(&token, again);
	if (strcmp(again, text) != 0)
		return kin_fail(EINVAL, "\"%s\" is not the text of a shared socket", text);
	*ret_token = token;
	return 0;
}

/* The address of an abstract name. */
static struct kin_addr name_addr(const char *name)
{
	struct kin_addr addr = {};
	struct sockaddr_un *sun = (struct sockaddr_un *)(void *)&addr.ss;

	sun->sun_family = AF_UNIX;
	memcpy(sun->sun_path + 1, name, SHARE_NAME);
	addr.len = offsetof(struct sockaddr_un, sun_path) + 1 + SHARE_NAME;
	return addr;
}

/* What no second socket has, however often its number is used again (Linux 4.6). */
static int ask_cookie(int fd, uint64_t *ret_cookie)
{
	socklen_t len = sizeof(*ret_cookie);

	return getsockopt(fd, SOL_SOCKET, SO_COOKIE, ret_cookie, &len) < 0 ? -errno : 0;
}

static pid_t peer_pid(int fd)
{
	struct ucred cred = {};
	socklen_t len = sizeof(cred);

	return getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &cred, &len) < 0 ? -1 : cred.pid;
}

static int pidfd_open(pid_t pid)
{
	int fd = (int)syscall(SYS_pidfd_open, pid, 0);

	return fd < 0 ? -errno : fd;
}

/* ---- Giving ------------------------------------------------------------------------------- */

/* A listening socket whose name the kernel chooses, so that no two are the same. */
static int offer(struct kin_share *share, char name[SHARE_NAME + 1])
{
	struct kin_addr any = {.len = sizeof(sa_family_t), .sa = {.sa_family = AF_UNIX}};
	const struct sockaddr_un *sun;
	struct kin_addr addr;
	int r = kin_socket(AF_UNIX, SOCK_SEQPACKET, 0, &share->listener);

	if (r == 0)
		r = kin_bind(share->listener, &any);
	if (r == 0)
		r = kin_listen(share->listener, -1);
	/* Whoever asked may be gone again before accept(2). */
	if (r == 0)
		r = kin_set_timeout(share->listener, 0);
	if (r == 0)
		r = kin_local_addr(share->listener, &addr);
	if (r < 0)
		return r;
	sun = (const struct sockaddr_un *)(const void *)&addr.ss;
	memcpy(name, sun->sun_path + 1, SHARE_NAME);
	name[SHARE_NAME] = '\0';
	return 0;
}

/* One descriptor to wait on: for somebody who asks, and for the end of the process it is for. */
static int watch(struct kin_share *share)
{
	struct epoll_event event = {.events = EPOLLIN};
	int fds[] = {kin_fd(share->listener), share->pidfd};

	share->epoll = epoll_create1(EPOLL_CLOEXEC);
	if (share->epoll < 0)
		return fail_errno(errno, "epoll_create1");
	for (unsigned i = 0; i < N_ELEMENTS(fds); i++)
		if (fds[i] >= 0 && epoll_ctl(share->epoll, EPOLL_CTL_ADD, fds[i], &event) < 0)
			return fail_errno(errno, "epoll_ctl");
	return 0;
}

static int fail_gone(pid_t pid)
{
	return kin_fail(ESRCH, "there is no process %d", (int)pid);
}

static int share_begin(struct kin_share *share, const struct kin_sock *sock)
{
	struct share_token token = {.pid = getpid()};
	int r;

	share->pidfd = pidfd_open(share->pid);
	if (share->pidfd == -ESRCH ||
	    (share->pidfd < 0 && kill(share->pid, 0) < 0 && errno == ESRCH))
		return fail_gone(share->pid);
	share->fd = fcntl(sock->fd, F_DUPFD_CLOEXEC, 0);
	if (share->fd < 0)
		return fail_errno(errno, "fcntl");
	r = ask_cookie(share->fd, &token.cookie);
	if (r < 0)
		return fail_errno(-r, "getsockopt");
	r = offer(share, token.name);
	if (r == 0)
		r = watch(share);
	if (r < 0)
		return r;
	token.fd = share->fd;
	share_format(&token, share->text);
	return 0;
}

int kin_share_new(const struct kin_sock *sock, pid_t pid, struct kin_share **ret_share)
{
	struct kin_share *share;
	int r;

	KIN_NEED(sock);
	KIN_NEED(ret_share);
	if (pid <= 0)
		return kin_fail(EINVAL, "process %d: a process has a number above 0", (int)pid);
	share = malloc(sizeof(*share));
	if (!share)
		return fail_oom();
	*share = (struct kin_share){.pid = pid, .fd = -1, .pidfd = -1, .epoll = -1};
	r = share_begin(share, sock);
	if (r < 0) {
		kin_share_free(share);
		return r;
	}
	*ret_share = share;
	return 0;
}

const char *kin_share_text(const struct kin_share *share)
{
	KIN_NEED_OR(share, NULL);
	return share->text;
}

int kin_share_fd(const struct kin_share *share)
{
	KIN_NEED(share);
	return share->epoll;
}

/* One byte, and the socket with it. */
static int send_it(struct kin_sock *to, char byte, int fd)
{
	_Alignas(struct cmsghdr) char control[CMSG_SPACE(sizeof(fd))];
	struct kin_msg msg = {.control = control, .control_size = sizeof(control)};
	struct iovec piece = {&byte, 1};
	ssize_t n = fd < 0 ? 0 : kin_add_cmsg(&msg, SOL_SOCKET, SCM_RIGHTS, &fd, sizeof(fd));

	if (n == 0)
		n = kin_send_msg(to, &piece, 1, &msg, MSG_DONTWAIT);
	return n < 0 ? (int)n : 0;
}

/* Somebody asked. 0: it has got the socket; 1: it is a stranger, or went away; else negative */
static int answer(struct kin_share *share, struct kin_sock *to)
{
	char byte = 0;
	int r;

	if (peer_pid(kin_fd(to)) != share->pid) {
		send_it(to, NOT_FOR_YOU, -1);
		return 1;
	}
	r = send_it(to, HERE_IT_IS, share->fd);
	if (r != -EPIPE && r != -ECONNRESET)
		return r;
	return kin_recv(to, &byte, 1, MSG_DONTWAIT) == 1 && byte == GOT_IT ? 0 : 1;
}

static bool is_gone(const struct kin_share *share)
{
	struct pollfd fd = {.fd = share->pidfd, .events = POLLIN};

	return share->pidfd >= 0 && poll(&fd, 1, 0) > 0;
}

int kin_share_serve(struct kin_share *share, int64_t timeout_ns)
{
	struct kin_sock both;
	struct wait wait;

	KIN_NEED(share);
	both = *share->listener;
	both.fd = share->epoll;
	both.timeout_ns = timeout_ns;
	wait = (struct wait){.sock = &both};
	for (;;) {
		struct kin_sock *to KIN_CLEANUP(kin_close) = NULL;
		int r;

		r = wait_ready(&wait, POLLIN);
		if (r < 0)
			return r;
		r = kin_accept(share->listener, &to, NULL);
		if (r == 0)
			r = answer(share, to);
		if (r <= 0 && r != -EAGAIN)
			return r;
		/* Not before the last one was heard: it may have got the socket, and ended. */
		if (r == -EAGAIN && is_gone(share))
			return fail_gone(share->pid);
		/* However many strangers come, the caller's loop goes on. */
		if (timeout_ns == 0)
			return kin_fail(EAGAIN, "process %d did not ask", (int)share->pid);
	}
}

void kin_share_free(struct kin_share *share)
{
	if (!share)
		return;
	kin_close(share->listener);
	if (share->fd >= 0)
		close(share->fd);
	if (share->pidfd >= 0)
		close(share->pidfd);
	if (share->epoll >= 0)
		close(share->epoll);
	free(share);
}

/* ---- Taking ------------------------------------------------------------------------------- */

/* Is this the socket that was meant, and not another that got its number? */
static bool is_meant(int fd, const struct share_token *token)
{
	uint64_t cookie;

	return ask_cookie(fd, &cookie) == 0 && cookie == token->cookie;
}

/* Out of the other process: the descriptor, or below zero errno without words. */
static int grab(const struct share_token *token)
{
	int pidfd = pidfd_open(token->pid);
	int fd;

	if (pidfd < 0)
		return pidfd;
	fd = (int)syscall(SYS_pidfd_getfd, pidfd, token->fd, 0);
	if (fd < 0)
		fd = -errno;
	close(pidfd);
	if (fd >= 0 && !is_meant(fd, token)) {
		close(fd);
		return -EBADF;
	}
	return fd;
}

/* Tell a kin_share_serve() that waits. Whether it hears that matters to nobody here. */
static void tell_taken(const struct share_token *token)
{
	struct kin_addr addr = name_addr(token->name);
	int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	if (fd < 0)
		return;
	if (connect(fd, &addr.sa, addr.len) == 0 && peer_pid(fd) == token->pid)
		send(fd, &(char){GOT_IT}, 1, MSG_NOSIGNAL);
	close(fd);
}

/* Why the direct way was not open. */
static const char *why_not(int err)
{
	switch (err) {
	case EPERM:
		return "may not be looked into (EPERM: kernel.yama.ptrace_scope, another user, a "
		       "seccomp filter, or no CAP_SYS_PTRACE)";
	case EBADF:
		return "has closed the socket that it shared";
	default:
		return "can't be looked into by this kernel (pidfd_getfd, Linux 5.6)";
	}
}

static int receive(struct kin_sock *from, const struct share_token *token)
{
	struct kin_batch *batch KIN_CLEANUP(kin_batch_free) = NULL;
	struct iovec piece;
	char byte = 0;
	int r = kin_batch_new(1, 1, CMSG_SPACE(sizeof(int)), &batch);
	int fd = -1;
	ssize_t n;

	if (r < 0)
		return r;
	piece = (struct iovec){&byte, 1};
	n = kin_recv_msg(from, &piece, 1, batch, MSG_CMSG_CLOEXEC);
	if (n < 0)
		return (int)n;
	if (n == 1 && byte == NOT_FOR_YOU)
		return kin_fail(EPERM, "process %d shares this socket with another process",
				(int)token->pid);
	if (n != 1 || kin_take_fds(batch, kin_batch_msg(batch, 0), &fd, 1) != 1)
		return kin_fail(ECONNRESET, "process %d does not share the socket any more",
				(int)token->pid);
	if (!is_meant(fd, token)) {
		close(fd);
		return kin_fail(EBADF, "process %d gave another socket than its text says",
				(int)token->pid);
	}
	return fd;
}

/* From the other process, which has to serve it. @param err  why the direct way was not open */
static int ask_for(const struct share_token *token, int err)
{
	struct kin_sock *from KIN_CLEANUP(kin_close) = NULL;
	struct kin_addr addr = name_addr(token->name);
	int r = kin_socket(AF_UNIX, SOCK_SEQPACKET, 0, &from);

	if (r < 0)
		return r;
	r = kin_connect(from, &addr);
	if (r == -ECONNREFUSED)
		return kin_fail(
			ECONNREFUSED,
			"process %d %s, and offers nothing at @%s in this network namespace: "
			"the share was freed",
			(int)token->pid, why_not(err), token->name);
	if (r == 0 && peer_pid(kin_fd(from)) != token->pid)
		return kin_fail(EPERM, "process %d answers in the place of process %d",
				(int)peer_pid(kin_fd(from)), (int)token->pid);
	if (r == 0)
		r = receive(from, token);
	if (r == -ETIMEDOUT || r == -EAGAIN)
		return kin_fail_in(kin_error_domain(), kin_error_code(), -r,
				   "process %d %s, and did not call kin_share_serve() in time",
				   (int)token->pid, why_not(err));
	return r;
}

int kin_from_share(const char *text, struct kin_sock **ret_sock)
{
	struct share_token token;
	struct kin_sock *sock;
	int fd, r;

	KIN_NEED(text);
	KIN_NEED(ret_sock);
	r = share_parse(text, &token);
	if (r < 0)
		return r;
	fd = grab(&token);
	if (fd >= 0)
		tell_taken(&token);
	else if (fd == -ESRCH)
		return kin_fail(ESRCH, "there is no process %d, which shared the socket",
				(int)token.pid);
	else if (fd == -EMFILE || fd == -ENFILE || fd == -ENOMEM)
		return fail_errno(-fd, "pidfd_getfd");
	else
		fd = ask_for(&token, -fd);
	if (fd < 0)
		return fd;
	r = kin_adopt(fd, &sock);
	if (r < 0) {
		close(fd);
		return r;
	}
	r = kin_set_timeout(sock, kin_default_timeout());
	if (r < 0) {
		sock_drop(sock);
		return r;
	}
	*ret_sock = sock;
	return 0;
}
