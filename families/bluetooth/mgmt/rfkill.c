/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whether a controller may send at all: /sys/class/bluetooth/hciN/rfkillM. */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "mgmt.h"

static int is_rfkill(const struct dirent *entry)
{
	return strncmp(entry->d_name, "rfkill", 6) == 0;
}

/* A file that holds 0 or 1. */
static bool read_flag(const char *folder, const char *rfkill, const char *name)
{
	char path[512];
	FILE *file;
	char c = '0';

	snprintf(path, sizeof(path), "%s/%.64s/%s", folder, rfkill, name);
	file = fopen(path, "re");
	if (!file)
		return false;
	if (fread(&c, 1, 1, file) == 0)
		c = '0';
	fclose(file);
	return c == '1';
}

int mgmt_rfkill(const char *folder, bool *ret_soft, bool *ret_hard)
{
	struct dirent **entries;
	int n = scandir(folder, &entries, is_rfkill, alphasort);

	if (n < 0)
		return kin_fail(ENOENT, "there is no such controller");
	if (n > 0) {
		*ret_soft = read_flag(folder, entries[0]->d_name, "soft");
		*ret_hard = read_flag(folder, entries[0]->d_name, "hard");
	}
	for (int i = 0; i < n; i++)
		free(entries[i]);
	free(entries);
	return n > 0 ? 0 : kin_fail(ENOENT, "nothing can block this controller");
}

int kin_hci_rfkill(long device, bool *ret_soft, bool *ret_hard)
{
	char folder[64];
	int r;

	KIN_NEED(ret_soft);
	KIN_NEED(ret_hard);
	r = mgmt_check_index(device);
	if (r < 0)
		return r;
	snprintf(folder, sizeof(folder), "/sys/class/bluetooth/hci%ld", device);
	return mgmt_rfkill(folder, ret_soft, ret_hard);
}
