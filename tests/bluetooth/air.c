/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "air.h"

#include "harness.h"

#include <errno.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MAX = 16 };

struct air {
	pid_t pid;
	int fd;
	unsigned count;
	unsigned index[MAX];
	char address[MAX][18];
	char answer[8192];
};

/* build/tests/bluetooth-kernel-x and build/vcan-setup/kin-air */
static void find_program(char path[static PATH_MAX])
{
	ssize_t len = readlink("/proc/self/exe", path, PATH_MAX - 1);
	char *slash = NULL;

	ck_assert_int_gt(len, 0);
	path[len] = '\0';
	for (unsigned i = 0; i < 2; i++) {
		slash = strrchr(path, '/');
		ck_assert_ptr_nonnull(slash);
		*slash = '\0';
	}
	ck_assert_uint_lt(strlen(path) + 32, PATH_MAX);
	strcat(path, "/vcan-setup/kin-air");
}

struct air *air_begin(unsigned count, bool up)
{
	struct air *air = calloc(1, sizeof(*air));
	char program[PATH_MAX], number[16], descriptor[16];
	const char *line;
	int ends[2], used;

	ck_assert_ptr_nonnull(air);
	ck_assert_uint_le(count, MAX);
	find_program(program);
	shell("modprobe -q -a drbg hci_vhci");
	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, ends), 0);
	snprintf(number, sizeof(number), "%u", count);
	snprintf(descriptor, sizeof(descriptor), "%d", ends[1]);
	air->fd = ends[0];
	air->pid = fork();
	ck_assert_int_ge(air->pid, 0);
	if (air->pid == 0) {
		close(ends[0]);
		dup2(STDERR_FILENO, STDOUT_FILENO);
		execl(program, program, "--count", number, "--fd", descriptor, up ? "--up" : NULL,
		      NULL);
		fprintf(stderr, "%s: %s\n", program, strerror(errno));
		_exit(127);
	}
	close(ends[1]);
	/* Answered when they are there */
	for (line = air_order(air, "list"); air->count < MAX && *line; line += used) {
		ck_assert_int_eq(sscanf(line, "hci%u %17s\n%n", &air->index[air->count],
					air->address[air->count], &used),
				 2);
		air->count++;
	}
	ck_assert_uint_eq(air->count, count);
	return air;
}

unsigned air_index(const struct air *air, unsigned which)
{
	ck_assert_uint_lt(which, air->count);
	return air->index[which];
}

const char *air_address(const struct air *air, unsigned which)
{
	ck_assert_uint_lt(which, air->count);
	return air->address[which];
}

const char *air_order(struct air *air, const char *format, ...)
{
	char order[4096];
	va_list args;
	ssize_t len;

	va_start(args, format);
	vsnprintf(order, sizeof(order), format, args);
	va_end(args);
	ck_assert_int_gt(send(air->fd, order, strlen(order), MSG_NOSIGNAL), 0);
	len = recv(air->fd, air->answer, sizeof(air->answer) - 1, 0);
	ck_assert_msg(len > 0, "kin-air has ended: %s", order);
	air->answer[len] = '\0';
	ck_assert_msg(strncmp(air->answer, "ok\n", 3) == 0, "%s: %s", order, air->answer);
	return air->answer + 3;
}

void air_end(struct air *air)
{
	int status = 0;

	if (!air)
		return;
	close(air->fd);
	ck_assert_int_eq(waitpid(air->pid, &status, 0), air->pid);
	ck_assert_msg(WIFEXITED(status) && WEXITSTATUS(status) == 0, "kin-air: status 0x%x",
		      status);
	free(air);
}
