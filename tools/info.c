/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <string.h>
#include <unistd.h>

#include <kin/family.h>
#include "command.h"
#include "families.h"
#include "family.h"

#define N_PROTOS 64

struct report {
	const struct kin_family *family;
	const struct kin_proto *only; /* asked for by its scheme; NULL: all */
	struct kin_probe probes[N_PROTOS];
};

static const char *const status_names[] = {
	[KIN_WORKS] = "works",
	[KIN_MISSING] = "missing",
	[KIN_DENIED] = "denied",
	[KIN_BROKEN] = "broken",
};

static const char *const status_colours[] = {
	[KIN_WORKS] = "\033[32m",
	[KIN_MISSING] = "\033[31m",
	[KIN_DENIED] = "\033[33m",
	[KIN_BROKEN] = "\033[33m",
};

/* The state of the whole: that of the protocol which works best. */
static const struct kin_probe *best(const struct report *report)
{
	const struct kin_probe *best = NULL;
	const struct kin_proto *protos = report->family->protos;

	for (unsigned i = 0; i < N_PROTOS && protos[i].scheme; i++) {
		const struct kin_probe *probe = &report->probes[i];

		if (report->only && report->only != &protos[i])
			continue;
		if (!best || probe->status == KIN_WORKS ||
		    (best->status == KIN_MISSING && probe->status != KIN_MISSING))
			best = probe;
	}
	return best;
}

/*
 * Is it there when kin runs in the project's virtual machine? That runs a distribution's kernel,
 * with all modules: of the families of the project, what has a module or a symbol and was not
 * removed.
 */
static bool vm_has(const struct kin_family *family, const struct kin_proto *proto)
{
	const struct kin_need *need = family->needs;

	if (!kin_scheme_in(KIN_TREE_FAMILIES, family->name))
		return false;
	for (; need && (need->module || need->kconfig); need++)
		if (kin_scheme_in(need->schemes, proto->scheme))
			return !need->removed;
	return false;
}

static void probe_all(struct report *report)
{
	const struct kin_proto *protos = report->family->protos;

	for (unsigned i = 0; i < N_PROTOS && protos[i].scheme; i++) {
		struct kin_probe *probe = &report->probes[i];

		*probe = (struct kin_probe){.struct_size = sizeof(*probe)};
		if (!report->only || report->only == &protos[i])
			kin_probe(report->family, &protos[i], probe);
	}
}

static void put_json_probe(const struct kin_proto *proto, const struct kin_probe *probe)
{
	fputs("{\"scheme\":", stdout);
	put_json(stdout, proto->scheme);
	fputs(",\"summary\":", stdout);
	put_json(stdout, proto->summary);
	printf(",\"status\":\"%s\",\"error\":", status_names[probe->status]);
	put_json(stdout, probe->error ? strerrorname_np(probe->error) : NULL);
	fputs(",\"reason\":", stdout);
	put_json(stdout, *probe->reason ? probe->reason : NULL);
	fputs(",\"mend\":", stdout);
	put_json(stdout, *probe->mend ? probe->mend : NULL);
	printf(",\"mend_is_command\":%s}", probe->mend_is_command ? "true" : "false");
}

static void put_json_report(const struct report *report)
{
	const struct kin_family *family = report->family;
	const char *comma = "";

	fputs("{\"family\":", stdout);
	put_json(stdout, family->name);
	printf(",\"domain\":%d,\"summary\":", family->domain);
	put_json(stdout, family->summary);
	printf(",\"status\":\"%s\",\"protocols\":[", status_names[best(report)->status]);
	for (unsigned i = 0; i < N_PROTOS && family->protos[i].scheme; i++) {
		if (report->only && report->only != &family->protos[i])
			continue;
		fputs(comma, stdout);
		put_json_probe(&family->protos[i], &report->probes[i]);
		comma = ",";
	}
	fputs("]}\n", stdout);
}

static void put_probe(const struct kin_family *family, const struct kin_proto *proto,
                      const struct kin_probe *probe)
{
	bool colour = use_colour(STDOUT_FILENO);

	printf("  %-16s %s%-8s%s %s\n", proto->scheme, colour ? status_colours[probe->status] : "",
	       status_names[probe->status], colour ? "\033[m" : "",
	       proto->summary ? proto->summary : "");
	if (*probe->reason)
		printf("%28s%s\n", "", probe->reason);
	if (*probe->mend)
		printf("%28s%s%s\n", "", probe->mend_is_command ? "try: " : "", probe->mend);
	if (probe->status == KIN_MISSING && vm_has(family, proto))
		printf("%28s`vcan-setup/vm -- kin info %s` has it\n", "", family->name);
}

static void put_report(const struct report *report)
{
	const struct kin_family *family = report->family;

	printf("%-18s %s\n", family->name, family->summary ? family->summary : "");
	for (unsigned i = 0; i < N_PROTOS && family->protos[i].scheme; i++)
		if (!report->only || report->only == &family->protos[i])
			put_probe(family, &family->protos[i], &report->probes[i]);
}

static enum kin_status tell(struct report *report, bool json)
{
	probe_all(report);
	if (json)
		put_json_report(report);
	else
		put_report(report);
	return best(report)->status;
}

/* Plugins that are there but could not be loaded. */
static void tell_refused(void)
{
	const char *why;

	for (unsigned i = 0; (why = kin_plugin_refused_at(i)); i++)
		complain("%s", why);
}

/* The family of that name, or the protocol of that scheme; false after a complaint. */
static bool find(const char *name, struct report *report)
{
	const char *names[512];

	if (find_family(name, &report->family, &report->only))
		return true;
	names[family_names(names, 0, 511)] = NULL;
	misspelt("family", name, names);
	tell_refused();
	return false;
}

static int run(const struct invocation *inv)
{
	bool json = inv_has(inv, "json");
	struct report report = {};
	int status = STATUS_DONE;

	for (unsigned i = 0; inv->n_args == 0 && (report.family = kin_family_at(i)); i++)
		tell(&report, json);
	if (inv->n_args == 0)
		tell_refused();
	for (unsigned i = 0; i < inv->n_args; i++) {
		if (!find(inv->args[i], &report))
			return STATUS_USAGE;
		if (tell(&report, json) != KIN_WORKS)
			status = STATUS_LACKS;
	}
	return status;
}

const struct command command_info = {
	.name = "info",
	.args = "[FAMILY|SCHEME]...",
	.summary = "tell which socket families work here, and why others do not",
	.text = "Opens a socket of each protocol of each family, or of those named, and says whether "
		"that works. For what does not, it says what is in the way: a kernel module, a symbol "
		"of the kernel's configuration, a capability, a seccomp filter or a kernel that is too "
		"old or too new; and the command that mends it, where there is one.\n"
		"\n"
		"The state is works, missing (this kernel lacks it), denied (this process may not) or "
		"broken (anything else). The exit status is 77 when one that was named does not work; a "
		"family works when one of its protocols does.",
	.options =
		(const struct command_option[]){
			{"json", 'j', NULL, "write one JSON object a family, in a line"},
			{},
		},
	.examples =
		(const struct command_example[]){
			{"kin info", "everything that this kernel can do"},
			{"kin info tcp", "one protocol, by its scheme"},
			{"kin info --json unix", "one family, for a script"},
			{},
		},
	.max_args = UINT32_MAX,
	.run = run,
};
