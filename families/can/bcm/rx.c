/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Reception: identifiers, content and multiplex filters, supervision, throttling, answers. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "operation.h"

/* Bytes of a frame that the kernel looks at to select a value. */
#define SELECTOR_LEN 8

int kin_bcm_rx_new(canid_t id, struct kin_bcm_rx **ret_rx)
{
	canid_t most = id & CAN_EFF_FLAG ? CAN_EFF_MASK : CAN_SFF_MASK;
	struct kin_bcm_rx *rx;
	int err;

	KIN_NEED(ret_rx);
	if ((id & ~(CAN_EFF_FLAG | CAN_RTR_FLAG)) > most)
		return kin_fail(EINVAL, "%08X is no identifier: %s", id,
				id & CAN_EFF_FLAG ? "an extended one is up to 1FFFFFFF"
						  : "a standard one is up to 7FF");
	rx = calloc(1, sizeof(*rx));
	if (!rx)
		return kin_fail(ENOMEM, "no memory for a reception");
	err = bcm_operation_init(&rx->op);
	if (err < 0) {
		free(rx);
		return err;
	}
	rx->id = id;
	rx->op.head->can_id = id;
	rx->op.head->flags = RX_FILTER_ID;
	*ret_rx = rx;
	return 0;
}

void kin_bcm_rx_free(struct kin_bcm_rx *rx)
{
	if (!rx)
		return;
	free(rx->op.head);
	free(rx);
}

canid_t kin_bcm_rx_id(const struct kin_bcm_rx *rx)
{
	return rx ? rx->id : 0;
}

bool kin_bcm_rx_is_fd(const struct kin_bcm_rx *rx)
{
	return rx && (rx->op.head->flags & CAN_FD_FRAME);
}

int kin_bcm_rx_set_interface(struct kin_bcm_rx *rx, int ifindex)
{
	KIN_NEED(rx);
	return bcm_set_interface(&rx->op, ifindex);
}

/* Every frame of the identifier again. */
static void clear(struct kin_bcm_rx *rx)
{
	struct bcm_msg_head *head = rx->op.head;

	rx->selects = false;
	head->can_id = rx->id;
	head->flags = (head->flags & ~(uint32_t)RX_RTR_FRAME) | RX_FILTER_ID;
	head->nframes = 0;
}

void kin_bcm_rx_set_fd(struct kin_bcm_rx *rx, bool on)
{
	if (!rx)
		return;
	clear(rx);
	rx->op.head->flags &= ~(uint32_t)CAN_FD_FRAME;
	rx->op.head->flags |= on ? CAN_FD_FRAME : 0;
}

/* One more frame whose data are these. The kernel looks at nothing else in it. */
static int add_data(struct kin_bcm_rx *rx, const void *data, size_t len)
{
	struct canfd_frame *frame;

	frame = bcm_operation_add(&rx->op);
	if (!frame)
		return -ENOMEM;
	frame->len = (uint8_t)len;
	if (len > 0)
		memcpy(frame->data, data, len);
	rx->op.head->nframes++;
	rx->op.head->flags &= ~(uint32_t)RX_FILTER_ID;
	return 0;
}

static int check_bytes(const struct kin_bcm_rx *rx, const char *what, const void *data, size_t len)
{
	size_t most;
	bool fd;

	KIN_NEED(rx);
	if (!data && len > 0)
		return kin_fail(EINVAL, "%s is NULL", what);
	fd = rx->op.head->flags & CAN_FD_FRAME;
	most = fd ? CANFD_MAX_DLEN : CAN_MAX_DLEN;
	if (len > most)
		return kin_fail(EMSGSIZE, "a %s of %zu bytes is longer than %s frame's %zu", what,
				len, fd ? "an FD" : "a classic", most);
	return 0;
}

int kin_bcm_rx_set_mask(struct kin_bcm_rx *rx, const void *mask, size_t len)
{
	int err = check_bytes(rx, "mask", mask, len);

	if (err < 0)
		return err;
	clear(rx);
	return add_data(rx, mask, len);
}

int kin_bcm_rx_set_selector(struct kin_bcm_rx *rx, const void *selector, size_t len)
{
	int err;

	KIN_NEED(rx);
	KIN_NEED(selector);
	if (len == 0 || len > SELECTOR_LEN)
		return kin_fail(EMSGSIZE, "a selector of %zu bytes is not in 1-%d", len,
				SELECTOR_LEN);
	clear(rx);
	err = add_data(rx, selector, len);
	rx->selects = err == 0;
	return err;
}

int kin_bcm_rx_add_value(struct kin_bcm_rx *rx, const void *value, size_t len)
{
	int err = check_bytes(rx, "value", value, len);

	if (err < 0)
		return err;
	if (!rx->selects)
		return kin_fail(EINVAL, "a value needs a selector before it");
	if (rx->op.head->nframes > KIN_BCM_FRAMES_MAX)
		return kin_fail(E2BIG, "a selector has at most %d values", KIN_BCM_FRAMES_MAX);
	return add_data(rx, value, len);
}

int kin_bcm_rx_set_timers(struct kin_bcm_rx *rx, int64_t timeout_ns, int64_t throttle_ns)
{
	static const char *const names[] = {"a timeout", "a throttle"};

	KIN_NEED(rx);
	return bcm_set_timers(&rx->op, names, timeout_ns, throttle_ns);
}

int kin_bcm_rx_set_flags(struct kin_bcm_rx *rx, unsigned flags)
{
	const unsigned known = RX_CHECK_DLC | RX_ANNOUNCE_RESUME | RX_NO_AUTOTIMER;

	KIN_NEED(rx);
	if (flags & ~known)
		return kin_fail(EINVAL,
				"flags %#x are not of RX_CHECK_DLC, RX_ANNOUNCE_RESUME and "
				"RX_NO_AUTOTIMER",
				flags);
	rx->op.head->flags = (rx->op.head->flags & ~known) | flags;
	return 0;
}

int kin_bcm_rx_set_answer(struct kin_bcm_rx *rx, const void *frame, size_t size)
{
	int kind = kin_can_frame_kind(frame, size);
	const struct can_frame *answer = frame;
	struct can_frame *room;

	KIN_NEED(rx);
	KIN_NEED(frame);
	if (kind < 0)
		return kin_fail(EBADMSG, "not a CAN frame: %zu bytes", size);
	if (kind != KIN_CAN_CLASSIC || (answer->can_id & CAN_RTR_FLAG))
		return kin_fail(EINVAL, "what answers a remote request is a classic data frame");
	if (rx->op.head->flags & CAN_FD_FRAME)
		return kin_fail(EINVAL, "CAN FD has no remote requests to answer");
	clear(rx);
	room = bcm_operation_add(&rx->op);
	if (!room)
		return -ENOMEM;
	*room = *answer;
	rx->op.head->nframes = 1;
	rx->op.head->can_id |= CAN_RTR_FLAG;
	rx->op.head->flags &= ~(uint32_t)RX_FILTER_ID;
	rx->op.head->flags |= RX_RTR_FRAME;
	return 0;
}

int bcm_rx_check(const struct kin_bcm_rx *rx, unsigned flags)
{
	if (flags & ~(unsigned)(SETTIMER | STARTTIMER))
		return kin_fail(EINVAL, "flags %#x are not of SETTIMER and STARTTIMER", flags);
	if (rx->selects && rx->op.head->nframes == 1)
		return kin_fail(EINVAL, "a selector needs values that it selects");
	return 0;
}

int kin_bcm_rx_setup(struct kin_sock *sock, const struct kin_bcm_rx *rx, unsigned flags)
{
	int r;

	KIN_NEED(sock);
	KIN_NEED(rx);
	r = bcm_rx_check(rx, flags);
	if (r < 0)
		return r;
	r = bcm_send_operation(sock, &rx->op, bcm_prepare(&rx->op, RX_SETUP, flags));
	if (r == -E2BIG)
		return kin_fail(E2BIG,
				"%u masks are more than the reception had at first: delete it "
				"before",
				rx->op.head->nframes);
	return r;
}

static int request(struct kin_sock *sock, const struct kin_bcm_rx *rx, uint32_t opcode)
{
	KIN_NEED(sock);
	KIN_NEED(rx);
	return bcm_request(sock, &rx->op, opcode);
}

int kin_bcm_rx_delete(struct kin_sock *sock, const struct kin_bcm_rx *rx)
{
	return request(sock, rx, RX_DELETE);
}

int kin_bcm_rx_read(struct kin_sock *sock, const struct kin_bcm_rx *rx)
{
	return request(sock, rx, RX_READ);
}

int kin_bcm_rx_received(const struct kin_sock *sock, const struct kin_bcm_rx *rx,
			uint64_t *ret_frames, uint64_t *ret_told)
{
	uint64_t numbers[2];
	int err;

	KIN_NEED(sock);
	KIN_NEED(rx);
	KIN_NEED(ret_frames);
	err = bcm_statistics(sock, &rx->op, false, numbers);
	if (err < 0)
		return err;
	*ret_frames = numbers[0];
	if (ret_told)
		*ret_told = numbers[1];
	return 0;
}
