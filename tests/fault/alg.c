/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "fault.h"

#include <linux/if_alg.h>
#include <kin/alg.h>

static int encrypt(void)
{
	struct kin_sock *sock KIN_CLEANUP(kin_close) = NULL;
	unsigned char block[16] = "0123456789abcde", iv[16] = "";
	const struct iovec iov = {block, sizeof(block)};

	MAKE(sock, kin_open("alg:skcipher/cbc(aes),key=2b7e151628aed2a6abf7158809cf4f3c",
			    KIN_CONNECT, &sock));
	TRY(kin_alg_send_msg(sock, &iov, 1, ALG_OP_ENCRYPT, iv, sizeof(iv), -1, 0));
	TRY(kin_recv(sock, block, sizeof(block), 0));
	return 0;
}

static int without_calls(void)
{
	char type[KIN_ALG_TYPE_SIZE], name[KIN_ALG_NAME_SIZE];
	struct kin_addr addr;

	TRY(kin_alg_addr("hash", "sha256", 0, 0, &addr));
	TRY(kin_alg_addr_read(&addr, type, name, NULL, NULL));
	EXPECT(strcmp(name, "sha256") == 0);
	return 0;
}

const struct scenario scenarios[] = {
	{"alg-encrypt", encrypt, .needs = "alg", .waits = true},
	{"alg-without-calls", without_calls, .pure = true},
	{},
};
