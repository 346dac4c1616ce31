/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "internal.h"

#include <linux/sockios.h>
#include <linux/un.h>

#define SOCKET(name)                                                                               \
	{                                                                                          \
#name, name, "sys/socket.h"                                                        \
	}
#define UN(name)                                                                                   \
	{                                                                                          \
#name, name, "linux/un.h"                                                          \
	}

const struct kin_const unix_consts[] = {
	SOCKET(SCM_SECURITY), SOCKET(SCM_PIDFD), UN(UNIX_PATH_MAX), UN(SIOCUNIXFILE), {},
};
