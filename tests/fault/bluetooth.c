/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "fault.h"

#include <kin/bluetooth-mgmt.h>
#include <kin/bluetooth-hci.h>
#include <kin/bluetooth.h>

static int sockets(void)
{
	struct kin_sock *l2cap KIN_CLEANUP(kin_close) = NULL;
	struct kin_sock *hci KIN_CLEANUP(kin_close) = NULL;
	struct kin_bdaddr bdaddr;

	MAKE(l2cap, kin_open("l2cap:any,psm=4113", KIN_LISTEN, &l2cap));
	MAKE(hci, kin_open("hci:none,channel=control", KIN_RECEIVE, &hci));
	/* There need not be a controller. */
	TRY_WHERE_POSSIBLE(kin_hci_bdaddr(0, &bdaddr));
	return 0;
}

/* What can be asked and set of sockets that have no peer. */
static int options(void)
{
	struct kin_sock *l2cap KIN_CLEANUP(kin_close) = NULL;
	struct kin_sock *le KIN_CLEANUP(kin_close) = NULL;
	struct kin_sock *hci KIN_CLEANUP(kin_close) = NULL;
	struct kin_l2cap_options values;
	struct kin_addr addr;
	unsigned key_size;
	uint32_t types;

	MAKE(l2cap, kin_socket(AF_BLUETOOTH, SOCK_SEQPACKET, 0, &l2cap));
	TRY(kin_l2cap_set_mode(l2cap, KIN_L2CAP_ERTM));
	TRY(kin_l2cap_mode(l2cap));
	TRY(kin_l2cap_options(l2cap, &values));
	TRY(kin_l2cap_set_options(l2cap, &values));
	TRY(kin_bluetooth_set_rcvmtu(l2cap, 1024));
	TRY(kin_bluetooth_rcvmtu(l2cap));
	TRY(kin_bluetooth_sndmtu(l2cap));
	TRY(kin_bluetooth_set_security(l2cap, KIN_SECURITY_LOW));
	TRY(kin_bluetooth_security(l2cap, &key_size));
	TRY_WHERE_POSSIBLE(kin_bluetooth_link(l2cap, NULL, NULL));
	TRY(kin_opt_set(l2cap, "flushable", "on"));
	TRY(kin_l2cap_addr(NULL, 4113, 0, KIN_BDADDR_BREDR, &addr));
	TRY(kin_bind(l2cap, &addr));
	TRY(kin_bluetooth_set_defer(l2cap, true));
	TRY(kin_l2cap_addr(&(struct kin_bdaddr){{1}}, 128, 0, KIN_BDADDR_LE_PUBLIC, &addr));
	MAKE(le, kin_socket(AF_BLUETOOTH, SOCK_STREAM, 0, &le));
	TRY(kin_bluetooth_bind_for(le, &addr, -1));
	MAKE(hci, kin_socket(AF_BLUETOOTH, SOCK_RAW, 1, &hci));
	TRY(kin_hci_set_filter(hci, 16, UINT64_MAX, 0));
	TRY(kin_hci_filter(hci, &types, NULL, NULL));
	EXPECT(types == 16);
	return 0;
}

static int voice(void)
{
	struct kin_sock *sco KIN_CLEANUP(kin_close) = NULL;

	MAKE(sco, kin_socket(AF_BLUETOOTH, SOCK_SEQPACKET, 2, &sco));
	TRY(kin_sco_voice(sco));
	/* It takes a controller that is up. */
	TRY_WHERE_POSSIBLE(kin_sco_set_voice(sco, KIN_SCO_CVSD));
	return 0;
}

static int without_calls(void)
{
	struct kin_bdaddr bdaddr;
	struct kin_addr addr;
	char text[KIN_BDADDR_TEXT];
	uint16_t number;
	uint8_t channel;

	TRY(kin_bdaddr_parse("00:AA:01:01:00:01", &bdaddr));
	TRY(kin_bdaddr_format(&bdaddr, text, sizeof(text)));
	TRY(kin_l2cap_addr(&bdaddr, 4113, 0, KIN_BDADDR_BREDR, &addr));
	TRY(kin_l2cap_addr_read(&addr, NULL, &number, NULL, NULL));
	EXPECT(number == 4113);
	TRY(kin_rfcomm_addr(&bdaddr, 1, &addr));
	TRY(kin_rfcomm_addr_read(&addr, NULL, &channel));
	EXPECT(channel == 1);
	TRY(kin_sco_addr(&bdaddr, &addr));
	TRY(kin_sco_addr_read(&addr, &bdaddr));
	TRY(kin_iso_addr(&bdaddr, KIN_BDADDR_LE_PUBLIC, &addr));
	TRY(kin_iso_addr_read(&addr, &bdaddr, NULL));
	TRY(kin_hci_addr(0, KIN_HCI_RAW, &addr));
	TRY(kin_hci_addr_read(&addr, &number, NULL));
	return 0;
}

/* ---- The management interface, whose other end is a socket of the scenario's ---------------- */

/* The kernel answers a command; before it is asked. */
static int answer(struct kin_sock *kernel, unsigned opcode, unsigned index, const void *data,
		  size_t len)
{
	uint8_t message[512] = {1,
				0,
				(uint8_t)index,
				(uint8_t)(index >> 8),
				(uint8_t)(len + 3),
				(uint8_t)((len + 3) >> 8),
				(uint8_t)opcode,
				(uint8_t)(opcode >> 8),
				0};

	memcpy(message + 9, data, len);
	TRY(kin_send(kernel, message, 9 + len, 0));
	return 0;
}

/* Of those that give settings, or nothing that is looked at. */
static int answer_plainly(struct kin_sock *kernel, unsigned opcode)
{
	return answer(kernel, opcode, 0, "\1\2\3\4\5\6\0\1\2\3", 10);
}

#define ANSWER(...)                                                                                \
	do {                                                                                       \
		int r_ = answer(__VA_ARGS__);                                                      \
		if (r_ < 0)                                                                        \
			return r_;                                                                 \
	} while (0)

#define ANSWER_PLAINLY(opcode)                                                                     \
	do {                                                                                       \
		int r_ = answer_plainly(kernel, (opcode));                                         \
		if (r_ < 0)                                                                        \
			return r_;                                                                 \
	} while (0)

struct mgmt_scene {
	struct kin_mgmt *mgmt;
	struct kin_sock *kernel;
};

static void mgmt_scene_end(struct mgmt_scene *scene)
{
	kin_mgmt_close(scene->mgmt);
	kin_close(scene->kernel);
}

static int mgmt_begin(struct mgmt_scene *scene)
{
	struct kin_sock *pair[2] = {NULL, NULL};
	long r;

	MAKE(pair[0], kin_pair(AF_UNIX, SOCK_SEQPACKET, 0, pair));
	scene->kernel = pair[1];
	r = kin_mgmt_adopt(pair[0], &scene->mgmt);
	if (r < 0) {
		kin_close(pair[0]);
		return scenario_fails(r, "kin_mgmt_adopt()", scene->mgmt == NULL);
	}
	EXPECT(kin_mgmt_sock(scene->mgmt) == pair[0]);
	TRY(kin_mgmt_set_timeout(scene->mgmt, 0));
	return 0;
}

#define BEGIN_MGMT()                                                                               \
	struct mgmt_scene scene __attribute__((cleanup(mgmt_scene_end))) = {NULL, NULL};           \
	int begun = mgmt_begin(&scene);                                                            \
	struct kin_mgmt *mgmt = scene.mgmt;                                                        \
	struct kin_sock *kernel = scene.kernel;                                                    \
                                                                                                   \
	if (begun < 0)                                                                             \
	return begun

static int mgmt_controllers(void)
{
	static const uint8_t info[280];
	struct kin_mgmt_controller **list KIN_CLEANUP(kin_mgmt_controllers_free) = NULL;
	struct kin_mgmt_controller *one KIN_CLEANUP(kin_mgmt_controller_free) = NULL;
	unsigned version;
	uint16_t index;

	BEGIN_MGMT();
	ANSWER(kernel, 0x01, KIN_MGMT_INDEX_NONE, "\1\0\0", 3);
	FILL(version, kin_mgmt_version(mgmt, &version, NULL));
	for (unsigned i = 0; i < 3; i++) {
		ANSWER(kernel, 0x3C, KIN_MGMT_INDEX_NONE, "\1\0\0\0\0\0", 6);
		ANSWER(kernel, 0x04, 0, info, sizeof(info));
	}
	MAKE(list, kin_mgmt_controllers(mgmt, &list));
	MAKE(one, kin_mgmt_controller_read(mgmt, 0, &one));
	FILL(index, kin_mgmt_find(mgmt, "hci0", &index));
	EXPECT(index == 0);
	return 0;
}

static int mgmt_settings(void)
{
	struct kin_bdaddr address = {{1, 2, 3, 4, 5, 0xC6}};
	struct kin_mgmt_phys phys;
	uint32_t settings;
	uint8_t irk[16] = {0};

	BEGIN_MGMT();
	ANSWER_PLAINLY(0x05);
	FILL(settings, kin_mgmt_set(mgmt, 0, KIN_MGMT_POWERED, 1, &settings));
	ANSWER_PLAINLY(0x06);
	TRY(kin_mgmt_set_discoverable(mgmt, 0, 1, 10, NULL));
	ANSWER_PLAINLY(0x2F);
	TRY(kin_mgmt_set_privacy(mgmt, 0, 1, irk, NULL));
	ANSWER_PLAINLY(0x0F);
	TRY(kin_mgmt_set_name(mgmt, 0, "kin", "kin"));
	ANSWER_PLAINLY(0x0E);
	TRY(kin_mgmt_set_class(mgmt, 0, 1, 1));
	ANSWER_PLAINLY(0x2B);
	TRY(kin_mgmt_set_static_address(mgmt, 0, &address));
	ANSWER(kernel, 0x44, 0, "\1\0\0\0\1\0\0\0\1\0\0\0", 12);
	FILL(phys, kin_mgmt_phys(mgmt, 0, &phys));
	ANSWER_PLAINLY(0x45);
	TRY(kin_mgmt_set_phys(mgmt, 0, 1));
	return 0;
}

static int mgmt_devices(void)
{
	struct kin_bdaddr address = {{1, 2, 3, 4, 5, 6}};
	struct kin_bt_uuid uuid = {{1}};
	struct kin_mgmt_filter filter = {
		.struct_size = sizeof(filter), .rssi = 127, .uuids = &uuid, .n_uuids = 1};
	FREE_LATER struct kin_mgmt_device *list = NULL;
	int rssi;

	BEGIN_MGMT();
	ANSWER_PLAINLY(0x23);
	TRY(kin_mgmt_scan_start(mgmt, 0, KIN_MGMT_SCAN_LE, NULL));
	ANSWER_PLAINLY(0x3A);
	TRY(kin_mgmt_scan_start(mgmt, 0, KIN_MGMT_SCAN_LE, &filter));
	ANSWER_PLAINLY(0x24);
	TRY(kin_mgmt_scan_stop(mgmt, 0, KIN_MGMT_SCAN_LE));
	ANSWER_PLAINLY(0x25);
	TRY(kin_mgmt_confirm_name(mgmt, 0, &address, KIN_BDADDR_BREDR, false));
	ANSWER(kernel, 0x15, 0, "\1\0\1\2\3\4\5\6\0", 9);
	MAKE(list, kin_mgmt_connections(mgmt, 0, &list));
	ANSWER_PLAINLY(0x31);
	FILL(rssi, kin_mgmt_connection_read(mgmt, 0, &address, 0, &rssi, NULL, NULL));
	ANSWER_PLAINLY(0x14);
	TRY(kin_mgmt_disconnect(mgmt, 0, &address, 0));
	ANSWER_PLAINLY(0x26);
	TRY(kin_mgmt_block(mgmt, 0, &address, 0, true));
	return 0;
}

static int mgmt_advertising(void)
{
	struct kin_mgmt_adv *adv KIN_CLEANUP(kin_mgmt_adv_free) = NULL;
	struct kin_mgmt_adv_features features;
	struct kin_bt_uuid uuid = {{1}};
	unsigned instance;

	BEGIN_MGMT();
	MAKE(adv, kin_mgmt_adv_new(&adv));
	TRY(kin_mgmt_adv_set_flags(adv, KIN_MGMT_ADV_CONNECTABLE));
	TRY(kin_mgmt_adv_set_times(adv, 0, 0));
	TRY(kin_mgmt_adv_add_name(adv, "kin"));
	TRY(kin_mgmt_adv_add_uuid(adv, &uuid));
	TRY(kin_mgmt_adv_add_manufacturer(adv, 65535, "x", 1));
	TRY(kin_mgmt_adv_add(adv, 0x19, "\0\0", 2));
	TRY(kin_mgmt_adv_data(adv, NULL, NULL, NULL, NULL));
	for (unsigned i = 0; i < 2; i++)
		ANSWER(kernel, 0x3D, 0, "\0\0\0\0\37\37\5\0", 8);
	FILL(features, kin_mgmt_adv_features(mgmt, 0, &features));
	ANSWER_PLAINLY(0x3E);
	FILL(instance, kin_mgmt_adv_start(mgmt, 0, adv, 0, &instance));
	ANSWER_PLAINLY(0x3F);
	TRY(kin_mgmt_adv_stop(mgmt, 0, 1));
	return 0;
}

static int mgmt_events(void)
{
	static const uint8_t message[] = {0x12, 0, 0, 0, 14, 0, 1, 2, 3, 4,
					  5,    6, 0, 0, 0,  0, 0, 0, 0, 0};
	static const uint8_t discovering[] = {7, 1};
	struct kin_mgmt_event event;
	struct kin_mgmt_found found;
	unsigned transports;
	uint8_t data[4];
	bool on;

	BEGIN_MGMT();
	TRY(kin_send(kernel, message, sizeof(message), 0));
	ANSWER_PLAINLY(0x77);
	FILL(data, kin_mgmt_call(mgmt, 0x77, 0, NULL, 0, data, sizeof(data)));
	FILL(event, kin_mgmt_event(mgmt, 0, &event));
	FILL(found, kin_mgmt_found_read(&event, &found));
	EXPECT(found.address.b[0] == 1 && kin_mgmt_lost(mgmt) == 0);
	event = (struct kin_mgmt_event){
		.code = KIN_MGMT_DISCOVERING, .data = discovering, .len = sizeof(discovering)};
	TRY(kin_mgmt_discovering_read(&event, &transports, &on));
	return 0;
}

/* Not even a controller is needed: what they ask for fails then. */
static int mgmt_kernel(void)
{
	struct kin_mgmt *mgmt KIN_CLEANUP(kin_mgmt_close) = NULL;
	struct kin_mgmt_controller **list KIN_CLEANUP(kin_mgmt_controllers_free) = NULL;
	struct kin_sock *link KIN_CLEANUP(kin_close) = NULL;
	struct kin_bdaddr address = {{1, 2, 3, 4, 5, 6}};
	struct kin_remote remote;
	bool soft, hard;

	MAKE(mgmt, kin_mgmt_open(&mgmt));
	MAKE(list, kin_mgmt_controllers(mgmt, &list));
	TRY_WHERE_POSSIBLE(kin_hci_rfkill(0, &soft, &hard));
	TRY_WHERE_POSSIBLE(kin_link_open(0, &address, 0, 0, &link));
	TRY_WHERE_POSSIBLE(kin_remote_read(0, &address, 0, 0, &remote));
	EXPECT(kin_mgmt_setting_at(0) && *kin_mgmt_version_name(0) && *kin_mgmt_bus_name(0) &&
	       *kin_mgmt_manufacturer_name(0) && kin_remote_feature_name(0, 0, 0));
	return 0;
}

static int advertised(void)
{
	static const uint8_t data[] = {2, 1, 6, 3, 3, 0x0F, 0x18};
	struct kin_bt_uuid uuid;
	struct kin_bt_ad ad;
	size_t offset = 0;
	char text[256];
	uint8_t bytes[2];

	TRY(kin_bt_uuid_parse("180F", &uuid));
	TRY(kin_bt_uuid_format(&uuid, text, sizeof(text)));
	TRY(kin_bt_uuid_write(&uuid, bytes, sizeof(bytes)));
	TRY(kin_bt_uuid_read(bytes, sizeof(bytes), &uuid));
	EXPECT(kin_bt_uuid_name(&uuid) && kin_bt_ad_name(3));
	TRY(kin_bt_ad_next(data, sizeof(data), &offset, &ad));
	TRY(kin_bt_ad_find(data, sizeof(data), 3, &ad));
	TRY(kin_bt_ad_format(&ad, text, sizeof(text)));
	TRY(kin_bt_ad_format_json(&ad, text, sizeof(text)));
	return 0;
}

static int decoded(void)
{
	static const uint8_t message[] = {2, 0, 1, 0, 3, 0, 0x03, 0x0C, 0};
	struct kin_hci_decoder *decoder KIN_CLEANUP(kin_hci_decoder_free) = NULL;
	struct kin_hci_packet packet;
	uint8_t again[sizeof(message)];
	char text[256];

	MAKE(decoder, kin_hci_decoder_new(&decoder));
	TRY(kin_hci_packet_read(KIN_HCI_MONITOR, KIN_HCI_DEV_NONE, KIN_DIRECTION_UNKNOWN, message,
				sizeof(message), &packet));
	TRY(kin_hci_packet_write(&packet, again, sizeof(again)));
	TRY(kin_hci_decode(decoder, &packet, text, sizeof(text)));
	TRY(kin_hci_decode_json(decoder, &packet, text, sizeof(text)));
	EXPECT(kin_hci_command_name(0x0C03) && kin_hci_event_name(0x0E) &&
	       kin_hci_le_event_name(1) && kin_hci_status_text(0) && kin_hci_kind_name(2) &&
	       kin_hci_kind_direction(2) == KIN_DIRECTION_SENT && kin_mgmt_command_name(1) &&
	       kin_mgmt_event_name(1));
	return 0;
}

const struct scenario scenarios[] = {
	{"bluetooth-sockets", sockets, .needs = "l2cap hci", .initial_net = true},
	{"bluetooth-mgmt-kernel", mgmt_kernel, .needs = "hci l2cap root", .initial_net = true},
	{"bluetooth-mgmt-controllers", mgmt_controllers},
	{"bluetooth-mgmt-settings", mgmt_settings},
	{"bluetooth-mgmt-devices", mgmt_devices},
	{"bluetooth-mgmt-advertising", mgmt_advertising},
	{"bluetooth-mgmt-events", mgmt_events},
	{"bluetooth-options", options, .needs = "l2cap hci", .initial_net = true},
	{"bluetooth-voice", voice, .needs = "sco", .initial_net = true},
	{"bluetooth-without-calls", without_calls, .pure = true},
	{"bluetooth-advertised", advertised, .pure = true},
	{"bluetooth-decoded", decoded},
	{},
};
