/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Any address text: refused with words, or what it is written as gives the same bytes again. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <kin/kin.h>
#include <kin/tipc.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void same_again(const struct kin_addr *addr)
{
	struct kin_addr again;
	char text[KIN_ADDR_TEXT];
	ssize_t len = kin_addr_format(addr, SOCK_RDM, 0, text, sizeof(text));

	if (len < 0 || len >= (ssize_t)sizeof(text))
		abort();
	if (kin_addr_parse(text, &again) < 0 || again.len != addr->len ||
	    memcmp(&again.ss, &addr->ss, addr->len) != 0)
		abort();
}

static void parse(const uint8_t *data, size_t size)
{
	static const char scheme[] = "tipc:";
	char *text = malloc(sizeof(scheme) + size);
	struct kin_addr addr;

	if (!text)
		return;
	memcpy(text, scheme, sizeof(scheme) - 1);
	if (size)
		memcpy(text + sizeof(scheme) - 1, data, size);
	text[sizeof(scheme) - 1 + size] = '\0';
	if (kin_addr_parse(text, &addr) == 0)
		same_again(&addr);
	else if (!*kin_error_text())
		abort();
	free(text);
}

/* Bytes that may come from anywhere, of any length. */
static void format(const uint8_t *data, size_t size)
{
	struct kin_addr addr = {
		.len = (socklen_t)(size < sizeof(addr.ss) ? size : sizeof(addr.ss))};
	char text[KIN_ADDR_TEXT];

	if (size)
		memcpy(&addr.ss, data, addr.len);
	addr.sa.sa_family = AF_TIPC;
	kin_addr_format(&addr, SOCK_RDM, 0, text, sizeof(text));
	kin_addr_equal(&addr, &addr);
	kin_tipc_addr_read(&addr, NULL, NULL, NULL, NULL, NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	parse(data, size);
	format(data, size);
	return 0;
}
