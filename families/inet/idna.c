/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Names of hosts in any script, made ASCII for the resolver. */
#include "internal.h"

#include <errno.h>
#include <string.h>

#ifdef KIN_HAVE_IDN2
#include <idn2.h>
#endif

static bool is_ascii(const char *text)
{
	for (; *text; text++)
		if ((unsigned char)*text >= 0x80)
			return false;
	return true;
}

#ifdef KIN_HAVE_IDN2
/*
 * What was made of other characters may be none of a name, such as the slash in U+2100 "a/c",
 * which would be another host's name in a URL.
 */
static bool is_host(const char *ascii)
{
	return *ascii != '.' && !strstr(ascii, "..") && !strpbrk(ascii, " \"#%/:<>?@[\\]^`{|}");
}

static int encode(const char *name, struct kin_buf *out)
{
	const int flags = IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL;
	char *ascii;
	int r = idn2_to_ascii_8z(name, &ascii, flags);

	if (r == IDN2_MALLOC)
		return kin_fail(ENOMEM, "out of memory");
	if (r != IDN2_OK)
		return kin_fail(EINVAL, "\"%s\" is no name of a host by IDNA: %s", name,
				idn2_strerror(r));
	if (is_host(ascii))
		kin_buf_puts(out, ascii);
	else
		r = kin_fail(EINVAL, "\"%s\" is no name of a host: by IDNA it is \"%s\"", name,
			     ascii);
	idn2_free(ascii);
	return r;
}
#else
static int encode(const char *name, struct kin_buf *out)
{
	(void)out;
	return kin_fail(EOPNOTSUPP,
			"\"%s\" is not ASCII, and this libkin is built without libidn2: write it "
			"as xn--...",
			name);
}
#endif

ssize_t kin_inet_idna(const char *name, char *buf, size_t size)
{
	struct kin_buf out = {.data = buf, .size = size};
	int r = 0;

	KIN_NEED(name);
	KIN_NEED_ROOM(buf, size);
	if (is_ascii(name))
		kin_buf_puts(&out, name);
	else
		r = encode(name, &out);
	if (r < 0)
		return r;
	kin_buf_end(&out);
	return (ssize_t)out.len;
}

int inet_ascii_host(const char **name, char *buf, size_t size)
{
	ssize_t len;

	if (!*name || is_ascii(*name))
		return 0;
	len = kin_inet_idna(*name, buf, size);
	if (len < 0)
		return (int)len;
	if ((size_t)len >= size)
		return kin_fail(EINVAL, "a host of %zd bytes: at most %zu", len, size - 1);
	*name = buf;
	return 0;
}
