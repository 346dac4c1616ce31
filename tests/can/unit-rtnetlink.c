/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The request helper for the kernel's routing netlink: what it writes, what it reads, refusals. */
#include "harness.h"

#include "../../families/can/rtnetlink.h"

#include <errno.h>
#include <linux/if_link.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <string.h>

static const struct can_rtnl_name info_names[] = {
	{IFLA_INFO_KIND, "IFLA_INFO_KIND", NULL},
	{IFLA_INFO_DATA, "IFLA_INFO_DATA", NULL},
	{},
};

static const struct can_rtnl_name link_names[] = {
	{IFLA_IFNAME, "IFLA_IFNAME", NULL},
	{IFLA_LINKINFO, "IFLA_LINKINFO", info_names},
	{},
};

static void link_request(struct can_rtnl_request *request, uint16_t type, uint16_t flags)
{
	const struct ifinfomsg header = {.ifi_family = AF_UNSPEC};

	can_rtnl_begin(request, type, flags, &header, sizeof(header), link_names);
}

/* A refusal by the kernel, as bytes: error, the request, the extension. */
static size_t refusal(unsigned char *to, const struct can_rtnl_request *request, int err,
		      const void *extension, size_t len)
{
	struct nlmsghdr head = {.nlmsg_type = NLMSG_ERROR, .nlmsg_flags = NLM_F_ACK_TLVS};
	struct nlmsgerr ack = {.error = -err};
	size_t at = NLMSG_HDRLEN + sizeof(ack) + request->len - NLMSG_HDRLEN;

	ack.msg.nlmsg_len = (uint32_t)request->len;
	memcpy(to + NLMSG_HDRLEN, &ack, sizeof(ack));
	memcpy(to + NLMSG_HDRLEN + sizeof(ack), request->data + NLMSG_HDRLEN,
	       request->len - NLMSG_HDRLEN);
	memcpy(to + at, extension, len);
	head.nlmsg_len = (uint32_t)(at + len);
	memcpy(to, &head, sizeof(head));
	return at + len;
}

START_TEST(lists_links)
{
	struct can_rtnl_request request;
	struct can_rtnl_answers answers = {};
	struct can_rtnl_message message;
	bool found = false;
	size_t pos = 0;

	link_request(&request, RTM_GETLINK, NLM_F_DUMP);
	ck_ok(can_rtnl_call(&request, "links", &answers));
	while (can_rtnl_next(&answers, &pos, &message)) {
		struct can_rtnl_attr attrs[IFLA_MAX + 1];
		uint32_t mtu;

		ck_assert_uint_eq(message.type, RTM_NEWLINK);
		ck_assert(can_rtnl_message_attrs(&message, sizeof(struct ifinfomsg), attrs,
						 IFLA_MAX));
		ck_assert(can_rtnl_get(&attrs[IFLA_MTU], &mtu, sizeof(mtu)));
		if (attrs[IFLA_IFNAME].data && strcmp(attrs[IFLA_IFNAME].data, "lo") == 0)
			found = true;
	}
	ck_assert(found);
	can_rtnl_free(&answers);
}
END_TEST

START_TEST(asks_for_one_link)
{
	struct can_rtnl_request request;
	struct can_rtnl_answers answers = {};
	struct can_rtnl_message message;
	size_t pos = 0;

	link_request(&request, RTM_GETLINK, 0);
	can_rtnl_put(&request, IFLA_IFNAME, "lo", sizeof("lo"));
	ck_ok(can_rtnl_call(&request, "lo", &answers));
	ck_assert(can_rtnl_next(&answers, &pos, &message));
	ck_assert(!can_rtnl_next(&answers, &pos, &message));
	can_rtnl_free(&answers);

	link_request(&request, RTM_GETLINK, 0);
	can_rtnl_put(&request, IFLA_IFNAME, "none0", sizeof("none0"));
	ck_fails(can_rtnl_call(&request, "none0", &answers), ENODEV, "none0: No such device");
	ck_assert_ptr_null(answers.data);
}
END_TEST

START_TEST(tells_the_kernels_words)
{
	struct can_rtnl_request request;
	int mtu = -1;

	/* Strict checking, Linux 4.20: a dump takes no such attribute. */
	link_request(&request, RTM_GETLINK, NLM_F_DUMP);
	can_rtnl_put(&request, IFLA_MTU, &mtu, sizeof(mtu));
	ck_fails(can_rtnl_call(&request, "links", NULL), EINVAL, NULL);
	ck_assert_str_ne(request.said, "");
	ck_assert_ptr_nonnull(strstr(kin_error_text(), request.said));
}
END_TEST

START_TEST(names_the_attribute)
{
	unsigned char bytes[1024], extension[64];
	struct can_rtnl_request request;
	struct can_rtnl_reply reply = {.request = &request, .what = "can0"};
	struct can_rtnl_request own;
	size_t nest, inner;
	uint32_t offset;

	link_request(&request, RTM_NEWLINK, 0);
	can_rtnl_put(&request, IFLA_IFNAME, "can0", sizeof("can0"));
	nest = can_rtnl_nest(&request, IFLA_LINKINFO);
	can_rtnl_put(&request, IFLA_INFO_KIND, "can", 3);
	inner = request.len;
	can_rtnl_put_u32(&request, IFLA_INFO_DATA, 7);
	can_rtnl_nest_end(&request, nest);

	/* The extension is made as a request is: attributes behind a header of no bytes. */
	can_rtnl_begin(&own, 0, 0, "", 0, NULL);
	can_rtnl_put(&own, NLMSGERR_ATTR_MSG, "too much", sizeof("too much"));
	offset = (uint32_t)inner;
	can_rtnl_put_u32(&own, NLMSGERR_ATTR_OFFS, offset);
	memcpy(extension, own.data + own.attrs, own.len - own.attrs);
	ck_fails(can_rtnl_take(&reply, bytes,
			       refusal(bytes, &request, ERANGE, extension, own.len - own.attrs)),
		 ERANGE, "can0: the kernel says: too much (IFLA_INFO_DATA in IFLA_LINKINFO)");

	can_rtnl_begin(&own, 0, 0, "", 0, NULL);
	can_rtnl_put_u32(&own, 5 /* NLMSGERR_ATTR_MISS_TYPE */, IFLA_INFO_KIND);
	can_rtnl_put_u32(&own, 6 /* NLMSGERR_ATTR_MISS_NEST */, (uint32_t)nest);
	memcpy(extension, own.data + own.attrs, own.len - own.attrs);
	request.said[0] = '\0';
	ck_fails(can_rtnl_take(&reply, bytes,
			       refusal(bytes, &request, EINVAL, extension, own.len - own.attrs)),
		 EINVAL, "can0: Invalid argument (missing: IFLA_INFO_KIND in IFLA_LINKINFO)");
}
END_TEST

START_TEST(what_is_cut)
{
	struct can_rtnl_request request;
	struct can_rtnl_reply reply = {.request = &request, .what = "can0"};
	const struct nlmsghdr head = {.nlmsg_len = 17, .nlmsg_type = NLMSG_DONE};
	struct nlmsghdr ack = {.nlmsg_len = 20, .nlmsg_type = NLMSG_ERROR};
	unsigned char bytes[20] = {};
	struct can_rtnl_attr attr = {.data = bytes, .len = 3};
	uint32_t value = 7;

	link_request(&request, RTM_GETLINK, 0);
	ck_fails(can_rtnl_take(&reply, &head, sizeof(head)), EBADMSG,
		 "can0: the kernel's answer is cut");
	ck_fails(can_rtnl_take(&reply, &head, 5), EBADMSG, NULL);
	memcpy(bytes, &ack, sizeof(ack));
	ck_fails(can_rtnl_take(&reply, bytes, sizeof(bytes)), EBADMSG,
		 "can0: the kernel's acknowledgement is cut");
	/* Not the sequence number that is waited for. */
	reply.sequence = 1;
	ck_assert_int_eq(can_rtnl_take(&reply, bytes, sizeof(bytes)), 0);
	ck_assert(!can_rtnl_get(&attr, &value, sizeof(value)));
	ck_assert_uint_eq(value, 7);
}
END_TEST

START_TEST(requests_are_bounded)
{
	struct can_rtnl_request request;
	char data[1000] = {};

	link_request(&request, RTM_NEWLINK, 0);
	for (int i = 0; i < 5; i++)
		can_rtnl_put(&request, IFLA_IFALIAS, data, sizeof(data));
	ck_assert(request.full);
	ck_assert_uint_le(request.len, sizeof(request.data));
	ck_fails(can_rtnl_call(&request, "can0", NULL), EMSGSIZE,
		 "can0: the request is longer than 4096 bytes");
}
END_TEST

int main(void)
{
	const struct test_case cases[] = {
		{lists_links, "lists_links"},
		{asks_for_one_link, "asks_for_one_link"},
		{tells_the_kernels_words, "tells_the_kernels_words"},
		{names_the_attribute, "names_the_attribute"},
		{what_is_cut, "what_is_cut"},
		{requests_are_bounded, "requests_are_bounded"},
		{},
	};

	return run_cases("can/rtnetlink", cases);
}
