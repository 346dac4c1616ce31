/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Who takes part in ISO-TP: each identifier (and address in the first byte) of each interface, with
 * the PDU that it is sending, if any. Their number is fixed: who was silent the longest makes room.
 */
#ifndef KIN_CAN_ISOTP_PARTY_H
#define KIN_CAN_ISOTP_PARTY_H

#include "internal.h"

enum party_state {
	PARTY_IDLE,
	PARTY_FIRST,   /* sent a first frame */
	PARTY_SENDING, /* and went on */
};

struct party {
	int ifindex;
	canid_t id;
	int ext;
	canid_t peer; /* the one that answers, or KIN_ISOTP_NO_ID */
	int peer_ext;
	bool known; /* it is ISO-TP: not by the look of a frame alone */
	enum party_state state;
	bool wants_answer;   /* flow control is due, not the next frame */
	unsigned block_left; /* frames until then; 0: there will be no more of it */
	int64_t last_ns;     /* of the frames of its PDU, and those that answer them */
	struct kin_isotp_pdu pdu;
	size_t received;               /* bytes of it, of which pdu.len are kept */
	uint8_t first[CANFD_MAX_DLEN]; /* what the first frame had: more room is for who goes on */
	uint8_t *data;                 /* all, with room for size bytes; NULL: it is in first */
	size_t size;

	struct party *newer, *older; /* in one of two lists */
	struct party *next;          /* in its bucket, or of those that are free */
};

/* From the one that had a frame last to the one that had none for the longest time. */
struct party_list {
	struct party *newest, *oldest;
};

struct party_table;

int party_table_new(struct party_table **ret_table);
void party_table_free(struct party_table *table);

/* NULL: there is none. */
struct party *party_find(const struct party_table *table, int ifindex, canid_t id, int ext);

/* A free one for this identifier; NULL: none is free. */
struct party *party_add(struct party_table *table, int ifindex, canid_t id, int ext);

/* Gives its data free. */
void party_remove(struct party_table *table, struct party *party);

/* The end of the list that its state says, as the newest. */
void party_touch(struct party_table *table, struct party *party, enum party_state state);

/* Those that send, and those that do not. */
const struct party_list *party_senders(const struct party_table *table);
const struct party_list *party_idlers(const struct party_table *table);

#endif
