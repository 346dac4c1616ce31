/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Advertising data, and what answers an inquiry (EIR), which has the same form. */
#ifndef KIN_BLUETOOTH_HCI_AD_H
#define KIN_BLUETOOTH_HCI_AD_H

#include "emit.h"

/* A list of the structures in data. */
void ad_put(struct emit *e, const char *name, const uint8_t *data, size_t len);

#endif
