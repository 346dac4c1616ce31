/* SPDX-License-Identifier: LGPL-2.1-or-later */
/**
 * @file can.h
 * The CAN family: typed addresses, frames and socket options. The structures are those of
 * <linux/can.h>; their meaning is told in Documentation/networking/can.rst of the kernel.
 *
 * A message of a "can:" socket is one struct can_frame (16 bytes), struct canfd_frame (72 bytes)
 * or struct canxl_frame (12 bytes and its data). An address is a struct sockaddr_can.
 */
#ifndef KIN_CAN_H
#define KIN_CAN_H

#include <linux/can.h>
#include <linux/can/error.h>
#include <linux/can/raw.h>

#include <kin/kin.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- Addresses ----------------------------------------------------------------------------- */

/**
 * The address of a CAN interface.
 * @param ifname  "can0"; NULL, "" or "any": every CAN interface there is and will be, for
 *                receiving only; "if7": the one with index 7, whether it is there or not, when
 *                no interface has that for its name
 * @return 0; -EINVAL: longer than 15 bytes; -ENODEV: there is no such interface or it is not a
 *         CAN interface (the record lists those there are)
 */
KIN_API int kin_can_addr(const char *ifname, struct kin_addr *ret_addr);

/** The same by index, which is not checked; 0: any. @return 0; -EINVAL: below 0 */
KIN_API int kin_can_addr_index(int ifindex, struct kin_addr *ret_addr);

/* ---- Frames -------------------------------------------------------------------------------- */

/** Room for a frame of every kind. The kernel's structures are the message as it is sent. */
union kin_can_frame {
	canid_t id; /* with CAN_EFF_FLAG, CAN_RTR_FLAG, CAN_ERR_FLAG; of XL: priority and VCID */
	struct can_frame classic;
	struct canfd_frame fd;
	struct canxl_frame xl;
};

enum kin_can_kind {
	KIN_CAN_CLASSIC = 1, /* 11 or 29 bit identifier, 0 to 8 bytes */
	KIN_CAN_FD,          /* 0 to 64 bytes; Linux 3.6 */
	KIN_CAN_XL,          /* 1 to 2048 bytes; Linux 6.1 */
};

/** Room that the text of any frame fits in, NUL included. */
#define KIN_CAN_FRAME_TEXT 4128

/**
 * Which kind of frame a message is, as the kernel tells them apart. Leaves no failure record.
 * @param frame  size bytes, aligned to 4
 * @return enum kin_can_kind; -EBADMSG: none, because the size or the length in it is wrong;
 *         -EINVAL: NULL
 */
KIN_API int kin_can_frame_kind(const void *frame, size_t size);

/**
 * Read a frame in the compact notation of can-utils (cansend, candump -L):
 *
 *     123#DEADBEEF          standard identifier, 3 digits, up to 7FF
 *     00000123#DE.AD.BE.EF  extended identifier, 8 digits; '.' may stand between bytes
 *     123#R  123#R5         remote request, with DLC 0 to 8
 *     123#1122334455667788_F  123#R8_9   8 bytes with a DLC of 9 to F
 *     123##1112233          FD: flags (1 BRS, 2 ESI, 4 FDF) and 0-8, 12, 16, 20, 24, 32, 48, 64
 *     20000088#0000000000000000  error frame: CAN_ERR_FLAG and CAN_ERR_* classes
 *     45123#81:00:12345678#1122  XL: VCID, priority, flags (80 always), SDU type, acceptance
 *
 * and error frames in the words of kin_can_error_format() with commas between them:
 *
 *     error:bus-off,error-counter-tx-rx{{255}{0}}
 *
 * Strict: whatever can't be represented exactly is refused. Padding is zero.
 * @param ret_size  bytes to send: 16, 72, or 12 and the data's length
 * @return 0; -EINVAL: the record says what is wrong at which position
 */
KIN_API int kin_can_frame_parse(const char *text, union kin_can_frame *ret_frame, size_t *ret_size);

/**
 * Write a frame in the compact notation. Bits for which it has no place are left out: those of
 * an identifier beyond its size, FD flags above 8.
 * @param frame  size bytes, aligned to 4
 * @return the length of the text, which was cut when that is buf_size or more; -EBADMSG
 */
KIN_API ssize_t kin_can_frame_format(const void *frame, size_t size, char *buf, size_t buf_size);

/** The data length of an FD frame with that DLC: 0-8, 12, 16, ... 64. @param dlc  0-15, else 64 */
KIN_API unsigned kin_can_fd_dlc_to_len(unsigned dlc);

/** The smallest DLC of an FD frame that holds len bytes. @param len  0-64, else 15 */
KIN_API unsigned kin_can_fd_len_to_dlc(unsigned len);

/**
 * An error frame in words, candump's: "controller-problem{rx-error-warning},bus-error".
 * Meaning: linux/can/error.h.
 * @param separator  between the error classes; NULL: ","
 * @return the length of the text, which was cut when that is size or more;
 *         -EINVAL: not an error frame
 */
KIN_API ssize_t kin_can_error_format(const struct can_frame *frame, const char *separator,
				     char *buf, size_t size);

/* ---- Socket options ------------------------------------------------------------------------ */
/* Each returns 0 or what setsockopt(2) said; -ENOPROTOOPT: the kernel is older than the option. */

/**
 * Receive the frames that match at least one filter: (id & can_mask) == (can_id & can_mask),
 * or the contrary with CAN_INV_FILTER in can_id (CAN_RAW_FILTER, Linux 2.6.25).
 * @param n  0: receive no data frames at all
 * @return also -EINVAL: more than CAN_RAW_FILTER_MAX (512)
 */
KIN_API int kin_can_set_filters(struct kin_sock *sock, const struct can_filter *filters, size_t n);

/** @return how many filters were written; -ERANGE: there are more than max */
KIN_API int kin_can_filters(struct kin_sock *sock, struct can_filter *filters, size_t max);

/** All filters must match instead of one (CAN_RAW_JOIN_FILTERS, Linux 4.1); off at first. */
KIN_API int kin_can_set_join_filters(struct kin_sock *sock, bool on);

/** Receive error frames of these classes (CAN_RAW_ERR_FILTER, Linux 2.6.25); none at first. */
KIN_API int kin_can_set_errors(struct kin_sock *sock, can_err_mask_t classes);

/** Show what is sent to this host's other sockets (CAN_RAW_LOOPBACK, Linux 2.6.25); on at first. */
KIN_API int kin_can_set_loopback(struct kin_sock *sock, bool on);

/**
 * Receive what this socket sent, with MSG_CONFIRM in its flags, once it has been on the bus
 * (CAN_RAW_RECV_OWN_MSGS, Linux 2.6.25); off at first.
 */
KIN_API int kin_can_set_own(struct kin_sock *sock, bool on);

/** Send and receive FD frames too (CAN_RAW_FD_FRAMES, Linux 3.6); off at first. */
KIN_API int kin_can_set_fd(struct kin_sock *sock, bool on);

/** Send and receive XL frames too, and FD with them (CAN_RAW_XL_FRAMES, Linux 6.1). */
KIN_API int kin_can_set_xl(struct kin_sock *sock, bool on);

/** What happens with the virtual CAN network identifier (VCID) of XL frames. */
enum kin_can_vcid_flags {
	KIN_CAN_VCID_TX_SET = 1,    /* put tx_vcid into what is sent */
	KIN_CAN_VCID_TX_PASS = 2,   /* send what the frame has */
	KIN_CAN_VCID_RX_FILTER = 4, /* receive when (VCID & rx_mask) == (rx_vcid & rx_mask) */
};

/**
 * CAN_RAW_XL_VCID_OPTS, Linux 6.9. Without it, frames are sent with VCID 0, and those that have
 * one are not received.
 * @param flags  KIN_CAN_VCID_* joined
 */
KIN_API int kin_can_set_vcid(struct kin_sock *sock, unsigned flags, uint8_t tx_vcid,
			     uint8_t rx_vcid, uint8_t rx_mask);

#ifdef __cplusplus
}
#endif

#endif
