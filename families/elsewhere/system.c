/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Kernel controls of macOS: by name, or by number and unit. */
#include "internal.h"

#include <errno.h>
#include <string.h>

struct place {
	sa_family_t family;
	uint32_t id, unit; /* when there is no name */
	char name[KIN_SYSTEM_NAME];
};

int kin_system_addr(const char *name, struct kin_addr *ret_addr)
{
	struct place place = {.family = KIN_AF_SYSTEM};
	size_t len = name ? strlen(name) : 0;

	if (len == 0)
		return kin_fail(EINVAL, "no kernel control is named");
	if (len >= sizeof(place.name))
		return kin_fail(ENAMETOOLONG,
				"the kernel control's name has %zu bytes, one may have %zu", len,
				sizeof(place.name) - 1);
	if (strchr(name, ':'))
		return kin_fail(EINVAL, "\"%s\" is neither a name nor ID:UNIT", name);
	memcpy(place.name, name, len);
	return elsewhere_give(&place, sizeof(place), ret_addr);
}

int kin_system_id_addr(int64_t id, int64_t unit, struct kin_addr *ret_addr)
{
	struct place place = {.family = KIN_AF_SYSTEM, .id = (uint32_t)id, .unit = (uint32_t)unit};

	if (id < 0 || id > UINT32_MAX)
		return kin_fail(EINVAL, "id %lld is not in 0-%u", (long long)id, UINT32_MAX);
	if (unit < 0 || unit > UINT32_MAX)
		return kin_fail(EINVAL, "unit %lld is not in 0-%u", (long long)unit, UINT32_MAX);
	return elsewhere_give(&place, sizeof(place), ret_addr);
}

int kin_system_read(const struct kin_addr *addr, char *name, uint32_t *ret_id, uint32_t *ret_unit)
{
	struct place place;

	if (!elsewhere_read(addr, KIN_AF_SYSTEM, &place, sizeof(place)))
		return kin_fail(EAFNOSUPPORT, "not the address of a kernel control");
	place.name[sizeof(place.name) - 1] = '\0';
	if (name)
		strcpy(name, place.name);
	if (ret_id)
		*ret_id = place.id;
	if (ret_unit)
		*ret_unit = place.unit;
	return 0;
}

int system_parse(const char *body, struct kin_addr *ret_addr)
{
	const char *colon = strchr(body, ':');
	char id_text[32] = "";
	int64_t id, unit;
	int r;

	if (!colon)
		return kin_system_addr(body, ret_addr);
	if ((size_t)(colon - body) >= sizeof(id_text))
		return kin_fail(EINVAL, "\"%s\" is neither a name nor ID:UNIT", body);
	memcpy(id_text, body, (size_t)(colon - body));
	if ((r = kin_parse_int(id_text, "id", 0, UINT32_MAX, &id)) < 0 ||
	    (r = kin_parse_int(colon + 1, "unit", 0, UINT32_MAX, &unit)) < 0)
		return r;
	return kin_system_id_addr(id, unit, ret_addr);
}

void system_format(const struct kin_addr *addr, struct kin_buf *out)
{
	char name[KIN_SYSTEM_NAME];
	uint32_t id, unit;

	if (kin_system_read(addr, name, &id, &unit) < 0)
		return;
	if (*name)
		kin_buf_put_body(out, name, strlen(name));
	else
		kin_buf_printf(out, "%u:%u", id, unit);
}
