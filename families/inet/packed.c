/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Addresses in network order, and their texts. */
#include "internal.h"

#include <arpa/inet.h>
#include <errno.h>
#include <kin/names.h>
#include <string.h>

/* The bytes of an address, 0 for any other family. */
static size_t packed_size(int domain)
{
	switch (domain) {
	case AF_INET:
		return sizeof(struct in_addr);
	case AF_INET6:
		return sizeof(struct in6_addr);
	}
	return 0;
}

static int fail_domain(int domain)
{
	return kin_fail(EAFNOSUPPORT, "address family %d is neither AF_INET nor AF_INET6", domain);
}

int kin_inet_aton(const char *text, unsigned char ret_packed[4])
{
	struct in_addr in;

	KIN_NEED(text);
	KIN_NEED(ret_packed);
	/* inet_aton() does not look at what stands behind a blank. */
	if (strpbrk(text, " \t\n\v\f\r") || !inet_aton(text, &in))
		return kin_fail(EINVAL, "\"%s\" is not an IPv4 address", text);
	memcpy(ret_packed, &in, sizeof(in));
	return 0;
}

ssize_t kin_inet_ntoa(const void *packed, size_t len, char *buf, size_t size)
{
	return kin_inet_ntop(AF_INET, packed, len, buf, size);
}

ssize_t kin_inet_pton(int domain, const char *text, void *packed, size_t size)
{
	size_t need = packed_size(domain);
	unsigned char bytes[sizeof(struct in6_addr)];

	KIN_NEED(text);
	KIN_NEED(packed);
	if (need == 0)
		return fail_domain(domain);
	if (inet_pton(domain, text, bytes) != 1)
		return kin_fail(EINVAL, "\"%s\" is not an %s address", text,
				inet_version_name(domain));
	if (size < need)
		return kin_fail(ENOSPC, "%zu bytes are no room for an %s address of %zu", size,
				inet_version_name(domain), need);
	memcpy(packed, bytes, need);
	return (ssize_t)need;
}

ssize_t kin_inet_ntop(int domain, const void *packed, size_t len, char *buf, size_t size)
{
	size_t need = packed_size(domain);
	char text[INET6_ADDRSTRLEN];

	KIN_NEED(packed);
	KIN_NEED_ROOM(buf, size);
	if (need == 0)
		return fail_domain(domain);
	if (len != need)
		return kin_fail(EINVAL, "an %s address has %zu bytes, not %zu",
				inet_version_name(domain), need, len);
	inet_ntop(domain, packed, text, sizeof(text));
	if (strlen(text) >= size)
		return kin_fail(ENOSPC, "%zu bytes are no room for \"%s\"", size, text);
	strcpy(buf, text);
	return (ssize_t)strlen(text);
}
