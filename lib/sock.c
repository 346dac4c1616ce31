/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The socket object: birth, names of its ends, connections, death. */
#include "core.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

static _Atomic int64_t default_timeout_ns = -1;

void kin_set_default_timeout(int64_t timeout_ns)
{
	atomic_store(&default_timeout_ns, timeout_ns < 0 ? -1 : timeout_ns);
}

int64_t kin_default_timeout(void)
{
	return atomic_load(&default_timeout_ns);
}

/* The address that a failure is about: on a bus, where the socket is bound, when none was given. */
static const struct kin_target *target_of(const struct kin_sock *sock, const struct kin_addr *addr,
					  struct kin_target *target)
{
	bool bus = sock->proto && (sock->proto->flags & KIN_PROTO_BUS);

	*target = (struct kin_target){};
	if (addr) {
		target->addr = *addr;
		return target;
	}
	target->addr.len = sizeof(target->addr.ss);
	if (!bus || getsockname(sock->fd, &target->addr.sa, &target->addr.len) < 0)
		return NULL;
	/* The kernel forgets an interface that went. */
	if (sock->bound.len > 0 && sock->family->ifindex &&
	    sock->family->ifindex(&target->addr) == 0)
		target->addr = sock->bound;
	return target;
}

/* Say why call failed: the family's words, else strerror's. */
static int fail_about(const struct kin_sock *sock, const char *call,
		      const struct kin_target *target, int err)
{
	char text[512];
	struct kin_buf buf = {text, sizeof(text), 0};

	if (sock->family && sock->family->explain)
		sock->family->explain(sock->proto, call, err, target, &buf);
	if (buf.len == 0)
		return fail_errno(err, call);
	return kin_fail(err, "%s", kin_buf_end(&buf));
}

int fail_call(const struct kin_sock *sock, const char *call, const struct kin_addr *addr, int err)
{
	struct kin_target target;

	return fail_about(sock, call, target_of(sock, addr, &target), err);
}

/* A message that is too long is told how long it may be. */
int fail_send(struct kin_sock *sock, const struct kin_addr *addr, size_t len, int err)
{
	size_t most = kin_sock_send_max(sock);

	sock_ends(sock, err);
	if (most == 0 || len <= most)
		return fail_call(sock, "send", addr, err);
	return kin_fail(err,
			"a message of %zu bytes: the connection takes %zu at most; send it in "
			"pieces, or let the peer have a larger rcvmtu",
			len, most);
}

/* L2CAP's streams are messages to the kernel, which refuses those that are too long for one. */
bool sock_takes_less(struct kin_sock *sock, int err)
{
	if (err != EMSGSIZE || sock->type != SOCK_STREAM || sock->most)
		return false;
	sock->most = kin_sock_send_max(sock);
	return sock->most > 0;
}

bool sock_ends(struct kin_sock *sock, int err)
{
	if (err == ECONNRESET && has_connections(sock->type) && sock->proto &&
	    sock->proto->flags & KIN_PROTO_ENDS_WHOLE)
		sock->ended = true;
	return err == ECONNRESET && sock->ended;
}

static int set_nonblocking(int fd, bool on)
{
	int flags = fcntl(fd, F_GETFL);

	if (flags < 0)
		return fail_errno(errno, "fcntl");
	if (!!(flags & O_NONBLOCK) == on)
		return 0;
	if (fcntl(fd, F_SETFL, on ? flags | O_NONBLOCK : flags & ~O_NONBLOCK) < 0)
		return fail_errno(errno, "fcntl");
	return 0;
}

int kin_set_timeout(struct kin_sock *sock, int64_t timeout_ns)
{
	int r;

	KIN_NEED(sock);
	r = set_nonblocking(sock->fd, timeout_ns >= 0);
	if (r < 0)
		return r;
	sock->timeout_ns = timeout_ns < 0 ? -1 : timeout_ns;
	return 0;
}

int64_t kin_timeout(const struct kin_sock *sock)
{
	KIN_NEED(sock);
	return sock->timeout_ns;
}

int kin_set_blocking(struct kin_sock *sock, bool blocking)
{
	return kin_set_timeout(sock, blocking ? -1 : 0);
}

bool kin_blocking(const struct kin_sock *sock)
{
	KIN_NEED_OR(sock, false);
	return sock->timeout_ns != 0;
}

void sock_set_family(struct kin_sock *sock, const struct kin_family *family,
		     const struct kin_proto *proto)
{
	bool no_sigpipe = proto && (proto->flags & KIN_PROTO_NO_SIGPIPE);

	sock->family = family;
	sock->proto = proto;
	sock->send_flags = has_connections(sock->type) && !no_sigpipe ? MSG_NOSIGNAL : 0;
}

/* Make the object of a descriptor, which stays the caller's when this fails. */
int sock_new(int fd, int domain, int type, int protocol, struct kin_sock **ret_sock)
{
	struct kin_sock *sock = calloc(1, sizeof(*sock));
	const struct kin_family *family;
	const struct kin_proto *proto;

	if (!sock)
		return fail_oom();
	*sock = (struct kin_sock){
		.fd = fd, .domain = domain, .type = type, .protocol = protocol, .timeout_ns = -1};
	family = family_of_socket(domain, type, protocol, &proto);
	sock_set_family(sock, family, proto);
	give_default_interrupt(sock);
	*ret_sock = sock;
	return 0;
}

int sock_new_timed(int fd, int domain, int type, int protocol, int64_t timeout_ns,
		   struct kin_sock **ret_sock)
{
	struct kin_sock *sock = NULL;
	int r = sock_new(fd, domain, type, protocol, &sock);

	if (r < 0)
		return r;
	/* Without a timeout it is as it came, which is blocking. */
	r = timeout_ns < 0 ? 0 : kin_set_timeout(sock, timeout_ns);
	if (r < 0) {
		free(sock);
		return r;
	}
	*ret_sock = sock;
	return 0;
}

static int64_t timeout_for(int type)
{
	return type & SOCK_NONBLOCK ? 0 : kin_default_timeout();
}

/* Checked here, since the kernel's EINVAL or EAFNOSUPPORT does not tell which it means. */
static int check_new(int domain, int type, int protocol)
{
	const int flags = SOCK_NONBLOCK | SOCK_CLOEXEC;

	if (domain < 0 || domain > UINT16_MAX)
		return kin_fail(EINVAL, "domain %d is not in 0-%d", domain, UINT16_MAX);
	if ((type & ~flags) < 0 || (type & ~flags) > 15)
		return kin_fail(EINVAL, "type %d is not in 0-15, flags aside", type & ~flags);
	if (protocol < 0)
		return kin_fail(EINVAL, "protocol %d is negative", protocol);
	return 0;
}

int sock_open(int domain, int type, int protocol, const struct kin_target *target,
	      struct kin_sock **ret_sock)
{
	int plain = type & ~(SOCK_NONBLOCK | SOCK_CLOEXEC);
	int fd, r;

	r = kin_audit_ask(&(struct kin_audit){
		.event = KIN_AUDIT_OPEN, .domain = domain, .type = plain, .protocol = protocol});
	if (r < 0)
		return r;
	fd = socket(domain, plain | SOCK_CLOEXEC, protocol);
	if (fd < 0) {
		struct kin_target none = {.protocol = (uintptr_t)protocol};
		struct kin_sock sock = {.fd = -1, .type = plain};
		int err = errno;

		sock.family = family_of_socket(domain, plain, protocol, &sock.proto);
		return fail_about(&sock, "socket", target ? target : &none, err);
	}
	r = sock_new_timed(fd, domain, plain, protocol, timeout_for(type), ret_sock);
	if (r < 0)
		close(fd);
	return r;
}

int kin_socket(int domain, int type, int protocol, struct kin_sock **ret_sock)
{
	int r = check_new(domain, type, protocol);

	KIN_NEED(ret_sock);
	return r < 0 ? r : sock_open(domain, type, protocol, NULL, ret_sock);
}

int kin_pair(int domain, int type, int protocol, struct kin_sock *ret_pair[2])
{
	int plain = type & ~(SOCK_NONBLOCK | SOCK_CLOEXEC);
	struct kin_sock *first;
	int fds[2];
	int r = check_new(domain, type, protocol);

	KIN_NEED(ret_pair);
	if (r == 0)
		r = kin_audit_ask(&(struct kin_audit){.event = KIN_AUDIT_OPEN,
						      .domain = domain,
						      .type = plain,
						      .protocol = protocol});
	if (r < 0)
		return r;
	if (socketpair(domain, plain | SOCK_CLOEXEC, protocol, fds) < 0)
		return fail_errno(errno, "socketpair");
	r = sock_new_timed(fds[0], domain, plain, protocol, timeout_for(type), &first);
	if (r < 0) {
		close(fds[0]);
		close(fds[1]);
		return r;
	}
	r = sock_new_timed(fds[1], domain, plain, protocol, timeout_for(type), &ret_pair[1]);
	if (r < 0) {
		sock_drop(first);
		close(fds[1]);
		return r;
	}
	ret_pair[0] = first;
	return 0;
}

int ask_int(int fd, int optname, int *ret_value)
{
	socklen_t len = sizeof(*ret_value);

	return getsockopt(fd, SOL_SOCKET, optname, ret_value, &len) < 0 ? -errno : 0;
}

static int let_go(struct kin_sock *sock, bool closes)
{
	int fd = sock->fd;

	/* The family is told that the descriptor lives on. */
	if (!closes)
		sock->fd = -1;
	if (sock->family && sock->family->close)
		sock->family->close(sock);
	if (sock->streams == 0) {
		free(sock);
		return fd;
	}
	/* They fail from now on, and the last one frees it. */
	sock->fd = -1;
	sock_set_family(sock, NULL, NULL);
	sock->state = NULL;
	sock->left = true;
	return fd;
}

int kin_detach(struct kin_sock *sock)
{
	KIN_NEED(sock);
	return let_go(sock, false);
}

int kin_close_fd(int fd)
{
	/* Linux has let go of the descriptor even when close() fails: another try would hit the
	 * descriptor that a second thread has just opened. */
	if (close(fd) < 0 && errno != ECONNRESET && errno != EINTR)
		return kin_fail(errno, "close of file descriptor %d: %s", fd,
				strerrordesc_np(errno));
	return 0;
}

int kin_close(struct kin_sock *sock)
{
	if (!sock)
		return 0;
	if (sock->streams > 0) {
		sock->left = true;
		return 0;
	}
	return kin_close_fd(let_go(sock, true));
}

void sock_drop(struct kin_sock *sock)
{
	struct failure kept;

	failure_keep(&kept);
	kin_close(sock);
	failure_restore(&kept);
}

void sock_hold(struct kin_sock *sock)
{
	sock->streams++;
}

int sock_let_go(struct kin_sock *sock)
{
	if (--sock->streams > 0 || !sock->left)
		return 0;
	if (sock->fd >= 0)
		return kin_close(sock);
	free(sock);
	return 0;
}

int kin_fd(const struct kin_sock *sock)
{
	KIN_NEED(sock);
	return sock->fd;
}

const struct kin_family *kin_sock_family(const struct kin_sock *sock)
{
	KIN_NEED_OR(sock, NULL);
	return sock->family;
}

const struct kin_proto *kin_sock_proto(const struct kin_sock *sock)
{
	KIN_NEED_OR(sock, NULL);
	return sock->proto;
}

int kin_sock_domain(const struct kin_sock *sock)
{
	KIN_NEED(sock);
	return sock->domain;
}

size_t kin_sock_msg_max(const struct kin_sock *sock)
{
	size_t most = 0;

	KIN_NEED_OR(sock, 0);
	if (sock->family && sock->family->msg_max)
		most = sock->family->msg_max(sock);
	if (most == 0 && sock->proto)
		most = sock->proto->msg_max;
	return most ? most : 65536;
}

size_t kin_sock_send_max(const struct kin_sock *sock)
{
	KIN_NEED_OR(sock, 0);
	return sock->family && sock->family->send_max ? sock->family->send_max(sock) : 0;
}

int kin_sock_type(const struct kin_sock *sock)
{
	KIN_NEED(sock);
	return sock->type;
}

int kin_sock_protocol(const struct kin_sock *sock)
{
	KIN_NEED(sock);
	return sock->protocol;
}

void kin_sock_set_state(struct kin_sock *sock, void *state)
{
	KIN_NEED_OR(sock, );
	sock->state = state;
}

void *kin_sock_state(const struct kin_sock *sock)
{
	KIN_NEED_OR(sock, NULL);
	return sock->state;
}

void kin_sock_set_fd(struct kin_sock *sock, int fd)
{
	KIN_NEED_OR(sock, );
	close(sock->fd);
	sock->fd = fd;
}

int kin_bind(struct kin_sock *sock, const struct kin_addr *addr)
{
	int r = addr_check(addr);

	KIN_NEED(sock);
	if (r == 0)
		r = kin_audit_ask(
			&(struct kin_audit){.event = KIN_AUDIT_BIND, .sock = sock, .addr = addr});
	if (r < 0)
		return r;
	if (bind(sock->fd, &addr->sa, addr->len) < 0)
		return fail_call(sock, "bind", addr, errno);
	sock->bound = *addr;
	return 0;
}

/* A connection that goes on in the kernel: wait for its end and ask how it went. */
static int connect_finish(struct kin_sock *sock, const struct kin_addr *addr, struct wait *wait)
{
	int err = 0;
	int r = wait_ready(wait, POLLOUT);

	if (r < 0)
		return r;
	r = ask_int(sock->fd, SO_ERROR, &err);
	if (r < 0)
		return fail_errno(-r, "getsockopt");
	return err ? fail_call(sock, "connect", addr, err) : 0;
}

/* connect(2) said err: is the connection still being made? 1: no, and nothing is known of it. */
static int connect_goes_on(struct kin_sock *sock, const struct kin_addr *addr, int err,
			   struct wait *wait)
{
	socklen_t len = sizeof(struct sockaddr_storage);
	struct kin_addr peer;
	int r;

	switch (err) {
	case EINTR: /* A second connect(2) would only say EALREADY. */
		r = wait_retry(wait, EINTR, 0, 0);
		if (r == 0)
			r = connect_finish(sock, addr, wait);
		/* But a UNIX socket has given up, and without a peer it says so. */
		return r == 0 && getpeername(sock->fd, &peer.sa, &len) < 0 && errno == ENOTCONN ? 1
												: r;
	case EINPROGRESS:
		if (sock->timeout_ns != 0)
			return connect_finish(sock, addr, wait);
		return kin_fail(EINPROGRESS, "the connection is being made");
	default:
		return fail_call(sock, "connect", addr, err);
	}
}

int connect_until(struct kin_sock *sock, const struct kin_addr *addr, int64_t deadline_ns)
{
	struct wait wait = {.sock = sock, .begun = true, .deadline_ns = deadline_ns};
	int r = kin_audit_ask(
		&(struct kin_audit){.event = KIN_AUDIT_CONNECT, .sock = sock, .addr = addr});

	if (r < 0)
		return r;
	while (connect(sock->fd, &addr->sa, addr->len) < 0) {
		if (errno != EAGAIN || sock->timeout_ns <= 0) {
			r = connect_goes_on(sock, addr, errno, &wait);
			if (r <= 0)
				return r;
			continue;
		}
		/* A UNIX listener whose queue is full; no event tells when there is room. */
		r = wait_pause(&wait);
		if (r < 0)
			return r;
	}
	return 0;
}

int kin_connect(struct kin_sock *sock, const struct kin_addr *addr)
{
	int r = addr_check(addr);

	KIN_NEED(sock);
	return r < 0 ? r : connect_until(sock, addr, kin_deadline(sock->timeout_ns));
}

int kin_listen(struct kin_sock *sock, int backlog)
{
	KIN_NEED(sock);
	/* The kernel cuts it to net.core.somaxconn, which may be above SOMAXCONN. */
	if (listen(sock->fd, backlog < 0 ? INT_MAX : backlog) < 0)
		return fail_call(sock, "listen", NULL, errno);
	return 0;
}

static int accept_fd(struct kin_sock *sock, struct kin_addr *addr)
{
	struct wait wait = {.sock = sock};

	for (;;) {
		int fd, r;

		if (addr)
			addr->len = sizeof(addr->ss);
		fd = accept4(sock->fd, addr ? &addr->sa : NULL, addr ? &addr->len : NULL,
			     SOCK_CLOEXEC);
		if (fd >= 0)
			return fd;
		r = wait_retry(&wait, errno, POLLIN, 0);
		if (r < 0)
			return r;
		if (r > 0)
			return fail_call(sock, "accept", NULL, errno);
	}
}

int kin_accept(struct kin_sock *sock, struct kin_sock **ret_sock, struct kin_addr *ret_addr)
{
	struct kin_sock *accepted;
	struct kin_addr addr = {};
	bool has_peer;
	int fd;
	int r;

	KIN_NEED(sock);
	KIN_NEED(ret_sock);
	has_peer = !sock->proto || !(sock->proto->flags & KIN_PROTO_NO_PEER);
	fd = accept_fd(sock, ret_addr && has_peer ? &addr : NULL);
	if (fd < 0)
		return fd;
	r = sock_new_timed(fd, sock->domain, sock->type, sock->protocol, kin_default_timeout(),
			   &accepted);
	if (r < 0) {
		close(fd);
		return r;
	}
	sock_set_family(accepted, sock->family, sock->proto);
	if (sock->family && sock->family->accepted) {
		r = sock->family->accepted(sock, accepted);
		if (r < 0) {
			sock_drop(accepted);
			return r;
		}
	}
	if (ret_addr)
		*ret_addr = addr;
	*ret_sock = accepted;
	return 0;
}

int kin_confirm(struct kin_sock *sock)
{
	KIN_NEED(sock);
	return sock->family && sock->family->confirm ? sock->family->confirm(sock) : 0;
}

int kin_shutdown(struct kin_sock *sock, int how)
{
	KIN_NEED(sock);
	if (how < SHUT_RD || how > SHUT_RDWR)
		return kin_fail(EINVAL, "how %d is not in %d-%d (SHUT_RD to SHUT_RDWR)", how,
				SHUT_RD, SHUT_RDWR);
	return shutdown(sock->fd, how) < 0 ? fail_call(sock, "shutdown", NULL, errno) : 0;
}

int kin_ioctl(struct kin_sock *sock, unsigned long request, void *arg)
{
	int r;

	KIN_NEED(sock);
	r = ioctl(sock->fd, request, arg);
	if (r >= 0)
		return r;
	return kin_fail(errno, "ioctl 0x%lX: %s", request, strerrordesc_np(errno));
}

int kin_local_addr(const struct kin_sock *sock, struct kin_addr *ret_addr)
{
	struct kin_addr addr = {.len = sizeof(addr.ss)};

	KIN_NEED(sock);
	KIN_NEED(ret_addr);
	if (getsockname(sock->fd, &addr.sa, &addr.len) < 0) {
		/* Of channels that are no controller's, HCI does not tell it. */
		if (errno != EBADFD || sock->bound.len == 0)
			return fail_errno(errno, "getsockname");
		addr = sock->bound;
	}
	*ret_addr = addr;
	return 0;
}

int kin_peer_addr(const struct kin_sock *sock, struct kin_addr *ret_addr)
{
	struct kin_addr addr = {.len = sizeof(addr.ss)};

	KIN_NEED(sock);
	KIN_NEED(ret_addr);
	if (getpeername(sock->fd, &addr.sa, &addr.len) < 0)
		return fail_errno(errno, "getpeername");
	*ret_addr = addr;
	return 0;
}
