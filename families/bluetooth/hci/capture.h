/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the styles of HCI keep over one capture, and their files. */
#ifndef KIN_BLUETOOTH_HCI_CAPTURE_H
#define KIN_BLUETOOTH_HCI_CAPTURE_H

#include <kin/bluetooth-hci.h>
#include "../internal.h"

/* Details of the formats of files: the classic ones of one controller's packets. */
enum {
	HCI_DETAIL_H4 = 1 << 0,
	HCI_DETAIL_H1 = 1 << 1,
};

enum { CAPTURE_SOCKS = 16 };

struct capture {
	struct kin_hci_decoder *decoder; /* NULL: none was needed */
	/* Asking the kernel what a socket is bound to takes a system call. */
	struct {
		const struct kin_sock *sock;
		uint16_t controller, channel;
	} socks[CAPTURE_SOCKS];
	unsigned next_sock;
	int controller; /* of the classic formats; below zero: none came yet */
};

/* NULL: no memory. */
struct capture *capture_of(struct kin_format *format);

/* kin_style.add: the socket is new. */
void capture_add(struct kin_format *format, struct kin_sock *sock);

/*
 * The packet that a message is, which way it went, and when. False: it is none, or there is no
 * memory. ret_stamped: the message with that time, which the raw channel tells in a way of its own.
 */
bool capture_read(struct kin_format *format, struct kin_sock *sock, const struct kin_msg *msg,
		  struct kin_hci_packet *ret_packet, struct kin_msg *ret_stamped);

/*
 * One that a classic format has a place for: of the first controller's. @return its type (H4);
 * below zero: it has none
 */
int capture_classic(struct kin_format *format, const struct kin_hci_packet *packet);

/* Did somebody send it? What the kernel tells of itself nobody did. */
bool capture_is_message(unsigned kind);

/* What a recording has, as a message of the monitor, or of a raw socket. 1 */
int capture_set_monitor(struct kin_record *record, const struct kin_hci_packet *packet);
int capture_set_raw(struct kin_record *record, uint8_t type, enum kin_direction direction,
		    const uint8_t *data, size_t len, size_t full_len);

void hci_put_text(struct kin_format *format, struct kin_sock *sock, const struct kin_msg *msg,
		  struct kin_buf *out);
void hci_put_json(struct kin_format *format, struct kin_sock *sock, const struct kin_msg *msg,
		  struct kin_buf *out);
extern const struct kin_reading hci_json_reading;

void btsnoop_begin(struct kin_format *format, struct kin_buf *out);
void btsnoop_put(struct kin_format *format, struct kin_sock *sock, const struct kin_msg *msg,
		 struct kin_buf *out);
extern const struct kin_reading btsnoop_reading;

void hci_pcapng_begin(struct kin_format *format, struct kin_buf *out);
void hci_pcapng_put(struct kin_format *format, struct kin_sock *sock, const struct kin_msg *msg,
		    struct kin_buf *out);
extern const struct kin_reading hci_pcapng_reading;

#endif
