/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Recordings of any content, fed in pieces: btsnoop, pcapng and JSON. */
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <kin/bluetooth-hci.h>
#include <kin/family.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

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

static void check(const char *style, const uint8_t *data, size_t size, size_t piece)
{
	struct kin_reader *reader KIN_CLEANUP(kin_reader_free) = NULL;
	const struct kin_record *record;
	uint64_t place = 0;
	int r = 0;

	if (kin_reader_new(kin_family_by_name("bluetooth"), style, &reader) < 0)
		abort();
	for (size_t done = 0; done <= size && r != -EINVAL;) {
		size_t n = size - done < piece ? size - done : piece;
		ssize_t taken = kin_reader_feed(reader, data + done, n);

		if (taken < 0 || (size_t)taken > n)
			abort();
		done += taken ? (size_t)taken : 1;
		while ((r = kin_reader_next(reader, &record)) == 1 || r == -EBADMSG) {
			if (r < 0)
				continue;
			if (record->place < place)
				abort();
			place = record->place;
			check_record(record);
		}
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const styles[] = {"btsnoop", "pcapng", "json", NULL};

	if (size < 2)
		return 0;
	check(styles[data[0] % 4], data + 2, size - 2, data[1] + 1U);
	return 0;
}
