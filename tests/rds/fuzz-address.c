/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Any address text: refused with words, or what it is written as gives the same bytes again. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <kin/kin.h>
#include <kin/rds.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The addresses are IP's: only the endpoint knows that it is this family's. */
static void same_again(const struct kin_endpoint *e)
{
	const struct kin_addr *addr = kin_endpoint_addr(e);
	char text[KIN_ADDR_TEXT];
	struct kin_endpoint *again;
	ssize_t len = kin_endpoint_format(e, text, sizeof(text));

	if (len < 0 || len >= (ssize_t)sizeof(text))
		return; /* options can be given at any length */
	if (kin_endpoint_parse(text, &again) < 0 || kin_endpoint_addr(again)->len != addr->len ||
	    memcmp(&kin_endpoint_addr(again)->ss, &addr->ss, addr->len) != 0)
		abort();
	kin_endpoint_free(again);
}

static void parse(const uint8_t *data, size_t size)
{
	static const char scheme[] = "rds:";
	char *text = malloc(sizeof(scheme) + size);
	struct kin_endpoint *e;

	if (!text)
		return;
	memcpy(text, scheme, sizeof(scheme) - 1);
	if (size)
		memcpy(text + sizeof(scheme) - 1, data, size);
	text[sizeof(scheme) - 1 + size] = '\0';
	if (kin_endpoint_parse(text, &e) == 0) {
		same_again(e);
		kin_endpoint_free(e);
	} else if (!*kin_error_text()) {
		abort();
	}
	free(text);
}

/* Bytes that may come from anywhere, of any length. */
static void format(const uint8_t *data, size_t size)
{
	struct kin_addr addr = {
		.len = (socklen_t)(size < sizeof(addr.ss) ? size : sizeof(addr.ss))};
	char host[KIN_RDS_HOST];
	struct kin_endpoint *e;
	uint16_t port;

	if (size)
		memcpy(&addr.ss, data, addr.len);
	kin_rds_addr_read(&addr, host, &port);
	if (kin_endpoint_new("rds", &addr, &e) == 0)
		kin_endpoint_free(e);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	parse(data, size);
	format(data, size);
	return 0;
}
