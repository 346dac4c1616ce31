/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * kin dump: receive from many sockets, and print or record what came.
 *
 * One thread reads and formats, straight into the ring of record.h, whose thread writes. Nothing
 * that the output does can stop the reading: when the ring is full, what came is counted as lost.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <unistd.h>
#include <kin/family.h>
#include "command.h"
#include "record.h"
#include "source.h"

enum {
	BATCH = 256,               /* messages in a system call */
	BATCH_BYTES = 4 << 20,     /* fewer of them when they are long */
	ROUNDS = 4,                /* batches from one socket before the others have their turn */
	RING = 16 << 20,
	RING_MIN = 2 << 20,
	LINE = 8192,               /* room of a message's text, and for each of its bytes: */
	LINE_PER_BYTE = 16,
	ENVELOPE = 4096,           /* of a format's beginning and end */
	FAILURES_MAX = 16,         /* in a row, before a socket is given up */
	PATIENCE_MS = 5000,        /* with an output that takes nothing, once a signal came */
	WATCH_MS = 200,            /* how often an interface that is down or gone is looked at */
};

/* For what came before the end of a run. */
#define REST_NS INT64_C(1000000000)

/*
 * Between reading all there is and looking again, the reader of a bus sleeps: at a high rate many
 * messages then come in one system call, and their senders have nobody to wake. The buffers hold
 * what comes meanwhile. Nobody sees a recording grow, so that its reader may sleep longer, if
 * there is room. Elsewhere the sender may be waiting for its reader.
 */
enum { NAP_US = 1000, NAP_RECORDING_US = 10000, NAP_RECORDING_BUFFER = 4 << 20 };

struct dump {
	const struct invocation *inv;
	struct source *sources;
	unsigned n_sources, n_ended;
	struct kin_format **formats; /* one for each family */
	unsigned n_formats;
	struct kin_batch *batch;
	struct record *record;
	int epoll_fd, stop_fd, file;
	const char *file_name;
	unsigned nap_us;
	bool done, stopped, failed;
	uint64_t left;            /* messages until the end */
	int64_t end_ns, watch_ns; /* CLOCK_MONOTONIC; below zero: never */
};

/* What epoll reports: the number of a source, or one of these. */
enum { STOP = INT_MAX, RECORD = INT_MAX - 1 };

/* ---- Sources ------------------------------------------------------------------------------ */

/* The format of a family; NULL when it has not the style that was asked for. */
static struct kin_format *find_format(struct dump *d, const struct kin_family *family)
{
	const char *style = inv_value(d->inv, "format");
	struct kin_format *format;

	for (unsigned i = 0; i < d->n_formats; i++)
		if (d->formats[i]->family == family)
			return d->formats[i];
	if (kin_format_new(family, style ? style : "text", &format) < 0)
		return NULL;
	d->formats[d->n_formats++] = format;
	return format;
}

static int watch_fd(struct dump *d, int fd, uint32_t who)
{
	struct epoll_event event = {.events = EPOLLIN, .data.u32 = who};

	return epoll_ctl(d->epoll_fd, EPOLL_CTL_ADD, fd, &event) < 0 ? -errno : 0;
}

static int open_source(struct dump *d, struct source *src)
{
	int r = source_open(src, inv_has(d->inv, "hardware") ? "hardware" : "software");

	if (r >= 0)
		r = watch_fd(d, kin_fd(src->sock), src - d->sources);
	if (r < 0 && src->sock)
		source_close(src, GONE);
	return r;
}

static void end_source(struct dump *d, struct source *src)
{
	source_close(src, ENDED);
	d->done |= ++d->n_ended == d->n_sources;
}

static void source_is_down(struct dump *d, struct source *src)
{
	if (src->state == DOWN)
		return;
	src->state = DOWN;
	if (src->has_interface)
		d->watch_ns = kin_now();
	remark("%s is down", src->name);
}

static void source_is_gone(struct dump *d, struct source *src)
{
	source_close(src, GONE);
	d->watch_ns = kin_now();
	remark("%s is gone; waiting for it to come back", src->name);
}

/* A receive failed with err. What comes of the network, such as a peer's refusal, may pass. */
static void source_failed(struct dump *d, struct source *src, int err)
{
	if (err == -ENETDOWN) {
		source_is_down(d, src);
	} else if (err == -ENODEV && src->has_interface) {
		source_is_gone(d, src);
	} else if (err == -ENOBUFS) {
		/* So netlink tells that it had no room for messages. */
		source_count_last_drops(src);
	} else if (src->failures++ == 0 || src->failures == FAILURES_MAX) {
		complain_of(src->text, err);
	}
	if (src->failures >= FAILURES_MAX) {
		end_source(d, src);
		d->failed = true;
	}
}

/* Look after interfaces that are down or gone, and say when to look again. */
static void watch(struct dump *d)
{
	int64_t now = kin_now();
	bool again = false;

	if (d->watch_ns < 0 || now < d->watch_ns)
		return;
	for (unsigned i = 0; i < d->n_sources; i++) {
		struct source *src = &d->sources[i];

		if (src->state == GONE && open_source(d, src) == 0)
			remark("%s is back", src->name);
		if (src->state == DOWN && src->has_interface) {
			int up = source_is_up(src);

			if (up == -ENODEV)
				source_is_gone(d, src);
			if (up > 0) {
				src->state = RUNNING;
				remark("%s is up again", src->name);
			}
		}
		again |= src->state == GONE || (src->state == DOWN && src->has_interface);
	}
	d->watch_ns = again ? now + WATCH_MS * INT64_C(1000000) : -1;
}

/* ---- Messages ----------------------------------------------------------------------------- */

static void take(struct dump *d, struct source *src, const struct kin_msg *msg)
{
	size_t size = LINE + LINE_PER_BYTE * msg->len;
	struct kin_buf out = {.data = record_room(d->record, size), .size = size};
	ssize_t len;

	src->messages++;
	src->bytes += msg->len;
	src->cut += msg->full_len > msg->len;
	source_count_drops(src, msg->drops);
	if (!out.data) {
		src->lost++;
		return;
	}
	source_put_losses(src, &out);
	len = kin_format_msg(src->format, src->sock, msg, out.data + out.len, size - out.len);
	if (len < 0 || (size_t)len >= size - out.len)
		src->lost++;
	else
		out.len += len;
	record_add(d->record, out.len);
}

/* What was lost behind the last messages. */
static void take_last_losses(struct dump *d)
{
	for (unsigned i = 0; i < d->n_sources; i++) {
		struct source *src = &d->sources[i];
		struct kin_buf out = {.data = record_room(d->record, LINE), .size = LINE};

		source_count_last_drops(src);
		if (out.data)
			source_put_losses(src, &out);
		record_add(d->record, out.len);
	}
}

/* What a format has before its first message or behind its last. */
static void put_envelope(struct dump *d, ssize_t (*put)(struct kin_format *, char *, size_t))
{
	for (unsigned i = 0; i < d->n_formats; i++) {
		char *room = record_room(d->record, ENVELOPE);
		ssize_t len = room ? put(d->formats[i], room, ENVELOPE) : 0;

		record_add(d->record, (size_t)len);
	}
}

/* The errors of messages that were sent, which keep a socket readable until they are taken. */
static bool take_errors(struct dump *d, struct source *src)
{
	return kin_recv_batch(src->sock, d->batch, MSG_DONTWAIT | MSG_ERRQUEUE) > 0;
}

/* Read what is there, but not for ever. Returns whether there may be more. */
static bool drain(struct dump *d, struct source *src, uint32_t events)
{
	for (int round = 0; round < ROUNDS && !d->done; round++) {
		int n = kin_recv_batch(src->sock, d->batch, MSG_DONTWAIT);

		if (n == -EAGAIN) {
			if (round == 0 && events & EPOLLERR && !take_errors(d, src))
				source_failed(d, src, -EAGAIN);
			return false;
		}
		if (n < 0)
			source_failed(d, src, n);
		if (n == 0)
			end_source(d, src);
		if (n <= 0)
			return false;
		src->failures = 0;
		if (src->state == DOWN && !src->has_interface)
			src->state = RUNNING;
		for (int i = 0; i < n && d->left > 0; i++, d->left--)
			take(d, src, kin_batch_msg(d->batch, i));
		d->done = d->left == 0;
		if ((unsigned)n < kin_batch_capacity(d->batch))
			return false;
	}
	return true;
}

static int next_timeout(const struct dump *d)
{
	int64_t next = d->end_ns, left;

	if (d->watch_ns >= 0 && (next < 0 || d->watch_ns < next))
		next = d->watch_ns;
	if (next < 0)
		return -1;
	left = (next - kin_now() + 999999) / 1000000;
	return left < 0 ? 0 : left < INT_MAX ? left : INT_MAX;
}

/* A signal, which is taken so that the next one is seen too, or the end of the writer. */
static void stop(struct dump *d, uint32_t who)
{
	struct signalfd_siginfo signal;

	d->stopped |= who == STOP && read(d->stop_fd, &signal, sizeof(signal)) > 0;
	d->done = true;
}

/* What came before the end waits in the buffers; what goes on coming must not hold it up. */
static void drain_rest(struct dump *d)
{
	int64_t end_ns = kin_now() + REST_NS;

	for (unsigned i = 0; i < d->n_sources; i++) {
		struct source *src = &d->sources[i];

		d->done = false;
		while (src->sock && d->left > 0 && kin_now() < end_ns && drain(d, src, 0))
			record_flush(d->record);
	}
	d->done = true;
}

static void receive(struct dump *d)
{
	struct epoll_event events[64];
	bool in_time = true;

	while (!d->done) {
		int n = epoll_wait(d->epoll_fd, events, 64, next_timeout(d));
		bool more = false;

		for (int i = 0; i < n; i++) {
			uint32_t who = events[i].data.u32;

			if (who == STOP || who == RECORD)
				stop(d, who);
			else if (d->sources[who].sock)
				more |= drain(d, &d->sources[who], events[i].events);
		}
		watch(d);
		record_flush(d->record);
		in_time = d->end_ns < 0 || kin_now() < d->end_ns;
		d->done |= !in_time;
		if (d->nap_us && !more && !d->done)
			usleep(d->nap_us);
	}
	if (d->stopped || !in_time)
		drain_rest(d);
}

/* ---- The verb ----------------------------------------------------------------------------- */

/* Tell what there is to tell, and the exit status. */
static int sum_up(struct dump *d, int err)
{
	bool stats = inv_has(d->inv, "stats");
	bool lost = false;

	for (unsigned i = 0; i < d->n_sources; i++) {
		struct source *src = &d->sources[i];

		lost |= src->dropped > 0 || src->lost > 0 || src->cut > 0;
		if (src->cut)
			remark("%s: %llu messages were cut to %zu bytes", src->text,
			       (unsigned long long)src->cut, kin_batch_msg(d->batch, 0)->size);
		if (stats || d->stopped || src->dropped || src->lost || src->device_drops)
			source_tell(src);
	}
	if (stats)
		remark("%s: %llu bytes written; the ring held up to %zu bytes", d->file_name,
		       (unsigned long long)record_written(d->record), record_peak(d->record));
	if (err == -EINTR) {
		remark("%s takes nothing: %zu bytes were not written", d->file_name,
		       record_waiting(d->record));
		return STATUS_LOST;
	}
	if (err < 0 && err != -EPIPE) {
		complain("%s: %s (%s); it took %llu bytes, to the end of a line", d->file_name,
		         strerror(-err), strerrorname_np(-err),
		         (unsigned long long)record_written(d->record));
		return STATUS_FAILED;
	}
	return d->failed ? STATUS_FAILED : lost ? STATUS_LOST : STATUS_DONE;
}

static int parse_times(struct dump *d)
{
	static const char letters[] = "naAdz"; /* in the order of enum kin_time_style */
	const char *text = inv_value(d->inv, "time");
	const char *letter;

	if (!text)
		return 0;
	letter = *text ? strchr(letters, *text) : NULL;
	if (!letter || (text[1] && strcmp(text + 1, "N") != 0))
		return misuse(d->inv->command, "--time: %s is none of n, a, A, d, z, and N behind it",
		              text);
	for (unsigned i = 0; i < d->n_formats; i++)
		kin_format_set_time(d->formats[i], letter - letters, text[1] == 'N');
	return 0;
}

/* Twice the room of the longest message, so that one fits while another is written. */
static int parse_ring(const struct dump *d, int64_t *size)
{
	int64_t least = RING_MIN;

	for (unsigned i = 0; i < d->n_sources; i++)
		if ((int64_t)(2 * LINE_PER_BYTE * d->sources[i].longest) > least)
			least = 2 * LINE_PER_BYTE * d->sources[i].longest;
	*size = least > RING ? least : RING;
	return inv_size(d->inv, "ring", least, INT64_C(1) << 40, size);
}

/* How long the reader sleeps. */
static unsigned choose_nap(const struct dump *d)
{
	struct stat st;
	bool recording = fstat(d->file, &st) == 0 && S_ISREG(st.st_mode);

	for (unsigned i = 0; i < d->n_sources; i++) {
		const struct kin_sock *sock = d->sources[i].sock;
		int size = 0;
		socklen_t len = sizeof(size);

		if (!(kin_sock_proto(sock)->flags & KIN_PROTO_BUS))
			return 0;
		kin_getsockopt(sock, SOL_SOCKET, SO_RCVBUF, &size, &len);
		if (size < NAP_RECORDING_BUFFER)
			recording = false;
	}
	return recording ? NAP_RECORDING_US : NAP_US;
}

/* Batch and sockets. What came before the last one was open waits in the buffers. */
static int open_sources(struct dump *d)
{
	size_t size = 0;
	unsigned count;
	int r;

	for (unsigned i = 0; i < d->n_sources; i++) {
		struct source *src = &d->sources[i];
		/* Connecting may take long, and so far nothing was received. */
		if (src->connects)
			stop_at_once(true);
		r = open_source(d, src);
		stop_at_once(false);
		if (r < 0)
			return complain_of(src->text, r);
		if (src->longest > size)
			size = src->longest;
	}
	count = size < BATCH_BYTES / BATCH ? BATCH : BATCH_BYTES / size + 1;
	r = kin_batch_new(count, size, 0, &d->batch);
	return r < 0 ? complain_of("memory", r) : 0;
}

static int open_file(struct dump *d, int64_t ring)
{
	const char *name = inv_value(d->inv, "write");
	struct stat st;
	int r;

	d->file = STDOUT_FILENO;
	d->file_name = "standard output";
	if (name && strcmp(name, "-") != 0) {
		d->file_name = name;
		/* Opening a FIFO waits for its reader. */
		if (stat(name, &st) == 0 && S_ISFIFO(st.st_mode))
			stop_at_once(true);
		d->file = open(name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
		if (d->file < 0)
			return complain_of(name, -errno);
		stop_at_once(false);
	}
	r = record_new(d->file, ring, &d->record);
	if (r >= 0)
		r = watch_fd(d, record_fd(d->record), RECORD);
	return r < 0 ? complain_of("--ring", r) : 0;
}

static int prepare(struct dump *d)
{
	int64_t count = INT64_MAX, ring, duration = -1;
	int status = inv_int(d->inv, "count", 1, INT64_MAX, &count);

	if (!status)
		status = inv_duration(d->inv, "duration", &duration);
	d->left = count;
	d->watch_ns = -1;
	for (unsigned i = 0; !status && i < d->n_sources; i++) {
		struct source *src = &d->sources[i];
		int r = source_describe(src, d->inv->args[i]);

		if (r < 0)
			status = complain_of(src->text, r);
		else
			src->format = find_format(d, src->family);
		if (!status && !src->format)
			status = misuse(d->inv->command, "--format: %s", kin_error_text());
	}
	if (!status)
		status = parse_ring(d, &ring);
	if (!status)
		status = parse_times(d);
	d->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	d->stop_fd = stop_fd();
	if (!status && (d->epoll_fd < 0 || watch_fd(d, d->stop_fd, STOP) < 0))
		status = complain_of("epoll", -errno);
	if (!status)
		status = open_sources(d);
	if (!status)
		status = open_file(d, ring);
	if (!status)
		d->nap_us = choose_nap(d);
	d->end_ns = kin_deadline(duration);
	return status;
}

static void free_dump(struct dump *d, bool with_record)
{
	for (unsigned i = 0; i < d->n_sources; i++)
		source_free(&d->sources[i]);
	for (unsigned i = 0; i < d->n_formats; i++)
		kin_format_free(d->formats[i]);
	free(d->sources);
	free(d->formats);
	kin_batch_free(d->batch);
	if (with_record)
		record_free(d->record);
	close(d->epoll_fd);
	close(d->stop_fd);
}

static int run(const struct invocation *inv)
{
	struct dump d = {.inv = inv, .n_sources = inv->n_args};
	bool stuck = false;
	int status;

	d.sources = calloc(inv->n_args, sizeof(*d.sources));
	d.formats = calloc(inv->n_args, sizeof(*d.formats));
	if (!d.sources || !d.formats) {
		free(d.sources);
		free(d.formats);
		return complain_of("memory", -ENOMEM);
	}
	status = prepare(&d);
	if (status == 0) {
		int err;

		put_envelope(&d, kin_format_begin);
		receive(&d);
		take_last_losses(&d);
		put_envelope(&d, kin_format_end);
		err = record_finish(d.record, d.stop_fd, d.stopped ? PATIENCE_MS : -1);
		stuck = err == -EINTR;
		if (err == 0 && d.file != STDOUT_FILENO && close(d.file) < 0)
			err = -errno;
		status = sum_up(&d, err);
	}
	free_dump(&d, !stuck);
	return status;
}

static const struct command_option options[] = {
	{"format", 'f', "STYLE[,DETAIL...]", "how messages are written: text (the default), json, hex, "
	 "or a style of the family's own, such as candump"},
	{"write", 'w', "FILE", "write to FILE, replacing what is in it; - is standard output"},
	{"count", 'n', "COUNT", "end after COUNT messages"},
	{"duration", 0, "TIME", "end after TIME: 10 (seconds), 500ms, 2m"},
	{"time", 't', "STYLE", "begin lines with the time: n none (the default), a absolute, A with "
	 "the date, d since the message before, z since the first; N behind it for nanoseconds"},
	{"hardware", 'H', NULL, "the interface's own time stamps, where it has any"},
	{"stats", 0, NULL, "tell at the end what came, what was lost and what was written"},
	{"ring", 0, "SIZE", "memory for what the output has not taken yet, with K, M or G behind it: "
	 "16M, at least 2M and 32 times the longest message"},
	{},
};

static const struct command_example examples[] = {
	{"kin dump can:can0", "print what comes, as candump does"},
	{"kin dump -f candump -w drive.log can:can0,fd=on can:can1", "one log of two buses"},
	{"kin dump -f json -n 10 udp::5000", "ten datagrams, an object a line"},
	{},
};

const struct command command_dump = {
	.name = "dump",
	.args = "ADDRESS...",
	.summary = "receive from one or many addresses, print or record",
	.text = "Messages of several addresses are written in the order in which they are read: "
		"those of one address as they came, those of different ones by the batch, about a "
		"millisecond apart. Their time stamps are the kernel's and tell the exact order.\n\n"
		"Reading never waits for the output. What the output has not taken waits in a ring "
		"of fixed size (--ring), and what finds the ring full is counted as lost. Before "
		"that, the kernel keeps what waits to be read in up to 128 MiB for each socket, or, "
		"without CAP_NET_ADMIN, in up to twice net.core.rmem_max; rcvbuf= in the address says "
		"otherwise. What is lost is told at the end, address by address, and in between the "
		"lines of text and candump as DROPCOUNT; the exit status is 3 then.\n\n"
		"When an interface goes down, comes up, is removed or made anew, this is told, and "
		"the capture goes on.\n\n"
		"A recording that can't be written to its end (the disk is full) ends with a whole "
		"line, and the exit status is 1. After SIGINT or SIGTERM what waits is still "
		"written, unless the output takes nothing for five "
		"seconds or a second signal comes.",
	.options = options,
	.examples = examples,
	.min_args = 1,
	.max_args = UINT_MAX,
	.run = run,
};
