/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>

#include "ids.h"

static int compare_ids(const struct kin_can_id *a, const struct kin_can_id *b)
{
	bool a_extended = a->id & CAN_EFF_FLAG, b_extended = b->id & CAN_EFF_FLAG;

	if (a_extended != b_extended)
		return a_extended ? 1 : -1;
	if (a->id != b->id)
		return a->id > b->id ? 1 : -1;
	if ((a->kind == KIN_CAN_XL) != (b->kind == KIN_CAN_XL))
		return a->kind == KIN_CAN_XL ? 1 : -1;
	return (a->ifindex > b->ifindex) - (a->ifindex < b->ifindex);
}

static int by_id(const void *a, const void *b)
{
	return compare_ids(*(const struct kin_can_id *const *)a,
			   *(const struct kin_can_id *const *)b);
}

/* The greatest first. */
#define COMPARE_BY(name, value_of)                                                                 \
	static int name(const void *one, const void *other)                                        \
	{                                                                                          \
		const struct kin_can_id *a = *(const struct kin_can_id *const *)one;               \
		const struct kin_can_id *b = *(const struct kin_can_id *const *)other;             \
		int64_t left = (int64_t)value_of(a), right = (int64_t)value_of(b);                 \
                                                                                                   \
		return left == right ? compare_ids(a, b) : left < right ? 1 : -1;                  \
	}

#define RATE_OF(id)    ((id)->window)
#define MISSING_OF(id) ((id)->missing)
#define CHANGE_OF(id)  ((id)->changed_ns)

COMPARE_BY(by_rate, RATE_OF)
COMPARE_BY(by_jitter, kin_can_id_jitter)
COMPARE_BY(by_missing, MISSING_OF)
COMPARE_BY(by_change, CHANGE_OF)

static int (*const comparers[])(const void *, const void *) = {
	[BY_ID] = by_id,           [BY_RATE] = by_rate,     [BY_JITTER] = by_jitter,
	[BY_MISSING] = by_missing, [BY_CHANGE] = by_change,
};

int id_list_update(struct id_list *list, const struct kin_can_stats *stats, enum id_order order,
		   bool (*wanted)(void *data, const struct kin_can_id *id), void *data)
{
	size_t n = kin_can_stats_ids(stats);
	const struct kin_can_id **rows = list->rows;

	/* The order of identifiers changes by new ones only. */
	if (n == list->n && order == BY_ID && list->order == BY_ID && !wanted)
		return 0;
	if (n > list->room) {
		rows = reallocarray(rows, 2 * n, sizeof(struct kin_can_id *));
		if (!rows)
			return -ENOMEM;
		list->rows = rows;
		list->room = 2 * n;
	}
	list->n = 0;
	for (size_t i = 0; i < n; i++) {
		const struct kin_can_id *id = kin_can_stats_id_at(stats, i);

		if (!wanted || wanted(data, id))
			rows[list->n++] = id;
	}
	if (list->n > 0)
		qsort(rows, list->n, sizeof(struct kin_can_id *), comparers[order]);
	list->order = order;
	return 0;
}

void id_list_free(struct id_list *list)
{
	free(list->rows);
}

void put_id(struct kin_buf *out, const struct kin_can_id *id)
{
	if (id->kind == KIN_CAN_XL)
		kin_buf_printf(out, "%02X%03X", id->id >> 16 & 0xFF, id->id & CANXL_PRIO_MASK);
	else if (id->id & CAN_EFF_FLAG)
		kin_buf_printf(out, "%08X", id->id & CAN_EFF_MASK);
	else
		kin_buf_printf(out, "%03X", id->id & CAN_SFF_MASK);
	if (id->kind != KIN_CAN_XL && id->id & CAN_RTR_FLAG)
		kin_buf_puts(out, "R");
}

const char *interface_name(int ifindex)
{
	static char name[IF_NAMESIZE];
	static int last;

	/* Interfaces are renamed, but not between two lines. */
	if (ifindex != last && !if_indextoname((unsigned)ifindex, name))
		snprintf(name, sizeof(name), "if%d", ifindex);
	last = ifindex;
	return name;
}
