/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "fault.h"

#include <stdio.h>
#include <kin/unix.h>

static int descriptors(void)
{
	struct kin_sock *pair[2] = {};
	struct kin_sock *a KIN_CLEANUP(kin_close) = NULL;
	struct kin_sock *b KIN_CLEANUP(kin_close) = NULL;
	const int sent[] = {0, 1};
	int got[2] = {-1, -1};
	unsigned n = 2;
	int flags = -1;
	char byte;
	ssize_t r;

	MAKE(pair[0], kin_pair(AF_UNIX, SOCK_STREAM, 0, pair));
	a = pair[0];
	b = pair[1];
	TRY(kin_unix_send_fds(a, "x", 1, sent, 2, 0));
	r = kin_unix_recv_fds(b, &byte, 1, got, &n, 0, &flags);
	if (r < 0)
		return scenario_fails(r, "kin_unix_recv_fds()",
				      got[0] == -1 && got[1] == -1 && flags == -1);
	close_fd(&got[0]);
	close_fd(&got[1]);
	EXPECT(n == 2);
	return 0;
}

static int descriptors_with_pieces(void)
{
	struct kin_sock *in KIN_CLEANUP(kin_close) = NULL;
	struct kin_sock *out KIN_CLEANUP(kin_close) = NULL;
	char byte = 'x';
	const struct iovec iov = {&byte, 1};
	const int sent = 1;
	struct kin_addr to, from;
	unsigned n = 1;
	int got = -1;

	FILL(to, kin_unix_abstract_addr("kin-fault-3", 11, &to));
	MAKE(in, kin_socket(AF_UNIX, SOCK_DGRAM, 0, &in));
	TRY(kin_bind(in, &to));
	MAKE(out, kin_socket(AF_UNIX, SOCK_DGRAM, 0, &out));
	TRY(kin_unix_send_fds_to(out, &iov, 1, &sent, 1, 0, &to));
	FILL(from, kin_unix_recv_fds_from(in, &iov, 1, &got, &n, 0, NULL, &from));
	close_fd(&got);
	EXPECT(n == 1);
	return 0;
}

static int names(void)
{
	struct kin_sock *listener KIN_CLEANUP(kin_close) = NULL;
	struct kin_sock *client KIN_CLEANUP(kin_close) = NULL;
	char path[64], text[96];
	struct kin_addr addr;
	pid_t pid;
	uid_t uid;
	gid_t gid;

	snprintf(path, sizeof(path), "/tmp/kin-fault-%d", (int)getpid());
	snprintf(text, sizeof(text), "unix:%s,unlink=on", path);
	(void)OWN(unlink(path));
	FILL(addr, kin_unix_addr(path, &addr));
	MAKE(client, kin_socket(AF_UNIX, SOCK_STREAM, 0, &client));
	MAKE(listener, kin_open(text, KIN_LISTEN, &listener));
	TRY(kin_connect(client, &addr));
	pid = -1;
	TRY(kin_unix_peer_cred(client, &pid, &uid, &gid));
	EXPECT(pid == getpid());
	return 0;
}

/* Its file goes whatever fails. */
static int names_and_file(void)
{
	char path[64];
	int r = names();

	snprintf(path, sizeof(path), "/tmp/kin-fault-%d", (int)getpid());
	(void)OWN(unlink(path));
	return r;
}

static int without_calls(void)
{
	struct kin_addr addr;
	const char *name;
	size_t len;

	TRY(kin_unix_abstract_addr("x", 1, &addr));
	EXPECT(kin_unix_name(&addr, &name, &len) == KIN_UNIX_ABSTRACT && len == 1);
	return 0;
}

const struct scenario scenarios[] = {
	{"unix-descriptors", descriptors, .waits = true},
	{"unix-descriptors-with-pieces", descriptors_with_pieces, .waits = true},
	{"unix-names", names_and_file, .waits = true},
	{"unix-without-calls", without_calls, .pure = true},
	{},
};
