/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What packets are called, and what is in them, as tables. */
#ifndef KIN_BLUETOOTH_HCI_NAMES_H
#define KIN_BLUETOOTH_HCI_NAMES_H

#include <stddef.h>
#include <stdint.h>

/* The fields are those of fields.h; NULL: bytes. */
struct hci_command {
	uint16_t opcode;
	const char *name;
	const char *parameters;
	const char *returned; /* what Command Complete brings */
};

struct hci_event {
	uint8_t code;
	const char *name;
	const char *fields;
};

/* By opcode and by code, so that they can be searched. */
extern const struct hci_command hci_commands[];
extern const size_t n_hci_commands;
extern const struct hci_event hci_events[], hci_le_events[];
extern const size_t n_hci_events, n_hci_le_events;

/* NULL: there is none of that code. */
const struct hci_command *hci_command(uint16_t opcode);
const struct hci_event *hci_event(uint8_t code);
const struct hci_event *hci_le_event(uint8_t subevent);

/* What L2CAP serves there, by the assigned numbers; NULL: not one of them. */
const char *hci_psm_name(uint16_t psm);

/* The messages of the management interface, by number. */
extern const struct hci_command hci_mgmt_commands[];
extern const size_t n_hci_mgmt_commands;
extern const struct hci_event hci_mgmt_events[];
extern const size_t n_hci_mgmt_events;
const struct hci_command *hci_mgmt_command(uint16_t opcode);
const struct hci_event *hci_mgmt_event(uint16_t event);

#endif
