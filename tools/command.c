/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * From what was typed and a command's record to an invocation.
 */
#include <assert.h>
#include <errno.h>
#include <getopt.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <kin/family.h>
#include "command.h"
#include "help.h"

/* What getopt_long(3) returns for option row i; letters are below it. */
#define ROW 256

bool same_group(const char *one, const char *other)
{
	return one && other ? strcmp(one, other) == 0 : one == other;
}

const struct command *find_command(const char *group, const char *name)
{
	for (unsigned i = 0; commands[i]; i++)
		if (same_group(commands[i]->group, group) && strcmp(commands[i]->name, name) == 0)
			return commands[i];
	return NULL;
}

const struct group *find_group_in(const char *parent, const char *name)
{
	for (unsigned i = 0; groups[i]; i++)
		if (same_group(groups[i]->parent, parent) && strcmp(groups[i]->name, name) == 0)
			return groups[i];
	return NULL;
}

static unsigned count_options(const struct command *command)
{
	unsigned n = 0;

	while (command->options && command->options[n].name)
		n++;
	return n;
}

/* The row of an option by its name, or -1. */
static int find_option(const struct command *command, const char *name)
{
	for (unsigned i = 0; i < count_options(command); i++)
		if (strcmp(command->options[i].name, name) == 0)
			return i;
	return -1;
}

int misuse(const struct command *command, const char *format, ...)
{
	char text[1024], title[64];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	complain("%s; see kin help %s", text, command_title(command, ' ', title, sizeof(title)));
	return STATUS_USAGE;
}

/* Complain of the option that getopt_long() stopped at. */
static int wrong_option(const struct command *command, int result, const char *typed)
{
	const struct command_option *row;
	const char *names[N_NAMES];
	char dashed[N_NAMES][32], word[64];
	unsigned n = count_options(command);

	if (optopt >= ROW) {
		row = &command->options[optopt - ROW];
		if (result == ':')
			return misuse(command, "--%s needs a value: %s", row->name, row->value);
		return misuse(command, "--%s takes no value", row->name);
	}
	if (result == ':')
		return misuse(command, "-%c needs a value", optopt);
	if (optopt)
		return misuse(command, "no option -%c", optopt);

	for (unsigned i = 0; i < n && i < N_NAMES - 2; i++) {
		snprintf(dashed[i], sizeof(dashed[i]), "--%s", command->options[i].name);
		names[i] = dashed[i];
	}
	names[n] = "--help";
	names[n + 1] = NULL;
	snprintf(word, sizeof(word), "%.*s", (int)strcspn(typed, "="), typed);
	return misspelt("option", word, names);
}

/* Fill inv from argv. Returns 0, STATUS_USAGE after a complaint, or -1 when help was asked for. */
static int parse(struct invocation *inv, int argc, char **argv, struct option *table, char *letters)
{
	const struct command *command = inv->command;
	unsigned n = count_options(command);
	char *letter = letters;
	bool help = false;
	int c;

	*letter++ = ':';
	*letter++ = 'h';
	for (unsigned i = 0; i < n; i++) {
		const struct command_option *row = &command->options[i];

		table[i] = (struct option){row->name, row->value != NULL, NULL, ROW + i};
		if (row->letter)
			*letter++ = row->letter;
		if (row->letter && row->value)
			*letter++ = ':';
	}
	*letter = '\0';
	table[n] = (struct option){"help", no_argument, NULL, 'h'};

	optind = 0;
	while ((c = getopt_long(argc, argv, letters, table, NULL)) != -1) {
		if (c == '?' || c == ':')
			return wrong_option(command, c, argv[optind - 1]);
		if (c == 'h')
			help = true;
		for (unsigned i = 0; i < n; i++)
			if (c == (int)(ROW + i) || c == command->options[i].letter) {
				inv->values[i] = optarg ? optarg : "";
				inv->given[inv->n_given++] =
					(struct given){command->options[i].name, inv->values[i]};
			}
	}
	inv->args = (const char **)argv + optind;
	inv->n_args = argc - optind;
	if (help)
		return -1;
	if (inv->n_args < command->min_args)
		return misuse(command,
			      inv->n_args ? "%s: more arguments needed: %s"
					  : "%s: arguments needed: %s",
			      command->name, command->args);
	if (inv->n_args > command->max_args)
		return misuse(command, "%s: one argument too many: %s", command->name,
			      inv->args[command->max_args]);
	return 0;
}

static size_t count_letters(int argc, char **argv)
{
	size_t n = 0;

	for (int i = 0; i < argc; i++)
		n += strlen(argv[i]);
	return n;
}

int run_command(const struct command *command, int argc, char **argv)
{
	unsigned n = count_options(command);
	struct invocation inv = {.command = command};
	struct option *table = calloc(n + 2, sizeof(*table));
	char *letters = calloc(n + 2, 2);
	int status = STATUS_FAILED;

	inv.values = calloc(n + 1, sizeof(*inv.values));
	/* A word of the line may hold several switches. */
	inv.given = calloc(count_letters(argc, argv) + 1, sizeof(*inv.given));
	if (table && letters && inv.values && inv.given)
		status = parse(&inv, argc, argv, table, letters);
	else
		complain("%s", strerror(ENOMEM));
	free(table);
	free(letters);
	if (status == 0) {
		status = command->run(&inv);
	} else if (status < 0) {
		help_command(stdout, command);
		status = STATUS_DONE;
	}
	free(inv.values);
	free(inv.given);
	return status;
}

const char *inv_value_at(const struct invocation *inv, const char *option, unsigned i)
{
	for (unsigned n = 0; n < inv->n_given; n++)
		if (strcmp(inv->given[n].name, option) == 0 && i-- == 0)
			return inv->given[n].value;
	return NULL;
}

bool inv_has(const struct invocation *inv, const char *option)
{
	return inv_value(inv, option) != NULL;
}

const char *inv_value(const struct invocation *inv, const char *option)
{
	int row = find_option(inv->command, option);

	assert(row >= 0);
	return inv->values[row];
}

int inv_int(const struct invocation *inv, const char *option, int64_t min, int64_t max,
	    int64_t *value)
{
	const char *text = inv_value(inv, option);
	char what[64];

	snprintf(what, sizeof(what), "--%s", option);
	if (text && kin_parse_int(text, what, min, max, value) < 0)
		return misuse(inv->command, "%s", kin_error_text());
	return 0;
}

bool read_duration(const char *text, int64_t *value_ns)
{
	static const struct {
		const char *name;
		double ns;
	} units[] = {{"", 1e9},  {"ns", 1},   {"us", 1e3},  {"ms", 1e6},
		     {"s", 1e9}, {"m", 60e9}, {"h", 3600e9}};
	char *end;
	double number = strtod(text, &end);

	/* Digits alone: strtod(3) would take blanks, signs, hex, "inf" and "nan" as well. */
	for (unsigned i = 0; i < sizeof(units) / sizeof(*units); i++) {
		if (end > text && end == text + strspn(text, "0123456789.") &&
		    strcmp(end, units[i].name) == 0 && number * units[i].ns < (double)INT64_MAX) {
			/* 2.3us is 2299.9999999999995 ns. */
			*value_ns = (int64_t)(number * units[i].ns + 0.5);
			return true;
		}
	}
	return false;
}

int inv_duration(const struct invocation *inv, const char *option, int64_t *value_ns)
{
	const char *text = inv_value(inv, option);

	if (!text || read_duration(text, value_ns))
		return 0;
	return misuse(inv->command, "--%s: %s is no duration, such as 10ms, 1.5s or 2m", option,
		      text);
}

int inv_times(const struct invocation *inv, enum kin_time_style *style, bool *nanoseconds)
{
	static const char letters[] = "naAdz"; /* in the order of enum kin_time_style */
	const char *text = inv_value(inv, "time");
	const char *letter = text && *text ? strchr(letters, *text) : NULL;

	if (!text)
		return 0;
	if (!letter || (text[1] && strcmp(text + 1, "N") != 0))
		return misuse(inv->command, "--time: %s is none of n, a, A, d, z, and N behind it",
			      text);
	*style = (enum kin_time_style)(letter - letters);
	*nanoseconds = text[1] == 'N';
	return 0;
}

int inv_size(const struct invocation *inv, const char *option, int64_t min, int64_t max,
	     int64_t *value)
{
	static const char units[] = "kKMG";
	const char *text = inv_value(inv, option);
	char digits[32] = "", *last;
	const char *unit;
	unsigned shift = 0;
	int64_t number;

	if (!text)
		return 0;
	if (strlen(text) < sizeof(digits))
		strcpy(digits, text);
	last = digits + strlen(digits);
	unit = last > digits ? strchr(units, last[-1]) : NULL;
	if (unit) {
		shift = 10 * (unsigned)(unit == units ? 1 : unit - units);
		last[-1] = '\0';
	}
	if (kin_parse_int(digits, option, 0, max >> shift, &number) < 0)
		return misuse(inv->command, "--%s: %s is no size, such as 64M", option, text);
	if (number << shift < min)
		return misuse(inv->command, "--%s: %s is less than %lld bytes", option, text,
			      (long long)min);
	*value = number << shift;
	return 0;
}

int inv_choice(const struct invocation *inv, const char *option, const char *const *names,
	       unsigned *choice)
{
	const char *text = inv_value(inv, option);
	char list[256];
	struct kin_buf buf = {.data = list, .size = sizeof(list)};

	for (unsigned i = 0; text && names[i]; i++) {
		if (strcmp(text, names[i]) == 0) {
			*choice = i;
			return 0;
		}
		kin_buf_printf(&buf, "%s%s", i ? ", " : "", names[i]);
	}
	return text ? misuse(inv->command, "--%s: %s is none of %s", option, text,
			     kin_buf_end(&buf))
		    : 0;
}
