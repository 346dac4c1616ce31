/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <net/if.h>
#include <string.h>

#include "controller.h"

static bool is_controller(const struct kin_can_controller *c)
{
	return strcmp(c->kind, "can") == 0;
}

/* ---- For programs -------------------------------------------------------------------------- */

static void put_number(const char *name, uint32_t value)
{
	if (value == KIN_CAN_UNKNOWN)
		printf(",\"%s\":null", name);
	else
		printf(",\"%s\":%u", name, value);
}

static void put_modes_json(const char *name, uint32_t modes)
{
	const struct kin_can_mode *mode;
	const char *comma = "";

	if (modes == KIN_CAN_UNKNOWN) {
		printf(",\"%s\":null", name);
		return;
	}
	printf(",\"%s\":[", name);
	for (unsigned i = 0; (mode = kin_can_mode_at(i)); i++) {
		if (!(modes & mode->bit))
			continue;
		printf("%s\"%s\"", comma, mode->name);
		comma = ",";
	}
	putchar(']');
}

static void put_tdc_json(const struct kin_can_tdc *tdc)
{
	printf(",\"tdc\":{\"tdcv_range\":[%u,%u],\"tdco_range\":[%u,%u],\"tdcf_range\":[%u,%u]",
	       tdc->value_min, tdc->value_max, tdc->offset_min, tdc->offset_max, tdc->filter_min,
	       tdc->filter_max);
	put_number("tdcv", tdc->value);
	put_number("tdco", tdc->offset);
	put_number("tdcf", tdc->filter);
	putchar('}');
}

static void put_phase_json(const char *name, const struct kin_can_phase_info *phase)
{
	if (!phase->timing.bitrate && !phase->limits.brp_max && !phase->n_bitrates) {
		printf(",\"%s\":null", name);
		return;
	}
	printf(",\"%s\":{", name);
	if (phase->timing.bitrate)
		put_timing_json(stdout, &phase->timing);
	else
		fputs("\"bitrate\":null", stdout);
	fputs(",\"limits\":", stdout);
	if (phase->limits.brp_max)
		put_limits_json(stdout, &phase->limits);
	else
		fputs("null", stdout);
	if (phase->n_bitrates) {
		fputs(",\"bitrates\":[", stdout);
		for (size_t i = 0; i < phase->n_bitrates; i++)
			printf("%s%u", i ? "," : "", phase->bitrates[i]);
		putchar(']');
	}
	if (phase->tdc.offset_max)
		put_tdc_json(&phase->tdc);
	putchar('}');
}

static void put_controller_json(const struct kin_can_controller *c)
{
	printf(",\"state\":\"%s\"", kin_can_state_name(c->state));
	put_number("clock", c->clock);
	put_modes_json("modes", c->modes);
	put_modes_json("modes_supported", c->modes_supported);
	put_number("restart_ms", c->restart_ms);
	put_number("tx_errors", c->tx_errors);
	put_number("rx_errors", c->rx_errors);
	put_number("bitrate_max", c->bitrate_max ? c->bitrate_max : KIN_CAN_UNKNOWN);
	put_number("termination", c->termination);
	fputs(",\"terminations\":[", stdout);
	for (size_t i = 0; i < c->n_terminations; i++)
		printf("%s%u", i ? "," : "", c->terminations[i]);
	putchar(']');
	put_phase_json("nominal", &c->phases[KIN_CAN_NOMINAL]);
	put_phase_json("data", &c->phases[KIN_CAN_DATA]);
	put_phase_json("xl_data", &c->phases[KIN_CAN_XL_DATA]);
	printf(",\"device\":{\"bus_errors\":%u,\"error_warning\":%u,\"error_passive\":%u,"
	       "\"bus_off\":%u,\"arbitration_lost\":%u,\"restarts\":%u}",
	       c->device.bus_error, c->device.error_warning, c->device.error_passive,
	       c->device.bus_off, c->device.arbitration_lost, c->device.restarts);
}

static void put_object(const struct kin_can_controller *c)
{
	const struct rtnl_link_stats64 *s = &c->stats;

	fputs("{\"name\":", stdout);
	put_json(stdout, c->name);
	printf(",\"index\":%u,\"kind\":", c->index);
	put_json(stdout, c->kind);
	fputs(",\"driver\":", stdout);
	put_json(stdout, *c->driver ? c->driver : NULL);
	fputs(",\"bus\":", stdout);
	put_json(stdout, *c->parent_bus ? c->parent_bus : NULL);
	fputs(",\"parent\":", stdout);
	put_json(stdout, *c->parent ? c->parent : NULL);
	printf(",\"up\":%s,\"running\":%s,\"echo\":%s,\"mtu\":%u,\"queue_len\":%u",
	       c->flags & IFF_UP ? "true" : "false", c->flags & IFF_RUNNING ? "true" : "false",
	       c->flags & (1U << 18) ? "true" : "false", c->mtu, c->queue_len);
	if (c->peer)
		printf(",\"peer\":%u", c->peer);
	if (is_controller(c))
		put_controller_json(c);
	printf(",\"rx\":{\"frames\":%llu,\"bytes\":%llu,\"errors\":%llu,\"dropped\":%llu,"
	       "\"overflows\":%llu}",
	       s->rx_packets, s->rx_bytes, s->rx_errors, s->rx_dropped, s->rx_over_errors);
	printf(",\"tx\":{\"frames\":%llu,\"bytes\":%llu,\"errors\":%llu,\"dropped\":%llu}}\n",
	       s->tx_packets, s->tx_bytes, s->tx_errors, s->tx_dropped);
}

/* ---- For people ---------------------------------------------------------------------------- */

static void put_modes(const char *title, uint32_t modes)
{
	const struct kin_can_mode *mode;
	const char *before = title;

	for (unsigned i = 0; (mode = kin_can_mode_at(i)); i++) {
		if (!(modes & mode->bit))
			continue;
		printf("%s%s", before, mode->name);
		before = ", ";
	}
	if (before != title)
		putchar('\n');
}

static void put_limits(const char *title, const struct can_bittiming_const *l)
{
	if (l->brp_max)
		printf("%ssegments %u-%u and %u-%u, sjw 1-%u, brp %u-%u in steps of %u\n", title,
		       l->tseg1_min, l->tseg1_max, l->tseg2_min, l->tseg2_max, l->sjw_max,
		       l->brp_min, l->brp_max, l->brp_inc);
}

static void put_timing(const char *title, const struct kin_can_phase_info *phase)
{
	const struct can_bittiming *t = &phase->timing;

	if (t->bitrate)
		printf("%s%u bit/s, sampled at %u.%u %%; tq %u ns, segments 1+%u+%u+%u, sjw %u, "
		       "brp %u\n",
		       title, t->bitrate, t->sample_point / 10, t->sample_point % 10, t->tq,
		       t->prop_seg, t->phase_seg1, t->phase_seg2, t->sjw, t->brp);
	for (size_t i = 0; i < phase->n_bitrates; i++)
		printf("%s%u%s", i ? ", " : "    bit rates: ", phase->bitrates[i],
		       i + 1 == phase->n_bitrates ? "\n" : "");
}

static void put_tdc(const struct kin_can_tdc *tdc)
{
	if (!tdc->offset_max)
		return;
	printf("    delay compensation:");
	if (tdc->value != KIN_CAN_UNKNOWN)
		printf(" tdcv %u", tdc->value);
	if (tdc->offset != KIN_CAN_UNKNOWN)
		printf(" tdco %u", tdc->offset);
	if (tdc->filter != KIN_CAN_UNKNOWN)
		printf(" tdcf %u", tdc->filter);
	printf(" (tdco %u-%u)\n", tdc->offset_min, tdc->offset_max);
}

static void put_controller(const struct kin_can_controller *c)
{
	const struct kin_can_phase_info *nominal = &c->phases[KIN_CAN_NOMINAL];
	const struct kin_can_phase_info *data = &c->phases[KIN_CAN_DATA];

	put_timing("    timing: ", nominal);
	put_limits("    limits: ", &nominal->limits);
	put_timing("    data timing: ", data);
	put_limits("    data limits: ", &data->limits);
	put_tdc(&data->tdc);
	put_timing("    XL data timing: ", &c->phases[KIN_CAN_XL_DATA]);
	put_modes("    modes on: ", c->modes);
	if (c->modes_supported != KIN_CAN_UNKNOWN)
		put_modes("    modes there are: ", c->modes_supported);
	if (c->tx_errors != KIN_CAN_UNKNOWN)
		printf("    error counters: sending %u, receiving %u\n", c->tx_errors,
		       c->rx_errors);
	if (c->restart_ms)
		printf("    after bus-off: restarts in %u ms\n", c->restart_ms);
	else
		puts("    after bus-off: stays off");
	if (c->termination != KIN_CAN_UNKNOWN)
		printf("    termination: %u ohms\n", c->termination);
	printf("    so far: %u bus errors, %u arbitrations lost, %u times warning, %u passive, %u "
	       "bus-off, %u restarts\n",
	       c->device.bus_error, c->device.arbitration_lost, c->device.error_warning,
	       c->device.error_passive, c->device.bus_off, c->device.restarts);
}

static void put_text(const struct kin_can_controller *c)
{
	const struct kin_can_phase_info *phases = c->phases;
	const struct rtnl_link_stats64 *s = &c->stats;

	printf("%s: %s", c->name, c->flags & IFF_UP ? "up" : "down");
	if (is_controller(c)) {
		printf(", %s, ", kin_can_state_name(c->state));
		if (phases[KIN_CAN_NOMINAL].timing.bitrate)
			printf("%s", rate_text(phases[KIN_CAN_NOMINAL].timing.bitrate));
		else
			printf("no bit rate");
		if (phases[KIN_CAN_DATA].timing.bitrate)
			printf("/%s", rate_text(phases[KIN_CAN_DATA].timing.bitrate));
	}
	printf(", %s", *c->kind ? c->kind : "of unknown kind");
	if (*phases[KIN_CAN_NOMINAL].limits.name)
		printf(" %s", phases[KIN_CAN_NOMINAL].limits.name);
	if (c->clock)
		printf(" at %g MHz", c->clock / 1e6);
	if (*c->driver)
		printf(", driver %s", c->driver);
	if (*c->parent)
		printf(", %s %s", c->parent_bus, c->parent);
	putchar('\n');
	if (is_controller(c))
		put_controller(c);
	printf("    mtu %u, queue of %u frames\n", c->mtu, c->queue_len);
	printf("    received: %llu frames, %llu bytes, %llu errors, %llu dropped\n", s->rx_packets,
	       s->rx_bytes, s->rx_errors, s->rx_dropped);
	printf("    sent: %llu frames, %llu bytes, %llu errors, %llu dropped\n", s->tx_packets,
	       s->tx_bytes, s->tx_errors, s->tx_dropped);
}

static void put_one(const struct kin_can_controller *c, bool json)
{
	if (json)
		put_object(c);
	else
		put_text(c);
}

static int show_all(bool json)
{
	struct kin_can_controller **list KIN_CLEANUP(kin_can_controller_list_free) = NULL;
	int n = kin_can_controller_list(&list);

	if (n < 0)
		return complain_of("kin can show", n);
	for (int i = 0; i < n; i++)
		put_one(list[i], json);
	if (n == 0 && !json)
		remark("no CAN interfaces here");
	return STATUS_DONE;
}

static int run(const struct invocation *inv)
{
	int status = STATUS_DONE;

	if (inv->n_args == 0)
		return show_all(inv_has(inv, "json"));
	for (unsigned i = 0; i < inv->n_args; i++) {
		struct kin_can_controller *c KIN_CLEANUP(kin_can_controller_free) = NULL;
		int err = kin_can_controller_read(inv->args[i], &c);

		if (err < 0)
			status = complain_of_interface(inv->args[i], err);
		else
			put_one(c, inv_has(inv, "json"));
	}
	return status;
}

const struct command command_can_show = {
	.group = "can",
	.name = "show",
	.args = "[INTERFACE...]",
	.summary = "show CAN interfaces: state, bit timing, modes, counters",
	.text = "Shows all that the kernel says of CAN interfaces, of every one when none is "
		"named. "
		"Bit rates are in bit/s, sample points in percent, segments in time quanta; the "
		"first quantum of a bit is always the one for synchronisation. The counts of "
		"errors and state changes begin when the driver was loaded.",
	.options =
		(const struct command_option[]){
			{"json", 'j', NULL, "an object a line, with everything"},
			{},
		},
	.examples =
		(const struct command_example[]){
			{"kin can show", "every CAN interface"},
			{"kin can show --json can0 can1", "two of them, for a program"},
			{},
		},
	.min_args = 0,
	.max_args = UINT32_MAX,
	.run = run,
};
