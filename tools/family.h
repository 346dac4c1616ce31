/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a family's record says, for people.
 */
#ifndef KIN_TOOLS_FAMILY_H
#define KIN_TOOLS_FAMILY_H

#include <kin/family.h>
#include "command.h"

/* The family of that name, or the protocol of that scheme (else NULL). */
bool find_family(const char *name, const struct kin_family **ret_family,
		 const struct kin_proto **ret_proto);

/* Append the names of all families and schemes behind n of them. @return how many there are */
unsigned family_names(const char *names[], unsigned n, unsigned room);

/* What may be written as an option's value: "on|off", "0-255", "ID:MASK". @return text */
const char *option_type(const struct kin_opt *opt, char *text, size_t size);

/* Where a description goes: a terminal or a man page. */
struct writer {
	void (*heading)(FILE *out, const char *text);
	void (*row)(FILE *out, const char *name, const char *doc);
	void (*paragraph)(FILE *out, const char *text);
};

/* Addresses, options, styles and needs. @param proto  only what is about it; NULL: all */
void describe_family(FILE *out, const struct writer *to, const struct kin_family *family,
		     const struct kin_proto *proto);

#endif
