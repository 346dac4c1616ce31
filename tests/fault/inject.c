/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "inject.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <unistd.h>

unsigned fault_at, fault_calls;
bool fault_eintr;
const char *fault_name;
int fault_errno;

static bool fails(const char *name, int err, bool interruptible)
{
	if (fault_eintr) {
		if (!interruptible)
			return false;
		err = EINTR;
	}
	if (__atomic_add_fetch(&fault_calls, 1, __ATOMIC_RELAXED) != fault_at)
		return false;
	fault_name = name;
	fault_errno = err;
	errno = err;
	return true;
}

#define WRAP(type, name, params, args, err, failure) \
	type __real_##name params; \
	type __wrap_##name params; \
	type __wrap_##name params \
	{ \
		return fails(#name, err, false) ? (failure) : __real_##name args; \
	}

/* Calls that wait, and can be interrupted. */
#define WRAP_WAIT(type, name, params, args, err) \
	type __real_##name params; \
	type __wrap_##name params; \
	type __wrap_##name params \
	{ \
		return fails(#name, err, true) ? -1 : __real_##name args; \
	}

WRAP(void *, malloc, (size_t size), (size), ENOMEM, NULL)
WRAP(void *, calloc, (size_t n, size_t size), (n, size), ENOMEM, NULL)
WRAP(void *, realloc, (void *old, size_t size), (old, size), ENOMEM, NULL)
WRAP(void *, reallocarray, (void *old, size_t n, size_t size), (old, n, size), ENOMEM, NULL)
WRAP(char *, strdup, (const char *text), (text), ENOMEM, NULL)

WRAP(int, socket, (int domain, int type, int protocol), (domain, type, protocol), EMFILE, -1)
WRAP(int, socketpair, (int domain, int type, int protocol, int fds[2]),
     (domain, type, protocol, fds), EMFILE, -1)
WRAP(int, bind, (int fd, const struct sockaddr *addr, socklen_t len), (fd, addr, len), EADDRINUSE,
     -1)
WRAP(int, listen, (int fd, int backlog), (fd, backlog), EADDRINUSE, -1)
WRAP(int, setsockopt, (int fd, int level, int name, const void *value, socklen_t len),
     (fd, level, name, value, len), EPERM, -1)
WRAP(int, getsockopt, (int fd, int level, int name, void *value, socklen_t *len),
     (fd, level, name, value, len), ENOBUFS, -1)
WRAP(int, getsockname, (int fd, struct sockaddr *addr, socklen_t *len), (fd, addr, len), ENOBUFS, -1)
WRAP(int, getpeername, (int fd, struct sockaddr *addr, socklen_t *len), (fd, addr, len), ENOTCONN,
     -1)
WRAP(int, shutdown, (int fd, int how), (fd, how), ENOTCONN, -1)
WRAP(int, getaddrinfo,
     (const char *node, const char *service, const struct addrinfo *hints, struct addrinfo **result),
     (node, service, hints, result), EAI_AGAIN, EAI_AGAIN)
WRAP(int, epoll_create1, (int flags), (flags), EMFILE, -1)
WRAP(int, epoll_ctl, (int epoll, int op, int fd, struct epoll_event *event),
     (epoll, op, fd, event), ENOSPC, -1)
WRAP(int, signalfd, (int fd, const sigset_t *set, int flags), (fd, set, flags), EMFILE, -1)
WRAP(int, pthread_create,
     (pthread_t *thread, const pthread_attr_t *attr, void *(*start)(void *), void *data),
     (thread, attr, start, data), EAGAIN, EAGAIN)

/* A connect(2) that a signal interrupts goes on in the kernel. */
int __real_connect(int fd, const struct sockaddr *addr, socklen_t len);
int __wrap_connect(int fd, const struct sockaddr *addr, socklen_t len);
int __wrap_connect(int fd, const struct sockaddr *addr, socklen_t len)
{
	if (!fails("connect", ECONNREFUSED, true))
		return __real_connect(fd, addr, len);
	if (fault_eintr) {
		__real_connect(fd, addr, len);
		errno = EINTR;
	}
	return -1;
}

WRAP_WAIT(int, accept4, (int fd, struct sockaddr *addr, socklen_t *len, int flags),
          (fd, addr, len, flags), EMFILE)
WRAP_WAIT(int, ppoll,
          (struct pollfd *fds, nfds_t n, const struct timespec *timeout, const sigset_t *mask),
          (fds, n, timeout, mask), ENOMEM)
WRAP_WAIT(int, epoll_wait, (int epoll, struct epoll_event *events, int max, int timeout),
          (epoll, events, max, timeout), EINVAL)
WRAP_WAIT(ssize_t, sendto,
          (int fd, const void *data, size_t len, int flags, const struct sockaddr *addr,
           socklen_t addr_len),
          (fd, data, len, flags, addr, addr_len), ENOBUFS)
WRAP_WAIT(ssize_t, recvfrom,
          (int fd, void *data, size_t len, int flags, struct sockaddr *addr, socklen_t *addr_len),
          (fd, data, len, flags, addr, addr_len), ENOMEM)
WRAP_WAIT(int, sendmmsg, (int fd, struct mmsghdr *msgs, unsigned n, int flags),
          (fd, msgs, n, flags), ENOBUFS)
WRAP_WAIT(int, recvmmsg,
          (int fd, struct mmsghdr *msgs, unsigned n, int flags, struct timespec *timeout),
          (fd, msgs, n, flags, timeout), ENOMEM)
WRAP_WAIT(ssize_t, write, (int fd, const void *data, size_t len), (fd, data, len), ENOSPC)

int __real_fcntl(int fd, int op, ...);
int __wrap_fcntl(int fd, int op, ...);
int __wrap_fcntl(int fd, int op, ...)
{
	va_list args;
	long value;

	va_start(args, op);
	value = va_arg(args, long);
	va_end(args);
	return fails("fcntl", EBADF, false) ? -1 : __real_fcntl(fd, op, value);
}

int __real_open(const char *path, int flags, ...);
int __wrap_open(const char *path, int flags, ...);
int __wrap_open(const char *path, int flags, ...)
{
	va_list args;
	unsigned mode;

	va_start(args, flags);
	mode = va_arg(args, unsigned);
	va_end(args);
	return fails("open", EACCES, true) ? -1 : __real_open(path, flags, mode);
}

/* A command under test is told by its environment, and tells what failed in a file. */
__attribute__((constructor)) static void from_environment(void)
{
	const char *at = getenv("KIN_FAULT_AT");

	if (at)
		fault_at = (unsigned)atoi(at);
	fault_eintr = getenv("KIN_FAULT_EINTR") != NULL;
}

__attribute__((destructor)) static void report(void)
{
	const char *path = getenv("KIN_FAULT_REPORT");
	FILE *file = path ? fopen(path, "w") : NULL;

	if (!file)
		return;
	fprintf(file, "%s\n", fault_name ? fault_name : "none");
	fclose(file);
}
