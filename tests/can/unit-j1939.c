/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* J1939 without a socket: NAMEs, parameter groups, identifiers, addresses and filters as text. */
#include "harness.h"

#include <errno.h>
#include <linux/errqueue.h>
#include <linux/net_tstamp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <kin/family.h>
#include <kin/j1939.h>

#define NAME 0x8000000000000001ULL

/* ---- NAMEs --------------------------------------------------------------------------------- */

START_TEST(packs_names)
{
	const struct kin_j1939_name all = {
		.identity = 0x1FFFFF,
		.manufacturer = 0x7FF,
		.ecu_instance = 7,
		.function_instance = 31,
		.function = 255,
		.vehicle_system = 127,
		.vehicle_system_instance = 15,
		.industry_group = 7,
		.arbitrary = true,
		.reserved = true,
	};
	struct kin_j1939_name fields = {.identity = 1, .manufacturer = 2}, back;
	uint64_t name;

	ck_ok(kin_j1939_name_pack(&all, &name));
	ck_assert_uint_eq(name, UINT64_MAX);
	ck_ok(kin_j1939_name_pack(&fields, &name));
	ck_assert_uint_eq(name, 2 << 21 | 1);
	/* The order of linux/can/j1939.h. */
	fields = (struct kin_j1939_name){.industry_group = 4, .function = 0x12, .ecu_instance = 3};
	ck_ok(kin_j1939_name_pack(&fields, &name));
	ck_assert_uint_eq(name, 0x4000120300000000ULL);
	for (int i = 0; i < 1000; i++) {
		uint64_t random = test_random(), again;

		ck_ok(kin_j1939_name_unpack(random, &back));
		ck_ok(kin_j1939_name_pack(&back, &again));
		ck_assert_uint_eq(again, random);
	}
}
END_TEST

START_TEST(refuses_fields_that_are_too_large)
{
	struct kin_j1939_name fields = {.identity = 0x200000};
	uint64_t name = 7;

	ck_fails(kin_j1939_name_pack(&fields, &name), EINVAL,
		 "identity 2097152 of a NAME is not in 0-2097151");
	fields = (struct kin_j1939_name){.manufacturer = 2048};
	ck_fails(kin_j1939_name_pack(&fields, &name), EINVAL,
		 "manufacturer 2048 of a NAME is not in 0-2047");
	fields = (struct kin_j1939_name){.ecu_instance = 8};
	ck_fails(kin_j1939_name_pack(&fields, &name), EINVAL,
		 "ecu-instance 8 of a NAME is not in 0-7");
	fields = (struct kin_j1939_name){.function_instance = 32};
	ck_fails(kin_j1939_name_pack(&fields, &name), EINVAL, NULL);
	fields = (struct kin_j1939_name){.vehicle_system = 128};
	ck_fails(kin_j1939_name_pack(&fields, &name), EINVAL, NULL);
	fields = (struct kin_j1939_name){.vehicle_system_instance = 16};
	ck_fails(kin_j1939_name_pack(&fields, &name), EINVAL, NULL);
	fields = (struct kin_j1939_name){.industry_group = 8};
	ck_fails(kin_j1939_name_pack(&fields, &name), EINVAL,
		 "industry-group 8 of a NAME is not in 0-7");
	ck_assert_uint_eq(name, 7);
}
END_TEST

START_TEST(reads_and_writes_names)
{
	uint64_t name, again;
	char text[KIN_J1939_NAME_TEXT];

	ck_ok(kin_j1939_name_parse("0x8000000000000001", &name));
	ck_assert_uint_eq(name, NAME);
	ck_ok(kin_j1939_name_parse("arbitrary,identity=1", &name));
	ck_assert_uint_eq(name, NAME);
	ck_ok(kin_j1939_name_format(name, text, sizeof(text)));
	ck_assert_str_eq(text, "identity=1,arbitrary");
	for (int i = 0; i < 1000; i++) {
		name = test_random();
		ck_ok(kin_j1939_name_format(name, text, sizeof(text)));
		ck_ok(kin_j1939_name_parse(text, &again));
		ck_assert_uint_eq(again, name);
	}
	ck_fails(kin_j1939_name_parse("0", &name), EINVAL, "a NAME is not 0");
	ck_fails(kin_j1939_name_parse("", &name), EINVAL, NULL);
	ck_fails(kin_j1939_name_parse("0x10000000000000000", &name), EINVAL, NULL);
	ck_fails(kin_j1939_name_parse("1x", &name), EINVAL, NULL);
	ck_fails(kin_j1939_name_parse("funktion=1", &name), EINVAL,
		 "a NAME has no field \"funktion\"; did you mean function?");
	ck_fails(kin_j1939_name_parse("function", &name), EINVAL,
		 "NAME: function needs a number: function=N");
	ck_fails(kin_j1939_name_parse("function=256", &name), EINVAL,
		 "function 256 is not in 0-255");
}
END_TEST

/* ---- Parameter groups ---------------------------------------------------------------------- */

START_TEST(knows_the_rules_of_pgns)
{
	uint32_t pgn = 1;

	ck_assert(kin_j1939_pgn_is_pdu1(0xEF00) && kin_j1939_pgn_is_pdu1(0x1EF00));
	ck_assert(!kin_j1939_pgn_is_pdu1(0xF000) && !kin_j1939_pgn_is_pdu1(0x1FEF1));
	ck_ok(kin_j1939_pgn_check(0x3FFFF));
	ck_fails(kin_j1939_pgn_check(0x40000), EINVAL, "PGN 0x40000 is not in 0-0x3ffff");
	ck_fails(kin_j1939_pgn_check(0xEA20), EINVAL,
		 "PGN 0xea20 is of PDU1, whose low byte is 0 (on the bus, the destination is "
		 "there): 0xea00");
	ck_ok(kin_j1939_pgn_parse("65265", &pgn));
	ck_assert_uint_eq(pgn, 0xFEF1);
	ck_ok(kin_j1939_pgn_parse("dm1", &pgn));
	ck_assert_uint_eq(pgn, 65226);
	ck_fails(kin_j1939_pgn_parse("DM99", &pgn), EINVAL,
		 "PGN \"DM99\" is neither a number nor an acronym that is known");
	ck_fails(kin_j1939_pgn_parse("0x40000", &pgn), EINVAL, NULL);
	ck_assert_uint_eq(pgn, 65226);
}
END_TEST

START_TEST(converts_identifiers)
{
	static const struct {
		canid_t id;
		struct kin_j1939_id fields;
	} cases[] = {
		{0x18FEF100, {.priority = 6, .pgn = 0xFEF1, .source = 0, .destination = 255}},
		{0x18EAFF21, {.priority = 6, .pgn = 0xEA00, .source = 0x21, .destination = 255}},
		{0x0CEF3020, {.priority = 3, .pgn = 0xEF00, .source = 0x20, .destination = 0x30}},
		{0x1FFFFFFF, {.priority = 7, .pgn = 0x3FFFF, .source = 255, .destination = 255}},
	};
	struct kin_j1939_id fields;
	canid_t id = 5;

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		ck_ok(kin_j1939_id_unpack(cases[i].id, &fields));
		ck_assert_uint_eq(fields.priority, cases[i].fields.priority);
		ck_assert_uint_eq(fields.pgn, cases[i].fields.pgn);
		ck_assert_uint_eq(fields.source, cases[i].fields.source);
		ck_assert_uint_eq(fields.destination, cases[i].fields.destination);
		ck_ok(kin_j1939_id_pack(&fields, &id));
		ck_assert_uint_eq(id, cases[i].id | CAN_EFF_FLAG);
	}
	for (int i = 0; i < 1000; i++) {
		canid_t random = (canid_t)test_random() & CAN_EFF_MASK;

		ck_ok(kin_j1939_id_unpack(random, &fields));
		ck_ok(kin_j1939_id_pack(&fields, &id));
		ck_assert_uint_eq(id, random | CAN_EFF_FLAG);
	}
	fields = (struct kin_j1939_id){.priority = 8, .pgn = 0xFEF1, .destination = 255};
	ck_fails(kin_j1939_id_pack(&fields, &id), EINVAL, "priority 8 is not in 0-7");
	fields = (struct kin_j1939_id){.pgn = 0xFEF1, .destination = 0x30};
	ck_fails(kin_j1939_id_pack(&fields, &id), EINVAL,
		 "PGN 0xfef1 is of PDU2, which goes to all: destination 48 is not 255");
	ck_fails(kin_j1939_id_unpack(CAN_ERR_FLAG | 1, &fields), EINVAL, NULL);
}
END_TEST

START_TEST(knows_names_of_numbers)
{
	uint32_t before = 0;

	for (unsigned i = 0; kin_j1939_pgn_at(i); i++) {
		const struct kin_j1939_pgn *row = kin_j1939_pgn_at(i);
		uint32_t pgn;

		/* Found by halving: in order. */
		ck_assert(i == 0 || row->pgn > before);
		before = row->pgn;
		ck_ok(kin_j1939_pgn_check(row->pgn));
		ck_assert_ptr_eq(kin_j1939_pgn_find(row->pgn), row);
		ck_ok(kin_j1939_pgn_parse(row->acronym, &pgn));
		ck_assert_uint_eq(pgn, row->pgn);
	}
	ck_assert_ptr_null(kin_j1939_pgn_find(1));
	ck_assert_str_eq(kin_j1939_pgn_find(0xFF12)->acronym, "PropB");
	ck_assert_str_eq(kin_j1939_pgn_find(65226)->name, "Active Diagnostic Trouble Codes");
	ck_assert_str_eq(kin_j1939_industry_text(4), "Marine");
	ck_assert_ptr_null(kin_j1939_industry_text(7));
	ck_assert_str_eq(kin_j1939_function_text(3), "Transmission");
	ck_assert_ptr_null(kin_j1939_function_text(200));
	ck_assert_str_eq(kin_j1939_addr_text(249), "Off-Board Diagnostic Service Tool #1");
	ck_assert_ptr_null(kin_j1939_addr_text(128));
	ck_assert_ptr_null(kin_j1939_addr_text(256));
}
END_TEST

/* ---- Addresses ----------------------------------------------------------------------------- */

START_TEST(makes_addresses)
{
	struct kin_addr addr = {.len = 1};
	struct sockaddr_can can;
	uint64_t name;
	uint32_t pgn;
	unsigned number;

	ck_ok(kin_j1939_addr("if7", NAME, 0xFEF1, 0x20, &addr));
	memcpy(&can, &addr.ss, sizeof(can));
	ck_assert_int_eq(can.can_family, AF_CAN);
	ck_assert_int_eq(can.can_ifindex, 7);
	ck_assert_uint_eq(can.can_addr.j1939.name, NAME);
	ck_ok(kin_j1939_addr_read(&addr, &name, &pgn, &number));
	ck_assert_uint_eq(name, NAME);
	ck_assert_uint_eq(pgn, 0xFEF1);
	ck_assert_uint_eq(number, 0x20);
	ck_ok(kin_j1939_addr_read(&addr, NULL, NULL, NULL));
	ck_ok(kin_j1939_addr(NULL, 0, J1939_NO_PGN, 255, &addr));
	ck_assert_int_eq(kin_addr_ifindex(&addr), 0);
	ck_fails(kin_j1939_addr("if7", 0, J1939_NO_PGN, 256, &addr), EINVAL,
		 "address 256 is not in 0-255");
	ck_fails(kin_j1939_addr("if7", 0, 0xEA01, 1, &addr), EINVAL, NULL);
	ck_fails(kin_j1939_addr("if7", 0, 0x40001, 1, &addr), EINVAL, NULL);
	addr.ss.ss_family = AF_UNIX;
	ck_fails(kin_j1939_addr_read(&addr, &name, &pgn, &number), EINVAL,
		 "not an address of J1939");
}
END_TEST

/* What is read is written in one way only. */
START_TEST(reads_addresses)
{
	static const struct {
		const char *text, *canonical;
	} cases[] = {
		{"j1939:if7", NULL},
		{"j1939:if7,addr=32", "j1939:if7,addr=0x20"},
		{"j1939:if7,pgn=DM1,addr=0x20", "j1939:if7,addr=0x20,pgn=0xFECA"},
		{"j1939:if7,name=0x8000000000000001,to=48",
		 "j1939:if7,name=0x8000000000000001,to=0x30"},
		{"j1939:if7,addr=0x20,to-pgn=0xef00,to-name=0x8000000000000002",
		 "j1939:if7,addr=0x20,to-name=0x8000000000000002,to-pgn=0xEF00"},
		{"j1939:if7,addr=1,to-pgn=0xFEF1,broadcast=on",
		 "j1939:if7,addr=0x01,to-pgn=0xFEF1,broadcast=on"},
		{"j1939:if7,addr=1,to=255", "j1939:if7,addr=0x01,to=0xFF"},
		{"j1939:if7,promisc=on,prio=3,filter=pgn:65265/addr:0x80:0xF0",
		 "j1939:if7,promisc=on,prio=3,filter=pgn:0xFEF1/addr:0x80:0xF0"},
		{"j1939:if7,filter=name:0x8000000000000001,filter=addr:1",
		 "j1939:if7,filter=name:0x8000000000000001+addr:0x1"},
		{"j1939:if7,filter=all", NULL},
		{"j1939:if7,filter=addr:0x0:0x0", NULL},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct kin_endpoint *e;
		char text[KIN_ADDR_TEXT];

		ck_ok(kin_endpoint_parse(cases[i].text, &e));
		ck_ok(kin_endpoint_format(e, text, sizeof(text)));
		ck_assert_str_eq(text, cases[i].canonical ? cases[i].canonical : cases[i].text);
		kin_endpoint_free(e);
	}
}
END_TEST

START_TEST(refuses_addresses)
{
	static const struct {
		const char *text, *words;
	} cases[] = {
		{"j1939:any", "J1939 is bound to one interface: name it"},
		{"j1939:if7,addr=256", "address 256 is not in 0-255"},
		{"j1939:if7,to=-1", "address -1 is not in 0-255"},
		{"j1939:if7,name=0", "a NAME is not 0"},
		{"j1939:if7,pgn=0x40000", "PGN 0x40000 is not in 0-262143"},
		{"j1939:if7,to-pgn=0xEF01", "PGN 0xef01 is of PDU1, whose low byte is 0 (on the "
					    "bus, the destination is there): "
					    "0xef00"},
		{"j1939:if7,prio=8", "prio 8 is not in 0-7"},
		{"j1939:if7,filter=pgn",
		 "filter: \"pgn\" is not one of pgn:N, addr:N and name:N, each with :MASK or not"},
		{"j1939:if7,filter=addr:0x100", "filter: \"0x100\" is not a number in 0-0xff"},
		{"j1939:if7,filter=addr:0x81:0xF0",
		 "filter: addr 0x81 has bits that the mask 0xf0 has not"},
		{"j1939:if7,tx=1", NULL},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct kin_endpoint *e;

		ck_fails(kin_endpoint_parse(cases[i].text, &e), EINVAL, cases[i].words);
	}
}
END_TEST

/* ---- Messages ------------------------------------------------------------------------------ */

/* A message with the ancillary data that the kernel gives. */
static struct kin_msg *message(struct kin_batch *batch, const char *hex)
{
	struct kin_msg *msg = kin_batch_msg(batch, 0);
	struct kin_addr from;

	msg->len = msg->full_len = (size_t)ck_ok(kin_parse_bytes(hex, "", msg->data, msg->size));
	ck_ok(kin_j1939_addr("if7", 0, 0x12300, 0x80, &from));
	msg->addr = from;
	msg->control_len = 0;
	return msg;
}

START_TEST(reads_ancillary_data)
{
	struct kin_batch *batch KIN_CLEANUP(kin_batch_free) = NULL;
	const uint8_t addr = 0x30, priority = 3;
	const uint64_t name = NAME;
	struct kin_msg *msg;
	uint64_t back = 5;

	ck_ok(kin_batch_new(1, 64, 0, &batch));
	msg = message(batch, "");
	ck_assert_int_eq(kin_j1939_destination(msg), 255);
	ck_fails(kin_j1939_destination_name(msg, &back), ENOENT, NULL);
	ck_fails(kin_j1939_priority(msg), ENOENT, NULL);
	ck_assert_uint_eq(back, 5);
	ck_ok(kin_add_cmsg(msg, SOL_CAN_J1939, SCM_J1939_DEST_ADDR, &addr, 1));
	ck_ok(kin_add_cmsg(msg, SOL_CAN_J1939, SCM_J1939_DEST_NAME, &name, 8));
	ck_ok(kin_add_cmsg(msg, SOL_CAN_J1939, SCM_J1939_PRIO, &priority, 1));
	ck_assert_int_eq(kin_j1939_destination(msg), 0x30);
	ck_ok(kin_j1939_destination_name(msg, &back));
	ck_assert_uint_eq(back, NAME);
	ck_assert_int_eq(kin_j1939_priority(msg), 3);
}
END_TEST

/* SOL_SOCKET's SCM_TIMESTAMPING_OPT_STATS, with one attribute of four bytes. */
static void add_stats(struct kin_msg *msg, uint16_t type, uint32_t value)
{
	struct {
		uint16_t len, type;
		uint32_t value;
	} attribute = {8, type, value};

	ck_ok(kin_add_cmsg(msg, SOL_SOCKET, 54, &attribute, sizeof(attribute)));
}

START_TEST(reads_reports)
{
	struct kin_batch *batch KIN_CLEANUP(kin_batch_free) = NULL;
	struct kin_j1939_report report = {.struct_size = sizeof(report)};
	struct sock_extended_err error = {.ee_origin = SO_EE_ORIGIN_TIMESTAMPING,
					  .ee_info = SCM_TSTAMP_SCHED,
					  .ee_errno = ENOMSG,
					  .ee_data = 3};
	struct kin_msg *msg;

	ck_ok(kin_batch_new(1, 64, 0, &batch));
	msg = message(batch, "");
	ck_fails(kin_j1939_report(msg, &report), ENOENT, NULL);
	ck_ok(kin_add_cmsg(msg, SOL_CAN_J1939, SCM_J1939_ERRQUEUE, &error, sizeof(error)));
	add_stats(msg, J1939_NLA_BYTES_ACKED, 700);
	ck_ok(kin_j1939_report(msg, &report));
	ck_assert_int_eq(report.kind, KIN_J1939_TX_PROGRESS);
	ck_assert_uint_eq(report.bytes, 700);
	ck_assert_uint_eq(report.key, 3);
	ck_assert_int_eq(report.error, 0);

	/* The kernel has some of them with a minus sign. */
	error.ee_origin = SO_EE_ORIGIN_LOCAL;
	error.ee_info = J1939_EE_INFO_TX_ABORT;
	error.ee_errno = (uint32_t)-ETIME;
	msg = message(batch, "");
	ck_ok(kin_add_cmsg(msg, SOL_CAN_J1939, SCM_J1939_ERRQUEUE, &error, sizeof(error)));
	ck_ok(kin_j1939_report(msg, &report));
	ck_assert_int_eq(report.kind, KIN_J1939_TX_ABORTED);
	ck_assert_int_eq(report.error, ETIME);

	report.struct_size = 8;
	ck_fails(kin_j1939_report(msg, &report), EINVAL, NULL);
	ck_assert_str_eq(kin_j1939_abort_text(EHOSTUNREACH),
			 "nobody answered in time: is there a node with that address?");
	ck_assert_ptr_nonnull(kin_j1939_abort_text(0));
}
END_TEST

START_TEST(reads_acknowledgements)
{
	const uint8_t nack[] = {1, 0xFF, 0xFF, 0xFF, 0x20, 0xDA, 0xFE, 0x00};
	const uint8_t other[] = {16, 0, 0, 0, 0, 0, 0, 0};
	struct kin_j1939_ack ack;

	ck_ok(kin_j1939_ack_read(nack, sizeof(nack), &ack));
	ck_assert_int_eq(ack.kind, KIN_J1939_NACK);
	ck_assert_uint_eq(ack.pgn, 65242);
	ck_assert_uint_eq(ack.address, 0x20);
	ck_assert_str_eq(kin_j1939_ack_text(ack.kind), "not supported");
	ck_assert_ptr_null(kin_j1939_ack_text(4));
	ck_fails(kin_j1939_ack_read(nack, 7, &ack), EBADMSG, NULL);
	ck_fails(kin_j1939_ack_read(other, sizeof(other), &ack), EBADMSG, NULL);
}
END_TEST

/* ---- Misuse -------------------------------------------------------------------------------- */

START_TEST(refuses_claims_that_make_no_sense)
{
	const uint8_t addrs[] = {128, 129}, wrong[] = {254};
	struct kin_j1939_claim_config config = {.struct_size = sizeof(config)};
	struct kin_j1939_claim *claim = NULL;

	ck_fails(kin_j1939_claim_new("if7", &config, &claim), EINVAL, "a NAME is not 0");
	config.name = 1;
	ck_fails(kin_j1939_claim_new("if7", &config, &claim), EINVAL,
		 "the NAME is not arbitrary address capable: say which addresses it may claim");
	ck_fails(kin_j1939_claim_new("any", &config, &claim), EINVAL,
		 "an address is claimed on one interface: name it");
	config.addrs = wrong;
	config.n_addrs = 1;
	ck_fails(kin_j1939_claim_new("if7", &config, &claim), EINVAL,
		 "address 254 is not in 0-253");
	config.addrs = addrs;
	config.n_addrs = 2;
	config.has_preferred = true;
	config.preferred = 130;
	ck_fails(kin_j1939_claim_new("if7", &config, &claim), EINVAL,
		 "preferred address 130 is not one of those to claim");
	config.struct_size = 8;
	ck_fails(kin_j1939_claim_new("if7", &config, &claim), EINVAL, NULL);
	ck_assert_ptr_null(claim);
	kin_j1939_claim_free(NULL);
}
END_TEST

START_TEST(refuses_null)
{
	struct kin_j1939_claim_config config = {.struct_size = sizeof(config), .name = NAME};
	struct kin_j1939_event event = {.struct_size = sizeof(event)};
	struct kin_j1939_report report = {.struct_size = sizeof(report)};
	struct kin_j1939_claim *claim;
	struct kin_j1939_name fields = {};
	struct kin_j1939_id id = {};
	struct kin_j1939_ack ack;
	struct kin_msg msg = {};
	struct kin_addr addr;
	uint64_t name;
	uint32_t pgn;
	canid_t canid;

#define refused(call) ck_fails(call, EINVAL, NULL)
	refused(kin_j1939_name_pack(NULL, &name));
	refused(kin_j1939_name_pack(&fields, NULL));
	refused(kin_j1939_name_unpack(1, NULL));
	refused(kin_j1939_name_parse(NULL, &name));
	refused(kin_j1939_name_parse("1", NULL));
	refused(kin_j1939_name_format(1, NULL, 8));
	refused(kin_j1939_pgn_parse(NULL, &pgn));
	refused(kin_j1939_pgn_parse("1", NULL));
	refused(kin_j1939_id_pack(NULL, &canid));
	refused(kin_j1939_id_pack(&id, NULL));
	refused(kin_j1939_id_unpack(1, NULL));
	refused(kin_j1939_addr("if7", 0, 0, 0, NULL));
	refused(kin_j1939_addr_read(NULL, &name, &pgn, NULL));
	refused(kin_j1939_set_filters(NULL, NULL, 0));
	refused(kin_j1939_set_promisc(NULL, true));
	refused(kin_j1939_set_priority(NULL, 6));
	refused(kin_j1939_set_reports(NULL, true));
	refused(kin_j1939_destination(NULL));
	refused(kin_j1939_destination_name(NULL, &name));
	refused(kin_j1939_destination_name(&msg, NULL));
	refused(kin_j1939_priority(NULL));
	refused(kin_j1939_report(NULL, &report));
	refused(kin_j1939_report(&msg, NULL));
	refused(kin_j1939_send(NULL, "", 1, &addr, NULL, NULL));
	refused(kin_j1939_claim_new(NULL, &config, &claim));
	refused(kin_j1939_claim_new("if7", NULL, &claim));
	refused(kin_j1939_claim_new("if7", &config, NULL));
	refused(kin_j1939_claim_fd(NULL));
	refused(kin_j1939_claim_timeout(NULL));
	refused(kin_j1939_claim_step(NULL, &event));
	refused(kin_j1939_claim_wait(NULL, 0));
	refused(kin_j1939_claim_state(NULL));
	refused(kin_j1939_claim_addr(NULL));
	refused(kin_j1939_claim_holder(NULL, 1, &name));
	refused(kin_j1939_claim_release(NULL));
	refused(kin_j1939_request(NULL, 0xFECA, 1));
	refused(kin_j1939_ack_read(NULL, 8, &ack));
	refused(kin_j1939_ack_read("12345678", 8, NULL));
}
END_TEST

int main(void)
{
	const struct test_case cases[] = {
		{packs_names, "packs_names"},
		{refuses_fields_that_are_too_large, "refuses_fields_that_are_too_large"},
		{reads_and_writes_names, "reads_and_writes_names"},
		{knows_the_rules_of_pgns, "knows_the_rules_of_pgns"},
		{converts_identifiers, "converts_identifiers"},
		{knows_names_of_numbers, "knows_names_of_numbers"},
		{makes_addresses, "makes_addresses"},
		{reads_addresses, "reads_addresses"},
		{refuses_addresses, "refuses_addresses"},
		{reads_ancillary_data, "reads_ancillary_data"},
		{reads_reports, "reads_reports"},
		{reads_acknowledgements, "reads_acknowledgements"},
		{refuses_claims_that_make_no_sense, "refuses_claims_that_make_no_sense"},
		{refuses_null, "refuses_null"},
		{},
	};

	return run_cases("can/j1939", cases);
}
