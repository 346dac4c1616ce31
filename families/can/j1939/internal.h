/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the files of J1939 share. */
#ifndef KIN_CAN_J1939_INTERNAL_H
#define KIN_CAN_J1939_INTERNAL_H

#include <errno.h>

#include "../internal.h"
#include "j1939.h"

#define N_ELEMENTS(array) (sizeof(array) / sizeof(*(array)))

/* Of the network's own: J1939-21 and -81. */
enum {
	PGN_ETP_DATA = 0x0C700,
	PGN_ETP_CONTROL = 0x0C800,
	PGN_ACKNOWLEDGEMENT = 0x0E800,
	PGN_TP_DATA = 0x0EB00,
	PGN_TP_CONTROL = 0x0EC00,
};

/* ---- Addresses: address.c ------------------------------------------------------------------ */

int j1939_parse(const struct kin_proto *proto, const char *body, const struct kin_setting *settings,
		size_t n, struct kin_target *ret);
void j1939_format(const struct kin_proto *proto, const struct kin_target *target,
		  struct kin_buf *out);

/* ---- Messages ------------------------------------------------------------------------------ */

void j1939_put_text(struct kin_format *format, struct kin_sock *sock, const struct kin_msg *msg,
		    struct kin_buf *out);
void j1939_put_json(struct kin_format *format, struct kin_sock *sock, const struct kin_msg *msg,
		    struct kin_buf *out);

/* Ancillary data as JSON, for the family's table. */
void j1939_put_json_addr(const struct kin_cmsg *cmsg, struct kin_buf *out);
void j1939_put_json_cmsg_name(const struct kin_cmsg *cmsg, struct kin_buf *out);

/* A NAME as a JSON object: hex, and its fields in words. */
void j1939_put_json_name(struct kin_buf *out, uint64_t name);

/* The 8 bytes of a claim, and back: little endian. */
void j1939_write_name(uint8_t data[8], uint64_t name);
uint64_t j1939_read_name(const uint8_t data[8]);

/* NULL: no session is aborted with it */
const char *j1939_abort_reason(int error);

/* ---- Socket options: option.c -------------------------------------------------------------- */

int j1939_check_filter(const struct kin_opt *opt, const char *text, struct kin_buf *canonical);
int j1939_set_filter(struct kin_sock *sock, const struct kin_opt *opt, const char *text);

/* setsockopt(2) as the row of the option says. */
int j1939_set_option(struct kin_sock *sock, int name, const void *value, socklen_t len);

#endif
