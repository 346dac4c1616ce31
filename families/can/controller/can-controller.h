/* SPDX-License-Identifier: LGPL-2.1-or-later */
/**
 * @file can-controller.h
 * CAN controllers: their bit timing, modes and state, read and set over rtnetlink, and the
 * arithmetic behind it. The structures are those of <linux/can/netlink.h>, the units too: bit/s,
 * a tenth of a percent for sample points, nanoseconds for a time quantum, time quanta for the
 * segments of a bit.
 *
 *     struct kin_can_config *config;
 *
 *     kin_can_config_new(&config);
 *     kin_can_config_bitrate(config, KIN_CAN_NOMINAL, 500000, 0);
 *     kin_can_config_up(config, true);
 *     if (kin_can_apply("can0", config, KIN_CAN_MAY_STOP) < 0)
 *             errx(1, "%s", kin_error_text());
 *     kin_can_config_free(config);
 *
 * libsocketcan does a part of this and is not used here, because it prints on failure and knows
 * neither data bit timing nor TDC; the tests read with it what is set here, and the reverse.
 */
#ifndef KIN_CAN_CONTROLLER_H
#define KIN_CAN_CONTROLLER_H

#include <linux/can/netlink.h>
#include <linux/if_link.h>

#include <kin/can.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- Bit timing ---------------------------------------------------------------------------- */

/** The parts of a frame that have a bit rate of their own. */
enum kin_can_phase {
	KIN_CAN_NOMINAL, /* arbitration, and all of a classic frame */
	KIN_CAN_DATA,    /* the data of FD frames with bit rate switching; Linux 3.15 */
	KIN_CAN_XL_DATA, /* the data of XL frames; Linux 6.19 */
};

#define KIN_CAN_PHASES 3

/** A way for a controller to make a bit rate. */
struct kin_can_solution {
	struct can_bittiming timing; /* complete; bitrate and sample_point are what results */
	uint32_t quanta;             /* of a bit, the synchronisation segment included */
	int64_t bitrate_error_ppb;   /* parts per billion, above 0: too fast */
	int sample_point_error;      /* a tenth of a percent, above 0: too late */
};

/** The sample point that CiA recommends: 875, above 500 kbit/s 800, above 800 kbit/s 750. */
KIN_API unsigned kin_can_sample_point(uint32_t bitrate);

/**
 * The bit timing that the kernel computes (since Linux 5.19) for a bit rate: the least error of
 * the bit rate, then of the sample point, which is never later than asked for, then the most
 * quanta. The jump width is that of Linux 6.3 and later: half of phase segment 2; before it was 1.
 * @param limits  the controller's: kin_can_controller_read() or kin_can_model_at()
 * @param clock  of the controller, Hz
 * @param sample_point  1-999; 0: kin_can_sample_point()
 * @return 0; -EINVAL: a number makes no sense; -EDOM: off by more than 5 %, the record says which
 *         bit rate is the nearest
 */
KIN_API int kin_can_bittiming_calc(const struct can_bittiming_const *limits, uint32_t clock,
				   uint32_t bitrate, unsigned sample_point,
				   struct kin_can_solution *ret_solution);

/**
 * Every combination of prescaler and number of quanta whose bit rate is off by no more than a
 * tolerance, each with the segments for the nearest sample point, best first.
 * @param tolerance_ppm  0-50000 parts per million
 * @param ret_list  freed by free(3)
 * @return how many, at least 1; -EINVAL; -EDOM: there is none, as above; -ENOMEM
 */
KIN_API int kin_can_bittiming_all(const struct can_bittiming_const *limits, uint32_t clock,
				  uint32_t bitrate, unsigned sample_point, uint32_t tolerance_ppm,
				  struct kin_can_solution **ret_list);

/**
 * Complete a bit timing that is given by its segments, as the kernel does.
 * @param timing  prop_seg, phase_seg1, phase_seg2, and tq or brp (both: brp counts); sjw 0: 1.
 *                The rest is filled in; untouched on failure
 * @return 0; -EINVAL; -ERANGE: beyond the limits, the record says which
 */
KIN_API int kin_can_bittiming_check(const struct can_bittiming_const *limits, uint32_t clock,
				    struct can_bittiming *timing);

/**
 * Read up to three bit rates with their sample points: "500k", "500k@87.5/2M@75". Numbers in
 * bit/s, or with k or M behind them, with decimals if need be; sample points in percent.
 * @param ret_timing  bitrate and sample_point (0: not given) are set, the rest is 0
 * @return how many there are; -EINVAL
 */
KIN_API int kin_can_bitrates_parse(const char *text,
				   struct can_bittiming ret_timing[KIN_CAN_PHASES]);

/** The shortest text that is read as that bit rate: "500k", "83333". @return as snprintf(3) */
KIN_API ssize_t kin_can_bitrate_format(uint32_t bitrate, char *buf, size_t size);

/** What is known of a kind of controller, from its driver in the kernel. */
struct kin_can_model {
	struct can_bittiming_const limits; /* name is the controller's, as drivers report it */
	struct can_bittiming_const data;   /* of the data phase; brp_max 0: classic CAN only */
	const char *driver;                /* below drivers/net/can of the kernel's sources */
	uint32_t clocks[12];               /* in use, Hz; those behind the last are 0 */
};

/** Model i of the known ones; NULL at the end. */
KIN_API const struct kin_can_model *kin_can_model_at(unsigned i);

/** @return NULL, and a record that lists those there are, when nobody knows it */
KIN_API const struct kin_can_model *kin_can_model_find(const char *name);

/**
 * The registers of a controller for a nominal bit timing: "BTR0=0x00 BTR1=0x1c".
 * @return the length of the text, as snprintf(3); 0: not known of this model; -EINVAL
 */
KIN_API ssize_t kin_can_model_registers(const struct kin_can_model *model,
					const struct can_bittiming *timing, char *buf, size_t size);

#ifdef __cplusplus
}
#endif

#endif
