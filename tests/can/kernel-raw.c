/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* CAN RAW sockets on virtual interfaces: what every option does to what is received. */
#include "harness.h"

#include <errno.h>
#include <net/if.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <kin/can.h>
#include <kin/family.h>

#define SIXTEEN_BYTES "112233445566778899AABBCCDDEEFF00"

/* More than any test receives at once. */
enum { ROOM = 64 };

static struct kin_sock *open_can(const char *text, enum kin_role role)
{
	struct kin_sock *sock;

	ck_ok(kin_open(text, role, &sock));
	return sock;
}

static int send_frame(struct kin_sock *sock, const char *text)
{
	union kin_can_frame frame;
	size_t size;

	ck_ok(kin_can_frame_parse(text, &frame, &size));
	return (int)kin_send(sock, &frame, size, 0);
}

/* What is there, as compact frames with spaces between them. */
static const char *received(struct kin_sock *sock)
{
	static char text[ROOM * 160];
	struct kin_batch *batch KIN_CLEANUP(kin_batch_free) = NULL;
	size_t len = 0;
	int n;

	ck_ok(kin_batch_new(ROOM, CANXL_MTU, 0, &batch));
	ck_ok(kin_set_timeout(sock, 0));
	n = kin_recv_batch(sock, batch, 0);
	if (n == -EAGAIN)
		n = 0;
	ck_assert_msg(n >= 0, "%s", kin_error_text());
	text[0] = '\0';
	for (int i = 0; i < n; i++) {
		struct kin_msg *msg = kin_batch_msg(batch, (unsigned)i);

		if (i > 0)
			text[len++] = ' ';
		len += (size_t)ck_ok(kin_can_frame_format(msg->data, msg->len, text + len,
							  sizeof(text) - len));
	}
	return text;
}

/* ---- Frames -------------------------------------------------------------------------------- */

START_TEST(carries_every_kind)
{
	static const char *const frames[] = {
		"123#",
		"123#1122334455667788",
		"12345678#11",
		"123#R",
		"123#R8",
		"123#R8_D",
		"123#1122334455667788_9",
		"123#1122334455667788_F",
		"20000040#0000000000000000",
		"123##4",
		"123##511223344",
		"12345678##6112233445566778899AABBCC",
		"123##4" SIXTEEN_BYTES SIXTEEN_BYTES SIXTEEN_BYTES SIXTEEN_BYTES,
	};
	struct kin_sock *in, *out;

	make_vcan("vcan0", 72);
	in = open_can("can:vcan0,fd=on,errors=all", KIN_RECEIVE);
	out = open_can("can:vcan0,fd=on", KIN_SEND);
	for (size_t i = 0; i < sizeof(frames) / sizeof(*frames); i++) {
		ck_ok(send_frame(out, frames[i]));
		ck_assert_str_eq(received(in), frames[i]);
	}
	kin_close(in);
	kin_close(out);
}
END_TEST

START_TEST(carries_xl)
{
	struct kin_sock *in, *out;

	make_vcan("vcan0", 2060);
	in = open_can("can:vcan0,xl=on", KIN_RECEIVE);
	out = open_can("can:vcan0,xl=on", KIN_SEND);
	/* As long as a classic frame, and as an FD one. */
	ck_ok(send_frame(out, "00123#81:07:12345678#11223344"));
	ck_ok(send_frame(out, "123#11"));
	ck_ok(send_frame(out, "123##411"));
	ck_assert_str_eq(received(in), "00123#81:07:12345678#11223344 123#11 123##411");
	kin_close(in);
	kin_close(out);
}
END_TEST

START_TEST(takes_the_vcid_where_the_kernel_does)
{
	struct kin_sock *in, *out;
	char text[32];
	int err;

	make_vcan("vcan0", 2060);
	in = open_can("can:vcan0,xl=on", KIN_RECEIVE);
	err = kin_opt_set(in, "vcid", "rx:40:F0");
	if (err == -ENOPROTOOPT) {
		ck_assert_str_eq(kin_error_text(),
				 "this kernel or socket has no option vcid, which came with Linux 6.9");
		kin_close(in);
		return;
	}
	ck_ok(err);
	ck_ok(kin_opt_get(in, "vcid", text, sizeof(text)));
	ck_assert_str_eq(text, "rx:40:F0");
	out = open_can("can:vcan0,xl=on,vcid=pass", KIN_SEND);
	ck_ok(send_frame(out, "45123#80:00:00000000#11"));
	ck_ok(send_frame(out, "55123#80:00:00000000#22"));
	ck_assert_str_eq(received(in), "45123#80:00:00000000#11");
	ck_ok(kin_can_set_vcid(out, KIN_CAN_VCID_TX_SET, 0x41, 0, 0));
	ck_ok(send_frame(out, "00123#80:00:00000000#33"));
	ck_assert_str_eq(received(in), "41123#80:00:00000000#33");
	kin_close(in);
	kin_close(out);
}
END_TEST

/* ---- Filters ------------------------------------------------------------------------------- */

START_TEST(filters_frames)
{
	static const struct {
		const char *options, *received;
	} cases[] = {
		{"", "100#00 123#01 124#02 00000123#03 00012300#04 123#R 456#05"},
		{",filter=123:7FF", "123#01 00000123#03 123#R"},
		{",filter=123:C00007FF", "123#01"},
		{",filter=00000123:DFFFFFFF", "00000123#03"},
		{",filter=040000123:C00007FF", "123#R"},
		{",filter=123~7FF", "100#00 124#02 00012300#04 456#05"},
		{",filter=123:7FF+456:7FF", "123#01 00000123#03 123#R 456#05"},
		/* Each is matched by one of both: all. */
		{",filter=123~7FF+456~7FF", "100#00 123#01 124#02 00000123#03 00012300#04 123#R 456#05"},
		/* By both. */
		{",filter=123~7FF+456~7FF,join=on", "100#00 124#02 00012300#04"},
		{",filter=100:700,filter=123~7FF,join=on", "100#00 124#02"},
		{",filter=none", ""},
		{",filter=0~0", ""},
	};
	struct kin_sock *out;

	make_vcan("vcan0", 72);
	out = open_can("can:vcan0", KIN_SEND);
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		char text[128];
		struct kin_sock *in;

		snprintf(text, sizeof(text), "can:vcan0%s", cases[i].options);
		in = open_can(text, KIN_RECEIVE);
		ck_ok(send_frame(out, "100#00"));
		ck_ok(send_frame(out, "123#01"));
		ck_ok(send_frame(out, "124#02"));
		ck_ok(send_frame(out, "00000123#03"));
		ck_ok(send_frame(out, "00012300#04"));
		ck_ok(send_frame(out, "123#R"));
		ck_ok(send_frame(out, "456#05"));
		ck_assert_msg(strcmp(received(in), cases[i].received) == 0, "%s: %s", text,
			      received(in));
		kin_close(in);
	}
	kin_close(out);
}
END_TEST

START_TEST(sets_options_by_type)
{
	const struct can_filter filters[] = {{0x123, CAN_SFF_MASK},
					     {0x400 | CAN_INV_FILTER, 0x700},
					     {0x12345678, CAN_EFF_MASK}};
	struct can_filter back[4];
	struct kin_sock *sock;
	char text[128];

	make_vcan("vcan0", 72);
	sock = open_can("can:vcan0", KIN_RECEIVE);
	ck_ok(kin_opt_get(sock, "filter", text, sizeof(text)));
	ck_assert_str_eq(text, "000:000");
	ck_ok(kin_can_set_filters(sock, filters, 3));
	ck_assert_int_eq(kin_can_filters(sock, back, 4), 3);
	ck_assert_mem_eq(back, filters, sizeof(filters));
	ck_fails(kin_can_filters(sock, back, 2), ERANGE, NULL);
	ck_ok(kin_opt_get(sock, "filter", text, sizeof(text)));
	ck_assert_str_eq(text, "123:7FF+400~700+012345678:1FFFFFFF");
	ck_fails(kin_can_set_filters(sock, filters, 513), EINVAL,
		 "513 filters are more than 512");
	ck_ok(kin_can_set_filters(sock, NULL, 0));
	ck_ok(kin_opt_get(sock, "filter", text, sizeof(text)));
	ck_assert_str_eq(text, "none");

	ck_ok(kin_can_set_errors(sock, CAN_ERR_BUSOFF | CAN_ERR_CRTL));
	ck_ok(kin_opt_get(sock, "errors", text, sizeof(text)));
	ck_assert_str_eq(text, "crtl+bus-off");
	ck_ok(kin_can_set_fd(sock, true));
	ck_ok(kin_opt_get(sock, "fd", text, sizeof(text)));
	ck_assert_str_eq(text, "on");
	ck_ok(kin_can_set_join_filters(sock, true));
	ck_ok(kin_opt_get(sock, "join", text, sizeof(text)));
	ck_assert_str_eq(text, "on");
	ck_ok(kin_can_set_loopback(sock, false));
	ck_ok(kin_opt_get(sock, "loopback", text, sizeof(text)));
	ck_assert_str_eq(text, "off");
	ck_ok(kin_can_set_own(sock, true));
	ck_ok(kin_opt_get(sock, "own", text, sizeof(text)));
	ck_assert_str_eq(text, "on");
	kin_close(sock);
}
END_TEST

START_TEST(receives_error_frames_that_were_asked_for)
{
	struct kin_sock *all, *some, *none, *out;

	make_vcan("vcan0", 72);
	all = open_can("can:vcan0,errors=all", KIN_RECEIVE);
	some = open_can("can:vcan0,errors=bus-off,filter=none", KIN_RECEIVE);
	none = open_can("can:vcan0", KIN_RECEIVE);
	out = open_can("can:vcan0", KIN_SEND);
	ck_ok(send_frame(out, "20000040#0000000000000000"));
	ck_ok(send_frame(out, "20000080#0000000000000000"));
	ck_ok(send_frame(out, "123#11"));
	ck_assert_str_eq(received(all),
			 "20000040#0000000000000000 20000080#0000000000000000 123#11");
	ck_assert_str_eq(received(some), "20000040#0000000000000000");
	ck_assert_str_eq(received(none), "123#11");
	kin_close(all);
	kin_close(some);
	kin_close(none);
	kin_close(out);
}
END_TEST

/* ---- Who sees what is sent ----------------------------------------------------------------- */

START_TEST(loops_back_or_not)
{
	struct kin_sock *in, *out;

	make_vcan("vcan0", 72);
	in = open_can("can:vcan0", KIN_RECEIVE);
	out = open_can("can:vcan0", KIN_CONNECT);
	ck_ok(send_frame(out, "123#01"));
	ck_assert_str_eq(received(in), "123#01");
	ck_assert_str_eq(received(out), "");
	ck_ok(kin_opt_set(out, "loopback", "off"));
	ck_ok(send_frame(out, "123#02"));
	ck_assert_str_eq(received(in), "");
	kin_close(in);
	kin_close(out);
}
END_TEST

START_TEST(marks_what_was_sent_here)
{
	struct kin_batch *batch KIN_CLEANUP(kin_batch_free) = NULL;
	struct kin_sock *in, *out;

	make_vcan("vcan0", 72);
	in = open_can("can:vcan0", KIN_RECEIVE);
	out = open_can("can:vcan0,own=on", KIN_CONNECT);
	ck_ok(kin_batch_new(1, CAN_MTU, 0, &batch));
	ck_ok(send_frame(out, "123#01"));
	ck_assert_int_eq(kin_recv_batch(in, batch, 0), 1);
	ck_assert_uint_eq(kin_batch_msg(batch, 0)->flags & (MSG_DONTROUTE | MSG_CONFIRM),
			  MSG_DONTROUTE);
	ck_assert_int_eq(kin_recv_batch(out, batch, 0), 1);
	ck_assert_uint_eq(kin_batch_msg(batch, 0)->flags & (MSG_DONTROUTE | MSG_CONFIRM),
			  MSG_DONTROUTE | MSG_CONFIRM);
	kin_close(in);
	kin_close(out);
}
END_TEST

START_TEST(one_that_only_sends_receives_nothing)
{
	struct kin_sock *sender, *filtered, *out;

	make_vcan("vcan0", 72);
	sender = open_can("can:vcan0", KIN_SEND);
	filtered = open_can("can:vcan0,filter=123:7FF", KIN_SEND);
	out = open_can("can:vcan0", KIN_SEND);
	ck_ok(send_frame(out, "123#01"));
	ck_assert_str_eq(received(sender), "");
	ck_assert_str_eq(received(filtered), "123#01");
	kin_close(sender);
	kin_close(filtered);
	kin_close(out);
}
END_TEST

START_TEST(receives_from_any_interface)
{
	static const char *const names[] = {"can:vcan0", "can:vcan1", "can:later"};
	struct kin_batch *batch KIN_CLEANUP(kin_batch_free) = NULL;
	struct kin_sock *any;

	make_vcan("vcan0", 72);
	make_vcan("vcan1", 72);
	any = open_can("can:any", KIN_RECEIVE);
	make_vcan("later", 72);
	ck_ok(kin_batch_new(4, CAN_MTU, 0, &batch));
	for (int i = 0; i < 3; i++) {
		struct kin_sock *out = open_can(names[i], KIN_SEND);

		ck_ok(send_frame(out, "123#01"));
		kin_close(out);
	}
	ck_assert_int_eq(kin_recv_batch(any, batch, 0), 3);
	for (unsigned i = 0; i < 3; i++) {
		char text[64];

		ck_ok(kin_addr_format(&kin_batch_msg(batch, i)->addr, SOCK_RAW, CAN_RAW, text,
				      sizeof(text)));
		ck_assert_str_eq(text, names[i]);
	}
	kin_close(any);
}
END_TEST

/* ---- Addresses ----------------------------------------------------------------------------- */

START_TEST(knows_the_interfaces)
{
	struct kin_addr name, index;
	struct kin_sock *sock;
	struct sockaddr_can can;
	char text[64];

	make_vcan("vcan0", 72);
	make_vcan("vcan1", 72);
	shell("ip link add eth7 type veth peer name eth8");
	ck_fails(kin_addr_parse("can:xcan0", &name), ENODEV,
		 "no such interface; CAN interfaces here: vcan0, vcan1");
	ck_fails(kin_addr_parse("can:eth7", &name), ENODEV,
		 "eth7 is not a CAN interface (it is ethernet); CAN interfaces here: vcan0, vcan1");
	ck_ok(kin_addr_parse("can:vcan1", &name));
	memcpy(&can, &name.ss, sizeof(can));
	snprintf(text, sizeof(text), "can:if%d", can.can_ifindex);
	ck_ok(kin_addr_parse(text, &index));
	ck_assert(kin_addr_equal(&name, &index));
	ck_ok(kin_addr_format(&index, SOCK_RAW, CAN_RAW, text, sizeof(text)));
	ck_assert_str_eq(text, "can:vcan1");

	sock = open_can("can:vcan1", KIN_RECEIVE);
	ck_ok(kin_local_addr(sock, &index));
	ck_assert(kin_addr_equal(&name, &index));
	kin_close(sock);
	ck_fails(kin_open("can:if4711", KIN_RECEIVE, &sock), ENODEV,
		 "if4711 is gone or not a CAN interface; CAN interfaces here: vcan0, vcan1");
}
END_TEST

START_TEST(opens_without_text)
{
	struct kin_addr addr;
	struct kin_sock *in, *out;

	make_vcan("vcan0", 72);
	ck_ok(kin_can_addr("vcan0", &addr));
	ck_ok(kin_socket(AF_CAN, SOCK_RAW, CAN_RAW, &in));
	ck_ok(kin_bind(in, &addr));
	ck_ok(kin_socket(AF_CAN, SOCK_RAW, CAN_RAW, &out));
	ck_ok(kin_bind(out, &addr));
	ck_ok(send_frame(out, "123#01"));
	ck_assert_str_eq(received(in), "123#01");
	kin_close(in);
	kin_close(out);
}
END_TEST

/* ---- What fails ---------------------------------------------------------------------------- */

START_TEST(says_that_the_interface_went)
{
	struct kin_sock *sock;
	char words[96];

	make_vcan("vcan0", 72);
	make_vcan("vcan1", 72);
	sock = open_can("can:vcan1", KIN_SEND);
	ck_ok(send_frame(sock, "123#01"));
	snprintf(words, sizeof(words),
		 "if%u is gone or not a CAN interface; CAN interfaces here: vcan0",
		 if_nametoindex("vcan1"));
	shell("ip link del vcan1");
	ck_fails(send_frame(sock, "123#01"), ENXIO, words);
	kin_close(sock);
}
END_TEST

START_TEST(says_why_a_frame_is_not_sent)
{
	union kin_can_frame frame;
	struct kin_sock *classic, *fd, *any;
	size_t size;

	make_vcan("vcan0", 16);
	make_vcan("vcan1", 72);
	ck_ok(kin_can_frame_parse("123##411", &frame, &size));
	classic = open_can("can:vcan0,fd=on", KIN_SEND);
	fd = open_can("can:vcan1", KIN_SEND);
	any = open_can("can:any", KIN_SEND);
	ck_fails(kin_send(classic, &frame, size, 0), EINVAL, NULL);
	ck_fails(kin_send(fd, &frame, size, 0), EINVAL, NULL);
	ck_assert_ptr_nonnull(strstr(kin_error_text(), "fd=on"));
	ck_fails(kin_send(any, &frame, CAN_MTU, 0), ENXIO,
		 "can:any only receives: name the interface to send on");
	ck_ok(kin_opt_set(fd, "fd", "on"));
	ck_ok(kin_send(fd, &frame, size, 0));
	kin_close(classic);
	kin_close(fd);
	kin_close(any);
}
END_TEST

START_TEST(says_that_a_queue_is_full)
{
	struct kin_sock *out;
	int err;

	make_vcan("vcan0", 16);
	/* vcan has no queue of its own: this one takes 10 frames, and 16 seconds for each. */
	shell("ip link set vcan0 txqueuelen 10");
	shell("tc qdisc add dev vcan0 root tbf rate 8bit burst 32 limit 160");
	out = open_can("can:vcan0", KIN_SEND);
	for (int i = 0; (err = send_frame(out, "123#01")) > 0; i++)
		ck_assert_int_lt(i, 1000);
	ck_fails(err, ENOBUFS,
		 "the queue of vcan0 is full (10 frames): wait, or `sudo ip link set vcan0 "
		 "txqueuelen 1000`");
	kin_close(out);
}
END_TEST

START_TEST(survives_an_interface_going_down)
{
	struct kin_batch *batch KIN_CLEANUP(kin_batch_free) = NULL;
	struct kin_sock *in, *out;

	make_vcan("vcan0", 72);
	in = open_can("can:vcan0", KIN_RECEIVE);
	out = open_can("can:vcan0", KIN_SEND);
	ck_ok(kin_batch_new(4, CAN_MTU, 0, &batch));
	shell("ip link set vcan0 down");
	ck_fails(kin_recv_batch(in, batch, 0), ENETDOWN, NULL);
	ck_assert_ptr_nonnull(strstr(kin_error_text(), " is down"));
	ck_fails(send_frame(out, "123#01"), ENETDOWN, NULL);
	ck_assert_ptr_nonnull(strstr(kin_error_text(), " is down"));
	shell("ip link set vcan0 up");
	ck_ok(send_frame(out, "123#02"));
	ck_assert_str_eq(received(in), "123#02");

	shell("ip link del vcan0");
	ck_ok(kin_set_timeout(in, -1));
	/* First that it went down, then that it is gone: the last one stays. */
	ck_fails(kin_recv_batch(in, batch, 0), ENODEV, NULL);
	ck_assert_ptr_nonnull(strstr(kin_error_text(), "is gone"));
	kin_close(in);
	kin_close(out);
}
END_TEST

START_TEST(counts_drops)
{
	enum { SENT = 2000 };
	struct kin_batch *batch KIN_CLEANUP(kin_batch_free) = NULL;
	struct kin_sock *in, *out;
	unsigned got = 0, drops = 0;
	int n;

	make_vcan("vcan0", 72);
	in = open_can("can:vcan0,rcvbuf=4096,drops=on,timestamps=software", KIN_RECEIVE);
	out = open_can("can:vcan0", KIN_SEND);
	ck_ok(kin_batch_new(64, CAN_MTU, 0, &batch));
	ck_ok(kin_set_timeout(in, 0));
	for (int i = 0; i < SENT; i++)
		ck_ok(send_frame(out, "123#01"));
	while ((n = kin_recv_batch(in, batch, 0)) > 0)
		got += (unsigned)n;
	ck_assert_int_eq(n, -EAGAIN);
	ck_assert_uint_lt(got, SENT);
	/* What was dropped is told with the next message that was not. */
	ck_ok(send_frame(out, "123#02"));
	ck_assert_int_eq(kin_recv_batch(in, batch, 0), 1);
	drops = kin_batch_msg(batch, 0)->drops;
	ck_assert_uint_eq(got + drops, SENT);
	kin_close(in);
	kin_close(out);
}
END_TEST

/*
 * A frame with a time stamp: those that come while the kernel still turns stamping on, which it
 * does when the first socket of the system asks for it, have none.
 */
static void receive_stamped(struct kin_sock *in, struct kin_sock *out, struct kin_batch *batch)
{
	for (int tries = 0; tries < 100; tries++) {
		ck_ok(send_frame(out, "123#01"));
		ck_assert_int_eq(kin_recv_batch(in, batch, 0), 1);
		if (kin_batch_msg(batch, 0)->clock != KIN_CLOCK_NONE)
			return;
		poll(NULL, 0, 10);
	}
	ck_abort_msg("no message has a time stamp");
}

START_TEST(stamps_times)
{
	static const char *const modes[] = {"software", "hardware"};
	struct kin_batch *batch KIN_CLEANUP(kin_batch_free) = NULL;
	struct timespec now;

	make_vcan("vcan0", 72);
	ck_ok(kin_batch_new(1, CAN_MTU, 0, &batch));
	for (int i = 0; i < 2; i++) {
		struct kin_sock *in, *out;
		struct kin_msg *msg = kin_batch_msg(batch, 0);
		char text[64];

		snprintf(text, sizeof(text), "can:vcan0,timestamps=%s", modes[i]);
		in = open_can(text, KIN_RECEIVE);
		out = open_can("can:vcan0", KIN_SEND);
		receive_stamped(in, out, batch);
		clock_gettime(CLOCK_REALTIME, &now);
		/* A virtual interface has no clock of its own: software is what it falls back to. */
		ck_assert_int_eq(msg->clock, KIN_CLOCK_SOFTWARE);
		ck_assert_int_le(msg->time_ns, now.tv_sec * INT64_C(1000000000) + now.tv_nsec);
		ck_assert_int_gt(msg->time_ns, (now.tv_sec - 10) * INT64_C(1000000000));
		kin_close(in);
		kin_close(out);
	}
}
END_TEST

int main(void)
{
	const struct test_case cases[] = {
		{carries_every_kind, "carries_every_kind", "can vcan", .net = true},
		{carries_xl, "carries_xl", "can xl", .net = true, .newer = true},
		{takes_the_vcid_where_the_kernel_does, "takes_the_vcid_where_the_kernel_does",
		 "can xl", .net = true, .newer = true},
		{filters_frames, "filters_frames", "can vcan", .net = true},
		{sets_options_by_type, "sets_options_by_type", "can vcan", .net = true},
		{receives_error_frames_that_were_asked_for,
		 "receives_error_frames_that_were_asked_for", "can vcan", .net = true},
		{loops_back_or_not, "loops_back_or_not", "can vcan", .net = true},
		{marks_what_was_sent_here, "marks_what_was_sent_here", "can vcan", .net = true},
		{one_that_only_sends_receives_nothing, "one_that_only_sends_receives_nothing",
		 "can vcan", .net = true},
		{receives_from_any_interface, "receives_from_any_interface", "can vcan",
		 .net = true},
		{knows_the_interfaces, "knows_the_interfaces", "can vcan", .net = true},
		{opens_without_text, "opens_without_text", "can vcan", .net = true},
		{says_why_a_frame_is_not_sent, "says_why_a_frame_is_not_sent", "can vcan",
		 .net = true},
		{says_that_the_interface_went, "says_that_the_interface_went", "can vcan",
		 .net = true},
		{says_that_a_queue_is_full, "says_that_a_queue_is_full", "can vcan", .net = true},
		{survives_an_interface_going_down, "survives_an_interface_going_down", "can vcan",
		 .net = true},
		{counts_drops, "counts_drops", "can vcan", .net = true},
		{stamps_times, "stamps_times", "can vcan", .net = true},
		{},
	};

	return run_cases("can/raw", cases);
}
