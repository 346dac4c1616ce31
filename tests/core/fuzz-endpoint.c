/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Address texts of every family: what parses has a canonical text that means the same. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <kin/kin.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct kin_endpoint *e, *again;
	char canonical[8192], canonical2[8192];
	char *text = strndup((const char *)data, size);

	if (text && strlen(text) < 1000 && kin_endpoint_parse(text, &e) == 0) {
		kin_endpoint_format(e, canonical, sizeof(canonical));
		if (kin_endpoint_parse(canonical, &again) < 0) {
			fprintf(stderr, "%s -> %s: %s\n", text, canonical, kin_error_text());
			abort();
		}
		kin_endpoint_format(again, canonical2, sizeof(canonical2));
		if (strcmp(canonical, canonical2) != 0 ||
		    !kin_addr_equal(kin_endpoint_addr(e), kin_endpoint_addr(again))) {
			fprintf(stderr, "%s -> %s -> %s\n", text, canonical, canonical2);
			abort();
		}
		kin_endpoint_free(e);
		kin_endpoint_free(again);
	}
	free(text);
	return 0;
}
