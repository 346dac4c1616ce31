/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Address texts: scheme:body[,option[=value]]... */
#include "core.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/*
 * Copy text up to an unescaped comma, without its escapes, to out (room for all of text).
 * Returns where it stopped, or NULL when a backslash has nothing behind it.
 */
static const char *unescape(const char *text, char *out)
{
	for (; *text && *text != ','; text++) {
		if (*text == '\\' && !*++text)
			return NULL;
		*out++ = *text;
	}
	*out = '\0';
	return text;
}

static int add_setting(struct kin_endpoint *e, const struct kin_opt *opt, const char *name,
		       const char *value)
{
	struct setting *grown = reallocarray(e->settings, e->n_settings + 1, sizeof(*grown));
	struct setting *s;

	if (!grown)
		return fail_oom();
	e->settings = grown;
	s = &grown[e->n_settings];
	*s = (struct setting){.opt = opt, .name = strdup(name), .value = strdup(value)};
	if (!s->name || !s->value) {
		/* The endpoint may live on, without it. */
		free(s->name);
		free(s->value);
		return fail_oom();
	}
	e->n_settings++;
	return 0;
}

static struct setting *find_setting(const struct kin_endpoint *e, const char *name)
{
	for (size_t i = 0; i < e->n_settings; i++)
		if (strcmp(e->settings[i].name, name) == 0)
			return &e->settings[i];
	return NULL;
}

/* "a" and "b" of a list option, to "a+b". */
static int join_setting(struct setting *s, const char *value)
{
	size_t len = strlen(s->value) + 1 + strlen(value) + 1;
	char *joined = realloc(s->value, len);

	if (!joined)
		return fail_oom();
	s->value = joined;
	strcat(strcat(joined, "+"), value);
	return 0;
}

static bool is_addr_opt(const struct kin_endpoint *e, const char *name)
{
	const struct kin_addr_opt *row = e->family->addr_opts;

	for (; row && row->name; row++)
		if (strcmp(row->name, name) == 0 && kin_scheme_in(row->schemes, e->proto->scheme))
			return true;
	return false;
}

static int take_sock_opt(struct kin_endpoint *e, const struct kin_opt *opt, const char *value)
{
	struct setting *given = find_setting(e, opt->name);
	/* Escapes and spelled-out names make a canonical value longer than what was written. */
	size_t size = 4 * strlen(value) + 1024;
	char *text = malloc(size);
	struct kin_buf canonical = {text, size, 0};
	int r;

	if (!text)
		return fail_oom();
	if (given && !(opt->flags & KIN_OPT_LIST))
		r = kin_fail(EINVAL, "option %s is given twice", opt->name);
	else
		r = opt_check(opt, value, &canonical);
	if (r == 0) {
		kin_buf_end(&canonical);
		r = given ? join_setting(given, text) : add_setting(e, opt, opt->name, text);
	}
	free(text);
	return r;
}

/* One option, by the table that knows it. */
static int take_option(struct kin_endpoint *e, const char *name, const char *value)
{
	const struct kin_opt *opt;

	if (is_addr_opt(e, name)) {
		if (find_setting(e, name))
			return kin_fail(EINVAL, "option %s is given twice", name);
		return add_setting(e, NULL, name, value);
	}
	opt = opt_find(e->family, e->proto, name);
	if (!opt) {
		opt_unknown(e->family, e->proto, name);
		/* In a text it is the text that is wrong. */
		return kin_fail(EINVAL, "%s", kin_error_text());
	}
	return take_sock_opt(e, opt, value);
}

static int parse_options(struct kin_endpoint *e, const char *text, char *scratch)
{
	while (*text == ',') {
		char *value;
		int r;

		text = unescape(text + 1, scratch);
		if (!text)
			return kin_fail(EINVAL, "a backslash at the end escapes nothing");
		if (!*scratch)
			return kin_fail(EINVAL,
					"a comma without an option behind it; one in the body is "
					"written \\,");
		value = strchr(scratch, '=');
		if (value)
			*value++ = '\0';
		r = take_option(e, scratch, value ? value : "on");
		if (r < 0)
			return r;
	}
	return 0;
}

/* Hand body and address options to the family. */
static int parse_target(struct kin_endpoint *e)
{
	struct kin_setting settings[16];
	struct kin_target target = {};
	size_t n = 0;
	int r;

	for (size_t i = 0; i < e->n_settings; i++) {
		if (e->settings[i].opt)
			continue;
		if (n == N_ELEMENTS(settings))
			return kin_fail(EINVAL, "more than %zu options of the address", n);
		settings[n++] = (struct kin_setting){e->settings[i].name, e->settings[i].value};
	}
	r = e->family->parse(e->proto, e->body, settings, n, &target);
	if (r < 0)
		return r;
	if (target.addr.len == 0 && !e->family->resolve)
		return kin_fail(EINVAL, "%s:" SHOWN " names no address", e->proto->scheme,
				SHOW(e->body));
	e->target = target;
	return 0;
}

static int parse_scheme(const char *text, struct kin_endpoint *e, const char **ret_rest)
{
	const char *colon = strchr(text, ':');
	char list[512], word[64];
	struct kin_buf buf = {list, sizeof(list), 0};
	size_t len = colon ? (size_t)(colon - text) : strlen(text);

	if (colon) {
		e->family = family_of_scheme(text, len, &e->proto);
		*ret_rest = colon + 1;
		if (e->family)
			return 0;
	}
	if (len >= sizeof(word))
		len = sizeof(word) - 1;
	memcpy(word, text, len);
	word[len] = '\0';
	put_schemes(&buf, word);
	if (!colon)
		return kin_fail(EINVAL, "\"%s\" has no scheme such as can: or tcp: before it%s",
				word, kin_buf_end(&buf));
	return kin_fail(EAFNOSUPPORT, "no scheme \"%s\"%s", word, kin_buf_end(&buf));
}

static int parse_into(struct kin_endpoint *e, const char *text, char *scratch)
{
	int r = parse_scheme(text, e, &text);

	if (r < 0)
		return r;
	text = unescape(text, scratch);
	if (!text)
		return kin_fail(EINVAL, "a backslash at the end escapes nothing");
	e->body = strdup(scratch);
	if (!e->body)
		return fail_oom();
	r = parse_options(e, text, scratch);
	return r < 0 ? r : parse_target(e);
}

int kin_endpoint_parse(const char *text, struct kin_endpoint **ret_endpoint)
{
	struct kin_endpoint *e;
	char *scratch;
	int r;

	KIN_NEED(text);
	KIN_NEED(ret_endpoint);
	e = calloc(1, sizeof(*e));
	scratch = malloc(strlen(text) + 1);
	r = e && scratch ? parse_into(e, text, scratch) : fail_oom();
	free(scratch);
	if (r < 0) {
		kin_endpoint_free(e);
		return r;
	}
	*ret_endpoint = e;
	return 0;
}

int kin_endpoint_new(const char *scheme, const struct kin_addr *addr,
		     struct kin_endpoint **ret_endpoint)
{
	const struct kin_family *family;
	const struct kin_proto *proto;
	struct kin_target target = {};
	char text[KIN_ADDR_TEXT];
	struct kin_buf buf = {text, sizeof(text), 0};
	struct kin_endpoint *e;
	int r;

	KIN_NEED(scheme);
	KIN_NEED(addr);
	KIN_NEED(ret_endpoint);
	if (addr->len > 0 && addr_check(addr) < 0)
		return -EINVAL;
	family = family_of_scheme(scheme, strlen(scheme), &proto);
	if (!family)
		return kin_fail(EAFNOSUPPORT, "no scheme \"" SHOWN "\"", SHOW(scheme));
	target.addr = *addr;
	kin_buf_printf(&buf, "%s:", scheme);
	family->format(proto, &target, &buf);
	r = kin_endpoint_parse(kin_buf_end(&buf), &e);
	if (r < 0)
		return r;
	/* A family's format says nothing of addresses that are not its own. */
	if (addr->len && !kin_addr_equal(&e->target.addr, addr)) {
		kin_endpoint_free(e);
		return kin_fail(EAFNOSUPPORT, "the address is not one of %s:", scheme);
	}
	*ret_endpoint = e;
	return 0;
}

int kin_endpoint_set(struct kin_endpoint *endpoint, const char *name, const char *value)
{
	int r;

	KIN_NEED(endpoint);
	KIN_NEED(name);
	KIN_NEED(value);
	r = take_option(endpoint, name, value);
	if (r < 0 || !is_addr_opt(endpoint, name))
		return r;
	r = parse_target(endpoint);
	if (r < 0) {
		struct setting *last = &endpoint->settings[--endpoint->n_settings];

		free(last->name);
		free(last->value);
	}
	return r;
}

void kin_endpoint_free(struct kin_endpoint *endpoint)
{
	if (!endpoint)
		return;
	for (size_t i = 0; i < endpoint->n_settings; i++) {
		free(endpoint->settings[i].name);
		free(endpoint->settings[i].value);
	}
	free(endpoint->settings);
	free(endpoint->body);
	free(endpoint);
}

static void put_settings(const struct kin_endpoint *e, bool of_address, struct kin_buf *out)
{
	for (size_t i = 0; i < e->n_settings; i++) {
		const struct setting *s = &e->settings[i];

		if (of_address != !s->opt)
			continue;
		kin_buf_printf(out, ",%s=", s->name);
		kin_buf_put_body(out, s->value, strlen(s->value));
	}
}

ssize_t kin_endpoint_format(const struct kin_endpoint *endpoint, char *buf, size_t size)
{
	struct kin_buf out = {buf, size, 0};

	KIN_NEED(endpoint);
	KIN_NEED_ROOM(buf, size);
	kin_buf_printf(&out, "%s:", endpoint->proto->scheme);
	if (endpoint->target.addr.len) {
		endpoint->family->format(endpoint->proto, &endpoint->target, &out);
	} else {
		kin_buf_put_body(&out, endpoint->body, strlen(endpoint->body));
		put_settings(endpoint, true, &out);
	}
	put_settings(endpoint, false, &out);
	kin_buf_end(&out);
	return (ssize_t)out.len;
}

const struct kin_family *kin_endpoint_family(const struct kin_endpoint *endpoint)
{
	KIN_NEED_OR(endpoint, NULL);
	return endpoint->family;
}

const struct kin_proto *kin_endpoint_proto(const struct kin_endpoint *endpoint)
{
	KIN_NEED_OR(endpoint, NULL);
	return endpoint->proto;
}

const struct kin_addr *kin_endpoint_addr(const struct kin_endpoint *endpoint)
{
	KIN_NEED_OR(endpoint, NULL);
	return &endpoint->target.addr;
}

const char *kin_endpoint_body(const struct kin_endpoint *endpoint)
{
	KIN_NEED_OR(endpoint, NULL);
	return endpoint->body;
}

const char *kin_endpoint_option(const struct kin_endpoint *endpoint, const char *name)
{
	const struct setting *s;

	KIN_NEED_OR(endpoint, NULL);
	KIN_NEED_OR(name, NULL);
	s = find_setting(endpoint, name);
	return s ? s->value : NULL;
}

int endpoint_apply(struct kin_sock *sock, unsigned when)
{
	const unsigned late = KIN_OPT_AFTER_BIND | KIN_OPT_CONNECTED;
	const struct kin_endpoint *e = sock->endpoint;

	for (size_t i = 0; e && i < e->n_settings; i++) {
		const struct setting *s = &e->settings[i];
		int r;

		if (!s->opt || (s->opt->flags & late) != when)
			continue;
		r = opt_apply(sock, s->opt, s->value);
		if (r < 0)
			return r;
	}
	return 0;
}
