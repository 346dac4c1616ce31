/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Algorithms as addresses: text both ways, what is refused, the typed calls. */
#include "harness.h"

#include <errno.h>
#include <linux/if_alg.h>
#include <string.h>
#include <kin/alg.h>

static const struct {
	const char *text, *canonical; /* NULL: the same */
	const char *type, *name;
	uint32_t feat, mask;
} valid[] = {
	{"alg:hash/sha256", NULL, "hash", "sha256", 0, 0},
	{"alg:skcipher/cbc(aes)", NULL, "skcipher", "cbc(aes)", 0, 0},
	{"alg:aead/authenc(hmac(sha256)\\,cbc(aes))", NULL, "aead",
	 "authenc(hmac(sha256),cbc(aes))", 0, 0},
	{"alg:rng/stdrng,feat=0x1000,mask=4096", "alg:rng/stdrng,feat=0x1000,mask=0x1000", "rng",
	 "stdrng", 0x1000, 0x1000},
	{"alg:hash/sha256,mask=0xFFFFFFFF", NULL, "hash", "sha256", 0, UINT32_MAX},
	{"alg:hash/sha256,feat=0,mask=0", "alg:hash/sha256", "hash", "sha256", 0, 0},
	{"alg:a/b/c", NULL, "a", "b/c", 0, 0},
	{"alg:1234567890123/x", NULL, "1234567890123", "x", 0, 0},
};

START_TEST(reads_what_is_valid)
{
	for (size_t i = 0; i < sizeof(valid) / sizeof(*valid); i++) {
		const char *canonical = valid[i].canonical ? valid[i].canonical : valid[i].text;
		char type[KIN_ALG_TYPE_SIZE], name[KIN_ALG_NAME_SIZE], text[KIN_ADDR_TEXT];
		struct kin_addr addr;
		uint32_t feat, mask;

		ck_ok(kin_addr_parse(valid[i].text, &addr));
		ck_assert_uint_eq(addr.len, sizeof(struct sockaddr_alg));
		ck_ok(kin_alg_addr_read(&addr, type, name, &feat, &mask));
		ck_assert_str_eq(type, valid[i].type);
		ck_assert_str_eq(name, valid[i].name);
		ck_assert_uint_eq(feat, valid[i].feat);
		ck_assert_uint_eq(mask, valid[i].mask);
		ck_ok(kin_addr_format(&addr, SOCK_SEQPACKET, 0, text, sizeof(text)));
		ck_assert_str_eq(text, canonical);
	}
}
END_TEST

#define TEN(c) c c c c c c c c c c
#define X63    TEN("x") TEN("x") TEN("x") TEN("x") TEN("x") TEN("x") "xxx"

static const struct {
	const char *text;
	int err;
	const char *words;
} invalid[] = {
	{"alg:", EINVAL, "\"\" is not TYPE/NAME, such as hash/sha256"},
	{"alg:sha256", EINVAL, "\"sha256\" is not TYPE/NAME, such as hash/sha256"},
	{"alg:/sha256", EINVAL,
	 "the type is empty; an algorithm is TYPE/NAME, such as hash/sha256"},
	{"alg:hash/", EINVAL, "the name is empty; an algorithm is TYPE/NAME, such as hash/sha256"},
	{"alg:12345678901234/x", ENAMETOOLONG,
	 "the type \"12345678901234\" has 14 bytes; at most 13 fit"},
	{"alg:1234567890123456/x", ENAMETOOLONG,
	 "the type \"12345678901234\" has 16 bytes; at most 13 fit"},
	{"alg:hash/" X63 "x", ENAMETOOLONG, "the name \"" X63 "x\" has 64 bytes; at most 63 fit"},
	{"alg:hash/sha256,feat=4294967296", EINVAL, "feat 4294967296 is not in 0-4294967295"},
	{"alg:hash/sha256,mask=-1", EINVAL, "mask -1 is not in 0-4294967295"},
	{"alg:hash/sha256,mask=x", EINVAL, "mask \"x\" is not a whole number"},
};

START_TEST(refuses_what_is_not)
{
	for (size_t i = 0; i < sizeof(invalid) / sizeof(*invalid); i++) {
		struct kin_addr addr = {.len = 99};

		ck_fails(kin_addr_parse(invalid[i].text, &addr), invalid[i].err, invalid[i].words);
		ck_assert_uint_eq(addr.len, 99);
	}
}
END_TEST

START_TEST(options_are_read_without_a_socket)
{
	struct kin_endpoint *e;
	char text[KIN_ADDR_TEXT];

	ck_ok(kin_endpoint_parse("alg:aead/gcm(aes),key=00:0a:FF,authsize=0x10", &e));
	ck_ok(kin_endpoint_format(e, text, sizeof(text)));
	ck_assert_str_eq(text, "alg:aead/gcm(aes),key=000AFF,authsize=16");
	kin_endpoint_free(e);
	ck_fails(kin_endpoint_parse("alg:aead/gcm(aes),authsize=256", &e), EINVAL,
		 "authsize 256 is not in 0-255");
	ck_fails(kin_endpoint_parse("alg:aead/gcm(aes),key=0", &e), EINVAL, NULL);
}
END_TEST

/* ---- Properties ---------------------------------------------------------------------------- */

static void random_word(char *word, size_t max, const char *but)
{
	size_t len = 1 + test_random() % max;

	for (size_t i = 0; i < len; i++)
		do
			word[i] = test_random() % 3 ? (char)test_random()
						    : "/,\\(="[test_random() % 5];
		while (!word[i] || strchr(but, word[i]));
	word[len] = '\0';
}

START_TEST(any_algorithm_survives_the_text)
{
	for (int round = 0; round < 20000; round++) {
		char type[KIN_ALG_TYPE_SIZE], name[KIN_ALG_NAME_SIZE], text[KIN_ADDR_TEXT];
		struct kin_addr addr, again;

		random_word(type, sizeof(type) - 1, "/");
		random_word(name, sizeof(name) - 1, "");
		ck_ok(kin_alg_addr(type, name, (uint32_t)test_random(),
				   test_random() % 2 ? (uint32_t)test_random() : 0, &addr));
		ck_assert_int_lt(
			ck_ok(kin_addr_format(&addr, SOCK_SEQPACKET, 0, text, sizeof(text))),
			(long)sizeof(text));
		ck_ok(kin_addr_parse(text, &again));
		ck_assert_uint_eq(again.len, addr.len);
		ck_assert_mem_eq(&again.ss, &addr.ss, addr.len);
		ck_assert(kin_addr_equal(&addr, &again));
	}
}
END_TEST

/* ---- Without text -------------------------------------------------------------------------- */

START_TEST(constructors_check_their_arguments)
{
	struct kin_addr addr;

	ck_fails(kin_alg_addr(NULL, "x", 0, 0, &addr), EINVAL, NULL);
	ck_fails(kin_alg_addr("hash", NULL, 0, 0, &addr), EINVAL, NULL);
	ck_fails(kin_alg_addr("hash", "x", 0, 0, NULL), EINVAL, NULL);
	ck_fails(kin_alg_addr("a/b", "x", 0, 0, &addr), EINVAL, "the type \"a/b\" has a \"/\"");
	ck_fails(kin_alg_addr("hash", "x", -1, 0, &addr), EINVAL, "feat -1 is not in 0-4294967295");
	ck_fails(kin_alg_addr("hash", "x", 0, 1LL << 32, &addr), EINVAL,
		 "mask 4294967296 is not in 0-4294967295");
	ck_ok(kin_alg_addr("1234567890123", X63, UINT32_MAX, UINT32_MAX, &addr));
	ck_ok(kin_alg_addr_read(&addr, NULL, NULL, NULL, NULL));
	addr.sa.sa_family = AF_INET;
	ck_fails(kin_alg_addr_read(&addr, NULL, NULL, NULL, NULL), EAFNOSUPPORT,
		 "not the address of an algorithm");
	ck_fails(kin_alg_addr_read(NULL, NULL, NULL, NULL, NULL), EAFNOSUPPORT, NULL);
}
END_TEST

START_TEST(each_part_of_an_address_counts)
{
	struct kin_addr a, b;

	ck_ok(kin_alg_addr("hash", "sha256", 1, 2, &a));
	b = a;
	/* Behind the NUL is nobody's. */
	((struct sockaddr_alg *)&b.ss)->salg_name[20] = 'x';
	ck_assert(kin_addr_equal(&a, &b));
	ck_ok(kin_alg_addr("aead", "sha256", 1, 2, &b));
	ck_assert(!kin_addr_equal(&a, &b));
	ck_ok(kin_alg_addr("hash", "sha25", 1, 2, &b));
	ck_assert(!kin_addr_equal(&a, &b));
	ck_ok(kin_alg_addr("hash", "sha256", 0, 2, &b));
	ck_assert(!kin_addr_equal(&a, &b));
	ck_ok(kin_alg_addr("hash", "sha256", 1, 0, &b));
	ck_assert(!kin_addr_equal(&a, &b));
}
END_TEST

/* What is out of range never reaches the kernel: any socket does. */
START_TEST(send_checks_its_arguments)
{
	struct kin_sock *pair[2];
	struct iovec data = {.iov_base = (char[]){1}, .iov_len = 1};
	char iv[KIN_ALG_IV_MAX + 1] = "";

	ck_ok(kin_pair(AF_UNIX, SOCK_SEQPACKET, 0, pair));
	ck_fails(kin_alg_send_msg(NULL, &data, 1, 1, iv, 16, -1, 0), EINVAL,
		 "no operation was given");
	ck_fails(kin_alg_send_msg(pair[0], &data, 1, 2, iv, 16, -1, 0), EINVAL,
		 "operation 2 is neither ALG_OP_DECRYPT (0) nor ALG_OP_ENCRYPT (1)");
	ck_fails(kin_alg_send_msg(pair[0], &data, 1, -1, iv, 16, -1, 0), EINVAL, NULL);
	ck_fails(kin_alg_send_msg(pair[0], &data, 1, 1, NULL, 16, -1, 0), EINVAL,
		 "an IV of 16 bytes was not given");
	ck_fails(kin_alg_send_msg(pair[0], &data, 1, 1, iv, sizeof(iv), -1, 0), EINVAL,
		 "an IV of 257 bytes is longer than 256");
	ck_fails(kin_alg_send_msg(pair[0], &data, 1, 1, iv, 16, -2, 0), EINVAL,
		 "assoclen -2 is not in 0-4294967295, or -1 for none");
	ck_fails(kin_alg_send_msg(pair[0], &data, 1, 1, iv, 16, 1LL << 32, 0), EINVAL, NULL);
	ck_fails(kin_alg_send_msg(pair[0], NULL, 1, 1, iv, 16, -1, 0), EINVAL, NULL);
	ck_assert_int_eq(kin_close(pair[0]), 0);
	/* Nothing came. */
	ck_assert_int_eq(kin_recv(pair[1], iv, sizeof(iv), 0), 0);
	ck_assert_int_eq(kin_close(pair[1]), 0);
}
END_TEST

int main(void)
{
	const struct test_case cases[] = {
		{reads_what_is_valid, "reads_what_is_valid"},
		{refuses_what_is_not, "refuses_what_is_not"},
		{options_are_read_without_a_socket, "options_are_read_without_a_socket"},
		{any_algorithm_survives_the_text, "any_algorithm_survives_the_text"},
		{constructors_check_their_arguments, "constructors_check_their_arguments"},
		{each_part_of_an_address_counts, "each_part_of_an_address_counts"},
		{send_checks_its_arguments, "send_checks_its_arguments"},
		{},
	};

	return run_cases("alg/address", cases);
}
