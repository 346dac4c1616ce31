/* SPDX-License-Identifier: GPL-2.0-or-later */
/* kin can isotp sniff: the ISO-TP conversations of others, from raw frames. */
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <kin/family.h>
#include "../source.h"
#include "isotp-print.h"

enum { BATCH = 64, SECOND_MS = 1000 };
#define SECOND_NS INT64_C(1000000000)

struct sniff {
	const struct invocation *inv;
	char address[4096];
	struct kin_sock *sock;
	struct kin_batch *batch;
	struct kin_isotp_decoder *decoder;
	struct isotp_printer printer;
	int stop;
	int64_t left, end_ns; /* PDUs or frames, and time */
	uint64_t pdus, bytes, failed, frames;
	uint32_t drops; /* of the socket, as it counts them */
	bool reader_gone;
};

/* ---- What was asked for -------------------------------------------------------------------- */

/* "7E0", "18DA10F1/AA" */
static bool parse_party(const char *text, size_t len, canid_t *id, int *ext)
{
	char copy[24], *slash;
	uint64_t number, byte;

	snprintf(copy, sizeof(copy), "%.*s", (int)len, text);
	slash = strchr(copy, '/');
	if (slash)
		*slash++ = '\0';
	*ext = -1;
	if (len >= sizeof(copy) || kin_parse_hex(copy, "identifier", CAN_EFF_MASK, &number) < 0 ||
	    (strlen(copy) != 8 && number > CAN_SFF_MASK) ||
	    (slash && kin_parse_hex(slash, "address", UINT8_MAX, &byte) < 0))
		return false;
	*id = (canid_t)number | (strlen(copy) == 8 ? CAN_EFF_FLAG : 0);
	if (slash)
		*ext = (int)byte;
	return true;
}

static void put_filter(struct kin_buf *out, canid_t id)
{
	if (id & CAN_EFF_FLAG)
		kin_buf_printf(out, ",filter=%08X:DFFFFFFF", id & CAN_EFF_MASK);
	else
		kin_buf_printf(out, ",filter=%03X:C00007FF", id);
}

static int add_pair(struct sniff *sniff, const char *text, struct kin_buf *address)
{
	size_t first = strcspn(text, ":");
	const char *second = text[first] ? text + first + 1 : text + first;
	canid_t ids[2];
	int exts[2];

	if (!parse_party(text, first, &ids[0], &exts[0]) ||
	    !parse_party(second, strlen(second), &ids[1], &exts[1]))
		return misuse(sniff->inv->command,
			      "--pair: \"%s\" is not ID:ID, such as 7E0:7E8, 18DA10F1:18DAF110 or, "
			      "with addresses, 600/AA:601/F1",
			      text);
	if ((exts[0] < 0) != (exts[1] < 0))
		return misuse(sniff->inv->command,
			      "--pair: %s has an address on one side alone: both, such as "
			      "600/AA:601/F1, or none",
			      text);
	sniff->printer.ext |= exts[0] >= 0 || exts[1] >= 0;
	put_filter(address, ids[0]);
	put_filter(address, ids[1]);
	if (kin_isotp_decoder_add_pair(sniff->decoder, ids[0], exts[0], ids[1], exts[1]) < 0)
		return misuse(sniff->inv->command, "--pair: %s: %s", text, kin_error_text());
	return 0;
}

static int parse_output(struct sniff *sniff)
{
	static const char *const formats[] = {"text",      "json",      "isotpsniffer",
					      "isotpdump", "isotpperf", NULL};
	static const char *const kinds[] = {"hex", "ascii", "both", NULL};
	static const char *const times[] = {"a", "A", "d", "z", NULL};
	struct isotp_printer *printer = &sniff->printer;
	unsigned format = inv_has(sniff->inv, "json") ? ISOTP_JSON : ISOTP_TEXT, time = 4;
	unsigned data;

	if (inv_has(sniff->inv, "frames"))
		format = ISOTP_DUMP;
	if (inv_choice(sniff->inv, "format", formats, &format) ||
	    inv_choice(sniff->inv, "time", times, &time))
		return STATUS_USAGE;
	data = format == ISOTP_SNIFFER ? 2 : 0;
	printer->head = INT64_MAX;
	if (inv_choice(sniff->inv, "data", kinds, &data) ||
	    inv_int(sniff->inv, "head", 1, INT64_MAX, &printer->head))
		return STATUS_USAGE;
	/* ISOTP_HEX, ISOTP_ASCII, both */
	printer->data = data + 1;
	printer->format = format;
	printer->uds = inv_has(sniff->inv, "uds");
	printer->ext = inv_has(sniff->inv, "ext");
	printer->time = time < 4 ? *times[time] : 0;
	return 0;
}

static int parse(struct sniff *sniff)
{
	const struct invocation *inv = sniff->inv;
	struct kin_buf address = {sniff->address, sizeof(sniff->address), 0};
	int64_t duration = -1, timeout = -1;
	const char *pair;
	int status = 0;

	sniff->left = INT64_MAX;
	if (parse_output(sniff) || inv_int(inv, "count", 1, INT64_MAX, &sniff->left) ||
	    inv_duration(inv, "duration", &duration) || inv_duration(inv, "timeout", &timeout))
		return STATUS_USAGE;
	sniff->end_ns = kin_deadline(duration);
	if (kin_isotp_decoder_new(0, 0, &sniff->decoder) < 0)
		return complain_of("memory", -ENOMEM);
	kin_buf_puts(&address, "can:");
	kin_buf_put_body(&address, inv->args[0], strlen(inv->args[0]));
	kin_buf_puts(&address, ",fd=on,timestamps=software,drops=on");
	for (unsigned i = 0; !status && (pair = inv_value_at(inv, "pair", i)); i++)
		status = add_pair(sniff, pair, &address);
	kin_buf_end(&address);
	if (!status && timeout >= 0 && kin_isotp_decoder_set_timeout(sniff->decoder, timeout) < 0)
		status = misuse(inv->command, "--timeout: %s", kin_error_text());
	kin_isotp_decoder_set_all(sniff->decoder, inv_has(inv, "all"));
	if (sniff->printer.ext && kin_isotp_decoder_set_ext(sniff->decoder, true) < 0)
		return complain_of("memory", -ENOMEM);
	return status;
}

static int open_all(struct sniff *sniff)
{
	int r = kin_open(sniff->address, KIN_RECEIVE, &sniff->sock);

	if (r < 0) {
		char name[64];

		snprintf(name, sizeof(name), "can:%.48s", sniff->inv->args[0]);
		return complain_of(name, r);
	}
	source_enlarge_buffer(sniff->sock);
	r = kin_batch_new(BATCH, CANFD_MTU, 0, &sniff->batch);
	if (r == 0)
		r = kin_format_new(kin_sock_family(sniff->sock), "text", &sniff->printer.names);
	sniff->stop = stop_fd();
	return r < 0 ? complain_of("memory", r) : 0;
}

/* ---- Frames and PDUs ----------------------------------------------------------------------- */

static void count(struct sniff *sniff)
{
	if (sniff->left != INT64_MAX)
		sniff->left--;
}

static void take_pdus(struct sniff *sniff)
{
	const struct kin_isotp_pdu *pdu;

	while ((pdu = kin_isotp_decoder_next(sniff->decoder))) {
		sniff->pdus++;
		sniff->bytes += pdu->full_len;
		sniff->failed += pdu->end != KIN_ISOTP_COMPLETE;
		if (sniff->printer.format == ISOTP_DUMP || sniff->left == 0)
			continue;
		isotp_print_pdu(&sniff->printer, pdu);
		count(sniff);
	}
}

static int take_frame(struct sniff *sniff, const struct kin_msg *msg)
{
	const union kin_can_frame *frame = (const union kin_can_frame *)(const void *)msg->data;
	struct sockaddr_can from = {0};

	memcpy(&from, &msg->addr.ss, msg->addr.len < sizeof(from) ? msg->addr.len : sizeof(from));
	sniff->frames++;
	sniff->drops = msg->drops;
	if (sniff->printer.format == ISOTP_DUMP && kin_can_frame_kind(frame, msg->len) > 0 &&
	    sniff->left > 0) {
		isotp_print_frame(&sniff->printer, from.can_ifindex, frame, msg->len, msg->time_ns);
		count(sniff);
	}
	return kin_isotp_decoder_feed(sniff->decoder, from.can_ifindex, frame, msg->len,
				      msg->time_ns);
}

/* What is there. 0, or -errno */
static int drain(struct sniff *sniff)
{
	int n = kin_recv_batch(sniff->sock, sniff->batch, MSG_DONTWAIT);

	if (n == -EAGAIN || n == -EINTR)
		return 0;
	for (int i = 0; i < n && sniff->left > 0; i++) {
		int r = take_frame(sniff, kin_batch_msg(sniff->batch, (unsigned)i));

		take_pdus(sniff);
		if (r < 0)
			return r;
	}
	return n < 0 ? n : 0;
}

/* The clock of the time stamps. */
static int64_t now_of_stamps(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return now.tv_sec * SECOND_NS + now.tv_nsec;
}

/* Milliseconds until a transfer is too late, or all is to end; -1: never. */
static int next_timeout(const struct sniff *sniff)
{
	int64_t deadline = kin_isotp_decoder_deadline(sniff->decoder), left = INT64_MAX;

	if (deadline != INT64_MAX)
		left = deadline - now_of_stamps();
	if (sniff->end_ns >= 0 && sniff->end_ns - kin_now() < left)
		left = sniff->end_ns - kin_now();
	if (left == INT64_MAX)
		return -1;
	if (left <= 0)
		return 0;
	return left / 1000000 < SECOND_MS ? (int)(left / 1000000) + 1 : SECOND_MS;
}

static int receive(struct sniff *sniff)
{
	struct pollfd fds[] = {{.fd = kin_fd(sniff->sock), .events = POLLIN},
			       {.fd = sniff->stop, .events = POLLIN}};
	int r = 0;

	while (r == 0 && sniff->left > 0 && !sniff->reader_gone) {
		fds[0].revents = fds[1].revents = 0;
		poll(fds, 2, next_timeout(sniff));
		r = drain(sniff);
		/* Only when nothing waits: what waits has times before now. */
		if (r == 0 && !fds[0].revents) {
			r = kin_isotp_decoder_advance(sniff->decoder, now_of_stamps());
			take_pdus(sniff);
		}
		sniff->reader_gone = flush_output() < 0;
		if (fds[1].revents || (sniff->end_ns >= 0 && kin_now() >= sniff->end_ns))
			break;
	}
	return r;
}

static int sum_up(const struct sniff *sniff)
{
	if (inv_has(sniff->inv, "stats"))
		remark("%llu PDUs of %llu bytes, %llu of them not complete; %llu frames",
		       (unsigned long long)sniff->pdus, (unsigned long long)sniff->bytes,
		       (unsigned long long)sniff->failed, (unsigned long long)sniff->frames);
	if (sniff->drops == 0)
		return STATUS_DONE;
	remark("%u frames were lost: the socket's buffer was full", sniff->drops);
	return STATUS_LOST;
}

static int run(const struct invocation *inv)
{
	struct sniff sniff = {.inv = inv, .stop = -1};
	int status = parse(&sniff);

	if (!status)
		status = open_all(&sniff);
	if (!status) {
		int r = receive(&sniff);

		status = sum_up(&sniff);
		if (r < 0)
			status = complain_of(inv->args[0], r);
	}
	kin_format_free(sniff.printer.names);
	kin_batch_free(sniff.batch);
	kin_close(sniff.sock);
	kin_isotp_decoder_free(sniff.decoder);
	if (sniff.stop >= 0)
		close(sniff.stop);
	return status;
}

static const struct command_option options[] = {
	{"pair", 'p', "ID:ID",
	 "follow these two identifiers alone, and those of further --pair; with "
	 "addresses in the first byte: ID/HEX:ID/HEX"},
	{"ext", 'x', NULL,
	 "extended or mixed addressing: the first byte of each frame is an address"},
	{"all", 'a', NULL, "show what looks like a single frame from any identifier"},
	{"uds", 'u', NULL, "say what it is in UDS (ISO 14229) or OBD-II"},
	{"frames", 'f', NULL, "show each frame, as isotpdump does: --format isotpdump"},
	{"format", 0, "FORMAT",
	 "text (the default), json, or the lines of isotpsniffer, isotpdump or "
	 "isotpperf"},
	{"json", 'j', NULL, "one JSON object a line: --format json"},
	{"data", 'd', "HOW", "hex, ascii or both"},
	{"head", 0, "COUNT", "show the first COUNT bytes of each PDU only"},
	{"time", 't', "STYLE",
	 "begin lines with the time: a absolute, A with the date, d since the line "
	 "before, z since the first"},
	{"timeout", 0, "TIME", "how long flow control and the next frame may take [1s]"},
	{"count", 'n', "COUNT", "end after COUNT lines"},
	{"duration", 0, "TIME", "end after TIME: 10 (seconds), 500ms, 2m"},
	{"stats", 0, NULL, "count PDUs, bytes and failures, on standard error"},
	{},
};

static const struct command_example examples[] = {
	{"kin can isotp sniff can0 --uds -n 2", "what a tester and a controller say, in words"},
	{"kin can isotp sniff can0 --pair 7E0:7E8 --frames --uds -n 1", "frame by frame"},
	{"kin can isotp sniff can0 --json --time a -n 1", "for other programs"},
	{},
};

const struct command command_can_isotp_sniff = {
	.group = "can isotp",
	.name = "sniff",
	.args = "INTERFACE",
	.summary = "show the ISO-TP messages that others exchange",
	.text = "Transfers are put together from raw frames, without a part in them: nothing is "
		"sent, "
		"and the kernel needs no ISO-TP. Which identifiers belong together shows by the "
		"flow "
		"control that answers a first frame. Single frames are shown of identifiers that "
		"took "
		"part in a transfer, and of those of ISO 15765-4 (7DF, 7E0-7EF, 18DAxxxx, "
		"18DBxxxx); "
		"--all shows those of any that look like one, --pair says which.\n\n"
		"   can0  7E0 > 7E8  [3]  22 F1 90  ReadDataByIdentifier request, VIN (F190)\n\n"
		"What goes wrong stands behind !! with what came so far: a frame that is missing, "
		"flow "
		"control or a frame that did not come in time, a PDU too long for its receiver, "
		"one "
		"that its sender gave up. Up to 1 MiB of a PDU and 16 MiB in all are kept.\n\n"
		"With the formats isotpsniffer, isotpdump and isotpperf the lines are those of "
		"these "
		"programs.",
	.options = options,
	.examples = examples,
	.min_args = 1,
	.max_args = 1,
	.run = run,
};
