/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Names of sockets: paths, abstract names, and no name at all. */
#include "internal.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>
#include <sys/un.h>

#define PATH_OFFSET offsetof(struct sockaddr_un, sun_path)

/* name follows prefix bytes of NUL and is followed by suffix of them. */
static void set_name(const void *name, size_t len, size_t prefix, size_t suffix,
		     struct kin_addr *ret_addr)
{
	struct sockaddr_un *un;

	*ret_addr = (struct kin_addr){.len = (socklen_t)(PATH_OFFSET + prefix + len + suffix)};
	un = (struct sockaddr_un *)&ret_addr->ss;
	un->sun_family = AF_UNIX;
	if (len)
		memcpy(un->sun_path + prefix, name, len);
}

int kin_unix_addr(const char *path, struct kin_addr *ret_addr)
{
	size_t len;

	KIN_NEED(path);
	KIN_NEED(ret_addr);
	len = strlen(path);
	if (len > KIN_UNIX_NAME_MAX)
		return kin_fail(ENAMETOOLONG, "the path has %zu bytes, a socket's at most %d", len,
				KIN_UNIX_NAME_MAX);
	set_name(path, len, 0, len > 0, ret_addr);
	return 0;
}

int kin_unix_abstract_addr(const void *name, size_t len, struct kin_addr *ret_addr)
{
	KIN_NEED_ROOM(name, len);
	KIN_NEED(ret_addr);
	if (len > KIN_UNIX_NAME_MAX)
		return kin_fail(ENAMETOOLONG, "the abstract name has %zu bytes, one may have %d",
				len, KIN_UNIX_NAME_MAX);
	set_name(name, len, 1, 0, ret_addr);
	return 0;
}

int kin_unix_name(const struct kin_addr *addr, const char **ret_name, size_t *ret_len)
{
	const struct sockaddr_un *un;
	size_t len;

	KIN_NEED(addr);
	KIN_NEED(ret_name);
	KIN_NEED(ret_len);
	un = (const struct sockaddr_un *)&addr->ss;
	if (addr->len < PATH_OFFSET || un->sun_family != AF_UNIX)
		return kin_fail(EAFNOSUPPORT, "not a UNIX socket's address");
	/* The kernel may report one byte more than sun_path has: a path that fills it, and a NUL.
	 */
	len = addr->len - PATH_OFFSET;
	if (len > sizeof(un->sun_path))
		len = sizeof(un->sun_path);
	*ret_name = un->sun_path;
	*ret_len = 0;
	if (len == 0)
		return KIN_UNIX_UNNAMED;
	if (un->sun_path[0]) {
		*ret_len = strnlen(un->sun_path, len);
		return KIN_UNIX_PATH;
	}
	*ret_name = un->sun_path + 1;
	*ret_len = len - 1;
	return KIN_UNIX_ABSTRACT;
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 'a' ^ 'A';
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/*
 * Undo the %XX of text from begin on. Bytes beyond the room are counted but not kept.
 * @return the length, or negative
 */
static ssize_t unescape(const char *text, size_t begin, char *name, size_t size)
{
	size_t len = 0;

	for (const char *s = text + begin; *s; s++) {
		char c = *s;

		if (c == '%') {
			int high = hex_digit(s[1]), low = high < 0 ? -1 : hex_digit(s[2]);

			if (low < 0)
				return kin_fail(
					EINVAL,
					"%% at position %td is not followed by two hex digits "
					"(%%25 stands for the character)",
					s - text + 1);
			c = (char)(high << 4 | low);
			s += 2;
		}
		if (len < size)
			name[len] = c;
		len++;
	}
	return (ssize_t)len;
}

static int parse_name(const char *text, struct kin_addr *ret_addr)
{
	bool abstract = text[0] == '@';
	char name[KIN_UNIX_NAME_MAX + 1] = "";
	ssize_t len = unescape(text, abstract, name, KIN_UNIX_NAME_MAX);

	if (len < 0)
		return (int)len;
	if (abstract)
		return kin_unix_abstract_addr(name, (size_t)len, ret_addr);
	if (len > KIN_UNIX_NAME_MAX)
		return kin_fail(ENAMETOOLONG, "the path has %zd bytes, a socket's at most %d", len,
				KIN_UNIX_NAME_MAX);
	if (memchr(name, '\0', (size_t)len))
		return kin_fail(EINVAL,
				"a path can't hold the byte %%00 (an abstract name begins with @)");
	return kin_unix_addr(name, ret_addr);
}

int unix_parse(const struct kin_proto *proto, const char *body, const struct kin_setting *settings,
	       size_t n, struct kin_target *ret)
{
	int r;

	(void)proto;
	r = parse_name(body, &ret->addr);
	for (size_t i = 0; r == 0 && i < n; i++)
		if (strcmp(settings[i].name, "local") == 0)
			r = parse_name(settings[i].value, &ret->local);
	return r;
}

static void put_name(const struct kin_addr *addr, struct kin_buf *out)
{
	char text[1 + 3 * sizeof(((struct sockaddr_un *)NULL)->sun_path) + 1];
	struct kin_buf buf = {.data = text, .size = sizeof(text)};
	const char *name;
	size_t len;
	int kind;

	kind = kin_unix_name(addr, &name, &len);
	if (kind < 0)
		return;
	if (kind == KIN_UNIX_ABSTRACT)
		kin_buf_puts(&buf, "@");
	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)name[i];
		bool at = c == '@' && i == 0 && kind == KIN_UNIX_PATH;

		if (c < ' ' || c > '~' || c == '%' || at)
			kin_buf_printf(&buf, "%%%02X", c);
		else
			kin_buf_put(&buf, name + i, 1);
	}
	kin_buf_put_body(out, text, buf.len);
}

void unix_format(const struct kin_proto *proto, const struct kin_target *target,
		 struct kin_buf *out)
{
	(void)proto;
	put_name(&target->addr, out);
	if (target->local.len) {
		kin_buf_puts(out, ",local=");
		put_name(&target->local, out);
	}
}

bool unix_equal(const struct kin_addr *a, const struct kin_addr *b)
{
	const char *name_a, *name_b;
	size_t len_a, len_b;
	int kind_a = kin_unix_name(a, &name_a, &len_a), kind_b = kin_unix_name(b, &name_b, &len_b);

	return kind_a >= 0 && kind_a == kind_b && len_a == len_b &&
	       memcmp(name_a, name_b, len_a) == 0;
}
