/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Prints what an interface sees, that for other machines too: who sent it, its protocol, length and
 * first bytes. It needs CAP_NET_RAW.
 * Usage: sniffer [INTERFACE [COUNT]]
 */
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <linux/if_ether.h>
#include <kin/packet.h>
#include <kin/text.h>

static int receive_one(struct kin_sock *sock)
{
	static unsigned char data[65536];
	char sender[KIN_ADDR_TEXT], text[64];
	struct kin_buf bytes = {text, sizeof(text), 0};
	struct kin_addr addr;
	ssize_t n = kin_recv_from(sock, data, sizeof(data), 0, &addr);

	if (n < 0)
		return (int)n;
	kin_addr_format(&addr, SOCK_DGRAM, 0, sender, sizeof(sender));
	kin_buf_put_hex(&bytes, data, n < 16 ? (size_t)n : 16, ' ');
	printf("%s: %zd bytes: %s\n", sender, n, kin_buf_end(&bytes));
	return 0;
}

int main(int argc, char *argv[])
{
	struct kin_sock *sock KIN_CLEANUP(kin_close) = NULL;
	const char *interface = argc > 1 ? argv[1] : "eth0";
	long count = argc > 2 ? strtol(argv[2], NULL, 0) : 1;
	struct kin_addr addr;

	/* Behind the link-layer header, which differs from one kind of interface to the next. */
	if (kin_packet_addr(interface, ETH_P_ALL, 0, 0, NULL, 0, &addr) < 0 ||
	    kin_socket(AF_PACKET, SOCK_DGRAM, 0, &sock) < 0 || kin_bind(sock, &addr) < 0 ||
	    kin_packet_set_promiscuous(sock, true) < 0)
		errx(1, "%s", kin_error_text());
	for (long i = 0; i < count; i++)
		if (receive_one(sock) < 0)
			errx(1, "%s", kin_error_text());
	/* The end of the process would do that as well. */
	if (kin_packet_set_promiscuous(sock, false) < 0)
		errx(1, "%s", kin_error_text());
	return 0;
}
