/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Reading JSON: the members of one object, in the text that holds it. */
#include "core.h"
#include "base/number.h"
#include "base/utf8.h"

#include <errno.h>
#include <string.h>

enum { DEPTH_MAX = 64 };

static char *skip_space(char *at)
{
	return at + strspn(at, " \t\r\n");
}

static int refuse(const struct kin_json *json, const char *what)
{
	return kin_fail(EINVAL, "not JSON: %s at position %zu", what,
			(size_t)(json->at - json->text) + 1);
}

/* Four hex digits; negative when they are none. */
static int32_t read_unit(const char *at)
{
	int32_t unit = 0;

	for (unsigned i = 0; i < 4; i++) {
		int digit = number_digit(at[i]);

		if (digit < 0)
			return -1;
		unit = unit << 4 | digit;
	}
	return unit;
}

/* "\u00E9", or a pair of such for what is above FFFF; text moves behind it. */
static int read_escaped_unit(char **text, char **to)
{
	int32_t unit = read_unit(*text), low;
	uint32_t code = (uint32_t)unit;

	*text += 4;
	if (unit <= 0 || (unit >= 0xDC00 && unit <= 0xDFFF))
		return -EINVAL;
	if (unit >= 0xD800 && unit <= 0xDBFF) {
		low = (*text)[0] == '\\' && (*text)[1] == 'u' ? read_unit(*text + 2) : -1;
		if (low < 0xDC00 || low > 0xDFFF)
			return -EINVAL;
		*text += 6;
		code = 0x10000 + ((code & 0x3FF) << 10 | ((uint32_t)low & 0x3FF));
	}
	/* Shorter than what stood there, so that it fits. */
	if (code < 0x80) {
		*(*to)++ = (char)code;
		return 0;
	}
	if (code < 0x800) {
		*(*to)++ = (char)(0xC0 | code >> 6);
	} else {
		if (code < 0x10000) {
			*(*to)++ = (char)(0xE0 | code >> 12);
		} else {
			*(*to)++ = (char)(0xF0 | code >> 18);
			*(*to)++ = (char)(0x80 | (code >> 12 & 0x3F));
		}
		*(*to)++ = (char)(0x80 | (code >> 6 & 0x3F));
	}
	*(*to)++ = (char)(0x80 | (code & 0x3F));
	return 0;
}

/* A string, its escapes undone where it stands. json->at is at its quote, and behind it then. */
static int read_string(struct kin_json *json, const char **ret_text, size_t *ret_len)
{
	static const char escapes[] = "\"\\/bfnrt", meant[] = "\"\\/\b\f\n\r\t";
	char *from = json->at + 1, *to = from;

	*ret_text = from;
	while (*from != '"') {
		const char *escape;

		if ((unsigned char)*from < ' ')
			return refuse(json, "a string without its end");
		if (*from != '\\') {
			*to++ = *from++;
			continue;
		}
		escape = from[1] ? strchr(escapes, from[1]) : NULL;
		from += 2;
		if (escape)
			*to++ = meant[escape - escapes];
		else if (from[-1] != 'u' || read_escaped_unit(&from, &to) < 0)
			return refuse(json, "a string with an escape that there is not");
	}
	*ret_len = (size_t)(to - *ret_text);
	*to = '\0';
	json->at = from + 1;
	return 0;
}

/* Over an object or an array with all that is in it, which is only looked at for its end. */
static int skip_nested(struct kin_json *json)
{
	char close[DEPTH_MAX], *at = json->at;
	unsigned depth = 0;

	do {
		if (*at == '"') {
			for (at++; *at && *at != '"'; at++)
				at += *at == '\\' && at[1] ? 1 : 0;
		} else if (*at == '{' || *at == '[') {
			if (depth == DEPTH_MAX)
				return refuse(json, "a value of too many levels");
			close[depth++] = *at == '{' ? '}' : ']';
		} else if (*at == '}' || *at == ']') {
			if (*at != close[--depth])
				return refuse(json, "a value without its end");
		}
		if (!*at)
			return refuse(json, "a value without its end");
		at++;
	} while (depth > 0);
	json->at = at;
	return 0;
}

/* A number, true, false, null. */
static int skip_word(struct kin_json *json)
{
	static const char *const words[] = {"true", "false", "null"};
	size_t len = strcspn(json->at, ",}] \t\r\n");

	for (unsigned i = 0; i < N_ELEMENTS(words); i++)
		if (strlen(words[i]) == len && memcmp(json->at, words[i], len) == 0) {
			json->at += len;
			return 0;
		}
	if (len == 0 || strspn(json->at, "0123456789+-.eE") != len ||
	    (json->at[0] == '0' && json->at[1] >= '0' && json->at[1] <= '9'))
		return refuse(json, "no value");
	json->at += len;
	return 0;
}

static int read_value(struct kin_json *json)
{
	int r;

	json->string = *json->at == '"';
	if (json->string)
		return read_string(json, &json->value, &json->len);
	json->value = json->at;
	r = *json->at == '{' || *json->at == '[' ? skip_nested(json) : skip_word(json);
	json->len = (size_t)(json->at - json->value);
	return r;
}

/* What follows a value: its first byte gives way to the end of the value. */
static int read_end(struct kin_json *json)
{
	char *value_end = json->at, *next = skip_space(json->at);

	json->at = next;
	if (*next != ',' && *next != '}')
		return refuse(json, "neither a ',' nor a '}'");
	json->last = *next == '}';
	json->at = next + 1;
	if (!json->string)
		*value_end = '\0';
	return 0;
}

static int begin(struct kin_json *json)
{
	json->at = skip_space(json->text);
	if (*json->at != '{')
		return refuse(json, "no '{'");
	json->at = skip_space(json->at + 1);
	json->last = *json->at == '}';
	json->at += json->last;
	return 0;
}

/* Nothing but space stands behind the object. */
static int finish(struct kin_json *json)
{
	json->at = skip_space(json->at);
	return *json->at ? refuse(json, "more than one object") : 0;
}

int kin_json_next(struct kin_json *json)
{
	size_t name_len;
	int r;

	KIN_NEED(json);
	KIN_NEED(json->text);
	r = json->at ? 0 : begin(json);
	if (r < 0)
		return r;
	if (json->last)
		return finish(json);
	json->at = skip_space(json->at);
	if (*json->at != '"')
		return refuse(json, "no name");
	r = read_string(json, &json->name, &name_len);
	if (r < 0)
		return r;
	json->at = skip_space(json->at);
	if (*json->at != ':')
		return refuse(json, "no ':'");
	json->at = skip_space(json->at + 1);
	r = read_value(json);
	if (r == 0)
		r = read_end(json);
	return r < 0 ? r : 1;
}

int kin_json_bool(const struct kin_json *json, bool *ret_value)
{
	KIN_NEED(json);
	KIN_NEED(json->value);
	KIN_NEED(ret_value);
	if (json->string || (strcmp(json->value, "true") != 0 && strcmp(json->value, "false") != 0))
		return kin_fail(EINVAL, "%s: \"" SHOWN "\" is neither true nor false", json->name,
				SHOW(json->value));
	*ret_value = *json->value == 't';
	return 0;
}

int kin_json_int(const struct kin_json *json, int64_t min, int64_t max, int64_t *ret_value)
{
	KIN_NEED(json);
	KIN_NEED(json->value);
	KIN_NEED(ret_value);
	if (json->string)
		return kin_fail(EINVAL, "%s: \"" SHOWN "\" is no number", json->name,
				SHOW(json->value));
	return kin_parse_int(json->value, json->name, min, max, ret_value);
}

int kin_json_time(const struct kin_json *json, int64_t *ret_ns)
{
	KIN_NEED(json);
	KIN_NEED(json->value);
	KIN_NEED(ret_ns);
	if (json->string || !number_read_seconds(json->value, ret_ns))
		return kin_fail(EINVAL, "%s: \"" SHOWN "\" is no time in seconds", json->name,
				SHOW(json->value));
	return 0;
}
