/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Addresses as values: text and back, equality. */
#include "core.h"

#include <errno.h>
#include <string.h>

/* For a family that nobody knows: "sockaddr:DOMAIN:HEX", the bytes behind sa_family. */
static const char raw_scheme[] = "sockaddr:";

static int parse_raw(const char *text, struct kin_addr *ret_addr)
{
	struct kin_addr addr = {};
	const size_t head = offsetof(struct sockaddr, sa_data);
	const char *colon = strchr(text, ':');
	char number[8] = "";
	int64_t domain;
	ssize_t n;
	int r;

	if (!colon || (size_t)(colon - text) >= sizeof(number))
		return kin_fail(EINVAL, "sockaddr: needs DOMAIN:HEX");
	memcpy(number, text, (size_t)(colon - text));
	r = kin_parse_int(number, "address family", 0, UINT16_MAX, &domain);
	if (r < 0)
		return r;
	n = kin_parse_bytes(colon + 1, "address", (char *)&addr.ss + head, sizeof(addr.ss) - head);
	if (n < 0)
		return (int)n;
	addr.ss.ss_family = (sa_family_t)domain;
	addr.len = (socklen_t)(head + (size_t)n);
	*ret_addr = addr;
	return 0;
}

int addr_refused(const struct kin_addr *addr)
{
	KIN_NEED(addr);
	return kin_fail(EINVAL, "the length %u of an address is not in %zu-%zu", addr->len,
			sizeof(sa_family_t), sizeof(addr->ss));
}

int kin_addr_parse(const char *text, struct kin_addr *ret_addr)
{
	struct kin_endpoint *e KIN_CLEANUP(kin_endpoint_free) = NULL;
	int r;

	KIN_NEED(text);
	KIN_NEED(ret_addr);
	if (strncmp(text, raw_scheme, strlen(raw_scheme)) == 0)
		return parse_raw(text + strlen(raw_scheme), ret_addr);
	r = kin_endpoint_parse(text, &e);
	if (r < 0)
		return r;
	for (size_t i = 0; i < e->n_settings; i++)
		if (e->settings[i].opt)
			return kin_fail(EINVAL, "%s is an option of sockets; an address has none",
					e->settings[i].name);
	if (e->target.addr.len == 0)
		return kin_fail(EDESTADDRREQ, "\"" SHOWN "\" needs a name look-up", SHOW(e->body));
	*ret_addr = e->target.addr;
	return 0;
}

/*
 * A body without letters may be an address, as in "unix:", or all that the family can say of one
 * that is too short or another's. Then the text does not give the bytes again.
 */
static bool empty_body_is(const struct kin_family *family, const struct kin_proto *proto,
			  const struct kin_addr *addr)
{
	struct kin_target again = {};

	return family->parse(proto, "", NULL, 0, &again) == 0 && again.addr.len == addr->len &&
	       kin_addr_equal(&again.addr, addr);
}

/* By the address's own family; false, and out as it was: it has no words for it. */
static bool put_addr(const struct kin_addr *addr, int type, int protocol, struct kin_buf *out)
{
	struct kin_target target = {.addr = *addr};
	const struct kin_proto *proto;
	const struct kin_family *family =
		family_of_socket(addr->sa.sa_family, type, protocol, &proto);
	struct failure failure;
	size_t before;
	bool said;

	if (!family)
		return false;
	if (!proto)
		proto = family->protos;
	if (!proto->protocol)
		target.protocol = (uintptr_t)protocol;
	kin_buf_printf(out, "%s:", proto->scheme);
	before = out->len;
	failure_keep(&failure);
	family->format(proto, &target, out);
	said = out->len > before || empty_body_is(family, proto, addr);
	failure_restore(&failure);
	if (!said)
		out->len = 0;
	return said;
}

ssize_t kin_addr_format(const struct kin_addr *addr, int type, int protocol, char *buf, size_t size)
{
	const size_t head = offsetof(struct sockaddr, sa_data);
	struct kin_buf out = {buf, size, 0};

	KIN_NEED(addr);
	KIN_NEED_ROOM(buf, size);
	if (addr->len > sizeof(addr->ss))
		return addr_check(addr);
	if (addr->len >= head && !put_addr(addr, type, protocol, &out)) {
		kin_buf_printf(&out, "%s%d:", raw_scheme, addr->sa.sa_family);
		kin_buf_put_hex(&out, (const char *)&addr->ss + head, addr->len - head, 0);
	}
	kin_buf_end(&out);
	return (ssize_t)out.len;
}

bool kin_addr_equal(const struct kin_addr *a, const struct kin_addr *b)
{
	const struct kin_family *family;

	KIN_NEED_OR(a, false);
	KIN_NEED_OR(b, false);
	if (a->len < sizeof(sa_family_t) || b->len < sizeof(sa_family_t))
		return a->len == b->len;
	if (a->len > sizeof(a->ss) || b->len > sizeof(b->ss))
		return false;
	if (a->sa.sa_family != b->sa.sa_family)
		return false;
	/* The same bytes are one place, also when they are no address to the family. */
	if (a->len == b->len && memcmp(&a->ss, &b->ss, a->len) == 0)
		return true;
	family = family_of_domain(a->sa.sa_family);
	return family && family->equal && family->equal(a, b);
}

int kin_addr_ifindex(const struct kin_addr *addr)
{
	const struct kin_family *family = NULL;

	KIN_NEED(addr);
	if (addr->len >= sizeof(sa_family_t) && addr->len <= sizeof(addr->ss))
		family = family_of_domain(addr->sa.sa_family);
	return family && family->ifindex ? family->ifindex(addr) : 0;
}
