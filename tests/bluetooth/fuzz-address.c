/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Any address text: refused with words, or what it is written as gives the same bytes again. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <kin/bluetooth.h>
#include <kin/family.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *const schemes[] = {"l2cap:", "l2cap-stream:", "rfcomm:", "sco:", "hci:"};

enum { N_SCHEMES = sizeof(schemes) / sizeof(schemes[0]) };

/* The text of an endpoint has local= as well. */
static void same_again(const struct kin_endpoint *e)
{
	const struct kin_addr *addr = kin_endpoint_addr(e);
	char text[KIN_ADDR_TEXT], text_again[KIN_ADDR_TEXT];
	struct kin_endpoint *again;
	ssize_t len = kin_endpoint_format(e, text, sizeof(text));

	if (len < 0 || len >= (ssize_t)sizeof(text))
		return; /* options can be given at any length */
	if (kin_endpoint_parse(text, &again) < 0)
		abort();
	kin_endpoint_format(again, text_again, sizeof(text_again));
	if (strcmp(text, text_again) != 0 || kin_endpoint_addr(again)->len != addr->len ||
	    memcmp(&kin_endpoint_addr(again)->ss, &addr->ss, addr->len) != 0)
		abort();
	kin_endpoint_free(again);
}

/* The first byte chooses the scheme. */
static void parse(const uint8_t *data, size_t size)
{
	const char *scheme = schemes[data[0] % N_SCHEMES];
	size_t head = strlen(scheme);
	char *text = malloc(head + size);
	struct kin_endpoint *e;

	if (!text)
		return;
	memcpy(text, scheme, head);
	memcpy(text + head, data + 1, size - 1);
	text[head + size - 1] = '\0';
	if (kin_endpoint_parse(text, &e) == 0) {
		same_again(e);
		kin_endpoint_free(e);
	} else if (!*kin_error_text()) {
		abort();
	}
	free(text);
}

/* Bytes that the kernel may report, of any length, as each protocol's. */
static void format(const uint8_t *data, size_t size)
{
	struct kin_addr addr = {
		.len = (socklen_t)(size < sizeof(addr.ss) ? size : sizeof(addr.ss))};
	char text[KIN_ADDR_TEXT];

	memcpy(&addr.ss, data, addr.len);
	addr.sa.sa_family = AF_BLUETOOTH;
	kin_addr_format(&addr, SOCK_SEQPACKET, 0, text, sizeof(text));
	kin_addr_format(&addr, SOCK_RAW, 1, text, sizeof(text));
	kin_addr_format(&addr, SOCK_SEQPACKET, 2, text, sizeof(text));
	kin_addr_format(&addr, SOCK_STREAM, 3, text, sizeof(text));
	kin_addr_equal(&addr, &addr);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size == 0)
		return 0;
	parse(data, size);
	format(data, size);
	return 0;
}
