/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What kin's command has no words for, for Python to talk to:
 *
 *     peer send-fds ADDRESS TEXT FILE...     the text and the open files, in one message
 *     peer recv-fds ADDRESS MAX              one message; each file's content on a line
 *     peer send-msg ADDRESS TEXT [LEVEL:TYPE:HEX|credentials]...
 *                                            with ancillary data, in two pieces
 *     peer recv-msg ADDRESS [COUNT]          messages, in pieces of 4 bytes and the rest; their
 *                                            flags and ancillary data
 *     peer share ADDRESS PID                 a bound socket, for the process with that number; the
 *                                            text is printed, and "done" when it has the socket
 *     peer take                              reads that text; one message
 *
 * Prints what it got, one thing on a line.
 */
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <kin/family.h>
#include <kin/unix.h>

enum { FDS_MAX = 16, DATA_MAX = 256 };

static long ok(long r)
{
	if (r < 0)
		errx(1, "%s", kin_error_text());
	return r;
}

/* What was sent to: a connection where the type has them. */
static struct kin_sock *open_to_receive(const char *address)
{
	struct kin_sock *listener, *sock;

	ok(kin_open(address, KIN_LISTEN, &listener));
	if (kin_sock_type(listener) == SOCK_DGRAM)
		return listener;
	ok(kin_accept(listener, &sock, NULL));
	ok(kin_close(listener));
	return sock;
}

static unsigned count_fds(void)
{
	unsigned n = 0;

	for (int fd = 0; fd < 256; fd++)
		n += fcntl(fd, F_GETFD) >= 0;
	return n;
}

/* ---- Descriptors --------------------------------------------------------------------------- */

static void send_fds(int argc, char *argv[])
{
	struct kin_sock *sock;
	int fds[FDS_MAX];
	int n = 0;

	for (; n < argc - 2 && n < FDS_MAX; n++) {
		fds[n] = open(argv[n + 2], O_RDONLY | O_CLOEXEC);
		if (fds[n] < 0)
			err(1, "%s", argv[n + 2]);
	}
	ok(kin_open(argv[0], KIN_CONNECT, &sock));
	ok(kin_unix_send_fds(sock, argv[1], strlen(argv[1]), fds, (unsigned)n, 0));
	ok(kin_close(sock));
}

static void recv_fds(int argc, char *argv[])
{
	struct kin_sock *sock = open_to_receive(argv[0]);
	unsigned n = argc > 1 ? (unsigned)atoi(argv[1]) : FDS_MAX, before = count_fds();
	char data[DATA_MAX], content[DATA_MAX];
	int fds[FDS_MAX], flags;
	ssize_t len = ok(kin_unix_recv_fds(sock, data, sizeof(data), fds, &n, 0, &flags));

	printf("data %.*s\n", (int)len, data);
	for (unsigned i = 0; i < n; i++) {
		len = pread(fds[i], content, sizeof(content), 0);
		printf("file %.*s%s\n", (int)len, content,
		       fcntl(fds[i], F_GETFD) & FD_CLOEXEC ? "" : ", inherited");
		close(fds[i]);
	}
	printf("%s%sleft %u\n", flags & MSG_CTRUNC ? "ctrunc\n" : "",
	       flags & MSG_TRUNC ? "trunc\n" : "", count_fds() - before);
	ok(kin_close(sock));
}

/* ---- Ancillary data ------------------------------------------------------------------------ */

/* LEVEL:TYPE:HEX, or "credentials" */
static void add_item(struct kin_msg *msg, char *text)
{
	const struct ucred own = {.pid = getpid(), .uid = getuid(), .gid = getgid()};
	unsigned char data[DATA_MAX];
	int64_t level, type;
	ssize_t len;

	if (strcmp(text, "credentials") == 0) {
		ok(kin_add_cmsg(msg, SOL_SOCKET, SCM_CREDENTIALS, &own, sizeof(own)));
		return;
	}
	ok(kin_parse_int(strsep(&text, ":"), "level", 0, INT_MAX, &level));
	ok(kin_parse_int(strsep(&text, ":"), "type", 0, INT_MAX, &type));
	len = ok(kin_parse_bytes(text, "data", data, sizeof(data)));
	ok(kin_add_cmsg(msg, (int)level, (int)type, data, (size_t)len));
}

static void send_msg(int argc, char *argv[])
{
	size_t len = strlen(argv[1]), half = len / 2;
	const struct iovec pieces[] = {{argv[1], half}, {argv[1] + half, len - half}};
	struct kin_batch *batch;
	struct kin_sock *sock;

	ok(kin_open(argv[0], KIN_CONNECT, &sock));
	ok(kin_batch_new(1, 1, 1024, &batch));
	for (int i = 2; i < argc; i++)
		add_item(kin_batch_msg(batch, 0), argv[i]);
	ok(kin_send_msg(sock, pieces, 2, kin_batch_msg(batch, 0), 0));
	kin_batch_free(batch);
	ok(kin_close(sock));
}

static void print_items(const struct kin_msg *msg)
{
	struct kin_cmsg item = {};
	char text[2 * DATA_MAX + 1];

	while (kin_next_cmsg(msg, &item)) {
		struct kin_buf hex = {text, sizeof(text), 0};

		kin_buf_put_hex(&hex, item.data, item.len, 0);
		printf("item %d %d %s\n", item.level, item.type,
		       item.level == SOL_SOCKET && item.type == SCM_RIGHTS ? "fds"
									   : kin_buf_end(&hex));
	}
}

static void recv_msg(int argc, char *argv[])
{
	struct kin_sock *sock = open_to_receive(argv[0]);
	int count = argc > 1 ? atoi(argv[1]) : 1;
	char data[DATA_MAX], from[KIN_ADDR_TEXT];
	struct iovec pieces[] = {{data, 4}, {data + 4, sizeof(data) - 4}};
	struct kin_batch *batch;

	ok(kin_batch_new(1, 1, 512, &batch));
	for (int i = 0; i < count; i++) {
		struct kin_msg *msg = kin_batch_msg(batch, 0);
		ssize_t len = ok(kin_recv_msg(sock, pieces, 2, batch, 0));

		printf("data %.*s\n", (int)len, data);
		if (msg->addr.len)
			kin_addr_format(&msg->addr, kin_sock_type(sock), kin_sock_protocol(sock),
					from, sizeof(from));
		printf("from %s\n", msg->addr.len ? from : "");
		print_items(msg);
		fflush(stdout);
	}
	kin_batch_free(batch);
	ok(kin_close(sock));
}

/* ---- Sharing ------------------------------------------------------------------------------- */

static void share(int argc, char *argv[])
{
	struct kin_share *shared;
	struct kin_sock *sock;

	ok(kin_open(argv[0], KIN_RECEIVE, &sock));
	ok(kin_share_new(sock, argc > 1 ? atoi(argv[1]) : 0, &shared));
	ok(kin_close(sock));
	puts(kin_share_text(shared));
	fflush(stdout);
	ok(kin_share_serve(shared, -1));
	puts("done");
	kin_share_free(shared);
}

static void take(int argc, char *argv[])
{
	char text[DATA_MAX], data[DATA_MAX];
	struct kin_sock *sock;
	ssize_t len;

	(void)argc;
	(void)argv;
	if (!fgets(text, sizeof(text), stdin))
		errx(1, "no text");
	text[strcspn(text, "\n")] = '\0';
	ok(kin_from_share(text, &sock));
	puts("taken");
	fflush(stdout);
	len = ok(kin_recv(sock, data, sizeof(data), 0));
	printf("data %.*s\n", (int)len, data);
	ok(kin_close(sock));
}

int main(int argc, char *argv[])
{
	static const struct {
		const char *name;
		int min_args;
		void (*run)(int argc, char *argv[]);
	} commands[] = {
		{"send-fds", 2, send_fds}, {"recv-fds", 1, recv_fds}, {"send-msg", 2, send_msg},
		{"recv-msg", 1, recv_msg}, {"share", 2, share},       {"take", 0, take},
	};

	for (size_t i = 0; argc > 1 && i < sizeof(commands) / sizeof(*commands); i++) {
		if (strcmp(argv[1], commands[i].name) != 0 || argc - 2 < commands[i].min_args)
			continue;
		commands[i].run(argc - 2, argv + 2);
		return 0;
	}
	errx(2, "usage: send-fds|recv-fds|send-msg|recv-msg|share|take ...");
}
