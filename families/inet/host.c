/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Names of hosts as gethostbyname(3) and gethostbyaddr(3) have them, and what is made of those. */
#include "internal.h"

#include <arpa/inet.h>
#include <errno.h>
#include <kin/names.h>
#include <netdb.h>
#include <stdlib.h>
#include <string.h>

static int fail_host(const char *what, int code, int system_error)
{
	char words[128];

	if (code == NETDB_INTERNAL)
		return kin_fail(system_error, "looking up \"%s\": %s", what,
				strerror_r(system_error, words, sizeof(words)));
	return kin_fail_in(KIN_ERR_HOST, code, EREMOTEIO, "looking up \"%s\": %s", what,
			   hstrerror(code));
}

static struct kin_addr addr_of(const struct hostent *host, unsigned i)
{
	struct kin_addr addr = {.len = sizeof(struct sockaddr_in)};

	addr.sa.sa_family = (sa_family_t)host->h_addrtype;
	if (host->h_addrtype == AF_INET6) {
		addr.len = sizeof(struct sockaddr_in6);
		memcpy(&as_in6(&addr)->sin6_addr, host->h_addr_list[i], sizeof(struct in6_addr));
	} else {
		memcpy(&as_in(&addr)->sin_addr, host->h_addr_list[i], sizeof(struct in_addr));
	}
	return addr;
}

static unsigned count(char **list)
{
	unsigned n = 0;

	while (list[n])
		n++;
	return n;
}

/* All of it in one allocation: the struct, the addresses, the pointers, the names. */
static int copy_host(const struct hostent *host, struct kin_inet_names **ret_names)
{
	unsigned n_addrs = count(host->h_addr_list), n_aliases = count(host->h_aliases);
	size_t size = sizeof(struct kin_inet_names) + n_addrs * sizeof(struct kin_addr) +
		      (n_aliases + 1) * sizeof(char *) + strlen(host->h_name) + 1;
	struct kin_inet_names *names;
	struct kin_addr *addrs;
	const char **aliases;
	char *text;

	for (unsigned i = 0; i < n_aliases; i++)
		size += strlen(host->h_aliases[i]) + 1;
	names = calloc(1, size);
	if (!names)
		return kin_fail(ENOMEM, "out of memory");
	addrs = (struct kin_addr *)(names + 1);
	aliases = (const char **)(addrs + n_addrs);
	text = (char *)(aliases + n_aliases + 1);
	for (unsigned i = 0; i < n_addrs; i++)
		addrs[i] = addr_of(host, i);
	names->name = text;
	text = stpcpy(text, host->h_name) + 1;
	for (unsigned i = 0; i < n_aliases; i++) {
		aliases[i] = text;
		text = stpcpy(text, host->h_aliases[i]) + 1;
	}
	names->aliases = aliases;
	names->addrs = addrs;
	names->n_addrs = n_addrs;
	*ret_names = names;
	return 0;
}

/* By its name, or by its address when that is given. */
static int look_up(const char *name, const struct kin_addr *addr, struct kin_inet_names **ret_names)
{
	bool v6 = addr && inet_version(addr) == AF_INET6;
	const void *packed = NULL;
	socklen_t len = v6 ? sizeof(struct in6_addr) : sizeof(struct in_addr);
	struct hostent entry, *found = NULL;
	size_t size = 1024;
	char *data = NULL;
	int code = 0, r;

	if (addr)
		packed = v6 ? (void *)&as_in6(addr)->sin6_addr : (void *)&as_in(addr)->sin_addr;
	do {
		char *grown = realloc(data, size *= 2);

		if (!grown) {
			free(data);
			return kin_fail(ENOMEM, "out of memory");
		}
		data = grown;
		if (addr)
			r = gethostbyaddr_r(packed, len, v6 ? AF_INET6 : AF_INET, &entry, data,
					    size, &found, &code);
		else
			r = gethostbyname2_r(name, AF_INET, &entry, data, size, &found, &code);
	} while (r == ERANGE && code == NETDB_INTERNAL);
	r = found ? copy_host(found, ret_names) : fail_host(name, code, r);
	free(data);
	return r;
}

int kin_inet_host_by_name_ex(const char *name, struct kin_inet_names **ret_names)
{
	struct kin_audit what = {.event = KIN_AUDIT_HOST_BY_NAME};
	char ascii[INET_HOST_MAX];
	int r;

	KIN_NEED(name);
	KIN_NEED(ret_names);
	r = inet_ascii_host(&name, ascii, sizeof(ascii));
	what.name = name;
	if (r == 0)
		r = kin_audit_ask(&what);
	return r < 0 ? r : look_up(name, NULL, ret_names);
}

int kin_inet_host_by_name(const char *name, struct kin_addr *ret_addr)
{
	struct kin_inet_names *names;
	int r;

	KIN_NEED(name);
	KIN_NEED(ret_addr);
	if (!*name || strcmp(name, "<broadcast>") == 0)
		return kin_inet_addr(name, 0, ret_addr);
	r = kin_inet_host_by_name_ex(name, &names);
	if (r < 0)
		return r;
	*ret_addr = names->addrs[0];
	free(names);
	return 0;
}

int kin_inet_host_by_addr(const struct kin_addr *addr, struct kin_inet_names **ret_names)
{
	struct kin_audit what = {.event = KIN_AUDIT_HOST_BY_ADDR, .addr = addr};
	char host[INET6_ADDRSTRLEN + 16];
	ssize_t len;
	int r;

	KIN_NEED(addr);
	KIN_NEED(ret_names);
	len = kin_inet_host(addr, host, sizeof(host));
	if (len < 0)
		return (int)len;
	what.name = host;
	r = kin_audit_ask(&what);
	return r < 0 ? r : look_up(host, addr, ret_names);
}

/* The address behind a name, without asking the hook: kin_inet_host_by_addr() does. */
static int first_address(const char *name, struct kin_addr *ret_addr)
{
	struct addrinfo hints = {.ai_socktype = SOCK_DGRAM}, *list;
	char ascii[INET_HOST_MAX];
	int r = inet_ascii_host(&name, ascii, sizeof(ascii));

	if (r < 0)
		return r;
	if (getaddrinfo(name, NULL, &hints, &list) != 0)
		return -EREMOTEIO;
	*ret_addr = (struct kin_addr){.len = list->ai_addrlen};
	memcpy(&ret_addr->ss, list->ai_addr, list->ai_addrlen);
	freeaddrinfo(list);
	return 0;
}

/* Of all names the first with a dot, else the official one. */
static const char *full_name(const struct kin_inet_names *names)
{
	if (strchr(names->name, '.'))
		return names->name;
	for (const char *const *alias = names->aliases; *alias; alias++)
		if (strchr(*alias, '.'))
			return *alias;
	return names->name;
}

ssize_t kin_inet_fqdn(const char *name, char *buf, size_t size)
{
	struct kin_audit what = {.event = KIN_AUDIT_HOST_BY_ADDR};
	struct kin_buf out = {.data = buf, .size = size};
	struct kin_inet_names *names = NULL;
	char own[256];
	struct kin_addr addr;
	int r;

	KIN_NEED_ROOM(buf, size);
	if (!name || !*name || strcmp(name, "0.0.0.0") == 0 || strcmp(name, "::") == 0) {
		ssize_t len = kin_hostname(own, sizeof(own));

		if (len < 0)
			return len;
		name = own;
	}
	what.name = name;
	r = kin_audit_ask(&what);
	if (r < 0)
		return r;
	r = first_address(name, &addr);
	if (r == 0)
		r = look_up(name, &addr, &names);
	/* Whatever failed, nothing is known of the name. */
	if (r < 0)
		kin_error_clear();
	kin_buf_puts(&out, names ? full_name(names) : name);
	free(names);
	kin_buf_end(&out);
	return (ssize_t)out.len;
}
