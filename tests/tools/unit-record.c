/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The ring behind kin dump, and the files that it is written to. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "../../tools/record.h"
#include "harness.h"

enum { RING = 8192, LONGEST = 900 };

static char folder[] = "/tmp/kin-record-XXXXXX";

static void enter_folder(void)
{
	ck_assert_ptr_nonnull(mkdtemp(folder));
	ck_assert_int_eq(chdir(folder), 0);
}

static void leave_folder(void)
{
	ck_assert_int_eq(system("rm -r \"$PWD\""), 0);
}

/* Line number n, of 2 to LONGEST bytes. */
static size_t make(unsigned n, char *text)
{
	size_t len = 2 + (n * 2654435761U >> 8) % (LONGEST - 2);

	memset(text, 'a' + (int)(n % 26), len - 1);
	text[len - 1] = '\n';
	return len;
}

static struct record *new_record(struct files *files, int64_t within_ns, bool lines)
{
	const struct record_options options = {
		.files = files,
		.size = RING,
		.within_ns = within_ns,
		.lines = lines,
		.sync_ns = within_ns < 0 ? 0 : -1,
	};
	struct record *record = NULL;

	ck_assert_int_eq(record_new(&options, &record), 0);
	return record;
}

/* Put line n, waiting for room. */
static void put(struct record *record, unsigned n)
{
	char *room;

	while (!(room = record_room(record, LONGEST)))
		usleep(100);
	record_add(record, make(n, room));
	record_flush(record);
}

/* The file has these lines and no more. */
static void check_file(const char *name, unsigned from, unsigned to)
{
	FILE *file = fopen(name, "r");
	char text[LONGEST], expected[LONGEST];

	ck_assert_ptr_nonnull(file);
	for (unsigned n = from; n < to; n++) {
		size_t len = make(n, expected);

		ck_assert_uint_eq(fread(text, 1, len, file), len);
		ck_assert_int_eq(memcmp(text, expected, len), 0);
	}
	ck_assert_int_eq(fgetc(file), EOF);
	fclose(file);
}

START_TEST(all_lines_in_order)
{
	enum { LINES = 3000 };
	const int64_t within[] = {0, 1000000, -1};

	enter_folder();
	for (unsigned i = 0; i < 3; i++) {
		struct files *files = NULL;
		struct record *record;

		ck_assert_int_eq(files_new("log", 0, &files), 0);
		ck_assert_int_eq(files_next(files, 0), 0);
		record = new_record(files, within[i], i == 0);
		for (unsigned n = 0; n < LINES; n++)
			put(record, n);
		ck_assert_int_eq(record_finish(record, -1, -1), 0);
		ck_assert_uint_eq(record_waiting(record), 0);
		ck_assert_uint_le(record_peak(record), RING);
		record_free(record);
		files_free(files);
		check_file("log", 0, LINES);
	}
	leave_folder();
}
END_TEST

START_TEST(files_end_between_lines)
{
	enum { LINES = 2000, EACH = 37 };
	struct files *files = NULL;
	struct record *record;
	char name[64];

	enter_folder();
	ck_assert_int_eq(files_new("x-%Y-{n}", 0, &files), 0);
	ck_assert(files_numbered(files));
	record = new_record(files, 1000000, false);
	for (unsigned n = 0; n < LINES; n++) {
		/* Half of the turns are told before the last line of the file is put. */
		bool early = n / EACH % 2;
		char text[LONGEST];

		if (n % EACH == (early ? EACH / 2 : 0))
			while (!record_next_file(record, early ? make(n, text) : 0, 0))
				usleep(100);
		put(record, n);
	}
	ck_assert_int_eq(record_finish(record, -1, -1), 0);
	ck_assert_int_eq(files_close(files), 0);
	record_free(record);
	for (unsigned n = 0, file = 1; file <= files_count(files); file++) {
		unsigned first = n;

		/* Where the next turn is, as above. */
		for (n++; n < LINES; n++) {
			if (n % EACH == 0 && !(n / EACH % 2))
				break;
			if ((n - 1) % EACH == EACH / 2 && (n - 1) / EACH % 2)
				break;
		}
		snprintf(name, sizeof(name), "x-1970-%04u", file);
		check_file(name, first, n);
	}
	files_free(files);
	leave_folder();
}
END_TEST

START_TEST(old_files_are_deleted)
{
	struct files *files = NULL;

	enter_folder();
	ck_assert_int_eq(files_new("{n}", 3, &files), 0);
	for (unsigned i = 0; i < 10; i++)
		ck_assert_int_eq(files_next(files, 0), 0);
	ck_assert_str_eq(files_name(files), "0010");
	ck_assert_int_eq(access("0007", F_OK), -1);
	for (unsigned i = 8; i <= 10; i++) {
		char name[16];

		snprintf(name, sizeof(name), "%04u", i);
		ck_assert_int_eq(access(name, F_OK), 0);
	}
	files_free(files);
	ck_assert_int_eq(files_new("100%", 0, &files), -EINVAL);
	ck_assert_int_eq(files_new("%Q", 0, &files), -EINVAL);
	ck_assert_int_eq(files_new("100%%", 0, &files), 0);
	ck_assert_int_eq(files_next(files, 0), 0);
	ck_assert_str_eq(files_name(files), "100%");
	files_free(files);
	leave_folder();
}
END_TEST

static void make_empty(const char *name)
{
	FILE *file = fopen(name, "w");

	ck_assert_ptr_nonnull(file);
	fclose(file);
}

/* What is there of other runs, or comes meanwhile, is not replaced. */
START_TEST(numbers_go_on)
{
	struct files *files = NULL;

	enter_folder();
	make_empty("log-0002.x");
	make_empty("log-0010.x");
	make_empty("log-0099.y");
	make_empty("log-x.x");
	ck_assert_int_eq(files_new("./log-{n}.x", 0, &files), 0);
	ck_assert_int_eq(files_next(files, 0), 0);
	ck_assert_str_eq(files_name(files), "./log-0011.x");
	make_empty("log-0012.x");
	ck_assert_int_eq(files_next(files, 0), 0);
	ck_assert_str_eq(files_name(files), "./log-0013.x");
	files_free(files);
	ck_assert_int_eq(files_new("log-{n}.x", 0, &files), 0);
	ck_assert_int_eq(files_next(files, 0), 0);
	ck_assert_str_eq(files_name(files), "log-0014.x");
	files_free(files);
	leave_folder();
}
END_TEST

/* An output that takes nothing: the ring fills, says so, and gives all of it up later. */
START_TEST(a_full_ring_has_no_room)
{
	struct files *files = NULL;
	struct record *record;
	unsigned n = 0, next = 0;
	char *room, text[LONGEST], expected[LONGEST];
	FILE *reader;
	int fd;

	enter_folder();
	ck_assert_int_eq(mkfifo("pipe", 0600), 0);
	fd = open("pipe", O_RDONLY | O_NONBLOCK);
	ck_assert_int_eq(files_new("pipe", 0, &files), 0);
	ck_assert_int_eq(files_next(files, 0), 0);
	record = new_record(files, 0, false);
	/* The pipe takes 64 KiB, and then the writer stands still. */
	for (unsigned in_vain = 0; in_vain < 10;) {
		room = record_room(record, LONGEST);
		if (room)
			record_add(record, make(n++, room));
		else
			usleep(10000);
		in_vain = room ? 0 : in_vain + 1;
		record_flush(record);
	}
	ck_assert_uint_gt(record_waiting(record), RING / 2);
	ck_assert_uint_lt(record_waiting(record), RING);
	ck_assert_int_eq(fcntl(fd, F_SETFL, 0), 0);
	reader = fdopen(fd, "r");
	for (; next < n; next++) {
		size_t len = make(next, expected);

		ck_assert_uint_eq(fread(text, 1, len, reader), len);
		ck_assert_int_eq(memcmp(text, expected, len), 0);
	}
	ck_assert_int_eq(record_finish(record, -1, -1), 0);
	record_free(record);
	files_free(files);
	fclose(reader);
	leave_folder();
}
END_TEST

START_TEST(a_failure_is_told_and_ends_with_a_line)
{
	struct files *files = NULL;
	struct record *record;

	enter_folder();
	ck_assert_int_eq(files_new("/dev/full", 0, &files), 0);
	ck_assert_int_eq(files_next(files, 0), 0);
	record = new_record(files, 0, false);
	put(record, 1);
	ck_assert_int_eq(record_finish(record, -1, -1), -ENOSPC);
	ck_assert_uint_eq(record_written(record), 0);
	record_free(record);
	files_free(files);
	leave_folder();
}
END_TEST

/* Records of bytes that all are newlines: of a full disk (here, a file that may not grow) whole
 * ones. */
START_TEST(a_failure_ends_with_a_record)
{
	const struct rlimit limit = {4500, RLIM_INFINITY};
	struct record_options options = {.size = RING, .sync_ns = -1, .binary = true};
	struct record *record = NULL;
	struct stat st;

	enter_folder();
	signal(SIGXFSZ, SIG_IGN);
	ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
	ck_assert_int_eq(files_new("file", 0, &options.files), 0);
	ck_assert_int_eq(files_next(options.files, 0), 0);
	ck_assert_int_eq(record_new(&options, &record), 0);
	for (unsigned n = 1; n <= 5; n++) {
		memset(record_room(record, 1000), '\n', 1000);
		record_add(record, 1000);
		record_flush(record);
		while (n < 5 && record_written(record) < n * 1000)
			usleep(100);
	}
	ck_assert_int_eq(record_finish(record, -1, -1), -EFBIG);
	ck_assert_uint_eq(record_written(record), 4000);
	ck_assert_int_eq(stat("file", &st), 0);
	ck_assert_int_eq(st.st_size, 4000);
	record_free(record);
	files_free(options.files);
	leave_folder();
}
END_TEST

int main(void)
{
	const struct test_case cases[] = {
		{all_lines_in_order, "all_lines_in_order"},
		{files_end_between_lines, "files_end_between_lines"},
		{old_files_are_deleted, "old_files_are_deleted"},
		{numbers_go_on, "numbers_go_on"},
		{a_full_ring_has_no_room, "a_full_ring_has_no_room"},
		{a_failure_is_told_and_ends_with_a_line, "a_failure_is_told_and_ends_with_a_line"},
		{a_failure_ends_with_a_record, "a_failure_ends_with_a_record"},
		{},
	};

	return run_cases("tools/record", cases);
}
