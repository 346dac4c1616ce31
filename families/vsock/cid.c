/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "internal.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/ioctl.h>
#include <unistd.h>

int kin_vsock_local_cid(uint32_t *ret_cid)
{
	static const char device[] = "/dev/vsock";
	unsigned cid = VMADDR_CID_ANY;
	int fd, err = 0;

	if (!ret_cid)
		return kin_fail(EINVAL, "no room was given");
	fd = open(device, O_RDONLY | O_CLOEXEC);
	if (fd < 0 && (errno == EACCES || errno == EPERM))
		return kin_fail(EACCES,
				"%s: no permission to read it (root, or a group of its own)",
				device);
	if (fd < 0)
		return kin_fail(ENODEV,
				"no %s: the kernel module vsock is not loaded, or this "
				"kernel is built without CONFIG_VSOCKETS",
				device);
	if (ioctl(fd, IOCTL_VM_SOCKETS_GET_LOCAL_CID, &cid) < 0)
		err = errno;
	close(fd);
	if (err || cid == VMADDR_CID_ANY)
		return kin_fail(ENODEV,
				"this machine has no context ID: it is no guest with a vsock "
				"device, and no host with the module vhost_vsock");
	*ret_cid = cid;
	return 0;
}
