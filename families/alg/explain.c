/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the kernel's errors mean where data goes in and results come out. */
#include "internal.h"

#include <errno.h>
#include <string.h>

static void explain_bind(int err, const struct kin_target *target, struct kin_buf *out)
{
	char type[KIN_ALG_TYPE_SIZE], name[KIN_ALG_NAME_SIZE];

	if (!target || kin_alg_addr_read(&target->addr, type, name, NULL, NULL) < 0)
		return;
	switch (err) {
	case ENOENT:
		kin_buf_printf(
			out,
			"this kernel has no %s \"%s\", or no module algif_%s; types are hash, "
			"skcipher, aead and rng, names are those of /proc/crypto and of "
			"modules not loaded yet",
			type, name, type);
		break;
	case ELIBBAD:
		kin_buf_printf(out, "%s failed the kernel's self-test, or FIPS mode forbids it",
			       name);
		break;
	case EINVAL:
		kin_buf_puts(out, "feat or mask has bits that the kernel does not let one choose");
		break;
	}
}

void alg_explain(const struct kin_proto *proto, const char *call, int err,
		 const struct kin_target *target, struct kin_buf *out)
{
	(void)proto;
	if (strcmp(call, "bind") == 0)
		explain_bind(err, target, out);
	else if (err == ENOKEY)
		kin_buf_puts(out, "the algorithm needs a key (option key)");
	else if (strcmp(call, "recv") == 0 && err == EBADMSG)
		kin_buf_puts(out, "not authentic: data, associated data, tag, IV or key are others "
				  "than those it was made with");
	else if (strcmp(call, "send") == 0 && err == EINVAL)
		kin_buf_puts(out, "the algorithm takes another length of IV, or no such operation");
}
