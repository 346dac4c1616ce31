/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Ancillary data: what HCI tells of a packet, and SCO of its quality. */
#include "internal.h"

#include <string.h>
#include <sys/time.h>

static void put_direction(const struct kin_cmsg *cmsg, struct kin_buf *out)
{
	int incoming = 0;

	if (cmsg->len >= sizeof(incoming))
		memcpy(&incoming, cmsg->data, sizeof(incoming));
	kin_buf_puts(out, incoming ? "\"in\"" : "\"out\"");
}

static void put_time(const struct kin_cmsg *cmsg, struct kin_buf *out)
{
	struct timeval time = {};

	if (cmsg->len >= sizeof(time))
		memcpy(&time, cmsg->data, sizeof(time));
	kin_buf_printf(out, "%lld.%06lld", (long long)time.tv_sec, (long long)time.tv_usec);
}

static void put_status(const struct kin_cmsg *cmsg, struct kin_buf *out)
{
	kin_buf_printf(out, "%d", cmsg->len > 0 ? *(const uint8_t *)cmsg->data : 0);
}

const struct kin_cmsg_type bluetooth_cmsgs[] = {
	{SOL_HCI, HCI_CMSG_DIR, "direction", put_direction},
	{SOL_HCI, HCI_CMSG_TSTAMP, "hci-time", put_time},
	{SOL_BLUETOOTH, BT_SCM_PKT_STATUS, "packet-status", put_status},
	{},
};
