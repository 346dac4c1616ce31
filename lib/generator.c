/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Messages for load: what each field is, and the numbers that follow from it. */
#include "core.h"
#include "base/number.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { FIELDS_MAX = 32, PLAIN_LEN = 64 };

enum mode { RANDOM, INC, EVEN, ODD, VALUE };

/* What a field is. */
struct rule {
	enum mode mode;
	bool set;
	uint64_t value, random_bits; /* of a VALUE: of the x digits */
	unsigned char *bytes, *fixed_bits;
	size_t n_bytes;
};

struct kin_generator {
	const struct kin_family *family;
	const struct kin_proto *proto;
	const struct kin_gen_field *fields[FIELDS_MAX]; /* of the scheme; NULL: another scheme's */
	struct rule rules[FIELDS_MAX];
	unsigned n_fields;
	uint64_t varying; /* a bit for each field */
	uint64_t seed;
	uint64_t number, state; /* of the message that is being made */
	int failed;
	uint64_t kept[KIN_GEN_KEPT / sizeof(uint64_t)]; /* the family's */
};

static const struct kin_gen_field plain_fields[] = {
	{.name = "len", .type = KIN_GEN_NUMBER, .max = 1 << 24, .doc = "bytes of data"},
	{.name = "data",
	 .type = KIN_GEN_BYTES,
	 .max = 1 << 24,
	 .counting = "inc",
	 .doc = "the data"},
	{},
};
enum { PLAIN_FIELD_LEN, PLAIN_FIELD_DATA };

/* ---- Values ---- */

static int refuse_value(const struct kin_gen_field *field, const char *text)
{
	static const char *const types[] = {
		[KIN_GEN_NUMBER] = "a number up to",
		[KIN_GEN_HEX] = "hex digits, x for random ones, up to",
		[KIN_GEN_BYTES] = "bytes in hex, x for random digits, at most",
	};

	if (field->type == KIN_GEN_BOOL)
		return kin_fail(EINVAL, "%s: \"" SHOWN "\" is not one of on, off, random, inc",
				field->name, SHOW(text));
	return kin_fail(
		EINVAL,
		field->type == KIN_GEN_HEX
			? "%s: \"" SHOWN "\" is neither random, inc, even, odd nor %s %" PRIX64
			: "%s: \"" SHOWN "\" is neither random, inc, even, odd nor %s %" PRIu64,
		field->name, SHOW(text), types[field->type], field->max);
}

static int read_hex(const struct kin_gen_field *field, const char *text, struct rule *rule)
{
	size_t len = strlen(text);

	/* Not 0, a random digit, and so on, for who writes prefixes. */
	if (len == 0 || len > 16 || (strncmp(text, "0x", 2) == 0 && number_digit(text[2]) >= 0))
		return refuse_value(field, text);
	for (size_t i = 0; i < len; i++) {
		int digit = text[i] == 'x' ? 0 : number_digit(text[i]);

		if (digit < 0)
			return refuse_value(field, text);
		rule->value = rule->value << 4 | (unsigned)digit;
		rule->random_bits = rule->random_bits << 4 | (text[i] == 'x' ? 0xF : 0);
	}
	return rule->value > field->max ? refuse_value(field, text) : 0;
}

static int read_bytes(const struct kin_gen_field *field, const char *text, struct rule *rule)
{
	size_t room = (strlen(text) + 1) / 2;
	ssize_t n;

	if (room > field->max)
		return refuse_value(field, text);
	rule->bytes = calloc(2, room + 1);
	if (!rule->bytes)
		return fail_oom();
	rule->fixed_bits = rule->bytes + room + 1;
	n = kin_parse_masked(text, field->name, rule->bytes, rule->fixed_bits, room);
	rule->n_bytes = n < 0 ? 0 : (size_t)n;
	return n < 0 ? (int)n : 0;
}

static int read_value(const struct kin_gen_field *field, const char *text, struct rule *rule)
{
	int64_t number;
	bool on;
	int r;

	rule->mode = VALUE;
	if (field->type == KIN_GEN_HEX)
		return read_hex(field, text, rule);
	if (field->type == KIN_GEN_BYTES)
		return read_bytes(field, text, rule);
	if (field->type == KIN_GEN_BOOL) {
		if (kin_parse_bool(text, field->name, &on) < 0)
			return refuse_value(field, text);
		rule->value = on;
		return 0;
	}
	r = kin_parse_int(text, field->name, 0, (int64_t)field->max, &number);
	if (r < 0)
		return refuse_value(field, text);
	rule->value = (uint64_t)number;
	return 0;
}

static int read_rule(const struct kin_gen_field *field, const char *text, struct rule *rule)
{
	static const char *const modes[] = {
		[RANDOM] = "random", [INC] = "inc", [EVEN] = "even", [ODD] = "odd"};

	for (enum mode mode = RANDOM; mode <= ODD; mode++)
		if (strcmp(text, modes[mode]) == 0 &&
		    (field->type != KIN_GEN_BOOL || mode < EVEN)) {
			rule->mode = mode;
			return 0;
		}
	return read_value(field, text, rule);
}

/* Is a value the same in every message? */
static bool is_constant(const struct rule *rule)
{
	if (rule->mode != VALUE || rule->random_bits)
		return false;
	for (size_t i = 0; i < rule->n_bytes; i++)
		if (rule->fixed_bits[i] != 0xFF)
			return false;
	return true;
}

static void forget(struct kin_generator *generator)
{
	memset(generator->kept, 0, sizeof(generator->kept));
}

static int set_rule(struct kin_generator *generator, unsigned i, const char *text, bool set)
{
	struct rule rule = {.set = set};
	int r = read_rule(generator->fields[i], text, &rule);

	if (r < 0) {
		free(rule.bytes);
		return r;
	}
	free(generator->rules[i].bytes);
	generator->rules[i] = rule;
	generator->varying &= ~(UINT64_C(1) << i);
	generator->varying |= (uint64_t)!is_constant(&rule) << i;
	forget(generator);
	return 0;
}

/* ---- The object ---- */

/* The fields of a scheme keep their numbers in the family's table. */
static void find_fields(struct kin_generator *generator)
{
	const struct kin_gen_field *row = generator->family ? generator->family->gen_fields : NULL;
	bool any = false;

	for (; row && row->name && generator->n_fields < FIELDS_MAX; row++) {
		bool ours = kin_scheme_in(row->schemes, generator->proto->scheme);

		generator->fields[generator->n_fields++] = ours ? row : NULL;
		any = any || ours;
	}
	if (any && generator->family->msg_generate)
		return;
	generator->family = NULL;
	generator->n_fields = 0;
	for (row = plain_fields; row->name; row++)
		generator->fields[generator->n_fields++] = row;
}

int kin_generator_new(const struct kin_family *family, const struct kin_proto *proto, uint64_t seed,
		      struct kin_generator **ret_generator)
{
	struct kin_generator *generator;
	int r;

	KIN_NEED(proto);
	KIN_NEED(ret_generator);
	generator = calloc(1, sizeof(*generator));
	if (!generator)
		return fail_oom();
	generator->family = family;
	generator->proto = proto;
	generator->seed = seed;
	find_fields(generator);
	r = kin_generator_set_content(generator, "random");
	if (r < 0) {
		kin_generator_free(generator);
		return r;
	}
	*ret_generator = generator;
	return 0;
}

void kin_generator_free(struct kin_generator *generator)
{
	if (!generator)
		return;
	for (unsigned i = 0; i < generator->n_fields; i++)
		free(generator->rules[i].bytes);
	free(generator);
}

int kin_generator_set(struct kin_generator *generator, const char *field, const char *value)
{
	char text[256];
	struct kin_buf list = {text, sizeof(text), 0};

	KIN_NEED(generator);
	KIN_NEED(field);
	KIN_NEED(value);
	for (unsigned i = 0; i < generator->n_fields; i++) {
		if (!generator->fields[i])
			continue;
		if (strcmp(generator->fields[i]->name, field) == 0)
			return set_rule(generator, i, value, true);
		kin_buf_printf(&list, " %s", generator->fields[i]->name);
	}
	return kin_fail(ENOENT, "messages of %s have no field \"" SHOWN "\"; there are:%s",
			generator->proto->scheme, SHOW(field), kin_buf_end(&list));
}

int kin_generator_set_content(struct kin_generator *generator, const char *content)
{
	KIN_NEED(generator);
	KIN_NEED(content);
	for (unsigned i = 0; i < generator->n_fields; i++) {
		const struct kin_gen_field *field = generator->fields[i];
		const char *text;
		int r;

		if (!field || generator->rules[i].set)
			continue;
		if (strcmp(content, "random") == 0)
			text = field->random;
		else if (strcmp(content, "counting") == 0)
			text = field->counting;
		else if (strcmp(content, "mixed") == 0)
			text = field->mixed;
		else
			return kin_fail(EINVAL,
					"\"" SHOWN "\" is not one of random, counting, mixed",
					SHOW(content));
		r = set_rule(generator, i, text ? text : "random", false);
		if (r < 0)
			return r;
	}
	return 0;
}

/* ---- Messages ---- */

/* splitmix64 */
static uint64_t scramble(uint64_t z)
{
	z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9;
	z = (z ^ z >> 27) * 0x94D049BB133111EB;
	return z ^ z >> 31;
}

static const uint64_t STEP = 0x9E3779B97F4A7C15;

static uint64_t next_random(struct kin_generator *generator)
{
	return scramble(generator->state += STEP);
}

static void fail_later(struct kin_generator *generator, int err)
{
	if (generator->failed == 0)
		generator->failed = err;
}

/* In min..max without a division. */
static uint64_t random_between(struct kin_generator *generator, uint64_t min, uint64_t max)
{
	uint64_t random = next_random(generator), range = max - min;

	if (range == UINT64_MAX)
		return random;
	return min + (uint64_t)((unsigned __int128)random * (range + 1) >> 64);
}

static uint64_t random_parity(struct kin_generator *generator, uint64_t min, uint64_t max, bool odd)
{
	uint64_t value = (random_between(generator, min, max) & ~UINT64_C(1)) | odd;

	if (value < min)
		value += 2;
	return value > max ? value - 2 : value;
}

static __attribute__((noinline)) uint64_t said_number(struct kin_generator *generator,
						      unsigned field, uint64_t min, uint64_t max)
{
	const struct rule *rule = &generator->rules[field];
	const struct kin_gen_field *row = generator->fields[field];
	uint64_t random = 0;

	if (rule->random_bits)
		random = next_random(generator) & rule->random_bits;
	/* Fewer random bits rather than a value that there is not. */
	while (random && (rule->value | random) > max)
		random ^= UINT64_C(1) << (63 - __builtin_clzll(random));
	if (rule->value < min || rule->value > max)
		fail_later(generator,
			   kin_fail(EINVAL,
				    row->type == KIN_GEN_HEX
					    ? "%s %" PRIX64 " is not in %" PRIX64 "-%" PRIX64
					    : "%s %" PRIu64 " is not in %" PRIu64 "-%" PRIu64,
				    row->name, rule->value, min, max));
	return rule->value | random;
}

/* Is it a field of the scheme? */
static bool has_field(const struct kin_generator *generator, unsigned field)
{
	return field < generator->n_fields && generator->fields[field];
}

bool kin_gen_is_set(const struct kin_generator *generator, unsigned field)
{
	KIN_NEED_OR(generator, false);
	return has_field(generator, field) && generator->rules[field].set;
}

bool kin_gen_is_value(const struct kin_generator *generator, unsigned field)
{
	return kin_gen_is_set(generator, field) && generator->rules[field].mode == VALUE;
}

size_t kin_gen_len(const struct kin_generator *generator, unsigned field)
{
	return kin_gen_is_set(generator, field) ? generator->rules[field].n_bytes : 0;
}

uint64_t kin_gen_varying(const struct kin_generator *generator)
{
	KIN_NEED_OR(generator, 0);
	return generator->varying;
}

void *kin_gen_kept(struct kin_generator *generator)
{
	KIN_NEED_OR(generator, NULL);
	return generator->kept;
}

uint64_t kin_gen_number(struct kin_generator *generator, unsigned field, uint64_t min, uint64_t max)
{
	const struct rule *rule;

	KIN_NEED_OR(generator, min);
	if (unlikely(!has_field(generator, field) || min > max))
		return min;
	rule = &generator->rules[field];
	/* Most fields are the same in every message. */
	if (likely(rule->mode == VALUE))
		return likely(!rule->random_bits && rule->value >= min && rule->value <= max)
			       ? rule->value
			       : said_number(generator, field, min, max);
	if (rule->mode == RANDOM)
		return random_between(generator, min, max);
	if (rule->mode == INC)
		return max - min == UINT64_MAX ? generator->number
					       : min + generator->number % (max - min + 1);
	return min < max ? random_parity(generator, min, max, rule->mode == ODD) : min;
}

static void fill_random(struct kin_generator *generator, unsigned char *data, size_t len)
{
	uint64_t bits;

	for (; len >= sizeof(bits); data += sizeof(bits), len -= sizeof(bits)) {
		bits = next_random(generator);
		memcpy(data, &bits, sizeof(bits));
	}
	if (len > 0) {
		bits = next_random(generator);
		memcpy(data, &bits, len);
	}
}

/* The number, its last byte last. */
static void fill_counting(unsigned char *data, size_t len, uint64_t number)
{
	for (; len > 0; number >>= 8)
		data[--len] = (unsigned char)number;
}

static void fill_said(struct kin_generator *generator, const struct rule *rule, unsigned char *data,
		      size_t len)
{
	uint64_t random = 0;
	size_t n = rule->n_bytes < len ? rule->n_bytes : len;

	for (size_t i = 0; i < n; i++, random >>= 8) {
		if (i % 8 == 0)
			random = next_random(generator);
		data[i] = rule->bytes[i] |
			  ((unsigned char)random & (unsigned char)~rule->fixed_bits[i]);
	}
	memset(data + n, 0, len - n);
}

void kin_gen_bytes(struct kin_generator *generator, unsigned field, void *data, size_t len)
{
	const struct rule *rule;

	KIN_NEED_OR(generator, );
	KIN_NEED_OR(data, );
	if (!has_field(generator, field) || len == 0)
		return;
	rule = &generator->rules[field];
	if (rule->mode == INC) {
		fill_counting(data, len, generator->number);
	} else if (rule->mode == VALUE) {
		fill_said(generator, rule, data, len);
	} else {
		unsigned char *last = (unsigned char *)data + len - 1;

		fill_random(generator, data, len);
		if (rule->mode == EVEN)
			*last &= 0xFE;
		else if (rule->mode == ODD)
			*last |= 1;
	}
}

/* Bytes, of a family whose messages have no form. */
static int generate_plain(struct kin_generator *generator, struct kin_msg *msg)
{
	size_t max = generator->proto->msg_max ? generator->proto->msg_max : 65536;
	size_t len = max < PLAIN_LEN ? max : PLAIN_LEN;

	if (kin_gen_is_set(generator, PLAIN_FIELD_LEN))
		len = (size_t)kin_gen_number(generator, PLAIN_FIELD_LEN, 0, max);
	else if (kin_gen_is_value(generator, PLAIN_FIELD_DATA))
		len = kin_gen_len(generator, PLAIN_FIELD_DATA);
	if (len > msg->size)
		return kin_fail(EMSGSIZE, "a message of %zu bytes is longer than the room of %zu",
				len, msg->size);
	kin_gen_bytes(generator, PLAIN_FIELD_DATA, msg->data, len);
	msg->len = len;
	return 0;
}

int kin_generator_next(struct kin_generator *generator, uint64_t number, struct kin_msg *msg)
{
	int r;

	KIN_NEED(generator);
	KIN_NEED(msg);
	KIN_NEED(msg->data);
	generator->number = number;
	/* Messages have a million steps of the sequence each. */
	generator->state = generator->seed + (number << 20) * STEP;
	generator->failed = 0;
	r = generator->family ? generator->family->msg_generate(generator->proto, generator, msg)
			      : generate_plain(generator, msg);
	if (likely(generator->failed == 0))
		return r;
	/* What was worked out has a value that there is not. */
	forget(generator);
	return generator->failed;
}
