/* SPDX-License-Identifier: GPL-2.0-or-later */
/* kin bt sniff: packets of all controllers, by kin dump, or out of a recording. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <kin/bluetooth-hci.h>
#include <kin/family.h>

#include "../command.h"

enum {
	BLOCK = 65536,        /* what is read of a recording at once */
	MESSAGE = 65536 + 16, /* with the monitor's header */
	LINE = 2 << 20,       /* room of a message's text: 16 bytes for each of its own, and more */
	PATTERNS = 4096,
	WORDS = 16, /* of kin dump */
	HCI = 1,    /* BTPROTO_HCI */
};

#define MONITOR "hci:none,channel=monitor"

static const char *const kinds[] = {"command", "event", "acl", "sco", "iso", "mgmt", "note", NULL};

/* ---- Which packets ------------------------------------------------------------------------- */

/* "hci0" of "hci0", "0"; NULL: it is no controller. */
static const char *read_controller(const char *text, char *name, size_t size)
{
	struct kin_buf buf = {.data = name, .size = size};
	int64_t number;

	if (strncmp(text, "hci", 3) == 0)
		text += 3;
	if (kin_parse_int(text, "controller", 0, UINT16_MAX - 1, &number) < 0)
		return NULL;
	kin_buf_printf(&buf, "hci%lld", (long long)number);
	return kin_buf_end(&buf);
}

/* A pattern for each kind, of one controller or of any (name ""). */
static int put_kinds(const struct invocation *inv, const char *name, struct kin_buf *out)
{
	const char *text = inv_value(inv, "kind");
	char *copy = text ? strdup(text) : NULL, *rest = copy, *word;
	const char *colon = *name ? ":" : "";
	int status = 0;

	if (text && !copy)
		return complain_of("memory", -ENOMEM);
	if (!text && *name)
		kin_buf_printf(out, "%s%s", out->len ? "," : "", name);
	while (status == 0 && (word = strsep(&rest, ","))) {
		unsigned i = 0;

		while (kinds[i] && strcmp(kinds[i], word) != 0)
			i++;
		if (!kinds[i])
			status =
				misuse(inv->command,
				       "--kind: %s is none of command, event, acl, sco, iso, mgmt, "
				       "note",
				       word);
		kin_buf_printf(out, "%s%s%s%s", out->len ? "," : "", name, colon, word);
	}
	free(copy);
	return status;
}

/* What is wanted, as kin dump --only takes it; empty: everything. */
static int make_patterns(const struct invocation *inv, char text[PATTERNS])
{
	struct kin_buf out = {.data = text, .size = PATTERNS};
	int status = inv->n_args ? 0 : put_kinds(inv, "", &out);
	char name[16];

	for (unsigned i = 0; status == 0 && i < inv->n_args; i++) {
		if (!read_controller(inv->args[i], name, sizeof(name)))
			return misuse(inv->command, "%s is no controller, such as hci0",
				      inv->args[i]);
		status = put_kinds(inv, name, &out);
	}
	if (status == 0 && out.len >= PATTERNS)
		status = misuse(inv->command, "so many controllers and kinds are too many");
	kin_buf_end(&out);
	return status;
}

static const char *style_of(const struct invocation *inv)
{
	const char *style = inv_value(inv, "format");

	return style ? style : inv_has(inv, "json") ? "json" : "text";
}

/* ---- What goes over the controllers now ---------------------------------------------------- */

static int follow(const struct invocation *inv, const char *patterns)
{
	static const char *const same[] = {"write", "count", "duration", "time", "ring"};
	const char *words[WORDS + 1] = {"dump", "-f", style_of(inv)};
	char dashed[sizeof(same) / sizeof(*same)][16];
	int n = 3;

	for (unsigned i = 0; i < sizeof(same) / sizeof(*same); i++) {
		if (!inv_has(inv, same[i]))
			continue;
		snprintf(dashed[i], sizeof(dashed[i]), "--%s", same[i]);
		words[n++] = dashed[i];
		words[n++] = inv_value(inv, same[i]);
	}
	if (*patterns) {
		words[n++] = "--only";
		words[n++] = patterns;
	}
	if (inv_has(inv, "stats"))
		words[n++] = "--stats";
	words[n++] = MONITOR;
	/* getopt(3) changes their order, not the words. */
	return run_command(find_command(NULL, "dump"), n, (char **)(void *)words);
}

/* ---- A recording --------------------------------------------------------------------------- */

struct replay {
	const struct invocation *inv;
	const char *name;
	int in, out;
	struct kin_reader *reader;
	struct kin_format *format;
	struct kin_sock *sock; /* stands for the one that was recorded */
	struct kin_batch *batch;
	struct kin_pattern *patterns[PATTERNS / 4];
	unsigned n_patterns;
	char *line;
	int64_t left; /* packets to be written until the end */
	bool malformed;
};

/* Packets of any recording become messages of the monitor, which tell their controller. */
static int take_record(const struct kin_record *record, struct kin_msg *msg)
{
	uint16_t controller, channel;
	struct kin_hci_packet packet;
	struct kin_addr addr;
	ssize_t n;
	int r = kin_addr_parse(record->source, &addr);

	if (r == 0)
		r = kin_hci_addr_read(&addr, &controller, &channel);
	if (r == 0)
		r = kin_hci_packet_read(channel, controller, record->direction, record->msg->data,
					record->msg->len, &packet);
	if (r < 0)
		return r;
	packet.full_len += record->msg->full_len - record->msg->len -
			   (channel == KIN_HCI_MONITOR ? packet.full_len - packet.len : 0);
	n = kin_hci_packet_write(&packet, msg->data, msg->size);
	if (n < 0)
		return (int)n;
	msg->len = (size_t)n;
	msg->full_len = msg->len + packet.full_len - packet.len;
	msg->time_ns = record->msg->time_ns;
	msg->clock = record->msg->clock;
	return 0;
}

static bool is_wanted(const struct replay *p, const struct kin_msg *msg)
{
	bool wanted = p->n_patterns == 0;

	for (unsigned i = 0; i < p->n_patterns && !wanted; i++)
		wanted = kin_pattern_match(p->patterns[i], msg);
	return wanted;
}

static int write_line(struct replay *p, ssize_t n)
{
	int r;

	if (n < 0 || n >= LINE)
		return complain_of(p->name, n < 0 ? (int)n : -EMSGSIZE);
	r = write_all(p->out, p->line, (size_t)n);
	return r == 0 ? 0 : r == -EPIPE ? -1 : complain_of("output", r);
}

/* @return 0; a STATUS_; -1: the end, and nothing is to be told */
static int write_record(struct replay *p, const struct kin_record *record)
{
	struct kin_msg *msg = kin_batch_msg(p->batch, 0);
	int status;

	if (record->kind == KIN_RECORD_REMARK)
		return 0;
	if (take_record(record, msg) < 0) {
		complain("%s: %s", p->name, kin_error_text());
		p->malformed = true;
		return 0;
	}
	if (!is_wanted(p, msg))
		return 0;
	status = write_line(p, kin_format_msg(p->format, p->sock, msg, p->line, LINE));
	return status == 0 && --p->left == 0 ? -1 : status;
}

static int read_all(struct replay *p)
{
	const struct kin_record *record;
	char block[BLOCK];
	size_t begin = 0, end = 0;
	bool over = false;
	int status = 0;

	while (status == 0) {
		int r = kin_reader_next(p->reader, &record);
		ssize_t n;

		if (r > 0)
			status = write_record(p, record);
		if (r == -EBADMSG) {
			complain("%s: %s", p->name, kin_error_text());
			p->malformed = true;
		} else if (r < 0) {
			return complain_of(p->name, r), STATUS_FAILED;
		}
		if (r != 0)
			continue;
		if (over)
			break;
		if (begin == end) {
			n = read(p->in, block, sizeof(block));
			if (n < 0)
				return complain_of(p->name, -errno);
			begin = 0;
			end = (size_t)n;
			over = n == 0;
		}
		n = kin_reader_feed(p->reader, block + begin, end - begin);
		begin += n > 0 ? (size_t)n : 0;
	}
	return status < 0 ? 0 : status;
}

static int add_patterns(struct replay *p, char *patterns)
{
	const struct kin_family *family = kin_sock_family(p->sock);
	char *rest = patterns, *word;

	while (*patterns && (word = strsep(&rest, ","))) {
		int r = kin_pattern_new(family, kin_sock_proto(p->sock), word,
					&p->patterns[p->n_patterns]);

		if (r < 0)
			return complain_of(word, r);
		p->n_patterns++;
	}
	return 0;
}

/* What formats want a socket for: its scheme. No kernel has to have Bluetooth for this. */
static int make_sock(struct replay *p)
{
	struct kin_sock *pair[2];
	int fd, r = kin_pair(AF_UNIX, SOCK_DGRAM, 0, pair);

	if (r < 0)
		return r;
	kin_close(pair[1]);
	fd = kin_detach(pair[0]);
	r = kin_adopt_as(fd, AF_BLUETOOTH, SOCK_RAW, HCI, &p->sock);
	if (r < 0)
		kin_close_fd(fd);
	return r;
}

static int open_replay(struct replay *p)
{
	const char *to = inv_value(p->inv, "write");
	enum kin_time_style style = KIN_TIME_NONE;
	bool nanoseconds = false;
	int status = inv_times(p->inv, &style, &nanoseconds);
	int r;

	p->left = INT64_MAX;
	if (!status)
		status = inv_int(p->inv, "count", 1, INT64_MAX, &p->left);
	if (status)
		return status;
	r = make_sock(p);
	if (r < 0)
		return complain_of("hci", r);
	r = kin_format_new(kin_sock_family(p->sock), style_of(p->inv), &p->format);
	if (r < 0)
		return misuse(p->inv->command, "--format: %s", kin_error_text());
	kin_format_set_time(p->format, style, nanoseconds);
	r = kin_reader_new(kin_sock_family(p->sock), NULL, &p->reader);
	if (r == 0)
		r = kin_batch_new(1, MESSAGE, 0, &p->batch);
	p->line = malloc(LINE);
	if (r < 0 || !p->line)
		return complain_of("memory", -ENOMEM);
	p->in = strcmp(p->name, "-") == 0 ? dup(STDIN_FILENO)
					  : open(p->name, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	if (p->in < 0)
		return complain_of(p->name, -errno);
	if (to && strcmp(to, "-") != 0)
		p->out = open(to, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
	return p->out < 0 ? complain_of(to, -errno) : 0;
}

static int close_replay(struct replay *p, int status)
{
	for (unsigned i = 0; i < p->n_patterns; i++)
		kin_pattern_free(p->patterns[i]);
	if (p->out > STDERR_FILENO && close(p->out) < 0 && status == 0)
		status = complain_of(inv_value(p->inv, "write"), -errno);
	if (p->in >= 0)
		close(p->in);
	free(p->line);
	kin_batch_free(p->batch);
	kin_reader_free(p->reader);
	kin_format_free(p->format);
	kin_close(p->sock);
	return status;
}

static int replay(const struct invocation *inv, char *patterns)
{
	struct replay p = {.inv = inv, .name = inv_value(inv, "read"), .in = -1, .out = 1};
	int status = open_replay(&p);

	if (status == 0)
		status = add_patterns(&p, patterns);
	if (status == 0)
		status = write_line(&p, kin_format_begin(p.format, p.line, LINE));
	if (status == 0)
		status = read_all(&p);
	if (status == 0)
		status = write_line(&p, kin_format_end(p.format, p.line, LINE));
	if (status <= 0)
		status = p.malformed ? STATUS_FAILED : STATUS_DONE;
	return close_replay(&p, status);
}

/* ---- The verb ------------------------------------------------------------------------------ */

static int run(const struct invocation *inv)
{
	static const char *const live[] = {"duration", "ring", "stats"};
	char patterns[PATTERNS];
	int status = make_patterns(inv, patterns);

	if (status == 0 && inv_has(inv, "json") && inv_has(inv, "format"))
		status = misuse(inv->command, "--json or --format, one of them");
	for (unsigned i = 0; status == 0 && i < sizeof(live) / sizeof(*live); i++)
		if (inv_has(inv, "read") && inv_has(inv, live[i]))
			status = misuse(inv->command, "--%s has no meaning with --read", live[i]);
	if (status)
		return status;
	return inv_has(inv, "read") ? replay(inv, patterns) : follow(inv, patterns);
}

/* clang-format off */
static const struct command_option options[] = {
	{"kind", 'k', "KIND,...", "packets of these kinds only: command, event, acl, sco, iso, mgmt (the "
	 "management interface), note (controllers that come and go, lines of other programs)"},
	{"read", 'r', "FILE", "packets of a recording, in whatever format it is; - is standard input"},
	{"write", 'w', "FILE", "write to FILE, replacing what is in it; - is standard output"},
	{"format", 'f', "STYLE[,DETAIL...]", "text (the default), json, hex, btsnoop, pcapng; with ,h4 "
	 "the latter two have one controller's packets as a serial line has them, for older programs"},
	{"json", 0, NULL, "as --format json: an object a packet"},
	{"count", 'n', "COUNT", "end after COUNT packets"},
	{"duration", 0, "TIME", "end after TIME: 10 (seconds), 500ms, 2m"},
	{"time", 't', "STYLE", "begin lines with the time: n none (the default), a absolute, A with "
	 "the date, d since the packet before, z since the first; N behind it for nanoseconds"},
	{"ring", 0, "SIZE", "memory for what the output has not taken yet, as of kin dump"},
	{"stats", 0, NULL, "tell at the end what came, what was lost and what was written"},
	{},
};

static const struct command_example examples[] = {
	{"kin bt sniff", "what goes over all controllers, a line a packet"},
	{"kin bt sniff -t a --kind command,event hci0", "without the data, of one controller, with times"},
	{"kin bt sniff -f btsnoop -w bt.snoop", "a recording that btmon and Wireshark read"},
	{"kin bt sniff -r bt.snoop --json", "that recording as JSON"},
	{"kin bt sniff -r bt.snoop -f pcapng -w bt.pcapng", "that recording in another format"},
	{},
};
/* clang-format on */

const struct command command_bt_sniff = {
	.group = "bt",
	.name = "sniff",
	.args = "[CONTROLLER...]",
	.summary = "show or record the packets between this host and its Bluetooth controllers",
	.text = "Each line begins with the way the packet goes: < from this host to the "
		"controller, > "
		"from it, @ a message of the management interface, = a note of the kernel; then "
		"come "
		"the controller, the kind of the packet, and what is in it. The data of "
		"connections is "
		"told with the L2CAP channel that it is of and, where that is known, as ATT, SMP, "
		"SDP "
		"or RFCOMM. What other devices send as text is in quotes, and safe for a "
		"terminal.\n\n"
		"It is kin dump on " MONITOR ", with a filter: reading never waits for the output, "
		"and what was lost is told at the end and by the exit status 3. The monitor tells "
		"of "
		"all controllers; it takes CAP_NET_RAW.\n\n"
		"Recordings are btsnoop, as btmon -w and Android's phones write it, or pcapng, as "
		"Wireshark does, or the lines of JSON.",
	.options = options,
	.examples = examples,
	.min_args = 0,
	.max_args = UINT_MAX,
	.run = run,
};
