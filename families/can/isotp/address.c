/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* ISO-TP addresses: an interface and the identifier for each way. */
#include <errno.h>
#include <string.h>

#include "internal.h"

/* ---- Identifiers --------------------------------------------------------------------------- */

bool isotp_id_valid(canid_t id)
{
	return id & CAN_EFF_FLAG ? (id & ~(CAN_EFF_FLAG | CAN_EFF_MASK)) == 0 : id <= CAN_SFF_MASK;
}

int isotp_parse_id(const char *text, const char *what, canid_t *ret_id)
{
	size_t digits = strlen(text);
	uint64_t id;
	int err = kin_parse_hex(text, what, CAN_EFF_MASK, &id);

	if (err < 0)
		return err;
	if (digits > 3 && digits != 8)
		return kin_fail(EINVAL,
				"%s %s has %zu digits: an extended identifier has 8, a standard "
				"one up to 3",
				what, text, digits);
	if (digits <= 3 && id > CAN_SFF_MASK)
		return kin_fail(EINVAL, "%s %s is not in 0-7FF; extended identifiers have 8 digits",
				what, text);
	*ret_id = (canid_t)id | (digits == 8 ? CAN_EFF_FLAG : 0);
	return 0;
}

void isotp_put_id(struct kin_buf *out, canid_t id)
{
	if (id & CAN_EFF_FLAG)
		kin_buf_printf(out, "%08X", id & CAN_EFF_MASK);
	else
		kin_buf_printf(out, "%03X", id & CAN_SFF_MASK);
}

/* ---- Typed --------------------------------------------------------------------------------- */

static int check_ids(canid_t tx_id, canid_t rx_id)
{
	if (!isotp_id_valid(tx_id))
		return kin_fail(EINVAL,
				"tx_id %#x is neither in 0-0x7ff nor, with CAN_EFF_FLAG, in "
				"0-0x1fffffff",
				tx_id);
	if (rx_id != KIN_ISOTP_NO_ID && !isotp_id_valid(rx_id))
		return kin_fail(EINVAL,
				"rx_id %#x is neither in 0-0x7ff nor, with CAN_EFF_FLAG, in "
				"0-0x1fffffff",
				rx_id);
	if (tx_id == rx_id)
		return kin_fail(EINVAL, "tx_id and rx_id are both %X", tx_id & CAN_EFF_MASK);
	return 0;
}

static void put_ids(struct kin_addr *addr, canid_t tx_id, canid_t rx_id)
{
	struct sockaddr_can can = can_whole_addr(addr);

	can.can_addr.tp.tx_id = tx_id;
	can.can_addr.tp.rx_id = rx_id;
	memcpy(&addr->ss, &can, sizeof(can));
}

int kin_isotp_addr_index(int ifindex, canid_t tx_id, canid_t rx_id, struct kin_addr *ret_addr)
{
	int err = check_ids(tx_id, rx_id);

	if (err == 0)
		err = kin_can_addr_index(ifindex, ret_addr);
	if (err == 0)
		put_ids(ret_addr, tx_id, rx_id);
	return err;
}

int kin_isotp_addr(const char *ifname, canid_t tx_id, canid_t rx_id, struct kin_addr *ret_addr)
{
	struct kin_addr addr;
	int err;

	KIN_NEED(ret_addr);
	err = kin_can_addr(ifname, &addr);
	if (err < 0)
		return err;
	if (can_addr_ifindex(&addr) == 0)
		return kin_fail(EINVAL, "ISO-TP needs one interface, not any");
	return kin_isotp_addr_index(can_addr_ifindex(&addr), tx_id, rx_id, ret_addr);
}

int kin_isotp_addr_ids(const struct kin_addr *addr, canid_t *ret_tx_id, canid_t *ret_rx_id)
{
	struct sockaddr_can can;

	if (!addr || !ret_tx_id || !ret_rx_id)
		return kin_fail(EINVAL, "NULL");
	can = can_whole_addr(addr);
	if (addr->len == 0 || can.can_family != AF_CAN)
		return kin_fail(EINVAL, "not a CAN address");
	*ret_tx_id = can.can_addr.tp.tx_id;
	*ret_rx_id = can.can_addr.tp.rx_id;
	return 0;
}

/* ---- Text ---------------------------------------------------------------------------------- */

int isotp_parse(const struct kin_proto *proto, const char *body, const struct kin_setting *settings,
		size_t n, struct kin_target *ret)
{
	canid_t tx_id = KIN_ISOTP_NO_ID, rx_id = KIN_ISOTP_NO_ID;

	(void)proto;
	for (size_t i = 0; i < n; i++) {
		bool tx = strcmp(settings[i].name, "tx") == 0;
		int err = isotp_parse_id(settings[i].value, settings[i].name, tx ? &tx_id : &rx_id);

		if (err < 0)
			return err;
	}
	if (tx_id == KIN_ISOTP_NO_ID)
		return kin_fail(EINVAL, "the option tx= is missing: the identifier to send with, "
					"such as tx=7E0,rx=7E8");
	return kin_isotp_addr(body, tx_id, rx_id, &ret->addr);
}

void isotp_format(const struct kin_proto *proto, const struct kin_target *target,
		  struct kin_buf *out)
{
	canid_t tx_id, rx_id;

	(void)proto;
	can_put_interface(out, &target->addr);
	/* Both are 0 in the address that a PDU came from: the kernel gives the interface alone. */
	if (kin_isotp_addr_ids(&target->addr, &tx_id, &rx_id) < 0 || tx_id == rx_id)
		return;
	kin_buf_puts(out, ",tx=");
	isotp_put_id(out, tx_id);
	if (rx_id == KIN_ISOTP_NO_ID)
		return;
	kin_buf_puts(out, ",rx=");
	isotp_put_id(out, rx_id);
}
