/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Cyclic transmission. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "operation.h"

/* Nothing but an error frame has this bit in its identifier: those are not sent. */
#define OWN_KEYS CAN_ERR_FLAG

int kin_bcm_tx_new(struct kin_bcm_tx **ret_tx)
{
	struct kin_bcm_tx *tx;
	int err;

	KIN_NEED(ret_tx);
	tx = calloc(1, sizeof(*tx));
	if (!tx)
		return kin_fail(ENOMEM, "no memory for a transmission");
	err = bcm_operation_init(&tx->op);
	if (err < 0) {
		free(tx);
		return err;
	}
	*ret_tx = tx;
	return 0;
}

void kin_bcm_tx_free(struct kin_bcm_tx *tx)
{
	if (!tx)
		return;
	free(tx->op.head);
	free(tx);
}

/* @return CAN_FD_FRAME or 0 */
static int frame_flag(const void *frame, size_t size)
{
	int kind = kin_can_frame_kind(frame, size);

	KIN_NEED(frame);
	if (kind == KIN_CAN_XL)
		return kin_fail(EBADMSG, "the broadcast manager has no XL frames");
	if (kind < 0)
		return kin_fail(EBADMSG, "neither a classic nor an FD frame: %zu bytes", size);
	return kind == KIN_CAN_FD ? CAN_FD_FRAME : 0;
}

int kin_bcm_tx_add_frame(struct kin_bcm_tx *tx, const void *frame, size_t size)
{
	struct bcm_msg_head *head;
	void *room;
	int flag;

	KIN_NEED(tx);
	flag = frame_flag(frame, size);
	if (flag < 0)
		return flag;
	head = tx->op.head;
	if (head->nframes == KIN_BCM_FRAMES_MAX)
		return kin_fail(E2BIG, "a sequence has at most %d frames", KIN_BCM_FRAMES_MAX);
	if (head->nframes > 0 && (int)(head->flags & CAN_FD_FRAME) != flag)
		return kin_fail(EINVAL, "a sequence has either classic or FD frames, not both");
	head->flags = (head->flags & ~(uint32_t)CAN_FD_FRAME) | (uint32_t)flag;
	room = bcm_operation_add(&tx->op);
	if (!room)
		return -ENOMEM;
	memcpy(room, frame, size);
	tx->op.head->nframes++;
	return 0;
}

void kin_bcm_tx_clear_frames(struct kin_bcm_tx *tx)
{
	if (tx)
		tx->op.head->nframes = 0;
}

int kin_bcm_tx_set_timers(struct kin_bcm_tx *tx, uint32_t count, int64_t ival1_ns, int64_t ival2_ns)
{
	static const char *const names[] = {"a first interval", "an interval"};
	int err;

	KIN_NEED(tx);
	if (count > 0 && ival1_ns == 0)
		return kin_fail(EINVAL, "%u frames need an interval above 0", count);
	err = bcm_set_timers(&tx->op, names, ival1_ns, ival2_ns);
	if (err == 0)
		tx->op.head->count = count;
	return err;
}

void kin_bcm_tx_set_key(struct kin_bcm_tx *tx, uint32_t key)
{
	if (!tx)
		return;
	tx->op.head->can_id = key;
	tx->has_key = true;
}

uint32_t kin_bcm_tx_key(const struct kin_bcm_tx *tx)
{
	return tx && tx->has_key ? tx->op.head->can_id : 0;
}

int kin_bcm_tx_set_interface(struct kin_bcm_tx *tx, int ifindex)
{
	KIN_NEED(tx);
	return bcm_set_interface(&tx->op, ifindex);
}

static void set_flag(struct kin_bcm_tx *tx, uint32_t flag, bool on)
{
	if (tx)
		tx->op.head->flags = on ? tx->op.head->flags | flag : tx->op.head->flags & ~flag;
}

void kin_bcm_tx_set_notify(struct kin_bcm_tx *tx, bool on)
{
	set_flag(tx, TX_COUNTEVT, on);
}

void kin_bcm_tx_set_copy_id(struct kin_bcm_tx *tx, bool on)
{
	set_flag(tx, TX_CP_CAN_ID, on);
}

int bcm_tx_check(const struct kin_bcm_tx *tx, unsigned flags)
{
	const struct bcm_msg_head *head = tx->op.head;

	if (flags & ~(unsigned)(SETTIMER | STARTTIMER | TX_ANNOUNCE | TX_RESET_MULTI_IDX))
		return kin_fail(EINVAL,
				"flags %#x are not of SETTIMER, STARTTIMER, TX_ANNOUNCE and "
				"TX_RESET_MULTI_IDX",
				flags);
	if (head->nframes == 0)
		return kin_fail(EINVAL, "a transmission needs a frame");
	if ((flags & SETTIMER) && (flags & STARTTIMER) && bcm_time_ns(&head->ival2) == 0 &&
	    (head->count == 0 || bcm_time_ns(&head->ival1) == 0))
		return kin_fail(EINVAL, "an interval of 0 never sends again: TX_ANNOUNCE sends "
					"once");
	if ((head->flags & TX_CP_CAN_ID) && !tx->has_key)
		return kin_fail(EINVAL, "the key to be copied into the frames was not set");
	return 0;
}

/*
 * One that no other transmission of the socket has. What the socket keeps for the family is the
 * number of keys that were chosen.
 */
static void choose_key(struct kin_sock *sock, struct kin_bcm_tx *tx)
{
	uintptr_t n = (uintptr_t)kin_sock_state(sock);

	kin_sock_set_state(sock, (void *)(n + 1));
	kin_bcm_tx_set_key(tx, OWN_KEYS | (uint32_t)(n & CAN_EFF_MASK));
}

int kin_bcm_tx_setup(struct kin_sock *sock, struct kin_bcm_tx *tx, unsigned flags)
{
	int r;

	KIN_NEED(sock);
	KIN_NEED(tx);
	r = bcm_tx_check(tx, flags);
	if (r < 0)
		return r;
	if (!tx->has_key)
		choose_key(sock, tx);
	r = bcm_send_operation(sock, &tx->op, bcm_prepare(&tx->op, TX_SETUP, flags));
	if (r == -E2BIG)
		return kin_fail(E2BIG,
				"%u frames are more than the transmission had at first: delete "
				"it before",
				tx->op.head->nframes);
	return r;
}

static int request(struct kin_sock *sock, const struct kin_bcm_tx *tx, uint32_t opcode)
{
	KIN_NEED(sock);
	KIN_NEED(tx);
	return bcm_request(sock, &tx->op, opcode);
}

int kin_bcm_tx_delete(struct kin_sock *sock, const struct kin_bcm_tx *tx)
{
	return request(sock, tx, TX_DELETE);
}

int kin_bcm_tx_read(struct kin_sock *sock, const struct kin_bcm_tx *tx)
{
	return request(sock, tx, TX_READ);
}

int kin_bcm_tx_sent(const struct kin_sock *sock, const struct kin_bcm_tx *tx, uint64_t *ret_frames)
{
	uint64_t numbers[2];
	int err;

	KIN_NEED(sock);
	KIN_NEED(tx);
	KIN_NEED(ret_frames);
	err = bcm_statistics(sock, &tx->op, true, numbers);
	if (err == 0)
		*ret_frames = numbers[0];
	return err;
}

int kin_bcm_send(struct kin_sock *sock, int ifindex, const void *frame, size_t size)
{
	_Alignas(struct bcm_msg_head) unsigned char
		message[sizeof(struct bcm_msg_head) + sizeof(struct canfd_frame)] = {0};
	struct bcm_operation op = {.head = (void *)message, .room = 1};
	int flag, err;

	KIN_NEED(sock);
	flag = frame_flag(frame, size);
	if (flag < 0)
		return flag;
	err = bcm_set_interface(&op, ifindex);
	if (err < 0)
		return err;
	op.head->flags = (uint32_t)flag;
	memcpy(bcm_operation_add(&op), frame, size);
	op.head->nframes = 1;
	return bcm_send_operation(sock, &op, bcm_prepare(&op, TX_SEND, 0));
}
