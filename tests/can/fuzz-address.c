/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* "can:" with any body and options: what is read is written in one way only. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <kin/can.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static char first[1 << 16], second[1 << 16];
	struct kin_endpoint *endpoint, *again = NULL;
	char *text = malloc(size + 5);

	if (!text)
		return 0;
	memcpy(text, "can:", 4);
	memcpy(text + 4, data, size);
	text[size + 4] = '\0';
	if (kin_endpoint_parse(text, &endpoint) == 0) {
		if (kin_endpoint_format(endpoint, first, sizeof(first)) < (ssize_t)sizeof(first) &&
		    (kin_endpoint_parse(first, &again) < 0 ||
		     kin_endpoint_format(again, second, sizeof(second)) < 0 ||
		     strcmp(first, second) != 0))
			abort();
		kin_endpoint_free(again);
		kin_endpoint_free(endpoint);
	}
	free(text);
	return 0;
}
