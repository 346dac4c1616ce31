/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* unlink=on: which socket files are removed, and which are not. */
#include "harness.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <kin/family.h>
#include <kin/unix.h>

static char folder[64], path[96];

static void make_folder(void)
{
	strcpy(folder, "/tmp/kin-unix-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(folder));
	snprintf(path, sizeof(path), "%s/s", folder);
}

static void remove_folder(void)
{
	shell("rm -r %s", folder);
}

static const char *at(const char *scheme, const char *options)
{
	static char text[160];

	snprintf(text, sizeof(text), "%s:%s%s", scheme, path, options);
	return text;
}

static bool is_there(void)
{
	struct stat st;

	return lstat(path, &st) == 0;
}

static const char *const schemes[] = {"unix", "unix-dgram", "unix-seqpacket"};

START_TEST(the_file_goes_with_the_socket)
{
	struct kin_sock *sock;
	char value[8];

	make_folder();
	for (unsigned i = 0; i < 3; i++) {
		ck_ok(kin_open(at(schemes[i], ",unlink=on"), KIN_LISTEN, &sock));
		ck_ok(kin_opt_get(sock, "unlink", value, sizeof(value)));
		ck_assert_str_eq(value, "on");
		ck_assert(is_there());
		ck_ok(kin_close(sock));
		ck_assert(!is_there());
	}
	remove_folder();
}
END_TEST

START_TEST(without_it_the_file_stays)
{
	struct kin_sock *sock;

	make_folder();
	ck_ok(kin_open(at("unix", ""), KIN_LISTEN, &sock));
	ck_ok(kin_close(sock));
	ck_assert(is_there());
	ck_fails(
		kin_open(at("unix", ",unlink=off"), KIN_LISTEN, &sock), EADDRINUSE,
		"the socket file exists, but its owner is gone: remove it, or let unlink=on do so");
	remove_folder();
}
END_TEST

START_TEST(a_file_that_nobody_has_is_removed)
{
	struct kin_sock *sock;

	make_folder();
	for (unsigned i = 0; i < 3; i++) {
		for (unsigned j = 0; j < 3; j++) {
			ck_ok(kin_open(at(schemes[j], ""), KIN_LISTEN, &sock));
			ck_ok(kin_close(sock));
			ck_ok(kin_open(at(schemes[i], ",unlink=on"), KIN_LISTEN, &sock));
			ck_ok(kin_close(sock));
			ck_assert(!is_there());
		}
	}
	remove_folder();
}
END_TEST

START_TEST(what_somebody_has_is_not)
{
	struct kin_sock *first, *second, *client, *server;

	make_folder();
	for (unsigned i = 0; i < 3; i++) {
		ck_ok(kin_open(at(schemes[i], ""), KIN_LISTEN, &first));
		for (unsigned j = 0; j < 3; j++)
			ck_fails(kin_open(at(schemes[j], ",unlink=on"), KIN_LISTEN, &second),
				 EADDRINUSE, "another socket is bound to this path");
		/* And the one that has it has noticed nothing. */
		ck_ok(kin_set_timeout(first, 0));
		if (i == 1)
			ck_fails(kin_recv(first, path + 90, 1, 0), EAGAIN, NULL);
		else
			ck_fails(kin_accept(first, &server, NULL), EAGAIN, NULL);
		ck_ok(kin_open(at(schemes[i], ""), KIN_CONNECT, &client));
		ck_ok(kin_close(client));
		ck_ok(kin_close(first));
		ck_assert(is_there());
		ck_assert_int_eq(unlink(path), 0);
	}
	remove_folder();
}
END_TEST

START_TEST(nothing_but_a_socket_is)
{
	struct kin_sock *sock;

	make_folder();
	shell("echo kept >%s", path);
	ck_fails(kin_open(at("unix", ",unlink=on"), KIN_LISTEN, &sock), EADDRINUSE,
		 "a file that is not a socket is there");
	shell("test \"$(cat %s)\" = kept", path);
	/* A symbolic link to a socket file that nobody has is no socket file either. */
	shell("rm %s", path);
	ck_ok(kin_open(at("unix", "2"), KIN_LISTEN, &sock));
	ck_ok(kin_close(sock));
	shell("ln -s %s2 %s", path, path);
	ck_fails(kin_open(at("unix", ",unlink=on"), KIN_LISTEN, &sock), EADDRINUSE,
		 "a symbolic link is there: use the path it leads to");
	shell("test -L %s -a -S %s2", path, path);
	remove_folder();
}
END_TEST

START_TEST(the_file_of_another_stays)
{
	struct kin_sock *first, *second;
	int status;
	pid_t pid;

	make_folder();
	ck_ok(kin_open(at("unix", ",unlink=on"), KIN_LISTEN, &first));
	/* A child that closes its copy takes nothing from its parent. */
	pid = fork();
	if (pid == 0)
		_exit(kin_close(first));
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert_int_eq(status, 0);
	ck_assert(is_there());
	/* Somebody has taken the path meanwhile. */
	ck_assert_int_eq(unlink(path), 0);
	ck_ok(kin_open(at("unix", ""), KIN_LISTEN, &second));
	ck_ok(kin_close(first));
	ck_assert(is_there());
	ck_ok(kin_close(second));
	remove_folder();
}
END_TEST

START_TEST(the_file_of_a_descriptor_given_away_stays)
{
	struct kin_sock *sock, *again;
	int fd;

	make_folder();
	ck_ok(kin_open(at("unix", ",unlink=on"), KIN_LISTEN, &sock));
	fd = (int)ck_ok(kin_detach(sock));
	ck_assert(is_there());
	ck_ok(kin_adopt(fd, &again));
	ck_ok(kin_opt_set(again, "unlink", "on"));
	ck_ok(kin_close(again));
	ck_assert(!is_there());
	remove_folder();
}
END_TEST

START_TEST(a_local_name_goes_as_well)
{
	struct kin_sock *server, *client;
	char text[256];

	make_folder();
	ck_ok(kin_open("unix-dgram:@kin-test-file", KIN_LISTEN, &server));
	snprintf(text, sizeof(text), "unix-dgram:@kin-test-file,local=%s,unlink=on", path);
	for (int i = 0; i < 2; i++) {
		ck_ok(kin_open(text, KIN_CONNECT, &client));
		ck_assert(is_there());
		ck_ok(kin_close(client));
		ck_assert(!is_there());
	}
	ck_ok(kin_close(server));
	/* Bound, but with nobody to connect to. */
	ck_fails(kin_open(text, KIN_CONNECT, &client), ECONNREFUSED, NULL);
	ck_assert(!is_there());
	remove_folder();
}
END_TEST

START_TEST(it_can_be_set_later)
{
	struct kin_addr addr;
	struct kin_sock *sock;

	make_folder();
	ck_ok(kin_unix_addr(path, &addr));
	ck_ok(kin_socket(AF_UNIX, SOCK_STREAM, 0, &sock));
	ck_ok(kin_bind(sock, &addr));
	ck_ok(kin_opt_set(sock, "unlink", "on"));
	ck_fails(kin_opt_set(sock, "unlink", "maybe"), EINVAL, NULL);
	ck_ok(kin_close(sock));
	ck_assert(!is_there());
	remove_folder();
}
END_TEST

START_TEST(the_longest_message)
{
	struct kin_sock *receiver, *sender;
	static char data[1 << 18];
	size_t longest;

	make_folder();
	ck_ok(kin_open(at("unix-dgram", ",unlink=on"), KIN_LISTEN, &receiver));
	ck_ok(kin_open(at("unix-dgram", ",sndbuf=106496"), KIN_SEND, &sender));
	longest = kin_sock_proto(sender)->msg_max;
	ck_assert_int_eq(ck_ok(kin_send(sender, data, longest, 0)), (long)longest);
	ck_assert_int_eq(ck_ok(kin_recv(receiver, data, sizeof(data), 0)), (long)longest);
	ck_fails(kin_send(sender, data, longest + 1, 0), EMSGSIZE,
		 "the message is longer than the send buffer allows (option sndbuf)");
	ck_ok(kin_close(sender));
	ck_ok(kin_close(receiver));
	remove_folder();
}
END_TEST

int main(void)
{
	const struct test_case cases[] = {
		{the_file_goes_with_the_socket, "the_file_goes_with_the_socket"},
		{without_it_the_file_stays, "without_it_the_file_stays"},
		{a_file_that_nobody_has_is_removed, "a_file_that_nobody_has_is_removed"},
		{what_somebody_has_is_not, "what_somebody_has_is_not"},
		{nothing_but_a_socket_is, "nothing_but_a_socket_is"},
		{the_file_of_another_stays, "the_file_of_another_stays"},
		{the_file_of_a_descriptor_given_away_stays,
		 "the_file_of_a_descriptor_given_away_stays"},
		{a_local_name_goes_as_well, "a_local_name_goes_as_well"},
		{it_can_be_set_later, "it_can_be_set_later"},
		{the_longest_message, "the_longest_message"},
		{},
	};

	return run_cases("unix/file", cases);
}
