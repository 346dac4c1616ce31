/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The four kinds of address, as values. Each is told from the others by its length. */
#include "internal.h"

#include <endian.h>
#include <errno.h>
#include <string.h>

static const struct kin_bdaddr any = {{0}};
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
	struct kin_bdaddr bdaddr = any;
	const char *at = text;

	if (!text || !ret_bdaddr)
		return kin_fail(EINVAL, "no Bluetooth address, or no place for it, was given");
	if (strcmp(text, "any") == 0 || strcmp(text, "local") == 0) {
		*ret_bdaddr = *text == 'a' ? any : local;
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

int kin_l2cap_addr(const struct kin_bdaddr *bdaddr, long psm, long cid, int type,
		   struct kin_addr *ret_addr)
{
	struct l2cap_sockaddr l2 = {.family = AF_BLUETOOTH, .bdaddr = bdaddr ? *bdaddr : any};
	int r;

	if ((r = check("psm", psm, UINT16_MAX, ret_addr)) < 0 ||
	    (r = check("cid", cid, UINT16_MAX, ret_addr)) < 0)
		return r;
	if (type < KIN_BDADDR_BREDR || type > KIN_BDADDR_LE_RANDOM)
		return kin_fail(EINVAL, "address type %d is none of enum kin_bdaddr_type", type);
	l2.psm = htole16((uint16_t)psm);
	l2.cid = htole16((uint16_t)cid);
	l2.type = (uint8_t)type;
	store(&l2, sizeof(l2), ret_addr);
	return 0;
}

int kin_l2cap_addr_read(const struct kin_addr *addr, struct kin_bdaddr *ret_bdaddr,
			uint16_t *ret_psm, uint16_t *ret_cid, int *ret_type)
{
	struct l2cap_sockaddr l2;
	int r = load(addr, "L2CAP", &l2, sizeof(l2));

	if (r < 0)
		return r;
	if (ret_bdaddr)
		*ret_bdaddr = l2.bdaddr;
	if (ret_psm)
		*ret_psm = le16toh(l2.psm);
	if (ret_cid)
		*ret_cid = le16toh(l2.cid);
	if (ret_type)
		*ret_type = l2.type;
	return 0;
}

int kin_rfcomm_addr(const struct kin_bdaddr *bdaddr, long channel, struct kin_addr *ret_addr)
{
	struct rfcomm_sockaddr rc = {.family = AF_BLUETOOTH, .bdaddr = bdaddr ? *bdaddr : any};
	int r = check("channel", channel, 30, ret_addr);

	if (r < 0)
		return r;
	rc.channel = (uint8_t)channel;
	store(&rc, sizeof(rc), ret_addr);
	return 0;
}

int kin_rfcomm_addr_read(const struct kin_addr *addr, struct kin_bdaddr *ret_bdaddr,
			 uint8_t *ret_channel)
{
	struct rfcomm_sockaddr rc;
	int r = load(addr, "RFCOMM", &rc, sizeof(rc));

	if (r < 0)
		return r;
	if (ret_bdaddr)
		*ret_bdaddr = rc.bdaddr;
	if (ret_channel)
		*ret_channel = rc.channel;
	return 0;
}

int kin_sco_addr(const struct kin_bdaddr *bdaddr, struct kin_addr *ret_addr)
{
	struct sco_sockaddr sco = {.family = AF_BLUETOOTH, .bdaddr = bdaddr ? *bdaddr : any};
	int r = check("", 0, 0, ret_addr);

	if (r == 0)
		store(&sco, sizeof(sco), ret_addr);
	return r;
}

int kin_sco_addr_read(const struct kin_addr *addr, struct kin_bdaddr *ret_bdaddr)
{
	struct sco_sockaddr sco;
	int r = load(addr, "SCO", &sco, sizeof(sco));

	if (r == 0 && ret_bdaddr)
		*ret_bdaddr = sco.bdaddr;
	return r;
}

int kin_hci_addr(long device, long channel, struct kin_addr *ret_addr)
{
	struct hci_sockaddr hci = {.family = AF_BLUETOOTH};
	int r;

	if ((r = check("controller", device, UINT16_MAX, ret_addr)) < 0 ||
	    (r = check("channel", channel, UINT16_MAX, ret_addr)) < 0)
		return r;
	hci.device = (uint16_t)device;
	hci.channel = (uint16_t)channel;
	store(&hci, sizeof(hci), ret_addr);
	return 0;
}

int kin_hci_addr_read(const struct kin_addr *addr, uint16_t *ret_device, uint16_t *ret_channel)
{
	struct hci_sockaddr hci;
	int r = load(addr, "HCI", &hci, sizeof(hci));

	if (r < 0)
		return r;
	if (ret_device)
		*ret_device = hci.device;
	if (ret_channel)
		*ret_channel = hci.channel;
	return 0;
}

/* The last byte of two of the kinds is padding. */
bool bluetooth_equal(const struct kin_addr *a, const struct kin_addr *b)
{
	size_t len = a->len;

	if (len == sizeof(struct l2cap_sockaddr) || len == sizeof(struct rfcomm_sockaddr))
		len--;
	return a->len == b->len && len <= sizeof(a->ss) && memcmp(&a->ss, &b->ss, len) == 0;
}
