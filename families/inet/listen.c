/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A TCP server's socket in one call, and what this machine's sockets can do. */
#include "internal.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

bool kin_inet_has_ipv6(void)
{
	int fd = socket(AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return errno != EAFNOSUPPORT; /* a want of descriptors is no want of IPv6 */
	close(fd);
	return true;
}

bool kin_inet_has_dualstack(void)
{
	int fd = socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);
	int off = 0, r;

	if (fd < 0)
		return false;
	r = setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof(off));
	close(fd);
	return r == 0;
}

static int check(const struct kin_inet_listen_options *options)
{
	if (options->struct_size < sizeof(*options))
		return kin_fail(EINVAL, "kin_inet_listen_options.struct_size %zu is too small",
				options->struct_size);
	if (options->domain && options->domain != AF_INET && options->domain != AF_INET6)
		return kin_fail(EINVAL, "domain %d is neither AF_INET, AF_INET6 nor 0",
				options->domain);
	if (options->dualstack && options->domain == AF_INET)
		return kin_fail(EINVAL, "a dual-stack socket is one of AF_INET6, not of AF_INET");
	if (options->dualstack && !kin_inet_has_dualstack())
		return kin_fail(EOPNOTSUPP,
				"this kernel has no sockets that serve IPv6 and IPv4 at once");
	return 0;
}

/* The address to bind: the first that the host has in the version of IP that is wanted. */
static int find_address(const char *host, long port, const struct kin_inet_listen_options *options,
			struct kin_addr *ret_addr)
{
	int domain = options->domain;
	struct kin_addr *addrs;
	struct in_addr four;
	char service[8];
	int r;

	if (host && !*host)
		host = NULL;
	if (options->dualstack && host && inet_pton(AF_INET, host, &four) == 1)
		return kin_fail(EINVAL, "a dual-stack socket has an IPv6 address, not %s", host);
	if (!domain && (options->dualstack || (host && strchr(host, ':'))))
		domain = AF_INET6;
	else if (!domain)
		domain = AF_INET;
	snprintf(service, sizeof(service), "%ld", port);
	r = kin_inet_resolve(host, service, domain, SOCK_STREAM, AI_PASSIVE, &addrs);
	if (r < 0)
		return r;
	*ret_addr = addrs[0];
	free(addrs);
	return 0;
}

static int set_flag(struct kin_sock *sock, int level, int name, int value)
{
	return kin_setsockopt(sock, level, name, &value, sizeof(value));
}

static int set_up(struct kin_sock *sock, const struct kin_addr *addr,
		  const struct kin_inet_listen_options *options)
{
	int r = set_flag(sock, SOL_SOCKET, SO_REUSEADDR, 1);

	if (r == 0 && options->reuse_port) {
		r = set_flag(sock, SOL_SOCKET, SO_REUSEPORT, 1);
		if (r == -ENOPROTOOPT)
			return kin_fail(EOPNOTSUPP, "this kernel has no SO_REUSEPORT, which came "
						    "with Linux 3.9");
	}
	if (r == 0 && kin_sock_domain(sock) == AF_INET6)
		r = set_flag(sock, IPPROTO_IPV6, IPV6_V6ONLY, !options->dualstack);
	if (r == 0)
		r = kin_bind(sock, addr);
	return r < 0 ? r : kin_listen(sock, options->backlog > 0 ? options->backlog : -1);
}

/* Say which address it was that this thread's last failure is about. */
static int fail_at(const struct kin_addr *addr, int r)
{
	char text[KIN_ADDR_TEXT];

	kin_addr_format(addr, SOCK_STREAM, IPPROTO_TCP, text, sizeof(text));
	return kin_fail_in(kin_error_domain(), kin_error_code(), -r, "%s: %s", text,
			   kin_error_text());
}

int kin_inet_listen(const char *host, long port, const struct kin_inet_listen_options *options,
		    struct kin_sock **ret_sock)
{
	static const struct kin_inet_listen_options none = {.struct_size = sizeof(none)};
	struct kin_sock *sock;
	struct kin_addr addr;
	int r;

	KIN_NEED(ret_sock);
	if (!options)
		options = &none;
	r = check(options);
	if (r == 0)
		r = inet_check_port(port);
	if (r == 0)
		r = find_address(host, port, options, &addr);
	if (r < 0)
		return r;
	r = kin_socket(inet_version(&addr), SOCK_STREAM, IPPROTO_TCP, &sock);
	if (r < 0)
		return r;
	r = set_up(sock, &addr, options);
	if (r < 0) {
		r = fail_at(&addr, r);
		close(kin_detach(sock));
		return r;
	}
	*ret_sock = sock;
	return 0;
}
