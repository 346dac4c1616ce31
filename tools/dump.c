/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * kin dump: receive from many sockets, and print or record what came.
 *
 * One thread reads and formats, straight into the ring of record.h, whose thread writes. Nothing
 * that the output does can stop the reading: when the ring is full, what came is counted as lost.
 * What is written, and where, is recording.c's.
 */
#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <unistd.h>
#include <kin/family.h>
#include "command.h"
#include "recording.h"

enum {
	BATCH = 256,           /* messages in a system call */
	BATCH_BYTES = 4 << 20, /* fewer of them when they are long */
	ROUNDS = 4,            /* batches from one socket before the others have their turn */
	FAILURES_MAX = 16,     /* in a row, before a socket is given up */
	PATIENCE_MS = 5000,    /* with an output that takes nothing, once a signal came */
	WATCH_MS = 200,        /* how often an interface that is down or gone is looked at */
};

/* For what came before the end of a run, and how often interfaces are asked what they lost. */
#define REST_NS  INT64_C(1000000000)
#define COUNT_NS INT64_C(1000000000)

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
	struct recording recording;
	struct kin_batch *batch;
	int epoll_fd, stop_fd;
	unsigned nap_us;
	bool done, stopped, failed, writer_ended;
	bool received;                     /* something, since the last look at the clock */
	int64_t end_ns, watch_ns, idle_ns; /* CLOCK_MONOTONIC; below zero: never */
	int64_t count_ns;
	int64_t silence_ns; /* so long ends it; below zero: does not */
};

/* What epoll reports: the number of a source, or one of these. */
enum { STOP = INT_MAX, RECORD = INT_MAX - 1 };

/* ---- Sources ------------------------------------------------------------------------------ */

/* The format of a family; NULL when it has not the style that was asked for. */
static struct kin_format *find_format(struct dump *d, const struct kin_family *family)
{
	const char *style = inv_value(d->inv, "format");
	struct recording *rec = &d->recording;
	struct kin_format *format;

	for (unsigned i = 0; i < rec->n_formats; i++)
		if (rec->formats[i]->family == family)
			return rec->formats[i];
	if (kin_format_new(family, style ? style : "text", &format) < 0)
		return NULL;
	rec->formats[rec->n_formats++] = format;
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
	src->messages++;
	src->bytes += msg->len;
	/* J1939 does not say how long it was. */
	src->cut += msg->full_len > msg->len || (msg->flags & MSG_TRUNC) != 0;
	source_count_drops(src, msg->drops);
	if (src->all_wanted && !src->has_interface)
		source_see_device(src, msg);
	recording_take(&d->recording, src, msg);
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
		const struct kin_msg *msg;

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
		d->received = true;
		msg = kin_batch_msg(d->batch, 0);
		for (int i = 0; i < n && !d->done; i++) {
			take(d, src, msg + i);
			d->done = recording_is_done(&d->recording);
		}
		if ((unsigned)n < kin_batch_capacity(d->batch))
			return false;
	}
	return true;
}

static int next_timeout(const struct dump *d)
{
	const int64_t times[] = {d->end_ns, d->watch_ns, d->idle_ns,
				 recording_timeout(&d->recording)};
	int64_t next = -1, left;

	for (unsigned i = 0; i < sizeof(times) / sizeof(*times); i++)
		if (times[i] >= 0 && (next < 0 || times[i] < next))
			next = times[i];
	if (next < 0)
		return -1;
	left = (next - kin_now() + 999999) / 1000000;
	return left < 0 ? 0 : left < INT_MAX ? left : INT_MAX;
}

/* Clocks that go on whether messages come or not, and those that messages set back. */
static void look_at_clocks(struct dump *d, bool more)
{
	int64_t now = kin_now();

	if (d->received && d->silence_ns >= 0)
		d->idle_ns = now + d->silence_ns;
	if (d->received && now >= d->count_ns) {
		for (unsigned i = 0; i < d->n_sources; i++)
			source_count_last_drops(&d->sources[i]);
		d->count_ns = now + COUNT_NS;
	}
	d->received = false;
	recording_flush(&d->recording, !more);
	d->done |= recording_is_done(&d->recording) || (d->end_ns >= 0 && now >= d->end_ns) ||
		   (d->idle_ns >= 0 && now >= d->idle_ns && !more);
}

/* A signal, which is taken so that the next one is seen too, or the end of the writer. */
static void stop(struct dump *d, uint32_t who)
{
	struct signalfd_siginfo signal;

	d->stopped |= who == STOP && read(d->stop_fd, &signal, sizeof(signal)) > 0;
	d->writer_ended |= who == RECORD;
	d->done = true;
}

/* What came before the end waits in the buffers; what goes on coming must not hold it up. */
static void drain_rest(struct dump *d)
{
	int64_t end_ns = kin_now() + REST_NS;

	for (unsigned i = 0; i < d->n_sources; i++) {
		struct source *src = &d->sources[i];

		d->done = recording_is_done(&d->recording);
		while (src->sock && !d->done && kin_now() < end_ns && drain(d, src, 0))
			recording_flush(&d->recording, false);
	}
	d->done = true;
}

static void receive(struct dump *d)
{
	struct epoll_event events[64];

	while (!d->done) {
		int n = epoll_wait(d->epoll_fd, events, 64, next_timeout(d));
		bool more = n == 64;

		recording_wake(&d->recording);
		for (int i = 0; i < n; i++) {
			uint32_t who = events[i].data.u32;

			if (who == STOP || who == RECORD)
				stop(d, who);
			else if (d->sources[who].sock)
				more |= drain(d, &d->sources[who], events[i].events);
		}
		watch(d);
		look_at_clocks(d, more);
		if (d->nap_us && !more && !d->done)
			usleep(d->nap_us);
	}
	if (!d->writer_ended)
		drain_rest(d);
}

/* ---- The verb ----------------------------------------------------------------------------- */

static void tell_written(const struct dump *d)
{
	const struct recording *rec = &d->recording;
	unsigned files = files_count(rec->files);
	char others[64] = "";

	if (files > 1)
		snprintf(others, sizeof(others), " and %u files before it", files - 1);
	remark("%s%s: %llu bytes written; the ring held up to %zu bytes", files_name(rec->files),
	       others, (unsigned long long)record_written(rec->record), record_peak(rec->record));
	if (rec->triggered)
		remark("%u episodes", rec->trigger.episodes);
	if (rec->backlog && backlog_was_full(rec->backlog))
		remark("--pre: the memory was full, so that not all of it was kept: see --ring");
}

/* The writer's failure in words, and the exit status. */
static int tell_failure(const struct recording *rec, int err)
{
	if (err == -EINTR) {
		remark("%s takes nothing: %zu bytes were not written", files_name(rec->files),
		       record_waiting(rec->record));
		return STATUS_LOST;
	}
	complain("%s: %s (%s); it took %llu bytes, to the end of a line", files_name(rec->files),
		 strerror(-err), strerrorname_np(-err),
		 (unsigned long long)record_written(rec->record));
	return STATUS_FAILED;
}

/* Tell what there is to tell, and the exit status. */
static int sum_up(struct dump *d, int err)
{
	bool stats = inv_has(d->inv, "stats");
	unsigned long long seen = 0;
	bool lost = false;

	for (unsigned i = 0; i < d->n_sources; i++) {
		struct source *src = &d->sources[i];
		bool wanted;
		uint64_t device_lost = source_device_lost(src, &wanted);

		seen += src->messages;
		lost |= src->dropped > 0 || src->lost > 0 || src->cut > 0 || wanted;
		if (src->cut)
			remark("%s: %llu messages were cut to %zu bytes", src->text,
			       (unsigned long long)src->cut, kin_batch_msg(d->batch, 0)->size);
		if (stats || d->stopped || src->dropped || src->lost || device_lost)
			source_tell(src);
	}
	if (d->recording.trigger.starts && d->recording.trigger.episodes == 0)
		remark("the start never came; %llu messages seen", seen);
	if (stats)
		tell_written(d);
	if (err < 0 && err != -EPIPE)
		return tell_failure(&d->recording, err);
	return d->failed ? STATUS_FAILED : lost ? STATUS_LOST : STATUS_DONE;
}

/* How long the reader sleeps. */
static unsigned choose_nap(const struct dump *d)
{
	int64_t within_ns = d->recording.options.within_ns;
	bool recording = within_ns < 0 || within_ns >= NAP_RECORDING_US * INT64_C(1000);

	if (d->recording.options.lines)
		return 0;
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
		if (kin_sock_msg_max(src->sock) > size)
			size = kin_sock_msg_max(src->sock);
	}
	count = size < BATCH_BYTES / BATCH ? BATCH : BATCH_BYTES / size + 1;
	r = kin_batch_new(count, size, 0, &d->batch);
	return r < 0 ? complain_of("memory", r) : 0;
}

static int describe_sources(struct dump *d)
{
	for (unsigned i = 0; i < d->n_sources; i++) {
		struct source *src = &d->sources[i];
		int r = source_describe(src, d->inv->args[i]);

		if (r < 0)
			return complain_of(src->text, r);
		src->format = find_format(d, src->family);
		if (!src->format)
			return misuse(d->inv->command, "--format: %s", kin_error_text());
	}
	return 0;
}

static int prepare(struct dump *d)
{
	struct recording *rec = &d->recording;
	int64_t duration = -1;
	int status = inv_duration(d->inv, "duration", &duration);

	if (!status)
		status = inv_duration(d->inv, "idle", &d->silence_ns);
	if (!status)
		status = describe_sources(d);
	if (!status)
		status = recording_prepare(rec);
	d->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	d->stop_fd = stop_fd();
	if (!status && (d->epoll_fd < 0 || watch_fd(d, d->stop_fd, STOP) < 0))
		status = complain_of("epoll", -errno);
	if (!status)
		status = open_sources(d);
	if (!status)
		status = recording_begin(rec);
	if (!status && watch_fd(d, record_fd(rec->record), RECORD) < 0)
		status = complain_of("epoll", -errno);
	if (!status)
		d->nap_us = choose_nap(d);
	d->end_ns = kin_deadline(duration);
	d->idle_ns = kin_deadline(d->silence_ns);
	return status;
}

static void free_dump(struct dump *d, bool with_record)
{
	for (unsigned i = 0; i < d->n_sources; i++)
		source_free(&d->sources[i]);
	recording_free(&d->recording, with_record);
	free(d->sources);
	kin_batch_free(d->batch);
	close(d->epoll_fd);
	close(d->stop_fd);
}

static int run(const struct invocation *inv)
{
	struct dump d = {.inv = inv, .n_sources = inv->n_args, .watch_ns = -1, .silence_ns = -1};
	struct recording *rec = &d.recording;
	bool stuck = false;
	int status;

	d.sources = calloc(inv->n_args, sizeof(*d.sources));
	rec->formats = calloc(inv->n_args, sizeof(*rec->formats));
	if (!d.sources || !rec->formats) {
		free(d.sources);
		free(rec->formats);
		return complain_of("memory", -ENOMEM);
	}
	rec->inv = inv;
	rec->sources = d.sources;
	rec->n_sources = d.n_sources;
	status = prepare(&d);
	if (status == 0) {
		int err;

		receive(&d);
		recording_end(rec);
		err = record_finish(rec->record, d.stop_fd, d.stopped ? PATIENCE_MS : -1);
		stuck = err == -EINTR;
		if (err == 0)
			err = files_close(rec->files);
		status = sum_up(&d, err);
	}
	free_dump(&d, !stuck);
	return status;
}

/* clang-format off */
static const struct command_option options[] = {
	{"format", 'f', "STYLE[,DETAIL...]", "how messages are written: text (the default), json, hex, "
	 "or a style of the family's own, such as candump"},
	{"write", 'w', "FILE", "write to FILE, replacing what is in it; - is standard output. In its "
	 "name %Y, %m, %d, %H, %M, %S and the like stand for the time at which it begins (%% for %), "
	 "{n} for its number: 0001, 0002, ..., or what follows the files that are there"},
	{"rotate-size", 0, "SIZE", "begin the next file before this one would grow beyond SIZE, "
	 "at least 64K; FILE needs {n}"},
	{"rotate-time", 0, "TIME", "begin the next file with the first message after TIME; FILE needs "
	 "{n}"},
	{"keep", 0, "COUNT", "keep the last COUNT files, deleting older ones of this run"},
	{"only", 0, "PATTERN,...", "write nothing but messages that match one of these"},
	{"start-on", 0, "PATTERN,...", "write nothing until a message matches one of these"},
	{"stop-on", 0, "PATTERN,...", "end behind a message that matches one of these"},
	{"pre", 0, "SPAN", "write what came before the start, too: 500ms, or 1000 messages"},
	{"post", 0, "SPAN", "go on for so long, or so many messages, behind the one that stops; "
	 "without --stop-on, behind the one that starts"},
	{"rearm", 0, NULL, "then wait for the next start instead of ending; with {n} in FILE each "
	 "episode has a file of its own"},
	{"flush", 0, "WHEN", "when lines are written: line (each at once, by itself), batch (what was "
	 "received together), close (in large blocks, the last when the file ends), or within a TIME: "
	 "50ms for files, 2ms for all else"},
	{"sync", 0, "TIME", "have the disk keep what was written within TIME (fdatasync(2)); 0: at once"},
	{"count", 'n', "COUNT", "end after COUNT messages were written"},
	{"duration", 0, "TIME", "end after TIME: 10 (seconds), 500ms, 2m"},
	{"idle", 0, "TIME", "end when nothing came for TIME"},
	{"time", 't', "STYLE", "begin lines with the time: n none (the default), a absolute, A with "
	 "the date, d since the message before, z since the first; N behind it for nanoseconds"},
	{"hardware", 'H', NULL, "the interface's own time stamps, where it has any"},
	{"colour", 0, "WHEN", "lines of text of each source in a colour of its own: auto (the default: on "
	 "a terminal, with several sources), always, never"},
	{"stats", 0, NULL, "tell at the end what came, what was lost and what was written"},
	{"ring", 0, "SIZE", "memory for what the output has not taken yet, with K, M or G behind it: "
	 "16M, at least 2M and 32 times the longest message; half as much again for --pre"},
	{},
};

static const struct command_example examples[] = {
	{"kin dump can:can0", "print what comes, as candump does"},
	{"kin dump -f candump -w drive.log can:can0 can:can1", "one log of two buses"},
	{"kin dump -f candump -w 'drive-%Y%m%d-{n}.log' --rotate-size 100M --keep 20 can:can0",
	 "the last two gigabytes, in twenty logs"},
	{"kin dump -f candump -w 'fault-{n}.log' --start-on 7xx#037F*,error:bus-off --pre 5s --post 5s "
	 "--rearm can:can0,errors=all", "a log of ten seconds around each fault"},
	{"kin dump -f json -n 10 udp::5000", "ten datagrams, an object a line"},
	{},
};
/* clang-format on */

const struct command command_dump = {
	.name = "dump",
	.args = "ADDRESS...",
	.summary = "receive from one or many addresses, print or record",
	.text = "Messages of several addresses are written in the order in which they are read: "
		"those of one address as they came, those of different ones by the batch, about a "
		"millisecond apart. Their time stamps are the kernel's and tell the exact "
		"order.\n\n"
		"Reading never waits for the output. What the output has not taken waits in a ring "
		"of fixed size (--ring), and what finds the ring full is counted as lost. Before "
		"that, the kernel keeps what waits to be read in up to 128 MiB for each socket, "
		"or, "
		"without CAP_NET_ADMIN, in up to twice net.core.rmem_max; rcvbuf= in the address "
		"says "
		"otherwise. What is lost, on the socket, in the ring or at the interface, is told "
		"at "
		"the end, address by address, and in between the lines of text and candump as "
		"DROPCOUNT; the exit status is 3 then. What an interface drops counts as lost on a "
		"CAN bus alone: on others nobody may have wanted it.\n\n"
		"When an interface goes down, comes up, is removed or made anew, this is told, and "
		"the capture goes on.\n\n"
		"Each file of a recording is complete in itself, and no message is in two of them "
		"or "
		"cut. A recording that can't be written to its end (the disk is full) ends with a "
		"whole line, and the exit status is 1. One whose writer was killed lacks what came "
		"within the time of --flush, and may end in the middle of a line. After SIGINT or "
		"SIGTERM what waits is still written, unless the output takes nothing for five "
		"seconds or a second signal comes.\n\n"
		"A PATTERN says which messages are meant: text:WORDS (they are in the message), "
		"hex:00x1 (it begins so, x is any digit), or, of CAN frames, 123 and 12345678 "
		"(an identifier), ID:MASK and ID~MASK as "
		"filter= takes them, 123#11xx and 123#11* (an identifier with this content, * for "
		"whatever follows), 123#R (a remote request), error and error:bus-off (error "
		"frames, "
		"of this class). Identifiers may have x, too. Of packets of hci:none,channel=monitor "
		"it is hci0 (a controller), command, event, acl, sco, iso, mgmt, note (a kind), "
		"hci0:event (both), command:0x0406 and event:0x3E (one of these). What comes while nothing is written "
		"is "
		"still received, and what is lost then is told as well.",
	.options = options,
	.examples = examples,
	.min_args = 1,
	.max_args = UINT_MAX,
	.run = run,
};
