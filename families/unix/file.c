/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The file of a socket that is bound to a path: unlink=on looks after it. */
#include "internal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* What unlink=on keeps with a socket. */
struct file {
	bool unlinks;
	pid_t pid; /* that bound the socket, whose children leave the file alone */
	char path[KIN_UNIX_NAME_MAX + 2]; /* empty: not bound to one */
	dev_t device;
	ino_t inode;
};

/* The path that an address names, with its NUL; false: it names something else. */
static bool get_path(const struct kin_addr *addr, char path[KIN_UNIX_NAME_MAX + 2])
{
	const char *name;
	size_t len;

	if (addr->len == 0 || kin_unix_name(addr, &name, &len) != KIN_UNIX_PATH)
		return false;
	memcpy(path, name, len);
	path[len] = '\0';
	return true;
}

/*
 * Does a socket have this file? Who connects with another type than the socket's is refused in
 * other words than where there is none, and a connection of datagrams is nothing that the socket
 * there would notice.
 */
bool unix_is_alive(const struct kin_addr *addr)
{
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	bool alive = fd < 0 || connect(fd, &addr->sa, addr->len) == 0 || errno != ECONNREFUSED;

	if (fd >= 0)
		close(fd);
	return alive;
}

/*
 * Remove the file of a socket that is gone. Another process may do the same meanwhile, and have a
 * socket of its own there: the file is held, so that no new one can be taken for it.
 * @return whether the path is free
 */
static bool remove_stale(const struct kin_addr *addr)
{
	char path[KIN_UNIX_NAME_MAX + 2];
	struct stat held, now;
	bool is_free = false;
	int fd;

	if (!get_path(addr, path))
		return false;
	fd = open(path, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return errno == ENOENT;
	if (fstat(fd, &held) == 0 && S_ISSOCK(held.st_mode) && !unix_is_alive(addr) &&
	    lstat(path, &now) == 0 && now.st_dev == held.st_dev && now.st_ino == held.st_ino)
		is_free = unlink(path) == 0;
	close(fd);
	return is_free;
}

/* Keep which file it is, so that it is never another's that is removed. */
static void remember(const struct kin_sock *sock, struct file *file)
{
	struct kin_addr addr = {.len = sizeof(addr.ss)};
	struct stat st;

	file->path[0] = '\0';
	if (getsockname(kin_fd(sock), &addr.sa, &addr.len) < 0 || !get_path(&addr, file->path))
		return;
	if (lstat(file->path, &st) < 0 || !S_ISSOCK(st.st_mode)) {
		file->path[0] = '\0';
		return;
	}
	file->pid = getpid();
	file->device = st.st_dev;
	file->inode = st.st_ino;
}

int unix_open(struct kin_sock *sock, const struct kin_target *target, enum kin_role role,
	      int64_t deadline_ns)
{
	struct file *file = kin_sock_state(sock);
	bool binds =
		role == KIN_LISTEN || (role == KIN_RECEIVE && kin_sock_type(sock) == SOCK_DGRAM);
	int r = kin_open_target(sock, target, role, deadline_ns);

	if (!file || !file->unlinks)
		return r;
	if (r == -EADDRINUSE && remove_stale(binds ? &target->addr : &target->local))
		r = kin_open_target(sock, target, role, deadline_ns);
	/* What it was bound to is removed as well when it could not do what it was bound for. */
	remember(sock, file);
	return r;
}

void unix_close(struct kin_sock *sock)
{
	struct file *file = kin_sock_state(sock);
	struct stat st;

	if (file && file->unlinks && kin_fd(sock) >= 0 && file->path[0] && file->pid == getpid() &&
	    lstat(file->path, &st) == 0 && st.st_dev == file->device && st.st_ino == file->inode)
		unlink(file->path);
	free(file);
	kin_sock_set_state(sock, NULL);
}

int unix_set_unlink(struct kin_sock *sock, const struct kin_opt *opt, const char *text)
{
	struct file *file = kin_sock_state(sock);
	bool on;
	int r = kin_parse_bool(text, opt->name, &on);

	if (r < 0)
		return r;
	if (!file) {
		file = calloc(1, sizeof(*file));
		if (!file)
			return kin_fail(ENOMEM, "out of memory");
		kin_sock_set_state(sock, file);
	}
	file->unlinks = on;
	remember(sock, file);
	return 0;
}

int unix_get_unlink(struct kin_sock *sock, const struct kin_opt *opt, struct kin_buf *text)
{
	const struct file *file = kin_sock_state(sock);

	(void)opt;
	kin_buf_puts(text, file && file->unlinks ? "on" : "off");
	return 0;
}
