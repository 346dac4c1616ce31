/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The socket options of ISO-TP as text: the custom rows of the family's table. */
#ifndef KIN_CAN_ISOTP_OPTION_H
#define KIN_CAN_ISOTP_OPTION_H

#include "internal.h"

int isotp_check_option(const struct kin_opt *opt, const char *text, struct kin_buf *canonical);
int isotp_set_option(struct kin_sock *sock, const struct kin_opt *opt, const char *text);
int isotp_get_option(struct kin_sock *sock, const struct kin_opt *opt, struct kin_buf *text);

/* tx-done= was given: protocol.c does not choose it. */
void isotp_tx_done_given(struct kin_sock *sock);

#endif
