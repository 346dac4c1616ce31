/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include "recording.h"

enum {
	RING = 16 << 20,
	RING_MIN = 2 << 20,
	LINE = 8192, /* room of a message's text, and for each of its bytes: */
	LINE_PER_BYTE = 16,
	COLOURS = 32,     /* around it */
	ENVELOPE = 4096,  /* of a format's beginning, or end */
	FILE_MIN = 65536, /* for --rotate-size, so that files begin slower than they are written */
};

/*
 * After a write the writer rests, so that lines which come one by one do not cost a wake-up and a
 * write each. A person may be looking at what is not a regular file.
 */
static const int64_t WITHIN_FILE_NS = 50000000, WITHIN_OTHER_NS = 2000000;

/* ---- Options ------------------------------------------------------------------------------ */

/* "500ms" is a time, "1000" a number of messages. */
static int read_span(const struct invocation *inv, const char *option, struct span *span)
{
	const char *text = inv_value(inv, option);
	int64_t count = 0;
	int status;

	if (!text)
		return 0;
	if (text[strspn(text, "0123456789")] == '\0') {
		status = inv_int(inv, option, 1, INT64_MAX, &count);
		span->count = (uint64_t)count;
		return status;
	}
	status = inv_duration(inv, option, &span->ns);
	if (!status && span->ns == 0)
		status = misuse(inv->command, "--%s: %s is no time", option, text);
	return status;
}

static int read_patterns(struct recording *rec, const char *option, bool *ret_given)
{
	const char *text = inv_value(rec->inv, option);
	bool taken = false;

	*ret_given = text != NULL;
	for (unsigned i = 0; text && i < rec->n_sources; i++) {
		struct source *src = &rec->sources[i];
		struct source_patterns *patterns = strcmp(option, "start-on") == 0  ? &src->start
						   : strcmp(option, "stop-on") == 0 ? &src->stop
										    : &src->only;

		/* One family may know the notation, and another not. */
		taken |= source_add_patterns(src, patterns, text) == 0;
	}
	return !text || taken ? 0 : misuse(rec->inv->command, "--%s: %s", option, kin_error_text());
}

static int read_triggers(struct recording *rec, struct span *ret_before)
{
	const struct command *command = rec->inv->command;
	struct trigger *t = &rec->trigger;
	int status = read_patterns(rec, "start-on", &t->starts);

	if (!status)
		status = read_patterns(rec, "stop-on", &t->stops);
	if (!status)
		status = read_patterns(rec, "only", &rec->chosen);
	if (!status)
		status = read_span(rec->inv, "pre", ret_before);
	if (!status)
		status = read_span(rec->inv, "post", &t->after);
	if (status)
		return status;
	t->rearms = inv_has(rec->inv, "rearm");
	if (inv_has(rec->inv, "pre") && !t->starts)
		return misuse(command, "--pre needs --start-on");
	if (inv_has(rec->inv, "post") && !t->starts && !t->stops)
		return misuse(command, "--post needs --start-on or --stop-on");
	if (t->rearms && (!t->starts || (!t->stops && !inv_has(rec->inv, "post"))))
		return misuse(command, "--rearm needs --start-on, and --stop-on or --post");
	rec->triggered = t->starts || t->stops;
	trigger_begin(t);
	return 0;
}

static int read_files(struct recording *rec)
{
	const char *const needs_number[] = {"rotate-size", "rotate-time", "keep"};
	int64_t keep = 0;
	int status = inv_size(rec->inv, "rotate-size", FILE_MIN, INT64_MAX, &rec->file_size);
	int r;

	if (!status)
		status = inv_duration(rec->inv, "rotate-time", &rec->file_ns);
	if (!status)
		status = inv_int(rec->inv, "keep", 1, 1000000, &keep);
	if (status)
		return status;
	if (keep && !rec->file_size && !rec->file_ns && !rec->trigger.rearms)
		return misuse(rec->inv->command,
			      "--keep needs --rotate-size, --rotate-time or --rearm");
	r = files_new(inv_value(rec->inv, "write"), (unsigned)keep, &rec->files);
	if (r == -EINVAL)
		return misuse(rec->inv->command, "--write: %s", kin_error_text());
	if (r < 0)
		return complain_of("memory", r);
	for (unsigned i = 0; i < sizeof(needs_number) / sizeof(*needs_number); i++)
		if (inv_has(rec->inv, needs_number[i]) && !files_numbered(rec->files))
			return misuse(
				rec->inv->command,
				"--%s needs {n}, the number of the file, in the name of --write",
				needs_number[i]);
	return 0;
}

/* Lines wait within_ns; each gets a write of its own; or unknown, which is told by a status. */
static int read_flush(struct recording *rec, struct record_options *options)
{
	const char *text = inv_value(rec->inv, "flush");
	struct stat st;
	bool regular = inv_has(rec->inv, "write") &&
		       (stat(inv_value(rec->inv, "write"), &st) < 0 || S_ISREG(st.st_mode));
	int status = inv_duration(rec->inv, "sync", &options->sync_ns);

	if (!inv_has(rec->inv, "write"))
		regular = fstat(STDOUT_FILENO, &st) == 0 && S_ISREG(st.st_mode);
	options->within_ns = regular ? WITHIN_FILE_NS : WITHIN_OTHER_NS;
	if (!text || status)
		return status;
	options->lines = strcmp(text, "line") == 0;
	rec->live = options->lines || strcmp(text, "batch") == 0;
	if (rec->live)
		options->within_ns = 0;
	else if (strcmp(text, "close") == 0)
		options->within_ns = -1;
	else
		status = inv_duration(rec->inv, "flush", &options->within_ns);
	return status;
}

/* Twice the room of the longest message, so that one fits while another is written. */
static int read_ring(const struct recording *rec, int64_t *size)
{
	int64_t times = inv_has(rec->inv, "pre") ? 4 : 2;
	int64_t least = RING_MIN;

	for (unsigned i = 0; i < rec->n_sources; i++)
		if (times * LINE_PER_BYTE * (int64_t)rec->sources[i].longest > least)
			least = times * LINE_PER_BYTE * (int64_t)rec->sources[i].longest;
	*size = least > RING ? least : RING;
	return inv_size(rec->inv, "ring", least, INT64_C(1) << 40, size);
}

static int read_times(struct recording *rec)
{
	enum kin_time_style style = KIN_TIME_NONE;
	bool nanoseconds = false;
	int status = inv_times(rec->inv, &style, &nanoseconds);

	for (unsigned i = 0; status == 0 && inv_has(rec->inv, "time") && i < rec->n_formats; i++)
		kin_format_set_time(rec->formats[i], style, nanoseconds);
	return status;
}

/* Colours are for people: of the text style, where lines of several sources are mixed. */
static int read_colour(struct recording *rec)
{
	static const char *const names[] = {"auto", "always", "never", NULL};
	const char *style = inv_value(rec->inv, "format");
	bool mixed = rec->n_sources > 1 || !rec->sources[0].has_interface;
	unsigned choice = 0;
	int status = inv_choice(rec->inv, "colour", names, &choice);

	if (style && strncmp(style, "text", 4) != 0 && choice == 0)
		choice = 2;
	rec->colour = choice == 1 || (choice == 0 && mixed && !inv_has(rec->inv, "write") &&
				      use_colour(STDOUT_FILENO));
	return status;
}

static bool is_binary(const struct kin_style *style)
{
	return style && style->reading && !style->reading->lines;
}

int recording_prepare(struct recording *rec)
{
	struct record_options options = {.sync_ns = -1};
	struct span before = {};
	int64_t count = INT64_MAX, ring;
	int status = inv_int(rec->inv, "count", 1, INT64_MAX, &count);

	rec->left = (uint64_t)count;
	if (!status)
		status = read_ring(rec, &ring);
	if (!status)
		status = read_times(rec);
	if (!status)
		status = read_triggers(rec, &before);
	if (!status)
		status = read_colour(rec);
	if (!status)
		status = read_flush(rec, &options);
	if (!status)
		status = read_files(rec);
	if (status)
		return status;
	if (inv_has(rec->inv, "pre")) {
		/* All of it finds room in the ring, unless that is half full. */
		rec->backlog =
			backlog_new((size_t)ring / 2, before.count, before.count ? -1 : before.ns);
		if (!rec->backlog)
			return complain_of("--pre", -ENOMEM);
	}
	options.files = rec->files;
	options.size = (size_t)ring;
	for (unsigned i = 0; i < rec->n_formats; i++)
		options.binary |= is_binary(rec->formats[i]->style);
	rec->options = options;
	return 0;
}

/* ---- Files -------------------------------------------------------------------------------- */

typedef ssize_t put_envelope(struct kin_format *format, char *buf, size_t size);

/* What the formats have before their first message or behind their last. @return bytes */
static size_t envelope(const struct recording *rec, put_envelope *put, char text[ENVELOPE])
{
	size_t len = 0;

	for (unsigned i = 0; i < rec->n_formats; i++) {
		ssize_t more = put(rec->formats[i], text + len, ENVELOPE - len);

		if (more > 0 && (size_t)more < ENVELOPE - len)
			len += (size_t)more;
	}
	return len;
}

static void add_envelope(struct recording *rec, put_envelope *put)
{
	char *room = record_room(rec->record, ENVELOPE);

	if (room)
		record_add(rec->record, envelope(rec, put, room));
}

static void file_has_begun(struct recording *rec)
{
	rec->begun = true;
	rec->next_wanted = false;
	rec->bytes = 0;
	rec->end_ns = rec->now_ns + rec->file_ns;
}

/* Lines in the room, which has ENVELOPE twice behind them, become the first of the next file. */
static size_t begin_next_file(struct recording *rec, char *room, size_t len)
{
	char end[ENVELOPE], begin[ENVELOPE];
	size_t end_len = rec->begun ? envelope(rec, kin_format_end, end) : 0;
	size_t begin_len;

	if (!record_next_file(rec->record, end_len, rec->time_ns))
		return len;
	begin_len = envelope(rec, kin_format_begin, begin);
	memmove(room + end_len + begin_len, room, len);
	memcpy(room, end, end_len);
	memcpy(room + end_len, begin, begin_len);
	record_add(rec->record, end_len);
	file_has_begun(rec);
	return begin_len + len;
}

/* Does the file end before these bytes? Each has one message at least. */
static bool file_is_full(const struct recording *rec, size_t len)
{
	if (rec->next_wanted || rec->bytes == 0)
		return rec->next_wanted;
	return (rec->file_size > 0 && rec->bytes + len > (uint64_t)rec->file_size) ||
	       (rec->file_ns > 0 && rec->now_ns >= rec->end_ns);
}

static void add_lines(struct recording *rec, char *room, size_t len)
{
	if (file_is_full(rec, len))
		len = begin_next_file(rec, room, len);
	record_add(rec->record, len);
	rec->bytes += len;
	rec->left--;
}

/* That the first episode's file could be made. */
static int check_folder(const char *pattern)
{
	char copy[PATH_MAX];
	const char *folder;

	snprintf(copy, sizeof(copy), "%s", pattern);
	folder = dirname(copy);
	return strpbrk(folder, "%{") || access(folder, W_OK | X_OK) == 0 ? 0 : -errno;
}

int recording_begin(struct recording *rec)
{
	const char *name = inv_value(rec->inv, "write");
	bool later = rec->trigger.starts && files_numbered(rec->files);
	struct stat st;
	int r;

	recording_wake(rec);
	/* Opening a FIFO waits for its reader. */
	if (name && stat(name, &st) == 0 && S_ISFIFO(st.st_mode))
		stop_at_once(true);
	r = later ? check_folder(name) : files_next(rec->files, rec->time_ns);
	stop_at_once(false);
	if (r < 0)
		return complain_of(later ? name : files_name(rec->files), r);
	r = record_new(&rec->options, &rec->record);
	if (r < 0)
		return complain_of("--ring", r);
	if (later)
		return 0;
	add_envelope(rec, kin_format_begin);
	file_has_begun(rec);
	return 0;
}

/* ---- Messages ----------------------------------------------------------------------------- */

void recording_wake(struct recording *rec)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	rec->time_ns = now.tv_sec * INT64_C(1000000000) + now.tv_nsec;
	rec->now_ns = kin_now();
}

/* Lines of a source in a colour of their own, the newline outside of it. @return bytes now */
static size_t put_coloured(const struct recording *rec, const struct source *src,
			   const struct kin_msg *msg, char *text, size_t len)
{
	static const char *const colours[] = {"31", "32", "33", "34", "35", "36", "91", "94"};
	static const char end[] = "\033[m\n";
	int ifindex = rec->n_sources == 1 ? kin_addr_ifindex(&msg->addr) : 0;
	unsigned number = ifindex ? (unsigned)ifindex : (unsigned)(src - rec->sources);
	char begin[16];
	int n = snprintf(begin, sizeof(begin), "\033[%sm", colours[number % 8]);

	if (len == 0)
		return 0;
	memmove(text + n, text, len);
	memcpy(text, begin, (size_t)n);
	memcpy(text + n + len - 1, end, sizeof(end) - 1);
	return len + (size_t)n + sizeof(end) - 2;
}

/* The message's lines. @return bytes; 0: they find no room, and it is lost */
static size_t put_lines(struct recording *rec, struct source *src, const struct kin_msg *msg,
			char *room, size_t size)
{
	ssize_t n = kin_format_msg(src->format, src->sock, msg, room, size);
	size_t len = (size_t)n;

	if (n < 0 || len >= size - COLOURS) {
		source_lose(src);
		return 0;
	}
	return rec->colour ? put_coloured(rec, src, msg, room, len) : len;
}

static __attribute__((noinline)) size_t put_losses(struct source *src, char *room, size_t size)
{
	struct kin_buf out = {room, size, 0};

	source_put_losses(src, &out);
	return out.len;
}

/* Those that no pattern of --only is for are as if they had not come, but they may be triggers. */
static bool is_unwanted(const struct recording *rec, const struct source *src,
			const struct kin_msg *msg)
{
	return rec->chosen && !source_matches(&src->only, msg);
}

static void write_message(struct recording *rec, struct source *src, const struct kin_msg *msg)
{
	size_t size = LINE + LINE_PER_BYTE * msg->len, len = 0;
	char *room;

	if (is_unwanted(rec, src, msg))
		return;
	room = record_room(rec->record, size + 2 * ENVELOPE);
	if (!room) {
		source_lose(src);
		return;
	}
	if (src->untold)
		len = put_losses(src, room, size);
	add_lines(rec, room, len + put_lines(rec, src, msg, room + len, size - len));
}

/* Keep it for the episode that may begin. */
static void hold_message(struct recording *rec, struct source *src, const struct kin_msg *msg,
			 int64_t time_ns)
{
	size_t size = LINE + LINE_PER_BYTE * msg->len;
	bool wanted = rec->backlog && !is_unwanted(rec, src, msg);
	char *room = wanted ? backlog_room(rec->backlog, size) : NULL;

	if (room)
		backlog_add(rec->backlog, put_lines(rec, src, msg, room, size), time_ns,
			    (unsigned)(src - rec->sources));
}

static void begin_episode(struct recording *rec, int64_t time_ns)
{
	const struct backlog_entry *entry;

	rec->next_wanted = files_numbered(rec->files);
	if (!rec->backlog)
		return;
	backlog_expire(rec->backlog, time_ns);
	while (rec->left > 0 && (entry = backlog_take(rec->backlog))) {
		char *room = record_room(rec->record, entry->len + 2 * ENVELOPE);

		if (room)
			add_lines(rec, memcpy(room, entry->text, entry->len), entry->len);
		else
			source_lose(&rec->sources[entry->who]);
	}
}

static __attribute__((noinline)) void take_triggered(struct recording *rec, struct source *src,
						     const struct kin_msg *msg)
{
	/* Other clocks than the kernel's can't be compared. */
	int64_t time_ns = msg->clock == KIN_CLOCK_SOFTWARE ? msg->time_ns : rec->time_ns;
	unsigned episodes = rec->trigger.episodes;
	enum trigger_state state;

	state = trigger_see(&rec->trigger, source_matches(&src->start, msg),
			    source_matches(&src->stop, msg), time_ns);
	if (rec->trigger.episodes != episodes)
		begin_episode(rec, time_ns);
	if (state == WAITING)
		hold_message(rec, src, msg, time_ns);
	else if (state != OVER && rec->left > 0)
		write_message(rec, src, msg);
	trigger_wrote(&rec->trigger);
}

void recording_take(struct recording *rec, struct source *src, const struct kin_msg *msg)
{
	if (rec->triggered)
		take_triggered(rec, src, msg);
	else
		write_message(rec, src, msg);
}

void recording_flush(struct recording *rec, bool all_taken)
{
	if (all_taken)
		trigger_passed(&rec->trigger, rec->time_ns);
	record_flush(rec->record);
}

int64_t recording_timeout(const struct recording *rec)
{
	const struct trigger *t = &rec->trigger;

	if (!rec->triggered || t->state != ENDING || t->end_ns < 0)
		return -1;
	return rec->now_ns + (t->end_ns > rec->time_ns ? t->end_ns - rec->time_ns : 0) + 1;
}

void recording_end(struct recording *rec)
{
	for (unsigned i = 0; i < rec->n_sources; i++) {
		struct source *src = &rec->sources[i];
		struct kin_buf out = {.data = record_room(rec->record, LINE), .size = LINE};

		source_count_last_drops(src);
		if (out.data && rec->begun)
			source_put_losses(src, &out);
		record_add(rec->record, out.len);
	}
	if (rec->begun)
		add_envelope(rec, kin_format_end);
}

void recording_free(struct recording *rec, bool with_record)
{
	if (with_record) {
		record_free(rec->record);
		files_free(rec->files);
	}
	for (unsigned i = 0; i < rec->n_formats; i++)
		kin_format_free(rec->formats[i]);
	free(rec->formats);
	backlog_free(rec->backlog);
}
