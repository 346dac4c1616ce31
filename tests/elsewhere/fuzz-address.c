/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Any address text: refused with words, or what it is written as gives the same bytes again. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <kin/elsewhere.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void same_again(const struct kin_addr *addr)
{
	struct kin_addr again;
	char text[KIN_ADDR_TEXT];
	ssize_t len = kin_addr_format(addr, 0, 0, text, sizeof(text));

	if (len < 0 || len >= (ssize_t)sizeof(text))
		abort();
	if (kin_addr_parse(text, &again) < 0 || again.len != addr->len ||
	    memcmp(&again.ss, &addr->ss, addr->len) != 0)
		abort();
}

/* The first byte chooses. */
static void parse(const uint8_t *data, size_t size)
{
	static const char *const schemes[] = {"system:", "divert:", "hyperv:"};
	const char *scheme = schemes[size ? data[0] % 3 : 0];
	char *text = malloc(strlen(scheme) + size + 1);
	struct kin_addr addr;

	if (!text)
		return;
	strcpy(text, scheme);
	if (size)
		memcpy(text + strlen(scheme), data + 1, size - 1);
	text[strlen(scheme) + (size ? size - 1 : 0)] = '\0';
	if (kin_addr_parse(text, &addr) == 0)
		same_again(&addr);
	else if (!*kin_error_text())
		abort();
	free(text);
}

/* Bytes that the kernel may report, of any length. */
static void format(const uint8_t *data, size_t size)
{
	struct kin_addr addr = {
		.len = (socklen_t)(size < sizeof(addr.ss) ? size : sizeof(addr.ss))};
	static const int domains[] = {KIN_AF_SYSTEM, KIN_AF_DIVERT, KIN_AF_HYPERV};
	char text[KIN_ADDR_TEXT];

	if (size)
		memcpy(&addr.ss, data, addr.len);
	addr.sa.sa_family = (sa_family_t)domains[size ? data[0] % 3 : 0];
	kin_addr_format(&addr, 0, 0, text, sizeof(text));
	kin_addr_equal(&addr, &addr);
	kin_addr_ifindex(&addr);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	parse(data, size);
	format(data, size);
	return 0;
}
