/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Recordings of any content, fed in pieces: btsnoop, pcapng and JSON. */
#include <kin/bluetooth-hci.h>
#include "../harness/fuzz.h"

/* What a recording has can be decoded. */
static void check_record(const struct kin_record *record)
{
	uint16_t controller, channel;
	struct kin_hci_packet packet;
	struct kin_addr addr;

	if (strcmp(record->proto->scheme, "hci") != 0)
		return;
	if (kin_addr_parse(record->source, &addr) < 0 ||
	    kin_hci_addr_read(&addr, &controller, &channel) < 0 ||
	    kin_hci_packet_read(channel, controller, record->direction, record->msg->data,
				record->msg->len, &packet) < 0)
		abort();
	if (record->msg->full_len < record->msg->len)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const styles[] = {"btsnoop", "pcapng", "json", NULL};

	if (size < 2)
		return 0;
	fuzz_recording(kin_family_by_name("bluetooth"), styles[data[0] % 4], data + 2, size - 2,
		       data[1] + 1U, check_record);
	return 0;
}
