/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Bluetooth addresses: text both ways, what is refused, the typed calls. Needs no Bluetooth. */
#include "harness.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <kin/bluetooth.h>
#include <kin/family.h>

/* ---- What is read, and how it is written --------------------------------------------------- */

#define HERE "00:AA:01:01:00:01"
#define ANY  "00:00:00:00:00:00"

static const struct {
	const char *text, *canonical; /* NULL: the same */
} valid[] = {
	{"l2cap:" HERE ",psm=25", NULL},
	{"l2cap:00:aa:1:1:0:1,psm=0x19", "l2cap:" HERE ",psm=25"},
	{"l2cap:" HERE ",cid=4,type=le-public", NULL},
	{"l2cap:" HERE ",type=le-random,psm=128", "l2cap:" HERE ",psm=128,type=le-random"},
	{"l2cap:" HERE ",psm=65279,cid=65535,type=bredr", "l2cap:" HERE ",psm=65279,cid=65535"},
	{"l2cap:" HERE ",psm=1", NULL},
	{"l2cap:" HERE ",psm=0x80,type=le-public", "l2cap:" HERE ",psm=128,type=le-public"},
	{"l2cap:" HERE ",psm=255,type=le-public", NULL},
	{"l2cap:" HERE ",psm=130,type=le-public", NULL},
	{"l2cap:" HERE, NULL},
	{"l2cap:any,psm=0", "l2cap:" ANY},
	{"l2cap:local,psm=4113", "l2cap:00:00:00:FF:FF:FF,psm=4113"},
	{"l2cap-stream:" HERE ",psm=4113", NULL},
	{"l2cap-dgram:" HERE ",psm=4113", NULL},
	{"l2cap:" HERE ",psm=25,local=hci0", NULL},
	{"l2cap:" HERE ",psm=25,local=hci0x10", "l2cap:" HERE ",psm=25,local=hci16"},
	{"l2cap:" HERE ",psm=25,local=01:02:03:04:05:06", NULL},
	{"l2cap:" HERE ",psm=25,security=high,flushable=yes",
	 "l2cap:" HERE ",psm=25,security=high,flushable=on"},
	{"rfcomm:" HERE ",channel=1", NULL},
	{"rfcomm:" HERE ",channel=30,local=any", "rfcomm:" HERE ",channel=30,local=" ANY},
	{"rfcomm:any,channel=0", "rfcomm:" ANY},
	{"rfcomm:any,link-mode=auth+encrypt", "rfcomm:" ANY ",link-mode=auth+encrypt"},
	{"l2cap:" HERE ",psm=25,mode=ertm,rcvmtu=0x400,tx-window=16,max-tx=0,fcs=no",
	 "l2cap:" HERE ",psm=25,mode=ertm,rcvmtu=1024,tx-window=16,max-tx=0,fcs=off"},
	{"l2cap:" HERE ",psm=25,flush-timeout=100,power=0,defer-setup",
	 "l2cap:" HERE ",psm=25,flush-timeout=100,power=0,defer-setup=on"},
	{"l2cap:" HERE ",psm=25,channel-policy=prefer-amp,mode=streaming", NULL},
	{"sco:" HERE ",voice=transparent", NULL},
	{"iso:" HERE, NULL},
	{"iso:" HERE ",type=le-public", "iso:" HERE},
	{"iso:" HERE ",type=le-random,local=hci1", NULL},
	{"iso:" HERE ",out-sdu=40,out-phy=1m+2m,framing=yes,packing=interleaved",
	 "iso:" HERE ",out-sdu=40,out-phy=1m+2m,framing=on,packing=interleaved"},
	{"hci:0,filter=all", "hci:0,filter=command+acl+sco+event+iso+vendor"},
	{"hci:0,filter=none", NULL},
	{"hci:0,filter=acl+event", NULL},
	{"hci:0,filter=opcode:0x1009+event:0x0e+event:255",
	 "hci:0,filter=event:14+event:255+opcode:0x1009"},
	{"hci:0,filter=opcode:0xc03", "hci:0,filter=event+opcode:0x0C03"},
	{"sco:" HERE, NULL},
	{"sco:" HERE ",local=hci1", NULL},
	{"hci:0", NULL},
	{"hci:hci3", "hci:3"},
	{"hci:0,channel=raw", "hci:0"},
	{"hci:0,channel=user", NULL},
	{"hci:none,channel=monitor", NULL},
	{"hci:65535,channel=3", "hci:none,channel=control"},
	{"hci:none,channel=logging", NULL},
	{"hci:7,channel=65535", NULL},
};

START_TEST(reads_what_is_valid)
{
	for (size_t i = 0; i < sizeof(valid) / sizeof(*valid); i++) {
		const char *canonical = valid[i].canonical ? valid[i].canonical : valid[i].text;
		char text[KIN_ADDR_TEXT];
		struct kin_endpoint *e;

		ck_ok(kin_endpoint_parse(valid[i].text, &e));
		ck_assert_int_eq(kin_endpoint_addr(e)->sa.sa_family, AF_BLUETOOTH);
		ck_ok(kin_endpoint_format(e, text, sizeof(text)));
		ck_assert_str_eq(text, canonical);
		kin_endpoint_free(e);
	}
}
END_TEST

static const struct {
	const char *text;
	const char *words;
} invalid[] = {
	{"l2cap:", "\"\" is not a Bluetooth address, such as 00:AA:01:01:00:01"},
	{"l2cap:00:AA:01:01:00",
	 "\"00:AA:01:01:00\" is not a Bluetooth address, such as 00:AA:01:01:00:01"},
	{"l2cap:" HERE ":", "\"" HERE ":\" is not a Bluetooth address, such as 00:AA:01:01:00:01"},
	{"l2cap:" HERE " ", "\"" HERE " \" is not a Bluetooth address, such as 00:AA:01:01:00:01"},
	{"l2cap:000:A:01:01:00:01", NULL},
	{"l2cap:0G:AA:01:01:00:01", NULL},
	{"l2cap::AA:01:01:00:01:02", NULL},
	{"l2cap:+1:AA:01:01:00:01", NULL},
	{"l2cap:00-AA-01-01-00-01", NULL},
	{"l2cap:" HERE ",psm=65536", "psm 65536 is not in 0-65535"},
	{"l2cap:" HERE ",psm=-1", "psm -1 is not in 0-65535"},
	{"l2cap:" HERE ",cid=65536", "cid 65536 is not in 0-65535"},
	{"l2cap:" HERE ",psm=4114",
	 "psm 4114 (0x1012) can't be: a psm is odd and its upper byte even, such as 4115"},
	{"l2cap:" HERE ",psm=2", "psm 2 (0x0002) can't be: a psm is odd and its upper byte even, "
				 "such as 3"},
	{"l2cap:" HERE ",psm=0x101", "psm 257 (0x0101) can't be: a psm is odd and its upper byte "
				     "even, such as 513"},
	{"l2cap:" HERE ",psm=65535", "psm 65535 (0xFFFF) can't be: a psm is odd and its upper byte "
				     "even, such as 65279"},
	{"l2cap:" HERE ",psm=256,type=le-public",
	 "psm 256 is not in 1-255, where LE has them: 1-127 for services of the standard, 128-255 "
	 "for others"},
	{"l2cap:" HERE ",mode=ert", "mode ert is not basic|ertm|streaming|credit|enhanced"},
	{"l2cap:" HERE ",mode=3", NULL},
	{"l2cap:" HERE ",rcvmtu=22", "rcvmtu 22 is not in 23-65535"},
	{"l2cap:" HERE ",sndmtu=100", "sndmtu can be read, not set"},
	{"l2cap:" HERE ",tx-window=0", "tx-window 0 is not in 1-16383"},
	{"l2cap:" HERE ",tx-window=16384", "tx-window 16384 is not in 1-16383"},
	{"l2cap:" HERE ",max-tx=256", "max-tx 256 is not in 0-255"},
	{"l2cap:" HERE ",flush-timeout=0", "flush-timeout 0 is not in 1-65535"},
	{"l2cap:" HERE ",fcs=crc", NULL},
	{"l2cap:" HERE ",key-size=7", "key-size can be read, not set"},
	{"l2cap:" HERE ",security=none", "security none is not low|medium|high|fips"},
	{"l2cap-dgram:" HERE ",mode=ertm", NULL},
	{"l2cap-dgram:" HERE ",security=low", NULL},
	{"rfcomm:" HERE ",mode=ertm", NULL},
	{"rfcomm:" HERE ",security=fips", "security fips is not sdp|low|medium|high"},
	{"sco:" HERE ",voice=loud", "voice loud is not cvsd|transparent|transparent-16bit"},
	{"sco:" HERE ",rcvmtu=48", NULL},
	{"iso:" HERE ",type=bredr", "type bredr is not le-public or le-random"},
	{"iso:" HERE ",out-interval=254", "out-interval 254 is not in 255-1048575"},
	{"iso:" HERE ",in-latency=4001", "in-latency 4001 is not in 5-4000"},
	{"iso:" HERE ",in-phy=8", NULL},
	{"hci:0,filter=frames", "filter frames is not all, none, command, acl, sco, event, iso, "
				"vendor, event:NUMBER or opcode:NUMBER"},
	{"hci:0,filter=", NULL},
	{"hci:0,filter=acl+", NULL},
	{"hci:0,filter=event:63", "filter event:63: a mask has those of 0-62 and 255"},
	{"hci:0,filter=event:256", "event 256 is not in 0-255"},
	{"hci:0,filter=opcode:0", "opcode 0 is not in 1-65535"},
	{"hci:0,filter=opcode:1+opcode:2", "filter: one opcode at most"},
	{"hci:0,filter=abcdefghijklmnopqrstuvwxyzabcdefgh", NULL},
	{"l2cap:" HERE ",type=le", "type le is not bredr, le-public or le-random"},
	{"l2cap:" HERE ",channel=1", NULL},
	{"l2cap:" HERE ",security=top", "security top is not low|medium|high|fips"},
	{"l2cap:" HERE ",local=hci", NULL},
	{"l2cap:" HERE ",local=hci65536", "controller 65536 is not in 0-65535"},
	{"rfcomm:" HERE ",channel=31", "channel 31 is not in 0-30"},
	{"rfcomm:" HERE ",channel=-1", "channel -1 is not in 0-30"},
	{"rfcomm:" HERE ",psm=1", NULL},
	{"sco:x", NULL},
	{"sco:" HERE ",channel=1", NULL},
	{"hci:65536", "controller 65536 is not in 0-65535"},
	{"hci:", NULL},
	{"hci:0,channel=admin",
	 "channel admin is not raw, user, monitor, control, logging or a number"},
	{"hci:0,channel=65536", "channel 65536 is not in 0-65535"},
	{"hci:0,local=hci1", NULL},
};

START_TEST(refuses_what_is_not)
{
	for (size_t i = 0; i < sizeof(invalid) / sizeof(*invalid); i++) {
		struct kin_endpoint *e = NULL;

		ck_fails(kin_endpoint_parse(invalid[i].text, &e), EINVAL, invalid[i].words);
		ck_assert_ptr_null(e);
	}
}
END_TEST

START_TEST(type_and_protocol_choose_the_scheme)
{
	static const struct {
		int type, protocol;
		const char *scheme;
	} rows[] = {
		{SOCK_SEQPACKET, 0, "l2cap"},   {SOCK_STREAM, 0, "l2cap-stream"},
		{SOCK_DGRAM, 0, "l2cap-dgram"}, {SOCK_SEQPACKET, 2, "sco"},
		{SOCK_STREAM, 3, "rfcomm"},     {SOCK_RAW, 1, "hci"},
		{SOCK_SEQPACKET, 8, "iso"},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		const char *body = strcmp(rows[i].scheme, "hci") == 0 ? "0" : HERE;
		char expected[64], text[KIN_ADDR_TEXT];
		struct kin_addr addr;

		snprintf(expected, sizeof(expected), "%s:%s", rows[i].scheme, body);
		ck_ok(kin_addr_parse(expected, &addr));
		ck_ok(kin_addr_format(&addr, rows[i].type, rows[i].protocol, text, sizeof(text)));
		ck_assert_str_eq(text, expected);
	}
}
END_TEST

/* ---- Properties ---------------------------------------------------------------------------- */

static struct kin_bdaddr random_bdaddr(void)
{
	uint64_t bits = test_random();
	struct kin_bdaddr bdaddr;

	memcpy(&bdaddr, &bits, sizeof(bdaddr));
	return bdaddr;
}

/* One that can be, near that number. */
static long psm_near(long number, int type)
{
	return type == KIN_BDADDR_BREDR ? (number | 1) & 0xFEFF : number & 0xFF;
}

static void ck_survives(const struct kin_addr *addr, int type, int protocol)
{
	char text[KIN_ADDR_TEXT];
	struct kin_addr again;

	ck_ok(kin_addr_format(addr, type, protocol, text, sizeof(text)));
	ck_ok(kin_addr_parse(text, &again));
	ck_assert_uint_eq(again.len, addr->len);
	ck_assert_mem_eq(&again.ss, &addr->ss, addr->len);
	ck_assert(kin_addr_equal(&again, addr));
}

START_TEST(any_address_survives_the_text)
{
	for (int round = 0; round < 20000; round++) {
		struct kin_bdaddr bdaddr = random_bdaddr(), read;
		long number = (long)(test_random() % 65536), other = (long)(test_random() % 65536);
		long service = psm_near(number, round % 3);
		uint16_t psm, cid, device, hci_channel;
		struct kin_addr addr;
		uint8_t channel;
		int type;

		ck_ok(kin_l2cap_addr(&bdaddr, service, other, round % 3, &addr));
		ck_survives(&addr, SOCK_SEQPACKET, 0);
		ck_ok(kin_l2cap_addr_read(&addr, &read, &psm, &cid, &type));
		ck_assert_mem_eq(&read, &bdaddr, sizeof(read));
		ck_assert(psm == service && cid == other && type == round % 3);

		ck_ok(kin_rfcomm_addr(&bdaddr, number % 31, &addr));
		ck_survives(&addr, SOCK_STREAM, 3);
		ck_ok(kin_rfcomm_addr_read(&addr, &read, &channel));
		ck_assert_mem_eq(&read, &bdaddr, sizeof(read));
		ck_assert(channel == number % 31);

		ck_ok(kin_sco_addr(&bdaddr, &addr));
		ck_survives(&addr, SOCK_SEQPACKET, 2);
		ck_ok(kin_sco_addr_read(&addr, &read));
		ck_assert_mem_eq(&read, &bdaddr, sizeof(read));

		ck_ok(kin_iso_addr(&bdaddr, 1 + round % 2, &addr));
		ck_survives(&addr, SOCK_SEQPACKET, 8);
		ck_ok(kin_iso_addr_read(&addr, &read, &type));
		ck_assert_mem_eq(&read, &bdaddr, sizeof(read));
		ck_assert_int_eq(type, 1 + round % 2);

		ck_ok(kin_hci_addr(number, other, &addr));
		ck_survives(&addr, SOCK_RAW, 1);
		ck_ok(kin_hci_addr_read(&addr, &device, &hci_channel));
		ck_assert(device == number && hci_channel == other);
	}
}
END_TEST

/* ---- Without text -------------------------------------------------------------------------- */

START_TEST(a_device_has_its_last_byte_first)
{
	static const struct kin_bdaddr bdaddr = {{1, 0, 1, 1, 0xAA, 0}};
	struct kin_bdaddr read;
	char text[KIN_BDADDR_TEXT];

	ck_ok(kin_bdaddr_parse("00:aa:01:01:00:01", &read));
	ck_assert_mem_eq(&read, &bdaddr, sizeof(read));
	ck_assert_int_eq(kin_bdaddr_format(&bdaddr, text, sizeof(text)), 17);
	ck_assert_str_eq(text, HERE);
	ck_assert_int_eq(kin_bdaddr_format(&bdaddr, text, 4), 17);
	ck_assert_str_eq(text, "00:");
}
END_TEST

START_TEST(constructors_check_their_arguments)
{
	struct kin_addr addr = {.len = 99};
	struct kin_bdaddr bdaddr;

	ck_fails(kin_bdaddr_parse(NULL, &bdaddr), EINVAL, NULL);
	ck_fails(kin_bdaddr_parse("any", NULL), EINVAL, NULL);
	ck_fails(kin_bdaddr_format(NULL, NULL, 0), EINVAL, NULL);
	ck_fails(kin_l2cap_addr(NULL, -1, 0, 0, &addr), EINVAL, "psm -1 is not in 0-65535");
	ck_fails(kin_l2cap_addr(NULL, 0, 65536, 0, &addr), EINVAL, "cid 65536 is not in 0-65535");
	ck_fails(kin_l2cap_addr(NULL, 0, 0, 3, &addr), EINVAL,
		 "address type 3 is none of enum kin_bdaddr_type");
	ck_fails(kin_l2cap_addr(NULL, 0, 0, 0, NULL), EINVAL, NULL);
	ck_fails(kin_rfcomm_addr(NULL, 31, &addr), EINVAL, "channel 31 is not in 0-30");
	ck_fails(kin_rfcomm_addr(NULL, 1, NULL), EINVAL, NULL);
	ck_fails(kin_sco_addr(NULL, NULL), EINVAL, NULL);
	ck_fails(kin_l2cap_addr(NULL, 4114, 0, 0, &addr), EINVAL, NULL);
	ck_fails(kin_l2cap_addr(NULL, 256, 0, KIN_BDADDR_LE_RANDOM, &addr), EINVAL, NULL);
	ck_fails(kin_iso_addr(NULL, KIN_BDADDR_BREDR, &addr), EINVAL,
		 "address type 0 is none of LE's, which ISO is part of");
	ck_fails(kin_iso_addr(NULL, KIN_BDADDR_LE_PUBLIC, NULL), EINVAL, NULL);
	ck_fails(kin_hci_addr(65536, 0, &addr), EINVAL, "controller 65536 is not in 0-65535");
	ck_fails(kin_hci_addr(0, -1, &addr), EINVAL, "channel -1 is not in 0-65535");
	ck_fails(kin_hci_addr(0, 0, NULL), EINVAL, NULL);
	ck_fails(kin_hci_bdaddr(0, NULL), EINVAL, NULL);
	ck_fails(kin_hci_bdaddr(-1, &bdaddr), EINVAL, "controller -1 is not in 0-65535");
	ck_assert_uint_eq(addr.len, 99);
}
END_TEST

START_TEST(readers_take_their_own_kind_only)
{
	struct kin_addr l2, rc, sco, hci;

	ck_ok(kin_l2cap_addr(NULL, 1, 0, 0, &l2));
	ck_ok(kin_rfcomm_addr(NULL, 1, &rc));
	ck_ok(kin_sco_addr(NULL, &sco));
	ck_ok(kin_hci_addr(0, 0, &hci));
	ck_fails(kin_l2cap_addr_read(&rc, NULL, NULL, NULL, NULL), EAFNOSUPPORT,
		 "not an address of L2CAP");
	ck_fails(kin_rfcomm_addr_read(&l2, NULL, NULL), EAFNOSUPPORT, "not an address of RFCOMM");
	ck_fails(kin_sco_addr_read(&hci, NULL), EAFNOSUPPORT, "not an address of SCO");
	ck_fails(kin_hci_addr_read(&sco, NULL, NULL), EAFNOSUPPORT, "not an address of HCI");
	ck_fails(kin_hci_addr_read(NULL, NULL, NULL), EAFNOSUPPORT, NULL);
	ck_fails(kin_iso_addr_read(&l2, NULL, NULL), EAFNOSUPPORT, "not an address of ISO");
	ck_assert(!kin_addr_equal(&l2, &rc));
	/* The last byte is padding. */
	rc.sa.sa_data[7] = 1;
	ck_ok(kin_rfcomm_addr(NULL, 1, &l2));
	ck_assert(kin_addr_equal(&l2, &rc));
}
END_TEST

/* ---- Commands as text ---------------------------------------------------------------------- */

static int parse_command(const char *text, unsigned char *data, size_t size, size_t *ret_len)
{
	const struct kin_family *family = kin_family_by_name("bluetooth");
	struct kin_msg msg = {.data = data, .size = size};
	struct kin_endpoint *e;
	int r;

	ck_ok(kin_endpoint_parse("hci:0", &e));
	r = kin_msg_parse(family, kin_endpoint_proto(e), text, &msg);
	kin_endpoint_free(e);
	*ret_len = msg.len;
	return r;
}

START_TEST(commands_are_written_short)
{
	static const struct {
		const char *text;
		size_t len;
		unsigned char bytes[8];
	} rows[] = {
		{"cmd:0x0C03", 4, {1, 3, 0x0C, 0}},
		{"cmd:3/3", 4, {1, 3, 0x0C, 0}},
		{"cmd:0x3f/0x3ff", 4, {1, 0xFF, 0xFF, 0}},
		{"cmd:0x0c1a#03", 5, {1, 0x1A, 0x0C, 1, 3}},
		{"cmd:4105#", 4, {1, 9, 0x10, 0}},
		{"cmd:0x0401#33 8B.9E:08", 8, {1, 1, 4, 4, 0x33, 0x8B, 0x9E, 8}},
		{"hex:01030C00", 4, {1, 3, 0x0C, 0}},
	};
	unsigned char data[300];
	size_t len;

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		ck_ok(parse_command(rows[i].text, data, sizeof(data), &len));
		ck_assert_uint_eq(len, rows[i].len);
		ck_assert_mem_eq(data, rows[i].bytes, len);
	}
}
END_TEST

START_TEST(commands_are_refused)
{
	static const struct {
		const char *text;
		int err;
		const char *words;
	} rows[] = {
		{"0C03", EINVAL,
		 "\"0C03\": hci messages are written cmd:0x0C03, cmd:0x0C13#PARAMETERS-IN-HEX or "
		 "hex:01030C00"},
		{"cmd:", EINVAL, NULL},
		{"cmd:0x10000", EINVAL, "opcode 0x10000 is not in 0-65535"},
		{"cmd:0x40/1", EINVAL, "group 0x40 is not in 0-63"},
		{"cmd:1/0x400", EINVAL, "command 0x400 is not in 0-1023"},
		{"cmd:1/", EINVAL, NULL},
		{"cmd:/1", EINVAL, NULL},
		{"cmd:0x0C03#0", EINVAL, NULL},
		{"cmd:0x0C03#0g", EINVAL, NULL},
		{"cmd:0x0000000000000000000000000000001", EINVAL, NULL},
		{"", EINVAL, NULL},
	};
	unsigned char data[300];
	char text[600] = "cmd:0x0C03#";
	size_t len;

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		ck_fails(parse_command(rows[i].text, data, sizeof(data), &len), rows[i].err,
			 rows[i].words);
	ck_fails(parse_command("cmd:0x0C03#112233", data, 6, &len), EMSGSIZE, NULL);
	for (int i = 0; i < 256; i++)
		strcat(text, "00");
	ck_fails(parse_command(text, data, sizeof(data), &len), EMSGSIZE, NULL);
	text[strlen(text) - 2] = '\0';
	ck_ok(parse_command(text, data, sizeof(data), &len));
	ck_assert_uint_eq(len, 4 + 255);
}
END_TEST

int main(void)
{
	const struct test_case cases[] = {
		{reads_what_is_valid, "reads_what_is_valid"},
		{refuses_what_is_not, "refuses_what_is_not"},
		{type_and_protocol_choose_the_scheme, "type_and_protocol_choose_the_scheme"},
		{any_address_survives_the_text, "any_address_survives_the_text"},
		{a_device_has_its_last_byte_first, "a_device_has_its_last_byte_first"},
		{constructors_check_their_arguments, "constructors_check_their_arguments"},
		{readers_take_their_own_kind_only, "readers_take_their_own_kind_only"},
		{commands_are_written_short, "commands_are_written_short"},
		{commands_are_refused, "commands_are_refused"},
		{},
	};

	return run_cases("bluetooth/address", cases);
}
