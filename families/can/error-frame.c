/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Error frames in words, which are candump's: what scripts look for today. And back again. */
#include <errno.h>
#include <string.h>

#include "internal.h"

const struct kin_name can_error_names[] = {
	{"all", CAN_ERR_MASK},
	{"tx-timeout", CAN_ERR_TX_TIMEOUT},
	{"lost-arb", CAN_ERR_LOSTARB},
	{"crtl", CAN_ERR_CRTL},
	{"prot", CAN_ERR_PROT},
	{"trx", CAN_ERR_TRX},
	{"ack", CAN_ERR_ACK},
	{"bus-off", CAN_ERR_BUSOFF},
	{"bus-error", CAN_ERR_BUSERROR},
	{"restarted", CAN_ERR_RESTARTED},
	{"cnt", CAN_ERR_CNT},
	{},
};

/* By bit. */
static const char *const class_words[] = {
	"tx-timeout",
	"lost-arbitration",
	"controller-problem",
	"protocol-violation",
	"transceiver-status",
	"no-acknowledgement-on-tx",
	"bus-off",
	"bus-error",
	"restarted-after-bus-off",
	"error-counter-tx-rx",
};

/* By bit, data[1]. */
static const char *const controller_words[8] = {
	"rx-overflow",      "tx-overflow",      "rx-error-warning",     "tx-error-warning",
	"rx-error-passive", "tx-error-passive", "back-to-error-active",
};

/* By bit, data[2]. */
static const char *const violation_words[8] = {
	"single-bit-error",       "frame-format-error",
	"bit-stuffing-error",     "tx-dominant-bit-error",
	"tx-recessive-bit-error", "bus-overload",
	"active-error",           "error-on-tx",
};

/* By value, data[3]. */
static const char *const location_words[32] = {
	[0x02] = "id.28-to-id.21",
	[0x03] = "start-of-frame",
	[0x04] = "bit-srtr",
	[0x05] = "bit-ide",
	[0x06] = "id.20-to-id.18",
	[0x07] = "id.17-to-id.13",
	[0x08] = "crc-sequence",
	[0x09] = "reserved-bit-0",
	[0x0A] = "data-field",
	[0x0B] = "data-length-code",
	[0x0C] = "bit-rtr",
	[0x0D] = "reserved-bit-1",
	[0x0E] = "id.4-to-id.0",
	[0x0F] = "id.12-to-id.5",
	[0x11] = "active-error-flag",
	[0x12] = "intermission",
	[0x13] = "tolerate-dominant-bits",
	[0x16] = "passive-error-flag",
	[0x17] = "error-delimiter",
	[0x18] = "crc-delimiter",
	[0x19] = "acknowledge-slot",
	[0x1A] = "end-of-frame",
	[0x1B] = "acknowledge-delimiter",
	[0x1C] = "overload-flag",
};

static void put_bits(struct kin_buf *out, uint8_t bits, const char *const words[8])
{
	const char *comma = "";

	for (unsigned i = 0; i < 8; i++) {
		if (!(bits & 1U << i) || !words[i])
			continue;
		kin_buf_puts(out, comma);
		kin_buf_puts(out, words[i]);
		comma = ",";
	}
}

static void put_location(struct kin_buf *out, uint8_t location)
{
	const char *word = location < 32 ? location_words[location] : NULL;

	if (location > 0 && location < 32)
		kin_buf_puts(out, word ? word : "unspecified");
}

/* What the data says about a class. */
static void put_particulars(struct kin_buf *out, uint32_t class, const uint8_t *data)
{
	switch (class) {
	case CAN_ERR_LOSTARB:
		kin_buf_printf(out, "{at bit %d}", data[0]);
		break;
	case CAN_ERR_CRTL:
		kin_buf_puts(out, "{");
		put_bits(out, data[1], controller_words);
		kin_buf_puts(out, "}");
		break;
	case CAN_ERR_PROT:
		kin_buf_puts(out, "{{");
		put_bits(out, data[2], violation_words);
		kin_buf_puts(out, "}{");
		put_location(out, data[3]);
		kin_buf_puts(out, "}}");
		break;
	case CAN_ERR_CNT:
		kin_buf_printf(out, "{{%d}{%d}}", data[6], data[7]);
		break;
	}
}

void can_put_error(struct kin_buf *out, const struct can_frame *frame, const char *separator)
{
	uint32_t classes = frame->can_id & CAN_ERR_MASK;
	const char *before = "";

	/* Drivers gave the counters before Linux 6.0 without saying so by CAN_ERR_CNT. */
	if (frame->data[6] || frame->data[7])
		classes |= CAN_ERR_CNT;

	for (unsigned i = 0; i < sizeof(class_words) / sizeof(*class_words); i++) {
		if (!(classes & 1U << i))
			continue;
		kin_buf_puts(out, before);
		kin_buf_puts(out, class_words[i]);
		put_particulars(out, 1U << i, frame->data);
		classes &= ~(1U << i);
		before = separator;
	}
	if (classes)
		kin_buf_printf(out, "%sunknown-class-%X", before, classes);
}

ssize_t kin_can_error_format(const struct can_frame *frame, const char *separator, char *buf,
			     size_t size)
{
	struct kin_buf out = {buf, size, 0};

	KIN_NEED(frame);
	KIN_NEED_ROOM(buf, size);
	if (!(frame->can_id & CAN_ERR_FLAG))
		return kin_fail(EINVAL, "a frame with id %08X is not an error frame",
				frame->can_id);
	can_put_error(&out, frame, separator ? separator : ",");
	if (size > 0)
		kin_buf_end(&out);
	return (ssize_t)out.len;
}

/* ---- And back ------------------------------------------------------------------------------ */

static bool skip(const char **at, const char *text)
{
	size_t len = strlen(text);

	if (strncmp(*at, text, len) != 0)
		return false;
	*at += len;
	return true;
}

/* The word there, which is passed: its place among n others. -1: none of them, nothing passed */
static int skip_word(const char **at, const char *const *words, unsigned n)
{
	size_t len = strspn(*at, "abcdefghijklmnopqrstuvwxyz0123456789.-");

	for (unsigned i = 0; i < n; i++) {
		if (!words[i] || strlen(words[i]) != len || memcmp(words[i], *at, len) != 0)
			continue;
		*at += len;
		return (int)i;
	}
	return -1;
}

static bool scan_bits(const char **at, const char *const words[8], uint8_t *bits)
{
	if (**at == '}')
		return true;
	do {
		int bit = skip_word(at, words, 8);

		if (bit < 0)
			return false;
		*bits |= (uint8_t)(1U << bit);
	} while (skip(at, ","));
	return true;
}

static bool scan_location(const char **at, uint8_t *location)
{
	int value = **at == '}' ? 0 : skip_word(at, location_words, 32);

	*location = (uint8_t)value;
	return value >= 0;
}

static bool scan_byte(const char **at, uint8_t *byte)
{
	size_t digits = strspn(*at, "0123456789");
	unsigned value = 0;

	for (size_t i = 0; i < digits && value <= UINT8_MAX; i++)
		value = value * 10 + (unsigned)((*at)[i] - '0');
	if (digits == 0 || value > UINT8_MAX)
		return false;
	*at += digits;
	*byte = (uint8_t)value;
	return true;
}

static bool scan_particulars(const char **at, uint32_t class, uint8_t *data)
{
	switch (class) {
	case CAN_ERR_LOSTARB:
		return skip(at, "{at bit ") && scan_byte(at, &data[0]) && skip(at, "}");
	case CAN_ERR_CRTL:
		return skip(at, "{") && scan_bits(at, controller_words, &data[1]) && skip(at, "}");
	case CAN_ERR_PROT:
		return skip(at, "{{") && scan_bits(at, violation_words, &data[2]) &&
		       skip(at, "}{") && scan_location(at, &data[3]) && skip(at, "}}");
	case CAN_ERR_CNT:
		return skip(at, "{{") && scan_byte(at, &data[6]) && skip(at, "}{") &&
		       scan_byte(at, &data[7]) && skip(at, "}}");
	default:
		return false;
	}
}

const char *can_scan_error(const char *at, struct can_frame *frame)
{
	*frame = (struct can_frame){.can_id = CAN_ERR_FLAG, .len = CAN_ERR_DLC};
	do {
		int bit = skip_word(&at, class_words, sizeof(class_words) / sizeof(*class_words));

		if (bit < 0)
			return at;
		frame->can_id |= 1U << bit;
		if (*at == '{' && !scan_particulars(&at, 1U << bit, frame->data))
			return at;
	} while (skip(&at, ","));
	return *at ? at : NULL;
}
