/* SPDX-License-Identifier: LGPL-2.1-or-later */
/**
 * @file isotp.h
 * ISO-TP (ISO 15765-2): messages (PDUs) of up to 4 GiB in CAN frames. Sockets of the kernel's
 * CAN_ISOTP (Linux 5.10), whose structures are those of <linux/can/isotp.h>; and a decoder that
 * follows the transfers of others from raw frames, without that part of the kernel.
 *
 * A PDU that fits goes in a single frame (SF). A longer one begins with a first frame (FF) that
 * says how long it is; the receiver answers with flow control (FC): how many frames may follow
 * until the next one (block size, BS) and how far apart (STmin); then consecutive frames (CF) with
 * a sequence number follow.
 *
 * Addressing on the wire: two CAN identifiers, one each way, are all there is in normal addressing.
 * In extended addressing the first byte of each frame is the address of the one it is for (N_TA).
 * In mixed addressing it is an address extension (N_AE), the same both ways. The kernel and the
 * decoder treat both alike, as "ext".
 *
 * A message of an "isotp:" socket is a PDU. What fails on the bus is told by the next call on the
 * socket, unless CAN_ISOTP_WAIT_TX_DONE makes each send wait for its own end.
 */
#ifndef KIN_ISOTP_H
#define KIN_ISOTP_H

#include <linux/can.h>
#include <linux/can/isotp.h>

#include <kin/kin.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- Addresses ----------------------------------------------------------------------------- */

/** In place of an identifier: none. A socket that broadcasts receives nothing. */
#define KIN_ISOTP_NO_ID 0xFFFFFFFFU

/**
 * The address of a socket: an interface, the identifier that it sends with and the one that it
 * receives.
 * @param ifname  as kin_can_addr(), but not any
 * @param tx_id, rx_id  up to CAN_SFF_MASK; with CAN_EFF_FLAG, up to CAN_EFF_MASK. rx_id may be
 *                      KIN_ISOTP_NO_ID for a socket that broadcasts.
 * @return 0; -EINVAL: an identifier that is none, or the same twice; -ENODEV
 */
KIN_API int kin_isotp_addr(const char *ifname, canid_t tx_id, canid_t rx_id,
			   struct kin_addr *ret_addr);

/** The same by index, which is not checked. @return 0; -EINVAL */
KIN_API int kin_isotp_addr_index(int ifindex, canid_t tx_id, canid_t rx_id,
				 struct kin_addr *ret_addr);

/** @return 0; -EINVAL: not a CAN address */
KIN_API int kin_isotp_addr_ids(const struct kin_addr *addr, canid_t *ret_tx_id, canid_t *ret_rx_id);

/* ---- Socket options ------------------------------------------------------------------------ */
/*
 * To be set before bind(2): -EISCONN afterwards. A kernel older than a flag would take it and do
 * nothing: it is refused by the kernel's version, with -ENOPROTOOPT.
 */

/**
 * CAN_ISOTP_OPTS, Linux 5.10. Flags:
 *
 *     CAN_ISOTP_LISTEN_MODE    receive without answering with flow control
 *     CAN_ISOTP_EXTEND_ADDR    ext_address is the first byte of each frame, both ways
 *     CAN_ISOTP_RX_EXT_ADDR    but rx_ext_address of those received
 *     CAN_ISOTP_TX_PADDING     fill frames up with txpad_content
 *     CAN_ISOTP_RX_PADDING     received ones are filled with rxpad_content,
 *     CAN_ISOTP_CHK_PAD_LEN    and up to the right length: what is not gives -EBADMSG
 *     CAN_ISOTP_CHK_PAD_DATA   and with nothing else: needs CAN_ISOTP_RX_PADDING
 *     CAN_ISOTP_HALF_DUPLEX    never send and receive at once
 *     CAN_ISOTP_FORCE_TXSTMIN  see kin_isotp_force_tx_stmin()
 *     CAN_ISOTP_FORCE_RXSTMIN  see kin_isotp_force_rx_stmin()
 *     CAN_ISOTP_WAIT_TX_DONE   each send waits for the end of the transfer and tells how it ended;
 *                              the socket's timeout does not bound that
 *     CAN_ISOTP_SF_BROADCAST   send single frames to all, receive nothing; Linux 5.11
 *     CAN_ISOTP_CF_BROADCAST   send to all without flow control, receive nothing; Linux 5.19
 *     0x2000 (DYN_FC_PARMS)    let later flow control change block size and STmin; Linux 6.9
 *
 * frame_txtime is the time in nanoseconds that a frame takes on the bus, which is added to STmin:
 * 0 leaves it as it is, CAN_ISOTP_FRAME_TXTIME_ZERO (Linux 5.18) means none.
 * @return also -EINVAL: flags that exclude each other, or unknown ones
 */
KIN_API int kin_isotp_set_options(struct kin_sock *sock, const struct can_isotp_options *options);
KIN_API int kin_isotp_options(const struct kin_sock *sock, struct can_isotp_options *ret_options);

/** Set and clear flags of the options, and leave the rest. */
KIN_API int kin_isotp_set_flags(struct kin_sock *sock, uint32_t set, uint32_t clear);

/**
 * CAN_ISOTP_RECV_FC, Linux 5.10: what this socket asks for when it receives. bs: frames until it
 * will answer again, 0: all; stmin: a code, see kin_isotp_stmin_code(), which is not checked;
 * wftmax: how often it may ask for patience (the kernel never does).
 */
KIN_API int kin_isotp_set_flow_control(struct kin_sock *sock,
				       const struct can_isotp_fc_options *flow_control);
KIN_API int kin_isotp_flow_control(const struct kin_sock *sock,
				   struct can_isotp_fc_options *ret_flow_control);

/**
 * CAN_ISOTP_LL_OPTS, Linux 5.10. mtu: CAN_MTU for classic frames (at first) or CANFD_MTU; tx_dl:
 * the longest frame to send: 8, with CANFD_MTU also 12, 16, 20, 24, 32, 48 or 64; tx_flags: of FD
 * frames, CANFD_BRS and CANFD_ESI. Frames of the other kind are not received.
 * @return also -EINVAL: none of these
 */
KIN_API int kin_isotp_set_link_layer(struct kin_sock *sock,
				     const struct can_isotp_ll_options *link_layer);
KIN_API int kin_isotp_link_layer(const struct kin_sock *sock,
				 struct can_isotp_ll_options *ret_link_layer);

/**
 * Send with this time between frames, whatever the receiver asks for (CAN_ISOTP_TX_STMIN and its
 * flag, Linux 5.10). @param ns  up to UINT32_MAX; below 0: do what the receiver asks for
 */
KIN_API int kin_isotp_force_tx_stmin(struct kin_sock *sock, int64_t ns);

/**
 * Ignore frames that come sooner behind the one before (CAN_ISOTP_RX_STMIN and its flag, Linux
 * 5.10): for tests of senders. @param ns  up to UINT32_MAX; below 0: take them all
 */
KIN_API int kin_isotp_force_rx_stmin(struct kin_sock *sock, int64_t ns);

/** The two times that are forced, below 0: not forced. */
KIN_API int kin_isotp_forced_stmin(const struct kin_sock *sock, int64_t *ret_tx_ns,
				   int64_t *ret_rx_ns);

/**
 * The code of a separation time (ISO 15765-2).
 * @param ns  0 to 127 ms in whole milliseconds, or 100 to 900 us in hundreds
 * @return the code; -EINVAL
 */
KIN_API int kin_isotp_stmin_code(int64_t ns);

/** The time of a code in nanoseconds; of one that is reserved, the longest: 127 ms. */
KIN_API int64_t kin_isotp_stmin_ns(uint8_t code);

/**
 * Bytes of the longest PDU that this kernel's sockets send and receive: 8200 before Linux 5.18,
 * 66000 before 6.4, since then the parameter max_pdu_size of the module can-isotp: 8300 unless
 * given, at least 4095 and at most 1049600.
 * @return the bytes; -EPROTONOSUPPORT: this kernel has no ISO-TP
 */
KIN_API int64_t kin_isotp_max_pdu(void);

/* ---- Frames -------------------------------------------------------------------------------- */

enum kin_isotp_kind {
	KIN_ISOTP_SINGLE,
	KIN_ISOTP_FIRST,
	KIN_ISOTP_CONSECUTIVE,
	KIN_ISOTP_FLOW_CONTROL,
};

/** The flow status of a flow control frame; 3-15 are reserved. */
enum kin_isotp_status {
	KIN_ISOTP_CTS,      /* continue to send */
	KIN_ISOTP_WAIT,     /* there will be another */
	KIN_ISOTP_OVERFLOW, /* the PDU is longer than the receiver takes: do not go on */
};

/** What a CAN frame is in ISO-TP. Set struct_size before the call. */
struct kin_isotp_frame {
	size_t struct_size;
	enum kin_isotp_kind kind;
	int ext;             /* the address in the first byte; -1: normal addressing */
	uint32_t pdu;        /* bytes of the PDU: of single and first frames */
	unsigned number;     /* of consecutive frames, 0-15; of flow control, the flow status */
	uint8_t bs, stmin;   /* of flow control */
	const uint8_t *data; /* of the PDU in this frame, with padding behind it */
	size_t len;
};

/**
 * Read a frame as ISO-TP. Leaves no failure record.
 * @param frame  size bytes, aligned to 4, a classic or an FD frame
 * @param ext    with an address in the first byte
 * @return 0; -EBADMSG: it can't be ISO-TP; -EINVAL: NULL
 */
KIN_API int kin_isotp_frame_parse(const void *frame, size_t size, bool ext,
				  struct kin_isotp_frame *ret_frame);

/* ---- Decoder ------------------------------------------------------------------------------- */

/**
 * Follows the transfers on any number of interfaces. Which identifiers belong together it finds by
 * itself: flow control answers a first frame. Of identifiers that nobody named it tells single
 * frames only once they took part in a transfer, or are the ones of ISO 15765-4 (7DF, 7E0-7EF,
 * 18DAxxxx, 18DBxxxx): other frames look like ISO-TP by chance. It belongs to one thread at a time.
 */
struct kin_isotp_decoder;

/** What ended a transfer. */
enum kin_isotp_end {
	KIN_ISOTP_COMPLETE,        /* the PDU is complete */
	KIN_ISOTP_WRONG_NUMBER,    /* a frame is missing: number instead of expected */
	KIN_ISOTP_NO_FLOW_CONTROL, /* none came in time after a first frame, or a block */
	KIN_ISOTP_NO_FRAME,        /* the sender did not go on in time */
	KIN_ISOTP_OVERFLOWED,      /* the receiver said that it is too long */
	KIN_ISOTP_ABORTED,         /* the sender began another PDU instead */
	KIN_ISOTP_BAD_STATUS,      /* flow control with a status that is reserved: number */
	KIN_ISOTP_TOO_LONG,        /* complete, but longer than the decoder keeps: data is cut */
};

/** Only the library makes these, so more fields may follow. */
struct kin_isotp_pdu {
	enum kin_isotp_end end;
	int ifindex;
	canid_t id;   /* the sender's, with CAN_EFF_FLAG */
	canid_t peer; /* the one that answers it, or KIN_ISOTP_NO_ID as long as that is not known */
	int ext;      /* the address in its first byte, -1: none; and that of the answers */
	int peer_ext;
	const uint8_t *data; /* what came of it */
	size_t len;
	size_t full_len;  /* bytes of the PDU as its first frame said */
	int64_t start_ns; /* when the first and the last frame came */
	int64_t time_ns;
	uint32_t frames;   /* of the sender's */
	uint8_t frame_len; /* of the first: what it sends in at most */
	bool fd, brs;      /* FD frames; with the higher bit rate */
	bool flow_control; /* was seen: the last said */
	uint8_t bs, stmin;
	unsigned number, expected; /* see end */
};

/**
 * @param max_pdu  bytes kept of each PDU; 0: 1 MiB
 * @param max_memory  bytes for all transfers that are open at once; 0: 16 MiB. When it is used up,
 *                    what is longest without a frame ends, as when it takes too long.
 */
KIN_API int kin_isotp_decoder_new(size_t max_pdu, size_t max_memory,
				  struct kin_isotp_decoder **ret_decoder);
KIN_API void kin_isotp_decoder_free(struct kin_isotp_decoder *decoder);

/** Are there addresses in the first bytes of frames? Not at first. Forgets all transfers. */
KIN_API int kin_isotp_decoder_set_ext(struct kin_isotp_decoder *decoder, bool ext);

/**
 * How long flow control and the next frame may take, by the time stamps of the frames (N_Bs, N_Cr
 * of ISO 15765-2): 1 s at first. @return 0; -EINVAL: not above 0
 */
KIN_API int kin_isotp_decoder_set_timeout(struct kin_isotp_decoder *decoder, int64_t timeout_ns);

/**
 * Follow these two, and once this was called no others but those of further calls.
 * @param ext, other_ext  the addresses in their frames; -1: any, or none
 * @return 0; -EINVAL: not an identifier, not a byte, or both are the same; -ENOSPC: more than 64
 *         pairs
 */
KIN_API int kin_isotp_decoder_add_pair(struct kin_isotp_decoder *decoder, canid_t id, int ext,
				       canid_t other, int other_ext);

/** Tell single frames of all identifiers, by how they look. */
KIN_API int kin_isotp_decoder_set_all(struct kin_isotp_decoder *decoder, bool all);

/**
 * Give it the next frame; what else is on the bus is ignored. What kin_isotp_decoder_next() gave
 * before is no longer valid.
 * @param frame    size bytes, aligned to 4
 * @param time_ns  when it came, never below the frame before; transfers that are too late by then
 *                 end before it is looked at
 * @return 0; -ENOMEM: this transfer is lost
 */
KIN_API int kin_isotp_decoder_feed(struct kin_isotp_decoder *decoder, int ifindex,
				   const void *frame, size_t size, int64_t time_ns);

/** Time went by without a frame. */
KIN_API int kin_isotp_decoder_advance(struct kin_isotp_decoder *decoder, int64_t time_ns);

/**
 * When the next transfer will be too late unless a frame comes, by the clock of the time stamps.
 * @return INT64_MAX: none is open
 */
KIN_API int64_t kin_isotp_decoder_deadline(const struct kin_isotp_decoder *decoder);

/** What has ended with the last frame, or before it; NULL: no more. */
KIN_API const struct kin_isotp_pdu *kin_isotp_decoder_next(struct kin_isotp_decoder *decoder);

/**
 * How a transfer ended, in words: "frame 5 came instead of 4, after 20 of 100 bytes".
 * @return the length of the text, which was cut when that is size or more
 */
KIN_API ssize_t kin_isotp_end_format(const struct kin_isotp_pdu *pdu, char *buf, size_t size);

static inline void kin_isotp_decoder_free_cleanup(struct kin_isotp_decoder **decoder)
{
	kin_isotp_decoder_free(*decoder);
}

#ifdef __cplusplus
}
#endif

#endif
