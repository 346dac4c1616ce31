/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The record of the last failure, one per thread. */
#include "core.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static _Thread_local struct failure last;

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

void failure_keep(struct failure *kept)
{
	kept->domain = last.domain;
	kept->code = last.code;
	strcpy(kept->text, last.text); /* mostly there is none */
}

void failure_restore(const struct failure *kept)
{
	last.domain = kept->domain;
	last.code = kept->code;
	strcpy(last.text, kept->text);
}

/* What is wrong mostly stands at the end, behind a value of any length: that goes in the middle. */
static void shorten(const char *whole, size_t len, char *text, size_t size)
{
	static const char dots[] = " ... ";
	size_t head = size / 2;
	size_t tail = size - head - strlen(dots);

	memcpy(text, whole, head);
	memcpy(text + head, dots, strlen(dots));
	memcpy(text + size - tail, whole + len + 1 - tail, tail);
}

/* The words may quote the record that they replace, so they are made beside it. */
static void KIN_PRINTF(3, 0)
	record(enum kin_errdomain domain, int code, const char *format, va_list args)
{
	char text[sizeof(last.text)] = "";
	char *whole = NULL;
	va_list again;
	int len = 0;

	va_copy(again, args);
	if (format)
		len = vsnprintf(text, sizeof(text), format, args);
	if (len >= (int)sizeof(text) && vasprintf(&whole, format, again) >= 0) {
		shorten(whole, (size_t)len, text, sizeof(text));
		free(whole);
	}
	va_end(again);
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
