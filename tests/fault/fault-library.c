/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Each scenario runs once for each call it makes to libc, with that call failing: it must not
 * crash, leak memory (LeakSanitizer) or descriptors, what it returns must come with words and the
 * same number, and outputs must be as they were. Then once more for each call that a signal can
 * interrupt: those must not be noticed.
 */
#include "fault.h"

#include <sched.h>
#include <stdio.h>
#include <sys/wait.h>

#include "harness.h"
#include "inject.h"

enum { CHILD_DONE = 0, CHILD_BAD = 1, CHILD_NOTHING_FAILED = 2 };

static bool bad;

bool all_bytes(const void *data, size_t len, int value)
{
	const unsigned char *bytes = data;

	for (size_t i = 0; i < len; i++)
		if (bytes[i] != value)
			return false;
	return true;
}

static bool is_recorded(long r)
{
	switch (kin_error_domain()) {
	case KIN_ERR_ERRNO:
		return kin_error_code() == -r;
	case KIN_ERR_DEADLINE:
		return r == -ETIMEDOUT;
	default:
		return r == -EREMOTEIO && kin_error_code() != 0;
	}
}

int scenario_fails(long r, const char *call, bool untouched)
{
	const char *wrong = !*kin_error_text() ? "no word about it"
			    : !is_recorded(r)  ? "another failure is recorded"
			    : !untouched       ? "an output was written"
					       : NULL;

	if (wrong) {
		fprintf(stderr, "# %s gave %ld with %s failing: %s: \"%s\", code %d\n", call, r,
			fault_name ? fault_name : "nothing", wrong, kin_error_text(),
			kin_error_code());
		bad = true;
	}
	return (int)r;
}

/* In a child, so that a crash and a leak are told by its exit status. */
static int run_child(const struct scenario *scenario, unsigned at, bool eintr)
{
	unsigned fds = open_fds();
	unsigned calls;
	int r;

	fault_eintr = eintr;
	kin_error_clear();
	fault_calls = 0;
	fault_name = NULL;
	fault_at = at;
	r = scenario->run();
	fault_at = 0;
	calls = fault_calls;
	if (open_fds() != fds) {
		fprintf(stderr, "# %s failing leaves a descriptor open\n", fault_name);
		return CHILD_BAD;
	}
	if (bad)
		return CHILD_BAD;
	if (scenario->pure && calls > 0) {
		fprintf(stderr, "# %u calls were made that can fail\n", calls);
		return CHILD_BAD;
	}
	if (!fault_name)
		return r < 0 ? (fprintf(stderr, "# %s\n", kin_error_text()), CHILD_BAD)
			     : CHILD_NOTHING_FAILED;
	if (eintr && r < 0) {
		fprintf(stderr, "# a signal in %s ends it: %s\n", fault_name, kin_error_text());
		return CHILD_BAD;
	}
	/* What a failure that nobody hears of does not change must still come out right. */
	if (r == -EPROTO) {
		fprintf(stderr, "# %s failing: %s\n", fault_name, kin_error_text());
		return CHILD_BAD;
	}
	if (getenv("KIN_VERBOSE"))
		fprintf(stderr, "# %s: %s\n", fault_name, r < 0 ? kin_error_text() : "goes on");
	return CHILD_DONE;
}

static bool run(const struct scenario *scenario, bool eintr)
{
	enum { LIMIT = 2000 };
	bool good;
	unsigned at;

	for (at = 1; at < LIMIT; at++) {
		int status = 0;
		pid_t pid = fork();

		if (pid == 0) {
			alarm(20);
			exit(run_child(scenario, at, eintr));
		}
		if (pid < 0 || waitpid(pid, &status, 0) != pid || !WIFEXITED(status) ||
		    WEXITSTATUS(status) > CHILD_NOTHING_FAILED ||
		    WEXITSTATUS(status) == CHILD_BAD) {
			printf("not ok - fault/%s: call %u%s, status %#x\n", scenario->name, at,
			       eintr ? " interrupted" : "", status);
			return false;
		}
		if (WEXITSTATUS(status) == CHILD_NOTHING_FAILED)
			break;
	}
	/* A scenario in which nothing can fail tests nothing, unless that is what it is for. */
	good = scenario->pure ? at == 1 : at > 1 && at < LIMIT;
	printf("%s - fault/%s: %u calls %s in turn\n", good ? "ok" : "not ok", scenario->name,
	       at - 1, eintr ? "interrupted" : "failed");
	return good;
}

/* Why a scenario can't run here, or NULL. */
static const char *lacks_for(const struct scenario *scenario)
{
	if (!scenario->needs)
		return NULL;
	if (strcmp(scenario->needs, "vcan0") == 0)
		return system("ip link show vcan0 >/dev/null 2>&1 || "
			      "{ ip link add dev vcan0 type vcan && ip link set vcan0 mtu 72 up; } "
			      "2>/dev/null") == 0
			       ? NULL
			       : "no vcan0 here";
	return lacks_any(scenario->needs);
}

/* Every kernel gives the same answer to what needs nothing special, and the VM is slow. */
static bool run_all(bool initial_net, bool in_vm)
{
	bool good = true;

	for (const struct scenario *s = scenarios; s->name; s++) {
		const char *reason;

		if (s->initial_net != initial_net || (in_vm && !s->needs))
			continue;
		reason = lacks_for(s);
		if (reason) {
			printf("%s - fault/%s # SKIP %s\n", in_vm ? "not ok" : "ok", s->name,
			       reason);
			good &= !in_vm;
			continue;
		}
		good &= run(s, false);
		if (s->waits)
			good &= run(s, true);
	}
	return good;
}

int main(void)
{
	bool in_vm = getenv("KIN_VM") != NULL;
	bool good;

	setvbuf(stdout, NULL, _IOLBF, 0);
	/* The registry is filled once for the process; what it keeps is no leak. */
	kin_family_at(1000);
	good = run_all(true, in_vm);
	/* Names, addresses and interfaces of its own. */
	if (unshare(CLONE_NEWNET | CLONE_NEWUTS | (geteuid() == 0 ? 0 : CLONE_NEWUSER)) < 0 ||
	    system("ip link set lo up") != 0) {
		printf("ok - fault # SKIP no namespaces here: %s\n", strerror(errno));
		return good ? 0 : 1;
	}
	good &= run_all(false, in_vm);
	return good ? 0 : 1;
}
