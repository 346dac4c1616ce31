/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Frames for load generation. */
#include <errno.h>
#include <string.h>

#include "internal.h"

/* splitmix64: as many random bits as a frame needs out of the 64 given. */
static uint64_t next_random(uint64_t *state)
{
	uint64_t z = *state += 0x9E3779B97F4A7C15;

	z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9;
	z = (z ^ z >> 27) * 0x94D049BB133111EB;
	return z ^ z >> 31;
}

static void fill_random(uint8_t *data, size_t len, uint64_t *state)
{
	while (len > 0) {
		uint64_t bits = next_random(state);
		size_t n = len < sizeof(bits) ? len : sizeof(bits);

		memcpy(data, &bits, n);
		data += n;
		len -= n;
	}
}

/* The size of a frame with len bytes of data, of the smallest kind that holds them. */
static int frame_size(int len)
{
	if (len <= CAN_MAX_DLEN)
		return CAN_MTU;
	if (len > CANXL_MAX_DLEN)
		return kin_fail(EINVAL, "length %d is not in 0-%d", len, CANXL_MAX_DLEN);
	if (len > CANFD_MAX_DLEN)
		return (int)CANXL_HDR_SIZE + len;
	if (kin_can_fd_dlc_to_len(kin_can_fd_len_to_dlc((unsigned)len)) != (unsigned)len)
		return kin_fail(EINVAL,
				"an FD frame can't hold %d bytes; it holds 12, 16, 20, 24, 32, 48 "
				"or 64",
				len);
	return CANFD_MTU;
}

/* As long as the frame: the number, its last byte last. */
static void fill_counting(uint8_t *data, size_t len, uint64_t number)
{
	for (; len > 0; number >>= 8)
		data[--len] = (uint8_t)number;
}

/* Without random bits the frame counts: its identifier and its data are the number. */
int can_frame_msg_generate(const struct kin_proto *proto, uint64_t number, int len, uint64_t random,
			   struct kin_msg *msg)
{
	union kin_can_frame *frame = (union kin_can_frame *)(void *)msg->data;
	uint64_t state = random;
	uint64_t id = random ? next_random(&state) : number;
	uint8_t *data;
	int size;

	(void)proto;
	if (len < 0)
		len = random ? (int)(next_random(&state) % (CAN_MAX_DLEN + 1)) : CAN_MAX_DLEN;
	size = frame_size(len);
	if (size < 0)
		return size;
	if ((size_t)size > msg->size)
		return kin_fail(EMSGSIZE, "a frame of %d bytes is longer than the room of %zu",
				size, msg->size);

	memset(frame, 0, (size_t)size);
	frame->id = id & CAN_SFF_MASK;
	if (len > CANFD_MAX_DLEN) {
		frame->xl.flags = CANXL_XLF;
		frame->xl.len = (uint16_t)len;
		data = frame->xl.data;
	} else {
		frame->fd.len = (uint8_t)len;
		if (size == CANFD_MTU)
			frame->fd.flags = CANFD_FDF;
		data = frame->fd.data;
	}
	if (random)
		fill_random(data, (size_t)len, &state);
	else
		fill_counting(data, (size_t)len, number);
	msg->len = (size_t)size;
	return 0;
}
