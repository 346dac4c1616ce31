/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Serves one client: what it sends comes back. The address says over what: both versions of IP
 * without more ado, or any other family that has connections.
 * Usage: echo-server [ADDRESS]
 */
#include <err.h>
#include <stdio.h>
#include <kin/kin.h>

int main(int argc, char *argv[])
{
	struct kin_sock *server KIN_CLEANUP(kin_close) = NULL;
	struct kin_sock *client KIN_CLEANUP(kin_close) = NULL;
	char peer[KIN_ADDR_TEXT], data[1024];
	struct kin_addr addr;
	ssize_t n;

	if (kin_open(argc > 1 ? argv[1] : "tcp::50007", KIN_LISTEN, &server) < 0 ||
	    kin_accept(server, &client, &addr) < 0)
		errx(1, "%s", kin_error_text());
	kin_addr_format(&addr, kin_sock_type(client), kin_sock_protocol(client), peer,
			sizeof(peer));
	printf("Connected by %s\n", peer);
	while ((n = kin_recv(client, data, sizeof(data), 0)) > 0)
		if (kin_send_all(client, data, (size_t)n, 0, NULL) < 0)
			errx(1, "%s", kin_error_text());
	if (n < 0)
		errx(1, "%s", kin_error_text());
	return 0;
}
