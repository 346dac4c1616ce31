/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the files about CAN controllers share, and what older kernel headers lack. */
#ifndef KIN_CAN_CONTROLLER_INTERNAL_H
#define KIN_CAN_CONTROLLER_INTERNAL_H

#include <string.h>

#include "can-controller.h"

/* ---- Kernel headers ------------------------------------------------------------------------ */

/* linux/can/netlink.h, Linux 6.19; what an enum has can't be asked for by #ifdef */
enum {
	ATTR_XL_DATA_BITTIMING = 19,
	ATTR_XL_DATA_BITTIMING_CONST = 20,
	ATTR_XL_DATA_BITRATE_CONST = 21,
	ATTR_XL_TDC = 22,
	ATTR_CAN_MAX = ATTR_XL_TDC,
};

#ifndef CAN_CTRLMODE_RESTRICTED
#define CAN_CTRLMODE_RESTRICTED    0x800
#define CAN_CTRLMODE_XL            0x1000
#define CAN_CTRLMODE_XL_TDC_AUTO   0x2000
#define CAN_CTRLMODE_XL_TDC_MANUAL 0x4000
#define CAN_CTRLMODE_XL_TMS        0x8000
#endif

/* ---- Tables -------------------------------------------------------------------------------- */

/* What belongs to a phase, by enum kin_can_phase. */
struct can_phase {
	const char *name;                       /* "data bit rate" */
	uint16_t timing, limits, bitrates, tdc; /* attributes */
	uint32_t mode;                          /* that it needs; 0: none */
	uint32_t tdc_auto, tdc_manual;          /* modes */
};

extern const struct can_phase can_phases[KIN_CAN_PHASES];

/* The names of these modes, with ", " between them, or "none". */
void can_put_modes(struct kin_buf *out, uint32_t modes);

/*
 * Has its driver a way back from bus-off? Those of serial lines, slcan and can327, have none; asked
 * for one, the kernel jumps through a null pointer before Linux 6.16. There is no device behind
 * them, and the kernel gives the kind for the driver.
 */
static inline bool can_controller_restarts(const struct kin_can_controller *controller)
{
	return strcmp(controller->driver, "can") != 0;
}

/* ---- Bit timing: bittiming.c --------------------------------------------------------------- */

/* Do the limits of a controller make sense? @return 0; -EINVAL */
int can_limits_check(const struct can_bittiming_const *limits);

/* ---- Setting up ---------------------------------------------------------------------------- */

/* What was named of a config. */
enum {
	CONFIG_RESTART_MS = 1 << 0,
	CONFIG_TERMINATION = 1 << 1,
	CONFIG_QUEUE_LEN = 1 << 2,
	CONFIG_MTU = 1 << 3,
	CONFIG_UP = 1 << 4,
};

struct can_tdc_request {
	bool named;
	enum kin_can_tdc_mode mode;
	uint32_t value, offset, filter;
};

struct kin_can_config {
	unsigned named;                              /* CONFIG_* */
	struct can_bittiming timing[KIN_CAN_PHASES]; /* bitrate and tq and brp 0: not named */
	struct can_tdc_request tdc[KIN_CAN_PHASES];
	uint32_t mask, modes;
	uint32_t restart_ms, queue_len, mtu;
	uint16_t termination;
	bool up;
};

/* What has to be asked of the kernel, so that a controller becomes as a config has it. */
struct can_plan {
	struct can_bittiming timing[KIN_CAN_PHASES]; /* to be sent where it is not zero */
	const struct can_tdc_request *tdc[KIN_CAN_PHASES];
	uint32_t mask, modes;
	unsigned named;  /* CONFIG_* that differ, of which the config has the values */
	bool stops;      /* the interface must be down for it */
	bool controller; /* it is not about the interface alone */
};

/* Compare, and refuse what the controller can't do. @return 0; as kin_can_apply() */
int can_plan_make(const struct kin_can_controller *now, const struct kin_can_config *config,
		  struct can_plan *plan);

#endif
