/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Addresses as text. */
#include "internal.h"

#include <errno.h>
#include <string.h>

static const struct kin_name type_names[] = {
	{"bredr", KIN_BDADDR_BREDR},
	{"le-public", KIN_BDADDR_LE_PUBLIC},
	{"le-random", KIN_BDADDR_LE_RANDOM},
	{},
};

static const struct kin_name channel_names[] = {
	{"raw", KIN_HCI_RAW},         {"user", KIN_HCI_USER},       {"monitor", KIN_HCI_MONITOR},
	{"control", KIN_HCI_CONTROL}, {"logging", KIN_HCI_LOGGING}, {},
};

static const char *name_of(const struct kin_name *names, int64_t value)
{
	for (; names->name; names++)
		if (names->value == value)
			return names->name;
	return NULL;
}

static bool find_name(const struct kin_name *names, const char *text, int64_t *ret_value)
{
	for (; names->name; names++)
		if (strcmp(names->name, text) == 0) {
			*ret_value = names->value;
			return true;
		}
	return false;
}

static const char *setting(const struct kin_setting *settings, size_t n, const char *name)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(settings[i].name, name) == 0)
			return settings[i].value;
	return NULL;
}

/* A number that may be left out. */
static int read_number(const struct kin_setting *settings, size_t n, const char *name, int64_t max,
		       int64_t *value)
{
	const char *text = setting(settings, n, name);

	return text ? kin_parse_int(text, name, 0, max, value) : 0;
}

/* "hci0" or "0". */
static int read_device(const char *text, int64_t *ret_device)
{
	if (strcmp(text, "none") == 0) {
		*ret_device = KIN_HCI_DEV_NONE;
		return 0;
	}
	if (strncmp(text, "hci", 3) == 0)
		text += 3;
	return kin_parse_int(text, "controller", 0, UINT16_MAX, ret_device);
}

static int parse_l2cap(const char *body, const struct kin_setting *settings, size_t n,
		       struct kin_addr *ret_addr)
{
	const char *type_text = setting(settings, n, "type");
	int64_t psm = 0, cid = 0, type = KIN_BDADDR_BREDR;
	struct kin_bdaddr bdaddr;
	int r;

	if ((r = kin_bdaddr_parse(body, &bdaddr)) < 0 ||
	    (r = read_number(settings, n, "psm", UINT16_MAX, &psm)) < 0 ||
	    (r = read_number(settings, n, "cid", UINT16_MAX, &cid)) < 0)
		return r;
	if (type_text && !find_name(type_names, type_text, &type))
		return kin_fail(EINVAL, "type %s is not bredr, le-public or le-random", type_text);
	return kin_l2cap_addr(&bdaddr, (long)psm, (long)cid, (int)type, ret_addr);
}

static int parse_rfcomm(const char *body, const struct kin_setting *settings, size_t n,
			struct kin_addr *ret_addr)
{
	struct kin_bdaddr bdaddr;
	int64_t channel = 0;
	int r;

	if ((r = kin_bdaddr_parse(body, &bdaddr)) < 0 ||
	    (r = read_number(settings, n, "channel", 30, &channel)) < 0)
		return r;
	return kin_rfcomm_addr(&bdaddr, (long)channel, ret_addr);
}

static int parse_hci(const char *body, const struct kin_setting *settings, size_t n,
		     struct kin_addr *ret_addr)
{
	const char *text = setting(settings, n, "channel");
	int64_t device, channel = KIN_HCI_RAW;
	int r = read_device(body, &device);

	if (r < 0)
		return r;
	if (text && !find_name(channel_names, text, &channel)) {
		if (*text < '0' || *text > '9')
			return kin_fail(
				EINVAL,
				"channel %s is not raw, user, monitor, control, logging or a "
				"number",
				text);
		r = kin_parse_int(text, "channel", 0, UINT16_MAX, &channel);
	}
	return r < 0 ? r : kin_hci_addr((long)device, (long)channel, ret_addr);
}

static int parse_sco(const char *text, struct kin_addr *ret_addr)
{
	struct kin_bdaddr bdaddr;
	int r = kin_bdaddr_parse(text, &bdaddr);

	return r < 0 ? r : kin_sco_addr(&bdaddr, ret_addr);
}

static int parse_iso(const char *body, const struct kin_setting *settings, size_t n,
		     struct kin_addr *ret_addr)
{
	const char *text = setting(settings, n, "type");
	int64_t type = KIN_BDADDR_LE_PUBLIC;
	struct kin_bdaddr bdaddr;
	int r = kin_bdaddr_parse(body, &bdaddr);

	if (r < 0)
		return r;
	if (text && (!find_name(type_names, text, &type) || type == KIN_BDADDR_BREDR))
		return kin_fail(EINVAL, "type %.64s is not le-public or le-random", text);
	return kin_iso_addr(&bdaddr, (int)type, ret_addr);
}

/*
 * Whatever the protocol, a controller's number or its address: what the socket is bound to is made
 * of it when it is opened, because this machine need not have it before.
 */
static int parse_local(const char *text, struct kin_addr *ret_addr)
{
	int64_t device;
	int r;

	if (strncmp(text, "hci", 3) != 0)
		return parse_sco(text, ret_addr);
	r = read_device(text, &device);
	return r < 0 ? r : kin_hci_addr((long)device, KIN_HCI_RAW, ret_addr);
}

int bluetooth_parse(const struct kin_proto *proto, const char *body,
		    const struct kin_setting *settings, size_t n, struct kin_target *ret)
{
	const char *local = setting(settings, n, "local");
	int r;

	switch (proto->protocol) {
	case BTPROTO_RFCOMM:
		r = parse_rfcomm(body, settings, n, &ret->addr);
		break;
	case BTPROTO_HCI:
		r = parse_hci(body, settings, n, &ret->addr);
		break;
	case BTPROTO_SCO:
		r = parse_sco(body, &ret->addr);
		break;
	case BTPROTO_ISO:
		r = parse_iso(body, settings, n, &ret->addr);
		break;
	default:
		r = parse_l2cap(body, settings, n, &ret->addr);
	}
	return r < 0 || !local ? r : parse_local(local, &ret->local);
}

static void put_bdaddr(const struct kin_bdaddr *bdaddr, struct kin_buf *out)
{
	char text[KIN_BDADDR_TEXT];

	kin_bdaddr_format(bdaddr, text, sizeof(text));
	kin_buf_puts(out, text);
}

static void put_l2cap(const struct kin_addr *addr, struct kin_buf *out)
{
	struct kin_bdaddr bdaddr;
	uint16_t psm, cid;
	int type;

	if (kin_l2cap_addr_read(addr, &bdaddr, &psm, &cid, &type) < 0)
		return;
	put_bdaddr(&bdaddr, out);
	if (psm)
		kin_buf_printf(out, ",psm=%u", psm);
	if (cid)
		kin_buf_printf(out, ",cid=%u", cid);
	if (type != KIN_BDADDR_BREDR && name_of(type_names, type))
		kin_buf_printf(out, ",type=%s", name_of(type_names, type));
}

static void put_rfcomm(const struct kin_addr *addr, struct kin_buf *out)
{
	struct kin_bdaddr bdaddr;
	uint8_t channel;

	if (kin_rfcomm_addr_read(addr, &bdaddr, &channel) < 0)
		return;
	put_bdaddr(&bdaddr, out);
	if (channel)
		kin_buf_printf(out, ",channel=%u", channel);
}

static void put_iso(const struct kin_addr *addr, struct kin_buf *out)
{
	struct kin_bdaddr bdaddr;
	int type;

	if (kin_iso_addr_read(addr, &bdaddr, &type) < 0)
		return;
	put_bdaddr(&bdaddr, out);
	if (type == KIN_BDADDR_LE_RANDOM)
		kin_buf_puts(out, ",type=le-random");
}

static void put_hci(const struct kin_addr *addr, struct kin_buf *out)
{
	uint16_t device, channel;

	if (kin_hci_addr_read(addr, &device, &channel) < 0)
		return;
	if (device == KIN_HCI_DEV_NONE)
		kin_buf_puts(out, "none");
	else
		kin_buf_printf(out, "%u", device);
	if (channel > KIN_HCI_LOGGING)
		kin_buf_printf(out, ",channel=%u", channel);
	else if (channel != KIN_HCI_RAW)
		kin_buf_printf(out, ",channel=%s", name_of(channel_names, channel));
}

static void put_sco(const struct kin_addr *addr, struct kin_buf *out)
{
	struct kin_bdaddr bdaddr;

	if (kin_sco_addr_read(addr, &bdaddr) == 0)
		put_bdaddr(&bdaddr, out);
}

void bluetooth_format(const struct kin_proto *proto, const struct kin_target *target,
		      struct kin_buf *out)
{
	uint16_t device;

	switch (proto->protocol) {
	case BTPROTO_RFCOMM:
		put_rfcomm(&target->addr, out);
		break;
	case BTPROTO_HCI:
		put_hci(&target->addr, out);
		break;
	case BTPROTO_SCO:
		put_sco(&target->addr, out);
		break;
	case BTPROTO_ISO:
		put_iso(&target->addr, out);
		break;
	default:
		put_l2cap(&target->addr, out);
	}
	if (!target->local.len)
		return;
	kin_buf_puts(out, ",local=");
	if (kin_hci_addr_read(&target->local, &device, NULL) == 0)
		kin_buf_printf(out, "hci%u", device);
	else
		put_sco(&target->local, out);
}
