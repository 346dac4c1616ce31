/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The whole terminal as a page that is drawn over in place, by ncurses. There is one: standard
 * output and standard input. However the process ends, but by SIGKILL, the terminal is then as it
 * was before.
 */
#ifndef KIN_TOOLS_SCREEN_H
#define KIN_TOOLS_SCREEN_H

#include <stdbool.h>

/* How text looks. Joined by |. Without colours (NO_COLOR) what is more than dim is told by weight.
 */
enum screen_look {
	SCREEN_PLAIN = 0,
	SCREEN_BOLD = 1 << 0,
	SCREEN_DIM = 1 << 1,
	SCREEN_TITLE = 1 << 2,   /* reverse */
	SCREEN_CHANGED = 1 << 3, /* red and bold; bold and underlined */
	SCREEN_GOOD = 1 << 4,    /* green */
	SCREEN_BAD = 1 << 5,     /* red; bold */
};

/* Keys that are no character. */
enum screen_key {
	SCREEN_NO_KEY = 0,
	SCREEN_UP = 0x110000, /* behind all characters */
	SCREEN_DOWN,
	SCREEN_PAGE_UP,
	SCREEN_PAGE_DOWN,
	SCREEN_HOME,
	SCREEN_END,
	SCREEN_ENTER,
	SCREEN_BACKSPACE,
	SCREEN_ESCAPE,
	SCREEN_RESIZED,
};

/* Could there be one? Standard output and input are a terminal, which $TERM names. */
bool screen_possible(void);

/* Take the terminal. 0 or -errno, -ENOTTY when this terminal can't be drawn on. */
int screen_begin(void);

/* Give it back; nothing without screen_begin(). */
void screen_end(void);

int screen_rows(void);
int screen_columns(void);

/* Begin a new page: all is blank. */
void screen_clear(void);

/*
 * Text at a place, cut at the right edge; nothing outside of the page. Bytes that are no text are
 * shown as such. @return the column behind it
 */
int screen_put(int row, int column, unsigned look, const char *text);
int screen_printf(int row, int column, unsigned look, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

/* Show the page: what differs from the one before is written. */
void screen_show(void);

/* The next key that was typed, without waiting. A screen_key or a character. */
int screen_next_key(void);

/* What part of a list of n lines is seen in rows lines, and how keys move it. */
struct screen_scroll {
	int top;
};

/* Did key move it? */
bool screen_scroll(struct screen_scroll *scroll, int key, int n, int rows);

#endif
