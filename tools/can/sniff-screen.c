/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The page of kin can sniff on a terminal. */
#include <string.h>

#include <kin/family.h>

#include "../command.h"
#include "sniff.h"

/* ---- Lines --------------------------------------------------------------------------------- */

static bool byte_changed(const struct kin_can_id *id, unsigned i)
{
	return id->changed[i] & ~id->muted[i];
}

static int draw_binary(const struct kin_can_id *id, unsigned i, int row, int column)
{
	for (int bit = 7; bit >= 0; bit--) {
		bool changed = id->changed[i] & ~id->muted[i] & 1U << bit;

		column = screen_put(row, column, changed ? SCREEN_CHANGED : SCREEN_PLAIN,
				    id->data[i] >> bit & 1 ? "1" : "0");
	}
	return column + 1;
}

static int draw_hex(const struct kin_can_id *id, unsigned i, int row, int column)
{
	unsigned look = byte_changed(id, i) ? SCREEN_CHANGED
			: id->muted[i]      ? SCREEN_DIM
					    : SCREEN_PLAIN;

	return screen_printf(row, column, look, "%02X", id->data[i]) + 1;
}

static void draw_ascii(const struct kin_can_id *id, int row, int column)
{
	for (unsigned i = 0; i < id->len; i++) {
		char text[] = {'.', '\0'};

		if (id->data[i] >= ' ' && id->data[i] < 0x7F)
			text[0] = (char)id->data[i];
		column = screen_put(row, column, byte_changed(id, i) ? SCREEN_CHANGED : SCREEN_DIM,
				    text);
	}
}

/* The bytes from this one on are right of the page: does one of them change? */
static void draw_rest(const struct kin_can_id *id, unsigned i, int row)
{
	bool changed = false;

	for (; i < id->len; i++)
		changed |= byte_changed(id, i);
	screen_put(row, screen_columns() - 1, changed ? SCREEN_CHANGED : SCREEN_DIM, ">");
}

static void draw_id(const struct sniff *sniff, const struct kin_can_id *id, int row)
{
	char name[16];
	struct kin_buf text = {.data = name, .size = sizeof(name)};
	int column, width = sniff->binary ? 9 : 3;
	unsigned i = 0;

	put_id(&text, id);
	column = screen_printf(row, 0, SCREEN_PLAIN, " %-8s %9s %9.3f  ",
			       interface_name(id->ifindex), kin_buf_end(&text),
			       (double)id->period_ns / 1e6);
	/* Behind the last byte no room is needed. */
	for (; i < id->len && column + width <= screen_columns() + (i + 1 == id->len); i++)
		column = sniff->binary ? draw_binary(id, i, row, column)
				       : draw_hex(id, i, row, column);
	if (i < id->len)
		draw_rest(id, i, row);
	else if (sniff->ascii && !sniff->binary)
		/* Below each other, where there are no more than eight bytes. */
		draw_ascii(id, row, column + (id->len < 8 ? 3 * (8 - id->len) : 0) + 1);
}

static int page_rows(void)
{
	int rows = screen_rows() - 3;

	return rows > 0 ? rows : 0;
}

void sniff_draw(struct sniff *sniff)
{
	int rows = page_rows(), last = screen_rows() - 1;

	screen_clear();
	screen_scroll(&sniff->scroll, SCREEN_NO_KEY, (int)sniff->ids.n, rows);
	screen_printf(0, 0, SCREEN_TITLE,
		      " kin can sniff  %zu of %zu ids  hold %.3gs  timeout %.3gs%s%-*s",
		      sniff->ids.n, kin_can_stats_ids(sniff->stats), (double)sniff->hold_ns / 1e9,
		      (double)sniff->timeout_ns / 1e9, sniff->frozen ? "  FROZEN" : "",
		      screen_columns(), sniff->lost ? "  FRAMES LOST" : "");
	screen_put(1, 0, SCREEN_BOLD, " bus             ID    gap ms  data");
	for (int i = 0; i < rows && (size_t)(sniff->scroll.top + i) < sniff->ids.n; i++)
		draw_id(sniff, sniff->ids.rows[sniff->scroll.top + i], 2 + i);
	if (sniff->prompt)
		screen_printf(last, 0, SCREEN_BOLD, " %c%s", (char)sniff->prompt, sniff->typed);
	else if (*sniff->answer)
		screen_printf(last, 0, SCREEN_BAD, " %s", sniff->answer);
	else
		screen_put(
			last, 0, SCREEN_DIM,
			" q quit  # mute  * unmute  + - ids  a n A N  b binary  @ ascii  o order  "
			"f freeze  w r file");
	screen_show();
}

/* ---- Keys ---------------------------------------------------------------------------------- */

static void do_typed(struct sniff *sniff)
{
	int r = 0;

	if (sniff->prompt == PROMPT_SHOW || sniff->prompt == PROMPT_HIDE)
		r = sniff_add_rule(sniff, sniff->typed, sniff->prompt == PROMPT_SHOW);
	else if (sniff->prompt == PROMPT_READ)
		r = sniff_read(sniff, sniff->typed);
	else
		r = sniff_write(sniff, sniff->typed);
	if (r < 0)
		snprintf(sniff->answer, sizeof(sniff->answer), "%s", kin_error_text());
	sniff->prompt = PROMPT_NONE;
}

static void type(struct sniff *sniff, int key)
{
	size_t len = strlen(sniff->typed);

	if (key == SCREEN_ENTER) {
		do_typed(sniff);
	} else if (key == SCREEN_ESCAPE) {
		sniff->prompt = PROMPT_NONE;
	} else if (key == SCREEN_BACKSPACE) {
		if (len > 0)
			sniff->typed[len - 1] = '\0';
	} else if (key >= ' ' && key < 0x7F && len + 1 < sizeof(sniff->typed)) {
		sniff->typed[len] = (char)key;
		sniff->typed[len + 1] = '\0';
	}
}

static void all_of(struct sniff *sniff, bool extended, bool shown)
{
	if (sniff_add_rule(sniff, extended ? "00000000:00000000" : "000:000", shown) < 0)
		snprintf(sniff->answer, sizeof(sniff->answer), "%s", kin_error_text());
}

bool sniff_key(struct sniff *sniff, int key)
{
	*sniff->answer = '\0';
	if (sniff->prompt) {
		type(sniff, key);
		return true;
	}
	switch (key) {
	case 'q':
		return false;
	case '+':
	case '-':
	case 'r':
	case 'w':
		sniff->prompt = (enum sniff_prompt)key;
		*sniff->typed = '\0';
		break;
	case 'a':
	case 'n':
		all_of(sniff, false, key == 'a');
		break;
	case 'A':
	case 'N':
		all_of(sniff, true, key == 'A');
		break;
	case '#':
		sniff_mute_changes(sniff);
		break;
	case '*':
		sniff_unmute(sniff);
		break;
	case 'b':
		sniff->binary = !sniff->binary;
		break;
	case '@':
		sniff->ascii = !sniff->ascii;
		break;
	case 'f':
		sniff->frozen = !sniff->frozen;
		break;
	case 'o':
		sniff->order = sniff->order == BY_ID ? BY_CHANGE : BY_ID;
		break;
	default:
		screen_scroll(&sniff->scroll, key, (int)sniff->ids.n, page_rows());
	}
	return true;
}
