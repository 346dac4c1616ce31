/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "controller.h"

/* Whose bit timing it is. */
struct source {
	const char *name;
	uint32_t clock;
	const struct can_bittiming_const *limits[KIN_CAN_PHASES];
	const struct kin_can_model *model; /* or NULL */
};

struct query {
	const struct invocation *inv;
	struct can_bittiming wanted[KIN_CAN_PHASES]; /* bitrate or segments; neither: not asked */
	int64_t tolerance_ppm;                       /* below zero: that of the best one */
	bool all, usual, json, printed;
};

static void put_json_line(const struct source *source, unsigned phase, uint32_t wanted,
			  const struct kin_can_solution *s)
{
	char registers[64] = "";

	fputs("{\"controller\":", stdout);
	put_json(stdout, source->name);
	printf(",\"clock\":%u,\"phase\":\"%s\",\"wanted\":%u,", source->clock,
	       phase == KIN_CAN_NOMINAL ? "nominal" : "data", wanted);
	put_timing_json(stdout, &s->timing);
	printf(",\"quanta\":%u,\"bitrate_error_ppm\":%.3f,\"sample_point_error\":%.1f", s->quanta,
	       (double)s->bitrate_error_ppb / 1000, (double)s->sample_point_error / 10);
	if (phase == KIN_CAN_NOMINAL && source->model &&
	    kin_can_model_registers(source->model, &s->timing, registers, sizeof(registers)) > 0) {
		fputs(",\"registers\":", stdout);
		put_json(stdout, registers);
	}
	puts("}");
}

static void put_text_line(const struct source *source, unsigned phase,
			  const struct kin_can_solution *s)
{
	const struct can_bittiming *t = &s->timing;
	char registers[64] = "";

	if (phase == KIN_CAN_NOMINAL && source->model)
		kin_can_model_registers(source->model, t, registers, sizeof(registers));
	printf("%8u %+9.1f  %4u.%u %+5.1f %6u %4u %4u %4u %4u %3u %4u%s%s\n", t->bitrate,
	       (double)s->bitrate_error_ppb / 1000, t->sample_point / 10, t->sample_point % 10,
	       (double)s->sample_point_error / 10, t->tq, s->quanta, t->prop_seg, t->phase_seg1,
	       t->phase_seg2, t->sjw, t->brp, *registers ? "  " : "", registers);
}

static void put_header(struct query *query, const struct source *source, unsigned phase)
{
	if (!query->json)
		printf("%s%s at %.6f MHz%s\n%8s %9s  %6s %5s %6s %4s %4s %4s %4s %3s %4s\n",
		       query->printed ? "\n" : "", source->name, source->clock / 1e6,
		       phase == KIN_CAN_NOMINAL ? "" : ", data", "bit/s", "ppm off", "sample",
		       "off", "tq/ns", "tqs", "prop", "seg1", "seg2", "sjw", "brp");
	query->printed = true;
}

static void put_solutions(const struct query *query, const struct source *source, unsigned phase,
			  uint32_t wanted, const struct kin_can_solution *list, unsigned n)
{
	for (unsigned i = 0; i < n; i++) {
		if (query->json)
			put_json_line(source, phase, wanted, &list[i]);
		else
			put_text_line(source, phase, &list[i]);
	}
}

/* Segments that were given, made a solution. */
static int complete(const struct source *source, const struct can_bittiming *wanted, unsigned phase,
		    struct kin_can_solution *ret)
{
	struct kin_can_solution s = {.timing = *wanted};
	int err = kin_can_bittiming_check(source->limits[phase], source->clock, &s.timing);

	if (err < 0)
		return err;
	s.quanta = 1 + s.timing.prop_seg + s.timing.phase_seg1 + s.timing.phase_seg2;
	*ret = s;
	return 0;
}

static int answer(struct query *query, const struct source *source, unsigned phase)
{
	const struct can_bittiming *wanted = &query->wanted[phase];
	struct kin_can_solution best, *list = NULL;
	int64_t tolerance = query->tolerance_ppm;
	int r;

	if (wanted->bitrate == 0)
		r = complete(source, wanted, phase, &best);
	else
		r = kin_can_bittiming_calc(source->limits[phase], source->clock, wanted->bitrate,
					   wanted->sample_point, &best);
	if (r < 0)
		return r;
	put_header(query, source, phase);
	if (!query->all || wanted->bitrate == 0) {
		put_solutions(query, source, phase, wanted->bitrate, &best, 1);
		return 0;
	}
	if (tolerance < 0)
		tolerance = (llabs(best.bitrate_error_ppb) + 999) / 1000;
	r = kin_can_bittiming_all(source->limits[phase], source->clock, wanted->bitrate,
				  wanted->sample_point, tolerance, &list);
	if (r > 0)
		put_solutions(query, source, phase, wanted->bitrate, list, r);
	free(list);
	return r < 0 ? r : 0;
}

/* Each of the usual bit rates, and which of them can't be made. */
static void answer_usual(struct query *query, const struct source *source, unsigned phase)
{
	static const uint32_t usual[KIN_CAN_PHASES][13] = {
		[KIN_CAN_NOMINAL] = {1000000, 800000, 666666, 500000, 250000, 125000, 100000, 83333,
				     50000, 33333, 20000, 10000},
		[KIN_CAN_DATA] = {12000000, 10000000, 8000000, 5000000, 4000000, 2000000, 1000000},
		[KIN_CAN_XL_DATA] = {20000000, 16000000, 12000000, 10000000, 8000000, 5000000},
	};

	put_header(query, source, phase);
	for (const uint32_t *rate = usual[phase]; *rate; rate++) {
		struct kin_can_solution best;

		if (kin_can_bittiming_calc(source->limits[phase], source->clock, *rate, 0, &best) ==
		    0)
			put_solutions(query, source, phase, *rate, &best, 1);
		else if (!query->json)
			printf("%8u %s\n", *rate,
			       strchr(kin_error_text(), ';') ? strchr(kin_error_text(), ';') + 2
							     : kin_error_text());
	}
}

/* The library's words, which name the controller where it has a name. */
static int cannot(const char *name, int err)
{
	return complain_of(name, err) == STATUS_LACKS ? STATUS_LACKS : STATUS_FAILED;
}

/* All phases that were asked for. @return a STATUS_ */
static int answer_all(struct query *query, const struct source *source)
{
	int status = STATUS_DONE;

	for (unsigned i = 0; i < KIN_CAN_PHASES; i++) {
		const struct can_bittiming *wanted = &query->wanted[i];
		int err;

		if (query->usual && source->limits[i] && source->limits[i]->brp_max)
			answer_usual(query, source, i);
		if (!wanted->bitrate && !wanted->tq && !wanted->brp)
			continue;
		if (!source->limits[i] || !source->limits[i]->brp_max) {
			complain("%s: it has no %sdata bit timing", source->name,
				 i == KIN_CAN_XL_DATA ? "XL " : "");
			status = STATUS_FAILED;
			continue;
		}
		err = answer(query, source, i);
		if (err < 0)
			status = cannot(source->name, err);
	}
	return status;
}

static int ask_device(struct query *query, const char *device)
{
	struct kin_can_controller *now KIN_CLEANUP(kin_can_controller_free) = NULL;
	struct source source = {.name = device};
	int err = kin_can_controller_read(device, &now);
	int64_t clock;

	if (err < 0)
		return complain_of_interface(device, err);
	if (now->phases[KIN_CAN_NOMINAL].limits.brp_max == 0) {
		complain("%s: it has no bit timing that could be computed", device);
		return STATUS_FAILED;
	}
	clock = now->clock;
	if (inv_int(query->inv, "clock", 1, UINT32_MAX, &clock))
		return STATUS_USAGE;
	source.clock = clock;
	for (unsigned i = 0; i < KIN_CAN_PHASES; i++)
		source.limits[i] = &now->phases[i].limits;
	source.model = kin_can_model_find(now->phases[KIN_CAN_NOMINAL].limits.name);
	return answer_all(query, &source);
}

/* Of each clock that it is used with, unless one was given. */
static int ask_model(struct query *query, const struct kin_can_model *model)
{
	struct source source = {.name = model->limits.name, .model = model};
	int64_t clock = 0;
	int status = STATUS_DONE;

	source.limits[KIN_CAN_NOMINAL] = &model->limits;
	source.limits[KIN_CAN_DATA] = &model->data;
	if (inv_int(query->inv, "clock", 1, UINT32_MAX, &clock))
		return STATUS_USAGE;
	if (clock == 0 && model->clocks[0] == 0) {
		complain("%s: its clock is not known; say it with --clock HZ", source.name);
		return STATUS_FAILED;
	}
	for (unsigned i = 0; i < 12 && (clock ? i == 0 : model->clocks[i] != 0); i++) {
		int r;

		source.clock = clock ? clock : model->clocks[i];
		r = answer_all(query, &source);
		status = r ? r : status;
	}
	return status;
}

/* All whose clock is known. */
static int ask_models(struct query *query)
{
	const struct kin_can_model *model;
	int status = STATUS_DONE;

	for (unsigned i = 0; (model = kin_can_model_at(i)); i++) {
		if (model->clocks[0] || inv_has(query->inv, "clock")) {
			int r = ask_model(query, model);

			status = r ? r : status;
		}
	}
	return status;
}

static int list_models(bool json)
{
	const struct kin_can_model *model;

	for (unsigned i = 0; (model = kin_can_model_at(i)); i++) {
		const struct can_bittiming_const *l = &model->limits;

		if (!json) {
			printf("%-16s %-2s  %s\n", l->name, model->data.brp_max ? "FD" : "",
			       model->driver);
			continue;
		}
		fputs("{\"limits\":", stdout);
		put_limits_json(stdout, l);
		fputs(",\"data_limits\":", stdout);
		if (model->data.brp_max)
			put_limits_json(stdout, &model->data);
		else
			fputs("null", stdout);
		fputs(",\"driver\":", stdout);
		put_json(stdout, model->driver);
		fputs(",\"clocks\":[", stdout);
		for (unsigned c = 0; c < 12 && model->clocks[c]; c++)
			printf("%s%u", c ? "," : "", model->clocks[c]);
		puts("]}");
	}
	return STATUS_DONE;
}

static int read_query(const struct invocation *inv, struct query *query)
{
	int status = 0;

	if (inv->n_args > 0 && kin_can_bitrates_parse(inv->args[0], query->wanted) < 0)
		return misuse(inv->command, "%s", kin_error_text());
	if ((status = inv_timing(inv, "timing", &query->wanted[KIN_CAN_NOMINAL])) ||
	    (status = inv_timing(inv, "data-timing", &query->wanted[KIN_CAN_DATA])))
		return status;
	for (unsigned i = 0; i < KIN_CAN_PHASES; i++)
		if (query->wanted[i].bitrate && (query->wanted[i].tq || query->wanted[i].brp))
			return misuse(inv->command, "a bit rate and segments: one says it all");
	if (inv_int(inv, "tolerance", 0, 50000, &query->tolerance_ppm))
		return STATUS_USAGE;
	query->usual = inv->n_args == 0 && !inv_has(inv, "timing") && !inv_has(inv, "data-timing");
	if (inv_has(inv, "controller") && inv_has(inv, "device"))
		return misuse(inv->command, "--controller and --device exclude each other");
	return 0;
}

static int run(const struct invocation *inv)
{
	struct query query = {
		.inv = inv,
		.tolerance_ppm = -1,
		.all = inv_has(inv, "all") || inv_has(inv, "tolerance"),
		.json = inv_has(inv, "json"),
	};
	const char *name = inv_value(inv, "controller");
	const struct kin_can_model *model;
	int status;

	if (inv_has(inv, "list"))
		return list_models(query.json);
	status = read_query(inv, &query);
	if (status)
		return status;
	if (inv_has(inv, "device"))
		return ask_device(&query, inv_value(inv, "device"));
	if (name && strcmp(name, "all") == 0)
		return ask_models(&query);
	model = kin_can_model_find(name ? name : "sja1000");
	if (!model)
		return misuse(inv->command, "%s", kin_error_text());
	return ask_model(&query, model);
}

const struct command command_can_bittiming = {
	.group = "can",
	.name = "bittiming",
	.args = "[BITRATE[@SAMPLE][/DATA-BITRATE[@SAMPLE]]]",
	.summary = "compute the bit timing of a CAN controller",
	.text = "Prints the prescaler and the segments that the kernel (5.19 and later) chooses "
		"for "
		"a bit rate, how far off they are, and what goes into the registers of controllers "
		"where that is known. Nothing is changed. The limits are those of a controller by "
		"name, for each clock that it is used with, or of an interface of this machine. "
		"The jump width is the one of Linux 6.3; before it was 1. Without a bit rate, the "
		"usual ones are tried.\n"
		"\n"
		"A bit rate that can't be made is refused, with the nearest that can.",
	.options =
		(const struct command_option[]){
			{"controller", 'C', "NAME", "a known one, see --list, or all [sja1000]"},
			{"device", 'd', "INTERFACE", "the controller of this interface"},
			{"clock", 'c', "HZ", "its clock, in place of the known one"},
			{"all", 'a', NULL, "all other ways as well that are as exact, best first"},
			{"tolerance", 't', "PPM", "all ways that are off by at most that much"},
			{"timing", 0, "NAME=N,...",
			 "complete these segments: tq (ns) or brp, prop-seg, phase-seg1, "
			 "phase-seg2, "
			 "sjw"},
			{"data-timing", 0, "NAME=N,...", "the same of the data phase"},
			{"list", 'l', NULL, "the known controllers, and their drivers"},
			{"json", 'j', NULL, "an object a line"},
			{},
		},
	.examples =
		(const struct command_example[]){
			{"kin can bittiming 500k", "of an SJA1000"},
			{"kin can bittiming 500k/2M --controller mcp251xfd --clock 40000000",
			 "of an FD controller with a 40 MHz clock"},
			{"kin can bittiming 83.333k --device can0", "what can0 would do"},
			{"kin can bittiming 125k --all --json", "every exact way"},
			{"kin can bittiming -C mcp251xfd", "the usual bit rates"},
			{},
		},
	.min_args = 0,
	.max_args = 1,
	.run = run,
};
