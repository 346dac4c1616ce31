/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the verbs about Bluetooth controllers share. */
#ifndef KIN_TOOLS_BLUETOOTH_CONTROLLER_H
#define KIN_TOOLS_BLUETOOTH_CONTROLLER_H

#include <kin/bluetooth-mgmt.h>

#include "../command.h"

/* A controller that a verb works on. Begin with it zeroed. */
struct chosen {
	struct kin_mgmt *mgmt;
	uint16_t index;
	char device[10]; /* "hci0" */
};

/*
 * Open the management interface and find the controller that a text names (NULL: the only one).
 * Complains. @return 0 or a STATUS_; to be given to chosen_close() whatever is returned
 */
int chosen_open(struct chosen *chosen, const char *text);

/*
 * The same of the option --local: without it, the first controller that is up and is not the device
 * itself, which may be one of this machine.
 */
int chosen_open_for(struct chosen *chosen, const char *text, const struct kin_bdaddr *device);

void chosen_close(struct chosen *chosen);

/* What failed with the controller. @return a STATUS_ */
int complain_of_controller(const struct chosen *chosen, int err);

/* kin bt VERB [CONTROLLER] on|off: set it. @return a STATUS_ */
int run_switch(const struct invocation *inv, uint32_t setting);

/* "on" or "off", the last argument. 0 or STATUS_USAGE */
int read_switch(const struct invocation *inv, bool *ret_on);

/* bredr, le-public or le-random, of --type; left alone when it was not given. 0 or STATUS_USAGE */
int inv_address_type(const struct invocation *inv, int *type);

/* "BR/EDR", "LE public", "LE random", for people; and as addresses have it. */
const char *type_text(int type);
const char *type_word(int type);

/* "00:AA:01:00:00:42", in a buffer that the next calls use again. */
const char *bdaddr_text(const struct kin_bdaddr *address);

/* "up", "down", "blocked (soft)", ... */
const char *controller_state(const struct kin_mgmt_controller *c);

/* The first members of a JSON object, which stays open. */
void put_controller_json(const struct kin_mgmt_controller *c);

/* ["powered","le"] of a JSON object. */
void put_settings_json(const char *name, uint32_t settings);

/* The names of settings, commas between them; without those in except. */
void put_settings(uint32_t settings, uint32_t except);

#endif
