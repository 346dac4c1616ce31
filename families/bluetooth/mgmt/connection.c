/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Connections of a controller. */
#include <errno.h>
#include <stdlib.h>

#include "mgmt.h"

enum { DEVICE = 7 };

/* A command to a controller about one device. */
static int call_device(struct kin_mgmt *mgmt, uint16_t opcode, long index,
		       const struct kin_bdaddr *address, int type, size_t least,
		       struct mgmt_answer *answer)
{
	uint8_t params[DEVICE];
	int r;

	KIN_NEED(mgmt);
	KIN_NEED(address);
	if ((r = mgmt_check_index(index)) < 0 || (r = mgmt_check_type(type)) < 0)
		return r;
	mgmt_put_device(params, address, type);
	return mgmt_call(mgmt, opcode, index, params, sizeof(params), least, answer);
}

int kin_mgmt_connections(struct kin_mgmt *mgmt, long index, struct kin_mgmt_device **ret_list)
{
	struct kin_mgmt_device *list = NULL;
	struct mgmt_answer answer;
	size_t n;
	int r;

	KIN_NEED(mgmt);
	KIN_NEED(ret_list);
	r = mgmt_check_index(index);
	if (r == 0)
		r = mgmt_call(mgmt, MGMT_GET_CONNECTIONS, index, NULL, 0, 2, &answer);
	if (r < 0)
		return r;
	n = mgmt_u16(answer.data);
	if (n > (answer.len - 2) / DEVICE)
		return kin_fail(EBADMSG, "the kernel's list of connections ends before its %zu", n);
	if (n > 0)
		list = calloc(n, sizeof(*list));
	if (n > 0 && !list)
		return kin_fail(ENOMEM, "no memory for %zu connections", n);
	for (size_t i = 0; i < n; i++) {
		const uint8_t *at = answer.data + 2 + i * DEVICE;

		memcpy(&list[i].address, at, sizeof(list[i].address));
		list[i].type = at[6];
	}
	*ret_list = list;
	return (int)n;
}

int kin_mgmt_connection_read(struct kin_mgmt *mgmt, long index, const struct kin_bdaddr *address,
			     int type, int *ret_rssi, int *ret_power, int *ret_power_max)
{
	struct mgmt_answer answer;
	int r = call_device(mgmt, MGMT_GET_CONNECTION, index, address, type, DEVICE + 3, &answer);

	if (r < 0)
		return r;
	if (ret_rssi)
		*ret_rssi = (int8_t)answer.data[DEVICE];
	if (ret_power)
		*ret_power = (int8_t)answer.data[DEVICE + 1];
	if (ret_power_max)
		*ret_power_max = (int8_t)answer.data[DEVICE + 2];
	return 0;
}

int kin_mgmt_disconnect(struct kin_mgmt *mgmt, long index, const struct kin_bdaddr *address,
			int type)
{
	return call_device(mgmt, MGMT_DISCONNECT, index, address, type, 0, NULL);
}

int kin_mgmt_block(struct kin_mgmt *mgmt, long index, const struct kin_bdaddr *address, int type,
		   bool block)
{
	return call_device(mgmt, block ? MGMT_BLOCK : MGMT_UNBLOCK, index, address, type, 0, NULL);
}
