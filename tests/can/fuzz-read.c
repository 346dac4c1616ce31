/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Recordings of any content, fed in pieces: what is read can be written, and is read as the same.
 */
#include <kin/can.h>
#include "../harness/fuzz.h"

static void check_frame(const struct kin_record *record)
{
	union kin_can_frame again;
	char text[KIN_CAN_FRAME_TEXT];
	size_t len;

	if (record->kind == KIN_RECORD_REMARK || strcmp(record->proto->scheme, "can") != 0)
		return;
	if (kin_can_frame_format(record->msg->data, record->msg->len, text, sizeof(text)) < 0 ||
	    kin_can_frame_parse(text, &again, &len) < 0 || len != record->msg->len ||
	    memcmp(&again, record->msg->data, len) != 0)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const styles[] = {"candump", "text", "json", NULL};

	if (size < 2)
		return 0;
	fuzz_recording(NULL, styles[data[0] % 4], data + 2, size - 2, data[1] + 1U, check_frame);
	return 0;
}
