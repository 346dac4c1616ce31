/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What can be set of a socket, by name and by call. */
#include "internal.h"

#include <errno.h>
#include <string.h>

/* Of the extended kind, which kernels use from 64 packets on. */
#define TX_WINDOW_MAX 0x3FFF

/* ---- Typed --------------------------------------------------------------------------------- */

int kin_bluetooth_set_security(struct kin_sock *sock, int level)
{
	struct bt_security security = {.level = (uint8_t)level};

	KIN_NEED(sock);
	if (level < KIN_SECURITY_SDP || level > KIN_SECURITY_FIPS)
		return kin_fail(EINVAL, "security %d is none of enum kin_security", level);
	return kin_setsockopt(sock, SOL_BLUETOOTH, BT_SECURITY, &security, sizeof(security));
}

int kin_bluetooth_security(const struct kin_sock *sock, unsigned *ret_key_size)
{
	struct bt_security security = {0};
	socklen_t len = sizeof(security);
	int r;

	KIN_NEED(sock);
	r = kin_getsockopt(sock, SOL_BLUETOOTH, BT_SECURITY, &security, &len);
	if (r < 0)
		return r;
	if (ret_key_size)
		*ret_key_size = security.key_size;
	return security.level;
}

/* Of a connection of L2CAP, RFCOMM or SCO: at levels of their own, and else the same. */
int kin_bluetooth_link(const struct kin_sock *sock, uint16_t *ret_handle, uint32_t *ret_class)
{
	static const struct {
		int protocol, level, optname;
	} rows[] = {
		{BTPROTO_L2CAP, SOL_L2CAP, L2CAP_CONNINFO},
		{BTPROTO_RFCOMM, SOL_RFCOMM, RFCOMM_CONNINFO},
		{BTPROTO_SCO, SOL_SCO, SCO_CONNINFO},
	};
	struct l2cap_conninfo info = {0};
	socklen_t len = sizeof(info);
	size_t i = 0;
	int r;

	KIN_NEED(sock);
	while (i < sizeof(rows) / sizeof(*rows) && rows[i].protocol != kin_sock_protocol(sock))
		i++;
	if (kin_sock_domain(sock) != AF_BLUETOOTH || i == sizeof(rows) / sizeof(*rows))
		return kin_fail(EOPNOTSUPP, "not a socket of L2CAP, RFCOMM or SCO");
	r = kin_getsockopt(sock, rows[i].level, rows[i].optname, &info, &len);
	if (r == -ENOTCONN)
		return kin_fail(ENOTCONN, "a link is a connection's, and there is none");
	if (r < 0)
		return r;
	if (ret_handle)
		*ret_handle = info.hci_handle;
	if (ret_class)
		*ret_class = info.dev_class[0] | (uint32_t)info.dev_class[1] << 8 |
			     (uint32_t)info.dev_class[2] << 16;
	return 0;
}

int kin_l2cap_options(const struct kin_sock *sock, struct kin_l2cap_options *ret_options)
{
	struct l2cap_options options;
	int r;

	KIN_NEED(sock);
	KIN_NEED(ret_options);
	r = bluetooth_l2cap_options(sock, &options);
	if (r < 0)
		return r;
	*ret_options = (struct kin_l2cap_options){
		.flush_timeout_ms = options.flush_to,
		.tx_window = options.txwin_size,
		.max_tx = options.max_tx,
		.fcs = options.fcs != 0,
	};
	return 0;
}

int kin_l2cap_set_options(struct kin_sock *sock, const struct kin_l2cap_options *options)
{
	struct l2cap_options all;
	int r;

	KIN_NEED(sock);
	KIN_NEED(options);
	if (options->flush_timeout_ms < 1)
		return kin_fail(EINVAL, "flush-timeout 0 is not in 1-65535");
	if (options->tx_window < 1 || options->tx_window > TX_WINDOW_MAX)
		return kin_fail(EINVAL, "tx-window %u is not in 1-%d", options->tx_window,
				TX_WINDOW_MAX);
	r = bluetooth_l2cap_options(sock, &all);
	if (r < 0)
		return r;
	all.flush_to = options->flush_timeout_ms;
	all.txwin_size = options->tx_window;
	all.max_tx = options->max_tx;
	all.fcs = options->fcs;
	return kin_setsockopt(sock, SOL_L2CAP, L2CAP_OPTIONS, &all, sizeof(all));
}

/* ---- MTUs ---------------------------------------------------------------------------------- */

/* BR/EDR has them in L2CAP_OPTIONS; LE, SCO and ISO as options of their own. */
static int get_mtu(const struct kin_sock *sock, int optname)
{
	struct l2cap_options options;
	uint16_t mtu = 0;
	uint32_t room = 0; /* SCO gives four bytes */
	socklen_t len = sizeof(room);
	int r = -EINVAL;

	if (kin_sock_protocol(sock) == BTPROTO_L2CAP)
		r = bluetooth_l2cap_options(sock, &options);
	if (r == 0 && !bluetooth_is_le(sock))
		return optname == BT_SNDMTU ? options.omtu : options.imtu;
	r = kin_getsockopt(sock, SOL_BLUETOOTH, optname, &room, &len);
	memcpy(&mtu, &room, sizeof(mtu));
	if (r == -ENOTCONN)
		return kin_fail(ENOTCONN, "%s is a connection's, and there is none",
				optname == BT_SNDMTU ? "sndmtu" : "rcvmtu");
	return r < 0 ? r : mtu;
}

int kin_bluetooth_sndmtu(const struct kin_sock *sock)
{
	KIN_NEED(sock);
	return get_mtu(sock, BT_SNDMTU);
}

int kin_bluetooth_rcvmtu(const struct kin_sock *sock)
{
	KIN_NEED(sock);
	return get_mtu(sock, BT_RCVMTU);
}

int kin_bluetooth_set_rcvmtu(struct kin_sock *sock, long mtu)
{
	struct l2cap_options options;
	uint16_t value = (uint16_t)mtu;
	long least = 48;
	int r;

	KIN_NEED(sock);
	if (bluetooth_is_le(sock))
		least = 23;
	if (mtu < least || mtu > UINT16_MAX)
		return kin_fail(EINVAL, "rcvmtu %ld is not in %ld-65535", mtu, least);
	if (least == 23) {
		r = kin_setsockopt(sock, SOL_BLUETOOTH, BT_RCVMTU, &value, sizeof(value));
		return r == -EISCONN ? kin_fail(EISCONN,
						"rcvmtu of a connection can't be changed, but in "
						"the enhanced mode")
				     : r;
	}
	r = bluetooth_l2cap_options(sock, &options);
	if (r < 0)
		return r;
	options.imtu = value;
	return kin_setsockopt(sock, SOL_L2CAP, L2CAP_OPTIONS, &options, sizeof(options));
}

static int check_rcvmtu(const struct kin_opt *opt, const char *text, struct kin_buf *canonical)
{
	int64_t mtu;
	int r = kin_parse_int(text, opt->name, 23, UINT16_MAX, &mtu);

	if (r == 0)
		kin_buf_printf(canonical, "%d", (int)mtu);
	return r;
}

static int set_rcvmtu(struct kin_sock *sock, const struct kin_opt *opt, const char *text)
{
	int64_t mtu;
	int r = kin_parse_int(text, opt->name, 23, UINT16_MAX, &mtu);

	return r < 0 ? r : kin_bluetooth_set_rcvmtu(sock, (long)mtu);
}

static int put_mtu(struct kin_sock *sock, const struct kin_opt *opt, struct kin_buf *text)
{
	int mtu = get_mtu(sock, opt->optname);

	if (mtu >= 0)
		kin_buf_printf(text, "%d", mtu);
	return mtu < 0 ? mtu : 0;
}

size_t bluetooth_send_max(const struct kin_sock *sock)
{
	int mtu = 0;

	if (kin_sock_type(sock) == SOCK_SEQPACKET || kin_sock_protocol(sock) == BTPROTO_L2CAP)
		mtu = get_mtu(sock, BT_SNDMTU);
	return mtu > 0 ? (size_t)mtu : 0;
}

/* ---- One of a few names -------------------------------------------------------------------- */

/* Without numbers: of what is not among them a kernel knows nothing either. */
static int read_name(const struct kin_opt *opt, const char *text, uint16_t *ret_value)
{
	for (const struct kin_name *name = opt->names; name->name; name++)
		if (strcmp(name->name, text) == 0) {
			*ret_value = (uint16_t)name->value;
			return 0;
		}
	return kin_fail(EINVAL, "%s %.64s is not %s", opt->name, text, opt->value);
}

static int check_name(const struct kin_opt *opt, const char *text, struct kin_buf *canonical)
{
	uint16_t value;
	int r = read_name(opt, text, &value);

	if (r == 0)
		kin_buf_puts(canonical, text);
	return r;
}

static void put_name(const struct kin_opt *opt, unsigned value, struct kin_buf *text)
{
	for (const struct kin_name *name = opt->names; name->name; name++)
		if (name->value == value) {
			kin_buf_puts(text, name->name);
			return;
		}
	kin_buf_printf(text, "%u", value);
}

static int set_security(struct kin_sock *sock, const struct kin_opt *opt, const char *text)
{
	struct bt_security security = {0};
	uint16_t level = 0;
	int r = read_name(opt, text, &level);

	if (r < 0)
		return r;
	security.level = (uint8_t)level;
	return kin_opt_store(sock, opt, text, opt->level, opt->optname, &security,
			     sizeof(security));
}

static int get_security(struct kin_sock *sock, const struct kin_opt *opt, struct kin_buf *text)
{
	int level = kin_bluetooth_security(sock, NULL);

	if (level >= 0)
		put_name(opt, (unsigned)level, text);
	return level < 0 ? level : 0;
}

int kin_sco_set_voice(struct kin_sock *sock, unsigned setting)
{
	struct bt_voice voice = {(uint16_t)setting};
	int r;

	KIN_NEED(sock);
	if (setting > UINT16_MAX)
		return kin_fail(EINVAL, "voice setting %u is not in 0-65535", setting);
	r = kin_setsockopt(sock, SOL_BLUETOOTH, BT_VOICE, &voice, sizeof(voice));
	if (r == -EBADFD)
		return kin_fail(EBADFD,
				"voice is set with a controller that is up: see kin bt list");
	if (r == -EINVAL)
		return kin_fail(EINVAL,
				"voice 0x%X: the socket is connected, or this kernel does not know "
				"that setting",
				setting);
	return r;
}

int kin_sco_voice(const struct kin_sock *sock)
{
	struct bt_voice voice = {0};
	socklen_t len = sizeof(voice);
	int r;

	KIN_NEED(sock);
	r = kin_getsockopt(sock, SOL_BLUETOOTH, BT_VOICE, &voice, &len);
	return r < 0 ? r : voice.setting;
}

static int set_voice(struct kin_sock *sock, const struct kin_opt *opt, const char *text)
{
	uint16_t setting = 0;
	int r = read_name(opt, text, &setting);

	return r < 0 ? r : kin_sco_set_voice(sock, setting);
}

static int get_voice(struct kin_sock *sock, const struct kin_opt *opt, struct kin_buf *text)
{
	int setting = kin_sco_voice(sock);

	if (setting >= 0)
		put_name(opt, (unsigned)setting, text);
	return setting < 0 ? setting : 0;
}

/* ---- What an accepted connection waits for ------------------------------------------------- */

/* The kernel takes this only of a bound socket, and says no more than EINVAL of others. */
int kin_bluetooth_set_defer(struct kin_sock *sock, bool on)
{
	uint32_t value = on;
	int r;

	KIN_NEED(sock);
	r = kin_setsockopt(sock, SOL_BLUETOOTH, BT_DEFER_SETUP, &value, sizeof(value));
	if (r == -EINVAL)
		return kin_fail(EINVAL, "defer-setup is a listener's: bind first");
	return r;
}

static int set_defer(struct kin_sock *sock, const struct kin_opt *opt, const char *text)
{
	bool on;
	int r = kin_parse_bool(text, opt->name, &on);

	return r < 0 ? r : kin_bluetooth_set_defer(sock, on);
}

static int check_bool(const struct kin_opt *opt, const char *text, struct kin_buf *canonical)
{
	bool on = false;
	int r = kin_parse_bool(text, opt->name, &on);

	if (r == 0)
		kin_buf_puts(canonical, on ? "on" : "off");
	return r;
}

static int get_bool(struct kin_sock *sock, const struct kin_opt *opt, struct kin_buf *text)
{
	uint32_t on = 0;
	socklen_t len = sizeof(on);
	int r = kin_getsockopt(sock, opt->level, opt->optname, &on, &len);

	if (r == 0)
		kin_buf_puts(text, on ? "on" : "off");
	return r;
}

/* Off is what it is at first; switching it off is refused where nothing was on. */
static int set_flushable(struct kin_sock *sock, const struct kin_opt *opt, const char *text)
{
	uint32_t now = 0, value;
	socklen_t len = sizeof(now);
	bool on;
	int r = kin_parse_bool(text, opt->name, &on);

	if (r < 0)
		return r;
	value = on;
	if (kin_getsockopt(sock, opt->level, opt->optname, &now, &len) == 0 && now == value)
		return 0;
	return kin_opt_store(sock, opt, text, opt->level, opt->optname, &value, sizeof(value));
}

/* ---- The table ----------------------------------------------------------------------------- */

static const struct kin_name l2cap_levels[] = {
	{"low", BT_SECURITY_LOW},   {"medium", BT_SECURITY_MEDIUM}, {"high", BT_SECURITY_HIGH},
	{"fips", BT_SECURITY_FIPS}, {"sdp", BT_SECURITY_SDP},       {},
};

static const struct kin_name rfcomm_levels[] = {
	{"sdp", BT_SECURITY_SDP},
	{"low", BT_SECURITY_LOW},
	{"medium", BT_SECURITY_MEDIUM},
	{"high", BT_SECURITY_HIGH},
	{},
};

static const struct kin_name modes[] = {
	{"basic", KIN_L2CAP_BASIC},         {"ertm", KIN_L2CAP_ERTM},
	{"streaming", KIN_L2CAP_STREAMING}, {"credit", KIN_L2CAP_CREDIT},
	{"enhanced", KIN_L2CAP_ENHANCED},   {},
};

static const struct kin_name policies[] = {
	{"bredr", BT_CHANNEL_POLICY_BREDR_ONLY},
	{"prefer-bredr", BT_CHANNEL_POLICY_BREDR_PREFERRED},
	{"prefer-amp", BT_CHANNEL_POLICY_AMP_PREFERRED},
	{},
};

static const struct kin_name link_modes[] = {
	{"master", 1},  {"auth", 2}, {"encrypt", 4}, {"trusted", 8}, {"reliable", 16},
	{"secure", 32}, {},
};

static const struct kin_name phys[] = {
	{"br-1m-1slot", BT_PHY_BR_1M_1SLOT},   {"br-1m-3slot", BT_PHY_BR_1M_3SLOT},
	{"br-1m-5slot", BT_PHY_BR_1M_5SLOT},   {"edr-2m-1slot", BT_PHY_EDR_2M_1SLOT},
	{"edr-2m-3slot", BT_PHY_EDR_2M_3SLOT}, {"edr-2m-5slot", BT_PHY_EDR_2M_5SLOT},
	{"edr-3m-1slot", BT_PHY_EDR_3M_1SLOT}, {"edr-3m-3slot", BT_PHY_EDR_3M_3SLOT},
	{"edr-3m-5slot", BT_PHY_EDR_3M_5SLOT}, {"le-1m-tx", BT_PHY_LE_1M_TX},
	{"le-1m-rx", BT_PHY_LE_1M_RX},         {"le-2m-tx", BT_PHY_LE_2M_TX},
	{"le-2m-rx", BT_PHY_LE_2M_RX},         {"le-coded-tx", BT_PHY_LE_CODED_TX},
	{"le-coded-rx", BT_PHY_LE_CODED_RX},   {},
};

static const struct kin_name voices[] = {
	{"cvsd", BT_VOICE_CVSD_16BIT},
	{"transparent", BT_VOICE_TRANSPARENT},
	{"transparent-16bit", 0x63},
	{},
};

static const struct kin_name iso_phys[] = {{"1m", 1}, {"2m", 2}, {"coded", 4}, {}};

static const struct kin_name packings[] = {{"sequential", 0}, {"interleaved", 1}, {}};

/* An option that is a field of a structure: see part.c. */
#define PART(option, of_level, of_schemes, more_flags, least, most, text, from, what)              \
	NAMED_PART(option, of_level, of_schemes, more_flags, NULL, least, most, text, from, what)

#define NAMED_PART(option, of_level, of_schemes, more_flags, of_names, least, most, text, from,    \
		   what)                                                                           \
	{                                                                                          \
		.name = option, .level = of_level, .type = KIN_OPT_CUSTOM, .flags = more_flags,    \
		.schemes = of_schemes, .min = least, .max = most, .names = of_names,               \
		.value = text, .check = bluetooth_part_check,                                      \
		.set = (more_flags)&KIN_OPT_READ_ONLY ? NULL : bluetooth_part_set,                 \
		.get = bluetooth_part_get, .since = from, .doc = what                              \
	}

#define LINK(level, schemes)                                                                       \
	PART("handle", level, schemes, KIN_OPT_READ_ONLY, 0, 0, "NUMBER", NULL,                    \
	     "the number of the link in the controller, as HCI packets have it"),                  \
		PART("class", level, schemes, KIN_OPT_READ_ONLY, 0, 0, "NUMBER", NULL,             \
		     "the class of the device that is connected to: what kind it is")

#define QOS(option, least, most, text, what)                                                       \
	PART(option, SOL_BLUETOOTH, "iso", 0, least, most, text, "6.0", what)

#define NAMED_QOS(option, names, most, text, what)                                                 \
	NAMED_PART(option, SOL_BLUETOOTH, "iso", 0, names, 0, most, text, "6.0", what)

const struct kin_opt bluetooth_opts[] = {
	{.name = "mode",
	 .level = SOL_L2CAP,
	 .type = KIN_OPT_CUSTOM,
	 .flags = KIN_OPT_AFTER_BIND,
	 .schemes = L2CAP_CONNECTIONS,
	 .names = modes,
	 .value = "basic|ertm|streaming|credit|enhanced",
	 .check = bluetooth_mode_check,
	 .set = bluetooth_mode_set,
	 .get = bluetooth_mode_get,
	 .doc = "BR/EDR: basic; ertm sends again what was lost, streaming drops it. LE: credit; "
		"enhanced (Linux 5.7) needs bluetooth.enable_ecred"},
	{.name = "rcvmtu",
	 .level = SOL_BLUETOOTH,
	 .optname = BT_RCVMTU,
	 .type = KIN_OPT_CUSTOM,
	 .flags = KIN_OPT_AFTER_BIND,
	 .schemes = L2CAP_SCHEMES,
	 .value = "23-65535",
	 .check = check_rcvmtu,
	 .set = set_rcvmtu,
	 .get = put_mtu,
	 .doc = "bytes of the longest message that is taken, from 48 on over BR/EDR: the peer is "
		"told"},
	{.name = "sndmtu",
	 .level = SOL_BLUETOOTH,
	 .optname = BT_SNDMTU,
	 .type = KIN_OPT_CUSTOM,
	 .flags = KIN_OPT_READ_ONLY,
	 .schemes = L2CAP_SCHEMES,
	 .value = "NUMBER",
	 .check = check_rcvmtu,
	 .get = put_mtu,
	 .doc = "bytes of the longest message that the peer takes: what it has as its rcvmtu"},
	{.name = "sndmtu",
	 .level = SOL_BLUETOOTH,
	 .optname = BT_SNDMTU,
	 .type = KIN_OPT_U32,
	 .flags = KIN_OPT_READ_ONLY,
	 .schemes = "sco",
	 .since = "5.9",
	 .doc = "bytes of the controller's packets of voice, none of which can be longer"},
	PART("flush-timeout", SOL_L2CAP, L2CAP_SCHEMES, KIN_OPT_AFTER_BIND, 1, UINT16_MAX,
	     "1-65535", NULL,
	     "milliseconds after which what was not sent is dropped; 65535: never"),
	PART("fcs", SOL_L2CAP, L2CAP_CONNECTIONS, KIN_OPT_AFTER_BIND, 0, 0, "on|off", NULL,
	     "a checksum behind each packet, in the modes ertm and streaming"),
	PART("max-tx", SOL_L2CAP, L2CAP_CONNECTIONS, KIN_OPT_AFTER_BIND, 0, UINT8_MAX, "0-255",
	     NULL, "how often ertm sends a packet before it gives up; 0: for ever"),
	PART("tx-window", SOL_L2CAP, L2CAP_CONNECTIONS, KIN_OPT_AFTER_BIND, 1, TX_WINDOW_MAX,
	     "1-16383", NULL, "packets that ertm sends before it waits to hear of them"),
	{.name = "security",
	 .level = SOL_BLUETOOTH,
	 .optname = BT_SECURITY,
	 .type = KIN_OPT_CUSTOM,
	 .schemes = L2CAP_CONNECTIONS,
	 .names = l2cap_levels,
	 .value = "low|medium|high|fips",
	 .check = check_name,
	 .set = set_security,
	 .get = get_security,
	 .since = "2.6.30",
	 .doc = "what the link must have: medium pairs and encrypts, high also proves who is "
		"there"},
	{.name = "security",
	 .level = SOL_BLUETOOTH,
	 .optname = BT_SECURITY,
	 .type = KIN_OPT_CUSTOM,
	 .schemes = "rfcomm",
	 .names = rfcomm_levels,
	 .value = "sdp|low|medium|high",
	 .check = check_name,
	 .set = set_security,
	 .get = get_security,
	 .since = "2.6.30",
	 .doc = "what the link must have: medium pairs and encrypts, high also proves who is "
		"there"},
	PART("key-size", SOL_BLUETOOTH, L2CAP_CONNECTIONS, KIN_OPT_READ_ONLY, 0, 0, "NUMBER", "3.1",
	     "bytes of the key that the link is encrypted with; 0: it is not"),
	{.name = "defer-setup",
	 .level = SOL_BLUETOOTH,
	 .optname = BT_DEFER_SETUP,
	 .type = KIN_OPT_CUSTOM,
	 .flags = KIN_OPT_AFTER_BIND,
	 .schemes = L2CAP_CONNECTIONS " rfcomm sco iso",
	 .value = "on|off",
	 .check = check_bool,
	 .set = set_defer,
	 .get = get_bool,
	 .since = "2.6.30",
	 .doc = "who connects waits until the program, having accepted, confirms it, or closes it"},
	{.name = "flushable",
	 .level = SOL_BLUETOOTH,
	 .optname = BT_FLUSHABLE,
	 .type = KIN_OPT_CUSTOM,
	 .schemes = L2CAP_SCHEMES,
	 .value = "on|off",
	 .check = check_bool,
	 .set = set_flushable,
	 .get = get_bool,
	 .since = "2.6.39",
	 .doc = "the controller may drop what it could not send within flush-timeout"},
	{.name = "power",
	 .level = SOL_BLUETOOTH,
	 .optname = BT_POWER,
	 .type = KIN_OPT_U8,
	 .schemes = L2CAP_CONNECTIONS,
	 .max = 1,
	 .since = "3.1",
	 .doc = "1: sending wakes the link from its power saving, 0: it does not"},
	{.name = "channel-policy",
	 .level = SOL_BLUETOOTH,
	 .optname = BT_CHANNEL_POLICY,
	 .type = KIN_OPT_NAMED,
	 .flags = KIN_OPT_AFTER_BIND,
	 .schemes = L2CAP_CONNECTIONS,
	 .names = policies,
	 .since = "3.10",
	 .doc = "in the modes ertm and streaming: whether the channel may move to a second kind of "
		"controller"},
	{.name = "phy",
	 .level = SOL_BLUETOOTH,
	 .optname = BT_PHY,
	 .type = KIN_OPT_FLAGS,
	 .flags = KIN_OPT_READ_ONLY,
	 .schemes = L2CAP_CONNECTIONS " sco",
	 .names = phys,
	 .since = "5.7",
	 .doc = "the kinds of modulation that the connection may use"},
	{.name = "link-mode",
	 .level = SOL_L2CAP,
	 .optname = L2CAP_LM,
	 .type = KIN_OPT_FLAGS,
	 .schemes = L2CAP_SCHEMES,
	 .names = link_modes,
	 .doc = "what the link must have, as older programs say it"},
	{.name = "link-mode",
	 .level = SOL_RFCOMM,
	 .optname = RFCOMM_LM,
	 .type = KIN_OPT_FLAGS,
	 .schemes = "rfcomm",
	 .names = link_modes,
	 .doc = "what the link must have, as older programs say it"},
	LINK(SOL_L2CAP, L2CAP_CONNECTIONS),
	LINK(SOL_RFCOMM, "rfcomm"),
	LINK(SOL_SCO, "sco"),
	{.name = "voice",
	 .level = SOL_BLUETOOTH,
	 .optname = BT_VOICE,
	 .type = KIN_OPT_CUSTOM,
	 .schemes = "sco",
	 .names = voices,
	 .value = "cvsd|transparent|transparent-16bit",
	 .check = check_name,
	 .set = set_voice,
	 .get = get_voice,
	 .since = "3.12",
	 .doc = "cvsd is coded by the controller from 16-bit samples; transparent goes as it is, "
		"for a codec of the program's. Set with a controller up"},
	{.name = "packet-status",
	 .level = SOL_BLUETOOTH,
	 .optname = BT_PKT_STATUS,
	 .type = KIN_OPT_BOOL,
	 .schemes = "sco",
	 .since = "5.9",
	 .doc = "receive with each message how well it came over"},
	{.name = "packet-status",
	 .level = SOL_BLUETOOTH,
	 .optname = BT_PKT_STATUS,
	 .type = KIN_OPT_BOOL,
	 .schemes = "iso",
	 .since = "6.6",
	 .doc = "receive with each message how well it came over"},
	QOS("cig", 0, UINT8_MAX, "0-239|255", "the group of streams; 255: the kernel chooses"),
	QOS("cis", 0, UINT8_MAX, "0-239|255", "the stream in its group; 255: the kernel chooses"),
	QOS("framing", 0, 0, "on|off", "messages that do not fit the interval are put in frames"),
	QOS("in-interval", 0xFF, 0xFFFFF, "255-1048575", "microseconds between messages received"),
	QOS("in-latency", 5, 4000, "5-4000", "milliseconds that one received may take"),
	QOS("in-sdu", 0, 0xFFF, "0-4095", "bytes of the longest message received"),
	QOS("in-rtn", 0, UINT8_MAX, "0-255", "how often one is sent again to be received"),
	QOS("out-interval", 0xFF, 0xFFFFF, "255-1048575", "microseconds between messages sent"),
	QOS("out-latency", 5, 4000, "5-4000", "milliseconds that one sent may take"),
	QOS("out-sdu", 0, 0xFFF, "0-4095", "bytes of the longest message sent"),
	QOS("out-rtn", 0, UINT8_MAX, "0-255", "how often one is sent again"),
	NAMED_QOS("packing", packings, 0, "sequential|interleaved",
		  "how the streams of a group follow each other"),
	NAMED_QOS("in-phy", iso_phys, 7, "1m+2m+coded",
		  "the kinds of modulation to receive with; none: nothing is received"),
	NAMED_QOS("out-phy", iso_phys, 7, "1m+2m+coded",
		  "the kinds of modulation to send with; none: nothing is sent"),
	{.name = "filter",
	 .level = SOL_HCI,
	 .optname = HCI_FILTER,
	 .type = KIN_OPT_CUSTOM,
	 .schemes = "hci",
	 .value = "all|none|TYPE[+event:NUMBER][+opcode:NUMBER]",
	 .check = bluetooth_filter_check,
	 .set = bluetooth_filter_set,
	 .get = bluetooth_filter_get,
	 .doc = "which packets the raw channel gives: command, acl, sco, event, iso, vendor; of "
		"the "
		"events those named, and of their answers those to one command"},
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
