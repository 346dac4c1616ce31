/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <string.h>

#include "controller.h"

static const struct {
	const char *text, *word;
} types[] = {
	[KIN_BDADDR_BREDR] = {"BR/EDR", "bredr"},
	[KIN_BDADDR_LE_PUBLIC] = {"LE public", "le-public"},
	[KIN_BDADDR_LE_RANDOM] = {"LE random", "le-random"},
};

/* ---- The controller ------------------------------------------------------------------------ */

static int find(struct chosen *chosen, const char *text)
{
	int err = kin_mgmt_open(&chosen->mgmt);

	if (err < 0)
		return complain_of("Bluetooth", err);
	err = kin_mgmt_find(chosen->mgmt, text, &chosen->index);
	if (err < 0) {
		complain_of("Bluetooth", err);
		return err == -EINVAL || err == -ENOTUNIQ ? STATUS_USAGE : STATUS_FAILED;
	}
	snprintf(chosen->device, sizeof(chosen->device), "hci%u", chosen->index);
	return STATUS_DONE;
}

int chosen_open(struct chosen *chosen, const char *text)
{
	return find(chosen, text);
}

/* The controller that the kernel would take as well. False: there is none */
static bool find_route(struct chosen *chosen, const struct kin_bdaddr *device)
{
	struct kin_mgmt_controller **list KIN_CLEANUP(kin_mgmt_controllers_free) = NULL;

	if (kin_mgmt_controllers(chosen->mgmt, &list) < 0)
		return false;
	for (unsigned i = 0; list[i]; i++)
		if (list[i]->current & KIN_MGMT_POWERED &&
		    memcmp(&list[i]->address, device, sizeof(*device)) != 0) {
			chosen->index = list[i]->index;
			memcpy(chosen->device, list[i]->device, sizeof(chosen->device));
			return true;
		}
	return false;
}

int chosen_open_for(struct chosen *chosen, const char *text, const struct kin_bdaddr *device)
{
	int err;

	if (text)
		return find(chosen, text);
	err = kin_mgmt_open(&chosen->mgmt);
	if (err < 0)
		return complain_of("Bluetooth", err);
	if (find_route(chosen, device))
		return STATUS_DONE;
	kin_mgmt_close(chosen->mgmt);
	chosen->mgmt = NULL;
	return find(chosen, NULL);
}

void chosen_close(struct chosen *chosen)
{
	kin_mgmt_close(chosen->mgmt);
}

int complain_of_controller(const struct chosen *chosen, int err)
{
	complain_of(chosen->device, err);
	return err == -ENOSYS ? STATUS_LACKS : STATUS_FAILED;
}

/* ---- What is typed ------------------------------------------------------------------------- */

int inv_address_type(const struct invocation *inv, int *type)
{
	static const char *const words[] = {"bredr", "le-public", "le-random", NULL};
	unsigned choice = (unsigned)*type;
	int status = inv_choice(inv, "type", words, &choice);

	*type = (int)choice;
	return status;
}

/* ---- What is shown ------------------------------------------------------------------------- */

const char *type_text(int type)
{
	return type >= 0 && type <= KIN_BDADDR_LE_RANDOM ? types[type].text : "unknown";
}

const char *type_word(int type)
{
	return type >= 0 && type <= KIN_BDADDR_LE_RANDOM ? types[type].word : "unknown";
}

const char *bdaddr_text(const struct kin_bdaddr *address)
{
	static char texts[4][KIN_BDADDR_TEXT];
	static unsigned next;
	char *text = texts[next++ % 4];

	kin_bdaddr_format(address, text, sizeof(texts[0]));
	return text;
}

const char *controller_state(const struct kin_mgmt_controller *c)
{
	if (!c->configured)
		return "not configured";
	if (c->current & KIN_MGMT_POWERED)
		return "up";
	return c->blocked_hard ? "blocked (hard)" : c->blocked_soft ? "blocked (soft)" : "down";
}

void put_controller_json(const struct kin_mgmt_controller *c)
{
	printf("{\"controller\":\"%s\",\"index\":%u,\"address\":\"%s\",\"up\":%s,\"blocked\":%s,"
	       "\"configured\":%s,\"bus\":\"%s\",\"name\":",
	       c->device, c->index, bdaddr_text(&c->address),
	       c->current & KIN_MGMT_POWERED ? "true" : "false",
	       c->blocked_hard   ? "\"hard\""
	       : c->blocked_soft ? "\"soft\""
				 : "null",
	       c->configured ? "true" : "false", kin_mgmt_bus_name(c->bus));
	put_json(stdout, c->name);
}

void put_settings_json(const char *name, uint32_t settings)
{
	const struct kin_mgmt_setting *setting;
	const char *comma = "";

	printf(",\"%s\":[", name);
	for (unsigned i = 0; (setting = kin_mgmt_setting_at(i)); i++) {
		if (!(settings & setting->bit))
			continue;
		printf("%s\"%s\"", comma, setting->name);
		comma = ",";
	}
	putchar(']');
}

void put_settings(uint32_t settings, uint32_t except)
{
	const struct kin_mgmt_setting *setting;
	const char *comma = "";

	for (unsigned i = 0; (setting = kin_mgmt_setting_at(i)); i++) {
		if (!(settings & ~except & setting->bit))
			continue;
		printf("%s%s", comma, setting->name);
		comma = ", ";
	}
}
