/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The management interface over a pair of sockets, whose other end is whatever kernel is needed. */
#include "storm.h"

#include "../../families/bluetooth/mgmt/mgmt.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum { COMPLETE = 1, STATUS = 2 };

static struct kin_mgmt *mgmt;
static struct kin_sock *kernel;

static void begin(void)
{
	struct kin_sock *pair[2];

	ck_ok(kin_pair(AF_UNIX, SOCK_SEQPACKET, 0, pair));
	ck_ok(kin_mgmt_adopt(pair[0], &mgmt));
	kernel = pair[1];
	ck_ok(kin_set_timeout(kernel, 0));
	ck_ok(kin_mgmt_set_timeout(mgmt, 5000000000));
}

static void end(void)
{
	kin_mgmt_close(mgmt);
	ck_ok(kin_close(kernel));
}

/* The kernel says this, with a length of its choice. */
static void say_as(unsigned code, unsigned index, const void *data, size_t len, unsigned told)
{
	uint8_t message[8192];

	ck_assert_uint_le(len, sizeof(message) - 6);
	mgmt_put_u16(message, code);
	mgmt_put_u16(message + 2, index);
	mgmt_put_u16(message + 4, told);
	if (len)
		memcpy(message + 6, data, len);
	ck_ok(kin_send(kernel, message, 6 + len, 0));
}

static void say(unsigned code, unsigned index, const void *data, size_t len)
{
	say_as(code, index, data, len, (unsigned)len);
}

/* The kernel answers. */
static void answer(unsigned opcode, unsigned index, const void *data, size_t len)
{
	uint8_t message[4096] = {(uint8_t)opcode, (uint8_t)(opcode >> 8), 0};

	ck_assert_uint_le(len, sizeof(message) - 3);
	if (len)
		memcpy(message + 3, data, len);
	say(COMPLETE, index, message, 3 + len);
}

static void refuse(unsigned opcode, unsigned index, unsigned status)
{
	say(STATUS, index, (uint8_t[]){(uint8_t)opcode, (uint8_t)(opcode >> 8), (uint8_t)status},
	    3);
}

/* What the kernel was asked next. */
static void ck_asked(unsigned opcode, unsigned index, const void *params, size_t len)
{
	uint8_t got[4096];
	ssize_t n = ck_ok(kin_recv(kernel, got, sizeof(got), 0));

	ck_assert_int_eq(n, (ssize_t)len + 6);
	ck_assert_uint_eq(mgmt_u16(got), opcode);
	ck_assert_uint_eq(mgmt_u16(got + 2), index);
	ck_assert_uint_eq(mgmt_u16(got + 4), len);
	if (len)
		ck_assert_mem_eq(got + 6, params, len);
}

/* ---- The channel --------------------------------------------------------------------------- */

START_TEST(answers_are_read)
{
	unsigned version, revision;
	uint8_t data[4] = {0};

	begin();
	answer(MGMT_READ_VERSION, KIN_MGMT_INDEX_NONE, "\x01\x16\x00", 3);
	ck_ok(kin_mgmt_version(mgmt, &version, &revision));
	ck_assert_uint_eq(version, 1);
	ck_assert_uint_eq(revision, 22);
	ck_asked(MGMT_READ_VERSION, KIN_MGMT_INDEX_NONE, NULL, 0);
	/* Raw, longer than there is room for */
	answer(0x77, 3, "abcdef", 6);
	ck_assert_int_eq(kin_mgmt_call(mgmt, 0x77, 3, "xy", 2, data, sizeof(data)), 6);
	ck_assert_mem_eq(data, "abcd", 4);
	ck_asked(0x77, 3, "xy", 2);
	end();
}
END_TEST

START_TEST(events_between_are_kept)
{
	struct kin_mgmt_event event;
	uint32_t settings;

	begin();
	say(KIN_MGMT_INDEX_ADDED, 5, NULL, 0);
	/* Of another command, of another controller, of nobody */
	answer(MGMT_SET_LE, 0, "\x01\0\0\0", 4);
	answer(MGMT_SET_POWERED, 1, "\x02\0\0\0", 4);
	say(COMPLETE, 0, "\x05\0", 2);
	say(COMPLETE, 0, NULL, 0);
	refuse(MGMT_SET_POWERED, 7, MGMT_BUSY);
	say(KIN_MGMT_NEW_SETTINGS, 0, "\x81\0\0\0", 4);
	answer(MGMT_SET_POWERED, 0, "\x81\0\0\0", 4);
	say(0x21, 6, "\0\1", 2);
	say(0x20, 6, "\0\1", 2);
	ck_ok(kin_mgmt_set(mgmt, 0, KIN_MGMT_POWERED, 1, &settings));
	ck_assert_uint_eq(settings, KIN_MGMT_POWERED | KIN_MGMT_BREDR);
	ck_asked(MGMT_SET_POWERED, 0, "\x01", 1);

	ck_assert_int_eq(kin_mgmt_event(mgmt, 0, &event), 1);
	ck_assert_uint_eq(event.code, KIN_MGMT_INDEX_ADDED);
	ck_assert_uint_eq(event.index, 5);
	ck_assert_uint_eq(event.len, 0);
	ck_assert_int_eq(kin_mgmt_event(mgmt, 0, &event), 1);
	ck_assert_uint_eq(event.code, KIN_MGMT_NEW_SETTINGS);
	ck_assert_mem_eq(event.data, "\x81\0\0\0", 4);
	ck_assert_int_eq(kin_mgmt_event(mgmt, 1000000000, &event), 1);
	ck_assert_uint_eq(event.code, KIN_MGMT_INDEX_REMOVED);
	ck_assert_uint_eq(event.index, 6);
	ck_assert_int_eq(kin_mgmt_event(mgmt, 0, &event), 1);
	ck_assert_uint_eq(event.code, KIN_MGMT_INDEX_ADDED);
	ck_assert_int_eq(kin_mgmt_event(mgmt, 0, &event), 0);
	ck_assert_int_eq(kin_mgmt_event(mgmt, 10000000, &event), 0);
	ck_assert_uint_eq(kin_mgmt_lost(mgmt), 0);
	end();
}
END_TEST

START_TEST(malformed_messages_are_passed_over)
{
	struct kin_mgmt_event event;

	begin();
	ck_ok(kin_send(kernel, "\x06", 1, 0));
	ck_ok(kin_send(kernel, "\x06\0\0\0\0", 5, 0));
	say_as(KIN_MGMT_NEW_SETTINGS, 0, "abcd", 4, 5);
	say_as(KIN_MGMT_NEW_SETTINGS, 0, "abcd", 4, 3);
	say_as(COMPLETE, 0, "\x05\0\0abcd", 7, 65535);
	answer(MGMT_SET_POWERED, 0, "\x80\0\0\0", 4);
	ck_ok(kin_mgmt_set(mgmt, 0, KIN_MGMT_POWERED, 0, NULL));
	ck_assert_int_eq(kin_mgmt_event(mgmt, 0, &event), 0);
	/* An answer that is too short for what was asked */
	answer(MGMT_SET_POWERED, 0, "\x80\0\0", 3);
	ck_refused(kin_mgmt_set(mgmt, 0, KIN_MGMT_POWERED, 0, NULL), EBADMSG, "3 bytes, not 4");
	refuse(MGMT_SET_POWERED, 0, 0);
	ck_refused(kin_mgmt_set(mgmt, 0, KIN_MGMT_POWERED, 0, NULL), EBADMSG, "0 bytes, not 4");
	end();
}
END_TEST

START_TEST(refusals_are_told_in_words)
{
	static const struct {
		unsigned opcode, status;
		int err;
		const char *words;
	} rows[] = {
		{0x77, 0x01, ENOSYS, "this kernel has no such call"},
		{0x77, 0x02, ENOTCONN, "there is no connection to the device"},
		{0x77, 0x03, EIO, "the controller failed to do it"},
		{0x77, 0x0B, EPERM, "not in the state that it is in"},
		{0x77, 0x0C, EOPNOTSUPP, "this controller can't do it"},
		{0x77, 0x0F, ENETDOWN, "it is down; `sudo kin bt power hci900 on`"},
		{0x77, 0x11, ENODEV, "there is no such controller"},
		{0x77, 0x12, ERFKILL,
		 "it is blocked by software (rfkill, soft); `sudo rfkill unblock bluetooth`"},
		{0x77, 0x14, EACCES, "CAP_NET_ADMIN is missing; run it as root"},
		{0x77, 0x15, EPROTO, "the kernel refused it with status 0x15"},
		{0x77, 0xFF, EPROTO, "the kernel refused it with status 0xff"},
		{MGMT_SET_DISCOVERABLE, 0x0B, EPERM,
		 "it can't be discoverable while it is not connectable; `sudo kin bt connectable "
		 "hci900 on`"},
		{MGMT_SET_POWERED, 0x03, EIO, "the controller failed to do it"},
		{MGMT_START_DISCOVERY, 0x0A, EBUSY, "a scan is running already"},
		{MGMT_ADD_ADVERTISING, 0x0B, EPERM,
		 "LE is switched off; `sudo kin bt le hci900 on`"},
	};

	begin();
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		refuse(rows[i].opcode, 900, rows[i].status);
		ck_fails(kin_mgmt_call(mgmt, rows[i].opcode, 900, NULL, 0, NULL, 0), rows[i].err,
			 rows[i].words);
	}
	/* With data, which a refusal may bring too */
	say(COMPLETE, 900, "\x77\0\x0C\x01\x02", 5);
	ck_fails(kin_mgmt_call(mgmt, 0x77, 900, NULL, 0, NULL, 0), EOPNOTSUPP, NULL);
	end();
}
END_TEST

/* What the kernel says once it was asked. */
static void say_le(void *data)
{
	(void)data;
	answer(MGMT_SET_LE, 0, "\0\2\0\0", 4);
}

static void say_powered_of_another(void *data)
{
	(void)data;
	answer(MGMT_SET_POWERED, 1, "\0\0\0\0", 4);
}

/* It is tried again, and what comes meanwhile is kept. */
START_TEST(another_command_in_the_way_is_waited_for)
{
	struct kin_mgmt_event event;
	int64_t begun = kin_now();

	begin();
	refuse(MGMT_SET_NAME, 0, MGMT_BUSY);
	later(50, say_le, NULL);
	refuse(MGMT_SET_LE, 0, MGMT_BUSY);
	say(KIN_MGMT_INDEX_ADDED, 1, NULL, 0);
	ck_ok(kin_mgmt_set(mgmt, 0, KIN_MGMT_LE, 1, NULL));
	later_join();
	ck_assert_int_ge(kin_now() - begun, 20000000);
	ck_assert_int_eq(kin_mgmt_event(mgmt, 0, &event), 1);
	ck_assert_uint_eq(event.code, KIN_MGMT_INDEX_ADDED);
	end();
}
END_TEST

/* For longer than is waited. */
static void stay_busy(void *data)
{
	(void)data;
	for (unsigned i = 0; i < 80; i++) {
		refuse(MGMT_SET_LE, 0, MGMT_BUSY);
		usleep(10000);
	}
}

START_TEST(but_not_for_ever)
{
	begin();
	later(0, stay_busy, NULL);
	ck_fails(kin_mgmt_set(mgmt, 0, KIN_MGMT_LE, 1, NULL), EBUSY,
		 "it is busy with the like; try again");
	later_join();
	end();
}
END_TEST

START_TEST(a_late_answer_is_nobody_elses)
{
	struct kin_mgmt_event event;
	int64_t begun = kin_now(), took;

	begin();
	ck_ok(kin_mgmt_set_timeout(mgmt, 50000000));
	say(KIN_MGMT_INDEX_ADDED, 1, NULL, 0);
	ck_refused(kin_mgmt_set(mgmt, 0, KIN_MGMT_POWERED, 1, NULL), ETIMEDOUT, "no answer in");
	took = kin_now() - begun;
	ck_assert_int_eq(kin_error_domain(), KIN_ERR_DEADLINE);
	ck_assert_int_ge(took, 50000000);
	ck_assert_int_lt(took, 3000000000);
	ck_refused(kin_mgmt_set(mgmt, 0, KIN_MGMT_POWERED, 0, NULL), EBUSY, "no answer");
	/* Others are none of its business. */
	ck_ok(kin_mgmt_set_timeout(mgmt, 5000000000));
	later(20, say_le, NULL);
	ck_ok(kin_mgmt_set(mgmt, 0, KIN_MGMT_LE, 1, NULL));
	later_join();
	later(20, say_powered_of_another, NULL);
	ck_ok(kin_mgmt_set(mgmt, 1, KIN_MGMT_POWERED, 0, NULL));
	later_join();
	/* Now it comes, late. */
	answer(MGMT_SET_POWERED, 0, "\xFF\xFF\xFF\xFF", 4);
	ck_ok(kin_send(kernel, "\x01", 1, 0));
	ck_assert_int_eq(kin_mgmt_event(mgmt, 0, &event), 1);
	ck_assert_uint_eq(event.code, KIN_MGMT_INDEX_ADDED);
	ck_assert_int_eq(kin_mgmt_event(mgmt, 0, &event), 0);
	answer(MGMT_SET_POWERED, 0, "\0\0\0\0", 4);
	ck_ok(kin_mgmt_set(mgmt, 0, KIN_MGMT_POWERED, 0, NULL));
	end();
}
END_TEST

START_TEST(events_that_nobody_reads_are_counted)
{
	static const uint8_t bytes[4000];
	struct kin_mgmt_event event;
	unsigned kept = 0;

	begin();
	for (unsigned i = 0; i < 30; i++) {
		say(KIN_MGMT_DEVICE_FOUND, i, bytes, sizeof(bytes));
		answer(MGMT_SET_LE, 0, "\0\2\0\0", 4);
		ck_ok(kin_mgmt_set(mgmt, 0, KIN_MGMT_LE, 1, NULL));
	}
	while (kin_mgmt_event(mgmt, 0, &event) == 1) {
		ck_assert_uint_eq(event.index, kept);
		ck_assert_uint_eq(event.len, sizeof(bytes));
		kept++;
		/* Room that was read is used again. */
		if (kept == 10)
			say(KIN_MGMT_DEVICE_FOUND, 16, bytes, sizeof(bytes));
		if (kept == 10) {
			answer(MGMT_SET_LE, 0, "\0\2\0\0", 4);
			ck_ok(kin_mgmt_set(mgmt, 0, KIN_MGMT_LE, 1, NULL));
		}
	}
	ck_assert_uint_eq(kept, 17);
	ck_assert_uint_eq(kin_mgmt_lost(mgmt), 14);
	end();
}
END_TEST

START_TEST(an_end_is_told)
{
	struct kin_mgmt_event event;
	struct kin_sock *pair[2];

	ck_ok(kin_pair(AF_UNIX, SOCK_SEQPACKET, 0, pair));
	ck_ok(kin_mgmt_adopt(pair[0], &mgmt));
	ck_assert_ptr_eq(kin_mgmt_sock(mgmt), pair[0]);
	ck_ok(kin_close(pair[1]));
	ck_refused(kin_mgmt_event(mgmt, -1, &event), ECONNRESET, "closed");
	ck_fails(kin_mgmt_set(mgmt, 0, KIN_MGMT_LE, 1, NULL), EPIPE, NULL);
	kin_mgmt_close(mgmt);
}
END_TEST

/* ---- Controllers --------------------------------------------------------------------------- */

/* Read Controller Information of hci3, whose name fills its field. */
static void make_info(uint8_t info[280])
{
	memset(info, 0, 280);
	memcpy(info, "\x42\x00\x00\x01\xAA\x00", 6);
	info[6] = 9;
	mgmt_put_u16(info + 7, 2);
	mgmt_put_u32(info + 9, 0xFFFFFFFF);
	mgmt_put_u32(info + 13, KIN_MGMT_POWERED | KIN_MGMT_LE);
	memcpy(info + 17, "\x0C\x01\x1C", 3);
	memset(info + 20, 'n', 249);
	memset(info + 269, 's', 11);
}

/* The list: hci3, one of AMP, and hci1, which is not configured. */
static void say_list(void)
{
	answer(MGMT_READ_INDEXES, KIN_MGMT_INDEX_NONE, "\3\0\3\0\0\1\2\0\2\0\1\0\1\0", 14);
}

START_TEST(controllers_are_listed)
{
	struct kin_mgmt_controller **list, *one;
	uint8_t info[280];

	make_info(info);
	begin();
	say_list();
	answer(MGMT_READ_CONFIG, 1, "\x0F\0\3\0\0\0\2\0\0\0", 10);
	answer(MGMT_READ_INFO, 3, info, sizeof(info));
	ck_assert_int_eq(ck_ok(kin_mgmt_controllers(mgmt, &list)), 2);
	ck_assert(!list[0]->configured);
	ck_assert_str_eq(list[0]->device, "hci1");
	ck_assert_uint_eq(list[0]->manufacturer, 15);
	ck_assert_uint_eq(list[0]->missing, 2);
	one = list[1];
	ck_assert(one->configured);
	ck_assert_uint_eq(one->struct_size, sizeof(*one));
	ck_assert_uint_eq(one->index, 3);
	ck_assert_str_eq(one->device, "hci3");
	ck_assert_mem_eq(&one->address, info, 6);
	ck_assert_str_eq(kin_mgmt_bus_name(one->bus), "USB");
	ck_assert_str_eq(kin_mgmt_version_name(one->version), "5.0");
	ck_assert_str_eq(kin_mgmt_manufacturer_name(one->manufacturer), "Intel Corp.");
	ck_assert_uint_eq(one->supported, 0xFFFFFFFF);
	ck_assert_uint_eq(one->current, KIN_MGMT_POWERED | KIN_MGMT_LE);
	ck_assert_uint_eq(one->device_class, 0x1C010C);
	ck_assert_uint_eq(strlen(one->name), 248);
	ck_assert_uint_eq(strlen(one->short_name), 10);
	ck_assert_ptr_null(list[2]);
	kin_mgmt_controllers_free(list);

	/* One that went between the list and the question */
	say_list();
	refuse(MGMT_READ_CONFIG, 1, MGMT_INVALID_INDEX);
	answer(MGMT_READ_INFO, 3, info, sizeof(info));
	ck_assert_int_eq(ck_ok(kin_mgmt_controllers(mgmt, &list)), 1);
	ck_assert_uint_eq(list[0]->index, 3);
	kin_mgmt_controllers_free(list);
	end();
}
END_TEST

START_TEST(lists_that_lie_are_refused)
{
	struct kin_mgmt_controller **list = NULL;
	struct kin_mgmt_device *devices = NULL;
	struct kin_mgmt_adv_features features;
	uint8_t info[280];

	make_info(info);
	begin();
	answer(MGMT_READ_INDEXES, KIN_MGMT_INDEX_NONE, "\xFF\xFF\3\0\0\1", 6);
	ck_refused(kin_mgmt_controllers(mgmt, &list), EBADMSG, "before its 65535");
	answer(MGMT_READ_INDEXES, KIN_MGMT_INDEX_NONE, "\1", 1);
	ck_refused(kin_mgmt_controllers(mgmt, &list), EBADMSG, "1 bytes, not 2");
	say_list();
	answer(MGMT_READ_CONFIG, 1, "\x0F\0\3\0\0\0\2\0\0\0", 10);
	answer(MGMT_READ_INFO, 3, info, sizeof(info) - 1);
	ck_refused(kin_mgmt_controllers(mgmt, &list), EBADMSG, "279 bytes, not 280");
	ck_assert_ptr_null(list);
	answer(MGMT_GET_CONNECTIONS, 0, "\2\0\1\2\3\4\5\6\0\1\2\3\4\5\6", 15);
	ck_refused(kin_mgmt_connections(mgmt, 0, &devices), EBADMSG, "before its 2");
	ck_assert_ptr_null(devices);
	answer(MGMT_READ_ADV_FEATURES, 0, "\0\0\0\0\x1F\x1F\5\2\1", 9);
	ck_refused(kin_mgmt_adv_features(mgmt, 0, &features), EBADMSG, "before its 2");
	answer(MGMT_READ_ADV_FEATURES, 0, "\0\0\0\0\x1F\x1F\5", 7);
	ck_refused(kin_mgmt_adv_features(mgmt, 0, &features), EBADMSG, "7 bytes, not 8");
	end();
}
END_TEST

/* The list and the two controllers, for a question that needs them. */
static void say_all(void)
{
	uint8_t info[280];

	make_info(info);
	say_list();
	answer(MGMT_READ_CONFIG, 1, "\x0F\0\3\0\0\0\2\0\0\0", 10);
	answer(MGMT_READ_INFO, 3, info, sizeof(info));
}

START_TEST(controllers_are_found_by_name)
{
	uint16_t index = 77;

	begin();
	for (const char *const *name =
		     (const char *const[]){"hci3", "3", "00:AA:01:00:00:42", NULL};
	     *name; name++) {
		say_all();
		ck_ok(kin_mgmt_find(mgmt, *name, &index));
		ck_assert_uint_eq(index, 3);
	}
	index = 77;
	say_all();
	ck_fails(kin_mgmt_find(mgmt, NULL, &index), ENOTUNIQ,
		 "there are several controllers; name one of hci1, hci3");
	say_all();
	ck_fails(kin_mgmt_find(mgmt, "hci0", &index), ENODEV,
		 "there is no controller hci0; those here: hci1, hci3");
	say_all();
	ck_fails(kin_mgmt_find(mgmt, "00:AA:01:00:00:43", &index), ENODEV,
		 "there is no controller 00:AA:01:00:00:43; those here: hci1, hci3");
	answer(MGMT_READ_INDEXES, KIN_MGMT_INDEX_NONE, "\0\0", 2);
	ck_fails(kin_mgmt_find(mgmt, NULL, &index), ENODEV,
		 "there is no Bluetooth controller here; vcan-setup/bluetooth makes virtual ones");
	for (const char *const *name = (const char *const[]){"hci", "", "eth0", "hci-1", "65535",
							     "00:AA:01", "any", NULL};
	     *name; name++)
		ck_refused(kin_mgmt_find(mgmt, *name, &index), EINVAL, "is no controller");
	ck_assert_uint_eq(index, 77);
	end();
}
END_TEST

START_TEST(rfkill_is_read)
{
	char folder[] = "/tmp/kin-rfkill-XXXXXX";
	bool soft = true, hard = true;

	ck_assert_ptr_nonnull(mkdtemp(folder));
	ck_fails(mgmt_rfkill(folder, &soft, &hard), ENOENT, "nothing can block this controller");
	ck_assert(soft && hard);
	shell("mkdir %s/rfkill7; echo 1 >%s/rfkill7/soft; echo 0 >%s/rfkill7/hard", folder, folder,
	      folder);
	ck_ok(mgmt_rfkill(folder, &soft, &hard));
	ck_assert(soft && !hard);
	shell("echo 0 >%s/rfkill7/soft; echo 1 >%s/rfkill7/hard", folder, folder);
	ck_ok(mgmt_rfkill(folder, &soft, &hard));
	ck_assert(!soft && hard);
	shell(": >%s/rfkill7/soft; rm %s/rfkill7/hard", folder, folder);
	ck_ok(mgmt_rfkill(folder, &soft, &hard));
	ck_assert(!soft && !hard);
	shell("rm -r %s", folder);
	ck_fails(mgmt_rfkill(folder, &soft, &hard), ENOENT, "there is no such controller");
	ck_refused(kin_hci_rfkill(65535, &soft, &hard), EINVAL, "not in 0-65534");
}
END_TEST

/* ---- Settings ------------------------------------------------------------------------------ */

START_TEST(settings_are_commands)
{
	static const struct {
		uint32_t setting;
		unsigned opcode, max;
	} rows[] = {
		{KIN_MGMT_POWERED, 0x05, 1},
		{KIN_MGMT_CONNECTABLE, 0x07, 1},
		{KIN_MGMT_FAST_CONNECTABLE, 0x08, 1},
		{KIN_MGMT_BONDABLE, 0x09, 1},
		{KIN_MGMT_LINK_SECURITY, 0x0A, 1},
		{KIN_MGMT_SSP, 0x0B, 1},
		{KIN_MGMT_HS, 0x0C, 1},
		{KIN_MGMT_LE, 0x0D, 1},
		{KIN_MGMT_ADVERTISING, 0x29, 2},
		{KIN_MGMT_BREDR, 0x2A, 1},
		{KIN_MGMT_SECURE_CONNECTIONS, 0x2D, 2},
		{KIN_MGMT_DEBUG_KEYS, 0x2E, 2},
		{KIN_MGMT_WIDEBAND_SPEECH, 0x47, 1},
	};

	begin();
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		uint8_t value = (uint8_t)rows[i].max;

		answer(rows[i].opcode, 2, "\0\0\0\0", 4);
		ck_ok(kin_mgmt_set(mgmt, 2, rows[i].setting, value, NULL));
		ck_asked(rows[i].opcode, 2, &value, 1);
		ck_refused(kin_mgmt_set(mgmt, 2, rows[i].setting, rows[i].max + 1, NULL), EINVAL,
			   "is not in 0-");
	}
	ck_refused(kin_mgmt_set(mgmt, 2, KIN_MGMT_PRIVACY, 1, NULL), EINVAL, "none that is on");
	ck_refused(kin_mgmt_set(mgmt, 2, 3, 1, NULL), EINVAL, "setting 0x3 is none");
	ck_refused(kin_mgmt_set(mgmt, -1, KIN_MGMT_LE, 1, NULL), EINVAL, "controller -1");
	ck_refused(kin_mgmt_set(mgmt, 65535, KIN_MGMT_LE, 1, NULL), EINVAL, "controller 65535");
	for (unsigned i = 0; i < 23; i++)
		ck_assert_uint_eq(kin_mgmt_setting_at(i)->bit, 1U << i);
	ck_assert_ptr_null(kin_mgmt_setting_at(23));
	end();
}
END_TEST

START_TEST(what_takes_more_is_checked)
{
	static const uint8_t irk[16] = {1, 2, 3};
	struct kin_bdaddr address = {{1, 2, 3, 4, 5, 0xC0}};
	uint8_t name[260] = "kitchen";
	char text[250];
	struct kin_mgmt_phys phys;

	begin();
	answer(MGMT_SET_DISCOVERABLE, 0, "\0\0\0\0", 4);
	ck_ok(kin_mgmt_set_discoverable(mgmt, 0, 2, 300, NULL));
	ck_asked(MGMT_SET_DISCOVERABLE, 0, "\x02\x2C\x01", 3);
	answer(MGMT_SET_DISCOVERABLE, 0, "\0\0\0\0", 4);
	ck_ok(kin_mgmt_set(mgmt, 0, KIN_MGMT_DISCOVERABLE, 1, NULL));
	ck_asked(MGMT_SET_DISCOVERABLE, 0, "\x01\0\0", 3);
	ck_refused(kin_mgmt_set_discoverable(mgmt, 0, 3, 1, NULL), EINVAL, "3 is not in 0-2");
	ck_refused(kin_mgmt_set_discoverable(mgmt, 0, 1, 65536, NULL), EINVAL, "65536 s");
	ck_refused(kin_mgmt_set_discoverable(mgmt, 0, 1, -1, NULL), EINVAL, "-1 s");
	ck_refused(kin_mgmt_set_discoverable(mgmt, 0, 0, 1, NULL), EINVAL, "off takes no time");
	ck_refused(kin_mgmt_set_discoverable(mgmt, 0, 2, 0, NULL), EINVAL, "takes the time");

	answer(MGMT_SET_PRIVACY, 0, "\0\0\0\0", 4);
	ck_ok(kin_mgmt_set_privacy(mgmt, 0, 1, irk, NULL));
	ck_asked(MGMT_SET_PRIVACY, 0, "\x01\x01\x02\x03\0\0\0\0\0\0\0\0\0\0\0\0\0", 17);
	ck_fails(kin_mgmt_set_privacy(mgmt, 0, 1, NULL, NULL), EINVAL, "irk is NULL");
	ck_refused(kin_mgmt_set_privacy(mgmt, 0, 3, irk, NULL), EINVAL, "3 is not in 0-2");

	memcpy(name + 249, "kit", 3);
	answer(MGMT_SET_NAME, 0, name, sizeof(name));
	ck_ok(kin_mgmt_set_name(mgmt, 0, "kitchen", "kit"));
	ck_asked(MGMT_SET_NAME, 0, name, sizeof(name));
	memset(text, 'x', sizeof(text));
	text[249] = '\0';
	ck_refused(kin_mgmt_set_name(mgmt, 0, text, NULL), EINVAL, "249 bytes is longer than 248");
	ck_refused(kin_mgmt_set_name(mgmt, 0, "x", "12345678901"), EINVAL, "11 bytes is longer");

	answer(MGMT_SET_CLASS, 0, "\0\0\0", 3);
	ck_ok(kin_mgmt_set_class(mgmt, 0, 1, 3));
	ck_asked(MGMT_SET_CLASS, 0, "\x01\x0C", 2);
	ck_refused(kin_mgmt_set_class(mgmt, 0, 32, 0), EINVAL, "32 is not in 0-31");
	ck_refused(kin_mgmt_set_class(mgmt, 0, 0, 64), EINVAL, "64 is not in 0-63");

	answer(MGMT_SET_STATIC_ADDRESS, 0, "\0\0\0\0", 4);
	ck_ok(kin_mgmt_set_static_address(mgmt, 0, &address));
	ck_asked(MGMT_SET_STATIC_ADDRESS, 0, &address, 6);
	address.b[5] = 0x80;
	ck_refused(kin_mgmt_set_static_address(mgmt, 0, &address), EINVAL, "not 80");

	answer(MGMT_GET_PHYS, 0, "\1\0\0\0\2\0\0\0\3\0\0\0", 12);
	ck_ok(kin_mgmt_phys(mgmt, 0, &phys));
	ck_asked(MGMT_GET_PHYS, 0, NULL, 0);
	ck_assert_uint_eq(phys.supported, 1);
	ck_assert_uint_eq(phys.configurable, 2);
	ck_assert_uint_eq(phys.selected, 3);
	answer(MGMT_SET_PHYS, 0, NULL, 0);
	ck_ok(kin_mgmt_set_phys(mgmt, 0, 0x00010203));
	ck_asked(MGMT_SET_PHYS, 0, "\3\2\1\0", 4);
	end();
}
END_TEST

/* ---- Scanning ------------------------------------------------------------------------------ */

START_TEST(scans_are_asked_for)
{
	struct kin_bt_uuid uuid;
	struct kin_mgmt_filter filter = {
		.struct_size = sizeof(filter), .rssi = -70, .uuids = &uuid, .n_uuids = 1};
	struct kin_bdaddr address = {{1, 2, 3, 4, 5, 6}};

	begin();
	answer(MGMT_START_DISCOVERY, 1, "\x07", 1);
	ck_ok(kin_mgmt_scan_start(mgmt, 1, KIN_MGMT_SCAN_BREDR | KIN_MGMT_SCAN_LE, NULL));
	ck_asked(MGMT_START_DISCOVERY, 1, "\x07", 1);
	ck_ok(kin_bt_uuid_parse("180D", &uuid));
	answer(MGMT_START_SERVICE_DISCOVERY, 1, "\x06", 1);
	ck_ok(kin_mgmt_scan_start(mgmt, 1, KIN_MGMT_SCAN_LE, &filter));
	ck_asked(MGMT_START_SERVICE_DISCOVERY, 1,
		 "\x06\xBA\x01\0\xFB\x34\x9B\x5F\x80\0\0\x80\0\x10\0\0\x0D\x18\0\0", 20);
	answer(MGMT_STOP_DISCOVERY, 1, "\x06", 1);
	ck_ok(kin_mgmt_scan_stop(mgmt, 1, KIN_MGMT_SCAN_LE));
	ck_asked(MGMT_STOP_DISCOVERY, 1, "\x06", 1);
	answer(MGMT_CONFIRM_NAME, 1, "\1\2\3\4\5\6\2", 7);
	ck_ok(kin_mgmt_confirm_name(mgmt, 1, &address, KIN_BDADDR_LE_RANDOM, true));
	ck_asked(MGMT_CONFIRM_NAME, 1, "\1\2\3\4\5\6\2\1", 8);

	ck_refused(kin_mgmt_scan_start(mgmt, 1, 0, NULL), EINVAL, "transports 0");
	ck_refused(kin_mgmt_scan_stop(mgmt, 1, 8), EINVAL, "transports 0x8");
	filter.rssi = 21;
	ck_refused(kin_mgmt_scan_start(mgmt, 1, 7, &filter), EINVAL, "21 dBm");
	filter.rssi = -128;
	ck_refused(kin_mgmt_scan_start(mgmt, 1, 7, &filter), EINVAL, "-128 dBm");
	filter.rssi = 127;
	filter.n_uuids = 256;
	ck_refused(kin_mgmt_scan_start(mgmt, 1, 7, &filter), EINVAL, "256 UUIDs");
	filter.n_uuids = 1;
	filter.uuids = NULL;
	ck_refused(kin_mgmt_scan_start(mgmt, 1, 7, &filter), EINVAL, "is NULL");
	filter.struct_size = 0;
	ck_refused(kin_mgmt_scan_start(mgmt, 1, 7, &filter), EINVAL, "struct_size 0");
	ck_refused(kin_mgmt_confirm_name(mgmt, 1, &address, 3, true), EINVAL, "3 is not in 0-2");
	end();
}
END_TEST

START_TEST(found_devices_are_read)
{
	static const uint8_t bytes[] = {1, 2, 3, 4, 5, 6, 1, 0xC4, 1,
					0, 0, 0, 4, 0, 3, 9, 'h',  'i'};
	struct kin_mgmt_event event = {KIN_MGMT_DEVICE_FOUND, 0, bytes, sizeof(bytes)};
	struct kin_mgmt_found found;
	unsigned transports = 0;
	uint8_t copy[sizeof(bytes)];
	bool on = false;

	ck_ok(kin_mgmt_found_read(&event, &found));
	ck_assert_mem_eq(&found.address, bytes, 6);
	ck_assert_uint_eq(found.type, KIN_BDADDR_LE_PUBLIC);
	ck_assert_int_eq(found.rssi, -60);
	ck_assert_uint_eq(found.flags, KIN_MGMT_FOUND_CONFIRM_NAME);
	ck_assert_uint_eq(found.eir_len, 4);
	ck_assert_mem_eq(found.eir, "\3\11hi", 4);
	for (size_t len = 0; len < sizeof(bytes); len++) {
		event.len = len;
		ck_fails(kin_mgmt_found_read(&event, &found), EBADMSG, NULL);
	}
	memcpy(copy, bytes, sizeof(copy));
	copy[12] = 5;
	event = (struct kin_mgmt_event){KIN_MGMT_DEVICE_FOUND, 0, copy, sizeof(copy)};
	ck_refused(kin_mgmt_found_read(&event, &found), EBADMSG, "5 bytes of what");
	copy[12] = 4;
	copy[6] = 3;
	ck_refused(kin_mgmt_found_read(&event, &found), EBADMSG, "type of address 3");
	event.code = KIN_MGMT_DISCOVERING;
	ck_refused(kin_mgmt_found_read(&event, &found), EINVAL, "event 0x0013");
	ck_ok(kin_mgmt_discovering_read(&event, &transports, &on));
	ck_assert_uint_eq(transports, 1);
	ck_assert(on);
	event.len = 1;
	ck_fails(kin_mgmt_discovering_read(&event, &transports, &on), EBADMSG, NULL);
}
END_TEST

/* ---- Advertising and connections ----------------------------------------------------------- */

static void ck_adv(const struct kin_mgmt_adv *adv, const char *data, size_t len,
		   const char *response, size_t response_len)
{
	const uint8_t *got, *got_response;
	size_t got_len, got_response_len;

	ck_ok(kin_mgmt_adv_data(adv, &got, &got_len, &got_response, &got_response_len));
	ck_assert_uint_eq(got_len, len);
	ck_assert_uint_eq(got_response_len, response_len);
	ck_assert_mem_eq(got, data, len);
	ck_assert_mem_eq(got_response, response, response_len);
}

static void add_uuid(struct kin_mgmt_adv *adv, const char *text)
{
	struct kin_bt_uuid uuid;

	ck_ok(kin_bt_uuid_parse(text, &uuid));
	ck_ok(kin_mgmt_adv_add_uuid(adv, &uuid));
}

START_TEST(advertising_is_put_together)
{
	struct kin_mgmt_adv *adv KIN_CLEANUP(kin_mgmt_adv_free) = NULL;
	char name[40];

	ck_ok(kin_mgmt_adv_new(&adv));
	ck_ok(kin_mgmt_adv_set_flags(adv, KIN_MGMT_ADV_DISCOVERABLE | KIN_MGMT_ADV_TX_POWER));
	ck_ok(kin_mgmt_adv_add_name(adv, "kin"));
	add_uuid(adv, "180D");
	add_uuid(adv, "180F");
	ck_ok(kin_mgmt_adv_add_manufacturer(adv, 0xFFFF, "\1\2", 2));
	ck_ok(kin_mgmt_adv_add(adv, 0x19, "\x40\x03", 2));
	ck_adv(adv, "\5\3\x0D\x18\x0F\x18\5\xFF\xFF\xFF\1\2\3\x19\x40\3", 16, "\4\11kin", 5);
	/* 31 bytes less 6 of the kernel's leave 9, too few for it. */
	add_uuid(adv, "12345678-0000-0000-0000-000000000001");
	ck_adv(adv, "\5\3\x0D\x18\x0F\x18\5\xFF\xFF\xFF\1\2\3\x19\x40\3", 16,
	       "\4\11kin\x11\7\1\0\0\0\0\0\0\0\0\0\0\0\x78\x56\x34\x12", 23);
	ck_refused(kin_mgmt_adv_add(adv, 0x16, "0123456789", 10), EMSGSIZE,
		   "12 bytes: 22 of 31 are taken in the advertising data, 23 in the scan");
	ck_refused(kin_mgmt_adv_add(adv, 0x16, "", SIZE_MAX), EMSGSIZE, "no room");
	ck_refused(kin_mgmt_adv_add(adv, 0, "", 0), EINVAL, "AD type 0");
	ck_refused(kin_mgmt_adv_add(adv, 256, "", 0), EINVAL, "AD type 256");
	ck_refused(kin_mgmt_adv_add_manufacturer(adv, 65536, "", 0), EINVAL, "company 65536");
	ck_refused(kin_mgmt_adv_add_manufacturer(adv, 1, name, 32), EMSGSIZE, "32 bytes");
	ck_refused(kin_mgmt_adv_add_name(adv, ""), EINVAL, "empty");
	memset(name, 'x', sizeof(name));
	name[30] = '\0';
	ck_refused(kin_mgmt_adv_add_name(adv, name), EMSGSIZE, "32 bytes");
	ck_refused(kin_mgmt_adv_set_times(adv, 65536, 0), EINVAL, "65536 s");
	ck_refused(kin_mgmt_adv_set_times(adv, 0, -1), EINVAL, "-1 s");
}
END_TEST

START_TEST(instances_are_started_and_stopped)
{
	struct kin_mgmt_adv *adv KIN_CLEANUP(kin_mgmt_adv_free) = NULL;
	unsigned instance = 0;

	begin();
	ck_ok(kin_mgmt_adv_new(&adv));
	ck_ok(kin_mgmt_adv_set_flags(adv, KIN_MGMT_ADV_CONNECTABLE));
	ck_ok(kin_mgmt_adv_set_times(adv, 1, 258));
	ck_ok(kin_mgmt_adv_add_name(adv, "kin"));
	add_uuid(adv, "180D");
	answer(MGMT_READ_ADV_FEATURES, 0, "\0\0\0\0\x1F\x1F\5\2\2\1", 10);
	answer(MGMT_ADD_ADVERTISING, 0, "\3", 1);
	ck_ok(kin_mgmt_adv_start(mgmt, 0, adv, 0, &instance));
	ck_assert_uint_eq(instance, 3);
	ck_asked(MGMT_READ_ADV_FEATURES, 0, NULL, 0);
	ck_asked(MGMT_ADD_ADVERTISING, 0, "\3\1\0\0\0\1\0\2\1\4\5\3\3\x0D\x18\4\11kin", 20);
	answer(MGMT_REMOVE_ADVERTISING, 0, "\3", 1);
	ck_ok(kin_mgmt_adv_stop(mgmt, 0, 3));
	ck_asked(MGMT_REMOVE_ADVERTISING, 0, "\3", 1);
	answer(MGMT_READ_ADV_FEATURES, 0, "\0\0\0\0\x1F\x1F\2\2\2\1", 10);
	ck_refused(kin_mgmt_adv_start(mgmt, 0, adv, 0, &instance), ENOSPC, "all 2 instances");
	answer(MGMT_READ_ADV_FEATURES, 0, "\0\0\0\0\x1F\x1F\0\0", 8);
	ck_refused(kin_mgmt_adv_start(mgmt, 0, adv, 0, &instance), EOPNOTSUPP, "can't advertise");
	ck_refused(kin_mgmt_adv_start(mgmt, 0, adv, 256, &instance), EINVAL, "256 is not in");
	ck_refused(kin_mgmt_adv_stop(mgmt, 0, -1), EINVAL, "-1 is not in");
	ck_assert_uint_eq(instance, 3);
	end();
}
END_TEST

START_TEST(connections_are_read)
{
	struct kin_bdaddr address = {{1, 2, 3, 4, 5, 6}};
	struct kin_mgmt_device *list;
	int rssi, power, power_max;

	begin();
	answer(MGMT_GET_CONNECTIONS, 0, "\2\0\1\2\3\4\5\6\0\7\2\3\4\5\6\2", 16);
	ck_assert_int_eq(ck_ok(kin_mgmt_connections(mgmt, 0, &list)), 2);
	ck_assert_mem_eq(&list[0].address, &address, 6);
	ck_assert_uint_eq(list[1].type, KIN_BDADDR_LE_RANDOM);
	ck_assert_uint_eq(list[1].address.b[0], 7);
	free(list);
	ck_asked(MGMT_GET_CONNECTIONS, 0, NULL, 0);
	answer(MGMT_GET_CONNECTIONS, 0, "\0\0", 2);
	ck_assert_int_eq(ck_ok(kin_mgmt_connections(mgmt, 0, &list)), 0);
	ck_assert_ptr_null(list);
	ck_asked(MGMT_GET_CONNECTIONS, 0, NULL, 0);
	answer(MGMT_GET_CONNECTION, 0, "\1\2\3\4\5\6\0\xCE\4\x7F", 10);
	ck_ok(kin_mgmt_connection_read(mgmt, 0, &address, 0, &rssi, &power, &power_max));
	ck_asked(MGMT_GET_CONNECTION, 0, "\1\2\3\4\5\6\0", 7);
	ck_assert_int_eq(rssi, -50);
	ck_assert_int_eq(power, 4);
	ck_assert_int_eq(power_max, KIN_MGMT_UNKNOWN_DBM);
	answer(MGMT_DISCONNECT, 0, "\1\2\3\4\5\6\0", 7);
	ck_ok(kin_mgmt_disconnect(mgmt, 0, &address, 0));
	ck_asked(MGMT_DISCONNECT, 0, "\1\2\3\4\5\6\0", 7);
	answer(MGMT_BLOCK, 0, "\1\2\3\4\5\6\1", 7);
	ck_ok(kin_mgmt_block(mgmt, 0, &address, 1, true));
	ck_asked(MGMT_BLOCK, 0, "\1\2\3\4\5\6\1", 7);
	answer(MGMT_UNBLOCK, 0, "\1\2\3\4\5\6\1", 7);
	ck_ok(kin_mgmt_block(mgmt, 0, &address, 1, false));
	ck_asked(MGMT_UNBLOCK, 0, "\1\2\3\4\5\6\1", 7);
	ck_refused(kin_mgmt_disconnect(mgmt, 0, &address, -1), EINVAL, "-1 is not in 0-2");
	end();
}
END_TEST

START_TEST(features_have_names)
{
	ck_assert_str_eq(kin_remote_feature_name(KIN_BDADDR_BREDR, 0, 5), "role switch");
	ck_assert_str_eq(kin_remote_feature_name(KIN_BDADDR_BREDR, 1, 1), "LE (host)");
	ck_assert_str_eq(kin_remote_feature_name(KIN_BDADDR_BREDR, 2, 9), "ping");
	ck_assert_str_eq(kin_remote_feature_name(KIN_BDADDR_LE_RANDOM, 0, 8), "LE 2M PHY");
	ck_assert_ptr_null(kin_remote_feature_name(KIN_BDADDR_BREDR, 3, 0));
	ck_assert_ptr_null(kin_remote_feature_name(KIN_BDADDR_LE_PUBLIC, 1, 0));
	ck_assert_ptr_null(kin_remote_feature_name(KIN_BDADDR_BREDR, 0, 64));
	ck_assert_str_eq(kin_mgmt_version_name(12), "5.3");
	ck_assert_str_eq(kin_mgmt_version_name(200), "unknown");
	ck_assert_str_eq(kin_mgmt_manufacturer_name(65536), "not assigned");
	ck_assert_str_eq(kin_mgmt_bus_name(0), "Virtual");
}
END_TEST

START_TEST(null_is_refused)
{
	struct kin_bdaddr address = {{0}};
	struct kin_mgmt_event event = {0};
	struct kin_mgmt_found found;
	struct kin_sock *sock;
	struct kin_remote remote;
	unsigned n;
	bool on;

	ck_fails(kin_mgmt_open(NULL), EINVAL, "ret_mgmt is NULL");
	ck_fails(kin_mgmt_adopt(NULL, &mgmt), EINVAL, "sock is NULL");
	kin_mgmt_close(NULL);
	kin_mgmt_controller_free(NULL);
	kin_mgmt_controllers_free(NULL);
	kin_mgmt_adv_free(NULL);
	ck_assert_ptr_null(kin_mgmt_sock(NULL));
	ck_assert_uint_eq(kin_mgmt_lost(NULL), 0);
	ck_fails(kin_mgmt_set_timeout(NULL, 0), EINVAL, "mgmt is NULL");
	ck_fails(kin_mgmt_call(NULL, 1, 0, NULL, 0, NULL, 0), EINVAL, "mgmt is NULL");
	ck_fails(kin_mgmt_event(NULL, 0, &event), EINVAL, "mgmt is NULL");
	ck_fails(kin_mgmt_version(NULL, &n, &n), EINVAL, "mgmt is NULL");
	ck_fails(kin_mgmt_controller_read(NULL, 0, NULL), EINVAL, "mgmt is NULL");
	ck_fails(kin_mgmt_controllers(NULL, NULL), EINVAL, "mgmt is NULL");
	ck_fails(kin_mgmt_find(NULL, NULL, NULL), EINVAL, "mgmt is NULL");
	ck_fails(kin_hci_rfkill(0, NULL, &on), EINVAL, "ret_soft is NULL");
	ck_fails(kin_mgmt_set(NULL, 0, 1, 1, NULL), EINVAL, "mgmt is NULL");
	ck_fails(kin_mgmt_set_discoverable(NULL, 0, 1, 1, NULL), EINVAL, "mgmt is NULL");
	ck_fails(kin_mgmt_set_privacy(NULL, 0, 0, NULL, NULL), EINVAL, "mgmt is NULL");
	ck_fails(kin_mgmt_set_name(NULL, 0, "", NULL), EINVAL, "mgmt is NULL");
	ck_fails(kin_mgmt_set_class(NULL, 0, 0, 0), EINVAL, "mgmt is NULL");
	ck_fails(kin_mgmt_set_static_address(NULL, 0, NULL), EINVAL, "mgmt is NULL");
	ck_fails(kin_mgmt_phys(NULL, 0, NULL), EINVAL, "mgmt is NULL");
	ck_fails(kin_mgmt_set_phys(NULL, 0, 0), EINVAL, "mgmt is NULL");
	ck_fails(kin_mgmt_scan_start(NULL, 0, 1, NULL), EINVAL, "mgmt is NULL");
	ck_fails(kin_mgmt_scan_stop(NULL, 0, 1), EINVAL, "mgmt is NULL");
	ck_fails(kin_mgmt_found_read(NULL, &found), EINVAL, "event is NULL");
	ck_fails(kin_mgmt_found_read(&event, NULL), EINVAL, "ret_found is NULL");
	ck_fails(kin_mgmt_discovering_read(NULL, &n, &on), EINVAL, "event is NULL");
	ck_fails(kin_mgmt_confirm_name(NULL, 0, &address, 0, true), EINVAL, "mgmt is NULL");
	ck_fails(kin_mgmt_adv_features(NULL, 0, NULL), EINVAL, "mgmt is NULL");
	ck_fails(kin_mgmt_adv_new(NULL), EINVAL, "ret_adv is NULL");
	ck_fails(kin_mgmt_adv_set_flags(NULL, 0), EINVAL, "adv is NULL");
	ck_fails(kin_mgmt_adv_set_times(NULL, 0, 0), EINVAL, "adv is NULL");
	ck_fails(kin_mgmt_adv_add_name(NULL, ""), EINVAL, "adv is NULL");
	ck_fails(kin_mgmt_adv_add_uuid(NULL, NULL), EINVAL, "adv is NULL");
	ck_fails(kin_mgmt_adv_add_manufacturer(NULL, 0, "", 0), EINVAL, "adv is NULL");
	ck_fails(kin_mgmt_adv_add(NULL, 1, "", 0), EINVAL, "adv is NULL");
	ck_fails(kin_mgmt_adv_data(NULL, NULL, NULL, NULL, NULL), EINVAL, "adv is NULL");
	ck_fails(kin_mgmt_adv_start(NULL, 0, NULL, 0, NULL), EINVAL, "mgmt is NULL");
	ck_fails(kin_mgmt_adv_stop(NULL, 0, 0), EINVAL, "mgmt is NULL");
	ck_fails(kin_mgmt_connections(NULL, 0, NULL), EINVAL, "mgmt is NULL");
	ck_fails(kin_mgmt_connection_read(NULL, 0, &address, 0, NULL, NULL, NULL), EINVAL,
		 "mgmt is NULL");
	ck_fails(kin_mgmt_disconnect(NULL, 0, &address, 0), EINVAL, "mgmt is NULL");
	ck_fails(kin_mgmt_block(NULL, 0, &address, 0, true), EINVAL, "mgmt is NULL");
	ck_fails(kin_remote_read(0, NULL, 0, 0, &remote), EINVAL, "address is NULL");
	ck_fails(kin_link_open(0, NULL, 0, 0, &sock), EINVAL, "address is NULL");
	ck_refused(kin_link_open(65535, &address, 0, 0, &sock), EINVAL, "not in 0-65534");
	ck_refused(kin_link_open(0, &address, 3, 0, &sock), EINVAL, "3 is not in 0-2");
	begin();
	ck_fails(kin_mgmt_call(mgmt, 0, 0, NULL, 0, NULL, 0), EINVAL,
		 "command 0 is not in 1-65535");
	ck_fails(kin_mgmt_call(mgmt, 1, 65536, NULL, 0, NULL, 0), EINVAL,
		 "controller 65536 is not in 0-65535");
	ck_fails(kin_mgmt_call(mgmt, 1, 0, "", 65536, NULL, 0), EINVAL, NULL);
	ck_fails(kin_mgmt_call(mgmt, 1, 0, NULL, 1, NULL, 0), EINVAL, "params is NULL");
	ck_fails(kin_mgmt_call(mgmt, 1, 0, NULL, 0, NULL, 1), EINVAL, "data is NULL");
	ck_fails(kin_mgmt_confirm_name(mgmt, 0, NULL, 0, true), EINVAL, "address is NULL");
	ck_fails(kin_mgmt_set_name(mgmt, 0, NULL, NULL), EINVAL, "name is NULL");
	ck_fails(kin_mgmt_adv_start(mgmt, 0, NULL, 0, NULL), EINVAL, "adv is NULL");
	end();
}
END_TEST

int main(void)
{
	const struct test_case cases[] = {
		{answers_are_read, "answers_are_read"},
		{events_between_are_kept, "events_between_are_kept"},
		{malformed_messages_are_passed_over, "malformed_messages_are_passed_over"},
		{refusals_are_told_in_words, "refusals_are_told_in_words"},
		{another_command_in_the_way_is_waited_for,
		 "another_command_in_the_way_is_waited_for"},
		{but_not_for_ever, "but_not_for_ever"},
		{a_late_answer_is_nobody_elses, "a_late_answer_is_nobody_elses"},
		{events_that_nobody_reads_are_counted, "events_that_nobody_reads_are_counted"},
		{an_end_is_told, "an_end_is_told"},
		{controllers_are_listed, "controllers_are_listed"},
		{lists_that_lie_are_refused, "lists_that_lie_are_refused"},
		{controllers_are_found_by_name, "controllers_are_found_by_name"},
		{rfkill_is_read, "rfkill_is_read"},
		{settings_are_commands, "settings_are_commands"},
		{what_takes_more_is_checked, "what_takes_more_is_checked"},
		{scans_are_asked_for, "scans_are_asked_for"},
		{found_devices_are_read, "found_devices_are_read"},
		{advertising_is_put_together, "advertising_is_put_together"},
		{instances_are_started_and_stopped, "instances_are_started_and_stopped"},
		{connections_are_read, "connections_are_read"},
		{features_have_names, "features_have_names"},
		{null_is_refused, "null_is_refused"},
		{},
	};

	return run_cases("bluetooth/mgmt", cases);
}
