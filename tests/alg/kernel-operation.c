/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Operations of the kernel's cryptography, with test vectors of NIST's. */
#include "harness.h"

#include <errno.h>
#include <linux/if_alg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <kin/alg.h>
#include <kin/family.h>

struct bytes {
	unsigned char data[128];
	size_t len;
};

static struct bytes hex(const char *text)
{
	struct bytes bytes = {.len = 0};

	bytes.len = (size_t)ck_ok(kin_parse_bytes(text, "vector", bytes.data, sizeof(bytes.data)));
	return bytes;
}

/* Receive as many bytes as are expected: one more would wait for more data. */
static void ck_receives(struct kin_sock *operation, const struct bytes *expected)
{
	unsigned char got[128];

	ck_assert_int_eq(ck_ok(kin_recv(operation, got, expected->len, 0)), (long)expected->len);
	ck_assert_mem_eq(got, expected->data, expected->len);
}

/* SP 800-38A, F.2.1: the first block */
static const char cbc_key[] = "2b7e151628aed2a6abf7158809cf4f3c";
static const char cbc_iv[] = "000102030405060708090a0b0c0d0e0f";
static const char cbc_plain[] = "6bc1bee22e409f96e93d7e117393172a";
static const char cbc_cipher[] = "7649abac8119b246cee98e9b12e9197d";

/* The GCM specification, test case 4 */
static const char gcm_key[] = "feffe9928665731c6d6a8f9467308308";
static const char gcm_iv[] = "cafebabefacedbaddecaf888";
static const char gcm_assoc[] = "feedfacedeadbeeffeedfacedeadbeefabaddad2";
static const char gcm_plain[] = "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
				"1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39";
static const char gcm_cipher[] = "42831ec2217774244b7221b784d0d49ce3aa212f2c02a4e035c17e2329aca12e"
				 "21d514b25466931c7d8f6a5aac84aa051ba30b396a0aac973d58e091";
static const char gcm_tag[] = "5bc94fbc3221a5db94fae95ae7121a47";

static const char abc_sha256[] = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

/* Bound, with a key, without text. */
static struct kin_sock *bound(const char *type, const char *name, const char *key)
{
	struct kin_sock *sock;
	struct kin_addr addr;

	ck_ok(kin_alg_addr(type, name, 0, 0, &addr));
	ck_ok(kin_socket(AF_ALG, SOCK_SEQPACKET, 0, &sock));
	ck_ok(kin_bind(sock, &addr));
	if (key) {
		struct bytes bytes = hex(key);

		ck_ok(kin_setsockopt(sock, SOL_ALG, ALG_SET_KEY, bytes.data, (socklen_t)bytes.len));
	}
	return sock;
}

START_TEST(semantic_23_operation_and_iv_go_with_the_data)
{
	struct kin_sock *sock = bound("skcipher", "cbc(aes)", cbc_key), *operation;
	struct bytes iv = hex(cbc_iv), plain = hex(cbc_plain), cipher = hex(cbc_cipher);
	struct iovec parts[2] = {{plain.data, 5}, {plain.data + 5, plain.len - 5}};
	struct iovec whole = {cipher.data, cipher.len};

	ck_ok(kin_accept(sock, &operation, NULL));
	ck_assert_int_eq(ck_ok(kin_alg_send_msg(operation, parts, 2, ALG_OP_ENCRYPT, iv.data,
						iv.len, -1, 0)),
			 (long)plain.len);
	ck_receives(operation, &cipher);
	ck_ok(kin_alg_send_msg(operation, &whole, 1, ALG_OP_DECRYPT, iv.data, iv.len, -1, 0));
	ck_receives(operation, &plain);
	ck_fails(kin_alg_send_msg(operation, &whole, 1, ALG_OP_DECRYPT, iv.data, 8, -1, 0), EINVAL,
		 "the algorithm takes another length of IV, or no such operation");
	ck_ok(kin_close(operation));
	ck_ok(kin_close(sock));
}
END_TEST

START_TEST(semantic_23_associated_data_has_a_length)
{
	struct kin_sock *sock = bound("aead", "gcm(aes)", gcm_key), *operation;
	struct bytes iv = hex(gcm_iv), assoc = hex(gcm_assoc), plain = hex(gcm_plain);
	struct bytes cipher = hex(gcm_cipher), tag = hex(gcm_tag), sealed, opened;
	struct iovec in[2] = {{assoc.data, assoc.len}, {plain.data, plain.len}}, back;

	ck_ok(kin_setsockopt(sock, SOL_ALG, ALG_SET_AEAD_AUTHSIZE, NULL, 16));
	ck_ok(kin_accept(sock, &operation, NULL));
	ck_ok(kin_alg_send_msg(operation, in, 2, ALG_OP_ENCRYPT, iv.data, iv.len,
			       (int64_t)assoc.len, 0));
	sealed.len = assoc.len + cipher.len + tag.len;
	memcpy(sealed.data, assoc.data, assoc.len);
	memcpy(sealed.data + assoc.len, cipher.data, cipher.len);
	memcpy(sealed.data + assoc.len + cipher.len, tag.data, tag.len);
	ck_receives(operation, &sealed);

	back = (struct iovec){sealed.data, sealed.len};
	ck_ok(kin_alg_send_msg(operation, &back, 1, ALG_OP_DECRYPT, iv.data, iv.len,
			       (int64_t)assoc.len, 0));
	opened.len = assoc.len + plain.len;
	memcpy(opened.data, assoc.data, assoc.len);
	memcpy(opened.data + assoc.len, plain.data, plain.len);
	ck_receives(operation, &opened);

	sealed.data[assoc.len] ^= 1;
	ck_ok(kin_alg_send_msg(operation, &back, 1, ALG_OP_DECRYPT, iv.data, iv.len,
			       (int64_t)assoc.len, 0));
	ck_fails(
		kin_recv(operation, opened.data, opened.len, 0), EBADMSG,
		"not authentic: data, associated data, tag, IV or key are others than those it was "
		"made with");
	ck_ok(kin_close(operation));
	ck_ok(kin_close(sock));
}
END_TEST

START_TEST(hashes_what_comes_in_parts)
{
	struct kin_sock *operation;
	struct bytes digest = hex(abc_sha256);

	ck_ok(kin_open("alg:hash/sha256", KIN_CONNECT, &operation));
	ck_assert_int_eq(kin_sock_domain(operation), AF_ALG);
	for (int round = 0; round < 2; round++) {
		ck_ok(kin_send(operation, "a", 1, MSG_MORE));
		ck_ok(kin_send(operation, "bc", 2, 0));
		ck_receives(operation, &digest);
	}
	ck_ok(kin_close(operation));
}
END_TEST

/* The key is set after binding and before the operation is made. */
START_TEST(text_opens_an_operation_with_its_key)
{
	struct kin_sock *operation;
	struct bytes iv = hex(cbc_iv), plain = hex(cbc_plain), cipher = hex(cbc_cipher);
	struct iovec in = {plain.data, plain.len};
	char text[128];

	snprintf(text, sizeof(text), "alg:skcipher/cbc(aes),key=%s,timeout=5", cbc_key);
	ck_ok(kin_open(text, KIN_SEND, &operation));
	ck_assert_int_eq(kin_timeout(operation), 5000000000);
	ck_ok(kin_alg_send_msg(operation, &in, 1, ALG_OP_ENCRYPT, iv.data, iv.len, -1, 0));
	ck_receives(operation, &cipher);
	ck_ok(kin_close(operation));

	snprintf(text, sizeof(text), "alg:aead/gcm(aes),key=%s,authsize=16", gcm_key);
	ck_ok(kin_open(text, KIN_SEND, &operation));
	ck_ok(kin_close(operation));
	snprintf(text, sizeof(text), "alg:aead/gcm(aes),key=%s,authsize=17", gcm_key);
	ck_fails(kin_open(text, KIN_SEND, &operation), EINVAL, NULL);
}
END_TEST

START_TEST(an_operation_has_no_address)
{
	struct kin_sock *listener, *operation;
	struct kin_addr addr;

	ck_ok(kin_open("alg:hash/sha256", KIN_LISTEN, &listener));
	for (int round = 0; round < 2; round++) {
		struct bytes digest = hex(abc_sha256);

		memset(&addr, 0xAA, sizeof(addr));
		ck_ok(kin_accept(listener, &operation, &addr));
		ck_assert_uint_eq(addr.len, 0);
		ck_ok(kin_send(operation, "abc", 3, 0));
		ck_receives(operation, &digest);
		ck_ok(kin_close(operation));
	}
	ck_ok(kin_close(listener));
}
END_TEST

START_TEST(random_bytes_come_when_it_was_seeded)
{
	struct kin_sock *operation;
	unsigned char one[16] = {0}, other[16] = {0};

	ck_ok(kin_open("alg:rng/stdrng,key=000102030405060708090A0B0C0D0E0F", KIN_RECEIVE,
		       &operation));
	ck_assert_int_eq(ck_ok(kin_recv(operation, one, sizeof(one), 0)), sizeof(one));
	ck_assert_int_eq(ck_ok(kin_recv(operation, other, sizeof(other), 0)), sizeof(other));
	ck_assert(memcmp(one, other, sizeof(one)) != 0);
	ck_ok(kin_close(operation));
}
END_TEST

START_TEST(failures_say_what_is_missing)
{
	struct kin_sock *sock;
	struct iovec in = {(char[16]){0}, 16};

	ck_fails(
		kin_open("alg:hash/sha257", KIN_CONNECT, &sock), ENOENT,
		"this kernel has no hash \"sha257\", or no module algif_hash; types are hash, "
		"skcipher, aead and rng, names are those of /proc/crypto and of modules not loaded "
		"yet");
	ck_fails(kin_open("alg:hahs/sha256", KIN_CONNECT, &sock), ENOENT, NULL);
	ck_fails(kin_open("alg:hash/sha256,mask=1", KIN_CONNECT, &sock), EINVAL,
		 "feat or mask has bits that the kernel does not let one choose");
	ck_ok(kin_open("alg:skcipher/cbc(aes)", KIN_CONNECT, &sock));
	ck_fails(kin_alg_send_msg(sock, &in, 1, ALG_OP_ENCRYPT, NULL, 0, -1, 0), ENOKEY,
		 "the algorithm needs a key (option key)");
	ck_ok(kin_close(sock));
	ck_fails(kin_open("alg:skcipher/cbc(aes),key=00", KIN_CONNECT, &sock), EINVAL, NULL);
}
END_TEST

int main(void)
{
	const struct test_case cases[] = {
		{semantic_23_operation_and_iv_go_with_the_data,
		 "semantic_23_operation_and_iv_go_with_the_data", .needs = "alg"},
		{semantic_23_associated_data_has_a_length,
		 "semantic_23_associated_data_has_a_length", .needs = "alg"},
		{hashes_what_comes_in_parts, "hashes_what_comes_in_parts", .needs = "alg"},
		{text_opens_an_operation_with_its_key, "text_opens_an_operation_with_its_key",
		 .needs = "alg"},
		{an_operation_has_no_address, "an_operation_has_no_address", .needs = "alg"},
		{random_bytes_come_when_it_was_seeded, "random_bytes_come_when_it_was_seeded",
		 .needs = "alg"},
		{failures_say_what_is_missing, "failures_say_what_is_missing", .needs = "alg"},
		{},
	};

	return run_cases("alg/operation", cases);
}
