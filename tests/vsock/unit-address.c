/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Vsock addresses: text both ways, what is refused, the typed calls, the constants. */
#include "harness.h"

#include <errno.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <linux/vm_sockets.h>
#include <kin/vsock.h>

#define N(array) (sizeof(array) / sizeof((array)[0]))

static const struct {
	const char *text, *canonical; /* NULL: the same */
	uint32_t cid, port;
	int flags;
} valid[] = {
	{"vsock:2:1234", "vsock:host:1234", 2, 1234, 0},
	{"vsock:host:1234", NULL, 2, 1234, 0},
	{"vsock:local:0", NULL, 1, 0, 0},
	{"vsock:hypervisor:0x10", "vsock:hypervisor:16", 0, 16, 0},
	{"vsock:any:any", NULL, UINT32_MAX, UINT32_MAX, 0},
	{"vsock:4294967295:4294967295", "vsock:any:any", UINT32_MAX, UINT32_MAX, 0},
	{"vsock:3:4294967294", NULL, 3, UINT32_MAX - 1, 0},
	{"vsock:42:7,to-host=on", NULL, 42, 7, VMADDR_FLAG_TO_HOST},
	{"vsock:42:7,to-host=no", "vsock:42:7", 42, 7, 0},
};

START_TEST(reads_what_is_valid)
{
	for (size_t i = 0; i < N(valid); i++) {
		const char *canonical = valid[i].canonical ? valid[i].canonical : valid[i].text;
		char text[KIN_ADDR_TEXT];
		struct kin_addr addr;
		uint32_t cid, port;
		int flags;

		ck_ok(kin_addr_parse(valid[i].text, &addr));
		ck_ok(kin_vsock_read(&addr, &cid, &port, &flags));
		ck_assert_uint_eq(cid, valid[i].cid);
		ck_assert_uint_eq(port, valid[i].port);
		ck_assert_int_eq(flags, valid[i].flags);
		ck_ok(kin_addr_format(&addr, SOCK_STREAM, 0, text, sizeof(text)));
		ck_assert_str_eq(text, canonical);
	}
}
END_TEST

static const struct {
	const char *text;
	const char *words;
} invalid[] = {
	{"vsock:", "\"\" is not CID:PORT, such as host:1234 or any:1234"},
	{"vsock:1234", "\"1234\" is not CID:PORT, such as host:1234 or any:1234"},
	{"vsock::1234", "cid \"\" is not a whole number"},
	{"vsock:2:", "port \"\" is not a whole number"},
	{"vsock:guest:1", "cid \"guest\" is not a whole number"},
	{"vsock:4294967296:1", "cid 4294967296 is not in 0-4294967295"},
	{"vsock:1:4294967296", "port 4294967296 is not in 0-4294967295"},
	{"vsock:-1:1", "cid -1 is not in 0-4294967295"},
	{"vsock:1:2:3", "port \"2:3\" is not a whole number"},
	{"vsock:a-very-long-name-of-no-context-at-all:3",
	 "\"a-very-long-name-of-no-context-at-all\" is no context ID"},
	{"vsock:2:1,to-host=maybe", "to-host \"maybe\" is neither on nor off"},
	{"vsock:2:1,buffer-size=-1",
	 "buffer-size \"-1\" is not a whole number in 0-18446744073709551615"},
};

START_TEST(refuses_what_is_not)
{
	for (size_t i = 0; i < N(invalid); i++) {
		struct kin_endpoint *e;

		ck_fails(kin_endpoint_parse(invalid[i].text, &e), EINVAL, invalid[i].words);
	}
}
END_TEST

START_TEST(an_endpoint_keeps_its_options)
{
	struct kin_endpoint *e;
	char text[KIN_ADDR_TEXT];

	ck_ok(kin_endpoint_parse("vsock-seqpacket:2:9,buffer-max-size=0x200000000,local=any:1000,"
				 "buffer-size=8589934592,connect-timeout=0.5",
				 &e));
	ck_ok(kin_endpoint_format(e, text, sizeof(text)));
	ck_assert_str_eq(text, "vsock-seqpacket:host:9,local=any:1000,buffer-max-size=8589934592,"
			       "buffer-size=8589934592,connect-timeout=0.500000");
	kin_endpoint_free(e);
}
END_TEST

START_TEST(any_address_survives_the_text)
{
	for (int round = 0; round < 20000; round++) {
		char text[KIN_ADDR_TEXT];
		struct kin_addr addr, again;

		ck_ok(kin_vsock_addr(round % 5 ? (uint32_t)test_random() : (uint32_t)round % 4,
				     (uint32_t)test_random(), (int)(test_random() % 2), &addr));
		ck_assert_int_lt(ck_ok(kin_addr_format(&addr, SOCK_STREAM, 0, text, sizeof(text))),
				 (long)sizeof(text));
		ck_ok(kin_addr_parse(text, &again));
		ck_assert_uint_eq(again.len, addr.len);
		ck_assert_mem_eq(&again.ss, &addr.ss, addr.len);
		ck_assert(kin_addr_equal(&addr, &again));
	}
}
END_TEST

START_TEST(constructors_check_their_arguments)
{
	struct kin_addr addr = {.len = sizeof(struct sockaddr_vm)}, other;
	uint32_t cid = 7;

	ck_fails(kin_vsock_read(&addr, &cid, NULL, NULL), EAFNOSUPPORT, "not a vsock address");
	ck_fails(kin_vsock_read(NULL, &cid, NULL, NULL), EINVAL, NULL);
	ck_fails(kin_vsock_local_cid(NULL), EINVAL, NULL);
	ck_fails(kin_vsock_addr(-1, 0, 0, &addr), EINVAL, "cid -1 is not in 0-4294967295");
	ck_fails(kin_vsock_addr(0, INT64_C(1) << 32, 0, &addr), EINVAL,
		 "port 4294967296 is not in 0-4294967295");
	ck_fails(kin_vsock_addr(0, 0, 256, &addr), EINVAL, "flags 256 is not in 0-255");
	ck_fails(kin_vsock_addr(0, 0, 0, NULL), EINVAL, NULL);
	ck_ok(kin_vsock_addr(VMADDR_CID_ANY, VMADDR_PORT_ANY, 0, &addr));
	ck_ok(kin_vsock_read(&addr, &cid, NULL, NULL));
	ck_assert_uint_eq(cid, VMADDR_CID_ANY);
	/* The way there is not the place. */
	ck_ok(kin_vsock_addr(VMADDR_CID_ANY, VMADDR_PORT_ANY, 1, &other));
	ck_assert(kin_addr_equal(&addr, &other));
	ck_ok(kin_vsock_addr(VMADDR_CID_ANY, 1, 0, &other));
	ck_assert(!kin_addr_equal(&addr, &other));
}
END_TEST

START_TEST(constants_are_the_headers_ones)
{
	static const struct kin_const some[] = {
		{"VMADDR_CID_ANY", VMADDR_CID_ANY, "linux/vm_sockets.h"},
		{"VMADDR_CID_LOCAL", 1, "linux/vm_sockets.h"},
		{"VMADDR_CID_HOST", 2, "linux/vm_sockets.h"},
		{"VMADDR_PORT_ANY", 0xFFFFFFFF, "linux/vm_sockets.h"},
		{"VM_SOCKETS_INVALID_VERSION", 0xFFFFFFFF, "linux/vm_sockets.h"},
		{"SO_VM_SOCKETS_BUFFER_MAX_SIZE", 2, "linux/vm_sockets.h"},
		{"IOCTL_VM_SOCKETS_GET_LOCAL_CID", IOCTL_VM_SOCKETS_GET_LOCAL_CID,
		 "linux/vm_sockets.h"},
		{"SOL_VSOCK", 287, "linux/vm_sockets.h"},
	};

	for (size_t i = 0; i < N(some); i++) {
		const struct kin_const *found = kin_const_find(some[i].name);

		ck_assert_msg(found != NULL, "%s is missing", some[i].name);
		ck_assert_msg(found->value == some[i].value, "%s", some[i].name);
		ck_assert_str_eq(found->header, some[i].header);
	}
}
END_TEST

int main(void)
{
	const struct test_case cases[] = {
		{reads_what_is_valid, "reads_what_is_valid"},
		{refuses_what_is_not, "refuses_what_is_not"},
		{an_endpoint_keeps_its_options, "an_endpoint_keeps_its_options"},
		{any_address_survives_the_text, "any_address_survives_the_text"},
		{constructors_check_their_arguments, "constructors_check_their_arguments"},
		{constants_are_the_headers_ones, "constants_are_the_headers_ones"},
		{},
	};

	return run_cases("vsock/address", cases);
}
