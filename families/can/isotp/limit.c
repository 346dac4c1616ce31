/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the kernel takes. */
#include <errno.h>
#include <stdio.h>
#include <sys/utsname.h>

#include "internal.h"

/* There once the module is loaded, or built in; since Linux 6.4. */
#define PARAMETER "/sys/module/can_isotp/parameters/max_pdu_size"

static int64_t read_parameter(void)
{
	FILE *file = fopen(PARAMETER, "re");
	long value;
	int n;

	if (!file)
		return -1;
	n = fscanf(file, "%ld", &value);
	fclose(file);
	return n == 1 && value > 0 ? value : -1;
}

/* Before the parameter: MAX_MSG_LENGTH of net/can/isotp.c. */
static int64_t limit_of_version(void)
{
	unsigned major = 0, minor = 0;
	struct utsname uts;

	if (uname(&uts) < 0 || sscanf(uts.release, "%u.%u", &major, &minor) != 2)
		return 8300;
	if (major > 6 || (major == 6 && minor >= 4))
		return 8300;
	return major == 6 || (major == 5 && minor >= 18) ? 66000 : 8200;
}

int64_t kin_isotp_max_pdu(void)
{
	struct kin_sock *sock;
	int64_t max = read_parameter();
	int err;

	if (max > 0)
		return max;
	/* This loads the module, with the parameters that the machine has for it. */
	err = kin_socket(AF_CAN, SOCK_DGRAM, CAN_ISOTP, &sock);
	if (err < 0)
		return err;
	kin_close(sock);
	max = read_parameter();
	return max > 0 ? max : limit_of_version();
}
