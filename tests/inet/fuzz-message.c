/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Any bytes as ancillary data: read by the typed calls, and written as JSON. */
#include <kin/family.h>
#include <kin/inet.h>
#include "../harness/fuzz.h"

static void write_json(const struct kin_msg *msg)
{
	const struct kin_family *family = kin_family_by_name("inet");
	struct kin_cmsg cmsg = {};
	char text[1024];

	while (kin_next_cmsg(msg, &cmsg)) {
		for (const struct kin_cmsg_type *row = family->cmsgs; row->name; row++) {
			struct kin_buf out = {.data = text, .size = sizeof(text)};

			/* Each decoder has to stand any item, whatever its kind. */
			if (row->json)
				row->json(&cmsg, &out);
			if (row->json && out.len == 0)
				abort();
		}
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct kin_inet_error error = {.struct_size = sizeof(error)};
	/* Aligned as the kernel's, and of just that length, so that nothing behind it is read. */
	void *control = fuzz_bytes(data, size);
	struct kin_msg msg = {.control = control, .control_len = size, .control_size = size};
	struct kin_addr to, local;
	unsigned ifindex;

	if (kin_inet_pktinfo(&msg, &to, &local, &ifindex) == 0 && kin_inet_port(&to) != 0)
		abort();
	if (kin_inet_error(&msg, &error) == 0)
		kin_inet_error_what(&error);
	write_json(&msg);
	free(control);
	return 0;
}
