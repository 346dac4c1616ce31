/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What CAN traffic costs with bare system calls and nothing else: the floor that the bench holds
 * kin against. Made for one purpose, checks little.
 *
 *     floor count INTERFACE COUNT         receive and count
 *     floor log INTERFACE COUNT FILE      receive and write candump's log
 *     floor send INTERFACE COUNT          send classic frames
 *     floor isotp-send INTERFACE COUNT BYTES     send so long messages from 7E0 to 7E8
 *     floor isotp-receive INTERFACE COUNT        receive them
 *
 * The receivers end after COUNT frames (messages) or on SIGINT. All print how many it were on
 * standard error.
 */
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>
#include <linux/can.h>
#include <linux/can/isotp.h>
#include <linux/can/raw.h>

enum {
	BATCH = 256,
	RECEIVE_BUFFER = 64 << 20,
	LINE = 64,
	NAP_NS = 10000000,
	CONTROL = 64,
	PDU = 1 << 20
};

static struct can_frame frames[BATCH];
static struct iovec iovs[BATCH];
static struct mmsghdr headers[BATCH];
static char controls[BATCH][CONTROL] __attribute__((aligned(8)));
static char lines[BATCH * LINE];
static volatile sig_atomic_t stopped;

static void stop(int signal)
{
	stopped = signal;
}

static int open_bus(const char *interface)
{
	struct sockaddr_can addr = {.can_family = AF_CAN};
	int fd = socket(AF_CAN, SOCK_RAW | SOCK_CLOEXEC, CAN_RAW);

	addr.can_ifindex = if_nametoindex(interface);
	if (fd < 0 || bind(fd, (struct sockaddr *)&addr, sizeof(addr)) < 0)
		err(1, "%s", interface);
	for (int i = 0; i < BATCH; i++) {
		iovs[i] = (struct iovec){&frames[i], sizeof(frames[i])};
		headers[i].msg_hdr = (struct msghdr){.msg_iov = &iovs[i], .msg_iovlen = 1};
	}
	return fd;
}

static char *put_hex(char *to, uint32_t value, int digits)
{
	while (digits-- > 0)
		*to++ = "0123456789ABCDEF"[value >> 4 * digits & 15];
	return to;
}

static char *put_decimal(char *to, uint32_t value, int digits)
{
	for (int i = digits; i-- > 0; value /= 10)
		to[i] = '0' + value % 10;
	return to + digits;
}

/* "(1700000000.123456) vcan0 123#DEADBEEF" */
static char *put_line(char *to, const char *interface, size_t interface_len, int i)
{
	const struct can_frame *frame = &frames[i];
	const struct cmsghdr *cmsg = CMSG_FIRSTHDR(&headers[i].msg_hdr);
	struct timespec at = {0};

	if (cmsg)
		memcpy(&at, CMSG_DATA(cmsg), sizeof(at));
	*to++ = '(';
	to = put_decimal(to, at.tv_sec, 10);
	*to++ = '.';
	to = put_decimal(to, at.tv_nsec / 1000, 6);
	*to++ = ')';
	*to++ = ' ';
	to = mempcpy(to, interface, interface_len);
	*to++ = ' ';
	if (frame->can_id & CAN_EFF_FLAG)
		to = put_hex(to, frame->can_id & CAN_EFF_MASK, 8);
	else
		to = put_hex(to, frame->can_id, 3);
	*to++ = '#';
	for (int n = 0; n < frame->len; n++)
		to = put_hex(to, frame->data[n], 2);
	*to++ = '\n';
	return to;
}

static long receive(const char *interface, long count, const char *path)
{
	const int on = 1, room = RECEIVE_BUFFER;
	const struct timespec nap = {0, NAP_NS};
	struct pollfd ready = {.fd = open_bus(interface), .events = POLLIN};
	size_t interface_len = strlen(interface);
	int file = path ? open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666) : -1;
	long done = 0;

	setsockopt(ready.fd, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof(room));
	if (path && setsockopt(ready.fd, SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof(on)) < 0)
		err(1, "SO_TIMESTAMPNS");
	sigaction(SIGINT, &(struct sigaction){.sa_handler = stop}, NULL);
	while (done < count && !stopped && poll(&ready, 1, -1) > 0) {
		char *end = lines;
		int n;

		for (int i = 0; path && i < BATCH; i++) {
			headers[i].msg_hdr.msg_control = controls[i];
			headers[i].msg_hdr.msg_controllen = CONTROL;
		}
		n = recvmmsg(ready.fd, headers, BATCH, MSG_DONTWAIT, NULL);
		if (n < 0)
			err(1, "recvmmsg");
		for (int i = 0; path && i < n; i++)
			end = put_line(end, interface, interface_len, i);
		if (path && write(file, lines, end - lines) != end - lines)
			err(1, "%s", path);
		done += n;
		if (n < BATCH)
			nanosleep(&nap, NULL);
	}
	return done;
}

static long transmit(const char *interface, long count)
{
	int fd = open_bus(interface);
	long done = 0;

	while (done < count) {
		int n = count - done < BATCH ? (int)(count - done) : BATCH;

		for (int i = 0; i < n; i++) {
			uint64_t number = done + i;

			frames[i].can_id = number & CAN_SFF_MASK;
			frames[i].len = CAN_MAX_DLEN;
			memcpy(frames[i].data, &number, sizeof(number));
		}
		n = sendmmsg(fd, headers, n, 0);
		if (n < 0 && errno != ENOBUFS)
			err(1, "sendmmsg");
		if (n < 0)
			usleep(100);
		else
			done += n;
	}
	return done;
}

static int open_isotp(const char *interface, canid_t tx, canid_t rx)
{
	struct sockaddr_can addr = {.can_family = AF_CAN, .can_addr.tp = {rx, tx}};
	struct can_isotp_options options = {
		.flags = CAN_ISOTP_WAIT_TX_DONE,
		.frame_txtime = CAN_ISOTP_FRAME_TXTIME_ZERO,
	};
	int fd = socket(AF_CAN, SOCK_DGRAM | SOCK_CLOEXEC, CAN_ISOTP);

	addr.can_ifindex = if_nametoindex(interface);
	if (setsockopt(fd, SOL_CAN_ISOTP, CAN_ISOTP_OPTS, &options, sizeof(options)) < 0 ||
	    bind(fd, (struct sockaddr *)&addr, sizeof(addr)) < 0)
		err(1, "%s", interface);
	return fd;
}

static long send_pdus(const char *interface, long count, size_t size)
{
	int fd = open_isotp(interface, 0x7E0, 0x7E8);
	char *data = calloc(1, size);

	for (long i = 0; i < count; i++)
		if (write(fd, data, size) < 0)
			err(1, "%s", interface);
	close(fd);
	return count;
}

static long receive_pdus(const char *interface, long count)
{
	int fd = open_isotp(interface, 0x7E8, 0x7E0);
	char *data = malloc(PDU);
	long done = 0;

	sigaction(SIGINT, &(struct sigaction){.sa_handler = stop}, NULL);
	while (done < count && read(fd, data, PDU) > 0)
		done++;
	return done;
}

int main(int argc, char **argv)
{
	const char *what = argc >= 4 ? argv[1] : "";
	long count = argc >= 4 ? atol(argv[3]) : 0;

	if (!strcmp(what, "count") && argc == 4)
		count = receive(argv[2], count, NULL);
	else if (!strcmp(what, "log") && argc == 5)
		count = receive(argv[2], count, argv[4]);
	else if (!strcmp(what, "send") && argc == 4)
		count = transmit(argv[2], count);
	else if (!strcmp(what, "isotp-send") && argc == 5)
		count = send_pdus(argv[2], count, atol(argv[4]));
	else if (!strcmp(what, "isotp-receive") && argc == 4)
		count = receive_pdus(argv[2], count);
	else
		errx(2,
		     "usage: floor count|log|send|isotp-send|isotp-receive INTERFACE COUNT [...]");
	fprintf(stderr, "%ld frames\n", count);
	return 0;
}
