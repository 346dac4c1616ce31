/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Follows ISO-TP in raw frames. A frame that begins with 0 to 3 may be anything: who is not known
 * to speak ISO-TP is believed when what comes next fits.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "party.h"

enum { PAIRS = 64, ROOM_MIN = 512, ENDED_MIN = 8 };

#define MAX_PDU    (1 << 20)
#define MAX_MEMORY (16 << 20)
#define TIMEOUT_NS INT64_C(1000000000)

struct pair {
	canid_t id;
	int ext; /* -1: any */
};

/* A PDU that is to be told. Its data is in a buffer of its own, or in the single frame. */
struct ended {
	struct kin_isotp_pdu pdu;
	uint8_t *data;
	uint8_t single[CANFD_MAX_DLEN];
};

struct kin_isotp_decoder {
	size_t max_pdu, max_memory, memory;
	int64_t timeout_ns, now_ns;
	bool ext, all;
	struct pair pairs[PAIRS][2];
	size_t n_pairs;
	struct party_table *parties;
	struct ended *ended;
	size_t n_ended, size_ended, told;
};

/* ---- Making -------------------------------------------------------------------------------- */

int kin_isotp_decoder_new(size_t max_pdu, size_t max_memory, struct kin_isotp_decoder **ret_decoder)
{
	struct kin_isotp_decoder *decoder;
	int err;

	KIN_NEED(ret_decoder);
	decoder = calloc(1, sizeof(*decoder));
	if (!decoder)
		return kin_fail(ENOMEM, "no memory for a decoder");
	decoder->max_pdu = max_pdu ? max_pdu : MAX_PDU;
	decoder->max_memory = max_memory ? max_memory : MAX_MEMORY;
	decoder->timeout_ns = TIMEOUT_NS;
	err = party_table_new(&decoder->parties);
	if (err < 0) {
		free(decoder);
		return err;
	}
	*ret_decoder = decoder;
	return 0;
}

/* What was told is given back. */
static void clear_ended(struct kin_isotp_decoder *decoder)
{
	for (size_t i = 0; i < decoder->n_ended; i++)
		free(decoder->ended[i].data);
	decoder->n_ended = decoder->told = 0;
}

void kin_isotp_decoder_free(struct kin_isotp_decoder *decoder)
{
	if (!decoder)
		return;
	clear_ended(decoder);
	party_table_free(decoder->parties);
	free(decoder->ended);
	free(decoder);
}

int kin_isotp_decoder_set_ext(struct kin_isotp_decoder *decoder, bool ext)
{
	struct party_table *fresh;
	int err;

	KIN_NEED(decoder);
	err = party_table_new(&fresh);
	if (err < 0)
		return err;
	party_table_free(decoder->parties);
	clear_ended(decoder);
	decoder->parties = fresh;
	decoder->memory = 0;
	decoder->ext = ext;
	return 0;
}

int kin_isotp_decoder_set_timeout(struct kin_isotp_decoder *decoder, int64_t timeout_ns)
{
	KIN_NEED(decoder);
	if (timeout_ns <= 0)
		return kin_fail(EINVAL, "a timeout of %" PRId64 " ns is not above 0", timeout_ns);
	decoder->timeout_ns = timeout_ns;
	return 0;
}

int kin_isotp_decoder_set_all(struct kin_isotp_decoder *decoder, bool all)
{
	KIN_NEED(decoder);
	decoder->all = all;
	return 0;
}

static int check_party(canid_t id, int ext)
{
	if (!isotp_id_valid(id))
		return kin_fail(EINVAL,
				"identifier %#x is neither in 0-0x7ff nor, with CAN_EFF_FLAG, in "
				"0-0x1fffffff",
				id);
	if (ext < -1 || ext > UINT8_MAX)
		return kin_fail(EINVAL, "address %d is not in 0-255, or -1", ext);
	return 0;
}

int kin_isotp_decoder_add_pair(struct kin_isotp_decoder *decoder, canid_t id, int ext,
			       canid_t other, int other_ext)
{
	int err = check_party(id, ext);

	KIN_NEED(decoder);
	if (err == 0)
		err = check_party(other, other_ext);
	if (err < 0)
		return err;
	if (id == other && (ext == other_ext || ext < 0 || other_ext < 0))
		return kin_fail(EINVAL, "both of a pair are identifier %#x", id & CAN_EFF_MASK);
	if (decoder->n_pairs == PAIRS)
		return kin_fail(ENOSPC, "more than %d pairs", PAIRS);
	decoder->pairs[decoder->n_pairs][0] = (struct pair){id, ext};
	decoder->pairs[decoder->n_pairs][1] = (struct pair){other, other_ext};
	decoder->n_pairs++;
	return 0;
}

/* ---- What has ended ------------------------------------------------------------------------ */

static struct ended *add_ended(struct kin_isotp_decoder *decoder)
{
	size_t size = decoder->size_ended ? 2 * decoder->size_ended : ENDED_MIN;
	struct ended *grown;

	if (decoder->n_ended == decoder->size_ended) {
		grown = reallocarray(decoder->ended, size, sizeof(*grown));
		if (!grown)
			return NULL;
		decoder->ended = grown;
		decoder->size_ended = size;
	}
	decoder->ended[decoder->n_ended].data = NULL;
	return &decoder->ended[decoder->n_ended++];
}

static void fill_pdu(const struct party *party, struct kin_isotp_pdu *pdu)
{
	pdu->ifindex = party->ifindex;
	pdu->id = party->id;
	pdu->ext = party->ext;
	pdu->peer = party->peer;
	pdu->peer_ext = party->peer_ext;
}

/* The party sends no more of its PDU. Of who is not known to speak ISO-TP nothing is told. */
static int end_transfer(struct kin_isotp_decoder *decoder, struct party *party,
			enum kin_isotp_end end)
{
	struct ended *ended;
	bool tell = party->known || end == KIN_ISOTP_COMPLETE || end == KIN_ISOTP_TOO_LONG;

	decoder->memory -= party->size;
	party->size = 0;
	party_touch(decoder->parties, party, PARTY_IDLE);
	ended = tell ? add_ended(decoder) : NULL;
	if (ended) {
		party->known = true;
		party->pdu.end = end;
		fill_pdu(party, &party->pdu);
		ended->pdu = party->pdu;
		ended->data = party->data;
		memcpy(ended->single, party->first, sizeof(ended->single));
		party->data = NULL;
	}
	free(party->data);
	party->data = NULL;
	return tell && !ended ? -ENOMEM : 0;
}

const struct kin_isotp_pdu *kin_isotp_decoder_next(struct kin_isotp_decoder *decoder)
{
	struct ended *ended;

	if (!decoder || decoder->told == decoder->n_ended)
		return NULL;
	ended = &decoder->ended[decoder->told++];
	ended->pdu.data = ended->data ? ended->data : ended->single;
	return &ended->pdu;
}

/* ---- Time ---------------------------------------------------------------------------------- */

static enum kin_isotp_end end_of_silence(const struct party *party)
{
	return party->wants_answer ? KIN_ISOTP_NO_FLOW_CONTROL : KIN_ISOTP_NO_FRAME;
}

int64_t kin_isotp_decoder_deadline(const struct kin_isotp_decoder *decoder)
{
	const struct party *oldest = decoder ? party_senders(decoder->parties)->oldest : NULL;

	if (!oldest || oldest->last_ns > INT64_MAX - decoder->timeout_ns)
		return INT64_MAX;
	return oldest->last_ns + decoder->timeout_ns;
}

static int expire(struct kin_isotp_decoder *decoder, int64_t time_ns)
{
	int r = 0;

	if (time_ns > decoder->now_ns)
		decoder->now_ns = time_ns;
	while (r == 0 && kin_isotp_decoder_deadline(decoder) < decoder->now_ns) {
		struct party *oldest = party_senders(decoder->parties)->oldest;

		r = end_transfer(decoder, oldest, end_of_silence(oldest));
	}
	return r;
}

int kin_isotp_decoder_advance(struct kin_isotp_decoder *decoder, int64_t time_ns)
{
	KIN_NEED(decoder);
	clear_ended(decoder);
	return expire(decoder, time_ns) < 0 ? kin_fail(ENOMEM, "no memory") : 0;
}

/* ---- Parties ------------------------------------------------------------------------------- */

static bool is_one(const struct pair *one, canid_t id, int ext)
{
	return one->id == id && (one->ext < 0 || one->ext == ext);
}

/* The other one of the pair that was named; NULL: none was. */
static const struct pair *named_peer(const struct kin_isotp_decoder *decoder, canid_t id, int ext)
{
	for (size_t i = 0; i < decoder->n_pairs; i++)
		for (int side = 0; side < 2; side++)
			if (is_one(&decoder->pairs[i][side], id, ext))
				return &decoder->pairs[i][!side];
	return NULL;
}

/* ISO 15765-4: requests to all and to eight controllers, and their answers; and with 29 bits. */
static bool is_standard(canid_t id)
{
	canid_t group = (id & CAN_EFF_MASK) >> 16;

	if (id & CAN_EFF_FLAG)
		return group == 0x18DA || group == 0x18DB;
	return id == 0x7DF || (id >= 0x7E0 && id <= 0x7EF);
}

static canid_t standard_peer(canid_t id)
{
	if (!is_standard(id) || id == 0x7DF)
		return KIN_ISOTP_NO_ID;
	if (!(id & CAN_EFF_FLAG))
		return id ^ 8;
	return (id & CAN_EFF_MASK) >> 16 == 0x18DA
		       ? (id & ~0xFFFFU) | (id & 0xFF) << 8 | (id >> 8 & 0xFF)
		       : KIN_ISOTP_NO_ID;
}

static struct party *get_party(struct kin_isotp_decoder *decoder, int ifindex, canid_t id, int ext)
{
	struct party_table *table = decoder->parties;
	struct party *party = party_find(table, ifindex, id, ext);
	const struct pair *named;

	if (party)
		return party;
	party = party_add(table, ifindex, id, ext);
	if (!party) {
		struct party *oldest = party_idlers(table)->oldest;

		if (!oldest) {
			oldest = party_senders(table)->oldest;
			end_transfer(decoder, oldest, end_of_silence(oldest));
		}
		party_remove(table, oldest);
		party = party_add(table, ifindex, id, ext);
	}
	named = named_peer(decoder, id, ext);
	party->known = named || is_standard(id);
	if (named) {
		party->peer = named->id;
		party->peer_ext = named->ext;
	}
	return party;
}

/* What is behind len bytes is the same byte, or nothing: few other frames look so. */
static bool is_padded(const struct kin_isotp_frame *frame, size_t len)
{
	for (size_t i = len + 1; i < frame->len; i++)
		if (frame->data[i] != frame->data[len])
			return false;
	return true;
}

/* ---- Data ---------------------------------------------------------------------------------- */

/* Bytes of the PDU that are kept. */
static size_t kept(const struct kin_isotp_decoder *decoder, const struct party *party)
{
	return party->pdu.full_len < decoder->max_pdu ? party->pdu.full_len : decoder->max_pdu;
}

/* Who was silent the longest makes room. @return false: there is nobody else */
static bool make_room(struct kin_isotp_decoder *decoder, const struct party *party, size_t more)
{
	while (decoder->memory + more > decoder->max_memory) {
		struct party *oldest = party_senders(decoder->parties)->oldest;

		if (oldest == party)
			oldest = oldest->newer;
		if (!oldest)
			return false;
		end_transfer(decoder, oldest, end_of_silence(oldest));
	}
	return true;
}

/* Room for need bytes and some more, for what is announced may never come. */
static int grow(struct kin_isotp_decoder *decoder, struct party *party, size_t need)
{
	size_t size = party->size ? party->size : ROOM_MIN;
	uint8_t *data;

	if (need <= party->size)
		return 0;
	while (size < need)
		size *= 2;
	if (size > kept(decoder, party))
		size = kept(decoder, party);
	if (!make_room(decoder, party, size - party->size))
		return -ENOBUFS;
	data = realloc(party->data, size);
	if (!data)
		return -ENOMEM;
	if (party->size == 0)
		memcpy(data, party->first, party->pdu.len);
	decoder->memory += size - party->size;
	party->data = data;
	party->size = size;
	return 0;
}

/* Nothing more is kept behind what was cut. */
static int append(struct kin_isotp_decoder *decoder, struct party *party, const uint8_t *data,
		  size_t len)
{
	bool cut = party->pdu.len < party->received;
	size_t room = kept(decoder, party) - party->pdu.len;
	int err;

	party->received += len;
	if (len > room)
		len = room;
	if (cut || len == 0)
		return 0;
	err = grow(decoder, party, party->pdu.len + len);
	if (err < 0)
		return err == -ENOBUFS ? 0 : err;
	memcpy(party->data + party->pdu.len, data, len);
	party->pdu.len += len;
	return 0;
}

/* ---- Frames -------------------------------------------------------------------------------- */

static bool is_sending(const struct party *party)
{
	return party && party->state != PARTY_IDLE;
}

static void begin_pdu(const struct kin_isotp_decoder *decoder, struct kin_isotp_pdu *pdu,
		      const union kin_can_frame *can, size_t size,
		      const struct kin_isotp_frame *frame)
{
	bool fd = size == CANFD_MTU;

	*pdu = (struct kin_isotp_pdu){
		.full_len = frame->pdu,
		.start_ns = decoder->now_ns,
		.time_ns = decoder->now_ns,
		.frames = 1,
		.frame_len = can->fd.len,
		.fd = fd,
		.brs = fd && (can->fd.flags & CANFD_BRS),
	};
}

static int take_single(struct kin_isotp_decoder *decoder, int ifindex,
		       const union kin_can_frame *can, size_t size,
		       const struct kin_isotp_frame *frame)
{
	struct party *party = party_find(decoder->parties, ifindex, can->id, frame->ext);
	struct ended *ended;
	int err = 0;

	if (is_sending(party))
		err = end_transfer(decoder, party, KIN_ISOTP_ABORTED);
	if (!(party && party->known) && !decoder->n_pairs && !is_standard(can->id) &&
	    !(decoder->all && is_padded(frame, frame->pdu)))
		return err;
	party = get_party(decoder, ifindex, can->id, frame->ext);
	party_touch(decoder->parties, party, PARTY_IDLE);
	ended = add_ended(decoder);
	if (!ended)
		return -ENOMEM;
	begin_pdu(decoder, &ended->pdu, can, size, frame);
	fill_pdu(party, &ended->pdu);
	ended->pdu.len = frame->pdu < decoder->max_pdu ? frame->pdu : decoder->max_pdu;
	ended->pdu.end = ended->pdu.len < frame->pdu ? KIN_ISOTP_TOO_LONG : KIN_ISOTP_COMPLETE;
	memcpy(ended->single, frame->data, ended->pdu.len);
	return err;
}

static int take_first(struct kin_isotp_decoder *decoder, int ifindex,
		      const union kin_can_frame *can, size_t size,
		      const struct kin_isotp_frame *frame)
{
	struct party *party = get_party(decoder, ifindex, can->id, frame->ext);
	int err = 0;

	if (is_sending(party))
		err = end_transfer(decoder, party, KIN_ISOTP_ABORTED);
	begin_pdu(decoder, &party->pdu, can, size, frame);
	party->received = frame->len;
	party->pdu.len = frame->len < kept(decoder, party) ? frame->len : kept(decoder, party);
	memcpy(party->first, frame->data, party->pdu.len);
	party->pdu.expected = 1;
	party->block_left = 0;
	party->wants_answer = true;
	party->last_ns = decoder->now_ns;
	party_touch(decoder->parties, party, PARTY_FIRST);
	return err;
}

/* Of a frame that is too short the rest is missing: the kernel does not take it either. */
static bool is_cut(const struct party *party, const union kin_can_frame *can)
{
	size_t left = party->pdu.full_len - party->received;
	size_t room = party->pdu.frame_len - 1U - (party->ext >= 0);

	return can->fd.len > party->pdu.frame_len ||
	       can->fd.len < (left < room ? left : room) + 1 + (party->ext >= 0);
}

static int take_consecutive(struct kin_isotp_decoder *decoder, struct party *party,
			    const union kin_can_frame *can, const struct kin_isotp_frame *frame)
{
	size_t left, len;
	int err;

	if (!is_sending(party) || is_cut(party, can))
		return 0;
	if (frame->number != party->pdu.expected) {
		party->pdu.number = frame->number;
		return end_transfer(decoder, party, KIN_ISOTP_WRONG_NUMBER);
	}
	left = party->pdu.full_len - party->received;
	len = left < frame->len ? left : frame->len;
	err = append(decoder, party, frame->data, len);
	if (err < 0) {
		party->known = false;
		end_transfer(decoder, party, KIN_ISOTP_NO_FRAME);
		return err;
	}
	/* One frame with the right number may be chance, two in a row are not. */
	party->known |= party->state == PARTY_SENDING;
	party->pdu.frames++;
	party->pdu.expected = (party->pdu.expected + 1) & 0x0F;
	party->pdu.time_ns = party->last_ns = decoder->now_ns;
	party->wants_answer = party->block_left == 1;
	party->block_left -= party->block_left > 0;
	party_touch(decoder->parties, party, PARTY_SENDING);
	if (party->received < party->pdu.full_len)
		return 0;
	return end_transfer(decoder, party,
			    party->pdu.len < party->pdu.full_len ? KIN_ISOTP_TOO_LONG
								 : KIN_ISOTP_COMPLETE);
}

enum { BEST = 4 };

/* How well flow control from this one fits to what the party sends; 0: it does not. */
static int suits(const struct party *party, int ifindex, canid_t id, int ext)
{
	if (party->ifindex != ifindex || party->id == id)
		return 0;
	if (party->peer == id)
		return party->peer_ext < 0 || party->peer_ext == ext ? BEST : 0;
	if (standard_peer(party->id) == id)
		return 3;
	if (party->peer != KIN_ISOTP_NO_ID || standard_peer(party->id) != KIN_ISOTP_NO_ID)
		return 0;
	/* The one that just began waits for its answer; in mixed addressing both have one address.
	 */
	if (party->state != PARTY_FIRST || party->pdu.flow_control)
		return 0;
	return ext >= 0 && party->ext == ext ? 2 : 1;
}

/* Whom flow control answers: of those that fit alike, the one that began last. */
static struct party *find_answered(const struct kin_isotp_decoder *decoder, int ifindex, canid_t id,
				   int ext)
{
	struct party *best = NULL;
	int most = 0;

	for (struct party *party = party_senders(decoder->parties)->newest; party && most < BEST;
	     party = party->older) {
		int fit = suits(party, ifindex, id, ext);

		if (fit > most) {
			most = fit;
			best = party;
		}
	}
	return best;
}

static int take_flow_control(struct kin_isotp_decoder *decoder, int ifindex, canid_t id,
			     const struct kin_isotp_frame *frame)
{
	struct party *party = find_answered(decoder, ifindex, id, frame->ext), *answerer;

	if (!party ||
	    (!party->known && (frame->number > KIN_ISOTP_OVERFLOW || !is_padded(frame, 0))))
		return 0;
	party->known = true;
	party->peer = id;
	party->peer_ext = frame->ext;
	party->pdu.flow_control = true;
	party->pdu.bs = frame->bs;
	party->pdu.stmin = frame->stmin;
	party->pdu.number = frame->number;
	party->last_ns = decoder->now_ns;
	party->block_left = frame->bs;
	party->wants_answer = frame->number == KIN_ISOTP_WAIT;
	party_touch(decoder->parties, party, party->state);

	answerer = party_find(decoder->parties, ifindex, id, frame->ext);
	if (!answerer)
		answerer = party_add(decoder->parties, ifindex, id, frame->ext);
	if (answerer) {
		answerer->known = true;
		answerer->peer = party->id;
		answerer->peer_ext = party->ext;
	}
	if (frame->number == KIN_ISOTP_OVERFLOW)
		return end_transfer(decoder, party, KIN_ISOTP_OVERFLOWED);
	if (frame->number > KIN_ISOTP_OVERFLOW)
		return end_transfer(decoder, party, KIN_ISOTP_BAD_STATUS);
	return 0;
}

static int take_frame(struct kin_isotp_decoder *decoder, int ifindex,
		      const union kin_can_frame *can, size_t size,
		      const struct kin_isotp_frame *frame)
{
	switch (frame->kind) {
	case KIN_ISOTP_SINGLE:
		return take_single(decoder, ifindex, can, size, frame);
	case KIN_ISOTP_FIRST:
		return take_first(decoder, ifindex, can, size, frame);
	case KIN_ISOTP_CONSECUTIVE:
		return take_consecutive(decoder,
					party_find(decoder->parties, ifindex, can->id, frame->ext),
					can, frame);
	case KIN_ISOTP_FLOW_CONTROL:
		return take_flow_control(decoder, ifindex, can->id, frame);
	}
	return 0;
}

int kin_isotp_decoder_feed(struct kin_isotp_decoder *decoder, int ifindex, const void *frame,
			   size_t size, int64_t time_ns)
{
	struct kin_isotp_frame read = {.struct_size = sizeof(read)};
	const union kin_can_frame *can = frame;
	int err;

	if (!decoder || !frame)
		return kin_fail(EINVAL, "NULL");
	clear_ended(decoder);
	err = expire(decoder, time_ns);
	if (kin_isotp_frame_parse(frame, size, decoder->ext, &read) == 0 &&
	    (decoder->n_pairs == 0 || named_peer(decoder, can->id, read.ext))) {
		int taken = take_frame(decoder, ifindex, can, size, &read);

		err = err < 0 ? err : taken;
	}
	return err < 0 ? kin_fail(ENOMEM, "no memory for a PDU") : 0;
}

/* ---- Words --------------------------------------------------------------------------------- */

static void put_end(const struct kin_isotp_pdu *pdu, struct kin_buf *out)
{
	switch (pdu->end) {
	case KIN_ISOTP_COMPLETE:
		kin_buf_puts(out, "complete");
		break;
	case KIN_ISOTP_WRONG_NUMBER:
		kin_buf_printf(out, "frame %X came instead of %X", pdu->number, pdu->expected);
		break;
	case KIN_ISOTP_NO_FLOW_CONTROL:
		kin_buf_puts(out, "no flow control came");
		break;
	case KIN_ISOTP_NO_FRAME:
		kin_buf_printf(out, "frame %X did not come", pdu->expected);
		break;
	case KIN_ISOTP_OVERFLOWED:
		kin_buf_puts(out, "too long for the receiver");
		break;
	case KIN_ISOTP_ABORTED:
		kin_buf_puts(out, "aborted: the sender began another");
		break;
	case KIN_ISOTP_BAD_STATUS:
		kin_buf_printf(out, "flow control with the reserved status %u", pdu->number);
		break;
	case KIN_ISOTP_TOO_LONG:
		kin_buf_puts(out, "longer than is kept");
		break;
	}
	if (pdu->end != KIN_ISOTP_COMPLETE)
		kin_buf_printf(out, ", after %zu of %zu bytes", pdu->len, pdu->full_len);
}

ssize_t kin_isotp_end_format(const struct kin_isotp_pdu *pdu, char *buf, size_t size)
{
	struct kin_buf out = {buf, size, 0};

	if (!pdu || (!buf && size > 0))
		return kin_fail(EINVAL, "NULL");
	put_end(pdu, &out);
	kin_buf_end(&out);
	return (ssize_t)out.len;
}
