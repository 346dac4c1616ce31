/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Prints each CAN frame, sends it back, and one of its own behind it.
 * Usage: can-echo [INTERFACE [COUNT]]
 */
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <kin/can.h>

int main(int argc, char *argv[])
{
	struct kin_sock *sock KIN_CLEANUP(kin_close) = NULL;
	const struct can_frame own = {.can_id = 0x01, .len = 3, .data = {1, 2, 3}};
	long count = argc > 2 ? strtol(argv[2], NULL, 0) : -1;
	char text[KIN_CAN_FRAME_TEXT];
	struct can_frame frame;
	struct kin_addr addr;

	if (kin_can_addr(argc > 1 ? argv[1] : "vcan0", &addr) < 0 ||
	    kin_socket(AF_CAN, SOCK_RAW, CAN_RAW, &sock) < 0 || kin_bind(sock, &addr) < 0)
		errx(1, "%s", kin_error_text());
	for (long i = 0; count < 0 || i < count; i++) {
		if (kin_recv(sock, &frame, sizeof(frame), 0) < 0)
			errx(1, "%s", kin_error_text());
		kin_can_frame_format(&frame, sizeof(frame), text, sizeof(text));
		printf("Received %s\n", text);
		fflush(stdout);
		if (kin_send(sock, &frame, sizeof(frame), 0) < 0)
			warnx("%s", kin_error_text());
		if (kin_send(sock, &own, sizeof(own), 0) < 0)
			warnx("%s", kin_error_text());
	}
	return 0;
}
