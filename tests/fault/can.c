/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "fault.h"

#include <kin/bcm.h>
#include <kin/can-controller.h>
#include <kin/can.h>
#include <kin/can-gateway.h>
#include <kin/isotp.h>
#include <kin/uds.h>
#include <kin/can-load.h>
#include <kin/j1939.h>

static int frames(void)
{
	struct kin_sock *in KIN_CLEANUP(kin_close) = NULL;
	struct kin_sock *out KIN_CLEANUP(kin_close) = NULL;
	struct kin_batch *batch KIN_CLEANUP(kin_batch_free) = NULL;
	struct kin_format *format KIN_CLEANUP(kin_format_free) = NULL;
	char line[KIN_CAN_FRAME_TEXT];

	MAKE(in, kin_open("can:vcan0,fd=on,filter=123:7FF,timestamps=hardware,drops=on,timeout=5",
			  KIN_RECEIVE, &in));
	MAKE(out, kin_open("can:vcan0", KIN_SEND, &out));
	MAKE(batch, kin_batch_new(2, 72, 0, &batch));
	TRY(kin_msg_parse(kin_sock_family(out), kin_sock_proto(out), "123#11",
			  kin_batch_msg(batch, 0)));
	TRY(kin_send_batch(out, batch, 0, 1, 0));
	TRY(kin_recv_batch(in, batch, 0));
	MAKE(format, kin_format_new(kin_sock_family(in), "text", &format));
	TRY(kin_format_msg(format, in, kin_batch_msg(batch, 0), line, sizeof(line)));
	return 0;
}

static int options(void)
{
	struct kin_sock *sock KIN_CLEANUP(kin_close) = NULL;
	struct can_filter filter = {.can_id = 0x123, .can_mask = CAN_SFF_MASK};
	struct kin_addr addr;

	FILL(addr, kin_can_addr("vcan0", &addr));
	MAKE(sock, kin_socket(AF_CAN, SOCK_RAW, CAN_RAW, &sock));
	TRY(kin_bind(sock, &addr));
	TRY(kin_can_set_filters(sock, &filter, 1));
	FILL(filter, kin_can_filters(sock, &filter, 1));
	TRY(kin_can_set_join_filters(sock, true));
	TRY(kin_can_set_errors(sock, CAN_ERR_MASK));
	TRY(kin_can_set_loopback(sock, true));
	TRY(kin_can_set_own(sock, true));
	TRY(kin_can_set_fd(sock, true));
	TRY_WHERE_POSSIBLE(kin_can_set_xl(sock, true));
	TRY_WHERE_POSSIBLE(kin_can_set_vcid(sock, KIN_CAN_VCID_TX_SET, 1, 0, 0));
	return 0;
}

static int without_calls(void)
{
	union kin_can_frame frame;
	struct can_frame error = {.can_id = CAN_ERR_FLAG | CAN_ERR_BUSOFF, .len = CAN_ERR_DLC};
	struct kin_addr addr;
	char text[KIN_CAN_FRAME_TEXT];
	size_t size;

	TRY(kin_can_addr_index(1, &addr));
	TRY(kin_can_frame_parse("123#11", &frame, &size));
	EXPECT(kin_can_frame_kind(&frame, size) == KIN_CAN_CLASSIC);
	TRY(kin_can_frame_format(&frame, size, text, sizeof(text)));
	TRY(kin_can_error_format(&error, NULL, text, sizeof(text)));
	EXPECT(kin_can_fd_dlc_to_len(kin_can_fd_len_to_dlc(64)) == 64);
	return 0;
}

static int statistics(void)
{
	struct kin_can_stats *stats KIN_CLEANUP(kin_can_stats_free) = NULL;
	const struct kin_can_id *id;
	union kin_can_frame frame;
	struct kin_can_bits bits;
	uint8_t mask[64] = {};
	size_t size;

	MAKE(stats, kin_can_stats_new(KIN_CAN_STATS_DIFFER, &stats));
	TRY(kin_can_stats_set_bitrate(stats, 1, 500000, 0, 0));
	TRY(kin_can_stats_set_period(stats, 1, 0x124, KIN_CAN_CLASSIC, 1000));
	TRY(kin_can_stats_end_window(stats, 0));
	TRY(kin_can_frame_parse("123##1"
				"00112233445566778899AABB",
				&frame, &size));
	FILL(bits, kin_can_frame_bits(&frame, size, 0, &bits));
	EXPECT(kin_can_bits_time(&bits, 500000, 2000000) > 0);
	TRY(kin_can_stats_add(stats, 1, &frame, size, 0, 0));
	TRY(kin_can_stats_end_window(stats, 1));
	EXPECT(kin_can_stats_bus(stats, 1) == kin_can_stats_bus_at(stats, 0));
	EXPECT(kin_can_stats_ids(stats) == 2 && kin_can_stats_id_at(stats, 1));
	id = kin_can_stats_id(stats, 1, 0x123, KIN_CAN_FD);
	EXPECT(id && kin_can_id_jitter(id) == 0 && kin_can_id_missing(id, 1) == 0);
	TRY(kin_can_id_settle(stats, id, true));
	TRY(kin_can_id_set_muted(stats, kin_can_stats_id_at(stats, 0), mask, sizeof(mask)));
	return 0;
}

static int transmission(void)
{
	struct kin_sock *sock KIN_CLEANUP(kin_close) = NULL;
	struct kin_bcm_tx *tx KIN_CLEANUP(kin_bcm_tx_free) = NULL;
	struct kin_batch *batch KIN_CLEANUP(kin_batch_free) = NULL;
	struct kin_bcm_msg msg = {.struct_size = sizeof(msg)};
	struct can_frame frame = {.can_id = 0x123, .len = 1};
	uint64_t sent;

	MAKE(sock, kin_open("bcm:vcan0,watch=123#FF,timeout=5", KIN_CONNECT, &sock));
	MAKE(tx, kin_bcm_tx_new(&tx));
	TRY(kin_bcm_tx_add_frame(tx, &frame, sizeof(frame)));
	kin_bcm_tx_clear_frames(tx);
	TRY(kin_bcm_tx_add_frame(tx, &frame, sizeof(frame)));
	TRY(kin_bcm_tx_add_frame(tx, &frame, sizeof(frame)));
	TRY(kin_bcm_tx_set_timers(tx, 1, 1000000, 0));
	TRY(kin_bcm_tx_set_interface(tx, 0));
	kin_bcm_tx_set_key(tx, 0x123);
	kin_bcm_tx_set_notify(tx, true);
	kin_bcm_tx_set_copy_id(tx, true);
	EXPECT(kin_bcm_tx_key(tx) == 0x123);
	TRY(kin_bcm_tx_setup(sock, tx, SETTIMER));
	TRY(kin_bcm_tx_read(sock, tx));
	FILL(sent, kin_bcm_tx_sent(sock, tx, &sent));
	MAKE(batch, kin_batch_new(1, KIN_BCM_MSG_MAX, 0, &batch));
	TRY(kin_recv_batch(sock, batch, 0));
	TRY(kin_bcm_msg_read(kin_batch_msg(batch, 0), &msg));
	EXPECT(msg.n_frames == 2 && kin_bcm_msg_frame(&msg, 1));
	TRY(kin_bcm_tx_delete(sock, tx));
	TRY(kin_bcm_send(sock, 0, &frame, sizeof(frame)));
	TRY(kin_msg_parse(kin_sock_family(sock), kin_sock_proto(sock), "tx-setup 123#11",
			  kin_batch_msg(batch, 0)));
	TRY(kin_msg_parse(kin_sock_family(sock), kin_sock_proto(sock), "rx-setup 123 answer=123#11",
			  kin_batch_msg(batch, 0)));
	return 0;
}

static int reception(void)
{
	struct kin_sock *sock KIN_CLEANUP(kin_close) = NULL;
	struct kin_bcm_rx *rx KIN_CLEANUP(kin_bcm_rx_free) = NULL;
	struct can_frame answer = {.can_id = 0x123, .len = 1};
	struct kin_bcm_rx *parsed KIN_CLEANUP(kin_bcm_rx_free) = NULL;
	const unsigned char mask[8] = {0xFF};
	uint64_t frames;
	unsigned flags;

	MAKE(sock, kin_open("bcm:vcan0", KIN_CONNECT, &sock));
	MAKE(rx, kin_bcm_rx_new(0x123, &rx));
	MAKE(parsed, kin_bcm_rx_parse("12345678##FF timeout=1s start", &parsed, &flags));
	EXPECT(kin_bcm_rx_id(parsed) == (0x12345678 | CAN_EFF_FLAG) && kin_bcm_rx_is_fd(parsed));
	TRY(kin_bcm_rx_set_interface(rx, 0));
	TRY(kin_bcm_rx_set_timers(rx, 1000000000, 1000000));
	TRY(kin_bcm_rx_set_flags(rx, RX_CHECK_DLC));
	TRY(kin_bcm_rx_set_answer(rx, &answer, sizeof(answer)));
	kin_bcm_rx_set_fd(rx, false);
	TRY(kin_bcm_rx_set_mask(rx, mask, sizeof(mask)));
	TRY(kin_bcm_rx_set_selector(rx, mask, sizeof(mask)));
	TRY(kin_bcm_rx_add_value(rx, mask, sizeof(mask)));
	TRY(kin_bcm_rx_add_value(rx, mask, sizeof(mask)));
	TRY(kin_bcm_rx_setup(sock, rx, SETTIMER));
	TRY(kin_bcm_rx_read(sock, rx));
	FILL(frames, kin_bcm_rx_received(sock, rx, &frames, NULL));
	TRY(kin_bcm_rx_delete(sock, rx));
	return 0;
}

/* Of vcan0, and of no controller: what is refused before the kernel is asked counts as well. */
static int controllers(void)
{
	struct kin_can_controller *c KIN_CLEANUP(kin_can_controller_free) = NULL;
	struct kin_can_controller **list KIN_CLEANUP(kin_can_controller_list_free) = NULL;
	struct kin_can_config *config KIN_CLEANUP(kin_can_config_free) = NULL;
	struct kin_can_doctor *doctor KIN_CLEANUP(kin_can_doctor_free) = NULL;
	struct kin_can_finding *findings FREE_LATER = NULL;
	struct can_frame frame = {.can_id = 0x123};

	MAKE(c, kin_can_controller_read("vcan0", &c));
	MAKE(list, kin_can_controller_list(&list));
	MAKE(config, kin_can_config_new(&config));
	TRY(kin_can_config_queue_len(config, c->queue_len == 20 ? 21 : 20));
	TRY(kin_can_config_mtu(config, CANFD_MTU));
	TRY(kin_can_config_up(config, true));
	TRY(kin_can_apply("vcan0", config, KIN_CAN_MAY_STOP));
	TRY(kin_can_config_bitrate(config, KIN_CAN_NOMINAL, 500000, 0));
	TRY(kin_can_config_timing(config, KIN_CAN_DATA,
				  &(struct can_bittiming){.bitrate = 2000000}));
	TRY(kin_can_config_modes(config, CAN_CTRLMODE_FD, CAN_CTRLMODE_FD));
	TRY(kin_can_config_tdc(config, KIN_CAN_DATA, KIN_CAN_TDC_AUTO, 0, 0, 0));
	TRY(kin_can_config_restart_ms(config, 100));
	TRY(kin_can_config_termination(config, 120));
	EXPECT(kin_can_apply("vcan0", config, 0) < 0);
	EXPECT(kin_can_restart("vcan0") < 0);
	MAKE(doctor, kin_can_doctor_new(c, &doctor));
	TRY(kin_can_doctor_frame(doctor, &frame, sizeof(frame), false));
	TRY(kin_can_doctor_sent(doctor, 0));
	MAKE(findings, kin_can_doctor_judge(doctor, c, &findings));
	return 0;
}

static int bit_timing(void)
{
	const struct kin_can_model *model = kin_can_model_find("sja1000");
	struct can_bittiming timing[KIN_CAN_PHASES], segments;
	struct kin_can_solution solution, *list FREE_LATER = NULL;
	struct kin_can_controller *c KIN_CLEANUP(kin_can_controller_free) = NULL;
	char text[64];

	EXPECT(model && kin_can_model_at(0) && kin_can_mode_at(0) && kin_can_state_name(0));
	EXPECT(kin_can_sample_point(1000000) == 750);
	FILL(timing, kin_can_bitrates_parse("500k/2M", timing));
	TRY(kin_can_bitrate_format(500000, text, sizeof(text)));
	FILL(solution, kin_can_bittiming_calc(&model->limits, 8000000, 500000, 0, &solution));
	MAKE(list, kin_can_bittiming_all(&model->limits, 8000000, 500000, 0, 0, &list));
	segments = solution.timing;
	TRY(kin_can_bittiming_check(&model->limits, 8000000, &segments));
	TRY(kin_can_model_registers(model, &solution.timing, text, sizeof(text)));
	EXPECT(kin_can_controller_parse("nothing", 8, &c) < 0);
	return 0;
}

/* ---- J1939 --------------------------------------------------------------------------------- */

static int j1939_messages(void)
{
	struct kin_sock *in KIN_CLEANUP(kin_close) = NULL;
	struct kin_sock *out KIN_CLEANUP(kin_close) = NULL;
	struct kin_batch *batch KIN_CLEANUP(kin_batch_free) = NULL;
	struct kin_format *format KIN_CLEANUP(kin_format_free) = NULL;
	struct j1939_filter filter = {.pgn = 0xEF00, .pgn_mask = J1939_PGN_MAX};
	struct kin_j1939_report report = {.struct_size = sizeof(report)};
	struct kin_addr addr;
	char line[256];

	FILL(addr, kin_j1939_addr("vcan0", 0, 0xEF00, 0x30, &addr));
	MAKE(in, kin_open("j1939:vcan0,addr=0x30,timeout=5", KIN_RECEIVE, &in));
	MAKE(out, kin_open("j1939:vcan0,addr=0x20,to=0x30,timeout=5", KIN_CONNECT, &out));
	TRY(kin_j1939_set_filters(in, &filter, 1));
	TRY(kin_j1939_set_promisc(in, true));
	TRY(kin_j1939_set_priority(out, 5));
	TRY(kin_j1939_set_reports(out, true));
	TRY(kin_j1939_send(out, "123456789", 9, &addr, NULL, NULL));
	TRY(kin_j1939_request(out, 0xFECA, 0x30));
	MAKE(batch, kin_batch_new(1, 64, 0, &batch));
	TRY(kin_recv_batch(in, batch, 0));
	EXPECT(kin_batch_msg(batch, 0)->len == 9);
	EXPECT(kin_j1939_destination(kin_batch_msg(batch, 0)) == 0x30);
	EXPECT(kin_j1939_priority(kin_batch_msg(batch, 0)) == 5);
	EXPECT(kin_j1939_report(kin_batch_msg(batch, 0), &report) == -ENOENT);
	MAKE(format, kin_format_new(kin_sock_family(in), "text,words", &format));
	TRY(kin_format_msg(format, in, kin_batch_msg(batch, 0), line, sizeof(line)));
	return 0;
}

static int j1939_claims(void)
{
	const struct kin_j1939_claim_config config = {
		.struct_size = sizeof(config), .name = 0x8000000000000001, .at_once = true};
	struct kin_j1939_event event = {.struct_size = sizeof(event)};
	struct kin_j1939_claim *claim KIN_CLEANUP(kin_j1939_claim_free) = NULL;
	uint64_t name;

	MAKE(claim, kin_j1939_claim_new("vcan0", &config, &claim));
	TRY(kin_j1939_claim_fd(claim));
	EXPECT(kin_j1939_claim_timeout(claim) >= 0);
	TRY(kin_j1939_claim_step(claim, &event));
	TRY(kin_j1939_claim_wait(claim, 5000000000));
	EXPECT(kin_j1939_claim_state(claim) == KIN_J1939_HOLDING);
	EXPECT(kin_j1939_claim_addr(claim) == 128);
	FILL(name, kin_j1939_claim_holder(claim, 128, &name));
	TRY(kin_j1939_claim_release(claim));
	return 0;
}

static int j1939_without_calls(void)
{
	const uint8_t nack[] = {KIN_J1939_NACK, 255, 255, 255, 0x20, 0xCA, 0xFE, 0};
	struct kin_j1939_name fields;
	struct kin_j1939_ack ack;
	struct kin_j1939_id id;
	struct kin_addr addr;
	struct kin_msg msg = {};
	char text[KIN_J1939_NAME_TEXT];
	uint64_t name;
	uint32_t pgn;
	canid_t canid;

	TRY(kin_j1939_name_parse("function=5,identity=1", &name));
	TRY(kin_j1939_name_unpack(name, &fields));
	TRY(kin_j1939_name_pack(&fields, &name));
	TRY(kin_j1939_name_format(name, text, sizeof(text)));
	TRY(kin_j1939_pgn_parse("DM1", &pgn));
	TRY(kin_j1939_pgn_check(pgn));
	EXPECT(!kin_j1939_pgn_is_pdu1(pgn));
	EXPECT(kin_j1939_pgn_find(pgn) && kin_j1939_pgn_at(0));
	TRY(kin_j1939_id_unpack(0x18FECA00, &id));
	TRY(kin_j1939_id_pack(&id, &canid));
	EXPECT(kin_j1939_industry_text(0) && kin_j1939_function_text(0) && kin_j1939_addr_text(0));
	TRY(kin_j1939_addr(NULL, name, pgn, J1939_NO_ADDR, &addr));
	TRY(kin_j1939_addr_read(&addr, &name, &pgn, NULL));
	TRY(kin_j1939_ack_read(nack, sizeof(nack), &ack));
	EXPECT(kin_j1939_ack_text(ack.kind) && kin_j1939_abort_text(EPROTO));
	EXPECT(kin_j1939_destination_name(&msg, &name) == -ENOENT);
	return 0;
}

/* ---- ISO-TP -------------------------------------------------------------------------------- */

static int isotp_sockets(void)
{
	struct kin_sock *in KIN_CLEANUP(kin_close) = NULL;
	struct kin_sock *out KIN_CLEANUP(kin_close) = NULL;
	struct kin_format *format KIN_CLEANUP(kin_format_free) = NULL;
	struct kin_batch *batch KIN_CLEANUP(kin_batch_free) = NULL;
	char line[256];

	MAKE(in, kin_open("isotp:vcan0,tx=7E8,rx=7E0,bs=8,timestamps=software,timeout=5",
			  KIN_RECEIVE, &in));
	MAKE(out, kin_open("isotp:vcan0,tx=7E0,rx=7E8,pad=AA", KIN_SEND, &out));
	MAKE(batch, kin_batch_new(1, 100, 0, &batch));
	TRY(kin_send(out, "a message of frames", 19, 0));
	TRY(kin_recv_batch(in, batch, 0));
	MAKE(format, kin_format_new(kin_sock_family(in), "text,uds", &format));
	TRY(kin_format_msg(format, in, kin_batch_msg(batch, 0), line, sizeof(line)));
	return 0;
}

static int isotp_options(void)
{
	struct kin_sock *sock KIN_CLEANUP(kin_close) = NULL;
	struct can_isotp_options options;
	struct can_isotp_fc_options flow_control;
	struct can_isotp_ll_options link_layer;
	struct kin_addr addr;
	int64_t tx_ns, rx_ns;
	char text[64];

	FILL(addr, kin_isotp_addr("vcan0", 0x7E0, 0x7E8, &addr));
	MAKE(sock, kin_socket(AF_CAN, SOCK_DGRAM, CAN_ISOTP, &sock));
	FILL(options, kin_isotp_options(sock, &options));
	TRY(kin_isotp_set_options(sock, &options));
	TRY(kin_isotp_set_flags(sock, CAN_ISOTP_LISTEN_MODE, 0));
	FILL(flow_control, kin_isotp_flow_control(sock, &flow_control));
	TRY(kin_isotp_set_flow_control(sock, &flow_control));
	FILL(link_layer, kin_isotp_link_layer(sock, &link_layer));
	TRY(kin_isotp_set_link_layer(sock, &link_layer));
	TRY(kin_isotp_force_tx_stmin(sock, 1000));
	TRY(kin_isotp_force_rx_stmin(sock, 1000));
	FILL(tx_ns, kin_isotp_forced_stmin(sock, &tx_ns, &rx_ns));
	TRY(kin_opt_set(sock, "stmin", "300us"));
	TRY(kin_opt_get(sock, "stmin", text, sizeof(text)));
	TRY(kin_isotp_max_pdu());
	TRY(kin_bind(sock, &addr));
	return 0;
}

static int isotp_decoder(void)
{
	struct kin_isotp_decoder *decoder KIN_CLEANUP(kin_isotp_decoder_free) = NULL;
	struct can_frame frame = {.can_id = 0x7E0, .len = 8, .data = {0x10, 20}};
	const struct kin_isotp_pdu *pdu;
	char text[64];

	MAKE(decoder, kin_isotp_decoder_new(0, 0, &decoder));
	TRY(kin_isotp_decoder_set_ext(decoder, false));
	TRY(kin_isotp_decoder_feed(decoder, 1, &frame, sizeof(frame), 0));
	for (uint8_t number = 1; number < 3; number++) {
		frame.data[0] = 0x20 | number;
		TRY(kin_isotp_decoder_feed(decoder, 1, &frame, sizeof(frame), number));
	}
	pdu = kin_isotp_decoder_next(decoder);
	EXPECT(pdu && pdu->len == 20);
	TRY(kin_isotp_end_format(pdu, text, sizeof(text)));
	return 0;
}

static int isotp_without_calls(void)
{
	struct kin_isotp_frame read = {.struct_size = sizeof(read)};
	struct can_frame frame = {.can_id = 0x7E0, .len = 3, .data = {2, 0x10, 3}};
	struct kin_uds uds = {.struct_size = sizeof(uds)};
	canid_t tx_id, rx_id;
	struct kin_addr addr;
	char text[64];

	TRY(kin_isotp_addr_index(1, 1, 2, &addr));
	TRY(kin_isotp_addr_ids(&addr, &tx_id, &rx_id));
	EXPECT(kin_isotp_stmin_ns((uint8_t)kin_isotp_stmin_code(300000)) == 300000);
	TRY(kin_isotp_frame_parse(&frame, sizeof(frame), false, &read));
	TRY(kin_uds_parse(read.data, read.pdu, &uds));
	TRY(kin_uds_format(read.data, read.pdu, text, sizeof(text)));
	EXPECT(kin_uds_service_name(0x10) && kin_uds_code_name(0x10));
	return 0;
}

static int isotp_decoder_settings(void)
{
	struct kin_isotp_decoder *decoder KIN_CLEANUP(kin_isotp_decoder_free) = NULL;

	MAKE(decoder, kin_isotp_decoder_new(100, 1000, &decoder));
	TRY(kin_isotp_decoder_set_timeout(decoder, 1));
	TRY(kin_isotp_decoder_set_all(decoder, true));
	TRY(kin_isotp_decoder_add_pair(decoder, 1, -1, 2, -1));
	TRY(kin_isotp_decoder_advance(decoder, 5));
	EXPECT(kin_isotp_decoder_deadline(decoder) == INT64_MAX);
	return 0;
}

static int gateway(void)
{
	struct kin_can_gw_list *list KIN_CLEANUP(kin_can_gw_list_free) = NULL;
	struct kin_can_gw_rule rule = {.struct_size = sizeof(rule)};
	char text[KIN_CAN_GW_TEXT];
	uint8_t table[256];

	TRY(kin_can_gw_parse("vcan0 vcan0 set id 1 uid 7 back", &rule));
	TRY(kin_can_gw_check(&rule));
	TRY(kin_can_gw_format(&rule, text, sizeof(text)));
	FILL(table, kin_can_gw_crc8_table(7, false, table));
	TRY(kin_can_gw_flush());
	TRY(kin_can_gw_add(&rule));
	MAKE(list, kin_can_gw_list(&list));
	EXPECT(kin_can_gw_list_count(list) == 1);
	TRY(kin_can_gw_list_get(list, 0, &rule));
	TRY(kin_can_gw_delete(&rule));
	return 0;
}

const struct scenario scenarios[] = {
	{"can-frames", frames, .needs = "vcan0", .waits = true},
	{"can-options", options, .needs = "vcan0"},
	{"can-gateway", gateway, .needs = "vcan0", .waits = true},
	{"can-without-calls", without_calls, .pure = true},
	{"can-statistics", statistics},
	{"can-transmission", transmission, .needs = "vcan0", .waits = true},
	{"can-reception", reception, .needs = "vcan0"},
	{"can-controllers", controllers, .needs = "vcan0"},
	{"can-bit-timing", bit_timing},
	{"j1939-messages", j1939_messages, .needs = "vcan0", .waits = true},
	{"j1939-claims", j1939_claims, .needs = "vcan0", .waits = true},
	{"j1939-without-calls", j1939_without_calls, .pure = true},
	{"can-isotp-sockets", isotp_sockets, .needs = "vcan0", .waits = true},
	{"can-isotp-options", isotp_options, .needs = "vcan0"},
	{"can-isotp-decoder", isotp_decoder},
	{"can-isotp-decoder-settings", isotp_decoder_settings},
	{"can-isotp-without-calls", isotp_without_calls, .pure = true},
	{},
};
