/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <kin/family.h>
#include "command.h"
#include "family.h"

/* Room for the text of any value: a list of many filters is the longest. */
#define VALUE_SIZE 65536

struct opt_list {
	const char *address;
	const struct kin_family *family;
	const struct kin_proto *proto;
	struct kin_sock *sock; /* NULL: this kernel has none, and no value is known */
	bool json;
};

static const struct kin_opt *find(const struct opt_list *list, const char *name)
{
	const struct kin_opt *opt;

	for (unsigned i = 0; (opt = kin_opt_at(list->family, list->proto, i)); i++)
		if (strcmp(opt->name, name) == 0)
			return opt;
	return NULL;
}

static bool is_number(const struct kin_opt *opt)
{
	return opt->type >= KIN_OPT_INT && opt->type <= KIN_OPT_U64;
}

/* The value as text; NULL: it can't be read, and errno is why. */
static const char *value_text(const struct opt_list *list, const struct kin_opt *opt, char *value)
{
	ssize_t r = -EOPNOTSUPP;

	if (list->sock && !(opt->flags & KIN_OPT_WRITE_ONLY))
		r = kin_opt_get(list->sock, opt->name, value, VALUE_SIZE);
	errno = r < 0 ? -r : 0;
	return r < 0 ? NULL : value;
}

static void put_json_value(const struct kin_opt *opt, const char *value)
{
	if (value && opt->type == KIN_OPT_BOOL)
		fputs(strcmp(value, "on") == 0 ? "true" : "false", stdout);
	else if (value && is_number(opt) && value[strspn(value, "-0123456789")] == '\0')
		fputs(value, stdout);
	else
		put_json(stdout, value);
}

static void put_json_opt(const struct kin_opt *opt, const char *value)
{
	char type[1024];

	fputs("{\"name\":", stdout);
	put_json(stdout, opt->name);
	fputs(",\"value\":", stdout);
	put_json_value(opt, value);
	fputs(",\"type\":", stdout);
	put_json(stdout, option_type(opt, type, sizeof(type)));
	fputs(opt->flags & KIN_OPT_READ_ONLY ? ",\"writable\":false" : ",\"writable\":true", stdout);
	fputs(",\"since\":", stdout);
	put_json(stdout, opt->since);
	fputs(",\"capability\":", stdout);
	put_json(stdout, opt->capability);
	fputs(",\"doc\":", stdout);
	put_json(stdout, opt->doc);
	fputs("}\n", stdout);
}

static int list_all(const struct opt_list *list, char *value)
{
	const struct kin_opt *opt;
	char type[1024];

	for (unsigned i = 0; (opt = kin_opt_at(list->family, list->proto, i)); i++) {
		const char *text = value_text(list, opt, value);

		if (list->json) {
			put_json_opt(opt, text);
			continue;
		}
		printf("%-24s %-14s %s%s%s%s%s%s\n%25s%s\n", opt->name, text ? text : "-",
		       option_type(opt, type, sizeof(type)),
		       opt->flags & KIN_OPT_READ_ONLY ? ", read only" : "",
		       opt->since ? ", since Linux " : "", opt->since ? opt->since : "",
		       opt->capability ? ", needs " : "", opt->capability ? opt->capability : "",
		       "", opt->doc);
	}
	return STATUS_DONE;
}

static int complain_unknown(const struct opt_list *list, const char *name)
{
	const char *names[512];
	const struct kin_opt *opt;
	unsigned n = 0;
	char what[64];

	while (n < 511 && (opt = kin_opt_at(list->family, list->proto, n)))
		names[n++] = opt->name;
	names[n] = NULL;
	snprintf(what, sizeof(what), "%s option", list->proto->scheme);
	return misspelt(what, name, names);
}

/* "NAME" or "NAME=VALUE": set it when there is a value, then show what it is. */
static int one(const struct opt_list *list, const char *arg, char *value)
{
	char name[64];
	const char *equals = strchr(arg, '=');
	const struct kin_opt *opt;
	const char *text;
	int64_t now, asked;
	int r;

	snprintf(name, sizeof(name), "%.*s", equals ? (int)(equals - arg) : (int)strlen(arg), arg);
	opt = find(list, name);
	if (!opt)
		return complain_unknown(list, name);
	r = equals ? kin_opt_set(list->sock, name, equals + 1) : 0;
	if (r < 0) {
		int status = complain_of(list->address, r);

		return r == -EINVAL ? STATUS_USAGE : status;
	}
	text = value_text(list, opt, value);
	if (!text && !(equals && opt->flags & KIN_OPT_WRITE_ONLY))
		return complain_of(list->address, -errno);
	if (list->json)
		put_json_opt(opt, text);
	else if (text)
		printf("%s=%s\n", name, text);
	if (equals && text && is_number(opt) &&
	    (kin_parse_int(text, name, INT64_MIN, INT64_MAX, &now) < 0 ||
	     kin_parse_int(equals + 1, name, INT64_MIN, INT64_MAX, &asked) < 0 || now != asked))
		remark("%s: the kernel made %s of %s", name, text, equals + 1);
	return STATUS_DONE;
}

static int run(const struct invocation *inv)
{
	struct kin_endpoint *endpoint KIN_CLEANUP(kin_endpoint_free) = NULL;
	struct kin_sock *sock KIN_CLEANUP(kin_close) = NULL;
	char *value = malloc(VALUE_SIZE);
	struct opt_list list = {.address = inv->args[0], .json = inv_has(inv, "json")};
	int status = STATUS_DONE, r, opened = 0;

	r = value ? kin_endpoint_parse(list.address, &endpoint) : -ENOMEM;
	if (r == 0) {
		list.family = kin_endpoint_family(endpoint);
		list.proto = kin_endpoint_proto(endpoint);
		opened = kin_open_endpoint(endpoint, KIN_NONE, &sock);
		list.sock = sock;
	}
	if (r < 0)
		status = complain_of(list.address, r);
	else if (inv->n_args == 1)
		list_all(&list, value);
	/* The list is of use even where the kernel has no such socket; a single option is not. */
	if (opened < 0)
		status = complain_of(list.address, opened);
	for (unsigned i = 1; i < inv->n_args && status == STATUS_DONE; i++)
		status = one(&list, inv->args[i], value);
	free(value);
	return status;
}

const struct command command_opt = {
	.name = "opt",
	.args = "ADDRESS [NAME[=VALUE]]...",
	.summary = "list, read and set socket options",
	.text = "Opens a socket for the address, without binding or connecting it. Without names, all "
		"options that such a socket has are listed: name, value, what may be written, the "
		"first kernel that has it, and what it does. A name shows the value, NAME=VALUE sets it "
		"first and shows what the kernel made of it: buffer sizes, for one, are doubled.\n"
		"\n"
		"The socket is gone when kin ends; to use an option, write it behind an address, as in "
		"kin dump udp::5000,rcvbuf=1000000.",
	.options =
		(const struct command_option[]){
			{"json", 'j', NULL, "write one JSON object a line"},
			{},
		},
	.examples =
		(const struct command_example[]){
			{"kin opt udp:127.0.0.1:5000", "everything that can be set on a UDP socket"},
			{"kin opt udp:127.0.0.1:5000 rcvbuf=65536 reuseaddr",
			 "set one option and read another"},
			{"kin opt --json unix:/run/x.sock sndbuf", "one option for a script"},
			{},
		},
	.min_args = 1,
	.max_args = UINT32_MAX,
	.run = run,
};
