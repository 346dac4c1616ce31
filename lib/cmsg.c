/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Ancillary data: cmsg(3) without its macros. */
#include "core.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/errqueue.h>
#include <string.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

/* The hot path of receiving. */
static inline bool next_cmsg(const struct kin_msg *msg, struct kin_cmsg *cmsg)
{
	const char *begin = msg->control;
	size_t offset = 0;
	struct cmsghdr header;
	size_t len;

	if (!begin)
		return false;
	if (cmsg->data) {
		/* Behind the item before, from where data was rounded up. */
		offset = (size_t)((const char *)cmsg->data - begin) + CMSG_ALIGN(cmsg->len);
	}
	if (offset > msg->control_len || msg->control_len - offset < sizeof(header))
		return false;
	memcpy(&header, begin + offset, sizeof(header));
	if (header.cmsg_len < CMSG_LEN(0))
		return false;
	offset += CMSG_LEN(0);
	len = header.cmsg_len - CMSG_LEN(0);
	if (offset > msg->control_len)
		return false;
	if (len > msg->control_len - offset)
		len = msg->control_len - offset;
	*cmsg = (struct kin_cmsg){header.cmsg_level, header.cmsg_type, begin + offset, len};
	return true;
}

bool kin_next_cmsg(const struct kin_msg *msg, struct kin_cmsg *cmsg)
{
	KIN_NEED_OR(msg, false);
	KIN_NEED_OR(cmsg, false);
	return next_cmsg(msg, cmsg);
}

ssize_t kin_cmsg_len(size_t len)
{
	if (len > INT_MAX - CMSG_LEN(0))
		return kin_fail(EOVERFLOW, "%zu bytes are too many for ancillary data", len);
	return (ssize_t)CMSG_LEN(len);
}

ssize_t kin_cmsg_space(size_t len)
{
	if (len > INT_MAX - CMSG_LEN(0) - (CMSG_ALIGN(1) - 1))
		return kin_fail(EOVERFLOW, "%zu bytes are too many for ancillary data", len);
	return (ssize_t)CMSG_SPACE(len);
}

/* Those that were taken are -1 by now. */
void cmsg_close_fds(struct kin_msg *msg)
{
	const struct kin_msg received = {.control = msg->control, .control_len = msg->fds_len};
	struct kin_cmsg cmsg = {};

	while (kin_next_cmsg(&received, &cmsg)) {
		if (!cmsg_has_fds(&cmsg))
			continue;
		for (size_t i = 0; i + sizeof(int) <= cmsg.len; i += sizeof(int)) {
			int fd;

			memcpy(&fd, (const char *)cmsg.data + i, sizeof(fd));
			if (fd >= 0)
				close(fd);
		}
	}
	msg->fds_len = 0;
}

int cmsg_check(const struct kin_msg *msg)
{
	struct kin_cmsg cmsg = {};
	size_t end = 0;

	if (!msg->control && msg->control_len)
		return kin_fail(EINVAL, "%zu bytes of ancillary data at NULL", msg->control_len);
	while (kin_next_cmsg(msg, &cmsg)) {
		const char *data = cmsg.data;
		struct cmsghdr header;

		memcpy(&header, data - CMSG_LEN(0), sizeof(header));
		if (header.cmsg_len != CMSG_LEN(cmsg.len))
			return kin_fail(EINVAL,
					"an item of ancillary data says that it has %zu bytes, "
					"where %zu are left",
					header.cmsg_len, CMSG_LEN(cmsg.len));
		end = (size_t)(data - (const char *)msg->control) + CMSG_ALIGN(cmsg.len);
	}
	if (end < msg->control_len)
		return kin_fail(EINVAL, "the last %zu bytes of ancillary data are no item of it",
				msg->control_len - end);
	return 0;
}

int kin_add_cmsg(struct kin_msg *msg, int level, int type, const void *data, size_t len)
{
	struct cmsghdr header = {.cmsg_level = level, .cmsg_type = type};
	char *begin;

	KIN_NEED(msg);
	KIN_NEED_ROOM(msg->control, msg->control_size);
	KIN_NEED_ROOM(data, len);
	begin = msg->control;
	if (msg->control_len > msg->control_size)
		return kin_fail(EINVAL, "control_len %zu is above control_size %zu",
				msg->control_len, msg->control_size);
	if (len > msg->control_size || CMSG_SPACE(len) > msg->control_size - msg->control_len)
		return kin_fail(EMSGSIZE,
				"%zu bytes of ancillary data do not fit into the %zu left", len,
				msg->control_size - msg->control_len);
	/* Over what was received: its descriptors go first. */
	if (msg->control_len < msg->fds_len)
		cmsg_close_fds(msg);
	header.cmsg_len = CMSG_LEN(len);
	begin += msg->control_len;
	memset(begin, 0, CMSG_SPACE(len));
	memcpy(begin, &header, sizeof(header));
	if (len)
		memcpy(begin + CMSG_LEN(0), data, len);
	msg->control_len += CMSG_SPACE(len);
	return 0;
}

static void stamp(struct kin_msg *msg, const struct timespec *time, enum kin_clock clock)
{
	if (time->tv_sec == 0 && time->tv_nsec == 0)
		return;
	msg->time_ns = (int64_t)time->tv_sec * 1000000000 + time->tv_nsec;
	msg->clock = clock;
}

/* The device's time where there is one, else the kernel's. */
static void stamp_best(struct kin_msg *msg, const struct kin_cmsg *cmsg)
{
	struct scm_timestamping stamps;

	if (cmsg->len < sizeof(stamps))
		return;
	memcpy(&stamps, cmsg->data, sizeof(stamps));
	stamp(msg, &stamps.ts[0], KIN_CLOCK_SOFTWARE);
	stamp(msg, &stamps.ts[2], KIN_CLOCK_HARDWARE);
}

static void read_socket_level(struct kin_msg *msg, const struct kin_cmsg *cmsg)
{
	struct timespec time;
	struct timeval coarse;

	switch (cmsg->type) {
	case SCM_TIMESTAMPNS:
		if (cmsg->len >= sizeof(time)) {
			memcpy(&time, cmsg->data, sizeof(time));
			stamp(msg, &time, KIN_CLOCK_SOFTWARE);
		}
		break;
	case SCM_TIMESTAMP:
		if (cmsg->len >= sizeof(coarse)) {
			memcpy(&coarse, cmsg->data, sizeof(coarse));
			time = (struct timespec){coarse.tv_sec, coarse.tv_usec * 1000};
			stamp(msg, &time, KIN_CLOCK_SOFTWARE);
		}
		break;
	case SCM_TIMESTAMPING:
		stamp_best(msg, cmsg);
		break;
	case SO_RXQ_OVFL:
		if (cmsg->len >= sizeof(msg->drops))
			memcpy(&msg->drops, cmsg->data, sizeof(msg->drops));
		break;
	}
}

/* Linux 6.5; Debian 12's headers do not have it. */
#ifndef SCM_PIDFD
#define SCM_PIDFD 4
#endif

bool cmsg_has_fds(const struct kin_cmsg *cmsg)
{
	return cmsg->level == SOL_SOCKET && (cmsg->type == SCM_RIGHTS || cmsg->type == SCM_PIDFD);
}

/* The kernel made them close-on-exec if it was asked to; what nobody asks for is done here. */
static void close_on_exec(const struct kin_cmsg *cmsg)
{
	for (size_t i = 0; i + sizeof(int) <= cmsg->len; i += sizeof(int)) {
		int fd;

		memcpy(&fd, (const char *)cmsg->data + i, sizeof(fd));
		fcntl(fd, F_SETFD, FD_CLOEXEC);
	}
}

static __attribute__((noinline)) bool read_items(struct kin_msg *msg)
{
	struct kin_cmsg cmsg = {};
	bool has_fds = false;

	while (next_cmsg(msg, &cmsg)) {
		if (cmsg.level != SOL_SOCKET)
			continue;
		if (cmsg_has_fds(&cmsg)) {
			has_fds = true;
			if (!(msg->flags & MSG_CMSG_CLOEXEC))
				close_on_exec(&cmsg);
		} else {
			read_socket_level(msg, &cmsg);
		}
	}
	return has_fds;
}

bool cmsg_read_core(struct kin_msg *msg)
{
	struct cmsghdr header;
	struct timespec time;

	/* Most messages have a time stamp and nothing else. */
	if (unlikely(msg->control_len != CMSG_SPACE(sizeof(time))))
		return read_items(msg);
	memcpy(&header, msg->control, sizeof(header));
	if (unlikely(header.cmsg_level != SOL_SOCKET || header.cmsg_type != SCM_TIMESTAMPNS ||
		     header.cmsg_len != CMSG_LEN(sizeof(time))))
		return read_items(msg);
	memcpy(&time, (const char *)msg->control + CMSG_LEN(0), sizeof(time));
	stamp(msg, &time, KIN_CLOCK_SOFTWARE);
	return false;
}

const struct kin_cmsg_type *cmsg_type(const struct kin_family *family, int level, int type)
{
	if (!family || !family->cmsgs)
		return NULL;
	for (const struct kin_cmsg_type *row = family->cmsgs; row->name; row++)
		if (row->level == level && row->type == type)
			return row;
	return NULL;
}
