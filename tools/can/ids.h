/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The identifiers of statistics as a list in some order, and as text. */
#ifndef KIN_TOOLS_CAN_IDS_H
#define KIN_TOOLS_CAN_IDS_H

#include <kin/can-load.h>
#include <kin/text.h>

enum id_order {
	BY_ID, /* then by bus */
	BY_RATE,
	BY_JITTER,
	BY_MISSING,
	BY_CHANGE, /* the last one first */
};

struct id_list {
	const struct kin_can_id **rows;
	size_t n;
	enum id_order order; /* that they are in */
	size_t room;
};

/* Put all of them, or those that are wanted (NULL: all), in order. 0 or -ENOMEM */
int id_list_update(struct id_list *list, const struct kin_can_stats *stats, enum id_order order,
		   bool (*wanted)(void *data, const struct kin_can_id *id), void *data);
void id_list_free(struct id_list *list);

/* "123", "00000123", "45123" of XL, and R behind it for remote requests. */
void put_id(struct kin_buf *out, const struct kin_can_id *id);

/* "can0", "if7" when it is gone. Valid until the next call. */
const char *interface_name(int ifindex);

#endif
