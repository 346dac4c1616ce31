/* SPDX-License-Identifier: GPL-2.0-or-later */
/* kin can j1939 spy: kin dump, with an address made of what was asked for. */
#include <string.h>

#include <kin/family.h>
#include "j1939.h"

/* Lists of what is wanted: each of both, or all where a list is empty. */
struct wanted {
	uint32_t pgns[J1939_FILTER_MAX];
	struct j1939_node nodes[J1939_FILTER_MAX];
	unsigned n_pgns, n_nodes;
};

/* The next of the texts between commas into part; list is NULL behind the last. */
static bool next_part(const char **list, char *part, size_t size)
{
	size_t len;

	if (!*list)
		return false;
	len = strcspn(*list, ",");
	snprintf(part, size, "%.*s", (int)len, *list);
	*list = (*list)[len] ? *list + len + 1 : NULL;
	return true;
}

static int parse_lists(const struct invocation *inv, struct wanted *wanted)
{
	const char *pgns = inv_value(inv, "pgn"), *nodes = inv_value(inv, "from");
	char part[64];
	int status = 0;

	while (!status && wanted->n_pgns < J1939_FILTER_MAX && next_part(&pgns, part, sizeof(part)))
		status = j1939_pgn(inv, part, &wanted->pgns[wanted->n_pgns++]);
	while (!status && wanted->n_nodes < J1939_FILTER_MAX &&
	       next_part(&nodes, part, sizeof(part)))
		status = j1939_node(inv, "--from", part, &wanted->nodes[wanted->n_nodes++]);
	if (!status && (pgns || nodes))
		status = misuse(inv->command, "--pgn and --from: no more than %d of each",
				J1939_FILTER_MAX);
	return status;
}

static void put_filter(struct kin_buf *out, const struct wanted *wanted, unsigned pgn,
		       unsigned node)
{
	const char *slash = "";

	kin_buf_puts(out, ",filter=");
	if (wanted->n_pgns) {
		kin_buf_printf(out, "pgn:%#x", wanted->pgns[pgn]);
		slash = "/";
	}
	if (wanted->n_nodes && wanted->nodes[node].name)
		kin_buf_printf(out, "%sname:%#llx", slash,
			       (unsigned long long)wanted->nodes[node].name);
	else if (wanted->n_nodes)
		kin_buf_printf(out, "%saddr:%#x", slash, wanted->nodes[node].addr);
}

static void put_filters(struct kin_buf *out, const struct wanted *wanted)
{
	if (wanted->n_pgns + wanted->n_nodes == 0)
		return;
	for (unsigned pgn = 0; pgn < wanted->n_pgns + !wanted->n_pgns; pgn++)
		for (unsigned node = 0; node < wanted->n_nodes + !wanted->n_nodes; node++)
			put_filter(out, wanted, pgn, node);
}

/* The options that kin dump has as well, as they were given. */
static int pass_on(const struct invocation *inv, const char *const *names, const char **argv,
		   int argc)
{
	static char options[8][32];

	for (unsigned i = 0; names[i]; i++) {
		if (!inv_has(inv, names[i]))
			continue;
		snprintf(options[i], sizeof(options[i]), "--%s", names[i]);
		argv[argc++] = options[i];
		if (inv_value(inv, names[i])[0])
			argv[argc++] = inv_value(inv, names[i]);
	}
	return argc;
}

static int run(const struct invocation *inv)
{
	static const char *const same[] = {"write", "count", "duration", "time", "stats", NULL};
	static struct wanted wanted;
	static char address[65536];
	struct kin_buf out = {address, sizeof(address), 0};
	const char *argv[24] = {"dump", "--format"};
	int argc = 2, status = parse_lists(inv, &wanted);

	if (status)
		return status;
	if (inv_has(inv, "json"))
		argv[argc++] = "json";
	else
		argv[argc++] = inv_has(inv, "words") ? "text,words" : "text";
	argc = pass_on(inv, same, argv, argc);
	kin_buf_puts(&out, "j1939:");
	kin_buf_put_body(&out, inv->args[0], strlen(inv->args[0]));
	kin_buf_puts(&out, inv_has(inv, "broadcast") ? ",broadcast=on" : ",promisc=on");
	if (inv_has(inv, "buffer"))
		kin_buf_printf(&out, ",rcvbuf=%s", inv_value(inv, "buffer"));
	put_filters(&out, &wanted);
	if (out.len >= out.size)
		return misuse(inv->command, "--pgn and --from: too many");
	argv[argc++] = kin_buf_end(&out);
	return run_command(find_command(NULL, "dump"), argc, (char **)(uintptr_t)argv);
}

static const struct command_option options[] = {
	{"pgn", 'p', "PGN[,PGN...]",
	 "only these parameter groups: numbers, or acronyms such as DM1"},
	{"from", 'F', "NODE[,NODE...]", "only from these addresses or NAMEs"},
	{"broadcast", 'b', NULL, "only what is sent to all, not what others send each other"},
	{"words", 'W', NULL, "say behind each line what parameter group and nodes are called"},
	{"json", 'j', NULL, "one JSON object a line, with NAMEs decoded"},
	{"write", 'w', "FILE", "write to FILE, replacing what is in it"},
	{"count", 'n', "COUNT", "end after COUNT messages"},
	{"duration", 0, "TIME", "end after TIME: 10 (seconds), 500ms, 2m"},
	{"time", 't', "STYLE",
	 "begin lines with the time: a absolute, A with the date, d since the "
	 "message before, z since the first; N behind it for nanoseconds"},
	{"stats", 0, NULL, "tell at the end what came and what was lost"},
	{"buffer", 'B', "BYTES", "the socket's receive buffer"},
	{},
};

static const struct command_example examples[] = {
	{"kin can j1939 spy can0 --words -n 1", "the next message, in words"},
	{"kin can j1939 spy can0 --pgn DM1,65265 --from 0x00 --json -n 1",
	 "two parameter groups of the engine's"},
	{},
};

const struct command command_can_j1939_spy = {
	.group = "can j1939",
	.name = "spy",
	.args = "INTERFACE",
	.summary = "show the messages on a J1939 bus",
	.text = "Messages of several frames are shown once they are whole, as one: those that are "
		"sent to all, and those to addresses of this host. What others send each other in "
		"several frames is shown frame by frame: the kernel puts together what it takes "
		"part in.\n\n"
		"A line has, as j1939spy's, interface and source (its NAME, when it has claimed "
		"its "
		"address), parameter group, destination (- for all), priority, length and data:\n\n"
		"   can0:80,12300 - !6 [8] 01020304 05060708\n\n"
		"It is kin dump of j1939:INTERFACE,promisc=on; see there for what is told of "
		"losses and "
		"of interfaces that go down.",
	.options = options,
	.examples = examples,
	.min_args = 1,
	.max_args = 1,
	.run = run,
};
