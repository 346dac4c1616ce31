/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Tests over check(3): each in a process, with a time limit, in a network namespace of its own
 * where it asks for one, and with its file descriptors counted before and after.
 *
 *     START_TEST(sends) { ... ck_assert_int_eq(...); } END_TEST
 *
 *     int main(void)
 *     {
 *             const struct test_case cases[] = {
 *                     {sends, "sends", .needs = "vcan", .net = true},
 *                     {},
 *             };
 *
 *             return run_cases("can/raw", cases);
 *     }
 *
 * Prints TAP. What a test needs and this kernel lacks is a skip with its reason, and in the VM,
 * which has everything, a failure.
 */
#ifndef KIN_TESTS_HARNESS_H
#define KIN_TESTS_HARNESS_H

#include <check.h>
#include <stdbool.h>
#include <kin/kin.h>

struct test_case {
	const TTest *test;
	const char *name;
	const char *needs; /* schemes ("can tcp6"), "vcan", "xl" (vcan of 2060 bytes),
	                    * "can0" (and can1: the controllers of the VM),
	                    * "can-gw", "vsock-loopback", "root" */
	bool net;          /* in a network namespace of its own, loopback up */
	int seconds;       /* 0: 20 */
	bool newer;        /* looks at what kernels have that are newer than the one that all tests
	                    * run on: with KIN_NEWER=1 in the environment only these are run */
};

/* Run them all. 0, or 1 when one failed: for main() to return. */
int run_cases(const char *suite, const struct test_case *cases);

/* A vcan interface in this test's namespace, up. mtu: 16, 72 or 2060. */
void make_vcan(const char *name, int mtu);

/* A command line by the shell, which must succeed. */
void shell(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* A call of the library that must succeed: its result, or a failure with its words. */
#define ck_ok(call) test_ok((call), #call, __FILE__, __LINE__)
long test_ok(long result, const char *call, const char *file, int line);

/* A call that must fail with -err, in these words (NULL: any). */
#define ck_fails(call, err, words) test_fails((call), (err), (words), #call, __FILE__, __LINE__)
void test_fails(long result, int err, const char *words, const char *call, const char *file,
                int line);

/* A call that must fail with -err, in a sentence that has these words in it. */
#define ck_refused(call, err, words) test_refused((call), (err), (words), #call, __FILE__, __LINE__)
void test_refused(long result, int err, const char *words, const char *call, const char *file,
                  int line);

/* A row of the table of constants. */
#define ck_const(name, value) test_const((name), (value), __FILE__, __LINE__)
void test_const(const char *name, int64_t value, const char *file, int line);

/*
 * Every name that a header of the system's has and that begins with prefix is in the table of
 * constants, but for those in except (spaces between them; NULL: none), and for macros with
 * arguments. A header that is not there is none that the table was made from: nothing is checked.
 */
#define ck_header_consts(header, prefix, except)                                                   \
	test_header_consts((header), (prefix), (except), __FILE__, __LINE__)
void test_header_consts(const char *header, const char *prefix, const char *except,
                        const char *file, int line);

/* Repeatable random numbers (xorshift). */
uint64_t test_random(void);

/* Why something of what a test_case needs can't be had here, or NULL. */
const char *lacks_any(const char *needs);

/* How many file descriptors are open. */
unsigned open_fds(void);

#endif
