/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The same traffic through candump (can-utils) and through the styles of this family: the same
 * bytes, line for line. Beside it cangen, whose frames nobody here chose.
 */
#include "harness.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include <kin/can.h>
#include <kin/family.h>

enum { MAX_TEXT = 1 << 20 };

/* Text by kin_format_msg() of what a socket receives. */
struct writer {
	struct kin_sock *sock;
	struct kin_format *format;
	char *text;
	size_t len;
};

static void writer_open(struct writer *w, const char *address, const char *style,
			enum kin_time_style time)
{
	ck_ok(kin_open(address, KIN_RECEIVE, &w->sock));
	ck_ok(kin_format_new(kin_family_by_name("can"), style, &w->format));
	kin_format_set_time(w->format, time, false);
	w->text = malloc(MAX_TEXT);
	ck_assert_ptr_nonnull(w->text);
	w->len = 0;
}

static void writer_read(struct writer *w)
{
	struct kin_batch *batch KIN_CLEANUP(kin_batch_free) = NULL;
	int n;

	ck_ok(kin_batch_new(64, CANXL_MTU, 0, &batch));
	ck_ok(kin_set_timeout(w->sock, 0));
	while ((n = kin_recv_batch(w->sock, batch, 0)) > 0) {
		for (unsigned i = 0; i < (unsigned)n; i++)
			w->len += (size_t)kin_format_msg(w->format, w->sock,
							 kin_batch_msg(batch, i),
							 w->text + w->len, MAX_TEXT - w->len);
		ck_assert_uint_lt(w->len, MAX_TEXT);
	}
	ck_assert_int_eq(n, -EAGAIN);
	w->text[w->len] = '\0';
}

static void writer_close(struct writer *w)
{
	kin_close(w->sock);
	kin_format_free(w->format);
	free(w->text);
}

/* ---- candump, from start to end ------------------------------------------------------------ */

/* It is there when its own socket is: one more row in the kernel's list of receivers. */
static void wait_for_receivers(int wanted)
{
	for (int tries = 0; tries < 500; tries++) {
		FILE *list = popen("cat /proc/net/can/rcvlist_all /proc/net/can/rcvlist_err | "
				   "grep -c raw", "r");
		int n = 0;

		ck_assert_ptr_nonnull(list);
		ck_assert_int_eq(fscanf(list, "%d", &n), 1);
		pclose(list);
		if (n >= wanted)
			return;
		poll(NULL, 0, 10);
	}
	ck_abort_msg("candump does not receive");
}

static pid_t start_candump(const char *options, int *ret_output)
{
	int ends[2];
	pid_t pid;

	ck_assert_int_eq(pipe(ends), 0);
	pid = fork();
	ck_assert_int_ge(pid, 0);
	if (pid == 0) {
		char line[128];

		dup2(ends[1], STDOUT_FILENO);
		close(ends[0]);
		close(ends[1]);
		snprintf(line, sizeof(line), "exec candump %s", options);
		execl("/bin/sh", "sh", "-c", line, (char *)NULL);
		_exit(127);
	}
	close(ends[1]);
	*ret_output = ends[0];
	return pid;
}

/* What it writes until that is as much as wanted, or nothing more comes. */
static char *read_output(int fd, size_t wanted)
{
	struct pollfd readable = {.fd = fd, .events = POLLIN};
	char *text = malloc(MAX_TEXT);
	size_t len = 0;

	ck_assert_ptr_nonnull(text);
	while (len < wanted && poll(&readable, 1, 5000) > 0) {
		ssize_t n = read(fd, text + len, MAX_TEXT - 1 - len);

		if (n <= 0)
			break;
		len += (size_t)n;
	}
	text[len] = '\0';
	return text;
}

static void assert_same(const char *style, const char *ours, const char *theirs)
{
	unsigned line = 1;

	for (size_t i = 0; ours[i] || theirs[i]; i++) {
		ck_assert_msg(ours[i] == theirs[i], "%s: line %u differs:\n%.160s\n%.160s", style, line,
			      ours + i, theirs + i);
		line += ours[i] == '\n';
	}
}

/* ---- Traffic ------------------------------------------------------------------------------- */

static const char *const frames[] = {
	"123#112233",
	"123#",
	"7FF#4142434445464748",
	"123#R",
	"123#R5",
	"123##4112233",
	"123##5112233445566778899AABBCC",
	"123##7",
	"20000088#0000900000000000",
	"20000008#0000041900000000",
	"20000004#0004000000006000",
	"200001FF#0CFF000000000000",
	"12345678#1122334455667788",
	"12345678#R8",
	"12345678##411",
	"456#20.7E.7F.00",
	"456##4112233445566778899AABBCCDDEEFF00",
	"123#1122334455667788_9",
	"123#1122334455667788_F",
	"123#R8_C",
};

/* Those of can-utils 2021 and later. */
static bool knows_raw_dlc(void)
{
	return system("candump -h 2>&1 | grep -q -- ' -8 '") == 0;
}

static void send_frames(bool raw_dlc)
{
	struct kin_sock *out;

	ck_ok(kin_open("can:vcan0,fd=on", KIN_SEND, &out));
	for (size_t i = 0; i < sizeof(frames) / sizeof(*frames); i++) {
		union kin_can_frame frame;
		size_t size;

		if (strchr(frames[i], '_') && !raw_dlc)
			continue;
		ck_ok(kin_can_frame_parse(frames[i], &frame, &size));
		ck_ok(kin_send(out, &frame, size, 0));
	}
	kin_close(out);
	shell("cangen vcan0 -n 300 -g 0 -m -R%s", raw_dlc ? " -8" : "");
	shell("cangen vcan0 -n 100 -g 0 -e -L 8");
}

static void compare(const char *style, enum kin_time_style time, const char *options)
{
	struct writer ours;
	pid_t candump;
	char *theirs;
	int output;

	make_vcan("vcan0", 72);
	writer_open(&ours, "can:vcan0,fd=on,errors=all,timestamps=software,rcvbuf-force=4000000",
		    style, time);
	candump = start_candump(options, &output);
	wait_for_receivers(4);
	send_frames(knows_raw_dlc());
	writer_read(&ours);
	theirs = read_output(output, ours.len);
	kill(candump, SIGTERM);
	close(output);
	ck_assert_int_eq(waitpid(candump, NULL, 0), candump);
	ck_assert_uint_gt(strlen(theirs), 10000);
	assert_same(style, ours.text, theirs);
	free(theirs);
	writer_close(&ours);
}

/* With room for all of it: candump may be slower than the traffic. */
#define ADDRESS " -r 4000000 vcan0,0:0,#FFFFFFFF"

START_TEST(text)
{
	compare("text", KIN_TIME_NONE, ADDRESS);
}
END_TEST

START_TEST(text_with_times)
{
	compare("text", KIN_TIME_ABSOLUTE, "-ta" ADDRESS);
}
END_TEST

START_TEST(text_with_dates)
{
	compare("text", KIN_TIME_DATE, "-tA" ADDRESS);
}
END_TEST

START_TEST(text_with_deltas)
{
	compare("text", KIN_TIME_DELTA, "-td" ADDRESS);
}
END_TEST

START_TEST(text_from_zero)
{
	compare("text", KIN_TIME_ZERO, "-tz" ADDRESS);
}
END_TEST

START_TEST(text_in_detail)
{
	compare("text,direction,ascii", KIN_TIME_NONE, "-x -a" ADDRESS);
}
END_TEST

START_TEST(text_swapped)
{
	compare("text,swap,ascii", KIN_TIME_NONE, "-S -a" ADDRESS);
}
END_TEST

START_TEST(text_in_binary)
{
	compare("text,binary", KIN_TIME_NONE, "-i" ADDRESS);
}
END_TEST

START_TEST(text_with_error_words)
{
	compare("text,errors", KIN_TIME_NONE, "-e" ADDRESS);
}
END_TEST

START_TEST(text_with_raw_dlc)
{
	/* An older candump shows the length in its place. */
	if (knows_raw_dlc())
		compare("text,dlc", KIN_TIME_NONE, "-8" ADDRESS);
	else
		compare("text", KIN_TIME_NONE, ADDRESS);
}
END_TEST

START_TEST(log_format)
{
	compare("candump", KIN_TIME_NONE, "-L" ADDRESS);
}
END_TEST

START_TEST(log_format_with_direction)
{
	compare("candump,direction", KIN_TIME_NONE, "-L -x" ADDRESS);
}
END_TEST

int main(void)
{
#define CASE(name) {name, #name, "can vcan root", .net = true, .seconds = 60}
	const struct test_case cases[] = {
		CASE(text),
		CASE(text_with_times),
		CASE(text_with_dates),
		CASE(text_with_deltas),
		CASE(text_from_zero),
		CASE(text_in_detail),
		CASE(text_swapped),
		CASE(text_in_binary),
		CASE(text_with_error_words),
		CASE(text_with_raw_dlc),
		CASE(log_format),
		CASE(log_format_with_direction),
		{},
	};

	return run_cases("can/candump", cases);
}
