/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The controllers that there are, and what each says of itself. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include <bluetooth/bluetooth.h>
#include <bluetooth/hci.h>
#include <bluetooth/hci_lib.h>

#include "mgmt.h"

/* Answers, in bytes */
enum {
	INFO = 280,
	CONFIG = 10,
	INDEXES = 2,
	INDEX_ENTRY = 4,
	NAME = 249,
	SHORT_NAME = 11,
};

/* Kinds of controller in the list of them */
enum { CONFIGURED = 0, UNCONFIGURED = 1 };

int mgmt_check_index(long index)
{
	return index >= 0 && index < KIN_MGMT_INDEX_NONE
		       ? 0
		       : kin_fail(EINVAL, "controller %ld is not in 0-65534", index);
}

int mgmt_check_type(int type)
{
	return type >= KIN_BDADDR_BREDR && type <= KIN_BDADDR_LE_RANDOM
		       ? 0
		       : kin_fail(EINVAL, "type of address %d is not in 0-2", type);
}

/* ---- One ----------------------------------------------------------------------------------- */

/* What it is called; the kernel's field need not end with a NUL. */
static void get_text(char *to, const uint8_t *from, size_t size)
{
	memcpy(to, from, size - 1);
	to[size - 1] = '\0';
}

static void read_info(const uint8_t *data, struct kin_mgmt_controller *c)
{
	memcpy(&c->address, data, sizeof(c->address));
	c->version = data[6];
	c->manufacturer = mgmt_u16(data + 7);
	c->supported = mgmt_u32(data + 9);
	c->current = mgmt_u32(data + 13);
	c->device_class = data[17] | (uint32_t)mgmt_u16(data + 18) << 8;
	get_text(c->name, data + 20, NAME);
	get_text(c->short_name, data + 20 + NAME, SHORT_NAME);
}

/* Of a controller that waits for an address or a file from outside. */
static int read_config(struct kin_mgmt *mgmt, struct kin_mgmt_controller *c)
{
	struct mgmt_answer answer;
	int r = mgmt_call(mgmt, MGMT_READ_CONFIG, c->index, NULL, 0, CONFIG, &answer);

	if (r == 0) {
		c->manufacturer = mgmt_u16(answer.data);
		c->missing = mgmt_u32(answer.data + 6);
	}
	return r;
}

static int read_one(struct kin_mgmt *mgmt, uint16_t index, bool configured, uint8_t bus,
		    struct kin_mgmt_controller **ret)
{
	struct kin_mgmt_controller *c = calloc(1, sizeof(*c));
	struct mgmt_answer answer;
	int r;

	if (!c)
		return kin_fail(ENOMEM, "no memory for a controller");
	c->struct_size = sizeof(*c);
	c->index = index;
	c->configured = configured;
	c->bus = bus;
	snprintf(c->device, sizeof(c->device), "hci%u", index);
	if (configured) {
		r = mgmt_call(mgmt, MGMT_READ_INFO, index, NULL, 0, INFO, &answer);
		if (r == 0)
			read_info(answer.data, c);
	} else {
		r = read_config(mgmt, c);
	}
	if (r < 0) {
		free(c);
		return r;
	}
	kin_hci_rfkill(index, &c->blocked_soft, &c->blocked_hard);
	*ret = c;
	return 0;
}

void kin_mgmt_controller_free(struct kin_mgmt_controller *controller)
{
	free(controller);
}

/* ---- All ----------------------------------------------------------------------------------- */

/* A row of the kernel's list. */
struct entry {
	uint16_t index;
	uint8_t kind, bus;
};

static int by_index(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;

	return (x->index > y->index) - (x->index < y->index);
}

/* The kernel's list, those left out that are neither kind. @return how many; freed by free(3) */
static int read_entries(struct kin_mgmt *mgmt, struct entry **ret)
{
	struct mgmt_answer answer;
	struct entry *entries;
	size_t n;
	int kept = 0;
	int r = mgmt_call(mgmt, MGMT_READ_INDEXES, KIN_MGMT_INDEX_NONE, NULL, 0, INDEXES, &answer);

	if (r < 0)
		return r;
	n = mgmt_u16(answer.data);
	if (n > (answer.len - INDEXES) / INDEX_ENTRY)
		return kin_fail(EBADMSG, "the kernel's list of controllers ends before its %zu", n);
	entries = calloc(n + 1, sizeof(*entries));
	if (!entries)
		return kin_fail(ENOMEM, "no memory for the list of controllers");
	for (size_t i = 0; i < n; i++) {
		const uint8_t *at = answer.data + INDEXES + i * INDEX_ENTRY;

		entries[kept] = (struct entry){mgmt_u16(at), at[2], at[3]};
		if (at[2] == CONFIGURED || at[2] == UNCONFIGURED)
			kept++;
	}
	qsort(entries, (size_t)kept, sizeof(*entries), by_index);
	*ret = entries;
	return kept;
}

int kin_mgmt_controllers(struct kin_mgmt *mgmt, struct kin_mgmt_controller ***ret_list)
{
	struct kin_mgmt_controller **list;
	struct entry *entries;
	int n, got = 0, r = 0;

	KIN_NEED(mgmt);
	KIN_NEED(ret_list);
	n = read_entries(mgmt, &entries);
	if (n < 0)
		return n;
	list = calloc((size_t)n + 1, sizeof(*list));
	if (!list)
		r = kin_fail(ENOMEM, "no memory for %d controllers", n);
	for (int i = 0; i < n && r == 0; i++) {
		r = read_one(mgmt, entries[i].index, entries[i].kind == CONFIGURED, entries[i].bus,
			     &list[got]);
		/* One that went since is no failure. */
		if (r == -ENODEV)
			r = 0;
		else if (r == 0)
			got++;
	}
	free(entries);
	if (r < 0) {
		kin_mgmt_controllers_free(list);
		return r;
	}
	*ret_list = list;
	return got;
}

void kin_mgmt_controllers_free(struct kin_mgmt_controller **list)
{
	for (struct kin_mgmt_controller **p = list; p && *p; p++)
		kin_mgmt_controller_free(*p);
	free(list);
}

int kin_mgmt_controller_read(struct kin_mgmt *mgmt, long index,
			     struct kin_mgmt_controller **ret_controller)
{
	struct entry *entries;
	int n, r;

	KIN_NEED(mgmt);
	KIN_NEED(ret_controller);
	r = mgmt_check_index(index);
	n = r < 0 ? r : read_entries(mgmt, &entries);
	if (n < 0)
		return n;
	r = -ENODEV;
	for (int i = 0; i < n; i++)
		if (entries[i].index == index)
			r = read_one(mgmt, entries[i].index, entries[i].kind == CONFIGURED,
				     entries[i].bus, ret_controller);
	free(entries);
	return r == -ENODEV ? kin_fail(ENODEV, "there is no controller hci%ld", index) : r;
}

/* ---- By name ------------------------------------------------------------------------------- */

/* "; those here: hci0, hci1" */
static int fail_missing(const char *text, struct kin_mgmt_controller *const *list)
{
	char words[256] = "";
	struct kin_buf names = {words, sizeof(words), 0};

	if (!*list)
		return kin_fail(ENODEV, "there is no Bluetooth controller here; "
					"vcan-setup/bluetooth makes virtual ones");
	for (unsigned i = 0; list[i]; i++)
		kin_buf_printf(&names, "%s%s", i ? ", " : "", list[i]->device);
	kin_buf_end(&names);
	if (!text)
		return kin_fail(ENOTUNIQ, "there are several controllers; name one of %s", words);
	return kin_fail(ENODEV, "there is no controller %.32s; those here: %s", text, words);
}

/* "hci0", "0", or an address. @param ret_index  -1: an address */
static int read_name(const char *text, int64_t *ret_index, struct kin_bdaddr *ret_address)
{
	const char *number = strncmp(text, "hci", 3) == 0 ? text + 3 : text;

	*ret_index = -1;
	if (kin_parse_int(number, "controller", 0, KIN_MGMT_INDEX_NONE - 1, ret_index) == 0 ||
	    (strchr(text, ':') && kin_bdaddr_parse(text, ret_address) == 0))
		return 0;
	return kin_fail(EINVAL,
			"\"%.32s\" is no controller: hci0, 0, or its address, such as "
			"00:AA:01:00:00:42",
			text);
}

/* @param index  -1: by its address */
static bool is_named(const struct kin_mgmt_controller *c, int64_t index,
		     const struct kin_bdaddr *address)
{
	return index < 0 ? memcmp(address, &c->address, sizeof(*address)) == 0 : c->index == index;
}

int kin_mgmt_find(struct kin_mgmt *mgmt, const char *text, uint16_t *ret_index)
{
	struct kin_mgmt_controller **list;
	struct kin_bdaddr address = {{0}};
	int64_t index = -1;
	uint16_t at = 0;
	int n, found = 0;
	int r = 0;

	KIN_NEED(mgmt);
	KIN_NEED(ret_index);
	if (text)
		r = read_name(text, &index, &address);
	n = r < 0 ? r : kin_mgmt_controllers(mgmt, &list);
	if (n < 0)
		return n;
	for (int i = 0; i < n; i++)
		if (!text || is_named(list[i], index, &address)) {
			at = list[i]->index;
			found++;
		}
	if (found != 1)
		r = fail_missing(text, list);
	else
		*ret_index = at;
	kin_mgmt_controllers_free(list);
	return r;
}

/* ---- Names of what it says ----------------------------------------------------------------- */

const char *kin_mgmt_version_name(unsigned version)
{
	static const char *const names[] = {"1.0b", "1.1", "1.2", "2.0", "2.1", "3.0",
					    "4.0",  "4.1", "4.2", "5.0", "5.1", "5.2",
					    "5.3",  "5.4", "6.0", "6.1"};

	return version < sizeof(names) / sizeof(*names) ? names[version] : "unknown";
}

const char *kin_mgmt_manufacturer_name(unsigned manufacturer)
{
	return manufacturer <= UINT16_MAX ? bt_compidtostr((int)manufacturer) : "not assigned";
}

const char *kin_mgmt_bus_name(unsigned bus)
{
	const char *name = bus <= UINT8_MAX ? hci_bustostr((int)bus) : NULL;

	return name ? name : "unknown";
}
