/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <kin/family.h>
#include "j1939.h"

#define LONGEST 65536

struct request {
	const struct invocation *inv;
	uint32_t pgn;
	struct j1939_node from, to;
	int64_t end_ns;
	struct kin_sock *sock;
	struct kin_batch *batch;
	struct kin_format *format;
	int stop_fd;
	unsigned answers, refusals;
};

/* Is it about what was asked for? Counts it. */
static bool is_answer(struct request *req, const struct kin_msg *msg)
{
	struct kin_j1939_ack ack;
	uint32_t pgn;

	if (kin_j1939_addr_read(&msg->addr, NULL, &pgn, NULL) < 0)
		return false;
	if (pgn == req->pgn) {
		req->answers++;
		return true;
	}
	if (kin_j1939_ack_read(msg->data, msg->len, &ack) < 0 || ack.pgn != req->pgn)
		return false;
	if (ack.kind == KIN_J1939_ACK)
		req->answers++;
	else
		req->refusals++;
	return true;
}

static int put_message(struct request *req, const struct kin_msg *msg)
{
	static char line[4 * LONGEST];
	ssize_t n = kin_format_msg(req->format, req->sock, msg, line, sizeof(line));

	if (n < 0)
		return complain_of(req->inv->args[0], (int)n);
	fputs(line, stdout);
	fflush(stdout);
	return 0;
}

static bool is_done(const struct request *req)
{
	bool one = req->to.name || req->to.addr != J1939_NO_ADDR;

	return one && req->answers + req->refusals > 0;
}

/* What is there. @return a STATUS_ */
static int receive(struct request *req)
{
	int n, status = 0;

	while (!status && !is_done(req) && (n = kin_recv_batch(req->sock, req->batch, 0)) != 0) {
		const struct kin_msg *msg = kin_batch_msg(req->batch, 0);

		if (n < 0)
			return n == -EAGAIN ? 0 : complain_of(req->inv->args[0], n);
		if (is_answer(req, msg))
			status = put_message(req, msg);
	}
	return status;
}

/* Until the time is over, or the one that was asked has answered. */
static int wait_for_answers(struct request *req)
{
	struct pollfd fds[] = {{.fd = kin_fd(req->sock), .events = POLLIN},
			       {.fd = req->stop_fd, .events = POLLIN}};
	int status = 0;

	while (!status && !is_done(req) && fds[1].revents == 0) {
		int64_t left_ms = (req->end_ns - kin_now() + 999999) / 1000000;

		if (left_ms <= 0)
			break;
		poll(fds, 2, left_ms < 3600000 ? (int)left_ms : 3600000);
		status = receive(req);
	}
	if (status || req->answers > 0)
		return status;
	if (req->refusals > 0)
		return STATUS_FAILED;
	complain("%s: nobody answered", req->inv->args[0]);
	return STATUS_FAILED;
}

static int ask(struct request *req)
{
	const uint32_t wanted[] = {req->pgn, 0x0E800};
	struct j1939_filter filters[2] = {};
	uint8_t data[3] = {(uint8_t)req->pgn, (uint8_t)(req->pgn >> 8), (uint8_t)(req->pgn >> 16)};
	struct kin_addr to;
	ssize_t r;

	for (unsigned i = 0; i < 2; i++) {
		filters[i].pgn = wanted[i];
		filters[i].pgn_mask = J1939_PGN_MAX;
	}
	r = kin_j1939_set_filters(req->sock, filters, 2);
	if (r == 0)
		r = kin_set_timeout(req->sock, 0);
	if (r == 0)
		r = kin_j1939_addr(NULL, req->to.name, J1939_PGN_REQUEST, req->to.addr, &to);
	if (r == 0)
		r = kin_send_to(req->sock, data, sizeof(data), 0, &to);
	return r < 0 ? complain_of(req->inv->args[0], (int)r) : 0;
}

static int read_options(struct request *req)
{
	const struct invocation *inv = req->inv;
	int64_t timeout_ns = 1250000000;
	int status = j1939_pgn(inv, inv->args[1], &req->pgn);

	req->from.addr = J1939_IDLE_ADDR;
	req->to.addr = J1939_NO_ADDR;
	if (!status)
		status = j1939_node_option(inv, "from", &req->from);
	if (!status)
		status = j1939_node_option(inv, "to", &req->to);
	if (!status)
		status = inv_duration(inv, "timeout", &timeout_ns);
	if (!status && !inv_has(inv, "from") && req->pgn != J1939_PGN_ADDRESS_CLAIMED)
		return misuse(
			inv->command,
			"--from is missing: the address or NAME that asks (only claims may be "
			"asked for without one)");
	req->end_ns = kin_deadline(timeout_ns < 0 ? 0 : timeout_ns);
	return status;
}

static int run(const struct invocation *inv)
{
	struct request req = {.inv = inv, .stop_fd = -1};
	int r = 0, status = read_options(&req);

	if (!status)
		status = j1939_open(inv->args[0], &req.from, &req.sock);
	if (!status) {
		req.stop_fd = stop_fd();
		r = kin_batch_new(1, LONGEST, 0, &req.batch);
		if (r == 0)
			r = kin_format_new(kin_sock_family(req.sock),
					   inv_has(inv, "json") ? "json" : "text,words",
					   &req.format);
		if (r < 0)
			status = complain_of(inv->args[0], r);
	}
	if (!status)
		status = ask(&req);
	if (!status)
		status = wait_for_answers(&req);
	kin_format_free(req.format);
	kin_batch_free(req.batch);
	kin_close(req.sock);
	if (req.stop_fd >= 0)
		close(req.stop_fd);
	return status;
}

static const struct command_option options[] = {
	{"from", 'F', "NODE", "the address or NAME that asks"},
	{"to", 'T', "NODE", "the address or NAME that is asked; all [all]"},
	{"timeout", 't', "DURATION", "how long answers are waited for [1.25s, as J1939-21 says]"},
	{"json", 'j', NULL, "one JSON object a line"},
	{},
};

static const struct command_example examples[] = {
	{"kin can j1939 request can0 AC", "who is there: addresses and NAMEs"},
	{"kin can j1939 request can0 SOFT --from 0xF9 --to 0x00", "the engine's software"},
	{},
};

const struct command command_can_j1939_request = {
	.group = "can j1939",
	.name = "request",
	.args = "INTERFACE PGN",
	.summary = "ask J1939 nodes for a parameter group and print the answers",
	.text = "Sends a request (PGN 59904) and prints what comes, as kin can j1939 spy --words "
		"does. "
		"Asked of one node, it ends with that one's answer; of all, with the timeout. "
		"Answers "
		"of several frames are put together. A node that does not have it says so: not "
		"supported, access denied, busy.\n\n"
		"The exit status is 1 when nobody answered or all refused.\n\n"
		"A NODE is an address (0x20), or a NAME (0x8000000000000001, or its fields: "
		"function=0,identity=1); a PGN a number or an acronym such as DM1.",
	.options = options,
	.examples = examples,
	.min_args = 2,
	.max_args = 2,
	.run = run,
};
