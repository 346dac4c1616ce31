/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "internal.h"

/* The kernel's are 64 bit, where other families have an int. */
#define SIZE(text, number, words)                                                                  \
	{                                                                                          \
		.name = (text), .level = AF_VSOCK, .optname = (number), .type = KIN_OPT_U64,       \
		.since = "3.9", .doc = (words)                                                     \
	}

const struct kin_opt vsock_opts[] = {
	SIZE("buffer-max-size", SO_VM_SOCKETS_BUFFER_MAX_SIZE,
	     "the most that buffer-size may be, in bytes: set it first"),
	SIZE("buffer-min-size", SO_VM_SOCKETS_BUFFER_MIN_SIZE,
	     "the least that buffer-size may be, in bytes"),
	SIZE("buffer-size", SO_VM_SOCKETS_BUFFER_SIZE,
	     "bytes that a peer may send ahead; brought between the other two"),
	{.name = "connect-timeout",
	 .level = AF_VSOCK,
	 .optname = SO_VM_SOCKETS_CONNECT_TIMEOUT,
	 .type = KIN_OPT_SECONDS,
	 .since = "3.9",
	 .doc = "how long the kernel tries to connect; two seconds at first"},
	{},
};
