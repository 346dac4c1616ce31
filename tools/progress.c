/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <string.h>
#include <unistd.h>

#include <kin/family.h>
#include "progress.h"

#define SECOND_NS INT64_C(1000000000)

int progress_options(const struct invocation *inv, struct progress *progress)
{
	static const char *const names[] = {"auto", "always", "never", NULL};
	unsigned when = PROGRESS_AUTO;
	int status = inv_choice(inv, "progress", names, &when);

	progress->when = when;
	return status;
}

/* Lines in between would tear apart what the terminal shows. */
static bool is_wanted(const struct progress *progress)
{
	if (progress->when != PROGRESS_AUTO)
		return progress->when == PROGRESS_ALWAYS;
	return isatty(STDERR_FILENO) && !progress->in_the_way;
}

void progress_begin(struct progress *progress, const char *name, const uint64_t *received,
		    const uint64_t *sent)
{
	progress->name = name;
	progress->received = received;
	progress->sent = sent;
	progress->shows = is_wanted(progress);
	progress->terminal = isatty(STDERR_FILENO);
	progress->start_ns = kin_now();
	progress->next_ns = progress->shows ? progress->start_ns + SECOND_NS : INT64_MAX;
}

/* "1.5 MiB" */
static void put_size(struct kin_buf *out, double bytes)
{
	static const char *const units[] = {"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
	unsigned i = 0;

	while (bytes >= 1024 && i < sizeof(units) / sizeof(*units) - 1) {
		bytes /= 1024;
		i++;
	}
	kin_buf_printf(out, "%.*f %s", i > 0 && bytes < 100, bytes, units[i]);
}

static uint64_t sum(const struct progress *progress)
{
	return (progress->received ? *progress->received : 0) +
	       (progress->sent ? *progress->sent : 0);
}

/* One write, so that the lines of several processes do not mix. */
static void put_line(struct progress *progress, struct kin_buf *line)
{
	kin_buf_puts(line, progress->terminal ? "\033[K" : "\n");
	kin_buf_end(line);
	write_all(STDERR_FILENO, line->data, line->len);
	progress->open_line = progress->terminal;
}

void progress_tick(struct progress *progress)
{
	int64_t now = kin_now();
	char text[1024];
	struct kin_buf line = {.data = text, .size = sizeof(text)};
	double seconds;

	if (now < progress->next_ns)
		return;
	seconds = (double)(now - (progress->next_ns - SECOND_NS)) / (double)SECOND_NS;
	kin_buf_printf(&line, "%skin: %.512s: ", progress->terminal ? "\r" : "", progress->name);
	if (progress->received) {
		put_size(&line, (double)*progress->received);
		kin_buf_puts(&line, progress->sent ? " received, " : " received");
	}
	if (progress->sent) {
		put_size(&line, (double)*progress->sent);
		kin_buf_puts(&line, " sent");
	}
	kin_buf_puts(&line, ", ");
	put_size(&line, (double)(sum(progress) - progress->before) / seconds);
	kin_buf_puts(&line, "/s");
	put_line(progress, &line);
	progress->before = sum(progress);
	progress->next_ns = now + SECOND_NS;
}

void progress_end(struct progress *progress)
{
	double seconds = (double)(kin_now() - progress->start_ns) / (double)SECOND_NS;
	char text[1024];
	struct kin_buf line = {.data = text, .size = sizeof(text)};

	if (progress->open_line)
		write_all(STDERR_FILENO, "\r\033[K", 4);
	if (!progress->total && !(progress->shows && progress->when == PROGRESS_ALWAYS) &&
	    !progress->open_line)
		return;
	if (progress->received)
		kin_buf_printf(&line, "%llu bytes received%s",
			       (unsigned long long)*progress->received, progress->sent ? ", " : "");
	if (progress->sent)
		kin_buf_printf(&line, "%llu%s sent", (unsigned long long)*progress->sent,
			       progress->received ? "" : " bytes");
	kin_buf_printf(&line, " in %.3f s, ", seconds);
	put_size(&line, seconds > 0 ? (double)sum(progress) / seconds : 0);
	kin_buf_puts(&line, "/s");
	remark("%s: %s", progress->name, kin_buf_end(&line));
}
