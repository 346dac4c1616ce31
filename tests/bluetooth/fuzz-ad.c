/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Advertising data of any content, and UUIDs of any text and bytes. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <kin/bluetooth-hci.h>
#include <kin/family.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_structure(const struct kin_bt_ad *ad)
{
	static char text[8192];
	struct kin_json json = {.text = text};
	ssize_t n = kin_bt_ad_format(ad, text, sizeof(text));
	int r;

	if (n < 0 || (size_t)n >= sizeof(text))
		abort();
	for (ssize_t i = 0; i < n; i++)
		if ((unsigned char)text[i] < 0x20 || text[i] == 0x7F)
			abort();
	n = kin_bt_ad_format_json(ad, text, sizeof(text));
	if (n < 0 || (size_t)n >= sizeof(text))
		abort();
	while ((r = kin_json_next(&json)) > 0)
		;
	if (r < 0)
		abort();
}

/* Text and bytes both lead back to the same UUID. */
static void check_uuid(const struct kin_bt_uuid *uuid)
{
	char text[KIN_BT_UUID_TEXT];
	struct kin_bt_uuid again;
	uint8_t bytes[16];
	ssize_t n;

	if (kin_bt_uuid_format(uuid, text, sizeof(text)) >= (ssize_t)sizeof(text) ||
	    kin_bt_uuid_parse(text, &again) < 0 || memcmp(uuid, &again, sizeof(again)) != 0)
		abort();
	n = kin_bt_uuid_write(uuid, bytes, sizeof(bytes));
	if (n < 0 || kin_bt_uuid_read(bytes, (size_t)n, &again) < 0 ||
	    memcmp(uuid, &again, sizeof(again)) != 0)
		abort();
	kin_bt_uuid_name(uuid);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct kin_bt_uuid uuid;
	struct kin_bt_ad ad;
	size_t offset = 0;
	char text[64] = "";

	while (kin_bt_ad_next(data, size, &offset, &ad) > 0)
		check_structure(&ad);
	if (offset > size)
		abort();
	if (kin_bt_uuid_read(data, size < 16 ? size : 16, &uuid) == 0)
		check_uuid(&uuid);
	memcpy(text, data, size < sizeof(text) - 1 ? size : sizeof(text) - 1);
	if (kin_bt_uuid_parse(text, &uuid) == 0)
		check_uuid(&uuid);
	return 0;
}
