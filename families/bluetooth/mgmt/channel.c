/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The control channel: commands, their answers, and the events that come in between. An answer is
 * known by its command and its controller; the kernel gives it no other mark.
 */
#include <errno.h>
#include <stdlib.h>

#include "mgmt.h"

enum {
	HEADER = 6, /* code, index, length */
	MESSAGE = HEADER + UINT16_MAX,
	KEPT = 65536,
	LATE = 16,
	BEYOND = 4096,
	/* Events that are answers: opcode, status, and of the first one data */
	COMMAND_COMPLETE = 1,
	COMMAND_STATUS = 2,
	ANSWER = 3,
	EXTENDED_INDEX_ADDED = 0x20,
	EXTENDED_INDEX_REMOVED = 0x21,
};

/* How long a command is tried that another one like it is in the way of. */
#define BUSY_NS       INT64_C(500000000)
#define BUSY_PAUSE_NS INT64_C(20000000)

/* A message as it came. */
struct message {
	uint16_t code, index;
	const uint8_t *data;
	size_t len;
};

/*
 * How long is waited. What is there already is taken after that as well, so that a time of zero has
 * a meaning, but not without end.
 */
struct patience {
	int64_t deadline_ns;
	unsigned beyond; /* messages taken after it */
};

/* A command that nobody waits for any more, whose answer has not come. */
struct late {
	uint16_t opcode, index;
};

struct kin_mgmt {
	struct kin_sock *sock;
	int64_t timeout_ns;
	struct late late[LATE];
	unsigned n_late;
	uint64_t lost;
	size_t first, end;        /* of kept: the events that wait */
	uint8_t message[MESSAGE]; /* the last one that came */
	uint8_t kept[KEPT];       /* events as they came, one behind the other */
};

/* ---- The object ---------------------------------------------------------------------------- */

int kin_mgmt_adopt(struct kin_sock *sock, struct kin_mgmt **ret_mgmt)
{
	struct kin_mgmt *mgmt;

	KIN_NEED(sock);
	KIN_NEED(ret_mgmt);
	mgmt = malloc(sizeof(*mgmt));
	if (!mgmt)
		return kin_fail(ENOMEM, "no memory for the management interface");
	mgmt->sock = sock;
	mgmt->timeout_ns = KIN_MGMT_TIMEOUT_NS;
	mgmt->n_late = 0;
	mgmt->lost = 0;
	mgmt->first = mgmt->end = 0;
	*ret_mgmt = mgmt;
	return 0;
}

int kin_mgmt_open(struct kin_mgmt **ret_mgmt)
{
	struct kin_sock *sock;
	int r;

	KIN_NEED(ret_mgmt);
	r = kin_open("hci:none,channel=control", KIN_RECEIVE, &sock);
	if (r < 0)
		return r;
	r = kin_mgmt_adopt(sock, ret_mgmt);
	if (r < 0)
		kin_close(sock);
	return r;
}

void kin_mgmt_close(struct kin_mgmt *mgmt)
{
	if (mgmt)
		kin_close(mgmt->sock);
	free(mgmt);
}

struct kin_sock *kin_mgmt_sock(const struct kin_mgmt *mgmt)
{
	KIN_NEED_OR(mgmt, NULL);
	return mgmt->sock;
}

int kin_mgmt_set_timeout(struct kin_mgmt *mgmt, int64_t timeout_ns)
{
	KIN_NEED(mgmt);
	mgmt->timeout_ns = timeout_ns;
	return 0;
}

uint64_t kin_mgmt_lost(const struct kin_mgmt *mgmt)
{
	KIN_NEED_OR(mgmt, 0);
	return mgmt->lost;
}

/* ---- Messages ------------------------------------------------------------------------------ */

/* False: it is shorter than a header, or has another length than it says. */
static bool read_message(const uint8_t *data, size_t len, struct message *ret)
{
	if (len < HEADER || mgmt_u16(data + 4) != len - HEADER)
		return false;
	*ret = (struct message){mgmt_u16(data), mgmt_u16(data + 2), data + HEADER, len - HEADER};
	return true;
}

static bool is_answer(const struct message *message)
{
	return message->code == COMMAND_COMPLETE || message->code == COMMAND_STATUS;
}

/* The next message; what is none is passed over. 0 or -errno */
static int receive(struct kin_mgmt *mgmt, struct patience *patience, struct message *ret)
{
	for (;;) {
		int64_t left = patience->deadline_ns < 0 ? -1 : patience->deadline_ns - kin_now();
		ssize_t n;
		int r;

		if (patience->deadline_ns >= 0 && left <= 0) {
			left = 0;
			if (++patience->beyond > BEYOND)
				return kin_fail_in(KIN_ERR_DEADLINE, ETIMEDOUT, ETIMEDOUT,
						   "nothing came in time");
		}
		r = kin_set_timeout(mgmt->sock, left);
		if (r < 0)
			return r;
		n = kin_recv(mgmt->sock, mgmt->message, sizeof(mgmt->message), 0);
		if (n < 0)
			return (int)n;
		if (n == 0)
			return kin_fail(ECONNRESET, "the other end of the management interface "
						    "was closed");
		if (read_message(mgmt->message, (size_t)n, ret))
			return 0;
	}
}

/* Keep the event that has just come; one that there is no room for is lost. */
static void keep(struct kin_mgmt *mgmt, const struct message *message)
{
	size_t size = HEADER + message->len;

	if (KEPT - mgmt->end < size) {
		memmove(mgmt->kept, mgmt->kept + mgmt->first, mgmt->end - mgmt->first);
		mgmt->end -= mgmt->first;
		mgmt->first = 0;
	}
	if (KEPT - mgmt->end < size) {
		mgmt->lost++;
		return;
	}
	memcpy(mgmt->kept + mgmt->end, message->data - HEADER, size);
	mgmt->end += size;
}

/* ---- Answers that nobody waits for --------------------------------------------------------- */

static struct late *find_late(struct kin_mgmt *mgmt, uint16_t opcode, uint16_t index)
{
	for (unsigned i = 0; i < mgmt->n_late; i++)
		if (mgmt->late[i].opcode == opcode && mgmt->late[i].index == index)
			return &mgmt->late[i];
	return NULL;
}

/* An answer came that is not the one that is waited for. */
static void forget_late(struct kin_mgmt *mgmt, const struct message *answer)
{
	struct late *late = answer->len >= ANSWER
				    ? find_late(mgmt, mgmt_u16(answer->data), answer->index)
				    : NULL;

	if (late)
		*late = mgmt->late[--mgmt->n_late];
}

/* Take what has come meanwhile. 0, or -EBUSY: the answer to the last command like this has not */
static int settle(struct kin_mgmt *mgmt, uint16_t opcode, uint16_t index)
{
	struct patience patience = {0, 0};
	struct message message;

	while (mgmt->n_late > 0 && receive(mgmt, &patience, &message) == 0) {
		if (is_answer(&message))
			forget_late(mgmt, &message);
		else
			keep(mgmt, &message);
	}
	if (mgmt->n_late == LATE || find_late(mgmt, opcode, index))
		return kin_fail(EBUSY, "an earlier command still has no answer; try again later");
	return 0;
}

/* ---- Commands ------------------------------------------------------------------------------ */

static int send_command(struct kin_mgmt *mgmt, uint16_t opcode, uint16_t index, const void *params,
			size_t len)
{
	uint8_t header[HEADER];
	struct iovec iov[] = {{header, sizeof(header)}, {(void *)(uintptr_t)params, len}};
	ssize_t n;
	int r;

	mgmt_put_u16(header, opcode);
	mgmt_put_u16(header + 2, index);
	mgmt_put_u16(header + 4, (unsigned)len);
	r = kin_set_timeout(mgmt->sock, mgmt->timeout_ns);
	if (r < 0)
		return r;
	n = kin_send_msg(mgmt->sock, iov, len ? 2 : 1, NULL, 0);
	return n < 0 ? (int)n : 0;
}

/* Wait for the answer; events are kept. 0 or -errno */
static int await(struct kin_mgmt *mgmt, uint16_t opcode, uint16_t index, struct message *answer)
{
	struct patience patience = {kin_deadline(mgmt->timeout_ns), 0};

	for (;;) {
		int r = receive(mgmt, &patience, answer);

		if (r == -ETIMEDOUT || r == -EAGAIN || r == -EINTR)
			mgmt->late[mgmt->n_late++] = (struct late){opcode, index};
		if (r == -ETIMEDOUT || r == -EAGAIN)
			return kin_fail_in(KIN_ERR_DEADLINE, ETIMEDOUT, ETIMEDOUT,
					   "no answer in %.1f s", (double)mgmt->timeout_ns / 1e9);
		if (r < 0)
			return r;
		if (!is_answer(answer))
			keep(mgmt, answer);
		else if (answer->len >= ANSWER && mgmt_u16(answer->data) == opcode &&
			 answer->index == index)
			return 0;
		else
			forget_late(mgmt, answer);
	}
}

/* Let so much time pass; what comes meanwhile is kept. */
static void pause_for(struct kin_mgmt *mgmt, int64_t ns)
{
	struct patience patience = {kin_deadline(ns), BEYOND};
	struct message message;

	while (receive(mgmt, &patience, &message) == 0) {
		if (is_answer(&message))
			forget_late(mgmt, &message);
		else
			keep(mgmt, &message);
	}
}

/* Once. 0, whatever the answer's status is, or -errno */
static int ask(struct kin_mgmt *mgmt, uint16_t opcode, uint16_t index, const void *params,
	       size_t len, struct message *answer)
{
	int r;

	if ((r = settle(mgmt, opcode, index)) < 0 ||
	    (r = send_command(mgmt, opcode, index, params, len)) < 0)
		return r;
	return await(mgmt, opcode, index, answer);
}

int mgmt_call(struct kin_mgmt *mgmt, uint16_t opcode, long index, const void *params, size_t len,
	      size_t least, struct mgmt_answer *answer)
{
	int64_t until_ns = kin_now() + BUSY_NS;
	struct message message = {0};
	uint8_t status;
	int r;

	for (;;) {
		r = ask(mgmt, opcode, (uint16_t)index, params, len, &message);
		if (r < 0)
			return r;
		status = message.data[2];
		/* The kernel answers a command before it is ready for the next one like it. */
		if (status != MGMT_BUSY || mgmt_is_lasting(opcode, status) || kin_now() > until_ns)
			break;
		pause_for(mgmt, BUSY_PAUSE_NS);
	}
	if (status)
		return mgmt_refused(opcode, (uint16_t)index, status);
	if (message.len - ANSWER < least)
		return kin_fail(EBADMSG, "the answer to command %#06x has %zu bytes, not %zu", opcode,
				message.len - ANSWER, least);
	if (answer)
		*answer = (struct mgmt_answer){message.data + ANSWER, message.len - ANSWER};
	return 0;
}

ssize_t kin_mgmt_call(struct kin_mgmt *mgmt, long opcode, long index, const void *params,
		      size_t len, void *data, size_t size)
{
	struct mgmt_answer answer;
	int r;

	KIN_NEED(mgmt);
	KIN_NEED_ROOM(params, len);
	KIN_NEED_ROOM(data, size);
	if (opcode < 1 || opcode > UINT16_MAX)
		return kin_fail(EINVAL, "command %ld is not in 1-65535", opcode);
	if (index < 0 || index > UINT16_MAX)
		return kin_fail(EINVAL, "controller %ld is not in 0-65535", index);
	if (len > UINT16_MAX)
		return kin_fail(EINVAL, "%zu bytes of parameters are more than 65535", len);
	r = mgmt_call(mgmt, (uint16_t)opcode, index, params, len, 0, &answer);
	if (r < 0)
		return r;
	if (size > 0)
		memcpy(data, answer.data, answer.len < size ? answer.len : size);
	return (ssize_t)answer.len;
}

/* ---- Events -------------------------------------------------------------------------------- */

/* Once it was asked for the extended list, the kernel tells under other numbers who came and went.
 */
static uint16_t plain_code(uint16_t code)
{
	return code == EXTENDED_INDEX_ADDED     ? KIN_MGMT_INDEX_ADDED
	       : code == EXTENDED_INDEX_REMOVED ? KIN_MGMT_INDEX_REMOVED
						: code;
}

static void give(const struct message *message, struct kin_mgmt_event *ret)
{
	*ret = (struct kin_mgmt_event){
		.code = plain_code(message->code),
		.index = message->index,
		.data = message->data,
		.len = message->len,
	};
}

int kin_mgmt_event(struct kin_mgmt *mgmt, int64_t timeout_ns, struct kin_mgmt_event *ret_event)
{
	struct patience patience = {kin_deadline(timeout_ns), 0};
	struct message message;

	KIN_NEED(mgmt);
	KIN_NEED(ret_event);
	if (mgmt->first < mgmt->end) {
		const uint8_t *at = mgmt->kept + mgmt->first;

		read_message(at, HEADER + mgmt_u16(at + 4), &message);
		mgmt->first += HEADER + message.len;
		give(&message, ret_event);
		return 1;
	}
	for (;;) {
		int r = receive(mgmt, &patience, &message);

		if (r == -ETIMEDOUT || r == -EAGAIN)
			return 0;
		if (r < 0)
			return r;
		if (!is_answer(&message)) {
			give(&message, ret_event);
			return 1;
		}
		forget_late(mgmt, &message);
	}
}

int kin_mgmt_version(struct kin_mgmt *mgmt, unsigned *ret_version, unsigned *ret_revision)
{
	struct mgmt_answer answer;
	int r;

	KIN_NEED(mgmt);
	r = mgmt_call(mgmt, MGMT_READ_VERSION, KIN_MGMT_INDEX_NONE, NULL, 0, 3, &answer);
	if (r < 0)
		return r;
	if (ret_version)
		*ret_version = answer.data[0];
	if (ret_revision)
		*ret_revision = mgmt_u16(answer.data + 1);
	return 0;
}
