/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Options that are one field of a structure which the kernel takes and gives as a whole: of
 * L2CAP_OPTIONS, of the three CONNINFOs, of BT_SECURITY and BT_ISO_QOS.
 */
#include "internal.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>

/* The largest of the structures, with what newer kernels have behind. */
#define STRUCT_SIZE 128

struct part {
	const char *option;
	int level, optname;
	socklen_t size; /* of the structure */
	size_t offset;
	enum kin_opt_type type; /* as the text has it */
	size_t width;           /* bytes of the field */
};

#define PART_OF(option, level, optname, structure, size, field, type)                              \
	{                                                                                          \
		option, level, optname, size, offsetof(struct structure, field), type,             \
			sizeof(((struct structure *)0)->field),                                    \
	}

#define PART(option, level, optname, structure, field, type)                                       \
	PART_OF(option, level, optname, structure, sizeof(struct structure), field, type)

#define L2CAP(option, field, type)                                                                 \
	PART(option, SOL_L2CAP, L2CAP_OPTIONS, l2cap_options, field, type)

/* Its end differs between kernels, which take what is longer, and not what is shorter. */
#define QOS(option, field, type)                                                                   \
	PART_OF(option, SOL_BLUETOOTH, BT_ISO_QOS, bt_iso_qos, STRUCT_SIZE, field, type)

static const struct part parts[] = {
	L2CAP("flush-timeout", flush_to, KIN_OPT_U16),
	L2CAP("fcs", fcs, KIN_OPT_BOOL),
	L2CAP("max-tx", max_tx, KIN_OPT_U8),
	L2CAP("tx-window", txwin_size, KIN_OPT_U16),
	PART("handle", SOL_L2CAP, L2CAP_CONNINFO, l2cap_conninfo, hci_handle, KIN_OPT_U16),
	PART("handle", SOL_RFCOMM, RFCOMM_CONNINFO, rfcomm_conninfo, hci_handle, KIN_OPT_U16),
	PART("handle", SOL_SCO, SCO_CONNINFO, sco_conninfo, hci_handle, KIN_OPT_U16),
	PART("class", SOL_L2CAP, L2CAP_CONNINFO, l2cap_conninfo, dev_class, KIN_OPT_FLAGS),
	PART("class", SOL_RFCOMM, RFCOMM_CONNINFO, rfcomm_conninfo, dev_class, KIN_OPT_FLAGS),
	PART("class", SOL_SCO, SCO_CONNINFO, sco_conninfo, dev_class, KIN_OPT_FLAGS),
	PART("key-size", SOL_BLUETOOTH, BT_SECURITY, bt_security, key_size, KIN_OPT_U8),
	QOS("cig", cig, KIN_OPT_U8),
	QOS("cis", cis, KIN_OPT_U8),
	QOS("packing", packing, KIN_OPT_NAMED),
	QOS("framing", framing, KIN_OPT_BOOL),
	QOS("in-interval", in.interval, KIN_OPT_U32),
	QOS("in-latency", in.latency, KIN_OPT_U16),
	QOS("in-sdu", in.sdu, KIN_OPT_U16),
	QOS("in-phy", in.phy, KIN_OPT_FLAGS),
	QOS("in-rtn", in.rtn, KIN_OPT_U8),
	QOS("out-interval", out.interval, KIN_OPT_U32),
	QOS("out-latency", out.latency, KIN_OPT_U16),
	QOS("out-sdu", out.sdu, KIN_OPT_U16),
	QOS("out-phy", out.phy, KIN_OPT_FLAGS),
	QOS("out-rtn", out.rtn, KIN_OPT_U8),
};

static const struct part *part_of(const struct kin_opt *opt)
{
	size_t i = 0;

	while (strcmp(parts[i].option, opt->name) != 0 || parts[i].level != opt->level)
		i++;
	return &parts[i];
}

/* The row as if the field were an option of its own. */
static struct kin_opt plain(const struct kin_opt *opt)
{
	struct kin_opt row = *opt;

	row.type = part_of(opt)->type;
	return row;
}

/* A number of 1 to 4 bytes; in the machine's order but for the class, which has 3 and no other. */
static uint32_t load(const void *bytes, size_t width)
{
	const uint8_t *byte = bytes;
	uint32_t value = 0;
	uint16_t half;

	if (width == sizeof(value)) {
		memcpy(&value, bytes, sizeof(value));
	} else if (width == sizeof(half)) {
		memcpy(&half, bytes, sizeof(half));
		value = half;
	} else {
		for (size_t i = 0; i < width; i++)
			value |= (uint32_t)byte[i] << (8 * i);
	}
	return value;
}

static void store(uint32_t value, void *bytes, size_t width)
{
	uint16_t half = (uint16_t)value;
	uint8_t byte = (uint8_t)value;

	if (width == sizeof(value))
		memcpy(bytes, &value, sizeof(value));
	else if (width == sizeof(half))
		memcpy(bytes, &half, sizeof(half));
	else
		memcpy(bytes, &byte, sizeof(byte));
}

int bluetooth_part_check(const struct kin_opt *opt, const char *text, struct kin_buf *canonical)
{
	const struct kin_opt row = plain(opt);
	char value[KIN_OPT_VALUE];
	socklen_t len;
	int r = kin_opt_read(&row, text, value, &len);

	if (r == 0)
		kin_opt_put(&row, value, len, canonical);
	return r;
}

/* The structure as it is now. */
static int get_all(const struct kin_sock *sock, const struct part *part, uint8_t *all)
{
	socklen_t len = STRUCT_SIZE;
	int r;

	memset(all, 0, STRUCT_SIZE);
	r = kin_getsockopt(sock, part->level, part->optname, all, &len);
	if (r == -EINVAL && part->optname == L2CAP_OPTIONS && part->level == SOL_L2CAP)
		return kin_fail(EINVAL, "%s belongs to BR/EDR, not to LE", part->option);
	if (r == -ENOTCONN)
		return kin_fail(ENOTCONN, "%s is a connection's, and there is none", part->option);
	return r;
}

int bluetooth_part_set(struct kin_sock *sock, const struct kin_opt *opt, const char *text)
{
	const struct part *part = part_of(opt);
	const struct kin_opt row = plain(opt);
	char value[KIN_OPT_VALUE];
	uint8_t all[STRUCT_SIZE];
	socklen_t len;
	int r;

	if ((r = kin_opt_read(&row, text, value, &len)) < 0 || (r = get_all(sock, part, all)) < 0)
		return r;
	store(load(value, len), all + part->offset, part->width);
	return kin_opt_store(sock, opt, text, part->level, part->optname, all, part->size);
}

int bluetooth_part_get(struct kin_sock *sock, const struct kin_opt *opt, struct kin_buf *text)
{
	const struct part *part = part_of(opt);
	const struct kin_opt row = plain(opt);
	uint8_t all[STRUCT_SIZE];
	uint32_t value;
	int r = get_all(sock, part, all);

	if (r < 0)
		return r;
	value = load(all + part->offset, part->width);
	kin_opt_put(&row, &value, sizeof(value), text);
	return 0;
}
