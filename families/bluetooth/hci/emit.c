/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "emit.h"

#include <inttypes.h>
#include <string.h>

/* The names are those of JSON; for people they are words. */
static void put_words(struct kin_buf *out, const char *name)
{
	for (; *name; name++)
		kin_buf_put(out, *name == '_' ? " " : name, 1);
}

/* @param between  values of a list that is for people */
static void begin_with(struct emit *e, const char *name, const char *between)
{
	if (e->more)
		kin_buf_puts(e->out, e->json ? "," : e->nest & 1 ? between : ", ");
	else if (e->lead)
		kin_buf_puts(e->out, e->lead);
	e->lead = NULL;
	e->more = true;
	if (!name || !*name)
		return;
	if (e->json) {
		kin_buf_printf(e->out, "\"%s\":", name + (*name == '-'));
	} else if (*name != '-') {
		put_words(e->out, name);
		kin_buf_puts(e->out, " ");
	}
}

static void begin(struct emit *e, const char *name)
{
	begin_with(e, name, "+");
}

static void push(struct emit *e, bool list)
{
	e->nest = e->nest << 1 | list;
	e->more = false;
	e->lead = NULL;
}

static void pop(struct emit *e)
{
	e->nest >>= 1;
	e->more = true;
	e->lead = NULL;
}

void emit_number(struct emit *e, const char *name, int64_t value, const char *unit)
{
	begin(e, name);
	kin_buf_printf(e->out, "%" PRId64, value);
	if (unit && !e->json)
		kin_buf_printf(e->out, " %s", unit);
}

void emit_unsigned(struct emit *e, const char *name, uint64_t value)
{
	begin(e, name);
	kin_buf_printf(e->out, "%" PRIu64, value);
}

void emit_hex(struct emit *e, const char *name, uint64_t value, unsigned digits)
{
	const char *quote = e->json ? "\"" : "";

	begin(e, name);
	kin_buf_printf(e->out, "%s0x%0*" PRIX64 "%s", quote, (int)digits, value, quote);
}

void emit_bool(struct emit *e, const char *name, bool value)
{
	begin(e, name);
	kin_buf_puts(e->out, e->json ? (value ? "true" : "false") : (value ? "yes" : "no"));
}

void emit_time(struct emit *e, const char *name, uint64_t us)
{
	char long_name[64];
	char fraction[8] = "";
	size_t len;

	if (us % 1000) {
		struct kin_buf text = {fraction, sizeof(fraction), 0};

		kin_buf_printf(&text, ".%03u", (unsigned)(us % 1000));
		kin_buf_end(&text);
		for (len = strlen(fraction); len > 0 && fraction[len - 1] == '0'; len--)
			fraction[len - 1] = '\0';
	}
	if (e->json) {
		struct kin_buf text = {long_name, sizeof(long_name), 0};

		kin_buf_printf(&text, "%s_ms", name);
		name = kin_buf_end(&text);
	}
	begin(e, name);
	kin_buf_printf(e->out, "%" PRIu64 "%s%s", us / 1000, fraction, e->json ? "" : " ms");
}

void emit_head(struct emit *e, const char *name, const char *word)
{
	if (e->json) {
		emit_word(e, name, word);
		return;
	}
	begin(e, NULL);
	kin_buf_puts(e->out, word);
	e->more = false;
	e->lead = ": ";
}

void emit_section(struct emit *e, const char *key, const char *label, const char *title)
{
	if (e->json) {
		emit_object(e, key);
		emit_word(e, "name", title);
		return;
	}
	if (e->more)
		e->lead = ": ";
	e->more = false;
	begin(e, NULL);
	kin_buf_printf(e->out, "%s%s%s", label, *label ? " " : "", title);
	e->more = false;
	e->lead = ": ";
}

void emit_section_end(struct emit *e)
{
	if (e->json)
		emit_object_end(e);
	e->more = true;
	e->lead = NULL;
}

void emit_word(struct emit *e, const char *name, const char *word)
{
	begin(e, name);
	if (e->json)
		kin_buf_put_json(e->out, word, strlen(word));
	else
		kin_buf_puts(e->out, word);
}

void emit_text(struct emit *e, const char *name, const void *text, size_t len)
{
	begin(e, name);
	kin_buf_put_json(e->out, text, len);
}

void emit_bytes(struct emit *e, const char *name, const void *data, size_t len)
{
	begin(e, name);
	if (e->json)
		kin_buf_puts(e->out, "\"");
	kin_buf_put_hex(e->out, data, len, 0);
	if (e->json)
		kin_buf_puts(e->out, "\"");
	else if (len == 0)
		kin_buf_puts(e->out, "none");
}

void emit_bdaddr(struct emit *e, const char *name, const uint8_t *bdaddr)
{
	struct kin_bdaddr address;
	char text[KIN_BDADDR_TEXT];

	memcpy(address.b, bdaddr, sizeof(address.b));
	kin_bdaddr_format(&address, text, sizeof(text));
	emit_word(e, name, text);
}

void emit_list(struct emit *e, const char *name)
{
	begin(e, name);
	if (e->json)
		kin_buf_puts(e->out, "[");
	push(e, true);
}

void emit_list_end(struct emit *e)
{
	if (e->json)
		kin_buf_puts(e->out, "]");
	else if (!e->more)
		kin_buf_puts(e->out, "none");
	pop(e);
}

void emit_object(struct emit *e, const char *name)
{
	begin_with(e, name, " ");
	kin_buf_puts(e->out, e->json ? "{" : "(");
	push(e, false);
}

void emit_object_end(struct emit *e)
{
	kin_buf_puts(e->out, e->json ? "}" : ")");
	pop(e);
}
