/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "device.h"

/* "vcan0: BYTES PACKETS ERRORS DROPPED FIFO FRAME ...": the name may have spaces before it. */
static bool read_line(const char *line, const char *name, uint64_t *ret_lost)
{
	size_t len = strlen(name);
	uint64_t dropped, fifo, frame;

	line += strspn(line, " ");
	if (strncmp(line, name, len) != 0 || line[len] != ':')
		return false;
	if (sscanf(line + len + 1, "%*u %*u %*u %" SCNu64 " %" SCNu64 " %" SCNu64, &dropped, &fifo,
		   &frame) != 3)
		return false;
	*ret_lost = dropped + fifo + frame;
	return true;
}

uint64_t device_lost(const char *name)
{
	FILE *file = fopen("/proc/net/dev", "re");
	char *line = NULL;
	size_t size = 0;
	uint64_t lost = 0;

	if (!file)
		return 0;
	while (getline(&line, &size, file) > 0 && !read_line(line, name, &lost))
		;
	free(line);
	fclose(file);
	return lost;
}
