/* SPDX-License-Identifier: LGPL-2.1-or-later */
/**
 * @file alg.h
 * The kernel's cryptography, Documentation/crypto/userspace-if.rst of the kernel, without text.
 *
 * In text: alg:TYPE/NAME, where TYPE is hash, skcipher, aead or rng and NAME is the kernel's,
 * as in /proc/crypto: alg:hash/sha256, alg:skcipher/cbc(aes). Opened that way, it is an operation
 * that is ready to be used; the option key=HEX gives the key. A listener (KIN_LISTEN) is bound
 * only: each kin_accept() of it makes an operation, and these share the key.
 *
 * The calls by themselves are kin_socket(AF_ALG, SOCK_SEQPACKET, 0), kin_bind(), kin_setsockopt()
 * at SOL_ALG with ALG_SET_KEY, kin_accept(). An operation has no address at either end.
 */
#ifndef KIN_ALG_H
#define KIN_ALG_H

#include <sys/uio.h>

#include <kin/kin.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Bytes that a type and a name have room for, with the NUL at the end. */
#define KIN_ALG_TYPE_SIZE 14
#define KIN_ALG_NAME_SIZE 64

/** Bytes of the longest initialization vector that kin_alg_send_msg() takes. */
#define KIN_ALG_IV_MAX 256

/**
 * The address of an algorithm.
 * @param type  "hash", "skcipher", "aead", "rng": 1 to 13 bytes without "/"
 * @param name  "sha256", "cbc(aes)": 1 to 63 bytes
 * @param feat, mask  32 bits; 0 unless one knows better (salg_feat, salg_mask)
 * @return 0; -EINVAL: NULL, empty, or a number of more than 32 bits; -ENAMETOOLONG
 */
KIN_API int kin_alg_addr(const char *type, const char *name, int64_t feat, int64_t mask,
			 struct kin_addr *ret_addr);

/**
 * What an address names. Each result may be NULL.
 * @return 0; -EAFNOSUPPORT: not an address of this family
 */
KIN_API int kin_alg_addr_read(const struct kin_addr *addr, char ret_type[KIN_ALG_TYPE_SIZE],
			      char ret_name[KIN_ALG_NAME_SIZE], uint32_t *ret_feat,
			      uint32_t *ret_mask);

/**
 * Send data to an operation, with what is to be done to it, in one message. For the result,
 * receive just as many bytes as it has: the kernel waits for more data when asked for more.
 * @param iov, n    the data, for an AEAD its associated data first; NULL with 0: none
 * @param op        ALG_OP_ENCRYPT or ALG_OP_DECRYPT
 * @param iv        iv_len bytes, at most KIN_ALG_IV_MAX; NULL: none is sent
 * @param assoclen  bytes of associated data, below 2^32; -1: the length is not sent
 * @param flags     MSG_MORE: more data of this operation will follow
 * @return bytes taken; -EINVAL: a value is out of range, or the algorithm refuses it;
 *         -ENOKEY: it needs a key
 */
KIN_API ssize_t kin_alg_send_msg(struct kin_sock *sock, const struct iovec *iov, size_t n, int op,
				 const void *iv, size_t iv_len, int64_t assoclen, int flags);

#ifdef __cplusplus
}
#endif

#endif
