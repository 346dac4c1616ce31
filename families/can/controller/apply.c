/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Requests that change a CAN interface: RTM_NEWLINK. */
#include <errno.h>
#include <string.h>

#include <linux/netlink.h>
#include <linux/rtnetlink.h>

#include "../internal.h"
#include "../rtnetlink.h"
#include "controller.h"

static const struct can_rtnl_name tdc_names[] = {
	{IFLA_CAN_TDC_TDCV, "tdcv", NULL},
	{IFLA_CAN_TDC_TDCO, "tdco", NULL},
	{IFLA_CAN_TDC_TDCF, "tdcf", NULL},
	{},
};

static const struct can_rtnl_name data_names[] = {
	{IFLA_CAN_BITTIMING, "bit timing", NULL},
	{IFLA_CAN_CTRLMODE, "modes", NULL},
	{IFLA_CAN_RESTART_MS, "restart-ms", NULL},
	{IFLA_CAN_RESTART, "restart", NULL},
	{IFLA_CAN_DATA_BITTIMING, "data bit timing", NULL},
	{IFLA_CAN_TERMINATION, "termination", NULL},
	{IFLA_CAN_TDC, "TDC", tdc_names},
	{ATTR_XL_DATA_BITTIMING, "XL data bit timing", NULL},
	{ATTR_XL_TDC, "XL TDC", tdc_names},
	{},
};

static const struct can_rtnl_name info_names[] = {
	{IFLA_INFO_KIND, "kind", NULL},
	{IFLA_INFO_DATA, "controller", data_names},
	{},
};

static const struct can_rtnl_name link_names[] = {
	{IFLA_MTU, "MTU", NULL},
	{IFLA_TXQLEN, "queue length", NULL},
	{IFLA_LINKINFO, "link", info_names},
	{},
};

/* A request about that interface. @param up  0: as it is; IFF_UP in change: up or down */
static void begin(struct can_rtnl_request *request, unsigned index, unsigned change, bool up)
{
	const struct ifinfomsg header = {
		.ifi_index = (int)index,
		.ifi_change = change,
		.ifi_flags = up ? IFF_UP : 0,
	};

	can_rtnl_begin(request, RTM_NEWLINK, 0, &header, sizeof(header), link_names);
}

static int send_request(struct can_rtnl_request *request)
{
	int err = can_rtnl_call(request, "setting it up", NULL);

	if (err == -EPERM)
		return kin_fail(EPERM, "to change a network interface takes CAP_NET_ADMIN");
	return err;
}

static void put_tdc(struct can_rtnl_request *request, uint16_t attr,
		    const struct can_tdc_request *tdc)
{
	size_t nest;

	if (!tdc || !tdc->offset)
		return;
	nest = can_rtnl_nest(request, attr);
	if (tdc->mode == KIN_CAN_TDC_MANUAL)
		can_rtnl_put_u32(request, IFLA_CAN_TDC_TDCV, tdc->value);
	can_rtnl_put_u32(request, IFLA_CAN_TDC_TDCO, tdc->offset);
	if (tdc->filter)
		can_rtnl_put_u32(request, IFLA_CAN_TDC_TDCF, tdc->filter);
	can_rtnl_nest_end(request, nest);
}

static void put_controller(struct can_rtnl_request *request, const struct can_plan *plan,
			   const struct kin_can_config *config)
{
	const struct can_ctrlmode modes = {.mask = plan->mask, .flags = plan->modes};
	size_t link = can_rtnl_nest(request, IFLA_LINKINFO), data;

	can_rtnl_put(request, IFLA_INFO_KIND, "can", 3);
	data = can_rtnl_nest(request, IFLA_INFO_DATA);
	for (unsigned i = 0; i < KIN_CAN_PHASES; i++) {
		const struct can_bittiming *timing = &plan->timing[i];

		if (timing->bitrate || timing->tq)
			can_rtnl_put(request, can_phases[i].timing, timing, sizeof(*timing));
		put_tdc(request, can_phases[i].tdc, plan->tdc[i]);
	}
	if (plan->mask)
		can_rtnl_put(request, IFLA_CAN_CTRLMODE, &modes, sizeof(modes));
	if (plan->named & CONFIG_RESTART_MS)
		can_rtnl_put_u32(request, IFLA_CAN_RESTART_MS, config->restart_ms);
	if (plan->named & CONFIG_TERMINATION)
		can_rtnl_put_u16(request, IFLA_CAN_TERMINATION, config->termination);
	can_rtnl_nest_end(request, data);
	can_rtnl_nest_end(request, link);
}

/* All of a plan. @param up  what the interface is to be in the end */
static int carry_out(const struct kin_can_controller *now, const struct kin_can_config *config,
		     const struct can_plan *plan, bool up)
{
	struct can_rtnl_request request;

	begin(&request, now->index, IFF_UP, up);
	if (plan->named & CONFIG_QUEUE_LEN)
		can_rtnl_put_u32(&request, IFLA_TXQLEN, config->queue_len);
	if (plan->named & CONFIG_MTU)
		can_rtnl_put_u32(&request, IFLA_MTU, config->mtu);
	if (plan->controller)
		put_controller(&request, plan, config);
	return send_request(&request);
}

static int set_up(unsigned index, bool up)
{
	struct can_rtnl_request request;

	begin(&request, index, IFF_UP, up);
	return send_request(&request);
}

int kin_can_apply(const char *ifname, const struct kin_can_config *config, unsigned flags)
{
	struct kin_can_controller *now KIN_CLEANUP(kin_can_controller_free) = NULL;
	bool was_up, up, stopped = false;
	struct can_plan plan;
	int err;

	KIN_NEED(config);
	if (flags & ~(unsigned)KIN_CAN_MAY_STOP)
		return kin_fail(EINVAL, "flags 0x%x are not known", flags);
	if ((err = kin_can_controller_read(ifname, &now)) < 0 ||
	    (err = can_plan_make(now, config, &plan)) < 0)
		return err;
	if (!plan.stops && !plan.controller && !plan.named)
		return 0;
	was_up = now->flags & IFF_UP;
	up = config->named & CONFIG_UP ? config->up : was_up;
	if (plan.stops && was_up && up && !(flags & KIN_CAN_MAY_STOP))
		return kin_fail(EBUSY,
				"it is up: bit timing, modes, restart-ms and MTU change only while "
				"it is down");
	if (plan.stops && was_up) {
		err = set_up(now->index, false);
		stopped = err == 0;
	}
	if (err == 0)
		err = carry_out(now, config, &plan, up);
	/* As it was, as far as can be; what failed is what counts. */
	if (err < 0 && stopped)
		set_up(now->index, true);
	return err < 0 ? err : 1;
}

/* Why the kernel would refuse, before it does so with a number. */
static int may_restart(const struct kin_can_controller *now)
{
	if (strcmp(now->kind, "can") != 0)
		return kin_fail(EOPNOTSUPP, "there is no controller that could be restarted");
	if (!(now->flags & IFF_UP))
		return kin_fail(EINVAL, "it is down: set it up instead");
	if (now->state != CAN_STATE_BUS_OFF)
		return kin_fail(EBUSY, "it is %s, and only from bus-off there is a way back to go",
				kin_can_state_name(now->state));
	if (now->restart_ms)
		return kin_fail(EBUSY, "it restarts by itself, %u ms after bus-off",
				now->restart_ms);
	if (!can_controller_restarts(now))
		return kin_fail(EOPNOTSUPP, "its driver can't: set it down and up");
	return 0;
}

int kin_can_restart(const char *ifname)
{
	struct kin_can_controller *now KIN_CLEANUP(kin_can_controller_free) = NULL;
	struct can_rtnl_request request;
	size_t link, data;
	int err = kin_can_controller_read(ifname, &now);

	if (err == 0)
		err = may_restart(now);
	if (err < 0)
		return err;
	begin(&request, now->index, 0, false);
	link = can_rtnl_nest(&request, IFLA_LINKINFO);
	can_rtnl_put(&request, IFLA_INFO_KIND, "can", 3);
	data = can_rtnl_nest(&request, IFLA_INFO_DATA);
	can_rtnl_put_u32(&request, IFLA_CAN_RESTART, 1);
	can_rtnl_nest_end(&request, data);
	can_rtnl_nest_end(&request, link);
	return send_request(&request);
}
