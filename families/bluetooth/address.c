/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The kinds of address, as values, told apart by their length: all but ISO's and RFCOMM's. */
#include "internal.h"

#include <endian.h>
#include <errno.h>
#include <string.h>

const struct kin_bdaddr bluetooth_any = {{0}};
static const struct kin_bdaddr local = {{0xFF, 0xFF, 0xFF, 0, 0, 0}};

static int digit(char c)
{
	static const char digits[] = "0123456789abcdef";
	const char *at = c ? strchr(digits, c >= 'A' && c <= 'F' ? c | 0x20 : c) : NULL;

	return at ? (int)(at - digits) : -1;
}

/* One or two digits. @return what follows, or NULL */
static const char *read_byte(const char *text, uint8_t *ret_byte)
{
	int high = digit(text[0]), low = high < 0 ? -1 : digit(text[1]);

	if (high < 0)
		return NULL;
	*ret_byte = (uint8_t)(low < 0 ? high : high << 4 | low);
	return text + (low < 0 ? 1 : 2);
}

int kin_bdaddr_parse(const char *text, struct kin_bdaddr *ret_bdaddr)
{
	struct kin_bdaddr bdaddr = bluetooth_any;
	const char *at = text;

	if (!text || !ret_bdaddr)
		return kin_fail(EINVAL, "no Bluetooth address, or no place for it, was given");
	if (strcmp(text, "any") == 0 || strcmp(text, "local") == 0) {
		*ret_bdaddr = *text == 'a' ? bluetooth_any : local;
		return 0;
	}
	for (int i = 5; i >= 0 && at; i--) {
		at = read_byte(at, &bdaddr.b[i]);
		if (at && *at != (i > 0 ? ':' : '\0'))
			at = NULL;
		else if (at && i > 0)
			at++;
	}
	if (!at)
		return kin_fail(EINVAL,
				"\"%.64s\" is not a Bluetooth address, such as 00:AA:01:01:00:01",
				text);
	*ret_bdaddr = bdaddr;
	return 0;
}

ssize_t kin_bdaddr_format(const struct kin_bdaddr *bdaddr, char *buf, size_t size)
{
	struct kin_buf out = {buf, size, 0};
	struct kin_bdaddr text;

	if (!bdaddr || (!buf && size))
		return kin_fail(EINVAL,
				"no Bluetooth address, or no place for its text, was given");
	for (int i = 0; i < 6; i++)
		text.b[i] = bdaddr->b[5 - i];
	kin_buf_put_hex(&out, text.b, sizeof(text.b), ':');
	kin_buf_end(&out);
	return (ssize_t)out.len;
}

static int check(const char *what, long value, long max, const struct kin_addr *ret_addr)
{
	if (!ret_addr)
		return kin_fail(EINVAL, "no place for the address was given");
	if (value < 0 || value > max)
		return kin_fail(EINVAL, "%s %ld is not in 0-%ld", what, value, max);
	return 0;
}

static void store(const void *sockaddr, size_t len, struct kin_addr *ret_addr)
{
	*ret_addr = (struct kin_addr){.len = (socklen_t)len};
	memcpy(&ret_addr->ss, sockaddr, len);
}

/* The bytes of an address of that length, or a failure. */
static int load(const struct kin_addr *addr, const char *what, void *sockaddr, size_t len)
{
	if (!addr || addr->len != len || addr->sa.sa_family != AF_BLUETOOTH)
		return kin_fail(EAFNOSUPPORT, "not an address of %s", what);
	memcpy(sockaddr, &addr->ss, len);
	return 0;
}

/* A device's address as BlueZ has it; NULL is any. */
static bdaddr_t raw(const struct kin_bdaddr *bdaddr)
{
	bdaddr_t to;

	memcpy(&to, bdaddr ? bdaddr : &bluetooth_any, sizeof(to));
	return to;
}

static void cooked(const bdaddr_t *from, struct kin_bdaddr *ret_bdaddr)
{
	if (ret_bdaddr)
		memcpy(ret_bdaddr, from, sizeof(*ret_bdaddr));
}

/* The least that is a psm of BR/EDR and not below this number: odd, its upper byte even. */
static long next_psm(long psm)
{
	psm |= 1;
	if (psm & 0x100)
		psm = (psm | 0xFF) + 2;
	return psm <= UINT16_MAX ? psm : 0xFEFF;
}

/* 0 is none. */
static int check_psm(long psm, int type)
{
	if (psm && type == KIN_BDADDR_BREDR && next_psm(psm) != psm)
		return kin_fail(EINVAL,
				"psm %ld (0x%04lX) can't be: a psm is odd and its upper byte even, "
				"such as %ld",
				psm, psm, next_psm(psm));
	if (type != KIN_BDADDR_BREDR && psm > 0xFF)
		return kin_fail(EINVAL,
				"psm %ld is not in 1-255, where LE has them: 1-127 for services of "
				"the standard, 128-255 for others",
				psm);
	return 0;
}

int kin_l2cap_addr(const struct kin_bdaddr *bdaddr, long psm, long cid, int type,
		   struct kin_addr *ret_addr)
{
	struct sockaddr_l2 l2 = {.l2_family = AF_BLUETOOTH, .l2_bdaddr = raw(bdaddr)};
	int r;

	if ((r = check("psm", psm, UINT16_MAX, ret_addr)) < 0 ||
	    (r = check("cid", cid, UINT16_MAX, ret_addr)) < 0)
		return r;
	if (type < KIN_BDADDR_BREDR || type > KIN_BDADDR_LE_RANDOM)
		return kin_fail(EINVAL, "address type %d is none of enum kin_bdaddr_type", type);
	r = check_psm(psm, type);
	if (r < 0)
		return r;
	l2.l2_psm = htole16((uint16_t)psm);
	l2.l2_cid = htole16((uint16_t)cid);
	l2.l2_bdaddr_type = (uint8_t)type;
	store(&l2, sizeof(l2), ret_addr);
	return 0;
}

int kin_l2cap_addr_read(const struct kin_addr *addr, struct kin_bdaddr *ret_bdaddr,
			uint16_t *ret_psm, uint16_t *ret_cid, int *ret_type)
{
	struct sockaddr_l2 l2;
	int r = load(addr, "L2CAP", &l2, sizeof(l2));

	if (r < 0)
		return r;
	cooked(&l2.l2_bdaddr, ret_bdaddr);
	if (ret_psm)
		*ret_psm = le16toh(l2.l2_psm);
	if (ret_cid)
		*ret_cid = le16toh(l2.l2_cid);
	if (ret_type)
		*ret_type = l2.l2_bdaddr_type;
	return 0;
}

int kin_rfcomm_addr(const struct kin_bdaddr *bdaddr, long channel, struct kin_addr *ret_addr)
{
	struct sockaddr_rc rc = {.rc_family = AF_BLUETOOTH, .rc_bdaddr = raw(bdaddr)};
	int r = check("channel", channel, 30, ret_addr);

	if (r < 0)
		return r;
	rc.rc_channel = (uint8_t)channel;
	store(&rc, sizeof(rc), ret_addr);
	return 0;
}

int kin_rfcomm_addr_read(const struct kin_addr *addr, struct kin_bdaddr *ret_bdaddr,
			 uint8_t *ret_channel)
{
	struct sockaddr_rc rc;
	int r = load(addr, "RFCOMM", &rc, sizeof(rc));

	if (r < 0)
		return r;
	cooked(&rc.rc_bdaddr, ret_bdaddr);
	if (ret_channel)
		*ret_channel = rc.rc_channel;
	return 0;
}

int kin_sco_addr(const struct kin_bdaddr *bdaddr, struct kin_addr *ret_addr)
{
	struct sockaddr_sco sco = {.sco_family = AF_BLUETOOTH, .sco_bdaddr = raw(bdaddr)};
	int r = check("", 0, 0, ret_addr);

	if (r == 0)
		store(&sco, sizeof(sco), ret_addr);
	return r;
}

int kin_sco_addr_read(const struct kin_addr *addr, struct kin_bdaddr *ret_bdaddr)
{
	struct sockaddr_sco sco;
	int r = load(addr, "SCO", &sco, sizeof(sco));

	if (r == 0)
		cooked(&sco.sco_bdaddr, ret_bdaddr);
	return r;
}

int kin_iso_addr(const struct kin_bdaddr *bdaddr, int type, struct kin_addr *ret_addr)
{
	struct sockaddr_iso iso = {.iso_family = AF_BLUETOOTH, .iso_bdaddr = raw(bdaddr)};
	int r = check("", 0, 0, ret_addr);

	if (r < 0)
		return r;
	if (type != KIN_BDADDR_LE_PUBLIC && type != KIN_BDADDR_LE_RANDOM)
		return kin_fail(EINVAL, "address type %d is none of LE's, which ISO is part of",
				type);
	iso.iso_bdaddr_type = (uint8_t)type;
	store(&iso, sizeof(iso), ret_addr);
	return 0;
}

int kin_iso_addr_read(const struct kin_addr *addr, struct kin_bdaddr *ret_bdaddr, int *ret_type)
{
	struct sockaddr_iso iso;
	int r = load(addr, "ISO", &iso, sizeof(iso));

	if (r < 0)
		return r;
	cooked(&iso.iso_bdaddr, ret_bdaddr);
	if (ret_type)
		*ret_type = iso.iso_bdaddr_type;
	return 0;
}

int kin_hci_addr(long device, long channel, struct kin_addr *ret_addr)
{
	struct sockaddr_hci hci = {.hci_family = AF_BLUETOOTH};
	int r;

	if ((r = check("controller", device, UINT16_MAX, ret_addr)) < 0 ||
	    (r = check("channel", channel, UINT16_MAX, ret_addr)) < 0)
		return r;
	hci.hci_dev = (uint16_t)device;
	hci.hci_channel = (uint16_t)channel;
	store(&hci, sizeof(hci), ret_addr);
	return 0;
}

int kin_hci_addr_read(const struct kin_addr *addr, uint16_t *ret_device, uint16_t *ret_channel)
{
	struct sockaddr_hci hci;
	int r = load(addr, "HCI", &hci, sizeof(hci));

	if (r < 0)
		return r;
	if (ret_device)
		*ret_device = hci.hci_dev;
	if (ret_channel)
		*ret_channel = hci.hci_channel;
	return 0;
}

/* The last byte of L2CAP's, RFCOMM's and ISO's is padding. */
bool bluetooth_equal(const struct kin_addr *a, const struct kin_addr *b)
{
	size_t len = a->len;

	if (len == sizeof(struct sockaddr_l2) || len == sizeof(struct sockaddr_rc))
		len--;
	return a->len == b->len && len <= sizeof(a->ss) && memcmp(&a->ss, &b->ss, len) == 0;
}
