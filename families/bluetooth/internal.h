/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the files of this family share. */
#ifndef KIN_BLUETOOTH_INTERNAL_H
#define KIN_BLUETOOTH_INTERNAL_H

#include <kin/bluetooth.h>
#include <kin/family.h>

/* The kernel's include/net/bluetooth, which programs see in BlueZ's headers. */
enum {
	BTPROTO_L2CAP = 0,
	BTPROTO_HCI = 1,
	BTPROTO_SCO = 2,
	BTPROTO_RFCOMM = 3,
};

enum {
	SOL_HCI = 0,
	SOL_L2CAP = 6,
	SOL_RFCOMM = 18,
};

struct l2cap_sockaddr {
	sa_family_t family;
	uint16_t psm; /* little-endian, as cid is */
	struct kin_bdaddr bdaddr;
	uint16_t cid;
	uint8_t type;
	uint8_t pad;
};

struct rfcomm_sockaddr {
	sa_family_t family;
	struct kin_bdaddr bdaddr;
	uint8_t channel;
	uint8_t pad;
};

struct sco_sockaddr {
	sa_family_t family;
	struct kin_bdaddr bdaddr;
};

struct hci_sockaddr {
	sa_family_t family;
	uint16_t device;
	uint16_t channel;
};

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
void bluetooth_explain(const struct kin_proto *proto, const char *call, int err,
		       const struct kin_target *target, struct kin_buf *out);

#endif
