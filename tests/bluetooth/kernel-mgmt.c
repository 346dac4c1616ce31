/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The management interface of the kernel, and what devices say of themselves, on a pair of kin-air.
 */
#include "air.h"
#include "harness.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <kin/bluetooth-mgmt.h>
#include <kin/family.h>

static struct air *air;
static struct kin_mgmt *mgmt;
static unsigned ours, other;      /* indexes */
static struct kin_bdaddr address; /* the other one's */

static void begin(bool up)
{
	air = air_begin(2, up);
	ours = air_index(air, 0);
	other = air_index(air, 1);
	ck_ok(kin_bdaddr_parse(air_address(air, 1), &address));
	ck_ok(kin_mgmt_open(&mgmt));
}

static void end(void)
{
	kin_mgmt_close(mgmt);
	air_end(air);
}

/* The next event of this kind and controller; those before are passed over. */
static void await_event(unsigned code, unsigned index, struct kin_mgmt_event *event)
{
	do
		ck_assert_int_eq(kin_mgmt_event(mgmt, 15000000000, event), 1);
	while (event->code != code || event->index != index);
}

START_TEST(controllers_are_found)
{
	struct kin_mgmt_controller **list, *one;
	unsigned version, revision;
	uint16_t index;

	begin(true);
	ck_ok(kin_mgmt_version(mgmt, &version, &revision));
	ck_assert_uint_eq(version, 1);
	ck_assert_uint_ge(revision, 22);
	ck_assert_int_eq(ck_ok(kin_mgmt_controllers(mgmt, &list)), 2);
	ck_assert_str_eq(kin_mgmt_bus_name(list[1]->bus), "Virtual");
	kin_mgmt_controllers_free(list);
	ck_ok(kin_mgmt_find(mgmt, air_address(air, 1), &index));
	ck_assert_uint_eq(index, other);
	ck_ok(kin_mgmt_controller_read(mgmt, other, &one));
	ck_assert_mem_eq(&one->address, &address, sizeof(address));
	ck_assert_str_eq(one->name, "kin-air-2");
	ck_assert(one->configured);
	ck_assert_uint_eq(one->current & (KIN_MGMT_POWERED | KIN_MGMT_LE | KIN_MGMT_BREDR),
			  KIN_MGMT_POWERED | KIN_MGMT_LE | KIN_MGMT_BREDR);
	kin_mgmt_controller_free(one);
	ck_fails(kin_mgmt_controller_read(mgmt, 77, &one), ENODEV, "there is no controller hci77");
	ck_fails(kin_mgmt_set(mgmt, 77, KIN_MGMT_LE, 1, NULL), ENODEV,
		 "there is no such controller");
	ck_fails(kin_mgmt_call(mgmt, 0xFFF0, ours, NULL, 0, NULL, 0), ENOSYS,
		 "this kernel has no such call");
	end();
}
END_TEST

START_TEST(settings_are_set)
{
	static const struct {
		uint32_t setting;
		bool down; /* what it takes */
	} rows[] = {
		{KIN_MGMT_BONDABLE, false},
		{KIN_MGMT_CONNECTABLE, false},
		{KIN_MGMT_DISCOVERABLE, false},
		{KIN_MGMT_FAST_CONNECTABLE, false},
		{KIN_MGMT_LINK_SECURITY, false},
		{KIN_MGMT_LE, false},
		{KIN_MGMT_SSP, true},
		{KIN_MGMT_SECURE_CONNECTIONS, true},
		{KIN_MGMT_DEBUG_KEYS, true},
		{KIN_MGMT_BREDR, true},
		{KIN_MGMT_ADVERTISING, false},
		{KIN_MGMT_POWERED, false},
	};
	const uint8_t irk[16] = {1, 2, 3};
	struct kin_bdaddr still = {{1, 2, 3, 4, 5, 0xC6}};
	struct kin_mgmt_controller *one;
	struct kin_mgmt_event event;
	uint32_t current;

	begin(false);
	ck_ok(kin_mgmt_set(mgmt, ours, KIN_MGMT_LE, 1, NULL));
	ck_ok(kin_mgmt_set(mgmt, ours, KIN_MGMT_CONNECTABLE, 1, NULL));
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		ck_ok(kin_mgmt_set(mgmt, ours, KIN_MGMT_POWERED, !rows[i].down, NULL));
		for (unsigned on = 2; on-- > 0;) {
			ck_ok(kin_mgmt_set(mgmt, ours, rows[i].setting, on, &current));
			ck_assert_msg(!!(current & rows[i].setting) == on, "setting %#x is not %u",
				      rows[i].setting, on);
		}
		ck_ok(kin_mgmt_set(mgmt, ours, KIN_MGMT_LE, 1, NULL));
		ck_ok(kin_mgmt_set(mgmt, ours, KIN_MGMT_BREDR, 1, NULL));
		ck_ok(kin_mgmt_set(mgmt, ours, KIN_MGMT_CONNECTABLE, 1, NULL));
	}
	ck_ok(kin_mgmt_set(mgmt, ours, KIN_MGMT_POWERED, 0, NULL));
	ck_ok(kin_mgmt_set_privacy(mgmt, ours, 1, irk, &current));
	ck_assert(current & KIN_MGMT_PRIVACY);
	ck_ok(kin_mgmt_set_privacy(mgmt, ours, 0, NULL, &current));
	ck_assert(!(current & KIN_MGMT_PRIVACY));
	ck_ok(kin_mgmt_set_static_address(mgmt, ours, &still));
	ck_ok(kin_mgmt_set_static_address(mgmt, ours, NULL));
	ck_ok(kin_mgmt_set(mgmt, ours, KIN_MGMT_POWERED, 1, NULL));
	ck_refused(kin_mgmt_set_static_address(mgmt, ours, &still), EPERM, "while it is up");
	ck_refused(kin_mgmt_set_privacy(mgmt, ours, 1, irk, NULL), EPERM, "while it is up");
	ck_ok(kin_mgmt_set(mgmt, ours, KIN_MGMT_CONNECTABLE, 1, NULL));
	/* A second socket is told. */
	ck_ok(kin_mgmt_set_discoverable(mgmt, ours, 1, 1, &current));
	ck_assert(current & KIN_MGMT_DISCOVERABLE);
	await_event(KIN_MGMT_NEW_SETTINGS, ours, &event);

	ck_ok(kin_mgmt_set_name(mgmt, ours,
				"K\xC3\xBC"
				"che",
				"short"));
	ck_ok(kin_mgmt_set_name(mgmt, ours, "kitchen", NULL));
	ck_ok(kin_mgmt_set_class(mgmt, ours, 1, 3));
	ck_ok(kin_mgmt_controller_read(mgmt, ours, &one));
	ck_assert_str_eq(one->name, "kitchen");
	ck_assert_str_eq(one->short_name, "short");
	ck_assert_uint_eq(one->device_class & 0x1FFF, 0x10C);
	kin_mgmt_controller_free(one);
	end();
}
END_TEST

START_TEST(modulation_is_chosen)
{
	struct kin_mgmt_phys phys, again;

	begin(true);
	ck_ok(kin_mgmt_phys(mgmt, ours, &phys));
	ck_assert_uint_ne(phys.supported, 0);
	ck_ok(kin_mgmt_set_phys(mgmt, ours, phys.supported & ~(phys.configurable & 0x2)));
	ck_ok(kin_mgmt_phys(mgmt, ours, &again));
	ck_assert_uint_eq(again.supported, phys.supported);
	end();
}
END_TEST

START_TEST(devices_are_found)
{
	struct kin_mgmt_adv *adv KIN_CLEANUP(kin_mgmt_adv_free) = NULL;
	struct kin_mgmt_filter filter = {.struct_size = sizeof(filter), .rssi = -127};
	struct kin_mgmt_adv_features features;
	struct kin_mgmt_event event;
	struct kin_mgmt_found found;
	struct kin_bt_ad name;
	unsigned instance, transports;
	bool on = true;

	begin(true);
	air_order(air, "rssi %s -33", air_address(air, 1));
	ck_ok(kin_mgmt_scan_start(mgmt, ours, KIN_MGMT_SCAN_BREDR, NULL));
	ck_refused(kin_mgmt_scan_start(mgmt, ours, KIN_MGMT_SCAN_BREDR, NULL), EBUSY,
		   "a scan is running already");
	await_event(KIN_MGMT_DEVICE_FOUND, ours, &event);
	ck_ok(kin_mgmt_found_read(&event, &found));
	ck_assert_mem_eq(&found.address, &address, sizeof(address));
	ck_assert_uint_eq(found.type, KIN_BDADDR_BREDR);
	ck_assert_int_eq(found.rssi, -33);
	ck_ok(kin_mgmt_scan_stop(mgmt, ours, KIN_MGMT_SCAN_BREDR));
	while (on) {
		await_event(KIN_MGMT_DISCOVERING, ours, &event);
		ck_ok(kin_mgmt_discovering_read(&event, &transports, &on));
	}
	ck_refused(kin_mgmt_scan_stop(mgmt, ours, KIN_MGMT_SCAN_BREDR), EPERM,
		   "no such scan is running");

	ck_ok(kin_mgmt_adv_new(&adv));
	ck_ok(kin_mgmt_adv_add_name(adv, "kin"));
	ck_ok(kin_mgmt_adv_set_flags(adv, KIN_MGMT_ADV_CONNECTABLE | KIN_MGMT_ADV_DISCOVERABLE));
	ck_ok(kin_mgmt_adv_start(mgmt, other, adv, 0, &instance));
	ck_assert_uint_eq(instance, 1);
	ck_ok(kin_mgmt_scan_start(mgmt, ours, KIN_MGMT_SCAN_LE, &filter));
	do {
		await_event(KIN_MGMT_DEVICE_FOUND, ours, &event);
		ck_ok(kin_mgmt_found_read(&event, &found));
	} while (kin_bt_ad_find(found.eir, found.eir_len, 0x09, &name) != 1);
	ck_assert_uint_eq(found.type, KIN_BDADDR_LE_PUBLIC);
	ck_assert_uint_eq(name.len, 3);
	ck_assert_mem_eq(name.data, "kin", 3);
	ck_ok(kin_mgmt_scan_stop(mgmt, ours, KIN_MGMT_SCAN_LE));
	ck_ok(kin_mgmt_adv_features(mgmt, other, &features));
	ck_assert_uint_eq(features.n_instances, 1);
	ck_assert_uint_eq(features.instances[0], 1);
	ck_ok(kin_mgmt_adv_stop(mgmt, other, instance));
	ck_refused(kin_mgmt_adv_stop(mgmt, other, instance), EINVAL, "no such instance");
	end();
}
END_TEST

START_TEST(devices_are_asked)
{
	struct kin_mgmt_device *list;
	struct kin_sock *link;
	struct kin_remote remote;
	struct kin_mgmt_event event;
	int rssi;

	begin(true);
	ck_ok(kin_link_open(ours, &address, KIN_BDADDR_BREDR, 15000000000, &link));
	ck_ok(kin_remote_read(ours, &address, KIN_BDADDR_BREDR, 15000000000, &remote));
	ck_assert_mem_eq(&remote.address, &address, sizeof(address));
	ck_assert_str_eq(remote.name, "kin-air-2");
	ck_assert(remote.has_version);
	ck_assert_uint_ge(remote.n_pages, 1);
	ck_assert_int_eq(ck_ok(kin_mgmt_connections(mgmt, ours, &list)), 1);
	ck_assert_mem_eq(&list[0].address, &address, sizeof(address));
	free(list);
	ck_ok(kin_mgmt_connection_read(mgmt, ours, &address, KIN_BDADDR_BREDR, &rssi, NULL, NULL));
	ck_assert_int_ge(rssi, -127);
	ck_assert_int_le(rssi, 20);
	ck_ok(kin_mgmt_disconnect(mgmt, ours, &address, KIN_BDADDR_BREDR));
	await_event(KIN_MGMT_DEVICE_DISCONNECTED, ours, &event);
	ck_fails(kin_mgmt_disconnect(mgmt, ours, &address, KIN_BDADDR_BREDR), ENOTCONN,
		 "there is no connection to the device");
	ck_ok(kin_close(link));
	ck_ok(kin_mgmt_block(mgmt, ours, &address, KIN_BDADDR_BREDR, true));
	ck_ok(kin_mgmt_block(mgmt, ours, &address, KIN_BDADDR_BREDR, false));
	end();
}
END_TEST

START_TEST(devices_that_do_not_answer_are_told)
{
	struct kin_sock *link = NULL;
	struct kin_remote remote;
	int64_t begun;

	begin(true);
	air_order(air, "deaf %s on", air_address(air, 1));
	ck_refused(kin_link_open(ours, &address, KIN_BDADDR_BREDR, 20000000000, &link), EHOSTDOWN,
		   "page timeout");
	begun = kin_now();
	ck_refused(kin_remote_read(ours, &address, KIN_BDADDR_BREDR, 300000000, &remote), ETIMEDOUT,
		   "");
	ck_assert_int_lt(kin_now() - begun, 3000000000);
	ck_assert_ptr_null(link);
	end();
}
END_TEST

START_TEST(what_needs_a_controller_that_is_up_says_so)
{
	struct kin_sock *link;
	char words[128];
	bool soft = true, hard = true;

	begin(false);
	ck_ok(kin_hci_rfkill(ours, &soft, &hard));
	ck_assert(!soft && !hard);
	ck_ok(kin_mgmt_set(mgmt, ours, KIN_MGMT_POWERED, 0, NULL));
	snprintf(words, sizeof(words), "it is down; `sudo kin bt power hci%u on`", ours);
	ck_fails(kin_mgmt_scan_start(mgmt, ours, KIN_MGMT_SCAN_BREDR, NULL), ENETDOWN, words);
	snprintf(words, sizeof(words), "hci%u is down; `sudo kin bt power hci%u on`", ours, ours);
	ck_fails(kin_link_open(ours, &address, KIN_BDADDR_BREDR, -1, &link), ENETDOWN, words);
	ck_fails(kin_link_open(77, &address, KIN_BDADDR_BREDR, -1, &link), ENODEV, NULL);
	end();
}
END_TEST

START_TEST(a_controller_that_goes_is_told)
{
	struct kin_mgmt_controller **list;
	struct kin_mgmt_event event;

	begin(true);
	ck_ok(kin_mgmt_controllers(mgmt, &list));
	kin_mgmt_controllers_free(list);
	air_order(air, "vanish %s", air_address(air, 1));
	await_event(KIN_MGMT_INDEX_REMOVED, other, &event);
	ck_fails(kin_mgmt_set(mgmt, other, KIN_MGMT_LE, 1, NULL), ENODEV,
		 "there is no such controller");
	end();
}
END_TEST

int main(void)
{
	struct test_case cases[] = {
		{controllers_are_found, "controllers_are_found", .needs = "hci root",
		 .seconds = 60},
		{settings_are_set, "settings_are_set", .needs = "hci root", .seconds = 60},
		{modulation_is_chosen, "modulation_is_chosen", .needs = "hci root", .seconds = 60},
		{devices_are_found, "devices_are_found", .needs = "hci root", .seconds = 60},
		{devices_are_asked, "devices_are_asked", .needs = "hci l2cap root", .seconds = 60},
		{a_controller_that_goes_is_told, "a_controller_that_goes_is_told",
		 .needs = "hci root", .seconds = 60},
		{what_needs_a_controller_that_is_up_says_so,
		 "what_needs_a_controller_that_is_up_says_so", .needs = "hci l2cap root",
		 .seconds = 60},
		{devices_that_do_not_answer_are_told, "devices_that_do_not_answer_are_told",
		 .needs = "hci l2cap root", .seconds = 60},
		{},
	};
	struct utsname kernel;

	/*
	 * Linux 6.1 has a fault: closing an L2CAP socket whose connection could not be made, for
	 * want of a link, ends in hci_chan_del() and ends the process.
	 */
	if (uname(&kernel) == 0 && strncmp(kernel.release, "6.1.", 4) == 0)
		memset(&cases[7], 0, sizeof(cases[0]));
	return run_cases("bluetooth/mgmt", cases);
}
