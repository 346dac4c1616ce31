/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Any text behind any scheme of a family, options included: refused with words, or its canonical
 * text gives the same address and the same text again. And any bytes as an address to be written.
 * The first byte chooses the scheme. Built once for each family, whose name is FAMILY.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <kin/family.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Room for every option there is, at any length. */
static char first[1 << 16], second[1 << 16];

static void same_again(const struct kin_endpoint *e)
{
	const struct kin_addr *addr = kin_endpoint_addr(e), *addr_again;
	struct kin_endpoint *again;

	if (kin_endpoint_format(e, first, sizeof(first)) >= (ssize_t)sizeof(first))
		return;
	if (kin_endpoint_parse(first, &again) < 0 ||
	    kin_endpoint_format(again, second, sizeof(second)) < 0 || strcmp(first, second) != 0)
		abort();
	addr_again = kin_endpoint_addr(again);
	if (addr_again->len != addr->len || memcmp(&addr_again->ss, &addr->ss, addr->len) != 0)
		abort();
	kin_endpoint_free(again);
}

static void parse(const struct kin_proto *proto, const uint8_t *data, size_t size)
{
	size_t head = strlen(proto->scheme);
	char *text = malloc(head + size + 2);
	struct kin_endpoint *e;

	if (!text)
		return;
	memcpy(text, proto->scheme, head);
	text[head++] = ':';
	memcpy(text + head, data, size);
	text[head + size] = '\0';
	if (kin_endpoint_parse(text, &e) == 0) {
		same_again(e);
		kin_endpoint_free(e);
	} else if (!*kin_error_text()) {
		abort();
	}
	free(text);
}

/* Bytes that the kernel may report, or a program may make up, of any length. */
static void format(int domain, const struct kin_proto *proto, const uint8_t *data, size_t size)
{
	struct kin_addr addr = {};
	char text[KIN_ADDR_TEXT];

	addr.len = (socklen_t)(size < sizeof(addr.ss) ? size : sizeof(addr.ss));
	memcpy(&addr.ss, data, addr.len);
	addr.sa.sa_family = (sa_family_t)domain;
	if (kin_addr_format(&addr, proto->type, proto->protocol, text, sizeof(text)) >=
	    (ssize_t)sizeof(text))
		abort();
	kin_addr_equal(&addr, &addr);
	kin_addr_ifindex(&addr);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct kin_family *family = kin_family_by_name(FAMILY);
	const struct kin_proto *proto;
	unsigned n = 0;

	if (size == 0)
		return 0;
	while (family->protos[n].scheme)
		n++;
	proto = &family->protos[*data % n];
	parse(proto, data + 1, size - 1);
	format(proto->domain ? proto->domain : family->domain, proto, data + 1, size - 1);
	return 0;
}
