/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "core.h"

#include <ctype.h>
#include <string.h>

const struct kin_const *kin_const_at(unsigned i, const struct kin_family **ret_family)
{
	const struct kin_const *row = core_consts;
	const struct kin_family *family = NULL;
	unsigned next = 0;

	for (;;) {
		for (; row && row->name; row++) {
			if (i-- == 0) {
				if (ret_family)
					*ret_family = family;
				return row;
			}
		}
		family = kin_family_at(next++);
		if (!family)
			return NULL;
		row = family->consts;
	}
}

static const struct kin_const *find_in(const struct kin_const *row, const char *name)
{
	for (; row && row->name; row++)
		if (strcmp(row->name, name) == 0)
			return row;
	return NULL;
}

const struct kin_const *kin_const_find(const char *name)
{
	const struct kin_const *row;
	const struct kin_family *family;

	KIN_NEED_OR(name, NULL);
	row = find_in(core_consts, name);
	for (unsigned i = 0; !row && (family = kin_family_at(i)); i++)
		row = find_in(family->consts, name);
	return row;
}

const struct kin_const_elsewhere *kin_const_elsewhere_at(unsigned i)
{
	const struct kin_family *family;

	for (unsigned next = 0; (family = kin_family_at(next)); next++)
		for (const struct kin_const_elsewhere *row = family->elsewhere; row && row->name;
		     row++)
			if (i-- == 0)
				return row;
	return NULL;
}

const struct kin_const_elsewhere *kin_const_elsewhere(const char *name)
{
	const struct kin_const_elsewhere *row;

	KIN_NEED_OR(name, NULL);
	if (kin_const_find(name))
		return NULL;
	for (unsigned i = 0; (row = kin_const_elsewhere_at(i)); i++)
		if (strcmp(row->name, name) == 0)
			return row;
	return NULL;
}

bool kin_const_word(const struct kin_const *row, const char *prefix, char *word)
{
	size_t skip, len = 0, digits = 0;

	if (!row || !row->name || !prefix || !word)
		return false;
	skip = strlen(prefix);
	if (strncmp(row->name, prefix, skip) != 0)
		return false;
	for (const char *s = row->name + skip; *s && len < KIN_CONST_WORD - 1; s++) {
		word[len++] = *s == '_' ? '-' : (char)tolower((unsigned char)*s);
		digits += isdigit((unsigned char)*s) != 0;
	}
	word[len] = '\0';
	return digits < len;
}
