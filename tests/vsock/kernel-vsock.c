/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Streams and seqpackets over the loopback transport. They are made only where that is: elsewhere
 * CID 1 might lead to a hypervisor that is none of ours.
 */
#include "harness.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <linux/vm_sockets.h>
#include <kin/vsock.h>

static struct kin_sock *opened(const char *text, enum kin_role role)
{
	struct kin_sock *sock;

	ck_ok(kin_open(text, role, &sock));
	ck_ok(kin_set_timeout(sock, 5000000000));
	return sock;
}

/* A listener and a connection to it: out[0] accepted, out[1] connected. */
static void connected(const char *scheme, struct kin_sock *out[2])
{
	struct kin_sock *listener;
	struct kin_addr addr, from, mine;
	char text[64];
	uint32_t port, from_port, my_port;

	snprintf(text, sizeof(text), "%s:local:any", scheme);
	listener = opened(text, KIN_LISTEN);
	ck_ok(kin_local_addr(listener, &addr));
	ck_ok(kin_vsock_read(&addr, NULL, &port, NULL));
	ck_assert_uint_ne(port, VMADDR_PORT_ANY);
	snprintf(text, sizeof(text), "%s:local:%u", scheme, port);
	out[1] = opened(text, KIN_CONNECT);
	ck_ok(kin_accept(listener, &out[0], &from));
	ck_ok(kin_local_addr(out[1], &mine));
	/* Its own CID stays "any": only the other end is told one. */
	ck_ok(kin_vsock_read(&from, NULL, &from_port, NULL));
	ck_ok(kin_vsock_read(&mine, NULL, &my_port, NULL));
	ck_assert_uint_eq(from_port, my_port);
	ck_ok(kin_peer_addr(out[1], &from));
	ck_assert(kin_addr_equal(&from, &addr));
	kin_close(listener);
}

START_TEST(a_stream_passes_both_ways)
{
	struct kin_sock *socks[2];
	char data[16];

	connected("vsock", socks);
	ck_ok(kin_send_all(socks[1], "question", 8, 0, NULL));
	ck_assert_int_eq(ck_ok(kin_recv(socks[0], data, 8, MSG_WAITALL)), 8);
	ck_assert_mem_eq(data, "question", 8);
	ck_ok(kin_send_all(socks[0], "answer", 6, 0, NULL));
	ck_assert_int_eq(ck_ok(kin_recv(socks[1], data, 6, MSG_WAITALL)), 6);
	ck_ok(kin_shutdown(socks[1], SHUT_WR));
	ck_assert_int_eq(ck_ok(kin_recv(socks[0], data, 6, 0)), 0);
	kin_close(socks[0]);
	kin_close(socks[1]);
}
END_TEST

START_TEST(messages_keep_their_boundaries)
{
	struct kin_sock *socks[2];
	char data[16];

	connected("vsock-seqpacket", socks);
	ck_ok(kin_send(socks[1], "one", 3, 0));
	ck_ok(kin_send(socks[1], "other", 5, 0));
	ck_assert_int_eq(ck_ok(kin_recv(socks[0], data, sizeof(data), 0)), 3);
	ck_assert_int_eq(ck_ok(kin_recv(socks[0], data, sizeof(data), 0)), 5);
	ck_assert_mem_eq(data, "other", 5);
	kin_close(socks[0]);
	kin_close(socks[1]);
}
END_TEST

START_TEST(failures_have_words)
{
	struct kin_sock *sock, *other;

	ck_fails(kin_open("vsock:local:4711", KIN_CONNECT, &sock), ECONNRESET,
		 "nobody there listens on port 4711");
	sock = opened("vsock:any:4711", KIN_LISTEN);
	ck_fails(kin_open("vsock:any:4711", KIN_LISTEN, &other), EADDRINUSE,
		 "another socket has port 4711");
	kin_close(sock);
	ck_fails(kin_open("vsock:77:4711", KIN_LISTEN, &sock), EADDRNOTAVAIL, NULL);
	ck_assert_ptr_nonnull(strstr(kin_error_text(), "CID 77 is not this machine's: use any"));
}
END_TEST

/* ---- Without a connection: safe everywhere ------------------------------------------------- */

START_TEST(buffer_sizes_have_64_bits)
{
	struct kin_sock *sock = opened("vsock:any:any", KIN_NONE);
	uint64_t value = 0;
	socklen_t len = sizeof(value);
	char text[32];

	ck_ok(kin_opt_set(sock, "buffer-max-size", "0x140000000"));
	ck_ok(kin_opt_set(sock, "buffer-size", "0x100000001"));
	ck_ok(kin_opt_get(sock, "buffer-size", text, sizeof(text)));
	ck_assert_str_eq(text, "4294967297");
	ck_ok(kin_getsockopt(sock, AF_VSOCK, SO_VM_SOCKETS_BUFFER_MAX_SIZE, &value, &len));
	ck_assert_uint_eq(len, 8);
	ck_assert_uint_eq(value, 0x140000000);
	/* Out of bounds, it is brought to the bound. */
	ck_ok(kin_opt_set(sock, "buffer-size", "0x200000000"));
	ck_ok(kin_opt_get(sock, "buffer-size", text, sizeof(text)));
	ck_assert_str_eq(text, "5368709120");
	ck_ok(kin_opt_set(sock, "connect-timeout", "1.5"));
	ck_ok(kin_opt_get(sock, "connect-timeout", text, sizeof(text)));
	ck_assert_str_eq(text, "1.500000");
	kin_close(sock);
}
END_TEST

START_TEST(a_bound_socket_reads_back_its_place)
{
	struct kin_sock *sock = opened("vsock:any:any", KIN_LISTEN);
	struct kin_addr addr;
	uint32_t cid, port;

	ck_ok(kin_local_addr(sock, &addr));
	ck_ok(kin_vsock_read(&addr, &cid, &port, NULL));
	ck_assert_uint_eq(cid, VMADDR_CID_ANY);
	ck_assert_uint_ne(port, VMADDR_PORT_ANY);
	kin_close(sock);
}
END_TEST

START_TEST(this_machine_has_a_cid_or_a_reason)
{
	uint32_t cid = 4711;
	int r = kin_vsock_local_cid(&cid);

	if (r == 0) {
		ck_assert_uint_ne(cid, VMADDR_CID_ANY);
	} else {
		ck_assert(r == -ENODEV || r == -EACCES);
		ck_assert_str_ne(kin_error_text(), "");
		ck_assert_uint_eq(cid, 4711);
	}
}
END_TEST

int main(void)
{
	static const char loopback[] = "vsock vsock-loopback";
	const struct test_case cases[] = {
		{a_stream_passes_both_ways, "a_stream_passes_both_ways", .needs = loopback},
		{messages_keep_their_boundaries, "messages_keep_their_boundaries",
		 .needs = "vsock-seqpacket vsock-loopback"},
		{failures_have_words, "failures_have_words", .needs = loopback},
		{buffer_sizes_have_64_bits, "buffer_sizes_have_64_bits", .needs = "vsock"},
		{a_bound_socket_reads_back_its_place, "a_bound_socket_reads_back_its_place",
		 .needs = "vsock"},
		{this_machine_has_a_cid_or_a_reason, "this_machine_has_a_cid_or_a_reason",
		 .needs = "vsock"},
		{},
	};

	return run_cases("vsock/vsock", cases);
}
