/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Address texts by the grammar alone, on a family that the kernel does not know. */
#include "harness.h"

#include <errno.h>
#include <string.h>
#include <kin/family.h>

/* sa_data[0] is the body's length, then its bytes; "?" is to be looked up. */
static int mock_parse(const struct kin_proto *proto, const char *body,
                      const struct kin_setting *settings, size_t n, struct kin_target *ret)
{
	char *data = (char *)&ret->addr.ss + sizeof(sa_family_t);
	size_t len = strlen(body);
	int64_t size = 0;

	(void)proto;
	for (size_t i = 0; i < n; i++) {
		int r = kin_parse_int(settings[i].value, settings[i].name, 0, 255, &size);

		if (r < 0)
			return r;
	}
	if (strcmp(body, "?") == 0)
		return 0;
	if (len > 100)
		return kin_fail(EINVAL, "body of %zu bytes", len);
	ret->addr.ss.ss_family = 200;
	data[0] = (char)size;
	memcpy(data + 1, body, len);
	ret->addr.len = (socklen_t)(sizeof(sa_family_t) + 1 + len);
	return 0;
}

static void mock_format(const struct kin_proto *proto, const struct kin_target *target,
                        struct kin_buf *out)
{
	const unsigned char *data = (const unsigned char *)&target->addr.ss + sizeof(sa_family_t);

	(void)proto;
	kin_buf_put_body(out, (const char *)data + 1, target->addr.len - sizeof(sa_family_t) - 1);
	if (data[0])
		kin_buf_printf(out, ",size=%u", data[0]);
}

static int mock_resolve(const struct kin_endpoint *endpoint, enum kin_role role,
                        int64_t deadline_ns, struct kin_addr **ret_addrs)
{
	(void)role;
	(void)deadline_ns;
	(void)ret_addrs;
	return kin_fail_in(KIN_ERR_RESOLVER, -2, EREMOTEIO, "nobody knows %s",
	                   kin_endpoint_body(endpoint));
}

static const struct kin_name flags[] = {{"red", 1}, {"green", 2}, {"blue", 4}, {}};

static const struct kin_proto protos[] = {
	{.scheme = "mock", .type = SOCK_DGRAM, .protocol = 1},
	{.scheme = "mock2", .type = SOCK_STREAM, .protocol = 2},
	{},
};

static const struct kin_opt opts[] = {
	{.name = "colours", .type = KIN_OPT_FLAGS, .names = flags, .doc = "some"},
	{.name = "level", .type = KIN_OPT_INT, .min = -1, .max = 9, .doc = "some"},
	{.name = "mode", .type = KIN_OPT_NAMED, .names = flags, .schemes = "mock2", .doc = "some"},
	{.name = "state", .type = KIN_OPT_INT, .flags = KIN_OPT_READ_ONLY, .doc = "some"},
	{},
};

static const struct kin_family mock = {
	.abi = KIN_FAMILY_ABI,
	.struct_size = sizeof(mock),
	.name = "mock",
	.domain = 200,
	.protos = protos,
	.addr_opts = (const struct kin_addr_opt[]){{"size", NULL, "N", "some"}, {}},
	.opts = opts,
	.parse = mock_parse,
	.format = mock_format,
	.resolve = mock_resolve,
};

static void set_up_mock(void)
{
	ck_ok(kin_family_register(&mock));
}

START_TEST(canonical_text)
{
	static const char *const pairs[][2] = {
		{"mock:abc", "mock:abc"},
		{"mock:", "mock:"},
		{"mock:a\\,b\\\\c", "mock:a\\,b\\\\c"},
		{"mock:\\a", "mock:a"},
		{"mock:abc,size=0x10", "mock:abc,size=16"},
		{"mock:abc,level=3,size=1", "mock:abc,size=1,level=3"},
		{"mock:abc,colours=blue+red", "mock:abc,colours=red+blue"},
		{"mock:abc,colours=0x9", "mock:abc,colours=red+0x8"},
		{"mock:abc,colours=none", "mock:abc,colours=none"},
		{"mock:abc,broadcast", "mock:abc,broadcast=on"},
		{"mock:abc,timeout=1.50", "mock:abc,timeout=1.500000000"},
		{"mock2:abc,mode=green", "mock2:abc,mode=green"},
		{"mock:?,size=9", "mock:?,size=9"},
	};

	set_up_mock();
	for (size_t i = 0; i < sizeof(pairs) / sizeof(*pairs); i++) {
		struct kin_endpoint *e, *again;
		char text[256], text2[256];

		ck_ok(kin_endpoint_parse(pairs[i][0], &e));
		ck_ok(kin_endpoint_format(e, text, sizeof(text)));
		ck_assert_str_eq(text, pairs[i][1]);
		ck_ok(kin_endpoint_parse(text, &again));
		ck_ok(kin_endpoint_format(again, text2, sizeof(text2)));
		ck_assert_str_eq(text, text2);
		ck_assert(kin_addr_equal(kin_endpoint_addr(e), kin_endpoint_addr(again)));
		kin_endpoint_free(e);
		kin_endpoint_free(again);
	}
}
END_TEST

START_TEST(refusals_name_the_value)
{
	static const struct {
		const char *text;
		int err;
		const char *words;
	} rows[] = {
		{"mock", EINVAL, "\"mock\" has no scheme such as can: or tcp: before it; did you mean mock, mock2?"},
		{"mok:a", EAFNOSUPPORT, "no scheme \"mok\"; did you mean mock?"},
		{"mock:a,", EINVAL, "a comma without an option behind it; one in the body is written \\,"},
		{"mock:a\\", EINVAL, "a backslash at the end escapes nothing"},
		{"mock:a,level=10", EINVAL, "level 10 is not in -1-9"},
		{"mock:a,level=1,level=2", EINVAL, "option level is given twice"},
		{"mock:a,lebel=1", EINVAL, "mock has no option \"lebel\"; did you mean level?"},
		{"mock:a,mode=red", EINVAL, "mock has no option \"mode\"; did you mean level?"},
		{"mock:a,state=1", EINVAL, "state can be read, not set"},
		{"mock:a,size=256", EINVAL, "size 256 is not in 0-255"},
		{"mock:a,colours=pink", EINVAL,
		 "colours \"pink\" is neither a number nor one of: red, green, blue"},
		{"mock:a,broadcast=maybe", EINVAL, "broadcast \"maybe\" is neither on nor off"},
		{"mock:a,timestamps=often", EINVAL,
		 "timestamps \"often\" is none of: off, software, hardware"},
	};

	set_up_mock();
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct kin_endpoint *e = NULL;
		const char *words = rows[i].words;

		/* What is near depends on the families that were built. */
		if (strstr(words, "did you mean"))
			words = NULL;
		ck_fails(kin_endpoint_parse(rows[i].text, &e), rows[i].err, words);
		ck_assert_int_eq(strncmp(kin_error_text(), rows[i].words, 12), 0);
		ck_assert_ptr_null(e);
	}
}
END_TEST

START_TEST(lookups_wait_until_open)
{
	struct kin_addr addr;
	struct kin_sock *s;

	set_up_mock();
	ck_fails(kin_addr_parse("mock:?", &addr), EDESTADDRREQ, "\"?\" needs a name look-up");
	ck_fails(kin_open("mock:?", KIN_CONNECT, &s), EREMOTEIO, "nobody knows ?");
	ck_assert_int_eq(kin_error_domain(), KIN_ERR_RESOLVER);
	ck_fails(kin_addr_parse("mock:a,level=1", &addr), EINVAL, NULL);
}
END_TEST

START_TEST(unknown_families_keep_their_bytes)
{
	struct kin_addr addr, again;
	char text[KIN_ADDR_TEXT];

	ck_ok(kin_addr_parse("sockaddr:201:00FF7f", &addr));
	ck_assert_uint_eq(addr.len, 5);
	ck_assert_int_eq(addr.sa.sa_family, 201);
	ck_assert_int_eq(kin_addr_format(&addr, 0, 0, text, sizeof(text)), 19);
	ck_assert_str_eq(text, "sockaddr:201:00FF7F");
	ck_ok(kin_addr_parse(text, &again));
	ck_assert(kin_addr_equal(&addr, &again));
	ck_fails(kin_addr_parse("sockaddr:99999:00", &addr), EINVAL, NULL);
}
END_TEST

START_TEST(typed_endpoints)
{
	struct kin_endpoint *e;
	struct kin_addr addr;
	char text[KIN_ADDR_TEXT];

	set_up_mock();
	ck_ok(kin_addr_parse("mock:x\\,y,size=3", &addr));
	ck_ok(kin_endpoint_new("mock", &addr, &e));
	ck_ok(kin_endpoint_set(e, "level", "-1"));
	ck_fails(kin_endpoint_set(e, "level", "1"), EINVAL, "option level is given twice");
	ck_fails(kin_endpoint_set(e, "size", "1"), EINVAL, "option size is given twice");
	ck_ok(kin_endpoint_format(e, text, sizeof(text)));
	ck_assert_str_eq(text, "mock:x\\,y,size=3,level=-1");
	kin_endpoint_free(e);
	ck_fails(kin_endpoint_new("unix", &addr, &e), EAFNOSUPPORT,
		 "the address is not one of unix:");
}
END_TEST

START_TEST(records_are_checked)
{
	struct kin_family bad = mock;

	set_up_mock();
	ck_fails(kin_family_register(&mock), EEXIST, "there is a family mock already");
	bad.name = "mock3";
	bad.protos = (const struct kin_proto[]){{.scheme = "a:b"}, {}};
	ck_fails(kin_family_register(&bad), EINVAL, "\"a:b\" can't be a scheme");
	bad.protos = mock.protos;
	ck_fails(kin_family_register(&bad), EEXIST, "family mock has the scheme mock: already");
	bad.abi = KIN_FAMILY_ABI + 1;
	ck_fails(kin_family_register(&bad), EPROTO, NULL);
	bad.abi = KIN_FAMILY_ABI;
	bad.struct_size = 8;
	ck_fails(kin_family_register(&bad), EPROTO, NULL);
	ck_assert_ptr_eq(kin_family_by_name("mock"), &mock);
	ck_assert_ptr_eq(kin_family_by_domain(200), &mock);
	ck_assert_ptr_null(kin_family_by_name("mock3"));
}
END_TEST

int main(void)
{
	const struct test_case cases[] = {
		{canonical_text, "canonical_text"},
		{refusals_name_the_value, "refusals_name_the_value"},
		{lookups_wait_until_open, "lookups_wait_until_open"},
		{unknown_families_keep_their_bytes, "unknown_families_keep_their_bytes"},
		{typed_endpoints, "typed_endpoints"},
		{records_are_checked, "records_are_checked"},
		{},
	};

	return run_cases("core/endpoint", cases);
}
