/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a call of kin's costs, beside the same done by hand with bare system calls on the same
 * descriptors. tests/bench/calls runs this and reads what it prints.
 *
 *     calls time ROUNDS    nanoseconds of each call, on standard output
 *     calls count          instructions: to be run under valgrind --tool=callgrind, which dumps
 *     calls trace          system calls: to be run under strace; marks begin and end of each row
 *     calls late TRIES     milliseconds after the deadline that calls returned
 *
 * A row is called "TRANSPORT CALL MODE WHO". The modes are blocking, timeout (the socket has one;
 * by hand: non-blocking and poll(2)) and waits (the same, where nothing is there at first).
 */
#include <arpa/inet.h>
#include <err.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <valgrind/callgrind.h>
#include <kin/kin.h>

enum {
	SIZE = 64,     /* of a message */
	BURST = 5,     /* calls; twice as many messages fit into any queue */
	BURSTS = 40,   /* make a sample of time */
	MANY = 64,     /* the largest batch */
	CONTROL = 256, /* of a message in a batch */
	SECOND = 1000000000,
};

/* One pair of ends, with an object of kin's and the bare descriptor of each. */
struct ends {
	const char *transport;
	bool datagrams;
	int out, in;      /* connected */
	int loose;        /* datagrams: sends to addr, and is connected to nothing */
	int asks, helper; /* waits: a byte here asks the helper process for as many messages */
	struct kin_sock *kout, *kin, *kloose;
	struct kin_addr addr; /* of in */
};

static char data[SIZE], room[SIZE];
static struct iovec data_vector = {data, SIZE}, room_vector = {room, SIZE};
static struct sockaddr_storage names[MANY];
static struct iovec vectors[MANY];
static struct mmsghdr headers[MANY];
static char datas[MANY][SIZE], controls[MANY][CONTROL] __attribute__((aligned(8)));
static struct kin_batch *out_batches[MANY + 1], *in_batches[MANY + 1];

static int64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * SECOND + now.tv_nsec;
}

static void must(int r, const char *what)
{
	if (r < 0)
		errx(1, "%s: %s", what, kin_error_text());
}

static void sys(int r, const char *what)
{
	if (r < 0)
		err(1, "%s", what);
}

/* ---- The calls: n of one kind, each checked ------------------------------------------------ */

#define CALLS(name, expected, call)                                                                \
	static __attribute__((noinline)) void name(struct ends *e, unsigned n)                     \
	{                                                                                          \
		for (unsigned i = 0; i < n; i++)                                                   \
			if ((call) != (expected))                                                  \
				err(1, "%s %s (%s)", e->transport, #name, kin_error_text());       \
	}

CALLS(bare_send, SIZE, send(e->out, data, SIZE, MSG_NOSIGNAL))
CALLS(kin_send_, SIZE, kin_send(e->kout, data, SIZE, 0))
CALLS(kin_send_all_, 0, kin_send_all(e->kout, data, SIZE, 0, NULL))
CALLS(bare_recv, SIZE, recv(e->in, room, SIZE, 0))
CALLS(kin_recv_, SIZE, kin_recv(e->kin, room, SIZE, 0))
CALLS(kin_recv_into_, SIZE, kin_recv_into(e->kin, room, SIZE, 0, 0, NULL))
CALLS(bare_send_to, SIZE, sendto(e->loose, data, SIZE, 0, &e->addr.sa, e->addr.len))
CALLS(kin_send_to_, SIZE, kin_send_to(e->kloose, data, SIZE, 0, &e->addr))

static struct kin_addr from;
CALLS(bare_recv_from, SIZE,
      (from.len = sizeof(from.ss), recvfrom(e->in, room, SIZE, 0, &from.sa, &from.len)))
CALLS(kin_recv_from_, SIZE, kin_recv_from(e->kin, room, SIZE, 0, &from))

static struct msghdr to_send = {.msg_iov = &data_vector, .msg_iovlen = 1};
CALLS(bare_send_msg, SIZE, sendmsg(e->out, &to_send, MSG_NOSIGNAL))
CALLS(kin_send_msg_, SIZE, kin_send_msg(e->kout, &data_vector, 1, NULL, 0))

static struct msghdr to_receive = {.msg_iov = &room_vector, .msg_iovlen = 1};
CALLS(bare_recv_msg, SIZE, recvmsg(e->in, &to_receive, 0))
CALLS(kin_recv_msg_, SIZE, kin_recv_msg(e->kin, &room_vector, 1, NULL, 0))

/* With address and ancillary data: what the kernel changes has to be set again each time. */
static struct msghdr *to_receive_all(void)
{
	static struct msghdr header = {.msg_iov = &room_vector, .msg_iovlen = 1};

	header.msg_name = &names[0];
	header.msg_namelen = sizeof(names[0]);
	header.msg_control = controls[0];
	header.msg_controllen = CONTROL;
	return &header;
}
CALLS(bare_recv_all, SIZE, recvmsg(e->in, to_receive_all(), 0))
CALLS(kin_recv_all, SIZE, kin_recv_msg(e->kin, &room_vector, 1, in_batches[1], 0))

/* Non-blocking, and poll(2) where that would block. */
static ssize_t send_polled(int fd)
{
	struct pollfd wait = {.fd = fd, .events = POLLOUT};
	ssize_t n;

	while ((n = send(fd, data, SIZE, MSG_NOSIGNAL)) < 0 && errno == EAGAIN)
		poll(&wait, 1, 1000);
	return n;
}
static ssize_t recv_polled(int fd)
{
	struct pollfd wait = {.fd = fd, .events = POLLIN};
	ssize_t n;

	while ((n = recv(fd, room, SIZE, 0)) < 0 && errno == EAGAIN)
		poll(&wait, 1, 1000);
	return n;
}
CALLS(polled_send, SIZE, send_polled(e->out))
CALLS(polled_recv, SIZE, recv_polled(e->in))

/* Room for messages with address and ancillary data, as who wants those has it. */
static int recv_many(int fd, unsigned count)
{
	for (unsigned i = 0; i < count; i++) {
		headers[i].msg_hdr.msg_namelen = sizeof(names[i]);
		headers[i].msg_hdr.msg_controllen = CONTROL;
	}
	return recvmmsg(fd, headers, count, MSG_WAITFORONE, NULL);
}
static int send_many(int fd, unsigned count)
{
	static struct mmsghdr ready[MANY];

	if (!ready[0].msg_hdr.msg_iov)
		for (unsigned i = 0; i < MANY; i++)
			ready[i].msg_hdr = (struct msghdr){.msg_iov = &vectors[i], .msg_iovlen = 1};
	return sendmmsg(fd, ready, count, 0);
}
#define BATCH_CALLS(count)                                                                         \
	CALLS(bare_send_##count, count, send_many(e->out, count))                                  \
	CALLS(kin_send_##count, count, kin_send_batch(e->kout, out_batches[count], 0, count, 0))   \
	CALLS(bare_recv_##count, count, recv_many(e->in, count))                                   \
	CALLS(kin_recv_##count, count, kin_recv_batch(e->kin, in_batches[count], 0))
BATCH_CALLS(1)
BATCH_CALLS(8)
BATCH_CALLS(64)

/* ---- Opening and addresses ----------------------------------------------------------------- */

static int bare_open_one(void)
{
	struct sockaddr_in addr = {.sin_family = AF_INET, .sin_port = htons(9)};
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	addr.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	sys(connect(fd, (struct sockaddr *)&addr, sizeof(addr)), "connect");
	return close(fd);
}
static int kin_open_one(const char *text)
{
	struct kin_sock *sock;

	must(kin_open(text, KIN_SEND, &sock), "kin_open");
	return kin_close(sock);
}
CALLS(bare_open, 0, bare_open_one())
CALLS(kin_open_, 0, kin_open_one(e->transport))

static struct kin_addr parsed;
static char text[KIN_ADDR_TEXT];

static int bare_parse_inet(void)
{
	struct sockaddr_in *addr = (struct sockaddr_in *)&parsed.sa;

	memset(addr, 0, sizeof(*addr));
	parsed.len = sizeof(*addr);
	addr->sin_family = AF_INET;
	addr->sin_port = htons((uint16_t)strtoul("9", NULL, 10));
	return inet_pton(AF_INET, "127.0.0.1", &addr->sin_addr);
}
static int bare_format_inet(const struct kin_addr *addr)
{
	const struct sockaddr_in *in = (const struct sockaddr_in *)&addr->sa;
	char host[INET_ADDRSTRLEN];

	inet_ntop(AF_INET, &in->sin_addr, host, sizeof(host));
	return snprintf(text, sizeof(text), "udp:%s:%u", host, ntohs(in->sin_port));
}
static int bare_parse_unix(const char *path)
{
	struct sockaddr_un *addr = (struct sockaddr_un *)&parsed.sa;
	size_t len = strlen(path);

	addr->sun_family = AF_UNIX;
	memcpy(addr->sun_path, path, len + 1);
	parsed.len = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + len + 1);
	return 1;
}
static int bare_format_unix(const struct kin_addr *addr)
{
	return snprintf(text, sizeof(text), "unix:%s",
			((const struct sockaddr_un *)&addr->sa)->sun_path);
}
CALLS(bare_parse_udp, 1, bare_parse_inet())
CALLS(bare_parse_path, 1, bare_parse_unix(e->transport + strlen("unix:")))
CALLS(kin_parse, 0, kin_addr_parse(e->transport, &parsed))
CALLS(bare_format_udp, (int)strlen(e->transport), bare_format_inet(&e->addr))
CALLS(bare_format_path, (int)strlen(e->transport), bare_format_unix(&e->addr))
CALLS(kin_format_udp, (int)strlen(e->transport),
      kin_addr_format(&e->addr, SOCK_DGRAM, 0, text, sizeof(text)))
CALLS(kin_format_path, (int)strlen(e->transport),
      kin_addr_format(&e->addr, SOCK_STREAM, 0, text, sizeof(text)))

/* ---- Rows ---------------------------------------------------------------------------------- */

enum way { SENDS, RECEIVES, NEITHER };

struct row {
	const char *call;
	void (*bare)(struct ends *, unsigned), (*kin)(struct ends *, unsigned);
	enum way way;
	unsigned burst, messages; /* calls in a burst, and messages in a call */
};

static const struct row streams[] = {
	{"send", bare_send, kin_send_, SENDS, BURST, 1},
	{"send_all", bare_send, kin_send_all_, SENDS, BURST, 1},
	{"send_msg", bare_send_msg, kin_send_msg_, SENDS, BURST, 1},
	{"recv", bare_recv, kin_recv_, RECEIVES, BURST, 1},
	{"recv_into", bare_recv, kin_recv_into_, RECEIVES, BURST, 1},
	{"recv_msg", bare_recv_msg, kin_recv_msg_, RECEIVES, BURST, 1},
	{"recv_msg-batch", bare_recv_all, kin_recv_all, RECEIVES, BURST, 1},
	{},
};
static const struct row datagrams[] = {
	{"send_to", bare_send_to, kin_send_to_, SENDS, BURST, 1},
	{"recv_from", bare_recv_from, kin_recv_from_, RECEIVES, BURST, 1},
	{"send_batch-1", bare_send_1, kin_send_1, SENDS, BURST, 1},
	{"send_batch-8", bare_send_8, kin_send_8, SENDS, 1, 8},
	{"send_batch-64", bare_send_64, kin_send_64, SENDS, 1, 64},
	{"recv_batch-1", bare_recv_1, kin_recv_1, RECEIVES, BURST, 1},
	{"recv_batch-8", bare_recv_8, kin_recv_8, RECEIVES, 1, 8},
	{"recv_batch-64", bare_recv_64, kin_recv_64, RECEIVES, 1, 64},
	{},
};
static const struct row timed[] = {
	{"send", polled_send, kin_send_, SENDS, BURST, 1},
	{"recv", polled_recv, kin_recv_, RECEIVES, BURST, 1},
	{},
};
static const struct row waiting[] = {
	{"recv", polled_recv, kin_recv_, RECEIVES, BURST, 1},
	{},
};
static const struct row udp_text[] = {
	{"open", bare_open, kin_open_, NEITHER, BURST, 1},
	{"addr_parse", bare_parse_udp, kin_parse, NEITHER, BURST, 1},
	{"addr_format", bare_format_udp, kin_format_udp, NEITHER, BURST, 1},
	{},
};
static const struct row unix_text[] = {
	{"addr_parse", bare_parse_path, kin_parse, NEITHER, BURST, 1},
	{"addr_format", bare_format_path, kin_format_path, NEITHER, BURST, 1},
	{},
};

/* ---- Ends ---------------------------------------------------------------------------------- */

static void bind_loopback(int fd, int domain, struct kin_addr *ret_addr)
{
	struct sockaddr_in in = {.sin_family = AF_INET};
	struct sockaddr_un un = {.sun_family = AF_UNIX};
	bool inet = domain == AF_INET;

	in.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	/* Without a path the kernel gives a UNIX socket a name. */
	sys(bind(fd, inet ? (struct sockaddr *)&in : (struct sockaddr *)&un,
		 inet ? sizeof(in) : sizeof(un.sun_family)),
	    "bind");
	ret_addr->len = sizeof(ret_addr->ss);
	sys(getsockname(fd, &ret_addr->sa, &ret_addr->len), "getsockname");
}

static void join(struct ends *e, int domain, int type)
{
	struct kin_addr own;
	int one = 1;
	int in = socket(domain, type | SOCK_CLOEXEC, 0);

	e->datagrams = type == SOCK_DGRAM;
	e->out = socket(domain, type | SOCK_CLOEXEC, 0);
	bind_loopback(in, domain, &e->addr);
	bind_loopback(e->out, domain, &own);
	e->in = in;
	if (!e->datagrams)
		sys(listen(in, 1), "listen");
	sys(connect(e->out, &e->addr.sa, e->addr.len), "connect");
	if (!e->datagrams) {
		e->in = accept(in, NULL, NULL);
		sys(e->in, "accept");
		close(in);
		if (domain == AF_INET)
			sys(setsockopt(e->out, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one)),
			    "TCP_NODELAY");
		return;
	}
	e->loose = socket(domain, type | SOCK_CLOEXEC, 0);
	bind_loopback(e->loose, domain, &own);
	must(kin_adopt(e->loose, &e->kloose), "kin_adopt");
}

static struct ends ends_new(const char *transport, int domain, int type, int64_t timeout_ns)
{
	struct ends e = {.transport = transport, .loose = -1, .asks = -1};

	join(&e, domain, type);
	must(kin_adopt(e.out, &e.kout), "kin_adopt");
	must(kin_adopt(e.in, &e.kin), "kin_adopt");
	must(kin_set_timeout(e.kout, timeout_ns), "kin_set_timeout");
	must(kin_set_timeout(e.kin, timeout_ns), "kin_set_timeout");
	return e;
}

static void ends_close(struct ends *e)
{
	kin_close(e->kout);
	kin_close(e->kin);
	kin_close(e->kloose);
	if (e->asks < 0)
		return;
	close(e->asks);
	waitpid(e->helper, NULL, 0);
}

static bool sleeps(pid_t pid)
{
	char path[64], line[256] = "";
	const char *name_end;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
	file = fopen(path, "re");
	if (!file || !fgets(line, sizeof(line), file))
		err(1, "%s", path);
	fclose(file);
	name_end = strrchr(line, ')');
	return name_end && name_end[1] == ' ' && name_end[2] == 'S';
}

/*
 * A process that sends each message when its parent has gone to sleep, waiting for it. One that
 * valgrind looks at shall not dump: it ends by a signal.
 */
static void start_helper(struct ends *e)
{
	const struct timespec nap = {.tv_nsec = 200000};
	pid_t parent = getpid();
	unsigned char n;
	int pair[2];

	sys(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair), "socketpair");
	e->asks = pair[0];
	e->helper = fork();
	sys(e->helper, "fork");
	if (e->helper != 0) {
		close(pair[1]);
		return;
	}
	close(pair[0]);
	while (read(pair[1], &n, 1) == 1)
		for (; n > 0; n--) {
			while (!sleeps(parent))
				nanosleep(&nap, NULL);
			bare_send(e, 1);
		}
	raise(SIGKILL);
}

/* ---- One burst ----------------------------------------------------------------------------- */

static void before(const struct row *row, struct ends *e, unsigned n)
{
	unsigned char messages = (unsigned char)(n * row->messages);

	if (row->way != RECEIVES)
		return;
	if (e->asks >= 0)
		sys((int)write(e->asks, &messages, 1), "write");
	else
		bare_send(e, messages);
}

static void after(const struct row *row, struct ends *e, unsigned n)
{
	if (row->way == SENDS)
		for (unsigned i = 0; i < n * row->messages; i++)
			if (recv_polled(e->in) != SIZE)
				err(1, "recv");
}

typedef void (*measure_fn)(const struct row *row, struct ends *e, const char *mode);

static unsigned rounds;

static const char *label(const struct row *row, const struct ends *e, const char *mode,
			 const char *who)
{
	static char name[128];

	snprintf(name, sizeof(name), "%s %s %s %s", e->transport, row->call, mode, who);
	return name;
}

static double sample(const struct row *row, struct ends *e, void (*calls)(struct ends *, unsigned))
{
	unsigned n = 2 * row->burst;
	int64_t ns = 0;

	for (unsigned i = 0; i < BURSTS; i++) {
		int64_t begin, end, empty;

		before(row, e, n);
		begin = now_ns();
		calls(e, 0);
		empty = now_ns();
		calls(e, n);
		end = now_ns();
		after(row, e, n);
		ns += end - empty - (empty - begin);
	}
	return (double)ns / (BURSTS * n * row->messages);
}

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* Bare and kin take turns, so that whatever else the machine does hits both alike. */
static void measure_time(const struct row *row, struct ends *e, const char *mode)
{
	double bare[rounds], kin[rounds];

	if (e->asks >= 0)
		return;
	sample(row, e, row->bare);
	sample(row, e, row->kin);
	for (unsigned i = 0; i < rounds; i++) {
		if (i % 2)
			bare[i] = sample(row, e, row->bare);
		kin[i] = sample(row, e, row->kin);
		if (i % 2 == 0)
			bare[i] = sample(row, e, row->bare);
	}
	qsort(bare, rounds, sizeof(bare[0]), compare);
	qsort(kin, rounds, sizeof(kin[0]), compare);
	printf("%s %.1f\n", label(row, e, mode, "bare"), bare[rounds / 2]);
	printf("%s %.1f\n", label(row, e, mode, "kin"), kin[rounds / 2]);
}

/* A short and a long burst: what both have in common is not the calls'. */
static void count_calls(const struct row *row, struct ends *e, const char *mode, const char *who,
			void (*calls)(struct ends *, unsigned))
{
	char name[160];

	before(row, e, row->burst);
	calls(e, row->burst);
	after(row, e, row->burst);
	for (unsigned n = row->burst; n <= 2 * row->burst; n += row->burst) {
		before(row, e, n);
		CALLGRIND_ZERO_STATS;
		CALLGRIND_TOGGLE_COLLECT;
		calls(e, n);
		CALLGRIND_TOGGLE_COLLECT;
		snprintf(name, sizeof(name), "%s %u", label(row, e, mode, who), n * row->messages);
		CALLGRIND_DUMP_STATS_AT(name);
		after(row, e, n);
	}
}

static void measure_count(const struct row *row, struct ends *e, const char *mode)
{
	count_calls(row, e, mode, "bare", row->bare);
	count_calls(row, e, mode, "kin", row->kin);
}

/* What strace shows and nothing else does. */
static void mark(const char *what)
{
	if (access(what, F_OK) == 0)
		errx(1, "there is a file \"%s\"", what);
}

static void trace_calls(const struct row *row, struct ends *e, const char *mode, const char *who,
			void (*calls)(struct ends *, unsigned))
{
	char name[160];

	before(row, e, row->burst);
	snprintf(name, sizeof(name), "begin %s %u", label(row, e, mode, who),
		 row->burst * row->messages);
	mark(name);
	calls(e, row->burst);
	mark("end");
	after(row, e, row->burst);
}

static void measure_trace(const struct row *row, struct ends *e, const char *mode)
{
	trace_calls(row, e, mode, "bare", row->bare);
	trace_calls(row, e, mode, "kin", row->kin);
}

/* ---- All of them --------------------------------------------------------------------------- */

/* How many messages a queue of UNIX datagrams takes; a namespace of its own may have it raised. */
static unsigned long queue_length(void)
{
	FILE *file = fopen("/proc/sys/net/unix/max_dgram_qlen", "r");
	char line[32] = "10";

	if (file && !fgets(line, sizeof(line), file))
		line[0] = '\0';
	if (file)
		fclose(file);
	return strtoul(line, NULL, 10);
}

static void measure(const struct row *row, struct ends *e, const char *mode, measure_fn fn)
{
	for (; row->call; row++) {
		bool fits = e->kout == NULL || kin_sock_domain(e->kout) != AF_UNIX ||
			    !e->datagrams || 2 * row->burst * row->messages <= queue_length();

		if (fits)
			fn(row, e, mode);
		else
			warnx("left out: %snet.unix.max_dgram_qlen is %lu", label(row, e, mode, ""),
			      queue_length());
	}
}

static void measure_text(const char *address, const struct row *rows, measure_fn fn)
{
	struct ends e = {.transport = address, .asks = -1};

	must(kin_addr_parse(address, &e.addr), address);
	measure(rows, &e, "-", fn);
}

static void measure_all(measure_fn fn)
{
	static const struct {
		const char *name;
		int domain, type;
	} transports[] = {
		{"unix", AF_UNIX, SOCK_STREAM},
		{"unix-dgram", AF_UNIX, SOCK_DGRAM},
		{"udp", AF_INET, SOCK_DGRAM},
		{"tcp", AF_INET, SOCK_STREAM},
	};

	for (size_t i = 0; i < sizeof(transports) / sizeof(transports[0]); i++) {
		int domain = transports[i].domain, type = transports[i].type;
		struct ends e = ends_new(transports[i].name, domain, type, -1);

		measure(streams, &e, "blocking", fn);
		if (e.datagrams)
			measure(datagrams, &e, "blocking", fn);
		ends_close(&e);
		e = ends_new(transports[i].name, domain, type, SECOND);
		measure(timed, &e, "timeout", fn);
		start_helper(&e);
		measure(waiting, &e, "waits", fn);
		ends_close(&e);
	}
	measure_text("udp:127.0.0.1:9", udp_text, fn);
	measure_text("unix:/run/x.sock", unix_text, fn);
}

/* ---- Deadlines ----------------------------------------------------------------------------- */

static int64_t timeout_ns; /* of the socket that is tried */

static struct kin_sock *with_timeout(int fd)
{
	struct kin_sock *sock;

	must(kin_adopt(fd, &sock), "kin_adopt");
	must(kin_set_timeout(sock, timeout_ns), "kin_set_timeout");
	return sock;
}

static int try_poll(struct kin_sock *sock)
{
	struct pollfd wait = {.fd = kin_fd(sock), .events = POLLIN};
	struct timespec left = {.tv_nsec = timeout_ns};

	return ppoll(&wait, 1, &left, NULL) == 0 ? -ETIMEDOUT : -EIO;
}
static int try_recv(struct kin_sock *sock)
{
	return (int)kin_recv(sock, room, SIZE, 0);
}
static int try_send_all(struct kin_sock *sock)
{
	static char much[1 << 20];

	return kin_send_all(sock, much, sizeof(much), 0, NULL);
}
static int try_accept(struct kin_sock *sock)
{
	return kin_accept(sock, &(struct kin_sock *){NULL}, NULL);
}
static int try_connect(struct kin_sock *listener)
{
	struct kin_sock *sock =
		with_timeout(socket(kin_sock_domain(listener), SOCK_STREAM | SOCK_CLOEXEC, 0));
	struct kin_addr addr;
	int r;

	must(kin_local_addr(listener, &addr), "kin_local_addr");
	r = kin_connect(sock, &addr);
	kin_close(sock);
	return r;
}

static struct kin_sock *listener(int domain, bool full)
{
	int fd = socket(domain, SOCK_STREAM | SOCK_CLOEXEC, 0);
	struct kin_addr addr;

	bind_loopback(fd, domain, &addr);
	sys(listen(fd, 0), "listen");
	/* These stay, and are closed at the end with everything else. */
	for (int i = 0; full && i < 3; i++)
		connect(socket(domain, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0), &addr.sa,
			addr.len);
	return with_timeout(fd);
}

static void late(const char *what, struct kin_sock *sock, int (*try)(struct kin_sock *),
		 unsigned tries)
{
	for (unsigned i = 0; i < tries; i++) {
		int64_t begin = now_ns();
		int r = try(sock);
		int64_t end = now_ns();

		if (r != -ETIMEDOUT)
			errx(1, "%s: %d (%s)", what, r, kin_error_text());
		printf("%s %.0f %.4f\n", what, (double)timeout_ns / 1e6,
		       (double)(end - begin - timeout_ns) / 1e6);
	}
}

static void measure_late(unsigned tries)
{
	static const int64_t timeouts[] = {5000000, 20000000, 100000000};
	int pair[2];

	for (size_t i = 0; i < sizeof(timeouts) / sizeof(timeouts[0]); i++) {
		timeout_ns = timeouts[i];
		sys(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair), "socketpair");
		late("bare-ppoll", with_timeout(pair[0]), try_poll, tries);
		late("recv", with_timeout(pair[0]), try_recv, tries);
		if (timeout_ns != timeouts[1])
			continue;
		late("send_all-full-unix", with_timeout(pair[0]), try_send_all, tries);
		late("accept-unix", listener(AF_UNIX, false), try_accept, tries);
		late("connect-full-unix", listener(AF_UNIX, true), try_connect, tries);
		late("connect-full-tcp", listener(AF_INET, true), try_connect, tries);
	}
}

static void prepare(void)
{
	static const unsigned counts[] = {1, 8, 64};

	for (unsigned i = 0; i < MANY; i++) {
		vectors[i] = (struct iovec){datas[i], SIZE};
		headers[i].msg_hdr = (struct msghdr){.msg_name = &names[i],
						     .msg_iov = &vectors[i],
						     .msg_iovlen = 1,
						     .msg_control = controls[i]};
	}
	for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++) {
		struct kin_batch **out = &out_batches[counts[i]], **in = &in_batches[counts[i]];

		must(kin_batch_new(counts[i], SIZE, CONTROL, out), "kin_batch_new");
		must(kin_batch_new(counts[i], SIZE, CONTROL, in), "kin_batch_new");
		for (unsigned k = 0; k < counts[i]; k++)
			kin_batch_msg(*out, k)->len = SIZE;
	}
}

int main(int argc, char *argv[])
{
	const char *what = argc > 1 ? argv[1] : "";

	if (argc > 2)
		rounds = (unsigned)strtoul(argv[2], NULL, 10);
	prepare();
	if (strcmp(what, "time") == 0 && rounds > 0)
		measure_all(measure_time);
	else if (strcmp(what, "count") == 0)
		measure_all(measure_count);
	else if (strcmp(what, "trace") == 0)
		measure_all(measure_trace);
	else if (strcmp(what, "late") == 0)
		measure_late(rounds);
	else
		errx(2, "Usage: calls time ROUNDS|count|trace|late TRIES");
	return 0;
}
