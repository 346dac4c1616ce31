/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The options as text: each a field of one of the kernel's structures, or a flag, or both. */
#include <errno.h>
#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "option.h"

/* What an option's value is. */
enum kind {
	SWITCH, /* on or off: the flag */
	BYTE,   /* a byte in hex, and the flag; or off */
	NUMBER, /* 0-255 */
	STMIN,  /* a separation time's code */
	FRAME_TIME,
	FORCED, /* nanoseconds and the flag; or off */
	WORDS,  /* flags by name */
	FD,
	FD_LEN,
	FD_FLAG,
};

struct field {
	const char *name;
	int optname;
	enum kind kind;
	size_t offset; /* of a byte in the structure */
	uint32_t flag;
	const struct kin_name *words;
};

union value {
	struct can_isotp_options options;
	struct can_isotp_fc_options flow_control;
	struct can_isotp_ll_options link_layer;
	uint8_t bytes[sizeof(struct can_isotp_options)];
};

static const struct kin_name pad_checks[] = {
	{"length", CAN_ISOTP_CHK_PAD_LEN}, {"data", CAN_ISOTP_CHK_PAD_DATA}, {}};
static const struct kin_name casts[] = {
	{"sf", CAN_ISOTP_SF_BROADCAST}, {"cf", CAN_ISOTP_CF_BROADCAST}, {}};

/* clang-format off */
#define OPTION(member) CAN_ISOTP_OPTS, .offset = offsetof(struct can_isotp_options, member)
#define FC(member) CAN_ISOTP_RECV_FC, .offset = offsetof(struct can_isotp_fc_options, member)

static const struct field fields[] = {
	{"ext", OPTION(ext_address), .kind = BYTE, .flag = CAN_ISOTP_EXTEND_ADDR},
	{"rx-ext", OPTION(rx_ext_address), .kind = BYTE, .flag = CAN_ISOTP_RX_EXT_ADDR},
	{"pad", OPTION(txpad_content), .kind = BYTE, .flag = CAN_ISOTP_TX_PADDING},
	{"rx-pad", OPTION(rxpad_content), .kind = BYTE, .flag = CAN_ISOTP_RX_PADDING},
	{"check-pad", CAN_ISOTP_OPTS, WORDS, .words = pad_checks,
	 .flag = CAN_ISOTP_CHK_PAD_LEN | CAN_ISOTP_CHK_PAD_DATA},
	{"listen", CAN_ISOTP_OPTS, SWITCH, .flag = CAN_ISOTP_LISTEN_MODE},
	{"half-duplex", CAN_ISOTP_OPTS, SWITCH, .flag = CAN_ISOTP_HALF_DUPLEX},
	{"tx-done", CAN_ISOTP_OPTS, SWITCH, .flag = CAN_ISOTP_WAIT_TX_DONE},
	{"to-all", CAN_ISOTP_OPTS, WORDS, .words = casts,
	 .flag = CAN_ISOTP_SF_BROADCAST | CAN_ISOTP_CF_BROADCAST},
	{"dynamic-fc", CAN_ISOTP_OPTS, SWITCH, .flag = CAN_ISOTP_DYN_FC_PARMS},
	{"frame-time", CAN_ISOTP_OPTS, FRAME_TIME},
	{"force-tx-stmin", CAN_ISOTP_TX_STMIN, FORCED},
	{"force-rx-stmin", CAN_ISOTP_RX_STMIN, FORCED},
	{"bs", FC(bs), .kind = NUMBER},
	{"stmin", FC(stmin), .kind = STMIN},
	{"wait-frames", FC(wftmax), .kind = NUMBER},
	{"fd", CAN_ISOTP_LL_OPTS, FD},
	{"tx-dl", CAN_ISOTP_LL_OPTS, FD_LEN},
	{"brs", CAN_ISOTP_LL_OPTS, FD_FLAG, .flag = CANFD_BRS},
	{"esi", CAN_ISOTP_LL_OPTS, FD_FLAG, .flag = CANFD_ESI},
	{},
};
/* clang-format on */

static const struct field *field_of(const struct kin_opt *opt)
{
	const struct field *field = fields;

	while (strcmp(field->name, opt->name) != 0)
		field++;
	return field;
}

/* ---- Values -------------------------------------------------------------------------------- */

static bool is_off(const char *text)
{
	return strcmp(text, "off") == 0 || strcmp(text, "none") == 0;
}

static int parse_ns(const char *text, const char *what, int64_t max, int64_t *ret_ns)
{
	int64_t ns;
	int err = can_parse_duration(text, what, &ns);

	if (err < 0)
		return err;
	if (ns > max)
		return kin_fail(EINVAL, "%s %.32s is above %" PRId64 " ns", what, text, max);
	*ret_ns = ns;
	return 0;
}

/* Milliseconds are the standard's unit: stmin=10 is 10 ms. Reserved codes are for tests. */
static int parse_stmin(const char *text, const char *what, int64_t *ret_code)
{
	uint64_t code;
	int64_t ns = 0;
	int err;

	if (strncmp(text, "code:", 5) == 0) {
		err = kin_parse_hex(text + 5, what, UINT8_MAX, &code);
		if (err == 0)
			*ret_code = (int64_t)code;
		return err;
	}
	if (!strpbrk(text, "num."))
		return kin_parse_int(text, what, 0, 127, ret_code);
	err = parse_ns(text, what, 127000000, &ns);
	if (err == 0)
		err = kin_isotp_stmin_code(ns);
	if (err >= 0)
		*ret_code = err;
	return err < 0 ? err : 0;
}

static void put_stmin(struct kin_buf *out, uint8_t code)
{
	if (code <= 0x7F)
		kin_buf_printf(out, "%u", code);
	else if (code >= 0xF1 && code <= 0xF9)
		kin_buf_printf(out, "%uus", (code - 0xF0U) * 100);
	else
		kin_buf_printf(out, "code:%02X", code);
}

static int parse_words(const struct field *field, const char *text, int64_t *ret_flags)
{
	const struct kin_opt row = {
		.name = field->name, .type = KIN_OPT_FLAGS, .names = field->words};
	socklen_t len;
	uint32_t flags;
	char value[KIN_OPT_VALUE];
	int err = kin_opt_read(&row, strcmp(text, "off") == 0 ? "none" : text, value, &len);

	if (err < 0)
		return err;
	memcpy(&flags, value, sizeof(flags));
	if (flags & ~field->flag)
		return kin_fail(EINVAL, "%s %.64s has other bits than %#x", field->name, text,
				field->flag);
	if (field->words == casts && flags == field->flag)
		return kin_fail(EINVAL, "to-all: sf and cf exclude each other");
	*ret_flags = flags;
	return 0;
}

/* The number behind a text; -1: off. */
static int parse_value(const struct field *field, const char *text, int64_t *ret)
{
	uint64_t byte;
	bool on;
	int err;

	*ret = -1;
	switch (field->kind) {
	case SWITCH:
	case FD:
	case FD_FLAG:
		err = kin_parse_bool(text, field->name, &on);
		*ret = err == 0 && on;
		return err;
	case BYTE:
		if (is_off(text))
			return 0;
		err = kin_parse_hex(text, field->name, UINT8_MAX, &byte);
		*ret = err == 0 ? (int64_t)byte : -1;
		return err;
	case NUMBER:
		return kin_parse_int(text, field->name, 0, UINT8_MAX, ret);
	case FD_LEN:
		err = kin_parse_int(text, field->name, 0, UINT8_MAX, ret);
		if (err == 0 && (*ret > CANFD_MAX_DLEN || *ret != isotp_padded_len((unsigned)*ret)))
			return kin_fail(EINVAL, "tx-dl %s is none of 8, 12, 16, 20, 24, 32, 48, 64",
					text);
		return err;
	case STMIN:
		return parse_stmin(text, field->name, ret);
	case FORCED:
		return is_off(text) ? 0 : parse_ns(text, field->name, UINT32_MAX, ret);
	case FRAME_TIME:
		return parse_ns(text, field->name, UINT32_MAX - 1, ret);
	case WORDS:
		return parse_words(field, text, ret);
	}
	return -EINVAL;
}

static void put_value(const struct field *field, int64_t value, struct kin_buf *out)
{
	const struct kin_opt words = {.type = KIN_OPT_FLAGS, .names = field->words};
	uint32_t flags = (uint32_t)value;

	switch (field->kind) {
	case SWITCH:
	case FD:
	case FD_FLAG:
		kin_buf_puts(out, value ? "on" : "off");
		break;
	case NUMBER:
	case FD_LEN:
		kin_buf_printf(out, "%" PRId64, value);
		break;
	case STMIN:
		put_stmin(out, (uint8_t)value);
		break;
	case WORDS:
		kin_opt_put(&words, &flags, sizeof(flags), out);
		break;
	default:
		if (value < 0)
			kin_buf_puts(out, "off");
		else if (field->kind == BYTE)
			kin_buf_printf(out, "%02X", (unsigned)value);
		else
			can_put_duration(out, value);
	}
}

/* ---- In and out of the structures ---------------------------------------------------------- */

static int load(const struct kin_sock *sock, int optname, union value *value)
{
	if (optname == CAN_ISOTP_RECV_FC)
		return kin_isotp_flow_control(sock, &value->flow_control);
	if (optname == CAN_ISOTP_LL_OPTS)
		return kin_isotp_link_layer(sock, &value->link_layer);
	return kin_isotp_options(sock, &value->options);
}

static int store(struct kin_sock *sock, int optname, const union value *value)
{
	if (optname == CAN_ISOTP_RECV_FC)
		return kin_isotp_set_flow_control(sock, &value->flow_control);
	if (optname == CAN_ISOTP_LL_OPTS)
		return kin_isotp_set_link_layer(sock, &value->link_layer);
	return kin_isotp_set_options(sock, &value->options);
}

/* FD frames are as long as they can be, unless tx-dl= says less behind it. */
static void make_fd(struct can_isotp_ll_options *link_layer, bool fd)
{
	if (fd && link_layer->mtu == CANFD_MTU)
		return;
	link_layer->mtu = fd ? CANFD_MTU : CAN_MTU;
	link_layer->tx_dl = fd ? CANFD_MAX_DLEN : CAN_MAX_DLEN;
	link_layer->tx_flags = 0;
}

static void set_flag(uint32_t *flags, uint32_t flag, bool on)
{
	*flags = on ? *flags | flag : *flags & ~flag;
}

static void put_into(const struct field *field, int64_t number, union value *value)
{
	struct can_isotp_ll_options *link_layer = &value->link_layer;
	struct can_isotp_options *options = &value->options;

	switch (field->kind) {
	case SWITCH:
		set_flag(&options->flags, field->flag, number > 0);
		break;
	case WORDS:
		set_flag(&options->flags, field->flag, false);
		set_flag(&options->flags, (uint32_t)number, true);
		break;
	case BYTE:
		set_flag(&options->flags, field->flag, number >= 0);
		value->bytes[field->offset] = number < 0 ? 0 : (uint8_t)number;
		break;
	case NUMBER:
	case STMIN:
		value->bytes[field->offset] = (uint8_t)number;
		break;
	case FRAME_TIME:
		options->frame_txtime = number ? (uint32_t)number : CAN_ISOTP_FRAME_TXTIME_ZERO;
		break;
	case FD:
		make_fd(link_layer, number > 0);
		break;
	case FD_LEN:
		if (number > CAN_MAX_DLEN)
			make_fd(link_layer, true);
		link_layer->tx_dl = (uint8_t)number;
		break;
	case FD_FLAG:
		if (number > 0)
			make_fd(link_layer, true);
		link_layer->tx_flags = (uint8_t)((link_layer->tx_flags & ~field->flag) |
						 (number > 0 ? field->flag : 0));
		break;
	case FORCED:
		break;
	}
}

static int64_t take_out(const struct field *field, const union value *value)
{
	const struct can_isotp_options *options = &value->options;

	switch (field->kind) {
	case SWITCH:
		return (options->flags & field->flag) != 0;
	case WORDS:
		return options->flags & field->flag;
	case BYTE:
		return options->flags & field->flag ? value->bytes[field->offset] : -1;
	case FRAME_TIME:
		return options->frame_txtime == CAN_ISOTP_FRAME_TXTIME_ZERO
			       ? 0
			       : (int64_t)options->frame_txtime;
	case FD:
		return value->link_layer.mtu == CANFD_MTU;
	case FD_LEN:
		return value->link_layer.tx_dl;
	case FD_FLAG:
		return (value->link_layer.tx_flags & field->flag) != 0;
	default:
		return value->bytes[field->offset];
	}
}

/* ---- The rows' operations ------------------------------------------------------------------ */

int isotp_check_option(const struct kin_opt *opt, const char *text, struct kin_buf *canonical)
{
	const struct field *field = field_of(opt);
	int64_t number;
	int err = parse_value(field, text, &number);

	if (err == 0)
		put_value(field, number, canonical);
	return err;
}

int isotp_set_option(struct kin_sock *sock, const struct kin_opt *opt, const char *text)
{
	const struct field *field = field_of(opt);
	union value value;
	int64_t number;
	int err = parse_value(field, text, &number);

	if (err < 0)
		return err;
	if (field->optname == CAN_ISOTP_TX_STMIN)
		return kin_isotp_force_tx_stmin(sock, number);
	if (field->optname == CAN_ISOTP_RX_STMIN)
		return kin_isotp_force_rx_stmin(sock, number);
	err = load(sock, field->optname, &value);
	if (err < 0)
		return err;
	put_into(field, number, &value);
	err = store(sock, field->optname, &value);
	if (err == 0 && field->flag == CAN_ISOTP_WAIT_TX_DONE)
		isotp_tx_done_given(sock);
	return err;
}

int isotp_get_option(struct kin_sock *sock, const struct kin_opt *opt, struct kin_buf *text)
{
	const struct field *field = field_of(opt);
	int64_t tx_ns, rx_ns;
	union value value;
	int err;

	if (field->kind != FORCED) {
		err = load(sock, field->optname, &value);
		if (err == 0)
			put_value(field, take_out(field, &value), text);
		return err;
	}
	err = kin_isotp_forced_stmin(sock, &tx_ns, &rx_ns);
	if (err == 0)
		put_value(field, field->optname == CAN_ISOTP_TX_STMIN ? tx_ns : rx_ns, text);
	return err;
}
