/* SPDX-License-Identifier: GPL-2.0-or-later */
/* kin bt scan: the devices around. */
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <kin/family.h>
#include "controller.h"

enum {
	MAX_DEVICES = 4096, /* those beyond are shown each time */
	MAX_UUIDS = 64,
	HEARD = 4, /* of a device, so many different things it told are remembered */
	AD_SHORT_NAME = 0x08,
	AD_NAME = 0x09,
	LINE = 4096,
};

/* A device that was shown. */
struct device {
	struct kin_bdaddr address;
	uint8_t type;
	uint8_t next;          /* of heard, the oldest */
	uint32_t heard[HEARD]; /* hashes of what it told */
};

struct run {
	const struct invocation *inv;
	struct chosen chosen;
	unsigned transports;
	struct kin_bt_uuid uuids[MAX_UUIDS];
	struct kin_mgmt_filter filter;
	bool filtered, json, scanning, gone;
	int64_t end_ns, round_ns; /* CLOCK_MONOTONIC: the end, and when the last round began */
	struct device *devices;
	unsigned n_devices, room;
};

/* ---- What was shown ------------------------------------------------------------------------ */

static uint32_t hash(const uint8_t *data, size_t len)
{
	uint32_t h = 2166136261U;

	for (size_t i = 0; i < len; i++)
		h = (h ^ data[i]) * 16777619U;
	return h ? h : 1;
}

static struct device *find_device(struct run *run, const struct kin_mgmt_found *found)
{
	for (unsigned i = 0; i < run->n_devices; i++)
		if (run->devices[i].type == found->type &&
		    memcmp(&run->devices[i].address, &found->address, sizeof(found->address)) == 0)
			return &run->devices[i];
	return NULL;
}

static struct device *add_device(struct run *run, const struct kin_mgmt_found *found)
{
	if (run->n_devices == run->room) {
		unsigned room = run->room ? 2 * run->room : 64;
		struct device *more =
			room <= MAX_DEVICES ? realloc(run->devices, room * sizeof(*more)) : NULL;

		if (!more)
			return NULL;
		run->devices = more;
		run->room = room;
	}
	run->devices[run->n_devices] =
		(struct device){.address = found->address, .type = found->type};
	return &run->devices[run->n_devices++];
}

/* Is it something new: another device, or other words of it? It is not afterwards. */
static bool is_news(struct run *run, const struct kin_mgmt_found *found)
{
	struct device *device = find_device(run, found);
	uint32_t now = hash(found->eir, found->eir_len);

	if (device && found->eir_len == 0)
		return false;
	for (unsigned i = 0; device && i < HEARD; i++)
		if (device->heard[i] == now)
			return false;
	if (!device)
		device = add_device(run, found);
	if (device) {
		device->heard[device->next] = now;
		device->next = (device->next + 1) % HEARD;
	}
	return true;
}

/* ---- Showing it ---------------------------------------------------------------------------- */

/* Before Bluetooth 1.2 a device of BR/EDR was found without. */
static bool has_rssi(const struct kin_mgmt_found *found)
{
	return found->rssi != KIN_MGMT_UNKNOWN_DBM &&
	       (found->rssi != 0 || found->type != KIN_BDADDR_BREDR);
}

static bool find_name(const struct kin_mgmt_found *found, struct kin_bt_ad *ad)
{
	return kin_bt_ad_find(found->eir, found->eir_len, AD_NAME, ad) > 0 ||
	       kin_bt_ad_find(found->eir, found->eir_len, AD_SHORT_NAME, ad) > 0;
}

static void put_name(const struct kin_mgmt_found *found, struct kin_buf *out)
{
	struct kin_bt_ad ad;

	if (find_name(found, &ad))
		kin_buf_put_json(out, (const char *)ad.data, ad.len);
	else
		kin_buf_puts(out, "null");
}

/* What of a field there is room for; of JSON nothing, when that is not all. */
static void put_field(const struct kin_bt_ad *ad, bool json, struct kin_buf *out)
{
	char text[2048];
	ssize_t len = json ? kin_bt_ad_format_json(ad, text, sizeof(text))
			   : kin_bt_ad_format(ad, text, sizeof(text));

	if (len < (ssize_t)sizeof(text))
		kin_buf_puts(out, text);
	else
		kin_buf_puts(out, json ? "{}" : "...");
}

static void put_fields(const struct kin_mgmt_found *found, bool json, struct kin_buf *out)
{
	const char *between = "";
	struct kin_bt_ad ad;
	size_t offset = 0;
	int r;

	while ((r = kin_bt_ad_next(found->eir, found->eir_len, &offset, &ad)) > 0) {
		if (!json && (ad.type == AD_NAME || ad.type == AD_SHORT_NAME))
			continue;
		kin_buf_puts(out, between);
		put_field(&ad, json, out);
		between = json ? "," : "; ";
	}
	if (r < 0)
		kin_buf_printf(out, "%s%s", between,
			       json ? "{\"malformed\":true}" : "malformed behind that");
}

static void put_text(const struct kin_mgmt_found *found, struct kin_buf *out)
{
	struct kin_bt_ad name;

	kin_buf_printf(out, "%s  %-9s  ", bdaddr_text(&found->address), type_text(found->type));
	if (has_rssi(found))
		kin_buf_printf(out, "%4d dBm", found->rssi);
	else
		kin_buf_puts(out, "   ? dBm");
	if (find_name(found, &name)) {
		kin_buf_puts(out, "  ");
		put_name(found, out);
	}
	kin_buf_puts(out, "  ");
	put_fields(found, false, out);
	while (out->len > 0 && out->len <= out->size && out->data[out->len - 1] == ' ')
		out->len--;
	kin_buf_puts(out, "\n");
}

static void put_object(const struct run *run, const struct kin_mgmt_found *found,
		       struct kin_buf *out)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	kin_buf_printf(out,
		       "{\"time\":%lld.%06ld,\"controller\":\"%s\",\"address\":\"%s\",\"type\":"
		       "\"%s\",\"rssi\":",
		       (long long)now.tv_sec, now.tv_nsec / 1000, run->chosen.device,
		       bdaddr_text(&found->address), type_word(found->type));
	if (has_rssi(found))
		kin_buf_printf(out, "%d", found->rssi);
	else
		kin_buf_puts(out, "null");
	kin_buf_puts(out, ",\"name\":");
	put_name(found, out);
	kin_buf_printf(out, ",\"connectable\":%s,\"data\":[",
		       found->flags & KIN_MGMT_FOUND_NOT_CONNECTABLE ? "false" : "true");
	put_fields(found, true, out);
	kin_buf_puts(out, "]}\n");
}

static void show(struct run *run, const struct kin_mgmt_found *found)
{
	bool news = is_news(run, found);
	static char line[1 << 20];
	struct kin_buf out = {line, sizeof(line), 0};

	if (run->json)
		put_object(run, found, &out);
	else if (news)
		put_text(found, &out);
	fwrite(line, 1, out.len < sizeof(line) ? out.len : sizeof(line), stdout);
	if (flush_output() < 0)
		run->end_ns = 0;
}

/* ---- Scanning ------------------------------------------------------------------------------ */

static void take(struct run *run, const struct kin_mgmt_event *event)
{
	struct kin_mgmt_found found;
	unsigned transports;
	bool on;

	if (event->index != run->chosen.index)
		return;
	if (event->code == KIN_MGMT_INDEX_REMOVED)
		run->gone = true;
	else if (event->code == KIN_MGMT_DISCOVERING &&
		 kin_mgmt_discovering_read(event, &transports, &on) == 0)
		run->scanning = on;
	if (event->code != KIN_MGMT_DEVICE_FOUND || kin_mgmt_found_read(event, &found) < 0)
		return;
	show(run, &found);
	/* It may have gone, or the scan have ended: then its name stays unknown. */
	if (found.flags & KIN_MGMT_FOUND_CONFIRM_NAME)
		kin_mgmt_confirm_name(run->chosen.mgmt, run->chosen.index, &found.address,
				      found.type, false);
}

static int start_round(struct run *run)
{
	int err = kin_mgmt_scan_start(run->chosen.mgmt, run->chosen.index, run->transports,
				      run->filtered ? &run->filter : NULL);

	run->round_ns = kin_now();
	run->scanning = err == 0;
	return err < 0 ? complain_of_controller(&run->chosen, err) : STATUS_DONE;
}

/* Until it is interrupted, the time is over, or it can't go on. */
static int scan(struct run *run, int stop)
{
	struct pollfd fds[] = {{.fd = stop, .events = POLLIN},
			       {.fd = kin_fd(kin_mgmt_sock(run->chosen.mgmt)), .events = POLLIN}};
	int status = start_round(run);

	while (status == STATUS_DONE && kin_now() < run->end_ns) {
		/* A second at least from one round to the next, whatever the controller says. */
		int64_t next_ns = run->round_ns + 1000000000, until_ns = run->end_ns;
		struct kin_mgmt_event event;
		int got;

		while ((got = kin_mgmt_event(run->chosen.mgmt, 0, &event)) > 0)
			take(run, &event);
		if (got < 0)
			return complain_of_controller(&run->chosen, got);
		if (run->gone)
			return complain_of_controller(&run->chosen,
						      kin_fail(ENODEV, "the controller is gone"));
		if (!run->scanning && kin_now() >= next_ns) {
			status = start_round(run);
			continue;
		}
		if (!run->scanning && next_ns < until_ns)
			until_ns = next_ns;
		until_ns -= kin_now();
		if (until_ns < 0)
			until_ns = 0;
		ppoll(fds, 2, &(struct timespec){until_ns / 1000000000, until_ns % 1000000000},
		      NULL);
		if (fds[0].revents)
			break;
	}
	if (run->scanning)
		kin_mgmt_scan_stop(run->chosen.mgmt, run->chosen.index, run->transports);
	return status;
}

/* ---- The verb ------------------------------------------------------------------------------ */

static int read_filter(struct run *run)
{
	const struct invocation *inv = run->inv;
	int64_t rssi = KIN_MGMT_UNKNOWN_DBM;
	const char *text;

	if (inv_int(inv, "rssi", -127, 20, &rssi))
		return STATUS_USAGE;
	run->filter = (struct kin_mgmt_filter){
		.struct_size = sizeof(run->filter), .rssi = (int)rssi, .uuids = run->uuids};
	while ((text = inv_value_at(inv, "uuid", (unsigned)run->filter.n_uuids))) {
		if (run->filter.n_uuids == MAX_UUIDS)
			return misuse(inv->command, "--uuid: more than %d", MAX_UUIDS);
		if (kin_bt_uuid_parse(text, &run->uuids[run->filter.n_uuids]) < 0)
			return misuse(inv->command, "--uuid: %s", kin_error_text());
		run->filter.n_uuids++;
	}
	run->filtered = inv_has(inv, "rssi") || run->filter.n_uuids > 0;
	return STATUS_DONE;
}

static int parse(struct run *run, unsigned *ret_type)
{
	static const char *const types[] = {"all", "bredr", "le", NULL};
	int64_t duration_ns = 12 * INT64_C(1000000000);

	if (inv_choice(run->inv, "type", types, ret_type) ||
	    inv_duration(run->inv, "duration", &duration_ns))
		return STATUS_USAGE;
	run->json = inv_has(run->inv, "json");
	run->end_ns = kin_deadline(duration_ns);
	return read_filter(run);
}

/* What is asked for, or all that the controller has switched on. */
static int choose_transports(struct run *run, unsigned type)
{
	static const unsigned wanted[] = {0, KIN_MGMT_SCAN_BREDR, KIN_MGMT_SCAN_LE};
	struct kin_mgmt_controller *c KIN_CLEANUP(kin_mgmt_controller_free) = NULL;
	int err;

	run->transports = wanted[type];
	if (run->transports)
		return STATUS_DONE;
	err = kin_mgmt_controller_read(run->chosen.mgmt, run->chosen.index, &c);
	if (err < 0)
		return complain_of_controller(&run->chosen, err);
	if (c->current & KIN_MGMT_BREDR)
		run->transports |= KIN_MGMT_SCAN_BREDR;
	if (c->current & KIN_MGMT_LE)
		run->transports |= KIN_MGMT_SCAN_LE;
	/* Of a controller with neither the kernel says what is in the way. */
	if (!run->transports)
		run->transports = KIN_MGMT_SCAN_LE;
	return STATUS_DONE;
}

static int run(const struct invocation *inv)
{
	struct run r = {.inv = inv};
	unsigned type = 0;
	int stop, status = parse(&r, &type);

	if (status == STATUS_DONE)
		status = chosen_open(&r.chosen, inv->n_args > 0 ? inv->args[0] : NULL);
	if (status == STATUS_DONE)
		status = choose_transports(&r, type);
	if (status == STATUS_DONE) {
		stop = stop_fd();
		status = scan(&r, stop);
		close(stop);
		if (status == STATUS_DONE && !r.json)
			remark("%u devices", r.n_devices);
	}
	if (status == STATUS_DONE && r.chosen.mgmt && kin_mgmt_lost(r.chosen.mgmt) > 0) {
		remark("%llu events were lost", (unsigned long long)kin_mgmt_lost(r.chosen.mgmt));
		status = STATUS_LOST;
	}
	free(r.devices);
	chosen_close(&r.chosen);
	return status;
}

static const struct command_option options[] = {
	{"type", 't', "TYPE", "what to look for: bredr, le, or all that is switched on [all]"},
	{"duration", 0, "TIME", "end after TIME: 500ms, 10 (seconds), 2m [12s]"},
	{"rssi", 0, "DBM", "those alone that are received at least so strong: -70"},
	{"uuid", 'u', "UUID",
	 "those alone that have this service; may be given again, for one of them"},
	{"json", 'j', NULL, "an object for each time that a device was heard"},
	{},
};

static const struct command_example examples[] = {
	{"kin bt scan hci0", "what is there"},
	{"kin bt scan hci0 --type le --rssi -70 --uuid 180D --duration 3s",
	 "near heart rate monitors"},
	{"kin bt scan hci0 --type bredr --json --duration 3s", "for a program"},
	{},
};

const struct command command_bt_scan = {
	.group = "bt",
	.name = "scan",
	.args = "[CONTROLLER]",
	.summary = "look for Bluetooth devices, and show what they tell",
	.text = "A line for each device, and another when it tells something else: address, kind "
		"of address, how strong it is received, its name in quotes, and what else it tells "
		"of itself. Of both kinds, LE is listened to for the first five seconds, and "
		"BR/EDR "
		"for the next five, and so on. Devices of BR/EDR are asked for their names when "
		"they do not tell "
		"them. Takes CAP_NET_ADMIN; "
		"exit status 3 says that more was heard than could be read.",
	.options = options,
	.examples = examples,
	.max_args = 1,
	.run = run,
};
