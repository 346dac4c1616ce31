/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <kin/family.h>
#include "connect.h"
#include "progress.h"
#include "transmit.h"

#define CHUNK    131072
#define RETRY_NS 1000000

/* Where messages go, and the one that is being made. */
struct sender {
	const char *address;
	const struct kin_endpoint *endpoint;
	struct kin_sock *sock;
	struct kin_batch *batch;
	struct kin_msg *msg;
	const char *allowed; /* the option that was switched on for a message */
	bool stream;
	int64_t patience_ns;
	struct progress progress;
	uint64_t sent;   /* bytes */
	uint64_t before; /* of them, those of the messages before this one */
};

/* One MESSAGE argument: text in the family's notation, or the bytes of a file. */
struct item {
	const char *text;
	int fd; /* the file's; -1: text */
	void *data;
	size_t len;
};

static bool is_file(const char *text)
{
	return *text == '@' || strcmp(text, "-") == 0;
}

/* Read up to size bytes, or the end. */
static ssize_t read_full(int fd, char *data, size_t size)
{
	size_t len = 0;
	ssize_t n;

	while (len < size) {
		n = read(fd, data + len, size - len);
		if (n == 0)
			break;
		if (n < 0 && errno != EINTR)
			return -errno;
		len += n > 0 ? n : 0;
	}
	return len;
}

/* A whole file is one message, and has to fit into it. */
static int load_message(const struct sender *sender, struct item *item)
{
	size_t size = sender->msg->size;
	ssize_t n;

	item->data = malloc(size + 1);
	n = item->data ? read_full(item->fd, item->data, size + 1) : -ENOMEM;
	if (n >= 0 && (size_t)n <= size) {
		item->len = n;
		return 0;
	}
	if (n < 0)
		complain("%s: %s", item->text, strerror(-n));
	else
		complain("%s: longer than a message of %s can be, which is %zu bytes", item->text,
			 sender->address, size);
	return STATUS_FAILED;
}

/* Open the file or check the notation, so that a mistake shows before anything is sent. */
static int prepare(const struct sender *sender, struct item *item)
{
	int r;

	item->fd = -1;
	if (!is_file(item->text)) {
		r = kin_msg_parse(kin_endpoint_family(sender->endpoint),
				  kin_endpoint_proto(sender->endpoint), item->text, sender->msg);
		if (r < 0)
			complain("%s: %s", sender->address, kin_error_text());
		return r < 0 ? STATUS_USAGE : 0;
	}
	item->fd = *item->text == '@' ? open(item->text + 1, O_RDONLY | O_CLOEXEC)
				      : fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3);
	if (item->fd < 0) {
		complain("%s: %s", item->text, strerror(errno));
		return STATUS_FAILED;
	}
	return sender->stream ? 0 : load_message(sender, item);
}

/* Bytes of a stream, or the rest of a message that was taken in part. */
static int send_bytes(struct sender *sender, const void *data, size_t len)
{
	size_t sent;
	int r = kin_send_all(sender->sock, data, len, 0, &sent);

	sender->sent += sent;
	return r;
}

/* Send the batch's message; a full queue of the interface is waited for, but not for ever. */
static int send_message(struct sender *sender)
{
	int64_t deadline = kin_deadline(sender->patience_ns), next = kin_now();
	const struct kin_msg *msg = sender->msg;
	int r;

	while ((r = kin_send_batch(sender->sock, sender->batch, 0, 1, 0)) == -ENOBUFS) {
		next += RETRY_NS;
		if (deadline >= 0 && next > deadline)
			break;
		/* poll(2) says that there is room while the queue behind the socket is full. */
		clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME,
				&(struct timespec){next / 1000000000, next % 1000000000}, NULL);
	}
	if (r < 0)
		return r;
	sender->sent += msg->full_len;
	return msg->full_len < msg->len
		       ? send_bytes(sender, msg->data + msg->full_len, msg->len - msg->full_len)
		       : 0;
}

/* Of what was not sent whole, how much was. */
static int complain_of_item(const struct sender *sender, int err)
{
	uint64_t part = sender->sent - sender->before;
	char what[KIN_ADDR_TEXT + 64], whole[32] = "";

	if (part == 0)
		return complain_of(sender->address, err);
	/* How long a file is that goes over a stream, nobody has to know. */
	if (!sender->stream)
		snprintf(whole, sizeof(whole), " of %zu", sender->msg->len);
	snprintf(what, sizeof(what), "%s: only %" PRIu64 "%s bytes were taken", sender->address,
		 part, whole);
	return complain_of(what, err);
}

static int send_file(struct sender *sender, const struct item *item)
{
	char *data = malloc(CHUNK);
	ssize_t n = data ? 0 : -ENOMEM;
	int r = 0;

	while (data && r == 0 && (n = read(item->fd, data, CHUNK)) > 0) {
		r = send_bytes(sender, data, n);
		progress_tick(&sender->progress);
	}
	if (n < 0) {
		complain("%s: %s", item->text, strerror(errno));
		free(data);
		return STATUS_FAILED;
	}
	free(data);
	return r < 0 ? complain_of_item(sender, r) : 0;
}

static int send_item(struct sender *sender, const struct item *item)
{
	struct kin_msg *msg = sender->msg;
	int r = 0;

	sender->before = sender->sent;
	if (item->fd >= 0 && sender->stream)
		return send_file(sender, item);
	msg->addr.len = 0;
	msg->control_len = 0;
	if (item->fd >= 0) {
		memcpy(msg->data, item->data, item->len);
		msg->len = item->len;
	} else {
		r = kin_msg_parse(kin_endpoint_family(sender->endpoint),
				  kin_endpoint_proto(sender->endpoint), item->text, msg);
	}
	if (r == 0)
		r = transmit_allow(sender->sock, msg, &sender->allowed);
	if (r == 0 && sender->stream)
		r = send_bytes(sender, msg->data, msg->len);
	else if (r == 0)
		r = send_message(sender);
	progress_tick(&sender->progress);
	return r < 0 ? complain_of_item(sender, r) : 0;
}

static int send_items(struct sender *sender, struct item *items, unsigned n)
{
	int status = 0, r;

	for (unsigned i = 0; i < n && status == 0; i++)
		status = prepare(sender, &items[i]);
	if (status == 0) {
		r = kin_open_endpoint(sender->endpoint, KIN_SEND, &sender->sock);
		if (r < 0)
			status = complain_of(sender->address, r);
	}
	if (status == 0)
		progress_begin(&sender->progress, sender->address, NULL, &sender->sent);
	for (unsigned i = 0; i < n && status == 0; i++)
		status = send_item(sender, &items[i]);
	if (status == 0)
		hang_up(sender->sock, -1);
	if (sender->sock)
		progress_end(&sender->progress);
	return status;
}

static int run(const struct invocation *inv)
{
	struct kin_endpoint *endpoint KIN_CLEANUP(kin_endpoint_free) = NULL;
	struct sender sender = {.address = inv->args[0], .patience_ns = 10000000000};
	unsigned n = inv->n_args - 1;
	struct item *items = calloc(n, sizeof(*items));
	const struct kin_proto *proto;
	int r, status;

	if (inv_duration(inv, "timeout", &sender.patience_ns) ||
	    progress_options(inv, &sender.progress)) {
		free(items);
		return STATUS_USAGE;
	}
	kin_set_default_timeout(sender.patience_ns);
	r = items ? kin_endpoint_parse(sender.address, &endpoint) : -ENOMEM;
	if (r == 0) {
		proto = kin_endpoint_proto(endpoint);
		sender.endpoint = endpoint;
		sender.stream = proto->type == SOCK_STREAM;
		r = kin_batch_new(1, proto->msg_max ? proto->msg_max : 65536, 0, &sender.batch);
	}
	if (r == 0) {
		sender.msg = kin_batch_msg(sender.batch, 0);
		for (unsigned i = 0; i < n; i++)
			items[i] = (struct item){.text = inv->args[i + 1], .fd = -1};
		status = send_items(&sender, items, n);
		for (unsigned i = 0; i < n; i++) {
			free(items[i].data);
			if (items[i].fd >= 0)
				close(items[i].fd);
		}
	} else {
		status = complain_of(sender.address, r);
	}
	kin_close(sender.sock);
	kin_batch_free(sender.batch);
	free(items);
	return status;
}

const struct command command_send = {
	.name = "send",
	.args = "ADDRESS MESSAGE...",
	.summary = "send messages",
	.text = "Sends each MESSAGE to the address: one message each, or for a stream their bytes "
		"one after the other. All of them are read before the first is sent, so that a "
		"slip of the pen in the last one does not leave half of them sent.\n"
		"\n"
		"A MESSAGE is written in the notation of the address's family, such as "
		"123#DEADBEEF for CAN, or as\n"
		"\n"
		"  text:WORDS   the bytes of WORDS\n"
		"  hex:BYTES    bytes in hexadecimal: hex:00ff10\n"
		"  @FILE        the content of a file\n"
		"  -            standard input, to its end\n"
		"\n"
		"When the queue of an interface is full, kin waits for room. It does not wait for "
		"an answer: that is what kin cat does. What comes over a stream meanwhile is "
		"thrown away, and the stream is closed when the other side ends it, or was silent "
		"for half a second: closed earlier, it would be reset, and what is on its way "
		"lost.",
	.options =
		(const struct command_option[]){
			{"timeout", 't', "DURATION",
			 "how long connecting, or a full queue, may hold it up [10s]"},
			PROGRESS_OPTION,
			{},
		},
	.examples =
		(const struct command_example[]){
			{"kin send udp:127.0.0.1:5000 text:hello hex:00FF", "two datagrams"},
			{"kin send can:can0 123#DEADBEEF 7DF#02010C", "two CAN frames"},
			{"kin send unix-dgram:/run/log.sock - <report", "a file as one message"},
			{},
		},
	.min_args = 2,
	.max_args = UINT32_MAX,
	.run = run,
};
