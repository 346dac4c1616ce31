/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* AF_ALG: the kernel's cryptography. */
#include "internal.h"

#include <errno.h>
#include <unistd.h>

static const struct kin_proto protos[] = {
	{
		.scheme = "alg",
		.type = SOCK_SEQPACKET,
		.flags = KIN_PROTO_BUS | KIN_PROTO_NO_PEER,
		.body = "TYPE/NAME",
		.example = "alg:hash/sha256",
		.summary = "hashes, ciphers, AEADs and random numbers of the kernel",
	},
	{},
};

static const struct kin_addr_opt addr_opts[] = {
	{"feat", NULL, "NUMBER", "features asked for (salg_feat), 32 bits; 0: as they come"},
	{"mask", NULL, "NUMBER", "which features count (salg_mask), 32 bits; 0: none"},
	{},
};

/* Types are modules too (algif_hash, ...); which one is missing, binding tells. */
static const struct kin_need needs[] = {
	{.module = "af_alg", .kconfig = "CONFIG_CRYPTO_USER_API", .since = "2.6.38"},
	{},
};

/* Binding is all that an address can mean; what data is sent to is an operation, by accept(2). */
static int alg_open(struct kin_sock *sock, const struct kin_target *target, enum kin_role role,
		    int64_t deadline_ns)
{
	struct kin_sock *operation;
	int r = kin_open_target(sock, target, role, deadline_ns);

	if (r < 0 || role == KIN_LISTEN)
		return r;
	r = kin_accept(sock, &operation, NULL);
	if (r < 0)
		return r;
	r = kin_set_timeout(operation, kin_timeout(sock));
	if (r < 0) {
		close(kin_detach(operation));
		return r;
	}
	kin_sock_set_fd(sock, kin_detach(operation));
	return 0;
}

const struct kin_family kin_family_alg = {
	.abi = KIN_FAMILY_ABI,
	.struct_size = sizeof(struct kin_family),
	.name = "alg",
	.domain = AF_ALG,
	.summary = "the kernel's cryptography",
	.protos = protos,
	.addr_opts = addr_opts,
	.opts = alg_opts,
	.consts = alg_consts,
	.needs = needs,
	.parse = alg_parse,
	.format = alg_format,
	.equal = alg_equal,
	.open = alg_open,
	.explain = alg_explain,
};
