/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Advertising: what is said, put together of words, and the kernel's instances that say it. */
#include <errno.h>
#include <stdlib.h>

#include "mgmt.h"

enum {
	FULL = UINT8_MAX, /* what the interface carries of advertising data, and of a response */
	LEGACY = 31,      /* what a controller without extended advertising sends of each */
	FEATURES = 8,
	HEADER = 11,
	/* Types of fields: the assigned numbers, 2.3 */
	AD_UUID16 = 0x03,
	AD_UUID32 = 0x05,
	AD_UUID128 = 0x07,
	AD_NAME = 0x09,
	AD_MANUFACTURER = 0xFF,
	/* What fields the kernel adds take of the 31 bytes */
	FLAGS_BYTES = 3,
	POWER_BYTES = 3,
};

/* One of the two packets. */
struct part {
	uint8_t data[FULL];
	size_t len;
	size_t last; /* where its last field begins */
};

struct kin_mgmt_adv {
	uint32_t flags;
	uint16_t turn_s, limit_s;
	struct part data, response;
};

/* ---- What is said -------------------------------------------------------------------------- */

int kin_mgmt_adv_new(struct kin_mgmt_adv **ret_adv)
{
	struct kin_mgmt_adv *adv;

	KIN_NEED(ret_adv);
	adv = calloc(1, sizeof(*adv));
	if (!adv)
		return kin_fail(ENOMEM, "no memory for advertising");
	*ret_adv = adv;
	return 0;
}

void kin_mgmt_adv_free(struct kin_mgmt_adv *adv)
{
	free(adv);
}

int kin_mgmt_adv_set_flags(struct kin_mgmt_adv *adv, uint32_t flags)
{
	KIN_NEED(adv);
	adv->flags = flags;
	return 0;
}

int kin_mgmt_adv_set_times(struct kin_mgmt_adv *adv, long turn_s, long limit_s)
{
	KIN_NEED(adv);
	if (turn_s < 0 || turn_s > UINT16_MAX)
		return kin_fail(EINVAL, "%ld s are not in 0-65535", turn_s);
	if (limit_s < 0 || limit_s > UINT16_MAX)
		return kin_fail(EINVAL, "%ld s are not in 0-65535", limit_s);
	adv->turn_s = (uint16_t)turn_s;
	adv->limit_s = (uint16_t)limit_s;
	return 0;
}

/* What the fields that the kernel adds leave. */
static size_t room(const struct kin_mgmt_adv *adv, const struct part *part)
{
	const uint32_t flags =
		KIN_MGMT_ADV_DISCOVERABLE | KIN_MGMT_ADV_LIMITED | KIN_MGMT_ADV_MANAGED;
	size_t taken = 0;

	if (part == &adv->data && adv->flags & flags)
		taken += FLAGS_BYTES;
	if (part == &adv->data && adv->flags & KIN_MGMT_ADV_TX_POWER)
		taken += POWER_BYTES;
	return LEGACY - taken;
}

/* False: there is no room for it. */
static bool put_field(const struct kin_mgmt_adv *adv, struct part *part, uint8_t type,
		      const void *data, size_t len)
{
	uint8_t *at = part->data + part->len;

	if (len > LEGACY || part->len + 2 + len > room(adv, part))
		return false;
	at[0] = (uint8_t)(len + 1);
	at[1] = type;
	if (len > 0)
		memcpy(at + 2, data, len);
	part->last = part->len;
	part->len += 2 + len;
	return true;
}

int kin_mgmt_adv_add(struct kin_mgmt_adv *adv, long type, const void *data, size_t len)
{
	KIN_NEED(adv);
	KIN_NEED_ROOM(data, len);
	if (type < 1 || type > UINT8_MAX)
		return kin_fail(EINVAL, "AD type %ld is not in 1-255", type);
	if (!put_field(adv, &adv->data, (uint8_t)type, data, len) &&
	    !put_field(adv, &adv->response, (uint8_t)type, data, len))
		return kin_fail(EMSGSIZE,
				"no room for a field of %zu bytes: %zu of 31 are taken in the "
				"advertising data, %zu in the scan response",
				len + 2, LEGACY - room(adv, &adv->data) + adv->data.len,
				adv->response.len);
	return 0;
}

int kin_mgmt_adv_add_name(struct kin_mgmt_adv *adv, const char *name)
{
	size_t len;

	KIN_NEED(adv);
	KIN_NEED(name);
	len = strlen(name);
	if (len == 0)
		return kin_fail(EINVAL, "the name is empty");
	if (put_field(adv, &adv->response, AD_NAME, name, len))
		return 0;
	return kin_mgmt_adv_add(adv, AD_NAME, name, len);
}

/* Into the field of UUIDs that is the last of this packet. False: it is none, or there is no room
 */
static bool extend(const struct kin_mgmt_adv *adv, struct part *part, uint8_t type,
		   const uint8_t *data, size_t len)
{
	if (part->len == 0 || part->data[part->last + 1] != type ||
	    part->len + len > room(adv, part))
		return false;
	memcpy(part->data + part->len, data, len);
	part->data[part->last] += (uint8_t)len;
	part->len += len;
	return true;
}

int kin_mgmt_adv_add_uuid(struct kin_mgmt_adv *adv, const struct kin_bt_uuid *uuid)
{
	uint8_t data[16], type;
	ssize_t len;

	KIN_NEED(adv);
	len = kin_bt_uuid_write(uuid, data, sizeof(data));
	if (len < 0)
		return (int)len;
	type = len == 2 ? AD_UUID16 : len == 4 ? AD_UUID32 : AD_UUID128;
	if (extend(adv, &adv->data, type, data, (size_t)len) ||
	    extend(adv, &adv->response, type, data, (size_t)len))
		return 0;
	return kin_mgmt_adv_add(adv, type, data, (size_t)len);
}

int kin_mgmt_adv_add_manufacturer(struct kin_mgmt_adv *adv, long company, const void *data,
				  size_t len)
{
	uint8_t field[FULL];

	KIN_NEED(adv);
	KIN_NEED_ROOM(data, len);
	if (company < 0 || company > UINT16_MAX)
		return kin_fail(EINVAL, "company %ld is not in 0-65535", company);
	if (len > LEGACY)
		return kin_fail(EMSGSIZE, "%zu bytes of a manufacturer are more than 27", len);
	mgmt_put_u16(field, (unsigned)company);
	if (len > 0)
		memcpy(field + 2, data, len);
	return kin_mgmt_adv_add(adv, AD_MANUFACTURER, field, len + 2);
}

int kin_mgmt_adv_data(const struct kin_mgmt_adv *adv, const uint8_t **ret_data, size_t *ret_len,
		      const uint8_t **ret_response, size_t *ret_response_len)
{
	KIN_NEED(adv);
	if (ret_data)
		*ret_data = adv->data.data;
	if (ret_len)
		*ret_len = adv->data.len;
	if (ret_response)
		*ret_response = adv->response.data;
	if (ret_response_len)
		*ret_response_len = adv->response.len;
	return 0;
}

/* ---- Instances ----------------------------------------------------------------------------- */

int kin_mgmt_adv_features(struct kin_mgmt *mgmt, long index,
			  struct kin_mgmt_adv_features *ret_features)
{
	struct mgmt_answer answer;
	size_t n;
	int r;

	KIN_NEED(mgmt);
	KIN_NEED(ret_features);
	r = mgmt_check_index(index);
	if (r == 0)
		r = mgmt_call(mgmt, MGMT_READ_ADV_FEATURES, index, NULL, 0, FEATURES, &answer);
	if (r < 0)
		return r;
	n = answer.data[7];
	if (n > answer.len - FEATURES)
		return kin_fail(EBADMSG, "the kernel's list of instances ends before its %zu", n);
	*ret_features = (struct kin_mgmt_adv_features){
		.flags = mgmt_u32(answer.data),
		.max_data = answer.data[4],
		.max_response = answer.data[5],
		.max_instances = answer.data[6],
		.n_instances = (unsigned)n,
	};
	memcpy(ret_features->instances, answer.data + FEATURES, n);
	return 0;
}

/* The first number that no instance has. @return -ENOSPC: there are as many as there may be */
static int find_free(struct kin_mgmt *mgmt, long index)
{
	struct kin_mgmt_adv_features features;
	int r = kin_mgmt_adv_features(mgmt, index, &features);

	if (r < 0)
		return r;
	for (unsigned i = 1; i <= features.max_instances; i++)
		if (!memchr(features.instances, (int)i, features.n_instances))
			return (int)i;
	return features.max_instances
		       ? kin_fail(ENOSPC,
				  "all %u instances of advertising are in use; `sudo kin bt "
				  "advertise hci%ld --stop` frees them",
				  features.max_instances, index)
		       : kin_fail(EOPNOTSUPP, "this controller can't advertise");
}

int kin_mgmt_adv_start(struct kin_mgmt *mgmt, long index, const struct kin_mgmt_adv *adv,
		       long instance, unsigned *ret_instance)
{
	uint8_t params[HEADER + 2 * FULL];
	struct mgmt_answer answer;
	int r;

	KIN_NEED(mgmt);
	KIN_NEED(adv);
	if (instance < 0 || instance > UINT8_MAX)
		return kin_fail(EINVAL, "instance %ld is not in 0-255", instance);
	r = mgmt_check_index(index);
	if (r == 0 && instance == 0)
		instance = r = find_free(mgmt, index);
	if (r < 0)
		return r;
	params[0] = (uint8_t)instance;
	mgmt_put_u32(params + 1, adv->flags);
	mgmt_put_u16(params + 5, adv->turn_s);
	mgmt_put_u16(params + 7, adv->limit_s);
	params[9] = (uint8_t)adv->data.len;
	params[10] = (uint8_t)adv->response.len;
	memcpy(params + HEADER, adv->data.data, adv->data.len);
	memcpy(params + HEADER + adv->data.len, adv->response.data, adv->response.len);
	r = mgmt_call(mgmt, MGMT_ADD_ADVERTISING, index, params,
		      HEADER + adv->data.len + adv->response.len, 1, &answer);
	if (r == 0 && ret_instance)
		*ret_instance = answer.data[0];
	return r;
}

int kin_mgmt_adv_stop(struct kin_mgmt *mgmt, long index, long instance)
{
	uint8_t params = (uint8_t)instance;
	int r;

	KIN_NEED(mgmt);
	r = mgmt_check_index(index);
	if (r < 0)
		return r;
	if (instance < 0 || instance > UINT8_MAX)
		return kin_fail(EINVAL, "instance %ld is not in 0-255", instance);
	return mgmt_call(mgmt, MGMT_REMOVE_ADVERTISING, index, &params, 1, 0, NULL);
}
