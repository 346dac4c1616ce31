/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A file's bytes into a stream: without a copy where the kernel can. */
#include "core.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* Between two of them the deadline is looked at. */
#define STEP      (1 << 20)
#define COPY_SIZE 65536

struct sending {
	struct kin_sock *sock;
	struct kin_sock file; /* just enough of one to wait for the file */
	struct wait peer_wait, file_wait;
	int64_t offset; /* of what is sent next; unused when the file has no positions */
	int64_t left;
	uint64_t sent;
	bool has_positions, is_regular;
	/* Sends something: bytes, 0 at the end of the file, or below zero errno without words. */
	ssize_t (*step)(struct sending *s);
	char *copy; /* what was read and not sent yet: copy[copy_begin..copy_end) */
	size_t copy_begin, copy_end;
};

static size_t at_most(const struct sending *s, size_t size)
{
	return s->left < (int64_t)size ? (size_t)s->left : size;
}

/* What could not be sent is read again by the next call, unless the file has no positions. */
static ssize_t step_copy(struct sending *s)
{
	ssize_t n;

	if (s->copy_begin == s->copy_end) {
		n = s->has_positions ? pread(s->file.fd, s->copy, at_most(s, COPY_SIZE), s->offset)
				     : read(s->file.fd, s->copy, at_most(s, COPY_SIZE));
		if (n <= 0)
			return n < 0 ? -errno : 0;
		s->copy_begin = 0;
		s->copy_end = (size_t)n;
	}
	n = send(s->sock->fd, s->copy + s->copy_begin, s->copy_end - s->copy_begin,
		 s->sock->send_flags);
	if (n < 0)
		return -errno;
	s->copy_begin += (size_t)n;
	return n;
}

static int start_copy(struct sending *s)
{
	s->copy = malloc(COPY_SIZE);
	if (!s->copy)
		return fail_oom();
	s->step = step_copy;
	return 0;
}

static ssize_t step_sendfile(struct sending *s)
{
	off_t offset = s->offset;
	ssize_t n = sendfile(s->sock->fd, s->file.fd, &offset, at_most(s, STEP));

	return n < 0 ? -errno : n;
}

/* A pipe keeps what the socket did not take. */
static ssize_t step_splice(struct sending *s)
{
	ssize_t n = splice(s->file.fd, NULL, s->sock->fd, NULL, at_most(s, STEP),
			   s->sock->timeout_ns > 0 ? SPLICE_F_NONBLOCK : 0);

	return n < 0 ? -errno : n;
}

/*
 * sendfile(2) and splice(2) know no MSG_NOSIGNAL. The SIGPIPE that they raise goes to the calling
 * thread: it is held back there and taken away.
 */
struct no_sigpipe {
	sigset_t before;
	bool was_pending;
};

static void sigpipe_hold(struct no_sigpipe *held)
{
	sigset_t pipe;

	sigpending(&pipe);
	held->was_pending = sigismember(&pipe, SIGPIPE) == 1;
	sigemptyset(&pipe);
	sigaddset(&pipe, SIGPIPE);
	pthread_sigmask(SIG_BLOCK, &pipe, &held->before);
}

static void sigpipe_let_go(const struct no_sigpipe *held, bool raised)
{
	const struct timespec now = {};
	sigset_t pipe;

	sigemptyset(&pipe);
	sigaddset(&pipe, SIGPIPE);
	if (raised && !held->was_pending)
		while (sigtimedwait(&pipe, NULL, &now) < 0 && errno == EINTR)
			;
	pthread_sigmask(SIG_SETMASK, &held->before, NULL);
}

/*
 * Both ends are ready before anything is tried that may block for longer than the timeout. For a
 * file that blocks, or does not, in its own way, that is so without a timeout as well.
 */
static int wait_for_both(struct sending *s)
{
	int r = 0;

	if (s->sock->timeout_ns > 0)
		r = wait_ready(&s->peer_wait, POLLOUT);
	if (r >= 0 && !s->is_regular && s->copy_begin == s->copy_end)
		r = wait_ready(&s->file_wait, POLLIN);
	return r < 0 ? r : 0;
}

static int fail_step(const struct sending *s, int err)
{
	if (err == EBADF)
		return kin_fail(EBADF, "file descriptor %d is not open for reading", s->file.fd);
	if (s->step == step_copy && s->copy_begin == s->copy_end)
		return kin_fail(err, "reading file descriptor %d: %s", s->file.fd,
				strerrordesc_np(err));
	return fail_call(s->sock, "send", NULL, err);
}

/* A step said err. 0: try again */
static int step_failed(struct sending *s, int err)
{
	switch (err) {
	case EINVAL: /* This file, or this socket, can't be joined without a copy. */
	case ENOSYS:
	case EOPNOTSUPP:
		return s->step == step_copy ? fail_step(s, err) : start_copy(s);
	case EAGAIN:
	case EINTR:
		return wait_retry(&s->peer_wait, err, POLLOUT, 0);
	default:
		return fail_step(s, err);
	}
}

static int send_steps(struct sending *s)
{
	while (s->left > 0) {
		ssize_t n = wait_for_both(s);

		if (n < 0)
			return (int)n;
		n = s->step(s);
		if (n == 0)
			return 0;
		if (n < 0) {
			int r = step_failed(s, (int)-n);

			if (r < 0)
				return r;
			continue;
		}
		s->peer_wait.in_vain = 0;
		s->sent += (uint64_t)n;
		s->offset += n;
		s->left -= n;
	}
	return 0;
}

static int begin(struct sending *s, int fd, int64_t offset)
{
	int flags = fcntl(fd, F_GETFL);
	struct stat st;

	if (flags < 0 || fstat(fd, &st) < 0)
		return errno == EBADF ? kin_fail(EBADF, "file descriptor %d is not open", fd)
				      : fail_errno(errno, "fstat");
	/* Of a pipe's other end nothing would ever tell that it can't be read. */
	if ((flags & O_ACCMODE) == O_WRONLY || (flags & O_PATH))
		return kin_fail(EBADF, "file descriptor %d is not open for reading", fd);
	s->is_regular = S_ISREG(st.st_mode);
	s->has_positions = lseek(fd, 0, SEEK_CUR) >= 0;
	if (!s->has_positions && offset > 0)
		return kin_fail(ESPIPE, "file descriptor %d has no positions, so none at %lld", fd,
				(long long)offset);
	if (!s->is_regular && !S_ISFIFO(st.st_mode))
		return start_copy(s);
	s->step = s->is_regular ? step_sendfile : step_splice;
	return 0;
}

/* What was read of a file that can't be read twice does not get lost without a word. */
static int tell_lost(const struct sending *s, int r)
{
	size_t lost = s->copy_end - s->copy_begin;

	if (r == 0 || lost == 0 || s->has_positions)
		return r;
	return kin_fail_in(kin_error_domain(), kin_error_code(), -r,
			   "%s; %zu bytes that were read from file descriptor %d are lost",
			   kin_error_text(), lost, s->file.fd);
}

static int check(const struct kin_sock *sock, int fd, int64_t offset, int64_t count)
{
	KIN_NEED(sock);
	if (sock->type != SOCK_STREAM)
		return kin_fail(EINVAL, "a file is sent over SOCK_STREAM, not a socket of type %d",
				sock->type);
	if (sock->timeout_ns == 0)
		return kin_fail(EINVAL,
				"a file is not sent over a non-blocking socket: give it a timeout");
	if (fd < 0)
		return kin_fail(EINVAL, "file descriptor %d is negative", fd);
	if (offset < 0)
		return kin_fail(EINVAL, "offset %lld is negative", (long long)offset);
	if (count == 0 || count < -1)
		return kin_fail(EINVAL, "a count of %lld is neither above 0 nor -1 (to the end)",
				(long long)count);
	return 0;
}

int kin_send_file(struct kin_sock *sock, int fd, int64_t offset, int64_t count, uint64_t *ret_sent)
{
	struct no_sigpipe held;
	struct sending s;
	int64_t deadline_ns;
	int r;

	if (ret_sent)
		*ret_sent = 0;
	r = check(sock, fd, offset, count);
	if (r < 0)
		return r;
	deadline_ns = kin_deadline(sock->timeout_ns);
	s = (struct sending){
		.sock = sock,
		.file = *sock,
		.offset = offset,
		.left = count < 0 || count > INT64_MAX - offset ? INT64_MAX - offset : count,
	};
	s.file.fd = fd;
	s.peer_wait = (struct wait){.sock = sock, .begun = true, .deadline_ns = deadline_ns};
	s.file_wait = (struct wait){.sock = &s.file, .begun = true, .deadline_ns = deadline_ns};
	r = begin(&s, fd, offset);
	if (r == 0) {
		sigpipe_hold(&held);
		r = send_steps(&s);
		sigpipe_let_go(&held, r == -EPIPE);
	}
	r = tell_lost(&s, r);
	free(s.copy);
	if (s.has_positions && s.sent > 0)
		lseek(fd, s.offset, SEEK_SET);
	if (ret_sent)
		*ret_sent = s.sent;
	return r;
}
