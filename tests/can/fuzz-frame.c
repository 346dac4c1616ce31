/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Frames as text: what is read is written in one way only; any bytes can be written. */
#include <kin/can.h>
#include "../harness/fuzz.h"

static void check_text(const char *text)
{
	union kin_can_frame frame, again;
	char first[KIN_CAN_FRAME_TEXT], second[KIN_CAN_FRAME_TEXT];
	size_t len, len_again;

	if (kin_can_frame_parse(text, &frame, &len) < 0)
		return;
	if (kin_can_frame_format(&frame, len, first, sizeof(first)) < 0 ||
	    kin_can_frame_parse(first, &again, &len_again) < 0 || len != len_again ||
	    memcmp(&frame, &again, len) != 0 ||
	    kin_can_frame_format(&again, len, second, sizeof(second)) < 0 ||
	    strcmp(first, second) != 0)
		abort();
}

static void check_bytes(const uint8_t *data, size_t size)
{
	char text[KIN_CAN_FRAME_TEXT];
	void *frame = fuzz_bytes(data, size);

	if (kin_can_frame_format(frame, size, text, sizeof(text)) > 0 &&
	    kin_can_frame_kind(frame, size) == KIN_CAN_CLASSIC)
		kin_can_error_format(frame, NULL, text, sizeof(text));
	free(frame);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = fuzz_text(data, size);

	check_text(text);
	free(text);
	check_bytes(data, size);
	return 0;
}
