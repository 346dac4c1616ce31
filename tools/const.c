/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <ctype.h>
#include <fnmatch.h>
#include <inttypes.h>
#include <string.h>

#include <kin/family.h>
#include "command.h"

/* What is looked for: a value, or a name, a prefix or a pattern. */
struct wanted {
	bool by_value, all;
	int64_t value;
	const char *pattern;
	char prefix[128];
};

static bool matches(const struct wanted *wanted, const struct kin_const *c)
{
	if (wanted->all)
		return true;
	if (wanted->by_value)
		return c->value == wanted->value;
	return fnmatch(wanted->pattern, c->name, FNM_CASEFOLD) == 0;
}

static void put_const(const struct kin_const *c, const struct kin_family *family, bool json,
                      int width)
{
	if (json) {
		printf("{\"name\":\"%s\",\"value\":%" PRId64 ",\"header\":\"%s\",\"family\":", c->name,
		       c->value, c->header);
		put_json(stdout, family ? family->name : NULL);
		printf("}\n");
	} else {
		printf("%-*s %11" PRId64 " %#12" PRIx64 "  <%s>\n", width, c->name, c->value,
		       c->value < 0 ? c->value & UINT32_MAX : c->value, c->header);
	}
}

/* The constants that are wanted. @return how many there are */
static unsigned list(const struct wanted *wanted, bool json)
{
	const struct kin_family *family;
	const struct kin_const *c;
	unsigned found = 0;
	int width = 0;

	for (unsigned i = 0; (c = kin_const_at(i, &family)); i++)
		if (matches(wanted, c) && (int)strlen(c->name) > width)
			width = strlen(c->name);
	for (unsigned i = 0; (c = kin_const_at(i, &family)); i++) {
		if (matches(wanted, c)) {
			put_const(c, family, json, width);
			found++;
		}
	}
	return found;
}

/* An exact name alone, although others may begin with it. */
static bool list_exact(const char *name, bool json)
{
	const struct kin_family *family;
	const struct kin_const *c;

	for (unsigned i = 0; (c = kin_const_at(i, &family)); i++) {
		if (strcmp(c->name, name) == 0) {
			put_const(c, family, json, 0);
			return true;
		}
	}
	return false;
}

static void put_elsewhere(const struct kin_const_elsewhere *e, bool json)
{
	if (json) {
		printf("{\"name\":\"%s\",\"value\":null,\"system\":", e->name);
		put_json(stdout, e->system);
		fputs(",\"instead\":", stdout);
		put_json(stdout, e->instead);
		printf("}\n");
	} else {
		printf("%s: not on Linux (%s)%s%s\n", e->name, e->system,
		       e->instead ? "; what serves here: " : "", e->instead ? e->instead : "");
	}
}

/* Names that only other systems have a value for. @return how many fit */
static unsigned list_elsewhere(const struct wanted *wanted, bool json)
{
	const struct kin_const_elsewhere *e;
	unsigned found = 0;

	for (unsigned i = 0; !wanted->by_value && (e = kin_const_elsewhere_at(i)); i++) {
		if (fnmatch(wanted->pattern, e->name, FNM_CASEFOLD) == 0 && kin_const_elsewhere(e->name)) {
			put_elsewhere(e, json);
			found++;
		}
	}
	return found;
}

static int complain_unknown(const char *word)
{
	static const char *names[4096];
	char text[256];
	struct kin_buf nearest = {.data = text, .size = sizeof(text)};
	const struct kin_const *c;
	unsigned n = 0;

	while (n < sizeof(names) / sizeof(*names) - 1 && (c = kin_const_at(n, NULL)))
		names[n++] = c->name;
	names[n] = NULL;
	kin_buf_put_nearest(&nearest, word, names);
	kin_buf_end(&nearest);
	complain("no constant %s%s%s", word, *text ? "; nearest: " : "", text);
	return STATUS_FAILED;
}

static int run(const struct invocation *inv)
{
	const char *word = inv->n_args ? inv->args[0] : "";
	bool json = inv_has(inv, "json");
	struct wanted wanted = {.all = !*word, .pattern = word};
	const struct kin_const_elsewhere *elsewhere;

	if (isdigit((unsigned char)*word) || (*word == '-' && word[1])) {
		wanted.by_value = true;
		if (kin_parse_int(word, "value", INT64_MIN, INT64_MAX, &wanted.value) < 0)
			return misuse(inv->command, "%s", kin_error_text());
	} else if (list_exact(word, json)) {
		return STATUS_DONE;
	} else if ((elsewhere = kin_const_elsewhere(word))) {
		put_elsewhere(elsewhere, json);
		return STATUS_LACKS;
	} else if (!strpbrk(word, "*?[")) {
		snprintf(wanted.prefix, sizeof(wanted.prefix), "%s*", word);
		wanted.pattern = wanted.prefix;
	}
	if (list(&wanted, json) > 0)
		return STATUS_DONE;
	if (list_elsewhere(&wanted, json) > 0)
		return STATUS_LACKS;
	if (!wanted.by_value)
		return complain_unknown(word);
	complain("no constant is %s", word);
	return STATUS_FAILED;
}

const struct command command_const = {
	.name = "const",
	.args = "[NAME|PREFIX|VALUE]",
	.summary = "translate between the names and the values of constants",
	.text = "Looks through the constants of the socket families: their protocols, option levels, "
		"options, flags. A whole name shows that one; the beginning of names, or a pattern with "
		"*, ? and [...], lists all that begin so; a value lists all names that have it. Without "
		"an argument everything is listed.\n"
		"\n"
		"A line has the name, the value in decimal and in hexadecimal, and the header that "
		"defines it. A value below zero goes behind two dashes: kin const -- -1.\n"
		"\n"
		"A name that only other systems have a value for is answered with which one, and with what "
		"serves on Linux in its place; the exit status is 77 then.",
	.options =
		(const struct command_option[]){
			{"json", 'j', NULL, "write one JSON object a line"},
			{},
		},
	.examples =
		(const struct command_example[]){
			{"kin const SO_RCVBUF", "one constant"},
			{"kin const 'SO_*TIMEO*'", "those that fit a pattern"},
			{"kin const --json 29", "all that have a value, for a script"},
			{},
		},
	.max_args = 1,
	.run = run,
};
