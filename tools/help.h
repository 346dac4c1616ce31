/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The command records as text: for a terminal, for man(1), for shells.
 */
#ifndef KIN_TOOLS_HELP_H
#define KIN_TOOLS_HELP_H

#include <kin/family.h>
#include "command.h"

/* Room for names to choose the nearest of, with the NULL at the end. */
#define N_NAMES 512

/* The option that every verb has. */
extern const struct command_option help_option;

struct topic {
	const char *name;
	const char *doc;
};

extern const struct topic exit_statuses[], environment[]; /* ended by a row without a name */
extern const char address_text[], message_text[];         /* paragraphs */

/* The verbs and groups in a group; NULL: in none. Fills names */
const char *const *verb_names(const char *group, const char *names[N_NAMES]);

/* "kin can show" without the "kin ", with sep between the words. @return buf */
char *command_title(const struct command *command, char sep, char *buf, size_t size);

/* Put each paragraph of a text; literal says that it is indented and kept as it is. */
void each_paragraph(FILE *out, const char *text, const char *separator,
                    void (*put)(FILE *out, const char *p, int len, bool literal));

/* All verbs of a group, or (NULL) for every family. */
void help_overview(FILE *out, const char *group);
void help_command(FILE *out, const struct command *command);

/* A family, or one protocol of it. */
void help_family(FILE *out, const struct kin_family *family, const struct kin_proto *proto);

/* kin(1), kin-VERB(1) and kin-FAMILY(7). */
void man_overview(FILE *out);
void man_command(FILE *out, const struct command *command);
void man_family(FILE *out, const struct kin_family *family, const struct kin_proto *proto);

/* What completes words of kin in a shell: "bash", "zsh" or "fish". @return a STATUS_ */
int complete(FILE *out, const char *shell);

#endif
