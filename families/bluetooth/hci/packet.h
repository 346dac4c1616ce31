/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How packets are marked: by the monitor, and on a serial line (H4). */
#ifndef KIN_BLUETOOTH_HCI_PACKET_H
#define KIN_BLUETOOTH_HCI_PACKET_H

#include <kin/bluetooth-hci.h>
#include "../internal.h"

enum { HCI_HEADER = 6 };

/* Core specification, volume 4, part A; the last two are Broadcom's and BlueZ's. */
enum {
	HCI_H4_COMMAND = 1,
	HCI_H4_ACL = 2,
	HCI_H4_SCO = 3,
	HCI_H4_EVENT = 4,
	HCI_H4_ISO = 5,
	HCI_H4_DIAG = 0xF0,
	HCI_H4_VENDOR = 0xFF,
};

/* Below zero: there is none. */
int hci_h4_kind(uint8_t type, enum kin_direction direction);
int hci_kind_h4(unsigned kind);

#endif
