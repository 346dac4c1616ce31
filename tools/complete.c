/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The command records as completions for shells. Schemes and families are asked of the installed
 * kin while completing, because plugins add to them.
 */
#include <string.h>

#include <kin/family.h>
#include "family.h"
#include "help.h"

#define FISH "complete -c kin -n '"
#define SEEN "__fish_seen_subcommand_from "

/* In single quotes for a shell, with a backslash before each of specials. */
static void put_quoted(FILE *out, const char *text, const char *specials)
{
	fputc('\'', out);
	for (; *text; text++) {
		if (*text == '\'') {
			fputs("'\\''", out);
			continue;
		}
		if (strchr(specials, *text))
			fputc('\\', out);
		fputc(*text, out);
	}
	fputc('\'', out);
}

/* What a verb's arguments are, from how its usage names them. */
static const char *kind_of_args(const struct command *command)
{
	if (strstr(command->args, "ADDRESS"))
		return "schemes";
	if (strstr(command->args, "VERB"))
		return "topics";
	return strstr(command->args, "FAMILY") ? "families" : "files";
}

static void put_verbs(FILE *out, const char *group)
{
	const char *names[N_NAMES];

	verb_names(group, names);
	for (unsigned i = 0; names[i]; i++)
		fprintf(out, "%s%s", i ? " " : "", names[i]);
}

static void put_option_words(FILE *out, const struct command *command)
{
	for (const struct command_option *o = command->options; o && o->name; o++) {
		if (o->letter)
			fprintf(out, "-%c ", o->letter);
		fprintf(out, "--%s ", o->name);
	}
	fputs("-h --help", out);
}

static void bash_groups(FILE *out)
{
	for (unsigned i = 0; groups[i]; i++) {
		fprintf(out, "\t\t'%s') verbs='", groups[i]->path);
		put_verbs(out, groups[i]->path);
		fputs("' ;;\n", out);
	}
}

static void complete_bash(FILE *out)
{
	char title[64];

	fputs("# Completion of kin(1) for bash.\n"
	      "_kin()\n{\n"
	      "\tlocal cur=${COMP_WORDS[COMP_CWORD]} verb=${COMP_WORDS[1]} at=1\n"
	      "\tlocal verbs='",
	      out);
	put_verbs(out, NULL);
	fputs("' options='' kind=files\n\n\twhile (( at < COMP_CWORD )); do\n\t\tcase $verb in\n",
	      out);
	bash_groups(out);
	fputs("\t\t*) break ;;\n"
	      "\t\tesac\n"
	      "\t\tverb+=\" ${COMP_WORDS[++at]}\"\n"
	      "\tdone\n"
	      "\tif (( COMP_CWORD <= at )); then\n"
	      "\t\tmapfile -t COMPREPLY < <(compgen -W \"$verbs --help\" -- \"$cur\")\n"
	      "\t\treturn\n"
	      "\tfi\n"
	      "\tcase $verb in\n",
	      out);
	for (unsigned i = 0; commands[i]; i++) {
		command_title(commands[i], ' ', title, sizeof(title));
		fprintf(out, "\t'%s')\n\t\toptions='", title);
		put_option_words(out, commands[i]);
		fprintf(out, "'\n\t\tkind=%s\n\t\t;;\n", kind_of_args(commands[i]));
	}
	fputs("\tesac\n"
	      "\tif [[ $cur == -* ]]; then\n"
	      "\t\tmapfile -t COMPREPLY < <(compgen -W \"$options\" -- \"$cur\")\n"
	      /* Behind a colon or an equals sign only files are known. */
	      "\telif [[ $cur == [:=]* || ${COMP_WORDS[COMP_CWORD - 1]} == [:=] ]]; then\n"
	      "\t\treturn\n"
	      "\telif [[ $kind != files ]]; then\n"
	      "\t\tmapfile -t COMPREPLY < <(compgen -W \"$(\"${COMP_WORDS[0]}\" help "
	      "--complete \"$kind\" 2>/dev/null)\" -- \"$cur\")\n"
	      "\t\t[[ $kind == schemes ]] && compopt -o nospace\n"
	      "\tfi\n"
	      "}\n"
	      "complete -o default -F _kin kin\n",
	      out);
}

/* "-n+[DOC]:VALUE:_files", as _arguments takes it, behind the name. */
static void zsh_option(FILE *out, const struct command_option *o)
{
	char text[512];
	struct kin_buf buf = {.data = text, .size = sizeof(text)};

	fputs(" \\\n\t\t\t", out);
	if (o->letter)
		fprintf(out, "'(-%c --%s)'{-%c%s,--%s%s}", o->letter, o->name, o->letter,
			o->value ? "+" : "", o->name, o->value ? "=" : "");
	else
		fprintf(out, "--%s%s", o->name, o->value ? "=" : "");
	kin_buf_puts(&buf, "[");
	for (const char *c = o->doc; *c; c++)
		kin_buf_printf(&buf, strchr("[]:\\", *c) ? "\\%c" : "%c", *c);
	kin_buf_puts(&buf, "]");
	if (o->value)
		kin_buf_printf(&buf, ":%s:_files", o->value);
	put_quoted(out, kin_buf_end(&buf), "");
}

/* The function that completes in a group: "_kin_group_can_j1939". */
static void put_zsh_name(FILE *out, const char *path)
{
	fputs("_kin_group_", out);
	for (; *path; path++)
		fputc(*path == ' ' ? '_' : *path, out);
}

/* _arguments for the verbs of a group, the verb being in words[1], and the groups in it. */
static void zsh_verbs(FILE *out, const char *group)
{
	for (unsigned i = 0; commands[i]; i++) {
		const struct command *c = commands[i];

		if (!same_group(c->group, group))
			continue;
		fprintf(out, "\t%s)\n\t\t_arguments -s", c->name);
		for (const struct command_option *o = c->options; o && o->name; o++)
			zsh_option(out, o);
		zsh_option(out, &help_option);
		fprintf(out, " \\\n\t\t\t'*:%s:_kin_%s'\n\t\t;;\n", kind_of_args(c),
			kind_of_args(c));
	}
	for (unsigned i = 0; groups[i]; i++) {
		if (!same_group(groups[i]->parent, group))
			continue;
		fprintf(out, "\t%s)\n\t\t", groups[i]->name);
		put_zsh_name(out, groups[i]->path);
		fputs("\n\t\t;;\n", out);
	}
}

static void zsh_row(FILE *out, const char *name, const char *summary)
{
	char text[512];

	snprintf(text, sizeof(text), "%s:%s", name, summary);
	fputs("\t\t", out);
	put_quoted(out, text, "");
	fputc('\n', out);
}

static void zsh_list(FILE *out, const char *group)
{
	fputs("\tlocal -a verbs=(\n", out);
	for (unsigned i = 0; commands[i]; i++)
		if (same_group(commands[i]->group, group))
			zsh_row(out, commands[i]->name, commands[i]->summary);
	for (unsigned i = 0; groups[i]; i++)
		if (same_group(groups[i]->parent, group))
			zsh_row(out, groups[i]->name, groups[i]->summary);
	fputs("\t)\n"
	      "\tif (( CURRENT == 2 )); then\n"
	      "\t\t_describe verb verbs\n"
	      "\t\treturn\n"
	      "\tfi\n"
	      "\tshift words\n"
	      "\t(( CURRENT-- ))\n"
	      "\tcase $words[1] in\n",
	      out);
}

static void complete_zsh(FILE *out)
{
	fputs("#compdef kin\n"
	      "# Completion of kin(1) for zsh.\n\n"
	      "_kin_files() { _files }\n"
	      "_kin_topics() { compadd -- $(kin help --complete topics) }\n"
	      "_kin_families() { compadd -- $(kin help --complete families) }\n"
	      "_kin_schemes()\n{\n"
	      "\tcompadd -S '' -- $(kin help --complete schemes)\n"
	      "\t_files\n"
	      "}\n\n",
	      out);
	for (unsigned i = 0; groups[i]; i++) {
		put_zsh_name(out, groups[i]->path);
		fputs("()\n{\n", out);
		zsh_list(out, groups[i]->path);
		zsh_verbs(out, groups[i]->path);
		fputs("\tesac\n}\n\n", out);
	}
	fputs("_kin()\n{\n", out);
	zsh_list(out, NULL);
	zsh_verbs(out, NULL);
	fputs("\tesac\n}\n\n_kin \"$@\"\n", out);
}

static void fish_option(FILE *out, const char *when, const struct command_option *o)
{
	fputs(when, out);
	if (o->letter)
		fprintf(out, " -s %c", o->letter);
	fprintf(out, " -l %s%s -d ", o->name, o->value ? " -r" : "");
	put_quoted(out, o->doc, "\\");
	fputc('\n', out);
}

/* When what was typed so far has all words of path; NULL: no verb yet. */
static void fish_when(char *buf, size_t size, const char *path)
{
	struct kin_buf out = {.data = buf, .size = size};

	kin_buf_puts(&out, path ? FISH : "complete -c kin -f -n __fish_use_subcommand");
	while (path && *path) {
		size_t len = strcspn(path, " ");

		kin_buf_printf(&out, SEEN "%.*s", (int)len, path);
		path += len + strspn(path + len, " ");
		kin_buf_puts(&out, *path ? "; and " : "'");
	}
	kin_buf_end(&out);
}

/* A word that may come behind those of group. */
static void fish_word(FILE *out, const char *group, const char *name, const char *summary)
{
	char when[256];

	fish_when(when, sizeof(when), group);
	fprintf(out, "%s%s -a %s -d ", when, group ? " -f" : "", name);
	put_quoted(out, summary, "\\");
	fputc('\n', out);
}

static void fish_verb(FILE *out, const struct command *c)
{
	const char *kind = kind_of_args(c);
	char title[64], when[256];

	fish_when(when, sizeof(when), command_title(c, ' ', title, sizeof(title)));
	for (const struct command_option *o = c->options; o && o->name; o++)
		fish_option(out, when, o);
	fish_option(out, when, &help_option);
	if (strcmp(kind, "files") != 0)
		fprintf(out, "%s -a '(kin help --complete %s)'\n", when, kind);
}

static void complete_fish(FILE *out)
{
	fputs("# Completion of kin(1) for fish.\n", out);
	for (unsigned i = 0; groups[i]; i++)
		fish_word(out, groups[i]->parent, groups[i]->name, groups[i]->summary);
	for (unsigned i = 0; commands[i]; i++) {
		fish_word(out, commands[i]->group, commands[i]->name, commands[i]->summary);
		fish_verb(out, commands[i]);
	}
}

/* The words that the scripts above ask for. */
static void list_words(FILE *out, bool schemes)
{
	const struct kin_family *family;

	for (unsigned i = 0; (family = kin_family_at(i)); i++) {
		if (!schemes)
			fprintf(out, "%s\n", family->name);
		for (const struct kin_proto *proto = family->protos; schemes && proto->scheme;
		     proto++)
			fprintf(out, "%s:\n", proto->scheme);
	}
}

/* What help tells of. */
static void list_topics(FILE *out)
{
	const char *names[N_NAMES];
	unsigned n = 0;

	verb_names(NULL, names);
	while (names[n])
		n++;
	n = family_names(names, n, N_NAMES);
	for (unsigned i = 0; i < n; i++)
		fprintf(out, "%s\n", names[i]);
}

int complete(FILE *out, const char *shell)
{
	static const char *const names[] = {"bash",     "zsh",    "fish", "schemes",
					    "families", "topics", NULL};

	if (strcmp(shell, "bash") == 0)
		complete_bash(out);
	else if (strcmp(shell, "zsh") == 0)
		complete_zsh(out);
	else if (strcmp(shell, "fish") == 0)
		complete_fish(out);
	else if (strcmp(shell, "schemes") == 0 || strcmp(shell, "families") == 0)
		list_words(out, *shell == 's');
	else if (strcmp(shell, "topics") == 0)
		list_topics(out);
	else
		return misspelt("shell", shell, names);
	return STATUS_DONE;
}
