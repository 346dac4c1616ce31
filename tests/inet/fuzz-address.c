/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Any text behind any scheme of the family, options included: refused with words, or its
 * canonical text is its own canonical text. And any bytes as an address to be written.
 */
#include <netinet/in.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <kin/family.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* NULL when it does not fit, which a long host name may cause. */
static char *canonical(const char *text, char buf[KIN_ADDR_TEXT])
{
	struct kin_endpoint *e;
	ssize_t len;

	if (kin_endpoint_parse(text, &e) < 0) {
		if (!*kin_error_text())
			abort();
		return NULL;
	}
	len = kin_endpoint_format(e, buf, KIN_ADDR_TEXT);
	kin_endpoint_free(e);
	return len < KIN_ADDR_TEXT ? buf : NULL;
}

static void parse(const char *scheme, const char *body, size_t size)
{
	size_t head = strlen(scheme);
	char *text = malloc(head + 1 + size + 1);
	char once[KIN_ADDR_TEXT], twice[KIN_ADDR_TEXT];

	if (!text)
		return;
	memcpy(text, scheme, head);
	text[head] = ':';
	memcpy(text + head + 1, body, size);
	text[head + 1 + size] = '\0';
	if (canonical(text, once) && (!canonical(once, twice) || strcmp(once, twice) != 0))
		abort();
	free(text);
}

static void format(const char *bytes, size_t size)
{
	struct kin_addr addr = {};
	char text[KIN_ADDR_TEXT];

	addr.len = (socklen_t)(size < sizeof(addr.ss) ? size : sizeof(addr.ss));
	memcpy(&addr.ss, bytes, addr.len);
	addr.sa.sa_family = size % 2 ? AF_INET : AF_INET6;
	if (kin_addr_format(&addr, SOCK_DGRAM, 0, text, sizeof(text)) >= (ssize_t)sizeof(text))
		abort();
	kin_addr_equal(&addr, &addr);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct kin_family *family = kin_family_by_name("inet");
	unsigned n = 0;

	if (size == 0)
		return 0;
	while (family->protos[n].scheme)
		n++;
	parse(family->protos[*data % n].scheme, (const char *)data + 1, size - 1);
	format((const char *)data + 1, size - 1);
	return 0;
}
