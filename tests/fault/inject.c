/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "inject.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
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
#include <sys/ioctl.h>
#include <sys/sendfile.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <unistd.h>

unsigned fault_at, fault_calls;
bool fault_paused;
bool fault_eintr;
const char *fault_name;
int fault_errno;

static bool fails(const char *name, int err, bool interruptible)
{
	if (fault_paused)
		return false;
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

#define WRAP(type, name, params, args, err, failure)                                               \
	type __real_##name params;                                                                 \
	type __wrap_##name params;                                                                 \
	type __wrap_##name params                                                                  \
	{                                                                                          \
		return fails(#name, err, false) ? (failure) : __real_##name args;                  \
	}

/* Calls that wait, and can be interrupted. */
#define WRAP_WAIT(type, name, params, args, err)                                                   \
	type __real_##name params;                                                                 \
	type __wrap_##name params;                                                                 \
	type __wrap_##name params                                                                  \
	{                                                                                          \
		return fails(#name, err, true) ? -1 : __real_##name args;                          \
	}

WRAP(void *, malloc, (size_t size), (size), ENOMEM, NULL)
WRAP(void *, calloc, (size_t n, size_t size), (n, size), ENOMEM, NULL)
WRAP(void *, realloc, (void *old, size_t size), (old, size), ENOMEM, NULL)
WRAP(void *, reallocarray, (void *old, size_t n, size_t size), (old, n, size), ENOMEM, NULL)
WRAP(char *, strdup, (const char *text), (text), ENOMEM, NULL)
WRAP(int, vasprintf, (char **text, const char *format, va_list args), (text, format, args), ENOMEM,
     -1)

/* ---- Files and processes ---- */

WRAP(int, fstat64, (int fd, struct stat64 *st), (fd, st), EIO, -1)
WRAP(int, stat64, (const char *path, struct stat64 *st), (path, st), EACCES, -1)
WRAP(int, lstat64, (const char *path, struct stat64 *st), (path, st), EACCES, -1)
WRAP(off64_t, lseek64, (int fd, off64_t offset, int whence), (fd, offset, whence), ESPIPE, -1)
WRAP(int, unlink, (const char *path), (path), EACCES, -1)
WRAP(FILE *, fopen64, (const char *path, const char *mode), (path, mode), EMFILE, NULL)
WRAP(int, scandir64,
     (const char *path, struct dirent64 ***list, int (*filter)(const struct dirent64 *),
      int (*compare)(const struct dirent64 **, const struct dirent64 **)),
     (path, list, filter, compare), ENOMEM, -1)
WRAP(int, kill, (pid_t pid, int number), (pid, number), ESRCH, -1)
WRAP(int, uname, (struct utsname * name), (name), EFAULT, -1)
WRAP(int, epoll_create1, (int flags), (flags), EMFILE, -1)
WRAP(int, epoll_ctl, (int epoll, int op, int fd, struct epoll_event *event), (epoll, op, fd, event),
     ENOSPC, -1)
WRAP(int, signalfd, (int fd, const sigset_t *set, int flags), (fd, set, flags), EMFILE, -1)
WRAP(int, pthread_create,
     (pthread_t * thread, const pthread_attr_t *attr, void *(*start)(void *), void *data),
     (thread, attr, start, data), EAGAIN, EAGAIN)

/* ---- Sockets ---- */

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
WRAP(int, getsockname, (int fd, struct sockaddr *addr, socklen_t *len), (fd, addr, len), ENOBUFS,
     -1)
WRAP(int, getpeername, (int fd, struct sockaddr *addr, socklen_t *len), (fd, addr, len), ENOTCONN,
     -1)
WRAP(int, shutdown, (int fd, int how), (fd, how), ENOTCONN, -1)

/* ---- Names: each family of calls tells of failures in its own way ---- */

WRAP(int, getaddrinfo,
     (const char *node, const char *service, const struct addrinfo *hints,
      struct addrinfo **result),
     (node, service, hints, result), EAI_AGAIN, EAI_AGAIN)
WRAP(int, getnameinfo,
     (const struct sockaddr *addr, socklen_t len, char *host, socklen_t host_len, char *service,
      socklen_t service_len, int flags),
     (addr, len, host, host_len, service, service_len, flags), EAI_AGAIN, EAI_AGAIN)
WRAP(int, gethostname, (char *name, size_t len), (name, len), EFAULT, -1)
WRAP(int, sethostname, (const char *name, size_t len), (name, len), EPERM, -1)
WRAP(struct if_nameindex *, if_nameindex, (void), (), ENOBUFS, NULL)
WRAP(char *, if_indextoname, (unsigned index, char *name), (index, name), ENXIO, NULL)
WRAP(unsigned, if_nametoindex, (const char *name), (name), ENODEV, 0)
WRAP(int, getservbyname_r,
     (const char *name, const char *protocol, struct servent *entry, char *buf, size_t size,
      struct servent **result),
     (name, protocol, entry, buf, size, result), ENOMEM, (*result = NULL, ENOMEM))
WRAP(int, getservbyport_r,
     (int port, const char *protocol, struct servent *entry, char *buf, size_t size,
      struct servent **result),
     (port, protocol, entry, buf, size, result), ENOMEM, (*result = NULL, ENOMEM))
WRAP(int, getprotobyname_r,
     (const char *name, struct protoent *entry, char *buf, size_t size, struct protoent **result),
     (name, entry, buf, size, result), ENOMEM, (*result = NULL, ENOMEM))
WRAP(int, gethostbyname2_r,
     (const char *name, int domain, struct hostent *entry, char *buf, size_t size,
      struct hostent **result, int *err),
     (name, domain, entry, buf, size, result, err), EAGAIN,
     (*result = NULL, *err = TRY_AGAIN, EAGAIN))
WRAP(int, gethostbyaddr_r,
     (const void *addr, socklen_t len, int domain, struct hostent *entry, char *buf, size_t size,
      struct hostent **result, int *err),
     (addr, len, domain, entry, buf, size, result, err), EAGAIN,
     (*result = NULL, *err = TRY_AGAIN, EAGAIN))
/* libidn2 need not be there. */
#pragma weak __real_idn2_to_ascii_8z
WRAP(int, idn2_to_ascii_8z, (const char *name, char **result, int flags), (name, result, flags),
     ENOMEM, -100 /* IDN2_MALLOC */)

/* ---- What waits ---- */

int __real_fcntl64(int fd, int op, ...);

/* The descriptor is gone whatever is returned. */
int __real_close(int fd);
int __wrap_close(int fd);
int __wrap_close(int fd)
{
	int r = __real_close(fd);

	return r == 0 && fails("close", EIO, true) ? -1 : r;
}

/* What does not wait is not interrupted. */
static bool waits(int fd)
{
	return !(__real_fcntl64(fd, F_GETFL) & O_NONBLOCK);
}

/* A connect(2) that a signal interrupts goes on in the kernel. */
int __real_connect(int fd, const struct sockaddr *addr, socklen_t len);
int __wrap_connect(int fd, const struct sockaddr *addr, socklen_t len);
int __wrap_connect(int fd, const struct sockaddr *addr, socklen_t len)
{
	if (!fails("connect", ECONNREFUSED, waits(fd)))
		return __real_connect(fd, addr, len);
	if (fault_eintr) {
		__real_connect(fd, addr, len);
		errno = EINTR;
	}
	return -1;
}

WRAP_WAIT(int, accept4, (int fd, struct sockaddr *addr, socklen_t *len, int flags),
	  (fd, addr, len, flags), EMFILE)
WRAP_WAIT(int, poll, (struct pollfd * fds, nfds_t n, int timeout), (fds, n, timeout), ENOMEM)
WRAP_WAIT(int, ppoll,
	  (struct pollfd * fds, nfds_t n, const struct timespec *timeout, const sigset_t *mask),
	  (fds, n, timeout, mask), ENOMEM)
WRAP_WAIT(int, epoll_wait, (int epoll, struct epoll_event *events, int max, int timeout),
	  (epoll, events, max, timeout), EINVAL)
ssize_t __real_send(int fd, const void *data, size_t len, int flags);
ssize_t __wrap_send(int fd, const void *data, size_t len, int flags);
ssize_t __wrap_send(int fd, const void *data, size_t len, int flags)
{
	return fails("send", ENOBUFS, waits(fd)) ? -1 : __real_send(fd, data, len, flags);
}

WRAP_WAIT(ssize_t, sendto,
	  (int fd, const void *data, size_t len, int flags, const struct sockaddr *addr,
	   socklen_t addr_len),
	  (fd, data, len, flags, addr, addr_len), ENOBUFS)
WRAP_WAIT(ssize_t, recv, (int fd, void *data, size_t len, int flags), (fd, data, len, flags),
	  ENOMEM)
WRAP_WAIT(ssize_t, recvfrom,
	  (int fd, void *data, size_t len, int flags, struct sockaddr *addr, socklen_t *addr_len),
	  (fd, data, len, flags, addr, addr_len), ENOMEM)
WRAP_WAIT(ssize_t, sendmsg, (int fd, const struct msghdr *msg, int flags), (fd, msg, flags),
	  ENOBUFS)
WRAP_WAIT(ssize_t, recvmsg, (int fd, struct msghdr *msg, int flags), (fd, msg, flags), ENOMEM)
WRAP_WAIT(int, sendmmsg, (int fd, struct mmsghdr *msgs, unsigned n, int flags),
	  (fd, msgs, n, flags), ENOBUFS)
WRAP_WAIT(int, recvmmsg,
	  (int fd, struct mmsghdr *msgs, unsigned n, int flags, struct timespec *timeout),
	  (fd, msgs, n, flags, timeout), ENOMEM)
WRAP_WAIT(ssize_t, read, (int fd, void *data, size_t len), (fd, data, len), EIO)
WRAP_WAIT(ssize_t, pread64, (int fd, void *data, size_t len, off64_t offset),
	  (fd, data, len, offset), EIO)
WRAP_WAIT(ssize_t, write, (int fd, const void *data, size_t len), (fd, data, len), ENOSPC)
WRAP_WAIT(ssize_t, sendfile64, (int out, int in, off64_t *offset, size_t count),
	  (out, in, offset, count), EIO)
WRAP_WAIT(ssize_t, splice,
	  (int in, off64_t *in_offset, int out, off64_t *out_offset, size_t len, unsigned flags),
	  (in, in_offset, out, out_offset, len, flags), EIO)

/* ---- With more arguments than are declared ---- */

int __wrap_fcntl64(int fd, int op, ...);
int __wrap_fcntl64(int fd, int op, ...)
{
	va_list args;
	long value;

	va_start(args, op);
	value = va_arg(args, long);
	va_end(args);
	return fails("fcntl", EBADF, false) ? -1 : __real_fcntl64(fd, op, value);
}

int __real_ioctl(int fd, unsigned long request, ...);
int __wrap_ioctl(int fd, unsigned long request, ...);
int __wrap_ioctl(int fd, unsigned long request, ...)
{
	va_list args;
	void *value;

	va_start(args, request);
	value = va_arg(args, void *);
	va_end(args);
	return fails("ioctl", EIO, false) ? -1 : __real_ioctl(fd, request, value);
}

int __real_open64(const char *path, int flags, ...);
int __wrap_open64(const char *path, int flags, ...);
int __wrap_open64(const char *path, int flags, ...)
{
	va_list args;
	unsigned mode;

	va_start(args, flags);
	mode = va_arg(args, unsigned);
	va_end(args);
	return fails("open", EACCES, true) ? -1 : __real_open64(path, flags, mode);
}

/* What the C library has no function for: pidfd_open(2), pidfd_getfd(2), kcmp(2). */
long __real_syscall(long number, ...);
long __wrap_syscall(long number, ...);
long __wrap_syscall(long number, ...)
{
	va_list args;
	long a[6];

	va_start(args, number);
	for (int i = 0; i < 6; i++)
		a[i] = va_arg(args, long);
	va_end(args);
	/* A lock of the caller's own. */
	if (number == SYS_futex)
		return __real_syscall(number, a[0], a[1], a[2], a[3], a[4], a[5]);
	return fails("syscall", EPERM, false)
		       ? -1
		       : __real_syscall(number, a[0], a[1], a[2], a[3], a[4], a[5]);
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
	FILE *file;

	fault_paused = true;
	file = path ? fopen(path, "w") : NULL;
	if (!file)
		return;
	fprintf(file, "%s\n", fault_name ? fault_name : "none");
	fclose(file);
}
