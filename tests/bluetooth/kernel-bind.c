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
	ck_fails(kin_open("l2cap:any,psm=4114", KIN_LISTEN, &sock), EINVAL,
		 "a psm is odd and has no bit 8: 4114 can't be one");
	ck_fails(kin_open("l2cap:any,psm=4113,local=hci99", KIN_LISTEN, &sock), ENODEV, NULL);
	ck_fails(kin_open("l2cap:01:02:03:04:05:06,psm=4113,local=06:05:04:03:02:01", KIN_LISTEN,
			  &sock),
		 EINVAL,
		 "what is listened on is this machine's: leave out local=, or write any before it");
	ck_fails(kin_open("l2cap:01:02:03:04:05:06,psm=4113", KIN_CONNECT, &sock), EHOSTUNREACH,
		 "no controller of this machine is up, or none of that address");
}
END_TEST

START_TEST(rfcomm_is_bound)
{
	struct kin_sock *sock;

	ck_listens("rfcomm:any,channel=7", "rfcomm:" ANY ",channel=7");
	/* What the kernel chooses */
	ck_listens("rfcomm:any", "rfcomm:" ANY ",channel=1");
	ck_fails(kin_open("rfcomm:01:02:03:04:05:06,channel=1", KIN_CONNECT, &sock), EHOSTUNREACH,
		 "no controller of this machine is up, or none of that address");
}
END_TEST

START_TEST(sco_is_bound)
{
	ck_listens("sco:any", "sco:" ANY);
}
END_TEST

/* Setting it takes a controller that is up. */
START_TEST(voice_is_read)
{
	struct kin_sock *sock;
	char value[64];

	ck_ok(kin_open("sco:any", KIN_NONE, &sock));
	ck_ok(kin_opt_get(sock, "voice", value, sizeof(value)));
	ck_assert_str_eq(value, "96");
	ck_ok(kin_close(sock));
}
END_TEST

START_TEST(options_are_set_and_read)
{
	static const struct {
		const char *address, *name, *value;
	} rows[] = {
		{"l2cap:any", "security", "medium"}, {"rfcomm:any", "security", "high"},
		{"l2cap:any", "defer-setup", "on"},  {"l2cap:any", "flushable", "on"},
		{"l2cap:any", "power", "1"},         {"l2cap:any", "link-mode", "auth+encrypt"},
		{"rfcomm:any", "link-mode", "auth"}, {"sco:any", "packet-status", "on"},
		{"hci:none", "data-dir", "on"},      {"hci:none", "time-stamp", "on"},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct kin_sock *sock;
		char value[64];

		ck_ok(kin_open(rows[i].address, KIN_NONE, &sock));
		/* Some belong to a bound socket. */
		if (strcmp(rows[i].name, "defer-setup") == 0) {
			struct kin_addr addr;

			ck_ok(kin_l2cap_addr(NULL, 4113, 0, 0, &addr));
			ck_ok(kin_bind(sock, &addr));
		}
		ck_ok(kin_opt_set(sock, rows[i].name, rows[i].value));
		ck_ok(kin_opt_get(sock, rows[i].name, value, sizeof(value)));
		ck_assert_str_eq(value, rows[i].value);
		ck_ok(kin_close(sock));
	}
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
		{voice_is_read, "voice_is_read", .needs = "sco"},
		{hci_is_bound_to_a_controller, "hci_is_bound_to_a_controller",
		 .needs = "hci rfcomm root"},
		{hci_has_channels_without_a_controller, "hci_has_channels_without_a_controller",
		 .needs = "hci root"},
		{},
	};

	return run_cases("bluetooth/bind", cases);
}
