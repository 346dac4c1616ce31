/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* From the family's operations to those of the protocol that an address or a socket has. */
#include <errno.h>

#include "internal.h"

static const struct can_protocol *const protocols[] = {
	&can_raw,
	&can_bcm,
	&can_j1939,
	&can_isotp,
};

const struct can_protocol *can_protocol_of(const struct kin_proto *proto)
{
	for (size_t i = 0; proto && i < sizeof(protocols) / sizeof(*protocols); i++)
		if (protocols[i]->protocol == proto->protocol)
			return protocols[i];
	return NULL;
}

int can_parse(const struct kin_proto *proto, const char *body, const struct kin_setting *settings,
	      size_t n, struct kin_target *ret)
{
	const struct can_protocol *p = can_protocol_of(proto);

	/* More likely a shell's variable without a value than what is meant. */
	if (!*body)
		return kin_fail(EINVAL, "no interface is named; \"any\" is every CAN interface");
	if (p && p->parse)
		return p->parse(proto, body, settings, n, ret);
	return kin_can_addr(body, &ret->addr);
}

void can_format(const struct kin_proto *proto, const struct kin_target *target, struct kin_buf *out)
{
	const struct can_protocol *p = can_protocol_of(proto);

	if (p && p->format)
		p->format(proto, target, out);
	else
		can_put_interface(out, &target->addr);
}

int can_open(struct kin_sock *sock, const struct kin_target *target, enum kin_role role,
	     int64_t deadline_ns)
{
	const struct can_protocol *p = can_protocol_of(kin_sock_proto(sock));

	if (p && p->open)
		return p->open(sock, target, role, deadline_ns);
	return kin_open_target(sock, target, role, deadline_ns);
}

int can_msg_parse(const struct kin_proto *proto, const char *text, struct kin_msg *msg)
{
	const struct can_protocol *p = can_protocol_of(proto);

	if (p && p->msg_parse)
		return p->msg_parse(proto, text, msg);
	return kin_fail(EINVAL, "\"%.64s\": messages of %s are written hex:00FF or text:words",
			text, proto->scheme);
}

int can_pattern_parse(const struct kin_proto *proto, const char *text, struct kin_pattern *pattern)
{
	const struct can_protocol *p = can_protocol_of(proto);

	if (p && p->pattern_parse)
		return p->pattern_parse(proto, text, pattern);
	return kin_fail(EINVAL,
			"\"%.64s\": patterns for messages of %s are written hex:00xx or text:words",
			text, proto->scheme);
}

bool can_pattern_match(const struct kin_pattern *pattern, const struct kin_msg *msg)
{
	return can_protocol_of(pattern->proto)->pattern_match(pattern, msg);
}

size_t can_msg_max(const struct kin_sock *sock)
{
	const struct can_protocol *p = can_protocol_of(kin_sock_proto(sock));

	return p && p->msg_max ? p->msg_max(sock) : 0;
}
