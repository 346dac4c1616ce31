/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "internal.h"

/* Not of any algorithm's: the kernel knows that. */
enum { AUTH_SIZE_MAX = 255 };

static int read_auth_size(const char *text, int64_t *ret_size)
{
	return kin_parse_int(text, "authsize", 0, AUTH_SIZE_MAX, ret_size);
}

static int check_auth_size(const struct kin_opt *opt, const char *text, struct kin_buf *canonical)
{
	int64_t size;
	int r = read_auth_size(text, &size);

	(void)opt;
	if (r == 0)
		kin_buf_printf(canonical, "%d", (int)size);
	return r;
}

/* The value is the length of a value that is not there. */
static int set_auth_size(struct kin_sock *sock, const struct kin_opt *opt, const char *text)
{
	int64_t size;
	int r = read_auth_size(text, &size);

	return r < 0 ? r
		     : kin_opt_store(sock, opt, text, opt->level, opt->optname, NULL,
				     (socklen_t)size);
}

const struct kin_opt alg_opts[] = {
	{.name = "key",
	 .level = SOL_ALG,
	 .optname = ALG_SET_KEY,
	 .type = KIN_OPT_BYTES,
	 .flags = KIN_OPT_WRITE_ONLY | KIN_OPT_AFTER_BIND,
	 .max = KIN_OPT_VALUE,
	 .since = "2.6.38",
	 .doc = "the key of a cipher, an AEAD or a keyed hash; other users of this machine can "
		"read command lines"},
	{.name = "authsize",
	 .level = SOL_ALG,
	 .optname = ALG_SET_AEAD_AUTHSIZE,
	 .type = KIN_OPT_CUSTOM,
	 .flags = KIN_OPT_WRITE_ONLY | KIN_OPT_AFTER_BIND,
	 .value = "BYTES",
	 .check = check_auth_size,
	 .set = set_auth_size,
	 .since = "4.1",
	 .doc = "bytes of an AEAD's authentication tag; at first as many as it can have"},
	{},
};
