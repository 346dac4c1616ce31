/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Names of UNIX sockets: text both ways, what is refused, the typed constructors. */
#include "harness.h"

#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/un.h>
#include <kin/unix.h>

#define PATH_OFFSET offsetof(struct sockaddr_un, sun_path)

/* ---- What is read, and how it is written --------------------------------------------------- */

#define BYTES(text) text, sizeof(text) - 1

static const struct {
	const char *text, *canonical; /* NULL: the same */
	const char *bytes;            /* of sun_path */
	size_t len;
} valid[] = {
	{"unix:", NULL, BYTES("")},
	{"unix:/run/x.sock", NULL, BYTES("/run/x.sock\0")},
	{"unix:x", NULL, BYTES("x\0")},
	{"unix:./@x", NULL, BYTES("./@x\0")},
	{"unix:%40x", NULL, BYTES("@x\0")},
	{"unix:a@b", NULL, BYTES("a@b\0")},
	{"unix:@", NULL, BYTES("\0")},
	{"unix:@name", NULL, BYTES("\0name")},
	{"unix:@@name", NULL, BYTES("\0@name")},
	{"unix:@a%00b", NULL, BYTES("\0a\0b")},
	{"unix:@%00", NULL, BYTES("\0\0")},
	{"unix:@%ff%0a", "unix:@%FF%0A", BYTES("\0\xFF\n")},
	{"unix:/a%2Cb", "unix:/a\\,b", BYTES("/a,b\0")},
	{"unix:/a\\,b\\\\c", NULL, BYTES("/a,b\\c\0")},
	{"unix:/100%25", NULL, BYTES("/100%\0")},
	{"unix:/caf\xC3\xA9", "unix:/caf%C3%A9", BYTES("/caf\xC3\xA9\0")},
	{"unix:/a b", NULL, BYTES("/a b\0")},
	{"unix:/a:b=c", NULL, BYTES("/a:b=c\0")},
};

START_TEST(reads_what_is_valid)
{
	for (size_t i = 0; i < sizeof(valid) / sizeof(*valid); i++) {
		const char *canonical = valid[i].canonical ? valid[i].canonical : valid[i].text;
		char text[KIN_ADDR_TEXT];
		struct kin_addr addr;

		ck_ok(kin_addr_parse(valid[i].text, &addr));
		ck_assert_msg(addr.len == PATH_OFFSET + valid[i].len, "%s: length %u",
			      valid[i].text, addr.len);
		ck_assert_int_eq(addr.sa.sa_family, AF_UNIX);
		ck_assert_mem_eq((char *)&addr.ss + PATH_OFFSET, valid[i].bytes, valid[i].len);
		ck_assert_int_eq(kin_addr_format(&addr, SOCK_STREAM, 0, text, sizeof(text)),
				 (long)strlen(canonical));
		ck_assert_str_eq(text, canonical);
	}
}
END_TEST

#define TEN(c)     c c c c c c c c c c
#define HUNDRED(c) TEN(TEN(c))

static const struct {
	const char *text;
	int err;
	const char *words;
} invalid[] = {
	{"unix:" HUNDRED("x") "12345678", ENAMETOOLONG,
	 "the path has 108 bytes, a socket's at most 107"},
	{"unix:@" HUNDRED("x") "12345678", ENAMETOOLONG,
	 "the abstract name has 108 bytes, one may have 107"},
	{"unix:" HUNDRED("%41") HUNDRED("%41"), ENAMETOOLONG,
	 "the path has 200 bytes, a socket's at most 107"},
	{"unix:/a%", EINVAL,
	 "% at position 3 is not followed by two hex digits (%25 stands for the character)"},
	{"unix:/a%4", EINVAL,
	 "% at position 3 is not followed by two hex digits (%25 stands for the character)"},
	{"unix:@%4g", EINVAL,
	 "% at position 2 is not followed by two hex digits (%25 stands for the character)"},
	{"unix:/a%00b", EINVAL, "a path can't hold the byte %00 (an abstract name begins with @)"},
	{"unix:%00b", EINVAL, "a path can't hold the byte %00 (an abstract name begins with @)"},
	{"unix:,local=%", EINVAL,
	 "% at position 1 is not followed by two hex digits (%25 stands for the character)"},
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

START_TEST(the_longest_names_fit)
{
	struct kin_addr addr;

	ck_ok(kin_addr_parse("unix:" HUNDRED("x") "1234567", &addr));
	ck_assert_uint_eq(addr.len, PATH_OFFSET + 108);
	ck_ok(kin_addr_parse("unix:@" HUNDRED("x") "1234567", &addr));
	ck_assert_uint_eq(addr.len, PATH_OFFSET + 108);
}
END_TEST

START_TEST(the_type_chooses_the_scheme)
{
	static const struct {
		int type;
		const char *text;
	} rows[] = {
		{SOCK_STREAM, "unix:/x"},
		{SOCK_DGRAM, "unix-dgram:/x"},
		{SOCK_SEQPACKET, "unix-seqpacket:/x"},
		{0, "unix:/x"},
	};
	struct kin_addr addr;

	ck_ok(kin_unix_addr("/x", &addr));
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		char text[KIN_ADDR_TEXT];

		ck_ok(kin_addr_format(&addr, rows[i].type, 0, text, sizeof(text)));
		ck_assert_str_eq(text, rows[i].text);
	}
}
END_TEST

START_TEST(an_endpoint_keeps_its_local_name)
{
	struct kin_endpoint *e;
	char text[KIN_ADDR_TEXT];

	ck_ok(kin_endpoint_parse("unix-dgram:/a,local=@b%2c,passcred=yes", &e));
	ck_ok(kin_endpoint_format(e, text, sizeof(text)));
	ck_assert_str_eq(text, "unix-dgram:/a,local=@b\\,,passcred=on");
	kin_endpoint_free(e);
}
END_TEST

/* ---- Properties ---------------------------------------------------------------------------- */

/* Often one that means something in the text. */
static char random_byte(void)
{
	if (test_random() % 3 == 0)
		return "@%,\\:="[test_random() % 6];
	return (char)test_random();
}

START_TEST(any_bytes_survive_the_text)
{
	for (int round = 0; round < 20000; round++) {
		bool abstract = test_random() % 2;
		size_t len = test_random() % (KIN_UNIX_NAME_MAX + 1);
		char name[KIN_UNIX_NAME_MAX + 1] = "";
		char text[KIN_ADDR_TEXT];
		struct kin_addr addr, again;

		for (size_t i = 0; i < len; i++)
			do
				name[i] = random_byte();
			while (!abstract && name[i] == '\0');
		ck_ok(abstract ? kin_unix_abstract_addr(name, len, &addr)
			       : kin_unix_addr(name, &addr));
		ck_assert_int_lt(ck_ok(kin_addr_format(&addr, SOCK_DGRAM, 0, text, sizeof(text))),
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
	char name[200] = "";

	memset(name, 'x', 108);
	ck_fails(kin_unix_addr(NULL, &addr), EINVAL, "path is NULL");
	ck_fails(kin_unix_addr(name, &addr), ENAMETOOLONG,
		 "the path has 108 bytes, a socket's at most 107");
	ck_fails(kin_unix_abstract_addr(NULL, 1, &addr), EINVAL, "name is NULL");
	ck_fails(kin_unix_abstract_addr(name, 108, &addr), ENAMETOOLONG,
		 "the abstract name has 108 bytes, one may have 107");
	ck_ok(kin_unix_abstract_addr(NULL, 0, &addr));
	ck_assert_uint_eq(addr.len, PATH_OFFSET + 1);
}
END_TEST

START_TEST(names_are_told_apart)
{
	struct kin_addr addr = {.len = sizeof(struct sockaddr_storage)};
	const char *name;
	size_t len;

	ck_ok(kin_unix_addr("/x", &addr));
	ck_assert_int_eq(kin_unix_name(&addr, &name, &len), KIN_UNIX_PATH);
	ck_assert_uint_eq(len, 2);
	ck_assert_mem_eq(name, "/x", 2);
	ck_ok(kin_unix_abstract_addr("a\0b", 3, &addr));
	ck_assert_int_eq(kin_unix_name(&addr, &name, &len), KIN_UNIX_ABSTRACT);
	ck_assert_uint_eq(len, 3);
	ck_assert_mem_eq(name, "a\0b", 3);
	ck_ok(kin_unix_addr("", &addr));
	ck_assert_int_eq(kin_unix_name(&addr, &name, &len), KIN_UNIX_UNNAMED);
	ck_assert_uint_eq(len, 0);
	addr.sa.sa_family = AF_INET;
	ck_fails(kin_unix_name(&addr, &name, &len), EAFNOSUPPORT, "not a UNIX socket's address");
}
END_TEST

START_TEST(padding_does_not_count)
{
	struct kin_addr a, b, c;

	ck_ok(kin_unix_addr("/x", &a));
	b = a;
	b.len = sizeof(struct sockaddr_un);
	((char *)&b.ss)[PATH_OFFSET + 50] = 'y';
	ck_assert(kin_addr_equal(&a, &b));
	ck_ok(kin_unix_addr("/y", &b));
	ck_assert(!kin_addr_equal(&a, &b));
	ck_ok(kin_unix_abstract_addr("x", 1, &b));
	ck_ok(kin_unix_abstract_addr("x\0", 2, &c));
	ck_assert(!kin_addr_equal(&b, &c));
	ck_assert(!kin_addr_equal(&a, &b));
}
END_TEST

int main(void)
{
	const struct test_case cases[] = {
		{reads_what_is_valid, "reads_what_is_valid"},
		{refuses_what_is_not, "refuses_what_is_not"},
		{the_longest_names_fit, "the_longest_names_fit"},
		{the_type_chooses_the_scheme, "the_type_chooses_the_scheme"},
		{an_endpoint_keeps_its_local_name, "an_endpoint_keeps_its_local_name"},
		{any_bytes_survive_the_text, "any_bytes_survive_the_text"},
		{constructors_check_their_arguments, "constructors_check_their_arguments"},
		{names_are_told_apart, "names_are_told_apart"},
		{padding_does_not_count, "padding_does_not_count"},
		{},
	};

	return run_cases("unix/address", cases);
}
