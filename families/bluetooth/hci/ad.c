/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Core specification, volume 3, part C, chapter 11; the types are those of the assigned numbers. */
#include "ad.h"

#include <kin/bluetooth-hci.h>
#include <string.h>
#include "fields.h"

struct ad_type {
	uint8_t type;
	const char *name;
	const char *fields; /* NULL: bytes */
};

static const struct ad_type types[] = {
	{0x01, "Flags",
	 "-flags:x1[LE_Limited_Discoverable|LE_General_Discoverable|BR/EDR_Not_Supported|"
	 "LE_and_BR/EDR_Controller|LE_and_BR/EDR_Host]"},
	{0x02, "16-bit UUIDs, partial", "-uuids:w2+"},
	{0x03, "16-bit UUIDs", "-uuids:w2+"},
	{0x04, "32-bit UUIDs, partial", "-uuids:w4+"},
	{0x05, "32-bit UUIDs", "-uuids:w4+"},
	{0x06, "128-bit UUIDs, partial", "-uuids:w16+"},
	{0x07, "128-bit UUIDs", "-uuids:w16+"},
	{0x08, "Shortened Name", "-name:n"},
	{0x09, "Name", "-name:n"},
	{0x0A, "TX Power", "-tx_power:i1'dBm"},
	{0x0D, "Class of Device", "-class:x3"},
	{0x0E, "Simple Pairing Hash C-192", "-hash:b16"},
	{0x0F, "Simple Pairing Randomizer R-192", "-randomizer:b16"},
	{0x10, "Device ID", NULL},
	{0x11, "Security Manager OOB Flags",
	 "-flags:x1[OOB_Data_Present|LE_Supported|LE_and_BR/EDR|Random_Address]"},
	{0x12, "Peripheral Connection Interval", "min_interval:u2*1250 max_interval:u2*1250"},
	{0x14, "16-bit UUIDs, Solicited", "-uuids:w2+"},
	{0x15, "128-bit UUIDs, Solicited", "-uuids:w16+"},
	{0x16, "16-bit Service Data", "uuid:w2 data:b"},
	{0x17, "Public Target Address", "-addresses:a+"},
	{0x18, "Random Target Address", "-addresses:a+"},
	{0x19, "Appearance", "-appearance:x2"},
	{0x1A, "Advertising Interval", "-interval:u2*625"},
	{0x1B, "LE Address", "address:a address_type:u1(public|random)"},
	{0x1C, "LE Role",
	 "-role:u1(Peripheral_Only|Central_Only|Peripheral_Preferred|Central_Preferred)"},
	{0x1D, "Simple Pairing Hash C-256", "-hash:b16"},
	{0x1E, "Simple Pairing Randomizer R-256", "-randomizer:b16"},
	{0x1F, "32-bit UUIDs, Solicited", "-uuids:w4+"},
	{0x20, "32-bit Service Data", "uuid:w4 data:b"},
	{0x21, "128-bit Service Data", "uuid:w16 data:b"},
	{0x22, "LE Secure Connections Confirmation", "-value:b16"},
	{0x23, "LE Secure Connections Random", "-value:b16"},
	{0x24, "URI", "-uri:n"},
	{0x25, "Indoor Positioning", NULL},
	{0x26, "Transport Discovery Data", NULL},
	{0x27, "LE Supported Features", NULL},
	{0x28, "Channel Map Update", "-map:b5 instant:u2"},
	{0x29, "PB-ADV", NULL},
	{0x2A, "Mesh Message", NULL},
	{0x2B, "Mesh Beacon", NULL},
	{0x2C, "BIGInfo", NULL},
	{0x2D, "Broadcast Code", "-code:b16"},
	{0x2E, "Resolvable Set Identifier", "hash:x3 random:x3"},
	{0x2F, "Advertising Interval, Long", NULL},
	{0x30, "Broadcast Name", "-name:n"},
	{0x31, "Encrypted Advertising Data", NULL},
	{0x32, "Periodic Advertising Response Timing", NULL},
	{0x34, "Electronic Shelf Label", NULL},
	{0x3D, "3D Information", NULL},
	{0xFF, "Manufacturer Data", "company:m data:b"},
	{},
};

static const struct ad_type *find_type(uint8_t type)
{
	for (const struct ad_type *row = types; row->name; row++)
		if (row->type == type)
			return row;
	return NULL;
}

const char *kin_bt_ad_name(uint8_t type)
{
	const struct ad_type *row = find_type(type);

	return row ? row->name : NULL;
}

int kin_bt_ad_next(const void *data, size_t len, size_t *offset, struct kin_bt_ad *ret_ad)
{
	const uint8_t *bytes = data;
	size_t at;

	KIN_NEED_ROOM(data, len);
	KIN_NEED(offset);
	KIN_NEED(ret_ad);
	at = *offset;
	/* A length of zero ends what is significant. */
	if (at >= len || bytes[at] == 0)
		return 0;
	*offset = len;
	if (bytes[at] > len - at - 1)
		return kin_fail(EBADMSG,
				"advertising data: a structure of %u bytes at byte %zu, where %zu "
				"are left",
				bytes[at], at, len - at - 1);
	ret_ad->type = bytes[at + 1];
	ret_ad->data = bytes + at + 2;
	ret_ad->len = bytes[at] - 1U;
	*offset = at + 1 + bytes[at];
	return 1;
}

int kin_bt_ad_find(const void *data, size_t len, uint8_t type, struct kin_bt_ad *ret_ad)
{
	struct kin_bt_ad ad;
	size_t offset = 0;
	int r;

	KIN_NEED_ROOM(data, len);
	KIN_NEED(ret_ad);
	while ((r = kin_bt_ad_next(data, len, &offset, &ad)) > 0 && ad.type != type)
		;
	if (r > 0)
		*ret_ad = ad;
	return r;
}

static void put_one(struct emit *e, const struct kin_bt_ad *ad)
{
	const struct ad_type *row = find_type(ad->type);
	char number[8];
	struct kin_buf text = {number, sizeof(number), 0};

	kin_buf_printf(&text, "0x%02X", ad->type);
	emit_head(e, "type", row ? row->name : kin_buf_end(&text));
	if (e->json)
		emit_unsigned(e, "code", ad->type);
	fields_put(e, row && row->fields ? row->fields : "-data:b", ad->data, ad->len);
}

void ad_put(struct emit *e, const char *name, const uint8_t *data, size_t len)
{
	struct kin_bt_ad ad;
	size_t offset = 0, before = 0;
	int r;

	emit_list(e, name);
	while ((r = kin_bt_ad_next(data, len, &offset, &ad)) > 0) {
		emit_object(e, NULL);
		put_one(e, &ad);
		emit_object_end(e);
		before = offset;
	}
	if (r < 0) {
		emit_object(e, NULL);
		emit_bytes(e, "malformed", data + before, len - before);
		emit_object_end(e);
	}
	emit_list_end(e);
}

static ssize_t format(const struct kin_bt_ad *ad, bool json, char *buf, size_t size)
{
	struct kin_buf out = {buf, size, 0};
	struct emit e = {.out = &out, .json = json};

	KIN_NEED(ad);
	KIN_NEED_ROOM(ad->data, ad->len);
	KIN_NEED_ROOM(buf, size);
	if (json)
		emit_object(&e, NULL);
	put_one(&e, ad);
	if (json)
		emit_object_end(&e);
	kin_buf_end(&out);
	return (ssize_t)out.len;
}

ssize_t kin_bt_ad_format(const struct kin_bt_ad *ad, char *buf, size_t size)
{
	return format(ad, false, buf, size);
}

ssize_t kin_bt_ad_format_json(const struct kin_bt_ad *ad, char *buf, size_t size)
{
	return format(ad, true, buf, size);
}
