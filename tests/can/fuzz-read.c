/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Recordings of any content, fed in pieces: what is read can be written, and is read as the same.
 */
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <kin/can.h>
#include <kin/family.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_frame(const struct kin_record *record)
{
	union kin_can_frame again;
	char text[KIN_CAN_FRAME_TEXT];
	size_t len;

	if (strcmp(record->proto->scheme, "can") != 0)
		return;
	if (kin_can_frame_format(record->msg->data, record->msg->len, text, sizeof(text)) < 0 ||
	    kin_can_frame_parse(text, &again, &len) < 0 || len != record->msg->len ||
	    memcmp(&again, record->msg->data, len) != 0)
		abort();
}

static void check(const char *style, const uint8_t *data, size_t size, size_t piece)
{
	struct kin_reader *reader KIN_CLEANUP(kin_reader_free) = NULL;
	const struct kin_record *record;
	uint64_t place = 0;
	int r = 0;

	if (kin_reader_new(NULL, style, &reader) < 0)
		abort();
	for (size_t done = 0; done <= size && r != -EINVAL;) {
		size_t n = size - done < piece ? size - done : piece;
		ssize_t taken = kin_reader_feed(reader, data + done, n);

		if (taken < 0 || (size_t)taken > n)
			abort();
		done += taken ? (size_t)taken : 1;
		/* What was malformed is behind it after each failure. */
		while ((r = kin_reader_next(reader, &record)) == 1 || r == -EBADMSG) {
			if (r < 0)
				continue;
			if (record->place < place)
				abort();
			place = record->place;
			if (record->kind != KIN_RECORD_REMARK)
				check_frame(record);
		}
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const styles[] = {"candump", "text", "json", NULL};

	if (size < 2)
		return 0;
	check(styles[data[0] % 4], data + 2, size - 2, data[1] + 1U);
	return 0;
}
