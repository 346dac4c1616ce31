/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Connections between two virtual controllers: every mode, their end, and what may come between. */
#include "air.h"
#include "harness.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <kin/bluetooth.h>
#include <kin/family.h>

#define SECOND INT64_C(1000000000)

/* "l2cap:" and ",psm=4113": from the first controller to the second, which listens. */
struct way {
	const char *scheme, *options, *mode;
};

static struct air *begin(bool le)
{
	struct air *air = air_begin(2, true);

	kin_set_default_timeout(15 * SECOND);
	if (le)
		shell("hciconfig hci%u leadv 0", air_index(air, 1));
	return air;
}

static struct kin_sock *listen_at(struct air *air, const char *scheme, const char *options)
{
	struct kin_sock *sock;
	char text[KIN_ADDR_TEXT];

	snprintf(text, sizeof(text), "%s:%s%s", scheme, air_address(air, 1), options);
	ck_ok(kin_open(text, KIN_LISTEN, &sock));
	return sock;
}

static int try_to_connect(struct air *air, const char *scheme, const char *options,
			  struct kin_sock **ret_sock)
{
	char text[KIN_ADDR_TEXT];

	snprintf(text, sizeof(text), "%s:%s%s,local=hci%u", scheme, air_address(air, 1), options,
		 air_index(air, 0));
	return kin_open(text, KIN_CONNECT, ret_sock);
}

static struct kin_sock *connect_to(struct air *air, const char *scheme, const char *options)
{
	struct kin_sock *sock;

	ck_ok(try_to_connect(air, scheme, options, &sock));
	return sock;
}

static struct kin_sock *accept_from(struct kin_sock *listener)
{
	struct kin_sock *sock;

	ck_ok(kin_accept(listener, &sock, NULL));
	return sock;
}

static void say(struct kin_sock *from, struct kin_sock *to, const char *what)
{
	char got[64];

	ck_ok(kin_send_all(from, what, strlen(what), 0, NULL));
	ck_assert_int_eq(kin_recv(to, got, sizeof(got), 0), strlen(what));
	ck_assert_mem_eq(got, what, strlen(what));
}

static void ck_option(struct kin_sock *sock, const char *name, const char *expected)
{
	char value[64];

	ck_ok(kin_opt_get(sock, name, value, sizeof(value)));
	ck_assert_str_eq(value, expected);
}

static void both_ways(struct air *air, const struct way *way)
{
	struct kin_sock *listener = listen_at(air, way->scheme, way->options);
	struct kin_sock *client = connect_to(air, way->scheme, way->options);
	struct kin_sock *server = accept_from(listener);

	say(client, server, "a question");
	say(server, client, "an answer");
	if (way->mode) {
		ck_option(client, "mode", way->mode);
		ck_option(server, "mode", way->mode);
	}
	ck_ok(kin_close(client));
	ck_ok(kin_close(server));
	ck_ok(kin_close(listener));
}

START_TEST(bredr_connects_in_every_mode)
{
	static const struct way ways[] = {
		{"l2cap", ",psm=4113", "basic"},
		{"l2cap", ",psm=4113,mode=ertm", "ertm"},
		{"l2cap", ",psm=4113,mode=streaming", "streaming"},
		{"l2cap-stream", ",psm=4113", "ertm"},
		{"l2cap-stream", ",psm=4113,mode=basic", "basic"},
		{"rfcomm", ",channel=7", NULL},
	};
	struct air *air = begin(false);

	for (size_t i = 0; i < sizeof(ways) / sizeof(*ways); i++)
		both_ways(air, &ways[i]);
	air_end(air);
}
END_TEST

START_TEST(le_connects_in_every_mode)
{
	static const struct way ways[] = {
		{"l2cap", ",psm=0x80,type=le-public", "credit"},
		{"l2cap-stream", ",psm=0x80,type=le-public", "credit"},
		{"l2cap", ",psm=0x80,type=le-public,rcvmtu=100", "credit"},
	};
	struct air *air = begin(true);

	for (size_t i = 0; i < sizeof(ways) / sizeof(*ways); i++)
		both_ways(air, &ways[i]);
	air_end(air);
}
END_TEST

/* They come with the link: who listens must before it is there. */
START_TEST(le_connects_a_fixed_channel)
{
	static const struct way ways[] = {
		{"l2cap", ",cid=4,type=le-public", NULL},
		{"l2cap-stream", ",cid=4,type=le-public", NULL},
	};

	for (size_t i = 0; i < sizeof(ways) / sizeof(*ways); i++) {
		struct air *air = begin(true);

		both_ways(air, &ways[i]);
		air_end(air);
	}
}
END_TEST

START_TEST(le_connects_in_the_enhanced_mode)
{
	static const struct way way = {"l2cap", ",psm=0x80,type=le-public,mode=enhanced",
				       "enhanced"};
	struct air *air = begin(true);

	shell("echo 1 >/sys/module/bluetooth/parameters/enable_ecred");
	both_ways(air, &way);
	shell("echo 0 >/sys/module/bluetooth/parameters/enable_ecred");
	air_end(air);
}
END_TEST

/* ---- The end ------------------------------------------------------------------------------- */

/* By each of the calls that receive: what was sent, then the end, and the end again. */
static void ck_ends(struct kin_sock *sock, int by)
{
	struct kin_batch *batch;
	char data[64];
	struct iovec iov = {data, sizeof(data)};
	size_t got = 0;
	ssize_t n;

	ck_ok(kin_batch_new(4, 64, 0, &batch));
	do {
		if (by == 0)
			n = kin_recv(sock, data, sizeof(data), 0);
		else if (by == 1)
			n = kin_recv_msg(sock, &iov, 1, NULL, 0);
		else
			n = kin_recv_batch(sock, batch, 0);
		ck_assert_int_ge(n, 0);
		if (by == 2)
			for (unsigned i = 0; i < (unsigned)n; i++)
				got += kin_batch_msg(batch, i)->len;
		else
			got += (size_t)n;
	} while (n > 0);
	ck_assert_uint_eq(got, 10);
	ck_assert_int_eq(kin_recv(sock, data, sizeof(data), 0), 0);
	ck_ok(kin_set_timeout(sock, -1));
	ck_assert_int_eq(kin_recv(sock, data, sizeof(data), 0), 0);
	kin_batch_free(batch);
}

START_TEST(the_end_is_behind_the_last_message)
{
	static const struct way ways[] = {
		{"l2cap", ",psm=4113", NULL},
		{"l2cap", ",psm=4113,mode=ertm", NULL},
		{"l2cap-stream", ",psm=4113", NULL},
		{"rfcomm", ",channel=7", NULL},
	};
	struct air *air = begin(false);

	for (size_t i = 0; i < 3 * sizeof(ways) / sizeof(*ways); i++) {
		const struct way *way = &ways[i / 3];
		struct kin_sock *listener = listen_at(air, way->scheme, way->options);
		struct kin_sock *client = connect_to(air, way->scheme, way->options);
		struct kin_sock *server = accept_from(listener);

		ck_ok(kin_send_all(client, "first", 5, 0, NULL));
		ck_ok(kin_send_all(client, "later", 5, 0, NULL));
		ck_ok(kin_close(client));
		/* Until it has come, and before anything was read */
		while (!(kin_wait(server, POLLRDHUP) & POLLHUP))
			;
		ck_ends(server, (int)(i % 3));
		ck_refused(kin_send(server, "x", 1, 0), ENOTCONN,
			   "the connection has ended, or there was none");
		ck_ok(kin_close(server));
		ck_ok(kin_close(listener));
	}
	air_end(air);
}
END_TEST

/* ---- Writing ------------------------------------------------------------------------------- */

START_TEST(messages_are_as_long_as_the_peer_takes)
{
	static const struct way ways[] = {
		{"l2cap", ",psm=4113,rcvmtu=100", NULL},
		{"l2cap", ",psm=4113,rcvmtu=100,mode=ertm", NULL},
		{"l2cap", ",psm=0x80,type=le-public,rcvmtu=100", NULL},
	};
	struct air *air = begin(true);
	char data[101] = "";

	for (size_t i = 0; i < sizeof(ways) / sizeof(*ways); i++) {
		const struct way *way = &ways[i];
		struct kin_sock *listener = listen_at(air, way->scheme, way->options);
		struct kin_sock *client = connect_to(air, way->scheme, way->options);
		struct kin_sock *server = accept_from(listener);

		ck_assert_uint_eq(kin_sock_send_max(client), 100);
		ck_assert_int_eq(kin_bluetooth_sndmtu(client), 100);
		ck_assert_int_eq(kin_send(client, data, 100, 0), 100);
		ck_assert_int_eq(kin_recv(server, data, sizeof(data), 0), 100);
		ck_fails(kin_send(client, data, 101, 0), EMSGSIZE,
			 "a message of 101 bytes: the connection takes 100 at most; send it in "
			 "pieces, or let the peer have a larger rcvmtu");
		ck_ok(kin_close(client));
		ck_ok(kin_close(server));
		ck_ok(kin_close(listener));
	}
	air_end(air);
}
END_TEST

/* Nobody reads: the deadline ends the wait. Then somebody does, and nothing is missing. */
START_TEST(writing_waits_for_the_peer)
{
	static const struct way ways[] = {
		{"l2cap", ",psm=4113,mode=ertm", NULL},
		{"l2cap", ",psm=0x80,type=le-public", NULL},
		{"rfcomm", ",channel=7", NULL},
	};
	struct air *air = begin(true);

	for (size_t i = 0; i < sizeof(ways) / sizeof(*ways); i++) {
		const struct way *way = &ways[i];
		struct kin_sock *listener = listen_at(air, way->scheme, way->options);
		struct kin_sock *client = connect_to(air, way->scheme, way->options);
		struct kin_sock *server = accept_from(listener);
		char data[600];
		int64_t begun;
		size_t sent = 0, got = 0;
		ssize_t n;

		memset(data, 'x', sizeof(data));
		ck_ok(kin_set_timeout(client, SECOND / 2));
		do {
			begun = kin_now();
			n = kin_send(client, data, sizeof(data), 0);
			sent += n > 0 ? (size_t)n : 0;
		} while (n > 0 && sent < 4000000);
		ck_assert_int_eq(n, -ETIMEDOUT);
		ck_assert_int_ge(kin_now() - begun, SECOND / 2);
		ck_assert_int_lt(kin_now() - begun, 3 * SECOND);
		while (got < sent) {
			n = kin_recv(server, data, sizeof(data), 0);
			ck_assert_int_gt(n, 0);
			got += (size_t)n;
		}
		ck_assert_uint_eq(got, sent);
		say(client, server, "and on");
		ck_ok(kin_close(client));
		ck_ok(kin_close(server));
		ck_ok(kin_close(listener));
	}
	air_end(air);
}
END_TEST

/* ---- Reconnecting -------------------------------------------------------------------------- */

START_TEST(rfcomm_is_connected_again_at_once)
{
	struct air *air = begin(false);
	struct kin_sock *listener = listen_at(air, "rfcomm", ",channel=7");

	for (int i = 0; i < 20; i++) {
		struct kin_sock *client = connect_to(air, "rfcomm", ",channel=7");
		struct kin_sock *server = accept_from(listener);

		say(client, server, "here again");
		ck_ok(kin_close(client));
		ck_ok(kin_close(server));
	}
	ck_ok(kin_close(listener));
	air_end(air);
}
END_TEST

START_TEST(a_busy_channel_is_tried_for_a_while)
{
	static const char words[] = "the channel is in use by another connection of this "
				    "machine's, or still closing";
	struct air *air = begin(false);
	struct kin_sock *listener = listen_at(air, "rfcomm", ",channel=7");
	struct kin_sock *client = connect_to(air, "rfcomm", ",channel=7"), *other;
	int64_t begun = kin_now();

	ck_fails(try_to_connect(air, "rfcomm", ",channel=7", &other), EBUSY, words);
	ck_assert_int_ge(kin_now() - begun, 2 * SECOND);
	ck_assert_int_lt(kin_now() - begun, 6 * SECOND);
	begun = kin_now();
	ck_fails(try_to_connect(air, "rfcomm", ",channel=7,timeout=0.3", &other), EBUSY, words);
	ck_assert_int_lt(kin_now() - begun, 2 * SECOND);
	ck_ok(kin_close(client));
	ck_ok(kin_close(listener));
	air_end(air);
}
END_TEST

/* ---- Deferred ------------------------------------------------------------------------------ */

START_TEST(who_connects_waits_to_be_confirmed)
{
	static const struct way ways[] = {
		{"l2cap", ",psm=4113", NULL},
		{"l2cap", ",psm=0x80,type=le-public", NULL},
		{"rfcomm", ",channel=7", NULL},
	};
	struct air *air = begin(true);

	/* Let in, then refused; who is refused by RFCOMM is told by some kernels, sometimes. */
	for (size_t i = 0; i + 1 < 2 * sizeof(ways) / sizeof(*ways); i++) {
		const struct way *way = &ways[i / 2];
		struct kin_sock *listener = listen_at(air, way->scheme, way->options);
		struct kin_sock *client, *server;

		ck_ok(kin_opt_set(listener, "defer-setup", "on"));
		kin_set_default_timeout(0);
		client = connect_to(air, way->scheme, way->options);
		kin_set_default_timeout(15 * SECOND);
		ck_ok(kin_set_timeout(listener, 15 * SECOND));
		server = accept_from(listener);
		ck_fails(kin_wait(client, POLLOUT), EAGAIN, NULL);
		ck_ok(kin_set_timeout(client, 15 * SECOND));
		if (i % 2 == 0) {
			ck_ok(kin_confirm(server));
			ck_assert_int_eq(kin_wait(client, POLLOUT), POLLOUT);
			/* Once more does nothing. */
			ck_ok(kin_confirm(server));
			say(client, server, "let in");
			ck_ok(kin_close(server));
		} else {
			int err = 0;

			ck_ok(kin_close(server));
			ck_assert_msg(kin_wait(client, POLLOUT) > 0, "%s%s: %s", way->scheme,
				      way->options, kin_error_text());
			ck_ok(kin_getsockopt_int(client, SOL_SOCKET, SO_ERROR, &err));
			ck_assert_int_eq(err, ECONNREFUSED);
		}
		ck_ok(kin_close(client));
		ck_ok(kin_close(listener));
		/* Who does not wait does not try a busy channel again either. */
		shell("sleep 1");
	}
	air_end(air);
}
END_TEST

/* ---- Links --------------------------------------------------------------------------------- */

START_TEST(a_connection_tells_of_its_link)
{
	struct air *air = begin(false);
	struct kin_sock *listener = listen_at(air, "l2cap", ",psm=4113");
	struct kin_sock *client = connect_to(air, "l2cap", ",psm=4113");
	struct kin_sock *server = accept_from(listener);
	char value[64], expected[16];
	unsigned key_size;
	uint16_t handle;
	uint32_t class;

	ck_ok(kin_bluetooth_link(client, &handle, &class));
	ck_assert_uint_gt(handle, 0);
	snprintf(expected, sizeof(expected), "%u", handle);
	ck_option(client, "handle", expected);
	ck_assert_int_ge(kin_bluetooth_security(client, &key_size), KIN_SECURITY_LOW);
	ck_assert_int_eq(kin_opt_get(client, "key-size", value, sizeof(value)), key_size ? 2 : 1);
	ck_assert_int_eq(atoi(value), key_size);
	ck_ok(kin_opt_get(client, "phy", value, sizeof(value)));
	ck_assert_msg(strstr(value, "br-1m-1slot"), "%s", value);
	ck_fails(kin_opt_set(client, "mode", "ertm"), EINVAL, NULL);
	ck_fails(kin_opt_get(listener, "handle", value, sizeof(value)), ENOTCONN,
		 "handle is a connection's, and there is none");
	ck_ok(kin_close(client));
	ck_ok(kin_close(server));
	ck_ok(kin_close(listener));
	air_end(air);
}
END_TEST

START_TEST(voice_goes_both_ways)
{
	struct air *air = begin(false);
	struct kin_sock *listener = listen_at(air, "sco", "");

	for (int i = 0; i < 2; i++) {
		struct kin_sock *client =
			connect_to(air, "sco", i ? ",voice=transparent" : ",voice=cvsd");
		struct kin_sock *server = accept_from(listener);
		int mtu = kin_bluetooth_sndmtu(client);
		char data[1024] = "";

		ck_assert_int_gt(mtu, 0);
		ck_assert_int_lt(mtu, (int)sizeof(data));
		say(client, server, "hello");
		say(server, client, "yes?");
		ck_fails(kin_send(client, data, (size_t)mtu + 1, 0), EINVAL, NULL);
		ck_ok(kin_close(client));
		ck_assert_int_eq(kin_recv(server, data, sizeof(data), 0), 0);
		ck_ok(kin_close(server));
		/* The kernel takes a link that is going for one that is coming. */
		shell("sleep 1");
	}
	ck_ok(kin_close(listener));
	air_end(air);
}
END_TEST

/* ---- What goes wrong ----------------------------------------------------------------------- */

START_TEST(failures_are_told_in_words)
{
	struct air *air = begin(false);
	struct kin_sock *sock;
	char words[128];

	air_order(air, "deaf hci%u on", air_index(air, 1));
	/* By voice: Linux 6.1.192 does not survive that a socket of L2CAP hears of it. */
	ck_refused(try_to_connect(air, "sco", "", &sock), EHOSTDOWN, "page timeout");
	air_order(air, "deaf hci%u off", air_index(air, 1));
	ck_fails(try_to_connect(air, "l2cap", ",psm=4115", &sock), ECONNREFUSED,
		 "the device serves nothing at psm 4115, or wants more: security=medium, and to be "
		 "paired");
	ck_fails(try_to_connect(air, "rfcomm", ",channel=9", &sock), ECONNREFUSED,
		 "the device serves nothing on channel 9, or wants more: security=medium, and to "
		 "be paired");
	shell("hciconfig hci%u down", air_index(air, 0));
	snprintf(words, sizeof(words), "hci%u is down: kin bt power hci%u on", air_index(air, 0),
		 air_index(air, 0));
	ck_fails(try_to_connect(air, "l2cap", ",psm=4113", &sock), EHOSTUNREACH, words);
	ck_fails(try_to_connect(air, "sco", "", &sock), EHOSTUNREACH, words);
	air_end(air);
}
END_TEST

static void ck_lost(struct air *air, bool vanishes, int err, const char *words)
{
	struct kin_sock *listener = listen_at(air, "l2cap", ",psm=4113");
	struct kin_sock *client = connect_to(air, "l2cap", ",psm=4113");
	struct kin_sock *server = accept_from(listener);
	char data[600] = "";
	ssize_t n;

	if (vanishes)
		air_order(air, "vanish hci%u", air_index(air, 0));
	else
		air_order(air, "lose hci%u hci%u", air_index(air, 0), air_index(air, 1));
	/* In the middle of it */
	do
		n = kin_send(client, data, sizeof(data), MSG_DONTWAIT);
	while (n > 0 || n == -EAGAIN);
	ck_assert_int_eq(n, -err);
	ck_assert_msg(strstr(kin_error_text(), words), "%s", kin_error_text());
	ck_ok(kin_close(client));
	ck_ok(kin_close(server));
	ck_ok(kin_close(listener));
}

START_TEST(a_connection_that_is_lost)
{
	struct air *air = begin(false);

	ck_lost(air, false, ETIMEDOUT, "the link is lost");
	ck_lost(air, true, ECONNABORTED, "its controller went down, or away");
	air_end(air);
}
END_TEST

int main(void)
{
	const struct test_case cases[] = {
		{bredr_connects_in_every_mode, "bredr_connects_in_every_mode",
		 .needs = "l2cap rfcomm root", .seconds = 60},
		{le_connects_in_every_mode, "le_connects_in_every_mode", .needs = "l2cap root",
		 .seconds = 60},
		{le_connects_a_fixed_channel, "le_connects_a_fixed_channel", .needs = "l2cap root",
		 .seconds = 60},
		{le_connects_in_the_enhanced_mode, "le_connects_in_the_enhanced_mode",
		 .needs = "l2cap root", .seconds = 60},
		{the_end_is_behind_the_last_message, "the_end_is_behind_the_last_message",
		 .needs = "l2cap rfcomm root", .seconds = 90},
		{messages_are_as_long_as_the_peer_takes, "messages_are_as_long_as_the_peer_takes",
		 .needs = "l2cap root", .seconds = 60},
		{writing_waits_for_the_peer, "writing_waits_for_the_peer",
		 .needs = "l2cap rfcomm root", .seconds = 90},
		{rfcomm_is_connected_again_at_once, "rfcomm_is_connected_again_at_once",
		 .needs = "rfcomm root", .seconds = 90},
		{a_busy_channel_is_tried_for_a_while, "a_busy_channel_is_tried_for_a_while",
		 .needs = "rfcomm root", .seconds = 60},
		{who_connects_waits_to_be_confirmed, "who_connects_waits_to_be_confirmed",
		 .needs = "l2cap rfcomm root", .seconds = 90},
		{a_connection_tells_of_its_link, "a_connection_tells_of_its_link",
		 .needs = "l2cap root", .seconds = 60},
		{voice_goes_both_ways, "voice_goes_both_ways", .needs = "sco root", .seconds = 60},
		{failures_are_told_in_words, "failures_are_told_in_words",
		 .needs = "l2cap rfcomm sco root", .seconds = 90},
		{a_connection_that_is_lost, "a_connection_that_is_lost", .needs = "l2cap root",
		 .seconds = 60},
		{},
	};

	return run_cases("bluetooth/connect", cases);
}
