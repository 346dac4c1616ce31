/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "harness.h"

#include <dirent.h>
#include <errno.h>
#include <net/if.h>
#include <sched.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>
#include <kin/family.h>

/* ---- what a test needs ---- */

/* In a child, because a namespace can't be left again. */
static bool can_make_vcan(int mtu)
{
	pid_t pid = fork();
	int status = 0;

	if (pid == 0) {
		char line[128];

		snprintf(line, sizeof(line),
		         "ip link add dev vcan9 type vcan && ip link set vcan9 mtu %d", mtu);
		if (unshare(CLONE_NEWNET) < 0 || !freopen("/dev/null", "w", stderr))
			_exit(1);
		_exit(system(line) == 0 ? 0 : 1);
	}
	return pid > 0 && waitpid(pid, &status, 0) == pid && status == 0;
}

/* No socket loads this module. Without it, CID 1 may lead out of this machine. */
static bool has_vsock_loopback(void)
{
	static const char module[] = "/sys/module/vsock_loopback";

	if (access(module, F_OK) < 0 && getenv("KIN_VM") && system("modprobe -q vsock_loopback") != 0)
		return false;
	return access(module, F_OK) == 0;
}

static const struct kin_proto *find_scheme(const char *scheme, const struct kin_family **ret_family)
{
	for (unsigned i = 0; (*ret_family = kin_family_at(i)); i++)
		for (const struct kin_proto *row = (*ret_family)->protos; row->scheme; row++)
			if (strcmp(row->scheme, scheme) == 0)
				return row;
	return NULL;
}

/* Why it can't be had, or NULL. */
static const char *lacks(const char *need)
{
	static char reason[256];
	const struct kin_family *family;
	const struct kin_proto *proto;
	struct kin_probe probe = {.struct_size = sizeof(probe)};

	if (strcmp(need, "root") == 0)
		return geteuid() == 0 ? NULL : "needs root";
	if (strcmp(need, "vcan") == 0)
		return can_make_vcan(72) ? NULL : "no vcan interface can be made here";
	if (strcmp(need, "can0") == 0)
		return access("/sys/class/net/can0", F_OK) == 0 &&
				       access("/sys/class/net/can1", F_OK) == 0
			       ? NULL
			       : "there is no pair of controllers, can0 and can1";
	if (strcmp(need, "xl") == 0)
		return can_make_vcan(2060) ? NULL : "vcan has no CAN XL here";
	/* No socket loads it: vcan-setup/vm-init does. */
	if (strcmp(need, "can-gw") == 0)
		return access("/sys/module/can_gw", F_OK) == 0 ? NULL : "the module can-gw is not loaded";
	if (strcmp(need, "vsock-loopback") == 0)
		return has_vsock_loopback() ? NULL : "the module vsock_loopback is not loaded";
	proto = find_scheme(need, &family);
	if (!proto)
		snprintf(reason, sizeof(reason), "built without %s", need);
	else if (kin_probe(family, proto, &probe) < 0)
		snprintf(reason, sizeof(reason), "%s: %s", need, kin_error_text());
	else if (probe.status != KIN_WORKS)
		snprintf(reason, sizeof(reason), "%s: %s", need, probe.reason);
	else
		return NULL;
	return reason;
}

const char *lacks_any(const char *needs)
{
	char words[128];
	const char *reason = NULL;
	char *rest = words, *word;

	snprintf(words, sizeof(words), "%s", needs ? needs : "");
	while (!reason && (word = strsep(&rest, " ")))
		if (*word)
			reason = lacks(word);
	return reason;
}

/* ---- around each test ---- */

static unsigned fds_before;

unsigned open_fds(void)
{
	DIR *dir = opendir("/proc/self/fd");
	unsigned n = 0;

	if (!dir)
		return 0;
	while (readdir(dir))
		n++;
	closedir(dir);
	return n;
}

static void loopback_up(void)
{
	struct ifreq ifr = {.ifr_name = "lo", .ifr_flags = IFF_UP};
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(ioctl(fd, SIOCSIFFLAGS, &ifr), 0);
	close(fd);
}

static void set_up(void)
{
	fds_before = open_fds();
}

static void set_up_net(void)
{
	int r = unshare(geteuid() == 0 ? CLONE_NEWNET : CLONE_NEWNET | CLONE_NEWUSER);

	ck_assert_msg(r == 0, "no network namespace: %s", strerror(errno));
	loopback_up();
	set_up();
}

static void tear_down(void)
{
	unsigned after = open_fds();

	ck_assert_msg(after == fds_before, "%u file descriptors are open, %u were before", after,
	              fds_before);
}

/* ---- running ---- */

static SRunner *make_runner(const char *suite_name, const struct test_case *cases, int *ret_bad)
{
	Suite *suite = suite_create(suite_name);
	bool in_vm = getenv("KIN_VM") != NULL, newer = getenv("KIN_NEWER") != NULL;

	for (const struct test_case *c = cases; c->test; c++) {
		const char *reason;
		TCase *group;

		if (newer && !c->newer)
			continue;
		reason = lacks_any(c->needs);
		if (reason) {
			printf(in_vm ? "not ok - %s:%s: skipped in the VM: %s\n" : "ok - %s:%s # SKIP %s\n",
			       suite_name, c->name, reason);
			*ret_bad |= in_vm;
			continue;
		}
		group = tcase_create(c->name);
		tcase_set_timeout(group, c->seconds ? c->seconds : 20);
		tcase_add_checked_fixture(group, c->net ? set_up_net : set_up, tear_down);
		tcase_add_test(group, c->test);
		suite_add_tcase(suite, group);
	}
	return srunner_create(suite);
}

int run_cases(const char *suite_name, const struct test_case *cases)
{
	int bad = 0;
	SRunner *runner = make_runner(suite_name, cases, &bad);
	int failed;

	fflush(stdout);
	srunner_set_tap(runner, "-");
	srunner_run_all(runner, CK_SILENT);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed || bad;
}

/* ---- what tests are written with ---- */

void shell(const char *format, ...)
{
	char line[1024];
	va_list args;

	va_start(args, format);
	vsnprintf(line, sizeof(line), format, args);
	va_end(args);
	ck_assert_msg(system(line) == 0, "failed: %s", line);
}

void make_vcan(const char *name, int mtu)
{
	shell("ip link add dev %s type vcan && ip link set %s mtu %d up", name, name, mtu);
}

long test_ok(long result, const char *call, const char *file, int line)
{
	ck_assert_msg(result >= 0, "%s:%d: %s: %ld: %s", file, line, call, result, kin_error_text());
	return result;
}

void test_fails(long result, int err, const char *words, const char *call, const char *file,
                int line)
{
	ck_assert_msg(result == -err, "%s:%d: %s gave %ld, not %d: %s", file, line, call, result, -err,
	              result < 0 ? kin_error_text() : "no error");
	if (words)
		ck_assert_msg(strcmp(kin_error_text(), words) == 0, "%s:%d: %s said \"%s\", not \"%s\"", file,
		              line, call, kin_error_text(), words);
	else
		ck_assert_msg(*kin_error_text() != '\0', "%s:%d: %s failed without a word", file, line, call);
}

void test_refused(long result, int err, const char *words, const char *call, const char *file,
                  int line)
{
	test_fails(result, err, NULL, call, file, line);
	ck_assert_msg(strstr(kin_error_text(), words) != NULL, "%s:%d: %s said \"%s\", without \"%s\"",
	              file, line, call, kin_error_text(), words);
}

void test_const(const char *name, int64_t value, const char *file, int line)
{
	const struct kin_const *row = kin_const_find(name);

	ck_assert_msg(row != NULL, "%s:%d: no constant %s", file, line, name);
	ck_assert_msg(row->value == value, "%s:%d: %s is %lld, not %lld", file, line, name,
	              (long long)row->value, (long long)value);
}

/* Behind a comment that begins at text, or NULL. */
static const char *behind_comment(const char *text)
{
	const char *end = NULL;

	if (text[0] == '/' && text[1] == '*')
		end = strstr(text + 2, "*/");
	return end ? end + 2 : NULL;
}

static size_t word_len(const char *text)
{
	return strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_");
}

static bool has_word(const char *list, const char *word, size_t len)
{
	for (const char *at = list; at && (at = strstr(at, word)); at += len)
		if ((at == list || at[-1] == ' ') && word_len(at) == len)
			return true;
	return false;
}

/* Where a plain number stands behind the name, it is the value. */
static void check_row(const char *name, const char *rest, const char *header)
{
	const struct kin_const *row = kin_const_find(name);
	char *end;
	long long value;

	ck_assert_msg(row != NULL, "%s of <%s> is not in the table", name, header);
	rest += strspn(rest, " \t");
	value = strtoll(rest, &end, 0);
	end += strspn(end, "ULul");
	if (end > rest && (*end == '\n' || *end == '\t'))
		ck_assert_msg(row->value == value, "%s is %lld, in <%s> %lld", name,
		              (long long)row->value, header, value);
}

/* How many names were looked up. */
static unsigned check_names(const char *text, const char *prefix, const char *except,
                            const char *header)
{
	unsigned n = 0;

	while (*text) {
		const char *behind = behind_comment(text);
		size_t len = word_len(text);
		char word[128];

		if (behind) {
			text = behind;
			continue;
		}
		if (len > 0 && len < sizeof(word) && strncmp(text, prefix, strlen(prefix)) == 0) {
			memcpy(word, text, len);
			word[len] = '\0';
			if (text[len] != '(' && !has_word(except, word, len)) {
				n++;
				check_row(word, text + len, header);
			}
		}
		text += len ? len : 1;
	}
	return n;
}

void test_header_consts(const char *header, const char *prefix, const char *except,
                        const char *file, int line)
{
	char path[256], *text = NULL;
	size_t size = 0;
	FILE *in;

	snprintf(path, sizeof(path), "/usr/include/%s", header);
	in = fopen(path, "re");
	if (!in)
		return;
	ck_assert_msg(getdelim(&text, &size, '\0', in) > 0, "%s:%d: %s is empty", file, line, path);
	fclose(in);
	ck_assert_msg(check_names(text, prefix, except, header) > 0, "%s:%d: %s has no %s*", file, line,
	              path, prefix);
	free(text);
}

uint64_t test_random(void)
{
	static uint64_t state = 0x9E3779B97F4A7C15;

	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return state;
}
