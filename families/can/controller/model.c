/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Known controllers: what their drivers say of them, and where bit timing goes in the registers. */
#include <errno.h>
#include <string.h>

#include "../internal.h"
#include "can-controller.h"

/* clang-format off */
/* {name, tseg1 min, max, tseg2 min, max, sjw max, brp min, max, step}, the same of the data */
static const struct kin_can_model models[] = {
	{{"at91", 4, 16, 2, 8, 4, 2, 128, 1}, {},
	 "at91_can.c", {66000000, 99532800, 100000000}},
	{{"bxcan", 1, 16, 1, 8, 4, 1, 1024, 1}, {},
	 "bxcan.c", {48000000}},
	{{"c_can", 2, 16, 1, 8, 4, 1, 1024, 1}, {},
	 "c_can/", {24000000}},
	{{"CANtact Pro", 1, 16, 1, 8, 4, 1, 1024, 1}, {"CANtact Pro", 1, 16, 1, 8, 4, 1, 1024, 1},
	 "usb/gs_usb.c", {24000000, 40000000}},
	{{"cc770", 1, 16, 1, 8, 4, 1, 64, 1}, {},
	 "cc770/", {8000000}},
	{{"ems_usb", 1, 16, 1, 8, 4, 1, 64, 1}, {},
	 "usb/ems_usb.c", {8000000}},
	{{"esd_usb2", 1, 16, 1, 8, 4, 1, 1024, 1}, {},
	 "usb/esd_usb.c", {60000000, 36000000}},
	{{"flexcan", 4, 16, 2, 8, 4, 1, 256, 1}, {},
	 "flexcan/", {24000000, 30000000, 49875000, 66000000, 66500000, 66666666, 83368421}},
	{{"flexcan-fd", 2, 96, 2, 32, 16, 1, 1024, 1}, {"flexcan-fd", 2, 39, 2, 8, 4, 1, 1024, 1},
	 "flexcan/", {20000000, 40000000}},
	{{"grcan", 2, 16, 2, 8, 4, 1, 256, 1}, {},
	 "grcan.c", {}},
	{{"hi311x", 2, 16, 2, 8, 4, 1, 64, 1}, {},
	 "spi/hi311x.c", {24000000}},
	{{"ifi_canfd", 1, 256, 2, 256, 128, 2, 512, 1}, {"ifi_canfd", 1, 256, 2, 256, 128, 2, 512, 1},
	 "ifi_canfd/", {20000000, 40000000}},
	{{"janz-ican3", 1, 16, 1, 8, 4, 1, 64, 1}, {},
	 "janz-ican3.c", {8000000}},
	{{"kvaser_pciefd", 1, 512, 1, 32, 16, 1, 8192, 1},
	 {"kvaser_pciefd", 1, 512, 1, 32, 16, 1, 8192, 1},
	 "kvaser_pciefd.c", {20000000, 40000000, 80000000}},
	{{"kvaser_usb", 1, 16, 1, 8, 4, 1, 64, 1}, {},
	 "usb/kvaser_usb/", {8000000}},
	{{"kvaser_usb_flex", 4, 16, 2, 8, 4, 1, 256, 1}, {},
	 "usb/kvaser_usb/", {24000000}},
	{{"kvaser_usb_kcan", 1, 255, 1, 32, 16, 1, 8192, 1},
	 {"kvaser_usb_kcan", 1, 255, 1, 32, 16, 1, 8192, 1},
	 "usb/kvaser_usb/", {80000000}},
	{{"mcan-v3.0", 2, 64, 1, 16, 16, 1, 1024, 1}, {"mcan-v3.0", 2, 16, 1, 8, 4, 1, 32, 1},
	 "m_can/", {20000000, 40000000}},
	{{"mcan-v3.1+", 2, 256, 2, 128, 128, 1, 512, 1}, {"mcan-v3.1+", 1, 32, 1, 16, 16, 1, 32, 1},
	 "m_can/", {20000000, 40000000, 24000000, 24573875, 29700000, 48000000, 60000000, 62500000,
		    74250000}},
	{{"mcp251x", 3, 16, 2, 8, 4, 1, 64, 1}, {},
	 "spi/mcp251x.c", {8000000, 4000000, 6000000, 10000000}}, /* half of its oscillator's */
	{{"mcp251xfd", 2, 256, 1, 128, 128, 1, 256, 1}, {"mcp251xfd", 1, 32, 1, 16, 16, 1, 256, 1},
	 "spi/mcp251xfd/", {40000000, 20000000}},
	{{"mscan", 4, 16, 2, 8, 4, 1, 64, 1}, {},
	 "mscan/", {32000000, 33000000, 33300000, 33333333, 66660000, 66666666}},
	{{"pcan_usb_fd", 1, 256, 1, 128, 128, 1, 1024, 1}, {"pcan_usb_fd", 1, 32, 1, 16, 16, 1, 1024, 1},
	 "usb/peak_usb/", {80000000}},
	{{"pcan_usb_pro", 1, 16, 1, 8, 4, 1, 1024, 1}, {},
	 "usb/peak_usb/", {56000000}},
	{{"peak_canfd", 1, 256, 1, 128, 128, 1, 1024, 1}, {"peak_canfd", 1, 32, 1, 16, 16, 1, 1024, 1},
	 "peak_canfd/", {80000000, 20000000, 24000000, 30000000, 40000000, 60000000}},
	{{"rcar_can", 4, 16, 2, 8, 4, 1, 1024, 1}, {},
	 "rcar/rcar_can.c", {65000000}},
	{{"rcar_canfd", 2, 128, 2, 32, 32, 1, 1024, 1}, {"rcar_canfd", 2, 16, 2, 8, 8, 1, 256, 1},
	 "rcar/rcar_canfd.c", {40000000, 20000000}},
	{{"rockchip_canfd", 1, 256, 1, 128, 128, 2, 256, 2}, {"rockchip_canfd", 1, 32, 1, 16, 16, 2, 256, 2},
	 "rockchip/", {300000000, 40000000, 20000000}},
	{{"sja1000", 1, 16, 1, 8, 4, 1, 64, 1}, {},
	 "sja1000/", {8000000, 12000000}}, /* half of its oscillator's */
	{{"softing", 1, 16, 1, 8, 4, 1, 32, 1}, {},
	 "softing/", {8000000, 16000000}},
	{{"sun4i_can", 1, 16, 1, 8, 4, 1, 64, 1}, {},
	 "sun4i_can.c", {}},
	{{"ti_hecc", 1, 16, 1, 8, 4, 1, 256, 1}, {},
	 "ti_hecc.c", {13000000}},
	{{"usb_8dev", 1, 16, 1, 8, 4, 1, 1024, 1}, {},
	 "usb/usb_8dev.c", {32000000}},
	{{"xilinx_can", 1, 16, 1, 8, 4, 1, 256, 1}, {},
	 "xilinx_can.c", {}},
	{{"xilinx_can_fd", 1, 64, 1, 16, 16, 1, 256, 1}, {"xilinx_can_fd", 1, 16, 1, 8, 8, 1, 256, 1},
	 "xilinx_can.c", {20000000, 40000000}},
	{{"xilinx_can_fd2", 1, 256, 1, 128, 128, 2, 256, 1}, {"xilinx_can_fd2", 1, 32, 1, 16, 16, 2, 256, 1},
	 "xilinx_can.c", {80000000, 79999999, 20000000, 40000000}},
};

/* Where a part of the bit timing, less one, goes: bits of it, from the bit first on. */
struct field {
	char part; /* b: brp, j: sjw, p: prop_seg, 1: phase_seg1, 2: phase_seg2, t: p and 1 */
	uint8_t first, bits, shift;
};

struct reg {
	const char *model, *name;
	uint8_t digits;
	uint32_t fixed;
	struct field fields[5];
};

static const struct reg regs[] = {
	{"at91", "CAN_BR", 8, 0, {{'2', 0, 3, 0}, {'1', 0, 3, 4}, {'p', 0, 3, 8}, {'j', 0, 2, 12}, {'b', 0, 7, 16}}},
	{"bxcan", "CAN_BTR", 8, 0, {{'b', 0, 10, 0}, {'t', 0, 4, 16}, {'2', 0, 3, 20}, {'j', 0, 2, 24}}},
	{"c_can", "BTR", 4, 0, {{'b', 0, 6, 0}, {'j', 0, 2, 6}, {'t', 0, 4, 8}, {'2', 0, 3, 12}}},
	{"c_can", "BRPEXT", 4, 0, {{'b', 6, 4, 0}}},
	{"flexcan", "CAN_CTRL", 8, 0, {{'b', 0, 8, 24}, {'j', 0, 2, 22}, {'1', 0, 3, 19}, {'2', 0, 3, 16}, {'p', 0, 3, 0}}},
	{"mcan-v3.0", "NBTP", 8, 0, {{'b', 0, 9, 16}, {'j', 0, 7, 25}, {'t', 0, 8, 8}, {'2', 0, 7, 0}}},
	{"mcan-v3.1+", "NBTP", 8, 0, {{'b', 0, 9, 16}, {'j', 0, 7, 25}, {'t', 0, 8, 8}, {'2', 0, 7, 0}}},
	{"mcp251x", "CNF1", 2, 0, {{'j', 0, 2, 6}, {'b', 0, 6, 0}}},
	{"mcp251x", "CNF2", 2, 0x80, {{'1', 0, 3, 3}, {'p', 0, 3, 0}}},
	{"mcp251x", "CNF3", 2, 0, {{'2', 0, 3, 0}}},
	{"mcp251xfd", "NBTCFG", 8, 0, {{'b', 0, 8, 24}, {'t', 0, 8, 16}, {'2', 0, 7, 8}, {'j', 0, 7, 0}}},
	{"rcar_can", "CiBCR", 8, 0, {{'t', 0, 4, 28}, {'b', 0, 10, 16}, {'j', 0, 2, 12}, {'2', 0, 3, 8}}},
	{"sja1000", "BTR0", 2, 0, {{'b', 0, 6, 0}, {'j', 0, 2, 6}}},
	{"sja1000", "BTR1", 2, 0, {{'t', 0, 4, 0}, {'2', 0, 3, 4}}},
	{"ti_hecc", "CANBTC", 8, 0, {{'2', 0, 3, 0}, {'t', 0, 4, 3}, {'j', 0, 2, 8}, {'b', 0, 8, 16}}},
};
/* clang-format on */

const struct kin_can_model *kin_can_model_at(unsigned i)
{
	return i < sizeof(models) / sizeof(*models) ? &models[i] : NULL;
}

const struct kin_can_model *kin_can_model_find(const char *name)
{
	char text[640];
	struct kin_buf list = {text, sizeof(text), 0};

	KIN_NEED_OR(name, NULL);
	for (unsigned i = 0; i < sizeof(models) / sizeof(*models); i++) {
		if (strcmp(models[i].limits.name, name) == 0)
			return &models[i];
		kin_buf_printf(&list, "%s%s", i ? ", " : "", models[i].limits.name);
	}
	kin_fail(ENOENT, "no controller is called \"%s\"; known are %s", name, kin_buf_end(&list));
	return NULL;
}

static uint32_t part(const struct can_bittiming *timing, char letter)
{
	switch (letter) {
	case 'b':
		return timing->brp - 1;
	case 'j':
		return timing->sjw - 1;
	case 'p':
		return timing->prop_seg - 1;
	case '1':
		return timing->phase_seg1 - 1;
	case '2':
		return timing->phase_seg2 - 1;
	default:
		return timing->prop_seg + timing->phase_seg1 - 1;
	}
}

ssize_t kin_can_model_registers(const struct kin_can_model *model,
				const struct can_bittiming *timing, char *buf, size_t size)
{
	struct kin_buf out = {buf, size, 0};

	KIN_NEED(model);
	KIN_NEED(timing);
	KIN_NEED_ROOM(buf, size);
	for (const struct reg *reg = regs; reg < regs + sizeof(regs) / sizeof(*regs); reg++) {
		uint32_t value = reg->fixed;

		if (strcmp(reg->model, model->limits.name) != 0)
			continue;
		for (const struct field *field = reg->fields;
		     field < reg->fields + 5 && field->part; field++)
			value |= (part(timing, field->part) >> field->first &
				  ((1U << field->bits) - 1))
				 << field->shift;
		kin_buf_printf(&out, "%s%s=0x%0*x", out.len ? " " : "", reg->name, reg->digits,
			       value);
	}
	if (size > 0)
		kin_buf_end(&out);
	return (ssize_t)out.len;
}
