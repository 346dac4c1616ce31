/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Network interfaces in address texts: by name, "any", or "if7" for one that is gone. */
#include <kin/family.h>

#include <errno.h>
#include <limits.h>
#include <net/if.h>
#include <stdlib.h>
#include <string.h>

static const char any[] = "any";

/* The index in "if7", in just that form; 0 when it is none. */
static int index_in_name(const char *name)
{
	char *end;
	long index;

	if (strncmp(name, "if", 2) != 0 || name[2] < '1' || name[2] > '9')
		return 0;
	errno = 0;
	index = strtol(name + 2, &end, 10);
	return *end == '\0' && errno == 0 && index <= INT_MAX ? (int)index : 0;
}

static int refuse(const char *name)
{
	char text[160];
	struct kin_buf list = {text, sizeof(text), 0};
	struct if_nameindex *all = if_nameindex();

	for (const struct if_nameindex *i = all; i && i->if_index; i++)
		kin_buf_printf(&list, "%s%s", i == all ? "" : ", ", i->if_name);
	if (all)
		if_freenameindex(all);
	return kin_fail(ENODEV, "no interface %s; there are: %s", name, kin_buf_end(&list));
}

int kin_parse_interface(const char *text, int *ret_index)
{
	int index = 0;

	if (!text || !ret_index)
		return kin_fail(EINVAL, "no interface was given");
	if (strlen(text) >= IF_NAMESIZE)
		return kin_fail(EINVAL, "interface name %.32s is longer than %d bytes", text,
				IF_NAMESIZE - 1);
	if (*text && strcmp(text, any) != 0) {
		index = (int)if_nametoindex(text);
		if (index == 0 && (errno == EMFILE || errno == ENFILE || errno == ENOMEM))
			return kin_fail(errno, "can't look for interface %s", text);
		if (index == 0)
			index = index_in_name(text);
		if (index == 0)
			return refuse(text);
	}
	*ret_index = index;
	return 0;
}

void kin_buf_put_interface(struct kin_buf *buf, int index)
{
	char name[IF_NAMESIZE];

	if (index == 0)
		kin_buf_puts(buf, any);
	else if (if_indextoname((unsigned)index, name) && strcmp(name, any) != 0)
		kin_buf_put_body(buf, name, strlen(name));
	else
		kin_buf_printf(buf, "if%d", index);
}
