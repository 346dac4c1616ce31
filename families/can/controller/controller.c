/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the kernel says of a CAN interface: RTM_GETLINK, and IFLA_CAN_* of <linux/can/netlink.h>. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <net/if_arp.h>

#include "../internal.h"
#include "../rtnetlink.h"
#include "controller.h"

/* linux/if_link.h, Linux 5.14 */
enum {
	ATTR_PARENT_DEV_NAME = 56,
	ATTR_PARENT_DEV_BUS_NAME = 57,
	ATTR_LINK_MAX = ATTR_PARENT_DEV_BUS_NAME,
};

/* ---- Reading a message --------------------------------------------------------------------- */

/* Text that may lack its NUL; what does not fit is cut. */
static void get_text(const struct can_rtnl_attr *attr, char *to, size_t size)
{
	size_t len = attr->data ? strnlen(attr->data, attr->len) : 0;

	if (len >= size)
		len = size - 1;
	if (len > 0)
		memcpy(to, attr->data, len);
	to[len] = '\0';
}

/* As much of it as the kernel and the header both have; the rest stays zero. */
static void get_struct(const struct can_rtnl_attr *attr, void *to, size_t size)
{
	if (attr->data)
		memcpy(to, attr->data, attr->len < size ? attr->len : size);
}

static void get_u32(const struct can_rtnl_attr *attr, uint32_t *value)
{
	can_rtnl_get(attr, value, sizeof(*value));
}

static void get_tdc(const struct can_rtnl_attr *nest, struct kin_can_tdc *tdc)
{
	struct can_rtnl_attr attrs[IFLA_CAN_TDC_MAX + 1];

	tdc->value = tdc->offset = tdc->filter = KIN_CAN_UNKNOWN;
	if (!nest->data)
		return;
	can_rtnl_attrs(nest->data, nest->len, attrs, IFLA_CAN_TDC_MAX);
	get_u32(&attrs[IFLA_CAN_TDC_TDCV], &tdc->value);
	get_u32(&attrs[IFLA_CAN_TDC_TDCO], &tdc->offset);
	get_u32(&attrs[IFLA_CAN_TDC_TDCF], &tdc->filter);
	get_u32(&attrs[IFLA_CAN_TDC_TDCV_MIN], &tdc->value_min);
	get_u32(&attrs[IFLA_CAN_TDC_TDCV_MAX], &tdc->value_max);
	get_u32(&attrs[IFLA_CAN_TDC_TDCO_MIN], &tdc->offset_min);
	get_u32(&attrs[IFLA_CAN_TDC_TDCO_MAX], &tdc->offset_max);
	get_u32(&attrs[IFLA_CAN_TDC_TDCF_MIN], &tdc->filter_min);
	get_u32(&attrs[IFLA_CAN_TDC_TDCF_MAX], &tdc->filter_max);
}

/* Copy a table behind the structure. @return it, or NULL when there is none */
static const void *get_table(const struct can_rtnl_attr *attr, size_t row, unsigned char **room,
			     size_t *ret_n)
{
	void *table = *room;
	size_t n = attr->data ? attr->len / row : 0;

	if (n == 0)
		return NULL;
	memcpy(table, attr->data, n * row);
	*room += NLA_ALIGN(n * row);
	*ret_n = n;
	return table;
}

/* IFLA_INFO_DATA of a "can". */
static void get_controller(struct kin_can_controller *c, const struct can_rtnl_attr *attrs,
			   unsigned char *room)
{
	struct can_rtnl_attr extended[IFLA_CAN_CTRLMODE_MAX + 1];
	struct can_berr_counter counter;
	struct can_ctrlmode modes = {0};
	uint16_t ohms;

	c->modes_supported = c->tx_errors = c->rx_errors = c->termination = KIN_CAN_UNKNOWN;
	c->state = CAN_STATE_STOPPED;
	get_u32(&attrs[IFLA_CAN_STATE], &c->state);
	get_u32(&attrs[IFLA_CAN_CLOCK], &c->clock);
	get_u32(&attrs[IFLA_CAN_RESTART_MS], &c->restart_ms);
	get_u32(&attrs[IFLA_CAN_BITRATE_MAX], &c->bitrate_max);
	can_rtnl_get(&attrs[IFLA_CAN_CTRLMODE], &modes, sizeof(modes));
	c->modes = modes.flags;
	if (attrs[IFLA_CAN_CTRLMODE_EXT].data) {
		can_rtnl_attrs(attrs[IFLA_CAN_CTRLMODE_EXT].data, attrs[IFLA_CAN_CTRLMODE_EXT].len,
			       extended, IFLA_CAN_CTRLMODE_MAX);
		get_u32(&extended[IFLA_CAN_CTRLMODE_SUPPORTED], &c->modes_supported);
	}
	if (can_rtnl_get(&attrs[IFLA_CAN_BERR_COUNTER], &counter, sizeof(counter))) {
		c->tx_errors = counter.txerr;
		c->rx_errors = counter.rxerr;
	}
	if (can_rtnl_get(&attrs[IFLA_CAN_TERMINATION], &ohms, sizeof(ohms)))
		c->termination = ohms;
	c->terminations = get_table(&attrs[IFLA_CAN_TERMINATION_CONST], sizeof(*c->terminations),
				    &room, &c->n_terminations);
	for (unsigned i = 0; i < KIN_CAN_PHASES; i++) {
		struct kin_can_phase_info *phase = &c->phases[i];

		can_rtnl_get(&attrs[can_phases[i].timing], &phase->timing, sizeof(phase->timing));
		can_rtnl_get(&attrs[can_phases[i].limits], &phase->limits, sizeof(phase->limits));
		phase->limits.name[sizeof(phase->limits.name) - 1] = '\0';
		phase->bitrates = get_table(&attrs[can_phases[i].bitrates],
					    sizeof(*phase->bitrates), &room, &phase->n_bitrates);
		get_tdc(&attrs[can_phases[i].tdc], &phase->tdc);
	}
}

/* Room that the tables of IFLA_INFO_DATA need. */
static size_t tables_size(const struct can_rtnl_attr *attrs)
{
	size_t size = NLA_ALIGN(attrs[IFLA_CAN_TERMINATION_CONST].len);

	for (unsigned i = 0; i < KIN_CAN_PHASES; i++)
		size += NLA_ALIGN(attrs[can_phases[i].bitrates].len);
	return size;
}

static int no_memory(void)
{
	return kin_fail(ENOMEM, "no memory for a CAN interface");
}

/* @return -ENODEV without a record: of another kind of interface */
static int read_message(const struct can_rtnl_message *message, struct kin_can_controller **ret)
{
	struct can_rtnl_attr link[ATTR_LINK_MAX + 1], info[IFLA_INFO_MAX + 1];
	struct can_rtnl_attr data[ATTR_CAN_MAX + 1];
	struct kin_can_controller *c;
	struct ifinfomsg header;

	if (message->type != RTM_NEWLINK ||
	    !can_rtnl_message_attrs(message, sizeof(header), link, ATTR_LINK_MAX))
		return kin_fail(EBADMSG, "not a message about a network interface");
	memcpy(&header, message->data, sizeof(header));
	if (header.ifi_type != ARPHRD_CAN)
		return -ENODEV;
	can_rtnl_attrs(link[IFLA_LINKINFO].data, link[IFLA_LINKINFO].len, info, IFLA_INFO_MAX);
	can_rtnl_attrs(info[IFLA_INFO_DATA].data, info[IFLA_INFO_DATA].len, data, ATTR_CAN_MAX);
	c = calloc(1, sizeof(*c) + tables_size(data));
	if (!c)
		return no_memory();

	c->struct_size = sizeof(*c);
	c->index = (unsigned)header.ifi_index;
	c->flags = header.ifi_flags;
	get_text(&link[IFLA_IFNAME], c->name, sizeof(c->name));
	get_text(&info[IFLA_INFO_KIND], c->kind, sizeof(c->kind));
	get_text(&link[ATTR_PARENT_DEV_BUS_NAME], c->parent_bus, sizeof(c->parent_bus));
	get_text(&link[ATTR_PARENT_DEV_NAME], c->parent, sizeof(c->parent));
	get_u32(&link[IFLA_MTU], &c->mtu);
	get_u32(&link[IFLA_TXQLEN], &c->queue_len);
	get_u32(&link[IFLA_LINK], &c->peer);
	if (c->peer == c->index)
		c->peer = 0;
	if (link[IFLA_OPERSTATE].len >= 1)
		c->operstate = *(const unsigned char *)link[IFLA_OPERSTATE].data;
	get_struct(&link[IFLA_STATS64], &c->stats, sizeof(c->stats));
	if (strcmp(c->kind, "can") == 0) {
		get_struct(&info[IFLA_INFO_XSTATS], &c->device, sizeof(c->device));
		get_controller(c, data, (unsigned char *)(c + 1));
	}
	*ret = c;
	return 0;
}

int kin_can_controller_parse(const void *message, size_t len,
			     struct kin_can_controller **ret_controller)
{
	struct can_rtnl_answers one = {0};
	struct can_rtnl_message first;
	unsigned char *copy;
	size_t pos = 0;
	int err;

	KIN_NEED(message);
	KIN_NEED(ret_controller);
	/* Attributes are read where they lie: aligned, whatever was given. */
	copy = malloc(len ? len : 1);
	if (!copy)
		return no_memory();
	memcpy(copy, message, len);
	one = (struct can_rtnl_answers){copy, len, len};
	if (!can_rtnl_next(&one, &pos, &first))
		err = kin_fail(EBADMSG, "%zu bytes are not a message of netlink", len);
	else
		err = read_message(&first, ret_controller);
	free(copy);
	return err == -ENODEV ? kin_fail(ENODEV, "the message is not about a CAN interface") : err;
}

void kin_can_controller_free(struct kin_can_controller *controller)
{
	free(controller);
}

/* ---- Asking -------------------------------------------------------------------------------- */

int kin_can_controller_read(const char *ifname, struct kin_can_controller **ret_controller)
{
	struct can_rtnl_answers answers = {0};
	struct can_rtnl_request request;
	struct can_rtnl_message message;
	struct ifinfomsg header = {0};
	struct kin_addr addr;
	size_t pos = 0;
	int err;

	KIN_NEED(ifname);
	KIN_NEED(ret_controller);
	err = kin_can_addr(ifname, &addr);
	if (err < 0)
		return err;
	header.ifi_index = kin_addr_ifindex(&addr);
	if (header.ifi_index == 0)
		return kin_fail(EINVAL, "any is every CAN interface; name one");
	can_rtnl_begin(&request, RTM_GETLINK, 0, &header, sizeof(header), NULL);
	err = can_rtnl_call(&request, "asking for it", &answers);
	if (err < 0)
		return err;
	if (!can_rtnl_next(&answers, &pos, &message))
		err = kin_fail(EBADMSG, "the kernel's answer is empty");
	else
		err = read_message(&message, ret_controller);
	can_rtnl_free(&answers);
	if (err == -ENODEV)
		return kin_fail(ENODEV, "it was replaced by an interface of another kind");
	if (err == 0)
		can_interface_driver((*ret_controller)->name, (*ret_controller)->driver);
	return err;
}

static int by_index(const void *a, const void *b)
{
	const struct kin_can_controller *const *x = a, *const *y = b;

	return (*x)->index < (*y)->index ? -1 : 1;
}

/* The CAN interfaces of the answers, of which there are at most as many as answers. */
static int read_all(const struct can_rtnl_answers *answers, struct kin_can_controller **list)
{
	struct can_rtnl_message message;
	size_t pos = 0;
	int n = 0, err;

	while (can_rtnl_next(answers, &pos, &message)) {
		err = read_message(&message, &list[n]);
		if (err == -ENODEV)
			continue;
		if (err < 0)
			return err;
		can_interface_driver(list[n]->name, list[n]->driver);
		n++;
	}
	qsort(list, (size_t)n, sizeof(*list), by_index);
	return n;
}

int kin_can_controller_list(struct kin_can_controller ***ret_list)
{
	struct can_rtnl_answers answers = {0};
	struct can_rtnl_request request;
	struct can_rtnl_message message;
	const struct ifinfomsg header = {0};
	struct kin_can_controller **list;
	size_t pos = 0, most = 0;
	int n;

	KIN_NEED(ret_list);
	can_rtnl_begin(&request, RTM_GETLINK, NLM_F_DUMP, &header, sizeof(header), NULL);
	n = can_rtnl_call(&request, "listing CAN interfaces", &answers);
	if (n < 0)
		return n;
	while (can_rtnl_next(&answers, &pos, &message))
		most++;
	list = calloc(most + 1, sizeof(*list));
	n = list ? read_all(&answers, list) : no_memory();
	can_rtnl_free(&answers);
	if (n < 0) {
		kin_can_controller_list_free(list);
		return n;
	}
	*ret_list = list;
	return n;
}

void kin_can_controller_list_free(struct kin_can_controller **list)
{
	for (struct kin_can_controller **p = list; p && *p; p++)
		kin_can_controller_free(*p);
	free(list);
}
