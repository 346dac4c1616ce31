/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* J1939: what sets it apart from the other protocols of the family. */
#include <string.h>

#include "internal.h"

/*
 * Without an address, a NAME and broadcast=on nothing would ever be received: then it is all that
 * is on the bus, or one parameter group where it is sent to all (of a promiscuous socket, the
 * kernel does not look at the group).
 */
static int receive_something(struct kin_sock *sock, const struct sockaddr_can *can)
{
	int broadcast;
	int r = kin_getsockopt_int(sock, SOL_SOCKET, SO_BROADCAST, &broadcast);

	if (r < 0 || broadcast)
		return r;
	if (can->can_addr.j1939.pgn <= J1939_PGN_MAX)
		return kin_setsockopt_int(sock, SOL_SOCKET, SO_BROADCAST, 1);
	return kin_j1939_set_promisc(sock, true);
}

static int j1939_open(struct kin_sock *sock, const struct kin_target *target, enum kin_role role,
		      int64_t deadline_ns)
{
	struct sockaddr_can can = can_whole_addr(&target->addr);
	int r = 0;

	if (role == KIN_RECEIVE && can.can_addr.j1939.name == J1939_NO_NAME &&
	    can.can_addr.j1939.addr == J1939_NO_ADDR)
		r = receive_something(sock, &can);
	return r < 0 ? r : kin_open_target(sock, target, role, deadline_ns);
}

/* What became of a session is told by the next call, whichever that is. */
static void explain_session(int err, struct kin_buf *out)
{
	if (err != ENETDOWN && err != EADDRNOTAVAIL && j1939_abort_reason(err))
		kin_buf_printf(out, "a message before was aborted: %s", j1939_abort_reason(err));
}

static void explain_send(int err, struct kin_buf *out)
{
	switch (err) {
	case EBADFD:
		kin_buf_puts(out, "nothing says who sends: addr= or name=");
		break;
	case EACCES:
		kin_buf_puts(out, "sending to all takes the option broadcast=on; to one, to= or "
				  "to-name=");
		break;
	case EADDRNOTAVAIL:
		kin_buf_puts(out, "the NAME has no address: it was not claimed, or less than 250 "
				  "ms ago (`kin can j1939 claim`)");
		break;
	case EMSGSIZE:
		kin_buf_printf(out,
			       "a message has at most %d bytes, or the peer had no room for the "
			       "one before",
			       KIN_J1939_MESSAGE_MAX);
		break;
	case EDESTADDRREQ:
		kin_buf_printf(out, "to all, a message has at most %d bytes", KIN_J1939_TP_MAX);
		break;
	case EDOM:
		kin_buf_puts(out, "this PGN is the transport protocol's own");
		break;
	case EINVAL:
		kin_buf_puts(out, "the PGN is of PDU1, and its low byte is not 0");
		break;
	case EIO:
		kin_buf_puts(out, "a message before was taken in part: its rest must come next");
		break;
	default:
		explain_session(err, out);
	}
}

static void j1939_explain(const char *call, int err, const struct can_subject *subject,
			  struct kin_buf *out)
{
	(void)subject;
	if (strcmp(call, "send") == 0)
		explain_send(err, out);
	else if (strcmp(call, "connect") == 0 && err == EACCES)
		explain_send(err, out);
	else if (strcmp(call, "bind") == 0 && err == EADDRINUSE)
		kin_buf_puts(out, "another socket of this host has the NAME with another address");
	else if (strcmp(call, "recv") == 0)
		explain_session(err, out);
}

/* "22F190", "22 F1 90" */
static int j1939_msg_parse(const struct kin_proto *proto, const char *text, struct kin_msg *msg)
{
	ssize_t n = kin_parse_bytes(text, "the message", msg->data, msg->size);

	(void)proto;
	if (n < 0)
		return (int)n;
	msg->len = (size_t)n;
	return 0;
}

const struct can_protocol can_j1939 = {
	.protocol = CAN_J1939,
	.parse = j1939_parse,
	.format = j1939_format,
	.open = j1939_open,
	.explain = j1939_explain,
	.msg_parse = j1939_msg_parse,
};
