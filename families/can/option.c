/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Socket options of CAN RAW: filters and VCID as text, and the typed setters. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "internal.h"

/* ---- Typed --------------------------------------------------------------------------------- */

/* As the option's row says: what a kernel is too old for is told with the one it came with. */
static int set_option(struct kin_sock *sock, int name, const void *value, socklen_t len)
{
	const struct kin_opt *opt = can_opts;

	while (opt->optname != name)
		opt++;
	return kin_opt_store(sock, opt, NULL, opt->level, name, value, len);
}

static int set_bool(struct kin_sock *sock, int name, bool on)
{
	int value = on;

	return set_option(sock, name, &value, sizeof(value));
}

int kin_can_set_filters(struct kin_sock *sock, const struct can_filter *filters, size_t n)
{
	if (n > CAN_RAW_FILTER_MAX)
		return kin_fail(EINVAL, "%zu filters are more than %d", n, CAN_RAW_FILTER_MAX);
	return set_option(sock, CAN_RAW_FILTER, n > 0 ? filters : NULL,
			  (socklen_t)(n * sizeof(*filters)));
}

int kin_can_filters(struct kin_sock *sock, struct can_filter *filters, size_t max)
{
	socklen_t len;
	int err;

	if (max > CAN_RAW_FILTER_MAX)
		max = CAN_RAW_FILTER_MAX;
	len = (socklen_t)(max * sizeof(*filters));
	err = kin_getsockopt(sock, SOL_CAN_RAW, CAN_RAW_FILTER, filters, &len);
	return err < 0 ? err : (int)(len / sizeof(*filters));
}

int kin_can_set_join_filters(struct kin_sock *sock, bool on)
{
	return set_bool(sock, CAN_RAW_JOIN_FILTERS, on);
}

int kin_can_set_errors(struct kin_sock *sock, can_err_mask_t classes)
{
	return set_option(sock, CAN_RAW_ERR_FILTER, &classes, sizeof(classes));
}

int kin_can_set_loopback(struct kin_sock *sock, bool on)
{
	return set_bool(sock, CAN_RAW_LOOPBACK, on);
}

int kin_can_set_own(struct kin_sock *sock, bool on)
{
	return set_bool(sock, CAN_RAW_RECV_OWN_MSGS, on);
}

int kin_can_set_fd(struct kin_sock *sock, bool on)
{
	return set_bool(sock, CAN_RAW_FD_FRAMES, on);
}

int kin_can_set_xl(struct kin_sock *sock, bool on)
{
	return set_bool(sock, CAN_RAW_XL_FRAMES, on);
}

int kin_can_set_vcid(struct kin_sock *sock, unsigned flags, uint8_t tx_vcid, uint8_t rx_vcid,
		     uint8_t rx_mask)
{
	struct can_raw_vcid_options value = {
		.flags = (uint8_t)flags,
		.tx_vcid = tx_vcid,
		.rx_vcid = rx_vcid,
		.rx_vcid_mask = rx_mask,
	};

	if (flags > UINT8_MAX)
		return kin_fail(EINVAL, "VCID flags %#x are not in 0-0xff", flags);
	return set_option(sock, CAN_RAW_XL_VCID_OPTS, &value, sizeof(value));
}

/* ---- Lists joined by '+' ------------------------------------------------------------------- */

/* Copy the next part of *text into part and move on. @return 1; 0: no more; -EINVAL: too long */
static int next_part(const struct kin_opt *opt, const char **text, char part[32])
{
	size_t len;

	if (!*text)
		return 0;
	len = strcspn(*text, "+");
	if (len >= 32)
		return kin_fail(EINVAL, "%s: %.*s is not %s", opt->name, (int)len, *text,
				opt->value);
	memcpy(part, *text, len);
	part[len] = '\0';
	*text = (*text)[len] == '+' ? *text + len + 1 : NULL;
	return 1;
}

/* ---- filter=ID:MASK ------------------------------------------------------------------------ */

/*
 * As candump reads it: an identifier of just eight digits gets CAN_EFF_FLAG, so that
 * 12345678:DFFFFFFF matches an extended one alone; a mask never has CAN_ERR_FLAG, because error
 * frames have a mask of their own.
 */
int can_parse_filter(const char *what, const char *text, struct can_filter *ret)
{
	size_t digits = strcspn(text, ":~");
	uint64_t id, mask;
	char id_text[32];
	int err;

	if (text[digits] == '\0')
		return kin_fail(EINVAL, "%s: %.64s is not ID:MASK or ID~MASK, such as 123:7FF",
				what, text);
	if (digits >= sizeof(id_text))
		return kin_fail(EINVAL, "%s: %zu digits of an identifier", what, digits);
	memcpy(id_text, text, digits);
	id_text[digits] = '\0';
	if ((err = kin_parse_hex(id_text, "filter identifier", UINT32_MAX, &id)) < 0 ||
	    (err = kin_parse_hex(text + digits + 1, "filter mask", UINT32_MAX, &mask)) < 0)
		return err;
	if (id & CAN_INV_FILTER)
		return kin_fail(EINVAL,
				"%s: %s has bit %X: write ID~MASK to invert, errors= for error "
				"frames",
				what, text, CAN_INV_FILTER);
	if (digits == 8)
		id |= CAN_EFF_FLAG;
	if (text[digits] == '~')
		id |= CAN_INV_FILTER;
	ret->can_id = (canid_t)id;
	ret->can_mask = (canid_t)mask & ~CAN_ERR_FLAG;
	return 0;
}

/* @return how many */
static int parse_filters(const struct kin_opt *opt, const char *text,
			 struct can_filter filters[CAN_RAW_FILTER_MAX])
{
	char part[32];
	int n = 0, more;

	if (strcmp(text, "none") == 0)
		return 0;
	while ((more = next_part(opt, &text, part)) > 0) {
		int err;

		if (n == CAN_RAW_FILTER_MAX)
			return kin_fail(EINVAL, "%s: more than %d filters", opt->name,
					CAN_RAW_FILTER_MAX);
		err = can_parse_filter(opt->name, part, &filters[n++]);
		if (err < 0)
			return err;
	}
	return more < 0 ? more : n;
}

void can_put_filter(struct kin_buf *out, const struct can_filter *filter)
{
	canid_t id = filter->can_id & ~CAN_INV_FILTER;
	int digits = 3;

	/* Eight digits mean extended: an identifier as long that is not has a ninth. */
	if (id & CAN_EFF_FLAG)
		digits = 8;
	else if (id > 0xFFFFFFF)
		digits = 9;
	kin_buf_printf(out, "%0*X%c%03X", digits, id & ~CAN_EFF_FLAG,
		       filter->can_id & CAN_INV_FILTER ? '~' : ':', filter->can_mask);
}

static void put_filters(struct kin_buf *out, const struct can_filter *filters, int n)
{
	if (n == 0)
		kin_buf_puts(out, "none");
	for (int i = 0; i < n; i++) {
		kin_buf_puts(out, i > 0 ? "+" : "");
		can_put_filter(out, &filters[i]);
	}
}

int can_check_filter(const struct kin_opt *opt, const char *text, struct kin_buf *canonical)
{
	struct can_filter filters[CAN_RAW_FILTER_MAX];
	int n = parse_filters(opt, text, filters);

	if (n < 0)
		return n;
	put_filters(canonical, filters, n);
	return 0;
}

int can_set_filter(struct kin_sock *sock, const struct kin_opt *opt, const char *text)
{
	struct can_filter filters[CAN_RAW_FILTER_MAX];
	int n = parse_filters(opt, text, filters);

	return n < 0 ? n : kin_can_set_filters(sock, filters, (size_t)n);
}

int can_get_filter(struct kin_sock *sock, const struct kin_opt *opt, struct kin_buf *text)
{
	struct can_filter filters[CAN_RAW_FILTER_MAX];
	int n = kin_can_filters(sock, filters, CAN_RAW_FILTER_MAX);

	(void)opt;
	if (n < 0)
		return n;
	put_filters(text, filters, n);
	return 0;
}

/* ---- vcid=tx:HEX+rx:HEX:MASK --------------------------------------------------------------- */

static int parse_vcid_part(const struct kin_opt *opt, const char *part,
			   struct can_raw_vcid_options *vcid)
{
	unsigned value, mask = 0xFF;
	int end = 0;

	if (strcmp(part, "pass") == 0) {
		vcid->flags |= CAN_RAW_XL_VCID_TX_PASS;
	} else if (sscanf(part, "tx:%2x%n", &value, &end) == 1 && part[end] == '\0') {
		vcid->flags |= CAN_RAW_XL_VCID_TX_SET;
		vcid->tx_vcid = (uint8_t)value;
	} else if ((sscanf(part, "rx:%2x%n", &value, &end) == 1 && part[end] == '\0') ||
		   (sscanf(part, "rx:%2x:%2x%n", &value, &mask, &end) == 2 && part[end] == '\0')) {
		vcid->flags |= CAN_RAW_XL_VCID_RX_FILTER;
		vcid->rx_vcid = (uint8_t)value;
		vcid->rx_vcid_mask = (uint8_t)mask;
	} else {
		return kin_fail(EINVAL,
				"%s: %s is not one of pass, tx:HEX, rx:HEX and rx:HEX:MASK, with "
				"two hex digits each",
				opt->name, part);
	}
	return 0;
}

static int parse_vcid(const struct kin_opt *opt, const char *text,
		      struct can_raw_vcid_options *ret_vcid)
{
	struct can_raw_vcid_options vcid = {0};
	char part[32];
	int more;

	if (strcmp(text, "none") == 0)
		text = NULL;
	while ((more = next_part(opt, &text, part)) > 0) {
		int err = parse_vcid_part(opt, part, &vcid);

		if (err < 0)
			return err;
	}
	if (more < 0)
		return more;
	if ((vcid.flags & CAN_RAW_XL_VCID_TX_PASS) && (vcid.flags & CAN_RAW_XL_VCID_TX_SET))
		return kin_fail(EINVAL, "%s: tx: and pass exclude each other", opt->name);
	*ret_vcid = vcid;
	return 0;
}

static void put_vcid(struct kin_buf *out, const struct can_raw_vcid_options *vcid)
{
	const char *plus = "";

	if (!vcid->flags)
		kin_buf_puts(out, "none");
	if (vcid->flags & CAN_RAW_XL_VCID_TX_SET) {
		kin_buf_printf(out, "tx:%02X", vcid->tx_vcid);
		plus = "+";
	}
	if (vcid->flags & CAN_RAW_XL_VCID_TX_PASS) {
		kin_buf_printf(out, "%spass", plus);
		plus = "+";
	}
	if (vcid->flags & CAN_RAW_XL_VCID_RX_FILTER)
		kin_buf_printf(out, "%srx:%02X:%02X", plus, vcid->rx_vcid, vcid->rx_vcid_mask);
}

int can_check_vcid(const struct kin_opt *opt, const char *text, struct kin_buf *canonical)
{
	struct can_raw_vcid_options vcid;
	int err = parse_vcid(opt, text, &vcid);

	if (err < 0)
		return err;
	put_vcid(canonical, &vcid);
	return 0;
}

int can_set_vcid(struct kin_sock *sock, const struct kin_opt *opt, const char *text)
{
	struct can_raw_vcid_options vcid;
	int err = parse_vcid(opt, text, &vcid);

	if (err < 0)
		return err;
	return kin_can_set_vcid(sock, vcid.flags, vcid.tx_vcid, vcid.rx_vcid, vcid.rx_vcid_mask);
}

int can_get_vcid(struct kin_sock *sock, const struct kin_opt *opt, struct kin_buf *text)
{
	struct can_raw_vcid_options vcid;
	socklen_t len = sizeof(vcid);
	int err = kin_getsockopt(sock, SOL_CAN_RAW, CAN_RAW_XL_VCID_OPTS, &vcid, &len);

	(void)opt;
	if (err < 0)
		return err;
	put_vcid(text, &vcid);
	return 0;
}
