/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The arithmetic of bit timing: which prescaler and segments make a bit rate. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "../internal.h"
#include "can-controller.h"
#include "controller.h"

/* More than any controller has, and it bounds the loops. */
#define MAX_SEGMENT 4096

/* The bit begins with one quantum that is not part of a segment. */
#define SYNC 1

/* The kernel refuses what is off by more than 5 %: parts per million. */
#define MAX_ERROR 50000

#define PPB 1000000000

unsigned kin_can_sample_point(uint32_t bitrate)
{
	return bitrate > 800000 ? 750 : bitrate > 500000 ? 800 : 875;
}

static int check_request(const struct can_bittiming_const *limits, uint32_t clock, uint32_t bitrate,
			 unsigned sample_point)
{
	if (clock == 0)
		return kin_fail(EINVAL, "a controller without a clock makes no bit rate");
	if (bitrate == 0)
		return kin_fail(EINVAL, "bit rate 0 is none");
	if (sample_point >= 1000)
		return kin_fail(EINVAL, "sample point %u.%u %% is not in 0.1-99.9 %%",
				sample_point / 10, sample_point % 10);
	return can_limits_check(limits);
}

int can_limits_check(const struct can_bittiming_const *limits)
{
	KIN_NEED(limits);
	if (limits->tseg1_min < 1 || limits->tseg1_min > limits->tseg1_max ||
	    limits->tseg2_min < 1 || limits->tseg2_min > limits->tseg2_max ||
	    limits->tseg1_max > MAX_SEGMENT || limits->tseg2_max > MAX_SEGMENT)
		return kin_fail(
			EINVAL, "time segments of %u-%u and %u-%u quanta are none of a controller",
			limits->tseg1_min, limits->tseg1_max, limits->tseg2_min, limits->tseg2_max);
	if (limits->sjw_max < 1 || limits->brp_min < 1 || limits->brp_min > limits->brp_max ||
	    limits->brp_inc < 1)
		return kin_fail(EINVAL,
				"jump widths up to %u and prescalers %u-%u in steps of %u are none "
				"of a controller",
				limits->sjw_max, limits->brp_min, limits->brp_max, limits->brp_inc);
	return 0;
}

/*
 * Phase segment 2 of a bit of that many quanta, for the sample point that is nearest to the one
 * wanted and not later. 0: the limits allow none.
 */
static unsigned place_sample(const struct can_bittiming_const *limits, unsigned quanta,
			     unsigned wanted)
{
	/* The most quanta before the sample point whose share, rounded down, is not above wanted.
	 */
	unsigned before = ((wanted + 1) * quanta - 1) / 1000;
	unsigned first = limits->tseg2_min, last = limits->tseg2_max;

	if (quanta - SYNC > limits->tseg1_max + first)
		first = quanta - SYNC - limits->tseg1_max;
	if (quanta - SYNC < limits->tseg1_min + last)
		last = quanta - SYNC - limits->tseg1_min;
	if (quanta - before > first)
		first = quanta - before;
	return first <= last ? first : 0;
}

/* What the kernel fills in. The rounding is its own: everything down. */
static void complete(struct kin_can_solution *solution, const struct can_bittiming_const *limits,
		     uint32_t clock, uint32_t bitrate, unsigned sample_point)
{
	struct can_bittiming *timing = &solution->timing;
	unsigned tseg1 = solution->quanta - SYNC - timing->phase_seg2;
	/* By 64 bits: neither factor is above 2^32. */
	uint64_t divisor = (uint64_t)timing->brp * solution->quanta;

	timing->bitrate = clock / divisor;
	timing->sample_point = 1000 * (SYNC + tseg1) / solution->quanta;
	timing->tq = (uint64_t)timing->brp * PPB / clock;
	timing->prop_seg = tseg1 / 2;
	timing->phase_seg1 = tseg1 - timing->prop_seg;
	timing->sjw = timing->phase_seg2 / 2;
	if (timing->sjw > timing->phase_seg1)
		timing->sjw = timing->phase_seg1;
	if (timing->sjw > limits->sjw_max)
		timing->sjw = limits->sjw_max;
	if (timing->sjw < 1)
		timing->sjw = 1;
	solution->bitrate_error_ppb =
		(int64_t)((double)clock / (double)divisor / bitrate * PPB + 0.5) - PPB;
	solution->sample_point_error = (int)timing->sample_point - (int)sample_point;
}

static uint32_t distance(uint32_t a, uint32_t b)
{
	return a > b ? a - b : b - a;
}

/* In parts per million, in steps of a thousandth as the kernel has it. */
static uint64_t off_by(uint32_t error, uint32_t bitrate)
{
	return (uint64_t)error * 1000 / bitrate * 1000;
}

/* The two prescalers around the exact one, the slower bit rate first; false: not for this many. */
static bool prescaler(const struct can_bittiming_const *limits, uint32_t clock, uint64_t per_second,
		      bool slower, uint32_t *ret_brp)
{
	uint64_t brp = clock / per_second + slower;

	brp -= brp % limits->brp_inc;
	if (brp < limits->brp_min || brp > limits->brp_max)
		return false;
	*ret_brp = brp;
	return true;
}

/* The search of the kernel, with the same result for what it can't decide between. */
static bool search(const struct can_bittiming_const *limits, uint32_t clock, uint32_t bitrate,
		   unsigned sample_point, struct kin_can_solution *best)
{
	unsigned most = limits->tseg1_max + limits->tseg2_max + SYNC;
	unsigned least = limits->tseg1_min + limits->tseg2_min + SYNC;
	uint32_t best_error = UINT32_MAX, best_distance = UINT32_MAX;

	for (unsigned i = 0; i < 2 * (most - least + 1); i++) {
		unsigned quanta = most - i / 2, tseg2;
		uint32_t brp, error, away;

		if (!prescaler(limits, clock, (uint64_t)quanta * bitrate, i % 2 == 0, &brp))
			continue;
		error = distance(clock / ((uint64_t)brp * quanta), bitrate);
		if (error > best_error)
			continue;
		/* Also when its sample point turns out not to be had: so does the kernel. */
		if (error < best_error)
			best_distance = UINT32_MAX;
		tseg2 = place_sample(limits, quanta, sample_point);
		if (tseg2 == 0)
			continue;
		away = sample_point - 1000 * (quanta - tseg2) / quanta;
		if (away >= best_distance)
			continue;
		best_error = error;
		best_distance = away;
		best->quanta = quanta;
		best->timing = (struct can_bittiming){.brp = brp, .phase_seg2 = tseg2};
	}
	return best_error != UINT32_MAX && off_by(best_error, bitrate) <= MAX_ERROR;
}

/* The bit rate that can be made and is nearest to one that can't. */
static uint32_t nearest(const struct can_bittiming_const *limits, uint32_t clock, uint32_t bitrate)
{
	unsigned most = limits->tseg1_max + limits->tseg2_max + SYNC;
	uint32_t found = 0;

	for (unsigned quanta = limits->tseg1_min + limits->tseg2_min + SYNC; quanta <= most;
	     quanta++) {
		uint64_t step = (uint64_t)quanta * limits->brp_inc;
		uint64_t lowest =
			(limits->brp_min + (uint64_t)limits->brp_inc - 1) / limits->brp_inc;
		/* One by the other: the product of such steps and bit rates may not fit. */
		uint64_t n = clock / step / bitrate;

		for (unsigned i = 0; i < 2; i++) {
			uint64_t m = n + i, highest = limits->brp_max / limits->brp_inc;
			uint32_t rate;

			m = m < lowest ? lowest : m > highest ? highest : m;
			rate = m ? clock / (m * step) : 0;
			if (found == 0 || distance(rate, bitrate) < distance(found, bitrate))
				found = rate;
		}
	}
	return found;
}

static int impossible(const struct can_bittiming_const *limits, uint32_t clock, uint32_t bitrate,
		      unsigned sample_point, uint32_t tolerance_ppm)
{
	uint32_t rate = nearest(limits, clock, bitrate);
	char name[sizeof(limits->name) + 1] = "";

	memcpy(name, limits->name, sizeof(limits->name));
	if (rate != 0 && off_by(distance(rate, bitrate), bitrate) <= tolerance_ppm)
		return kin_fail(EDOM,
				"%s can't sample %u bit/s at %u.%u %%: its segments are %u-%u and "
				"%u-%u quanta long",
				*name ? name : "this controller", bitrate, sample_point / 10,
				sample_point % 10, limits->tseg1_min, limits->tseg1_max,
				limits->tseg2_min, limits->tseg2_max);
	return kin_fail(EDOM,
			"%s can't make %u bit/s of its clock of %u Hz; the nearest is %u bit/s",
			*name ? name : "this controller", bitrate, clock, rate);
}

int kin_can_bittiming_calc(const struct can_bittiming_const *limits, uint32_t clock,
			   uint32_t bitrate, unsigned sample_point,
			   struct kin_can_solution *ret_solution)
{
	struct kin_can_solution best = {0};
	int err = check_request(limits, clock, bitrate, sample_point);

	if (err < 0)
		return err;
	KIN_NEED(ret_solution);
	if (sample_point == 0)
		sample_point = kin_can_sample_point(bitrate);
	if (!search(limits, clock, bitrate, sample_point, &best))
		return impossible(limits, clock, bitrate, sample_point, MAX_ERROR);
	complete(&best, limits, clock, bitrate, sample_point);
	*ret_solution = best;
	return 0;
}

/* ---- All of them --------------------------------------------------------------------------- */

static int by_worth(const void *a, const void *b)
{
	const struct kin_can_solution *x = a, *y = b;
	int64_t by_rate = llabs(x->bitrate_error_ppb) - llabs(y->bitrate_error_ppb);
	int by_point = abs(x->sample_point_error) - abs(y->sample_point_error);

	if (by_rate != 0)
		return by_rate < 0 ? -1 : 1;
	return by_point != 0 ? by_point : (int)y->quanta - (int)x->quanta;
}

/* The solutions with that many quanta, into list unless it is NULL. @return how many */
static size_t list_quanta(const struct can_bittiming_const *limits, uint32_t clock,
			  uint32_t bitrate, unsigned sample_point, int64_t tolerance_ppb,
			  unsigned quanta, struct kin_can_solution *list)
{
	unsigned tseg2 = place_sample(limits, quanta, sample_point);
	size_t n = 0;

	if (tseg2 == 0)
		return 0;
	for (unsigned slower = 0; slower < 2; slower++) {
		struct kin_can_solution found = {.quanta = quanta};

		if (!prescaler(limits, clock, (uint64_t)quanta * bitrate, slower,
			       &found.timing.brp))
			continue;
		found.timing.phase_seg2 = tseg2;
		complete(&found, limits, clock, bitrate, sample_point);
		if (llabs(found.bitrate_error_ppb) > tolerance_ppb)
			continue;
		/* Rounded down to a step of the prescaler, both may be the same. */
		if (n == 1 && list[0].timing.brp == found.timing.brp)
			continue;
		list[n++] = found;
	}
	return n;
}

int kin_can_bittiming_all(const struct can_bittiming_const *limits, uint32_t clock,
			  uint32_t bitrate, unsigned sample_point, uint32_t tolerance_ppm,
			  struct kin_can_solution **ret_list)
{
	int err = check_request(limits, clock, bitrate, sample_point);
	struct kin_can_solution *list;
	unsigned least, most;
	size_t n = 0;

	if (err < 0)
		return err;
	KIN_NEED(ret_list);
	if (tolerance_ppm > MAX_ERROR)
		return kin_fail(EINVAL, "tolerance %u ppm is not in 0-%u", tolerance_ppm,
				(unsigned)MAX_ERROR);
	if (sample_point == 0)
		sample_point = kin_can_sample_point(bitrate);

	least = limits->tseg1_min + limits->tseg2_min + SYNC;
	most = limits->tseg1_max + limits->tseg2_max + SYNC;
	list = calloc(2 * (most - least + 1), sizeof(*list));
	if (!list)
		return kin_fail(ENOMEM, "no memory for a list of bit timings");
	for (unsigned quanta = most; quanta >= least; quanta--)
		n += list_quanta(limits, clock, bitrate, sample_point,
				 (int64_t)tolerance_ppm * 1000, quanta, list + n);
	if (n == 0) {
		free(list);
		return impossible(limits, clock, bitrate, sample_point, tolerance_ppm);
	}
	qsort(list, n, sizeof(*list), by_worth);
	*ret_list = list;
	return (int)n;
}

/* ---- Given segments ------------------------------------------------------------------------ */

static int in_range(const char *what, uint64_t value, uint32_t min, uint32_t max)
{
	if (value >= min && value <= max)
		return 0;
	return kin_fail(ERANGE, "%s %llu is not in %u-%u", what, (unsigned long long)value, min,
			max);
}

/* The prescaler for a quantum of so many nanoseconds: the kernel's rounding. */
static uint64_t nearest_prescaler(const struct can_bittiming_const *limits, uint32_t clock,
				  uint32_t tq)
{
	uint64_t steps = (uint64_t)clock * tq / limits->brp_inc;

	return (steps + PPB / 2 - 1) / PPB * limits->brp_inc;
}

int kin_can_bittiming_check(const struct can_bittiming_const *limits, uint32_t clock,
			    struct can_bittiming *timing)
{
	struct can_bittiming full;
	uint64_t brp, tseg1;
	uint32_t quanta;
	int err;

	KIN_NEED(timing);
	full = *timing;
	err = check_request(limits, clock, 1, 0);
	if (err < 0)
		return err;
	if (full.tq == 0 && full.brp == 0)
		return kin_fail(EINVAL,
				"a bit timing needs tq, the length of a time quantum, or brp");
	brp = full.brp ? full.brp : nearest_prescaler(limits, clock, full.tq);
	tseg1 = (uint64_t)full.prop_seg + full.phase_seg1;
	full.sjw = full.sjw ? full.sjw : 1;
	if ((err = in_range("prop_seg + phase_seg1", tseg1, limits->tseg1_min, limits->tseg1_max)) <
		    0 ||
	    (err = in_range("phase_seg2", full.phase_seg2, limits->tseg2_min, limits->tseg2_max)) <
		    0 ||
	    (err = in_range("sjw", full.sjw, 1, limits->sjw_max)) < 0 ||
	    (err = in_range("brp", brp, limits->brp_min, limits->brp_max)) < 0)
		return err;
	if (brp % limits->brp_inc != 0)
		return kin_fail(ERANGE, "brp %llu is no multiple of %u", (unsigned long long)brp,
				limits->brp_inc);
	quanta = SYNC + tseg1 + full.phase_seg2;
	full.brp = brp;
	full.tq = (full.tq && !timing->brp) ? full.tq : brp * PPB / clock;
	full.bitrate = clock / (brp * quanta);
	full.sample_point = (tseg1 + SYNC) * 1000 / quanta;
	*timing = full;
	return 0;
}
