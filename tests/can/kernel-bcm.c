/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The broadcast manager on virtual interfaces. Frames are counted, times are not. */
#include "harness.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <kin/bcm.h>
#include <kin/family.h>

#define MS      INT64_C(1000000)
#define SECOND  INT64_C(1000000000)
#define A_WHILE (10 * SECOND)

/* ---- The two ends -------------------------------------------------------------------------- */

struct scene {
	struct kin_sock *bcm, *raw; /* what is tested, and who sees what is on the bus */
	struct kin_batch *batch;
};

static struct scene begin(const char *address)
{
	struct scene s;

	make_vcan("vcan0", CANFD_MTU);
	ck_ok(kin_open(address, KIN_CONNECT, &s.bcm));
	ck_ok(kin_open("can:vcan0,fd=on", KIN_CONNECT, &s.raw));
	ck_ok(kin_set_timeout(s.bcm, A_WHILE));
	ck_ok(kin_set_timeout(s.raw, A_WHILE));
	ck_ok(kin_batch_new(1, KIN_BCM_MSG_MAX, 0, &s.batch));
	return s;
}

static void end(struct scene *s)
{
	kin_close(s->bcm);
	kin_close(s->raw);
	kin_batch_free(s->batch);
}

static void put(struct scene *s, const char *text)
{
	union kin_can_frame frame;
	size_t size;

	ck_ok(kin_can_frame_parse(text, &frame, &size));
	ck_ok(kin_send(s->raw, &frame, size, 0));
}

/* The next frame on the bus. */
static const char *seen(struct scene *s)
{
	static char text[KIN_CAN_FRAME_TEXT];
	union kin_can_frame frame;
	ssize_t size = ck_ok(kin_recv(s->raw, &frame, sizeof(frame), 0));

	ck_ok(kin_can_frame_format(&frame, (size_t)size, text, sizeof(text)));
	return text;
}

/* Nothing more is on the bus. */
static void quiet(struct kin_sock *sock)
{
	char byte;

	ck_ok(kin_set_timeout(sock, 50 * MS));
	ck_assert_int_eq(kin_recv(sock, &byte, 1, 0), -ETIMEDOUT);
	ck_ok(kin_set_timeout(sock, A_WHILE));
}

/* The next message: what happened, in words. */
static const char *told(struct scene *s)
{
	static char text[1024];
	struct kin_bcm_msg msg = {.struct_size = sizeof(msg)};
	int len;

	ck_assert_int_eq(ck_ok(kin_recv_batch(s->bcm, s->batch, 0)), 1);
	ck_ok(kin_bcm_msg_read(kin_batch_msg(s->batch, 0), &msg));
	len = snprintf(text, sizeof(text), "%s %X",
		       msg.opcode == RX_CHANGED   ? "changed"
		       : msg.opcode == RX_TIMEOUT ? "timeout"
		       : msg.opcode == TX_EXPIRED ? "expired"
		       : msg.opcode == TX_STATUS  ? "sends"
						  : "receives",
		       msg.key);
	for (unsigned i = 0; i < msg.n_frames; i++) {
		text[len++] = ' ';
		len += (int)ck_ok(kin_can_frame_format(kin_bcm_msg_frame(&msg, i), msg.frame_size,
						       text + len, sizeof(text) - (size_t)len));
	}
	return text;
}

static struct kin_bcm_tx *transmission(const char *one, const char *other)
{
	const char *const texts[] = {one, other};
	struct kin_bcm_tx *tx;

	ck_ok(kin_bcm_tx_new(&tx));
	for (int i = 0; i < 2 && texts[i]; i++) {
		union kin_can_frame frame;
		size_t size;

		ck_ok(kin_can_frame_parse(texts[i], &frame, &size));
		ck_ok(kin_bcm_tx_add_frame(tx, &frame, size));
	}
	return tx;
}

static struct kin_bcm_rx *reception(canid_t id, const char *mask)
{
	struct kin_bcm_rx *rx;
	unsigned char bytes[64];

	ck_ok(kin_bcm_rx_new(id, &rx));
	if (mask)
		ck_ok(kin_bcm_rx_set_mask(
			rx, bytes,
			(size_t)ck_ok(kin_parse_bytes(mask, "mask", bytes, sizeof(bytes)))));
	return rx;
}

/* ---- Transmission -------------------------------------------------------------------------- */

START_TEST(sends_a_count_and_tells)
{
	struct scene s = begin("bcm:vcan0");
	struct kin_bcm_tx *tx KIN_CLEANUP(kin_bcm_tx_free) = transmission("123#1122", NULL);
	uint64_t sent;

	kin_bcm_tx_set_key(tx, 0x123);
	kin_bcm_tx_set_notify(tx, true);
	ck_ok(kin_bcm_tx_set_timers(tx, 5, MS, 0));
	ck_ok(kin_bcm_tx_setup(s.bcm, tx, SETTIMER | STARTTIMER));
	ck_assert_str_eq(told(&s), "expired 123");
	for (int i = 0; i < 5; i++)
		ck_assert_str_eq(seen(&s), "123#1122");
	quiet(s.raw);
	ck_ok(kin_bcm_tx_sent(s.bcm, tx, &sent));
	ck_assert_uint_eq(sent, 5);

	/* Once more, and a second interval behind it. */
	ck_ok(kin_bcm_tx_set_timers(tx, 2, MS, 2 * MS));
	ck_ok(kin_bcm_tx_setup(s.bcm, tx, SETTIMER | STARTTIMER));
	ck_assert_str_eq(told(&s), "expired 123");
	for (int i = 0; i < 6; i++)
		ck_assert_str_eq(seen(&s), "123#1122");
	ck_ok(kin_bcm_tx_delete(s.bcm, tx));
	ck_assert_int_eq(kin_bcm_tx_delete(s.bcm, tx), -ENOENT);
	ck_assert_int_eq(kin_bcm_tx_read(s.bcm, tx), -ENOENT);
	ck_assert_int_eq(kin_bcm_tx_sent(s.bcm, tx, &sent), -ENOENT);
	end(&s);
}
END_TEST

START_TEST(updates_without_a_restart)
{
	struct scene s = begin("bcm:vcan0");
	struct kin_bcm_tx *tx KIN_CLEANUP(kin_bcm_tx_free) = transmission("123#01", "123#02");
	union kin_can_frame frame = {.classic = {.can_id = 0x123, .len = 1, .data = {0xAA}}};

	/* An interval that does not end within the test: all that comes was announced. */
	kin_bcm_tx_set_notify(tx, true);
	ck_ok(kin_bcm_tx_set_timers(tx, 3, 100 * SECOND, 0));
	ck_ok(kin_bcm_tx_setup(s.bcm, tx, SETTIMER | STARTTIMER));
	ck_assert_str_eq(seen(&s), "123#01");
	quiet(s.raw);
	ck_ok(kin_bcm_tx_setup(s.bcm, tx, TX_ANNOUNCE));
	ck_assert_str_eq(seen(&s), "123#02");
	ck_ok(kin_bcm_tx_setup(s.bcm, tx, TX_ANNOUNCE | TX_RESET_MULTI_IDX));
	ck_assert_str_eq(seen(&s), "123#01");
	kin_bcm_tx_clear_frames(tx);
	ck_ok(kin_bcm_tx_add_frame(tx, &frame, CAN_MTU));
	frame.classic.data[0] = 0xBB;
	ck_ok(kin_bcm_tx_add_frame(tx, &frame, CAN_MTU));
	ck_ok(kin_bcm_tx_setup(s.bcm, tx, 0));
	quiet(s.raw);
	ck_ok(kin_bcm_tx_setup(s.bcm, tx, TX_ANNOUNCE));
	ck_assert_str_eq(seen(&s), "123#BB");
	ck_ok(kin_bcm_tx_read(s.bcm, tx));
	ck_assert_str_eq(told(&s), "sends 20000000 123#AA 123#BB");

	ck_ok(kin_bcm_tx_add_frame(tx, &frame, CAN_MTU));
	ck_assert_int_eq(kin_bcm_tx_setup(s.bcm, tx, 0), -E2BIG);
	ck_assert_str_eq(kin_error_text(),
			 "3 frames are more than the transmission had at first: delete it before");
	end(&s);
}
END_TEST

START_TEST(sends_several_of_one_identifier)
{
	struct scene s = begin("bcm:vcan0");
	struct kin_bcm_tx *one KIN_CLEANUP(kin_bcm_tx_free) = transmission("123#01", NULL);
	struct kin_bcm_tx *other KIN_CLEANUP(kin_bcm_tx_free) = transmission("123#02", NULL);
	int ones = 0, others = 0;

	ck_ok(kin_bcm_tx_set_timers(one, 0, 0, 2 * MS));
	ck_ok(kin_bcm_tx_set_timers(other, 0, 0, 3 * MS));
	ck_ok(kin_bcm_tx_setup(s.bcm, one, SETTIMER | STARTTIMER));
	ck_ok(kin_bcm_tx_setup(s.bcm, other, SETTIMER | STARTTIMER));
	ck_assert_uint_ne(kin_bcm_tx_key(one), kin_bcm_tx_key(other));
	while (ones < 5 || others < 5) {
		const char *text = seen(&s);

		ones += strcmp(text, "123#01") == 0;
		others += strcmp(text, "123#02") == 0;
	}
	/* Stopped, and kept. */
	ck_ok(kin_bcm_tx_set_timers(one, 0, 0, 0));
	ck_ok(kin_bcm_tx_setup(s.bcm, one, SETTIMER));
	ck_ok(kin_bcm_tx_delete(s.bcm, other));
	while (kin_set_timeout(s.raw, 50 * MS) == 0 && kin_recv(s.raw, &ones, 0, 0) >= 0)
		continue;
	quiet(s.raw);
	ck_ok(kin_bcm_tx_read(s.bcm, one));
	ck_assert_str_eq(told(&s), "sends 20000000 123#01");
	end(&s);
}
END_TEST

START_TEST(copies_the_key)
{
	struct scene s = begin("bcm:any");
	struct kin_bcm_tx *tx KIN_CLEANUP(kin_bcm_tx_free) = transmission("001##1AA", NULL);
	struct kin_addr addr;

	ck_ok(kin_can_addr("vcan0", &addr));
	kin_bcm_tx_set_copy_id(tx, true);
	ck_assert_int_eq(kin_bcm_tx_setup(s.bcm, tx, TX_ANNOUNCE), -EINVAL);
	kin_bcm_tx_set_key(tx, 0x12345678 | CAN_EFF_FLAG);
	ck_assert_int_eq(kin_bcm_tx_setup(s.bcm, tx, TX_ANNOUNCE), -ENODEV);
	ck_ok(kin_bcm_tx_set_interface(tx, kin_addr_ifindex(&addr)));
	ck_ok(kin_bcm_tx_setup(s.bcm, tx, TX_ANNOUNCE));
	ck_assert_str_eq(seen(&s), "12345678##5AA");
	end(&s);
}
END_TEST

START_TEST(sends_one_frame)
{
	struct scene s = begin("bcm:vcan0");
	struct can_frame frame = {.can_id = 0x123, .len = 1, .data = {7}};
	struct kin_sock *sock;

	ck_ok(kin_bcm_send(s.bcm, 0, &frame, sizeof(frame)));
	ck_assert_str_eq(seen(&s), "123#07");
	shell("ip link set vcan0 down");
	ck_assert_int_eq(kin_recv(s.bcm, &frame, sizeof(frame), 0), -ENETDOWN);
	ck_assert_int_eq(kin_bcm_send(s.bcm, 0, &frame, sizeof(frame)), -ENETDOWN);
	shell("ip link del vcan0");
	ck_assert_int_eq(kin_recv(s.bcm, &frame, sizeof(frame), 0), -ENODEV);
	ck_assert_int_eq(kin_bcm_send(s.bcm, 0, &frame, sizeof(frame)), -ENOTCONN);
	ck_ok(kin_socket(AF_CAN, SOCK_DGRAM, CAN_BCM, &sock));
	ck_assert_int_eq(kin_bcm_send(sock, 0, &frame, sizeof(frame)), -ENOTCONN);
	kin_close(sock);
	end(&s);
}
END_TEST

/* ---- Reception ----------------------------------------------------------------------------- */

START_TEST(tells_of_changes)
{
	struct scene s = begin("bcm:vcan0");
	struct kin_bcm_rx *rx KIN_CLEANUP(kin_bcm_rx_free) = reception(0x123, "F000");
	struct kin_bcm_rx *all KIN_CLEANUP(kin_bcm_rx_free) = reception(0x124, NULL);
	uint64_t frames, told_of;

	ck_ok(kin_bcm_rx_setup(s.bcm, rx, 0));
	ck_ok(kin_bcm_rx_setup(s.bcm, all, 0));
	put(&s, "123#1122");
	put(&s, "123#1F33");
	put(&s, "123#1F3344");
	put(&s, "124#01");
	put(&s, "124#01");
	put(&s, "123#2F33");
	ck_assert_str_eq(told(&s), "changed 123 123#1122");
	ck_assert_str_eq(told(&s), "changed 124 124#01");
	ck_assert_str_eq(told(&s), "changed 124 124#01");
	ck_assert_str_eq(told(&s), "changed 123 123#2F33");
	ck_ok(kin_bcm_rx_received(s.bcm, rx, &frames, &told_of));
	ck_assert_uint_eq(frames, 4);
	ck_assert_uint_eq(told_of, 2);

	/* The length counts from now on, and what was told of is forgotten. */
	ck_ok(kin_bcm_rx_set_flags(rx, RX_CHECK_DLC));
	ck_ok(kin_bcm_rx_setup(s.bcm, rx, 0));
	put(&s, "123#2F33");
	put(&s, "123#2F");
	ck_assert_str_eq(told(&s), "changed 123 123#2F33");
	ck_assert_str_eq(told(&s), "changed 123 123#2F");
	ck_ok(kin_bcm_rx_read(s.bcm, rx));
	ck_assert_str_eq(told(&s), "receives 123 000#F000");
	ck_ok(kin_bcm_rx_delete(s.bcm, rx));
	ck_assert_int_eq(kin_bcm_rx_delete(s.bcm, rx), -ENOENT);
	ck_assert_str_eq(kin_error_text(), "the socket has no reception of 123");
	put(&s, "123#FF");
	quiet(s.bcm);
	end(&s);
}
END_TEST

START_TEST(tells_values_of_a_multiplex_apart)
{
	struct scene s = begin("bcm:any");
	struct kin_bcm_rx *rx KIN_CLEANUP(kin_bcm_rx_free) = reception(0x123, NULL);

	ck_ok(kin_bcm_rx_set_selector(rx, "\xFF", 1));
	ck_assert_int_eq(kin_bcm_rx_setup(s.bcm, rx, 0), -EINVAL);
	ck_ok(kin_bcm_rx_add_value(rx, "\x01\xFF", 2));
	ck_ok(kin_bcm_rx_add_value(rx, "\x02\x0F", 2));
	ck_ok(kin_bcm_rx_setup(s.bcm, rx, 0));
	put(&s, "123#0110");
	put(&s, "123#0210");
	put(&s, "123#0110");
	put(&s, "123#0220");
	put(&s, "123#0399");
	put(&s, "123#0221");
	ck_assert_str_eq(told(&s), "changed 123 123#0110");
	ck_assert_str_eq(told(&s), "changed 123 123#0210");
	ck_assert_str_eq(told(&s), "changed 123 123#0221");
	quiet(s.bcm);
	end(&s);
}
END_TEST

START_TEST(supervises_and_throttles)
{
	struct scene s = begin("bcm:vcan0");
	struct kin_bcm_rx *rx KIN_CLEANUP(kin_bcm_rx_free) = reception(0x123, "FF");
	struct kin_bcm_rx *slow KIN_CLEANUP(kin_bcm_rx_free) = reception(0x124, "FF");

	ck_ok(kin_bcm_rx_set_flags(rx, RX_ANNOUNCE_RESUME));
	ck_ok(kin_bcm_rx_set_timers(rx, 20 * MS, 0));
	ck_ok(kin_bcm_rx_setup(s.bcm, rx, SETTIMER | STARTTIMER));
	ck_assert_str_eq(told(&s), "timeout 123");
	put(&s, "123#11");
	ck_assert_str_eq(told(&s), "changed 123 123#11");
	ck_assert_str_eq(told(&s), "timeout 123");
	put(&s, "123#11");
	ck_assert_str_eq(told(&s), "changed 123 123#11");
	ck_ok(kin_bcm_rx_delete(s.bcm, rx));

	/* The first one at once, of the others the last. */
	ck_ok(kin_bcm_rx_set_timers(slow, 0, 300 * MS));
	ck_ok(kin_bcm_rx_setup(s.bcm, slow, SETTIMER));
	for (int i = 1; i <= 9; i++) {
		char text[16];

		snprintf(text, sizeof(text), "124#%02d", i);
		put(&s, text);
	}
	ck_assert_str_eq(told(&s), "changed 124 124#01");
	ck_assert_str_eq(told(&s), "changed 124 124#09");
	end(&s);
}
END_TEST

START_TEST(answers_remote_requests)
{
	struct scene s = begin("bcm:vcan0");
	struct kin_bcm_rx *rx KIN_CLEANUP(kin_bcm_rx_free) = reception(0x123, NULL);
	struct can_frame answer = {.can_id = 0x123, .len = 2, .data = {0xCA, 0xFE}};

	ck_ok(kin_bcm_rx_set_answer(rx, &answer, sizeof(answer)));
	ck_ok(kin_bcm_rx_setup(s.bcm, rx, 0));
	put(&s, "123#11");
	put(&s, "123#R");
	ck_assert_str_eq(seen(&s), "123#CAFE");
	quiet(s.bcm);
	end(&s);
}
END_TEST

START_TEST(keeps_fd_frames_apart)
{
	struct scene s = begin("bcm:vcan0");
	struct kin_bcm_rx *fd KIN_CLEANUP(kin_bcm_rx_free) = reception(0x123, NULL);
	struct kin_bcm_rx *classic KIN_CLEANUP(kin_bcm_rx_free) = reception(0x123, "FF");
	unsigned char mask[64] = {[63] = 0xFF};
	char text[160] = "123##1";

	kin_bcm_rx_set_fd(fd, true);
	ck_ok(kin_bcm_rx_set_mask(fd, mask, sizeof(mask)));
	ck_ok(kin_bcm_rx_setup(s.bcm, fd, 0));
	ck_ok(kin_bcm_rx_setup(s.bcm, classic, 0));
	memset(text + 6, '0', 128);
	put(&s, text);
	put(&s, "123#11");
	text[6] = '1';
	put(&s, text);
	text[133] = '1';
	put(&s, text);
	ck_assert_int_eq(strncmp(told(&s), "changed 123 123##50000", 22), 0);
	ck_assert_str_eq(told(&s), "changed 123 123#11");
	ck_assert_int_eq(strncmp(told(&s), "changed 123 123##51000", 22), 0);
	quiet(s.bcm);
	end(&s);
}
END_TEST

/* The same by an address, without C. */
START_TEST(watches_by_address)
{
	struct scene s = begin("bcm:vcan0,watch=123#FF+124 throttle=1s,watch=125##");

	put(&s, "123#11");
	put(&s, "123#1122");
	put(&s, "124#11");
	put(&s, "125#11");
	put(&s, "125##111");
	ck_assert_str_eq(told(&s), "changed 123 123#11");
	ck_assert_str_eq(told(&s), "changed 124 124#11");
	ck_assert_str_eq(told(&s), "changed 125 125##511");
	quiet(s.bcm);
	end(&s);
}
END_TEST

int main(void)
{
	const struct test_case cases[] = {
		{sends_a_count_and_tells, "sends a count and tells", "bcm vcan", true},
		{updates_without_a_restart, "updates without a restart", "bcm vcan", true},
		{sends_several_of_one_identifier, "sends several of one identifier", "bcm vcan",
		 true},
		{copies_the_key, "copies the key", "bcm vcan", true},
		{sends_one_frame, "sends one frame", "bcm vcan", true},
		{tells_of_changes, "tells of changes", "bcm vcan", true},
		{tells_values_of_a_multiplex_apart, "tells values of a multiplex apart", "bcm vcan",
		 true},
		{supervises_and_throttles, "supervises and throttles", "bcm vcan", true},
		{answers_remote_requests, "answers remote requests", "bcm vcan", true},
		{keeps_fd_frames_apart, "keeps FD frames apart", "bcm vcan", true},
		{watches_by_address, "watches by address", "bcm vcan", true},
		{},
	};

	return run_cases("can/bcm", cases);
}
