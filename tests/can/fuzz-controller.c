/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Messages about links, bit rates as text, and bit timing for limits that nobody has. */
#include <kin/can-controller.h>
#include "../harness/fuzz.h"

static void check_message(const uint8_t *data, size_t size)
{
	struct kin_can_controller *c = NULL;
	volatile unsigned sum = 0;

	if (kin_can_controller_parse(data, size, &c) < 0)
		return;
	if (memchr(c->name, 0, sizeof(c->name)) == NULL ||
	    memchr(c->kind, 0, sizeof(c->kind)) == NULL)
		abort();
	for (size_t i = 0; i < c->n_terminations; i++)
		sum += c->terminations[i];
	for (unsigned p = 0; p < KIN_CAN_PHASES; p++)
		for (size_t i = 0; i < c->phases[p].n_bitrates; i++)
			sum += c->phases[p].bitrates[i];
	(void)sum;
	kin_can_controller_free(c);
}

static void check_text(const uint8_t *data, size_t size)
{
	struct can_bittiming timing[KIN_CAN_PHASES], again[KIN_CAN_PHASES];
	char *text = fuzz_text(data, size), one[16];
	int n;

	n = kin_can_bitrates_parse(text, timing);
	for (int i = 0; i < n; i++)
		if (kin_can_bitrate_format(timing[i].bitrate, one, sizeof(one)) < 0 ||
		    kin_can_bitrates_parse(one, again) != 1 ||
		    again[0].bitrate != timing[i].bitrate)
			abort();
	free(text);
}

/* What is computed is within the limits, and complete: its segments give the same. */
static void check_timing(const uint8_t *data, size_t size)
{
	struct {
		struct can_bittiming_const limits;
		uint32_t clock, bitrate, sample_point;
	} in;
	struct kin_can_solution s;
	struct can_bittiming t;

	if (size < sizeof(in))
		return;
	memcpy(&in, data, sizeof(in));
	/* Few quanta, so that a run takes no time. */
	in.limits.tseg1_max %= 512;
	in.limits.tseg2_max %= 512;
	if (kin_can_bittiming_calc(&in.limits, in.clock, in.bitrate, in.sample_point % 1001, &s) <
	    0)
		return;
	t = s.timing;
	t.tq = 0;
	if (kin_can_bittiming_check(&in.limits, in.clock, &t) < 0 ||
	    t.bitrate != s.timing.bitrate || t.sample_point != s.timing.sample_point)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	check_message(data, size);
	check_text(data, size);
	check_timing(data, size);
	return 0;
}
