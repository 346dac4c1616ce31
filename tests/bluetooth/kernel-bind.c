/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Sockets of every protocol, bound and asked where; a controller that is not there. */
#include "harness.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <kin/bluetooth.h>
#include <kin/family.h>

#define ANY "00:00:00:00:00:00"

/* Listen there, and be told the same address by the kernel. */
static void ck_listens(const char *text, const char *expected)
{
	struct kin_sock *sock;
	struct kin_addr addr;
	char got[KIN_ADDR_TEXT];

	ck_ok(kin_open(text, KIN_LISTEN, &sock));
	ck_ok(kin_local_addr(sock, &addr));
	ck_ok(kin_addr_format(&addr, kin_sock_type(sock), kin_sock_protocol(sock), got,
			      sizeof(got)));
	ck_assert_str_eq(got, expected);
	ck_ok(kin_close(sock));
}

START_TEST(l2cap_is_bound)
{
	struct kin_sock *sock;

	ck_listens("l2cap:any,psm=4113", "l2cap:" ANY ",psm=4113");
	ck_listens("l2cap-stream:any,psm=4113", "l2cap-stream:" ANY ",psm=4113");
	ck_listens("l2cap-dgram:any,psm=4113", "l2cap-dgram:" ANY ",psm=4113");
	ck_listens("l2cap:any,psm=129,type=le-public", "l2cap:" ANY ",psm=129,type=le-public");
	ck_listens("l2cap-stream:any,psm=129,type=le-public",
		   "l2cap-stream:" ANY ",psm=129,type=le-public");
	/* What the kernel chooses */
	ck_listens("l2cap:any", "l2cap:" ANY ",psm=4097");
	ck_listens("l2cap:any,type=le-public", "l2cap:" ANY ",psm=128,type=le-public");
	ck_fails(kin_open("l2cap:any,psm=4113,local=hci99", KIN_LISTEN, &sock), ENODEV, NULL);
	ck_fails(kin_open("l2cap:01:02:03:04:05:06,psm=4113,local=06:05:04:03:02:01", KIN_LISTEN,
			  &sock),
		 EINVAL,
		 "what is listened on is this machine's: leave out local=, or write any before it");
	ck_fails(kin_open("l2cap:01:02:03:04:05:06,psm=4113", KIN_CONNECT, &sock), EHOSTUNREACH,
		 "this machine has no Bluetooth controller");
}
END_TEST

START_TEST(rfcomm_is_bound)
{
	struct kin_sock *sock;

	ck_listens("rfcomm:any,channel=7", "rfcomm:" ANY ",channel=7");
	/* What the kernel chooses */
	ck_listens("rfcomm:any", "rfcomm:" ANY ",channel=1");
	ck_fails(kin_open("rfcomm:01:02:03:04:05:06,channel=1", KIN_CONNECT, &sock), EHOSTUNREACH,
		 "this machine has no Bluetooth controller");
}
END_TEST

/* What the kernel would refuse with EINVAL alone, before anything is asked of it. */
START_TEST(what_cant_be_is_refused_with_the_rule)
{
	static const struct {
		const char *text;
		enum kin_role role;
		const char *words;
	} rows[] = {
		{"l2cap:01:02:03:04:05:06", KIN_CONNECT,
		 "what is connected to there? psm= or cid= says it"},
		{"l2cap:any,psm=4113", KIN_CONNECT,
		 "any is to be listened at: a device has an address such as 00:AA:01:01:00:01"},
		{"l2cap:01:02:03:04:05:06,psm=25,cid=4", KIN_CONNECT,
		 "psm 25 and cid 4: it is one or the other"},
		{"l2cap:01:02:03:04:05:06,cid=5,type=le-public", KIN_CONNECT,
		 "cid 5: of LE's fixed channels programs may have 4 only"},
		{"l2cap:01:02:03:04:05:06,cid=64", KIN_CONNECT,
		 "cid 64 is not in 1-63, where the fixed channels are"},
		{"l2cap-dgram:01:02:03:04:05:06,psm=128,type=le-public", KIN_SEND,
		 "LE has no messages without a connection: l2cap:, not l2cap-dgram:"},
		{"rfcomm:01:02:03:04:05:06", KIN_CONNECT,
		 "which line is connected to there? channel=1 to 30"},
		{"sco:any", KIN_CONNECT,
		 "any is to be listened at: a device has an address such as 00:AA:01:01:00:01"},
		{"l2cap:any,psm=4113,mode=credit", KIN_LISTEN,
		 "the credit-based mode is LE's: bind to an address of LE (type=le-public) first"},
		{"l2cap:any,psm=4113,mode=enhanced", KIN_LISTEN,
		 "the enhanced credit-based mode is LE's: bind to an address of LE "
		 "(type=le-public) first"},
		{"l2cap:any,psm=128,type=le-public,mode=ertm", KIN_LISTEN,
		 "that mode is one of BR/EDR, and the socket is bound to LE"},
		{"l2cap:any,psm=128,type=le-public,tx-window=3", KIN_LISTEN,
		 "tx-window belongs to BR/EDR, not to LE"},
		{"l2cap:any,psm=4113,rcvmtu=47", KIN_LISTEN, "rcvmtu 47 is not in 48-65535"},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct kin_sock *sock;

		ck_fails(kin_open(rows[i].text, rows[i].role, &sock), EINVAL, rows[i].words);
	}
}
END_TEST

/* The parameter is a machine's: put back what it was. */
START_TEST(the_enhanced_mode_is_switched_on_by_a_parameter)
{
	static const char address[] = "l2cap:any,psm=128,type=le-public,mode=enhanced";
	struct kin_sock *sock;
	char value[32];

	shell("echo 0 >/sys/module/bluetooth/parameters/enable_ecred");
	ck_fails(kin_open(address, KIN_LISTEN, &sock), EOPNOTSUPP,
		 "the enhanced credit-based mode (Linux 5.7) is switched off: echo 1 "
		 ">/sys/module/bluetooth/parameters/enable_ecred");
	shell("echo 1 >/sys/module/bluetooth/parameters/enable_ecred");
	ck_ok(kin_open(address, KIN_LISTEN, &sock));
	ck_ok(kin_opt_get(sock, "mode", value, sizeof(value)));
	shell("echo 0 >/sys/module/bluetooth/parameters/enable_ecred");
	ck_assert_str_eq(value, "enhanced");
	ck_ok(kin_close(sock));
}
END_TEST

START_TEST(sco_is_bound)
{
	ck_listens("sco:any", "sco:" ANY);
}
END_TEST

/* The management interface's experiment of ISO sockets: its number, backwards, and on or off. */
static void switch_iso(bool on)
{
	unsigned char order[] = {0x4A, 0,    0xFF, 0xFF, 17,   0,    0x3E, 0xE0,
				 0xB4, 0xFD, 0xDD, 0xD6, 0x85, 0x98, 0x6A, 0x49,
				 0xE0, 0x05, 0x88, 0xF1, 0xBA, 0x6F, on};
	struct kin_sock *sock;
	unsigned char answer[64];

	ck_ok(kin_open("hci:none,channel=control", KIN_SEND, &sock));
	ck_ok(kin_send_all(sock, order, sizeof(order), 0, NULL));
	do
		ck_assert_int_gt(kin_recv(sock, answer, sizeof(answer), 0), 8);
	while (answer[0] != 1 || answer[6] != 0x4A);
	ck_ok(kin_close(sock));
}

START_TEST(iso_is_bound_where_it_is_switched_on)
{
	static const char *const rows[][2] = {
		{"out-sdu", "100"},    {"out-interval", "7500"}, {"in-latency", "20"},
		{"out-phy", "1m+2m"},  {"framing", "on"},        {"packing", "interleaved"},
		{"defer-setup", "on"},
	};
	struct kin_sock *sock;

	switch_iso(false);
	ck_fails(kin_open("iso:any", KIN_LISTEN, &sock), EPROTONOSUPPORT,
		 "ISO (Linux 6.0) is an experiment that is switched off: kin send "
		 "hci:none,channel=control hex:4A00FFFF11003EE0B4FDDDD685986A49E00588F1BA6F01");
	switch_iso(true);
	ck_listens("iso:any", "iso:" ANY);
	ck_ok(kin_open("iso:any", KIN_NONE, &sock));
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		char value[32];

		if (strcmp(rows[i][0], "defer-setup") == 0) {
			struct kin_addr addr;

			ck_ok(kin_iso_addr(NULL, KIN_BDADDR_LE_PUBLIC, &addr));
			ck_ok(kin_bind(sock, &addr));
		}
		ck_ok(kin_opt_set(sock, rows[i][0], rows[i][1]));
		ck_ok(kin_opt_get(sock, rows[i][0], value, sizeof(value)));
		ck_assert_str_eq(value, rows[i][1]);
	}
	ck_ok(kin_close(sock));
	ck_fails(kin_open("iso:01:02:03:04:05:06", KIN_CONNECT, &sock), EHOSTUNREACH,
		 "this machine has no Bluetooth controller");
	switch_iso(false);
}
END_TEST

/* Setting it takes a controller that is up. */
START_TEST(voice_is_read)
{
	struct kin_sock *sock;
	char value[64];

	ck_ok(kin_open("sco:any", KIN_NONE, &sock));
	ck_ok(kin_opt_get(sock, "voice", value, sizeof(value)));
	ck_assert_str_eq(value, "cvsd");
	ck_ok(kin_close(sock));
}
END_TEST

START_TEST(options_are_set_and_read)
{
	static const struct {
		const char *address, *name, *value;
	} rows[] = {
		{"l2cap:any", "security", "medium"},
		{"rfcomm:any", "security", "high"},
		{"l2cap:any,psm=4113", "defer-setup", "on"},
		{"l2cap:any", "flushable", "off"},
		{"l2cap:any", "flushable", "on"},
		{"l2cap:any", "power", "1"},
		{"l2cap:any", "link-mode", "auth+encrypt"},
		{"rfcomm:any", "link-mode", "auth"},
		{"l2cap:any", "mode", "basic"},
		{"l2cap:any", "mode", "ertm"},
		{"l2cap-stream:any", "mode", "streaming"},
		{"l2cap:any,psm=129,type=le-public", "mode", "credit"},
		{"l2cap-stream:any,psm=129,type=le-public", "mode", "credit"},
		{"l2cap:any", "rcvmtu", "48"},
		{"l2cap:any", "rcvmtu", "65535"},
		{"l2cap-dgram:any", "rcvmtu", "1000"},
		{"l2cap:any,psm=129,type=le-public", "rcvmtu", "23"},
		{"l2cap:any", "flush-timeout", "100"},
		{"l2cap:any", "fcs", "off"},
		{"l2cap:any", "max-tx", "0"},
		{"l2cap:any", "tx-window", "16383"},
		{"sco:any", "packet-status", "on"},
		{"hci:none", "data-dir", "on"},
		{"hci:none", "time-stamp", "on"},
		{"hci:none", "filter", "none"},
		{"hci:none", "filter", "acl+event"},
		{"hci:none", "filter", "event:14+event:255+opcode:0x1009"},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		bool bound = strstr(rows[i].address, "psm");
		struct kin_sock *sock;
		char value[64];

		ck_ok(kin_open(rows[i].address, bound ? KIN_LISTEN : KIN_NONE, &sock));
		ck_ok(kin_opt_set(sock, rows[i].name, rows[i].value));
		ck_ok(kin_opt_get(sock, rows[i].name, value, sizeof(value)));
		ck_assert_str_eq(value, rows[i].value);
		ck_ok(kin_close(sock));
	}
}
END_TEST

START_TEST(options_without_text)
{
	struct kin_l2cap_options options;
	struct kin_sock *l2cap, *rfcomm, *hci;
	struct kin_addr addr;
	uint32_t types;
	uint64_t events;
	uint16_t opcode;
	unsigned key_size = 99;

	ck_ok(kin_socket(AF_BLUETOOTH, SOCK_SEQPACKET, 0, &l2cap));
	ck_ok(kin_socket(AF_BLUETOOTH, SOCK_STREAM, 3, &rfcomm));
	ck_ok(kin_socket(AF_BLUETOOTH, SOCK_RAW, 1, &hci));
	ck_fails(kin_bluetooth_set_defer(l2cap, true), EINVAL,
		 "defer-setup is a listener's: bind first");
	ck_ok(kin_l2cap_set_mode(l2cap, KIN_L2CAP_ERTM));
	ck_assert_int_eq(kin_l2cap_mode(l2cap), KIN_L2CAP_ERTM);
	ck_ok(kin_bluetooth_set_rcvmtu(l2cap, 2000));
	ck_assert_int_eq(kin_bluetooth_rcvmtu(l2cap), 2000);
	ck_ok(kin_l2cap_options(l2cap, &options));
	options.tx_window = 7;
	options.max_tx = 5;
	options.fcs = false;
	options.flush_timeout_ms = 20;
	ck_ok(kin_l2cap_set_options(l2cap, &options));
	memset(&options, 0, sizeof(options));
	ck_ok(kin_l2cap_options(l2cap, &options));
	ck_assert(options.tx_window == 7 && options.max_tx == 5 && !options.fcs &&
		  options.flush_timeout_ms == 20);
	/* What goes together stays. */
	ck_assert_int_eq(kin_l2cap_mode(l2cap), KIN_L2CAP_ERTM);
	ck_ok(kin_bluetooth_set_security(rfcomm, KIN_SECURITY_SDP));
	ck_assert_int_eq(kin_bluetooth_security(rfcomm, &key_size), KIN_SECURITY_SDP);
	ck_assert_uint_eq(key_size, 0);
	ck_fails(kin_bluetooth_link(l2cap, NULL, NULL), ENOTCONN,
		 "a link is a connection's, and there is none");
	ck_fails(kin_bluetooth_link(hci, NULL, NULL), EOPNOTSUPP,
		 "not a socket of L2CAP, RFCOMM or SCO");
	ck_ok(kin_hci_set_filter(hci, 1U << 4, UINT64_C(1) << 62, 0x0C03));
	ck_ok(kin_hci_filter(hci, &types, &events, &opcode));
	ck_assert(types == 1U << 4 && events == UINT64_C(1) << 62 && opcode == 0x0C03);
	ck_ok(kin_l2cap_addr(NULL, 4113, 0, 0, &addr));
	ck_ok(kin_bind(l2cap, &addr));
	ck_ok(kin_bluetooth_set_defer(l2cap, true));
	ck_ok(kin_close(l2cap));
	ck_ok(kin_close(rfcomm));
	ck_ok(kin_close(hci));
}
END_TEST

START_TEST(bound_for_what_is_connected_to)
{
	struct kin_bdaddr peer = {{6, 5, 4, 3, 2, 1}};
	struct kin_sock *sock;
	struct kin_addr addr;
	int type;

	ck_ok(kin_socket(AF_BLUETOOTH, SOCK_STREAM, 0, &sock));
	ck_ok(kin_l2cap_addr(&peer, 0x80, 0, KIN_BDADDR_LE_RANDOM, &addr));
	ck_ok(kin_bluetooth_bind_for(sock, &addr, -1));
	ck_ok(kin_local_addr(sock, &addr));
	ck_ok(kin_l2cap_addr_read(&addr, NULL, NULL, NULL, &type));
	ck_assert_int_eq(type, KIN_BDADDR_LE_PUBLIC);
	ck_assert_int_eq(kin_l2cap_mode(sock), KIN_L2CAP_CREDIT);
	ck_ok(kin_close(sock));
	ck_ok(kin_socket(AF_BLUETOOTH, SOCK_RAW, 1, &sock));
	ck_fails(kin_bluetooth_bind_for(sock, &addr, -1), EOPNOTSUPP,
		 "not a socket that connects over Bluetooth");
	ck_ok(kin_close(sock));
}
END_TEST

/* A controller with nothing behind it: /dev/vhci, until the descriptor is closed. */
static int make_controller(unsigned *ret_index)
{
	unsigned char made[4] = {0};
	int fd;

	shell("modprobe hci_vhci");
	fd = open("/dev/vhci", O_RDWR | O_CLOEXEC);
	ck_assert_msg(fd >= 0, "/dev/vhci: %s", strerror(errno));
	ck_assert_int_eq(write(fd, "\xFF", 2), 2);
	ck_assert_int_eq(read(fd, made, sizeof(made)), 4);
	ck_assert_uint_eq(made[0], 0xFF);
	*ret_index = (unsigned)(made[2] | made[3] << 8);
	return fd;
}

START_TEST(hci_is_bound_to_a_controller)
{
	struct kin_bdaddr bdaddr = {{1}};
	char text[64], got[KIN_ADDR_TEXT];
	struct kin_sock *sock;
	struct kin_addr addr;
	unsigned index;
	int fd = make_controller(&index);

	snprintf(text, sizeof(text), "hci:%u", index);
	ck_ok(kin_open(text, KIN_RECEIVE, &sock));
	ck_ok(kin_local_addr(sock, &addr));
	ck_ok(kin_addr_format(&addr, SOCK_RAW, 1, got, sizeof(got)));
	ck_assert_str_eq(got, text);
	ck_ok(kin_close(sock));
	/* It has told no address yet. */
	ck_ok(kin_hci_bdaddr(index, &bdaddr));
	ck_assert_mem_eq(&bdaddr, "\0\0\0\0\0", 6);
	snprintf(text, sizeof(text), "rfcomm:any,channel=9,local=hci%u", index);
	ck_listens(text, "rfcomm:" ANY ",channel=9");
	close(fd);
}
END_TEST

START_TEST(hci_has_channels_without_a_controller)
{
	struct kin_bdaddr bdaddr;
	struct kin_sock *sock;

	ck_ok(kin_open("hci:none,channel=monitor", KIN_RECEIVE, &sock));
	ck_ok(kin_close(sock));
	ck_ok(kin_open("hci:none,channel=control", KIN_RECEIVE, &sock));
	ck_ok(kin_close(sock));
	ck_fails(kin_open("hci:99", KIN_RECEIVE, &sock), ENODEV,
		 "no controller hci99 here; those that there are: ls /sys/class/bluetooth");
	ck_fails(kin_open("hci:none,channel=user", KIN_RECEIVE, &sock), EINVAL,
		 "the user channel is one controller's, such as hci:0");
	ck_fails(kin_hci_bdaddr(99, &bdaddr), ENODEV,
		 "no controller hci99 here; those that there are: ls /sys/class/bluetooth");
}
END_TEST

int main(void)
{
	const struct test_case cases[] = {
		{l2cap_is_bound, "l2cap_is_bound", .needs = "l2cap"},
		{rfcomm_is_bound, "rfcomm_is_bound", .needs = "rfcomm"},
		{sco_is_bound, "sco_is_bound", .needs = "sco"},
		{options_are_set_and_read, "options_are_set_and_read",
		 .needs = "l2cap rfcomm sco hci"},
		{options_without_text, "options_without_text", .needs = "l2cap rfcomm hci root"},
		{bound_for_what_is_connected_to, "bound_for_what_is_connected_to",
		 .needs = "l2cap hci"},
		{what_cant_be_is_refused_with_the_rule, "what_cant_be_is_refused_with_the_rule",
		 .needs = "l2cap rfcomm sco"},
		{the_enhanced_mode_is_switched_on_by_a_parameter,
		 "the_enhanced_mode_is_switched_on_by_a_parameter", .needs = "l2cap root"},
		{iso_is_bound_where_it_is_switched_on, "iso_is_bound_where_it_is_switched_on",
		 .needs = "hci root"},
		{voice_is_read, "voice_is_read", .needs = "sco"},
		{hci_is_bound_to_a_controller, "hci_is_bound_to_a_controller",
		 .needs = "hci rfcomm root"},
		{hci_has_channels_without_a_controller, "hci_has_channels_without_a_controller",
		 .needs = "hci root"},
		{},
	};

	return run_cases("bluetooth/bind", cases);
}
