/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Requests to the kernel's routing netlink: <linux/netlink.h>, <linux/rtnetlink.h>. */
#include "rtnetlink.h"

#include <errno.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <stdlib.h>
#include <string.h>

#include <kin/family.h>

/* NLMSGERR_ATTR_* of Linux 6.1, which older headers lack. */
#define ATTR_MISS_TYPE 5
#define ATTR_MISS_NEST 6

static const int64_t patience_ns = 5000000000;

enum {
	TRIES = 8,
	ROOM = 64 * 1024,       /* the kernel's messages are at most 32 KiB, but for huge links */
	ANSWERS_MAX = 64 << 20, /* 10000 links are some 20 MiB */
	HEADER = NLMSG_HDRLEN,
	ATTR_HEADER = NLA_HDRLEN,
};

/* ---- Requests ------------------------------------------------------------------------------ */

/* Zeroed room at the end, or NULL. */
static unsigned char *room(struct can_rtnl_request *request, size_t len)
{
	unsigned char *to = request->data + request->len;

	len = NLMSG_ALIGN(len);
	if (request->full || len > sizeof(request->data) - request->len) {
		request->full = true;
		return NULL;
	}
	memset(to, 0, len);
	request->len += len;
	return to;
}

void can_rtnl_begin(struct can_rtnl_request *request, uint16_t type, uint16_t flags,
		    const void *header, size_t len, const struct can_rtnl_name *names)
{
	const struct nlmsghdr head = {
		.nlmsg_type = type,
		.nlmsg_flags = (uint16_t)(flags | NLM_F_REQUEST |
					  ((flags & NLM_F_DUMP) == NLM_F_DUMP ? 0 : NLM_F_ACK)),
	};
	unsigned char *to;

	request->names = names;
	request->said[0] = '\0';
	request->len = 0;
	request->full = false;
	to = room(request, HEADER + len);
	if (!to)
		return;
	memcpy(to, &head, sizeof(head));
	memcpy(to + HEADER, header, len);
	request->attrs = request->len;
}

void can_rtnl_put(struct can_rtnl_request *request, uint16_t type, const void *data, size_t len)
{
	const struct nlattr head = {.nla_len = (uint16_t)(ATTR_HEADER + len), .nla_type = type};
	unsigned char *to = len < sizeof(request->data) ? room(request, ATTR_HEADER + len) : NULL;

	if (!to) {
		request->full = true;
		return;
	}
	memcpy(to, &head, sizeof(head));
	if (len > 0)
		memcpy(to + ATTR_HEADER, data, len);
}

void can_rtnl_put_u8(struct can_rtnl_request *request, uint16_t type, uint8_t value)
{
	can_rtnl_put(request, type, &value, sizeof(value));
}

void can_rtnl_put_u16(struct can_rtnl_request *request, uint16_t type, uint16_t value)
{
	can_rtnl_put(request, type, &value, sizeof(value));
}

void can_rtnl_put_u32(struct can_rtnl_request *request, uint16_t type, uint32_t value)
{
	can_rtnl_put(request, type, &value, sizeof(value));
}

size_t can_rtnl_nest(struct can_rtnl_request *request, uint16_t type)
{
	size_t nest = request->len;

	can_rtnl_put(request, type | NLA_F_NESTED, NULL, 0);
	return nest;
}

void can_rtnl_nest_end(struct can_rtnl_request *request, size_t nest)
{
	const uint16_t len = (uint16_t)(request->len - nest);

	if (!request->full)
		memcpy(request->data + nest + offsetof(struct nlattr, nla_len), &len, sizeof(len));
}

/* ---- Reading ------------------------------------------------------------------------------- */

/* The attribute at data. @return bytes to the next one, 0: there is none or it is cut */
static size_t attr_at(const unsigned char *data, size_t len, struct nlattr *head,
		      struct can_rtnl_attr *ret)
{
	size_t step;

	if (len < sizeof(*head))
		return 0;
	memcpy(head, data, sizeof(*head));
	if (head->nla_len < ATTR_HEADER || head->nla_len > len)
		return 0;
	ret->data = data + ATTR_HEADER;
	ret->len = head->nla_len - (size_t)ATTR_HEADER;
	step = NLA_ALIGN(head->nla_len);
	return step < len ? step : len;
}

void can_rtnl_attrs(const void *data, size_t len, struct can_rtnl_attr *attrs, unsigned max)
{
	const unsigned char *at = data;
	struct can_rtnl_attr attr;
	struct nlattr head;
	size_t step;

	memset(attrs, 0, (max + 1) * sizeof(*attrs));
	for (; (step = attr_at(at, len, &head, &attr)) > 0; at += step, len -= step)
		if ((head.nla_type & NLA_TYPE_MASK) <= max)
			attrs[head.nla_type & NLA_TYPE_MASK] = attr;
}

bool can_rtnl_message_attrs(const struct can_rtnl_message *message, size_t header,
			    struct can_rtnl_attr *attrs, unsigned max)
{
	if (message->len < header)
		return false;
	header = NLMSG_ALIGN(header);
	if (header > message->len)
		header = message->len;
	can_rtnl_attrs(message->data + header, message->len - header, attrs, max);
	return true;
}

bool can_rtnl_get(const struct can_rtnl_attr *attr, void *to, size_t size)
{
	if (!attr->data || attr->len < size)
		return false;
	memcpy(to, attr->data, size);
	return true;
}

/* The message at data. @return bytes to the next one; 0: the end; -EBADMSG: it is cut */
static ssize_t message_at(const unsigned char *data, size_t len, struct nlmsghdr *ret_head)
{
	size_t step;

	if (len == 0)
		return 0;
	if (len < sizeof(*ret_head))
		return -EBADMSG;
	memcpy(ret_head, data, sizeof(*ret_head));
	if (ret_head->nlmsg_len < HEADER || ret_head->nlmsg_len > len)
		return -EBADMSG;
	step = NLMSG_ALIGN((size_t)ret_head->nlmsg_len);
	return (ssize_t)(step < len ? step : len);
}

bool can_rtnl_next(const struct can_rtnl_answers *answers, size_t *pos,
		   struct can_rtnl_message *ret_message)
{
	struct nlmsghdr head;
	ssize_t step;

	if (*pos >= answers->len)
		return false;
	step = message_at(answers->data + *pos, answers->len - *pos, &head);
	if (step <= 0)
		return false;
	ret_message->type = head.nlmsg_type;
	ret_message->data = answers->data + *pos + HEADER;
	ret_message->len = head.nlmsg_len - (size_t)HEADER;
	*pos += (size_t)step;
	return true;
}

void can_rtnl_free(struct can_rtnl_answers *answers)
{
	free(answers->data);
	*answers = (struct can_rtnl_answers){};
}

static int keep(struct can_rtnl_answers *answers, const unsigned char *data, size_t len)
{
	size_t padded = NLMSG_ALIGN(len);

	if (padded > answers->size - answers->len) {
		size_t size = answers->size ? answers->size * 2 : ROOM;
		unsigned char *more;

		while (size - answers->len < padded)
			size *= 2;
		if (size > ANSWERS_MAX)
			return kin_fail(EMSGSIZE, "the kernel's answers are longer than %d MiB",
					ANSWERS_MAX >> 20);
		more = realloc(answers->data, size);
		if (!more)
			return kin_fail(ENOMEM, "no memory");
		answers->data = more;
		answers->size = size;
	}
	memcpy(answers->data + answers->len, data, len);
	memset(answers->data + answers->len + len, 0, padded - len);
	answers->len += padded;
	return 0;
}

/* ---- Refusals ------------------------------------------------------------------------------ */

static const struct can_rtnl_name *name_of(const struct can_rtnl_name *names, unsigned type)
{
	for (; names && names->name; names++)
		if (names->type == type)
			return names;
	return NULL;
}

/* Its name, or its number. */
static void put_name(struct kin_buf *out, const struct can_rtnl_name *row, unsigned type)
{
	if (row)
		kin_buf_puts(out, row->name);
	else
		kin_buf_printf(out, "attribute %u", type);
}

/*
 * The attribute of the request that begins at offset, as "IFLA_INFO_DATA in IFLA_LINKINFO".
 * missing: one of this type that should be in the nest there (of offset 0: beside all others).
 */
static void put_path(struct kin_buf *out, const struct can_rtnl_request *request, size_t offset,
		     const unsigned *missing)
{
	const struct can_rtnl_name *names = request->names, *rows[8];
	unsigned types[8], depth = 0;
	size_t at = request->attrs, end = request->len;

	while (offset && at < end && depth < 8) {
		struct can_rtnl_attr attr;
		struct nlattr head;
		size_t step = attr_at(request->data + at, end - at, &head, &attr);

		if (step == 0)
			break;
		if (offset >= at + step) {
			at += step;
			continue;
		}
		types[depth] = head.nla_type & NLA_TYPE_MASK;
		rows[depth] = name_of(names, types[depth]);
		names = rows[depth] ? rows[depth]->nested : NULL;
		depth++;
		if (offset == at || !(head.nla_type & NLA_F_NESTED))
			break;
		end = at + head.nla_len;
		at += ATTR_HEADER;
	}
	if (missing) {
		kin_buf_puts(out, "missing: ");
		put_name(out, name_of(names, *missing), *missing);
		kin_buf_puts(out, depth ? " in " : "");
	}
	while (depth-- > 0) {
		put_name(out, rows[depth], types[depth]);
		kin_buf_puts(out, depth ? " in " : "");
	}
}

/* What the kernel says beside the number: extended acknowledgement, Linux 4.12. */
static void read_extension(struct can_rtnl_request *request, const unsigned char *data, size_t len,
			   struct kin_buf *path)
{
	struct can_rtnl_attr attrs[ATTR_MISS_NEST + 1];
	const struct can_rtnl_attr *words = &attrs[NLMSGERR_ATTR_MSG];
	uint32_t offset = 0, missing;

	can_rtnl_attrs(data, len, attrs, ATTR_MISS_NEST);
	if (words->data) {
		struct kin_buf said = {request->said, sizeof(request->said), 0};

		kin_buf_put(&said, words->data, strnlen(words->data, words->len));
		kin_buf_end(&said);
	}
	if (can_rtnl_get(&attrs[ATTR_MISS_TYPE], &missing, sizeof(missing))) {
		can_rtnl_get(&attrs[ATTR_MISS_NEST], &offset, sizeof(offset));
		put_path(path, request, offset, &missing);
	} else if (can_rtnl_get(&attrs[NLMSGERR_ATTR_OFFS], &offset, sizeof(offset))) {
		put_path(path, request, offset, NULL);
	}
}

static int refused(struct can_rtnl_reply *reply, int err, const unsigned char *data, size_t len)
{
	char text[256];
	struct kin_buf path = {text, sizeof(text), 0};

	read_extension(reply->request, data, len, &path);
	kin_buf_end(&path);
	return kin_fail(err, "%s: %s%s%s%s%s", reply->what,
			*reply->request->said ? "the kernel says: " : "",
			*reply->request->said ? reply->request->said : strerror(err),
			*text ? " (" : "", text, *text ? ")" : "");
}

/* NLMSG_ERROR: an error, the request (its header alone when NLM_F_CAPPED), the extension. */
static int take_ack(struct can_rtnl_reply *reply, const struct nlmsghdr *head,
		    const unsigned char *data, size_t len)
{
	struct nlmsgerr ack;
	size_t skip = sizeof(ack);

	if (len < sizeof(ack))
		return kin_fail(EBADMSG, "%s: the kernel's acknowledgement is cut", reply->what);
	memcpy(&ack, data, sizeof(ack));
	if (ack.error == 0)
		return 1;
	if (!(head->nlmsg_flags & NLM_F_CAPPED) && ack.msg.nlmsg_len > HEADER)
		skip += NLMSG_ALIGN((size_t)ack.msg.nlmsg_len) - (size_t)HEADER;
	if (!(head->nlmsg_flags & NLM_F_ACK_TLVS) || skip > len)
		skip = len;
	/* No errno value: nothing that the kernel sends. */
	if (ack.error > 0 || ack.error < -4095)
		return kin_fail(EBADMSG, "%s: the kernel's acknowledgement says %d", reply->what,
				ack.error);
	return refused(reply, -ack.error, data + skip, len - skip);
}

/* NLMSG_DONE: what the dump came to, and the extension. */
static int take_done(struct can_rtnl_reply *reply, const struct nlmsghdr *head,
		     const unsigned char *data, size_t len)
{
	bool extended = head->nlmsg_flags & NLM_F_ACK_TLVS;
	int err = 0;

	if (len >= sizeof(err))
		memcpy(&err, data, sizeof(err));
	if (err >= 0 || err < -4095)
		return 1;
	return refused(reply, -err, data + sizeof(err), extended ? len - sizeof(err) : 0);
}

int can_rtnl_take(struct can_rtnl_reply *reply, const void *data, size_t len)
{
	const unsigned char *at = data;
	struct nlmsghdr head;
	ssize_t step;

	for (; (step = message_at(at, len, &head)) > 0; at += step, len -= (size_t)step) {
		const unsigned char *body = at + HEADER;
		size_t size = head.nlmsg_len - (size_t)HEADER;
		int r = 0;

		if (head.nlmsg_seq != reply->sequence || head.nlmsg_pid != reply->port)
			continue; /* of a try before, or not for this socket */
		if (head.nlmsg_flags & NLM_F_DUMP_INTR)
			reply->interrupted = true;
		if (head.nlmsg_type == NLMSG_ERROR)
			r = take_ack(reply, &head, body, size);
		else if (head.nlmsg_type == NLMSG_DONE)
			r = take_done(reply, &head, body, size);
		else if (head.nlmsg_type == NLMSG_OVERRUN)
			r = kin_fail(ENOBUFS, "%s: the kernel's answer was lost", reply->what);
		else if (head.nlmsg_type >= NLMSG_MIN_TYPE && reply->answers)
			r = keep(reply->answers, at, head.nlmsg_len);
		if (r != 0)
			return r;
	}
	return step < 0 ? kin_fail(EBADMSG, "%s: the kernel's answer is cut", reply->what) : 0;
}

/* ---- Calls --------------------------------------------------------------------------------- */

/* Options of a kernel older than they are are done without. */
static int set_option(struct kin_sock *sock, int name)
{
	int r = kin_setsockopt_int(sock, SOL_NETLINK, name, 1);

	return r == -ENOPROTOOPT ? 0 : r;
}

static int open_socket(struct kin_sock **ret_sock, uint32_t *ret_port)
{
	struct kin_sock *sock KIN_CLEANUP(kin_close) = NULL;
	struct kin_addr addr = {.len = sizeof(struct sockaddr_nl), .ss.ss_family = AF_NETLINK};
	struct sockaddr_nl own;
	int r;

	if ((r = kin_socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE, &sock)) < 0 ||
	    (r = set_option(sock, NETLINK_EXT_ACK)) < 0 ||
	    (r = set_option(sock, NETLINK_GET_STRICT_CHK)) < 0 || (r = kin_bind(sock, &addr)) < 0 ||
	    (r = kin_local_addr(sock, &addr)) < 0)
		return r;
	memcpy(&own, &addr.ss, sizeof(own));
	*ret_port = own.nl_pid;
	*ret_sock = sock;
	sock = NULL;
	return 0;
}

/* Read until all is there. Only what the kernel sends counts: its port ID is 0. */
static int receive(struct kin_sock *sock, struct can_rtnl_reply *reply, unsigned char *buf,
		   int64_t deadline_ns)
{
	int r = 0;

	while (r == 0) {
		int64_t left = deadline_ns - kin_now();
		struct sockaddr_nl from;
		struct kin_addr addr;
		ssize_t n;

		r = kin_set_timeout(sock, left > 0 ? left : 1);
		if (r < 0)
			return r;
		n = kin_recv_from(sock, buf, ROOM, MSG_TRUNC, &addr);
		if (n == -ETIMEDOUT)
			return kin_fail_in(KIN_ERR_DEADLINE, ETIMEDOUT, ETIMEDOUT,
					   "%s: the kernel did not answer within %d seconds",
					   reply->what, (int)(patience_ns / 1000000000));
		if (n < 0)
			return (int)n;
		if (n > ROOM)
			return kin_fail(EMSGSIZE, "%s: an answer of %zd bytes is longer than %d",
					reply->what, n, ROOM);
		memcpy(&from, &addr.ss, sizeof(from));
		if (from.nl_family == AF_NETLINK && from.nl_pid == 0)
			r = can_rtnl_take(reply, buf, (size_t)n);
	}
	return r < 0 ? r : 0;
}

/* One try. @return 0; 1: the answers changed meanwhile; else a failure */
static int ask(struct kin_sock *sock, struct can_rtnl_reply *reply, unsigned char *buf,
	       int64_t deadline_ns)
{
	struct can_rtnl_request *request = reply->request;
	struct nlmsghdr head;
	ssize_t sent;
	int r;

	reply->sequence++;
	reply->interrupted = false;
	if (reply->answers)
		reply->answers->len = 0;
	memcpy(&head, request->data, sizeof(head));
	head.nlmsg_len = (uint32_t)request->len;
	head.nlmsg_seq = reply->sequence;
	head.nlmsg_pid = reply->port;
	memcpy(request->data, &head, sizeof(head));
	sent = kin_send(sock, request->data, request->len, 0);
	if (sent < 0)
		return (int)sent;
	r = receive(sock, reply, buf, deadline_ns);
	/* Of what only asks: a full buffer cost answers, and so they are asked for anew. */
	if (r == -ENOBUFS && (head.nlmsg_flags & NLM_F_DUMP) == NLM_F_DUMP)
		return 1;
	return r < 0 ? r : reply->interrupted;
}

int can_rtnl_call(struct can_rtnl_request *request, const char *what,
		  struct can_rtnl_answers *answers)
{
	struct kin_sock *sock KIN_CLEANUP(kin_close) = NULL;
	struct can_rtnl_reply reply = {.request = request, .answers = answers, .what = what};
	int64_t deadline_ns = kin_deadline(patience_ns);
	unsigned char *buf;
	int r = open_socket(&sock, &reply.port);

	if (r < 0)
		return r;
	if (request->full)
		return kin_fail(EMSGSIZE, "%s: the request is longer than %d bytes", what,
				CAN_RTNL_REQUEST);
	buf = malloc(ROOM);
	if (!buf)
		return kin_fail(ENOMEM, "no memory");
	for (int i = 0; i < TRIES && (r = ask(sock, &reply, buf, deadline_ns)) == 1; i++)
		;
	free(buf);
	if (r == 1)
		r = kin_fail(EAGAIN, "%s: what the kernel lists changed each of %d times", what,
			     TRIES);
	if (r < 0 && answers)
		can_rtnl_free(answers);
	return r;
}
