/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* ISO-TP sockets on virtual interfaces: what the kernel has of the options, and what it takes. */
#include "harness.h"

#include <errno.h>
#include <string.h>
#include <kin/can.h>
#include <kin/family.h>
#include <kin/isotp.h>

static struct kin_sock *open_isotp(const char *text, enum kin_role role)
{
	struct kin_sock *sock;

	ck_ok(kin_open(text, role, &sock));
	ck_ok(kin_set_timeout(sock, INT64_C(5000000000)));
	return sock;
}

START_TEST(options_reach_the_kernel)
{
	static const char *const options[][2] = {
		{"ext", "12"},
		{"rx-ext", "34"},
		{"pad", "AA"},
		{"rx-pad", "55"},
		{"check-pad", "length+data"},
		{"listen", "on"},
		{"half-duplex", "on"},
		{"tx-done", "on"},
		{"frame-time", "10us"},
		{"force-tx-stmin", "1ms"},
		{"force-rx-stmin", "2us"},
		{"bs", "8"},
		{"stmin", "300us"},
		{"wait-frames", "3"},
		{"fd", "on"},
		{"tx-dl", "16"},
		{"brs", "on"},
		{"esi", "on"},
		{"pad", "off"},
		{"force-tx-stmin", "off"},
		{"frame-time", "0ns"},
	};
	struct kin_sock *sock KIN_CLEANUP(kin_close) = NULL;
	struct can_isotp_options all;
	struct can_isotp_ll_options link_layer;
	char text[64];

	ck_ok(kin_open("isotp:if1,tx=1,rx=2", KIN_NONE, &sock));
	for (size_t i = 0; i < sizeof(options) / sizeof(*options); i++) {
		ck_ok(kin_opt_set(sock, options[i][0], options[i][1]));
		ck_ok(kin_opt_get(sock, options[i][0], text, sizeof(text)));
		ck_assert_str_eq(text, options[i][1]);
	}
	ck_ok(kin_isotp_options(sock, &all));
	ck_assert_uint_eq(all.flags, CAN_ISOTP_EXTEND_ADDR | CAN_ISOTP_RX_EXT_ADDR |
					     CAN_ISOTP_RX_PADDING | CAN_ISOTP_CHK_PAD_LEN |
					     CAN_ISOTP_CHK_PAD_DATA | CAN_ISOTP_LISTEN_MODE |
					     CAN_ISOTP_HALF_DUPLEX | CAN_ISOTP_WAIT_TX_DONE |
					     CAN_ISOTP_FORCE_RXSTMIN);
	ck_assert_uint_eq(all.ext_address, 0x12);
	ck_assert_uint_eq(all.rx_ext_address, 0x34);
	ck_ok(kin_isotp_link_layer(sock, &link_layer));
	ck_assert_uint_eq(link_layer.mtu, CANFD_MTU);
	ck_assert_uint_eq(link_layer.tx_flags, CANFD_BRS | CANFD_ESI);
	/* Classic frames are as long as they can be. */
	ck_ok(kin_opt_set(sock, "fd", "off"));
	ck_ok(kin_opt_get(sock, "tx-dl", text, sizeof(text)));
	ck_assert_str_eq(text, "8");
}
END_TEST

START_TEST(refuses_what_the_kernel_would)
{
	struct kin_sock *sock;
	struct can_isotp_options options = {.flags = 0x10000};
	struct can_isotp_ll_options link_layer = {.mtu = 20, .tx_dl = 8};

	make_vcan("vcan0", 72);
	sock = open_isotp("isotp:vcan0,tx=7E0,rx=7E8", KIN_RECEIVE);
	ck_fails(kin_opt_set(sock, "bs", "8"), EISCONN,
		 "the options of an ISO-TP socket are set before it is bound, not after");
	ck_fails(kin_isotp_set_options(sock, &options), EINVAL,
		 "flags 0x10000 are not in 0-0x3fff");
	options.flags = CAN_ISOTP_SF_BROADCAST | CAN_ISOTP_CF_BROADCAST;
	ck_fails(kin_isotp_set_options(sock, &options), EINVAL, NULL);
	ck_fails(kin_isotp_set_link_layer(sock, &link_layer), EINVAL,
		 "mtu 20 is neither 16 (classic) nor 72 (FD)");
	link_layer = (struct can_isotp_ll_options){.mtu = CAN_MTU, .tx_dl = 16};
	ck_fails(kin_isotp_set_link_layer(sock, &link_layer), EINVAL, NULL);
	ck_fails(kin_isotp_force_tx_stmin(sock, INT64_C(1) << 32), EINVAL, NULL);
	kin_close(sock);
}
END_TEST

START_TEST(carries_what_it_says_it_does)
{
	static unsigned char data[1 << 20], got[1 << 20];
	int64_t max = ck_ok(kin_isotp_max_pdu());
	struct kin_sock *in, *out;

	make_vcan("vcan0", 72);
	in = open_isotp("isotp:vcan0,tx=7E8,rx=7E0,fd=on", KIN_RECEIVE);
	out = open_isotp("isotp:vcan0,tx=7E0,rx=7E8,fd=on,frame-time=0", KIN_SEND);
	for (size_t i = 0; i < sizeof(data); i++)
		data[i] = (unsigned char)(i * 7);
	ck_assert_int_eq(kin_send(out, data, (size_t)max, 0), max);
	ck_assert_int_eq(kin_recv(in, got, sizeof(got), 0), max);
	ck_assert_mem_eq(data, got, (size_t)max);
	ck_fails(kin_send(out, data, (size_t)max + 1, 0), EINVAL, NULL);
	ck_fails(kin_send(out, data, 0, 0), EINVAL, NULL);
	kin_close(in);
	kin_close(out);
}
END_TEST

START_TEST(is_followed_by_the_decoder)
{
	struct kin_batch *batch KIN_CLEANUP(kin_batch_free) = NULL;
	struct kin_isotp_decoder *decoder;
	const struct kin_isotp_pdu *pdu = NULL;
	struct kin_sock *in, *out, *raw;

	make_vcan("vcan0", 72);
	raw = open_isotp("can:vcan0,timestamps=software", KIN_RECEIVE);
	in = open_isotp("isotp:vcan0,tx=321,rx=123,bs=2,stmin=1", KIN_RECEIVE);
	out = open_isotp("isotp:vcan0,tx=123,rx=321", KIN_SEND);
	ck_ok(kin_batch_new(1, CANFD_MTU, 0, &batch));
	ck_ok(kin_isotp_decoder_new(0, 0, &decoder));
	ck_ok(kin_send(out, "a message of a few frames", 25, 0));
	while (!pdu) {
		struct kin_msg *msg = kin_batch_msg(batch, 0);

		ck_assert_int_eq(ck_ok(kin_recv_batch(raw, batch, 0)), 1);
		ck_ok(kin_isotp_decoder_feed(decoder, 1, msg->data, msg->len, msg->time_ns));
		pdu = kin_isotp_decoder_next(decoder);
	}
	ck_assert_int_eq(pdu->end, KIN_ISOTP_COMPLETE);
	ck_assert_uint_eq(pdu->id, 0x123);
	ck_assert_uint_eq(pdu->peer, 0x321);
	ck_assert_uint_eq(pdu->bs, 2);
	ck_assert_uint_eq(pdu->stmin, 1);
	ck_assert_uint_eq(pdu->len, 25);
	ck_assert_mem_eq(pdu->data, "a message of a few frames", 25);
	ck_assert(pdu->time_ns > pdu->start_ns);
	kin_isotp_decoder_free(decoder);
	kin_close(in);
	kin_close(out);
	kin_close(raw);
}
END_TEST

int main(void)
{
	const struct test_case cases[] = {
		{options_reach_the_kernel, "options reach the kernel", .needs = "isotp",
		 .net = true},
		{refuses_what_the_kernel_would, "refuses what the kernel would",
		 .needs = "isotp vcan", .net = true},
		{carries_what_it_says_it_does, "carries what it says it does",
		 .needs = "isotp vcan", .net = true},
		{is_followed_by_the_decoder, "is followed by the decoder",
		 .needs = "isotp can vcan", .net = true},
		{},
	};

	return run_cases("can/kernel-isotp", cases);
}
