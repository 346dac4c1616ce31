/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Addresses of other systems: text both ways, what is refused, and what opening one says. */
#include "harness.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <kin/elsewhere.h>
#include <kin/family.h>

#define N(array)     (sizeof(array) / sizeof((array)[0]))
#define ZERO         "00000000-0000-0000-0000-000000000000"
#define PARENT       "a42e7cda-d03f-480c-9cc2-a4de20abb878"
#define SERVICE(hex) hex "-facb-11e6-bd58-64006a7986d3"
#define TEN(c)       c c c c c c c c c c

static const struct {
	const char *text, *canonical; /* NULL: the same */
} valid[] = {
	{"system:com.apple.net.utun_control", NULL},
	{"system:7:0", NULL},
	{"system:0x10:4294967295", "system:16:4294967295"},
	{"system:a\\,b", NULL},
	{"divert:0.0.0.0:8668", NULL},
	{"divert::8668", "divert:0.0.0.0:8668"},
	{"divert:127.0.0.1:0", NULL},
	{"divert:255.255.255.255:65535", NULL},
	{"hyperv:" ZERO ":" SERVICE("000004d2"), NULL},
	{"hyperv:HV_GUID_ZERO:" ZERO, "hyperv:" ZERO ":" ZERO},
	{"hyperv:HV_GUID_WILDCARD:" ZERO, "hyperv:" ZERO ":" ZERO},
	{"hyperv:HV_GUID_PARENT:" SERVICE("000004D2"), "hyperv:" PARENT ":" SERVICE("000004d2")},
	{"hyperv:A42E7CDA-D03F-480C-9CC2-A4DE20ABB878:" ZERO, "hyperv:" PARENT ":" ZERO},
};

START_TEST(reads_what_is_valid)
{
	for (size_t i = 0; i < N(valid); i++) {
		const char *canonical = valid[i].canonical ? valid[i].canonical : valid[i].text;
		char text[KIN_ADDR_TEXT];
		struct kin_addr addr, again;

		ck_ok(kin_addr_parse(valid[i].text, &addr));
		ck_ok(kin_addr_format(&addr, 0, 0, text, sizeof(text)));
		ck_assert_str_eq(text, canonical);
		ck_ok(kin_addr_parse(text, &again));
		ck_assert(kin_addr_equal(&addr, &again));
	}
}
END_TEST

static const struct {
	const char *text;
	int err;
	const char *words;
} invalid[] = {
	{"system:", EINVAL, "no kernel control is named"},
	{"system:name:1", EINVAL, "id \"name\" is not a whole number"},
	{"system:1:", EINVAL, "unit \"\" is not a whole number"},
	{"system:4294967296:1", EINVAL, "id 4294967296 is not in 0-4294967295"},
	{"system:1:4294967296", EINVAL, "unit 4294967296 is not in 0-4294967295"},
	{"system:" TEN("1234567890"), ENAMETOOLONG,
	 "the kernel control's name has 100 bytes, one may have 95"},
	{"divert:8668", EINVAL, "\"8668\" is not HOST:PORT, such as 0.0.0.0:8668"},
	{"divert:0.0.0.0:65536", EINVAL, "port 65536 is not in 0-65535"},
	{"divert:example:1", EINVAL, "host \"example\" is not an IPv4 address"},
	{"hyperv:" ZERO, EINVAL, "\"" ZERO "\" is not VMID:SERVICEID"},
	{"hyperv:HV_GUID_SIBLING:" ZERO, EINVAL,
	 "machine \"HV_GUID_SIBLING\" is not a UUID, such as " ZERO},
	{"hyperv:" ZERO ":1234", EINVAL, "service \"1234\" is not a UUID, such as " ZERO},
	{"hyperv:" ZERO ":0000000000000-0000-0000-000000000000", EINVAL,
	 "service \"0000000000000-0000-0000-000000000000\" has a hyphen too many or too few"},
	{"hyperv:" ZERO ":0000000g-0000-0000-0000-000000000000", EINVAL,
	 "service \"0000000g-0000-0000-0000-000000000000\" has something else than hex digits"},
	{"hyperv:" ZERO ":00.00000-0000-0000-0000-000000000000", EINVAL,
	 "service \"00.00000-0000-0000-0000-000000000000\" has something else than hex digits"},
};

START_TEST(refuses_what_is_not)
{
	for (size_t i = 0; i < N(invalid); i++) {
		struct kin_addr addr = {.len = 99};

		ck_fails(kin_addr_parse(invalid[i].text, &addr), invalid[i].err, invalid[i].words);
		ck_assert_uint_eq(addr.len, 99);
	}
}
END_TEST

/* ---- Opening ------------------------------------------------------------------------------- */

#define HYPERV "Hyper-V sockets exist on Windows only; on Linux, guests of Hyper-V use vsock"

static const struct {
	const char *text, *words;
} elsewhere[] = {
	{"system:com.apple.net.utun_control",
	 "kernel controls exist on macOS only; on Linux, parts of the kernel are spoken to by "
	 "netlink: netlink:generic, and utun's job is /dev/net/tun's"},
	{"divert::8668",
	 "divert sockets exist on FreeBSD only; on Linux, nfqueue hands packets to a "
	 "process: netlink:netfilter"},
	{"hyperv:HV_GUID_PARENT:" SERVICE("000004d2"), HYPERV ": here that is vsock:host:1234"},
	{"hyperv:HV_GUID_LOOPBACK:" SERVICE("ffffffff"),
	 HYPERV ": here that is vsock:local:4294967295"},
	{"hyperv:HV_GUID_CHILDREN:" SERVICE("00000001"), HYPERV ": here that is vsock:any:1"},
	{"hyperv:" SERVICE("12345678") ":" SERVICE("00000001"),
	 HYPERV ": here that is vsock:CID:1 with the machine's CID"},
	{"hyperv:HV_GUID_BROADCAST:" SERVICE("00000001"), HYPERV ", which has no broadcast"},
	{"hyperv:HV_GUID_PARENT:" PARENT,
	 HYPERV ", with a port for services PORT-facb-11e6-bd58-64006a7986d3"},
};

START_TEST(opening_says_what_serves_here)
{
	for (size_t i = 0; i < N(elsewhere); i++) {
		struct kin_sock *sock = NULL;

		ck_fails(kin_open(elsewhere[i].text, KIN_CONNECT, &sock), EAFNOSUPPORT,
			 elsewhere[i].words);
		ck_assert_ptr_null(sock);
		ck_assert_ptr_null(strchr(elsewhere[i].words, '\n'));
	}
}
END_TEST

START_TEST(so_does_the_probe)
{
	const struct kin_family *family = kin_family_by_name("elsewhere");

	for (const struct kin_proto *proto = family->protos; proto->scheme; proto++) {
		struct kin_probe probe = {.struct_size = sizeof(probe)};

		ck_ok(kin_probe(family, proto, &probe));
		ck_assert_int_eq(probe.status, KIN_MISSING);
		ck_assert_int_eq(probe.error, EAFNOSUPPORT);
		ck_assert_msg(strstr(probe.reason, " only; on Linux") != NULL, "%s", probe.reason);
	}
}
END_TEST

START_TEST(the_numbers_are_no_family_s_of_this_kernel)
{
	struct kin_sock *sock;

	ck_fails(kin_socket(KIN_AF_SYSTEM, SOCK_DGRAM, 2, &sock), EAFNOSUPPORT, NULL);
	ck_fails(kin_socket(KIN_AF_HYPERV, SOCK_STREAM, 1, &sock), EAFNOSUPPORT, HYPERV);
	ck_fails(kin_socket(KIN_AF_DIVERT, SOCK_RAW, 0, &sock), EAFNOSUPPORT, NULL);
	ck_assert_int_gt(KIN_AF_SYSTEM, AF_MAX);
}
END_TEST

/* ---- Without text -------------------------------------------------------------------------- */

START_TEST(constructors_and_readers)
{
	struct kin_addr addr = {.len = sizeof(struct sockaddr_storage)};
	char name[KIN_SYSTEM_NAME] = "x", vm_id[KIN_UUID_TEXT], service_id[KIN_UUID_TEXT], host[16];
	uint32_t id, unit;
	int port;

	ck_fails(kin_system_read(&addr, name, &id, &unit), EAFNOSUPPORT, NULL);
	ck_fails(kin_divert_read(&addr, host, &port), EAFNOSUPPORT, NULL);
	ck_fails(kin_hyperv_read(&addr, vm_id, service_id), EAFNOSUPPORT, NULL);
	ck_fails(kin_system_read(NULL, name, &id, &unit), EAFNOSUPPORT, NULL);
	ck_fails(kin_system_addr(NULL, &addr), EINVAL, NULL);
	ck_fails(kin_system_addr("a:b", &addr), EINVAL, NULL);
	ck_fails(kin_system_addr("a", NULL), EINVAL, NULL);
	ck_fails(kin_system_id_addr(-1, 0, &addr), EINVAL, "id -1 is not in 0-4294967295");
	ck_fails(kin_divert_addr(NULL, 65536, &addr), EINVAL, "port 65536 is not in 0-65535");
	ck_fails(kin_hyperv_addr(NULL, ZERO, &addr), EINVAL, "no machine was given");
	ck_fails(kin_hyperv_addr(ZERO, NULL, &addr), EINVAL, "no service was given");

	ck_ok(kin_system_id_addr(UINT32_MAX, 3, &addr));
	ck_ok(kin_system_read(&addr, name, &id, &unit));
	ck_assert_str_eq(name, "");
	ck_assert_uint_eq(id, UINT32_MAX);
	ck_assert_uint_eq(unit, 3);
	ck_ok(kin_divert_addr("127.0.0.1", 8668, &addr));
	ck_ok(kin_divert_read(&addr, host, &port));
	ck_assert_str_eq(host, "127.0.0.1");
	ck_assert_int_eq(port, 8668);
	ck_ok(kin_hyperv_addr("HV_GUID_PARENT", SERVICE("0000FFFF"), &addr));
	ck_ok(kin_hyperv_read(&addr, vm_id, service_id));
	ck_assert_str_eq(vm_id, PARENT);
	ck_assert_str_eq(service_id, SERVICE("0000ffff"));
}
END_TEST

START_TEST(vsock_in_hyperv_s_place)
{
	struct kin_addr addr;
	char text[64];

	ck_ok(kin_hyperv_addr("HV_GUID_PARENT", SERVICE("0000ffff"), &addr));
	ck_assert_int_eq(kin_hyperv_vsock(&addr, text, sizeof(text)), 16);
	ck_assert_str_eq(text, "vsock:host:65535");
	ck_assert_int_eq(kin_hyperv_vsock(&addr, text, 6), 16);
	ck_assert_str_eq(text, "vsock");
	ck_ok(kin_hyperv_addr("HV_GUID_PARENT", ZERO, &addr));
	ck_fails(kin_hyperv_vsock(&addr, text, sizeof(text)), ENOENT,
		 "service " ZERO
		 " has no port of vsock: those end in -facb-11e6-bd58-64006a7986d3");
	ck_ok(kin_hyperv_addr(SERVICE("00000001"), SERVICE("00000001"), &addr));
	ck_fails(kin_hyperv_vsock(&addr, text, sizeof(text)), ENOENT, NULL);
	ck_ok(kin_divert_addr(NULL, 1, &addr));
	ck_fails(kin_hyperv_vsock(&addr, text, sizeof(text)), EAFNOSUPPORT, NULL);
}
END_TEST

int main(void)
{
	const struct test_case cases[] = {
		{reads_what_is_valid, "reads_what_is_valid"},
		{refuses_what_is_not, "refuses_what_is_not"},
		{opening_says_what_serves_here, "opening_says_what_serves_here"},
		{so_does_the_probe, "so_does_the_probe"},
		{the_numbers_are_no_family_s_of_this_kernel,
		 "the_numbers_are_no_family_s_of_this_kernel"},
		{constructors_and_readers, "constructors_and_readers"},
		{vsock_in_hyperv_s_place, "vsock_in_hyperv_s_place"},
		{},
	};

	return run_cases("elsewhere/address", cases);
}
