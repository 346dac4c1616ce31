/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Many sockets in many threads. What is each thread's own must not be seen by another, and what is
 * global must be safe; tests/run lets ThreadSanitizer watch.
 */
#include "harness.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <kin/family.h>

enum { THREADS = 12, ROUNDS = 40 };

static pthread_barrier_t start;
static atomic_uint working; /* threads that have rounds to do */

struct thread {
	pthread_t id;
	unsigned number;
	void (*job)(unsigned number);
	unsigned rounds; /* 0: as long as others have rounds to do */
};

static void *run_thread(void *data)
{
	const struct thread *thread = data;

	pthread_barrier_wait(&start);
	for (unsigned i = 0; i < thread->rounds; i++)
		thread->job(thread->number);
	if (thread->rounds)
		atomic_fetch_sub(&working, 1);
	else
		while (atomic_load(&working) > 0)
			thread->job(thread->number);
	return NULL;
}

/* Thread i does jobs[i % n], all begin at once, and one does the job beside (NULL: none). */
static void run_threads(void (*const jobs[])(unsigned number), unsigned n, unsigned rounds,
			void (*beside)(unsigned number))
{
	struct thread threads[THREADS + 1] = {[THREADS] = {.number = THREADS, .job = beside}};
	unsigned count = beside ? THREADS + 1 : THREADS;

	ck_assert_int_eq(pthread_barrier_init(&start, NULL, count), 0);
	atomic_store(&working, THREADS);
	for (unsigned i = 0; i < THREADS; i++)
		threads[i] = (struct thread){.number = i, .job = jobs[i % n], .rounds = rounds};
	for (unsigned i = 0; i < count; i++)
		ck_assert_int_eq(pthread_create(&threads[i].id, NULL, run_thread, &threads[i]), 0);
	for (unsigned i = 0; i < count; i++)
		ck_assert_int_eq(pthread_join(threads[i].id, NULL), 0);
	pthread_barrier_destroy(&start);
}

/* ---- What is global ------------------------------------------------------------------------ */

static void walk_registry(unsigned number)
{
	const struct kin_family *family;
	const struct kin_const *constant;
	unsigned n = 0;

	for (; (family = kin_family_at(n)); n++)
		ck_assert_ptr_eq(kin_family_by_name(family->name), family);
	ck_assert_uint_gt(n, 0);
	ck_assert_ptr_nonnull(kin_family_by_domain(AF_UNIX));
	for (unsigned i = 0; kin_plugin_refused_at(i); i++)
		;
	constant = kin_const_find("SO_REUSEADDR");
	ck_assert_ptr_nonnull(constant);
	ck_assert_int_eq(constant->value, SO_REUSEADDR);
	ck_assert_ptr_nonnull(kin_const_at(number, NULL));
}

/* The first to come fills it; each sees it whole, with the word about the object that is none. */
static void see_plugin_refused(unsigned number)
{
	walk_registry(number);
	ck_assert_ptr_nonnull(kin_plugin_refused_at(0));
	ck_assert_ptr_null(kin_plugin_refused_at(1));
}

static atomic_uint audited, asked;

static int let_happen(const struct kin_audit *what, void *data)
{
	ck_assert_str_ne(kin_audit_event_name(what->event), "");
	atomic_fetch_add((atomic_uint *)data, 1);
	return 0;
}

static bool go_on(void *data)
{
	atomic_fetch_add((atomic_uint *)data, 1);
	return false;
}

static void change_settings(unsigned number)
{
	static unsigned round;

	(void)number;
	kin_set_default_timeout(++round % 2 ? 20000000000 : 30000000000);
	ck_assert_int_ge(kin_default_timeout(), 20000000000);
	kin_set_audit_hook(let_happen, &audited);
	kin_set_default_interrupt(go_on, &asked);
	usleep(500);
	kin_set_default_interrupt(NULL, NULL);
	kin_set_audit_hook(NULL, NULL);
}

/* ---- What is a thread's own ---------------------------------------------------------------- */

static void fail_in_words(unsigned number)
{
	char text[64], words[128];
	struct kin_addr addr;

	snprintf(text, sizeof(text), "udp:127.0.0.1:%u", 70000 + number);
	snprintf(words, sizeof(words), "port %u is not in 0-65535", 70000 + number);
	ck_assert_int_eq(kin_addr_parse(text, &addr), -EINVAL);
	ck_assert_ptr_nonnull(strstr(kin_error_text(), words));
	ck_assert_int_eq(kin_error_code(), EINVAL);
	ck_assert_int_eq(kin_error_domain(), KIN_ERR_ERRNO);
	kin_error_clear();
	ck_assert_str_eq(kin_error_text(), "");
}

static void say(struct kin_sock *from, struct kin_sock *to, unsigned number)
{
	unsigned got = ~number;

	ck_ok(kin_send_all(from, &number, sizeof(number), 0, NULL));
	ck_assert_int_eq(ck_ok(kin_recv(to, &got, sizeof(got), 0)), sizeof(got));
	ck_assert_uint_eq(got, number);
}

static void use_pair(unsigned number)
{
	struct kin_sock *pair[2], *copy;
	char text[64];

	ck_ok(kin_pair(AF_UNIX, number % 2 ? SOCK_STREAM : SOCK_DGRAM, 0, pair));
	ck_ok(kin_opt_set(pair[0], "sndbuf", "20000"));
	ck_ok(kin_opt_get(pair[0], "sndbuf", text, sizeof(text)));
	say(pair[0], pair[1], number);
	ck_ok(kin_dup(pair[1], &copy));
	say(copy, pair[0], number + 1);
	ck_ok(kin_close(copy));
	ck_ok(kin_close(pair[0]));
	ck_ok(kin_close(pair[1]));
}

static void use_udp(unsigned number)
{
	struct kin_sock *in, *out;
	struct kin_addr addr;
	char text[KIN_ADDR_TEXT];

	ck_ok(kin_open("udp:127.0.0.1:0,timestamps=software", KIN_RECEIVE, &in));
	ck_ok(kin_local_addr(in, &addr));
	ck_ok(kin_addr_format(&addr, SOCK_DGRAM, 0, text, sizeof(text)));
	ck_ok(kin_open(text, KIN_SEND, &out));
	say(out, in, number);
	ck_ok(kin_close(in));
	ck_ok(kin_close(out));
}

static void use_tcp(unsigned number)
{
	struct kin_sock *listener, *client, *server;
	struct kin_addr addr, peer;

	ck_ok(kin_open("tcp:127.0.0.1:0", KIN_LISTEN, &listener));
	ck_ok(kin_local_addr(listener, &addr));
	ck_ok(kin_socket(addr.sa.sa_family, SOCK_STREAM, 0, &client));
	ck_ok(kin_connect(client, &addr));
	ck_ok(kin_accept(listener, &server, &peer));
	say(client, server, number);
	say(server, client, number + 1);
	ck_ok(kin_close(client));
	ck_ok(kin_close(server));
	ck_ok(kin_close(listener));
}

static void use_batches(unsigned number)
{
	const struct kin_family *family = kin_family_by_name("unix");
	struct kin_format *format;
	struct kin_sock *pair[2];
	struct kin_batch *batch;
	char line[1024];

	ck_ok(kin_pair(AF_UNIX, SOCK_DGRAM, 0, pair));
	ck_ok(kin_batch_new(4, 64, 0, &batch));
	ck_ok(kin_format_new(family, "json", &format));
	for (unsigned i = 0; i < 4; i++) {
		snprintf(line, sizeof(line), "text:%u", number);
		ck_ok(kin_msg_parse(family, kin_sock_proto(pair[0]), line,
				    kin_batch_msg(batch, i)));
	}
	ck_assert_int_eq(ck_ok(kin_send_batch(pair[0], batch, 0, 4, 0)), 4);
	ck_assert_int_eq(ck_ok(kin_recv_batch(pair[1], batch, 0)), 4);
	ck_ok(kin_format_msg(format, pair[1], kin_batch_msg(batch, 3), line, sizeof(line)));
	kin_format_free(format);
	kin_batch_free(batch);
	ck_ok(kin_close(pair[0]));
	ck_ok(kin_close(pair[1]));
}

static void use_streams(unsigned number)
{
	struct kin_sock *pair[2];
	struct kin_stream *in, *out;
	const char *line;
	char expected[32];

	snprintf(expected, sizeof(expected), "line %u\n", number);
	ck_ok(kin_pair(AF_UNIX, SOCK_STREAM, 0, pair));
	ck_ok(kin_stream_new(pair[0], "w", -1, NULL, &out));
	ck_ok(kin_stream_new(pair[1], "r", -1, NULL, &in));
	ck_ok(kin_stream_printf(out, "line %u\n", number));
	ck_ok(kin_stream_close(out));
	ck_assert_int_eq(ck_ok(kin_stream_read_line(in, 0, &line)), (long)strlen(expected));
	ck_assert_str_eq(line, expected);
	ck_ok(kin_close(pair[0]));
	ck_ok(kin_close(pair[1]));
	ck_ok(kin_stream_close(in));
}

/* By the resolver, though no name goes to any server. */
static void look_up(unsigned number)
{
	struct kin_endpoint *endpoint;
	struct kin_sock *sock;
	char text[64];

	snprintf(text, sizeof(text), "udp:localhost:%u", 5000 + number);
	ck_ok(kin_endpoint_parse(text, &endpoint));
	ck_ok(kin_open_endpoint(endpoint, KIN_SEND, &sock));
	ck_ok(kin_close(sock));
	kin_endpoint_free(endpoint);
}

static void ask_the_machine(unsigned number)
{
	struct kin_if *list;
	char name[64];
	int n;

	(void)number;
	ck_ok(kin_hostname(name, sizeof(name)));
	n = (int)ck_ok(kin_if_list(&list));
	ck_assert_int_gt(n, 0);
	ck_assert_int_eq(ck_ok(kin_if_index(list[0].name)), list[0].index);
	free(list);
}

/* ---- The tests ----------------------------------------------------------------------------- */

START_TEST(the_registry_is_filled_once)
{
	static void (*const jobs[])(unsigned) = {see_plugin_refused};

	run_threads(jobs, 1, 3, NULL);
}
END_TEST

START_TEST(failures_are_the_threads_own)
{
	static void (*const jobs[])(unsigned) = {fail_in_words};

	run_threads(jobs, 1, ROUNDS * 10, NULL);
}
END_TEST

START_TEST(sockets_in_many_threads)
{
	static void (*const jobs[])(unsigned) = {
		use_pair, use_udp,       use_tcp,     use_batches,
		look_up,  fail_in_words, use_streams, ask_the_machine,
	};

	run_threads(jobs, sizeof(jobs) / sizeof(*jobs), ROUNDS, change_settings);
	ck_assert_uint_gt(atomic_load(&audited), 0);
}
END_TEST

int main(void)
{
	/* No needs: asking for them would fill the registry before the threads do. */
	const struct test_case cases[] = {
		{the_registry_is_filled_once, "the_registry_is_filled_once"},
		{failures_are_the_threads_own, "failures_are_the_threads_own", .seconds = 60},
		{sockets_in_many_threads, "sockets_in_many_threads", .net = true, .seconds = 60},
		{},
	};
	char folder[] = "/tmp/kin-threads-XXXXXX", path[64];
	FILE *file;
	int r;

	if (!mkdtemp(folder))
		return 1;
	snprintf(path, sizeof(path), "%s/libkin-none.so", folder);
	file = fopen(path, "w");
	if (!file)
		return 1;
	fclose(file);
	setenv("KIN_PLUGIN_PATH", folder, 1);
	r = run_cases("core/threads", cases);
	unlink(path);
	rmdir(folder);
	return r;
}
