/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a packet holds, put in one of two forms: for people ("handle 1, reason Page Timeout") or as
 * members of a JSON object ("handle":1,"reason":"Page Timeout").
 */
#ifndef KIN_BLUETOOTH_HCI_EMIT_H
#define KIN_BLUETOOTH_HCI_EMIT_H

#include "../internal.h"

struct emit {
	struct kin_buf *out;
	bool json;
	bool more;        /* something stands before: a comma is needed */
	const char *lead; /* for people: what stands before the next value instead of a comma */
	unsigned nest;    /* what is open, the innermost in the lowest bit: 1 a list, 0 an object */
};

/*
 * A name stands before each value. One that begins with '-' is for JSON alone; NULL and "": a value
 * of a list, which has none.
 */
void emit_number(struct emit *e, const char *name, int64_t value, const char *unit);
void emit_unsigned(struct emit *e, const char *name, uint64_t value);
void emit_hex(struct emit *e, const char *name, uint64_t value, unsigned digits);
void emit_bool(struct emit *e, const char *name, bool value);

/* A span of time in microseconds, told in milliseconds. */
void emit_time(struct emit *e, const char *name, uint64_t us);

/* What an object is, before its other members: "Flags: ", or "type":"Flags". */
void emit_head(struct emit *e, const char *name, const char *word);

/* A part of a packet: "...: ATT Read Request: handle 3", or "att":{"name":"Read Request",...}. */
void emit_section(struct emit *e, const char *key, const char *label, const char *title);
void emit_section_end(struct emit *e);

/* A word of ours. */
void emit_word(struct emit *e, const char *name, const char *word);

/* Text from outside: in quotes, with what a terminal would act on escaped. */
void emit_text(struct emit *e, const char *name, const void *text, size_t len);
void emit_bytes(struct emit *e, const char *name, const void *data, size_t len);
void emit_bdaddr(struct emit *e, const char *name, const uint8_t *bdaddr);

/* What stands between is a list; for people plain values have '+' between them. */
void emit_list(struct emit *e, const char *name);
void emit_list_end(struct emit *e);

/* What stands between is an object. */
void emit_object(struct emit *e, const char *name);
void emit_object_end(struct emit *e);

#endif
