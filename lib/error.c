/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The record of the last failure, one per thread. */
#include "core.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static _Thread_local struct {
	enum kin_errdomain domain;
	int code;
	char text[1024];
} last;

const char *kin_error_text(void)
{
	return last.text;
}

enum kin_errdomain kin_error_domain(void)
{
	return last.domain;
}

int kin_error_code(void)
{
	return last.code;
}

void kin_error_clear(void)
{
	last.domain = KIN_ERR_ERRNO;
	last.code = 0;
	last.text[0] = '\0';
}

/* The words may quote the record that they replace, so they are made beside it. */
static void KIN_PRINTF(3, 0)
	record(enum kin_errdomain domain, int code, const char *format, va_list args)
{
	char text[sizeof(last.text)];

	vsnprintf(text, sizeof(text), format ? format : "", args);
	memcpy(last.text, text, sizeof(text));
	last.domain = domain;
	last.code = code;
}

int kin_fail(int err, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	record(KIN_ERR_ERRNO, err, format, args);
	va_end(args);
	return -err;
}

int kin_fail_in(enum kin_errdomain domain, int code, int err, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	record(domain, code, format, args);
	va_end(args);
	return -err;
}

int fail_errno(int err, const char *what)
{
	char text[128];

	return kin_fail(err, "%s: %s", what, strerror_r(err, text, sizeof(text)));
}

int fail_oom(void)
{
	return kin_fail(ENOMEM, "out of memory");
}

int fail_null(const char *argument)
{
	return kin_fail(EINVAL, "%s is NULL", argument);
}
