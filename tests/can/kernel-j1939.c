/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* J1939 sockets on virtual interfaces: messages of every length, reports, claims. */
#include "harness.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <kin/family.h>
#include <kin/j1939.h>

#define LOW  0x8000000000000001ULL
#define HIGH 0x8000000000000002ULL

#define SECOND INT64_C(1000000000)

static struct kin_sock *open_j1939(const char *text, enum kin_role role)
{
	struct kin_sock *sock;

	ck_ok(kin_open(text, role, &sock));
	return sock;
}

static void fill(uint8_t *data, size_t len)
{
	for (size_t i = 0; i < len; i++)
		data[i] = (uint8_t)(i * 7 + i / 256);
}

/* ---- Messages ------------------------------------------------------------------------------ */

struct seen {
	uint64_t last;
	unsigned calls;
};

static void count(uint64_t taken, uint64_t total, void *data)
{
	struct seen *seen = data;

	ck_assert(taken >= seen->last && taken <= total);
	seen->last = taken;
	seen->calls++;
}

START_TEST(carries_every_length)
{
	static const size_t lengths[] = {0, 1, 8, 9, 1785, 1786, 20000};
	static uint8_t data[20000], back[20000];
	struct kin_sock *in, *out;

	/* The last one is handed over in parts: there is no room for it at once. */
	make_vcan("vcan0", 16);
	in = open_j1939("j1939:vcan0,addr=0x30,timeout=5", KIN_RECEIVE);
	out = open_j1939("j1939:vcan0,addr=0x20,to=0x30,to-pgn=0xEF00,sndbuf=4096,timeout=15",
			 KIN_CONNECT);
	fill(data, sizeof(data));
	for (size_t i = 0; i < sizeof(lengths) / sizeof(*lengths); i++) {
		struct seen seen = {};
		struct kin_addr from;
		uint32_t pgn;
		unsigned addr;

		ck_ok(kin_j1939_send(out, data, lengths[i], NULL, count, &seen));
		ck_assert_uint_eq(seen.last, lengths[i]);
		if (lengths[i] == 20000)
			ck_assert_uint_gt(seen.calls, 5);
		memset(back, 0, sizeof(back));
		ck_assert_int_eq(kin_recv_from(in, back, sizeof(back), 0, &from), (long)lengths[i]);
		ck_assert_mem_eq(back, data, lengths[i]);
		ck_ok(kin_j1939_addr_read(&from, NULL, &pgn, &addr));
		ck_assert_uint_eq(pgn, 0xEF00);
		ck_assert_uint_eq(addr, 0x20);
	}
	ck_fails(kin_j1939_send(out, data, KIN_J1939_MESSAGE_MAX + 1U, NULL, NULL, NULL), EMSGSIZE,
		 NULL);
	ck_ok(kin_set_timeout(out, 0));
	ck_fails(kin_j1939_send(out, data, 8, NULL, NULL, NULL), EINVAL, NULL);
	kin_close(in);
	kin_close(out);
}
END_TEST

/* A socket that waits for a time only takes what it has room for; the rest comes next. */
START_TEST(takes_a_message_in_parts)
{
	static uint8_t data[20000], back[20000];
	struct kin_batch *batch KIN_CLEANUP(kin_batch_free) = NULL;
	struct kin_sock *in, *out;
	struct kin_msg *msg;
	size_t sent;

	make_vcan("vcan0", 16);
	in = open_j1939("j1939:vcan0,addr=0x30,timeout=15", KIN_RECEIVE);
	out = open_j1939("j1939:vcan0,addr=0x20,to=0x30,to-pgn=0xEF00,sndbuf=4608,timeout=15",
			 KIN_CONNECT);
	fill(data, sizeof(data));
	ck_ok(kin_send_all(out, data, sizeof(data), 0, &sent));
	ck_assert_uint_eq(sent, sizeof(data));
	ck_assert_int_eq(kin_recv(in, back, sizeof(back), 0), sizeof(data));
	ck_assert_mem_eq(back, data, sizeof(data));
	ck_ok(kin_batch_new(2, sizeof(data), 0, &batch));
	for (unsigned i = 0; i < 2; i++) {
		msg = kin_batch_msg(batch, i);
		memcpy(msg->data, data, sizeof(data));
		msg->len = sizeof(data);
	}
	/* Behind the one that was cut, no other is sent. */
	ck_assert_int_eq(kin_send_batch(out, batch, 0, 2, 0), 1);
	msg = kin_batch_msg(batch, 0);
	ck_assert_uint_gt(msg->full_len, 0);
	ck_assert_uint_lt(msg->full_len, sizeof(data));
	ck_fails(kin_send_batch(out, batch, 1, 1, 0), EIO,
		 "a message before was taken in part: its rest must come next");
	ck_ok(kin_send_all(out, data + msg->full_len, sizeof(data) - msg->full_len, 0, NULL));
	memset(back, 0, sizeof(back));
	ck_assert_int_eq(kin_recv(in, back, sizeof(back), 0), sizeof(data));
	ck_assert_mem_eq(back, data, sizeof(data));
	kin_close(in);
	kin_close(out);
}
END_TEST

START_TEST(tells_where_a_message_was_sent)
{
	struct kin_batch *batch KIN_CLEANUP(kin_batch_free) = NULL;
	struct kin_sock *in, *out;
	struct kin_addr to;
	uint64_t name;

	make_vcan("vcan0", 16);
	in = open_j1939("j1939:vcan0,timeout=5", KIN_RECEIVE);
	out = open_j1939("j1939:vcan0,addr=0x20,broadcast=on,prio=3,timeout=5", KIN_CONNECT);
	ck_ok(kin_batch_new(1, 64, 0, &batch));
	ck_ok(kin_j1939_addr(NULL, 0, 0xEF00, 0x30, &to));
	ck_ok(kin_j1939_send(out, "12345678", 8, &to, NULL, NULL));
	ck_assert_int_eq(kin_recv_batch(in, batch, 0), 1);
	ck_assert_int_eq(kin_j1939_destination(kin_batch_msg(batch, 0)), 0x30);
	ck_assert_int_eq(kin_j1939_priority(kin_batch_msg(batch, 0)), 3);
	ck_fails(kin_j1939_destination_name(kin_batch_msg(batch, 0), &name), ENOENT, NULL);
	/* To all, in three frames. */
	ck_ok(kin_j1939_addr(NULL, 0, 0xFEF1, 255, &to));
	ck_ok(kin_j1939_set_priority(out, 6));
	ck_ok(kin_j1939_send(out, "12345678901234567890", 20, &to, NULL, NULL));
	ck_assert_int_eq(kin_recv_batch(in, batch, 0), 1);
	ck_assert_uint_eq(kin_batch_msg(batch, 0)->len, 20);
	ck_assert_int_eq(kin_j1939_destination(kin_batch_msg(batch, 0)), 255);
	kin_close(in);
	kin_close(out);
}
END_TEST

START_TEST(receives_what_filters_say)
{
	static const struct {
		const char *options, *received;
	} cases[] = {
		{"", "1234"},
		{",filter=addr:0x20", "12"},
		{",filter=pgn:0xFEF1", "13"},
		{",filter=pgn:0xFEF1/addr:0x21", "3"},
		{",filter=pgn:0xFEF1/addr:0x21,filter=pgn:0xFEF2/addr:0x20", "23"},
		{",filter=addr:0x20:0xFE", "1234"},
		{",filter=addr:0x01:0x01", "34"},
		{",filter=name:0x8000000000000001", ""},
		{",pgn=0xFEF2", "24"},
	};
	struct kin_sock *out[2];

	make_vcan("vcan0", 16);
	out[0] = open_j1939("j1939:vcan0,addr=0x20,broadcast=on,timeout=5", KIN_CONNECT);
	out[1] = open_j1939("j1939:vcan0,addr=0x21,broadcast=on,timeout=5", KIN_CONNECT);
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		char text[160], got[8] = "", byte;
		struct kin_sock *in;

		snprintf(text, sizeof(text), "j1939:vcan0%s", cases[i].options);
		in = open_j1939(text, KIN_RECEIVE);
		for (unsigned n = 0; n < 4; n++) {
			struct kin_addr to;

			byte = (char)('1' + n);
			ck_ok(kin_j1939_addr(NULL, 0, 0xFEF1 + n % 2, 255, &to));
			ck_ok(kin_j1939_send(out[n / 2], &byte, 1, &to, NULL, NULL));
		}
		ck_ok(kin_set_timeout(in, 0));
		while (kin_recv(in, &byte, 1, 0) == 1)
			strncat(got, &byte, 1);
		ck_assert_msg(strcmp(got, cases[i].received) == 0, "%s: %s", text, got);
		kin_close(in);
	}
	kin_close(out[0]);
	kin_close(out[1]);
}
END_TEST

START_TEST(sets_options)
{
	struct j1939_filter filters[J1939_FILTER_MAX + 1] = {};
	struct kin_sock *sock;
	char text[16];

	make_vcan("vcan0", 16);
	sock = open_j1939("j1939:vcan0,addr=0x20,promisc=on", KIN_RECEIVE);
	ck_ok(kin_opt_get(sock, "promisc", text, sizeof(text)));
	ck_assert_str_eq(text, "on");
	ck_ok(kin_j1939_set_promisc(sock, false));
	ck_ok(kin_opt_get(sock, "promisc", text, sizeof(text)));
	ck_assert_str_eq(text, "off");
	ck_ok(kin_opt_get(sock, "prio", text, sizeof(text)));
	ck_assert_str_eq(text, "6");
	ck_ok(kin_j1939_set_priority(sock, 2));
	ck_ok(kin_opt_get(sock, "prio", text, sizeof(text)));
	ck_assert_str_eq(text, "2");
	ck_fails(kin_j1939_set_priority(sock, 8), EINVAL, "priority 8 is not in 0-7");
	ck_ok(kin_j1939_set_reports(sock, true));
	ck_ok(kin_opt_get(sock, "reports", text, sizeof(text)));
	ck_assert_str_eq(text, "on");
	ck_ok(kin_j1939_set_filters(sock, filters, J1939_FILTER_MAX));
	ck_ok(kin_j1939_set_filters(sock, NULL, 0));
	ck_fails(kin_j1939_set_filters(sock, filters, J1939_FILTER_MAX + 1), EINVAL,
		 "513 filters are more than 512");
	kin_close(sock);
}
END_TEST

/* ---- What fails ---------------------------------------------------------------------------- */

START_TEST(says_why_nothing_is_sent)
{
	struct kin_sock *sock;
	struct kin_addr to;
	static uint8_t data[1786];

	make_vcan("vcan0", 16);
	sock = open_j1939("j1939:vcan0,addr=0x20,timeout=5", KIN_CONNECT);
	ck_ok(kin_j1939_addr(NULL, 0, 0xFEF1, 255, &to));
	ck_fails(kin_send_to(sock, "1", 1, 0, &to), EACCES,
		 "sending to all takes the option broadcast=on; to one, to= or to-name=");
	ck_ok(kin_opt_set(sock, "broadcast", "on"));
	ck_fails(kin_send_to(sock, data, sizeof(data), 0, &to), EDESTADDRREQ,
		 "to all, a message has at most 1785 bytes");
	ck_ok(kin_j1939_addr(NULL, HIGH, 0xEF00, 255, &to));
	ck_fails(kin_send_to(sock, "1", 1, 0, &to), EADDRNOTAVAIL, NULL);
	ck_ok(kin_j1939_addr(NULL, 0, 0xEB00, 0x30, &to));
	ck_fails(kin_send_to(sock, "1", 1, 0, &to), EDOM,
		 "this PGN is the transport protocol's own");
	kin_close(sock);
	sock = open_j1939("j1939:vcan0,name=0x8000000000000001,timeout=5", KIN_CONNECT);
	ck_ok(kin_j1939_addr(NULL, 0, 0xEF00, 0x30, &to));
	ck_fails(kin_send_to(sock, "1", 1, 0, &to), EADDRNOTAVAIL,
		 "the NAME has no address: it was not claimed, or less than 250 ms ago (`kin can "
		 "j1939 claim`)");
	kin_close(sock);
	sock = open_j1939("j1939:vcan0,promisc=on,timeout=5", KIN_CONNECT);
	ck_fails(kin_send_to(sock, "1", 1, 0, &to), EBADFD,
		 "nothing says who sends: addr= or name=");
	kin_close(sock);
	ck_fails(kin_open("j1939:vcan0,addr=1,to=255", KIN_SEND, &sock), EACCES, NULL);
	shell("ip link set vcan0 down");
	ck_fails(kin_open("j1939:vcan0,addr=1", KIN_SEND, &sock), ENETDOWN,
		 "vcan0 is down; `sudo kin can up vcan0`");
}
END_TEST

START_TEST(says_why_a_session_was_aborted)
{
	struct kin_sock *sock;
	uint8_t data[100] = {};
	struct seen seen = {};

	make_vcan("vcan0", 16);
	sock = open_j1939("j1939:vcan0,addr=0x20,to=0x30,to-pgn=0xEF00,timeout=10", KIN_CONNECT);
	ck_fails(kin_j1939_send(sock, data, sizeof(data), NULL, count, &seen), EHOSTUNREACH,
		 "aborted when 0 of 100 bytes were taken: nobody answered in time: is there a node "
		 "with that address?");
	ck_assert_uint_eq(seen.calls, 0);
	/* The next one has nothing of it. */
	ck_ok(kin_j1939_send(sock, data, 8, NULL, NULL, NULL));
	ck_ok(kin_set_timeout(sock, SECOND / 10));
	ck_fails(kin_j1939_send(sock, data, sizeof(data), NULL, NULL, NULL), ETIMEDOUT, NULL);
	kin_close(sock);
}
END_TEST

/* ---- Claims -------------------------------------------------------------------------------- */

static struct kin_j1939_claim *claim_on(const char *interface, uint64_t name, const uint8_t *addrs,
					size_t n)
{
	const struct kin_j1939_claim_config config = {
		.struct_size = sizeof(config),
		.name = name,
		.addrs = addrs,
		.n_addrs = n,
		.at_once = true,
	};
	struct kin_j1939_claim *c;

	ck_ok(kin_j1939_claim_new(interface, &config, &c));
	return c;
}

static struct kin_j1939_claim *claim(uint64_t name, const uint8_t *addrs, size_t n)
{
	return claim_on("vcan0", name, addrs, n);
}

/* Step both until this happens to c. */
static struct kin_j1939_event until(struct kin_j1939_claim *c, struct kin_j1939_claim *other,
				    enum kin_j1939_event_kind kind, int state)
{
	struct kin_j1939_event event = {.struct_size = sizeof(event)}, ignored = event;
	int64_t end = kin_now() + 5 * SECOND;

	while (kin_now() < end) {
		struct pollfd fds[] = {{.fd = kin_j1939_claim_fd(c), .events = POLLIN}};

		while (other && ck_ok(kin_j1939_claim_step(other, &ignored)) > 0)
			;
		while (ck_ok(kin_j1939_claim_step(c, &event)) > 0)
			if (event.kind == kind && (state == 0 || (int)event.state == state))
				return event;
		poll(fds, 1, 5);
	}
	ck_abort_msg("it did not happen: %d", (int)kind);
	return event;
}

static void hold(struct kin_j1939_claim *c, int addr)
{
	ck_ok(kin_j1939_claim_wait(c, 5 * SECOND));
	ck_assert_int_eq(kin_j1939_claim_addr(c), addr);
}

START_TEST(claims_and_sends_by_name)
{
	struct kin_j1939_claim_config config = {.struct_size = sizeof(config),
						.name = LOW,
						.has_preferred = true,
						.preferred = 200};
	struct kin_j1939_claim *c;
	struct kin_sock *in, *out;
	uint64_t name;
	char byte;

	make_vcan("vcan0", 16);
	ck_ok(kin_j1939_claim_new("vcan0", &config, &c));
	ck_assert_int_eq(kin_j1939_claim_state(c), KIN_J1939_LOOKING);
	ck_fails(kin_j1939_claim_addr(c), EADDRNOTAVAIL, "no address is held now");
	ck_fails(kin_j1939_claim_wait(c, SECOND / 100), ETIMEDOUT,
		 "no address was claimed in time");
	hold(c, 200);
	ck_ok(kin_j1939_claim_holder(c, 200, &name));
	ck_assert_uint_eq(name, LOW);
	ck_fails(kin_j1939_claim_holder(c, 201, &name), ENOENT, NULL);
	ck_fails(kin_j1939_claim_holder(c, 254, &name), EINVAL, NULL);

	in = open_j1939("j1939:vcan0,addr=0x30,timeout=5", KIN_RECEIVE);
	out = open_j1939("j1939:vcan0,name=0x8000000000000001,to=0x30,to-pgn=0xEF00,timeout=5",
			 KIN_CONNECT);
	ck_ok(kin_j1939_send(out, "x", 1, NULL, NULL, NULL));
	ck_assert_int_eq(kin_recv(in, &byte, 1, 0), 1);
	kin_close(in);
	kin_close(out);
	kin_j1939_claim_free(c);
}
END_TEST

START_TEST(defends_and_moves)
{
	static const uint8_t one[] = {128}, two[] = {128, 129};
	struct kin_j1939_claim *low, *high;
	struct kin_j1939_event event;
	uint64_t name;

	make_vcan("vcan0", 16);
	high = claim(HIGH, two, 2);
	hold(high, 128);
	/* The lower NAME takes it; the other one moves on. */
	low = claim(LOW, one, 1);
	event = until(high, low, KIN_J1939_LOST, 0);
	ck_assert_uint_eq(event.addr, 128);
	ck_assert_uint_eq(event.name, LOW);
	event = until(high, low, KIN_J1939_STATE, KIN_J1939_HOLDING);
	ck_assert_uint_eq(event.addr, 129);
	hold(low, 128);
	ck_ok(kin_j1939_claim_holder(high, 128, &name));
	ck_assert_uint_eq(name, LOW);
	kin_j1939_claim_free(high);
	/* The higher one asks in vain, has no other, and gets it when it is free. */
	high = claim(HIGH, one, 1);
	event = until(low, high, KIN_J1939_DEFENDED, 0);
	ck_assert_uint_eq(event.name, HIGH);
	ck_fails(kin_j1939_claim_wait(high, 5 * SECOND), EADDRNOTAVAIL, NULL);
	ck_assert_int_eq(kin_j1939_claim_state(high), KIN_J1939_CANNOT);
	until(low, high, KIN_J1939_SEEN, 0);
	ck_ok(kin_j1939_claim_release(low));
	until(high, NULL, KIN_J1939_STATE, KIN_J1939_HOLDING);
	ck_assert_int_eq(kin_j1939_claim_addr(high), 128);
	kin_j1939_claim_free(low);
	kin_j1939_claim_free(high);
}
END_TEST

/* What a socket that asks gets, as the address it comes from. */
static int ask(struct kin_j1939_claim *c)
{
	struct kin_j1939_event event = {.struct_size = sizeof(event)};
	struct kin_sock *sock =
		open_j1939("j1939:vcan0,addr=254,broadcast=on,timeout=5", KIN_CONNECT);
	struct kin_addr from;
	unsigned addr;
	uint8_t data[8];
	int64_t end = kin_now() + SECOND / 2;

	ck_ok(kin_j1939_request(sock, J1939_PGN_ADDRESS_CLAIMED, 255));
	while (kin_now() < end)
		ck_ok(kin_j1939_claim_step(c, &event));
	ck_assert_int_eq(kin_recv_from(sock, data, 8, 0, &from), 8);
	ck_ok(kin_j1939_addr_read(&from, NULL, NULL, &addr));
	kin_close(sock);
	return (int)addr;
}

START_TEST(answers_and_obeys)
{
	static const uint8_t one[] = {128};
	static const uint8_t command[] = {1, 0, 0, 0, 0, 0, 0, 0x80, 140};
	struct kin_j1939_claim *c;
	struct kin_j1939_event event;
	struct kin_sock *tool;
	struct kin_addr to;

	make_vcan("vcan0", 16);
	c = claim(LOW, one, 1);
	hold(c, 128);
	ck_assert_int_eq(ask(c), 128);
	tool = open_j1939("j1939:vcan0,addr=249,broadcast=on,timeout=5", KIN_CONNECT);
	ck_ok(kin_j1939_addr(NULL, 0, J1939_PGN_ADDRESS_COMMANDED, 255, &to));
	ck_ok(kin_j1939_send(tool, command, sizeof(command), &to, NULL, NULL));
	event = until(c, NULL, KIN_J1939_COMMANDED, 0);
	ck_assert_uint_eq(event.addr, 140);
	hold(c, 140);
	kin_close(tool);
	kin_j1939_claim_free(c);
}
END_TEST

START_TEST(survives_an_interface_that_goes_down)
{
	static const uint8_t one[] = {128};
	struct kin_j1939_claim *c;
	struct kin_j1939_event event = {.struct_size = sizeof(event)};
	int r;

	make_vcan("vcan0", 16);
	c = claim(LOW, one, 1);
	hold(c, 128);
	shell("ip link set vcan0 down");
	until(c, NULL, KIN_J1939_STATE, KIN_J1939_DOWN);
	ck_fails(kin_j1939_claim_wait(c, SECOND / 2), ETIMEDOUT, NULL);
	shell("ip link set vcan0 up");
	hold(c, 128);
	/* The kernel waits for the socket: close it when the interface is no more. */
	shell("ip link del vcan0 & sleep 0.3");
	while ((r = kin_j1939_claim_step(c, &event)) >= 0)
		poll(NULL, 0, 10);
	ck_assert_int_eq(r, -ENODEV);
	kin_j1939_claim_free(c);
}
END_TEST

START_TEST(notices_its_twin)
{
	static const uint8_t one[] = {128}, other[] = {129};
	struct kin_j1939_claim *a, *b;
	struct kin_j1939_event event;

	/* On two interfaces: where a second address is bound to a NAME of the same one, Linux 6.1
	 * never lets go of the interface. */
	shell("ip link add dev left type vxcan peer name right && ip link set left up && "
	      "ip link set right up");
	a = claim_on("left", LOW, one, 1);
	b = claim_on("right", LOW, other, 1);
	event = until(a, b, KIN_J1939_TWIN, 0);
	ck_assert_uint_eq(event.addr, 129);
	kin_j1939_claim_free(a);
	kin_j1939_claim_free(b);
}
END_TEST

int main(void)
{
	const struct test_case cases[] = {
#define CASE(name, ...) {name, #name, .needs = "j1939 vcan", .net = true, __VA_ARGS__}
		CASE(carries_every_length, .seconds = 60),
		CASE(takes_a_message_in_parts, .seconds = 60),
		CASE(tells_where_a_message_was_sent),
		CASE(receives_what_filters_say),
		CASE(sets_options),
		CASE(says_why_nothing_is_sent),
		CASE(says_why_a_session_was_aborted),
		CASE(claims_and_sends_by_name),
		CASE(defends_and_moves),
		CASE(answers_and_obeys),
		CASE(survives_an_interface_that_goes_down),
		CASE(notices_its_twin),
		{},
	};

	return run_cases("can/j1939-kernel", cases);
}
