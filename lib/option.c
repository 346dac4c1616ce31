/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Socket options as text, driven by the rows of the core's table and the family's. */
#include "core.h"
#include "base/number.h"

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/time.h>

/* The bytes of an option's value, as the kernel takes them. */
struct value {
	socklen_t len;
	union {
		int i;
		uint8_t u8;
		uint16_t u16;
		uint32_t u32;
		uint64_t u64;
		struct timeval time;
		char bytes[KIN_OPT_VALUE];
	};
};

/* What a number's type can hold, narrowed by the row. */
static void range(const struct kin_opt *opt, int64_t *min, int64_t *max)
{
	static const int64_t largest[] = {
		[KIN_OPT_INT] = INT32_MAX,
		[KIN_OPT_U8] = UINT8_MAX,
		[KIN_OPT_U16] = UINT16_MAX,
		[KIN_OPT_U32] = UINT32_MAX,
	};

	*min = opt->type == KIN_OPT_INT ? INT32_MIN : 0;
	*max = largest[opt->type];
	if (opt->max > opt->min) {
		*min = opt->min;
		*max = opt->max;
	}
}

/* Those above INT64_MAX as well, where the row does not say less. */
static int read_u64(const struct kin_opt *opt, const char *text, struct value *value)
{
	bool bounded = opt->max > opt->min;
	uint64_t min = bounded && opt->min > 0 ? (uint64_t)opt->min : 0;
	uint64_t max = bounded ? (uint64_t)opt->max : UINT64_MAX;
	uint64_t n;

	if (!number_read_unsigned(text, &n))
		return kin_fail(EINVAL, "%s \"" SHOWN "\" is not a whole number in 0-%" PRIu64,
				opt->name, SHOW(text), UINT64_MAX);
	if (n < min || n > max)
		return kin_fail(EINVAL, "%s " SHOWN " is not in %" PRIu64 "-%" PRIu64, opt->name,
				SHOW(text), min, max);
	value->u64 = n;
	value->len = sizeof(value->u64);
	return 0;
}

static int read_number(const struct kin_opt *opt, const char *text, struct value *value)
{
	int64_t min, max, n;
	int r;

	range(opt, &min, &max);
	r = kin_parse_int(text, opt->name, min, max, &n);
	if (r < 0)
		return r;
	switch (opt->type) {
	case KIN_OPT_U8:
		value->u8 = (uint8_t)n;
		value->len = sizeof(value->u8);
		break;
	case KIN_OPT_U16:
		value->u16 = (uint16_t)n;
		value->len = sizeof(value->u16);
		break;
	default: /* int and u32 have the same bits */
		value->u32 = (uint32_t)n;
		value->len = sizeof(value->u32);
	}
	return 0;
}

static const struct kin_name *name_find(const struct kin_name *names, const char *text, size_t len)
{
	for (; names && names->name; names++)
		if (strlen(names->name) == len && memcmp(names->name, text, len) == 0)
			return names;
	return NULL;
}

static int fail_name(const struct kin_opt *opt, const char *text, int len)
{
	char list[256];
	struct kin_buf buf = {list, sizeof(list), 0};

	for (const struct kin_name *name = opt->names; name && name->name; name++) {
		kin_buf_puts(&buf, name == opt->names ? "" : ", ");
		kin_buf_puts(&buf, name->name);
	}
	return kin_fail(EINVAL, "%s \"%.*s%s\" is neither a number nor one of: %s", opt->name,
			len > 64 ? 64 : len, text, len > 64 ? "..." : "", kin_buf_end(&buf));
}

static int read_named(const struct kin_opt *opt, const char *text, struct value *value)
{
	const struct kin_name *name = name_find(opt->names, text, strlen(text));
	int64_t n;

	if (name)
		n = name->value;
	else if (!number_read(text, &n) || n < INT32_MIN || n > INT32_MAX)
		return fail_name(opt, text, (int)strlen(text));
	value->i = (int)n;
	value->len = sizeof(value->i);
	return 0;
}

static int read_flags(const struct kin_opt *opt, const char *text, struct value *value)
{
	uint32_t bits = 0;

	if (strcmp(text, "none") != 0) {
		for (const char *word = text; word;
		     word = strchr(word, '+') ? strchr(word, '+') + 1 : NULL) {
			size_t len = strcspn(word, "+");
			const struct kin_name *name = name_find(opt->names, word, len);
			char number[24] = "";
			int64_t n;

			if (len < sizeof(number))
				memcpy(number, word, len);
			if (name)
				n = name->value;
			else if (!number_read(number, &n) || n < 0 || n > UINT32_MAX)
				return fail_name(opt, word, (int)len);
			bits |= (uint32_t)n;
		}
	}
	if (opt->max > 0 && bits > opt->max)
		return kin_fail(EINVAL, "%s " SHOWN " is above 0x%" PRIX64, opt->name, SHOW(text),
				(uint64_t)opt->max);
	value->u32 = bits;
	value->len = sizeof(value->u32);
	return 0;
}

static int read_bytes(const struct kin_opt *opt, const char *text, struct value *value)
{
	size_t max = opt->max > 0 && (size_t)opt->max < sizeof(value->bytes) ? (size_t)opt->max
									     : sizeof(value->bytes);
	size_t len = strlen(text);

	if (opt->type == KIN_OPT_BYTES) {
		ssize_t n = kin_parse_bytes(text, opt->name, value->bytes, max);

		value->len = n < 0 ? 0 : (socklen_t)n;
		return n < 0 ? (int)n : 0;
	}
	if (len > max)
		return kin_fail(EINVAL, "%s \"" SHOWN "\" has %zu bytes; at most %zu fit",
				opt->name, SHOW(text), len, max);
	memcpy(value->bytes, text, len);
	value->len = (socklen_t)len;
	return 0;
}

static int read_value(const struct kin_opt *opt, const char *text, struct value *value)
{
	bool on;
	int64_t ns;
	int r;

	memset(value, 0, sizeof(*value));
	switch (opt->type) {
	case KIN_OPT_BOOL:
		r = kin_parse_bool(text, opt->name, &on);
		value->i = r == 0 && on;
		value->len = sizeof(value->i);
		return r;
	case KIN_OPT_NAMED:
		return read_named(opt, text, value);
	case KIN_OPT_FLAGS:
		return read_flags(opt, text, value);
	case KIN_OPT_SECONDS:
		if (!number_read_seconds(text, &ns))
			return kin_fail(EINVAL, "%s \"" SHOWN "\" is not a number of seconds",
					opt->name, SHOW(text));
		if (ns % 1000)
			return kin_fail(EINVAL, "%s " SHOWN " is finer than a microsecond",
					opt->name, SHOW(text));
		value->time = (struct timeval){ns / 1000000000, ns % 1000000000 / 1000};
		value->len = sizeof(value->time);
		return 0;
	case KIN_OPT_STRING:
	case KIN_OPT_BYTES:
		return read_bytes(opt, text, value);
	case KIN_OPT_U64:
		return read_u64(opt, text, value);
	default:
		return read_number(opt, text, value);
	}
}

static void put_flags(const struct kin_opt *opt, uint32_t bits, struct kin_buf *out)
{
	const char *sep = "";

	if (bits == 0) {
		kin_buf_puts(out, "none");
		return;
	}
	for (const struct kin_name *name = opt->names; name && name->name; name++) {
		uint32_t mask = (uint32_t)name->value;

		if (mask == 0 || (bits & mask) != mask)
			continue;
		kin_buf_printf(out, "%s%s", sep, name->name);
		bits &= ~mask;
		sep = "+";
	}
	if (bits)
		kin_buf_printf(out, "%s0x%" PRIx32, sep, bits);
}

/* Kernels answer some int options with a single byte: the length that came back counts. */
static int64_t number_of(const struct kin_opt *opt, const struct value *value)
{
	bool is_signed = opt->type == KIN_OPT_INT || opt->type == KIN_OPT_NAMED;

	switch (value->len) {
	case sizeof(uint8_t):
		return value->u8;
	case sizeof(uint16_t):
		return value->u16;
	case sizeof(uint64_t):
		return (int64_t)value->u64;
	default:
		return is_signed ? value->i : (int64_t)value->u32;
	}
}

static void put_value(const struct kin_opt *opt, const struct value *value, struct kin_buf *out)
{
	int64_t n = number_of(opt, value);

	switch (opt->type) {
	case KIN_OPT_BOOL:
		kin_buf_puts(out, n ? "on" : "off");
		return;
	case KIN_OPT_NAMED:
		for (const struct kin_name *name = opt->names; name && name->name; name++) {
			if (name->value == n) {
				kin_buf_puts(out, name->name);
				return;
			}
		}
		break;
	case KIN_OPT_FLAGS:
		put_flags(opt, (uint32_t)n, out);
		return;
	case KIN_OPT_SECONDS:
		kin_buf_printf(out, "%jd.%06jd", (intmax_t)value->time.tv_sec,
			       (intmax_t)value->time.tv_usec);
		return;
	case KIN_OPT_STRING:
		kin_buf_put(out, value->bytes, strnlen(value->bytes, value->len));
		return;
	case KIN_OPT_BYTES:
		kin_buf_put_hex(out, value->bytes, value->len, 0);
		return;
	case KIN_OPT_U64:
		kin_buf_printf(out, "%" PRIu64, (uint64_t)n);
		return;
	default:
		break;
	}
	kin_buf_printf(out, "%" PRId64, n);
}

int kin_opt_read(const struct kin_opt *opt, const char *text, void *value, socklen_t *ret_len)
{
	struct value read;
	int r;

	KIN_NEED(opt);
	KIN_NEED(text);
	KIN_NEED(value);
	KIN_NEED(ret_len);
	r = read_value(opt, text, &read);
	if (r < 0)
		return r;
	memcpy(value, read.bytes, read.len);
	*ret_len = read.len;
	return 0;
}

void kin_opt_put(const struct kin_opt *opt, const void *value, socklen_t len, struct kin_buf *out)
{
	struct value given = {.len = len < sizeof(given.bytes) ? len : sizeof(given.bytes)};

	KIN_NEED_OR(opt, );
	KIN_NEED_OR(value, );
	KIN_NEED_OR(out, );
	memcpy(given.bytes, value, given.len);
	put_value(opt, &given, out);
}

int opt_check(const struct kin_opt *opt, const char *text, struct kin_buf *canonical)
{
	struct value value;
	int r;

	if (opt->flags & KIN_OPT_READ_ONLY)
		return kin_fail(EINVAL, "%s can be read, not set", opt->name);
	if (opt->check)
		return opt->check(opt, text, canonical);
	r = read_value(opt, text, &value);
	if (r == 0)
		put_value(opt, &value, canonical);
	return r;
}

static int fail_option(const struct kin_sock *sock, const struct kin_opt *opt, const char *text,
		       int err)
{
	char value[80] = "", why[128];

	if (text)
		snprintf(value, sizeof(value), "=" SHOWN, SHOW(text));
	if (err == ENOPROTOOPT && opt->since)
		return kin_fail(err,
				"this kernel or socket has no option %s, which came with Linux %s",
				opt->name, opt->since);
	if (err == ENOPROTOOPT)
		return kin_fail(err, "%s sockets have no option %s",
				sock->proto ? sock->proto->scheme : "such", opt->name);
	if (err == EPERM && opt->capability)
		return kin_fail(err, "%s%s needs %s", opt->name, value, opt->capability);
	return kin_fail(err, "%s%s: %s", opt->name, value, strerror_r(err, why, sizeof(why)));
}

int kin_opt_store(struct kin_sock *sock, const struct kin_opt *opt, const char *text, int level,
		  int optname, const void *value, socklen_t len)
{
	KIN_NEED(sock);
	KIN_NEED(opt);
	if (setsockopt(sock->fd, level, optname, value, len) < 0)
		return fail_option(sock, opt, text, errno);
	return 0;
}

int opt_apply(struct kin_sock *sock, const struct kin_opt *opt, const char *text)
{
	struct value value;
	int r;

	if (opt->flags & KIN_OPT_READ_ONLY)
		return kin_fail(EINVAL, "%s can be read, not set", opt->name);
	if (opt->set)
		return opt->set(sock, opt, text);
	r = read_value(opt, text, &value);
	if (r < 0)
		return r;
	return kin_opt_store(sock, opt, text, opt->level, opt->optname, value.bytes, value.len);
}

static bool opt_is_for(const struct kin_opt *opt, const struct kin_proto *proto)
{
	return !proto || kin_scheme_in(opt->schemes, proto->scheme);
}

const struct kin_opt *kin_opt_at(const struct kin_family *family, const struct kin_proto *proto,
				 unsigned i)
{
	const struct kin_opt *tables[] = {core_opts, family ? family->opts : NULL};

	for (size_t t = 0; t < N_ELEMENTS(tables); t++)
		for (const struct kin_opt *opt = tables[t]; opt && opt->name; opt++)
			if (opt_is_for(opt, proto) && i-- == 0)
				return opt;
	return NULL;
}

const struct kin_opt *opt_find(const struct kin_family *family, const struct kin_proto *proto,
			       const char *name)
{
	const struct kin_opt *opt;

	for (unsigned i = 0; (opt = kin_opt_at(family, proto, i)); i++)
		if (strcmp(opt->name, name) == 0)
			return opt;
	return NULL;
}

int opt_unknown(const struct kin_family *family, const struct kin_proto *proto, const char *name)
{
	const char *names[256];
	char text[512];
	struct kin_buf nearest = {text, sizeof(text), 0};
	const char *scheme = proto ? proto->scheme : "this socket";
	const struct kin_opt *opt;
	size_t n = 0;

	for (unsigned i = 0; (opt = kin_opt_at(family, proto, i)); i++)
		if (n + 1 < N_ELEMENTS(names))
			names[n++] = opt->name;
	for (const struct kin_addr_opt *row = family ? family->addr_opts : NULL; row && row->name;
	     row++)
		if (n + 1 < N_ELEMENTS(names) &&
		    (!proto || kin_scheme_in(row->schemes, proto->scheme)))
			names[n++] = row->name;
	names[n] = NULL;
	kin_buf_put_nearest(&nearest, name, names);
	if (nearest.len)
		return kin_fail(ENOENT, "%s has no option \"" SHOWN "\"; did you mean %s?", scheme,
				SHOW(name), kin_buf_end(&nearest));
	return kin_fail(ENOENT, "%s has no option \"" SHOWN "\"; `kin opt %s:` lists them", scheme,
			SHOW(name), proto ? scheme : "SCHEME");
}

int kin_opt_set(struct kin_sock *sock, const char *name, const char *value)
{
	const struct kin_opt *opt;

	KIN_NEED(sock);
	KIN_NEED(name);
	KIN_NEED(value);
	opt = opt_find(sock->family, sock->proto, name);
	return opt ? opt_apply(sock, opt, value) : opt_unknown(sock->family, sock->proto, name);
}

ssize_t kin_opt_get(struct kin_sock *sock, const char *name, char *buf, size_t size)
{
	const struct kin_opt *opt;
	struct kin_buf out = {buf, size, 0};
	struct value value = {.len = sizeof(value.bytes)};

	KIN_NEED(sock);
	KIN_NEED(name);
	KIN_NEED_ROOM(buf, size);
	opt = opt_find(sock->family, sock->proto, name);
	if (!opt)
		return opt_unknown(sock->family, sock->proto, name);
	if ((opt->flags & KIN_OPT_WRITE_ONLY) || (opt->type == KIN_OPT_CUSTOM && !opt->get))
		return kin_fail(EINVAL, "%s can be set, not read", name);
	if (opt->get) {
		int r = opt->get(sock, opt, &out);

		if (r < 0)
			return r;
	} else {
		if (getsockopt(sock->fd, opt->level, opt->optname, value.bytes, &value.len) < 0)
			return fail_option(sock, opt, NULL, errno);
		put_value(opt, &value, &out);
	}
	kin_buf_end(&out);
	return (ssize_t)out.len;
}

static int check_opt_len(socklen_t len)
{
	if (len > INT_MAX)
		return kin_fail(EINVAL, "the length %u of an option is above %d", len, INT_MAX);
	return 0;
}

int kin_setsockopt(struct kin_sock *sock, int level, int name, const void *value, socklen_t len)
{
	KIN_NEED(sock);
	if (check_opt_len(len) < 0)
		return -EINVAL;
	return setsockopt(sock->fd, level, name, value, len) < 0 ? fail_errno(errno, "setsockopt")
								 : 0;
}

int kin_getsockopt(const struct kin_sock *sock, int level, int name, void *value, socklen_t *len)
{
	KIN_NEED(sock);
	KIN_NEED(len);
	KIN_NEED_ROOM(value, *len);
	if (check_opt_len(*len) < 0)
		return -EINVAL;
	return getsockopt(sock->fd, level, name, value, len) < 0 ? fail_errno(errno, "getsockopt")
								 : 0;
}

int kin_setsockopt_int(struct kin_sock *sock, int level, int name, int value)
{
	return kin_setsockopt(sock, level, name, &value, sizeof(value));
}

int kin_getsockopt_int(const struct kin_sock *sock, int level, int name, int *ret_value)
{
	const struct kin_opt as_int = {.type = KIN_OPT_INT};
	struct value value = {.len = sizeof(value.i)};
	int r = kin_getsockopt(sock, level, name, value.bytes, &value.len);

	KIN_NEED(ret_value);
	if (r == 0)
		*ret_value = (int)number_of(&as_int, &value);
	return r;
}
