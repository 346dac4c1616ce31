/* SPDX-License-Identifier: GPL-2.0-or-later */
/* kin bt ping: echoes of L2CAP, which every device of BR/EDR answers. */
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <kin/family.h>
#include "controller.h"

enum {
	/* Signalling commands of L2CAP: code, identifier, length of what follows */
	HEAD = 4,
	REJECT = 0x01,
	ECHO_REQUEST = 0x08,
	ECHO_RESPONSE = 0x09,
	/* Identifiers for programs; the others are the kernel's */
	FIRST_ID = 200,
	LAST_ID = 254,
	MAX_SIZE = 672 - HEAD, /* what the kernel sends on this channel */
	/* Of a rejection: room for its reason, and the one that tells what is taken */
	REASON = 4,
	TOO_LONG = 0x01,
};

struct run {
	const struct invocation *inv;
	struct chosen chosen;
	struct kin_bdaddr address;
	struct kin_sock *sock;
	int stop;
	int64_t count, size; /* count 0: until it is interrupted */
	int64_t interval_ns, timeout_ns;
	bool flood, verify, json;
	bool stopped;
	uint8_t *packet; /* what is sent, and behind it room for what comes */
	uint64_t sent, received, wrong;
	int64_t least_ns, most_ns, sum_ns;
};

/* ---- One echo ------------------------------------------------------------------------------ */

static uint8_t id_of(uint64_t number)
{
	return (uint8_t)(FIRST_ID + number % (LAST_ID - FIRST_ID + 1));
}

/* Bytes that tell one echo from the next. */
static void fill(struct run *run, uint64_t number)
{
	uint8_t *at = run->packet;

	at[0] = ECHO_REQUEST;
	at[1] = id_of(number);
	at[2] = (uint8_t)run->size;
	at[3] = (uint8_t)(run->size >> 8);
	for (int64_t i = 0; i < run->size; i++)
		at[HEAD + i] = (uint8_t)(number + (uint64_t)i);
}

/* What became of an echo. */
enum result { LOST, ANSWERED, WRONG, REFUSED };

struct echo {
	uint64_t number;
	int64_t sent_ns, took_ns;
	enum result result;
	size_t bytes;   /* that came back */
	unsigned takes; /* REFUSED because it is longer than that, with its head; 0: why else */
};

/* A message that came: is it about the echo? */
static bool see(const struct run *run, const uint8_t *got, size_t len, struct echo *echo)
{
	if (len < HEAD || got[1] != run->packet[1] || (got[0] != ECHO_RESPONSE && got[0] != REJECT))
		return false;
	echo->bytes = len - HEAD;
	echo->result = ANSWERED;
	if (got[0] == REJECT) {
		echo->result = REFUSED;
		if (echo->bytes >= 4 && got[HEAD] == TOO_LONG && got[HEAD + 1] == 0)
			echo->takes = got[HEAD + 2] | (unsigned)got[HEAD + 3] << 8;
	} else if (run->verify &&
		   (echo->bytes != (size_t)run->size ||
		    memcmp(got + HEAD, run->packet + HEAD, (size_t)run->size) != 0)) {
		echo->result = WRONG;
	}
	return true;
}

/* Wait until then, or until it is stopped. False: nothing came on the socket */
static bool wait_until(struct run *run, int64_t until_ns, bool for_answer)
{
	struct pollfd fds[] = {{.fd = run->stop, .events = POLLIN},
			       {.fd = for_answer ? kin_fd(run->sock) : -1, .events = POLLIN}};
	int64_t left = until_ns - kin_now();

	if (left < 0)
		left = 0;
	ppoll(fds, 2, &(struct timespec){left / 1000000000, left % 1000000000}, NULL);
	run->stopped |= fds[0].revents != 0;
	return fds[1].revents != 0;
}

static void put_json_echo(const struct run *run, const struct echo *echo)
{
	static const char *const words[] = {"lost", "ok", "wrong", "refused"};

	printf("{\"address\":\"%s\",\"seq\":%llu,\"result\":\"%s\"", bdaddr_text(&run->address),
	       (unsigned long long)echo->number, words[echo->result]);
	if (echo->result == REFUSED && echo->takes >= HEAD)
		printf(",\"takes\":%u", echo->takes - HEAD);
	if (echo->result == ANSWERED || echo->result == WRONG)
		printf(",\"bytes\":%zu", echo->bytes);
	if (echo->result != LOST)
		printf(",\"time_ms\":%.3f", (double)echo->took_ns / 1e6);
	puts("}");
}

static void put_echo(const struct run *run, const struct echo *echo)
{
	const char *address = bdaddr_text(&run->address);
	unsigned long long number = echo->number;

	if (run->json)
		put_json_echo(run, echo);
	else if (echo->result == LOST)
		printf("no answer from %s: seq=%llu\n", address, number);
	else if (echo->result == REFUSED && echo->takes >= HEAD)
		printf("refused by %s: seq=%llu: it takes %u bytes at most\n", address, number,
		       echo->takes - HEAD);
	else if (echo->result == REFUSED)
		printf("refused by %s: seq=%llu\n", address, number);
	else
		printf("%zu bytes from %s: seq=%llu time=%.2f ms%s\n", echo->bytes, address, number,
		       (double)echo->took_ns / 1e6,
		       echo->result == WRONG ? ", not what was sent" : "");
	flush_output();
}

static void count(struct run *run, const struct echo *echo)
{
	if (echo->result == WRONG || echo->result == REFUSED)
		run->wrong++;
	if (echo->result != ANSWERED)
		return;
	if (run->received++ == 0 || echo->took_ns < run->least_ns)
		run->least_ns = echo->took_ns;
	if (echo->took_ns > run->most_ns)
		run->most_ns = echo->took_ns;
	run->sum_ns += echo->took_ns;
}

/* The answer to what was sent. 0 or -errno of the link */
static int receive(struct run *run, struct echo *echo)
{
	uint8_t *got = run->packet + HEAD + run->size;
	int64_t until_ns = echo->sent_ns + run->timeout_ns;
	bool seen = false;

	while (!seen && !run->stopped && kin_now() < until_ns) {
		ssize_t len;

		if (!wait_until(run, until_ns, true))
			continue;
		len = kin_recv(run->sock, got, HEAD + (size_t)run->size + REASON, 0);
		echo->took_ns = kin_now() - echo->sent_ns;
		if (len < 0 && len != -EAGAIN && len != -ETIMEDOUT)
			return (int)len;
		if (len == 0)
			return kin_fail(ECONNRESET, "the device went away");
		seen = len > 0 && see(run, got, (size_t)len, echo);
	}
	/* What was interrupted is neither. */
	if (!seen && run->stopped) {
		run->sent--;
		return 0;
	}
	count(run, echo);
	if (!run->flood || run->json || echo->result != ANSWERED)
		put_echo(run, echo);
	return 0;
}

/* ---- All of them --------------------------------------------------------------------------- */

static int ping(struct run *run)
{
	int64_t next_ns = kin_now();

	for (uint64_t number = 0; !run->stopped && (!run->count || number < (uint64_t)run->count);
	     number++) {
		struct echo echo = {.number = number, .sent_ns = kin_now()};
		int r;

		fill(run, number);
		r = kin_send_all(run->sock, run->packet, HEAD + (size_t)run->size, 0, NULL);
		if (r == 0) {
			run->sent++;
			r = receive(run, &echo);
		}
		if (r < 0)
			return complain_of(bdaddr_text(&run->address), r);
		if (flush_output() < 0)
			break;
		next_ns += run->interval_ns;
		if (run->flood || (run->count && number + 1 == (uint64_t)run->count))
			continue;
		while (!run->stopped && kin_now() < next_ns)
			wait_until(run, next_ns, false);
	}
	return STATUS_DONE;
}

static void sum_up(const struct run *run)
{
	uint64_t missing = run->sent - run->received;
	double lost = run->sent ? 100.0 * (double)missing / (double)run->sent : 0;
	double mean = run->received ? (double)run->sum_ns / (double)run->received / 1e6 : 0;

	if (run->json) {
		printf("{\"address\":\"%s\",\"sent\":%llu,\"received\":%llu,\"wrong\":%llu,"
		       "\"lost_percent\":%.1f",
		       bdaddr_text(&run->address), (unsigned long long)run->sent,
		       (unsigned long long)run->received, (unsigned long long)run->wrong, lost);
		if (run->received)
			printf(",\"min_ms\":%.3f,\"mean_ms\":%.3f,\"max_ms\":%.3f",
			       (double)run->least_ns / 1e6, mean, (double)run->most_ns / 1e6);
		puts("}");
		return;
	}
	printf("%llu sent, %llu received, %.0f%% lost", (unsigned long long)run->sent,
	       (unsigned long long)run->received, lost);
	if (run->wrong)
		printf(", %llu wrong or refused", (unsigned long long)run->wrong);
	if (run->received)
		printf("; round trip least %.2f, mean %.2f, most %.2f ms",
		       (double)run->least_ns / 1e6, mean, (double)run->most_ns / 1e6);
	putchar('\n');
}

/* ---- The verb ------------------------------------------------------------------------------ */

static int parse(struct run *run)
{
	const struct invocation *inv = run->inv;

	run->size = 44;
	run->interval_ns = 1000000000;
	run->timeout_ns = 10 * INT64_C(1000000000);
	if (inv_int(inv, "count", 1, INT64_MAX, &run->count) ||
	    inv_int(inv, "size", 0, MAX_SIZE, &run->size) ||
	    inv_duration(inv, "interval", &run->interval_ns) ||
	    inv_duration(inv, "timeout", &run->timeout_ns))
		return STATUS_USAGE;
	run->flood = inv_has(inv, "flood");
	run->verify = inv_has(inv, "verify");
	run->json = inv_has(inv, "json");
	if (kin_bdaddr_parse(inv->args[0], &run->address) < 0)
		return misuse(inv->command, "%s", kin_error_text());
	run->packet = malloc(2 * ((size_t)run->size + HEAD) + REASON);
	return run->packet ? STATUS_DONE : complain_of("memory", -ENOMEM);
}

static int open_link(struct run *run)
{
	int status = chosen_open_for(&run->chosen, inv_value(run->inv, "local"), &run->address);
	int err;

	if (status)
		return status;
	err = kin_link_open(run->chosen.index, &run->address, KIN_BDADDR_BREDR, run->timeout_ns,
			    &run->sock);
	return err < 0 ? complain_of(bdaddr_text(&run->address), err) : STATUS_DONE;
}

static int run(const struct invocation *inv)
{
	struct run r = {.inv = inv, .stop = -1};
	int status = parse(&r);

	if (status == STATUS_DONE)
		status = open_link(&r);
	if (status == STATUS_DONE) {
		r.stop = stop_fd();
		status = ping(&r);
		sum_up(&r);
		close(r.stop);
	}
	if (status == STATUS_DONE && r.received == 0 && r.sent > 0)
		status = STATUS_FAILED;
	free(r.packet);
	kin_close(r.sock);
	chosen_close(&r.chosen);
	return status;
}

static const struct command_option options[] = {
	{"count", 'n', "COUNT", "so many echoes [until it is interrupted]"},
	{"interval", 'i', "TIME", "from one to the next [1s]"},
	{"size", 's', "BYTES", "of each, 0-668 [44]; more than 44 need not be taken"},
	{"timeout", 't', "TIME", "wait so long for the connection, and for each answer [10s]"},
	{"flood", 'f', NULL, "the next as soon as the answer is there; only failures are shown"},
	{"verify", 'v', NULL, "check that what comes back is what was sent"},
	{"local", 0, "CONTROLLER", "the controller to use [the first that is up]"},
	{"json", 'j', NULL, "an object for each echo, and one for all of them"},
	{},
};

static const struct command_example examples[] = {
	{"kin bt ping 00:AA:01:01:00:02 -n 3", "is it there, and how far?"},
	{"kin bt ping 00:AA:01:01:00:02 --flood --verify --size 40 -n 100",
	 "as fast as it can, every byte compared"},
	{"kin bt ping 00:AA:01:01:00:02 -n 2 --interval 200ms --json --local hci0",
	 "for a program, through one controller"},
	{},
};

const struct command command_bt_ping = {
	.group = "bt",
	.name = "ping",
	.args = "ADDRESS",
	.summary = "ask a Bluetooth device whether it is there: echoes of L2CAP",
	.text = "Every device of BR/EDR answers these, without pairing; LE has none. At the end it "
		"tells how many were lost, and the times of the others. Takes CAP_NET_RAW. The "
		"exit status is 0 when an answer came, 1 when none did or the connection was "
		"lost.",
	.options = options,
	.examples = examples,
	.min_args = 1,
	.max_args = 1,
	.run = run,
};
