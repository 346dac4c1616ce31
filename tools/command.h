/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a verb of the command is made of. Usage, man page and completions come from its record.
 */
#ifndef KIN_TOOLS_COMMAND_H
#define KIN_TOOLS_COMMAND_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <kin/kin.h>

/* Exit statuses, the same for every verb. */
enum {
	STATUS_DONE = 0,
	STATUS_FAILED = 1,
	STATUS_USAGE = 2,
	STATUS_LOST = 3,   /* done, but messages were lost */
	STATUS_LACKS = 77, /* this kernel lacks what was asked for */
};

struct command_option {
	const char *name;  /* "count" for --count */
	char letter;       /* 'n' for -n, 0 for none */
	const char *value; /* "COUNT"; NULL: a switch */
	const char *doc;
};

struct command_example {
	const char *line; /* "kin dump can:can0"; tests run it */
	const char *doc;
};

struct invocation;

/* Verbs of one family, or of a part of it. */
struct group {
	const char *parent;  /* the path of the group that it is in; NULL: none */
	const char *name;    /* "j1939" */
	const char *path;    /* "can j1939", for `kin can j1939 VERB` */
	const char *summary; /* one line, no full stop */
};

struct command {
	const char *group; /* the path of one; NULL: for every family */
	const char *name;
	const char *args;    /* "ADDRESS..."; "" for none */
	const char *summary; /* one line, no full stop */
	const char
		*text; /* paragraphs, empty lines between them; one that is indented is kept so */
	const struct command_option *options;     /* ended by a row without a name */
	const struct command_example *examples;   /* ended by a row without a line */
	unsigned min_args, max_args;              /* of those that are no options; UINT_MAX: any */
	int (*run)(const struct invocation *inv); /* a STATUS_ */
};

/* All commands and groups, ended by NULL, in the order of the meson.build files of tools. */
extern const struct command *const commands[];
extern const struct group *const groups[];

/* @param group  its path; NULL: a verb for every family. @return NULL when there is none */
const struct command *find_command(const char *group, const char *name);

/* @param parent  the path of the group to look in; NULL: none. @return NULL when there is none */
const struct group *find_group_in(const char *parent, const char *name);

/* The same path, or both NULL? */
bool same_group(const char *one, const char *other);

/* Check what was typed behind the verb (argv[0]) against the record, and run it. A STATUS_ */
int run_command(const struct command *command, int argc, char **argv);

/* What was typed, checked against the record. */
struct invocation {
	const struct command *command;
	const char **args;
	unsigned n_args;
	const char **values; /* by option row: NULL: not given; "" for a switch */
	struct given *given; /* all of them, in the order in which they were typed */
	unsigned n_given;
};

/* An option that was typed. */
struct given {
	const char *name, *value;
};

bool inv_has(const struct invocation *inv, const char *option);
const char *inv_value(const struct invocation *inv, const char *option); /* or NULL */

/* Value i of an option that may be given again, in the order of typing. NULL behind the last. */
const char *inv_value_at(const struct invocation *inv, const char *option, unsigned i);

/*
 * An option's number, left alone when it was not given. Complains and returns STATUS_USAGE when
 * it is out of range, 0 otherwise.
 */
int inv_int(const struct invocation *inv, const char *option, int64_t min, int64_t max,
	    int64_t *value);

/* A duration: a number of seconds, or with ns, us, ms, s, m, h behind it; to nanoseconds. */
int inv_duration(const struct invocation *inv, const char *option, int64_t *value_ns);

/* The same of a text. False: it is none */
bool read_duration(const char *text, int64_t *value_ns);

/* --time: n, a, A, d or z, and N behind it for nanoseconds; left alone when it was not given. */
int inv_times(const struct invocation *inv, enum kin_time_style *style, bool *nanoseconds);

/* A number of bytes, with K, M or G (powers of 1024) behind it, left alone when not given. */
int inv_size(const struct invocation *inv, const char *option, int64_t min, int64_t max,
	     int64_t *value);

/* Which of names (ended by NULL) the value is, left alone when not given. */
int inv_choice(const struct invocation *inv, const char *option, const char *const *names,
	       unsigned *choice);

/* Complain about what was typed, naming the verb and where its help is. @return STATUS_USAGE */
int misuse(const struct command *command, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* Complain of a word that is not among names (ended by NULL), and of the nearest. STATUS_USAGE */
int misspelt(const char *what, const char *word, const char *const *names);

/* "kin: ..." and a newline on stderr, in one write, in red on a terminal. */
void complain(const char *format, ...) __attribute__((format(printf, 1, 2)));

/*
 * "kin: WHAT: <the library's words> (ENAME)". When WHAT is the address text that could not be
 * opened, the status tells a malformed text (STATUS_USAGE) from a kernel that lacks the protocol
 * (STATUS_LACKS, and the reason follows); it is STATUS_FAILED for everything else.
 */
int complain_of(const char *what, int err);

/* A line on stderr that is no error: what goes on, what was counted. */
void remark(const char *format, ...) __attribute__((format(printf, 1, 2)));

/*
 * Block SIGINT, SIGTERM and SIGHUP and return a file descriptor that becomes readable when one of
 * them arrives: how long-running verbs learn that they should end. SIGPIPE is ignored from the
 * start.
 */
int stop_fd(void);

/* Let the signals of stop_fd() end the process, while something waits that does not look at them.
 */
void stop_at_once(bool at_once);

/* Write all of it to a file descriptor. 0, -EPIPE (the reader went away: end quietly), or -errno */
int write_all(int fd, const void *data, size_t len);

/* Keep why the first write to stdout failed: at the start, before anything is written. */
void open_output(void);

/*
 * Write what stdout holds. 0 or the first failure so far, of which main() tells: -EPIPE (the reader
 * went away: end quietly), or -errno (end as well).
 */
int flush_output(void);

/* Is colour wanted there? On a terminal, unless NO_COLOR or TERM=dumb say otherwise. */
bool use_colour(int fd);

/* A JSON string with its quotes, or null. */
void put_json(FILE *out, const char *text);

#endif
