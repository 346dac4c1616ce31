/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * J1939: NAMEs as text and filters are written in one way only; any message can be written, with
 * any ancillary data, and any bytes can be an acknowledgement or a report.
 */
#include <kin/family.h>
#include <kin/j1939.h>
#include "../harness/fuzz.h"

static void check_name(const char *text)
{
	char first[KIN_J1939_NAME_TEXT];
	uint64_t name, again;

	if (kin_j1939_name_parse(text, &name) < 0)
		return;
	if (kin_j1939_name_format(name, first, sizeof(first)) >= (ssize_t)sizeof(first) ||
	    kin_j1939_name_parse(first, &again) < 0 || again != name)
		abort();
}

static void check_filter(const char *text)
{
	struct kin_endpoint *endpoint KIN_CLEANUP(kin_endpoint_free) = NULL;
	struct kin_endpoint *again KIN_CLEANUP(kin_endpoint_free) = NULL;
	const char *value;

	if (kin_endpoint_parse("j1939:if1", &endpoint) < 0 ||
	    kin_endpoint_set(endpoint, "filter", text) < 0)
		return;
	value = kin_endpoint_option(endpoint, "filter");
	if (kin_endpoint_parse("j1939:if1", &again) < 0 || !value ||
	    kin_endpoint_set(again, "filter", value) < 0 ||
	    strcmp(kin_endpoint_option(again, "filter"), value) != 0)
		abort();
}

/* The first bytes are the ancillary data, the others the message. */
static void check_message(const uint8_t *data, size_t size)
{
	struct kin_j1939_report report = {.struct_size = sizeof(report)};
	uint64_t control[16];
	size_t n = size < sizeof(control) ? size : sizeof(control);
	struct kin_msg msg = {.data = (unsigned char *)(uintptr_t)data + n,
			      .size = size - n,
			      .len = size - n,
			      .full_len = size - n,
			      .control = control,
			      .control_len = n,
			      .control_size = sizeof(control)};
	struct kin_j1939_ack ack;
	uint64_t name;

	memcpy(control, data, n);
	kin_j1939_destination(&msg);
	kin_j1939_destination_name(&msg, &name);
	kin_j1939_priority(&msg);
	kin_j1939_report(&msg, &report);
	kin_j1939_ack_read(msg.data, msg.len, &ack);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = fuzz_text(data, size);

	check_name(text);
	check_filter(text);
	free(text);
	check_message(data, size);
	return 0;
}
