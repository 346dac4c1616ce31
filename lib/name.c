/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Reading numbers, names and bytes from text, with words for what is wrong. */
#include "core.h"
#include "base/number.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

int kin_parse_int(const char *text, const char *what, int64_t min, int64_t max, int64_t *ret_value)
{
	int64_t value;

	KIN_NEED(text);
	KIN_NEED(what);
	KIN_NEED(ret_value);
	if (!number_read(text, &value))
		return kin_fail(EINVAL, "%s \"" SHOWN "\" is not a whole number", what, SHOW(text));
	if (value < min || value > max)
		return kin_fail(EINVAL, "%s " SHOWN " is not in %" PRId64 "-%" PRId64, what,
				SHOW(text), min, max);
	*ret_value = value;
	return 0;
}

int kin_parse_hex(const char *text, const char *what, uint64_t max, uint64_t *ret_value)
{
	uint64_t value;

	KIN_NEED(text);
	KIN_NEED(what);
	KIN_NEED(ret_value);
	if (!number_read_hex(text, &value))
		return kin_fail(EINVAL, "%s \"" SHOWN "\" is not a number in hex digits", what,
				SHOW(text));
	if (value > max)
		return kin_fail(EINVAL, "%s " SHOWN " is above %" PRIX64 " (hex)", what, SHOW(text),
				max);
	*ret_value = value;
	return 0;
}

int kin_parse_bool(const char *text, const char *what, bool *ret_value)
{
	static const char *const yes[] = {"on", "yes", "true", "1"};
	static const char *const no[] = {"off", "no", "false", "0"};

	KIN_NEED(text);
	KIN_NEED(what);
	KIN_NEED(ret_value);
	for (size_t i = 0; i < N_ELEMENTS(yes); i++) {
		if (strcmp(text, yes[i]) == 0 || strcmp(text, no[i]) == 0) {
			*ret_value = strcmp(text, yes[i]) == 0;
			return 0;
		}
	}
	return kin_fail(EINVAL, "%s \"" SHOWN "\" is neither on nor off", what, SHOW(text));
}

ssize_t kin_parse_bytes(const char *text, const char *what, void *data, size_t size)
{
	unsigned char *bytes = data;
	const char *s = text;
	size_t n = 0;

	KIN_NEED(text);
	KIN_NEED(what);
	KIN_NEED_ROOM(data, size);
	while (*s) {
		int high = number_digit(s[0]);
		int low = high < 0 ? -1 : number_digit(s[1]);

		if (high < 0)
			return kin_fail(EINVAL, "%s: '%c' at position %td is not a hex digit", what,
					*s, s - text + 1);
		if (low < 0)
			return kin_fail(EINVAL,
					"%s: the hex digit at position %td has no second one", what,
					s - text + 1);
		if (n == size)
			return kin_fail(EMSGSIZE, "%s: more than %zu bytes", what, size);
		bytes[n++] = (unsigned char)(high << 4 | low);
		s += 2;
		if ((*s == '.' || *s == ':' || *s == ' ') && s[1])
			s++;
	}
	return (ssize_t)n;
}

bool kin_scheme_in(const char *schemes, const char *scheme)
{
	size_t len;

	KIN_NEED_OR(scheme, false);
	len = strlen(scheme);
	if (!schemes)
		return true;
	for (const char *s = schemes; *s; s += strspn(s, " ")) {
		size_t word = strcspn(s, " ");

		if (word == len && memcmp(s, scheme, len) == 0)
			return true;
		s += word;
	}
	return false;
}
