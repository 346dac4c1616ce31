/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A config beside a controller as it is: what differs, and what it can't do, said before. */
#include <errno.h>
#include <string.h>

#include "../internal.h"
#include "controller.h"

/* The controller, as words begin: "this sja1000", "this controller". */
static const char *model_of(const struct kin_can_controller *now)
{
	const char *name = now->phases[KIN_CAN_NOMINAL].limits.name;

	return *name                                          ? name
	       : *now->driver && can_controller_restarts(now) ? now->driver
							      : "controller";
}

static bool is_named(const struct can_bittiming *timing)
{
	return timing->bitrate || timing->tq || timing->brp;
}

/* ---- Bit timing ---------------------------------------------------------------------------- */

static uint32_t distance(uint32_t a, uint32_t b)
{
	return a > b ? a - b : b - a;
}

/* One of those that there are. */
static int pick_bitrate(const struct kin_can_phase_info *info, const struct can_bittiming *wanted)
{
	uint32_t nearest = 0;

	if (wanted->bitrate == 0 || wanted->sample_point || wanted->sjw)
		return kin_fail(EOPNOTSUPP,
				"its bit rates are fixed: no segments, sample point or jump width "
				"can be set");
	for (size_t i = 0; i < info->n_bitrates; i++) {
		if (info->bitrates[i] == wanted->bitrate)
			return 0;
		if (nearest == 0 || distance(info->bitrates[i], wanted->bitrate) <
					    distance(nearest, wanted->bitrate))
			nearest = info->bitrates[i];
	}
	return kin_fail(EDOM, "%u bit/s is none of its %zu fixed bit rates; the nearest is %u",
			wanted->bitrate, info->n_bitrates, nearest);
}

/* What the kernel will make of it, from the limits. */
static int compute(const struct kin_can_controller *now, const struct kin_can_phase_info *info,
		   const struct can_bittiming *wanted, struct can_bittiming *ret)
{
	struct kin_can_solution solution;
	int err;

	*ret = *wanted;
	if (wanted->bitrate == 0)
		return kin_can_bittiming_check(&info->limits, now->clock, ret);
	err = kin_can_bittiming_calc(&info->limits, now->clock, wanted->bitrate,
				     wanted->sample_point, &solution);
	if (err < 0)
		return err;
	*ret = solution.timing;
	if (wanted->sjw == 0)
		return 0;
	/* Older kernels would cut it without a word. */
	if (wanted->sjw > info->limits.sjw_max || wanted->sjw > ret->phase_seg2)
		return kin_fail(ERANGE,
				"a jump width of %u is above %u, which the controller or the "
				"segments allow",
				wanted->sjw,
				info->limits.sjw_max < ret->phase_seg2 ? info->limits.sjw_max
								       : ret->phase_seg2);
	ret->sjw = wanted->sjw;
	return 0;
}

/*
 * Is it so already? Of a bit rate the result counts: kernels before 5.19 may come to it by other
 * segments.
 */
static bool same_timing(const struct can_bittiming *now, const struct can_bittiming *wanted,
			const struct can_bittiming *result)
{
	if (wanted->sjw && now->sjw != wanted->sjw)
		return false;
	if (now->bitrate != result->bitrate || now->sample_point != result->sample_point)
		return false;
	return wanted->bitrate ||
	       (now->brp == result->brp && now->phase_seg2 == result->phase_seg2 &&
		now->prop_seg == result->prop_seg && now->phase_seg1 == result->phase_seg1);
}

static int plan_phase(const struct kin_can_controller *now, const struct kin_can_config *config,
		      unsigned phase, struct can_plan *plan)
{
	const struct kin_can_phase_info *info = &now->phases[phase];
	const struct can_bittiming *wanted = &config->timing[phase];
	struct can_bittiming result = *wanted;
	int err;

	if (info->n_bitrates > 0)
		err = pick_bitrate(info, wanted);
	else if (info->limits.brp_max > 0)
		err = compute(now, info, wanted, &result);
	else if (phase == KIN_CAN_NOMINAL)
		err = 0; /* the driver alone knows */
	else
		err = kin_fail(EOPNOTSUPP, "this %s has no %s", model_of(now),
			       can_phases[phase].name);
	if (err < 0)
		return err;
	if (now->bitrate_max && result.bitrate > now->bitrate_max)
		return kin_fail(EDOM, "%u bit/s is more than the %u bit/s of its transceiver",
				result.bitrate, now->bitrate_max);
	if (same_timing(&info->timing, wanted, &result))
		return 0;
	plan->timing[phase] = *wanted;
	/* The kernel takes a bit rate or segments, and of those the quantum. */
	if (wanted->bitrate == 0) {
		plan->timing[phase].tq = result.tq;
		plan->timing[phase].sample_point = 0;
	}
	return 0;
}

/* Send what is set already: some of it is taken together only. */
static int repeat_timing(const struct kin_can_controller *now, unsigned phase, unsigned data_phase,
			 struct can_plan *plan)
{
	const struct kin_can_phase_info *info = &now->phases[phase];
	struct can_bittiming *timing = &plan->timing[phase];

	if (is_named(timing))
		return 0;
	if (info->timing.bitrate == 0)
		return kin_fail(EINVAL, "%s needs a %s: none is set yet",
				data_phase == KIN_CAN_DATA ? "fd" : "xl", can_phases[phase].name);
	*timing = info->timing;
	if (timing->tq) {
		timing->bitrate = timing->sample_point = 0;
	} else {
		*timing = (struct can_bittiming){.bitrate = info->timing.bitrate};
	}
	return 0;
}

/* ---- Transmitter delay --------------------------------------------------------------------- */

static int check_range(const char *what, uint32_t value, uint32_t min, uint32_t max)
{
	if (value >= min && value <= max)
		return 0;
	return kin_fail(ERANGE, "%s %u is not in %u-%u", what, value, min, max);
}

static int plan_tdc(const struct kin_can_controller *now, const struct kin_can_config *config,
		    unsigned phase, struct can_plan *plan)
{
	const struct kin_can_tdc *limits = &now->phases[phase].tdc;
	const struct can_tdc_request *wanted = &config->tdc[phase];
	const struct can_phase *row = &can_phases[phase];
	uint32_t bit = wanted->mode == KIN_CAN_TDC_AUTO     ? row->tdc_auto
		       : wanted->mode == KIN_CAN_TDC_MANUAL ? row->tdc_manual
							    : 0;
	bool is_set = (now->modes & (row->tdc_auto | row->tdc_manual)) == bit;
	int err = 0;

	if (bit && limits->offset_max == 0)
		return kin_fail(EOPNOTSUPP, "this %s has no transmitter delay compensation",
				model_of(now));
	if (wanted->offset)
		err = check_range("tdco", wanted->offset, limits->offset_min, limits->offset_max);
	if (err == 0 && wanted->mode == KIN_CAN_TDC_MANUAL)
		err = check_range("tdcv", wanted->value, limits->value_min, limits->value_max);
	if (err == 0 && wanted->filter)
		err = check_range("tdcf", wanted->filter, limits->filter_min, limits->filter_max);
	if (err < 0)
		return err;
	if (is_set && (!wanted->offset || wanted->offset == limits->offset) &&
	    (wanted->mode != KIN_CAN_TDC_MANUAL || wanted->value == limits->value) &&
	    (!wanted->filter || wanted->filter == limits->filter))
		return 0;
	plan->tdc[phase] = wanted;
	/* Without an offset the kernel computes it, when it hears of none of these modes. */
	if (wanted->mode != KIN_CAN_TDC_AUTO || wanted->offset) {
		plan->mask |= row->tdc_auto | row->tdc_manual;
		plan->modes |= bit;
	}
	return 0;
}

/* ---- Modes --------------------------------------------------------------------------------- */

static int plan_modes(const struct kin_can_controller *now, const struct kin_can_config *config,
		      struct can_plan *plan)
{
	uint32_t mask = config->mask, on = config->modes, missing, fixed;
	bool known = now->modes_supported != KIN_CAN_UNKNOWN;
	char text[256], list[256];
	struct kin_buf wrong = {text, sizeof(text), 0}, all = {list, sizeof(list), 0};

	for (unsigned i = KIN_CAN_DATA; i < KIN_CAN_PHASES; i++) {
		uint32_t bit = can_phases[i].mode;

		if (!is_named(&config->timing[i]) && !(config->tdc[i].named && config->tdc[i].mode))
			continue;
		if (mask & bit & ~on)
			return kin_fail(EINVAL, "a %s, with the mode for it switched off",
					can_phases[i].name);
		mask |= bit;
		on |= bit;
	}
	missing = known ? on & ~(now->modes_supported | now->modes) : 0;
	fixed = known ? mask & ~on & now->modes & ~now->modes_supported : 0;
	if (missing | fixed) {
		can_put_modes(&wrong, missing ? missing : fixed);
		can_put_modes(&all, now->modes_supported);
		kin_buf_end(&wrong);
		kin_buf_end(&all);
		return missing ? kin_fail(EOPNOTSUPP, "this %s has no mode %s; it has %s",
					  model_of(now), text, list)
			       : kin_fail(EOPNOTSUPP, "on this %s %s is always on; it switches %s",
					  model_of(now), text, list);
	}
	plan->mask |= mask & (on ^ now->modes);
	plan->modes |= on & (on ^ now->modes);
	return 0;
}

/*
 * The kernel takes FD, its data bit timing and TDC in one request with the nominal one, and once
 * it hears of modes, it wants to hear of those that are always on.
 */
static int join_what_belongs(const struct kin_can_controller *now, struct can_plan *plan)
{
	int err;

	for (unsigned i = KIN_CAN_DATA; i < KIN_CAN_PHASES; i++) {
		if (!is_named(&plan->timing[i]) && !plan->tdc[i] &&
		    !(plan->mask & plan->modes & can_phases[i].mode))
			continue;
		err = repeat_timing(now, KIN_CAN_NOMINAL, i, plan);
		if (err == 0)
			err = repeat_timing(now, i, i, plan);
		if (err < 0)
			return err;
		plan->mask |= can_phases[i].mode;
		plan->modes |= can_phases[i].mode;
	}
	if (plan->mask && now->modes_supported != KIN_CAN_UNKNOWN) {
		plan->mask |= now->modes & ~now->modes_supported;
		plan->modes |= now->modes & ~now->modes_supported;
	}
	return 0;
}

/* ---- The rest ------------------------------------------------------------------------------ */

static int check_termination(const struct kin_can_controller *now,
			     const struct kin_can_config *config)
{
	char text[128];
	struct kin_buf list = {text, sizeof(text), 0};

	if (now->n_terminations == 0)
		return kin_fail(EOPNOTSUPP, "this %s has no termination that could be switched",
				model_of(now));
	for (size_t i = 0; i < now->n_terminations; i++) {
		if (now->terminations[i] == config->termination)
			return 0;
		kin_buf_printf(&list, "%s%u", i ? ", " : "", now->terminations[i]);
	}
	return kin_fail(EOPNOTSUPP, "a termination of %u ohms is none of its: %s",
			config->termination, kin_buf_end(&list));
}

/* What every CAN interface has. */
static void plan_link(const struct kin_can_controller *now, const struct kin_can_config *config,
		      struct can_plan *plan)
{
	if (config->named & CONFIG_QUEUE_LEN && config->queue_len != now->queue_len)
		plan->named |= CONFIG_QUEUE_LEN;
	if (config->named & CONFIG_MTU && config->mtu != now->mtu)
		plan->named |= CONFIG_MTU;
	if (config->named & CONFIG_UP && config->up != !!(now->flags & IFF_UP))
		plan->named |= CONFIG_UP;
}

static int plan_controller(const struct kin_can_controller *now,
			   const struct kin_can_config *config, struct can_plan *plan)
{
	int err = plan_modes(now, config, plan);

	for (unsigned i = 0; i < KIN_CAN_PHASES && err == 0; i++) {
		if (is_named(&config->timing[i]))
			err = plan_phase(now, config, i, plan);
		if (err == 0 && config->tdc[i].named)
			err = plan_tdc(now, config, i, plan);
	}
	if (err == 0)
		err = join_what_belongs(now, plan);
	if (err == 0 && config->named & CONFIG_TERMINATION)
		err = check_termination(now, config);
	if (err < 0)
		return err;
	if (plan->named & CONFIG_MTU)
		return kin_fail(EINVAL,
				"the MTU of a controller follows its mode: 72 with fd, 16 without");
	if (config->named & CONFIG_RESTART_MS && config->restart_ms &&
	    !can_controller_restarts(now))
		return kin_fail(EOPNOTSUPP,
				"its driver can't restart it: after bus-off, set it down and up");
	if (config->named & CONFIG_RESTART_MS && config->restart_ms != now->restart_ms)
		plan->named |= CONFIG_RESTART_MS;
	if (config->named & CONFIG_TERMINATION && config->termination != now->termination)
		plan->named |= CONFIG_TERMINATION;
	if (plan->named & CONFIG_UP && config->up && !is_named(&plan->timing[KIN_CAN_NOMINAL]) &&
	    now->phases[KIN_CAN_NOMINAL].timing.bitrate == 0 &&
	    now->phases[KIN_CAN_NOMINAL].limits.brp_max > 0)
		return kin_fail(EINVAL, "it has no bit rate yet, and none was given");
	return 0;
}

static bool asks_for_controller(const struct kin_can_config *config)
{
	bool asks = config->mask || config->named & (CONFIG_RESTART_MS | CONFIG_TERMINATION);

	for (unsigned i = 0; i < KIN_CAN_PHASES; i++)
		asks = asks || is_named(&config->timing[i]) || config->tdc[i].named;
	return asks;
}

/* Does it change what the controller takes while it is stopped only? */
static bool stops_controller(const struct can_plan *plan)
{
	bool stops = plan->mask || plan->named & CONFIG_RESTART_MS;

	for (unsigned i = 0; i < KIN_CAN_PHASES; i++)
		stops = stops || is_named(&plan->timing[i]) || plan->tdc[i];
	return stops;
}

int can_plan_make(const struct kin_can_controller *now, const struct kin_can_config *config,
		  struct can_plan *plan)
{
	bool controller = strcmp(now->kind, "can") == 0;
	int err;

	*plan = (struct can_plan){0};
	plan_link(now, config, plan);
	if (!controller && asks_for_controller(config))
		return kin_fail(EOPNOTSUPP,
				"it is %s%s: it has no bit timing, no modes and no controller; it "
				"is just set up or down, with an MTU and a queue",
				*now->kind ? "a " : "virtual", now->kind);
	err = controller ? plan_controller(now, config, plan) : 0;
	if (err < 0)
		return err;
	plan->stops = stops_controller(plan) || plan->named & CONFIG_MTU;
	plan->controller = stops_controller(plan) || plan->named & CONFIG_TERMINATION;
	return 0;
}
