/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which messages of the monitor are meant: "hci0", "event", "hci0:acl", "command:0x0406". */
#include <string.h>

#include "capture.h"
#include "packet.h"

#define BIT(kind) (UINT64_C(1) << (kind))
#define CTRL                                                                                       \
	(BIT(KIN_HCI_CTRL_OPEN) | BIT(KIN_HCI_CTRL_CLOSE) | BIT(KIN_HCI_CTRL_COMMAND) |            \
	 BIT(KIN_HCI_CTRL_EVENT))
#define DATA                                                                                       \
	(BIT(KIN_HCI_ACL_TX) | BIT(KIN_HCI_ACL_RX) | BIT(KIN_HCI_SCO_TX) | BIT(KIN_HCI_SCO_RX) |   \
	 BIT(KIN_HCI_ISO_TX) | BIT(KIN_HCI_ISO_RX))

/* Words, and the bits of the kinds that they stand for. */
static const struct {
	const char *word;
	uint64_t kinds;
} words[] = {
	{"command", BIT(KIN_HCI_COMMAND)},
	{"event", BIT(KIN_HCI_EVENT)},
	{"acl", BIT(KIN_HCI_ACL_TX) | BIT(KIN_HCI_ACL_RX)},
	{"sco", BIT(KIN_HCI_SCO_TX) | BIT(KIN_HCI_SCO_RX)},
	{"iso", BIT(KIN_HCI_ISO_TX) | BIT(KIN_HCI_ISO_RX)},
	{"mgmt", CTRL},
	{"note", ~(BIT(KIN_HCI_COMMAND) | BIT(KIN_HCI_EVENT) | DATA | CTRL)},
};

enum { WORDS = sizeof(words) / sizeof(*words), WORD = 16 };

/* Of kin_pattern.state. */
enum { KINDS, CONTROLLER, NUMBER };

#define ANY UINT64_MAX

static int refuse(const char *text)
{
	return kin_fail(EINVAL,
			"\"%.64s%s\" is not hci0, command, event, acl, sco, iso, mgmt or note, nor "
			"hci0:event, command:0x0406 or event:0x3E",
			text, strlen(text) > 64 ? "..." : "");
}

/* The next word, behind which *text is then. False: it is too long. */
static bool next_word(const char **text, char word[WORD])
{
	size_t len = strcspn(*text, ":");

	if (len >= WORD)
		return false;
	memcpy(word, *text, len);
	word[len] = '\0';
	*text += len + ((*text)[len] == ':');
	return true;
}

static bool read_kind(const char *word, uint64_t *ret_kinds)
{
	for (unsigned i = 0; i < WORDS; i++) {
		if (strcmp(words[i].word, word) == 0) {
			*ret_kinds = words[i].kinds;
			return true;
		}
	}
	return false;
}

int hci_pattern_parse(const struct kin_proto *proto, const char *text, struct kin_pattern *pattern)
{
	const char *rest = text;
	char word[WORD];
	int64_t number;

	if (proto->protocol != BTPROTO_HCI)
		return kin_fail(EINVAL, "patterns of %s are hex:00xx and text:WORDS",
				proto->scheme);
	pattern->state[KINDS] = pattern->state[CONTROLLER] = pattern->state[NUMBER] = ANY;
	if (!next_word(&rest, word))
		return refuse(text);
	if (strncmp(word, "hci", 3) == 0) {
		if (kin_parse_int(word + 3, "controller", 0, UINT16_MAX, &number) < 0)
			return refuse(text);
		pattern->state[CONTROLLER] = (uint64_t)number;
		if (!*rest)
			return text[strlen(text) - 1] == ':' ? refuse(text) : 0;
		if (!next_word(&rest, word))
			return refuse(text);
	}
	if (!read_kind(word, &pattern->state[KINDS]))
		return refuse(text);
	if (*rest) {
		if (pattern->state[KINDS] != BIT(KIN_HCI_COMMAND) &&
		    pattern->state[KINDS] != BIT(KIN_HCI_EVENT))
			return refuse(text);
		if (kin_parse_int(rest, "number", 0, UINT16_MAX, &number) < 0)
			return refuse(text);
		pattern->state[NUMBER] = (uint64_t)number;
	}
	return 0;
}

bool hci_pattern_match(const struct kin_pattern *pattern, const struct kin_msg *msg)
{
	struct kin_hci_packet packet;
	size_t size;

	/* Its header says how long it is: no message of another channel does. */
	if (kin_hci_packet_read(KIN_HCI_MONITOR, KIN_HCI_DEV_NONE, KIN_DIRECTION_UNKNOWN, msg->data,
				msg->len, &packet) < 0 ||
	    packet.full_len + HCI_HEADER < msg->len || packet.kind >= 64)
		return false;
	if (!(pattern->state[KINDS] >> packet.kind & 1) ||
	    (pattern->state[CONTROLLER] != ANY && pattern->state[CONTROLLER] != packet.controller))
		return false;
	if (pattern->state[NUMBER] == ANY)
		return true;
	size = packet.kind == KIN_HCI_COMMAND ? 2 : 1;
	if (packet.len < size)
		return false;
	return pattern->state[NUMBER] ==
	       (packet.data[0] | (size == 2 ? (uint64_t)packet.data[1] << 8 : 0));
}
