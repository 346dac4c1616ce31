/* SPDX-License-Identifier: LGPL-2.1-or-later */
/**
 * @file bcm.h
 * The CAN broadcast manager (CAN_BCM): the kernel sends frames cyclically and watches what comes,
 * so that a program is woken for what changed alone. Linux 2.6.25; structures and flags are those
 * of <linux/can/bcm.h>, their meaning is told in Documentation/networking/can.rst of the kernel.
 *
 *     struct kin_sock *s;
 *     struct kin_bcm_tx *tx;
 *
 *     kin_open("bcm:can0", KIN_CONNECT, &s);
 *     kin_bcm_tx_new(&tx);
 *     kin_bcm_tx_add_frame(tx, &frame, sizeof(frame));
 *     kin_bcm_tx_set_timers(tx, 0, 0, 10000000);            every 10 ms
 *     kin_bcm_tx_setup(s, tx, SETTIMER | STARTTIMER);
 *
 * What was set up belongs to the socket: closing that ends all of it. The objects here are its
 * descriptions, which may be changed and set up again, or freed, at any time.
 *
 * A socket of "bcm:any" has no interface of its own: operations then name theirs. On one that was
 * opened for an interface the kernel takes no other.
 *
 * While an interface is down, or where its MTU is too small for FD frames, the kernel drops what it
 * would send cyclically and tells nobody; a socket of an interface that goes down is told once, by
 * -ENETDOWN when it receives. What was set up stays, and goes on when the interface is up again.
 *
 * Times are whole microseconds in nanoseconds, from 0 (none) to 400 days, the kernel's limit since
 * Linux 5.0; anything finer or longer is refused.
 */
#ifndef KIN_BCM_H
#define KIN_BCM_H

#include <linux/can/bcm.h>

#include <kin/can.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Frames of one cyclic transmission, and values of one multiplex filter. */
#define KIN_BCM_FRAMES_MAX 256

/** Bytes of the longest message that a BCM socket gives or takes. */
#define KIN_BCM_MSG_MAX                                                                            \
	(sizeof(struct bcm_msg_head) + (KIN_BCM_FRAMES_MAX + 1) * sizeof(struct canfd_frame))

/* ---- Cyclic transmission ------------------------------------------------------------------- */

/** What is sent cyclically: one frame, or a sequence of which each time sends the next. */
struct kin_bcm_tx;

KIN_API int kin_bcm_tx_new(struct kin_bcm_tx **ret_tx);

/** What was set up stays: kin_bcm_tx_delete() ends it, or closing the socket. */
KIN_API void kin_bcm_tx_free(struct kin_bcm_tx *tx);

/**
 * Add a frame to the sequence.
 * @param frame  classic or FD (Linux 4.8), all of one transmission the same
 * @param size  sizeof(struct can_frame) or sizeof(struct canfd_frame)
 * @return 0; -EBADMSG: no such frame; -EINVAL: classic and FD mixed; -E2BIG: more than
 *         KIN_BCM_FRAMES_MAX; -ENOMEM
 */
KIN_API int kin_bcm_tx_add_frame(struct kin_bcm_tx *tx, const void *frame, size_t size);

/** Begin the sequence anew: remove all frames. */
KIN_API void kin_bcm_tx_clear_frames(struct kin_bcm_tx *tx);

/**
 * When it is sent: count frames, one every ival1_ns, and then one every ival2_ns for ever.
 * @param count  frames, not rounds of a sequence; 0: ival2_ns from the beginning
 * @param ival1_ns  needed with a count
 * @param ival2_ns  0: end after count frames
 * @return 0; -EINVAL: not a whole number of microseconds in 0-400 days; a count without ival1_ns
 */
KIN_API int kin_bcm_tx_set_timers(struct kin_bcm_tx *tx, uint32_t count, int64_t ival1_ns,
				  int64_t ival2_ns);

/**
 * What the kernel tells the transmissions of a socket apart by, and names them by in messages.
 * Frames carry their own identifiers, so that any number will do, and several transmissions may
 * send frames of one identifier. Of those without a key the first setup chooses one that is no
 * identifier; the object belongs to that socket from then on.
 */
KIN_API void kin_bcm_tx_set_key(struct kin_bcm_tx *tx, uint32_t key);

/** @return the key; 0 when none was set or chosen yet */
KIN_API uint32_t kin_bcm_tx_key(const struct kin_bcm_tx *tx);

/** The interface, on a socket of "bcm:any". @param ifindex  0: the socket's. @return 0; -EINVAL */
KIN_API int kin_bcm_tx_set_interface(struct kin_bcm_tx *tx, int ifindex);

/** Be told by TX_EXPIRED when the count is done (TX_COUNTEVT). Not told of a count of 1. */
KIN_API void kin_bcm_tx_set_notify(struct kin_bcm_tx *tx, bool on);

/** Send every frame with the key for its identifier (TX_CP_CAN_ID); a key must be set. */
KIN_API void kin_bcm_tx_set_copy_id(struct kin_bcm_tx *tx, bool on);

/**
 * Give the transmission to the kernel (TX_SETUP), or change one that it has.
 * @param flags  joined:
 *        SETTIMER    the count and intervals count from the next time on; both intervals 0 stop it
 *        STARTTIMER  send the first frame now, and the next ones by the timers
 *        TX_ANNOUNCE  send a frame now, without touching the timers
 *        TX_RESET_MULTI_IDX  go on with the first frame of the sequence
 *        0: new content, with timers that go on undisturbed
 * @return 0; -EINVAL: a flag, no frame, or to be started without an interval; -E2BIG: more frames
 *         than at first; -ENODEV: no such interface, or none on a socket of "bcm:any"; -ENOTCONN:
 *         the socket was not connected
 */
KIN_API int kin_bcm_tx_setup(struct kin_sock *sock, struct kin_bcm_tx *tx, unsigned flags);

/** End it (TX_DELETE). @return 0; -ENOENT: the socket has none of this key */
KIN_API int kin_bcm_tx_delete(struct kin_sock *sock, const struct kin_bcm_tx *tx);

/**
 * Ask for its state (TX_READ): a TX_STATUS comes as a message, with the frames, and with what is
 * left of the count.
 * @return 0; -ENOENT: the socket has none of this key
 */
KIN_API int kin_bcm_tx_read(struct kin_sock *sock, const struct kin_bcm_tx *tx);

/**
 * How many frames were sent since it was set up first, by /proc/net/can-bcm. Before Linux 6.15
 * (and its 6.1.141, 6.12.31) those are counted too that the interface did not take.
 * @return 0; -ENOENT: the socket has none of this key; -EOPNOTSUPP: the kernel does not tell
 */
KIN_API int kin_bcm_tx_sent(const struct kin_sock *sock, const struct kin_bcm_tx *tx,
			    uint64_t *ret_frames);

/**
 * Send one frame now (TX_SEND).
 * @param ifindex  the interface, on a socket of "bcm:any"; 0: the socket's
 * @return 0; -EBADMSG: no frame; -ENETDOWN; -ENOBUFS: the interface's queue is full; -EMSGSIZE:
 *         it takes no FD frames; -ENODEV: none was named
 */
KIN_API int kin_bcm_send(struct kin_sock *sock, int ifindex, const void *frame, size_t size);

/* ---- Reception ----------------------------------------------------------------------------- */

/**
 * What is received: the frames of one identifier, all of them, or those whose content changed.
 * A socket has one for each identifier, interface, and kind of frame (classic or FD).
 */
struct kin_bcm_rx;

/**
 * Every frame with this identifier (RX_FILTER_ID), until something else is set.
 * @param id  with CAN_EFF_FLAG when it is extended, with CAN_RTR_FLAG for remote requests
 * @return 0; -EINVAL: not an identifier; -ENOMEM
 */
KIN_API int kin_bcm_rx_new(canid_t id, struct kin_bcm_rx **ret_rx);

/**
 * The same in text, as kin send and the option watch= of addresses have it:
 *
 *     ID[#MASK] [timeout=TIME] [throttle=TIME] [start] [check-dlc] [resume] [no-autotimer]
 *               [answer=FRAME] [if=INTERFACE]
 *     ID#SELECTOR#VALUE[#VALUE...] ...
 *
 * An ID has 3 hex digits, or 8 when it is extended; of FD frames it has "##" behind it.
 * @param ret_flags  for kin_bcm_rx_setup(): SETTIMER with a time, STARTTIMER with "start"
 * @return 0; -EINVAL, -EMSGSIZE, -E2BIG: as the calls below; -ENODEV: no such interface; -ENOMEM
 */
KIN_API int kin_bcm_rx_parse(const char *text, struct kin_bcm_rx **ret_rx, unsigned *ret_flags);

/** The identifier that it was made for, and whether it is of FD frames. */
KIN_API canid_t kin_bcm_rx_id(const struct kin_bcm_rx *rx);
KIN_API bool kin_bcm_rx_is_fd(const struct kin_bcm_rx *rx);

/** What was set up stays: kin_bcm_rx_delete() ends it, or closing the socket. */
KIN_API void kin_bcm_rx_free(struct kin_bcm_rx *rx);

/** FD frames instead of classic ones (CAN_FD_FRAME, Linux 4.8). Forgets masks and the answer. */
KIN_API void kin_bcm_rx_set_fd(struct kin_bcm_rx *rx, bool on);

/** The interface, on a socket of "bcm:any". @param ifindex  0: the socket's, or any. */
KIN_API int kin_bcm_rx_set_interface(struct kin_bcm_rx *rx, int ifindex);

/**
 * Content filter: tell of the first frame, and of one in which a bit that is set here differs from
 * the one told of last. No bits at all: of the first frame, and of what RX_CHECK_DLC sees.
 * @param len  bytes of mask, up to 8, or 64 of FD; the rest is zero
 * @return 0; -EMSGSIZE: longer; -ENOMEM
 */
KIN_API int kin_bcm_rx_set_mask(struct kin_bcm_rx *rx, const void *mask, size_t len);

/**
 * Multiplex filter: bits of the first 8 bytes that select, to be followed by the values.
 * @return 0; -EMSGSIZE: above 8 bytes; -ENOMEM
 */
KIN_API int kin_bcm_rx_set_selector(struct kin_bcm_rx *rx, const void *selector, size_t len);

/**
 * One more value: where bits of the selector are set, what must be in a frame; elsewhere the bits
 * that are compared with the frame of that value that was told of last. The first value that fits
 * counts; frames that fit none are not told of.
 * @return 0; -EMSGSIZE: longer than a frame; -EINVAL: there is no selector; -E2BIG: more than
 *         KIN_BCM_FRAMES_MAX; -ENOMEM
 */
KIN_API int kin_bcm_rx_add_value(struct kin_bcm_rx *rx, const void *value, size_t len);

/**
 * Supervision and throttling.
 * @param timeout_ns  tell by RX_TIMEOUT, once, when no frame came for so long; 0: never
 * @param throttle_ns  tell of at most one frame (of each value) in that time, the last one;
 *                     0: of each
 * @return 0; -EINVAL: not a whole number of microseconds in 0-400 days
 */
KIN_API int kin_bcm_rx_set_timers(struct kin_bcm_rx *rx, int64_t timeout_ns, int64_t throttle_ns);

/**
 * @param flags  joined: RX_CHECK_DLC: a changed length counts as a changed content;
 *               RX_ANNOUNCE_RESUME: after a timeout tell of the next frame whatever its content;
 *               RX_NO_AUTOTIMER: a frame ends the supervision instead of beginning it anew
 * @return 0; -EINVAL
 */
KIN_API int kin_bcm_rx_set_flags(struct kin_bcm_rx *rx, unsigned flags);

/**
 * Let the kernel answer remote requests of the identifier with this frame (RX_RTR_FRAME), instead
 * of telling of them. Needs an interface.
 * @param frame  a classic data frame, with any identifier
 * @return 0; -EINVAL: FD or a remote request; -EBADMSG: no frame
 */
KIN_API int kin_bcm_rx_set_answer(struct kin_bcm_rx *rx, const void *frame, size_t size);

/**
 * Give it to the kernel (RX_SETUP), or change what it has of this identifier: what was told of
 * before is forgotten then, so that the next frame counts as the first.
 * @param flags  joined: SETTIMER: with the timers (else they stay); STARTTIMER: supervise from now
 *               on, not only from the first frame on
 * @return 0; -EINVAL: a flag, or a selector without values; -E2BIG: more masks than at first;
 *         -ENODEV; -ENOTCONN: the socket was not connected
 */
KIN_API int kin_bcm_rx_setup(struct kin_sock *sock, const struct kin_bcm_rx *rx, unsigned flags);

/** End it (RX_DELETE). @return 0; -ENOENT: the socket has none of this identifier */
KIN_API int kin_bcm_rx_delete(struct kin_sock *sock, const struct kin_bcm_rx *rx);

/** Ask for it (RX_READ): an RX_STATUS comes as a message, with the masks. @return as above */
KIN_API int kin_bcm_rx_read(struct kin_sock *sock, const struct kin_bcm_rx *rx);

/**
 * How many frames came since it was set up, and how many were told of, by /proc/net/can-bcm. Where
 * remote requests are answered, the answers count like the requests.
 * @param ret_told  or NULL
 * @return 0; -EOPNOTSUPP: the kernel does not tell
 */
KIN_API int kin_bcm_rx_received(const struct kin_sock *sock, const struct kin_bcm_rx *rx,
				uint64_t *ret_frames, uint64_t *ret_told);

/* ---- Messages ------------------------------------------------------------------------------ */

/** What a BCM socket received. Set struct_size to sizeof(struct kin_bcm_msg) before the call. */
struct kin_bcm_msg {
	size_t struct_size;
	uint32_t opcode; /* RX_CHANGED, RX_TIMEOUT, RX_STATUS, TX_STATUS, TX_EXPIRED */
	uint32_t flags;  /* of the operation; CAN_FD_FRAME tells the kind of the frames */
	uint32_t count;  /* of a transmission: what is left */
	uint32_t key;    /* of a transmission; else the identifier */
	int64_t ival1_ns, ival2_ns;
	int ifindex; /* where it came from; of RX_TIMEOUT and of bcm:any, the last frame */
	bool own;    /* RX_CHANGED: sent by this socket */
	bool local;  /* RX_CHANGED: sent by this host */
	unsigned n_frames;
	size_t frame_size;  /* sizeof(struct can_frame) or sizeof(struct canfd_frame) */
	const void *frames; /* in the message that was read */
};

/**
 * Read a message that was received, and see that it is whole. Of RX_CHANGED time_ns of the message
 * is the frame's.
 * @return 0; -EBADMSG: cut, or none of a BCM socket's
 */
KIN_API int kin_bcm_msg_read(const struct kin_msg *msg, struct kin_bcm_msg *ret);

/** Frame i: in a status of reception a mask. @return NULL beyond the end */
KIN_API const union kin_can_frame *kin_bcm_msg_frame(const struct kin_bcm_msg *msg, unsigned i);

/* ---- Cleanup ------------------------------------------------------------------------------- */

static inline void kin_bcm_tx_free_cleanup(struct kin_bcm_tx **tx)
{
	kin_bcm_tx_free(*tx);
}
static inline void kin_bcm_rx_free_cleanup(struct kin_bcm_rx **rx)
{
	kin_bcm_rx_free(*rx);
}

#ifdef __cplusplus
}
#endif

#endif
