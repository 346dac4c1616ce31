/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The decoder, fed with frames that are made of the input: it must stay within its memory, and what
 * it tells must be whole.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <kin/can.h>
#include <kin/isotp.h>
#include <kin/uds.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void drain(struct kin_isotp_decoder *decoder)
{
	const struct kin_isotp_pdu *pdu;
	char text[256];

	while ((pdu = kin_isotp_decoder_next(decoder))) {
		uint8_t *copy;

		if (pdu->len > pdu->full_len || pdu->time_ns < pdu->start_ns ||
		    (pdu->end == KIN_ISOTP_COMPLETE && pdu->len != pdu->full_len))
			abort();
		copy = malloc(pdu->len ? pdu->len : 1);
		if (copy)
			memcpy(copy, pdu->data, pdu->len);
		kin_uds_format(copy, copy ? pdu->len : 0, text, sizeof(text));
		free(copy);
		if (kin_isotp_end_format(pdu, text, sizeof(text)) <= 0)
			abort();
	}
}

/* A byte of how, a byte of whose and when, the length, and the data. */
static size_t feed(struct kin_isotp_decoder *decoder, const uint8_t *data, size_t size,
		   int64_t *time_ns)
{
	bool fd = data[0] & 1;
	size_t max = fd ? CANFD_MAX_DLEN : CAN_MAX_DLEN, len = data[2] % (max + 1);
	union kin_can_frame frame = {0};

	if (len > size - 3)
		len = size - 3;
	frame.fd.can_id = data[0] & 2 ? 0x7E0U + (data[1] & 15) : data[1];
	if (data[0] & 4)
		frame.fd.can_id |= CAN_EFF_FLAG;
	frame.fd.len = (uint8_t)len;
	frame.fd.flags = fd ? CANFD_FDF : 0;
	memcpy(frame.fd.data, data + 3, len);
	*time_ns += (int64_t)(data[0] >> 3) << 24;
	if (kin_isotp_decoder_feed(decoder, 1, &frame, fd ? CANFD_MTU : CAN_MTU, *time_ns) < 0)
		abort();
	drain(decoder);
	return 3 + len;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct kin_isotp_decoder *decoder;
	int64_t time_ns = 0;

	if (size < 1 ||
	    kin_isotp_decoder_new(data[0] & 1 ? 300 : 0, data[0] & 2 ? 2000 : 0, &decoder) < 0)
		return 0;
	kin_isotp_decoder_set_all(decoder, data[0] & 4);
	if (data[0] & 8)
		kin_isotp_decoder_set_ext(decoder, true);
	for (size_t at = 1; size - at > 3;)
		at += feed(decoder, data + at, size - at, &time_ns);
	kin_isotp_decoder_advance(decoder, INT64_MAX);
	drain(decoder);
	kin_isotp_decoder_free(decoder);
	return 0;
}
