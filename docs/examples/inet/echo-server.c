/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Serves one IPv4 client: what it sends comes back. Usage: inet-echo-server [PORT] */
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <kin/inet.h>

int main(int argc, char *argv[])
{
	struct kin_sock *server KIN_CLEANUP(kin_close) = NULL;
	struct kin_sock *client KIN_CLEANUP(kin_close) = NULL;
	long port = argc > 1 ? strtol(argv[1], NULL, 0) : 50007;
	char peer[KIN_ADDR_TEXT], data[1024];
	struct kin_addr addr;
	ssize_t n;

	/* No host: every address of this machine. */
	if (kin_inet_addr(NULL, port, &addr) < 0 ||
	    kin_socket(AF_INET, SOCK_STREAM, 0, &server) < 0 ||
	    /* A restart must not wait for the connections of the run before. */
	    kin_opt_set(server, "reuseaddr", "on") < 0 || kin_bind(server, &addr) < 0 ||
	    kin_listen(server, 1) < 0 || kin_accept(server, &client, &addr) < 0)
		errx(1, "%s", kin_error_text());
	kin_addr_format(&addr, SOCK_STREAM, 0, peer, sizeof(peer));
	printf("Connected by %s\n", peer);
	while ((n = kin_recv(client, data, sizeof(data), 0)) > 0)
		if (kin_send_all(client, data, (size_t)n, 0, NULL) < 0)
			errx(1, "%s", kin_error_text());
	if (n < 0)
		errx(1, "%s", kin_error_text());
	return 0;
}
