/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The text that names a shared socket. */
#ifndef KIN_SHARE_H
#define KIN_SHARE_H

#include <stdint.h>
#include <sys/types.h>

/* Digits of the abstract name that the kernel chose. */
#define SHARE_NAME 5

/* Bytes of the text, NUL included. */
#define KIN_SHARE_TEXT 64

struct share_token {
	pid_t pid; /* who shares it ... */
	int fd;    /* ... and has it under this number */
	uint64_t cookie;
	char name[SHARE_NAME + 1];
};

void share_format(const struct share_token *token, char text[KIN_SHARE_TEXT]);

/* Strict: what share_format() writes and nothing else. */
int share_parse(const char *text, struct share_token *ret_token);

#endif
