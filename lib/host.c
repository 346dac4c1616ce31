/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* This machine: its name, its network interfaces, its byte order. */
#include "core.h"

#include <arpa/inet.h>
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <net/if.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static ssize_t give_text(const char *text, char *buf, size_t size)
{
	struct kin_buf out = {buf, size, 0};

	kin_buf_puts(&out, text);
	kin_buf_end(&out);
	return (ssize_t)out.len;
}

ssize_t kin_hostname(char *buf, size_t size)
{
	char name[HOST_NAME_MAX + 1] = "";
	int r;

	KIN_NEED_ROOM(buf, size);
	r = kin_audit_ask(&(struct kin_audit){.event = KIN_AUDIT_HOSTNAME});
	if (r < 0)
		return r;
	if (gethostname(name, sizeof(name)) < 0)
		return fail_errno(errno, "gethostname");
	return give_text(name, buf, size);
}

int kin_set_hostname(const char *name)
{
	size_t len;
	int r;

	KIN_NEED(name);
	len = strlen(name);
	if (len > HOST_NAME_MAX)
		return kin_fail(ENAMETOOLONG,
				"host name \"" SHOWN "\" has %zu bytes; at most %d fit", SHOW(name),
				len, HOST_NAME_MAX);
	r = kin_audit_ask(&(struct kin_audit){.event = KIN_AUDIT_SET_HOSTNAME, .name = name});
	if (r < 0)
		return r;
	if (sethostname(name, len) == 0)
		return 0;
	if (errno == EPERM)
		return kin_fail(EPERM, "setting the host name needs CAP_SYS_ADMIN");
	return fail_errno(errno, "sethostname");
}

int kin_if_list(struct kin_if **ret_list)
{
	struct if_nameindex *rows;
	struct kin_if *list;
	int n = 0;

	KIN_NEED(ret_list);
	rows = if_nameindex();
	if (!rows)
		return fail_errno(errno, "if_nameindex");
	while (rows[n].if_name)
		n++;
	list = calloc((size_t)n + 1, sizeof(*list));
	for (int i = 0; list && i < n; i++) {
		list[i].index = rows[i].if_index;
		strncpy(list[i].name, rows[i].if_name, sizeof(list[i].name) - 1);
	}
	if_freenameindex(rows);
	if (!list)
		return fail_oom();
	*ret_list = list;
	return n;
}

int kin_if_index(const char *name)
{
	size_t len;
	unsigned index;

	KIN_NEED(name);
	len = strlen(name);
	if (len >= IF_NAMESIZE)
		return kin_fail(ENAMETOOLONG,
				"interface name \"" SHOWN "\" has %zu bytes; at most %d fit",
				SHOW(name), len, IF_NAMESIZE - 1);
	index = if_nametoindex(name);
	if (index == 0)
		return kin_fail(errno == ENODEV || !*name ? ENODEV : errno, "interface \"%s\": %s",
				name, strerrordesc_np(errno));
	return (int)index;
}

ssize_t kin_if_name(unsigned index, char *buf, size_t size)
{
	char name[IF_NAMESIZE];

	KIN_NEED_ROOM(buf, size);
	if (if_indextoname(index, name))
		return give_text(name, buf, size);
	if (errno == ENXIO)
		return kin_fail(ENODEV, "no interface has the index %u", index);
	return fail_errno(errno, "if_indextoname");
}

static int check_bits(int64_t value, int64_t max)
{
	if (value < 0 || value > max)
		return kin_fail(EINVAL, "%" PRId64 " is not in 0-%" PRId64, value, max);
	return 0;
}

int kin_htons(int64_t value)
{
	int r = check_bits(value, UINT16_MAX);

	return r < 0 ? r : htons((uint16_t)value);
}

int kin_ntohs(int64_t value)
{
	return kin_htons(value);
}

int64_t kin_htonl(int64_t value)
{
	int r = check_bits(value, UINT32_MAX);

	return r < 0 ? r : (int64_t)htonl((uint32_t)value);
}

int64_t kin_ntohl(int64_t value)
{
	return kin_htonl(value);
}
