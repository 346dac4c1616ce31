/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>
#include <linux/sock_diag.h>
#include <linux/sockios.h>

#include <kin/family.h>
#include "connect.h"

/* How long a peer may be silent, take nothing and not end. */
#define LINGER_NS 500000000
/* And how long it may go on talking. */
#define HANG_UP_NS 10000000000
#define LOOK_NS    20000000
/* Where no event tells, how often to look. */
#define MOMENT_NS 2000000

int connect_options(const struct invocation *inv, struct connect *connect)
{
	const char *retries = inv_value(inv, "retry");

	connect->interval_ns = 1000000000;
	connect->verbose = inv_has(inv, "verbose");
	if (inv_duration(inv, "retry-interval", &connect->interval_ns))
		return STATUS_USAGE;
	if (retries && strcmp(retries, "forever") == 0)
		connect->retries = INT64_MAX;
	else if (inv_int(inv, "retry", 0, INT64_MAX, &connect->retries))
		return STATUS_USAGE;
	return 0;
}

/* Is it something that time may mend? */
static bool may_pass(int err)
{
	return err != -EINVAL && err != -ENAMETOOLONG && err != -EAFNOSUPPORT &&
	       err != -EPROTONOSUPPORT && err != -ESOCKTNOSUPPORT && err != -ENOPROTOOPT &&
	       err != -EPERM && err != -EACCES && err != -ENOMEM;
}

int connect_open(const struct connect *connect, const char *address, enum kin_role role,
		 struct kin_sock **ret_sock)
{
	int64_t left = connect->retries;
	int r;

	while ((r = kin_open(address, role, ret_sock)) < 0 && left > 0 && may_pass(r)) {
		if (connect->verbose)
			remark("%s: %s; trying again", address, kin_error_text());
		clock_nanosleep(CLOCK_MONOTONIC, 0,
				&(struct timespec){connect->interval_ns / 1000000000,
						   connect->interval_ns % 1000000000},
				NULL);
		if (left != INT64_MAX)
			left--;
	}
	return r < 0 ? complain_of(address, r) : 0;
}

bool ends_whole(const struct kin_sock *sock)
{
	const struct kin_proto *proto = kin_sock_proto(sock);

	return proto && proto->flags & KIN_PROTO_ENDS_WHOLE;
}

int unsent(const struct kin_sock *sock)
{
	uint32_t memory[SK_MEMINFO_VARS] = {0};
	socklen_t len = sizeof(memory);
	int n = 0;

	/* Bluetooth's SIOCOUTQ tells what there is room for. */
	if (ends_whole(sock))
		return getsockopt(kin_fd(sock), SOL_SOCKET, SO_MEMINFO, memory, &len) < 0
			       ? 0
			       : (int)memory[SK_MEMINFO_WMEM_ALLOC];
	return ioctl(kin_fd(sock), SIOCOUTQ, &n) < 0 ? 0 : n;
}

/* Closing throws away what waits for the peer's credits, and the peer may take its time. */
static void wait_until_sent(struct kin_sock *sock, int stop)
{
	int64_t moved = kin_now();
	int left, before = INT_MAX;

	while ((left = unsent(sock)) > 0 && kin_now() < moved + HANG_UP_NS) {
		struct pollfd fd = {.fd = stop, .events = POLLIN};

		if (left < before)
			moved = kin_now();
		before = left;
		if (ppoll(&fd, 1, &(struct timespec){0, MOMENT_NS}, NULL) > 0)
			return;
	}
}

void hang_up(struct kin_sock *sock, int stop)
{
	int64_t end = kin_now() + HANG_UP_NS, heard = kin_now();
	int left, before = INT_MAX;
	char data[4096];
	ssize_t n = 0;

	if (ends_whole(sock)) {
		wait_until_sent(sock, stop);
		return;
	}
	if (kin_sock_type(sock) != SOCK_STREAM || kin_shutdown(sock, SHUT_WR) < 0)
		return;
	do {
		struct pollfd fds[] = {{.fd = kin_fd(sock), .events = POLLIN},
				       {.fd = stop, .events = POLLIN}};

		ppoll(fds, 2, &(struct timespec){0, LOOK_NS}, NULL);
		if (fds[1].revents)
			return;
		n = kin_recv(sock, data, sizeof(data), MSG_DONTWAIT);
		left = unsent(sock);
		if (n > 0 || left < before)
			heard = kin_now();
		before = left;
	} while ((n > 0 || n == -EAGAIN) && kin_now() < end && kin_now() < heard + LINGER_NS);
}

char *address_text_of(const struct kin_sock *sock, const struct kin_addr *addr, char *buf,
		      size_t size)
{
	if (kin_addr_format(addr, kin_sock_type(sock), kin_sock_protocol(sock), buf, size) < 0)
		snprintf(buf, size, "somebody");
	return buf;
}

int exec_shell(const char *command, const char *peer, const char *local, int in, int out)
{
	sigset_t none;

	setenv("KIN_PEER", peer, true);
	setenv("KIN_LOCAL", local, true);
	dup2(in, STDIN_FILENO);
	dup2(out, STDOUT_FILENO);
	/* The command gets signals as kin got them. */
	signal(SIGPIPE, SIG_DFL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	execl("/bin/sh", "sh", "-c", command, NULL);
	complain("/bin/sh: %s", strerror(errno));
	return STATUS_FAILED;
}

int exec_over(const char *command, struct kin_sock *sock, const char *peer)
{
	char local[KIN_ADDR_TEXT] = "";
	struct kin_addr addr;
	int fd;

	if (kin_local_addr(sock, &addr) == 0)
		address_text_of(sock, &addr, local, sizeof(local));
	/* Commands expect to be made to wait. */
	kin_set_timeout(sock, -1);
	fd = kin_detach(sock);
	return exec_shell(command, peer, local, fd, fd);
}
