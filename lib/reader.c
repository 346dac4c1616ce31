/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Recordings, read back. Bytes are fed in as they come, records come out; what a record looks like
 * is told by the style that wrote it (struct kin_reading). When nobody says which style that is,
 * the recording is read with each until one of them finds a message.
 */
#include "core.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	ROOM = 1 << 20,       /* more than the longest line: 64 KiB of JSON's escapes */
	MESSAGE_ROOM = 65536, /* of the longest message */
	CANDIDATES_MAX = 32,
	REASON = 120,
};

/* Bytes of a recording, and where its next record begins. */
struct input {
	char *data;
	size_t begin, end;
	bool complete;  /* no more bytes will come */
	uint64_t place; /* of begin: lines before it, or bytes */
	uint64_t told;  /* of the record that was read last */
	bool skipping;  /* the rest of a line that is too long */
};

struct candidate {
	const struct kin_family *family; /* NULL: each record says it */
	const struct kin_proto *proto;
	const struct kin_style *style;
	char reason[REASON]; /* why it is not this one; empty: it may be */
};

struct kin_reader {
	struct input input;
	const struct kin_family *family; /* whose styles are tried; NULL: everybody's */
	struct candidate *candidates;
	unsigned n_candidates;
	const struct candidate *found; /* NULL: not known yet */
	struct kin_record record;
	struct kin_msg msg;
	uint64_t kept[KIN_READER_KEPT / sizeof(uint64_t)]; /* the reading's own */
	char *copy;                                        /* of the line that is read, which that may change */
};

/* ---- JSON, for every family ---- */

static const struct kin_style *json_style(const struct kin_family *family, const char *scheme)
{
	for (const struct kin_style *row = family->styles; row && row->name; row++)
		if (strcmp(row->name, "json") == 0 && kin_scheme_in(row->schemes, scheme))
			return row;
	return NULL;
}

/* {"scheme":"can",...: the head that every line of ours has tells whose it is. */
static int read_scheme(const char *line, struct kin_record *record)
{
	static const char head[] = "{\"scheme\":\"";
	const char *scheme = line + sizeof(head) - 1;
	size_t len;

	if (strncmp(line, head, sizeof(head) - 1) != 0)
		return kin_fail(EBADMSG, "it does not begin with {\"scheme\":");
	len = strcspn(scheme, "\"");
	record->family = family_of_scheme(scheme, len, &record->proto);
	if (!record->family)
		return kin_fail(EBADMSG, "no family has the scheme \"%.*s\"",
				(int)(len < 64 ? len : 64), scheme);
	return 0;
}

static int read_json_member(const struct kin_json *json, struct kin_record *record)
{
	struct kin_msg *msg = record->msg;
	int64_t number;
	ssize_t n;
	int r = 0;

	if (strcmp(json->name, "time") == 0) {
		msg->clock = KIN_CLOCK_SOFTWARE;
		r = kin_json_time(json, &msg->time_ns);
	} else if (strcmp(json->name, "from") == 0 && json->string) {
		struct kin_buf out = {record->source, sizeof(record->source), 0};

		kin_buf_put(&out, json->value, json->len);
		kin_buf_end(&out);
	} else if (strcmp(json->name, "len") == 0) {
		r = kin_json_int(json, 0, INT32_MAX, &number);
		if (r == 0)
			msg->full_len = (size_t)number;
	} else if (strcmp(json->name, "data") == 0) {
		n = kin_parse_bytes(json->value, "data", msg->data, msg->size);
		r = n < 0 ? (int)n : 0;
		msg->len = n < 0 ? 0 : (size_t)n;
	}
	return r;
}

/* What the core's own style writes. */
static int read_plain_json(char *line, struct kin_record *record)
{
	struct kin_json json = {.text = line};
	int r;

	record->msg->full_len = SIZE_MAX;
	while ((r = kin_json_next(&json)) > 0) {
		r = read_json_member(&json, record);
		if (r < 0)
			return r;
	}
	if (r < 0)
		return r;
	if (record->msg->full_len == SIZE_MAX)
		return kin_fail(EBADMSG, "no \"len\"");
	if (record->msg->full_len < record->msg->len)
		return kin_fail(EBADMSG, "len %zu is less than the %zu bytes that are there",
				record->msg->full_len, record->msg->len);
	record->kind = KIN_RECORD_MESSAGE;
	return 1;
}

static int read_json(struct kin_reader *reader, char *data, size_t len, bool last, size_t *taken,
		     struct kin_record *record)
{
	int r = read_scheme(data, record);
	const struct kin_style *style;

	if (r < 0)
		return r;
	if (reader->family && record->family != reader->family)
		return kin_fail(EBADMSG, "a message of %s, not of %s", record->family->name,
				reader->family->name);
	style = json_style(record->family, record->proto->scheme);
	if (!style)
		return read_plain_json(data, record);
	if (!style->reading)
		return kin_fail(EBADMSG, "JSON of %s can't be read back", record->proto->scheme);
	return style->reading->read(reader, data, len, last, taken, record);
}

static const struct kin_reading json_reading = {.lines = true, .read = read_json};
static const struct kin_style core_json = {.name = "json", .reading = &json_reading};

/* ---- One record ---- */

/* Behind the end of a line that was too long. */
static void skip_line(struct input *in)
{
	char *newline = memchr(in->data + in->begin, '\n', in->end - in->begin);

	in->skipping = !newline;
	in->begin = newline ? (size_t)(newline + 1 - in->data) : in->end;
}

/* The next line, its end replaced by a NUL. 1; 0: there is none yet, or no more; -EBADMSG */
static int next_line(struct input *in, char **ret_line, size_t *ret_len)
{
	char *line, *newline;
	size_t there, len;

	if (unlikely(in->skipping))
		skip_line(in);
	line = in->data + in->begin;
	there = in->end - in->begin;
	newline = there ? memchr(line, '\n', there) : NULL;
	in->told = in->place + 1;
	if (!newline && there == ROOM) {
		in->place++;
		skip_line(in);
		return kin_fail(EBADMSG, "longer than %d bytes", ROOM);
	}
	if (!newline && (there == 0 || !in->complete))
		return 0;
	len = newline ? (size_t)(newline - line) : there;
	in->begin += len + (newline != NULL);
	in->place++;
	if (len > 0 && line[len - 1] == '\r')
		len--;
	/* There is a byte of room behind the last one. */
	line[len] = '\0';
	*ret_line = line;
	*ret_len = len;
	return strlen(line) == len ? 1 : kin_fail(EBADMSG, "a byte of zero in a line");
}

static void clear_record(struct kin_record *record, const struct candidate *c)
{
	struct kin_msg *msg = record->msg;

	record->kind = 0;
	record->direction = KIN_DIRECTION_UNKNOWN;
	record->family = c->family;
	record->proto = c->proto;
	record->source[0] = '\0';
	record->remark = record->text = "";
	msg->len = msg->full_len = 0;
	msg->time_ns = 0;
	msg->clock = KIN_CLOCK_NONE;
	msg->flags = 0;
}

static int fail_place(const struct kin_reading *reading, const struct input *in)
{
	struct failure why;

	failure_keep(&why);
	return kin_fail(EBADMSG, "%s %" PRIu64 ": %.900s", reading->lines ? "line" : "byte",
			in->told, why.text);
}

/* 1: a record; 0: more bytes are needed, or there are none; -EBADMSG */
static int read_lines(struct kin_reader *reader, const struct candidate *c, struct input *in)
{
	const struct kin_reading *reading = c->style->reading;
	size_t len = 0, taken = 0;
	char *line = NULL;
	int r;

	while ((r = next_line(in, &line, &len)) > 0) {
		if (strspn(line, " \t") == len)
			continue;
		clear_record(&reader->record, c);
		reader->record.text = line;
		memcpy(reader->copy, line, len + 1);
		r = reading->read(reader, reader->copy, len, true, &taken, &reader->record);
		if (r != 0)
			break;
	}
	return r < 0 ? fail_place(reading, in) : r;
}

static int read_bytes(struct kin_reader *reader, const struct candidate *c, struct input *in)
{
	const struct kin_reading *reading = c->style->reading;

	for (;;) {
		size_t taken = 0, there = in->end - in->begin;
		int r;

		if (there == 0)
			return 0;
		clear_record(&reader->record, c);
		in->told = in->place;
		r = reading->read(reader, in->data + in->begin, there, in->complete, &taken,
				  &reader->record);
		if (taken > there)
			taken = there;
		/* What is not told apart from what follows it takes the rest along. */
		if (taken == 0 && (r != 0 || in->complete || there == ROOM)) {
			taken = there;
			if (r >= 0)
				r = kin_fail(EBADMSG, "a record without its end");
		}
		in->begin += taken;
		in->place += taken;
		if (r < 0)
			return fail_place(reading, in);
		if (r > 0)
			return 1;
		if (taken == 0)
			return 0;
	}
}

static int read_record(struct kin_reader *reader, const struct candidate *c, struct input *in)
{
	return c->style->reading->lines ? read_lines(reader, c, in) : read_bytes(reader, c, in);
}

/* ---- Which style it is ---- */

static void add_candidate(struct kin_reader *reader, const struct kin_family *family,
			  const struct kin_style *style)
{
	struct candidate *c = &reader->candidates[reader->n_candidates];

	if (reader->n_candidates == CANDIDATES_MAX)
		return;
	c->family = family;
	c->proto = family ? family->protos : NULL;
	while (c->proto && c->proto[1].scheme && !kin_scheme_in(style->schemes, c->proto->scheme))
		c->proto++;
	c->style = style;
	reader->n_candidates++;
}

/* @param name  NULL: any */
static void add_candidates(struct kin_reader *reader, const struct kin_family *family,
			   const char *name)
{
	for (const struct kin_style *row = family->styles; row && row->name; row++)
		if (row->reading && strcmp(row->name, "json") != 0 &&
		    (!name || strcmp(name, row->name) == 0))
			add_candidate(reader, family, row);
}

static int fail_style(const struct kin_family *family, const char *name)
{
	char text[256];
	struct kin_buf list = {text, sizeof(text), 0};
	const struct kin_family *f;

	kin_buf_puts(&list, " json");
	for (unsigned i = 0; (f = family && i ? NULL : family ? family : kin_family_at(i)); i++)
		for (const struct kin_style *row = f->styles; row && row->name; row++)
			if (row->reading && strcmp(row->name, "json") != 0)
				kin_buf_printf(&list, " %s", row->name);
	return kin_fail(EINVAL, "format \"" SHOWN "\" %s%s%scan't be read back; those that can:%s",
			SHOW(name), family ? "of " : "", family ? family->name : "",
			family ? " " : "", kin_buf_end(&list));
}

static int find_candidates(struct kin_reader *reader, const char *name)
{
	const struct kin_family *family;

	reader->candidates = calloc(CANDIDATES_MAX, sizeof(*reader->candidates));
	if (!reader->candidates)
		return fail_oom();
	if (!name || strcmp(name, "json") == 0)
		add_candidate(reader, NULL, &core_json);
	if (reader->family)
		add_candidates(reader, reader->family, name);
	for (unsigned i = 0; !reader->family && (family = kin_family_at(i)); i++)
		add_candidates(reader, family, name);
	if (reader->n_candidates == 0)
		return fail_style(reader->family, name);
	if (reader->n_candidates == 1)
		reader->found = reader->candidates;
	return 0;
}

/* 1: it is this one; 0: it may be; -EBADMSG: it is not */
static int try_candidate(struct kin_reader *reader, struct candidate *c, char *copy)
{
	struct input in = reader->input;
	int r;

	memcpy(copy, in.data, in.end);
	in.data = copy;
	do
		r = read_record(reader, c, &in);
	while (r > 0 && reader->record.kind == KIN_RECORD_REMARK);
	/* The next one, or the one that is found, begins at the beginning. */
	memset(reader->kept, 0, sizeof(reader->kept));
	if (r < 0)
		snprintf(c->reason, sizeof(c->reason), "%s", kin_error_text());
	return r;
}

static int fail_unknown(const struct kin_reader *reader)
{
	char text[900];
	struct kin_buf out = {text, sizeof(text), 0};

	for (unsigned i = 0; i < reader->n_candidates; i++)
		kin_buf_printf(&out, "%s %s (%s)", i ? "," : "", reader->candidates[i].style->name,
			       reader->candidates[i].reason);
	return kin_fail(EINVAL, "not a recording of a format that can be read:%s",
			kin_buf_end(&out));
}

/* 1: known now; 0: more bytes are needed */
static int find_style(struct kin_reader *reader)
{
	const struct candidate *possible = NULL;
	char *copy;

	if (reader->input.end == 0)
		return 0;
	copy = malloc(reader->input.end + 1);
	if (!copy)
		return fail_oom();
	for (unsigned i = 0; i < reader->n_candidates && !reader->found; i++) {
		struct candidate *c = &reader->candidates[i];
		int r = c->reason[0] ? -EBADMSG : try_candidate(reader, c, copy);

		if (r > 0)
			reader->found = c;
		else if (r == 0 && !possible)
			possible = c;
	}
	free(copy);
	if (!reader->found && !possible)
		return fail_unknown(reader);
	/* Nothing but remarks: any that knows them will do. */
	if (!reader->found && (reader->input.complete || reader->input.end == ROOM))
		reader->found = possible;
	return reader->found ? 1 : 0;
}

/* ---- The object ---- */

int kin_reader_new(const struct kin_family *family, const char *style,
		   struct kin_reader **ret_reader)
{
	struct kin_reader *reader;
	int r;

	KIN_NEED(ret_reader);
	reader = calloc(1, sizeof(*reader));
	if (!reader)
		return fail_oom();
	reader->family = family;
	reader->record.msg = &reader->msg;
	reader->msg.size = MESSAGE_ROOM;
	reader->msg.data = malloc(MESSAGE_ROOM);
	/* A byte for the NUL of a last line that has no end. */
	reader->input.data = malloc(ROOM + 1);
	reader->copy = malloc(ROOM + 1);
	r = reader->msg.data && reader->input.data && reader->copy ? find_candidates(reader, style)
								   : fail_oom();
	if (r < 0) {
		kin_reader_free(reader);
		return r;
	}
	*ret_reader = reader;
	return 0;
}

void kin_reader_free(struct kin_reader *reader)
{
	if (!reader)
		return;
	free(reader->candidates);
	free(reader->copy);
	free(reader->input.data);
	free(reader->msg.data);
	free(reader);
}

ssize_t kin_reader_feed(struct kin_reader *reader, const void *data, size_t len)
{
	struct input *in;

	KIN_NEED(reader);
	KIN_NEED_ROOM(data, len);
	in = &reader->input;
	if (len == 0) {
		in->complete = true;
		return 0;
	}
	if (in->complete)
		return kin_fail(EINVAL, "the recording has ended already");
	/* Only when the room is used up: each byte moves about once. */
	if (in->begin > 0 && ROOM - in->end < len) {
		memmove(in->data, in->data + in->begin, in->end - in->begin);
		in->end -= in->begin;
		in->begin = 0;
	}
	if (len > ROOM - in->end)
		len = ROOM - in->end;
	memcpy(in->data + in->end, data, len);
	in->end += len;
	return (ssize_t)len;
}

int kin_reader_next(struct kin_reader *reader, const struct kin_record **ret_record)
{
	int r;

	KIN_NEED(reader);
	KIN_NEED(ret_record);
	if (unlikely(!reader->found)) {
		r = find_style(reader);
		if (r <= 0)
			return r;
	}
	r = read_record(reader, reader->found, &reader->input);
	if (r > 0) {
		reader->record.place = reader->input.told;
		*ret_record = &reader->record;
	}
	return r;
}

void *kin_reader_kept(struct kin_reader *reader)
{
	KIN_NEED_OR(reader, NULL);
	return reader->kept;
}

const char *kin_reader_style(const struct kin_reader *reader)
{
	KIN_NEED_OR(reader, NULL);
	return reader->found ? reader->found->style->name : NULL;
}
