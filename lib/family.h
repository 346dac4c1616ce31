/* SPDX-License-Identifier: LGPL-2.1-or-later */
/**
 * @file family.h
 * The contract of a socket family: one constant record, most of it tables.
 *
 * A family is built into libkin, or compiled as a shared object that exports
 *
 *     KIN_PLUGIN(record);
 *
 * is called libkin-NAME.so, is linked with -lkin, and lies in the plugin folder (or one in
 * KIN_PLUGIN_PATH). In the source tree the record of families/NAME is called kin_family_NAME, and
 * the build does the rest. Both ways a family uses nothing but <kin/kin.h>, <kin/text.h> and this
 * header. Every pointer may be NULL but those marked "needed"; an operation that is NULL has the
 * meaning said beside it. Tables end with a zeroed row, {}: its "needed" field tells.
 * docs/adding-a-family.md builds one step by step, docs/contract.md shows where each kernel
 * family's peculiarities have their place.
 */
#ifndef KIN_FAMILY_H
#define KIN_FAMILY_H

#include <errno.h>
#include <kin/kin.h>
#include <kin/text.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * Changes when a record built for an older one can't be used. It does not for new fields at the
 * end of struct kin_family, and for those that take the place of what is reserved in a row.
 */
#define KIN_FAMILY_ABI 1

/* ---- Reading text, and failing ------------------------------------------------------------ */

/**
 * Fail: keep the words for kin_error_text(). @return -err, so that one can return the call
 * @param err  a positive errno value
 */
KIN_API int kin_fail(int err, const char *format, ...) KIN_PRINTF(2, 3);

/** Fail in a domain of its own: kin_error_domain() and kin_error_code(). @return -err */
KIN_API int kin_fail_in(enum kin_errdomain domain, int code, int err, const char *format, ...)
	KIN_PRINTF(4, 5);

/**
 * What a function can't do without stands before all else in it: NULL gives what is said (nothing,
 * of a void function), and the words "sock is NULL".
 */
#define KIN_NEED_OR(argument, otherwise)                                                           \
	do {                                                                                       \
		if (__builtin_expect(!(argument), 0)) {                                            \
			kin_fail(EINVAL, "%s is NULL", #argument);                                 \
			return otherwise;                                                          \
		}                                                                                  \
	} while (0)

/** The same where a negative errno value is returned: -EINVAL. */
#define KIN_NEED(argument) KIN_NEED_OR(argument, -EINVAL)

/** A buffer, which may be NULL when it holds nothing, as of snprintf(3). */
#define KIN_NEED_ROOM(buf, size)                                                                   \
	do {                                                                                       \
		if ((size) > 0)                                                                    \
			KIN_NEED(buf);                                                             \
	} while (0)

/**
 * A whole number in C notation (0x.., 0.., decimal), all of text, within min..max.
 * @param what  for the failure: "port" gives "port 70000 is not in 0-65535"
 * @return 0; -EINVAL
 */
KIN_API int kin_parse_int(const char *text, const char *what, int64_t min, int64_t max,
			  int64_t *ret_value);

/** The same in hex without a prefix, as CAN identifiers are written. */
KIN_API int kin_parse_hex(const char *text, const char *what, uint64_t max, uint64_t *ret_value);

/** on|off, yes|no, true|false, 1|0. */
KIN_API int kin_parse_bool(const char *text, const char *what, bool *ret_value);

/** Bytes in hex; '.', ':' or ' ' may stand between bytes. @return how many; -EINVAL; -EMSGSIZE */
KIN_API ssize_t kin_parse_bytes(const char *text, const char *what, void *data, size_t size);

/**
 * A network interface by name; "if7", the one with index 7, whether it is there or not, when no
 * interface is called so; 0 for "any" and for nothing.
 * @return 0; -EINVAL: longer than 15 bytes; -ENODEV: the words list those that there are
 */
KIN_API int kin_parse_interface(const char *text, int *ret_index);

/** What kin_parse_interface() reads as that index, for the body of an address. */
KIN_API void kin_buf_put_interface(struct kin_buf *buf, int index);

/** A name and its value, for the texts of options. */
struct kin_name {
	const char *name;
	int64_t value;
};

/** Room for a word of kin_const_word(), NUL included. */
#define KIN_CONST_WORD 40

/**
 * What a constant is called in address texts: of RTNLGRP_IPV4_ROUTE with the prefix RTNLGRP_,
 * "ipv4-route".
 * @param word  KIN_CONST_WORD bytes
 * @return false: the name does not begin so, or what is left would be read as a number
 */
KIN_API bool kin_const_word(const struct kin_const *row, const char *prefix, char *word);

/**
 * The members of a JSON object, one after another. Begin with the text, which is changed, and all
 * else zeroed.
 */
struct kin_json {
	char *text;
	char *at;
	const char *name;
	const char *value; /* of a string, what is between its quotes, the escapes undone; else as it
			    * is written: 12.5, true, null, {...} */
	size_t len;        /* of the value; a NUL is behind it */
	bool string;
	bool last;
};

/** @return 1; 0: that was all; -EINVAL: not an object, or more than one */
KIN_API int kin_json_next(struct kin_json *json);

/** The value of the member. @return 0; -EINVAL */
KIN_API int kin_json_bool(const struct kin_json *json, bool *ret_value);
KIN_API int kin_json_int(const struct kin_json *json, int64_t min, int64_t max, int64_t *ret_value);

/** Seconds with up to nine decimals, not below zero, to nanoseconds. */
KIN_API int kin_json_time(const struct kin_json *json, int64_t *ret_ns);

/* ---- Protocols ---------------------------------------------------------------------------- */

enum {
	/** The address names this machine's end of a bus: opening binds, whatever the role. */
	KIN_PROTO_BUS = 1 << 0,
	/** A stream or seqpacket that never raises SIGPIPE; the kernel refuses MSG_NOSIGNAL. */
	KIN_PROTO_NO_SIGPIPE = 1 << 1,
	/** accept(2) gives no address, and fails when it is asked for one. */
	KIN_PROTO_NO_PEER = 1 << 2,
	/** What the interface counts as dropped (rx_dropped) would have been received here: on other
	 * networks that counts what nobody wanted, too. */
	KIN_PROTO_ALL_WANTED = 1 << 3,
	/** A connection ends both ways at once: to shut down one is to close it. That the peer has
	 * ended it comes as ECONNRESET, maybe before its last messages; receiving gives these, then
	 * 0, as it does elsewhere. */
	KIN_PROTO_ENDS_WHOLE = 1 << 4,
};

struct kin_proto {
	const char *scheme; /* needed: "tcp" */
	int domain;         /* 0: the family's; inet has rows for AF_INET and AF_INET6 */
	int type;           /* SOCK_* */
	int protocol;
	unsigned flags;   /* KIN_PROTO_* */
	int recv_flags;   /* MSG_* to receive with, where the kernel code takes them: MSG_TRUNC for
			   * the full length of a cut message, MSG_CMSG_CLOEXEC where
			   * descriptors may come */
	size_t msg_max;   /* bytes of the longest message; 0: 65536, and for a stream as it comes */
	const char *body; /* "HOST:PORT" */
	const char *example; /* "tcp:localhost:80" */
	const char *summary; /* "TCP over IPv4 and IPv6" */
	int fallback;        /* where the kernel lacks the protocol, opening an endpoint takes this
			      * one, unless the address names its own; 0: none */
	int probe_protocol;  /* of a row whose protocol is 0, when that opens nothing: what
			      * kin_probe() tries */
	uintptr_t answer_ms; /* of messages without connections: after so many milliseconds without
			      * one no answer will come; 0: 1000 */
};

/** An option of the address itself, taken by parse() and written by format(). */
struct kin_addr_opt {
	const char *name;    /* needed: "tx" */
	const char *schemes; /* those that have it, spaces between them; NULL: all */
	const char *value;   /* "HEX-ID" */
	const char *doc;
	uintptr_t reserved[2]; /* zero */
};

/** The addresses in an address text. */
struct kin_target {
	struct kin_addr addr;  /* the body's; len 0: resolve() is needed */
	struct kin_addr local; /* to bind before connecting to addr; len 0: none */
	struct kin_addr peer;  /* on a bus: to connect to after binding; len 0: none */
	/** What socket(2) gets instead of the row's protocol, when the address says it; 0: nothing.
	 * To be written, of a row whose protocol is 0: the socket's. */
	uintptr_t protocol;
	uintptr_t reserved[3]; /* zero */
};

/** An option of an address text. */
struct kin_setting {
	const char *name;
	const char *value;
};

/* ---- Socket options ----------------------------------------------------------------------- */

enum kin_opt_type {
	KIN_OPT_BOOL = 1, /* int 0 or 1 */
	KIN_OPT_INT,      /* int */
	KIN_OPT_U8,
	KIN_OPT_U16,
	KIN_OPT_U32,
	KIN_OPT_U64,
	KIN_OPT_NAMED,   /* int, one of names */
	KIN_OPT_FLAGS,   /* uint32, names joined by '+', or a number; "none" is 0 */
	KIN_OPT_SECONDS, /* struct timeval */
	KIN_OPT_STRING,  /* at most max bytes */
	KIN_OPT_BYTES,   /* hex, at most max bytes */
	KIN_OPT_CUSTOM,  /* check, set and get of the row say all */
};

enum {
	KIN_OPT_READ_ONLY = 1 << 0,
	KIN_OPT_WRITE_ONLY = 1 << 1,
	KIN_OPT_LIST = 1 << 2,       /* may be given again; the values are joined by '+' */
	KIN_OPT_AFTER_BIND = 1 << 3, /* set after bind(2), not before */
	KIN_OPT_CONNECTED = 1 << 4,  /* set after connect(2), not before */
	KIN_OPT_RECORD = 1 << 5,     /* a BOOL of any kernel, without which some of the messages, or
				      * what a recording has to tell of them, do not come:
				      * `kin dump` has it on unless the address says */
};

/** One socket option: drives address texts, kin_opt_set(), `kin opt` and the documents. */
struct kin_opt {
	const char *name; /* needed: "fd" */
	int level, optname;
	enum kin_opt_type type;
	unsigned flags;      /* KIN_OPT_READ_ONLY, ... */
	const char *schemes; /* those that have it, spaces between them; NULL: all */
	int64_t min, max;    /* of a number, when max > min; max also bounds STRING and BYTES */
	const struct kin_name *names;
	const char *since;      /* the first kernel that has it: "3.6" */
	const char *doc;        /* needed: one line */
	const char *capability; /* what setting it may take: "CAP_NET_ADMIN" */

	const char *value; /* of a CUSTOM row, for people: "ID:MASK" */

	/*
	 * What is not done as type, level and optname say. Of a CUSTOM row check is needed, and
	 * without set it can only be read, without get only set.
	 */

	/** Put the canonical form of text into canonical, or fail. Needs no socket. */
	int (*check)(const struct kin_opt *opt, const char *text, struct kin_buf *canonical);
	int (*set)(struct kin_sock *sock, const struct kin_opt *opt, const char *text);
	int (*get)(struct kin_sock *sock, const struct kin_opt *opt, struct kin_buf *text);
	uintptr_t reserved[2]; /* zero */
};

/** Bytes that the value of any option fits in. */
#define KIN_OPT_VALUE 1024

/**
 * The value of text, as the row's type has it.
 * @param value  KIN_OPT_VALUE bytes
 * @return 0; -EINVAL
 */
KIN_API int kin_opt_read(const struct kin_opt *opt, const char *text, void *value,
			 socklen_t *ret_len);

/** The text of a value that getsockopt(2) gave. */
KIN_API void kin_opt_put(const struct kin_opt *opt, const void *value, socklen_t len,
			 struct kin_buf *out);

/**
 * setsockopt(2) for a row, at a level and number that may be others than its own.
 * @param text  what the value was read from, for the words of a failure; NULL: no text
 */
KIN_API int kin_opt_store(struct kin_sock *sock, const struct kin_opt *opt, const char *text,
			  int level, int optname, const void *value, socklen_t len);

/* ---- Ancillary data ----------------------------------------------------------------------- */

/** A kind of ancillary data, for people and JSON. */
struct kin_cmsg_type {
	int level, type;
	const char *name; /* needed: "rx-ttl" */
	/** Its value as JSON (a number, a string, an object). NULL: hex */
	void (*json)(const struct kin_cmsg *cmsg, struct kin_buf *out);
	uintptr_t reserved[2]; /* zero */
};

/* ---- Messages as text --------------------------------------------------------------------- */

/** What a formatter keeps over one capture. Made by kin_format_new(). */
struct kin_format {
	const struct kin_family *family;
	const struct kin_style *style; /* for the socket of the last message */
	unsigned details;              /* kin_detail.bit of those asked for */
	enum kin_time_style time_style;
	bool nanoseconds;
	int64_t first_ns, last_ns; /* of what was formatted so far */
	bool started;              /* first_ns and last_ns hold something */
	uint64_t state[8];         /* the family's own; zero at first */
	void *priv;                /* the core's */
	void *kept;                /* the family's own, where state has no room; NULL at first */
	void (*free_kept)(void *kept); /* given kept when the format is freed; NULL: nothing to do */
};

/** How what a style wrote is read back. Made for kin_reader_new(). */
struct kin_reading {
	/** read() is given one line at a time, a NUL instead of its end; empty ones are left out. */
	bool lines;
	/**
	 * Needed: read one record. What it knows goes into record: kind, direction, source, remark;
	 * family and proto where the style has several; data, len, full_len, time_ns, clock of its
	 * msg, which has 64 KiB of room. The rest is zeroed.
	 * @param data  len bytes, which may be changed; lines have a NUL behind them
	 * @param last  no bytes follow these
	 * @param ret_taken  of bytes: how many belong to what was read, or, of something malformed,
	 *                   to that (0: all that follows)
	 * @return 1: a record; 0: what was taken is none, or (nothing taken) more bytes are needed;
	 *         -EBADMSG or another failure: the core puts the line or byte before its words
	 */
	int (*read)(struct kin_reader *reader, char *data, size_t len, bool last, size_t *ret_taken,
		    struct kin_record *record);
	uintptr_t reserved[4]; /* zero */
};

/** Bytes of kin_reader_kept(). */
#define KIN_READER_KEPT 1024

/**
 * Memory of a reading's own, aligned for a uint64_t: for what the beginning of a recording says of all
 * that follows. Zero at the beginning, which is read again while it is not known yet whose it is.
 */
KIN_API void *kin_reader_kept(struct kin_reader *reader);

/** One way to write messages. */
struct kin_style {
	const char *name; /* needed: "candump" */
	const char *doc;
	/** Needed: one or more lines, each ended by a newline, or a record of a binary format. */
	void (*put)(struct kin_format *format, struct kin_sock *sock, const struct kin_msg *msg,
		    struct kin_buf *out);
	/** Messages of this socket will follow: for widths of columns. NULL: nothing to prepare */
	void (*add)(struct kin_format *format, struct kin_sock *sock);
	/** What stands before the first message and behind the last. NULL: nothing */
	void (*begin)(struct kin_format *format, struct kin_buf *out);
	void (*end)(struct kin_format *format, struct kin_buf *out);
	/** Lines that tell of losses may stand between: its readers know candump's DROPCOUNT. */
	bool remarks;
	/** Those whose messages it writes, spaces between them; NULL: all. Rows of one name may
	 * share the schemes of a family between them; "text", "json" and "hex" are the core's for
	 * those that no row has. */
	const char *schemes;
	/** NULL: it can't be read back. JSON lines come to the row of their "scheme". */
	const struct kin_reading *reading;
};

/** A detail that can be asked for behind a style: "text,ascii". */
struct kin_detail {
	const char *name; /* needed: "ascii" */
	unsigned bit;
	const char *doc;
};

/** "(1700000000.123456)" in the style asked for; nothing for KIN_TIME_NONE. */
KIN_API void kin_format_put_time(struct kin_format *format, int64_t time_ns, struct kin_buf *out);

/** The start of the JSON object that every family writes: {"time":...,"clock":"..." and drops. */
KIN_API void kin_format_put_json_head(struct kin_format *format, struct kin_sock *sock,
				      const struct kin_msg *msg, struct kin_buf *out);

/** ,"cmsg":{...} for what the core and the family have names for, then the closing brace. */
KIN_API void kin_format_put_json_tail(struct kin_format *format, struct kin_sock *sock,
				      const struct kin_msg *msg, struct kin_buf *out);

/** The name of a network interface, "if7" when it is gone. Valid until the next call. */
KIN_API const char *kin_format_ifname(struct kin_format *format, int ifindex);

/* ---- Generated messages ------------------------------------------------------------------- */

enum kin_gen_type {
	KIN_GEN_NUMBER = 1, /* C notation */
	KIN_GEN_HEX,        /* hex digits */
	KIN_GEN_BYTES,      /* hex digits, two a byte */
	KIN_GEN_BOOL,       /* on, off */
};

/** A part of messages that can be said: `kin gen --field NAME=VALUE`. */
struct kin_gen_field {
	const char *name; /* needed: "id" */
	enum kin_gen_type type;
	uint64_t max; /* of a number; of bytes: how many */
	const char *schemes;
	/** What it is when nobody says it, for each content. NULL: "random" */
	const char *random, *counting, *mixed;
	const char *doc;       /* needed */
	uintptr_t reserved[2]; /* zero */
};

/** Was the field (its number in the table) said, by kin_generator_set()? As a value? */
KIN_API bool kin_gen_is_set(const struct kin_generator *generator, unsigned field);
KIN_API bool kin_gen_is_value(const struct kin_generator *generator, unsigned field);

/** Its value for the message that is being made, of a number in min..max; 0 or 1 of a BOOL. */
KIN_API uint64_t kin_gen_number(struct kin_generator *generator, unsigned field, uint64_t min,
				uint64_t max);

/** Its value as bytes. One that was said and is shorter has zeros behind it. */
KIN_API void kin_gen_bytes(struct kin_generator *generator, unsigned field, void *data, size_t len);

/** The bytes that were said; 0: it is none that was. */
KIN_API size_t kin_gen_len(const struct kin_generator *generator, unsigned field);

/** The fields that may differ from one message to the next: of each the bit of its number. */
KIN_API uint64_t kin_gen_varying(const struct kin_generator *generator);

/** Bytes of kin_gen_kept(). */
#define KIN_GEN_KEPT 64

/**
 * Memory of the family's own, aligned for a uint64_t: for what is worked out once, because the
 * messages have it all in common. Zero at first, after a failure, and when something else was said.
 */
KIN_API void *kin_gen_kept(struct kin_generator *generator);

/* ---- Patterns of messages ----------------------------------------------------------------- */

/** Bytes of a pattern's content. */
#define KIN_PATTERN_BYTES 256

enum kin_pattern_kind {
	KIN_PATTERN_FAMILY, /* pattern_match() of the family says */
	KIN_PATTERN_HEX,    /* kin_pattern_begins() */
	KIN_PATTERN_TEXT,   /* value is somewhere in the message */
};

/** Which messages are meant. Made by kin_pattern_new(). */
struct kin_pattern {
	const struct kin_family *family;
	const struct kin_proto *proto;
	enum kin_pattern_kind kind;
	unsigned char value[KIN_PATTERN_BYTES], mask[KIN_PATTERN_BYTES];
	size_t len;        /* of both */
	uint64_t state[4]; /* the family's own */
};

/**
 * Bytes in hex, in which x stands for any digit.
 * @param mask  ret: the bits that are not any, as many bytes as value
 * @return how many; -EINVAL; -EMSGSIZE
 */
KIN_API ssize_t kin_parse_masked(const char *text, const char *what, unsigned char *value,
				 unsigned char *mask, size_t size);

/** Do these bytes begin with the pattern's? */
KIN_API bool kin_pattern_begins(const struct kin_pattern *pattern, const void *data, size_t len);

/* ---- What a family needs ------------------------------------------------------------------ */

/** What the kernel must have for a protocol, so that its absence can be explained. */
struct kin_need {
	const char *schemes;    /* which need it, spaces between them; NULL: all */
	const char *module;     /* "can_raw" */
	const char *kconfig;    /* needed: "CONFIG_CAN_RAW" */
	const char *capability; /* "CAP_NET_RAW", when one is needed to open it */
	const char *since;      /* the first kernel that has it */
	const char *removed;    /* the first kernel without it */
	uintptr_t reserved[2];  /* zero */
};

/* ---- The record --------------------------------------------------------------------------- */

struct kin_family {
	unsigned abi;       /* needed: KIN_FAMILY_ABI */
	size_t struct_size; /* needed: sizeof(struct kin_family) */
	const char *name;   /* needed: "can" */
	int domain;         /* needed: AF_CAN */
	const char *summary;
	const char *license; /* SPDX; NULL: LGPL-2.1-or-later */

	const struct kin_proto *protos; /* needed: at least one row */
	const struct kin_addr_opt *addr_opts;
	const struct kin_opt *opts;
	const struct kin_cmsg_type *cmsgs;
	const struct kin_const *consts;
	const struct kin_need *needs;
	const struct kin_style *styles;
	const struct kin_detail *details;

	/* -- Addresses -- */

	/**
	 * Needed: body and address options to addresses, without waiting for anything outside this
	 * machine. The body comes without the backslashes of the text; an escape for bytes that no
	 * text holds is the family's own. Only options of addr_opts come, each once; ret is zeroed.
	 * A name that has to be looked up leaves ret->addr.len 0.
	 */
	int (*parse)(const struct kin_proto *proto, const char *body,
		     const struct kin_setting *settings, size_t n, struct kin_target *ret);

	/**
	 * Needed: the body (by kin_buf_put_body()), then ",name=value" of the address options. The
	 * address may have come from anywhere: nothing when it is too short or another family's.
	 */
	void (*format)(const struct kin_proto *proto, const struct kin_target *target,
		       struct kin_buf *out);

	/** NULL: the bytes decide. */
	bool (*equal)(const struct kin_addr *a, const struct kin_addr *b);

	/** The network interface that an address names, 0: none. NULL: they never do. */
	int (*ifindex)(const struct kin_addr *addr);

	/**
	 * The addresses behind a name, in the order to be tried: *ret_addrs is freed by the caller.
	 * NULL: addresses never need it.
	 * @param deadline_ns  CLOCK_MONOTONIC; below zero: none
	 * @return how many, at least 1
	 */
	int (*resolve)(const struct kin_endpoint *endpoint, enum kin_role role, int64_t deadline_ns,
		       struct kin_addr **ret_addrs);

	/* -- Sockets -- */

	/**
	 * Bring a new socket, its options set, into the state that role asks for. It may replace
	 * the descriptor (kin_sock_set_fd()) and keep state (kin_sock_set_state()).
	 * NULL: kin_open_target(), which an operation of a family's own may call too.
	 */
	int (*open)(struct kin_sock *sock, const struct kin_target *target, enum kin_role role,
		    int64_t deadline_ns);

	/** After accept4(2): give the new socket its state. NULL: nothing to do. */
	int (*accepted)(struct kin_sock *listener, struct kin_sock *sock);

	/**
	 * Free the state, before the descriptor is closed. NULL: nothing to do. When kin_detach()
	 * gives the descriptor away instead, kin_fd() is already -1.
	 */
	void (*close)(struct kin_sock *sock);

	/**
	 * Fill or send a batch by other means than recvmmsg(2) and sendmmsg(2): mapped rings. Data
	 * may then point into the ring (kin_msg.data) until the next call on the batch. -EAGAIN
	 * makes the core wait within the socket's timeout and call again. -ENOSYS: this socket
	 * uses the core's way. NULL: every socket does. As in the core's way, at least 1 message
	 * was sent when there is no failure. One-message calls come here as well, with a batch of
	 * one.
	 */
	int (*recv_batch)(struct kin_sock *sock, struct kin_batch *batch, int flags);
	int (*send_batch)(struct kin_sock *sock, struct kin_batch *batch, unsigned first,
			  unsigned count, int flags);

	/**
	 * Put a sentence about why call ("socket", "bind", "connect", "listen", "accept", "send",
	 * "recv", "shutdown") failed with err, better than strerror(3)'s; put nothing to leave it.
	 * target is the address that was given, else on a bus the one that the socket is bound to,
	 * else NULL. Of "socket" it may have no more than a protocol.
	 */
	void (*explain)(const struct kin_proto *proto, const char *call, int err,
			const struct kin_target *target, struct kin_buf *out);

	/** More than opening a socket, to see whether it works. NULL: that is enough. */
	int (*probe)(const struct kin_proto *proto, struct kin_probe *probe);

	/* -- Messages -- */

	/** A message in the family's notation into msg->data, msg->len. NULL: text and hex only. */
	int (*msg_parse)(const struct kin_proto *proto, const char *text, struct kin_msg *msg);

	/**
	 * Make a message of gen_fields: kin_gen_number() and kin_gen_bytes() say what each of them is
	 * in this message. NULL, and for schemes that no row of gen_fields has: "len" and "data".
	 */
	int (*msg_generate)(const struct kin_proto *proto, struct kin_generator *generator,
			    struct kin_msg *msg);

	/** Names that only other systems have a value for, for kin_const_elsewhere(). */
	const struct kin_const_elsewhere *elsewhere;

	/** What can be said of generated messages. */
	const struct kin_gen_field *gen_fields;

	/** The option that a socket must have on before it sends this message, or NULL: "fd".
	 * NULL: none ever. */
	const char *(*msg_needs)(const struct kin_proto *proto, const struct kin_msg *msg);

	/** Bytes of the longest message that the socket receives as its options are now. NULL, and
	 * 0: what the protocol's row says. */
	size_t (*msg_max)(const struct kin_sock *sock);
	/**
	 * Which messages are meant, in the family's notation: fill value, mask, len and state, which
	 * are zero, as pattern_match() reads them. NULL: hex: and text: only
	 */
	int (*pattern_parse)(const struct kin_proto *proto, const char *text,
			     struct kin_pattern *pattern);
	bool (*pattern_match)(const struct kin_pattern *pattern, const struct kin_msg *msg);

	/** For kin_sock_send_max(). NULL: there is no such limit. */
	size_t (*send_max)(const struct kin_sock *sock);
	/** For kin_confirm(). NULL: accept(2) has made the connection. */
	int (*confirm)(struct kin_sock *sock);
};

/** What a plugin exports. */
#define KIN_PLUGIN(record)                                                                         \
	KIN_API extern const struct kin_family *const kin_plugin;                                  \
	const struct kin_family *const kin_plugin = &(record)

/* ---- For the operations ------------------------------------------------------------------- */

/** bind(2), connect(2), listen(2) as role, protocol and target ask for, options in their place. */
KIN_API int kin_open_target(struct kin_sock *sock, const struct kin_target *target,
			    enum kin_role role, int64_t deadline_ns);

/** Whatever the family keeps with a socket; NULL at first. */
KIN_API void kin_sock_set_state(struct kin_sock *sock, void *state);
KIN_API void *kin_sock_state(const struct kin_sock *sock);

/** Replace the descriptor, closing the old one. Options that were set are not set again. */
KIN_API void kin_sock_set_fd(struct kin_sock *sock, int fd);

/**
 * While an endpoint is opened: a new descriptor in the old one's place, with the options that are
 * set before binding set again. For what connect(2) leaves unusable when it fails.
 */
KIN_API int kin_sock_renew(struct kin_sock *sock);

/** CLOCK_MONOTONIC now, and a deadline that far away (below zero: none). */
KIN_API int64_t kin_now(void);
KIN_API int64_t kin_deadline(int64_t timeout_ns);

/**
 * A signal ended a wait of the family's own: ask the socket's interrupt hook.
 * @return 0: go on with what is left of the time; -EINTR
 */
KIN_API int kin_interrupted(const struct kin_sock *sock);

/** Ask the audit hook before a name goes to a resolver. @return 0; else what to refuse it with */
KIN_API int kin_audit_lookup(const char *name, const char *service);

/** The same for any event, before it happens. */
KIN_API int kin_audit_ask(const struct kin_audit *what);

/** Is scheme one of those in a row's list (NULL: all)? */
KIN_API bool kin_scheme_in(const char *schemes, const char *scheme);

#ifdef __cplusplus
}
#endif

#endif
