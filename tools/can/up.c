/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <string.h>

#include "controller.h"

/* Switches of this verb that are modes of the controller. */
static const struct {
	const char *option, *mode;
} mode_switches[] = {
	{"loopback", "loopback"},       {"listen-only", "listen-only"},
	{"triple", "triple-sampling"},  {"one-shot", "one-shot"},
	{"berr", "berr-reporting"},     {"fd", "fd"},
	{"presume-ack", "presume-ack"}, {"non-iso", "fd-non-iso"},
	{"len8", "cc-len8-dlc"},
};

static uint32_t mode_bit(const char *name)
{
	const struct kin_can_mode *mode;

	for (unsigned i = 0; (mode = kin_can_mode_at(i)); i++)
		if (strcmp(mode->name, name) == 0)
			return mode->bit;
	return 0;
}

/* A failure of the config: what was typed makes no sense. */
static int set(const struct invocation *inv, int err)
{
	return err < 0 ? misuse(inv->command, "%s", kin_error_text()) : 0;
}

/* Bit rates, sample points, and segments, by phase. */
static int read_timing(const struct invocation *inv, struct kin_can_config *config)
{
	static const struct {
		const char *timing, *sample_point;
	} names[KIN_CAN_PHASES] = {
		[KIN_CAN_NOMINAL] = {"timing", "sample-point"},
		[KIN_CAN_DATA] = {"data-timing", "data-sample-point"},
		[KIN_CAN_XL_DATA] = {NULL, NULL},
	};
	struct can_bittiming timing[KIN_CAN_PHASES] = {0};
	int status = 0;

	if (inv->n_args > 1)
		status = set(inv, kin_can_bitrates_parse(inv->args[1], timing));
	for (unsigned i = 0; i < KIN_CAN_PHASES && status == 0; i++) {
		unsigned point = timing[i].sample_point;

		if (names[i].timing) {
			status = inv_sample_point(inv, names[i].sample_point, &point);
			if (status == 0)
				status = inv_timing(inv, names[i].timing, &timing[i]);
		}
		if (status == 0 && point && !timing[i].bitrate)
			status = misuse(inv->command, "a sample point, and no bit rate for it");
		timing[i].sample_point = point;
		if (status == 0 && (timing[i].bitrate || timing[i].tq || timing[i].brp ||
				    timing[i].sjw || timing[i].prop_seg))
			status = set(inv, kin_can_config_timing(config, i, &timing[i]));
	}
	return status;
}

/*
 * Modes that are named are on. With a bit rate the controller is set up anew: those that it can
 * switch and that are not named are off, but for TDC, which goes with the data bit rate.
 */
static int read_modes(const struct invocation *inv, const struct kin_can_controller *now,
		      struct kin_can_config *config)
{
	uint32_t on = 0, off = 0;

	for (unsigned i = 0; i < sizeof(mode_switches) / sizeof(*mode_switches); i++)
		if (inv_has(inv, mode_switches[i].option))
			on |= mode_bit(mode_switches[i].mode);
	if (inv->n_args > 1 || inv_has(inv, "timing")) {
		off = now->modes_supported == KIN_CAN_UNKNOWN ? now->modes : now->modes_supported;
		off &= ~(on | mode_bit("tdc-auto") | mode_bit("tdc-manual") |
			 mode_bit("xl-tdc-auto") | mode_bit("xl-tdc-manual"));
		if ((inv->n_args > 1 && strchr(inv->args[1], '/')) || inv_has(inv, "data-timing"))
			off &= ~(mode_bit("fd") | mode_bit("xl"));
	}
	return set(inv, kin_can_config_modes(config, on | off, on));
}

static int read_tdc(const struct invocation *inv, struct kin_can_config *config)
{
	static const char *const words[] = {"off", "auto", "manual", NULL};
	int64_t value = 0, offset = 0, filter = 0;
	unsigned mode = KIN_CAN_TDC_AUTO;
	bool named = inv_has(inv, "tdc") || inv_has(inv, "tdcv") || inv_has(inv, "tdco") ||
		     inv_has(inv, "tdcf");

	if (inv_has(inv, "tdcv"))
		mode = KIN_CAN_TDC_MANUAL;
	if (inv_choice(inv, "tdc", words, &mode) || inv_int(inv, "tdcv", 0, UINT32_MAX, &value) ||
	    inv_int(inv, "tdco", 1, UINT32_MAX, &offset) ||
	    inv_int(inv, "tdcf", 1, UINT32_MAX, &filter))
		return STATUS_USAGE;
	return named ? set(inv,
			   kin_can_config_tdc(config, KIN_CAN_DATA, mode, value, offset, filter))
		     : 0;
}

static int read_numbers(const struct invocation *inv, struct kin_can_config *config)
{
	int64_t n = 0;
	int status = 0;

	if (inv_int(inv, "restart-ms", 0, UINT32_MAX, &n))
		return STATUS_USAGE;
	if (inv_has(inv, "restart-ms"))
		status = set(inv, kin_can_config_restart_ms(config, n));
	if (status == 0 && inv_int(inv, "termination", 0, UINT16_MAX, &n))
		return STATUS_USAGE;
	if (status == 0 && inv_has(inv, "termination"))
		status = set(inv, kin_can_config_termination(config, n));
	if (status == 0 && inv_int(inv, "txqlen", 1, INT32_MAX, &n))
		return STATUS_USAGE;
	if (status == 0 && inv_has(inv, "txqlen"))
		status = set(inv, kin_can_config_queue_len(config, n));
	if (status == 0 && inv_int(inv, "mtu", 0, UINT32_MAX, &n))
		return STATUS_USAGE;
	if (status == 0 && inv_has(inv, "mtu"))
		status = set(inv, kin_can_config_mtu(config, n));
	return status;
}

static int run(const struct invocation *inv)
{
	struct kin_can_controller *now KIN_CLEANUP(kin_can_controller_free) = NULL;
	struct kin_can_config *config KIN_CLEANUP(kin_can_config_free) = NULL;
	const char *name = inv->args[0];
	int err = kin_can_config_new(&config), status;

	if (err < 0)
		return complain_of_interface(name, err);
	/* What was typed wrong is told even where there is no such interface. */
	if ((status = read_timing(inv, config)) || (status = read_tdc(inv, config)) ||
	    (status = read_numbers(inv, config)))
		return status;
	err = kin_can_controller_read(name, &now);
	if (err < 0)
		return complain_of_interface(name, err);
	status = read_modes(inv, now, config);
	if (status)
		return status;
	kin_can_config_up(config, true);
	err = kin_can_apply(name, config, KIN_CAN_MAY_STOP);
	if (err < 0)
		return complain_of_interface(name, err);
	return STATUS_DONE;
}

const struct command command_can_up = {
	.group = "can",
	.name = "up",
	.args = "INTERFACE [BITRATE[@SAMPLE][/DATA-BITRATE[@SAMPLE]]]",
	.summary = "set up a CAN interface: bit rate, modes, queue",
	.text = "Sets what is asked for and the interface up, in one request. What it is already "
		"is left alone: a second time does nothing. Where the kernel changes something "
		"only while the interface is down, it goes down for that moment.\n"
		"\n"
		"A bit rate is in bit/s, with k or M behind it if you like; behind @ stands the "
		"sample point in percent, without it CiA's: 87.5, above 500k 80, above 800k 75. A "
		"second bit rate is that of the data of FD frames and switches FD on. With a bit "
		"rate the controller is set up anew: modes that are not named are switched off. "
		"Without one, all stays as it is but for what is named.\n"
		"\n"
		"What a controller can't do is refused before anything is changed: a bit rate with "
		"the nearest that it can make, a mode with those that it has. kin can show lists "
		"them. A virtual interface (vcan, vxcan) has neither bit rate nor modes, and is "
		"just set up, with --mtu and --txqlen.",
	.options =
		(const struct command_option[]){
			{"sample-point", 0, "PERCENT", "the sample point of the bit rate"},
			{"data-sample-point", 0, "PERCENT", "that of the data bit rate"},
			{"timing", 0, "NAME=N,...",
			 "segments in place of a bit rate: tq (ns) or brp, prop-seg, phase-seg1, "
			 "phase-seg2, sjw; or sjw beside one"},
			{"data-timing", 0, "NAME=N,...", "the same for the data of FD frames"},
			{"listen-only", 0, NULL, "never send, not even an acknowledgement"},
			{"loopback", 0, NULL, "receive what is sent; the bus is not needed"},
			{"one-shot", 0, NULL, "never repeat a frame that went wrong"},
			{"berr", 0, NULL, "report each error on the bus"},
			{"fd", 0, NULL, "CAN FD, with the data bit rate that is set"},
			{"non-iso", 0, NULL, "CAN FD as it was before ISO 11898-1:2015"},
			{"presume-ack", 0, NULL, "do not wait for an acknowledgement"},
			{"triple", 0, NULL, "sample each bit three times"},
			{"len8", 0, NULL, "DLC 9 to 15 of classic frames"},
			{"restart-ms", 0, "MS", "come back that long after bus-off; 0: do not"},
			{"termination", 0, "OHMS", "switch the termination; 0: off"},
			{"txqlen", 0, "FRAMES", "how many may wait to be sent"},
			{"mtu", 0, "BYTES", "of a virtual interface: 16, 72 (FD), 76-2060 (XL)"},
			{"tdc", 0, "off|auto|manual",
			 "compensation of the transmitter's delay at a fast data bit rate [the "
			 "kernel's choice]"},
			{"tdcv", 0, "CLOCKS", "the delay, in periods of the controller's clock"},
			{"tdco", 0, "CLOCKS", "how much later the bit is looked at"},
			{"tdcf", 0, "CLOCKS", "the window in which the delay is measured"},
			{},
		},
	.examples =
		(const struct command_example[]){
			{"kin can up can0 500k", "a classic bus with 500 kbit/s"},
			{"kin can up can0 500k@87.5 --restart-ms 100 --berr",
			 "its sample point said; back 0.1 s after bus-off; errors reported"},
			{"kin can up can0 500k/2M@75",
			 "CAN FD, the data with 2 Mbit/s and sampled at 75 %"},
			{"kin can up can0 250k --listen-only", "watch without being noticed"},
			{"kin can up vcan0 --mtu 72", "a virtual bus that takes FD frames"},
			{},
		},
	.min_args = 1,
	.max_args = 2,
	.run = run,
};
