/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Looking for devices: the mgmt API's discovery, and what it finds. */
#include <errno.h>
#include <stdlib.h>

#include "mgmt.h"

enum {
	UUID = 16,
	ANY_RSSI = 127,
	FOUND = 14, /* bytes of the event before what the device told */
};

static int check_transports(unsigned transports)
{
	unsigned known = KIN_MGMT_SCAN_BREDR | KIN_MGMT_SCAN_LE;

	return transports && !(transports & ~known)
		       ? 0
		       : kin_fail(EINVAL, "transports %#x are not of 0x1-0x7", transports);
}

/* With a filter: the type, how strong, and the UUIDs, their last byte first. */
static int start_filtered(struct kin_mgmt *mgmt, long index, unsigned transports,
			  const struct kin_mgmt_filter *filter)
{
	size_t len = 4 + filter->n_uuids * UUID;
	uint8_t *params;
	int r;

	if (filter->struct_size < sizeof(*filter))
		return kin_fail(EINVAL, "struct_size %zu is not that of the filter",
				filter->struct_size);
	if (filter->rssi != ANY_RSSI && (filter->rssi < -127 || filter->rssi > 20))
		return kin_fail(EINVAL, "%d dBm are not in -127-20", filter->rssi);
	if (filter->n_uuids > UINT8_MAX)
		return kin_fail(EINVAL, "%zu UUIDs are more than 255", filter->n_uuids);
	KIN_NEED_ROOM(filter->uuids, filter->n_uuids);
	params = malloc(len);
	if (!params)
		return kin_fail(ENOMEM, "no memory for %zu UUIDs", filter->n_uuids);
	params[0] = (uint8_t)transports;
	params[1] = (uint8_t)filter->rssi;
	mgmt_put_u16(params + 2, (unsigned)filter->n_uuids);
	for (size_t i = 0; i < filter->n_uuids; i++)
		for (size_t k = 0; k < UUID; k++)
			params[4 + i * UUID + k] = filter->uuids[i].b[UUID - 1 - k];
	r = mgmt_call(mgmt, MGMT_START_SERVICE_DISCOVERY, index, params, len, 0, NULL);
	free(params);
	return r;
}

int kin_mgmt_scan_start(struct kin_mgmt *mgmt, long index, unsigned transports,
			const struct kin_mgmt_filter *filter)
{
	uint8_t type = (uint8_t)transports;
	int r;

	KIN_NEED(mgmt);
	if ((r = mgmt_check_index(index)) < 0 || (r = check_transports(transports)) < 0)
		return r;
	if (filter)
		return start_filtered(mgmt, index, transports, filter);
	return mgmt_call(mgmt, MGMT_START_DISCOVERY, index, &type, 1, 0, NULL);
}

int kin_mgmt_scan_stop(struct kin_mgmt *mgmt, long index, unsigned transports)
{
	uint8_t type = (uint8_t)transports;
	int r;

	KIN_NEED(mgmt);
	if ((r = mgmt_check_index(index)) < 0 || (r = check_transports(transports)) < 0)
		return r;
	return mgmt_call(mgmt, MGMT_STOP_DISCOVERY, index, &type, 1, 0, NULL);
}

int kin_mgmt_confirm_name(struct kin_mgmt *mgmt, long index, const struct kin_bdaddr *address,
			  int type, bool known)
{
	uint8_t params[8];
	int r;

	KIN_NEED(mgmt);
	KIN_NEED(address);
	if ((r = mgmt_check_index(index)) < 0 || (r = mgmt_check_type(type)) < 0)
		return r;
	mgmt_put_device(params, address, type);
	params[7] = known;
	return mgmt_call(mgmt, MGMT_CONFIRM_NAME, index, params, sizeof(params), 0, NULL);
}

/* ---- Events -------------------------------------------------------------------------------- */

static int check_event(const struct kin_mgmt_event *event, uint16_t code, size_t least)
{
	if (event->code != code)
		return kin_fail(EINVAL, "event %#06x is not %#06x", event->code, code);
	if (event->len < least)
		return kin_fail(EBADMSG, "event %#06x has %zu bytes, not %zu", code, event->len,
				least);
	return 0;
}

int kin_mgmt_found_read(const struct kin_mgmt_event *event, struct kin_mgmt_found *ret_found)
{
	const uint8_t *data;
	size_t eir_len;
	int r;

	KIN_NEED(event);
	KIN_NEED(ret_found);
	r = check_event(event, KIN_MGMT_DEVICE_FOUND, FOUND);
	if (r < 0)
		return r;
	data = event->data;
	eir_len = mgmt_u16(data + 12);
	if (eir_len != event->len - FOUND)
		return kin_fail(EBADMSG, "%zu bytes of what a device told, where %zu are", eir_len,
				event->len - FOUND);
	if (data[6] > KIN_BDADDR_LE_RANDOM)
		return kin_fail(EBADMSG, "type of address %u is not in 0-2", data[6]);
	memcpy(&ret_found->address, data, sizeof(ret_found->address));
	ret_found->type = data[6];
	ret_found->rssi = (int8_t)data[7];
	ret_found->flags = mgmt_u32(data + 8);
	ret_found->eir = data + FOUND;
	ret_found->eir_len = eir_len;
	return 0;
}

int kin_mgmt_discovering_read(const struct kin_mgmt_event *event, unsigned *ret_transports,
			      bool *ret_on)
{
	int r;

	KIN_NEED(event);
	KIN_NEED(ret_transports);
	KIN_NEED(ret_on);
	r = check_event(event, KIN_MGMT_DISCOVERING, 2);
	if (r == 0) {
		*ret_transports = event->data[0];
		*ret_on = event->data[1];
	}
	return r;
}
