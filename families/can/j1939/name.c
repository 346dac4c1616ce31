/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* NAMEs: their fields, as numbers and as text. */
#include <stdlib.h>
#include <string.h>

#include "internal.h"

/* The fields in the order of struct kin_j1939_name, by the bits they have: linux/can/j1939.h. */
static const struct field {
	const char *name;
	unsigned shift, bits;
} fields[] = {
	/* clang-format off */
	{"identity",                 0, 21},
	{"manufacturer",            21, 11},
	{"ecu-instance",            32,  3},
	{"function-instance",       35,  5},
	{"function",                40,  8},
	{"vehicle-system",          49,  7},
	{"vehicle-system-instance", 56,  4},
	{"industry-group",          60,  3},
	{"arbitrary",               63,  1},
	{"reserved",                48,  1},
	/* clang-format on */
};

static uint64_t field_max(const struct field *field)
{
	return (UINT64_C(1) << field->bits) - 1;
}

static uint64_t field_of(uint64_t name, const struct field *field)
{
	return name >> field->shift & field_max(field);
}

static int refuse_field(const struct field *field, uint64_t value)
{
	return kin_fail(EINVAL, "%s %llu of a NAME is not in 0-%llu", field->name,
			(unsigned long long)value, (unsigned long long)field_max(field));
}

int kin_j1939_name_pack(const struct kin_j1939_name *name, uint64_t *ret_name)
{
	uint64_t values[N_ELEMENTS(fields)], sum = 0;

	KIN_NEED(name);
	KIN_NEED(ret_name);
	values[0] = name->identity;
	values[1] = name->manufacturer;
	values[2] = name->ecu_instance;
	values[3] = name->function_instance;
	values[4] = name->function;
	values[5] = name->vehicle_system;
	values[6] = name->vehicle_system_instance;
	values[7] = name->industry_group;
	values[8] = name->arbitrary;
	values[9] = name->reserved;
	for (size_t i = 0; i < N_ELEMENTS(fields); i++) {
		if (values[i] > field_max(&fields[i]))
			return refuse_field(&fields[i], values[i]);
		sum |= values[i] << fields[i].shift;
	}
	*ret_name = sum;
	return 0;
}

int kin_j1939_name_unpack(uint64_t name, struct kin_j1939_name *ret_fields)
{
	KIN_NEED(ret_fields);
	*ret_fields = (struct kin_j1939_name){
		.identity = (uint32_t)field_of(name, &fields[0]),
		.manufacturer = (uint16_t)field_of(name, &fields[1]),
		.ecu_instance = (uint8_t)field_of(name, &fields[2]),
		.function_instance = (uint8_t)field_of(name, &fields[3]),
		.function = (uint8_t)field_of(name, &fields[4]),
		.vehicle_system = (uint8_t)field_of(name, &fields[5]),
		.vehicle_system_instance = (uint8_t)field_of(name, &fields[6]),
		.industry_group = (uint8_t)field_of(name, &fields[7]),
		.arbitrary = field_of(name, &fields[8]) != 0,
		.reserved = field_of(name, &fields[9]) != 0,
	};
	return 0;
}

/* One of the parts between commas: "function=5" or "arbitrary". */
static int parse_part(char *part, uint64_t *sum)
{
	const char *names[N_ELEMENTS(fields) + 1] = {NULL};
	char *value = strchr(part, '=');
	char nearest[64];
	struct kin_buf out = {nearest, sizeof(nearest), 0};
	int64_t number = 1;

	if (value)
		*value++ = '\0';
	for (size_t i = 0; i < N_ELEMENTS(fields); i++) {
		int r;

		names[i] = fields[i].name;
		if (strcmp(part, fields[i].name) != 0)
			continue;
		if (!value && fields[i].bits > 1)
			return kin_fail(EINVAL, "NAME: %s needs a number: %s=N", part, part);
		r = value ? kin_parse_int(value, part, 0, (int64_t)field_max(&fields[i]), &number)
			  : 0;
		if (r == 0)
			*sum |= (uint64_t)number << fields[i].shift;
		return r;
	}
	kin_buf_put_nearest(&out, part, names);
	return kin_fail(EINVAL, "a NAME has no field \"%.40s\"%s%s%s", part,
			out.len ? "; did you mean " : "", kin_buf_end(&out), out.len ? "?" : "");
}

static int parse_fields(const char *text, uint64_t *sum)
{
	char copy[KIN_J1939_NAME_TEXT], *part, *rest = copy;
	int r = 0;

	if (strlen(text) >= sizeof(copy))
		return kin_fail(EINVAL, "a NAME's fields take no more than %zu bytes",
				sizeof(copy) - 1);
	strcpy(copy, text);
	while (r == 0 && (part = strsep(&rest, ",")))
		r = parse_part(part, sum);
	return r;
}

/* All 64 bits: kin_parse_int() reads 63. */
static int parse_number(const char *text, uint64_t *sum)
{
	char *end;

	errno = 0;
	*sum = strtoull(text, &end, 0);
	if (*end || errno)
		return kin_fail(EINVAL,
				"NAME \"%.40s\" is not a number of 64 bits, such as "
				"0x8000000000000001",
				text);
	return 0;
}

int kin_j1939_name_parse(const char *text, uint64_t *ret_name)
{
	uint64_t sum = 0;
	int r;

	KIN_NEED(text);
	KIN_NEED(ret_name);
	r = *text >= '0' && *text <= '9' ? parse_number(text, &sum) : parse_fields(text, &sum);
	if (r < 0)
		return r;
	if (sum == J1939_NO_NAME)
		return kin_fail(EINVAL, "a NAME is not 0");
	*ret_name = sum;
	return 0;
}

ssize_t kin_j1939_name_format(uint64_t name, char *buf, size_t size)
{
	struct kin_buf out = {buf, size, 0};

	if (size > 0)
		KIN_NEED(buf);
	for (size_t i = 0; i < N_ELEMENTS(fields); i++) {
		uint64_t value = field_of(name, &fields[i]);

		if (value == 0)
			continue;
		kin_buf_printf(&out, "%s%s", out.len ? "," : "", fields[i].name);
		if (fields[i].bits > 1)
			kin_buf_printf(&out, "=%llu", (unsigned long long)value);
	}
	kin_buf_end(&out);
	return (ssize_t)out.len;
}

/* ,"ecu_instance":0 */
static void put_json_field(struct kin_buf *out, const struct field *field, uint64_t value)
{
	kin_buf_puts(out, ",\"");
	for (const char *c = field->name; *c; c++)
		kin_buf_put(out, *c == '-' ? "_" : c, 1);
	if (field->bits > 1)
		kin_buf_printf(out, "\":%llu", (unsigned long long)value);
	else
		kin_buf_printf(out, "\":%s", value ? "true" : "false");
}

void j1939_put_json_name(struct kin_buf *out, uint64_t name)
{
	const char *function = kin_j1939_function_text((unsigned)field_of(name, &fields[4]));
	const char *industry = kin_j1939_industry_text((unsigned)field_of(name, &fields[7]));

	kin_buf_printf(out, "{\"value\":\"0x%016llX\"", (unsigned long long)name);
	for (size_t i = 0; i < N_ELEMENTS(fields); i++)
		put_json_field(out, &fields[i], field_of(name, &fields[i]));
	if (function)
		kin_buf_printf(out, ",\"function_text\":\"%s\"", function);
	if (industry)
		kin_buf_printf(out, ",\"industry_group_text\":\"%s\"", industry);
	kin_buf_puts(out, "}");
}

void j1939_write_name(uint8_t data[8], uint64_t name)
{
	for (unsigned i = 0; i < 8; i++)
		data[i] = (uint8_t)(name >> 8 * i);
}

uint64_t j1939_read_name(const uint8_t data[8])
{
	uint64_t name = 0;

	for (unsigned i = 0; i < 8; i++)
		name |= (uint64_t)data[i] << 8 * i;
	return name;
}
