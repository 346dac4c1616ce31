/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A context, a port, and the way there. */
#include "internal.h"

#include <errno.h>
#include <string.h>

static const struct kin_name cids[] = {
	{"any", VMADDR_CID_ANY},
	{"hypervisor", VMADDR_CID_HYPERVISOR},
	{"local", VMADDR_CID_LOCAL},
	{"host", VMADDR_CID_HOST},
	{},
};

static const struct kin_name ports[] = {{"any", VMADDR_PORT_ANY}, {}};

static int check(const char *what, int64_t value, int64_t max)
{
	if (value < 0 || value > max)
		return kin_fail(EINVAL, "%s %lld is not in 0-%lld", what, (long long)value,
				(long long)max);
	return 0;
}

int kin_vsock_addr(int64_t cid, int64_t port, int flags, struct kin_addr *ret_addr)
{
	struct sockaddr_vm vm = {.svm_family = AF_VSOCK};
	int r = ret_addr ? check("cid", cid, UINT32_MAX) : kin_fail(EINVAL, "no room was given");

	if (r < 0 || (r = check("port", port, UINT32_MAX)) < 0 ||
	    (r = check("flags", flags, UINT8_MAX)) < 0)
		return r;
	vm.svm_cid = (unsigned)cid;
	vm.svm_port = (unsigned)port;
	vm.svm_flags = (unsigned char)flags;
	*ret_addr = (struct kin_addr){.len = sizeof(vm)};
	memcpy(&ret_addr->ss, &vm, sizeof(vm));
	return 0;
}

static bool read_vm(const struct kin_addr *addr, struct sockaddr_vm *vm)
{
	if (addr->len < sizeof(*vm))
		return false;
	memcpy(vm, &addr->ss, sizeof(*vm));
	return vm->svm_family == AF_VSOCK;
}

int kin_vsock_read(const struct kin_addr *addr, uint32_t *ret_cid, uint32_t *ret_port,
		   int *ret_flags)
{
	struct sockaddr_vm vm;

	if (!addr)
		return kin_fail(EINVAL, "no address was given");
	if (!read_vm(addr, &vm))
		return kin_fail(EAFNOSUPPORT, "not a vsock address");
	if (ret_cid)
		*ret_cid = vm.svm_cid;
	if (ret_port)
		*ret_port = vm.svm_port;
	if (ret_flags)
		*ret_flags = vm.svm_flags;
	return 0;
}

/* One of names, or a number. */
static int parse_number(const struct kin_name *names, const char *what, const char *text,
			int64_t *ret_value)
{
	for (; names->name; names++)
		if (strcmp(names->name, text) == 0) {
			*ret_value = (uint32_t)names->value;
			return 0;
		}
	return kin_parse_int(text, what, 0, UINT32_MAX, ret_value);
}

static void put_number(const struct kin_name *names, uint32_t value, struct kin_buf *out)
{
	for (; names->name; names++)
		if ((uint32_t)names->value == value) {
			kin_buf_puts(out, names->name);
			return;
		}
	kin_buf_printf(out, "%u", value);
}

void vsock_put_cid(uint32_t cid, struct kin_buf *out)
{
	put_number(cids, cid, out);
}

static int parse_place(const char *text, int flags, struct kin_addr *ret_addr)
{
	const char *colon = strchr(text, ':');
	char cid_text[32] = "";
	int64_t cid, port;
	int r;

	if (!colon)
		return kin_fail(EINVAL, "\"%s\" is not CID:PORT, such as host:1234 or any:1234",
				text);
	if ((size_t)(colon - text) >= sizeof(cid_text))
		return kin_fail(EINVAL, "\"%.*s\" is no context ID", (int)(colon - text), text);
	memcpy(cid_text, text, (size_t)(colon - text));
	if ((r = parse_number(cids, "cid", cid_text, &cid)) < 0 ||
	    (r = parse_number(ports, "port", colon + 1, &port)) < 0)
		return r;
	return kin_vsock_addr(cid, port, flags, ret_addr);
}

int vsock_parse(const struct kin_proto *proto, const char *body, const struct kin_setting *settings,
		size_t n, struct kin_target *ret)
{
	bool to_host = false;
	int r = 0;

	(void)proto;
	for (size_t i = 0; r == 0 && i < n; i++) {
		const struct kin_setting *s = &settings[i];

		if (strcmp(s->name, "to-host") == 0)
			r = kin_parse_bool(s->value, s->name, &to_host);
		else if (strcmp(s->name, "local") == 0)
			r = parse_place(s->value, 0, &ret->local);
	}
	return r < 0 ? r : parse_place(body, to_host ? VMADDR_FLAG_TO_HOST : 0, &ret->addr);
}

static bool put_place(const struct kin_addr *addr, struct sockaddr_vm *vm, const char *before,
		      struct kin_buf *out)
{
	if (!read_vm(addr, vm))
		return false;
	kin_buf_puts(out, before);
	vsock_put_cid(vm->svm_cid, out);
	kin_buf_puts(out, ":");
	put_number(ports, vm->svm_port, out);
	return true;
}

void vsock_format(const struct kin_proto *proto, const struct kin_target *target,
		  struct kin_buf *out)
{
	struct sockaddr_vm vm;

	(void)proto;
	if (!put_place(&target->addr, &vm, "", out))
		return;
	if (vm.svm_flags & VMADDR_FLAG_TO_HOST)
		kin_buf_puts(out, ",to-host=on");
	put_place(&target->local, &vm, ",local=", out);
}

/* The way there is not the place. */
bool vsock_equal(const struct kin_addr *a, const struct kin_addr *b)
{
	struct sockaddr_vm one, other;

	return read_vm(a, &one) && read_vm(b, &other) && one.svm_cid == other.svm_cid &&
	       one.svm_port == other.svm_port;
}
