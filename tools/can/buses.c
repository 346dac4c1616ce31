/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <kin/can.h>

#include "buses.h"

enum {
	BATCH = 256,
	/* After all there was has been read, so that many frames come by one call. */
	NAP_US = 5000,
	LOOK_AGAIN_MS = 200, /* at an interface that is down or gone */
};

static int open_source(struct source *src)
{
	int r = source_open(src, "software");

	/* Linux 6.1; without it there are no such frames. */
	if (r >= 0)
		(void)kin_can_set_xl(src->sock, true);
	return r;
}

/* The address; NULL: no memory. */
static char *address_of(const char *name)
{
	struct kin_buf text = {.size = strlen(name) * 2 + 64};

	text.data = malloc(text.size);
	kin_buf_puts(&text, "can:");
	kin_buf_put_body(&text, name, strlen(name));
	kin_buf_puts(&text, ",fd=on,errors=all");
	return kin_buf_end(&text);
}

/* What came of one bus on two sockets would be counted twice. A STATUS_ */
static int refuse_again(const struct buses *b, unsigned n, char *const *names)
{
	const struct source *src = &b->sources[n];

	for (unsigned i = 0; i < n; i++) {
		if (strcmp(b->sources[i].name, src->name) == 0)
			return misuse(b->inv->command, "%s is named twice", names[n]);
		if (!b->sources[i].has_interface || !src->has_interface)
			return misuse(b->inv->command, "\"any\" is every interface: name no other");
	}
	return STATUS_DONE;
}

int buses_open(struct buses *b, char *const *names, unsigned n)
{
	b->stop_fd = -1;
	b->sources = calloc(n, sizeof(*b->sources));
	b->texts = calloc(n, sizeof(*b->texts));
	b->poll = calloc(n + 2, sizeof(*b->poll));
	if (!b->sources || !b->texts || !b->poll)
		return complain_of("memory", -ENOMEM);
	b->n = n;
	b->stop_fd = stop_fd();
	for (unsigned i = 0; i < n; i++) {
		int r, status;

		b->texts[i] = address_of(names[i]);
		if (!b->texts[i])
			return complain_of("memory", -ENOMEM);
		r = source_describe(&b->sources[i], b->texts[i]);
		status = r < 0 ? STATUS_DONE : refuse_again(b, i, names);
		if (status)
			return status;
		if (r >= 0)
			r = open_source(&b->sources[i]);
		if (r < 0)
			return complain_of(b->texts[i], r);
	}
	return kin_batch_new(BATCH, CANXL_MTU, 0, &b->batch) < 0 ? complain_of("memory", -ENOMEM)
								 : STATUS_DONE;
}

static void say(const struct buses *b, const struct source *src, const char *what)
{
	if (!b->quiet)
		remark("%s %s", src->name, what);
}

static void source_is_gone(const struct buses *b, struct source *src)
{
	source_close(src, GONE);
	say(b, src, "is gone; waiting for it to come back");
}

/* A receive failed. What comes of the interface passes. */
static void source_failed(struct buses *b, struct source *src, int err)
{
	if (err == -ENETDOWN && src->state == RUNNING) {
		src->state = DOWN;
		say(b, src, "is down");
	} else if (err == -ENODEV && src->has_interface) {
		source_is_gone(b, src);
	} else if (err != -ENETDOWN) {
		if (!b->quiet)
			complain_of(src->text, err);
		source_close(src, ENDED);
		b->failed = true;
	}
}

static void look_again(const struct buses *b, struct source *src)
{
	if (src->state == GONE && open_source(src) == 0) {
		say(b, src, "is back");
	} else if (src->state == DOWN && src->has_interface) {
		int up = source_is_up(src);

		if (up == -ENODEV)
			source_is_gone(b, src);
		if (up > 0) {
			src->state = RUNNING;
			say(b, src, "is up again");
		}
	}
}

/* What there is, but not for ever: one batch after the other has its turn. */
static bool read_batch(struct buses *b, struct source *src)
{
	int n = kin_recv_batch(src->sock, b->batch, MSG_DONTWAIT);

	if (n < 0) {
		if (n != -EAGAIN)
			source_failed(b, src, n);
		return false;
	}
	for (int i = 0; i < n && b->left > 0; i++, b->left--) {
		const struct kin_msg *msg = kin_batch_msg(b->batch, (unsigned)i);

		source_count_drops(src, msg->drops);
		src->messages++;
		b->take(b->data, kin_addr_ifindex(&msg->addr), msg);
	}
	return n == BATCH;
}

/* Ready ones by their own turns, until none has a whole batch. */
static void read_all(struct buses *b, int64_t until_ns)
{
	bool more = true;

	while (more && b->left > 0) {
		more = false;
		for (unsigned i = 0; i < b->n; i++)
			if (b->poll[i].revents && b->sources[i].sock)
				more |= read_batch(b, &b->sources[i]);
		if (kin_now() >= until_ns)
			return;
	}
}

/* How long poll(2) may wait; -1: nothing will ever come of itself. */
static int wait_ms(struct buses *b, int64_t until_ns)
{
	int64_t ms = until_ns == INT64_MAX ? -1 : (until_ns - kin_now() + 999999) / 1000000;

	for (unsigned i = 0; i < b->n; i++)
		if ((b->sources[i].state == DOWN || b->sources[i].state == GONE) &&
		    (ms < 0 || ms > LOOK_AGAIN_MS))
			ms = LOOK_AGAIN_MS;
	return ms < 0 ? (until_ns == INT64_MAX ? -1 : 0) : ms > INT32_MAX ? INT32_MAX : (int)ms;
}

enum buses_event buses_wait(struct buses *b, int64_t until_ns)
{
	while (b->left > 0) {
		bool frames = false;
		int n;

		for (unsigned i = 0; i < b->n; i++) {
			struct source *src = &b->sources[i];

			look_again(b, src);
			b->poll[i] = (struct pollfd){
				.fd = src->sock && src->state == RUNNING ? kin_fd(src->sock) : -1,
				.events = POLLIN};
		}
		b->poll[b->n] = (struct pollfd){.fd = b->stop_fd, .events = POLLIN};
		b->poll[b->n + 1] =
			(struct pollfd){.fd = b->keys ? STDIN_FILENO : -1, .events = POLLIN};
		n = poll(b->poll, b->n + 2, wait_ms(b, until_ns));
		for (unsigned i = 0; n > 0 && i < b->n; i++)
			frames |= b->poll[i].revents != 0;
		if (frames)
			read_all(b, until_ns);
		if (n > 0 && b->poll[b->n].revents) {
			b->stopped = true;
			return BUSES_END;
		}
		/* What interrupts is the size of the terminal, which is told as a key. */
		if (b->keys && (n < 0 || b->poll[b->n + 1].revents))
			return BUSES_KEY;
		if (kin_now() >= until_ns)
			return BUSES_TIME;
		if (frames)
			usleep(NAP_US);
	}
	return BUSES_END;
}

uint64_t buses_lost(struct buses *b)
{
	uint64_t lost = 0;

	for (unsigned i = 0; i < b->n; i++) {
		if (b->sources[i].sock)
			source_count_last_drops(&b->sources[i]);
		lost += b->sources[i].dropped;
	}
	return lost;
}

void buses_close(struct buses *b)
{
	for (unsigned i = 0; i < b->n; i++) {
		source_free(&b->sources[i]);
		free(b->texts[i]);
	}
	free(b->sources);
	free(b->texts);
	free(b->poll);
	kin_batch_free(b->batch);
	if (b->stop_fd >= 0)
		close(b->stop_fd);
}
