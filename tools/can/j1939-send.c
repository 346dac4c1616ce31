/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <kin/family.h>
#include "../progress.h"
#include "j1939.h"

struct sender {
	const struct invocation *inv;
	struct kin_sock *sock;
	struct kin_addr to;
	char *data;
	size_t len;
	size_t split;
	int64_t count;
	struct progress progress;
	uint64_t done;  /* bytes of the messages before */
	uint64_t taken; /* in all */
};

/* ---- The data ------------------------------------------------------------------------------ */

static int read_file(int fd, const char *name, struct sender *s)
{
	size_t room = 0;
	ssize_t n = 1;

	while (n > 0) {
		if (s->len == room) {
			char *more = realloc(s->data, room = room ? 2 * room : 65536);

			if (!more)
				return complain_of(name, -ENOMEM);
			s->data = more;
		}
		n = read(fd, s->data + s->len, room - s->len);
		s->len += n > 0 ? (size_t)n : 0;
		if (n < 0 && errno == EINTR)
			n = 1;
	}
	return n < 0 ? complain_of(name, -errno) : 0;
}

static int load(struct sender *s, const char *text)
{
	size_t len = strlen(text);
	ssize_t n;
	int fd, status;

	if (strcmp(text, "-") == 0)
		return read_file(STDIN_FILENO, "standard input", s);
	if (*text == '@') {
		fd = open(text + 1, O_RDONLY | O_CLOEXEC);
		if (fd < 0)
			return complain_of(text + 1, -errno);
		status = read_file(fd, text + 1, s);
		close(fd);
		return status;
	}
	s->data = malloc(len + 1);
	if (!s->data)
		return complain_of("memory", -ENOMEM);
	if (strncmp(text, "text:", 5) == 0) {
		s->len = len - 5;
		memcpy(s->data, text + 5, s->len);
		return 0;
	}
	n = kin_parse_bytes(strncmp(text, "hex:", 4) == 0 ? text + 4 : text, "DATA", s->data, len);
	s->len = n > 0 ? (size_t)n : 0;
	return n < 0 ? misuse(s->inv->command, "%s", kin_error_text()) : 0;
}

/* ---- Sending ------------------------------------------------------------------------------- */

static void tell(uint64_t taken, uint64_t total, void *data)
{
	struct sender *s = data;

	(void)total;
	s->taken = s->done + taken;
	progress_tick(&s->progress);
}

static int send_part(struct sender *s, size_t offset, size_t len)
{
	int r = kin_j1939_send(s->sock, s->data + offset, len, &s->to, tell, s);

	s->done += r == 0 ? len : 0;
	return r < 0 ? complain_of(s->inv->args[0], r) : 0;
}

static int send_all(struct sender *s)
{
	int status = 0;

	for (int64_t i = 0; i < s->count && !status; i++) {
		size_t offset = 0;

		do {
			size_t left = s->len - offset;
			size_t part = left < s->split ? left : s->split;

			status = send_part(s, offset, part);
			offset += part;
		} while (offset < s->len && !status);
	}
	return status;
}

/* Everything that can be refused without a socket. */
static int read_options(struct sender *s, struct j1939_node *from, int64_t *priority,
			int64_t *timeout_ns)
{
	const struct invocation *inv = s->inv;
	struct j1939_node to = {.addr = J1939_NO_ADDR};
	int64_t split = KIN_J1939_MESSAGE_MAX;
	uint32_t pgn = 0;
	int status = j1939_pgn(inv, inv->args[1], &pgn);

	s->count = 1;
	if (!inv_has(inv, "from"))
		return misuse(inv->command, "--from is missing: the address or NAME that sends");
	if (!status)
		status = j1939_node_option(inv, "from", from);
	if (!status && !from->name && from->addr == J1939_NO_ADDR)
		return misuse(inv->command,
			      "--from: %s is all, who send nothing: an address of "
			      "0-253, or a NAME",
			      inv_value(inv, "from"));
	if (!status)
		status = j1939_node_option(inv, "to", &to);
	if (!status)
		status = inv_int(inv, "priority", 0, 7, priority);
	if (!status)
		status = inv_int(inv, "count", 1, INT64_MAX, &s->count);
	if (!status)
		status = inv_size(inv, "split", 1, KIN_J1939_MESSAGE_MAX, &split);
	if (!status)
		status = inv_duration(inv, "timeout", timeout_ns);
	if (!status)
		status = progress_options(inv, &s->progress);
	s->split = (size_t)split;
	if (!status && !kin_j1939_pgn_is_pdu1(pgn) && (to.name || to.addr != J1939_NO_ADDR))
		return misuse(inv->command,
			      "parameter group %s goes to all: --to all, or none (J1939-21, PDU2)",
			      inv->args[1]);
	if (!status && kin_j1939_addr(inv->args[0], to.name, pgn, to.addr, &s->to) < 0)
		return complain_of(inv->args[0], -kin_error_code());
	return status;
}

static int run(const struct invocation *inv)
{
	struct sender s = {.inv = inv};
	struct j1939_node from = {.addr = J1939_NO_ADDR};
	int64_t priority = -1, timeout_ns = -1;
	int r, status = read_options(&s, &from, &priority, &timeout_ns);

	if (!status)
		status = load(&s, inv->args[2]);
	if (!status)
		status = j1939_open(inv->args[0], &from, &s.sock);
	if (!status) {
		r = priority < 0 ? 0 : kin_j1939_set_priority(s.sock, (unsigned)priority);
		if (r == 0)
			r = kin_set_timeout(s.sock, timeout_ns);
		if (r < 0)
			status = complain_of(inv->args[0], r);
	}
	if (!status) {
		progress_begin(&s.progress, inv->args[0], NULL, &s.taken);
		status = send_all(&s);
		progress_end(&s.progress);
	}
	kin_close(s.sock);
	free(s.data);
	return status;
}

static const struct command_option options[] = {
	{"from", 'F', "NODE", "the address or NAME that sends"},
	{"to", 'T', "NODE", "the address or NAME that it is sent to; all [all]"},
	{"priority", 'P', "NUMBER", "0 (first) to 7; below 2 takes a privilege [6]"},
	{"count", 'n', "COUNT", "send it COUNT times, each when the one before was taken [1]"},
	{"split", 's', "SIZE", "cut DATA into messages of at most SIZE bytes [117440505]"},
	{"timeout", 't', "DURATION",
	 "how long each message may take [for ever: the protocol gives up "
	 "by itself]"},
	PROGRESS_OPTION,
	{},
};

static const struct command_example examples[] = {
	{"kin can j1939 send can0 0xEF00 0102030405060708 --from 0x20 --to 0x30", "to one node"},
	{"kin can j1939 send can0 65265 FFFF00C0FFFFFFFF --from 0x00", "to all"},
	{},
};

const struct command command_can_j1939_send = {
	.group = "can j1939",
	.name = "send",
	.args = "INTERFACE PGN DATA",
	.summary = "send J1939 messages and tell how that ended",
	.text = "DATA is hex bytes, text:WORDS, @FILE, or - for standard input. Up to 8 bytes go "
		"in "
		"one frame; more in a session of the transport protocol: to all up to 1785 bytes, "
		"to "
		"one node up to 117440505. A PGN is a number or an acronym such as DM1.\n\n"
		"kin waits until the peer has taken everything, and says why if it does not: "
		"nobody "
		"answers, the peer is busy or aborts. Below 8 bytes nobody answers, and it is done "
		"when "
		"the frame is on the bus.\n\n"
		"A NODE is an address (0x20), or a NAME (0x8000000000000001, or its fields: "
		"function=0,identity=1), for which an address was claimed with kin can j1939 "
		"claim.",
	.options = options,
	.examples = examples,
	.min_args = 3,
	.max_args = 3,
	.run = run,
};
