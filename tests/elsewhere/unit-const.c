/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Names of other systems, and that no constant of any family is there twice. */
#include "harness.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <kin/kin.h>

/* Those that the documents of Python's socket module name. */
static const char *const documented[] = {
	"AF_DIVERT",
	"AF_HYPERV",
	"AF_LINK",
	"HVSOCKET_ADDRESS_FLAG_PASSTHRU",
	"HVSOCKET_CONNECTED_SUSPEND",
	"HVSOCKET_CONNECT_TIMEOUT",
	"HVSOCKET_CONNECT_TIMEOUT_MAX",
	"HV_GUID_BROADCAST",
	"HV_GUID_CHILDREN",
	"HV_GUID_LOOPBACK",
	"HV_GUID_PARENT",
	"HV_GUID_WILDCARD",
	"HV_GUID_ZERO",
	"HV_PROTOCOL_RAW",
	"LOCAL_CREDS",
	"LOCAL_CREDS_PERSISTENT",
	"PF_DIVERT",
	"PF_SYSTEM",
	"RCVALL_ON",
	"SCM_CREDS2",
	"SIO_KEEPALIVE_VALS",
	"SIO_LOOPBACK_FAST_PATH",
	"SIO_RCVALL",
	"SO_RTABLE",
	"SO_USER_COOKIE",
	"SYSPROTO_CONTROL",
	"TCP_CONNECTION_INFO",
	"TCP_KEEPALIVE",
};

START_TEST(documented_names_are_answered)
{
	for (size_t i = 0; i < sizeof(documented) / sizeof(*documented); i++) {
		const struct kin_const_elsewhere *e = kin_const_elsewhere(documented[i]);

		ck_assert_msg(e != NULL, "%s is missing", documented[i]);
		ck_assert_str_eq(e->name, documented[i]);
		ck_assert_str_ne(e->system, "");
	}
}
END_TEST

START_TEST(what_has_a_value_here_is_not_elsewhere)
{
	ck_assert_ptr_null(kin_const_elsewhere("AF_INET"));
	ck_assert_ptr_null(kin_const_elsewhere("NO_SUCH_NAME"));
	ck_assert_ptr_null(kin_const_elsewhere(NULL));
	for (unsigned i = 0; kin_const_elsewhere_at(i); i++) {
		const struct kin_const_elsewhere *e = kin_const_elsewhere_at(i);

		ck_assert_msg(!kin_const_find(e->name), "%s has a value", e->name);
		ck_assert_ptr_eq(kin_const_elsewhere(e->name), e);
	}
}
END_TEST

/* A word with an underscore, all in capitals, is a constant's name. */
START_TEST(what_serves_is_there)
{
	for (unsigned i = 0; kin_const_elsewhere_at(i); i++) {
		const struct kin_const_elsewhere *e = kin_const_elsewhere_at(i);
		const char *s = e->instead;

		while (s && *s) {
			size_t len = strspn(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_");
			char word[64] = "";

			if (len < sizeof(word))
				memcpy(word, s, len);
			if (strchr(word, '_'))
				ck_assert_msg(kin_const_find(word) != NULL, "%s: there is no %s",
					      e->name, word);
			s += len ? len : 1;
		}
	}
}
END_TEST

static int by_name(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

START_TEST(no_constant_is_there_twice)
{
	static const char *names[16384];
	const struct kin_const *c;
	unsigned n = 0;

	while (n < sizeof(names) / sizeof(*names) && (c = kin_const_at(n, NULL)))
		names[n++] = c->name;
	ck_assert_uint_lt(n, sizeof(names) / sizeof(*names));
	qsort(names, n, sizeof(*names), by_name);
	for (unsigned i = 1; i < n; i++)
		ck_assert_str_ne(names[i - 1], names[i]);
}
END_TEST

int main(void)
{
	const struct test_case cases[] = {
		{documented_names_are_answered, "documented_names_are_answered"},
		{what_has_a_value_here_is_not_elsewhere, "what_has_a_value_here_is_not_elsewhere"},
		{what_serves_is_there, "what_serves_is_there"},
		{no_constant_is_there_twice, "no_constant_is_there_twice"},
		{},
	};

	return run_cases("elsewhere/const", cases);
}
