/* SPDX-License-Identifier: GPL-2.0-or-later */
/* UUIDs: of 16 and 32 bits they are short for one of 128 (core specification, volume 3, part
 * B, 2.5.1). */
#include <kin/bluetooth-hci.h>
#include <stdlib.h>
#include <string.h>
#include "../internal.h"

enum { FULL = 16, FULL_DIGITS = 32 };

/* 00000000-0000-1000-8000-00805F9B34FB */
static const uint8_t base[FULL] = {0,    0,    0,    0,    0x00, 0x00, 0x10, 0x00,
				   0x80, 0x00, 0x00, 0x80, 0x5F, 0x9B, 0x34, 0xFB};

static bool is_short(const struct kin_bt_uuid *uuid, uint32_t *ret_number)
{
	if (memcmp(uuid->b + 4, base + 4, FULL - 4) != 0)
		return false;
	*ret_number = (uint32_t)uuid->b[0] << 24 | (uint32_t)uuid->b[1] << 16 |
		      (uint32_t)uuid->b[2] << 8 | uuid->b[3];
	return true;
}

static void make_short(uint32_t number, struct kin_bt_uuid *ret_uuid)
{
	memcpy(ret_uuid->b, base, FULL);
	for (unsigned i = 0; i < 4; i++)
		ret_uuid->b[i] = (uint8_t)(number >> (24 - 8 * i));
}

static int digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if ((c | 0x20) >= 'a' && (c | 0x20) <= 'f')
		return (c | 0x20) - 'a' + 10;
	return -1;
}

static int refuse(const char *text, const char *why)
{
	return kin_fail(EINVAL, "UUID \"%.64s%s\": %s", text, strlen(text) > 64 ? "..." : "", why);
}

static int parse_full(const char *text, struct kin_bt_uuid *ret_uuid)
{
	struct kin_bt_uuid uuid = {{0}};
	unsigned n = 0;

	for (unsigned i = 0; text[i]; i++) {
		if (i == 8 || i == 13 || i == 18 || i == 23) {
			if (text[i] != '-')
				return refuse(text, "its groups have 8, 4, 4, 4 and 12 digits");
			continue;
		}
		if (digit(text[i]) < 0)
			return refuse(text, "not a hex digit in it");
		uuid.b[n / 2] |= (uint8_t)(digit(text[i]) << (n % 2 ? 0 : 4));
		n++;
	}
	*ret_uuid = uuid;
	return 0;
}

int kin_bt_uuid_parse(const char *text, struct kin_bt_uuid *ret_uuid)
{
	const char *digits;
	uint32_t number = 0;
	size_t len;

	KIN_NEED(text);
	KIN_NEED(ret_uuid);
	if (strlen(text) == KIN_BT_UUID_TEXT - 1)
		return parse_full(text, ret_uuid);
	digits = text[0] == '0' && (text[1] | 0x20) == 'x' ? text + 2 : text;
	len = strlen(digits);
	if (len != 4 && len != 8)
		return refuse(text, "one has 4, 8 or 32 hex digits: 180F, 0001180F or "
				    "0000180f-0000-1000-8000-00805f9b34fb");
	for (; *digits; digits++) {
		if (digit(*digits) < 0)
			return refuse(text, "not a hex digit in it");
		number = number << 4 | (uint32_t)digit(*digits);
	}
	make_short(number, ret_uuid);
	return 0;
}

ssize_t kin_bt_uuid_format(const struct kin_bt_uuid *uuid, char *buf, size_t size)
{
	struct kin_buf out = {buf, size, 0};
	uint32_t number;

	KIN_NEED(uuid);
	KIN_NEED_ROOM(buf, size);
	if (is_short(uuid, &number)) {
		kin_buf_printf(&out, number > UINT16_MAX ? "%08X" : "%04X", number);
	} else {
		for (unsigned i = 0; i < FULL; i++)
			kin_buf_printf(&out, "%s%02x",
				       i == 4 || i == 6 || i == 8 || i == 10 ? "-" : "",
				       uuid->b[i]);
	}
	kin_buf_end(&out);
	return (ssize_t)out.len;
}

int kin_bt_uuid_read(const void *data, size_t len, struct kin_bt_uuid *ret_uuid)
{
	const uint8_t *bytes = data;
	struct kin_bt_uuid uuid;

	KIN_NEED_ROOM(data, len);
	KIN_NEED(ret_uuid);
	if (len != 2 && len != 4 && len != FULL)
		return kin_fail(EINVAL, "a UUID has 2, 4 or 16 bytes, not %zu", len);
	make_short(0, &uuid);
	for (size_t i = 0; i < len; i++)
		uuid.b[(len == FULL ? FULL : 4) - 1 - i] = bytes[i];
	*ret_uuid = uuid;
	return 0;
}

ssize_t kin_bt_uuid_write(const struct kin_bt_uuid *uuid, void *data, size_t size)
{
	uint8_t *bytes = data;
	uint32_t number;
	size_t len = FULL;

	KIN_NEED(uuid);
	KIN_NEED_ROOM(data, size);
	if (is_short(uuid, &number))
		len = number > UINT16_MAX ? 4 : 2;
	if (size < len)
		return kin_fail(EMSGSIZE, "a UUID of %zu bytes has no room in %zu", len, size);
	for (size_t i = 0; i < len; i++)
		bytes[i] = uuid->b[(len == FULL ? FULL : 4) - 1 - i];
	return (ssize_t)len;
}

struct uuid_name {
	uint16_t number;
	const char *name;
};

/* The assigned numbers that are met most; by number. */
static const struct uuid_name names[] = {
	{0x0001, "SDP"},
	{0x0002, "UDP"},
	{0x0003, "RFCOMM"},
	{0x0004, "TCP"},
	{0x0007, "ATT"},
	{0x0008, "OBEX"},
	{0x000F, "BNEP"},
	{0x0011, "HIDP"},
	{0x0017, "AVCTP"},
	{0x0019, "AVDTP"},
	{0x001E, "MCAP Control Channel"},
	{0x001F, "MCAP Data Channel"},
	{0x0100, "L2CAP"},
	{0x1000, "Service Discovery Server"},
	{0x1001, "Browse Group Descriptor"},
	{0x1002, "Public Browse Group"},
	{0x1101, "Serial Port"},
	{0x1102, "LAN Access Using PPP"},
	{0x1103, "Dialup Networking"},
	{0x1104, "IrMC Sync"},
	{0x1105, "OBEX Object Push"},
	{0x1106, "OBEX File Transfer"},
	{0x1107, "IrMC Sync Command"},
	{0x1108, "Headset"},
	{0x110A, "Audio Source"},
	{0x110B, "Audio Sink"},
	{0x110C, "A/V Remote Control Target"},
	{0x110D, "Advanced Audio Distribution"},
	{0x110E, "A/V Remote Control"},
	{0x110F, "A/V Remote Control Controller"},
	{0x1112, "Headset Audio Gateway"},
	{0x1115, "PANU"},
	{0x1116, "NAP"},
	{0x1117, "GN"},
	{0x111E, "Handsfree"},
	{0x111F, "Handsfree Audio Gateway"},
	{0x1124, "Human Interface Device"},
	{0x112D, "SIM Access"},
	{0x112E, "Phonebook Access Client"},
	{0x112F, "Phonebook Access Server"},
	{0x1130, "Phonebook Access"},
	{0x1132, "Message Access Server"},
	{0x1133, "Message Notification Server"},
	{0x1134, "Message Access"},
	{0x1200, "PnP Information"},
	{0x1203, "Generic Audio"},
	{0x1400, "HDP"},
	{0x1401, "HDP Source"},
	{0x1402, "HDP Sink"},
	{0x1800, "GAP"},
	{0x1801, "GATT"},
	{0x1802, "Immediate Alert"},
	{0x1803, "Link Loss"},
	{0x1804, "Tx Power"},
	{0x1805, "Current Time"},
	{0x1806, "Reference Time Update"},
	{0x1807, "Next DST Change"},
	{0x1808, "Glucose"},
	{0x1809, "Health Thermometer"},
	{0x180A, "Device Information"},
	{0x180D, "Heart Rate"},
	{0x180E, "Phone Alert Status"},
	{0x180F, "Battery"},
	{0x1810, "Blood Pressure"},
	{0x1811, "Alert Notification"},
	{0x1812, "Human Interface Device"},
	{0x1813, "Scan Parameters"},
	{0x1814, "Running Speed and Cadence"},
	{0x1815, "Automation IO"},
	{0x1816, "Cycling Speed and Cadence"},
	{0x1818, "Cycling Power"},
	{0x1819, "Location and Navigation"},
	{0x181A, "Environmental Sensing"},
	{0x181B, "Body Composition"},
	{0x181C, "User Data"},
	{0x181D, "Weight Scale"},
	{0x181E, "Bond Management"},
	{0x181F, "Continuous Glucose Monitoring"},
	{0x1820, "Internet Protocol Support"},
	{0x1821, "Indoor Positioning"},
	{0x1822, "Pulse Oximeter"},
	{0x1823, "HTTP Proxy"},
	{0x1824, "Transport Discovery"},
	{0x1825, "Object Transfer"},
	{0x1826, "Fitness Machine"},
	{0x1827, "Mesh Provisioning"},
	{0x1828, "Mesh Proxy"},
	{0x1843, "Audio Input Control"},
	{0x1844, "Volume Control"},
	{0x1845, "Volume Offset Control"},
	{0x1846, "Coordinated Set Identification"},
	{0x1848, "Media Control"},
	{0x1849, "Generic Media Control"},
	{0x184B, "Telephone Bearer"},
	{0x184C, "Generic Telephone Bearer"},
	{0x184D, "Microphone Control"},
	{0x184E, "Audio Stream Control"},
	{0x184F, "Broadcast Audio Scan"},
	{0x1850, "Published Audio Capabilities"},
	{0x1851, "Basic Audio Announcement"},
	{0x1852, "Broadcast Audio Announcement"},
	{0x1853, "Common Audio"},
	{0x1854, "Hearing Access"},
	{0x2800, "Primary Service"},
	{0x2801, "Secondary Service"},
	{0x2802, "Include"},
	{0x2803, "Characteristic"},
	{0x2900, "Characteristic Extended Properties"},
	{0x2901, "Characteristic User Description"},
	{0x2902, "Client Characteristic Configuration"},
	{0x2903, "Server Characteristic Configuration"},
	{0x2904, "Characteristic Presentation Format"},
	{0x2905, "Characteristic Aggregate Format"},
	{0x2A00, "Device Name"},
	{0x2A01, "Appearance"},
	{0x2A04, "Peripheral Preferred Connection Parameters"},
	{0x2A05, "Service Changed"},
	{0x2A06, "Alert Level"},
	{0x2A07, "Tx Power Level"},
	{0x2A19, "Battery Level"},
	{0x2A23, "System ID"},
	{0x2A24, "Model Number String"},
	{0x2A25, "Serial Number String"},
	{0x2A26, "Firmware Revision String"},
	{0x2A27, "Hardware Revision String"},
	{0x2A28, "Software Revision String"},
	{0x2A29, "Manufacturer Name String"},
	{0x2A2B, "Current Time"},
	{0x2A37, "Heart Rate Measurement"},
	{0x2A38, "Body Sensor Location"},
	{0x2A4A, "HID Information"},
	{0x2A4B, "Report Map"},
	{0x2A4C, "HID Control Point"},
	{0x2A4D, "Report"},
	{0x2A50, "PnP ID"},
	{0x2AA6, "Central Address Resolution"},
	{0x2B29, "Client Supported Features"},
	{0x2B2A, "Database Hash"},
	{0x2B3A, "Server Supported Features"},
};

static int compare(const void *key, const void *row)
{
	return (int)*(const uint32_t *)key - ((const struct uuid_name *)row)->number;
}

const char *kin_bt_uuid_name(const struct kin_bt_uuid *uuid)
{
	const struct uuid_name *row = NULL;
	uint32_t number;

	KIN_NEED_OR(uuid, NULL);
	if (is_short(uuid, &number) && number <= UINT16_MAX)
		row = bsearch(&number, names, sizeof(names) / sizeof(*names), sizeof(*names),
			      compare);
	return row ? row->name : NULL;
}
