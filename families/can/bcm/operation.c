/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* An operation of the broadcast manager as the message that the kernel takes. */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "operation.h"

#define SECONDS_MAX (INT64_C(400) * 24 * 3600)

int bcm_operation_init(struct bcm_operation *op)
{
	op->head = calloc(1, sizeof(*op->head) + sizeof(struct canfd_frame));
	op->room = 1;
	op->ifindex = 0;
	return op->head ? 0 : kin_fail(ENOMEM, "no memory for an operation");
}

size_t bcm_frame_size(const struct bcm_msg_head *head)
{
	return head->flags & CAN_FD_FRAME ? CANFD_MTU : CAN_MTU;
}

void *bcm_frame_at(const struct bcm_msg_head *head, unsigned i)
{
	return (unsigned char *)(uintptr_t)(head + 1) + i * bcm_frame_size(head);
}

void *bcm_operation_add(struct bcm_operation *op)
{
	struct bcm_msg_head *head = op->head;
	void *frame;

	if (head->nframes == op->room) {
		head = realloc(head, sizeof(*head) + 2 * op->room * sizeof(struct canfd_frame));
		if (!head) {
			kin_fail(ENOMEM, "no memory for %u frames", 2 * op->room);
			return NULL;
		}
		op->head = head;
		op->room *= 2;
	}
	frame = bcm_frame_at(head, head->nframes);
	memset(frame, 0, bcm_frame_size(head));
	return frame;
}

int bcm_set_interface(struct bcm_operation *op, int ifindex)
{
	if (ifindex < 0)
		return kin_fail(EINVAL, "interface index %d is below 0", ifindex);
	op->ifindex = ifindex;
	return 0;
}

static int check_time(const char *name, int64_t ns)
{
	if (ns < 0 || ns > SECONDS_MAX * 1000000000)
		return kin_fail(EINVAL, "%s of %" PRId64 " ns is not in 0-400 days", name, ns);
	if (ns % 1000 != 0)
		return kin_fail(EINVAL,
				"%s of %" PRId64 " ns is not a whole number of microseconds, which "
				"the broadcast manager counts in",
				name, ns);
	return 0;
}

static struct bcm_timeval timeval(int64_t ns)
{
	return (struct bcm_timeval){(long)(ns / 1000000000), (long)(ns % 1000000000 / 1000)};
}

int64_t bcm_time_ns(const struct bcm_timeval *time)
{
	int64_t seconds = time->tv_sec;

	/* Old kernels take any number, and give it back. */
	if (seconds < 0 || seconds >= INT64_MAX / 1000000000 || time->tv_usec < 0 ||
	    time->tv_usec > 999999)
		return -1;
	return seconds * 1000000000 + time->tv_usec * INT64_C(1000);
}

int bcm_set_timers(struct bcm_operation *op, const char *const names[2], int64_t ival1_ns,
		   int64_t ival2_ns)
{
	int err = check_time(names[0], ival1_ns);

	if (err == 0)
		err = check_time(names[1], ival2_ns);
	if (err < 0)
		return err;
	op->head->ival1 = timeval(ival1_ns);
	op->head->ival2 = timeval(ival2_ns);
	return 0;
}

size_t bcm_prepare(const struct bcm_operation *op, uint32_t opcode, unsigned flags)
{
	const unsigned passing = SETTIMER | STARTTIMER | TX_ANNOUNCE | TX_RESET_MULTI_IDX;
	struct bcm_msg_head *head = op->head;

	head->opcode = opcode;
	head->flags = (head->flags & ~passing) | flags;
	if (opcode != TX_SETUP && opcode != RX_SETUP && opcode != TX_SEND)
		return sizeof(*head);
	return sizeof(*head) + head->nframes * bcm_frame_size(head);
}

int bcm_send_operation(struct kin_sock *sock, const struct bcm_operation *op, size_t size)
{
	struct kin_addr addr = {0};
	ssize_t r;

	if (op->ifindex > 0)
		kin_can_addr_index(op->ifindex, &addr);
	r = kin_send_to(sock, op->head, size, 0, op->ifindex > 0 ? &addr : NULL);
	return r < 0 ? (int)r : 0;
}

int bcm_request(struct kin_sock *sock, const struct bcm_operation *op, uint32_t opcode)
{
	bool tx = opcode == TX_DELETE || opcode == TX_READ;
	int r = bcm_send_operation(sock, op, bcm_prepare(op, opcode, 0));
	char text[16];
	struct kin_buf id = {text, sizeof(text), 0};

	if (r != -EINVAL)
		return r;
	bcm_put_id(&id, op->head->can_id);
	return kin_fail(ENOENT, "the socket has no %s %s%s",
			tx ? "transmission with key" : "reception of", kin_buf_end(&id),
			op->head->flags & CAN_FD_FRAME ? " (FD)" : "");
}
