/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Socket options: by type, and filters as text. */
#include <stdlib.h>
#include <string.h>

#include "internal.h"

int j1939_set_option(struct kin_sock *sock, int name, const void *value, socklen_t len)
{
	const struct kin_opt *opt = can_opts;

	while (opt->level != SOL_CAN_J1939 || opt->optname != name)
		opt++;
	return kin_opt_store(sock, opt, NULL, opt->level, name, value, len);
}

static int set_int(struct kin_sock *sock, int name, int value)
{
	return j1939_set_option(sock, name, &value, sizeof(value));
}

int kin_j1939_set_filters(struct kin_sock *sock, const struct j1939_filter *filters, size_t n)
{
	if (n > J1939_FILTER_MAX)
		return kin_fail(EINVAL, "%zu filters are more than %d", n, J1939_FILTER_MAX);
	if (n > 0)
		KIN_NEED(filters);
	return j1939_set_option(sock, SO_J1939_FILTER, n > 0 ? filters : NULL,
				(socklen_t)(n * sizeof(*filters)));
}

int kin_j1939_set_promisc(struct kin_sock *sock, bool on)
{
	return set_int(sock, SO_J1939_PROMISC, on);
}

int kin_j1939_set_priority(struct kin_sock *sock, unsigned priority)
{
	if (priority > 7)
		return kin_fail(EINVAL, "priority %u is not in 0-7", priority);
	return set_int(sock, SO_J1939_SEND_PRIO, (int)priority);
}

int kin_j1939_set_reports(struct kin_sock *sock, bool on)
{
	return set_int(sock, SO_J1939_ERRQUEUE, on);
}

/* ---- filter=pgn:VALUE:MASK/addr:VALUE:MASK/name:VALUE:MASK ----------------------------------- */

/* Copy what is before the separator, and move *text behind it. @return 1; 0: no more; -EINVAL */
static int next_part(const char **text, char separator, char *part, size_t size)
{
	const char separators[] = {separator, '\0'};
	size_t len;

	if (!*text)
		return 0;
	len = strcspn(*text, separators);
	if (len >= size)
		return kin_fail(EINVAL, "filter: \"%.*s\" is too long", (int)len, *text);
	memcpy(part, *text, len);
	part[len] = '\0';
	*text = (*text)[len] ? *text + len + 1 : NULL;
	return 1;
}

/* A number of up to 64 bits, which kin_parse_int() can't read all of. */
static int parse_number(const char *text, uint64_t max, uint64_t *ret)
{
	char *end;

	errno = 0;
	*ret = strtoull(text, &end, 0);
	if (*text < '0' || *text > '9' || *end || errno || *ret > max)
		return kin_fail(EINVAL, "filter: \"%.40s\" is not a number in 0-%#llx", text,
				(unsigned long long)max);
	return 0;
}

/* "pgn:0xFEF1" or "addr:0x20:0xF0" into the filter. */
static int parse_criterion(char *text, struct j1939_filter *filter)
{
	char *value = strchr(text, ':'), *mask = value ? strchr(value + 1, ':') : NULL;
	uint64_t max, number, bits;
	int r;

	if (value)
		*value++ = '\0';
	if (mask)
		*mask++ = '\0';
	if (strcmp(text, "pgn") == 0)
		max = J1939_PGN_MAX;
	else if (strcmp(text, "addr") == 0)
		max = J1939_NO_ADDR;
	else if (strcmp(text, "name") == 0)
		max = UINT64_MAX;
	else
		value = NULL;
	if (!value)
		return kin_fail(EINVAL,
				"filter: \"%.40s\" is not one of pgn:N, addr:N and name:N, each "
				"with :MASK or not",
				text);
	bits = max;
	r = parse_number(value, max, &number);
	if (r == 0 && mask)
		r = parse_number(mask, max, &bits);
	if (r < 0)
		return r;
	if (number & ~bits)
		return kin_fail(EINVAL, "filter: %s %#llx has bits that the mask %#llx has not",
				text, (unsigned long long)number, (unsigned long long)bits);
	if (*text == 'p') {
		filter->pgn = (pgn_t)number;
		filter->pgn_mask = (pgn_t)bits;
	} else if (*text == 'a') {
		filter->addr = (uint8_t)number;
		filter->addr_mask = (uint8_t)bits;
	} else {
		filter->name = number;
		filter->name_mask = bits;
	}
	return 0;
}

static int parse_filter(const char *text, struct j1939_filter *ret)
{
	char part[64];
	int more;

	*ret = (struct j1939_filter){};
	while ((more = next_part(&text, '/', part, sizeof(part))) > 0) {
		int r = parse_criterion(part, ret);

		if (r < 0)
			return r;
	}
	return more;
}

/* @return how many */
static int parse_filters(const char *text, struct j1939_filter filters[J1939_FILTER_MAX])
{
	char part[192];
	int n = 0, more;

	if (strcmp(text, "all") == 0)
		return 0;
	while ((more = next_part(&text, '+', part, sizeof(part))) > 0) {
		int r;

		if (n == J1939_FILTER_MAX)
			return kin_fail(EINVAL, "filter: more than %d filters", J1939_FILTER_MAX);
		r = parse_filter(part, &filters[n++]);
		if (r < 0)
			return r;
	}
	return more < 0 ? more : n;
}

static void put_criterion(struct kin_buf *out, size_t start, const char *name, uint64_t value,
			  uint64_t mask, uint64_t max)
{
	if (mask == 0)
		return;
	kin_buf_printf(out, "%s%s:0x%llX", out->len > start ? "/" : "", name,
		       (unsigned long long)value);
	if (mask != max)
		kin_buf_printf(out, ":0x%llX", (unsigned long long)mask);
}

static void put_filters(struct kin_buf *out, const struct j1939_filter *filters, int n)
{
	if (n == 0)
		kin_buf_puts(out, "all");
	for (int i = 0; i < n; i++) {
		const struct j1939_filter *f = &filters[i];
		size_t start;

		if (i > 0)
			kin_buf_puts(out, "+");
		start = out->len;
		put_criterion(out, start, "pgn", f->pgn, f->pgn_mask, J1939_PGN_MAX);
		put_criterion(out, start, "addr", f->addr, f->addr_mask, J1939_NO_ADDR);
		put_criterion(out, start, "name", f->name, f->name_mask, UINT64_MAX);
		/* One whose masks are all 0 matches everything. */
		if (out->len == start)
			kin_buf_puts(out, "addr:0x0:0x0");
	}
}

int j1939_check_filter(const struct kin_opt *opt, const char *text, struct kin_buf *canonical)
{
	struct j1939_filter filters[J1939_FILTER_MAX];
	int n = parse_filters(text, filters);

	(void)opt;
	if (n < 0)
		return n;
	put_filters(canonical, filters, n);
	return 0;
}

int j1939_set_filter(struct kin_sock *sock, const struct kin_opt *opt, const char *text)
{
	struct j1939_filter filters[J1939_FILTER_MAX];
	int n = parse_filters(text, filters);

	(void)opt;
	return n < 0 ? n : kin_j1939_set_filters(sock, filters, (size_t)n);
}
