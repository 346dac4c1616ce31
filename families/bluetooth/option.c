/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "internal.h"

#include <errno.h>
#include <string.h>

/* bluetooth/bluetooth.h, bluetooth/l2cap.h, bluetooth/rfcomm.h and bluetooth/hci.h of BlueZ */
enum {
	BT_SECURITY = 4,
	BT_DEFER_SETUP = 7,
	BT_FLUSHABLE = 8,
	BT_POWER = 9,
	BT_VOICE = 11,
	BT_SNDMTU = 12,
	BT_RCVMTU = 13,
	BT_PHY = 14,
	BT_PKT_STATUS = 16,
	LM = 3, /* L2CAP_LM and RFCOMM_LM */
	HCI_DATA_DIR = 1,
	HCI_TIME_STAMP = 3,
};

#define L2CAP_SCHEMES "l2cap l2cap-stream l2cap-dgram"

/* struct bt_security */
struct security {
	uint8_t level;
	uint8_t key_size;
};

static const char *const levels[] = {"sdp", "low", "medium", "high", "fips"};

enum { N_LEVELS = sizeof(levels) / sizeof(levels[0]) };

static int read_level(const char *text, uint8_t *ret_level)
{
	for (uint8_t i = 0; i < N_LEVELS; i++)
		if (strcmp(text, levels[i]) == 0) {
			*ret_level = i;
			return 0;
		}
	return kin_fail(EINVAL, "security %s is not sdp, low, medium, high or fips", text);
}

static int check_security(const struct kin_opt *opt, const char *text, struct kin_buf *canonical)
{
	uint8_t level;
	int r = read_level(text, &level);

	(void)opt;
	if (r == 0)
		kin_buf_puts(canonical, text);
	return r;
}

static int set_security(struct kin_sock *sock, const struct kin_opt *opt, const char *text)
{
	struct security security = {0};
	int r = read_level(text, &security.level);

	return r < 0 ? r
		     : kin_opt_store(sock, opt, text, opt->level, opt->optname, &security,
				     sizeof(security));
}

static int get_security(struct kin_sock *sock, const struct kin_opt *opt, struct kin_buf *text)
{
	struct security security = {0};
	socklen_t len = sizeof(security);
	int r = kin_getsockopt(sock, opt->level, opt->optname, &security, &len);

	if (r < 0)
		return r;
	if (security.level < N_LEVELS)
		kin_buf_puts(text, levels[security.level]);
	else
		kin_buf_printf(text, "%u", security.level);
	return 0;
}

static const struct kin_name link_modes[] = {
	{"master", 1},  {"auth", 2}, {"encrypt", 4}, {"trusted", 8}, {"reliable", 16},
	{"secure", 32}, {},
};

static const struct kin_name phys[] = {
	{"br-1m-1slot", 0x1},    {"br-1m-3slot", 0x2},
	{"br-1m-5slot", 0x4},    {"edr-2m-1slot", 0x8},
	{"edr-2m-3slot", 0x10},  {"edr-2m-5slot", 0x20},
	{"edr-3m-1slot", 0x40},  {"edr-3m-3slot", 0x80},
	{"edr-3m-5slot", 0x100}, {"le-1m-tx", 0x200},
	{"le-1m-rx", 0x400},     {"le-2m-tx", 0x800},
	{"le-2m-rx", 0x1000},    {"le-coded-tx", 0x2000},
	{"le-coded-rx", 0x4000}, {},
};

const struct kin_opt bluetooth_opts[] = {
	{.name = "security",
	 .level = SOL_BLUETOOTH,
	 .optname = BT_SECURITY,
	 .type = KIN_OPT_CUSTOM,
	 .schemes = L2CAP_SCHEMES " rfcomm",
	 .value = "sdp|low|medium|high|fips",
	 .check = check_security,
	 .set = set_security,
	 .get = get_security,
	 .since = "2.6.30",
	 .doc = "what the link must have: medium pairs and encrypts, high also proves who is "
		"there"},
	{.name = "defer-setup",
	 .level = SOL_BLUETOOTH,
	 .optname = BT_DEFER_SETUP,
	 .type = KIN_OPT_BOOL,
	 .schemes = "l2cap l2cap-stream rfcomm sco",
	 .since = "2.6.30",
	 .doc = "an accepted connection is made when it is first read from"},
	{.name = "flushable",
	 .level = SOL_BLUETOOTH,
	 .optname = BT_FLUSHABLE,
	 .type = KIN_OPT_BOOL,
	 .schemes = L2CAP_SCHEMES,
	 .since = "2.6.39",
	 .doc = "the controller may drop what it could not send in time"},
	{.name = "power",
	 .level = SOL_BLUETOOTH,
	 .optname = BT_POWER,
	 .type = KIN_OPT_U8,
	 .schemes = L2CAP_SCHEMES,
	 .max = 1,
	 .since = "3.1",
	 .doc = "1: sending wakes the link from its power saving, 0: it does not"},
	{.name = "sndmtu",
	 .level = SOL_BLUETOOTH,
	 .optname = BT_SNDMTU,
	 .type = KIN_OPT_U16,
	 .flags = KIN_OPT_READ_ONLY,
	 .schemes = "l2cap l2cap-stream sco",
	 .since = "3.14",
	 .doc = "bytes of the longest message to send, on a connection"},
	{.name = "rcvmtu",
	 .level = SOL_BLUETOOTH,
	 .optname = BT_RCVMTU,
	 .type = KIN_OPT_U16,
	 .schemes = "l2cap l2cap-stream sco",
	 .since = "3.14",
	 .doc = "bytes of the longest message to receive; set over LE only"},
	{.name = "phy",
	 .level = SOL_BLUETOOTH,
	 .optname = BT_PHY,
	 .type = KIN_OPT_FLAGS,
	 .flags = KIN_OPT_READ_ONLY,
	 .schemes = L2CAP_SCHEMES " sco",
	 .names = phys,
	 .since = "5.7",
	 .doc = "the kinds of modulation that the connection may use"},
	{.name = "voice",
	 .level = SOL_BLUETOOTH,
	 .optname = BT_VOICE,
	 .type = KIN_OPT_U16,
	 .schemes = "sco",
	 .max = UINT16_MAX,
	 .since = "3.12",
	 .doc = "the voice setting: 0x60 CVSD of 16 bits, 0x3 transparent; set with a controller "
		"up"},
	{.name = "packet-status",
	 .level = SOL_BLUETOOTH,
	 .optname = BT_PKT_STATUS,
	 .type = KIN_OPT_BOOL,
	 .schemes = "sco",
	 .since = "5.9",
	 .doc = "receive with each message how well it came over"},
	{.name = "link-mode",
	 .level = SOL_L2CAP,
	 .optname = LM,
	 .type = KIN_OPT_FLAGS,
	 .schemes = L2CAP_SCHEMES,
	 .names = link_modes,
	 .doc = "what the link must have, as older programs say it"},
	{.name = "link-mode",
	 .level = SOL_RFCOMM,
	 .optname = LM,
	 .type = KIN_OPT_FLAGS,
	 .schemes = "rfcomm",
	 .names = link_modes,
	 .doc = "what the link must have, as older programs say it"},
	{.name = "data-dir",
	 .level = SOL_HCI,
	 .optname = HCI_DATA_DIR,
	 .type = KIN_OPT_BOOL,
	 .flags = KIN_OPT_RECORD,
	 .schemes = "hci",
	 .doc = "receive with each packet whether it came in or went out"},
	{.name = "time-stamp",
	 .level = SOL_HCI,
	 .optname = HCI_TIME_STAMP,
	 .type = KIN_OPT_BOOL,
	 .flags = KIN_OPT_RECORD,
	 .schemes = "hci",
	 .doc = "receive with each packet its time"},
	{},
};
