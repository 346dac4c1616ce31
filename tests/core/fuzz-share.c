/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Texts of shared sockets: what is taken is written as it was. */
#include <stdlib.h>
#include <string.h>
#include <kin/kin.h>

#include "share.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct share_token token;
	char again[KIN_SHARE_TEXT];
	char *text = strndup((const char *)data, size);

	if (text && share_parse(text, &token) == 0) {
		share_format(&token, again);
		if (strcmp(text, again) != 0 || token.pid <= 0 || token.fd < 0)
			abort();
	}
	free(text);
	return 0;
}
