/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Messages from text: the family's notation, or hex: and text: for every family. */
#include "core.h"

#include <errno.h>
#include <string.h>

static int parse_hex(const char *text, struct kin_msg *msg)
{
	ssize_t n = kin_parse_bytes(text, "message", msg->data, msg->size);

	if (n < 0)
		return (int)n;
	msg->len = (size_t)n;
	return 0;
}

static int parse_text(const char *text, struct kin_msg *msg)
{
	size_t len = strlen(text);

	if (len > msg->size)
		return kin_fail(EMSGSIZE, "message: %zu bytes are more than %zu", len, msg->size);
	memcpy(msg->data, text, len);
	msg->len = len;
	return 0;
}

int kin_msg_parse(const struct kin_family *family, const struct kin_proto *proto, const char *text,
		  struct kin_msg *msg)
{
	KIN_NEED(text);
	KIN_NEED(msg);
	if (strncmp(text, "hex:", 4) == 0)
		return parse_hex(text + 4, msg);
	if (strncmp(text, "text:", 5) == 0)
		return parse_text(text + 5, msg);
	if (!family || !family->msg_parse)
		return kin_fail(EINVAL,
				"\"" SHOWN "\": %s messages are written hex:00FF or text:words",
				SHOW(text), family ? family->name : "such");
	KIN_NEED(proto);
	return family->msg_parse(proto, text, msg);
}
