/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Commands for a controller: cmd:0x0C03, cmd:0x0C13#48656C6C6F; or by group, cmd:3/0x03. */
#include "internal.h"

#include <endian.h>
#include <errno.h>
#include <string.h>

/* Bytes before the parameters: what kind of packet, the command's number, how many follow. */
enum { HEAD = 4, PARAMETERS_MAX = 255 };

static int read_part(const char *text, size_t len, const char *what, int64_t max,
		     int64_t *ret_number)
{
	char part[24];

	if (len >= sizeof(part))
		return kin_fail(EINVAL, "\"%.64s\": a number of %zu characters", text, len);
	memcpy(part, text, len);
	part[len] = '\0';
	return kin_parse_int(part, what, 0, max, ret_number);
}

static int read_opcode(const char *text, size_t len, uint16_t *ret_opcode)
{
	const char *slash = memchr(text, '/', len);
	int64_t group, number;
	int r;

	if (!slash) {
		r = read_part(text, len, "opcode", UINT16_MAX, &number);
		*ret_opcode = r == 0 ? (uint16_t)number : 0;
		return r;
	}
	if ((r = read_part(text, (size_t)(slash - text), "group", 0x3F, &group)) < 0 ||
	    (r = read_part(slash + 1, len - (size_t)(slash + 1 - text), "command", 0x3FF,
			   &number)) < 0)
		return r;
	*ret_opcode = cmd_opcode_pack((uint16_t)group, (uint16_t)number);
	return 0;
}

int bluetooth_msg_parse(const struct kin_proto *proto, const char *text, struct kin_msg *msg)
{
	size_t len = strcspn(text, "#");
	uint8_t bytes[HEAD + PARAMETERS_MAX] = {HCI_COMMAND_PKT};
	uint16_t opcode;
	ssize_t n = 0;
	int r;

	if (proto->protocol != BTPROTO_HCI)
		return kin_fail(EINVAL, "\"%.64s\": %s messages are written hex:00FF or text:words",
				text, proto->scheme);
	if (strncmp(text, "cmd:", 4) != 0)
		return kin_fail(EINVAL,
				"\"%.64s\": hci messages are written cmd:0x0C03, "
				"cmd:0x0C13#PARAMETERS-IN-HEX or hex:01030C00",
				text);
	r = read_opcode(text + 4, len - 4, &opcode);
	if (r < 0)
		return r;
	if (text[len])
		n = kin_parse_bytes(text + len + 1, "parameters", bytes + HEAD, PARAMETERS_MAX);
	if (n < 0)
		return (int)n;
	bytes[1] = (uint8_t)opcode;
	bytes[2] = (uint8_t)(opcode >> 8);
	bytes[3] = (uint8_t)n;
	if (msg->size < (size_t)(HEAD + n))
		return kin_fail(EMSGSIZE, "a command of %zd bytes is more than %zu", HEAD + n,
				msg->size);
	memcpy(msg->data, bytes, (size_t)(HEAD + n));
	msg->len = (size_t)(HEAD + n);
	return 0;
}
