/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <limits.h>
#include <net/if.h>
#include <poll.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "../source.h"
#include "bcm.h"

enum { BATCH = 32 };

static int open_socket(struct bcm_bus *bus)
{
	struct kin_buf out = {bus->address, sizeof(bus->address), 0};
	int r;

	kin_buf_puts(&out, "bcm:");
	kin_buf_put_body(&out, bus->interface, strlen(bus->interface));
	kin_buf_puts(&out, ",timestamps=software,drops=on");
	r = kin_open(kin_buf_end(&out), KIN_CONNECT, &bus->sock);
	bus->address[strcspn(bus->address, ",")] = '\0';
	if (r == 0)
		r = kin_batch_new(BATCH, KIN_BCM_MSG_MAX, 0, &bus->batch);
	if (r < 0)
		return complain_of(bus->address, r);
	source_enlarge_buffer(bus->sock);
	return 0;
}

int bcm_bus_open(struct bcm_bus *bus, const struct invocation *inv)
{
	int64_t duration = -1;
	int status;

	*bus = (struct bcm_bus){.inv = inv, .interface = inv->args[0], .stop_fd = -1};
	status = inv_duration(inv, "duration", &duration);
	if (!status)
		status = open_socket(bus);
	if (status)
		return status;
	bus->stop_fd = stop_fd();
	bus->end_ns = kin_deadline(duration);
	return bus->stop_fd < 0 ? complain_of("signalfd", -errno) : 0;
}

void bcm_bus_close(struct bcm_bus *bus)
{
	kin_close(bus->sock);
	kin_batch_free(bus->batch);
	if (bus->stop_fd >= 0)
		close(bus->stop_fd);
}

int bcm_bus_check(const struct bcm_bus *bus, bool fd)
{
	struct ifreq request = {};

	snprintf(request.ifr_name, sizeof(request.ifr_name), "%s", bus->interface);
	if (kin_ioctl(bus->sock, SIOCGIFFLAGS, &request) == 0 && !(request.ifr_flags & IFF_UP)) {
		complain("%s is down (ENETDOWN); `sudo kin can up %s`", bus->interface,
			 bus->interface);
		return STATUS_FAILED;
	}
	if (fd && kin_ioctl(bus->sock, SIOCGIFMTU, &request) == 0 &&
	    request.ifr_mtu < (int)CANFD_MTU) {
		complain("%s takes no FD frames: its MTU is %d, not %d (EMSGSIZE)", bus->interface,
			 request.ifr_mtu, (int)CANFD_MTU);
		return STATUS_FAILED;
	}
	return 0;
}

static int timeout_ms(const struct bcm_bus *bus)
{
	int64_t left;

	if (bus->end_ns < 0)
		return -1;
	left = (bus->end_ns - kin_now() + 999999) / 1000000;
	return left < 0 ? 0 : left < INT_MAX ? (int)left : INT_MAX;
}

/* What is there; a state of the interface is told instead. */
static int take(struct bcm_bus *bus)
{
	int n = kin_recv_batch(bus->sock, bus->batch, MSG_DONTWAIT);

	if (n > 0)
		bus->drops = kin_batch_msg(bus->batch, (unsigned)n - 1)->drops;
	if (n == -ENETDOWN) {
		bus->was_down = true;
		remark("%s is down; what was set up goes on when it is up again", bus->interface);
	} else if (n < 0 && n != -EAGAIN) {
		bus->gone = true;
		complain_of(bus->address, n);
		return -1;
	}
	return n < 0 ? 0 : n;
}

int bcm_bus_wait(struct bcm_bus *bus, int fd, bool *ret_input)
{
	struct pollfd fds[] = {
		{.fd = kin_fd(bus->sock), .events = POLLIN},
		{.fd = bus->stop_fd, .events = POLLIN},
		{.fd = fd, .events = POLLIN},
	};
	int r = poll(fds, 3, timeout_ms(bus));

	*ret_input = r > 0 && fds[2].revents;
	if ((r < 0 && errno != EINTR) || (r > 0 && fds[1].revents))
		return -1;
	if (r > 0 && fds[0].revents)
		return take(bus);
	return bus->end_ns >= 0 && kin_now() >= bus->end_ns ? -1 : 0;
}
