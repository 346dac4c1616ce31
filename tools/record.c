/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The ring has one producer and one consumer, and no lock. Lines lie in one piece: one that does
 * not fit before the end goes to the start, and `lap` says where the lines before it end.
 *
 *     0      tail        head        size      0    head      tail      lap  size
 *     |......|###########|...........|         |####|..........|#########|....|
 *
 * Where the next file begins is told beside it, by how many bytes were put before.
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
#include <kin/family.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>
#include "record.h"

/* No write is longer, so that the ring gets room again in steps. */
static const size_t WRITE_MAX = 1 << 20;

/* What the thread is doing, for the producer to know whether to wake it. */
enum { BUSY, RESTING, ASLEEP };

/* Beginnings of files that the thread has not come to. */
enum { TURNS = 1024 };

/* The next file begins behind so many bytes. */
struct turn {
	uint64_t at;
	int64_t time_ns;
};

struct record {
	/* The producer's. */
	size_t put; /* head before it is made known */
	size_t known_tail;
	size_t peak;
	uint64_t total; /* bytes put */
	char *ring;
	size_t size;
	struct record_options options;
	int done_fd;
	pthread_t thread;

	/* Shared, each written by one side, and away from the other side's. */
	_Alignas(64) _Atomic size_t head;
	size_t lap; /* written by the producer before head goes below tail */
	_Atomic bool finish;
	_Atomic unsigned turns; /* put so far, into turn[] modulo TURNS */
	_Alignas(64) _Atomic size_t tail;
	_Atomic unsigned turns_taken;
	_Atomic int doing;
	_Atomic uint64_t written;
	_Atomic int error; /* negative errno value */
	_Atomic bool done;
	uint64_t whole;  /* bytes of written that are whole lines or records */
	int64_t sync_ns; /* when what was written must be on the disk; below zero: all of it is */
	struct turn turn[TURNS];
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

/* The turn that the thread comes to next, NULL: none is known. */
static const struct turn *next_turn(const struct record *r)
{
	unsigned taken = r->turns_taken;

	return taken == atomic_load_explicit(&r->turns, memory_order_acquire)
		       ? NULL
		       : &r->turn[taken % TURNS];
}

/* The lines at the tail that lie in one piece and go into one file; 0 bytes when there are none. */
static size_t next_piece(struct record *r, size_t *tail)
{
	size_t head = atomic_load_explicit(&r->head, memory_order_acquire);
	const struct turn *turn = next_turn(r);
	size_t len;

	if (head < *tail && *tail == r->lap)
		*tail = 0;
	len = (head >= *tail ? head : r->lap) - *tail;
	return turn && turn->at - r->written < len ? turn->at - r->written : len;
}

static bool turns_here(const struct record *r)
{
	const struct turn *turn = next_turn(r);

	return turn && turn->at == r->written;
}

/* ---- The thread --------------------------------------------------------------------------- */

static int sync_file(struct record *r)
{
	r->sync_ns = -1;
	/* A pipe and /dev/null have nothing that could be kept. */
	if (fdatasync(files_fd(r->options.files)) < 0 && errno != EINVAL && errno != EROFS)
		return -errno;
	return 0;
}

static int64_t sooner(int64_t a, int64_t b)
{
	return a < 0 || (b >= 0 && b < a) ? b : a;
}

/*
 * Wait to be woken, or that long (below zero: for ever), unless there is a reason not to: so many
 * bytes, or the end.
 */
static void rest(struct record *r, int doing, size_t enough, int64_t ns)
{
	struct timespec timeout;

	if (r->sync_ns >= 0)
		ns = sooner(ns, r->sync_ns > kin_now() ? r->sync_ns - kin_now() : 0);
	timeout = (struct timespec){ns / 1000000000, ns % 1000000000};
	atomic_store(&r->doing, doing);
	/* Paired with record_flush(): it makes lines known, then looks at whether we sleep. */
	atomic_thread_fence(memory_order_seq_cst);
	if (used(r, r->head, r->tail) < enough && !next_turn(r) && !atomic_load(&r->finish))
		syscall(SYS_futex, &r->doing, FUTEX_WAIT_PRIVATE, doing, ns < 0 ? NULL : &timeout,
			NULL, 0);
	atomic_store(&r->doing, BUSY);
}

/* How much of a piece goes into one write(2). */
static size_t write_size(const struct record *r, const char *piece, size_t len)
{
	const char *newline = r->options.lines ? memchr(piece, '\n', len) : NULL;

	if (newline)
		return (size_t)(newline + 1 - piece);
	return len < WRITE_MAX ? len : WRITE_MAX;
}

static int write_piece(struct record *r, const char *piece, size_t len)
{
	int file = files_fd(r->options.files);

	while (len > 0) {
		ssize_t n = write(file, piece, write_size(r, piece, len));
		const char *newline;

		if (n < 0 && errno == EAGAIN) {
			poll(&(struct pollfd){.fd = file, .events = POLLOUT}, 1, -1);
			continue;
		}
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		newline = r->options.binary ? NULL : memrchr(piece, '\n', n);
		if (newline)
			r->whole = r->written + (newline + 1 - piece);
		r->written += n;
		piece += n;
		len -= n;
	}
	r->whole = r->written;
	if (r->options.sync_ns >= 0 && r->sync_ns < 0)
		r->sync_ns = kin_now() + r->options.sync_ns;
	return 0;
}

/* A file that ends in the middle of something can't be read back: cut it after what is before. */
static void cut_last_part(struct record *r)
{
	int file = files_fd(r->options.files);
	struct stat st;
	off_t end = fstat(file, &st) == 0 && S_ISREG(st.st_mode) ? lseek(file, 0, SEEK_CUR) : -1;

	if (end >= 0 && ftruncate(file, end - (off_t)(r->written - r->whole)) == 0)
		r->written = r->whole;
}

static int take_turn(struct record *r)
{
	const struct turn *turn = next_turn(r);
	int err = r->sync_ns >= 0 ? sync_file(r) : 0;

	if (err == 0)
		err = files_next(r->options.files, turn->time_ns);
	/* All that was written is in files that ended with a line. */
	r->whole = r->written;
	atomic_store_explicit(&r->turns_taken, r->turns_taken + 1, memory_order_release);
	return err;
}

static int write_next_piece(struct record *r, size_t len)
{
	size_t tail = r->tail;
	int err;

	/* The same as when its length was asked for, or the start of the ring. */
	next_piece(r, &tail);
	err = write_piece(r, r->ring + tail, len);
	if (err == 0)
		atomic_store_explicit(&r->tail, tail + len, memory_order_release);
	return err;
}

static int write_until_finished(struct record *r)
{
	/* Not before a block is full, unless the file ends. */
	bool blocks = r->options.within_ns < 0;
	size_t enough = r->size / 4 < WRITE_MAX ? r->size / 4 : WRITE_MAX;
	int err = 0;

	while (err == 0) {
		bool finish = atomic_load(&r->finish);
		size_t tail = r->tail, len = next_piece(r, &tail);

		if (r->sync_ns >= 0 && r->sync_ns <= kin_now()) {
			err = sync_file(r);
		} else if (turns_here(r)) {
			err = take_turn(r);
		} else if (len == 0 && finish) {
			return r->sync_ns >= 0 ? sync_file(r) : 0;
		} else if (len == 0) {
			rest(r, ASLEEP, 1, -1);
		} else if (blocks && !finish && !next_turn(r) &&
			   used(r, r->head, r->tail) < enough) {
			rest(r, RESTING, enough, -1);
		} else {
			err = write_next_piece(r, len);
			if (err == 0 && r->options.within_ns > 0)
				rest(r, RESTING, enough, r->options.within_ns);
		}
	}
	return err;
}

static void *write_lines(void *data)
{
	struct record *r = data;
	int err = write_until_finished(r);

	if (err < 0)
		cut_last_part(r);
	atomic_store(&r->error, err);
	atomic_store(&r->done, true);
	eventfd_write(r->done_fd, 1);
	return NULL;
}

/* ---- The producer ------------------------------------------------------------------------- */

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

int record_new(const struct record_options *options, struct record **ret_record)
{
	struct record *r = aligned_alloc(64, sizeof(*r));
	size_t size = options->size;
	int err;

	if (!r)
		return -ENOMEM;
	memset(r, 0, sizeof(*r));
	r->options = *options;
	r->size = size;
	r->sync_ns = -1;
	r->done_fd = eventfd(0, EFD_CLOEXEC);
	/* All its pages now: none has to be found while messages come, and a long run needs no more
	 * memory than a short one. */
	r->ring = mmap(NULL, size, PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
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
	r->total += len;
	atomic_store_explicit(&r->head, r->put, memory_order_release);
}

bool record_next_file(struct record *r, size_t behind, int64_t time_ns)
{
	unsigned turns = r->turns;

	if (turns - atomic_load_explicit(&r->turns_taken, memory_order_acquire) == TURNS)
		return false;
	r->turn[turns % TURNS] = (struct turn){r->total + behind, time_ns};
	atomic_store_explicit(&r->turns, turns + 1, memory_order_release);
	return true;
}

void record_flush(struct record *r)
{
	size_t waiting = record_waiting(r);
	bool turn = r->turns != r->turns_taken;
	int doing;

	if (waiting > r->peak)
		r->peak = waiting;
	/* Paired with rest(): it says that it sleeps, then looks for lines once more. */
	atomic_thread_fence(memory_order_seq_cst);
	doing = atomic_load(&r->doing);
	if ((waiting > 0 && (doing == ASLEEP || (doing == RESTING && waiting >= r->size / 4))) ||
	    (turn && doing != BUSY))
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
