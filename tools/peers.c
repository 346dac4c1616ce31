/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <kin/family.h>
#include "peers.h"

/* Of the longest message, where the protocol does not say. */
#define MESSAGE_MAX 65536
/* How long one who takes nothing may hold up everybody. */
#define PATIENCE_NS 1000000000

struct message {
	struct kin_addr addr;
	int status; /* STATUS_LOST: some of it is missing */
	size_t len, size;
	char data[];
};

static size_t message_max(const struct kin_sock *sock)
{
	const struct kin_proto *proto = kin_sock_proto(sock);

	return proto && proto->msg_max ? proto->msg_max : MESSAGE_MAX;
}

/* With MSG_TRUNC the kernel tells the whole length of a message that was cut. */
static ssize_t receive(struct kin_sock *sock, char *data, size_t size, struct kin_addr *addr,
		       int *status)
{
	const struct kin_proto *proto = kin_sock_proto(sock);
	int flags = proto && kin_sock_type(sock) != SOCK_STREAM ? proto->recv_flags & MSG_TRUNC : 0;
	ssize_t n = kin_recv_from(sock, data, size, flags | MSG_DONTWAIT, addr);

	if (n <= (ssize_t)size)
		return n;
	complain("a message of %zd bytes was cut to %zu", n, size);
	*status = STATUS_LOST;
	return size;
}

/*
 * Bytes without boundaries, as messages. *part is how long they may be, which becomes less when the
 * way to the peer takes less than the protocol allows. @return 0 or -errno
 */
static int send_parts(struct kin_sock *sock, const char *data, size_t len, size_t *part,
		      const struct kin_addr *addr)
{
	while (len > 0) {
		size_t now = len < *part ? len : *part;
		ssize_t n = kin_send_to(sock, data, now, 0, addr);

		if (n == -EMSGSIZE && now > 1) {
			*part = now / 2;
			continue;
		}
		if (n < 0)
			return n;
		data += now;
		len -= now;
	}
	return 0;
}

/* ---- One message -------------------------------------------------------------------------- */

int message_receive(struct kin_sock *sock, struct message **ret_message, struct kin_addr *ret_addr)
{
	size_t size = message_max(sock);
	struct message *message = malloc(sizeof(*message) + size);
	ssize_t n;

	if (!message)
		return -ENOMEM;
	message->size = size;
	message->addr = (struct kin_addr){0};
	message->status = STATUS_DONE;
	n = receive(sock, message->data, size, &message->addr, &message->status);
	if (n < 0) {
		free(message);
		return n;
	}
	message->len = n;
	*ret_addr = message->addr;
	*ret_message = message;
	return 0;
}

void message_free(struct message *message)
{
	free(message);
}

/* A file of the message's bytes: a command that does not read it holds up nobody. */
static int message_file(const struct message *message)
{
	int fd = memfd_create("message", MFD_CLOEXEC);

	if (fd >= 0 && (write_all(fd, message->data, message->len) < 0 || lseek(fd, 0, SEEK_SET))) {
		close(fd);
		return -1;
	}
	return fd;
}

/* Start the command. @return its process; output becomes readable. Or -errno */
static pid_t start_command(const char *command, const char *peer, const char *local, int in,
			   int *ret_output)
{
	int ends[2];
	pid_t pid;

	if (pipe2(ends, O_CLOEXEC) < 0)
		return -errno;
	pid = fork();
	if (pid == 0) {
		/* Should we be killed, it is not left behind. */
		prctl(PR_SET_PDEATHSIG, SIGTERM);
		_exit(exec_shell(command, peer, local, in, ends[1]));
	}
	close(ends[1]);
	if (pid < 0) {
		pid = -errno;
		close(ends[0]);
		return pid;
	}
	*ret_output = ends[0];
	return pid;
}

/* What a command writes, up to a whole message of it. */
static size_t collect(int fd, char *data, size_t size)
{
	size_t len = 0;
	ssize_t n;

	while (len < size && (n = read(fd, data + len, size - len)) != 0) {
		if (n < 0 && errno != EINTR)
			break;
		len += n > 0 ? n : 0;
	}
	return len;
}

int message_answer(const struct message *message, struct kin_sock *sock, const char *command,
		   const char *peer)
{
	char *data = malloc(message->size), local[KIN_ADDR_TEXT] = "";
	int in = message_file(message), output = -1, status = STATUS_DONE, ended = 0, r = 0;
	struct kin_addr addr;
	pid_t pid = -ENOMEM;
	size_t len, part = message->size;

	if (kin_local_addr(sock, &addr) == 0)
		address_text_of(sock, &addr, local, sizeof(local));
	/* A command may take its time. */
	stop_at_once(true);
	if (data && in >= 0)
		pid = start_command(command, peer, local, in, &output);
	if (pid < 0) {
		complain("%s: no process for it: %s", peer, strerror(-pid));
		status = STATUS_FAILED;
	}
	while (pid > 0 && (len = collect(output, data, message->size)) > 0 && r >= 0)
		r = message->addr.len ? send_parts(sock, data, len, &part, &message->addr) : 0;
	if (r < 0)
		status = complain_of(peer, r);
	if (output >= 0)
		close(output);
	if (in >= 0)
		close(in);
	if (pid > 0 && waitpid(pid, &ended, 0) == pid && status == STATUS_DONE)
		status = WIFEXITED(ended) ? WEXITSTATUS(ended) : STATUS_FAILED;
	stop_at_once(false);
	free(data);
	return status == STATUS_DONE ? message->status : status;
}

/* ---- Senders ------------------------------------------------------------------------------ */

/* A sender, and the socket that speaks for it. */
struct peer {
	struct kin_addr addr;
	char name[KIN_ADDR_TEXT];
	struct kin_sock *sock;
	int64_t moved_ns;
};

struct table {
	const struct peers *peers;
	struct peer *rows;
	struct pollfd *fds; /* stop, the common socket, then one for each row */
	int64_t n;
	char *data;
	size_t size;
	size_t part; /* the most of a stream that goes back at once */
	int status;
};

static void forget(struct table *table, int64_t i)
{
	struct peer *peer = &table->rows[i];

	if (table->peers->verbose)
		remark("%s: ended", peer->name);
	kin_close(peer->sock);
	*peer = table->rows[--table->n];
}

/* The one that was silent the longest. */
static int64_t find_oldest(const struct table *table)
{
	int64_t oldest = 0;

	for (int64_t i = 1; i < table->n; i++)
		if (table->rows[i].moved_ns < table->rows[oldest].moved_ns)
			oldest = i;
	return oldest;
}

/* A new sender; NULL after a complaint. */
static struct peer *add_peer(struct table *table, const struct kin_addr *addr)
{
	const struct peers *peers = table->peers;
	struct kin_sock *sock = NULL;
	struct peer *peer;
	int status;

	/* A signal ends that: what waits to be passed on was nobody's connection. */
	stop_at_once(true);
	status = connect_open(&peers->connect, peers->to, KIN_CONNECT, &sock);
	stop_at_once(false);
	if (status) {
		table->status = status;
		return NULL;
	}
	if (table->n == peers->max)
		forget(table, find_oldest(table));
	kin_set_timeout(sock, PATIENCE_NS);
	peer = &table->rows[table->n++];
	*peer = (struct peer){.addr = *addr, .sock = sock};
	address_text_of(peers->sock, addr, peer->name, sizeof(peer->name));
	if (peers->verbose)
		remark("%s: joined to %s", peer->name, peers->to);
	return peer;
}

static struct peer *find_peer(struct table *table, const struct kin_addr *addr)
{
	for (int64_t i = 0; i < table->n; i++)
		if (kin_addr_equal(&table->rows[i].addr, addr))
			return &table->rows[i];
	return add_peer(table, addr);
}

/* A message to the common socket, on to the sender's own. */
static int take_message(struct table *table)
{
	struct kin_addr addr = {0};
	ssize_t n = receive(table->peers->sock, table->data, table->size, &addr, &table->status);
	struct peer *peer;
	int r;

	if (n == -EAGAIN)
		return 0;
	if (n < 0)
		return complain_of(table->peers->address, n);
	peer = find_peer(table, &addr);
	if (!peer)
		return 0;
	peer->moved_ns = kin_now();
	if (kin_sock_type(peer->sock) == SOCK_STREAM)
		r = kin_send_all(peer->sock, table->data, n, 0, NULL);
	else
		r = kin_send(peer->sock, table->data, n, 0);
	if (r < 0) {
		table->status = complain_of(table->peers->to, r);
		forget(table, peer - table->rows);
	}
	return 0;
}

/* What the second address says, back to the sender. */
static void take_answer(struct table *table, int64_t i)
{
	struct peer *peer = &table->rows[i];
	bool stream = kin_sock_type(peer->sock) == SOCK_STREAM;
	ssize_t n = receive(peer->sock, table->data, table->size, NULL, &table->status), sent = 0;

	if (n == -EAGAIN)
		return;
	if (n < 0)
		table->status = complain_of(table->peers->to, n);
	if (n < 0 || (n == 0 && stream)) {
		forget(table, i);
		return;
	}
	peer->moved_ns = kin_now();
	if (peer->addr.len && stream)
		sent = send_parts(table->peers->sock, table->data, n, &table->part, &peer->addr);
	else if (peer->addr.len)
		sent = kin_send_to(table->peers->sock, table->data, n, 0, &peer->addr);
	if (sent < 0)
		table->status = complain_of(peer->name, sent);
}

/* Forget who was silent for too long. @return how soon to look again; below zero: never */
static int64_t forget_silent(struct table *table)
{
	int64_t idle_ns = table->peers->idle_ns, now = kin_now(), next = -1;

	for (int64_t i = table->n - 1; idle_ns >= 0 && i >= 0; i--) {
		int64_t left = idle_ns - (now - table->rows[i].moved_ns);

		if (left <= 0)
			forget(table, i);
		else if (next < 0 || left < next)
			next = left;
	}
	return next;
}

static int peers_loop(struct table *table)
{
	int status = 0;

	table->fds[0] = (struct pollfd){.fd = table->peers->stop, .events = POLLIN};
	table->fds[1] = (struct pollfd){.fd = kin_fd(table->peers->sock), .events = POLLIN};
	while (status == 0) {
		int64_t left = forget_silent(table), n = table->n;
		struct timespec timeout = {left / 1000000000, left % 1000000000};

		for (int64_t i = 0; i < n; i++)
			table->fds[2 + i] = (struct pollfd){.fd = kin_fd(table->rows[i].sock),
							    .events = POLLIN};
		if (ppoll(table->fds, 2 + n, left < 0 ? NULL : &timeout, NULL) <= 0)
			continue;
		if (table->fds[0].revents)
			break;
		/* From the end: one that is forgotten is replaced by the last. */
		for (int64_t i = n - 1; i >= 0; i--)
			if (table->fds[2 + i].revents)
				take_answer(table, i);
		if (table->fds[1].revents)
			status = take_message(table);
	}
	return status ? status : table->status;
}

int peers_run(struct peers *peers)
{
	struct table table = {.peers = peers, .size = message_max(peers->sock)};
	int status;

	table.part = table.size;
	table.rows = calloc(peers->max, sizeof(*table.rows));
	table.fds = calloc(peers->max + 2, sizeof(*table.fds));
	table.data = malloc(table.size);
	kin_set_timeout(peers->sock, PATIENCE_NS);
	if (table.rows && table.fds && table.data)
		status = peers_loop(&table);
	else
		status = complain_of("memory", -ENOMEM);
	while (table.n > 0)
		kin_close(table.rows[--table.n].sock);
	free(table.rows);
	free(table.fds);
	free(table.data);
	return status;
}
