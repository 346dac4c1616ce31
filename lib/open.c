/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* From an endpoint to a socket that does what it is opened for. */
#include "core.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int bind_and_set(struct kin_sock *sock, const struct kin_addr *addr)
{
	int r = addr->len ? kin_bind(sock, addr) : 0;

	return r < 0 ? r : endpoint_apply(sock, KIN_OPT_AFTER_BIND);
}

static int connect_and_set(struct kin_sock *sock, const struct kin_addr *addr, int64_t deadline_ns)
{
	int r = addr->len ? connect_until(sock, addr, deadline_ns) : 0;

	/* A socket that does not wait is handed out while it connects. */
	if (r == -EINPROGRESS)
		r = 0;
	return r < 0 ? r : endpoint_apply(sock, KIN_OPT_CONNECTED);
}

int kin_open_target(struct kin_sock *sock, const struct kin_target *target, enum kin_role role,
		    int64_t deadline_ns)
{
	bool bus;
	bool connections;
	int r;

	KIN_NEED(sock);
	KIN_NEED(target);
	bus = sock->proto && (sock->proto->flags & KIN_PROTO_BUS);
	connections = has_connections(sock->type);
	if (bus) {
		r = bind_and_set(sock, &target->addr);
		return r < 0 ? r : connect_and_set(sock, &target->peer, deadline_ns);
	}
	if (role == KIN_LISTEN || (role == KIN_RECEIVE && !connections)) {
		r = bind_and_set(sock, &target->addr);
		return r < 0 || !connections ? r : kin_listen(sock, -1);
	}
	r = bind_and_set(sock, &target->local);
	return r < 0 ? r : connect_and_set(sock, &target->addr, deadline_ns);
}

/* As servers do: a restart must not wait for the connections of the run before. */
static int prepare_listener(struct kin_sock *sock, enum kin_role role)
{
	int on = 1;

	if (role == KIN_LISTEN && has_connections(sock->type))
		setsockopt(sock->fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	return endpoint_apply(sock, 0);
}

int kin_sock_renew(struct kin_sock *sock)
{
	int waits, fd;

	KIN_NEED(sock);
	if (!sock->endpoint)
		return kin_fail(EINVAL, "the socket is not being opened");
	waits = sock->timeout_ns < 0 ? 0 : SOCK_NONBLOCK;
	fd = socket(sock->domain, sock->type | SOCK_CLOEXEC | waits, sock->protocol);
	if (fd < 0)
		return fail_call(sock, "socket", NULL, errno);
	kin_sock_set_fd(sock, fd);
	return endpoint_apply(sock, 0);
}

static int set_up(struct kin_sock *sock, const struct kin_target *target, enum kin_role role,
		  int64_t deadline_ns)
{
	int r = prepare_listener(sock, role);

	if (r < 0 || role == KIN_NONE)
		return r;
	if (sock->family->open)
		return sock->family->open(sock, target, role, deadline_ns);
	return kin_open_target(sock, target, role, deadline_ns);
}

/* What socket(2) says to a protocol that the kernel lacks, or that is switched off in it. */
static bool lacks_protocol(int r)
{
	return r == -EPROTONOSUPPORT || r == -ENOPROTOOPT || r == -EINVAL;
}

static int open_socket(const struct kin_endpoint *e, int domain, const struct kin_target *target,
		       struct kin_sock **ret_sock)
{
	const struct kin_proto *proto = e->proto;
	int protocol = target->protocol ? (int)target->protocol : proto->protocol;
	int r = sock_open(domain, proto->type, protocol, target, ret_sock);

	if (lacks_protocol(r) && proto->fallback && !target->protocol)
		r = sock_open(domain, proto->type, proto->fallback, target, ret_sock);
	return r;
}

static int open_one(const struct kin_endpoint *e, const struct kin_addr *addr, enum kin_role role,
		    int64_t deadline_ns, struct kin_sock **ret_sock)
{
	struct kin_target target = e->target;
	struct kin_sock *sock;
	int domain, r;

	target.addr = *addr;
	domain = e->proto->domain ? e->proto->domain
		 : addr->len      ? addr->sa.sa_family
				  : e->family->domain;
	r = open_socket(e, domain, &target, &sock);
	if (r < 0)
		return r;
	sock_set_family(sock, e->family, e->proto);
	sock->endpoint = e;
	r = set_up(sock, &target, role, deadline_ns);
	sock->endpoint = NULL;
	if (r < 0) {
		sock_drop(sock);
		return r;
	}
	*ret_sock = sock;
	return 0;
}

/* The endpoint's own timeout, before there is a socket to ask for it. */
static int64_t timeout_of(const struct kin_endpoint *e)
{
	int64_t timeout_ns = kin_default_timeout();

	for (size_t i = 0; i < e->n_settings; i++)
		if (e->settings[i].opt && strcmp(e->settings[i].name, "timeout") == 0)
			timeout_read(e->settings[i].value, &timeout_ns);
	return timeout_ns;
}

/* The words for an address of several, with the address unless they name it already. */
static void put_failure(const struct kin_endpoint *e, const struct kin_addr *addr,
			struct kin_buf *words)
{
	char text[KIN_ADDR_TEXT];

	if (words->len)
		kin_buf_puts(words, "; ");
	if (kin_addr_format(addr, e->proto->type, e->proto->protocol, text, sizeof(text)) > 0 &&
	    !strstr(kin_error_text(), text))
		kin_buf_printf(words, "%s: ", text);
	kin_buf_puts(words, kin_error_text());
}

static bool gives_up(int r)
{
	return r == -EINTR || (r == -ETIMEDOUT && kin_error_domain() == KIN_ERR_DEADLINE);
}

/* In order; the failure is the last one's, in words about each. */
static int open_first(const struct kin_endpoint *e, const struct kin_addr *addrs, int n,
		      enum kin_role role, int64_t deadline_ns, struct kin_sock **ret_sock)
{
	char text[4096];
	struct kin_buf words = {text, sizeof(text), 0};
	int r = -EINVAL;

	for (int i = 0; i < n; i++) {
		r = open_one(e, &addrs[i], role, deadline_ns, ret_sock);
		if (r == 0 || n == 1)
			return r;
		put_failure(e, &addrs[i], &words);
		if (gives_up(r) && i + 1 < n) {
			kin_buf_printf(&words, "; %d more not tried", n - i - 1);
			break;
		}
	}
	return kin_fail_in(kin_error_domain(), kin_error_code(), -r, "%s", kin_buf_end(&words));
}

int kin_open_endpoint(const struct kin_endpoint *endpoint, enum kin_role role,
		      struct kin_sock **ret_sock)
{
	struct kin_addr *resolved = NULL;
	int64_t deadline_ns;
	int n, r;

	KIN_NEED(endpoint);
	KIN_NEED(ret_sock);
	deadline_ns = kin_deadline(timeout_of(endpoint));
	if ((unsigned)role > KIN_LISTEN)
		return kin_fail(EINVAL, "role %d is none of enum kin_role", (int)role);
	if (endpoint->target.addr.len > 0 || role == KIN_NONE)
		return open_one(endpoint, &endpoint->target.addr, role, deadline_ns, ret_sock);
	n = endpoint->family->resolve(endpoint, role, deadline_ns, &resolved);
	if (n < 0)
		return n;
	r = open_first(endpoint, resolved, n, role, deadline_ns, ret_sock);
	free(resolved);
	return r;
}

int kin_open(const char *text, enum kin_role role, struct kin_sock **ret_sock)
{
	struct kin_endpoint *e KIN_CLEANUP(kin_endpoint_free) = NULL;
	int r = kin_endpoint_parse(text, &e);

	return r < 0 ? r : kin_open_endpoint(e, role, ret_sock);
}
