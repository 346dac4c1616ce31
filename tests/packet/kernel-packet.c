/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Frames over the loopback interface. */
#include "harness.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if_arp.h>
#include <string.h>
#include <kin/family.h>
#include <kin/packet.h>

/* Ethernet header for the loopback's address, a type for experiments, and data. */
static const unsigned char frame[] = {0, 0, 0, 0,    0,    0,   0,   0,  0,
				      0, 0, 0, 0x88, 0xB5, 'k', 'i', 'n'};

static struct kin_sock *opened(const char *text, enum kin_role role)
{
	struct kin_sock *sock;

	ck_ok(kin_open(text, role, &sock));
	ck_ok(kin_set_timeout(sock, 5000000000));
	return sock;
}

static struct kin_packet_info info_of(const struct kin_addr *addr)
{
	struct kin_packet_info info;

	ck_ok(kin_packet_read(addr, &info));
	return info;
}

START_TEST(a_bound_socket_reads_back_its_place)
{
	struct kin_sock *sock = opened("packet:lo,proto=ip", KIN_RECEIVE);
	struct kin_packet_info info;
	struct kin_addr addr;
	char text[KIN_ADDR_TEXT];

	ck_ok(kin_local_addr(sock, &addr));
	info = info_of(&addr);
	ck_assert_str_eq(info.ifname, "lo");
	ck_assert_int_eq(info.protocol, ETH_P_IP);
	ck_assert_int_eq(info.pkttype, PACKET_HOST);
	ck_assert_int_eq(info.hatype, ARPHRD_LOOPBACK);
	ck_assert_uint_eq(info.hwaddr_len, 6);
	ck_ok(kin_addr_format(&addr, SOCK_RAW, 0, text, sizeof(text)));
	ck_assert_str_eq(text, "packet:lo,proto=ip,hatype=loopback,hwaddr=00:00:00:00:00:00");
	kin_close(sock);

	sock = opened("packet:any,proto=ip", KIN_RECEIVE);
	ck_ok(kin_local_addr(sock, &addr));
	ck_assert_str_eq(info_of(&addr).ifname, "");
	kin_close(sock);
}
END_TEST

START_TEST(a_frame_passes)
{
	struct kin_sock *receiver = opened("packet:lo,proto=802-ex1", KIN_RECEIVE);
	struct kin_sock *sender = opened("packet:lo", KIN_SEND);
	unsigned char data[100];
	struct kin_packet_info info;
	struct kin_addr from;

	ck_assert_int_eq(ck_ok(kin_send(sender, frame, sizeof(frame), 0)), sizeof(frame));
	ck_assert_int_eq(ck_ok(kin_recv_from(receiver, data, sizeof(data), 0, &from)),
			 sizeof(frame));
	ck_assert_mem_eq(data, frame, sizeof(frame));
	info = info_of(&from);
	ck_assert_str_eq(info.ifname, "lo");
	ck_assert_int_eq(info.protocol, ETH_P_802_EX1);
	ck_assert_int_eq(info.pkttype, PACKET_HOST);
	/* What only sends receives nothing, its own frames neither. */
	ck_ok(kin_set_timeout(sender, 0));
	ck_fails(kin_recv(sender, data, sizeof(data), 0), EAGAIN, NULL);
	kin_close(receiver);
	kin_close(sender);
}
END_TEST

START_TEST(data_passes_to_a_hardware_address)
{
	struct kin_sock *receiver = opened("packet-dgram:lo,proto=802-ex1", KIN_RECEIVE);
	struct kin_sock *sender = opened("packet-dgram:lo,proto=0", KIN_RECEIVE);
	struct kin_addr to, from;
	char data[100];

	ck_ok(kin_addr_parse("packet-dgram:lo,proto=802-ex1,hwaddr=00:00:00:00:00:00", &to));
	ck_assert_int_eq(ck_ok(kin_send_to(sender, "kin", 3, 0, &to)), 3);
	ck_assert_int_eq(ck_ok(kin_recv_from(receiver, data, sizeof(data), 0, &from)), 3);
	ck_assert_mem_eq(data, "kin", 3);
	ck_assert(kin_addr_equal(&from, &to));
	kin_close(receiver);
	kin_close(sender);
}
END_TEST

/* How many copies of a frame that is sent on lo arrive. */
static int copies(const char *text)
{
	struct kin_sock *receiver = opened(text, KIN_RECEIVE);
	struct kin_sock *sender = opened("packet:lo", KIN_SEND);
	unsigned char data[100];
	int n = 0;

	ck_ok(kin_send(sender, frame, sizeof(frame), 0));
	while (kin_recv(receiver, data, sizeof(data), n ? MSG_DONTWAIT : 0) > 0)
		n++;
	kin_close(receiver);
	kin_close(sender);
	return n;
}

START_TEST(outgoing_frames_can_be_ignored)
{
	ck_assert_int_eq(copies("packet:lo"), 2);
	ck_assert_int_eq(copies("packet:lo,ignore-outgoing=on"), 1);
}
END_TEST

START_TEST(the_vlan_tag_comes_with_the_frame)
{
	static const unsigned char tagged[] = {0, 0,    0, 0,    0,    0,    0,    0,   0,   0,  0,
					       0, 0x81, 0, 0x60, 0x05, 0x88, 0xB5, 'k', 'i', 'n'};
	struct kin_sock *receiver = opened("packet:lo,auxdata=on,ignore-outgoing=on", KIN_RECEIVE);
	struct kin_sock *sender = opened("packet:lo", KIN_SEND);
	struct kin_batch *batch KIN_CLEANUP(kin_batch_free) = NULL;
	struct kin_format *json KIN_CLEANUP(kin_format_free) = NULL;
	char text[1024];

	ck_ok(kin_batch_new(1, 100, 0, &batch));
	ck_ok(kin_send(sender, tagged, sizeof(tagged), 0));
	ck_assert_int_eq(ck_ok(kin_recv_batch(receiver, batch, 0)), 1);
	ck_ok(kin_format_new(kin_family_by_name("packet"), "json", &json));
	ck_ok(kin_format_msg(json, receiver, kin_batch_msg(batch, 0), text, sizeof(text)));
	ck_assert_msg(strstr(text, "\"vlan\":{\"id\":5,\"priority\":3,\"tpid\":33024}") != NULL,
		      "%s", text);
	kin_close(receiver);
	kin_close(sender);
}
END_TEST

START_TEST(promiscuous_while_the_socket_is_open)
{
	struct kin_sock *sock = opened("packet:lo,promiscuous=on", KIN_RECEIVE);

	shell("ip -d link show lo | grep -q 'promiscuity 1'");
	ck_ok(kin_packet_set_promiscuous(sock, false));
	shell("ip -d link show lo | grep -q 'promiscuity 0'");
	ck_ok(kin_opt_set(sock, "promiscuous", "off"));
	ck_ok(kin_packet_set_promiscuous(sock, true));
	kin_close(sock);
	shell("ip -d link show lo | grep -q 'promiscuity 0'");

	sock = opened("packet:any", KIN_RECEIVE);
	ck_fails(kin_packet_set_promiscuous(sock, true), EINVAL,
		 "promiscuous: bind to one interface first");
	kin_close(sock);
}
END_TEST

START_TEST(failures_have_words)
{
	struct kin_sock *sock = opened("packet:lo", KIN_SEND);
	struct kin_addr addr;
	char data[10] = "";

	ck_fails(kin_send(sock, "x", 1, 0), EINVAL,
		 "the frame is shorter than its link-layer header (14 bytes on Ethernet)");
	ck_ok(kin_local_addr(sock, &addr));
	ck_fails(kin_connect(sock, &addr), EOPNOTSUPP, NULL);
	kin_close(sock);

	shell("ip link set lo down");
	sock = opened("packet:lo", KIN_RECEIVE);
	ck_fails(kin_recv(sock, data, sizeof(data), 0), ENETDOWN,
		 "lo is down; `sudo ip link set lo up`");
	kin_close(sock);
	ck_ok(kin_open("packet:any", KIN_SEND, &sock));
	ck_fails(kin_send(sock, frame, sizeof(frame), 0), ENXIO,
		 "a frame is sent on one interface: name it in the address");
	kin_close(sock);
}
END_TEST

START_TEST(a_socket_made_without_text_is_known)
{
	struct kin_sock *sock;
	struct kin_addr addr;

	ck_ok(kin_socket(AF_PACKET, SOCK_RAW, htons(ETH_P_ALL), &sock));
	ck_assert_ptr_nonnull(kin_sock_proto(sock));
	ck_assert_str_eq(kin_sock_proto(sock)->scheme, "packet");
	ck_assert_int_eq(kin_sock_protocol(sock), htons(ETH_P_ALL));
	ck_ok(kin_packet_addr("lo", 0, 0, 0, NULL, 0, &addr));
	ck_ok(kin_bind(sock, &addr));
	ck_ok(kin_local_addr(sock, &addr));
	/* Binding to protocol 0 keeps the socket's own. */
	ck_assert_int_eq(info_of(&addr).protocol, ETH_P_ALL);
	kin_close(sock);
}
END_TEST

int main(void)
{
	const struct test_case cases[] = {
		{a_bound_socket_reads_back_its_place, "a_bound_socket_reads_back_its_place",
		 .needs = "packet", .net = true},
		{a_frame_passes, "a_frame_passes", .needs = "packet", .net = true},
		{data_passes_to_a_hardware_address, "data_passes_to_a_hardware_address",
		 .needs = "packet-dgram", .net = true},
		{outgoing_frames_can_be_ignored, "outgoing_frames_can_be_ignored",
		 .needs = "packet", .net = true},
		{the_vlan_tag_comes_with_the_frame, "the_vlan_tag_comes_with_the_frame",
		 .needs = "packet", .net = true},
		{promiscuous_while_the_socket_is_open, "promiscuous_while_the_socket_is_open",
		 .needs = "packet", .net = true},
		{failures_have_words, "failures_have_words", .needs = "packet", .net = true},
		{a_socket_made_without_text_is_known, "a_socket_made_without_text_is_known",
		 .needs = "packet", .net = true},
		{},
	};

	return run_cases("packet/packet", cases);
}
