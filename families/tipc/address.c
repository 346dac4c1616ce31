/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Services, ranges of them, and sockets by themselves. */
#include "internal.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

static const struct {
	const char *name;
	int kind;
	unsigned numbers;
	const char *form;
	const char *words[3];
} kinds[] = {
	{"service", KIN_TIPC_SERVICE, 2, "service:TYPE:INSTANCE", {"type", "instance", "domain"}},
	{"range", KIN_TIPC_RANGE, 3, "range:TYPE:LOW:HIGH", {"type", "low", "high"}},
	{"id", KIN_TIPC_ID, 2, "id:NODE:REF", {"node", "ref", "third number of an id"}},
};

enum { N_KINDS = sizeof(kinds) / sizeof(kinds[0]) };

static const struct kin_name scopes[] = {
	{"zone", KIN_TIPC_ZONE},
	{"cluster", KIN_TIPC_CLUSTER},
	{"node", KIN_TIPC_NODE},
	{},
};

/* What text leaves out: an id is visible to all anyway. */
static int default_scope(int kind)
{
	return kind == KIN_TIPC_ID ? 0 : KIN_TIPC_CLUSTER;
}

static int row_of(int kind)
{
	for (int i = 0; i < N_KINDS; i++)
		if (kinds[i].kind == kind)
			return i;
	return -1;
}

int kin_tipc_addr(int kind, int64_t v1, int64_t v2, int64_t v3, int scope,
		  struct kin_addr *ret_addr)
{
	struct kin_addr addr = {.len = sizeof(struct sockaddr_tipc)};
	struct sockaddr_tipc *tipc = (struct sockaddr_tipc *)&addr.ss;
	const int64_t values[] = {v1, v2, v3};
	int row = row_of(kind);

	if (!ret_addr)
		return kin_fail(EINVAL, "no place for the address was given");
	if (row < 0)
		return kin_fail(EINVAL, "kind %d is none of enum kin_tipc_kind", kind);
	for (int i = 0; i < 3; i++) {
		int64_t max = kind == KIN_TIPC_ID && i == 2 ? 0 : UINT32_MAX;

		if (values[i] < 0 || values[i] > max)
			return kin_fail(EINVAL, "%s %" PRId64 " is not in 0-%" PRId64,
					kinds[row].words[i], values[i], max);
	}
	if (kind == KIN_TIPC_RANGE && v2 > v3)
		return kin_fail(EINVAL, "the range %" PRId64 ":%" PRId64 " is empty", v2, v3);
	if (scope < INT8_MIN || scope > INT8_MAX)
		return kin_fail(EINVAL, "scope %d is not in %d-%d", scope, INT8_MIN, INT8_MAX);
	tipc->family = AF_TIPC;
	tipc->addrtype = (unsigned char)kind;
	tipc->scope = (signed char)scope;
	if (kind == KIN_TIPC_ID) {
		tipc->addr.id.node = (uint32_t)v1;
		tipc->addr.id.ref = (uint32_t)v2;
	} else {
		/* A service lies as a range does: its domain is where the range's end is. */
		tipc->addr.nameseq.type = (uint32_t)v1;
		tipc->addr.nameseq.lower = (uint32_t)v2;
		tipc->addr.nameseq.upper = (uint32_t)v3;
	}
	*ret_addr = addr;
	return 0;
}

int kin_tipc_addr_read(const struct kin_addr *addr, int *ret_kind, uint32_t *ret_v1,
		       uint32_t *ret_v2, uint32_t *ret_v3, int *ret_scope)
{
	const struct sockaddr_tipc *tipc;
	bool id;

	if (!addr || addr->len < sizeof(*tipc) || addr->sa.sa_family != AF_TIPC)
		return kin_fail(EAFNOSUPPORT, "not an address of TIPC");
	tipc = (const struct sockaddr_tipc *)&addr->ss;
	if (row_of(tipc->addrtype) < 0)
		return kin_fail(EAFNOSUPPORT, "an address of TIPC of unknown kind %d",
				tipc->addrtype);
	id = tipc->addrtype == KIN_TIPC_ID;
	if (ret_kind)
		*ret_kind = tipc->addrtype;
	if (ret_v1)
		*ret_v1 = id ? tipc->addr.id.node : tipc->addr.nameseq.type;
	if (ret_v2)
		*ret_v2 = id ? tipc->addr.id.ref : tipc->addr.nameseq.lower;
	if (ret_v3)
		*ret_v3 = id ? 0 : tipc->addr.nameseq.upper;
	if (ret_scope)
		*ret_scope = tipc->scope;
	return 0;
}

static int read_scope(const char *text, int *ret_scope)
{
	int64_t number;
	int r;

	for (const struct kin_name *name = scopes; name->name; name++)
		if (strcmp(name->name, text) == 0) {
			*ret_scope = (int)name->value;
			return 0;
		}
	if (*text != '-' && (*text < '0' || *text > '9'))
		return kin_fail(EINVAL, "scope %s is not zone, cluster, node or a number", text);
	r = kin_parse_int(text, "scope", INT8_MIN, INT8_MAX, &number);
	if (r == 0)
		*ret_scope = (int)number;
	return r;
}

/* The numbers behind the kind, with colons between them. */
static int read_numbers(int row, const char *text, int64_t values[3])
{
	for (unsigned i = 0; i < kinds[row].numbers; i++) {
		size_t len = strcspn(text, ":");
		bool last = i + 1 == kinds[row].numbers;
		char word[32];
		int r;

		if (len >= sizeof(word) || (text[len] == ':') == last)
			return kin_fail(EINVAL, "\"%.64s\": an address of this kind is %s", text,
					kinds[row].form);
		memcpy(word, text, len);
		word[len] = '\0';
		r = kin_parse_int(word, kinds[row].words[i], 0, UINT32_MAX, &values[i]);
		if (r < 0)
			return r;
		text += len + 1;
	}
	return 0;
}

int tipc_parse(const struct kin_proto *proto, const char *body, const struct kin_setting *settings,
	       size_t n, struct kin_target *ret)
{
	size_t len = strcspn(body, ":");
	int64_t values[3] = {0, 0, 0};
	int row = 0, scope, r;

	(void)proto;
	while (row < N_KINDS &&
	       !(strlen(kinds[row].name) == len && memcmp(kinds[row].name, body, len) == 0))
		row++;
	if (row == N_KINDS || !body[len])
		return kin_fail(EINVAL,
				"\"%.64s\" is not service:TYPE:INSTANCE, range:TYPE:LOW:HIGH or "
				"id:NODE:REF",
				body);
	r = read_numbers(row, body + len + 1, values);
	scope = default_scope(kinds[row].kind);
	for (size_t i = 0; r == 0 && i < n; i++) {
		if (strcmp(settings[i].name, "scope") == 0)
			r = read_scope(settings[i].value, &scope);
		else if (kinds[row].kind == KIN_TIPC_SERVICE)
			r = kin_parse_int(settings[i].value, "domain", 0, UINT32_MAX, &values[2]);
		else
			r = kin_fail(EINVAL, "domain= is of service:TYPE:INSTANCE only");
	}
	if (r < 0)
		return r;
	return kin_tipc_addr(kinds[row].kind, values[0], values[1], values[2], scope, &ret->addr);
}

static void put_scope(int scope, struct kin_buf *out)
{
	kin_buf_puts(out, ",scope=");
	for (const struct kin_name *name = scopes; name->name; name++)
		if (name->value == scope) {
			kin_buf_puts(out, name->name);
			return;
		}
	kin_buf_printf(out, "%d", scope);
}

void tipc_format(const struct kin_proto *proto, const struct kin_target *target,
		 struct kin_buf *out)
{
	uint32_t v1, v2, v3;
	int kind, scope;

	(void)proto;
	if (kin_tipc_addr_read(&target->addr, &kind, &v1, &v2, &v3, &scope) < 0)
		return;
	kin_buf_printf(out, "%s:%u:%u", kinds[row_of(kind)].name, v1, v2);
	if (kind == KIN_TIPC_RANGE)
		kin_buf_printf(out, ":%u", v3);
	if (kind == KIN_TIPC_SERVICE && v3)
		kin_buf_printf(out, ",domain=%u", v3);
	if (scope != default_scope(kind))
		put_scope(scope, out);
}

/* Of an id, the kernel looks at node and reference only. */
bool tipc_equal(const struct kin_addr *a, const struct kin_addr *b)
{
	const struct sockaddr_tipc *one = (const struct sockaddr_tipc *)&a->ss;
	const struct sockaddr_tipc *other = (const struct sockaddr_tipc *)&b->ss;

	if (a->len < sizeof(*one) || b->len < sizeof(*other))
		return a->len == b->len && memcmp(one, other, a->len) == 0;
	if (one->family != other->family || one->addrtype != other->addrtype)
		return false;
	if (one->addrtype == KIN_TIPC_ID)
		return memcmp(&one->addr.id, &other->addr.id, sizeof(one->addr.id)) == 0;
	return one->scope == other->scope &&
	       memcmp(&one->addr, &other->addr, sizeof(one->addr)) == 0;
}
