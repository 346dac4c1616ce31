/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the kernel's errors mean between devices, and the way out. */
#include "internal.h"

#include <errno.h>
#include <string.h>

static void explain_bind_hci(int err, const struct kin_addr *addr, struct kin_buf *out)
{
	uint16_t device, channel;

	if (kin_hci_addr_read(addr, &device, &channel) < 0)
		return;
	switch (err) {
	case ENODEV:
		kin_buf_printf(out,
			       "no controller hci%u here; those that there are: ls "
			       "/sys/class/bluetooth",
			       device);
		break;
	case EBUSY:
	case EUSERS:
		kin_buf_printf(out, "hci%u is in use; the user channel wants it down and alone",
			       device);
		break;
	case EINVAL:
		if (channel == KIN_HCI_USER)
			kin_buf_puts(out, "the user channel is one controller's, such as hci:0");
		else if (channel != KIN_HCI_RAW)
			kin_buf_puts(out,
				     "that channel is no controller's: hci:none, or the kernel "
				     "does not have it");
		break;
	case EPERM:
		kin_buf_puts(out, channel == KIN_HCI_USER ? "the user channel needs CAP_NET_ADMIN"
							  : "this channel needs CAP_NET_RAW");
		break;
	}
}

static void explain_bind(int err, const struct kin_addr *addr, struct kin_buf *out)
{
	uint16_t psm = 0, cid = 0;

	explain_bind_hci(err, addr, out);
	if (kin_l2cap_addr_read(addr, NULL, &psm, &cid, NULL) < 0)
		return;
	if (err == EACCES)
		kin_buf_printf(out, "psm %u needs CAP_NET_BIND_SERVICE; those from 4097 on do not",
			       psm);
	else if (err == EINVAL && psm && (psm & 0x101) != 1)
		kin_buf_printf(out, "a psm is odd and has no bit 8: %u can't be one", psm);
	else if (err == EINVAL && cid)
		kin_buf_printf(out, "the kernel lets programs have channel 4 of LE only, not %u",
			       cid);
}

static void explain_connect(const struct kin_proto *proto, int err, struct kin_buf *out)
{
	bool rfcomm = proto && proto->protocol == BTPROTO_RFCOMM;

	switch (err) {
	case EHOSTUNREACH:
		kin_buf_puts(out, "no controller of this machine is up, or none of that address");
		break;
	case EHOSTDOWN:
		kin_buf_puts(out,
			     "the device did not answer: it is off, out of reach, or does not let "
			     "itself be connected to");
		break;
	case ECONNREFUSED:
		if (rfcomm)
			kin_buf_puts(out, "the device serves nothing on that channel");
		else
			kin_buf_puts(out,
				     "the device serves nothing there, or wants a pairing first");
		break;
	case EBUSY:
		if (rfcomm)
			kin_buf_puts(out, "the channel is in use, or still closing: wait a second");
		break;
	case EACCES:
		kin_buf_puts(out, "the device wants a pairing first, or refused this one");
		break;
	}
}

void bluetooth_explain(const struct kin_proto *proto, const char *call, int err,
		       const struct kin_target *target, struct kin_buf *out)
{
	if (strcmp(call, "bind") == 0 && target)
		explain_bind(err, &target->addr, out);
	else if (strcmp(call, "connect") == 0)
		explain_connect(proto, err, out);
	else if (strcmp(call, "socket") == 0 && err == EAFNOSUPPORT)
		kin_buf_puts(out,
			     "this kernel has no Bluetooth, or none in this network namespace: it "
			     "is in the first one only");
}
