/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <locale.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "command.h"
#include "screen.h"

/* These define words as common as "timeout" and "lines". */
#include <ncurses.h>
#include <term.h>

/* Those that end a process at once, where nothing but a handler can restore the terminal. */
static const int fatal_signals[] = {SIGQUIT, SIGABRT, SIGSEGV, SIGBUS, SIGFPE, SIGILL};

enum { N_FATAL = sizeof(fatal_signals) / sizeof(*fatal_signals) };

static SCREEN *terminal;
static struct termios before;
static struct sigaction actions_before[N_FATAL];
static char restoring[256]; /* what the terminal is to be sent */
static size_t restoring_len;
static bool colours;

enum { PAIR_CHANGED = 1, PAIR_GOOD };

/* Of a signal's handler: nothing but write(2) and tcsetattr(3). Then the signal does what it did.
 */
static void restore(int number)
{
	int err = errno;

	for (int i = 0; i < N_FATAL; i++)
		if (fatal_signals[i] == number)
			sigaction(number, &actions_before[i], NULL);
	if (terminal) {
		if (write(STDOUT_FILENO, restoring, restoring_len) < 0)
			restoring_len = 0;
		tcsetattr(STDIN_FILENO, TCSANOW, &before);
	}
	errno = err;
	raise(number);
}

/* A string of the terminal's, unless it wants pauses, which a handler can't make. */
static void add_restoring(const char *capability)
{
	const char *text = tigetstr((char *)capability);
	size_t len = text && text != (char *)-1 ? strlen(text) : 0;

	if (len == 0 || strstr(text, "$<") || restoring_len + len > sizeof(restoring))
		return;
	memcpy(restoring + restoring_len, text, len);
	restoring_len += len;
}

static void catch_fatal_signals(void)
{
	struct sigaction action = {.sa_handler = restore};

	restoring_len = 0;
	add_restoring("sgr0");
	add_restoring("rmkx");
	add_restoring("cnorm");
	add_restoring("rmcup");
	for (int i = 0; i < N_FATAL; i++)
		sigaction(fatal_signals[i], &action, &actions_before[i]);
}

bool screen_possible(void)
{
	const char *term = getenv("TERM");

	return isatty(STDOUT_FILENO) && isatty(STDIN_FILENO) && term && *term &&
	       strcmp(term, "dumb") != 0;
}

int screen_begin(void)
{
	static bool at_exit;

	if (!screen_possible() || tcgetattr(STDIN_FILENO, &before) < 0)
		return -ENOTTY;
	/* How wide characters are; numbers are written as ever. */
	setlocale(LC_CTYPE, "");
	terminal = newterm(NULL, stdout, stdin);
	if (!terminal)
		return -ENOTTY;
	if (!at_exit)
		at_exit = atexit(screen_end) == 0;
	catch_fatal_signals();
	cbreak();
	noecho();
	nodelay(stdscr, TRUE);
	keypad(stdscr, TRUE);
	set_escdelay(25);
	curs_set(0);
	colours = use_colour(STDOUT_FILENO) && has_colors() && start_color() == OK;
	if (colours) {
		use_default_colors();
		init_pair(PAIR_CHANGED, COLOR_RED, -1);
		init_pair(PAIR_GOOD, COLOR_GREEN, -1);
	}
	return 0;
}

void screen_end(void)
{
	SCREEN *ended = terminal;

	if (!ended)
		return;
	endwin();
	terminal = NULL;
	delscreen(ended);
	for (int i = 0; i < N_FATAL; i++)
		sigaction(fatal_signals[i], &actions_before[i], NULL);
}

int screen_rows(void)
{
	return LINES;
}

int screen_columns(void)
{
	return COLS;
}

void screen_clear(void)
{
	erase();
}

static attr_t attributes(unsigned look)
{
	attr_t attr = A_NORMAL;

	if (look & (SCREEN_BOLD | SCREEN_CHANGED))
		attr |= A_BOLD;
	if (look & SCREEN_DIM)
		attr |= A_DIM;
	if (look & SCREEN_TITLE)
		attr |= A_REVERSE;
	if (colours && look & (SCREEN_CHANGED | SCREEN_BAD))
		attr |= COLOR_PAIR(PAIR_CHANGED);
	else if (colours && look & SCREEN_GOOD)
		attr |= COLOR_PAIR(PAIR_GOOD);
	else if (look & SCREEN_CHANGED)
		attr |= A_UNDERLINE;
	else if (look & SCREEN_BAD)
		attr |= A_BOLD;
	return attr;
}

int screen_put(int row, int column, unsigned look, const char *text)
{
	attr_t attr = attributes(look);

	if (row < 0 || row >= LINES || column < 0 || column >= COLS)
		return column;
	attrset(attr);
	/* A line must not go on in the next. */
	mvaddnstr(row, column, text, COLS - column);
	attrset(A_NORMAL);
	return getcury(stdscr) == row ? getcurx(stdscr) : COLS;
}

int screen_printf(int row, int column, unsigned look, const char *format, ...)
{
	char text[1024];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	return screen_put(row, column, look, text);
}

void screen_show(void)
{
	refresh();
}

int screen_next_key(void)
{
	static const struct {
		int ncurses, ours;
	} keys[] = {
		{ERR, SCREEN_NO_KEY},
		{KEY_UP, SCREEN_UP},
		{KEY_DOWN, SCREEN_DOWN},
		{KEY_PPAGE, SCREEN_PAGE_UP},
		{KEY_NPAGE, SCREEN_PAGE_DOWN},
		{KEY_HOME, SCREEN_HOME},
		{KEY_END, SCREEN_END},
		{KEY_ENTER, SCREEN_ENTER},
		{'\n', SCREEN_ENTER},
		{'\r', SCREEN_ENTER},
		{KEY_BACKSPACE, SCREEN_BACKSPACE},
		{'\b', SCREEN_BACKSPACE},
		{127, SCREEN_BACKSPACE},
		{27, SCREEN_ESCAPE},
		{KEY_RESIZE, SCREEN_RESIZED},
	};
	int key = getch();

	for (size_t i = 0; i < sizeof(keys) / sizeof(*keys); i++)
		if (key == keys[i].ncurses)
			return keys[i].ours;
	return key;
}

bool screen_scroll(struct screen_scroll *scroll, int key, int n, int rows)
{
	int top = scroll->top, last = n > rows ? n - rows : 0;

	if (key == SCREEN_UP)
		top--;
	else if (key == SCREEN_DOWN)
		top++;
	else if (key == SCREEN_PAGE_UP)
		top -= rows;
	else if (key == SCREEN_PAGE_DOWN)
		top += rows;
	else if (key == SCREEN_HOME)
		top = 0;
	else if (key == SCREEN_END)
		top = last;
	top = top < 0 ? 0 : top > last ? last : top;
	if (top == scroll->top)
		return false;
	scroll->top = top;
	return true;
}
