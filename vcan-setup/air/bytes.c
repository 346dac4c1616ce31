/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "air.h"

#include <stdio.h>
#include <string.h>

void put(struct bytes *bytes, const void *data, size_t len)
{
	size_t room = sizeof(bytes->data) - bytes->len;

	if (len > room)
		len = room;
	if (len == 0)
		return;
	memcpy(bytes->data + bytes->len, data, len);
	bytes->len += len;
}

void put8(struct bytes *bytes, unsigned value)
{
	put(bytes, &(uint8_t){(uint8_t)value}, 1);
}

void put16(struct bytes *bytes, unsigned value)
{
	put8(bytes, value);
	put8(bytes, value >> 8);
}

void put24(struct bytes *bytes, unsigned value)
{
	put16(bytes, value);
	put8(bytes, value >> 16);
}

void put32(struct bytes *bytes, uint32_t value)
{
	put16(bytes, value);
	put16(bytes, value >> 16);
}

bool address_equal(const struct address *a, const struct address *b)
{
	return memcmp(a, b, sizeof(*a)) == 0;
}

bool address_parse(const char *text, struct address *ret_address)
{
	struct address address;
	int end = 0;

	/* Written from the highest byte on */
	if (sscanf(text, "%2hhx:%2hhx:%2hhx:%2hhx:%2hhx:%2hhx%n", &address.bytes[5],
		   &address.bytes[4], &address.bytes[3], &address.bytes[2], &address.bytes[1],
		   &address.bytes[0], &end) != 6 ||
	    end != 17 || text[end])
		return false;
	*ret_address = address;
	return true;
}

void address_format(const struct address *address, char text[static 18])
{
	const uint8_t *b = address->bytes;

	snprintf(text, 18, "%02X:%02X:%02X:%02X:%02X:%02X", b[5], b[4], b[3], b[2], b[1], b[0]);
}
