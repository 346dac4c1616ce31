/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the files of the broadcast manager share. */
#ifndef KIN_CAN_BCM_OPERATION_H
#define KIN_CAN_BCM_OPERATION_H

#include "../internal.h"
#include "bcm.h"

/* ---- A message to the kernel: operation.c -------------------------------------------------- */

/* Kept as it is sent: the head and the frames behind it. */
struct bcm_operation {
	struct bcm_msg_head *head;
	unsigned room; /* frames that there is memory for */
	int ifindex;   /* 0: the socket's */
};

struct kin_bcm_tx {
	struct bcm_operation op;
	bool has_key;
};

struct kin_bcm_rx {
	struct bcm_operation op;
	canid_t id;   /* without the flag that an answer adds */
	bool selects; /* the first mask is a selector */
};

int bcm_operation_init(struct bcm_operation *op);
size_t bcm_frame_size(const struct bcm_msg_head *head);

/* Zeroed, behind the last frame, which is not counted yet. NULL: no memory */
void *bcm_operation_add(struct bcm_operation *op);
void *bcm_frame_at(const struct bcm_msg_head *head, unsigned i);

/* "no such interface" and the like in words, when it is below 0. */
int bcm_set_interface(struct bcm_operation *op, int ifindex);

/* What the BCM counts in: refuses what it can't. */
int bcm_set_timers(struct bcm_operation *op, const char *const names[2], int64_t ival1_ns,
		   int64_t ival2_ns);
/* Below zero: it is no time that the BCM could have been given. */
int64_t bcm_time_ns(const struct bcm_timeval *time);

/* The bytes of the message that these make it; the flags that stay are kept. */
size_t bcm_prepare(const struct bcm_operation *op, uint32_t opcode, unsigned flags);
int bcm_send_operation(struct kin_sock *sock, const struct bcm_operation *op, size_t size);

/* TX_DELETE, TX_READ, RX_DELETE, RX_READ: -ENOENT when there is no such operation. */
int bcm_request(struct kin_sock *sock, const struct bcm_operation *op, uint32_t opcode);

/* What is wrong with an operation that would be set up with these flags. */
int bcm_tx_check(const struct kin_bcm_tx *tx, unsigned flags);
int bcm_rx_check(const struct kin_bcm_rx *rx, unsigned flags);

/* ---- Statistics: statistics.c -------------------------------------------------------------- */

/* Numbers of one operation out of /proc/net/can-bcm: sent; or received and told of. */
int bcm_statistics(const struct kin_sock *sock, const struct bcm_operation *op, bool tx,
		   uint64_t numbers[2]);

/* Of one line. @param bound  the socket's interface. @return whether it is the operation's */
bool bcm_statistics_line(const char *line, const struct bcm_operation *op, bool tx,
			 const char *bound, uint64_t numbers[2]);

/* ---- Text: notation.c ---------------------------------------------------------------------- */

/* An identifier, as masks and keys have it: 3 digits, 8 when extended. */
void bcm_put_id(struct kin_buf *out, canid_t id);

/* The words behind the opcode: frames or masks, timers and flags. */
void bcm_put_tx(struct kin_buf *out, const struct bcm_msg_head *head);
void bcm_put_rx(struct kin_buf *out, const struct bcm_msg_head *head);

int bcm_msg_parse(const struct kin_proto *proto, const char *text, struct kin_msg *msg);

/* The option watch=. */
int bcm_check_watch(const struct kin_opt *opt, const char *text, struct kin_buf *canonical);
int bcm_set_watch(struct kin_sock *sock, const struct kin_opt *opt, const char *text);

/* ---- Styles: style.c ----------------------------------------------------------------------- */

void bcm_put_text(struct kin_format *format, struct kin_sock *sock, const struct kin_msg *msg,
		  struct kin_buf *out);
void bcm_put_candump(struct kin_format *format, struct kin_sock *sock, const struct kin_msg *msg,
		     struct kin_buf *out);
void bcm_put_json(struct kin_format *format, struct kin_sock *sock, const struct kin_msg *msg,
		  struct kin_buf *out);

#endif
