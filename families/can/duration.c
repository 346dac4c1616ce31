/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Durations as text: "100ms". Exact, where floating point would round. */
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "internal.h"

/* The longest first, as they are written. */
static const struct {
	const char *name;
	int64_t ns;
} units[] = {
	{"h", INT64_C(3600000000000)},
	{"m", INT64_C(60000000000)},
	{"s", INT64_C(1000000000)},
	{"ms", 1000000},
	{"us", 1000},
	{"ns", 1},
	{"", INT64_C(1000000000)},
};

enum { UNITS = sizeof(units) / sizeof(*units), WRITTEN = UNITS - 1 };

static int64_t unit_of(const char *name)
{
	for (size_t i = 0; i < UNITS; i++)
		if (strcmp(units[i].name, name) == 0)
			return units[i].ns;
	return 0;
}

/* 18 digits, so that a number and its product with any unit fit. */
enum { DIGITS_MAX = 18 };

int can_parse_duration(const char *text, const char *what, int64_t *ret_ns)
{
	unsigned __int128 number = 0, scale = 1;
	const char *at = text;
	unsigned digits = 0;
	bool fraction = false;
	int64_t unit;

	for (; (*at >= '0' && *at <= '9') || (*at == '.' && !fraction && digits > 0); at++) {
		if (*at == '.') {
			fraction = true;
			continue;
		}
		number = number * 10 + (unsigned)(*at - '0');
		scale *= fraction ? 10 : 1;
		if (++digits > DIGITS_MAX)
			return kin_fail(EINVAL, "%s %.32s has too many digits", what, text);
	}
	unit = unit_of(at);
	if (digits == 0 || at[-1] == '.' || unit == 0)
		return kin_fail(EINVAL, "%s %.32s is no duration, such as 10ms, 1.5s or 2m", what,
				text);
	number *= (unsigned __int128)unit;
	if (number % scale != 0)
		return kin_fail(EINVAL, "%s %.32s is finer than a nanosecond", what, text);
	if (number / scale > INT64_MAX)
		return kin_fail(EINVAL, "%s %.32s is above 292 years", what, text);
	*ret_ns = (int64_t)(number / scale);
	return 0;
}

void can_put_duration(struct kin_buf *out, int64_t ns)
{
	size_t i = 0;

	while (i < WRITTEN - 1 && (ns == 0 || ns % units[i].ns != 0))
		i++;
	kin_buf_printf(out, "%" PRId64 "%s", ns / units[i].ns, units[i].name);
}
