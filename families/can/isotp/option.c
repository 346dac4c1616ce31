/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Socket options of ISO-TP. Most are fields of three structures that the kernel takes as a whole:
 * each is read, changed and written back.
 */
#include <errno.h>
#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>

#include "option.h"

#define ALL_FLAGS (CAN_ISOTP_DYN_FC_PARMS * 2 - 1)
#define BROADCAST (CAN_ISOTP_SF_BROADCAST | CAN_ISOTP_CF_BROADCAST)

/* ---- The kernel's structures --------------------------------------------------------------- */

static int store(struct kin_sock *sock, int name, const void *value, socklen_t len)
{
	int err = kin_setsockopt(sock, SOL_CAN_ISOTP, name, value, len);

	if (err == -EISCONN)
		return kin_fail(EISCONN, "the options of an ISO-TP socket are set before it is "
					 "bound, not after");
	return err;
}

static int load(const struct kin_sock *sock, int name, void *ret_value, size_t size)
{
	char value[sizeof(struct can_isotp_options)];
	socklen_t len = (socklen_t)size;
	int err = kin_getsockopt(sock, SOL_CAN_ISOTP, name, value, &len);

	if (!ret_value)
		return kin_fail(EINVAL, "NULL");
	if (err < 0)
		return err;
	if (len < size)
		return kin_fail(EPROTO, "the kernel gave %u bytes of %zu", len, size);
	memcpy(ret_value, value, size);
	return 0;
}

/* Older kernels take flags that they know nothing of. */
static int check_flags_known(uint32_t flags, uint32_t frame_txtime)
{
	static const struct {
		uint32_t flag;
		unsigned major, minor;
		const char *name;
	} newer[] = {
		{CAN_ISOTP_SF_BROADCAST, 5, 11, "to-all=sf"},
		{CAN_ISOTP_CF_BROADCAST, 5, 19, "to-all=cf"},
		{CAN_ISOTP_DYN_FC_PARMS, 6, 9, "dynamic-fc"},
		{0, 5, 18, "frame-time=0"},
	};
	struct utsname uts;
	unsigned major = 0, minor = 0;

	if (uname(&uts) < 0 || sscanf(uts.release, "%u.%u", &major, &minor) != 2)
		return 0;
	for (size_t i = 0; i < sizeof(newer) / sizeof(*newer); i++) {
		bool wanted = newer[i].flag ? flags & newer[i].flag
					    : frame_txtime == CAN_ISOTP_FRAME_TXTIME_ZERO;

		if (wanted &&
		    (major < newer[i].major || (major == newer[i].major && minor < newer[i].minor)))
			return kin_fail(
				ENOPROTOOPT,
				"this kernel (%u.%u) has no %s, which came with Linux %u.%u", major,
				minor, newer[i].name, newer[i].major, newer[i].minor);
	}
	return 0;
}

int kin_isotp_set_options(struct kin_sock *sock, const struct can_isotp_options *options)
{
	int err;

	KIN_NEED(options);
	if (options->flags & ~(uint32_t)ALL_FLAGS)
		return kin_fail(EINVAL, "flags %#x are not in 0-%#x", options->flags, ALL_FLAGS);
	if ((options->flags & BROADCAST) == BROADCAST)
		return kin_fail(EINVAL, "CAN_ISOTP_SF_BROADCAST and CAN_ISOTP_CF_BROADCAST exclude "
					"each other");
	err = check_flags_known(options->flags, options->frame_txtime);
	return err < 0 ? err : store(sock, CAN_ISOTP_OPTS, options, sizeof(*options));
}

int kin_isotp_options(const struct kin_sock *sock, struct can_isotp_options *ret_options)
{
	return load(sock, CAN_ISOTP_OPTS, ret_options, sizeof(*ret_options));
}

int kin_isotp_set_flags(struct kin_sock *sock, uint32_t set, uint32_t clear)
{
	struct can_isotp_options options;
	int err = kin_isotp_options(sock, &options);

	if (err < 0)
		return err;
	options.flags = (options.flags & ~clear) | set;
	return kin_isotp_set_options(sock, &options);
}

int kin_isotp_set_flow_control(struct kin_sock *sock,
			       const struct can_isotp_fc_options *flow_control)
{
	KIN_NEED(flow_control);
	return store(sock, CAN_ISOTP_RECV_FC, flow_control, sizeof(*flow_control));
}

int kin_isotp_flow_control(const struct kin_sock *sock,
			   struct can_isotp_fc_options *ret_flow_control)
{
	return load(sock, CAN_ISOTP_RECV_FC, ret_flow_control, sizeof(*ret_flow_control));
}

int kin_isotp_set_link_layer(struct kin_sock *sock, const struct can_isotp_ll_options *link_layer)
{
	bool fd;

	KIN_NEED(link_layer);
	fd = link_layer->mtu == CANFD_MTU;
	if (!fd && link_layer->mtu != CAN_MTU)
		return kin_fail(EINVAL, "mtu %u is neither 16 (classic) nor 72 (FD)",
				link_layer->mtu);
	if (link_layer->tx_dl > CANFD_MAX_DLEN ||
	    link_layer->tx_dl != isotp_padded_len(link_layer->tx_dl))
		return kin_fail(EINVAL, "tx-dl %u is none of 8, 12, 16, 20, 24, 32, 48, 64",
				link_layer->tx_dl);
	if (!fd && (link_layer->tx_dl > CAN_MAX_DLEN || link_layer->tx_flags))
		return kin_fail(EINVAL, "tx-dl above 8 and flags are for FD frames (mtu 72)");
	return store(sock, CAN_ISOTP_LL_OPTS, link_layer, sizeof(*link_layer));
}

int kin_isotp_link_layer(const struct kin_sock *sock, struct can_isotp_ll_options *ret_link_layer)
{
	return load(sock, CAN_ISOTP_LL_OPTS, ret_link_layer, sizeof(*ret_link_layer));
}

/* ---- Forced separation times --------------------------------------------------------------- */

static int force_stmin(struct kin_sock *sock, int name, uint32_t flag, int64_t ns)
{
	uint32_t value = (uint32_t)ns;
	int err = 0;

	if (ns > UINT32_MAX)
		return kin_fail(EINVAL, "%" PRId64 " ns are not in 0-%" PRIu32, ns, UINT32_MAX);
	if (ns >= 0)
		err = store(sock, name, &value, sizeof(value));
	if (err < 0)
		return err;
	return kin_isotp_set_flags(sock, ns < 0 ? 0 : flag, ns < 0 ? flag : 0);
}

int kin_isotp_force_tx_stmin(struct kin_sock *sock, int64_t ns)
{
	return force_stmin(sock, CAN_ISOTP_TX_STMIN, CAN_ISOTP_FORCE_TXSTMIN, ns);
}

int kin_isotp_force_rx_stmin(struct kin_sock *sock, int64_t ns)
{
	return force_stmin(sock, CAN_ISOTP_RX_STMIN, CAN_ISOTP_FORCE_RXSTMIN, ns);
}

int kin_isotp_forced_stmin(const struct kin_sock *sock, int64_t *ret_tx_ns, int64_t *ret_rx_ns)
{
	struct can_isotp_options options;
	uint32_t tx = 0, rx = 0;
	int err = kin_isotp_options(sock, &options);

	if (!ret_tx_ns || !ret_rx_ns)
		return kin_fail(EINVAL, "NULL");
	if (err == 0)
		err = load(sock, CAN_ISOTP_TX_STMIN, &tx, sizeof(tx));
	if (err == 0)
		err = load(sock, CAN_ISOTP_RX_STMIN, &rx, sizeof(rx));
	if (err < 0)
		return err;
	*ret_tx_ns = options.flags & CAN_ISOTP_FORCE_TXSTMIN ? (int64_t)tx : -1;
	*ret_rx_ns = options.flags & CAN_ISOTP_FORCE_RXSTMIN ? (int64_t)rx : -1;
	return 0;
}

int kin_isotp_stmin_code(int64_t ns)
{
	if (ns >= 0 && ns <= 127000000 && ns % 1000000 == 0)
		return (int)(ns / 1000000);
	if (ns >= 100000 && ns <= 900000 && ns % 100000 == 0)
		return 0xF0 + (int)(ns / 100000);
	return kin_fail(
		EINVAL,
		"a separation time is 0-127 ms, or 100-900 us in hundreds, not %" PRId64 " ns", ns);
}

int64_t kin_isotp_stmin_ns(uint8_t code)
{
	if (code <= 0x7F)
		return code * INT64_C(1000000);
	if (code >= 0xF1 && code <= 0xF9)
		return (code - 0xF0) * INT64_C(100000);
	return 127000000;
}
