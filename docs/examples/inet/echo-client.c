/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Asks an echo server at an IPv4 address. Usage: inet-echo-client [ADDRESS [PORT]] */
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <kin/inet.h>

int main(int argc, char *argv[])
{
	struct kin_sock *sock KIN_CLEANUP(kin_close) = NULL;
	const char *host = argc > 1 ? argv[1] : "127.0.0.1";
	long port = argc > 2 ? strtol(argv[2], NULL, 0) : 50007;
	const char hello[] = "Hello, world";
	struct kin_addr addr;
	char data[1024];
	ssize_t n;

	if (kin_inet_addr(host, port, &addr) < 0 ||
	    kin_socket(AF_INET, SOCK_STREAM, 0, &sock) < 0 || kin_connect(sock, &addr) < 0 ||
	    kin_send_all(sock, hello, sizeof(hello) - 1, 0, NULL) < 0)
		errx(1, "%s", kin_error_text());
	n = kin_recv(sock, data, sizeof(data), 0);
	if (n < 0)
		errx(1, "%s", kin_error_text());
	printf("Received %.*s\n", (int)n, data);
	return 0;
}
