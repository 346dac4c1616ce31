/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Messages with all that goes along: pieces, ancillary data, descriptors, options, the audit. */
#include "harness.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <unistd.h>
#include <kin/family.h>

#define MS 1000000ll

static struct kin_sock *pair[2];

static void make_pair(int type)
{
	ck_ok(kin_pair(AF_UNIX, type, 0, pair));
}

static void drop_pair(void)
{
	ck_ok(kin_close(pair[0]));
	ck_ok(kin_close(pair[1]));
}

static void on_alarm(int sig)
{
	(void)sig;
}

static void alarms(long every_us)
{
	const struct sigaction action = {.sa_handler = on_alarm};
	const struct itimerval timer = {{0, every_us}, {0, every_us}};

	ck_assert_int_eq(sigaction(SIGALRM, &action, NULL), 0);
	ck_assert_int_eq(setitimer(ITIMER_REAL, &timer, NULL), 0);
}

/* ---- one deadline for all ---- */

/* Takes a little every now and then, so that the sender always gets on. */
static void *sip(void *data)
{
	struct kin_sock *s = data;
	static char buf[1 << 16];
	sigset_t all;
	ssize_t n;

	sigfillset(&all);
	pthread_sigmask(SIG_BLOCK, &all, NULL);
	do {
		usleep(20000);
		n = kin_recv(s, buf, sizeof(buf), MSG_DONTWAIT);
	} while (n > 0 || n == -EAGAIN);
	return NULL;
}

START_TEST(semantic_01_sending_all_has_one_budget)
{
	static char much[64 << 20];
	int64_t begin, took;
	pthread_t thread;
	size_t sent = 0, first;

	make_pair(SOCK_STREAM);
	ck_ok(kin_setsockopt_int(pair[0], SOL_SOCKET, SO_SNDBUF, 1));
	ck_ok(kin_set_timeout(pair[0], 0));
	ck_fails(kin_send_all(pair[0], much, sizeof(much), 0, &first), EAGAIN, NULL);
	ck_ok(kin_set_timeout(pair[0], 300 * MS));
	ck_assert_int_eq(pthread_create(&thread, NULL, sip, pair[1]), 0);
	alarms(7000);
	begin = kin_now();
	ck_fails(kin_send_all(pair[0], much, sizeof(much), 0, &sent), ETIMEDOUT, "timed out");
	took = kin_now() - begin;
	alarms(0);
	/* Restarted with each piece it would have gone on for minutes. */
	ck_assert_int_ge(took, 300 * MS);
	ck_assert_int_lt(took, 2000 * MS);
	ck_assert_uint_gt(sent, first);
	ck_ok(kin_close(pair[0]));
	pthread_join(thread, NULL);
	ck_ok(kin_close(pair[1]));
}
END_TEST

/* ---- pieces ---- */

START_TEST(messages_in_pieces)
{
	struct kin_batch *batch;
	char a[3], b[8] = "";
	char text[] = "abcdef";
	struct iovec out[] = {{text, 2}, {NULL, 0}, {text + 2, 4}};
	struct iovec in[] = {{a, 3}, {b, sizeof(b)}};

	make_pair(SOCK_DGRAM);
	ck_ok(kin_batch_new(1, 1, 0, &batch));
	ck_ok(kin_opt_set(pair[1], "timestamps", "software"));
	ck_assert_int_eq(kin_send_msg(pair[0], out, 3, NULL, 0), 6);
	ck_assert_int_eq(kin_recv_msg(pair[1], in, 2, batch, 0), 6);
	ck_assert_int_eq(memcmp(a, "abc", 3), 0);
	ck_assert_int_eq(memcmp(b, "def", 3), 0);
	ck_assert_int_eq(kin_batch_msg(batch, 0)->clock, KIN_CLOCK_SOFTWARE);
	ck_assert_uint_eq(kin_batch_msg(batch, 0)->full_len, 6);
	ck_assert_uint_eq(kin_batch_msg(batch, 0)->len, 0);
	/* One that is cut: what there is room for, and its own length. */
	ck_assert_int_eq(kin_send_msg(pair[0], out, 3, NULL, 0), 6);
	ck_assert_int_eq(kin_recv_msg(pair[1], in, 1, batch, 0), 3);
	ck_assert(kin_batch_msg(batch, 0)->flags & MSG_TRUNC);
	ck_assert_uint_eq(kin_batch_msg(batch, 0)->full_len, 6);
	ck_assert_int_eq(kin_send_msg(pair[0], out, 3, NULL, 0), 6);
	ck_assert_int_eq(kin_recv_msg(pair[1], in, 1, NULL, MSG_TRUNC), 6);
	/* The batch itself is as before. */
	ck_assert_int_eq(kin_send_msg(pair[0], out, 1, NULL, 0), 2);
	ck_assert_int_eq(kin_recv_batch(pair[1], batch, 0), 1);
	ck_assert_uint_eq(kin_batch_msg(batch, 0)->len, 1);
	/* An empty one, without any piece. */
	ck_assert_int_eq(kin_send_msg(pair[0], NULL, 0, NULL, 0), 0);
	ck_assert_int_eq(kin_recv_msg(pair[1], NULL, 0, batch, 0), 0);
	kin_batch_free(batch);
	drop_pair();
}
END_TEST

START_TEST(pieces_that_can_not_be)
{
	static struct iovec many[UIO_MAXIOV + 1];
	struct iovec bad[] = {{many, 1}, {NULL, 1}};
	struct iovec huge[] = {{many, SSIZE_MAX}, {many, 1}};

	make_pair(SOCK_DGRAM);
	ck_fails(kin_send_msg(pair[0], many, UIO_MAXIOV + 1, NULL, 0), EMSGSIZE,
		 "1025 pieces of a message are more than 1024");
	ck_fails(kin_recv_msg(pair[0], many, UIO_MAXIOV + 1, NULL, 0), EMSGSIZE, NULL);
	ck_assert_int_eq(kin_send_msg(pair[0], many, UIO_MAXIOV, NULL, 0), 0);
	ck_fails(kin_send_msg(pair[0], bad, 2, NULL, 0), EINVAL, "iov[1].iov_base is NULL");
	ck_fails(kin_send_msg(pair[0], huge, 2, NULL, 0), EINVAL, NULL);
	ck_fails(kin_recv_msg(pair[0], NULL, 1, NULL, 0), EINVAL, "iov is NULL");
	ck_fails(kin_send(pair[0], many, (size_t)-1, 0), EINVAL, NULL);
	ck_fails(kin_recv(pair[0], many, (size_t)-1, 0), EINVAL, NULL);
	ck_fails(kin_send_all(pair[0], many, (size_t)-1, 0, NULL), EINVAL, NULL);
	drop_pair();
}
END_TEST

START_TEST(semantic_14_no_count_goes_beyond_the_buffer)
{
	char buf[8] = "........";
	struct kin_addr addr;

	make_pair(SOCK_STREAM);
	ck_assert_int_eq(kin_send(pair[0], "abcdefgh", 8, 0), 8);
	ck_fails(kin_recv_into(pair[1], buf, 4, 5, 0, NULL), EINVAL,
		 "a count of 5 is above the buffer's 4 bytes");
	ck_fails(kin_recv_into(pair[1], buf, 4, (size_t)-1, 0, NULL), EINVAL, NULL);
	ck_assert_int_eq(kin_recv_into(pair[1], buf, 8, 2, 0, NULL), 2);
	ck_assert_int_eq(memcmp(buf, "ab......", 8), 0);
	ck_assert_int_eq(kin_recv_into(pair[1], buf, 4, 0, 0, &addr), 4);
	ck_assert_int_eq(memcmp(buf, "cdef....", 8), 0);
	ck_assert_uint_eq(addr.len, 0);
	ck_assert_int_eq(kin_recv_into(pair[1], NULL, 0, 0, 0, NULL), 0);
	drop_pair();
}
END_TEST

/* ---- a family that moves messages by itself ---- */

static char own_sent[16];
static unsigned own_tries;
static bool own_is_empty;

static int own_parse(const struct kin_proto *proto, const char *body,
		     const struct kin_setting *settings, size_t n, struct kin_target *ret)
{
	(void)proto;
	(void)body;
	(void)settings;
	(void)n;
	ret->addr.len = sizeof(sa_family_t);
	ret->addr.sa.sa_family = AF_UNIX;
	return 0;
}

static void own_format(const struct kin_proto *proto, const struct kin_target *target,
		       struct kin_buf *out)
{
	(void)proto;
	(void)target;
	(void)out;
}

static int own_send(struct kin_sock *sock, struct kin_batch *b, unsigned first, unsigned count,
		    int flags)
{
	const struct kin_msg *msg = kin_batch_msg(b, first);

	(void)sock;
	(void)count;
	if (flags & MSG_OOB)
		return kin_fail(EPERM, "never out of band");
	memcpy(own_sent, msg->data, msg->len);
	own_sent[msg->len] = '\0';
	return 1;
}

/* From memory of its own, as a ring has it. */
static int own_recv(struct kin_sock *sock, struct kin_batch *b, int flags)
{
	static unsigned char ring[] = "from the ring";
	struct kin_msg *msg = kin_batch_msg(b, 0);

	(void)sock;
	if (flags & MSG_OOB)
		return kin_fail(EPERM, "never out of band");
	if (own_tries++ == 0)
		return -EINTR;
	msg->data = ring;
	msg->len = msg->full_len = own_is_empty ? 0 : sizeof(ring) - 1;
	msg->addr.len = 2;
	msg->drops = 3;
	return 1;
}

static const struct kin_proto own_protos[] = {{.scheme = "own", .type = SOCK_DGRAM}, {}};

static const struct kin_family own = {
	.abi = KIN_FAMILY_ABI,
	.struct_size = sizeof(own),
	.name = "own",
	.domain = AF_UNIX,
	.protos = own_protos,
	.parse = own_parse,
	.format = own_format,
	.send_batch = own_send,
	.recv_batch = own_recv,
};

START_TEST(pieces_of_a_family_that_takes_them_whole)
{
	char text[] = "abcdef", a[5], b[20] = "";
	struct iovec out[] = {{text, 1}, {text + 1, 5}}, in[] = {{a, 5}, {b, sizeof(b)}};
	struct kin_batch *batch;
	struct kin_sock *s;

	ck_ok(kin_family_register(&own));
	ck_ok(kin_open("own:", KIN_NONE, &s));
	ck_ok(kin_batch_new(1, 1, 0, &batch));
	ck_assert_int_eq(kin_send_msg(s, out, 2, NULL, 0), 6);
	ck_assert_str_eq(own_sent, "abcdef");
	ck_assert_int_eq(kin_send_msg(s, out, 1, NULL, 0), 1);
	ck_assert_str_eq(own_sent, "a");
	ck_assert_int_eq(kin_send_msg(s, NULL, 0, NULL, 0), 0);
	ck_assert_int_eq(kin_send(s, "xyz", 3, 0), 3);
	ck_assert_str_eq(own_sent, "xyz");
	ck_assert_int_eq(kin_recv_msg(s, in, 2, batch, 0), 13);
	ck_assert_int_eq(memcmp(a, "from ", 5), 0);
	ck_assert_int_eq(memcmp(b, "the ring", 8), 0);
	ck_assert_uint_eq(kin_batch_msg(batch, 0)->full_len, 13);
	ck_assert_uint_eq(kin_batch_msg(batch, 0)->drops, 3);
	ck_assert_int_eq(kin_recv_msg(s, in, 1, NULL, 0), 5);
	/* An empty message has an address as well. */
	own_is_empty = true;
	kin_batch_msg(batch, 0)->addr.len = 0;
	ck_assert_int_eq(kin_recv_msg(s, in, 2, batch, 0), 0);
	ck_assert_uint_eq(kin_batch_msg(batch, 0)->addr.len, 2);
	ck_assert_uint_eq(kin_batch_msg(batch, 0)->full_len, 0);
	ck_assert_int_eq(kin_recv_msg(s, in, 2, NULL, 0), 0);
	own_is_empty = false;
	ck_assert_int_eq(kin_recv(s, b, 4, 0), 4);
	ck_assert_int_eq(memcmp(b, "from", 4), 0);
	/* Its own words stay. */
	ck_fails(kin_send_msg(s, out, 2, NULL, MSG_OOB), EPERM, "never out of band");
	ck_fails(kin_recv_msg(s, in, 2, batch, MSG_OOB), EPERM, "never out of band");
	ck_fails(kin_send(s, "x", 1, MSG_OOB), EPERM, "never out of band");
	ck_fails(kin_recv(s, b, 1, MSG_OOB), EPERM, "never out of band");
	kin_batch_free(batch);
	ck_ok(kin_close(s));
}
END_TEST

/* ---- ancillary data ---- */

static void send_fds(unsigned n)
{
	struct kin_batch *batch;
	struct kin_msg *msg;
	int fds[4] = {0, 1, 2, 0};

	ck_ok(kin_batch_new(1, 1, (size_t)kin_cmsg_space(sizeof(fds)), &batch));
	msg = kin_batch_msg(batch, 0);
	ck_ok(kin_add_cmsg(msg, SOL_SOCKET, SCM_RIGHTS, fds, n * sizeof(int)));
	ck_assert_int_eq(kin_send_msg(pair[0], &(struct iovec){fds, 1}, 1, msg, 0), 1);
	kin_batch_free(batch);
}

/* Whatever the room, whole descriptors come or none, close-on-exec, and none stays behind. */
static void receive_in(size_t room, unsigned sent)
{
	unsigned before = open_fds(), n;
	struct kin_batch *batch;
	struct kin_cmsg cmsg = {};
	int fds[8];
	char byte;

	ck_ok(kin_batch_new(1, 1, room, &batch));
	/* It is rounded up. */
	room = (room + 7) & ~(size_t)7;
	send_fds(sent);
	ck_assert_int_eq(kin_recv_msg(pair[1], &(struct iovec){&byte, 1}, 1, batch, 0), 1);
	if (room < CMSG_LEN(sizeof(int)))
		ck_assert(!kin_next_cmsg(kin_batch_msg(batch, 0), &cmsg));
	n = kin_take_fds(batch, kin_batch_msg(batch, 0), fds, 8);
	ck_assert_uint_eq(open_fds(), before + n);
	ck_assert_uint_le(n, sent);
	if (room >= CMSG_LEN(sent * sizeof(int)))
		ck_assert_uint_eq(n, sent);
	else
		ck_assert_uint_eq(n, room < CMSG_LEN(0) ? 0 : (room - CMSG_LEN(0)) / sizeof(int));
	ck_assert_int_eq(!!(kin_batch_msg(batch, 0)->flags & MSG_CTRUNC), n < sent);
	for (unsigned i = 0; i < n; i++) {
		ck_assert(fcntl(fds[i], F_GETFD) & FD_CLOEXEC);
		close(fds[i]);
	}
	kin_batch_free(batch);
	ck_assert_uint_eq(open_fds(), before);
}

START_TEST(semantic_13_cut_descriptors_come_whole_or_not_at_all)
{
	make_pair(SOCK_DGRAM);
	for (size_t room = 1; room <= CMSG_SPACE(4 * sizeof(int)) + 8; room++)
		for (unsigned sent = 1; sent <= 4; sent++)
			receive_in(room, sent);
	drop_pair();
}
END_TEST

START_TEST(semantic_13_descriptors_of_a_failing_call_are_closed)
{
	unsigned before;
	struct kin_batch *batch;
	struct iovec in;
	char byte;

	make_pair(SOCK_DGRAM);
	ck_ok(kin_set_timeout(pair[1], 0));
	in = (struct iovec){&byte, 1};
	ck_ok(kin_batch_new(2, 1, 0, &batch));
	before = open_fds();
	send_fds(3);
	ck_assert_int_eq(kin_recv_batch(pair[1], batch, 0), 1);
	ck_assert_uint_eq(open_fds(), before + 3);
	ck_fails(kin_recv_batch(pair[1], batch, 0), EAGAIN, NULL);
	ck_assert_uint_eq(open_fds(), before);
	send_fds(2);
	ck_assert_int_eq(kin_recv_msg(pair[1], &in, 1, batch, 0), 1);
	ck_assert_uint_eq(open_fds(), before + 2);
	ck_fails(kin_recv_msg(pair[1], &in, 1, batch, 0), EAGAIN, NULL);
	ck_assert_uint_eq(open_fds(), before);
	/* Nor do they come where nobody asks for them. */
	send_fds(3);
	ck_assert_int_eq(kin_recv_msg(pair[1], &in, 1, NULL, 0), 1);
	send_fds(3);
	ck_assert_int_eq(kin_recv(pair[1], &byte, 1, 0), 1);
	send_fds(3);
	ck_assert_int_eq(kin_recv_from(pair[1], &byte, 1, 0, &(struct kin_addr){}), 1);
	ck_assert_uint_eq(open_fds(), before);
	/* Peeking makes descriptors as well. */
	send_fds(2);
	ck_assert_int_eq(kin_recv_msg(pair[1], &in, 1, batch, MSG_PEEK), 1);
	ck_assert_int_eq(kin_recv_batch(pair[1], batch, 0), 1);
	ck_assert_uint_eq(open_fds(), before + 2);
	kin_batch_free(batch);
	ck_assert_uint_eq(open_fds(), before);
	drop_pair();
}
END_TEST

START_TEST(semantic_13_several_items_fit_exactly)
{
	const size_t exact = (size_t)(kin_cmsg_space(sizeof(int)) + kin_cmsg_space(sizeof(int)) +
				      kin_cmsg_space(sizeof(struct in_pktinfo)));
	struct kin_addr addr = {.len = sizeof(struct sockaddr_in)};
	struct kin_sock *to, *from;
	char byte;

	((struct sockaddr_in *)&addr.ss)->sin_family = AF_INET;
	((struct sockaddr_in *)&addr.ss)->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	ck_ok(kin_socket(AF_INET, SOCK_DGRAM, 0, &to));
	ck_ok(kin_socket(AF_INET, SOCK_DGRAM, 0, &from));
	ck_ok(kin_bind(to, &addr));
	ck_ok(kin_local_addr(to, &addr));
	ck_ok(kin_setsockopt_int(to, IPPROTO_IP, IP_PKTINFO, 1));
	ck_ok(kin_setsockopt_int(to, IPPROTO_IP, IP_RECVTTL, 1));
	ck_ok(kin_setsockopt_int(to, IPPROTO_IP, IP_RECVTOS, 1));
	for (size_t less = 0; less < exact; less += 8) {
		struct kin_batch *batch;
		struct kin_cmsg cmsg = {};
		unsigned n = 0;

		ck_ok(kin_batch_new(1, 1, exact - less, &batch));
		ck_assert_int_eq(kin_send_to(from, "x", 1, 0, &addr), 1);
		ck_assert_int_eq(kin_recv_msg(to, &(struct iovec){&byte, 1}, 1, batch, 0), 1);
		while (kin_next_cmsg(kin_batch_msg(batch, 0), &cmsg)) {
			ck_assert_int_eq(cmsg.level, IPPROTO_IP);
			n++;
		}
		/* The last is a byte of TOS; a cut item is told, a cut header gives none. */
		ck_assert_uint_eq(n == 3 && less == 0, less == 0);
		ck_assert_int_eq(!!(kin_batch_msg(batch, 0)->flags & MSG_CTRUNC), less > 0);
		ck_assert_uint_le(kin_batch_msg(batch, 0)->control_len, exact - less);
		kin_batch_free(batch);
	}
	ck_ok(kin_close(to));
	ck_ok(kin_close(from));
}
END_TEST

START_TEST(ancillary_data_that_is_not_well_formed_is_not_sent)
{
	struct kin_batch *batch;
	struct cmsghdr *header;
	struct kin_msg *msg;
	int fd = 0;

	make_pair(SOCK_DGRAM);
	ck_ok(kin_batch_new(1, 1, 64, &batch));
	msg = kin_batch_msg(batch, 0);
	msg->len = 1;
	ck_ok(kin_add_cmsg(msg, SOL_SOCKET, SCM_RIGHTS, &fd, sizeof(fd)));
	header = msg->control;
	header->cmsg_len = CMSG_LEN(sizeof(fd)) + 8;
	ck_fails(kin_send_batch(pair[0], batch, 0, 1, 0), EINVAL,
		 "an item of ancillary data says that it has 28 bytes, where 24 are left");
	ck_fails(kin_send_msg(pair[0], NULL, 0, msg, 0), EINVAL, NULL);
	header->cmsg_len = 3;
	ck_fails(kin_send_batch(pair[0], batch, 0, 1, 0), EINVAL,
		 "the last 24 bytes of ancillary data are no item of it");
	header->cmsg_len = SIZE_MAX;
	ck_fails(kin_send_batch(pair[0], batch, 0, 1, 0), EINVAL, NULL);
	header->cmsg_len = CMSG_LEN(sizeof(fd));
	msg->control_len += 8;
	ck_fails(kin_send_batch(pair[0], batch, 0, 1, 0), EINVAL,
		 "the last 8 bytes of ancillary data are no item of it");
	/* Without the padding behind the last item it is fine. */
	msg->control_len = CMSG_LEN(sizeof(fd));
	ck_assert_int_eq(kin_send_batch(pair[0], batch, 0, 1, 0), 1);
	msg->addr.len = 300;
	ck_fails(kin_send_batch(pair[0], batch, 0, 1, 0), EINVAL,
		 "the length 300 of an address is not in 2-128");
	ck_fails(kin_send_msg(pair[0], NULL, 0, msg, 0), EINVAL, NULL);
	msg->addr.len = 0;
	msg->data = NULL;
	ck_fails(kin_send_batch(pair[0], batch, 0, 1, 0), EINVAL, "msg->data is NULL");
	kin_batch_free(batch);
	drop_pair();
}
END_TEST

START_TEST(sizes_of_ancillary_data)
{
	for (size_t len = 0; len < 100; len++) {
		ck_assert_int_eq(kin_cmsg_len(len), (long)CMSG_LEN(len));
		ck_assert_int_eq(kin_cmsg_space(len), (long)CMSG_SPACE(len));
	}
	ck_assert_int_eq(kin_cmsg_len(INT_MAX - CMSG_LEN(0)), INT_MAX);
	ck_fails(kin_cmsg_len(INT_MAX - CMSG_LEN(0) + 1), EOVERFLOW, NULL);
	ck_fails(kin_cmsg_len(SIZE_MAX), EOVERFLOW, NULL);
	ck_assert_int_gt(kin_cmsg_space(INT_MAX - CMSG_LEN(0) - 7), INT_MAX - 8);
	ck_fails(kin_cmsg_space(INT_MAX - CMSG_LEN(0) - 6), EOVERFLOW, NULL);
	ck_fails(kin_cmsg_space(SIZE_MAX), EOVERFLOW, NULL);
}
END_TEST

/* ---- options ---- */

START_TEST(semantic_20_options_as_number_bytes_and_nothing)
{
	struct linger linger = {.l_onoff = 1, .l_linger = 7}, got = {};
	socklen_t len = sizeof(got);
	struct kin_sock *s;
	char much[4096];
	int value = 0;

	ck_ok(kin_socket(AF_INET, SOCK_STREAM, 0, &s));
	ck_ok(kin_setsockopt_int(s, SOL_SOCKET, SO_KEEPALIVE, 1));
	ck_ok(kin_getsockopt_int(s, SOL_SOCKET, SO_KEEPALIVE, &value));
	ck_assert_int_eq(value, 1);
	ck_ok(kin_setsockopt(s, SOL_SOCKET, SO_LINGER, &linger, sizeof(linger)));
	ck_ok(kin_getsockopt(s, SOL_SOCKET, SO_LINGER, &got, &len));
	ck_assert_uint_eq(len, sizeof(got));
	ck_assert_int_eq(got.l_linger, 7);
	/* As many bytes as there are, however many are asked for. */
	len = sizeof(much);
	ck_ok(kin_getsockopt(s, IPPROTO_TCP, TCP_INFO, much, &len));
	ck_assert_uint_gt(len, 100);
	len = 3;
	ck_ok(kin_getsockopt(s, IPPROTO_TCP, TCP_INFO, much, &len));
	ck_assert_uint_eq(len, 3);
	ck_fails(kin_getsockopt_int(s, SOL_SOCKET, 9999, &value), ENOPROTOOPT, NULL);
	ck_assert_int_eq(value, 1);
	len = (socklen_t)INT_MAX + 1;
	ck_fails(kin_getsockopt(s, SOL_SOCKET, SO_LINGER, much, &len), EINVAL,
		 "the length 2147483648 of an option is above 2147483647");
	ck_fails(kin_setsockopt(s, SOL_SOCKET, SO_LINGER, much, UINT32_MAX), EINVAL, NULL);
	/* What takes a length alone is the kernel's to say. */
	ck_fails(kin_setsockopt(s, SOL_SOCKET, SO_LINGER, NULL, sizeof(linger)), EFAULT, NULL);
	ck_ok(kin_close(s));
}
END_TEST

START_TEST(semantic_20_nothing_with_a_length)
{
	struct kin_sock *s;
	int value = -1;

	ck_ok(kin_socket(AF_INET6, SOCK_DGRAM, 0, &s));
	ck_ok(kin_setsockopt_int(s, IPPROTO_IPV6, IPV6_RECVPKTINFO, 1));
	ck_ok(kin_setsockopt(s, IPPROTO_IPV6, IPV6_RECVPKTINFO, NULL, sizeof(int)));
	ck_ok(kin_getsockopt_int(s, IPPROTO_IPV6, IPV6_RECVPKTINFO, &value));
	ck_assert_int_eq(value, 0);
	ck_ok(kin_close(s));
}
END_TEST

START_TEST(semantic_20_options_of_64_bits)
{
	const uint64_t rate = 5000000000;
	uint64_t got = 0;
	socklen_t len = sizeof(got);
	struct kin_sock *s;

	ck_ok(kin_socket(AF_INET, SOCK_STREAM, 0, &s));
	ck_ok(kin_setsockopt(s, SOL_SOCKET, SO_MAX_PACING_RATE, &rate, sizeof(rate)));
	ck_ok(kin_getsockopt(s, SOL_SOCKET, SO_MAX_PACING_RATE, &got, &len));
	ck_assert_uint_eq(len, 8);
	ck_assert_uint_eq(got, rate);
	ck_ok(kin_close(s));
}
END_TEST

/* ---- the audit ---- */

static struct kin_audit seen;
static struct kin_addr seen_addr;
static char seen_name[100];
static unsigned asked;

/* Data is the event to be refused, or NULL. */
static int watch(const struct kin_audit *what, void *data)
{
	asked++;
	seen = *what;
	seen_addr = what->addr ? *what->addr : (struct kin_addr){};
	snprintf(seen_name, sizeof(seen_name), "%s", what->name ? what->name : "");
	return data && strcmp(data, kin_audit_event_name(what->event)) == 0 ? -EACCES : 0;
}

static void refuse(const char *event)
{
	asked = 0;
	kin_set_audit_hook(watch, (void *)(uintptr_t)event);
}

START_TEST(semantic_22_sockets_ask_before)
{
	struct kin_addr addr, other, unbound;
	struct kin_sock *s = NULL, *to;

	ck_ok(kin_addr_parse("unix-dgram:@kin-test-audit", &addr));
	ck_ok(kin_addr_parse("unix-dgram:@kin-test-audit-2", &other));
	refuse("open");
	ck_fails(kin_socket(AF_UNIX, SOCK_DGRAM, 0, &s), EACCES, "the audit hook refuses to open");
	ck_fails(kin_pair(AF_UNIX, SOCK_DGRAM, 0, pair), EACCES, NULL);
	ck_fails(kin_open("unix-dgram:@a", KIN_RECEIVE, &s), EACCES, NULL);
	ck_assert_uint_eq(asked, 3);
	ck_assert_int_eq(seen.domain, AF_UNIX);
	ck_assert_int_eq(seen.type, SOCK_DGRAM);
	ck_assert_ptr_null(s);
	refuse("bind");
	ck_ok(kin_socket(AF_UNIX, SOCK_DGRAM, 0, &to));
	ck_fails(kin_bind(to, &addr), EACCES, "the audit hook refuses to bind");
	ck_assert_ptr_eq(seen.sock, to);
	ck_assert(kin_addr_equal(&seen_addr, &addr));
	ck_ok(kin_local_addr(to, &unbound));
	ck_assert(!kin_addr_equal(&unbound, &addr));
	refuse("connect");
	ck_ok(kin_bind(to, &addr));
	ck_ok(kin_socket(AF_UNIX, SOCK_DGRAM, 0, &s));
	ck_fails(kin_connect(s, &addr), EACCES, "the audit hook refuses to connect");
	ck_assert(kin_addr_equal(&seen_addr, &addr));
	ck_fails(kin_peer_addr(s, &unbound), ENOTCONN, NULL);
	kin_set_audit_hook(NULL, NULL);
	ck_ok(kin_close(s));
	ck_ok(kin_close(to));
}
END_TEST

/* A clumsy hook: closes the descriptor under the call, and refuses without an errno value. */
static int spoil(const struct kin_audit *what, void *data)
{
	if (what->event != KIN_AUDIT_BIND)
		return 0;
	ck_ok(kin_close_fd(kin_fd(what->sock)));
	return *(int *)data;
}

START_TEST(cleaning_up_does_not_hide_what_failed)
{
	static int answers[] = {-EACCES, 1, EPERM, INT_MIN, -100000};
	struct kin_sock *s = NULL;

	for (unsigned i = 0; i < 5; i++) {
		kin_set_audit_hook(spoil, &answers[i]);
		ck_fails(kin_open("unix-dgram:@kin-test-spoil", KIN_RECEIVE, &s),
			 i == 0 ? EACCES : EPERM, "the audit hook refuses to bind");
	}
	kin_set_audit_hook(NULL, NULL);
	ck_assert_ptr_null(s);
}
END_TEST

START_TEST(semantic_22_messages_ask_before)
{
	struct kin_batch *batch;
	struct kin_addr addr;
	struct kin_sock *to, *s;
	struct kin_msg *msg;
	char byte;

	ck_ok(kin_addr_parse("unix-dgram:@kin-test-audit", &addr));
	ck_ok(kin_open("unix-dgram:@kin-test-audit", KIN_RECEIVE, &to));
	ck_ok(kin_set_timeout(to, 0));
	ck_ok(kin_socket(AF_UNIX, SOCK_DGRAM, 0, &s));
	ck_ok(kin_batch_new(1, 1, 0, &batch));
	msg = kin_batch_msg(batch, 0);
	msg->len = 1;
	msg->addr = addr;
	refuse("send-to");
	ck_fails(kin_send_to(s, "x", 1, 0, &addr), EACCES, "the audit hook refuses to send-to");
	ck_fails(kin_send_batch(s, batch, 0, 1, 0), EACCES, NULL);
	ck_assert_uint_eq(asked, 2);
	ck_assert(kin_addr_equal(&seen_addr, &addr));
	refuse("send-msg");
	ck_fails(kin_send_msg(s, NULL, 0, msg, 0), EACCES, "the audit hook refuses to send-msg");
	ck_assert(kin_addr_equal(&seen_addr, &addr));
	ck_fails(kin_recv(to, &byte, 1, 0), EAGAIN, NULL);
	/* Asked for connected sockets too, then without an address; a plain send is not. */
	kin_set_audit_hook(NULL, NULL);
	ck_ok(kin_connect(s, &addr));
	refuse("send-msg");
	ck_fails(kin_send_msg(s, NULL, 0, NULL, 0), EACCES, NULL);
	ck_assert_ptr_null(seen.addr);
	asked = 0;
	ck_assert_int_eq(kin_send(s, "x", 1, 0), 1);
	ck_assert_int_eq(kin_send_to(s, "x", 1, 0, NULL), 1);
	ck_assert_uint_eq(asked, 0);
	kin_set_audit_hook(NULL, NULL);
	kin_batch_free(batch);
	ck_ok(kin_close(s));
	ck_ok(kin_close(to));
}
END_TEST

START_TEST(semantic_22_the_hosts_name_asks_before)
{
	char name[100] = "untouched", before[100];

	ck_ok(kin_hostname(before, sizeof(before)));
	refuse("hostname");
	ck_fails(kin_hostname(name, sizeof(name)), EACCES, "the audit hook refuses to hostname");
	ck_assert_str_eq(name, "untouched");
	refuse("set-hostname");
	ck_fails(kin_set_hostname("elsewhere"), EACCES, NULL);
	ck_assert_str_eq(seen_name, "elsewhere");
	kin_set_audit_hook(NULL, NULL);
	ck_ok(kin_hostname(name, sizeof(name)));
	ck_assert_str_eq(name, before);
	ck_assert_str_eq(kin_audit_event_name(KIN_AUDIT_SERVICE_BY_PORT), "service-by-port");
	ck_assert_str_eq(kin_audit_event_name((enum kin_audit_event)99), "unknown");
	refuse("name-info");
	ck_fails(kin_audit_ask(&(struct kin_audit){.event = KIN_AUDIT_NAME_INFO}), EACCES, NULL);
	kin_set_audit_hook(NULL, NULL);
	ck_ok(kin_audit_ask(&(struct kin_audit){.event = KIN_AUDIT_NAME_INFO}));
}
END_TEST

int main(void)
{
	const struct test_case cases[] = {
		{semantic_01_sending_all_has_one_budget, "semantic_01_sending_all_has_one_budget"},
		{messages_in_pieces, "messages_in_pieces"},
		{pieces_that_can_not_be, "pieces_that_can_not_be"},
		{pieces_of_a_family_that_takes_them_whole,
		 "pieces_of_a_family_that_takes_them_whole"},
		{semantic_14_no_count_goes_beyond_the_buffer,
		 "semantic_14_no_count_goes_beyond_the_buffer"},
		{semantic_13_cut_descriptors_come_whole_or_not_at_all,
		 "semantic_13_cut_descriptors_come_whole_or_not_at_all"},
		{semantic_13_descriptors_of_a_failing_call_are_closed,
		 "semantic_13_descriptors_of_a_failing_call_are_closed"},
		{semantic_13_several_items_fit_exactly, "semantic_13_several_items_fit_exactly",
		 .net = true},
		{ancillary_data_that_is_not_well_formed_is_not_sent,
		 "ancillary_data_that_is_not_well_formed_is_not_sent"},
		{sizes_of_ancillary_data, "sizes_of_ancillary_data"},
		{semantic_20_options_as_number_bytes_and_nothing,
		 "semantic_20_options_as_number_bytes_and_nothing"},
		{semantic_20_nothing_with_a_length, "semantic_20_nothing_with_a_length"},
		{semantic_20_options_of_64_bits, "semantic_20_options_of_64_bits"},
		{semantic_22_sockets_ask_before, "semantic_22_sockets_ask_before"},
		{cleaning_up_does_not_hide_what_failed, "cleaning_up_does_not_hide_what_failed"},
		{semantic_22_messages_ask_before, "semantic_22_messages_ask_before"},
		{semantic_22_the_hosts_name_asks_before, "semantic_22_the_hosts_name_asks_before"},
		{},
	};

	return run_cases("core/message", cases);
}
