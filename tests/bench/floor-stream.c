/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What passing a stream on costs with splice(2) and nothing else: the floor that the bench holds
 * kin cat against; and the two ends of the stream, which cost as little as ends can, so that it is
 * the one between them that is measured. Made for one purpose, checks little.
 *
 *     floor-stream source ADDRESS BYTES    accept one connection and send
 *     floor-stream sink ADDRESS            accept one connection, throw away what comes, say how
 *                                          many bytes it were
 *     floor-stream splice FROM TO          connect to both, pass on from one to the other
 *
 * An ADDRESS is a port of 127.0.0.1, 0 for a free one, or the path of a UNIX socket. The first two
 * print it when they listen.
 */
#include <arpa/inet.h>
#include <err.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum { PIECE = 16 << 20, PIPE = 1 << 20 };

union address {
	struct sockaddr sa;
	struct sockaddr_in in;
	struct sockaddr_un un;
};

static int open_socket(const char *text, union address *address, socklen_t *len)
{
	int fd;

	*address = (union address){};
	*len = *text == '/' ? sizeof(address->un) : sizeof(address->in);
	address->sa.sa_family = *text == '/' ? AF_UNIX : AF_INET;
	if (*text == '/') {
		strncpy(address->un.sun_path, text, sizeof(address->un.sun_path) - 1);
	} else {
		address->in.sin_port = htons(atoi(text));
		address->in.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	}
	fd = socket(address->sa.sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		err(1, "%s", text);
	return fd;
}

static int accept_at(const char *text)
{
	union address address;
	socklen_t len;
	int listener = open_socket(text, &address, &len), fd;

	if (bind(listener, &address.sa, len) < 0 || listen(listener, 1) < 0 ||
	    getsockname(listener, &address.sa, &len) < 0)
		err(1, "%s", text);
	if (*text == '/')
		printf("%s\n", text);
	else
		printf("%d\n", ntohs(address.in.sin_port));
	fflush(stdout);
	fd = accept(listener, NULL, NULL);
	if (fd < 0)
		err(1, "%s", text);
	return fd;
}

static int connect_to(const char *text)
{
	union address address;
	socklen_t len;
	int fd = open_socket(text, &address, &len);

	if (connect(fd, &address.sa, len) < 0)
		err(1, "%s", text);
	return fd;
}

/* The same pages again and again, which nobody has to copy. */
static void send_bytes(const char *to, long long left)
{
	int fd = accept_at(to), file = memfd_create("piece", MFD_CLOEXEC);
	char *data = malloc(PIECE);

	memset(data, 'x', PIECE);
	if (write(file, data, PIECE) != PIECE)
		err(1, "memfd");
	while (left > 0) {
		off_t at = 0;
		ssize_t n = sendfile(fd, file, &at, left < PIECE ? left : PIECE);

		if (n <= 0)
			err(1, "sendfile");
		left -= n;
	}
}

/* All that comes in, to fd out. */
static long long pass_on(int in, int out)
{
	long long sum = 0;
	int ends[2];

	if (pipe(ends) < 0 || fcntl(ends[1], F_SETPIPE_SZ, PIPE) < 0)
		err(1, "pipe");
	for (;;) {
		ssize_t left = splice(in, NULL, ends[1], NULL, PIPE, SPLICE_F_MOVE);

		if (left < 0)
			err(1, "splice");
		if (left == 0)
			return sum;
		sum += left;
		while (left > 0) {
			ssize_t n = splice(ends[0], NULL, out, NULL, left, SPLICE_F_MOVE);

			if (n <= 0)
				err(1, "splice");
			left -= n;
		}
	}
}

int main(int argc, char **argv)
{
	const char *what = argc > 2 ? argv[1] : "";

	if (!strcmp(what, "source") && argc == 4)
		send_bytes(argv[2], atoll(argv[3]));
	else if (!strcmp(what, "sink") && argc == 3)
		printf("%lld\n", pass_on(accept_at(argv[2]), open("/dev/null", O_WRONLY)));
	else if (!strcmp(what, "splice") && argc == 4)
		pass_on(connect_to(argv[2]), connect_to(argv[3]));
	else
		errx(2, "usage: floor-stream source|sink|splice ADDRESS [BYTES|ADDRESS]");
	return 0;
}
