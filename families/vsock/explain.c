/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the kernel's errors mean on vsock, and the way out. */
#include "internal.h"

#include <errno.h>
#include <string.h>

static void put_no_transport(uint32_t cid, struct kin_buf *out)
{
	if (cid == VMADDR_CID_LOCAL) {
		kin_buf_puts(out, "there is no loopback transport; `sudo modprobe vsock_loopback`");
		return;
	}
	kin_buf_puts(out, "no transport goes to CID ");
	vsock_put_cid(cid, out);
	kin_buf_puts(out, ": a guest needs a vsock device (virtio, Hyper-V, VMware), a host the "
			  "module vhost_vsock");
}

static void explain_bind(int err, const struct sockaddr_vm *vm, struct kin_buf *out)
{
	uint32_t own;

	switch (err) {
	case EADDRINUSE:
		kin_buf_printf(out, "another socket has port %u", vm->svm_port);
		break;
	case EADDRNOTAVAIL:
		kin_buf_puts(out, "CID ");
		vsock_put_cid(vm->svm_cid, out);
		kin_buf_puts(out, " is not this machine's: use any");
		if (kin_vsock_local_cid(&own) == 0)
			kin_buf_printf(out, ", or its own, %u", own);
		break;
	case EACCES:
		kin_buf_puts(out, "ports below 1024 need CAP_NET_BIND_SERVICE");
		break;
	}
}

static void explain_connect(int err, const struct sockaddr_vm *vm, struct kin_buf *out)
{
	switch (err) {
	case ENODEV:
	case ENETUNREACH:
		put_no_transport(vm->svm_cid, out);
		break;
	case ECONNRESET:
	case ECONNREFUSED:
		kin_buf_printf(out, "nobody there listens on port %u", vm->svm_port);
		break;
	case ETIMEDOUT:
		kin_buf_puts(out, "CID ");
		vsock_put_cid(vm->svm_cid, out);
		kin_buf_puts(out, " did not answer within connect-timeout=");
		break;
	case ESOCKTNOSUPPORT:
		kin_buf_puts(out, "the transport to CID ");
		vsock_put_cid(vm->svm_cid, out);
		kin_buf_puts(out, " has streams only");
		break;
	}
}

void vsock_explain(const struct kin_proto *proto, const char *call, int err,
		   const struct kin_target *target, struct kin_buf *out)
{
	struct sockaddr_vm vm = {};

	if (strcmp(call, "socket") == 0 && err == ENODEV && proto && proto->type == SOCK_DGRAM) {
		kin_buf_puts(out, "no transport here has datagrams: only VMware's does");
		return;
	}
	if (!target || target->addr.len < sizeof(vm))
		return;
	memcpy(&vm, &target->addr.ss, sizeof(vm));
	if (strcmp(call, "bind") == 0)
		explain_bind(err, &vm, out);
	else if (strcmp(call, "connect") == 0)
		explain_connect(err, &vm, out);
}
