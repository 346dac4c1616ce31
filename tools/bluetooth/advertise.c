/* SPDX-License-Identifier: GPL-2.0-or-later */
/* kin bt advertise: say something over LE for as long as the verb runs. */
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include <kin/family.h>
#include "controller.h"

struct run {
	const struct invocation *inv;
	struct chosen chosen;
	struct kin_mgmt_adv *adv;
	unsigned instance;
	int64_t duration_ns; /* below zero: until it is interrupted */
};

/* ---- What is said -------------------------------------------------------------------------- */

/* A failure of what was typed. */
static int typed(const struct run *run, const char *option, int err)
{
	return err < 0 ? misuse(run->inv->command, "--%s: %s", option, kin_error_text()) : 0;
}

static int read_flags(struct run *run)
{
	static const struct {
		const char *option;
		uint32_t flag;
	} flags[] = {
		{"connectable", KIN_MGMT_ADV_CONNECTABLE},
		{"discoverable", KIN_MGMT_ADV_DISCOVERABLE},
		{"limited", KIN_MGMT_ADV_LIMITED},
		{"tx-power", KIN_MGMT_ADV_TX_POWER},
		{"local-name", KIN_MGMT_ADV_LOCAL_NAME},
	};
	uint32_t on = 0;

	for (unsigned i = 0; i < sizeof(flags) / sizeof(*flags); i++)
		if (inv_has(run->inv, flags[i].option))
			on |= flags[i].flag;
	if (inv_has(run->inv, "local-name") && inv_has(run->inv, "name"))
		return misuse(run->inv->command, "--name and --local-name exclude each other");
	return typed(run, "connectable", kin_mgmt_adv_set_flags(run->adv, on));
}

/* "NUMBER:HEX" of --manufacturer and --field. */
static int read_pair(const struct run *run, const char *option, const char *text, int64_t min,
		     int64_t max, int64_t *ret_number, uint8_t data[255], size_t *ret_len)
{
	char number[16];
	const char *colon = strchr(text, ':');
	ssize_t len;

	if (!colon || (size_t)(colon - text) >= sizeof(number))
		return misuse(run->inv->command, "--%s %s: not a number, a colon and bytes in hex",
			      option, text);
	memcpy(number, text, (size_t)(colon - text));
	number[colon - text] = '\0';
	if (kin_parse_int(number, option, min, max, ret_number) < 0)
		return misuse(run->inv->command, "%s", kin_error_text());
	len = colon[1] ? kin_parse_bytes(colon + 1, option, data, 255) : 0;
	if (len < 0)
		return misuse(run->inv->command, "%s", kin_error_text());
	*ret_len = (size_t)len;
	return STATUS_DONE;
}

/* One field, as it was typed. 0 or STATUS_USAGE */
static int add_field(struct run *run, const char *option, const char *value)
{
	struct kin_bt_uuid uuid;
	uint8_t data[255];
	int64_t number = 0;
	size_t len = 0;
	int err, status;

	if (strcmp(option, "name") == 0)
		return typed(run, option, kin_mgmt_adv_add_name(run->adv, value));
	if (strcmp(option, "uuid") == 0) {
		err = kin_bt_uuid_parse(value, &uuid);
		return typed(run, option, err < 0 ? err : kin_mgmt_adv_add_uuid(run->adv, &uuid));
	}
	if (strcmp(option, "manufacturer") == 0) {
		status = read_pair(run, option, value, 0, UINT16_MAX, &number, data, &len);
		return status ? status
			      : typed(run, option,
				      kin_mgmt_adv_add_manufacturer(run->adv, (long)number, data,
								    len));
	}
	if (strcmp(option, "field") == 0) {
		status = read_pair(run, option, value, 1, UINT8_MAX, &number, data, &len);
		return status ? status
			      : typed(run, option,
				      kin_mgmt_adv_add(run->adv, (long)number, data, len));
	}
	return STATUS_DONE;
}

static int read_fields(struct run *run)
{
	int status = read_flags(run);

	for (unsigned i = 0; status == STATUS_DONE && i < run->inv->n_given; i++)
		status = add_field(run, run->inv->given[i].name, run->inv->given[i].value);
	run->duration_ns = -1;
	if (status == STATUS_DONE)
		status = inv_duration(run->inv, "duration", &run->duration_ns);
	return status;
}

/* ---- While it is said ---------------------------------------------------------------------- */

static void put_hex(const char *name, const uint8_t *data, size_t len)
{
	printf(",\"%s\":\"", name);
	for (size_t i = 0; i < len; i++)
		printf("%02X", data[i]);
	putchar('"');
}

/* Say that it has begun. */
static void tell(const struct run *run)
{
	const uint8_t *data, *response;
	size_t len, response_len;

	kin_mgmt_adv_data(run->adv, &data, &len, &response, &response_len);
	if (inv_has(run->inv, "json")) {
		printf("{\"controller\":\"%s\",\"instance\":%u", run->chosen.device, run->instance);
		put_hex("data", data, len);
		put_hex("response", response, response_len);
		puts("}");
		flush_output();
	} else {
		remark("%s advertises as instance %u: %zu bytes, and %zu in the scan response",
		       run->chosen.device, run->instance, len, response_len);
	}
}

/* What an event means for us: STATUS_FAILED: it is over; or STATUS_DONE */
static int see_event(struct run *run, const struct kin_mgmt_event *event)
{
	if (event->index != run->chosen.index)
		return STATUS_DONE;
	if (event->code == KIN_MGMT_INDEX_REMOVED) {
		complain("%s: the controller is gone", run->chosen.device);
		run->instance = 0;
		return STATUS_FAILED;
	}
	if (event->code == KIN_MGMT_ADVERTISING_REMOVED && event->len >= 1 &&
	    event->data[0] == run->instance) {
		complain("%s: somebody removed instance %u", run->chosen.device, run->instance);
		run->instance = 0;
		return STATUS_FAILED;
	}
	return STATUS_DONE;
}

/* Until it is interrupted, the time is over, or it can't go on. */
static int wait_for_end(struct run *run, int stop)
{
	int64_t end_ns = kin_deadline(run->duration_ns);
	struct pollfd fds[] = {{.fd = stop, .events = POLLIN},
			       {.fd = kin_fd(kin_mgmt_sock(run->chosen.mgmt)), .events = POLLIN}};
	struct kin_mgmt_event event;
	int status = STATUS_DONE, got;

	while (status == STATUS_DONE) {
		int64_t left_ms = end_ns < 0 ? -1 : (end_ns - kin_now() + 999999) / 1000000;

		if (end_ns >= 0 && left_ms <= 0)
			break;
		while ((got = kin_mgmt_event(run->chosen.mgmt, 0, &event)) > 0 && !status)
			status = see_event(run, &event);
		if (got < 0)
			return complain_of_controller(&run->chosen, got);
		if (status)
			break;
		poll(fds, 2, left_ms > INT32_MAX ? INT32_MAX : (int)left_ms);
		if (fds[0].revents)
			break;
	}
	return status;
}

/* What is put together is heard of a controller only that is up. */
static int check_up(const struct run *run)
{
	struct kin_mgmt_controller *c KIN_CLEANUP(kin_mgmt_controller_free) = NULL;
	int err = kin_mgmt_controller_read(run->chosen.mgmt, run->chosen.index, &c);

	if (err == 0 && !(c->current & KIN_MGMT_POWERED))
		err = kin_fail(ENETDOWN, "it is down; `sudo kin bt power %s on`", c->device);
	return err < 0 ? complain_of_controller(&run->chosen, err) : STATUS_DONE;
}

static int advertise(struct run *run)
{
	int stop, err, status = check_up(run);

	if (status)
		return status;
	stop = stop_fd();
	err = kin_mgmt_adv_start(run->chosen.mgmt, run->chosen.index, run->adv, 0, &run->instance);
	if (err < 0)
		return complain_of_controller(&run->chosen, err);
	tell(run);
	status = wait_for_end(run, stop);
	if (run->instance) {
		err = kin_mgmt_adv_stop(run->chosen.mgmt, run->chosen.index, run->instance);
		if (err < 0)
			status = complain_of_controller(&run->chosen, err);
	}
	close(stop);
	return status;
}

/* Those that were left by whom it may be. */
static int stop_all(struct run *run)
{
	struct kin_mgmt_adv_features features;
	int err = kin_mgmt_adv_features(run->chosen.mgmt, run->chosen.index, &features);

	if (err == 0 && features.n_instances > 0)
		err = kin_mgmt_adv_stop(run->chosen.mgmt, run->chosen.index, 0);
	return err < 0 ? complain_of_controller(&run->chosen, err) : STATUS_DONE;
}

/* ---- The verb ------------------------------------------------------------------------------ */

static int run(const struct invocation *inv)
{
	struct run r = {.inv = inv};
	int err = kin_mgmt_adv_new(&r.adv), status;

	if (err < 0)
		return complain_of("advertising", err);
	status = read_fields(&r);
	if (status == STATUS_DONE)
		status = chosen_open(&r.chosen, inv->n_args > 0 ? inv->args[0] : NULL);
	if (status == STATUS_DONE)
		status = inv_has(inv, "stop") ? stop_all(&r) : advertise(&r);
	chosen_close(&r.chosen);
	kin_mgmt_adv_free(r.adv);
	return status;
}

static const struct command_option options[] = {
	{"name", 'n', "NAME", "a name, whatever the controller's is"},
	{"local-name", 0, NULL, "the controller's name, as much of it as there is room for"},
	{"uuid", 'u', "UUID", "a service: 180D, or all 128 bits; may be given again"},
	{"manufacturer", 'm', "COMPANY:HEX",
	 "a company's number (65535: for tests), and its bytes"},
	{"field", 0, "TYPE:HEX", "any field by its AD type: 0x16:0F1864"},
	{"tx-power", 0, NULL, "tell with how much power it is sent"},
	{"connectable", 'c', NULL, "who hears it may connect"},
	{"discoverable", 'd', NULL, "say that it is generally discoverable"},
	{"limited", 0, NULL, "say that it is discoverable for a limited time"},
	{"duration", 0, "TIME", "end after TIME: 10 (seconds), 500ms, 2m"},
	{"stop", 0, NULL, "instead: remove all that the controller advertises"},
	{"json", 'j', NULL, "one object at the start: instance, and the bytes that are sent"},
	{},
};

static const struct command_example examples[] = {
	{"kin bt advertise hci0 --name thermometer --uuid 1809 --connectable --discoverable",
	 "a device that can be connected to, until it is interrupted"},
	{"kin bt advertise hci0 --manufacturer 65535:0102 --tx-power --duration 2",
	 "two seconds of a beacon"},
	{"kin bt advertise hci0 --stop", "what a killed one has left"},
	{},
};

const struct command command_bt_advertise = {
	.group = "bt",
	.name = "advertise",
	.args = "[CONTROLLER]",
	.summary = "advertise over LE: names, services, data of a manufacturer",
	.text = "Advertises until it is interrupted, in an instance of its own beside those of "
		"others, and removes that at the end. What does not fit into the 31 bytes of "
		"advertising data goes to the 31 of the scan response; names begin there. What "
		"fits into neither is refused with how much is taken.",
	.options = options,
	.examples = examples,
	.max_args = 1,
	.run = run,
};
