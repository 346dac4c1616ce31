/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Bit rates as people write them: "500k@87.5/2M@75". */
#include <errno.h>
#include <string.h>

#include "../internal.h"
#include "can-controller.h"

/*
 * A number with decimals, in units of which one has scale: "87.5" of scale 10 is 875. Digits that
 * the unit has no room for are refused unless they are 0.
 * @return false: none, or too long
 */
static bool read_decimal(const char **at, uint64_t scale, uint64_t *ret_value)
{
	const char *p = *at;
	uint64_t value = 0;

	if (*p < '0' || *p > '9')
		return false;
	for (; *p >= '0' && *p <= '9'; p++) {
		value = value * 10 + (unsigned)(*p - '0');
		if (value > UINT32_MAX)
			return false;
	}
	value *= scale;
	if (*p == '.') {
		if (*++p < '0' || *p > '9')
			return false;
		for (; *p >= '0' && *p <= '9'; p++) {
			unsigned digit = (unsigned)(*p - '0');

			if (scale % 10 != 0 && digit != 0)
				return false;
			scale /= 10;
			value += digit * scale;
		}
	}
	*at = p;
	*ret_value = value;
	return true;
}

/* Behind a number, what it is to be multiplied by. */
static uint64_t unit_behind(const char *text)
{
	text += strspn(text, "0123456789.");
	return *text == 'k' || *text == 'K' ? 1000 : *text == 'M' ? 1000000 : 1;
}

static int read_rate(const char **at, struct can_bittiming *timing)
{
	const char *start = *at;
	uint64_t unit = unit_behind(start), value, point = 0;

	if (!read_decimal(at, unit, &value) || value == 0 || value > UINT32_MAX)
		return kin_fail(EINVAL,
				"\"%s\" is no bit rate: a number of bit/s, k or M behind it, such "
				"as 500k, 83.333k, 2M",
				start);
	*at += unit > 1;
	if (**at == '@') {
		++*at;
		if (!read_decimal(at, 10, &point) || point == 0 || point >= 1000)
			return kin_fail(EINVAL,
					"\"%s\": a sample point is 0.1-99.9 percent, with one "
					"decimal: 500k@87.5",
					start);
		*at += **at == '%';
	}
	*timing = (struct can_bittiming){.bitrate = value, .sample_point = point};
	return 0;
}

int kin_can_bitrates_parse(const char *text, struct can_bittiming ret_timing[KIN_CAN_PHASES])
{
	struct can_bittiming found[KIN_CAN_PHASES] = {0};
	const char *at = text;
	int n = 0, err;

	KIN_NEED(text);
	KIN_NEED(ret_timing);
	do {
		if (n == KIN_CAN_PHASES)
			return kin_fail(EINVAL, "\"%s\": there are %d bit rates at most", text,
					KIN_CAN_PHASES);
		err = read_rate(&at, &found[n]);
		if (err < 0)
			return err;
		n++;
	} while (*at++ == '/');
	if (at[-1])
		return kin_fail(EINVAL, "\"%s\": \"%s\" behind a bit rate is too much", text,
				at - 1);
	memcpy(ret_timing, found, sizeof(found));
	return n;
}

ssize_t kin_can_bitrate_format(uint32_t bitrate, char *buf, size_t size)
{
	struct kin_buf out = {buf, size, 0};

	KIN_NEED_ROOM(buf, size);
	if (bitrate >= 1000000 && bitrate % 1000000 == 0)
		kin_buf_printf(&out, "%uM", bitrate / 1000000);
	else if (bitrate >= 1000 && bitrate % 1000 == 0)
		kin_buf_printf(&out, "%uk", bitrate / 1000);
	else
		kin_buf_printf(&out, "%u", bitrate);
	if (size > 0)
		kin_buf_end(&out);
	return (ssize_t)out.len;
}
