/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdlib.h>

#include <kin/family.h>
#include "controller.h"

/* What is asked beside the controller itself; what it can't tell is left out. */
struct more {
	struct kin_mgmt_phys phys;
	struct kin_mgmt_adv_features adv;
	struct kin_mgmt_device *connections;
	int n_connections; /* below zero: not known */
	bool has_phys, has_adv;
};

static void ask_more(struct kin_mgmt *mgmt, const struct kin_mgmt_controller *c, struct more *more)
{
	more->n_connections = -1;
	if (!c->configured)
		return;
	if (c->supported & KIN_MGMT_PHY_CONFIGURATION)
		more->has_phys = kin_mgmt_phys(mgmt, c->index, &more->phys) == 0;
	if (c->supported & KIN_MGMT_LE)
		more->has_adv = kin_mgmt_adv_features(mgmt, c->index, &more->adv) == 0;
	if (c->current & KIN_MGMT_POWERED)
		more->n_connections = kin_mgmt_connections(mgmt, c->index, &more->connections);
}

/* As the socket option phy= names them. */
static void put_phys(uint32_t phys, const char *before, const char *between, const char *quote)
{
	static const char *const names[] = {
		"br-1m-1slot",  "br-1m-3slot",  "br-1m-5slot",  "edr-2m-1slot", "edr-2m-3slot",
		"edr-2m-5slot", "edr-3m-1slot", "edr-3m-3slot", "edr-3m-5slot", "le-1m-tx",
		"le-1m-rx",     "le-2m-tx",     "le-2m-rx",     "le-coded-tx",  "le-coded-rx"};

	for (unsigned i = 0; i < sizeof(names) / sizeof(*names); i++) {
		if (!(phys >> i & 1))
			continue;
		printf("%s%s%s%s", before, quote, names[i], quote);
		before = between;
	}
}

/* ---- For programs -------------------------------------------------------------------------- */

static void put_phys_json(const struct more *more)
{
	const uint32_t phys[] = {more->phys.supported, more->phys.configurable,
				 more->phys.selected};
	static const char *const names[] = {"supported", "configurable", "selected"};

	fputs(",\"phys\":", stdout);
	for (unsigned i = 0; more->has_phys && i < 3; i++) {
		printf("%s\"%s\":[", i ? "]," : "{", names[i]);
		put_phys(phys[i], "", ",", "\"");
	}
	fputs(more->has_phys ? "]}" : "null", stdout);
}

static void put_more_json(const struct more *more)
{
	put_phys_json(more);
	fputs(",\"advertising\":", stdout);
	if (more->has_adv) {
		printf("{\"max_data\":%u,\"max_response\":%u,\"max_instances\":%u,\"instances\":[",
		       more->adv.max_data, more->adv.max_response, more->adv.max_instances);
		for (unsigned i = 0; i < more->adv.n_instances; i++)
			printf("%s%u", i ? "," : "", more->adv.instances[i]);
		fputs("]}", stdout);
	} else {
		fputs("null", stdout);
	}
	fputs(",\"connections\":[", stdout);
	for (int i = 0; i < more->n_connections; i++)
		printf("%s{\"address\":\"%s\",\"type\":\"%s\"}", i ? "," : "",
		       bdaddr_text(&more->connections[i].address),
		       type_word(more->connections[i].type));
	puts("]}");
}

static void put_object(const struct kin_mgmt_controller *c, const struct more *more)
{
	put_controller_json(c);
	fputs(",\"short_name\":", stdout);
	put_json(stdout, c->short_name);
	printf(",\"version\":%u,\"version_name\":\"%s\",\"manufacturer\":%u,"
	       "\"manufacturer_name\":",
	       c->version, kin_mgmt_version_name(c->version), c->manufacturer);
	put_json(stdout, kin_mgmt_manufacturer_name(c->manufacturer));
	printf(",\"class\":%u", c->device_class);
	put_settings_json("settings", c->current);
	put_settings_json("supported", c->supported);
	put_more_json(more);
}

/* ---- For people ---------------------------------------------------------------------------- */

static void put_more(const struct more *more)
{
	if (more->has_adv) {
		printf("    advertising: %u of %u instances, up to %u bytes, response up to %u\n",
		       more->adv.n_instances, more->adv.max_instances, more->adv.max_data,
		       more->adv.max_response);
	}
	if (more->has_phys) {
		put_phys(more->phys.selected, "    modulation: ", ", ", "");
		putchar('\n');
	}
	for (int i = 0; i < more->n_connections; i++)
		printf("    connected: %s %s\n", bdaddr_text(&more->connections[i].address),
		       type_text(more->connections[i].type));
}

static void put_text(const struct kin_mgmt_controller *c, const struct more *more)
{
	printf("%s: %s, %s, bus %s\n", c->device, controller_state(c), bdaddr_text(&c->address),
	       kin_mgmt_bus_name(c->bus));
	if (c->blocked_soft)
		puts("    a program has blocked it; `sudo rfkill unblock bluetooth`");
	if (c->blocked_hard)
		puts("    a switch of this machine has blocked it");
	if (!c->configured) {
		printf("    it lacks:%s%s\n", c->missing & 1 ? " a configuration from outside" : "",
		       c->missing & 2 ? " an address" : "");
		return;
	}
	fputs("    name: ", stdout);
	put_json(stdout, c->name);
	if (*c->short_name) {
		fputs(", short ", stdout);
		put_json(stdout, c->short_name);
	}
	printf("\n    version: %s, manufacturer %s (%u)\n", kin_mgmt_version_name(c->version),
	       kin_mgmt_manufacturer_name(c->manufacturer), c->manufacturer);
	printf("    class: 0x%06x\n", c->device_class);
	fputs("    on: ", stdout);
	put_settings(c->current, 0);
	fputs("\n    off: ", stdout);
	put_settings(c->supported, c->current);
	putchar('\n');
	put_more(more);
}

static int show(const struct chosen *chosen, bool json)
{
	struct kin_mgmt_controller *c KIN_CLEANUP(kin_mgmt_controller_free) = NULL;
	struct more more = {0};
	int err = kin_mgmt_controller_read(chosen->mgmt, chosen->index, &c);

	if (err < 0)
		return complain_of_controller(chosen, err);
	ask_more(chosen->mgmt, c, &more);
	if (json)
		put_object(c, &more);
	else
		put_text(c, &more);
	free(more.connections);
	return STATUS_DONE;
}

static int run(const struct invocation *inv)
{
	struct chosen chosen = {0};
	int status = chosen_open(&chosen, inv->n_args > 0 ? inv->args[0] : NULL);

	if (status == STATUS_DONE)
		status = show(&chosen, inv_has(inv, "json"));
	chosen_close(&chosen);
	return status;
}

const struct command command_bt_show = {
	.group = "bt",
	.name = "show",
	.args = "[CONTROLLER]",
	.summary = "show all about a Bluetooth controller",
	.text = "Address, name, version, manufacturer, the settings that are on and those that "
		"could be, what it can advertise, and its connections. Without CAP_NET_ADMIN the "
		"kernel tells neither of connections nor of advertising.",
	.options =
		(const struct command_option[]){
			{"json", 'j', NULL, "one object"},
			{},
		},
	.examples =
		(const struct command_example[]){
			{"kin bt show hci0", "for a person"},
			{"kin bt show hci0 --json", "for a program"},
			{},
		},
	.max_args = 1,
	.run = run,
};
