/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Messages between ports of one node. The kernel has them in the first network namespace only. */
#include "harness.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <linux/qrtr.h>
#include <kin/qrtr.h>

static struct kin_sock *opened(const char *text, enum kin_role role)
{
	struct kin_sock *sock;

	ck_ok(kin_open(text, role, &sock));
	ck_ok(kin_set_timeout(sock, 5000000000));
	return sock;
}

START_TEST(a_message_passes_and_is_answered)
{
	struct kin_sock *one = opened("qrtr:1:20000", KIN_RECEIVE);
	struct kin_sock *other = opened("qrtr:1:20000,local=1:0", KIN_SEND);
	struct kin_addr addr, from;
	uint32_t node, port;
	char data[16];

	ck_ok(kin_local_addr(one, &addr));
	ck_ok(kin_qrtr_read(&addr, &node, &port));
	ck_assert_uint_eq(node, 1);
	ck_assert_uint_eq(port, 20000);

	ck_assert_int_eq(ck_ok(kin_send(other, "question", 8, 0)), 8);
	ck_assert_int_eq(ck_ok(kin_recv_from(one, data, sizeof(data), 0, &from)), 8);
	ck_assert_mem_eq(data, "question", 8);
	ck_ok(kin_local_addr(other, &addr));
	ck_assert(kin_addr_equal(&addr, &from));
	ck_ok(kin_qrtr_read(&from, NULL, &port));
	ck_assert_uint_ge(port, 0x4000);

	ck_assert_int_eq(ck_ok(kin_send_to(one, "answer", 6, 0, &from)), 6);
	ck_assert_int_eq(ck_ok(kin_recv(other, data, sizeof(data), 0)), 6);
	ck_assert_mem_eq(data, "answer", 6);
	kin_close(one);
	kin_close(other);
}
END_TEST

START_TEST(failures_have_words)
{
	struct kin_sock *sock = opened("qrtr:1:20001", KIN_RECEIVE), *other;

	ck_fails(kin_open("qrtr:1:20001", KIN_RECEIVE, &other), EADDRINUSE,
		 "another socket has port 20001");
	ck_fails(kin_open("qrtr:7:20002", KIN_RECEIVE, &other), EINVAL,
		 "this machine is node 1: use qrtr:1:20002");
	kin_close(sock);
	sock = opened("qrtr:1:20001", KIN_SEND);
	ck_fails(kin_send(sock, "x", 1, 0), ENODEV,
		 "no such port on this node, or no way to that one");
	kin_close(sock);
}
END_TEST

int main(void)
{
	const struct test_case cases[] = {
		{a_message_passes_and_is_answered, "a_message_passes_and_is_answered",
		 .needs = "qrtr"},
		{failures_have_words, "failures_have_words", .needs = "qrtr"},
		{},
	};

	return run_cases("qrtr/qrtr", cases);
}
