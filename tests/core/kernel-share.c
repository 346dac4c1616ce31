/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A socket for another process: both ways there, and who does not get it. */
#include "harness.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core.h"
#include "share.h"

#define MS INT64_C(1000000)

/* Another process, to which a text goes through a pipe. */
struct other {
	pid_t pid;
	int text;
};

/* How it ended: what kin_from_share() gave, or something of its own. */
enum { GOT_IT = 0, WRONG = 99 };

/* Not allowed to look into the test: another user where there may be one. */
static void become_stranger(void)
{
	if (geteuid() == 0 && setresuid(65534, 65534, 65534) < 0)
		_exit(WRONG);
}

/* Take the socket and say "hello" over it. */
static int take(const char *text, int64_t timeout_ns)
{
	struct kin_sock *sock;
	int r;

	kin_set_default_timeout(timeout_ns);
	r = kin_from_share(text, &sock);
	if (r < 0) {
		fprintf(stderr, "# %s\n", kin_error_text());
		return -r;
	}
	if (kin_timeout(sock) != timeout_ns || !(fcntl(kin_fd(sock), F_GETFD) & FD_CLOEXEC) ||
	    kin_send(sock, "hello", 5, 0) != 5)
		return WRONG;
	return kin_close(sock) == 0 ? GOT_IT : WRONG;
}

/* Start one that waits for a text. Both ends of the pipe are closed by then or with it. */
static struct other start_other(bool stranger, int64_t timeout_ns)
{
	struct other other = {};
	char text[128] = "";
	int fds[2];

	ck_assert_int_eq(pipe2(fds, O_CLOEXEC), 0);
	other.pid = fork();
	ck_assert_int_ge(other.pid, 0);
	if (other.pid == 0) {
		close(fds[1]);
		if (stranger)
			become_stranger();
		if (read(fds[0], text, sizeof(text) - 1) <= 0)
			_exit(GOT_IT);
		_exit(take(text, timeout_ns));
	}
	close(fds[0]);
	other.text = fds[1];
	return other;
}

static void tell(const struct other *other, const char *text)
{
	ck_assert_int_eq(write(other->text, text, strlen(text)), strlen(text));
}

static int end_of(struct other *other)
{
	int status;

	close(other->text);
	ck_assert_int_eq(waitpid(other->pid, &status, 0), other->pid);
	ck_assert(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static void open_pair(struct kin_sock *pair[2])
{
	ck_ok(kin_pair(AF_UNIX, SOCK_STREAM, 0, pair));
	ck_ok(kin_set_timeout(pair[1], 1000 * MS));
}

static void expect_hello(struct kin_sock *sock)
{
	char buf[8] = "";

	ck_assert_int_eq(ck_ok(kin_recv(sock, buf, sizeof(buf), 0)), 5);
	ck_assert_str_eq(buf, "hello");
	/* Nobody else has the other end open. */
	ck_assert_int_eq(ck_ok(kin_recv(sock, buf, sizeof(buf), 0)), 0);
	ck_ok(kin_close(sock));
}

/* Both know when they are done: the share may be freed behind kin_share_serve(). */
static void share_with(struct other *other)
{
	struct kin_share *share KIN_CLEANUP(kin_share_free) = NULL;
	struct kin_sock *pair[2];

	open_pair(pair);
	ck_ok(kin_share_new(pair[0], other->pid, &share));
	ck_ok(kin_close(pair[0]));
	ck_assert(fcntl(kin_share_fd(share), F_GETFD) & FD_CLOEXEC);
	tell(other, kin_share_text(share));
	ck_ok(kin_share_serve(share, 10000 * MS));
	kin_share_free(share);
	share = NULL;
	ck_assert_int_eq(end_of(other), GOT_IT);
	expect_hello(pair[1]);
}

START_TEST(the_other_takes_it_out_by_itself)
{
	struct other other = start_other(false, -1);

	share_with(&other);
}
END_TEST

/* With that, not even the same user may look into this process. */
START_TEST(the_other_asks_for_it_where_it_may_not)
{
	struct other other = start_other(true, 10000 * MS);

	ck_assert_int_eq(prctl(PR_SET_DUMPABLE, 0), 0);
	share_with(&other);
}
END_TEST

START_TEST(the_other_is_told_when_nobody_serves)
{
	struct other other = start_other(true, 100 * MS);
	struct kin_sock *pair[2];
	struct kin_share *share;

	open_pair(pair);
	ck_assert_int_eq(prctl(PR_SET_DUMPABLE, 0), 0);
	ck_ok(kin_share_new(pair[0], other.pid, &share));
	tell(&other, kin_share_text(share));
	ck_assert_int_eq(end_of(&other), ETIMEDOUT);
	/* That it asked, and gave up, is no success. */
	ck_assert_int_lt(kin_share_serve(share, 20 * MS), 0);
	kin_share_free(share);
	ck_ok(kin_close(pair[0]));
	ck_ok(kin_close(pair[1]));
}
END_TEST

START_TEST(only_the_one_that_it_is_for_gets_it)
{
	struct other other = start_other(true, 10000 * MS), thief = start_other(true, 10000 * MS);
	struct kin_sock *pair[2];
	struct kin_share *share;

	open_pair(pair);
	ck_assert_int_eq(prctl(PR_SET_DUMPABLE, 0), 0);
	ck_ok(kin_share_new(pair[0], other.pid, &share));
	ck_ok(kin_close(pair[0]));
	tell(&thief, kin_share_text(share));
	ck_fails(kin_share_serve(share, 200 * MS), ETIMEDOUT, NULL);
	ck_assert_int_eq(end_of(&thief), EPERM);
	/* Whoever polls sees that somebody asks, and is not held up. */
	ck_fails(kin_share_serve(share, 0), EAGAIN, NULL);
	tell(&other, kin_share_text(share));
	ck_assert_int_eq(poll(&(struct pollfd){kin_share_fd(share), POLLIN, 0}, 1, 5000), 1);
	ck_ok(kin_share_serve(share, 0));
	ck_assert_int_eq(end_of(&other), GOT_IT);
	kin_share_free(share);
	expect_hello(pair[1]);
}
END_TEST

static int refuse(const struct kin_audit *what, void *data)
{
	(void)data;
	return what->event == KIN_AUDIT_SEND_MSG ? -EACCES : 0;
}

/* What the one who serves is not allowed to send is told, instead of waiting on. */
START_TEST(a_refusal_to_hand_it_over_is_told)
{
	struct other other = start_other(true, 10000 * MS);
	struct kin_sock *pair[2];
	struct kin_share *share;

	open_pair(pair);
	ck_assert_int_eq(prctl(PR_SET_DUMPABLE, 0), 0);
	ck_ok(kin_share_new(pair[0], other.pid, &share));
	tell(&other, kin_share_text(share));
	kin_set_audit_hook(refuse, NULL);
	ck_fails(kin_share_serve(share, 10000 * MS), EACCES, "the audit hook refuses to send-msg");
	kin_set_audit_hook(NULL, NULL);
	ck_assert_int_eq(end_of(&other), ECONNRESET);
	kin_share_free(share);
	ck_ok(kin_close(pair[0]));
	ck_ok(kin_close(pair[1]));
}
END_TEST

START_TEST(a_share_that_was_freed_is_told)
{
	struct other other = start_other(false, 1000 * MS);
	struct kin_sock *pair[2], *another;
	struct kin_share *share;
	char text[KIN_SHARE_TEXT];
	struct share_token token;

	open_pair(pair);
	ck_ok(kin_share_new(pair[0], other.pid, &share));
	strcpy(text, kin_share_text(share));
	kin_share_free(share);
	/* Another socket under the same number is not the one that was meant. */
	ck_ok(share_parse(text, &token));
	ck_ok(kin_socket(AF_UNIX, SOCK_STREAM, 0, &another));
	if (kin_fd(another) != token.fd)
		ck_assert_int_eq(dup3(kin_fd(another), token.fd, O_CLOEXEC), token.fd);
	tell(&other, text);
	ck_assert_int_eq(end_of(&other), ECONNREFUSED);
	if (kin_fd(another) != token.fd)
		close(token.fd);
	ck_ok(kin_close(another));
	ck_ok(kin_close(pair[0]));
	ck_ok(kin_close(pair[1]));
}
END_TEST

START_TEST(words_for_each_way_it_fails)
{
	struct other other = start_other(false, -1);
	struct kin_sock *pair[2], *sock = NULL;
	struct kin_share *share = NULL;
	pid_t gone = other.pid;
	char text[KIN_SHARE_TEXT], words[128];

	open_pair(pair);
	ck_ok(kin_share_new(pair[0], other.pid, &share));
	ck_fails(kin_share_serve(share, 0), EAGAIN, NULL);
	ck_fails(kin_share_serve(share, 10 * MS), ETIMEDOUT, NULL);
	close(other.text);
	ck_assert_int_eq(waitpid(gone, NULL, 0), gone);
	snprintf(words, sizeof(words), "there is no process %d", (int)gone);
	ck_fails(kin_share_serve(share, -1), ESRCH, words);
	kin_share_free(share);
	share = NULL;
	ck_fails(kin_share_new(pair[0], gone, &share), ESRCH, words);
	ck_fails(kin_share_new(pair[0], 0, &share), EINVAL,
		 "process 0: a process has a number above 0");
	ck_fails(kin_share_new(NULL, 1, &share), EINVAL, "sock is NULL");
	ck_fails(kin_share_new(pair[0], 1, NULL), EINVAL, "ret_share is NULL");
	ck_assert_ptr_null(share);
	ck_assert_ptr_null(kin_share_text(NULL));
	ck_fails(kin_share_fd(NULL), EINVAL, "share is NULL");
	ck_fails(kin_share_serve(NULL, 0), EINVAL, "share is NULL");
	kin_share_free(NULL);
	snprintf(text, sizeof(text), "kin-share:%d:3:0000000000000001:00000", (int)gone);
	snprintf(words, sizeof(words), "there is no process %d, which shared the socket",
		 (int)gone);
	ck_fails(kin_from_share(text, &sock), ESRCH, words);
	ck_fails(kin_from_share(NULL, &sock), EINVAL, "text is NULL");
	ck_fails(kin_from_share(text, NULL), EINVAL, "ret_sock is NULL");
	ck_assert_ptr_null(sock);
	ck_ok(kin_close(pair[0]));
	ck_ok(kin_close(pair[1]));
}
END_TEST

START_TEST(texts_of_another_kind_are_refused)
{
	static const char *const texts[] = {
		"",
		"kin-share",
		"kin-share:1:3:0000000000000001",
		"kin-share:1:3:0000000000000001:0001",
		"kin-share:1:3:0000000000000001:00001:",
		"kin-share:0:3:0000000000000001:00001",
		"kin-share:-1:3:0000000000000001:00001",
		"kin-share:01:3:0000000000000001:00001",
		"kin-share:0x1:3:0000000000000001:00001",
		"kin-share:2147483648:3:0000000000000001:00001",
		"kin-share:1:-3:0000000000000001:00001",
		"kin-share:1:3:1:00001",
		"kin-share:1:3:00000000000000001:00001",
		"kin-share:1:3:000000000000000A:00001",
		"kin-share:1:3:0000000000000001:0000G",
		" kin-share:1:3:0000000000000001:00001",
		"kin-share:1:3:0000000000000001:00001\n",
		"kin-share:1:3:0000000000000001:00001kin-share:1:3:0000000000000001:00001",
	};
	struct kin_sock *sock = NULL;

	for (unsigned i = 0; i < N_ELEMENTS(texts); i++)
		ck_fails(kin_from_share(texts[i], &sock), EINVAL, NULL);
	ck_assert_ptr_null(sock);
}
END_TEST

/* Somebody else took the abstract name: what it sends is not even looked at. */
START_TEST(an_impostor_is_found_out)
{
	struct kin_sock *pair[2], *sock = NULL;
	struct kin_share *share;
	struct share_token token;
	char text[KIN_SHARE_TEXT];
	struct other other = start_other(false, -1);

	open_pair(pair);
	ck_ok(kin_share_new(pair[0], other.pid, &share));
	ck_ok(share_parse(kin_share_text(share), &token));
	/* The process of the text lives, but has not this socket under that number. */
	token.pid = other.pid;
	token.cookie++;
	share_format(&token, text);
	ck_fails(kin_from_share(text, &sock), EPERM, NULL);
	/* The share is of this process, for another. */
	token.pid = getpid();
	share_format(&token, text);
	kin_set_default_timeout(20 * MS);
	ck_fails(kin_from_share(text, &sock), ETIMEDOUT, NULL);
	kin_set_default_timeout(-1);
	ck_assert_ptr_null(sock);
	kin_share_free(share);
	ck_assert_int_eq(end_of(&other), GOT_IT);
	ck_ok(kin_close(pair[0]));
	ck_ok(kin_close(pair[1]));
}
END_TEST

int main(void)
{
	const struct test_case cases[] = {
		{the_other_takes_it_out_by_itself, "the_other_takes_it_out_by_itself"},
		{the_other_asks_for_it_where_it_may_not, "the_other_asks_for_it_where_it_may_not"},
		{the_other_is_told_when_nobody_serves, "the_other_is_told_when_nobody_serves"},
		{only_the_one_that_it_is_for_gets_it, "only_the_one_that_it_is_for_gets_it"},
		{a_refusal_to_hand_it_over_is_told, "a_refusal_to_hand_it_over_is_told"},
		{a_share_that_was_freed_is_told, "a_share_that_was_freed_is_told"},
		{words_for_each_way_it_fails, "words_for_each_way_it_fails"},
		{texts_of_another_kind_are_refused, "texts_of_another_kind_are_refused"},
		{an_impostor_is_found_out, "an_impostor_is_found_out"},
		{},
	};

	return run_cases("core/share", cases);
}
