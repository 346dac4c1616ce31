/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which identifiers and bits kin can sniff shows, and the file that keeps them. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <kin/family.h>

#include "sniff.h"

/* ---- Identifiers --------------------------------------------------------------------------- */

static const struct sniff_rule *find_rule(const struct sniff *sniff, canid_t id)
{
	for (size_t i = sniff->n_rules; i-- > 0;)
		if (((id ^ sniff->rules[i].id) & sniff->rules[i].mask) == 0)
			return &sniff->rules[i];
	return NULL;
}

bool sniff_shows(const struct sniff *sniff, const struct kin_can_id *id)
{
	canid_t bits = id->id & (CAN_EFF_FLAG | CAN_EFF_MASK);
	const struct sniff_rule *rule;

	if (!(sniff->kinds & 1U << id->kind))
		return false;
	/* Of XL, the priority is what a short identifier is. */
	rule = find_rule(sniff, id->kind == KIN_CAN_XL ? bits & CANXL_PRIO_MASK : bits);
	return !rule || rule->shown;
}

bool sniff_is_on_page(void *data, const struct kin_can_id *id)
{
	const struct sniff *sniff = data;

	if (sniff->timeout_ns && sniff->now_ns - id->changed_ns > sniff->timeout_ns)
		return false;
	return id->frames > 0 && sniff_shows(sniff, id);
}

static int push_rule(struct sniff *sniff, const struct sniff_rule *rule)
{
	struct sniff_rule *rules =
		reallocarray(sniff->rules, sniff->n_rules + 1, sizeof(*sniff->rules));

	if (!rules)
		return kin_fail(ENOMEM, "no memory for a rule");
	sniff->rules = rules;
	rules[sniff->n_rules++] = *rule;
	return 0;
}

/* Digits say which kind it is: 3 or 8 of them. */
static int parse_id(const char *text, size_t len, canid_t *ret_id)
{
	char digits[9] = "";
	uint64_t value;

	if (len != 3 && len != 8)
		return kin_fail(EINVAL, "%s: an identifier has 3 digits, or 8 if it is extended",
				text);
	memcpy(digits, text, len);
	if (kin_parse_hex(digits, "identifier", len == 3 ? CAN_SFF_MASK : CAN_EFF_MASK, &value) < 0)
		return -EINVAL;
	*ret_id = (canid_t)value | (len == 8 ? CAN_EFF_FLAG : 0);
	return 0;
}

int sniff_add_rule(struct sniff *sniff, const char *text, bool shown)
{
	struct sniff_rule rule = {.shown = shown};
	const char *colon = strchr(text, ':');
	size_t len = colon ? (size_t)(colon - text) : strlen(text);

	if (strcmp(text, "all") == 0)
		return push_rule(sniff, &rule);
	if (parse_id(text, len, &rule.id) < 0)
		return -EINVAL;
	rule.mask = rule.id & CAN_EFF_FLAG ? CAN_EFF_MASK : CAN_SFF_MASK;
	if (colon && strlen(colon + 1) != len)
		return kin_fail(EINVAL, "%s: a mask has as many digits as its identifier", text);
	if (colon && parse_id(colon + 1, len, &rule.mask) < 0)
		return -EINVAL;
	rule.mask |= CAN_EFF_FLAG;
	return push_rule(sniff, &rule);
}

/* ---- Bits ---------------------------------------------------------------------------------- */

void sniff_mute_changes(struct sniff *sniff)
{
	const struct kin_can_id *id;

	for (size_t i = 0; (id = kin_can_stats_id_at(sniff->stats, i)); i++)
		kin_can_id_settle(sniff->stats, id, true);
}

void sniff_unmute(struct sniff *sniff)
{
	const struct kin_can_id *id;

	for (size_t i = 0; (id = kin_can_stats_id_at(sniff->stats, i)); i++)
		kin_can_id_set_muted(sniff->stats, id, NULL, 0);
}

/* ---- The file ------------------------------------------------------------------------------ */

/* A line: "123#00FF", "-123#". Its data wait in statistics of their own, for the id to come. */
static int read_line(struct sniff *sniff, const char *line)
{
	struct sniff_rule rule = {.shown = *line != '-', .mask = CAN_EFF_FLAG | CAN_EFF_MASK};
	union kin_can_frame frame;
	size_t size;
	int r = kin_can_frame_parse(rule.shown ? line : line + 1, &frame, &size);

	if (r >= 0)
		r = kin_can_stats_add(sniff->masks, 0, &frame, size, 0, 0);
	if (r < 0)
		return r;
	rule.id = kin_can_frame_kind(&frame, size) == KIN_CAN_XL ? frame.id & CANXL_PRIO_MASK
								 : frame.id & rule.mask;
	return push_rule(sniff, &rule);
}

int sniff_new_id(struct sniff *sniff, const struct kin_can_id *id)
{
	const struct kin_can_id *mask = kin_can_stats_id(sniff->masks, 0, id->id, id->kind);

	return mask ? kin_can_id_set_muted(sniff->stats, id, mask->data, mask->len) : 0;
}

int sniff_read(struct sniff *sniff, const char *path)
{
	FILE *file = fopen(path, "re");
	char line[KIN_CAN_FRAME_TEXT + 2];
	unsigned number = 0;
	int r = 0;

	if (!file)
		return kin_fail(errno, "%s: %s", path, strerror(errno));
	while (r == 0 && fgets(line, sizeof(line), file)) {
		size_t len = strlen(line);

		number++;
		if (len == 0)
			r = kin_fail(EBADMSG, "a NUL byte");
		else if (len == sizeof(line) - 1 && line[len - 1] != '\n')
			r = kin_fail(EBADMSG, "longer than any frame");
		line[strcspn(line, "\r\n")] = '\0';
		if (r == 0 && *line)
			r = read_line(sniff, line);
	}
	if (r == 0 && ferror(file))
		r = kin_fail(errno, "%s: %s", path, strerror(errno));
	else if (r < 0) {
		char words[512];

		snprintf(words, sizeof(words), "%s", kin_error_text());
		r = kin_fail(-r, "%s: line %u: %s", path, number, words);
	}
	fclose(file);
	for (size_t i = 0; r == 0 && i < kin_can_stats_ids(sniff->stats); i++)
		r = sniff_new_id(sniff, kin_can_stats_id_at(sniff->stats, i));
	return r;
}

static void put_line(const struct sniff *sniff, const struct kin_can_id *id, FILE *file)
{
	union kin_can_frame frame = {.id = id->id};
	char text[KIN_CAN_FRAME_TEXT];
	size_t size = CAN_MTU;

	if (id->kind == KIN_CAN_XL) {
		frame.xl.flags = CANXL_XLF;
		frame.xl.len = id->len;
		memcpy(frame.xl.data, id->muted, id->len);
		size = CANXL_HDR_SIZE + id->len;
	} else {
		frame.fd.len = (uint8_t)id->len;
		memcpy(frame.fd.data, id->muted, id->len);
		if (id->len > CAN_MAX_DLEN)
			size = CANFD_MTU;
	}
	if (kin_can_frame_format(&frame, size, text, sizeof(text)) > 0)
		fprintf(file, "%s%s\n", sniff_shows(sniff, id) ? "" : "-", text);
}

int sniff_write(const struct sniff *sniff, const char *path)
{
	FILE *file = fopen(path, "we");
	const struct kin_can_id *id;

	if (!file)
		return kin_fail(errno, "%s: %s", path, strerror(errno));
	for (size_t i = 0; (id = kin_can_stats_id_at(sniff->stats, i)); i++)
		put_line(sniff, id, file);
	if (fclose(file) != 0)
		return kin_fail(errno, "%s: %s", path, strerror(errno));
	return 0;
}
