/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <string.h>
#include <unistd.h>

#include <kin/family.h>
#include "family.h"
#include "help.h"

#define WIDTH 80

const struct command_option help_option = {"help", 'h', NULL, "show the usage"};

const struct topic exit_statuses[] = {
	{"0", "Done."},
	{"1", "Failed; the reason is on standard error."},
	{"2", "What was typed is not understood; nothing was done."},
	{"3", "Done, but messages were lost; how many is on standard error."},
	{"77", "The running kernel lacks what was asked for."},
	{}};

const struct topic environment[] = {
	{"NO_COLOR",
	 "When set and not empty, nothing is coloured. Otherwise terminals get colour."},
	{"KIN_PLUGIN_PATH",
	 "Folders with loadable families, colons between them, searched after the system's own."},
	{}};

const char address_text[] =
	"An address is SCHEME:BODY[,OPTION=VALUE]... The scheme says which kind of socket it is, "
	"the "
	"body says where, and each option is one of the address or of the socket, as kin opt lists "
	"them. A comma or a backslash inside the body has a backslash before it. CAN identifiers "
	"are "
	"hexadecimal; every other number is as in C: 10, 0xA, 012.";

const char message_text[] =
	"A message is written in the notation of its family, such as 123#DEADBEEF for CAN, or as "
	"hex:BYTES or text:WORDS, which every family takes.";

const char *const *verb_names(const char *group, const char *names[N_NAMES])
{
	unsigned n = 0;

	for (unsigned i = 0; commands[i] && n < N_NAMES - 1; i++)
		if (same_group(commands[i]->group, group))
			names[n++] = commands[i]->name;
	for (unsigned i = 0; groups[i] && n < N_NAMES - 1; i++)
		if (same_group(groups[i]->parent, group))
			names[n++] = groups[i]->name;
	names[n] = NULL;
	return names;
}

char *command_title(const struct command *command, char sep, char *buf, size_t size)
{
	if (command->group)
		snprintf(buf, size, "%s %s", command->group, command->name);
	else
		snprintf(buf, size, "%s", command->name);
	for (char *c = buf; *c; c++)
		if (*c == ' ')
			*c = sep;
	return buf;
}

void each_paragraph(FILE *out, const char *text, const char *separator,
		    void (*put)(FILE *out, const char *p, int len, bool literal))
{
	while (text && *text) {
		const char *end = strstr(text, "\n\n");
		int len = end ? end - text : (int)strlen(text);

		put(out, text, len, *text == ' ' || *text == '\t');
		text += len;
		text += strspn(text, "\n");
		if (*text)
			fputs(separator, out);
	}
}

/* Words in lines of WIDTH, from column on; later lines begin at indent. Ends the line. */
static void put_wrapped(FILE *out, const char *text, int len, int indent, int column)
{
	bool first = true;

	while (len > 0) {
		int blanks = strspn(text, " \n");
		int word = strcspn(text + blanks, " \n");

		if (blanks + word > len)
			word = len > blanks ? len - blanks : 0;
		if (word > 0 && !first && column + 1 + word > WIDTH) {
			fprintf(out, "\n%*s", indent, "");
			column = indent;
			first = true;
		}
		if (word > 0) {
			fprintf(out, "%s%.*s", first ? "" : " ", word, text + blanks);
			column += word + !first;
			first = false;
		}
		text += blanks + word;
		len -= blanks + word;
	}
	fputc('\n', out);
}

static void put_paragraph(FILE *out, const char *p, int len, bool literal)
{
	if (literal)
		fprintf(out, "%.*s\n", len, p);
	else
		put_wrapped(out, p, len, 0, 0);
}

/* "  NAME   DOC", with DOC wrapped in its column. */
static void put_row(FILE *out, const char *name, const char *doc, int width)
{
	int len = strlen(name);

	fprintf(out, "  %s", name);
	if (len > width)
		fprintf(out, "\n%*s", width + 4, "");
	else
		fprintf(out, "%*s", width - len + 2, "");
	put_wrapped(out, doc, strlen(doc), width + 4, width + 4);
}

static void put_heading(FILE *out, const char *text)
{
	bool bold = use_colour(fileno(out));

	fprintf(out, "\n%s%s%s\n", bold ? "\033[1m" : "", text, bold ? "\033[m" : "");
}

/* The schemes that are there, in one paragraph. */
static void put_schemes(FILE *out)
{
	char text[2048];
	struct kin_buf buf = {.data = text, .size = sizeof(text)};
	const struct kin_family *family;

	kin_buf_puts(&buf, "Schemes here:");
	for (unsigned i = 0; (family = kin_family_at(i)); i++)
		for (const struct kin_proto *proto = family->protos; proto->scheme; proto++)
			kin_buf_printf(&buf, " %s", proto->scheme);
	kin_buf_puts(&buf, ".");
	kin_buf_end(&buf);
	put_wrapped(out, text, strlen(text), 0, 0);
}

void help_overview(FILE *out, const char *group)
{
	bool headed = false;

	fprintf(out, "usage: kin %s%sVERB [ARGUMENT]...\n", group ? group : "", group ? " " : "");
	put_heading(out, "Verbs");
	for (unsigned i = 0; commands[i]; i++)
		if (same_group(commands[i]->group, group))
			put_row(out, commands[i]->name, commands[i]->summary, 12);
	for (unsigned i = 0; groups[i]; i++) {
		if (!same_group(groups[i]->parent, group))
			continue;
		if (!headed)
			put_heading(out, "Groups of verbs");
		headed = true;
		put_row(out, groups[i]->name, groups[i]->summary, 12);
	}
	if (!group) {
		put_heading(out, "Addresses");
		each_paragraph(out, address_text, "\n", put_paragraph);
		fputc('\n', out);
		put_schemes(out);
	}
	fprintf(out, "\nkin help %s%sVERB tells more of a verb%s.\n", group ? group : "",
		group ? " " : "", group ? "" : ", kin help SCHEME of an address");
}

/* "-n, --count=COUNT" */
static void put_option(FILE *out, const struct command_option *option)
{
	char text[128];
	struct kin_buf buf = {.data = text, .size = sizeof(text)};

	if (option->letter)
		kin_buf_printf(&buf, "-%c, --%s", option->letter, option->name);
	else
		kin_buf_printf(&buf, "    --%s", option->name);
	if (option->value)
		kin_buf_printf(&buf, "=%s", option->value);
	put_row(out, kin_buf_end(&buf), option->doc, 24);
}

void help_command(FILE *out, const struct command *command)
{
	char title[64];

	command_title(command, ' ', title, sizeof(title));
	fprintf(out, "usage: kin %s [OPTION]...%s%s\n\n", title, *command->args ? " " : "",
		command->args);
	fprintf(out, "kin %s: %s.\n\n", title, command->summary);
	each_paragraph(out, command->text, "\n", put_paragraph);
	put_heading(out, "Options");
	for (const struct command_option *o = command->options; o && o->name; o++)
		put_option(out, o);
	put_option(out, &help_option);
	if (command->examples)
		put_heading(out, "Examples");
	for (const struct command_example *e = command->examples; e && e->line; e++)
		fprintf(out, "  %s\n      %s\n", e->line, e->doc);
}

static void put_family_row(FILE *out, const char *name, const char *doc)
{
	put_row(out, name, doc, 24);
}

static void put_text(FILE *out, const char *text)
{
	put_wrapped(out, text, strlen(text), 0, 0);
}

void help_family(FILE *out, const struct kin_family *family, const struct kin_proto *proto)
{
	static const struct writer terminal = {put_heading, put_family_row, put_text};

	fprintf(out, "%s: %s.\n", family->name, family->summary ? family->summary : family->name);
	describe_family(out, &terminal, family, proto);
}

static void list_examples(const struct command *command)
{
	for (unsigned i = 0; commands[i]; i++)
		for (const struct command_example *e = commands[i]->examples; e && e->line; e++)
			if (!command || command == commands[i])
				printf("%s\n", e->line);
}

/* The verb that the arguments name, or NULL after a complaint. */
static const struct command *find_named(const struct invocation *inv)
{
	const char *path = NULL, *name = inv->args[0];
	const struct group *group;
	const struct command *command;
	const char *names[N_NAMES];
	unsigned i = 0, n = 0;

	while (i + 1 < inv->n_args && (group = find_group_in(path, inv->args[i]))) {
		path = group->path;
		name = inv->args[++i];
	}
	command = find_command(path, name);
	if (command && i + 1 == inv->n_args)
		return command;
	if (command) {
		misuse(inv->command, "%s is a verb: nothing comes behind it", name);
		return NULL;
	}
	verb_names(path, names);
	while (names[n])
		n++;
	if (!path && inv->n_args == 1)
		names[family_names(names, n, N_NAMES - 1)] = NULL;
	misspelt(path              ? "verb"
		 : inv->n_args > 1 ? "group of verbs"
				   : "verb, family or scheme",
		 name, names);
	return NULL;
}

/* What is there of this name besides verbs for every family. @return whether there was any */
static bool tell_family(const char *name, bool man)
{
	const struct kin_family *family;
	const struct kin_proto *proto;
	bool found = find_family(name, &family, &proto);

	if (found && man)
		man_family(stdout, family, proto);
	else if (find_group_in(NULL, name))
		help_overview(stdout, name);
	if (found && !man && find_group_in(NULL, name))
		putchar('\n');
	if (found && !man)
		help_family(stdout, family, proto);
	return found || find_group_in(NULL, name);
}

/* Do all the arguments name a group that is in another one? Then tell of it. */
static bool tell_group(const struct invocation *inv)
{
	const struct group *group = NULL;

	for (unsigned i = 0; i < inv->n_args; i++) {
		group = find_group_in(group ? group->path : NULL, inv->args[i]);
		if (!group)
			return false;
	}
	help_overview(stdout, group->path);
	return true;
}

static int run(const struct invocation *inv)
{
	const struct command *command;
	const char *shell = inv_value(inv, "complete");

	if (shell)
		return complete(stdout, shell);
	if (inv_has(inv, "examples") && inv->n_args == 0) {
		list_examples(NULL);
	} else if (inv->n_args == 0) {
		if (inv_has(inv, "man"))
			man_overview(stdout);
		else
			help_overview(stdout, NULL);
	} else if (inv->n_args > 1 ? !tell_group(inv)
				   : find_command(NULL, inv->args[0]) ||
					     !tell_family(inv->args[0], inv_has(inv, "man"))) {
		command = find_named(inv);
		if (!command)
			return STATUS_USAGE;
		if (inv_has(inv, "man"))
			man_command(stdout, command);
		else if (inv_has(inv, "examples"))
			list_examples(command);
		else
			help_command(stdout, command);
	}
	return STATUS_DONE;
}

const struct command command_help = {
	.name = "help",
	.args = "[[GROUP]... VERB | GROUP | FAMILY | SCHEME]",
	.summary = "tell how a verb is used, or an address written",
	.text = "Without a verb, the verbs are listed. Of a family or a scheme, the addresses are "
		"told, "
		"their options, those of the sockets, the styles of messages and what the kernel "
		"needs. The man pages and the completions of the shells "
		"are made by this verb too, so that all of them say the same.",
	.options =
		(const struct command_option[]){
			{"examples", 0, NULL, "list the examples of the verb, or of all verbs"},
			{"man", 0, NULL, "write the man page of the verb, or kin(1), in roff"},
			{"complete", 0, "SHELL",
			 "Write the completions for bash, zsh or fish. SHELL may also be schemes, "
			 "families or topics: the words that those ask for while they complete."},
			{},
		},
	.examples =
		(const struct command_example[]){
			{"kin help send", "how messages are sent"},
			{"kin help unix", "the addresses and options of UNIX sockets"},
			{"kin help --man cat | man -l -", "read a man page that is not installed"},
			{"source <(kin help --complete bash)", "complete kin's words in this bash"},
			{},
		},
	.max_args = 3,
	.run = run,
};
