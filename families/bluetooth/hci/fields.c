/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "fields.h"

#include <bluetooth/bluetooth.h>
#include <kin/bluetooth-hci.h>
#include <stdlib.h>
#include <string.h>
#include "ad.h"
#include "names.h"

enum { NAME = 40, WORD = 48 };

struct input {
	const uint8_t *data;
	size_t len, at;
	int count;  /* of the next { }; below zero: to the end */
	bool ended; /* the data ended in the middle of a field */
	bool error; /* a status said so: what follows may be missing */
};

struct field {
	char name[NAME];
	char type;
	unsigned size;         /* 0: none was said */
	bool repeated;         /* as a list of values */
	const char *modifiers; /* "(A|B)", "*625", "'dBm", or the end of the field */
};

/* ---- The description ---- */

/* Where the field ends: at the } of the list that it is in, or, not within its own { }, at a space.
 */
static const char *field_end(const char *at)
{
	unsigned depth = 0;

	for (; *at && (*at != ' ' || depth > 0); at++) {
		if (*at == '{')
			depth++;
		else if (*at == '}' && depth-- == 0)
			break;
	}
	return at;
}

/* The } that belongs to the { before. */
static const char *group_end(const char *at)
{
	while (*at && *at != '}') {
		at = field_end(at);
		at += *at == ' ';
	}
	return at;
}

static struct field read_field(const char *at)
{
	struct field f = {.type = 0};
	size_t len = strcspn(at, ":");

	memcpy(f.name, at, len < NAME ? len : NAME - 1);
	at += len + 1;
	f.type = *at++;
	while (*at >= '0' && *at <= '9')
		f.size = f.size * 10 + (unsigned)(*at++ - '0');
	f.repeated = *at == '+';
	f.modifiers = at + f.repeated;
	return f;
}

/* ---- Input ---- */

static size_t left(const struct input *in)
{
	return in->len - in->at;
}

/* The next n bytes, or NULL: there are not so many. */
static const uint8_t *take(struct input *in, size_t n)
{
	const uint8_t *at = in->data + in->at;

	if (in->ended || left(in) < n) {
		in->ended = true;
		return NULL;
	}
	in->at += n;
	return at;
}

static uint64_t number(const uint8_t *data, unsigned size, bool big_endian)
{
	uint64_t value = 0;

	for (unsigned i = 0; i < size; i++)
		value |= (uint64_t)data[i] << 8 * (big_endian ? size - 1 - i : i);
	return value;
}

/* ---- Names of values ---- */

/* Item value of "(A|B||D)" or "(3=A|7=B)". False: it has none. */
static bool find_word(const char *list, uint64_t value, char word[WORD])
{
	uint64_t i = 0;

	for (list++; *list; i++) {
		size_t len = strcspn(list, "|)]");
		char *equals;
		unsigned long long number = strtoull(list, &equals, 0);
		bool numbered = equals > list && *equals == '=' && equals < list + len;

		if ((numbered ? number : i) == value) {
			const char *at = numbered ? equals + 1 : list;
			size_t n = (size_t)(list + len - at);

			if (n >= WORD)
				n = WORD - 1;
			for (size_t k = 0; k < n; k++)
				word[k] = at[k] == '_' ? ' ' : at[k];
			word[n] = '\0';
			return n > 0;
		}
		list += len;
		if (*list != '|')
			break;
		list++;
	}
	return false;
}

static void put_flags(struct emit *e, const struct field *f, uint64_t value)
{
	char word[WORD];

	emit_list(e, f->name);
	for (unsigned bit = 0; bit < 64; bit++) {
		if (!(value >> bit & 1) || !find_word(f->modifiers, bit, word))
			continue;
		emit_word(e, NULL, word);
		value &= ~(UINT64_C(1) << bit);
	}
	if (value)
		emit_hex(e, NULL, value, 1);
	emit_list_end(e);
}

/* ---- Types ---- */

static void put_number(struct emit *e, const struct field *f, struct input *in)
{
	bool big_endian = f->type == 'U' || f->type == 'X', hex = f->type == 'x' || f->type == 'X';
	const uint8_t *data = take(in, f->size);
	char word[WORD] = "";
	uint64_t value;

	if (!data)
		return;
	value = number(data, f->size, big_endian);
	if (*f->modifiers == '(' && find_word(f->modifiers, value, word))
		emit_word(e, f->name, word);
	else if (*f->modifiers == '[')
		put_flags(e, f, value);
	else if (*f->modifiers == '*')
		emit_time(e, f->name, value * strtoul(f->modifiers + 1, NULL, 10));
	else if (hex)
		emit_hex(e, f->name, value, 2 * f->size);
	else
		emit_unsigned(e, f->name, value);
}

static void put_signed(struct emit *e, const struct field *f, struct input *in)
{
	const uint8_t *data = take(in, f->size);
	char unit[WORD] = "";
	unsigned shift = 64 - 8 * f->size;
	size_t len;

	if (!data)
		return;
	if (*f->modifiers == '\'') {
		len = strcspn(f->modifiers + 1, " }");
		memcpy(unit, f->modifiers + 1, len < WORD ? len : WORD - 1);
	}
	emit_number(e, f->name, (int64_t)(number(data, f->size, false) << shift) >> shift,
		    *unit ? unit : NULL);
}

static void put_status(struct emit *e, const struct field *f, struct input *in)
{
	const uint8_t *data = take(in, 1);

	if (!data)
		return;
	in->error |= *data != 0;
	emit_word(e, f->name, kin_hci_status_text(*data));
}

/* A number of two bytes that stands for a name. */
static void put_named(struct emit *e, const struct field *f, struct input *in)
{
	const uint8_t *data = take(in, 2);
	const char *name = NULL;
	unsigned value;

	if (!data)
		return;
	value = (unsigned)number(data, 2, false);
	if (f->type == 'h') {
		emit_unsigned(e, f->name, value & 0x0FFF);
		return;
	}
	if (f->type == 'm')
		name = bt_compidtostr((int)value);
	else if (f->type == 'o')
		name = kin_hci_command_name((uint16_t)value);
	else
		name = hci_psm_name((uint16_t)value);
	if (name && strcmp(name, "not assigned") != 0)
		emit_word(e, f->name, name);
	else if (f->type == 'p')
		emit_unsigned(e, f->name, value);
	else
		emit_hex(e, f->name, value, 4);
}

static void put_version(struct emit *e, const struct field *f, struct input *in)
{
	static const char *const versions[] = {"1.0b", "1.1", "1.2", "2.0", "2.1", "3.0",
					       "4.0",  "4.1", "4.2", "5.0", "5.1", "5.2",
					       "5.3",  "5.4", "6.0", "6.1"};
	const uint8_t *data = take(in, 1);

	if (!data)
		return;
	if (*data < sizeof(versions) / sizeof(*versions))
		emit_word(e, f->name, versions[*data]);
	else
		emit_unsigned(e, f->name, *data);
}

static void put_bytes(struct emit *e, const struct field *f, struct input *in)
{
	size_t size = f->size ? f->size : left(in);
	const uint8_t *data;

	if (f->type == 'l' || f->type == 'L' || f->type == 'N') {
		unsigned counter = f->type == 'L' ? 2 : 1;

		data = take(in, counter);
		if (!data)
			return;
		size = number(data, counter, false);
	}
	data = take(in, size);
	if (!data)
		return;
	if (f->type == 'n' || f->type == 'N')
		emit_text(e, f->name, data, strnlen((const char *)data, size));
	else
		emit_bytes(e, f->name, data, size);
}

static void put_bdaddr(struct emit *e, const struct field *f, struct input *in)
{
	const uint8_t *data = take(in, 6);

	if (data)
		emit_bdaddr(e, f->name, data);
}

static void put_uuid(struct emit *e, const struct field *f, struct input *in)
{
	size_t size = f->size ? f->size : left(in);
	const uint8_t *data = take(in, size);
	struct kin_bt_uuid uuid;
	char text[WORD + KIN_BT_UUID_TEXT];
	struct kin_buf out = {text, sizeof(text), 0};
	char number[KIN_BT_UUID_TEXT];
	const char *name;

	if (!data)
		return;
	if (kin_bt_uuid_read(data, size, &uuid) < 0) {
		emit_bytes(e, f->name, data, size);
		return;
	}
	kin_bt_uuid_format(&uuid, number, sizeof(number));
	name = kin_bt_uuid_name(&uuid);
	kin_buf_puts(&out, number);
	if (name)
		kin_buf_printf(&out, " (%s)", name);
	emit_word(e, f->name, kin_buf_end(&out));
}

static void put_ad(struct emit *e, const struct field *f, struct input *in)
{
	size_t size = left(in), used;
	const uint8_t *data;

	used = size;
	if (f->type == 'D') {
		data = take(in, 1);
		if (!data)
			return;
		used = *data;
		size = f->size ? f->size : used;
		/* Some hosts leave out what is unused. */
		if (size > left(in) && used <= left(in))
			size = left(in);
	}
	data = take(in, size);
	if (data)
		ad_put(e, f->name, data, used < size ? used : size);
}

static void read_count(const struct field *f, struct input *in)
{
	const uint8_t *data = take(in, *f->modifiers == '#' ? 2 : 1);

	if (data)
		in->count = (int)number(data, *f->modifiers == '#' ? 2 : 1, false);
}

static void put_bits(struct emit *e, const struct field *f, struct input *in)
{
	const uint8_t *data = take(in, 1);

	if (!data)
		return;
	in->count = __builtin_popcount(*data);
	emit_hex(e, f->name, *data, 2);
}

static void put_fields(struct emit *e, const char *at, const char *end, struct input *in);

static void put_group(struct emit *e, const struct field *f, struct input *in)
{
	const char *end = group_end(f->modifiers);
	int count = in->count;

	in->count = -1;
	emit_list(e, f->name);
	for (int i = 0; count < 0 ? left(in) > 0 : i < count; i++) {
		emit_object(e, NULL);
		put_fields(e, f->modifiers, end, in);
		emit_object_end(e);
		if (in->ended)
			break;
	}
	emit_list_end(e);
}

typedef void put_type(struct emit *e, const struct field *f, struct input *in);

static void put_field(struct emit *e, const struct field *f, struct input *in)
{
	static put_type *const types[128] = {
		['u'] = put_number, ['U'] = put_number, ['x'] = put_number,  ['X'] = put_number,
		['i'] = put_signed, ['s'] = put_status, ['h'] = put_named,   ['o'] = put_named,
		['m'] = put_named,  ['p'] = put_named,  ['v'] = put_version, ['a'] = put_bdaddr,
		['n'] = put_bytes,  ['N'] = put_bytes,  ['b'] = put_bytes,   ['l'] = put_bytes,
		['L'] = put_bytes,  ['w'] = put_uuid,   ['d'] = put_ad,      ['D'] = put_ad,
		['%'] = put_bits,   ['{'] = put_group,
	};

	struct field one = *f;
	int count = in->count;

	if (f->type == '#') {
		read_count(f, in);
		return;
	}
	if (!f->repeated) {
		types[(unsigned char)f->type](e, f, in);
		return;
	}
	in->count = -1;
	one.name[0] = '\0';
	emit_list(e, f->name);
	for (int i = 0; !in->ended && (count < 0 ? left(in) > 0 : i < count); i++)
		types[(unsigned char)f->type](e, &one, in);
	emit_list_end(e);
}

static void put_fields(struct emit *e, const char *at, const char *end, struct input *in)
{
	while (at < end && !in->ended) {
		struct field f = read_field(at);

		/* Behind an error the rest may be left out. */
		if (in->error && left(in) == 0)
			break;
		put_field(e, &f, in);
		at = field_end(at);
		if (at < end)
			at++;
	}
}

static bool all_zero(const uint8_t *data, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (data[i])
			return false;
	return true;
}

size_t fields_put_some(struct emit *e, const char *fields, const void *data, size_t len)
{
	struct input in = {.data = data, .len = len, .count = -1};

	put_fields(e, fields, fields + strlen(fields), &in);
	if (in.ended)
		emit_bool(e, "truncated", true);
	return in.at;
}

void fields_put(struct emit *e, const char *fields, const void *data, size_t len)
{
	const uint8_t *rest = data;
	size_t taken = 0;

	if (fields)
		taken = fields_put_some(e, fields, data, len);
	else if (len)
		emit_bytes(e, "data", data, len);
	if (fields && !all_zero(rest + taken, len - taken))
		emit_bytes(e, "extra", rest + taken, len - taken);
}
