/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Controllers without one: answers of the kernel that were made here, of an FD controller too,
 * what a config comes to, what is refused, and what the doctor says.
 */
#include "harness.h"

#include "../../families/can/internal.h"
#include "../../families/can/controller/controller.h"
#include "../../families/can/rtnetlink.h"

#include <errno.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <stdlib.h>
#include <string.h>

static const struct can_bittiming_const nominal = {"mcp251xfd", 2, 256, 1, 128, 128, 1, 256, 1};
static const struct can_bittiming_const data = {"mcp251xfd", 1, 32, 1, 16, 16, 1, 256, 1};
static const struct can_bittiming_const sja1000 = {"sja1000", 1, 16, 1, 8, 4, 1, 64, 1};

/* ---- Answers ------------------------------------------------------------------------------- */

/* RTM_NEWLINK about an FD controller with everything that there is. */
static void make_answer(struct can_rtnl_request *m, uint16_t type)
{
	const struct ifinfomsg header = {.ifi_index = 7, .ifi_type = type, .ifi_flags = IFF_UP};
	const struct can_bittiming timing = {500000, 875, 25, 34, 35, 10, 5, 1};
	const struct can_bittiming fast = {2000000, 750, 25, 7, 7, 5, 2, 1};
	const struct can_ctrlmode modes = {.flags = CAN_CTRLMODE_FD | CAN_CTRLMODE_TDC_AUTO};
	const struct can_berr_counter counter = {.txerr = 128, .rxerr = 5};
	const struct can_device_stats device = {1, 2, 3, 4, 5, 6};
	const uint16_t ohms[] = {0, 120};
	const uint32_t rates[] = {1000000, 2000000, 5000000};
	size_t link, info, nest;

	can_rtnl_begin(m, RTM_NEWLINK, 0, &header, sizeof(header), NULL);
	can_rtnl_put(m, IFLA_IFNAME, "can7", 5);
	can_rtnl_put_u32(m, IFLA_MTU, 72);
	can_rtnl_put_u32(m, IFLA_TXQLEN, 10);
	can_rtnl_put(m, 57, "spi", 4);
	can_rtnl_put(m, 56, "spi0.0", 7);
	link = can_rtnl_nest(m, IFLA_LINKINFO);
	can_rtnl_put(m, IFLA_INFO_KIND, "can", 3);
	can_rtnl_put(m, IFLA_INFO_XSTATS, &device, sizeof(device));
	info = can_rtnl_nest(m, IFLA_INFO_DATA);
	can_rtnl_put(m, IFLA_CAN_BITTIMING, &timing, sizeof(timing));
	can_rtnl_put(m, IFLA_CAN_BITTIMING_CONST, &nominal, sizeof(nominal));
	can_rtnl_put_u32(m, IFLA_CAN_CLOCK, 40000000);
	can_rtnl_put_u32(m, IFLA_CAN_STATE, CAN_STATE_ERROR_PASSIVE);
	can_rtnl_put(m, IFLA_CAN_CTRLMODE, &modes, sizeof(modes));
	can_rtnl_put_u32(m, IFLA_CAN_RESTART_MS, 100);
	can_rtnl_put(m, IFLA_CAN_BERR_COUNTER, &counter, sizeof(counter));
	can_rtnl_put(m, IFLA_CAN_DATA_BITTIMING, &fast, sizeof(fast));
	can_rtnl_put(m, IFLA_CAN_DATA_BITTIMING_CONST, &data, sizeof(data));
	can_rtnl_put(m, IFLA_CAN_DATA_BITRATE_CONST, rates, sizeof(rates));
	can_rtnl_put_u16(m, IFLA_CAN_TERMINATION, 120);
	can_rtnl_put(m, IFLA_CAN_TERMINATION_CONST, ohms, sizeof(ohms));
	can_rtnl_put_u32(m, IFLA_CAN_BITRATE_MAX, 8000000);
	nest = can_rtnl_nest(m, IFLA_CAN_TDC);
	can_rtnl_put_u32(m, IFLA_CAN_TDC_TDCV_MAX, 63);
	can_rtnl_put_u32(m, IFLA_CAN_TDC_TDCO_MAX, 127);
	can_rtnl_put_u32(m, IFLA_CAN_TDC_TDCO, 15);
	can_rtnl_nest_end(m, nest);
	nest = can_rtnl_nest(m, IFLA_CAN_CTRLMODE_EXT);
	can_rtnl_put_u32(m, IFLA_CAN_CTRLMODE_SUPPORTED,
			 CAN_CTRLMODE_FD | CAN_CTRLMODE_LISTENONLY | CAN_CTRLMODE_TDC_AUTO |
				 CAN_CTRLMODE_TDC_MANUAL);
	can_rtnl_nest_end(m, nest);
	can_rtnl_nest_end(m, info);
	can_rtnl_nest_end(m, link);
	((struct nlmsghdr *)(void *)m->data)->nlmsg_len = (uint32_t)m->len;
}

START_TEST(an_answer_with_everything)
{
	struct kin_can_controller *c KIN_CLEANUP(kin_can_controller_free) = NULL;
	const struct kin_can_phase_info *fast;
	struct can_rtnl_request m;

	make_answer(&m, ARPHRD_CAN);
	ck_ok(kin_can_controller_parse(m.data, m.len, &c));
	ck_assert_uint_eq(c->struct_size, sizeof(*c));
	ck_assert_uint_eq(c->index, 7);
	ck_assert_str_eq(c->name, "can7");
	ck_assert_str_eq(c->kind, "can");
	ck_assert_str_eq(c->parent_bus, "spi");
	ck_assert_str_eq(c->parent, "spi0.0");
	ck_assert_uint_eq(c->mtu, 72);
	ck_assert_uint_eq(c->queue_len, 10);
	ck_assert_uint_eq(c->state, CAN_STATE_ERROR_PASSIVE);
	ck_assert_uint_eq(c->clock, 40000000);
	ck_assert_uint_eq(c->modes, CAN_CTRLMODE_FD | CAN_CTRLMODE_TDC_AUTO);
	ck_assert_uint_eq(c->modes_supported & CAN_CTRLMODE_ONE_SHOT, 0);
	ck_assert_uint_eq(c->restart_ms, 100);
	ck_assert_uint_eq(c->tx_errors, 128);
	ck_assert_uint_eq(c->rx_errors, 5);
	ck_assert_uint_eq(c->bitrate_max, 8000000);
	ck_assert_uint_eq(c->termination, 120);
	ck_assert_uint_eq(c->n_terminations, 2);
	ck_assert_uint_eq(c->terminations[1], 120);
	ck_assert_uint_eq(c->device.arbitration_lost, 5);
	ck_assert_uint_eq(c->phases[KIN_CAN_NOMINAL].timing.sample_point, 875);
	ck_assert_mem_eq(&c->phases[KIN_CAN_NOMINAL].limits, &nominal, sizeof(nominal));
	fast = &c->phases[KIN_CAN_DATA];
	ck_assert_uint_eq(fast->timing.bitrate, 2000000);
	ck_assert_mem_eq(&fast->limits, &data, sizeof(data));
	ck_assert_uint_eq(fast->n_bitrates, 3);
	ck_assert_uint_eq(fast->bitrates[2], 5000000);
	ck_assert_uint_eq(fast->tdc.offset, 15);
	ck_assert_uint_eq(fast->tdc.offset_max, 127);
	ck_assert_uint_eq(fast->tdc.value, KIN_CAN_UNKNOWN);
	ck_assert_uint_eq(c->phases[KIN_CAN_XL_DATA].timing.bitrate, 0);
}
END_TEST

/* Whatever is cut off, nothing is read beyond the end (the sanitizer looks). */
START_TEST(answers_that_are_cut)
{
	struct can_rtnl_request m;
	struct kin_can_controller *c = NULL;

	make_answer(&m, ARPHRD_CAN);
	for (size_t len = 0; len < m.len; len++) {
		unsigned char *copy = malloc(len ? len : 1);

		ck_assert_ptr_nonnull(copy);
		memcpy(copy, m.data, len);
		ck_refused(kin_can_controller_parse(copy, len, &c), EBADMSG, "");
		/* A length that fits again: the attributes are cut instead. */
		if (len >= sizeof(struct nlmsghdr)) {
			const uint32_t cut = (uint32_t)len;

			memcpy(copy, &cut, sizeof(cut));
			if (kin_can_controller_parse(copy, len, &c) == 0)
				kin_can_controller_free(c);
			c = NULL;
		}
		free(copy);
	}
	make_answer(&m, ARPHRD_ETHER);
	ck_refused(kin_can_controller_parse(m.data, m.len, &c), ENODEV,
		   "not about a CAN interface");
}
END_TEST

/* ---- What a config comes to ---------------------------------------------------------------- */

static void classic(struct kin_can_controller *c)
{
	*c = (struct kin_can_controller){
		.kind = "can",
		.mtu = 16,
		.queue_len = 10,
		.clock = 8000000,
		.modes_supported = CAN_CTRLMODE_LISTENONLY | CAN_CTRLMODE_ONE_SHOT,
		.termination = KIN_CAN_UNKNOWN,
		.phases[KIN_CAN_NOMINAL].limits = sja1000,
	};
}

static void flexible(struct kin_can_controller *c)
{
	static const uint16_t ohms[] = {0, 120};

	*c = (struct kin_can_controller){
		.kind = "can",
		.mtu = 16,
		.queue_len = 10,
		.clock = 40000000,
		.modes_supported = CAN_CTRLMODE_FD | CAN_CTRLMODE_TDC_AUTO |
				   CAN_CTRLMODE_TDC_MANUAL | CAN_CTRLMODE_LISTENONLY,
		.bitrate_max = 8000000,
		.terminations = ohms,
		.n_terminations = 2,
		.phases[KIN_CAN_NOMINAL].limits = nominal,
		.phases[KIN_CAN_DATA].limits = data,
		.phases[KIN_CAN_DATA].tdc = {.value_max = 63, .offset_max = 127, .filter_max = 127},
	};
}

static struct kin_can_config *config_of(uint32_t rate, uint32_t fast)
{
	struct kin_can_config *config;

	ck_ok(kin_can_config_new(&config));
	if (rate)
		ck_ok(kin_can_config_bitrate(config, KIN_CAN_NOMINAL, rate, 0));
	if (fast)
		ck_ok(kin_can_config_bitrate(config, KIN_CAN_DATA, fast, 0));
	return config;
}

START_TEST(fd_goes_with_both_timings)
{
	struct kin_can_config *config KIN_CLEANUP(kin_can_config_free) = config_of(500000, 2000000);
	struct kin_can_config *fd KIN_CLEANUP(kin_can_config_free) = config_of(0, 0);
	struct kin_can_controller c;
	struct can_plan plan;

	flexible(&c);
	ck_ok(can_plan_make(&c, config, &plan));
	ck_assert_uint_eq(plan.mask & plan.modes, CAN_CTRLMODE_FD);
	ck_assert_uint_eq(plan.timing[KIN_CAN_NOMINAL].bitrate, 500000);
	ck_assert_uint_eq(plan.timing[KIN_CAN_DATA].bitrate, 2000000);
	ck_assert(plan.stops && plan.controller);

	/* FD alone repeats what is set, by its segments. */
	ck_ok(kin_can_config_modes(fd, CAN_CTRLMODE_FD, CAN_CTRLMODE_FD));
	ck_refused(can_plan_make(&c, fd, &plan), EINVAL, "fd needs a bit rate");
	c.phases[KIN_CAN_NOMINAL].timing =
		(struct can_bittiming){500000, 875, 25, 34, 35, 10, 5, 1};
	ck_refused(can_plan_make(&c, fd, &plan), EINVAL, "fd needs a data bit rate");
	c.phases[KIN_CAN_DATA].timing = (struct can_bittiming){2000000, 750, 25, 7, 7, 5, 2, 1};
	ck_ok(can_plan_make(&c, fd, &plan));
	ck_assert_uint_eq(plan.timing[KIN_CAN_DATA].bitrate, 0);
	ck_assert_uint_eq(plan.timing[KIN_CAN_DATA].tq, 25);
	ck_assert_uint_eq(plan.timing[KIN_CAN_DATA].phase_seg2, 5);
	ck_assert_uint_eq(plan.timing[KIN_CAN_NOMINAL].prop_seg, 34);

	/* All of it is so already. */
	c.modes = CAN_CTRLMODE_FD;
	ck_ok(can_plan_make(&c, config, &plan));
	ck_assert(!plan.stops && !plan.controller && !plan.named);
	/* Another nominal rate does not touch the data phase. */
	ck_ok(kin_can_config_modes(fd, CAN_CTRLMODE_FD, CAN_CTRLMODE_FD));
	ck_ok(kin_can_config_bitrate(fd, KIN_CAN_NOMINAL, 250000, 0));
	ck_ok(can_plan_make(&c, fd, &plan));
	ck_assert_uint_eq(plan.timing[KIN_CAN_DATA].tq, 0);
	ck_assert_uint_eq(plan.mask, 0);

	ck_ok(kin_can_config_modes(config, CAN_CTRLMODE_FD, 0));
	ck_refused(can_plan_make(&c, config, &plan), EINVAL, "switched off");
}
END_TEST

START_TEST(what_it_does_not_have)
{
	struct kin_can_config *fast KIN_CLEANUP(kin_can_config_free) = config_of(500000, 2000000);
	struct kin_can_config *config KIN_CLEANUP(kin_can_config_free) = config_of(0, 0);
	struct kin_can_config *ohms KIN_CLEANUP(kin_can_config_free) = config_of(0, 0);
	struct kin_can_config *rate KIN_CLEANUP(kin_can_config_free) = config_of(5000000, 0);
	struct kin_can_config *up KIN_CLEANUP(kin_can_config_free) = config_of(0, 0);
	struct kin_can_controller c;
	struct can_plan plan;

	classic(&c);
	ck_refused(can_plan_make(&c, fast, &plan), EOPNOTSUPP,
		   "this sja1000 has no mode fd; it has listen-only, one-shot");
	c.modes_supported = KIN_CAN_UNKNOWN;
	ck_refused(can_plan_make(&c, fast, &plan), EOPNOTSUPP, "this sja1000 has no data bit rate");
	classic(&c);
	ck_refused(can_plan_make(&c, rate, &plan), EDOM, "the nearest is 2666666 bit/s");
	ck_ok(kin_can_config_up(up, true));
	ck_refused(can_plan_make(&c, up, &plan), EINVAL, "it has no bit rate yet");

	ck_ok(kin_can_config_termination(ohms, 60));
	ck_refused(can_plan_make(&c, ohms, &plan), EOPNOTSUPP, "no termination");
	flexible(&c);
	ck_refused(can_plan_make(&c, ohms, &plan), EOPNOTSUPP, "60 ohms is none of its: 0, 120");
	ck_ok(kin_can_config_termination(ohms, 120));
	ck_ok(can_plan_make(&c, ohms, &plan));
	ck_assert(plan.controller && !plan.stops);

	/* To switch off what is not there is done at once; what is always on can't be. */
	classic(&c);
	ck_ok(kin_can_config_modes(config, CAN_CTRLMODE_FD | CAN_CTRLMODE_FD_NON_ISO, 0));
	ck_ok(can_plan_make(&c, config, &plan));
	ck_assert_uint_eq(plan.mask, 0);
	c.modes = CAN_CTRLMODE_FD_NON_ISO;
	ck_refused(can_plan_make(&c, config, &plan), EOPNOTSUPP, "fd-non-iso is always on");
	/* The kernel wants to hear of it beside any other. */
	ck_ok(kin_can_config_modes(config, CAN_CTRLMODE_FD_NON_ISO, CAN_CTRLMODE_FD_NON_ISO));
	ck_ok(kin_can_config_modes(config, CAN_CTRLMODE_ONE_SHOT, CAN_CTRLMODE_ONE_SHOT));
	ck_ok(can_plan_make(&c, config, &plan));
	ck_assert_uint_eq(plan.mask, CAN_CTRLMODE_ONE_SHOT | CAN_CTRLMODE_FD_NON_ISO);
	ck_assert_uint_eq(plan.modes, CAN_CTRLMODE_ONE_SHOT | CAN_CTRLMODE_FD_NON_ISO);

	strcpy(c.kind, "vxcan");
	ck_refused(can_plan_make(&c, config, &plan), EOPNOTSUPP,
		   "it is a vxcan: it has no bit timing");
}
END_TEST

START_TEST(fixed_rates_and_limits)
{
	static const uint32_t rates[] = {100000, 500000, 1000000};
	struct kin_can_config *config KIN_CLEANUP(kin_can_config_free) = config_of(400000, 0);
	struct kin_can_config *fast KIN_CLEANUP(kin_can_config_free) = config_of(500000, 10000000);
	struct can_bittiming timing = {.bitrate = 500000, .sjw = 3};
	struct kin_can_controller c;
	struct can_plan plan;

	classic(&c);
	ck_ok(kin_can_config_timing(config, KIN_CAN_NOMINAL, &timing));
	ck_refused(can_plan_make(&c, config, &plan), ERANGE, "a jump width of 3 is above 2");
	timing = (struct can_bittiming){.brp = 2, .prop_seg = 6, .phase_seg1 = 7, .phase_seg2 = 2};
	ck_ok(kin_can_config_timing(config, KIN_CAN_NOMINAL, &timing));
	ck_ok(can_plan_make(&c, config, &plan));
	ck_assert_uint_eq(plan.timing[KIN_CAN_NOMINAL].tq, 250);
	ck_assert_uint_eq(plan.timing[KIN_CAN_NOMINAL].bitrate, 0);
	timing.phase_seg2 = 9;
	ck_ok(kin_can_config_timing(config, KIN_CAN_NOMINAL, &timing));
	ck_refused(can_plan_make(&c, config, &plan), ERANGE, "phase_seg2 9 is not in 1-8");

	flexible(&c);
	ck_refused(can_plan_make(&c, fast, &plan), EDOM, "8000000 bit/s of its transceiver");

	memset(&c.phases, 0, sizeof(c.phases));
	c.bitrate_max = 0;
	c.phases[KIN_CAN_NOMINAL].bitrates = rates;
	c.phases[KIN_CAN_NOMINAL].n_bitrates = 3;
	ck_refused(can_plan_make(&c, config, &plan), EOPNOTSUPP, "its bit rates are fixed");
	ck_ok(kin_can_config_bitrate(config, KIN_CAN_NOMINAL, 400000, 0));
	ck_refused(can_plan_make(&c, config, &plan), EDOM, "the nearest is 500000");
	ck_ok(kin_can_config_bitrate(config, KIN_CAN_NOMINAL, 500000, 0));
	ck_ok(can_plan_make(&c, config, &plan));
	ck_assert_uint_eq(plan.timing[KIN_CAN_NOMINAL].bitrate, 500000);
}
END_TEST

START_TEST(transmitter_delay)
{
	struct kin_can_config *config KIN_CLEANUP(kin_can_config_free) = config_of(500000, 5000000);
	struct kin_can_controller c;
	struct can_plan plan;
	const uint32_t both = CAN_CTRLMODE_TDC_AUTO | CAN_CTRLMODE_TDC_MANUAL;

	flexible(&c);
	ck_ok(kin_can_config_tdc(config, KIN_CAN_DATA, KIN_CAN_TDC_MANUAL, 10, 20, 0));
	ck_ok(can_plan_make(&c, config, &plan));
	ck_assert_uint_eq(plan.mask, CAN_CTRLMODE_FD | both);
	ck_assert_uint_eq(plan.modes, CAN_CTRLMODE_FD | CAN_CTRLMODE_TDC_MANUAL);
	ck_assert_ptr_nonnull(plan.tdc[KIN_CAN_DATA]);
	/* Left to the kernel, which must not hear of these modes then. */
	ck_ok(kin_can_config_tdc(config, KIN_CAN_DATA, KIN_CAN_TDC_AUTO, 0, 0, 0));
	ck_ok(can_plan_make(&c, config, &plan));
	ck_assert_uint_eq(plan.mask, CAN_CTRLMODE_FD);
	ck_ok(kin_can_config_tdc(config, KIN_CAN_DATA, KIN_CAN_TDC_MANUAL, 64, 20, 0));
	ck_refused(can_plan_make(&c, config, &plan), ERANGE, "tdcv 64 is not in 0-63");
	ck_ok(kin_can_config_tdc(config, KIN_CAN_DATA, KIN_CAN_TDC_AUTO, 0, 128, 0));
	ck_refused(can_plan_make(&c, config, &plan), ERANGE, "tdco 128 is not in 0-127");
	c.phases[KIN_CAN_DATA].tdc = (struct kin_can_tdc){0};
	ck_refused(can_plan_make(&c, config, &plan), EOPNOTSUPP, "no transmitter delay");
	ck_refused(kin_can_config_tdc(config, KIN_CAN_NOMINAL, KIN_CAN_TDC_OFF, 0, 0, 0), EINVAL,
		   "data phases only");
	ck_refused(kin_can_config_tdc(config, KIN_CAN_DATA, KIN_CAN_TDC_MANUAL, 1, 0, 0), EINVAL,
		   "offset");
	ck_refused(kin_can_config_tdc(config, KIN_CAN_DATA, KIN_CAN_TDC_AUTO, 1, 0, 0), EINVAL,
		   "manual TDC only");
}
END_TEST

START_TEST(values_out_of_range)
{
	struct kin_can_config *config KIN_CLEANUP(kin_can_config_free) = config_of(0, 0);
	const struct can_bittiming both = {.bitrate = 500000, .tq = 125}, none = {.prop_seg = 1};
	struct kin_can_controller c;
	struct can_plan plan;

	ck_refused(kin_can_config_bitrate(config, KIN_CAN_NOMINAL, 0, 0), EINVAL,
		   "bit rate above 0");
	ck_refused(kin_can_config_bitrate(config, 3, 500000, 0), EINVAL, "phase 3 is not in 0-2");
	ck_refused(kin_can_config_bitrate(config, 0, 500000, 1000), EINVAL, "sample point 100.0 %");
	ck_refused(kin_can_config_timing(config, 0, &both), EINVAL, "one of them says it all");
	ck_refused(kin_can_config_timing(config, 0, &none), EINVAL, "tq or brp");
	ck_refused(kin_can_config_modes(config, 1, 3), EINVAL, "modes 0x3 are not all in mask 0x1");
	ck_refused(kin_can_config_termination(config, 65536), EINVAL, "65536 ohms");
	ck_refused(kin_can_config_queue_len(config, 0), EINVAL, "0 frames is not in 1-2147483647");
	ck_refused(kin_can_config_mtu(config, 71), EINVAL, "MTU 71 is none of 16");
	ck_refused(kin_can_config_mtu(config, 2061), EINVAL, "MTU 2061");
	ck_refused(kin_can_apply("can0", config, 2), EINVAL, "flags 0x2");
	ck_ok(kin_can_config_mtu(config, 72));
	classic(&c);
	ck_refused(can_plan_make(&c, config, &plan), EINVAL, "follows its mode");
	strcpy(c.kind, "vcan");
	ck_ok(can_plan_make(&c, config, &plan));
	ck_assert(plan.stops && !plan.controller);
	ck_refused(kin_can_controller_read("any", NULL), EINVAL, "");
}
END_TEST

START_TEST(names)
{
	const struct kin_can_mode *mode;
	uint32_t seen = 0;

	for (unsigned i = 0; (mode = kin_can_mode_at(i)); i++) {
		ck_assert_uint_eq(seen & mode->bit, 0);
		seen |= mode->bit;
	}
	ck_assert_uint_eq(seen, 0xFFFF);
	ck_assert_str_eq(kin_can_state_name(CAN_STATE_BUS_OFF), "bus-off");
	ck_assert_str_eq(kin_can_state_name(CAN_STATE_SLEEPING), "sleeping");
	ck_assert_str_eq(kin_can_state_name(CAN_STATE_MAX), "unknown");
}
END_TEST

/* ---- The doctor ---------------------------------------------------------------------------- */

/* One look at a bus. */
struct look {
	struct kin_can_controller before, after;
	struct kin_can_doctor *doctor;
	struct kin_can_finding *list;
	int n;
};

static void look_begin(struct look *look)
{
	*look = (struct look){0};
	classic(&look->before);
	strcpy(look->before.name, "can0");
	look->before.flags = IFF_UP;
	look->before.phases[KIN_CAN_NOMINAL].timing.bitrate = 500000;
	look->before.modes_supported |= CAN_CTRLMODE_BERR_REPORTING;
	look->after = look->before;
	ck_ok(kin_can_doctor_new(&look->before, &look->doctor));
}

/* @param text  "123#11", or an error frame */
static void look_at(struct look *look, const char *text, unsigned times, bool own)
{
	union kin_can_frame frame;
	size_t size;

	ck_ok(kin_can_frame_parse(text, &frame, &size));
	while (times--)
		ck_ok(kin_can_doctor_frame(look->doctor, &frame, size, own));
}

/* The findings, "fault:down note:virtual". */
static void look_end(struct look *look, const char *expected)
{
	static const char *const severities[] = {"note", "warning", "fault"};
	char text[512] = "";
	struct kin_buf out = {text, sizeof(text), 0};
	int n = kin_can_doctor_judge(look->doctor, &look->after, &look->list);

	ck_assert_int_ge(n, 1);
	for (int i = 0; i < n; i++) {
		const struct kin_can_finding *f = &look->list[i];

		kin_buf_printf(&out, "%s%s:%s", i ? " " : "", severities[f->severity], f->code);
		ck_assert(*f->seen && *f->why);
		ck_assert_uint_lt(strlen(f->why), sizeof(f->why) - 1);
		ck_assert_uint_lt(strlen(f->remedy), sizeof(f->remedy) - 1);
	}
	kin_buf_end(&out);
	ck_assert_str_eq(text, expected);
	free(look->list);
	kin_can_doctor_free(look->doctor);
}

START_TEST(interfaces_that_can_not_work)
{
	struct look look;

	look_begin(&look);
	look.after.flags = 0;
	look_end(&look, "fault:down");
	look_begin(&look);
	look.after.flags = 0;
	look.after.phases[KIN_CAN_NOMINAL].timing.bitrate = 0;
	look_end(&look, "fault:no-bitrate fault:down");
	look_begin(&look);
	look.after.state = CAN_STATE_BUS_OFF;
	look_at(&look, "20000040#0000000000000000", 1, false);
	look_end(&look, "fault:bus-off note:no-error-reports");
	look_begin(&look);
	look.after.state = CAN_STATE_BUS_OFF;
	strcpy(look.after.driver, "can"); /* a serial line's */
	ck_assert_int_ge(kin_can_doctor_judge(look.doctor, &look.after, &look.list), 1);
	ck_assert_str_eq(look.list[0].remedy,
			 "Mend that first; then kin can down can0, and kin can up can0.");
	free(look.list);
	look_end(&look, "fault:bus-off warning:silence note:no-error-reports");
	look_begin(&look);
	look.after.restart_ms = 100;
	look.after.device.bus_off = 3;
	look.after.device.restarts = 3;
	look_end(&look, "fault:restarts warning:silence note:no-error-reports");
}
END_TEST

START_TEST(nobody_acknowledges)
{
	struct look look;

	look_begin(&look);
	look_at(&look, "20000020#0000000000000000", 5, false);
	look_end(&look, "fault:nobody-acknowledges note:no-error-reports");
	/* As the SJA1000's driver says it: the place of the error. */
	look_begin(&look);
	look.after.modes = CAN_CTRLMODE_BERR_REPORTING;
	look_at(&look, "20000088#0000801900000000", 5, false);
	look_end(&look, "fault:nobody-acknowledges");
	look_begin(&look);
	look.after.state = CAN_STATE_ERROR_PASSIVE;
	look.after.tx_errors = 128;
	look_end(&look, "fault:nobody-acknowledges warning:error-passive warning:silence "
			"note:no-error-reports");
	/* Sent, and no echo. */
	look_begin(&look);
	ck_ok(kin_can_doctor_sent(look.doctor, 0));
	look_end(&look, "fault:nobody-acknowledges warning:silence note:no-error-reports");
	look_begin(&look);
	ck_ok(kin_can_doctor_sent(look.doctor, 0));
	look.after.modes = CAN_CTRLMODE_LISTENONLY;
	look_end(&look, "fault:listen-only warning:silence note:no-error-reports");
	look_begin(&look);
	look_at(&look, "20000020#0000000000000000", 1, false);
	ck_ok(kin_can_doctor_sent(look.doctor, -ENOBUFS));
	look_end(&look, "fault:nobody-acknowledges fault:queue-full note:no-error-reports");
}
END_TEST

START_TEST(what_is_received)
{
	struct look look;

	look_begin(&look);
	look_at(&look, "20000088#0000040A00000000", 10, false); /* stuff */
	look_at(&look, "20000088#0000020A00000000", 5, false);  /* form */
	look_at(&look, "20000088#0000000800000000", 5, false);  /* CRC */
	look_end(&look, "fault:wrong-bitrate");
	look_begin(&look);
	look_at(&look, "123#11", 100, false);
	look_at(&look, "20000088#0000000800000000", 5, false);
	look_end(&look, "warning:bus-errors");
	look_begin(&look);
	look.after.rx_errors = 127;
	look.after.state = CAN_STATE_ERROR_WARNING;
	look_end(&look, "fault:wrong-bitrate warning:error-warning warning:silence "
			"note:no-error-reports");
	look_begin(&look);
	look_at(&look, "20000088#0000000800000000", 5, false);
	look_at(&look, "7FF#", 2, true);
	look_end(&look, "warning:bus-errors");
	look_begin(&look);
	look_at(&look, "20000008#0000900A00000000", 3, false); /* a bit, sending */
	look_end(&look, "fault:bit-errors");
	look_begin(&look);
	look_at(&look, "123#11", 10, false);
	look_at(&look, "20000004#0001000000000000", 2, false);
	look.after.stats.rx_dropped = 4;
	look_end(&look, "warning:rx-overflow warning:rx-dropped note:no-error-reports");
	look_begin(&look);
	look_at(&look, "123#11", 10, false);
	look_at(&look, "123##111", 10, false);
	look_end(&look, "note:works");
	look_begin(&look);
	ck_ok(kin_can_doctor_sent(look.doctor, 0));
	look_at(&look, "7FF#", 1, true);
	look_end(&look, "note:works");
	look_begin(&look);
	look_end(&look, "warning:silence");
}
END_TEST

START_TEST(settings_and_virtual_ones)
{
	static const uint16_t ohms[] = {0, 120};
	struct look look;

	look_begin(&look);
	look_at(&look, "123#11", 1, false);
	look.after.n_terminations = 2;
	look.after.terminations = ohms;
	look.after.termination = 0;
	look.after.modes = CAN_CTRLMODE_LOOPBACK | CAN_CTRLMODE_ONE_SHOT | CAN_CTRLMODE_PRESUME_ACK;
	look_end(&look, "note:termination-off note:loopback note:one-shot note:presume-ack "
			"note:works");
	look_begin(&look);
	strcpy(look.after.kind, "vcan");
	look_at(&look, "123#11", 1, true);
	look_end(&look, "note:virtual note:works");
	look_begin(&look);
	strcpy(look.after.kind, "vcan");
	ck_ok(kin_can_doctor_sent(look.doctor, -EPERM));
	look_end(&look, "fault:send-failed warning:silence note:virtual");

	look_begin(&look);
	ck_refused(kin_can_doctor_frame(look.doctor, "123", 3, false), EBADMSG, "3 bytes");
	look_end(&look, "warning:silence");
}
END_TEST

/* A virtual interface has no state: error frames tell that of a controller behind it. */
START_TEST(states_behind_a_virtual_interface)
{
	static const struct {
		const char *frame, *findings;
	} rows[] = {
		{"20000004#0004000000000000", "warning:error-warning note:virtual"},
		{"20000004#0020000000000000", "warning:error-passive note:virtual"},
		{"20000004#0040000000000000", "note:virtual note:works"},
		{"20000040#0000000000000000", "fault:bus-off note:virtual"},
		{"20000100#0000000000000000", "fault:restarts note:virtual"},
		{"20000004#0008000000000000", "fault:restarts warning:error-warning note:virtual"},
	};
	struct look look;

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		look_begin(&look);
		strcpy(look.after.kind, "vxcan");
		/* Before the last two it was bus-off. */
		look_at(&look, "20000040#0000000000000000", i > 3, false);
		look_at(&look, rows[i].frame, 1, false);
		look_end(&look, rows[i].findings);
	}
}
END_TEST

int main(void)
{
	const struct test_case cases[] = {
		{an_answer_with_everything, "an answer with everything"},
		{answers_that_are_cut, "answers that are cut"},
		{fd_goes_with_both_timings, "FD goes with both timings"},
		{what_it_does_not_have, "what a controller does not have"},
		{fixed_rates_and_limits, "fixed rates and limits"},
		{transmitter_delay, "transmitter delay"},
		{values_out_of_range, "values out of range"},
		{names, "names"},
		{interfaces_that_can_not_work, "interfaces that can't work"},
		{nobody_acknowledges, "nobody acknowledges"},
		{what_is_received, "what is received"},
		{settings_and_virtual_ones, "settings and virtual interfaces"},
		{states_behind_a_virtual_interface, "states behind a virtual interface"},
		{},
	};

	return run_cases("can/controller", cases);
}
