/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The modes of L2CAP. Those of BR/EDR are part of L2CAP_OPTIONS. LE's is what binding to an address
 * of LE leads to, from basic mode alone on kernels before 6.6: a stream's, which begins with
 * retransmissions, would never connect. The enhanced one is BT_MODE's.
 */
#include "internal.h"

#include <errno.h>
#include <string.h>

/* The kernel's include/net/bluetooth/l2cap.h: what L2CAP_OPTIONS has for a mode. */
static const uint8_t numbers[] = {
	[KIN_L2CAP_BASIC] = 0x00,
	[KIN_L2CAP_ERTM] = 0x03,
	[KIN_L2CAP_STREAMING] = 0x04,
};

enum { N_NUMBERS = sizeof(numbers) / sizeof(numbers[0]) };

int bluetooth_l2cap_options(const struct kin_sock *sock, struct l2cap_options *ret_options)
{
	socklen_t len = sizeof(*ret_options);

	int r;

	memset(ret_options, 0, sizeof(*ret_options));
	r = kin_getsockopt(sock, SOL_L2CAP, L2CAP_OPTIONS, ret_options, &len);
	return r == -EINVAL ? kin_fail(EINVAL, "these options are BR/EDR's, and this is LE") : r;
}

bool bluetooth_is_le(const struct kin_sock *sock)
{
	struct kin_addr addr;
	int type;

	return kin_local_addr(sock, &addr) == 0 &&
	       kin_l2cap_addr_read(&addr, NULL, NULL, NULL, &type) == 0 && type != KIN_BDADDR_BREDR;
}

static int set_bredr(struct kin_sock *sock, int mode)
{
	struct l2cap_options options;
	int r;

	if (bluetooth_is_le(sock))
		return kin_fail(EINVAL,
				"that mode is one of BR/EDR, and the socket is bound to LE");
	r = bluetooth_l2cap_options(sock, &options);
	if (r < 0)
		return r;
	options.mode = numbers[mode];
	r = kin_setsockopt(sock, SOL_L2CAP, L2CAP_OPTIONS, &options, sizeof(options));
	if (r == -EINVAL && mode != KIN_L2CAP_BASIC)
		return kin_fail(
			EINVAL,
			"this kernel does not do that mode, or the socket is connected: see "
			"/sys/module/bluetooth/parameters/disable_ertm");
	return r;
}

static int set_enhanced(struct kin_sock *sock)
{
	uint8_t mode = BT_MODE_EXT_FLOWCTL;
	int r;

	if (!bluetooth_is_le(sock))
		return kin_fail(EINVAL,
				"the enhanced credit-based mode is LE's: bind to an address of LE "
				"(type=le-public) first");
	r = kin_setsockopt(sock, SOL_BLUETOOTH, BT_MODE, &mode, sizeof(mode));
	if (r == -ENOPROTOOPT)
		return kin_fail(
			EOPNOTSUPP,
			"the enhanced credit-based mode (Linux 5.7) is switched off: echo 1 "
			">/sys/module/bluetooth/parameters/enable_ecred");
	return r;
}

int kin_l2cap_set_mode(struct kin_sock *sock, int mode)
{
	KIN_NEED(sock);
	if (mode < KIN_L2CAP_BASIC || mode > KIN_L2CAP_ENHANCED)
		return kin_fail(EINVAL, "mode %d is none of enum kin_l2cap_mode", mode);
	if (mode < N_NUMBERS)
		return set_bredr(sock, mode);
	if (mode == KIN_L2CAP_ENHANCED)
		return set_enhanced(sock);
	if (!bluetooth_is_le(sock))
		return kin_fail(EINVAL, "the credit-based mode is LE's: bind to an address of LE "
					"(type=le-public) first");
	return 0;
}

int kin_l2cap_mode(const struct kin_sock *sock)
{
	struct l2cap_options options;
	uint8_t mode = BT_MODE_LE_FLOWCTL;
	socklen_t len = sizeof(mode);
	int r;

	KIN_NEED(sock);
	r = bluetooth_l2cap_options(sock, &options);
	for (int i = 0; r == 0 && i < N_NUMBERS; i++)
		if (numbers[i] == options.mode)
			return i;
	if (r != -EINVAL)
		return r < 0 ? r : kin_fail(EPROTO, "the kernel tells of mode %u", options.mode);
	/* LE, of which only BT_MODE knows more; a kernel that does not have it has one mode. */
	r = kin_getsockopt(sock, SOL_BLUETOOTH, BT_MODE, &mode, &len);
	if (r < 0 && r != -ENOPROTOOPT)
		return r;
	return mode;
}

static int read_mode(const struct kin_opt *opt, const char *text)
{
	for (int i = 0; opt->names[i].name; i++)
		if (strcmp(opt->names[i].name, text) == 0)
			return i;
	return kin_fail(EINVAL, "mode %.64s is not %s", text, opt->value);
}

int bluetooth_mode_check(const struct kin_opt *opt, const char *text, struct kin_buf *canonical)
{
	int mode = read_mode(opt, text);

	kin_buf_puts(canonical, text);
	return mode < 0 ? mode : 0;
}

int bluetooth_mode_set(struct kin_sock *sock, const struct kin_opt *opt, const char *text)
{
	int mode = read_mode(opt, text);

	return mode < 0 ? mode : kin_l2cap_set_mode(sock, mode);
}

int bluetooth_mode_get(struct kin_sock *sock, const struct kin_opt *opt, struct kin_buf *text)
{
	int mode = kin_l2cap_mode(sock);

	if (mode < 0)
		return mode;
	kin_buf_puts(text, opt->names[mode].name);
	return 0;
}
