/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Multicast groups: numbers from 1, the first 32 also as bits of an address. */
#include "internal.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>

/* No header has these: the kernel's own events, and those that udev sends on. */
static const struct kin_name uevent_groups[] = {{"kernel", 1}, {"udev", 2}, {}};

/* A constant that numbers a group of the protocol. */
static bool is_group(int protocol, const struct kin_const *row, char word[KIN_CONST_WORD])
{
	const struct netlink_protocol *p = netlink_protocol(protocol);

	return p && p->groups && kin_const_word(row, p->groups, word) && row->value > 0 &&
	       strcmp(word, "max") != 0;
}

static int number_of(int protocol, const char *text, size_t len)
{
	char word[KIN_CONST_WORD];

	if (protocol == NETLINK_KOBJECT_UEVENT)
		for (const struct kin_name *row = uevent_groups; row->name; row++)
			if (strlen(row->name) == len && memcmp(row->name, text, len) == 0)
				return (int)row->value;
	for (const struct kin_const *row = netlink_consts; row->name; row++)
		if (is_group(protocol, row, word) && strlen(word) == len &&
		    memcmp(word, text, len) == 0)
			return (int)row->value;
	return 0;
}

int netlink_group_number(int protocol, const char *word, size_t len)
{
	int number = 0;

	if (protocol != NETLINK_ANY_PROTOCOL)
		return number_of(protocol, word, len);
	for (int p = 0; p < MAX_LINKS && number == 0; p++)
		number = number_of(p, word, len);
	return number;
}

bool netlink_group_name(int protocol, int group, char word[KIN_CONST_WORD])
{
	if (protocol == NETLINK_KOBJECT_UEVENT && group >= 1 && group <= 2) {
		strcpy(word, uevent_groups[group - 1].name);
		return true;
	}
	for (const struct kin_const *row = netlink_consts; row->name; row++)
		if (row->value == group && is_group(protocol, row, word))
			return true;
	return false;
}

static int refuse(int protocol, const char *text, size_t len)
{
	const struct netlink_protocol *p = netlink_protocol(protocol);
	char words[64][KIN_CONST_WORD], wanted[64], near[160];
	const char *names[65];
	struct kin_buf nearest = {near, sizeof(near), 0};
	unsigned n = 0;

	for (int group = 1; group <= 64 && n < 64; group++)
		if (netlink_group_name(protocol, group, words[n])) {
			names[n] = words[n];
			n++;
		}
	names[n] = NULL;
	len = len < sizeof(wanted) ? len : sizeof(wanted) - 1;
	memcpy(wanted, text, len);
	wanted[len] = '\0';
	kin_buf_put_nearest(&nearest, wanted, names);
	if (n == 0)
		return kin_fail(EINVAL,
				"\"%s\" is no number; groups of netlink:%s have no names here",
				wanted, p ? p->name : "PROTOCOL");
	return kin_fail(EINVAL, "netlink:%s has no group \"%s\"%s%s", p->name, wanted,
			nearest.len ? "; nearest: " : "", kin_buf_end(&nearest));
}

/* One word of groups=, to its bits. */
static int parse_word(int protocol, const char *text, size_t len, uint32_t *bits)
{
	int group = netlink_group_number(protocol, text, len);
	char number[24] = "";
	int64_t value;
	int r;

	if (group > 32)
		return kin_fail(EINVAL,
				"group %.*s is number %d, an address holds 1-32: use join=%.*s",
				(int)len, text, group, (int)len, text);
	if (group > 0) {
		*bits |= UINT32_C(1) << (group - 1);
		return 0;
	}
	if ((!isdigit((unsigned char)*text) && *text != '-') || len >= sizeof(number))
		return refuse(protocol, text, len);
	memcpy(number, text, len);
	r = kin_parse_int(number, "groups", 0, UINT32_MAX, &value);
	if (r == 0)
		*bits |= (uint32_t)value;
	return r;
}

int netlink_parse_groups(int protocol, const char *text, uint32_t *ret_groups)
{
	uint32_t bits = 0;

	for (;;) {
		size_t len = strcspn(text, "+");
		int r = parse_word(protocol, text, len, &bits);

		if (r < 0)
			return r;
		if (!text[len])
			break;
		text += len + 1;
	}
	*ret_groups = bits;
	return 0;
}

void netlink_put_groups(int protocol, uint32_t groups, struct kin_buf *out)
{
	const char *plus = "";
	uint32_t rest = 0;
	char word[KIN_CONST_WORD];

	for (int group = 1; group <= 32; group++) {
		uint32_t bit = UINT32_C(1) << (group - 1);

		if (!(groups & bit))
			continue;
		if (!netlink_group_name(protocol, group, word)) {
			rest |= bit;
			continue;
		}
		kin_buf_printf(out, "%s%s", plus, word);
		plus = "+";
	}
	if (rest)
		kin_buf_printf(out, "%s0x%x", plus, rest);
}
