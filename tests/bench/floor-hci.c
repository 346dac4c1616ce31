// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What bare system calls take to record HCI's monitor: recvmmsg(2) of 64 messages, and one write(2)
 * of the records of btsnoop. Usage: floor-hci FILE; SIGINT ends it.
 */
#include <arpa/inet.h>
#include <endian.h>
#include <err.h>
#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>
#include <bluetooth/bluetooth.h>
#include <bluetooth/hci.h>

enum { BATCH = 64, MESSAGE = 2048, HEADER = 6, RECORD = 24 };

static unsigned char data[BATCH][MESSAGE], out[BATCH * (MESSAGE + RECORD)];
static char control[BATCH][64];

static uint64_t time_of(struct msghdr *msg)
{
	struct timespec time = {};

	for (struct cmsghdr *c = CMSG_FIRSTHDR(msg); c; c = CMSG_NXTHDR(msg, c))
		if (c->cmsg_level == SOL_SOCKET && c->cmsg_type == SCM_TIMESTAMPNS)
			memcpy(&time, CMSG_DATA(c), sizeof(time));
	return (uint64_t)time.tv_sec * 1000000 + (uint64_t)time.tv_nsec / 1000 +
	       UINT64_C(0x00DCDDB30F2F8000);
}

static size_t put_record(unsigned char *to, const unsigned char *message, size_t len,
			 uint64_t time_us)
{
	uint16_t opcode, index;
	uint32_t numbers[4];

	memcpy(&opcode, message, 2);
	memcpy(&index, message + 2, 2);
	numbers[0] = numbers[1] = htonl((uint32_t)(len - HEADER));
	numbers[2] = htonl((uint32_t)index << 16 | opcode);
	numbers[3] = 0;
	time_us = htobe64(time_us);
	memcpy(to, numbers, 16);
	memcpy(to + 16, &time_us, 8);
	memcpy(to + RECORD, message + HEADER, len - HEADER);
	return RECORD + len - HEADER;
}

int main(int argc, char **argv)
{
	struct sockaddr_hci addr = {AF_BLUETOOTH, HCI_DEV_NONE, HCI_CHANNEL_MONITOR};
	int on = 1, buffer = 64 << 20, sock, file;
	struct mmsghdr msgs[BATCH] = {};
	struct iovec iovs[BATCH];

	if (argc != 2)
		errx(2, "usage: floor-hci FILE");
	file = open(argv[1], O_WRONLY | O_CREAT | O_TRUNC, 0666);
	sock = socket(AF_BLUETOOTH, SOCK_RAW, BTPROTO_HCI);
	if (file < 0 || sock < 0)
		err(1, "%s", argv[1]);
	setsockopt(sock, SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof(on));
	setsockopt(sock, SOL_SOCKET, SO_RCVBUFFORCE, &buffer, sizeof(buffer));
	if (bind(sock, (struct sockaddr *)&addr, sizeof(addr)) < 0)
		err(1, "bind");
	if (write(file, "btsnoop\0\0\0\0\1\0\0\x07\xD1", 16) < 0)
		err(1, "write");
	for (unsigned i = 0; i < BATCH; i++) {
		iovs[i] = (struct iovec){data[i], MESSAGE};
		msgs[i].msg_hdr.msg_iov = &iovs[i];
		msgs[i].msg_hdr.msg_iovlen = 1;
		msgs[i].msg_hdr.msg_control = control[i];
	}
	for (;;) {
		size_t len = 0;
		int n;

		for (unsigned i = 0; i < BATCH; i++)
			msgs[i].msg_hdr.msg_controllen = sizeof(control[i]);
		n = recvmmsg(sock, msgs, BATCH, MSG_WAITFORONE, NULL);
		if (n < 0)
			err(1, "recvmmsg");
		for (int i = 0; i < n; i++)
			len += put_record(out + len, data[i], msgs[i].msg_len,
					  time_of(&msgs[i].msg_hdr));
		if (write(file, out, len) < 0)
			err(1, "write");
	}
}
