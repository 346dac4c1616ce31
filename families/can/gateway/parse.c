/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Words to a gateway rule. */
#include "gateway.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>

/* ---- Words --------------------------------------------------------------------------------- */

enum { WORD = 2 * 256 + 1 }; /* the longest is a table */

struct reader {
	const char *at;
	struct kin_can_gw_rule *rule;
	unsigned given;                        /* clauses, by row */
	unsigned fields_given[KIN_CAN_GW_OPS]; /* KIN_CAN_GW_ID, ... */
	char word[WORD];
};

/* The length of the next word, 0 at the end, which a comment is too. */
static size_t peek(struct reader *reader)
{
	reader->at += strspn(reader->at, " \t\r\n");
	return *reader->at == '#' ? 0 : strcspn(reader->at, " \t\r\n");
}

/* The next word into reader->word; what: what has to stand there. */
static int next(struct reader *reader, const char *what)
{
	size_t len = peek(reader);

	if (len == 0)
		return kin_fail(EINVAL, "the rule ends where %s should stand", what);
	if (len >= sizeof(reader->word))
		return kin_fail(EINVAL, "\"%.32s...\" is too long for %s", reader->at, what);
	memcpy(reader->word, reader->at, len);
	reader->word[len] = '\0';
	reader->at += len;
	return 0;
}

/* Take the next word if it is this one. */
static bool take(struct reader *reader, const char *word)
{
	size_t len = peek(reader);

	if (len == 0 || len != strlen(word) || strncmp(reader->at, word, len) != 0)
		return false;
	reader->at += len;
	return true;
}

static int next_int(struct reader *reader, const char *what, int64_t min, int64_t max,
		    int64_t *ret_value)
{
	int err = next(reader, what);

	return err < 0 ? err : kin_parse_int(reader->word, what, min, max, ret_value);
}

static int next_byte(struct reader *reader, const char *what, uint8_t *ret_value)
{
	int64_t value;
	int err = next_int(reader, what, 0, UINT8_MAX, &value);

	if (err == 0)
		*ret_value = (uint8_t)value;
	return err;
}

/* @return how many */
static ssize_t next_bytes(struct reader *reader, const char *what, void *data, size_t size)
{
	int err = next(reader, what);
	ssize_t n = err < 0 ? err : kin_parse_bytes(reader->word, what, data, size);

	if (n == -EMSGSIZE)
		return kin_fail(EINVAL, "%s is longer than %zu bytes", what, size);
	return n;
}

static int next_bits(struct reader *reader, const struct kin_opt *opt, uint32_t *ret_bits)
{
	unsigned char value[KIN_OPT_VALUE];
	socklen_t len;
	int err;

	if ((err = next(reader, opt->name)) < 0 ||
	    (err = kin_opt_read(opt, reader->word, value, &len)) < 0)
		return err;
	memcpy(ret_bits, value, sizeof(*ret_bits));
	return 0;
}

/* "one of and, or, xor" for words that were not understood. */
static int unknown(const char *what, const char *word, const char *const *names)
{
	char text[256];
	struct kin_buf list = {text, sizeof(text), 0};

	for (; *names; names++)
		kin_buf_printf(&list, "%s%s", list.len ? ", " : "", *names);
	kin_buf_end(&list);
	return kin_fail(EINVAL, "\"%.32s\" is not %s: %s", word, what, text);
}

/* ---- Interfaces, match --------------------------------------------------------------------- */

static int read_interface(struct reader *reader, const char *what, int *ret_index)
{
	int err, index;

	if ((err = next(reader, what)) < 0 || (err = kin_parse_interface(reader->word, &index)) < 0)
		return err;
	if (index == 0)
		return kin_fail(EINVAL, "\"%s\" is no interface of a rule: a rule has one %s",
				reader->word, what);
	*ret_index = index;
	return 0;
}

static int split_filter(const char *word, uint64_t *ret_id, uint64_t *ret_mask)
{
	char id[16];
	size_t digits = strcspn(word, ":~");
	int err;

	if (word[digits] == '\0' || digits >= sizeof(id))
		return kin_fail(EINVAL, "match: %.32s is not ID:MASK, such as 123:7FF", word);
	memcpy(id, word, digits);
	id[digits] = '\0';
	if ((err = kin_parse_hex(id, "match: identifier", UINT32_MAX, ret_id)) < 0)
		return err;
	return kin_parse_hex(word + digits + 1, "match: mask", UINT32_MAX, ret_mask);
}

static int read_match(struct reader *reader)
{
	struct can_filter *filter = &reader->rule->filter;
	uint64_t id, mask;
	uint32_t classes;
	int err;

	if (take(reader, "errors")) {
		if ((err = next_bits(reader, &gateway_errors, &classes)) < 0)
			return err;
		*filter = (struct can_filter){.can_mask = classes | CAN_ERR_FLAG};
		return 0;
	}
	if (take(reader, "raw")) {
		if ((err = next(reader, "ID:MASK")) < 0 ||
		    (err = split_filter(reader->word, &id, &mask)) < 0)
			return err;
		if (strchr(reader->word, '~'))
			return kin_fail(EINVAL, "match raw: %s: what ~ stands for is bit %X",
					reader->word, CAN_INV_FILTER);
		*filter = (struct can_filter){(canid_t)id, (canid_t)mask};
		return 0;
	}
	if ((err = next(reader, "ID:MASK")) < 0 ||
	    (err = split_filter(reader->word, &id, &mask)) < 0)
		return err;
	if (mask & CAN_ERR_FLAG)
		return kin_fail(EINVAL, "match: mask %08X has bit %X: write match errors CLASSES",
				(unsigned)mask, CAN_ERR_FLAG);
	return can_parse_filter("match", reader->word, filter);
}

/* ---- Modifications ------------------------------------------------------------------------- */

/* An operand is all 32 bits; what is set is an identifier as frames are written. */
static int read_id(struct reader *reader, unsigned op, struct kin_can_gw_mod *mod)
{
	bool raw = take(reader, "raw");
	uint64_t id;
	int err;

	if ((err = next(reader, "an identifier")) < 0 ||
	    (err = kin_parse_hex(reader->word, "identifier", UINT32_MAX, &id)) < 0)
		return err;
	if (!raw && op == KIN_CAN_GW_SET) {
		size_t digits = strlen(reader->word);

		if (digits == 8 ? id > CAN_EFF_MASK : id > CAN_SFF_MASK)
			return kin_fail(EINVAL,
					"set id %s is neither 0-7FF nor eight digits up to "
					"%X; raw %s sets all 32 bits",
					reader->word, CAN_EFF_MASK, reader->word);
		if (digits == 8)
			id |= CAN_EFF_FLAG;
	}
	mod->id = (canid_t)id;
	return 0;
}

static int read_data(struct reader *reader, struct kin_can_gw_mod *mod)
{
	size_t size = (size_t)gateway_data_len(reader->rule);
	uint64_t rest;
	ssize_t len;
	int err;

	len = next_bytes(reader, "data", mod->data, size);
	if (len < 0)
		return (int)len;
	if (take(reader, "rest")) {
		if ((err = next(reader, "a byte in hex")) < 0 ||
		    (err = kin_parse_hex(reader->word, "rest", UINT8_MAX, &rest)) < 0)
			return err;
		memset(mod->data + len, (int)rest, size - (size_t)len);
	} else if ((size_t)len != size) {
		return kin_fail(EINVAL,
				"data has %zd of %zu bytes; rest 00 behind them fills them up", len,
				size);
	}
	return 0;
}

static int read_len(struct reader *reader, struct kin_can_gw_mod *mod)
{
	return next_byte(reader, reader->rule->flags & KIN_CAN_GW_FD ? "len" : "dlc", &mod->len);
}

static int read_flags(struct reader *reader, struct kin_can_gw_mod *mod)
{
	uint32_t bits;
	int err = next_bits(reader, &gateway_fd_flags, &bits);

	if (err == 0)
		mod->flags = (uint8_t)bits;
	return err;
}

/* Which field the next word names, taking it; 0: none. */
static unsigned take_field(struct reader *reader)
{
	bool fd = reader->rule->flags & KIN_CAN_GW_FD;

	if (take(reader, "id"))
		return KIN_CAN_GW_ID;
	if (take(reader, fd ? "len" : "dlc"))
		return KIN_CAN_GW_LEN;
	if (take(reader, "data"))
		return KIN_CAN_GW_DATA;
	return fd && take(reader, "flags") ? KIN_CAN_GW_FLAGS : 0;
}

static int read_value(struct reader *reader, unsigned op, unsigned field)
{
	struct kin_can_gw_mod *mod = &reader->rule->mods[op];

	if (reader->fields_given[op] & field)
		return kin_fail(EINVAL, "%s: %s is given twice", gateway_ops[op],
				field == KIN_CAN_GW_ID     ? "id"
				: field == KIN_CAN_GW_LEN  ? "the length"
				: field == KIN_CAN_GW_DATA ? "data"
							   : "flags");
	reader->fields_given[op] |= field;
	switch (field) {
	case KIN_CAN_GW_ID:
		return read_id(reader, op, mod);
	case KIN_CAN_GW_LEN:
		return read_len(reader, mod);
	case KIN_CAN_GW_DATA:
		return read_data(reader, mod);
	default:
		return read_flags(reader, mod);
	}
}

static int read_mod(struct reader *reader, unsigned op)
{
	static const char *const classic[] = {"id", "dlc", "data", "unused", NULL};
	static const char *const fd[] = {"id", "flags", "len", "data", "unused", NULL};
	struct kin_can_gw_mod *mod = &reader->rule->mods[op];
	unsigned before = mod->fields;

	for (;;) {
		bool unused = take(reader, "unused");
		unsigned field = take_field(reader);
		int err;

		if (field == 0 && !unused && mod->fields != before)
			return 0;
		if (field == 0) {
			char what[64];
			struct kin_buf text = {what, sizeof(what), 0};

			kin_buf_printf(&text, "a field of %s frame for %s",
				       reader->rule->flags & KIN_CAN_GW_FD ? "an FD" : "a classic",
				       gateway_ops[op]);
			err = next(reader, kin_buf_end(&text));
			return err < 0 ? err
				       : unknown(what, reader->word,
						 reader->rule->flags & KIN_CAN_GW_FD ? fd
										     : classic);
		}
		if ((err = read_value(reader, op, field)) < 0)
			return err;
		if (!unused)
			mod->fields |= field;
	}
}

static int read_and(struct reader *reader)
{
	return read_mod(reader, KIN_CAN_GW_AND);
}

static int read_or(struct reader *reader)
{
	return read_mod(reader, KIN_CAN_GW_OR);
}

static int read_xor(struct reader *reader)
{
	return read_mod(reader, KIN_CAN_GW_XOR);
}

static int read_set(struct reader *reader)
{
	return read_mod(reader, KIN_CAN_GW_SET);
}

/* ---- Checksums ----------------------------------------------------------------------------- */

/* A word that must stand there, and the index behind it. */
static int read_index(struct reader *reader, const char *word, int *ret_index)
{
	int64_t index = 0;
	int err;

	if (!take(reader, word)) {
		err = next(reader, word);
		return err < 0 ? err
			       : kin_fail(EINVAL, "checksum: \"%.32s\" stands where %s should",
					  reader->word, word);
	}
	if ((err = next(reader, word)) < 0)
		return err;
	/* Below 0 in words: on a command line, what begins with a dash is an option. */
	if (strncmp(reader->word, "end-", 4) == 0) {
		err = kin_parse_int(reader->word + 4, word, 1, CANFD_MAX_DLEN, &index);
		index = -index;
	} else {
		err = kin_parse_int(reader->word, word, -CANFD_MAX_DLEN, CANFD_MAX_DLEN - 1,
				    &index);
	}
	if (err == 0)
		*ret_index = (int)index;
	return err;
}

static int read_indices(struct reader *reader, int *from, int *to, int *result)
{
	int err;

	if ((err = read_index(reader, "from", from)) < 0 ||
	    (err = read_index(reader, "to", to)) < 0)
		return err;
	return read_index(reader, "at", result);
}

static int read_poly(struct reader *reader, struct kin_can_gw_crc8 *crc8)
{
	uint8_t polynomial = 0;
	int err = next_byte(reader, "poly", &polynomial);

	if (err < 0)
		return err;
	return kin_can_gw_crc8_table(polynomial, take(reader, "reflected"), crc8->table);
}

static int read_table(struct reader *reader, struct kin_can_gw_crc8 *crc8)
{
	ssize_t len = next_bytes(reader, "table", crc8->table, sizeof(crc8->table));

	if (len < 0)
		return (int)len;
	if (len != sizeof(crc8->table))
		return kin_fail(EINVAL, "table: %zd bytes are not %zu", len, sizeof(crc8->table));
	return 0;
}

static int read_profile_data(struct reader *reader, struct kin_can_gw_crc8 *crc8)
{
	size_t least = crc8->profile == KIN_CAN_GW_PROFILE_1U8    ? 1
		       : crc8->profile == KIN_CAN_GW_PROFILE_16U8 ? 16
								  : 0;
	size_t len = peek(reader);
	ssize_t n = 0;

	/* No word that can follow is hex from end to end. */
	if (len && strspn(reader->at, "0123456789ABCDEFabcdef") == len) {
		n = next_bytes(reader, "profile data", crc8->profile_data,
			       sizeof(crc8->profile_data));
		if (n < 0)
			return (int)n;
	}
	if ((size_t)n >= least)
		return 0;
	return kin_fail(EINVAL, "profile: %zd bytes of data are less than the %zu that it takes", n,
			least);
}

static int read_profile(struct reader *reader, struct kin_can_gw_crc8 *crc8)
{
	const struct kin_name *name = gateway_profiles;
	int64_t number;
	int err = next(reader, "a profile");

	if (err < 0)
		return err;
	while (name->name && strcmp(name->name, reader->word) != 0)
		name++;
	number = name->value;
	if (!name->name && kin_parse_int(reader->word, "profile", 0, UINT8_MAX, &number) < 0)
		return kin_fail(EINVAL, "profile \"%.32s\" is none of 1u8, 16u8, sffid-xor",
				reader->word);
	crc8->profile = (uint8_t)number;
	return read_profile_data(reader, crc8);
}

static int read_crc8(struct reader *reader)
{
	struct kin_can_gw_crc8 *crc8 = &reader->rule->crc8;
	bool table = false;
	int err = read_indices(reader, &crc8->from, &crc8->to, &crc8->result);

	crc8->on = true;
	while (err == 0) {
		if (take(reader, "init")) {
			err = next_byte(reader, "init", &crc8->init);
		} else if (take(reader, "final")) {
			err = next_byte(reader, "final", &crc8->final);
		} else if (!table && take(reader, "poly")) {
			table = true;
			err = read_poly(reader, crc8);
		} else if (!table && take(reader, "table")) {
			table = true;
			err = read_table(reader, crc8);
		} else if (take(reader, "profile")) {
			err = read_profile(reader, crc8);
		} else {
			break;
		}
	}
	if (err == 0 && !table)
		return kin_fail(EINVAL, "checksum crc8 needs poly BYTE or table HEX");
	return err;
}

static int read_xor8(struct reader *reader)
{
	struct kin_can_gw_xor *xor8 = &reader->rule->xor8;
	int err = read_indices(reader, &xor8->from, &xor8->to, &xor8->result);

	xor8->on = true;
	if (err == 0 && take(reader, "init"))
		return next_byte(reader, "init", &xor8->init);
	return err;
}

static int read_checksum(struct reader *reader)
{
	static const char *const kinds[] = {"crc8", "xor", NULL};
	bool *on;
	int (*read)(struct reader * reader);
	int err;

	if ((err = next(reader, "crc8 or xor")) < 0)
		return err;
	if (strcmp(reader->word, "crc8") == 0) {
		on = &reader->rule->crc8.on;
		read = read_crc8;
	} else if (strcmp(reader->word, "xor") == 0) {
		on = &reader->rule->xor8.on;
		read = read_xor8;
	} else {
		return unknown("a checksum", reader->word, kinds);
	}
	if (*on)
		return kin_fail(EINVAL, "checksum %s is given twice", reader->word);
	return read(reader);
}

/* ---- The rest ------------------------------------------------------------------------------ */

static int read_hops(struct reader *reader)
{
	int64_t hops;
	int err = next_int(reader, "hops", 1, UINT8_MAX, &hops);

	if (err == 0)
		reader->rule->hops = (unsigned)hops;
	return err;
}

static int read_uid(struct reader *reader)
{
	int64_t uid;
	int err = next_int(reader, "uid", 1, UINT32_MAX, &uid);

	if (err == 0)
		reader->rule->uid = (uint32_t)uid;
	return err;
}

static int read_other_flags(struct reader *reader)
{
	int64_t flags;
	int err = next_int(reader, "other-flags", 0, UINT16_MAX, &flags);

	if (err < 0)
		return err;
	if (flags & GATEWAY_FLAGS)
		return kin_fail(EINVAL, "other-flags %s: bits of 0x%x have words of their own",
				reader->word, GATEWAY_FLAGS);
	reader->rule->flags |= (unsigned)flags;
	return 0;
}

/* A clause begins with its name; what has a flag is no more than that. */
static const struct clause {
	const char *name;
	int (*read)(struct reader *reader);
	unsigned flag;
	bool again; /* may be given again, for other parts of it */
} clauses[] = {
	{"match", read_match, 0, false},
	{"and", read_and, 0, true},
	{"or", read_or, 0, true},
	{"xor", read_xor, 0, true},
	{"set", read_set, 0, true},
	{"checksum", read_checksum, 0, true},
	{"hops", read_hops, 0, false},
	{"uid", read_uid, 0, false},
	{"echo", NULL, KIN_CAN_GW_ECHO, false},
	{"timestamp", NULL, KIN_CAN_GW_TIMESTAMP, false},
	{"back", NULL, KIN_CAN_GW_BACK, false},
	{"other-flags", read_other_flags, 0, false},
};

enum { CLAUSES = sizeof(clauses) / sizeof(clauses[0]) };

static int unknown_clause(const char *word)
{
	const char *names[CLAUSES + 1] = {};

	for (unsigned i = 0; i < CLAUSES; i++)
		names[i] = clauses[i].name;
	return unknown("what a rule has there", word, names);
}

static int read_clause(struct reader *reader)
{
	unsigned row = 0;
	int err = next(reader, "a word");

	if (err < 0)
		return err;
	while (row < CLAUSES && strcmp(clauses[row].name, reader->word) != 0)
		row++;
	if (strcmp(reader->word, "fd") == 0)
		return kin_fail(EINVAL, "fd stands once, right behind the interfaces");
	if (row == CLAUSES)
		return unknown_clause(reader->word);
	if (reader->given & 1U << row && !clauses[row].again)
		return kin_fail(EINVAL, "%s is given twice", reader->word);
	reader->given |= 1U << row;
	reader->rule->flags |= clauses[row].flag;
	return clauses[row].read ? clauses[row].read(reader) : 0;
}

int kin_can_gw_parse(const char *text, struct kin_can_gw_rule *ret_rule)
{
	struct kin_can_gw_rule rule = {.struct_size = sizeof(rule)};
	struct reader reader = {.at = text, .rule = &rule};
	int err;

	KIN_NEED(text);
	if ((err = read_interface(&reader, "source", &rule.source)) < 0 ||
	    (err = read_interface(&reader, "destination", &rule.destination)) < 0)
		return err;
	/* First of all: what the fields are depends on it. */
	if (take(&reader, "fd"))
		rule.flags |= KIN_CAN_GW_FD;
	while (peek(&reader) > 0)
		if ((err = read_clause(&reader)) < 0)
			return err;
	if ((err = gateway_check_form(&rule)) < 0)
		return err;
	return gateway_give(&rule, ret_rule);
}
