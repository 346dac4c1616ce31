/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* ISO-TP: what sets it apart from the other protocols of the family. */
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "option.h"

#define BROADCAST (CAN_ISOTP_SF_BROADCAST | CAN_ISOTP_CF_BROADCAST)

/* ---- Opening ------------------------------------------------------------------------------- */

/* The state of a socket: nothing, or this. */
static char tx_done_was_given;

void isotp_tx_done_given(struct kin_sock *sock)
{
	kin_sock_set_state(sock, &tx_done_was_given);
}

/* What the kernel takes and then does not do. */
static int check_options(const struct can_isotp_options *options)
{
	uint32_t flags = options->flags;

	if ((flags & CAN_ISOTP_RX_EXT_ADDR) && !(flags & CAN_ISOTP_EXTEND_ADDR))
		return kin_fail(EINVAL, "rx-ext= needs ext=, the address of the other way");
	if ((flags & CAN_ISOTP_CHK_PAD_DATA) && !(flags & CAN_ISOTP_RX_PADDING))
		return kin_fail(EINVAL, "check-pad=data needs rx-pad=, the byte to check for");
	return 0;
}

/* A socket that casts needs no identifier to receive, and the kernel looks at none. */
static int choose_rx_id(const struct can_isotp_options *options, struct kin_addr *addr)
{
	struct sockaddr_can can = can_whole_addr(addr);

	if (can.can_addr.tp.rx_id != KIN_ISOTP_NO_ID)
		return 0;
	if (!(options->flags & BROADCAST))
		return kin_fail(EADDRNOTAVAIL,
				"the option rx= is missing: the identifier to receive; only "
				"to-all=sf and to-all=cf need none");
	/* Before Linux 5.19 it looked whether both are the same. */
	can.can_addr.tp.rx_id = can.can_addr.tp.tx_id ? 0 : 1;
	memcpy(&addr->ss, &can, sizeof(can));
	return 0;
}

/*
 * Who only sends has no next call that could tell of a failure: there each send waits for its end,
 * unless tx-done= says otherwise. What is sent to all has no end but its last frame's.
 */
static int isotp_open(struct kin_sock *sock, const struct kin_target *target, enum kin_role role,
		      int64_t deadline_ns)
{
	struct kin_target chosen = *target;
	struct can_isotp_options options;
	int err = kin_isotp_options(sock, &options);

	if (err == 0)
		err = check_options(&options);
	if (err == 0)
		err = choose_rx_id(&options, &chosen.addr);
	if (err == 0 && role == KIN_SEND && !(options.flags & BROADCAST) &&
	    kin_sock_state(sock) != &tx_done_was_given)
		err = kin_isotp_set_flags(sock, CAN_ISOTP_WAIT_TX_DONE, 0);
	return err < 0 ? err : kin_open_target(sock, &chosen, role, deadline_ns);
}

/* ---- Errors -------------------------------------------------------------------------------- */

static void explain_bind(int err, const struct can_subject *subject, struct kin_buf *out)
{
	int mtu = subject->name ? can_interface_mtu(subject->name) : -1;

	if (err == EADDRNOTAVAIL)
		kin_buf_puts(out, "tx= and rx= are the same identifier");
	else if (err == EINVAL && mtu == (int)CAN_MTU)
		kin_buf_printf(out, "%s takes classic frames only (its MTU is %d), so not fd=on",
			       subject->name, mtu);
}

static void put_ids(const struct can_subject *subject, canid_t *tx_id, canid_t *rx_id)
{
	if (!subject->target || kin_isotp_addr_ids(&subject->target->addr, tx_id, rx_id) < 0)
		*tx_id = *rx_id = KIN_ISOTP_NO_ID;
}

/* "7E8", or "the peer" */
static void put_peer(struct kin_buf *out, canid_t id)
{
	if (id == KIN_ISOTP_NO_ID)
		kin_buf_puts(out, "the peer");
	else
		isotp_put_id(out, id);
}

static void explain_size(struct kin_buf *out)
{
	int64_t max = kin_isotp_max_pdu();

	kin_buf_printf(out, "a PDU has 1 to %" PRId64 " bytes here", max < 0 ? 4095 : max);
	if (max >= 0 && max != 8200 && max != 66000)
		kin_buf_puts(out, " (up to 1049600 with `sudo modprobe can-isotp "
				  "max_pdu_size=BYTES`)");
	kin_buf_puts(out, "; with to-all=sf, what fits into one frame");
}

/* What went wrong on the bus: told by the next call, whichever that is. */
static void explain_transfer(int err, const struct can_subject *subject, struct kin_buf *out)
{
	canid_t tx_id, rx_id;

	put_ids(subject, &tx_id, &rx_id);
	switch (err) {
	case ECOMM:
		put_peer(out, rx_id);
		kin_buf_puts(out, " sent no flow control for 1 s, or nobody took the frame for "
				  "2 s: is it there, with these identifiers and this bit rate?");
		break;
	case ETIMEDOUT:
		put_peer(out, rx_id);
		kin_buf_puts(out, " began a PDU and sent nothing more for 1 s");
		break;
	case EILSEQ:
		kin_buf_puts(out, "a frame from ");
		put_peer(out, rx_id);
		kin_buf_puts(out, " is missing: its sequence numbers have a gap");
		break;
	case EBADMSG:
		kin_buf_puts(out, "a frame from ");
		put_peer(out, rx_id);
		kin_buf_puts(out, " has not the padding of check-pad= and rx-pad=, or is cut flow "
				  "control");
		break;
	case EMSGSIZE:
		put_peer(out, rx_id);
		kin_buf_puts(out, " takes no PDU of that length (flow control said overflow)");
		break;
	case EADDRNOTAVAIL:
		kin_buf_puts(out, "the socket is not bound: its interface is gone");
		break;
	}
}

static void isotp_explain(const char *call, int err, const struct can_subject *subject,
			  struct kin_buf *out)
{
	bool sending = strcmp(call, "send") == 0;

	if (strcmp(call, "bind") == 0)
		explain_bind(err, subject, out);
	else if (sending && err == EINVAL)
		explain_size(out);
	else if (sending || strcmp(call, "recv") == 0)
		explain_transfer(err, subject, out);
}

/* ---- Messages ------------------------------------------------------------------------------ */

/* "22 F1 90", "22F190" */
static int isotp_msg_parse(const struct kin_proto *proto, const char *text, struct kin_msg *msg)
{
	ssize_t n = kin_parse_bytes(text, "the PDU", msg->data, msg->size);

	(void)proto;
	if (n == 0)
		return kin_fail(EINVAL, "a PDU has at least one byte");
	if (n < 0)
		return (int)n;
	msg->len = (size_t)n;
	return 0;
}

const struct can_protocol can_isotp = {
	.protocol = CAN_ISOTP,
	.parse = isotp_parse,
	.format = isotp_format,
	.open = isotp_open,
	.explain = isotp_explain,
	.msg_parse = isotp_msg_parse,
};
