/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What of a controller can be set. */
#include <errno.h>

#include "mgmt.h"

enum { NAME = 249, SHORT_NAME = 11 };

/* A setting, and the command that takes nothing but its value (0: none does). */
struct setting {
	struct kin_mgmt_setting row;
	uint16_t opcode;
};

static const struct setting settings[] = {
	{{"powered", KIN_MGMT_POWERED, "up: it sends and receives", 1}, MGMT_SET_POWERED},
	{{"connectable", KIN_MGMT_CONNECTABLE, "other devices may connect", 1},
	 MGMT_SET_CONNECTABLE},
	{{"fast-connectable", KIN_MGMT_FAST_CONNECTABLE, "and sooner, at the cost of power", 1},
	 MGMT_SET_FAST_CONNECTABLE},
	{{"discoverable", KIN_MGMT_DISCOVERABLE, "scans of other devices find it", 1},
	 MGMT_SET_DISCOVERABLE},
	{{"bondable", KIN_MGMT_BONDABLE, "other devices may pair", 1}, MGMT_SET_BONDABLE},
	{{"link-security", KIN_MGMT_LINK_SECURITY, "BR/EDR connections are authenticated", 1},
	 MGMT_SET_LINK_SECURITY},
	{{"ssp", KIN_MGMT_SSP, "Secure Simple Pairing", 1}, MGMT_SET_SSP},
	{{"bredr", KIN_MGMT_BREDR, "Bluetooth Classic: BR/EDR", 1}, MGMT_SET_BREDR},
	{{"hs", KIN_MGMT_HS, "High Speed; gone with Linux 6.10", 1}, MGMT_SET_HS},
	{{"le", KIN_MGMT_LE, "Low Energy", 1}, MGMT_SET_LE},
	{{"advertising", KIN_MGMT_ADVERTISING, "it advertises itself, without an instance", 2},
	 MGMT_SET_ADVERTISING},
	{{"secure-connections", KIN_MGMT_SECURE_CONNECTIONS, "pairing with P-256", 2},
	 MGMT_SET_SECURE_CONNECTIONS},
	{{"debug-keys", KIN_MGMT_DEBUG_KEYS, "pairings with the debug key are kept", 2},
	 MGMT_SET_DEBUG_KEYS},
	{{"privacy", KIN_MGMT_PRIVACY, "LE addresses that change", 0}, 0},
	{{"configuration", KIN_MGMT_CONFIGURATION, "it must be configured from outside", 0}, 0},
	{{"static-address", KIN_MGMT_STATIC_ADDRESS, "LE with a static random address", 0}, 0},
	{{"phy-configuration", KIN_MGMT_PHY_CONFIGURATION, "kinds of modulation can be chosen", 0},
	 0},
	{{"wideband-speech", KIN_MGMT_WIDEBAND_SPEECH, "voice of more than 3.4 kHz", 1},
	 MGMT_SET_WIDEBAND_SPEECH},
	{{"cis-central", KIN_MGMT_CIS_CENTRAL, "isochronous streams, as central", 0}, 0},
	{{"cis-peripheral", KIN_MGMT_CIS_PERIPHERAL, "isochronous streams, as peripheral", 0}, 0},
	{{"iso-broadcaster", KIN_MGMT_ISO_BROADCASTER, "isochronous broadcasts, sent", 0}, 0},
	{{"iso-sync-receiver", KIN_MGMT_ISO_SYNC_RECEIVER, "isochronous broadcasts, received", 0},
	 0},
	{{"ll-privacy", KIN_MGMT_LL_PRIVACY, "the controller resolves private addresses", 0}, 0},
};

enum { N_SETTINGS = sizeof(settings) / sizeof(*settings) };

const struct kin_mgmt_setting *kin_mgmt_setting_at(unsigned i)
{
	return i < N_SETTINGS ? &settings[i].row : NULL;
}

/* A command that is answered with all settings. */
static int set(struct kin_mgmt *mgmt, uint16_t opcode, long index, const void *params, size_t len,
	       uint32_t *ret_current)
{
	struct mgmt_answer answer;
	int r = mgmt_call(mgmt, opcode, index, params, len, 4, &answer);

	if (r == 0 && ret_current)
		*ret_current = mgmt_u32(answer.data);
	return r;
}

int kin_mgmt_set(struct kin_mgmt *mgmt, long index, uint32_t setting, unsigned value,
		 uint32_t *ret_current)
{
	const struct setting *s = settings;
	uint8_t mode = (uint8_t)value;
	int r;

	KIN_NEED(mgmt);
	r = mgmt_check_index(index);
	if (r < 0)
		return r;
	while (s < settings + N_SETTINGS && s->row.bit != setting)
		s++;
	if (s == settings + N_SETTINGS || !s->opcode)
		return kin_fail(EINVAL, "setting %#x is none that is on or off", setting);
	if (value > s->row.max)
		return kin_fail(EINVAL, "%s %u is not in 0-%u", s->row.name, value, s->row.max);
	if (s->opcode == MGMT_SET_DISCOVERABLE)
		return kin_mgmt_set_discoverable(mgmt, index, value, 0, ret_current);
	return set(mgmt, s->opcode, index, &mode, 1, ret_current);
}

int kin_mgmt_set_discoverable(struct kin_mgmt *mgmt, long index, unsigned mode, long seconds,
			      uint32_t *ret_current)
{
	uint8_t params[3] = {(uint8_t)mode};
	int r;

	KIN_NEED(mgmt);
	r = mgmt_check_index(index);
	if (r < 0)
		return r;
	if (mode > 2)
		return kin_fail(EINVAL, "discoverable %u is not in 0-2", mode);
	if (seconds < 0 || seconds > UINT16_MAX)
		return kin_fail(EINVAL, "%ld s are not in 0-65535", seconds);
	if (mode == 0 && seconds > 0)
		return kin_fail(EINVAL, "off takes no time");
	if (mode == 2 && seconds == 0)
		return kin_fail(EINVAL, "discoverable for a limited time takes the time");
	mgmt_put_u16(params + 1, (unsigned)seconds);
	return set(mgmt, MGMT_SET_DISCOVERABLE, index, params, sizeof(params), ret_current);
}

int kin_mgmt_set_privacy(struct kin_mgmt *mgmt, long index, unsigned mode, const uint8_t *irk,
			 uint32_t *ret_current)
{
	uint8_t params[17] = {(uint8_t)mode};
	int r;

	KIN_NEED(mgmt);
	r = mgmt_check_index(index);
	if (r < 0)
		return r;
	if (mode > 2)
		return kin_fail(EINVAL, "privacy %u is not in 0-2", mode);
	if (mode > 0)
		KIN_NEED(irk);
	if (irk)
		memcpy(params + 1, irk, 16);
	return set(mgmt, MGMT_SET_PRIVACY, index, params, sizeof(params), ret_current);
}

int kin_mgmt_set_name(struct kin_mgmt *mgmt, long index, const char *name, const char *short_name)
{
	uint8_t params[NAME + SHORT_NAME] = {0};
	struct kin_mgmt_controller *now;
	size_t len, short_len;
	int r;

	KIN_NEED(mgmt);
	KIN_NEED(name);
	r = mgmt_check_index(index);
	if (r < 0)
		return r;
	len = strlen(name);
	short_len = short_name ? strlen(short_name) : 0;
	if (len >= NAME)
		return kin_fail(EINVAL, "a name of %zu bytes is longer than 248", len);
	if (short_len >= SHORT_NAME)
		return kin_fail(EINVAL, "a short name of %zu bytes is longer than 10", short_len);
	memcpy(params, name, len);
	if (short_name) {
		memcpy(params + NAME, short_name, short_len);
	} else {
		r = kin_mgmt_controller_read(mgmt, index, &now);
		if (r < 0)
			return r;
		memcpy(params + NAME, now->short_name, SHORT_NAME);
		kin_mgmt_controller_free(now);
	}
	return mgmt_call(mgmt, MGMT_SET_NAME, index, params, sizeof(params), 0, NULL);
}

int kin_mgmt_set_class(struct kin_mgmt *mgmt, long index, unsigned major, unsigned minor)
{
	/* The two lowest bits of the minor class are the format's. */
	uint8_t params[2] = {(uint8_t)major, (uint8_t)(minor << 2)};
	int r;

	KIN_NEED(mgmt);
	r = mgmt_check_index(index);
	if (r < 0)
		return r;
	if (major > 31)
		return kin_fail(EINVAL, "major class %u is not in 0-31", major);
	if (minor > 63)
		return kin_fail(EINVAL, "minor class %u is not in 0-63", minor);
	return mgmt_call(mgmt, MGMT_SET_CLASS, index, params, sizeof(params), 0, NULL);
}

int kin_mgmt_set_static_address(struct kin_mgmt *mgmt, long index, const struct kin_bdaddr *address)
{
	struct kin_bdaddr none = {{0}};
	int r;

	KIN_NEED(mgmt);
	r = mgmt_check_index(index);
	if (r < 0)
		return r;
	if (address && (address->b[5] & 0xC0) != 0xC0)
		return kin_fail(EINVAL, "a static address begins with C0 to FF, not %02X",
				address->b[5]);
	return mgmt_call(mgmt, MGMT_SET_STATIC_ADDRESS, index, address ? address : &none,
			 sizeof(none), 0, NULL);
}

int kin_mgmt_phys(struct kin_mgmt *mgmt, long index, struct kin_mgmt_phys *ret_phys)
{
	struct mgmt_answer answer;
	int r;

	KIN_NEED(mgmt);
	KIN_NEED(ret_phys);
	r = mgmt_check_index(index);
	if (r == 0)
		r = mgmt_call(mgmt, MGMT_GET_PHYS, index, NULL, 0, 12, &answer);
	if (r == 0)
		*ret_phys = (struct kin_mgmt_phys){
			mgmt_u32(answer.data),
			mgmt_u32(answer.data + 4),
			mgmt_u32(answer.data + 8),
		};
	return r;
}

int kin_mgmt_set_phys(struct kin_mgmt *mgmt, long index, uint32_t selected)
{
	uint8_t params[4];
	int r;

	KIN_NEED(mgmt);
	r = mgmt_check_index(index);
	if (r < 0)
		return r;
	mgmt_put_u32(params, selected);
	return mgmt_call(mgmt, MGMT_SET_PHYS, index, params, sizeof(params), 0, NULL);
}
