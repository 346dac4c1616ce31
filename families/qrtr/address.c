/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A node and a port. */
#include "internal.h"

#include <errno.h>
#include <string.h>

static int check(const char *what, int64_t value)
{
	if (value < 0 || value > UINT32_MAX)
		return kin_fail(EINVAL, "%s %lld is not in 0-%u", what, (long long)value,
				UINT32_MAX);
	return 0;
}

int kin_qrtr_addr(int64_t node, int64_t port, struct kin_addr *ret_addr)
{
	struct sockaddr_qrtr sq = {.sq_family = AF_QIPCRTR};
	int r = ret_addr ? check("node", node) : kin_fail(EINVAL, "no room was given");

	if (r == 0)
		r = check("port", port);
	if (r < 0)
		return r;
	sq.sq_node = (uint32_t)node;
	sq.sq_port = (uint32_t)port;
	*ret_addr = (struct kin_addr){.len = sizeof(sq)};
	memcpy(&ret_addr->ss, &sq, sizeof(sq));
	return 0;
}

static bool read_sq(const struct kin_addr *addr, struct sockaddr_qrtr *sq)
{
	if (addr->len < sizeof(*sq))
		return false;
	memcpy(sq, &addr->ss, sizeof(*sq));
	return sq->sq_family == AF_QIPCRTR;
}

int kin_qrtr_read(const struct kin_addr *addr, uint32_t *ret_node, uint32_t *ret_port)
{
	struct sockaddr_qrtr sq;

	if (!addr)
		return kin_fail(EINVAL, "no address was given");
	if (!read_sq(addr, &sq))
		return kin_fail(EAFNOSUPPORT, "not a qrtr address");
	if (ret_node)
		*ret_node = sq.sq_node;
	if (ret_port)
		*ret_port = sq.sq_port;
	return 0;
}

static int parse_place(const char *text, struct kin_addr *ret_addr)
{
	const char *colon = strchr(text, ':');
	int64_t node = QRTR_NODE_BCAST, port = QRTR_PORT_CTRL;
	char node_text[32] = "";
	int r = 0;

	if (!colon)
		return kin_fail(EINVAL, "\"%s\" is not NODE:PORT, such as 1:16384", text);
	if ((size_t)(colon - text) >= sizeof(node_text))
		return kin_fail(EINVAL, "\"%.*s\" is no node", (int)(colon - text), text);
	memcpy(node_text, text, (size_t)(colon - text));
	if (strcmp(node_text, "broadcast") != 0)
		r = kin_parse_int(node_text, "node", 0, UINT32_MAX, &node);
	if (r == 0 && strcmp(colon + 1, "control") != 0)
		r = kin_parse_int(colon + 1, "port", 0, UINT32_MAX, &port);
	return r < 0 ? r : kin_qrtr_addr(node, port, ret_addr);
}

int qrtr_parse(const struct kin_proto *proto, const char *body, const struct kin_setting *settings,
	       size_t n, struct kin_target *ret)
{
	int r = parse_place(body, &ret->addr);

	(void)proto;
	for (size_t i = 0; r == 0 && i < n; i++)
		if (strcmp(settings[i].name, "local") == 0)
			r = parse_place(settings[i].value, &ret->local);
	return r;
}

static void put_place(const struct kin_addr *addr, const char *before, struct kin_buf *out)
{
	struct sockaddr_qrtr sq;

	if (!read_sq(addr, &sq))
		return;
	kin_buf_puts(out, before);
	if (sq.sq_node == QRTR_NODE_BCAST)
		kin_buf_puts(out, "broadcast:");
	else
		kin_buf_printf(out, "%u:", sq.sq_node);
	if (sq.sq_port == QRTR_PORT_CTRL)
		kin_buf_puts(out, "control");
	else
		kin_buf_printf(out, "%u", sq.sq_port);
}

void qrtr_format(const struct kin_proto *proto, const struct kin_target *target,
		 struct kin_buf *out)
{
	(void)proto;
	put_place(&target->addr, "", out);
	put_place(&target->local, ",local=", out);
}

bool qrtr_equal(const struct kin_addr *a, const struct kin_addr *b)
{
	struct sockaddr_qrtr one, other;

	return read_sq(a, &one) && read_sq(b, &other) && one.sq_node == other.sq_node &&
	       one.sq_port == other.sq_port;
}
