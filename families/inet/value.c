/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Options whose values are more than a number, or fewer than all of them. */
#include "internal.h"

#include <errno.h>
#include <linux/sctp.h>
#include <stdio.h>
#include <string.h>

/* ---- Numbers with gaps --------------------------------------------------------------------- */

static int read_number(const struct kin_opt *opt, const char *text, int64_t *ret_number,
		       struct kin_buf *canonical)
{
	int r = kin_parse_int(text, opt->name, opt->min, opt->max, ret_number);

	if (r == 0)
		kin_buf_printf(canonical, "%jd", (intmax_t)*ret_number);
	return r;
}

/* The header is covered always: the kernel would make 8 of less. */
int coverage_check(const struct kin_opt *opt, const char *text, struct kin_buf *canonical)
{
	int64_t number;
	int r = read_number(opt, text, &number, canonical);

	if (r == 0 && number > 0 && number < 8)
		return kin_fail(EINVAL, "%s %jd is not in 8-65535, nor 0 for all", opt->name,
				(intmax_t)number);
	return r;
}

int even_check(const struct kin_opt *opt, const char *text, struct kin_buf *canonical)
{
	int64_t number;
	int r = read_number(opt, text, &number, canonical);

	if (r == 0 && number > 0 && number % 2)
		return kin_fail(EINVAL, "%s %jd is odd", opt->name, (intmax_t)number);
	return r;
}

/* Numbers with sep between them, at least least of them; the others are 0. */
static int read_numbers(const struct kin_opt *opt, const char *text, char sep, size_t least,
			size_t n, uint16_t *ret_numbers)
{
	char words[64];
	char *rest = words, *word;
	size_t i = 0;

	memset(ret_numbers, 0, n * sizeof(*ret_numbers));
	if (strlen(text) >= sizeof(words))
		return kin_fail(EINVAL, "%s=%s: not %s", opt->name, text, opt->value);
	strcpy(words, text);
	for (; (word = strsep(&rest, (char[]){sep, '\0'})); i++) {
		int64_t number;
		int r;

		if (i == n)
			break;
		r = kin_parse_int(word, opt->name, 0, UINT16_MAX, &number);
		if (r < 0)
			return r;
		ret_numbers[i] = (uint16_t)number;
	}
	if (i < least || word)
		return kin_fail(EINVAL, "%s=%s: not %s", opt->name, text, opt->value);
	return 0;
}

/* ---- local-port-range ---------------------------------------------------------------------- */

static int read_range(const struct kin_opt *opt, const char *text, uint16_t range[2])
{
	int r = read_numbers(opt, text, '-', 2, 2, range);

	if (r == 0 && range[1] && range[0] > range[1])
		return kin_fail(EINVAL, "%s=%s: the first port is above the last", opt->name, text);
	return r;
}

int port_range_check(const struct kin_opt *opt, const char *text, struct kin_buf *canonical)
{
	uint16_t range[2];
	int r = read_range(opt, text, range);

	if (r == 0)
		kin_buf_printf(canonical, "%u-%u", range[0], range[1]);
	return r;
}

int port_range_set(struct kin_sock *sock, const struct kin_opt *opt, const char *text)
{
	uint16_t range[2];
	uint32_t value;
	int r = read_range(opt, text, range);

	if (r < 0)
		return r;
	value = (uint32_t)range[1] << 16 | range[0];
	return kin_opt_store(sock, opt, text, opt->level, opt->optname, &value, sizeof(value));
}

int port_range_get(struct kin_sock *sock, const struct kin_opt *opt, struct kin_buf *text)
{
	uint32_t value = 0;
	socklen_t len = sizeof(value);
	int r = kin_getsockopt(sock, opt->level, opt->optname, &value, &len);

	if (r == 0)
		kin_buf_printf(text, "%u-%u", value & 0xFFFF, value >> 16);
	return r;
}

/* ---- initmsg ------------------------------------------------------------------------------- */

static void put_initmsg(const uint16_t *numbers, struct kin_buf *out)
{
	kin_buf_printf(out, "%u:%u:%u:%u", numbers[0], numbers[1], numbers[2], numbers[3]);
}

int initmsg_check(const struct kin_opt *opt, const char *text, struct kin_buf *canonical)
{
	uint16_t numbers[4];
	int r = read_numbers(opt, text, ':', 2, 4, numbers);

	if (r == 0)
		put_initmsg(numbers, canonical);
	return r;
}

int initmsg_set(struct kin_sock *sock, const struct kin_opt *opt, const char *text)
{
	uint16_t numbers[4];
	struct sctp_initmsg value;
	int r = read_numbers(opt, text, ':', 2, 4, numbers);

	if (r < 0)
		return r;
	value = (struct sctp_initmsg){numbers[0], numbers[1], numbers[2], numbers[3]};
	return kin_opt_store(sock, opt, text, opt->level, opt->optname, &value, sizeof(value));
}

int initmsg_get(struct kin_sock *sock, const struct kin_opt *opt, struct kin_buf *text)
{
	struct sctp_initmsg value = {};
	socklen_t len = sizeof(value);
	int r = kin_getsockopt(sock, opt->level, opt->optname, &value, &len);

	if (r == 0)
		put_initmsg((uint16_t[]){value.sinit_num_ostreams, value.sinit_max_instreams,
					 value.sinit_max_attempts, value.sinit_max_init_timeo},
			    text);
	return r;
}
