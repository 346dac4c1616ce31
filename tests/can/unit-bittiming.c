/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Bit timing: what results is within the limits, and as near as the search by brute force gets. */
#include "harness.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <kin/can-controller.h>

static const struct can_bittiming_const sja1000 = {"sja1000", 1, 16, 1, 8, 4, 1, 64, 1};
static const uint32_t rates[] = {1000000, 800000, 666666, 500000, 250000, 125000,
				 100000,  83333,  50000,  33333,  20000,  10000};

static unsigned segment1(const struct can_bittiming *timing)
{
	return timing->prop_seg + timing->phase_seg1;
}

static void expect_within(const struct can_bittiming_const *limits, uint32_t clock,
			  const struct kin_can_solution *s)
{
	const struct can_bittiming *t = &s->timing;

	ck_assert_uint_ge(segment1(t), limits->tseg1_min);
	ck_assert_uint_le(segment1(t), limits->tseg1_max);
	ck_assert_uint_ge(t->phase_seg2, limits->tseg2_min);
	ck_assert_uint_le(t->phase_seg2, limits->tseg2_max);
	ck_assert_uint_ge(t->sjw, 1);
	ck_assert_uint_le(t->sjw, limits->sjw_max);
	ck_assert_uint_ge(t->brp, limits->brp_min);
	ck_assert_uint_le(t->brp, limits->brp_max);
	ck_assert_uint_eq(t->brp % limits->brp_inc, 0);
	ck_assert_uint_eq(s->quanta, 1 + segment1(t) + t->phase_seg2);
	ck_assert_uint_eq(t->bitrate, clock / (t->brp * s->quanta));
	ck_assert_uint_eq(t->sample_point, 1000 * (1 + segment1(t)) / s->quanta);
}

/* ---- The best one -------------------------------------------------------------------------- */

/* Linux 6.1 on the SJA1000 of QEMU and can-calc-bit-timing say the same. */
START_TEST(sja1000_at_500k)
{
	struct kin_can_solution s;

	ck_ok(kin_can_bittiming_calc(&sja1000, 8000000, 500000, 0, &s));
	ck_assert_uint_eq(s.timing.bitrate, 500000);
	ck_assert_uint_eq(s.timing.sample_point, 875);
	ck_assert_uint_eq(s.timing.tq, 125);
	ck_assert_uint_eq(s.timing.prop_seg, 6);
	ck_assert_uint_eq(s.timing.phase_seg1, 7);
	ck_assert_uint_eq(s.timing.phase_seg2, 2);
	ck_assert_uint_eq(s.timing.sjw, 1);
	ck_assert_uint_eq(s.timing.brp, 1);
	ck_assert_uint_eq(s.quanta, 16);
	ck_assert_int_eq(s.bitrate_error_ppb, 0);
	ck_assert_int_eq(s.sample_point_error, 0);
}
END_TEST

START_TEST(inexact)
{
	struct kin_can_solution s;

	ck_ok(kin_can_bittiming_calc(&sja1000, 8000000, 666666, 0, &s));
	ck_assert_uint_eq(s.timing.bitrate, 666666);
	ck_assert_uint_eq(s.timing.sample_point, 750);
	ck_assert_int_eq(s.sample_point_error, -50);
	/* 8 MHz / 12 is 666666.67 */
	ck_assert_int_eq(s.bitrate_error_ppb, 1000);

	ck_ok(kin_can_bittiming_calc(&sja1000, 8000000, 83333, 0, &s));
	ck_assert_int_eq(s.bitrate_error_ppb, 4000);
	ck_assert_uint_eq(s.timing.brp, 6);
	ck_ok(kin_can_bittiming_calc(&sja1000, 16000000, 1000000, 600, &s));
	ck_assert_uint_le(s.timing.sample_point, 600);
}
END_TEST

/* Nothing within the limits has a smaller error; of those as good, none a nearer sample point. */
static void nothing_is_better(const struct can_bittiming_const *limits, uint32_t clock,
			      uint32_t rate, unsigned point)
{
	struct kin_can_solution s;
	uint32_t error;

	if (kin_can_bittiming_calc(limits, clock, rate, point, &s) < 0)
		return;
	expect_within(limits, clock, &s);
	error = (uint32_t)labs((long)s.timing.bitrate - (long)rate);
	for (unsigned t1 = limits->tseg1_min; t1 <= limits->tseg1_max; t1++)
		for (unsigned t2 = limits->tseg2_min; t2 <= limits->tseg2_max; t2++) {
			unsigned sampled = 1000 * (1 + t1) / (1 + t1 + t2);

			if (sampled > point)
				continue;
			for (unsigned brp = limits->brp_min; brp <= limits->brp_max;
			     brp += limits->brp_inc) {
				long got = clock / (brp * (1 + t1 + t2));

				ck_assert_int_ge(labs(got - (long)rate), error);
				if (labs(got - (long)rate) == (long)error)
					ck_assert_uint_ge(point - sampled,
							  point - s.timing.sample_point);
			}
		}
}

START_TEST(best_by_brute_force)
{
	for (unsigned i = 0; i < sizeof(rates) / sizeof(*rates); i++) {
		nothing_is_better(&sja1000, 8000000, rates[i], kin_can_sample_point(rates[i]));
		nothing_is_better(&sja1000, 12000000, rates[i], 750);
		nothing_is_better(&kin_can_model_find("at91")->limits, 99532800, rates[i], 875);
	}
}
END_TEST

START_TEST(every_model_at_every_rate)
{
	const struct kin_can_model *model;

	for (unsigned i = 0; (model = kin_can_model_at(i)); i++) {
		ck_assert_ptr_eq(kin_can_model_find(model->limits.name), model);
		for (unsigned c = 0; c < 12 && model->clocks[c]; c++)
			for (unsigned r = 0; r < sizeof(rates) / sizeof(*rates); r++) {
				struct kin_can_solution s;

				if (kin_can_bittiming_calc(&model->limits, model->clocks[c],
							   rates[r], 0, &s) == 0)
					expect_within(&model->limits, model->clocks[c], &s);
				else
					ck_assert_ptr_nonnull(
						strstr(kin_error_text(), model->limits.name));
				if (model->data.brp_max &&
				    kin_can_bittiming_calc(&model->data, model->clocks[c],
							   rates[r] * 5, 0, &s) == 0)
					expect_within(&model->data, model->clocks[c], &s);
			}
	}
}
END_TEST

/* ---- All of them --------------------------------------------------------------------------- */

START_TEST(all_solutions)
{
	struct kin_can_solution *list, best;
	int n = kin_can_bittiming_all(&sja1000, 8000000, 125000, 0, 0, &list);

	/* 64 clocks a bit: 4*16, 8*8; 2*32 and 16*4 are beyond the segments and the quanta */
	ck_assert_int_eq(n, 3);
	ck_ok(kin_can_bittiming_calc(&sja1000, 8000000, 125000, 0, &best));
	ck_assert_mem_eq(&list[0].timing, &best.timing, sizeof(best.timing));
	ck_assert_uint_eq(list[0].quanta, best.quanta);
	for (int i = 0; i < n; i++) {
		expect_within(&sja1000, 8000000, &list[i]);
		ck_assert_int_eq(list[i].bitrate_error_ppb, 0);
	}
	free(list);

	n = kin_can_bittiming_all(&sja1000, 8000000, 125000, 0, 50000, &list);
	ck_assert_int_gt(n, 10);
	for (int i = 0; i < n; i++) {
		ck_assert_int_le(llabs(list[i].bitrate_error_ppb), 50000000);
		if (i > 0)
			ck_assert_int_ge(llabs(list[i].bitrate_error_ppb),
					 llabs(list[i - 1].bitrate_error_ppb));
	}
	free(list);
	ck_refused(kin_can_bittiming_all(&sja1000, 8000000, 333000, 0, 10, &list), EDOM,
		   "sja1000 can't make 333000 bit/s of its clock of 8000000 Hz; the nearest is "
		   "333333 bit/s");
	ck_refused(kin_can_bittiming_all(&sja1000, 8000000, 333000, 0, 50001, &list), EINVAL,
		   "tolerance 50001 ppm is not in 0-50000");
}
END_TEST

/* ---- What can't be made -------------------------------------------------------------------- */

START_TEST(says_the_nearest)
{
	struct can_bittiming_const coarse = sja1000;
	struct kin_can_solution s;

	ck_refused(kin_can_bittiming_calc(&sja1000, 8000000, 5000000, 0, &s), EDOM,
		   "sja1000 can't make 5000000 bit/s of its clock of 8000000 Hz; the nearest is "
		   "2666666 bit/s");
	ck_refused(kin_can_bittiming_calc(&sja1000, 8000000, 1000, 0, &s), EDOM,
		   "the nearest is 5000 bit/s");
	/* 8 MHz / 9, / 10, ... */
	ck_refused(kin_can_bittiming_calc(&sja1000, 8000000, 1450000, 0, &s), EDOM,
		   "the nearest is 1333333 bit/s");
	ck_refused(kin_can_bittiming_calc(&sja1000, 8000000, 500000, 100, &s), EDOM,
		   "sja1000 can't sample 500000 bit/s at 10.0 %: its segments are 1-16 and 1-8");
	/* 16 quanta in steps of 2^29 at 2^31 bit/s: a product of 2^64. */
	coarse.brp_max = UINT32_MAX;
	coarse.brp_inc = 1U << 29;
	ck_refused(kin_can_bittiming_calc(&coarse, UINT32_MAX, 1U << 31, 0, &s), EDOM,
		   "the nearest is 2 bit/s");
}
END_TEST

START_TEST(senseless_numbers)
{
	struct can_bittiming_const limits = sja1000;
	struct kin_can_solution s;

	ck_refused(kin_can_bittiming_calc(&sja1000, 0, 500000, 0, &s), EINVAL, "without a clock");
	ck_refused(kin_can_bittiming_calc(&sja1000, 8000000, 0, 0, &s), EINVAL, "bit rate 0");
	ck_refused(kin_can_bittiming_calc(&sja1000, 8000000, 500000, 1000, &s), EINVAL,
		   "sample point 100.0 % is not in 0.1-99.9 %");
	limits.tseg1_max = 100000;
	ck_refused(kin_can_bittiming_calc(&limits, 8000000, 500000, 0, &s), EINVAL, "1-100000");
	limits = sja1000;
	limits.brp_inc = 0;
	ck_refused(kin_can_bittiming_calc(&limits, 8000000, 500000, 0, &s), EINVAL, "steps of 0");
	limits = sja1000;
	limits.tseg2_min = 0;
	ck_refused(kin_can_bittiming_calc(&limits, 8000000, 500000, 0, &s), EINVAL, "");
	/* The extremes of what there may be. */
	limits = (struct can_bittiming_const){"", 1, 4096, 1, 4096, UINT32_MAX, 1, UINT32_MAX, 1};
	ck_ok(kin_can_bittiming_calc(&limits, UINT32_MAX, 1, 0, &s));
	ck_ok(kin_can_bittiming_calc(&limits, UINT32_MAX, 500000, 999, &s));
	ck_refused(kin_can_bittiming_calc(&limits, 1, UINT32_MAX, 1, &s), EDOM, "this controller");
	limits.brp_min = limits.brp_inc = limits.brp_max;
	ck_refused(kin_can_bittiming_calc(&limits, 8000000, 500000, 0, &s), EDOM, "");
}
END_TEST

/* ---- Given segments ------------------------------------------------------------------------ */

START_TEST(complete_segments)
{
	struct can_bittiming t = {.tq = 125, .prop_seg = 6, .phase_seg1 = 7, .phase_seg2 = 2};
	struct can_bittiming was;

	ck_ok(kin_can_bittiming_check(&sja1000, 8000000, &t));
	ck_assert_uint_eq(t.bitrate, 500000);
	ck_assert_uint_eq(t.sample_point, 875);
	ck_assert_uint_eq(t.brp, 1);
	ck_assert_uint_eq(t.sjw, 1);

	t = (struct can_bittiming){.brp = 4, .prop_seg = 6, .phase_seg1 = 7, .phase_seg2 = 2};
	ck_ok(kin_can_bittiming_check(&sja1000, 8000000, &t));
	ck_assert_uint_eq(t.tq, 500);
	ck_assert_uint_eq(t.bitrate, 125000);

	t.prop_seg = 10;
	was = t;
	ck_refused(kin_can_bittiming_check(&sja1000, 8000000, &t), ERANGE,
		   "prop_seg + phase_seg1 17 is not in 1-16");
	ck_assert_mem_eq(&t, &was, sizeof(t));
	t = (struct can_bittiming){.tq = 125, .prop_seg = 6, .phase_seg1 = 7, .phase_seg2 = 9};
	ck_refused(kin_can_bittiming_check(&sja1000, 8000000, &t), ERANGE, "phase_seg2 9");
	t.phase_seg2 = 2;
	t.sjw = 5;
	ck_refused(kin_can_bittiming_check(&sja1000, 8000000, &t), ERANGE, "sjw 5 is not in 1-4");
	t.sjw = 0;
	t.tq = 125 * 65;
	ck_refused(kin_can_bittiming_check(&sja1000, 8000000, &t), ERANGE, "brp 65 is not in 1-64");
	t.tq = 0;
	ck_refused(kin_can_bittiming_check(&sja1000, 8000000, &t), EINVAL, "tq");
	t = (struct can_bittiming){.brp = 3, .prop_seg = 6, .phase_seg1 = 7, .phase_seg2 = 2};
	ck_refused(kin_can_bittiming_check(&kin_can_model_find("rockchip_canfd")->limits, 300000000,
					   &t),
		   ERANGE, "brp 3 is no multiple of 2");
}
END_TEST

/* What was computed is, given by its segments, the same. */
START_TEST(there_and_back)
{
	for (unsigned r = 0; r < sizeof(rates) / sizeof(*rates); r++) {
		struct kin_can_solution s;
		struct can_bittiming t;

		ck_ok(kin_can_bittiming_calc(&sja1000, 8000000, rates[r], 0, &s));
		t = s.timing;
		t.brp = t.bitrate = t.sample_point = 0;
		ck_ok(kin_can_bittiming_check(&sja1000, 8000000, &t));
		ck_assert_mem_eq(&t, &s.timing, sizeof(t));
	}
}
END_TEST

/* ---- Models and text ----------------------------------------------------------------------- */

START_TEST(registers)
{
	struct kin_can_solution s;
	char text[64];

	ck_ok(kin_can_bittiming_calc(&sja1000, 8000000, 125000, 0, &s));
	ck_assert_int_eq(kin_can_model_registers(kin_can_model_find("sja1000"), &s.timing, text,
						 sizeof(text)),
			 19);
	ck_assert_str_eq(text, "BTR0=0x03 BTR1=0x1c");
	ck_assert_int_eq(kin_can_model_registers(kin_can_model_find("softing"), &s.timing, text,
						 sizeof(text)),
			 0);
	ck_assert_ptr_null(kin_can_model_find("nothing"));
	ck_assert_ptr_nonnull(strstr(kin_error_text(), "no controller is called \"nothing\"; "
						       "known are at91, bxcan"));
	ck_assert_ptr_nonnull(strstr(kin_error_text(), "xilinx_can_fd2"));
}
END_TEST

static void expect_rates(const char *text, int n, uint32_t rate, unsigned point, uint32_t data,
			 unsigned data_point)
{
	struct can_bittiming t[KIN_CAN_PHASES];

	ck_assert_int_eq(kin_can_bitrates_parse(text, t), n);
	ck_assert_uint_eq(t[0].bitrate, rate);
	ck_assert_uint_eq(t[0].sample_point, point);
	ck_assert_uint_eq(t[1].bitrate, data);
	ck_assert_uint_eq(t[1].sample_point, data_point);
}

START_TEST(rates_as_text)
{
	static const char *const bad[] = {
		"",       "k",           "0",      "500 k",      "500kk",
		"-5",     "500k@",       "500k@0", "500k@100",   "500k@87.55",
		"500k/",  "1M/2M/3M/4M", "1.2345", "4294967296", "99999999999M",
		"500k@x", "0x10",        "1.M",    "500k,2M",    ".5M"};
	static const uint32_t samples[] = {500000, 1000000, 83333, 1250000, 12, 4294967295};
	struct can_bittiming t[KIN_CAN_PHASES];

	expect_rates("500k", 1, 500000, 0, 0, 0);
	expect_rates("500000", 1, 500000, 0, 0, 0);
	expect_rates("83.333k", 1, 83333, 0, 0, 0);
	expect_rates("500k@87.5/2M@75", 2, 500000, 875, 2000000, 750);
	expect_rates("0.5M/2.500M@60.0%", 2, 500000, 0, 2500000, 600);
	ck_assert_int_eq(kin_can_bitrates_parse("500k/2M/10M", t), 3);
	ck_assert_uint_eq(t[KIN_CAN_XL_DATA].bitrate, 10000000);
	for (unsigned i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		ck_fails(kin_can_bitrates_parse(bad[i], t), EINVAL, NULL);
	for (unsigned i = 0; i < sizeof(samples) / sizeof(*samples); i++) {
		char text[16];

		ck_ok(kin_can_bitrate_format(samples[i], text, sizeof(text)));
		expect_rates(text, 1, samples[i], 0, 0, 0);
	}
}
END_TEST

int main(void)
{
	const struct test_case cases[] = {
		{sja1000_at_500k, "sja1000 at 500k"},
		{inexact, "rates that can't be exact"},
		{best_by_brute_force, "nothing is better"},
		{every_model_at_every_rate, "every model at every rate"},
		{all_solutions, "all solutions"},
		{says_the_nearest, "the nearest rate is said"},
		{senseless_numbers, "senseless numbers"},
		{complete_segments, "segments are completed"},
		{there_and_back, "there and back"},
		{registers, "registers"},
		{rates_as_text, "rates as text"},
		{},
	};

	return run_cases("can/bittiming", cases);
}
