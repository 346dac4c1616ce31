/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * One request to the kernel over NETLINK_ROUTE, and its acknowledgement or its answers.
 *
 *     struct can_rtnl_request request;
 *     size_t nest;
 *
 *     can_rtnl_begin(&request, RTM_NEWLINK, 0, &header, sizeof(header), names);
 *     nest = can_rtnl_nest(&request, IFLA_LINKINFO);
 *     can_rtnl_put(&request, IFLA_INFO_KIND, "can", 3);
 *     can_rtnl_nest_end(&request, nest);
 *     err = can_rtnl_call(&request, "can0", NULL);
 */
#ifndef KIN_CAN_RTNETLINK_H
#define KIN_CAN_RTNETLINK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* ---- Requests ------------------------------------------------------------------------------ */

/* What attributes are called where a refusal names one; ended by a row without a name. */
struct can_rtnl_name {
	uint16_t type;
	const char *name;
	const struct can_rtnl_name *nested; /* those in it, or NULL */
};

enum {
	CAN_RTNL_REQUEST = 4096, /* bytes of the longest */
	CAN_RTNL_SAID = 256,
};

struct can_rtnl_request {
	const struct can_rtnl_name *names;
	/* After a failure: the kernel's own words (without an attribute), or "". */
	char said[CAN_RTNL_SAID];
	size_t attrs; /* where the first attribute stands */
	size_t len;
	bool full; /* something did not fit: the call fails with -EMSGSIZE */
	_Alignas(4) unsigned char data[CAN_RTNL_REQUEST];
};

/*
 * @param type    RTM_*
 * @param flags   NLM_F_* beside NLM_F_REQUEST; with NLM_F_DUMP there are answers, else NLM_F_ACK
 *                is added
 * @param header  what stands before the attributes: struct ifinfomsg, struct rtcanmsg, ...
 * @param names   of the attributes, or NULL
 */
void can_rtnl_begin(struct can_rtnl_request *request, uint16_t type, uint16_t flags,
		    const void *header, size_t len, const struct can_rtnl_name *names);

void can_rtnl_put(struct can_rtnl_request *request, uint16_t type, const void *data, size_t len);
void can_rtnl_put_u8(struct can_rtnl_request *request, uint16_t type, uint8_t value);
void can_rtnl_put_u16(struct can_rtnl_request *request, uint16_t type, uint16_t value);
void can_rtnl_put_u32(struct can_rtnl_request *request, uint16_t type, uint32_t value);

/* What is put until the end is in it. @return for can_rtnl_nest_end() */
size_t can_rtnl_nest(struct can_rtnl_request *request, uint16_t type);
void can_rtnl_nest_end(struct can_rtnl_request *request, size_t nest);

/* ---- Answers ------------------------------------------------------------------------------- */

/* The messages that came, one behind the other. Begins zeroed. */
struct can_rtnl_answers {
	unsigned char *data;
	size_t len, size;
};

void can_rtnl_free(struct can_rtnl_answers *answers);

/*
 * Send the request to the kernel in this thread's network namespace and wait for what comes back,
 * at most five seconds. A dump that changed while it was read is read anew, a few times.
 * @param what     for the words of a failure: "can0"
 * @param answers  NULL: only whether it was done is asked
 * @return 0; else what the kernel said, with its words and the attribute that it names;
 *         -ETIMEDOUT; -EAGAIN: it never held still; -EBADMSG: what came is not well formed
 */
int can_rtnl_call(struct can_rtnl_request *request, const char *what,
		  struct can_rtnl_answers *answers);

/* One message: what is behind its struct nlmsghdr. */
struct can_rtnl_message {
	uint16_t type;
	const unsigned char *data; /* aligned to 4 */
	size_t len;
};

/* The next one. Begin with *pos 0. @return false at the end */
bool can_rtnl_next(const struct can_rtnl_answers *answers, size_t *pos,
		   struct can_rtnl_message *ret_message);

/* Of an attribute that is not there data is NULL. */
struct can_rtnl_attr {
	const void *data; /* aligned to 4 */
	size_t len;
};

/*
 * The attributes by type, each the last of its kind; those above max are left out, and what is
 * cut ends the list.
 * @param attrs  max + 1 of them
 */
void can_rtnl_attrs(const void *data, size_t len, struct can_rtnl_attr *attrs, unsigned max);

/* The attributes behind a message's header. @return false: the message is shorter than that */
bool can_rtnl_message_attrs(const struct can_rtnl_message *message, size_t header,
			    struct can_rtnl_attr *attrs, unsigned max);

/* Copy the first size bytes. @return false: it is not there, or shorter; *to is untouched */
bool can_rtnl_get(const struct can_rtnl_attr *attr, void *to, size_t size);

/* ---- For the fuzzer ------------------------------------------------------------------------ */

/* What is expected, and what was seen so far. */
struct can_rtnl_reply {
	struct can_rtnl_request *request;
	struct can_rtnl_answers *answers; /* or NULL */
	const char *what;
	uint32_t sequence, port;
	bool interrupted; /* NLM_F_DUMP_INTR was there */
};

/* What one recv(2) gave. @return 1: all of it is there; 0: more will come; else a failure */
int can_rtnl_take(struct can_rtnl_reply *reply, const void *data, size_t len);

#endif
