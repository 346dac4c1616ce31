/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Commands as text: each becomes a whole packet of HCI, the length in it right, or is refused with
 * words. The room that there is for it may be too small.
 */
#include <string.h>
#include <kin/family.h>
#include "../harness/fuzz.h"

static const struct kin_family *family;
static const struct kin_proto *proto;

static void prepare(void)
{
	struct kin_endpoint *e;

	family = kin_family_by_name("bluetooth");
	if (!family || kin_endpoint_parse("hci:0", &e) < 0)
		abort();
	proto = kin_endpoint_proto(e);
	kin_endpoint_free(e);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	unsigned char room[300];
	struct kin_msg msg = {.data = room, .size = size % 2 ? sizeof(room) : size % sizeof(room)};
	char *text = fuzz_text(data, size);

	if (!family)
		prepare();
	kin_error_clear();
	if (kin_msg_parse(family, proto, text, &msg) < 0) {
		if (!*kin_error_text())
			abort();
	} else if (strncmp(text, "cmd:", 4) == 0 &&
		   (msg.len < 4 || msg.len > msg.size || room[0] != 1 || room[3] != msg.len - 4)) {
		abort();
	}
	free(text);
	return 0;
}
