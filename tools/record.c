/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The ring has one producer and one consumer, and no lock. Lines lie in one piece: one that does
 * not fit before the end goes to the start, and `lap` says where the lines before it end.
 *
 *     0      tail        head        size      0    head      tail      lap  size
 *     |......|###########|...........|         |####|..........|#########|....|
 */
#include <errno.h>
#include <linux/futex.h>
#include <limits.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>
#include "record.h"

/*
 * After a write the thread rests before it looks again, so that lines which come one by one do
 * not cost a wake-up and a write each. A person may be looking at what is not a regular file.
 */
static const int64_t REST_FILE_NS = 50000000, REST_OTHER_NS = 2000000;

/* No write is longer, so that the ring gets room again in steps. */
static const size_t WRITE_MAX = 1 << 20;

/* What the thread is doing, for the producer to know whether to wake it. */
enum { BUSY, RESTING, ASLEEP };

struct record {
	/* The producer's. */
	size_t put;       /* head before it is made known */
	size_t known_tail;
	size_t peak;
	char *ring;
	size_t size;
	int file, done_fd;
	bool regular;
	pthread_t thread;

	/* Shared, each written by one side, and away from the other side's. */
	_Alignas(64) _Atomic size_t head;
	size_t lap; /* written by the producer before head goes below tail */
	_Atomic bool finish;
	_Alignas(64) _Atomic size_t tail;
	_Atomic int doing;
	_Atomic uint64_t written;
	_Atomic int error; /* negative errno value */
	_Atomic bool done;
	uint64_t whole; /* bytes of written that are whole lines */
};

static size_t used(const struct record *r, size_t head, size_t tail)
{
	return head >= tail ? head - tail : r->lap - tail + head;
}

static void wake(struct record *r)
{
	atomic_store(&r->doing, BUSY);
	syscall(SYS_futex, &r->doing, FUTEX_WAKE_PRIVATE, 1, NULL, NULL, 0);
}

/* The lines at the tail that lie in one piece; 0 bytes when there are none. */
static size_t next_piece(struct record *r, size_t *tail)
{
	size_t head = atomic_load_explicit(&r->head, memory_order_acquire);

	if (head < *tail && *tail == r->lap)
		*tail = 0;
	return (head >= *tail ? head : r->lap) - *tail;
}

/* Wait to be woken, or that long (below zero: for ever), unless there is a reason not to. */
static void rest(struct record *r, int doing, size_t enough, size_t tail, int64_t ns)
{
	const struct timespec timeout = {ns / 1000000000, ns % 1000000000};

	atomic_store(&r->doing, doing);
	/* Paired with record_flush(): it makes lines known, then looks at whether we sleep. */
	atomic_thread_fence(memory_order_seq_cst);
	if (next_piece(r, &tail) < enough && !atomic_load(&r->finish))
		syscall(SYS_futex, &r->doing, FUTEX_WAIT_PRIVATE, doing, ns < 0 ? NULL : &timeout,
		        NULL, 0);
	atomic_store(&r->doing, BUSY);
}

static int write_piece(struct record *r, const char *piece, size_t len)
{
	while (len > 0) {
		ssize_t n = write(r->file, piece, len < WRITE_MAX ? len : WRITE_MAX);
		const char *newline;

		if (n < 0 && errno == EAGAIN) {
			poll(&(struct pollfd){.fd = r->file, .events = POLLOUT}, 1, -1);
			continue;
		}
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		newline = memrchr(piece, '\n', n);
		if (newline)
			r->whole = r->written + (newline + 1 - piece);
		r->written += n;
		piece += n;
		len -= n;
	}
	return 0;
}

/* A file that ends in the middle of a line can't be read back: cut it after the line before. */
static void cut_last_line(struct record *r)
{
	off_t end = r->regular ? lseek(r->file, 0, SEEK_CUR) : -1;

	if (end >= 0 && ftruncate(r->file, end - (off_t)(r->written - r->whole)) == 0)
		r->written = r->whole;
}

static int write_until_finished(struct record *r)
{
	size_t tail = 0;

	for (;;) {
		bool finish = atomic_load(&r->finish);
		size_t len = next_piece(r, &tail);
		int err;

		if (len == 0 && finish)
			return 0;
		if (len == 0) {
			rest(r, ASLEEP, 1, tail, -1);
			continue;
		}
		err = write_piece(r, r->ring + tail, len);
		if (err < 0)
			return err;
		tail += len;
		atomic_store_explicit(&r->tail, tail, memory_order_release);
		rest(r, RESTING, WRITE_MAX, tail, r->regular ? REST_FILE_NS : REST_OTHER_NS);
	}
}

static void *write_lines(void *data)
{
	struct record *r = data;
	int err = write_until_finished(r);

	if (err < 0)
		cut_last_line(r);
	atomic_store(&r->error, err);
	atomic_store(&r->done, true);
	eventfd_write(r->done_fd, 1);
	return NULL;
}

static int start_thread(struct record *r)
{
	sigset_t all, before;
	int err;

	/* Signals are the main thread's business. */
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	err = pthread_create(&r->thread, NULL, write_lines, r);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return -err;
}

int record_new(int file, size_t size, struct record **ret_record)
{
	struct record *r = aligned_alloc(64, sizeof(*r));
	struct stat st;
	int err;

	if (!r)
		return -ENOMEM;
	memset(r, 0, sizeof(*r));
	r->file = file;
	r->size = size;
	r->regular = fstat(file, &st) == 0 && S_ISREG(st.st_mode);
	r->done_fd = eventfd(0, EFD_CLOEXEC);
	r->ring = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	err = r->done_fd < 0 ? -errno : r->ring == MAP_FAILED ? -ENOMEM : start_thread(r);
	if (err < 0) {
		if (r->ring != MAP_FAILED)
			munmap(r->ring, size);
		if (r->done_fd >= 0)
			close(r->done_fd);
		free(r);
		return err;
	}
	*ret_record = r;
	return 0;
}

/*
 * Where size bytes have room given the tail; -1: nowhere. The head never catches up with the
 * tail from behind, for then a full ring would look empty.
 */
static ssize_t find_room(const struct record *r, size_t tail, size_t size)
{
	if (r->put < tail)
		return tail - r->put > size ? (ssize_t)r->put : -1;
	if (r->size - r->put >= size)
		return r->put;
	return tail > size ? 0 : -1;
}

char *record_room(struct record *r, size_t size)
{
	ssize_t at = find_room(r, r->known_tail, size);

	if (at < 0) {
		r->known_tail = atomic_load_explicit(&r->tail, memory_order_acquire);
		at = find_room(r, r->known_tail, size);
		if (at < 0)
			return NULL;
	}
	if ((size_t)at != r->put) {
		r->lap = r->put;
		r->put = 0;
		atomic_store_explicit(&r->head, 0, memory_order_release);
	}
	return r->ring + at;
}

void record_add(struct record *r, size_t len)
{
	r->put += len;
	atomic_store_explicit(&r->head, r->put, memory_order_release);
}

void record_flush(struct record *r)
{
	size_t waiting = record_waiting(r);
	int doing;

	if (waiting > r->peak)
		r->peak = waiting;
	/* Paired with rest(): it says that it sleeps, then looks for lines once more. */
	atomic_thread_fence(memory_order_seq_cst);
	doing = atomic_load(&r->doing);
	if (waiting > 0 && (doing == ASLEEP || (doing == RESTING && waiting >= r->size / 4)))
		wake(r);
}

int record_fd(const struct record *r)
{
	return r->done_fd;
}

int record_finish(struct record *r, int stop_fd, int patience_ms)
{
	struct pollfd fds[] = {
		{.fd = r->done_fd, .events = POLLIN},
		{.fd = stop_fd, .events = POLLIN},
	};

	atomic_store(&r->finish, true);
	wake(r);
	while (!atomic_load(&r->done)) {
		uint64_t before = r->written;
		int n = poll(fds, 2, patience_ms);

		if ((n > 0 && fds[1].revents) || (n == 0 && r->written == before))
			return -EINTR;
	}
	return r->error;
}

uint64_t record_written(const struct record *r)
{
	return r->written;
}

size_t record_peak(const struct record *r)
{
	return r->peak;
}

size_t record_waiting(const struct record *r)
{
	return used(r, r->put, atomic_load_explicit(&r->tail, memory_order_acquire));
}

void record_free(struct record *r)
{
	if (!r)
		return;
	record_finish(r, -1, -1);
	pthread_join(r->thread, NULL);
	munmap(r->ring, r->size);
	close(r->done_fd);
	free(r);
}
