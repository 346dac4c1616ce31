/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "internal.h"

/* clang-format off */
#define ALG(name) {#name, name, "linux/if_alg.h"}
/* clang-format on */

const struct kin_const alg_consts[] = {
	ALG(ALG_SET_KEY),
	ALG(ALG_SET_IV),
	ALG(ALG_SET_OP),
	ALG(ALG_SET_AEAD_ASSOCLEN),
	ALG(ALG_SET_AEAD_AUTHSIZE),
	ALG(ALG_SET_DRBG_ENTROPY),
	/* Linux 6.2 */
	{"ALG_SET_KEY_BY_KEY_SERIAL", 7, "linux/if_alg.h"},
	ALG(ALG_OP_DECRYPT),
	ALG(ALG_OP_ENCRYPT),
	/* Python's socket module has these; no kernel took up what they were meant for. */
	{"ALG_SET_PUBKEY", 6, "Modules/socketmodule.c"},
	{"ALG_OP_SIGN", 2, "Modules/socketmodule.c"},
	{"ALG_OP_VERIFY", 3, "Modules/socketmodule.c"},
	{},
};
