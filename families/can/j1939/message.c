/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What comes with a message as ancillary data, and what the error queue tells of sessions. */
#include <string.h>
#include <time.h>

#include <linux/errqueue.h>
#include <linux/net_tstamp.h>
#include <linux/netlink.h>

#include "internal.h"

/* asm-generic/socket.h; the C library's headers do not all have it. */
#ifndef SCM_TIMESTAMPING_OPT_STATS
#define SCM_TIMESTAMPING_OPT_STATS 54
#endif

/* The data of an item, into size bytes. */
static bool find(const struct kin_msg *msg, int level, int type, void *data, size_t size)
{
	struct kin_cmsg cmsg = {};

	while (kin_next_cmsg(msg, &cmsg)) {
		if (cmsg.level != level || cmsg.type != type || cmsg.len < size)
			continue;
		memcpy(data, cmsg.data, size);
		return true;
	}
	return false;
}

int kin_j1939_destination(const struct kin_msg *msg)
{
	uint8_t addr = J1939_NO_ADDR;

	KIN_NEED(msg);
	find(msg, SOL_CAN_J1939, SCM_J1939_DEST_ADDR, &addr, sizeof(addr));
	return addr;
}

int kin_j1939_destination_name(const struct kin_msg *msg, uint64_t *ret_name)
{
	KIN_NEED(msg);
	KIN_NEED(ret_name);
	if (!find(msg, SOL_CAN_J1939, SCM_J1939_DEST_NAME, ret_name, sizeof(*ret_name)))
		return kin_fail(ENOENT, "the destination has no NAME that is known");
	return 0;
}

int kin_j1939_priority(const struct kin_msg *msg)
{
	uint8_t priority;

	KIN_NEED(msg);
	if (!find(msg, SOL_CAN_J1939, SCM_J1939_PRIO, &priority, sizeof(priority)))
		return kin_fail(ENOENT, "the message came without its priority");
	return priority;
}

/* ---- Reports ------------------------------------------------------------------------------- */

static enum kin_j1939_report_kind kind_of(const struct sock_extended_err *error)
{
	if (error->ee_origin == SO_EE_ORIGIN_TIMESTAMPING) {
		if (error->ee_info == SCM_TSTAMP_SCHED)
			return KIN_J1939_TX_PROGRESS;
		return error->ee_info == SCM_TSTAMP_ACK ? KIN_J1939_TX_DONE : 0;
	}
	switch (error->ee_origin == SO_EE_ORIGIN_LOCAL ? error->ee_info : J1939_EE_INFO_NONE) {
	case J1939_EE_INFO_TX_ABORT:
		return KIN_J1939_TX_ABORTED;
	case J1939_EE_INFO_RX_RTS:
		return KIN_J1939_RX_BEGIN;
	case J1939_EE_INFO_RX_DPO:
		return KIN_J1939_RX_PROGRESS;
	case J1939_EE_INFO_RX_ABORT:
		return KIN_J1939_RX_ABORTED;
	default:
		return 0;
	}
}

static void read_attribute(const struct nlattr *head, const void *data,
			   struct kin_j1939_report *report)
{
	size_t len = head->nla_len - sizeof(*head);
	struct {
		void *value;
		size_t size;
	} to = {NULL, 0};

	switch (head->nla_type) {
	case J1939_NLA_BYTES_ACKED:
	case J1939_NLA_TOTAL_SIZE:
		to.value = &report->bytes;
		to.size = sizeof(report->bytes);
		break;
	case J1939_NLA_PGN:
		to.value = &report->pgn;
		to.size = sizeof(report->pgn);
		break;
	case J1939_NLA_SRC_NAME:
		to.value = &report->source_name;
		to.size = sizeof(report->source_name);
		break;
	case J1939_NLA_DEST_NAME:
		to.value = &report->destination_name;
		to.size = sizeof(report->destination_name);
		break;
	case J1939_NLA_SRC_ADDR:
		to.value = &report->source;
		to.size = sizeof(report->source);
		break;
	case J1939_NLA_DEST_ADDR:
		to.value = &report->destination;
		to.size = sizeof(report->destination);
		break;
	}
	if (to.value && len >= to.size)
		memcpy(to.value, data, to.size);
}

static void read_attributes(const struct kin_cmsg *cmsg, struct kin_j1939_report *report)
{
	const char *data = cmsg->data;
	size_t offset = 0;

	while (cmsg->len - offset >= sizeof(struct nlattr)) {
		struct nlattr head;
		size_t whole;

		memcpy(&head, data + offset, sizeof(head));
		if (head.nla_len < sizeof(head) || head.nla_len > cmsg->len - offset)
			return;
		read_attribute(&head, data + offset + sizeof(head), report);
		whole = (head.nla_len + (size_t)NLA_ALIGNTO - 1) & ~((size_t)NLA_ALIGNTO - 1);
		if (whole > cmsg->len - offset)
			return;
		offset += whole;
	}
}

int kin_j1939_report(const struct kin_msg *msg, struct kin_j1939_report *ret_report)
{
	struct kin_j1939_report report = {.struct_size = sizeof(report)};
	struct sock_extended_err error;
	struct kin_cmsg cmsg = {};

	KIN_NEED(msg);
	KIN_NEED(ret_report);
	if (ret_report->struct_size < sizeof(report))
		return kin_fail(EINVAL, "kin_j1939_report.struct_size %zu is too small",
				ret_report->struct_size);
	if (find(msg, SOL_CAN_J1939, SCM_J1939_ERRQUEUE, &error, sizeof(error)))
		report.kind = kind_of(&error);
	if (report.kind == 0)
		return kin_fail(ENOENT, "the message tells of no session: receive it with "
					"MSG_ERRQUEUE");
	report.key = error.ee_data;
	if (report.kind == KIN_J1939_TX_ABORTED || report.kind == KIN_J1939_RX_ABORTED) {
		/* Some the kernel keeps as negative numbers. */
		int32_t code = (int32_t)error.ee_errno;

		report.error = code < 0 ? -code : code;
	}
	while (kin_next_cmsg(msg, &cmsg))
		if (cmsg.level == SOL_SOCKET && cmsg.type == SCM_TIMESTAMPING_OPT_STATS)
			read_attributes(&cmsg, &report);
	*ret_report = report;
	return 0;
}

const char *j1939_abort_reason(int error)
{
	/* The reasons of J1939-21 as net/can/j1939/transport.c maps them. */
	switch (error) {
	case EALREADY:
		return "the peer is busy with another session";
	case EMSGSIZE:
		return "the peer has no room for it";
	case EHOSTUNREACH:
		return "nobody answered in time: is there a node with that address?";
	case EBADMSG:
		return "the peer asked for more while data was on its way";
	case ENOTRECOVERABLE:
		return "the limit of retries is reached";
	case ENOTCONN:
		return "data came that no session expects";
	case EILSEQ:
		return "a wrong sequence number";
	case EPROTO:
		return "the peer gave up: it broke the protocol, or says that we did";
	case ENETUNREACH:
		return "the interface's queue stayed full";
	case ETIME:
		return "the frame did not get onto the bus: does another node acknowledge it?";
	case ESHUTDOWN:
		return "the interface went down, or the session was cancelled";
	case ENETDOWN:
		return "the interface went down";
	case EBUSY:
		return "a session between these two is under way already";
	case EADDRNOTAVAIL:
		return "a NAME has no address any more";
	default:
		return NULL;
	}
}

const char *kin_j1939_abort_text(int error)
{
	const char *reason = j1939_abort_reason(error);

	return reason ? reason : "for a reason that J1939 has no number for";
}

/* ---- Acknowledgements ---------------------------------------------------------------------- */

int kin_j1939_ack_read(const void *data, size_t len, struct kin_j1939_ack *ret_ack)
{
	const uint8_t *bytes = data;

	if (len > 0)
		KIN_NEED(data);
	KIN_NEED(ret_ack);
	if (len < 8 || bytes[0] > KIN_J1939_BUSY)
		return kin_fail(EBADMSG, "not an acknowledgement");
	*ret_ack = (struct kin_j1939_ack){
		.kind = (enum kin_j1939_ack_kind)bytes[0],
		.address = bytes[4],
		.pgn = bytes[5] | (uint32_t)bytes[6] << 8 | (uint32_t)(bytes[7] & 0x3) << 16,
	};
	return 0;
}

const char *kin_j1939_ack_text(enum kin_j1939_ack_kind kind)
{
	static const char *const texts[] = {
		"acknowledged",
		"not supported",
		"access denied",
		"busy: cannot respond now",
	};

	return (unsigned)kind < N_ELEMENTS(texts) ? texts[kind] : NULL;
}

int kin_j1939_request(struct kin_sock *sock, uint32_t pgn, unsigned addr)
{
	uint8_t data[3] = {(uint8_t)pgn, (uint8_t)(pgn >> 8), (uint8_t)(pgn >> 16)};
	struct kin_addr to;
	ssize_t n;
	int r;

	KIN_NEED(sock);
	r = kin_j1939_pgn_check(pgn);
	if (r == 0)
		r = kin_j1939_addr(NULL, J1939_NO_NAME, J1939_PGN_REQUEST, addr, &to);
	if (r < 0)
		return r;
	n = kin_send_to(sock, data, sizeof(data), 0, &to);
	return n < 0 ? (int)n : 0;
}
