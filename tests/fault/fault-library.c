/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Each scenario runs once for each call it makes to libc, with that call failing: it must not
 * crash, leak memory (LeakSanitizer) or descriptors, and what it returns must come with words.
 * Then once more for each call that a signal can interrupt: those must not be noticed.
 */
#include "inject.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include <kin/family.h>

#include "harness.h"

enum { CHILD_DONE = 0, CHILD_BAD = 1, CHILD_NOTHING_FAILED = 2 };

static int unix_dgram(void)
{
	struct kin_sock *in KIN_CLEANUP(kin_close) = NULL;
	struct kin_sock *out KIN_CLEANUP(kin_close) = NULL;
	struct kin_batch *batch KIN_CLEANUP(kin_batch_free) = NULL;
	char address[160];
	int r;

	snprintf(address, sizeof(address), "unix-dgram:@kin-fault-%d", getpid());
	r = kin_open(strcat(address, ",timestamps=software,drops=on,timeout=5"), KIN_RECEIVE, &in);
	if (r < 0)
		return r;
	*strchr(address, ',') = '\0';
	r = kin_open(address, KIN_SEND, &out);
	if (r == 0)
		r = kin_batch_new(4, 64, 0, &batch);
	for (unsigned i = 0; r >= 0 && i < 4; i++)
		r = kin_msg_parse(kin_sock_family(out), kin_sock_proto(out), "text:hello",
		                  kin_batch_msg(batch, i));
	if (r == 0)
		r = kin_send_batch(out, batch, 0, 4, 0);
	if (r > 0)
		r = kin_recv_batch(in, batch, 0);
	return r;
}

static int tcp_stream(void)
{
	struct kin_sock *listener KIN_CLEANUP(kin_close) = NULL;
	struct kin_sock *client KIN_CLEANUP(kin_close) = NULL;
	struct kin_sock *server KIN_CLEANUP(kin_close) = NULL;
	struct kin_addr addr;
	char data[16];
	int r = kin_open("tcp:localhost:0,timeout=5", KIN_LISTEN, &listener);

	if (r == 0)
		r = kin_local_addr(listener, &addr);
	if (r == 0)
		r = kin_socket(addr.sa.sa_family, SOCK_STREAM, 0, &client);
	if (r == 0)
		r = kin_set_timeout(client, 5000000000);
	if (r == 0)
		r = kin_connect(client, &addr);
	if (r == 0)
		r = kin_accept(listener, &server, &addr);
	if (r == 0)
		r = kin_send_all(client, "hello", 5, 0, NULL);
	if (r == 0)
		r = kin_shutdown(client, SHUT_WR);
	if (r == 0)
		r = (int)kin_recv(server, data, sizeof(data), 0);
	return r < 0 ? r : r == 5 ? 0 : kin_fail(EPROTO, "%d bytes arrived, not 5", r);
}

static int endpoints(void)
{
	struct kin_endpoint *e KIN_CLEANUP(kin_endpoint_free) = NULL;
	struct kin_sock *s KIN_CLEANUP(kin_close) = NULL;
	struct kin_format *f KIN_CLEANUP(kin_format_free) = NULL;
	struct kin_addr addr;
	char text[KIN_ADDR_TEXT];
	int r = kin_endpoint_parse("udp:127.0.0.1:0,rcvbuf=10000,broadcast=on,timeout=1.5", &e);

	if (r == 0)
		r = kin_endpoint_set(e, "reuseaddr", "yes");
	if (r == 0)
		r = (int)kin_endpoint_format(e, text, sizeof(text));
	if (r > 0)
		r = kin_open_endpoint(e, KIN_RECEIVE, &s);
	if (r == 0)
		r = (int)kin_opt_get(s, "rcvbuf", text, sizeof(text));
	if (r > 0)
		r = kin_local_addr(s, &addr);
	if (r == 0)
		r = kin_format_new(kin_sock_family(s), "json", &f);
	return r;
}

static int pairs(void)
{
	struct kin_sock *pair[2] = {};
	struct kin_sock *adopted = NULL;
	int r = kin_pair(AF_UNIX, SOCK_STREAM, 0, pair);

	if (r == 0) {
		r = kin_adopt(kin_fd(pair[0]), &adopted);
		if (r == 0) {
			kin_close(pair[1]);
			pair[1] = NULL;
			kin_detach(adopted);
		}
	}
	kin_close(pair[0]);
	kin_close(pair[1]);
	return r;
}

static int can_frames(void)
{
	struct kin_sock *in KIN_CLEANUP(kin_close) = NULL;
	struct kin_sock *out KIN_CLEANUP(kin_close) = NULL;
	struct kin_batch *batch KIN_CLEANUP(kin_batch_free) = NULL;
	int r = kin_open("can:vcan0,fd=on,filter=123:7FF,timestamps=hardware,drops=on,timeout=5",
	                 KIN_RECEIVE, &in);

	if (r == 0)
		r = kin_open("can:vcan0", KIN_SEND, &out);
	if (r == 0)
		r = kin_batch_new(2, 72, 0, &batch);
	if (r == 0)
		r = kin_msg_parse(kin_sock_family(out), kin_sock_proto(out), "123#11",
		                  kin_batch_msg(batch, 0));
	if (r == 0)
		r = kin_send_batch(out, batch, 0, 1, 0);
	if (r > 0)
		r = kin_recv_batch(in, batch, 0);
	return r;
}

/* In a child, so that a crash and a leak are told by its exit status. */
static int run_child(int (*scenario)(void), unsigned at, bool eintr)
{
	unsigned fds = open_fds();
	int r;

	fault_eintr = eintr;
	kin_error_clear();
	fault_calls = 0;
	fault_name = NULL;
	fault_at = at;
	r = scenario();
	fault_at = 0;
	if (open_fds() != fds) {
		fprintf(stderr, "# %s failing leaves a descriptor open\n", fault_name);
		return CHILD_BAD;
	}
	if (!fault_name)
		return r < 0 ? (fprintf(stderr, "# %s\n", kin_error_text()), CHILD_BAD)
		             : CHILD_NOTHING_FAILED;
	if (eintr && r < 0) {
		fprintf(stderr, "# a signal in %s ends it: %s\n", fault_name, kin_error_text());
		return CHILD_BAD;
	}
	if (r < 0 && !*kin_error_text()) {
		fprintf(stderr, "# %s failing gives %d without a word\n", fault_name, r);
		return CHILD_BAD;
	}
	if (r < 0 && getenv("KIN_VERBOSE"))
		fprintf(stderr, "# %s: %s\n", fault_name, kin_error_text());
	return CHILD_DONE;
}

static bool run(const char *name, int (*scenario)(void), bool eintr)
{
	enum { LIMIT = 2000 };
	unsigned at;

	for (at = 1; at < LIMIT; at++) {
		int status = 0;
		pid_t pid = fork();

		if (pid == 0) {
			alarm(20);
			exit(run_child(scenario, at, eintr));
		}
		if (pid < 0 || waitpid(pid, &status, 0) != pid || !WIFEXITED(status) ||
		    WEXITSTATUS(status) > CHILD_NOTHING_FAILED || WEXITSTATUS(status) == CHILD_BAD) {
			printf("not ok - fault/%s: call %u, status %#x\n", name, at, status);
			return false;
		}
		if (WEXITSTATUS(status) == CHILD_NOTHING_FAILED)
			break;
	}
	/* A scenario in which nothing can fail tests nothing. */
	printf("%s - fault/%s: %u calls %s in turn\n", at > 1 && at < LIMIT ? "ok" : "not ok", name,
	       at - 1, eintr ? "interrupted" : "failed");
	return at > 1 && at < LIMIT;
}

int main(void)
{
	static const struct {
		const char *name;
		int (*scenario)(void);
		const char *needs;
		bool waits;
	} rows[] = {
		{"unix-dgram", unix_dgram, "unix-dgram", true},
		{"tcp", tcp_stream, "tcp", true},
		{"endpoints", endpoints, "udp", false},
		{"pair-adopt", pairs, "unix", false},
		{"can", can_frames, "vcan0", true},
	};
	bool good = true;

	setvbuf(stdout, NULL, _IOLBF, 0);
	/* The registry is filled once for the process; what it keeps is no leak. */
	kin_family_at(1000);
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		if (strcmp(rows[i].needs, "vcan0") == 0 && system("ip link show vcan0 >/dev/null 2>&1") != 0) {
			printf("%s - fault/%s # SKIP no vcan0 here\n", getenv("KIN_VM") ? "not ok" : "ok",
			       rows[i].name);
			continue;
		}
		good &= run(rows[i].name, rows[i].scenario, false);
		if (rows[i].waits)
			good &= run(rows[i].name, rows[i].scenario, true);
	}
	return good ? 0 : 1;
}
