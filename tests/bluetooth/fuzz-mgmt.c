/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the kernel says on the control channel, and devices through it. The input is messages, each
 * behind its length in two bytes, which come in answer to one question after another.
 */
#include <kin/bluetooth-mgmt.h>
#include <kin/family.h>

#include "../harness/fuzz.h"

static void say(struct kin_sock *kernel, const uint8_t *data, size_t size)
{
	while (size >= 2) {
		size_t len = (size_t)(data[0] | data[1] << 8);
		void *copy;

		data += 2;
		size -= 2;
		if (len > size)
			len = size;
		copy = fuzz_bytes(data, len);
		if (len > 0 && kin_send(kernel, copy, len, 0) < 0)
			size = len;
		free(copy);
		data += len;
		size -= len;
	}
}

static void ask_lists(struct kin_mgmt *mgmt)
{
	struct kin_mgmt_controller **list;
	struct kin_mgmt_adv_features features;
	struct kin_mgmt_device *devices;

	if (kin_mgmt_controllers(mgmt, &list) >= 0) {
		for (unsigned i = 0; list[i]; i++)
			if (!memchr(list[i]->name, 0, sizeof(list[i]->name)) ||
			    !memchr(list[i]->short_name, 0, sizeof(list[i]->short_name)))
				abort();
		kin_mgmt_controllers_free(list);
	}
	if (kin_mgmt_connections(mgmt, 0, &devices) >= 0)
		free(devices);
	kin_mgmt_adv_features(mgmt, 0, &features);
}

static void read_events(struct kin_mgmt *mgmt)
{
	volatile unsigned sum = 0;
	struct kin_mgmt_event event;
	struct kin_mgmt_found found;
	unsigned transports;
	bool on;

	while (kin_mgmt_event(mgmt, 0, &event) == 1) {
		for (size_t i = 0; i < event.len; i++)
			sum += event.data[i];
		if (kin_mgmt_found_read(&event, &found) == 0)
			for (size_t i = 0; i < found.eir_len; i++)
				sum += found.eir[i];
		kin_mgmt_discovering_read(&event, &transports, &on);
	}
	(void)sum;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct kin_sock *pair[2];
	struct kin_mgmt *mgmt;
	uint16_t index;
	int rssi;

	if (kin_pair(AF_UNIX, SOCK_SEQPACKET, 0, pair) < 0)
		return 0;
	kin_set_timeout(pair[1], 0);
	if (kin_mgmt_adopt(pair[0], &mgmt) < 0)
		abort();
	/* All that is there is there already. */
	kin_mgmt_set_timeout(mgmt, 0);
	say(pair[1], data, size);
	ask_lists(mgmt);
	kin_mgmt_find(mgmt, "hci0", &index);
	kin_mgmt_set(mgmt, 0, KIN_MGMT_POWERED, 1, NULL);
	kin_mgmt_connection_read(mgmt, 0, &(struct kin_bdaddr){{1}}, 0, &rssi, NULL, NULL);
	read_events(mgmt);
	kin_mgmt_close(mgmt);
	kin_close(pair[1]);
	return 0;
}
