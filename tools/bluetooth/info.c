/* SPDX-License-Identifier: GPL-2.0-or-later */
/* kin bt info: what a device says of itself. */
#include <errno.h>

#include <kin/family.h>
#include "controller.h"

/* The connection, as this end sees it. */
struct signal {
	int rssi, power, power_max; /* dBm */
};

/* ---- For programs -------------------------------------------------------------------------- */

static void put_dbm_json(const char *name, int dbm)
{
	if (dbm == KIN_MGMT_UNKNOWN_DBM)
		printf(",\"%s\":null", name);
	else
		printf(",\"%s\":%d", name, dbm);
}

static void put_features_json(const struct kin_remote *remote)
{
	const char *comma = "";

	fputs(",\"features\":[", stdout);
	for (unsigned page = 0; page < remote->n_pages; page++)
		for (unsigned bit = 0; bit < 64; bit++) {
			const char *name = kin_remote_feature_name(remote->type, page, bit);

			if (!name || !(remote->features[page][bit / 8] >> bit % 8 & 1))
				continue;
			fputs(comma, stdout);
			put_json(stdout, name);
			comma = ",";
		}
	fputs("],\"pages\":[", stdout);
	for (unsigned page = 0; page < remote->n_pages; page++) {
		fputs(page ? ",\"" : "\"", stdout);
		for (unsigned i = 0; i < 8; i++)
			printf("%02X", remote->features[page][i]);
		putchar('"');
	}
	putchar(']');
}

static void put_object(const struct kin_remote *remote, const struct signal *signal)
{
	printf("{\"address\":\"%s\",\"type\":\"%s\",\"name\":", bdaddr_text(&remote->address),
	       type_word(remote->type));
	put_json(stdout, *remote->name ? remote->name : NULL);
	if (remote->has_version) {
		printf(",\"version\":%u,\"version_name\":\"%s\",\"subversion\":%u,"
		       "\"manufacturer\":%u,\"manufacturer_name\":",
		       remote->version, kin_mgmt_version_name(remote->version), remote->subversion,
		       remote->manufacturer);
		put_json(stdout, kin_mgmt_manufacturer_name(remote->manufacturer));
	}
	put_features_json(remote);
	put_dbm_json("rssi", signal->rssi);
	put_dbm_json("tx_power", signal->power);
	put_dbm_json("tx_power_max", signal->power_max);
	puts("}");
}

/* ---- For people ---------------------------------------------------------------------------- */

static void put_features(const struct kin_remote *remote, unsigned page)
{
	const char *before = page == 0 ? "    features: " : "    more features: ";
	const char *first = before;

	for (unsigned bit = 0; bit < 64; bit++) {
		const char *name = kin_remote_feature_name(remote->type, page, bit);

		if (!name || !(remote->features[page][bit / 8] >> bit % 8 & 1))
			continue;
		printf("%s%s", before, name);
		before = ", ";
	}
	if (before != first)
		putchar('\n');
}

static void put_text(const struct kin_remote *remote, const struct signal *signal)
{
	printf("%s: %s", bdaddr_text(&remote->address), type_text(remote->type));
	if (*remote->name) {
		fputs(", ", stdout);
		put_json(stdout, remote->name);
	}
	putchar('\n');
	if (remote->has_version)
		printf("    version: %s, subversion 0x%04x, manufacturer %s (%u)\n",
		       kin_mgmt_version_name(remote->version), remote->subversion,
		       kin_mgmt_manufacturer_name(remote->manufacturer), remote->manufacturer);
	for (unsigned page = 0; page < remote->n_pages; page++)
		put_features(remote, page);
	if (signal->rssi != KIN_MGMT_UNKNOWN_DBM)
		printf("    received with %d dBm\n", signal->rssi);
	if (signal->power != KIN_MGMT_UNKNOWN_DBM && signal->power_max != KIN_MGMT_UNKNOWN_DBM)
		printf("    sent to with %d of at most %d dBm\n", signal->power, signal->power_max);
}

/* ---- The verb ------------------------------------------------------------------------------ */

/* Over one link, so that it can be told how well it is heard. */
static int ask(const struct chosen *chosen, const struct kin_bdaddr *address, int type,
	       int64_t timeout_ns, bool json)
{
	struct kin_sock *link KIN_CLEANUP(kin_close) = NULL;
	struct signal signal = {KIN_MGMT_UNKNOWN_DBM, KIN_MGMT_UNKNOWN_DBM, KIN_MGMT_UNKNOWN_DBM};
	int64_t deadline_ns = kin_deadline(timeout_ns);
	struct kin_remote remote;
	int err = kin_link_open(chosen->index, address, type, timeout_ns, &link);

	if (err == 0) {
		int64_t left = deadline_ns - kin_now();

		err = kin_remote_read(chosen->index, address, type, left > 0 ? left : 0, &remote);
	}
	if (err < 0)
		return complain_of(bdaddr_text(address), err);
	/* What the controller can't tell is left out. */
	kin_mgmt_connection_read(chosen->mgmt, chosen->index, address, type, &signal.rssi,
				 &signal.power, &signal.power_max);
	if (json)
		put_object(&remote, &signal);
	else
		put_text(&remote, &signal);
	return STATUS_DONE;
}

static int run(const struct invocation *inv)
{
	struct chosen chosen = {0};
	struct kin_bdaddr address;
	int64_t timeout_ns = 15 * INT64_C(1000000000);
	int type = KIN_BDADDR_BREDR, status;

	if (inv_address_type(inv, &type) || inv_duration(inv, "timeout", &timeout_ns))
		return STATUS_USAGE;
	if (kin_bdaddr_parse(inv->args[0], &address) < 0)
		return misuse(inv->command, "%s", kin_error_text());
	status = chosen_open_for(&chosen, inv_value(inv, "local"), &address);
	if (status == STATUS_DONE)
		status = ask(&chosen, &address, type, timeout_ns, inv_has(inv, "json"));
	chosen_close(&chosen);
	return status;
}

const struct command command_bt_info = {
	.group = "bt",
	.name = "info",
	.args = "ADDRESS",
	.summary = "show what a Bluetooth device says of itself",
	.text = "Connects, if it is not connected, and asks for name, version, manufacturer and "
		"features; of the connection it shows how strong the device is received, and how "
		"strong it is sent to. Over LE a device tells its name by other means: kin bt scan "
		"shows it. Takes CAP_NET_RAW, and for the strengths CAP_NET_ADMIN.",
	.options =
		(const struct command_option[]){
			{"type", 't', "TYPE",
			 "of the address: bredr, le-public or le-random [bredr]"},
			{"local", 0, "CONTROLLER", "the controller to use [the first that is up]"},
			{"timeout", 0, "TIME", "for all of it [15s]"},
			{"json", 'j', NULL, "one object"},
			{},
		},
	.examples =
		(const struct command_example[]){
			{"kin bt info 00:AA:01:01:00:02", "for a person"},
			{"kin bt info 00:AA:01:01:00:02 --json --local hci0",
			 "for a program, through one controller"},
			{},
		},
	.min_args = 1,
	.max_args = 1,
	.run = run,
};
