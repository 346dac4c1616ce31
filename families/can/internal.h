/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the files of the CAN family share, and what older kernel headers lack. */
#ifndef KIN_CAN_INTERNAL_H
#define KIN_CAN_INTERNAL_H

#include <errno.h>
#include <net/if.h>

#include <kin/family.h>

#include "can.h"

/* ---- Kernel headers ------------------------------------------------------------------------ */

/* linux/can/raw.h, Linux 6.9 */
#ifndef CAN_RAW_XL_VCID_TX_SET
#define CAN_RAW_XL_VCID_OPTS      8
#define CAN_RAW_XL_VCID_TX_SET    0x01
#define CAN_RAW_XL_VCID_TX_PASS   0x02
#define CAN_RAW_XL_VCID_RX_FILTER 0x04
struct can_raw_vcid_options {
	__u8 flags, tx_vcid, rx_vcid, rx_vcid_mask;
};
#endif

/* linux/can.h, Linux 6.9 */
#ifndef CANXL_VCID_OFFSET
#define CANXL_VCID_OFFSET   16
#define CANXL_VCID_VAL_MASK 0xFFUL
#define CANXL_VCID_MASK     (CANXL_VCID_VAL_MASK << CANXL_VCID_OFFSET)
#endif

/* linux/can.h, Linux 6.15 */
#ifndef CANXL_RRS
#define CANXL_RRS 0x02
#endif

/* ---- Interfaces: interface.c --------------------------------------------------------------- */

/* "any", "can0", or "if7" for one that is gone or whose name an address would not be read from. */
const char *can_interface_name(int ifindex, char name[IF_NAMESIZE]);

/* ARPHRD_*, or a negative errno value */
int can_interface_type(const char *name);
int can_interface_mtu(const char *name);
int can_interface_queue_len(const char *name);

/* What drives it, "" when nobody says. */
void can_interface_driver(const char *name, char driver[32]);

/* "can0, vcan0", or "none" */
void can_interface_put_list(struct kin_buf *out);

/* ---- Durations: duration.c ----------------------------------------------------------------- */

/* A number, with ns, us, ms, s (when there is none), m or h behind it. @return 0; -EINVAL */
int can_parse_duration(const char *text, const char *what, int64_t *ret_ns);

/* In the longest unit of which it is a whole number. */
void can_put_duration(struct kin_buf *out, int64_t ns);

/* ---- What errors mean: explain.c ----------------------------------------------------------- */

/* The interface that an error is about. */
struct can_subject {
	const char *name;                /* NULL: not known */
	int ifindex;                     /* 0: any */
	const struct kin_target *target; /* NULL: not known */
};

void can_explain(const struct kin_proto *proto, const char *call, int err,
		 const struct kin_target *target, struct kin_buf *out);

/* ---- Protocols: protocol.c ----------------------------------------------------------------- */

/* What the protocols of the family do in ways of their own; the rest of the record is common. */
struct can_protocol {
	int protocol; /* CAN_RAW, ... */

	/* As in struct kin_family. NULL: an interface and no more. */
	int (*parse)(const struct kin_proto *proto, const char *body,
		     const struct kin_setting *settings, size_t n, struct kin_target *ret);
	void (*format)(const struct kin_proto *proto, const struct kin_target *target,
		       struct kin_buf *out);

	/* NULL: kin_open_target() */
	int (*open)(struct kin_sock *sock, const struct kin_target *target, enum kin_role role,
		    int64_t deadline_ns);

	/* Of an interface that is down, gone or full is told for all. NULL: no more than that. */
	void (*explain)(const char *call, int err, const struct can_subject *subject,
			struct kin_buf *out);

	/* NULL: messages are plain bytes. */
	int (*msg_parse)(const struct kin_proto *proto, const char *text, struct kin_msg *msg);

	/* NULL: what the row says */
	size_t (*msg_max)(const struct kin_sock *sock);

	/* NULL, both: patterns of plain bytes only */
	int (*pattern_parse)(const struct kin_proto *proto, const char *text,
			     struct kin_pattern *pattern);
	bool (*pattern_match)(const struct kin_pattern *pattern, const struct kin_msg *msg);
};

extern const struct can_protocol can_raw;
extern const struct can_protocol can_bcm;   /* bcm/bcm.c */
extern const struct can_protocol can_j1939; /* j1939/protocol.c */
extern const struct can_protocol can_isotp; /* isotp/protocol.c */

int can_parse(const struct kin_proto *proto, const char *body, const struct kin_setting *settings,
	      size_t n, struct kin_target *ret);
void can_format(const struct kin_proto *proto, const struct kin_target *target,
		struct kin_buf *out);
int can_open(struct kin_sock *sock, const struct kin_target *target, enum kin_role role,
	     int64_t deadline_ns);
int can_msg_parse(const struct kin_proto *proto, const char *text, struct kin_msg *msg);
int can_pattern_parse(const struct kin_proto *proto, const char *text, struct kin_pattern *pattern);
bool can_pattern_match(const struct kin_pattern *pattern, const struct kin_msg *msg);
size_t can_msg_max(const struct kin_sock *sock);

/* NULL: none of the family's */
const struct can_protocol *can_protocol_of(const struct kin_proto *proto);

/* ---- Addresses: address.c ------------------------------------------------------------------ */

/* The interface of an address as the body of its text: nothing when it is no CAN address. */
void can_put_interface(struct kin_buf *out, const struct kin_addr *addr);

/* What the kernel gives back is shorter than what it takes: the rest counts as zero. */
struct sockaddr_can can_whole_addr(const struct kin_addr *addr);

/* 0 for any, and for no address at all */
static inline int can_addr_ifindex(const struct kin_addr *addr)
{
	const struct sockaddr_can *can = (const struct sockaddr_can *)&addr->ss;

	return addr->len >= offsetof(struct sockaddr_can, can_addr) ? can->can_ifindex : 0;
}

bool can_equal(const struct kin_addr *a, const struct kin_addr *b);

/* ---- Frames -------------------------------------------------------------------------------- */

/* As kin_can_frame_kind(), for the hot paths: of a frame that is there. */
static inline int can_frame_kind(const union kin_can_frame *frame, size_t size)
{
	/* XL first: it may have the size of another kind, its flag is no length of theirs. */
	if (size > CANXL_HDR_SIZE && size <= CANXL_MTU && (frame->xl.flags & CANXL_XLF))
		return frame->xl.len == size - CANXL_HDR_SIZE ? KIN_CAN_XL : -EBADMSG;
	if (size == CAN_MTU && frame->classic.len <= CAN_MAX_DLEN)
		return KIN_CAN_CLASSIC;
	if (size == CANFD_MTU && frame->fd.len <= CANFD_MAX_DLEN)
		return KIN_CAN_FD;
	return -EBADMSG;
}

/* The DLC of a valid frame: of XL, its length less one. */
unsigned can_frame_dlc(const union kin_can_frame *frame, enum kin_can_kind kind);

/* The compact notation, without a NUL. @return the end; at most KIN_CAN_FRAME_TEXT bytes on */
char *can_put_frame(char *p, const union kin_can_frame *frame, enum kin_can_kind kind);

/* Messages of CAN RAW. */
int can_frame_msg_parse(const struct kin_proto *proto, const char *text, struct kin_msg *msg);

/* Those that are generated: generate.c. */
extern const struct kin_gen_field can_gen_fields[];
int can_msg_generate(const struct kin_proto *proto, struct kin_generator *gen, struct kin_msg *msg);
const char *can_msg_needs(const struct kin_proto *proto, const struct kin_msg *msg);

/* Those of recordings: read.c. */
extern const struct kin_reading can_log_reading, can_text_reading, can_json_reading;

/* Patterns of them: frame-pattern.c */
int can_frame_pattern_parse(const struct kin_proto *proto, const char *text,
			    struct kin_pattern *pattern);
bool can_frame_pattern_match(const struct kin_pattern *pattern, const struct kin_msg *msg);

/* The classes in words, separator between them. */
void can_put_error(struct kin_buf *out, const struct can_frame *frame, const char *separator);

/* Read what it wrote with "," for the separator. NULL; else where there is no such word. */
const char *can_scan_error(const char *words, struct can_frame *frame);

/* The names of the option errors=. */
extern const struct kin_name can_error_names[];

/* ---- Tables and operations of the record --------------------------------------------------- */

extern const struct kin_family kin_family_can;
extern const struct kin_const can_consts[];
extern const struct kin_opt can_opts[]; /* option-table.c */

/* The custom rows of CAN RAW: option.c. */
int can_parse_filter(const char *what, const char *text, struct can_filter *ret);
void can_put_filter(struct kin_buf *out, const struct can_filter *filter);
int can_check_filter(const struct kin_opt *opt, const char *text, struct kin_buf *canonical);
int can_set_filter(struct kin_sock *sock, const struct kin_opt *opt, const char *text);
int can_get_filter(struct kin_sock *sock, const struct kin_opt *opt, struct kin_buf *text);
int can_check_vcid(const struct kin_opt *opt, const char *text, struct kin_buf *canonical);
int can_set_vcid(struct kin_sock *sock, const struct kin_opt *opt, const char *text);
int can_get_vcid(struct kin_sock *sock, const struct kin_opt *opt, struct kin_buf *text);

/* Details of the text style. */
enum {
	CAN_DETAIL_DIRECTION = 1 << 0,
	CAN_DETAIL_ASCII = 1 << 1,
	CAN_DETAIL_ERRORS = 1 << 2,
	CAN_DETAIL_DLC = 1 << 3,
	CAN_DETAIL_SWAP = 1 << 4,
	CAN_DETAIL_BINARY = 1 << 5,
	CAN_DETAIL_WORDS = 1 << 7,
	CAN_DETAIL_UDS = 1 << 6,
};

void can_format_add(struct kin_format *format, struct kin_sock *sock);
void can_put_text(struct kin_format *format, struct kin_sock *sock, const struct kin_msg *msg,
		  struct kin_buf *out);
void can_put_candump(struct kin_format *format, struct kin_sock *sock, const struct kin_msg *msg,
		     struct kin_buf *out);
void can_put_json(struct kin_format *format, struct kin_sock *sock, const struct kin_msg *msg,
		  struct kin_buf *out);

/* Time and interface, with which the lines for people begin, without a NUL: at most 128 bytes. */
char *can_put_line_start(char *p, struct kin_format *format, const struct kin_msg *msg);

/* Members of the JSON object of a message. */
void can_put_json_interface(struct kin_format *format, const struct kin_msg *msg,
			    struct kin_buf *out);
void can_put_json_frame(struct kin_buf *out, const union kin_can_frame *frame,
			enum kin_can_kind kind);

#endif
