/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What modes, states and phases are called, and which attributes they have. */
#include "../internal.h"
#include "controller.h"

/* clang-format off */
const struct can_phase can_phases[KIN_CAN_PHASES] = {
	[KIN_CAN_NOMINAL] = {
		"bit rate", IFLA_CAN_BITTIMING, IFLA_CAN_BITTIMING_CONST, IFLA_CAN_BITRATE_CONST,
		0, 0, 0, 0},
	[KIN_CAN_DATA] = {
		"data bit rate", IFLA_CAN_DATA_BITTIMING, IFLA_CAN_DATA_BITTIMING_CONST,
		IFLA_CAN_DATA_BITRATE_CONST, IFLA_CAN_TDC,
		CAN_CTRLMODE_FD, CAN_CTRLMODE_TDC_AUTO, CAN_CTRLMODE_TDC_MANUAL},
	[KIN_CAN_XL_DATA] = {
		"XL data bit rate", ATTR_XL_DATA_BITTIMING, ATTR_XL_DATA_BITTIMING_CONST,
		ATTR_XL_DATA_BITRATE_CONST, ATTR_XL_TDC,
		CAN_CTRLMODE_XL, CAN_CTRLMODE_XL_TDC_AUTO, CAN_CTRLMODE_XL_TDC_MANUAL},
};

static const struct kin_can_mode modes[] = {
	{"loopback", CAN_CTRLMODE_LOOPBACK, "2.6.31", "receive what is sent; the bus is not needed"},
	{"listen-only", CAN_CTRLMODE_LISTENONLY, "2.6.31", "never send, not even an acknowledgement"},
	{"triple-sampling", CAN_CTRLMODE_3_SAMPLES, "2.6.31", "sample each bit three times"},
	{"one-shot", CAN_CTRLMODE_ONE_SHOT, "2.6.34", "never repeat a frame that went wrong"},
	{"berr-reporting", CAN_CTRLMODE_BERR_REPORTING, "2.6.34", "report each error on the bus"},
	{"fd", CAN_CTRLMODE_FD, "3.15", "CAN FD"},
	{"presume-ack", CAN_CTRLMODE_PRESUME_ACK, "3.17", "do not wait for an acknowledgement"},
	{"fd-non-iso", CAN_CTRLMODE_FD_NON_ISO, "4.0", "CAN FD as it was before ISO 11898-1:2015"},
	{"cc-len8-dlc", CAN_CTRLMODE_CC_LEN8_DLC, "5.11", "DLC 9-15 of classic frames"},
	{"tdc-auto", CAN_CTRLMODE_TDC_AUTO, "5.16", "the delay of the transmitter is measured"},
	{"tdc-manual", CAN_CTRLMODE_TDC_MANUAL, "5.16", "the delay of the transmitter is given"},
	{"restricted", CAN_CTRLMODE_RESTRICTED, "6.19", "acknowledge, and send nothing else"},
	{"xl", CAN_CTRLMODE_XL, "6.19", "CAN XL"},
	{"xl-tdc-auto", CAN_CTRLMODE_XL_TDC_AUTO, "6.19", "as tdc-auto, of XL"},
	{"xl-tdc-manual", CAN_CTRLMODE_XL_TDC_MANUAL, "6.19", "as tdc-manual, of XL"},
	{"xl-tms", CAN_CTRLMODE_XL_TMS, "6.19", "the transceiver switches its mode for XL data"},
};
/* clang-format on */

static const char *const states[] = {
	[CAN_STATE_ERROR_ACTIVE] = "error-active",
	[CAN_STATE_ERROR_WARNING] = "error-warning",
	[CAN_STATE_ERROR_PASSIVE] = "error-passive",
	[CAN_STATE_BUS_OFF] = "bus-off",
	[CAN_STATE_STOPPED] = "stopped",
	[CAN_STATE_SLEEPING] = "sleeping",
};

const struct kin_can_mode *kin_can_mode_at(unsigned i)
{
	return i < sizeof(modes) / sizeof(*modes) ? &modes[i] : NULL;
}

const char *kin_can_state_name(uint32_t state)
{
	return state < sizeof(states) / sizeof(*states) ? states[state] : "unknown";
}

void can_put_modes(struct kin_buf *out, uint32_t which)
{
	const char *comma = "";

	for (unsigned i = 0; i < sizeof(modes) / sizeof(*modes); i++) {
		if (!(which & modes[i].bit))
			continue;
		kin_buf_printf(out, "%s%s", comma, modes[i].name);
		which &= ~modes[i].bit;
		comma = ", ";
	}
	if (which)
		kin_buf_printf(out, "%smode 0x%x", comma, which);
	else if (!*comma)
		kin_buf_puts(out, "none");
}
