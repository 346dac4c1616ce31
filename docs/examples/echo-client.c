/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Asks an echo server, whatever the family. A host's name is looked up, and each of its addresses
 * is tried until one answers.
 * Usage: echo-client [ADDRESS]
 */
#include <err.h>
#include <stdio.h>
#include <kin/kin.h>

int main(int argc, char *argv[])
{
	struct kin_sock *sock KIN_CLEANUP(kin_close) = NULL;
	const char hello[] = "Hello, world";
	char data[1024];
	ssize_t n;

	if (kin_open(argc > 1 ? argv[1] : "tcp:localhost:50007", KIN_CONNECT, &sock) < 0 ||
	    kin_send_all(sock, hello, sizeof(hello) - 1, 0, NULL) < 0)
		errx(1, "%s", kin_error_text());
	n = kin_recv(sock, data, sizeof(data), 0);
	if (n < 0)
		errx(1, "%s", kin_error_text());
	printf("Received %.*s\n", (int)n, data);
	return 0;
}
