/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the kernel's errors mean between devices, and the way out. */
#include "internal.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

/* ---- HCI ----------------------------------------------------------------------------------- */

static void explain_bind_hci(int err, uint16_t device, uint16_t channel, struct kin_buf *out)
{
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

/* The commands of which anybody may send some, and others nobody but who has a capability. */
static void explain_send_hci(int err, uint16_t device, uint16_t channel, struct kin_buf *out)
{
	if (err == ENETDOWN)
		kin_buf_printf(out, "hci%u is down: kin bt power hci%u on", device, device);
	else if (err == EPERM)
		kin_buf_puts(out, "this packet needs CAP_NET_RAW");
	else if (err == EBADFD)
		kin_buf_puts(out, "nothing is sent to no controller: hci:0 is one");
	else if (err == EOPNOTSUPP)
		kin_buf_puts(out, "this channel is there to be read");
	else if (err == EINVAL && channel == KIN_HCI_RAW)
		kin_buf_puts(out,
			     "not a packet that the kernel takes: 01 and a command, 02 and data of "
			     "a link, 03 and voice");
}

static void explain_hci(const char *call, int err, const struct kin_addr *addr, struct kin_buf *out)
{
	uint16_t device, channel;

	if (kin_hci_addr_read(addr, &device, &channel) < 0)
		return;
	if (strcmp(call, "bind") == 0)
		explain_bind_hci(err, device, channel, out);
	else if (err == EPIPE || (err == ENODEV && device != KIN_HCI_DEV_NONE))
		kin_buf_puts(out, "the controller is gone");
	else if (strcmp(call, "send") == 0)
		explain_send_hci(err, device, channel, out);
}

/* ---- This end ------------------------------------------------------------------------------ */

static void explain_bind(int err, const struct kin_addr *addr, struct kin_buf *out)
{
	uint16_t psm = 0, cid = 0;
	uint8_t channel = 0;

	if (kin_l2cap_addr_read(addr, NULL, &psm, &cid, NULL) == 0) {
		if (err == EACCES)
			kin_buf_printf(out,
				       "psm %u needs CAP_NET_BIND_SERVICE; those from 4097 on, of "
				       "LE from 128 on, do not",
				       psm);
		else if (err == EADDRINUSE)
			kin_buf_printf(out, "something is listening at psm %u already", psm);
	} else if (kin_rfcomm_addr_read(addr, NULL, &channel) == 0 && err == EADDRINUSE) {
		kin_buf_printf(out, "something has channel %u already", channel);
	}
}

static void explain_listen(int err, struct kin_buf *out)
{
	if (err == EADDRINUSE)
		kin_buf_puts(out, "something is listening there already");
	else if (err == EOPNOTSUPP)
		kin_buf_puts(out, "that mode is switched off: /sys/module/bluetooth/parameters has "
				  "disable_ertm and enable_ecred");
}

static void explain_socket(const struct kin_proto *proto, int err, struct kin_buf *out)
{
	struct stat module;

	if (err == EAFNOSUPPORT && stat("/sys/module/bluetooth", &module) == 0)
		kin_buf_puts(out, "Bluetooth is in the first network namespace only, and this is "
				  "another: nsenter -t 1 -n runs a command there");
	else if (err == EAFNOSUPPORT)
		kin_buf_puts(out, "this kernel has no Bluetooth, or has not loaded it: modprobe "
				  "bluetooth");
	else if (err == EPROTONOSUPPORT && proto && proto->protocol == BTPROTO_ISO)
		kin_buf_puts(out, "ISO (Linux 6.0) is an experiment that is switched off: kin send "
				  "hci:none,channel=control "
				  "hex:4A00FFFF11003EE0B4FDDDD685986A49E00588F1BA6F01");
	else if (err == EPROTONOSUPPORT && proto && proto->protocol == BTPROTO_RFCOMM)
		kin_buf_puts(out, "the kernel module rfcomm is not loaded: modprobe rfcomm");
}

/* ---- The other end ------------------------------------------------------------------------- */

static void explain_refused(const struct kin_proto *proto, const struct kin_addr *addr,
			    struct kin_buf *out)
{
	uint16_t psm = 0, cid = 0;
	uint8_t channel;
	int type;

	if (kin_rfcomm_addr_read(addr, NULL, &channel) == 0 && proto &&
	    proto->protocol == BTPROTO_RFCOMM) {
		kin_buf_printf(out,
			       "the device serves nothing on channel %u, or wants more: "
			       "security=medium, and to be paired",
			       channel);
		return;
	}
	if (kin_l2cap_addr_read(addr, NULL, &psm, &cid, &type) < 0) {
		kin_buf_puts(out, "the device does not take it");
		return;
	}
	if (cid)
		kin_buf_printf(out, "the device does not have channel %u for us", cid);
	else
		kin_buf_printf(out,
			       "the device serves nothing at psm %u, or wants more: "
			       "security=medium, and to be paired",
			       psm);
	kin_buf_puts(out, type == KIN_BDADDR_BREDR
				  ? ""
				  : "; LE may be off here as well: kin bt le hci0 on");
}

static void explain_busy(const struct kin_proto *proto, struct kin_buf *out)
{
	if (proto && proto->protocol == BTPROTO_RFCOMM)
		kin_buf_puts(out,
			     "the channel is in use by another connection of this machine's, or "
			     "still closing");
	else
		kin_buf_puts(out, "the link is in use, or the controller busy with another");
}

static bool is_le(const struct kin_proto *proto, const struct kin_addr *addr)
{
	int type;

	return (proto && proto->protocol == BTPROTO_ISO) ||
	       (kin_l2cap_addr_read(addr, NULL, NULL, NULL, &type) == 0 &&
		type != KIN_BDADDR_BREDR);
}

static void explain_connect(const struct kin_proto *proto, int err, const struct kin_addr *addr,
			    struct kin_buf *out)
{
	switch (err) {
	case EHOSTUNREACH:
		bluetooth_put_unready(is_le(proto, addr), out);
		break;
	case EHOSTDOWN:
		kin_buf_puts(out,
			     "page timeout: the device did not answer: it is off, out of reach, "
			     "or does not let itself be connected to");
		break;
	case ETIMEDOUT:
		kin_buf_puts(out,
			     "the device did not answer in time: it is off, out of reach, or does "
			     "not advertise itself");
		break;
	case ECONNREFUSED:
		explain_refused(proto, addr, out);
		break;
	case ECONNRESET:
		kin_buf_puts(out, "the device ended the connection while it was being made");
		break;
	case EBUSY:
	case EALREADY:
	case EMLINK:
		explain_busy(proto, out);
		break;
	case EACCES:
		kin_buf_puts(out,
			     "the device wants to be paired, or has refused its key: pair anew");
		break;
	case EOPNOTSUPP:
		kin_buf_puts(out,
			     "this controller, or a parameter in /sys/module/bluetooth/parameters, "
			     "does not allow that mode or kind of link");
		break;
	case ENOSYS:
		kin_buf_puts(out,
			     "the controller gave up for a reason of its own (kin bt sniff shows "
			     "it), or the mode does not fit the kind of address");
		break;
	}
}

/* Of a connection that was there. */
static void explain_lost(const char *call, int err, const struct kin_proto *proto,
			 struct kin_buf *out)
{
	bool sends = strcmp(call, "send") == 0;

	if (err == ETIMEDOUT)
		kin_buf_puts(out, "the link is lost: the device was not heard for the supervision "
				  "timeout (20 s, unless it was changed)");
	else if (err == ECONNABORTED)
		kin_buf_puts(out, "this machine ended the link: its controller went down, or away");
	else if (sends && (err == ECONNRESET || err == ENOTCONN || err == EPIPE))
		kin_buf_puts(out, "the connection has ended, or there was none");
	else if (err == ENOTCONN || err == EBADFD)
		kin_buf_puts(out, "there is no connection");
	else if (sends && err == EINVAL && proto && proto->protocol == BTPROTO_SCO)
		kin_buf_puts(out, "longer than the controller's packets of voice: see sndmtu");
}

void bluetooth_explain(const struct kin_proto *proto, const char *call, int err,
		       const struct kin_target *target, struct kin_buf *out)
{
	const struct kin_addr *addr = target && target->addr.len ? &target->addr : NULL;

	if (strcmp(call, "socket") == 0)
		explain_socket(proto, err, out);
	else if (proto && proto->protocol == BTPROTO_HCI)
		explain_hci(call, err, addr, out);
	else if (strcmp(call, "listen") == 0)
		explain_listen(err, out);
	else if (strcmp(call, "bind") == 0 && addr)
		explain_bind(err, addr, out);
	else if (strcmp(call, "connect") == 0 && addr)
		explain_connect(proto, err, addr, out);
	else if (strcmp(call, "send") == 0 || strcmp(call, "recv") == 0)
		explain_lost(call, err, proto, out);
}
