/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The command records as man pages, in the man(7) macros.
 */
#include <ctype.h>
#include <string.h>

#include <kin/family.h>
#include "family.h"
#include "help.h"

/* Text in a line of its own, with what roff would take for its own escaped. */
static void put_text(FILE *out, const char *text, int len)
{
	static const char *const escapes[128] = {
		['\\'] = "\\e",   ['-'] = "\\-",    ['\''] = "\\(aq",
		['^'] = "\\(ha", ['~'] = "\\(ti", ['`'] = "\\(ga",
	};
	bool line_start = true;

	for (int i = 0; i < len; i++) {
		unsigned char c = text[i];

		if (line_start && (c == '.' || c == '\''))
			fputs("\\&", out);
		if (c < 128 && escapes[c])
			fputs(escapes[c], out);
		else
			fputc(c, out);
		line_start = c == '\n';
	}
	fputc('\n', out);
}

static void put_string(FILE *out, const char *text)
{
	put_text(out, text, strlen(text));
}

/* A line with a macro before the text. */
static void put_macro(FILE *out, const char *macro, const char *text)
{
	fprintf(out, ".%s ", macro);
	put_string(out, text);
}

static void put_upper(FILE *out, const char *text)
{
	for (; *text; text++)
		fputc(toupper((unsigned char)*text), out);
}

static void put_paragraph(FILE *out, const char *p, int len, bool literal)
{
	if (literal)
		fputs(".EX\n", out);
	put_text(out, p, len);
	if (literal)
		fputs(".EE\n", out);
}

static void put_topics(FILE *out, const char *heading, const struct topic *topics)
{
	fprintf(out, ".SH %s\n", heading);
	for (; topics->name; topics++) {
		fprintf(out, ".TP\n.B %s\n", topics->name);
		put_string(out, topics->doc);
	}
}

static void put_header(FILE *out, const char *name, char section, const char *summary)
{
	fprintf(out, ".TH ");
	put_upper(out, name);
	fprintf(out, " %c \"\" \"kin %s\" \"%s\"\n.SH NAME\n", section, kin_version(),
	        section == '1' ? "User Commands" : "Socket families");
	put_string(out, name);
	fputs("\\- ", out);
	put_string(out, summary);
}

static void put_option(FILE *out, const struct command_option *option)
{
	fputs(".TP\n", out);
	if (option->letter)
		fprintf(out, "\\fB\\-%c\\fR, ", option->letter);
	fprintf(out, "\\fB\\-\\-%s\\fR", option->name);
	if (option->value)
		fprintf(out, "=\\fI%s\\fR", option->value);
	fputc('\n', out);
	put_string(out, option->doc);
}

static void put_examples(FILE *out, const struct command *command)
{
	if (!command->examples)
		return;
	fputs(".SH EXAMPLES\n", out);
	for (const struct command_example *e = command->examples; e->line; e++) {
		if (e != command->examples)
			fputs(".PP\n", out);
		put_string(out, e->doc);
		fputs(".PP\n.RS 4\n.EX\n", out);
		put_string(out, e->line);
		fputs(".EE\n.RE\n", out);
	}
}

void man_command(FILE *out, const struct command *command)
{
	char title[64], name[72];

	command_title(command, '-', title, sizeof(title));
	snprintf(name, sizeof(name), "kin-%s", title);
	put_header(out, name, '1', command->summary);
	command_title(command, ' ', title, sizeof(title));
	fprintf(out, ".SH SYNOPSIS\n.B kin %s\n[\\fIOPTION\\fR]...\n", title);
	put_macro(out, "I", command->args);
	fputs(".SH DESCRIPTION\n", out);
	each_paragraph(out, command->text, ".PP\n", put_paragraph);
	fputs(".SH OPTIONS\n", out);
	for (const struct command_option *o = command->options; o && o->name; o++)
		put_option(out, o);
	put_option(out, &help_option);
	put_topics(out, "EXIT STATUS", exit_statuses);
	put_examples(out, command);
	fputs(".SH SEE ALSO\n.BR kin (1),\n.BR libkin (3)\n", out);
}

static void put_section(FILE *out, const char *text)
{
	fputs(".SH ", out);
	put_upper(out, text);
	fputc('\n', out);
}

static void put_row(FILE *out, const char *name, const char *doc)
{
	fputs(".TP\n", out);
	put_macro(out, "B", name);
	put_string(out, doc);
}

void man_family(FILE *out, const struct kin_family *family, const struct kin_proto *proto)
{
	static const struct writer page = {put_section, put_row, put_string};
	char name[72];

	snprintf(name, sizeof(name), "kin-%s", proto ? proto->scheme : family->name);
	put_header(out, name, '7', family->summary ? family->summary : family->name);
	fputs(".SH DESCRIPTION\n", out);
	put_string(out, "How kin and libkin write the addresses of these sockets, and what can be set.");
	describe_family(out, &page, family, proto);
	fputs(".SH SEE ALSO\n.BR kin (1),\n.BR libkin (3)\n", out);
}

static void put_schemes(FILE *out)
{
	const struct kin_family *family;

	for (unsigned i = 0; (family = kin_family_at(i)); i++) {
		for (const struct kin_proto *proto = family->protos; proto->scheme; proto++) {
			fputs(".TP\n", out);
			put_macro(out, "B", proto->example ? proto->example : proto->scheme);
			put_string(out, proto->summary ? proto->summary : family->name);
		}
	}
}

void man_overview(FILE *out)
{
	char title[64];

	put_header(out, "kin", '1', "every Linux socket family with one command");
	fputs(".SH SYNOPSIS\n.B kin\n.I VERB\n[\\fIARGUMENT\\fR]...\n.SH DESCRIPTION\n", out);
	put_string(out, "kin opens, reads, writes, records and explains sockets of every family that "
			"the kernel has, each by an address in one line of text.");
	fputs(".SS Verbs\n", out);
	for (unsigned i = 0; commands[i]; i++) {
		command_title(commands[i], ' ', title, sizeof(title));
		fputs(".TP\n", out);
		put_macro(out, "B kin", title);
		put_string(out, commands[i]->summary);
	}
	fputs(".SH ADDRESSES\n", out);
	each_paragraph(out, address_text, ".PP\n", put_paragraph);
	put_schemes(out);
	fputs(".SH MESSAGES\n", out);
	each_paragraph(out, message_text, ".PP\n", put_paragraph);
	put_topics(out, "EXIT STATUS", exit_statuses);
	put_topics(out, "ENVIRONMENT", environment);
	fputs(".SH SEE ALSO\n.BR libkin (3)\n", out);
}
