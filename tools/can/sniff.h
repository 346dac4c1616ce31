/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What kin can sniff watches, and its page on a terminal. */
#ifndef KIN_TOOLS_CAN_SNIFF_H
#define KIN_TOOLS_CAN_SNIFF_H

#include <kin/can-load.h>

#include "../screen.h"
#include "ids.h"

/* Identifiers that are shown or not. The last rule that fits decides; without one they are. */
struct sniff_rule {
	canid_t id, mask; /* with CAN_EFF_FLAG in both, to tell long from short ones */
	bool shown;
};

enum sniff_prompt {
	PROMPT_NONE,
	PROMPT_SHOW = '+',
	PROMPT_HIDE = '-',
	PROMPT_READ = 'r',
	PROMPT_WRITE = 'w'
};

struct sniff {
	struct kin_can_stats *stats;
	struct kin_can_stats *masks; /* of the file: frames whose data are muted bits */
	struct sniff_rule *rules;
	size_t n_rules;
	struct id_list ids;
	unsigned kinds;              /* 1 << KIN_CAN_CLASSIC, ... of those that are shown */
	int64_t hold_ns, timeout_ns; /* 0: no end */
	int64_t now_ns;              /* CLOCK_REALTIME, as the frames are stamped */
	bool binary, ascii, frozen;
	enum id_order order;
	struct screen_scroll scroll;
	uint64_t lost;
	enum sniff_prompt prompt; /* a line is typed for that */
	char typed[256];
	char answer[256]; /* to what was typed */
};

/* Is this identifier shown at all? */
bool sniff_shows(const struct sniff *sniff, const struct kin_can_id *id);

/* The same for the page: also that it changed of late. For id_list_update(). */
bool sniff_is_on_page(void *sniff, const struct kin_can_id *id);

/* Show or hide what text says: "123", "123:7F0", "00000123", "all". 0 or -errno */
int sniff_add_rule(struct sniff *sniff, const char *text, bool shown);

/* Mute all bits that changed, or none any more. */
void sniff_mute_changes(struct sniff *sniff);
void sniff_unmute(struct sniff *sniff);

/*
 * Muted bits as frames of the compact notation, whose data they are, a line each; with '-' before
 * it for an identifier that is not shown. 0 or -errno
 */
int sniff_read(struct sniff *sniff, const char *path);
int sniff_write(const struct sniff *sniff, const char *path);

/* An identifier came for the first time: mute what the file says. 0 or -errno */
int sniff_new_id(struct sniff *sniff, const struct kin_can_id *id);

/* The page, and what a key does; false: end. */
void sniff_draw(struct sniff *sniff);
bool sniff_key(struct sniff *sniff, int key);

#endif
