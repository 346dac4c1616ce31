/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* PDUs as text and as JSON. */
#include <string.h>

#include "internal.h"
#include "uds.h"

/* The kernel gives no identifier with a PDU, but knows the socket's. */
static canid_t sender_of(const struct kin_sock *sock)
{
	canid_t tx_id, rx_id = 0;
	struct kin_addr addr;

	if (kin_local_addr(sock, &addr) == 0)
		kin_isotp_addr_ids(&addr, &tx_id, &rx_id);
	return rx_id;
}

static void put_ascii(struct kin_buf *out, const uint8_t *data, size_t len)
{
	kin_buf_puts(out, "  '");
	for (size_t i = 0; i < len; i++)
		kin_buf_put(out, data[i] >= ' ' && data[i] <= '~' ? (const char *)&data[i] : ".",
			    1);
	kin_buf_puts(out, "'");
}

void isotp_put_text(struct kin_format *format, struct kin_sock *sock, const struct kin_msg *msg,
		    struct kin_buf *out)
{
	char start[128], words[160];

	kin_buf_put(out, start, (size_t)(can_put_line_start(start, format, msg) - start));
	kin_buf_puts(out, "  ");
	isotp_put_id(out, sender_of(sock));
	kin_buf_printf(out, "  [%zu]  ", msg->full_len);
	kin_buf_put_hex(out, msg->data, msg->len, ' ');
	if (format->details & CAN_DETAIL_ASCII)
		put_ascii(out, msg->data, msg->len);
	if ((format->details & CAN_DETAIL_UDS) &&
	    kin_uds_format(msg->data, msg->len, words, sizeof(words)) > 0)
		kin_buf_printf(out, "  %s", words);
	kin_buf_puts(out, "\n");
}

void isotp_put_json(struct kin_format *format, struct kin_sock *sock, const struct kin_msg *msg,
		    struct kin_buf *out)
{
	char words[160];
	ssize_t len = kin_uds_format(msg->data, msg->len, words, sizeof(words));

	kin_format_put_json_head(format, sock, msg, out);
	can_put_json_interface(format, msg, out);
	kin_buf_puts(out, ",\"id\":\"");
	isotp_put_id(out, sender_of(sock));
	kin_buf_printf(out, "\",\"len\":%zu,\"data\":\"", msg->full_len);
	kin_buf_put_hex(out, msg->data, msg->len, 0);
	kin_buf_puts(out, "\"");
	if (len > 0) {
		kin_buf_puts(out, ",\"uds\":");
		kin_buf_put_json(out, words, strlen(words));
	}
	kin_format_put_json_tail(format, sock, msg, out);
}
