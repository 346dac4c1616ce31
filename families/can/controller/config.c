/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What is to be set of a CAN interface, collected before anything happens. */
#include <errno.h>
#include <stdlib.h>

#include "../internal.h"
#include "controller.h"

int kin_can_config_new(struct kin_can_config **ret_config)
{
	struct kin_can_config *config;

	KIN_NEED(ret_config);
	config = calloc(1, sizeof(*config));
	if (!config)
		return kin_fail(ENOMEM, "no memory");
	*ret_config = config;
	return 0;
}

void kin_can_config_free(struct kin_can_config *config)
{
	free(config);
}

static int check(const struct kin_can_config *config, unsigned phase)
{
	KIN_NEED(config);
	if (phase >= KIN_CAN_PHASES)
		return kin_fail(EINVAL, "phase %u is not in 0-%d", phase, KIN_CAN_PHASES - 1);
	return 0;
}

int kin_can_config_timing(struct kin_can_config *config, enum kin_can_phase phase,
			  const struct can_bittiming *timing)
{
	int err = check(config, phase);

	if (err < 0)
		return err;
	KIN_NEED(timing);
	if (timing->bitrate == 0 && timing->tq == 0 && timing->brp == 0)
		return kin_fail(EINVAL, "a bit timing needs a bit rate above 0, or tq or brp");
	if (timing->bitrate != 0 &&
	    (timing->tq | timing->brp | timing->prop_seg | timing->phase_seg1 | timing->phase_seg2))
		return kin_fail(EINVAL, "a bit rate and segments: one of them says it all");
	if (timing->sample_point >= 1000)
		return kin_fail(EINVAL, "sample point %u.%u %% is not in 0.1-99.9 %%",
				timing->sample_point / 10, timing->sample_point % 10);
	config->timing[phase] = *timing;
	return 0;
}

int kin_can_config_bitrate(struct kin_can_config *config, enum kin_can_phase phase,
			   uint32_t bitrate, unsigned sample_point)
{
	const struct can_bittiming timing = {.bitrate = bitrate, .sample_point = sample_point};

	return kin_can_config_timing(config, phase, &timing);
}

int kin_can_config_modes(struct kin_can_config *config, uint32_t mask, uint32_t on)
{
	int err = check(config, 0);

	if (err < 0)
		return err;
	if (on & ~mask)
		return kin_fail(EINVAL, "modes 0x%x are not all in mask 0x%x", on, mask);
	config->mask |= mask;
	config->modes = (config->modes & ~mask) | on;
	return 0;
}

int kin_can_config_tdc(struct kin_can_config *config, enum kin_can_phase phase,
		       enum kin_can_tdc_mode mode, uint32_t value, uint32_t offset, uint32_t filter)
{
	int err = check(config, phase);

	if (err < 0)
		return err;
	if (phase == KIN_CAN_NOMINAL)
		return kin_fail(EINVAL, "there is TDC for data phases only");
	if ((unsigned)mode > KIN_CAN_TDC_MANUAL)
		return kin_fail(EINVAL, "TDC mode %u is not in 0-%d", (unsigned)mode,
				KIN_CAN_TDC_MANUAL);
	if (mode == KIN_CAN_TDC_MANUAL && offset == 0)
		return kin_fail(EINVAL, "manual TDC needs an offset above 0");
	if (mode != KIN_CAN_TDC_MANUAL && value != 0)
		return kin_fail(EINVAL, "a TDC value of %u goes with manual TDC only", value);
	if (offset == 0 && filter != 0)
		return kin_fail(EINVAL, "a TDC filter of %u needs an offset above 0", filter);
	config->tdc[phase] = (struct can_tdc_request){true, mode, value, offset, filter};
	return 0;
}

int kin_can_config_restart_ms(struct kin_can_config *config, uint32_t ms)
{
	int err = check(config, 0);

	if (err < 0)
		return err;
	config->restart_ms = ms;
	config->named |= CONFIG_RESTART_MS;
	return 0;
}

int kin_can_config_termination(struct kin_can_config *config, unsigned ohms)
{
	int err = check(config, 0);

	if (err < 0)
		return err;
	if (ohms > UINT16_MAX)
		return kin_fail(EINVAL, "a termination of %u ohms is not in 0-65535", ohms);
	config->termination = (uint16_t)ohms;
	config->named |= CONFIG_TERMINATION;
	return 0;
}

int kin_can_config_queue_len(struct kin_can_config *config, uint32_t frames)
{
	int err = check(config, 0);

	if (err < 0)
		return err;
	if (frames == 0 || frames > INT32_MAX)
		return kin_fail(EINVAL, "a queue of %u frames is not in 1-%d", frames, INT32_MAX);
	config->queue_len = frames;
	config->named |= CONFIG_QUEUE_LEN;
	return 0;
}

int kin_can_config_mtu(struct kin_can_config *config, uint32_t mtu)
{
	int err = check(config, 0);

	if (err < 0)
		return err;
	if (mtu != CAN_MTU && mtu != CANFD_MTU && (mtu < CANXL_MIN_MTU || mtu > CANXL_MAX_MTU))
		return kin_fail(EINVAL, "MTU %u is none of %d (classic), %d (FD), %d-%d (XL)", mtu,
				(int)CAN_MTU, (int)CANFD_MTU, (int)CANXL_MIN_MTU,
				(int)CANXL_MAX_MTU);
	config->mtu = mtu;
	config->named |= CONFIG_MTU;
	return 0;
}

int kin_can_config_up(struct kin_can_config *config, bool up)
{
	int err = check(config, 0);

	if (err < 0)
		return err;
	config->up = up;
	config->named |= CONFIG_UP;
	return 0;
}
