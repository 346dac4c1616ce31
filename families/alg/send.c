/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Data for an operation, and what is to be done to it. */
#include "internal.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

/* The three items in the most room that they take. */
union control {
	char bytes[CMSG_SPACE(sizeof(uint32_t)) + CMSG_SPACE(sizeof(uint32_t)) +
		   CMSG_SPACE(sizeof(struct af_alg_iv) + KIN_ALG_IV_MAX)];
	struct cmsghdr header; /* aligns them */
};

static int add_number(struct kin_msg *msg, int type, uint32_t value)
{
	return kin_add_cmsg(msg, SOL_ALG, type, &value, sizeof(value));
}

static int add_iv(struct kin_msg *msg, const void *iv, size_t len)
{
	char item[sizeof(struct af_alg_iv) + KIN_ALG_IV_MAX];
	uint32_t number = (uint32_t)len;

	memcpy(item, &number, sizeof(number));
	memcpy(item + sizeof(struct af_alg_iv), iv, len);
	return kin_add_cmsg(msg, SOL_ALG, ALG_SET_IV, item, sizeof(struct af_alg_iv) + len);
}

static int check(const struct kin_sock *sock, int op, const void *iv, size_t iv_len,
		 int64_t assoclen)
{
	if (!sock)
		return kin_fail(EINVAL, "no operation was given");
	if (op != ALG_OP_ENCRYPT && op != ALG_OP_DECRYPT)
		return kin_fail(EINVAL,
				"operation %d is neither ALG_OP_DECRYPT (0) nor ALG_OP_ENCRYPT (1)",
				op);
	if (!iv && iv_len)
		return kin_fail(EINVAL, "an IV of %zu bytes was not given", iv_len);
	if (iv_len > KIN_ALG_IV_MAX)
		return kin_fail(EINVAL, "an IV of %zu bytes is longer than %d", iv_len,
				KIN_ALG_IV_MAX);
	if (assoclen < -1 || assoclen > UINT32_MAX)
		return kin_fail(EINVAL, "assoclen %" PRId64 " is not in 0-%u, or -1 for none",
				assoclen, UINT32_MAX);
	return 0;
}

ssize_t kin_alg_send_msg(struct kin_sock *sock, const struct iovec *iov, size_t n, int op,
			 const void *iv, size_t iv_len, int64_t assoclen, int flags)
{
	union control control = {};
	struct kin_msg msg = {.control = &control, .control_size = sizeof(control)};
	int r = check(sock, op, iv, iv_len, assoclen);

	if (r == 0)
		r = add_number(&msg, ALG_SET_OP, (uint32_t)op);
	if (r == 0 && iv)
		r = add_iv(&msg, iv, iv_len);
	if (r == 0 && assoclen >= 0)
		r = add_number(&msg, ALG_SET_AEAD_ASSOCLEN, (uint32_t)assoclen);
	return r < 0 ? r : kin_send_msg(sock, iov, n, &msg, flags);
}
