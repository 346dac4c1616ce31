/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Protocols above IP, as raw sockets are opened for them. */
#include "internal.h"

#include <errno.h>
#include <kin/names.h>
#include <string.h>

/* Written in addresses, so that these do not depend on a machine's /etc/protocols. */
static const struct kin_name names[] = {
	{"icmp", IPPROTO_ICMP}, {"igmp", IPPROTO_IGMP}, {"ipip", IPPROTO_IPIP},
	{"tcp", IPPROTO_TCP},   {"udp", IPPROTO_UDP},   {"dccp", IPPROTO_DCCP},
	{"ipv6", IPPROTO_IPV6}, {"rsvp", IPPROTO_RSVP}, {"gre", IPPROTO_GRE},
	{"esp", IPPROTO_ESP},   {"ah", IPPROTO_AH},     {"icmpv6", IPPROTO_ICMPV6},
	{"ospf", 89},           {"pim", IPPROTO_PIM},   {"vrrp", 112},
	{"l2tp", 115},          {"sctp", IPPROTO_SCTP}, {"udplite", IPPROTO_UDPLITE},
	{"mpls", IPPROTO_MPLS}, {"raw", IPPROTO_RAW},   {},
};

int inet_protocol(const char *text, uintptr_t *ret_protocol)
{
	int64_t number;
	int r;

	for (const struct kin_name *row = names; row->name; row++) {
		if (strcmp(row->name, text) == 0) {
			*ret_protocol = (uintptr_t)row->value;
			return 0;
		}
	}
	if (inet_is_number(text)) {
		r = kin_parse_int(text, "protocol", 1, UINT8_MAX, &number);
	} else {
		r = kin_inet_protocol_number(text);
		number = r;
	}
	if (r == -ENOENT)
		return kin_fail(EINVAL, "no protocol \"%s\"; its number in 1-255 will do", text);
	if (r < 0)
		return r;
	if (number == 0)
		return kin_fail(EINVAL, "protocol \"%s\" is 0, which can't be opened", text);
	*ret_protocol = (uintptr_t)number;
	return 0;
}

void inet_put_protocol(uintptr_t protocol, struct kin_buf *out)
{
	for (const struct kin_name *row = names; row->name; row++) {
		if ((uintptr_t)row->value == protocol) {
			kin_buf_puts(out, row->name);
			return;
		}
	}
	kin_buf_printf(out, "%ju", (uintmax_t)protocol);
}
