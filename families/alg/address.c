/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Algorithms: a type and a name. */
#include "internal.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

static int check_word(const char *what, const char *word, size_t size)
{
	size_t len = word ? strlen(word) : 0;

	if (len == 0)
		return kin_fail(EINVAL,
				"the %s is empty; an algorithm is TYPE/NAME, such as hash/sha256",
				what);
	if (len >= size)
		return kin_fail(ENAMETOOLONG, "the %s \"%.*s\" has %zu bytes; at most %zu fit",
				what, (int)size, word, len, size - 1);
	return 0;
}

static int check_bits(const char *what, int64_t value)
{
	if (value < 0 || value > UINT32_MAX)
		return kin_fail(EINVAL, "%s %" PRId64 " is not in 0-%u", what, value, UINT32_MAX);
	return 0;
}

int kin_alg_addr(const char *type, const char *name, int64_t feat, int64_t mask,
		 struct kin_addr *ret_addr)
{
	struct kin_addr addr = {.len = sizeof(struct sockaddr_alg)};
	struct sockaddr_alg *alg = (struct sockaddr_alg *)&addr.ss;
	int r;

	if (!ret_addr)
		return kin_fail(EINVAL, "no place for the address was given");
	if ((r = check_word("type", type, sizeof(alg->salg_type))) < 0 ||
	    (r = check_word("name", name, sizeof(alg->salg_name))) < 0 ||
	    (r = check_bits("feat", feat)) < 0 || (r = check_bits("mask", mask)) < 0)
		return r;
	if (strchr(type, '/'))
		return kin_fail(EINVAL, "the type \"%s\" has a \"/\"", type);
	alg->salg_family = AF_ALG;
	memcpy(alg->salg_type, type, strlen(type));
	memcpy(alg->salg_name, name, strlen(name));
	alg->salg_feat = (uint32_t)feat;
	alg->salg_mask = (uint32_t)mask;
	*ret_addr = addr;
	return 0;
}

/* The family's part of an address, or NULL. */
static const struct sockaddr_alg *as_alg(const struct kin_addr *addr)
{
	if (!addr || addr->len < sizeof(struct sockaddr_alg) || addr->sa.sa_family != AF_ALG)
		return NULL;
	return (const struct sockaddr_alg *)&addr->ss;
}

/* Whatever the address comes from, the copy ends with a NUL, where the kernel would put it. */
static void copy_word(char *to, const unsigned char *from, size_t size)
{
	if (!to)
		return;
	memcpy(to, from, size);
	to[size - 1] = '\0';
}

int kin_alg_addr_read(const struct kin_addr *addr, char ret_type[KIN_ALG_TYPE_SIZE],
		      char ret_name[KIN_ALG_NAME_SIZE], uint32_t *ret_feat, uint32_t *ret_mask)
{
	const struct sockaddr_alg *alg = as_alg(addr);

	if (!alg)
		return kin_fail(EAFNOSUPPORT, "not the address of an algorithm");
	copy_word(ret_type, alg->salg_type, sizeof(alg->salg_type));
	copy_word(ret_name, alg->salg_name, sizeof(alg->salg_name));
	if (ret_feat)
		*ret_feat = alg->salg_feat;
	if (ret_mask)
		*ret_mask = alg->salg_mask;
	return 0;
}

int alg_parse(const struct kin_proto *proto, const char *body, const struct kin_setting *settings,
	      size_t n, struct kin_target *ret)
{
	const char *slash = strchr(body, '/');
	char type[KIN_ALG_TYPE_SIZE + 1] = "";
	int64_t bits[2] = {0, 0};

	(void)proto;
	if (!slash)
		return kin_fail(EINVAL, "\"%s\" is not TYPE/NAME, such as hash/sha256", body);
	if ((size_t)(slash - body) >= sizeof(type))
		return kin_fail(ENAMETOOLONG, "the type \"%.*s\" has %td bytes; at most %d fit",
				KIN_ALG_TYPE_SIZE, body, slash - body, KIN_ALG_TYPE_SIZE - 1);
	memcpy(type, body, (size_t)(slash - body));
	for (size_t i = 0; i < n; i++) {
		bool is_mask = strcmp(settings[i].name, "mask") == 0;
		int r = kin_parse_int(settings[i].value, settings[i].name, 0, UINT32_MAX,
				      &bits[is_mask]);

		if (r < 0)
			return r;
	}
	return kin_alg_addr(type, slash + 1, bits[0], bits[1], &ret->addr);
}

void alg_format(const struct kin_proto *proto, const struct kin_target *target, struct kin_buf *out)
{
	const struct sockaddr_alg *alg = as_alg(&target->addr);
	char type[KIN_ALG_TYPE_SIZE], name[KIN_ALG_NAME_SIZE];

	(void)proto;
	if (!alg)
		return;
	copy_word(type, alg->salg_type, sizeof(type));
	copy_word(name, alg->salg_name, sizeof(name));
	kin_buf_put_body(out, type, strlen(type));
	kin_buf_puts(out, "/");
	kin_buf_put_body(out, name, strlen(name));
	if (alg->salg_feat)
		kin_buf_printf(out, ",feat=0x%X", alg->salg_feat);
	if (alg->salg_mask)
		kin_buf_printf(out, ",mask=0x%X", alg->salg_mask);
}

bool alg_equal(const struct kin_addr *a, const struct kin_addr *b)
{
	const struct sockaddr_alg *one = as_alg(a), *other = as_alg(b);

	return one && other && one->salg_feat == other->salg_feat &&
	       one->salg_mask == other->salg_mask &&
	       strncmp((const char *)one->salg_type, (const char *)other->salg_type,
		       sizeof(one->salg_type)) == 0 &&
	       strncmp((const char *)one->salg_name, (const char *)other->salg_name,
		       sizeof(one->salg_name)) == 0;
}
