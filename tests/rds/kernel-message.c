/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Reliable datagrams over the loopback. */
#include "harness.h"

#include <errno.h>
#include <string.h>
#include <kin/family.h>
#include <kin/rds.h>

START_TEST(datagrams_are_answered)
{
	struct kin_sock *server, *client;
	struct kin_addr from, own;
	char buf[16], host[KIN_RDS_HOST];
	uint16_t port;

	ck_ok(kin_open("rds:127.0.0.1:18000", KIN_RECEIVE, &server));
	ck_ok(kin_local_addr(server, &own));
	ck_ok(kin_rds_addr_read(&own, host, &port));
	ck_assert_str_eq(host, "127.0.0.1");
	ck_assert_uint_eq(port, 18000);
	ck_ok(kin_open("rds:127.0.0.1:18000,local=127.0.0.1:0", KIN_CONNECT, &client));
	ck_ok(kin_send(client, "ping", 4, 0));
	ck_assert_int_eq(ck_ok(kin_recv_from(server, buf, sizeof(buf), 0, &from)), 4);
	ck_ok(kin_local_addr(client, &own));
	ck_assert(kin_addr_equal(&from, &own));
	ck_ok(kin_send_to(server, "pong!", 5, 0, &from));
	ck_assert_int_eq(ck_ok(kin_recv(client, buf, sizeof(buf), 0)), 5);
	ck_assert_mem_eq(buf, "pong!", 5);
	ck_ok(kin_close(client));
	ck_ok(kin_close(server));
}
END_TEST

START_TEST(batches_carry_them)
{
	struct kin_sock *server, *client;
	struct kin_batch *batch;

	ck_ok(kin_open("rds:127.0.0.1:18000", KIN_LISTEN, &server));
	ck_ok(kin_open("rds:127.0.0.1:18000,local=127.0.0.1:18001", KIN_SEND, &client));
	ck_ok(kin_batch_new(4, 64, 0, &batch));
	for (unsigned i = 0; i < 4; i++) {
		struct kin_msg *msg = kin_batch_msg(batch, i);

		msg->len = i + 1;
		memset(msg->data, 'a' + (int)i, msg->len);
	}
	ck_assert_int_eq(ck_ok(kin_send_batch(client, batch, 0, 4, 0)), 4);
	for (int n = 0; n < 4;)
		n += (int)ck_ok(kin_recv_batch(server, batch, 0));
	kin_batch_free(batch);
	ck_ok(kin_close(client));
	ck_ok(kin_close(server));
}
END_TEST

START_TEST(options_are_set_and_read)
{
	struct kin_sock *sock;
	char value[64];

	ck_ok(kin_open("rds:127.0.0.1:18000,recverr=on,cong-monitor=0xFF", KIN_RECEIVE, &sock));
	ck_ok(kin_opt_get(sock, "recverr", value, sizeof(value)));
	ck_assert_str_eq(value, "on");
	ck_ok(kin_close(sock));
	ck_ok(kin_open("rds:127.0.0.1:18000", KIN_NONE, &sock));
	ck_ok(kin_opt_get(sock, "transport", value, sizeof(value)));
	ck_assert_str_eq(value, "none");
	ck_ok(kin_close(sock));
}
END_TEST

START_TEST(failures_say_what_is_missing)
{
	struct kin_sock *sock, *other;

	ck_fails(kin_open("rds:192.0.2.1:18000", KIN_RECEIVE, &sock), EADDRNOTAVAIL,
		 "the address is not this machine's, or nothing carries datagrams of it; `sudo "
		 "modprobe rds_tcp`");
	ck_ok(kin_open("rds:127.0.0.1:18000", KIN_CONNECT, &sock));
	ck_fails(kin_send(sock, "x", 1, 0), ENOTCONN,
		 "only a bound socket can send (local=ADDRESS:PORT), and it must know where to");
	ck_ok(kin_close(sock));
	ck_ok(kin_open("rds:127.0.0.1:18000", KIN_RECEIVE, &sock));
	ck_fails(kin_open("rds:127.0.0.1:18000", KIN_RECEIVE, &other), EADDRINUSE,
		 "another socket has this port");
	ck_ok(kin_close(sock));
}
END_TEST

int main(void)
{
	const struct test_case cases[] = {
		{datagrams_are_answered, "datagrams_are_answered", .needs = "rds", .net = true},
		{batches_carry_them, "batches_carry_them", .needs = "rds", .net = true},
		{options_are_set_and_read, "options_are_set_and_read", .needs = "rds", .net = true},
		{failures_say_what_is_missing, "failures_say_what_is_missing", .needs = "rds",
		 .net = true},
		{},
	};

	return run_cases("rds/message", cases);
}
