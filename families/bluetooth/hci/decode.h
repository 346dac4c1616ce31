/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KIN_BLUETOOTH_HCI_DECODE_H
#define KIN_BLUETOOTH_HCI_DECODE_H

#include <kin/bluetooth-hci.h>
#include "emit.h"

/* A line without its end, or the members of an object without its braces. */
void hci_put(struct kin_hci_decoder *decoder, const struct kin_hci_packet *packet, struct emit *e);

#endif
