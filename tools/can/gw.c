/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Gateway rules from the command line, and from files. */
#include "gw.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct rules {
	struct kin_can_gw_rule *rules;
	unsigned *lines; /* where each stood */
	size_t n, size;
};

int gw_complain(const char *where, int err)
{
	complain("%s: %s (%s)", where, kin_error_text(), strerrorname_np(-err));
	return err == -EOPNOTSUPP ? STATUS_LACKS : STATUS_FAILED;
}

static int out_of_memory(void)
{
	complain("no memory");
	return STATUS_FAILED;
}

/* Words that are a rule and make sense. @return 0 or a negative errno value */
static int read_rule(const char *text, bool sense, struct kin_can_gw_rule *ret_rule)
{
	struct kin_can_gw_rule rule = {.struct_size = sizeof(rule)};
	int err = kin_can_gw_parse(text, &rule);

	if (err == 0 && sense)
		err = kin_can_gw_check(&rule);
	if (err == 0)
		*ret_rule = rule;
	return err;
}

static int append(struct rules *rules, const struct kin_can_gw_rule *rule, unsigned line)
{
	if (rules->n == rules->size) {
		size_t size = rules->size ? 2 * rules->size : 16;
		struct kin_can_gw_rule *more =
			reallocarray(rules->rules, size, sizeof(*rules->rules));
		unsigned *lines = reallocarray(rules->lines, size, sizeof(*rules->lines));

		rules->rules = more ? more : rules->rules;
		rules->lines = lines ? lines : rules->lines;
		if (!more || !lines)
			return out_of_memory();
		rules->size = size;
	}
	rules->rules[rules->n] = *rule;
	rules->lines[rules->n++] = line;
	return 0;
}

/* Lines that are empty or a comment are none. */
static bool is_rule(const char *line)
{
	line += strspn(line, " \t\r\n");
	return *line && *line != '#';
}

static int read_lines(FILE *file, const char *name, bool sense, struct rules *rules)
{
	struct kin_can_gw_rule rule;
	char *line = NULL;
	size_t size = 0;
	int status = 0;

	for (unsigned number = 1; status == 0 && getline(&line, &size, file) >= 0; number++) {
		char where[128];
		int err;

		if (!is_rule(line))
			continue;
		err = read_rule(line, sense, &rule);
		if (err == 0) {
			status = append(rules, &rule, number);
			continue;
		}
		snprintf(where, sizeof(where), "%.100s:%u", name, number);
		status = gw_complain(where, err);
		if (err == -EINVAL)
			status = STATUS_USAGE;
	}
	if (status == 0 && ferror(file)) {
		complain("%s: %s", name, strerror(errno));
		status = STATUS_FAILED;
	}
	free(line);
	return status;
}

static int act_on_file(const char *path, bool sense, int (*act)(const struct kin_can_gw_rule *rule))
{
	bool own = strcmp(path, "-") != 0;
	const char *name = own ? path : "standard input";
	FILE *file = own ? fopen(path, "re") : stdin;
	struct rules rules = {};
	int status;

	if (!file) {
		complain("%s: %s", name, strerror(errno));
		return STATUS_FAILED;
	}
	status = read_lines(file, name, sense, &rules);
	if (own)
		fclose(file);
	for (size_t i = 0; status == 0 && i < rules.n; i++) {
		int err = act(&rules.rules[i]);

		if (err < 0) {
			char where[128];

			snprintf(where, sizeof(where), "%.100s:%u", name, rules.lines[i]);
			status = gw_complain(where, err);
			if (i > 0)
				remark("done before that: %zu of %zu rules", i, rules.n);
		}
	}
	free(rules.rules);
	free(rules.lines);
	return status;
}

/* The words as one text, to be given to free(). NULL: no memory */
static char *join(const struct invocation *inv)
{
	size_t size = 1;
	char *text, *to;

	for (unsigned i = 0; i < inv->n_args; i++)
		size += strlen(inv->args[i]) + 1;
	to = text = malloc(size);
	if (!text)
		return NULL;
	for (unsigned i = 0; i < inv->n_args; i++) {
		to = stpcpy(to, inv->args[i]);
		*to++ = ' ';
	}
	*to = '\0';
	return text;
}

int gw_for_each(const struct invocation *inv, int (*act)(const struct kin_can_gw_rule *rule))
{
	bool sense = act == kin_can_gw_add;
	struct kin_can_gw_rule rule;
	char title[64];
	char *text;
	int err;

	if (inv->n_args == 1 && strcmp(inv->args[0], "-") == 0)
		return act_on_file("-", sense, act);
	if (inv->n_args == 1 && inv->args[0][0] == '@')
		return act_on_file(inv->args[0] + 1, sense, act);
	text = join(inv);
	if (!text)
		return out_of_memory();
	err = read_rule(text, sense, &rule);
	free(text);
	if (err == -EINVAL)
		return misuse(inv->command, "%s", kin_error_text());
	if (err == 0)
		err = act(&rule);
	if (err == 0)
		return STATUS_DONE;
	snprintf(title, sizeof(title), "%s %s", inv->command->group, inv->command->name);
	return gw_complain(title, err);
}
