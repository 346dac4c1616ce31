/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a family's record says, for people.
 */
#include <inttypes.h>
#include <string.h>

#include "family.h"

bool find_family(const char *name, const struct kin_family **ret_family,
		 const struct kin_proto **ret_proto)
{
	const struct kin_family *family = kin_family_by_name(name);

	*ret_family = family;
	*ret_proto = NULL;
	for (unsigned i = 0; !*ret_family && (family = kin_family_at(i)); i++)
		for (const struct kin_proto *proto = family->protos; proto->scheme; proto++)
			if (strcmp(proto->scheme, name) == 0) {
				*ret_family = family;
				*ret_proto = proto;
			}
	return *ret_family != NULL;
}

unsigned family_names(const char *names[], unsigned n, unsigned room)
{
	const struct kin_family *family;

	for (unsigned i = 0; (family = kin_family_at(i)); i++) {
		bool named = false;

		for (const struct kin_proto *proto = family->protos; proto->scheme && n < room;
		     proto++) {
			names[n++] = proto->scheme;
			named |= strcmp(proto->scheme, family->name) == 0;
		}
		if (!named && n < room)
			names[n++] = family->name;
	}
	return n;
}

static void put_names(struct kin_buf *buf, const struct kin_opt *opt, const char *separator)
{
	for (const struct kin_name *name = opt->names; name && name->name; name++)
		kin_buf_printf(buf, "%s%s", name == opt->names ? "" : separator, name->name);
}

static void put_number(struct kin_buf *buf, const struct kin_opt *opt)
{
	if (opt->max > opt->min && !(opt->min == 0 && opt->max >= INT32_MAX))
		kin_buf_printf(buf, "%" PRId64 "-%" PRId64, opt->min, opt->max);
	else
		kin_buf_puts(buf, "NUMBER");
}

const char *option_type(const struct kin_opt *opt, char *text, size_t size)
{
	struct kin_buf buf = {.data = text, .size = size};

	switch (opt->type) {
	case KIN_OPT_BOOL:
		kin_buf_puts(&buf, "on|off");
		break;
	case KIN_OPT_INT:
	case KIN_OPT_U8:
	case KIN_OPT_U16:
	case KIN_OPT_U32:
	case KIN_OPT_U64:
		put_number(&buf, opt);
		break;
	case KIN_OPT_NAMED:
		put_names(&buf, opt, "|");
		break;
	case KIN_OPT_FLAGS:
		put_names(&buf, opt, "+");
		break;
	case KIN_OPT_SECONDS:
		kin_buf_puts(&buf, "SECONDS");
		break;
	case KIN_OPT_STRING:
		kin_buf_puts(&buf, "TEXT");
		break;
	case KIN_OPT_BYTES:
		kin_buf_puts(&buf, "HEX");
		break;
	case KIN_OPT_CUSTOM:
		kin_buf_puts(&buf, opt->value ? opt->value : "TEXT");
		break;
	}
	return kin_buf_end(&buf);
}

/* Is a row for the protocol (NULL: for any)? Those of one family are then told which. */
static bool is_for(const char *schemes, const struct kin_proto *proto)
{
	return !proto || kin_scheme_in(schemes, proto->scheme);
}

static void put_which(struct kin_buf *doc, const char *schemes, const struct kin_proto *proto)
{
	if (schemes && !proto)
		kin_buf_printf(doc, " (%s)", schemes);
}

static void put_schemes(FILE *out, const struct writer *to, const struct kin_family *family,
			const struct kin_proto *only)
{
	to->heading(out, "Addresses");
	for (const struct kin_proto *proto = family->protos; proto->scheme; proto++) {
		char name[256], text[512];
		struct kin_buf doc = {.data = text, .size = sizeof(text)};

		if (only && only != proto)
			continue;
		snprintf(name, sizeof(name), "%s:%s", proto->scheme,
			 proto->body ? proto->body : "");
		kin_buf_puts(&doc, proto->summary ? proto->summary : family->name);
		if (proto->example)
			kin_buf_printf(&doc, ", such as %s", proto->example);
		to->row(out, name, kin_buf_end(&doc));
	}
}

static void put_addr_opts(FILE *out, const struct writer *to, const struct kin_family *family,
			  const struct kin_proto *proto)
{
	bool headed = false;

	for (const struct kin_addr_opt *opt = family->addr_opts; opt && opt->name; opt++) {
		char name[256], text[512];
		struct kin_buf doc = {.data = text, .size = sizeof(text)};

		if (!is_for(opt->schemes, proto))
			continue;
		if (!headed)
			to->heading(out, "Options of the address");
		headed = true;
		snprintf(name, sizeof(name), "%s=%s", opt->name, opt->value ? opt->value : "");
		kin_buf_puts(&doc, opt->doc ? opt->doc : "");
		put_which(&doc, opt->schemes, proto);
		to->row(out, name, kin_buf_end(&doc));
	}
}

static void put_opt(FILE *out, const struct writer *to, const struct kin_opt *opt,
		    const struct kin_proto *proto)
{
	char name[1200], type[1024], text[768];
	struct kin_buf doc = {.data = text, .size = sizeof(text)};

	snprintf(name, sizeof(name), "%s=%s", opt->name, option_type(opt, type, sizeof(type)));
	kin_buf_puts(&doc, opt->doc);
	if (opt->flags & KIN_OPT_READ_ONLY)
		kin_buf_puts(&doc, "; read only");
	if (opt->since)
		kin_buf_printf(&doc, "; since Linux %s", opt->since);
	if (opt->capability)
		kin_buf_printf(&doc, "; needs %s", opt->capability);
	put_which(&doc, opt->schemes, proto);
	to->row(out, name, kin_buf_end(&doc));
}

static void put_opts(FILE *out, const struct writer *to, const struct kin_family *family,
		     const struct kin_proto *proto)
{
	char text[4096];
	struct kin_buf common = {.data = text, .size = sizeof(text)};
	const struct kin_opt *opt;
	bool headed = false;

	for (opt = family->opts; opt && opt->name; opt++) {
		if (!is_for(opt->schemes, proto))
			continue;
		if (!headed)
			to->heading(out, "Options of the socket");
		headed = true;
		put_opt(out, to, opt, proto);
	}
	to->heading(out, "Options of every socket");
	for (unsigned i = 0; (opt = kin_opt_at(NULL, NULL, i)); i++)
		kin_buf_printf(&common, "%s%s", i ? " " : "", opt->name);
	kin_buf_puts(&common, ". What they do, kin opt tells of any address.");
	to->paragraph(out, kin_buf_end(&common));
}

static void put_styles(FILE *out, const struct writer *to, const struct kin_family *family,
                       const struct kin_proto *proto)
{
	if (!family->styles && !family->details)
		return;
	to->heading(out, "Styles of kin dump --format");
	for (const struct kin_style *style = family->styles; style && style->name; style++)
		if (!proto || kin_scheme_in(style->schemes, proto->scheme))
			to->row(out, style->name, style->doc ? style->doc : "");
	for (const struct kin_detail *detail = family->details; detail && detail->name; detail++) {
		char name[64];

		snprintf(name, sizeof(name), ",%s", detail->name);
		to->row(out, name, detail->doc ? detail->doc : "");
	}
}

static void put_gen_fields(FILE *out, const struct writer *to, const struct kin_family *family,
                           const struct kin_proto *proto)
{
	bool headed = false;

	for (const struct kin_gen_field *row = family->gen_fields; row && row->name; row++) {
		char text[512];
		struct kin_buf doc = {.data = text, .size = sizeof(text)};

		if (!is_for(row->schemes, proto))
			continue;
		if (!headed)
			to->heading(out, "Fields of kin gen --field");
		headed = true;
		kin_buf_puts(&doc, row->doc);
		put_which(&doc, row->schemes, proto);
		to->row(out, row->name, kin_buf_end(&doc));
	}
}

static void put_needs(FILE *out, const struct writer *to, const struct kin_family *family,
		      const struct kin_proto *proto)
{
	bool headed = false;

	for (const struct kin_need *need = family->needs; need && need->kconfig; need++) {
		char text[512];
		struct kin_buf doc = {.data = text, .size = sizeof(text)};

		if (!is_for(need->schemes, proto))
			continue;
		if (!headed)
			to->heading(out, "Needs");
		headed = true;
		kin_buf_puts(&doc, need->module ? "module " : "part of the kernel");
		kin_buf_puts(&doc, need->module ? need->module : "");
		if (need->since)
			kin_buf_printf(&doc, "; since Linux %s", need->since);
		if (need->removed)
			kin_buf_printf(&doc, "; removed in Linux %s", need->removed);
		if (need->capability)
			kin_buf_printf(&doc, "; opening takes %s", need->capability);
		put_which(&doc, need->schemes, proto);
		to->row(out, need->kconfig, kin_buf_end(&doc));
	}
}

void describe_family(FILE *out, const struct writer *to, const struct kin_family *family,
		     const struct kin_proto *proto)
{
	put_schemes(out, to, family, proto);
	put_addr_opts(out, to, family, proto);
	put_opts(out, to, family, proto);
	put_styles(out, to, family, proto);
	put_gen_fields(out, to, family, proto);
	put_needs(out, to, family, proto);
}
