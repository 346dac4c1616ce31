/* SPDX-License-Identifier: GPL-2.0-or-later */
/* An interval as an object of JSON, on one line. */
#include <string.h>
#include <kin/family.h>

#include "../command.h"
#include "loads.h"

static void print_ms(const char *name, int64_t ns, FILE *out)
{
	if (ns > 0)
		fprintf(out, ",\"%s\":%.6f", name, (double)ns / 1e6);
	else
		fprintf(out, ",\"%s\":null", name);
}

/* The classes of error frames have the names that the option errors= has for them. */
static const struct kin_name *class_names(void)
{
	const struct kin_family *family = kin_family_by_name("can");
	const struct kin_opt *opt;

	for (unsigned i = 0; family && (opt = kin_opt_at(family, family->protos, i)); i++)
		if (strcmp(opt->name, "errors") == 0)
			return opt->names;
	return NULL;
}

static void print_classes(const struct kin_can_bus *bus, FILE *out)
{
	const char *before = "";

	fputs(",\"errors\":{", out);
	for (const struct kin_name *name = class_names(); name && name->name; name++) {
		for (unsigned i = 0; i < KIN_CAN_ERROR_CLASSES; i++) {
			if (name->value != INT64_C(1) << i || bus->error_classes[i] == 0)
				continue;
			fprintf(out, "%s\"%s\":%llu", before, name->name,
				(unsigned long long)bus->error_classes[i]);
			before = ",";
		}
	}
	fputc('}', out);
}

static void print_bus(const struct loads *loads, const struct bus_view *view, FILE *out)
{
	const struct kin_can_bus *bus = kin_can_stats_bus(loads->stats, view->ifindex);
	const struct kin_can_counts *w = &bus->window;
	unsigned tx, rx;

	fputs("{\"interface\":", out);
	put_json(out, view->name);
	if (bus->bitrate)
		fprintf(out,
			",\"bitrate\":%u,\"data_bitrate\":%u,\"load\":%.3f,\"load_min\":%.3f,"
			"\"load_max\":%.3f",
			bus->bitrate, bus->data_bitrate, 100 * bus->load, 100 * bus->load_min,
			100 * bus->load_max);
	else
		fputs(",\"bitrate\":null,\"data_bitrate\":null,\"load\":null", out);
	fprintf(out,
		",\"frames\":%llu,\"sent\":%llu,\"remote\":%llu,\"bits\":%llu,"
		"\"data_phase_bits\":%llu,\"payload_bits\":%llu,\"error_frames\":%llu",
		(unsigned long long)w->frames, (unsigned long long)w->sent,
		(unsigned long long)w->remote, (unsigned long long)w->bits,
		(unsigned long long)w->data_bits, (unsigned long long)w->payload_bits,
		(unsigned long long)w->errors);
	print_classes(bus, out);
	fputs(",\"state\":", out);
	put_json(out, *loads_state(view, bus) ? loads_state(view, bus) : NULL);
	if (loads_counters(view, bus, &tx, &rx))
		fprintf(out, ",\"tx_errors\":%u,\"rx_errors\":%u", tx, rx);
	fputc('}', out);
}

static void print_id(const struct loads *loads, const struct kin_can_id *id, FILE *out)
{
	char text[2 * CANXL_MAX_DLEN + 16];
	struct kin_buf buf = {.data = text, .size = sizeof(text)};
	bool fd = id->kind == KIN_CAN_FD;

	fputs("{\"interface\":", out);
	put_json(out, interface_name(id->ifindex));
	put_id(&buf, id);
	fprintf(out, ",\"id\":\"%s\",\"frames\":%llu,\"window\":%u,\"rate\":%.3f",
		kin_buf_end(&buf), (unsigned long long)id->frames, id->window,
		loads->seconds > 0 ? id->window / loads->seconds : 0);
	print_ms("cycle_ms", id->expected_ns, out);
	print_ms("period_ms", (int64_t)id->period_mean_ns, out);
	print_ms("period_min_ms", id->period_min_ns, out);
	print_ms("period_max_ms", id->period_max_ns, out);
	print_ms("jitter_ms", kin_can_id_jitter(id), out);
	buf.len = 0;
	kin_buf_put_hex(&buf, id->data, id->len, 0);
	fprintf(out,
		",\"missing\":%llu,\"changes\":%llu,\"dlc\":%u,\"kind\":\"%s\",\"data\":\"%s\"}",
		(unsigned long long)kin_can_id_missing(id, loads->time_ns),
		(unsigned long long)id->changes, id->dlc,
		id->kind == KIN_CAN_XL ? "xl"
		: fd                   ? "fd"
				       : "classic",
		kin_buf_end(&buf));
}

void loads_print_json(const struct loads *loads, FILE *out)
{
	fprintf(out, "{\"time\":%lld.%06lld,\"interval\":%.6f,\"lost\":%llu,\"buses\":[",
		(long long)(loads->time_ns / 1000000000),
		(long long)(loads->time_ns % 1000000000 / 1000), loads->seconds,
		(unsigned long long)loads->lost);
	for (size_t i = 0; i < loads->n_buses; i++) {
		fputs(i ? "," : "", out);
		print_bus(loads, &loads->buses[i], out);
	}
	fputc(']', out);
	if (loads->show_ids) {
		fputs(",\"ids\":[", out);
		for (size_t i = 0; i < loads->ids.n; i++) {
			fputs(i ? "," : "", out);
			print_id(loads, loads->ids.rows[i], out);
		}
		fputc(']', out);
	}
	fputs("}\n", out);
}
