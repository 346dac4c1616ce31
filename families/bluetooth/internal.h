/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the files of this family share. */
#ifndef KIN_BLUETOOTH_INTERNAL_H
#define KIN_BLUETOOTH_INTERNAL_H

#include <kin/bluetooth.h>
#include <kin/family.h>

#include <bluetooth/bluetooth.h>
#include <bluetooth/hci.h>
#include <bluetooth/l2cap.h>
#include <bluetooth/rfcomm.h>
#include <bluetooth/sco.h>

/* The kernel's include/net/bluetooth/iso.h, without what a receiver of broadcasts has behind it. */
struct sockaddr_iso {
	sa_family_t iso_family;
	bdaddr_t iso_bdaddr;
	uint8_t iso_bdaddr_type;
};

#define L2CAP_SCHEMES     "l2cap l2cap-stream l2cap-dgram"
#define L2CAP_CONNECTIONS "l2cap l2cap-stream"
#define LE_ATTRIBUTES     4    /* the fixed channel of LE that programs may have */
#define FIXED_CHANNEL_MAX 0x3F /* of BR/EDR */

extern const struct kin_cmsg_type bluetooth_cmsgs[];
extern const struct kin_const bluetooth_consts[];
extern const struct kin_opt bluetooth_opts[];
extern const struct kin_family kin_family_bluetooth;

/* hci: packets as lines and in files, and which of them are meant */
extern const struct kin_style hci_styles[];
extern const struct kin_detail hci_details[];
int hci_pattern_parse(const struct kin_proto *proto, const char *text, struct kin_pattern *pattern);
bool hci_pattern_match(const struct kin_pattern *pattern, const struct kin_msg *msg);

int bluetooth_parse(const struct kin_proto *proto, const char *body,
		    const struct kin_setting *settings, size_t n, struct kin_target *ret);
void bluetooth_format(const struct kin_proto *proto, const struct kin_target *target,
		      struct kin_buf *out);
bool bluetooth_equal(const struct kin_addr *a, const struct kin_addr *b);
int bluetooth_open(struct kin_sock *sock, const struct kin_target *target, enum kin_role role,
		   int64_t deadline_ns);
int bluetooth_confirm(struct kin_sock *sock);
size_t bluetooth_send_max(const struct kin_sock *sock);
void bluetooth_explain(const struct kin_proto *proto, const char *call, int err,
		       const struct kin_target *target, struct kin_buf *out);

/* address.c */
extern const struct kin_bdaddr bluetooth_any;

/* filter.c */
int bluetooth_filter_check(const struct kin_opt *opt, const char *text, struct kin_buf *canonical);
int bluetooth_filter_set(struct kin_sock *sock, const struct kin_opt *opt, const char *text);
int bluetooth_filter_get(struct kin_sock *sock, const struct kin_opt *opt, struct kin_buf *text);

/* part.c: options that are one field of a structure which the kernel takes and gives as a whole */
int bluetooth_part_check(const struct kin_opt *opt, const char *text, struct kin_buf *canonical);
int bluetooth_part_set(struct kin_sock *sock, const struct kin_opt *opt, const char *text);
int bluetooth_part_get(struct kin_sock *sock, const struct kin_opt *opt, struct kin_buf *text);

/* mode.c */
int bluetooth_mode_check(const struct kin_opt *opt, const char *text, struct kin_buf *canonical);
int bluetooth_mode_set(struct kin_sock *sock, const struct kin_opt *opt, const char *text);
int bluetooth_mode_get(struct kin_sock *sock, const struct kin_opt *opt, struct kin_buf *text);
int bluetooth_l2cap_options(const struct kin_sock *sock, struct l2cap_options *ret_options);
bool bluetooth_is_le(const struct kin_sock *sock);

/* device.c */
int bluetooth_is_up(long device); /* 1, 0, or -errno */
void bluetooth_put_unready(bool le, struct kin_buf *out); /* why nothing can be reached */

/* notation.c */
int bluetooth_msg_parse(const struct kin_proto *proto, const char *text, struct kin_msg *msg);

#endif
