/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* UNIX sockets of every type and kind of name, and why reaching one fails. */
#include "harness.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <kin/family.h>
#include <kin/unix.h>

/* ---- A folder of the test's own ------------------------------------------------------------ */

static char folder[64];

static void make_folder(void)
{
	strcpy(folder, "/tmp/kin-unix-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(folder));
}

static void remove_folder(void)
{
	shell("rm -r %s", folder);
}

/* SCHEME:FOLDER/NAME */
static const char *at(const char *scheme, const char *name)
{
	static char texts[4][128];
	static unsigned next;
	char *text = texts[next++ % 4];

	snprintf(text, sizeof(texts[0]), "%s:%s/%s", scheme, folder, name);
	return text;
}

/* ---- Both ways, by every type -------------------------------------------------------------- */

static void say(struct kin_sock *from, struct kin_sock *to, const char *words)
{
	char buf[64] = "";

	ck_assert_int_eq(ck_ok(kin_send(from, words, strlen(words), 0)), (long)strlen(words));
	ck_assert_int_eq(ck_ok(kin_recv(to, buf, sizeof(buf), 0)), (long)strlen(words));
	ck_assert_str_eq(buf, words);
}

static void converse(const char *text)
{
	struct kin_sock *listener, *client, *server;
	struct kin_addr peer;

	ck_ok(kin_open(text, KIN_LISTEN, &listener));
	ck_ok(kin_open(text, KIN_CONNECT, &client));
	ck_ok(kin_accept(listener, &server, &peer));
	ck_assert_int_eq(peer.sa.sa_family, AF_UNIX);
	say(client, server, "question");
	say(server, client, "answer");
	ck_ok(kin_close(client));
	ck_assert_int_eq(kin_recv(server, &peer, sizeof(peer), 0), 0);
	ck_ok(kin_close(server));
	ck_ok(kin_close(listener));
}

START_TEST(streams)
{
	make_folder();
	converse(at("unix", "s"));
	converse("unix:@kin-test-stream");
	remove_folder();
}
END_TEST

START_TEST(seqpackets)
{
	make_folder();
	converse(at("unix-seqpacket", "s"));
	converse("unix-seqpacket:@kin-test-%00seqpacket");
	remove_folder();
}
END_TEST

START_TEST(datagrams_are_answered)
{
	struct kin_sock *server, *client;
	struct kin_addr peer;
	char text[KIN_ADDR_TEXT], there[256], buf[16];

	make_folder();
	ck_ok(kin_open(at("unix-dgram", "server"), KIN_RECEIVE, &server));
	snprintf(there, sizeof(there), "%s,local=%s/client", at("unix-dgram", "server"), folder);
	ck_ok(kin_open(there, KIN_CONNECT, &client));
	ck_ok(kin_send(client, "ping", 4, 0));
	ck_assert_int_eq(kin_recv_from(server, buf, sizeof(buf), 0, &peer), 4);
	ck_ok(kin_addr_format(&peer, SOCK_DGRAM, 0, text, sizeof(text)));
	ck_assert_str_eq(text, at("unix-dgram", "client"));
	ck_ok(kin_send_to(server, "pong!", 5, 0, &peer));
	ck_assert_int_eq(kin_recv(client, buf, sizeof(buf), 0), 5);
	ck_ok(kin_close(client));
	ck_ok(kin_close(server));
	remove_folder();
}
END_TEST

START_TEST(semantic_12_an_empty_name_is_chosen_by_the_kernel)
{
	struct kin_sock *server, *client;
	struct kin_addr addr;
	const char *name;
	size_t len;
	char buf[8];

	ck_ok(kin_open("unix-dgram:@kin-test-autobind", KIN_RECEIVE, &server));
	ck_ok(kin_open("unix-dgram:@kin-test-autobind,local=", KIN_SEND, &client));
	ck_ok(kin_local_addr(client, &addr));
	ck_assert_int_eq(kin_unix_name(&addr, &name, &len), KIN_UNIX_ABSTRACT);
	ck_assert_uint_eq(len, 5);
	for (size_t i = 0; i < len; i++)
		ck_assert(strchr("0123456789abcdef", name[i]) != NULL);
	ck_ok(kin_send_to(server, "x", 1, 0, &addr));
	ck_assert_int_eq(kin_recv(client, buf, sizeof(buf), 0), 1);
	ck_ok(kin_close(client));
	ck_ok(kin_close(server));
}
END_TEST

START_TEST(an_unbound_socket_has_no_name)
{
	struct kin_sock *sock;
	struct kin_addr addr;
	char text[KIN_ADDR_TEXT];

	ck_ok(kin_socket(AF_UNIX, SOCK_STREAM, 0, &sock));
	ck_ok(kin_local_addr(sock, &addr));
	ck_ok(kin_addr_format(&addr, SOCK_STREAM, 0, text, sizeof(text)));
	ck_assert_str_eq(text, "unix:");
	ck_ok(kin_close(sock));
}
END_TEST

START_TEST(semantic_12_names_of_the_full_length_work)
{
	char text[256] = "unix:@";

	memset(text + strlen(text), 'x', KIN_UNIX_NAME_MAX);
	converse(text);
	make_folder();
	strcpy(text, at("unix", ""));
	memset(text + strlen(text), '\0', sizeof(text) - strlen(text));
	memset(text + strlen(text), 'x', KIN_UNIX_NAME_MAX - strlen(folder) - 1);
	converse(text);
	remove_folder();
}
END_TEST

START_TEST(cut_messages_tell_their_length)
{
	struct kin_sock *pair[2];
	struct kin_batch *batch;

	ck_ok(kin_pair(AF_UNIX, SOCK_SEQPACKET, 0, pair));
	ck_ok(kin_send(pair[0], "0123456789", 10, 0));
	ck_ok(kin_batch_new(1, 4, 0, &batch));
	ck_assert_int_eq(kin_recv_batch(pair[1], batch, 0), 1);
	ck_assert_uint_eq(kin_batch_msg(batch, 0)->full_len, 10);
	ck_assert(kin_batch_msg(batch, 0)->flags & MSG_TRUNC);
	kin_batch_free(batch);
	ck_ok(kin_close(pair[0]));
	ck_ok(kin_close(pair[1]));
}
END_TEST

START_TEST(a_full_backlog_waits_for_its_turn)
{
	struct kin_sock *listener, *clients[2], *late = NULL;
	struct kin_addr addr;
	int64_t begin;

	ck_ok(kin_socket(AF_UNIX, SOCK_STREAM, 0, &listener));
	ck_ok(kin_addr_parse("unix:@kin-test-backlog", &addr));
	ck_ok(kin_bind(listener, &addr));
	ck_ok(kin_listen(listener, 0));
	ck_ok(kin_open("unix:@kin-test-backlog", KIN_CONNECT, &clients[0]));
	begin = kin_now();
	ck_fails(kin_open("unix:@kin-test-backlog,timeout=0.2", KIN_CONNECT, &late), ETIMEDOUT,
		 NULL);
	ck_assert_int_eq(kin_error_domain(), KIN_ERR_DEADLINE);
	ck_assert_int_ge(kin_now() - begin, 190000000);
	ck_ok(kin_accept(listener, &clients[1], NULL));
	ck_ok(kin_open("unix:@kin-test-backlog,timeout=0.2", KIN_CONNECT, &late));
	ck_ok(kin_close(late));
	ck_ok(kin_close(clients[0]));
	ck_ok(kin_close(clients[1]));
	ck_ok(kin_close(listener));
}
END_TEST

/* ---- Why it fails -------------------------------------------------------------------------- */

START_TEST(what_can_not_be_reached_is_explained)
{
	struct kin_sock *sock, *other;

	make_folder();
	ck_fails(kin_open(at("unix", "none"), KIN_CONNECT, &sock), ENOENT,
		 "there is no such socket file");
	shell("touch %s/file", folder);
	ck_fails(kin_open(at("unix", "file"), KIN_CONNECT, &sock), ECONNREFUSED,
		 "the file is not a socket");
	ck_fails(kin_open(at("unix", "file/x"), KIN_CONNECT, &sock), ENOTDIR,
		 "a part of the path is not a directory");
	ck_ok(kin_open(at("unix", "stale"), KIN_LISTEN, &sock));
	ck_ok(kin_close(sock));
	ck_fails(kin_open(at("unix", "stale"), KIN_CONNECT, &sock), ECONNREFUSED,
		 "nobody listens on the socket file: its owner is gone or does not listen");
	ck_fails(kin_open("unix:@kin-test-nobody", KIN_CONNECT, &sock), ECONNREFUSED,
		 "nobody listens on this abstract name");
	ck_fails(kin_open("unix:", KIN_CONNECT, &sock), EINVAL,
		 "an address without a name can be bound but not connected to");

	ck_ok(kin_open(at("unix-dgram", "dgram"), KIN_RECEIVE, &other));
	ck_fails(kin_open(at("unix", "dgram"), KIN_CONNECT, &sock), EPROTOTYPE,
		 "the socket there is of another type: use unix-dgram:");
	ck_ok(kin_close(other));
	ck_ok(kin_open("unix-seqpacket:@kin-test-%00seq", KIN_LISTEN, &other));
	ck_fails(kin_open("unix:@kin-test-%00seq", KIN_CONNECT, &sock), ECONNREFUSED,
		 "the socket there is of another type: use unix-seqpacket:");
	ck_ok(kin_close(other));
	remove_folder();
}
END_TEST

START_TEST(what_can_not_be_bound_is_explained)
{
	struct kin_sock *sock, *other;

	make_folder();
	ck_ok(kin_open(at("unix", "s"), KIN_LISTEN, &other));
	ck_fails(kin_open(at("unix", "s"), KIN_LISTEN, &sock), EADDRINUSE,
		 "another socket is bound to this path");
	ck_ok(kin_close(other));
	shell("touch %s/file", folder);
	ck_fails(kin_open(at("unix", "file"), KIN_LISTEN, &sock), EADDRINUSE,
		 "a file that is not a socket is there");
	ck_fails(kin_open(at("unix", "none/s"), KIN_LISTEN, &sock), ENOENT,
		 "the directory of the socket file does not exist");
	ck_fails(kin_open(at("unix", "file/s"), KIN_LISTEN, &sock), ENOTDIR,
		 "a part of the path is not a directory");
	ck_ok(kin_open("unix:@kin-test-taken", KIN_LISTEN, &other));
	ck_fails(kin_open("unix:@kin-test-taken", KIN_LISTEN, &sock), EADDRINUSE,
		 "another socket has this abstract name");
	ck_ok(kin_close(other));
	remove_folder();
}
END_TEST

START_TEST(a_missing_permission_is_explained)
{
	struct kin_sock *sock, *other;

	make_folder();
	ck_ok(kin_open(at("unix", "s"), KIN_LISTEN, &other));
	shell("chmod 600 %s/s && chmod 711 %s", folder, folder);
	ck_assert_int_eq(seteuid(65534), 0);
	ck_fails(kin_open(at("unix", "s"), KIN_CONNECT, &sock), EACCES,
		 "no permission to write to the socket file or to search its directory");
	ck_fails(kin_open(at("unix", "t"), KIN_LISTEN, &sock), EACCES,
		 "no permission to create the socket file in its directory");
	ck_assert_int_eq(seteuid(0), 0);
	ck_ok(kin_close(other));
	remove_folder();
}
END_TEST

/* ---- Options ------------------------------------------------------------------------------- */

START_TEST(every_option_reads_back_what_was_set)
{
	const struct kin_family *family = kin_family_by_name("unix");
	struct kin_sock *pair[2];
	char text[256];

	ck_ok(kin_pair(AF_UNIX, SOCK_STREAM, 0, pair));
	for (const struct kin_opt *opt = family->opts; opt->name; opt++) {
		static const char *const bools[] = {"on", "off"}, *const numbers[] = {"0", "4096",
										      "-1"};
		const char *const *values = opt->type == KIN_OPT_BOOL ? bools : numbers;
		int n = opt->type == KIN_OPT_BOOL ? 2 : 3;

		if (opt->flags & KIN_OPT_READ_ONLY)
			continue;
		for (int i = 0; i < n; i++) {
			int r = kin_opt_set(pair[0], opt->name, values[i]);

			if (r == -ENOPROTOOPT)
				break; /* a kernel that is older than the option */
			ck_assert_msg(r == 0, "%s=%s: %s", opt->name, values[i], kin_error_text());
			ck_ok(kin_opt_get(pair[0], opt->name, text, sizeof(text)));
			ck_assert_str_eq(text, values[i]);
		}
	}
	ck_ok(kin_close(pair[0]));
	ck_ok(kin_close(pair[1]));
}
END_TEST

START_TEST(the_peer_is_known)
{
	struct kin_sock *pair[2], *alone;
	char text[64], expected[64];
	pid_t pid;
	uid_t uid;
	gid_t gid;

	ck_ok(kin_pair(AF_UNIX, SOCK_STREAM, 0, pair));
	ck_ok(kin_unix_peer_cred(pair[0], &pid, &uid, &gid));
	ck_assert_int_eq(pid, getpid());
	ck_assert_uint_eq(uid, geteuid());
	ck_assert_uint_eq(gid, getegid());
	ck_ok(kin_unix_peer_cred(pair[0], NULL, NULL, NULL));
	snprintf(expected, sizeof(expected), "%d:%u:%u", pid, uid, gid);
	ck_ok(kin_opt_get(pair[0], "peercred", text, sizeof(text)));
	ck_assert_str_eq(text, expected);
	ck_fails(kin_opt_set(pair[0], "peercred", "1:0:0"), EINVAL, NULL);
	ck_ok(kin_socket(AF_UNIX, SOCK_STREAM, 0, &alone));
	ck_fails(kin_unix_peer_cred(alone, &pid, &uid, &gid), ENOTCONN, "the socket has no peer");
	ck_ok(kin_close(alone));
	ck_ok(kin_close(pair[0]));
	ck_ok(kin_close(pair[1]));
}
END_TEST

START_TEST(credentials_are_written_as_json)
{
	struct kin_sock *pair[2];
	struct kin_batch *batch;
	struct kin_format *format;
	char line[512], expected[128];

	ck_ok(kin_pair(AF_UNIX, SOCK_DGRAM, 0, pair));
	ck_ok(kin_opt_set(pair[1], "passcred", "on"));
	ck_ok(kin_send(pair[0], "x", 1, 0));
	ck_ok(kin_batch_new(1, 16, 0, &batch));
	ck_assert_int_eq(kin_recv_batch(pair[1], batch, 0), 1);
	ck_ok(kin_format_new(kin_family_by_name("unix"), "json", &format));
	ck_ok(kin_format_msg(format, pair[1], kin_batch_msg(batch, 0), line, sizeof(line)));
	snprintf(expected, sizeof(expected), "\"credentials\":{\"pid\":%d,\"uid\":%u,\"gid\":%u}",
		 getpid(), geteuid(), getegid());
	ck_assert_msg(strstr(line, expected) != NULL, "%s has no %s", line, expected);
	kin_format_free(format);
	kin_batch_free(batch);
	ck_ok(kin_close(pair[0]));
	ck_ok(kin_close(pair[1]));
}
END_TEST

int main(void)
{
	const struct test_case cases[] = {
		{streams, "streams"},
		{seqpackets, "seqpackets"},
		{datagrams_are_answered, "datagrams_are_answered"},
		{semantic_12_an_empty_name_is_chosen_by_the_kernel,
		 "semantic_12_an_empty_name_is_chosen_by_the_kernel"},
		{an_unbound_socket_has_no_name, "an_unbound_socket_has_no_name"},
		{semantic_12_names_of_the_full_length_work,
		 "semantic_12_names_of_the_full_length_work"},
		{cut_messages_tell_their_length, "cut_messages_tell_their_length"},
		{a_full_backlog_waits_for_its_turn, "a_full_backlog_waits_for_its_turn"},
		{what_can_not_be_reached_is_explained, "what_can_not_be_reached_is_explained",
		 .net = true},
		{what_can_not_be_bound_is_explained, "what_can_not_be_bound_is_explained"},
		{a_missing_permission_is_explained, "a_missing_permission_is_explained",
		 .needs = "root"},
		{every_option_reads_back_what_was_set, "every_option_reads_back_what_was_set"},
		{the_peer_is_known, "the_peer_is_known"},
		{credentials_are_written_as_json, "credentials_are_written_as_json"},
		{},
	};

	return run_cases("unix/socket", cases);
}
